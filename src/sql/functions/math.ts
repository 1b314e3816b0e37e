/** Mathematical functions: rounding, roots and logarithms, trigonometry, integers, random numbers, buckets. */

import { SqlError } from '../errors.ts'
import type { SqlArray } from '../types/array.ts'
import { comparator } from '../types/compare.ts'
import { floatOverflow, floatUnderflow, roundHalfEven } from '../types/float.ts'
import { checkedInt4, checkedInt8, type Int8, outOfRange, toInt8 } from '../types/integer.ts'
import { canonicalInteger, compareNumeric, Numeric } from '../types/numeric.ts'
import {
  expNumeric,
  factorialNumeric,
  gcdNumeric,
  lcmNumeric,
  lnNumeric,
  logNumeric,
  sqrtNumeric,
} from '../types/numeric-functions.ts'
import {
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  FLOAT8,
  INT4,
  INT8,
  NUMERIC,
  type SqlType,
  VOID,
} from '../types/type.ts'
import { polymorphic, scalar } from './definitions.ts'
import { erf, erfc, gamma, logGamma } from './math-special.ts'
import type { EvaluationContext, ScalarFunction, SqlFunction, Value } from './registry.ts'

const RADIANS = Math.PI / 180
const TEN = Numeric.ofInteger(10)

function inRange(): SqlError {
  return new SqlError('22003', 'input is out of range')
}

function float(name: string, compute: (value: number) => number): ScalarFunction {
  return scalar(name, [FLOAT8], FLOAT8, compute)
}

/** Functions whose result must be finite for finite inputs. */
function checked(compute: (value: number) => number): (value: number) => number {
  return value => {
    const result = compute(value)
    if (!Number.isFinite(result) && Number.isFinite(value)) throw floatOverflow()
    return result
  }
}

function squareRoot(value: number): number {
  if (value < 0) throw new SqlError('2201F', 'cannot take square root of a negative number')
  return Math.sqrt(value)
}
function exponential(value: number): number {
  const result = Math.exp(value)
  if (Number.isFinite(value)) {
    if (result === Infinity) throw floatOverflow()
    if (result === 0) throw floatUnderflow()
  }
  return result
}
function logarithm(compute: (value: number) => number): (value: number) => number {
  return value => {
    if (value === 0) throw new SqlError('2201E', 'cannot take logarithm of zero')
    if (value < 0) throw new SqlError('2201E', 'cannot take logarithm of a negative number')
    return compute(value)
  }
}
/** Sines and the like of infinities are refused. */
function trigonometric(compute: (value: number) => number): (value: number) => number {
  return value => {
    if (value === Infinity || value === -Infinity) throw inRange()
    return compute(value)
  }
}
function inverse(compute: (value: number) => number, min: number, max: number): (value: number) => number {
  return value => {
    if (value < min || value > max) throw inRange()
    return compute(value)
  }
}

/** Degrees: exact at the angles where the result is. */
function sineOfDegrees(value: number): number {
  let angle = value % 360
  let sign = 1
  if (angle < 0) {
    angle = -angle
    sign = -1
  }
  if (angle > 180) {
    angle = 360 - angle
    sign = -sign
  }
  if (angle > 90) angle = 180 - angle
  return sign * (angle <= 45 ? smallSine(angle) : smallCosine(90 - angle))
}
function cosineOfDegrees(value: number): number {
  let angle = Math.abs(value % 360)
  let sign = 1
  if (angle > 180) angle = 360 - angle
  if (angle > 90) {
    angle = 180 - angle
    sign = -1
  }
  return sign * (angle <= 45 ? smallCosine(angle) : smallSine(90 - angle))
}
// PostgreSQL's scalings: sin(30°) and 1 - cos(60°) come out as exactly one half.
const SINE_30 = Math.sin(30 * RADIANS)
const ONE_LESS_COSINE_60 = 1 - Math.cos(60 * RADIANS)
function smallSine(angle: number): number {
  return angle <= 30 ? Math.sin(angle * RADIANS) / SINE_30 / 2 : cosineTo60(90 - angle)
}
function smallCosine(angle: number): number {
  return angle <= 60 ? cosineTo60(angle) : Math.sin((90 - angle) * RADIANS) / SINE_30 / 2
}
function cosineTo60(angle: number): number {
  if (angle > 60) return Math.sin((90 - angle) * RADIANS) / SINE_30 / 2
  return 1 - (1 - Math.cos(angle * RADIANS)) / ONE_LESS_COSINE_60 / 2
}
const TANGENT_45 = sineOfDegrees(45) / cosineOfDegrees(45)
function tangentOfDegrees(value: number): number {
  const result = sineOfDegrees(value) / cosineOfDegrees(value) / TANGENT_45
  return result === 0 ? 0 : result
}
function cotangentOfDegrees(value: number): number {
  const result = cosineOfDegrees(value) / sineOfDegrees(value) / TANGENT_45
  return result === 0 ? 0 : result
}
const ARCSINE_HALF = Math.asin(0.5)
const ARCCOSINE_HALF = Math.acos(0.5)
const ARCTANGENT_ONE = Math.atan(1)
function arcsineDegrees(value: number): number {
  if (value < 0) return -arcsineDegrees(-value)
  return value <= 0.5 ? (Math.asin(value) / ARCSINE_HALF) * 30 : 90 - (Math.acos(value) / ARCCOSINE_HALF) * 60
}
function arccosineDegrees(value: number): number {
  if (value < 0) return 90 + arcsineDegrees(-value)
  return value <= 0.5 ? 90 - (Math.asin(value) / ARCSINE_HALF) * 30 : (Math.acos(value) / ARCCOSINE_HALF) * 60
}

