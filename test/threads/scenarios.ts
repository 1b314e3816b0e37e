/** Running the scenarios of scenario.worker.ts, and meeting them at their points. */

import type { Worker } from 'node:worker_threads'
import type { DatabaseShare, SnapshotShare } from '../../src/worker.ts'
import { endsSleepingThreads } from '../support/runtime.ts'
import type { ScenarioTask } from './scenario.worker.ts'
import { startWorker } from './worker-thread.ts'

export interface Scenario {
  readonly worker: Worker
  readonly words: Int32Array
  /** What the scenario returns; rejects when it throws or ends without a result. */
  readonly result: Promise<unknown>
  /** Resolves with the exit code when the thread is gone. */
  readonly exit: Promise<number>
  /** Resolves when the scenario has come to this point. */
  reached(word: number, times?: number): Promise<void>
  /** Lets it go on from there. */
  resume(word: number): void
}

export function startScenario(name: string, share: DatabaseShare | SnapshotShare, value = 0): Scenario {
  const words = new Int32Array(new SharedArrayBuffer(32))
  const task: ScenarioTask = { name, share, words, value }
  const worker = startWorker(new URL('./scenario.worker.ts', import.meta.url), task)
  const exit = new Promise<number>(resolve => worker.once('exit', resolve))
  const result = new Promise<unknown>((resolve, reject) => {
    worker.once('message', (message: { result: unknown }) => resolve(message.result))
    worker.once('error', reject)
    worker.once('exit', code => reject(new Error(`'${name}' ended with ${code}`)))
  })
  // Whoever waits for its end only does not ask for a result.
  result.catch(() => {})
  const reached = async (word: number, times = 1) => {
    while (Atomics.load(words, word) < times) await Promise.race([pause(), result])
  }
  const resume = (word: number) => {
    Atomics.store(words, word, 2)
    Atomics.notify(words, word)
  }
  return { worker, words, result, exit, reached, resume }
}

/** The result of a scenario that is met nowhere. */
export async function runScenario(
  name: string,
  share: DatabaseShare | SnapshotShare,
  value = 0,
): Promise<unknown> {
  const { result, worker } = startScenario(name, share, value)
  try {
    return await result
  } finally {
    await worker.terminate()
  }
}

/** Terminates it while it sleeps at the point `word`. */
export async function terminateAt(word: number, { worker, resume }: Scenario): Promise<void> {
  await worker.terminate()
  if (!endsSleepingThreads) resume(word)
}

export function pause(ms = 1): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** Until it is so, for at most ten seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo() && waited < 10_000; waited += 5) await pause(5)
}

/** What `run` returns, or the code of what it throws. */
export function codeOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return (error as { code: unknown }).code
  }
}
