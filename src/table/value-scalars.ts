/**
 * Scalars as values and as columns of a row. Their bytes need no order, so they are little-endian as the
 * machine has them:
 *
 * ```
 * bool u8 i8 u16 i16 u32 i32 u64 i64 f32 f64   their usual width
 * int                  as i64             date   as int, milliseconds
 * enum                 u16, the ordinal   uuid   its 16 bytes
 * text bytes json      length (varint), UTF-8 or bytes; at the end of a value without the length
 * bigint               i32: bytes of magnitude, negative for a negative number; then these, big-endian
 * ```
 * The functions `…At` read at a place in a page without a reader: compiled rows use them.
 */

import type { ByteReader, ByteWriter } from './bytes.ts'
import { checkDecimal } from './decimal.ts'
import { jsonText, parseJson } from './json.ts'
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
import { corrupt, type Place, reject } from './place.ts'
import { bytesAt, textAt, utf8At, writeBytesTail, writeTextTail } from './text.ts'

function put16(writer: ByteWriter, value: number): void {
  writer.reserve(2)
  const bytes = writer.bytes
  const at = writer.at
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  writer.at = at + 2
}

function put32(writer: ByteWriter, value: number): void {
  writer.reserve(4)
  const bytes = writer.bytes
  const at = writer.at
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
  writer.at = at + 4
}

export function boolAt(bytes: Buffer, at: number): boolean {
  return bytes[at] === 1
}
export function u8At(bytes: Buffer, at: number): number {
  return bytes[at]
}
export function i8At(bytes: Buffer, at: number): number {
  return (bytes[at] << 24) >> 24
}
export function u16At(bytes: Buffer, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8)
}
export function i16At(bytes: Buffer, at: number): number {
  return ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16
}
export function i32At(bytes: Buffer, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}
export function u32At(bytes: Buffer, at: number): number {
  return i32At(bytes, at) >>> 0
}
export function u64At(bytes: Buffer, at: number): bigint {
  asU32[LOW] = i32At(bytes, at)
  asU32[HIGH] = i32At(bytes, at + 4)
  return asU64[0]
}
export function i64At(bytes: Buffer, at: number): bigint {
  asU32[LOW] = i32At(bytes, at)
  asU32[HIGH] = i32At(bytes, at + 4)
  return asI64[0]
}
export function intAt(bytes: Buffer, at: number): number {
  return i32At(bytes, at + 4) * TWO_32 + (i32At(bytes, at) >>> 0)
}
export function dateAt(bytes: Buffer, at: number): Date {
  return new Date(intAt(bytes, at))
}
export function f32At(bytes: Buffer, at: number): number {
  asU32[0] = i32At(bytes, at)
  return asF32[0]
}
export function f64At(bytes: Buffer, at: number): number {
  asU32[LOW] = i32At(bytes, at)
  asU32[HIGH] = i32At(bytes, at + 4)
  return asF64[0]
}
export { uuidAt }
export function enumAt(bytes: Buffer, at: number, members: readonly string[]): string {
  return members[u16At(bytes, at)]
}

export function writeBool(writer: ByteWriter, value: unknown, place: Place): void {
  writer.writeByte(checkBool(value, place) ? 1 : 0)
}
export function writeU8(writer: ByteWriter, value: unknown, place: Place): void {
  writer.writeByte(checkU8(value, place))
}
export function writeI8(writer: ByteWriter, value: unknown, place: Place): void {
  writer.writeByte(checkI8(value, place))
}
export function writeU16(writer: ByteWriter, value: unknown, place: Place): void {
  put16(writer, checkU16(value, place))
}
export function writeI16(writer: ByteWriter, value: unknown, place: Place): void {
  put16(writer, checkI16(value, place))
}
export function writeU32(writer: ByteWriter, value: unknown, place: Place): void {
  put32(writer, checkU32(value, place))
}
export function writeI32(writer: ByteWriter, value: unknown, place: Place): void {
  put32(writer, checkI32(value, place))
}
export function writeU64(writer: ByteWriter, value: unknown, place: Place): void {
  loadU64(value, place)
  const high = asU32[HIGH]
  put32(writer, asU32[LOW])
  put32(writer, high)
}
export function writeI64(writer: ByteWriter, value: unknown, place: Place): void {
  loadI64(value, place)
  const high = asU32[HIGH]
  put32(writer, asU32[LOW])
  put32(writer, high)
}
function putInt(writer: ByteWriter, value: number): void {
  put32(writer, value >>> 0)
  put32(writer, Math.floor(value / TWO_32))
}
export function writeInt(writer: ByteWriter, value: unknown, place: Place): void {
  putInt(writer, checkInt(value, place))
}
export function writeDate(writer: ByteWriter, value: unknown, place: Place): void {
  putInt(writer, checkDate(value, place))
}
export function writeF32(writer: ByteWriter, value: unknown, place: Place): void {
  asF32[0] = checkNumber(value, place)
  put32(writer, asU32[0])
}
export function writeF64(writer: ByteWriter, value: unknown, place: Place): void {
  asF64[0] = checkNumber(value, place)
  const high = asU32[HIGH]
  put32(writer, asU32[LOW])
  put32(writer, high)
}
export function writeUuid(writer: ByteWriter, value: unknown, place: Place): void {
  const digits = uuidDigits(value, place)
  writer.reserve(16)
  writer.bytes.write(digits, writer.at, 16, 'hex')
  writer.at += 16
}
export function writeEnum(
  writer: ByteWriter,
  value: unknown,
  place: Place,
  ordinals: ReadonlyMap<unknown, number>,
): void {
  put16(writer, checkMember(value, ordinals, place))
}

