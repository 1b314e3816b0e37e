/**
 * Comparison for every ordered type, arithmetic and bits of integers, arithmetic of floats and numerics, `||` of text and
 * bytes. Operators of dates, JSON, patterns and arrays are in the files of these.
 */

import { SqlError } from '../errors.ts'
import { comparator, equality } from '../types/compare.ts'
import * as float from '../types/float.ts'
import { outputFunction } from '../types/input-output.ts'
import * as integer from '../types/integer.ts'
import type { Numeric } from '../types/numeric.ts'
import { powerNumeric } from '../types/numeric-functions.ts'
import { withoutTrailingBlanks } from '../types/text.ts'
import {
  ANYARRAY,
  ANYENUM,
  ANYNONARRAY,
  BOOL,
  BPCHAR,
  BYTEA,
  CHAR,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  JSONB,
  NAME,
  NUMERIC,
  OID,
  RECORD,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  UUID,
} from '../types/type.ts'
import { limitedText } from '../types/value-limits.ts'
import { polymorphic, scalar } from './definitions.ts'
import type { CallTypes, EvaluationContext, ScalarFunction, Value } from './registry.ts'

const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const
type ComparisonName = (typeof COMPARISONS)[number]

/** Types whose values JavaScript compares as PostgreSQL does: no NaN, no surrogates, no objects. */
const PLAIN: ReadonlySet<SqlType> = new Set([BOOL, INT2, INT4, INT8, OID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ])

const PLAIN_TESTS: Record<ComparisonName, (left: Value, right: Value) => boolean> = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}
const SOURCES: Record<ComparisonName, string> = {
  '=': '===',
  '<>': '!==',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}
/** NaN equals itself and is the largest. */
const FLOAT_TESTS: Record<ComparisonName, (left: number, right: number) => boolean> = {
  '=': (left, right) => left === right || (Number.isNaN(left) && Number.isNaN(right)),
  '<>': (left, right) => left !== right && !(Number.isNaN(left) && Number.isNaN(right)),
  '<': (left, right) => left < right || (Number.isNaN(right) && !Number.isNaN(left)),
  '<=': (left, right) => left <= right || Number.isNaN(right),
  '>': (left, right) => left > right || (Number.isNaN(left) && !Number.isNaN(right)),
  '>=': (left, right) => left >= right || Number.isNaN(left),
}

function isPlain(type: SqlType): boolean {
  return PLAIN.has(type) || type.kind === 'enum'
}

function comparisonTest(name: ComparisonName, call: CallTypes): (left: Value, right: Value) => boolean {
  const [left, right] = call.argumentTypes
  if (isPlain(left) && isPlain(right)) return PLAIN_TESTS[name]
  if (left === FLOAT4 || left === FLOAT8) return FLOAT_TESTS[name]
  if (name === '=') return equality(left)
  const compare = comparator(left)
  switch (name) {
    case '<>': {
      const equals = equality(left)
      return (one, two) => !equals(one, two)
    }
    case '<':
      return (one, two) => compare(one, two) < 0
    case '<=':
      return (one, two) => compare(one, two) <= 0
    case '>':
      return (one, two) => compare(one, two) > 0
    case '>=':
      return (one, two) => compare(one, two) >= 0
  }
}

function comparisonsOf(left: SqlType, right: SqlType = left): ScalarFunction[] {
  return COMPARISONS.map(name =>
    polymorphic(
      name,
      [left, right],
      BOOL,
      call => comparisonTest(name, call),
      isPlain(left) && isPlain(right) ? { source: ([one, two]) => `(${one} ${SOURCES[name]} ${two})` } : {},
    ),
  )
}

const ORDERED: readonly SqlType[] = [
  BOOL,
  INT2,
  INT4,
  INT8,
  OID,
  FLOAT4,
  FLOAT8,
  NUMERIC,
  TEXT,
  BPCHAR,
  NAME,
  CHAR,
  BYTEA,
  UUID,
  DATE,
  TIME,
  TIMETZ,
  TIMESTAMP,
  TIMESTAMPTZ,
  INTERVAL,
  JSONB,
  ANYENUM,
  ANYARRAY,
  RECORD,
]
const CROSS: readonly (readonly [SqlType, SqlType])[] = [
  [INT2, INT4],
  [INT2, INT8],
  [INT4, INT2],
  [INT4, INT8],
  [INT8, INT2],
  [INT8, INT4],
  [FLOAT4, FLOAT8],
  [FLOAT8, FLOAT4],
  [NAME, TEXT],
  [TEXT, NAME],
]

