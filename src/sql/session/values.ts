/** Values of parameters on their way in, and of results on their way out. */

import { isInvisibleToJson, lossInJson } from '../../table/json.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { jsonbFromText, jsonbText } from '../storage/jsonb-text.ts'
import { checkEncoding } from '../syntax/encoding.ts'
import { DIMENSIONS_MAX, SqlArray, tooManyDimensions } from '../types/array.ts'
import { checkedTimestamp, msOfTimestamp, type Timestamp, timestampOfMs } from '../types/datetime-calendar.ts'
import { floatOverflow, toFloat4 } from '../types/float.ts'
import { inputFunction, outputFunction } from '../types/input-output.ts'
import { Numeric } from '../types/numeric.ts'
import { SqlRow } from '../types/row.ts'
import {
  BOOL,
  BYTEA,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  JSON_TYPE,
  JSONB,
  NUMERIC,
  OID,
  RECORD,
  type SqlType,
  TEXT,
  TIMESTAMPTZ,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import { GuessedType } from './guessed-types.ts'
import type { QueryOptions } from './options.ts'

/** @param given the part that is refused, when it is not the whole */
type Refuse = (expected: string, given?: unknown) => never

/** The type that a parameter has when the statement leaves it open. */
export function typeOfParameter(value: unknown): GuessedType | undefined {
  switch (typeof value) {
    case 'boolean':
      return GUESSES.bool
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? GUESSES.int8 : GUESSES.numeric
    default:
      if (value instanceof Date) return GUESSES.timestamptz
      if (value instanceof Uint8Array) return GUESSES.bytea
      return undefined
  }
}

export const GUESSES = {
  bool: GuessedType.of(BOOL),
  int8: GuessedType.of(INT8),
  numeric: GuessedType.of(NUMERIC),
  timestamptz: GuessedType.of(TIMESTAMPTZ),
  bytea: GuessedType.of(BYTEA),
}

/**
 * A value from JavaScript as one of a type. Text is read as PostgreSQL reads it.
 * @param place a parameter's number, or what else the value is
 * @throws SqlError 22P02, 22003, 42804 …; what does not name the parameter says it in `where`
 */
export function toSql(
  value: unknown,
  type: SqlType,
  context: EvaluationContext,
  place: number | string,
  jsonParameters: QueryOptions['jsonParameters'] = 'value',
): Value {
  try {
    return partToSql(value, type, context, place, jsonParameters)
  } catch (error) {
    if (!(error instanceof SqlError) || typeof place === 'string' || error.fields.where !== undefined)
      throw error
    throw new SqlError(error.sqlstate, error.primary, { ...error.fields, where: `parameter $${place}` })
  }
}

/** What a type takes of JavaScript, for who has given something else. */
function takenBy(type: SqlType): string {
  if (type.element !== undefined) return 'an array or its text'
  if (type === BOOL) return 'a boolean or its text'
  if (type === BYTEA) return 'a Uint8Array or its text'
  if (type.category === 'N') return 'a number, a bigint or its text'
  if (type.category === 'D') return 'a Date or its text'
  return 'text'
}

function partToSql(
  value: unknown,
  type: SqlType,
  context: EvaluationContext,
  place: number | string,
  jsonParameters: QueryOptions['jsonParameters'],
): Value {
  if (value === null || value === undefined) return null
  const plain = withoutDomain(type)
  const refuse: Refuse = (expected, given = value) => {
    throw new SqlError(
      '22P02',
      `${typeof place === 'number' ? `parameter $${place}` : place} is of type ${type.displayName}: it takes ${expected}, given ${describe(given)}`,
    )
  }
  if (plain === JSON_TYPE || plain === JSONB) {
    const text =
      typeof value === 'string' && (plain === JSON_TYPE || jsonParameters === 'text')
        ? value
        : jsonText(value, refuse)
    return plain === JSON_TYPE ? inputFunction(JSON_TYPE)(text, context) : jsonbFromText(text)
  }
  switch (typeof value) {
    case 'string':
      checkEncoding(value)
      if (plain === UNKNOWN) return value
      return inputFunction(type)(value, context)
    case 'boolean':
      if (plain === BOOL) return value
      if (plain.category === 'S') return String(value)
      return refuse(takenBy(plain))
    case 'number':
    case 'bigint':
      return numberToSql(value, plain, type, context, refuse)
    case 'object':
      break
    default:
      return refuse(takenBy(plain))
  }
  if (value instanceof Date) {
    const ms = value.getTime()
    if (Number.isNaN(ms)) refuse('a valid date')
    if (plain === TIMESTAMPTZ) return checkedTimestamp(timestampOfMs(ms))
    return inputFunction(type)(value.toISOString(), context)
  }
  if (value instanceof Uint8Array) return plain === BYTEA ? value : refuse(takenBy(plain))
  if (Array.isArray(value)) {
    if (plain.element === undefined) refuse(takenBy(plain))
    return arrayToSql(value, plain.element!, context, place, jsonParameters)
  }
  if (plain.fields !== undefined) {
    if (isInvisibleToJson(value)) refuse('an object with the names of its fields')
    const { fields } = plain
    const record = value as Record<string, unknown>
    const stranger = Object.keys(record).find(name => !fields.some(field => field.name === name))
    if (stranger !== undefined) refuse(`no field ${JSON.stringify(stranger)}`)
    return new SqlRow(
      fields.map(({ name, type: fieldType }) =>
        Object.hasOwn(record, name)
          ? partToSql(record[name], fieldType, context, place, jsonParameters)
          : null,
      ),
      plain.fields.map(field => field.type),
      plain.fields.map(field => field.name),
    )
  }
  return refuse(takenBy(plain))
}

/**
 * Bigints inside of other values have no place in JSON, nor have objects that are inside of themselves; and what it would lose in
 * silence is refused.
 */
function jsonText(value: unknown, refuse: Refuse): string {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return refuse('a value that JSON can hold, which bytes are not')
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    return refuse(`a value that JSON can hold (${cause.message.split('\n', 1)[0]})`)
  }
  if (text === undefined) return refuse('a value that JSON can hold')
  const loss = lossInJson(value, text)
  return loss === undefined ? text : refuse(loss.expected, loss.given)
}

