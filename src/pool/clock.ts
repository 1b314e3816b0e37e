/**
 * CLOCK: which clean page goes next.
 *
 * Two hands go round the frames, one a fixed distance ahead of the other. The front hand turns HOT into
 * COOL; the back hand evicts what is still COOL when it gets there. A page that is touched in between is
 * HOT again and stays. One hand that did both would, whenever all pages are HOT, have to go round the whole
 * pool in a single call before it found a page: 10 to 25 ms in a cache of 1 GiB, once a revolution. Two
 * hands pay that once in the life of the pool. (The two-handed clock is that of 4.3BSD.)
 *
 * The distance is three quarters of the frames: a long second chance, while the quarter behind the back
 * hand gives a page that was just loaded time to be touched again.
 *
 * DIRTY pages are passed by: they leave by being written first, which is the pool's business.
 *
 * While the pool is shared all threads move the same pair of hands, each by steps of its own, and pick up the public
 * frames that they come upon.
 */

import { HAND_WORD } from './control.ts'
import type { Frames } from './frames.ts'

/** How often the back hand may go round in one call before HOT pages are not spared any longer. */
const POLITE_REVOLUTIONS = 2
/** Steps that are made for public frames alone, for each that is wanted, before pages are evicted as well. */
const SEARCH_STEPS = 64

export class Clock {
  private readonly frames: Frames
  private readonly frameCount: number
  private readonly distance: number
  private readonly control: Int32Array
  private front: number
  private back: number
  /** How far ahead the front hand is: grows to `distance` in the first call. */
  private lead: number

  constructor(frames: Frames, control: SharedArrayBuffer) {
    this.frames = frames
    this.frameCount = frames.frameCount
    this.distance = this.frameCount - (this.frameCount >>> 2)
    this.control = new Int32Array(control)
    // When the pool fills up for the first time all pages are HOT and nothing tells them apart. Those in
    // the first frames were loaded first: roots and upper levels. The hands reach them last.
    this.front = this.frameCount >>> 1
    this.back = this.front
    this.lead = 0
  }

  /** The frame that the back hand reaches next. */
  get nextFrame(): number {
    return this.frames.isShared ? this.sharedHand(Atomics.load(this.control, HAND_WORD)) : this.back
  }

  /**
   * Evicts up to `wanted` clean pages and returns how many went: fewer only when there are no more. When
   * other threads touch every page between the two hands, HOT pages go too: the caller must get a frame.
   */
  evict(wanted: number): number {
    const politeSteps = POLITE_REVOLUTIONS * this.frameCount
    const maxSteps = politeSteps + this.frameCount
    let evicted = 0
    for (let step = 0; evicted < wanted && step < maxSteps; step++) {
      const isImpolite = step >= politeSteps
      if (this.frames.isShared ? this.stepShared(isImpolite) : this.step(isImpolite)) evicted++
    }
    return evicted
  }

  /** Claims up to `wanted` public frames without evicting a page; returns how many. */
  claim(wanted: number): number {
    let claimed = 0
    for (let steps = wanted * SEARCH_STEPS; steps > 0 && claimed < wanted; steps--) {
      if (this.frames.publicCount <= 0) break
      if (this.frames.claim(this.moveShared())) claimed++
    }
    return claimed
  }

  private step(isImpolite: boolean): boolean {
    while (this.lead <= this.distance) this.advanceFront()
    const isEvicted = this.frames.evict(this.back, isImpolite)
    this.back = this.after(this.back)
    this.lead--
    return isEvicted
  }

  private stepShared(isImpolite: boolean): boolean {
    const back = this.moveShared()
    const front = back + this.distance
    this.frames.cool(front < this.frameCount ? front : front - this.frameCount)
    return this.frames.claim(back) || this.frames.evict(back, isImpolite)
  }

  private moveShared(): number {
    return this.sharedHand(Atomics.add(this.control, HAND_WORD, 1))
  }

  private sharedHand(word: number): number {
    return (word >>> 0) % this.frameCount
  }

  private advanceFront(): void {
    this.frames.cool(this.front)
    this.front = this.after(this.front)
    this.lead++
  }

  private after(frame: number): number {
    return frame + 1 === this.frameCount ? 0 : frame + 1
  }
}
