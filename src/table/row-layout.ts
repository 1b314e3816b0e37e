/**
 * The bytes of a record's row, laid out so that one column can be read without decoding the others.
 *
 * ```
 *  0        u16   number of columns stored here; bit 15: the ends are u32
 *  2        ...   one bit a column, set when it is null
 *  then     ...   the columns of fixed width, at fixed places; zeros when null
 *  then     u16[] where each variable column ends, counted from the start of the row
 *  then     ...   the bytes of the variable columns, one after the other
 * ```
 * Columns of the primary key are not stored: they are decoded from the key. The columns here are in the order
 * in which they came into being, so a row that was written before a column was added is simply shorter by it.
 *
 * Invariants:
 * 1. The place of a column in the fixed area, and its number among the variable ones, depend only on the
 *    columns before it. Adding a column never moves another one.
 * 2. A column that a row does not have reads as what the catalog says that older rows have (`missing`), or null; only
 *    nullable columns are ever added without.
 */

import { ByteReader, type ByteWriter } from './bytes.ts'
import { makeDecoder, makeEncoder } from './codec.ts'
import type { Decoder, Encoder } from './composite.ts'
import { VALUE_DIALECT } from './dialect.ts'
import { corrupt, type Place, placeOf } from './place.ts'
import type { StoredColumn } from './stored-table.ts'
import { fixedWidth, type TypeNode } from './type-node.ts'
import { i32At, u16At } from './value-scalars.ts'

/** Set in the first word when a row is so long that its ends take 32 bits each. */
export const WIDE_ENDS = 0x8000
export const ROW_HEADER_BYTES = 2
export const MAX_NARROW_BYTES = 0xffff
export const NARROW_END_BYTES = 2
const WIDE_END_BYTES = 4

/** A stored column. */
export interface RowColumn {
  readonly name: string
  /** The type without `nullable`, which the bitmap says. */
  readonly node: TypeNode
  readonly isNullable: boolean
  /** Its number among the stored columns. */
  readonly ordinal: number
  /** Bytes in the fixed area, -1 for a variable column. */
  readonly width: number
  /** From the start of the fixed area. */
  readonly fixedAt: number
  /** Its number among the variable columns. */
  readonly variableIndex: number
  readonly place: Place
  readonly encode: Encoder
  readonly decode: Decoder
  /** The bytes of its value in rows that are older; undefined: it is null there. */
  readonly missing: Buffer | undefined
}

/** How many columns a row holds. */
function storedCount(bytes: Buffer, offset: number, length: number): number {
  return length === 0 ? 0 : u16At(bytes, offset) & ~WIDE_ENDS
}

/** The places of the columns. */
export class RowLayout {
  readonly columns: readonly RowColumn[]
  /** Bytes of the fixed area of a row with so many columns. */
  readonly fixedBytes: Int32Array
  /** Variable columns of a row with so many columns. */
  readonly variableCounts: Int32Array
  /** After `locate`: the column's bytes are `[cellStart, cellEnd)` of the row's buffer. */
  cellStart = 0
  cellEnd = 0
  private readonly reader = new ByteReader()

  constructor(table: string, stored: readonly StoredColumn[]) {
    this.fixedBytes = new Int32Array(stored.length + 1)
    this.variableCounts = new Int32Array(stored.length + 1)
    const columns: RowColumn[] = []
    for (const [ordinal, { name, node, missing }] of stored.entries()) {
      const isNullable = node.kind === 'nullable'
      const inner = node.kind === 'nullable' ? node.of : node
      const width = fixedWidth(inner)
      const place = placeOf('value', table, name, name)
      columns.push({
        name,
        node: inner,
        isNullable,
        ordinal,
        width,
        fixedAt: this.fixedBytes[ordinal],
        variableIndex: this.variableCounts[ordinal],
        place,
        encode: makeEncoder(inner, VALUE_DIALECT, place, true),
        decode: makeDecoder(inner, VALUE_DIALECT, true),
        missing: missing === undefined ? undefined : Buffer.from(missing, 'base64'),
      })
      this.fixedBytes[ordinal + 1] = this.fixedBytes[ordinal] + Math.max(0, width)
      this.variableCounts[ordinal + 1] = this.variableCounts[ordinal] + (width < 0 ? 1 : 0)
    }
    this.columns = columns
  }

  /** Where the fixed area of a row with `columnCount` columns starts. */
  fixedStart(columnCount: number): number {
    return ROW_HEADER_BYTES + ((columnCount + 7) >>> 3)
  }

  /** Where the ends of a complete row start. */
  get endsStart(): number {
    return this.fixedStart(this.columns.length) + this.fixedBytes[this.columns.length]
  }

