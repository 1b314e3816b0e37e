/**
 * The generated halves of `record-codec.ts`: straight-line functions for one table, with the places of
 * columns as literals. The interpreted ones are the reference; generated code falls back to them for rows
 * that are older than a column or longer than 64 KiB.
 */

import { ByteReader, type ByteWriter } from './bytes.ts'
import { emitRead, emitWrite } from './codec.ts'
import { FunctionBuilder } from './codegen.ts'
import { decimalAt } from './decimal.ts'
import { KEY_DIALECT, VALUE_DIALECT } from './dialect.ts'
import { corrupt } from './place.ts'
import {
  checkRecord,
  type DecodeRow,
  type EncodeRow,
  isInherited,
  type Normalise,
  type RecordShape,
  type Row,
  type RowKeyPart,
} from './record-shape.ts'
import {
  MAX_NARROW_BYTES,
  NARROW_END_BYTES,
  ROW_HEADER_BYTES,
  type RowColumn,
  type RowLayout,
} from './row-layout.ts'
import { bytesAt, textAt } from './text.ts'
import type { TypeNode } from './type-node.ts'
import * as value from './value-scalars.ts'

/** Reads every column once; counts properties, and looks closer only when there are more than columns found. */
export function generateNormalise(shape: RecordShape): Normalise {
  const builder = new FunctionBuilder()
  const hasOwn = builder.constant(Object.hasOwn, 'hasOwn')
  const check = `${builder.constant(checkRecord, 'checkRecord')}(record, ${builder.constant(shape.names, 'names')}, ${builder.constant(shape.place, 'place')})`
  const lines = [
    `if (typeof record !== 'object' || record === null) ${check}`,
    'let count = 0',
    'for (const _ in record) count++',
  ]
  const fields = shape.columns.map((column, i) => {
    const name = JSON.stringify(column.name)
    const read = `record[${name}]`
    lines.push(
      `let c${i} = ${isInherited(column.name) ? `${hasOwn}(record, ${name}) ? ${read} : undefined` : read}`,
    )
    if (column.isOptional) {
      const absent = column.absent === null ? 'null' : builder.constant(column.absent, 'absent')
      lines.push(`if (c${i} === undefined) { c${i} = ${absent}; count++ }`)
    }
    return `${name}: c${i}`
  })
  lines.push(`if (count !== ${shape.columns.length}) ${check}`, `return { ${fields.join(', ')} }`)
  return builder.build('normalise', 'record', lines.join('\n'))
}

export function generateEncodeKey(parts: readonly RowKeyPart[], isTail: boolean): EncodeRow {
  const builder = new FunctionBuilder()
  const lines = parts.map(({ column, node, place }, i) => {
    const isLast = isTail && i === parts.length - 1
    const write = emitWrite(builder, node, KEY_DIALECT, place, isLast, `k${i}`)
    return `const k${i} = row[${JSON.stringify(column)}]\n${write}`
  })
  return builder.build('encodeKey', 'writer, row', lines.join('\n'))
}

export function generateEncodeRow(shape: RecordShape): EncodeRow {
  const { layout } = shape
  const count = layout.columns.length
  const builder = new FunctionBuilder()
  if (count === 0) return builder.build('encodeRow', 'writer, row', 'writer.at = 0')

  const fixedStart = layout.fixedStart(count)
  const dataStart = layout.dataStart(NARROW_END_BYTES)
  const lines = ['writer.at = 0', `writer.reserve(${dataStart})`, 'let bytes = writer.bytes']
  lines.push(`bytes[0] = ${count & 0xff}`, `bytes[1] = ${count >>> 8}`)
  for (let i = ROW_HEADER_BYTES; i < fixedStart; i++) lines.push(`let nulls${i} = 0`)
  const write = (column: RowColumn) =>
    emitWrite(builder, column.node, VALUE_DIALECT, column.place, true, `c${column.ordinal}`)
  const setNull = (column: RowColumn) =>
    `nulls${ROW_HEADER_BYTES + (column.ordinal >>> 3)} |= ${1 << (column.ordinal & 7)}`

  for (const column of layout.columns) {
    lines.push(`const c${column.ordinal} = row[${JSON.stringify(column.name)}]`)
    if (column.width < 0) continue
    const at = fixedStart + column.fixedAt
    const writeFixed = `writer.at = ${at}\n${write(column)}`
    if (!column.isNullable) lines.push(writeFixed)
    else {
      const zero = Array.from({ length: column.width }, (_, i) => `bytes[${at + i}] = 0`).join('; ')
      lines.push(`if (c${column.ordinal} === null) { ${setNull(column)}; ${zero} } else { ${writeFixed} }`)
    }
  }
  lines.push(`writer.at = ${dataStart}`)
  for (const column of layout.columns) {
    if (column.width >= 0) continue
    const at = layout.endsStart + NARROW_END_BYTES * column.variableIndex
    lines.push(
      column.isNullable
        ? `if (c${column.ordinal} === null) { ${setNull(column)} } else { ${write(column)} }`
        : write(column),
      // The writer may have grown into another buffer.
      'bytes = writer.bytes',
      `bytes[${at}] = writer.at; bytes[${at + 1}] = writer.at >>> 8`,
    )
  }
  if (layout.variableCounts[count] === 0) lines.push('bytes = writer.bytes')
  for (let i = ROW_HEADER_BYTES; i < fixedStart; i++) lines.push(`bytes[${i}] = nulls${i}`)
  const writeWide = (writer: ByteWriter, row: Row): void => layout.writeWide(writer, row)
  lines.push(`if (writer.at > ${MAX_NARROW_BYTES}) ${builder.constant(writeWide, 'writeWide')}(writer, row)`)
  return builder.build('encodeRow', 'writer, row', lines.join('\n'))
}

