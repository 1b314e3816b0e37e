/**
 * Functions, operators, casts and aggregates of dates, times and intervals: the names and signatures. What they do is in
 * datetime-arithmetic.ts, datetime-parts.ts, datetime-make.ts and datetime-format.ts.
 */

import {
  addMicroseconds,
  isInfinite,
  MICROSECONDS_PER_SECOND,
  splitTimestamp,
  type Timestamp,
} from '../types/datetime-calendar.ts'
import { addIntervals, Interval, negateInterval, subtractIntervals, TimeWithZone } from '../types/interval.ts'
import { fixedByOffset, sessionTimeZone } from '../types/timezone.ts'
import {
  BOOL,
  DATE,
  FLOAT8,
  INT4,
  INTERVAL,
  NUMERIC,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
} from '../types/type.ts'
import { DATETIME_AGGREGATE_LIST } from './datetime-aggregates.ts'
import {
  addDays,
  addInterval,
  addIntervalInZone,
  addIntervalToTime,
  addIntervalToTimeWithZone,
  age,
  binOf,
  dateOfTimestamp,
  divideInterval,
  justifyDays,
  justifyHours,
  justifyInterval,
  localOfMoment,
  momentOfLocal,
  multiplyInterval,
  negatedForSubtraction,
  secondsOf,
  subtractDates,
  subtractIntervalFromTime,
  subtractIntervalFromTimeWithZone,
  subtractTimestamps,
  timeAtOffset,
  timeOfInterval,
  timestampOfDate,
} from './datetime-arithmetic.ts'
import { FORMAT_FUNCTIONS } from './datetime-format.ts'
import { MAKE_FUNCTIONS, offsetOfInterval, zoneByName } from './datetime-make.ts'
import {
  floatPart,
  numericPart,
  type PartResult,
  partOfDate,
  partOfInterval,
  partOfTime,
  partOfTimeWithZone,
  timestampPart,
  truncateInterval,
  truncateInZone,
  truncateTimestamp,
} from './datetime-parts.ts'
import { DATETIME_SERIES } from './datetime-series.ts'
import { polymorphic, scalar } from './definitions.ts'
import type {
  Cast,
  EvaluationContext,
  Implementation,
  ScalarFunction,
  SqlFunction,
  Value,
} from './registry.ts'

type Context = EvaluationContext
const STABLE = { volatility: 'stable' } as const

const momentOfDate = (date: number, context: Context): Timestamp =>
  momentOfLocal(timestampOfDate(date), sessionTimeZone(context))
const toMoment = (local: Timestamp, context: Context): Timestamp =>
  momentOfLocal(local, sessionTimeZone(context))
const toLocal = (moment: Timestamp, context: Context): Timestamp =>
  localOfMoment(moment, sessionTimeZone(context))
const timeOfTimestamp = (timestamp: Timestamp): number | null =>
  isInfinite(timestamp) ? null : splitTimestamp(timestamp).time
const dateAndTime = (date: number, time: number): Timestamp =>
  Number.isFinite(date) ? addMicroseconds(timestampOfDate(date), time) : date
const dateAndTimeWithZone = (date: number, value: TimeWithZone): Timestamp =>
  Number.isFinite(date)
    ? addMicroseconds(timestampOfDate(date), value.time - value.offset * MICROSECONDS_PER_SECOND)
    : date
const intervalOfTime = (time: number): Interval => new Interval(0, 0, time)
const withSessionOffset = (time: number, context: Context): TimeWithZone => {
  const zone = sessionTimeZone(context)
  const today = splitTimestamp(localOfMoment(context.transactionTime, zone)).days
  return new TimeWithZone(
    time,
    zone.offsetOfLocal(today * 86_400 + Math.floor(time / MICROSECONDS_PER_SECOND)),
  )
}
const timeWithZoneOfMoment = (moment: Timestamp, context: Context): TimeWithZone | null => {
  if (isInfinite(moment)) return null
  const zone = sessionTimeZone(context)
  return new TimeWithZone(splitTimestamp(localOfMoment(moment, zone)).time, zone.offsetAt(secondsOf(moment)))
}

// --------------------------------------------------------------------------------------------------- Casts

