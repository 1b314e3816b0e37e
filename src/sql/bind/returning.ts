/** RETURNING: over the row as it is afterwards, the old and the new one by name, and what else the statement reads. */

import type { Returning } from '../syntax/tree.ts'
import type { BoundReturning, RelationColumns } from './bound.ts'
import type { ChangeTarget } from './change-target.ts'
import { CLAUSES } from './clause.ts'
import { withoutUnknown } from './coercion.ts'
import { fail, type NamespaceItem, type Scope } from './scope.ts'
import { bindTargets, outputColumn } from './select.ts'

export interface ChangedRows {
  readonly target: ChangeTarget
  /** The target's name or alias. */
  readonly name: string
  readonly schema: string | undefined
  readonly row: RelationColumns
  readonly oldRow: RelationColumns
  readonly newRow: RelationColumns
  /** Of FROM, USING, the source of MERGE. */
  readonly others: readonly NamespaceItem[]
  /** Whether a star stands for theirs first: that of MERGE does. */
  readonly areOthersFirst?: boolean
}

export function bindReturning(
  scope: Scope,
  returning: Returning | undefined,
  rows: ChangedRows,
): BoundReturning | undefined {
  if (returning === undefined) return undefined
  const before = scope.namespace
  const named = (relation: RelationColumns, name: string, areColumnsVisible: boolean): NamespaceItem => ({
    ...rows.target.item({ ...relation, name }, areColumnsVisible),
    schema: areColumnsVisible ? rows.schema : undefined,
  })
  const own = named(rows.row, rows.name, true)
  const items = rows.areOthersFirst ? [...rows.others, own] : [own, ...rows.others]
  const taken = (name: string): boolean => items.some(item => item.isNameVisible && item.name === name)
  const addNamed = (relation: RelationColumns, alias: string | undefined, usual: string): void => {
    // An own table called "old" keeps its name.
    if (alias === undefined && taken(usual)) return
    if (alias !== undefined && taken(alias))
      fail('42712', `table name "${alias}" specified more than once`, -1)
    items.push(named(relation, alias ?? usual, false))
  }
  addNamed(rows.oldRow, returning.oldAlias, 'old')
  addNamed(rows.newRow, returning.newAlias, 'new')
  scope.namespace = items
  const targets = scope.in(CLAUSES.returning, () => bindTargets(scope, returning.items))
  for (const target of targets) target.expression = withoutUnknown(scope, target.expression)
  scope.namespace = before
  if (targets.length === 0) fail('42601', 'RETURNING must have at least one column', returning.items[0]!.at)
  return {
    columns: targets.map(target => outputColumn(scope, target)),
    targets: targets.map(target => target.expression),
    row: rows.row,
    oldRow: rows.oldRow,
    newRow: rows.newRow,
  }
}
