/**
 * Aggregates and window functions: count, sum, avg, min, max, the boolean and bitwise ones, lists (string_agg, array_agg),
 * variance and regression. Ordered-set aggregates are in ordered-aggregates.ts.
 *
 * Invariants:
 * 1. States of sums are objects that `step` changes; nothing is allocated a row.
 * 2. Integers and numerics are summed exactly, so a moving window may take values away again (`unstep`); floats are not.
 */

import { accumulated, arrayOfAccumulated, SqlArray } from '../types/array.ts'
import { comparator } from '../types/compare.ts'
import { addFloat4, addFloat8, floatOverflow } from '../types/float.ts'
import type { Int8 } from '../types/integer.ts'
import { addInt8, checkedInt8, subtractInt8 } from '../types/integer.ts'
import { canonicalInteger, compareNumeric, divisionScale, Numeric } from '../types/numeric.ts'
import { sqrtNumericTo } from '../types/numeric-functions.ts'
import {
  ANY,
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYELEMENT,
  ANYENUM,
  ANYNONARRAY,
  BOOL,
  BPCHAR,
  BYTEA,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  NUMERIC,
  OID,
  RECORD,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
} from '../types/type.ts'
import { weightOf } from '../types/value-weight.ts'
import { COUNT_SOURCE, extremeSource, floatSumSource, SMALL_SUM_SOURCE } from './aggregate-sources.ts'
import { bytesOfGathered, ELEMENT_BYTES, type Gathered, gather, PART_BYTES } from './gathering.ts'
import type {
  AggregateFunction,
  AggregateImplementation,
  CallTypes,
  EvaluationContext,
  Value,
  WindowFunction,
} from './registry.ts'

type More = Partial<Omit<AggregateFunction, 'kind' | 'name' | 'arguments' | 'result' | 'implement'>>

function aggregate(
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  implement: AggregateImplementation | ((call: CallTypes) => AggregateImplementation),
  more: More = {},
): AggregateFunction {
  return {
    kind: 'aggregate',
    name,
    arguments: types,
    result,
    implement: typeof implement === 'function' ? implement : () => implement,
    ...more,
  }
}

const COUNT: AggregateImplementation = {
  start: () => 0,
  step: (state: number) => state + 1,
  unstep: (state: number) => state - 1,
  finish: state => state,
  source: COUNT_SOURCE,
}

interface Sum<T> {
  count: number
  sum: T
}

/** Sums of int2 and int4, which stay safe integers for two million rows of the largest values, then become bigints. */
const SUM_SMALL: AggregateImplementation = {
  start: (): Sum<Int8> => ({ count: 0, sum: 0 }),
  step: (state: Sum<Int8>, value: number) => {
    state.count++
    state.sum = addInt8(state.sum, value)
    return state
  },
  unstep: (state: Sum<Int8>, value: number) => {
    state.count--
    state.sum = subtractInt8(state.sum, value)
    return state
  },
  finish: (state: Sum<Int8>) => (state.count === 0 ? null : state.sum),
  source: SMALL_SUM_SOURCE,
}

/** Of any size. */
function addIntegers(left: Int8, right: Int8): Int8 {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  return canonicalInteger(BigInt(left) + BigInt(right))
}
function multiplyIntegers(left: Int8, right: Int8): Int8 {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    if (Number.isSafeInteger(product)) return product + 0
  }
  return canonicalInteger(BigInt(left) * BigInt(right))
}

function integerSum(finish: (state: Sum<Int8>) => Value): AggregateImplementation {
  return {
    start: (): Sum<Int8> => ({ count: 0, sum: 0 }),
    step: (state: Sum<Int8>, value: Int8) => {
      state.count++
      state.sum = addIntegers(state.sum, value)
      return state
    },
    unstep: (state: Sum<Int8>, value: Int8) => {
      state.count--
      state.sum = addIntegers(state.sum, -value)
      return state
    },
    finish: (state: Sum<Int8>) => (state.count === 0 ? null : finish(state)),
  }
}

