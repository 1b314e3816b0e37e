/** Subqueries in expressions that run long: others have their turn meanwhile, and what is evaluated is what it is without pauses. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { pausedRows, withPausingChanges } from '../support/paused.ts'

let directory: TemporaryDirectory
let db: Database
let little: Connection
let calls = 0

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table t (id int primary key, k int, name text);
    create table one (id int primary key, x int);
    create table few (id int primary key, x int);
    insert into t select n, n * 7919 % 300, 'name ' || n % 40 from generate_series(1, 3000) n;
    insert into one values (1, 5);
    insert into few values (1, 3), (2, 5), (3, 3), (4, null);
    analyze`)
  db.function('called', { args: ['integer'], returns: 'integer', volatility: 'volatile' }, n => {
    calls++
    return n
  })
  little = db.connect()
  little.exec("set work_mem = '64kB'")
})
beforeEach(() => {
  calls = 0
})
afterAll(() => {
  db.close()
  directory.remove()
})

/** Each meets few rows but in its subquery: what pauses there are, are there. */
const LONG = "(select count(*) from t where name <> 'x')"
const EXPRESSIONS: readonly (readonly [what: string, query: string])[] = [
  ['a value', `select ${LONG} as n`],
  ['a value of a join', 'select (select count(*) from t a join t b on a.k = b.id) as n'],
  ['existence', "select exists (select from t where name like '%x%') as x"],
  ['an array', 'select array(select id from t order by k desc, id) as ids'],
  ['IN', 'select 7 in (select id + 100 from t) as x, 117 in (select id + 100 from t) as y'],
  ['IN of rows', 'select (1, 2) in (select id, k from t) as x'],
  ['ANY', 'select 0 > any (select id from t) as x'],
  ['ALL', 'select 0 < all (select id from t) as x'],
  ['what reads the row', 'select id, (select count(*) from t where t.k <> one.x) as n from one'],
  ['IN that reads the row', 'select x in (select id + one.x from t) as n from one'],
  ['in another subquery', `select (select (select max(k) from t where id > one.id) + x from one) as n`],
  ['two in one expression', `select ${LONG} + (select sum(id) from t where k > one.x) as n from one`],
  ['a condition without a table', `select 1 as n where ${LONG} > 10`],
  ['a condition', `select id from one where x < ${LONG}`],
  [
    'a condition that reads the row',
    'select id from one where (select count(*) from t where t.k > one.x) > 10',
  ],
  ['a condition behind another', `select id from one where x = 5 and ${LONG} > x`],
  ['a condition of a join', `select a.id from one a left join few b on a.x = b.x and ${LONG} > b.id + a.id`],
  ['a condition of a group', `select x, count(*) from few group by x having count(*) < ${LONG}`],
  ['a key', `select x from one where id = ${LONG} - 2999`],
  ['a range of keys', `select id from few where id > ${LONG} - 2998`],
  ['VALUES', `values (1, ${LONG}), (2, 3)`],
  ['an argument of a function', `select * from generate_series(1, ${LONG} - 2998) n`],
  ['a limit', `select id from few order by id limit ${LONG} - 2998`],
  ['an order', 'select id from few order by (select count(*) from t where t.k > few.x), id'],
  ['an aggregate', 'select sum((select count(*) from t where t.k > one.x)) as n from one'],
  ['a filter of an aggregate', `select count(*) filter (where x < ${LONG}) as n from one`],
  [
    'an argument of a window that reads the row',
    'select sum((select count(*) from t where t.k > one.x)) over () as n from one',
  ],
  [
    'arguments of windows of several partitions',
    `select id, sum((select count(*) from t where t.k > few.x)) over (partition by x order by id) as n,
       lag((select max(t.name) from t where t.k = few.x), 1, 'none') over (order by id) as name,
       count((select 1 / few.x)) filter (where x > 3) over () as f from few order by id`,
  ],
  ['a window', `select sum(${LONG}) over () as n from one`],
  ['a function of a select list', `select generate_series(1, ${LONG} - 2998) as n from one`],
  ['a union', `select id from one union all select ${LONG}`],
  ['an intersection', `select 3000::bigint intersect select ${LONG}`],
  ['a common table', `with c as materialized (select ${LONG} as n) select a.n + b.n as n from c a, c b`],
  [
    'a recursion',
    `with recursive r(n) as (select 2998::bigint union all select n + 1 from r where n < ${LONG}) select n from r`,
  ],
  ['CASE', `select case x when ${LONG} then 1 when 5 then ${LONG} else 1 / (x - 5) end as n from one`],
  ['beside what is asked once', `select random() < 2 as a, called(3) as b, ${LONG} as n`],
  ['what is asked once, in it', 'select (select sum(called(id)) from t) as n'],
]

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

