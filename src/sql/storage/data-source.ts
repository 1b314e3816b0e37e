/** The data that a statement runs over: a snapshot, or a write transaction. */

import type { TreeSource } from '../../store/api.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { AnyMapTable, AnyRecordTable } from './any-table.ts'

export interface DataSource {
  readonly source: TreeSource
  /** The table's handle; the same as long as its definition does not change. */
  records(table: TableSchema): AnyRecordTable
  map(table: TableSchema): AnyMapTable
}
