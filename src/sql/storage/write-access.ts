/** What changes of data need beyond reading: writable tables, and what holds about them. */

import type { TableExpressions } from '../bind/bound.ts'
import type { ForeignKeySchema, TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyWritableRecordTable } from './any-table.ts'
import type { DataSource } from './data-source.ts'

/** A foreign key that must hold later: for a row that refers, by the values of its columns. */
export interface PendingReference {
  readonly table: TableSchema
  readonly constraint: ForeignKeySchema
  readonly values: readonly Value[]
  /**
   * 'referring': there must be a row that is referred to, as long as one refers so.
   * 'referred': no row may refer to these values, which have gone.
   */
  readonly side: 'referring' | 'referred'
}

export interface WritableDataSource extends DataSource {
  records(table: TableSchema): AnyWritableRecordTable
  tableByOid(oid: number): TableSchema
  /** Defaults, generated columns and checks of a table, bound. */
  expressionsOf(table: TableSchema): TableExpressions
  /** Whether the constraint waits for the end of the transaction. */
  isDeferred(constraint: ForeignKeySchema): boolean
  defer(reference: PendingReference): void
}
