/** Disks that fail or are full: what is undone, what is unknown, and what goes on. */

import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { expectError } from '../support/tables.ts'
import {
  crashCopy,
  diskLike,
  entriesOf,
  FailingStorage,
  get,
  newStore,
  nextTurn,
  openStore,
  put,
  putAll,
  SMALL,
  seen,
  TINY,
} from './harness.ts'

function count(store: Store): number {
  const snapshot = store.read()
  try {
    return entriesOf(snapshot).length
  } finally {
    snapshot.close()
  }
}

/** Everything that writes is refused, everything that reads works. */
function expectPoisoned(store: Store): void {
  expectError('POISONED', () => store.write(() => {}))
  expectError('POISONED', () => store.begin())
  expectError('POISONED', () => store.flush())
  expectError('POISONED', () => store.checkpoint())
  expectError('POISONED', () => store.savepoints.create('a'))
  expect(store.stats().poisoned).toBe(true)
  expect(seen(store, 'before')).toBe('1')
  expect(store.savepoints.list()).toEqual([])
}

describe('a failing sync or write', () => {
  test.each([
    ['sync', '-wal'],
    ['write', '-wal'],
  ] as const)(
    '%s of %s: the commit is OUTCOME_UNKNOWN, then the store is POISONED and reads on',
    async (operation, path) => {
      const disk = new FailingStorage()
      const store = newStore(disk.storage)
      store.write(tx => put(tx, 'before', '1'))
      const snapshot = store.read()
      disk.fail(operation, path)
      expectError('OUTCOME_UNKNOWN', () => store.write(tx => put(tx, 'during', '2')))
      disk.heal()
      expectPoisoned(store)
      expect(get(snapshot, 'before')).toBe('1')
      expect(get(snapshot, 'during')).toBe(undefined)
      expect((await store.check()).faults).toEqual([])
      store.close()
      const again = openStore(disk.storage)
      expect(seen(again, 'before')).toBe('1')
      expect([undefined, '2']).toContain(seen(again, 'during'))
      again.write(tx => put(tx, 'after', '3'))
      again.close()
    },
  )

  test.each(['sync', 'write'] as const)(
    '%s of the database during a checkpoint poisons, and loses nothing',
    operation => {
      const disk = new FailingStorage()
      const store = newStore(disk.storage)
      store.write(tx => put(tx, 'before', '1'))
      disk.fail(operation, 'app.db')
      expect(() => store.checkpoint()).toThrow()
      disk.heal()
      expectPoisoned(store)
      store.close()
      const again = openStore(disk.storage)
      expect(seen(again, 'before')).toBe('1')
      again.close()
    },
  )

  test('while a transaction is open: its commit is refused, and it can be rolled back', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    store.write(tx => put(tx, 'before', '1'))
    const tx = store.begin()
    put(tx, 'during', '2')
    disk.fail('sync')
    expectError('OUTCOME_UNKNOWN', () => store.commit(tx))
    disk.heal()
    tx.rollback()
    expectPoisoned(store)
    store.close()
  })

  test('in the background of a checkpoint is told to the next writer', async () => {
    const disk = new FailingStorage()
    const options = { ...SMALL, checkpointLogBytes: 64 * 1024 }
    const store = newStore(disk.storage, options)
    store.write(tx => put(tx, 'before', '1'))
    let i = 0
    while (!store.stats().checkpointRunning) store.write(tx => put(tx, `key ${i++}`, 'x'.repeat(100)))
    disk.fail('write', 'app.db')
    for (let turn = 0; turn < 10; turn++) await nextTurn()
    disk.heal()
    expectPoisoned(store)
    store.close()
    const again = openStore(disk.storage)
    expect(count(again)).toBe(i + 1)
    again.close()
  })

  test('at the close is told, and the next open recovers', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    store.write(tx => put(tx, 'before', '1'))
    disk.fail('sync', 'app.db')
    expectError('IO_ERROR', () => store.close())
    disk.heal()
    expect(store.isOpen).toBe(false)
    store.close()
    const again = openStore(disk.storage)
    expect(seen(again, 'before')).toBe('1')
    again.close()
  })
})

