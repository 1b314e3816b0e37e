/**
 * SQL/JSON of the SQL standard: JSON_OBJECT, JSON_ARRAY, JSON(), JSON_SCALAR, and the questions by path, JSON_QUERY,
 * JSON_VALUE and JSON_EXISTS. They have a grammar of their own and are in no registry: the binder makes a function for the
 * clauses that were written. The same clauses give the same function, so that equal expressions are known to be equal.
 */

import { SqlError } from '../errors.ts'
import { inputFunction, outputFunction } from '../types/input-output.ts'
import { jsonQuoted } from '../types/json.ts'
import { Jsonb, type JsonValue, jsonObject, jsonText } from '../types/jsonb.ts'
import type { JsonPath } from '../types/jsonpath.ts'
import {
  ANY,
  BOOL,
  DATE,
  JSON_TYPE,
  JSONB,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  withoutDomain,
} from '../types/type.ts'
import { isJson } from './json-access.ts'
import { jsonbEncoder, jsonEncoder, keyEncoder } from './json-encode.ts'
import { valueFromJson } from './json-expand.ts'
import { type Item, itemValue, pathItems } from './jsonpath-evaluate.ts'
import { dateTimeFromText, JsonDateTime } from './jsonpath-items.ts'
import type { CallTypes, EvaluationContext, ScalarFunction, Value } from './registry.ts'

const made = new Map<string, ScalarFunction>()

const ASKING: ReadonlySet<string> = new Set(['json_value', 'json_query', 'json_exists', 'is_json'])

/** The function for these clauses. */
function madeOnce(
  name: string,
  clauses: unknown,
  result: SqlType,
  implement: ScalarFunction['implement'],
): ScalarFunction {
  const key = `${name} ${result.name} ${JSON.stringify(clauses)}`
  let found = made.get(key)
  if (found === undefined) {
    // What is built, and what is read as dates, depends on settings.
    const isAsking = ASKING.has(name) && result.category !== 'D'
    const volatility = isAsking ? 'immutable' : 'stable'
    found = { kind: 'scalar', name, arguments: [], result, isStrict: false, volatility, implement }
    made.set(key, found)
  }
  return found
}

// -------------------------------------------------------------------------------------------- constructors

/** Keys and values, one after the other. */
export function jsonObjectOf(isAbsentOnNull: boolean, isUnique: boolean, result: SqlType): ScalarFunction {
  return madeOnce('json_object', [isAbsentOnNull, isUnique], result, ({ argumentTypes }) => {
    const members = argumentTypes
      .filter((_, i) => i % 2 === 0)
      .map((type, i) => memberEncoder(type, argumentTypes[2 * i + 1]!, result))
    return (...values: Value[]) => {
      const context: EvaluationContext = values[argumentTypes.length]
      const keys: string[] = []
      const encoded: JsonValue[] = []
      const seen = new Set<string>()
      members.forEach(({ key, value }, i) => {
        if (values[2 * i] === null) throw nullKey(result)
        const name = key(values[2 * i], context)
        const isAbsent = isAbsentOnNull && values[2 * i + 1] === null
        if (isUnique) {
          if (seen.has(name)) throw duplicateKey(name, result)
          seen.add(name)
        }
        if (isAbsent) return
        keys.push(name)
        encoded.push(value(values[2 * i + 1], context))
      })
      if (result === JSONB) return new Jsonb(jsonObject(keys, encoded))
      return `{${keys.map((name, i) => `${jsonQuoted(name)} : ${encoded[i]}`).join(', ')}}`
    }
  })
}

function memberEncoder(keyType: SqlType, type: SqlType, result: SqlType) {
  return { key: keyEncoder(keyType), value: result === JSONB ? jsonbEncoder(type) : jsonEncoder(type) }
}

function nullKey(result: SqlType): SqlError {
  return result === JSONB
    ? new SqlError('22023', 'argument 1: key must not be null')
    : new SqlError('22004', 'null value not allowed for object key')
}

function duplicateKey(name: string, result: SqlType): SqlError {
  const which = result === JSONB ? '' : `: ${jsonQuoted(name)}`
  return new SqlError('22030', `duplicate JSON object key value${which}`)
}

export function jsonArrayOf(isAbsentOnNull: boolean, result: SqlType): ScalarFunction {
  return madeOnce('json_array', isAbsentOnNull, result, ({ argumentTypes }) => {
    const encoders = argumentTypes.map(type => (result === JSONB ? jsonbEncoder(type) : jsonEncoder(type)))
    return (...values: Value[]) => {
      const context: EvaluationContext = values[argumentTypes.length]
      const items: JsonValue[] = []
      encoders.forEach((encode, i) => {
        if (!isAbsentOnNull || values[i] !== null) items.push(encode(values[i], context))
      })
      return result === JSONB ? new Jsonb(items) : `[${items.join(', ')}]`
    }
  })
}

