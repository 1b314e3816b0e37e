/**
 * numeric: exact decimal numbers with a display scale, NaN and the infinities, calculating with PostgreSQL's scales.
 *
 * Invariants:
 * 1. A finite value is coefficient / 10^scale, scale 0 … 16383. 1.0 and 1.00 are equal but not the same text.
 * 2. The coefficient is a number while that is a safe integer (never -0) and a bigint beyond: each has one form. Most
 *    columns hold small amounts, and sums and products of numbers cost a tenth of those of bigints.
 * 3. Values are never changed.
 *
 * Roots, logarithms and powers are in numeric-functions.ts.
 */

import { SqlError } from '../errors.ts'
import type { TextFormat } from './text-format.ts'
import { NUMERIC } from './type.ts'

/** numeric(p, s): at most this many digits. */
export const NUMERIC_PRECISION_MAX = 1000
export const DISPLAY_SCALE_MAX = 1000
const SCALE_MAX = 16383
/** Digits before the decimal point. */
const INTEGER_DIGITS_MAX = 131072
/** Results of division and the like have at least this many significant digits. */
export const SIGNIFICANT_DIGITS_MIN = 16

export type NumericKind = 0 | 1 | 2 | 3
const FINITE = 0
const NAN = 1
const INFINITE = 2
const NEGATIVE_INFINITE = 3

const powers: bigint[] = [1n]
/** 10^exponent. The table stays small: large powers are computed. */
export function powerOfTen(exponent: number): bigint {
  if (exponent > 2000) return 10n ** BigInt(exponent)
  for (let at = powers.length; at <= exponent; at++) powers.push(powers[at - 1] * 10n)
  return powers[exponent]
}
const NUMBER_POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER)
export function canonicalInteger(value: bigint): number | bigint {
  return value <= SAFE_MAX && value >= -SAFE_MAX ? Number(value) : value
}

export function overflowsFormat(): SqlError {
  return new SqlError('22003', 'value overflows numeric format')
}

export class Numeric {
  readonly coefficient: number | bigint
  readonly scale: number
  readonly kind: NumericKind

  constructor(coefficient: number | bigint, scale: number, kind: NumericKind = FINITE) {
    this.coefficient = coefficient
    this.scale = scale
    this.kind = kind
  }

  static readonly ZERO = new Numeric(0, 0)
  static readonly ONE = new Numeric(1, 0)
  static readonly NAN = new Numeric(0, 0, NAN)
  static readonly INFINITY = new Numeric(0, 0, INFINITE)
  static readonly NEGATIVE_INFINITY = new Numeric(0, 0, NEGATIVE_INFINITE)

  /** Of an integer in the form of int8. */
  static ofInteger(value: number | bigint): Numeric {
    return new Numeric(value, 0)
  }

  /** coefficient / 10^scale, for any scale; checks the limits of the format. */
  static ofBigint(coefficient: bigint, scale: number): Numeric {
    let value = coefficient
    let digits = scale
    if (digits < 0) {
      value *= powerOfTen(-digits)
      digits = 0
    } else if (digits > SCALE_MAX) {
      value = divideRounded(value, powerOfTen(digits - SCALE_MAX))
      digits = SCALE_MAX
    }
    const small = canonicalInteger(value)
    if (
      typeof small === 'bigint' &&
      bitsAtLeast(small, 400_000) &&
      digitsOf(small) - digits > INTEGER_DIGITS_MAX
    ) {
      throw overflowsFormat()
    }
    return new Numeric(small, digits)
  }

  /** As casts do: 15 significant digits of a double, 6 of a real. */
  static ofFloat(value: number, significantDigits = 15): Numeric {
    if (Number.isNaN(value)) return Numeric.NAN
    if (value === Infinity) return Numeric.INFINITY
    if (value === -Infinity) return Numeric.NEGATIVE_INFINITY
    if (Number.isSafeInteger(value) && Math.abs(value) < NUMBER_POWERS[significantDigits]) {
      return new Numeric(value === 0 ? 0 : value, 0)
    }
    return Numeric.parse(String(Number(value.toPrecision(significantDigits))))
  }

  static parse(text: string): Numeric {
    const value = Numeric.tryParse(text)
    if (value === undefined) throw new SqlError('22P02', `invalid input syntax for type numeric: "${text}"`)
    return value
  }

