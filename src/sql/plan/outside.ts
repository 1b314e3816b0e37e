/** What a subquery reads of the queries around it. */

import type { BoundExpression, BoundQuery, RelationId } from '../bind/bound.ts'
import { sameExpression, walkQuery } from '../bind/walk.ts'

/** Columns, group keys, aggregates and rows of relations that are not its own, each once. */
export function readsFromOutside(query: BoundQuery): BoundExpression[] {
  const inside = new Set<RelationId>()
  const read: BoundExpression[] = []
  walkQuery(query, {
    query({ body }) {
      if (body.kind === 'select') inside.add(body.groupRelation)
    },
    from(from) {
      if (from.kind !== 'join') inside.add(from.relation.id)
    },
    expression(e) {
      if (e.kind === 'subquery') inside.add(e.queryRelation)
      if (relationRead(e) !== undefined && !read.some(one => sameExpression(one, e))) read.push(e)
    },
  })
  return read.filter(e => !inside.has(relationRead(e)!))
}

export function relationRead(e: BoundExpression): RelationId | undefined {
  switch (e.kind) {
    case 'column':
    case 'group key':
    case 'aggregate':
    case 'grouping':
    case 'whole row':
      return e.relation
    default:
      return undefined
  }
}
