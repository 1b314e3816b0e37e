/**
 * The pool as the main thread has it: what every reader does (page-cache.ts), and pages that are new or changed,
 * written when the store says so or when too many are dirty.
 *
 * A reader that does not move on
 *
 * A thread may sleep, or be terminated, in the middle of an operation, and what readers may have seen cannot be taken
 * away from it then. The main thread notices when it has waited in vain, and until that reader has moved on
 * - pages that others may have seen are read apart, at once;
 * - a write transaction lives on frames that the pool has put aside for it. Nobody else has seen its pages, so they can be
 *   written, evicted, and their frames filled again; the last of them just before the transaction is published.
 *
 * Invariants
 * - P4 A DIRTY page leaves memory only after `PageIo.writePages` returned, or by `discard`.
 * - P5 Only the main thread uses this class; workers have a `PageCache` of their own. Other threads never move a page
 *      into DIRTY or out of it.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { birthOf, pageIdOf } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import { type ControlBlock, MAIN_SLOT, releaseSlot } from './control.ts'
import { OUTSIDE } from './epochs.ts'
import { type Defer, PageCache, type PageSource } from './page-cache.ts'
import { poolGeometry, releasePool, reservePool } from './share.ts'
import {
  frameOfSwip,
  SWIP_COLD,
  SWIP_COOL,
  SWIP_DIRTY,
  SWIP_HOT,
  SWIP_LOADING,
  stateOfSwip,
  swipOf,
} from './swip.ts'

/** Where pages come from and go to; given by the store. It must not call the pool. */
export interface PageIo extends PageSource {
  /**
   * Seals and writes these images; page ids ascend, `bases[i]` is where page `pageIds[i]` lies.
   * @throws CoppiceError NO_SPACE, IO_ERROR
   */
  writePages(memory: PageMemory, pageIds: readonly number[], bases: readonly number[]): void
}

export interface PoolOptions {
  /** Bytes of a page: a power of two. */
  readonly pageSize: number
  /** Bytes of memory for page images, at most just under 4 GiB; at least 16 pages are kept. */
  readonly cacheSizeBytes: number
  /** Page ids are below it; 4 bytes of address space each. */
  readonly maxPageCount: number
  readonly io: PageIo
  /** Needed to share the pool. */
  readonly defer?: Defer
  /** Told of pages that were written because their frames were needed; in the midst of a transaction. */
  readonly spilled?: (pageCount: number) => void
}

/** Counts since the pool was made, and how full it is now. */
export interface PoolStats {
  readonly frameCount: number
  /** Frames that hold a page. */
  readonly residentPages: number
  readonly dirtyPages: number
  /** Frames that wait for a reader in another thread. */
  readonly limboFrames: number
  /** Frames that hold something else than pages: what a bulk load collects. */
  readonly borrowedFrames: number
  /** Pages that were found in memory. */
  readonly hits: number
  /** Pages that were read from the file. */
  readonly loads: number
  /** Pages that were read past the pool, because no frame was to be had soon. */
  readonly apart: number
  readonly evictions: number
  /** Times that dirty pages were written because the room was needed, and how many. */
  readonly spills: number
  readonly spilledPages: number
  /** Pages written for the store. */
  readonly writtenBackPages: number
}

/**
 * Pages of one spill: enough for long runs in the file, short enough (4 MiB) not to be felt as a pause, and
 * more than are evicted at once, so that most have a chance to be touched between.
 */
const SPILL_BATCH_MAX = 1024
/** Times that `pause` is called for readers that do not leave (about 10 s), and for a page that can be read apart. */
const READER_WAITS_MAX = 100_000
const LOAD_WAITS_MAX = 1100
/** Frames that cannot be reserved. */
const FRAMES_KEPT_BACK = 2
/** Frames that are put aside for writing beside a reader that does not move on: a few steps of a writer, and its path. */
const SPARE_FRAMES_MAX = 16
/** A pool with fewer frames lends none. */
const BORROWING_FRAMES_MIN = 128

export class Pool extends PageCache {
  private readonly io: PageIo
  private readonly spillBatch: number
  private dirtyCount: number
  /** Frames that hold no pages but what somebody keeps there for a while. */
  private borrowedCount: number
  /** Frames that are put aside, while the pool is shared. */
  private readonly spare: number[]
  private readonly spareMax: number
  /** The oldest epoch that a reader was in when it was waited for in vain, or OUTSIDE. */
  private stuckEpoch: number
  /** Where recycling goes on, so that the pages that were brought in last stay the longest. */
  private recycledFrame: number
  private readonly spilled: PoolOptions['spilled']
  private spillCount: number
  private spilledPageCount: number
  private writtenBackCount: number

