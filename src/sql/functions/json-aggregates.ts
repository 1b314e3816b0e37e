/** Aggregates that make JSON: json_agg, json_object_agg and their kind. */

import { SqlError } from '../errors.ts'
import { jsonQuoted } from '../types/json.ts'
import { Jsonb, type JsonValue, jsonObject } from '../types/jsonb.ts'
import { ANY, ANYELEMENT, JSON_TYPE, JSONB, withoutDomain } from '../types/type.ts'
import { weightOf, weightOfJson } from '../types/value-weight.ts'
import { bytesOfGathered, ELEMENT_BYTES, type Gathered, gather } from './gathering.ts'
import { isRowType, jsonbEncoder, jsonEncoder, keyEncoder } from './json-encode.ts'
import type {
  AggregateFunction,
  AggregateImplementation,
  CallTypes,
  EvaluationContext,
  Value,
} from './registry.ts'

interface List<T> extends Gathered {
  readonly items: T[]
  /** Over rows that were all passed over the result is `[]`; over no rows it is null. */
  hasInput: boolean
}

function list(call: CallTypes, isStrict: boolean): AggregateImplementation {
  const type = withoutDomain(call.argumentTypes[0]!)
  const encode = jsonEncoder(type)
  const separator = isRowType(type) || type.element !== undefined ? ', \n ' : ', '
  return {
    start: (): List<string> => ({ items: [], hasInput: false, bytes: 0 }),
    step(state: List<string>, value: Value, context: EvaluationContext) {
      state.hasInput = true
      if (value === null && isStrict) return state
      const item = encode(value, context)
      // The text that is made of all is there beside the parts.
      gather(state, ELEMENT_BYTES + weightOf(item) + item.length, context)
      state.items.push(item)
      return state
    },
    finish: (state: List<string>) => (!state.hasInput ? null : `[${state.items.join(separator)}]`),
    bytesOf: bytesOfGathered,
  }
}
function listJsonb(call: CallTypes, isStrict: boolean): AggregateImplementation {
  const encode = jsonbEncoder(call.argumentTypes[0]!)
  return {
    start: (): List<JsonValue> => ({ items: [], hasInput: false, bytes: 0 }),
    step(state: List<JsonValue>, value: Value, context: EvaluationContext) {
      state.hasInput = true
      if (value === null && isStrict) return state
      const item = encode(value, context)
      gather(state, ELEMENT_BYTES + weightOfJson(item), context)
      state.items.push(item)
      return state
    },
    finish: (state: List<JsonValue>) => (!state.hasInput ? null : new Jsonb([...state.items])),
    bytesOf: bytesOfGathered,
  }
}

interface Members<T> extends Gathered {
  readonly keys: string[]
  readonly values: T[]
  readonly names: Set<string>
  hasInput: boolean
}
/** Of a member, besides its key and its value. */
const MEMBER_BYTES = 3 * ELEMENT_BYTES
/** The text that is made of all is there beside the parts. */
const textTwice = (text: string): number => weightOf(text) + text.length
const members = <T>(): Members<T> => ({ keys: [], values: [], names: new Set(), hasInput: false, bytes: 0 })

/** @param weightOfEncoded what a value takes in memory */
function keyed<T>(
  call: CallTypes,
  encode: (value: Value, context: EvaluationContext) => T,
  weightOfEncoded: (encoded: T) => number,
  isStrict: boolean,
  isUnique: boolean,
  isJsonb: boolean,
): Pick<AggregateImplementation, 'start' | 'step' | 'bytesOf'> {
  const encodeKey = keyEncoder(call.argumentTypes[0]!)
  return {
    start: members<T>,
    step(state: Members<T>, key: Value, value: Value, context: EvaluationContext) {
      if (key === null) {
        throw isJsonb
          ? new SqlError('22023', 'field name must not be null')
          : new SqlError('22004', 'null value not allowed for object key')
      }
      state.hasInput = true
      if (isStrict && value === null) return state
      const name = encodeKey(key, context)
      if (isUnique) {
        if (state.names.has(name)) {
          const which = isJsonb ? '' : `: ${jsonQuoted(name)}`
          throw new SqlError('22030', `duplicate JSON object key value${which}`)
        }
        state.names.add(name)
      }
      const encoded = encode(value, context)
      gather(state, MEMBER_BYTES + weightOf(name) + weightOfEncoded(encoded), context)
      state.keys.push(name)
      state.values.push(encoded)
      return state
    },
    bytesOf: bytesOfGathered,
  }
}

function object(call: CallTypes, isStrict: boolean, isUnique: boolean): AggregateImplementation {
  const encode = jsonEncoder(call.argumentTypes[1]!)
  return {
    ...keyed(call, encode, textTwice, isStrict, isUnique, false),
    finish: (state: Members<string>) => (!state.hasInput ? null : objectText(state)),
  }
}
function objectJsonb(call: CallTypes, isStrict: boolean, isUnique: boolean): AggregateImplementation {
  const encode = jsonbEncoder(call.argumentTypes[1]!)
  return {
    ...keyed(call, encode, weightOfJson, isStrict, isUnique, true),
    finish: (state: Members<JsonValue>) =>
      !state.hasInput ? null : new Jsonb(jsonObject(state.keys, state.values)),
  }
}

function objectText(state: Members<string>): string {
  const parts = state.keys.map((key, at) => `${jsonQuoted(key)} : ${state.values[at]}`)
  return parts.length === 0 ? '{ }' : `{ ${parts.join(', ')} }`
}

export const JSON_AGGREGATES: readonly AggregateFunction[] = [
  ...(['json_agg', 'json_agg_strict'] as const).map(
    (name): AggregateFunction => ({
      kind: 'aggregate',
      name,
      arguments: [ANYELEMENT],
      result: JSON_TYPE,
      skipsNulls: false,
      volatility: 'stable',
      implement: call => list(call, name.endsWith('strict')),
    }),
  ),
  ...(['jsonb_agg', 'jsonb_agg_strict'] as const).map(
    (name): AggregateFunction => ({
      kind: 'aggregate',
      name,
      arguments: [ANYELEMENT],
      result: JSONB,
      skipsNulls: false,
      volatility: 'stable',
      implement: call => listJsonb(call, name.endsWith('strict')),
    }),
  ),
  ...['', '_strict', '_unique', '_unique_strict'].flatMap((suffix): AggregateFunction[] => {
    const isStrict = suffix.endsWith('strict')
    const isUnique = suffix.includes('unique')
    return [
      {
        kind: 'aggregate',
        name: `json_object_agg${suffix}`,
        arguments: [ANY, ANY],
        argumentNames: ['key', 'value'],
        result: JSON_TYPE,
        skipsNulls: false,
        volatility: 'stable',
        implement: call => object(call, isStrict, isUnique),
      },
      {
        kind: 'aggregate',
        name: `jsonb_object_agg${suffix}`,
        arguments: [ANY, ANY],
        argumentNames: ['key', 'value'],
        result: JSONB,
        skipsNulls: false,
        implement: call => objectJsonb(call, isStrict, isUnique),
      },
    ]
  }),
]
