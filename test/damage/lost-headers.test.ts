/**
 * Both copies of one file header are gone. No crash does that (H2), so it is rot, and the header that is left may be of
 * an older state. Law: an acknowledged commit is there, or opening fails with CORRUPT or WAL_CORRUPT; and whoever wants
 * the older state all the same has to say so.
 */

import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import { BIRTH_LOW_AT as BIRTH_AT, KIND_AT, PageKind } from '../../src/page/header.ts'
import { readFileHeaders, slotOf } from '../../src/store/file-header.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import type { Store } from '../../src/store/store.ts'
import { newStore, openStore, PATH, put, SMALL, seen } from '../store/harness.ts'
import { expectError } from '../support/tables.ts'
import { type FileImage, imageOf, storageFrom } from './files.ts'

const PAGE_BYTES = 512
/** What is larger commits by a checkpoint. */
const OPTIONS: StoreOptions = { ...SMALL, transactionLogBytes: 200 }

const small = (store: Store, key: string) => store.write(tx => put(tx, key, 'acknowledged'))
const large = (store: Store, key: string) => store.write(tx => put(tx, key, 'acknowledged '.repeat(30)))

/** Lives; each ends with the commit of `last`, and all before it are of other keys. */
const LIVES: readonly (readonly [name: string, (store: Store) => void, ending: 'killed' | 'closed'])[] = [
  ['closed', store => small(store, 'last'), 'closed'],
  ['closed after a commit by a checkpoint', store => large(store, 'last'), 'closed'],
  ['killed, the last commit in the log', store => small(store, 'last'), 'killed'],
  ['killed after a commit by a checkpoint without a log', store => large(store, 'last'), 'killed'],
  [
    'killed after a commit by a checkpoint with nothing logged after it',
    store => {
      small(store, 'a')
      large(store, 'last')
    },
    'killed',
  ],
  [
    'killed after two of them',
    store => {
      small(store, 'a')
      large(store, 'b')
      large(store, 'last')
    },
    'killed',
  ],
  [
    'killed after a commit by a checkpoint and one in the log',
    store => {
      small(store, 'a')
      large(store, 'b')
      small(store, 'last')
    },
    'killed',
  ],
  [
    'killed after a checkpoint of what was logged',
    store => {
      small(store, 'a')
      small(store, 'last')
      store.checkpoint()
    },
    'killed',
  ],
]

/** The files at the end of such a life, whose database was opened a second time for it. */
function live(run: (store: Store) => void, ending: 'killed' | 'closed'): FileImage {
  const storage = memoryStorage({ volatile: false })
  newStore(storage, OPTIONS).close()
  const store = openStore(storage, OPTIONS)
  run(store)
  if (ending === 'closed') store.close()
  return imageOf(storage)
}

/** The files without the newest header, or without the older one. */
function without(image: FileImage, which: 'newest' | 'older'): FileImage {
  const file = storageFrom(image).open(PATH, 'read')
  const { sequence } = readFileHeaders(file).newest
  const slot = slotOf(which === 'newest' ? sequence : sequence + 1)
  const bytes = Buffer.from(image.get(PATH)!)
  for (const page of [2 * slot, 2 * slot + 1]) bytes[page * PAGE_BYTES + 70] ^= 4
  return new Map([...image, [PATH, bytes]])
}

/** One bit of each page of the space map flips, too, of which the header that is left does not know. */
function withDamagedMap(image: FileImage): FileImage {
  const { txnId } = readFileHeaders(storageFrom(image).open(PATH, 'read')).newest
  const bytes = Buffer.from(image.get(PATH)!)
  for (let at = 4 * PAGE_BYTES; at < bytes.length; at += PAGE_BYTES) {
    const kind = bytes[at + KIND_AT]
    const isOfMap = kind === PageKind.spaceLeaf || kind === PageKind.spaceBranch
    if (isOfMap && bytes.readUIntLE(at + BIRTH_AT, 6) > txnId) bytes[at + 200] ^= 1
  }
  return new Map([...image, [PATH, bytes]])
}

function openOf(image: FileImage, options: StoreOptions = OPTIONS): { store: Store; storage: Storage } {
  const storage = storageFrom(image)
  return { store: openStore(storage, options), storage }
}

describe.each(LIVES)('%s', (_, run, ending) => {
  const image = live(run, ending)

  test('with both headers the last commit is there', () => {
    const { store } = openOf(image)
    expect(seen(store, 'last')).toContain('acknowledged')
    store.close()
  })

  test('without the newest header the last commit is there, or it is refused', () => {
    try {
      const { store } = openOf(without(image, 'newest'))
      expect(seen(store, 'last')).toContain('acknowledged')
      store.close()
    } catch (error) {
      expect(isCoppiceError(error, 'CORRUPT') || isCoppiceError(error, 'WAL_CORRUPT')).toBe(true)
    }
  })

  test('without the newest header, and with the space map damaged, it is there or refused, too', () => {
    try {
      const { store } = openOf(withDamagedMap(without(image, 'newest')))
      expect(seen(store, 'last')).toContain('acknowledged')
      store.close()
    } catch (error) {
      expect(isCoppiceError(error, 'CORRUPT') || isCoppiceError(error, 'WAL_CORRUPT')).toBe(true)
    }
  })

  test('without the newest header a reader too gets what is there, or an error', () => {
    try {
      const { store } = openOf(without(image, 'newest'), { ...OPTIONS, readOnly: true })
      expect(seen(store, 'last')).toContain('acknowledged')
      store.close()
    } catch (error) {
      const codes = ['CORRUPT', 'WAL_CORRUPT', 'READ_ONLY'] as const
      expect(codes.some(code => isCoppiceError(error, code))).toBe(true)
    }
  })

  test('without the older header the last commit is there, and the next opening finds two headers again', () => {
    const { store, storage } = openOf(without(image, 'older'))
    expect(seen(store, 'last')).toContain('acknowledged')
    store.close()
    expect(readFileHeaders(storage.open(PATH, 'read'))).toMatchObject({ isWhole: true, mayBeOld: false })
  })
})

describe('an older state', () => {
  const image = without(live(LIVES[4][1], 'killed'), 'newest')

  test('is refused with the way out', () => {
    expect(expectError('CORRUPT', () => openOf(image))).toMatch(/old state.*backup.*acceptOldState/s)
  })

  test('can be accepted, is whole then, and takes no page of the lost one for its own', async () => {
    const { store, storage } = openOf(image, { ...OPTIONS, acceptOldState: true })
    expect([seen(store, 'a'), seen(store, 'last')]).toEqual(['acknowledged', undefined])
    for (let i = 0; i < 40; i++) large(store, `key ${i}`)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
    const again = openStore(storage, OPTIONS)
    expect(seen(again, 'key 39')).toContain('acknowledged')
    again.close()
  })
})

test('accepting an older state changes nothing where none is in question', () => {
  const { store } = openOf(live(LIVES[6][1], 'killed'), { ...OPTIONS, acceptOldState: true })
  expect(seen(store, 'last')).toBe('acknowledged')
  store.close()
})