/** JSON(text): the text as it is, when it is JSON. */
export function jsonOfText(isUnique: boolean): ScalarFunction {
  return madeOnce('json', isUnique, JSON_TYPE, () => {
    const read = inputFunction(JSON_TYPE)
    return (text: string | null, context: EvaluationContext) => {
      if (text === null) return null
      const json = read(text, context)
      if (isUnique && !isJson(json, 'any', true))
        throw new SqlError('22030', 'duplicate JSON object key value')
      return json
    }
  })
}

/** JSON_SCALAR: null is null, and not JSON's. */
export function jsonScalarOf(): ScalarFunction {
  return madeOnce('json_scalar', undefined, JSON_TYPE, ({ argumentTypes }) => {
    const encode = jsonEncoder(argumentTypes[0]!)
    return (value, context) => (value === null ? null : encode(value, context))
  })
}

// ------------------------------------------------------------------------------------------- questions by path

export type Behavior =
  | 'error'
  | 'null'
  | 'true'
  | 'false'
  | 'unknown'
  | 'empty array'
  | 'empty object'
  | 'default'

/** The clauses of a question. `onEmpty` undefined: as `onError`. */
export interface PathQuestion {
  readonly asks: 'query' | 'value' | 'exists'
  readonly wrapper: 'none' | 'conditional' | 'unconditional'
  readonly omitsQuotes: boolean
  readonly onEmpty: Behavior | undefined
  readonly onError: Behavior
  /** Of JSON_TABLE: whose errors are the column's. */
  readonly column: string | undefined
}

/** What a question is asked with, besides the value. */
export interface PathInput {
  readonly path: JsonPath
  readonly variables: JsonValue
  /** Of DEFAULT … ON EMPTY, and ON ERROR. */
  readonly defaultOnEmpty: Value
  readonly defaultOnError: Value
  readonly context: EvaluationContext
}

/**
 * Asks of a value. Arguments: the value as jsonb, the path, what was passed in the order of `names`, and the values of
 * DEFAULT ON EMPTY and ON ERROR (null without).
 */
export function jsonQuestion(question: PathQuestion, names: readonly string[]): ScalarFunction {
  return madeOnce(`json_${question.asks}`, [question, names], ANY, call => {
    const answer = answerer(question, call.resultType, call.modifier)
    const passed = passedValues(names, call, 2)
    return (...values: Value[]) => {
      const [json, path] = values
      const after = 2 + names.length
      const context: EvaluationContext = values[after + 2]
      if (json === null || path === null) return null
      return answer((json as Jsonb).value, {
        path,
        variables: passed(values, context),
        defaultOnEmpty: values[after],
        defaultOnError: values[after + 1],
        context,
      })
    }
  })
}

/** The values of PASSING, as a path sees them; `from`: the first one's argument. */
export function passedValues(
  names: readonly string[],
  call: CallTypes,
  from: number,
): (values: readonly Value[], context: EvaluationContext) => JsonValue {
  const encoders = names.map((_, i) => variableEncoder(call.argumentTypes[from + i]!))
  return (values, context) =>
    new Map(names.map((name, i) => [name, encoders[i]!(values[from + i], context) as JsonValue]))
}

const DATE_TIMES: ReadonlySet<SqlType> = new Set([DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ])

function variableEncoder(type: SqlType): (value: Value, context: EvaluationContext) => Item {
  const plain = withoutDomain(type)
  const encode = jsonbEncoder(plain)
  if (!DATE_TIMES.has(plain)) return encode
  // A path compares dates as dates.
  const print = outputFunction(plain)
  return (value, context) =>
    value === null ? null : (dateTimeFromText(print(value, context), context) ?? encode(value, context))
}

type Answerer = (root: JsonValue, input: PathInput) => Value

/** An error that ON ERROR takes the place of: of the data, or of making a value of the type that is asked for. */
function isDataError(error: unknown): boolean {
  return error instanceof SqlError && (error.sqlstate.startsWith('22') || error.sqlstate.startsWith('23'))
}

export function answerer(question: PathQuestion, type: SqlType, modifier: number): Answerer {
  const { onError } = question
  const onEmpty = question.onEmpty
  const found = finder(question, type, modifier)
  const instead = (behavior: Behavior, given: Value, input: PathInput): Value =>
    behaviorValue(behavior, given, type, modifier, input.context)
  return (root, input) => {
    let value: Value
    try {
      value = found(root, input)
    } catch (error) {
      if (onError === 'error' || !isDataError(error)) throw error
      return instead(onError, input.defaultOnError, input)
    }
    if (value !== NOTHING) return value
    if (onEmpty !== undefined && onEmpty !== 'error') return instead(onEmpty, input.defaultOnEmpty, input)
    if (onEmpty === undefined && onError !== 'error') return instead(onError, input.defaultOnError, input)
    const of = question.column === undefined ? '' : ` of column "${question.column}"`
    throw new SqlError('22035', `no SQL/JSON item found for specified path${of}`)
  }
}

