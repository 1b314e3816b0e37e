/**
 * Intervals from text (PostgreSQL's own, SQL's, and ISO 8601's) and to text, by the setting IntervalStyle; and their
 * modifiers, which say which fields there are.
 */

import type { EvaluationContext } from '../functions/registry.ts'
import {
  canonical,
  MICROSECONDS_PER_DAY,
  MICROSECONDS_PER_HOUR,
  MICROSECONDS_PER_MINUTE,
  MICROSECONDS_PER_SECOND,
  roundMicroseconds,
  type Timestamp,
} from './datetime-calendar.ts'
import {
  badFormat,
  DATE_WORDS,
  DateTimeFault,
  type Field,
  faultError,
  fraction,
  fractionMicroseconds,
  leadingInt4,
  leadingInteger,
  splitFields,
  UNIT_WORDS,
  WORD_LENGTH_MAX,
} from './datetime-fields.ts'
import { fractionText, twoDigits } from './datetime-output.ts'
import { checkedInterval, Interval, intervalOutOfRange } from './interval.ts'
import type { TextFormat } from './text-format.ts'
import { INTERVAL, NO_MODIFIER } from './type.ts'

/** PostgreSQL's bits of the fields in an interval's modifier. */
export const INTERVAL_FIELD_BITS = {
  month: 2,
  year: 4,
  day: 8,
  hour: 1024,
  minute: 2048,
  second: 4096,
} as const
const { month: MONTH, day: DAY, hour: HOUR, minute: MINUTE, second: SECOND } = INTERVAL_FIELD_BITS
const FULL_RANGE = 0x7fff
const FULL_PRECISION = 0xffff

function rangeOf(modifier: number): number {
  return modifier === NO_MODIFIER ? FULL_RANGE : (modifier >> 16) & 0x7fff
}

/** Adds up what the fields say. Fractions of larger units flow into smaller ones, as in PostgreSQL. */
class Sum {
  private years = 0
  months = 0
  days = 0
  microseconds = 0n

  addMicroseconds(value: bigint, part: number, unit: number): void {
    this.microseconds += value * BigInt(unit)
    if (this.microseconds > 9223372036854775807n || this.microseconds < -9223372036854775808n) overflow()
    this.addFraction(part, unit)
  }
  addFraction(part: number, unit: number): void {
    if (part === 0) return
    const scaled = part * unit
    let whole = Math.trunc(scaled)
    const rest = scaled - whole
    if (rest > 0.5) whole += 1
    else if (rest < -0.5) whole -= 1
    this.microseconds += BigInt(whole)
  }
  addDays(value: bigint, part: number, unit: number): void {
    this.days = int4(this.days + Number(value) * unit)
    const scaled = part * unit
    const whole = Math.trunc(scaled)
    this.days = int4(this.days + whole)
    this.addFraction(scaled - whole, MICROSECONDS_PER_DAY)
  }
  addMonths(value: bigint, part: number): void {
    this.months = int4(this.months + Number(value))
    this.addDays(0n, part, 30)
  }
  addYears(value: bigint, part: number, unit: number): void {
    this.years = int4(this.years + Number(value) * unit)
    const months = part * unit * 12
    this.months = int4(this.months + Math.sign(months) * Math.round(Math.abs(months)))
  }
  negate(): void {
    this.years = -this.years
    this.months = -this.months
    this.days = -this.days
    this.microseconds = -this.microseconds
  }
  interval(): Interval {
    return checkedInterval(this.years * 12 + this.months, this.days, canonical(this.microseconds))
  }
}
function overflow(): never {
  throw new DateTimeFault('interval')
}
function int4(value: number): number {
  if (value > 2_147_483_647 || value < -2_147_483_648) overflow()
  return value
}

/** Which fields were seen, so that none comes twice. */
const SEEN: Readonly<Record<string, number>> = {
  year: 1,
  month: 2,
  week: 4,
  day: 8,
  hour: 16,
  minute: 32,
  second: 64,
  millisecond: 128,
  microsecond: 256,
  decade: 512,
  century: 1024,
  millennium: 2048,
}
const SEEN_TIME = 16 | 32 | 64
const SEEN_ALL_SECONDS = 64 | 128 | 256

