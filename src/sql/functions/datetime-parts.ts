/** Fields of dates, times and intervals: extract, date_part and date_trunc. */

import { SqlError } from '../errors.ts'
import {
  type CivilTime,
  canonical,
  civilFromDays,
  civilTimeOf,
  dayOfWeek,
  dayOfYear,
  daysFromCivil,
  daysOfIsoWeek,
  isInfinite,
  isoWeekOf,
  isValidTimestamp,
  JULIAN_DAY_OF_2000,
  MICROSECONDS_PER_DAY,
  MICROSECONDS_PER_SECOND,
  type Timestamp,
  timeFields,
  timestampOfCivil,
  timestampOutOfRange,
  UNIX_DAYS_OF_2000,
} from '../types/datetime-calendar.ts'
import { DATE_WORDS, UNIT_WORDS, WORD_LENGTH_MAX } from '../types/datetime-fields.ts'
import { checkedInterval, type Interval, type TimeWithZone } from '../types/interval.ts'
import { intervalFields } from '../types/interval-text.ts'
import { Numeric } from '../types/numeric.ts'
import type { TimeZone } from '../types/timezone.ts'
import { localOfMoment, momentOfLocal, secondsOf, shifted } from './datetime-arithmetic.ts'

/** A part as a quotient of integers: what extract turns into numeric, exactly, and date_part into a double. */
interface Part {
  readonly value: Timestamp
  /** Decimal places. */
  readonly scale: number
  /** Of a Julian day: what is added in parts of a day. */
  readonly time?: number
}
export type PartResult = Part | number | null

export function numericPart(part: PartResult): Numeric | null {
  if (part === null) return null
  if (typeof part === 'number') return part > 0 ? Numeric.INFINITY : Numeric.NEGATIVE_INFINITY
  if (part.time !== undefined) {
    return Numeric.ofInteger(part.value).add(
      Numeric.ofInteger(part.time).divide(Numeric.ofInteger(MICROSECONDS_PER_DAY)),
    )
  }
  return new Numeric(part.value, part.scale)
}
export function floatPart(part: PartResult): number | null {
  if (part === null || typeof part === 'number') return part
  if (part.time !== undefined) return Number(part.value) + part.time / MICROSECONDS_PER_DAY
  return Number(part.value) / 10 ** part.scale
}
const whole = (value: number): Part => ({ value: value + 0, scale: 0 })

/** The unit that a word means; undefined: none. */
function unitOf(word: string): string | undefined {
  const key = word.toLowerCase().slice(0, WORD_LENGTH_MAX)
  const unit = UNIT_WORDS.get(key)
  if (unit !== undefined) return unit
  const date = DATE_WORDS.get(key)
  if (date?.kind === 'units' || date?.name === 'epoch') return date.name
  return undefined
}
function unknownUnit(word: string, typeName: string): SqlError {
  return new SqlError('22023', `unit "${word.toLowerCase()}" not recognized for type ${typeName}`)
}
function unsupportedUnit(word: string, typeName: string, detail?: string): SqlError {
  return new SqlError(
    '0A000',
    `unit "${word.toLowerCase()}" not supported for type ${typeName}`,
    detail === undefined ? {} : { detail },
  )
}

const shownYear = (year: number): number => (year > 0 ? year : year - 1)
const decadeOf = (year: number): number =>
  year >= 0 ? Math.floor(year / 10) : -Math.trunc((8 - (year - 1)) / 10)
const centuryOf = (year: number): number =>
  year > 0 ? Math.floor((year + 99) / 100) : -Math.trunc((99 - (year - 1)) / 100)
const millenniumOf = (year: number): number =>
  year > 0 ? Math.floor((year + 999) / 1000) : -Math.trunc((999 - (year - 1)) / 1000)

