/**
 * Roots, exponentials, logarithms and powers of numerics. The scales of the results are PostgreSQL's (numeric.c says why
 * they are as they are); the digits are computed in fixed point over bigints with guard digits, so the last one is
 * correctly rounded.
 */

import { SqlError } from '../errors.ts'
import {
  clampScale,
  compareNumeric,
  DISPLAY_SCALE_MAX,
  divideRounded,
  divisionByZero,
  leadingDigit,
  Numeric,
  overflowsFormat,
  powerOfTen,
  SIGNIFICANT_DIGITS_MIN,
} from './numeric.ts'

const RESULT_SCALE_MAX = DISPLAY_SCALE_MAX * 2
const LOG10_OF_E = Math.LOG10E
const GUARD_DIGITS = 12

/** The largest integer whose square is not larger. */
export function integerSquareRoot(value: bigint): bigint {
  if (value < 2n) return value
  const bits = value.toString(16).length * 4
  let root = 1n << BigInt((bits >> 1) + 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

export function sqrtNumeric(value: Numeric): Numeric {
  if (value.isNaN) return value
  if (value.sign < 0) throw new SqlError('2201F', 'cannot take square root of a negative number')
  if (!value.isFinite) return value
  const { weight } = leadingDigit(value)
  const scale = clampScale(SIGNIFICANT_DIGITS_MIN - (weight * 2 + 1), value.scale)
  return sqrtNumericTo(value, scale)
}

/** At a scale; of a value that is not negative. */
export function sqrtNumericTo(value: Numeric, scale: number): Numeric {
  // One digit more, so that it can be rounded.
  const shift = 2 * (scale + 1) - value.scale
  const root = integerSquareRoot(shift >= 0 ? value.big * powerOfTen(shift) : value.big / powerOfTen(-shift))
  return Numeric.ofBigint((root + 5n) / 10n, scale)
}

let ln2Digits = 0
let ln2Value = 0n
/** ln 2 in fixed point: 2 atanh(1/3). */
function ln2(digits: number): bigint {
  if (digits > ln2Digits) {
    ln2Value = atanhTwice(powerOfTen(digits + 10) / 3n, digits + 10) / powerOfTen(10)
    ln2Digits = digits
  }
  return digits === ln2Digits ? ln2Value : ln2Value / powerOfTen(ln2Digits - digits)
}

/** 2 atanh(x) = ln((1 + x) / (1 - x)), by its series. */
function atanhTwice(x: bigint, digits: number): bigint {
  const one = powerOfTen(digits)
  const square = (x * x) / one
  let power = x
  let sum = x
  for (let n = 3n; power !== 0n; n += 2n) {
    power = (power * square) / one
    sum += power / n
  }
  return sum * 2n
}

/** ln(value) in fixed point of so many digits. Positive values only. */
function lnFixed(value: Numeric, resultDigits: number): bigint {
  const digits = resultDigits + GUARD_DIGITS
  const one = powerOfTen(digits)
  const unit = powerOfTen(value.scale)
  // value = m 2^k with m near 1.
  let k = value.big.toString(2).length - unit.toString(2).length
  let m = k >= 0 ? (value.big * one) / (unit << BigInt(k)) : ((value.big << BigInt(-k)) * one) / unit
  if (m * 2n > one * 3n) {
    m /= 2n
    k++
    m = k >= 0 ? (value.big * one) / (unit << BigInt(k)) : ((value.big << BigInt(-k)) * one) / unit
  }
  // Three roots bring it within 5 % of 1, where the series is quick.
  const rootCount = 3
  for (let at = 0; at < rootCount; at++) m = integerSquareRoot(m * one)
  const series = atanhTwice(((m - one) * one) / (m + one), digits)
  return ((series << BigInt(rootCount)) + BigInt(k) * ln2(digits)) / powerOfTen(GUARD_DIGITS)
}

/** ln(value) at a scale. */
function lnTo(value: Numeric, scale: number): Numeric {
  const extra = 3
  return Numeric.ofBigint(divideRounded(lnFixed(value, scale + extra), powerOfTen(extra)), scale)
}

/** exp(value) at a scale. */
function expTo(value: Numeric, scale: number): Numeric {
  const approximate = value.toNumber()
  if (Math.abs(approximate) >= RESULT_SCALE_MAX * 3) {
    if (approximate > 0) throw overflowsFormat()
    return new Numeric(0, scale)
  }
  const weight = Math.ceil(Math.max(approximate * LOG10_OF_E, 0))
  const digits = scale + weight + GUARD_DIGITS + 5
  const one = powerOfTen(digits)
  const x =
    value.scale <= digits
      ? value.big * powerOfTen(digits - value.scale)
      : value.big / powerOfTen(value.scale - digits)
  const k = Math.round(approximate / Math.LN2)
  // Halved eight times: the series needs a third of the terms, the squarings cost less than that.
  const halvings = 8n
  const rest = (x - BigInt(k) * ln2(digits)) >> halvings
  let term = one
  let sum = one
  for (let n = 1n; term !== 0n && n < 10_000n; n++) {
    term = (term * rest) / (one * n)
    sum += term
  }
  for (let at = 0n; at < halvings; at++) sum = (sum * sum) / one
  const scaled = k >= 0 ? (sum << BigInt(k)) * powerOfTen(scale) : sum * powerOfTen(scale)
  return Numeric.ofBigint(divideRounded(scaled, k >= 0 ? one : one << BigInt(-k)), scale)
}

/** About log10(|ln value|), as PostgreSQL estimates it (estimate_ln_dweight). */
function lnWeight(value: Numeric): number {
  if (value.sign <= 0) return 0
  if (compareNumeric(value, POINT_NINE) >= 0 && compareNumeric(value, ONE_POINT_ONE) <= 0) {
    const gap = value.subtract(Numeric.ONE)
    if (gap.isZero) return 0
    const { weight, digit } = leadingDigit(gap)
    return weight * 4 + Math.trunc(Math.log10(digit))
  }
  const { weight, digit } = leadingDigit(value)
  let digits = digit
  let exponent = weight * 4
  const text = String(value.coefficient)
  const leadWidth = String(digit).length
  const next = text.slice(leadWidth, leadWidth + 4)
  if (/[1-9]/.test(text.slice(leadWidth))) {
    digits = digits * 10000 + Number(next.padEnd(4, '0'))
    exponent -= 4
  }
  const estimate = Math.log(digits) + exponent * Math.LN10
  return Math.trunc(Math.log10(Math.abs(estimate)))
}
const POINT_NINE = new Numeric(9, 1)
const ONE_POINT_ONE = new Numeric(11, 1)

function checkLogarithm(value: Numeric): void {
  if (value.isNaN) return
  if (value.isZero) throw new SqlError('2201E', 'cannot take logarithm of zero')
  if (value.sign < 0) throw new SqlError('2201E', 'cannot take logarithm of a negative number')
}

export function lnNumeric(value: Numeric): Numeric {
  checkLogarithm(value)
  if (!value.isFinite) return value
  return lnTo(value, clampScale(SIGNIFICANT_DIGITS_MIN - lnWeight(value), value.scale))
}

export function logNumeric(base: Numeric, value: Numeric): Numeric {
  if (base.isNaN || value.isNaN) return Numeric.NAN
  checkLogarithm(base.sign < value.sign ? base : value)
  if (!base.isFinite) return value.isFinite ? Numeric.ZERO : Numeric.NAN
  if (!value.isFinite) return Numeric.INFINITY
  const baseWeight = lnWeight(base)
  const valueWeight = lnWeight(value)
  const resultWeight = valueWeight - baseWeight
  const scale = clampScale(SIGNIFICANT_DIGITS_MIN - resultWeight, base.scale, value.scale)
  const lnBase = lnTo(base, Math.max(scale + resultWeight - baseWeight + 8, 0))
  if (lnBase.isZero) throw divisionByZero()
  const lnValue = lnTo(value, Math.max(scale + resultWeight - valueWeight + 8, 0))
  return lnValue.divideTo(lnBase, scale)
}

export function expNumeric(value: Numeric): Numeric {
  if (!value.isFinite) return value.isNaN || value.sign > 0 ? value : Numeric.ZERO
  const weight = Math.min(Math.max(value.toNumber() * LOG10_OF_E, -RESULT_SCALE_MAX), RESULT_SCALE_MAX)
  return expTo(value, clampScale(SIGNIFICANT_DIGITS_MIN - Math.trunc(weight), value.scale))
}

export function powerNumeric(base: Numeric, exponent: Numeric): Numeric {
  if (!base.isFinite || !exponent.isFinite) return powerSpecial(base, exponent)
  if (base.isZero && exponent.sign < 0) {
    throw new SqlError('2201F', 'zero raised to a negative power is undefined')
  }
  if (exponent.isInteger) {
    const integer = exponent.toInteger()
    if (typeof integer === 'number' && integer >= -2147483648 && integer <= 2147483647) {
      return powerInteger(base, integer, exponent.scale)
    }
  }
  if (base.isZero) return new Numeric(0, SIGNIFICANT_DIGITS_MIN)
  let isNegative = false
  if (base.sign < 0) {
    if (!exponent.isInteger) {
      throw new SqlError('2201F', 'a negative number raised to a non-integer power yields a complex result')
    }
    isNegative = exponent.truncate(0).big % 2n !== 0n
  }
  const size = base.abs()
  const weight = lnWeight(size)
  const rough = lnTo(size, Math.max(8 - weight, 0))
    .multiply(exponent)
    .toNumber()
  if (Math.abs(rough) > RESULT_SCALE_MAX * 3.01) {
    if (rough > 0) throw overflowsFormat()
    return new Numeric(0, DISPLAY_SCALE_MAX)
  }
  const resultWeight = Math.trunc(rough * LOG10_OF_E)
  const scale = clampScale(SIGNIFICANT_DIGITS_MIN - resultWeight, base.scale, exponent.scale)
  const significantDigits = Math.max(scale + resultWeight, 0)
  const product = lnTo(size, Math.max(significantDigits - weight + 8, 0)).multiply(exponent)
  const result = expTo(product, scale)
  return isNegative ? result.negate() : result
}

function powerSpecial(base: Numeric, exponent: Numeric): Numeric {
  const isOne = base.isFinite && compareNumeric(base, Numeric.ONE) === 0
  if (base.isNaN) return exponent.isZero ? Numeric.ONE : Numeric.NAN
  if (exponent.isNaN) return isOne ? Numeric.ONE : Numeric.NAN
  if (isOne || exponent.isZero) return Numeric.ONE
  if (base.isZero) {
    if (exponent.sign < 0) throw new SqlError('2201F', 'zero raised to a negative power is undefined')
    return Numeric.ZERO
  }
  if (!exponent.isFinite) {
    if (compareNumeric(base, new Numeric(-1, 0)) === 0) return Numeric.ONE
    const growsLarge = compareNumeric(base.abs(), Numeric.ONE) > 0
    return growsLarge === exponent.sign > 0 ? Numeric.INFINITY : Numeric.ZERO
  }
  if (base.sign > 0) return exponent.sign < 0 ? Numeric.ZERO : Numeric.INFINITY
  if (!exponent.isInteger) {
    throw new SqlError('2201F', 'a negative number raised to a non-integer power yields a complex result')
  }
  if (exponent.sign < 0) return Numeric.ZERO
  return exponent.truncate(0).big % 2n === 0n ? Numeric.INFINITY : Numeric.NEGATIVE_INFINITY
}

function powerInteger(base: Numeric, exponent: number, exponentScale: number): Numeric {
  let weight = 0
  if (!base.isZero) {
    const digits = String(base.coefficient < 0 ? -base.coefficient : base.coefficient)
    weight =
      exponent * (Math.log10(Number(digits.slice(0, 17))) + Math.max(digits.length - 17, 0) - base.scale)
  }
  if (weight > 131072) throw overflowsFormat()
  if (weight + 1 < -DISPLAY_SCALE_MAX) return new Numeric(0, DISPLAY_SCALE_MAX)
  const scale = clampScale(SIGNIFICANT_DIGITS_MIN - Math.trunc(weight), base.scale, exponentScale)
  switch (exponent) {
    case 0:
      return Numeric.ONE.withScale(scale)
    case 1:
      return base.round(scale)
    case -1:
      return Numeric.ONE.divideTo(base, scale)
    case 2:
      return base.multiply(base).round(scale)
  }
  if (base.isZero) return new Numeric(0, scale)
  // Squarings that keep as many significant digits as the result needs, and guard digits for what each of them loses.
  const size = Math.abs(exponent)
  const keptDigits = Math.max(1 + scale + Math.trunc(weight), 1) + Math.ceil(Math.log10(size)) + 10
  let factor: Float = { digits: base.big, exponent: -base.scale }
  let result: Float = { digits: 1n, exponent: 0 }
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiplyKeeping(result, factor, keptDigits)
    if (rest > 1) factor = multiplyKeeping(factor, factor, keptDigits)
  }
  const whole =
    result.exponent >= 0
      ? new Numeric(result.digits * powerOfTen(result.exponent), 0)
      : new Numeric(result.digits, -result.exponent)
  if (exponent > 0) return roundExact(result, scale)
  return Numeric.ONE.divideTo(whole, scale)
}

interface Float {
  readonly digits: bigint
  readonly exponent: number
}

function multiplyKeeping(left: Float, right: Float, keptDigits: number): Float {
  const digits = left.digits * right.digits
  const exponent = left.exponent + right.exponent
  const excess = Math.floor((digits.toString(16).length - 1) * 1.2041) - keptDigits
  if (excess <= 0) return { digits, exponent }
  return { digits: digits / powerOfTen(excess), exponent: exponent + excess }
}

function roundExact(value: Float, scale: number): Numeric {
  const shift = value.exponent + scale
  if (shift >= 0) return Numeric.ofBigint(value.digits * powerOfTen(shift), scale)
  return Numeric.ofBigint(divideRounded(value.digits, powerOfTen(-shift)), scale)
}

export function factorialNumeric(n: number | bigint): Numeric {
  if (n < 0) throw new SqlError('22003', 'factorial of a negative number is undefined')
  if (n > 32177) throw overflowsFormat()
  const product = (from: number, to: number): bigint => {
    if (to - from < 8) {
      let value = 1n
      for (let at = from; at <= to; at++) value *= BigInt(at)
      return value
    }
    const middle = (from + to) >> 1
    return product(from, middle) * product(middle + 1, to)
  }
  return Numeric.ofBigint(n < 2 ? 1n : product(2, Number(n)), 0)
}

export function gcdNumeric(left: Numeric, right: Numeric): Numeric {
  if (!left.isFinite || !right.isFinite) return Numeric.NAN
  const scale = Math.max(left.scale, right.scale)
  let a = left.abs().bigAt(scale)
  let b = right.abs().bigAt(scale)
  while (b !== 0n) [a, b] = [b, a % b]
  return Numeric.ofBigint(a, scale)
}

export function lcmNumeric(left: Numeric, right: Numeric): Numeric {
  if (!left.isFinite || !right.isFinite) return Numeric.NAN
  const scale = Math.max(left.scale, right.scale)
  if (left.isZero || right.isZero) return new Numeric(0, scale)
  const common = gcdNumeric(left, right).bigAt(scale)
  return Numeric.ofBigint((left.abs().bigAt(scale) / common) * right.abs().bigAt(scale), scale)
}