/** What a bare number at the end means, by the fields that the type has. */
function defaultUnit(range: number): string {
  if (range === FULL_RANGE) return 'second'
  if ((range & SECOND) !== 0) return 'second'
  if ((range & MINUTE) !== 0) return 'minute'
  if ((range & HOUR) !== 0) return 'hour'
  if ((range & DAY) !== 0) return 'day'
  if ((range & MONTH) !== 0) return 'month'
  return 'year'
}

export function intervalFromText(
  text: string,
  context: { readonly intervalStyle: string },
  modifier = NO_MODIFIER,
): Interval {
  const range = rangeOf(modifier)
  let interval: Interval
  try {
    interval = decoded(text, range, context.intervalStyle)
  } catch (fault) {
    // What is out of range is so as a field of an interval.
    throw faultError(
      fault instanceof DateTimeFault && fault.kind === 'field' ? new DateTimeFault('interval') : fault,
      text,
      'interval',
    )
  }
  return modifier === NO_MODIFIER ? interval : fitInterval(modifier)(interval)
}

function decoded(text: string, range: number, intervalStyle: string): Interval {
  try {
    return decodeVerbose(splitFields(text), range, intervalStyle)
  } catch (fault) {
    if (!(fault instanceof DateTimeFault) || fault.kind !== 'format' || !text.startsWith('P')) throw fault
    return decodeIso(text)
  }
}

function decodeVerbose(fields: readonly Field[], range: number, intervalStyle: string): Interval {
  const sum = new Sum()
  let seen = 0
  let unit = ''
  let isUnitWaiting = false
  let isAgo = false
  let infinity: Interval | undefined
  // SQL's '-1 1:00:00' is minus one day and minus one hour, unless signs follow.
  const isAllNegative =
    /^sql_standard$/i.test(intervalStyle) &&
    fields.length > 0 &&
    fields[0]!.text.startsWith('-') &&
    !fields.slice(1).some(field => /^[-+]/.test(field.text))
  // From the right: units come before their values.
  for (let at = fields.length - 1; at >= 0; at -= 1) {
    const { text, type } = fields[at]!
    let mask = 0
    switch (type) {
      case 'time':
        addTime(sum, text, range, isAllNegative ? -1n : 1n)
        mask = SEEN_TIME
        unit = 'day'
        isUnitWaiting = false
        break
      case 'zone':
        if (text.includes(':') && addSignedTime(sum, text, range, isAllNegative)) {
          mask = SEEN_TIME
          unit = 'day'
          isUnitWaiting = false
          break
        }
        mask = addNumber()
        break
      case 'date':
      case 'number':
        mask = addNumber()
        break
      default: {
        if (isUnitWaiting) throw badFormat()
        const key = text.slice(0, WORD_LENGTH_MAX)
        const word = UNIT_WORDS.get(key)
        if (word === 'ago') {
          if (at !== fields.length - 1) throw badFormat()
          isAgo = true
          unit = 'ago'
        } else if (word === undefined) {
          const date = DATE_WORDS.get(key)
          if (date?.kind === 'ignored') continue
          if (date?.kind !== 'reserved' || !date.name.endsWith('infinity') || at !== fields.length - 1) {
            throw badFormat()
          }
          infinity = date.name === 'infinity' ? Interval.INFINITY : Interval.NEGATIVE_INFINITY
          mask = ~0
        } else if (word === 'ignored') continue
        else {
          unit = word
          isUnitWaiting = true
        }
      }
    }
    if ((mask & seen) !== 0) throw badFormat()
    seen |= mask

    function addNumber(): number {
      isUnitWaiting = false
      if (unit === '') unit = defaultUnit(range)
      const whole = leadingInteger(text)
      let { end } = whole
      const isNegative = text.startsWith('-')
      const digits = text.slice(0, end).replace('+', '')
      let value = Number.isNaN(whole.value) ? 0n : BigInt(digits)
      if (value > 9223372036854775807n || value < -9223372036854775808n) throw new DateTimeFault('field')
      let part = 0
      if (text[end] === '-') {
        const months = leadingInt4(text, end + 1)
        end = months.end
        if (months.value < 0 || months.value >= 12) throw new DateTimeFault('field')
        if (end < text.length) throw badFormat()
        unit = 'month'
        const more = Number.isNaN(months.value) ? 0n : BigInt(months.value)
        value = value * 12n + (isNegative ? -more : more)
      } else if (text[end] === '.') {
        part = fraction(text.slice(end))
        if (isNegative) part = -part
      } else if (end < text.length) throw badFormat()
      if (isAllNegative) {
        if (value > 0n) value = -value
        if (part > 0) part = -part
      }
      const used = unit
      switch (used) {
        case 'microsecond':
          sum.addMicroseconds(value, part, 1)
          break
        case 'millisecond':
          sum.addMicroseconds(value, part, 1000)
          break
        case 'second':
          sum.addMicroseconds(value, part, MICROSECONDS_PER_SECOND)
          return part === 0 ? SEEN.second! : SEEN_ALL_SECONDS
        case 'minute':
          sum.addMicroseconds(value, part, MICROSECONDS_PER_MINUTE)
          break
        case 'hour':
          sum.addMicroseconds(value, part, MICROSECONDS_PER_HOUR)
          // "1 2 hours": a day before.
          unit = 'day'
          break
        case 'day':
          sum.addDays(value, 0, 1)
          sum.addFraction(part, MICROSECONDS_PER_DAY)
          break
        case 'week':
          sum.addDays(value, part, 7)
          break
        case 'month':
          sum.addMonths(value, part)
          break
        case 'year':
          sum.addYears(value, part, 1)
          break
        case 'decade':
          sum.addYears(value, part, 10)
          break
        case 'century':
          sum.addYears(value, part, 100)
          break
        case 'millennium':
          sum.addYears(value, part, 1000)
          break
        default:
          throw badFormat()
      }
      return SEEN[used]!
    }
  }
  if (seen === 0 || isUnitWaiting) throw badFormat()
  if (infinity !== undefined) return infinity
  if (isAgo) sum.negate()
  return sum.interval()
}

