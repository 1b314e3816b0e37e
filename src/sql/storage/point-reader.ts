/** Finds rows by their whole primary key, and leaves the wanted columns in registers. */

import type { ReadTree } from '../../btree/api.ts'
import type { TreeSource } from '../../store/api.ts'
import { ByteWriter } from '../../table/bytes.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyRecordTable } from './any-table.ts'
import { EntryReader, type WantedColumn } from './column-reader.ts'
import { columnStorage } from './column-storage.ts'
import { isHeld, type KeyColumnShape, type Limits, limitsOf } from './key-range.ts'

export class PointReader {
  private readonly codec: AnyRecordTable['codec']
  /** By column of the key; undefined: its type holds whatever it is compared with. */
  private readonly limits: readonly (Limits | undefined)[]
  /** By column of the key; undefined: the value stays as it is. */
  private readonly toStored: readonly (((value: Value) => Value) | undefined)[]
  private readonly reader: EntryReader
  private readonly key = new ByteWriter()
  // Of the state that it is bound to.
  private source!: TreeSource
  private rows!: ReadTree

  /** `shapes`: the columns of the primary key. */
  constructor({ codec }: AnyRecordTable, shapes: readonly KeyColumnShape[], wanted: readonly WantedColumn[]) {
    this.codec = codec
    this.limits = shapes.map(({ type }) => limitsOf(type))
    this.toStored = shapes.map(({ type, storedNode }) => columnStorage(type, storedNode).toStored)
    this.reader = new EntryReader(codec, wanted)
  }

  /** Whether the table's rows are laid out as those that this was made for. */
  fits(table: AnyRecordTable): boolean {
    return table.codec === this.codec
  }

  bind(source: TreeSource, table: AnyRecordTable): void {
    this.source = source
    this.rows = table.rows
  }

  /** False when there is no row under this key. */
  read(values: readonly Value[], registers: RegisterFile): boolean {
    const { limits, rows, key } = this
    for (let i = 0; i < limits.length; i++) if (!isHeld(values[i], limits[i])) return false
    this.source.assertReadable()
    key.begin()
    this.codec.key.encode(key, limits.length === 1 ? this.storedAt(0, values[0]) : this.parts(values))
    const isFound = rows.find(key.bytes, key.at)
    if (isFound)
      this.reader.read(key.bytes, key.at, rows.valueBytes, rows.valueOffset, rows.valueLength, registers)
    this.source.endReading()
    return isFound
  }

  private parts(values: readonly Value[]): Value[] {
    return values.map((value, i) => this.storedAt(i, value))
  }

  private storedAt(column: number, value: Value): Value {
    const convert = this.toStored[column]
    return convert === undefined ? value : convert(value)
  }
}
