/** Dates, times and intervals from their parts, and zones from what SQL names them by. */

import { SqlError } from '../errors.ts'
import {
  addMicroseconds,
  canonical,
  civilTimeOf,
  DATE_END_DAYS,
  DATE_MIN_DAYS,
  dayOfWeek,
  daysFromCivil,
  daysInMonth,
  isInfinite,
  isValidTimestamp,
  joinTimestamp,
  MICROSECONDS_PER_DAY,
  MICROSECONDS_PER_SECOND,
  splitTimestamp,
  type Timestamp,
  timeOfFields,
} from '../types/datetime-calendar.ts'
import { decodeOffset } from '../types/datetime-decode.ts'
import { DateTimeFault, roundHalfEven } from '../types/datetime-fields.ts'
import { DAY_NAMES, fractionText, MONTH_NAMES, twoDigits } from '../types/datetime-output.ts'
import { float8Text } from '../types/float.ts'
import { checkedInterval, type Interval, intervalOutOfRange } from '../types/interval.ts'
import { intervalText } from '../types/interval-text.ts'
import { findTimeZone, fixedByOffset, sessionTimeZone, type TimeZone, UTC } from '../types/timezone.ts'
import { findAbbreviation, offsetOfAbbreviation } from '../types/timezone-abbreviations.ts'
import { DATE, FLOAT8, INT4, INTERVAL, TEXT, TIME, TIMESTAMP, TIMESTAMPTZ } from '../types/type.ts'
import { localOfMoment, momentOfLocal, secondsOf } from './datetime-arithmetic.ts'
import { scalar } from './definitions.ts'
import type { EvaluationContext, SqlFunction } from './registry.ts'

/** AT TIME ZONE 'name': an abbreviation, or the name of a zone, or a POSIX specification. `at` decides what an abbreviation means. */
export function zoneByName(name: string, at: Timestamp): TimeZone {
  const abbreviation = findAbbreviation(name.toLowerCase(), UTC)
  if (abbreviation !== undefined) {
    if (abbreviation.offset !== undefined) return fixedByOffset(abbreviation.offset)
    return fixedByOffset(offsetOfAbbreviation(abbreviation, isInfinite(at) ? 0 : secondsOf(at)))
  }
  const zone = findTimeZone(name)
  if (zone === undefined) throw new SqlError('22023', `time zone "${name}" not recognized`)
  return zone
}

/** AT TIME ZONE INTERVAL '…'. */
export function offsetOfInterval(interval: Interval): number {
  if (!interval.isFinite) throw new SqlError('22023', 'interval time zone "infinity" must be finite')
  if (interval.months !== 0 || interval.days !== 0) {
    throw new SqlError(
      '22023',
      `interval time zone "${intervalText(interval, 'postgres')}" must not include months or days`,
    )
  }
  return Math.trunc(Number(interval.microseconds) / MICROSECONDS_PER_SECOND)
}

