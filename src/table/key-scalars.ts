/**
 * Scalars as parts of keys: comparing the bytes compares the values.
 *
 * ```
 * bool                 00 | 01
 * u8 u16 u32 u64       big-endian
 * i8 i16 i32 i64 int   big-endian with the sign bit flipped (int: as i64)
 * date                 as int, milliseconds
 * f32 f64              IEEE bits, big-endian; positive: sign bit flipped, negative: all bits flipped;
 *                      -0 is written as 0, NaN as the quiet NaN, which sorts above infinity
 * bigint               u16: 0x8000 + n or 0x8000 - n for n bytes of magnitude, then these, complemented
 *                      when negative
 * enum                 u16, the ordinal
 * uuid                 its 16 bytes
 * ```
 * Text and bytes are in `text.ts`. Each writer checks its value; each reader moves the reader on.
 */

import type { ByteReader, ByteWriter } from './bytes.ts'
import {
  asF32,
  asF64,
  asI64,
  asU32,
  asU64,
  checkBool,
  checkDate,
  checkI8,
  checkI16,
  checkI32,
  checkInt,
  checkMember,
  checkNumber,
  checkU8,
  checkU16,
  checkU32,
  HIGH,
  LOW,
  loadI64,
  loadU64,
  magnitudeHex,
  TWO_32,
  uuidAt,
  uuidDigits,
} from './numbers.ts'
import type { Place } from './place.ts'

const SIGN = 0x8000_0000
const BIGINT_ZERO = 0x8000
const QUIET_NAN_HIGH = 0x7ff8_0000
const QUIET_NAN_F32 = 0x7fc0_0000

function put16(writer: ByteWriter, value: number): void {
  writer.reserve(2)
  const bytes = writer.bytes
  const at = writer.at
  bytes[at] = value >>> 8
  bytes[at + 1] = value
  writer.at = at + 2
}

function put32(writer: ByteWriter, value: number): void {
  writer.reserve(4)
  const bytes = writer.bytes
  const at = writer.at
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
  writer.at = at + 4
}

function take16(reader: ByteReader): number {
  const bytes = reader.bytes
  const at = reader.at
  reader.at = at + 2
  return (bytes[at] << 8) | bytes[at + 1]
}

/** As a signed 32-bit integer. */
function take32(reader: ByteReader): number {
  const bytes = reader.bytes
  const at = reader.at
  reader.at = at + 4
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
}

export function writeKeyBool(writer: ByteWriter, value: unknown, place: Place): void {
  writer.writeByte(checkBool(value, place) ? 1 : 0)
}
export function readKeyBool(reader: ByteReader): boolean {
  return reader.bytes[reader.at++] === 1
}

export function writeKeyU8(writer: ByteWriter, value: unknown, place: Place): void {
  writer.writeByte(checkU8(value, place))
}
export function readKeyU8(reader: ByteReader): number {
  return reader.bytes[reader.at++]
}

export function writeKeyU16(writer: ByteWriter, value: unknown, place: Place): void {
  put16(writer, checkU16(value, place))
}
export function readKeyU16(reader: ByteReader): number {
  return take16(reader)
}

export function writeKeyU32(writer: ByteWriter, value: unknown, place: Place): void {
  put32(writer, checkU32(value, place))
}
export function readKeyU32(reader: ByteReader): number {
  return take32(reader) >>> 0
}

export function writeKeyI8(writer: ByteWriter, value: unknown, place: Place): void {
  writer.writeByte(checkI8(value, place) ^ 0x80)
}
export function readKeyI8(reader: ByteReader): number {
  return ((reader.bytes[reader.at++] ^ 0x80) << 24) >> 24
}

export function writeKeyI16(writer: ByteWriter, value: unknown, place: Place): void {
  put16(writer, checkI16(value, place) ^ 0x8000)
}
export function readKeyI16(reader: ByteReader): number {
  return ((take16(reader) ^ 0x8000) << 16) >> 16
}

export function writeKeyI32(writer: ByteWriter, value: unknown, place: Place): void {
  put32(writer, checkI32(value, place) ^ SIGN)
}
export function readKeyI32(reader: ByteReader): number {
  return take32(reader) ^ SIGN
}

export function writeKeyU64(writer: ByteWriter, value: unknown, place: Place): void {
  loadU64(value, place)
  const low = asU32[LOW]
  put32(writer, asU32[HIGH])
  put32(writer, low)
}
export function readKeyU64(reader: ByteReader): bigint {
  asU32[HIGH] = take32(reader)
  asU32[LOW] = take32(reader)
  return asU64[0]
}

