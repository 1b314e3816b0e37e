/**
 * Queries of many shapes (sql/shapes.ts) have PostgreSQL's answers, by closures and by generated code, and whatever the planner
 * may use: PGlite is asked the same. One that differs is made smaller.
 */

import { isDeepStrictEqual } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, type Database, openSync, SqlError } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { shrunkQuery } from './shrunk-query.ts'
import { shapedQueryOf } from './sql/shapes.ts'
import { connectionsWithout } from './sql/switched-off.ts'
import { DROP_TABLES, SEEDS_EACH, tablesFor } from './sql-queries.ts'

const QUERIES = runs(100)
const FIRST_SEED = firstSeed(200_000)
/** Without its best way a query of this size may take long, which says nothing of its answer. */
const TIME_LIMIT_MS = 1000

const SWITCHED_OFF: readonly (readonly string[])[] = [
  ['enable_hashjoin', 'enable_nestloop'],
  ['enable_hashjoin', 'enable_mergejoin'],
  ['enable_mergejoin', 'enable_nestloop'],
  ['enable_indexscan', 'enable_memoize'],
  ['enable_bitmapscan'],
  ['coppice.enable_unnesting'],
]

type Answer = readonly string[] | string
/** Undefined: it took too long, or PostgreSQL fails where it should not. */
type Ask = (text: string) => Promise<Answer | undefined>

let postgres: PGlite
let db: Database
let ways: readonly (readonly [name: string, ask: Ask])[]
beforeAll(async () => {
  postgres = await PGlite.create()
  db = openSync(':memory:')
  const plain = db.connect()
  ways = [
    ['by closures', asking(plain, 'never')],
    ['by generated code', asking(plain, 'always')],
    ...connectionsWithout(db, SWITCHED_OFF).map(
      ({ off, connection }) => [`without ${off}`, asking(connection, 'auto')] as const,
    ),
  ]
}, 60_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

function answer(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map(row => JSON.stringify(row.map(plainValue))).sort()
}
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Date ? value.toISOString().slice(0, 10) : value
}

async function postgresAnswer(text: string): Promise<Answer | undefined> {
  try {
    await postgres.exec(`begin; set local statement_timeout = ${TIME_LIMIT_MS}`)
    return answer((await postgres.query<unknown[]>(text, [], { rowMode: 'array' })).rows)
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    // It takes columns of JOIN USING for those of its sides in subqueries of a grouping, has plans that it does not find, and
    // FULL JOINs that it does not see to be others.
    const isItsOwn =
      code === 'XX000' || code === '0A000' || /subquery uses ungrouped column "p\d+\./.test(message)
    return isItsOwn || code === '57014' ? undefined : code
  } finally {
    await postgres.exec('rollback')
  }
}

function asking(connection: Connection, mode: typeof statementCode.mode): Ask {
  return async text => {
    statementCode.mode = mode
    connection.exec('begin')
    try {
      return answer(connection.query<unknown[]>(text, [], { rowMode: 'array', timeoutMs: TIME_LIMIT_MS }))
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      // PostgreSQL may find by a condition around it that it is no FULL JOIN, where this planner does not look so far.
      const isFullJoin = error.sqlstate === '0A000' && error.primary.startsWith('FULL JOIN')
      return isFullJoin || error.sqlstate === '57014' ? undefined : error.sqlstate
    } finally {
      connection.exec('rollback')
      statementCode.mode = 'auto'
    }
  }
}

test(`${QUERIES} queries of many shapes`, async () => {
  let answered = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
    if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) {
      const script = `${DROP_TABLES}${tablesFor(seed)}`
      await postgres.exec(script)
      db.exec(script)
    }
    const text = shapedQueryOf(new SeededRandom(seed))
    const expected = await postgresAnswer(text)
    if (expected === undefined) continue
    if (typeof expected !== 'string' && expected.length > 0) answered++
    for (const [name, ask] of ways) {
      const given = await ask(text)
      if (given === undefined || isDeepStrictEqual(given, expected)) continue
      const differs = async (smaller: string) => {
        const wanted = await postgresAnswer(smaller)
        const got = wanted === undefined ? undefined : await ask(smaller)
        return got !== undefined && !isDeepStrictEqual(got, wanted)
      }
      const smaller = await shrunkQuery(seed, differs, shapedQueryOf)
      expect(await ask(smaller), `seed ${seed}, ${name}: ${smaller}`).toEqual(await postgresAnswer(smaller))
    }
  }
  expect(answered).toBeGreaterThan(QUERIES / 3)
}, 600_000)
