/**
 * Values in PostgreSQL's binary format, for every type: what its `…send` functions write. Integers are big-endian; what has
 * no binary form of its own (text, json, enums) is its text.
 */

import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { SqlArray } from './array.ts'
import { outputFunction } from './input-output.ts'
import type { Interval, TimeWithZone } from './interval.ts'
import { Numeric } from './numeric.ts'
import type { SqlRow } from './row.ts'
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
  NUMERIC,
  RECORD,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  UUID,
  VOID,
  withoutDomain,
} from './type.ts'

/** Where bytes are written to, one behind the other. */
export interface BinaryWriter {
  uint8(value: number): void
  int16(value: number): void
  uint16(value: number): void
  int32(value: number): void
  uint32(value: number): void
  int64(value: bigint): void
  float32(value: number): void
  float64(value: number): void
  raw(bytes: Uint8Array): void
  text(text: string): void
  /** Leaves four bytes for a length, which `endField` puts in. */
  beginField(): number
  endField(start: number): void
}

/** Writes a value that is not null, without its length. */
export type BinaryOutput = (value: Value, out: BinaryWriter, context: EvaluationContext) => void

export const INT4_MAX = 2_147_483_647
export const INT4_MIN = -2_147_483_648
export const INT8_MAX = 9_223_372_036_854_775_807n
export const INT8_MIN = -9_223_372_036_854_775_808n
/** The first byte of jsonb and jsonpath. */
export const JSON_BINARY_VERSION = 1

const outputs = new Map<SqlType, BinaryOutput>([
  [BOOL, (value, out) => out.uint8(value ? 1 : 0)],
  [BYTEA, (value, out) => out.raw(value)],
  [INT2, (value, out) => out.int16(value)],
  [INT4, (value, out) => out.int32(value)],
  [INT8, (value, out) => out.int64(BigInt(value))],
  [FLOAT4, (value, out) => out.float32(value)],
  [FLOAT8, (value, out) => out.float64(value)],
  [NUMERIC, (value, out) => writeNumeric(value, out)],
  [DATE, (value, out) => out.int32(value === Infinity ? INT4_MAX : value === -Infinity ? INT4_MIN : value)],
  [TIME, (value, out) => out.int64(BigInt(value))],
  [TIMESTAMP, (value, out) => out.int64(moment(value))],
  [TIMESTAMPTZ, (value, out) => out.int64(moment(value))],
  [TIMETZ, (value, out) => writeTimeWithZone(value, out)],
  [INTERVAL, (value, out) => writeInterval(value, out)],
  [UUID, (value, out) => out.raw(Buffer.from(value.replaceAll('-', ''), 'hex'))],
  [JSONB, (value, out) => versioned(String(value), out)],
  [VOID, () => {}],
])

/** The function that writes values of a type. */
export function binaryOutput(type: SqlType): BinaryOutput {
  const plain = withoutDomain(type)
  const known = outputs.get(plain)
  if (known !== undefined) return known
  if (plain === JSONPATH) {
    const print = outputFunction(plain)
    return (value, out, context) => versioned(print(value, context), out)
  }
  if (plain.element !== undefined) return arrayOutput(plain.element)
  if (plain === RECORD || plain.kind === 'composite') return writeRow
  // oid, regclass and their like are four bytes, though their text is a name.
  if (plain.category === 'N' && plain.length === 4) return (value, out) => out.uint32(value)
  const print = outputFunction(type)
  return (value, out, context) => out.text(print(value, context))
}

function moment(value: number | bigint): bigint {
  if (value === Infinity) return INT8_MAX
  if (value === -Infinity) return INT8_MIN
  return BigInt(value)
}

function versioned(text: string, out: BinaryWriter): void {
  out.uint8(JSON_BINARY_VERSION)
  out.text(text)
}

function writeTimeWithZone({ time, offset }: TimeWithZone, out: BinaryWriter): void {
  out.int64(BigInt(time))
  // PostgreSQL counts seconds west of Greenwich.
  out.int32(-offset)
}