type Binary = (left: Value, right: Value) => Value
const int2: Record<string, Binary> = {
  '+': (left, right) => integer.checkedInt2(left + right),
  '-': (left, right) => integer.checkedInt2(left - right),
  '*': (left, right) => integer.checkedInt2(left * right),
  '/': integer.divideInt2,
}
const int4: Record<string, Binary> = {
  '+': (left, right) => integer.checkedInt4(left + right),
  '-': (left, right) => integer.checkedInt4(left - right),
  '*': (left, right) => integer.checkedInt4(left * right),
  '/': integer.divideInt4,
}
const int8: Record<string, Binary> = {
  '+': integer.addInt8,
  '-': integer.subtractInt8,
  '*': integer.multiplyInt8,
  '/': integer.divideInt8,
}
const float4: Record<string, Binary> = {
  '+': float.addFloat4,
  '-': float.subtractFloat4,
  '*': float.multiplyFloat4,
  '/': float.divideFloat4,
}
const float8: Record<string, Binary> = {
  '+': float.addFloat8,
  '-': float.subtractFloat8,
  '*': float.multiplyFloat8,
  '/': float.divideFloat8,
}
const numeric: Record<string, Binary> = {
  '+': (left: Numeric, right: Numeric) => left.add(right),
  '-': (left: Numeric, right: Numeric) => left.subtract(right),
  '*': (left: Numeric, right: Numeric) => left.multiply(right),
  '/': (left: Numeric, right: Numeric) => left.divide(right),
}

const WIDTH = new Map<SqlType, number>([
  [INT2, 2],
  [INT4, 4],
  [INT8, 8],
])

function arithmetic(): ScalarFunction[] {
  const all: ScalarFunction[] = []
  const integers = [INT2, INT4, INT8]
  for (const left of integers) {
    for (const right of integers) {
      const result = WIDTH.get(left)! >= WIDTH.get(right)! ? left : right
      const table = result === INT8 ? int8 : result === INT4 ? int4 : int2
      for (const name of ['+', '-', '*', '/']) {
        const source =
          result === INT4 && name !== '/'
            ? { source: ([one, two]: readonly string[]) => `$int4(${one} ${name} ${two})` }
            : result === INT4 && name === '/'
              ? {
                  source: ([one, two]: readonly string[]) => `$int4(Math.trunc(${one} / $divisor(${two})))`,
                }
              : {}
        all.push(scalar(name, [left, right], result, table[name], source))
      }
    }
  }
  for (const name of ['+', '-', '*', '/']) {
    all.push(
      scalar(name, [FLOAT4, FLOAT4], FLOAT4, float4[name]),
      scalar(name, [FLOAT4, FLOAT8], FLOAT8, float8[name]),
      scalar(name, [FLOAT8, FLOAT4], FLOAT8, float8[name]),
      scalar(name, [FLOAT8, FLOAT8], FLOAT8, float8[name]),
      scalar(name, [NUMERIC, NUMERIC], NUMERIC, numeric[name]),
    )
  }
  const remainderSource = {
    source: ([one, two]: readonly string[]) => `((${one} % $divisor(${two})) | 0)`,
  }
  const remainderNumeric = (left: Numeric, right: Numeric): Numeric => left.remainder(right)
  for (const name of ['%', 'mod']) {
    all.push(
      scalar(name, [INT2, INT2], INT2, integer.remainderInt4, remainderSource),
      scalar(name, [INT4, INT4], INT4, integer.remainderInt4, remainderSource),
      scalar(name, [INT8, INT8], INT8, integer.remainderInt8),
      scalar(name, [NUMERIC, NUMERIC], NUMERIC, remainderNumeric),
    )
  }
  for (const name of ['^', 'power', 'pow']) {
    all.push(
      scalar(name, [FLOAT8, FLOAT8], FLOAT8, powerFloat8),
      scalar(name, [NUMERIC, NUMERIC], NUMERIC, powerNumeric),
    )
  }
  const same = (value: Value): Value => value
  const absolute = (value: Numeric): Numeric => value.abs()
  for (const type of [INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]) all.push(scalar('+', [type], type, same))
  all.push(
    scalar('-', [INT2], INT2, value => integer.checkedInt2(-value)),
    scalar('-', [INT4], INT4, value => integer.checkedInt4(-value), { source: ([one]) => `$int4(-${one})` }),
    scalar('-', [INT8], INT8, integer.negateInt8),
    scalar('-', [FLOAT4], FLOAT4, value => -value, { source: ([one]) => `(-${one})` }),
    scalar('-', [FLOAT8], FLOAT8, value => -value, { source: ([one]) => `(-${one})` }),
    scalar('-', [NUMERIC], NUMERIC, (value: Numeric) => value.negate()),
  )
  for (const name of ['@', 'abs']) {
    all.push(
      scalar(name, [INT2], INT2, value => integer.checkedInt2(Math.abs(value))),
      scalar(name, [INT4], INT4, value => integer.checkedInt4(Math.abs(value))),
      scalar(name, [INT8], INT8, value => (value < 0 ? integer.negateInt8(value) : value)),
      scalar(name, [FLOAT4], FLOAT4, Math.abs),
      scalar(name, [FLOAT8], FLOAT8, Math.abs),
      scalar(name, [NUMERIC], NUMERIC, absolute),
    )
  }
  return all
}

