/**
 * The numbers of rows by their keys, for hash joins: a key may have several rows, which are found in the order in which
 * they were added.
 *
 * Keys that are numbers lie in a typed array, column by column of the key, and chains of rows in two more: building for a
 * million rows takes a quarter of what a Map takes, and makes no garbage. Any other key (text, bigints, pairs with text)
 * is one value of a Map.
 *
 *     buckets[hash] → row → next[row] → …        rows of other keys may be in a chain
 *     heads.get(key) → row → next[row] → …       rows of this key only
 */

import { hashKey } from '../types/compare.ts'

/** A part of a key: a value that tells it from others by `===` (NaN is NaN), undefined: null. */
export type KeyPart = number | string | bigint | boolean | undefined

const NONE = -1
const ROWS_AT_FIRST = 1024

export class JoinTable {
  private readonly width: number
  private numbers: Float64Array
  /** Of rows whose keys are not all numbers, those with a null among them excepted. */
  private readonly others: { readonly row: number; readonly key: unknown }[] = []
  private readonly heads = new Map<unknown, number>()
  /** By row: whether its key is in `numbers`. */
  private isNumeric: Uint8Array
  private buckets = new Int32Array(0)
  private next = new Int32Array(0)
  private mask = 0
  private count = 0
  /** What `find` was last asked for. */
  private readonly probe: Float64Array
  private isProbeNumeric = false

  /** @param width parts of a key */
  constructor(width: number) {
    this.width = width
    this.numbers = new Float64Array(ROWS_AT_FIRST * width)
    this.isNumeric = new Uint8Array(ROWS_AT_FIRST)
    this.probe = new Float64Array(width)
  }

  get length(): number {
    return this.count
  }

  /** Adds a row; its number is how many there were before. */
  add(parts: readonly KeyPart[]): void {
    const row = this.count++
    if (row === this.isNumeric.length) this.grow()
    if (setNumbers(this.numbers, row * this.width, parts)) {
      this.isNumeric[row] = 1
    } else if (!parts.includes(undefined)) {
      this.others.push({ row, key: joined(parts) })
    }
  }

  /** The same of a key of one part that is a number. */
  addNumber(key: number): void {
    const row = this.count++
    if (row === this.isNumeric.length) this.grow()
    this.numbers[row] = key
    this.isNumeric[row] = 1
  }

  private grow(): void {
    const numbers = new Float64Array(this.numbers.length * 2)
    numbers.set(this.numbers)
    this.numbers = numbers
    const isNumeric = new Uint8Array(this.isNumeric.length * 2)
    isNumeric.set(this.isNumeric)
    this.isNumeric = isNumeric
  }

  /** All rows are there: they can be found from now on. */
  seal(): void {
    const { count, others, heads, width, numbers, isNumeric } = this
    let size = 16
    while (size < count * 2) size *= 2
    this.mask = size - 1
    this.buckets = new Int32Array(size).fill(NONE)
    this.next = new Int32Array(count).fill(NONE)
    // From the last to the first, so that a chain begins with its first row.
    for (let row = count - 1; row >= 0; row--) {
      if (isNumeric[row] === 0) continue
      const bucket = hashNumbers(numbers, row * width, width) & this.mask
      this.next[row] = this.buckets[bucket]
      this.buckets[bucket] = row
    }
    for (let i = others.length - 1; i >= 0; i--) {
      const { row, key } = others[i]
      this.next[row] = heads.get(key) ?? NONE
      heads.set(key, row)
    }
  }

  /** The first row with a key, -1: there is none. */
  find(parts: readonly KeyPart[]): number {
    this.isProbeNumeric = setNumbers(this.probe, 0, parts)
    if (this.isProbeNumeric) {
      return this.firstEqual(this.buckets[hashNumbers(this.probe, 0, this.width) & this.mask])
    }
    return this.heads.size === 0 || parts.includes(undefined) ? NONE : (this.heads.get(joined(parts)) ?? NONE)
  }

  /** The first row with a key of one part that is a number and no NaN; `nextNumber`: the next one behind a row. */
  findNumber(key: number): number {
    return this.fromNumber(this.buckets[hashNumber(key) & this.mask], key)
  }

  nextNumber(row: number, key: number): number {
    return this.fromNumber(this.next[row], key)
  }

  private fromNumber(from: number, key: number): number {
    const { numbers, next } = this
    let row = from
    while (row >= 0 && numbers[row] !== key) row = next[row]
    return row
  }

  /** The next row of the key that was asked for. */
  findNext(row: number): number {
    return this.isProbeNumeric ? this.firstEqual(this.next[row]) : this.next[row]
  }

  private firstEqual(from: number): number {
    const { probe, numbers, width, next } = this
    let row = from
    search: while (row >= 0) {
      for (let part = 0, at = row * width; part < width; part++, at++) {
        const a = numbers[at]
        const b = probe[part]
        if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) {
          row = next[row]
          continue search
        }
      }
      return row
    }
    return NONE
  }

  clear(): void {
    this.numbers = new Float64Array(ROWS_AT_FIRST * this.width)
    this.isNumeric = new Uint8Array(ROWS_AT_FIRST)
    this.others.length = 0
    this.heads.clear()
    this.buckets = new Int32Array(0)
    this.next = new Int32Array(0)
    this.count = 0
  }
}

/** Whether all parts are numbers: then they are written at a place. */
function setNumbers(numbers: Float64Array, at: number, parts: readonly KeyPart[]): boolean {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (typeof part !== 'number') return false
    numbers[at + i] = part
  }
  return true
}

/** Small integers by themselves, other numbers by their bits. -0 hashes as 0, which it equals. */
function hashNumbers(numbers: Float64Array, at: number, width: number): number {
  let hash = 0
  for (let i = 0; i < width; i++) {
    hash = Math.imul(hash, 31) + ownHash(numbers[at + i])
  }
  return hash ^ (hash >>> 15)
}

/** The same of one. */
function hashNumber(number: number): number {
  const hash = ownHash(number)
  return hash ^ (hash >>> 15)
}

function ownHash(number: number): number {
  return (number | 0) === number ? Math.imul(number | 0, 0x9e3779b1) : hashKey(number)
}

/** One hash for a whole key; equal keys have equal ones. */
export function hashOfParts(parts: readonly KeyPart[]): number {
  let hash = 0
  for (const part of parts) hash = Math.imul(hash, 31) + (part === undefined ? 0 : hashKey(part))
  return hash
}

/** Several parts as one value. */
function joined(parts: readonly KeyPart[]): unknown {
  if (parts.length === 1) return parts[0]
  let text = ''
  for (const part of parts) {
    const own = String(part)
    text += `${typeof part === 'string' ? 's' : typeof part === 'bigint' ? 'b' : 'v'}${own.length}:${own}`
  }
  return text
}
