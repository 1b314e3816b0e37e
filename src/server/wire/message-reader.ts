/**
 * Bytes from a client, cut into messages. It takes pieces of any size, split anywhere, and holds at most the message that is
 * being received; a length that cannot be right ends the connection before a byte of the message is kept.
 *
 * ```
 *  a first message        length (4) | body             the length counts itself
 *  every other     type (1) | length (4) | body
 * ```
 */

import { ProtocolError } from './protocol-error.ts'

export interface Message {
  /** Its letter; '' for a first message. */
  readonly type: string
  readonly body: Buffer
}

const EMPTY = Buffer.alloc(0)

export class MessageReader {
  private chunks: Buffer[] = []
  private size = 0
  /** Whether messages have no type: until the client has said what it wants. */
  isFirst = true
  /** Limit of one message, its length's own bytes included. */
  bytesMax: number

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** Bytes that were received and not taken. */
  get pendingBytes(): number {
    return this.size
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.chunks.push(chunk)
    this.size += chunk.length
  }

  /** The next message; undefined: it is not complete. @throws ProtocolError */
  next(): Message | undefined {
    const headLength = this.isFirst ? 4 : 5
    if (this.size < headLength) return undefined
    const head = this.peek(headLength)
    const length = head.readInt32BE(headLength - 4)
    if (length < 4) throw new ProtocolError('08P01', `invalid message length ${length}`)
    if (length > this.bytesMax) {
      throw new ProtocolError(
        '08P01',
        `message of ${length} bytes is larger than the limit of ${this.bytesMax}`,
      )
    }
    const whole = headLength - 4 + length
    if (this.size < whole) return undefined
    const type = this.isFirst ? '' : String.fromCharCode(head[0])
    const message = this.peek(whole)
    this.drop(whole)
    return { type, body: message.subarray(headLength, whole) }
  }

  /** What was received behind the last message that was taken. */
  takeRest(): Buffer {
    const rest = this.size === 0 ? EMPTY : Buffer.concat(this.chunks, this.size)
    this.chunks = []
    this.size = 0
    return rest
  }

  /** The first bytes, in one piece. */
  private peek(count: number): Buffer {
    if (this.chunks[0].length < count) {
      // Joined once for a message, not once for a piece: all that is there, or what is needed of it.
      this.chunks = [Buffer.concat(this.chunks, this.size)]
    }
    return this.chunks[0]
  }

  private drop(count: number): void {
    this.size -= count
    const [first] = this.chunks
    if (first.length === count) this.chunks.shift()
    else this.chunks[0] = first.subarray(count)
  }
}
