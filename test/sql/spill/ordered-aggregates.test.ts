/** Aggregates with DISTINCT or ORDER BY of their own over more than memory may hold, in one group and in many. */

import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { Store } from '../../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { pausedRows } from '../support/paused.ts'

const ROWS = 3000

let directory: TemporaryDirectory
let db: Database
let small: Connection
let large: Connection
let madeCount: number

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table t (id int primary key, k int, name text, part numeric, span interval);
    insert into t select n, case when n % 17 = 0 then null else n * 7919 % 5000 end, 'name ' || n * 31 % 2900, n % 7 / 2.0,
      make_interval(mins => n * 13 % 4001) from generate_series(1, ${ROWS}) n;
    create sequence s;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'")
  large = db.connect()
})
beforeEach(() => {
  madeCount = 0
  const { temporaryFile } = Store.prototype
  vi.spyOn(Store.prototype, 'temporaryFile').mockImplementation(function (this: Store) {
    madeCount++
    return temporaryFile.call(this)
  })
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => {
  db.close()
  directory.remove()
})

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

const AGGREGATES = [
  'count(distinct name)',
  'count(distinct id), sum(distinct id), sum(distinct part)',
  "count(distinct (k, name)), string_agg(distinct name, ',')",
  "string_agg(name, ',' order by k desc nulls last, id)",
  'array_agg(id order by part, name desc, id)',
  "string_agg(distinct name, ',' order by name desc)",
  'string_agg(distinct name, (id % 3)::text order by name)',
  'array_agg(distinct k), array_agg(distinct part order by part desc)',
  'array_agg(id order by id) filter (where id % 3 = 0), count(distinct name) filter (where id % 2 = 0)',
  'jsonb_agg(name order by id), json_object_agg(id, name order by name, id)',
  'mode() within group (order by name), mode() within group (order by k desc)',
  'percentile_cont(0.3) within group (order by k), percentile_disc(0.7) within group (order by name)',
  "percentile_cont('{0,0.25,0.5,1,null}'::float8[]) within group (order by id desc)",
  "percentile_disc('{0.9,0.1}'::float8[]) within group (order by name), percentile_cont(0.55) within group (order by span)",
  "rank('name 2') within group (order by name), dense_rank('name 2') within group (order by name)",
  "percent_rank(700, 'name 5') within group (order by k, name), cume_dist(2500) within group (order by k desc)",
  'count(distinct id), count(*), max(name), array_agg(id order by id), avg(distinct part)',
]

const GROUPINGS: readonly (readonly [what: string, suffix: string, prefix: string])[] = [
  ['one group', '', ''],
  ['many groups', 'group by id % 100', 'id % 100, '],
  ['more groups than fit', 'group by id % 1000', 'id % 1000, '],
  ['several sets', 'group by grouping sets ((id % 3), (part), ())', 'id % 3, part, '],
]

describe.each(GROUPINGS)('of %s', (_, suffix, prefix) => {
  test.each(AGGREGATES)('%s', aggregates => {
    const query = `select ${prefix}${aggregates} from t ${suffix}`
    const expected = multiset(large.query(query, [], { rowMode: 'array' }))
    expect(madeCount).toBe(0)
    expect(multiset(small.query(query, [], { rowMode: 'array' }))).toEqual(expected)
    expect(madeCount).toBeGreaterThan(0)
    const { rows, pauses } = pausedRows(small, query, { rowMode: 'array' })
    expect(multiset(rows)).toEqual(expected)
    expect(pauses).toBeGreaterThan(10)
    expect(readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))).toEqual([])
  })
})

describe('what is volatile is asked once a row', () => {
  test.each([
    "count(distinct nextval('s'))",
    "string_agg(distinct nextval('s')::text, ',')",
    "array_agg(nextval('s') order by nextval('s') desc)",
    "array_agg(id order by nextval('s'))",
    "percentile_disc(0.5) within group (order by nextval('s'))",
  ])('%s', aggregate => {
    for (const connection of [large, small]) {
      connection.exec('alter sequence s restart')
      connection.query(`select ${aggregate} from t`)
      expect(connection.query("select nextval('s') as v")).toEqual([{ v: ROWS + 1 }])
    }
    expect(madeCount).toBeGreaterThan(0)
  })

  test('also of what it is grouped by', () => {
    small.exec('alter sequence s restart')
    const query = `select count(*) as n, sum(k)::int as s from (select nextval('s') as k, count(distinct name) from t group by nextval('s')) q`
    expect(small.query(query)).toEqual([{ n: ROWS, s: (ROWS * (ROWS + 1)) / 2 }])
    expect(madeCount).toBeGreaterThan(0)
  })
})

test('of no row they are what they are without', () => {
  const query = `select ${AGGREGATES.join(', ')} from t where id < 0`
  expect(small.query(query, [], { rowMode: 'array' })).toEqual(large.query(query, [], { rowMode: 'array' }))
  expect(() =>
    small.query('select percentile_cont(1.5) within group (order by id) from t where id < 0'),
  ).toThrow('percentile value 1.5 is not between 0 and 1')
})

test.each([
  ["string_agg((1 / (id - 2999))::text, ',' order by name)"],
  ['count(distinct 1 / (2999 - id))'],
  ['percentile_disc((select 1.0 / (count(*) - 3000) from t)) within group (order by name)'],
])('%s, when it fails, leaves no file open', aggregate => {
  let closedCount = 0
  vi.restoreAllMocks()
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
  const query = `select count(distinct repeat(name, 200) || id), ${aggregate} from t`
  expect(() => small.query(query)).toThrow('division by zero')
  expect(madeCount).toBeGreaterThan(0)
  expect(closedCount).toBe(madeCount)
})

test('they hear that they are to end', async () => {
  const controller = new AbortController()
  const rows = small
    .prepare(
      "select string_agg(n::text, ',' order by n desc), count(distinct n) from generate_series(1, 1e15::bigint) n",
      {
        signal: controller.signal,
      },
    )
    .iterateAsync()
  setTimeout(() => controller.abort(), 50)
  await expect(rows.next()).rejects.toMatchObject({ sqlstate: '57014' })
  const late = small.prepare(
    'select percentile_disc(0.5) within group (order by n) from generate_series(1, 1e15::bigint) n',
    {
      timeoutMs: 50,
    },
  )
  expect(() => late.all()).toThrow('statement timeout')
})