/** Special values are counted, so that they can be taken away again. */
class NumericSum {
  count = 0
  /** At `scale`, which is the largest of the values so far. */
  coefficient: Int8 = 0
  scale = 0
  nanCount = 0
  infinityCount = 0
  negativeInfinityCount = 0

  change(value: Numeric, sign: 1 | -1): void {
    this.count += sign
    if (value.kind !== 0) {
      if (value.isNaN) this.nanCount += sign
      else if (value.sign > 0) this.infinityCount += sign
      else this.negativeInfinityCount += sign
      return
    }
    const added = sign > 0 ? value.coefficient : -value.coefficient
    if (value.scale === this.scale && typeof this.coefficient === 'number' && typeof added === 'number') {
      const sum = this.coefficient + added
      if (Number.isSafeInteger(sum)) {
        this.coefficient = sum
        return
      }
    }
    const total = new Numeric(this.coefficient, this.scale).add(new Numeric(added, value.scale))
    this.coefficient = total.coefficient
    this.scale = total.scale
  }

  get total(): Numeric {
    if (this.nanCount > 0 || (this.infinityCount > 0 && this.negativeInfinityCount > 0)) return Numeric.NAN
    if (this.infinityCount > 0) return Numeric.INFINITY
    if (this.negativeInfinityCount > 0) return Numeric.NEGATIVE_INFINITY
    return new Numeric(this.coefficient, this.scale)
  }
}

function numericSum(finish: (state: NumericSum) => Value): AggregateImplementation {
  return {
    start: () => new NumericSum(),
    step: (state: NumericSum, value: Numeric) => {
      state.change(value, 1)
      return state
    },
    // The scale of what was taken away would stay: then only a fresh sum is right, as in PostgreSQL.
    finish: (state: NumericSum) => (state.count === 0 ? null : finish(state)),
  }
}

function floatSum(add: typeof addFloat4, finish: (state: Sum<number>) => number): AggregateImplementation {
  return {
    source: floatSumSource(add === addFloat4 ? '$addFloat4' : '$addFloat8'),
    start: (): Sum<number> => ({ count: 0, sum: 0 }),
    step: (state: Sum<number>, value: number) => {
      state.sum = state.count++ === 0 ? value : add(state.sum, value)
      return state
    },
    finish: (state: Sum<number>) => (state.count === 0 ? null : finish(state)),
  }
}

/** The first, or whichever `better` says. State: the value, or null. */
function best(isBetter: (value: Value, than: Value) => boolean): AggregateImplementation {
  return {
    start: () => null,
    step: (state: Value, value: Value) => (state === null || isBetter(value, state) ? value : state),
    finish: state => state,
  }
}

const PLAIN_ORDER: ReadonlySet<SqlType> = new Set([INT2, INT4, INT8, OID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ])

/** Of the others some values are bigints. */
const ALWAYS_NUMBERS: ReadonlySet<SqlType> = new Set([INT2, INT4, OID, DATE])

function extreme(call: CallTypes, isMaximum: boolean): AggregateImplementation {
  const type = call.argumentTypes[0]
  if (PLAIN_ORDER.has(type) || type.kind === 'enum') {
    const plain = isMaximum ? best((value, than) => value > than) : best((value, than) => value < than)
    return ALWAYS_NUMBERS.has(type) ? { ...plain, source: extremeSource(isMaximum, false) } : plain
  }
  const compare = comparator(type)
  // Of values that are equal and not the same (1.0 and 1.00, 30 days and a month), the last: as in PostgreSQL.
  const extreme = isMaximum
    ? best((value, than) => compare(value, than) >= 0)
    : best((value, than) => compare(value, than) <= 0)
  const isFloat = type === FLOAT4 || type === FLOAT8
  return isFloat ? { ...extreme, source: extremeSource(isMaximum, true) } : extreme
}

const EXTREME_TYPES = [
  INT2,
  INT4,
  INT8,
  OID,
  FLOAT4,
  FLOAT8,
  NUMERIC,
  TEXT,
  BPCHAR,
  BYTEA,
  DATE,
  TIME,
  TIMETZ,
  TIMESTAMP,
  TIMESTAMPTZ,
  INTERVAL,
  ANYARRAY,
  ANYENUM,
  RECORD,
]

