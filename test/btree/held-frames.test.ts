/** A reader in another thread that does not get its turn for a while holds frames: a change waits for it. */

import { describe, expect, it, vi } from 'vitest'
import { PutMode } from '../../src/btree/api.ts'
import { claimSlot } from '../../src/pool/control.ts'
import { Epochs } from '../../src/pool/epochs.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { TreeHarness } from '../support/tree-harness.ts'

debugModeIs(false)

const keyOf = (i: number) => Buffer.from(`k${String(Math.imul(i, 0x9e3779b1) >>> 12).padStart(7, '0')}`)
const VALUE = Buffer.alloc(40, 'v')

/** A tree of four levels in a pool of 16 frames, a transaction on it, and a thread that enters an epoch every 20 puts. */
function putsBesideReader(waitsBefore: number): void {
  const harness = new TreeHarness(512, 16)
  const tree = harness.tree()
  for (let i = 0; i < 3000; i++) {
    tree.put(keyOf(i), 8, VALUE, 0, VALUE.length, PutMode.upsert)
    tree.has(keyOf(i), 8)
  }
  const { root } = tree
  expect(root.height).toBeGreaterThan(3)
  harness.nextTransaction()
  const { pool } = harness
  pool.setUnseenFrom(harness.allocator.birth)
  pool.share()
  const reader = new Epochs(pool.shared.control, claimSlot(pool.shared.control, 8))
  const next = harness.tree(root)
  let waits = 0
  let isInside = false
  const pause = vi.spyOn(Epochs.prototype, 'pause').mockImplementation(() => {
    waits++
    if (!isInside || waits < waitsBefore) return
    reader.exit()
    isInside = false
  })
  try {
    for (let i = 3000; i < 3400; i++) {
      pool.begin()
      if (!isInside && i % 20 === 0) {
        waits = 0
        reader.enter()
        isInside = true
      }
      expect(next.put(keyOf(i), 8, VALUE, 0, VALUE.length, PutMode.insert)).toBe(true)
    }
  } finally {
    pause.mockRestore()
    reader.exit()
  }
  expect(next.count).toBe(3400)
  expect(harness.verify(next.root).faults).toEqual([])
}

describe('a reader that moves on late', () => {
  it.each([1, 900, 3000, 20_000])('holds a change up, but does not make it fail: after %i waits', waits => {
    putsBesideReader(waits)
  })
})

describe('a reader that never moves on', () => {
  it('makes a change fail that has no room beside it', () => {
    expect(() => putsBesideReader(Number.POSITIVE_INFINITY)).toThrow(
      expect.objectContaining({ code: 'POOL_EXHAUSTED' }),
    )
  })
})
