/** real and double precision: arithmetic with PostgreSQL's overflow errors, and text with the fewest digits that read back the same. */

import { SqlError } from '../errors.ts'
import { divisionByZero } from './numeric.ts'
import type { TextFormat } from './text-format.ts'
import { FLOAT4, FLOAT8, type SqlType } from './type.ts'

export function floatOverflow(): SqlError {
  return new SqlError('22003', 'value out of range: overflow')
}
export function floatUnderflow(): SqlError {
  return new SqlError('22003', 'value out of range: underflow')
}

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity

export function addFloat8(left: number, right: number): number {
  const sum = left + right
  if (isInfinite(sum) && !isInfinite(left) && !isInfinite(right)) throw floatOverflow()
  return sum
}
export function subtractFloat8(left: number, right: number): number {
  const difference = left - right
  if (isInfinite(difference) && !isInfinite(left) && !isInfinite(right)) throw floatOverflow()
  return difference
}
export function multiplyFloat8(left: number, right: number): number {
  const product = left * right
  if (isInfinite(product) && !isInfinite(left) && !isInfinite(right)) throw floatOverflow()
  if (product === 0 && left !== 0 && right !== 0) throw floatUnderflow()
  return product
}
export function divideFloat8(left: number, right: number): number {
  if (right === 0 && !Number.isNaN(left)) throw divisionByZero()
  const quotient = left / right
  if (isInfinite(quotient) && !isInfinite(left)) throw floatOverflow()
  if (quotient === 0 && left !== 0 && !isInfinite(right)) throw floatUnderflow()
  return quotient
}
export function addFloat4(left: number, right: number): number {
  const sum = Math.fround(left + right)
  if (isInfinite(sum) && !isInfinite(left) && !isInfinite(right)) throw floatOverflow()
  return sum
}
export function subtractFloat4(left: number, right: number): number {
  const difference = Math.fround(left - right)
  if (isInfinite(difference) && !isInfinite(left) && !isInfinite(right)) throw floatOverflow()
  return difference
}
export function multiplyFloat4(left: number, right: number): number {
  const product = Math.fround(left * right)
  if (isInfinite(product) && !isInfinite(left) && !isInfinite(right)) throw floatOverflow()
  if (product === 0 && left !== 0 && right !== 0) throw floatUnderflow()
  return product
}
export function divideFloat4(left: number, right: number): number {
  if (right === 0 && !Number.isNaN(left)) throw divisionByZero()
  const quotient = Math.fround(left / right)
  if (isInfinite(quotient) && !isInfinite(left)) throw floatOverflow()
  if (quotient === 0 && left !== 0 && !isInfinite(right)) throw floatUnderflow()
  return quotient
}

/** The cast from double precision. */
export function toFloat4(value: number): number {
  const rounded = Math.fround(value)
  if (isInfinite(rounded) && !isInfinite(value)) throw floatOverflow()
  if (rounded === 0 && value !== 0) throw floatUnderflow()
  return rounded
}

/** Half to even, as C's rint. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest < 0.5) return floor
  if (rest > 0.5) return floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

export function float8Text(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (isInfinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const shortest = value.toExponential()
  // PostgreSQL wants digits that are nearer to this double than to any other; JavaScript is content with the middle
  // between two, which a short decimal can only be among large integers.
  const size = Math.abs(value)
  if (size >= 2 ** 53 && size < 1e45) {
    const exact = BigInt(size)
    const spacing = 2n ** BigInt(exact.toString(2).length - 53)
    const given = integerOf(shortest)
    const gap = given > exact ? given - exact : exact - given
    if (gap * 2n === spacing) return decimalText(value.toExponential(digitsBehindPoint(shortest) + 1), 15)
  }
  return decimalText(shortest, 15)
}

function digitsBehindPoint(exponential: string): number {
  const point = exponential.indexOf('.')
  return point < 0 ? 0 : exponential.indexOf('e') - point - 1
}
/** The size of `1.25e+20` as an integer. */
function integerOf(exponential: string): bigint {
  const digits = exponential.slice(0, exponential.indexOf('e')).replace(/[-.]/g, '')
  const exponent = Number(exponential.slice(exponential.indexOf('e') + 1))
  return BigInt(digits.padEnd(exponent + 1, '0'))
}

export function float4Text(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (isInfinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  singles[0] = value
  const bits = singleBits[0]
  singleBits[0] = bits + 1
  const next = Number.isFinite(singles[0]) ? singles[0] : value + (value - previousSingle(bits))
  const outward = (value + next) / 2
  const inward = (value + previousSingle(bits)) / 2
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits)
    const size = Math.abs(Number(text))
    // Strictly between the middles to the neighbours: half-way is not near enough, see above.
    if (size > Math.abs(inward) && size < Math.abs(outward))
      return decimalText(evenOnTie(value, text, digits), 6)
  }
  return decimalText(value.toExponential(9), 6)
}

/** Of two decimals that are as near, PostgreSQL takes the even one and JavaScript the larger. */
function evenOnTie(value: number, text: string, digits: number): string {
  const longer = value.toExponential(digits + 1)
  if (Number(longer) !== value || !/5e/.test(longer)) return text
  const last = longer.charCodeAt(longer.indexOf('e') - 2)
  if (last === 46 || last % 2 === 1) return text
  return longer.replace(/\.?5e/, 'e')
}

const singles = new Float32Array(1)
const singleBits = new Uint32Array(singles.buffer)
function previousSingle(bits: number): number {
  singleBits[0] = bits - 1
  return singles[0]
}

/** Plain digits while the exponent is from -4 to below the limit, else `1.5e+20`. */
function decimalText(exponential: string, exponentLimit: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(exponential)!
  const sign = match[1]
  const fraction = match[3] ?? ''
  const digits = match[2] + fraction
  const exponent = Number(match[4])
  if (exponent < -4 || exponent >= exponentLimit) {
    const size = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${match[2]}${fraction === '' ? '' : `.${fraction}`}e${exponent < 0 ? '-' : '+'}${size}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0')
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}

const FLOAT = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i

function floatInput(type: SqlType, round: (value: number) => number): (text: string) => number {
  return text => {
    let value: number
    if (FLOAT.test(text)) value = Number(text)
    else {
      const word = text.trim().toLowerCase()
      const hexadecimal = /^([+-]?)0x([\da-f]+)$/.exec(word)
      if (word === 'nan') return NaN
      if (/^\+?inf(inity)?$/.test(word)) return Infinity
      if (/^-inf(inity)?$/.test(word)) return -Infinity
      if (hexadecimal === null) {
        throw new SqlError('22P02', `invalid input syntax for type ${type.displayName}: "${text}"`)
      }
      value = Number(`0x${hexadecimal[2]}`) * (hexadecimal[1] === '-' ? -1 : 1)
    }
    const rounded = round(value)
    if (isInfinite(rounded) || (rounded === 0 && /[1-9]/.test(text.replace(/e.*$/i, '')))) {
      throw new SqlError('22003', `"${text.trim()}" is out of range for type ${type.displayName}`)
    }
    return rounded
  }
}

export const FLOAT_FORMATS: readonly TextFormat[] = [
  { type: FLOAT4, input: floatInput(FLOAT4, Math.fround), output: float4Text },
  { type: FLOAT8, input: floatInput(FLOAT8, value => value), output: float8Text },
]
