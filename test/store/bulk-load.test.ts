/**
 * Long runs of puts, which are collected and reach their trees later: nothing that can happen to a transaction meanwhile
 * (reads, removals, savepoints, a full disk, a death) tells them from puts that were made one by one.
 */

import { describe, expect, test } from 'vitest'
import { SimulatedCrash, SimulatedDisk } from '../../props/simulated-disk.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { Storage } from '../../src/io/storage.ts'
import type { StoreOptions } from '../../src/store/options.ts'
import type { Store } from '../../src/store/store.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import {
  crashCopy,
  diskLike,
  entriesOf,
  filesOf,
  get,
  newStore,
  openStore,
  put,
  putAll,
  remove,
  seen,
  TREE,
  treeOf,
} from './harness.ts'

// Debug mode, where collecting begins after five puts.
debugModeIs(true)

/** The smallest pool that lends frames: 96 of its 128. */
const LENDING: StoreOptions = { pageSizeBytes: 512, cacheSizeBytes: 128 * 512, maxSizeBytes: 64 << 20 }
const ROOMY: StoreOptions = { ...LENDING, cacheSizeBytes: 2048 * 512 }
const BY_LOG: StoreOptions = { ...ROOMY, transactionLogBytes: 8 << 20 }
/** Every transaction commits by a checkpoint. */
const BY_CHECKPOINT: StoreOptions = { ...ROOMY, transactionLogBytes: 0 }

const PATHS: [string, StoreOptions][] = [
  ['by the log', BY_LOG],
  ['by a checkpoint', BY_CHECKPOINT],
]

/** Keys that come in no order. */
const keyOf = (i: number) => `k${String((i * 7919) % 100_003).padStart(6, '0')}`
const textOf = (i: number) => `value ${i} `.padEnd(60, '.')

function load(tx: WriteTransaction, from: number, to: number, treeId = TREE): void {
  for (let i = from; i < to; i++) put(tx, keyOf(i), textOf(i), treeId)
}