/** Functions that read a value of fixed width at a place. */
const READ_AT: Readonly<Partial<Record<TypeNode['kind'], (bytes: Buffer, at: number) => unknown>>> = {
  bool: value.boolAt,
  u8: value.u8At,
  u16: value.u16At,
  u32: value.u32At,
  u64: value.u64At,
  i8: value.i8At,
  i16: value.i16At,
  i32: value.i32At,
  i64: value.i64At,
  int: value.intAt,
  f32: value.f32At,
  f64: value.f64At,
  date: value.dateAt,
  uuid: value.uuidAt,
  interval: value.intervalAt,
}

const READ_BETWEEN: Readonly<
  Partial<Record<TypeNode['kind'], (bytes: Buffer, start: number, end: number) => unknown>>
> = { text: textAt, bytes: bytesAt, json: value.jsonAt, decimal: decimalAt }

/** Reads the columns of the shape; those that only its layout has are not looked at. */
export function generateDecodeRow(shape: RecordShape, decodeAnyRow: DecodeRow): DecodeRow {
  const { layout, columns, keyParts } = shape
  const count = layout.columns.length
  const builder = new FunctionBuilder()
  const lines: string[] = []
  if (count > 0) {
    const shortest = layout.dataStart(NARROW_END_BYTES)
    const header = `length < ${shortest} || (bytes[offset] | bytes[offset + 1] << 8) !== ${count}`
    const decodeAny = builder.constant(decodeAnyRow, 'decodeAnyRow')
    lines.push(`if (${header}) return ${decodeAny}(bytes, offset, length, reader)`)
  }
  const readParts = Math.max(...columns.map(column => column.keyIndex)) + 1
  for (const [i, { node }] of keyParts.slice(0, readParts).entries()) {
    lines.push(`const k${i} = ${emitRead(builder, node, KEY_DIALECT, i === keyParts.length - 1)}`)
  }
  emitEnds(builder, layout, lines)
  for (const { ordinal } of columns) {
    if (ordinal >= 0) emitColumn(builder, layout, layout.columns[ordinal], lines)
  }
  const fields = columns.map(
    ({ name, keyIndex, ordinal }) =>
      `${JSON.stringify(name)}: ${keyIndex >= 0 ? `k${keyIndex}` : `c${ordinal}`}`,
  )
  lines.push(`return { ${fields.join(', ')} }`)
  return builder.build('decodeRow', 'bytes, offset, length, reader', lines.join('\n'))
}

/** Where the variable columns end: within the row, and in order. Only in a forged row they do not. */
function emitEnds(builder: FunctionBuilder, layout: RowLayout, lines: string[]): void {
  const count = layout.variableCounts[layout.columns.length]
  if (count === 0) return
  let before = `offset + ${layout.dataStart(NARROW_END_BYTES)}`
  const wrong: string[] = []
  for (let i = 0; i < count; i++) {
    const at = layout.endsStart + NARROW_END_BYTES * i
    lines.push(`const e${i} = offset + (bytes[offset + ${at}] | bytes[offset + ${at + 1}] << 8)`)
    wrong.push(`e${i} < ${before}`)
    before = `e${i}`
  }
  wrong.push(`${before} > offset + length`)
  const refuse = () => corrupt('row (a column outside of it)')
  lines.push(`if (${wrong.join(' || ')}) ${builder.constant(refuse, 'refuse')}()`)
}

function emitColumn(builder: FunctionBuilder, layout: RowLayout, column: RowColumn, lines: string[]): void {
  const count = layout.columns.length
  const { node, ordinal } = column
  let read: string
  if (column.width >= 0) {
    const at = `offset + ${layout.fixedStart(count) + column.fixedAt}`
    read =
      node.kind === 'enum'
        ? `${builder.constant(value.enumAt, 'enumAt')}(bytes, ${at}, ${builder.constant(node.members, 'members')})`
        : `${builder.constant(READ_AT[node.kind], `${node.kind}At`)}(bytes, ${at})`
  } else {
    const start =
      column.variableIndex === 0
        ? `offset + ${layout.dataStart(NARROW_END_BYTES)}`
        : `e${column.variableIndex - 1}`
    const between = READ_BETWEEN[node.kind]
    if (between !== undefined) {
      read = `${builder.constant(between, `${node.kind}At`)}(bytes, ${start}, e${column.variableIndex})`
    } else {
      const cell = builder.constant(new ByteReader(), 'cell')
      const decode = builder.constant(column.decode, 'decode')
      read = `${decode}(${cell}.over(bytes, ${start}, e${column.variableIndex}))`
    }
  }
  if (column.isNullable) {
    const bit = `bytes[offset + ${ROW_HEADER_BYTES + (ordinal >>> 3)}] & ${1 << (ordinal & 7)}`
    read = `(${bit}) !== 0 ? null : ${read}`
  }
  lines.push(`const c${ordinal} = ${read}`)
}
