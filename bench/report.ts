/** A run's result as tables for a terminal and as Markdown for `docs/benchmarks.md`. Knows no processes. */

import { type ParticipantName, SUBJECT } from './contender.ts'
import {
  median,
  medianOf,
  participantsOf,
  type Result,
  type Row,
  ratioOf,
  type Section,
  spreadOf,
  type Unit,
} from './result.ts'
import { verdictsOf } from './targets.ts'

const DECIMALS: Record<Unit, number> = { ns: 0, ms: 2, MB: 1, times: 1 }

/** The run alone makes it 1, and what the contenders do in the background somewhat more. */
const QUIET_BUSY_MAX = 1.6

/** The tables, who was absent, and whether the targets are met. */
export function formatText(result: Result): string {
  return [
    result.machine,
    ...Object.values(result.contenders).map(label => `  ${label}`),
    ...result.sections.flatMap(section => [
      '',
      `${headingOf(section)} Behind a number: its spread, and how many times Coppice's it is.`,
      ...aligned(tableOf(section, true)),
      ...remarksOf(section),
    ]),
    '',
    ...aligned(verdictTable(result)),
    ...absentOf(result),
  ].join('\n')
}

export function formatMarkdown(result: Result): string {
  return [
    '![Times of Coppice and other embedded databases](benchmarks.svg)',
    '',
    `${result.machine}. ${Object.values(result.contenders).join(', ')}.`,
    '',
    ...absentOf(result).map(line => `- ${line}`),
    ...result.sections.flatMap(section => [
      '',
      `### ${section.title[0]!.toUpperCase()}${section.title.slice(1)}`,
      '',
      headingOf(section),
      '',
      ...markdownTable(tableOf(section, false)),
      '',
      ...remarksOf(section).map(remark => `- ${remark}`),
    ]),
    '',
    '### Targets',
    '',
    ...markdownTable(verdictTable(result)),
  ].join('\n')
}

function headingOf({ workloadId, count, rows, date }: Section): string {
  const rounds = rows.map(({ samples }) => samples[SUBJECT]?.length ?? 0)
  const fewest = Math.min(...rounds)
  const most = Math.max(...rounds)
  const of = fewest === most ? `${most}` : `${fewest} to ${most}`
  return `\`${workloadId}\` with --count ${count.toLocaleString('en')}; medians of ${of} rounds; ${date.slice(0, 10)}.`
}

/** Header line first. A peer's cell holds its median and, behind it, how many times Coppice's that is. */
export function tableOf(section: Section, withSpread: boolean): string[][] {
  const names = participantsOf(section)
  return [
    ['', ...names],
    ...section.rows.map(row => [row.title, ...names.map(name => cellOf(row, name, withSpread))]),
  ]
}

function cellOf(row: Row, name: ParticipantName, withSpread: boolean): string {
  const value = medianOf(row, name)
  if (value === undefined) return '-'
  const spread = withSpread ? spreadOf(row, name) : undefined
  const around = spread === undefined ? '' : ` ±${Math.round(spread * 100)}%`
  const unit = row.unit === 'times' ? '' : ` ${row.unit}`
  const amount = `${formatNumber(value, DECIMALS[row.unit])}${unit}${around}`
  const ratio = name === SUBJECT ? undefined : ratioOf(row, name)
  return ratio === undefined || !Number.isFinite(ratio) ? amount : `${amount} (${ratio.toFixed(2)}x)`
}

export function remarksOf({ diskLimitNs, busyProcessors }: Section): string[] {
  const remarks: string[] = []
  if (diskLimitNs.length > 0) {
    remarks.push(`4 KiB written with fdatasync, no database: ${formatNumber(median(diskLimitNs), 0)} ns`)
  }
  if (busyProcessors.length > 0) {
    const busy = median(busyProcessors)
    const warning =
      busy > QUIET_BUSY_MAX ? ': the machine was busy with other things, do not trust these times' : ''
    remarks.push(`processors busy during the run: ${busy.toFixed(1)}${warning}`)
  }
  return remarks
}

function absentOf(result: Result): string[] {
  return Object.entries(result.absent).map(([name, why]) => `${name} took no part: ${why}`)
}

function verdictTable(result: Result): string[][] {
  const verdicts = verdictsOf(result)
  if (verdicts.length === 0) return [['no target was measured']]
  const lines = verdicts.map(({ title, wanted, reached, isMet }) => [
    title,
    wanted,
    reached,
    isMet ? 'met' : 'NOT met',
  ])
  return [['target', 'wanted', 'reached', ''], ...lines]
}

export function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map(line => line[column]!.length)))
  return table.map(line =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  )
}

export function markdownTable([header, ...lines]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = header!.map((_, column) => (column === 0 ? '---' : '---:'))
  return [line(header!), line(rule), ...lines.map(line)]
}

function formatNumber(value: number, decimals: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}
