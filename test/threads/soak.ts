/**
 * `npm run soak:threads`: lives of stress-life.ts, one after the other, for as long as wanted. Ends with 1 at the first
 * anomaly, and says which seed it was and how to play it again. (The threads' timing is not the seed's: a failure may
 * need several attempts to come again.)
 *
 * `-- --minutes N` (default 15), `--first N` (the first seed; default: the time), `--reads N` (of each life, default
 * 500,000), `--seed N`: that one life only.
 */

import { parseArgs } from 'node:util'
import { SeededRandom } from '../../props/seeded-random.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { type LifeOptions, live } from './stress-life.ts'

const MINUTE_MS = 60_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    first: { type: 'string' },
    reads: { type: 'string', default: '500000' },
    seed: { type: 'string' },
  },
})

function optionsOf(seed: number, path: string): LifeOptions {
  const random = new SeededRandom(seed)
  return {
    seed,
    path,
    reads: Number(values.reads),
    frames: random.pick([16, 32, 64, 128, 256, 1024]),
    maxSnapshotAgeMs: random.chance(0.3) ? 20 + random.below(200) : undefined,
  }
}

/** Whether nothing was wrong. */
async function passes(seed: number): Promise<boolean> {
  const directory = temporaryDirectory()
  try {
    const options = optionsOf(seed, directory.file('app.db'))
    const { failures, counts } = await live(options)
    const { frames, maxSnapshotAgeMs } = options
    console.log(JSON.stringify({ seed, frames, maxSnapshotAgeMs, ...counts }))
    if (failures.length === 0 && counts.faults === 0) return true
    for (const failure of failures) console.error(failure)
    console.error(`anomaly: npm run soak:threads -- --seed ${seed} --reads ${values.reads}`)
    return false
  } finally {
    directory.remove()
  }
}

const deadline = performance.now() + Number(values.minutes) * MINUTE_MS
const first = Number(values.seed ?? values.first ?? Math.floor(Date.now() / 1000) % 1_000_000)
for (let seed = first; ; seed++) {
  if (!(await passes(seed))) {
    process.exitCode = 1
    break
  }
  if (values.seed !== undefined || performance.now() > deadline) break
}
