/** The rows of a table that a statement has changed, by their primary keys. */

import { keyColumnsOf } from '../catalog/row-key.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { KeySet } from '../spill/key-set.ts'
import { keyOf } from '../types/compare.ts'
import type { Execution } from './operator.ts'

export class TouchedRows {
  private readonly execution: Execution
  private readonly table: TableSchema
  private readonly columns: readonly number[]
  private toKeys: readonly ((value: Value) => unknown)[] = []
  private readonly identities = new KeySet()

  constructor(execution: Execution, table: TableSchema) {
    this.execution = execution
    this.table = table
    this.columns = keyColumnsOf(table)
  }

  /** Begins anew. @param share of the memory that one operator may use */
  begin(share: number): void {
    const { spill } = this.execution
    this.toKeys = this.columns.map(column => keyOf(this.table.columns[column].type))
    this.identities.begin(spill, share * (spill?.budgetBytes ?? 0))
  }

  has(row: readonly Value[]): boolean {
    return this.identities.has(this.identity(row))
  }

  add(row: readonly Value[]): void {
    this.identities.add(this.identity(row))
  }

  /** The same exactly for rows of one primary key. */
  private identity(row: readonly Value[]): unknown {
    const { columns, toKeys } = this
    if (columns.length === 1) return toKeys[0](row[columns[0]])
    let identity = ''
    for (let i = 0; i < columns.length; i++) {
      const text = String(toKeys[i](row[columns[i]]))
      identity += `${text.length}:${text}`
    }
    return identity
  }

  /** The file is gone, and so are the rows. */
  clear(): void {
    this.identities.clear()
  }
}

/**
 * The same of one table and one statement. Where several changes of the statement change the table, which common tables do, a
 * row is changed by the one that comes first: they all see the state before the statement, and what a second one made of a
 * row would undo the first.
 */
export class TouchedTogether {
  readonly rows: TouchedRows
  /** How many changes of the statement change the table. */
  changes = 0
  private begunFor = -1
  private readonly execution: Execution

  constructor(execution: Execution, table: TableSchema) {
    this.execution = execution
    this.rows = new TouchedRows(execution, table)
  }

  get isShared(): boolean {
    return this.changes > 1
  }

  /** Begins anew, if it is another execution. */
  begin(share: number): void {
    const { number } = this.execution
    if (this.isShared && this.begunFor === number) return
    this.begunFor = number
    this.rows.begin(share)
  }

  /** One of the changes is done. */
  changed(): void {
    if (!this.isShared) this.rows.clear()
  }
}
