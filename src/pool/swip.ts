/**
 * Swips: where each page is. One word a page, in a flat table indexed by page id.
 *
 * In a copy-on-write tree a child has many parents, one a snapshot, so a pointer cannot be swizzled
 * inside a parent as LeanStore does it. The one word that all of them share lies here instead, and turns
 * a page id into a frame with one load and no hashing.
 *
 * ```
 *  bits 31..3  frame; 0 in COLD; in LOADING the slot of the thread that loads it, and bit 31 when others wait for it
 *  bits  2..0  state
 *
 *            miss             loaded             changed
 *   COLD ------------> LOADING -----> HOT ------------------> DIRTY
 *                         |           | ^
 *                         |      hand | | touched
 *                         |           v |
 *                         +---------> COOL ------> COLD
 *                        scanned           evicted
 *
 *   and all transitions, from the row to the column:
 *
 *             COLD        LOADING  COOL     HOT           DIRTY
 *   COLD      -           miss     -        -             created
 *   LOADING   failed      -        scanned  loaded        -
 *   COOL      evicted     -        -        touched       changed
 *   HOT       discarded*  -        hand     -             changed
 *   DIRTY     discarded   -        spilled  written back  -
 *
 *   (* or evicted, when nothing COOL is to be had)
 * ```
 * Invariants
 * - S1 Words change by compare-and-exchange only, so each transition has one winner, whatever the thread.
 * - S2 LOADING belongs to the thread that won COLD -> LOADING; only that thread leaves it, or the main thread when that
 *      thread has ended.
 * - S3 Whoever takes the word away from a frame (to COLD) owns that frame until it is published again.
 * - S4 A word names frame `f` exactly while frame `f` says that it holds this page (`Frames`).
 *
 * It does not know what a frame is, nor who may evict.
 */

import { assert } from '../base/assert.ts'

/** Not in memory. */
export const SWIP_COLD = 0
/** A thread is reading it. */
export const SWIP_LOADING = 1
/** In memory and clean, the next to go unless it is touched. */
export const SWIP_COOL = 2
/** In memory and clean, touched since the hand came by. */
export const SWIP_HOT = 3
/** In memory and newer than the file: never evicted before it is written. */
export const SWIP_DIRTY = 4

export const SWIP_STATE_MASK = 7
export const SWIP_FRAME_SHIFT = 3

/** The states that each state may turn into, as bits. */
const LEGAL_NEXT: readonly number[] = [
  (1 << SWIP_LOADING) | (1 << SWIP_DIRTY),
  (1 << SWIP_COLD) | (1 << SWIP_COOL) | (1 << SWIP_HOT),
  (1 << SWIP_COLD) | (1 << SWIP_HOT) | (1 << SWIP_DIRTY),
  (1 << SWIP_COLD) | (1 << SWIP_COOL) | (1 << SWIP_DIRTY),
  (1 << SWIP_COLD) | (1 << SWIP_COOL) | (1 << SWIP_HOT),
]

/** In LOADING: somebody waits for it. */
const AWAITED = 1 << 31

/** One wait for another thread's load, and how many of them before nobody waits any longer. */
const LOADING_WAIT_MS = 5
const LOADING_WAITS_MAX = 10

/** The word of a page that lies in `frame`. */
export function swipOf(frame: number, state: number): number {
  return (frame << SWIP_FRAME_SHIFT) | state
}

/** The word of a page that the thread in `slot` is loading. */
export function loadingSwip(slot: number): number {
  return (slot << SWIP_FRAME_SHIFT) | SWIP_LOADING
}

export function stateOfSwip(word: number): number {
  return word & SWIP_STATE_MASK
}

export function frameOfSwip(word: number): number {
  return word >>> SWIP_FRAME_SHIFT
}

/** Whether `from` may turn into `to`; the drawing above as a table. */
export function isLegalTransition(from: number, to: number): boolean {
  return from <= SWIP_DIRTY && to <= SWIP_DIRTY && (LEGAL_NEXT[from] & (1 << to)) !== 0
}

/** The table. Its memory is zero, that is COLD, and costs nothing until it is touched. */
export class SwipTable {
  /** For the hot path of the pool, which reads it without a call. */
  readonly words: Int32Array

  constructor(buffer: SharedArrayBuffer, byteOffset: number, pageCount: number) {
    this.words = new Int32Array(buffer, byteOffset, pageCount)
  }

  load(pageId: number): number {
    return Atomics.load(this.words, pageId)
  }

  /**
   * Turns the word of `pageId` from `from` into `to`; false when another thread was first and the word
   * is no longer `from`. An illegal transition is a bug.
   */
  move(pageId: number, from: number, to: number): boolean {
    assert(isLegalTransition(from & SWIP_STATE_MASK, to & SWIP_STATE_MASK), 'a swip moves along its drawing')
    return Atomics.compareExchange(this.words, pageId, from, to) === from
  }

  /** The thread in `slot` leaves LOADING, for `to`, and wakes those that wait. */
  finishLoading(pageId: number, slot: number, to: number): void {
    const loading = loadingSwip(slot)
    if (this.move(pageId, loading, to)) return
    const isAwaited = this.move(pageId, loading | AWAITED, to)
    assert(isAwaited, 'only its loader moves a page out of LOADING')
    Atomics.notify(this.words, pageId)
  }

  /** Whether the page is in LOADING by the thread in `slot`. */
  isLoadedBy(pageId: number, slot: number): boolean {
    return (this.load(pageId) & ~AWAITED) === loadingSwip(slot)
  }

  /** Returns when no other thread is loading the page any more: true; or when that takes too long: false. */
  awaitLoader(pageId: number): boolean {
    for (let waits = 0; waits < LOADING_WAITS_MAX; waits++) {
      const word = this.load(pageId)
      if (stateOfSwip(word) !== SWIP_LOADING) return true
      const awaited = word | AWAITED
      if (word !== awaited && Atomics.compareExchange(this.words, pageId, word, awaited) !== word) continue
      Atomics.wait(this.words, pageId, awaited, LOADING_WAIT_MS)
    }
    return stateOfSwip(this.load(pageId)) !== SWIP_LOADING
  }
}
