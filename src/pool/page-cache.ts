/**
 * What a thread does with the pool to read: pages found by id, loaded when they are not in memory, evicted when the
 * room is needed. The main thread's pool (pool.ts) adds to it what a writer needs; a worker's is just this.
 *
 * A page image is named by its `base`, the byte offset of its frame in `memory`.
 *
 * The validity rule, on which every caller relies: **a base stays valid until the next call that may evict.**
 * That is `begin` and `end`, or the first `fix`, `fixScan` or `create` that needs a frame beyond the number reserved
 * last. Hence a reader that works on one page at a time needs no `reserve`; a writer that works on several
 * calls `reserve` with their number first. Whoever keeps a base for longer keeps `versionOf(base)` with it
 * and compares before the next use.
 *
 * While the pool is shared
 *
 * A thread is in an epoch (epochs.ts) from its first `fix`, or from `begin`, until `end`; the frames of its bases are not
 * filled with anything else meanwhile. `begin`, before each operation, moves it on to the present epoch, and `end` after
 * it lets go of everything; whoever forgets `end` holds frames back until the event loop turns, and no longer.
 *
 * No thread waits for another that may not come back: one that finds no free frame soon, or whose page is being loaded
 * by a thread that does not finish, reads the page past the pool, into one of a few pages of its own (*apart*).
 *
 * Invariants
 * - P1 A hit writes nothing to shared memory, other than a COOL page's swip, and the epoch when it has moved on.
 * - P2 A call that throws leaves every page as it was: DIRTY pages DIRTY, the page asked for COLD.
 * - P3 A worker waits for frames and for loaders outside of any epoch.
 *
 * It does not know which file pages come from, nor what is in a page besides its header.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { birthOf, pageIdOf } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import { Clock } from './clock.ts'
import { MAIN_SLOT } from './control.ts'
import { Epochs, OUTSIDE } from './epochs.ts'
import { Frames } from './frames.ts'
import { ScanRing } from './scan-ring.ts'
import { APART_PAGES, apartAt, type PoolShare } from './share.ts'
import {
  frameOfSwip,
  loadingSwip,
  SWIP_COOL,
  SWIP_FRAME_SHIFT,
  SWIP_HOT,
  SWIP_LOADING,
  SWIP_STATE_MASK,
  type SwipTable,
  stateOfSwip,
  swipOf,
} from './swip.ts'

/** Where pages come from; given by the store. It must not call the pool. */
export interface PageSource {
  /**
   * Reads the page into memory at `base` and verifies checksum, id and birth.
   * @throws CoppiceError CORRUPT, IO_ERROR
   */
  readPage(memory: PageMemory, base: number, pageId: number, birth: number): void
}

/** Calls `task` soon, after the current job. */
export type Defer = (task: () => void) => void

/** Evicting some at a time shares the cost of looking for them. */
const EVICT_BATCH_MAX = 64
/** A worker has so many free frames at most, and as many in limbo. */
const WORKER_BATCH_MAX = 16
/** How often a page is found on its way in or out by others, before it is read apart. */
const ATTEMPTS_MAX = 8
/** How often a thread looks whether readers have left its frames, before it reads a page apart. */
const LOOKS_BEFORE_APART = 200

export class PageCache {
  readonly memory: PageMemory
  /** What other threads need to use this pool. */
  readonly shared: PoolShare
  readonly slot: number
  protected readonly source: PageSource
  protected readonly epochs: Epochs
  protected readonly frames: Frames
  protected readonly swips: SwipTable
  protected readonly clock: Clock
  protected readonly scanRing: ScanRing
  protected readonly maxPageCount: number
  protected readonly frameCount: number
  protected readonly batch: number
  // For the hot path, which must not follow references.
  protected readonly swipWords: Int32Array
  protected readonly latchWords: Int32Array
  protected readonly pageShift: number
  /** Whether the hot path gives way to the careful one: the pool is shared, debug mode is on, or it is closed. */
  protected isCareful: boolean
  protected isClosed: boolean
  /** The epoch that this thread is in, or OUTSIDE. Always OUTSIDE while the pool is not shared. */
  private announced: number
  /** The last odd number that was returned as a version. */
  private noVersion: number
  private isEndDeferred: boolean
  private readonly defer: Defer
  private readonly deferredEnd: () => void
  /**
   * In a worker: throws when what is being read must not be read any more. It is asked after the thread has said that
   * it is going to read a page from the file, after it has entered an epoch again, and when it has failed.
   */
  guard: (() => void) | undefined
  /** The pages of its own, by number, and how often each was filled. */
  private readonly apartAt: number
  private readonly apartVersions: Int32Array
  private nextApart: number
  protected hitCount: number
  protected loadCount: number
  protected apartCount: number