/** What dates have; undefined: no such part. */
function datePart(unit: string, year: number, month: number, day: number): Part | undefined {
  const days = (): number => daysFromCivil(year, month, day)
  switch (unit) {
    case 'day':
      return whole(day)
    case 'month':
      return whole(month)
    case 'quarter':
      return whole(Math.floor((month - 1) / 3) + 1)
    case 'week':
      return whole(isoWeekOf(days()).week)
    case 'year':
      return whole(shownYear(year))
    case 'decade':
      return whole(decadeOf(year))
    case 'century':
      return whole(centuryOf(year))
    case 'millennium':
      return whole(millenniumOf(year))
    case 'isoyear':
      return whole(shownYear(isoWeekOf(days()).year))
    case 'dow':
      return whole(dayOfWeek(days()))
    case 'isodow':
      return whole(dayOfWeek(days()) || 7)
    case 'doy':
      return whole(dayOfYear({ year, month, day }))
    default:
      return undefined
  }
}
function timePart(unit: string, time: number): Part | undefined {
  const { hour, minute, second, microsecond } = timeFields(time)
  const seconds = second * MICROSECONDS_PER_SECOND + microsecond
  switch (unit) {
    case 'microsecond':
      return whole(seconds)
    case 'millisecond':
      return { value: seconds, scale: 3 }
    case 'second':
      return { value: seconds, scale: 6 }
    case 'minute':
      return whole(minute)
    case 'hour':
      return whole(hour)
    default:
      return undefined
  }
}
function zonePart(unit: string, offset: number): Part | undefined {
  switch (unit) {
    case 'timezone':
      return whole(offset)
    case 'timezone_hour':
      return whole(Math.trunc(offset / 3600))
    case 'timezone_minute':
      return whole(Math.trunc(offset / 60) % 60)
    default:
      return undefined
  }
}
/** Of infinity: what grows without end is infinite, the rest has no value. */
function infinitePart(unit: string, sign: number): PartResult {
  switch (unit) {
    case 'year':
    case 'decade':
    case 'century':
    case 'millennium':
    case 'julian':
    case 'isoyear':
    case 'epoch':
      return sign > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    default:
      return null
  }
}
const TIME_UNITS = ['microsecond', 'millisecond', 'second', 'minute', 'hour']
const ZONE_UNITS = ['timezone', 'timezone_hour', 'timezone_minute']

/** Parts of a timestamp; with a zone, of a moment. */
export function timestampPart(word: string, timestamp: Timestamp, zone?: TimeZone): PartResult {
  const typeName = zone === undefined ? 'timestamp without time zone' : 'timestamp with time zone'
  const unit = unitOf(word)
  if (unit === undefined) throw unknownUnit(word, typeName)
  if (unit === 'ago' || unit === 'ignored') throw unsupportedUnit(word, typeName)
  if (isInfinite(timestamp)) return infinitePart(unit, Number(timestamp))
  if (zone === undefined && ZONE_UNITS.includes(unit)) throw unsupportedUnit(word, typeName)
  if (unit === 'epoch') return { value: addEpoch(timestamp), scale: 6 }
  const offset = zone === undefined ? 0 : zone.offsetAt(secondsOf(timestamp))
  const civil = civilTimeOf(shifted(timestamp, offset))
  const time = timeOf(civil)
  if (unit === 'julian') {
    return { value: daysFromCivil(civil.year, civil.month, civil.day) + JULIAN_DAY_OF_2000, scale: 0, time }
  }
  const part =
    datePart(unit, civil.year, civil.month, civil.day) ?? timePart(unit, time) ?? zonePart(unit, offset)
  if (part === undefined) throw unsupportedUnit(word, typeName)
  return part
}
function addEpoch(timestamp: Timestamp): Timestamp {
  const epoch = UNIX_DAYS_OF_2000 * MICROSECONDS_PER_DAY
  if (typeof timestamp === 'number' && Number.isSafeInteger(timestamp + epoch)) return timestamp + epoch
  return canonical(BigInt(timestamp) + BigInt(epoch))
}
function timeOf(civil: CivilTime): number {
  return ((civil.hour * 60 + civil.minute) * 60 + civil.second) * MICROSECONDS_PER_SECOND + civil.microsecond
}

