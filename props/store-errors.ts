/** What the errors of a store promise, and which of them no disk can explain. */

import { isCoppiceError } from '../src/base/errors.ts'
import { check } from './law.ts'
import { SimulatedCrash } from './simulated-disk.ts'

/** Law: NO_SPACE says that the store goes on. `isPoisoned`: when the call that failed had just thrown. */
export function expectPromiseOf(error: unknown, isPoisoned: boolean): void {
  check(!isCoppiceError(error, 'NO_SPACE') || !isPoisoned, 'a store that says NO_SPACE goes on')
}

/** An error that no fault of a disk can explain, anywhere among the causes. */
export function findStrange(error: unknown): unknown {
  for (let cause = error; cause !== undefined && cause !== null; cause = (cause as Error).cause) {
    if (cause instanceof SimulatedCrash) return undefined
    if (!isCoppiceError(cause)) return cause
  }
  return undefined
}