/** "12:30", "1:02:03.5", "02:03.5" (minutes and seconds). */
function addTime(sum: Sum, text: string, range: number, sign: bigint): void {
  const first = leadingInteger(text)
  if (text[first.end] !== ':') throw badFormat()
  let hour = BigInt(text.slice(0, first.end) || '0')
  if (hour > 9223372036854775807n) throw new DateTimeFault('field')
  const second = leadingInt4(text, first.end + 1)
  let minute = Number.isNaN(second.value) ? 0 : second.value
  let seconds = 0
  let microseconds = 0
  const rest = text.slice(second.end)
  if (rest === '') {
    if (range === (MINUTE | SECOND)) {
      seconds = minute
      minute = minuteOf(hour)
      hour = 0n
    }
  } else if (rest.startsWith('.')) {
    microseconds = fractionMicroseconds(rest)
    seconds = minute
    minute = minuteOf(hour)
    hour = 0n
  } else if (rest.startsWith(':')) {
    const third = leadingInt4(rest, 1)
    seconds = Number.isNaN(third.value) ? 0 : third.value
    const end = rest.slice(third.end)
    if (end.startsWith('.')) microseconds = fractionMicroseconds(end)
    else if (end !== '') throw badFormat()
  } else throw badFormat()
  if (hour < 0n || minute < 0 || minute > 59 || seconds < 0 || seconds > 60 || microseconds > 1_000_000) {
    throw new DateTimeFault('field')
  }
  const total = (hour * 3600n + BigInt(minute * 60 + seconds)) * 1_000_000n + BigInt(microseconds)
  if (total > 9223372036854775807n) throw new DateTimeFault('field')
  sum.addMicroseconds(total * sign, 0, 1)
}
function minuteOf(hour: bigint): number {
  if (hour > 2_147_483_647n) throw new DateTimeFault('field')
  return Number(hour)
}
/** False: it is no time, but a number with a sign. */
function addSignedTime(sum: Sum, text: string, range: number, isAllNegative: boolean): boolean {
  try {
    addTime(sum, text.slice(1), range, text.startsWith('-') || isAllNegative ? -1n : 1n)
    return true
  } catch (fault) {
    if (fault instanceof DateTimeFault) return false
    throw fault
  }
}

const ISO_NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/

