/**
 * What the fields of a text mean together as a date and time, or as a time of day: PostgreSQL's DecodeDateTime and
 * DecodeTimeOnly, with their order of guesses, on which the meaning of "08-01-99 12" depends.
 */

import {
  type CivilTime,
  civilFromDays,
  civilTimeOf,
  daysFromCivil,
  daysInMonth,
  JULIAN_DAY_OF_2000,
  MICROSECONDS_PER_DAY,
  SECONDS_PER_DAY,
  timeFields,
} from './datetime-calendar.ts'
import {
  badFormat,
  DATE_WORDS,
  DateTimeFault,
  type Field,
  fraction,
  fractionMicroseconds,
  isDigit,
  isLetter,
  leadingInt4,
  leadingInteger,
  roundHalfEven,
  WORD_LENGTH_MAX,
  type Word,
} from './datetime-fields.ts'
import { findTimeZone, sessionTimeZone, type TimeZone } from './timezone.ts'
import {
  findAbbreviation,
  offsetOfAbbreviation,
  type TimeZoneAbbreviation,
} from './timezone-abbreviations.ts'

export type DateOrder = 'MDY' | 'DMY' | 'YMD'

export interface InputContext {
  readonly transactionTime: number
  readonly timeZone: string
  readonly dateStyle: string
}

/** From the setting "ISO, MDY". */
export function dateOrderOf(dateStyle: string): DateOrder {
  return /DMY|european/i.test(dateStyle) ? 'DMY' : /YMD/i.test(dateStyle) ? 'YMD' : 'MDY'
}

/** Which parts have been seen. */
const YEAR = 1
const MONTH = 2
const DAY = 4
const HOUR = 8
const MINUTE = 16
const SECOND = 32
const ZONE = 64
const DAYLIGHT = 128
const DAY_OF_YEAR = 256
const WEEKDAY = 512
const MERIDIAN = 1024
const ERA = 2048
const DATE_MASK = YEAR | MONTH | DAY
const TIME_MASK = HOUR | MINUTE | SECOND

export interface Decoded {
  readonly kind: 'date' | 'time' | 'epoch' | 'infinity' | '-infinity'
  readonly civil: CivilTime
  /** Seconds east. */
  readonly offset: number
}

