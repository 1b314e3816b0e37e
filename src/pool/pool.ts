/**
 * The pool: page images in memory, found by page id, loaded when they are not there, evicted when the room
 * is needed, written when the store says so or when too many are dirty.
 *
 * A page image is named by its `base`, the byte offset of its frame in `memory`.
 *
 * The validity rule, on which every caller relies: **a base stays valid until the next call that may evict.**
 * That is `reserve`, or the first `fix`, `fixScan` or `create` that needs a frame beyond the number reserved
 * last. Hence a reader that works on one page at a time needs no `reserve`; a writer that works on several
 * calls `reserve` with their number first. Whoever keeps a base for longer keeps `versionOf(base)` with it
 * and compares before the next use.
 *
 * Invariants
 * - P1 A hit writes nothing to shared memory.
 * - P2 A DIRTY page leaves memory only after `PageIo.writePages` returned, or by `discard`.
 * - P3 A call that throws leaves every page as it was: DIRTY pages DIRTY, the page asked for COLD.
 * - P4 Only the main thread uses this class; workers read through {@link PoolView} (view.ts).
 *
 * It does not know which file pages come from, nor what is in a page besides its header.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { birthOf, pageIdOf } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import { Clock } from './clock.ts'
import { Epochs } from './epochs.ts'
import { Frames, NO_PAGE } from './frames.ts'
import { ScanRing } from './scan-ring.ts'
import { type PoolShare, poolGeometry, releasePool, reservePool } from './share.ts'
import {
  frameOfSwip,
  SWIP_COLD,
  SWIP_COOL,
  SWIP_DIRTY,
  SWIP_FRAME_SHIFT,
  SWIP_HOT,
  SWIP_LOADING,
  SWIP_STATE_MASK,
  type SwipTable,
  stateOfSwip,
  swipOf,
} from './swip.ts'

/** Where pages come from and go to; given by the store. It must not call the pool. */
export interface PageIo {
  /**
   * Reads the page into memory at `base` and verifies checksum, id and birth.
   * @throws CoppiceError CORRUPT, IO_ERROR
   */
  readPage(memory: PageMemory, base: number, pageId: number, birth: number): void
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
}

/** Counts since the pool was made, and how full it is now. */
export interface PoolStats {
  readonly frameCount: number
  /** Frames that hold a page. */
  readonly residentPages: number
  readonly dirtyPages: number
  /** Frames that wait for a reader in a worker. */
  readonly limboFrames: number
  /** Frames that hold something else than pages: what a bulk load collects. */
  readonly borrowedFrames: number
  /** Pages that were found in memory. */
  readonly hits: number
  /** Pages that were read from the file. */
  readonly loads: number
  readonly evictions: number
  /** Times that dirty pages were written because the room was needed, and how many. */
  readonly spills: number
  readonly spilledPages: number
  /** Pages written for the store. */
  readonly writtenBackPages: number
}

/** Evicting some at a time shares the cost of looking for them. */
const EVICT_BATCH_MAX = 64
/**
 * Pages of one spill: enough for long runs in the file, short enough (4 MiB) not to be felt as a pause, and
 * more than are evicted at once, so that most have a chance to be touched between.
 */
const SPILL_BATCH_MAX = 1024
/** Times that `pause` is called for readers that do not leave (about 10 s). */
const READER_WAITS_MAX = 100_000
/** Frames that cannot be reserved. */
const FRAMES_KEPT_BACK = 2
/** A pool with fewer frames lends none. */
const BORROWING_FRAMES_MIN = 128

export class Pool {
  readonly memory: PageMemory
  /** What a worker needs to read in this pool; see `attachWorker`. */
  readonly shared: PoolShare
  readonly epochs: Epochs
  private readonly io: PageIo
  private readonly frames: Frames
  private readonly swips: SwipTable
  private readonly clock: Clock
  private readonly scanRing: ScanRing
  private readonly maxPageCount: number
  private readonly frameCount: number
  private readonly evictBatch: number
  private readonly spillBatch: number
  private dirtyCount: number
  /** Frames that hold no pages but what somebody keeps there for a while. */
  private borrowedCount: number
  // For the hot path, which must not follow references.
  private readonly swipWords: Int32Array
  private readonly latchWords: Int32Array
  private readonly pageShift: number
  /** Whether the hot path gives way to the careful one: other threads are about, debug mode is on, or closed. */
  private isCareful: boolean
  private isClosed: boolean
  private hitCount: number
  private loadCount: number
  private spillCount: number
  private spilledPageCount: number
  private writtenBackCount: number

