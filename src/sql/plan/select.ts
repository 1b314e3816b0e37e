/**
 * A SELECT to its plan, in PostgreSQL's order: FROM and WHERE, groups, HAVING, windows, set-returning functions, DISTINCT, ORDER
 * BY, LIMIT. What windows and set-returning functions give becomes columns of relations of the planner's own.
 */

import type { BoundExpression, BoundQuery, SelectBody } from '../bind/bound.ts'
import { mapExpression } from '../bind/walk.ts'
import { SqlError } from '../errors.ts'
import { AGGREGATE_COST, GROUP_COST, GROUP_ROW, ROW_COST, WINDOW_COST } from './costs.ts'
import { filter, planFrom } from './from.ts'
import { groupCount } from './group-count.ts'
import { withInlined } from './inline.ts'
import { limited, projected, sorted, sortedAndLimited, sortItems } from './order-and-limit.ts'
import { orderedAccess } from './ordered-access.ts'
import { nullable, reduceOuterJoins } from './outer-joins.ts'
import type { PlanNode, SortItem } from './physical.ts'
import type { Planner } from './planner.ts'
import { pullUpSubqueries } from './pull-up.ts'
import { columnReference, type PlannedRows } from './references.ts'
import { conjunctsOf } from './relations.ts'
import { setRowsExpected } from './set-rows.ts'
import { tableSummary } from './table-summary.ts'
import { withRowValues } from './whole-rows.ts'

type Rewrite = (e: BoundExpression) => BoundExpression

export function planSelect(query: BoundQuery, original: SelectBody, planner: Planner): PlannedRows {
  const body = flattened(original, planner)
  refuseLockedNulls(query, body)
  const isPlain =
    body.grouping === undefined &&
    body.windowCalls.length === 0 &&
    body.setFunctions.length === 0 &&
    body.distinct === undefined
  const where = conjunctsOf(body.where)
  if (isPlain) {
    const ordered = orderedAccess(query, body, where, planner)
    if (ordered !== undefined) return limited(query, ordered, body.targets, undefined)
  }
  let plan = planFrom(body.from, where, planner)
  if (body.grouping !== undefined) {
    const { grouping, groupedSetFunctions } = body
    if (groupedSetFunctions === undefined) plan = grouped(plan, body, where, planner)
    else {
      const over = expanded(plan, body, planner, i => groupedSetFunctions.has(i))
      const keys = grouping.keys.map(over.rewrite)
      plan = aggregated(over.plan, { ...body, grouping: { ...grouping, keys } }, planner)
    }
  }
  if (body.having !== undefined) plan = filter(plan, conjunctsOf(body.having), planner)
  let targets = [...body.targets]
  if (body.windowCalls.length > 0) {
    const over = windowed(plan, body, planner)
    plan = over.plan
    targets = targets.map(over.rewrite)
  }
  const isLater = (i: number) => body.groupedSetFunctions?.has(i) !== true
  if (body.setFunctions.some((_, i) => isLater(i))) {
    const over = expanded(plan, body, planner, isLater)
    plan = over.plan
    targets = targets.map(over.rewrite)
  }
  if (body.distinct !== undefined) return distinct(query, body, plan, targets, planner)
  return sortedAndLimited(query, plan, targets, planner)
}

/** @throws SqlError 0A000 a row is to be locked that may not be there */
function refuseLockedNulls({ locked = [] }: BoundQuery, { from }: SelectBody): void {
  for (const { label, relations } of locked) {
    if (from === undefined || !nullable(from).some(one => relations.has(one))) continue
    throw new SqlError('0A000', `${label} cannot be applied to the nullable side of an outer join`)
  }
}

/** With as few subqueries and outer joins in FROM as can be. */
function flattened(original: SelectBody, planner: Planner): SelectBody {
  let body = original
  for (;;) {
    const { from } = body
    if (from === undefined) return body
    const reduced = reduceOuterJoins(withInlined(from, planner.inlined), conjunctsOf(body.where))
    const next = pullUpSubqueries({ ...body, from: reduced })
    // What was pulled up may read common tables, too.
    if (next.from === reduced) {
      return withRowValues(next, ({ name, columns }) => planner.newRelation(name, columns))
    }
    body = next
  }
}

/** Groups and aggregates over the rows, or over less where less says it all. */
function grouped(
  input: PlanNode,
  body: SelectBody,
  where: readonly BoundExpression[],
  planner: Planner,
): PlanNode {
  const overRows = aggregated(input, body, planner)
  const summary = tableSummary(body, where, planner)
  if (summary === undefined) return overRows
  const overLess = aggregated(summary.input, { ...body, aggregates: summary.calls }, planner)
  return overLess.totalCost < overRows.totalCost ? overLess : overRows
}

