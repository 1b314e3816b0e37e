/** Many puts in a row are collected: nobody who reads, removes or gives up the tree can tell. */

import { describe, expect, it } from 'vitest'
import { PutMode } from '../../src/btree/api.ts'
import { TreeReader } from '../../src/btree/reader.ts'
import type { TreeWriter } from '../../src/btree/writer.ts'
import { keyUnder } from '../support/cursor-key.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { TreeHarness } from '../support/tree-harness.ts'

// Not in debug mode, where puts are collected much earlier and pages are checked at each edit.
debugModeIs(false)

/** Spreads the numbers below 2^20. */
const scattered = (i: number) => Math.imul(i, 0x9e3779b1) >>> 12

const keyOf = (i: number) => Buffer.from(`k${String(scattered(i)).padStart(7, '0')}`)
const textOf = (i: number, length = 40) => Buffer.alloc(length, `${i}.`)

function put(tree: TreeWriter, i: number, value = textOf(i), mode: PutMode = PutMode.upsert): boolean {
  const key = keyOf(i)
  return tree.put(key, key.length, value, 0, value.length, mode)
}

function putMany(tree: TreeWriter, from: number, to: number): void {
  for (let i = from; i < to; i++) put(tree, i)
}

function valueUnder(tree: TreeReader, i: number): string | undefined {
  const key = keyOf(i)
  if (!tree.find(key, key.length)) return undefined
  return tree.valueBytes.toString('latin1', tree.valueOffset, tree.valueOffset + tree.valueLength)
}

function keysOf(tree: TreeReader): string[] {
  const keys: string[] = []
  const cursor = tree.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    const length = cursor.loadKey()
    keys.push(cursor.keyBytes.toString('latin1', 0, length))
  }
  return keys
}

const sortedKeys = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => keyOf(from + i).toString()).sort()

function borrowed(harness: TreeHarness): number {
  return harness.pool.stats().borrowedFrames
}

/** Pages that so many entries fill: of a key of eight bytes some are the prefix. */
const fullPages = (count: number) => (count * (8 + 2 + 2 + 40)) / 4032

function expectWhole(harness: TreeHarness, tree: TreeWriter): void {
  const { faults, pages } = harness.verify(tree.root)
  expect(faults).toEqual([])
  expect(pages.size).toBe(harness.allocator.used.size)
  expect(borrowed(harness)).toBe(0)
}

