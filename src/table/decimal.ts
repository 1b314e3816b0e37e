/**
 * Decimal numbers of any size, as text: `-12.50`, `NaN`, `Infinity`. In values the text itself is stored; in keys the number:
 *
 * ```
 * 00 -Infinity | 01 negative | 02 zero | 03 positive | 04 Infinity | 05 NaN
 * then, for numbers that are not zero, 0.d1d2d3… * 10^e with d1 > 0:
 *   u16  e + 0x8000, big-endian
 *   ...  two digits a byte, plus 1 (01 to 64 hex), without trailing zeros
 *   00   end
 * negative: everything after the first byte complemented
 * ```
 * So keys compare as the numbers do, NaN last, and 1.5 and 1.50 are one key: a key gives its number back without trailing
 * zeros.
 */

import type { ByteReader, ByteWriter } from './bytes.ts'
import { type Place, reject } from './place.ts'
import { utf8At } from './text.ts'

const MINUS_INFINITY = 0
const NEGATIVE = 1
const ZERO = 2
const POSITIVE = 3
const PLUS_INFINITY = 4
const NOT_A_NUMBER = 5
const EXPONENT_BIAS = 0x8000
/** PostgreSQL's numeric has at most 131,072 digits before the point, and 16,383 after it. Keys hold a quarter of it. */
const EXPONENT_MAX = 0x7fff
const WANTED = 'a decimal number as text (-12.50, NaN, Infinity)'

const DECIMAL = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/

export function checkDecimal(value: unknown, place: Place): string {
  if (typeof value === 'string' && (DECIMAL.test(value) || SPECIAL.has(value))) return value
  return reject(place, WANTED, value)
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['-Infinity', MINUS_INFINITY],
  ['Infinity', PLUS_INFINITY],
  ['NaN', NOT_A_NUMBER],
])

export function writeKeyDecimal(writer: ByteWriter, value: unknown, place: Place): void {
  const text = checkDecimal(value, place)
  const special = SPECIAL.get(text)
  if (special !== undefined) {
    writer.writeByte(special)
    return
  }
  const isNegative = text.charCodeAt(0) === 0x2d
  const [whole, fraction = ''] = (isNegative ? text.slice(1) : text).split('.')
  const all = whole + fraction
  let first = 0
  while (first < all.length && all.charCodeAt(first) === 0x30) first++
  if (first === all.length) {
    writer.writeByte(ZERO)
    return
  }
  let end = all.length
  while (all.charCodeAt(end - 1) === 0x30) end--
  const exponent = whole.length - first
  if (Math.abs(exponent) > EXPONENT_MAX) reject(place, WANTED, value)
  writer.writeByte(isNegative ? NEGATIVE : POSITIVE)
  const start = writer.at
  writer.writeByte((exponent + EXPONENT_BIAS) >>> 8)
  writer.writeByte((exponent + EXPONENT_BIAS) & 0xff)
  for (let i = first; i < end; i += 2) {
    const low = i + 1 < end ? all.charCodeAt(i + 1) - 0x30 : 0
    writer.writeByte((all.charCodeAt(i) - 0x30) * 10 + low + 1)
  }
  writer.writeByte(0)
  if (isNegative) writer.invertFrom(start)
}

export function readKeyDecimal(reader: ByteReader): string {
  const kind = reader.bytes[reader.at++]
  switch (kind) {
    case MINUS_INFINITY:
      return '-Infinity'
    case PLUS_INFINITY:
      return 'Infinity'
    case NOT_A_NUMBER:
      return 'NaN'
    case ZERO:
      return '0'
  }
  const flip = kind === NEGATIVE ? 0xff : 0
  const { bytes } = reader
  const exponent = (((bytes[reader.at] ^ flip) << 8) | (bytes[reader.at + 1] ^ flip)) - EXPONENT_BIAS
  reader.at += 2
  let digits = ''
  while (reader.at < reader.end) {
    const byte = bytes[reader.at++] ^ flip
    if (byte === 0) break
    digits += String(byte - 1).padStart(2, '0')
  }
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  digits = digits.slice(0, end)
  const sign = kind === NEGATIVE ? '-' : ''
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`
  if (exponent >= digits.length) return sign + digits.padEnd(exponent, '0')
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

/** Moves on over a number; `inverted` when the key is descending. */
export function skipKeyDecimal(reader: ByteReader, inverted: boolean): void {
  const { bytes } = reader
  const outer = inverted ? 0xff : 0
  const kind = bytes[reader.at++] ^ outer
  if (kind !== NEGATIVE && kind !== POSITIVE) return
  const end = kind === NEGATIVE ? 0xff ^ outer : outer
  reader.at += 2
  while (reader.at < reader.end && bytes[reader.at] !== end) reader.at++
  reader.at++
}

export function decimalAt(bytes: Buffer, start: number, end: number): string {
  return utf8At(bytes, start, end)
}
