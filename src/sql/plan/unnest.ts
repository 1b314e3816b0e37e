/**
 * Subqueries that are conditions become joins: EXISTS and IN semi-joins, their negations anti-joins, so that they are not
 * evaluated for each row, and take part in the order of joins.
 *
 * | condition | joined by |
 * |---|---|
 * | EXISTS (SELECT … WHERE c) | the conditions of c that read the query around it |
 * | x IN (SELECT y …) | these, and x = y |
 * | NOT EXISTS | the same, as an anti-join |
 * | x NOT IN | the same where neither x nor y is ever null, else `(x = y) IS NOT FALSE` in place of x = y |
 *
 * What is not of this kind stays a subplan (execute/subquery.ts): whatever is not a conjunct of WHERE or of an inner
 * join's ON, what is volatile, what reads the query around it from within FROM, and what reads nothing of it.
 */

import type { BoundExpression, BoundFrom, BoundSubquery, RelationId, SelectBody } from '../bind/bound.ts'
import { relationsOf } from '../bind/walk.ts'
import { ROW_COST } from './costs.ts'
import { splitKeys } from './join-methods.ts'
import type { JoinInput } from './join-order.ts'
import { isGroupedBy } from './ordering.ts'
import type { PlanNode } from './physical.ts'
import type { Planner } from './planner.ts'
import { pullUpSubqueries } from './pull-up.ts'
import { conjunction, conjunctsOf, isVolatile, relationsIn } from './relations.ts'
import { distinctCount } from './selectivity.ts'

/** The query around the subquery. */
interface Surroundings {
  readonly relations: ReadonlySet<RelationId>
  /** What is joined there. */
  readonly parts: readonly BoundFrom[]
}

type PlanFrom = (from: BoundFrom, conjuncts: readonly BoundExpression[]) => PlanNode

/** The condition as an input of the joins; undefined: it stays a condition. */
export function unnested(
  condition: BoundExpression,
  around: Surroundings,
  planner: Planner,
  planFrom: PlanFrom,
): JoinInput | undefined {
  const { e, isNegated } = withoutNot(condition)
  if (e.kind !== 'subquery' || isVolatile(e) || e.query.isLocking) return undefined
  const body = e.variant === 'exists' ? bodyOfExists(e) : bodyOfIn(e, isNegated, around)
  if (body?.from === undefined) return undefined
  const { from } = body
  if (overlaps(planner.relationsReadBy(from), around.relations)) return undefined
  const conjuncts = conjunctsOf(body.where)
  const connects = conjuncts.filter(one => overlaps(relationsIn(one), around.relations))
  const requires = new Set(
    connects.flatMap(one => [...relationsIn(one)]).filter(one => around.relations.has(one)),
  )
  if (requires.size === 0) return undefined
  const inside = conjuncts.filter(one => !connects.includes(one))
  const relations = new Set(relationsOf(from))
  const { keys, rest } = splitKeys(connects, requires, relations)
  // Without keys each row would be compared with each: NOT IN has a set of its own as a subplan.
  if (keys.length === 0 && e.variant === 'any') return undefined
  const { allowsVariants } = planner
  const plan = planner.variant(() => planFrom(from, inside))
  let correlated: PlanNode | undefined
  return {
    relations,
    dependsOn: new Set(),
    plan,
    parameterized: () => {
      if (allowsVariants) correlated ??= planner.variant(() => planFrom(from, conjuncts))
      return correlated
    },
    semi: {
      type: isNegated ? 'anti' : 'semi',
      conjuncts: connects,
      requires,
      unique:
        isNegated || rest.length > 0
          ? undefined
          : distinct(
              plan,
              keys.map(key => key.inner),
              planner,
            ),
    },
  }
}

function overlaps(some: ReadonlySet<RelationId>, others: ReadonlySet<RelationId>): boolean {
  for (const one of some) if (others.has(one)) return true
  return false
}

