/**
 * `a = 1 OR b = 2` by the indexes over a and over b. Each part of the OR is a condition that an index has ranges for, by itself or
 * with the conditions beside the OR; of what they find the primary keys are gathered, and the rows read in their order. All
 * conditions are tested once more on the rows, so that nothing depends on what the ranges say.
 */

import type { BoundExpression, BoundTable } from '../bind/bound.ts'
import { accessPaths, indexPaths, PRIMARY, rangeCount, readingCosts } from './access.ts'
import {
  CONDITION_COST,
  FETCH_POINT,
  INDEX_ENTRY,
  KEY_ENTRY,
  POINT_COST,
  RANGE_COST,
  sortingCost,
} from './costs.ts'
import type { IndexOrScan, IndexScan, TableScan } from './physical.ts'
import { conjunction, conjunctsOf } from './relations.ts'
import { jointSelectivity, type TableLookup } from './selectivity.ts'
import type { PlanSwitches } from './switches.ts'

/** More parts than this are not thought of: each is planned by itself. */
const PARTS_MAX = 100

/** All ways to the rows that meet the conditions, with the same number of expected rows. */
export function allAccessPaths(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup & { readonly switches: PlanSwitches },
  needsRowKey: boolean,
): (TableScan | IndexScan | IndexOrScan)[] {
  const paths: (TableScan | IndexScan | IndexOrScan)[] = accessPaths(from, conjuncts, tables, needsRowKey)
  // Without a scan of the table there is a point.
  if (!tables.switches.bitmapScan || paths[0].kind !== 'table scan') return paths
  paths.push(...indexOrScans(from, conjuncts, tables, needsRowKey))
  const rows = Math.min(...paths.map(path => path.rows))
  for (const path of paths) path.rows = rows
  return paths
}

/** The scans that ORs among the conditions allow. */
export function indexOrScans(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
): IndexOrScan[] {
  if (from.sample !== undefined || from.table.storedKind !== 'records') return []
  return conjuncts
    .map(conjunct => indexOrScan(from, conjunct, conjuncts, tables, needsRowKey))
    .filter(scan => scan !== undefined)
}

function indexOrScan(
  from: BoundTable,
  conjunct: BoundExpression,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
): IndexOrScan | undefined {
  const parts = partsOf(conjunct)
  if (parts.length < 2 || parts.length > PARTS_MAX) return undefined
  const others = conjuncts.filter(one => one !== conjunct)
  const branches: IndexScan[] = []
  let entriesCost = 0
  let found = 0
  let fetched = 0
  for (const part of parts) {
    const branch = cheapestBranch(from, part, others, tables)
    if (branch === undefined) return undefined
    branches.push(branch.scan)
    entriesCost += branch.cost
    found += branch.found
    if (branch.scan.index !== PRIMARY) fetched += branch.found
  }
  const all = tables.rowCount(from.table)
  const met = Math.min(found, all)
  const rows = Math.max(1, Math.min(met, all * jointSelectivity(conjuncts, tables)))
  const { tested, others: notTested } = readingCosts(from, conjuncts, tables)
  const startupCost = entriesCost + sortingCost(fetched)
  return {
    kind: 'index or scan',
    relation: from.relation,
    table: from.table,
    branches,
    columns: [],
    filter: conjunction(conjuncts),
    isReverse: false,
    needsRowKey,
    rows,
    startupCost,
    totalCost:
      startupCost +
      Math.min(fetched, all) * FETCH_POINT +
      met * (tested + conjuncts.length * CONDITION_COST) +
      rows * notTested,
  }
}

interface Branch {
  readonly scan: IndexScan
  readonly found: number
  readonly cost: number
}

/** The cheapest way to the keys of the rows that meet one part. Undefined: no index helps. */
function cheapestBranch(
  from: BoundTable,
  part: BoundExpression,
  others: readonly BoundExpression[],
  tables: TableLookup,
): Branch | undefined {
  let best: Branch | undefined
  for (const { scan, found, isPoint } of indexPaths(from, [...conjunctsOf(part), ...others], tables, false)) {
    const ofPrimary = scan.index === PRIMARY
    const cost =
      (isPoint ? POINT_COST : RANGE_COST * rangeCount(scan.equals)) +
      found * (ofPrimary ? KEY_ENTRY : INDEX_ENTRY)
    const all = cost + (ofPrimary ? 0 : found * FETCH_POINT)
    if (
      best === undefined ||
      all < best.cost + (best.scan.index === PRIMARY ? 0 : best.found * FETCH_POINT)
    ) {
      best = { scan, found, cost }
    }
  }
  return best
}

function partsOf(e: BoundExpression): readonly BoundExpression[] {
  return e.kind === 'logical' && e.operator === 'or' ? e.operands.flatMap(partsOf) : [e]
}