function gcdInteger(left: Int8, right: Int8): Int8 {
  let a = left
  let b = right
  if (typeof a === 'number' && typeof b === 'number') {
    while (b !== 0) [a, b] = [b, (a as number) % (b as number)]
    return Math.abs(a as number)
  }
  let x = BigInt(left)
  let y = BigInt(right)
  while (y !== 0n) [x, y] = [y, x % y]
  return canonicalInteger(x < 0n ? -x : x)
}
function lcmInteger(left: Int8, right: Int8): bigint {
  if (BigInt(left) === 0n || BigInt(right) === 0n) return 0n
  const product = (BigInt(left) / BigInt(gcdInteger(left, right))) * BigInt(right)
  return product < 0n ? -product : product
}

function bucketError(message: string): SqlError {
  return new SqlError('2201G', message)
}

function bucketFloat(value: number, low: number, high: number, count: number): number {
  if (count <= 0) throw bucketError('count must be greater than zero')
  if (Number.isNaN(value) || Number.isNaN(low) || Number.isNaN(high)) {
    throw bucketError('operand, lower bound, and upper bound cannot be NaN')
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw bucketError('lower and upper bounds must be finite')
  }
  if (low === high) throw bucketError('lower bound cannot equal upper bound')
  if (low < high ? value < low : value > low) return 0
  if (low < high ? value >= high : value <= high) return checkedInt4(count + 1)
  const bucket = Math.floor(count * ((value - low) / (high - low)))
  return Math.min(bucket, count - 1) + 1
}

function bucketNumeric(value: Numeric, low: Numeric, high: Numeric, count: number): number {
  if (count <= 0) throw bucketError('count must be greater than zero')
  if (value.isNaN || low.isNaN || high.isNaN) {
    throw bucketError('operand, lower bound, and upper bound cannot be NaN')
  }
  if (!low.isFinite || !high.isFinite) throw bucketError('lower and upper bounds must be finite')
  const order = compareNumeric(low, high)
  if (order === 0) throw bucketError('lower bound cannot equal upper bound')
  const toLow = compareNumeric(value, low)
  const toHigh = compareNumeric(value, high)
  if (order < 0 ? toLow < 0 : toLow > 0) return 0
  if (order < 0 ? toHigh >= 0 : toHigh <= 0) return checkedInt4(count + 1)
  const part = value.subtract(low).abs().multiply(Numeric.ofInteger(count))
  return Number(part.divideInteger(high.subtract(low).abs()).toInteger()) + 1
}

/** `width_bucket(value, thresholds)`: how many thresholds are not larger. */
function bucketAmong(
  value: Value,
  thresholds: SqlArray,
  compare: (left: Value, right: Value) => number,
): number {
  if (thresholds.dimensionCount > 1) throw new SqlError('2202E', 'thresholds must be one-dimensional array')
  if (thresholds.elements.includes(null))
    throw new SqlError('22004', 'thresholds array must not contain NULLs')
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(value, thresholds.elements[middle]) < 0) high = middle
    else low = middle + 1
  }
  return low
}

const boundsError = (): SqlError =>
  new SqlError('22023', 'lower bound must be less than or equal to upper bound')

