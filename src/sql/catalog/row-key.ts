/** Which columns of a table its rows are kept by. */

import type { TableSchema } from './schema.ts'

/** The columns of the typed table's key: those of the primary key, or the hidden number. */
export function keyColumnsOf(table: TableSchema): readonly number[] {
  return table.primaryKey?.columns ?? [table.columns.findIndex(column => column.isHidden)]
}
