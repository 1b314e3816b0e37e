/** What pauses does what it does without: queries and changes made at random, which pause wherever they can. */

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { pausedRows, withPausingChanges } from '../test/sql/support/paused.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { answer } from './sql/answer.ts'
import { CONTENTS, changesScript, tablesDraft, tablesScript } from './sql/changes.ts'
import { connectionsWithout, type SwitchedConnection } from './sql/switched-off.ts'
import { DROP_TABLES, queryOf, SEEDS_EACH, tablesFor } from './sql-queries.ts'

const QUERIES = runs(600)
const FIRST_SEED = firstSeed(300_000)

const SWITCHED_OFF: readonly (readonly string[])[] = [
  [],
  ['enable_hashjoin', 'enable_nestloop'],
  ['enable_hashjoin', 'enable_mergejoin'],
  ['enable_mergejoin', 'enable_nestloop'],
]

let db: Database
let connections: readonly SwitchedConnection[]
beforeAll(() => {
  db = openSync(':memory:')
  connections = connectionsWithout(db, SWITCHED_OFF)
})
afterAll(() => db.close())

test.each(['always', 'never'] as const)(`${QUERIES} queries, code generated: %s`, mode => {
  let pauses = 0
  statementCode.mode = mode
  try {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
      if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) db.exec(`${DROP_TABLES}${tablesFor(seed)}`)
      const text = queryOf(new SeededRandom(seed))
      for (const { off, connection } of connections) {
        const expected = answer(() => connection.query(text, [], { rowMode: 'array' }))
        const given = answer(() => {
          const result = pausedRows(connection, text, { rowMode: 'array' })
          pauses += result.pauses
          return result.rows
        })
        expect(given, `seed ${seed}, without ${off}: ${text}`).toEqual(expected)
      }
    }
  } finally {
    statementCode.mode = 'auto'
  }
  expect(pauses).toBeGreaterThan(QUERIES)
})

const SCRIPTS = runs(60)

test(`${SCRIPTS} scripts of changes`, () => {
  let pauses = 0
  fc.assert(
    fc.property(tablesDraft, changesScript, (draft, statements) => {
      const schema = tablesScript(draft)
      using plain = openSync(':memory:')
      using pausing = openSync(':memory:')
      plain.exec(schema)
      pausing.exec(schema)
      using one = plain.connect()
      using other = pausing.connect()
      for (const text of statements.flatMap(statement => [statement, ...CONTENTS])) {
        const expected = answer(() => one.query(text, [], { rowMode: 'array' }))
        const given = answer(() =>
          withPausingChanges(() => {
            const result = pausedRows(other, text, { rowMode: 'array' })
            pauses += result.pauses
            return result.rows
          }),
        )
        expect(given, text).toEqual(expected)
      }
    }),
    { numRuns: SCRIPTS },
  )
  expect(pauses).toBeGreaterThan(0)
})