function withoutNot(condition: BoundExpression): { e: BoundExpression; isNegated: boolean } {
  let e = condition
  let isNegated = false
  while (e.kind === 'logical' && e.operator === 'not') {
    e = e.operands[0]
    isNegated = !isNegated
  }
  return { e, isNegated }
}

/** Whether there is a row depends on FROM and WHERE alone. */
function bodyOfExists({ query }: BoundSubquery): SelectBody | undefined {
  const { body } = query
  if (
    body.kind !== 'select' ||
    query.commonTables.length > 0 ||
    query.limit !== undefined ||
    query.offset !== undefined ||
    body.grouping !== undefined ||
    body.having !== undefined ||
    body.setFunctions.length > 0
  ) {
    return undefined
  }
  return pullUpSubqueries(body)
}

/** `x IN (query)` as EXISTS (SELECT FROM (query) WHERE x = its column). */
function bodyOfIn(e: BoundSubquery, isNegated: boolean, around: Surroundings): SelectBody | undefined {
  if (e.variant !== 'any' || e.operatorName !== '=') return undefined
  const { query } = e
  const relation = {
    id: e.queryRelation,
    name: 'ANY_subquery',
    columns: query.columns.map(({ name, type, modifier }) => ({ name, type, modifier })),
  }
  const { type, modifier, at } = e
  const equalities = e.operands.map(
    (operand, i): BoundExpression => ({
      kind: 'call',
      function: e.operators[i],
      arguments: [operand, e.columns[i]],
      isExplicit: false,
      type,
      modifier,
      at,
    }),
  )
  const select = (where: BoundExpression | undefined): SelectBody => ({
    kind: 'select',
    from: { kind: 'subquery', relation, query, isLateral: false, view: undefined },
    where,
    grouping: undefined,
    groupRelation: relation.id,
    aggregates: [],
    having: undefined,
    windows: [],
    windowCalls: [],
    setFunctions: [],
    targets: e.columns,
    distinct: undefined,
    isDistinctOn: false,
  })
  const body = pullUpSubqueries(select(conjunction(equalities)))
  if (!isNegated) return body
  const inner = body.from === undefined ? [] : tablesOf(body.from)
  const isCertain =
    e.operands.every(operand => isNeverNull(operand, around.parts)) &&
    body.targets.every(target => isNeverNull(target, inner))
  if (isCertain) return body
  return pullUpSubqueries(
    select({
      kind: 'boolean test',
      operand: conjunction(equalities)!,
      test: 'false',
      isNegated: true,
      type,
      modifier,
      at,
    }),
  )
}

/** The inputs of inner joins: an outer join may fill what it joins with nulls. */
function tablesOf(from: BoundFrom): BoundFrom[] {
  if (from.kind === 'join' && (from.type === 'inner' || from.type === 'cross')) {
    return [...tablesOf(from.left), ...tablesOf(from.right)]
  }
  return [from]
}

function isNeverNull(e: BoundExpression, parts: readonly BoundFrom[]): boolean {
  if (e.kind === 'relabel') return isNeverNull(e.operand, parts)
  if (e.kind === 'constant') return e.value !== null
  if (e.kind !== 'column') return false
  const part = parts.find(one => one.kind === 'table' && one.relation.id === e.relation)
  return part?.kind === 'table' && part.table.columns[e.column].isNotNull
}

/** One row for each value of the keys. */
function distinct(input: PlanNode, keys: readonly BoundExpression[], planner: Planner): PlanNode {
  const values = keys.reduce(
    (product, key) => product * (key.kind === 'column' ? distinctCount(key, planner) : input.rows),
    1,
  )
  return {
    kind: 'distinct',
    strategy: isGroupedBy(input, keys) ? 'sorted' : 'hash',
    input,
    keys,
    rows: Math.max(1, Math.min(input.rows, values)),
    startupCost: input.startupCost,
    totalCost: input.totalCost + input.rows * 2 * ROW_COST,
  }
}
