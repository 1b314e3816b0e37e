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
 */

import type { Frames } from './frames.ts'

/** How often the back hand may go round in one call before HOT pages are not spared any longer. */
const POLITE_REVOLUTIONS = 2

export class Clock {
  private readonly frames: Frames
  private readonly frameCount: number
  private readonly distance: number
  private front: number
  private back: number
  /** How far ahead the front hand is: grows to `distance` in the first call. */
  private lead: number

  constructor(frames: Frames) {
    this.frames = frames
    this.frameCount = frames.frameCount
    this.distance = this.frameCount - (this.frameCount >>> 2)
    // When the pool fills up for the first time all pages are HOT and nothing tells them apart. Those in
    // the first frames were loaded first: roots and upper levels. The hands reach them last.
    this.front = this.frameCount >>> 1
    this.back = this.front
    this.lead = 0
  }

  /** The frame that the back hand reaches next. */
  get nextFrame(): number {
    return this.back
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
      while (this.lead <= this.distance) this.advanceFront()
      if (this.frames.evict(this.back, step >= politeSteps)) evicted++
      this.back = this.after(this.back)
      this.lead--
    }
    return evicted
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