function toDouble(value: number | bigint): number {
  const double = Number(value)
  if (typeof value === 'bigint' && !Number.isFinite(double)) throw floatOverflow()
  return double
}

function numberToSql(
  value: number | bigint,
  plain: SqlType,
  type: SqlType,
  context: EvaluationContext,
  refuse: Refuse,
): Value {
  switch (plain) {
    case INT2:
    case INT4:
    case INT8:
    case OID:
      if (typeof value === 'number') {
        if (!Number.isInteger(value)) return refuse('an integer')
        // What every type but the smallest holds needs no reading; adding 0 makes -0 what text would be.
        if (value >= -0x8000 && value <= (plain === INT2 ? 0x7fff : 0x7fff_ffff) && plain !== OID)
          return value + 0
      }
      return inputFunction(type)(
        typeof value === 'number' ? BigInt(value).toString() : value.toString(),
        context,
      )
    case FLOAT8:
      return toDouble(value)
    case FLOAT4:
      return toFloat4(toDouble(value))
    case NUMERIC:
      return Numeric.parse(String(value))
    default:
      if (plain.category === 'S' || plain === UNKNOWN) return String(value)
      return refuse(takenBy(plain))
  }
}

function arrayToSql(
  values: readonly unknown[],
  element: SqlType,
  context: EvaluationContext,
  place: number | string,
  jsonParameters: QueryOptions['jsonParameters'],
): SqlArray {
  const dimensions: number[] = []
  let level: unknown = values
  while (Array.isArray(level)) {
    // An array that is inside of itself has no end.
    if (dimensions.length === DIMENSIONS_MAX) throw tooManyDimensions()
    dimensions.push(level.length)
    level = level[0]
  }
  const elements: Value[] = []
  const walk = (part: unknown, depth: number): void => {
    if (depth === dimensions.length) {
      elements.push(partToSql(part, element, context, place, jsonParameters))
      return
    }
    if (!Array.isArray(part) || part.length !== dimensions[depth]) {
      throw new SqlError('2202E', 'multidimensional arrays must have sub-arrays with matching dimensions')
    }
    for (const one of part) walk(one, depth + 1)
  }
  walk(values, 0)
  if (elements.length === 0) return SqlArray.EMPTY
  return new SqlArray(
    elements,
    dimensions,
    dimensions.map(() => 1),
  )
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'object')
    return value === null
      ? 'null'
      : value instanceof Date
        ? 'a Date'
        : Array.isArray(value)
          ? 'an array'
          : 'an object'
  return String(value)
}

