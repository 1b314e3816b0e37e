/**
 * How a SQL type's values lie in a typed table's column: the column's type, and the way between the value that a statement
 * works with (types/type.ts) and the one that the typed API gives and takes.
 *
 * | SQL | typed table | from TypeScript |
 * |---|---|---|
 * | boolean | bool | boolean |
 * | smallint, integer | i16, i32 | number |
 * | bigint | i64 | bigint |
 * | oid | u32 | number |
 * | real, double precision | f32, f64 | number |
 * | numeric | decimal | string |
 * | text, varchar, char, name, json, "char" | text | string; char(n) without its trailing blanks |
 * | bytea | bytes | Uint8Array |
 * | date | i32, days since 2000-01-01 | number |
 * | time | i64, microseconds | bigint |
 * | timestamp, timestamptz | i64, microseconds since 2000-01-01 | bigint |
 * | interval | interval | { months, days, microseconds } |
 * | timetz | tuple(i64, i32): microseconds, seconds east of Greenwich | |
 * | uuid | uuid | string |
 * | jsonb | json | the parsed value |
 * | enum | enum | its label |
 * | arrays | array of nullable elements | array; of several dimensions nested |
 * | composite types | struct of nullable fields | object |
 */

import { JsonText } from '../../table/json.ts'
import { eachElement, lowerBoundsOf, shapedArray, shapeOf } from '../../table/shaped-array.ts'
import type { TypeNode } from '../../table/type-node.ts'
import { notSupported } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import { SqlArray } from '../types/array.ts'
import { msOfTimestamp, type Timestamp, timestampOfMs } from '../types/datetime-calendar.ts'
import { Interval, TimeWithZone } from '../types/interval.ts'
import { canonicalInteger, Numeric } from '../types/numeric.ts'
import { SqlRow } from '../types/row.ts'
import { padded, withoutTrailingBlanks } from '../types/text.ts'
import {
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
  INTERVAL,
  JSON_TYPE,
  JSONB,
  NAME,
  NO_MODIFIER,
  NUMERIC,
  OID,
  REGCLASS,
  REGNAMESPACE,
  REGPROC,
  REGPROCEDURE,
  REGTYPE,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  type TypeField,
  UUID,
  VARCHAR,
} from '../types/type.ts'
import { jsonbFromText, jsonbText } from './jsonb-text.ts'
import { jsonbOfTyped, typedOfJsonb } from './typed-json.ts'

/** One column's way in and out. Nulls are the caller's business. */
export interface ColumnStorage {
  /** Without `nullable`. */
  readonly node: TypeNode
  /** Undefined: the same value. */
  readonly toStored: ((value: Value) => Value) | undefined
  readonly fromStored: ((value: Value) => Value) | undefined
}

const same = (kind: Exclude<TypeNode, { readonly members: unknown }>['kind']): ColumnStorage => ({
  node: { kind } as TypeNode,
  toStored: undefined,
  fromStored: undefined,
})

/** What pg_attribute.atttypmod has besides the length. */
const BPCHAR_MODIFIER_BASE = 4

const INT32_MIN = -2147483648
const INT32_MAX = 2147483647
const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

const INTEGER_64: ColumnStorage = { node: { kind: 'i64' }, toStored: BigInt, fromStored: canonicalInteger }

const INSTANT: ColumnStorage = {
  node: { kind: 'i64' },
  toStored: (value: number | bigint) =>
    value === Infinity ? INT64_MAX : value === -Infinity ? INT64_MIN : BigInt(value),
  fromStored: (value: bigint) =>
    value === INT64_MAX ? Infinity : value === INT64_MIN ? -Infinity : canonicalInteger(value),
}

