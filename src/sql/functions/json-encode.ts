/** Values of SQL as JSON: what to_json, row_to_json and their kind agree on. */

import { SqlError } from '../errors.ts'
import type { SqlArray } from '../types/array.ts'
import { dateText, xsdTimestampText, xsdTimestampWithZoneText } from '../types/datetime-output.ts'
import { outputFunction } from '../types/input-output.ts'
import { jsonQuoted } from '../types/json.ts'
import { Jsonb, type JsonValue, jsonObject } from '../types/jsonb.ts'
import { Numeric } from '../types/numeric.ts'
import type { SqlRow } from '../types/row.ts'
import {
  BOOL,
  DATE,
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
  TIMESTAMP,
  TIMESTAMPTZ,
  withoutDomain,
} from '../types/type.ts'
import type { EvaluationContext, Value } from './registry.ts'

type Context = EvaluationContext
const NUMBERS: ReadonlySet<SqlType> = new Set([INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC])
const JSON_NUMBER = /^-?\d/

export function isRowType(type: SqlType): boolean {
  return type === RECORD || type.kind === 'composite'
}
function fieldName(row: SqlRow, at: number): string {
  return row.names?.[at] ?? `f${at + 1}`
}
/** Texts of what JSON has no form of its own for. */
function plainText(type: SqlType): (value: Value, context: Context) => string {
  switch (type) {
    case DATE:
      return value => dateText(value, 'ISO')
    case TIMESTAMP:
      return value => xsdTimestampText(value)
    case TIMESTAMPTZ:
      return (value, context) => xsdTimestampWithZoneText(value, context)
    default:
      return outputFunction(type)
  }
}

export type JsonEncoder = (value: Value, context: Context) => string

/** JSON's text of values of a type; null is `null`. `isPretty`: line feeds between the parts at the top. */
export function jsonEncoder(type: SqlType, isPretty = false): JsonEncoder {
  const encode = nonNullEncoder(withoutDomain(type), isPretty)
  return (value, context) => (value === null ? 'null' : encode(value, context))
}

function nonNullEncoder(type: SqlType, isPretty: boolean): JsonEncoder {
  if (type === BOOL) return value => (value ? 'true' : 'false')
  if (NUMBERS.has(type)) {
    const print = outputFunction(type)
    return (value, context) => {
      const text = print(value, context)
      return JSON_NUMBER.test(text) ? text : jsonQuoted(text)
    }
  }
  if (type === JSON_TYPE) return value => value
  if (type === JSONB) return (value: Jsonb) => value.toString()
  if (type.element !== undefined && type.kind !== 'base') {
    let encode: JsonEncoder | undefined
    return (array: SqlArray, context) => {
      encode ??= jsonEncoder(type.element!)
      return arrayJson(array, value => encode!(value, context), isPretty)
    }
  }
  if (isRowType(type)) {
    return (row: SqlRow, context) =>
      `{${row.values
        .map(
          (value, at) => `${jsonQuoted(fieldName(row, at))}:${jsonEncoder(row.types[at]!)(value, context)}`,
        )
        .join(isPretty ? ',\n ' : ',')}}`
  }
  const print = plainText(type)
  return (value, context) => jsonQuoted(print(value, context))
}

function arrayJson(array: SqlArray, encode: (value: Value) => string, isPretty: boolean): string {
  let at = 0
  const dimension = (depth: number): string => {
    const parts: string[] = []
    for (let index = 0; index < array.dimensions[depth]!; index += 1) {
      if (depth === array.dimensions.length - 1) {
        parts.push(encode(array.elements[at]))
        at += 1
      } else parts.push(dimension(depth + 1))
    }
    return `[${parts.join(isPretty && depth === 0 ? ',\n ' : ',')}]`
  }
  return array.length === 0 ? '[]' : dimension(0)
}

export type JsonbEncoder = (value: Value, context: Context) => JsonValue

export function jsonbEncoder(type: SqlType): JsonbEncoder {
  const encode = nonNullJsonbEncoder(withoutDomain(type))
  return (value, context) => (value === null ? null : encode(value, context))
}

function nonNullJsonbEncoder(type: SqlType): JsonbEncoder {
  if (type === BOOL) return value => value
  if (type === NUMERIC) {
    return (value: Numeric) => (JSON_NUMBER.test(value.toString()) ? value : value.toString())
  }
  if (type === INT2 || type === INT4 || type === INT8) return value => Numeric.ofInteger(value)
  if (NUMBERS.has(type)) {
    const print = outputFunction(type)
    return (value, context) => {
      const text = print(value, context)
      return JSON_NUMBER.test(text) ? Numeric.parse(text) : text
    }
  }
  if (type === JSON_TYPE) return value => Jsonb.parse(value).value
  if (type === JSONB) return (value: Jsonb) => value.value
  if (type.element !== undefined && type.kind !== 'base') {
    let encode: JsonbEncoder | undefined
    return (array: SqlArray, context) => {
      encode ??= jsonbEncoder(type.element!)
      let at = 0
      const dimension = (depth: number): JsonValue[] => {
        const parts: JsonValue[] = []
        for (let index = 0; index < array.dimensions[depth]!; index += 1) {
          if (depth === array.dimensions.length - 1) {
            parts.push(encode!(array.elements[at], context))
            at += 1
          } else parts.push(dimension(depth + 1))
        }
        return parts
      }
      return array.length === 0 ? [] : dimension(0)
    }
  }
  if (isRowType(type)) {
    return (row: SqlRow, context) =>
      jsonObject(
        row.values.map((_, at) => fieldName(row, at)),
        row.values.map((value, at) => jsonbEncoder(row.types[at]!)(value, context)),
      )
  }
  return plainText(type)
}

/** Text of an object's key; arrays, rows and JSON are none. */
export function keyEncoder(type: SqlType): JsonEncoder {
  const plain = withoutDomain(type)
  if (
    (plain.element !== undefined && plain.kind !== 'base') ||
    isRowType(plain) ||
    plain === JSON_TYPE ||
    plain === JSONB
  ) {
    return () => {
      throw new SqlError('22023', 'key value must be scalar, not array, composite, or json')
    }
  }
  if (plain === BOOL) return value => (value ? 'true' : 'false')
  return plainText(plain)
}