  constructor(share: PoolShare, slot: number, source: PageSource, defer: Defer) {
    const { frameCount, maxPageCount, pageSize } = share
    const isMain = slot === MAIN_SLOT
    this.shared = share
    this.slot = slot
    this.source = source
    this.epochs = new Epochs(share.control, slot)
    this.frames = new Frames(share, this.epochs, slot)
    this.memory = this.frames.memory
    this.swips = this.frames.swips
    this.clock = new Clock(this.frames, share.control)
    this.scanRing = new ScanRing(this.frames, isMain ? frameCount >>> 2 : frameCount >>> 4)
    this.maxPageCount = maxPageCount
    this.frameCount = frameCount
    this.batch = isMain
      ? Math.min(EVICT_BATCH_MAX, frameCount >>> 3)
      : Math.max(1, Math.min(WORKER_BATCH_MAX, frameCount >>> 5))
    this.swipWords = this.swips.words
    this.latchWords = this.frames.latches.words
    // Not Math.log2: its result is kept as a double, and the hot path would convert it at each call.
    this.pageShift = 31 - Math.clz32(pageSize)
    this.isCareful = debugChecks.enabled || !isMain
    this.isClosed = false
    this.announced = OUTSIDE
    this.noVersion = 1
    this.isEndDeferred = false
    this.defer = defer
    this.deferredEnd = () => {
      this.isEndDeferred = false
      this.end()
    }
    this.guard = undefined
    this.apartAt = apartAt(share, slot)
    this.apartVersions = new Int32Array(APART_PAGES)
    this.nextApart = 0
    this.hitCount = 0
    this.loadCount = 0
    this.apartCount = 0
  }

  /** An operation begins: bases that this thread had are no longer used. */
  begin(): void {
    if (this.frames.isShared && !this.isClosed) this.announce()
  }

  /** An operation is over. */
  end(): void {
    if (this.announced === OUTSIDE) return
    this.announced = OUTSIDE
    this.epochs.exit()
  }

  private announce(): void {
    if (this.announced === this.epochs.current()) return
    this.announced = this.epochs.enter()
    if (this.isEndDeferred) return
    this.isEndDeferred = true
    this.defer(this.deferredEnd)
  }

  /** Enters an epoch unless the thread is in one: bases that it has stay valid. */
  private enter(): void {
    if (this.announced === OUTSIDE && this.frames.isShared) this.announce()
  }

  /** The same for reading, which in an epoch that was entered just now may not be allowed any more. */
  private enterToRead(): void {
    if (this.announced !== OUTSIDE || !this.frames.isShared) return
    this.announce()
    this.guard?.()
  }

