/**
 * `npm run soak`: the campaign (campaign.ts) for as long as wanted, in as many processes as there are cores. Ends with 1
 * at the first failure, and says which seed it was, of which commit, and the command that plays it again.
 *
 * `-- --minutes N` (default 15), or `--seeds N`: so many in all, however long that takes; with both, it is a failure if
 * the time is over first. `--first N` (default: the time, so that each soak has seeds of its own), `--jobs N`,
 * `--states N`: it is a failure if there were fewer crash states, or less than a fifth of them inside of a recovery,
 * `--trials name[,name]`, `--report file` (the sums as JSON, for scripts)
 * `-- --replay trial:seed` runs that one trial, here.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.ts'
import { type CampaignReport, campaign, replay } from './campaign.ts'
import { commit, playAgain } from './commit.ts'
import { tally } from './tally.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const MINUTES_DEFAULT = 15
/** A process says how far it is after so long. */
const REPORT_EVERY_MS = 30 * SECOND_MS
/** A trial takes seconds at most: a process that is so late hangs. */
const GRACE_MS = 2 * MINUTE_MS
/**
 * For processes that make a whole database every millisecond and forget it: most of it dies before it is copied.
 * A fifth less of the processor's time.
 */
const MANY_SHORT_LIVES = ['--max-semi-space-size=64']
/** Of all crash states, so that those inside of a recovery are not neglected. */
const INSIDE_RECOVERY_PART = 1 / 5
/** Seeds of the processes lie so far apart that they never meet. */
const SEEDS_APART = 10_000_000

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seeds: { type: 'string' },
    first: { type: 'string' },
    jobs: { type: 'string' },
    trials: { type: 'string', default: '' },
    states: { type: 'string' },
    report: { type: 'string' },
    replay: { type: 'string' },
    /** Internal: this is one of the processes, and `--seeds` are its own. */
    worker: { type: 'boolean', default: false },
  },
})

/** Undefined: as long as the seeds take. */
const limitMs =
  options.minutes !== undefined || options.seeds === undefined
    ? Number(options.minutes ?? MINUTES_DEFAULT) * MINUTE_MS
    : undefined

/** What one process has done since it began. */
type Progress = Pick<CampaignReport, 'seeds' | 'states' | 'insideRecovery' | 'repeated'>

interface WorkerReport extends Progress {
  readonly failure?: { readonly trial: string; readonly seed: number; readonly message: string }
}

/** One process: reports as lines of JSON. */
async function work(): Promise<void> {
  const started = performance.now()
  const seedsMax = options.seeds === undefined ? Number.POSITIVE_INFINITY : Number(options.seeds)
  const only = options.trials === '' ? [] : options.trials.split(',')
  let reportAt = started + REPORT_EVERY_MS
  const say = (report: WorkerReport) => console.log(JSON.stringify(report))
  const goesOn = (seeds: number): boolean => {
    const now = performance.now()
    if (now >= reportAt) {
      say({ seeds, ...tally })
      reportAt = now + REPORT_EVERY_MS
    }
    return seeds < seedsMax && (limitMs === undefined || now - started < limitMs)
  }
  const { failure, nextSeed, ...counts } = await campaign(Number(options.first), goesOn, only)
  if (failure === undefined) say(counts)
  else {
    const { trial, seed, error } = failure
    say({ ...counts, failure: { trial, seed, message: String(error) } })
  }
}

function startWorker(program: string, job: number, jobs: number, first: number): ChildProcess {
  const args = ['--worker', '--first', `${first + job * SEEDS_APART}`, '--trials', options.trials]
  if (options.minutes !== undefined) args.push('--minutes', options.minutes)
  if (options.seeds !== undefined) {
    const seeds = Number(options.seeds)
    // Together exactly as many as wanted.
    const share = Math.floor((seeds * (job + 1)) / jobs) - Math.floor((seeds * job) / jobs)
    args.push('--seeds', `${share}`)
  }
  return spawn(process.execPath, [...MANY_SHORT_LIVES, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function soak(): Promise<void> {
  const first = Number(options.first ?? Math.floor(Date.now() / SECOND_MS) % 100_000_000)
  const jobs = Number(options.jobs ?? availableParallelism())
  const wanted = [
    ...(options.seeds === undefined ? [] : [`${options.seeds} seeds`]),
    ...(limitMs === undefined ? [] : [`at most ${limitMs / MINUTE_MS} minutes`]),
  ]
  console.log(`soak of commit ${commit()}: ${wanted.join(', ')}, ${jobs} processes, seeds from ${first}`)
  const program = await bundle('props/soak.ts')
  const started = performance.now()
  const newest: (WorkerReport | undefined)[] = []
  const children = Array.from({ length: jobs }, (_, job) => startWorker(program, job, jobs, first))
  const failureOf = () => newest.find(report => report?.failure !== undefined)?.failure
  const secondsSoFar = () => (performance.now() - started) / SECOND_MS
  const stop = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  const timer = limitMs === undefined ? undefined : setTimeout(stop, limitMs + GRACE_MS)
  const ends = children.map((child, job) => {
    let rest = ''
    child.stdout?.on('data', data => {
      const lines = (rest + data).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        newest[job] = JSON.parse(line) as WorkerReport
        console.log(summary(sumOf(newest), secondsSoFar()))
      }
      if (failureOf() !== undefined) stop()
    })
    return new Promise<number | null>(resolve => child.on('close', resolve))
  })
  const codes = await Promise.all(ends)
  clearTimeout(timer)
  const total = sumOf(newest)
  const problem = problemOf(failureOf(), codes, total)
  if (options.report !== undefined) {
    const report = { summary: summary(total, secondsSoFar()).trim(), ...total, failed: problem !== undefined }
    writeFileSync(options.report, JSON.stringify(report))
  }
  console.log(problem === undefined ? '\nnothing was lost' : `\nFAILED: ${problem}`)
  if (problem !== undefined) process.exitCode = 1
}

function problemOf(
  failure: WorkerReport['failure'],
  codes: readonly (number | null)[],
  { seeds, states, insideRecovery }: Progress,
): string | undefined {
  if (failure !== undefined) {
    return `${failure.message}\n\n${playAgain(failure.trial, failure.seed)}`
  }
  if (codes.some(code => code !== 0)) return 'a process ended early, or not in time'
  if (options.seeds !== undefined && seeds < Number(options.seeds))
    return `${seeds} seeds only, of ${options.seeds}, when the time was over`
  if (options.states === undefined) return undefined
  if (states < Number(options.states)) return `${states} crash states only, of ${options.states}`
  if (insideRecovery < states * INSIDE_RECOVERY_PART)
    return `${insideRecovery} crash states inside of a recovery only, of ${states}`
  return undefined
}

function sumOf(reports: readonly (WorkerReport | undefined)[]): Progress {
  const total = { seeds: 0, states: 0, insideRecovery: 0, repeated: 0 }
  for (const report of reports) {
    if (report === undefined) continue
    for (const name of ['seeds', 'states', 'insideRecovery', 'repeated'] as const) total[name] += report[name]
  }
  return total
}

function summary({ seeds, states, insideRecovery, repeated }: Progress, seconds: number): string {
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
