/**
 * Dates, times and timestamps from text and to text: what input-output.ts gathers.
 */

import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import {
  addMicroseconds,
  DATE_END_DAYS,
  DATE_MIN_DAYS,
  daysFromCivil,
  isValidTimestamp,
  joinTimestamp,
  MICROSECONDS_PER_SECOND,
  roundMicroseconds,
  type Timestamp,
  timeOfFields,
  timestampOutOfRange,
  UNIX_DAYS_OF_2000,
} from './datetime-calendar.ts'
import { type Decoded, decodeDateTime, decodeTime, type InputContext } from './datetime-decode.ts'
import { faultError, splitFields } from './datetime-fields.ts'
import {
  dateText,
  timestampText,
  timestampWithZoneText,
  timeText,
  timeWithZoneText,
} from './datetime-output.ts'
import {
  compareIntervals,
  compareTimesWithZone,
  intervalKey,
  TimeWithZone,
  timeWithZoneKey,
} from './interval.ts'
import { INTERVAL_TEXT_FORMAT } from './interval-text.ts'
import type { TextFormat, TypeComparison } from './text-format.ts'
import { DATE, INTERVAL, TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ } from './type.ts'

/** 1970-01-01. */
const EPOCH_DAYS = -UNIX_DAYS_OF_2000
const EPOCH_TIMESTAMP = joinTimestamp(EPOCH_DAYS, 0)

function decoded(
  text: string,
  typeName: string,
  context: InputContext,
  decode: (fields: ReturnType<typeof splitFields>, context: InputContext) => Decoded,
): Decoded {
  try {
    return decode(splitFields(text), context)
  } catch (fault) {
    throw faultError(fault, text, typeName)
  }
}

const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/

/** Days since 2000-01-01. */
export function dateFromText(text: string, context: InputContext): number {
  // The common form, without the general parser's guesses; what is odd about it is left to that one.
  const iso = ISO_DATE.exec(text)
  if (iso !== null) {
    const month = Number(iso[2])
    const day = Number(iso[3])
    if (month >= 1 && month <= 12 && day >= 1 && day <= 28 && iso[1] !== '0000') {
      return daysFromCivil(Number(iso[1]), month, day)
    }
  }
  const { kind, civil } = decoded(text, 'date', context, decodeDateTime)
  if (kind === 'infinity') return Number.POSITIVE_INFINITY
  if (kind === '-infinity') return Number.NEGATIVE_INFINITY
  if (kind === 'epoch') return EPOCH_DAYS
  const days = daysFromCivil(civil.year, civil.month, civil.day)
  if (!(days >= DATE_MIN_DAYS && days < DATE_END_DAYS)) {
    throw new SqlError('22008', `date out of range: "${text}"`)
  }
  return days
}

export function timeFromText(text: string, context: InputContext): number {
  const { civil } = decoded(text, 'time', context, decodeTime)
  return timeOfFields(civil.hour, civil.minute, civil.second, civil.microsecond)
}

export function timeWithZoneFromText(text: string, context: InputContext): TimeWithZone {
  const { civil, offset } = decoded(text, 'time with time zone', context, decodeTime)
  return new TimeWithZone(timeOfFields(civil.hour, civil.minute, civil.second, civil.microsecond), offset)
}

function timestampOf(text: string, { kind, civil, offset }: Decoded, hasZone: boolean): Timestamp {
  if (kind === 'infinity') return Number.POSITIVE_INFINITY
  if (kind === '-infinity') return Number.NEGATIVE_INFINITY
  if (kind === 'epoch') return EPOCH_TIMESTAMP
  const local = joinTimestamp(
    daysFromCivil(civil.year, civil.month, civil.day),
    timeOfFields(civil.hour, civil.minute, civil.second, civil.microsecond) -
      (hasZone ? offset * MICROSECONDS_PER_SECOND : 0),
  )
  if (!isValidTimestamp(local)) throw timestampOutOfRange(text)
  return local
}

export function timestampFromText(text: string, context: InputContext): Timestamp {
  return timestampOf(text, decoded(text, 'timestamp', context, decodeDateTime), false)
}
export function timestampWithZoneFromText(text: string, context: InputContext): Timestamp {
  return timestampOf(text, decoded(text, 'timestamp with time zone', context, decodeDateTime), true)
}

/** Fits a timestamp to `timestamp(digits)`. */
export function fitTimestamp(digits: number): (value: Timestamp) => Timestamp {
  return value => {
    const rounded = roundMicroseconds(value, digits)
    // Rounding up may leave the range.
    return addMicroseconds(rounded, 0)
  }
}
export function fitTime(digits: number): (value: number) => number {
  return value => Number(roundMicroseconds(value, digits))
}
export function fitTimeWithZone(digits: number): (value: TimeWithZone) => TimeWithZone {
  return value => new TimeWithZone(Number(roundMicroseconds(value.time, digits)), value.offset)
}

const formatModifier = (modifier: number): string => `(${modifier})`

/** What input-output.ts registers. */
export const DATETIME_TEXT_FORMATS: readonly TextFormat[] = [
  {
    type: DATE,
    input: dateFromText,
    output: (value: number, context: EvaluationContext) => dateText(value, context.dateStyle),
  },
  { type: TIME, input: timeFromText, output: timeText, coerce: fitTime, formatModifier },
  {
    type: TIMETZ,
    input: timeWithZoneFromText,
    output: timeWithZoneText,
    coerce: fitTimeWithZone,
    formatModifier,
  },
  {
    type: TIMESTAMP,
    input: timestampFromText,
    output: (value: Timestamp, context: EvaluationContext) => timestampText(value, context.dateStyle),
    coerce: fitTimestamp,
    formatModifier,
  },
  {
    type: TIMESTAMPTZ,
    input: timestampWithZoneFromText,
    output: timestampWithZoneText,
    coerce: fitTimestamp,
    formatModifier,
  },
  INTERVAL_TEXT_FORMAT,
]

const byMagnitude = (left: Value, right: Value): -1 | 0 | 1 => (left < right ? -1 : left > right ? 1 : 0)

/** What compare.ts registers. */
export const DATETIME_COMPARISONS: readonly TypeComparison[] = [
  ...[DATE, TIME, TIMESTAMP, TIMESTAMPTZ].map(type => ({ type, compare: byMagnitude })),
  { type: TIMETZ, compare: compareTimesWithZone, keyOf: timeWithZoneKey },
  { type: INTERVAL, compare: compareIntervals, keyOf: intervalKey },
]
