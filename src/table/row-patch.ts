/**
 * A stored row with other values in some of its columns: those are encoded, the bytes of the others copied as they are.
 *
 * Only for complete rows whose ends take 16 bits (row-layout.ts), before and after: others are decoded and written whole.
 */

import type { ByteWriter } from './bytes.ts'
import { corrupt } from './place.ts'
import {
  MAX_NARROW_BYTES,
  NARROW_END_BYTES,
  ROW_HEADER_BYTES,
  type RowColumn,
  type RowLayout,
} from './row-layout.ts'
import { u16At } from './value-scalars.ts'

export class RowPatch {
  /** The columns that get other values, in the order of these. */
  readonly names: readonly string[]
  private readonly layout: RowLayout
  private readonly columns: readonly RowColumn[]
  /** By number among the variable columns: which of the values is its; -1: its bytes are copied. */
  private readonly valueNumbers: readonly number[]

  constructor(layout: RowLayout, names: readonly string[]) {
    this.names = names
    this.layout = layout
    this.columns = names.map(name => layout.columns.find(column => column.name === name)!)
    const isChanged = this.columns.some(column => column.width < 0)
    this.valueNumbers = isChanged
      ? layout.columns.filter(column => column.width < 0).map(column => this.columns.indexOf(column))
      : []
  }

  /**
   * Writes the row at `bytes[offset .. offset + length)` with other values; null where a column is nullable, else values of its type.
   * @returns false: it is to be written whole
   */
  write(
    writer: ByteWriter,
    bytes: Buffer,
    offset: number,
    length: number,
    values: readonly unknown[],
  ): boolean {
    const { layout, valueNumbers } = this
    const dataStart = layout.dataStart(NARROW_END_BYTES)
    if (length < dataStart || u16At(bytes, offset) !== layout.columns.length) return false
    const isOfVariable = valueNumbers.length > 0
    const copied = isOfVariable ? dataStart : length
    writer.reserve(copied)
    const target = writer.bytes
    if (copied <= 64) for (let i = 0; i < copied; i++) target[i] = bytes[offset + i]
    else bytes.copy(target, 0, offset, offset + copied)
    this.writeFixed(writer, values)
    writer.at = copied
    return !isOfVariable || this.writeVariable(writer, bytes, offset, length, values)
  }

  /** The values of fixed width, and which of all are null. */
  private writeFixed(writer: ByteWriter, values: readonly unknown[]): void {
    const { columns, layout } = this
    const { bytes } = writer
    const fixedStart = layout.fixedStart(layout.columns.length)
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      const nullsAt = ROW_HEADER_BYTES + (column.ordinal >>> 3)
      const bit = 1 << (column.ordinal & 7)
      const isNull = values[i] === null
      if (isNull) bytes[nullsAt] |= bit
      else bytes[nullsAt] &= ~bit
      if (column.width < 0) continue
      // There is room: the writer does not grow.
      writer.at = fixedStart + column.fixedAt
      if (isNull) bytes.fill(0, writer.at, writer.at + column.width)
      else column.encode(writer, values[i])
    }
  }

  private writeVariable(
    writer: ByteWriter,
    bytes: Buffer,
    offset: number,
    length: number,
    values: readonly unknown[],
  ): boolean {
    const { columns, layout, valueNumbers } = this
    const { endsStart } = layout
    let start = offset + layout.dataStart(NARROW_END_BYTES)
    for (let i = 0; i < valueNumbers.length; i++) {
      const endAt = endsStart + NARROW_END_BYTES * i
      const end = offset + u16At(bytes, offset + endAt)
      if (end < start || end > offset + length) return corrupt('row (a column outside of it)')
      const value = valueNumbers[i]
      if (value < 0) writer.writeBytes(bytes, start, end)
      else if (values[value] !== null) columns[value].encode(writer, values[value])
      if (writer.at > MAX_NARROW_BYTES) return false
      // The writer may have grown into another buffer.
      writer.bytes[endAt] = writer.at
      writer.bytes[endAt + 1] = writer.at >>> 8
      start = end
    }
    return true
  }
}
