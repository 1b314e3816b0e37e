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
  const others = conjuncts.filter(one => one !== conjunct)
  const branches = branchesOf(from, conjunct, others, tables)
  if (branches === undefined || branches.length < 2) return undefined
  const found = sum(branches, branch => branch.found)
  const fetched = sum(branches, branch => branch.fetched)
  const entriesCost = sum(branches, branch => branch.cost)
  const all = tables.rowCount(from.table)
  const met = Math.min(found, all)
  const rows = Math.max(1, Math.min(met, all * jointSelectivity(conjuncts, tables)))
  const { tested, others: notTested } = readingCosts(from, conjuncts, tables)
  const startupCost = entriesCost + sortingCost(fetched)
  return {
    kind: 'index or scan',
    relation: from.relation,
    table: from.table,
    branches: branches.map(branch => branch.scan),
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
  /** How many entries it is expected to meet, and how many of these are keys of rows that are looked up each by itself. */
  readonly found: number
  readonly fetched: number
  /** Of meeting them. */
  readonly cost: number
}

/** The ways to the keys of the rows that meet an OR. Undefined: for some part there is none. */
function branchesOf(
  from: BoundTable,
  or: BoundExpression,
  others: readonly BoundExpression[],
  tables: TableLookup,
): readonly Branch[] | undefined {
  const parts = partsOf(or)
  if (parts.length < 2 || parts.length > PARTS_MAX) return undefined
  const branches: Branch[] = []
  for (const part of parts) {
    const ofPart = branchesOfPart(from, part, others, tables)
    if (ofPart === undefined) return undefined
    branches.push(...ofPart)
    if (branches.length > PARTS_MAX) return undefined
  }
  return branches
}

/** One index, or where the part has an OR itself, `a = 1 AND (b = 2 OR c = 3)`, those of that. */
function branchesOfPart(
  from: BoundTable,
  part: BoundExpression,
  others: readonly BoundExpression[],
  tables: TableLookup,
): readonly Branch[] | undefined {
  const own = conjunctsOf(part)
  const one = cheapestBranch(from, [...own, ...others], tables)
  let best = one && [one]
  for (const or of own) {
    const several = branchesOf(from, or, [...own.filter(e => e !== or), ...others], tables)
    if (several !== undefined && (best === undefined || costOf(several) < costOf(best))) best = [...several]
  }
  return best
}

/** The cheapest way to the keys of the rows that meet some conditions. Undefined: no index helps. */
function cheapestBranch(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
): Branch | undefined {
  let best: Branch | undefined
  for (const { scan, found, isPoint } of indexPaths(from, conjuncts, tables, false)) {
    const isPrimary = scan.index === PRIMARY
    const start = isPoint ? POINT_COST : RANGE_COST * rangeCount(scan.equals)
    const branch: Branch = {
      scan,
      found,
      fetched: isPrimary ? 0 : found,
      cost: start + found * (isPrimary ? KEY_ENTRY : INDEX_ENTRY),
    }
    if (best === undefined || costOf([branch]) < costOf([best])) best = branch
  }
  return best
}

/** With the rows. */
function costOf(branches: readonly Branch[]): number {
  return sum(branches, ({ cost, fetched }) => cost + fetched * FETCH_POINT)
}

function sum(branches: readonly Branch[], of: (branch: Branch) => number): number {
  return branches.reduce((total, branch) => total + of(branch), 0)
}

function partsOf(e: BoundExpression): readonly BoundExpression[] {
  return e.kind === 'logical' && e.operator === 'or' ? e.operands.flatMap(partsOf) : [e]
}
