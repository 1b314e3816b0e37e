import { describe, expect, it } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import { PutMode } from '../../src/btree/api.ts'
import { TreeHarness } from '../support/tree-harness.ts'
import { measure } from '../support/tree-measure.ts'

debugChecks.enabled = true

const keyOf = (n: number) => Buffer.from(String(n).padStart(7, '0'))
const VALUE = Buffer.alloc(20, 1)

function filled(harness: TreeHarness, count: number) {
  const tree = harness.tree()
  const appender = tree.appender()
  for (let n = 0; n < count; n++) appender.append(keyOf(n), 7, VALUE, 0, VALUE.length)
  appender.finish()
  return tree
}

describe('building a tree from sorted input', () => {
  it('fills its leaves', () => {
    const harness = new TreeHarness(4096, 64)
    const tree = filled(harness, 20_000)
    expect(tree.count).toBe(20_000)
    expect(measure(harness, tree.root).fill).toBeGreaterThan(0.95)
    expect(harness.verify(tree.root).faults).toEqual([])
  })

  it('goes on above the last key of a tree that has entries', () => {
    const harness = new TreeHarness(512, 64)
    const tree = filled(harness, 500)
    harness.nextTransaction()
    const appender = tree.appender()
    expect(appender.accepts(keyOf(499), 7)).toBe(false)
    expect(appender.accepts(keyOf(500), 7)).toBe(true)
    for (let n = 500; n < 1000; n++) appender.append(keyOf(n), 7, VALUE, 0, VALUE.length)
    appender.finish()
    expect(tree.count).toBe(1000)
    expect(tree.rank(keyOf(750), 7)).toBe(750)
    expect(harness.verify(tree.root).faults).toEqual([])
  })

  it('leaves pages full when keys come in order one by one', () => {
    const harness = new TreeHarness(4096, 64)
    const tree = harness.tree()
    for (let n = 0; n < 20_000; n++) tree.put(keyOf(n), 7, VALUE, 0, VALUE.length, PutMode.upsert)
    expect(measure(harness, tree.root).fill).toBeGreaterThan(0.95)
  })
})

describe('removing a range', () => {
  it('drops whole subtrees without reading their leaves', () => {
    // A pool that holds the branches and few of the 500 leaves: reading a leaf would mean loading it.
    const harness = new TreeHarness(4096, 32)
    const tree = filled(harness, 50_000)
    const before = harness.pool.stats()
    const removed = tree.deleteRange(keyOf(1000), 7, keyOf(49_000), 7)
    const after = harness.pool.stats()
    expect(removed).toBe(48_000)
    expect(tree.count).toBe(2000)
    expect(after.loads - before.loads).toBeLessThan(20)
    const { faults, pages } = harness.verify(tree.root)
    expect(faults).toEqual([])
    expect([...pages].sort()).toEqual([...harness.allocator.used.keys()].sort())
  })

  it('takes an empty or backward range for nothing', () => {
    const tree = filled(new TreeHarness(512, 64), 100)
    expect(tree.deleteRange(keyOf(50), 7, keyOf(50), 7)).toBe(0)
    expect(tree.deleteRange(keyOf(60), 7, keyOf(50), 7)).toBe(0)
    expect(tree.count).toBe(100)
  })

  it('clears a tree of any height', () => {
    const harness = new TreeHarness(512, 16)
    const tree = filled(harness, 5000)
    expect(tree.clear()).toBe(5000)
    expect(tree.height).toBe(0)
    expect(harness.allocator.used.size).toBe(0)
  })
})

describe('large values', () => {
  it('live in contiguous pages and come back whole', () => {
    const harness = new TreeHarness(512, 16)
    const tree = harness.tree()
    const large = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i * 7))
    tree.put(keyOf(1), 7, large, 0, large.length, PutMode.upsert)
    expect(tree.find(keyOf(1), 7)).toBe(true)
    expect(
      tree.valueBytes.subarray(tree.valueOffset, tree.valueOffset + tree.valueLength).equals(large),
    ).toBe(true)
    expect(harness.verify(tree.root).pages.size).toBe(1 + Math.ceil(10_000 / 512))
  })

  it('give their pages back when they are replaced or removed', () => {
    const harness = new TreeHarness(512, 16)
    const tree = harness.tree()
    const large = Buffer.alloc(5000, 1)
    tree.put(keyOf(1), 7, large, 0, large.length, PutMode.upsert)
    tree.put(keyOf(1), 7, VALUE, 0, VALUE.length, PutMode.upsert)
    expect(harness.allocator.used.size).toBe(1)
    tree.put(keyOf(2), 7, large, 0, large.length, PutMode.upsert)
    tree.remove(keyOf(2), 7)
    expect(harness.allocator.used.size).toBe(1)
  })

  it('are streamed in and out, and a stream of another length than announced changes nothing', () => {
    const harness = new TreeHarness(512, 16)
    const tree = harness.tree()
    const piece = Buffer.alloc(1000, 9)
    tree.putStream(keyOf(1), 7, 3000, [piece, piece, piece])
    const reader = tree.openValue(keyOf(1), 7)
    const part = Buffer.alloc(10)
    expect(reader?.length).toBe(3000)
    expect(reader?.read(part, 0, 10, 2995)).toBe(5)
    reader?.verify()
    const usedBefore = harness.allocator.used.size
    for (const length of [2000, 4000]) {
      expect(() => tree.putStream(keyOf(2), 7, length, [piece, piece, piece])).toThrow(
        expect.objectContaining({ code: 'INVALID_VALUE' }),
      )
    }
    expect(tree.count).toBe(1)
    expect(harness.allocator.used.size).toBe(usedBefore)
  })
})

describe('a key that is too long', () => {
  it('is refused and changes nothing', () => {
    const tree = new TreeHarness(512, 16).tree()
    const key = Buffer.alloc(tree.maxKeyLength + 1, 1)
    let caught: unknown
    try {
      tree.put(key, key.length, VALUE, 0, VALUE.length, PutMode.upsert)
    } catch (error) {
      caught = error
    }
    expect(isCoppiceError(caught, 'KEY_TOO_LONG')).toBe(true)
    expect(tree.count).toBe(0)
    expect(tree.put(key, key.length - 1, VALUE, 0, VALUE.length, PutMode.upsert)).toBe(true)
  })
})
