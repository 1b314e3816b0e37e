/**
 * `npm run bench`: Coppice beside its peers, in one run.
 *
 * The contenders take turns, round by round and each time in another order, so that what the machine does
 * meanwhile falls on all of them; the median of the rounds counts. Between turns everything that waits for
 * the disk is written out, so that nobody's sync pays for another's writes.
 *
 * ```
 * npm run bench -- --count 20000 --only coppice,lmdb --measures get,scan
 * ```
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { CONTENDER_NAMES, type ContenderName } from './contender.ts'
import { ContenderProcess } from './contender-process.ts'
import { DiskLimit } from './disk-limit.ts'
import { MEASURES } from './measures.ts'
import { formatMarkdown, formatText } from './report.ts'
import { describeMachine, type Result, type Row, type Unit } from './result.ts'

interface Settings {
  readonly count: number
  readonly rounds: number
  readonly loadRounds: number
  readonly names: readonly ContenderName[]
  /** Undefined: all. */
  readonly measureIds: readonly string[] | undefined
  /** Parent of the directory that the run makes and removes; it decides which disk is measured. */
  readonly parentDirectory: string
  readonly profileDirectory: string | undefined
  readonly writesDocs: boolean
}

const DOCS = new URL('../docs/benchmarks.md', import.meta.url)
const DOCS_START = '<!-- result of the last full run, written by `npm run bench -- --docs` -->'
const DOCS_END = '<!-- end of the result -->'
const RESULTS = new URL('./results/', import.meta.url)

const HELP = `npm run bench -- [options]
  --count N           keys to load (1000000)
  --rounds N          rounds of every measure (5)
  --load-rounds N     rounds of loading (3)
  --only a,b          contenders: ${CONTENDER_NAMES.join(', ')}
  --measures a,b      measures: ${MEASURES.map(({ id }) => id).join(', ')}
  --directory PATH    where the databases are made (the system's temporary directory)
  --cpu-profile PATH  where each contender's process leaves a CPU profile
  --docs              put the result into docs/benchmarks.md`

