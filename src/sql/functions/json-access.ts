/** Looking into json and jsonb: fields, elements, paths, containment. */

import { SqlError } from '../errors.ts'
import type { SqlArray } from '../types/array.ts'
import { type JsonNode, jsonNodeText, jsonTree, parseJson } from '../types/json.ts'
import {
  equalJson,
  isJsonArray,
  isJsonObject,
  isJsonScalar,
  Jsonb,
  type JsonValue,
  jsonValueText,
} from '../types/jsonb.ts'
import { Numeric } from '../types/numeric.ts'
import { BOOL, BYTEA, INT4, JSON_TYPE, JSONB, type SqlType, TEXT } from '../types/type.ts'
import { scalar } from './definitions.ts'
import type { ScalarFunction, SqlFunction, Value } from './registry.ts'

const TEXTS = TEXT.array!

/** A subscript of an array, written in a path; undefined: it is none. */
export function pathIndex(text: string): number | undefined {
  if (!/^\s*[-+]?\d+$/.test(text)) return undefined
  const value = Number(text)
  return Math.abs(value) <= 2_147_483_648 ? value : undefined
}
function at<T>(elements: readonly T[], index: number): T | undefined {
  return elements[index < 0 ? elements.length + index : index]
}

/** The field or element; undefined: there is none. */
export function child(value: JsonValue, key: string | number): JsonValue | undefined {
  if (typeof key === 'string') return isJsonObject(value) ? value.get(key) : undefined
  return isJsonArray(value) ? at(value, key) : undefined
}
/** By the texts of a path: names in objects, subscripts in arrays. */
export function descend(value: JsonValue, path: readonly (string | null)[]): JsonValue | undefined {
  let here: JsonValue | undefined = value
  for (const key of path) {
    if (key === null || here === undefined) return undefined
    if (isJsonArray(here)) {
      const index = pathIndex(key)
      here = index === undefined ? undefined : at(here, index)
    } else here = child(here, key)
  }
  return here
}

/** The last of duplicate keys counts. */
function nodeChild(node: JsonNode, key: string | number): JsonNode | undefined {
  if (typeof key === 'number') return node.kind === 'array' ? at(node.elements, key) : undefined
  if (node.kind !== 'object') return undefined
  const found = node.keys.lastIndexOf(key)
  return found < 0 ? undefined : node.elements[found]
}
function nodeDescend(text: string, path: readonly (string | null)[]): JsonNode | undefined {
  let here: JsonNode | undefined = jsonTree(text, 'escapes')
  for (const key of path) {
    if (key === null || here === undefined) return undefined
    if (here.kind === 'array') {
      const index = pathIndex(key)
      here = index === undefined ? undefined : at(here.elements, index)
    } else here = nodeChild(here, key)
  }
  return here
}

const wrapped = (value: JsonValue | undefined): Jsonb | null =>
  value === undefined ? null : new Jsonb(value)
const asText = (value: JsonValue | undefined): string | null =>
  value === undefined ? null : jsonValueText(value)
const nodeJson = (node: JsonNode | undefined): string | null => (node === undefined ? null : node.text)
const nodeText = (node: JsonNode | undefined): string | null =>
  node === undefined ? null : jsonNodeText(node)

/** A scalar at the top is stored as an array of one, and PostgreSQL's -> shows it. */
const topChild = ({ value }: Jsonb, key: string | number): JsonValue | undefined =>
  isJsonScalar(value) ? (key === 0 || key === -1 ? value : undefined) : child(value, key)
const jsonbChild = (json: Jsonb, key: string | number): Jsonb | null => wrapped(topChild(json, key))
const jsonbChildText = (json: Jsonb, key: string | number): string | null => asText(topChild(json, key))
const jsonbPath = (json: Jsonb, path: SqlArray): Jsonb | null =>
  path.elements.length === 0 ? json : wrapped(descend(json.value, path.elements))
const jsonbPathText = (json: Jsonb, path: SqlArray): string | null =>
  asText(descend(json.value, path.elements))
const jsonChild = (json: string, key: string | number): string | null =>
  nodeJson(nodeChild(jsonTree(json, 'escapes'), key))
const jsonChildText = (json: string, key: string | number): string | null =>
  nodeText(nodeChild(jsonTree(json, 'escapes'), key))
const jsonPath = (json: string, path: SqlArray): string | null => nodeJson(nodeDescend(json, path.elements))
const jsonPathText = (json: string, path: SqlArray): string | null =>
  nodeText(nodeDescend(json, path.elements))

/** `j['a'][0]`: what `readSubscript` of the executor asks for jsonb. Subscripts are int4 numbers or texts. */
export function subscriptJsonb(json: Jsonb, subscripts: readonly (string | number)[]): Jsonb | null {
  let here: JsonValue | undefined = json.value
  for (const key of subscripts) {
    if (here === undefined) return null
    // A number names a field of an object, and text may number an element.
    if (isJsonArray(here)) {
      const index: number | undefined = typeof key === 'number' ? key : pathIndex(key)
      here = index === undefined ? undefined : at(here, index)
    } else here = child(here, String(key))
  }
  return wrapped(here)
}

