/** Opening a database. */

import { CoppiceError } from '../base/errors.ts'
import { memoryStorage } from '../io/memory-storage.ts'
import { nodeStorage } from '../io/node-storage.ts'
import type { StoreOptions } from '../store/options.ts'
import { Store } from '../store/store.ts'
import { Database } from './database.ts'

/** Options of `open` and `openSync`. */
export type OpenOptions = StoreOptions

const IN_MEMORY = ':memory:'

/**
 * Opens the database file at `path`, making it when there is none. `':memory:'` is a database in memory, gone
 * when it is closed. After a crash, opening recovers: every acknowledged commit is there, nothing half-done is.
 * @example using db = await open('app.db')
 * @throws CoppiceError INVALID_OPTION, NOT_FOUND, LOCKED, LOCK_UNAVAILABLE, NOT_A_DATABASE,
 * UNSUPPORTED_VERSION, CORRUPT, WAL_CORRUPT, READ_ONLY, NO_SPACE, IO_ERROR (by rejection)
 */
export async function open(path: string, options: OpenOptions = {}): Promise<Database> {
  return openSync(path, options)
}

/** The same, synchronously. */
export function openSync(path: string, options: OpenOptions = {}): Database {
  if (typeof path !== 'string' || path === '') {
    throw new CoppiceError(
      'INVALID_OPTION',
      `path: expected the name of a file or ':memory:', got ${String(path)}`,
    )
  }
  const storage =
    path === IN_MEMORY ? memoryStorage() : nodeStorage({ unsafeLock: options?.unsafeLock === true })
  return new Database(Store.open(storage, path, options))
}
