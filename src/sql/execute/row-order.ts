/**
 * The numbers of rows in the order of their keys, in steps: a merge sort from the bottom up that can be left after any
 * comparison. Equal rows stay as they came.
 *
 * Where there is one key and all its values are numbers, they move along with the numbers of their rows: neighbours in order are
 * neighbours in memory. Anything else is compared in place, row against row.
 */

import type { Value } from '../functions/registry.ts'
import type { Pause } from './pause.ts'
import { compareKey, type SortKey } from './sort-keys.ts'

/** Lists of so many rows are sorted by insertion. */
const INSERTED = 12
/** So many rows are merged between two looks at whether to stop. */
const MERGED_AT_ONCE = 2048

type Compare = (a: number, b: number) => number

export class RowOrder {
  private rows: Int32Array
  private spare: Int32Array
  /** By place, not by row; undefined: rows are compared by `compare`. */
  private numbers: Float64Array | undefined
  private spareNumbers: Float64Array | undefined
  private readonly compare: Compare
  /** How long the lists are that are sorted already; 0: none is. */
  private width = 0
  /** Of the pair of lists that is merged: the first place of the first one, and how far both and the result are. */
  private start = 0
  private a = 0
  private b = 0
  private out = 0

  /** @param columns the values of the keys, key by key */
  constructor(keys: readonly SortKey[], columns: readonly (readonly Value[])[], count: number) {
    this.rows = new Int32Array(count)
    for (let i = 0; i < count; i++) this.rows[i] = i
    this.spare = new Int32Array(0)
    this.compare = comparison(keys, columns)
    if (keys.length === 1) this.numbers = plainNumbers(columns[0], count, keys[0].isDescending)
    if (isOrdered(this.rows, this.numbers, this.compare)) this.width = Math.max(1, count)
    else {
      this.spare = new Int32Array(count)
      if (this.numbers !== undefined) this.spareNumbers = new Float64Array(count)
    }
  }

  /** The rows in order; undefined: it was left in the middle, and goes on when it is asked again. */
  sorted(pause: Pause): Int32Array | undefined {
    const { length } = this.rows
    if (this.width === 0 && !this.insertAll(pause)) return undefined
    while (this.width < length) {
      if (!this.mergeAll(pause)) return undefined
    }
    return this.rows
  }

  private insertAll(pause: Pause): boolean {
    const { rows, numbers, compare } = this
    for (; this.start < rows.length; this.start += INSERTED) {
      if (pause.spend(INSERTED)) return false
      const end = Math.min(this.start + INSERTED, rows.length)
      if (numbers === undefined) insertRows(rows, compare, this.start, end)
      else insertNumbers(rows, numbers, this.start, end)
    }
    this.width = INSERTED
    this.begin(0)
    return true
  }

  private begin(start: number): void {
    this.start = start
    this.a = start
    this.b = Math.min(start + this.width, this.rows.length)
    this.out = start
  }

  /** Each two lists to one of twice the length. */
  private mergeAll(pause: Pause): boolean {
    const { rows, width } = this
    while (this.start < rows.length) {
      const middle = Math.min(this.start + width, rows.length)
      const end = Math.min(middle + width, rows.length)
      if (this.out === this.start && this.areOrdered(middle, end)) this.copy(end)
      while (this.out < end) {
        if (pause.spend(MERGED_AT_ONCE)) return false
        if (this.numbers === undefined) this.mergeRows(middle, end)
        else this.mergeNumbers(middle, end)
      }
      this.begin(end)
    }
    this.rows = this.spare
    this.spare = rows
    const { numbers } = this
    this.numbers = this.spareNumbers
    this.spareNumbers = numbers
    this.width = 2 * width
    this.begin(0)
    return true
  }

  /** Whether two lists are one already. */
  private areOrdered(middle: number, end: number): boolean {
    const { rows, numbers, compare } = this
    if (middle >= end) return true
    if (numbers !== undefined) return numbers[middle - 1] <= numbers[middle]
    return compare(rows[middle - 1], rows[middle]) <= 0
  }

  private copy(end: number): void {
    const { start } = this
    this.spare.set(this.rows.subarray(start, end), start)
    this.spareNumbers?.set(this.numbers!.subarray(start, end), start)
    this.out = end
  }

  private mergeRows(middle: number, end: number): void {
    const { rows, spare, compare } = this
    let { a, b, out } = this
    const stop = Math.min(end, out + MERGED_AT_ONCE)
    while (out < stop) {
      if (b >= end || (a < middle && compare(rows[a], rows[b]) <= 0)) spare[out++] = rows[a++]
      else spare[out++] = rows[b++]
    }
    this.a = a
    this.b = b
    this.out = out
  }

  private mergeNumbers(middle: number, end: number): void {
    const { rows, spare } = this
    const numbers = this.numbers!
    const spareNumbers = this.spareNumbers!
    let { a, b, out } = this
    const stop = Math.min(end, out + MERGED_AT_ONCE)
    while (out < stop && a < middle && b < end) {
      const x = numbers[a]
      const y = numbers[b]
      if (x <= y) {
        spareNumbers[out] = x
        spare[out++] = rows[a++]
      } else {
        spareNumbers[out] = y
        spare[out++] = rows[b++]
      }
    }
    while (out < stop) {
      const from = a < middle ? a++ : b++
      spareNumbers[out] = numbers[from]
      spare[out++] = rows[from]
    }
    this.a = a
    this.b = b
    this.out = out
  }
}

/** Undefined: not all are numbers that JavaScript's `<=` puts in their order. Turned around where they descend. */
function plainNumbers(
  values: readonly Value[],
  count: number,
  isDescending: boolean,
): Float64Array | undefined {
  const numbers = new Float64Array(count)
  const sign = isDescending ? -1 : 1
  for (let i = 0; i < count; i++) {
    const value = values[i]
    if (typeof value !== 'number' || Number.isNaN(value)) return undefined
    numbers[i] = sign * value
  }
  return numbers
}

function comparison(keys: readonly SortKey[], columns: readonly (readonly Value[])[]): Compare {
  if (keys.length === 1) {
    const [key] = keys
    const [values] = columns
    return (a, b) => compareKey(key, values[a], values[b])
  }
  return (a, b) => {
    for (let i = 0; i < keys.length; i++) {
      const result = compareKey(keys[i], columns[i][a], columns[i][b])
      if (result !== 0) return result
    }
    return 0
  }
}

function isOrdered(rows: Int32Array, numbers: Float64Array | undefined, compare: Compare): boolean {
  for (let i = 1; i < rows.length; i++) {
    if (numbers === undefined ? compare(i - 1, i) > 0 : numbers[i - 1] > numbers[i]) return false
  }
  return true
}

function insertRows(rows: Int32Array, compare: Compare, from: number, end: number): void {
  for (let i = from + 1; i < end; i++) {
    const row = rows[i]
    let at = i
    while (at > from && compare(rows[at - 1], row) > 0) {
      rows[at] = rows[at - 1]
      at--
    }
    rows[at] = row
  }
}

function insertNumbers(rows: Int32Array, numbers: Float64Array, from: number, end: number): void {
  for (let i = from + 1; i < end; i++) {
    const row = rows[i]
    const number = numbers[i]
    let at = i
    while (at > from && numbers[at - 1] > number) {
      rows[at] = rows[at - 1]
      numbers[at] = numbers[at - 1]
      at--
    }
    rows[at] = row
    numbers[at] = number
  }
}
