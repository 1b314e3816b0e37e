/** How one client's work is cut up, so that the others are answered in between. */

import { systemClock } from '../io/system.ts'
import { SqlError } from '../sql/errors.ts'

/** So long a client may keep all others waiting while its rows go over the line. */
export const SLICE_MS = 3
/** How many steps lie between two looks at the clock. */
const LOOK_EVERY = 32

export class Slice {
  private endMs = systemClock.monotonicMs() + SLICE_MS
  private steps = 0

  /** Asked after each step. */
  isOver(): boolean {
    return ++this.steps % LOOK_EVERY === 0 && systemClock.monotonicMs() > this.endMs
  }

  /** Lets everybody else have a go. */
  async yield(): Promise<void> {
    await yieldToOthers()
    this.endMs = systemClock.monotonicMs() + SLICE_MS
  }
}

export function yieldToOthers(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** What a statement ends with that its client did not want any more. */
export function cancelled(): SqlError {
  return new SqlError('57014', 'canceling statement due to user request')
}
