/**
 * The entries of one index.
 *
 * ```
 * not unique      key: columns, primary key     value: empty
 * unique          key: columns                  value: primary key
 * unique, a null  key: columns, primary key     value: primary key
 * ```
 * As null is equal to nothing, records with a null among the columns of a unique index never collide.
 */

import { ByteReader, ByteWriter } from './bytes.ts'
import { type ColumnPart, type IndexPart, keyNodeOf } from './definition.ts'
import { KeyCodec, makeSkipper, type Skipper } from './key-codec.ts'
import { makeRowKeyEncoder, rowKeyParts } from './record-codec.ts'
import type { EncodeRow, Row } from './record-shape.ts'
import { isNullable } from './type-node.ts'

export class IndexCodec {
  readonly name: string
  readonly isUnique: boolean
  /** The columns, the most significant first. */
  readonly columns: readonly string[]
  /** The columns as the caller gives them; open, because the primary key may follow. */
  readonly key: KeyCodec
  /** For the entry that a change adds, and the one that it removes. */
  readonly added = new ByteWriter()
  readonly removed = new ByteWriter()
  private readonly nullable: readonly string[]
  private readonly encodeColumns: EncodeRow
  private readonly skipColumns: Skipper
  private readonly reader = new ByteReader()

  constructor(table: string, declared: readonly ColumnPart[], index: IndexPart) {
    this.name = index.name
    this.isUnique = index.isUnique
    this.columns = index.on.map(part => part.column)
    const node = keyNodeOf(declared, index.on)
    this.key = new KeyCodec(node, table, `index '${index.name}' key`, true)
    this.nullable = this.columns.filter(column =>
      isNullable(declared.find(({ name }) => name === column)!.node),
    )
    this.encodeColumns = makeRowKeyEncoder(rowKeyParts(table, declared, index.on), false)
    this.skipColumns = makeSkipper(node)
  }

  /** Whether `row` is compared with others for uniqueness. */
  isDistinct(row: Row): boolean {
    if (!this.isUnique) return false
    for (let i = 0; i < this.nullable.length; i++) if (row[this.nullable[i]] === null) return false
    return true
  }

  /** Writes the key of the entry of `row`, whose primary key is in `primaryKey`. */
  writeEntryKey(writer: ByteWriter, row: Row, primaryKey: ByteWriter): void {
    writer.begin()
    this.encodeColumns(writer, row)
    if (!this.isDistinct(row)) writer.writeBytes(primaryKey.bytes, 0, primaryKey.at)
  }

  /** Where in the key of an entry of an index that is not unique the primary key starts. */
  primaryKeyStart(entryKey: Buffer, length: number): number {
    this.skipColumns(this.reader.over(entryKey, 0, length))
    return this.reader.at
  }

  /** The values of the columns in `row`, for messages. */
  valuesOf(row: Row): unknown {
    const values = this.columns.map(column => row[column])
    return values.length === 1 ? values[0] : values
  }
}
