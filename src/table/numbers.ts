/**
 * Checks on numbers that keys and values share, and the scratch words through which a number's bits are seen.
 * A store and a load through these views is compiled to a register move.
 */

import { type Place, reject } from './place.ts'

const words = new ArrayBuffer(8)
export const asF64 = new Float64Array(words)
export const asF32 = new Float32Array(words)
export const asI64 = new BigInt64Array(words)
export const asU64 = new BigUint64Array(words)
export const asU32 = new Uint32Array(words)

asU32[0] = 1
const LITTLE_ENDIAN = asI64[0] === 1n
/** Which of the two words of a 64-bit number is the low one on this machine. */
export const LOW = LITTLE_ENDIAN ? 0 : 1
export const HIGH = LITTLE_ENDIAN ? 1 : 0

export const TWO_32 = 0x1_0000_0000

const INTEGERS = {
  u8: 'u8 (an integer from 0 to 255)',
  u16: 'u16 (an integer from 0 to 65535)',
  u32: 'u32 (an integer from 0 to 4294967295)',
  i8: 'i8 (an integer from -128 to 127)',
  i16: 'i16 (an integer from -32768 to 32767)',
  i32: 'i32 (an integer from -2147483648 to 2147483647)',
} as const

export function checkU8(value: unknown, place: Place): number {
  if (typeof value !== 'number' || (value & 0xff) !== value) reject(place, INTEGERS.u8, value)
  return value
}

export function checkU16(value: unknown, place: Place): number {
  if (typeof value !== 'number' || (value & 0xffff) !== value) reject(place, INTEGERS.u16, value)
  return value
}

export function checkU32(value: unknown, place: Place): number {
  if (typeof value !== 'number' || value >>> 0 !== value) reject(place, INTEGERS.u32, value)
  return value
}

export function checkI8(value: unknown, place: Place): number {
  if (typeof value !== 'number' || (value << 24) >> 24 !== value) reject(place, INTEGERS.i8, value)
  return value
}

export function checkI16(value: unknown, place: Place): number {
  if (typeof value !== 'number' || (value << 16) >> 16 !== value) reject(place, INTEGERS.i16, value)
  return value
}

export function checkI32(value: unknown, place: Place): number {
  if (typeof value !== 'number' || (value | 0) !== value) reject(place, INTEGERS.i32, value)
  return value
}

export function checkInt(value: unknown, place: Place): number {
  if (!Number.isSafeInteger(value)) reject(place, 'int (a safe integer, up to 2^53 - 1 either way)', value)
  return value as number
}

/** Puts the value into the scratch words. */
export function loadU64(value: unknown, place: Place): void {
  if (typeof value !== 'bigint') reject(place, 'u64 (a bigint)', value)
  asU64[0] = value
  if (asU64[0] !== value) reject(place, 'u64 (a bigint from 0 to 2^64 - 1)', value)
}

/** Puts the value into the scratch words. */
export function loadI64(value: unknown, place: Place): void {
  if (typeof value !== 'bigint') reject(place, 'i64 (a bigint)', value)
  asI64[0] = value
  if (asI64[0] !== value) reject(place, 'i64 (a bigint from -2^63 to 2^63 - 1)', value)
}

export function checkNumber(value: unknown, place: Place): number {
  if (typeof value !== 'number') reject(place, 'a number', value)
  return value
}

export function checkBool(value: unknown, place: Place): boolean {
  if (typeof value !== 'boolean') reject(place, 'bool', value)
  return value
}

/** The date's milliseconds. */
export function checkDate(value: unknown, place: Place): number {
  if (!(value instanceof Date)) reject(place, 'a Date', value)
  const timeMs = value.getTime()
  if (Number.isNaN(timeMs)) reject(place, 'a valid Date', value)
  return timeMs
}

export const MAX_BIGINT_BYTES = 32_767

/** The magnitude in hexadecimal, an even number of digits; empty for zero. */
export function magnitudeHex(value: unknown, place: Place): string {
  if (typeof value !== 'bigint') reject(place, 'a bigint', value)
  if (value === 0n) return ''
  const hex = (value < 0n ? -value : value).toString(16)
  if (hex.length > MAX_BIGINT_BYTES * 2) reject(place, `a bigint of at most ${MAX_BIGINT_BYTES} bytes`, value)
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

/** Checks and finds the ordinal of an enum's member. */
export function checkMember(value: unknown, ordinals: ReadonlyMap<unknown, number>, place: Place): number {
  const ordinal = ordinals.get(value)
  if (ordinal === undefined)
    reject(place, `one of ${[...ordinals.keys()].map(name => JSON.stringify(name)).join(', ')}`, value)
  return ordinal
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Checks and returns the 32 digits. */
export function uuidDigits(value: unknown, place: Place): string {
  if (typeof value !== 'string' || !UUID.test(value)) {
    reject(place, 'a UUID (8-4-4-4-12 hexadecimal digits)', value)
  }
  return value.replaceAll('-', '')
}

export function uuidAt(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
