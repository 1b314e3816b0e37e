/**
 * What does not fit into memory lies in files, and changes no answer: queries and changes made at random, with memory for hardly
 * a row, with and without pauses.
 */

import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Database, openSync } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { Settings } from '../src/sql/session/settings.ts'
import { Store } from '../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../test/io/temporary-directory.ts'
import { pausedRows, withPausingChanges } from '../test/sql/support/paused.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { answer } from './sql/answer.ts'
import { CONTENTS, changesScript, tablesDraft, tablesScript } from './sql/changes.ts'
import { connectionsWithout, type SwitchedConnection } from './sql/switched-off.ts'
import { DROP_TABLES, queryOf, SEEDS_EACH, tablesFor } from './sql-queries.ts'

const QUERIES = runs(300)
const FIRST_SEED = firstSeed(700_000)
const SCRIPTS = runs(30)
/** Bytes; 0: nothing at all fits. */
const BUDGETS = [0, 300, 1500, 6000]

let directory: TemporaryDirectory
let db: Database
let connections: readonly SwitchedConnection[]
let filesMade = 0
let filesOpen = 0

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  connections = connectionsWithout(db, [
    ['enable_nestloop', 'enable_mergejoin'],
    ['enable_hashjoin', 'enable_mergejoin'],
  ])
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => {
  db.close()
  directory.remove()
})

function countFiles(): void {
  filesMade = 0
  filesOpen = 0
  const { temporaryFile } = Store.prototype
  vi.spyOn(Store.prototype, 'temporaryFile').mockImplementation(function (this: Store) {
    filesMade++
    filesOpen++
    const file = temporaryFile.call(this)
    const close = file.close.bind(file)
    file.close = () => {
      filesOpen--
      close()
    }
    return file
  })
}

function within<Result>(budgetBytes: number, run: () => Result): Result {
  const spy = vi.spyOn(Settings.prototype, 'workMemoryBytes', 'get').mockReturnValue(budgetBytes)
  try {
    return run()
  } finally {
    spy.mockRestore()
  }
}

test.each(['always', 'never'] as const)(`${QUERIES} queries, code generated: %s`, mode => {
  countFiles()
  statementCode.mode = mode
  try {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + QUERIES; seed++) {
      if (seed === FIRST_SEED || seed % SEEDS_EACH === 0) db.exec(`${DROP_TABLES}${tablesFor(seed)}`)
      const random = new SeededRandom(seed)
      const text = queryOf(random)
      const budget = random.pick(BUDGETS)
      for (const { off, connection } of connections) {
        const expected = answer(() => connection.query(text, [], { rowMode: 'array' }))
        const told = `seed ${seed}, ${budget} bytes, without ${off}: ${text}`
        const given = within(budget, () => answer(() => connection.query(text, [], { rowMode: 'array' })))
        expect(given, told).toEqual(expected)
        const paused = within(budget, () =>
          answer(() => pausedRows(connection, text, { rowMode: 'array' }).rows),
        )
        expect(paused, `with pauses, ${told}`).toEqual(expected)
        expect(filesOpen, told).toBe(0)
      }
    }
  } finally {
    statementCode.mode = 'auto'
  }
  expect(filesMade).toBeGreaterThan(QUERIES)
})

test(`${SCRIPTS} scripts of changes`, () => {
  countFiles()
  let number = 0
  fc.assert(
    fc.property(tablesDraft, changesScript, fc.constantFrom(...BUDGETS), (draft, statements, budget) => {
      const schema = tablesScript(draft)
      using plain = openSync(':memory:')
      using tight = openSync(directory.file(`changes-${number++}.db`))
      plain.exec(schema)
      tight.exec(schema)
      using connection = tight.connect()
      for (const text of statements.flatMap(statement => [statement, ...CONTENTS])) {
        const expected = answer(() => plain.query(text, [], { rowMode: 'array' }))
        const given = within(budget, () =>
          answer(() => withPausingChanges(() => pausedRows(connection, text, { rowMode: 'array' }).rows)),
        )
        expect(given, text).toEqual(expected)
        expect(filesOpen, text).toBe(0)
      }
    }),
    { numRuns: SCRIPTS },
  )
  expect(filesMade).toBeGreaterThan(0)
})
