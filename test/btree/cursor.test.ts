import { beforeEach, describe, expect, it } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { PutMode, type TreeCursor } from '../../src/btree/api.ts'
import { Collect } from '../../src/btree/kernel/kernel.ts'
import { TreeReader } from '../../src/btree/reader.ts'
import type { TreeWriter } from '../../src/btree/writer.ts'
import { keyUnder } from '../support/cursor-key.ts'
import { TreeHarness } from '../support/tree-harness.ts'

debugChecks.enabled = true

const keyOf = (n: number) => Buffer.from(String(n).padStart(5, '0'))

function put(tree: TreeWriter, n: number): void {
  const key = keyOf(n)
  tree.put(key, key.length, key, 0, key.length, PutMode.upsert)
}

function remove(tree: TreeWriter, n: number): void {
  const key = keyOf(n)
  tree.remove(key, key.length)
}

function numberAt(cursor: TreeCursor): number {
  return Number(keyUnder(cursor).toString('latin1'))
}

describe('a cursor', () => {
  let harness: TreeHarness
  let tree: TreeWriter

  beforeEach(() => {
    harness = new TreeHarness(512, 16)
    tree = harness.tree()
    for (let n = 0; n < 1000; n += 2) put(tree, n)
  })

  it('stands nowhere in an empty tree', () => {
    const cursor = harness.tree().cursor()
    expect([cursor.first(), cursor.last(), cursor.next(), cursor.prev(), cursor.seekRank(0)]).toEqual(
      Array(5).fill(false),
    )
  })

  it('finds the first key at or above, and the last key below', () => {
    const cursor = tree.cursor()
    expect(cursor.seek(keyOf(501), 5) && numberAt(cursor)).toBe(502)
    expect(cursor.seek(keyOf(502), 5) && numberAt(cursor)).toBe(502)
    expect(cursor.seekBefore(keyOf(502), 5) && numberAt(cursor)).toBe(500)
    expect(cursor.seek(keyOf(999), 5)).toBe(false)
    expect(cursor.seekBefore(keyOf(0), 5)).toBe(false)
  })

  it('goes to a rank without visiting what is before it', () => {
    const cursor = tree.cursor()
    const hitsBefore = harness.pool.stats().hits
    expect(cursor.seekRank(317) && numberAt(cursor)).toBe(634)
    expect(harness.pool.stats().hits - hitsBefore).toBeLessThanOrEqual(2 * tree.height)
    expect(cursor.seekRank(500)).toBe(false)
    expect(cursor.seekRank(-1)).toBe(false)
  })

  it('walks both ways over every leaf', () => {
    const cursor = tree.cursor()
    const forth: number[] = []
    for (let more = cursor.first(); more; more = cursor.next()) forth.push(numberAt(cursor))
    const back: number[] = []
    for (let more = cursor.last(); more; more = cursor.prev()) back.push(numberAt(cursor))
    expect(forth).toEqual(Array.from({ length: 500 }, (_, i) => 2 * i))
    expect(back).toEqual(forth.reverse())
  })

  it('carries on after its leaf was evicted', () => {
    const reader = new TreeReader(harness.context, tree.root, false, () => {})
    harness.nextTransaction()
    const cursor = reader.cursor()
    cursor.seek(keyOf(500), 5)
    // Sixteen frames: a walk elsewhere takes the cursor's leaf away.
    const other = reader.cursor()
    for (let more = other.first(); more; more = other.next());
    expect(numberAt(cursor)).toBe(500)
    expect(cursor.next() && numberAt(cursor)).toBe(502)
  })

  it('goes on behind an entry that was removed under it', () => {
    const cursor = tree.cursor()
    cursor.seek(keyOf(500), 5)
    remove(tree, 500)
    remove(tree, 502)
    expect(cursor.next() && numberAt(cursor)).toBe(504)
    remove(tree, 504)
    expect(cursor.prev() && numberAt(cursor)).toBe(498)
  })

  it('sees entries that were put in front of it while it walks', () => {
    const cursor = tree.cursor()
    cursor.seek(keyOf(500), 5)
    put(tree, 501)
    expect(cursor.next() && numberAt(cursor)).toBe(501)
  })

  it('copies entries of the leaf that it stands in, and goes on behind them after a change', () => {
    // With them nothing is collected, so that all reading is looked at.
    debugChecks.enabled = false
    const tree = new TreeHarness(4096, 64).tree()
    debugChecks.enabled = true
    for (let n = 0; n < 1000; n += 2) put(tree, n)
    const cursor = tree.cursor()
    expect(cursor.seek(keyOf(100), 5)).toBe(true)
    const taken = cursor.collect!(8, Collect.both)
    expect(taken).toBeGreaterThan(1)
    const last = 100 + 2 * (taken - 1)
    expect(numberAt(cursor)).toBe(last)
    remove(tree, last)
    put(tree, last + 1)
    expect(cursor.collect!(8, Collect.both)).toBe(0)
    expect(cursor.readLeaf!(undefined)).toBe(undefined)
    expect(cursor.next() && numberAt(cursor)).toBe(last + 1)
    expect(cursor.next() && numberAt(cursor)).toBe(last + 2)
  })

  it('reads whole leaves in place, and goes on behind them after a change', () => {
    const cursor = tree.cursor()
    const seen: number[] = []
    for (let isThere = cursor.first(); isThere; isThere = cursor.next()) {
      const { count } = cursor.readLeaf!(undefined)!
      expect(count).toBeGreaterThan(1)
      const last = numberAt(cursor)
      seen.push(count)
      // Ahead of it, and behind.
      if (last < 998) remove(tree, last + 2)
      remove(tree, last)
    }
    const all = seen.reduce((sum, count) => sum + count, 0)
    expect(all).toBe(500 - (seen.length - 1))
  })

  it('can delete everything that it visits', () => {
    const cursor = tree.cursor()
    let visited = 0
    for (let more = cursor.first(); more; more = cursor.next(), visited++) remove(tree, numberAt(cursor))
    expect(visited).toBe(500)
    expect(tree.count).toBe(0)
    expect(tree.height).toBe(0)
    expect(harness.allocator.used.size).toBe(0)
  })
})
