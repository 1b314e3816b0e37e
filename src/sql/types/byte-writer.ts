/**
 * Bytes put together in one growing piece of memory: integers are big-endian, texts UTF-8, as PostgreSQL's binary formats have
 * them. Knows how bytes lie, not what they mean.
 */

import type { BinaryWriter } from './binary-output.ts'

const INITIAL_BYTES = 8192
/** What is larger is given back when it was taken, so that one large result does not stay for ever. */
const KEPT_BYTES_MAX = 262_144
/** Most of what is written are numbers, names and tags of commands. */
const SHORT_TEXT = 16

export class ByteWriter implements BinaryWriter {
  protected bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  /** Bytes that were written and not taken. */
  length = 0

  uint8(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }
  int16(value: number): void {
    this.reserve(2)
    this.length = this.bytes.writeInt16BE(value, this.length)
  }
  uint16(value: number): void {
    this.reserve(2)
    this.length = this.bytes.writeUInt16BE(value, this.length)
  }
  int32(value: number): void {
    this.reserve(4)
    this.length = this.bytes.writeInt32BE(value, this.length)
  }
  uint32(value: number): void {
    this.reserve(4)
    this.length = this.bytes.writeUInt32BE(value, this.length)
  }
  int64(value: bigint): void {
    this.reserve(8)
    this.length = this.bytes.writeBigInt64BE(value, this.length)
  }
  float32(value: number): void {
    this.reserve(4)
    this.length = this.bytes.writeFloatBE(value, this.length)
  }
  float64(value: number): void {
    this.reserve(8)
    this.length = this.bytes.writeDoubleBE(value, this.length)
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  text(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.writeShort(text, this.length) ? text.length : this.bytes.write(text, this.length)
  }

  /** False: it is not short, or not ASCII. Else it is written, in a third of the time that the call into the engine takes. */
  protected writeShort(text: string, at: number): boolean {
    const { bytes } = this
    const { length } = text
    if (length > SHORT_TEXT) return false
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) return false
      bytes[at + i] = unit
    }
    return true
  }

  /** Leaves room for a length; `endField` puts it in. */
  beginField(): number {
    this.int32(0)
    return this.length
  }
  endField(start: number): void {
    this.bytes.writeInt32BE(this.length - start, start - 4)
  }

  /** Everything so far, as bytes that nobody changes any more. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.length)
    this.bytes.copy(taken, 0, 0, this.length)
    this.length = 0
    if (this.bytes.length > KEPT_BYTES_MAX) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    return taken
  }

  protected reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
