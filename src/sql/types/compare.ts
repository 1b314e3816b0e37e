/**
 * The order and the equality of values, by type: what `<`, ORDER BY, GROUP BY, DISTINCT, unique keys and hash joins agree
 * on. Null is the caller's business, but inside arrays and rows a null equals a null and comes after everything else.
 *
 * Invariant: `comparator(a, b) === 0`, `equality(a, b)` and `keyOf(a) === keyOf(b)` (as Map keys) say the same.
 */

import { assert } from '../../base/assert.ts'
import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { SqlArray } from './array.ts'
import { compareNumeric, numericKey } from './numeric.ts'
import type { SqlRow } from './row.ts'
import { withoutTrailingBlanks } from './text.ts'
import type { TypeComparison } from './text-format.ts'
import {
  ACLITEM,
  BOOL,
  BPCHAR,
  BYTEA,
  CHAR,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  NAME,
  NUMERIC,
  OID,
  RECORD,
  REGCLASS,
  REGNAMESPACE,
  REGPROC,
  REGPROCEDURE,
  REGROLE,
  REGTYPE,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UNKNOWN,
  UUID,
  VARCHAR,
  XID,
} from './type.ts'

export type Comparator = (left: Value, right: Value) => -1 | 0 | 1
export type Key = string | number | bigint | boolean

/** Integers, dates, times, booleans; also int8 with its numbers and bigints. No NaN. */
export function comparePlain(left: Value, right: Value): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0
}

/** NaN equals itself and is larger than all others. */
export function compareFloat(left: number, right: number): -1 | 0 | 1 {
  if (left < right) return -1
  if (left > right) return 1
  if (left === right) return 0
  const isLeftNaN = Number.isNaN(left)
  return isLeftNaN === Number.isNaN(right) ? 0 : isLeftNaN ? 1 : -1
}

/** By code point, which is the order of the bytes in UTF-8. */
export function compareText(left: string, right: string): -1 | 0 | 1 {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const one = left.charCodeAt(at)
    const two = right.charCodeAt(at)
    if (one !== two) {
      // Surrogates (beyond U+FFFF) come after all other units.
      const isOneHigh = (one & 0xf800) === 0xd800
      const isTwoHigh = (two & 0xf800) === 0xd800
      if (isOneHigh !== isTwoHigh) return isOneHigh ? 1 : -1
      return one < two ? -1 : 1
    }
  }
  return left.length < right.length ? -1 : left.length > right.length ? 1 : 0
}

/** Values of char(n): their trailing blanks count for nothing. */
function compareBlankPadded(left: string, right: string): -1 | 0 | 1 {
  return left === right ? 0 : compareText(withoutTrailingBlanks(left), withoutTrailingBlanks(right))
}

export function compareBytes(left: Uint8Array, right: Uint8Array): -1 | 0 | 1 {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    if (left[at] !== right[at]) return left[at] < right[at] ? -1 : 1
  }
  return left.length < right.length ? -1 : left.length > right.length ? 1 : 0
}

const comparisons = new Map<SqlType, TypeComparison>()

/** For the lists of the types' files, once. */
export function registerComparisons(list: readonly TypeComparison[]): void {
  for (const one of list) comparisons.set(one.type, one)
}

const REGISTERED = [REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE, REGPROCEDURE]
const PLAIN = [BOOL, INT2, INT4, INT8, OID, XID, ...REGISTERED]
const STRINGS = [TEXT, VARCHAR, NAME, CHAR, UNKNOWN, UUID, ACLITEM]
registerComparisons([
  ...[...PLAIN, DATE, TIME, TIMESTAMP, TIMESTAMPTZ].map(type => ({ type, compare: comparePlain })),
  // Hexadecimal digits in lower case stand in the order of the bytes.
  ...STRINGS.map(type => ({ type, compare: compareText })),
  { type: BPCHAR, compare: compareBlankPadded, keyOf: withoutTrailingBlanks },
  { type: FLOAT4, compare: compareFloat },
  { type: FLOAT8, compare: compareFloat },
  { type: NUMERIC, compare: compareNumeric, keyOf: numericKey },
  { type: BYTEA, compare: compareBytes, keyOf: bytesKey },
])

function bytesKey(bytes: Uint8Array): string {
  let key = ''
  for (const byte of bytes) key += String.fromCharCode(byte)
  return key
}

/** Throws 42883 for types without an order, as looking for their `<` does. */
export function comparator(type: SqlType): Comparator {
  const known = comparisons.get(type)
  if (known !== undefined) return known.compare
  if (type.kind === 'domain') return comparator(type.base!)
  if (type.kind === 'enum') return comparePlain
  if (type.element !== undefined) return arrayComparator(comparator(type.element))
  if (type === RECORD || type.kind === 'composite') return compareRows
  throw new SqlError('42883', `could not identify a comparison function for type ${type.displayName}`)
}

