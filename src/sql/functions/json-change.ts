/** jsonb with parts added, replaced or taken away; each gives a new value that shares what stays. */

import { SqlError } from '../errors.ts'
import type { SqlArray } from '../types/array.ts'
import { decodeJsonString, type JsonNode, jsonQuoted, jsonTree } from '../types/json.ts'
import {
  isJsonArray,
  isJsonObject,
  isJsonScalar,
  Jsonb,
  type JsonObject,
  type JsonValue,
  jsonText,
  sortedObject,
} from '../types/jsonb.ts'
import { BOOL, INT4, JSON_TYPE, JSONB, TEXT } from '../types/type.ts'
import { scalar } from './definitions.ts'
import { pathIndex } from './json-access.ts'
import type { ScalarFunction, SqlFunction } from './registry.ts'

const TEXTS = TEXT.array!
type Path = readonly (string | null)[]

function concatenated(left: Jsonb, right: Jsonb): Jsonb {
  const one = left.value
  const two = right.value
  if (isJsonObject(one) && isJsonObject(two)) return new Jsonb(sortedObject(new Map([...one, ...two])))
  // Two objects are merged; of all else arrays are made.
  if (isJsonArray(one)) return new Jsonb([...one, ...(isJsonArray(two) ? two : [two])])
  if (isJsonArray(two)) return new Jsonb([one, ...two])
  return new Jsonb([one, two])
}

function refuseScalar(value: JsonValue, what: string): void {
  if (isJsonScalar(value)) throw new SqlError('22023', what)
}

function deleteKey(json: Jsonb, key: string): Jsonb {
  return deleteKeys(json, [key])
}
function deleteKeys(json: Jsonb, keys: Path): Jsonb {
  const { value } = json
  refuseScalar(value, 'cannot delete from scalar')
  if (isJsonArray(value))
    return new Jsonb(value.filter(item => typeof item !== 'string' || !keys.includes(item)))
  return new Jsonb(new Map([...(value as JsonObject)].filter(([key]) => !keys.includes(key))))
}
function deleteIndex(json: Jsonb, index: number): Jsonb {
  const { value } = json
  refuseScalar(value, 'cannot delete from scalar')
  if (!isJsonArray(value)) throw new SqlError('22023', 'cannot delete from object using integer index')
  const place = index < 0 ? value.length + index : index
  return new Jsonb(value.filter((_, at) => at !== place))
}
function isEmptyContainer(value: JsonValue): boolean {
  return isJsonArray(value) ? value.length === 0 : isJsonObject(value) && value.size === 0
}
function deletePath(json: Jsonb, path: SqlArray): Jsonb {
  refuseScalar(json.value, 'cannot delete path in scalar')
  if (path.elements.length === 0 || isEmptyContainer(json.value)) return json
  return new Jsonb(changed(json.value, path.elements, 0, { kind: 'delete' }))
}

type Change =
  | { readonly kind: 'delete' }
  | {
      readonly kind: 'set'
      readonly value: JsonValue
      readonly creates: boolean
      readonly fillsGaps: boolean
    }
  | { readonly kind: 'insert'; readonly value: JsonValue; readonly isAfter: boolean }

function nullElement(depth: number): SqlError {
  return new SqlError('22004', `path element at position ${depth + 1} is null`)
}

/** The value with the change made at the end of the path; unchanged where the path leads nowhere. */
function changed(value: JsonValue, path: Path, depth: number, change: Change): JsonValue {
  const key = path[depth]
  if (key === null || key === undefined) throw nullElement(depth)
  const isLast = depth === path.length - 1
  if (isJsonObject(value)) {
    const own = value.get(key)
    if (own === undefined) {
      if (change.kind === 'delete') return value
      const creates = change.kind === 'insert' || change.creates
      if (!creates || (!isLast && !(change.kind === 'set' && change.fillsGaps))) return value
      return sortedObject(
        new Map([...value, [key, isLast ? change.value : built(path, depth + 1, change.value)]]),
      )
    }
    if (!isLast) {
      const next = changedInside(own, path, depth + 1, change)
      return next === own
        ? value
        : new Map([...value].map(([name, item]) => [name, name === key ? next : item]))
    }
    if (change.kind === 'delete') return new Map([...value].filter(([name]) => name !== key))
    if (change.kind === 'insert') {
      throw new SqlError('22023', 'cannot replace existing key', {
        hint: 'Try using the function jsonb_set to replace key value.',
      })
    }
    return new Map([...value].map(([name, item]) => [name, name === key ? change.value : item]))
  }
  if (isJsonArray(value)) {
    const index = pathIndex(key)
    if (index === undefined) {
      throw new SqlError('22P02', `path element at position ${depth + 1} is not an integer: "${key}"`)
    }
    return changedArray(value, index, path, depth, change)
  }
  return value
}
function changedInside(value: JsonValue, path: Path, depth: number, change: Change): JsonValue {
  if (isJsonScalar(value)) {
    // Assigning to a subscript says so; functions leave it as it is.
    if (change.kind === 'set' && change.fillsGaps) {
      throw new SqlError('22023', 'cannot replace existing key', {
        detail: 'The path assumes key is a composite object, but it is a scalar value.',
      })
    }
    return value
  }
  return changed(value, path, depth, change)
}

