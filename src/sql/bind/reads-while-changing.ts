/**
 * Whether a statement may read what it changes, after it has changed some of it. PostgreSQL's statements see one state,
 * the one before them; so such a statement reads from a savepoint that is set before it.
 *
 * Those that read all before they change anything need none: an INSERT, UPDATE or DELETE without subqueries in what is
 * evaluated row by row.
 */

import type {
  BoundAssignment,
  BoundChange,
  BoundExpression,
  BoundRowSource,
  BoundStatement,
} from './bound.ts'
import { contains } from './walk.ts'

export function readsWhileChanging(statement: BoundStatement): boolean {
  if (statement.kind === 'query') return hasChangingTable(statement.query.commonTables)
  const { change } = statement
  return hasChangingTable(change.commonTables) || evaluatesSubqueries(change)
}

function hasChangingTable(
  commonTables: readonly { readonly definition: { readonly kind: string } }[],
): boolean {
  return commonTables.some(table => table.definition.kind === 'change')
}

function evaluatesSubqueries(change: BoundChange): boolean {
  if (change.returning?.targets.some(hasSubquery)) return true
  switch (change.kind) {
    case 'insert': {
      const { onConflict } = change
      return onConflict !== undefined && (assigns(onConflict) || isSubquery(onConflict.where))
    }
    case 'update':
      return assigns(change)
    case 'delete':
      return false
    case 'merge':
      return change.clauses.some(
        ({ condition, action }) => isSubquery(condition) || ('set' in action && assigns(action)),
      )
  }
}

function assigns({
  set,
  rowSources,
}: {
  readonly set: readonly BoundAssignment[]
  readonly rowSources: readonly BoundRowSource[]
}): boolean {
  return rowSources.length > 0 || set.some(one => hasSubquery(one.value))
}

function isSubquery(e: BoundExpression | undefined): boolean {
  return e !== undefined && hasSubquery(e)
}

function hasSubquery(e: BoundExpression): boolean {
  return contains(e, part => part.kind === 'subquery')
}