  /** @throws CoppiceError INVALID_OPTION */
  constructor(options: PoolOptions) {
    const geometry = poolGeometry(options.pageSize, options.cacheSizeBytes, options.maxPageCount)
    super(reservePool(geometry), MAIN_SLOT, options.io, options.defer ?? (() => {}))
    this.io = options.io
    this.spillBatch = Math.min(SPILL_BATCH_MAX, this.frameCount >>> 2)
    this.dirtyCount = 0
    this.borrowedCount = 0
    this.spare = []
    this.spareMax = Math.min(SPARE_FRAMES_MAX, this.frameCount >>> 2)
    this.stuckEpoch = OUTSIDE
    this.recycledFrame = 0
    this.spilled = options.spilled
    this.spillCount = 0
    this.spilledPageCount = 0
    this.writtenBackCount = 0
  }

  /**
   * A frame for the newly allocated page `pageId`, DIRTY; the caller fills all of it before the next call.
   * An earlier page of that id must have been discarded when it was freed.
   */
  create(pageId: number): number {
    assert(pageId >= 0 && pageId < this.maxPageCount, 'a new page id is within the table')
    assert(this.swips.load(pageId) === SWIP_COLD, 'a new page is not in memory yet')
    const frame = this.takeFrame()
    if (debugChecks.enabled) this.frames.poison(frame)
    this.frames.publishNew(frame, pageId, SWIP_DIRTY)
    this.dirtyCount++
    return this.frames.baseOf(frame)
  }

  /**
   * As `fix`, and the page is DIRTY then: its image is about to differ from the file. Call it at every change: the
   * page may have been spilled, and so be clean, since the last one.
   * @throws CoppiceError what `fix` throws; POOL_EXHAUSTED
   */
  fixToChange(pageId: number, birth: number): number {
    for (let waits = 0; ; waits++) {
      const base = this.fix(pageId, birth)
      const word = this.wordOf(pageId)
      const state = stateOfSwip(word)
      if (state === SWIP_DIRTY) return base
      if (state >= SWIP_COOL && this.swips.move(pageId, word, swipOf(frameOfSwip(word), SWIP_DIRTY))) {
        this.dirtyCount++
        return this.baseOfWord(word)
      }
      assert(this.frames.isShared, 'nobody else moves a page')
      if (waits === READER_WAITS_MAX) throw this.exhausted(1, 'a reader in a worker does not move on')
      this.epochs.pause(waits)
    }
  }

  /** What writing back all DIRTY pages would write. */
  get dirtyBytes(): number {
    return this.dirtyCount * (1 << this.pageShift)
  }

  isDirty(pageId: number): boolean {
    return stateOfSwip(this.wordOf(pageId)) === SWIP_DIRTY
  }

  /**
   * Makes sure that the next `frameCount` loads and creations evict nothing. Ends the validity of all bases.
   * @throws CoppiceError POOL_EXHAUSTED; NO_SPACE or IO_ERROR from writing dirty pages.
   */
  reserve(frameCount: number): void {
    if (this.frames.freeCount < frameCount) this.makeRoom(frameCount, READER_WAITS_MAX)
  }

  /**
   * The base of a frame for something else than a page, or -1 when the pool lends no more. Nobody else sees it, and it
   * stays until it is returned. Ends the validity of all other bases.
   * @throws CoppiceError POOL_EXHAUSTED; NO_SPACE or IO_ERROR from writing dirty pages.
   */
  borrow(): number {
    if (this.borrowedCount >= this.borrowableCount) return -1
    const frame = this.takeFrame()
    this.borrowedCount++
    return this.frames.baseOf(frame)
  }

  returnBorrowed(base: number): void {
    assert(this.borrowedCount > 0, 'only a borrowed frame is returned')
    this.borrowedCount--
    this.frames.giveBack(base >>> this.pageShift)
  }

  /** How many frames may be borrowed at once: three quarters, but none of a small pool. */
  get borrowableCount(): number {
    return this.frameCount < BORROWING_FRAMES_MIN ? 0 : this.frameCount - (this.frameCount >>> 2)
  }

  /**
   * Writes the pages, given ascending, and evicts them: for pages that are not looked at again soon, so that their
   * frames are used for the next ones. Those that are not DIRTY any more are left out. Ends the validity of all bases.
   * @throws CoppiceError NO_SPACE, IO_ERROR: then all of them are still DIRTY.
   */
  writeAndEvict(pageIds: readonly number[]): void {
    const dirty = pageIds.filter(pageId => this.isDirty(pageId))
    this.writeDirty(dirty, SWIP_COOL)
    this.noteSpill(dirty.length)
    for (const pageId of dirty) {
      const word = this.wordOf(pageId)
      if (stateOfSwip(word) === SWIP_COOL) this.frames.evict(frameOfSwip(word), false)
    }
  }

