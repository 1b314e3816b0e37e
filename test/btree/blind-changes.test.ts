/** Blind puts and removals wait for each other: nobody who reads, changes otherwise or gives up the tree can tell. */

import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { PutMode } from '../../src/btree/api.ts'
import type { TreeReader } from '../../src/btree/reader.ts'
import type { TreeWriter } from '../../src/btree/writer.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { TreeHarness } from '../support/tree-harness.ts'

// Not in debug mode, where changes are collected much earlier and pages are checked at each edit.
debugModeIs(false)

const KEY_LENGTH = 11
/** Spreads the numbers; no two have the same key. */
const keyOf = (i: number) => Buffer.from(`k${String(Math.imul(i, 0x9e3779b1) >>> 0).padStart(10, '0')}`)
const NO_VALUE = Buffer.alloc(0)

const refuse = (): never => {
  throw new Error('entries differ')
}

const put = (tree: TreeWriter, i: number, value = NO_VALUE) =>
  tree.putBlind(keyOf(i), KEY_LENGTH, value, 0, value.length, refuse)
const remove = (tree: TreeWriter, i: number) => tree.removeBlind(keyOf(i), KEY_LENGTH, refuse)

function keysOf(tree: TreeReader): string[] {
  const keys: string[] = []
  const cursor = tree.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    keys.push(cursor.keyBytes.toString('latin1', 0, cursor.loadKey()))
  }
  return keys
}

const sortedKeys = (numbers: Iterable<number>) => Array.from(numbers, i => keyOf(i).toString()).sort()
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const borrowed = (harness: TreeHarness) => harness.pool.stats().borrowedFrames

/** A tree with the keys of the first numbers. */
function treeOf(harness: TreeHarness, count: number): TreeWriter {
  const tree = harness.tree()
  for (let i = 0; i < count; i++) tree.put(keyOf(i), KEY_LENGTH, NO_VALUE, 0, 0, PutMode.upsert)
  expect(tree.count).toBe(count)
  harness.nextTransaction()
  return tree
}

function expectWhole(harness: TreeHarness, tree: TreeWriter): void {
  expect(harness.verify(tree.root).faults).toEqual([])
  expect(borrowed(harness)).toBe(0)
}

/** As an UPDATE of an indexed column changes the index: entry by entry, the old one and the new one. */
function moveAll(tree: TreeWriter, from: number, to: number, by: number): void {
  for (let i = from; i < to; i++) {
    remove(tree, i)
    put(tree, i + by)
  }
}