  /** Undefined when it is no number; throws when it is too large a one. */
  static tryParse(text: string): Numeric | undefined {
    if (text.length <= 15 && /^-?\d+$/.test(text)) return new Numeric(Number(text) || 0, 0)
    const match = DECIMAL.exec(text)
    if (match === null) return Numeric.parseSpecial(text)
    const whole = withoutUnderscores(match[2] ?? '')
    const fraction = withoutUnderscores(match[3] ?? match[4] ?? '')
    const exponentText = withoutUnderscores(match[5] ?? '0')
    if (exponentText.replace(/^[+-]?0*/, '').length > 9) throw overflowsFormat()
    const exponent = Number(exponentText)
    let digits = (whole + fraction).replace(/^0+(?=.)/, '')
    let scale = fraction.length - exponent
    if (scale > SCALE_MAX) throw overflowsFormat()
    if (scale < 0) {
      if (digits !== '0') {
        if (digits.length - scale > INTEGER_DIGITS_MAX) throw overflowsFormat()
        digits += '0'.repeat(-scale)
      }
      scale = 0
    }
    if (digits.length - scale > INTEGER_DIGITS_MAX) throw overflowsFormat()
    const isNegative = match[1] === '-'
    if (digits.length <= 15) {
      const coefficient = Number(digits)
      return new Numeric(isNegative && coefficient !== 0 ? -coefficient : coefficient, scale)
    }
    const coefficient = BigInt(digits)
    return new Numeric(canonicalInteger(isNegative ? -coefficient : coefficient), scale)
  }

  private static parseSpecial(text: string): Numeric | undefined {
    const trimmed = text.trim()
    const match = /^([+-]?)0(?:(x)((?:_?[\da-f])+)|(o)((?:_?[0-7])+)|(b)((?:_?[01])+))$/i.exec(trimmed)
    if (match !== null) {
      const digits = match[3] ?? match[5] ?? match[7]
      const value = BigInt(
        `0${(match[2] ?? match[4] ?? match[6]).toLowerCase()}${withoutUnderscores(digits)}`,
      )
      return Numeric.ofBigint(match[1] === '-' ? -value : value, 0)
    }
    switch (trimmed.toLowerCase()) {
      case 'nan':
        return Numeric.NAN
      case 'infinity':
      case '+infinity':
      case 'inf':
      case '+inf':
        return Numeric.INFINITY
      case '-infinity':
      case '-inf':
        return Numeric.NEGATIVE_INFINITY
    }
    return undefined
  }

  get isFinite(): boolean {
    return this.kind === FINITE
  }
  get isNaN(): boolean {
    return this.kind === NAN
  }
  get isZero(): boolean {
    return this.kind === FINITE && this.coefficient === 0
  }
  /** -1, 0, 1; NaN counts as 0. */
  get sign(): -1 | 0 | 1 {
    if (this.kind === FINITE) return this.coefficient > 0 ? 1 : this.coefficient < 0 ? -1 : 0
    return this.kind === INFINITE ? 1 : this.kind === NEGATIVE_INFINITE ? -1 : 0
  }
  /** Whether nothing but zeros is behind the decimal point. */
  get isInteger(): boolean {
    if (this.kind !== FINITE) return false
    return this.scale === 0 || this.minimalScale === 0
  }
  /** The scale without trailing zeros. */
  get minimalScale(): number {
    if (this.coefficient === 0) return 0
    let { coefficient, scale } = this
    if (typeof coefficient === 'number') {
      while (scale > 0 && coefficient % 10 === 0) {
        coefficient /= 10
        scale--
      }
      return scale
    }
    if (scale === 0) return 0
    const digits = coefficient.toString()
    let zeros = 0
    while (zeros < scale && digits.charCodeAt(digits.length - 1 - zeros) === 48) zeros++
    return scale - zeros
  }

  get big(): bigint {
    return typeof this.coefficient === 'bigint' ? this.coefficient : BigInt(this.coefficient)
  }
  /** The coefficient at a scale that is not smaller. */
  bigAt(scale: number): bigint {
    return scale === this.scale ? this.big : this.big * powerOfTen(scale - this.scale)
  }