  /** Forgets the image of a page whose id was freed, without writing it. */
  discard(pageId: number): void {
    for (;;) {
      const word = this.wordOf(pageId)
      const state = stateOfSwip(word)
      if (state === SWIP_COLD) return
      // A reader whose snapshot was ended may still be at it.
      if (state === SWIP_LOADING) this.swips.awaitLoader(pageId)
      else if (this.frames.discard(pageId, word)) {
        if (state === SWIP_DIRTY) this.dirtyCount--
        return
      }
    }
  }

  /**
   * Evicts a page that is not going to be asked for, if it can go as it is. Its frame is the next to be used, while it is
   * still in the processor's cache.
   */
  evict(pageId: number): void {
    const word = this.wordOf(pageId)
    const state = stateOfSwip(word)
    if (state === SWIP_HOT || state === SWIP_COOL) this.frames.evict(frameOfSwip(word), true)
  }

  /** The ids of the DIRTY pages born at or before `maxBirth`, ascending. O(frames). */
  dirtyPages(maxBirth: number): number[] {
    // There may be some hundred thousand, and a commit waits for the list: typed arrays sort without calls.
    const pageIds = new Uint32Array(this.dirtyCount)
    let count = 0
    for (let frame = 0; frame < this.frameCount && count < pageIds.length; frame++) {
      const pageId = this.dirtyPageIn(frame)
      if (pageId >= 0 && birthOf(this.memory, this.frames.baseOf(frame)) <= maxBirth) {
        pageIds[count++] = pageId
      }
    }
    return Array.from(pageIds.subarray(0, count).sort())
  }

  /**
   * Writes the pages, given ascending, and turns them HOT. Those that are not DIRTY any more, because they
   * were spilled or discarded since the list was made, are left out.
   * @throws CoppiceError NO_SPACE, IO_ERROR: then all of them are still DIRTY.
   */
  writeBack(pageIds: readonly number[]): void {
    const dirty = pageIds.filter(pageId => this.isDirty(pageId))
    this.writeDirty(dirty, SWIP_HOT)
    this.writtenBackCount += dirty.length
  }

  /**
   * From now on other threads may use the pool, by `shared` and a slot that they claim (control.ts). There is no way
   * back: who has `shared` may come at any time.
   */
  share(): void {
    if (this.frames.isShared) return
    this.frames.share(2 * this.batch)
    this.isCareful = true
    // Nobody else is here yet: what is evicted now is free at once.
    this.clock.evict(this.spareMax - this.frames.freeCount)
    this.frames.reclaim()
    this.putAside(0)
  }

  get isShared(): boolean {
    return this.frames.isShared
  }

  /** Puts away after the thread in `slot`, which has ended at whatever point it was, and gives its slot back. */
  release(slot: number): void {
    this.frames.adopt(slot)
    releaseSlot(this.control, slot)
  }

  /** Passes a little time for other threads; `waits` is how often the caller has waited already. */
  pause(waits: number): void {
    this.epochs.pause(waits)
  }

  private get control(): ControlBlock {
    return this.shared.control
  }

  /** Says that pages born from `birth` on are not published, so that no other thread has seen them. */
  setUnseenFrom(birth: number): void {
    if (this.isStuck()) this.recycleAllUnseen()
    this.frames.unseenFrom = birth
  }

  /** Gives the memory back, for another pool to use if it was not shared; DIRTY pages are forgotten. Only `stats` may follow. */
  override close(): void {
    if (this.isClosed) return
    super.close()
    if (!this.frames.isShared) releasePool(this.shared, this.frames.usedCount)
  }

  stats(): PoolStats {
    return {
      frameCount: this.frameCount,
      residentPages: this.frames.residentCount() - (this.frames.isShared ? 0 : this.borrowedCount),
      borrowedFrames: this.borrowedCount,
      dirtyPages: this.dirtyCount,
      limboFrames: this.frames.limboCount,
      hits: this.hitCount,
      loads: this.loadCount,
      apart: this.apartCount,
      evictions: this.frames.evictionCount,
      spills: this.spillCount,
      spilledPages: this.spilledPageCount,
      writtenBackPages: this.writtenBackCount,
    }
  }

