/**
 * Frames: the places in memory that hold page images, which page each one holds, and which are free.
 *
 * ```
 *   free list --take--> being filled --publish--> holds a page --evict, discard--> free list
 *    ^     ^               |                                        |               ^
 *    |     +--- giveBack --+                                        +--> limbo -----+
 *    +---- claim --- public <--- release ---  free list                  (while shared)
 * ```
 * Each thread that uses the pool has one object of this class, with a free list and a limbo of its own. Free frames that
 * a thread does not need are *public*: whoever comes upon one may claim it.
 *
 * Invariants
 * - F1 A frame that is published says which page it holds, and that page's swip names the frame. All others say whose
 *      they are, or that they are public. (Between the two writes of `publish` and of `evict` it is in hand: F5.)
 * - F2 The latch of a frame is locked exactly while it is not published (latch.ts).
 * - F3 A frame in limbo is not written before every reader has left the epoch it is stamped with.
 * - F4 A frame's own word leaves PUBLIC by compare-and-exchange; it leaves a thread's by that thread, or by the main
 *      thread when that one has ended.
 * - F5 While shared, a thread says in the control block which frame and which page it has in hand before the first of
 *      several writes, and unsays it after the last: wherever it ends, `adopt` finds what was left half done.
 *
 * In debug mode the bytes of a free frame are poisoned, so that a test notices whoever still reads there.
 *
 * It does not know which page should go, nor what is in one besides its birth.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { birthOf } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import { HAND_WORD, highestSlotOf, MAIN_SLOT, PUBLIC_WORD, SlotWord, wordOfSlot } from './control.ts'
import { type Epochs, isOlderEpoch } from './epochs.ts'
import { Latches } from './latch.ts'
import { type PoolShare, pageMemoryOf } from './share.ts'
import {
  frameOfSwip,
  SWIP_COLD,
  SWIP_COOL,
  SWIP_HOT,
  SWIP_LOADING,
  SwipTable,
  stateOfSwip,
  swipOf,
} from './swip.ts'

/** What a frame says instead of a page: that anybody may claim it. Below it: whose it is. */
export const PUBLIC = -1
/** What debug mode fills dead frames with. */
export const POISON = 0xdb
/** Frames in a worker's limbo at most: as many as a batch of evictions brings there, and some. */
const WORKER_LIMBO_MAX = 256

export class Frames {
  readonly frameCount: number
  readonly memory: PageMemory
  readonly latches: Latches
  readonly swips: SwipTable
  /** Whether other threads use the pool, or may begin to at any time. */
  isShared: boolean
  /** Frames that can be taken at once. */
  freeCount: number
  /** Frames that will be free when the readers have moved on. */
  limboCount: number
  /** Frames from here on were never taken. Not kept while shared. */
  usedCount: number
  /** Pages that this thread has evicted. */
  evictionCount: number
  /** Pages born from here on belong to a transaction that is not published: no other thread has ever seen them. */
  unseenFrom: number
  private readonly slot: number
  private readonly pageIds: Int32Array
  private readonly control: Int32Array
  private readonly pageSize: number
  private readonly epochs: Epochs
  /** A stack: the frame that became free last is the likeliest to be in the processor's cache. */
  private readonly freeList: Int32Array
  /** A ring of frames with the epochs in which they lost their pages, oldest first from `limboHead`. */
  private readonly limboFrames: Int32Array
  private readonly limboEpochs: Int32Array
  private limboHead: number
  /** Frames of ended threads that another thread had in hand as well. */
  private readonly doubtful: Set<number>

  /** For the main thread, with a share that is new; or for a worker, which begins without frames. */
  constructor(share: PoolShare, epochs: Epochs, slot: number) {
    const { frameCount, pageSize } = share
    const isMain = slot === MAIN_SLOT
    this.frameCount = frameCount
    this.pageSize = pageSize
    this.slot = slot
    this.isShared = !isMain
    this.memory = pageMemoryOf(share)
    this.latches = new Latches(share.frames, frameCount * 4, frameCount)
    this.swips = new SwipTable(share.swips, share.swipsAt, share.maxPageCount)
    this.pageIds = new Int32Array(share.frames, 0, frameCount)
    this.control = new Int32Array(share.control)
    this.epochs = epochs
    const limboMax = isMain ? frameCount : Math.min(frameCount, WORKER_LIMBO_MAX)
    this.freeList = new Int32Array(isMain ? frameCount : 2 * limboMax)
    this.freeCount = 0
    this.limboFrames = new Int32Array(limboMax)
    this.limboEpochs = new Int32Array(limboMax)
    this.limboHead = 0
    this.limboCount = 0
    this.usedCount = 0
    this.evictionCount = 0
    this.unseenFrom = Number.POSITIVE_INFINITY
    this.doubtful = new Set()
    if (isMain) this.takeAll()
  }

