/** How many rows a table has, in the state that the statement reads: its tree knows, the transaction's own changes among them. */

import type { TableSchema } from '../catalog/schema.ts'
import type { Execution, Operator } from './operator.ts'

export class TableCountOperator implements Operator {
  private readonly execution: Execution
  private readonly table: TableSchema
  private readonly registers: readonly number[]
  private isGiven = true

  /** @param registers where the number goes */
  constructor(execution: Execution, table: TableSchema, registers: readonly number[]) {
    this.execution = execution
    this.table = table
    this.registers = registers
  }

  open(): void {
    this.isGiven = false
  }

  next(): boolean {
    if (this.isGiven) return false
    this.isGiven = true
    const { data, registers } = this.execution
    const { count } = data.records(this.table).rows
    for (const register of this.registers) registers[register] = count
    return true
  }

  close(): void {
    this.isGiven = true
  }
}
