/**
 * Records to and from bytes: the primary key into the tree's key, the other columns into the row.
 *
 * A record that comes in is *normalised* first: every column read once, in order of declaration, into an
 * object of one shape, absent columns as null or their default. Everything after it (key, row, indexes) reads that
 * object, so a getter cannot give the row one value and an index another, and the hot path sees one hidden class.
 */

import { makeDecoder, makeEncoder } from './codec.ts'
import { codeGeneration } from './codegen.ts'
import { type ColumnPart, type DeclaredColumn, type KeyPart, keyNodeOf, partNode } from './definition.ts'
import { KEY_DIALECT } from './dialect.ts'
import { KeyCodec } from './key-codec.ts'
import { placeOf } from './place.ts'
import {
  generateDecodeRow,
  generateEncodeKey,
  generateEncodeRow,
  generateNormalise,
} from './record-codegen.ts'
import {
  checkRecord,
  type DecodeRow,
  type EncodeRow,
  isInherited,
  type Normalise,
  type RecordColumn,
  type RecordShape,
  type Row,
  type RowKeyPart,
} from './record-shape.ts'
import { RowLayout } from './row-layout.ts'
import type { Validate } from './standard-schema.ts'
import type { StoredColumn } from './stored-table.ts'
import { isNullable } from './type-node.ts'

export class RecordCodec {
  /** The primary key as the caller gives it. */
  readonly key: KeyCodec
  readonly layout: RowLayout
  readonly columns: readonly RecordColumn[]
  /** The columns of the primary key, in its order. */
  readonly keyColumns: readonly string[]
  readonly normalise: Normalise
  /** Writes the primary key of a normalised record. */
  readonly encodeKey: EncodeRow
  /** Writes the row of a normalised record. */
  readonly encodeRow: EncodeRow
  readonly decodeRow: DecodeRow
  private readonly shape: RecordShape
  private readonly validate: Validate | undefined
  /** Columns with a default in the definition. */
  private readonly defaulted: ReadonlySet<string>
  private readonly leaving = new Map<string, Normalise>()

  /**
   * `stored` are the columns outside the primary key in the order in which rows hold them; `validate` sees records before
   * they are normalised.
   */
  constructor(
    table: string,
    declared: readonly DeclaredColumn[],
    primaryKey: readonly KeyPart[],
    stored: readonly StoredColumn[],
    validate?: Validate,
  ) {
    this.key = new KeyCodec(keyNodeOf(declared, primaryKey), table, 'key', false)
    this.layout = new RowLayout(table, stored)
    this.keyColumns = primaryKey.map(part => part.column)
    this.columns = declared.map(({ name, node, default: given, isNumbered }) => ({
      name,
      isOptional: isNullable(node) || given !== undefined || isNumbered,
      absent: isNumbered ? undefined : (given?.value ?? null),
      keyIndex: primaryKey.findIndex(part => part.column === name),
      ordinal: stored.findIndex(column => column.name === name),
    }))
    const shape: RecordShape = {
      table,
      place: placeOf('value', table, 'record'),
      columns: this.columns,
      names: new Set(declared.map(column => column.name)),
      keyParts: rowKeyParts(table, declared, primaryKey),
      layout: this.layout,
    }
    this.shape = shape
    this.validate = validate
    this.defaulted = new Set(declared.flatMap(column => (column.default === undefined ? [] : [column.name])))
    this.encodeKey = makeRowKeyEncoder(shape.keyParts, true)
    this.normalise = this.makeNormalise(shape)
    if (codeGeneration.enabled) {
      this.encodeRow = generateEncodeRow(shape)
      this.decodeRow = generateDecodeRow(shape, interpretedDecodeRow(shape))
    } else {
      this.encodeRow = (writer, row) => this.layout.write(writer, row)
      this.decodeRow = interpretedDecodeRow(shape)
    }
  }

  /** Decodes no more than some columns of a row. */
  decoderOf(names: readonly string[]): DecodeRow {
    const shape = { ...this.shape, columns: this.columns.filter(({ name }) => names.includes(name)) }
    const interpreted = interpretedDecodeRow(shape)
    return codeGeneration.enabled ? generateDecodeRow(shape, interpreted) : interpreted
  }

  private makeNormalise(shape: RecordShape): Normalise {
    const normalise = codeGeneration.enabled ? generateNormalise(shape) : interpretedNormalise(shape)
    const { validate } = this
    return validate === undefined ? normalise : record => normalise(validate(record))
  }

  /** Normalises, but leaves undefined those of `columns` that a record leaves out and that have no default here. */
  normaliseLeaving(columns: ReadonlySet<string>): Normalise {
    const names = this.columns.flatMap(({ name }) =>
      columns.has(name) && !this.defaulted.has(name) ? [name] : [],
    )
    if (names.length === 0) return this.normalise
    const signature = JSON.stringify(names)
    let normalise = this.leaving.get(signature)
    if (normalise === undefined) {
      const left = this.columns.map(column =>
        names.includes(column.name) ? { ...column, isOptional: true, absent: undefined } : column,
      )
      normalise = this.makeNormalise({ ...this.shape, columns: left })
      this.leaving.set(signature, normalise)
    }
    return normalise
  }
}

/** The parts of a key over columns. */
export function rowKeyParts(
  table: string,
  columns: readonly ColumnPart[],
  parts: readonly KeyPart[],
): readonly RowKeyPart[] {
  return parts.map(part => {
    const { column } = part
    return { column, node: partNode(columns, part), place: placeOf('key', table, column, column) }
  })
}

/** Makes the function that writes a key from the columns of a normalised record. */
export function makeRowKeyEncoder(parts: readonly RowKeyPart[], isTail: boolean): EncodeRow {
  if (codeGeneration.enabled) return generateEncodeKey(parts, isTail)
  const encoders = parts.map(({ node, place }, i) =>
    makeEncoder(node, KEY_DIALECT, place, isTail && i === parts.length - 1),
  )
  return (writer, row) => {
    for (let i = 0; i < parts.length; i++) encoders[i](writer, row[parts[i].column])
  }
}

function interpretedNormalise(shape: RecordShape): Normalise {
  return record => {
    checkRecord(record, shape.names, shape.place)
    const row: Row = {}
    for (const column of shape.columns) {
      const isAbsent = isInherited(column.name) && !Object.hasOwn(record as Row, column.name)
      const value = isAbsent ? undefined : (record as Row)[column.name]
      row[column.name] = column.isOptional && value === undefined ? column.absent : value
    }
    return row
  }
}

function interpretedDecodeRow(shape: RecordShape): DecodeRow {
  const { columns, keyParts, layout } = shape
  const decoders = keyParts.map(({ node }, i) => makeDecoder(node, KEY_DIALECT, i === keyParts.length - 1))
  return (bytes, offset, length, key) => {
    const keyValues = decoders.map(decode => decode(key))
    const row: Row = {}
    for (const column of columns) {
      row[column.name] =
        column.keyIndex >= 0
          ? keyValues[column.keyIndex]
          : layout.readColumn(bytes, offset, length, column.ordinal)
    }
    return row
  }
}
