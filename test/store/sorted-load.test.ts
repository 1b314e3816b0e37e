/**
 * Long runs of puts in the order of their keys, which go into pages while others still come: nothing that can happen to the
 * transaction meanwhile (reads, savepoints, dropped trees, a full disk, a death) tells them from puts that were made one by one.
 */

import { describe, expect, test } from 'vitest'
import { SimulatedCrash, SimulatedDisk } from '../../props/simulated-disk.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { Storage } from '../../src/io/storage.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import type { Store } from '../../src/store/store.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { crashCopy, diskLike, entriesOf, get, newStore, openStore, put, TREE, treeOf } from './harness.ts'

// Debug mode, where a stream begins after two pages of puts, and pages are written early.
debugModeIs(true)

const ROOMY: StoreOptions = { pageSizeBytes: 512, cacheSizeBytes: 512 * 512, maxSizeBytes: 64 << 20 }
const PATHS: [string, StoreOptions][] = [
  ['by the log', { ...ROOMY, transactionLogBytes: 8 << 20 }],
  ['by a checkpoint', { ...ROOMY, transactionLogBytes: 0 }],
]
/** What is there before the load, and after it. */
const BEFORE = 50
const AFTER = 6000

const keyOf = (i: number) => `k${String(i).padStart(6, '0')}`
const textOf = (i: number) => `value ${i} `.padEnd(60, '.')

function load(tx: WriteTransaction, from: number, to: number, treeId = TREE): void {
  for (let i = from; i < to; i++) put(tx, keyOf(i), textOf(i), treeId)
}

const loaded = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i): [string, string] => [keyOf(from + i), textOf(from + i)])

/** Frames that entries are collected in: but for a stream they would be some thousand. */
const borrowed = (store: Store) => store.stats().pool.borrowedFrames

async function expectWhole(store: Store, entries: [string, string][]): Promise<void> {
  expect(borrowed(store)).toBe(0)
  const snapshot = store.read()
  expect(entriesOf(snapshot)).toEqual(entries)
  expect(treeOf(snapshot).count).toBe(entries.length)
  snapshot.close()
  expect((await store.check()).faults).toEqual([])
}

async function expectReopened(storage: Storage, options: StoreOptions, entries: [string, string][]) {
  const store = openStore(storage, options)
  await expectWhole(store, entries)
  store.close()
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'done'
}

describe.each(PATHS)('a sorted load that commits %s', (_, options) => {
  test('writes pages on its way, and is there for readers, after a death, and after closing', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => load(tx, 0, BEFORE))
    store.write(tx => {
      load(tx, BEFORE, AFTER)
      expect(borrowed(store)).toBeLessThanOrEqual(3)
      expect(store.stats().pool.spilledPages).toBeGreaterThan(500)
    })
    await expectWhole(store, loaded(0, AFTER))
    await expectReopened(crashCopy(storage), options, loaded(0, AFTER))
    store.close()
    await expectReopened(storage, options, loaded(0, AFTER))
  })

  test('that dies half way, or is rolled back, has never been', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => load(tx, 0, BEFORE))
    const snapshot = store.read()
    const tx = store.begin()
    load(tx, BEFORE, AFTER)
    expect(entriesOf(snapshot)).toEqual(loaded(0, BEFORE))
    await expectReopened(crashCopy(storage), options, loaded(0, BEFORE))
    tx.rollback()
    snapshot.close()
    await expectWhole(store, loaded(0, BEFORE))
    store.write(tx => load(tx, BEFORE, 4000))
    await expectWhole(store, loaded(0, 4000))
    store.close()
  })

  test('is seen by its own transaction, and goes on', async () => {
    const store = newStore(diskLike(), options)
    store.write(tx => {
      load(tx, 0, 1000)
      expect(get(tx, keyOf(10))).toBe(textOf(10))
      expect(get(tx, keyOf(999))).toBe(textOf(999))
      load(tx, 1000, 2000)
      expect(entriesOf(tx)).toEqual(loaded(0, 2000))
      load(tx, 2000, 3000)
    })
    await expectWhole(store, loaded(0, 3000))
    store.close()
  })

  test('is undone by a savepoint', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => {
      load(tx, 0, 500)
      const first = tx.setSavepoint()
      load(tx, 500, 1500)
      const second = tx.setSavepoint()
      load(tx, 1500, 3000)
      tx.rollbackTo(second)
      expect(treeOf(tx).count).toBe(1500)
      load(tx, 1500, 1600)
      tx.rollbackTo(first)
      load(tx, 500, 700)
    })
    await expectWhole(store, loaded(0, 700))
    await expectReopened(crashCopy(storage), options, loaded(0, 700))
    store.close()
  })

  test('into a tree that is dropped, or whose making is undone, leaves nothing behind', async () => {
    const store = newStore(diskLike(), options)
    store.write(tx => {
      load(tx, 0, BEFORE)
      const savepoint = tx.setSavepoint()
      load(tx, 0, 1000, tx.createTree())
      tx.rollbackTo(savepoint)
      const doomed = tx.createTree()
      load(tx, 0, 1000, doomed)
      tx.dropTree(doomed)
    })
    // The check finds pages that nothing refers to.
    await expectWhole(store, loaded(0, BEFORE))
    store.close()
  })

  test.each([
    ['a few', 20],
    ['many', 3000],
  ])('goes on when keys come out of order, %s of them', async (_, count) => {
    const storage = diskLike()
    const store = newStore(storage, options)
    const model = new Map(loaded(0, 3000))
    store.write(tx => {
      load(tx, 0, 3000)
      for (let i = 0; i < count; i++) {
        const key = keyOf((i * 7919) % 5000)
        put(tx, key, `new ${i}`)
        model.set(key, `new ${i}`)
      }
    })
    const entries = [...model].sort(([a], [b]) => (a < b ? -1 : 1))
    await expectWhole(store, entries)
    await expectReopened(crashCopy(storage), options, entries)
    store.close()
  })

  test('of several trees at once lets each have its own', async () => {
    const store = newStore(diskLike(), options)
    const trees = [TREE, ...store.write(tx => [tx.createTree(), tx.createTree(), tx.createTree()])]
    store.write(tx => {
      for (let i = 0; i < 1500; i++) for (const treeId of trees) load(tx, i, i + 1, treeId)
      expect(borrowed(store)).toBeLessThanOrEqual(3 * trees.length)
    })
    const snapshot = store.read()
    for (const treeId of trees) expect(entriesOf(snapshot, treeId)).toEqual(loaded(0, 1500))
    snapshot.close()
    await expectWhole(store, loaded(0, 1500))
    store.close()
  })

  test('beside checkpoints keeps them from its pages', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    for (let round = 0; round < 4; round++) {
      const tx = store.begin()
      load(tx, round * 500, round * 500 + 250)
      store.checkpoint()
      load(tx, round * 500 + 250, round * 500 + 500)
      await new Promise(resolve => setImmediate(resolve))
      store.commit(tx, 'sync')
    }
    await expectWhole(store, loaded(0, 2000))
    await expectReopened(crashCopy(storage), options, loaded(0, 2000))
    store.close()
  })
})

