/**
 * Large values: contiguous runs of pages outside the pool, written once when the value is stored and read
 * in one call. The pages hold nothing but the value's bytes; what identifies and protects them is the
 * reference in the leaf:
 *
 * ```
 *  0  u32  first page id
 *  4  u32  length in bytes
 *  8  u32  CRC32 of the value's bytes
 * 12  u32  birth, low 32 bits
 * 16  u16  birth, high 16 bits
 * 18
 * ```
 * A run is written before any page that refers to it, to pages that no durable root uses, so a crash leaves
 * at worst free pages with old bytes.
 */

import { CoppiceError } from '../base/errors.ts'
import { crc32 } from '../io/checksum.ts'
import type { PageMemory } from '../page/memory.ts'
import * as node from '../page/node.ts'
import type { PageAllocator } from '../space/page-allocator.ts'
import type { ValueReader } from './api.ts'

export const EXTENT_REFERENCE_BYTES = 18
/** The longest value: 2 GiB - 1. */
export const MAX_VALUE_LENGTH = 2 ** 31 - 1
/** Streams are read and written in pieces of this size. */
const PIECE_BYTES = 1 << 18

/** Where extents are read from. Positions are page ids plus a byte offset. */
export interface ExtentSource {
  /** @throws CoppiceError IO_ERROR, CORRUPT when the file ends inside the extent */
  readExtent(pageId: number, byteOffset: number, target: Uint8Array, at: number, length: number): void
  /** Throws when what is being read must not be read any more, so that what was read may be anything. */
  assertReadable?(): void
}

/** Raw access to the pages of the file, for extents. */
export interface ExtentFile extends ExtentSource {
  /** @throws CoppiceError NO_SPACE, IO_ERROR */
  writeExtent(pageId: number, byteOffset: number, source: Uint8Array, from: number, length: number): void
}

export interface ExtentReference {
  readonly pageId: number
  readonly length: number
  readonly crc: number
  readonly birth: number
}

export function extentPages(length: number, pageSize: number): number {
  return Math.ceil(length / pageSize)
}

export function encodeExtent(reference: ExtentReference, target: Buffer): void {
  target.writeUInt32LE(reference.pageId, 0)
  target.writeUInt32LE(reference.length, 4)
  target.writeUInt32LE(reference.crc, 8)
  target.writeUIntLE(reference.birth, 12, 6)
}

function decodeExtent(memory: PageMemory, at: number, length: number): ExtentReference {
  if (length !== EXTENT_REFERENCE_BYTES) {
    throw new CoppiceError('CORRUPT', 'a reference to a large value is malformed', {
      expected: `${EXTENT_REFERENCE_BYTES} bytes`,
      given: `${length} bytes`,
    })
  }
  const bytes = memory.bytes
  return {
    pageId: bytes.readUInt32LE(at),
    length: bytes.readUInt32LE(at + 4),
    crc: bytes.readUInt32LE(at + 8),
    birth: bytes.readUIntLE(at + 12, 6),
  }
}

/** The reference that leaf entry `index`, whose value is in an extent, holds. @throws CoppiceError CORRUPT */
export function extentAt(m: PageMemory, base: number, index: number): ExtentReference {
  return decodeExtent(m, node.valueOffsetOf(m, base, index), node.valueLengthOf(m, base, index))
}

/** Drops the extent of leaf entry `index`, if its value is in one. */
export function dropExtentAt(m: PageMemory, allocator: PageAllocator, base: number, index: number): void {
  if (!node.hasExtent(m, base, index)) return
  const extent = extentAt(m, base, index)
  allocator.dropRun(extent.pageId, extentPages(extent.length, m.pageSize), extent.birth)
}

/** Reads and checks a whole extent. The buffer is new. */
export function readExtentWhole(file: ExtentSource, reference: ExtentReference): Buffer {
  // No memory is taken for a length that only a forged reference has.
  if (reference.length > PIECE_BYTES) {
    file.readExtent(reference.pageId, reference.length - 1, Buffer.alloc(1), 0, 1)
  }
  const target = Buffer.allocUnsafeSlow(reference.length)
  file.readExtent(reference.pageId, 0, target, 0, reference.length)
  if (crc32(target) !== reference.crc) refuse(file, reference)
  return target
}

export function damagedExtent(reference: ExtentReference): CoppiceError {
  return new CoppiceError(
    'CORRUPT',
    `the large value at page ${reference.pageId} (${reference.length} bytes) fails its checksum`,
    { pageId: reference.pageId },
  )
}

/** Checks an extent piece by piece, never holding more than one piece. */
export function verifyExtent(file: ExtentSource, reference: ExtentReference): void {
  const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, reference.length))
  let crc = 0
  for (let position = 0; position < reference.length; position += piece.length) {
    const length = Math.min(piece.length, reference.length - position)
    file.readExtent(reference.pageId, position, piece, 0, length)
    crc = crc32(piece.subarray(0, length), crc)
  }
  if (crc !== reference.crc) refuse(file, reference)
}

function refuse(file: ExtentSource, reference: ExtentReference): never {
  file.assertReadable?.()
  throw damagedExtent(reference)
}

/** Reads an extent in parts. Reading it once from start to end verifies it without reading twice. */
export class ExtentReader implements ValueReader {
  readonly length: number
  readonly #file: ExtentSource
  readonly #reference: ExtentReference
  readonly #assertReadable: () => void
  #sequentialEnd = 0
  #crc = 0

  constructor(file: ExtentSource, reference: ExtentReference, assertReadable: () => void) {
    this.length = reference.length
    this.#file = file
    this.#reference = reference
    this.#assertReadable = assertReadable
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    this.#assertReadable()
    const readable = Math.max(0, Math.min(length, this.length - position))
    if (readable === 0) return 0
    this.#file.readExtent(this.#reference.pageId, position, target, offset, readable)
    if (position === this.#sequentialEnd) {
      this.#crc = crc32(target.subarray(offset, offset + readable), this.#crc)
      this.#sequentialEnd += readable
      if (this.#sequentialEnd === this.length && this.#crc !== this.#reference.crc) {
        refuse(this.#file, this.#reference)
      }
    }
    return readable
  }

  verify(): void {
    this.#assertReadable()
    if (this.#sequentialEnd === this.length && this.#crc === this.#reference.crc) return
    verifyExtent(this.#file, this.#reference)
  }
}

/** A value that was copied out of a leaf, with the same face as a large one. */
export class InlineReader implements ValueReader {
  readonly length: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.length = bytes.length
    this.#bytes = bytes
  }

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    const readable = Math.max(0, Math.min(length, this.length - position))
    target.set(this.#bytes.subarray(position, position + readable), offset)
    return readable
  }

  verify(): void {}
}
