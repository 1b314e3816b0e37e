/**
 * Files as plain bytes: taking a picture of a storage's files, and making a storage out of one.
 */

import { SeededRandom } from '../../props/seeded-random.ts'
import { Database } from '../../src/database/database.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import { Store } from '../../src/store/store.ts'

export const PATH = '/app.db'
const PATHS = [PATH, `${PATH}-wal0`, `${PATH}-wal1`]

const ZEROS = Buffer.alloc(4096)

/** The files of one database: path to bytes. */
export type FileImage = ReadonlyMap<string, Buffer>

/** All files of the database at {@link PATH}, as they are now. */
export function imageOf(storage: Storage): FileImage {
  const image = new Map<string, Buffer>()
  for (const path of PATHS) {
    if (!storage.exists(path)) continue
    const file = storage.open(path, 'read')
    const bytes = Buffer.alloc(file.size())
    file.read(bytes, 0, bytes.length, 0)
    file.close()
    image.set(path, bytes)
  }
  return image
}

/** A storage in memory that holds copies of these files. */
export function storageFrom(image: FileImage): Storage {
  const storage = memoryStorage({ volatile: false })
  for (const [path, bytes] of image) {
    const file = storage.open(path, 'create')
    // The zeros that a log is filled with need not be copied.
    let length = bytes.length
    while (
      length >= ZEROS.length &&
      bytes.compare(ZEROS, 0, ZEROS.length, length - ZEROS.length, length) === 0
    )
      length -= ZEROS.length
    file.write(bytes, 0, length, 0)
    file.truncate(bytes.length)
    file.close()
  }
  return storage
}

/** A storage in memory whose ids, salts and dates are the same each time: so is the database that is made in it. */
export function repeatableStorage(): Storage {
  const storage = memoryStorage({ volatile: false })
  const { clock } = storage
  const random = new SeededRandom(1)
  let wallMs = Date.UTC(2026, 0, 1)
  return Object.assign(storage, {
    randomBytes: (length: number) => random.bytes(length),
    clock: { ...clock, wallMs: () => wallMs++ },
  })
}

/** Opens a database, by default the one at {@link PATH}, with a small cache and little address space: it is done thousands of times. */
export function openSmall(
  storage: Storage,
  pageSizeBytes?: number,
  options: StoreOptions = {},
  path = PATH,
): Database {
  const sizes = { cacheSizeBytes: 128 * 1024, maxSizeBytes: 64 << 20 }
  const page = pageSizeBytes === undefined ? {} : { pageSizeBytes }
  return new Database(Store.open(storage, path, { ...sizes, ...page, ...options }, true))
}