/** A fold of values of one type; null over no rows. */
function fold(combine: (state: Value, value: Value) => Value): AggregateImplementation {
  return {
    start: () => null,
    step: (state: Value, value: Value) => (state === null ? value : combine(state, value)),
    finish: state => state,
  }
}

const wideBits = (combine: (left: bigint, right: bigint) => bigint): AggregateImplementation =>
  fold((left: Int8, right: Int8) => checkedInt8(BigInt.asIntN(64, combine(BigInt(left), BigInt(right)))))

interface GatheredText extends Gathered {
  /** Null: no value has come. */
  text: string | null
}

const STRING_AGG: AggregateImplementation = {
  start: (): GatheredText => ({ text: null, bytes: 0 }),
  step: (
    state: GatheredText,
    value: string | null,
    delimiter: string | null,
    context: EvaluationContext,
  ): GatheredText => {
    if (value === null) return state
    const part = state.text === null ? value : (delimiter ?? '') + value
    gather(state, PART_BYTES + part.length, context)
    state.text = state.text === null ? part : state.text + part
    return state
  },
  finish: (state: GatheredText) => state.text,
  bytesOf: bytesOfGathered,
}

interface GatheredList<T> extends Gathered {
  readonly items: T[]
}

const emptyList = <T>(): GatheredList<T> => ({ items: [], bytes: 0 })

const BYTES_AGG: AggregateImplementation = {
  start: emptyList<Uint8Array>,
  step: (
    state: GatheredList<Uint8Array>,
    value: Uint8Array | null,
    delimiter: Uint8Array | null,
    context: EvaluationContext,
  ) => {
    if (value === null) return state
    if (state.items.length > 0 && delimiter !== null) state.items.push(delimiter)
    gather(state, 2 * ELEMENT_BYTES + weightOf(value), context)
    state.items.push(value)
    return state
  },
  finish: ({ items }: GatheredList<Uint8Array>) => {
    if (items.length === 0) return null
    const all = new Uint8Array(items.reduce((total, part) => total + part.length, 0))
    let at = 0
    for (const part of items) {
      all.set(part, at)
      at += part.length
    }
    return all
  },
  bytesOf: bytesOfGathered,
}

const ARRAY_AGG: AggregateImplementation = {
  start: emptyList<Value>,
  step: (state: GatheredList<Value>, value: Value, context: EvaluationContext) => {
    gather(state, ELEMENT_BYTES + weightOf(value), context)
    state.items.push(value)
    return state
  },
  finish: ({ items }: GatheredList<Value>) => (items.length === 0 ? null : SqlArray.of([...items])),
  bytesOf: bytesOfGathered,
}

const ARRAY_AGG_ARRAYS: AggregateImplementation = {
  start: emptyList<SqlArray>,
  step: (state: GatheredList<SqlArray>, value: SqlArray | null, context: EvaluationContext) => {
    const part = accumulated(value, state.items[0])
    gather(state, ELEMENT_BYTES + weightOf(part), context)
    state.items.push(part)
    return state
  },
  finish: ({ items }: GatheredList<SqlArray>) => (items.length === 0 ? null : arrayOfAccumulated(items)),
  bytesOf: bytesOfGathered,
}

/** Exact sums of values and squares. */
interface Squares {
  count: number
  sum: Numeric
  squares: Numeric
  specialCount: number
}

function numericVariance(isSample: boolean, isDeviation: boolean): AggregateImplementation {
  const change = (state: Squares, value: Numeric, sign: 1 | -1): Squares => {
    state.count += sign
    if (!value.isFinite) {
      state.specialCount += sign
      return state
    }
    const square = value.multiply(value)
    state.sum = sign > 0 ? state.sum.add(value) : state.sum.subtract(value)
    state.squares = sign > 0 ? state.squares.add(square) : state.squares.subtract(square)
    return state
  }
  return {
    start: (): Squares => ({ count: 0, sum: Numeric.ZERO, squares: Numeric.ZERO, specialCount: 0 }),
    step: (state: Squares, value: Numeric) => change(state, value, 1),
    finish: (state: Squares) =>
      varianceOf(state.count, state.sum, state.squares, state.specialCount > 0, isSample, isDeviation),
  }
}

