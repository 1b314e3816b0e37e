/** What a planner asks of stored tables: how large they are, and what is in them. */

import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'

export interface TableFacts {
  /** Exact. */
  rowCount(table: TableSchema): number
  /** Undefined where nothing is known: of a table without rows. */
  statistics(table: TableSchema, column: number): ColumnStatistics | undefined
}
