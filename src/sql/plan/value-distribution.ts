/**
 * What a column's statistics say of single values and of ranges: which part of all rows has them. The common values are
 * known one by one; the others are taken to be spread evenly between the bounds of the histogram, as far as the type's values
 * can be measured.
 */

import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import { comparator } from '../types/compare.ts'
import { Numeric } from '../types/numeric.ts'
import type { SqlType } from '../types/type.ts'

/** Where nothing is known of how values are spread. */
const MIDDLE = 0.5

export function restFraction(statistics: ColumnStatistics): number {
  const common = statistics.commonFrequencies.reduce((sum, one) => sum + one, 0)
  return Math.max(0, 1 - statistics.nullFraction - common)
}

/** Rows with this value. `distinct`: how many different values the column has. */
export function equalFraction(
  statistics: ColumnStatistics,
  type: SqlType,
  value: unknown,
  distinct: number,
): number {
  const compare = comparator(type)
  const common = statistics.commonValues.findIndex(one => compare(one, value) === 0)
  if (common >= 0) return statistics.commonFrequencies[common]
  return restFraction(statistics) / Math.max(1, distinct - statistics.commonValues.length)
}

/** Rows with a smaller value, or (`isInclusive`) one that is not larger. */
export function belowFraction(
  statistics: ColumnStatistics,
  type: SqlType,
  value: unknown,
  isInclusive: boolean,
): number {
  const compare = comparator(type)
  let fraction = 0
  statistics.commonValues.forEach((one, i) => {
    const order = compare(one, value)
    if (order < 0 || (isInclusive && order === 0)) fraction += statistics.commonFrequencies[i]
  })
  return fraction + restFraction(statistics) * histogramFraction(statistics.histogram, type, value)
}

/** The part of a histogram's values below `value`. */
function histogramFraction(histogram: readonly unknown[], type: SqlType, value: unknown): number {
  if (histogram.length < 2) return MIDDLE
  const compare = comparator(type)
  const last = histogram.length - 1
  if (compare(value, histogram[0]) <= 0) return 0
  if (compare(value, histogram[last]) >= 0) return 1
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (compare(histogram[middle], value) <= 0) low = middle
    else high = middle
  }
  return (low + between(histogram[low], histogram[high], value)) / last
}

/** How far `value` lies from `low` to `high`, 0 to 1. */
function between(low: unknown, high: unknown, value: unknown): number {
  if (typeof low === 'string') return textBetween(low, high as string, value as string)
  const [from, to, at] = [low, high, value].map(measure)
  const part = (at - from) / (to - from)
  return part >= 0 && part <= 1 ? part : MIDDLE
}

function measure(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  return value instanceof Numeric ? Number(value.toString()) : Number.NaN
}

/** Characters beyond those that two bounds share that are looked at. */
const TEXT_LENGTH = 6

function textBetween(low: string, high: string, value: string): number {
  let shared = 0
  while (shared < low.length && low[shared] === high[shared]) shared++
  // A number whose digits are characters, of as large a base as there are.
  const digits = [low, high, value].map(text => text.slice(shared, shared + TEXT_LENGTH))
  const base = 1 + Math.max(255, ...[...digits.join('')].map(one => one.charCodeAt(0)))
  const [from, to, at] = digits.map(text => {
    let number = 0
    for (let i = 0; i < TEXT_LENGTH; i++) number = number * base + (i < text.length ? text.charCodeAt(i) : 0)
    return number
  })
  const part = (at - from) / (to - from)
  return part >= 0 && part <= 1 ? part : MIDDLE
}
