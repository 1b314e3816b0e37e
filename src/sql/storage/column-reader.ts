/**
 * Readers of single columns, straight from the bytes of keys and rows into registers: nothing that a statement does not
 * name is decoded.
 *
 * A row's columns are read by their place (`RowLayout`), a key's from left to right: parts that nobody wants are skipped.
 */

import { ByteReader } from '../../table/bytes.ts'
import { makeDecoder } from '../../table/codec.ts'
import { KEY_DIALECT, VALUE_DIALECT, withJsonAsText } from '../../table/dialect.ts'
import { makeSkipper, type Skipper } from '../../table/key-codec.ts'
import type { RecordCodec } from '../../table/record-codec.ts'
import type { RowLayout } from '../../table/row-layout.ts'
import { utf8At } from '../../table/text.ts'
import type { TypeNode } from '../../table/type-node.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { Value } from '../functions/registry.ts'
import { padded } from '../types/text.ts'
import { JSONB, type SqlType, withoutDomain } from '../types/type.ts'
import { blankPaddedLength, columnStorage } from './column-storage.ts'
import { jsonbFromText } from './jsonb-text.ts'
import { numericAt } from './numeric-cell.ts'

/** A column of a stored table that a statement reads. */
export interface WantedColumn {
  readonly storedName: string
  readonly type: SqlType
  /** What the column's type is declared with: the length of char(n). */
  readonly modifier: number
  /** Of a table that was made from TypeScript. */
  readonly storedNode: TypeNode | undefined
  readonly register: number
}

/** Reads a value from the bytes of its cell. */
type CellReader = (bytes: Buffer, start: number, end: number) => Value

const TWO_32 = 4294967296

/** A little-endian i64, as int8 values are held. */
export function int64At(bytes: Buffer, at: number): number | bigint {
  const high = bytes.readInt32LE(at + 4)
  // Within ±2^53 both words make an exact number.
  if (high >= -0x20_0000 && high < 0x20_0000) {
    const value = high * TWO_32 + bytes.readUInt32LE(at)
    if (Number.isSafeInteger(value)) return value
  }
  return bytes.readBigInt64LE(at)
}

const JSON_AS_TEXT = withJsonAsText(VALUE_DIALECT)

function cellReader(node: TypeNode, column: WantedColumn): CellReader | undefined {
  const { type, modifier } = column
  switch (node.kind) {
    case 'bool':
      return (bytes, start) => bytes[start] !== 0
    case 'i16':
      return (bytes, start) => bytes.readInt16LE(start)
    case 'f32':
      return (bytes, start) => bytes.readFloatLE(start)
    case 'f64':
      return (bytes, start) => bytes.readDoubleLE(start)
    case 'text':
      return textReader(type, modifier)
    case 'json':
      return withoutDomain(type) === JSONB
        ? (bytes, start, end) => jsonbFromText(utf8At(bytes, start, end))
        : undefined
    case 'decimal':
      return numericAt
    case 'i32':
      return withoutDomain(type).category === 'N' ? (bytes, start) => bytes.readInt32LE(start) : undefined
    case 'i64':
      return withoutDomain(type).name === 'int8' ? int64At : undefined
    case 'array':
    case 'struct':
      return column.storedNode === undefined && holdsJson(node) ? jsonPartsReader(node, column) : undefined
    case 'enum':
      return type.labels === undefined ? undefined : (bytes, start) => bytes.readUInt16LE(start)
    default:
      return undefined
  }
}

function holdsJson(node: TypeNode): boolean {
  switch (node.kind) {
    case 'json':
      return true
    case 'nullable':
      return holdsJson(node.of)
    case 'array':
      return holdsJson(node.element)
    case 'struct':
      return node.fields.some(([, field]) => holdsJson(field))
    default:
      return false
  }
}

/** Reads values that have jsonb in them, whose numbers keep all digits and their scale. */
function jsonPartsReader(node: TypeNode, { type, modifier }: WantedColumn): CellReader {
  const decode = makeDecoder(node, JSON_AS_TEXT, true)
  const convert = columnStorage(type, undefined, modifier).fromStored!
  const reader = new ByteReader()
  return (bytes, start, end) => convert(decode(reader.over(bytes, start, end)))
}

/** Reads the text of a column; that of char(n) with its trailing blanks, which are not stored. */
export function textReader(type: SqlType, modifier: number): CellReader {
  const length = blankPaddedLength(type, modifier)
  if (length === undefined) return utf8At
  return (bytes, start, end) => padded(utf8At(bytes, start, end), length)
}

/** Reads wanted columns of rows. */
export class RowReader {
  private readonly layout: RowLayout
  private readonly ordinals: number[] = []
  private readonly registers: number[] = []
  private readonly cells: (CellReader | undefined)[] = []
  private readonly converts: (((value: Value) => Value) | undefined)[] = []

