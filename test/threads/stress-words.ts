/** What the threads of a stress (stress-life.ts) tell each other. */

import type { DatabaseShare, SnapshotShare } from '../../src/worker.ts'

/** Words that all threads of a life share. */
export const Word = {
  /** One of Stop. */
  stop: 0,
  reads: 1,
  snapshots: 2,
  faults: 3,
  /** Threads that have begun. */
  begun: 4,
  /** The stamp of the newest state for certain; 0 while it may go back. */
  newest: 5,
  /** Snapshots that were ended for their age. */
  tooOld: 6,
  /** States read that the main thread shared. */
  sharedStates: 7,
  /** Threads whose reading the end of the database ended. */
  closed: 8,
} as const

/** Go on; go on until the database is closed; stop. */
export const Stop = { never: 0, atClose: 1, now: 2 } as const

export interface StressTask {
  readonly share: DatabaseShare
  readonly counters: SharedArrayBuffer
  readonly seed: number
  /** Whether snapshots may be ended for their age. */
  readonly expires: boolean
}

/** A snapshot that the main thread hands over, and the stamp that it has read in it. */
export interface SharedState {
  readonly share: SnapshotShare
  readonly stamp: number
}
