/**
 * Intervals and times with zone: the values, their order and their keys. Text is in interval-text.ts and time.ts.
 *
 * Invariants:
 * 1. An interval is months, days and microseconds, kept apart, because a month has no fixed number of days.
 * 2. For comparing, a month is 30 days and a day 24 hours; what compares equal has one key.
 * 3. Infinity has all three fields infinite, so that sums of finite parts never meet it by accident.
 */

import { SqlError } from '../errors.ts'
import { canonical, MICROSECONDS_PER_DAY, type Timestamp } from './datetime-calendar.ts'

export const INTERVAL_FIELD_MAX = 2_147_483_647
export const INTERVAL_FIELD_MIN = -2_147_483_648

export class Interval {
  readonly months: number
  readonly days: number
  readonly microseconds: Timestamp

  constructor(months: number, days: number, microseconds: Timestamp) {
    this.months = months
    this.days = days
    this.microseconds = microseconds
  }

  static readonly INFINITY = new Interval(
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  )
  static readonly NEGATIVE_INFINITY = new Interval(
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  )

  get isFinite(): boolean {
    return this.months !== Number.POSITIVE_INFINITY && this.months !== Number.NEGATIVE_INFINITY
  }
}

export const ZERO_INTERVAL = new Interval(0, 0, 0)

export function intervalOutOfRange(): SqlError {
  return new SqlError('22008', 'interval out of range')
}

const INT8_MAX = 9_223_372_036_854_775_807n
const INT8_MIN = -9_223_372_036_854_775_808n

/** An interval of whole fields; 22008 where one leaves its range or all three together mean infinity in PostgreSQL. */
export function checkedInterval(months: number, days: number, microseconds: Timestamp): Interval {
  if (!isInt4(months) || !isInt4(days)) throw intervalOutOfRange()
  if (typeof microseconds === 'bigint') {
    if (microseconds > INT8_MAX || microseconds < INT8_MIN) throw intervalOutOfRange()
    if (
      (months === INTERVAL_FIELD_MAX && days === INTERVAL_FIELD_MAX && microseconds === INT8_MAX) ||
      (months === INTERVAL_FIELD_MIN && days === INTERVAL_FIELD_MIN && microseconds === INT8_MIN)
    ) {
      throw intervalOutOfRange()
    }
  } else if (!Number.isSafeInteger(microseconds)) {
    throw intervalOutOfRange()
  }
  return new Interval(
    months + 0,
    days + 0,
    typeof microseconds === 'number' ? microseconds + 0 : microseconds,
  )
}
function isInt4(value: number): boolean {
  return value >= INTERVAL_FIELD_MIN && value <= INTERVAL_FIELD_MAX && Number.isInteger(value)
}

/** All of it in microseconds, by invariant 2: the order and the key. */
function span(interval: Interval): Timestamp {
  if (!interval.isFinite) return interval.microseconds
  const days = interval.months * 30 + interval.days
  if (typeof interval.microseconds === 'number') {
    const sum = days * MICROSECONDS_PER_DAY + interval.microseconds
    if (Number.isSafeInteger(sum)) return sum
  }
  return canonical(BigInt(days) * BigInt(MICROSECONDS_PER_DAY) + BigInt(interval.microseconds))
}

export function compareIntervals(left: Interval, right: Interval): -1 | 0 | 1 {
  const a = span(left)
  const b = span(right)
  return a < b ? -1 : a > b ? 1 : 0
}
/** Equal intervals have equal keys: 1 month and 30 days are one. */
export function intervalKey(interval: Interval): Timestamp {
  return span(interval)
}

export function negateInterval(interval: Interval): Interval {
  if (!interval.isFinite) return interval.months > 0 ? Interval.NEGATIVE_INFINITY : Interval.INFINITY
  return checkedInterval(-interval.months, -interval.days, negate(interval.microseconds))
}
function negate(value: Timestamp): Timestamp {
  return typeof value === 'bigint' ? canonical(-value) : -value + 0
}

export function addIntervals(left: Interval, right: Interval): Interval {
  if (!left.isFinite || !right.isFinite) {
    if (!left.isFinite && !right.isFinite && left !== right && left.months !== right.months)
      throw intervalOutOfRange()
    return left.isFinite ? right : left
  }
  return checkedInterval(
    left.months + right.months,
    left.days + right.days,
    addInt8(left.microseconds, right.microseconds),
  )
}
export function subtractIntervals(left: Interval, right: Interval): Interval {
  if (!left.isFinite || !right.isFinite) {
    if (!left.isFinite && !right.isFinite && left.months === right.months) throw intervalOutOfRange()
    return left.isFinite ? negateInterval(right) : left
  }
  return checkedInterval(
    left.months - right.months,
    left.days - right.days,
    addInt8(left.microseconds, negate(right.microseconds)),
  )
}
function addInt8(left: Timestamp, right: Timestamp): Timestamp {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  return canonical(BigInt(left) + BigInt(right))
}

/** A time of day and the offset of its zone. */
export class TimeWithZone {
  /** Microseconds since midnight, on the zone's clock. */
  readonly time: number
  /** Seconds east of Greenwich. */
  readonly offset: number

  constructor(time: number, offset: number) {
    this.time = time
    this.offset = offset
  }
}

/** By the moment, then by the zone: the western one is greater, as in PostgreSQL. */
export function compareTimesWithZone(left: TimeWithZone, right: TimeWithZone): -1 | 0 | 1 {
  const a = left.time - left.offset * 1_000_000
  const b = right.time - right.offset * 1_000_000
  if (a !== b) return a < b ? -1 : 1
  if (left.offset !== right.offset) return left.offset > right.offset ? -1 : 1
  return 0
}
export function timeWithZoneKey(value: TimeWithZone): string {
  return `${value.time}/${value.offset}`
}
