/**
 * Code that reads columns of rows and keys, for functions that are generated: the same as column-reader.ts, with the places
 * of columns as literals. What no literal says (rows that are older than a column or longer than 64 KiB, types that are put
 * together from parts) is read by the ways that are there.
 */

import { corrupt } from '../../table/place.ts'
import { ROW_HEADER_BYTES, type RowColumn } from '../../table/row-layout.ts'
import type { TypeNode } from '../../table/type-node.ts'
import type { Code, Operand } from '../execute/generate/code.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { Value } from '../functions/registry.ts'
import { DATE, INT8, OID, type SqlType, TIME, TIMESTAMP, TIMESTAMPTZ, withoutDomain } from '../types/type.ts'
import type { AnyRecordTable } from './any-table.ts'
import { int64At, RowReader, textReader, type WantedColumn } from './column-reader.ts'
import { blankPaddedLength, columnStorage } from './column-storage.ts'
import { numericAt } from './numeric-cell.ts'

type RecordCodec = AnyRecordTable['codec']

/** Names of variables in the function: of the bytes of the values, where the row begins, and its length. */
export interface RowPlace {
  readonly bytes: string
  readonly view: string
  readonly at: string
  readonly length: string
}

/** As in column-reader.ts; -0x20_0000 is left out: with low bits that are zero, it is no safe integer. */
const HIGH_MIN = -0x20_0000
const HIGH_MAX = 0x20_0000

/** Reads columns of rows of one layout. */
export class RowCode {
  private readonly code: Code
  private readonly codec: RecordCodec
  private readonly place: RowPlace
  private readonly isPlain: string

  constructor(code: Code, codec: RecordCodec, place: RowPlace) {
    this.code = code
    this.codec = codec
    this.place = place
    this.isPlain = code.fresh('isPlain')
  }

  /** Comes first for each row: whether it has all columns at their places. */
  begin(): void {
    const { layout } = this.codec
    const { view, at, length } = this.place
    const least = layout.dataStart(2)
    const hasColumns = `${view}.getUint16(${at}, true) === ${layout.columns.length}`
    this.code.line(`const ${this.isPlain} = ${length} >= ${least} && ${hasColumns}`)
  }

  /** Declares variables with the column's value. */
  read(wanted: WantedColumn): Operand {
    const { code, codec } = this
    const column = codec.layout.columns[codec.columns.find(one => one.name === wanted.storedName)!.ordinal]
    const { bytes, at, length } = this.place
    const value = code.fresh('v')
    const slow = code.constant(slowReader(codec, wanted), 'readColumn')
    const slowly = `${slow}(${bytes}, ${at}, ${length})`
    const inline = this.inline(column, wanted, value)
    if (inline === undefined) {
      code.line(`const ${value} = ${slowly}`)
      return { value, isNull: column.isNullable ? `${value} === null` : undefined }
    }
    code.line(`let ${value} = ${inline.empty}`)
    if (!column.isNullable) {
      code.line(`if (${this.isPlain}) { ${inline.read} } else ${value} = ${slowly}`)
      return { value, isNull: undefined }
    }
    const isNull = code.fresh('n')
    const other = code.fresh('s')
    const bit = `(${bytes}[${at} + ${ROW_HEADER_BYTES + (column.ordinal >>> 3)}] & ${1 << (column.ordinal & 7)}) !== 0`
    code.line(`let ${isNull} = false`)
    code.line(`if (${this.isPlain}) { if (${bit}) ${isNull} = true; else { ${inline.read} } }`)
    code.line(
      `else { const ${other} = ${slowly}; if (${other} === null) ${isNull} = true; else ${value} = ${other} }`,
    )
    return { value, isNull }
  }

  private inline(
    column: RowColumn,
    wanted: WantedColumn,
    value: string,
  ): { readonly empty: string; readonly read: string } | undefined {
    if (column.width >= 0) {
      const { at, bytes, view } = this.place
      const start = `${at} + ${this.codec.layout.fixedStart(this.codec.layout.columns.length) + column.fixedAt}`
      const read = fixedSource(this.code, column.node.kind, wanted.type, { bytes, view, start, value })
      return read
    }
    if (column.node.kind === 'decimal') {
      return {
        empty: 'null',
        read: this.variableSource(column, value, this.code.constant(numericAt, 'numericAt')),
      }
    }
    if (column.node.kind !== 'text' || wanted.storedNode?.kind === 'json') return undefined
    const { type, modifier, storedNode } = wanted
    const isPadded = blankPaddedLength(type, modifier) !== undefined
    if (!isPadded && columnStorage(type, storedNode).fromStored !== undefined) return undefined
    const read = this.code.constant(textReader(type, modifier), 'textAt')
    return { empty: "''", read: this.variableSource(column, value, read) }
  }

