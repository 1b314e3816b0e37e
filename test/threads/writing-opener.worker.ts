/** Opens a database, tells how to attach to it, and commits until it is terminated. */

import { parentPort, workerData } from 'node:worker_threads'
import { commitState, NUMBERS, openFilled } from './tables.ts'

const db = openFilled(workerData as string)
parentPort!.postMessage(db.share())
for (let n = 1; ; n++) {
  commitState(db, n, NUMBERS / 10)
  if (n % 7 === 0) db.checkpoint()
  if (n % 3 === 0) await new Promise(resolve => setImmediate(resolve))
}
