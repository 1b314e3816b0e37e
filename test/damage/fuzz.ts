/**
 * `npm run fuzz`: cases of the structure-aware fuzzer (fuzz-case.ts) in several processes. Prints how many a second, which
 * kinds of pages were hit and how the cases went; ends with 1 at a failure, and says how to play it again.
 *
 * `-- --cases N` (default 10,000), `--first N` (default 0: the same cases each time), `--jobs N` (default 2)
 * `-- --case N` runs that one, here, and tells all about it.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { fuzzCase, fuzzInput } from './fuzz-case.ts'

const CASES_DEFAULT = 10_000
const JOBS_DEFAULT = 2
const SECOND_MS = 1000
/** A process says how far it is after so long. */
const REPORT_EVERY_MS = 10 * SECOND_MS
/** A case has two seconds: a process that says nothing for so long hangs. */
const SILENCE_MS_MAX = 60 * SECOND_MS

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: `${CASES_DEFAULT}` },
    first: { type: 'string', default: '0' },
    jobs: { type: 'string', default: `${JOBS_DEFAULT}` },
    case: { type: 'string' },
    /** Internal: this is process N. */
    worker: { type: 'string' },
  },
})
const first = Number(options.first)
const end = first + Number(options.cases)
const jobs = Number(options.jobs)

type Tally = Record<string, number>

/** What one process has done so far. */
interface Report {
  readonly cases: number
  /** Of the case that comes next. */
  readonly next: number
  readonly slowestMs: number
  readonly bytesMax: number
  readonly kinds: Tally
  readonly outcomes: Tally
  readonly failure?: { readonly case: number; readonly message: string } | undefined
}

function count(tally: Tally, name: string, by = 1): void {
  tally[name] = (tally[name] ?? 0) + by
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? `${error.stack}` : `${error.message}\n${messageOf(error.cause)}`
}

async function work(job: number): Promise<void> {
  const kinds: Tally = {}
  const outcomes: Tally = {}
  let cases = 0
  let slowestMs = 0
  let reportAt = performance.now() + REPORT_EVERY_MS
  const report = (next: number, failure?: Report['failure']) => {
    const bytesMax = process.resourceUsage().maxRSS * 1024
    const whole: Report = { cases, next, slowestMs, bytesMax, kinds, outcomes, failure }
    console.log(JSON.stringify(whole))
  }
  for (let seed = first + job; seed < end; seed += jobs) {
    try {
      const { kinds: hit, opened, salvaged, elapsedMs } = await fuzzCase(seed)
      cases++
      for (const kind of hit) count(kinds, kind)
      count(outcomes, `${opened}; salvaged ${salvaged}`)
      slowestMs = Math.max(slowestMs, elapsedMs)
    } catch (error) {
      report(seed, { case: seed, message: messageOf(error) })
      return
    }
    if (performance.now() < reportAt) continue
    report(seed + jobs)
    reportAt = performance.now() + REPORT_EVERY_MS
  }
  report(end)
}

function sumOf(reports: readonly (Report | undefined)[]): Omit<Report, 'next' | 'failure'> {
  const sum = { cases: 0, slowestMs: 0, bytesMax: 0, kinds: {} as Tally, outcomes: {} as Tally }
  for (const report of reports) {
    if (report === undefined) continue
    sum.cases += report.cases
    sum.slowestMs = Math.max(sum.slowestMs, report.slowestMs)
    sum.bytesMax = Math.max(sum.bytesMax, report.bytesMax)
    for (const [name, by] of Object.entries(report.kinds)) count(sum.kinds, name, by)
    for (const [name, by] of Object.entries(report.outcomes)) count(sum.outcomes, name, by)
  }
  return sum
}

const listed = (tally: Tally) =>
  Object.entries(tally)
    .sort((a, b) => b[1] - a[1])
    .map(([name, times]) => `  ${`${times}`.padStart(8)}  ${name}`)
    .join('\n')

/** With these a process stays under 256 MiB as a whole: a case that needs more ends it, which is a failure. */
const HEAP_LIMITS = ['--max-old-space-size=128', '--max-semi-space-size=8']

async function run(): Promise<void> {
  const started = performance.now()
  const newest: (Report | undefined)[] = []
  const problems: string[] = []
  const children: ChildProcess[] = []
  const stop = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  const line = () => {
    const { cases, slowestMs, bytesMax } = sumOf(newest)
    const seconds = (performance.now() - started) / SECOND_MS
    const memory = `${Math.round(bytesMax / 2 ** 20)} MiB at most`
    return `${seconds.toFixed(0).padStart(6)} s  ${cases} cases, ${(cases / seconds).toFixed(0)} a second, slowest ${slowestMs.toFixed(0)} ms, ${memory}`
  }
  const runJob = async (job: number): Promise<void> => {
    const args = [...HEAP_LIMITS, '--import', 'tsx', 'test/damage/fuzz.ts', '--worker', `${job}`]
    const range = ['--cases', options.cases, '--first', options.first, '--jobs', options.jobs]
    const child = spawn(process.execPath, [...args, ...range], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const hang = () => {
      problems.push(
        `a case from ${newest[job]?.next ?? first + job} on hangs (every ${jobs}th is of that process)`,
      )
      stop()
    }
    let timer = setTimeout(hang, SILENCE_MS_MAX)
    let rest = ''
    child.stdout?.on('data', data => {
      clearTimeout(timer)
      timer = setTimeout(hang, SILENCE_MS_MAX)
      const lines = (rest + data).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) {
        const report = JSON.parse(text) as Report
        newest[job] = report
        console.log(line())
        if (report.failure === undefined) continue
        const again = `npm run fuzz -- --case ${report.failure.case}`
        problems.push(`${report.failure.message}\n\nplay it again: ${again}`)
        stop()
      }
    })
    const code = await new Promise<number | null>(resolve => child.on('close', resolve))
    clearTimeout(timer)
    if (code !== 0 && problems.length === 0) {
      problems.push(`process ${job} ended with ${code}, after case ${newest[job]?.next ?? first + job}`)
      stop()
    }
  }
  await Promise.all(Array.from({ length: jobs }, (_, job) => runJob(job)))
  const { kinds, outcomes } = sumOf(newest)
  console.log(`\n${line()}\n\nhit:\n${listed(kinds)}\n\noutcomes:\n${listed(outcomes)}`)
  console.log(problems.length === 0 ? '\nevery case kept the law' : `\nFAILED: ${problems.join('\n')}`)
  if (problems.length > 0) process.exitCode = 1
}

if (options.case !== undefined) {
  const seed = Number(options.case)
  const { database, description } = fuzzInput(seed)
  console.log(`case ${seed}: ${database}: ${description}`)
  console.log(await fuzzCase(seed))
} else if (options.worker !== undefined) await work(Number(options.worker))
else await run()
