/**
 * smallint, integer, bigint, oid: their arithmetic with PostgreSQL's overflow errors, and their text.
 *
 * Invariant: a bigint (int8) is a number while that is a safe integer and a BigInt beyond; every function here takes and
 * gives that form, and never gives -0.
 */

import { SqlError } from '../errors.ts'
import { canonicalInteger, divisionByZero } from './numeric.ts'
import type { TextFormat } from './text-format.ts'
import { INT2, INT4, INT8, OID, type SqlType } from './type.ts'

export type Int8 = number | bigint

const INT8_MAX = 9223372036854775807n
const INT8_MIN = -9223372036854775808n

export function outOfRange(typeName: string): SqlError {
  return new SqlError('22003', `${typeName} out of range`)
}

/** The result of arithmetic on doubles as an int4: exact below 2^53, and what is beyond is refused anyway. */
export function checkedInt4(value: number): number {
  const integer = value | 0
  if (integer !== value) throw outOfRange('integer')
  return integer
}
export function checkedInt2(value: number): number {
  if (value > 32767 || value < -32768) throw outOfRange('smallint')
  return value | 0
}
export function checkedInt8(value: bigint): Int8 {
  if (value > INT8_MAX || value < INT8_MIN) throw outOfRange('bigint')
  return canonicalInteger(value)
}
/** Of an integer of any size. */
export function toInt8(value: number | bigint): Int8 {
  return typeof value === 'number' ? value : checkedInt8(value)
}

export function addInt8(left: Int8, right: Int8): Int8 {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  return checkedInt8(BigInt(left) + BigInt(right))
}
export function subtractInt8(left: Int8, right: Int8): Int8 {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right
    if (Number.isSafeInteger(difference)) return difference
  }
  return checkedInt8(BigInt(left) - BigInt(right))
}
export function multiplyInt8(left: Int8, right: Int8): Int8 {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    if (Number.isSafeInteger(product)) return product + 0
  }
  return checkedInt8(BigInt(left) * BigInt(right))
}
export function divideInt8(left: Int8, right: Int8): Int8 {
  // biome-ignore lint/suspicious/noDoubleEquals: 0 is always the number
  if (right == 0) throw divisionByZero()
  // The quotient of doubles may round up to an integer; without the remainder it is one.
  if (typeof left === 'number' && typeof right === 'number') return (left - (left % right)) / right + 0
  return checkedInt8(BigInt(left) / BigInt(right))
}
export function remainderInt8(left: Int8, right: Int8): Int8 {
  // biome-ignore lint/suspicious/noDoubleEquals: 0 is always the number
  if (right == 0) throw divisionByZero()
  if (typeof left === 'number' && typeof right === 'number') return (left % right) + 0
  return canonicalInteger(BigInt(left) % BigInt(right))
}
export function negateInt8(value: Int8): Int8 {
  return typeof value === 'number' ? 0 - value : checkedInt8(-value)
}
export function divideInt4(left: number, right: number): number {
  if (right === 0) throw divisionByZero()
  if (right === -1) return checkedInt4(-left)
  return (left / right) | 0
}
export function divideInt2(left: number, right: number): number {
  if (right === 0) throw divisionByZero()
  return checkedInt2((left / right) | 0)
}
export function remainderInt4(left: number, right: number): number {
  if (right === 0) throw divisionByZero()
  return (left % right) | 0
}

const INTEGER = /^\s*([+-]?)(?:(\d+(?:_\d+)*)|0x((?:_?[\da-f])+)|0o((?:_?[0-7])+)|0b((?:_?[01])+))\s*$/i

/** The value, of any size; undefined when the text is no integer. */
export function integerFromText(text: string): bigint | number | undefined {
  if (text.length <= 15 && /^-?\d+$/.test(text)) return Number(text) + 0
  const match = INTEGER.exec(text)
  if (match === null) return undefined
  const [prefix, digits] =
    match[2] !== undefined
      ? ['', match[2]]
      : match[3] !== undefined
        ? ['0x', match[3]]
        : match[4] !== undefined
          ? ['0o', match[4]]
          : ['0b', match[5]]
  const value = BigInt(prefix + digits.replaceAll('_', ''))
  return canonicalInteger(match[1] === '-' ? -value : value)
}

function integerInput(type: SqlType, min: Int8, max: Int8): (text: string) => Int8 {
  return text => {
    const value = integerFromText(text)
    if (value === undefined) {
      throw new SqlError('22P02', `invalid input syntax for type ${type.displayName}: "${text}"`)
    }
    if (value < min || value > max) {
      throw new SqlError('22003', `value "${text}" is out of range for type ${type.displayName}`)
    }
    return value
  }
}

/** As strtoul reads: negative numbers wrap around. */
function oidInput(text: string): number {
  const match = /^\s*([+-]?)(\d+|0x[\da-f]*)\s*$/i.exec(text)
  if (match === null) throw new SqlError('22P02', `invalid input syntax for type oid: "${text}"`)
  const size = BigInt(match[2].replace(/x$/i, ''))
  const value = match[1] === '-' ? -size : size
  if (value > 4294967295n || value < -2147483648n) {
    throw new SqlError('22003', `value "${text}" is out of range for type oid`)
  }
  return Number(value) >>> 0
}

export const INTEGER_FORMATS: readonly TextFormat[] = [
  { type: INT2, input: integerInput(INT2, -32768, 32767), output: String },
  { type: INT4, input: integerInput(INT4, -2147483648, 2147483647), output: String },
  { type: INT8, input: integerInput(INT8, INT8_MIN, INT8_MAX), output: String },
  { type: OID, input: oidInput, output: String },
]
