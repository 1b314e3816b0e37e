/**
 * `npm run bench`: Coppice beside its peers, in one run.
 *
 * The contenders take turns, round by round and each time in another order, so that what the machine does
 * meanwhile falls on all of them; the median of the rounds counts. Between turns everything that waits for
 * the disk is written out, so that nobody's sync pays for another's writes.
 *
 * ```
 * npm run bench -- --quick --only redb,records --contenders coppice,lmdb
 * ```
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { CONTENDER_NAMES, type ContenderName } from './contender.ts'
import { type NodeProgram, nodeOf } from './node-version.ts'
import { drawPicture } from './picture.ts'
import { formatMarkdown, formatText } from './report.ts'
import { describeMachine, merged, type Result, type Section } from './result.ts'
import { Run } from './run.ts'
import type { Workload } from './workload.ts'
import { WORKLOADS } from './workloads.ts'

interface Settings {
  readonly count: number
  readonly rounds: number
  readonly loadRounds: number
  readonly names: readonly ContenderName[]
  readonly workloads: readonly Workload[]
  readonly node: NodeProgram
  /** Parent of the directory that the run makes and removes; it decides which disk is measured. */
  readonly parentDirectory: string
  readonly profileDirectory: string | undefined
  readonly phaseIds: readonly string[] | undefined
  readonly deadlineMs: number
  readonly writesDocs: boolean
}

const DOCS = new URL('../docs/benchmarks.md', import.meta.url)
const DOCS_PICTURE = new URL('../docs/benchmarks.svg', import.meta.url)
const DOCS_START = '<!-- result of the last full run, written by `npm run bench -- --docs` -->'
const DOCS_END = '<!-- end of the result -->'
const RESULTS = new URL('./results/', import.meta.url)
/** All samples of what `--docs` has written, so that workloads can be run one at a time. */
const DOCS_RESULT = new URL('../docs/benchmarks.json', import.meta.url)

const WORKLOAD_IDS = WORKLOADS.map(({ id }) => id)

const HELP = `npm run bench -- [options]
  --quick             small and short: 20,000 keys, two rounds; to see that it works, not how fast
  --only a,b          workloads: ${WORKLOAD_IDS.join(', ')}
  --contenders a,b    ${CONTENDER_NAMES.join(', ')}
  --phases a,b        only these phases of the workloads, with those that load, open and finish
  --count N           keys to load (1000000)
  --rounds N          rounds of every measure (5)
  --load-rounds N     rounds of loading (3)
  --time-limit S      seconds after which no further phase is begun; what is measured until then counts
  --node VERSION      contenders run under this Node, installed from npm
  --directory PATH    where the databases are made (the system's temporary directory)
  --cpu-profile PATH  where each contender's processes leave CPU profiles
  --docs              put the result into docs/benchmarks.md and its picture beside it`

function settingsFrom(args: string[]): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      count: { type: 'string' },
      rounds: { type: 'string' },
      'load-rounds': { type: 'string' },
      only: { type: 'string', default: WORKLOAD_IDS.join(',') },
      contenders: { type: 'string', default: CONTENDER_NAMES.join(',') },
      phases: { type: 'string' },
      'time-limit': { type: 'string' },
      node: { type: 'string' },
      directory: { type: 'string', default: tmpdir() },
      'cpu-profile': { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const usual = values.quick
    ? { count: '20000', rounds: '2', loadRounds: '1' }
    : { count: '1000000', rounds: '5', loadRounds: '3' }
  const workloadIds = known('workload', values.only, WORKLOAD_IDS)
  return {
    count: positive('count', values.count ?? usual.count),
    rounds: positive('rounds', values.rounds ?? usual.rounds),
    loadRounds: positive('load-rounds', values['load-rounds'] ?? usual.loadRounds),
    names: known('contender', values.contenders, CONTENDER_NAMES),
    workloads: WORKLOADS.filter(({ id }) => workloadIds.includes(id)),
    phaseIds: values.phases?.split(','),
    deadlineMs:
      values['time-limit'] === undefined
        ? Number.POSITIVE_INFINITY
        : performance.now() + 1000 * positive('time-limit', values['time-limit']),
    node: nodeOf(values.node),
    parentDirectory: values.directory,
    profileDirectory: values['cpu-profile'],
    writesDocs: values.docs,
  }
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`--${option} takes a number from 1, not '${text}'`)
  }
  return value
}