  private takeAll(): void {
    this.pageIds.fill(ownedBy(MAIN_SLOT))
    this.latches.lockAll()
    // Ascending from the top of the stack, so that a fresh pool fills from the front.
    for (let i = 0; i < this.frameCount; i++) this.freeList[i] = this.frameCount - 1 - i
    this.freeCount = this.frameCount
  }

  /** From now on other threads may use the pool; the main thread keeps `kept` free frames for itself. */
  share(kept: number): void {
    assert(this.slot === MAIN_SLOT && !this.isShared, 'the main thread shares the pool, once')
    this.isShared = true
    // There the frames that were never used begin.
    Atomics.store(this.control, HAND_WORD, this.usedCount % this.frameCount)
    this.release(kept)
  }

  /** Makes all free frames but `kept` public. */
  release(kept: number): void {
    const count = this.freeCount - kept
    if (count <= 0) return
    while (this.freeCount > kept) {
      this.freeCount--
      Atomics.store(this.pageIds, this.freeList[this.freeCount], PUBLIC)
    }
    Atomics.add(this.control, PUBLIC_WORD, count)
  }

  /** About how many frames are public. */
  get publicCount(): number {
    return this.isShared ? Atomics.load(this.control, PUBLIC_WORD) : 0
  }

  /** Takes the frame for the free list if it is public. */
  claim(frame: number): boolean {
    if (Atomics.load(this.pageIds, frame) !== PUBLIC) return false
    if (this.freeCount + this.limboCount >= this.freeList.length) return false
    if (Atomics.compareExchange(this.pageIds, frame, PUBLIC, ownedBy(this.slot)) !== PUBLIC) return false
    Atomics.sub(this.control, PUBLIC_WORD, 1)
    this.setFree(frame)
    return true
  }

  /** Where the image in `frame` begins. */
  baseOf(frame: number): number {
    return frame * this.pageSize
  }

  /** The page in `frame`; negative when there is none. */
  pageIn(frame: number): number {
    return Atomics.load(this.pageIds, frame)
  }