function dateFieldsOutOfRange(year: number, month: number, day: number): SqlError {
  return new SqlError('22008', `date field value out of range: ${year}-${twoDigits(month)}-${twoDigits(day)}`)
}
function daysOfParts(year: number, month: number, day: number): number {
  // Negative years are BC; there is no year 0.
  const civilYear = year < 0 ? year + 1 : year
  if (year === 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(civilYear, month)) {
    throw dateFieldsOutOfRange(year, month, day)
  }
  return daysFromCivil(civilYear, month, day)
}
function makeDate(year: number, month: number, day: number): number {
  const days = daysOfParts(year, month, day)
  if (days < DATE_MIN_DAYS || days >= DATE_END_DAYS) {
    throw new SqlError('22008', `date out of range: ${year}-${twoDigits(month)}-${twoDigits(day)}`)
  }
  return days
}
function timeOfParts(hour: number, minute: number, second: number): number {
  const microseconds = roundHalfEven(second * MICROSECONDS_PER_SECOND)
  const time = timeOfFields(hour, minute, 0, 0) + microseconds
  if (
    hour < 0 ||
    minute < 0 ||
    minute > 59 ||
    !(second >= 0) ||
    second > 60 ||
    hour > 24 ||
    !(time <= MICROSECONDS_PER_DAY)
  ) {
    const text = float8Text(second)
    throw new SqlError(
      '22008',
      `time field value out of range: ${hour}:${twoDigits(minute)}:${text.length < 2 ? `0${text}` : text}`,
    )
  }
  return time
}
function makeTimestamp(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Timestamp {
  const timestamp = joinTimestamp(daysOfParts(year, month, day), timeOfParts(hour, minute, second))
  if (!isValidTimestamp(timestamp)) {
    throw new SqlError(
      '22008',
      `timestamp out of range: ${year}-${twoDigits(month)}-${twoDigits(day)} ${hour}:${twoDigits(minute)}:${float8Text(second).padStart(2, '0')}`,
    )
  }
  return timestamp
}
/** The zone's text as make_timestamptz has it: "+02" lies east. */
function makeInZone(local: Timestamp, name: string): Timestamp {
  if (/^[+-]/.test(name)) {
    try {
      return addMicroseconds(local, -decodeOffset(name) * MICROSECONDS_PER_SECOND)
    } catch (fault) {
      if (!(fault instanceof DateTimeFault)) throw fault
      if (fault.kind === 'displacement')
        throw new SqlError('22023', `numeric time zone "${name}" out of range`)
      throw new SqlError('22023', `invalid input syntax for type numeric time zone: "${name}"`)
    }
  }
  if (/^\d/.test(name)) {
    throw new SqlError('22023', `invalid input syntax for type numeric time zone: "${name}"`, {
      hint: 'Numeric time zones must have "-" or "+" as first character.',
    })
  }
  return momentOfLocal(local, zoneByName(name, local))
}

function makeInterval(
  years: number,
  months: number,
  weeks: number,
  days: number,
  hours: number,
  minutes: number,
  seconds: number,
): Interval {
  if (!Number.isFinite(seconds)) throw intervalOutOfRange()
  const microseconds = roundHalfEven(seconds * MICROSECONDS_PER_SECOND)
  if (!(Math.abs(microseconds) < 2 ** 63)) throw intervalOutOfRange()
  const time = BigInt(hours) * 3_600_000_000n + BigInt(minutes) * 60_000_000n + BigInt(microseconds)
  return checkedInterval(years * 12 + months, weeks * 7 + days, canonical(time))
}

function timestampOfEpoch(seconds: number): Timestamp {
  if (Number.isNaN(seconds)) throw new SqlError('22008', 'timestamp cannot be NaN')
  if (!Number.isFinite(seconds)) return seconds
  const outOfRange = (): SqlError => new SqlError('22008', `timestamp out of range: "${float8Text(seconds)}"`)
  if (seconds < -210_866_803_200 || seconds >= 9_224_318_016_000) throw outOfRange()
  const microseconds = roundHalfEven((seconds - 946_684_800) * MICROSECONDS_PER_SECOND)
  const timestamp = Number.isSafeInteger(microseconds) ? microseconds : canonical(BigInt(microseconds))
  if (!isValidTimestamp(timestamp)) throw outOfRange()
  return timestamp
}

/** As C's `%a %b %d %H:%M:%S.%06d %Y %Z`. */
function timeOfDay(context: EvaluationContext): string {
  const now = context.clockTime()
  const zone = sessionTimeZone(context)
  const local = localOfMoment(now, zone)
  const civil = civilTimeOf(local)
  const weekday = DAY_NAMES[dayOfWeek(splitTimestamp(local).days)]!
  const fraction = fractionText(civil.microsecond).padEnd(1, '.').padEnd(7, '0')
  return `${weekday} ${MONTH_NAMES[civil.month - 1]!} ${twoDigits(civil.day)} ${twoDigits(civil.hour)}:${twoDigits(civil.minute)}:${twoDigits(civil.second)}${fraction} ${civil.year} ${zone.abbreviationAt(secondsOf(now))}`
}

const TIMESTAMP_PARTS = ['year', 'month', 'mday', 'hour', 'min', 'sec']
const STABLE = { volatility: 'stable' } as const

export const MAKE_FUNCTIONS: readonly SqlFunction[] = [
  scalar('make_date', [INT4, INT4, INT4], DATE, makeDate, { argumentNames: ['year', 'month', 'day'] }),
  scalar('make_time', [INT4, INT4, FLOAT8], TIME, timeOfParts, { argumentNames: ['hour', 'min', 'sec'] }),
  {
    kind: 'scalar',
    name: 'make_timestamp',
    arguments: [INT4, INT4, INT4, INT4, INT4, FLOAT8],
    argumentNames: TIMESTAMP_PARTS,
    result: TIMESTAMP,
    implement: () => makeTimestamp,
  },
  scalar(
    'make_timestamptz',
    [INT4, INT4, INT4, INT4, INT4, FLOAT8],
    TIMESTAMPTZ,
    (year, month, day, hour, minute, second, context) =>
      momentOfLocal(makeTimestamp(year, month, day, hour, minute, second), sessionTimeZone(context)),
    { argumentNames: TIMESTAMP_PARTS, ...STABLE },
  ),
  scalar(
    'make_timestamptz',
    [INT4, INT4, INT4, INT4, INT4, FLOAT8, TEXT],
    TIMESTAMPTZ,
    (year, month, day, hour, minute, second, zone) =>
      makeInZone(makeTimestamp(year, month, day, hour, minute, second), zone),
    { argumentNames: [...TIMESTAMP_PARTS, 'timezone'], ...STABLE },
  ),
  scalar('make_interval', [INT4, INT4, INT4, INT4, INT4, INT4, FLOAT8], INTERVAL, makeInterval, {
    argumentNames: ['years', 'months', 'weeks', 'days', 'hours', 'mins', 'secs'],
    defaults: [0, 0, 0, 0, 0, 0, 0],
  }),
  scalar('to_timestamp', [FLOAT8], TIMESTAMPTZ, timestampOfEpoch),
  scalar('timeofday', [], TEXT, timeOfDay, { volatility: 'volatile' }),
]
