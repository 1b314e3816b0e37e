/**
 * Starts a worker before it imports the library, opens a database, and lets that worker read it; then terminates it in the
 * middle of an operation. Tells what the worker read and how many threads are attached: before and after.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { endsSleepingThreads } from '../support/runtime.ts'
import { startWorker } from './worker-thread.ts'

const WAIT_MS = 5

const words = new Int32Array(new SharedArrayBuffer(32))
const early = startWorker(new URL('./early.worker.ts', import.meta.url), words)
await new Promise(resolve => early.once('online', resolve))

const { commitState, openFilled } = await import('./tables.ts')
using db = openFilled(workerData as string)
const attachedThreads = (): number => db.stats().attachedThreads

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo() && waited < 10_000; waited += WAIT_MS) {
    await new Promise(resolve => setTimeout(resolve, WAIT_MS))
  }
}

commitState(db, 3)
const state = new Promise(resolve => early.once('message', resolve))
early.postMessage(db.share())
const read = await state
// The one that it stays in.
await until(() => Atomics.load(words, 0) === 1)
const before = attachedThreads()
await early.terminate()
if (!endsSleepingThreads) {
  Atomics.store(words, 0, 2)
  Atomics.notify(words, 0)
}
await until(() => attachedThreads() === 0)
const after = attachedThreads()
const { faults } = await db.check()
parentPort!.postMessage({ read, before, after, faults })
