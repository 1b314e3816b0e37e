/**
 * The key of a value whose type no typed key holds (jsonb, interval, composite types, arrays of them): bytes that sort as SQL's
 * comparison of the type does, and are the same where values are equal. An index over such values has these bytes for a part,
 * computed from the row as an expression is. They do not give the value back: 1.0 and 1.00 have one key, and so have '1 day' and
 * '24 hours'.
 *
 * ```
 * interval  10 bytes, big-endian with the sign bit flipped: its span in microseconds, a month of 30 days, a day of 24 hours;
 *           -infinity: all 00, infinity: all ff
 * jsonb     01 an empty array that is all | 02 null | 03 string, run | 04 number | 05 false | 06 true
 *           07 array: u32 length, elements | 08 object: u32 size, then by key in the value's own order: run, value
 * number    00 -infinity | 01 negative | 02 zero | 03 positive | 04 infinity | 05 NaN
 *           then, for 01 and 03, of 0.d1d2d3… * 10^e with d1 > 0: e, u32 with the sign bit flipped; two digits a byte, plus 1,
 *           without trailing zeros; 00; all of this complemented in a negative number
 * array     of each element: 01, its key, or 02: null; then 00, u32 number of dimensions, their lengths, their lower bounds with
 *           the sign bit flipped
 * composite of each field: 01, its key, or 02: null
 * timetz    microseconds of its moment, then seconds west of Greenwich: i64 and i32 as in keys
 * ```
 * numeric is a number; parts of other types are as in keys. A run is text in UTF-8, escaped and ended as in keys
 * (src/table/text.ts). All is big-endian, and no key is the beginning of another one.
 */

import { ByteWriter } from '../../table/bytes.ts'
import { makeEncoder } from '../../table/codec.ts'
import { KEY_DIALECT } from '../../table/dialect.ts'
import { writeKeyI64 } from '../../table/key-scalars.ts'
import { placeOf } from '../../table/place.ts'
import { writeTextRun } from '../../table/text.ts'
import type { Value } from '../functions/registry.ts'
import type { SqlArray } from '../types/array.ts'
import { type Interval, intervalKey, type TimeWithZone } from '../types/interval.ts'
import { isJsonArray, isJsonObject, type Jsonb, type JsonValue } from '../types/jsonb.ts'
import type { Numeric } from '../types/numeric.ts'
import type { SqlRow } from '../types/row.ts'
import { INTERVAL, JSONB, NUMERIC, type SqlType, TIMETZ, withoutDomain } from '../types/type.ts'
import { columnStorage } from './column-storage.ts'

type Write = (writer: ByteWriter, value: Value) => void

const INTERVAL_BYTES = 10

const EMPTY_ARRAY_ALONE = 1
const NULL = 2
const STRING = 3
const NUMBER = 4
const FALSE = 5
const TRUE = 6
const ARRAY = 7
const OBJECT = 8

const MINUS_INFINITY = 0
const NEGATIVE = 1
const ZERO = 2
const POSITIVE = 3
const PLUS_INFINITY = 4
const NOT_A_NUMBER = 5
const DIGIT_0 = 0x30

const END_OF_ELEMENTS = 0
const ELEMENT = 1
const NULL_ELEMENT = 2

const SIGN = 0x8000_0000

/** Of a part of an index; what is too long for a key is refused when the whole of it is known. */
const PLACE = placeOf('key', '', 'index')

const known = new WeakMap<SqlType, ((value: Value) => Uint8Array) | undefined>()
const shared = new ByteWriter()

/** Makes keys of a type's values, which are not null; undefined: typed keys hold the type as it is. */
export function orderKeyOf(type: SqlType): ((value: Value) => Uint8Array) | undefined {
  if (known.has(type)) return known.get(type)
  const write = writerOf(type)
  const make =
    write &&
    ((value: Value): Uint8Array => {
      shared.begin()
      write(shared, value)
      return shared.toBytes()
    })
  known.set(type, make)
  return make
}

/** Of a type that typed keys do not hold. */
function writerOf(type: SqlType): Write | undefined {
  let plain = withoutDomain(type)
  while (plain.kind === 'array' && plain.element !== undefined) plain = withoutDomain(plain.element)
  return plain === INTERVAL || plain === JSONB || plain.kind === 'composite' ? partWriter(type) : undefined
}

