/**
 * Proves at every change that the seam and the harness are alive: mutants that die within a second or two, of all layers
 * and by different trials, and the engine as it is, which does not. All of the mutants: `npm run mutants`.
 */

import { expect, test } from 'vitest'
import { FOUND_BY } from './found-by.ts'
import { judge, UNCHANGED } from './judge.ts'

/** Enough for each of these mutants wherever the seeds begin (twelve were the most, of six beginnings), and little enough for a test. */
const SEEDS = 24
/** Longer than a judge takes at most (judge.ts), however busy the machine is. */
const TIME_LIMIT_MS = 300_000

const SAMPLE = [
  'commit-not-synced',
  'log-name-not-synced',
  'replay-starts-one-late',
  'failed-sync-forgotten',
  'acknowledged-before-the-sync',
  'forced-checkpoint-left-out',
  'torn-older-header-left',
  'large-value-not-checked',
  'dropped-page-reused-at-once',
  'checksum-not-checked',
] as const

const trialsOfSample = [...new Set(SAMPLE.map(name => FOUND_BY[name]))]

test.each(SAMPLE)(
  'the trials kill %s',
  async name => {
    const verdict = await judge(name, { trials: FOUND_BY[name], seeds: SEEDS })
    expect(verdict, verdict.details).toMatchObject({ fate: 'killed', trial: FOUND_BY[name] })
  },
  TIME_LIMIT_MS,
)

test(
  'the engine as it is survives them',
  async () => {
    const verdict = await judge(UNCHANGED, {
      trials: trialsOfSample.join(),
      seeds: SEEDS * trialsOfSample.length,
    })
    expect(verdict, verdict.details).toMatchObject({ fate: 'survives' })
  },
  TIME_LIMIT_MS,
)
