/** Committing: what happens to a transaction, who sees it when, and how often the disk is asked to sync. */

import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { OpenMode, Storage } from '../../src/io/storage.ts'
import type { Store } from '../../src/store/store.ts'
import { expectError } from '../support/tables.ts'
import {
  counting,
  crashCopy,
  diskLike,
  entriesOf,
  FailingStorage,
  get,
  newStore,
  nextTurn,
  openStore,
  put,
  SMALL,
  seen,
  treeOf,
} from './harness.ts'

const code = (error: unknown) => (isCoppiceError(error) ? error.code : error)

describe.each([
  ['in memory', () => newStore(memoryStorage())],
  ['with a log', () => newStore()],
  ['by checkpoints', () => newStore(diskLike(), { ...SMALL, transactionLogBytes: 0 })],
] as const)('a write transaction %s', (_, open: () => Store) => {
  test('is seen when it is committed, and returns what its function returned', () => {
    const store = open()
    const result = store.write(tx => {
      put(tx, 'a', '1')
      expect(get(tx, 'a')).toBe('1')
      expect(seen(store, 'a')).toBe(undefined)
      return 'result'
    })
    expect([result, seen(store, 'a')]).toEqual(['result', '1'])
    store.close()
  })

  test('that throws did nothing', () => {
    const store = open()
    store.write(tx => put(tx, 'a', '1'))
    const { freePages, filePages } = store.stats()
    const error = new Error('the user changed his mind')
    expect(() =>
      store.write(tx => {
        for (let i = 0; i < 500; i++) put(tx, `b${i}`, '2')
        throw error
      }),
    ).toThrow(error)
    const snapshot = store.read()
    expect(entriesOf(snapshot)).toEqual([['a', '1']])
    const after = store.stats()
    expect(after.filePages - after.freePages).toBe(filePages - freePages)
    snapshot.close()
    store.close()
  })

  test('that changed nothing makes no new state', () => {
    const store = open()
    const before = store.stats().txnId
    store.write(() => {})
    expect(store.stats().txnId).toBe(before)
    store.close()
  })

  test('refuses a second writer, and a function that returns a promise', () => {
    const store = open()
    store.write(() => {
      expectError('BUSY', () => store.write(() => {}))
      expectError('BUSY', () => store.begin())
    })
    expectError('ASYNC_FUNCTION', () =>
      store.write(async tx => {
        put(tx, 'a', '1')
        throw new Error('nobody waits for this')
      }),
    )
    expect(seen(store, 'a')).toBe(undefined)
    store.close()
  })

  test('refuses every use after its end', () => {
    const store = open()
    const tx = store.begin()
    const tree = treeOf(tx)
    put(tx, 'a', '1')
    store.commit(tx)
    expectError('TRANSACTION_CLOSED', () => put(tx, 'b', '1'))
    expectError('TRANSACTION_CLOSED', () => tx.tree(16))
    expectError('TRANSACTION_CLOSED', () => tx.createTree())
    expectError('TRANSACTION_CLOSED', () => tx.setSavepoint())
    expectError('TRANSACTION_CLOSED', () => store.commit(tx))
    expect(tree).toBeDefined()
    tx.rollback()
    expect(seen(store, 'a')).toBe('1')
    store.close()
  })
})

describe('durability', () => {
  test('sync waits for one sync of the log', () => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage)
    const before = new Map(counts)
    store.write(tx => put(tx, 'a', '1'))
    expect(counts.get('sync log')! - before.get('sync log')!).toBe(1)
    expect(counts.get('write log')! - before.get('write log')!).toBe(1)
    expect(counts.get('write database')).toBe(before.get('write database'))
    store.close()
  })

  test('the log is told which of its writes are synced at once: those of commits that block', async () => {
    const base = diskLike()
    const told: boolean[] = []
    const storage = Object.assign(Object.create(base) as Storage, {
      open(path: string, mode: OpenMode) {
        const file = base.open(path, mode)
        const { write } = file
        file.write = (source, offset, length, position, isSyncedAtOnce = false) => {
          if (path.includes('-wal')) told.push(isSyncedAtOnce)
          write.call(file, source, offset, length, position, isSyncedAtOnce)
        }
        return file
      },
    })
    const store = newStore(storage)
    const writes = async (work: () => unknown) => {
      told.length = 0
      await work()
      return [...told]
    }
    expect(await writes(() => store.write(tx => put(tx, 'a', '1')))).toEqual([true])
    expect(await writes(() => store.writeAsync(tx => put(tx, 'a', '2')))).toEqual([false])
    const unsynced = async () => {
      store.write(tx => put(tx, 'a', '3'), 'none')
      await nextTurn()
    }
    expect(await writes(unsynced)).toEqual([false])
    store.close()
  })

  test('none waits for nothing, is seen at once, and is durable after flush', async () => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage)
    const before = counts.get('sync log') ?? 0
    for (let i = 0; i < 10; i++) store.write(tx => put(tx, `a${i}`, '1'), 'none')
    expect(seen(store, 'a9')).toBe('1')
    expect(counts.get('sync log')).toBe(before)
    await nextTurn()
    expect(counts.get('sync log')).toBe(before)
    store.flush()
    expect(counts.get('sync log')).toBe(before + 1)
    store.close()
  })

  test('a sync makes the unsynced commits before it durable too', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => put(tx, 'a', '1'), 'none')
    store.write(tx => put(tx, 'b', '2'), 'sync')
    const recovered = openStore(crashCopy(storage))
    expect([seen(recovered, 'a'), seen(recovered, 'b'), recovered.report.recovered]).toEqual([
      '1',
      '2',
      { transactionCount: 3, tornTail: false },
    ])
    recovered.close()
    store.close()
  })

  test('a commit that waits for its sync is not seen yet', async () => {
    const store = newStore(counting(diskLike()).storage)
    const tx = store.begin()
    put(tx, 'a', '1')
    const committed = store.commitAsync(tx)
    expect(seen(store, 'a')).toBe(undefined)
    // The next writer builds on it all the same.
    const next = store.begin()
    expect(get(next, 'a')).toBe('1')
    next.rollback()
    await committed
    expect(seen(store, 'a')).toBe('1')
    store.close()
  })

  test('a commit with none on top of a waiting one makes both durable before it is seen', async () => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage)
    const tx = store.begin()
    put(tx, 'a', '1')
    const committed = store.commitAsync(tx)
    const before = counts.get('sync log') ?? 0
    store.write(next => put(next, 'b', '2'), 'none')
    expect([seen(store, 'a'), seen(store, 'b')]).toEqual(['1', '2'])
    expect(counts.get('sync log')).toBe(before + 1)
    await committed
    store.close()
  })
})

