/** What needs no operands: literals, parameters, CURRENT_DATE and its like. */

import { notSupported } from '../errors.ts'
import type { Literal, SqlValueFunction } from '../syntax/tree.ts'
import { BOOL, INT4, INT8, NO_MODIFIER, NUMERIC, type SqlType, UNKNOWN } from '../types/type.ts'
import type { BoundExpression } from './bound.ts'
import { callNamed } from './calls.ts'
import { castExplicitly, coerceArgument } from './coercion.ts'
import { fail, type Scope } from './scope.ts'
import { resolveType } from './type-names.ts'

export function bindLiteral(scope: Scope, e: Literal): BoundExpression {
  const { value } = e
  const constant = (type: SqlType, content: unknown): BoundExpression => ({
    kind: 'constant',
    type,
    modifier: NO_MODIFIER,
    value: content,
    at: e.at,
  })
  switch (value.type) {
    case 'null':
      return constant(UNKNOWN, null)
    case 'boolean':
      return constant(BOOL, value.value)
    case 'integer':
      return constant(INT4, value.value)
    case 'string': {
      const bound = constant(UNKNOWN, value.text)
      scope.binding.found?.noteLiteral(e, bound)
      return bound
    }
    case 'bits':
      throw notSupported('type bit', e.at)
    default:
      return numericConstant(scope, value.text, e.at)
  }
}

const INT4_MAX = 2147483647n
const INT8_MAX = 9223372036854775807n

/** Integers that do not fit 32 bits are bigint, and what does not fit 64 is numeric. */
function numericConstant(scope: Scope, text: string, at: number): BoundExpression {
  // The parser has put the sign of a negative constant into it.
  if (/^-?\d+$/.test(text)) {
    const whole = BigInt(text)
    if (whole <= INT8_MAX && whole >= -INT8_MAX - 1n) {
      const isSafe = whole <= BigInt(Number.MAX_SAFE_INTEGER) && whole >= -BigInt(Number.MAX_SAFE_INTEGER)
      const value = isSafe ? Number(whole) : whole
      return {
        kind: 'constant',
        type: whole <= INT4_MAX && whole >= -INT4_MAX - 1n ? INT4 : INT8,
        modifier: NO_MODIFIER,
        value,
        at,
      }
    }
  }
  const unknown: BoundExpression = { kind: 'constant', type: UNKNOWN, modifier: NO_MODIFIER, value: text, at }
  return coerceArgument(scope, unknown, NUMERIC)
}

/** What PostgreSQL's protocol can send. */
const PARAMETERS_MAX = 65_535

export function bindParameter(scope: Scope, number: number, at: number): BoundExpression {
  const { binding } = scope
  if (!binding.hasParameters || number < 1 || number > PARAMETERS_MAX) {
    fail('42P02', `there is no parameter $${number}`, at)
  }
  const index = number - 1
  while (binding.parameterTypes.length <= index) binding.parameterTypes.push(undefined)
  const type = binding.parameterTypes[index] ?? UNKNOWN
  return { kind: 'parameter', index, type, modifier: NO_MODIFIER, at }
}

export function bindValueFunction(scope: Scope, e: SqlValueFunction): BoundExpression {
  const now = (typeName: string): BoundExpression => {
    const { type, modifier } = resolveType(scope.binding, {
      name: [typeName],
      modifiers:
        e.precision === undefined
          ? []
          : [{ kind: 'literal', value: { type: 'integer', value: e.precision }, at: e.at }],
      dimensions: 0,
      isSetOf: false,
      at: e.at,
    })
    return written(castExplicitly(scope, callNamed(scope, 'now', [], e.at), type, modifier, e.at))
  }
  const precision = e.precision === undefined ? '' : `(${e.precision})`
  const written = (bound: BoundExpression): BoundExpression =>
    bound.kind === 'call' ? { ...bound, writtenAs: e.function.toUpperCase() + precision } : bound
  switch (e.function) {
    case 'current_date':
      return now('date')
    case 'current_time':
      return now('timetz')
    case 'current_timestamp':
      return now('timestamptz')
    case 'localtime':
      return now('time')
    case 'localtimestamp':
      return now('timestamp')
    case 'session_user':
      return written(callNamed(scope, 'session_user', [], e.at))
    case 'current_user':
    case 'current_role':
    case 'user':
      return written(callNamed(scope, 'current_user', [], e.at))
    case 'current_catalog':
      return written(callNamed(scope, 'current_database', [], e.at))
    default:
      return written(callNamed(scope, 'current_schema', [], e.at))
  }
}
