/** Memory that many small copies share, and that therefore must not be given away with one of them. */

import * as workerThreads from 'node:worker_threads'

/**
 * A buffer of `length` bytes, all zero, whose memory cannot be transferred to another thread: transferring the bytes of
 * one value would empty all others that lie in it. (They are cloned instead, as Node's own pool is.)
 *
 * Cleared, although nobody needs the zeros: new memory is in no cache, and writing all of it at once brings it there for less
 * than the small copies that follow would pay one by one (a tenth of reading ten entries).
 */
export function untransferableBuffer(length: number): Buffer {
  const buffer = Buffer.alloc(length)
  // Not every runtime has it; there a transfer of one value takes its neighbours along, as with any shared pool.
  workerThreads.markAsUntransferable?.(buffer.buffer)
  return buffer
}