describe.each(['always', 'never'] as const)('code generated: %s', mode => {
  test.each(EXPRESSIONS)('%s', (_, query) => {
    statementCode.mode = mode
    try {
      const options = { rowMode: 'array', values: 'text' } as const
      const expected = multiset(db.query(query, [], options))
      const expectedCalls = calls
      calls = 0
      const { rows, pauses } = pausedRows(db.connect(), query, options, pause => {
        if (pause % 10 === 0) db.query('select count(*) from t where k > $1', [pause])
      })
      expect(multiset(rows)).toEqual(expected)
      expect(calls).toBe(expectedCalls)
      expect(pauses).toBeGreaterThan(4)
    } finally {
      statementCode.mode = 'auto'
    }
  })
})

describe('with pauses, too', () => {
  const rowsOf = (query: string, connection = db.connect()) =>
    pausedRows(connection, query, { rowMode: 'array' }).rows
  const FAILING = '(select 1 / (id - 5) from t where id = 5)'

  test.each([
    [`select case when x = 5 then 1 else ${FAILING} end from one`, [[1]]],
    [`select coalesce(x, ${FAILING}) from one`, [[5]]],
    [`select id from few where x = 9 and x + id > ${FAILING}`, []],
    [`select count(*) from t where k < 0 and k + id > ${FAILING}`, [[0]]],
    [`select count(*) from t where k < 0 and (id < 0 or id in (select 1 / (id - 5) from t))`, [[0]]],
    [`select count(*) from t a join t b on a.k = b.k and a.id < 0 and a.id + b.id > ${FAILING}`, [[0]]],
    [`select sum(${FAILING}) from one where x = 9`, [[null]]],
    [`select id from few limit 0 offset 0`, []],
  ])('what is not reached does not fail: %s', (query, expected) => {
    for (const mode of ['always', 'never'] as const) {
      statementCode.mode = mode
      try {
        expect(rowsOf(query)).toEqual(expected)
      } finally {
        statementCode.mode = 'auto'
      }
    }
  })

  test.each([
    `select ${FAILING}`,
    `select count(*) from t where k + id > ${FAILING}`,
    `select count(*) from t where id < 0 or id in (select 1 / (id - 5) from t)`,
    `select id from few where x = 3 and x + id > ${FAILING}`,
    `select sum(${FAILING}) from one`,
    `select 1 limit ${FAILING}`,
  ])('what is reached does: %s', query => {
    expect(() => rowsOf(query)).toThrow('division by zero')
  })

  test('the first error is the one that is told', () => {
    expect(() => rowsOf(`select 1 / (x - 5), (select id from t) from one`)).toThrow('division by zero')
    expect(() => rowsOf(`select (select id from t), 1 / (x - 5) from one`)).toThrow('more than one row')
    expect(() =>
      rowsOf('select (select 1 / (t.id - 5) + few.x from t), (select id from t) from few'),
    ).toThrow('more than one row')
  })

  test('values of IN that memory does not hold', () => {
    const query = `select count(*) from few where id * 1000 in (select id from t) and 'name 7' in (select name || '' from t)
      and id * 1001 not in (select id * 1000 from t)`
    expect(rowsOf(query, little)).toEqual([[3]])
  })

  test('the results of a subquery for all rows at once', () => {
    const query =
      'select a.id, (select max(b.id) from t b where b.k = a.k % 10) from t a order by a.id limit 500'
    expect(rowsOf(query)).toEqual(db.query(query, [], { rowMode: 'array' }))
  })

  test('a cursor that is left', () => {
    using connection = db.connect()
    connection.exec(
      `begin isolation level repeatable read; declare c cursor for select ${LONG} + x from few order by id`,
    )
    const { rows, pauses } = pausedRows(connection, 'fetch 2 from c', { rowMode: 'array' })
    expect(rows).toEqual([[3003], [3005]])
    expect(pauses).toBeGreaterThan(4)
    expect(connection.query('fetch 2 from c', [], { rowMode: 'array' })).toEqual([[3003], [null]])
    connection.exec('rollback')
  })

  test.each([
    'update few set x = (select count(*) from t where t.k > few.id) returning *',
    `update few set x = ${LONG} where x = 3 returning *`,
    `insert into few values (11, ${LONG}), (12, 1) returning *`,
    `insert into few select id + 10, (select count(*) from t where t.k < few.id) from few returning *`,
    `delete from few where x < (select count(*) from t where t.k > few.id) returning *`,
    `insert into few values (1, 1) on conflict (id) do update set x = ${LONG} returning *`,
  ])('a change: %s', statement => {
    using connection = db.connect()
    const outcome = (run: () => readonly unknown[]) => {
      connection.exec('begin')
      const rows = multiset(run())
      const after = connection.query('select * from few order by id')
      connection.exec('rollback')
      return [rows, after]
    }
    let pauseCount = 0
    const expected = outcome(() => connection.query(statement))
    const given = outcome(() =>
      withPausingChanges(() => {
        const { rows, pauses } = pausedRows(connection, statement)
        pauseCount = pauses
        return rows
      }),
    )
    expect(given).toEqual(expected)
    expect(pauseCount).toBeGreaterThan(4 + 3)
  })
})

