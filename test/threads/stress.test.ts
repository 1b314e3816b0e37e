import { afterEach, beforeEach, expect, test } from 'vitest'
import { runs } from '../../props/scale.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { live } from './stress-life.ts'

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

test.each([
  ['32 frames', { seed: 1, frames: 32, reads: 250_000 }],
  ['256 frames', { seed: 2, frames: 256, reads: 500_000 }],
  ['64 frames, where snapshots are ended', { seed: 3, frames: 64, reads: 250_000, maxSnapshotAgeMs: 40 }],
])(
  'four workers and a writer in %s: every value read is the right one, wherever they end',
  async (_, options) => {
    const reads = runs(options.reads)
    const started = performance.now()
    const { failures, counts } = await live({ ...options, reads, path: directory.file('app.db') })
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    console.info(
      `    ${counts.reads} reads checked, ${counts.faults} wrong; ${counts.terminations} workers terminated, ${counts.commits} commits; ${seconds} s`,
    )
    expect(failures).toEqual([])
    expect(counts.faults).toBe(0)
    expect(counts.reads).toBeGreaterThanOrEqual(reads)
    expect(counts.closed).toBeGreaterThan(0)
    expect(counts.sharedStates).toBeGreaterThan(0)
  },
  300_000,
)
