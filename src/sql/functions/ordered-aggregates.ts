/**
 * Ordered-set aggregates: mode and the percentiles. The executor sorts the rows by WITHIN GROUP (ORDER BY …) and steps them
 * in that order; the direct arguments come after the values, and again with `finish` (there may be no row).
 *
 * Hypothetical-set aggregates (rank(…) WITHIN GROUP) need the order itself: `hypothetical` says what they are of the numbers
 * of rows before, which the executor counts.
 */

import { SqlError } from '../errors.ts'
import type { SqlArray } from '../types/array.ts'
import { equality } from '../types/compare.ts'
import { float8Text } from '../types/float.ts'
import { addIntervals, type Interval, subtractIntervals } from '../types/interval.ts'
import { ANY, ANYARRAY, ANYELEMENT, FLOAT8, INT8, INTERVAL, type SqlType } from '../types/type.ts'
import { multiplyInterval } from './datetime-arithmetic.ts'
import type {
  AggregateFunction,
  AggregateImplementation,
  CallTypes,
  EvaluationContext,
  HypotheticalPlace,
  Value,
} from './registry.ts'

function fractionOf(value: number): number {
  if (!(value >= 0 && value <= 1)) {
    throw new SqlError('22003', `percentile value ${float8Text(value)} is not between 0 and 1`)
  }
  return value
}

/** Where the values lie, of `count` sorted ones, that say what is at a fraction. There is at least one. */
type PlacesAt = (count: number, fraction: number) => readonly number[]

const discretePlaces: PlacesAt = (count, fraction) => [Math.max(Math.ceil(fraction * count), 1) - 1]
const continuousPlaces: PlacesAt = (count, fraction) => {
  const place = fraction * (count - 1)
  return [Math.floor(place), Math.ceil(place)]
}

/** What is at a fraction, from the values at its places, and how far it is from the first to the last of these. */
type Between = (low: Value, high: Value, share: number) => Value

const discrete: Between = low => low
const continuous: Between = (low: number, high: number, share) =>
  low === high ? low : low + share * (high - low)
const continuousInterval: Between = (low: Interval, high: Interval, share) =>
  low === high ? low : addIntervals(low, multiplyInterval(subtractIntervals(high, low), share))

/** The values at the places of all fractions, in order. */
function percentile(placesAt: PlacesAt, between: Between, isArray: boolean): AggregateImplementation {
  const placesOf = (count: number, [fractions]: readonly Value[]): readonly number[] => {
    if (fractions === null) return []
    // What is no fraction is said also where there is no row.
    if (!isArray) fractionOf(fractions)
    if (count === 0) return []
    const all: readonly Value[] = isArray ? (fractions as SqlArray).elements : [fractions]
    const places = all.flatMap(one => (one === null ? [] : placesAt(count, fractionOf(one))))
    return [...new Set(places)].sort((a, b) => a - b)
  }
  return {
    start: (): Value[] => [],
    step: (values: Value[], value: Value) => {
      values.push(value)
      return values
    },
    placesOf,
    finish: (values: Value[], _context: EvaluationContext, direct?: readonly Value[], count = 0) => {
      const fractions = direct?.[0] ?? null
      if (fractions === null || count === 0) return null
      const valueAt = new Map(placesOf(count, direct!).map((place, i) => [place, values[i]]))
      const at = (fraction: number): Value => {
        const places = placesAt(count, fraction)
        const share = fraction * (count - 1) - places[0]
        return between(valueAt.get(places[0])!, valueAt.get(places[places.length - 1])!, share)
      }
      return isArray ? (fractions as SqlArray).map(at) : at(fractions)
    },
  }
}

interface Runs {
  value: Value
  count: number
  best: Value
  bestCount: number
}

function mode(call: CallTypes): AggregateImplementation {
  const equals = equality(call.argumentTypes[call.argumentTypes.length - 1])
  return {
    start: (): Runs => ({ value: null, count: 0, best: null, bestCount: 0 }),
    step: (runs: Runs, value: Value) => {
      if (runs.count > 0 && equals(runs.value, value)) runs.count++
      else {
        runs.value = value
        runs.count = 1
      }
      if (runs.count > runs.bestCount) {
        runs.best = runs.value
        runs.bestCount = runs.count
      }
      return runs
    },
    finish: (runs: Runs) => runs.best,
  }
}

function ordered(
  name: string,
  direct: readonly SqlType[],
  type: SqlType,
  result: SqlType,
  implement: (call: CallTypes) => AggregateImplementation,
): AggregateFunction {
  return {
    kind: 'aggregate',
    name,
    arguments: [type],
    directArguments: direct,
    within: 'ordered set',
    result,
    implement,
  }
}

function hypothetical(
  name: string,
  result: SqlType,
  resultAt: (place: HypotheticalPlace) => number,
): AggregateFunction {
  return {
    kind: 'aggregate',
    name,
    arguments: [ANY],
    directArguments: [ANY],
    isVariadic: true,
    within: 'hypothetical set',
    skipsNulls: false,
    result,
    hypothetical: resultAt,
    implement: () => ({ start: () => null, step: () => null, finish: () => null }),
  }
}

export const ORDERED_AGGREGATES: readonly AggregateFunction[] = [
  ordered('mode', [], ANYELEMENT, ANYELEMENT, mode),
  ordered('percentile_disc', [FLOAT8], ANYELEMENT, ANYELEMENT, () =>
    percentile(discretePlaces, discrete, false),
  ),
  ordered('percentile_disc', [FLOAT8.array!], ANYELEMENT, ANYARRAY, () =>
    percentile(discretePlaces, discrete, true),
  ),
  ordered('percentile_cont', [FLOAT8], FLOAT8, FLOAT8, () => percentile(continuousPlaces, continuous, false)),
  ordered('percentile_cont', [FLOAT8.array!], FLOAT8, FLOAT8.array!, () =>
    percentile(continuousPlaces, continuous, true),
  ),
  ordered('percentile_cont', [FLOAT8], INTERVAL, INTERVAL, () =>
    percentile(continuousPlaces, continuousInterval, false),
  ),
  ordered('percentile_cont', [FLOAT8.array!], INTERVAL, INTERVAL.array!, () =>
    percentile(continuousPlaces, continuousInterval, true),
  ),
  hypothetical('rank', INT8, ({ before }) => before + 1),
  hypothetical('dense_rank', INT8, ({ distinctBefore }) => distinctBefore + 1),
  hypothetical('percent_rank', FLOAT8, ({ before, rows }) => (rows === 0 ? 0 : before / rows)),
  hypothetical('cume_dist', FLOAT8, ({ before, equal, rows }) => (before + equal + 1) / (rows + 1)),
]
