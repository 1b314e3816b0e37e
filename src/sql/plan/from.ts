/**
 * FROM and WHERE to a plan. Inner joins are taken apart into inputs and conditions, and joined in the order that is
 * cheapest; outer joins stay where they are, with conditions pushed into them where that changes nothing:
 *
 * | condition | of `a LEFT JOIN b` |
 * |---|---|
 * | WHERE over a | pushed to a |
 * | WHERE over b, or both | tested above the join |
 * | ON over b | pushed to b |
 * | ON over a, or both | part of the join |
 */

import type {
  BoundExpression,
  BoundFrom,
  BoundFunctionsFrom,
  BoundJoin,
  BoundQuery,
  BoundSubqueryFrom,
  BoundTable,
  RelationId,
} from '../bind/bound.ts'
import { relationsOf } from '../bind/walk.ts'
import { SqlError } from '../errors.ts'
import { indexScans, tableScan } from './access.ts'
import { usableConditions } from './conditions.ts'
import { foldedConjuncts } from './constant-folding.ts'
import { CONDITION_COST, ROW_COST } from './costs.ts'
import { cheapest, cheapestJoin, decidedKeys, nestedLoop, splitKeys } from './join-methods.ts'
import { type JoinInput, type PlacedConjunct, planJoins } from './join-order.ts'
import { allAccessPaths, indexOrScans } from './or-access.ts'
import { reduceOuterJoins } from './outer-joins.ts'
import type { IndexScan, PlanNode } from './physical.ts'
import type { Planner } from './planner.ts'
import { pushedInto } from './push-down.ts'
import { conjunction, conjunctsOf, isVolatile, relationsIn } from './relations.ts'
import { jointSelectivity } from './selectivity.ts'
import { setRowsExpected } from './set-rows.ts'
import { ALL_SWITCHES } from './switches.ts'
import { unnested } from './unnest.ts'

/** The plan of FROM with all of `conjuncts` tested. */
export function planFrom(
  given: BoundFrom | undefined,
  conjuncts: readonly BoundExpression[],
  planner: Planner,
): PlanNode {
  if (given === undefined) {
    return {
      kind: 'one row',
      condition: conjunction(conjuncts),
      rows: 1,
      startupCost: 0,
      totalCost: ROW_COST,
    }
  }
  const from = reduceOuterJoins(given, conjuncts)
  const parts: BoundFrom[] = []
  const conditions = [...conjuncts]
  flatten(from, parts, conditions)
  const here = new Set(relationsOf(from))
  const placed: PlacedConjunct[] = []
  /** Conditions that read nothing of here: tested once, before anything. */
  const constant: BoundExpression[] = []
  const above: BoundExpression[] = []
  const semis: JoinInput[] = []
  for (const e of usableConditions(foldedConjuncts(conditions, planner), planner)) {
    const semi = planner.switches.unnesting
      ? unnested(e, { relations: here, parts }, planner, (one, inside) => planFrom(one, inside, planner))
      : undefined
    if (semi !== undefined) {
      semis.push(semi)
      continue
    }
    const relations = new Set([...relationsIn(e)].filter(relation => here.has(relation)))
    if (isVolatile(e)) above.push(e)
    else if (relations.size === 0) constant.push(e)
    else placed.push({ e, relations })
  }
  const inputs = parts.map(part => {
    const own = new Set(relationsOf(part))
    const pushed = placed
      .filter(({ relations }) => [...relations].every(one => own.has(one)))
      .map(({ e }) => e)
    return planInput(part, pushed, here, planner)
  })
  const joining = placed.filter(
    ({ relations }) => !parts.some(part => isWithin(relations, relationsOf(part))),
  )
  let plan = planJoins([...inputs, ...semis], joining, planner)
  if (above.length > 0) plan = filter(plan, above, planner)
  if (constant.length === 0) return plan
  // A condition without columns is tested once, and when it does not hold nothing is read.
  const gate = planFrom(undefined, constant, planner)
  const spec = { type: 'inner', outer: gate, inner: plan, keys: [], rest: [], rows: plan.rows } as const
  return nestedLoop(spec, ALL_SWITCHES)
}

function isWithin(relations: ReadonlySet<RelationId>, own: readonly RelationId[]): boolean {
  return [...relations].every(one => own.includes(one))
}

function flatten(from: BoundFrom, parts: BoundFrom[], conditions: BoundExpression[]): void {
  if (from.kind === 'join' && (from.type === 'inner' || from.type === 'cross')) {
    flatten(from.left, parts, conditions)
    flatten(from.right, parts, conditions)
    conditions.push(...conjunctsOf(from.condition))
  } else parts.push(from)
}