const storages = new Map<SqlType, ColumnStorage>([
  [BOOL, same('bool')],
  [INT2, same('i16')],
  [INT4, same('i32')],
  [INT8, INTEGER_64],
  [TIME, INTEGER_64],
  [TIMESTAMP, INSTANT],
  [TIMESTAMPTZ, INSTANT],
  [FLOAT4, same('f32')],
  [FLOAT8, same('f64')],
  [BYTEA, same('bytes')],
  [UUID, same('uuid')],
  [
    DATE,
    {
      node: { kind: 'i32' },
      toStored: (days: number) => (days === Infinity ? INT32_MAX : days === -Infinity ? INT32_MIN : days),
      fromStored: (days: number) => (days === INT32_MAX ? Infinity : days === INT32_MIN ? -Infinity : days),
    },
  ],
  [
    NUMERIC,
    {
      node: { kind: 'decimal' },
      toStored: (value: Numeric) => value.toString(),
      fromStored: (text: string) => Numeric.parse(text),
    },
  ],
  [
    INTERVAL,
    {
      node: { kind: 'interval' },
      toStored: (value: Interval) => {
        if (value === Interval.INFINITY)
          return { months: INT32_MAX, days: INT32_MAX, microseconds: INT64_MAX }
        if (value === Interval.NEGATIVE_INFINITY) {
          return { months: INT32_MIN, days: INT32_MIN, microseconds: INT64_MIN }
        }
        return { months: value.months, days: value.days, microseconds: BigInt(value.microseconds) }
      },
      fromStored: (stored: { months: number; days: number; microseconds: bigint }) => {
        if (stored.microseconds === INT64_MAX && stored.months === INT32_MAX) return Interval.INFINITY
        if (stored.microseconds === INT64_MIN && stored.months === INT32_MIN)
          return Interval.NEGATIVE_INFINITY
        return new Interval(stored.months, stored.days, canonicalInteger(stored.microseconds))
      },
    },
  ],
  [
    TIMETZ,
    {
      node: { kind: 'tuple', elements: [{ kind: 'i64' }, { kind: 'i32' }] },
      toStored: (value: TimeWithZone) => [BigInt(value.time), value.offset],
      fromStored: ([time, offset]: [bigint, number]) => new TimeWithZone(Number(time), offset),
    },
  ],
  [
    JSONB,
    {
      node: { kind: 'json' },
      toStored: (value: Value) => new JsonText(jsonbText(value)),
      fromStored: (stored: unknown) =>
        jsonbFromText(stored instanceof JsonText ? stored.text : JSON.stringify(stored)),
    },
  ],
])
for (const type of [TEXT, VARCHAR, NAME, CHAR, JSON_TYPE]) storages.set(type, same('text'))
// Trailing blanks are not stored, so that equal values have equal keys.
storages.set(BPCHAR, { node: { kind: 'text' }, toStored: withoutTrailingBlanks, fromStored: undefined })
for (const type of [OID, REGCLASS, REGTYPE, REGPROC, REGPROCEDURE, REGNAMESPACE])
  storages.set(type, same('u32'))

/**
 * How a column of a type is stored; `node`: what a table that was made from TypeScript says itself; `modifier`: the column's,
 * for who reads: values of char(n) get their trailing blanks back.
 * @throws SqlError 0A000 for types that no column can have
 */
export function columnStorage(type: SqlType, node?: TypeNode, modifier = NO_MODIFIER): ColumnStorage {
  return node === undefined ? ownStorage(type, modifier) : typedStorage(type, node)
}

/** The length of a column of char(n), or of a domain over it; undefined: it has none. */
export function blankPaddedLength(type: SqlType, modifier: number): number | undefined {
  if (type.kind === 'domain') return blankPaddedLength(type.base!, type.baseModifier)
  return type === BPCHAR && modifier !== NO_MODIFIER ? modifier - BPCHAR_MODIFIER_BASE : undefined
}

/** Of a column whose stored type was chosen in TypeScript (typed-tables.ts says which type SQL gives it). */
function typedStorage(type: SqlType, node: TypeNode): ColumnStorage {
  switch (node.kind) {
    case 'u8':
    case 'i8':
    case 'u16':
    case 'enum':
      return { node, toStored: undefined, fromStored: undefined }
    case 'u32':
    case 'int':
      return { node, toStored: Number, fromStored: undefined }
    case 'u64':
    case 'bigint':
      return {
        node,
        toStored: (value: Numeric) => BigInt(value.toString()),
        fromStored: (value: bigint) => Numeric.parse(value.toString()),
      }
    case 'date':
      return {
        node,
        // Microseconds are more than a Date has.
        toStored: (value: Timestamp) => new Date(msOfTimestamp(value)),
        fromStored: (value: Date) => timestampOfMs(value.getTime()),
      }
    case 'tuple':
    case 'struct':
      return jsonStorage(node)
    case 'array':
      return type === JSONB ? jsonStorage(node) : arrayStorage(type, node)
    default:
      return ownStorage(type)
  }
}

function jsonStorage(node: TypeNode): ColumnStorage {
  return {
    node,
    toStored: (value: Value) => typedOfJsonb(node, value),
    fromStored: (value: unknown) => jsonbOfTyped(node, value),
  }
}

