/**
 * Assertions check the program, never its input: a failed one is a bug in Coppice.
 * Cheap ones are always on; costly ones stand behind {@link debugChecks}, which the tests turn on.
 */

/** Turned on by tests: costly invariants are checked too. */
export const debugChecks = { enabled: false }

/** A broken invariant inside Coppice; never caused by bad input or a damaged file. */
export class AssertionError extends Error {
  constructor(invariant: string) {
    super(`invariant broken: ${invariant}`)
    this.name = 'AssertionError'
  }
}

/** Throws {@link AssertionError} when `condition` is false. `invariant` names the law that was broken. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new AssertionError(invariant)
}