export function partOfDate(word: string, date: number): PartResult {
  const unit = unitOf(word)
  if (unit === undefined) throw unknownUnit(word, 'date')
  if (TIME_UNITS.includes(unit) || ZONE_UNITS.includes(unit)) throw unsupportedUnit(word, 'date')
  if (!Number.isFinite(date)) return infinitePart(unit, date)
  if (unit === 'epoch') return whole((date + UNIX_DAYS_OF_2000) * 86_400)
  if (unit === 'julian') return whole(date + JULIAN_DAY_OF_2000)
  const { year, month, day } = civilFromDays(date)
  const part = datePart(unit, year, month, day)
  if (part === undefined) throw unsupportedUnit(word, 'date')
  return part
}

export function partOfTime(word: string, time: number): PartResult {
  const typeName = 'time without time zone'
  const unit = unitOf(word)
  if (unit === undefined) throw unknownUnit(word, typeName)
  if (unit === 'epoch') return { value: time, scale: 6 }
  const part = timePart(unit, time)
  if (part === undefined) throw unsupportedUnit(word, typeName)
  return part
}
export function partOfTimeWithZone(word: string, value: TimeWithZone): PartResult {
  const typeName = 'time with time zone'
  const unit = unitOf(word)
  if (unit === undefined) throw unknownUnit(word, typeName)
  if (unit === 'epoch') return { value: value.time - value.offset * MICROSECONDS_PER_SECOND, scale: 6 }
  const part = timePart(unit, value.time) ?? zonePart(unit, value.offset)
  if (part === undefined) throw unsupportedUnit(word, typeName)
  return part
}

export function partOfInterval(word: string, interval: Interval): PartResult {
  const unit = unitOf(word)
  if (unit === undefined) throw unknownUnit(word, 'interval')
  if (!interval.isFinite) {
    if (['hour', 'day', 'year', 'decade', 'century', 'millennium', 'epoch'].includes(unit))
      return interval.months
    if (['microsecond', 'millisecond', 'second', 'minute', 'week', 'month', 'quarter'].includes(unit))
      return null
    throw unsupportedUnit(word, 'interval')
  }
  const { years, months, days, hours, minutes, seconds, microseconds } = intervalFields(interval)
  const inSeconds = seconds * MICROSECONDS_PER_SECOND + microseconds
  switch (unit) {
    case 'microsecond':
      return whole(inSeconds)
    case 'millisecond':
      return { value: inSeconds, scale: 3 }
    case 'second':
      return { value: inSeconds, scale: 6 }
    case 'minute':
      return whole(minutes)
    case 'hour':
      return whole(hours)
    case 'day':
      return whole(days)
    case 'week':
      return whole(Math.trunc(days / 7))
    case 'month':
      return whole(months)
    case 'quarter':
      // Whole years leave no month that says the sign.
      return whole(interval.months >= 0 ? Math.floor(months / 3) + 1 : -(Math.floor(-months / 3) + 1))
    case 'year':
      return whole(years)
    case 'decade':
      return whole(Math.trunc(years / 10))
    case 'century':
      return whole(Math.trunc(years / 100))
    case 'millennium':
      return whole(Math.trunc(years / 1000))
    case 'epoch': {
      // Years of 365.25 days, months of 30.
      const quarterDays = 1461 * years + 120 * months + 4 * days
      const value = BigInt(quarterDays) * BigInt(MICROSECONDS_PER_DAY / 4) + BigInt(interval.microseconds)
      return { value: canonical(value), scale: 6 }
    }
    default:
      throw unsupportedUnit(word, 'interval')
  }
}