  /** Frames that hold a page; while not shared, also those that somebody has taken and keeps. */
  residentCount(): number {
    if (!this.isShared) return this.frameCount - this.freeCount
    let count = 0
    for (let frame = 0; frame < this.frameCount; frame++) if (this.pageIn(frame) >= 0) count++
    return count
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

  /** Shows the filled frame to everybody as `pageId`, which was COLD, as one that only the main thread makes. */
  publishNew(frame: number, pageId: number, state: number): void {
    this.label(frame, pageId)
    const isPublished = this.swips.move(pageId, SWIP_COLD, swipOf(frame, state))
    assert(isPublished, 'nobody loads a page that is not written yet')
  }

  /** Begins to load `pageId`, which is COLD and in hand, into the frame; false when another thread was first. */
  beginLoading(frame: number, pageId: number, loading: number): boolean {
    this.holdFrame(frame)
    if (this.swips.move(pageId, SWIP_COLD, loading)) return true
    this.letGoOfFrame()
    return false
  }

  /** Shows the page that was loaded to everybody. */
  endLoading(frame: number, pageId: number, state: number): void {
    this.label(frame, pageId)
    this.swips.finishLoading(pageId, this.slot, swipOf(frame, state))
    this.letGoOfFrame()
  }

  /** The page could not be loaded; the frame is still the caller's. */
  abandonLoading(pageId: number): void {
    this.swips.finishLoading(pageId, this.slot, SWIP_COLD)
    this.letGoOfFrame()
  }

  /** The swip comes last: it is what others look at first. */
  private label(frame: number, pageId: number): void {
    Atomics.store(this.pageIds, frame, pageId)
    this.latches.unlock(frame)
  }

  /** Turns a HOT page into a COOL one; anything else is left alone. */
  cool(frame: number): void {
    const pageId = this.pageIn(frame)
    if (pageId < 0) return
    const hot = swipOf(frame, SWIP_HOT)
    if (this.swips.load(pageId) === hot) this.swips.move(pageId, hot, swipOf(frame, SWIP_COOL))
  }

  /** Evicts the page in `frame` when it is COOL, with `andHot` also when it is HOT. True when it went. */
  evict(frame: number, andHot: boolean): boolean {
    const pageId = this.pageIn(frame)
    if (pageId < 0) return false
    const word = this.swips.load(pageId)
    const state = stateOfSwip(word)
    if (state !== SWIP_COOL && !(andHot && state === SWIP_HOT)) return false
    if (frameOfSwip(word) !== frame) {
      assert(this.isShared, 'a frame and the swip of its page name each other')
      return false
    }
    if (
      this.limboCount === this.limboFrames.length ||
      this.freeCount + this.limboCount >= this.freeList.length
    )
      return false
    this.holdFrame(frame)
    const isMine = this.swips.move(pageId, word, SWIP_COLD)
    if (isMine) {
      this.vacate(frame)
      this.evictionCount++
    }
    this.letGoOfFrame()
    return isMine
  }

  /**
   * The main thread takes `pageId` off its frame, which `word` names, for good; false when the word is another now.
   */
  discard(pageId: number, word: number): boolean {
    if (!this.swips.move(pageId, word, SWIP_COLD)) return false
    this.vacate(frameOfSwip(word))
    return true
  }

  /** Called by whoever has just moved the swip off `frame`. The bytes stay until no reader can be in them. */
  private vacate(frame: number): void {
    this.latches.lock(frame)
    Atomics.store(this.pageIds, frame, ownedBy(this.slot))
    if (this.isShared && !this.isUnseen(frame)) this.putInLimbo(frame)
    else this.setFree(frame)
  }

  /** Whether the page in the frame, which the caller has or which is DIRTY, is of a transaction that is not published. */
  isUnseen(frame: number): boolean {
    return birthOf(this.memory, this.baseOf(frame)) >= this.unseenFrom
  }

  private putInLimbo(frame: number): void {
    const at = (this.limboHead + this.limboCount) % this.limboFrames.length
    this.limboFrames[at] = frame
    this.limboEpochs[at] = this.epochs.current()
    this.limboCount++
  }

  /** Moves the frames that no reader can be in any more from limbo to the free list. */
  reclaim(): void {
    if (this.doubtful.size > 0) this.settleDoubtful()
    if (this.limboCount === 0) return
    const capacity = this.limboFrames.length
    const newest = (this.limboHead + this.limboCount - 1) % capacity
    // Until the epoch moves on, each new reader would enter the very epoch that these frames wait for.
    if (this.limboEpochs[newest] === this.epochs.current()) this.epochs.advance()
    const safeEpoch = this.epochs.safeEpoch()
    while (this.limboCount > 0 && isOlderEpoch(this.limboEpochs[this.limboHead], safeEpoch)) {
      this.setFree(this.limboFrames[this.limboHead])
      this.limboHead = (this.limboHead + 1) % capacity
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

  // What a thread has in hand, and what it leaves behind

  /** Says which page a worker is going to read, into whatever place. */
  holdPage(pageId: number): void {
    Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.pageInHand), pageId + 1)
  }

  private holdFrame(frame: number): void {
    if (this.isShared) Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.frameInHand), frame + 1)
  }

  private letGoOfFrame(): void {
    if (this.isShared) Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.frameInHand), 0)
  }

  /** Nothing is in hand any more. */
  letGo(): void {
    Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.pageInHand), 0)
    Atomics.store(this.control, wordOfSlot(this.slot, SlotWord.frameInHand), 0)
  }

  /** Whether the thread in `slot` is reading a page from the file. */
  isLoading(slot: number): boolean {
    return Atomics.load(this.control, wordOfSlot(slot, SlotWord.pageInHand)) !== 0
  }

  /** The main thread takes over all frames of the thread in `slot`, which has ended, at whatever point it was. */
  adopt(slot: number): void {
    assert(this.slot === MAIN_SLOT && slot !== MAIN_SLOT, 'the main thread adopts what a worker had')
    const page = Atomics.load(this.control, wordOfSlot(slot, SlotWord.pageInHand)) - 1
    const frame = Atomics.load(this.control, wordOfSlot(slot, SlotWord.frameInHand)) - 1
    if (page >= 0 && this.swips.isLoadedBy(page, slot)) {
      // It may have begun to publish the page, but nobody has found it.
      this.relabel(frame)
      this.swips.finishLoading(page, slot, SWIP_COLD)
      this.putInLimbo(frame)
    } else if (frame >= 0) this.doubtful.add(frame)
    Atomics.store(this.control, wordOfSlot(slot, SlotWord.pageInHand), 0)
    Atomics.store(this.control, wordOfSlot(slot, SlotWord.frameInHand), 0)
    const owned = ownedBy(slot)
    // It may have ended between a frame and its counting, and what is counted wrong would be looked for for ever.
    const countedBefore = Atomics.load(this.control, PUBLIC_WORD)
    let publicCount = 0
    for (let other = 0; other < this.frameCount; other++) {
      const label = Atomics.load(this.pageIds, other)
      if (label === PUBLIC) publicCount++
      if (label !== owned) continue
      this.relabel(other)
      this.putInLimbo(other)
    }
    Atomics.add(this.control, PUBLIC_WORD, publicCount - countedBefore)
    this.settleDoubtful()
  }

  /** Frames that an ended thread was about to evict from: takes those that it left half way. */
  private settleDoubtful(): void {
    for (const frame of this.doubtful) {
      const pageId = this.pageIn(frame)
      // It was another thread's turn since, or that one never took the page off the frame.
      if (pageId < 0 || this.isNamed(frame, pageId)) this.doubtful.delete(frame)
      else if (this.isAbandoned(frame)) {
        this.doubtful.delete(frame)
        this.relabel(frame)
        this.putInLimbo(frame)
      }
    }
  }

  /**
   * Whether the frame says that it holds a page whose swip names it no more, and no thread that lives is at it. False is no
   * answer: look again later. That a thread has it in hand for the whole time from taking its page off, or from beginning to
   * load one, until frame, latch and swip say so, proves it by the order of these looks:
   * - a thread that took the page off before the first look at the swip is still at it, or has changed the latch;
   * - a thread that loads one into it says LOADING at the first look, if the latch is open already, or else at the second.
   */
  private isAbandoned(frame: number): boolean {
    const version = this.latches.versionOf(frame)
    const pageId = this.pageIn(frame)
    if (pageId < 0 || this.isLoadingOrNamed(frame, pageId) || this.isInOtherHands(frame)) return false
    if (this.pageIn(frame) !== pageId || this.isLoadingOrNamed(frame, pageId)) return false
    return this.latches.versionOf(frame) === version
  }

  private isNamed(frame: number, pageId: number): boolean {
    const word = this.swips.load(pageId)
    return stateOfSwip(word) >= SWIP_COOL && frameOfSwip(word) === frame
  }

  private isLoadingOrNamed(frame: number, pageId: number): boolean {
    const word = this.swips.load(pageId)
    const state = stateOfSwip(word)
    return state === SWIP_LOADING || (state >= SWIP_COOL && frameOfSwip(word) === frame)
  }

  private isInOtherHands(frame: number): boolean {
    const highest = highestSlotOf(this.control)
    for (let slot = 0; slot <= highest; slot++) {
      if (Atomics.load(this.control, wordOfSlot(slot, SlotWord.frameInHand)) === frame + 1) return true
    }
    return false
  }

  /** Makes a frame that holds no page the main thread's, with its latch locked. */
  private relabel(frame: number): void {
    Atomics.store(this.pageIds, frame, ownedBy(MAIN_SLOT))
    if (!this.latches.isLocked(frame)) this.latches.lock(frame)
  }
}

/** What a frame says that belongs to the thread in `slot`. */
function ownedBy(slot: number): number {
  return PUBLIC - 1 - slot
}
