/** A write transaction as a handle across `await`s, and savepoints inside it. */

import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { TREE_ID_MAX } from '../../src/store/api.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { expectError } from '../support/tables.ts'
import {
  crashCopy,
  diskLike,
  entriesOf,
  get,
  newStore,
  nextTurn,
  openStore,
  put,
  remove,
  seen,
  TINY,
  TREE,
  treeOf,
} from './harness.ts'

describe('a handle', () => {
  test('stays open across awaits, while readers see the state before', async () => {
    const store = newStore()
    const tx = store.begin()
    for (let i = 0; i < 20; i++) {
      put(tx, `key ${i}`, `${i}`)
      await nextTurn()
      expect(seen(store, `key ${i}`)).toBe(undefined)
    }
    store.commit(tx)
    expect(seen(store, 'key 19')).toBe('19')
    store.close()
  })

  test('that is rolled back leaves nothing', () => {
    const store = newStore()
    const tx = store.begin()
    put(tx, 'a', '1')
    tx.rollback()
    tx.rollback()
    expect(seen(store, 'a')).toBe(undefined)
    store.write(next => put(next, 'b', '2'))
    expect(seen(store, 'b')).toBe('2')
    store.close()
  })

  test('larger than the cache writes its pages early, and may still be rolled back', () => {
    const store = newStore(diskLike(), TINY)
    store.write(tx => put(tx, 'kept', '1'))
    const tx = store.begin()
    for (let i = 0; i < 2000; i++) put(tx, `key ${i}`, 'x'.repeat(i % 90))
    expect(store.stats().pool.spilledPages).toBeGreaterThan(0)
    tx.rollback()
    const snapshot = store.read()
    expect(entriesOf(snapshot)).toEqual([['kept', '1']])
    snapshot.close()
    store.close()
  })
})

function begin(): { store: ReturnType<typeof newStore>; tx: WriteTransaction } {
  const store = newStore(memoryStorage(), TINY)
  const tx = store.begin()
  return { store, tx }
}

describe('a savepoint inside a transaction', () => {
  test('can be rolled back to again and again', () => {
    const { store, tx } = begin()
    put(tx, 'a', 'before')
    const savepoint = tx.setSavepoint()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 100; i++) put(tx, `b${i}`, `${round}`)
      put(tx, 'a', 'after')
      tx.rollbackTo(savepoint)
      expect(entriesOf(tx)).toEqual([['a', 'before']])
    }
    put(tx, 'c', 'kept')
    store.commit(tx)
    const snapshot = store.read()
    expect(entriesOf(snapshot)).toEqual([
      ['a', 'before'],
      ['c', 'kept'],
    ])
    store.close()
  })

  test('that is released keeps the changes', () => {
    const { store, tx } = begin()
    const outer = tx.setSavepoint()
    put(tx, 'a', '1')
    const inner = tx.setSavepoint()
    put(tx, 'b', '2')
    tx.releaseSavepoint(inner)
    expect(entriesOf(tx).length).toBe(2)
    tx.rollbackTo(outer)
    expect(entriesOf(tx)).toEqual([])
    store.close()
  })

  test('ends those that were set after it, when it is rolled back to or released', () => {
    const { store, tx } = begin()
    const first = tx.setSavepoint()
    const second = tx.setSavepoint()
    tx.rollbackTo(first)
    expectError('SAVEPOINT_INVALID', () => tx.rollbackTo(second))
    expectError('SAVEPOINT_INVALID', () => tx.releaseSavepoint(second))
    const third = tx.setSavepoint()
    tx.releaseSavepoint(first)
    expectError('SAVEPOINT_INVALID', () => tx.rollbackTo(third))
    expectError('SAVEPOINT_INVALID', () => tx.rollbackTo(first))
    store.close()
  })

  test('is gone with its transaction', () => {
    const { store, tx } = begin()
    const savepoint = tx.setSavepoint()
    put(tx, 'a', '1')
    store.commit(tx)
    expect(tx.isLiveSavepoint(savepoint)).toBe(false)
    expectError('TRANSACTION_CLOSED', () => tx.rollbackTo(savepoint))
    const next = store.begin()
    expectError('SAVEPOINT_INVALID', () => next.rollbackTo(savepoint))
    store.close()
  })

  test('brings back trees that were dropped, and takes back those that were made', () => {
    const { store, tx } = begin()
    put(tx, 'a', '1')
    const savepoint = tx.setSavepoint()
    const made = tx.createTree()
    put(tx, 'b', '2', made)
    tx.dropTree(TREE)
    expect(tx.tree(TREE)).toBe(undefined)
    tx.rollbackTo(savepoint)
    expect([tx.tree(made), get(tx, 'a')]).toEqual([undefined, '1'])
    store.commit(tx)
    expect(seen(store, 'a')).toBe('1')
    store.close()
  })

  test('leaves no operation of what was undone in the log', () => {
    const storage = diskLike()
    const store = newStore(storage)
    store.write(tx => {
      put(tx, 'a', '1')
      const savepoint = tx.setSavepoint()
      put(tx, 'b', '2')
      remove(tx, 'a')
      tx.rollbackTo(savepoint)
      put(tx, 'c', '3')
    })
    const recovered = openStore(crashCopy(storage))
    const snapshot = recovered.read()
    expect(entriesOf(snapshot)).toEqual([
      ['a', '1'],
      ['c', '3'],
    ])
    recovered.close()
    store.close()
  })

  test('with nothing changed in the end, the transaction makes no new state', () => {
    const { store, tx } = begin()
    const before = store.stats().txnId
    const savepoint = tx.setSavepoint()
    put(tx, 'a', '1')
    tx.rollbackTo(savepoint)
    store.commit(tx)
    expect(store.stats().txnId).toBe(before)
    store.close()
  })

  test('frees the pages of what was undone', () => {
    const { store, tx } = begin()
    const savepoint = tx.setSavepoint()
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 200; i++) put(tx, `key ${i}`, `${round}`.repeat(40))
      tx.rollbackTo(savepoint)
    }
    put(tx, 'a', '1')
    store.commit(tx)
    expect(store.stats().filePages).toBeLessThan(120)
    expect(treeOf(store.read()).count).toBe(1)
    store.close()
  })
})

test('savepoints may be nested a hundred deep', () => {
  const { store, tx } = begin()
  const savepoints = Array.from({ length: 100 }, (_, depth) => {
    const savepoint = tx.setSavepoint()
    put(tx, `depth ${depth}`, `${depth}`)
    return savepoint
  })
  for (let depth = 99; depth >= 50; depth--) tx.rollbackTo(savepoints[depth])
  expect(treeOf(tx).count).toBe(50)
  for (let depth = 50; depth >= 0; depth--) tx.releaseSavepoint(savepoints[depth])
  store.commit(tx)
  expect([seen(store, 'depth 49'), seen(store, 'depth 50')]).toEqual(['49', undefined])
  store.close()
})

test('when all numbers for trees were used, another one is refused', () => {
  const { store, tx } = begin()
  tx.createTreeWithId(TREE_ID_MAX)
  expectError('DATABASE_FULL', () => tx.createTree())
  store.commit(tx)
  expectError('DATABASE_FULL', () => store.write(next => next.createTree()))
  store.close()
})
