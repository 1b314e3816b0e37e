/** Puts in the order of their keys go into leaves while others still come: nobody who reads or gives up the tree can tell. */

import { describe, expect, it } from 'vitest'
import { PutMode } from '../../src/btree/api.ts'
import { TreeReader } from '../../src/btree/reader.ts'
import type { TreeWriter } from '../../src/btree/writer.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { TreeHarness } from '../support/tree-harness.ts'
import { measure } from '../support/tree-measure.ts'

// Not in debug mode, where a stream begins after two pages.
debugModeIs(false)

const VALUE_BYTES = 100
/** 64 pages of 4 KiB are collected before any goes into leaves; the frames that are borrowed stay about as many. */
const STREAM_FRAMES = 64
/** More than are collected before the stream begins: some 2200. */
const MANY = 20_000

const keyOf = (i: number) => Buffer.from(`k${String(i).padStart(7, '0')}`)
const textOf = (i: number, length = VALUE_BYTES) => Buffer.alloc(length, `${i}.`)

function put(tree: TreeWriter, key: Buffer, value: Buffer, mode: PutMode = PutMode.upsert): boolean {
  return tree.put(key, key.length, value, 0, value.length, mode)
}

/** Even numbers, so that there are places between them. */
function stream(tree: TreeWriter, from: number, to: number): void {
  for (let i = from; i < to; i++) put(tree, keyOf(2 * i), textOf(2 * i))
}

function valueUnder(tree: TreeReader, i: number): string | undefined {
  const key = keyOf(i)
  if (!tree.find(key, key.length)) return undefined
  return tree.valueBytes.toString('latin1', tree.valueOffset, tree.valueOffset + tree.valueLength)
}

/** The number in each key, of all keys in their order. */
function numbersIn(tree: TreeReader): number[] {
  const numbers: number[] = []
  const cursor = tree.cursor()
  for (let more = cursor.first(); more; more = cursor.next()) {
    const length = cursor.loadKey()
    numbers.push(Number(cursor.keyBytes.toString('latin1', 1, length)))
  }
  return numbers
}

const evens = (count: number) => Array.from({ length: count }, (_, i) => 2 * i)
const borrowed = (harness: TreeHarness) => harness.pool.stats().borrowedFrames

function expectWhole(harness: TreeHarness, tree: TreeWriter): void {
  const { faults, pages } = harness.verify(tree.root)
  expect(faults).toEqual([])
  expect(pages.size).toBe(harness.allocator.used.size)
  expect(borrowed(harness)).toBe(0)
}

