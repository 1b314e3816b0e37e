/**
 * Pages that are as they once were: the device lost a write, or shows a sector as it was before. Law: whatever earlier
 * image of whatever page stands in the file, what is read is the truth, or an error says that it cannot be.
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import type { Store } from '../../src/store/store.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { entriesOf, openStore, PATH, put, remove, TINY, TREE } from '../store/harness.ts'
import { type FileImage, imageOf, storageFrom } from './files.ts'
import { type EarlierImage, Recorder, withEarlier } from './recorder.ts'

const PAGE_BYTES = 512
const BLOCK_BYTES = 4096
/** Sixteen pages of memory: whatever is large spills, and no commit goes to the log. */
const SPILLING: StoreOptions = { ...TINY, transactionLogBytes: 0 }
/** More than these would say the same again. */
const TRIALS_MAX = 1500

type Entries = readonly [string, string][]

interface Life {
  readonly recorder: Recorder
  readonly storage: Storage
}

function newLife(): Life {
  const recorder = new Recorder(memoryStorage({ volatile: false }), path =>
    path === PATH ? PAGE_BYTES : BLOCK_BYTES,
  )
  return { recorder, storage: recorder.storage }
}

const keyOf = (key: number) => `key ${String(key).padStart(5, '0')}`

/** Puts, changes and removes at random places, so that pages are left and come back to. */
function scatter(tx: WriteTransaction, count: number, seed: number): void {
  const random = new SeededRandom(seed)
  for (let i = 0; i < count; i++) {
    const key = keyOf(random.below(400))
    if (random.chance(0.2)) remove(tx, key)
    else put(tx, key, `value ${seed} ${i} `.repeat(1 + random.below(6)))
  }
}

/** All that a reader sees; the code of the error that stopped it. */
function readAll(store: Store): Entries | string {
  const snapshot = store.read()
  try {
    return entriesOf(snapshot)
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  } finally {
    snapshot.close()
  }
}

/** What opening and reading give: the entries, or the code of the error. */
function judge(image: FileImage): Entries | string {
  let store: Store
  try {
    store = openStore(storageFrom(image), SPILLING)
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  const entries = readAll(store)
  store.close()
  return entries
}

/** Puts earlier images back, one at a time. Returns how often it was found out. */
function expectNoneToPass(recorder: Recorder, image: FileImage, truth: Entries): number {
  expect(judge(image)).toEqual(truth)
  const all = recorder.earlierThan(image)
  const step = Math.max(1, Math.floor(all.length / TRIALS_MAX))
  let found = 0
  for (let i = 0; i < all.length; i += step) {
    const verdict = judge(withEarlier(image, all[i]))
    if (typeof verdict === 'string') {
      expect(['CORRUPT', 'WAL_CORRUPT'], describeImage(all[i])).toContain(verdict)
      found++
    } else expect(verdict, describeImage(all[i])).toEqual(truth)
  }
  return found
}

function describeImage({ path, start, bytes }: EarlierImage): string {
  return `page ${start / bytes.length} of ${path}, kind ${bytes[14]}, birth ${bytes.readUIntLE(8, 6)}`
}

describe('a transaction larger than the cache', () => {
  test.each([
    ['puts at random', (tx: WriteTransaction) => scatter(tx, 2500, 1)],
    [
      'puts, and deletes ranges',
      (tx: WriteTransaction) => {
        for (let round = 0; round < 12; round++) {
          scatter(tx, 250, round)
          const from = Buffer.from(keyOf(round * 30))
          const to = Buffer.from(keyOf(round * 30 + 45))
          tx.tree(TREE)!.deleteRange(from, from.length, to, to.length)
        }
      },
    ],
    [
      'appends, and changes what it appended',
      (tx: WriteTransaction) => {
        for (let round = 0; round < 3; round++) {
          const appender = tx.tree(TREE)!.appender()
          for (let i = 0; i < 400; i++) {
            const key = Buffer.from(keyOf(round * 1000 + i))
            appender.append(key, key.length, Buffer.from(`value ${i}`), 0, 7)
          }
          appender.finish()
          scatter(tx, 300, round)
        }
      },
    ],
    [
      'has long keys and so a high tree',
      (tx: WriteTransaction) => {
        const random = new SeededRandom(7)
        for (let i = 0; i < 1500; i++) {
          const key = String(random.below(1200)).padStart(4, '0').repeat(20)
          if (random.chance(0.3)) remove(tx, key)
          else put(tx, key, `value ${i}`)
        }
      },
    ],
    [
      'goes back to savepoints and releases them',
      (tx: WriteTransaction) => {
        for (let round = 0; round < 6; round++) {
          scatter(tx, 200, round)
          const outer = tx.setSavepoint()
          scatter(tx, 150, round + 10)
          const inner = tx.setSavepoint()
          scatter(tx, 150, round + 20)
          if (round % 2 === 0) tx.rollbackTo(inner)
          tx.releaseSavepoint(inner)
          scatter(tx, 100, round + 30)
          if (round % 3 === 0) tx.rollbackTo(outer)
          scatter(tx, 100, round + 40)
          tx.releaseSavepoint(outer)
        }
      },
    ],
  ] as const)('that %s', (_, run) => {
    const { recorder, storage } = newLife()
    const store = openStore(storage, SPILLING)
    store.write(tx => tx.createTree())
    store.write(run)
    const truth = readAll(store) as Entries
    store.close()
    expect(expectNoneToPass(recorder, imageOf(storage), truth)).toBeGreaterThan(50)
  })
})
