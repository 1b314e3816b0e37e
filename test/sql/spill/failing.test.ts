/** Statements that fail after they have written to temporary files: nothing of these is left open. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { Store } from '../../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'

let directory: TemporaryDirectory
let db: Database
let small: Connection
let madeCount: number
let closedCount: number

beforeEach(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table a (id int primary key, name text);
    insert into a select n, 'name ' || n % 700 from generate_series(1, 6000) n;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'; set enable_nestloop = off; set enable_mergejoin = off")
  madeCount = 0
  closedCount = 0
  const { temporaryFile } = Store.prototype
  vi.spyOn(Store.prototype, 'temporaryFile').mockImplementation(function (this: Store) {
    madeCount++
    const file = temporaryFile.call(this)
    const close = file.close.bind(file)
    file.close = () => {
      closedCount++
      close()
    }
    return file
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  db.close()
  directory.remove()
})

test.each([
  ['as it begins', 'select id, 1 / (id - 5999) as q from (select * from a offset 0) s order by q'],
  ['in a join', 'select a.name, 1 / (b.id - 5999) as q from a join a b on a.name = b.name and a.id = b.id'],
  ['in groups', 'select id, sum(1 / (id - 5999)) from a group by id'],
  ['in distinct values', 'select distinct id, repeat(name, 60), 1 / (id - 5999) from a'],
  ['in a union', 'select id, repeat(name, 60) from a union select 1 / (5999 - id), repeat(name, 61) from a'],
  [
    'on the right of a difference',
    'select $$x$$ except select repeat(name, 60) || id + 1 / (id - 5999) from a',
  ],
  [
    'on the left of an intersection',
    'select repeat(name, 60) || id + 1 / (id - 5999) from a intersect select repeat(name, 60) || id from a',
  ],
  [
    'in a common table',
    'with c as materialized (select id, 1 / (id - 5999) from a) select count(*) from c x, c y where x.id < 3',
  ],
  [
    'below rows that are kept',
    'with m as materialized (select 1 / (id - 5) as q, name from (select * from a order by name desc, id limit 200000) s) select * from m m1, m m2',
  ],
  [
    'in a subquery',
    'select (select max(1 / (s.id - 5)) from (select * from a order by name desc, id limit 200000) s where s.id <> b.id) from a b',
  ],
])('%s', (_, query) => {
  expect(() => small.query(query)).toThrow(expect.objectContaining({ sqlstate: '22012' }))
  expect(madeCount).toBeGreaterThan(0)
  expect(closedCount).toBe(madeCount)
})

test('grouping by all columns and by none, of more sets than fit', () => {
  const cube =
    'select count(*) as n from (select $1::int where $1 > 0) v(x) group by cube (x, x+1, x+2, x+3, x+4, x+5, x+6, x+7)'
  expect(small.query(cube, [1])).toHaveLength(256)
  expect(small.query(cube, [0])).toEqual([{ n: 0 }])
})
