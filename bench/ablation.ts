/**
 * `npm run ablation`: what Coppice's decisions are worth, each measured by undoing it.
 *
 * A variant of the engine (`ablation/variants.ts`) takes the place of a contender in the benchmark's own workloads
 * (`ablation/experiments.ts` says which): the same turns, the same checks of every answer.
 *
 * ```
 * npm run ablation -- --only reading --count 100000 --rounds 3
 * ```
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { EXPERIMENTS, type Experiment } from './ablation/experiments.ts'
import { VARIANTS } from './ablation/variants.ts'
import { type ParticipantName, SUBJECT } from './contender.ts'
import { aligned, markdownTable, remarksOf, tableOf } from './report.ts'
import { describeMachine, type Section } from './result.ts'
import { Run } from './run.ts'
import { buildVariant } from './variant.ts'
import { workloadOf } from './workloads.ts'

const DOCS = new URL('../docs/performance.md', import.meta.url)
const RESULTS = new URL('./results/', import.meta.url)
const EXPERIMENT_IDS = EXPERIMENTS.map(({ id }) => id)

const HELP = `npm run ablation -- [options]
  --only a,b         experiments: ${EXPERIMENT_IDS.join(', ')}
  --variants a,b     only these: ${Object.keys(VARIANTS).join(', ')}
  --count N          keys to load (1000000)
  --rounds N         rounds of every measure (5)
  --load-rounds N    rounds of loading (3)
  --directory PATH   where the databases are made (the system's temporary directory)
  --add              with the samples of the earlier runs of the experiment: other processes, other places in memory
  --again            no measuring: the results of the last run
  --docs             put the results into docs/performance.md`

interface Settings {
  readonly experiments: readonly Experiment[]
  readonly count: number
  readonly rounds: number
  readonly loadRounds: number
  readonly parentDirectory: string
  readonly measures: boolean
  readonly addsToEarlier: boolean
  readonly writesDocs: boolean
}

function settingsFrom(args: string[]): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: EXPERIMENT_IDS.join(',') },
      variants: { type: 'string' },
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      'load-rounds': { type: 'string', default: '3' },
      directory: { type: 'string', default: tmpdir() },
      again: { type: 'boolean', default: false },
      add: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const ids = values.only.split(',')
  const unknown = ids.find(id => !EXPERIMENT_IDS.includes(id))
  if (unknown !== undefined) throw new Error(`there is no experiment '${unknown}'; ${HELP}`)
  const wanted = values.variants?.split(',')
  return {
    experiments: EXPERIMENTS.filter(({ id }) => ids.includes(id)).map(experiment => ({
      ...experiment,
      variants: experiment.variants.filter(name => wanted?.includes(name) !== false),
    })),
    count: Number(values.count),
    rounds: Number(values.rounds),
    loadRounds: Number(values['load-rounds']),
    parentDirectory: values.directory,
    measures: !values.again,
    addsToEarlier: values.add,
    writesDocs: values.docs,
  }
}

/** Each once, however many experiments want it. */
async function buildAll(experiments: readonly Experiment[]): Promise<Map<ParticipantName, string>> {
  const builds = new Map<ParticipantName, string>()
  for (const name of new Set(experiments.flatMap(({ variants }) => variants))) {
    builds.set(name, await buildVariant(name, VARIANTS[name]))
  }
  return builds
}

/** Undefined when there is none from before, and none is to be measured. */
async function sectionOf(
  experiment: Experiment,
  settings: Settings,
  builds: ReadonlyMap<ParticipantName, string>,
  directory: string,
): Promise<Section | undefined> {
  if (!settings.measures) return resultOf(experiment)
  const newer = await measure(experiment, settings, builds, directory)
  const section = settings.addsToEarlier ? together(resultOf(experiment), newer) : newer
  writeFileSync(fileOf(experiment), `${JSON.stringify(section, undefined, 2)}\n`)
  return section
}