type CastRow = readonly [SqlType, SqlType, Cast['context'], Implementation]
const CASTS: readonly CastRow[] = [
  [DATE, TIMESTAMP, 'implicit', timestampOfDate],
  [DATE, TIMESTAMPTZ, 'implicit', momentOfDate],
  [TIME, INTERVAL, 'implicit', intervalOfTime],
  [TIME, TIMETZ, 'implicit', withSessionOffset],
  [TIMESTAMP, DATE, 'assignment', dateOfTimestamp],
  [TIMESTAMP, TIME, 'assignment', timeOfTimestamp],
  [TIMESTAMP, TIMESTAMPTZ, 'implicit', toMoment],
  [TIMESTAMPTZ, DATE, 'assignment', (moment, context) => dateOfTimestamp(toLocal(moment, context))],
  [TIMESTAMPTZ, TIME, 'assignment', (moment, context) => timeOfTimestamp(toLocal(moment, context))],
  [TIMESTAMPTZ, TIMESTAMP, 'assignment', toLocal],
  [TIMESTAMPTZ, TIMETZ, 'assignment', timeWithZoneOfMoment],
  [INTERVAL, TIME, 'assignment', timeOfInterval],
  [TIMETZ, TIME, 'assignment', (value: TimeWithZone) => value.time],
]
/** What input-output.ts does not already give; fitting to a modifier is the binder's by `modifierFunction`. */
export const DATETIME_CASTS: readonly Cast[] = CASTS.map(([from, to, context, implementation]) => ({
  from,
  to,
  context,
  implement: () => implementation,
}))

// --------------------------------------------------------------------------------------------- Comparisons

type Test = (left: Value, right: Value) => boolean
const TESTS: Readonly<Record<string, Test>> = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}
/** A date beyond the range of timestamps lies after (or before) all of them. */
const dateAsTimestamp = (date: number): Timestamp =>
  date >= 106_751_983 ? Number.POSITIVE_INFINITY : timestampOfDate(date)
