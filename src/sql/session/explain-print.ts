/** An explained plan as the lines of FORMAT TEXT, or as the objects of FORMAT JSON. */

import type { PageCounts } from '../../store/api.ts'
import type { Detail, ExplainedNode } from './explain.ts'
import type { ExplainOptions } from './explain-options.ts'

/** What was measured of the statement as a whole. */
export interface ExplainedTimes {
  readonly planningMs: number
  readonly planningPages: PageCounts
  /** Undefined: the statement was not run. */
  readonly executionMs: number | undefined
}

/** A node in FORMAT JSON, with PostgreSQL's names. */
export interface ExplainedPlan {
  readonly 'Node Type': string
  readonly 'Startup Cost'?: number
  readonly 'Total Cost'?: number
  readonly 'Plan Rows'?: number
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Actual Total Time'?: number
  readonly Plans?: readonly ExplainedPlan[]
  readonly [property: string]: unknown
}

/** What EXPLAIN (FORMAT JSON) says of a statement. Times are in milliseconds. */
export interface ExplainedStatement {
  readonly Plan: ExplainedPlan
  readonly 'Planning Time'?: number
  readonly 'Execution Time'?: number
  readonly [property: string]: unknown
}

// -------------------------------------------------------------------------------------------------- text

export function explainedLines(
  root: ExplainedNode,
  options: ExplainOptions,
  times: ExplainedTimes,
): string[] {
  const lines: string[] = []
  addLines(root, 0, options, lines)
  if (options.buffers) {
    const planning = buffersText(times.planningPages)
    if (planning !== undefined) lines.push('Planning:', `  ${planning}`)
  }
  if (options.summary) {
    lines.push(`Planning Time: ${times.planningMs.toFixed(3)} ms`)
    if (times.executionMs !== undefined) lines.push(`Execution Time: ${times.executionMs.toFixed(3)} ms`)
  }
  return lines
}

/** @param indent columns that the node's arrow stands at; 0: the root, without an arrow */
function addLines(node: ExplainedNode, indent: number, options: ExplainOptions, lines: string[]): void {
  let at = indent
  if (node.subplanName !== undefined) {
    lines.push(`${' '.repeat(at)}${node.subplanName}`)
    at += 2
  }
  const arrow = at === 0 ? '' : `${' '.repeat(at)}->  `
  lines.push(`${arrow}${node.title}${costsText(node, options)}${actualText(node, options)}`)
  const within = arrow.length + 2
  for (const detail of node.details) lines.push(`${' '.repeat(within)}${detailText(detail)}`)
  const { measured } = node
  if (options.buffers && measured !== undefined) {
    const buffers = buffersText({ hits: measured.pageHits, reads: measured.pageReads })
    if (buffers !== undefined) lines.push(`${' '.repeat(within)}${buffers}`)
  }
  for (const child of node.children) addLines(child, within, options, lines)
}

function costsText({ plan, widthBytes }: ExplainedNode, { costs }: ExplainOptions): string {
  if (!costs) return ''
  const range = `${plan.startupCost.toFixed(2)}..${plan.totalCost.toFixed(2)}`
  return `  (cost=${range} rows=${Math.round(plan.rows)} width=${widthBytes})`
}

function actualText({ measured }: ExplainedNode, { analyze, timing }: ExplainOptions): string {
  if (!analyze) return ''
  if (measured === undefined || measured.loops === 0) return ' (never executed)'
  const { loops, rows, startupMs, totalMs } = measured
  const time = timing ? ` time=${(startupMs / loops).toFixed(3)}..${(totalMs / loops).toFixed(3)}` : ''
  return ` (actual${time} rows=${(rows / loops).toFixed(2)} loops=${loops})`
}

function detailText({ label, value }: Detail): string {
  return `${label}: ${typeof value === 'object' ? value.join(', ') : value}`
}

function buffersText({ hits, reads }: PageCounts): string | undefined {
  if (hits + reads === 0) return undefined
  return `Buffers: shared${hits > 0 ? ` hit=${hits}` : ''}${reads > 0 ? ` read=${reads}` : ''}`
}

// -------------------------------------------------------------------------------------------------- JSON

export function explainedObject(
  root: ExplainedNode,
  options: ExplainOptions,
  times: ExplainedTimes,
): ExplainedStatement {
  return {
    Plan: planObject(root, options),
    ...(options.buffers ? { Planning: pagesObject(times.planningPages) } : {}),
    ...(options.summary ? { 'Planning Time': rounded(times.planningMs) } : {}),
    ...(options.summary && times.executionMs !== undefined
      ? { 'Execution Time': rounded(times.executionMs) }
      : {}),
  }
}

function planObject(node: ExplainedNode, options: ExplainOptions): ExplainedPlan {
  const { plan } = node
  const object: Record<string, unknown> = { ...node.properties }
  if (node.relationship !== undefined) object['Parent Relationship'] = node.relationship
  if (node.subplanName !== undefined) object['Subplan Name'] = node.subplanName
  if (options.costs) {
    object['Startup Cost'] = rounded(plan.startupCost, 2)
    object['Total Cost'] = rounded(plan.totalCost, 2)
    object['Plan Rows'] = Math.round(plan.rows)
    object['Plan Width'] = node.widthBytes
  }
  if (options.analyze) Object.assign(object, actualObject(node, options))
  for (const { label, value } of node.details) object[label] = value
  if (node.children.length > 0) object.Plans = node.children.map(child => planObject(child, options))
  return object as ExplainedPlan
}

function actualObject({ measured }: ExplainedNode, { timing, buffers }: ExplainOptions) {
  const { loops, rows, startupMs, totalMs, pageHits, pageReads } = measured ?? {
    loops: 0,
    rows: 0,
    startupMs: 0,
    totalMs: 0,
    pageHits: 0,
    pageReads: 0,
  }
  const each = Math.max(1, loops)
  return {
    ...(timing
      ? {
          'Actual Startup Time': rounded(startupMs / each),
          'Actual Total Time': rounded(totalMs / each),
        }
      : {}),
    'Actual Rows': rounded(rows / each, 2),
    'Actual Loops': loops,
    ...(buffers ? pagesObject({ hits: pageHits, reads: pageReads }) : {}),
  }
}

function pagesObject({ hits, reads }: PageCounts) {
  return { 'Shared Hit Blocks': hits, 'Shared Read Blocks': reads }
}

function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits))
}
