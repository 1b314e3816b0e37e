/** A node without entries, under a right checksum: no tree has one. Law: whoever comes to it gets CORRUPT, not a place. */

import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { ReadTree } from '../../src/btree/api.ts'
import { crc32 } from '../../src/io/checksum.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { PAGE_ID_AT } from '../../src/page/header.ts'
import { newStore, openStore, PATH, putAll, SMALL, TREE } from '../store/harness.ts'
import { type FileImage, imageOf, storageFrom } from './files.ts'
import { checksumSeedOf, placesOf } from './mutations.ts'

const PAGE_BYTES = 512
const COUNT_AT = 16
const ENTRIES = 300

function build(): FileImage {
  const storage = memoryStorage({ volatile: false })
  const store = newStore(storage)
  putAll(store, 0, ENTRIES, i => `${i}`)
  store.close()
  return imageOf(storage)
}

/** The files with the page at `start` empty, and sealed again. */
function withoutEntries(image: FileImage, start: number): FileImage {
  const file = Buffer.from(image.get(PATH)!)
  const page = file.subarray(start, start + PAGE_BYTES)
  page.writeUInt16LE(0, COUNT_AT)
  const seed = (checksumSeedOf(file) ^ page.readUInt32LE(PAGE_ID_AT)) >>> 0
  page.writeUInt32LE(crc32(page.subarray(4), seed), 0)
  return new Map([...image, [PATH, file]])
}

function read(cursor: ReturnType<ReadTree['cursor']>): void {
  cursor.loadKey()
  cursor.loadValue()
}

const keyOf = (i: number) => Buffer.from(`key ${String(i).padStart(6, '0')}`)

const USES: readonly (readonly [name: string, (tree: ReadTree) => void])[] = [
  [
    'forwards',
    tree => {
      const cursor = tree.cursor()
      for (let more = cursor.first(); more; more = cursor.next()) read(cursor)
    },
  ],
  [
    'backwards',
    tree => {
      const cursor = tree.cursor()
      for (let more = cursor.last(); more; more = cursor.prev()) read(cursor)
    },
  ],
  [
    'by keys',
    tree => {
      for (let i = 0; i < ENTRIES; i++) {
        const cursor = tree.cursor()
        if (cursor.seek(keyOf(i), keyOf(i).length)) read(cursor)
        if (cursor.seekBefore(keyOf(i), keyOf(i).length)) read(cursor)
      }
    },
  ],
  [
    'by ranks',
    tree => {
      for (let rank = 0; rank < ENTRIES; rank++) {
        const cursor = tree.cursor()
        if (cursor.seekRank(rank)) read(cursor)
      }
    },
  ],
]

describe.each(USES)('walked %s', (_, use) => {
  test('an empty node is CORRUPT', () => {
    const image = build()
    const places = placesOf(image, PAGE_BYTES)
    let found = 0
    for (const { start } of [...places.get('leaf')!, ...places.get('branch')!]) {
      const storage = storageFrom(withoutEntries(image, start))
      try {
        const store = openStore(storage, { ...SMALL, readOnly: true })
        const tree = store.read().tree(TREE)
        // The directory was the empty one.
        if (tree !== undefined) use(tree)
        store.close()
      } catch (error) {
        if (!isCoppiceError(error, 'CORRUPT')) throw error
        found++
      }
    }
    // All leaves of the tree, and its branches.
    expect(found).toBeGreaterThan(8)
  })
})
