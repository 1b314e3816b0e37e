/** Values in extents: their pages come and go with them, and they are never held whole when streamed. */

import { describe, expect, test } from 'vitest'
import type { ReadTree, WriteTree } from '../../src/btree/api.ts'
import { crc32 } from '../../src/io/checksum.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { expectError } from '../support/tables.ts'
import { crashCopy, diskLike, get, newStore, openStore, put, remove, SMALL, treeOf } from './harness.ts'

const MIB = 1 << 20
const LARGE = { cacheSizeBytes: 64 * 4096, maxSizeBytes: 2 ** 30 }
const KEY = Buffer.from('large')

function content(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + seed + (i >>> 8)) & 0xff
  return bytes
}

function putLarge(tx: WriteTransaction, bytes: Buffer): void {
  ;(treeOf(tx) as WriteTree).put(KEY, KEY.length, bytes, 0, bytes.length, 0)
}

function getLarge(tree: ReadTree): Buffer {
  expect(tree.find(KEY, KEY.length)).toBe(true)
  return Buffer.from(tree.valueBytes.subarray(tree.valueOffset, tree.valueOffset + tree.valueLength))
}

describe('a value of 5 MB', () => {
  test.each([
    ['logged', { ...LARGE, transactionLogBytes: 64 * MIB }],
    ['too large to be logged', LARGE],
  ])('comes back, after a crash too: %s', async (_, options) => {
    const storage = diskLike()
    const store = newStore(storage, options)
    const value = content(5_000_000, 1)
    store.write(tx => putLarge(tx, value))
    for (const opened of [store, openStore(crashCopy(storage), options)]) {
      const snapshot = opened.read()
      expect(getLarge(treeOf(snapshot)).equals(value)).toBe(true)
      const reader = treeOf(snapshot).openValue(KEY, KEY.length)!
      reader.verify()
      const part = Buffer.alloc(1000)
      expect(reader.read(part, 0, 1000, 4_999_500)).toBe(500)
      expect(part.subarray(0, 500).equals(value.subarray(4_999_500))).toBe(true)
      expect(await opened.check()).toMatchObject({ faults: [] })
      snapshot.close()
      opened.close()
    }
  })

  test('gives its pages back when it is overwritten or removed', async () => {
    const store = newStore(diskLike(), LARGE)
    for (let round = 0; round < 12; round++) {
      store.write(tx => putLarge(tx, content(5_000_000, round)))
      store.checkpoint()
    }
    // Two header slots and the newest state: never more than some generations.
    expect(store.stats().fileBytes).toBeLessThan(5 * 5_000_000)
    store.write(tx => remove(tx, 'large'))
    for (let i = 0; i < 3; i++) {
      store.write(tx => put(tx, 'small', `${i}`))
      store.checkpoint()
    }
    expect(store.stats().usedPages).toBeLessThan(20)
    expect(store.stats().fileBytes).toBeLessThan(MIB)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
  })

  test('that is rolled back leaves no page in use', () => {
    const store = newStore(memoryStorage(), LARGE)
    const tx = store.begin()
    const savepoint = tx.setSavepoint()
    putLarge(tx, content(5_000_000, 1))
    tx.rollbackTo(savepoint)
    putLarge(tx, content(5_000_000, 2))
    tx.rollback()
    const { filePages, freePages, usedPages } = store.stats()
    expect(filePages - freePages).toBeLessThanOrEqual(usedPages + 4)
    store.close()
  })

  test('is kept for a snapshot while it is overwritten', () => {
    const store = newStore(diskLike(), LARGE)
    const first = content(1_000_000, 1)
    store.write(tx => putLarge(tx, first))
    const snapshot = store.read()
    const reader = treeOf(snapshot).openValue(KEY, KEY.length)!
    for (let round = 2; round < 8; round++) {
      store.write(tx => putLarge(tx, content(1_000_000, round)))
      store.checkpoint()
    }
    const piece = Buffer.alloc(first.length)
    reader.read(piece, 0, piece.length, 0)
    expect(piece.equals(first)).toBe(true)
    snapshot.close()
    expectError('TRANSACTION_CLOSED', () => reader.read(piece, 0, 10, 0))
    store.close()
  })
})

test('values of every length around the limits of leaves and pages come back', () => {
  const storage = diskLike()
  const store = newStore(storage)
  const lengths = [0, 1, 70, 79, 80, 81, 82, 100, 200, 447, 448, 511, 512, 513, 1023, 1024, 1025, 5000]
  store.write(tx => {
    for (const length of lengths) put(tx, `key ${length}`, content(length, length).toString('latin1'))
  })
  const expected = lengths.map(length => content(length, length).toString('latin1'))
  const read = () => {
    const snapshot = store.read()
    const found = lengths.map(length => get(snapshot, `key ${length}`))
    snapshot.close()
    return found
  }
  expect(read()).toEqual(expected)
  const recovered = openStore(crashCopy(storage))
  const snapshot = recovered.read()
  expect(lengths.map(length => get(snapshot, `key ${length}`))).toEqual(expected)
  recovered.close()
  store.close()
})

test('a stream that is too short, too long or throws leaves the transaction as it was', () => {
  const store = newStore(diskLike(), SMALL)
  store.write(tx => {
    put(tx, 'large', 'before')
    const tree = treeOf(tx) as WriteTree
    const stream = (length: number, ...pieces: Buffer[]) => tree.putStream(KEY, KEY.length, length, pieces)
    expectError('INVALID_VALUE', () => stream(1000, Buffer.alloc(999)))
    expectError('INVALID_VALUE', () => stream(1000, Buffer.alloc(600), Buffer.alloc(600)))
    expect(() =>
      tree.putStream(
        KEY,
        KEY.length,
        1000,
        (function* () {
          yield Buffer.alloc(500)
          throw new Error('the source broke')
        })(),
      ),
    ).toThrow('the source broke')
    expect(get(tx, 'large')).toBe('before')
    put(tx, 'other', '1')
  })
  const snapshot = store.read()
  expect([get(snapshot, 'large'), get(snapshot, 'other')]).toEqual(['before', '1'])
  snapshot.close()
  store.close()
})

test('200 MB are streamed in and out through a cache of 1 MiB', () => {
  const length = 200 * MIB
  const store = newStore(memoryStorage(), { cacheSizeBytes: MIB, maxSizeBytes: 2 ** 30 })
  const piece = content(MIB, 3)
  let crc = 0
  store.write(tx => {
    const tree = treeOf(tx) as WriteTree
    tree.putStream(
      KEY,
      KEY.length,
      length,
      (function* () {
        for (let at = 0; at < length; at += MIB) {
          piece.writeUInt32LE(at, 0)
          crc = crc32(piece, crc)
          yield piece
        }
      })(),
    )
  })
  const snapshot = store.read()
  const reader = treeOf(snapshot).openValue(KEY, KEY.length)!
  expect(reader.length).toBe(length)
  let found = 0
  for (let at = 0; at < length; at += MIB) {
    expect(reader.read(piece, 0, MIB, at)).toBe(MIB)
    found = crc32(piece, found)
  }
  expect(found).toBe(crc)
  expect(store.stats().pool.bytes).toBeLessThanOrEqual(MIB)
  store.close()
})
