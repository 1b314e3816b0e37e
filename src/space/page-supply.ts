/**
 * Which page ids are handed out at this moment, and which one to hand out next.
 *
 * Responsible for the bitmap of taken pages, the size of the file in pages, and the choice of pages. It
 * does not know why a page is taken: by a tree, by an old snapshot, by the space map itself.
 *
 * Choice: one page is always the lowest free one, so that data gathers at the front and the end of the
 * file can be cut off. A run takes the first hole that fits, searched from where the last search stopped
 * and for a bounded number of holes: a file of a million one-page holes must not cost a million steps a
 * run. Then it goes to the end of the file. The search goes round, so every hole gets its turn.
 *
 * Invariants:
 * 1. Taken pages lie below `tail`, and `tail <= pageCount <= maxPageCount`.
 * 2. No word of the bitmap below `lowestOpenWord` has a clear bit.
 * 3. No hole below the tail has `barrenCount` pages or more.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { Bitmap, lowestBit } from './bitmap.ts'
import { FullIndex } from './full-index.ts'

const FULL = -1
/** Holes that one search for a run looks at, besides one for each page wanted: about 2 µs. */
const HOLES_PER_SEARCH = 64

export class PageSupply {
  /** Page ids are below this. */
  readonly maxPageCount: number
  /** The size of the file in pages: the highest page ever taken + 1, until `truncate` lowers it. */
  pageCount: number
  /** Bit set: taken. */
  readonly #taken: Bitmap
  readonly #full: FullIndex
  #lowestOpenWord: number
  #tail: number
  #searchFrom: number
  #barrenCount: number
  #runLimit: number

  constructor(maxPageCount: number) {
    this.maxPageCount = maxPageCount
    this.pageCount = 0
    this.#taken = new Bitmap()
    this.#full = new FullIndex(this.#taken.words)
    this.#lowestOpenWord = 0
    this.#tail = 0
    this.#searchFrom = 0
    this.#barrenCount = Number.POSITIVE_INFINITY
    this.#runLimit = 0
  }

  /** Pages below `pageCount` that nobody has. */
  get freeCount(): number {
    return this.pageCount - this.#taken.count
  }

  get takenCount(): number {
    return this.#taken.count
  }

  isTaken(pageId: number): boolean {
    return this.#taken.has(pageId)
  }

