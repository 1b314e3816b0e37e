/**
 * Dates and times as text, by the setting DateStyle: ISO, SQL, Postgres or German, and the order of day and month.
 */

import {
  type CivilTime,
  civilFromDays,
  civilTimeOf,
  dayOfWeek,
  daysFromCivil,
  MICROSECONDS_PER_SECOND,
  splitTimestamp,
  type Timestamp,
  timeFields,
} from './datetime-calendar.ts'
import type { TimeWithZone } from './interval.ts'
import { offsetText, sessionTimeZone } from './timezone.ts'

export type DateFormat = 'ISO' | 'SQL' | 'Postgres' | 'German'
export interface OutputContext {
  readonly timeZone: string
  readonly dateStyle: string
}

function formatOf(dateStyle: string): DateFormat {
  if (dateStyle.startsWith('ISO')) return 'ISO'
  return /sql/i.test(dateStyle)
    ? 'SQL'
    : /postgres/i.test(dateStyle)
      ? 'Postgres'
      : /german/i.test(dateStyle)
        ? 'German'
        : 'ISO'
}
function isDayFirst(dateStyle: string): boolean {
  return /DMY|european/i.test(dateStyle)
}

export const MONTH_NAMES = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
]
export const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
function yearText(year: number): string {
  return String(year > 0 ? year : 1 - year).padStart(4, '0')
}
/** ".25", without trailing zeros; nothing for none. */
export function fractionText(microsecond: number): string {
  return microsecond === 0 ? '' : `.${String(microsecond).padStart(6, '0').replace(/0+$/, '')}`
}

export function infinityText(value: Timestamp): string | undefined {
  if (value === Number.POSITIVE_INFINITY) return 'infinity'
  if (value === Number.NEGATIVE_INFINITY) return '-infinity'
  return undefined
}

export function dateText(days: number, dateStyle: string): string {
  const infinite = infinityText(days)
  if (infinite !== undefined) return infinite
  const { year, month, day } = civilFromDays(days)
  const y = yearText(year)
  const m = twoDigits(month)
  const d = twoDigits(day)
  const suffix = year > 0 ? '' : ' BC'
  switch (formatOf(dateStyle)) {
    case 'ISO':
      return `${y}-${m}-${d}${suffix}`
    case 'SQL':
      return `${isDayFirst(dateStyle) ? `${d}/${m}` : `${m}/${d}`}/${y}${suffix}`
    case 'German':
      return `${d}.${m}.${y}${suffix}`
    default:
      return `${isDayFirst(dateStyle) ? `${d}-${m}` : `${m}-${d}`}-${y}${suffix}`
  }
}

/** `time` in microseconds since midnight. */
export function timeText(time: number): string {
  const { hour, minute, second, microsecond } = timeFields(time)
  return `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fractionText(microsecond)}`
}
export function timeWithZoneText(value: TimeWithZone): string {
  return timeText(value.time) + offsetText(value.offset)
}

export function timestampText(timestamp: Timestamp, dateStyle: string): string {
  return infinityText(timestamp) ?? civilText(civilTimeOf(timestamp), dateStyle, '', '')
}

/** A moment's civil time in a session's zone, and the zone's offset then. */
export function localTime(
  timestamp: Timestamp,
  context: { readonly timeZone: string },
): { civil: CivilTime; offset: number; seconds: number } {
  const zone = sessionTimeZone(context)
  const { days, time } = splitTimestamp(timestamp)
  const seconds = days * 86_400 + Math.floor(time / MICROSECONDS_PER_SECOND)
  const offset = zone.offsetAt(seconds)
  return { civil: civilOfShifted(days, time, offset), offset, seconds }
}
/** The fields of days and microseconds, shifted by seconds. */
export function civilOfShifted(days: number, time: number, offset: number): CivilTime {
  let localDays = days
  let localTime = time + offset * MICROSECONDS_PER_SECOND
  while (localTime < 0) {
    localTime += 86_400_000_000
    localDays -= 1
  }
  while (localTime >= 86_400_000_000) {
    localTime -= 86_400_000_000
    localDays += 1
  }
  return { ...civilFromDays(localDays), ...timeFields(localTime) }
}

export function timestampWithZoneText(timestamp: Timestamp, context: OutputContext): string {
  const infinite = infinityText(timestamp)
  if (infinite !== undefined) return infinite
  const { civil, offset, seconds } = localTime(timestamp, context)
  const { dateStyle } = context
  if (formatOf(dateStyle) === 'ISO') return civilText(civil, dateStyle, offsetText(offset), '')
  return civilText(civil, dateStyle, '', ` ${sessionTimeZone(context).abbreviationAt(seconds)}`)
}

function civilText(civil: CivilTime, dateStyle: string, offset: string, zoneName: string): string {
  const y = yearText(civil.year)
  const m = twoDigits(civil.month)
  const d = twoDigits(civil.day)
  const time = `${twoDigits(civil.hour)}:${twoDigits(civil.minute)}:${twoDigits(civil.second)}${fractionText(civil.microsecond)}`
  const suffix = civil.year > 0 ? '' : ' BC'
  const isDayBefore = isDayFirst(dateStyle)
  switch (formatOf(dateStyle)) {
    case 'ISO':
      return `${y}-${m}-${d} ${time}${offset}${suffix}`
    case 'SQL':
      return `${isDayBefore ? `${d}/${m}` : `${m}/${d}`}/${y} ${time}${zoneName}${suffix}`
    case 'German':
      return `${d}.${m}.${y} ${time}${zoneName}${suffix}`
    default: {
      const weekday = DAY_NAMES[dayOfWeek(daysFromCivil(civil.year, civil.month, civil.day))]!
      const name = MONTH_NAMES[civil.month - 1]!
      const date = isDayBefore ? `${d} ${name}` : `${name} ${d}`
      return `${weekday} ${date} ${time} ${y}${zoneName}${suffix}`
    }
  }
}

/** ISO 8601 with a T, as JSON has dates; infinity as words. */
export function xsdTimestampText(timestamp: Timestamp): string {
  const infinite = infinityText(timestamp)
  if (infinite !== undefined) return infinite
  return civilText(civilTimeOf(timestamp), 'ISO', '', '').replace(' ', 'T')
}
export function xsdTimestampWithZoneText(
  timestamp: Timestamp,
  context: { readonly timeZone: string },
): string {
  const infinite = infinityText(timestamp)
  if (infinite !== undefined) return infinite
  const { civil, offset } = localTime(timestamp, context)
  return civilText(civil, 'ISO', xsdOffset(offset), '').replace(' ', 'T')
}
export function xsdOffset(offset: number): string {
  const text = offsetText(offset)
  return text.length === 3 ? `${text}:00` : text
}
