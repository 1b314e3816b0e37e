/** Snapshots: they never move, they say what they cost, and they hold back no more than they need. */

import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { expectError } from '../support/tables.ts'
import {
  diskLike,
  entriesOf,
  get,
  hurried,
  ManualClock,
  newStore,
  nextTurn,
  openStore,
  put,
  putAll,
  remove,
  SMALL,
  TINY,
  TREE,
  withClock,
} from './harness.ts'

describe.each([
  ['in memory', () => memoryStorage()],
  ['on disk', () => diskLike()],
] as const)('a snapshot %s', (_, makeStorage) => {
  test('does not move while the writer works, with a cache much too small', () => {
    const store = newStore(makeStorage(), TINY)
    putAll(store, 0, 300, i => `first ${i}`)
    const snapshot = store.read()
    const before = entriesOf(snapshot)
    for (let round = 0; round < 10; round++) {
      putAll(store, 0, 300, i => `${round} ${i}`.repeat(3))
      store.write(tx => {
        for (let i = round; i < 300; i += 3) remove(tx, `key ${String(i).padStart(6, '0')}`)
      })
      if (round % 3 === 0) store.checkpoint()
    }
    store.write(tx => tx.dropTree(TREE))
    expect(entriesOf(snapshot)).toEqual(before)
    snapshot.close()
    store.close()
  })

  test('each of many sees its own state', () => {
    const store = newStore(makeStorage())
    const snapshots = Array.from({ length: 50 }, (_, i) => {
      store.write(tx => put(tx, 'key', `${i}`))
      return store.read()
    })
    expect(snapshots.map(snapshot => get(snapshot, 'key'))).toEqual(snapshots.map((_, i) => `${i}`))
    for (const snapshot of snapshots) snapshot.close()
    store.close()
  })

  test('says how many pages it holds, and gives them back', () => {
    const store = newStore(makeStorage())
    putAll(store, 0, 300, i => `${i}`)
    store.checkpoint()
    const snapshot = store.read()
    expect(snapshot.retainedPages).toBe(0)
    putAll(store, 0, 300, i => `changed ${i}`)
    store.checkpoint()
    putAll(store, 0, 1, i => `again ${i}`)
    store.checkpoint()
    const held = snapshot.retainedPages
    expect(held).toBeGreaterThan(10)
    const { freePages } = store.stats()
    snapshot.close()
    expect(store.stats().freePages - freePages).toBe(held)
    expect(snapshot.retainedPages).toBe(0)
    store.close()
  })

  test('refuses reading after it was closed', () => {
    const store = newStore(makeStorage())
    store.write(tx => put(tx, 'a', '1'))
    const snapshot = store.read()
    const cursor = snapshot.tree(TREE)!.cursor()
    expect(cursor.first()).toBe(true)
    snapshot.close()
    snapshot.close()
    expect(snapshot.isOpen).toBe(false)
    expectError('TRANSACTION_CLOSED', () => snapshot.tree(TREE))
    store.close()
  })
})

describe('age', () => {
  test('is told, and beyond the limit a snapshot is ended', () => {
    const clock = new ManualClock()
    const store = newStore(withClock(diskLike(), clock), { ...SMALL, maxSnapshotAgeMs: 1000 })
    const old = store.read()
    clock.nowMs += 600
    const young = store.read()
    expect([old.ageMs, young.ageMs]).toEqual([600, 0])
    clock.nowMs += 600
    store.write(tx => put(tx, 'a', '1'))
    expectError('SNAPSHOT_TOO_OLD', () => old.tree(TREE))
    expect([old.isOpen, young.isOpen]).toEqual([false, true])
    expect(get(young, 'a')).toBe(undefined)
    old.close()
    expectError('SNAPSHOT_TOO_OLD', () => old.tree(TREE))
    store.close()
  })

  test('ends a snapshot although nobody writes', async () => {
    const store = newStore(diskLike(), { ...SMALL, maxSnapshotAgeMs: 20 })
    const snapshot = store.read()
    await expect.poll(() => snapshot.isOpen, { timeout: 5000, interval: 10 }).toBe(false)
    expectError('SNAPSHOT_TOO_OLD', () => snapshot.tree(TREE))
    store.close()
  })
})

