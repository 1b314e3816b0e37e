/**
 * Judges one mutant: the campaign runs on it, in a process of its own (trial-process.ts), until a trial fails, the seeds
 * are used up, or it is too late.
 */

import { spawn } from 'node:child_process'
import { FOUND_BY } from './found-by.ts'

/** The engine as it is gets through far more in this time. */
const TIME_LIMIT_MS = 270_000
const SEEDS = 6000
const MESSAGE_WIDTH = 110
const ERRORS_WIDTH = 400

/** In place of a mutant's name: the engine as it is. */
export const UNCHANGED = '-'

export interface JudgeOptions {
  readonly seeds?: number
  readonly firstSeed?: number
  /** Names of trials, with commas between. Default: all. */
  readonly trials?: string
  /** The trial that has two minutes for itself before. Default, without `trials`: the one that is known to find it. */
  readonly firstTrial?: string | undefined
}

export interface Verdict {
  readonly name: string
  /** `broken`: it could not be tried, which says nothing about the trials. */
  readonly fate: 'killed' | 'survives' | 'broken'
  /** Set when it was killed. */
  readonly trial?: string
  readonly seed?: number
  readonly seconds: number
  readonly details: string
}

/** What trial-process.ts reports. */
interface TrialReport {
  readonly seeds: number
  readonly states: number
  readonly trial?: string
  readonly seed?: number
  readonly message?: string
}

export function judge(name: string, options: JudgeOptions = {}): Promise<Verdict> {
  const { seeds = SEEDS, firstSeed = 1, trials = '' } = options
  const firstTrial = options.firstTrial ?? (trials === '' ? FOUND_BY[name] : undefined) ?? ''
  const started = performance.now()
  const args = [name, `${seeds}`, `${firstSeed}`, trials, firstTrial]
  const child = spawn(process.execPath, ['--import', 'tsx', 'props/mutants/trial-process.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
      resolve({ name, seconds, ...outcomeOf(isLate, output, errors) })
    })
  })
}

function outcomeOf(isLate: boolean, output: string, errors: string): Omit<Verdict, 'name' | 'seconds'> {
  if (isLate) return { fate: 'survives', details: 'not found in time' }
  const line = output.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) return { fate: 'broken', details: errors.trim().slice(0, ERRORS_WIDTH) }
  const { seeds, states, trial, seed, message = '' } = JSON.parse(line) as TrialReport
  if (trial === undefined || seed === undefined) {
    return { fate: 'survives', details: `${seeds} seeds, ${states} crash states` }
  }
  // Past the words that name the seed, which are told anyway.
  const [words] = message.replace(/^.*?: Broken: |^Broken: seed \d+: /s, '').split('\n')
  return { fate: 'killed', trial, seed, details: words.slice(0, MESSAGE_WIDTH) }
}
