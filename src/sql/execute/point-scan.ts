/** The row of a stored table under one primary key: no range, no cursor. */

import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import type { WantedColumn } from '../storage/column-reader.ts'
import type { KeyColumnShape } from '../storage/key-range.ts'
import { PointReader } from '../storage/point-reader.ts'
import type { Evaluate } from './expression.ts'
import { generateRowReader } from './generate/row-code.ts'
import type { Execution, Operator } from './operator.ts'

export class PointScanOperator implements Operator {
  private readonly execution: Execution
  private readonly table: TableSchema
  private readonly shapes: readonly KeyColumnShape[]
  private readonly wanted: readonly WantedColumn[]
  /** By column of the key. */
  private readonly values: readonly Evaluate[]
  private readonly filter: Evaluate | undefined
  /** Says that there is a row, -1: nobody asks. */
  private readonly presenceRegister: number
  private readonly key: Value[] = []
  private reader: PointReader | undefined
  private readerOf = -1
  private isFound = false

  constructor(
    execution: Execution,
    table: TableSchema,
    shapes: readonly KeyColumnShape[],
    wanted: readonly WantedColumn[],
    values: readonly Evaluate[],
    filter: Evaluate | undefined,
    presenceRegister: number,
  ) {
    this.execution = execution
    this.table = table
    this.shapes = shapes
    this.wanted = wanted
    this.values = values
    this.filter = filter
    this.presenceRegister = presenceRegister
  }

  open(): void {
    const { execution, key, values, filter } = this
    const { registers, number } = execution
    const reader = this.reader !== undefined && this.readerOf === number ? this.reader : this.bound()
    for (let i = 0; i < values.length; i++) key[i] = values[i](registers)
    this.isFound = reader.read(key, registers)
    if (!this.isFound) return
    if (filter !== undefined && filter(registers) !== true) this.isFound = false
    else if (this.presenceRegister >= 0) registers[this.presenceRegister] = true
  }

  private bound(): PointReader {
    const { data, number } = this.execution
    const records = data.records(this.table)
    if (this.reader === undefined || !this.reader.fits(records)) {
      this.reader = new PointReader(records, this.shapes, this.wanted, generateRowReader)
    }
    this.reader.bind(data.source, records)
    this.readerOf = number
    return this.reader
  }

  next(): boolean {
    const { isFound } = this
    this.isFound = false
    return isFound
  }

  close(): void {
    this.isFound = false
  }
}