  toString(): string {
    if (this.kind !== FINITE)
      return this.kind === NAN ? 'NaN' : this.kind === INFINITE ? 'Infinity' : '-Infinity'
    const { scale } = this
    const text = String(this.coefficient)
    if (scale === 0) return text
    const isNegative = text.charCodeAt(0) === 45
    const digits = (isNegative ? text.slice(1) : text).padStart(scale + 1, '0')
    const point = digits.length - scale
    return `${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
  }

  /** The nearest double; beyond the doubles: infinite. */
  toNumber(): number {
    if (this.kind === FINITE) {
      // Two exact doubles: the quotient is correctly rounded.
      if (typeof this.coefficient === 'number' && this.scale <= 22) {
        return this.scale === 0 ? this.coefficient : this.coefficient / NUMBER_POWERS[this.scale]
      }
      return Number(this.toString())
    }
    return this.kind === NAN ? NaN : this.kind === INFINITE ? Infinity : -Infinity
  }

  /** Rounded to an integer, half away from zero, of any size; the caller checks the range. Finite only. */
  toInteger(): number | bigint {
    if (this.scale === 0) return this.coefficient
    return this.round(0).coefficient
  }

  negate(): Numeric {
    if (this.kind === FINITE) {
      const { coefficient } = this
      return coefficient === 0
        ? this
        : new Numeric(typeof coefficient === 'bigint' ? -coefficient : -coefficient, this.scale)
    }
    return this.kind === NAN ? this : this.kind === INFINITE ? Numeric.NEGATIVE_INFINITY : Numeric.INFINITY
  }
  abs(): Numeric {
    return this.sign < 0 ? this.negate() : this
  }

  add(other: Numeric): Numeric {
    if (this.kind !== FINITE || other.kind !== FINITE) return addSpecial(this, other)
    const left = this.coefficient
    const right = other.coefficient
    if (typeof left === 'number' && typeof right === 'number') {
      const gap = this.scale - other.scale
      if (gap === 0) {
        const sum = left + right
        if (Number.isSafeInteger(sum)) return new Numeric(sum, this.scale)
      } else if (gap < 16 && gap > -16) {
        const one = gap < 0 ? left * NUMBER_POWERS[-gap] : left
        const two = gap > 0 ? right * NUMBER_POWERS[gap] : right
        const sum = one + two
        if (Number.isSafeInteger(one) && Number.isSafeInteger(two) && Number.isSafeInteger(sum)) {
          return new Numeric(sum === 0 ? 0 : sum, gap > 0 ? this.scale : other.scale)
        }
      }
    }
    const scale = Math.max(this.scale, other.scale)
    return Numeric.ofBigint(this.bigAt(scale) + other.bigAt(scale), scale)
  }

  subtract(other: Numeric): Numeric {
    return this.add(other.negate())
  }

  multiply(other: Numeric): Numeric {
    if (this.kind !== FINITE || other.kind !== FINITE) return multiplySpecial(this, other)
    const scale = this.scale + other.scale
    const left = this.coefficient
    const right = other.coefficient
    if (typeof left === 'number' && typeof right === 'number' && scale <= SCALE_MAX) {
      const product = left * right
      if (Number.isSafeInteger(product)) return new Numeric(product === 0 ? 0 : product, scale)
    }
    return Numeric.ofBigint(this.big * other.big, scale)
  }

  divide(other: Numeric): Numeric {
    if (this.kind !== FINITE || other.kind !== FINITE) return divideSpecial(this, other)
    if (other.coefficient === 0) throw divisionByZero()
    return this.divideTo(other, divisionScale(this, other))
  }

  /** The quotient rounded half away from zero at a scale. Both finite. */
  divideTo(other: Numeric, scale: number): Numeric {
    const shift = scale - this.scale + other.scale
    const dividend = shift > 0 ? this.big * powerOfTen(shift) : this.big
    const divisor = shift < 0 ? other.big * powerOfTen(-shift) : other.big
    return Numeric.ofBigint(divideRounded(dividend, divisor), scale)
  }

  /** `div`: the quotient cut to an integer. */
  divideInteger(other: Numeric): Numeric {
    if (this.kind !== FINITE || other.kind !== FINITE) return divideSpecial(this, other)
    if (other.coefficient === 0) throw divisionByZero()
    const scale = Math.max(this.scale, other.scale)
    return Numeric.ofBigint(this.bigAt(scale) / other.bigAt(scale), 0)
  }

  remainder(other: Numeric): Numeric {
    if (this.kind !== FINITE || other.kind !== FINITE) {
      if (this.kind === NAN || other.kind === NAN) return Numeric.NAN
      if (this.kind !== FINITE) {
        if (other.isZero) throw divisionByZero()
        return Numeric.NAN
      }
      return this
    }
    if (other.coefficient === 0) throw divisionByZero()
    if (
      this.scale === other.scale &&
      typeof this.coefficient === 'number' &&
      typeof other.coefficient === 'number'
    ) {
      return new Numeric(this.coefficient % other.coefficient || 0, this.scale)
    }
    const scale = Math.max(this.scale, other.scale)
    return new Numeric(canonicalInteger(this.bigAt(scale) % other.bigAt(scale)), scale)
  }

  /** Half away from zero; a negative scale rounds before the decimal point. */
  round(scale: number): Numeric {
    if (this.kind !== FINITE) return this
    if (scale >= this.scale) return this.withScale(Math.min(scale, SCALE_MAX))
    const drop = this.scale - scale
    if (typeof this.coefficient === 'number' && drop <= 15) {
      const unit = NUMBER_POWERS[drop]
      const rest = this.coefficient % unit
      let quotient = (this.coefficient - rest) / unit
      if (rest * 2 >= unit) quotient++
      else if (-rest * 2 >= unit) quotient--
      if (scale >= 0) return new Numeric(quotient === 0 ? 0 : quotient, scale)
      return Numeric.ofBigint(BigInt(quotient), scale)
    }
    if (drop > INTEGER_DIGITS_MAX + SCALE_MAX + 2) return Numeric.ZERO
    return Numeric.ofBigint(divideRounded(this.big, powerOfTen(drop)), scale)
  }

  truncate(scale: number): Numeric {
    if (this.kind !== FINITE) return this
    if (scale >= this.scale) return this.withScale(Math.min(scale, SCALE_MAX))
    const drop = this.scale - scale
    if (drop > INTEGER_DIGITS_MAX + SCALE_MAX + 2) return Numeric.ZERO
    return Numeric.ofBigint(this.big / powerOfTen(drop), scale)
  }

  floor(): Numeric {
    const cut = this.truncate(0)
    return this.kind === FINITE && this.sign < 0 && compareNumeric(cut, this) !== 0
      ? cut.subtract(Numeric.ONE)
      : cut
  }
  ceil(): Numeric {
    const cut = this.truncate(0)
    return this.kind === FINITE && this.sign > 0 && compareNumeric(cut, this) !== 0
      ? cut.add(Numeric.ONE)
      : cut
  }

  /** The same value with more zeros. */
  withScale(scale: number): Numeric {
    if (scale === this.scale || this.kind !== FINITE) return this
    return this.coefficient === 0
      ? new Numeric(0, scale)
      : new Numeric(canonicalInteger(this.bigAt(scale)), scale)
  }

  /** Without the zeros at its end. */
  trimScale(): Numeric {
    if (this.kind !== FINITE) return this
    const minimal = this.minimalScale
    return minimal === this.scale ? this : this.truncate(minimal)
  }

  /** Fits numeric(precision, scale). */
  coerce(modifier: number): Numeric {
    const { precision, scale } = numericModifier(modifier)
    if (this.kind !== FINITE) {
      if (this.kind === NAN) return this
      throw fieldOverflow(
        `A field with precision ${precision}, scale ${scale} cannot hold an infinite value.`,
      )
    }
    const rounded = this.round(scale)
    const digitsMax = precision - scale
    if (rounded.coefficient !== 0 && digitsOf(rounded.coefficient) - rounded.scale > digitsMax) {
      throw fieldOverflow(
        `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${digitsMax === 0 ? '1' : `10^${digitsMax}`}.`,
      )
    }
    return rounded
  }
}

const DECIMAL =
  /^\s*([+-]?)(?:(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*)?)?|\.(\d+(?:_\d+)*))(?:e([+-]?\d+(?:_\d+)*))?\s*$/i

function withoutUnderscores(text: string): string {
  return text.includes('_') ? text.replaceAll('_', '') : text
}

export function divisionByZero(): SqlError {
  return new SqlError('22012', 'division by zero')
}

function fieldOverflow(detail: string): SqlError {
  return new SqlError('22003', 'numeric field overflow', { detail })
}

export function numericModifier(modifier: number): { precision: number; scale: number } {
  const packed = modifier - 4
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 }
}

/** Half away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const rest = dividend - quotient * divisor
  if (rest === 0n) return quotient
  const twice = rest < 0n ? -rest * 2n : rest * 2n
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n
}

function bitsAtLeast(value: bigint, bits: number): boolean {
  return (value < 0n ? -value : value) >> BigInt(bits) !== 0n
}

/** Decimal digits of an integer; of 0: 1. */
export function digitsOf(value: number | bigint): number {
  if (typeof value === 'number') {
    const size = Math.abs(value)
    let digits = 1
    while (digits < 16 && size >= NUMBER_POWERS[digits]) digits++
    return digits
  }
  const text = value.toString()
  return value < 0n ? text.length - 1 : text.length
}

/**
 * The position of the first digit in PostgreSQL's base 10,000, and that digit: what its rules for scales are written in.
 * Of zero: 0 and 0.
 */
export function leadingDigit(value: Numeric): { weight: number; digit: number } {
  if (value.coefficient === 0) return { weight: 0, digit: 0 }
  const digits = String(value.coefficient < 0 ? -value.coefficient : value.coefficient)
  const exponent = digits.length - 1 - value.scale
  const weight = Math.floor(exponent / 4)
  const width = exponent - weight * 4 + 1
  return { weight, digit: Number(digits.slice(0, width).padEnd(width, '0')) }
}

/** PostgreSQL's select_div_scale. */
export function divisionScale(dividend: Numeric, divisor: Numeric): number {
  const one = leadingDigit(dividend)
  const two = leadingDigit(divisor)
  let weight = one.weight - two.weight
  if (one.digit <= two.digit) weight--
  return clampScale(SIGNIFICANT_DIGITS_MIN - weight * 4, dividend.scale, divisor.scale)
}

/** A scale for a result: not less than those of the inputs, within the limits for display. */
export function clampScale(wanted: number, ...inputs: readonly number[]): number {
  return Math.min(Math.max(wanted, 0, ...inputs), DISPLAY_SCALE_MAX)
}

function addSpecial(left: Numeric, right: Numeric): Numeric {
  if (left.kind === NAN || right.kind === NAN) return Numeric.NAN
  if (left.kind === FINITE) return right
  return right.kind === FINITE || right.kind === left.kind ? left : Numeric.NAN
}

function multiplySpecial(left: Numeric, right: Numeric): Numeric {
  const sign = left.sign * right.sign
  if (left.kind === NAN || right.kind === NAN || sign === 0) return Numeric.NAN
  return sign > 0 ? Numeric.INFINITY : Numeric.NEGATIVE_INFINITY
}

function divideSpecial(left: Numeric, right: Numeric): Numeric {
  if (left.kind === NAN || right.kind === NAN) return Numeric.NAN
  if (left.kind === FINITE) return Numeric.ZERO
  if (right.kind !== FINITE) return Numeric.NAN
  if (right.coefficient === 0) throw divisionByZero()
  return left.sign * right.sign > 0 ? Numeric.INFINITY : Numeric.NEGATIVE_INFINITY
}

/** Where a kind stands: -Infinity, finite, Infinity, NaN. */
const RANK = [1, 3, 2, 0]

export function compareNumeric(left: Numeric, right: Numeric): -1 | 0 | 1 {
  if (left.kind !== FINITE || right.kind !== FINITE) {
    const gap = RANK[left.kind] - RANK[right.kind]
    return gap < 0 ? -1 : gap > 0 ? 1 : 0
  }
  let one = left.coefficient
  let two = right.coefficient
  if (left.scale !== right.scale) {
    const gap = left.scale - right.scale
    if (typeof one === 'number' && typeof two === 'number' && gap < 16 && gap > -16) {
      const scaledOne = gap < 0 ? one * NUMBER_POWERS[-gap] : one
      const scaledTwo = gap > 0 ? two * NUMBER_POWERS[gap] : two
      if (Number.isSafeInteger(scaledOne) && Number.isSafeInteger(scaledTwo)) {
        return scaledOne < scaledTwo ? -1 : scaledOne > scaledTwo ? 1 : 0
      }
    }
    const scale = Math.max(left.scale, right.scale)
    one = left.bigAt(scale)
    two = right.bigAt(scale)
  }
  return one < two ? -1 : one > two ? 1 : 0
}

/** The same for 1, 1.0 and 1.00. */
export function numericKey(value: Numeric): string | number | bigint {
  if (value.kind !== FINITE) return value.toNumber()
  if (value.scale === 0) return value.coefficient
  const trimmed = value.trimScale()
  return trimmed.scale === 0 ? trimmed.coefficient : `${trimmed.coefficient}e${trimmed.scale}`
}

export const NUMERIC_FORMAT: TextFormat = {
  type: NUMERIC,
  input: text => Numeric.parse(text),
  output: (value: Numeric) => value.toString(),
  coerce: modifier => (value: Numeric) => value.coerce(modifier),
  formatModifier: modifier => {
    const { precision, scale } = numericModifier(modifier)
    return `(${precision},${scale})`
  },
}
