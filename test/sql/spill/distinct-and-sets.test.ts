/** DISTINCT, set operations and rows that are kept, of more than memory may hold: the same rows as with much memory. */

import { existsSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'

let directory: TemporaryDirectory
let db: Database
let small: Connection
let large: Connection

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table a (id int primary key, k int, name text, part numeric, ratio float8);
    create table b (id int primary key, k int, name text, tags text[]);
    insert into a select n, case when n % 17 = 0 then null else n * 7919 % 5000 end, 'name ' || n % 700, n % 3 / 2.0,
      case when n % 50 = 0 then 'NaN' when n % 50 = 1 then '-0' else n::float8 end from generate_series(1, 6000) n;
    insert into b select n, case when n % 13 = 0 then null else n * 31 % 9000 end, 'name ' || n % 900, array['t' || n]
      from generate_series(1, 8000) n;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'")
  large = db.connect()
})
afterAll(() => {
  db.close()
  directory.remove()
})

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

const DISTINCT = [
  'select distinct k, name from a',
  'select distinct tags, id + 0.50 as h from b',
  'select distinct ratio, part from a',
  'select count(*) as n, sum(id) as s from (select distinct id, name from b) d',
  'select distinct on (name, k) name, k, id from a',
  'select distinct a.id, b.k from a join b on a.k = b.k',
  'select distinct x from (select id % 4000 as x from b) s order by x desc',
]
const SETS = [
  'select k, name from a union select k, name from b',
  'select id from a union select k from b union select -id from a',
  'select ratio, k from a union select k, id from b',
  'select id, name from b union all select id, name from a union select 1, null',
  ...['intersect', 'intersect all', 'except', 'except all'].flatMap(operation => [
    `select k from a ${operation} select k from b`,
    `select id, k from a ${operation} select id, k from b`,
    `select id % 2500 as x from b ${operation} select k from a`,
    `select k from a ${operation} select id % 2500 from b where id < 400`,
    `select k, name from a where id < 100 ${operation} select k, name from a`,
    `select id % 3000, null::text from b ${operation} select k, name from a`,
  ]),
  '(select id from a intersect select k from b) except (select k from a union select id % 3000 from b)',
]
const KEPT = [
  'with c as materialized (select id, name, tags from b) select x.id, y.tags from c x join c y on x.id = y.id - 1',
  `with c as materialized (select id, name from b)
   select x.id, (select min(y.id) from c y where y.id > x.id) as next from c x where x.id % 1000 = 0`,
  `with c as materialized (select id, k from a)
   select x.id, y.id as other from c x, c y where x.id % 1500 = 0 and y.k < x.k and y.id % 7 = 0`,
  'with c as (delete from b where id < 0 returning *), d as (select * from b) select count(*), sum(x.id) from d x, d y where y.id = 3 and x.id > y.id',
  'select x.id, count(*) as n, sum(length(y.name)) as s from a x, (select id, name from b offset 0) y where x.id % 1000 = 1 and y.id > x.id group by 1',
]

describe.each([
  ['distinct', DISTINCT],
  ['sets', SETS],
  ['kept rows', KEPT],
])('%s', (_, queries) => {
  test.each(queries)('%s', query => {
    const expected = multiset(large.query(query, [], { rowMode: 'array' }))
    expect(multiset(small.query(query, [], { rowMode: 'array' }))).toEqual(expected)
    expect(readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))).toEqual([])
  })
})

/** What stands above them relies on it. */
test.each([
  'select distinct on (k) k, id, name from a order by k, id desc',
  'select distinct on (name, k) name, k, id from a order by name desc, k nulls first, id',
  'select distinct on (name, k) name, k from a order by name',
  'select distinct on (ratio) ratio, id from a order by ratio, id limit 500 offset 3000',
  'select * from (select distinct on (k) k, id from a order by k, id) s join b on b.id = s.k order by b.id limit 20',
])('rows that are asked for in an order come in it: %s', query => {
  expect(small.query(query)).toEqual(large.query(query))
})

test('DISTINCT ON in an order keeps one row of each key', () => {
  const rows = small.query<{ k: number; id: number }>('select distinct on (k) k, id from a order by k, id')
  const expected = small.query('select k, min(id) as id from a group by k order by k')
  expect(rows).toEqual(expected)
})

test.skipIf(!existsSync('/proc/self/fd'))('they go through a file, which is closed at the end', () => {
  for (const query of [DISTINCT[0], SETS[0], SETS[5], SETS[10], SETS[17], KEPT[0], KEPT[1]]) {
    const before = openFiles()
    let most = before
    for (const _ of small.prepare(query).iterate()) most = Math.max(most, openFiles())
    expect(most, query).toBeGreaterThan(before)
    expect(openFiles()).toBe(before)
  }
})

test.skipIf(!existsSync('/proc/self/fd'))('a loop that is left closes it, too', () => {
  const before = openFiles()
  for (const query of [...DISTINCT.slice(0, 2), ...SETS.slice(0, 8), ...KEPT.slice(0, 2)]) {
    let rows = 0
    for (const _ of small.prepare(query).iterate()) if (++rows === 10) break
    expect(openFiles(), query).toBe(before)
  }
})

test('a key that is larger than memory may be is distinct all the same', () => {
  const query = `select count(*) as n, count(distinct t) as d
    from (select distinct repeat('x', 100000) || id % 20 as t from a where id <= 60) s`
  expect(small.query(query)).toEqual([{ n: 20, d: 20 }])
})

/** Of this process. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}
