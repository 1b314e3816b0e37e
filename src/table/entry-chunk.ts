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
/** Chunks up to this length share a piece of memory of PIECE_BYTES. */
const SHARED_BYTES = 4096
const PIECE_BYTES = 16_384

let piece = untransferableBuffer(PIECE_BYTES)
let pieceAt = 0

export class EntryChunk {
  /** How many to ask for next. */
  wanted = FIRST_COUNT
  /** The present entry: where it lies. */
  keys: Buffer = piece
  keyAt = 0
  keyLength = 0
  values: Buffer = piece
  valueAt = 0
  valueLength = 0
  private count = 0
  private position = 0
  private readonly keyLengths = new Uint16Array(COLLECT_MAX)
  private readonly valueLengths = new Uint16Array(COLLECT_MAX)
  private nextKeyAt = 0
  private nextValueAt = 0

  get hasNext(): boolean {
    return this.position < this.count
  }

  /** Takes over `count` entries. */
  load(collected: CollectedEntries, count: number): void {
    const { words, lengthsWord } = collected
    for (let i = 0; i < count; i++) {
      const lengths = words[lengthsWord + i]
      this.keyLengths[i] = lengths & 0xffff
      this.valueLengths[i] = lengths >>> 16
    }
    this.count = count
    this.position = 0
    this.nextKeyAt = place(collected.keysLength)
    this.keys = piece
    if (collected.keysLength > 0)
      copy(collected.bytes, collected.keysAt, collected.keysLength, this.nextKeyAt)
    this.nextValueAt = place(collected.valuesLength)
    this.values = piece
    if (collected.valuesLength > 0) {
      copy(collected.bytes, collected.valuesAt, collected.valuesLength, this.nextValueAt)
    }
    this.wanted = Math.min(this.wanted * GROWTH, COLLECT_MAX)
  }

  /** Forgets the entries from key `stop` on; true when there are any. The keys were collected, too. */
  cut(stop: Buffer): boolean {
    let at = this.nextKeyAt
    let kept = 0
    while (kept < this.count && isBelow(this.keys, at, this.keyLengths[kept], stop)) {
      at += (this.keyLengths[kept] + 7) & ~7
      kept++
    }
    const isCut = kept < this.count
    this.count = kept
    return isCut
  }

  clear(): void {
    this.count = 0
  }

  /** To the next entry. */
  advance(): void {
    const i = this.position++
    this.keyAt = this.nextKeyAt
    this.keyLength = this.keyLengths[i]
    this.nextKeyAt += (this.keyLength + 7) & ~7
    this.valueAt = this.nextValueAt
    this.valueLength = this.valueLengths[i]
    this.nextValueAt += (this.valueLength + 7) & ~7
  }
}

/** Finds `length` bytes in the piece, or in a new one; returns where they begin, at a multiple of eight. */
function place(length: number): number {
  if (pieceAt + length > piece.length) {
    piece = untransferableBuffer(length > SHARED_BYTES ? length : PIECE_BYTES)
    pieceAt = 0
  }
  const at = pieceAt
  pieceAt = at + length
  return at
}

/** Both sides begin at multiples of eight: then the runtime copies by words out of shared memory, too. */
function copy(bytes: Uint8Array, from: number, length: number, to: number): void {
  piece.set(bytes.subarray(from, from + length), to)
}

function isBelow(bytes: Buffer, at: number, length: number, stop: Buffer): boolean {
  return bytes.compare(stop, 0, stop.length, at, at + length) < 0
}
