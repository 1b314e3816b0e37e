/**
 * What one can reckon with dates, times and intervals; no names of functions here (datetime.ts has them).
 *
 * Invariant: months are added on the calendar (a day past the month's end becomes its last), days on the calendar of the
 * zone, microseconds on the time line, in this order.
 */

import { SqlError } from '../errors.ts'
import {
  addMicroseconds,
  type CivilTime,
  canonical,
  checkedTimestamp,
  civilFromDays,
  civilTimeOf,
  DATE_END_DAYS,
  DATE_MIN_DAYS,
  daysFromCivil,
  daysInMonth,
  isInfinite,
  joinTimestamp,
  MICROSECONDS_PER_DAY,
  MICROSECONDS_PER_SECOND,
  SECONDS_PER_DAY,
  splitTimestamp,
  TIMESTAMP_END_DAYS,
  type Timestamp,
  timestampOutOfRange,
} from '../types/datetime-calendar.ts'
import { roundHalfEven } from '../types/datetime-fields.ts'
import {
  checkedInterval,
  Interval,
  intervalOutOfRange,
  negateInterval,
  TimeWithZone,
} from '../types/interval.ts'
import type { TimeZone } from '../types/timezone.ts'

export function dateOutOfRange(): SqlError {
  return new SqlError('22008', 'date out of range')
}

export function addDays(date: number, days: number): number {
  if (!Number.isFinite(date)) return date
  const sum = date + days
  if (sum < DATE_MIN_DAYS || sum >= DATE_END_DAYS) throw dateOutOfRange()
  return sum
}
export function subtractDates(left: number, right: number): number {
  if (!Number.isFinite(left) || !Number.isFinite(right)) {
    throw new SqlError('22008', 'cannot subtract infinite dates')
  }
  return left - right
}

/** Midnight of a date, without zone. */
export function timestampOfDate(date: number): Timestamp {
  if (!Number.isFinite(date)) return date
  if (date >= TIMESTAMP_END_DAYS) throw new SqlError('22008', 'date out of range for timestamp')
  return joinTimestamp(date, 0)
}
export function dateOfTimestamp(timestamp: Timestamp): number {
  return isInfinite(timestamp) ? Number(timestamp) : splitTimestamp(timestamp).days
}
export function secondsOf(timestamp: Timestamp): number {
  const { days, time } = splitTimestamp(timestamp)
  return days * SECONDS_PER_DAY + Math.floor(time / MICROSECONDS_PER_SECOND)
}
/** A zone's clocks read as a moment. */
export function momentOfLocal(local: Timestamp, zone: TimeZone): Timestamp {
  if (isInfinite(local)) return local
  return checkedTimestamp(shifted(local, -zone.offsetOfLocal(secondsOf(local))))
}
/** What a zone's clocks show. */
export function localOfMoment(moment: Timestamp, zone: TimeZone): Timestamp {
  if (isInfinite(moment)) return moment
  return checkedTimestamp(shifted(moment, zone.offsetAt(secondsOf(moment))))
}
/** Without a check of the range, which local times may exceed for a moment. */
export function shifted(timestamp: Timestamp, seconds: number): Timestamp {
  const { days, time } = splitTimestamp(timestamp)
  return joinTimestamp(days, time + seconds * MICROSECONDS_PER_SECOND)
}

function withMonths(local: Timestamp, months: number): Timestamp {
  const { days, time } = splitTimestamp(local)
  const civil = civilFromDays(days)
  const index = civil.year * 12 + civil.month - 1 + months
  const year = Math.floor(index / 12)
  const month = index - year * 12 + 1
  const sum = daysFromCivil(year, month, Math.min(civil.day, daysInMonth(year, month)))
  if (!isTimestampDay(sum)) throw timestampOutOfRange()
  return joinTimestamp(sum, time)
}
function withDays(local: Timestamp, more: number): Timestamp {
  const { days, time } = splitTimestamp(local)
  if (!isTimestampDay(days + more)) throw timestampOutOfRange()
  return joinTimestamp(days + more, time)
}
function isTimestampDay(days: number): boolean {
  return days >= DATE_MIN_DAYS && days < TIMESTAMP_END_DAYS
}

function infiniteSum(timestamp: Timestamp, interval: Interval): Timestamp {
  if (!interval.isFinite) {
    if (isInfinite(timestamp) && timestamp > 0 !== interval.months > 0) throw timestampOutOfRange()
    return interval.months
  }
  return timestamp
}