  /** Takes the lowest free page. @throws CoppiceError DATABASE_FULL */
  allocate(): number {
    let word = this.#full.nextOpen(this.#lowestOpenWord)
    if (word < 0) {
      word = this.#taken.words.length
      this.#reserve(word * 32 + 32)
    }
    const pageId = word * 32 + lowestBit(~this.#taken.words[word])
    if (pageId >= this.maxPageCount) throw this.#databaseFull(1)
    this.#lowestOpenWord = word
    this.#taken.set(pageId)
    if (this.#taken.words[word] === FULL) this.#full.wordFilled(word)
    this.#extendTo(pageId + 1)
    return pageId
  }

  /** Takes `count` contiguous pages and returns the first. @throws CoppiceError DATABASE_FULL */
  allocateRun(count: number): number {
    assert(count >= 1, 'a run has at least one page')
    if (count === 1) return this.allocate()
    let start = this.#runLimit > 0 ? this.#firstHole(count, Math.min(this.#runLimit, this.#exactTail())) : -1
    if (start < 0) start = this.#nearbyHole(count)
    if (start < 0) {
      start = this.#exactTail()
      if (start + count > this.maxPageCount) start = this.#firstHole(count, this.#tail)
      if (start < 0) throw this.#databaseFull(count)
    }
    this.take(start, count)
    return start
  }

  /** The size of the file in pages after `count` more single ones were taken. @throws DATABASE_FULL */
  pageCountWith(count: number): number {
    const end = this.pageCount + Math.max(0, count - this.freeCount)
    if (end > this.maxPageCount) throw this.#databaseFull(count)
    return end
  }

  /** Takes given pages, which must be free: reserved ones, and those of a loaded file. */
  take(pageId: number, count: number): void {
    const end = pageId + count
    this.#reserve(end)
    this.#taken.setRun(pageId, count)
    const lastWord = (end - 1) >>> 5
    for (let word = pageId >>> 5; word <= lastWord; word++) {
      if (this.#taken.words[word] === FULL) this.#full.wordFilled(word)
    }
    this.#extendTo(end)
  }

  /** Takes exactly the pages whose bits are set in `words`: the state of a loaded file. */
  adopt(words: Int32Array, pageCount: number): void {
    assert(this.#taken.count === 0, 'a file is adopted into an empty supply')
    this.#taken.reserve(words.length * 32)
    this.#taken.words.set(words)
    this.#taken.recount()
    this.#full.rebuild(this.#taken.words)
    this.pageCount = pageCount
    this.#tail = pageCount
  }

  /** Gives pages back. */
  free(pageId: number, count: number): void {
    const firstWord = pageId >>> 5
    const lastWord = (pageId + count - 1) >>> 5
    // Only words that are full now have to be reported, so this comes before the bits go.
    for (let word = firstWord; word <= lastWord; word++) {
      if (this.#taken.words[word] === FULL) this.#full.wordOpened(word)
    }
    this.#taken.clearRun(pageId, count)
    if (firstWord < this.#lowestOpenWord) this.#lowestOpenWord = firstWord
    this.#barrenCount = Number.POSITIVE_INFINITY
  }

  /** While `below` is not 0, runs go below that page if any hole there fits, however long the search. */
  limitRuns(below: number): void {
    this.#runLimit = below
  }

  /** Free pages at the end of the file. */
  trailingFree(): number {
    return this.pageCount - this.#exactTail()
  }

  /** Lowers `pageCount` to just above the last page that is taken. Returns it. */
  truncate(): number {
    this.pageCount = this.#exactTail()
    if (this.#searchFrom > this.pageCount) this.#searchFrom = 0
    return this.pageCount
  }

  /** Calls `visit` for each maximal run of taken pages, in ascending order. */
  forEachTakenRun(visit: (pageId: number, count: number) => void): void {
    const tail = this.#exactTail()
    let start = this.#taken.nextSet(0, tail)
    while (start < tail) {
      const end = this.#taken.nextClear(start, tail)
      visit(start, end - start)
      start = this.#taken.nextSet(end, tail)
    }
  }

  #extendTo(end: number): void {
    if (end > this.#tail) this.#tail = end
    if (end > this.pageCount) this.pageCount = end
  }

  #reserve(end: number): void {
    if (this.#taken.reserve(end)) this.#full.rebuild(this.#taken.words)
  }

  /** Just above the last taken page. Cheap: what it walks over it cuts off the tail for good. */
  #exactTail(): number {
    this.#tail = this.#taken.previousSet(this.#tail) + 1
    return this.#tail
  }

  /** The first free page at or above `from`, or a number at or above the tail. */
  #nextFree(from: number): number {
    const word = from >>> 5
    if (word >= this.#taken.words.length) return from
    const clear = ~this.#taken.words[word] & (-1 << (from & 31))
    if (clear !== 0) return word * 32 + lowestBit(clear)
    const open = this.#full.nextOpen(word + 1)
    return open < 0 ? this.#taken.capacity : open * 32 + lowestBit(~this.#taken.words[open])
  }

  /** The lowest hole of `count` pages that ends at or below `limit`, or -1. Looks at every hole. */
  #firstHole(count: number, limit: number): number {
    let start = this.#nextFree(0)
    while (start + count <= limit) {
      const end = this.#taken.nextSet(start, start + count)
      if (end - start === count) return start
      start = this.#nextFree(end)
    }
    return -1
  }

  /** The first hole of `count` pages below the tail among the next few, or -1. */
  #nearbyHole(count: number): number {
    if (count >= this.#barrenCount) return -1
    const tail = this.#exactTail()
    const origin = Math.min(this.#searchFrom, tail)
    let holesLeft = HOLES_PER_SEARCH + count
    let hasWrapped = false
    let start = this.#nextFree(origin)
    while (holesLeft > 0) {
      if (start + count > tail) {
        if (hasWrapped) break
        hasWrapped = true
        start = this.#nextFree(0)
        continue
      }
      if (hasWrapped && start >= origin) break
      const end = this.#taken.nextSet(start, start + count)
      if (end - start === count) {
        this.#searchFrom = end
        return start
      }
      start = this.#nextFree(end)
      holesLeft--
    }
    this.#searchFrom = start
    if (holesLeft > 0) {
      // All holes were seen, but one that began below the origin perhaps in two parts: the next fruitless
      // search begins at 0 and so proves that there is none.
      if (origin === 0) this.#barrenCount = count
      this.#searchFrom = 0
    }
    return -1
  }

  #databaseFull(count: number): CoppiceError {
    return new CoppiceError(
      'DATABASE_FULL',
      count === 1 || this.freeCount < count
        ? `the database has reached its limit of ${this.maxPageCount} pages`
        : `the database has reached its limit of ${this.maxPageCount} pages: ${count} contiguous pages are needed, the ${this.freeCount} free ones are scattered`,
      { expected: `at most ${this.maxPageCount} pages`, given: `${this.pageCount} pages` },
    )
  }
}
