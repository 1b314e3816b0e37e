/** Splitting a node that is full to the last byte. */

import { expect, test } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import * as edit from '../../src/page/edit.ts'
import { PageMemory } from '../../src/page/memory.ts'
import * as node from '../../src/page/node.ts'
import { Scratch } from '../../src/page/scratch.ts'
import { splitNode } from '../../src/page/split.ts'

debugChecks.enabled = true
const PAGE_SIZE = 512

/** A leaf at 0, without a prefix, with `keys` and as large a last value as fits. */
function fullLeaf(keys: readonly string[]): { m: PageMemory; scratch: Scratch } {
  const m = new PageMemory(new SharedArrayBuffer(2 * PAGE_SIZE), PAGE_SIZE)
  const scratch = new Scratch(PAGE_SIZE)
  node.initNode(m, 0, 7, 1, 0, keys.length)
  node.initNode(m, PAGE_SIZE, 8, 1, 0, 4)
  const room = node.nodeRoom(PAGE_SIZE)
  for (const [index, text] of keys.entries()) {
    const key = Buffer.from(text)
    const isLast = index === keys.length - 1
    const used = node.usedBytes(m, 0) + node.LEAF_STRIDE + node.VALUE_LENGTH_BYTES
    const value = Buffer.alloc(isLast ? room - used - node.tailLength(key.length) : 10, index)
    expect(edit.insertLeafEntry(m, 0, scratch, index, key, key.length, value, 0, value.length, false)).toBe(
      true,
    )
  }
  expect(node.prefixLengthOf(m, 0)).toBe(0)
  expect(node.usedBytes(m, 0)).toBe(room)
  return { m, scratch }
}

test.each([
  ['one key', ['long/key']],
  ['short keys that share all but a byte', ['key1', 'key2', 'key3']],
  ['keys that share a little', ['some/a', 'some/b']],
])('a page that stays full keeps its entries when it is written anew with a prefix: %s', (_, keys) => {
  const { m, scratch } = fullLeaf(keys)
  splitNode(m, 0, PAGE_SIZE, keys.length, scratch)
  expect(edit.findNodeFault(m, 0, scratch)).toBe(undefined)
  const found = keys.map((_, i) => scratch.key.toString('utf8', 0, node.loadKey(m, 0, i, scratch.key)))
  expect(found).toEqual(keys)
})
