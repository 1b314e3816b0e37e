/**
 * Finds the next word of a bitmap that is not full, in a handful of steps whatever the size.
 *
 * A tower of bitmaps: bit i of level 0 says that word i of the bitmap below is full (all ones), bit i of
 * level k + 1 that word i of level k is. With 32 bits a word, five levels span 2^30 words.
 *
 * Responsible for the search only; the owner reports each word that becomes full or stops being full.
 * It knows neither pages nor who owns them.
 *
 * Invariants:
 * 1. A bit is set exactly when the word it stands for is full.
 * 2. Bits that stand for no word are set, so the search never leaves the bitmap.
 */

import { lowestBit } from './bitmap.ts'

const FULL = -1

export class FullIndex {
  #levels: Int32Array[]

  constructor(words: Int32Array) {
    this.#levels = []
    this.rebuild(words)
  }

  /** Starts over for a bitmap that grew or was written directly. */
  rebuild(words: Int32Array): void {
    this.#levels = []
    let below = words
    do {
      const level = new Int32Array(Math.ceil(below.length / 32)).fill(FULL)
      for (let word = 0; word < below.length; word++) {
        if (below[word] !== FULL) level[word >>> 5] &= ~(1 << (word & 31))
      }
      this.#levels.push(level)
      below = level
    } while (below.length > 1)
  }

  /** Word `word` of the bitmap has become full. */
  wordFilled(word: number): void {
    let index = word
    for (let height = 0; height < this.#levels.length; height++) {
      const level = this.#levels[height]
      level[index >>> 5] |= 1 << (index & 31)
      if (level[index >>> 5] !== FULL) return
      index >>>= 5
    }
  }

  /** Word `word` of the bitmap is full no longer. */
  wordOpened(word: number): void {
    let index = word
    for (let height = 0; height < this.#levels.length; height++) {
      const level = this.#levels[height]
      const wasFull = level[index >>> 5] === FULL
      level[index >>> 5] &= ~(1 << (index & 31))
      if (!wasFull) return
      index >>>= 5
    }
  }

  /** The first word at or above `from` that is not full, or -1. */
  nextOpen(from: number): number {
    let index = from
    for (let height = 0; height < this.#levels.length; height++) {
      const level = this.#levels[height]
      const word = index >>> 5
      if (word >= level.length) return -1
      const open = ~level[word] & (-1 << (index & 31))
      if (open !== 0) return this.#descend(height, word * 32 + lowestBit(open))
      index = word + 1
    }
    return -1
  }

  #descend(height: number, index: number): number {
    let found = index
    for (let below = height - 1; below >= 0; below--) {
      found = found * 32 + lowestBit(~this.#levels[below][found])
    }
    return found
  }
}
