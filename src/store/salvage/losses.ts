/**
 * How much of one tree is lost, kept right while the log is replayed over what is left of it.
 *
 * What the log puts or removes in a lost range may have been among the lost entries or not, so there is a least and a
 * most: an entry that is touched counts as lost no longer for certain. A range that the log deletes as a whole has
 * lost nothing.
 */

import { compareKeys } from '../../page/edit.ts'

/** How many entries are lost: exactly, when the two are equal. */
export interface EntryLoss {
  readonly atLeast: number
  /** Undefined: nobody knows. */
  readonly atMost: number | undefined
}

/** Keys that may have been lost, and how many of them were. */
export interface LostKeys extends EntryLoss {
  /** Undefined: from the first key on. */
  readonly fromKey: Buffer | undefined
  /** The first key behind them; undefined: to the last. For a single key, the same as `fromKey`. */
  readonly toKey: Buffer | undefined
}

interface LostRange {
  readonly fromKey: Buffer | undefined
  readonly toKey: Buffer | undefined
  /** Undefined: nobody knows. */
  readonly count: number | undefined
  /** Keys in it that the log changed, as latin1. */
  readonly touched: Set<string>
  isTouchedWhole: boolean
  isDeleted: boolean
}

export class TreeLosses {
  readonly #ranges: LostRange[] = []
  /** Entries whose large value is damaged, by key as latin1. */
  readonly #values = new Set<string>()

  get isNothing(): boolean {
    return this.#ranges.length === 0 && this.#values.size === 0
  }

  /** `count`: entries in the range that are lost; undefined when nobody knows. */
  addRange(fromKey: Buffer | undefined, toKey: Buffer | undefined, count: number | undefined): void {
    if (count === 0) return
    const touched = new Set<string>()
    this.#ranges.push({ fromKey, toKey, count, touched, isTouchedWhole: false, isDeleted: false })
  }

  addValue(key: Buffer): void {
    this.#values.add(key.toString('latin1'))
  }

  /** The log puts or removes a key. */
  touch(key: Uint8Array): void {
    if (this.isNothing) return
    const text = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
    if (this.#values.delete(text)) return
    for (const range of this.#ranges) if (isWithin(key, range.fromKey, range.toKey)) range.touched.add(text)
  }

  /** The log deletes all keys from one on and below another. */
  touchRange(from: Uint8Array | undefined, to: Uint8Array | undefined): void {
    for (const text of this.#values) {
      if (isWithin(Buffer.from(text, 'latin1'), from, to)) this.#values.delete(text)
    }
    for (const range of this.#ranges) {
      const startsBefore = from === undefined || (range.fromKey !== undefined && isBelow(from, range.fromKey))
      const endsBehind = to === undefined || (range.toKey !== undefined && !isBelow(to, range.toKey))
      const isApart =
        (to !== undefined && range.fromKey !== undefined && !isBelow(range.fromKey, to)) ||
        (from !== undefined && range.toKey !== undefined && !isBelow(from, range.toKey))
      if (isApart) continue
      if (startsBefore && endsBehind) range.isDeleted = true
      else range.isTouchedWhole = true
    }
  }

  /** What is lost after all. */
  list(): LostKeys[] {
    const lost: LostKeys[] = []
    for (const { fromKey, toKey, count, touched, isTouchedWhole, isDeleted } of this.#ranges) {
      if (isDeleted) continue
      const atLeast = count === undefined || isTouchedWhole ? 0 : Math.max(0, count - touched.size)
      lost.push({ fromKey, toKey, atLeast, atMost: count })
    }
    for (const text of this.#values) {
      const key = Buffer.from(text, 'latin1')
      lost.push({ fromKey: key, toKey: key, atLeast: 1, atMost: 1 })
    }
    return lost
  }
}

export function sumOfLosses(losses: readonly EntryLoss[]): EntryLoss {
  let atLeast = 0
  let atMost: number | undefined = 0
  for (const loss of losses) {
    atLeast += loss.atLeast
    atMost = atMost === undefined || loss.atMost === undefined ? undefined : atMost + loss.atMost
  }
  return { atLeast, atMost }
}

function isBelow(key: Uint8Array, end: Uint8Array): boolean {
  return compareKeys(key, key.length, end, end.length) < 0
}

function isWithin(key: Uint8Array, from: Uint8Array | undefined, to: Uint8Array | undefined): boolean {
  return (from === undefined || !isBelow(key, from)) && (to === undefined || isBelow(key, to))
}
