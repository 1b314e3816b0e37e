/** Which row of which table a cursor is on: for UPDATE and DELETE … WHERE CURRENT OF. */

import { keyColumnsOf } from '../catalog/row-key.ts'
import type { SelectQuery } from '../syntax/tree.ts'
import type { BoundColumn, BoundExpression, BoundFrom, RelationColumns, RowIdentity } from './bound.ts'
import type { Scope } from './scope.ts'
import type { Target } from './select.ts'

/**
 * Adds the key of the row to what a query gives, where each of its rows is one row of one table. Undefined: it is not so.
 * To be asked when the targets are bound, and nothing else is.
 */
export function identifyRows(
  scope: Scope,
  query: SelectQuery,
  from: BoundFrom | undefined,
  targets: Target[],
): RowIdentity | undefined {
  const isPlain =
    query.identifiesRows === true &&
    query.distinct === 'all' &&
    query.groupBy.length === 0 &&
    query.having === undefined &&
    scope.aggregates.length === 0 &&
    scope.groupings.length === 0 &&
    scope.windowCalls.length === 0 &&
    scope.setCalls.length === 0 &&
    // Anything else may be an aggregate, too.
    query.orderBy.every(({ expression: { kind } }) => kind === 'column' || kind === 'literal')
  if (!isPlain || from?.kind !== 'table' || from.table.storedKind !== 'records') return undefined
  const key = keyColumnsOf(from.table)
  for (const column of key) {
    targets.push({ expression: identityColumn(from.relation, column), name: '', isHidden: false })
  }
  return { tableOid: from.table.oid, keyLength: key.length }
}

/** A part of a row's key that is read to find the row again, and is not the statement's to read. */
export function identityColumn(relation: RelationColumns, column: number): BoundColumn {
  const { type, modifier } = relation.columns[column]!
  return { kind: 'column', relation: relation.id, column, type, modifier, at: -1, isIdentity: true }
}

export function isIdentity(e: BoundExpression): boolean {
  return e.kind === 'column' && e.isIdentity === true
}
