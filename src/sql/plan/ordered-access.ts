/**
 * ORDER BY by way of an index: a query over one table whose order is that of the primary key or of an index needs no sort,
 * and with LIMIT reads only what it gives.
 *
 * Where null lies in an index is part of its definition: what may be null serves only when the query wants it there, or asks
 * for a range without nulls.
 */

import type { BoundExpression, BoundQuery, BoundTable, SelectBody } from '../bind/bound.ts'
import {
  fullIndexScan,
  type IndexShape,
  indexesFor,
  indexScans,
  isOver,
  PRIMARY,
  subjectOf,
  tableScan,
} from './access.ts'
import { ROW_COST, sortingCost } from './costs.ts'
import { likenessOfKeys } from './key-likeness.ts'
import { allAccessPaths, indexOrScans } from './or-access.ts'
import type { IndexOrScan, IndexScan, PlanNode, TableScan } from './physical.ts'
import type { Planner } from './planner.ts'

export interface Order {
  /** What is sorted by: a column, or an expression. */
  readonly operand: BoundExpression
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
  if (query.orderBy.length === 0 || body.from?.kind !== 'table') return undefined
  const from = body.from
  planner.noteTable(from)
  const wanted: Order[] = []
  for (const { target, isDescending, nullsFirst } of query.orderBy) {
    const operand = subjectOf(body.targets[target], from.relation.id)
    if (operand === undefined) return undefined
    wanted.push({ operand, isDescending, nullsFirst })
  }
  const wantedRows = (rows: number) => limitFraction(query, rows) * rows
  const best = cheapestInOrder(from, wanted, where, wantedRows, planner)
  if (best === undefined) return undefined
  const kept = wantedRows(best.rows)
  const sorted = Math.min(
    ...allAccessPaths(from, where, planner, false).map(
      plan => plan.totalCost + sortingCost(plan.rows, kept) + kept * ROW_COST,
    ),
  )
  return costOfFirst(best, kept) <= sorted ? best : undefined
}

/**
 * The scan of a key that gives the rows in order, and the first of them at the least cost.
 * @param wantedRows how many rows are wanted of so many
 */
export function cheapestInOrder(
  from: BoundTable,
  wanted: readonly Order[],
  where: readonly BoundExpression[],
  wantedRows: (rows: number) => number,
  planner: Planner,
): IndexScan | IndexOrScan | TableScan | undefined {
  if (!planner.switches.indexScan) return undefined
  const candidates: (IndexScan | IndexOrScan | TableScan)[] = []
  const scans = indexScans(from, where, planner, false)
  for (const shape of indexesFor(from, where)) {
    const scan = scans.find(one => one.index === shape.number)
    for (const isReverse of [false, true]) {
      if (matches(wanted, shape, from, isReverse, scan)) {
        if (scan !== undefined) candidates.push({ ...scan, isReverse })
        else if (shape.number === PRIMARY) candidates.push(tableScan(from, where, planner, false, isReverse))
        else candidates.push(fullIndexScan(from, shape, where, planner, isReverse))
        if (shape.number === PRIMARY && !isReverse && planner.switches.bitmapScan) {
          candidates.push(...indexOrScans(from, where, planner, false))
        }
      }
    }
  }
  if (candidates.length === 0) return undefined
  const kept = wantedRows(candidates[0].rows)
  return candidates.reduce((a, b) => (costOfFirst(b, kept) < costOfFirst(a, kept) ? b : a))
}

/** What the first so many rows of a plan cost. */
export function costOfFirst({ rows, startupCost, totalCost }: PlanNode, wantedRows: number): number {
  return startupCost + (totalCost - startupCost) * Math.min(1, wantedRows / Math.max(1, rows))
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
  shape: IndexShape,
  { table }: BoundTable,
  isReverse: boolean,
  scan: IndexScan | undefined,
): boolean {
  // Several points are walked one after the other, not in the order of all.
  if (scan?.equals.some(one => one.isArray)) return false
  const fixed = scan === undefined ? 0 : fixedColumns(scan)
  let at = fixed
  for (const order of wanted) {
    const number = shape.columns.findIndex((part, i) =>
      isOver(order.operand, part, shape.terms?.expressions[i]),
    )
    if (number >= 0 && number < fixed) continue
    if (number < 0 || number !== at) return false
    const part = shape.columns[at]
    if (likenessOfKeys(table, part) !== 'order') return false
    if ((part.isDescending !== isReverse) !== order.isDescending) return false
    const mayBeNull = part.column < 0 || !table.columns[part.column].isNotNull
    const isWithoutNulls = at === fixed && scan !== undefined && hasNoNulls(scan)
    if (mayBeNull && !isWithoutNulls && order.nullsFirst !== (part.nullsFirst !== isReverse)) return false
    at++
  }
  return true
}

/** Whether the column after those that have one value is null in no row of the range. */
function hasNoNulls({ lower, upper, startsWith, nulls }: IndexScan): boolean {
  return lower !== undefined || upper !== undefined || startsWith !== undefined || nulls === 'none'
}
