/**
 * A growing list of page runs: (first page id, page count, birth), flat in one array of numbers.
 *
 * Responsible for holding runs without an object each: a bulk load drops and allocates millions. The array is a
 * plain one, because a typed array above 64 bytes costs an allocation outside of V8's heap (300 ns), and every
 * small transaction makes several lists.
 * It neither merges nor sorts; what a run in it means is its owner's business. One `Runs` serves as a
 * log (push, truncate to a remembered length) or as a bag (push, remove by swapping).
 */

import { assert } from '../base/assert.ts'

const FIELDS = 3

export class Runs {
  /** Runs in the list. */
  length: number
  #fields: number[]

  constructor() {
    this.length = 0
    this.#fields = []
  }

  push(pageId: number, count: number, birth: number): void {
    this.#fields.push(pageId, count, birth)
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
    this.#fields.length = this.length * FIELDS
  }

  /** Forgets the runs from `length` on. */
  truncate(length: number): void {
    assert(length <= this.length, 'a list is cut to at most its length')
    this.length = length
    this.#fields.length = length * FIELDS
  }

  clear(): void {
    if (this.length === 0) return
    this.length = 0
    this.#fields = []
  }

  /** The pages in all runs together. */
  pageCount(): number {
    let sum = 0
    for (let index = 0; index < this.length; index++) sum += this.countAt(index)
    return sum
  }
}
