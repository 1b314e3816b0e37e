/**
 * Where encoders write and decoders read: two small cursors over bytes, reused for the life of a table,
 * so that a call of the typed API allocates nothing on its way to the tree.
 *
 * Invariants:
 * 1. A writer's content is `bytes[0 .. at)`; whoever writes calls `reserve` first.
 * 2. Encoding may run the caller's code (getters, `toJSON`), and that code may use the same table. A writer
 *    therefore counts its uses: `generation` differs from what `begin` returned if somebody else began meanwhile.
 *
 * It does not know what the bytes mean.
 */

import { CoppiceError } from '../base/errors.ts'

/** A writer larger than this is given back after use, so that one large value does not stay for ever. */
const RETAINED_BYTES = 1 << 20
const INITIAL_BYTES = 256
/** Up to here a byte loop beats `set`, which needs a view (35 ns). */
const SHORT_BYTES = 24
/** Largest encoded value: extents hold up to 2 GiB. */
export const MAX_ENCODED_BYTES = 2 ** 31 - 1

/** A growing buffer with a position. */
export class ByteWriter {
  bytes: Buffer
  at: number
  generation: number
  /** Whether an array of a shape that older versions do not know was written since `begin` (shaped-array.ts). */
  isShaped: boolean

  constructor() {
    this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    this.at = 0
    this.generation = 0
    this.isShaped = false
  }

  /** Starts anew at position 0; returns the generation to compare with afterwards (invariant 2). */
  begin(): number {
    this.at = 0
    this.isShaped = false
    if (this.bytes.length > RETAINED_BYTES) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    this.generation = (this.generation + 1) | 0
    return this.generation
  }

  /** Makes room for `byteCount` more bytes. */
  reserve(byteCount: number): void {
    if (this.at + byteCount > this.bytes.length) this.grow(byteCount)
  }

  private grow(byteCount: number): void {
    const needed = this.at + byteCount
    if (needed > MAX_ENCODED_BYTES) {
      throw new CoppiceError(
        'VALUE_TOO_LARGE',
        `a value of more than ${MAX_ENCODED_BYTES} bytes cannot be stored`,
      )
    }
    const larger = Buffer.allocUnsafeSlow(
      Math.min(MAX_ENCODED_BYTES, Math.max(needed, this.bytes.length * 2)),
    )
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  writeByte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  /** Appends `source[start .. end)`. */
  writeBytes(source: Uint8Array, start: number, end: number): void {
    const length = end - start
    this.reserve(length)
    const bytes = this.bytes
    const at = this.at
    if (length <= SHORT_BYTES) for (let i = 0; i < length; i++) bytes[at + i] = source[start + i]
    else bytes.set(length === source.length ? source : source.subarray(start, end), at)
    this.at = at + length
  }

  /** Flips every bit from `start` to the position: turns an ascending encoding into a descending one. */
  invertFrom(start: number): void {
    const bytes = this.bytes
    for (let i = start; i < this.at; i++) bytes[i] ^= 0xff
  }

  /** A copy of the content; a short one comes from Node's pool, memory of its own costs 150 ns. */
  toBytes(): Buffer {
    const { bytes, at } = this
    const copy = Buffer.allocUnsafe(at)
    if (at <= SHORT_BYTES) for (let i = 0; i < at; i++) copy[i] = bytes[i]
    else bytes.copy(copy, 0, 0, at)
    return copy
  }
}

/** A position in bytes that belong to somebody else. */
export class ByteReader {
  bytes: Buffer
  at: number
  end: number

  constructor() {
    this.bytes = NO_BYTES
    this.at = 0
    this.end = 0
  }

  /** Reads `bytes[start .. end)` from now on. */
  over(bytes: Buffer, start: number, end: number): this {
    this.bytes = bytes
    this.at = start
    this.end = end
    return this
  }
}

export const NO_BYTES: Buffer = Buffer.alloc(0)

/** memcmp order of `a[0 .. aLength)` and `b[0 .. bLength)`: negative, zero or positive. */
export function compareBytes(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const shared = aLength < bLength ? aLength : bLength
  for (let i = 0; i < shared; i++) {
    const difference = a[i] - b[i]
    if (difference !== 0) return difference
  }
  return aLength - bLength
}

/** Whether `a[aStart .. aStart + length)` equals `b[bStart .. bStart + length)`. */
export function equalBytes(
  a: Uint8Array,
  aStart: number,
  b: Uint8Array,
  bStart: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}

/**
 * Turns the writer's content into the smallest byte string above everything that starts with it.
 * Returns false when there is none (all bytes are 0xFF, or there are no bytes).
 */
export function toSuccessor(writer: ByteWriter): boolean {
  let at = writer.at
  while (at > 0 && writer.bytes[at - 1] === 0xff) at--
  writer.at = at
  if (at === 0) return false
  writer.bytes[at - 1]++
  return true
}
