/** Options that types refuse, given from JavaScript: refused by name, never ignored. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSync } from '../../src/index.ts'
import { users } from './support.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.write(tx => tx.table(users))
})
afterEach(() => db.close())

/** As one who writes JavaScript sees a value. */
const untyped = (value: unknown) => value as never

const REFUSED: Record<string, [attempt: () => unknown, message: RegExp]> = {
  'an option of query': [
    () => db.query('select 1', [], untyped({ rowmode: 'array' })),
    /^option rowmode: a statement does not have it; did you mean rowMode\? \(known: rowMode, /,
  ],
  'a word of an option': [
    () => db.query('select 1', [], untyped({ rowMode: 'arrays' })),
    /^option rowMode: expected 'object' or 'array', got 'arrays'$/,
  ],
  'a time that is text': [
    () => db.query('select 1', [], untyped({ timeoutMs: '5' })),
    /^option timeoutMs: expected a number of milliseconds, got '5'$/,
  ],
  'options in the place of parameters': [
    () => db.query('select 1', untyped({ rowMode: 'array' })),
    /^parameters: expected an array, got object$/,
  ],
  'one parameter without a list': [
    () => db.query('select $1::int', untyped(5)),
    /^parameters: expected an array, got number$/,
  ],
  'an option of prepare': [
    () => db.prepare('select 1', untyped({ timeout: 5 })),
    /^option timeout: a statement does not have it/,
  ],
  'an option of exec': [
    () => db.exec('select 1', untyped({ timeout: 5 })),
    /^option timeout: a statement does not have it/,
  ],
  'an option of exec in a transaction': [
    () => db.write(tx => tx.exec('select 1', untyped({ timeout: 5 }))),
    /^option timeout: a statement does not have it/,
  ],
  'an option of a connection': [
    () => db.connect().execute('select 1', [], untyped({ value: 'text' })),
    /^option value: a statement does not have it/,
  ],
  'an option of live': [
    () => db.live('select 1', [], untyped({ throttle: 5 })),
    /^option throttle: a live query does not have it; did you mean throttleMs\? .*throttleMs\)$/,
  ],
  'an option of changes': [
    () => db.changes(users, untyped({ sine: 4 })),
    /^option sine: a stream of changes does not have it; did you mean since\? \(known: since, signal\)$/,
  ],
  'an option of the history': [
    () => db.history.keep(untyped({ transaction: 5 })),
    /^option transaction: a history does not have it; did you mean transactions\? \(known: transactions\)$/,
  ],
  'a listener that is left out': [
    () => db.watch(users, untyped(undefined)),
    /^listener: expected a function, got undefined$/,
  ],
}

for (const [name, [attempt, message]] of Object.entries(REFUSED)) {
  test(name, () => {
    let thrown: unknown
    try {
      attempt()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message) as string,
    })
  })
}

test('what the types allow is taken, also as undefined', () => {
  const options = { rowMode: 'array', bigint: undefined, timeoutMs: 0, signal: undefined } as const
  expect(db.query('select $1::int', [1], options)).toEqual([[1]])
  db.live('select 1', [], { throttleMs: 5, numeric: 'number' }).close()
})
