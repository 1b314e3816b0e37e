/** What a planner asks of stored tables: how large they are, and what is in them. */

import type { BoundColumn, BoundExpression } from '../bind/bound.ts'
import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import type { IndexScan } from './physical.ts'

export interface TableFacts {
  /** Exact. */
  rowCount(table: TableSchema): number
  /** Undefined where nothing is known: of a table without rows. */
  statistics(table: TableSchema, column: number): ColumnStatistics | undefined
  /** How many entries an index scan meets, exactly; undefined: its bounds are known only when the statement runs. */
  entryCount(scan: IndexScan): number | undefined
  /**
   * What an expression is that reads no columns, parameters or subqueries, as far as it can be said before the statement
   * runs: for estimates, because what is stable may be something else later. Undefined: it cannot.
   */
  evaluate(e: BoundExpression): { readonly value: Value } | undefined
  /** What an expression over one column gives for some values of the column. Undefined: it reads more, or fails. */
  evaluateOver(
    e: BoundExpression,
    column: BoundColumn,
    values: readonly unknown[],
  ): readonly Value[] | undefined
}
