/**
 * Messages to a client, put together in one growing piece of memory. Knows how bytes lie, not what they mean.
 */

import { ByteWriter } from '../../sql/types/byte-writer.ts'

export class OutputBuffer extends ByteWriter {
  private messageStart = -1

  /** Begins a message. `end` puts its length in. */
  begin(type: string): void {
    this.reserve(5)
    this.bytes[this.length] = type.charCodeAt(0)
    this.messageStart = this.length + 1
    this.length += 5
  }

  end(): void {
    this.bytes.writeInt32BE(this.length - this.messageStart, this.messageStart)
    this.messageStart = -1
  }

  /** What was written from there on. */
  copyFrom(start: number): Buffer {
    return Buffer.from(this.bytes.subarray(start, this.length))
  }

  /** Takes back a message that was begun and cannot be completed, if there is one. */
  abandon(): void {
    if (this.messageStart < 0) return
    this.length = this.messageStart - 1
    this.messageStart = -1
  }

  /** A message without content. */
  empty(type: string): void {
    this.begin(type)
    this.end()
  }

  /** Text with a zero behind it. Zeros inside would end it early, so they are left out. */
  cString(text: string): void {
    this.text(text.includes('\0') ? text.replaceAll('\0', '') : text)
    this.uint8(0)
  }

  /** Text with its length in front of it. */
  lengthAndText(text: string): void {
    this.reserve(4 + text.length * 3)
    const at = this.length + 4
    const written = this.writeShort(text, at) ? text.length : this.bytes.write(text, at)
    this.bytes.writeInt32BE(written, this.length)
    this.length += 4 + written
  }
}
