import { describe, expect, it } from 'vitest'
import { PutMode } from '../../src/btree/api.ts'
import { TreeHarness } from '../support/tree-harness.ts'

const keyOf = (n: number) => Buffer.from(String(n).padStart(5, '0'))

describe('verifying a tree', () => {
  it('names a damaged leaf and its range of keys, and goes on with the others', () => {
    const harness = new TreeHarness(512, 16)
    const tree = harness.tree()
    for (let n = 0; n < 2000; n++) tree.put(keyOf(n), 5, keyOf(n), 0, 5, PutMode.upsert)
    // Everything goes to the file, and one leaf rots there.
    harness.pool.writeBack(harness.pool.dirtyPages(1))
    const { pages } = harness.verify(tree.root)
    const evicted = [...pages].filter(pageId => harness.pool.residentBase(pageId) < 0)
    const victim = evicted.find(pageId => harness.file.pages.get(pageId)?.[15] === 0)
    expect(victim).toBeDefined()
    harness.file.pages.get(victim!)![300] ^= 1

    const { faults, pages: reached } = harness.verify(tree.root)
    expect(faults).toHaveLength(1)
    expect(faults[0].pageId).toBe(victim)
    expect(faults[0].message).toContain('checksum')
    expect(faults[0].fromKey ?? faults[0].toKey).toBeDefined()
    expect(reached.size).toBe(pages.size - 1)
  })
})