describe('puts in order', () => {
  it('take no more memory than a few, however many they are, and make full leaves', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = harness.tree()
    let most = 0
    for (let i = 0; i < 5 * MANY; i++) {
      put(tree, keyOf(i), textOf(i))
      if (i % 500 === 0) most = Math.max(most, borrowed(harness))
    }
    expect(most).toBeGreaterThan(STREAM_FRAMES / 2)
    expect(most).toBeLessThanOrEqual(STREAM_FRAMES + 1)
    expect(harness.pool.stats().spilledPages).toBeGreaterThan(1000)
    expect(tree.count).toBe(5 * MANY)
    expect(measure(harness, tree.root).fill).toBeGreaterThan(0.95)
    for (let i = 0; i < 5 * MANY; i += 997) expect(valueUnder(tree, i)).toBe(textOf(i).toString())
    expectWhole(harness, tree)
  })

  it('go on when each key is looked up before', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = harness.tree()
    for (let i = 0; i < MANY; i++) {
      expect(tree.find(keyOf(i), 8)).toBe(false)
      expect(put(tree, keyOf(i), textOf(i), PutMode.insert)).toBe(true)
      expect(borrowed(harness)).toBeLessThanOrEqual(STREAM_FRAMES + 1)
    }
    expect(borrowed(harness)).toBeGreaterThan(0)
    expect(measure(harness, tree.root).fill).toBeGreaterThan(0.95)
    expectWhole(harness, tree)
  })

  it.each<[string, (tree: TreeWriter) => unknown, unknown]>([
    ['count', tree => tree.count, MANY],
    ['has, a key in a leaf', tree => tree.has(keyOf(4), 8), true],
    ['has, a key that is collected', tree => tree.has(keyOf(2 * MANY - 2), 8), true],
    ['has, a key between', tree => tree.has(keyOf(5), 8), false],
    ['find, a key above', tree => tree.find(keyOf(2 * MANY), 8), false],
    ['find, a key in a leaf', tree => valueUnder(tree, 4), textOf(4).toString()],
    ['rank', tree => tree.rank(Buffer.from('z'), 1), MANY],
    ['openValue', tree => tree.openValue(keyOf(6), 8)?.length, VALUE_BYTES],
    ['remove', tree => tree.remove(keyOf(4), 8), true],
    ['clear', tree => tree.clear(), MANY],
    ['insert of a key in a leaf', tree => put(tree, keyOf(4), textOf(1), PutMode.insert), false],
    ['insert of a key between', tree => put(tree, keyOf(5), textOf(1), PutMode.insert), true],
    ['update', tree => put(tree, keyOf(4), textOf(1), PutMode.update), true],
    ['the root', tree => tree.root.count, MANY],
    ['an appender', tree => tree.appender().accepts(Buffer.from('k'), 1), false],
    ['a cursor', tree => tree.cursor().seekRank(MANY - 1), true],
    ['a long value', tree => put(tree, keyOf(4), textOf(4, 5000)), true],
  ])('are seen by %s', (_, ask, answer) => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    stream(tree, 0, MANY)
    expect(harness.allocator.used.size).toBeGreaterThan(100)
    expect(ask(tree)).toEqual(answer)
    expectWhole(harness, tree)
  })

  it('are followed by a cursor that stands in the tree', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    put(tree, Buffer.from('a'), textOf(1))
    const cursor = tree.cursor()
    expect(cursor.first()).toBe(true)
    stream(tree, 0, MANY)
    expect(cursor.next()).toBe(true)
    expect(cursor.keyBytes.toString('latin1', 0, cursor.loadKey())).toBe(keyOf(0).toString())
    expect(tree.count).toBe(MANY + 1)
    expectWhole(harness, tree)
  })

  it('may share so long a beginning that a leaf takes more than are collected at first', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    const beginning = 'b'.repeat(900)
    const name = (i: number) => Buffer.from(`${beginning}${String(i).padStart(6, '0')}`)
    for (let i = 0; i < 5000; i++) put(tree, name(i), Buffer.from('v'))
    expect(borrowed(harness)).toBeLessThan(200)
    expect(tree.count).toBe(5000)
    expect(tree.rank(name(4000), 906)).toBe(4000)
    expectWhole(harness, tree)
  })

  it('of a tree that is put into again keep the earlier state as it was', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    stream(tree, 0, 300)
    const { root } = tree
    harness.nextTransaction()
    stream(tree, 300, MANY)
    expect(tree.count).toBe(MANY)
    expect(numbersIn(new TreeReader(harness.context, root, false, () => {}))).toEqual(evens(300))
    expect(numbersIn(tree)).toEqual(evens(MANY))
  })

  it('go into several trees at once', () => {
    const harness = new TreeHarness(4096, 400)
    const trees = Array.from({ length: 6 }, () => harness.tree())
    for (let i = 0; i < MANY; i++) for (const tree of trees) put(tree, keyOf(i), textOf(i))
    expect(borrowed(harness)).toBeLessThanOrEqual(300)
    for (const tree of trees) {
      expect(tree.count).toBe(MANY)
      expect(harness.verify(tree.root).faults).toEqual([])
      expect(valueUnder(tree, 777)).toBe(textOf(777).toString())
    }
    expect(borrowed(harness)).toBe(0)
  })
})

