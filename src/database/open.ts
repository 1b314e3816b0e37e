/** Opening a database. */

import { memoryStorage } from '../io/memory-storage.ts'
import { nodeStorage } from '../io/node-storage.ts'
import type { Storage } from '../io/storage.ts'
import type { StoreOptions } from '../store/options.ts'
import { Store } from '../store/store.ts'
import { Database } from './database.ts'
import { type DatabasePath, pathOf } from './database-path.ts'

/** Options of `open` and `openSync`. */
export type OpenOptions = StoreOptions

const IN_MEMORY = ':memory:'

/**
 * Opens the database file at `path`, making it when there is none. (A file that is there and empty is refused: it may
 * be what is left of a database.) `':memory:'` is a database in memory, gone when it is closed. After a crash, opening
 * recovers: every acknowledged commit is there, nothing half-done is.
 * @example using db = await open('app.db')
 * @example using db = await open(new URL('app.db', import.meta.url))
 * @throws CoppiceError INVALID_OPTION, NOT_FOUND, LOCKED, LOCK_UNAVAILABLE, NOT_A_DATABASE,
 * UNSUPPORTED_VERSION, CORRUPT, WAL_CORRUPT, READ_ONLY, NO_SPACE, IO_ERROR (by rejection)
 */
export async function open(path: DatabasePath, options: OpenOptions = {}): Promise<Database> {
  return openSync(path, options)
}

/** The same, synchronously. */
export function openSync(path: DatabasePath, options: OpenOptions = {}): Database {
  const name = pathOf(path, `, ${JSON.stringify(IN_MEMORY)}`)
  const storage =
    name === IN_MEMORY ? storageInMemory() : nodeStorage({ unsafeLock: options?.unsafeLock === true })
  return new Database(Store.open(storage, name, options))
}

/** What a statement has no memory for goes to files all the same. */
function storageInMemory(): Storage {
  return memoryStorage({ temporaryFile: () => nodeStorage().temporaryFile!() })
}
