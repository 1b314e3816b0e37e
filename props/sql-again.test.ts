/**
 * Nothing of one run is left for the next: a prepared statement that was run before, while other rows were there, answers as one
 * does that was never run; also when a run was left half way, when two runs of it go on side by side, and after a rollback.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync, type PreparedStatement } from '../src/index.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { answer } from './sql/answer.ts'
import { DROP_TABLES, queryOf, tablesFor } from './sql-queries.ts'

const ROUNDS = runs(6)
const FIRST_SEED = firstSeed(300_000)
const STATEMENTS_EACH = 30
const CHANGES_EACH = 5

let db: Database
beforeAll(() => {
  db = openSync(':memory:')
})
afterAll(() => db.close())

type Row = readonly unknown[]

/** A change of rows, which may fail. */
function changeOf(numbers: SeededRandom): string {
  const n = () => numbers.below(45)
  return numbers.pick([
    () => `delete from a where i % ${2 + numbers.below(5)} = 0`,
    () => 'delete from c',
    () => 'delete from a',
    () => `update a set x = ${numbers.below(8)}, s = 'zz' where y < ${numbers.below(4) - 1}`,
    () => `update c set a = i, x = x + 1 where i > ${n()}`,
    () => `update a set x = null, b = not b`,
    () =>
      `insert into a select i + ${100 + n()}, x, y, s || 'x', n, b from a where i < ${n()} on conflict do nothing`,
    () => `insert into c select i + ${100 + n()}, a, x, s, d from c on conflict do nothing`,
    () => 'truncate c',
    () => 'analyze',
  ])()
}

/** The rows of two runs that take turns; the first of them ends early now and then. */
function sideBySide(statement: PreparedStatement<Row>, numbers: SeededRandom): Row[] {
  const first = statement.iterate()
  const second = statement.iterate()
  const rows: Row[] = []
  let goesOn = true
  for (let next = second.next(); !next.done; next = second.next()) {
    rows.push(next.value)
    if (goesOn) goesOn = !first.next().done && numbers.below(10) > 0
  }
  first.return?.()
  return rows
}

test(`${ROUNDS} times ${STATEMENTS_EACH} statements, again after each of ${CHANGES_EACH} changes`, () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
    const numbers = new SeededRandom(seed)
    db.exec(`${DROP_TABLES}${tablesFor(seed * 500)}`)
    const prepared = Array.from({ length: STATEMENTS_EACH }, () => {
      const text = queryOf(numbers)
      return { text, statement: db.prepare<Row>(text, { rowMode: 'array' }) }
    })
    const told: string[] = []
    for (let round = 0; round <= CHANGES_EACH; round++) {
      for (const { text, statement } of prepared) {
        // Another text is another statement.
        const expected = answer(() => db.query<Row>(`${text} -- ${seed} ${round}`, [], { rowMode: 'array' }))
        const where = () => `seed ${seed}, after\n${told.join(';\n')}\n${text}`
        expect(
          answer(() => statement.all()),
          where(),
        ).toEqual(expected)
        if (numbers.below(3) === 0) {
          expect(
            answer(() => sideBySide(statement, numbers)),
            `side by side, ${where()}`,
          ).toEqual(expected)
        }
      }
      const change = changeOf(numbers)
      if (numbers.below(3) > 0) {
        told.push(change)
        db.exec(change)
        continue
      }
      // Undone: what was read meanwhile is nobody's.
      told.push(`begin; ${change}; rollback`)
      try {
        db.write(tx => {
          tx.exec(change)
          for (const { text } of prepared.slice(0, 5)) {
            const seen = answer(() => tx.query<Row>(text, [], { rowMode: 'array' }))
            const fresh = answer(() =>
              tx.query<Row>(`${text} -- in ${seed} ${round}`, [], { rowMode: 'array' }),
            )
            expect(seen, `in a transaction, seed ${seed}, after\n${told.join(';\n')}\n${text}`).toEqual(fresh)
          }
          throw new Undone()
        })
      } catch (error) {
        if (!(error instanceof Undone)) throw error
      }
    }
  }
})

class Undone extends Error {}
