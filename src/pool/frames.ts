/**
 * Frames: the places in memory that hold page images, which page each one holds, and which are free.
 *
 * ```
 *   free list --take--> being filled --publish--> holds a page --evict, discard--> free list
 *       ^                    |                                        |               ^
 *       +----- giveBack -----+                                        +--> limbo -----+
 *                                                          (while workers are attached)
 * ```
 * Invariants
 * - F1 A frame that is published says which page it holds, and that page's swip names the frame. All
 *      others say NO_PAGE.
 * - F2 The latch of a frame is locked exactly while it is not published (latch.ts).
 * - F3 A frame in limbo is not written before every reader has left the epoch it is stamped with.
 * - F4 Free list and limbo belong to the main thread.
 *
 * In debug mode the bytes of a free frame are poisoned, so that a test notices whoever still reads there.
 *
 * It does not know which page should go, nor what is in one.
 */

import { assert, debugChecks } from '../base/assert.ts'
import type { PageMemory } from '../page/memory.ts'
import { type Epochs, isOlderEpoch } from './epochs.ts'
import { Latches } from './latch.ts'
import { type PoolShare, pageMemoryOf } from './share.ts'
import { SWIP_COLD, SWIP_COOL, SWIP_HOT, SwipTable, stateOfSwip, swipOf } from './swip.ts'

export const NO_PAGE = -1
/** What debug mode fills dead frames with. */
export const POISON = 0xdb

export class Frames {
  readonly frameCount: number
  readonly memory: PageMemory
  readonly latches: Latches
  readonly swips: SwipTable
  /** Frames that can be taken at once. */
  freeCount: number
  /** Frames that will be free when the readers have moved on. */
  limboCount: number
  /** Frames from here on were never taken. */
  usedCount: number
  /** Pages that were evicted since the pool was made. */
  evictionCount: number
  private readonly pageIds: Int32Array
  private readonly pageSize: number
  private readonly epochs: Epochs
  /** A stack: the frame that became free last is the likeliest to be in the processor's cache. */
  private readonly freeList: Int32Array
  /** A ring of frames with the epochs in which they lost their pages, oldest first from `limboHead`. */
  private readonly limboFrames: Int32Array
  private readonly limboEpochs: Int32Array
  private limboHead: number

  constructor(share: PoolShare, epochs: Epochs) {
    const { frameCount, pageSize } = share
    this.frameCount = frameCount
    this.pageSize = pageSize
    this.memory = pageMemoryOf(share)
    this.latches = new Latches(share.frames, frameCount * 4, frameCount)
    this.swips = new SwipTable(share.swips, share.swipsAt, share.maxPageCount)
    this.pageIds = new Int32Array(share.frames, 0, frameCount)
    this.epochs = epochs
    this.freeList = new Int32Array(frameCount)
    this.freeCount = frameCount
    this.limboFrames = new Int32Array(frameCount)
    this.limboEpochs = new Int32Array(frameCount)
    this.limboHead = 0
    this.limboCount = 0
    this.usedCount = 0
    this.evictionCount = 0
    this.pageIds.fill(NO_PAGE)
    this.latches.lockAll()
    // Ascending from the top of the stack, so that a fresh pool fills from the front.
    for (let frame = 0; frame < frameCount; frame++) this.freeList[frame] = frameCount - 1 - frame
  }

  /** Where the image in `frame` begins. */
  baseOf(frame: number): number {
    return frame * this.pageSize
  }

  /** The page in `frame`, or NO_PAGE. */
  pageIn(frame: number): number {
    return Atomics.load(this.pageIds, frame)
  }

  /** A free frame to fill; it is the caller's until `publish` or `giveBack`. */
  take(): number {
    assert(this.freeCount > 0, 'a frame is taken only when one is free')
    this.freeCount--
    const frame = this.freeList[this.freeCount]
    assert(this.latches.isLocked(frame), 'the latch of a free frame is locked')
    if (frame >= this.usedCount) this.usedCount = frame + 1
    return frame
  }

  /** Returns a frame that was taken but never published: nobody else can have seen it. */
  giveBack(frame: number): void {
    this.setFree(frame)
  }

  /** Shows the filled frame to everybody as `pageId`, whose word was `from`. */
  publish(frame: number, pageId: number, from: number, state: number): void {
    Atomics.store(this.pageIds, frame, pageId)
    this.latches.unlock(frame)
    // The swip last: it is what others look at first.
    const isPublished = this.swips.move(pageId, from, swipOf(frame, state))
    assert(isPublished, 'only its loader moves a page out of LOADING')
  }

  /** Turns a HOT page into a COOL one; anything else is left alone. */
  cool(frame: number): void {
    const pageId = this.pageIn(frame)
    if (pageId === NO_PAGE) return
    const hot = swipOf(frame, SWIP_HOT)
    if (this.swips.load(pageId) === hot) this.swips.move(pageId, hot, swipOf(frame, SWIP_COOL))
  }

  /** Evicts the page in `frame` when it is COOL, with `andHot` also when it is HOT. True when it went. */
  evict(frame: number, andHot: boolean): boolean {
    const pageId = this.pageIn(frame)
    if (pageId === NO_PAGE) return false
    const word = this.swips.load(pageId)
    const state = stateOfSwip(word)
    if (state !== SWIP_COOL && !(andHot && state === SWIP_HOT)) return false
    assert(word === swipOf(frame, state), 'a frame and the swip of its page name each other')
    if (!this.swips.move(pageId, word, SWIP_COLD)) return false
    this.vacate(frame)
    this.evictionCount++
    return true
  }

  /** Called by whoever has just moved the swip off `frame`. The bytes stay until no reader can be in them. */
  vacate(frame: number): void {
    this.latches.lock(frame)
    Atomics.store(this.pageIds, frame, NO_PAGE)
    if (this.epochs.attachedWorkers === 0) {
      this.setFree(frame)
      return
    }
    const at = (this.limboHead + this.limboCount) % this.frameCount
    this.limboFrames[at] = frame
    this.limboEpochs[at] = this.epochs.current()
    this.limboCount++
  }

  /** Moves the frames that no reader can be in any more from limbo to the free list. */
  reclaim(): void {
    if (this.limboCount === 0) return
    const newest = (this.limboHead + this.limboCount - 1) % this.frameCount
    // Until the epoch moves on, each new reader would enter the very epoch that these frames wait for.
    if (this.limboEpochs[newest] === this.epochs.current()) this.epochs.advance()
    const safeEpoch = this.epochs.safeEpoch()
    while (this.limboCount > 0 && isOlderEpoch(this.limboEpochs[this.limboHead], safeEpoch)) {
      this.setFree(this.limboFrames[this.limboHead])
      this.limboHead = (this.limboHead + 1) % this.frameCount
      this.limboCount--
    }
  }

  private setFree(frame: number): void {
    if (debugChecks.enabled) this.poison(frame)
    this.freeList[this.freeCount] = frame
    this.freeCount++
  }

  /** Fills the frame so that no one takes it for a page. */
  poison(frame: number): void {
    const base = this.baseOf(frame)
    this.memory.u8.fill(POISON, base, base + this.pageSize)
  }
}