interface IntegerSquares {
  count: number
  sum: Int8
  squares: Int8
}

function integerVariance(isSample: boolean, isDeviation: boolean): AggregateImplementation {
  return {
    start: (): IntegerSquares => ({ count: 0, sum: 0, squares: 0 }),
    step: (state: IntegerSquares, value: Int8) => {
      state.count++
      state.sum = addIntegers(state.sum, value)
      state.squares = addIntegers(state.squares, multiplyIntegers(value, value))
      return state
    },
    unstep: (state: IntegerSquares, value: Int8) => {
      state.count--
      state.sum = addIntegers(state.sum, -value)
      state.squares = addIntegers(state.squares, -multiplyIntegers(value, value))
      return state
    },
    finish: (state: IntegerSquares) =>
      varianceOf(
        state.count,
        Numeric.ofInteger(state.sum),
        Numeric.ofInteger(state.squares),
        false,
        isSample,
        isDeviation,
      ),
  }
}

/** (N Σx² - (Σx)²) / (N (N - 1)), at the scale that PostgreSQL chooses. */
function varianceOf(
  count: number,
  sum: Numeric,
  squares: Numeric,
  hasSpecial: boolean,
  isSample: boolean,
  isDeviation: boolean,
): Numeric | null {
  if (count === 0 || (isSample && count === 1)) return null
  if (hasSpecial) return Numeric.NAN
  const n = Numeric.ofInteger(count)
  const numerator = n.multiply(squares).subtract(sum.multiply(sum))
  if (compareNumeric(numerator, Numeric.ZERO) <= 0) return Numeric.ZERO
  const divisor = n.multiply(Numeric.ofInteger(isSample ? count - 1 : count))
  const scale = divisionScale(numerator, divisor)
  const variance = numerator.divideTo(divisor, scale)
  return isDeviation ? sqrtNumericTo(variance, scale) : variance
}

/** Youngs and Cramer's sums: x, and squares about the mean; stable where Σx² is not. */
interface FloatSquares {
  count: number
  sum: number
  squares: number
}

function floatVariance(isSample: boolean, isDeviation: boolean): AggregateImplementation {
  return {
    start: (): FloatSquares => ({ count: 0, sum: 0, squares: 0 }),
    step: (state: FloatSquares, value: number) => {
      const before = state.sum
      const n = ++state.count
      state.sum += value
      if (n > 1) {
        const gap = value * n - state.sum
        state.squares += (gap * gap) / (n * (n - 1))
        if (isInfinite(state.sum) || isInfinite(state.squares)) {
          if (!isInfinite(before) && !isInfinite(value)) throw floatOverflow()
          state.squares = NaN
        }
      } else if (!Number.isFinite(value)) state.squares = NaN
      return state
    },
    finish: (state: FloatSquares) => {
      const { count, squares } = state
      if (count === 0 || (isSample && count === 1)) return null
      const variance = squares / (isSample ? count - 1 : count)
      return isDeviation ? Math.sqrt(variance) : variance
    },
  }
}

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity

interface Regression {
  n: number
  x: number
  xx: number
  y: number
  yy: number
  xy: number
}

