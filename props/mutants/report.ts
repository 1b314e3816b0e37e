/** Verdicts of several runs, kept as JSON, so that a table can be made in pieces. */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Verdict } from './judge.ts'
import type { DatedVerdict } from './markdown.ts'

/** Those in the file, if there is one, and newer ones. */
export function mergeVerdicts(
  report: string | undefined,
  verdicts: readonly Verdict[],
): Record<string, DatedVerdict> {
  const all: Record<string, DatedVerdict> =
    report !== undefined && existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  for (const verdict of verdicts) all[verdict.name] = { ...verdict, commit }
  return all
}