function known<Name extends string>(what: string, list: string, names: readonly Name[]): Name[] {
  return list.split(',').map(text => {
    const name = names.find(each => each === text)
    if (name === undefined) throw new Error(`there is no ${what} '${text}'; there are: ${names.join(', ')}`)
    return name
  })
}

/** @param keep takes what there is after each workload, so that a run that is stopped has not been in vain */
async function measure(
  settings: Settings,
  directory: string,
  keep: (result: Result) => void,
): Promise<Result> {
  const labels: Partial<Record<ContenderName, string>> = {}
  const absent: Partial<Record<ContenderName, string>> = {}
  const sections: Section[] = []
  const resultOf = (): Result => ({
    machine: describeMachine(settings.node.version),
    contenders: labels,
    absent,
    sections,
  })
  for (const workload of settings.workloads) {
    const run = new Run(workload, {
      ...settings,
      directory,
      labels,
      absent,
      nodePath: settings.node.path,
      builds: new Map(),
    })
    sections.push(await run.section())
    keep(resultOf())
  }
  return resultOf()
}

function writeJson(file: URL, result: Result): void {
  const text = JSON.stringify(result, undefined, 2)
  // The rounds of a row in one line.
  const folded = text.replace(
    /\[\s+([-\d.e,\s]+?)\s+\]/g,
    (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`,
  )
  writeFileSync(file, `${folded}\n`)
}

/** All samples, and the picture, under the time of the run. */
function keepResult(result: Result, started: Date): void {
  const name = started.toISOString().slice(0, 19).replaceAll(':', '-')
  mkdirSync(RESULTS, { recursive: true })
  writeJson(new URL(`${name}.json`, RESULTS), result)
  writeFileSync(new URL(`${name}.svg`, RESULTS), drawPicture(result))
}

/** @param before what earlier runs have written there */
function writeDocs(newer: Result, before: Result | undefined): void {
  const result = inOrder(merged(before ?? newer, newer))
  writeJson(DOCS_RESULT, result)
  const text = readFileSync(DOCS, 'utf8')
  const start = text.indexOf(DOCS_START)
  const end = text.indexOf(DOCS_END)
  if (start === -1 || end < start) throw new Error('docs/benchmarks.md has lost the marks around the result')
  const head = text.slice(0, start + DOCS_START.length)
  writeFileSync(DOCS, `${head}\n${formatMarkdown(result)}\n${text.slice(end)}`)
  writeFileSync(DOCS_PICTURE, drawPicture(result))
}

/** Workloads and rows as they are declared, whatever was measured first. */
function inOrder(result: Result): Result {
  const sections = WORKLOADS.flatMap(({ id, rows }) =>
    result.sections
      .filter(({ workloadId }) => workloadId === id)
      .map(section => ({
        ...section,
        rows: rows.flatMap(row => section.rows.filter(each => each.id === row.id)),
      })),
  )
  return { ...result, sections }
}

function readDocsResult(): Result | undefined {
  try {
    return JSON.parse(readFileSync(DOCS_RESULT, 'utf8'))
  } catch {
    return undefined
  }
}

async function main(): Promise<void> {
  const settings = settingsFrom(process.argv.slice(2))
  if (settings === undefined) return console.log(HELP)
  const directory = mkdtempSync(`${settings.parentDirectory}/coppice-bench-`)
  try {
    const started = new Date()
    const before = readDocsResult()
    const result = await measure(settings, directory, soFar => {
      keepResult(soFar, started)
      if (settings.writesDocs) writeDocs(soFar, before)
    })
    console.log(formatText(result))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