  protected override frameToLoad(birth: number): number {
    const isUnseen = birth >= this.frames.unseenFrom
    // The frames that are left are for pages that can be taken away again.
    if (!isUnseen && this.isStuck()) return -1
    if (this.frames.isShared && this.frames.freeCount === 0) {
      try {
        this.makeRoom(1, isUnseen ? LOAD_WAITS_MAX + 1 : LOAD_WAITS_MAX)
      } catch (error) {
        if (!isCoppiceError(error, 'POOL_EXHAUSTED')) throw error
        return -1
      }
    }
    return this.takeFrame()
  }

  private takeFrame(): number {
    this.assertOpen()
    if (this.frames.freeCount === 0) this.makeRoom(1, READER_WAITS_MAX)
    return this.frames.take()
  }

  /**
   * Brings the free list to at least `needed` frames. While the pool is shared it keeps a second batch of
   * frames in limbo, so that the readers have usually left them when they are needed.
   */
  private makeRoom(needed: number, waitsMax: number): void {
    const pageFrames = this.frameCount - this.borrowedCount
    if (needed > pageFrames - FRAMES_KEPT_BACK) throw this.exhausted(needed, 'the cache is too small')
    const { frames } = this
    frames.reclaim()
    const batch = Math.max(needed, this.batch)
    const wanted = frames.isShared ? 2 * batch + this.spareMax - this.spare.length : batch
    const target = Math.min(wanted, pageFrames - FRAMES_KEPT_BACK)
    if (frames.isShared) this.clock.claim(target - frames.freeCount - frames.limboCount)
    const available = frames.freeCount + frames.limboCount
    if (available < target) this.evictSome(Math.max(0, needed - available), target - available)
    frames.reclaim()
    for (let waits = this.isStuck() ? LOAD_WAITS_MAX : 0; frames.freeCount < needed; waits++) {
      if (waits === LOAD_WAITS_MAX) this.noteStuck()
      if (waits === waitsMax) throw this.exhausted(needed, 'a reader in a worker does not move on')
      if (waits === LOAD_WAITS_MAX) {
        while (this.spare.length > 0) frames.giveBack(this.spare.pop()!)
        if (frames.freeCount < needed) this.recycleUnseen(needed - frames.freeCount)
        continue
      }
      this.epochs.pause(waits)
      frames.reclaim()
      if (frames.freeCount + frames.limboCount < needed) this.clock.evict(needed)
    }
    if (frames.isShared && !this.isStuck()) this.putAside(needed)
  }

  /** Puts free frames aside but `kept`. */
  private putAside(kept: number): void {
    while (this.spare.length < this.spareMax && this.frames.freeCount > kept) {
      this.spare.push(this.frames.take())
    }
  }

  /**
   * Waits until the reader that was waited for in vain moves on; false when it does not within some 10 s. For a change that
   * finds no room for all its pages at once: recycled frames serve one page after the other, and each would push another out.
   */
  awaitStuckReader(): boolean {
    for (let waits = 0; this.isStuck(); waits++) {
      if (waits === READER_WAITS_MAX) return false
      this.epochs.pause(waits)
    }
    return true
  }

  /** Whether the reader that was waited for in vain is still at the same operation. */
  private isStuck(): boolean {
    if (this.stuckEpoch === OUTSIDE) return false
    if (this.epochs.safeEpoch() === this.stuckEpoch) return true
    this.stuckEpoch = OUTSIDE
    return false
  }

  private noteStuck(): void {
    const oldest = this.epochs.safeEpoch()
    // Otherwise no reader is what was waited for.
    if (oldest !== this.epochs.current()) this.stuckEpoch = oldest
  }

  /** Frees the frames of all pages that nobody else has seen: soon somebody may. */
  private recycleAllUnseen(): void {
    try {
      this.recycleUnseen(this.frameCount)
    } catch {
      // They stay as they are. Whoever writes next is told, if it concerns anybody.
    }
    for (let frame = 0; frame < this.frameCount; frame++) {
      if (this.frames.pageIn(frame) >= 0 && this.frames.isUnseen(frame)) this.frames.evict(frame, true)
    }
  }

  /** Writes pages of the open transaction and evicts them: for their frames no reader need be waited for. */
  private recycleUnseen(needed: number): void {
    // Not all of the few that a small pool has: the path of the writer is among them.
    const wanted = Math.max(needed, Math.min(this.spillBatch, this.dirtyCount >>> 1))
    const pageIds: number[] = []
    for (let step = 0; step < this.frameCount && pageIds.length < wanted; step++) {
      const frame = this.recycledFrame
      this.recycledFrame = frame + 1 === this.frameCount ? 0 : frame + 1
      const pageId = this.dirtyPageIn(frame)
      if (pageId >= 0 && this.frames.isUnseen(frame)) pageIds.push(pageId)
    }
    this.writeAndEvict(pageIds.sort(ascending))
  }

