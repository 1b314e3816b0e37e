/** JSON out of values: to_json, the constructors, and casts from jsonb. */

import { SqlError } from '../errors.ts'
import type { SqlArray } from '../types/array.ts'
import { CORE_CASTS } from '../types/casts.ts'
import { jsonQuoted } from '../types/json.ts'
import { Jsonb, type JsonValue, jsonObject } from '../types/jsonb.ts'
import { Numeric } from '../types/numeric.ts'
import {
  ANY,
  ANYARRAY,
  ANYELEMENT,
  BOOL,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  JSON_TYPE,
  JSONB,
  NUMERIC,
  RECORD,
  type SqlType,
  TEXT,
} from '../types/type.ts'
import { polymorphic, scalar } from './definitions.ts'
import { typeName } from './json-access.ts'
import { jsonbEncoder, jsonEncoder, keyEncoder } from './json-encode.ts'
import type { CallTypes, Cast, EvaluationContext, Implementation, SqlFunction, Value } from './registry.ts'

const TEXTS = TEXT.array!
const STABLE = { volatility: 'stable' } as const

const first = (call: CallTypes): SqlType => call.argumentTypes[0]!

function evenArguments(count: number, name: string): void {
  if (count % 2 !== 0) {
    throw new SqlError('22023', 'argument list must have even number of elements', {
      hint: `The arguments of ${name}() must consist of alternating keys and values.`,
    })
  }
}

function buildObject(call: CallTypes): Implementation {
  const { argumentTypes: types } = call
  const encoders = types.map((type, at) => (at % 2 === 0 ? keyEncoder(type) : jsonEncoder(type)))
  return (...values: Value[]) => {
    const context = values[types.length] as EvaluationContext
    evenArguments(types.length, 'json_build_object')
    const parts: string[] = []
    for (let at = 0; at < types.length; at += 2) {
      if (values[at] === null) throw new SqlError('22004', 'null value not allowed for object key')
      const key = jsonQuoted(encoders[at]!(values[at], context))
      parts.push(`${key} : ${encoders[at + 1]!(values[at + 1], context)}`)
    }
    return `{${parts.join(', ')}}`
  }
}
function buildObjectJsonb(call: CallTypes): Implementation {
  const { argumentTypes: types } = call
  const keys = types.map(keyEncoder)
  const encoders = types.map(jsonbEncoder)
  return (...values: Value[]) => {
    const context = values[types.length] as EvaluationContext
    evenArguments(types.length, 'jsonb_build_object')
    const names: string[] = []
    const items: JsonValue[] = []
    for (let at = 0; at < types.length; at += 2) {
      if (values[at] === null) throw new SqlError('22023', `argument ${at + 1}: key must not be null`)
      names.push(keys[at]!(values[at], context))
      items.push(encoders[at + 1]!(values[at + 1], context))
    }
    return new Jsonb(jsonObject(names, items))
  }
}
function buildArray(call: CallTypes): Implementation {
  const { argumentTypes: types } = call
  const encoders = types.map(type => jsonEncoder(type))
  return (...values: Value[]) => {
    const context = values[types.length] as EvaluationContext
    return `[${encoders.map((encode, at) => encode(values[at], context)).join(', ')}]`
  }
}
function buildArrayJsonb(call: CallTypes): Implementation {
  const { argumentTypes: types } = call
  const encoders = types.map(jsonbEncoder)
  return (...values: Value[]) => {
    const context = values[types.length] as EvaluationContext
    return new Jsonb(encoders.map((encode, at) => encode(values[at], context)))
  }
}

/** Keys and values out of one array of texts: side by side, or in pairs. */
function textPairs(array: SqlArray): [string, string | null][] {
  const { dimensions, elements } = array
  if (dimensions.length === 0) return []
  if (dimensions.length > 2) throw new SqlError('2202E', 'wrong number of array subscripts')
  if (dimensions.length === 1 && elements.length % 2 !== 0) {
    throw new SqlError('2202E', 'array must have even number of elements')
  }
  if (dimensions.length === 2 && dimensions[1] !== 2) {
    throw new SqlError('2202E', 'array must have two columns')
  }
  const pairs: [string, string | null][] = []
  for (let at = 0; at < elements.length; at += 2) pairs.push(pair(elements[at], elements[at + 1]))
  return pairs
}
function pair(key: string | null, value: string | null): [string, string | null] {
  if (key === null) throw new SqlError('22004', 'null value not allowed for object key')
  return [key, value]
}
function zippedPairs(keys: SqlArray, values: SqlArray): [string, string | null][] {
  if (keys.dimensions.length > 1 || keys.dimensions.length !== values.dimensions.length) {
    throw new SqlError('2202E', 'wrong number of array subscripts')
  }
  if (keys.elements.length !== values.elements.length)
    throw new SqlError('2202E', 'mismatched array dimensions')
  return keys.elements.map((key, at) => pair(key, values.elements[at]))
}
function pairsJson(pairs: readonly [string, string | null][]): string {
  return `{${pairs
    .map(([key, value]) => `${jsonQuoted(key)} : ${value === null ? 'null' : jsonQuoted(value)}`)
    .join(', ')}}`
}
function pairsJsonb(pairs: readonly [string, string | null][]): Jsonb {
  return new Jsonb(
    jsonObject(
      pairs.map(([key]) => key),
      pairs.map(([, value]) => value),
    ),
  )
}

