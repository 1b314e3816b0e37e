/**
 * Work that may be left in its middle: it yields where it may, and is gone on with when it is asked again. Whoever wants no more
 * of it calls `return`: then its `finally` blocks put away what is half done.
 */
export type Steps<Result = void> = Generator<void, Result, void>

/** Asked by such work now and then, with how much it has done since: whether it is to be left now. May throw, to end it. */
export type IsDue = (units: number) => boolean

/** Runs it to its end. */
export function complete<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
