/** Queries made at random have PostgreSQL's answers, whatever the plan: PGlite is asked the same. */

import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { DROP_TABLES, queryOf, SEEDS_EACH, tablesFor } from './sql-queries.ts'

const QUERIES = runs(2500)
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

test(`${QUERIES} queries`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
    if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) {
      const script = `${DROP_TABLES}${tablesFor(seed)}`
      await postgres.exec(script)
      db.exec(script)
    }
    const text = queryOf(new SeededRandom(seed))
    const expected = await postgresAnswer(text)
    expect(ownAnswer(text, 'never'), `seed ${seed}, closures: ${text}`).toEqual(expected)
    expect(ownAnswer(text, 'always'), `seed ${seed}, generated code: ${text}`).toEqual(expected)
  }
}, 600_000)
