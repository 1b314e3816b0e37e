/** What a run of `npm run sql` brought, and how it is shown. Knows no processes. */

import { aligned, markdownTable } from '../report.ts'
import { median } from '../result.ts'
import { ENGINE_NAMES, type EngineName } from './engine.ts'
import { WORKLOADS, type Workload } from './workloads.ts'

export interface Line {
  readonly workload: string
  /** Nanoseconds of an operation, by round. */
  readonly samples: Partial<Record<EngineName, number[]>>
}

export interface Outcome {
  readonly date: string
  readonly machine: string
  readonly count: number
  readonly rounds: number
  readonly engines: Partial<Record<EngineName, string>>
  readonly lines: readonly Line[]
  readonly loadAverages: readonly number[]
}

/** An indexed lookup is to be so many times faster than a scan. */
const INDEX_OVER_SCAN = 100

/** Two engines are never at work at once: what is above it is somebody else's. */
const QUIET_LOAD_MAX = 2

export function formatText(outcome: Outcome): string {
  return [headingOf(outcome), '', ...aligned(tableOf(outcome)), '', ...remarksOf(outcome), ''].join('\n')
}

export function formatMarkdown(outcome: Outcome): string {
  return [
    headingOf(outcome),
    '',
    ...markdownTable(tableOf(outcome)),
    '',
    ...remarksOf(outcome).map(remark => `- ${remark}`),
  ].join('\n')
}

function headingOf({ count, rounds, machine, engines, date }: Outcome): string {
  const names = Object.values(engines).join(', ')
  return `${count.toLocaleString('en')} rows; medians of ${rounds} rounds; ${names}; ${machine}; ${date.slice(0, 10)}.`
}

function tableOf({ lines, engines }: Outcome): string[][] {
  const names = ENGINE_NAMES.filter(name => engines[name] !== undefined)
  const header = ['', ...names, 'beside better-sqlite3', 'target', '']
  return [
    header,
    ...lines.map(line => {
      const workload = workloadOf(line)
      const ratio = ratioOf(line)
      const verdict =
        ratio === undefined || workload.target === undefined
          ? ''
          : ratio >= workload.target
            ? 'met'
            : 'NOT met'
      return [
        workload.title,
        ...names.map(name => cellOf(line.samples[name], workload)),
        ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
        workload.target === undefined ? '' : `${workload.target}x`,
        verdict,
      ]
    }),
  ]
}

function cellOf(samples: readonly number[] | undefined, { per }: Workload): string {
  if (samples === undefined || samples.length === 0) return '-'
  const ns = median(samples)
  const amount = ns >= 10_000 ? `${(ns / 1000).toFixed(1)} µs` : `${ns.toFixed(ns < 100 ? 1 : 0)} ns`
  return per === 'row' ? `${amount} a row` : amount
}

/** How many times as fast as better-sqlite3: the median of the rounds' own ratios. */
function ratioOf({ samples }: Line): number | undefined {
  const own = samples.coppice
  const others = samples['better-sqlite3']
  if (own === undefined || others === undefined || own.length !== others.length) return undefined
  return median(own.map((ns, round) => others[round]! / ns))
}

function remarksOf({ lines, loadAverages, count }: Outcome): string[] {
  const remarks: string[] = []
  const find = (id: string): readonly number[] | undefined =>
    lines.find(({ workload }) => workload === id)?.samples.coppice
  const scan = find('scan')
  const lookup = find('index')
  if (scan !== undefined && lookup !== undefined) {
    const times = (median(scan) * count) / median(lookup)
    const verdict = times >= INDEX_OVER_SCAN ? 'met' : 'NOT met'
    remarks.push(
      `target ${verdict}: a lookup by an index at least ${INDEX_OVER_SCAN} times faster than a scan: ${times.toFixed(0)} times`,
    )
  }
  const load = median(loadAverages)
  const warning =
    load > QUIET_LOAD_MAX ? ': the machine was busy with other things, do not trust these times' : ''
  remarks.push(`load average during the run ${load.toFixed(1)}${warning}`)
  return remarks
}

function workloadOf({ workload }: Line): Workload {
  return WORKLOADS.find(({ id }) => id === workload)!
}
