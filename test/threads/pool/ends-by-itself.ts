/** A process that has nothing more to do while workers wait for a job. They have printed something long. */

import { WorkerPool } from '../../../src/database/worker-pool.ts'

const entry = new URL('./entry.mjs', import.meta.url).href
const kind = { name: 'test', preload: undefined, entry, limits: {} }
const pool = new WorkerPool()
let tellPrinted = () => {}
const printed = new Promise<void>(resolve => {
  tellPrinted = resolve
})
const worker = pool.begin(
  kind,
  { do: 'print', text: 'x'.repeat(200_000) },
  { onMessage: said => said === 'printed' && tellPrinted(), onEnd() {} },
)
// A worker that is not done when it is to rest is ended before long.
await printed
await worker.rest({ keepMs: 2 ** 31 - 1, workers: 1 })
console.log(pool.keptCount)