function measure(
  experiment: Experiment,
  settings: Settings,
  builds: ReadonlyMap<ParticipantName, string>,
  directory: string,
): Promise<Section> {
  const run = new Run(workloadOf(experiment.workloadId), {
    count: Math.ceil(settings.count * experiment.countPart),
    rounds: settings.rounds,
    loadRounds: settings.loadRounds,
    names: [SUBJECT, ...experiment.variants],
    phaseIds: experiment.phaseIds,
    deadlineMs: Number.POSITIVE_INFINITY,
    directory,
    nodePath: process.execPath,
    builds,
    profileDirectory: undefined,
    labels: {},
    absent: {},
  })
  return run.section()
}

function fileOf({ id }: Experiment): URL {
  return new URL(`ablation-${id}.json`, RESULTS)
}

/** What the last run of the experiment left. */
function resultOf(experiment: Experiment): Section | undefined {
  const file = fileOf(experiment)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** The samples of both, if they are of the same size. */
function together(earlier: Section | undefined, newer: Section): Section {
  if (earlier === undefined || earlier.count !== newer.count) return newer
  const rows = newer.rows.map(row => {
    const before = earlier.rows.find(({ id }) => id === row.id)?.samples ?? {}
    const entries = Object.entries(row.samples) as [ParticipantName, number[]][]
    const samples = entries.map(([name, values]) => [name, [...(before[name] ?? []), ...values]])
    return { ...row, samples: Object.fromEntries(samples) }
  })
  return {
    ...newer,
    rows,
    rounds: earlier.rounds + newer.rounds,
    loadRounds: earlier.loadRounds + newer.loadRounds,
    busyProcessors: [...earlier.busyProcessors, ...newer.busyProcessors],
    diskLimitNs: [...earlier.diskLimitNs, ...newer.diskLimitNs],
  }
}

/** A line for each variant, a column for each measure: there are more variants than measures. */
function tableFor({ rowIds }: Experiment, section: Section, withSpread: boolean): string[][] {
  const rows = section.rows.filter(({ id }) => rowIds.includes(id))
  const table = tableOf({ ...section, rows }, withSpread)
  return table[0]!.map((_, column) => table.map(line => line[column]!.replace('without-', 'without ')))
}

function headingOf({ count, rounds, loadRounds, date }: Section): string {
  const machine = describeMachine(process.versions.node)
  return `${count.toLocaleString('en')} keys; medians of ${rounds} rounds (${loadRounds} of loading); ${machine}; ${date.slice(0, 10)}.`
}

/** Each experiment has a place of its own, so that they can be run apart. */
function writeDocs(experiment: Experiment, section: Section): void {
  const { id } = experiment
  const text = readFileSync(DOCS, 'utf8')
  const startMark = `<!-- result of ${id}, written by \`npm run ablation -- --docs\` -->`
  const start = text.indexOf(startMark)
  const end = text.indexOf(`<!-- end of ${id} -->`)
  if (start === -1 || end < start)
    throw new Error(`docs/performance.md has lost the marks around the result of ${id}`)
  const lines = [
    headingOf(section),
    '',
    ...markdownTable(tableFor(experiment, section, false)),
    '',
    ...remarksOf(section).map(remark => `- ${remark}`),
  ]
  writeFileSync(DOCS, `${text.slice(0, start + startMark.length)}\n${lines.join('\n')}\n${text.slice(end)}`)
}

async function main(): Promise<void> {
  const settings = settingsFrom(process.argv.slice(2))
  if (settings === undefined) return console.log(HELP)
  const builds = settings.measures ? await buildAll(settings.experiments) : new Map()
  const directory = mkdtempSync(`${settings.parentDirectory}/coppice-ablation-`)
  mkdirSync(RESULTS, { recursive: true })
  try {
    for (const experiment of settings.experiments) {
      const section = await sectionOf(experiment, settings, builds, directory)
      if (section === undefined) continue
      if (settings.writesDocs) writeDocs(experiment, section)
      console.log(`\n${experiment.title}: ${headingOf(section)}`)
      console.log([...aligned(tableFor(experiment, section, true)), ...remarksOf(section)].join('\n'))
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