/** Of pairs (y, x). */
function regression(
  name: string,
  result: SqlType,
  finish: (sums: Regression) => number | null,
  rowsMin = 1,
): AggregateFunction {
  return aggregate(name, [FLOAT8, FLOAT8], result, {
    start: (): Regression => ({ n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 }),
    step: (sums: Regression, y: number, x: number) => {
      const xBefore = sums.x
      const yBefore = sums.y
      const n = ++sums.n
      sums.x += x
      sums.y += y
      if (n > 1) {
        const xGap = x * n - sums.x
        const yGap = y * n - sums.y
        const scale = 1 / (n * (n - 1))
        sums.xx += xGap * xGap * scale
        sums.yy += yGap * yGap * scale
        sums.xy += xGap * yGap * scale
        if (
          isInfinite(sums.x) ||
          isInfinite(sums.xx) ||
          isInfinite(sums.y) ||
          isInfinite(sums.yy) ||
          isInfinite(sums.xy)
        ) {
          const isOverflow =
            ((isInfinite(sums.x) || isInfinite(sums.xx)) && !isInfinite(xBefore) && !isInfinite(x)) ||
            ((isInfinite(sums.y) || isInfinite(sums.yy)) && !isInfinite(yBefore) && !isInfinite(y)) ||
            (isInfinite(sums.xy) &&
              !isInfinite(xBefore) &&
              !isInfinite(x) &&
              !isInfinite(yBefore) &&
              !isInfinite(y))
          if (isOverflow) throw floatOverflow()
          if (isInfinite(sums.xx)) sums.xx = NaN
          if (isInfinite(sums.yy)) sums.yy = NaN
          if (isInfinite(sums.xy)) sums.xy = NaN
        }
      } else {
        if (!Number.isFinite(x)) sums.xx = sums.xy = NaN
        if (!Number.isFinite(y)) sums.yy = sums.xy = NaN
      }
      return sums
    },
    finish: (sums: Regression) => (sums.n < rowsMin ? null : finish(sums)),
  })
}

const REGRESSIONS: readonly AggregateFunction[] = [
  regression('regr_count', INT8, sums => sums.n, 0),
  regression('regr_sxx', FLOAT8, sums => sums.xx),
  regression('regr_syy', FLOAT8, sums => sums.yy),
  regression('regr_sxy', FLOAT8, sums => sums.xy),
  regression('regr_avgx', FLOAT8, sums => sums.x / sums.n),
  regression('regr_avgy', FLOAT8, sums => sums.y / sums.n),
  regression('covar_pop', FLOAT8, sums => sums.xy / sums.n),
  regression('covar_samp', FLOAT8, sums => sums.xy / (sums.n - 1), 2),
  regression('corr', FLOAT8, ({ xx, yy, xy }) => (xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy))),
  regression('regr_r2', FLOAT8, ({ xx, yy, xy }) => (xx === 0 ? null : yy === 0 ? 1 : (xy * xy) / (xx * yy))),
  regression('regr_slope', FLOAT8, ({ xx, xy }) => (xx === 0 ? null : xy / xx)),
  regression('regr_intercept', FLOAT8, ({ n, x, y, xx, xy }) => (xx === 0 ? null : (y - (x * xy) / xx) / n)),
]

const average = (state: Sum<Int8>): Numeric =>
  Numeric.ofInteger(state.sum).divide(Numeric.ofInteger(state.count))

function variances(): AggregateFunction[] {
  const names: [string, boolean, boolean][] = [
    ['var_pop', false, false],
    ['var_samp', true, false],
    ['variance', true, false],
    ['stddev_pop', false, true],
    ['stddev_samp', true, true],
    ['stddev', true, true],
  ]
  return names.flatMap(([name, isSample, isDeviation]) => [
    ...[INT2, INT4, INT8].map(type =>
      aggregate(name, [type], NUMERIC, integerVariance(isSample, isDeviation)),
    ),
    aggregate(name, [NUMERIC], NUMERIC, numericVariance(isSample, isDeviation)),
    aggregate(name, [FLOAT4], FLOAT8, floatVariance(isSample, isDeviation)),
    aggregate(name, [FLOAT8], FLOAT8, floatVariance(isSample, isDeviation)),
  ])
}

function bitAggregates(): AggregateFunction[] {
  return [INT2, INT4].flatMap(type => [
    aggregate(
      'bit_and',
      [type],
      type,
      fold((left, right) => left & right),
    ),
    aggregate(
      'bit_or',
      [type],
      type,
      fold((left, right) => left | right),
    ),
    aggregate(
      'bit_xor',
      [type],
      type,
      fold((left, right) => left ^ right),
    ),
  ])
}

const NULLS_TOO: More = { skipsNulls: false }

