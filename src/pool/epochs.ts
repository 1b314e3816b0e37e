/**
 * Epochs: when an evicted frame may be filled again although other threads read without locks.
 *
 * A reader enters an epoch for one operation (never across an `await`) and leaves it afterwards. A frame
 * that lost its page is stamped with the epoch of that moment and waits in limbo until every reader that
 * had entered by then has left.
 *
 * Why a version check alone (a seqlock) is not enough
 *
 *   The reader's loads of page bytes are plain. In the ECMAScript memory model a plain load that races
 *   with a plain store has no order with the atomic load of the version that follows it: a sequentially
 *   consistent load keeps *later* accesses from moving before it, not earlier plain ones from moving
 *   after it. On arm64 (`ldr` ... `ldar`), or after a compiler has moved the load, the reader may thus see
 *   the old version and still the bytes of the next page. There is no fence to forbid it.
 *
 * Why the epoch makes it right
 *
 *   All words here and in the swip table are accessed by Atomics, which are sequentially consistent: they
 *   have one total order. Let an evictor do, in this order, U: take the page's swip off the frame, A:
 *   advance the epoch from `s` to the next, C: look at the reader's slot, W: fill the frame (plain
 *   stores). Let a reader do E: store the epoch that it sees into its slot, L: load the swip (or compare
 *   the latch), R: read the page (plain loads), X: clear its slot.
 *   1. C before E. Then U < C < E < L, so L finds the swip cold, or the latch moved on: the reader does
 *      not read this frame as that page.
 *   2. C sees E's value, an epoch not newer than `s`. The evictor puts W off.
 *   3. C sees an epoch newer than `s`. Then E came after A, hence U < L: as in 1.
 *   4. C sees X, or the E of a later operation, which follows X. C reads what that atomic store wrote, so
 *      the store *synchronizes with* C, and R happens before W: R cannot see W's bytes.
 *   Conversely the loader's W happens before its publishing store, which synchronizes with L: a reader
 *   that finds the page sees all of it. No plain access ever races with another, on any hardware.
 *
 * While no worker is attached the main thread is the only one, and entering costs it one branch.
 *
 * ```
 *  word 0         the current epoch: odd, grows by 2, wraps
 *  word 1         never written; a place to sleep on
 *  word 16 * n    slot n - 1: 0 when its thread is outside, else the epoch that it entered
 * ```
 * Slots lie a cache line apart, so that readers do not slow each other. Epochs are compared by their
 * signed difference; a reader would have to stay inside for 2^30 advances to be misjudged.
 *
 * Invariants
 * - E1 A thread never waits for itself: `safeEpoch` leaves out the asking thread's own slot. What may
 *      happen to its own bases is the pool's validity rule.
 * - E2 Only the main thread attaches, detaches, advances and asks for the safe epoch.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'

/** Threads that can be attached at once, the main thread not counted. */
export const MAX_ATTACHED_WORKERS = 255

const EPOCH_WORD = 0
const SLEEP_WORD = 1
const WORDS_PER_SLOT = 16
const OUTSIDE = 0
const FIRST_EPOCH = 1
const MAIN_SLOT = 0

/** Before it sleeps, a waiting thread looks again so many times: most operations end within microseconds. */
const SPINS_BEFORE_SLEEP = 1000
const SLEEP_MS = 0.1

/** Bytes of the control block. */
export const EPOCH_CONTROL_BYTES = (2 + MAX_ATTACHED_WORKERS) * WORDS_PER_SLOT * 4

function wordOfSlot(slot: number): number {
  return (slot + 1) * WORDS_PER_SLOT
}

/** Whether epoch `a` came before epoch `b`. */
export function isOlderEpoch(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/** One thread's slot: what a worker holds. Entering and leaving do not nest. */
export class EpochSlot {
  private readonly words: Int32Array
  private readonly word: number

  constructor(control: SharedArrayBuffer, slot: number) {
    this.words = new Int32Array(control)
    this.word = wordOfSlot(slot)
  }

  enter(): void {
    Atomics.store(this.words, this.word, Atomics.load(this.words, EPOCH_WORD))
  }

  exit(): void {
    Atomics.store(this.words, this.word, OUTSIDE)
  }

  isInside(): boolean {
    return Atomics.load(this.words, this.word) !== OUTSIDE
  }
}

/** The main thread's side: it gives out slots, advances the epoch and learns which one everybody has left. */
export class Epochs {
  /** To be handed to workers. */
  readonly control: SharedArrayBuffer
  /** How many workers read in this pool now. */
  attachedWorkers: number
  private readonly words: Int32Array
  private readonly isTaken: Uint8Array

  constructor(control = new SharedArrayBuffer(EPOCH_CONTROL_BYTES)) {
    this.control = control
    this.words = new Int32Array(control)
    this.words.fill(OUTSIDE)
    this.words[EPOCH_WORD] = FIRST_EPOCH
    this.attachedWorkers = 0
    this.isTaken = new Uint8Array(1 + MAX_ATTACHED_WORKERS)
    this.isTaken[MAIN_SLOT] = 1
  }

  /**
   * A slot for one more worker; from now on frames wait for it.
   * @throws CoppiceError BUSY when {@link MAX_ATTACHED_WORKERS} are attached.
   */
  attach(): number {
    const slot = this.isTaken.indexOf(0)
    if (slot < 0) {
      throw new CoppiceError('BUSY', `more than ${MAX_ATTACHED_WORKERS} workers on one database`)
    }
    this.isTaken[slot] = 1
    this.attachedWorkers++
    return slot
  }

  /** Takes a slot back from a worker that reads no more, be it that it ended in the middle of an operation. */
  detach(slot: number): void {
    assert(slot !== MAIN_SLOT && this.isTaken[slot] === 1, 'only an attached slot is detached')
    Atomics.store(this.words, wordOfSlot(slot), OUTSIDE)
    this.isTaken[slot] = 0
    this.attachedWorkers--
  }

  /** The main thread begins an operation. */
  enter(): void {
    if (this.attachedWorkers !== 0) {
      Atomics.store(this.words, wordOfSlot(MAIN_SLOT), Atomics.load(this.words, EPOCH_WORD))
    }
  }

  /** The main thread ends its operation. */
  exit(): void {
    if (this.attachedWorkers !== 0) Atomics.store(this.words, wordOfSlot(MAIN_SLOT), OUTSIDE)
  }

  current(): number {
    return Atomics.load(this.words, EPOCH_WORD)
  }

  /** Begins the next epoch and returns it. */
  advance(): number {
    return (Atomics.add(this.words, EPOCH_WORD, 2) + 2) | 0
  }

  /** The oldest epoch that any attached worker is in, or the current one: what was stamped before it is free. */
  safeEpoch(): number {
    let oldest = Atomics.load(this.words, EPOCH_WORD)
    let unseen = this.attachedWorkers
    for (let slot = MAIN_SLOT + 1; unseen > 0; slot++) {
      if (this.isTaken[slot] === 0) continue
      unseen--
      const entered = Atomics.load(this.words, wordOfSlot(slot))
      if (entered !== OUTSIDE && isOlderEpoch(entered, oldest)) oldest = entered
    }
    return oldest
  }

  /** Passes a little time for the readers to leave; `waits` is how often the caller has waited already. */
  pause(waits: number): void {
    if (waits >= SPINS_BEFORE_SLEEP) Atomics.wait(this.words, SLEEP_WORD, 0, SLEEP_MS)
  }
}