describe('group commit', () => {
  test('a hundred queued writes share a few syncs', async () => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage)
    const before = counts.get('sync log') ?? 0
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        store.writeAsync(tx => {
          put(tx, `key ${i}`, `${i}`)
          return i
        }),
      ),
    )
    expect(results).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect((counts.get('sync log') ?? 0) - before).toBeLessThanOrEqual(3)
    const snapshot = store.read()
    expect(treeOf(snapshot).count).toBe(100)
    snapshot.close()
    store.close()
  })

  test('writes that come while a group is synced form the next one', async () => {
    const { storage, counts } = counting(diskLike())
    const store = newStore(storage)
    const before = counts.get('sync log') ?? 0
    const writes: Promise<void>[] = []
    for (let turn = 0; turn < 20; turn++) {
      for (let i = 0; i < 10; i++) writes.push(store.writeAsync(tx => put(tx, `${turn} ${i}`, 'x')))
      await nextTurn()
    }
    await Promise.all(writes)
    expect((counts.get('sync log') ?? 0) - before).toBeLessThan(60)
    store.close()
  })

  test('one that throws is rejected alone', async () => {
    const store = newStore()
    const outcomes = await Promise.allSettled([
      store.writeAsync(tx => put(tx, 'a', '1')),
      store.writeAsync(tx => {
        put(tx, 'b', '2')
        throw new Error('no')
      }),
      store.writeAsync(async () => {}),
      store.writeAsync(tx => put(tx, 'c', get(tx, 'b') ?? 'b was undone')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(code((outcomes[2] as PromiseRejectedResult).reason)).toBe('ASYNC_FUNCTION')
    expect([seen(store, 'a'), seen(store, 'b'), seen(store, 'c')]).toEqual(['1', undefined, 'b was undone'])
    store.close()
  })

  test('queued writes wait for an open handle, and go on after its end', async () => {
    const store = newStore()
    const tx = store.begin()
    put(tx, 'a', 'handle')
    const queued = store.writeAsync(next => put(next, 'b', get(next, 'a') ?? 'nothing'))
    for (let i = 0; i < 5; i++) await nextTurn()
    expect(store.stats().queuedWrites).toBe(1)
    await store.commitAsync(tx)
    await queued
    expect(seen(store, 'b')).toBe('handle')
    store.close()
  })

  test('writes of both durabilities in one group are as durable as each asked for', async () => {
    const store = newStore()
    await Promise.all([
      store.writeAsync(tx => put(tx, 'a', '1'), 'none'),
      store.writeAsync(tx => put(tx, 'b', '2'), 'sync'),
      store.writeAsync(tx => put(tx, 'c', '3'), 'none'),
    ])
    expect([seen(store, 'a'), seen(store, 'b'), seen(store, 'c')]).toEqual(['1', '2', '3'])
    store.close()
  })

  test('a failing sync rejects the whole group, and what queues behind it', async () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    disk.fail('sync', '-wal')
    const outcomes = await Promise.allSettled([
      store.writeAsync(tx => put(tx, 'a', '1')),
      store.writeAsync(tx => put(tx, 'b', '2')),
    ])
    expect(outcomes.map(outcome => code((outcome as PromiseRejectedResult).reason))).toEqual([
      'OUTCOME_UNKNOWN',
      'OUTCOME_UNKNOWN',
    ])
    await expect(store.writeAsync(() => {})).rejects.toMatchObject({ code: 'POISONED' })
    store.close()
  })
})
