/**
 * The machine's clock, event loop and randomness. Every storage that runs for real shares these;
 * a simulated one brings its own. Knows nothing of files.
 */

import { randomFillSync } from 'node:crypto'
import { getHeapStatistics } from 'node:v8'
import type { CancelTask, Clock, Scheduler } from './storage.ts'

const [seconds, nanoseconds] = process.hrtime()
/** Each thread's `performance.now` begins at its own zero; what it runs on is one clock for all. */
const THREAD_ZERO_MS = seconds * 1000 + nanoseconds / 1e6 - performance.now()

export const systemClock: Clock = {
  monotonicMs: () => THREAD_ZERO_MS + performance.now(),
  wallMs: () => Date.now(),
}

export const systemScheduler: Scheduler = {
  defer(task: () => void, keepsAlive = false): CancelTask {
    const handle = setImmediate(task)
    if (!keepsAlive) handle.unref()
    return () => clearImmediate(handle)
  },
  delay(delayMs: number, task: () => void): CancelTask {
    const handle = setTimeout(task, delayMs)
    handle.unref()
    return () => clearTimeout(handle)
  },
}

/** `length` random bytes in an array of their own. */
export function systemRandomBytes(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length))
}

/** Runtimes that bound their heap by nothing but the machine's memory. */
const HEAP_BYTES_MAX = 4 * 2 ** 30

/** What the heap of this thread may grow to. */
export function systemHeapBytesMax(): number {
  const { heap_size_limit: limit } = getHeapStatistics()
  return limit > 0 ? Math.min(limit, HEAP_BYTES_MAX) : HEAP_BYTES_MAX
}