describe('one old reader', () => {
  test('does not hold back what was written and dropped since', () => {
    const store = newStore(diskLike(), { ...SMALL, checkpointLogBytes: 64 * 1024, maxLogBytes: 256 * 1024 })
    putAll(store, 0, 300, i => `${i}`)
    const snapshot = store.read()
    const before = entriesOf(snapshot)
    store.checkpoint()
    let highest = 0
    for (let i = 0; i < 10_000; i++) {
      store.write(tx => put(tx, 'key 000007', `rewritten ${i}`), 'none')
      if (i === 1000) highest = store.stats().filePages
    }
    expect(store.stats().filePages).toBeLessThanOrEqual(highest + 40)
    expect(snapshot.retainedPages).toBeLessThan(40)
    expect(entriesOf(snapshot)).toEqual(before)
    snapshot.close()
    store.close()
  })

  test('with many others between, each holds only what it needs', async () => {
    const store = newStore(memoryStorage())
    putAll(store, 0, 200, i => `${i}`)
    const snapshots = [store.read()]
    for (let round = 0; round < 30; round++) {
      putAll(store, 0, 200, i => `${round} ${i}`)
      if (round % 10 === 0) snapshots.push(store.read())
    }
    const { filePages } = store.stats()
    for (let round = 0; round < 50; round++) putAll(store, 0, 200, i => `${round} ${i}`)
    expect(store.stats().filePages).toBeLessThanOrEqual(filePages + 20)
    expect(await store.check()).toMatchObject({ faults: [] })
    for (const snapshot of snapshots) snapshot.close()
    const stats = store.stats()
    expect(stats.filePages - stats.freePages).toBeLessThanOrEqual(stats.usedPages)
    store.close()
  })
})

test('stats list the open snapshots', () => {
  const store = newStore()
  const first = store.read()
  putAll(store, 0, 100, i => `${i}`)
  const second = store.read()
  const listed = store.stats().snapshots
  expect(listed.map(({ txnId }) => txnId)).toEqual([first.txnId, second.txnId])
  expect(listed.every(({ ageMs, retainedPages }) => ageMs >= 0 && retainedPages >= 0)).toBe(true)
  first.close()
  second.close()
  expect(store.stats().snapshots).toEqual([])
  store.close()
})

test('a snapshot outlives checkpoints and many epochs of the log', () => {
  const storage = diskLike()
  const store = newStore(storage)
  putAll(store, 0, 100, i => `${i}`)
  const snapshot = store.read()
  const before = entriesOf(snapshot)
  for (let round = 0; round < 20; round++) {
    putAll(store, 0, 100, i => `${round} ${i}`)
    store.checkpoint()
  }
  expect(entriesOf(snapshot)).toEqual(before)
  snapshot.close()
  store.close()
  const again = openStore(storage)
  expect(again.stats().freePages).toBeGreaterThanOrEqual(0)
  again.close()
})

test.each(['check', 'backup'] as const)(
  'the age limit does not end the snapshot of a %s',
  async operation => {
    const storage = hurried()
    const store = newStore(storage, { ...SMALL, maxSnapshotAgeMs: 100 })
    putAll(store, 0, 2000, i => `${i}`)
    const before = store.read()
    const running =
      operation === 'check' ? store.check() : store.backup(storage, '/copy.db').then(() => ({ faults: [] }))
    for (let i = 0; i < 60; i++) {
      putAll(store, 0, 100, n => `${i} ${n}`)
      if (i % 5 === 0) store.checkpoint()
      await nextTurn()
    }
    expect(before.isOpen).toBe(false)
    expect(await running).toMatchObject({ faults: [] })
    store.close()
  },
)
