/**
 * Pages that are as they once were: the device lost a write, or shows a sector as it was before. Law: whatever earlier
 * image of whatever page stands in the file, what is read is the truth, or an error says that it cannot be.
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import type { Store } from '../../src/store/store.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { entriesOf, openStore, PATH, put, remove, TINY, TREE } from '../store/harness.ts'
import { expectError } from '../support/tables.ts'
import { type FileImage, imageOf, storageFrom } from './files.ts'
import { type EarlierImage, Recorder, withEarlier } from './recorder.ts'

const PAGE_BYTES = 512
const BLOCK_BYTES = 4096
/** Sixteen pages of memory: whatever is large spills, and no commit goes to the log. */
const SPILLING: StoreOptions = { ...TINY, transactionLogBytes: 0 }
/** More than these would say the same again. */
const TRIALS_MAX = 400

type Entries = readonly [string, string][]

function newRecorder(): Recorder {
  return new Recorder(path => (path.includes('-wal') ? BLOCK_BYTES : PAGE_BYTES))
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

/** All that a reader sees of all trees; the code of the error that stopped it. */
function readAll(store: Store): Entries | string {
  const snapshot = store.read()
  try {
    const trees = store.listTrees(snapshot).filter(({ treeId }) => treeId >= TREE)
    const names = store.savepoints.list().map(({ name, txnId }): [string, string] => [name, `${txnId}`])
    return trees.flatMap(({ treeId }) => entriesOf(snapshot, treeId)).concat(names)
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  } finally {
    snapshot.close()
  }
}

/** What opening and reading give: the entries, or the code of the error. A writer then finds no damage to add to. */
function judge(image: FileImage, options: StoreOptions): Entries | string {
  let store: Store
  try {
    store = openStore(storageFrom(image), options)
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  const entries = readAll(store)
  try {
    store.write(tx => tx.createTree())
    const after = readAll(store)
    if (typeof entries !== 'string' && typeof after !== 'string') expect(after).toEqual(entries)
    store.close()
  } catch (error) {
    if (!isCoppiceError(error)) throw error
  }
  return entries
}

/** Puts earlier images of the database file back, one at a time. Returns how often it was found out. */
function expectNoneToPass(recorder: Recorder, truth: Entries, options = SPILLING): number {
  const image = imageOf(recorder.storage)
  expect(judge(image, options)).toEqual(truth)
  const all = recorder.earlierThan(image).filter(({ path }) => path === PATH)
  const step = Math.max(1, Math.floor(all.length / TRIALS_MAX))
  let found = 0
  for (let i = 0; i < all.length; i += step) {
    const verdict = judge(withEarlier(image, all[i]), options)
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
    const recorder = newRecorder()
    const store = openStore(recorder.storage, SPILLING)
    store.write(tx => tx.createTree())
    store.write(run)
    const truth = readAll(store) as Entries
    store.close()
    expect(expectNoneToPass(recorder, truth)).toBeGreaterThan(50)
  })
})

describe('a process that follows one', () => {
  /** The second process does the like of what the first one did, on the same pages. */
  const lifeAfter = (first: (store: Store) => void): number => {
    const recorder = newRecorder()
    const maker = openStore(recorder.storage, SPILLING)
    maker.write(tx => tx.createTree())
    maker.close()
    first(openStore(recorder.storage, SPILLING))
    recorder.killProcess()
    const store = openStore(recorder.storage, SPILLING)
    store.write(tx => scatter(tx, 900, 2))
    const truth = readAll(store) as Entries
    store.close()
    return expectNoneToPass(recorder, truth)
  }

  test('that was killed inside a transaction takes none of its pages for its own', () => {
    expect(lifeAfter(store => scatter(store.begin(), 900, 1))).toBeGreaterThan(50)
  })

  test('that was killed after one was rolled back takes none of its pages for its own', () => {
    const found = lifeAfter(store => {
      const tx = store.begin()
      scatter(tx, 900, 1)
      tx.rollback()
    })
    expect(found).toBeGreaterThan(50)
  })

  test('that was killed while it recovered takes none of its pages for its own', () => {
    const recorder = newRecorder()
    const store = openStore(recorder.storage, TINY)
    store.write(tx => tx.createTree())
    for (let i = 0; i < 12; i++) store.write(tx => scatter(tx, 60, i))
    const truth = readAll(store) as Entries
    recorder.killProcess()
    // Each goes a little further; the cache is larger each time, so that other pages are spilled.
    for (const [writes, frames] of [
      [3, 16],
      [6, 24],
      [9, 40],
      [14, 16],
      [20, 20],
    ] as const) {
      // biome-ignore format: a table
      recorder.failAfter(writes)
      expectError('IO_ERROR', () =>
        openStore(recorder.storage, { ...TINY, cacheSizeBytes: frames * PAGE_BYTES }),
      )
      recorder.failAfter(Number.POSITIVE_INFINITY)
      recorder.killProcess()
    }
    openStore(recorder.storage, TINY).close()
    expect(expectNoneToPass(recorder, truth, TINY)).toBeGreaterThan(20)
  })
})