  constructor(layout: RowLayout, wanted: readonly (WantedColumn & { readonly ordinal: number })[]) {
    this.layout = layout
    for (const column of wanted) {
      const { ordinal, register, type, storedNode, modifier } = column
      this.ordinals.push(ordinal)
      this.registers.push(register)
      this.cells.push(cellReader(layout.columns[ordinal].node, column))
      this.converts.push(columnStorage(type, storedNode, modifier).fromStored)
    }
  }

  /** Of columns that are none of the primary key. */
  static of({ columns, layout }: RecordCodec, wanted: readonly WantedColumn[]): RowReader {
    const ordinals = new Map(columns.map(({ name, ordinal }) => [name, ordinal]))
    return new RowReader(
      layout,
      wanted.map(column => ({ ...column, ordinal: ordinals.get(column.storedName)! })),
    )
  }

  get isNeeded(): boolean {
    return this.ordinals.length > 0
  }

  read(bytes: Buffer, offset: number, length: number, registers: RegisterFile): void {
    const { layout, ordinals } = this
    for (let i = 0; i < ordinals.length; i++) {
      const cell = this.cells[i]
      let value: Value
      if (cell !== undefined && layout.locate(bytes, offset, length, ordinals[i])) {
        value = cell(bytes, layout.cellStart, layout.cellEnd)
      } else {
        // Null, a row that is older than the column, or a type that is read by the table's own decoder.
        value = layout.readColumn(bytes, offset, length, ordinals[i])
        const convert = this.converts[i]
        if (value !== null && convert !== undefined) value = convert(value)
      }
      registers[this.registers[i]] = value
    }
  }
}

/** Reads of a primary key what is wanted, by part. */
export function keyReaderOf(codec: RecordCodec, wanted: readonly (WantedColumn | undefined)[]): KeyReader {
  return new KeyReader(partsOf(codec.key.node, codec.keyColumns.length), true, wanted)
}

/** Reads wanted parts of keys. */
export class KeyReader {
  private readonly reader = new ByteReader()
  /** By part of the key, up to the last that is wanted. */
  private readonly steps: {
    readonly skip: Skipper | undefined
    readonly decode: ((reader: ByteReader) => Value) | undefined
    readonly convert: ((value: Value) => Value) | undefined
    readonly register: number
  }[] = []
  private readonly skipAll: Skipper[]

  /**
   * `parts`: types of the key's parts, with `nullable` and `desc`; `isClosed`: nothing follows the last of them.
   * `wanted`: by part, undefined for what nobody reads.
   */
  constructor(parts: readonly TypeNode[], isClosed: boolean, wanted: readonly (WantedColumn | undefined)[]) {
    let last = -1
    for (let i = 0; i < wanted.length; i++) if (wanted[i] !== undefined) last = i
    for (let i = 0; i <= last; i++) {
      const column = wanted[i]
      const isTail = isClosed && i === parts.length - 1
      this.steps.push({
        skip: column === undefined ? makeSkipper(parts[i]) : undefined,
        decode: column === undefined ? undefined : makeDecoder(parts[i], KEY_DIALECT, isTail),
        convert:
          column === undefined
            ? undefined
            : columnStorage(column.type, column.storedNode, column.modifier).fromStored,
        register: column?.register ?? -1,
      })
    }
    this.skipAll = isClosed ? [] : parts.map(part => makeSkipper(part))
  }

  get isNeeded(): boolean {
    return this.steps.length > 0
  }

  read(bytes: Buffer, start: number, end: number, registers: RegisterFile): void {
    const reader = this.reader.over(bytes, start, end)
    for (const { skip, decode, convert, register } of this.steps) {
      if (skip !== undefined) skip(reader)
      else {
        let value = decode!(reader)
        if (value !== null && convert !== undefined) value = convert(value)
        registers[register] = value
      }
    }
  }

  /** Where what follows the parts of an open key starts. */
  endOf(bytes: Buffer, start: number, end: number): number {
    const reader = this.reader.over(bytes, start, end)
    for (const skip of this.skipAll) skip(reader)
    return reader.at
  }
}

/** Types of a key's parts; one part may be a tuple itself. */
export function partsOf(node: TypeNode, count: number): readonly TypeNode[] {
  return count > 1 && node.kind === 'tuple' ? node.elements : [node]
}

/** Reads wanted columns of one entry of a table of records: from the key what is there, the rest from the row. */
export class EntryReader {
  private readonly keyReader: KeyReader
  private readonly rowReader: RowReader

  constructor(codec: RecordCodec, wanted: readonly WantedColumn[]) {
    const { keyColumns } = codec
    this.keyReader = keyReaderOf(
      codec,
      keyColumns.map(name => wanted.find(one => one.storedName === name)),
    )
    this.rowReader = RowReader.of(
      codec,
      wanted.filter(one => !keyColumns.includes(one.storedName)),
    )
  }

  read(
    key: Buffer,
    keyLength: number,
    row: Buffer,
    offset: number,
    length: number,
    registers: RegisterFile,
  ): void {
    if (this.keyReader.isNeeded) this.keyReader.read(key, 0, keyLength, registers)
    if (this.rowReader.isNeeded) this.rowReader.read(row, offset, length, registers)
  }
}