/** What the load of these stories does on a healthy disk. */
function effortOf(options: StoreOptions): { operations: number; writes: number } {
  const disk = new SimulatedDisk({ seed: 0 })
  const store = newStore(disk, options)
  store.write(tx => load(tx, 0, BEFORE))
  const before = disk.operationCount
  let writes = 0
  disk.observe = () => void writes++
  store.write(tx => load(tx, BEFORE, AFTER))
  const operations = disk.operationCount - before
  store.close()
  return { operations, writes }
}

/** Of so many moments the first ones, some between, and the last ones, where the commit is. */
function someOf(count: number): number[] {
  const last = Array.from({ length: 7 }, (_, i) => count - 7 + i)
  return [0, 1, 2, ...[0.2, 0.5, 0.8].map(part => Math.floor(part * count)), ...last]
}

describe('a sorted load on a disk that is full', () => {
  test('fails alone, at a put or at the commit, and the transaction can only be rolled back', async () => {
    const options = PATHS[1][1]
    const disk = new SimulatedDisk({ seed: 1 })
    const store = newStore(disk, options)
    store.write(tx => load(tx, 0, BEFORE))
    disk.fail({ operation: 'growth', kind: 'noSpace', times: Number.POSITIVE_INFINITY })
    const tx = store.begin()
    expect(codeOf(() => load(tx, BEFORE, AFTER))).toBe('NO_SPACE')
    expect(codeOf(() => put(tx, 'z', 'z'))).toBe('TRANSACTION_FAILED')
    expect(codeOf(() => get(tx, keyOf(1)))).toBe('TRANSACTION_FAILED')
    expect(codeOf(() => store.commit(tx))).toBe('TRANSACTION_FAILED')
    await expectWhole(store, loaded(0, BEFORE))
    disk.clearFaults()
    store.write(tx => load(tx, BEFORE, AFTER))
    await expectWhole(store, loaded(0, AFTER))
    store.close()
  })
})

describe('a sorted load on a disk that fails', () => {
  test.each(PATHS)(
    'shows the last commit after opening again, whichever write fails, when it commits %s',
    async (_, options) => {
      for (const skip of someOf(effortOf(options).writes)) {
        const disk = new SimulatedDisk({ seed: skip })
        const store = newStore(disk, options)
        store.write(tx => load(tx, 0, BEFORE))
        disk.fail({ operation: 'write', kind: 'ioError', skip })
        const code = codeOf(() => store.write(tx => load(tx, BEFORE, AFTER)))
        disk.clearFaults()
        expect(borrowed(store)).toBe(0)
        codeOf(() => store.close())
        disk.losePower()
        const again = openStore(disk, options)
        const { count } = treeOf(again.read())
        // An unknown outcome is either.
        expect(code === 'OUTCOME_UNKNOWN' ? [BEFORE, AFTER] : [code === 'done' ? AFTER : BEFORE]).toContain(
          count,
        )
        again.close()
        await expectReopened(disk, options, loaded(0, count))
      }
    },
    20_000,
  )

  test.each(PATHS)(
    'and dies at any of its operations leaves the last commit, or itself, when it commits %s',
    async (_, options) => {
      for (const skip of someOf(effortOf(options).operations)) {
        const at = skip + 1
        const disk = new SimulatedDisk({ seed: at })
        const store = newStore(disk, options)
        store.write(tx => load(tx, 0, BEFORE))
        disk.crashAt(at, at % 2 === 0 ? 'within' : 'before')
        let isDone = false
        try {
          store.write(tx => load(tx, BEFORE, AFTER))
          isDone = true
          store.close()
        } catch (error) {
          expect(disk.isCrashed, `${error}`).toBe(true)
          expect(error === undefined || error instanceof SimulatedCrash || isCoppiceError(error)).toBe(true)
        }
        disk.losePower()
        const again = openStore(disk, options)
        const { count } = treeOf(again.read())
        expect(isDone ? [AFTER] : [BEFORE, AFTER]).toContain(count)
        again.close()
        await expectReopened(disk, options, loaded(0, count))
      }
    },
    20_000,
  )
})
