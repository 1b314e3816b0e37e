/**
 * Tuples and structs of tables that were made in TypeScript, which are jsonb to SQL: part by part, as their types say, so that
 * there and back again gives the same value. Numbers are exact, however large; what JSON has no form for is the text that
 * PostgreSQL's `to_jsonb` gives it (`"NaN"`, `"\\x01ff"`), an instant is its ISO form, an interval an object of its parts.
 *
 * On the way in, what does not fit the type is passed on as it is: the table's own codec refuses it, and says where.
 */

import type { TypeNode } from '../../table/type-node.ts'
import type { Value } from '../functions/registry.ts'
import {
  isJsonArray,
  isJsonObject,
  Jsonb,
  type JsonObject,
  type JsonValue,
  jsonObject,
  jsonText,
} from '../types/jsonb.ts'
import { Numeric } from '../types/numeric.ts'

const BYTES = /^\\x(?:[0-9a-f]{2})*$/i
const NOT_FINITE = /^(?:NaN|-?Infinity)$/

/** The jsonb of a stored tuple, struct or array. */
export function jsonbOfTyped(node: TypeNode, value: unknown): Jsonb {
  return new Jsonb(jsonOf(node, value))
}

function jsonOf(node: TypeNode, value: unknown): JsonValue {
  switch (node.kind) {
    case 'nullable':
      return value === null ? null : jsonOf(node.of, value)
    case 'desc':
      return jsonOf(node.of, value)
    case 'array':
      return (value as unknown[]).map(element => jsonOf(node.element, element))
    case 'tuple':
      return node.elements.map((element, i) => jsonOf(element, (value as unknown[])[i]))
    case 'struct':
      return jsonObject(
        node.fields.map(([name]) => name),
        node.fields.map(([name, type]) => jsonOf(type, (value as Record<string, unknown>)[name])),
      )
    case 'f32':
    case 'f64':
      return Number.isFinite(value) ? Numeric.parse(String(value)) : String(value)
    case 'bytes':
      return `\\x${Buffer.from(value as Uint8Array).toString('hex')}`
    case 'date':
      return (value as Date).toISOString()
    case 'interval': {
      const { months, days, microseconds } = value as Record<string, number | bigint>
      const parts = [days, months, microseconds].map(part => Numeric.parse(String(part)))
      return jsonObject(['days', 'months', 'microseconds'], parts)
    }
    case 'json':
      return Jsonb.parse(JSON.stringify(value)).value
    default:
      return typeof value === 'number' || typeof value === 'bigint'
        ? Numeric.parse(String(value))
        : (value as boolean | string)
  }
}

/** What is stored for jsonb that comes from SQL. */
export function typedOfJsonb(node: TypeNode, value: Value): unknown {
  return typedOf(node, (value as Jsonb).value)
}

function typedOf(node: TypeNode, json: JsonValue): unknown {
  switch (node.kind) {
    case 'nullable':
      return json === null ? null : typedOf(node.of, json)
    case 'desc':
      return typedOf(node.of, json)
    case 'array':
      return isJsonArray(json) ? json.map(element => typedOf(node.element, element)) : plain(json)
    case 'tuple':
      return isJsonArray(json) && json.length === node.elements.length
        ? json.map((element, i) => typedOf(node.elements[i], element))
        : plain(json)
    case 'struct':
      return json !== null && isJsonObject(json) ? structOf(new Map(node.fields), json) : plain(json)
    case 'f32':
    case 'f64':
      return typeof json === 'string' && NOT_FINITE.test(json) ? Number(json) : plain(json)
    case 'u64':
    case 'i64':
    case 'bigint':
      return integerOf(json)
    case 'decimal':
      return json instanceof Numeric ? json.toString() : plain(json)
    case 'bytes':
      return typeof json === 'string' && BYTES.test(json)
        ? new Uint8Array(Buffer.from(json.slice(2), 'hex'))
        : plain(json)
    case 'date':
      return typeof json === 'string' && !Number.isNaN(Date.parse(json)) ? new Date(json) : plain(json)
    case 'interval':
      return json !== null && isJsonObject(json) ? structOf(INTERVAL_PARTS, json) : plain(json)
    default:
      return plain(json)
  }
}

const INTERVAL_PARTS: ReadonlyMap<string, TypeNode> = new Map([
  ['months', { kind: 'i32' }],
  ['days', { kind: 'i32' }],
  ['microseconds', { kind: 'i64' }],
])

/** With what the struct does not have, too, so that it is refused. */
function structOf(types: ReadonlyMap<string, TypeNode>, json: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    [...json].map(([name, part]) => {
      const type = types.get(name)
      return [name, type === undefined ? plain(part) : typedOf(type, part)]
    }),
  )
}

function integerOf(json: JsonValue): unknown {
  const text = json instanceof Numeric ? json.toString() : ''
  return /^-?\d+$/.test(text) ? BigInt(text) : plain(json)
}

const plain = (json: JsonValue): unknown => JSON.parse(jsonText(json))
