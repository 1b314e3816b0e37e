/** A run's result as a table for a terminal and as Markdown for `docs/benchmarks.md`. Knows no processes. */

import { CONTENDER_NAMES, type ContenderName, SUBJECT } from './contender.ts'
import { median, medianOf, type Result, type Row, ratioOf, TARGETS, type Unit } from './result.ts'

const DECIMALS: Record<Unit, number> = { ns: 0, ms: 1, MB: 1 }

/** The run alone makes it 1, and what the contenders do in the background somewhat more. */
const QUIET_LOAD_MAX = 1.8

/** The table, the bare disk's time, who was absent, and whether the targets are met. */
export function formatText(result: Result): string {
  const cells = tableOf(result)
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  const align = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  return [
    headingOf(result),
    '',
    ...cells.map(line => line.map(align).join('  ')),
    '',
    ...remarksOf(result),
    ...targetLines(result),
  ].join('\n')
}

export function formatMarkdown(result: Result): string {
  const [header, ...lines] = tableOf(result)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = header!.map((_, column) => (column === 0 ? '---' : '---:'))
  return [
    headingOf(result),
    '',
    line(header!),
    line(rule),
    ...lines.map(line),
    '',
    ...[...remarksOf(result), ...targetLines(result)].map(remark => `- ${remark}`),
  ].join('\n')
}

function headingOf(result: Result): string {
  const { count, rounds, loadRounds, machine, date } = result
  return `${count.toLocaleString('en')} keys; medians of ${rounds} rounds (${loadRounds} of loading); ${machine}; ${date.slice(0, 10)}.`
}

/** Header line first. A peer's cell holds its median and, behind it, how many times Coppice's that is. */
function tableOf(result: Result): string[][] {
  const names = CONTENDER_NAMES.filter(name => result.contenders[name] !== undefined)
  const header = ['', ...names.map(name => result.contenders[name]!)]
  return [header, ...result.rows.map(row => [row.title, ...names.map(name => cellOf(row, name))])]
}

function cellOf(row: Row, name: ContenderName): string {
  const value = medianOf(row, name)
  if (value === undefined) return '-'
  const amount = `${formatNumber(value, DECIMALS[row.unit])} ${row.unit}`
  const ratio = name === SUBJECT ? undefined : ratioOf(row, name)
  return ratio === undefined ? amount : `${amount} (${ratio.toFixed(2)}x)`
}

function remarksOf(result: Result): string[] {
  const absent = Object.entries(result.absent).map(([name, why]) => `${name} took no part: ${why}`)
  const { diskLimitNs, loadAverages } = result
  const load = median(loadAverages)
  const warning =
    load > QUIET_LOAD_MAX ? ': the machine was busy with other things, do not trust these times' : ''
  const remarks = [`load average during the run ${load.toFixed(1)}${warning}`, ...absent]
  if (diskLimitNs.length === 0) return remarks
  return [`4 KiB written with fdatasync, no database: ${formatNumber(median(diskLimitNs), 0)} ns`, ...remarks]
}

function targetLines(result: Result): string[] {
  const lines: string[] = []
  for (const { rowId, peer, leastRatio } of TARGETS) {
    const row = result.rows.find(({ id }) => id === rowId)
    const ratio = row === undefined ? undefined : ratioOf(row, peer)
    if (row === undefined || ratio === undefined) continue
    const verdict = ratio >= leastRatio ? 'met' : 'NOT met'
    lines.push(`target ${verdict}: ${row.title}, ${leastRatio}x ${peer}: ${ratio.toFixed(2)}x`)
  }
  return lines
}

function formatNumber(value: number, decimals: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}