  /** `reader`: makes the value from the bytes between two places. */
  private variableSource(column: RowColumn, value: string, reader: string): string {
    const { code, codec } = this
    const { bytes, view, at, length } = this.place
    const { layout } = codec
    const ends = layout.endsStart
    const index = column.variableIndex
    const start = code.fresh('start')
    const end = code.fresh('end')
    const first = `${at} + ${layout.dataStart(2)}`
    const before = `${at} + ${view}.getUint16(${at} + ${ends + 2 * index - 2}, true)`
    return [
      `const ${start} = ${index === 0 ? first : before}`,
      `const ${end} = ${at} + ${view}.getUint16(${at} + ${ends + 2 * index}, true)`,
      `if (${start} > ${end} || ${end} > ${at} + ${length} || ${start} < ${at}) ${code.constant(refuseRow, 'refuse')}()`,
      `${value} = ${reader}(${bytes}, ${start}, ${end})`,
    ].join('; ')
  }
}

function refuseRow(): never {
  return corrupt('row (a column outside of it)')
}

function slowReader(codec: RecordCodec, wanted: WantedColumn) {
  const reader = RowReader.of(codec, [{ ...wanted, register: 0 }])
  const file: RegisterFile = [null]
  return (bytes: Buffer, at: number, length: number): Value => {
    reader.read(bytes, at, length, file)
    return file[0]
  }
}

/** Reads a value of fixed width; undefined: no code says it. */
function fixedSource(
  code: Code,
  kind: TypeNode['kind'],
  type: SqlType,
  { bytes, view, start, value }: Readonly<Record<'bytes' | 'view' | 'start' | 'value', string>>,
): { readonly empty: string; readonly read: string } | undefined {
  const plain = withoutDomain(type)
  const number = (read: string) => ({ empty: '0', read: `${value} = ${view}.${read}` })
  switch (kind) {
    case 'bool':
      return { empty: 'false', read: `${value} = ${bytes}[${start}] !== 0` }
    case 'i16':
      return number(`getInt16(${start}, true)`)
    case 'f32':
      return number(`getFloat32(${start}, true)`)
    case 'f64':
      return number(`getFloat64(${start}, true)`)
    case 'enum':
      return plain.labels === undefined ? undefined : number(`getUint16(${start}, true)`)
    case 'i32':
      if (plain === DATE) {
        const convert = code.constant(columnStorage(type).fromStored, 'dateOf')
        return { empty: '0', read: `${value} = ${convert}(${view}.getInt32(${start}, true))` }
      }
      return plain.category === 'N' && plain !== OID ? number(`getInt32(${start}, true)`) : undefined
    case 'i64': {
      if (plain !== INT8 && plain !== TIME && plain !== TIMESTAMP && plain !== TIMESTAMPTZ) return undefined
      const { fromStored } = columnStorage(type)
      const large =
        plain === INT8 || plain === TIME
          ? `${code.constant(int64At, 'int64At')}(${bytes}, ${start})`
          : `${code.constant(fromStored, 'instantOf')}(${bytes}.readBigInt64LE(${start}))`
      const high = code.fresh('high')
      const fits = `${high} > ${HIGH_MIN} && ${high} < ${HIGH_MAX}`
      const small = `${high} * 4294967296 + ${view}.getUint32(${start}, true)`
      return {
        empty: '0',
        read: `const ${high} = ${view}.getInt32(${start} + 4, true); ${value} = ${fits} ? ${small} : ${large}`,
      }
    }
    default:
      return undefined
  }
}

/** Names of variables: of the bytes of the keys, where the key begins, and its length. */
export interface KeyPlace {
  readonly bytes: string
  readonly view: string
  readonly at: string
  readonly length: string
}

/**
 * Reads a part of the primary key, `part` of all, at a place that is always the same: integers behind integers. Undefined for
 * others, which are read from left to right.
 */
export function keyPartCode(
  code: Code,
  codec: RecordCodec,
  part: number,
  { view, at }: KeyPlace,
): Operand | undefined {
  const { node } = codec.key
  const parts = codec.keyColumns.length > 1 && node.kind === 'tuple' ? node.elements : [node]
  let offset = 0
  for (const before of parts.slice(0, part)) {
    const width = KEY_WIDTHS[before.kind]
    if (width === undefined) return undefined
    offset += width
  }
  const value = code.fresh('v')
  const start = `${at} + ${offset}`
  switch (parts[part].kind) {
    case 'i16':
      code.line(`const ${value} = ((${view}.getUint16(${start}) ^ 0x8000) << 16) >> 16`)
      return { value, isNull: undefined }
    case 'i32':
      code.line(`const ${value} = ${view}.getInt32(${start}) ^ 0x80000000`)
      return { value, isNull: undefined }
    default:
      return undefined
  }
}

const KEY_WIDTHS: Partial<Record<TypeNode['kind'], number>> = { i16: 2, i32: 4, i64: 8 }