function changedArray(
  value: readonly JsonValue[],
  index: number,
  path: Path,
  depth: number,
  change: Change,
): JsonValue {
  const isLast = depth === path.length - 1
  const { length } = value
  let place = index
  if (place < 0) {
    if (-place > length) {
      if (change.kind === 'set' && change.fillsGaps) {
        throw new SqlError('22023', `path element at position ${depth + 1} is out of range: ${index}`)
      }
      place = Number.NEGATIVE_INFINITY
    } else place += length
  }
  if (place >= 0 && place < length) {
    const own = value[place]!
    if (!isLast) {
      const next = changedInside(own, path, depth + 1, change)
      return next === own ? value : value.map((item, at) => (at === place ? next : item))
    }
    if (change.kind === 'delete') return value.filter((_, at) => at !== place)
    if (change.kind === 'insert') {
      const before = change.isAfter ? place + 1 : place
      return [...value.slice(0, before), change.value, ...value.slice(before)]
    }
    return value.map((item, at) => (at === place ? change.value : item))
  }
  if (change.kind === 'delete') return value
  const creates = change.kind === 'insert' || change.creates
  if (change.kind === 'set' && change.fillsGaps) {
    const added = isLast ? change.value : built(path, depth + 1, change.value)
    return [...value, ...Array.from({ length: place - length }, () => null), added]
  }
  if (!creates || !isLast) return value
  return place < 0 ? [change.value, ...value] : [...value, change.value]
}
/** The containers that a path asks for, where there are none. */
function built(path: Path, depth: number, value: JsonValue): JsonValue {
  if (depth >= path.length) return value
  const key = path[depth]!
  const inner = built(path, depth + 1, value)
  const index = pathIndex(key)
  if (index === undefined) return new Map([[key, inner]])
  if (index < 0)
    throw new SqlError('22023', `path element at position ${depth + 1} is out of range: ${index}`)
  return [...Array.from({ length: index }, () => null), inner]
}

function setPath(json: Jsonb, path: SqlArray, value: Jsonb, creates: boolean): Jsonb {
  refuseScalar(json.value, 'cannot set path in scalar')
  if ((isEmptyContainer(json.value) && !creates) || path.elements.length === 0) return json
  return new Jsonb(
    changed(json.value, path.elements, 0, { kind: 'set', value: value.value, creates, fillsGaps: false }),
  )
}

/** A null value is treated as said; the others are refused. */
function setLax(
  json: Jsonb | null,
  path: SqlArray | null,
  value: Jsonb | null,
  creates: boolean | null,
  treatment: string | null,
): Jsonb | null {
  if (json === null || path === null || creates === null) return null
  if (treatment === null) {
    throw new SqlError(
      '22023',
      'null_value_treatment must be "delete_key", "return_target", "use_json_null", or "raise_exception"',
    )
  }
  if (value !== null) return setPath(json, path, value, creates)
  switch (treatment) {
    case 'raise_exception':
      throw new SqlError('22004', 'JSON value must not be null', {
        detail: 'Exception was raised because null_value_treatment is "raise_exception".',
        hint: 'To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.',
      })
    case 'use_json_null':
      return setPath(json, path, Jsonb.NULL, creates)
    case 'delete_key':
      return deletePath(json, path)
    case 'return_target':
      return json
    default:
      throw new SqlError(
        '22023',
        'null_value_treatment must be "delete_key", "return_target", "use_json_null", or "raise_exception"',
      )
  }
}

function insertPath(json: Jsonb, path: SqlArray, value: Jsonb, isAfter: boolean): Jsonb {
  refuseScalar(json.value, 'cannot set path in scalar')
  if (path.elements.length === 0) return json
  return new Jsonb(changed(json.value, path.elements, 0, { kind: 'insert', value: value.value, isAfter }))
}

/** `SET j['a'][0] = …`: what `assignSubscript` of the executor asks for jsonb; containers on the way are made. */
export function withJsonbSubscript(
  json: Jsonb | null,
  subscripts: readonly (string | number)[],
  value: Jsonb | null,
): Jsonb {
  const path = subscripts.map(String)
  const start = json?.value ?? (typeof subscripts[0] === 'number' ? [] : new Map<string, JsonValue>())
  if (isJsonScalar(start)) {
    throw new SqlError('22023', 'cannot replace existing key', {
      detail: 'The path assumes key is a composite object, but it is a scalar value.',
    })
  }
  return new Jsonb(
    changed(start, path, 0, { kind: 'set', value: value?.value ?? null, creates: true, fillsGaps: true }),
  )
}

