/**
 * What is known of a column's values, from all of them or from a random sample of the rows: which are null, how many are
 * different, which are common, how the others are spread, and whether they lie in the order of the rows.
 *
 * The forms are PostgreSQL's (pg_stats), and so are the methods: the number of different values by the estimator Duj1
 * (P. Haas, L. Stokes: Estimating the number of classes in a finite population, 1998), common values as long as they are
 * more frequent than chance explains.
 *
 * Estimates only: nothing that is read here may decide what a statement answers.
 */

import { comparator, keyOf } from '../types/compare.ts'
import { type SqlType, withoutDomain } from '../types/type.ts'

export interface ColumnStatistics {
  readonly nullFraction: number
  readonly averageWidthBytes: number
  /** Positive: so many; negative: that fraction of the rows. As pg_stats.n_distinct. */
  readonly distinct: number
  /** The most common first. */
  readonly commonValues: readonly unknown[]
  /** Parts of all rows, those with null included. */
  readonly commonFrequencies: readonly number[]
  /** Bounds of buckets of equal frequency, without the common values. */
  readonly histogram: readonly unknown[]
  /** From -1 to 1: whether values grow with the order of the primary key. Undefined: it has no meaning. */
  readonly correlation: number | undefined
}

/** Values of one column, in the order of the primary key. */
export interface ColumnSample {
  readonly type: SqlType
  readonly values: readonly unknown[]
  /** Of the table. The sample is all of it when it has as many values. */
  readonly rowCount: number
  /** Bytes that a value takes up when it is stored; called for values that are not null. */
  readonly widthOf: (value: unknown) => number
  /** Common values, and buckets of the histogram, that are kept at most. */
  readonly target: number
}

/** A fraction of the rows from here on is said as a fraction: it grows with the table. */
const SCALES_FROM = 0.1
/** Longer values are counted as different ones, and never kept. */
const WIDTH_MAX = 1024

/** A value with how often the sample has it. */
interface Group {
  readonly value: unknown
  readonly first: number
  readonly count: number
}

export function columnStatistics(sample: ColumnSample): ColumnStatistics {
  const { values, type, rowCount } = sample
  const size = values.length
  let width = 0
  let wide = 0
  let nulls = 0
  const kept: { readonly value: unknown; readonly at: number }[] = []
  for (let at = 0; at < size; at++) {
    const value = values[at]
    if (value === null) {
      nulls++
      continue
    }
    const bytes = sample.widthOf(value)
    width += bytes
    if (bytes > WIDTH_MAX) wide++
    else kept.push({ value, at })
  }
  const present = size - nulls
  const nullFraction = size === 0 ? 0 : nulls / size
  const head = { nullFraction, averageWidthBytes: present === 0 ? 0 : width / present }
  const unknown = { commonValues: [], commonFrequencies: [], histogram: [], correlation: undefined }
  if (present === 0) return { ...head, ...unknown, distinct: 0 }
  if (!hasOrder(type)) return { ...head, ...unknown, distinct: -(1 - nullFraction) }

  const compare = comparator(type)
  kept.sort((a, b) => compare(a.value, b.value) || a.at - b.at)
  const groups = groupsOf(kept, type)
  const distinct = distinctCount(groups, wide, size, nullFraction, rowCount)
  const common = commonGroups(groups, wide, distinct, sample, nullFraction)
  const inCommon = new Set(common)
  const rest = groups.filter(group => !inCommon.has(group))
  return {
    ...head,
    distinct: scaled(distinct, rowCount),
    commonValues: common.map(group => group.value),
    commonFrequencies: common.map(group => group.count / size),
    histogram: histogramOf(rest, sample.target),
    correlation: correlationOf(kept),
  }
}

function hasOrder(type: SqlType): boolean {
  const { element, isOrdered } = withoutDomain(type)
  return isOrdered && (element === undefined || element.isOrdered)
}

function groupsOf(sorted: readonly { readonly value: unknown }[], type: SqlType): Group[] {
  const key = keyOf(type)
  const groups: Group[] = []
  let first = 0
  let firstKey: unknown
  for (let at = 0; at <= sorted.length; at++) {
    const ownKey = at < sorted.length ? key(sorted[at].value) : undefined
    if (at > 0 && (at === sorted.length || ownKey !== firstKey)) {
      groups.push({ value: sorted[first].value, first, count: at - first })
      first = at
    }
    if (at === first) firstKey = ownKey
  }
  return groups
}

