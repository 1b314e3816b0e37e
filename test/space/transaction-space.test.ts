import { beforeEach, describe, expect, test } from 'vitest'
import type { Runs } from '../../src/space/runs.ts'
import type { SpaceMap } from '../../src/space/space-map.ts'
import { TransactionSpace } from '../../src/space/transaction-space.ts'
import { allocatedPages, durablePages, newSpace } from './disk.ts'

const HEADERS = [0, 1, 2, 3]

let space: SpaceMap
let freed: number[]

/** Pages 4 to 9 are in use, born in transaction 1, and a snapshot of that state is live. */
beforeEach(() => {
  ;({ space, freed } = newSpace())
  const transaction = new TransactionSpace(space, 1)
  expect(transaction.allocateRun(6)).toBe(4)
  commit(transaction)
  space.retain(1)
})

function commit(transaction: TransactionSpace): void {
  const { txn, allocated, dropped } = transaction.takeSettlement()
  space.settle(txn, allocated, dropped)
}

function pagesFrom10(): number[] {
  return allocatedPages(space).filter(pageId => pageId >= 10)
}

describe('a transaction', () => {
  test('gives its pages to the newest state when it commits', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.allocate()
    transaction.allocateRun(3)
    expect(durablePages(space)).toHaveLength(10)
    commit(transaction)
    expect(durablePages(space)).toHaveLength(14)
    expect(space.newestTxn).toBe(2)
  })

  test('gives its pages back when it is rolled back, and keeps what it had dropped', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.allocate()
    transaction.allocateRun(3)
    transaction.drop(5, 1)
    transaction.rollback()
    expect(allocatedPages(space)).toEqual([...HEADERS, 4, 5, 6, 7, 8, 9])
    expect(freed.sort()).toEqual([10, 11, 12, 13])
    expect(durablePages(space)).toContain(5)
  })

  test('leaves older pages alone that it dropped, until it commits', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.drop(5, 1)
    expect(transaction.droppedPages).toBe(1)
    space.unretain(1)
    expect(space.isAllocated(5)).toBe(true)
    commit(transaction)
    expect(space.isAllocated(5)).toBe(false)
  })

  test('uses a page again that was born and dropped in it', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    transaction.drop(page, 2)
    expect(freed).toEqual([page])
    expect(transaction.allocate()).toBe(page)
    commit(transaction)
    expect(pagesFrom10()).toEqual([page])
  })

  test('commits only what is left of a run of which parts were dropped', () => {
    const transaction = new TransactionSpace(space, 2)
    const start = transaction.allocateRun(5)
    transaction.dropRun(start, 2, 2)
    transaction.drop(start + 3, 2)
    commit(transaction)
    expect(durablePages(space).filter(pageId => pageId >= 10)).toEqual([start + 2, start + 4])
  })

  test('may take a page singly that it had as part of a run', () => {
    const transaction = new TransactionSpace(space, 2)
    const start = transaction.allocateRun(5)
    transaction.dropRun(start, 5, 2)
    expect(transaction.allocate()).toBe(start)
    commit(transaction)
    expect(pagesFrom10()).toEqual([start])
  })

  test('is the only one at a time', () => {
    new TransactionSpace(space, 2).allocate()
    expect(() => new TransactionSpace(space, 3)).toThrow('one write transaction at a time')
  })

  test('is newer than all before it', () => {
    expect(() => new TransactionSpace(space, 1)).toThrow('newer than all before')
  })

  test('ends once', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.rollback()
    expect(() => transaction.takeSettlement()).toThrow('ends once')
  })
})

describe('a transaction that allocates and drops on and on', () => {
  test('remembers no more than what it has', () => {
    const transaction = new TransactionSpace(space, 2)
    const kept = transaction.allocateRun(3)
    for (let round = 0; round < 100_000; round++) transaction.drop(transaction.allocate(), 2)
    transaction.drop(kept + 1, 2)
    const { txn, allocated, dropped } = transaction.takeSettlement()
    expect(allocated.length).toBeLessThan(10_000)
    space.settle(txn, allocated, dropped)
    expect(pagesFrom10()).toEqual([kept, kept + 2])
  })

  test('still knows what came before a savepoint and what after it', () => {
    const transaction = new TransactionSpace(space, 2)
    const before = transaction.allocate()
    const mark = transaction.mark()
    transaction.allocate()
    for (let round = 0; round < 10_000; round++) transaction.drop(transaction.allocate(), 3)
    transaction.rollbackTo(mark)
    commit(transaction)
    expect(pagesFrom10()).toEqual([before])
  })
})

