/** What SQL/JSON paths work on besides JSON itself: dates and times. */

import { SqlError } from '../errors.ts'
import { roundMicroseconds, type Timestamp } from '../types/datetime-calendar.ts'
import { dateText, timeText, xsdOffset, xsdTimestampText } from '../types/datetime-output.ts'
import {
  dateFromText,
  timeFromText,
  timestampFromText,
  timestampWithZoneFromText,
  timeWithZoneFromText,
} from '../types/datetime-text.ts'
import { compareTimesWithZone, TimeWithZone } from '../types/interval.ts'
import { sessionTimeZone } from '../types/timezone.ts'
import {
  dateOfTimestamp,
  localOfMoment,
  momentOfLocal,
  secondsOf,
  shifted,
  timestampOfDate,
} from './datetime-arithmetic.ts'
import type { EvaluationContext } from './registry.ts'

export type DateTimeType = 'date' | 'time' | 'timetz' | 'timestamp' | 'timestamptz'
const TYPE_NAMES: Readonly<Record<DateTimeType, string>> = {
  date: 'date',
  time: 'time without time zone',
  timetz: 'time with time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
}

/** A date or time within a path; outside it is a string. */
export class JsonDateTime {
  readonly type: DateTimeType
  readonly value: Timestamp | TimeWithZone
  /** Of timestamptz: the offset it was written with, seconds east. */
  readonly offset: number

  constructor(type: DateTimeType, value: Timestamp | TimeWithZone, offset = 0) {
    this.type = type
    this.value = value
    this.offset = offset
  }
  get typeName(): string {
    return TYPE_NAMES[this.type]
  }
  toString(): string {
    switch (this.type) {
      case 'date':
        return dateText(this.value as number, 'ISO')
      case 'time':
        return timeText(this.value as number)
      case 'timetz': {
        const value = this.value as TimeWithZone
        return timeText(value.time) + xsdOffset(value.offset)
      }
      case 'timestamp':
        return xsdTimestampText(this.value as Timestamp)
      default:
        return xsdTimestampText(shifted(this.value as Timestamp, this.offset)) + xsdOffset(this.offset)
    }
  }
}

const DATE = String.raw`\d{4}-\d{1,2}-\d{1,2}`
const TIME = String.raw`\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?`
const ZONE = String.raw`\s*[-+]\d{1,2}(?::\d{1,2}(?::\d{1,2})?)?`
const FORMATS: readonly (readonly [DateTimeType, RegExp])[] = [
  ['date', new RegExp(`^${DATE}$`)],
  ['timetz', new RegExp(`^${TIME}${ZONE}$`)],
  ['time', new RegExp(`^${TIME}$`)],
  ['timestamptz', new RegExp(`^${DATE}[T ]${TIME}${ZONE}$`)],
  ['timestamp', new RegExp(`^${DATE}[T ]${TIME}$`)],
]

