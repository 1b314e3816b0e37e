/**
 * From the bounds of an index scan to ranges of encoded keys.
 *
 * A value that the column's type cannot hold is in no row: as an equal it gives no range, as a bound it is as good as none
 * or as a wall, depending on its side.
 */

import { type ByteRange, type RangeOptions, resolveWalk } from '../../table/range.ts'
import type { TypeNode } from '../../table/type-node.ts'
import type { IndexColumn } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { comparator } from '../types/compare.ts'
import { type SqlType, withoutDomain } from '../types/type.ts'
import type { AnyRecordTable } from './any-table.ts'
import { columnStorage, isFlatArray } from './column-storage.ts'
import { orderKeyOf } from './order-key.ts'

/** A column of the index, as bounds see it. */
export interface KeyColumnShape {
  readonly type: SqlType
  readonly storedNode: TypeNode | undefined
  readonly isDescending: boolean
  readonly nullsFirst: boolean
  readonly mayBeNull: boolean
}

/** What was evaluated of an index scan's bounds. */
export interface KeyBounds {
  /** By leading column; several where the condition is IN or = ANY. */
  readonly equals: readonly (readonly Value[])[]
  /** By leading column, whether a null is looked for like other values; undefined: nowhere. */
  readonly findsNull?: readonly boolean[] | undefined
  readonly lower: { readonly value: Value; readonly isInclusive: boolean } | undefined
  readonly upper: { readonly value: Value; readonly isInclusive: boolean } | undefined
  readonly startsWith: Value
  readonly nulls: 'any' | 'only' | 'none'
}

export type Limits = readonly [least: number, greatest: number]

const LIMITS: Record<string, Limits> = {
  int2: [-(2 ** 15), 2 ** 15 - 1],
  int4: [-(2 ** 31), 2 ** 31 - 1],
  oid: [0, 2 ** 32 - 1],
}

/** What a type can hold; undefined: all that its values are compared with. */
export function limitsOf(type: SqlType): Limits | undefined {
  return LIMITS[withoutDomain(type).name]
}

/** -1 below all that can be held, 1 above, 0 within. */
function side(value: Value, limits: Limits | undefined): number {
  if (limits === undefined) return 0
  return value < limits[0] ? -1 : value > limits[1] ? 1 : 0
}

/** Whether a column of the key with these limits can hold the value at all. */
export function isHeld(value: Value, limits: Limits | undefined): boolean {
  return value !== null && side(value, limits) === 0
}

/** Whether a column of the key can have the value: arrays of a table that was made in TypeScript have one dimension, from 1 on. */
export function canHave(value: Value, { storedNode }: KeyColumnShape): boolean {
  return storedNode === undefined || isFlatArray(value)
}

/** A value as the typed table takes it. */
export function stored(value: Value, { type, storedNode }: KeyColumnShape): Value {
  const orderKey = storedNode === undefined ? orderKeyOf(type) : undefined
  const toStored = orderKey ?? columnStorage(type, storedNode).toStored
  return toStored === undefined || value === null ? value : toStored(value)
}

/** All ranges, in the order of the index. */
export function keyRanges(
  table: AnyRecordTable,
  index: string | undefined,
  columns: readonly KeyColumnShape[],
  bounds: KeyBounds,
): ByteRange[] {
  const codec =
    index === undefined
      ? table.codec.key
      : table.boundIndexes.find(bound => bound.codec.name === index)!.codec.key
  const rest = rangeOptions(columns, bounds)
  if (rest === undefined) return []
  const isTuple = columns.length > 1
  return combinations(columns, bounds).map(prefix => {
    const { from, to } = resolveWalk(codec, table.name, optionsFor(prefix, rest, isTuple))
    return { from, to }
  })
}

type Rest = {
  readonly gt?: Value
  readonly gte?: Value
  readonly lt?: Value
  readonly lte?: Value
  readonly startsWith?: Value
  readonly isNull?: boolean
}

