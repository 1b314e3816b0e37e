/** Where rows go that are too many for memory, when nothing may be written beside the database. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, isCoppiceError, openSync } from '../../../src/index.ts'

const SORT =
  'select max(n) as x from (select row_number() over (order by x % 10, x desc) as n from generate_series(1, 20000) x) s'

let directory: string
let before: string | undefined
beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/coppice-elsewhere-`)
  before = process.env.TMPDIR
})
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  rmSync(directory, { recursive: true })
})

const OPENINGS: readonly (readonly [string, () => Database])[] = [
  ['in memory', () => openSync(':memory:')],
  [
    'that is read only',
    () => {
      openSync(`${directory}/a.db`).close()
      return openSync(`${directory}/a.db`, { readOnly: true })
    },
  ],
]

describe.each(OPENINGS)('a database %s', (_, open) => {
  test('has files where the system has temporary ones, of which nothing is left', () => {
    process.env.TMPDIR = directory
    using db = open()
    const session = db.connect()
    session.query("set work_mem = '64kB'")
    expect(session.query(SORT)).toEqual([{ x: 20000 }])
    expect(readdirSync(directory).filter(name => name.includes('-tmp-'))).toEqual([])
  })

  test('says where it wanted one', () => {
    using db = open()
    const session = db.connect()
    session.query("set work_mem = '64kB'")
    process.env.TMPDIR = `${directory}/missing`
    let failure: unknown
    try {
      session.query(SORT)
    } catch (error) {
      failure = error
    }
    expect(isCoppiceError(failure)).toBe(true)
    expect(isCoppiceError(failure)).toBe(true)
    expect((failure as Error).message).toContain(`${directory}/missing/coppice-tmp-`)
    process.env.TMPDIR = directory
    expect(session.query(SORT)).toEqual([{ x: 20000 }])
  })
})
