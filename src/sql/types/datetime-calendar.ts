/**
 * The calendar: days since 2000-01-01 and years, months and days; microseconds as timestamps hold them.
 *
 * Invariants:
 * 1. The calendar is Gregorian for all times, also before 1582, and has a year 0: year 0 is 1 BC.
 * 2. A timestamp is a number while it is a safe integer, a bigint beyond (`canonical`), or ±Infinity: each has one form.
 *
 * It knows no time zones (timezone.ts) and no text.
 */

import { SqlError } from '../errors.ts'

export type Timestamp = number | bigint

/** 2000-01-01 00:00 UTC, from which moments are counted, in milliseconds since 1970. */
export const POSTGRES_EPOCH_MS = 946_684_800_000
export const MICROSECONDS_PER_SECOND = 1_000_000
export const MICROSECONDS_PER_MINUTE = 60_000_000
export const MICROSECONDS_PER_HOUR = 3_600_000_000
export const MICROSECONDS_PER_DAY = 86_400_000_000
export const SECONDS_PER_DAY = 86_400
/** Julian day of 2000-01-01. */
export const JULIAN_DAY_OF_2000 = 2_451_545
/** Days from 1970-01-01 to 2000-01-01. */
export const UNIX_DAYS_OF_2000 = 10_957

/** Dates: 4713-11-24 BC (Julian day 0) to 5874897-12-31. */
export const DATE_MIN_DAYS = -JULIAN_DAY_OF_2000
export const DATE_END_DAYS = 2_147_483_494 - JULIAN_DAY_OF_2000
/** Timestamps end before 294277-01-01. */
export const TIMESTAMP_END_DAYS = 109_203_528 - JULIAN_DAY_OF_2000
const TIMESTAMP_MIN = -211_813_488_000_000_000n
const TIMESTAMP_END = 9_223_371_331_200_000_000n

export interface CivilDate {
  year: number
  month: number
  day: number
}
/** A date and a time of day, in fields. `year` may be 0 or negative. */
export interface CivilTime extends CivilDate {
  hour: number
  minute: number
  second: number
  microsecond: number
}

/** Days since 2000-01-01. `month` may lie outside 1 to 12: it wraps into the years. Howard Hinnant's `days_from_civil`. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const monthIndex = month - 1
  const wholeYear = year + Math.floor(monthIndex / 12)
  const wrapped = (((monthIndex % 12) + 12) % 12) + 1
  const shifted = wrapped <= 2 ? wholeYear - 1 : wholeYear
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (wrapped + (wrapped > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468 - UNIX_DAYS_OF_2000
}

/** Howard Hinnant's `civil_from_days`. */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + UNIX_DAYS_OF_2000 + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : MONTH_DAYS[month - 1]!
}
/** 0 is Sunday. */
export function dayOfWeek(days: number): number {
  return (((days + 6) % 7) + 7) % 7
}
/** 1 is the first of January. */
export function dayOfYear(date: CivilDate): number {
  return daysFromCivil(date.year, date.month, date.day) - daysFromCivil(date.year, 1, 1) + 1
}
/** Days since 2000-01-01 of the Monday of a week of ISO 8601. */
export function daysOfIsoWeek(isoYear: number, week: number): number {
  const fourth = daysFromCivil(isoYear, 1, 4)
  return fourth - ((dayOfWeek(fourth) + 6) % 7) + (week - 1) * 7
}
/** The year and week of ISO 8601 of a day. */
export function isoWeekOf(days: number): { year: number; week: number } {
  const thursday = days - ((dayOfWeek(days) + 6) % 7) + 3
  const year = civilFromDays(thursday).year
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 }
}

/** The one form of a count of microseconds. */
export function canonical(value: bigint): Timestamp {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value
}

/** Of a Date's milliseconds: beyond the years 1714 to 2285 their microseconds are no safe integers. No check of the range. */
export function timestampOfMs(ms: number): Timestamp {
  const value = (ms - POSTGRES_EPOCH_MS) * 1000
  return Number.isSafeInteger(value) ? value : canonical(BigInt(ms - POSTGRES_EPOCH_MS) * 1000n)
}
/** The millisecond that it lies in, as a Date counts it. ±Infinity stays. */
export function msOfTimestamp(timestamp: Timestamp): number {
  if (typeof timestamp === 'number') return Math.floor(timestamp / 1000) + POSTGRES_EPOCH_MS
  const rest = timestamp % 1000n
  return Number((timestamp - (rest < 0n ? rest + 1000n : rest)) / 1000n) + POSTGRES_EPOCH_MS
}

