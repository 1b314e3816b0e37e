/** Which state of the sources this is, for messages that somebody reads later. */

import { execFileSync } from 'node:child_process'

export function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

/** What to do to see a failure of a trial again. */
export function playAgain(trial: string, seed: number): string {
  return `commit ${commit()}, play it again: npm run soak -- --replay ${trial}:${seed}`
}
