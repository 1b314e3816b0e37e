/** Opens a database, tells who listens how to attach to it, and ends without closing it when it is told to. */

import { parentPort, workerData } from 'node:worker_threads'
import { openFilled } from './tables.ts'

const db = openFilled(workerData as string)
parentPort!.postMessage(db.share())
parentPort!.once('message', () => process.exit())