function loaded(from: number, to: number): [string, string][] {
  const entries: [string, string][] = []
  for (let i = from; i < to; i++) entries.push([keyOf(i), textOf(i)])
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

const borrowed = (store: Store) => store.stats().pool.borrowedFrames

/** A new reader sees exactly `entries`, the check finds nothing, and nothing is borrowed. */
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

describe.each(PATHS)('a load that commits %s', (_, options) => {
  test('is there for readers, after a death, and after closing', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => {
      load(tx, 0, 3000)
      expect(borrowed(store)).toBeGreaterThan(100)
    })
    await expectWhole(store, loaded(0, 3000))
    await expectReopened(crashCopy(storage), options, loaded(0, 3000))
    store.close()
    expect(filesOf(storage)).toHaveLength(1)
    await expectReopened(storage, options, loaded(0, 3000))
  })

  test('that dies half way has never been', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => load(tx, 0, 100))
    const tx = store.begin()
    load(tx, 100, 9000)
    await expectReopened(crashCopy(storage), options, loaded(0, 100))
    // The tree is built, and most of it written early.
    expect(treeOf(tx).count).toBe(9000)
    expect(store.stats().pool.spilledPages).toBeGreaterThan(500)
    await expectReopened(crashCopy(storage), options, loaded(0, 100))
    tx.rollback()
    await expectWhole(store, loaded(0, 100))
    store.close()
  })

  test('leaves the snapshots as they were that were taken before', async () => {
    const store = newStore(diskLike(), options)
    const snapshots = [0, 1, 2, 3].map(round => {
      store.write(tx => load(tx, round * 1000, round * 1000 + 1000))
      return store.read()
    })
    for (const [round, snapshot] of snapshots.entries()) {
      expect(entriesOf(snapshot)).toEqual(loaded(0, round * 1000 + 1000))
      snapshot.close()
    }
    await expectWhole(store, loaded(0, 4000))
    store.close()
  })

  test('is undone by a savepoint, part by part', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => {
      load(tx, 0, 1000)
      const first = tx.setSavepoint()
      load(tx, 1000, 2000)
      const second = tx.setSavepoint()
      load(tx, 2000, 3000)
      for (let i = 0; i < 500; i++) remove(tx, keyOf(i))
      load(tx, 3000, 4000)
      tx.rollbackTo(second)
      expect(treeOf(tx).count).toBe(2000)
      load(tx, 4000, 4500)
      tx.rollbackTo(first)
      expect([borrowed(store), get(tx, keyOf(4200))]).toEqual([0, undefined])
      load(tx, 4500, 5000)
      tx.releaseSavepoint(first)
    })
    const entries = [...loaded(0, 1000), ...loaded(4500, 5000)].sort(([a], [b]) => (a < b ? -1 : 1))
    await expectWhole(store, entries)
    await expectReopened(crashCopy(storage), options, entries)
    store.close()
  })

  test('into a tree made and dropped under a savepoint leaves nothing behind', async () => {
    const store = newStore(diskLike(), options)
    store.write(tx => {
      load(tx, 0, 100)
      const savepoint = tx.setSavepoint()
      const treeId = tx.createTree()
      load(tx, 0, 1000, treeId)
      tx.rollbackTo(savepoint)
      expect(tx.tree(treeId)).toBeUndefined()
      const doomed = tx.createTree()
      load(tx, 0, 1000, doomed)
      tx.dropTree(doomed)
      const again = tx.setSavepoint()
      load(tx, 100, 1000)
      tx.dropTree(TREE)
      tx.rollbackTo(again)
      load(tx, 1000, 1100)
    })
    await expectWhole(
      store,
      [...loaded(0, 100), ...loaded(1000, 1100)].sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    store.close()
  })

  test('is compacted and backed up like any other', async () => {
    const storage = diskLike()
    const store = newStore(storage, options)
    store.write(tx => load(tx, 0, 4000))
    store.write(tx => {
      for (let i = 0; i < 4000; i++) if (i % 4 !== 0) remove(tx, keyOf(i))
    })
    const entries = loaded(0, 4000).filter(([, value]) => Number(value.split(' ')[1]) % 4 === 0)
    await store.backup(storage, '/copy.db')
    await store.compact()
    await expectWhole(store, entries)
    await expectReopened(crashCopy(storage), options, entries)
    store.close()
    await expectReopened(storage, options, entries)
  })

  test('goes on beside a running checkpoint', async () => {
    const storage = diskLike()
    const slow = { ...options, checkpointPagesPerCommit: 1 }
    const store = newStore(storage, slow)
    for (let round = 0; round < 8; round++) {
      const tx = store.begin()
      load(tx, round * 500, round * 500 + 250)
      store.checkpoint()
      load(tx, round * 500 + 250, round * 500 + 500)
      if (round % 2 === 0) await new Promise(resolve => setImmediate(resolve))
      store.commit(tx, round % 3 === 0 ? 'none' : 'sync')
    }
    store.flush()
    await expectWhole(store, loaded(0, 4000))
    await expectReopened(crashCopy(storage), slow, loaded(0, 4000))
    store.close()
  })
})

describe('loads of several trees at once', () => {
  test('share what the pool lends, and one that gets nothing goes on without', async () => {
    const store = newStore(diskLike(), LENDING)
    const trees = [TREE, ...store.write(tx => [tx.createTree(), tx.createTree(), tx.createTree()])]
    store.write(tx => {
      load(tx, 0, 2000, trees[0])
      expect(borrowed(store)).toBeGreaterThan(50)
      for (let i = 0; i < 2000; i++) for (const treeId of trees.slice(1)) load(tx, i, i + 1, treeId)
      expect(borrowed(store)).toBeLessThanOrEqual(96)
      expect(treeOf(tx, trees[2]).count).toBe(2000)
      load(tx, 2000, 2500, trees[2])
    })
    const snapshot = store.read()
    for (const treeId of trees) {
      expect(entriesOf(snapshot, treeId)).toEqual(loaded(0, treeId === trees[2] ? 2500 : 2000))
    }
    snapshot.close()
    await expectWhole(store, loaded(0, 2000))
    store.close()
  })

  test('give everything back when the store is closed under them', () => {
    const storage = diskLike()
    const store = newStore(storage, LENDING)
    const tx = store.begin()
    load(tx, 0, 1000)
    store.close()
    expect(tx.status).toBe('rolled back')
    const again = openStore(storage, LENDING)
    expect(seen(again, keyOf(1))).toBeUndefined()
    again.close()
  })
})

