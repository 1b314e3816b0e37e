/** Long operations run as generators: a little at a time, so that the event loop, progress and aborting work. */

import { CoppiceError } from '../base/errors.ts'
import type { Storage } from '../io/storage.ts'

/** How far a long operation is. */
export interface Progress {
  readonly phase: string
  /** Units done, and in all as far as it is known (it may still grow). */
  readonly done: number
  readonly total: number
}

/** Options of `check`, `compact` and `backup`. */
export interface LongOperationOptions {
  /** Called now and then, at least once at the end of each phase. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Aborts it: the promise is rejected with ABORTED and everything is as it was, or as a finished part left it. */
  readonly signal?: AbortSignal | undefined
}

/** Time that one step may keep the event loop. */
const SLICE_MS = 8

/** Runs `steps` in slices, as long as `assertOpen` does not throw; each yield may carry progress. */
export async function runInSteps<T>(
  storage: Storage,
  assertOpen: () => void,
  steps: Generator<Progress | undefined, T>,
  options: LongOperationOptions,
): Promise<T> {
  const { clock, scheduler } = storage
  let latest: Progress | undefined
  try {
    for (;;) {
      if (options.signal?.aborted === true) {
        throw new CoppiceError('ABORTED', 'the operation was aborted', { cause: options.signal.reason })
      }
      const end = clock.monotonicMs() + SLICE_MS
      do {
        assertOpen()
        const step = steps.next()
        if (step.done === true) {
          if (latest !== undefined) options.onProgress?.({ ...latest, done: latest.total })
          return step.value
        }
        if (step.value !== undefined) latest = step.value
      } while (clock.monotonicMs() < end)
      if (latest !== undefined) options.onProgress?.(latest)
      await new Promise<void>(resolve => scheduler.defer(resolve, true))
    }
  } catch (error) {
    // Lets the generator's `finally` blocks undo what is half done. (After an error of its own it is over already.)
    steps.return(undefined as T)
    throw error
  }
}
