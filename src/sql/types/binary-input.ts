/**
 * Values from PostgreSQL's binary format, for every type: what its `…recv` functions read. Bytes that are too few or too many
 * are refused as PostgreSQL refuses them: 08P01 and 22P03.
 */

import { utf8At } from '../../table/text.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { checkBounds, DIMENSIONS_MAX, SqlArray } from './array.ts'
import {
  INT4_MAX,
  INT4_MIN,
  INT8_MAX,
  INT8_MIN,
  JSON_BINARY_VERSION,
  NUMERIC_SIGNS,
} from './binary-output.ts'
import { inputFunction, modifierFunction } from './input-output.ts'
import { checkedInterval, Interval, TimeWithZone } from './interval.ts'
import { canonicalInteger, Numeric, powerOfTen } from './numeric.ts'
import { SqlRow } from './row.ts'
import {
  BOOL,
  BYTEA,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  JSONB,
  JSONPATH,
  NO_MODIFIER,
  NUMERIC,
  RECORD,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  UUID,
} from './type.ts'
import { arrayTooLarge, checkElementCount } from './value-limits.ts'

/** Reads the whole of the bytes. */
export type BinaryInput = (bytes: Buffer, context: EvaluationContext) => Value

/** The fields of one value, from left to right. */
class Fields {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  private take(count: number): number {
    if (count < 0 || this.at + count > this.bytes.length) {
      throw new SqlError('08P01', 'insufficient data left in message')
    }
    this.at += count
    return this.at - count
  }
  uint8(): number {
    return this.bytes[this.take(1)]
  }
  int16(): number {
    return this.bytes.readInt16BE(this.take(2))
  }
  uint16(): number {
    return this.bytes.readUInt16BE(this.take(2))
  }
  int32(): number {
    return this.bytes.readInt32BE(this.take(4))
  }
  uint32(): number {
    return this.bytes.readUInt32BE(this.take(4))
  }
  int64(): bigint {
    return this.bytes.readBigInt64BE(this.take(8))
  }
  float32(): number {
    return this.bytes.readFloatBE(this.take(4))
  }
  float64(): number {
    return this.bytes.readDoubleBE(this.take(8))
  }
  part(count: number): Buffer {
    const start = this.take(count)
    return this.bytes.subarray(start, start + count)
  }
  rest(): Buffer {
    return this.part(this.bytes.length - this.at)
  }
  get isAtEnd(): boolean {
    return this.at === this.bytes.length
  }
}

const MICROSECONDS_PER_DAY = 86_400_000_000n

const inputs = new Map<SqlType, (fields: Fields, context: EvaluationContext) => Value>([
  [BOOL, fields => fields.uint8() !== 0],
  [BYTEA, fields => new Uint8Array(fields.rest())],
  [INT2, fields => fields.int16()],
  [INT4, fields => fields.int32()],
  [INT8, fields => canonicalInteger(fields.int64())],
  [FLOAT4, fields => fields.float32()],
  [FLOAT8, fields => fields.float64()],
  [NUMERIC, readNumeric],
  [DATE, fields => finite(fields.int32(), INT4_MIN, INT4_MAX)],
  [TIME, fields => readTime(fields)],
  [TIMESTAMP, fields => readMoment(fields)],
  [TIMESTAMPTZ, fields => readMoment(fields)],
  [TIMETZ, fields => new TimeWithZone(readTime(fields), -fields.int32())],
  [INTERVAL, readInterval],
  [UUID, readUuid],
  [JSONB, (fields, context) => inputFunction(JSONB)(versionedText(fields, 'jsonb'), context)],
  [JSONPATH, (fields, context) => inputFunction(JSONPATH)(versionedText(fields, 'jsonpath'), context)],
])

export function binaryInput(type: SqlType, modifier = NO_MODIFIER): BinaryInput {
  const read = fieldsInput(type)
  const toModifier = modifierFunction(type, modifier, false)
  return (bytes, context) => {
    const fields = new Fields(bytes)
    const value = read(fields, context)
    if (!fields.isAtEnd) throw new SqlError('22P03', 'incorrect binary data format')
    return toModifier === undefined ? value : toModifier(value)
  }
}

function fieldsInput(type: SqlType): (fields: Fields, context: EvaluationContext) => Value {
  const known = inputs.get(type)
  if (known !== undefined) return known
  if (type.kind === 'domain') {
    const read = binaryInput(type.base!, type.baseModifier)
    return (fields, context) => read(fields.rest(), context)
  }
  if (type.element !== undefined) return arrayInput(type.element)
  if (type === RECORD) throw new SqlError('0A000', 'input of anonymous composite types is not implemented')
  if (type.kind === 'composite') return rowInput(type)
  if (type.category === 'N' && type.length === 4) return fields => fields.uint32()
  const read = inputFunction(type)
  return (fields, context) => read(utf8(fields.rest()), context)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Up to so many bytes are looked at one by one: most parameters are numbers and words, and the decoder takes ten times as long. */
const SHORT_BYTES = 32

/** @throws SqlError 22021 */
export function utf8(bytes: Uint8Array): string {
  if (bytes instanceof Buffer && bytes.length <= SHORT_BYTES && isPlain(bytes)) {
    return utf8At(bytes, 0, bytes.length)
  }
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch (error) {
    throw new SqlError('22021', 'invalid byte sequence for encoding "UTF8"', { cause: error })
  }
  if (text.includes('\0')) throw new SqlError('22021', 'invalid byte sequence for encoding "UTF8": 0x00')
  return text
}

/** Whether all of it is ASCII, without zeros. */
function isPlain(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0 || bytes[i] > 0x7f) return false
  return true
}

