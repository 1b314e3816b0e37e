/**
 * Column names with their tables, for texts that are stored: a name alone, which means one column today, means two when another
 * table of the query is given a column of that name.
 */

import type { ColumnReference } from '../syntax/tree.ts'
import type { BoundExpression } from './bound.ts'
import type { NamespaceItem, Scope } from './scope.ts'
import { sameExpression } from './walk.ts'

/** @param found what the name alone means */
export function noteQualified(scope: Scope, e: ColumnReference, found: BoundExpression): void {
  const [name] = e.names
  if (name === undefined || found.kind !== 'column') return
  const item = itemWith(scope, name, found)
  if (item !== undefined && isMeant(scope, item)) scope.binding.found!.columns.set(e, [item.name, name])
}

/** The innermost table that has the column. */
function itemWith(scope: Scope, name: string, found: BoundExpression): NamespaceItem | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const item = level.namespace.find(
      one =>
        one.isNameVisible &&
        one.columns.some(column => column.name === name && sameExpression(column.expression, found)),
    )
    if (item !== undefined) return item
  }
  return undefined
}

/** Whether the table's name means it, and no other one of the same name. */
function isMeant(scope: Scope, item: NamespaceItem): boolean {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const named = level.namespace.filter(one => one.isNameVisible && one.name === item.name)
    if (named.length > 0) return named.length === 1 && named[0] === item
  }
  return false
}
