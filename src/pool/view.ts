/**
 * The pool as a worker sees it: pages that are in memory, read only, without locks.
 *
 * ```ts
 * const view = new PoolView(shared, slot) // both from the main thread: pool.shared, pool.attachWorker()
 * view.enter()
 * try {
 *   const base = view.tryFix(pageId)
 *   if (base >= 0) … // plain reads of view.memory, good until exit()
 * } finally {
 *   view.exit()
 * }
 * ```
 * Between `enter` and `exit` every base that `tryFix` returned stays valid, whatever the main thread evicts
 * (the argument is in epochs.ts). To go on from a base in a later operation: keep `versionOf(base)`, enter,
 * compare, and only then read.
 *
 * Only pages of committed states may be read so: nobody changes them any more, except that writing one
 * seals it, which stores to the checksum in the first four bytes; so those are not to be read here.
 *
 * It does not load pages that are not in memory.
 */

import { assert } from '../base/assert.ts'
import type { PageMemory } from '../page/memory.ts'
import { EpochSlot } from './epochs.ts'
import { Latches } from './latch.ts'
import { type PoolShare, pageMemoryOf } from './share.ts'
import { frameOfSwip, SWIP_COOL, SWIP_HOT, SwipTable, stateOfSwip, swipOf } from './swip.ts'

export class PoolView {
  readonly memory: PageMemory
  private readonly pageSize: number
  private readonly maxPageCount: number
  private readonly swips: SwipTable
  private readonly latches: Latches
  private readonly slot: EpochSlot

  /** `shared` and `slot` come from the main thread's pool, which counts this worker from `attachWorker` on. */
  constructor(shared: PoolShare, slot: number) {
    this.memory = pageMemoryOf(shared)
    this.pageSize = shared.pageSize
    this.maxPageCount = shared.maxPageCount
    this.swips = new SwipTable(shared.swips, shared.swipsAt, shared.maxPageCount)
    this.latches = new Latches(shared.frames, shared.frameCount * 4, shared.frameCount)
    this.slot = new EpochSlot(shared.epochs, slot)
  }

  /** Begins an operation: short, and never across an `await`, for frames wait for it. */
  enter(): void {
    this.slot.enter()
  }

  /** Ends it, and the validity of its bases. */
  exit(): void {
    this.slot.exit()
  }

  /** Where the page lies until `exit`, or -1 when it is not in memory. Touches it: a COOL page becomes HOT. */
  tryFix(pageId: number): number {
    assert(this.slot.isInside(), 'a worker reads inside an epoch')
    if (!(pageId >= 0 && pageId < this.maxPageCount)) return -1
    for (;;) {
      const word = this.swips.load(pageId)
      const state = stateOfSwip(word)
      if (state < SWIP_COOL) return -1
      const frame = frameOfSwip(word)
      if (state !== SWIP_COOL || this.swips.move(pageId, word, swipOf(frame, SWIP_HOT))) {
        return frame * this.pageSize
      }
    }
  }

  /** See `Pool.versionOf`. Found the same *after* `enter`, it proves that the base is valid until `exit`. */
  versionOf(base: number): number {
    return this.latches.versionOf(Math.floor(base / this.pageSize))
  }
}