class Decoder {
  readonly civil: CivilTime = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, microsecond: 0 }
  mask = 0
  offset = 0
  private readonly fields: Field[]
  private readonly context: InputContext
  private readonly order: DateOrder
  private readonly session: TimeZone
  private kind: Decoded['kind'] = 'date'
  private dayOfYear = 0
  private hasTextMonth = false
  private isJulian = false
  private isShortYear = false
  private isBeforeChrist = false
  private meridian = -1
  /** What the last field announced: 'time', 'julian', another unit, or nothing. */
  private announced = ''
  private zone: TimeZone | undefined
  private abbreviation: TimeZoneAbbreviation | undefined
  /** Time of day alone: the date's places are taken. */
  private readonly isTimeOnly: boolean

  constructor(fields: Field[], context: InputContext, isTimeOnly: boolean) {
    this.fields = fields
    this.context = context
    this.order = dateOrderOf(context.dateStyle)
    this.session = sessionTimeZone(context)
    this.isTimeOnly = isTimeOnly
  }

  decode(): Decoded {
    if (this.isTimeOnly) this.kind = 'time'
    for (let at = 0; at < this.fields.length; at += 1) {
      const seen = this.isTimeOnly ? this.timeField(at) : this.dateTimeField(this.fields[at]!)
      if ((seen & this.mask) !== 0) throw badFormat()
      this.mask |= seen
    }
    if (this.announced !== '') throw badFormat()
    this.validateDate()
    this.applyMeridian()
    if (this.isTimeOnly) this.finishTime()
    else if (this.kind === 'date') this.finishDate()
    return { kind: this.kind, civil: this.civil, offset: this.offset }
  }

  private dateTimeField(field: Field): number {
    const { text } = field
    switch (field.type) {
      case 'date': {
        if (this.announced === 'julian') {
          const { value, end } = leadingInt4(text)
          if (value < 0) throw new DateTimeFault('field')
          this.setJulian(value)
          this.offset = decodeOffset(text.slice(end))
          this.announced = ''
          return DATE_MASK | TIME_MASK | ZONE
        }
        if (this.announced !== '' || (this.mask & (MONTH | DAY)) === (MONTH | DAY)) {
          if (!isDigit(text[0]) && this.announced === '') return this.zoneName(text)
          this.takeTimeAnnouncement()
          if ((this.mask & TIME_MASK) === TIME_MASK) throw badFormat()
          return this.timeWithOffset(text, this.mask)
        }
        return this.date(text)
      }
      case 'time': {
        this.takeTimeAnnouncement()
        const seen = this.time(text)
        this.checkTime()
        return seen
      }
      case 'zone':
        this.offset = decodeOffset(text)
        return ZONE
      case 'number':
        return this.announced === '' ? this.plainNumber(text) : this.announcedNumber(text)
      default:
        return this.word(text)
    }
  }

  private timeField(at: number): number {
    const { text, type } = this.fields[at]!
    const count = this.fields.length
    switch (type) {
      case 'date':
        if (
          at === 0 &&
          count >= 2 &&
          (this.fields[count - 1]!.type === 'date' || this.fields[1]!.type === 'time')
        ) {
          return this.date(text)
        }
        if (!isDigit(text[0])) return this.zoneName(text)
        this.announced = this.announced === 'time' ? '' : this.announced
        if ((this.mask & TIME_MASK) === TIME_MASK) throw badFormat()
        return this.timeWithOffset(text, this.mask | DATE_MASK)
      case 'time':
        this.takeTimeAnnouncement()
        return this.time(text)
      case 'zone':
        this.offset = decodeOffset(text)
        return ZONE
      case 'number': {
        if (this.announced !== '') return this.announcedNumber(text)
        const point = text.indexOf('.')
        if (point >= 0) {
          if (at === 0 && count >= 2 && this.fields[count - 1]!.type === 'date') return this.date(text)
          if (point > 2) return this.concatenated(text, this.mask | DATE_MASK)
          throw badFormat()
        }
        if (text.length > 4) return this.concatenated(text, this.mask | DATE_MASK)
        return this.number(text, this.mask | DATE_MASK)
      }
      default:
        if (text === 't' && this.findWord(text)?.kind === 'iso time') {
          const next = this.fields[at + 1]?.type
          if (next !== 'number' && next !== 'time' && next !== 'date') throw badFormat()
          this.announced = 'time'
          return 0
        }
        return this.word(text)
    }
  }

  private takeTimeAnnouncement(): void {
    if (this.announced === '') return
    if (this.announced !== 'time') throw badFormat()
    this.announced = ''
  }

  private setJulian(julianDay: number): void {
    Object.assign(this.civil, civilFromDays(julianDay - JULIAN_DAY_OF_2000))
    this.isJulian = true
  }

  private zoneName(text: string): number {
    this.zone = findTimeZone(text)
    if (this.zone === undefined) throw new DateTimeFault('zone', text)
    return ZONE
  }

  /** "040506-08". */
  private timeWithOffset(text: string, mask: number): number {
    const sign = text.indexOf('-')
    if (sign < 0) throw badFormat()
    this.offset = decodeOffset(text.slice(sign))
    return this.concatenated(text.slice(0, sign), mask) | ZONE
  }

  /** Three numbers, or two and the name of a month, with signs between. */
  private date(text: string): number {
    const parts: string[] = []
    let at = 0
    while (at < text.length) {
      while (at < text.length && !isDigit(text[at]) && !isLetter(text[at])) at += 1
      if (at >= text.length) throw badFormat()
      const start = at
      const belongs = isDigit(text[at]) ? isDigit : isLetter
      while (at < text.length && belongs(text[at])) at += 1
      parts.push(text.slice(start, at))
      // What separates is one character, and no more than a character: "1999Jan" has none and loses its J, as in PostgreSQL.
      at += 1
    }
    let mask = this.mask
    let seen = 0
    const add = (part: number): void => {
      if ((mask & part) !== 0) throw badFormat()
      mask |= part
      seen |= part
    }
    let hasTextMonth = false
    const numbers: string[] = []
    for (const part of parts) {
      if (!isLetter(part[0])) {
        numbers.push(part)
        continue
      }
      const word = this.findWord(part)
      if (word?.kind === 'ignored') continue
      if (word?.kind !== 'month') throw badFormat()
      this.civil.month = word.value
      hasTextMonth = true
      add(MONTH)
    }
    for (const part of numbers) add(this.number(part, mask, hasTextMonth))
    if ((mask & DATE_MASK) !== DATE_MASK) throw badFormat()
    return seen
  }

  private time(text: string): number {
    const hour = leadingInteger(text)
    if (text[hour.end] !== ':') throw badFormat()
    const minute = leadingInt4(text, hour.end + 1)
    const { civil } = this
    civil.hour = hour.value
    civil.minute = minute.value
    civil.second = 0
    civil.microsecond = 0
    if (Number.isNaN(minute.value)) civil.minute = 0
    const rest = text.slice(minute.end)
    if (rest.startsWith('.')) {
      civil.microsecond = fractionMicroseconds(rest)
      civil.second = civil.minute
      civil.minute = civil.hour
      civil.hour = 0
    } else if (rest.startsWith(':')) {
      const second = leadingInt4(rest, 1)
      civil.second = Number.isNaN(second.value) ? 0 : second.value
      const end = rest.slice(second.end)
      if (end.startsWith('.')) civil.microsecond = fractionMicroseconds(end)
      else if (end !== '') throw badFormat()
    } else if (rest !== '') throw badFormat()
    if (
      civil.hour < 0 ||
      civil.minute < 0 ||
      civil.minute > 59 ||
      civil.second < 0 ||
      civil.second > 60 ||
      civil.microsecond > 1_000_000
    ) {
      throw new DateTimeFault('field')
    }
    return TIME_MASK
  }

  private checkTime(): void {
    if (timeOverflows(this.civil)) throw new DateTimeFault('field')
  }

  private announcedNumber(text: string): number {
    const announced = this.announced
    const { value, end } = leadingInt4(text)
    if (end < text.length && text[end] !== '.') throw badFormat()
    this.announced = ''
    if (announced === 'julian') {
      if (value < 0) throw new DateTimeFault('field')
      this.setJulian(value)
      if (end === text.length) return DATE_MASK
      Object.assign(this.civil, timeFields(Math.trunc(fraction(text.slice(end)) * MICROSECONDS_PER_DAY)))
      return DATE_MASK | TIME_MASK
    }
    if (announced !== 'time') throw badFormat()
    const seen = this.concatenated(text, this.mask | DATE_MASK)
    if (seen !== TIME_MASK) throw badFormat()
    return seen
  }

  private plainNumber(text: string): number {
    const point = text.indexOf('.')
    if (point >= 0 && (this.mask & DATE_MASK) === 0) return this.date(text)
    if (point > 2) return this.concatenated(text, this.mask)
    if (text.length >= 6 && ((this.mask & DATE_MASK) === 0 || (this.mask & TIME_MASK) === 0)) {
      return this.concatenated(text, this.mask)
    }
    return this.number(text, this.mask, this.hasTextMonth)
  }

  /** One number of a date, by what is already known. */
  private number(text: string, mask: number, hasTextMonth = false): number {
    const { value, end } = leadingInt4(text)
    if (end === 0) throw badFormat()
    if (text[end] === '.') {
      if (end > 2) return this.concatenated(text, mask | DATE_MASK)
      this.civil.microsecond = fractionMicroseconds(text.slice(end))
    } else if (end < text.length) throw badFormat()
    const { civil } = this
    const { length } = text
    if (length === 3 && (mask & DATE_MASK) === YEAR && value >= 1 && value <= 366) {
      this.dayOfYear = value
      return DAY_OF_YEAR | MONTH | DAY
    }
    let seen: number
    switch (mask & DATE_MASK) {
      case 0:
        seen = length >= 3 || this.order === 'YMD' ? YEAR : this.order === 'DMY' ? DAY : MONTH
        break
      case YEAR:
      case DAY:
        seen = MONTH
        break
      case MONTH:
        seen = hasTextMonth && (length >= 3 || this.order === 'YMD') ? YEAR : DAY
        break
      case YEAR | MONTH:
        if (hasTextMonth && length >= 3 && this.isShortYear) {
          // The first number was no year after all, but the day.
          civil.day = civil.year
          civil.year = value
          this.isShortYear = false
          return DAY
        }
        seen = DAY
        break
      case MONTH | DAY:
        seen = YEAR
        break
      case DATE_MASK:
        return this.concatenated(text, mask)
      default:
        throw badFormat()
    }
    if (seen === YEAR) {
      civil.year = value
      this.isShortYear = length <= 2
    } else if (seen === MONTH) civil.month = value
    else civil.day = value
    return seen
  }

  /** "20011223", "040506", "0405", with or without a fraction. */
  private concatenated(text: string, mask: number): number {
    const { civil } = this
    const point = text.indexOf('.')
    let digits = text
    if (point >= 0) {
      const tail = text.slice(point)
      if (tail !== '.' && !/^\.\d+$/.test(tail)) throw badFormat()
      civil.microsecond = tail === '.' ? 0 : roundHalfEven(Number(tail) * 1_000_000)
      digits = text.slice(0, point)
    } else if ((mask & DATE_MASK) !== DATE_MASK && digits.length >= 6) {
      if (!/^\d+$/.test(digits)) throw badFormat()
      civil.day = Number(digits.slice(-2))
      civil.month = Number(digits.slice(-4, -2))
      civil.year = leadingInt4(digits.slice(0, -4)).value
      if (digits.length === 6) this.isShortYear = true
      return DATE_MASK
    }
    if ((mask & TIME_MASK) !== TIME_MASK && (digits.length === 6 || digits.length === 4)) {
      if (!/^\d+$/.test(digits)) throw badFormat()
      civil.hour = Number(digits.slice(0, 2))
      civil.minute = Number(digits.slice(2, 4))
      civil.second = Number(digits.slice(4) || 0)
      return TIME_MASK
    }
    throw badFormat()
  }

  private findWord(text: string): Word | undefined {
    return DATE_WORDS.get(text.slice(0, WORD_LENGTH_MAX))
  }

  private word(text: string): number {
    const abbreviation = findAbbreviation(text, this.session)
    if (abbreviation !== undefined) {
      if (abbreviation.offset !== undefined) {
        // "DST" may have come before.
        this.offset += abbreviation.offset
      } else this.abbreviation = abbreviation
      return ZONE
    }
    const word = this.findWord(text)
    if (word === undefined) {
      this.zone = findTimeZone(text)
      if (this.zone === undefined) throw badFormat()
      return ZONE
    }
    switch (word.kind) {
      case 'ignored':
        return 0
      case 'reserved':
        return this.reserved(word.name)
      case 'month':
        // "18 Oct 2000"; a number that was taken for the month was the day.
        if (
          (this.mask & MONTH) !== 0 &&
          !this.hasTextMonth &&
          (this.mask & DAY) === 0 &&
          this.civil.month >= 1 &&
          this.civil.month <= 31 &&
          !this.isTimeOnly
        ) {
          this.civil.day = this.civil.month
          this.hasTextMonth = true
          this.civil.month = word.value
          return DAY
        }
        if (this.isTimeOnly) throw badFormat()
        this.hasTextMonth = true
        this.civil.month = word.value
        return MONTH
      case 'daylight':
        this.offset += word.value
        return DAYLIGHT
      case 'meridian':
        this.meridian = word.value
        return MERIDIAN
      case 'era':
        this.isBeforeChrist = word.value === 1
        return ERA
      case 'weekday':
        if (this.isTimeOnly) throw badFormat()
        return WEEKDAY
      case 'units':
        if (this.announced !== '') throw badFormat()
        this.announced = word.name
        return 0
      case 'iso time':
        if ((this.mask & DATE_MASK) !== DATE_MASK || this.announced !== '') throw badFormat()
        this.announced = 'time'
        return 0
      default:
        throw badFormat()
    }
  }

  private reserved(name: string): number {
    if (name === 'allballs') {
      Object.assign(this.civil, { hour: 0, minute: 0, second: 0, microsecond: 0 })
      this.offset = 0
      return TIME_MASK | ZONE
    }
    const local = this.localNow()
    if (this.isTimeOnly) {
      if (name !== 'now') throw badFormat()
      const { hour, minute, second, microsecond } = local.civil
      Object.assign(this.civil, { hour, minute, second, microsecond })
      return TIME_MASK
    }
    switch (name) {
      case 'now':
        Object.assign(this.civil, local.civil)
        this.offset = local.offset
        return DATE_MASK | TIME_MASK | ZONE
      case 'today':
      case 'tomorrow':
      case 'yesterday': {
        const { year, month, day } = local.civil
        const days = daysFromCivil(year, month, day)
        Object.assign(this.civil, civilFromDays(days + (name === 'today' ? 0 : name === 'tomorrow' ? 1 : -1)))
        return DATE_MASK
      }
      default:
        this.kind = name as Decoded['kind']
        return DATE_MASK | TIME_MASK | ZONE
    }
  }

  private localNow(): { civil: CivilTime; offset: number } {
    const now = this.context.transactionTime
    const offset = this.session.offsetAt(Math.floor(now / 1_000_000))
    return { civil: civilTimeOf(now + offset * 1_000_000), offset }
  }

  private validateDate(): void {
    const { civil, mask } = this
    if (this.kind !== 'date' && this.kind !== 'time') return
    if ((mask & YEAR) !== 0 && !this.isJulian) {
      if (this.isBeforeChrist) {
        if (civil.year <= 0) throw new DateTimeFault('field')
        civil.year = 1 - civil.year
      } else if (this.isShortYear) {
        if (civil.year < 0) throw new DateTimeFault('field')
        civil.year += civil.year < 70 ? 2000 : civil.year < 100 ? 1900 : 0
      } else if (civil.year <= 0) throw new DateTimeFault('field')
    }
    if (this.kind !== 'date' && this.kind !== 'time') return
    if ((mask & DAY_OF_YEAR) !== 0) {
      Object.assign(civil, civilFromDays(daysFromCivil(civil.year, 1, 1) + this.dayOfYear - 1))
    }
    if ((mask & MONTH) !== 0 && (civil.month < 1 || civil.month > 12)) throw new DateTimeFault('month or day')
    if ((mask & DAY) !== 0 && (civil.day < 1 || civil.day > 31)) throw new DateTimeFault('month or day')
    if ((mask & DATE_MASK) === DATE_MASK && civil.day > daysInMonth(civil.year, civil.month)) {
      throw new DateTimeFault('field')
    }
  }

  private applyMeridian(): void {
    if (this.meridian < 0) return
    const { civil } = this
    if (civil.hour > 12) throw new DateTimeFault('field')
    if (this.meridian === 0 && civil.hour === 12) civil.hour = 0
    else if (this.meridian === 1 && civil.hour !== 12) civil.hour += 12
  }

  private localSeconds(): number {
    const { civil } = this
    return (
      daysFromCivil(civil.year, civil.month, civil.day) * SECONDS_PER_DAY +
      civil.hour * 3600 +
      civil.minute * 60 +
      civil.second
    )
  }

  private finishDate(): void {
    if ((this.mask & DATE_MASK) !== DATE_MASK) throw badFormat()
    if (timeOverflows(this.civil)) throw new DateTimeFault('field')
    const hasDaylight = (this.mask & DAYLIGHT) !== 0
    if (this.zone !== undefined) {
      if (hasDaylight) throw badFormat()
      this.offset = this.zone.offsetOfLocal(this.localSeconds())
    } else if (this.abbreviation !== undefined) {
      if (hasDaylight) throw badFormat()
      this.offset = offsetOfAbbreviation(this.abbreviation, this.localSeconds())
    } else if ((this.mask & ZONE) === 0) {
      if (hasDaylight) throw badFormat()
      this.offset = this.session.offsetOfLocal(this.localSeconds())
    }
  }

  private finishTime(): void {
    if (timeOverflows(this.civil)) throw new DateTimeFault('field')
    if ((this.mask & TIME_MASK) !== TIME_MASK) throw badFormat()
    const hasDate = (this.mask & DATE_MASK) === DATE_MASK
    const hasDaylight = (this.mask & DAYLIGHT) !== 0
    if (hasDaylight && (this.zone ?? this.abbreviation) !== undefined) throw badFormat()
    if (this.zone !== undefined) {
      if (this.zone.fixedOffset !== undefined) this.offset = this.zone.fixedOffset
      else {
        if (!hasDate) throw badFormat()
        this.offset = this.zone.offsetOfLocal(this.localSeconds())
      }
      return
    }
    if (this.abbreviation === undefined && (this.mask & ZONE) !== 0) return
    if (hasDaylight) throw badFormat()
    if (!hasDate) {
      if ((this.mask & DATE_MASK) !== 0) throw badFormat()
      const { year, month, day } = this.localNow().civil
      Object.assign(this.civil, { year, month, day })
    }
    this.offset =
      this.abbreviation === undefined
        ? this.session.offsetOfLocal(this.localSeconds())
        : offsetOfAbbreviation(this.abbreviation, this.localSeconds())
  }
}