  /** @throws CoppiceError INVALID_OPTION */
  constructor(options: PoolOptions) {
    const geometry = poolGeometry(options.pageSize, options.cacheSizeBytes, options.maxPageCount)
    this.shared = reservePool(geometry)
    this.epochs = new Epochs(this.shared.epochs)
    this.io = options.io
    this.frames = new Frames(this.shared, this.epochs)
    this.memory = this.frames.memory
    this.swips = this.frames.swips
    this.clock = new Clock(this.frames)
    this.scanRing = new ScanRing(this.frames)
    this.maxPageCount = geometry.maxPageCount
    this.frameCount = geometry.frameCount
    this.evictBatch = Math.min(EVICT_BATCH_MAX, this.frameCount >>> 3)
    this.spillBatch = Math.min(SPILL_BATCH_MAX, this.frameCount >>> 2)
    this.dirtyCount = 0
    this.borrowedCount = 0
    this.swipWords = this.swips.words
    this.latchWords = this.frames.latches.words
    // Not Math.log2: its result is kept as a double, and the hot path would convert it at each call.
    this.pageShift = 31 - Math.clz32(geometry.pageSize)
    this.isCareful = debugChecks.enabled
    this.isClosed = false
    this.hitCount = 0
    this.loadCount = 0
    this.spillCount = 0
    this.spilledPageCount = 0
    this.writtenBackCount = 0
  }

  /**
   * Where page `pageId`, born at `birth`, lies; loads it when needed.
   *
   * While no worker is attached this thread is the only one to write swips, so a plain load does. Measured
   * in Node 20: 2 to 4 ns a hit, of which the hit counter is 0.4; with a worker attached, by `Atomics.load`
   * (which is a call), 9 ns. A miss costs 120 to 150 ns besides the reading, its share of evicting included.
   * @throws CoppiceError CORRUPT, IO_ERROR, and NO_SPACE when dirty pages must be written to make room.
   */
  fix(pageId: number, birth: number): number {
    if (this.isCareful) return this.fixSlowly(pageId, birth, false)
    const word = this.swipWords[pageId]
    if ((word & SWIP_STATE_MASK) >= SWIP_HOT) {
      this.hitCount++
      return ((word >>> SWIP_FRAME_SHIFT) << this.pageShift) >>> 0
    }
    return this.fixSlowly(pageId, birth, false)
  }

  /**
   * Where the page lies when it is HOT or DIRTY, else -1: then `fix` it, which takes the birth. For the way down a
   * tree, where births lie on cache lines that a hit need not touch.
   */
  hot(pageId: number): number {
    if (this.isCareful) return -1
    const word = this.swipWords[pageId]
    if ((word & SWIP_STATE_MASK) < SWIP_HOT) return -1
    this.hitCount++
    return ((word >>> SWIP_FRAME_SHIFT) << this.pageShift) >>> 0
  }

  /** Whether a HOT page may be found by its swip alone, as a kernel does, which reports its hits by `countHits`. */
  get allowsKernel(): boolean {
    return !this.isCareful
  }

  countHits(hits: number): void {
    this.hitCount += hits
  }

  /** As `fix`, for one of many pages that are read in passing: it does not make a page hot. */
  fixScan(pageId: number, birth: number): number {
    if (this.isCareful) return this.fixSlowly(pageId, birth, true)
    const word = this.swipWords[pageId]
    if ((word & SWIP_STATE_MASK) >= SWIP_COOL) {
      this.hitCount++
      return ((word >>> SWIP_FRAME_SHIFT) << this.pageShift) >>> 0
    }
    return this.fixSlowly(pageId, birth, true)
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
    this.frames.publish(frame, pageId, SWIP_COLD, SWIP_DIRTY)
    this.dirtyCount++
    return this.frames.baseOf(frame)
  }

  /**
   * Says that the image of a page in memory is about to differ from the file. Call it at every change: the
   * page may have been spilled, and so be clean, since the last one.
   */
  markDirty(pageId: number): void {
    for (;;) {
      const word = this.wordOf(pageId)
      const state = stateOfSwip(word)
      if (state === SWIP_DIRTY) return
      assert(state === SWIP_HOT || state === SWIP_COOL, 'only a page in memory is changed')
      if (this.swips.move(pageId, word, swipOf(frameOfSwip(word), SWIP_DIRTY))) break
    }
    this.dirtyCount++
  }

  isDirty(pageId: number): boolean {
    return stateOfSwip(this.wordOf(pageId)) === SWIP_DIRTY
  }

  /** Where the page lies, or -1 when it is not in memory. Neither loads nor touches it. */
  residentBase(pageId: number): number {
    const word = this.wordOf(pageId)
    return stateOfSwip(word) >= SWIP_COOL ? this.baseOfWord(word) : -1
  }

  /**
   * Changes whenever the frame at `base` loses its page. Taken right after `fix` and found the same later,
   * it proves that the base is still valid.
   */
  versionOf(base: number): number {
    const frame = base >>> this.pageShift
    if (!this.isCareful) return this.latchWords[frame]
    this.assertOpen()
    return Atomics.load(this.latchWords, frame)
  }