export function writeKeyI64(writer: ByteWriter, value: unknown, place: Place): void {
  loadI64(value, place)
  const low = asU32[LOW]
  put32(writer, asU32[HIGH] ^ SIGN)
  put32(writer, low)
}
export function readKeyI64(reader: ByteReader): bigint {
  asU32[HIGH] = take32(reader) ^ SIGN
  asU32[LOW] = take32(reader)
  return asI64[0]
}

function putInt(writer: ByteWriter, value: number): void {
  put32(writer, Math.floor(value / TWO_32) ^ SIGN)
  put32(writer, value >>> 0)
}
export function writeKeyInt(writer: ByteWriter, value: unknown, place: Place): void {
  putInt(writer, checkInt(value, place))
}
export function readKeyInt(reader: ByteReader): number {
  const high = take32(reader) ^ SIGN
  return high * TWO_32 + (take32(reader) >>> 0)
}

export function writeKeyDate(writer: ByteWriter, value: unknown, place: Place): void {
  putInt(writer, checkDate(value, place))
}
export function readKeyDate(reader: ByteReader): Date {
  return new Date(readKeyInt(reader))
}

export function writeKeyF64(writer: ByteWriter, value: unknown, place: Place): void {
  const number = checkNumber(value, place)
  // Adding 0 turns -0 into 0 and leaves all else alone.
  asF64[0] = number + 0
  let high = asU32[HIGH]
  let low = asU32[LOW]
  if (Number.isNaN(number)) {
    // Not what the view says: a NaN may carry any sign and payload.
    high = QUIET_NAN_HIGH
    low = 0
  }
  if (high >= SIGN) {
    put32(writer, ~high)
    put32(writer, ~low)
  } else {
    put32(writer, high ^ SIGN)
    put32(writer, low)
  }
}
export function readKeyF64(reader: ByteReader): number {
  const high = take32(reader)
  const low = take32(reader)
  // A flipped sign bit that is set (a negative int32) means that the number is positive.
  asU32[HIGH] = high < 0 ? high ^ SIGN : ~high
  asU32[LOW] = high < 0 ? low : ~low
  return asF64[0]
}

export function writeKeyF32(writer: ByteWriter, value: unknown, place: Place): void {
  const number = checkNumber(value, place)
  asF32[0] = number + 0
  // A tiny negative number rounds to -0.
  let bits = asF32[0] === 0 ? 0 : asU32[0]
  if (Number.isNaN(number)) bits = QUIET_NAN_F32
  put32(writer, bits >= SIGN ? ~bits : bits ^ SIGN)
}
export function readKeyF32(reader: ByteReader): number {
  const bits = take32(reader)
  asU32[0] = bits < 0 ? bits ^ SIGN : ~bits
  return asF32[0]
}

export function writeKeyBigint(writer: ByteWriter, value: unknown, place: Place): void {
  const hex = magnitudeHex(value, place)
  const length = hex.length / 2
  const isNegative = (value as bigint) < 0n
  put16(writer, isNegative ? BIGINT_ZERO - length : BIGINT_ZERO + length)
  writer.reserve(length)
  const start = writer.at
  writer.bytes.write(hex, start, length, 'hex')
  writer.at = start + length
  if (isNegative) writer.invertFrom(start)
}
export function readKeyBigint(reader: ByteReader): bigint {
  const header = take16(reader)
  const start = reader.at
  if (header === BIGINT_ZERO) return 0n
  if (header > BIGINT_ZERO) {
    reader.at = start + header - BIGINT_ZERO
    return BigInt(`0x${reader.bytes.toString('hex', start, reader.at)}`)
  }
  const length = BIGINT_ZERO - header
  reader.at = start + length
  const magnitude = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) magnitude[i] = reader.bytes[start + i] ^ 0xff
  return -BigInt(`0x${magnitude.toString('hex', 0, length)}`)
}
/** Moves on over a bigint; `inverted` when the key is descending. */
export function skipKeyBigint(reader: ByteReader, inverted: boolean): void {
  const header = inverted ? take16(reader) ^ 0xffff : take16(reader)
  reader.at += Math.abs(header - BIGINT_ZERO)
}

export function writeKeyEnum(
  writer: ByteWriter,
  value: unknown,
  place: Place,
  ordinals: ReadonlyMap<unknown, number>,
): void {
  put16(writer, checkMember(value, ordinals, place))
}
export function readKeyEnum(reader: ByteReader, members: readonly string[]): string {
  return members[take16(reader)]
}

export function writeKeyUuid(writer: ByteWriter, value: unknown, place: Place): void {
  const digits = uuidDigits(value, place)
  writer.reserve(16)
  writer.bytes.write(digits, writer.at, 16, 'hex')
  writer.at += 16
}
export function readKeyUuid(reader: ByteReader): string {
  const at = reader.at
  reader.at = at + 16
  return uuidAt(reader.bytes, at)
}
