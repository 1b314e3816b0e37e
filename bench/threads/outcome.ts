/** What one experiment brought, and how it is shown. Knows no processes. */

import { median } from '../result.ts'
import type { Experiment, Target } from './experiments.ts'
import { type Pattern, SKEW } from './reading.ts'

/** Every round's numbers of one way and one pattern. */
export interface Samples {
  readonly nsPerOperation: number[]
  /** Empty where it is not known. */
  readonly pagesPerOperation: number[]
}

export interface Line {
  readonly title: string
  readonly samples: Partial<Record<Pattern, Samples>>
}

export interface Outcome {
  readonly experiment: string
  readonly date: string
  readonly count: number
  readonly rounds: number
  readonly milliseconds: number
  readonly machine: string
  readonly fileBytes: number
  readonly loadAverages: readonly number[]
  readonly lines: readonly Line[]
}

const PATTERN_TITLES: Record<Pattern, string> = {
  random: 'random get',
  hot: 'get, a thousand hot keys',
  zipfian: `zipfian get (${SKEW})`,
  scan: 'scan, an entry',
}

/** One thread at a time makes it 1, two at once half of the time 1.5, and their runtime somewhat more. */
const QUIET_LOAD_MAX = 2

/** Half of the rounds lie between the quartiles. */
interface Figure {
  readonly median: number
  readonly low: number
  readonly high: number
}

export function formatText(experiment: Experiment, outcome: Outcome): string {
  const cells = tableOf(experiment, outcome)
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  const align = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  return [
    experiment.title,
    headingOf(outcome),
    '',
    ...cells.map(line => line.map(align).join('  ')),
    '',
    ...remarksOf(experiment, outcome),
    '',
  ].join('\n')
}

export function formatMarkdown(experiment: Experiment, outcome: Outcome): string {
  const [header, ...lines] = tableOf(experiment, outcome)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = header!.map((_, column) => (column === 0 ? '---' : '---:'))
  return [
    headingOf(outcome),
    '',
    line(header!),
    line(rule),
    ...lines.map(line),
    '',
    ...remarksOf(experiment, outcome).map(remark => `- ${remark}`),
  ].join('\n')
}

function headingOf({ count, rounds, milliseconds, machine, date, fileBytes }: Outcome): string {
  const megabytes = (fileBytes / 1e6).toFixed(0)
  return `${count.toLocaleString('en')} keys, ${megabytes} MB; medians of ${rounds} rounds of ${milliseconds} ms; ${machine}; ${date.slice(0, 10)}.`
}

/** Header line first. Behind a time stands how many times as fast as the first line it is. */
function tableOf({ patterns, showsPages }: Experiment, { lines }: Outcome): string[][] {
  const header = ['']
  for (const pattern of patterns) {
    header.push(PATTERN_TITLES[pattern])
    if (showsPages) header.push('pages read for one')
  }
  return [
    header,
    ...lines.map(line => {
      const cells = [line.title]
      for (const pattern of patterns) {
        cells.push(timeCell(line, lines[0]!, pattern))
        if (showsPages) cells.push(pagesCell(line, pattern))
      }
      return cells
    }),
  ]
}

function timeCell(line: Line, first: Line, pattern: Pattern): string {
  const samples = line.samples[pattern]
  if (samples === undefined || samples.nsPerOperation.length === 0) return '-'
  const { median: ns, low, high } = figureOf(samples.nsPerOperation)
  const spread = `${formatNs(low)}–${formatNs(high)}`
  const ratio = line === first ? '' : `, ${ratioOf(line, first, pattern)!.median.toFixed(2)}x`
  return `${formatNs(ns)} ns (${spread}${ratio})`
}

function pagesCell(line: Line, pattern: Pattern): string {
  const pages = line.samples[pattern]?.pagesPerOperation ?? []
  return pages.length === 0 ? '-' : median(pages).toFixed(3)
}

/** The ratio of each round by itself: what the machine did meanwhile fell on both. */
function ratioOf(line: Line, first: Line, pattern: Pattern): Figure | undefined {
  const own = line.samples[pattern]?.nsPerOperation ?? []
  const others = first.samples[pattern]?.nsPerOperation ?? []
  if (own.length === 0 || own.length !== others.length) return undefined
  return figureOf(own.map((ns, round) => others[round]! / ns))
}

function remarksOf({ targets }: Experiment, outcome: Outcome): string[] {
  const load = median(outcome.loadAverages)
  const warning =
    load > QUIET_LOAD_MAX ? ': the machine was busy with other things, do not trust these times' : ''
  const remarks = [`load average during the run ${load.toFixed(1)}${warning}`]
  for (const target of targets) remarks.push(...targetRemark(target, outcome.lines))
  return remarks
}

function targetRemark({ title, pattern, leastRatio }: Target, lines: readonly Line[]): string[] {
  const line = lines.find(each => each.title === title)
  const ratio = line === undefined ? undefined : ratioOf(line, lines[0]!, pattern)
  if (ratio === undefined) return []
  const verdict = ratio.median >= leastRatio ? 'met' : 'NOT met'
  const figure = `${ratio.median.toFixed(2)}x (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`
  return [`target ${verdict}: ${PATTERN_TITLES[pattern]}, ${title}, ${leastRatio}x: ${figure}`]
}

function figureOf(samples: readonly number[]): Figure {
  const sorted = samples.toSorted((a, b) => a - b)
  const quarter = (sorted.length - 1) >> 2
  return { median: median(sorted), low: sorted[quarter]!, high: sorted[sorted.length - 1 - quarter]! }
}

function formatNs(ns: number): string {
  return ns.toLocaleString('en', { maximumFractionDigits: 0 })
}
