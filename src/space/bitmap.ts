/**
 * A growing set of small integers, one bit each.
 *
 * Responsible for setting, clearing, testing and finding bits, a word at a time. It knows nothing of
 * what a bit stands for.
 *
 * Invariants:
 * 1. `count` is the number of set bits.
 * 2. A bit is only set when it was clear and only cleared when it was set: setting twice means that two
 *    owners believe to have the same page, so it is an assertion, not a convenience.
 * 3. Bits at or above `capacity` are clear; reading them is allowed, setting them needs `reserve`.
 *
 * Words are signed (`Int32Array`), so that a full word is the small integer -1.
 */

import { assert } from '../base/assert.ts'

const SMALLEST_CAPACITY_WORDS = 64

/** The position of the lowest set bit of `word`, which must not be 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** The number of set bits in `word`. */
export function bitCount(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The bits of word `word` that lie in [start, end): all ones for a word inside. */
function maskWithin(word: number, start: number, end: number): number {
  const first = word * 32
  let mask = -1
  if (start > first) mask &= -1 << (start - first)
  if (end < first + 32) mask &= -1 >>> (first + 32 - end)
  return mask
}

export class Bitmap {
  /** Bit i is bit `i & 31` of word `i >>> 5`. Replaced when the bitmap grows: do not keep it. */
  words: Int32Array
  /** Set bits. */
  count: number

  constructor() {
    this.words = new Int32Array(SMALLEST_CAPACITY_WORDS)
    this.count = 0
  }

  /** Bits that can be set without growing. */
  get capacity(): number {
    return this.words.length * 32
  }

  /** Makes room for the bits below `bitEnd`. Doubles, so that growing bit by bit copies each word O(1) times. */
  reserve(bitEnd: number): boolean {
    if (bitEnd <= this.capacity) return false
    const words = new Int32Array(Math.max(Math.ceil(bitEnd / 32), this.words.length * 2))
    words.set(this.words)
    this.words = words
    return true
  }

  has(bit: number): boolean {
    const word = bit >>> 5
    return word < this.words.length && (this.words[word] & (1 << (bit & 31))) !== 0
  }

  set(bit: number): void {
    const word = bit >>> 5
    const mask = 1 << (bit & 31)
    assert(word < this.words.length, 'a bit is set within the capacity')
    assert((this.words[word] & mask) === 0, 'a bit is set only when clear')
    this.words[word] |= mask
    this.count++
  }

  clear(bit: number): void {
    const word = bit >>> 5
    const mask = 1 << (bit & 31)
    assert(word < this.words.length && (this.words[word] & mask) !== 0, 'a bit is cleared only when set')
    this.words[word] &= ~mask
    this.count--
  }

  /** Sets the bits [start, start + length), which must all be clear. */
  setRun(start: number, length: number): void {
    const end = start + length
    assert(length > 0 && end <= this.capacity, 'a run is set within the capacity')
    const lastWord = (end - 1) >>> 5
    for (let word = start >>> 5; word <= lastWord; word++) {
      const mask = maskWithin(word, start, end)
      assert((this.words[word] & mask) === 0, 'a run is set only when clear')
      this.words[word] |= mask
    }
    this.count += length
  }

  /** Clears the bits [start, start + length), which must all be set. */
  clearRun(start: number, length: number): void {
    const end = start + length
    assert(length > 0 && end <= this.capacity, 'a run is cleared within the capacity')
    const lastWord = (end - 1) >>> 5
    for (let word = start >>> 5; word <= lastWord; word++) {
      const mask = maskWithin(word, start, end)
      assert((this.words[word] & mask) === mask, 'a run is cleared only when set')
      this.words[word] &= ~mask
    }
    this.count -= length
  }

  /** The first set bit in [from, end), or `end`. */
  nextSet(from: number, end: number): number {
    return this.#next(from, end, 0)
  }

  /** The first clear bit in [from, end), or `end`. */
  nextClear(from: number, end: number): number {
    return this.#next(from, end, -1)
  }

  /** The last set bit below `end`, or -1. */
  previousSet(end: number): number {
    let word = Math.min(Math.ceil(end / 32), this.words.length) - 1
    while (word >= 0) {
      const found = this.words[word] & maskWithin(word, 0, end)
      if (found !== 0) return word * 32 + 31 - Math.clz32(found)
      word--
    }
    return -1
  }

  /** Recounts after `words` was written directly. */
  recount(): void {
    let count = 0
    for (let word = 0; word < this.words.length; word++) count += bitCount(this.words[word])
    this.count = count
  }

  /** The first bit in [from, end) that is unlike `skipped` (0: looks for set bits, -1: for clear ones). */
  #next(from: number, end: number, skipped: 0 | -1): number {
    if (from >= end) return end
    const words = this.words
    const wordEnd = Math.min(Math.ceil(end / 32), words.length)
    let word = from >>> 5
    if (word < wordEnd) {
      let found = (words[word] ^ skipped) & (-1 << (from & 31))
      while (found === 0) {
        word++
        if (word >= wordEnd) break
        found = words[word] ^ skipped
      }
      if (found !== 0) return Math.min(word * 32 + lowestBit(found), end)
    }
    // Beyond the capacity every bit is clear (invariant 3).
    return skipped === 0 ? end : Math.min(Math.max(from, this.capacity), end)
  }
}
