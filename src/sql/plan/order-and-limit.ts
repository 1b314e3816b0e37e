/** What stands above the rows of any query: ORDER BY and LIMIT, and the select list as a relation of its own. */

import type { BoundExpression, BoundQuery, SortKey } from '../bind/bound.ts'
import { ROW_COST, sortingCost } from './costs.ts'
import type { PlanNode, SortItem } from './physical.ts'
import type { Planner } from './planner.ts'
import { type PlannedRows, targetsOf } from './references.ts'
import { hasSubquery, isVolatile } from './relations.ts'

export function sortedAndLimited(
  query: BoundQuery,
  input: PlanNode,
  given: readonly BoundExpression[],
  planner: Planner,
): PlannedRows {
  let plan = input
  let targets = given
  if (query.orderBy.length === 0) return limited(query, plan, targets, undefined)
  // What is volatile is computed once, so that the order is that of the values that come out.
  if (targets.some(target => isVolatile(target) || hasSubquery(target))) {
    const relation = projected(query, plan, targets, planner)
    plan = relation.plan
    targets = relation.targets
  }
  const keys = sortItems(query.orderBy, targets)
  const isTop = query.limit !== undefined && !query.isWithTies
  plan = sorted(plan, keys, isTop ? query.limit : undefined, isTop ? query.offset : undefined)
  return limited(query, plan, targets, keys)
}

/** The select list as a relation: what DISTINCT compares, and what is computed only once. */
export function projected(
  query: BoundQuery,
  input: PlanNode,
  targets: readonly BoundExpression[],
  planner: Planner,
): { plan: PlanNode; targets: BoundExpression[] } {
  const relation = planner.newRelation(
    '',
    targets.map((target, i) => ({
      name: query.columns[i]?.name ?? '',
      type: target.type,
      modifier: target.modifier,
    })),
  )
  planner.noteOrigins(relation.id, targets)
  const plan: PlanNode = {
    kind: 'subquery scan',
    relation,
    input,
    targets,
    columns: [],
    innerTables: [],
    filter: undefined,
    rows: input.rows,
    startupCost: input.startupCost,
    totalCost: input.totalCost + input.rows * ROW_COST,
  }
  return { plan, targets: targetsOf(relation) }
}

export function sorted(
  input: PlanNode,
  keys: readonly SortItem[],
  limit?: BoundExpression | undefined,
  offset?: BoundExpression | undefined,
): PlanNode {
  const kept = limit?.kind === 'constant' && limit.value !== null ? Number(limit.value) : input.rows
  const cost = input.totalCost + sortingCost(input.rows, kept)
  return {
    kind: 'sort',
    input,
    keys,
    presorted: 0,
    limit,
    offset,
    carried: [],
    rows: input.rows,
    startupCost: cost,
    totalCost: cost + input.rows * ROW_COST,
  }
}

export function limited(
  query: BoundQuery,
  input: PlanNode,
  targets: readonly BoundExpression[],
  keys: readonly SortItem[] | undefined,
): PlannedRows {
  const { limit, offset } = query
  if (limit === undefined && offset === undefined) return { root: input, targets }
  const wanted =
    limit?.kind === 'constant' && limit.value !== null
      ? Math.min(input.rows, Number(limit.value))
      : input.rows
  const fraction = wanted / Math.max(1, input.rows)
  const root: PlanNode = {
    kind: 'limit',
    input,
    limit,
    offset,
    ties: query.isWithTies ? (keys ?? []).map(key => key.expression) : undefined,
    rows: Math.max(1, wanted),
    startupCost: input.startupCost,
    totalCost: input.startupCost + (input.totalCost - input.startupCost) * fraction,
  }
  return { root, targets }
}

export function sortItems(orderBy: readonly SortKey[], targets: readonly BoundExpression[]): SortItem[] {
  return orderBy.map(({ target, isDescending, nullsFirst }) => ({
    expression: targets[target],
    isDescending,
    nullsFirst,
  }))
}