describe('a full disk', () => {
  test('fails one transaction, which is undone; the store goes on', async () => {
    const storage = diskLike(2 << 20)
    const store = newStore(storage)
    store.write(tx => put(tx, 'before', '1'))
    expectError('NO_SPACE', () => putAll(store, 0, 200_000, i => `${i}`.repeat(10)))
    expect(count(store)).toBe(1)
    expect(store.stats().poisoned).toBe(false)
    store.write(tx => put(tx, 'after', '2'))
    expect([seen(store, 'before'), seen(store, 'after')]).toEqual(['1', '2'])
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
    const again = openStore(storage)
    expect(count(again)).toBe(2)
    again.close()
  })

  test('that has no room for a log refuses the first write, and reading goes on', () => {
    const disk = new FailingStorage()
    let store = newStore(disk.storage)
    store.write(tx => put(tx, 'before', '1'))
    store.close()
    store = openStore(disk.storage)
    disk.fail('write', '-wal', 'NO_SPACE')
    expectError('NO_SPACE', () => store.write(tx => put(tx, 'a', '1')))
    expect(seen(store, 'before')).toBe('1')
    disk.heal()
    store.write(tx => put(tx, 'a', '1'))
    expect(seen(store, 'a')).toBe('1')
    store.close()
  })

  test('while the cache spills fails the transaction, not the store', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage, TINY)
    store.write(tx => put(tx, 'before', '1'))
    disk.fail('write', 'app.db', 'NO_SPACE')
    expectError('NO_SPACE', () => putAll(store, 0, 3000, i => `${i}`))
    disk.heal()
    expect(count(store)).toBe(1)
    putAll(store, 0, 3000, i => `${i}`)
    expect(count(store)).toBe(3001)
    store.close()
  })

  test('a change that failed half way cannot be committed, even if its error is swallowed', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage, TINY)
    store.write(tx => put(tx, 'before', '1'))
    const tx = store.begin()
    disk.fail('write', 'app.db', 'NO_SPACE')
    let failed = 0
    for (let i = 0; i < 3000; i++) {
      try {
        put(tx, `key ${i}`, 'x'.repeat(40))
      } catch {
        failed++
      }
    }
    disk.heal()
    expect(failed).toBeGreaterThan(0)
    expectError('TRANSACTION_FAILED', () => store.commit(tx))
    expect(tx.status).toBe('rolled back')
    expect(count(store)).toBe(1)
    store.close()
  })

  test('during a checkpoint leaves the log as it was, and is tried again later', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    putAll(store, 0, 200, i => `${i}`)
    disk.fail('write', 'app.db', 'NO_SPACE')
    expectError('NO_SPACE', () => store.checkpoint())
    disk.heal()
    expect(store.stats().poisoned).toBe(false)
    putAll(store, 200, 300, i => `${i}`)
    const recovered = openStore(crashCopy(disk.storage))
    expect(count(recovered)).toBe(300)
    recovered.close()
    store.checkpoint()
    store.close()
    const again = openStore(disk.storage)
    expect(count(again)).toBe(300)
    again.close()
  })

  test('of a checkpoint, however often it is tried again, takes no more pages than the first time', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage, { ...TINY, maxSizeBytes: 1024 * 1024 })
    putAll(store, 0, 200, i => `${i}`)
    disk.fail('write', 'app.db', 'NO_SPACE')
    expectError('NO_SPACE', () => store.checkpoint())
    const { filePages, freePages } = store.stats()
    for (let i = 0; i < 500; i++) expectError('NO_SPACE', () => store.checkpoint())
    expect(store.stats()).toMatchObject({ filePages, freePages })
    disk.heal()
    store.checkpoint()
    expect(store.stats()).toMatchObject({ filePages, freePages })
    store.close()
  })

  test('at the close leaves the log for the next open', () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    putAll(store, 0, 200, i => `${i}`)
    disk.fail('write', 'app.db', 'NO_SPACE')
    expectError('NO_SPACE', () => store.close())
    disk.heal()
    const again = openStore(disk.storage)
    expect(count(again)).toBe(200)
    again.close()
  })
})

describe('a database that may not grow further', () => {
  const options = { ...SMALL, maxSizeBytes: 64 * 1024 }

  test.each([
    ['logged', options],
    ['checkpointed', { ...options, transactionLogBytes: 0 }],
  ])('fails the transaction that is too large, and goes on: %s', async (_, how) => {
    const storage = diskLike()
    const store = newStore(storage, how)
    store.write(tx => put(tx, 'before', '1'))
    expectError('DATABASE_FULL', () => putAll(store, 0, 9000, i => `${i}`))
    expect([count(store), store.stats().poisoned]).toEqual([1, false])
    store.write(tx => put(tx, 'after', '2'))
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
    const again = openStore(storage, how)
    expect(count(again)).toBe(2)
    again.close()
  })

  test.each([
    ['logged', options],
    ['checkpointed', { ...options, transactionLogBytes: 0 }],
  ])(
    'filled to the last page by small commits, keeps them all and lets some be deleted: %s',
    async (_, how) => {
      const storage = diskLike()
      const store = newStore(storage, how)
      let committed = 0
      const fill = () => {
        for (let i = 0; i < 5000; i++) {
          store.write(tx => put(tx, `key ${committed}`, 'x'.repeat(60)))
          committed++
        }
      }
      expectError('DATABASE_FULL', fill)
      expect([count(store), store.stats().poisoned]).toEqual([committed, false])
      expect((await store.check()).faults).toEqual([])
      store.close()
      const again = openStore(storage, { ...how, maxSizeBytes: 1 << 20 })
      expect(count(again)).toBe(committed)
      again.close()
    },
  )
})