export function addInterval(timestamp: Timestamp, interval: Interval): Timestamp {
  if (!interval.isFinite || isInfinite(timestamp)) return infiniteSum(timestamp, interval)
  let sum = timestamp
  if (interval.months !== 0) sum = withMonths(sum, interval.months)
  if (interval.days !== 0) sum = withDays(sum, interval.days)
  return checkedTimestamp(addMicroseconds(sum, interval.microseconds))
}
/** Of a moment: months and days on the clocks of a zone. */
export function addIntervalInZone(moment: Timestamp, interval: Interval, zone: TimeZone): Timestamp {
  if (!interval.isFinite || isInfinite(moment)) return infiniteSum(moment, interval)
  let sum = moment
  if (interval.months !== 0) sum = momentOfLocal(withMonths(localOfMoment(sum, zone), interval.months), zone)
  if (interval.days !== 0) sum = momentOfLocal(withDays(localOfMoment(sum, zone), interval.days), zone)
  return checkedTimestamp(addMicroseconds(sum, interval.microseconds))
}
export function negatedForSubtraction(interval: Interval): Interval {
  if (!interval.isFinite) return negateInterval(interval)
  const { months, days, microseconds } = interval
  // -2^31 months have no negative in PostgreSQL's fields; the sum is out of range anyway.
  return new Interval(
    -months + 0,
    -days + 0,
    typeof microseconds === 'bigint' ? canonical(-microseconds) : -microseconds + 0,
  )
}

export function subtractTimestamps(left: Timestamp, right: Timestamp): Interval {
  if (isInfinite(left) || isInfinite(right)) {
    if (isInfinite(left) && isInfinite(right) && left === right) throw intervalOutOfRange()
    const isPositive = isInfinite(left) ? left > 0 : right < 0
    return isPositive ? Interval.INFINITY : Interval.NEGATIVE_INFINITY
  }
  const difference =
    typeof left === 'number' && typeof right === 'number' && Number.isSafeInteger(left - right)
      ? left - right
      : canonical(BigInt(left) - BigInt(right))
  if (typeof difference === 'bigint' && BigInt.asIntN(64, difference) !== difference)
    throw intervalOutOfRange()
  return justifyHours(new Interval(0, 0, difference))
}

/** Years, months and days as people count them. Both are local times. */
export function age(left: Timestamp, right: Timestamp): Interval {
  if (isInfinite(left) || isInfinite(right)) return subtractTimestamps(left, right)
  const a = civilTimeOf(left)
  const b = civilTimeOf(right)
  const isNegative = left < right
  const sign = isNegative ? -1 : 1
  let years = (a.year - b.year) * sign
  let months = (a.month - b.month) * sign
  let days = (a.day - b.day) * sign
  let time = (timeOf(a) - timeOf(b)) * sign
  if (time < 0) {
    time += MICROSECONDS_PER_DAY
    days -= 1
  }
  while (days < 0) {
    days += isNegative ? daysInMonth(a.year, a.month) : daysInMonth(b.year, b.month)
    months -= 1
  }
  if (months < 0) {
    months += 12
    years -= 1
  }
  return checkedInterval((years * 12 + months) * sign, days * sign, time * sign)
}
function timeOf(civil: CivilTime): number {
  return ((civil.hour * 60 + civil.minute) * 60 + civil.second) * MICROSECONDS_PER_SECOND + civil.microsecond
}

/** Whole days out of the microseconds. */
export function justifyHours(interval: Interval): Interval {
  if (!interval.isFinite) return interval
  let { days, time } = splitTruncated(interval.microseconds)
  days += interval.days
  if (days > 0 && time < 0) {
    time += MICROSECONDS_PER_DAY
    days -= 1
  } else if (days < 0 && time > 0) {
    time -= MICROSECONDS_PER_DAY
    days += 1
  }
  return checkedInterval(interval.months, days, time)
}
/** Whole months of 30 days out of the days. */
export function justifyDays(interval: Interval): Interval {
  if (!interval.isFinite) return interval
  let months = interval.months + Math.trunc(interval.days / 30)
  let days = interval.days % 30
  if (months > 0 && days < 0) {
    days += 30
    months -= 1
  } else if (months < 0 && days > 0) {
    days -= 30
    months += 1
  }
  return checkedInterval(months, days, interval.microseconds)
}
/** Both, with all parts of one sign. */
export function justifyInterval(interval: Interval): Interval {
  if (!interval.isFinite) return interval
  let { months, days } = interval
  // First what the days and the time have too much of months, so that nothing overflows.
  const split = splitTruncated(interval.microseconds)
  let { time } = split
  days += split.days
  months += Math.trunc(days / 30)
  days %= 30
  if (months > 0 && (days < 0 || (days === 0 && time < 0))) {
    days += 30
    months -= 1
  } else if (months < 0 && (days > 0 || (days === 0 && time > 0))) {
    days -= 30
    months += 1
  }
  if (days > 0 && time < 0) {
    time += MICROSECONDS_PER_DAY
    days -= 1
  } else if (days < 0 && time > 0) {
    time -= MICROSECONDS_PER_DAY
    days += 1
  }
  return checkedInterval(months, days, time)
}
/** Days and the rest, both with the sign of the whole. */
function splitTruncated(microseconds: Timestamp): { days: number; time: number } {
  if (typeof microseconds === 'bigint') {
    const perDay = BigInt(MICROSECONDS_PER_DAY)
    return { days: Number(microseconds / perDay), time: Number(microseconds % perDay) }
  }
  const time = microseconds % MICROSECONDS_PER_DAY
  return { days: Math.round((microseconds - time) / MICROSECONDS_PER_DAY), time }
}

