/**
 * Bytes from a client, cut into messages. It takes pieces of any size, split anywhere, and holds at most the message that is
 * being received; a length that cannot be right ends the connection before a byte of the message is kept.
 *
 * ```
 *  a first message        length (4) | body             the length counts itself
 *  every other     type (1) | length (4) | body
 *
 *  bytes   | taken already | received and not taken | room for more, where they are its own |
 *                          start                    end
 * ```
 *
 * A piece that comes when nothing is left of the one before is used as it is. Others are put together, so that a message
 * which comes byte by byte takes no more memory than one that comes at once. What lies before `end` is never written again:
 * messages that were taken are views of it.
 */

import { ProtocolError } from './protocol-error.ts'

export interface Message {
  /** Its letter; '' for a first message. */
  readonly type: string
  readonly body: Buffer
}

const EMPTY = Buffer.alloc(0)
/** Less is not worth asking for. */
const ROOM_BYTES_MIN = 1024
/** What is larger, and mostly taken already, is given back although something of it is left. */
const KEPT_BYTES_MAX = 131_072

export class MessageReader {
  private bytes: Buffer = EMPTY
  private start = 0
  private end = 0
  private hasRoom = false
  /** Whether messages have no type: until the client has said what it wants. */
  isFirst = true
  /** Limit of one message, its length's own bytes included. */
  bytesMax: number

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** Bytes that were received and not taken. */
  get pendingBytes(): number {
    return this.end - this.start
  }

  /** Of memory that it keeps. */
  get keptBytes(): number {
    return this.bytes.length
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    if (this.start === this.end) {
      this.use(chunk, chunk.length)
      return
    }
    if (!this.hasRoom || this.bytes.length - this.end < chunk.length) this.makeRoom(chunk.length)
    chunk.copy(this.bytes, this.end)
    this.end += chunk.length
  }

  /** The next message; undefined: it is not complete. @throws ProtocolError */
  next(): Message | undefined {
    const headLength = this.headLength
    const length = this.messageLength()
    if (length === undefined) return undefined
    if (length < 4) throw new ProtocolError('08P01', `invalid message length ${length}`)
    if (length > this.bytesMax) {
      throw new ProtocolError(
        '08P01',
        `message of ${length} bytes is larger than the limit of ${this.bytesMax}`,
      )
    }
    const whole = headLength - 4 + length
    if (this.pendingBytes < whole) return undefined
    const { bytes, start } = this
    const message = {
      type: this.isFirst ? '' : String.fromCharCode(bytes[start]),
      body: bytes.subarray(start + headLength, start + whole),
    }
    this.drop(whole)
    return message
  }

  private get headLength(): number {
    return this.isFirst ? 4 : 5
  }

  /** As the message says it; undefined: that was not received yet. */
  private messageLength(): number | undefined {
    const { headLength } = this
    if (this.pendingBytes < headLength) return undefined
    return this.bytes.readInt32BE(this.start + headLength - 4)
  }

  private use(bytes: Buffer, end: number): void {
    this.bytes = bytes
    this.start = 0
    this.end = end
    this.hasRoom = false
  }

  /** Twice as much as before, so that each byte is copied once or twice; but no more than the message has. */
  private makeRoom(count: number): void {
    const pending = this.bytes.subarray(this.start, this.end)
    const needed = pending.length + count
    const whole = (this.messageLength() ?? 0) + this.headLength - 4
    const room = Math.max(needed, ROOM_BYTES_MIN, Math.min(2 * needed, whole))
    const bytes = Buffer.allocUnsafeSlow(room)
    pending.copy(bytes)
    this.use(bytes, pending.length)
    this.hasRoom = true
  }

  private drop(count: number): void {
    this.start += count
    const { bytes, start, end } = this
    if (start === end) this.use(EMPTY, 0)
    else if (bytes.length > KEPT_BYTES_MAX && (end - start) * 4 < bytes.length) {
      const rest = Buffer.from(bytes.subarray(start, end))
      this.use(rest, rest.length)
    }
  }
}
