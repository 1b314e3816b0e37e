/** Entries of up to half a page lie in their leaf; the values of longer ones in pages of their own. */

import { describe, expect, it } from 'vitest'
import { PutMode } from '../../src/btree/api.ts'
import type { TreeWriter } from '../../src/btree/writer.ts'
import { maxEntryLength, maxKeyLength } from '../../src/page/node.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { TreeHarness } from '../support/tree-harness.ts'

debugModeIs(true)

const keyOf = (i: number, length: number) => Buffer.from(String(i).padStart(length, 'k'))

function put(tree: TreeWriter, key: Buffer, value: Buffer): void {
  tree.put(key, key.length, value, 0, value.length, PutMode.upsert)
}

describe.each([512, 4096, 65_536])('in pages of %i bytes', pageSize => {
  const most = maxEntryLength(pageSize)
  const longestKey = maxKeyLength(pageSize)

  it.each([
    ['a short key', 4],
    ['the longest key', longestKey],
  ])('the longest entry lies in a leaf, and one byte more does not: %s', (_, keyLength) => {
    for (const [more, isExtent] of [
      [0, false],
      [1, true],
    ] as const) {
      const harness = new TreeHarness(pageSize, 512)
      const tree = harness.tree()
      const value = Buffer.alloc(most - keyLength + more, 7)
      put(tree, keyOf(1, keyLength), value)
      expect(tree.root.extents).toBe(isExtent)
      expect(tree.find(keyOf(1, keyLength), keyLength)).toBe(true)
      const { valueBytes, valueOffset, valueLength } = tree
      expect(value.equals(valueBytes.subarray(valueOffset, valueOffset + valueLength))).toBe(true)
    }
  })

  it('two of the longest fit a leaf, in whatever order they come', () => {
    for (const keyLength of [5, longestKey]) {
      const harness = new TreeHarness(pageSize, 2048)
      const tree = harness.tree()
      const count = 40
      for (let i = 0; i < count; i++) {
        put(tree, keyOf((i * 17) % count, keyLength), Buffer.alloc(most - keyLength, i))
        // A lookup that finds something ends the collecting: the next goes into its leaf by itself.
        expect(tree.has(keyOf((i * 17) % count, keyLength), keyLength)).toBe(true)
      }
      const { faults, pages } = harness.verify(tree.root)
      expect(faults).toEqual([])
      expect(tree.root.extents).toBe(false)
      expect(tree.count).toBe(count)
      expect(pages.size).toBeLessThan(1.5 * count)
      for (let i = 0; i < count; i += 2) expect(tree.remove(keyOf(i, keyLength), keyLength)).toBe(true)
      expect(harness.verify(tree.root).faults).toEqual([])
      expect(tree.count).toBe(count / 2)
    }
  })

  it('leaves whose values became short are joined, in whatever order that happened', () => {
    for (const step of [1, 17]) {
      const harness = new TreeHarness(pageSize, 2048)
      const tree = harness.tree()
      const count = 400
      for (let i = 0; i < count; i++) put(tree, keyOf(i, 5), Buffer.alloc(most - 5, i))
      expect(harness.verify(tree.root).pages.size).toBeGreaterThan(count / 2)
      harness.nextTransaction()
      for (let i = 0; i < count; i++) {
        put(tree, keyOf((i * step) % count, 5), Buffer.alloc(4, i))
        expect(tree.has(keyOf((i * step) % count, 5), 5)).toBe(true)
      }
      const { faults, pages } = harness.verify(tree.root)
      expect(faults).toEqual([])
      expect(tree.count).toBe(count)
      // A leaf that became small between two full ones stays until one of these does.
      expect(pages.size).toBeLessThan(count / 5)
    }
  })

  it('values of any length around the limit replace each other', () => {
    const harness = new TreeHarness(pageSize, 2048)
    const tree = harness.tree()
    const model = new Map<number, Buffer>()
    let state = 1
    const random = (limit: number) => {
      state = (state * 48_271) % 0x7fff_ffff
      return state % limit
    }
    for (let step = 0; step < 600; step++) {
      const i = random(30)
      const length = random(4) === 0 ? random(40) : Math.max(0, most - 12 - random(20) + random(20))
      const value = Buffer.alloc(length, step)
      put(tree, keyOf(i, 5), value)
      model.set(i, value)
    }
    expect(harness.verify(tree.root).faults).toEqual([])
    expect(tree.count).toBe(model.size)
    for (const [i, value] of model) {
      expect(tree.find(keyOf(i, 5), 5)).toBe(true)
      const { valueBytes, valueOffset, valueLength } = tree
      expect(value.equals(valueBytes.subarray(valueOffset, valueOffset + valueLength))).toBe(true)
    }
  })
})
