/**
 * `npm run threads`: how reading scales with worker threads, and what some parts of the pool are worth: swips, CLOCK,
 * and the pool itself when it is smaller than the data.
 *
 * The experiments are declared in `threads/experiments.ts`. In each the ways to read take turns, round by round and
 * each time another one first, every subject in a process of its own with a copy of one loaded file.
 *
 * ```
 * npm run threads -- --only scaling,lookup --count 20000 --rounds 3 --milliseconds 100
 * ```
 */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { Child } from './child.ts'
import { type ContenderName, LARGE_CACHE, loadContender } from './contender.ts'
import { Dataset } from './dataset.ts'
import { describeMachine } from './result.ts'
import {
  type Circumstances,
  EXPERIMENT_IDS,
  type Experiment,
  type ExperimentId,
  experimentOf,
  type Way,
} from './threads/experiments.ts'
import { formatMarkdown, formatText, type Line, type Outcome, type Samples } from './threads/outcome.ts'
import type { Pattern } from './threads/reading.ts'
import type { Answer, Assignment, Subject, Turn } from './threads/turn.ts'

const SUBJECT_PROCESS = new URL('./threads/subject-process.ts', import.meta.url)
const DOCS = new URL('../docs/benchmarks.md', import.meta.url)
const RESULTS = new URL('./results/', import.meta.url)

const HELP = `npm run threads -- [options]
  --only a,b         experiments: ${EXPERIMENT_IDS.join(', ')}
  --count N          keys to load (1000000)
  --rounds N         rounds of every measure (7)
  --milliseconds N   length of a round (500)
  --workers N        workers at once, at most (as many as there are processors, at least 2)
  --directory PATH   where the databases are made (the system's temporary directory)
  --docs             put the results into docs/benchmarks.md`

interface Settings {
  readonly ids: readonly ExperimentId[]
  readonly count: number
  readonly rounds: number
  readonly milliseconds: number
  readonly workersMax: number
  readonly parentDirectory: string
  readonly writesDocs: boolean
}

