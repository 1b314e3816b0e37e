/** The plan changes the time, never the answer: queries made at random answer alike whatever the planner may use. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { answer } from './sql/answer.ts'
import { connectionsWithout, type SwitchedConnection } from './sql/switched-off.ts'
import { DROP_TABLES, queryOf, SEEDS_EACH, tablesFor } from './sql-queries.ts'

const QUERIES = runs(600)
const FIRST_SEED = firstSeed(100_000)

/** What is switched off together. */
const SWITCHED_OFF: readonly (readonly string[])[] = [
  ['enable_hashjoin', 'enable_nestloop'],
  ['enable_hashjoin', 'enable_mergejoin'],
  ['enable_mergejoin', 'enable_nestloop'],
  ['enable_indexscan', 'enable_memoize'],
  ['enable_bitmapscan'],
  ['enable_seqscan'],
  ['coppice.enable_unnesting'],
  ['coppice.enable_unnesting', 'enable_memoize'],
]

let db: Database
let connections: readonly SwitchedConnection[]
beforeAll(() => {
  db = openSync(':memory:')
  connections = connectionsWithout(db, SWITCHED_OFF)
})
afterAll(() => db.close())

test(`${QUERIES} queries, the third time by their shortest way`, () => {
  const connection = db.connect()
  const parameters = [1]
  for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
    const text = `select * from (${queryOf(new SeededRandom(seed))}) q where $1 = 1`
    const once = () => answer(() => db.query<unknown[]>(text, parameters, { rowMode: 'array' }))
    const general = answer(() => {
      const execution = connection.execute(text, parameters, { rowMode: 'array' })
      const rows: unknown[][] = []
      for (let row = execution.next(); row !== undefined; row = execution.next()) rows.push(row as unknown[])
      return rows
    })
    for (let time = 1; time <= 3; time++)
      expect(once(), `seed ${seed}, time ${time}: ${text}`).toEqual(general)
  }
})

test(`${QUERIES} queries under ${SWITCHED_OFF.length} plans`, () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
    if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) db.exec(`${DROP_TABLES}${tablesFor(seed)}`)
    const text = queryOf(new SeededRandom(seed))
    const expected = answer(() => db.query<unknown[]>(text, [], { rowMode: 'array' }))
    for (const { off, connection } of connections) {
      const given = answer(() => connection.query<unknown[]>(text, [], { rowMode: 'array' }))
      expect(given, `seed ${seed}, without ${off}: ${text}`).toEqual(expected)
    }
  }
})

test(`${QUERIES} queries by closures and by generated code, with each kind of join`, () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
    if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) db.exec(`${DROP_TABLES}${tablesFor(seed)}`)
    const text = queryOf(new SeededRandom(seed))
    for (const { off, connection } of connections.slice(0, 3)) {
      const byMode = (mode: typeof statementCode.mode) => {
        statementCode.mode = mode
        try {
          return answer(() => connection.query<unknown[]>(text, [], { rowMode: 'array' }))
        } finally {
          statementCode.mode = 'auto'
        }
      }
      expect(byMode('always'), `seed ${seed}, without ${off}: ${text}`).toEqual(byMode('never'))
    }
  }
})
