/** Which row of which table a cursor is on: for UPDATE and DELETE … WHERE CURRENT OF. */

import { keyColumnsOf } from '../catalog/row-key.ts'
import type { SelectQuery } from '../syntax/tree.ts'
import type { BoundFrom, RowIdentity } from './bound.ts'
import { columnOf, type Scope } from './scope.ts'
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
    targets.push({ expression: columnOf(from.relation, column, -1), name: '', isHidden: false })
  }
  return { tableOid: from.table.oid, keyLength: key.length }
}
