/** Windows over partitions of more than memory may hold: the same rows as with much memory. */

import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { IndexedRows } from '../../../src/sql/spill/indexed-rows.ts'
import { Store } from '../../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { pausedRows } from '../support/paused.ts'

const ROWS = 1500

let directory: TemporaryDirectory
let db: Database
let small: Connection
let large: Connection
let madeCount: number
let closedCount: number
/** Made for partitions, apart from those that sorts have made. */
let partitionsInFile: number

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table t (id int primary key, k int, f float8, name text, part numeric, day date);
    insert into t select n, case when n % 37 = 0 then null else n * 7919 % 500 end,
      case when n % 11 = 0 then 'NaN'::float8 when n % 13 = 0 then '-0' else n % 4 end, 'name ' || n * 31 % 290, n % 7 / 2.0,
      date '2020-01-01' + n * 13 % 401 from generate_series(1, ${ROWS}) n;
    create sequence s;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'")
  large = db.connect()
})
beforeEach(() => {
  madeCount = 0
  closedCount = 0
  partitionsInFile = 0
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
  const { complete } = IndexedRows.prototype
  vi.spyOn(IndexedRows.prototype, 'complete').mockImplementation(function (this: IndexedRows) {
    if ((this as unknown as { file: unknown }).file !== undefined) partitionsInFile++
    complete.call(this)
  })
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => {
  db.close()
  directory.remove()
})

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

const FUNCTIONS = `row_number() over w, rank() over w, dense_rank() over w, percent_rank() over w, cume_dist() over w, ntile(7) over w,
  lag(name) over w, lead(k, 700, -1) over w, lead(k, -3) over w, lag(id, id % 50) over w`
const VALUES = `first_value(name) over w, last_value(k) over w, nth_value(name, 3) over w, nth_value(id, id % 90 + 1) over w`
const AGGREGATES = `count(*) over w, sum(k) over w, avg(part) over w, max(name) over w, sum(id) filter (where id % 3 = 0) over w,
  sum(f) filter (where f < 3) over w`

const ORDERS = [
  '',
  'order by id',
  'order by k',
  'order by part desc, name',
  'partition by id % 2 order by k desc nulls last',
]
const FRAMES = [
  '',
  'rows between 9 preceding and 5 following',
  'rows between 400 following and 405 following',
  'rows between unbounded preceding and 1 preceding',
  'rows between current row and current row',
  'rows between 5 preceding and current row exclude current row',
  'rows between 5 preceding and 5 following exclude group',
  'rows between 40 preceding and 2 following exclude ties',
]
const GROUPS = [
  'groups between 2 preceding and 1 following',
  'groups between 3 following and 4 following',
  'groups between unbounded preceding and 2 preceding',
  'groups between 1 preceding and current row exclude ties',
  'groups between current row and current row exclude group',
]
const RANGES = [
  ['order by k', 'range between 3 preceding and 2 following'],
  ['order by k desc nulls first', 'range between current row and 10 following'],
  ['order by part', 'range between unbounded preceding and 0.5 preceding'],
  ['order by f desc', 'range between 1 preceding and 1 following exclude current row'],
  ['order by day', "range between '1 month' preceding and '3 days' following exclude ties"],
] as const

function queriesOf(order: string, frame: string): readonly string[] {
  return [FUNCTIONS, VALUES, AGGREGATES].map(
    calls => `select id, name, ${calls} from t window w as (${order} ${frame})`,
  )
}

function expectSame(query: string): void {
  partitionsInFile = 0
  const expected = multiset(large.query(query, [], { rowMode: 'array' }))
  expect(expected).toHaveLength(ROWS)
  expect(partitionsInFile).toBe(0)
  expect(multiset(small.query(query, [], { rowMode: 'array' }))).toEqual(expected)
  expect(partitionsInFile).toBeGreaterThan(0)
  const { rows, pauses } = pausedRows(small, query, { rowMode: 'array' })
  expect(multiset(rows)).toEqual(expected)
  expect(pauses).toBeGreaterThan(10)
  expect(closedCount).toBe(madeCount)
  expect(readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))).toEqual([])
}

/** Rows that are peers come in any order, so what looks at rows among them wants a whole one. */
const whole = (order: string) =>
  order === '' ? 'order by id' : order.includes('order by id') ? order : `${order}, id`

describe('frames of rows', () => {
  test.each(ORDERS.flatMap(order => FRAMES.map(frame => [whole(order), frame] as const)))(
    '%s %s',
    (order, frame) => {
      for (const query of queriesOf(order, frame)) expectSame(query)
    },
  )
})

describe('frames of groups', () => {
  test.each(
    ORDERS.filter(order => order !== '').flatMap(order => GROUPS.map(frame => [order, frame] as const)),
  )('%s %s', (order, frame) => {
    expectSame(
      `select id, name, ${AGGREGATES}, rank() over w, cume_dist() over w from t window w as (${order} ${frame})`,
    )
  })
})

describe('frames of ranges', () => {
  test.each(RANGES)('%s %s', (order, frame) => {
    expectSame(
      `select id, name, ${AGGREGATES}, dense_rank() over w, cume_dist() over w from t window w as (${order} ${frame})`,
    )
  })
})

test('several windows, and partitions of all sizes', () => {
  expectSame(`select id, name, sum(id) over (partition by name order by id), count(*) over (partition by id % 3 = 0),
    row_number() over (partition by case when id < 1300 then 0 else id end order by k, id) from t`)
})

test('NaN is one partition, and so are 0 and -0', () => {
  const query = 'select f::text, count(*) over (partition by f) as n from t'
  const counts = new Map(
    db.query<{ f: string; n: number }>(query).map(({ f, n }) => [f.replace('-0', '0'), n] as const),
  )
  const expected = db.query<{ f: string; n: number }>(
    "select replace(max(f::text), '-0', '0') as f, count(*) as n from t group by f order by 1",
  )
  expect([...counts].sort()).toEqual(expected.map(({ f, n }) => [f, n]))
})

test('what is volatile is asked once a row', () => {
  for (const connection of [large, small]) {
    connection.exec('alter sequence s restart')
    const query =
      "select sum(nextval('s')) over (order by id rows between 5 preceding and current row) from t"
    expect(connection.query(query)).toHaveLength(ROWS)
    expect(connection.query("select nextval('s') as v")).toEqual([{ v: ROWS + 1 }])
  }
  expect(partitionsInFile).toBe(1)
})

test.each([
  'select sum(1 / (id - 1490)) over (order by k, id) from t',
  'select 1 / (sum(k) over (order by id rows between 5 preceding and 5 following) * 0) from t',
  'select ntile(id - 1000) over (order by id desc) from t',
])('%s, when it fails, leaves no file open', query => {
  expect(() => small.query(query)).toThrow()
  expect(madeCount).toBeGreaterThan(0)
  expect(closedCount).toBe(madeCount)
})

test('they hear that they are to end', async () => {
  const controller = new AbortController()
  const query = `select max(n) over (order by n rows between unbounded preceding and unbounded following exclude current row)
    from generate_series(1, 100000) n`
  const rows = small.prepare(query, { signal: controller.signal }).iterateAsync()
  setTimeout(() => controller.abort(), 50)
  await expect(
    (async () => {
      for await (const _ of rows) {
      }
    })(),
  ).rejects.toMatchObject({ sqlstate: '57014' })
  expect(() => small.prepare(query, { timeoutMs: 50 }).all()).toThrow('statement timeout')
  expect(closedCount).toBe(madeCount)
})
