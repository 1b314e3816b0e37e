/**
 * `npm run mutants`: proves the prover. Runs the campaign on each mutant, in a process of its own, until a trial fails or
 * the seeds are used up; prints who killed which, and ends with 1 if one survives.
 *
 * Each is first given to the trial that is known to find it (found-by.ts), for half a minute.
 *
 * `-- --only name[,name]`, `--seeds N` (for each mutant), `--from N` (first seed), `--jobs N`, `--trials name[,name]`,
 * `--first trial` (instead of the known one; `--first ''`: none)
 */

import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { FOUND_BY } from './found-by.ts'
import { findMutant, MUTANTS } from './table.ts'

/** The engine as it is gets through far more in this time. */
const TIME_LIMIT_MS = 150_000
const MESSAGE_WIDTH = 110

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '6000' },
    from: { type: 'string', default: '1' },
    first: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    trials: { type: 'string', default: '' },
  },
})

interface Verdict {
  readonly name: string
  /** It says nothing about the trials. */
  readonly isBroken?: boolean
  readonly killedBy: string | undefined
  readonly seconds: number
  readonly details: string
}

function judge(name: string): Promise<Verdict> {
  const started = performance.now()
  const first = options.first ?? (options.trials === '' ? FOUND_BY[name] : undefined) ?? ''
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'props/mutants/trial-process.ts',
      name,
      options.seeds,
      options.from,
      options.trials,
      first,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  let errors = ''
  let isLate = false
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    errors += data
  })
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, TIME_LIMIT_MS)
  return new Promise(resolve => {
    child.on('close', () => {
      clearTimeout(timer)
      const seconds = (performance.now() - started) / 1000
      resolve({ name, seconds, ...verdictOf(isLate, output, errors) })
    })
  })
}

function verdictOf(isLate: boolean, output: string, errors: string): Omit<Verdict, 'name' | 'seconds'> {
  if (isLate) return { killedBy: undefined, details: 'not found in time' }
  const line = output.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{'))
    return { killedBy: undefined, isBroken: true, details: errors.trim().slice(0, 400) }
  const report = JSON.parse(line) as {
    seeds: number
    states: number
    trial?: string
    seed?: number
    message?: string
  }
  if (report.trial === undefined) {
    return { killedBy: undefined, details: `${report.seeds} seeds, ${report.states} crash states` }
  }
  // Past the words that name the seed, which the table shows anyway.
  const message = (report.message ?? '').replace(/^.*?\): (Broken: )?/s, '').split('\n')[0]
  return { killedBy: `${report.trial} ${report.seed}`, details: message.slice(0, MESSAGE_WIDTH) }
}

const names = options.only === undefined ? MUTANTS.map(({ name }) => name) : options.only.split(',')
for (const name of names) findMutant(name)
const waiting = [...names]
const verdicts: Verdict[] = []
const width = Math.max(...names.map(name => name.length))

async function work(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const verdict = await judge(name)
    verdicts.push(verdict)
    const { killedBy, isBroken, seconds, details } = verdict
    const fate = killedBy ?? (isBroken === true ? 'DOES NOT RUN' : 'SURVIVES')
    console.log(`${name.padEnd(width)}  ${fate.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s  ${details}`)
  }
}

await Promise.all(Array.from({ length: Number(options.jobs) }, work))
const survivors = verdicts.filter(({ killedBy }) => killedBy === undefined)
console.log(`\n${verdicts.length - survivors.length} of ${verdicts.length} mutants are found`)
if (survivors.length > 0) {
  console.log(`survivors: ${survivors.map(({ name }) => name).join(', ')}`)
  process.exitCode = 1
}