export function writeBigint(writer: ByteWriter, value: unknown, place: Place): void {
  const hex = magnitudeHex(value, place)
  const length = hex.length / 2
  put32(writer, (value as bigint) < 0n ? -length : length)
  writer.reserve(length)
  writer.bytes.write(hex, writer.at, length, 'hex')
  writer.at += length
}
export function readBigint(reader: ByteReader): bigint {
  const header = i32At(reader.bytes, reader.at)
  const start = reader.at + 4
  const end = start + Math.abs(header)
  reader.at = end
  if (header === 0) return 0n
  const magnitude = BigInt(`0x${reader.bytes.toString('hex', start, end)}`)
  return header < 0 ? -magnitude : magnitude
}

/** Lengths and counts: seven bits a byte, low ones first, the high bit says that more follow. */
export function writeCount(writer: ByteWriter, count: number): void {
  let rest = count
  while (rest > 0x7f) {
    writer.writeByte((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  writer.writeByte(rest)
}
export function readCount(reader: ByteReader): number {
  const bytes = reader.bytes
  let count = 0
  for (let shift = 0; shift < 32; shift += 7) {
    if (reader.at >= reader.end) break
    const byte = bytes[reader.at++]
    count |= (byte & 0x7f) << shift
    if (byte < 0x80) return count >>> 0
  }
  return corrupt('value (a length without end)')
}

/** Puts the length of what was written since `start` before it. */
function prefixLength(writer: ByteWriter, start: number): void {
  const length = writer.at - start
  const width =
    length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5
  writer.reserve(width)
  writer.bytes.copyWithin(start + width, start, writer.at)
  writer.at = start
  writeCount(writer, length)
  writer.at = start + width + length
}
function endOfPart(reader: ByteReader): number {
  const length = readCount(reader)
  const end = reader.at + length
  if (end > reader.end) corrupt('value (a part longer than the whole)')
  return end
}

export function writeText(writer: ByteWriter, value: unknown, place: Place): void {
  const start = writer.at
  writeTextTail(writer, value, place)
  prefixLength(writer, start)
}
export function readText(reader: ByteReader): string {
  const end = endOfPart(reader)
  const start = reader.at
  reader.at = end
  return textAt(reader.bytes, start, end)
}

export function writeBytes(writer: ByteWriter, value: unknown, place: Place): void {
  const start = writer.at
  writeBytesTail(writer, value, place)
  prefixLength(writer, start)
}
export function readBytes(reader: ByteReader): Uint8Array {
  const end = endOfPart(reader)
  const start = reader.at
  reader.at = end
  return bytesAt(reader.bytes, start, end)
}

export function writeJsonTail(writer: ByteWriter, value: unknown, place: Place): void {
  writeTextTail(writer, jsonText(value, place), place)
}
export function readJsonTail(reader: ByteReader): unknown {
  const start = reader.at
  reader.at = reader.end
  return jsonAt(reader.bytes, start, reader.end)
}
export function jsonAt(bytes: Buffer, start: number, end: number): unknown {
  return parseJson(utf8At(bytes, start, end))
}
export function writeJson(writer: ByteWriter, value: unknown, place: Place): void {
  const start = writer.at
  writeJsonTail(writer, value, place)
  prefixLength(writer, start)
}
export function readJson(reader: ByteReader): unknown {
  const end = endOfPart(reader)
  const start = reader.at
  reader.at = end
  return jsonAt(reader.bytes, start, end)
}

/** A decimal number is stored as its text. */
export function writeDecimalTail(writer: ByteWriter, value: unknown, place: Place): void {
  writeTextTail(writer, checkDecimal(value, place), place)
}
export function writeDecimal(writer: ByteWriter, value: unknown, place: Place): void {
  writeText(writer, checkDecimal(value, place), place)
}

/** A length of time as calendars have it: months and days are of no fixed length. */
export interface StoredInterval {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint
}

/** i32 months, i32 days, i64 microseconds. */
export function writeInterval(writer: ByteWriter, value: unknown, place: Place): void {
  const given = value as StoredInterval | null
  if (typeof given !== 'object' || given === null)
    reject(place, 'an interval { months, days, microseconds }', value)
  writeI32(writer, given.months, place)
  writeI32(writer, given.days, place)
  writeI64(writer, given.microseconds, place)
}
export function intervalAt(bytes: Buffer, at: number): StoredInterval {
  return { months: i32At(bytes, at), days: i32At(bytes, at + 4), microseconds: i64At(bytes, at + 8) }
}