describe('a large value that is read in parts while its tree is loaded', () => {
  const large = 'x'.repeat(3000)

  function openLarge(tx: WriteTransaction) {
    put(tx, 'large', large)
    load(tx, 0, 40)
    const reader = treeOf(tx).openValue(Buffer.from('large'), 5)!
    load(tx, 40, 200)
    return reader
  }

  test('stays', () => {
    const store = newStore(diskLike(), ROOMY)
    store.write(tx => {
      const reader = openLarge(tx)
      const piece = Buffer.alloc(4)
      expect([reader.read(piece, 0, 4, 2000), piece.toString()]).toEqual([4, 'xxxx'])
      reader.verify()
    })
    store.close()
  })

  test('is VALUE_CHANGED as soon as a collected put replaces it', () => {
    const store = newStore(diskLike(), ROOMY)
    store.write(tx => {
      const reader = openLarge(tx)
      put(tx, 'large', 'small')
      expect(codeOf(() => reader.read(Buffer.alloc(4), 0, 4, 0))).toBe('VALUE_CHANGED')
      expect(get(tx, 'large')).toBe('small')
    })
    store.close()
  })
})

/** What the load of these stories does on a healthy disk: operations, writes, and writes that make a file longer. */
function effortOf(options: StoreOptions): { operations: number; writes: number; growths: number } {
  const disk = new SimulatedDisk({ seed: 0 })
  const store = newStore(disk, options)
  store.write(tx => load(tx, 0, 50))
  const sizes = new Map(disk.paths().map(path => [path, disk.contents(path).length]))
  const before = disk.operationCount
  let writes = 0
  let growths = 0
  disk.observe = (path, _source, _offset, length, position) => {
    writes++
    if (position + length <= (sizes.get(path) ?? 0)) return
    growths++
    sizes.set(path, position + length)
  }
  store.write(tx => load(tx, 50, 8000))
  const operations = disk.operationCount - before
  store.close()
  return { operations, writes, growths }
}

/** Of so many moments the first ones, some between, and the last ones, where the commit is. */
function someOf(count: number): number[] {
  const last = Array.from({ length: 7 }, (_, i) => count - 7 + i)
  return [0, 1, 2, ...[0.2, 0.5, 0.8].map(part => Math.floor(part * count)), ...last]
}

describe('a load on a full disk', () => {
  test.each(PATHS)(
    'fails alone, wherever it meets the end, when it commits %s',
    async (_, options) => {
      const codes: string[] = []
      for (const skip of someOf(effortOf(options).growths)) {
        const disk = new SimulatedDisk({ seed: skip })
        const store = newStore(disk, options)
        store.write(tx => load(tx, 0, 50))
        disk.fail({ operation: 'growth', kind: 'noSpace', skip, times: Number.POSITIVE_INFINITY })
        const code = codeOf(() => store.write(tx => load(tx, 50, 8000)))
        codes.push(code)
        expect(['NO_SPACE', 'done']).toContain(code)
        const entries = loaded(0, code === 'done' ? 8000 : 50)
        await expectWhole(store, entries)
        // What is there can be changed, on a disk that is full.
        disk.clearFaults()
        store.write(tx => put(tx, 'more', 'space'))
        await expectWhole(store, [...entries, ['more', 'space']])
        disk.losePower()
        await expectReopened(disk, options, [...entries, ['more', 'space']])
      }
      expect(codes).toContain('NO_SPACE')
    },
    20_000,
  )

  test('is rolled back to a savepoint, and the transaction goes on', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = newStore(disk, ROOMY)
    store.write(tx => {
      load(tx, 0, 50)
      const savepoint = tx.setSavepoint()
      load(tx, 50, 8000)
      disk.fail({ operation: 'growth', kind: 'noSpace', times: Number.POSITIVE_INFINITY })
      expect(codeOf(() => treeOf(tx).count)).toBe('NO_SPACE')
      expect(codeOf(() => put(tx, 'a', 'b'))).toBe('TRANSACTION_FAILED')
      disk.clearFaults()
      tx.rollbackTo(savepoint)
      expect(entriesOf(tx)).toEqual(loaded(0, 50))
      load(tx, 50, 100)
    })
    await expectWhole(store, loaded(0, 100))
    disk.losePower()
    await expectReopened(disk, ROOMY, loaded(0, 100))
  })

  test('cannot be committed without its pages by dropping its tree', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = newStore(disk, ROOMY)
    const tx = store.begin()
    const treeId = tx.createTree()
    load(tx, 0, 8000, treeId)
    disk.fail({ operation: 'growth', kind: 'noSpace', times: 1 })
    expect(codeOf(() => treeOf(tx, treeId).count)).toBe('NO_SPACE')
    expect(codeOf(() => tx.dropTree(treeId))).toBe('TRANSACTION_FAILED')
    expect(codeOf(() => store.commit(tx))).toBe('TRANSACTION_FAILED')
    await expectWhole(store, [])
    store.close()
  })

  test('does not show a reader in the transaction what is left of the tree', () => {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = newStore(disk, ROOMY)
    store.write(tx => load(tx, 0, 50))
    const tx = store.begin()
    load(tx, 50, 8000)
    disk.fail({ operation: 'growth', kind: 'noSpace', times: 1 })
    expect(codeOf(() => get(tx, keyOf(1)))).toBe('NO_SPACE')
    expect(codeOf(() => get(tx, keyOf(1)))).toBe('TRANSACTION_FAILED')
    expect(codeOf(() => entriesOf(tx))).toBe('TRANSACTION_FAILED')
    expect(codeOf(() => store.commit(tx))).toBe('TRANSACTION_FAILED')
    expect(borrowed(store)).toBe(0)
    store.close()
  })
})

