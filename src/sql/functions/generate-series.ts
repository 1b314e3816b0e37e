/** generate_series of integers and numerics, as generators: rows nobody asks for are not made. */

import { SqlError } from '../errors.ts'
import { MICROSECONDS_PER_DAY } from '../types/datetime-calendar.ts'
import { addInt8, type Int8 } from '../types/integer.ts'
import { Interval } from '../types/interval.ts'
import { compareNumeric, Numeric } from '../types/numeric.ts'
import { INT4, INT8, NUMERIC } from '../types/type.ts'
import { setReturning } from './definitions.ts'
import type { SetFunction, Value } from './registry.ts'

const zeroStep = (): SqlError => new SqlError('22023', 'step size cannot equal zero')

function* integers(start: number, stop: number, step: number): Generator<number> {
  if (step > 0) for (let value = start; value <= stop; value += step) yield value
  else for (let value = start; value >= stop; value += step) yield value
}

function* wideIntegers(start: Int8, stop: Int8, step: Int8): Generator<Int8> {
  let value = start
  while (step > 0 ? value <= stop : value >= stop) {
    yield value
    try {
      value = addInt8(value, step)
    } catch {
      // Beyond the last bigint there is nothing more.
      return
    }
  }
}

function* numerics(start: Numeric, stop: Numeric, step: Numeric): Generator<Numeric> {
  const sign = step.sign
  const scale = Math.max(start.scale, step.scale)
  for (let value = start.withScale(start.scale); ; value = value.add(step)) {
    const order = compareNumeric(value, stop)
    if (sign > 0 ? order > 0 : order < 0) return
    yield value === start ? start : value.scale < scale ? value.withScale(scale) : value
  }
}

/** Checks come at once, not with the first row. */
function checkedNumerics(start: Numeric, stop: Numeric, step: Numeric): Iterable<Numeric> {
  const check = (value: Numeric, name: string): void => {
    if (value.isFinite) return
    throw new SqlError('22023', `${name} cannot be ${value.isNaN ? 'NaN' : 'infinity'}`)
  }
  check(start, 'start value')
  check(stop, 'stop value')
  check(step, 'step size')
  if (step.isZero) throw zeroStep()
  return numerics(start, stop, step)
}

const SMALL = (start: number, stop: number, step = 1): Iterable<number> => {
  if (step === 0) throw zeroStep()
  return integers(start, stop, step)
}
const WIDE = (start: Int8, stop: Int8, step: Int8 = 1): Iterable<Int8> => {
  if (step === 0) throw zeroStep()
  return wideIntegers(start, stop, step)
}

/** How many values a series has, roughly: months are of thirty days. For the planner. */
export const SERIES_EXPECTED: Pick<SetFunction, 'rowsOf'> = {
  rowsOf: (...known) => {
    if (known.includes(undefined)) return undefined
    const [start, stop, step = 1] = known.map(measured) as [number, number, number?]
    const steps = (stop - start) / step
    return Number.isFinite(steps) ? Math.max(0, Math.floor(steps) + 1) : undefined
  },
}

function measured(value: Value | undefined): number {
  if (value instanceof Numeric) return value.toNumber()
  if (!(value instanceof Interval)) return Number(value)
  return (value.months * 30 + value.days) * MICROSECONDS_PER_DAY + Number(value.microseconds)
}

export const GENERATE_SERIES: readonly SetFunction[] = [
  setReturning(
    'generate_series',
    [INT4, INT4],
    INT4,
    () => (start, stop) => SMALL(start, stop),
    SERIES_EXPECTED,
  ),
  setReturning(
    'generate_series',
    [INT4, INT4, INT4],
    INT4,
    () => (start, stop, step) => SMALL(start, stop, step),
    SERIES_EXPECTED,
  ),
  setReturning(
    'generate_series',
    [INT8, INT8],
    INT8,
    () => (start, stop) => WIDE(start, stop),
    SERIES_EXPECTED,
  ),
  setReturning(
    'generate_series',
    [INT8, INT8, INT8],
    INT8,
    () => (start, stop, step) => WIDE(start, stop, step),
    SERIES_EXPECTED,
  ),
  setReturning(
    'generate_series',
    [NUMERIC, NUMERIC],
    NUMERIC,
    () => (start, stop) => checkedNumerics(start, stop, Numeric.ONE),
    SERIES_EXPECTED,
  ),
  setReturning(
    'generate_series',
    [NUMERIC, NUMERIC, NUMERIC],
    NUMERIC,
    () => (start, stop, step) => checkedNumerics(start, stop, step),
    SERIES_EXPECTED,
  ),
]
