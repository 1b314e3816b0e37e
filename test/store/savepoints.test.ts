/** Persistent savepoints: named states that outlive the process. */

import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import type { Store } from '../../src/store/store.ts'
import { expectError } from '../support/tables.ts'
import {
  crashCopy,
  diskLike,
  entriesOf,
  FailingStorage,
  newStore,
  openStore,
  put,
  putAll,
  SMALL,
  seen,
  TINY,
} from './harness.ts'

const names = (store: Store) => store.savepoints.list().map(({ name }) => name)

function entries(store: Store) {
  const snapshot = store.read()
  try {
    return entriesOf(snapshot)
  } finally {
    snapshot.close()
  }
}

describe.each([
  ['in memory', () => memoryStorage()],
  ['on disk', () => diskLike()],
] as const)('a persistent savepoint %s', (_, makeStorage) => {
  test('brings its state back', async () => {
    const store = newStore(makeStorage(), TINY)
    putAll(store, 0, 300, i => `${i}`)
    store.savepoints.create('before')
    const before = entries(store)
    store.write(tx => {
      tx.dropTree(16)
      put(tx, 'only', 'one', tx.createTree())
    })
    putAllTo(store, 17)
    store.savepoints.restore('before')
    expect(entries(store)).toEqual(before)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
  })

  test('can be restored again and again', async () => {
    const store = newStore(makeStorage())
    putAll(store, 0, 50, () => 'before')
    store.savepoints.create('before')
    for (let round = 0; round < 5; round++) {
      putAll(store, 20, 200, () => `${round}`.repeat(30))
      store.savepoints.restore('before')
      expect(entries(store).every(([, value]) => value === 'before')).toBe(true)
      expect(await store.check()).toMatchObject({ faults: [] })
    }
    store.close()
  })

  test('deletes, when restored, the savepoints that were made after it', () => {
    const store = newStore(makeStorage())
    for (const name of ['a', 'b', 'c']) {
      store.write(tx => put(tx, name, name))
      store.savepoints.create(name)
    }
    store.savepoints.restore('b')
    expect(names(store)).toEqual(['a', 'b'])
    expect(entries(store).map(([key]) => key)).toEqual(['a', 'b'])
    store.savepoints.restore('a')
    expect(names(store)).toEqual(['a'])
    store.close()
  })

  test('has a name that is used once, and can be used', () => {
    const store = newStore(makeStorage())
    store.savepoints.create('a')
    expectError('ALREADY_EXISTS', () => store.savepoints.create('a'))
    expectError('INVALID_VALUE', () => store.savepoints.create(''))
    expectError('INVALID_VALUE', () => store.savepoints.create('x'.repeat(65)))
    expectError('INVALID_VALUE', () => store.savepoints.create(7 as unknown as string))
    expectError('SAVEPOINT_INVALID', () => store.savepoints.restore('b'))
    expectError('SAVEPOINT_INVALID', () => store.savepoints.delete('b'))
    store.savepoints.create('é'.repeat(32))
    expect(names(store)).toEqual(['a', 'é'.repeat(32)])
    // Each refused call has left the writer's place free.
    store.write(tx => put(tx, 'a', '1'))
    store.close()
  })

  test('is refused while a writer is open', () => {
    const store = newStore(makeStorage())
    store.savepoints.create('a')
    const tx = store.begin()
    expectError('BUSY', () => store.savepoints.create('b'))
    expectError('BUSY', () => store.savepoints.restore('a'))
    expectError('BUSY', () => store.savepoints.delete('a'))
    tx.rollback()
    store.close()
  })

  test('leaves snapshots what they see', () => {
    const store = newStore(makeStorage())
    putAll(store, 0, 100, i => `${i}`)
    store.savepoints.create('before')
    putAll(store, 0, 100, i => `changed ${i}`)
    const snapshot = store.read()
    const changed = entriesOf(snapshot)
    store.savepoints.restore('before')
    putAll(store, 0, 100, i => `again ${i}`)
    expect(entriesOf(snapshot)).toEqual(changed)
    snapshot.close()
    store.close()
  })
})

function putAllTo(store: Store, treeId: number): void {
  store.write(tx => {
    for (let i = 0; i < 100; i++) put(tx, `key ${i}`, 'x', treeId)
  })
}

