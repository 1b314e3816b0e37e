/** Several jobs at a time, in their order as far as those that must not meet allow it. */

/**
 * Runs all jobs, at most `slots` at a time, and never two of one kind: a slot takes the first job whose kind nobody runs.
 * Rejects with the first error, when those that run have ended; what has not begun then does not begin.
 */
export async function inSlots<Job>(
  jobs: readonly Job[],
  slots: number,
  kindOf: (job: Job) => unknown,
  run: (job: Job) => Promise<void>,
): Promise<void> {
  const waiting = [...jobs]
  const running = new Map<unknown, Promise<void>>()
  const errors: unknown[] = []
  while (errors.length === 0 && (waiting.length > 0 || running.size > 0)) {
    const at = running.size >= slots ? -1 : waiting.findIndex(job => !running.has(kindOf(job)))
    if (at < 0) {
      await Promise.race(running.values())
      continue
    }
    const [job] = waiting.splice(at, 1)
    const kind = kindOf(job)
    const ended = run(job).then(
      () => void running.delete(kind),
      error => {
        running.delete(kind)
        errors.push(error)
      },
    )
    running.set(kind, ended)
  }
  await Promise.all(running.values())
  if (errors.length > 0) throw errors[0]
}