export function multiplyInterval(interval: Interval, factor: number): Interval {
  if (Number.isNaN(factor)) throw intervalOutOfRange()
  if (!interval.isFinite) {
    if (factor === 0) throw intervalOutOfRange()
    return factor < 0 ? negateInterval(interval) : interval
  }
  if (!Number.isFinite(factor)) {
    const { months, days, microseconds } = interval
    const sign = Math.sign((months * 30 + days) * MICROSECONDS_PER_DAY + Number(microseconds))
    if (sign === 0) throw intervalOutOfRange()
    return sign * factor > 0 ? Interval.INFINITY : Interval.NEGATIVE_INFINITY
  }
  return scaled(interval, value => value * factor)
}
export function divideInterval(interval: Interval, divisor: number): Interval {
  if (divisor === 0) throw new SqlError('22012', 'division by zero')
  if (Number.isNaN(divisor)) throw intervalOutOfRange()
  if (!interval.isFinite) {
    if (!Number.isFinite(divisor)) throw intervalOutOfRange()
    return divisor < 0 ? negateInterval(interval) : interval
  }
  return scaled(interval, value => value / divisor)
}
const roundedTo6 = (value: number): number => roundHalfEven(value * 1e6) / 1e6
/** Fractions of months flow into days of 30 to a month, fractions of days into the time. */
function scaled(interval: Interval, scale: (value: number) => number): Interval {
  const wholeMonths = scale(interval.months)
  const wholeDays = scale(interval.days)
  const months = Math.trunc(wholeMonths)
  let days = Math.trunc(wholeDays)
  const monthDays = roundedTo6((wholeMonths - months) * 30)
  let seconds = roundedTo6((wholeDays - days + monthDays - Math.trunc(monthDays)) * SECONDS_PER_DAY)
  if (Math.abs(seconds) >= SECONDS_PER_DAY) {
    const more = Math.trunc(seconds / SECONDS_PER_DAY)
    days += more
    seconds -= more * SECONDS_PER_DAY
  }
  days += Math.trunc(monthDays)
  const time = roundHalfEven(scale(Number(interval.microseconds)) + seconds * MICROSECONDS_PER_SECOND)
  if (!(time < 2 ** 63 && time >= -(2 ** 63))) throw intervalOutOfRange()
  return checkedInterval(months, days, Number.isSafeInteger(time) ? time : canonical(BigInt(time)))
}

const dayOf = (time: number): number => {
  const rest = time % MICROSECONDS_PER_DAY
  return rest < 0 ? rest + MICROSECONDS_PER_DAY : rest + 0
}
function timePart(interval: Interval, what: string): number {
  if (!interval.isFinite) throw new SqlError('22008', `cannot ${what}`)
  return typeof interval.microseconds === 'bigint'
    ? Number(interval.microseconds % BigInt(MICROSECONDS_PER_DAY))
    : interval.microseconds % MICROSECONDS_PER_DAY
}
export function addIntervalToTime(time: number, interval: Interval): number {
  return dayOf(time + timePart(interval, 'add infinite interval to time'))
}
export function subtractIntervalFromTime(time: number, interval: Interval): number {
  return dayOf(time - timePart(interval, 'subtract infinite interval from time'))
}
export function addIntervalToTimeWithZone(value: TimeWithZone, interval: Interval): TimeWithZone {
  return new TimeWithZone(addIntervalToTime(value.time, interval), value.offset)
}
export function subtractIntervalFromTimeWithZone(value: TimeWithZone, interval: Interval): TimeWithZone {
  return new TimeWithZone(subtractIntervalFromTime(value.time, interval), value.offset)
}
/** The same moment of the day at another offset. */
export function timeAtOffset(value: TimeWithZone, offset: number): TimeWithZone {
  return new TimeWithZone(dayOf(value.time + (offset - value.offset) * MICROSECONDS_PER_SECOND), offset)
}
export function timeOfInterval(interval: Interval): number {
  if (!interval.isFinite) throw new SqlError('22008', 'cannot convert infinite interval to time')
  return dayOf(timePart(interval, ''))
}

/** The start of the stride-long bin, counted from the origin, in which a timestamp lies. */
export function binOf(stride: Interval, timestamp: Timestamp, origin: Timestamp): Timestamp {
  if (isInfinite(timestamp)) return timestamp
  if (isInfinite(origin)) throw new SqlError('22008', 'origin out of range')
  if (!stride.isFinite) throw new SqlError('22008', 'timestamps cannot be binned into infinite intervals')
  if (stride.months !== 0) {
    throw new SqlError('0A000', 'timestamps cannot be binned into intervals containing months or years')
  }
  const width = BigInt(stride.days) * BigInt(MICROSECONDS_PER_DAY) + BigInt(stride.microseconds)
  if (BigInt.asIntN(64, width) !== width) throw intervalOutOfRange()
  if (width <= 0n) throw new SqlError('22008', 'stride must be greater than zero')
  const difference = BigInt(timestamp) - BigInt(origin)
  if (BigInt.asIntN(64, difference) !== difference) throw intervalOutOfRange()
  let rest = difference % width
  if (rest < 0n) rest += width
  return checkedTimestamp(canonical(BigInt(timestamp) - rest))
}