function settingsFrom(args: string[]): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: EXPERIMENT_IDS.join(',') },
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '7' },
      milliseconds: { type: 'string', default: '500' },
      workers: { type: 'string', default: String(Math.max(2, availableParallelism())) },
      directory: { type: 'string', default: tmpdir() },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    ids: values.only.split(',').map(experimentId),
    count: positive('count', values.count),
    rounds: positive('rounds', values.rounds),
    milliseconds: positive('milliseconds', values.milliseconds),
    workersMax: positive('workers', values.workers),
    parentDirectory: values.directory,
    writesDocs: values.docs,
  }
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${option} takes a number from 1, not '${text}'`)
  return value
}

function experimentId(text: string): ExperimentId {
  const id = EXPERIMENT_IDS.find(each => each === text)
  if (id === undefined)
    throw new Error(`there is no experiment '${text}'; there are: ${EXPERIMENT_IDS.join(', ')}`)
  return id
}

type SubjectProcess = Child<Turn, Answer>

/** The loaded files, and runs over copies of them. */
class Bench {
  private readonly settings: Settings
  private readonly directory: string

  constructor(settings: Settings, directory: string) {
    this.settings = settings
    this.directory = directory
  }

  /** Loads what the experiments read. */
  async load(): Promise<void> {
    await this.loadBy('coppice')
    if (this.settings.ids.includes('larger')) await this.loadBy('lmdb')
    say(`loaded ${this.settings.count.toLocaleString('en')} keys`)
  }

  circumstances(): Circumstances {
    const { workersMax } = this.settings
    return { fileBytes: statSync(this.loadedFile('coppice')).size, workersMax }
  }

  async run(experiment: Experiment): Promise<Outcome> {
    const { count, rounds, milliseconds } = this.settings
    const processes = new Map<string, SubjectProcess>()
    const loadAverages: number[] = []
    const lines: Line[] = experiment.ways.map(({ title }) => ({ title, samples: {} }))
    try {
      await this.start(experiment.ways, processes)
      for (const pattern of experiment.patterns) {
        await this.measure(experiment.ways, pattern, processes, lines)
        loadAverages.push(loadavg()[0]!)
        say(`measured ${experiment.id}, ${pattern}`)
      }
    } finally {
      for (const process of processes.values()) await process.end()
    }
    return {
      experiment: experiment.id,
      date: new Date().toISOString(),
      count,
      rounds,
      milliseconds,
      machine: describeMachine(process.versions.node),
      fileBytes: this.circumstances().fileBytes,
      loadAverages,
      lines,
    }
  }

  private async measure(
    ways: readonly Way[],
    pattern: Pattern,
    processes: ReadonlyMap<string, SubjectProcess>,
    lines: readonly Line[],
  ): Promise<void> {
    const { rounds, milliseconds } = this.settings
    await this.prepare(ways, pattern, processes)
    for (const line of lines) line.samples[pattern] = { nsPerOperation: [], pagesPerOperation: [] }
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < ways.length; i++) {
        const at = (round + i) % ways.length
        const { processNames, threads } = ways[at]!
        const turn: Turn = { kind: 'read', threads, milliseconds }
        const answers = await Promise.all(processNames.map(name => processes.get(name)!.take(turn)))
        addSample(lines[at]!.samples[pattern]!, answers)
      }
    }
  }

  /** All processes at once: nothing is measured yet. Each takes one turn at a time. */
  private async prepare(
    ways: readonly Way[],
    pattern: Pattern,
    processes: ReadonlyMap<string, SubjectProcess>,
  ): Promise<void> {
    const milliseconds = 2 * this.settings.milliseconds
    const prepared = new Map<string, Promise<unknown>>()
    for (const { processNames, threads } of ways) {
      const turn: Turn = { kind: 'prepare', pattern, threads, milliseconds }
      for (const name of processNames) {
        const before = prepared.get(name) ?? Promise.resolve()
        prepared.set(
          name,
          before.then(() => processes.get(name)!.take(turn)),
        )
      }
    }
    await Promise.all(prepared.values())
  }

  /** All at once, like `prepare`. */
  private async start(ways: readonly Way[], processes: Map<string, SubjectProcess>): Promise<void> {
    const starting = new Map<string, Promise<void>>()
    for (const { processNames, subject } of ways) {
      for (const name of processNames) {
        if (starting.has(name)) continue
        const start = this.startProcess(name, subject).then(process => void processes.set(name, process))
        starting.set(name, start)
      }
    }
    const failed = (await Promise.allSettled(starting.values())).find(({ status }) => status === 'rejected')
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
  }

  private async startProcess(name: string, subject: Subject): Promise<SubjectProcess> {
    const path = `${this.directory}/${name}.db`
    copyFileSync(this.loadedFile(subject.engine), path)
    const assignment: Assignment = { subject, path, count: this.settings.count }
    return Child.start<Turn, Answer>(name, SUBJECT_PROCESS, assignment)
  }

  private async loadBy(name: ContenderName): Promise<void> {
    const directory = `${this.directory}/loaded-${name}`
    mkdirSync(directory)
    const { count } = this.settings
    const contender = await loadContender(name)
    const store = await contender.openBytes!(directory, new Dataset({ count, laterCount: 0 }), LARGE_CACHE)
    try {
      await store.load()
      await store.settle()
    } finally {
      await store.close()
    }
  }

  private loadedFile(name: 'coppice' | 'lmdb'): string {
    return `${this.directory}/loaded-${name}/${name === 'coppice' ? 'data.db' : 'data'}`
  }
}

/** Of processes that read at once, the time is that of all together. */
function addSample(samples: Samples, answers: readonly Answer[]): void {
  const perNs = answers.reduce((sum, { nsPerOperation }) => sum + 1 / nsPerOperation!, 0)
  samples.nsPerOperation.push(1 / perNs)
  const [{ pagesPerOperation }, ...others] = answers as [Answer, ...Answer[]]
  if (others.length === 0 && pagesPerOperation !== undefined)
    samples.pagesPerOperation.push(pagesPerOperation)
}

/** Progress; the report alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function keepResults(outcomes: readonly Outcome[]): void {
  mkdirSync(RESULTS, { recursive: true })
  const name = `threads-${outcomes[0]!.date.slice(0, 19).replaceAll(':', '-')}`
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(outcomes, undefined, 2)}\n`)
}

/** Each experiment has a place of its own, so that they can be run apart. */
function writeDocs(experiment: Experiment, outcome: Outcome): void {
  const text = readFileSync(DOCS, 'utf8')
  const startMark = `<!-- result of ${experiment.id}, written by \`npm run threads -- --docs\` -->`
  const start = text.indexOf(startMark)
  const end = text.indexOf(`<!-- end of ${experiment.id} -->`)
  if (start === -1 || end < start) {
    throw new Error(`docs/benchmarks.md has lost the marks around the result of ${experiment.id}`)
  }
  const before = text.slice(0, start + startMark.length)
  writeFileSync(DOCS, `${before}\n${formatMarkdown(experiment, outcome)}\n${text.slice(end)}`)
}

async function main(): Promise<void> {
  const settings = settingsFrom(process.argv.slice(2))
  if (settings === undefined) return console.log(HELP)
  const directory = mkdtempSync(`${settings.parentDirectory}/coppice-threads-`)
  try {
    const bench = new Bench(settings, directory)
    await bench.load()
    const outcomes: Outcome[] = []
    for (const id of settings.ids) {
      const experiment = await experimentOf(id, bench.circumstances())
      const outcome = await bench.run(experiment)
      outcomes.push(outcome)
      console.log(formatText(experiment, outcome))
      keepResults(outcomes)
      if (settings.writesDocs) writeDocs(experiment, outcome)
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