function arrayStorage(type: SqlType, node: TypeNode & { readonly kind: 'array' }): ColumnStorage {
  const inner = node.element.kind === 'nullable' ? node.element.of : node.element
  const { toStored, fromStored } = typedStorage(type.element!, inner)
  const each = (convert: ((value: Value) => Value) | undefined, values: readonly Value[]) =>
    convert === undefined ? values : values.map(value => (value === null ? null : convert(value)))
  return {
    node,
    toStored: (array: SqlArray) => {
      refuseOtherForms(array)
      return each(toStored, array.elements)
    },
    fromStored: (stored: readonly Value[]) => SqlArray.of(each(fromStored, stored)),
  }
}

function ownStorage(type: SqlType, modifier = NO_MODIFIER): ColumnStorage {
  if (type.kind === 'domain') return ownStorage(type.base!, type.baseModifier)
  const length = blankPaddedLength(type, modifier)
  if (length !== undefined) {
    return { ...ownStorage(BPCHAR), fromStored: (text: string) => padded(text, length) }
  }
  if (type === BPCHAR.array && modifier !== NO_MODIFIER) return arrayOf(ownStorage(BPCHAR, modifier))
  let storage = storages.get(type)
  if (storage === undefined) {
    storage = makeStorage(type)
    storages.set(type, storage)
  }
  return storage
}

function makeStorage(type: SqlType): ColumnStorage {
  if (type.labels !== undefined) {
    const { labels } = type
    const ordinals = new Map(labels.map((label, ordinal) => [label, ordinal]))
    return {
      node: { kind: 'enum', members: labels },
      toStored: (ordinal: number) => labels[ordinal],
      fromStored: (label: string) => ordinals.get(label),
    }
  }
  if (type.element !== undefined && type.kind === 'array') return arrayOf(ownStorage(type.element))
  if (type.kind === 'composite' && type.fields!.length > 0) return structOf(type.fields!)
  throw notSupported(`a column of type ${type.displayName}`)
}

/** Its own, but for the one that no struct's field has. */
function storedFieldName(name: string, others: readonly string[]): string {
  if (name !== '__proto__') return name
  let stored = `field ${name}`
  while (others.includes(stored)) stored += "'"
  return stored
}

function structOf(fields: readonly TypeField[]): ColumnStorage {
  const names = fields.map(field => field.name)
  const stored = names.map(name => storedFieldName(name, names))
  const types = fields.map(field => field.type)
  const parts = fields.map(field => ownStorage(field.type, field.modifier))
  const through = (convert: ((value: Value) => Value) | undefined, value: Value): Value =>
    value === null || convert === undefined ? value : convert(value)
  return {
    node: {
      kind: 'struct',
      fields: stored.map((name, i) => [name, { kind: 'nullable', of: parts[i].node }]),
    },
    toStored: (row: SqlRow) =>
      Object.fromEntries(stored.map((name, i) => [name, through(parts[i].toStored, row.values[i])])),
    fromStored: (struct: Readonly<Record<string, Value>>) =>
      new SqlRow(
        stored.map((name, i) => through(parts[i].fromStored, struct[name])),
        types,
        names,
      ),
  }
}

/**
 * Whether a column of a table that was made in TypeScript can store it, whose arrays are as its definition says: no such column
 * has a value that is equal to one that it cannot.
 */
export function isFlatArray(value: unknown): boolean {
  if (!(value instanceof SqlArray)) return true
  return value.dimensions.length <= 1 && (value.length === 0 || value.lowerBounds[0] === 1)
}

/** @throws SqlError 0A000 */
function refuseOtherForms(array: SqlArray): void {
  if (isFlatArray(array)) return
  const what = array.dimensions.length > 1 ? 'of more than one dimension' : 'that does not begin at 1'
  throw notSupported(`storing an array ${what} in a table that was made in TypeScript`)
}

function arrayOf({ node, toStored, fromStored }: ColumnStorage): ColumnStorage {
  const toElements = (elements: readonly Value[]): readonly Value[] =>
    toStored === undefined ? elements : elements.map(value => (value === null ? null : toStored(value)))
  const fromElements = (stored: readonly Value[]): readonly Value[] =>
    fromStored === undefined ? stored : stored.map(value => (value === null ? null : fromStored(value)))
  return {
    node: { kind: 'array', element: { kind: 'nullable', of: node } },
    toStored: (array: SqlArray) => {
      const elements = toElements(array.elements)
      return isFlatArray(array) ? elements : shapedArray(elements, array)
    },
    fromStored: (stored: readonly Value[]) => {
      const lowerBounds = lowerBoundsOf(stored)
      if (lowerBounds === undefined) return SqlArray.of(fromElements(stored))
      const { dimensions } = shapeOf(stored, lowerBounds)
      const elements: Value[] = []
      eachElement(stored, dimensions, element => elements.push(element))
      return new SqlArray(fromElements(elements), dimensions, lowerBounds)
    },
  }
}
