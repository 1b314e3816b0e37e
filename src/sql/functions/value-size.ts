/**
 * pg_column_size: how many bytes a value takes in PostgreSQL while a statement works on it, uncompressed and with a header of four
 * bytes where its length varies. (What is stored in a table takes less there, and otherwise here.)
 */

import { SqlArray } from '../types/array.ts'
import { outputFunction } from '../types/input-output.ts'
import { SqlRow } from '../types/row.ts'
import { ANY, INT4, NUMERIC, type SqlType, withoutDomain } from '../types/type.ts'
import { polymorphic } from './definitions.ts'
import type { EvaluationContext, ScalarFunction, Value } from './registry.ts'

const HEADER_BYTES = 4
const ARRAY_HEADER_BYTES = 16
const ROW_HEADER_BYTES = 24
/** With a header of four bytes. */
const SHORT_BYTES = 127 + 3
/** Of numeric: the sign, the scale and the weight; each digit is one of 10,000. */
const NUMERIC_HEADER_BYTES = 2

function aligned(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to
}

function alignmentOf({ length, element, name }: SqlType): number {
  if (length > 0) return name === 'uuid' ? 1 : Math.min(length, 8)
  return element === undefined && name !== 'record' ? HEADER_BYTES : 8
}

function numericSize(text: string): number {
  const [, whole, part = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? ['', '0']
  const digits = [
    ...(whole.padStart(aligned(whole.length, 4), '0').match(/.{4}/g) ?? []),
    ...(part.padEnd(aligned(part.length, 4), '0').match(/.{4}/g) ?? []),
  ]
  const first = digits.findIndex(digit => digit !== '0000')
  const count = first < 0 ? 0 : digits.findLastIndex(digit => digit !== '0000') - first + 1
  return HEADER_BYTES + NUMERIC_HEADER_BYTES + 2 * count
}

/** Each element ends where the next one may begin. */
function sizeOfElements(elements: readonly Value[], type: SqlType, context: EvaluationContext): number {
  let bytes = 0
  for (const one of elements)
    if (one !== null) bytes = aligned(bytes + sizeOf(one, type, context), alignmentOf(type))
  return bytes
}

/** In a row, what is short has a header of one byte, and lies anywhere. */
function sizeOfFields({ values, types }: SqlRow, context: EvaluationContext): number {
  let bytes = 0
  for (const [at, value] of values.entries()) {
    if (value === null) continue
    const type = withoutDomain(types[at])
    const size = sizeOf(value, type, context)
    const isShort = type.length <= 0 && size <= SHORT_BYTES
    bytes = isShort ? bytes + size - HEADER_BYTES + 1 : aligned(bytes, alignmentOf(type)) + size
  }
  return bytes
}

function sizeOf(value: Value, of: SqlType, context: EvaluationContext): number {
  const type = withoutDomain(of)
  if (value instanceof SqlArray) {
    const { elements, dimensionCount } = value
    if (elements.length === 0) return ARRAY_HEADER_BYTES
    const nullBytes = elements.includes(null) ? Math.ceil(elements.length / 8) : 0
    const headerBytes = aligned(ARRAY_HEADER_BYTES + 8 * dimensionCount + nullBytes, 8)
    return headerBytes + sizeOfElements(elements, withoutDomain(type.element!), context)
  }
  if (value instanceof SqlRow) {
    return ROW_HEADER_BYTES + sizeOfFields(value, context)
  }
  if (type.length > 0) return type.length
  if (value instanceof Uint8Array) return HEADER_BYTES + value.length
  const text = typeof value === 'string' && type !== NUMERIC ? value : outputFunction(type)(value, context)
  return type === NUMERIC ? numericSize(text) : HEADER_BYTES + Buffer.byteLength(text)
}

export const VALUE_SIZE: ScalarFunction = polymorphic(
  'pg_column_size',
  [ANY],
  INT4,
  call => (value: Value, context: EvaluationContext) => sizeOf(value, call.argumentTypes[0], context),
  { volatility: 'stable' },
)
