/** What the tests of the public API share. */

import { afterEach, beforeEach, expect } from 'vitest'
import {
  CoppiceError,
  type Database,
  type ErrorCode,
  type OpenOptions,
  openSync,
  t,
  table,
} from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'

export const settings = table('settings', { key: t.text, value: t.u32 })

export const users = table('users', {
  columns: { id: t.u32, email: t.text, age: t.i32.nullable() },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: ['age'] } },
})

/** A fresh database file for each test of a file; closed and removed afterwards. */
export class TestDatabase {
  #directory!: TemporaryDirectory
  #opened: Database[] = []

  constructor() {
    beforeEach(() => {
      this.#directory = temporaryDirectory()
      this.#opened = []
    })
    afterEach(() => {
      for (const db of this.#opened) db.close()
      this.#directory.remove()
    })
  }

  get path(): string {
    return this.file('app.db')
  }

  file(name: string): string {
    return this.#directory.file(name)
  }

  open(options: OpenOptions = {}, path = this.path): Database {
    const db = openSync(path, options)
    this.#opened.push(db)
    return db
  }
}

/** Stores one setting in a transaction of its own. */
export function set(db: Database, key: string, value: number): void {
  db.write(tx => tx.table(settings).put(key, value))
}

/** One setting of the newest state. */
export function get(db: Database, key: string): number | undefined {
  return db.read(snap => snap.table(settings).get(key))
}

/** Matches a CoppiceError with this code. */
export function coded(code: ErrorCode): unknown {
  return expect.objectContaining({ constructor: CoppiceError, code })
}

/** The code of what `run` throws. */
export function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof CoppiceError) return error.code
    throw error
  }
  return undefined
}
