/**
 * Messages to a client, put together in one growing piece of memory. Integers are big-endian, texts UTF-8. Knows how bytes
 * lie, not what they mean.
 */

const INITIAL_BYTES = 8192
/** What is larger is given back after it was sent, so that one large result does not stay for ever. */
const KEPT_BYTES_MAX = 262_144

export class OutputBuffer {
  private bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  private messageStart = -1
  /** Bytes that wait to be sent. */
  length = 0

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

  /** Text with a zero behind it. Zeros inside would end it early, so they are left out. */
  cString(text: string): void {
    this.text(text.includes('\0') ? text.replaceAll('\0', '') : text)
    this.uint8(0)
  }

  text(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.bytes.write(text, this.length)
  }

  /** Text with its length in front of it. */
  lengthAndText(text: string): void {
    this.reserve(4 + text.length * 3)
    const written = this.bytes.write(text, this.length + 4)
    this.bytes.writeInt32BE(written, this.length)
    this.length += 4 + written
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

  private reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