/** How many different values the table has. */
function distinctCount(
  groups: readonly Group[],
  wide: number,
  size: number,
  nullFraction: number,
  rowCount: number,
): number {
  const present = rowCount * (1 - nullFraction)
  const found = groups.length + wide
  if (size >= rowCount) return found
  const once = groups.filter(group => group.count === 1).length + wide
  const inSample = size * (1 - nullFraction)
  // Nothing twice: the column is most likely unique. Everything twice or more: nothing was missed.
  if (once === found) return present
  if (once === 0) return found
  const estimate = (inSample * found) / (inSample - once + (once * inSample) / present)
  return Math.min(present, Math.max(found, Math.round(estimate)))
}

function scaled(distinct: number, rowCount: number): number {
  return distinct > rowCount * SCALES_FROM ? -distinct / rowCount : distinct
}

/** The values that are kept with their frequencies, the most common first. */
function commonGroups(
  groups: readonly Group[],
  wide: number,
  distinct: number,
  { values, rowCount, target }: ColumnSample,
  nullFraction: number,
): Group[] {
  const byCount = [...groups].sort((a, b) => b.count - a.count || a.first - b.first)
  // All that there is, and it does not grow with the table: then the list says everything.
  const isComplete = wide === 0 && groups.length <= target && distinct === groups.length
  if (isComplete && distinct <= rowCount * SCALES_FROM) return byCount
  const candidates = byCount.slice(0, target).filter(group => group.count > 1)
  if (values.length >= rowCount) {
    // Of a whole table chance is no matter: what is more frequent than the average by a quarter.
    const average = values.length / Math.max(1, groups.length)
    return candidates.filter(group => group.count > average * 1.25)
  }
  return significant(candidates, distinct, values.length, rowCount, nullFraction)
}

/**
 * Drops the rarest candidates until the last is more frequent, by two standard deviations, than it would be as one of the
 * values without a place of their own. How often a value is in a sample is distributed hypergeometrically.
 */
function significant(
  candidates: readonly Group[],
  distinct: number,
  size: number,
  rowCount: number,
  nullFraction: number,
): Group[] {
  let kept = candidates.length
  let before = candidates.reduce((sum, group) => sum + group.count, 0)
  while (kept > 0) {
    const { count } = candidates[kept - 1]
    before -= count
    const others = Math.max(1, distinct - (kept - 1))
    const expected = Math.max(0, 1 - before / size - nullFraction) / others
    const inTable = (rowCount * count) / size
    const variance =
      (size * inTable * (rowCount - inTable) * (rowCount - size)) / (rowCount * rowCount * (rowCount - 1))
    if (count > expected * size + 2 * Math.sqrt(Math.max(0, variance)) + 0.5) break
    kept--
  }
  return candidates.slice(0, kept)
}

function histogramOf(groups: readonly Group[], target: number): unknown[] {
  const bounds = Math.min(groups.length, target + 1)
  if (bounds < 2) return []
  let total = 0
  const ends = groups.map(group => {
    total += group.count
    return total
  })
  const histogram: unknown[] = []
  let group = 0
  for (let i = 0; i < bounds; i++) {
    const position = Math.floor((i * (total - 1)) / (bounds - 1))
    while (ends[group] <= position) group++
    histogram.push(groups[group].value)
  }
  return histogram
}

/** Between the places of values among the sorted ones and among the rows (Pearson's). */
function correlationOf(sorted: readonly { readonly at: number }[]): number | undefined {
  const count = sorted.length
  if (count < 2) return undefined
  // Places among the rows with a value, from 0 on: both sides are then the same numbers in another order.
  const places = new Float64Array(count)
  for (let i = 0; i < count; i++) places[i] = sorted[i].at
  const order = Float64Array.from(places).sort()
  const placeOf = new Map<number, number>()
  order.forEach((at, place) => {
    placeOf.set(at, place)
  })
  const mean = (count - 1) / 2
  let product = 0
  let square = 0
  for (let i = 0; i < count; i++) {
    product += (i - mean) * (placeOf.get(places[i])! - mean)
    square += (i - mean) * (i - mean)
  }
  return product / square
}
