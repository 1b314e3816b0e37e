/**
 * What is measured on a loaded database, in the order in which it is: reading first, then what adds keys.
 *
 * Each round of a measure that commits puts keys of its own (`firstKeyOf`), the same for every contender; they
 * are read back afterwards, outside the clock. Loading, opening and file size are measured by the worker
 * around these, because they make and close the database.
 */

import type { Contender, Maybe } from './contender.ts'
import type { Workload } from './workload.ts'

/** One measure; one round of it is one call of `run`. */
export interface Measure {
  readonly id: string
  readonly title: string
  /** Operations in one round, for `count` loaded keys: the time is divided by it. */
  operations(count: number): number
  /** New keys that one round puts; 0 when it only reads. */
  readonly keysPut: number
  /** Does the operations; `from` is the number of the first key to put. Returns the digest of what was read. */
  run(contender: Contender, workload: Workload, from: number): Maybe<number | undefined>
  /** What that digest must be; undefined for a measure that does not read. */
  expectedDigest(workload: Workload): number | undefined
}

const SINGLE_COMMITS = 1000
const BATCHES = 20
const BATCH_LENGTH = 1000
const CONCURRENT_WIDTH = 100
const CONCURRENT_PUTS = 50 * CONCURRENT_WIDTH
const UNSYNCED_COMMITS = 10_000

const READING = { keysPut: 0 }
const COMMITTING = { expectedDigest: () => undefined }

export const MEASURES: readonly Measure[] = [
  {
    ...READING,
    id: 'get',
    title: 'random get',
    operations: count => count,
    run: (contender, workload) => contender.get(workload.random.keys),
    expectedDigest: workload => workload.digestOfValues(workload.random.order),
  },
  {
    ...READING,
    id: 'hot',
    title: 'get, a thousand hot keys',
    operations: count => count,
    run: (contender, workload) => contender.get(workload.hot.keys),
    expectedDigest: workload => workload.digestOfValues(workload.hot.order),
  },
  {
    ...READING,
    id: 'scan',
    title: 'scan, an entry',
    operations: count => count,
    run: contender => contender.scan(),
    expectedDigest: workload => workload.digestOfScan(),
  },
  {
    ...READING,
    id: 'ranges',
    title: 'range of ten entries',
    operations: count => Math.ceil(count / 10),
    run: (contender, workload) => contender.ranges(workload.ranges.keys),
    expectedDigest: workload => workload.digestOfRanges(),
  },
  {
    ...COMMITTING,
    id: 'single',
    title: 'durable commit of one put',
    operations: () => SINGLE_COMMITS,
    keysPut: SINGLE_COMMITS,
    run: async (contender, _, from) => {
      await contender.commitSingly(from, from + SINGLE_COMMITS)
      return undefined
    },
  },
  {
    ...COMMITTING,
    id: 'thousand',
    title: 'durable commit of a thousand puts',
    operations: () => BATCHES,
    keysPut: BATCHES * BATCH_LENGTH,
    run: async (contender, _, from) => {
      await contender.commitBatches(from, from + BATCHES * BATCH_LENGTH, BATCH_LENGTH)
      return undefined
    },
  },
  {
    ...COMMITTING,
    id: 'hundred',
    title: 'durable put, one of 100 at once',
    operations: () => CONCURRENT_PUTS,
    keysPut: CONCURRENT_PUTS,
    run: async (contender, _, from) => {
      await contender.commitConcurrently(from, from + CONCURRENT_PUTS, CONCURRENT_WIDTH)
      return undefined
    },
  },
  {
    ...COMMITTING,
    id: 'unsynced',
    title: 'unsynced commit of one put',
    operations: () => UNSYNCED_COMMITS,
    keysPut: UNSYNCED_COMMITS,
    run: async (contender, _, from) => {
      await contender.commitUnsynced(from, from + UNSYNCED_COMMITS)
      return undefined
    },
  },
]

/** New keys that all measures together put in one round. */
export const KEYS_PUT_PER_ROUND = MEASURES.reduce((sum, measure) => sum + measure.keysPut, 0)

/** @throws Error when there is no such measure. */
export function measureOf(id: string): Measure {
  const measure = MEASURES.find(each => each.id === id)
  if (measure === undefined) throw new Error(`there is no measure '${id}'`)
  return measure
}

/** The number of the first key that `measure` puts in this round, after `count` loaded keys. */
export function firstKeyOf(measure: Measure, round: number, count: number): number {
  const before = MEASURES.slice(0, MEASURES.indexOf(measure))
  return count + round * KEYS_PUT_PER_ROUND + before.reduce((sum, each) => sum + each.keysPut, 0)
}