/** Text in one of the forms of ISO 8601; undefined: in none. */
export function dateTimeFromText(text: string, context: EvaluationContext): JsonDateTime | undefined {
  const type = FORMATS.find(([, pattern]) => pattern.test(text))?.[0]
  try {
    switch (type) {
      case 'date':
        return new JsonDateTime(type, dateFromText(text, context))
      case 'time':
        return new JsonDateTime(type, timeFromText(text, context))
      case 'timetz':
        return new JsonDateTime(type, timeWithZoneFromText(text, context))
      case 'timestamp':
        return new JsonDateTime(type, timestampFromText(text, context))
      case 'timestamptz': {
        const zone = /([-+])(\d{1,2})(?::(\d{1,2}))?$/.exec(text)!
        const offset = (Number(zone[2]) * 3600 + Number(zone[3] ?? 0) * 60) * (zone[1] === '-' ? -1 : 1)
        return new JsonDateTime(type, timestampWithZoneFromText(text, context), offset)
      }
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}

export function needsTimeZone(from: string, to: string): SqlError {
  return new SqlError('0A000', `cannot convert value from ${from} to ${to} without time zone usage`, {
    hint: 'Use *_tz() function for time zone support.',
  })
}

/** As another type; undefined: there is no such conversion. */
export function dateTimeAs(
  item: JsonDateTime,
  type: DateTimeType,
  precision: number,
  usesZone: boolean,
  context: EvaluationContext,
): JsonDateTime | undefined {
  const zone = sessionTimeZone(context)
  const needsZone = (to: string): void => {
    if (!usesZone) throw needsTimeZone(item.type, to)
  }
  const rounded = (value: Timestamp): Timestamp =>
    precision < 0 ? value : roundMicroseconds(value, precision)
  const local = (): Timestamp => {
    switch (item.type) {
      case 'date':
        return timestampOfDate(item.value as number)
      case 'timestamptz':
        needsZone(type)
        return localOfMoment(item.value as Timestamp, zone)
      default:
        return item.value as Timestamp
    }
  }
  const isTime = item.type === 'time' || item.type === 'timetz'
  switch (type) {
    case 'date':
      return isTime
        ? undefined
        : new JsonDateTime('date', item.type === 'date' ? item.value : dateOfTimestamp(local()))
    case 'timestamp':
      return isTime ? undefined : new JsonDateTime('timestamp', rounded(local()))
    case 'timestamptz': {
      if (isTime) return undefined
      if (item.type === 'timestamptz')
        return new JsonDateTime(type, rounded(item.value as Timestamp), item.offset)
      needsZone('timestamptz')
      const moment = momentOfLocal(local(), zone)
      return new JsonDateTime(type, rounded(moment), zone.offsetAt(secondsOf(moment)))
    }
    case 'time': {
      if (item.type === 'date') return undefined
      if (item.type === 'time') return new JsonDateTime('time', rounded(item.value as number))
      if (item.type === 'timetz') {
        needsZone('time')
        return new JsonDateTime('time', rounded((item.value as TimeWithZone).time))
      }
      const text = timeText(Number(rounded(timeWithin(local()))))
      return new JsonDateTime('time', timeFromText(text, context))
    }
    default: {
      if (item.type === 'date' || item.type === 'timestamp') return undefined
      if (item.type === 'timetz') {
        const value = item.value as TimeWithZone
        return new JsonDateTime('timetz', new TimeWithZone(Number(rounded(value.time)), value.offset))
      }
      needsZone('timetz')
      if (item.type === 'time') {
        const offset = zone.offsetAt(secondsOf(context.transactionTime))
        return new JsonDateTime('timetz', new TimeWithZone(Number(rounded(item.value as number)), offset))
      }
      const moment = item.value as Timestamp
      return new JsonDateTime(
        'timetz',
        new TimeWithZone(
          Number(rounded(timeWithin(localOfMoment(moment, zone)))),
          zone.offsetAt(secondsOf(moment)),
        ),
      )
    }
  }
}
function timeWithin(timestamp: Timestamp): number {
  const rest =
    typeof timestamp === 'bigint' ? Number(timestamp % 86_400_000_000n) : timestamp % 86_400_000_000
  return rest < 0 ? rest + 86_400_000_000 : rest
}

/** Undefined: they cannot be compared. */
export function compareDateTimes(
  left: JsonDateTime,
  right: JsonDateTime,
  usesZone: boolean,
  context: EvaluationContext,
): number | undefined {
  const isTime = (item: JsonDateTime): boolean => item.type === 'time' || item.type === 'timetz'
  if (isTime(left) !== isTime(right)) return undefined
  if (left.type === right.type && left.type === 'timetz') {
    return compareTimesWithZone(left.value as TimeWithZone, right.value as TimeWithZone)
  }
  const order = (one: Timestamp, two: Timestamp): number => (one < two ? -1 : one > two ? 1 : 0)
  if (left.type === right.type) return order(left.value as Timestamp, right.value as Timestamp)
  if (isTime(left)) {
    const one = dateTimeAs(left, 'timetz', -1, usesZone, context)!
    const two = dateTimeAs(right, 'timetz', -1, usesZone, context)!
    return compareTimesWithZone(one.value as TimeWithZone, two.value as TimeWithZone)
  }
  const common = left.type === 'timestamptz' || right.type === 'timestamptz' ? 'timestamptz' : 'timestamp'
  const one = dateTimeAs(left, common, -1, usesZone, context)!
  const two = dateTimeAs(right, common, -1, usesZone, context)!
  return order(one.value as Timestamp, two.value as Timestamp)
}
