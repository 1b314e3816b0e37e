/** Which worker threads of this process live, as Node tells when they start and end. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'

const living = new Set<Worker>()
let started = 0
process.on('worker', worker => {
  started++
  living.add(worker)
  worker.once('exit', () => living.delete(worker))
})

export function livingThreads(): number {
  return living.size
}

/** How many have been started so far. */
export function startedThreads(): number {
  return started
}

/** Waits until only so many live. A test in which they do not end is ended itself. */
export async function untilThreadsAre(count: number): Promise<void> {
  while (living.size !== count) await pause(5)
}