/** Beyond 24:00:00. */
export function timeOverflows(civil: {
  hour: number
  minute: number
  second: number
  microsecond: number
}): boolean {
  const { hour, minute, second, microsecond } = civil
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return true
  if (microsecond < 0 || microsecond > 1_000_000) return true
  return ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond > MICROSECONDS_PER_DAY
}

/** "+05:30", "-8", "-0800", "+01:02:03": seconds east. */
export function decodeOffset(text: string): number {
  if (text[0] !== '+' && text[0] !== '-') throw badFormat()
  const first = leadingInteger(text, 1)
  if (first.value > 2_147_483_647) throw new DateTimeFault('displacement')
  let hours = first.value
  let minutes = 0
  let seconds = 0
  let { end } = first
  if (Number.isNaN(hours)) hours = 0
  if (text[end] === ':') {
    const minute = leadingInteger(text, end + 1)
    minutes = Number.isNaN(minute.value) ? 0 : minute.value
    end = Number.isNaN(minute.value) ? end + 1 : minute.end
    if (text[end] === ':') {
      const second = leadingInteger(text, end + 1)
      seconds = Number.isNaN(second.value) ? 0 : second.value
      end = Number.isNaN(second.value) ? end + 1 : second.end
    }
  } else if (end === text.length && text.length > 3) {
    minutes = hours % 100
    hours = Math.floor(hours / 100)
  }
  if (hours < 0 || hours > 15 || minutes < 0 || minutes >= 60 || seconds < 0 || seconds >= 60) {
    throw new DateTimeFault('displacement')
  }
  if (end < text.length) throw badFormat()
  const offset = (hours * 60 + minutes) * 60 + seconds
  return text[0] === '-' ? -offset + 0 : offset
}

export function decodeDateTime(fields: Field[], context: InputContext): Decoded {
  return new Decoder(fields, context, false).decode()
}
export function decodeTime(fields: Field[], context: InputContext): Decoded {
  return new Decoder(fields, context, true).decode()
}
/** Days since 2000 of decoded fields. */
export function daysOf(civil: CivilTime): number {
  return daysFromCivil(civil.year, civil.month, civil.day)
}
