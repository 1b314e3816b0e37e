/** to_char of timestamps and intervals; to_date and to_timestamp are in datetime-scan.ts. */

import { SqlError } from '../errors.ts'
import {
  civilTimeOf,
  dayOfWeek,
  dayOfYear,
  daysFromCivil,
  daysOfIsoWeek,
  isInfinite,
  isoWeekOf,
  JULIAN_DAY_OF_2000,
  type Timestamp,
} from '../types/datetime-calendar.ts'
import { DAY_NAMES, MONTH_NAMES } from '../types/datetime-output.ts'
import type { Interval } from '../types/interval.ts'
import { intervalFields } from '../types/interval-text.ts'
import { sessionTimeZone } from '../types/timezone.ts'
import { DATE, INTERVAL, TEXT, TIMESTAMP, TIMESTAMPTZ } from '../types/type.ts'
import { secondsOf, shifted } from './datetime-arithmetic.ts'
import { scanDate, scanTimestamp } from './datetime-scan.ts'
import {
  FULL_DAYS,
  FULL_MONTHS,
  ROMAN_MONTHS,
  type TemplateNode,
  templateNodes,
} from './datetime-template.ts'
import { scalar } from './definitions.ts'
import type { EvaluationContext, ScalarFunction } from './registry.ts'

interface Fields {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  readonly weekday: number
  readonly dayOfYear: number
  /** Days since 2000; of an interval, none. */
  readonly days: number
  readonly isInterval: boolean
  /** Seconds east, and the zone's abbreviation; 0 and nothing without zone. */
  readonly offset: number
  readonly zoneName: string
}

function padded(value: number, width: number, isFill: boolean): string {
  const digits = String(Math.abs(value))
  // As printf's %0*d: the sign is one of the places.
  const sign = value < 0 ? '-' : ''
  return isFill ? sign + digits : sign + digits.padStart(width - sign.length, '0')
}
/** Wider by one for the sign. */
function signedWidth(value: number, width: number): number {
  return value >= 0 ? width : width + 1
}

function withOrdinal(text: string, ordinal: string): string {
  if (ordinal === '') return text
  const last = text.at(-1)
  const isTeen = text.length > 1 && text.at(-2) === '1'
  const suffix = isTeen ? 'th' : last === '1' ? 'st' : last === '2' ? 'nd' : last === '3' ? 'rd' : 'th'
  return text + (ordinal === 'TH' ? suffix.toUpperCase() : suffix)
}
/** MONTH, Month or month. */
function inCaseOf(name: string, pattern: string): string {
  if (pattern === pattern.toUpperCase()) return name.toUpperCase()
  return pattern === pattern.toLowerCase() ? name.toLowerCase() : name
}

function formatted(fields: Fields, template: string): string {
  let text = ''
  for (const node of templateNodes(template)) {
    text += node.kind === 'field' ? fieldText(fields, node) : node.text
  }
  return text
}

const CALENDAR_ONLY = [
  'TZ', 'TZH', 'TZM', 'OF', 'A.D.', 'AD', 'B.C.', 'BC', 'MONTH', 'MON', 'DAY', 'DY', 'D', 'ID',
] // biome-ignore format: a table reads better in rows

