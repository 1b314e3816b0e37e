/**
 * ORDER BY by way of an index: a query over one table whose order is that of the primary key or of an index needs no sort,
 * and with LIMIT reads only what it gives.
 *
 * In an index null comes first (last where it is descending), in SQL last: so a column that may be null serves only when
 * the query says NULLS FIRST (LAST), or asks for a range without nulls.
 */

import type { BoundExpression, BoundQuery, BoundTable, SelectBody } from '../bind/bound.ts'
import { fullIndexScan, indexesOf, indexScans, PRIMARY, tableScan } from './access.ts'
import type { IndexScan, PlanNode } from './physical.ts'
import type { Planner } from './planner.ts'

interface Order {
  readonly column: number
  readonly isDescending: boolean
  readonly nullsFirst: boolean
}

/** The cheapest plan that gives the rows in order, if it is cheaper than sorting; undefined: sort. */
export function orderedAccess(
  query: BoundQuery,
  body: SelectBody,
  where: readonly BoundExpression[],
  planner: Planner,
): PlanNode | undefined {
  if (query.orderBy.length === 0 || body.from?.kind !== 'table' || !planner.switches.indexScan)
    return undefined
  const from = body.from
  planner.noteTable(from)
  const wanted: Order[] = []
  for (const { target, isDescending, nullsFirst } of query.orderBy) {
    let e = body.targets[target]
    while (e.kind === 'relabel') e = e.operand
    if (e.kind !== 'column' || e.relation !== from.relation.id) return undefined
    wanted.push({ column: e.column, isDescending, nullsFirst })
  }
  const candidates: PlanNode[] = []
  for (const shape of indexesOf(from.table)) {
    for (const isReverse of [false, true]) {
      const scan = indexScans(from, where, planner, false).find(one => one.index === shape.number)
      const fixed = scan === undefined ? 0 : fixedColumns(scan)
      const columns = shape.columns.slice(fixed)
      if (matches(wanted, columns, from, isReverse, scan)) {
        if (scan !== undefined) candidates.push({ ...scan, isReverse })
        else if (shape.number === PRIMARY) candidates.push(tableScan(from, where, planner, false, isReverse))
        else candidates.push(fullIndexScan(from, shape.number, where, planner, isReverse))
      }
    }
  }
  if (candidates.length === 0) return undefined
  const fraction = limitFraction(query, candidates[0].rows)
  const costOf = (plan: PlanNode) => plan.startupCost + (plan.totalCost - plan.startupCost) * fraction
  const best = candidates.reduce((a, b) => (costOf(b) < costOf(a) ? b : a))
  const unordered = [tableScan(from, where, planner, false), ...indexScans(from, where, planner, false)]
  const sorted = Math.min(
    ...unordered.map(plan => plan.totalCost + plan.rows * Math.log2(plan.rows + 2) * 0.01),
  )
  return costOf(best) <= sorted ? best : undefined
}

function limitFraction(query: BoundQuery, rows: number): number {
  const { limit, offset } = query
  if (limit?.kind !== 'constant' || limit.value === null) return limit === undefined ? 1 : 0.1
  const skipped = offset?.kind === 'constant' && offset.value !== null ? Number(offset.value) : 0
  return Math.min(1, (Number(limit.value) + skipped) / Math.max(1, rows))
}

/** Leading columns that have one value in the range. */
function fixedColumns(scan: IndexScan): number {
  let fixed = 0
  while (fixed < scan.equals.length && !scan.equals[fixed].isArray) fixed++
  return fixed
}

function matches(
  wanted: readonly Order[],
  columns: IndexScan['table']['indexes'][number]['columns'],
  { table }: BoundTable,
  isReverse: boolean,
  scan: IndexScan | undefined,
): boolean {
  // Several points are walked one after the other, not in the order of all.
  if (scan?.equals.some(one => one.isArray)) return false
  let at = 0
  for (const order of wanted) {
    if (scan !== undefined && isFixed(order.column, scan, table)) continue
    const column = columns[at]
    if (column === undefined || column.column !== order.column) return false
    const isDescending = column.isDescending !== isReverse
    if (isDescending !== order.isDescending) return false
    const mayBeNull = !table.columns[order.column].isNotNull
    const hasRange = at === 0 && (scan?.lower !== undefined || scan?.upper !== undefined)
    // Ascending keys have null first; read backwards, or descending, last.
    if (mayBeNull && !hasRange && order.nullsFirst !== !isDescending) return false
    at++
  }
  return true
}

function isFixed(column: number, scan: IndexScan, table: BoundTable['table']): boolean {
  const shape = indexesOf(table).find(one => one.number === scan.index)
  return shape?.columns.slice(0, fixedColumns(scan)).some(one => one.column === column) ?? false
}
