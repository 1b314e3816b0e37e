/**
 * The transactions that will be written to the log together, already laid out as one batch.
 *
 * The buffer starts with room for the batch header, grows by doubling and is used again for the next
 * batch, so a commit allocates nothing and its bytes are copied once. What a transaction's bytes mean
 * is not known here; they are framed by their length.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { crc32 } from '../io/checksum.ts'
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  BLOCK_BYTES,
  encodeBatchHeader,
  FRAME_HEADER_BYTES,
  PAYLOAD_BYTES_MAX,
  roundUpToBlock,
} from './format.ts'

const FIRST_CAPACITY_BYTES = 4 * BLOCK_BYTES
/** A buffer that grew beyond this for a rare large batch is given back by `clear`. */
const KEPT_CAPACITY_BYTES = 4 * 1024 * 1024
/** Below this, copying byte by byte beats making a view of the source. */
const SHORT_COPY_BYTES = 48

/** Transactions gathered for one `Log.append`. */
export class LogBatch {
  #bytes = new Uint8Array(FIRST_CAPACITY_BYTES)
  #view = new DataView(this.#bytes.buffer)
  /** Bytes in use, header included. */
  #end = BATCH_HEADER_BYTES
  #transactionCount = 0

  get transactionCount(): number {
    return this.#transactionCount
  }

  /** Bytes of the payload so far, frames included. */
  get payloadBytes(): number {
    return this.#end - BATCH_HEADER_BYTES
  }

  /** Bytes that this batch will take in the file. */
  get fileBytes(): number {
    return roundUpToBlock(this.#end)
  }

  /** The batch as it is written: valid after `seal`, until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /**
   * Adds one transaction: `length` bytes of `source` from `offset`, copied.
   * @throws CoppiceError VALUE_TOO_LARGE when the batch would outgrow the format's limit; it is unchanged then.
   */
  add(source: Uint8Array, offset: number, length: number): void {
    assert(offset >= 0 && length >= 0 && offset + length <= source.length, 'a transaction lies in its buffer')
    const start = this.#end + FRAME_HEADER_BYTES
    const end = start + length
    if (end > BATCH_HEADER_BYTES + PAYLOAD_BYTES_MAX) {
      throw new CoppiceError('VALUE_TOO_LARGE', 'a log batch can hold 1 GiB', {
        expected: `at most ${PAYLOAD_BYTES_MAX} bytes`,
        given: `${end - BATCH_HEADER_BYTES} bytes`,
      })
    }
    if (end > this.#bytes.length) this.#grow(end)
    this.#view.setUint32(this.#end, length, true)
    if (length <= SHORT_COPY_BYTES) {
      const target = this.#bytes
      for (let at = 0; at < length; at++) target[start + at] = source[offset + at]
    } else if (length === source.length) {
      this.#bytes.set(source, start)
    } else {
      this.#bytes.set(source.subarray(offset, offset + length), start)
    }
    this.#end = end
    this.#transactionCount++
  }

  /** Forgets the transactions; the buffer stays, unless it is very large. */
  clear(): void {
    this.#end = BATCH_HEADER_BYTES
    this.#transactionCount = 0
    if (this.#bytes.length > KEPT_CAPACITY_BYTES) this.#replace(new Uint8Array(FIRST_CAPACITY_BYTES))
  }

  /** Completes the image: padding, payload CRC, header. `header` holds all that the log knows. */
  seal(header: BatchHeader, headerSeed: number): void {
    // The buffer has been used before: what lies in the padding are the bytes of an older batch.
    this.#bytes.fill(0, this.#end, this.fileBytes)
    header.payloadBytes = this.payloadBytes
    header.payloadCrc = crc32(this.#bytes.subarray(BATCH_HEADER_BYTES, this.#end))
    encodeBatchHeader(header, this.#bytes, this.#view, headerSeed)
  }

  #grow(needed: number): void {
    // Whole blocks, so that the padding always has room.
    const bytes = new Uint8Array(roundUpToBlock(Math.max(needed, 2 * this.#bytes.length)))
    bytes.set(this.#bytes.subarray(0, this.#end))
    this.#replace(bytes)
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}
