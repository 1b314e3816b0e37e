/** Changes that are about more rows than memory may hold: these, what was changed already, and what RETURNING gives. */

import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { Store } from '../../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { pausedRows, withPausingChanges } from '../support/paused.ts'

const ROWS = 4000

let directory: TemporaryDirectory
let db: Database
let small: Connection
let large: Connection
let madeCount: number
let closedCount: number

beforeEach(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table t (id int primary key, k int, name text);
    create table u (id int primary key, k int, name text);
    create table keyless (k int, name text);
    insert into t select n, n * 7919 % 500, 'name ' || n from generate_series(1, ${ROWS}) n;
    insert into u select n, n * 31 % 900, 'other ' || n from generate_series(1, ${ROWS}) n;
    insert into keyless select k, name from t;
    create sequence s;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'")
  large = db.connect()
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

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()
const contents = () =>
  ['t', 'u', 'keyless'].map(table =>
    multiset(large.query(`select * from ${table}`, [], { rowMode: 'array' })),
  )

const CHANGES = [
  'update t set k = k + 1, name = name || $$!$$',
  'update t set id = id + 10000 returning old.id, new.id, name',
  'update t set name = u.name from u where u.k = t.k returning t.id',
  'update keyless set k = k + 1 returning *',
  'delete from t where id % 100 > 0 returning *',
  'delete from t using u where t.k = u.k',
  'insert into t select id + 10000, k, name from t returning id, name',
  `insert into t select id + ${ROWS / 2}, k, name from t on conflict (id) do update set name = excluded.name || t.name returning old.id, new.name`,
  'insert into keyless select k + 1, name from keyless',
  `merge into t using u on t.id = u.id + 1500 when matched and u.k % 3 = 0 then delete when matched then update set name = u.name
   when not matched then insert values (u.id + 10000, u.k, u.name) when not matched by source then update set k = -1
   returning merge_action(), t.*`,
  'with d as (delete from t returning *), i as (insert into keyless select k, name from d returning *) select * from i',
]

describe.each([
  ['in one go', false],
  ['with pauses', true],
])('%s', (_, isPausing) => {
  test.each(CHANGES)('%s', change => {
    large.exec('begin')
    const expectedRows = multiset(large.query(change, [], { rowMode: 'array' }))
    const expected = contents()
    large.exec('rollback')
    expect(madeCount).toBe(0)
    const rows = isPausing
      ? withPausingChanges(() => pausedRows(small, change, { rowMode: 'array' }).rows)
      : small.query(change, [], { rowMode: 'array' })
    expect(multiset(rows)).toEqual(expectedRows)
    expect(contents()).toEqual(expected)
    expect(madeCount).toBeGreaterThan(0)
    expect(closedCount).toBe(madeCount)
    expect(readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))).toEqual([])
  })
})

test('what is volatile is asked once a row', () => {
  small.query("update t set k = nextval('s')")
  expect(large.query('select sum(k)::int as s from t')).toEqual([{ s: (ROWS * (ROWS + 1)) / 2 }])
  expect(madeCount).toBeGreaterThan(0)
})

test.each([
  ['update t set k = 1 / (id - 3999) returning *', '22012'],
  ['merge into t using (select id % 2000 as id from u) x on t.id = x.id when matched then delete', '21000'],
  [
    'insert into t select id % 3000 + 20000, k, name from u on conflict (id) do update set name = excluded.name',
    '21000',
  ],
])('%s, when it fails, leaves no file open and nothing changed', (change, sqlstate) => {
  const before = contents()
  expect(() => small.query(change)).toThrow(expect.objectContaining({ sqlstate }))
  expect(madeCount).toBeGreaterThan(0)
  expect(closedCount).toBe(madeCount)
  expect(contents()).toEqual(before)
})

test('CREATE TABLE AS and REFRESH', () => {
  small.exec(`create table copied as select id, name || '!' as name from t;
    create materialized view seen as select id, k, name from u`)
  expect(large.query('select * from copied order by id')).toEqual(
    large.query("select id, name || '!' as name from t order by id"),
  )
  small.exec('update u set name = $$new $$ || id; refresh materialized view seen')
  expect(large.query('select * from seen order by id')).toEqual(large.query('select * from u order by id'))
  const made = madeCount
  expect(made).toBeGreaterThan(2)
  // A sort that fails has written to a file of its own.
  expect(() =>
    small.exec(
      'create table failed as select id, 1 / (id - 3999) from (select * from t order by name desc offset 0) as sorted',
    ),
  ).toThrow('division by zero')
  expect(madeCount).toBeGreaterThan(made)
  expect(closedCount).toBe(madeCount)
})