export const CORE_AGGREGATES: readonly AggregateFunction[] = [
  aggregate('count', [], INT8, COUNT, NULLS_TOO),
  aggregate('count', [ANY], INT8, COUNT),
  aggregate('sum', [INT2], INT8, SUM_SMALL),
  aggregate('sum', [INT4], INT8, SUM_SMALL),
  aggregate(
    'sum',
    [INT8],
    NUMERIC,
    integerSum(state => Numeric.ofInteger(state.sum)),
  ),
  aggregate(
    'sum',
    [NUMERIC],
    NUMERIC,
    numericSum(state => state.total),
  ),
  aggregate(
    'sum',
    [FLOAT4],
    FLOAT4,
    floatSum(addFloat4, state => state.sum),
  ),
  aggregate(
    'sum',
    [FLOAT8],
    FLOAT8,
    floatSum(addFloat8, state => state.sum),
  ),
  ...[INT2, INT4].map(type =>
    aggregate('avg', [type], NUMERIC, { ...integerSum(average), source: SMALL_SUM_SOURCE }),
  ),
  aggregate('avg', [INT8], NUMERIC, integerSum(average)),
  aggregate(
    'avg',
    [NUMERIC],
    NUMERIC,
    numericSum(state => state.total.divide(Numeric.ofInteger(state.count))),
  ),
  aggregate(
    'avg',
    [FLOAT4],
    FLOAT8,
    floatSum(addFloat8, state => state.sum / state.count),
  ),
  aggregate(
    'avg',
    [FLOAT8],
    FLOAT8,
    floatSum(addFloat8, state => state.sum / state.count),
  ),
  ...EXTREME_TYPES.map(type => aggregate('min', [type], type, call => extreme(call, false))),
  ...EXTREME_TYPES.map(type => aggregate('max', [type], type, call => extreme(call, true))),
  ...['bool_and', 'every'].map(name =>
    aggregate(
      name,
      [BOOL],
      BOOL,
      fold((left, right) => left && right),
    ),
  ),
  aggregate(
    'bool_or',
    [BOOL],
    BOOL,
    fold((left, right) => left || right),
  ),
  ...bitAggregates(),
  aggregate(
    'bit_and',
    [INT8],
    INT8,
    wideBits((left, right) => left & right),
  ),
  aggregate(
    'bit_or',
    [INT8],
    INT8,
    wideBits((left, right) => left | right),
  ),
  aggregate(
    'bit_xor',
    [INT8],
    INT8,
    wideBits((left, right) => left ^ right),
  ),
  aggregate(
    'any_value',
    [ANYELEMENT],
    ANYELEMENT,
    best(() => false),
  ),
  aggregate('string_agg', [TEXT, TEXT], TEXT, STRING_AGG, NULLS_TOO),
  aggregate('string_agg', [BYTEA, BYTEA], BYTEA, BYTES_AGG, NULLS_TOO),
  aggregate('array_agg', [ANYNONARRAY], ANYARRAY, ARRAY_AGG, NULLS_TOO),
  aggregate('array_agg', [ANYARRAY], ANYARRAY, ARRAY_AGG_ARRAYS, NULLS_TOO),
  ...variances(),
  ...REGRESSIONS,
]

function windowFunction(
  computes: WindowFunction['computes'],
  types: readonly SqlType[],
  result: SqlType,
): WindowFunction {
  return { kind: 'window', name: computes, arguments: types, result, computes }
}

export const WINDOW_FUNCTIONS: readonly WindowFunction[] = [
  windowFunction('row_number', [], INT8),
  windowFunction('rank', [], INT8),
  windowFunction('dense_rank', [], INT8),
  windowFunction('percent_rank', [], FLOAT8),
  windowFunction('cume_dist', [], FLOAT8),
  windowFunction('ntile', [INT4], INT4),
  ...(['lag', 'lead'] as const).flatMap(name => [
    windowFunction(name, [ANYELEMENT], ANYELEMENT),
    windowFunction(name, [ANYELEMENT, INT4], ANYELEMENT),
    windowFunction(name, [ANYCOMPATIBLE, INT4, ANYCOMPATIBLE], ANYCOMPATIBLE),
  ]),
  windowFunction('first_value', [ANYELEMENT], ANYELEMENT),
  windowFunction('last_value', [ANYELEMENT], ANYELEMENT),
  windowFunction('nth_value', [ANYELEMENT, INT4], ANYELEMENT),
]