describe('across processes', () => {
  test.each([
    [
      'closed',
      (storage: Storage, store: Store) => {
        store.close()
        return storage
      },
    ],
    ['crashed', (storage: Storage) => crashCopy(storage)],
  ])('a savepoint is still there: %s', async (_, end) => {
    const storage = diskLike()
    const first = newStore(storage)
    putAll(first, 0, 200, i => `${i}`)
    first.savepoints.create('before')
    const before = entries(first)
    putAll(first, 100, 300, i => `changed ${i}`)
    const second = openStore(end(storage, first))
    expect(names(second)).toEqual(['before'])
    expect(await second.check()).toMatchObject({ faults: [] })
    putAll(second, 0, 100, () => 'changed once more')
    second.savepoints.restore('before')
    expect(entries(second)).toEqual(before)
    expect(await second.check()).toMatchObject({ faults: [] })
    second.close()
  })

  test('it says when it was made', () => {
    const storage = diskLike()
    const first = newStore(storage)
    const start = Date.now()
    first.savepoints.create('now')
    const [made] = first.savepoints.list()
    expect(made.createdAt.getTime()).toBeGreaterThanOrEqual(start - 1)
    expect(made.createdAt.getTime()).toBeLessThanOrEqual(Date.now() + 1)
    first.close()
    const second = openStore(storage)
    expect(second.savepoints.list()).toEqual([made])
    second.close()
  })
})

describe('the pages of a savepoint', () => {
  test('are kept while it lives, and free after it was deleted', async () => {
    const storage = diskLike()
    let store = newStore(storage)
    putAll(store, 0, 500, i => `value ${i}`)
    store.checkpoint()
    const alone = store.stats().usedPages
    store.savepoints.create('kept')
    putAll(store, 0, 500, i => `other ${i}`)
    store.checkpoint()
    expect(store.stats().usedPages).toBeGreaterThan(1.7 * alone)
    store.close()
    store = openStore(storage)
    store.savepoints.delete('kept')
    store.checkpoint()
    expect(store.stats().usedPages).toBeLessThan(1.2 * alone)
    // Both headers must have moved on before a page may be used again.
    const size = store.stats().filePages
    for (let round = 0; round < 5; round++) putAll(store, 0, 400, i => `${round} ${i}`)
    store.checkpoint()
    expect(store.stats().filePages).toBeLessThanOrEqual(size + 60)
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
  })

  test('of several savepoints are freed in any order of deletion', async () => {
    for (const order of ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']) {
      const storage = diskLike()
      let store = newStore(storage)
      for (const name of 'abc') {
        putAll(store, 0, 80, i => `${name} ${i}`)
        store.savepoints.create(name)
      }
      putAll(store, 0, 80, i => `last ${i}`)
      for (const [index, name] of [...order].entries()) {
        if (index === 1) {
          store.close()
          store = openStore(storage)
        }
        store.savepoints.delete(name)
        expect(await store.check(), order).toMatchObject({ faults: [] })
      }
      store.close()
      store = openStore(storage)
      expect(entries(store)[7][1]).toBe('last 7')
      expect(await store.check(), order).toMatchObject({ faults: [] })
      store.close()
    }
  })

  test('two savepoints of one state are two references to it', async () => {
    const storage = diskLike()
    let store = newStore(storage)
    putAll(store, 0, 100, i => `first ${i}`)
    store.checkpoint()
    store.savepoints.create('a')
    store.savepoints.create('b')
    putAll(store, 0, 100, i => `second ${i}`)
    store.savepoints.delete('a')
    store.close()
    store = openStore(storage)
    store.savepoints.restore('b')
    expect(entries(store)[99][1]).toBe('first 99')
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
  })
})

describe('on a full disk', () => {
  test('making one fails alone, and the store goes on and closes', async () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage)
    putAll(store, 0, 100, i => `${i}`)
    store.checkpoint()
    disk.fail('write', '', 'NO_SPACE')
    expectError('NO_SPACE', () => store.savepoints.create('a'))
    disk.heal()
    expect(names(store)).toEqual([])
    store.checkpoint()
    store.write(tx => put(tx, 'z', '1'))
    store.savepoints.create('a')
    expect(await store.check()).toMatchObject({ faults: [] })
    store.close()
    const again = openStore(disk.storage)
    expect([seen(again, 'z'), names(again)]).toEqual(['1', ['a']])
    again.close()
  })

  test('deleting one fails alone', async () => {
    const disk = new FailingStorage()
    const store = newStore(disk.storage, SMALL)
    putAll(store, 0, 100, i => `${i}`)
    store.savepoints.create('a')
    putAll(store, 0, 100, i => `changed ${i}`)
    store.checkpoint()
    disk.fail('write', '', 'NO_SPACE')
    expectError('NO_SPACE', () => store.savepoints.delete('a'))
    disk.heal()
    expect(names(store)).toEqual(['a'])
    expect(await store.check()).toMatchObject({ faults: [] })
    store.savepoints.restore('a')
    expect(entries(store)[5][1]).toBe('5')
    store.close()
  })
})