function settingsFrom(args: string[]): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      'load-rounds': { type: 'string', default: '3' },
      only: { type: 'string', default: CONTENDER_NAMES.join(',') },
      measures: { type: 'string' },
      directory: { type: 'string', default: tmpdir() },
      'cpu-profile': { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    count: positive('count', values.count),
    rounds: positive('rounds', values.rounds),
    loadRounds: positive('load-rounds', values['load-rounds']),
    names: known('contender', values.only, CONTENDER_NAMES),
    measureIds:
      values.measures === undefined
        ? undefined
        : known(
            'measure',
            values.measures,
            MEASURES.map(({ id }) => id),
          ),
    parentDirectory: values.directory,
    profileDirectory: values['cpu-profile'],
    writesDocs: values.docs,
  }
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${option} takes a number from 1, not '${text}'`)
  return value
}

function known<Name extends string>(what: string, list: string, names: readonly Name[]): Name[] {
  return list.split(',').map(text => {
    const name = names.find(each => each === text)
    if (name === undefined) throw new Error(`there is no ${what} '${text}'; there are: ${names.join(', ')}`)
    return name
  })
}

/** One run; its parts fill the rows. */
class Comparison {
  private readonly settings: Settings
  private readonly directory: string
  private readonly labels: Partial<Record<ContenderName, string>> = {}
  private readonly absent: Partial<Record<ContenderName, string>> = {}
  private readonly rows: Row[] = []
  private readonly diskLimitNs: number[] = []
  private readonly loadAverages: number[] = []

  constructor(settings: Settings, directory: string) {
    this.settings = settings
    this.directory = directory
  }

  async run(): Promise<Result> {
    const { count, rounds, loadRounds } = this.settings
    await this.load()
    await this.measure()
    return {
      date: new Date().toISOString(),
      count,
      rounds,
      loadRounds,
      machine: describeMachine(),
      loadAverages: this.loadAverages,
      contenders: this.labels,
      absent: this.absent,
      rows: this.rows,
      diskLimitNs: this.diskLimitNs,
    }
  }

  /** Each load in a new process, as an import is; the last round's databases stay. */
  private async load(): Promise<void> {
    const load = this.addRow('load', 'bulk load, random order, an entry', 'ns')
    const size = this.addRow('size', 'size of its files when closed', 'MB')
    for (let round = 0; round < this.settings.loadRounds; round++) {
      for (const name of inTurn(this.settings.names, round)) {
        if (this.absent[name] !== undefined) continue
        rmSync(this.directoryOf(name), { recursive: true, force: true })
        mkdirSync(this.directoryOf(name))
        const loading = await this.start(name)
        if (loading === undefined) continue
        const { nsPerOperation, fileBytes } = await loading.take({ kind: 'load' })
        await loading.end()
        addSample(load, name, nsPerOperation!)
        addSample(size, name, fileBytes! / 1e6)
      }
      this.noteLoadAverage()
    }
    say(`loaded ${this.settings.count.toLocaleString('en')} keys`)
  }

  private async measure(): Promise<void> {
    const open = this.addRow('open', 'opening it in a new process', 'ms')
    const processes: ContenderProcess[] = []
    try {
      for (const name of this.settings.names) {
        const process = this.absent[name] === undefined ? await this.start(name) : undefined
        if (process === undefined) continue
        processes.push(process)
        const { openMs } = await process.take({ kind: 'open' })
        addSample(open, name, openMs!)
      }
      await this.measureInTurns(processes)
      for (const process of processes) await process.take({ kind: 'finish' })
    } finally {
      for (const process of processes) await process.end()
    }
  }

  private async measureInTurns(processes: readonly ContenderProcess[]): Promise<void> {
    const { measureIds, rounds } = this.settings
    const diskLimit = new DiskLimit(this.directory)
    for (const measure of MEASURES) {
      if (measureIds !== undefined && !measureIds.includes(measure.id)) continue
      const row = this.addRow(measure.id, measure.title, 'ns')
      for (let round = 0; round < rounds; round++) {
        for (const process of inTurn(processes, round)) {
          const { nsPerOperation } = await process.take({ kind: 'measure', id: measure.id, round })
          addSample(row, process.name, nsPerOperation!)
        }
        if (measure.id === 'single') this.diskLimitNs.push(diskLimit.measure())
      }
      this.noteLoadAverage()
      say(`measured '${measure.title}'`)
    }
    diskLimit.close()
  }

  /** Undefined when it cannot take part; the run goes on without it. */
  private async start(name: ContenderName): Promise<ContenderProcess | undefined> {
    const { count, rounds, profileDirectory } = this.settings
    const assignment = { name, directory: this.directoryOf(name), count, rounds }
    try {
      const process = await ContenderProcess.start(assignment, profileDirectory)
      this.labels[name] = process.label
      return process
    } catch (error) {
      const { message } = error as Error
      this.absent[name] = message.split('\n')[0]!
      say(`${name} takes no part: ${message}`)
      return undefined
    }
  }

  private directoryOf(name: ContenderName): string {
    return `${this.directory}/${name}`
  }

  private noteLoadAverage(): void {
    this.loadAverages.push(loadavg()[0]!)
  }

  private addRow(id: string, title: string, unit: Unit): Row {
    const row: Row = { id, title, unit, samples: {} }
    this.rows.push(row)
    return row
  }
}

/** All of them, another one first each round, with the disk made quiet before each. */
function* inTurn<T>(all: readonly T[], round: number): Generator<T> {
  for (let i = 0; i < all.length; i++) {
    execFileSync('sync')
    yield all[(round + i) % all.length]!
  }
}

function addSample(row: Row, name: ContenderName, value: number): void {
  const samples = row.samples[name] ?? []
  samples.push(value)
  row.samples[name] = samples
}

/** Progress; the report alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function keepResult(result: Result): void {
  mkdirSync(RESULTS, { recursive: true })
  const name = result.date.slice(0, 19).replaceAll(':', '-')
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, undefined, 2)}\n`)
}

function writeDocs(result: Result): void {
  const text = readFileSync(DOCS, 'utf8')
  const start = text.indexOf(DOCS_START)
  const end = text.indexOf(DOCS_END)
  if (start === -1 || end < start) throw new Error('docs/benchmarks.md has lost the marks around the result')
  const before = text.slice(0, start + DOCS_START.length)
  writeFileSync(DOCS, `${before}\n${formatMarkdown(result)}\n${text.slice(end)}`)
}

async function main(): Promise<void> {
  const settings = settingsFrom(process.argv.slice(2))
  if (settings === undefined) return console.log(HELP)
  const directory = mkdtempSync(`${settings.parentDirectory}/coppice-bench-`)
  try {
    const result = await new Comparison(settings, directory).run()
    keepResult(result)
    if (settings.writesDocs) writeDocs(result)
    console.log(formatText(result))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