describe('is ended by its signal, after turns of the event loop', () => {
  const ENDLESS = 'generate_series(1, 1e15::bigint) n'
  test.each([
    `select (select count(*) from ${ENDLESS})`,
    `select exists (select from ${ENDLESS} where n < 0)`,
    `select 1 in (select n from ${ENDLESS} where n < 0)`,
    `select array(select n from ${ENDLESS} where n < 0)`,
    `select id from one where x < (select count(*) from ${ENDLESS})`,
    `select (select count(*) from ${ENDLESS} where n > one.x) from one`,
    `select count(*) from t where k > (select count(*) from ${ENDLESS})`,
    `select x from one where id = (select count(*) from ${ENDLESS})`,
    `select sum((select count(*) from ${ENDLESS} where n > x)) from one`,
    `select id from one where x in (select (select count(*) from ${ENDLESS}) from few)`,
    'select (select count(*) from t a, t b, t c, t d, t e)',
  ])('%s', async query => {
    const controller = new AbortController()
    const rows = db.prepare(query, { signal: controller.signal }).iterateAsync()
    let turns = 0
    const turn = () => {
      if (++turns === 5) controller.abort()
      else setImmediate(turn)
    }
    setImmediate(turn)
    await expect(rows.next()).rejects.toMatchObject({ sqlstate: '57014' })
    expect(turns).toBe(5)
    expect(db.stats().snapshots).toEqual([])
  })
})

test('a loop that is left in the middle of a subquery leaves nothing, and runs again', async () => {
  const statement = db.prepare('select (select sum(a.id + b.id) from t a, t b where a.id < 200) as n')
  const rows = statement.iterateAsync()
  const first = rows.next()
  await new Promise(resolve => setImmediate(resolve))
  await rows.return?.()
  await first
  expect(db.stats().snapshots).toEqual([])
  expect(statement.all()).toEqual(db.query('select sum(a.id + b.id) as n from t a, t b where a.id < 200'))
})

test('joins in one loop have others take their turn between pairs', () => {
  statementCode.mode = 'always'
  try {
    using connection = db.connect()
    connection.exec('set enable_mergejoin = off; set enable_nestloop = off')
    const query = `select count(*), sum(c.id) from t a join t b on a.name = b.name join t c on c.name = b.name where a.id <= 300`
    const { rows, pauses } = pausedRows(connection, query)
    expect(rows).toEqual(connection.query(query))
    // 300 rows with 75 times 75 pairs each, some four thousand at once, and three looks without a pause.
    expect(pauses).toBeGreaterThan(100)
  } finally {
    statementCode.mode = 'auto'
  }
})