/** The bounds on the column after the equal ones; undefined: nothing can be found. */
function rangeOptions(columns: readonly KeyColumnShape[], bounds: KeyBounds): Rest | undefined {
  const column = columns[bounds.equals.length]
  // A column that is never null has no place for it.
  if (bounds.nulls === 'only') return column.mayBeNull ? { isNull: true } : undefined
  if (bounds.startsWith !== undefined && bounds.startsWith !== null) return { startsWith: bounds.startsWith }
  let { lower, upper } = bounds
  if (lower === undefined && upper === undefined && bounds.nulls === 'any') return {}
  if (lower?.value === null || upper?.value === null) return undefined
  if (lower !== undefined) {
    const at = side(lower.value, limitsOf(column.type))
    if (at > 0) return undefined
    if (at < 0) lower = undefined
  }
  if (upper !== undefined) {
    const at = side(upper.value, limitsOf(column.type))
    if (at < 0) return undefined
    if (at > 0) upper = undefined
  }
  const low = lower && { value: stored(lower.value, column), isInclusive: lower.isInclusive }
  const high = upper && { value: stored(upper.value, column), isInclusive: upper.isInclusive }
  // Null is in no range of values. It lies at one of the ends.
  const [first, last] = column.isDescending ? [high, low] : [low, high]
  const result: { -readonly [K in keyof Rest]: Rest[K] } = {}
  if (first !== undefined) result[first.isInclusive ? 'gte' : 'gt'] = first.value
  else if (column.mayBeNull && column.nullsFirst) result.gt = null
  if (last !== undefined) result[last.isInclusive ? 'lte' : 'lt'] = last.value
  else if (column.mayBeNull && !column.nullsFirst) result.lt = null
  return result
}

function optionsFor(prefix: readonly Value[], rest: Rest, isTuple: boolean): RangeOptions<unknown> {
  if (!isTuple) {
    if (prefix.length === 1) return { gte: prefix[0], lte: prefix[0] }
    if (rest.isNull) return { gte: null, lte: null }
    return rest as RangeOptions<unknown>
  }
  const options: Record<string, unknown> = {}
  if (rest.isNull) options.prefix = [...prefix, null]
  else if (prefix.length > 0) options.prefix = prefix
  for (const name of ['gt', 'gte', 'lt', 'lte'] as const) {
    if (name in rest) options[name] = [...prefix, rest[name]]
  }
  if (rest.startsWith !== undefined) options.startsWith = rest.startsWith
  return options as RangeOptions<unknown>
}

/** Every way to choose one of each column's values, in the order of the index, without repetition. */
function combinations(columns: readonly KeyColumnShape[], { equals, findsNull }: KeyBounds): Value[][] {
  let prefixes: Value[][] = [[]]
  equals.forEach((values, i) => {
    const { type, isDescending, mayBeNull } = columns[i]
    if (findsNull?.[i] && values[0] === null) {
      prefixes = mayBeNull ? prefixes.map(prefix => [...prefix, null]) : []
      return
    }
    const compare = comparator(withoutDomain(type))
    const limits = limitsOf(type)
    const possible = values.filter(value => isHeld(value, limits) && canHave(value, columns[i]))
    const sorted = [...possible].sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)))
    const distinct = sorted.filter((value, at) => at === 0 || compare(sorted[at - 1], value) !== 0)
    prefixes = prefixes.flatMap(prefix => distinct.map(value => [...prefix, stored(value, columns[i])]))
  })
  return prefixes
}

/** The columns of an index as bounds see them. */
export function keyShapes(
  columns: readonly IndexColumn[],
  table: {
    readonly columns: readonly {
      readonly type: SqlType
      readonly storedNode?: TypeNode | undefined
      readonly isNotNull: boolean
    }[]
  },
): KeyColumnShape[] {
  return columns.map(({ column, expressionType, isDescending, nullsFirst }) => {
    if (expressionType !== undefined) {
      return { type: expressionType, storedNode: undefined, isDescending, nullsFirst, mayBeNull: true }
    }
    const { type, storedNode, isNotNull } = table.columns[column]
    return { type, storedNode, isDescending, nullsFirst, mayBeNull: !isNotNull }
  })
}

/** The range of the entries with these values, one for each column of the index; null is among them like any value. */
export function entryRange(
  table: AnyRecordTable,
  index: string,
  columns: readonly KeyColumnShape[],
  values: readonly Value[],
): ByteRange {
  const { codec } = table.boundIndexes.find(bound => bound.codec.name === index)!
  const key = columns.map((column, i) => stored(values[i], column))
  const bound = columns.length === 1 ? key[0] : key
  const { from, to } = resolveWalk(codec.key, table.name, { gte: bound, lte: bound })
  return { from, to }
}