describe('a long life with everything in it', () => {
  test.each([
    ['with a log', TINY],
    ['by checkpoints', SPILLING],
  ] as const)('%s', async (_, options) => {
    const recorder = newRecorder()
    let store = openStore(recorder.storage, options)
    const trees = store.write(tx => [tx.createTree(), tx.createTree()])
    for (let round = 0; round < 10; round++) {
      store.write(tx => scatter(tx, 120, round))
      store.write(tx => put(tx, `large ${round % 3}`, `${round} `.repeat(1500), trees[1]))
      if (round % 3 === 1) store.savepoints.create(`savepoint ${round}`)
      if (round === 5) store.savepoints.delete('savepoint 1')
      if (round === 6) store.savepoints.restore('savepoint 4')
      if (round % 2 === 0) store.checkpoint()
      if (round === 7) await store.compact()
      if (round % 4 === 3) {
        store.close()
        store = openStore(recorder.storage, options)
      }
    }
    const truth = readAll(store) as Entries
    store.close()
    expect(expectNoneToPass(recorder, truth, options)).toBeGreaterThan(50)
  })
})

test('a backup, whose pages were written more than once, is the truth or an error', async () => {
  const store = openStore(memoryStorage({ volatile: false }), TINY)
  store.write(tx => tx.createTree())
  store.write(tx => scatter(tx, 2500, 1))
  const truth = readAll(store) as Entries
  const recorder = newRecorder()
  await store.backup(recorder.storage, PATH)
  store.close()
  expect(expectNoneToPass(recorder, truth)).toBeGreaterThan(10)
})

/** A log is written in batches that vouch for the ones before; only of the newest nobody can say that it was there. */
describe('blocks of the log that are as they once were', () => {
  test('give the truth or an error, unless they are of the newest batch', () => {
    const recorder = newRecorder()
    const store = openStore(recorder.storage, TINY)
    store.write(tx => tx.createTree())
    const states: Entries[] = []
    // Some epochs, so that both files were used before.
    for (let round = 0; round < 30; round++) {
      if (round % 8 === 7) store.checkpoint()
      store.write(tx => scatter(tx, 20, round))
      states.push(readAll(store) as Entries)
    }
    const image = imageOf(recorder.storage)
    const truth = states[states.length - 1]
    expect(judge(image, TINY)).toEqual(truth)
    const all = recorder.earlierThan(image).filter(({ path }) => path !== PATH)
    const verdicts = all.map(earlier => ({ earlier, verdict: judge(withEarlier(image, earlier), TINY) }))
    const isRight = (verdict: Entries | string) =>
      typeof verdict === 'string'
        ? ['CORRUPT', 'WAL_CORRUPT'].includes(verdict)
        : JSON.stringify(verdict) === JSON.stringify(truth)
    const wrong = verdicts.filter(({ verdict }) => !isRight(verdict))
    // The newest batch is one block: that, as it was before, is a torn end.
    const places = new Set(wrong.map(({ earlier: { path, start } }) => `${path} ${start}`))
    expect(places.size).toBeLessThanOrEqual(1)
    for (const { verdict } of wrong) expect(verdict).toEqual(states[states.length - 2])
    expect(verdicts.length).toBeGreaterThan(30)
    expect(verdicts.some(({ verdict }) => verdict === 'WAL_CORRUPT')).toBe(true)
  })
})