export function powerFloat8(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) {
    throw new SqlError('2201F', 'zero raised to a negative power is undefined')
  }
  if (base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    throw new SqlError('2201F', 'a negative number raised to a non-integer power yields a complex result')
  }
  if (base === Number.NEGATIVE_INFINITY && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    throw new SqlError('2201F', 'a negative number raised to a non-integer power yields a complex result')
  }
  // C's pow, unlike JavaScript's, has 1 for these.
  if (base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent))) return 1
  const result = base ** exponent
  if (Number.isFinite(base) && Number.isFinite(exponent)) {
    if (!Number.isFinite(result)) throw float.floatOverflow()
    if (result === 0 && base !== 0) throw float.floatUnderflow()
  }
  return result
}

function bits(): ScalarFunction[] {
  const all: ScalarFunction[] = []
  const wide = (name: string, combine: (left: bigint, right: bigint) => bigint): ScalarFunction =>
    scalar(name, [INT8, INT8], INT8, (left: integer.Int8, right: integer.Int8) =>
      integer.toInt8(toCanonical(BigInt.asIntN(64, combine(BigInt(left), BigInt(right))))),
    )
  for (const type of [INT2, INT4]) {
    const cut = type === INT2 ? (value: number) => (value << 16) >> 16 : (value: number) => value | 0
    all.push(
      scalar('&', [type, type], type, (left, right) => left & right),
      scalar('|', [type, type], type, (left, right) => left | right),
      scalar('#', [type, type], type, (left, right) => left ^ right),
      scalar('~', [type], type, value => ~value),
      scalar('<<', [type, INT4], type, (value, count) => cut(value << count)),
      scalar('>>', [type, INT4], type, (value, count) => cut(value >> count)),
    )
  }
  all.push(
    wide('&', (left, right) => left & right),
    wide('|', (left, right) => left | right),
    wide('#', (left, right) => left ^ right),
    scalar('~', [INT8], INT8, (value: integer.Int8) => toCanonical(~BigInt(value))),
    scalar('<<', [INT8, INT4], INT8, (value: integer.Int8, count: number) =>
      toCanonical(BigInt.asIntN(64, BigInt(value) << BigInt(count & 63))),
    ),
    scalar('>>', [INT8, INT4], INT8, (value: integer.Int8, count: number) =>
      toCanonical(BigInt(value) >> BigInt(count & 63)),
    ),
  )
  return all
}

function toCanonical(value: bigint): integer.Int8 {
  return integer.checkedInt8(value)
}

/** As a cast to text prints, which spells booleans out, and takes the blanks from the end of char(n). */
function textOf(type: SqlType): (value: Value, context: EvaluationContext) => string {
  if (type === BPCHAR) return withoutTrailingBlanks
  return type === BOOL ? value => (value ? 'true' : 'false') : outputFunction(type)
}

/** `text || anything` prints the other side; an array is its own operator's. */
function concatenation(): ScalarFunction[] {
  return [
    scalar('||', [TEXT, TEXT], TEXT, (left: string, right: string) => limitedText(left + right)),
    polymorphic(
      '||',
      [TEXT, ANYNONARRAY],
      TEXT,
      call => {
        const print = textOf(call.argumentTypes[1])
        return (left: string, right: Value, context: EvaluationContext) =>
          limitedText(left + print(right, context))
      },
      { volatility: 'stable' },
    ),
    polymorphic(
      '||',
      [ANYNONARRAY, TEXT],
      TEXT,
      call => {
        const print = textOf(call.argumentTypes[0])
        return (left: Value, right: string, context: EvaluationContext) =>
          limitedText(print(left, context) + right)
      },
      { volatility: 'stable' },
    ),
    scalar('||', [BYTEA, BYTEA], BYTEA, (left: Uint8Array, right: Uint8Array) => {
      const both = new Uint8Array(left.length + right.length)
      both.set(left)
      both.set(right, left.length)
      return both
    }),
  ]
}

/** `least` and `greatest` and `nullif` are the binder's; this is the element test that it asks arrays for. */
export const COMPARISON_OPERATORS: readonly ScalarFunction[] = [
  ...ORDERED.flatMap(type => comparisonsOf(type)),
  ...CROSS.flatMap(([left, right]) => comparisonsOf(left, right)),
]

const ALL = [...arithmetic(), ...bits()]
const isSymbol = (one: ScalarFunction): boolean => !/^[a-z]/.test(one.name)

export const CORE_OPERATORS: readonly ScalarFunction[] = [
  ...COMPARISON_OPERATORS,
  ...ALL.filter(isSymbol),
  ...concatenation(),
]
/** The same as functions: mod, power, abs. */
export const CORE_FUNCTIONS: readonly ScalarFunction[] = ALL.filter(one => !isSymbol(one))
