/** What is kept of prepared statements besides their texts stays within bounds, whatever comes; and nobody notices. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Connection, openSync } from '../../../src/index.ts'
import {
  CHARACTERS_MIN,
  KEPT_CHARACTERS_MAX,
  KeptStatement,
  KeptStatements,
} from '../../../src/sql/session/kept-statements.ts'
import type { ParsedStatement } from '../../../src/sql/syntax/tree.ts'

const TREE = {} as ParsedStatement
const read = vi.fn((_: string) => [TREE])
afterEach(() => {
  read.mockClear()
  vi.restoreAllMocks()
})

/** Statements whose texts have that many characters, all of them kept one after the other. */
function kept(home: KeptStatements, count: number, length: number): KeptStatement[] {
  return Array.from({ length: count }, (_, i) => {
    const statement = new KeptStatement(home, `${i}`.padEnd(length), whole => whole, TREE)
    statement.keep()
    return statement
  })
}

describe('trees of statements', () => {
  test('are kept as long as their texts are not too long together; then the first ones go', () => {
    const home = new KeptStatements(read)
    const length = 100_000
    const fitting = Math.floor(KEPT_CHARACTERS_MAX / (length + CHARACTERS_MIN))
    const statements = kept(home, fitting + 3, length)
    expect(home.count).toBe(fitting)
    expect(statements.at(-1)!.parsed).toBe(TREE)
    expect(read).not.toHaveBeenCalled()
    expect(statements[0].parsed).toBe(TREE)
    expect(read.mock.calls).toEqual([['0'.padEnd(length)]])
    expect(home.count).toBe(fitting)
  })
  test('are few enough, however short their texts are', () => {
    const home = new KeptStatements(read)
    kept(home, 30_000, 1)
    expect(home.count).toBeGreaterThan(KEPT_CHARACTERS_MAX / (10 + CHARACTERS_MIN))
    expect(home.count).toBeLessThanOrEqual(KEPT_CHARACTERS_MAX / CHARACTERS_MIN)
  })
  test('are not kept of one that is too long by itself, and it is read each time', () => {
    const home = new KeptStatements(read)
    const [statement] = kept(home, 1, KEPT_CHARACTERS_MAX)
    expect(home.count).toBe(0)
    expect(statement.parsed).toBe(TREE)
    expect(home.count).toBe(0)
    expect(statement.parsed).toBe(TREE)
    expect(read).toHaveBeenCalledTimes(2)
  })
  test('make room when nobody wants them any more', () => {
    const home = new KeptStatements(read)
    const [first, ...others] = kept(home, 10, 1000)
    for (const one of others) one.letGo()
    expect(home.count).toBe(1)
    for (let round = 0; round < 20_000; round++) kept(home, 1, 1000)[0].letGo()
    expect(first.parsed).toBe(TREE)
    expect(read).not.toHaveBeenCalled()
  })
})

const LENGTH = 4000
const FITTING = KEPT_CHARACTERS_MAX / (LENGTH + CHARACTERS_MIN)

/** Prepares statements p0, p1, …, of that length. */
function prepare(connection: Connection, count: number): void {
  const comment = 'x'.repeat(LENGTH)
  for (let i = 0; i < count; i++) connection.exec(`prepare p${i} as select ${i} as n -- ${comment}`)
}

describe('sessions', () => {
  test('share what may be kept, run what was let go, and give back what they had', () => {
    using db = openSync(':memory:')
    const add = vi.spyOn(KeptStatements.prototype, 'add')
    const sessions = [db.connect(), db.connect()]
    for (const session of sessions) prepare(session, FITTING - 100)
    const [home] = add.mock.contexts as KeptStatements[]
    expect(home.count).toBeGreaterThan(0.9 * FITTING)
    expect(home.count).toBeLessThan(FITTING)
    for (const i of [0, 1, 999]) expect(sessions[0].query(`execute p${i}`)).toEqual([{ n: i }])
    for (const session of sessions) session.close()
    expect(home.count).toBe(0)
  })

  test('run a statement that was let go with the types that it was prepared with, also when it was altered meanwhile', () => {
    using db = openSync(':memory:')
    db.exec('create table t (a int, b text)')
    const session = db.connect()
    session.exec(`prepare /* as */ ins(int, text) as insert into t values ($1, $2) returning a, b;
      prepare "as" (smallint) as select $1 + 1 as n, pg_typeof($1)::text as type`)
    prepare(db.connect(), FITTING)
    const parse = vi.spyOn(KeptStatements.prototype, 'add')
    expect(session.query("execute ins(1, 'x')")).toEqual([{ a: 1, b: 'x' }])
    expect(session.query('execute "as"(4)')).toEqual([{ n: 5, type: 'smallint' }])
    // They had been let go.
    expect(parse).toHaveBeenCalledTimes(2)
    db.exec('alter table t alter column a type bigint')
    expect(() => session.query("execute ins(1, 'x')")).toThrow('cached plan must not change result type')
  })
})
