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
 * While the pool is not shared the main thread is the only one, and nobody enters anything.
 *
 * A thread that is still inside when its next operation begins need only announce the epoch of that moment, if it is
 * another than the one it announced: it has left behind whatever it read before. That is the same as X and E at once.
 *
 * The words lie in the control block (control.ts). Epochs are odd, grow by 2 and wrap; they are compared by their signed
 * difference: a reader would have to stay inside for 2^30 advances to be misjudged.
 *
 * Invariants
 * - E1 A thread never waits for itself: `safeEpoch` leaves out the asking thread's own slot. What may
 *      happen to its own bases is the pool's validity rule.
 * - E2 Whoever takes a page off a frame reads the stamp afterwards, and only then is that epoch ended by an advance,
 *      by whatever thread.
 */

import { type ControlBlock, EPOCH_WORD, highestSlotOf, SLEEP_WORD, SlotWord, wordOfSlot } from './control.ts'

/** What a slot says while its thread reads nothing. */
export const OUTSIDE = 0

/** Before it sleeps, a waiting thread looks again so many times: most operations end within microseconds. */
const SPINS_BEFORE_SLEEP = 1000
const SLEEP_MS = 0.1

/** Whether epoch `a` came before epoch `b`. */
export function isOlderEpoch(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/** The epochs as the thread in one slot sees them. */
export class Epochs {
  private readonly words: Int32Array
  private readonly slot: number
  private readonly word: number

  constructor(control: ControlBlock, slot: number) {
    this.words = new Int32Array(control)
    this.slot = slot
    this.word = wordOfSlot(slot, SlotWord.epoch)
  }

  /** Enters the current epoch, also from an older one, and returns it. */
  enter(): number {
    const epoch = Atomics.load(this.words, EPOCH_WORD)
    Atomics.store(this.words, this.word, epoch)
    return epoch
  }

  exit(): void {
    Atomics.store(this.words, this.word, OUTSIDE)
  }

  isInside(): boolean {
    return Atomics.load(this.words, this.word) !== OUTSIDE
  }

  current(): number {
    return Atomics.load(this.words, EPOCH_WORD)
  }

  /** Begins the next epoch and returns it. */
  advance(): number {
    return (Atomics.add(this.words, EPOCH_WORD, 2) + 2) | 0
  }

  /** The oldest epoch that any other thread is in, or the current one: what was stamped before it is free. */
  safeEpoch(): number {
    let oldest = Atomics.load(this.words, EPOCH_WORD)
    const highest = highestSlotOf(this.words)
    for (let slot = 0; slot <= highest; slot++) {
      if (slot === this.slot) continue
      const entered = Atomics.load(this.words, wordOfSlot(slot, SlotWord.epoch))
      if (entered !== OUTSIDE && isOlderEpoch(entered, oldest)) oldest = entered
    }
    return oldest
  }

  /** Whether the thread in `slot` is outside, or in an epoch after `epoch`. */
  hasLeft(slot: number, epoch: number): boolean {
    const entered = Atomics.load(this.words, wordOfSlot(slot, SlotWord.epoch))
    return entered === OUTSIDE || isOlderEpoch(epoch, entered)
  }

  /** Passes a little time for the readers to leave; `waits` is how often the caller has waited already. */
  pause(waits: number): void {
    if (waits >= SPINS_BEFORE_SLEEP) Atomics.wait(this.words, SLEEP_WORD, 0, SLEEP_MS)
  }
}
