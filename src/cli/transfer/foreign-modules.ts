/** Packages that read the files of other databases, loaded where the user has installed them. */

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** What is used of better-sqlite3 and of node:sqlite. */
export interface SqliteStatement {
  all(...parameters: readonly unknown[]): unknown[]
  iterate(...parameters: readonly unknown[]): IterableIterator<unknown>
}
export interface SqliteDatabase {
  prepare(text: string): SqliteStatement
  close(): void
}

/** The user's own packages first: that is where the optional ones are. */
function requireFirst(name: string): unknown {
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)(name)
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error
    }
  }
  return undefined
}

/** @throws UsageError when neither is there */
export function openSqlite(path: string): SqliteDatabase {
  const better = requireFirst('better-sqlite3') as
    | (new (
        path: string,
        options: object,
      ) => BetterDatabase)
    | undefined
  if (better !== undefined) {
    const database = new better(path, { readonly: true, fileMustExist: true })
    // Integers beyond 2^53 would be rounded.
    database.defaultSafeIntegers(true)
    return database
  }
  const builtIn = requireFirst('node:sqlite') as { readonly DatabaseSync: NodeSqlite } | undefined
  if (builtIn === undefined) {
    throw new UsageError(
      'reading SQLite needs Node 22.13 or later, or the package better-sqlite3: npm install better-sqlite3',
    )
  }
  const database = new builtIn.DatabaseSync(path, { readOnly: true })
  return {
    prepare: text => {
      const statement = database.prepare(text)
      statement.setReadBigInts(true)
      return statement
    },
    close: () => database.close(),
  }
}

type BetterDatabase = SqliteDatabase & { defaultSafeIntegers(on: boolean): void }
type NodeSqlite = new (
  path: string,
  options: object,
) => { prepare(text: string): SqliteStatement & { setReadBigInts(on: boolean): void }; close(): void }

export interface LmdbStore {
  getRange(options: object): Iterable<{ readonly key: Buffer; readonly value: Buffer }>
  getKeys(options?: object): Iterable<unknown>
  openDB(options: object): LmdbStore
  close(): Promise<void>
}

/** @throws UsageError when it is not there */
export function openLmdb(path: string): LmdbStore {
  const lmdb = requireFirst('lmdb') as { readonly open: (options: object) => LmdbStore } | undefined
  if (lmdb === undefined) throw new UsageError('reading LMDB needs the package lmdb: npm install lmdb')
  return lmdb.open({ path, readOnly: true, ...RAW })
}

/** Keys and values as the bytes that they are. */
export const RAW = { keyEncoding: 'binary', encoding: 'binary' } as const
