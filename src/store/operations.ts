/**
 * The logical operations of one transaction, as the log holds them, and applying them again.
 *
 * ```
 * put          0x01  tree id, key length, key, value length, value
 * remove       0x02  tree id, key length, key
 * deleteRange  0x03  tree id, bounds (bit 0: from, bit 1: to), [from length, from], [to length, to]
 * createTree   0x04  tree id
 * dropTree     0x05  tree id
 * ```
 * Numbers are unsigned LEB128. Operations are kept only up to a limit: beyond it the transaction commits by
 * a checkpoint, and what was kept is dropped.
 */

import { CoppiceError } from '../base/errors.ts'
import type { Journal } from '../btree/context.ts'

const Operation = { put: 1, remove: 2, deleteRange: 3, createTree: 4, dropTree: 5 } as const
const START_BYTES = 4096
/** Beyond this, a buffer is given back after the transaction. */
const KEPT_BYTES = 1 << 22
/** The longest LEB128 of a number below 2^35. */
const NUMBER_BYTES = 5
const BYTE_LOOP_MAX = 40

export class OperationLog implements Journal {
  #bytes = Buffer.allocUnsafeSlow(START_BYTES)
  #length = 0
  #limitBytes: number
  #unlogged = false
  #count = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  get length(): number {
    return this.#length
  }

  /** Operations so far, logged or not. */
  get count(): number {
    return this.#count
  }

  /** True when the transaction must commit by a checkpoint. */
  get isUnlogged(): boolean {
    return this.#unlogged
  }

  reset(): void {
    this.#length = 0
    this.#count = 0
    this.#unlogged = false
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(START_BYTES)
  }

  /** A place to come back to by `truncate`. */
  mark(): { readonly length: number; readonly count: number } {
    return { length: this.#length, count: this.#count }
  }

  /** Forgets what came after the mark. What was dropped for its size stays dropped. */
  truncate(mark: { readonly length: number; readonly count: number }): void {
    this.#length = Math.min(this.#length, mark.length)
    this.#count = mark.count
  }

  put(
    treeId: number,
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
  ): void {
    this.#count++
    if (!this.#begin(Operation.put, treeId, keyLength + valueLength + 2 * NUMBER_BYTES)) return
    this.#writeBytes(key, 0, keyLength)
    this.#writeBytes(value, valueOffset, valueLength)
  }

  putUnlogged(): void {
    this.#count++
    this.#giveUp()
  }

  remove(treeId: number, key: Uint8Array, keyLength: number): void {
    this.#count++
    if (!this.#begin(Operation.remove, treeId, keyLength + NUMBER_BYTES)) return
    this.#writeBytes(key, 0, keyLength)
  }

  deleteRange(
    treeId: number,
    from: Uint8Array | undefined,
    fromLength: number,
    to: Uint8Array | undefined,
    toLength: number,
  ): void {
    this.#count++
    if (!this.#begin(Operation.deleteRange, treeId, fromLength + toLength + 2 * NUMBER_BYTES + 1)) return
    this.#bytes[this.#length++] = (from === undefined ? 0 : 1) | (to === undefined ? 0 : 2)
    if (from !== undefined) this.#writeBytes(from, 0, fromLength)
    if (to !== undefined) this.#writeBytes(to, 0, toLength)
  }

  createTree(treeId: number): void {
    this.#count++
    this.#begin(Operation.createTree, treeId, 0)
  }

  dropTree(treeId: number): void {
    this.#count++
    this.#begin(Operation.dropTree, treeId, 0)
  }

  /** Makes room and writes operation and tree; false when operations are not kept any more. */
  #begin(operation: number, treeId: number, moreBytes: number): boolean {
    if (this.#unlogged) return false
    const needed = this.#length + 1 + NUMBER_BYTES + moreBytes
    if (needed > this.#limitBytes) {
      this.#giveUp()
      return false
    }
    if (needed > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length))
      bytes.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = bytes
    }
    this.#bytes[this.#length++] = operation
    this.#writeNumber(treeId)
    return true
  }

  #giveUp(): void {
    this.#unlogged = true
    this.#length = 0
    this.#bytes = Buffer.allocUnsafeSlow(START_BYTES)
  }

  #writeNumber(value: number): void {
    const bytes = this.#bytes
    let rest = value
    while (rest > 0x7f) {
      bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest = Math.floor(rest / 128)
    }
    bytes[this.#length++] = rest
  }

  #writeBytes(source: Uint8Array, offset: number, length: number): void {
    this.#writeNumber(length)
    const bytes = this.#bytes
    let at = this.#length
    if (length <= BYTE_LOOP_MAX) for (let i = 0; i < length; i++) bytes[at++] = source[offset + i]
    else bytes.set(source.subarray(offset, offset + length), at)
    this.#length += length
  }
}

/** Receives the operations of a logged transaction. Buffers are valid during the call only. */
export interface OperationVisitor {
  put(treeId: number, key: Uint8Array, value: Uint8Array): void
  remove(treeId: number, key: Uint8Array): void
  deleteRange(treeId: number, from: Uint8Array | undefined, to: Uint8Array | undefined): void
  createTree(treeId: number): void
  dropTree(treeId: number): void
}

/** @throws CoppiceError WAL_CORRUPT for bytes that no version of Coppice wrote (their checksum was right) */
export function replayOperations(bytes: Uint8Array, visitor: OperationVisitor): void {
  const reader = new Reader(bytes)
  while (!reader.atEnd) {
    const operation = reader.byte()
    const treeId = reader.number()
    if (operation === Operation.put) visitor.put(treeId, reader.bytes(), reader.bytes())
    else if (operation === Operation.remove) visitor.remove(treeId, reader.bytes())
    else if (operation === Operation.deleteRange) {
      const bounds = reader.byte()
      const from = (bounds & 1) !== 0 ? reader.bytes() : undefined
      visitor.deleteRange(treeId, from, (bounds & 2) !== 0 ? reader.bytes() : undefined)
    } else if (operation === Operation.createTree) visitor.createTree(treeId)
    else if (operation === Operation.dropTree) visitor.dropTree(treeId)
    else throw malformed(`operation ${operation}`)
  }
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    if (this.atEnd) throw malformed('its end inside an operation')
    return this.#bytes[this.#at++]
  }

  number(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < NUMBER_BYTES; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw malformed('a number that does not end')
  }

  bytes(): Uint8Array {
    const length = this.number()
    if (this.#at + length > this.#bytes.length) throw malformed('a length beyond its end')
    const start = this.#at
    this.#at += length
    // A Buffer, like the keys and values of every other caller of a tree: one hidden class on its hot path.
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, length)
  }
}

function malformed(what: string): CoppiceError {
  return new CoppiceError('WAL_CORRUPT', `a transaction in the log has ${what}`, {
    expected: 'operations written by this format version',
    given: what,
  })
}