  /** Where the bytes of variable columns start in a complete row whose ends take `endBytes` each. */
  dataStart(endBytes: number): number {
    return this.endsStart + endBytes * this.variableCounts[this.columns.length]
  }

  /**
   * Finds a column's bytes in the row at `bytes[offset .. offset + length)`; false when it is null, or the row is
   * older than the column and its `missing` counts. Sets `cellStart` and `cellEnd`.
   */
  locate(bytes: Buffer, offset: number, length: number, ordinal: number): boolean {
    if (length === 0) return false
    const word = u16At(bytes, offset)
    const columnCount = word & ~WIDE_ENDS
    if (ordinal >= columnCount) return false
    if ((bytes[offset + ROW_HEADER_BYTES + (ordinal >>> 3)] & (1 << (ordinal & 7))) !== 0) return false
    const column = this.columns[ordinal]
    const fixedStart = offset + ROW_HEADER_BYTES + ((columnCount + 7) >>> 3)
    if (column.width >= 0) {
      this.cellStart = fixedStart + column.fixedAt
      this.cellEnd = this.cellStart + column.width
      return this.isWithin(offset, offset + length)
    }
    const ends = fixedStart + this.fixedBytes[columnCount]
    const index = column.variableIndex
    if ((word & WIDE_ENDS) === 0) {
      this.cellStart =
        index === 0
          ? ends + 2 * this.variableCounts[columnCount]
          : offset + u16At(bytes, ends + 2 * index - 2)
      this.cellEnd = offset + u16At(bytes, ends + 2 * index)
    } else {
      this.cellStart =
        index === 0
          ? ends + 4 * this.variableCounts[columnCount]
          : offset + i32At(bytes, ends + 4 * index - 4)
      this.cellEnd = offset + i32At(bytes, ends + 4 * index)
    }
    return this.isWithin(offset, offset + length)
  }

  /** Whether the located bytes are some of the row's: only a forged row has others. @throws CoppiceError CORRUPT */
  private isWithin(start: number, end: number): boolean {
    if (this.cellStart >= start && this.cellStart <= this.cellEnd && this.cellEnd <= end) return true
    return corrupt('row (a column outside of it)')
  }

  /** Decodes one column of a row. */
  readColumn(bytes: Buffer, offset: number, length: number, ordinal: number): unknown {
    const { decode, missing } = this.columns[ordinal]
    if (this.locate(bytes, offset, length, ordinal)) {
      return decode(this.reader.over(bytes, this.cellStart, this.cellEnd))
    }
    if (missing === undefined || ordinal < storedCount(bytes, offset, length)) return null
    return decode(this.reader.over(missing, 0, missing.length))
  }

  /** Writes a complete row whose columns are found by name in `row`; undefined counts as null. */
  write(writer: ByteWriter, row: Readonly<Record<string, unknown>>): void {
    this.writeAs(writer, row, NARROW_END_BYTES)
    if (writer.at > MAX_NARROW_BYTES) this.writeAs(writer, row, WIDE_END_BYTES)
  }

  /** The same for a row that is known to be longer than 16-bit ends can say. */
  writeWide(writer: ByteWriter, row: Readonly<Record<string, unknown>>): void {
    this.writeAs(writer, row, WIDE_END_BYTES)
  }

  private writeAs(writer: ByteWriter, row: Readonly<Record<string, unknown>>, endBytes: number): void {
    writer.at = 0
    const columnCount = this.columns.length
    if (columnCount === 0) return
    const fixedStart = this.fixedStart(columnCount)
    const endsStart = this.endsStart
    let dataEnd = this.dataStart(endBytes)
    writer.reserve(dataEnd)
    writer.bytes.fill(0, 0, dataEnd)
    writer.bytes.writeUInt16LE(columnCount | (endBytes === WIDE_END_BYTES ? WIDE_ENDS : 0), 0)
    for (const column of this.columns) {
      const value = row[column.name]
      const isNull = column.isNullable && (value === null || value === undefined)
      if (isNull) writer.bytes[ROW_HEADER_BYTES + (column.ordinal >>> 3)] |= 1 << (column.ordinal & 7)
      if (column.width >= 0) {
        writer.at = fixedStart + column.fixedAt
        if (!isNull) column.encode(writer, value)
      } else {
        writer.at = dataEnd
        if (!isNull) column.encode(writer, value)
        dataEnd = writer.at
        const at = endsStart + endBytes * column.variableIndex
        if (endBytes === WIDE_END_BYTES) writer.bytes.writeInt32LE(dataEnd, at)
        else writer.bytes.writeUInt16LE(dataEnd & 0xffff, at)
      }
    }
    writer.at = dataEnd
  }
}
