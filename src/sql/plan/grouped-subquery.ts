/**
 * A correlated subquery for all values at once. One that is asked again and again
 *
 *     (SELECT f(aggregate) FROM t WHERE c AND t.k = outside.k)          EXISTS (SELECT FROM t WHERE c AND t.k = outside.k)
 *
 * reads t each time, while its groups can be made by reading t once:
 *
 *     SELECT k, aggregate FROM t WHERE c GROUP BY k                     SELECT k FROM t WHERE c GROUP BY k
 *
 * Which of the two is cheaper depends on how often it is asked, which nobody knows before: both are planned, and the
 * executor changes over when the single runs have cost what the groups would have (execute/grouped-subquery.ts).
 */

import type { BoundExpression, BoundSubquery, RelationId, SelectBody } from '../bind/bound.ts'
import { relationsOf } from '../bind/walk.ts'
import { splitKeys } from './join-methods.ts'
import { readsFromOutside, relationRead } from './outside.ts'
import type { GroupedSubquery, PlanNode } from './physical.ts'
import type { Planner } from './planner.ts'
import { pullUpSubqueries } from './pull-up.ts'
import { conjunctsOf, isVolatile, relationsIn } from './relations.ts'
import { aggregated } from './select.ts'

export function groupedSubquery(
  e: BoundSubquery,
  planner: Planner,
  planFrom: (from: NonNullable<SelectBody['from']>, conjuncts: readonly BoundExpression[]) => PlanNode,
): GroupedSubquery | undefined {
  if (isVolatile(e) || !isGroupable(e)) return undefined
  const outside = new Set<RelationId>()
  for (const one of readsFromOutside(e.query)) outside.add(relationRead(one)!)
  if (outside.size === 0) return undefined
  const body = pullUpSubqueries(e.query.body as SelectBody)
  const { from } = body
  if (from === undefined) return undefined
  const reads = (one: BoundExpression) => overlaps(relationsIn(one), outside)
  const aggregatedOver = body.aggregates.flatMap(call => [
    ...call.arguments,
    ...call.directArguments,
    ...call.orderBy.map(key => key.expression),
    ...(call.filter === undefined ? [] : [call.filter]),
  ])
  if (aggregatedOver.some(reads) || overlaps(planner.relationsReadBy(from), outside)) return undefined
  const conjuncts = conjunctsOf(body.where)
  const connects = conjuncts.filter(reads)
  const { keys, rest } = splitKeys(connects, outside, new Set(relationsOf(from)))
  if (keys.length === 0 || rest.length > 0) return undefined
  const innerKeys = keys.map(key => key.inner)
  const input = planFrom(
    from,
    conjuncts.filter(one => !connects.includes(one)),
  )
  const root = aggregated(
    input,
    { ...body, grouping: { keys: innerKeys, sets: [innerKeys.map((_, i) => i)] } },
    planner,
  )
  return {
    root,
    outerKeys: keys.map(key => key.outer),
    groupKeys: innerKeys.map(({ type, modifier }, index) => ({
      kind: 'group key',
      relation: body.groupRelation,
      index,
      type,
      modifier,
      at: -1,
    })),
    // An EXISTS has no aggregates: a group is all that it asks for.
    target: e.variant === 'exists' ? undefined : body.targets[0],
  }
}

/** One value of aggregates over all rows, or whether there is a row. */
function isGroupable({ variant, query }: BoundSubquery): boolean {
  const { body } = query
  if (
    body.kind !== 'select' ||
    query.commonTables.length > 0 ||
    query.limit !== undefined ||
    query.offset !== undefined ||
    body.having !== undefined ||
    body.windowCalls.length > 0 ||
    body.setFunctions.length > 0
  ) {
    return false
  }
  if (variant === 'exists') return body.grouping === undefined
  return variant === 'scalar' && body.grouping?.keys.length === 0 && body.grouping.sets.length === 1
}

function overlaps(some: ReadonlySet<RelationId>, others: ReadonlySet<RelationId>): boolean {
  for (const one of some) if (others.has(one)) return true
  return false
}