/** Asks the context for time zone and styles. */
export type FromSql = (value: Value, context: EvaluationContext) => unknown

/** @throws SqlError 22008 beyond what a Date has, which ends some 18,000 years earlier */
function dateOf(timestamp: Timestamp): Date {
  const date = new Date(msOfTimestamp(timestamp))
  if (Number.isNaN(date.getTime())) {
    throw new SqlError(
      '22008',
      'timestamp out of range for a Date of JavaScript, which ends in the year 275760',
      {
        hint: "With the option timestamps: 'string' it comes as text.",
      },
    )
  }
  return date
}

/** Makes the function that turns values of a type into what JavaScript gets. Undefined: they stay as they are. */
export function fromSql(type: SqlType, options: QueryOptions): FromSql | undefined {
  const plain = withoutDomain(type)
  switch (plain) {
    case BOOL:
    case INT2:
    case INT4:
    case OID:
    case FLOAT4:
    case FLOAT8:
    case TEXT:
    case BYTEA:
      return undefined
    case INT8: {
      const policy = options.bigint ?? 'auto'
      return policy === 'auto' ? undefined : policy === 'bigint' ? BigInt : String
    }
    case NUMERIC:
      return options.numeric === 'number' ? value => Number(value.toString()) : value => value.toString()
    case TIMESTAMPTZ:
      if (options.timestamps === 'string') break
      return value => {
        if (value === Infinity || value === -Infinity) return value
        return dateOf(value)
      }
    case JSON_TYPE:
      return value => JSON.parse(value)
    case JSONB:
      return value => JSON.parse(jsonbText(value))
  }
  if (plain.element !== undefined) {
    const element = fromSql(plain.element, options)
    return (array: SqlArray, context) => nested(array, element, context)
  }
  if (plain === RECORD || plain.fields !== undefined) {
    return (row: SqlRow, context) => {
      const object: Record<string, unknown> = {}
      row.values.forEach((value, i) => {
        const convert = fromSql(row.types[i], options)
        const converted = value === null || convert === undefined ? value : convert(value, context)
        setOwn(object, row.names?.[i] ?? `f${i + 1}`, converted)
      })
      return object
    }
  }
  if (plain.category === 'S' || plain.name === 'uuid' || plain === UNKNOWN) return undefined
  return outputFunction(type)
}

/** The one name that an assignment takes for something else. */
export const PROTOTYPE = '__proto__'

export function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== PROTOTYPE) object[name] = value
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}

/** An array of arrays, as deep as there are dimensions. */
function nested(array: SqlArray, element: FromSql | undefined, context: EvaluationContext): unknown[] {
  let next = 0
  const build = (depth: number): unknown[] => {
    const list: unknown[] = []
    for (let i = 0; i < array.dimensions[depth]; i++) {
      if (depth < array.dimensions.length - 1) list.push(build(depth + 1))
      else {
        const value = array.elements[next++]
        list.push(value === null || element === undefined ? value : element(value, context))
      }
    }
    return list
  }
  return array.dimensions.length === 0 ? [] : build(0)
}
