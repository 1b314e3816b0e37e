/** What has one value for all rows of a statement is computed when the first row asks for it, and for that execution alone. */

import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, type SqlError } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { StatementContext } from '../../../src/sql/session/context.ts'

const ROWS = 4000

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`
    create table t (id int primary key, at timestamptz, name text, n int);
    insert into t select i, '2026-01-01Z'::timestamptz + i * interval '1 minute', 'N' || i, i % 10
      from generate_series(1, ${ROWS}) i;
    create sequence s`)
})
afterEach(() => db.close())
const { mode } = statementCode
afterAll(() => {
  statementCode.mode = mode
})

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    return (error as SqlError).sqlstate
  }
  return undefined
}

describe.each(['always', 'never'] as const)('code generated: %s', how => {
  beforeEach(() => {
    statementCode.mode = how
  })

  test('the time is asked for once, not for each row', () => {
    const property = Object.getOwnPropertyDescriptor(StatementContext.prototype, 'transactionTime')!
    let count = 0
    Object.defineProperty(StatementContext.prototype, 'transactionTime', {
      configurable: true,
      get() {
        count++
        return property.get!.call(this)
      },
    })
    try {
      const text =
        "select count(*) as n from t where at < date_trunc('day', now()) + interval '100 years' and n >= 0"
      expect(db.query(text)).toEqual([{ n: ROWS }])
      expect(count).toBeLessThan(20)
    } finally {
      Object.defineProperty(StatementContext.prototype, 'transactionTime', property)
    }
  })

  test('each execution has its own', () => {
    const statement = db.prepare<{ n: number }>(
      "select count(*) as n from t where name <> upper($1) and at >= $2::timestamptz + interval '1 hour' and n < $3 + 1",
    )
    for (const [name, from, n] of [
      ['n100', '2026-01-01Z', 9],
      ['n1000', '2026-01-02Z', 9],
      ['n1', '2026-01-01Z', 4],
      [null, '2026-01-01Z', 9],
      ['n1', null, 9],
    ] as const) {
      const expected = Array.from({ length: ROWS }, (_, i) => i + 1).filter(
        id =>
          name !== null &&
          from !== null &&
          `N${id}` !== name.toUpperCase() &&
          Date.parse('2026-01-01T00:00Z') + id * 60_000 >= Date.parse(`${from.slice(0, 10)}T01:00Z`) &&
          id % 10 < n + 1,
      ).length
      expect(statement.get(name, from, n)).toEqual({ n: expected })
    }
  })

  test('what fails does so when a row asks, and no later execution hears of it', () => {
    const statement = db.prepare(
      'select count(*) as n from t where id < $2 and n * 0 + 10 / ($1::int - 5) = 2',
    )
    expect(codeOf(() => statement.get(5, 100))).toBe('22012')
    expect(statement.get(5, 0)).toEqual({ n: 0 })
    expect(statement.get(10, 100)).toEqual({ n: 99 })
    expect(codeOf(() => statement.get(5, 100))).toBe('22012')
    const chosen = db.prepare('select max(case when id > 0 then id else 1 / ($1::int - 1) end) as m from t')
    expect(chosen.get(1)).toEqual({ m: ROWS })
  })

  test('what may be another value for each row is computed for each', () => {
    const [row] = db.query<Record<string, number>>(
      "select count(distinct random()) as a, count(distinct nextval('s')) as b, count(distinct gen_random_uuid()) as c from t",
    )
    expect(row).toEqual({ a: ROWS, b: ROWS, c: ROWS })
    let calls = 0
    db.function('counted', { args: ['int'], returns: 'int', volatility: 'stable' }, x => x + 0 * calls++)
    db.query('select count(*) from t where n < counted($1)', [5])
    expect(calls).toBeGreaterThanOrEqual(ROWS)
    const settings = db.query<{ value: string }>(
      "select set_config('my.setting', id::text, false), current_setting('my.setting') as value from t where id < 4 order by id",
    )
    expect(settings.map(one => one.value)).toEqual(['1', '2', '3'])
  })

  test('a subquery that is run for each row has its own rows, and the same values', () => {
    const text = `
      select sum((select count(*) from t i where i.id <= o.n and i.name <> upper($1) and i.at < now() + $2::interval)) as n
      from t o where o.id <= 100`
    const expected = Array.from({ length: 100 }, (_, i) => (i + 1) % 10).reduce(
      (sum, n) => sum + Math.max(0, n - (n >= 3 ? 1 : 0)),
      0,
    )
    expect(db.query(text, ['n3', '100 years'])).toEqual([{ n: String(expected) }])
    expect(db.query(text, ['n3', '-100 years'])).toEqual([{ n: '0' }])
  })
})