describe('a load on a disk that fails', () => {
  test.each(PATHS)(
    'shows the last commit after opening again, whichever write fails, when it commits %s',
    async (_, options) => {
      const codes = new Set<string>()
      for (const skip of someOf(effortOf(options).writes)) {
        const disk = new SimulatedDisk({ seed: skip })
        const store = newStore(disk, options)
        store.write(tx => load(tx, 0, 50))
        disk.fail({ operation: 'write', kind: 'ioError', skip })
        const code = codeOf(() => store.write(tx => load(tx, 50, 8000)))
        codes.add(code)
        disk.clearFaults()
        expect(borrowed(store)).toBe(0)
        if (code === 'IO_ERROR' && !store.isPoisoned) await expectWhole(store, loaded(0, 50))
        if (code === 'OUTCOME_UNKNOWN') expect(store.isPoisoned).toBe(true)
        codeOf(() => store.close())
        disk.losePower()
        const again = openStore(disk, options)
        const { count } = treeOf(again.read())
        // An unknown outcome is either.
        expect(code === 'OUTCOME_UNKNOWN' ? [50, 8000] : [code === 'done' ? 8000 : 50]).toContain(count)
        again.close()
        await expectReopened(disk, options, loaded(0, count))
      }
      expect(codes).toContain('IO_ERROR')
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
        store.write(tx => load(tx, 0, 50))
        disk.crashAt(at, at % 2 === 0 ? 'within' : 'before')
        let isDone = false
        try {
          store.write(tx => load(tx, 50, 8000))
          isDone = true
          store.close()
        } catch (error) {
          expect(disk.isCrashed, `${error}`).toBe(true)
          expect(error === undefined || error instanceof SimulatedCrash || isCoppiceError(error)).toBe(true)
        }
        disk.losePower()
        const again = openStore(disk, options)
        const { count } = treeOf(again.read())
        expect(isDone ? [8000] : [50, 8000]).toContain(count)
        again.close()
        await expectReopened(disk, options, loaded(0, count))
      }
    },
    20_000,
  )
})

describe('a page that cannot be read when collecting begins', () => {
  test('fails the put, and what is removed after it stays removed', async () => {
    const disk = new SimulatedDisk({ seed: 1 })
    let store = newStore(disk, ROOMY)
    putAll(store, 0, 12, i => `${i}`.padEnd(60, '.'))
    store.close()
    store = openStore(disk, ROOMY)
    store.write(tx => {
      // In memory is the way to the first key.
      put(tx, 'key 000000', 'new')
      disk.fail({ operation: 'read', kind: 'ioError', times: Number.POSITIVE_INFINITY })
      while (codeOf(() => put(tx, 'key 000000', 'new')) === 'done');
      disk.clearFaults()
      expect(remove(tx, 'key 000000')).toBe(true)
      put(tx, 'key 000011', 'last')
      expect([get(tx, 'key 000000'), get(tx, 'key 000011')]).toEqual([undefined, 'last'])
    })
    expect(borrowed(store)).toBe(0)
    expect((await store.check()).faults).toEqual([])
    store.close()
  })
})