/** "P1Y2M3DT4H5M6S" and the alternative "P0001-02-03T04:05:06". */
function decodeIso(text: string): Interval {
  const sum = new Sum()
  let at = 1
  let isDate = true
  let hasField = false
  if (text.length < 2) throw badFormat()
  const number = (): { whole: bigint; part: number; width: number } => {
    if (!/^[-\d.]/.test(text.slice(at, at + 1))) throw badFormat()
    const found = ISO_NUMBER.exec(text.slice(at))
    if (found === null) throw badFormat()
    const value = Number(found[0])
    if (!(value >= -1e15 && value <= 1e15)) throw new DateTimeFault('field')
    at += found[0].length
    const whole = Math.trunc(value)
    return { whole: BigInt(whole), part: value - whole, width: /^-?(\d*)/.exec(found[0])![1]!.length }
  }
  while (at < text.length) {
    if (text[at] === 'T') {
      isDate = false
      hasField = false
      at += 1
      continue
    }
    const { whole, part, width } = number()
    const unit = text[at] ?? ''
    at += 1
    if (isDate) {
      switch (unit) {
        case 'Y':
          sum.addYears(whole, part, 1)
          break
        case 'M':
          sum.addMonths(whole, part)
          break
        case 'W':
          sum.addDays(whole, part, 7)
          break
        case 'D':
          sum.addDays(whole, 0, 1)
          sum.addFraction(part, MICROSECONDS_PER_DAY)
          break
        case 'T':
        case '':
        case '-': {
          if (unit !== '-' && width === 8 && !hasField) {
            sum.addYears(whole / 10_000n, 0, 1)
            sum.addMonths((whole / 100n) % 100n, 0)
            sum.addDays(whole % 100n, 0, 1)
            sum.addFraction(part, MICROSECONDS_PER_DAY)
          } else {
            if (hasField) throw badFormat()
            sum.addYears(whole, part, 1)
            if (unit === '-') {
              const months = number()
              sum.addMonths(months.whole, months.part)
              if (text[at] === '-') {
                at += 1
                const days = number()
                sum.addDays(days.whole, 0, 1)
                sum.addFraction(days.part, MICROSECONDS_PER_DAY)
              }
              if (at >= text.length) return sum.interval()
              if (text[at] !== 'T') throw badFormat()
              at += 1
            }
          }
          if (unit === '') return sum.interval()
          isDate = false
          hasField = false
          continue
        }
        default:
          throw badFormat()
      }
    } else {
      switch (unit) {
        case 'H':
          sum.addMicroseconds(whole, part, MICROSECONDS_PER_HOUR)
          break
        case 'M':
          sum.addMicroseconds(whole, part, MICROSECONDS_PER_MINUTE)
          break
        case 'S':
          sum.addMicroseconds(whole, part, MICROSECONDS_PER_SECOND)
          break
        case '':
        case ':': {
          if (unit === '' && width === 6 && !hasField) {
            sum.addMicroseconds(whole / 10_000n, 0, MICROSECONDS_PER_HOUR)
            sum.addMicroseconds((whole / 100n) % 100n, 0, MICROSECONDS_PER_MINUTE)
            sum.addMicroseconds(whole % 100n, part, MICROSECONDS_PER_SECOND)
            return sum.interval()
          }
          if (hasField) throw badFormat()
          sum.addMicroseconds(whole, part, MICROSECONDS_PER_HOUR)
          if (unit === '') return sum.interval()
          const minutes = number()
          sum.addMicroseconds(minutes.whole, minutes.part, MICROSECONDS_PER_MINUTE)
          if (at >= text.length) return sum.interval()
          if (text[at] !== ':') throw badFormat()
          at += 1
          const seconds = number()
          sum.addMicroseconds(seconds.whole, seconds.part, MICROSECONDS_PER_SECOND)
          if (at < text.length) throw badFormat()
          return sum.interval()
        }
        default:
          throw badFormat()
      }
    }
    hasField = true
  }
  return sum.interval()
}

