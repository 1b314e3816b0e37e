/**
 * Subqueries in FROM that are nothing but a selection and projection become part of the query around them, so that their
 * tables take part in its joins and its conditions reach their indexes. Views live from it.
 *
 * Only where nothing changes by it: no groups, windows, DISTINCT, ORDER BY, LIMIT or volatile functions inside, and not on
 * the side of an outer join that is filled with nulls.
 */

import type { BoundExpression, BoundFrom, BoundQuery, RelationId, SelectBody } from '../bind/bound.ts'
import { mapAggregate, mapExpression, mapFrom, mapWindow, mapWindowCall, type Rewrite } from '../bind/walk.ts'
import { conjunction, conjunctsOf } from './relations.ts'

export function pullUpSubqueries(body: SelectBody): SelectBody {
  if (body.from === undefined) return body
  const replaced = new Map<RelationId, readonly BoundExpression[]>()
  const conditions: BoundExpression[] = []
  const from = pullUp(body.from, replaced, conditions)
  if (replaced.size === 0) return body
  const rewrite: Rewrite = e => {
    if (e.kind === 'whole row') {
      const fields = replaced.get(e.relation)
      if (fields === undefined) return undefined
      return { ...e, kind: 'row', fields: fields.map(field => mapExpression(field, rewrite)) }
    }
    if (e.kind !== 'column') return undefined
    const target = replaced.get(e.relation)?.[e.column]
    // A target may itself read a subquery that was pulled up.
    return target === undefined ? undefined : mapExpression(target, rewrite)
  }
  const one = (e: BoundExpression): BoundExpression => mapExpression(e, rewrite)
  const where = conjunction([...conjunctsOf(body.where), ...conditions].map(one))
  return {
    ...body,
    from: mapFrom(from, rewrite),
    where,
    grouping: body.grouping && { ...body.grouping, keys: body.grouping.keys.map(one) },
    aggregates: body.aggregates.map(aggregate => mapAggregate(aggregate, one)),
    having: body.having && one(body.having),
    windows: body.windows.map(window => mapWindow(window, one)),
    windowCalls: body.windowCalls.map(call => mapWindowCall(call, one)),
    setFunctions: body.setFunctions.map(call => ({ ...call, arguments: call.arguments.map(one) })),
    targets: body.targets.map(one),
  }
}

function pullUp(
  from: BoundFrom,
  replaced: Map<RelationId, readonly BoundExpression[]>,
  conditions: BoundExpression[],
): BoundFrom {
  if (from.kind === 'join') {
    const keepsLeft = from.type === 'inner' || from.type === 'cross' || from.type === 'left'
    const keepsRight = from.type === 'inner' || from.type === 'cross' || from.type === 'right'
    // Conditions of a subquery on the kept side of an outer join may be tested above it.
    return {
      ...from,
      left: keepsLeft ? pullUp(from.left, replaced, conditions) : from.left,
      right: keepsRight ? pullUp(from.right, replaced, conditions) : from.right,
    }
  }
  if (from.kind !== 'subquery' || !isSimple(from.query)) return from
  const body = from.query.body as SelectBody
  replaced.set(from.relation.id, body.targets)
  conditions.push(...conjunctsOf(body.where))
  return pullUp(body.from!, replaced, conditions)
}

function isSimple(query: BoundQuery): boolean {
  const { body } = query
  return (
    body.kind === 'select' &&
    body.from !== undefined &&
    query.commonTables.length === 0 &&
    query.orderBy.length === 0 &&
    query.limit === undefined &&
    query.offset === undefined &&
    !query.isVolatile &&
    !query.isLocking &&
    body.grouping === undefined &&
    body.having === undefined &&
    body.windowCalls.length === 0 &&
    body.setFunctions.length === 0 &&
    body.distinct === undefined
  )
}
