/** Hash joins and aggregates of more than memory may hold: the same rows as with much memory, in whatever order. */

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
    create table a (id int primary key, k int, name text, part numeric);
    create table b (id int primary key, k int, name text, tags text[]);
    insert into a select n, case when n % 17 = 0 then null else n * 7919 % 5000 end, 'name ' || n % 700, n % 3 / 2.0
      from generate_series(1, 6000) n;
    insert into b select n, case when n % 13 = 0 then null else n * 31 % 9000 end, 'name ' || n % 900, array['t' || n]
      from generate_series(1, 8000) n;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'")
  large = db.connect()
  for (const connection of [small, large]) {
    // So that joins are hash joins, whatever the planner thinks of so few rows.
    connection.exec('set enable_nestloop = off; set enable_mergejoin = off')
  }
})
afterAll(() => {
  db.close()
  directory.remove()
})

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

const JOINS = ['join', 'left join', 'right join', 'full join'].flatMap(join => [
  `select a.id, b.id as other, b.tags from a ${join} b on a.k = b.k`,
  `select a.id, b.id as other from a ${join} b on a.k = b.k and a.id < b.id`,
  `select a.name, b.tags from a ${join} b on a.name = b.name and a.id % 50 = b.id % 50`,
])
const SEMI_JOINS = [
  'select id, part from a where k in (select k from b)',
  'select id from a where exists (select from b where b.k = a.k and b.id > a.id)',
  'select id from a where not exists (select from b where b.k = a.k)',
  'select tags from b where exists (select from a where a.name = b.name and a.k = b.k)',
]
const GROUPS = [
  'select k, count(*) as n, sum(id) as s, min(name) as m from a group by k',
  'select id, name, count(*) as n, avg(part) as p from b join (select id as other, part from a) c on c.other = b.id group by id, name',
  'select name, k, array_agg(id) as ids, count(distinct part) as d from a group by name, k',
  'select k % 3000 as r, string_agg(name, $$,$$ order by id desc) as names from a group by 1',
  'select k, name, count(*) filter (where id % 2 = 0) as n from a group by grouping sets ((k), (name), (k, name), ())',
  'select count(*) as n, sum(n) as s from (select k, count(*) as n from b group by k having count(*) > 0) g',
  'select id + 0.5 as h, count(*) as n from b group by 1',
]

describe.each([
  ['joins', JOINS],
  ['semi-joins', SEMI_JOINS],
  ['groups', GROUPS],
])('%s', (_, queries) => {
  test.each(queries)('%s', query => {
    const expected = multiset(large.query(query))
    expect(expected.length).toBeGreaterThan(0)
    expect(multiset(small.query(query))).toEqual(expected)
    expect(readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))).toEqual([])
  })
})

test.skipIf(!existsSync('/proc/self/fd'))('they go through a file, which is closed at the end', () => {
  const plan = small.query<Record<string, string>>(`explain ${JOINS[0]}`).map(row => Object.values(row)[0])
  expect(plan.join('\n')).toContain('Hash Join')
  for (const query of [JOINS[0], GROUPS[0], GROUPS[1]]) {
    const before = openFiles()
    let most = before
    for (const _ of small.prepare(query).iterate()) most = Math.max(most, openFiles())
    expect(most).toBeGreaterThan(before)
    expect(openFiles()).toBe(before)
  }
})

/** Of this process. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}
