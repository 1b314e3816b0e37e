/** Opening: what is there, what is not, what is something else; and who may open at the same time. */

import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { nodeStorage } from '../../src/io/node-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import { Store } from '../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { expectError } from '../support/tables.ts'
import {
  crashCopy,
  diskLike,
  entriesOf,
  filesOf,
  newStore,
  openStore,
  PATH,
  put,
  putAll,
  SMALL,
  seen,
} from './harness.ts'

/** A closed database with 300 entries. */
function closedDatabase(storage: Storage = diskLike()): Storage {
  const store = newStore(storage)
  putAll(store, 0, 300, i => `${i}`)
  store.close()
  return storage
}

function overwrite(storage: Storage, bytes: Buffer, position = 0): void {
  const file = storage.open(PATH, 'ensure')
  file.write(bytes, 0, bytes.length, position)
  file.close()
}

describe('a path without a database', () => {
  test('is NOT_FOUND with create: false, and for reading only; nothing is made', () => {
    const storage = diskLike()
    expectError('NOT_FOUND', () => openStore(storage, { ...SMALL, create: false }))
    expectError('NOT_FOUND', () => openStore(storage, { ...SMALL, readOnly: true }))
    expect(filesOf(storage)).toEqual([])
  })

  test('becomes one, and says so once', () => {
    const storage = diskLike()
    const store = openStore(storage)
    expect(store.report).toEqual({ created: true, recovered: undefined })
    store.close()
    const again = openStore(storage)
    expect(again.report.created).toBe(false)
    again.close()
    expect(filesOf(storage)).toEqual([PATH])
  })

  test('with a file left by a creator that died becomes one all the same', () => {
    const storage = diskLike()
    storage.open(`${PATH}-creating`, 'create').close()
    const store = newStore(storage)
    expect(seen(store, 'a')).toBe(undefined)
    store.close()
    expect(filesOf(storage)).toEqual([PATH])
  })

  test('where the log of an earlier database of that name was left does not take it for its own', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', 'of the earlier one'))
    const copy = crashCopy(storage)
    copy.unlink(PATH)
    const next = newStore(copy)
    next.write(tx => put(tx, 'b', '1'))
    const recovered = openStore(crashCopy(copy))
    expect([seen(recovered, 'a'), seen(recovered, 'b')]).toEqual([undefined, '1'])
    store.close()
  })
})

describe('a file that is no database', () => {
  test.each([
    ['empty', Buffer.alloc(0)],
    ['of one byte', Buffer.alloc(1)],
    ['text', Buffer.from('Dear diary, '.repeat(5000))],
    ['zeros', Buffer.alloc(100_000)],
    ['another database', Buffer.from(`SQLite format 3\0${'x'.repeat(9000)}`)],
  ])('is NOT_A_DATABASE and is not touched: %s', (_, bytes) => {
    const storage = diskLike()
    overwrite(storage, bytes)
    expectError('NOT_A_DATABASE', () => openStore(storage))
    expectError('NOT_A_DATABASE', () => openStore(storage, { ...SMALL, readOnly: true }))
    const file = storage.open(PATH, 'read')
    const after = Buffer.alloc(file.size())
    file.read(after, 0, after.length, 0)
    expect(after.equals(bytes)).toBe(true)
    expect(filesOf(storage)).toEqual([PATH])
  })
})

describe('a database', () => {
  test('that was cut short is CORRUPT, wherever it was cut', () => {
    const size = sizeOf(closedDatabase())
    for (const part of [0.2, 0.5, 0.9]) {
      const storage = closedDatabase()
      const file = storage.open(PATH, 'write')
      file.truncate(Math.floor((size * part) / 512) * 512)
      file.close()
      const message = expectError('CORRUPT', () => openStore(storage))
      expect(message).toContain(PATH)
    }
  })

  test('of another page size is named as such, and opens without asking', () => {
    const storage = closedDatabase()
    const message = expectError('INVALID_OPTION', () => openStore(storage, { pageSizeBytes: 4096 }))
    expect(message).toContain('pageSizeBytes')
    const store = openStore(storage, { cacheSizeBytes: 1 << 20, maxSizeBytes: 1 << 26 })
    expect(store.stats().pageSizeBytes).toBe(512)
    store.close()
  })

  test('that fails to open is not left locked', () => {
    const storage = closedDatabase()
    expectError('INVALID_OPTION', () => openStore(storage, { pageSizeBytes: 4096 }))
    openStore(storage).close()
  })

  test('larger than maxSizeBytes can be read, and grows no more', () => {
    const storage = diskLike()
    const store = newStore(storage)
    putAll(store, 0, 9000, i => `${i}`.repeat(3))
    store.close()
    const small = openStore(storage, { ...SMALL, maxSizeBytes: 64 * 1024 })
    const snapshot = small.read()
    expect(entriesOf(snapshot).length).toBe(9000)
    snapshot.close()
    expectError('DATABASE_FULL', () => putAll(small, 0, 9000, i => `${i}`.repeat(5)))
    small.close()
    const again = openStore(storage)
    expect(seen(again, 'key 008999')).toBe('8999'.repeat(3))
    again.close()
  })
})

