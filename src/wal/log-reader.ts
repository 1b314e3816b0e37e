/**
 * Reads a log file through one buffer: a window that is moved forward in large steps, and made larger only
 * for a batch that doesn't fit. Callers ask for lengths that lie inside the file, so memory stays in
 * proportion to what is there, whatever a damaged header claims.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import type { StorageFile } from '../io/storage.ts'
import { BLOCK_BYTES } from './format.ts'

const WINDOW_BYTES = 64 * 1024

export class LogReader {
  readonly #file: StorageFile
  /** Whole blocks of the file: a torn growth may leave an odd end, which can't hold a batch. */
  readonly sizeBytes: number
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  /** The file's bytes [#start, #end) are in the buffer from offset 0. */
  #start = 0
  #end = 0

  constructor(file: StorageFile) {
    this.#file = file
    this.sizeBytes = Math.floor(file.size() / BLOCK_BYTES) * BLOCK_BYTES
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(this.sizeBytes, WINDOW_BYTES))
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** The window. Valid until the next `load`, like {@link view}. */
  get bytes(): Uint8Array {
    return this.#bytes
  }
  get view(): DataView {
    return this.#view
  }

  /**
   * Brings `length` bytes at `position` into the window and returns their offset in it.
   * @throws CoppiceError IO_ERROR, also when the file ends early although its size said otherwise
   */
  load(position: number, length: number): number {
    assert(position >= 0 && position + length <= this.sizeBytes, 'only what the file has is read')
    if (position < this.#start || position + length > this.#end) this.#move(position, length)
    return position - this.#start
  }

  #move(position: number, length: number): void {
    if (length > this.#bytes.length) {
      this.#bytes = new Uint8Array(length)
      this.#view = new DataView(this.#bytes.buffer)
    }
    this.#start = position
    this.#end = position
    const wanted = Math.min(this.sizeBytes - position, this.#bytes.length)
    let done = 0
    while (done < wanted) {
      const count = this.#file.read(this.#bytes, done, wanted - done, position + done)
      if (count === 0) {
        throw new CoppiceError('IO_ERROR', `${this.#file.path}: ends at byte ${position + done} while read`, {
          path: this.#file.path,
          expected: `${this.sizeBytes} bytes`,
          given: `${position + done} bytes`,
        })
      }
      done += count
    }
    this.#end = position + wanted
  }
}
