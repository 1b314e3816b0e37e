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

/** The value at a fraction of sorted values, of which there is at least one. */
function discrete(values: readonly Value[], fraction: number): Value {
  const row = Math.ceil(fractionOf(fraction) * values.length)
  return values[Math.max(row, 1) - 1]
}
function continuous(values: readonly number[], fraction: number): number {
  const place = fractionOf(fraction) * (values.length - 1)
  const low = values[Math.floor(place)]
  const high = values[Math.ceil(place)]
  return low === high ? low : low + (place - Math.floor(place)) * (high - low)
}
function continuousInterval(values: readonly Interval[], fraction: number): Interval {
  const place = fractionOf(fraction) * (values.length - 1)
  const low = values[Math.floor(place)]
  const high = values[Math.ceil(place)]
  if (low === high) return low
  return addIntervals(low, multiplyInterval(subtractIntervals(high, low), place - Math.floor(place)))
}

/** Values are kept until the end; `of` makes the result for one fraction. */
function percentile(
  of: (values: readonly Value[], fraction: number) => Value,
  isArray: boolean,
): AggregateImplementation {
  return {
    start: (): Value[] => [],
    step: (values: Value[], value: Value) => {
      values.push(value)
      return values
    },
    finish: (values: Value[], _context: EvaluationContext, direct?: readonly Value[]) => {
      const fractions = direct?.[0] ?? null
      if (fractions === null) return null
      if (!isArray) {
        fractionOf(fractions)
        return values.length === 0 ? null : of(values, fractions)
      }
      if (values.length === 0) return null
      return (fractions as SqlArray).map(fraction => of(values, fraction))
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
  ordered('percentile_disc', [FLOAT8], ANYELEMENT, ANYELEMENT, () => percentile(discrete, false)),
  ordered('percentile_disc', [FLOAT8.array!], ANYELEMENT, ANYARRAY, () => percentile(discrete, true)),
  ordered('percentile_cont', [FLOAT8], FLOAT8, FLOAT8, () => percentile(continuous, false)),
  ordered('percentile_cont', [FLOAT8.array!], FLOAT8, FLOAT8.array!, () => percentile(continuous, true)),
  ordered('percentile_cont', [FLOAT8], INTERVAL, INTERVAL, () => percentile(continuousInterval, false)),
  ordered('percentile_cont', [FLOAT8.array!], INTERVAL, INTERVAL.array!, () =>
    percentile(continuousInterval, true),
  ),
  hypothetical('rank', INT8, ({ before }) => before + 1),
  hypothetical('dense_rank', INT8, ({ distinctBefore }) => distinctBefore + 1),
  hypothetical('percent_rank', FLOAT8, ({ before, rows }) => (rows === 0 ? 0 : before / rows)),
  hypothetical('cume_dist', FLOAT8, ({ before, equal, rows }) => (before + equal + 1) / (rows + 1)),
]
