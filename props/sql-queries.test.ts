/** Queries made at random have PostgreSQL's answers, whatever the plan: PGlite is asked the same. */

import { isDeepStrictEqual } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { shrunkQuery } from './shrunk-query.ts'
import { DROP_TABLES, queryOf, SEEDS_EACH, tablesFor } from './sql-queries.ts'

const QUERIES = runs(4000)
const FIRST_SEED = firstSeed()

let postgres: PGlite
let db: Database
beforeAll(async () => {
  postgres = await PGlite.create()
  db = openSync(':memory:')
}, 60_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

/** Rows in an order of their own: that of SQL is tested elsewhere. */
function answer(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map(row => JSON.stringify(row.map(plain))).sort()
}
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Date ? value.toISOString().slice(0, 10) : value
}

async function postgresAnswer(text: string): Promise<string[] | string> {
  try {
    return answer((await postgres.query<unknown[]>(text, [], { rowMode: 'array' })).rows)
  } catch (error) {
    return (error as { code: string }).code
  }
}
const MODES = { closures: 'never', 'generated code': 'always' } as const

function ownAnswer(text: string, mode: typeof statementCode.mode): string[] | string {
  statementCode.mode = mode
  try {
    return answer(db.query<unknown[]>(text, [], { rowMode: 'array' }))
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  } finally {
    statementCode.mode = 'auto'
  }
}

async function differs(text: string): Promise<boolean> {
  const expected = await postgresAnswer(text)
  return Object.values(MODES).some(mode => !isDeepStrictEqual(ownAnswer(text, mode), expected))
}

test(`${QUERIES} queries`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
    if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) {
      const script = `${DROP_TABLES}${tablesFor(seed)}`
      await postgres.exec(script)
      db.exec(script)
    }
    if (!(await differs(queryOf(new SeededRandom(seed))))) continue
    const text = await shrunkQuery(seed, differs)
    const expected = await postgresAnswer(text)
    for (const [name, mode] of Object.entries(MODES)) {
      expect(ownAnswer(text, mode), `seed ${seed}, ${name}: ${text}`).toEqual(expected)
    }
  }
}, 600_000)

test('a query that fails is made smaller, and still fails', async () => {
  await postgres.exec(`${DROP_TABLES};${tablesFor(FIRST_SEED)}`)
  const seeds = Array.from({ length: 1000 }, (_, i) => FIRST_SEED + i)
  const isAnswered = async (text: string) => Array.isArray(await postgresAnswer(text))
  const failing = (word: string) => async (text: string) => text.includes(word) && (await isAnswered(text))
  let lengths = 0
  let lengthsLeft = 0
  for (const word of ['rollup', ' over (', 'coalesce', 'full join', 'not in (select']) {
    let seed: number | undefined
    for (const one of seeds) {
      if (!(await failing(word)(queryOf(new SeededRandom(one))))) continue
      seed = one
      break
    }
    const text = queryOf(new SeededRandom(seed!))
    const smaller = await shrunkQuery(seed!, failing(word))
    expect(smaller).toContain(word)
    expect(await isAnswered(smaller), smaller).toBe(true)
    // Fewer choices are nearly always a shorter text.
    lengths += text.length
    lengthsLeft += smaller.length
  }
  expect(lengthsLeft).toBeLessThan(lengths * 0.8)
}, 120_000)