function randomInteger(low: Int8, high: Int8, context: EvaluationContext): Int8 {
  if (low > high) throw boundsError()
  const span = BigInt(high) - BigInt(low) + 1n
  // 53 random bits twice are enough for 64 without a bias that matters.
  const high53 = BigInt(Math.floor(context.random() * 2 ** 53))
  const low53 = BigInt(Math.floor(context.random() * 2 ** 53))
  return checkedInt8(BigInt(low) + ((((high53 << 53n) | low53) * span) >> 106n))
}

function randomNumeric(low: Numeric, high: Numeric, context: EvaluationContext): Numeric {
  if (low.isNaN) throw new SqlError('22023', 'lower bound cannot be NaN')
  if (high.isNaN) throw new SqlError('22023', 'upper bound cannot be NaN')
  if (!low.isFinite) throw new SqlError('22023', 'lower bound cannot be infinity')
  if (!high.isFinite) throw new SqlError('22023', 'upper bound cannot be infinity')
  if (compareNumeric(low, high) > 0) throw boundsError()
  const scale = Math.max(low.scale, high.scale)
  const from = low.bigAt(scale)
  const span = high.bigAt(scale) - from + 1n
  let bits = 0n
  const wordCount = Math.ceil(span.toString(16).length / 13) + 1
  for (let word = 0; word < wordCount; word++) {
    bits = (bits << 52n) | BigInt(Math.floor(context.random() * 2 ** 52))
  }
  return Numeric.ofBigint(from + ((bits * span) >> BigInt(52 * wordCount)), scale)
}

/** A normal deviate by Box and Muller. */
function randomNormal(mean: number, deviation: number, context: EvaluationContext): number {
  if (deviation < 0) throw new SqlError('22023', 'standard deviation must be non-negative')
  const radius = Math.sqrt(-2 * Math.log(1 - context.random()))
  return mean + deviation * radius * Math.cos(2 * Math.PI * context.random())
}

const VOLATILE = { volatility: 'volatile' } as const
const rounded = (name: string, compute: (value: number) => number): ScalarFunction => float(name, compute)
const numeric = (
  name: string,
  types: readonly SqlType[],
  compute: (...all: Value[]) => Value,
  result: SqlType = NUMERIC,
): ScalarFunction => scalar(name, types, result, compute)