/** Days and microseconds of the day: time 0 to 86,399,999,999. Not for ±Infinity. */
export function splitTimestamp(timestamp: Timestamp): { days: number; time: number } {
  if (typeof timestamp === 'bigint') {
    const perDay = BigInt(MICROSECONDS_PER_DAY)
    let days = timestamp / perDay
    let time = timestamp - days * perDay
    if (time < 0n) {
      days -= 1n
      time += perDay
    }
    return { days: Number(days), time: Number(time) }
  }
  let time = timestamp % MICROSECONDS_PER_DAY
  if (time < 0) time += MICROSECONDS_PER_DAY
  return { days: Math.round((timestamp - time) / MICROSECONDS_PER_DAY), time: time + 0 }
}

/** `time` may lie outside the day. No check of the range. */
export function joinTimestamp(days: number, time: number): Timestamp {
  const value = days * MICROSECONDS_PER_DAY + time
  if (Number.isSafeInteger(value)) return value + 0
  if (!Number.isFinite(value)) return value
  return canonical(BigInt(days) * BigInt(MICROSECONDS_PER_DAY) + BigInt(time))
}

export function timestampOutOfRange(text?: string): SqlError {
  return new SqlError(
    '22008',
    text === undefined ? 'timestamp out of range' : `timestamp out of range: "${text}"`,
  )
}
/** 22008 unless it is one. */
export function checkedTimestamp(timestamp: Timestamp): Timestamp {
  if (typeof timestamp === 'number') {
    if (Number.isNaN(timestamp)) throw timestampOutOfRange()
    // Every safe integer lies within the years 1714 to 2285.
    return timestamp
  }
  if (timestamp < TIMESTAMP_MIN || timestamp >= TIMESTAMP_END) throw timestampOutOfRange()
  return timestamp
}
export function isValidTimestamp(timestamp: Timestamp): boolean {
  return typeof timestamp === 'number' || (timestamp >= TIMESTAMP_MIN && timestamp < TIMESTAMP_END)
}

/** The sum of a timestamp and a whole number of microseconds; infinity stays. */
export function addMicroseconds(timestamp: Timestamp, microseconds: Timestamp): Timestamp {
  if (typeof timestamp === 'number' && typeof microseconds === 'number') {
    const sum = timestamp + microseconds
    if (Number.isSafeInteger(sum) || !Number.isFinite(timestamp)) return sum + 0
  } else if (timestamp === Number.POSITIVE_INFINITY || timestamp === Number.NEGATIVE_INFINITY)
    return timestamp
  return checkedTimestamp(canonical(BigInt(timestamp) + BigInt(microseconds)))
}

export function isInfinite(timestamp: Timestamp): boolean {
  return timestamp === Number.POSITIVE_INFINITY || timestamp === Number.NEGATIVE_INFINITY
}

/** Microseconds since midnight as fields. 24:00 gives hour 24. */
export function timeFields(time: number): {
  hour: number
  minute: number
  second: number
  microsecond: number
} {
  const hour = Math.floor(time / MICROSECONDS_PER_HOUR)
  let rest = time - hour * MICROSECONDS_PER_HOUR
  const minute = Math.floor(rest / MICROSECONDS_PER_MINUTE)
  rest -= minute * MICROSECONDS_PER_MINUTE
  const second = Math.floor(rest / MICROSECONDS_PER_SECOND)
  return { hour, minute, second, microsecond: rest - second * MICROSECONDS_PER_SECOND }
}

/** The fields of a timestamp without zone (or already shifted to one). */
export function civilTimeOf(timestamp: Timestamp): CivilTime {
  const { days, time } = splitTimestamp(timestamp)
  return { ...civilFromDays(days), ...timeFields(time) }
}
export function timestampOfCivil(civil: CivilTime): Timestamp {
  return joinTimestamp(
    daysFromCivil(civil.year, civil.month, civil.day),
    timeOfFields(civil.hour, civil.minute, civil.second, civil.microsecond),
  )
}
export function timeOfFields(hour: number, minute: number, second: number, microsecond: number): number {
  return ((hour * 60 + minute) * 60 + second) * MICROSECONDS_PER_SECOND + microsecond
}

/** Rounds half away from zero, as typmods of timestamps and times do; `digits` 0 to 6. */
export function roundMicroseconds(value: Timestamp, digits: number): Timestamp {
  if (digits >= 6 || digits < 0) return value
  const unit = 10 ** (6 - digits)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return value
    const magnitude = Math.abs(value)
    const rounded = Math.floor((magnitude + unit / 2) / unit) * unit
    if (Number.isSafeInteger(magnitude + unit)) return value < 0 ? -rounded + 0 : rounded
  }
  const exact = BigInt(value)
  const bigUnit = BigInt(unit)
  const magnitude = exact < 0n ? -exact : exact
  const rounded = ((magnitude + bigUnit / 2n) / bigUnit) * bigUnit
  return canonical(exact < 0n ? -rounded : rounded)
}
