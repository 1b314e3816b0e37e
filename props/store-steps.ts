/** What a random life of a store consists of: its kinds of steps, how likely each is, and the options it is opened with. */

import type { ErrorCode } from '../src/base/errors.ts'
import type { StoreOptions } from '../src/store/options.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Life } from './store-life.ts'

/** What a file or a machine that misbehaves may make the store say. */
export interface LifeOptions {
  /** Codes that an operation may fail with. None: nothing may fail but by a crash. */
  readonly allowedErrors?: readonly ErrorCode[]
  /** These instead of random ones. */
  readonly storeOptions?: StoreOptions
  /** Nothing but commits, so many and so large that checkpoints run beside them most of the time. */
  readonly isBusy?: boolean
  /** Keys and entries are about as long as any that lie in a page (`Draft`). */
  readonly isNearLimits?: boolean
}

interface Step {
  readonly weight: number
  /** Part of a busy life. */
  readonly isCommit?: boolean
  take(life: Life): Promise<void> | void
}

export const STEPS: readonly Step[] = [
  { weight: 26, isCommit: true, take: life => life.writes.write('sync') },
  { weight: 12, isCommit: true, take: life => life.writes.write('none') },
  { weight: 12, isCommit: true, take: life => life.writes.group() },
  { weight: 8, isCommit: true, take: life => life.writes.byHandle() },
  { weight: 4, isCommit: true, take: life => life.checkpoint() },
  { weight: 3, take: life => life.flush() },
  { weight: 6, isCommit: true, take: life => life.snapshots.take() },
  { weight: 5, isCommit: true, take: life => life.snapshots.drop() },
  { weight: 8, take: life => life.savepoints.use() },
  { weight: 3, take: life => life.compact() },
  { weight: 3, take: life => life.closeAndOpen() },
  { weight: 2, take: life => life.verify() },
  { weight: 1, take: life => life.backUp() },
  { weight: 7, take: life => life.settle() },
]

/** Each kind of step is left out, as usual, or frequent in a life: what all lives do alike they never overdo. */
export const MOODS = [0, 1, 1, 1, 5]

/** Small pages and small caches, so that little data makes deep trees and spills. From 128 pages on, puts are collected. */
export function randomOptions(random: SeededRandom): StoreOptions {
  const pageSizeBytes = random.pick([512, 512, 512, 1024, 4096])
  return {
    pageSizeBytes,
    cacheSizeBytes: random.pick([16, 24, 64, 128, 256]) * pageSizeBytes,
    maxSizeBytes: 16 << 20,
    transactionLogBytes: random.pick([0, 1500, 20_000, 200_000]),
    checkpointLogBytes: 64 * 1024,
    maxLogBytes: random.pick([64, 96, 200]) * 1024,
    checkpointPagesPerCommit: random.pick([1, 4, 32]),
  }
}
