/**
 * `npm run soak`: the campaign (campaign.ts) for as long as wanted, in as many processes as there are cores. Ends with 1
 * at the first failure, and says which seed it was, of which commit, and the command that plays it again.
 *
 * `-- --minutes N` (default 15), `--seeds N` (each process stops after so many; default: no limit), `--first N` (default:
 * the time, so that each soak has seeds of its own), `--jobs N`, `--trials name[,name]`
 * `-- --replay trial:seed` runs that one trial, here.
 */

import { execFileSync, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type CampaignReport, campaign, replay } from './campaign.ts'

const SECOND_MS = 1000
/** A process reports after so long, and goes on: its numbers are not lost if it is stopped. */
const REPORT_EVERY_MS = 30 * SECOND_MS
/** Seeds of the processes lie so far apart that they never meet. */
const SEEDS_APART = 10_000_000

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    seeds: { type: 'string' },
    first: { type: 'string' },
    jobs: { type: 'string' },
    trials: { type: 'string', default: '' },
    replay: { type: 'string' },
    /** Internal: this is one of the processes. */
    worker: { type: 'boolean', default: false },
  },
})

interface WorkerReport extends Omit<CampaignReport, 'failure'> {
  readonly failure?: { readonly trial: string; readonly seed: number; readonly message: string }
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

/** One process: reports as lines of JSON. */
async function work(): Promise<void> {
  const deadline = performance.now() + Number(options.minutes) * 60 * SECOND_MS
  const seedsMax = options.seeds === undefined ? Number.POSITIVE_INFINITY : Number(options.seeds)
  const only = options.trials === '' ? [] : options.trials.split(',')
  let first = Number(options.first)
  for (let seeds = 0; performance.now() < deadline && seeds < seedsMax; ) {
    const reportAt = Math.min(deadline, performance.now() + REPORT_EVERY_MS)
    const { failure, nextSeed, ...counts } = await campaign(
      first,
      done => performance.now() < reportAt && seeds + done < seedsMax,
      only,
    )
    seeds += counts.seeds
    first = nextSeed
    const { trial, seed, error } = failure ?? {}
    console.log(
      JSON.stringify({ ...counts, ...(failure && { failure: { trial, seed, message: String(error) } }) }),
    )
    if (failure !== undefined) return
  }
}

async function soak(): Promise<void> {
  const first = Number(options.first ?? Math.floor(Date.now() / SECOND_MS) % 100_000_000)
  const jobs = Number(options.jobs ?? availableParallelism())
  const total = { seeds: 0, states: 0, insideRecovery: 0, repeated: 0 }
  let failure: WorkerReport['failure']
  const started = performance.now()
  console.log(
    `soak of commit ${commit()}: ${options.minutes} minutes, ${jobs} processes, seeds from ${first}`,
  )
  const children = Array.from({ length: jobs }, (_, job) => {
    const args = [
      '--minutes',
      options.minutes,
      '--first',
      `${first + job * SEEDS_APART}`,
      '--trials',
      options.trials,
    ]
    if (options.seeds !== undefined) args.push('--seeds', options.seeds)
    return spawn(process.execPath, ['--import', 'tsx', 'props/soak.ts', '--worker', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  })
  const ends = children.map(child => {
    let rest = ''
    child.stdout.on('data', data => {
      const lines = (rest + data).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const report = JSON.parse(line) as WorkerReport
        for (const name of ['seeds', 'states', 'insideRecovery', 'repeated'] as const)
          total[name] += report[name]
        failure ??= report.failure
        console.log(summary(total, (performance.now() - started) / SECOND_MS))
      }
      if (failure !== undefined) for (const other of children) other.kill()
    })
    return new Promise<number | null>(resolve => child.on('close', resolve))
  })
  const codes = await Promise.all(ends)
  if (failure !== undefined) {
    console.log(`\nFAILED: ${failure.message}`)
    console.log(
      `\ncommit ${commit()}, play it again: npm run soak -- --replay ${failure.trial}:${failure.seed}`,
    )
    process.exitCode = 1
  } else if (codes.some(code => code !== 0)) {
    console.log('\nFAILED: a process ended early')
    process.exitCode = 1
  } else {
    console.log('\nnothing was lost')
  }
}

function summary(
  { seeds, states, insideRecovery, repeated }: Omit<CampaignReport, 'failure' | 'nextSeed'>,
  seconds: number,
): string {
  const part = states === 0 ? 0 : Math.round((100 * insideRecovery) / states)
  const rate = Math.round(states / seconds)
  return (
    `${seconds.toFixed(0).padStart(6)} s  ${seeds} seeds, ${states} crash states (${part}% inside of a recovery, ` +
    `${repeated} repeated and left out), ${rate} a second`
  )
}

if (options.replay !== undefined) {
  const [trial, seed] = options.replay.split(':')
  await replay(trial, Number(seed))
  console.log(`${options.replay}: nothing was lost`)
} else if (options.worker) await work()
else await soak()
