/** A process that has nothing more to do while workers wait for a job. They have printed something long. */

import { WorkerPool } from '../../../src/database/worker-pool.ts'

const entry = new URL('./entry.mjs', import.meta.url).href
const kind = { name: 'test', preload: undefined, entry, limits: {} }
const pool = new WorkerPool()
const worker = pool.begin(kind, { do: 'print', text: 'x'.repeat(200_000) }, { onMessage() {}, onEnd() {} })
await worker.rest({ keepMs: 2 ** 31 - 1, workers: 1 })
console.log(pool.keptCount)
