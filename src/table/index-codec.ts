/**
 * The entries of one index.
 *
 * ```
 * not unique      key: columns, primary key     value: empty
 * unique          key: columns                  value: primary key
 * unique, a null  key: columns, primary key     value: primary key
 * ```
 * As null is equal to nothing, records with a null among the columns of a unique index never collide, unless the index says
 * that they do.
 *
 * Where an index is over expressions or partial, `IndexComputer.compute` is called before anything is asked here of a row. A
 * row that is not in the index has the empty key, which no entry has.
 */

import { ByteReader, ByteWriter } from './bytes.ts'
import { makeEncoder } from './codec.ts'
import type { Encoder } from './composite.ts'
import {
  type ColumnPart,
  type IndexPart,
  isComputed,
  type KeyPart,
  keyNodeOf,
  partNode,
} from './definition.ts'
import { KEY_DIALECT } from './dialect.ts'
import { KeyCodec, makeSkipper, type Skipper } from './key-codec.ts'
import { placeOf } from './place.ts'
import { makeRowKeyEncoder, type RecordCodec, rowKeyParts } from './record-codec.ts'
import type { DecodeRow, EncodeRow, Row } from './record-shape.ts'
import { isNullable } from './type-node.ts'

export class IndexCodec {
  readonly name: string
  readonly isUnique: boolean
  /** Whether an `IndexComputer` is needed. */
  readonly isComputed: boolean
  /** What the entries are over, the most significant first. */
  readonly parts: readonly KeyPart[]
  /** The columns as the caller gives them; open, because the primary key may follow. */
  readonly key: KeyCodec
  /** For the entry that a change adds, and the one that it removes. */
  readonly added = new ByteWriter()
  readonly removed = new ByteWriter()
  /** What was computed of the row at hand: by part, as the typed table would store it; and whether it is in the index. */
  readonly computed: unknown[] = []
  isCovered = true
  /** Numbers of the parts that may be null. */
  private readonly nullable: readonly number[]
  private readonly encodeColumns: EncodeRow
  private readonly skipColumns: Skipper
  private readonly reader = new ByteReader()
  private readonly records: RecordCodec
  private decodeParts: DecodeRow | undefined

  /** `records`: of the rows that it is over. */
  constructor(table: string, declared: readonly ColumnPart[], index: IndexPart, records: RecordCodec) {
    this.name = index.name
    this.isUnique = index.isUnique
    this.isComputed = isComputed(index)
    this.records = records
    this.parts = index.on
    const node = keyNodeOf(declared, index.on)
    this.key = new KeyCodec(node, table, `index '${index.name}' key`, true)
    this.nullable = index.isNullEqual
      ? []
      : index.on.flatMap((part, number) => (isNullable(partNode(declared, part)) ? [number] : []))
    this.encodeColumns = this.isComputed
      ? this.computedEncoder(table, declared)
      : makeRowKeyEncoder(rowKeyParts(table, declared, index.on), false)
    this.skipColumns = makeSkipper(node)
  }

  private computedEncoder(table: string, declared: readonly ColumnPart[]): EncodeRow {
    const { parts } = this
    const encoders = parts.map((part): Encoder => {
      const place = placeOf('key', table, part.column, part.column)
      return makeEncoder(partNode(declared, part), KEY_DIALECT, place, false)
    })
    return (writer, row) => {
      for (let i = 0; i < parts.length; i++) encoders[i](writer, this.valueOf(row, i))
    }
  }

  private valueOf(row: Row, part: number): unknown {
    const { column, computed } = this.parts[part]
    return computed === undefined ? row[column] : this.computed[part]
  }

  /** Decodes of a row the columns that its entry is made of, and no others. */
  get decodeRow(): DecodeRow {
    this.decodeParts ??= this.records.decoderOf(
      this.parts.flatMap(({ column, computed }) => (computed === undefined ? [column] : [])),
    )
    return this.decodeParts
  }

  /** Whether `row` is compared with others for uniqueness. */
  isDistinct(row: Row): boolean {
    if (!this.isUnique || !this.isCovered) return false
    for (let i = 0; i < this.nullable.length; i++)
      if (this.valueOf(row, this.nullable[i]) === null) return false
    return true
  }

  /** Writes the key of the entry of `row`, whose primary key is in `primaryKey`; nothing where there is no entry. */
  writeEntryKey(writer: ByteWriter, row: Row, primaryKey: ByteWriter): void {
    writer.begin()
    if (!this.isCovered) return
    this.encodeColumns(writer, row)
    if (!this.isDistinct(row)) writer.writeBytes(primaryKey.bytes, 0, primaryKey.at)
  }

  /** Where the primary key starts in the key of an entry of an index that is not unique, which lies from `start` to `end`. */
  primaryKeyStart(bytes: Buffer, start: number, end: number): number {
    this.skipColumns(this.reader.over(bytes, start, end))
    return this.reader.at
  }

  /** The values of the parts in `row`, for messages. */
  valuesOf(row: Row): unknown {
    const values = this.parts.map((_, part) => this.valueOf(row, part))
    return values.length === 1 ? values[0] : values
  }
}
