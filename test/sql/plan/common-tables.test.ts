/** Common tables that read columns from outside of their query have other rows for each row there. */

import { afterAll, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

const db = openSync(':memory:')
afterAll(() => db.close())
db.exec('create table a (x int, y int); insert into a select i, i % 3 from generate_series(1, 6) i')

/** Answers as PostgreSQL's, under each kind of join. */
test.each([
  [
    'a scalar subquery',
    'select x, (with w as (select a.x as v) select (select max(v) from w)) from a',
    [1, 2, 3, 4, 5, 6],
  ],
  [
    'a condition',
    'select x, (with w as (select a.x as v) select count(*) from a b where b.x < (select v from w)) from a',
    [0, 1, 2, 3, 4, 5],
  ],
  [
    'IN',
    'select x, (with w as (select a.x as v) select count(*) from a b where b.x in (select v from w) or b.x < 0) from a',
    [1, 1, 1, 1, 1, 1],
  ],
  [
    'LATERAL',
    'select a.x, c from a, lateral (with w as (select a.x as v) select (select max(v) from w) + count(*) as c from w) l',
    [2, 3, 4, 5, 6, 7],
  ],
  [
    'a join',
    'select a.x, c from a, lateral (with w as (select a.x as v) select count(*) as c from a b, w where b.x < w.v) l',
    [0, 1, 2, 3, 4, 5],
  ],
  [
    'one that another reads',
    `select a.x, c from a, lateral (with w as (select a.x as v)
       select c from (with u as (select v from w) select max(v) as c from u) s) l`,
    [1, 2, 3, 4, 5, 6],
  ],
])('in %s', (_, text, expected) => {
  for (const off of ['enable_seqscan', 'enable_hashjoin', 'enable_nestloop', 'coppice.enable_unnesting']) {
    const connection = db.connect()
    connection.exec(`set ${off} = off`)
    const rows = connection.query<[number, number]>(`${text} order by 1`, [], { rowMode: 'array' })
    expect(rows.map(row => row[1])).toEqual(expected)
  }
})

test('a recursive term that keeps what it reads keeps it for one round', () => {
  const connection = db.connect()
  connection.exec('set enable_hashjoin = off; set enable_mergejoin = off')
  const rows = connection.query(
    'with recursive r (n) as (values (1) union all select n + 1 from a, r where a.x = n and a.y >= 0) select n from r',
    [],
    { rowMode: 'array' },
  )
  expect(rows).toEqual([[1], [2], [3], [4], [5], [6], [7]])
})