/** Cuts the fields that the type has not, and rounds the seconds. */
export function fitInterval(modifier: number): (value: Interval) => Interval {
  const range = rangeOf(modifier)
  const precision = modifier & FULL_PRECISION
  return value => {
    if (!value.isFinite) return value
    let { months, days, microseconds } = value
    if (range !== FULL_RANGE) {
      if ((range & (DAY | HOUR | MINUTE | SECOND)) === 0) {
        days = 0
        microseconds = 0
        if ((range & MONTH) === 0) months = Math.trunc(months / 12) * 12
      } else if ((range & SECOND) === 0) {
        microseconds =
          (range & MINUTE) !== 0
            ? truncated(microseconds, MICROSECONDS_PER_MINUTE)
            : (range & HOUR) !== 0
              ? truncated(microseconds, MICROSECONDS_PER_HOUR)
              : 0
      }
    }
    if (precision !== FULL_PRECISION) {
      microseconds = roundMicroseconds(microseconds, precision)
      if (typeof microseconds === 'bigint' && BigInt.asIntN(64, microseconds) !== microseconds) {
        throw intervalOutOfRange()
      }
    }
    return new Interval(months + 0, days, microseconds)
  }
}
function truncated(value: Timestamp, unit: number): Timestamp {
  if (typeof value === 'number') return Math.trunc(value / unit) * unit + 0
  return canonical((value / BigInt(unit)) * BigInt(unit))
}

/** " day to second(3)", as format_type prints a modifier. */
function modifierText(modifier: number): string {
  const range = rangeOf(modifier)
  const precision = modifier & FULL_PRECISION
  const names = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).filter(
    name => range !== FULL_RANGE && (range & INTERVAL_FIELD_BITS[name]) !== 0,
  )
  const first = names[0]
  const last = names.at(-1)
  const fields = first === undefined ? '' : first === last ? ` ${first}` : ` ${first} to ${last}`
  return precision === FULL_PRECISION ? fields : `${fields}(${precision})`
}

/** The fields of an interval, each with the sign of its part. Hours may be as many as 2,562,047,788. */
export interface IntervalFields {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  readonly microseconds: number
}
export function intervalFields(interval: Interval): IntervalFields {
  const { months, days, microseconds } = interval
  let hours: number
  let rest: number
  if (typeof microseconds === 'number') {
    hours = Math.trunc(microseconds / MICROSECONDS_PER_HOUR)
    rest = microseconds - hours * MICROSECONDS_PER_HOUR
  } else {
    hours = Number(microseconds / BigInt(MICROSECONDS_PER_HOUR))
    rest = Number(microseconds % BigInt(MICROSECONDS_PER_HOUR))
  }
  const minutes = Math.trunc(rest / MICROSECONDS_PER_MINUTE)
  rest -= minutes * MICROSECONDS_PER_MINUTE
  const seconds = Math.trunc(rest / MICROSECONDS_PER_SECOND)
  return {
    years: Math.trunc(months / 12) + 0,
    months: (months % 12) + 0,
    days,
    hours: hours + 0,
    minutes: minutes + 0,
    seconds: seconds + 0,
    microseconds: rest - seconds * MICROSECONDS_PER_SECOND + 0,
  }
}

export function intervalText(interval: Interval, intervalStyle: string): string {
  if (!interval.isFinite) return interval.months > 0 ? 'infinity' : '-infinity'
  const fields = intervalFields(interval)
  switch (intervalStyle.toLowerCase()) {
    case 'sql_standard':
      return sqlStandardText(fields)
    case 'iso_8601':
      return isoText(fields)
    case 'postgres_verbose':
      return verboseText(fields)
    default:
      return postgresText(fields)
  }
}
const abs = Math.abs
const isTimeNegative = (fields: IntervalFields): boolean =>
  fields.hours < 0 || fields.minutes < 0 || fields.seconds < 0 || fields.microseconds < 0
/** "04:05.6" with `isPadded`, else "4:05.6"'s seconds as "5.6". */
function secondsText(fields: IntervalFields, isPadded: boolean): string {
  const whole = abs(fields.seconds)
  return (isPadded ? twoDigits(whole) : `${whole}`) + fractionText(abs(fields.microseconds))
}

