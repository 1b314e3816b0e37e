/** A worker that is there before the database, and is given the share by a message. Stays inside of an operation. */

import { parentPort, workerData } from 'node:worker_threads'
import { attach, type DatabaseShare } from '../../src/worker.ts'
import { numbers, stateIn } from './tables.ts'

const words = workerData as Int32Array

parentPort!.once('message', (share: DatabaseShare) => {
  const snapshot = attach(share).read()
  parentPort!.postMessage(stateIn(snapshot))
  // The message goes out first.
  setImmediate(() => {
    snapshot.table(numbers).forEach(() => {
      if (Atomics.compareExchange(words, 0, 0, 1) === 0) Atomics.wait(words, 0, 1)
    })
  })
})