/** For the comparison only: what is beyond the range is infinite. */
const localAsMoment = (local: Timestamp, context: Context): Timestamp => {
  try {
    return toMoment(local, context)
  } catch {
    return local < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
}
const dateAsMoment = (date: number, context: Context): Timestamp =>
  localAsMoment(dateAsTimestamp(date), context)

function crossComparisons(
  left: SqlType,
  right: SqlType,
  fromLeft: (value: Value, context: Context) => Value,
  fromRight: (value: Value, context: Context) => Value,
  more: object,
): ScalarFunction[] {
  return Object.entries(TESTS).map(([name, test]) =>
    scalar(
      name,
      [left, right],
      BOOL,
      (one, two, context) => test(fromLeft(one, context), fromRight(two, context)),
      more,
    ),
  )
}
const same = (value: Value): Value => value

// ----------------------------------------------------------------------------------------------- Operators

const multiplied = (interval: Interval, factor: number): Interval => multiplyInterval(interval, factor)
const addToMoment = (moment: Timestamp, interval: Interval, context: Context): Timestamp =>
  addIntervalInZone(moment, interval, sessionTimeZone(context))
const subtractFromMoment = (moment: Timestamp, interval: Interval, context: Context): Timestamp =>
  addIntervalInZone(moment, negatedForSubtraction(interval), sessionTimeZone(context))
const subtractFromTimestamp = (timestamp: Timestamp, interval: Interval): Timestamp =>
  addInterval(timestamp, negatedForSubtraction(interval))

/** a + b and b + a. */
function sums(
  left: SqlType,
  right: SqlType,
  result: SqlType,
  sum: Implementation,
  more = {},
): ScalarFunction[] {
  const swapped: Implementation = (one, two, context) => sum(two, one, context)
  return [scalar('+', [left, right], result, sum, more), scalar('+', [right, left], result, swapped, more)]
}

export const DATETIME_OPERATORS: readonly ScalarFunction[] = [
  ...crossComparisons(DATE, TIMESTAMP, dateAsTimestamp, same, {}),
  ...crossComparisons(TIMESTAMP, DATE, same, dateAsTimestamp, {}),
  ...crossComparisons(DATE, TIMESTAMPTZ, dateAsMoment, same, STABLE),
  ...crossComparisons(TIMESTAMPTZ, DATE, same, dateAsMoment, STABLE),
  ...crossComparisons(TIMESTAMP, TIMESTAMPTZ, localAsMoment, same, STABLE),
  ...crossComparisons(TIMESTAMPTZ, TIMESTAMP, same, localAsMoment, STABLE),
  ...sums(DATE, INT4, DATE, addDays),
  ...sums(DATE, TIME, TIMESTAMP, dateAndTime),
  ...sums(DATE, TIMETZ, TIMESTAMPTZ, dateAndTimeWithZone),
  ...sums(DATE, INTERVAL, TIMESTAMP, (date: number, interval: Interval) =>
    addInterval(timestampOfDate(date), interval),
  ),
  ...sums(TIMESTAMP, INTERVAL, TIMESTAMP, addInterval),
  ...sums(TIMESTAMPTZ, INTERVAL, TIMESTAMPTZ, addToMoment, STABLE),
  ...sums(TIME, INTERVAL, TIME, addIntervalToTime),
  ...sums(TIMETZ, INTERVAL, TIMETZ, addIntervalToTimeWithZone),
  scalar('+', [INTERVAL, INTERVAL], INTERVAL, addIntervals),
  scalar('-', [INTERVAL, INTERVAL], INTERVAL, subtractIntervals),
  scalar('-', [INTERVAL], INTERVAL, negateInterval),
  scalar('-', [DATE, INT4], DATE, (date: number, days: number) => addDays(date, -days)),
  scalar('-', [DATE, DATE], INT4, subtractDates),
  scalar('-', [DATE, INTERVAL], TIMESTAMP, (date: number, interval: Interval) =>
    subtractFromTimestamp(timestampOfDate(date), interval),
  ),
  scalar('-', [TIMESTAMP, TIMESTAMP], INTERVAL, subtractTimestamps),
  scalar('-', [TIMESTAMPTZ, TIMESTAMPTZ], INTERVAL, subtractTimestamps),
  scalar('-', [TIMESTAMP, INTERVAL], TIMESTAMP, subtractFromTimestamp),
  scalar('-', [TIMESTAMPTZ, INTERVAL], TIMESTAMPTZ, subtractFromMoment, STABLE),
  scalar('-', [TIME, TIME], INTERVAL, (left: number, right: number) => new Interval(0, 0, left - right)),
  scalar('-', [TIME, INTERVAL], TIME, subtractIntervalFromTime),
  scalar('-', [TIMETZ, INTERVAL], TIMETZ, subtractIntervalFromTimeWithZone),
  scalar('*', [INTERVAL, FLOAT8], INTERVAL, multiplied),
  scalar('*', [FLOAT8, INTERVAL], INTERVAL, (factor, interval) => multiplied(interval, factor)),
  scalar('/', [INTERVAL, FLOAT8], INTERVAL, divideInterval),
]

// ----------------------------------------------------------------------------------------------- Functions

type PartFunction = (word: string, value: Value, context: Context) => PartResult
const PARTS: readonly (readonly [SqlType, PartFunction, object])[] = [
  [DATE, partOfDate, {}],
  [TIME, partOfTime, {}],
  [TIMETZ, partOfTimeWithZone, {}],
  [TIMESTAMP, (word, value) => timestampPart(word, value), {}],
  [TIMESTAMPTZ, (word, value, context) => timestampPart(word, value, sessionTimeZone(context)), STABLE],
  [INTERVAL, partOfInterval, {}],
]

const isFiniteTimestamp = (value: Timestamp): boolean => !isInfinite(value)
const zoned = (zone: string, local: Timestamp): Timestamp => momentOfLocal(local, zoneByName(zone, local))
const unzoned = (zone: string, moment: Timestamp): Timestamp =>
  localOfMoment(moment, zoneByName(zone, moment))

/** Ends of a period from its start and end, or start and length; then the earlier first. */
function overlapping(
  toEnd: (start: Value, second: Value, context: Context, isLength: boolean) => Value,
  firstIsLength: boolean,
  secondIsLength: boolean,
  compare: (left: Value, right: Value) => number,
): Implementation {
  return (start1, second1, start2, second2, context) => {
    const end = (start: Value, second: Value, isLength: boolean): Value =>
      second === null || (isLength && start === null) ? null : toEnd(start, second, context, isLength)
    let one = ordered(start1, end(start1, second1, firstIsLength), compare)
    let two = ordered(start2, end(start2, second2, secondIsLength), compare)
    if (one === null || two === null) return null
    if (compare(one.start, two.start) > 0) [one, two] = [two, one]
    if (compare(one.start, two.start) === 0) {
      // Both start at once: they overlap, unless an end is unknown.
      return one.end === null || two.end === null ? null : true
    }
    if (one.end === null) return null
    if (compare(two.start, one.end) < 0) return true
    return two.end === null ? null : false
  }
}
/** The earlier end first; null where both are unknown. An unknown start is replaced by the end. */
function ordered(
  start: Value,
  end: Value,
  compare: (left: Value, right: Value) => number,
): { start: Value; end: Value } | null {
  if (start === null) return end === null ? null : { start: end, end: null }
  if (end === null) return { start, end: null }
  return compare(start, end) > 0 ? { start: end, end: start } : { start, end }
}
const byMagnitude = (left: Value, right: Value): number => (left < right ? -1 : left > right ? 1 : 0)
const byMoment = (left: TimeWithZone, right: TimeWithZone): number =>
  byMagnitude(left.time - left.offset * 1e6, right.time - right.offset * 1e6) || right.offset - left.offset

function overlaps(
  type: SqlType,
  addLength: ((start: Value, length: Interval, context: Context) => Value) | undefined,
  compare: (left: Value, right: Value) => number,
): ScalarFunction[] {
  const ends = addLength === undefined ? [false] : [false, true]
  return ends.flatMap(first =>
    ends.map(second =>
      polymorphic(
        'overlaps',
        [type, first ? INTERVAL : type, type, second ? INTERVAL : type],
        BOOL,
        () =>
          overlapping(
            (start, value, context, isLength) => (isLength ? addLength!(start, value, context) : value),
            first,
            second,
            compare,
          ),
        { isStrict: false, ...(type === TIMESTAMPTZ && (first || second) ? STABLE : {}) },
      ),
    ),
  )
}

export const DATETIME_FUNCTIONS: readonly SqlFunction[] = [
  ...CASTS.map(([from, to, , implementation]) =>
    scalar(to.name, [from], to, implementation, from === TIMESTAMPTZ || to === TIMESTAMPTZ ? STABLE : {}),
  ),
  scalar('timestamp', [DATE, TIME], TIMESTAMP, dateAndTime),
  scalar('timestamptz', [DATE, TIMETZ], TIMESTAMPTZ, dateAndTimeWithZone),
  scalar(
    'timestamptz',
    [DATE, TIME],
    TIMESTAMPTZ,
    (date, time, context) => toMoment(dateAndTime(date, time), context),
    STABLE,
  ),
  ...PARTS.flatMap(([type, part, more]) => [
    scalar(
      'extract',
      [TEXT, type],
      NUMERIC,
      (word, value, context) => numericPart(part(word, value, context)),
      more,
    ),
    scalar(
      'date_part',
      [TEXT, type],
      FLOAT8,
      type === DATE
        ? (word, date) => floatPart(timestampPart(word, timestampOfDate(date)))
        : (word, value, context) => floatPart(part(word, value, context)),
      more,
    ),
  ]),
  scalar('date_trunc', [TEXT, TIMESTAMP], TIMESTAMP, truncateTimestamp),
  scalar('date_trunc', [TEXT, INTERVAL], INTERVAL, truncateInterval),
  scalar(
    'date_trunc',
    [TEXT, TIMESTAMPTZ],
    TIMESTAMPTZ,
    (word, moment, context) => truncateInZone(word, moment, sessionTimeZone(context)),
    STABLE,
  ),
  scalar('date_trunc', [TEXT, TIMESTAMPTZ, TEXT], TIMESTAMPTZ, (word, moment, zone) =>
    truncateInZone(word, moment, zoneByName(zone, moment)),
  ),
  scalar('date_bin', [INTERVAL, TIMESTAMP, TIMESTAMP], TIMESTAMP, binOf),
  scalar('date_bin', [INTERVAL, TIMESTAMPTZ, TIMESTAMPTZ], TIMESTAMPTZ, binOf),
  scalar('date_add', [TIMESTAMPTZ, INTERVAL], TIMESTAMPTZ, addToMoment, STABLE),
  scalar('date_add', [TIMESTAMPTZ, INTERVAL, TEXT], TIMESTAMPTZ, (moment, interval, zone) =>
    addIntervalInZone(moment, interval, zoneByName(zone, moment)),
  ),
  scalar('date_subtract', [TIMESTAMPTZ, INTERVAL], TIMESTAMPTZ, subtractFromMoment, STABLE),
  scalar('date_subtract', [TIMESTAMPTZ, INTERVAL, TEXT], TIMESTAMPTZ, (moment, interval, zone) =>
    addIntervalInZone(moment, negatedForSubtraction(interval), zoneByName(zone, moment)),
  ),
  scalar('age', [TIMESTAMP, TIMESTAMP], INTERVAL, age),
  scalar(
    'age',
    [TIMESTAMPTZ, TIMESTAMPTZ],
    INTERVAL,
    (left, right, context) => age(toLocal(left, context), toLocal(right, context)),
    STABLE,
  ),
  scalar('age', [TIMESTAMP], INTERVAL, (right, context) => age(today(context), right), STABLE),
  scalar(
    'age',
    [TIMESTAMPTZ],
    INTERVAL,
    (right, context) => age(today(context), toLocal(right, context)),
    STABLE,
  ),
  scalar('justify_hours', [INTERVAL], INTERVAL, justifyHours),
  scalar('justify_days', [INTERVAL], INTERVAL, justifyDays),
  scalar('justify_interval', [INTERVAL], INTERVAL, justifyInterval),
  scalar('isfinite', [DATE], BOOL, Number.isFinite),
  scalar('isfinite', [TIMESTAMP], BOOL, isFiniteTimestamp),
  scalar('isfinite', [TIMESTAMPTZ], BOOL, isFiniteTimestamp),
  scalar('isfinite', [INTERVAL], BOOL, (interval: Interval) => interval.isFinite),
  scalar('timezone', [TEXT, TIMESTAMP], TIMESTAMPTZ, zoned),
  scalar('timezone', [TEXT, TIMESTAMPTZ], TIMESTAMP, unzoned),
  scalar(
    'timezone',
    [TEXT, TIMETZ],
    TIMETZ,
    (zone, value, context) =>
      timeAtOffset(
        value,
        zoneByName(zone, context.transactionTime).offsetAt(secondsOf(context.transactionTime)),
      ),
    STABLE,
  ),
  scalar('timezone', [INTERVAL, TIMESTAMP], TIMESTAMPTZ, (offset, local) =>
    momentOfLocal(local, fixedByOffset(offsetOfInterval(offset))),
  ),
  scalar('timezone', [INTERVAL, TIMESTAMPTZ], TIMESTAMP, (offset, moment) =>
    localOfMoment(moment, fixedByOffset(offsetOfInterval(offset))),
  ),
  scalar('timezone', [INTERVAL, TIMETZ], TIMETZ, (offset, value) =>
    timeAtOffset(value, offsetOfInterval(offset)),
  ),
  scalar('timezone', [TIMESTAMP], TIMESTAMPTZ, toMoment, STABLE),
  scalar('timezone', [TIMESTAMPTZ], TIMESTAMP, toLocal, STABLE),
  scalar(
    'timezone',
    [TIMETZ],
    TIMETZ,
    (value, context) =>
      timeAtOffset(value, sessionTimeZone(context).offsetAt(secondsOf(context.transactionTime))),
    STABLE,
  ),
  ...['now', 'transaction_timestamp'].map(name =>
    scalar(name, [], TIMESTAMPTZ, (context: Context) => context.transactionTime, STABLE),
  ),
  scalar('statement_timestamp', [], TIMESTAMPTZ, (context: Context) => context.statementTime, STABLE),
  scalar('clock_timestamp', [], TIMESTAMPTZ, (context: Context) => context.clockTime(), {
    volatility: 'volatile',
  }),
  ...overlaps(TIMESTAMP, addInterval, byMagnitude),
  ...overlaps(TIMESTAMPTZ, addToMoment, byMagnitude),
  ...overlaps(TIME, addIntervalToTime, byMagnitude),
  ...overlaps(TIMETZ, undefined, byMoment),
  ...MAKE_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...DATETIME_SERIES,
]

function today(context: Context): Timestamp {
  return timestampOfDate(dateOfTimestamp(toLocal(context.transactionTime, context)))
}

export const DATETIME_AGGREGATES = DATETIME_AGGREGATE_LIST
