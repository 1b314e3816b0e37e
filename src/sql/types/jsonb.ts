/**
 * jsonb: JSON as a value, parsed.
 *
 * Invariants:
 * 1. The keys of an object are in PostgreSQL's order: by length in bytes, then by bytes. Of a key given twice the last
 *    value stays.
 * 2. Numbers are `Numeric`, with the scale they were written with; equality and order look at the value alone.
 * 3. A value is never changed after it was made: changes share what stays.
 */

import { compareText } from './compare.ts'
import { decodeJsonString, type JsonBuilder, jsonQuoted, parseJson } from './json.ts'
import { compareNumeric, Numeric, numericKey } from './numeric.ts'
import type { TextFormat, TypeComparison } from './text-format.ts'
import { JSONB } from './type.ts'

export type JsonObject = ReadonlyMap<string, JsonValue>
export type JsonArray = readonly JsonValue[]
export type JsonValue = null | boolean | string | Numeric | JsonArray | JsonObject

export function isJsonObject(value: JsonValue): value is JsonObject {
  return value instanceof Map
}
export function isJsonArray(value: JsonValue): value is JsonArray {
  return Array.isArray(value)
}
export function isJsonScalar(value: JsonValue): value is null | boolean | string | Numeric {
  return !(value instanceof Map) && !Array.isArray(value)
}

export class Jsonb {
  readonly value: JsonValue

  constructor(value: JsonValue) {
    this.value = value
  }

  static parse(text: string): Jsonb {
    return new Jsonb(parseJson(text, BUILDER))
  }

  private text: string | undefined
  toString(): string {
    this.text ??= jsonText(this.value)
    return this.text
  }

  static readonly NULL = new Jsonb(null)
}

const BUILDER: JsonBuilder<JsonValue> = {
  decodes: true,
  string: raw => decodeJsonString(raw),
  number: text => Numeric.parse(text),
  constant: value => value,
  array: elements => elements,
  object: (keys, values) => jsonObject(keys, values),
}

/** Bytes in UTF-8. */
function byteLength(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) bytes += 2
    else if (code >= 0x80) bytes += 1
  }
  return bytes
}
function compareKeys(left: string, right: string): number {
  return byteLength(left) - byteLength(right) || compareText(left, right)
}

/** In the order of keys; of duplicates the last. */
export function jsonObject(keys: readonly string[], values: readonly JsonValue[]): JsonObject {
  const last = new Map<string, JsonValue>()
  for (let at = 0; at < keys.length; at += 1) last.set(keys[at]!, values[at]!)
  return sortedObject(last)
}
export function sortedObject(entries: ReadonlyMap<string, JsonValue>): JsonObject {
  let previous: string | undefined
  let isSorted = true
  for (const key of entries.keys()) {
    if (previous !== undefined && compareKeys(previous, key) > 0) {
      isSorted = false
      break
    }
    previous = key
  }
  if (isSorted) return entries
  return new Map([...entries].sort((left, right) => compareKeys(left[0], right[0])))
}

/** As PostgreSQL prints jsonb: a blank after colon and comma. */
export function jsonText(value: JsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return jsonQuoted(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (isJsonArray(value)) return `[${value.map(jsonText).join(', ')}]`
  if (isJsonObject(value)) {
    const parts: string[] = []
    for (const [key, item] of value) parts.push(`${jsonQuoted(key)}: ${jsonText(item)}`)
    return `{${parts.join(', ')}}`
  }
  return value.toString()
}

/** The value of a string, the text of all else; null of JSON's null: what `->>` gives. */
export function jsonValueText(value: JsonValue): string | null {
  if (value === null) return null
  return typeof value === 'string' ? value : jsonText(value)
}

/** In the order of PostgreSQL: null < string < number < boolean < array < object. */
function rank(value: JsonValue): number {
  if (value === null) return 0
  if (typeof value === 'string') return 1
  if (typeof value === 'boolean') return 3
  if (isJsonArray(value)) return 4
  return isJsonObject(value) ? 5 : 2
}

function compareValues(left: JsonValue, right: JsonValue): -1 | 0 | 1 {
  const leftRank = rank(left)
  const rightRank = rank(right)
  if (leftRank !== rightRank) return leftRank < rightRank ? -1 : 1
  switch (leftRank) {
    case 0:
      return 0
    case 1:
      return compareText(left as string, right as string)
    case 2:
      return compareNumeric(left as Numeric, right as Numeric)
    case 3:
      return left === right ? 0 : left === false ? -1 : 1
    case 4: {
      const one = left as JsonArray
      const two = right as JsonArray
      if (one.length !== two.length) return one.length < two.length ? -1 : 1
      for (let at = 0; at < one.length; at += 1) {
        const order = compareValues(one[at]!, two[at]!)
        if (order !== 0) return order
      }
      return 0
    }
    default: {
      const one = left as JsonObject
      const two = right as JsonObject
      if (one.size !== two.size) return one.size < two.size ? -1 : 1
      const entries = two.entries()
      for (const [key, value] of one) {
        const [otherKey, otherValue] = entries.next().value as [string, JsonValue]
        const order = compareText(key, otherKey) || compareValues(value, otherValue)
        if (order !== 0) return order as -1 | 1
      }
      return 0
    }
  }
}

export function compareJsonb(left: Jsonb, right: Jsonb): -1 | 0 | 1 {
  const one = left.value
  const two = right.value
  // A scalar at the top is stored as an array of one, and so comes after the empty array: history, kept by PostgreSQL.
  if (isJsonArray(one) && one.length === 0 && isJsonScalar(two)) return -1
  if (isJsonArray(two) && two.length === 0 && isJsonScalar(one)) return 1
  return compareValues(one, two)
}
export function equalJson(left: JsonValue, right: JsonValue): boolean {
  return compareValues(left, right) === 0
}

export function jsonbKey(value: Jsonb): string {
  return keyText(value.value)
}
function keyText(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(keyText).join(',')}]`
  if (isJsonObject(value)) {
    return `{${[...value].map(([key, item]) => `${jsonQuoted(key)}:${keyText(item)}`).join(',')}}`
  }
  return value instanceof Numeric ? `#${numericKey(value)}` : jsonText(value)
}

export const JSONB_TEXT_FORMAT: TextFormat = {
  type: JSONB,
  input: Jsonb.parse,
  output: (value: Jsonb) => value.toString(),
}
export const JSON_COMPARISONS: readonly TypeComparison[] = [
  { type: JSONB, compare: compareJsonb, keyOf: jsonbKey },
]
