/** Opening a database whose last process was killed a moment ago. */

import { type Database, isCoppiceError, type OpenOptions, openSync } from '../../src/index.ts'

const PATIENCE_MS = 5000
const PAUSE_MS = 5

/**
 * Opens, and waits while it is LOCKED. On Linux a helper program takes the lock on a descriptor that it shares; a
 * process that is killed while the helper runs is outlived by it, and so by the lock, for a few milliseconds.
 */
export function openPatiently(path: string, options: OpenOptions = {}): Database {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return openSync(path, options)
    } catch (error) {
      if (!isCoppiceError(error, 'LOCKED') || performance.now() > end) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}