export function filter(input: PlanNode, conjuncts: readonly BoundExpression[], planner: Planner): PlanNode {
  const condition = conjunction(conjuncts)
  if (condition === undefined) return input
  return {
    kind: 'filter',
    input,
    condition,
    rows: Math.max(1, input.rows * jointSelectivity(conjuncts, planner)),
    startupCost: input.startupCost,
    totalCost: input.totalCost + input.rows * CONDITION_COST * conjuncts.length,
  }
}

/** Relations of here, other than its own, that an input reads. */
function dependencies(part: BoundFrom, here: ReadonlySet<RelationId>, planner: Planner): Set<RelationId> {
  const own = new Set(relationsOf(part))
  const result = new Set<RelationId>()
  for (const relation of planner.relationsReadBy(part)) {
    if (here.has(relation) && !own.has(relation)) result.add(relation)
  }
  return result
}

function planInput(
  part: BoundFrom,
  conjuncts: readonly BoundExpression[],
  here: ReadonlySet<RelationId>,
  planner: Planner,
): JoinInput {
  const head = { relations: new Set(relationsOf(part)), dependsOn: dependencies(part, here, planner) }
  if (part.kind === 'table') {
    planner.noteTable(part)
    return {
      ...head,
      plan: cheapestAccess(part, conjuncts, planner),
      parameterized: connects => lookedUp(part, conjuncts, connects, planner),
    }
  }
  if (part.kind !== 'subquery' || !planner.allowsVariants) {
    return { ...head, plan: planOther(part, conjuncts, planner) }
  }
  const plan = planner.variant(() => planOther(part, conjuncts, planner))
  return {
    ...head,
    plan,
    parameterized: connects => {
      // Worth while only where the conditions reach what the subquery reads.
      const { rest } = pushedConditions(part, connects)
      return connects.length === 0 || rest.length > 0
        ? undefined
        : planner.variant(() => planOther(part, [...conjuncts, ...connects], planner))
    },
  }
}

/** The cheapest way to the rows of a table that meet the conditions. */
export function cheapestAccess(
  part: BoundTable,
  conjuncts: readonly BoundExpression[],
  planner: Planner,
): PlanNode {
  planner.noteTable(part)
  const needsRowKey = planner.isChanged(part.relation.id)
  const { indexScan, tableScan: usesTableScan } = planner.switches
  if (!indexScan) return tableScan(part, conjuncts, planner, needsRowKey)
  const paths = allAccessPaths(part, conjuncts, planner, needsRowKey)
  const allowed = usesTableScan ? paths : paths.filter(path => path.kind !== 'table scan')
  return cheapest(allowed.length > 0 ? allowed : paths)!
}

/** The table looked up by an index with conditions that read other inputs: all of them hold for the rows that it gives. */
function lookedUp(
  part: BoundTable,
  conjuncts: readonly BoundExpression[],
  connects: readonly BoundExpression[],
  planner: Planner,
): PlanNode | undefined {
  if (!planner.switches.indexScan) return undefined
  const needsRowKey = planner.isChanged(part.relation.id)
  const all = [...conjuncts, ...connects]
  const scans = indexScans(part, all, planner, needsRowKey)
  const ors = planner.switches.bitmapScan ? indexOrScans(part, all, planner, needsRowKey) : []
  return cheapest([
    ...scans.filter(readsOthers),
    // What a part without columns of others finds, it finds for each row of these: that costs what it says.
    ...ors.filter(scan => scan.branches.some(readsOthers)),
  ])
}

/** Whether the bounds of an index scan are columns of other relations. */
function readsOthers({ equals, lower, upper }: IndexScan): boolean {
  return [...equals.map(one => one.value), lower?.value, upper?.value].some(
    value => value !== undefined && relationsIn(value).size > 0,
  )
}

