/** For giving back several things, each of which may fail to be given back. */

/** Runs all of them, whatever some of them throw; then throws the first error. */
export function runAll(...actions: readonly (() => void)[]): void {
  const errors: unknown[] = []
  for (const action of actions) {
    try {
      action()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** The same where an error is under way already that the caller has to know instead. */
export function runAllQuietly(...actions: readonly (() => void)[]): void {
  try {
    runAll(...actions)
  } catch {
    // It follows from that one, or does not matter beside it.
  }
}
