/** Waiting for a stream that has enough for now. */

import type { Writable } from 'node:stream'

/** Resolves when it takes more, or never will any more. Leaves no listeners behind, however often it is called. */
export function drained(stream: Writable): Promise<void> {
  if (stream.destroyed) return Promise.resolve()
  return new Promise(resolve => {
    const over = (): void => {
      stream.off('drain', over)
      stream.off('error', over)
      stream.off('close', over)
      resolve()
    }
    stream.on('drain', over)
    stream.on('error', over)
    stream.on('close', over)
  })
}