/** Cut down to a unit; undefined: no such unit for truncation. */
function truncatedCivil(unit: string, civil: CivilTime): CivilTime | undefined {
  const start = (
    year: number,
    month = 1,
    day = 1,
    hour = 0,
    minute = 0,
    second = 0,
    microsecond = 0,
  ): CivilTime => ({
    year,
    month,
    day,
    hour,
    minute,
    second,
    microsecond,
  })
  const { year, month, day, hour, minute, second, microsecond } = civil
  switch (unit) {
    case 'millennium':
      return start(year > 0 ? millenniumOf(year) * 1000 - 999 : millenniumOf(year) * 1000 + 1)
    case 'century':
      return start(year > 0 ? centuryOf(year) * 100 - 99 : centuryOf(year) * 100 + 1)
    case 'decade':
      return start(decadeOf(year) * 10)
    case 'year':
      return start(year)
    case 'quarter':
      return start(year, Math.floor((month - 1) / 3) * 3 + 1)
    case 'month':
      return start(year, month)
    case 'week': {
      const iso = isoWeekOf(daysFromCivil(year, month, day))
      return { ...start(0), ...civilFromDays(daysOfIsoWeek(iso.year, iso.week)) }
    }
    case 'day':
      return start(year, month, day)
    case 'hour':
      return start(year, month, day, hour)
    case 'minute':
      return start(year, month, day, hour, minute)
    case 'second':
      return start(year, month, day, hour, minute, second)
    case 'millisecond':
      return { ...civil, microsecond: Math.floor(microsecond / 1000) * 1000 }
    case 'microsecond':
      return civil
    default:
      return undefined
  }
}
const ANY_CIVIL: CivilTime = { year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 }

function truncationUnit(word: string, typeName: string): string {
  const unit = UNIT_WORDS.get(word.toLowerCase().slice(0, WORD_LENGTH_MAX))
  if (unit === undefined) throw unknownUnit(word, typeName)
  if (truncatedCivil(unit, ANY_CIVIL) === undefined) throw unsupportedUnit(word, typeName)
  return unit
}

export function truncateTimestamp(word: string, timestamp: Timestamp): Timestamp {
  const unit = truncationUnit(word, 'timestamp without time zone')
  if (isInfinite(timestamp)) return timestamp
  return checked(timestampOfCivil(truncatedCivil(unit, civilTimeOf(timestamp))!))
}
/** On the clocks of a zone. Below a day the offset stays, so that the repeated hour is cut within itself. */
export function truncateInZone(word: string, moment: Timestamp, zone: TimeZone): Timestamp {
  const unit = truncationUnit(word, 'timestamp with time zone')
  if (isInfinite(moment)) return moment
  const offset = zone.offsetAt(secondsOf(moment))
  const local = timestampOfCivil(truncatedCivil(unit, civilTimeOf(localOfMoment(moment, zone)))!)
  return TIME_UNITS.includes(unit) ? checked(shifted(local, -offset)) : momentOfLocal(local, zone)
}
function checked(timestamp: Timestamp): Timestamp {
  if (!isValidTimestamp(timestamp)) throw timestampOutOfRange()
  return timestamp
}

export function truncateInterval(word: string, interval: Interval): Interval {
  const unit = truncationUnitOfInterval(word)
  if (!interval.isFinite) return interval
  const fields = intervalFields(interval)
  const monthUnits: Record<string, number> = {
    millennium: 12_000,
    century: 1200,
    decade: 120,
    year: 12,
    quarter: 3,
    month: 1,
  }
  const monthUnit = monthUnits[unit]
  if (monthUnit !== undefined) {
    return checkedInterval(Math.trunc(interval.months / monthUnit) * monthUnit, 0, 0)
  }
  if (unit === 'day') return checkedInterval(interval.months, interval.days, 0)
  const unitMicroseconds: Record<string, number> = {
    hour: 3_600_000_000,
    minute: 60_000_000,
    second: 1_000_000,
    millisecond: 1000,
    microsecond: 1,
  }
  const size = unitMicroseconds[unit]!
  const { microseconds } = interval
  const cut =
    typeof microseconds === 'bigint'
      ? canonical((microseconds / BigInt(size)) * BigInt(size))
      : microseconds - (microseconds % size)
  return checkedInterval(fields.years * 12 + fields.months, fields.days, cut)
}
function truncationUnitOfInterval(word: string): string {
  const unit = UNIT_WORDS.get(word.toLowerCase().slice(0, WORD_LENGTH_MAX))
  if (unit === undefined) throw unknownUnit(word, 'interval')
  if (unit === 'week') throw unsupportedUnit(word, 'interval', 'Months usually have fractional weeks.')
  if (truncatedCivil(unit, ANY_CIVIL) === undefined) throw unsupportedUnit(word, 'interval')
  return unit
}