  /**
   * Makes sure that the next `frameCount` loads and creations evict nothing. Ends the validity of all bases.
   * @throws CoppiceError POOL_EXHAUSTED; NO_SPACE or IO_ERROR from writing dirty pages.
   */
  reserve(frameCount: number): void {
    if (this.frames.freeCount < frameCount) this.makeRoom(frameCount)
  }

  /**
   * The base of a frame for something else than a page, or -1 when the pool would then lend fewer than `kept` more.
   * Nobody else sees it, and it stays until it is returned. Ends the validity of all other bases.
   * @throws CoppiceError POOL_EXHAUSTED; NO_SPACE or IO_ERROR from writing dirty pages.
   */
  borrow(kept: number): number {
    if (this.borrowedCount + kept >= this.borrowableCount) return -1
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
    this.spillCount++
    this.spilledPageCount += dirty.length
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
      if (state === SWIP_LOADING) {
        this.awaitLoader(pageId)
      } else if (this.swips.move(pageId, word, SWIP_COLD)) {
        if (state === SWIP_DIRTY) this.dirtyCount--
        this.frames.vacate(frameOfSwip(word))
        return
      }
    }
  }

  /** The ids of the DIRTY pages born at or before `maxBirth`, ascending. O(frames). */
  dirtyPages(maxBirth: number): number[] {
    const pageIds: number[] = []
    if (this.dirtyCount === 0) return pageIds
    for (let frame = 0; frame < this.frameCount; frame++) {
      const pageId = this.dirtyPageIn(frame)
      if (pageId !== NO_PAGE && birthOf(this.memory, this.frames.baseOf(frame)) <= maxBirth) {
        pageIds.push(pageId)
      }
    }
    return pageIds.sort(ascending)
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
   * Lets one more worker read here: it gets `shared` and this slot, and makes a `PoolView` of them. Until
   * it is detached, frames are reused only when it has left the operation that may still see them.
   * @throws CoppiceError BUSY when too many are attached.
   */
  attachWorker(): number {
    const slot = this.epochs.attach()
    this.isCareful = true
    return slot
  }

  /** Ends that; the worker must not read any more. */
  detachWorker(slot: number): void {
    this.epochs.detach(slot)
    this.isCareful = debugChecks.enabled || this.isClosed || this.epochs.attachedWorkers > 0
  }

  /** Gives the memory back, for another pool to use; DIRTY pages are forgotten. Only `stats` may follow. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.isCareful = true
    // A worker that is still attached may still read: then the memory goes when it does.
    if (this.epochs.attachedWorkers === 0) releasePool(this.shared, this.frames.usedCount)
  }

  stats(): PoolStats {
    const { freeCount, limboCount } = this.frames
    return {
      frameCount: this.frameCount,
      residentPages: this.frameCount - freeCount - limboCount - this.borrowedCount,
      borrowedFrames: this.borrowedCount,
      dirtyPages: this.dirtyCount,
      limboFrames: limboCount,
      hits: this.hitCount,
      loads: this.loadCount,
      evictions: this.frames.evictionCount,
      spills: this.spillCount,
      spilledPages: this.spilledPageCount,
      writtenBackPages: this.writtenBackCount,
    }
  }

  private assertOpen(): void {
    assert(!this.isClosed, 'a closed pool is not used')
  }

  /** All that is not a plain hit. */
  private fixSlowly(pageId: number, birth: number, isScan: boolean): number {
    this.assertOpen()
    if (!(pageId >= 0 && pageId < this.maxPageCount)) throw this.corruptReference(pageId, 'is out of range')
    for (;;) {
      const word = this.swips.load(pageId)
      const state = stateOfSwip(word)
      if (state === SWIP_COLD) {
        const frame = this.load(pageId, birth, isScan)
        if (frame >= 0) return this.frames.baseOf(frame)
      } else if (state === SWIP_LOADING) {
        this.awaitLoader(pageId)
      } else if (
        state !== SWIP_COOL ||
        isScan ||
        this.swips.move(pageId, word, swipOf(frameOfSwip(word), SWIP_HOT))
      ) {
        this.hitCount++
        const base = this.baseOfWord(word)
        if (debugChecks.enabled) this.checkReference(base, pageId, birth)
        return base
      }
    }
  }

  /** Loads a page that was COLD and returns its frame, or -1 when another thread loads it already. */
  private load(pageId: number, birth: number, isScan: boolean): number {
    // The frame first: making room may throw, and must not leave the page LOADING.
    const frame = this.takeFrame()
    if (!this.swips.move(pageId, SWIP_COLD, SWIP_LOADING)) {
      this.frames.giveBack(frame)
      return -1
    }
    try {
      this.io.readPage(this.memory, this.frames.baseOf(frame), pageId, birth)
    } catch (error) {
      this.frames.giveBack(frame)
      this.swips.move(pageId, SWIP_LOADING, SWIP_COLD)
      this.wakeWaiters(pageId)
      throw error
    }
    this.frames.publish(frame, pageId, SWIP_LOADING, isScan ? SWIP_COOL : SWIP_HOT)
    this.wakeWaiters(pageId)
    if (isScan) this.scanRing.push(frame)
    this.loadCount++
    return frame
  }

  private wakeWaiters(pageId: number): void {
    if (this.epochs.attachedWorkers !== 0) this.swips.wakeWaiters(pageId)
  }

  /** Alone, this thread would wait for itself. */
  private awaitLoader(pageId: number): void {
    assert(this.epochs.attachedWorkers > 0, 'a page is not asked for while it is being loaded')
    this.swips.waitWhileLoading(pageId)
  }

  private takeFrame(): number {
    this.assertOpen()
    if (this.frames.freeCount === 0) this.makeRoom(1)
    return this.frames.take()
  }

  /**
   * Brings the free list to at least `needed` frames. While workers are attached it keeps a second batch of
   * frames in limbo, so that the readers have usually left them when they are needed.
   */
  private makeRoom(needed: number): void {
    const pageFrames = this.frameCount - this.borrowedCount
    if (needed > pageFrames - FRAMES_KEPT_BACK) throw this.exhausted(needed, 'the cache is too small')
    const { frames } = this
    frames.reclaim()
    const batch = Math.max(needed, this.evictBatch)
    const batches = this.epochs.attachedWorkers === 0 ? 1 : 2
    const target = Math.min(batch * batches, pageFrames - FRAMES_KEPT_BACK)
    const available = frames.freeCount + frames.limboCount
    if (available < target) this.evict(Math.max(0, needed - available), target - available)
    frames.reclaim()
    for (let waits = 0; frames.freeCount < needed; waits++) {
      if (waits === READER_WAITS_MAX) throw this.exhausted(needed, 'a reader in a worker does not move on')
      this.epochs.pause(waits)
      frames.reclaim()
    }
  }

  /** Evicts `wanted` pages if that is easy, and in any case `needed`. */
  private evict(needed: number, wanted: number): void {
    let evicted = this.scanRing.evict(wanted)
    if (evicted < needed || evicted === 0) {
      // Without this a writer's own upper levels, read again and again, would be the only ones to evict.
      if (this.dirtyCount > this.dirtyLimit()) this.spillEarly(needed - evicted)
      evicted += this.clock.evict(Math.min(wanted - evicted, this.cleanCount()))
    }
    while (evicted < needed) {
      if (this.dirtyCount === 0) throw this.exhausted(needed, 'other threads hold the frames')
      this.spill(needed - evicted)
      evicted += this.clock.evict(needed - evicted)
    }
  }

  /** Pages that can be evicted as they are. */
  private cleanCount(): number {
    const { freeCount, limboCount } = this.frames
    return this.frameCount - freeCount - limboCount - this.borrowedCount - this.dirtyCount
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
      if (pageId !== NO_PAGE) pageIds.push(pageId)
      frame = frame + 1 === this.frameCount ? 0 : frame + 1
    }
    this.writeDirty(pageIds.sort(ascending), SWIP_COOL)
    this.spillCount++
    this.spilledPageCount += pageIds.length
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

  /** The page in the frame if it is DIRTY, else NO_PAGE. */
  private dirtyPageIn(frame: number): number {
    const pageId = this.frames.pageIn(frame)
    return pageId !== NO_PAGE && this.wordOf(pageId) === swipOf(frame, SWIP_DIRTY) ? pageId : NO_PAGE
  }

  private wordOf(pageId: number): number {
    assert(pageId >= 0 && pageId < this.maxPageCount, 'a page id is within the table')
    if (!this.isCareful) return this.swipWords[pageId]
    this.assertOpen()
    return this.swips.load(pageId)
  }

  private baseOfWord(word: number): number {
    return this.frames.baseOf(frameOfSwip(word))
  }

  /** In debug mode a page that is in memory is held against its reference too, as every loaded one is. */
  private checkReference(base: number, pageId: number, birth: number): void {
    if (pageIdOf(this.memory, base) !== pageId) throw this.corruptReference(pageId, 'holds another page')
    if (birthOf(this.memory, base) !== birth) throw this.corruptReference(pageId, 'has another birth')
  }

  private corruptReference(pageId: number, fault: string): CoppiceError {
    return new CoppiceError('CORRUPT', `page ${pageId}, referred to by its parent, ${fault}`, { pageId })
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
