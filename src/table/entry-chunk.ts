/**
 * Entries that a scan has copied out of the pages ahead of handing them out: some at a time cost a fraction of what they
 * cost one by one. A snapshot does not change, so it is no matter when they are read.
 *
 * Keys lie in one piece of memory and values in another, so that a caller who keeps keys does not keep values. Byte
 * strings are handed out where they lie, as views; who keeps one keeps the others of its chunk.
 */

import type { CollectedEntries } from '../btree/api.ts'
import { COLLECT_MAX } from '../btree/kernel/kernel.ts'
import { untransferableBuffer } from '../io/untransferable.ts'

/** The first chunk of a scan; each later one is so many times larger. Many scans are left after a few entries. */
const FIRST_COUNT = 8
const GROWTH = 4
/** A scan that says how many it wants, up to here, gets them at once. */
const LIMIT_AT_ONCE = 32
/** Chunks up to this length share a piece of memory of PIECE_BYTES. */
const SHARED_BYTES = 4096
const PIECE_BYTES = 16_384

let piece = untransferableBuffer(PIECE_BYTES)
/** Asking a Buffer for its memory is a call into the runtime; here it is asked once. */
let pieceMemory: ArrayBufferLike = piece.buffer
let pieceAt = 0

export class EntryChunk {
  /** How many to ask for next. */
  wanted: number
  /** The present entry: where it lies. */
  keys: Buffer = piece
  keyMemory: ArrayBufferLike = pieceMemory
  keyAt = 0
  keyLength = 0
  values: Buffer = piece
  valueMemory: ArrayBufferLike = pieceMemory
  valueAt = 0
  valueLength = 0
  private count = 0
  private position = 0
  /** Of each entry the length of its key, and 16 bits above it that of its value. */
  private lengths: Uint32Array
  private nextKeyAt = 0
  private nextValueAt = 0

  /** `limit`: how many entries the scan wants in all. */
  constructor(limit: number) {
    this.wanted = limit <= LIMIT_AT_ONCE ? limit : FIRST_COUNT
    this.lengths = new Uint32Array(this.wanted)
  }

  get hasNext(): boolean {
    return this.position < this.count
  }

  /** Takes over `count` entries. */
  load(collected: CollectedEntries, count: number): void {
    const { words, lengthsWord, keysLength, valuesLength } = collected
    if (count > this.lengths.length) this.lengths = new Uint32Array(Math.max(count, this.wanted))
    const { lengths } = this
    for (let i = 0; i < count; i++) lengths[i] = words[lengthsWord + i]
    this.count = count
    this.position = 0
    this.nextKeyAt = place(keysLength)
    this.keys = piece
    this.keyMemory = pieceMemory
    // The machine's own copy, and no view to make: `set` takes three times as long out of shared memory.
    piece.fill(collected.keys, this.nextKeyAt, this.nextKeyAt + keysLength)
    this.nextValueAt = place(valuesLength)
    this.values = piece
    this.valueMemory = pieceMemory
    piece.fill(collected.values, this.nextValueAt, this.nextValueAt + valuesLength)
    this.wanted = Math.min(this.wanted * GROWTH, COLLECT_MAX)
  }

  /** Forgets the entries from key `stop` on; true when there are any. The keys were collected, too. */
  cut(stop: Buffer): boolean {
    const { keys, lengths, count } = this
    let last = this.nextKeyAt
    for (let i = 0; i < count - 1; i++) last += ((lengths[i] & 0xffff) + 7) & ~7
    // Of all chunks but one it lies behind the end.
    if (count === 0 || isBelow(keys, last, lengths[count - 1] & 0xffff, stop)) return false
    let at = this.nextKeyAt
    let kept = 0
    for (; kept < count; kept++) {
      const keyLength = lengths[kept] & 0xffff
      if (!isBelow(keys, at, keyLength, stop)) break
      at += (keyLength + 7) & ~7
    }
    this.count = kept
    return true
  }

  clear(): void {
    this.count = 0
  }

  /** How many entries there are from the present one on. */
  get remaining(): number {
    return this.count - this.position + 1
  }

  /** Length of the key of the entry that is so many places `ahead` of the present one. */
  keyLengthOf(ahead: number): number {
    return this.lengths[this.position - 1 + ahead] & 0xffff
  }

  valueLengthOf(ahead: number): number {
    return this.lengths[this.position - 1 + ahead] >>> 16
  }

  /** To the next entry. */
  advance(): void {
    const lengths = this.lengths[this.position++]
    this.keyAt = this.nextKeyAt
    this.keyLength = lengths & 0xffff
    this.nextKeyAt += (this.keyLength + 7) & ~7
    this.valueAt = this.nextValueAt
    this.valueLength = lengths >>> 16
    this.nextValueAt += (this.valueLength + 7) & ~7
  }
}

/** Finds `length` bytes in the piece, or in a new one; returns where they begin, at a multiple of eight. */
function place(length: number): number {
  if (pieceAt + length > piece.length) {
    piece = untransferableBuffer(length > SHARED_BYTES ? length : PIECE_BYTES)
    pieceMemory = piece.buffer
    pieceAt = 0
  }
  const at = pieceAt
  pieceAt = at + length
  return at
}

/** By a loop, as most keys differ early: a call into the runtime costs as much as thirty bytes. */
function isBelow(bytes: Buffer, at: number, length: number, stop: Buffer): boolean {
  const shared = Math.min(length, stop.length)
  for (let i = 0; i < shared; i++) {
    const byte = bytes[at + i]
    if (byte !== stop[i]) return byte < stop[i]
  }
  return length < stop.length
}
