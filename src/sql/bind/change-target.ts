/**
 * What INSERT, UPDATE, DELETE and MERGE change: a table, or a view that is nothing but columns and rows of one
 * (updatable-views.ts). A view's columns are expressions over the base table's row: names resolve to them, so that whatever is
 * bound is bound over the base table.
 */

import type { TableSchema } from '../catalog/schema.ts'
import { notSupported } from '../errors.ts'
import type { TargetTable } from '../syntax/tree.ts'
import type { BoundExpression, RelationColumns, ViewCheck } from './bound.ts'
import { fail, itemOf, type NamespaceItem, type Scope } from './scope.ts'
import { ViewTarget } from './updatable-views.ts'

export type ChangeVerb = 'insert' | 'update' | 'delete' | 'merge'

export interface ChangeTarget {
  /** Where the rows are. */
  readonly table: TableSchema
  /** Of what the statement names. */
  readonly ownName: string
  readonly schema: string
  /** Its columns, over a relation of the table; the relation's name is the item's. */
  item(relation: RelationColumns, areColumnsVisible?: boolean): NamespaceItem
  /** The table's column behind one of its own. @throws SqlError 42703, 0A000 */
  columnNumber(name: string, at: number, verb: 'insert' | 'update'): number
  /** All in order, for INSERT without a list; undefined for those that take no value. */
  columnNames(): readonly string[]
  /** Which rows it has. */
  conditions(relation: RelationColumns): readonly BoundExpression[]
  /**
   * The default that a view has of its own for a column of its table, which comes before the table's; null: DEFAULT is NULL,
   * whatever the table says.
   */
  ownDefault(number: number, verb: 'insert' | 'update'): string | null | undefined
  /** @throws SqlError 0A000 a column that takes no values has a default of its own */
  refuseReadOnlyDefaults(): void
  /** What new rows must meet. */
  checks(row: RelationColumns): readonly ViewCheck[]
}

class TableTarget implements ChangeTarget {
  readonly table: TableSchema

  constructor(table: TableSchema) {
    this.table = table
  }
  get ownName(): string {
    return this.table.name
  }
  get schema(): string {
    return this.table.schema
  }
  item(relation: RelationColumns, areColumnsVisible = true): NamespaceItem {
    const { table } = this
    return itemOf(relation, table.rowType, { table, areColumnsVisible, hiddenName: table.name })
  }
  columnNumber(name: string, at: number): number {
    const { table } = this
    const number = table.columns.findIndex(column => column.name === name && !column.isHidden)
    if (number < 0) fail('42703', `column "${name}" of relation "${table.name}" does not exist`, at)
    return number
  }
  columnNames(): readonly string[] {
    return this.table.columns.filter(column => !column.isHidden).map(column => column.name)
  }
  conditions(): readonly BoundExpression[] {
    return []
  }
  checks(): readonly ViewCheck[] {
    return []
  }
  ownDefault(): undefined {
    return undefined
  }
  refuseReadOnlyDefaults(): void {}
}

export function findTarget(scope: Scope, target: TargetTable, verb: ChangeVerb): ChangeTarget {
  const name = target.name[target.name.length - 1]!
  const schema = target.name.length > 1 ? target.name[target.name.length - 2]! : undefined
  if (schema === undefined) {
    for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
      if (level.commonTables.has(name)) {
        fail('42P01', `relation "${name}" cannot be the target of a modifying statement`, target.at)
      }
    }
  }
  const found = scope.binding.catalog.relation(schema, name)
  switch (found?.kind) {
    case undefined:
      return fail('42P01', `relation "${target.name.join('.')}" does not exist`, target.at)
    case 'table':
      if (found.materialized !== undefined) fail('42809', `cannot change materialized view "${name}"`, -1)
      if (found.storedKind !== 'records') throw notSupported('changing a map by SQL', target.at)
      return new TableTarget(found)
    case 'view':
      return new ViewTarget(scope, found, verb)
    case 'virtual':
      throw notSupported(`changing the system table "${name}"`, target.at)
    default:
      return fail('42809', `cannot change sequence "${name}"`, target.at)
  }
}