function arrayComparator(compare: Comparator): Comparator {
  return (left: SqlArray, right: SqlArray) => {
    const length = Math.min(left.elements.length, right.elements.length)
    for (let at = 0; at < length; at++) {
      const order = compareNullable(compare, left.elements[at], right.elements[at])
      if (order !== 0) return order
    }
    const bySize =
      comparePlain(left.elements.length, right.elements.length) ||
      comparePlain(left.dimensions.length, right.dimensions.length)
    if (bySize !== 0) return bySize
    return (
      compareNumbers(left.dimensions, right.dimensions) || compareNumbers(left.lowerBounds, right.lowerBounds)
    )
  }
}

/** Of two lists that are equally long. */
function compareNumbers(left: readonly number[], right: readonly number[]): -1 | 0 | 1 {
  for (let at = 0; at < left.length; at++) {
    const order = comparePlain(left[at], right[at])
    if (order !== 0) return order
  }
  return 0
}

function compareNullable(compare: Comparator, left: Value, right: Value): -1 | 0 | 1 {
  if (left === null) return right === null ? 0 : 1
  return right === null ? -1 : compare(left, right)
}

function compareRows(left: SqlRow, right: SqlRow): -1 | 0 | 1 {
  const length = Math.min(left.values.length, right.values.length)
  for (let at = 0; at < length; at++) {
    if (left.types[at] !== right.types[at]) {
      throw new SqlError(
        '42804',
        `cannot compare dissimilar column types ${left.types[at].displayName} and ${right.types[at].displayName} at record column ${at + 1}`,
      )
    }
    const order = compareNullable(comparator(left.types[at]), left.values[at], right.values[at])
    if (order !== 0) return order
  }
  if (left.values.length !== right.values.length) {
    throw new SqlError('42804', 'cannot compare record types with different numbers of columns')
  }
  return 0
}

const identical = (left: Value, right: Value): boolean => left === right
const identicalFloat = (left: number, right: number): boolean =>
  left === right || (Number.isNaN(left) && Number.isNaN(right))

export function equality(type: SqlType): (left: Value, right: Value) => boolean {
  if (type === FLOAT4 || type === FLOAT8) return identicalFloat
  if (hasIdentityKey(type)) return identical
  const compare = comparator(type)
  return (left, right) => compare(left, right) === 0
}

/** Whether values are keys of a Map as they are. */
export function hasIdentityKey(type: SqlType): boolean {
  const known = comparisons.get(type)
  if (known !== undefined) return known.keyOf === undefined
  if (type.kind === 'domain') return hasIdentityKey(type.base!)
  return type.kind === 'enum'
}

const identity = (value: Value): Key => value

/** Keys for Maps, of values that are not null. */
export function keyOf(type: SqlType): (value: Value) => Key {
  const known = comparisons.get(type)
  if (known !== undefined) return known.keyOf ?? identity
  if (type.kind === 'domain') return keyOf(type.base!)
  if (type.kind === 'enum') return identity
  if (type.element !== undefined) {
    const elementKey = keyOf(type.element)
    return (array: SqlArray) =>
      `${array.dimensions}/${array.lowerBounds}/${joinedKeys(array.elements, () => elementKey)}`
  }
  if (type === RECORD || type.kind === 'composite') {
    return (row: SqlRow) => joinedKeys(row.values, at => keyOf(row.types[at]))
  }
  throw new SqlError('42883', `could not identify an equality operator for type ${type.displayName}`)
}

/** One string from several values that may be null; no two lists give the same. */
export function joinedKeys(values: readonly Value[], keyAt: (at: number) => (value: Value) => Key): string {
  let joined = ''
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (value === null) {
      joined += 'n'
      continue
    }
    const key = keyAt(at)(value)
    if (typeof key === 'string') joined += `${key.length}:${key}`
    else if (typeof key === 'boolean') joined += key ? 't' : 'f'
    // -0 and 0 are one key, and print alike.
    else joined += `${key};`
  }
  return joined
}

/** 32 bits, for hash tables over typed arrays. Equal values have equal hashes. */
export function hashFunction(type: SqlType): (value: Value) => number {
  const key = keyOf(type)
  if (key === identity) {
    return hashKey
  }
  return value => hashKey(key(value))
}

const doubles = new Float64Array(1)
const words = new Uint32Array(doubles.buffer)

export function hashKey(key: Key): number {
  switch (typeof key) {
    case 'number': {
      if ((key | 0) === key) return mix(key)
      doubles[0] = key === 0 ? 0 : Number.isNaN(key) ? NaN : key
      return mix(words[0] ^ Math.imul(words[1], 0x9e3779b1))
    }
    case 'string': {
      let hash = 0x811c9dc5
      for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
      return mix(hash)
    }
    case 'boolean':
      return mix(key ? 1 : 0)
    default:
      assert(typeof key === 'bigint', 'a key is a number, a string, a boolean or a bigint')
      return mix(Number(key & 0xffffffffn) ^ Math.imul(Number((key >> 32n) & 0xffffffffn), 0x9e3779b1))
  }
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
