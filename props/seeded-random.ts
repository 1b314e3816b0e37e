/** Random numbers from one seed: the same seed gives the same run, everywhere. */

export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
    // Neighbouring seeds start far apart only after a few steps.
    for (let i = 0; i < 4; i++) this.next()
  }

  /** A number in [0, 1): mulberry32, 32 bits of state, good enough to choose what breaks. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** The same for what may as well be left out: whoever makes choices smaller leaves it out (shrunk-query.ts). */
  option(probability: number): boolean {
    return this.chance(probability)
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let i = 0; i < length; i++) bytes[i] = this.below(256)
    return bytes
  }
}