const NOTHING = Symbol('nothing')

function finder(question: PathQuestion, type: SqlType, modifier: number): Answerer {
  const { asks, wrapper, column } = question
  const of = column === undefined ? '' : ` of column "${column}"`
  const toType = valueMaker(question, type, modifier)
  const itemsOf = (root: JsonValue, { path, variables, context }: PathInput): Item[] => [
    ...pathItems({ path, root, variables, usesZone: true, context }),
  ]
  switch (asks) {
    case 'exists':
      return (root, input) => existenceAs(itemsOf(root, input).length > 0, type, input.context)
    case 'value':
      return (root, input) => {
        const items = itemsOf(root, input)
        if (items.length === 0) return NOTHING
        const only = items[0]!
        if (items.length > 1) {
          throw new SqlError(
            '22034',
            `JSON path expression ${column === undefined ? 'in JSON_VALUE' : `for column "${column}"`} must return single scalar item`,
          )
        }
        if (typeof only === 'object' && only !== null && isComposite(only)) {
          throw new SqlError(
            '2203F',
            `JSON path expression ${column === undefined ? 'in JSON_VALUE' : `for column "${column}"`} must return single scalar item`,
          )
        }
        return only === null ? null : toType(itemValue(only), input.context)
      }
    default:
      return (root, input) => {
        const items = itemsOf(root, input).map(itemValue)
        if (items.length === 0) return NOTHING
        if (wrapper === 'unconditional' || (wrapper === 'conditional' && items.length > 1)) {
          return toType(items, input.context)
        }
        if (items.length > 1) {
          throw new SqlError(
            '22034',
            `JSON path expression ${of === '' ? 'in JSON_QUERY' : `for column "${column}"`} must return single item when no wrapper is requested`,
            { hint: 'Use the WITH WRAPPER clause to wrap SQL/JSON items into an array.' },
          )
        }
        return toType(items[0]!, input.context)
      }
  }
}

function isComposite(item: Item): boolean {
  return !(item instanceof JsonDateTime) && (Array.isArray(item) || item instanceof Map)
}

/** Whether something was found, in the type of the column. */
function existenceAs(exists: boolean, type: SqlType, context: EvaluationContext): Value {
  const plain = withoutDomain(type)
  if (plain === BOOL) return exists
  const text = plain.category === 'N' ? String(Number(exists)) : String(exists)
  return inputFunction(type)(text, context)
}

/** A scalar as the text of its type in SQL, which is what JSON_VALUE reads. */
function scalarText(value: JsonValue): string {
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return typeof value === 'string' ? value : jsonText(value)
}

/** A JSON value as one of a type. */
function valueMaker(
  { asks, omitsQuotes }: PathQuestion,
  type: SqlType,
  modifier: number,
): (value: JsonValue, context: EvaluationContext) => Value {
  const plain = withoutDomain(type)
  const isText = (value: JsonValue): value is string => typeof value === 'string'
  if (asks === 'value') {
    const read = inputFunction(type, modifier)
    return (value, context) => read(scalarText(value), context)
  }
  if (plain === JSONB || plain === JSON_TYPE) {
    const read = inputFunction(plain)
    return (value, context) => {
      if (omitsQuotes && isText(value)) return read(value, context)
      return plain === JSONB ? new Jsonb(value) : jsonText(value)
    }
  }
  if (plain.kind === 'array' || plain.fields !== undefined) {
    return (value, context) => valueFromJson(value, type, modifier, context)
  }
  const read = inputFunction(type, modifier)
  return (value, context) => read(omitsQuotes && isText(value) ? value : jsonText(value), context)
}

function behaviorValue(
  behavior: Behavior,
  given: Value,
  type: SqlType,
  modifier: number,
  context: EvaluationContext,
): Value {
  switch (behavior) {
    case 'default':
      return given
    case 'true':
      return existenceAs(true, type, context)
    case 'false':
      return existenceAs(false, type, context)
    case 'empty array':
      return behaviorJson([], type, modifier, context)
    case 'empty object':
      return behaviorJson(new Map(), type, modifier, context)
    default:
      return null
  }
}

function behaviorJson(value: JsonValue, type: SqlType, modifier: number, context: EvaluationContext): Value {
  const question: PathQuestion = {
    asks: 'query',
    wrapper: 'none',
    omitsQuotes: false,
    onEmpty: undefined,
    onError: 'error',
    column: undefined,
  }
  return valueMaker(question, type, modifier)(value, context)
}