function fieldText(fields: Fields, node: TemplateNode & { kind: 'field' }): string {
  const { name, text, isFill, isLocal, ordinal } = node
  if (fields.isInterval && CALENDAR_ONLY.includes(name)) {
    throw new SqlError('22007', 'invalid format specification for an interval value', {
      hint: 'Intervals are not tied to specific calendar dates.',
    })
  }
  const numbered = (value: number, width: number): string =>
    withOrdinal(padded(value, width, isFill), ordinal)
  const named = (value: string, width: number): string => {
    const cased = inCaseOf(value, text)
    return isFill || isLocal ? cased : cased.padEnd(width)
  }
  const { year, month, day, hour, minute, second, microsecond, isInterval } = fields
  const shownYear = isInterval || year > 0 ? year : 1 - year
  switch (name) {
    case 'A.M.':
    case 'P.M.':
      return inCaseOf(mod24(hour) >= 12 ? 'P.M.' : 'A.M.', text)
    case 'AM':
    case 'PM':
      return inCaseOf(mod24(hour) >= 12 ? 'PM' : 'AM', text)
    case 'A.D.':
    case 'B.C.':
      return inCaseOf(year <= 0 ? 'B.C.' : 'A.D.', text)
    case 'AD':
    case 'BC':
      return inCaseOf(year <= 0 ? 'BC' : 'AD', text)
    case 'HH':
    case 'HH12':
      return numbered(hour % 12 === 0 ? 12 : hour % 12, signedWidth(hour, 2))
    case 'HH24':
      return numbered(hour, signedWidth(hour, 2))
    case 'MI':
      return numbered(minute, signedWidth(minute, 2))
    case 'SS':
      return numbered(second, signedWidth(second, 2))
    case 'MS':
      return withOrdinal(padded(Math.trunc(microsecond / 1000), 3, false), ordinal)
    case 'US':
      return withOrdinal(padded(microsecond, 6, false), ordinal)
    case 'FF1':
    case 'FF2':
    case 'FF3':
    case 'FF4':
    case 'FF5':
    case 'FF6': {
      const digits = Number(name[2])
      return withOrdinal(padded(Math.trunc(microsecond / 10 ** (6 - digits)), digits, false), ordinal)
    }
    case 'SSSS':
    case 'SSSSS':
      return withOrdinal(String(hour * 3600 + minute * 60 + second), ordinal)
    case 'TZ':
      return text === 'tz' ? fields.zoneName.toLowerCase() : fields.zoneName
    case 'TZH':
      return `${fields.offset >= 0 ? '+' : '-'}${padded(Math.floor(Math.abs(fields.offset) / 3600), 2, false)}`
    case 'TZM':
      return padded(Math.floor((Math.abs(fields.offset) % 3600) / 60), 2, false)
    case 'OF': {
      const magnitude = Math.abs(fields.offset)
      const hours = `${fields.offset >= 0 ? '+' : '-'}${padded(Math.floor(magnitude / 3600), 2, isFill)}`
      return magnitude % 3600 === 0
        ? hours
        : `${hours}:${padded(Math.floor((magnitude % 3600) / 60), 2, false)}`
    }
    case 'MONTH':
      return month === 0 ? '' : named(FULL_MONTHS[month - 1]!, 9)
    case 'MON':
      return month === 0 ? '' : inCaseOf(MONTH_NAMES[month - 1]!, text)
    case 'MM':
      return numbered(month, signedWidth(month, 2))
    case 'DAY':
      return named(FULL_DAYS[fields.weekday]!, 9)
    case 'DY':
      return inCaseOf(DAY_NAMES[fields.weekday]!, text)
    case 'DDD':
      return numbered(fields.dayOfYear, 3)
    case 'IDDD':
      return numbered(fields.days - daysOfIsoWeek(isoWeekOf(fields.days).year, 1) + 1, 3)
    case 'DD':
      return numbered(day, 2)
    case 'D':
      return withOrdinal(String(fields.weekday + 1), ordinal)
    case 'ID':
      return withOrdinal(String(fields.weekday || 7), ordinal)
    case 'WW':
      return numbered(Math.trunc((fields.dayOfYear - 1) / 7) + 1, 2)
    case 'IW':
      return numbered(isoWeekOf(fields.days).week, 2)
    case 'Q':
      return month === 0 ? '' : withOrdinal(String(Math.trunc((month - 1) / 3) + 1), ordinal)
    case 'CC': {
      const century = isInterval
        ? Math.trunc(year / 100)
        : year > 0
          ? Math.trunc((year - 1) / 100) + 1
          : Math.trunc(year / 100) - 1
      return Math.abs(century) <= 99
        ? numbered(century, signedWidth(century, 2))
        : withOrdinal(String(century), ordinal)
    }
    case 'Y,YYY': {
      const thousands = Math.trunc(shownYear / 1000)
      return withOrdinal(`${thousands},${padded(shownYear - thousands * 1000, 3, false)}`, ordinal)
    }
    case 'YYYY':
      return numbered(shownYear, signedWidth(shownYear, 4))
    case 'YYY':
      return numbered(shownYear % 1000, signedWidth(shownYear, 3))
    case 'YY':
      return numbered(shownYear % 100, signedWidth(shownYear, 2))
    case 'Y':
      return withOrdinal(String(shownYear % 10), ordinal)
    case 'IYYY':
    case 'IYY':
    case 'IY':
    case 'I': {
      const isoYear = isoWeekOf(fields.days).year
      const shown = isoYear > 0 ? isoYear : 1 - isoYear
      const width = name.length
      return numbered(width === 4 ? shown : shown % 10 ** width, width === 1 ? 1 : signedWidth(shown, width))
    }
    case 'RM': {
      if (month === 0 && year === 0) return ''
      const index = month === 0 ? (year >= 0 ? 0 : 11) : month < 0 ? -(month + 1) : 12 - month
      const roman = inCaseOf(ROMAN_MONTHS[index]!, text)
      return isFill ? roman : roman.padEnd(4)
    }
    case 'W':
      return withOrdinal(String(Math.trunc((day - 1) / 7) + 1), ordinal)
    case 'J':
      return withOrdinal(String(fields.days + JULIAN_DAY_OF_2000), ordinal)
    default:
      // FX matters to reading only.
      return ''
  }
}
function mod24(hour: number): number {
  return hour % 24
}