function withoutNulls(value: JsonValue, inArrays: boolean): JsonValue {
  if (isJsonObject(value)) {
    const kept = new Map<string, JsonValue>()
    for (const [key, item] of value) if (item !== null) kept.set(key, withoutNulls(item, inArrays))
    return kept
  }
  if (isJsonArray(value)) {
    const items = inArrays ? value.filter(item => item !== null) : value
    return items.map(item => withoutNulls(item, inArrays))
  }
  return value
}
function nodeWithoutNulls(node: JsonNode, inArrays: boolean): string {
  if (node.kind === 'array') {
    const items = inArrays ? node.elements.filter(item => item.kind !== 'null') : node.elements
    return `[${items.map(item => nodeWithoutNulls(item, inArrays)).join(',')}]`
  }
  if (node.kind === 'object') {
    const parts: string[] = []
    node.elements.forEach((item, at) => {
      if (item.kind !== 'null')
        parts.push(`${jsonQuoted(node.keys[at]!)}:${nodeWithoutNulls(item, inArrays)}`)
    })
    return `{${parts.join(',')}}`
  }
  return node.kind === 'string' ? jsonQuoted(decodeJsonString(node.text.slice(1, -1))) : node.text
}

function pretty(value: JsonValue, indent: string): string {
  const inner = `${indent}    `
  if (isJsonArray(value)) {
    if (value.length === 0) return `[\n${indent}]`
    return `[\n${value.map(item => inner + pretty(item, inner)).join(',\n')}\n${indent}]`
  }
  if (isJsonObject(value)) {
    if (value.size === 0) return `{\n${indent}}`
    const parts = [...value].map(([key, item]) => `${inner}${jsonQuoted(key)}: ${pretty(item, inner)}`)
    return `{\n${parts.join(',\n')}\n${indent}}`
  }
  return jsonText(value)
}

export const JSON_CHANGE_OPERATORS: readonly ScalarFunction[] = [
  scalar('||', [JSONB, JSONB], JSONB, concatenated),
  scalar('-', [JSONB, TEXT], JSONB, deleteKey),
  scalar('-', [JSONB, TEXTS], JSONB, (json: Jsonb, keys: SqlArray) => deleteKeys(json, keys.elements)),
  scalar('-', [JSONB, INT4], JSONB, deleteIndex),
  scalar('#-', [JSONB, TEXTS], JSONB, deletePath),
]

export const JSON_CHANGE_FUNCTIONS: readonly SqlFunction[] = [
  scalar('jsonb_concat', [JSONB, JSONB], JSONB, concatenated),
  scalar('jsonb_delete', [JSONB, TEXT], JSONB, deleteKey),
  scalar('jsonb_delete', [JSONB, INT4], JSONB, deleteIndex),
  scalar(
    'jsonb_delete',
    [JSONB, TEXTS],
    JSONB,
    (json: Jsonb, keys: SqlArray) => deleteKeys(json, keys.elements),
    { isVariadic: true },
  ),
  scalar('jsonb_delete_path', [JSONB, TEXTS], JSONB, deletePath),
  scalar('jsonb_set', [JSONB, TEXTS, JSONB, BOOL], JSONB, setPath, {
    argumentNames: ['jsonb_in', 'path', 'replacement', 'create_if_missing'],
    defaults: [true],
  }),
  scalar('jsonb_set_lax', [JSONB, TEXTS, JSONB, BOOL, TEXT], JSONB, setLax, {
    argumentNames: ['jsonb_in', 'path', 'replacement', 'create_if_missing', 'null_value_treatment'],
    defaults: [true, 'use_json_null'],
    isStrict: false,
  }),
  scalar('jsonb_insert', [JSONB, TEXTS, JSONB, BOOL], JSONB, insertPath, {
    argumentNames: ['jsonb_in', 'path', 'replacement', 'insert_after'],
    defaults: [false],
  }),
  scalar(
    'jsonb_strip_nulls',
    [JSONB, BOOL],
    JSONB,
    (json: Jsonb, inArrays: boolean) => new Jsonb(withoutNulls(json.value, inArrays)),
    { argumentNames: ['target', 'strip_in_arrays'], defaults: [false] },
  ),
  scalar(
    'json_strip_nulls',
    [JSON_TYPE, BOOL],
    JSON_TYPE,
    (json: string, inArrays: boolean) => nodeWithoutNulls(jsonTree(json), inArrays),
    { argumentNames: ['target', 'strip_in_arrays'], defaults: [false] },
  ),
  scalar('jsonb_pretty', [JSONB], TEXT, (json: Jsonb) => pretty(json.value, '')),
]