export const MATH_FUNCTIONS: readonly SqlFunction[] = [
  ...['ceil', 'ceiling'].flatMap(name => [
    rounded(name, Math.ceil),
    numeric(name, [NUMERIC], (value: Numeric) => value.ceil()),
  ]),
  rounded('floor', Math.floor),
  numeric('floor', [NUMERIC], (value: Numeric) => value.floor()),
  rounded('round', value =>
    Number.isFinite(value) && value < 0 && value >= -0.5 ? -0 : roundHalfEven(value),
  ),
  numeric('round', [NUMERIC], (value: Numeric) => value.round(0)),
  numeric('round', [NUMERIC, INT4], (value: Numeric, scale: number) => value.round(scale)),
  rounded('trunc', Math.trunc),
  numeric('trunc', [NUMERIC], (value: Numeric) => value.truncate(0)),
  numeric('trunc', [NUMERIC, INT4], (value: Numeric, scale: number) => value.truncate(scale)),
  rounded('sign', value => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  numeric('sign', [NUMERIC], (value: Numeric) => (value.isNaN ? value : Numeric.ofInteger(value.sign))),
  float('sqrt', squareRoot),
  numeric('sqrt', [NUMERIC], sqrtNumeric),
  float('cbrt', Math.cbrt),
  float('exp', exponential),
  numeric('exp', [NUMERIC], expNumeric),
  float('ln', logarithm(Math.log)),
  numeric('ln', [NUMERIC], lnNumeric),
  ...['log', 'log10'].flatMap(name => [
    float(name, logarithm(Math.log10)),
    numeric(name, [NUMERIC], (value: Numeric) => logNumeric(TEN, value)),
  ]),
  numeric('log', [NUMERIC, NUMERIC], logNumeric),
  float('sin', trigonometric(Math.sin)),
  float('cos', trigonometric(Math.cos)),
  float('tan', trigonometric(Math.tan)),
  float(
    'cot',
    trigonometric(value => 1 / Math.tan(value)),
  ),
  float('asin', inverse(Math.asin, -1, 1)),
  float('acos', inverse(Math.acos, -1, 1)),
  float('atan', Math.atan),
  scalar('atan2', [FLOAT8, FLOAT8], FLOAT8, Math.atan2),
  float('sind', trigonometric(sineOfDegrees)),
  float('cosd', trigonometric(cosineOfDegrees)),
  float('tand', trigonometric(tangentOfDegrees)),
  float('cotd', trigonometric(cotangentOfDegrees)),
  float('asind', inverse(arcsineDegrees, -1, 1)),
  float('acosd', inverse(arccosineDegrees, -1, 1)),
  float('atand', value => (Math.atan(value) / ARCTANGENT_ONE) * 45),
  scalar('atan2d', [FLOAT8, FLOAT8], FLOAT8, (y, x) => (Math.atan2(y, x) / ARCTANGENT_ONE) * 45),
  float('sinh', value => Math.sinh(value)),
  float('cosh', value => Math.cosh(value)),
  float('tanh', Math.tanh),
  float('asinh', Math.asinh),
  float('acosh', inverse(Math.acosh, 1, Infinity)),
  float('atanh', inverse(Math.atanh, -1, 1)),
  float('erf', erf),
  float('erfc', erfc),
  float('gamma', gamma),
  float('lgamma', logGamma),
  scalar('pi', [], FLOAT8, () => Math.PI),
  float(
    'degrees',
    checked(value => value / RADIANS),
  ),
  float('radians', value => value * RADIANS),
  numeric('div', [NUMERIC, NUMERIC], (left: Numeric, right: Numeric) => left.divideInteger(right)),
  numeric('scale', [NUMERIC], (value: Numeric) => (value.isFinite ? value.scale : null), INT4),
  numeric('min_scale', [NUMERIC], (value: Numeric) => (value.isFinite ? value.minimalScale : null), INT4),
  numeric('trim_scale', [NUMERIC], (value: Numeric) => value.trimScale()),
  scalar('factorial', [INT8], NUMERIC, factorialNumeric),
  scalar('gcd', [INT4, INT4], INT4, (left: number, right: number) =>
    checkedInt4(gcdInteger(left, right) as number),
  ),
  scalar('gcd', [INT8, INT8], INT8, (left: Int8, right: Int8) => toInt8(gcdInteger(left, right))),
  numeric('gcd', [NUMERIC, NUMERIC], gcdNumeric),
  scalar('lcm', [INT4, INT4], INT4, (left: number, right: number) => {
    const value = lcmInteger(left, right)
    if (value > 2147483647n) throw outOfRange('integer')
    return Number(value)
  }),
  scalar('lcm', [INT8, INT8], INT8, (left: Int8, right: Int8) => checkedInt8(lcmInteger(left, right))),
  numeric('lcm', [NUMERIC, NUMERIC], lcmNumeric),
  scalar('width_bucket', [FLOAT8, FLOAT8, FLOAT8, INT4], INT4, bucketFloat),
  scalar('width_bucket', [NUMERIC, NUMERIC, NUMERIC, INT4], INT4, bucketNumeric),
  polymorphic('width_bucket', [ANYCOMPATIBLE, ANYCOMPATIBLEARRAY], INT4, call => {
    const compare = comparator(call.argumentTypes[0])
    return (value: Value, thresholds: SqlArray) => bucketAmong(value, thresholds, compare)
  }),
  scalar('random', [], FLOAT8, (context: EvaluationContext) => context.random(), VOLATILE),
  scalar('random', [INT4, INT4], INT4, randomInteger, VOLATILE),
  scalar('random', [INT8, INT8], INT8, randomInteger, VOLATILE),
  scalar('random', [NUMERIC, NUMERIC], NUMERIC, randomNumeric, VOLATILE),
  scalar('random_normal', [FLOAT8, FLOAT8], FLOAT8, randomNormal, {
    ...VOLATILE,
    argumentNames: ['mean', 'stddev'],
    defaults: [0, 1],
  }),
  scalar(
    'setseed',
    [FLOAT8],
    VOID,
    (seed: number, context: EvaluationContext) => {
      if (!(seed >= -1 && seed <= 1)) {
        throw new SqlError('22023', `setseed parameter ${seed} is out of allowed range [-1,1]`)
      }
      context.setSeed(seed)
      return ''
    },
    VOLATILE,
  ),
]

export const MATH_OPERATORS: readonly ScalarFunction[] = [
  scalar('|/', [FLOAT8], FLOAT8, squareRoot),
  scalar('||/', [FLOAT8], FLOAT8, Math.cbrt),
]