  /**
   * Where page `pageId`, born at `birth`, lies; loads it when needed.
   *
   * While the pool is not shared this thread is the only one to write swips, so a plain load does. Measured
   * in Node 20: 2 to 4 ns a hit, of which the hit counter is 0.4; shared, by `Atomics.load`
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

  /**
   * Whether a HOT page may be found by its swip alone, as a kernel does, which reports its hits by `countHits`. Then the
   * thread is in an epoch if it must be.
   */
  allowsKernel(): boolean {
    if (!this.isCareful) return true
    if (!this.frames.isShared || this.isClosed || debugChecks.enabled) return false
    this.enterToRead()
    return true
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
   * Where the page lies, or -1 when it is not in memory. Neither loads nor touches it. A forged branch may name one beyond the
   * table: whoever then asks for it is told by `fix`.
   */
  residentBase(pageId: number): number {
    if (pageId >= this.maxPageCount) return -1
    const word = this.wordOf(pageId)
    return stateOfSwip(word) >= SWIP_COOL ? this.baseOfWord(word) : -1
  }

  /**
   * Changes whenever the frame at `base` loses its page. Taken right after `fix` and found the same later,
   * it proves that the base is still valid. When the page is lost already, it equals no other.
   */
  versionOf(base: number): number {
    const frame = base >>> this.pageShift
    if (!this.isCareful) return this.latchWords[frame]
    this.assertOpen()
    if (frame >= this.frameCount) return this.apartVersions[(base - this.apartAt) >>> this.pageShift]
    this.enterToRead()
    const version = Atomics.load(this.latchWords, frame)
    if ((version & 1) === 0) return version
    // Evicted since it was fixed: the latch stays locked while the next page is written there, so it proves nothing.
    this.noVersion = (this.noVersion + 2) | 0
    return this.noVersion
  }

  /** This thread uses the pool no more. */
  close(): void {
    this.end()
    this.isClosed = true
    this.isCareful = true
  }

  /**
   * A worker uses the pool no more and gives back what it has. False when frames are left that readers have not moved on
   * from: those the main thread must take over.
   */
  leave(): boolean {
    const { frames } = this
    this.close()
    for (let looks = 0; frames.limboCount > 0 && looks < LOOKS_BEFORE_APART; looks++) frames.reclaim()
    frames.release(0)
    return frames.limboCount === 0
  }

  protected assertOpen(): void {
    assert(!this.isClosed, 'a closed pool is not used')
  }

  /** All that is not a plain hit. */
  private fixSlowly(pageId: number, birth: number, isScan: boolean): number {
    this.assertOpen()
    if (!(pageId >= 0 && pageId < this.maxPageCount)) throw this.corruptReference(pageId, 'is out of range')
    this.enterToRead()
    for (let attempt = 0; ; attempt++) {
      const word = this.swips.load(pageId)
      const state = stateOfSwip(word)
      if (state < SWIP_COOL) {
        const base = this.fixAbsent(pageId, birth, isScan, state, attempt)
        if (base >= 0) return base
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

  /** The page is COLD or LOADING. Its base, or -1: look again. */
  private fixAbsent(pageId: number, birth: number, isScan: boolean, state: number, attempt: number): number {
    if (this.slot === MAIN_SLOT) return this.bring(pageId, birth, isScan, state, attempt)
    // Frames that others wait for are not held back while this thread waits; the main thread has bases of its own.
    this.end()
    this.frames.holdPage(pageId)
    try {
      this.guard?.()
      const base = this.bring(pageId, birth, isScan, state, attempt)
      this.enter()
      // In the epoch that it has entered now, what is being read may have been ended already.
      this.guard?.()
      return base
    } catch (error) {
      // Pages of an ended state may be other pages by now.
      this.guard?.()
      throw error
    } finally {
      this.frames.letGo()
    }
  }

  private bring(pageId: number, birth: number, isScan: boolean, state: number, attempt: number): number {
    if (attempt === ATTEMPTS_MAX) return this.readApart(pageId, birth)
    if (state === SWIP_LOADING) {
      assert(this.frames.isShared, 'a page is not asked for while it is being loaded')
      return this.swips.awaitLoader(pageId) ? -1 : this.readApart(pageId, birth)
    }
    const frame = this.frameToLoad(birth)
    return frame < 0 ? this.readApart(pageId, birth) : this.load(frame, pageId, birth, isScan)
  }

  /** Loads a page that was COLD and returns its base, or -1 when another thread was first. */
  private load(frame: number, pageId: number, birth: number, isScan: boolean): number {
    const base = this.frames.baseOf(frame)
    if (!this.frames.beginLoading(frame, pageId, loadingSwip(this.slot))) {
      this.frames.giveBack(frame)
      return -1
    }
    try {
      this.source.readPage(this.memory, base, pageId, birth)
    } catch (error) {
      this.frames.giveBack(frame)
      this.frames.abandonLoading(pageId)
      throw error
    }
    // Before others see the page, and may evict it.
    this.enter()
    this.frames.endLoading(frame, pageId, isScan ? SWIP_COOL : SWIP_HOT)
    if (isScan) this.scanRing.push(frame)
    this.loadCount++
    return base
  }

  /** Reads the page past the pool. The base is valid until {@link APART_PAGES} - 1 more were read so. */
  private readApart(pageId: number, birth: number): number {
    const index = this.nextApart
    this.nextApart = index + 1 === APART_PAGES ? 0 : index + 1
    this.apartVersions[index]++
    const base = this.apartAt + index * this.memory.pageSize
    this.source.readPage(this.memory, base, pageId, birth)
    this.apartCount++
    return base
  }

  protected isApart(base: number): boolean {
    return base >= this.apartAt
  }

  /** A frame to load a page of this birth into, or -1 when there is none soon. */
  protected frameToLoad(_birth: number): number {
    const { frames, batch } = this
    if (frames.freeCount > 2 * batch) frames.release(2 * batch)
    // Evicted ahead of need, so that the readers have usually left the frames when they are wanted.
    if (frames.freeCount + frames.limboCount <= batch >>> 1) this.makeSomeRoom()
    for (let looks = 0; frames.freeCount === 0 && looks < LOOKS_BEFORE_APART; looks++) frames.reclaim()
    return frames.freeCount === 0 ? -1 : frames.take()
  }

  /** Frames for the next loads: public ones, else those of pages that go. */
  private makeSomeRoom(): void {
    if (this.clock.claim(this.batch) > 0) return
    if (this.scanRing.evict(this.batch) === 0) this.clock.evict(this.batch)
  }

  /** An epoch for `hasMovedOn`: what is taken away from readers before this call was taken away before it. */
  stamp(): number {
    const epoch = this.epochs.current()
    this.epochs.advance()
    return epoch
  }

  /** Whether the thread in `slot` has begun another operation since `stamp`, or is at none. */
  hasMovedOn(slot: number, stamp: number): boolean {
    return this.epochs.hasLeft(slot, stamp) && !this.frames.isLoading(slot)
  }

  /** Pages that this thread has found in memory, and read. */
  pageCounts(): { readonly hits: number; readonly reads: number } {
    return { hits: this.hitCount, reads: this.loadCount + this.apartCount }
  }

  /** What this thread has done so far: pages found in memory, loaded, read apart, evicted. */
  counts(): { hits: number; loads: number; apart: number; evictions: number } {
    const { hitCount: hits, loadCount: loads, apartCount: apart } = this
    return { hits, loads, apart, evictions: this.frames.evictionCount }
  }

  protected wordOf(pageId: number): number {
    assert(pageId >= 0 && pageId < this.maxPageCount, 'a page id is within the table')
    if (!this.isCareful) return this.swipWords[pageId]
    this.assertOpen()
    return this.swips.load(pageId)
  }

  protected baseOfWord(word: number): number {
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
}