describe('a long row of blind changes', () => {
  it.each([
    ['most of the tree, which is built anew', 20_000, 15_000],
    ['a small part of it', 60_000, 3000],
  ])('is collected, and there for whoever looks: %s', (_, size, moved) => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, size)
    moveAll(tree, 0, moved, 100_000)
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(tree.has(keyOf(100_000 + moved - 1), KEY_LENGTH)).toBe(true)
    expect(borrowed(harness)).toBe(0)
    expect(keysOf(tree)).toEqual(sortedKeys([...range(moved, size), ...range(100_000, 100_000 + moved)]))
    expectWhole(harness, tree)
  })

  it('leaves leaves with room when the tree is built anew', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 20_000)
    moveAll(tree, 0, 20_000, 100_000)
    const { pages } = harness.verify(tree.root)
    expect(pages.size).toBeLessThan((20_000 * 15) / 4032 / 0.85)
  })

  it.each<[string, (tree: TreeWriter) => unknown, unknown]>([
    ['count', tree => tree.count, 20_000],
    ['height', tree => tree.height > 0, true],
    ['find', tree => tree.find(keyOf(999), KEY_LENGTH), false],
    ['has', tree => tree.has(keyOf(100_999), KEY_LENGTH), true],
    ['rank', tree => tree.rank(Buffer.from('z'), 1), 20_000],
    ['openValue', tree => tree.openValue(keyOf(100_999), KEY_LENGTH)?.length, 0],
    ['remove', tree => tree.remove(keyOf(999), KEY_LENGTH), false],
    ['clear', tree => tree.clear(), 20_000],
    ['insert', tree => tree.put(keyOf(100_999), KEY_LENGTH, NO_VALUE, 0, 0, PutMode.insert), false],
    [
      'an insert of what was removed',
      tree => tree.put(keyOf(999), KEY_LENGTH, NO_VALUE, 0, 0, PutMode.insert),
      true,
    ],
    ['update', tree => tree.put(keyOf(999), KEY_LENGTH, NO_VALUE, 0, 0, PutMode.update), false],
    ['the root', tree => tree.root.count, 20_000],
    ['a cursor', tree => tree.cursor().seekRank(19_999), true],
  ])('is seen by %s', (_, ask, answer) => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 20_000)
    moveAll(tree, 0, 1000, 100_000)
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(ask(tree)).toEqual(answer)
    expectWhole(harness, tree)
  })

  it('goes on while keys are looked for that it has not changed', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 20_000)
    moveAll(tree, 0, 1000, 100_000)
    for (let i = 1000; i < 2000; i++) {
      expect(tree.has(keyOf(i + 100_000), KEY_LENGTH)).toBe(false)
      remove(tree, i)
      put(tree, i + 100_000)
    }
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(tree.count).toBe(20_000)
    expectWhole(harness, tree)
  })

  it('may be longer than the pool lends: then it goes into the tree in parts', () => {
    const harness = new TreeHarness(4096, 400)
    const tree = treeOf(harness, 30_000)
    let most = 0
    for (let i = 0; i < 30_000; i++) {
      moveAll(tree, i, i + 1, 100_000)
      most = Math.max(most, borrowed(harness))
    }
    expect(most).toBeGreaterThan(10)
    expect(most).toBeLessThan(100)
    expect(keysOf(tree)).toEqual(sortedKeys(range(100_000, 130_000)))
    expectWhole(harness, tree)
  })

  it('of one kind may be longer than the pool lends, too', () => {
    const harness = new TreeHarness(4096, 400)
    const tree = treeOf(harness, 30_000)
    for (let i = 0; i < 25_000; i++) remove(tree, i)
    expect(tree.count).toBe(5000)
    for (let i = 0; i < 25_000; i++) put(tree, i)
    expect(keysOf(tree)).toEqual(sortedKeys(range(0, 30_000)))
    expectWhole(harness, tree)
  })

  it('goes straight into the tree where the pool lends nothing', () => {
    const harness = new TreeHarness(4096, 400)
    const tree = treeOf(harness, 10_000)
    const others: number[] = []
    for (let base = harness.pool.borrow(); base >= 0; base = harness.pool.borrow()) others.push(base)
    moveAll(tree, 0, 5000, 100_000)
    for (const base of others) harness.pool.returnBorrowed(base)
    expect(keysOf(tree)).toEqual(sortedKeys([...range(5000, 10_000), ...range(100_000, 105_000)]))
    expectWhole(harness, tree)
  })

  it('that removes everything leaves an empty tree, which takes others', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 5000)
    for (let i = 0; i < 5000; i++) remove(tree, i)
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect([tree.count, tree.height]).toEqual([0, 0])
    for (let i = 0; i < 5000; i++) put(tree, i)
    expect(keysOf(tree)).toEqual(sortedKeys(range(0, 5000)))
    expectWhole(harness, tree)
  })

  it('takes values, also those that lie in extents', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 20_000)
    moveAll(tree, 0, 1000, 100_000)
    const [short, long] = [Buffer.from('short'), Buffer.alloc(9000, 'long')]
    put(tree, 200_001, short)
    put(tree, 200_002, long)
    put(tree, 200_003, short)
    for (const [i, value] of [
      [200_001, short],
      [200_002, long],
      [200_003, short],
    ] as const) {
      expect(tree.find(keyOf(i), KEY_LENGTH)).toBe(true)
      const { valueBytes, valueOffset, valueLength } = tree
      expect(valueBytes.subarray(valueOffset, valueOffset + valueLength).equals(value)).toBe(true)
    }
    expectWhole(harness, tree)
  })

  it('is forgotten when an earlier state is gone back to, and leaves that as it was', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 20_000)
    const { root } = tree
    harness.nextTransaction()
    moveAll(tree, 0, 2000, 100_000)
    expect(borrowed(harness)).toBeGreaterThan(0)
    tree.restore(root)
    expect(borrowed(harness)).toBe(0)
    expect(keysOf(tree)).toEqual(sortedKeys(range(0, 20_000)))
  })

  it.each<[string, number, (tree: TreeWriter) => void]>([
    ['removes what is not there', 20_000, tree => remove(tree, 500_000)],
    ['removes an entry twice', 20_000, tree => remove(tree, 0)],
    ['puts what is there', 20_000, tree => put(tree, 19_999)],
    ['puts what is there, and all is built anew', 1500, tree => put(tree, 1499)],
  ])('that %s is refused, late, and leaves the tree broken', (_, size, wrong) => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, size)
    moveAll(tree, 0, 1000, 100_000)
    wrong(tree)
    expect(() => tree.count).toThrow('entries differ')
    expect([tree.broken, borrowed(harness)]).toEqual([true, 0])
    expect(() => put(tree, 300_000)).toThrow('failed half way')
  })

  it('that fails on its way into the tree leaves the tree broken, and borrows nothing', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = treeOf(harness, 1500)
    moveAll(tree, 0, 1000, 100_000)
    harness.limitPages(5)
    expect(() => tree.count).toThrow('no page is left')
    expect([tree.broken, borrowed(harness)]).toEqual([true, 0])
  })
})