/** Groups and aggregates over an input; of a subquery also by other keys than its own. */
export function aggregated(input: PlanNode, body: SelectBody, planner: Planner): PlanNode {
  const { keys, sets } = body.grouping!
  const isPlain = keys.length === 0
  const groups = isPlain ? 1 : groupCount(keys, input.rows, planner)
  const relation = { id: body.groupRelation, name: '', columns: [] }
  planner.noteRelation(relation)
  planner.noteOrigins(relation.id, keys)
  const perRow = isPlain ? 0 : GROUP_ROW * Math.max(1, sets.length)
  const perGroup = isPlain ? ROW_COST : GROUP_COST
  return {
    kind: 'aggregate',
    strategy: isPlain ? 'plain' : 'hash',
    input,
    relation,
    keys,
    sets,
    calls: body.aggregates,
    columns: [],
    rows: groups * Math.max(1, sets.length),
    startupCost: input.totalCost + input.rows * perRow,
    totalCost:
      input.totalCost + input.rows * (perRow + body.aggregates.length * AGGREGATE_COST) + groups * perGroup,
  }
}

function windowed(input: PlanNode, body: SelectBody, planner: Planner): { plan: PlanNode; rewrite: Rewrite } {
  let plan = input
  const columns = new Map<number, BoundExpression>()
  body.windows.forEach((window, number) => {
    const indexes = body.windowCalls.flatMap((call, i) => (call.window === number ? [i] : []))
    if (indexes.length === 0) return
    const calls = indexes.map(i => body.windowCalls[i])
    const relation = planner.newRelation(
      '',
      calls.map(call => ({ name: call.function.name, type: call.type, modifier: -1 })),
    )
    const keys: SortItem[] = [
      ...window.partitionBy.map(expression => ({ expression, isDescending: false, nullsFirst: false })),
      ...window.orderBy,
    ]
    if (keys.length > 0) plan = sorted(plan, keys)
    plan = {
      kind: 'window',
      input: plan,
      relation,
      partitionBy: window.partitionBy,
      orderBy: window.orderBy,
      frame: window.frame,
      calls,
      columns: [],
      carried: [],
      rows: plan.rows,
      startupCost: plan.startupCost,
      totalCost: plan.totalCost + plan.rows * WINDOW_COST * calls.length,
    }
    indexes.forEach((i, column) => {
      columns.set(i, columnReference(relation, column))
    })
  })
  const rewrite: Rewrite = e =>
    mapExpression(e, part => (part.kind === 'window' ? columns.get(part.index) : undefined), false)
  return { plan, rewrite }
}

/** What some of the set-returning functions give, by their numbers. */
function expanded(
  input: PlanNode,
  body: SelectBody,
  planner: Planner,
  isMeant: (index: number) => boolean,
): { plan: PlanNode; rewrite: Rewrite } {
  const columns = new Map<number, number>()
  for (const i of body.setFunctions.keys()) if (isMeant(i)) columns.set(i, columns.size)
  const calls = body.setFunctions.filter((_, i) => columns.has(i))
  const relation = planner.newRelation(
    '',
    calls.map(call => ({ name: call.function.name, type: call.function.result, modifier: -1 })),
  )
  const rewrite: Rewrite = e =>
    mapExpression(
      e,
      part => {
        const column = part.kind === 'set function' ? columns.get(part.index) : undefined
        return column === undefined
          ? undefined
          : { ...columnReference(relation, column), type: part.type, at: part.at }
      },
      false,
    )
  const each = Math.max(1, ...calls.map(call => setRowsExpected(call, planner)))
  const plan: PlanNode = {
    kind: 'project set',
    input,
    relation,
    calls: calls.map(call => ({ ...call, arguments: call.arguments.map(rewrite) })),
    rows: input.rows * each,
    startupCost: input.startupCost,
    totalCost: input.totalCost + input.rows * each * ROW_COST,
  }
  return { plan, rewrite }
}

function distinct(
  query: BoundQuery,
  body: SelectBody,
  input: PlanNode,
  given: readonly BoundExpression[],
  planner: Planner,
): PlannedRows {
  const relation = projected(query, input, given, planner)
  const { targets } = relation
  let plan = relation.plan
  const keys = body.distinct!.map(target => targets[target])
  // DISTINCT ON keeps the first row of each key in the order that is asked for, which begins with the keys.
  const isSorted = body.isDistinctOn && query.orderBy.length > 0
  if (isSorted) {
    const ordered = sortItems(query.orderBy, targets)
    const others = body.distinct!.filter(target => query.orderBy.every(key => key.target !== target))
    const rest = others.map(target => ({
      expression: targets[target],
      isDescending: false,
      nullsFirst: false,
    }))
    plan = sorted(plan, [...ordered, ...rest])
  }
  const rows = groupCount(keys, plan.rows, planner)
  plan = {
    kind: 'distinct',
    strategy: isSorted ? 'sorted' : 'hash',
    input: plan,
    keys,
    rows,
    startupCost: plan.startupCost,
    totalCost: plan.totalCost + plan.rows * ROW_COST,
  }
  if (body.isDistinctOn) return limited(query, plan, targets, sortItems(query.orderBy, targets))
  return sortedAndLimited(query, plan, targets, planner)
}
