/** generate_series of timestamps. */

import { SqlError } from '../errors.ts'
import { isInfinite, type Timestamp } from '../types/datetime-calendar.ts'
import { compareIntervals, type Interval, ZERO_INTERVAL } from '../types/interval.ts'
import { sessionTimeZone } from '../types/timezone.ts'
import { INTERVAL, TEXT, TIMESTAMP, TIMESTAMPTZ } from '../types/type.ts'
import { addInterval, addIntervalInZone } from './datetime-arithmetic.ts'
import { zoneByName } from './datetime-make.ts'
import { setReturning } from './definitions.ts'
import { SERIES_EXPECTED } from './generate-series.ts'
import type { EvaluationContext, SetFunction } from './registry.ts'

function* series(
  start: Timestamp,
  end: Timestamp,
  step: Interval,
  next: (at: Timestamp) => Timestamp,
): Iterable<Timestamp> {
  const sign = compareIntervals(step, ZERO_INTERVAL)
  if (sign === 0) throw new SqlError('22023', 'step size cannot equal zero')
  if (!step.isFinite) throw new SqlError('22023', 'step size cannot be infinite')
  let at = start
  while (sign > 0 ? at <= end : at >= end) {
    yield at
    // Infinity plus a step is infinity: it would never end.
    if (isInfinite(at)) return
    at = next(at)
  }
}

export const DATETIME_SERIES: readonly SetFunction[] = [
  setReturning(
    'generate_series',
    [TIMESTAMP, TIMESTAMP, INTERVAL],
    TIMESTAMP,
    () => (start: Timestamp, end: Timestamp, step: Interval) =>
      series(start, end, step, at => addInterval(at, step)),
    SERIES_EXPECTED,
  ),
  setReturning(
    'generate_series',
    [TIMESTAMPTZ, TIMESTAMPTZ, INTERVAL],
    TIMESTAMPTZ,
    () => (start: Timestamp, end: Timestamp, step: Interval, context: EvaluationContext) => {
      const zone = sessionTimeZone(context)
      return series(start, end, step, at => addIntervalInZone(at, step, zone))
    },
    { volatility: 'stable', ...SERIES_EXPECTED },
  ),
  setReturning(
    'generate_series',
    [TIMESTAMPTZ, TIMESTAMPTZ, INTERVAL, TEXT],
    TIMESTAMPTZ,
    () => (start: Timestamp, end: Timestamp, step: Interval, name: string) => {
      const zone = zoneByName(name, start)
      return series(start, end, step, at => addIntervalInZone(at, step, zone))
    },
    { rowsOf: (start, end, step) => SERIES_EXPECTED.rowsOf?.(start, end, step) },
  ),
]