  /** Evicts `wanted` pages if that is easy, and in any case `needed`, unless other threads have the frames. */
  private evictSome(needed: number, wanted: number): void {
    let evicted = this.scanRing.evict(wanted)
    if (evicted < needed || evicted === 0) {
      // Without this a writer's own upper levels, read again and again, would be the only ones to evict.
      if (this.dirtyCount > this.dirtyLimit()) this.spillEarly(needed - evicted)
      evicted += this.clock.evict(Math.min(wanted - evicted, this.cleanCount()))
    }
    while (evicted < needed) {
      if (this.dirtyCount === 0) {
        if (this.frames.isShared) return
        throw this.exhausted(needed, 'all of them are held')
      }
      this.spill(needed - evicted)
      evicted += this.clock.evict(needed - evicted)
    }
  }

  /** Pages that can be evicted as they are. */
  private cleanCount(): number {
    const { freeCount, limboCount } = this.frames
    const unavailable = freeCount + limboCount + this.borrowedCount + this.spare.length
    return this.frameCount - unavailable - this.dirtyCount
  }

  /** More DIRTY frames than this, and some are spilled rather than the last clean ones evicted. */
  private dirtyLimit(): number {
    const pageFrames = this.frameCount - this.borrowedCount
    return pageFrames - (pageFrames >>> 2)
  }

  /** Spills although clean pages are left; when the disk is full and they will do, reading goes on with them. */
  private spillEarly(needed: number): void {
    try {
      this.spill(needed)
    } catch (error) {
      if (!isCoppiceError(error, 'NO_SPACE') || this.cleanCount() < needed) throw error
    }
  }

  /**
   * Writes at least `needed` dirty pages, if there are so many, to make them evictable. They belong to
   * transactions that are not in the file yet, under page ids that nothing in the file refers to, so
   * writing them early harms nothing.
   */
  private spill(needed: number): void {
    const wanted = Math.min(this.dirtyCount, Math.max(needed, this.spillBatch))
    const pageIds: number[] = []
    let frame = this.clock.nextFrame
    // From where the hand stands, so that it need not rush past them to the clean pages beyond, which would
    // then have had no time to be touched. Frames fill in order, so neighbours here often are neighbours in
    // the file.
    for (let step = 0; step < this.frameCount && pageIds.length < wanted; step++) {
      const pageId = this.dirtyPageIn(frame)
      if (pageId >= 0) pageIds.push(pageId)
      frame = frame + 1 === this.frameCount ? 0 : frame + 1
    }
    this.writeDirty(pageIds.sort(ascending), SWIP_COOL)
    this.noteSpill(pageIds.length)
  }

  private noteSpill(pageCount: number): void {
    this.spillCount++
    this.spilledPageCount += pageCount
    this.spilled?.(pageCount)
  }

  /** Writes DIRTY pages, given ascending, and turns them into `state`. */
  private writeDirty(pageIds: readonly number[], state: number): void {
    if (pageIds.length === 0) return
    const bases: number[] = []
    let previous = -1
    for (const pageId of pageIds) {
      const base = this.baseOfWord(this.wordOf(pageId))
      assert(pageId > previous, 'pages are written in ascending order')
      assert(pageIdOf(this.memory, base) === pageId, 'a page is written under the id in its header')
      bases.push(base)
      previous = pageId
    }
    this.io.writePages(this.memory, pageIds, bases)
    for (let i = 0; i < pageIds.length; i++) {
      const frame = bases[i] >>> this.pageShift
      const isMoved = this.swips.move(pageIds[i], swipOf(frame, SWIP_DIRTY), swipOf(frame, state))
      assert(isMoved, 'only the main thread moves a page out of DIRTY')
    }
    this.dirtyCount -= pageIds.length
  }

  /** The page in the frame if it is DIRTY, else a negative number. */
  private dirtyPageIn(frame: number): number {
    const pageId = this.frames.pageIn(frame)
    return pageId >= 0 && this.wordOf(pageId) === swipOf(frame, SWIP_DIRTY) ? pageId : -1
  }

  private exhausted(needed: number, reason: string): CoppiceError {
    return new CoppiceError(
      'POOL_EXHAUSTED',
      `${needed} of the cache's ${this.frameCount} pages are needed at once: ${reason}`,
      { expected: `at most ${this.frameCount - FRAMES_KEPT_BACK}`, given: String(needed) },
    )
  }
}

function ascending(a: number, b: number): number {
  return a - b
}