function timestampFields(timestamp: Timestamp, offset: number, zoneName: string): Fields {
  const civil = civilTimeOf(timestamp)
  const days = daysFromCivil(civil.year, civil.month, civil.day)
  return {
    ...civil,
    days,
    weekday: dayOfWeek(days),
    dayOfYear: dayOfYear(civil),
    isInterval: false,
    offset,
    zoneName,
  }
}

function timestampToChar(timestamp: Timestamp, template: string): string | null {
  if (template === '' || isInfinite(timestamp)) return null
  return formatted(timestampFields(timestamp, 0, ''), template)
}
function momentToChar(moment: Timestamp, template: string, context: EvaluationContext): string | null {
  if (template === '' || isInfinite(moment)) return null
  const zone = sessionTimeZone(context)
  const seconds = secondsOf(moment)
  const offset = zone.offsetAt(seconds)
  return formatted(timestampFields(shifted(moment, offset), offset, zone.abbreviationAt(seconds)), template)
}
function intervalToChar(interval: Interval, template: string): string | null {
  if (template === '' || !interval.isFinite) return null
  const parts = intervalFields(interval)
  const inDays = (parts.years * 12 + parts.months) * 30 + parts.days
  return formatted(
    {
      year: parts.years,
      month: parts.months,
      day: parts.days,
      hour: parts.hours,
      minute: parts.minutes,
      second: parts.seconds,
      microsecond: parts.microseconds,
      weekday: 0,
      dayOfYear: inDays,
      days: daysFromCivil(parts.years, parts.months, parts.days),
      isInterval: true,
      offset: 0,
      zoneName: '',
    },
    template,
  )
}

const STABLE = { volatility: 'stable' } as const
export const FORMAT_FUNCTIONS: readonly ScalarFunction[] = [
  scalar('to_char', [TIMESTAMP, TEXT], TEXT, timestampToChar, STABLE),
  scalar('to_char', [TIMESTAMPTZ, TEXT], TEXT, momentToChar, STABLE),
  scalar('to_char', [INTERVAL, TEXT], TEXT, intervalToChar, STABLE),
  scalar('to_date', [TEXT, TEXT], DATE, scanDate, STABLE),
  scalar('to_timestamp', [TEXT, TEXT], TIMESTAMPTZ, scanTimestamp, STABLE),
]
