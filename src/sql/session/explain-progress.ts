/**
 * How far EXPLAIN ANALYZE is: rows that the plan's scans have met, and how many the planner expects them to meet. Joins and the
 * like are counted by what goes into them; what a sort does when it has all rows is not counted.
 */

import type { TableSchema } from '../catalog/schema.ts'
import type { Measurement, Meter } from '../execute/meter.ts'
import { inputsOf } from '../plan/needed.ts'
import type { PlanNode, QueryPlan } from '../plan/physical.ts'

/** How far a statement is that EXPLAIN ANALYZE runs. */
export interface ExplainProgress {
  /** Rows that were met. */
  readonly rows: number
  /** How many the planner expects; it may be wrong. */
  readonly expectedRows: number
}

/** @param countOf how many rows a table has */
export function expectedRows(plan: QueryPlan, countOf: (table: TableSchema) => number): number {
  let sum = 0
  visit(plan, (node, loops) => {
    sum += loops * (node.kind === 'table scan' ? countOf(node.table) : node.rows)
  })
  return Math.round(sum)
}

export function metRows(plan: QueryPlan, meter: Meter): number {
  let sum = 0
  visit(plan, node => {
    const measured: Measurement | undefined = meter.of(node)
    if (measured !== undefined) sum += measured.rows + measured.removed
  })
  return sum
}

/** What gives rows that are not those of another node that is counted: scans, and what is kept to be given again. */
function visit(plan: QueryPlan, take: (node: PlanNode, loops: number) => void): void {
  for (const table of plan.commonTables) visit(table.plan, take)
  const descend = (node: PlanNode, loops: number): void => {
    const inputs = inputsOf(node)
    if (node.kind === 'materialize') {
      if (loops > 1) take(node, loops)
      descend(node.input, 1)
    } else if (inputs.length === 0) {
      if (node.kind !== 'one row' && node.kind !== 'table count') take(node, loops)
    } else if (node.kind === 'nested loop') {
      descend(node.outer, loops)
      descend(node.inner, loops * Math.max(1, node.outer.rows))
    } else for (const input of inputs) descend(input, loops)
  }
  descend(plan.root, 1)
}