export function contains(left: JsonValue, right: JsonValue): boolean {
  if (isJsonArray(left) && isJsonArray(right)) {
    return right.every(item =>
      left.some(one => (isJsonScalar(item) ? isEqualScalar(one, item) : contains(one, item))),
    )
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    for (const [key, item] of right) {
      const own = left.get(key)
      if (own === undefined) return false
      if (isJsonScalar(item) ? !isEqualScalar(own, item) : !contains(own, item)) return false
    }
    return true
  }
  return isEqualScalar(left, right)
}
function isEqualScalar(left: JsonValue, right: JsonValue): boolean {
  return isJsonScalar(left) && isJsonScalar(right) && equalJson(left, right)
}
function containsAtTop(left: Jsonb, right: Jsonb): boolean {
  // Only at the top an array contains what is no array.
  if (isJsonArray(left.value) && isJsonScalar(right.value)) {
    return left.value.some(one => isEqualScalar(one, right.value))
  }
  return contains(left.value, right.value)
}

function exists(json: Jsonb, key: string): boolean {
  const { value } = json
  if (isJsonObject(value)) return value.has(key)
  if (isJsonArray(value)) return value.includes(key)
  return value === key
}

export function typeName(value: JsonValue): string {
  if (value === null) return 'null'
  if (isJsonArray(value)) return 'array'
  if (isJsonObject(value)) return 'object'
  return value instanceof Numeric ? 'number' : typeof value
}

function arrayLength(kind: string, length: number): number {
  if (kind === 'array') return length
  throw new SqlError(
    '22023',
    kind === 'object' ? 'cannot get array length of a non-array' : 'cannot get array length of a scalar',
  )
}

/** IS JSON: `kind` is any, array, object or scalar. */
export function isJson(value: Value, kind: string, hasUniqueKeys: boolean): boolean {
  let text: string
  if (value instanceof Jsonb) {
    if (kind === 'any') return true
    return kind === (isJsonScalar(value.value) ? 'scalar' : typeName(value.value))
  }
  if (value instanceof Uint8Array) {
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(value)
    } catch {
      return false
    }
  } else text = value
  try {
    let isUnique = true
    const found = parseJson<string>(text, {
      decodes: hasUniqueKeys,
      string: () => 'scalar',
      number: () => 'scalar',
      constant: () => 'scalar',
      array: () => 'array',
      object: keys => {
        if (hasUniqueKeys && new Set(keys).size !== keys.length) isUnique = false
        return 'object'
      },
    })
    return isUnique && (kind === 'any' || kind === found)
  } catch (error) {
    if (error instanceof SqlError) return false
    throw error
  }
}

const pairs: readonly (readonly [SqlType, string, Value, Value, Value, Value])[] = [
  [JSON_TYPE, 'json', jsonChild, jsonChildText, jsonPath, jsonPathText],
  [JSONB, 'jsonb', jsonbChild, jsonbChildText, jsonbPath, jsonbPathText],
]

export const JSON_ACCESS_OPERATORS: readonly ScalarFunction[] = [
  ...pairs.flatMap(([type, , one, oneText, path, pathText]) => [
    scalar('->', [type, TEXT], type, one),
    scalar('->', [type, INT4], type, one),
    scalar('->>', [type, TEXT], TEXT, oneText),
    scalar('->>', [type, INT4], TEXT, oneText),
    scalar('#>', [type, TEXTS], type, path),
    scalar('#>>', [type, TEXTS], TEXT, pathText),
  ]),
  scalar('@>', [JSONB, JSONB], BOOL, containsAtTop),
  scalar('<@', [JSONB, JSONB], BOOL, (left, right) => containsAtTop(right, left)),
  scalar('?', [JSONB, TEXT], BOOL, exists),
  scalar('?|', [JSONB, TEXTS], BOOL, (json, keys: SqlArray) =>
    keys.elements.some(key => key !== null && exists(json, key)),
  ),
  scalar('?&', [JSONB, TEXTS], BOOL, (json, keys: SqlArray) =>
    keys.elements.every(key => key === null || exists(json, key)),
  ),
]

export const JSON_ACCESS_FUNCTIONS: readonly SqlFunction[] = [
  ...pairs.flatMap(([type, name, one, oneText, path, pathText]) => [
    scalar(`${name}_object_field`, [type, TEXT], type, one),
    scalar(`${name}_object_field_text`, [type, TEXT], TEXT, oneText),
    scalar(`${name}_array_element`, [type, INT4], type, one),
    scalar(`${name}_array_element_text`, [type, INT4], TEXT, oneText),
    scalar(`${name}_extract_path`, [type, TEXTS], type, path, { isVariadic: true }),
    scalar(`${name}_extract_path_text`, [type, TEXTS], TEXT, pathText, { isVariadic: true }),
  ]),
  scalar('json_typeof', [JSON_TYPE], TEXT, (json: string) => jsonTree(json).kind),
  scalar('jsonb_typeof', [JSONB], TEXT, (json: Jsonb) => typeName(json.value)),
  scalar('json_array_length', [JSON_TYPE], INT4, (json: string) => {
    const node = jsonTree(json)
    return arrayLength(node.kind, node.elements.length)
  }),
  scalar('jsonb_array_length', [JSONB], INT4, (json: Jsonb) =>
    arrayLength(typeName(json.value), isJsonArray(json.value) ? json.value.length : 0),
  ),
  scalar('jsonb_contains', [JSONB, JSONB], BOOL, containsAtTop),
  scalar('jsonb_contained', [JSONB, JSONB], BOOL, (left, right) => containsAtTop(right, left)),
  scalar('jsonb_exists', [JSONB, TEXT], BOOL, exists),
  ...[TEXT, JSON_TYPE, JSONB, BYTEA].map(type => scalar('is_json', [type, TEXT, BOOL], BOOL, isJson)),
]
