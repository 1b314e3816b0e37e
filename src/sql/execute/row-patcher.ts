/** Gives rows of a stored table other values in columns that nothing depends on (`patchesRows`), without reading the others. */

import { isCoppiceError } from '../../base/errors.ts'
import { RowPatch } from '../../table/row-patch.ts'
import { keyColumnsOf } from '../catalog/row-key.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { AnyWritableRecordTable } from '../storage/any-table.ts'
import { columnStorage } from '../storage/column-storage.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import type { CompiledAssignments } from './change-values.ts'
import type { RegisterFile } from './registers.ts'
import { findRows } from './row-lookup.ts'

type ToStored = ((value: Value) => unknown) | undefined

export class RowPatcher {
  private readonly table: TableSchema
  private readonly set: CompiledAssignments
  private readonly keyColumns: readonly number[]
  private readonly keyRegisters: readonly number[]
  private readonly keyToStored: readonly ToStored[]
  private readonly toStored: readonly ToStored[]
  private readonly isNotNull: readonly boolean[]
  private readonly values: unknown[]
  private codec: AnyWritableRecordTable['codec'] | undefined
  private patch: RowPatch | undefined

  /** @param target registers of the row, by column */
  constructor(table: TableSchema, set: CompiledAssignments, target: readonly number[]) {
    this.table = table
    this.set = set
    this.keyColumns = keyColumnsOf(table)
    this.keyRegisters = this.keyColumns.map(column => target[column])
    this.keyToStored = this.keyColumns.map(column => this.toStoredOf(column))
    this.toStored = set.columns.map(column => this.toStoredOf(column))
    this.isNotNull = set.columns.map(column => table.columns[column].isNotNull)
    this.values = set.columns.map(() => null)
  }

  private toStoredOf(column: number): ToStored {
    const { type, storedNode } = this.table.columns[column]
    return columnStorage(type, storedNode).toStored
  }

  /** 'gone': the row is not there any more. 'refused': the values may not be stored, and nothing has happened. */
  apply(data: WritableDataSource, registers: RegisterFile): 'changed' | 'gone' | 'refused' {
    const { set, toStored, isNotNull, values } = this
    for (let i = 0; i < values.length; i++) {
      const value = set.values[i](registers)
      if (value === null) {
        if (isNotNull[i]) return 'refused'
        values[i] = null
        continue
      }
      const convert = toStored[i]
      values[i] = convert === undefined ? value : convert(value)
    }
    const records = data.records(this.table)
    try {
      return records.patch(this.keyIn(registers), this.patchFor(records), values) ? 'changed' : 'gone'
    } catch (error) {
      if (isCoppiceError(error, 'INVALID_VALUE')) return 'refused'
      throw error
    }
  }

  private patchFor({ codec }: AnyWritableRecordTable): RowPatch {
    if (this.patch === undefined || this.codec !== codec) {
      const { columns } = this.table
      this.codec = codec
      this.patch = new RowPatch(
        codec.layout,
        this.set.columns.map(column => columns[column].storedName),
      )
    }
    return this.patch
  }

  /** The primary key, as the typed table takes it. */
  private keyIn(registers: RegisterFile): unknown {
    const { keyRegisters, keyToStored } = this
    if (keyRegisters.length === 1) {
      const value = registers[keyRegisters[0]]
      const convert = keyToStored[0]
      return convert === undefined ? value : convert(value)
    }
    return keyRegisters.map((register, i) => {
      const convert = keyToStored[i]
      return convert === undefined ? registers[register] : convert(registers[register])
    })
  }

  /** The row that the registers say, by column; undefined: it is not there any more. */
  wholeRow(
    data: WritableDataSource,
    registers: RegisterFile,
    context: EvaluationContext,
  ): Value[] | undefined {
    const key = this.keyRegisters.map(register => registers[register])
    return findRows(data, this.table, this.keyColumns, key, context, 1)[0]
  }
}