function sizeOf(storage: Storage): number {
  const file = storage.open(PATH, 'read')
  try {
    return file.size()
  } finally {
    file.close()
  }
}

describe('reading only', () => {
  const readOnly = { ...SMALL, readOnly: true }

  test('is open to many, and shuts writers out', () => {
    const storage = closedDatabase()
    const first = openStore(storage, readOnly)
    const second = openStore(storage, readOnly)
    expect([seen(first, 'key 000007'), seen(second, 'key 000299')]).toEqual(['7', '299'])
    expectError('LOCKED', () => openStore(storage))
    first.close()
    expectError('LOCKED', () => openStore(storage))
    second.close()
    openStore(storage).close()
  })

  test('refuses everything that writes', async () => {
    const store = openStore(closedDatabase(), readOnly)
    expectError('READ_ONLY', () => store.write(() => {}))
    expectError('READ_ONLY', () => store.begin())
    expectError('READ_ONLY', () => store.checkpoint())
    expectError('READ_ONLY', () => store.savepoints.create('a'))
    await expect(store.writeAsync(() => {})).rejects.toMatchObject({ code: 'READ_ONLY' })
    await expect(store.compact()).rejects.toMatchObject({ code: 'READ_ONLY' })
    expect(await store.check()).toMatchObject({ faults: [] })
    expect(store.savepoints.list()).toEqual([])
    store.close()
  })

  test('changes no byte of the file', () => {
    const storage = closedDatabase()
    const before = bytesOf(storage)
    const store = openStore(storage, readOnly)
    seen(store, 'key 000007')
    store.close()
    expect(bytesOf(storage).equals(before)).toBe(true)
  })

  test('is refused for a database that was not closed', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', '1'))
    const copy = crashCopy(storage)
    expectError('READ_ONLY', () => openStore(copy, readOnly))
    openStore(copy).close()
    const reader = openStore(copy, readOnly)
    expect(seen(reader, 'a')).toBe('1')
    reader.close()
    store.close()
  })
})

function bytesOf(storage: Storage): Buffer {
  const file = storage.open(PATH, 'read')
  const bytes = Buffer.alloc(file.size())
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  return bytes
}

test('a database is open for writing once', () => {
  const storage = closedDatabase()
  const store = openStore(storage)
  expectError('LOCKED', () => openStore(storage))
  expectError('LOCKED', () => openStore(storage, { ...SMALL, readOnly: true }))
  store.write(tx => put(tx, 'a', '1'))
  store.close()
  openStore(storage).close()
})

describe('real files', () => {
  const directories: TemporaryDirectory[] = []
  const newDirectory = (): string => {
    const directory = temporaryDirectory()
    directories.push(directory)
    return directory.path
  }
  afterEach(() => {
    for (const directory of directories.splice(0)) directory.remove()
  })

  const options = { cacheSizeBytes: 1 << 20, maxSizeBytes: 1 << 26 }

  test('a directory is refused by a clear error', () => {
    const directory = newDirectory()
    const path = join(directory, 'folder')
    mkdirSync(path)
    expect(() => Store.open(nodeStorage(), path, options)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/NOT_A_DATABASE|IO_ERROR/) }),
    )
    expect(readdirSync(directory)).toEqual(['folder'])
  })

  test('a directory that is not there is NOT_FOUND', () => {
    const path = join(newDirectory(), 'nowhere', 'app.db')
    expectError('NOT_FOUND', () => Store.open(nodeStorage(), path, options))
  })

  test('a second opener in the same process is LOCKED, under any name of the file', () => {
    const path = join(newDirectory(), 'app.db')
    const store = Store.open(nodeStorage(), path, options)
    expectError('LOCKED', () => Store.open(nodeStorage(), path, options))
    expectError('LOCKED', () => Store.open(nodeStorage(), join(path, '..', '.', 'app.db'), options))
    store.close()
    Store.open(nodeStorage(), path, options).close()
  })

  test('a text file and an empty file are NOT_A_DATABASE, a cut database is CORRUPT', () => {
    const directory = newDirectory()
    const text = join(directory, 'text')
    writeFileSync(text, 'hello')
    expectError('NOT_A_DATABASE', () => Store.open(nodeStorage(), text, options))
    writeFileSync(text, '')
    expectError('NOT_A_DATABASE', () => Store.open(nodeStorage(), text, options))
    const path = join(directory, 'app.db')
    const store = Store.open(nodeStorage(), path, options)
    store.write(tx => put(tx, 'a', 'x'.repeat(900), tx.createTree()))
    store.close()
    truncateSync(path, 5 * 4096)
    expectError('CORRUPT', () => Store.open(nodeStorage(), path, options))
    expect(readdirSync(directory).sort()).toEqual(['app.db', 'text'])
  })
})