describe('a nested savepoint', () => {
  test('makes pages born before it immutable: the birth moves on', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.mark()
    expect(transaction.birth).toBe(3)
  })

  test('keeps a page that was born before it and dropped after it', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    const mark = transaction.mark()
    transaction.drop(page, 2)
    expect(space.isAllocated(page)).toBe(true)
    transaction.rollbackTo(mark)
    commit(transaction)
    expect(durablePages(space)).toContain(page)
  })

  test('lets that page go when it is released', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    const mark = transaction.mark()
    transaction.drop(page, 2)
    transaction.release(mark)
    expect(space.isAllocated(page)).toBe(false)
  })

  test('does not keep a page that was born after it', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.mark()
    const page = transaction.allocate()
    transaction.drop(page, 3)
    expect(space.isAllocated(page)).toBe(false)
  })

  test('takes back what was allocated after it, and only that', () => {
    const transaction = new TransactionSpace(space, 2)
    const before = transaction.allocate()
    const mark = transaction.mark()
    transaction.allocateRun(4)
    transaction.rollbackTo(mark)
    expect(pagesFrom10()).toEqual([before])
  })

  test('takes back a page that had been dropped before it and was allocated again after it', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    transaction.drop(page, 2)
    const mark = transaction.mark()
    expect(transaction.allocate()).toBe(page)
    transaction.rollbackTo(mark)
    expect(pagesFrom10()).toEqual([])
  })

  test('restores older pages that were dropped after it', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.drop(4, 1)
    const mark = transaction.mark()
    transaction.drop(5, 1)
    transaction.rollbackTo(mark)
    commit(transaction)
    expect([4, 5].map(pageId => space.isDurable(pageId))).toEqual([false, true])
  })

  test('can be rolled back to again and again', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    const mark = transaction.mark()
    for (let round = 0; round < 3; round++) {
      transaction.allocate()
      transaction.drop(page, 2)
      transaction.rollbackTo(mark)
    }
    expect(pagesFrom10()).toEqual([page])
  })

  test('never lets a birth come back', () => {
    const transaction = new TransactionSpace(space, 2)
    const mark = transaction.mark()
    const birth = transaction.birth
    transaction.rollbackTo(mark)
    expect(transaction.birth).toBeGreaterThan(birth)
  })

  test('hands what it keeps to the one around it that needs it too', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    const outer = transaction.mark()
    const younger = transaction.allocate()
    const inner = transaction.mark()
    transaction.drop(page, 2)
    transaction.drop(younger, 3)
    transaction.release(inner)
    expect(pagesFrom10()).toEqual([page])
    transaction.rollbackTo(outer)
    commit(transaction)
    expect(durablePages(space)).toContain(page)
  })

  test('is gone when one around it is rolled back to', () => {
    const transaction = new TransactionSpace(space, 2)
    const outer = transaction.mark()
    const inner = transaction.mark()
    transaction.rollbackTo(outer)
    expect(() => transaction.rollbackTo(inner)).toThrow('while it lives')
  })

  test('ends with its transaction: the last birth is the id', () => {
    const transaction = new TransactionSpace(space, 2)
    const page = transaction.allocate()
    transaction.mark()
    transaction.drop(page, 2)
    commit(transaction)
    expect(space.newestTxn).toBe(3)
    expect(space.isAllocated(page)).toBe(false)
  })
})

describe('what a transaction hands over', () => {
  test('is its last birth, a log that covers its pages, and the older pages it dropped', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.allocateRun(3)
    transaction.dropRun(4, 2, 1)
    const { txn, allocated, dropped } = transaction.takeSettlement()
    const first = (runs: Runs) => [runs.length, runs.pageIdAt(0), runs.countAt(0), runs.birthAt(0)]
    expect([txn, first(allocated), first(dropped)]).toEqual([2, [1, 10, 3, 2], [1, 4, 2, 1]])
  })
})

describe('the birth of a transaction', () => {
  test('moves on when a page of it is about to be written, so that none is written twice under one birth', () => {
    const transaction = new TransactionSpace(space, 2)
    const pageId = transaction.allocate()
    transaction.wrote(2)
    expect([transaction.birth, transaction.ownFrom]).toEqual([3, 2])
    transaction.drop(pageId, 2)
    expect(transaction.allocate()).toBe(pageId)
    transaction.wrote(3)
    expect(transaction.takeSettlement().txn).toBe(4)
  })

  test('stays when older pages are written', () => {
    const transaction = new TransactionSpace(space, 2)
    transaction.wrote(1)
    expect(transaction.birth).toBe(2)
  })

  test('makes what was born since the newest savepoint its own, and what was born before when that is released', () => {
    const transaction = new TransactionSpace(space, 2)
    const outer = transaction.mark()
    transaction.wrote(3)
    const inner = transaction.mark()
    expect([transaction.birth, transaction.ownFrom]).toEqual([5, 5])
    transaction.release(inner)
    expect([transaction.birth, transaction.ownFrom]).toEqual([5, 3])
    transaction.rollbackTo(outer)
    expect([transaction.birth, transaction.ownFrom]).toEqual([6, 3])
    transaction.release(outer)
    expect([transaction.birth, transaction.ownFrom]).toEqual([6, 2])
  })
})