function writeInterval(interval: Interval, out: BinaryWriter): void {
  const { microseconds, days, months } = interval
  const limit = months > 0 ? INT4_MAX : INT4_MIN
  out.int64(moment(microseconds))
  out.int32(interval.isFinite ? days : limit)
  out.int32(interval.isFinite ? months : limit)
}

const DIGITS = 4
export const NUMERIC_SIGNS = {
  positive: 0,
  negative: 0x4000,
  nan: 0xc000,
  infinity: 0xd000,
  negativeInfinity: 0xf000,
}

/** What PostgreSQL writes as the scale of an infinite number, and nobody reads. */
const INFINITE_SCALE = 0x20

/** Digits to the base 10000: how many, the first one's weight, the sign, digits behind the point to show, the digits. */
function writeNumeric(value: Numeric, out: BinaryWriter): void {
  const special = specialSign(value)
  if (special !== undefined) {
    out.int16(0)
    out.int16(0)
    out.uint16(special)
    out.int16(special === NUMERIC_SIGNS.nan ? 0 : INFINITE_SCALE)
    return
  }
  const { coefficient, scale } = value
  const isNegative = coefficient < 0
  const text = String(coefficient).slice(isNegative ? 1 : 0)
  const whole = text.length > scale ? text.slice(0, text.length - scale) : ''
  const fraction = text.slice(whole.length).padStart(scale, '0')
  const wholeGroups = Math.ceil(whole.length / DIGITS)
  const all =
    whole.padStart(wholeGroups * DIGITS, '0') + fraction.padEnd(Math.ceil(scale / DIGITS) * DIGITS, '0')
  const groups: number[] = []
  for (let at = 0; at < all.length; at += DIGITS) groups.push(Number(all.slice(at, at + DIGITS)))
  // Zeros at both ends are not sent.
  let first = 0
  while (first < groups.length && groups[first] === 0) first++
  let end = groups.length
  while (end > first && groups[end - 1] === 0) end--
  out.int16(end - first)
  out.int16(end === first ? 0 : wholeGroups - 1 - first)
  out.uint16(isNegative ? NUMERIC_SIGNS.negative : NUMERIC_SIGNS.positive)
  out.int16(scale)
  for (let at = first; at < end; at++) out.int16(groups[at])
}

function specialSign(value: Numeric): number | undefined {
  switch (value.kind) {
    case Numeric.NAN.kind:
      return NUMERIC_SIGNS.nan
    case Numeric.INFINITY.kind:
      return NUMERIC_SIGNS.infinity
    case Numeric.NEGATIVE_INFINITY.kind:
      return NUMERIC_SIGNS.negativeInfinity
    default:
      return undefined
  }
}

function arrayOutput(element: SqlType): BinaryOutput {
  let write: BinaryOutput | undefined
  return (array: SqlArray, out, context) => {
    // Only now: a composite type may contain arrays of itself.
    write ??= binaryOutput(element)
    out.int32(array.dimensions.length)
    out.int32(array.elements.includes(null) ? 1 : 0)
    out.uint32(element.oid)
    array.dimensions.forEach((length, i) => {
      out.int32(length)
      out.int32(array.lowerBounds[i])
    })
    for (const value of array.elements) writeField(value, write, out, context)
  }
}

function writeRow(row: SqlRow, out: BinaryWriter, context: EvaluationContext): void {
  out.int32(row.values.length)
  row.values.forEach((value, i) => {
    out.uint32(row.types[i].oid)
    writeField(value, binaryOutput(row.types[i]), out, context)
  })
}

/** A value with its length; -1 for null. */
export function writeField(
  value: Value,
  write: BinaryOutput,
  out: BinaryWriter,
  context: EvaluationContext,
): void {
  if (value === null) {
    out.int32(-1)
    return
  }
  const start = out.beginField()
  write(value, out, context)
  out.endField(start)
}
