/**
 * Swips: where each page is. One word a page, in a flat table indexed by page id.
 *
 * In a copy-on-write tree a child has many parents, one a snapshot, so a pointer cannot be swizzled
 * inside a parent as LeanStore does it. The one word that all of them share lies here instead, and turns
 * a page id into a frame with one load and no hashing.
 *
 * ```
 *  bits 31..3  frame (0 in COLD and LOADING)
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
 * - S2 LOADING belongs to the thread that won COLD -> LOADING; only that thread leaves it.
 * - S3 Whoever takes the word away from a frame (to COLD) owns that frame until it is published again.
 * - S4 A word names frame `f` exactly while frame `f` says that it holds this page (`Frames`).
 *
 * It does not know what a frame is, nor who may evict.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'

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

/** One wait for another thread's load, and how many of them before it is given up as dead (10 s). */
const LOADING_WAIT_MS = 1
const LOADING_WAITS_MAX = 10_000

/** The word of a page that lies in `frame`. */
export function swipOf(frame: number, state: number): number {
  return (frame << SWIP_FRAME_SHIFT) | state
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

  /** Wakes the threads in {@link waitWhileLoading}; the loader calls it after it left LOADING. */
  wakeWaiters(pageId: number): void {
    Atomics.notify(this.words, pageId)
  }

  /**
   * Returns when no other thread is loading the page any more.
   * @throws CoppiceError IO_ERROR when that takes so long that the loader must have died.
   */
  waitWhileLoading(pageId: number): void {
    for (let waits = 0; Atomics.load(this.words, pageId) === SWIP_LOADING; waits++) {
      if (waits === LOADING_WAITS_MAX) {
        throw new CoppiceError('IO_ERROR', `page ${pageId}: the thread that loads it does not finish`, {
          pageId,
        })
      }
      Atomics.wait(this.words, pageId, SWIP_LOADING, LOADING_WAIT_MS)
    }
  }
}