function planOther(part: BoundFrom, conjuncts: readonly BoundExpression[], planner: Planner): PlanNode {
  switch (part.kind) {
    case 'table':
      return cheapestAccess(part, conjuncts, planner)
    case 'join':
      return planOuterJoin(part, conjuncts, planner)
    case 'virtual':
      return {
        kind: 'virtual scan',
        relation: part.relation,
        table: part.table,
        columns: [],
        filter: conjunction(conjuncts),
        // Not fewer: without an index, what is looked through again for each row of another is slow.
        rows: Math.max(10, part.table.rowsExpected * jointSelectivity(conjuncts, planner)),
        startupCost: 0,
        totalCost: part.table.rowsExpected * ROW_COST,
      }
    case 'subquery': {
      const { query, rest } = pushedConditions(part, conjuncts)
      const plan = planner.planQuery(query)
      planner.noteRelation(part.relation)
      planner.noteOrigins(part.relation.id, plan.targets)
      const rows = Math.max(1, plan.root.rows * jointSelectivity(rest, planner))
      return {
        kind: 'subquery scan',
        relation: part.relation,
        input: planner.withCommonTables(plan),
        targets: plan.targets,
        columns: [],
        filter: conjunction(rest),
        innerTables: plan.commonTables,
        rows,
        startupCost: plan.root.startupCost,
        totalCost: plan.root.totalCost + plan.root.rows * ROW_COST,
      }
    }
    case 'common table': {
      planner.noteRelation(part.relation)
      const rows = planner.commonTableRows(part.commonTable)
      return {
        kind: 'common table scan',
        relation: part.relation,
        commonTable: part.commonTable,
        isRecursiveReference: part.isRecursiveReference,
        columns: [],
        filter: conjunction(conjuncts),
        rows: Math.max(1, rows * jointSelectivity(conjuncts, planner)),
        startupCost: 0,
        totalCost: rows * ROW_COST,
      }
    }
    case 'functions':
      return planFunctions(part, conjuncts, planner)
  }
}

/** The query with the conditions in it that can be tested there, and the others. */
function pushedConditions(
  { query, relation }: BoundSubqueryFrom,
  conjuncts: readonly BoundExpression[],
): { query: BoundQuery; rest: BoundExpression[] } {
  let inside = query
  const rest: BoundExpression[] = []
  for (const e of conjuncts) {
    const pushed = pushedInto(inside, relation.id, e)
    if (pushed === undefined) rest.push(e)
    else inside = pushed
  }
  return { query: inside, rest }
}

function planFunctions(
  part: BoundFunctionsFrom,
  conjuncts: readonly BoundExpression[],
  planner: Planner,
): PlanNode {
  planner.noteRelation(part.relation)
  const all = Math.max(1, ...part.calls.map(call => setRowsExpected(call, planner)))
  return {
    kind: 'function scan',
    relation: part.relation,
    calls: part.calls,
    withOrdinality: part.withOrdinality,
    columns: [],
    filter: conjunction(conjuncts),
    rows: Math.max(1, all * jointSelectivity(conjuncts, planner)),
    startupCost: 0,
    totalCost: all * ROW_COST,
  }
}

function planOuterJoin(join: BoundJoin, conjuncts: readonly BoundExpression[], planner: Planner): PlanNode {
  if (join.type === 'right') {
    return planOuterJoin({ ...join, type: 'left', left: join.right, right: join.left }, conjuncts, planner)
  }
  const leftOf = new Set(relationsOf(join.left))
  const rightOf = new Set(relationsOf(join.right))
  const isOver = (e: BoundExpression, own: ReadonlySet<RelationId>, other: ReadonlySet<RelationId>) => {
    const relations = relationsIn(e)
    return (
      !isVolatile(e) &&
      [...relations].some(one => own.has(one)) &&
      ![...relations].some(one => other.has(one))
    )
  }
  const isFull = join.type === 'full'
  const toLeft = isFull ? [] : conjuncts.filter(e => isOver(e, leftOf, rightOf))
  const above = conjuncts.filter(e => !toLeft.includes(e))
  const on = foldedConjuncts(conjunctsOf(join.condition), planner)
  const toRight = isFull ? [] : on.filter(e => isOver(e, rightOf, leftOf))
  const connects = on.filter(e => !toRight.includes(e))

  const left = planFrom(join.left, toLeft, planner)
  const right = planFrom(join.right, toRight, planner)
  const isLateral = [...planner.relationsReadBy(join.right)].some(one => leftOf.has(one))
  const matched = left.rows * right.rows * jointSelectivity(connects, planner)
  const rows = Math.max(left.rows, matched, isFull ? right.rows : 1)
  const { switches } = planner
  const spec = { outer: left, inner: right, rows } as const
  if (isLateral) {
    return filter(nestedLoop({ ...spec, type: 'left', keys: [], rest: connects }, switches), above, planner)
  }
  const { keys, rest } = (isFull && decidedKeys(connects)) || splitKeys(connects, leftOf, rightOf)
  const lookup =
    isFull || join.right.kind !== 'table' || connects.length === 0
      ? undefined
      : lookedUp(join.right, toRight, connects, planner)
  const best = cheapest([
    cheapestJoin({ ...spec, type: isFull ? 'full' : 'left', keys, rest }, switches),
    lookup && nestedLoop({ ...spec, type: 'left', inner: lookup, keys: [], rest: [] }, switches),
  ])
  if (best === undefined) {
    throw new SqlError(
      '0A000',
      'FULL JOIN is only supported with merge-joinable or hash-joinable join conditions',
    )
  }
  return filter(best, above, planner)
}
