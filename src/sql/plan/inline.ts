/**
 * Common tables that are read once become subqueries in FROM: conditions reach into them, and their tables take part in
 * the joins. As in PostgreSQL, MATERIALIZED says that one is not, and what is volatile, recursive or changes data never is.
 * Nor is one that would then be computed again and again: read by a subquery in an expression, or LATERAL.
 */

import type { BoundCommonTable, BoundFrom, BoundQuery } from '../bind/bound.ts'

/** The queries of those common tables of a query that are inlined, by their ids. */
export function inlinedCommonTables(query: BoundQuery): ReadonlyMap<number, BoundQuery> {
  const readInFrom = new Set<number>()
  addReadInFrom(query, readInFrom)
  for (const { definition } of query.commonTables) {
    if (definition.kind === 'query') addReadInFrom(definition.query, readInFrom)
  }
  const inlined = new Map<number, BoundQuery>()
  for (const table of query.commonTables) {
    const { definition } = table
    if (definition.kind === 'query' && isInlined(table, definition.query) && readInFrom.has(table.id)) {
      inlined.set(table.id, definition.query)
    }
  }
  return inlined
}

function isInlined({ referenceCount, isMaterialized }: BoundCommonTable, query: BoundQuery): boolean {
  return referenceCount === 1 && isMaterialized !== 'always' && !query.isVolatile && !query.isLocking
}

/** Ids of the common tables that stand in FROM, or in FROM of a subquery there. */
function addReadInFrom({ body }: BoundQuery, ids: Set<number>): void {
  if (body.kind === 'set operation') {
    addReadInFrom(body.left, ids)
    addReadInFrom(body.right, ids)
  } else if (body.kind === 'select' && body.from !== undefined) addFrom(body.from, ids)
}

function addFrom(from: BoundFrom, ids: Set<number>): void {
  if (from.kind === 'join') {
    addFrom(from.left, ids)
    addFrom(from.right, ids)
  } else if (from.kind === 'common table' && !from.isRecursiveReference) ids.add(from.commonTable)
  else if (from.kind === 'subquery' && !from.isLateral) addReadInFrom(from.query, ids)
}

/** FROM with subqueries in place of them; the same where there are none. */
export function withInlined(from: BoundFrom, inlined: ReadonlyMap<number, BoundQuery>): BoundFrom {
  if (from.kind === 'join') {
    const left = withInlined(from.left, inlined)
    const right = withInlined(from.right, inlined)
    return left === from.left && right === from.right ? from : { ...from, left, right }
  }
  const query = from.kind === 'common table' ? inlined.get(from.commonTable) : undefined
  if (query === undefined || from.kind !== 'common table') return from
  return { kind: 'subquery', relation: from.relation, query, isLateral: false, view: undefined }
}