/** Of any type, as a part of another; undefined: it has no order. */
function partWriter(type: SqlType): Write | undefined {
  const plain = withoutDomain(type)
  if (plain === INTERVAL) return writeInterval
  if (plain === JSONB) return writeJsonb
  if (plain === NUMERIC) return writeNumber
  if (plain === TIMETZ) return writeTimeWithZone
  if (plain.kind === 'array' && plain.element !== undefined) {
    const element = partWriter(plain.element)
    return element && ((writer, array: SqlArray) => writeArray(writer, array, element))
  }
  if (plain.kind === 'composite') {
    const fields = plain.fields!.map(field => partWriter(field.type))
    if (fields.length === 0 || !fields.every(field => field !== undefined)) return undefined
    return (writer, row: SqlRow) => {
      for (let i = 0; i < fields.length; i++) writeElement(writer, row.values[i], fields[i])
    }
  }
  if (!plain.isOrdered) return undefined
  const { node, toStored } = columnStorage(plain)
  const encode = makeEncoder(node, KEY_DIALECT, PLACE, false)
  return toStored === undefined ? encode : (writer, value) => encode(writer, toStored(value))
}

function writeInterval(writer: ByteWriter, value: Interval): void {
  writer.reserve(INTERVAL_BYTES)
  const { bytes, at } = writer
  writer.at = at + INTERVAL_BYTES
  if (!value.isFinite) {
    bytes.fill(value.months > 0 ? 0xff : 0, at, writer.at)
    return
  }
  const span = BigInt(intervalKey(value))
  bytes.writeUInt16BE(Number(span >> 64n) + 0x8000, at)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, span), at + 2)
}

function writeJsonb(writer: ByteWriter, { value }: Jsonb): void {
  if (isJsonArray(value) && value.length === 0) writer.writeByte(EMPTY_ARRAY_ALONE)
  else writeJson(writer, value)
}

function writeJson(writer: ByteWriter, value: JsonValue): void {
  if (value === null) writer.writeByte(NULL)
  else if (typeof value === 'boolean') writer.writeByte(value ? TRUE : FALSE)
  else if (typeof value === 'string') {
    writer.writeByte(STRING)
    writeTextRun(writer, value, PLACE)
  } else if (isJsonArray(value)) {
    writer.writeByte(ARRAY)
    writeCount(writer, value.length)
    for (const element of value) writeJson(writer, element)
  } else if (isJsonObject(value)) {
    writer.writeByte(OBJECT)
    writeCount(writer, value.size)
    for (const [key, item] of value) {
      writeTextRun(writer, key, PLACE)
      writeJson(writer, item)
    }
  } else {
    writer.writeByte(NUMBER)
    writeNumber(writer, value)
  }
}

/** As decimals in keys (src/table/decimal.ts), but with room for all exponents. */
function writeNumber(writer: ByteWriter, value: Numeric): void {
  if (!value.isFinite) {
    writer.writeByte(value.isNaN ? NOT_A_NUMBER : value.sign > 0 ? PLUS_INFINITY : MINUS_INFINITY)
    return
  }
  const { coefficient, scale } = value
  const isNegative = coefficient < 0
  const digits = String(isNegative ? -coefficient : coefficient)
  if (digits === '0') {
    writer.writeByte(ZERO)
    return
  }
  let end = digits.length
  while (digits.charCodeAt(end - 1) === DIGIT_0) end--
  writer.writeByte(isNegative ? NEGATIVE : POSITIVE)
  const start = writer.at
  writeCount(writer, (digits.length - scale) ^ SIGN)
  for (let i = 0; i < end; i += 2) {
    const low = i + 1 < end ? digits.charCodeAt(i + 1) - DIGIT_0 : 0
    writer.writeByte((digits.charCodeAt(i) - DIGIT_0) * 10 + low + 1)
  }
  writer.writeByte(0)
  if (isNegative) writer.invertFrom(start)
}

function writeTimeWithZone(writer: ByteWriter, { time, offset }: TimeWithZone): void {
  writeKeyI64(writer, BigInt(time) - BigInt(offset) * 1_000_000n, PLACE)
  writeCount(writer, -offset ^ SIGN)
}

function writeElement(writer: ByteWriter, element: Value, write: Write): void {
  writer.writeByte(element === null ? NULL_ELEMENT : ELEMENT)
  if (element !== null) write(writer, element)
}

function writeArray(writer: ByteWriter, array: SqlArray, write: Write): void {
  for (const element of array.elements) writeElement(writer, element, write)
  writer.writeByte(END_OF_ELEMENTS)
  const { dimensions, lowerBounds } = array
  writeCount(writer, dimensions.length)
  for (const length of dimensions) writeCount(writer, length)
  for (const bound of lowerBounds) writeCount(writer, bound ^ SIGN)
}

function writeCount(writer: ByteWriter, count: number): void {
  writer.reserve(4)
  writer.at = writer.bytes.writeUInt32BE(count >>> 0, writer.at)
}