function finite(value: number, min: number, max: number): number {
  return value === max ? Infinity : value === min ? -Infinity : value
}

function readMoment(fields: Fields): Value {
  const value = fields.int64()
  return value === INT8_MAX ? Infinity : value === INT8_MIN ? -Infinity : canonicalInteger(value)
}

function readTime(fields: Fields): number {
  const value = fields.int64()
  if (value < 0n || value > MICROSECONDS_PER_DAY) throw new SqlError('22008', 'time out of range')
  return Number(value)
}

function readInterval(fields: Fields): Interval {
  const microseconds = fields.int64()
  const days = fields.int32()
  const months = fields.int32()
  if (microseconds === INT8_MAX && days === INT4_MAX && months === INT4_MAX) return Interval.INFINITY
  if (microseconds === INT8_MIN && days === INT4_MIN && months === INT4_MIN) return Interval.NEGATIVE_INFINITY
  return checkedInterval(months, days, canonicalInteger(microseconds))
}

function readUuid(fields: Fields): string {
  const hex = fields.part(16).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function versionedText(fields: Fields, name: string): string {
  const version = fields.uint8()
  if (version !== JSON_BINARY_VERSION)
    throw new SqlError('XX000', `unsupported ${name} version number ${version}`)
  return utf8(fields.rest())
}

function readNumeric(fields: Fields): Numeric {
  const count = fields.uint16()
  const weight = fields.int16()
  const sign = fields.uint16()
  const scale = fields.uint16()
  let coefficient = 0n
  for (let i = 0; i < count; i++) {
    const digit = fields.int16()
    if (digit < 0 || digit > 9999) throw new SqlError('22P03', 'invalid digit in external "numeric" value')
    coefficient = coefficient * 10_000n + BigInt(digit)
  }
  switch (sign) {
    case NUMERIC_SIGNS.nan:
      return Numeric.NAN
    case NUMERIC_SIGNS.infinity:
      return Numeric.INFINITY
    case NUMERIC_SIGNS.negativeInfinity:
      return Numeric.NEGATIVE_INFINITY
    case NUMERIC_SIGNS.positive:
    case NUMERIC_SIGNS.negative:
      break
    default:
      throw new SqlError('22P03', 'invalid sign in external "numeric" value')
  }
  if (scale > 0x3fff) throw new SqlError('22P03', 'invalid scale in external "numeric" value')
  // To as many digits behind the point as are to be shown: what lies beyond is cut off.
  const shift = (weight - count + 1) * 4 + scale
  const value = shift >= 0 ? coefficient * powerOfTen(shift) : coefficient / powerOfTen(-shift)
  return Numeric.ofBigint(sign === NUMERIC_SIGNS.negative ? -value : value, scale)
}

function arrayInput(element: SqlType): (fields: Fields, context: EvaluationContext) => Value {
  let read: BinaryInput | undefined
  return (fields, context) => {
    read ??= binaryInput(element)
    const dimensionCount = fields.int32()
    if (dimensionCount < 0 || dimensionCount > DIMENSIONS_MAX) {
      throw new SqlError(
        '54000',
        `number of array dimensions (${dimensionCount}) exceeds the maximum allowed (6)`,
      )
    }
    const flags = fields.int32()
    if (flags !== 0 && flags !== 1) throw new SqlError('22P03', 'invalid array flags')
    const oid = fields.uint32()
    if (oid !== element.oid) {
      throw new SqlError(
        '42804',
        `binary data has array element type ${oid} (unknown) instead of expected ${element.oid} (${element.displayName})`,
      )
    }
    const dimensions: number[] = []
    const lowerBounds: number[] = []
    let count = 1
    for (let i = 0; i < dimensionCount; i++) {
      dimensions.push(fields.int32())
      lowerBounds.push(fields.int32())
      count *= dimensions[i]
      if (dimensions[i] < 0) throw arrayTooLarge()
      checkElementCount(count)
    }
    checkBounds(dimensions, lowerBounds)
    if (dimensionCount === 0 || count === 0) return SqlArray.EMPTY
    const elements: Value[] = []
    for (let i = 0; i < count; i++) elements.push(readField(fields, read, context))
    return new SqlArray(elements, dimensions, lowerBounds)
  }
}

function rowInput(type: SqlType): (fields: Fields, context: EvaluationContext) => Value {
  const members = type.fields ?? []
  let reads: BinaryInput[] | undefined
  return (fields, context) => {
    reads ??= members.map(member => binaryInput(member.type, member.modifier))
    const count = fields.int32()
    if (count !== members.length) {
      throw new SqlError('42804', `wrong number of columns: ${count}, expected ${members.length}`)
    }
    const values = members.map((member, i) => {
      const oid = fields.uint32()
      if (oid !== member.type.oid) {
        throw new SqlError(
          '42804',
          `binary data has type ${oid} (unknown) instead of expected ${member.type.oid} (${member.type.displayName}) in record column ${i + 1}`,
        )
      }
      return readField(fields, reads![i], context)
    })
    const types = members.map(member => member.type)
    return new SqlRow(
      values,
      types,
      members.map(member => member.name),
    )
  }
}

function readField(fields: Fields, read: BinaryInput, context: EvaluationContext): Value {
  const length = fields.int32()
  return length === -1 ? null : read(fields.part(length), context)
}
