/** What changes of data need beyond reading: writable tables, and what holds about them. */

import type { TableExpressions } from '../bind/bound.ts'
import type { ForeignKeySchema, KeySchema, TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyWritableRecordTable } from './any-table.ts'
import type { DataSource } from './data-source.ts'

/** A foreign key that must hold later: for a row that refers, by the values of its columns. */
export interface PendingReference {
  readonly kind: 'reference'
  readonly table: TableSchema
  readonly constraint: ForeignKeySchema
  readonly values: readonly Value[]
  /**
   * 'referring': there must be a row that is referred to, as long as one refers so.
   * 'referred': no row may refer to these values, which have gone.
   * 'restricted': the same, though another row may have these values by now.
   */
  readonly side: 'referring' | 'referred' | 'restricted'
}

/** A key of a deferrable constraint that only one row may have when it is looked at. */
export interface PendingKey {
  readonly kind: 'key'
  readonly table: TableSchema
  readonly constraint: KeySchema
  readonly values: readonly Value[]
}

/** What must hold at the end of the statement, or of the transaction. */
export type PendingCheck = PendingReference | PendingKey

export interface WritableDataSource extends DataSource {
  records(table: TableSchema): AnyWritableRecordTable
  tableByOid(oid: number): TableSchema
  /** Defaults, generated columns and checks of a table, bound. */
  expressionsOf(table: TableSchema): TableExpressions
  /** Whether the constraint waits for the end of the transaction. */
  isDeferred(constraint: ForeignKeySchema | KeySchema): boolean
  defer(check: PendingCheck): void
  /** Who wants to hear of rows whose values have gone, or become others. */
  readonly watch:
    | ((table: TableSchema, old: readonly Value[], row: readonly Value[] | undefined) => void)
    | undefined
  /** Called before a statement's first change, unless that is one change which happens or fails as a whole, and the last thing. */
  beforeChanges(): void
}
