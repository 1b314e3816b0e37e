/**
 * The rows behind the entries of an index that a scan has copied ahead (`EntryChunk`), looked up many at once and copied in
 * their turn: one after the other, each lookup waits for memory twice.
 *
 * Only for rows that do not change while the scan goes on: a snapshot's. What cannot be had so is left to whoever asks: a
 * row that is not in memory, lies outside of its leaf, or is not there at all.
 */

import { GATHERED_ABSENT, type ReadTree } from '../btree/api.ts'
import { COLLECT_MAX } from '../btree/kernel/kernel.ts'
import type { TreeSource } from '../store/api.ts'
import { EntryChunk } from './entry-chunk.ts'

/** Many scans are left after a few rows: the first rows are few, each further time so many times more. */
const FIRST_COUNT = 8
const GROWTH = 4
/** Fewer are as well looked up one by one. */
const LEAST_COUNT = 2

/**
 * How many to ask for next, when `taken` of `count` were copied. Where rows are not in memory, few are tried at once: for each
 * that has to be read, the others would be looked up in vain.
 */
export function paceAfter(taken: number, count: number): number {
  return taken === count ? Math.min(count * GROWTH, COLLECT_MAX) : LEAST_COUNT
}

/** Which part of an index's entries is the primary key. */
export interface PrimaryKeyPlace {
  /** The index is unique: the primary key is the value. */
  readonly isValue: boolean
  /** Where it begins in a key that lies in `keys` from `start` to `end`. */
  startIn(keys: Buffer, start: number, end: number): number
}

/** Of the keys that are asked for at the moment: between calls it holds nothing. */
const places = new Uint32Array(2 * COLLECT_MAX)

/** The rows of one scan. */
export class GatheredRows {
  private readonly key: PrimaryKeyPlace
  private chunk: EntryChunk | undefined
  private wanted = FIRST_COUNT

  constructor(key: PrimaryKeyPlace) {
    this.key = key
  }

  /** A new scan begins. */
  reset(): void {
    this.chunk?.clear()
    this.wanted = FIRST_COUNT
  }

  /**
   * To be asked once for each entry.
   * @returns where the row of the present entry was copied to; undefined: it is to be looked up by itself
   */
  rowOf(entries: EntryChunk, source: TreeSource, rows: ReadTree): EntryChunk | undefined {
    if (!this.chunk?.hasNext && !this.gather(entries, source, rows)) return undefined
    this.chunk!.advance()
    // Whoever looks it up by itself says what is wrong with it.
    return this.chunk!.keyLength === GATHERED_ABSENT ? undefined : this.chunk
  }

  private gather(entries: EntryChunk, source: TreeSource, rows: ReadTree): boolean {
    const count = Math.min(entries.remaining, this.wanted)
    if (count < LEAST_COUNT || rows.gather === undefined) return false
    const keys = this.locateKeys(entries, count)
    source.assertReadable()
    const taken = rows.gather(keys, places, count)
    this.wanted = paceAfter(taken, count)
    if (taken > 0) {
      this.chunk ??= new EntryChunk(Number.POSITIVE_INFINITY)
      this.chunk.load(rows.gathered!, taken)
    }
    source.endReading()
    return taken > 0
  }

  /** Fills `places` with the primary keys from the present entry on. */
  private locateKeys(entries: EntryChunk, count: number): Buffer {
    const { key } = this
    if (key.isValue) {
      let at = entries.valueAt
      for (let i = 0; i < count; i++) {
        const length = entries.valueLengthOf(i)
        places[2 * i] = at
        places[2 * i + 1] = at + length
        at += (length + 7) & ~7
      }
      return entries.values
    }
    let at = entries.keyAt
    for (let i = 0; i < count; i++) {
      const length = entries.keyLengthOf(i)
      places[2 * i] = key.startIn(entries.keys, at, at + length)
      places[2 * i + 1] = at + length
      at += (length + 7) & ~7
    }
    return entries.keys
  }
}