function postgresText(fields: IntervalFields): string {
  const parts: string[] = []
  let isBefore = false
  for (const [value, name] of [
    [fields.years, 'year'],
    [fields.months, 'mon'],
    [fields.days, 'day'],
  ] as const) {
    if (value === 0) continue
    parts.push(`${isBefore && value > 0 ? '+' : ''}${value} ${name}${value === 1 ? '' : 's'}`)
    isBefore = value < 0
  }
  const hasTime =
    fields.hours !== 0 || fields.minutes !== 0 || fields.seconds !== 0 || fields.microseconds !== 0
  if (parts.length === 0 || hasTime) {
    const sign = isTimeNegative(fields) ? '-' : isBefore ? '+' : ''
    parts.push(
      `${sign}${String(abs(fields.hours)).padStart(2, '0')}:${twoDigits(abs(fields.minutes))}:${secondsText(fields, true)}`,
    )
  }
  return parts.join(' ')
}

function verboseText(fields: IntervalFields): string {
  let text = '@'
  let isZero = true
  let isBefore = false
  for (const [value, name] of [
    [fields.years, 'year'],
    [fields.months, 'mon'],
    [fields.days, 'day'],
    [fields.hours, 'hour'],
    [fields.minutes, 'min'],
  ] as const) {
    if (value === 0) continue
    let shown = value
    if (isZero) {
      isBefore = value < 0
      shown = abs(value)
    } else if (isBefore) shown = -value
    text += ` ${shown} ${name}${shown === 1 ? '' : 's'}`
    isZero = false
  }
  if (fields.seconds !== 0 || fields.microseconds !== 0) {
    text += ' '
    if (fields.seconds < 0 || (fields.seconds === 0 && fields.microseconds < 0)) {
      if (isZero) isBefore = true
      else if (!isBefore) text += '-'
    } else if (isBefore) text += '-'
    text += `${secondsText(fields, false)} sec${abs(fields.seconds) !== 1 || fields.microseconds !== 0 ? 's' : ''}`
    isZero = false
  }
  if (isZero) text += ' 0'
  return isBefore ? `${text} ago` : text
}

function isoText(fields: IntervalFields): string {
  let text = ''
  if (fields.years !== 0) text += `${fields.years}Y`
  if (fields.months !== 0) text += `${fields.months}M`
  if (fields.days !== 0) text += `${fields.days}D`
  let time = ''
  if (fields.hours !== 0) time += `${fields.hours}H`
  if (fields.minutes !== 0) time += `${fields.minutes}M`
  if (fields.seconds !== 0 || fields.microseconds !== 0) {
    time += `${fields.seconds < 0 || fields.microseconds < 0 ? '-' : ''}${secondsText(fields, false)}S`
  }
  if (text === '' && time === '') return 'PT0S'
  return `P${text}${time === '' ? '' : `T${time}`}`
}

function sqlStandardText(fields: IntervalFields): string {
  const values = [
    fields.years,
    fields.months,
    fields.days,
    fields.hours,
    fields.minutes,
    fields.seconds,
    fields.microseconds,
  ]
  const hasNegative = values.some(value => value < 0)
  const hasPositive = values.some(value => value > 0)
  if (!hasNegative && !hasPositive) return '0'
  const hasYearMonth = fields.years !== 0 || fields.months !== 0
  const hasDayTime = values.slice(2).some(value => value !== 0)
  const yearMonth = `${abs(fields.years)}-${abs(fields.months)}`
  const time = `${abs(fields.hours)}:${twoDigits(abs(fields.minutes))}:${secondsText(fields, true)}`
  if ((hasNegative && hasPositive) || (hasYearMonth && hasDayTime)) {
    const yearSign = fields.years < 0 || fields.months < 0 ? '-' : '+'
    const daySign = fields.days < 0 ? '-' : '+'
    return `${yearSign}${yearMonth} ${daySign}${abs(fields.days)} ${isTimeNegative(fields) ? '-' : '+'}${time}`
  }
  const sign = hasNegative ? '-' : ''
  if (hasYearMonth) return sign + yearMonth
  return sign + (fields.days !== 0 ? `${abs(fields.days)} ${time}` : time)
}

export const INTERVAL_TEXT_FORMAT: TextFormat = {
  type: INTERVAL,
  input: (text: string, context: EvaluationContext) => intervalFromText(text, context),
  inputWithModifier: modifier => (text: string, context: EvaluationContext) =>
    intervalFromText(text, context, modifier),
  output: (value: Interval, context: EvaluationContext) => intervalText(value, context.intervalStyle),
  coerce: fitInterval,
  formatModifier: modifierText,
}