it('a short row of blind changes is not collected, and a removal of what is not there is refused at once', () => {
  const harness = new TreeHarness(4096, 4000)
  const tree = treeOf(harness, 20_000)
  moveAll(tree, 0, 100, 100_000)
  expect(borrowed(harness)).toBe(0)
  expect(() => remove(tree, 500_000)).toThrow('entries differ')
  expect(tree.count).toBe(20_000)
  // Each look ends the row.
  for (let i = 100; i < 1500; i++) {
    moveAll(tree, i, i + 1, 100_000)
    if (i % 100 === 0) expect(tree.count).toBe(20_000)
    expect(borrowed(harness)).toBe(0)
  }
  expectWhole(harness, tree)
})

it.each([1, 2, 3, 4, 5, 6])(
  'changes of all kinds in any order are those of a set of keys, story %i',
  seed => {
    const random = new SeededRandom(seed)
    const harness = new TreeHarness(random.below(2) === 0 ? 512 : 4096, 600 + random.below(3000))
    const tree = treeOf(harness, 2000 + random.below(20_000))
    const keys = new Set(range(0, tree.count))
    let next = 100_000
    const some = (): number => {
      const at = random.below(next)
      return keys.has(at) ? at : (keys.values().next().value ?? at)
    }
    for (let step = 0; step < 60; step++) {
      const rows = random.below(3000)
      switch (random.below(5)) {
        case 0:
          for (let i = 0; i < rows && keys.size > 0; i++) {
            const key = some()
            remove(tree, key)
            keys.delete(key)
          }
          break
        case 1:
          for (let i = 0; i < rows; i++) {
            put(tree, next)
            keys.add(next++)
          }
          break
        case 2:
          for (let i = 0; i < rows && keys.size > 0; i++) {
            const key = some()
            remove(tree, key)
            put(tree, next)
            // And sometimes back again.
            if (i % 7 === 0) {
              remove(tree, next)
              put(tree, key)
            } else {
              keys.delete(key)
              keys.add(next)
            }
            next++
          }
          break
        case 3: {
          const key = some()
          expect(tree.remove(keyOf(key), KEY_LENGTH)).toBe(keys.delete(key))
          break
        }
        default:
          expect(tree.count).toBe(keys.size)
      }
    }
    expect(keysOf(tree)).toEqual(sortedKeys(keys))
    expect(harness.verify(tree.root).faults).toEqual([])
  },
)