describe('a long run of puts', () => {
  it('is collected, and there for whoever looks', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    putMany(tree, 0, 10_000)
    expect(borrowed(harness)).toBeGreaterThan(50)
    expect(valueUnder(tree, 1234)).toBe(textOf(1234).toString())
    expect(borrowed(harness)).toBe(0)
    expect(keysOf(tree)).toEqual(sortedKeys(0, 10_000))
    expectWhole(harness, tree)
  })

  it('makes a tree of leaves with room for a tenth more, so that what comes between later splits few', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    putMany(tree, 0, 10_000)
    const { pages } = harness.verify(tree.root)
    expect(pages.size).toBeLessThan(fullPages(10_000) / 0.88)
    expect(pages.size).toBeGreaterThan(fullPages(10_000) / 0.95)
    expect(tree.find(keyOf(7), 8)).toBe(true)
    for (let i = 10_000; i < 10_300; i++) put(tree, i)
    expect(harness.verify(tree.root).pages.size).toBeLessThan(1.02 * pages.size)
    expectWhole(harness, tree)
  })

  it.each<[string, (tree: TreeWriter) => unknown, unknown]>([
    ['count', tree => tree.count, 5000],
    ['height', tree => tree.height, 4],
    ['has', tree => tree.has(keyOf(4999), 8), true],
    ['rank', tree => tree.rank(Buffer.from('z'), 1), 5000],
    ['openValue', tree => tree.openValue(keyOf(7), 8)?.length, 40],
    ['remove', tree => tree.remove(keyOf(4999), 8), true],
    ['clear', tree => tree.clear(), 5000],
    ['insert', tree => put(tree, 4999, textOf(1), PutMode.insert), false],
    ['update', tree => put(tree, 4999, textOf(1), PutMode.update), true],
    ['the root', tree => tree.root.count, 5000],
    ['an appender', tree => tree.appender().accepts(Buffer.from('k'), 1), false],
    ['a cursor', tree => tree.cursor().seekRank(4999), true],
  ])('is seen by %s', (_, ask, answer) => {
    const harness = new TreeHarness(512, 4000)
    const tree = harness.tree()
    putMany(tree, 0, 5000)
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(ask(tree)).toEqual(answer)
    expectWhole(harness, tree)
  })

  it.each([PutMode.upsert, PutMode.insert])('goes on when each key is first looked up, mode %i', mode => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    for (let i = 0; i < 10_000; i++) {
      expect(tree.find(keyOf(i), 8)).toBe(false)
      expect(tree.has(keyOf(i), 8)).toBe(false)
      expect(put(tree, i, textOf(i), mode)).toBe(true)
    }
    expect(borrowed(harness)).toBeGreaterThan(50)
    const { pages } = harness.verify(tree.root)
    expect(pages.size).toBeLessThan(fullPages(10_000) / 0.88)
    expect(keysOf(tree)).toEqual(sortedKeys(0, 10_000))
    expectWhole(harness, tree)
  })

  it('knows each key that is looked up or inserted again', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    for (let i = 0; i < 6000; i++) {
      expect(put(tree, i, textOf(i), PutMode.insert)).toBe(true)
      const known = scattered(i) % (i + 1)
      if (i % 1500 === 0) expect(valueUnder(tree, known)).toBe(textOf(known).toString())
      if (i % 1500 === 700) expect(put(tree, known, textOf(1), PutMode.insert)).toBe(false)
      if (i % 1500 === 900) expect(tree.has(keyOf(known), 8)).toBe(true)
    }
    for (let i = 0; i < 6000; i += 11) expect(valueUnder(tree, i)).toBe(textOf(i).toString())
    expect(tree.count).toBe(6000)
    expectWhole(harness, tree)
  })

  it('goes on over a tree that has entries already, whose keys it knows too', () => {
    const harness = new TreeHarness(512, 4000)
    const tree = harness.tree()
    putMany(tree, 0, 5000)
    expect(tree.count).toBe(5000)
    for (let i = 5000; i < 10_000; i++) put(tree, i)
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(put(tree, 10, textOf(1), PutMode.insert)).toBe(false)
    expect(valueUnder(tree, 20)).toBe(textOf(20).toString())
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(valueUnder(tree, 9000)).toBe(textOf(9000).toString())
    expect(borrowed(harness)).toBe(0)
    expectWhole(harness, tree)
  })

  it('keeps the last of several values', () => {
    const harness = new TreeHarness(4096, 1000)
    const tree = harness.tree()
    putMany(tree, 0, 3000)
    for (let i = 0; i < 3000; i += 3) put(tree, i, Buffer.from(`new ${i}`))
    expect(tree.count).toBe(3000)
    expect([valueUnder(tree, 999), valueUnder(tree, 1000)]).toEqual(['new 999', textOf(1000).toString()])
    expectWhole(harness, tree)
  })

  it('may be longer than the pool lends: then it goes into the tree in parts', () => {
    const harness = new TreeHarness(4096, 200)
    const tree = harness.tree()
    for (let i = 0; i < 20_000; i++) put(tree, i, textOf(i, 100))
    expect(borrowed(harness)).toBeLessThanOrEqual(150)
    expect(keysOf(tree)).toEqual(sortedKeys(0, 20_000))
    for (let i = 0; i < 20_000; i += 501) expect(valueUnder(tree, i)).toBe(textOf(i, 100).toString())
    expectWhole(harness, tree)
  })

  it('lets large values pass, in the order in which they came', () => {
    const harness = new TreeHarness(4096, 1000)
    const tree = harness.tree()
    putMany(tree, 0, 2000)
    put(tree, 5, textOf(5, 10_000))
    putMany(tree, 2000, 4000)
    put(tree, 5, Buffer.from('small again'))
    put(tree, 6, textOf(6, 10_000))
    expect(valueUnder(tree, 5)).toBe('small again')
    expect(valueUnder(tree, 6)).toBe(textOf(6, 10_000).toString())
    expect(tree.count).toBe(4000)
    expectWhole(harness, tree)
  })

  it('is followed by a cursor that stands in the tree', () => {
    const harness = new TreeHarness(4096, 1000)
    const tree = harness.tree()
    for (const letter of 'aceg') tree.put(Buffer.from(letter), 1, Buffer.from(letter), 0, 1, PutMode.upsert)
    const cursor = tree.cursor()
    expect(cursor.seek(Buffer.from('c'), 1)).toBe(true)
    putMany(tree, 0, 2000)
    tree.put(Buffer.from('d'), 1, Buffer.from('d'), 0, 1, PutMode.upsert)
    expect(cursor.next() && keyUnder(cursor).toString('latin1')).toBe('d')
    cursor.loadValue()
    expect(cursor.valueBytes.toString('latin1', cursor.valueOffset, cursor.valueOffset + 1)).toBe('d')
    expectWhole(harness, tree)
  })

  it('copies a value that lies in a page of the same pool', () => {
    const harness = new TreeHarness(4096, 1000)
    const source = harness.tree()
    put(source, 1, Buffer.from('from a page'))
    const tree = harness.tree()
    putMany(tree, 0, 2000)
    expect(source.find(keyOf(1), 8)).toBe(true)
    tree.put(keyOf(1), 8, source.valueBytes, source.valueOffset, source.valueLength, PutMode.upsert)
    expect(valueUnder(tree, 1)).toBe('from a page')
  })

  it('leaves an earlier state of the tree as it was', () => {
    const harness = new TreeHarness(4096, 1000)
    const tree = harness.tree()
    putMany(tree, 0, 1000)
    const root = tree.root
    harness.nextTransaction()
    putMany(tree, 1000, 9000)
    expect(tree.count).toBe(9000)
    const old = new TreeReader(harness.context, root, false, () => {})
    expect(keysOf(old)).toEqual(sortedKeys(0, 1000))
    expect(keysOf(tree)).toEqual(sortedKeys(0, 9000))
  })

  it('goes into a large tree one by one: it gains nothing there', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    putMany(tree, 0, 20_000)
    expect(tree.count).toBe(20_000)
    putMany(tree, 20_000, 22_000)
    expect(borrowed(harness)).toBe(0)
    putMany(tree, 22_000, 30_000)
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(keysOf(tree)).toEqual(sortedKeys(0, 30_000))
    expectWhole(harness, tree)
  })

  it('is forgotten with the tree, or when an earlier state is gone back to', () => {
    const harness = new TreeHarness(4096, 1000)
    const tree = harness.tree()
    putMany(tree, 0, 600)
    const root = tree.root
    harness.nextTransaction()
    putMany(tree, 600, 5000)
    tree.restore(root)
    expect(borrowed(harness)).toBe(0)
    expect(keysOf(tree)).toEqual(sortedKeys(0, 600))
    const doomed = harness.tree()
    putMany(doomed, 0, 5000)
    doomed.dropEverything()
    expect([doomed.count, borrowed(harness)]).toEqual([0, 0])
  })

  it('writes pages early when there are many, and gives their frames to the next ones', () => {
    const harness = new TreeHarness(4096, 8000)
    const tree = harness.tree()
    for (let i = 0; i < 20_000; i++) put(tree, i, textOf(i, 500))
    expect(tree.count).toBe(20_000)
    const { spilledPages, residentPages } = harness.pool.stats()
    expect(spilledPages).toBeGreaterThan(1000)
    expect(residentPages).toBeLessThan(1500)
    for (let i = 0; i < 20_000; i += 97) expect(valueUnder(tree, i)).toBe(textOf(i, 500).toString())
    expectWhole(harness, tree)
  })

  it('that fails on its way into the tree leaves the tree broken, and borrows nothing', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    putMany(tree, 0, 5000)
    harness.limitPages(20)
    expect(() => tree.count).toThrow('no page is left')
    expect([tree.broken, borrowed(harness)]).toEqual([true, 0])
    expect(() => put(tree, 1)).toThrow('failed half way')
  })
})
