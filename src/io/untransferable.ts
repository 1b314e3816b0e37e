/** Memory that many small copies share, and that therefore must not be given away with one of them. */

import * as workerThreads from 'node:worker_threads'

/**
 * A buffer of `length` bytes, not cleared, whose memory cannot be transferred to another thread: transferring the bytes of
 * one value would empty all others that lie in it. (They are cloned instead, as Node's own pool is.)
 */
export function untransferableBuffer(length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length)
  // Not every runtime has it; there a transfer of one value takes its neighbours along, as with any shared pool.
  workerThreads.markAsUntransferable?.(buffer.buffer)
  return buffer
}
