/**
 * Optimistic latches: one word a frame, a version and a lock bit.
 *
 * ```
 *  bits 31..1  version
 *  bit  0      locked: the frame holds no published page (it is free, in limbo or being filled)
 * ```
 * The latch is taken when the frame loses its page and let go when the frame is published with another;
 * both add one to the word. So an even word names one stay of one page in the frame, and a reader that
 * remembered it needs no lock to learn that the page is still there: the word is the same.
 *
 * Readers never write here. They remember the version, and before they trust the frame again they enter
 * an epoch and compare. Comparing alone, *after* reading, would prove nothing: see `epochs.ts`.
 *
 * Versions wrap after 2^30 stays of pages in one frame. A cursor would have to sleep through exactly that
 * many evictions of one frame to be fooled.
 *
 * Invariants
 * - L1 Only the owner of the frame (swip.ts, S3) locks and unlocks, so both are a plain step, never a race.
 * - L2 A frame that is published has an even word.
 */

import { assert } from '../base/assert.ts'

export class Latches {
  /** For the pool's hot path. */
  readonly words: Int32Array

  constructor(buffer: SharedArrayBuffer, byteOffset: number, frameCount: number) {
    this.words = new Int32Array(buffer, byteOffset, frameCount)
  }

  /** All frames are free. Only before another thread can see them. */
  lockAll(): void {
    this.words.fill(1)
  }

  versionOf(frame: number): number {
    return Atomics.load(this.words, frame)
  }

  isLocked(frame: number): boolean {
    return (Atomics.load(this.words, frame) & 1) !== 0
  }

  /** Called by the new owner of a frame that has just lost its page. */
  lock(frame: number): void {
    const before = Atomics.add(this.words, frame, 1)
    assert((before & 1) === 0, 'only an unlocked latch is locked')
  }

  /** Called by the owner just before it publishes the page that the frame now holds. */
  unlock(frame: number): void {
    const before = Atomics.add(this.words, frame, 1)
    assert((before & 1) === 1, 'only a locked latch is unlocked')
  }
}
