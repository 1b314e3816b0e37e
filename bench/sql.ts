/**
 * `npm run sql`: SQL statements over a million rows, by Coppice, better-sqlite3 and PGlite.
 *
 * Each engine has a process of its own, which first runs thirty other statements (sql/shapes.ts). The workloads are
 * declared in sql/workloads.ts; in each the engines take turns, round by round and each time another one first. Answers
 * that differ fail the run.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { Child } from './child.ts'
import { describeMachine } from './result.ts'
import { ENGINE_NAMES, type EngineName } from './sql/engine.ts'
import { formatMarkdown, formatText, type Line, type Outcome } from './sql/outcome.ts'
import type { Answer, Assignment, Turn } from './sql/turn.ts'
import { WORKLOADS, type Workload } from './sql/workloads.ts'

const ENGINE_PROCESS = new URL('./sql/engine-process.ts', import.meta.url)
const DOCS = new URL('../docs/benchmarks.md', import.meta.url)
const RESULTS = new URL('./results/', import.meta.url)
const START_MARK = '<!-- result of sql, written by `npm run sql -- --docs` -->'
const END_MARK = '<!-- end of sql -->'

const HELP = `npm run sql -- [options]
  --only a,b         workloads: ${WORKLOADS.map(({ id }) => id).join(', ')}
  --engines a,b      engines: ${ENGINE_NAMES.join(', ')}
  --count N          rows to load (1000000)
  --rounds N         rounds of every workload (5)
  --directory PATH   where the databases are made (the system's temporary directory)
  --keep PATH        makes the files there and leaves them; a later run with it loads none
  --docs             puts the results into docs/benchmarks.md`

interface Settings {
  readonly workloads: readonly Workload[]
  readonly engines: readonly EngineName[]
  readonly count: number
  readonly rounds: number
  readonly parentDirectory: string
  readonly keptDirectory: string | undefined
  readonly writesDocs: boolean
}

function settingsFrom(args: string[]): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      engines: { type: 'string' },
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      directory: { type: 'string', default: tmpdir() },
      keep: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    workloads: chosen('workload', WORKLOADS, values.only, ({ id }) => id),
    engines: chosen('engine', ENGINE_NAMES, values.engines, name => name),
    count: positive('count', values.count),
    rounds: positive('rounds', values.rounds),
    parentDirectory: values.directory,
    keptDirectory: values.keep,
    writesDocs: values.docs,
  }
}

function chosen<T>(
  what: string,
  all: readonly T[],
  names: string | undefined,
  nameOf: (one: T) => string,
): readonly T[] {
  if (names === undefined) return all
  return names.split(',').map(name => {
    const found = all.find(one => nameOf(one) === name)
    if (found === undefined) throw new Error(`there is no ${what} '${name}': ${all.map(nameOf).join(', ')}`)
    return found
  })
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${option} takes a number from 1, not '${text}'`)
  return value
}

type EngineProcess = Child<Turn, Answer>

async function startEngines(settings: Settings, directory: string): Promise<Map<EngineName, EngineProcess>> {
  const processes = new Map<EngineName, EngineProcess>()
  const mark = `${directory}/loaded.json`
  const loaded = new Set<EngineName>(settings.keptDirectory === undefined ? [] : readList(mark))
  for (const engine of settings.engines) {
    const assignment: Assignment = {
      engine,
      directory,
      count: settings.count,
      isLoaded: loaded.has(engine),
    }
    processes.set(engine, await Child.start<Turn, Answer>(engine, ENGINE_PROCESS, assignment))
    // PGlite's is in memory.
    if (engine !== 'pglite') loaded.add(engine)
    if (settings.keptDirectory !== undefined) writeFileSync(mark, JSON.stringify([...loaded]))
    say(`${engine} has its rows`)
  }
  return processes
}

function readList(path: string): EngineName[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EngineName[]
  } catch {
    return []
  }
}

/** It is no rival, and slow at handing rows over: one round after the first says enough. */
const PGLITE_ROUNDS = 1

async function measure(
  workload: Workload,
  rounds: number,
  firstRound: number,
  processes: ReadonlyMap<EngineName, EngineProcess>,
): Promise<Line> {
  const line: Line = { workload: workload.id, samples: {} }
  const engines = [...processes]
  // The first round is for the compiler, and for the caches.
  for (let round = 0; round <= rounds; round++) {
    const digests = new Map<EngineName, string>()
    for (let i = 0; i < engines.length; i++) {
      const [name, child] = engines[(round + i) % engines.length]!
      if (name === 'pglite' && round > PGLITE_ROUNDS) continue
      const { ns, digest } = await child.take({ workload: workload.id, round: firstRound + round })
      if (name !== 'pglite' || workload.pgliteShare === 1) digests.set(name, digest!)
      if (round > 0) {
        line.samples[name] ??= []
        line.samples[name].push(ns!)
      }
    }
    if (new Set(digests.values()).size > 1) {
      throw new Error(`${workload.id}: answers differ: ${JSON.stringify([...digests])}`)
    }
  }
  return line
}

/** Progress; the report alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function writeDocs(outcome: Outcome): void {
  const text = readFileSync(DOCS, 'utf8')
  const start = text.indexOf(START_MARK)
  const end = text.indexOf(END_MARK)
  if (start === -1 || end < start)
    throw new Error('docs/benchmarks.md has lost the marks around the result of sql')
  const before = text.slice(0, start + START_MARK.length)
  writeFileSync(DOCS, `${before}\n${formatMarkdown(outcome)}\n${text.slice(end)}`)
}

function keepResult(outcome: Outcome): void {
  mkdirSync(RESULTS, { recursive: true })
  const name = `sql-${outcome.date.slice(0, 19).replaceAll(':', '-')}`
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(outcome, undefined, 2)}\n`)
}

async function main(): Promise<void> {
  const settings = settingsFrom(process.argv.slice(2))
  if (settings === undefined) return console.log(HELP)
  const { keptDirectory, parentDirectory, workloads, rounds, count } = settings
  const directory = keptDirectory ?? mkdtempSync(`${parentDirectory}/coppice-sql-`)
  mkdirSync(directory, { recursive: true })
  try {
    const processes = await startEngines(settings, directory)
    const lines: Line[] = []
    const loadAverages: number[] = []
    // Rows that are inserted have other keys in each run over kept files.
    const firstRound = keptDirectory === undefined ? 0 : Math.floor(Date.now() / 1000) % 50_000
    try {
      for (const workload of workloads) {
        lines.push(await measure(workload, rounds, firstRound, processes))
        loadAverages.push(loadavg()[0]!)
        say(`measured ${workload.id}`)
      }
    } finally {
      for (const child of processes.values()) await child.end()
    }
    const outcome: Outcome = {
      date: new Date().toISOString(),
      machine: describeMachine(process.versions.node),
      count,
      rounds,
      engines: Object.fromEntries([...processes].map(([name, child]) => [name, child.greeting.label!])),
      lines,
      loadAverages,
    }
    console.log(formatText(outcome))
    keepResult(outcome)
    if (settings.writesDocs) writeDocs(outcome)
  } finally {
    if (keptDirectory === undefined) rmSync(directory, { recursive: true, force: true })
  }
}

await main()