describe('a key out of order', () => {
  it.each<[string, number, number]>([
    ['between two', 1001, MANY + 1],
    ['that is there', 1000, MANY],
    ['that was the last', 2 * MANY - 2, MANY],
  ])('ends the stream, and counts: one %s', (_, number, count) => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    stream(tree, 0, MANY)
    put(tree, keyOf(number), Buffer.from('new'))
    expect(tree.state.count).toBe(MANY)
    stream(tree, MANY, MANY + 50)
    expect(valueUnder(tree, number)).toBe('new')
    expect(tree.count).toBe(count + 50)
    expectWhole(harness, tree)
  })

  it('that few follow is put into the leaves that there are', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    stream(tree, 0, MANY)
    for (let i = 0; i < 30; i++) put(tree, keyOf(2 * i * 500 + 1), textOf(1))
    expect(tree.count).toBe(MANY + 30)
    // Thirty leaves were split. Built anew each would have kept a tenth of its room.
    expect(measure(harness, tree.root).fill).toBeLessThan(0.97)
    expect(measure(harness, tree.root).fill).toBeGreaterThan(0.92)
    expectWhole(harness, tree)
  })

  it('that many follow has the tree made anew, with the last value of each', () => {
    const harness = new TreeHarness(4096, 4000)
    const tree = harness.tree()
    stream(tree, 0, MANY)
    const model = new Map(evens(MANY).map(i => [i, i]))
    for (let i = 0; i < MANY; i++) {
      const number = (i * 7919) % (3 * MANY)
      put(tree, keyOf(number), textOf(number + 1))
      model.set(number, number + 1)
    }
    expect(tree.count).toBe(model.size)
    expect(measure(harness, tree.root).fill).toBeGreaterThan(0.87)
    expect(measure(harness, tree.root).fill).toBeLessThan(0.93)
    expect(numbersIn(tree)).toEqual([...model.keys()].sort((a, b) => a - b))
    for (const [number, value] of model) expect(valueUnder(tree, number)).toBe(textOf(value).toString())
    expectWhole(harness, tree)
  })

  it('finds no room for all that is there: then what follows goes into the tree one by one', () => {
    const harness = new TreeHarness(4096, 300)
    const tree = harness.tree()
    stream(tree, 0, MANY)
    for (let i = 0; i < MANY; i++) put(tree, keyOf(2 * ((i * 7919) % MANY) + 1), textOf(1))
    expect(numbersIn(tree)).toEqual(Array.from({ length: 2 * MANY }, (_, i) => i))
    expectWhole(harness, tree)
  })
})

describe('a stream that is given up', () => {
  it('leaves nothing behind with its tree', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    stream(tree, 0, MANY)
    expect(harness.allocator.used.size).toBeGreaterThan(100)
    tree.dropEverything()
    expect([harness.allocator.used.size, borrowed(harness)]).toEqual([0, 0])
  })

  it('is forgotten when an earlier state is gone back to', () => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    stream(tree, 0, 300)
    const { root } = tree
    harness.nextTransaction()
    stream(tree, 300, MANY)
    tree.restore(root)
    expect(borrowed(harness)).toBe(0)
    expect(numbersIn(tree)).toEqual(evens(300))
  })

  it.each([
    ['on its way', 3],
    ['after some pages', 150],
  ])('because it fails, %s, leaves the tree broken, and borrows nothing', (_, pages) => {
    const harness = new TreeHarness(4096, 2000)
    const tree = harness.tree()
    harness.limitPages(pages)
    expect(() => stream(tree, 0, MANY)).toThrow('no page is left')
    expect(tree.broken).toBe(true)
    expect(() => put(tree, keyOf(1), textOf(1))).toThrow('failed half way')
    expect(() => tree.count).toThrow('failed half way')
    tree.giveUp()
    expect(borrowed(harness)).toBe(0)
  })
})
