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
import { type GenerateRowReader, GenerationPace, KeptView, type ReadWholeRow } from './whole-row.ts'

export class PointReader {
  private readonly codec: AnyRecordTable['codec']
  /** By column of the key; undefined: its type holds whatever it is compared with. */
  private readonly limits: readonly (Limits | undefined)[]
  /** By column of the key; undefined: the value stays as it is. */
  private readonly toStored: readonly (((value: Value) => Value) | undefined)[]
  private readonly reader: EntryReader
  private readonly key = new ByteWriter()
  private readonly pace: GenerationPace
  private readWholeRow: ReadWholeRow | undefined
  private readonly keyView = new KeptView()
  private readonly valueView = new KeptView()
  // Of the state that it is bound to.
  private source!: TreeSource
  private rows!: ReadTree

  /** `shapes`: the columns of the primary key. */
  constructor(
    { codec }: AnyRecordTable,
    shapes: readonly KeyColumnShape[],
    wanted: readonly WantedColumn[],
    generate: GenerateRowReader,
  ) {
    this.pace = new GenerationPace(generate, codec, wanted)
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
    if (isFound) this.readRow(registers)
    this.source.endReading()
    return isFound
  }

  private readRow(registers: RegisterFile): void {
    const { rows, readWholeRow } = this
    const { valueBytes, valueOffset, valueLength } = rows
    const { bytes, at } = this.key
    if (readWholeRow === undefined) {
      this.reader.read(bytes, at, valueBytes, valueOffset, valueLength, registers)
      this.readWholeRow = this.pace.next()
      return
    }
    const keyView = this.keyView.over(bytes)
    const valueView = this.valueView.over(valueBytes)
    readWholeRow(bytes, keyView, 0, at, valueBytes, valueView, valueOffset, valueLength, registers)
  }

  private parts(values: readonly Value[]): Value[] {
    return values.map((value, i) => this.storedAt(i, value))
  }

  private storedAt(column: number, value: Value): Value {
    const convert = this.toStored[column]
    return convert === undefined ? value : convert(value)
  }
}
