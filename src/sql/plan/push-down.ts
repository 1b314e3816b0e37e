/**
 * Conditions over a subquery in FROM are tested inside of it, where they spare work and reach indexes:
 *
 * | the subquery | a condition over its columns goes to |
 * |---|---|
 * | has GROUP BY | WHERE, when it is over keys alone that are in all grouping sets; else HAVING |
 * | has windows | WHERE, when it is over columns that all windows are partitioned by |
 * | is DISTINCT | WHERE; of DISTINCT ON when it is over these columns |
 * | is a UNION, INTERSECT or EXCEPT | both sides |
 * | has LIMIT or set-returning functions, or is volatile | nowhere |
 */

import type { BoundExpression, BoundQuery, RelationId, SelectBody } from '../bind/bound.ts'
import { contains, mapExpression, partsOf, sameExpression } from '../bind/walk.ts'
import { conjunction, conjunctsOf, hasSubquery, isVolatile } from './relations.ts'

/** The query with the condition over its columns (of relation `relation`) inside; undefined: it stays above. */
export function pushedInto(
  query: BoundQuery,
  relation: RelationId,
  condition: BoundExpression,
): BoundQuery | undefined {
  if (query.limit !== undefined || query.offset !== undefined || query.isVolatile || query.isLocking) {
    return undefined
  }
  if (isVolatile(condition) || hasSubquery(condition)) return undefined
  const { body } = query
  if (body.kind === 'values') return undefined
  if (body.kind === 'set operation') {
    const left = pushedInto(body.left, relation, condition)
    const right = pushedInto(body.right, relation, condition)
    if (left === undefined || right === undefined) return undefined
    return { ...query, body: { ...body, left, right } }
  }
  const select = pushedIntoSelect(body, relation, condition)
  return select && { ...query, body: select }
}

function pushedIntoSelect(
  body: SelectBody,
  relation: RelationId,
  condition: BoundExpression,
): SelectBody | undefined {
  if (body.setFunctions.length > 0 || body.from === undefined) return undefined
  const columns = columnsOfRelation(condition, relation)
  if (columns === undefined) return undefined
  const targets = columns.map(column => body.targets[column])
  if (targets.some(hasSubquery) || !hasTypesOf(condition, relation, body)) return undefined
  if (body.isDistinctOn && !columns.every(column => body.distinct?.includes(column))) return undefined
  if (body.windowCalls.length > 0 && !targets.every(target => isPartitionedBy(target, body))) return undefined
  const inside = mapExpression(condition, e =>
    e.kind === 'column' && e.relation === relation ? body.targets[e.column] : undefined,
  )
  const { grouping } = body
  if (grouping === undefined) return withWhere(body, inside)
  const isOverKeys = !contains(
    inside,
    e => isOfGroup(e, body) && !(e.kind === 'group key' && grouping.sets.every(set => set.includes(e.index))),
  )
  // A set without keys, as ROLLUP has one, is a group even of no rows: a condition on it is no condition on them.
  if (grouping.sets.some(set => set.length === 0) || !isOverKeys) {
    return { ...body, having: conjunction([...conjunctsOf(body.having), inside]) }
  }
  return withWhere(
    body,
    mapExpression(inside, e =>
      e.kind === 'group key' && e.relation === body.groupRelation ? grouping.keys[e.index] : undefined,
    ),
  )
}

function withWhere(body: SelectBody, condition: BoundExpression): SelectBody {
  return { ...body, where: conjunction([...conjunctsOf(body.where), condition]) }
}

/** The columns that a condition reads; undefined: it reads whole rows. */
function columnsOfRelation(condition: BoundExpression, relation: RelationId): number[] | undefined {
  const columns = new Set<number>()
  let hasWholeRow = false
  const stack = [condition]
  while (stack.length > 0) {
    const e = stack.pop()!
    if (e.kind === 'whole row' && e.relation === relation) hasWholeRow = true
    if (e.kind === 'column' && e.relation === relation) columns.add(e.column)
    stack.push(...partsOf(e))
  }
  return hasWholeRow ? undefined : [...columns]
}

/** A side of a UNION may have columns of another type than the whole. */
function hasTypesOf(condition: BoundExpression, relation: RelationId, { targets }: SelectBody): boolean {
  return !contains(
    condition,
    e => e.kind === 'column' && e.relation === relation && targets[e.column].type !== e.type,
  )
}

function isOfGroup(e: BoundExpression, { groupRelation }: SelectBody): boolean {
  return (
    (e.kind === 'group key' || e.kind === 'aggregate' || e.kind === 'grouping') &&
    e.relation === groupRelation
  )
}

function isPartitionedBy(target: BoundExpression, { windows, windowCalls }: SelectBody): boolean {
  return windowCalls.every(call => windows[call.window].partitionBy.some(key => sameExpression(key, target)))
}