export const JSON_BUILD_FUNCTIONS: readonly SqlFunction[] = [
  polymorphic('to_json', [ANYELEMENT], JSON_TYPE, call => jsonEncoder(first(call)), STABLE),
  polymorphic(
    'to_jsonb',
    [ANYELEMENT],
    JSONB,
    call => {
      const encode = jsonbEncoder(first(call))
      return (value, context) => new Jsonb(encode(value, context))
    },
    STABLE,
  ),
  polymorphic('array_to_json', [ANYARRAY], JSON_TYPE, call => jsonEncoder(first(call)), STABLE),
  polymorphic('array_to_json', [ANYARRAY, BOOL], JSON_TYPE, prettyEncoder, STABLE),
  polymorphic('row_to_json', [RECORD], JSON_TYPE, call => jsonEncoder(first(call)), STABLE),
  polymorphic('row_to_json', [RECORD, BOOL], JSON_TYPE, prettyEncoder, STABLE),
  scalar('json_build_object', [], JSON_TYPE, () => '{}', STABLE),
  scalar('json_build_array', [], JSON_TYPE, () => '[]', STABLE),
  scalar('jsonb_build_object', [], JSONB, () => new Jsonb(new Map()), STABLE),
  scalar('jsonb_build_array', [], JSONB, () => new Jsonb([]), STABLE),
  ...(
    [
      ['json_build_object', JSON_TYPE, buildObject],
      ['json_build_array', JSON_TYPE, buildArray],
      ['jsonb_build_object', JSONB, buildObjectJsonb],
      ['jsonb_build_array', JSONB, buildArrayJsonb],
    ] as const
  ).map(([name, result, implement]) =>
    polymorphic(name, [ANY], result, implement, { ...STABLE, isVariadic: true, isStrict: false }),
  ),
  scalar('json_object', [TEXTS], JSON_TYPE, (array: SqlArray) => pairsJson(textPairs(array))),
  scalar('json_object', [TEXTS, TEXTS], JSON_TYPE, (keys, values) => pairsJson(zippedPairs(keys, values))),
  scalar('jsonb_object', [TEXTS], JSONB, (array: SqlArray) => pairsJsonb(textPairs(array))),
  scalar('jsonb_object', [TEXTS, TEXTS], JSONB, (keys, values) => pairsJsonb(zippedPairs(keys, values))),
]
function prettyEncoder(call: CallTypes): Implementation {
  const plain = jsonEncoder(first(call))
  const pretty = jsonEncoder(first(call), true)
  return (value, isPretty, context) => (isPretty ? pretty(value, context) : plain(value, context))
}

// --------------------------------------------------------------------------------------------------- Casts

function fromJsonb(to: SqlType): Cast {
  return {
    from: JSONB,
    to,
    context: 'explicit',
    implement: call => {
      const convert = CORE_CASTS.find(cast => cast.from === NUMERIC && cast.to === to)?.implement?.(call)
      return (json: Jsonb, context: EvaluationContext) => {
        const { value } = json
        if (value === null) return null
        const isFit = to === BOOL ? typeof value === 'boolean' : value instanceof Numeric
        if (!isFit) {
          const kind = typeName(value)
          const what = kind === 'number' ? 'numeric' : kind
          throw new SqlError('22023', `cannot cast jsonb ${what} to type ${to.displayName}`)
        }
        return convert === undefined ? value : convert(value, context)
      }
    },
  }
}

export const JSON_CASTS: readonly Cast[] = [
  { from: JSON_TYPE, to: JSONB, context: 'assignment', implement: () => (json: string) => Jsonb.parse(json) },
  { from: JSONB, to: JSON_TYPE, context: 'assignment', implement: () => (json: Jsonb) => json.toString() },
  ...[BOOL, NUMERIC, INT2, INT4, INT8, FLOAT4, FLOAT8].map(fromJsonb),
]
