/**
 * A growing list of page runs: (first page id, page count, birth), flat in one typed array.
 *
 * Responsible for holding runs without an object each: a bulk load drops and allocates millions.
 * It neither merges nor sorts; what a run in it means is its owner's business. One `Runs` serves as a
 * log (push, truncate to a remembered length) or as a bag (push, remove by swapping).
 */

import { assert } from '../base/assert.ts'

const FIELDS = 3
/** Shared by all empty lists: most live roots never hold anything. */
const NOTHING = new Float64Array(0)
/** Above this many runs an emptied list gives its memory back. */
const KEPT_CAPACITY_RUNS = 1024

export class Runs {
  /** Runs in the list. */
  length: number
  /** Float64, because a birth has 48 bits. */
  #fields: Float64Array

  constructor() {
    this.length = 0
    this.#fields = NOTHING
  }

  push(pageId: number, count: number, birth: number): void {
    const at = this.length * FIELDS
    if (at === this.#fields.length) this.#grow()
    this.#fields[at] = pageId
    this.#fields[at + 1] = count
    this.#fields[at + 2] = birth
    this.length++
  }

  /** The first page of run `index`. */
  pageIdAt(index: number): number {
    return this.#fields[index * FIELDS]
  }

  /** The number of pages in run `index`. */
  countAt(index: number): number {
    return this.#fields[index * FIELDS + 1]
  }

  birthAt(index: number): number {
    return this.#fields[index * FIELDS + 2]
  }

  /** Removes run `index`; the last run takes its place. */
  removeAt(index: number): void {
    assert(index < this.length, 'a removed run exists')
    this.length--
    this.#fields.copyWithin(index * FIELDS, this.length * FIELDS, (this.length + 1) * FIELDS)
  }

  /** Forgets the runs from `length` on. */
  truncate(length: number): void {
    assert(length <= this.length, 'a list is cut to at most its length')
    this.length = length
  }

  clear(): void {
    this.length = 0
    if (this.#fields.length > KEPT_CAPACITY_RUNS * FIELDS) this.#fields = NOTHING
  }

  /** The pages in all runs together. */
  pageCount(): number {
    let sum = 0
    for (let index = 0; index < this.length; index++) sum += this.countAt(index)
    return sum
  }

  #grow(): void {
    const fields = new Float64Array(Math.max(4 * FIELDS, this.#fields.length * 2))
    fields.set(this.#fields)
    this.#fields = fields
  }
}
