/**
 * Text of dates and intervals cut into fields, and the words that may stand there. What the fields mean together is
 * datetime-decode.ts's and interval-text.ts's business.
 */

import { SqlError } from '../errors.ts'

export type FieldType = 'number' | 'string' | 'date' | 'time' | 'zone' | 'special'
export interface Field {
  text: string
  type: FieldType
}

/** Why text is no date: what PostgreSQL calls its DTERR codes. */
export type FaultKind = 'format' | 'field' | 'month or day' | 'interval' | 'displacement' | 'zone'

/** Caught where the whole text is known, and turned into an SqlError. */
export class DateTimeFault extends Error {
  readonly kind: FaultKind
  /** Of an unknown zone: its name. */
  readonly zone: string | undefined
  constructor(kind: FaultKind, zone?: string) {
    super(kind)
    this.kind = kind
    this.zone = zone
  }
}

export function badFormat(): DateTimeFault {
  return new DateTimeFault('format')
}

/** The error of text that was meant as a value of the type. */
export function faultError(fault: unknown, text: string, typeName: string): unknown {
  if (!(fault instanceof DateTimeFault)) return fault
  switch (fault.kind) {
    case 'format':
      return new SqlError('22007', `invalid input syntax for type ${typeName}: "${text}"`)
    case 'field':
      return new SqlError('22008', `date/time field value out of range: "${text}"`)
    case 'month or day':
      return new SqlError('22008', `date/time field value out of range: "${text}"`, {
        hint: 'Perhaps you need a different "DateStyle" setting.',
      })
    case 'interval':
      return new SqlError('22015', `interval field value out of range: "${text}"`)
    case 'displacement':
      return new SqlError('22009', `time zone displacement out of range: "${text}"`)
    default:
      return new SqlError('22023', `time zone "${fault.zone}" not recognized`)
  }
}

const FIELD_COUNT_MAX = 25
const TEXT_LENGTH_MAX = 153

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= '0' && character <= '9'
const isLetter = (character: string | undefined): boolean =>
  character !== undefined &&
  ((character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z'))
const isSpace = (character: string | undefined): boolean =>
  character === ' ' ||
  character === '\t' ||
  character === '\n' ||
  character === '\r' ||
  character === '\v' ||
  character === '\f'
const isPunctuation = (character: string): boolean => /[!-/:-@[-`{-~]/.test(character)

export { isDigit, isLetter, isSpace }

/** Cuts text as PostgreSQL's ParseDateTime does; letters become lower case. */
export function splitFields(text: string): Field[] {
  const fields: Field[] = []
  let at = 0
  /** Takes characters while they please. */
  const take = (pleases: (character: string) => boolean): string => {
    const start = at
    while (at < text.length && pleases(text[at]!)) at += 1
    return text.slice(start, at).toLowerCase()
  }
  while (at < text.length) {
    const first = text[at]!
    if (isSpace(first)) {
      at += 1
      continue
    }
    let type: FieldType
    let field = ''
    if (isDigit(first)) {
      field = take(isDigit)
      const next = text[at]
      if (next === ':') {
        type = 'time'
        field += take(one => isDigit(one) || one === ':' || one === '.')
      } else if (next === '-' || next === '/' || next === '.') {
        at += 1
        field += next
        if (isDigit(text[at])) {
          type = next === '.' ? 'number' : 'date'
          field += take(isDigit)
          if (text[at] === next) {
            type = 'date'
            field += take(one => isDigit(one) || one === next)
          }
        } else {
          type = 'date'
          field += take(one => isDigit(one) || isLetter(one) || one === next)
        }
      } else type = 'number'
    } else if (first === '.') {
      at += 1
      field = `.${take(isDigit)}`
      type = 'number'
    } else if (isLetter(first)) {
      type = 'string'
      field = take(isLetter)
      const next = text[at]
      // Punctuation may belong to a date (Jan-8-1999) or to a zone's name (America/New_York).
      if (
        next === '-' ||
        next === '/' ||
        next === '.' ||
        ((next === '+' || isDigit(next)) && !DATE_WORDS.has(field.slice(0, WORD_LENGTH_MAX)))
      ) {
        type = 'date'
        field += take(one => isDigit(one) || isLetter(one) || '+-/_.:'.includes(one))
      }
    } else if (first === '+' || first === '-') {
      at += 1
      take(isSpace)
      if (isDigit(text[at])) {
        type = 'zone'
        field = first + take(one => isDigit(one) || one === ':' || one === '.' || one === '-')
      } else if (isLetter(text[at])) {
        type = 'special'
        field = first + take(isLetter)
      } else throw badFormat()
    } else if (isPunctuation(first)) {
      at += 1
      continue
    } else throw badFormat()
    fields.push({ text: field, type })
    if (fields.length > FIELD_COUNT_MAX) throw badFormat()
  }
  if (fields.reduce((sum, field) => sum + field.text.length + 1, 0) > TEXT_LENGTH_MAX) throw badFormat()
  return fields
}

/** Words are compared by so many characters. */
export const WORD_LENGTH_MAX = 10

export type WordKind =
  | 'reserved'
  | 'month'
  | 'weekday'
  | 'meridian'
  | 'era'
  | 'units'
  | 'iso time'
  | 'daylight'
  | 'ignored'
  | 'ago'
export interface Word {
  readonly kind: WordKind
  readonly value: number
  /** Of reserved words and units. */
  readonly name: string
}

/** What stands in dates: PostgreSQL's datetktbl. */
export const DATE_WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...['-infinity', 'infinity', 'epoch', 'now', 'today', 'tomorrow', 'yesterday', 'allballs'].map(
    (name): [string, Word] => [name, { kind: 'reserved', value: 0, name }],
  ),
  ['+infinity', { kind: 'reserved', value: 0, name: 'infinity' }],
  ...[
    ['jan', 'january'],
    ['feb', 'february'],
    ['mar', 'march'],
    ['apr', 'april'],
    ['may'],
    ['jun', 'june'],
    ['jul', 'july'],
    ['aug', 'august'],
    ['sep', 'sept', 'september'],
    ['oct', 'october'],
    ['nov', 'november'],
    ['dec', 'december'],
  ].flatMap((names, at) =>
    names.map((name): [string, Word] => [name, { kind: 'month', value: at + 1, name }]),
  ),
  ...[
    ['sun', 'sunday'],
    ['mon', 'monday'],
    ['tue', 'tues', 'tuesday'],
    ['wed', 'weds', 'wednesday'],
    ['thu', 'thur', 'thurs', 'thursday'],
    ['fri', 'friday'],
    ['sat', 'saturday'],
  ].flatMap((names, at) => names.map((name): [string, Word] => [name, { kind: 'weekday', value: at, name }])),
  ['am', { kind: 'meridian', value: 0, name: 'am' }],
  ['pm', { kind: 'meridian', value: 1, name: 'pm' }],
  ['ad', { kind: 'era', value: 0, name: 'ad' }],
  ['bc', { kind: 'era', value: 1, name: 'bc' }],
  ['dst', { kind: 'daylight', value: 3600, name: 'dst' }],
  ['at', { kind: 'ignored', value: 0, name: 'at' }],
  ['on', { kind: 'ignored', value: 0, name: 'on' }],
  ['t', { kind: 'iso time', value: 0, name: 'time' }],
  ['j', { kind: 'units', value: 0, name: 'julian' }],
  ['jd', { kind: 'units', value: 0, name: 'julian' }],
  ['julian', { kind: 'units', value: 0, name: 'julian' }],
  ['d', { kind: 'units', value: 0, name: 'day' }],
  ['h', { kind: 'units', value: 0, name: 'hour' }],
  ['m', { kind: 'units', value: 0, name: 'month' }],
  ['mm', { kind: 'units', value: 0, name: 'minute' }],
  ['s', { kind: 'units', value: 0, name: 'second' }],
  ['y', { kind: 'units', value: 0, name: 'year' }],
  ['dow', { kind: 'units', value: 0, name: 'dow' }],
  ['doy', { kind: 'units', value: 0, name: 'doy' }],
  ['isodow', { kind: 'units', value: 0, name: 'isodow' }],
  ['isoyear', { kind: 'units', value: 0, name: 'isoyear' }],
])

/** What stands in intervals and names fields for extract and date_trunc: PostgreSQL's deltatktbl, cut to ten letters. */
export const UNIT_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '@': 'ignored',
    ago: 'ago',
    century: 'c cent centuries century',
    day: 'd day days',
    decade: 'dec decade decades decs',
    hour: 'h hour hours hr hrs',
    minute: 'm min mins minute minutes',
    millennium: 'mil millennia millennium mils',
    millisecond: 'millisecon milliseconds ms msec msecs mseconds',
    month: 'mon mons month months',
    quarter: 'qtr quarter',
    second: 's sec second seconds secs',
    timezone: 'timezone',
    timezone_hour: 'timezone_h',
    timezone_minute: 'timezone_m',
    microsecond: 'microsecon us usec usecs useconds',
    week: 'w week weeks',
    year: 'y year years yr yrs',
  }).flatMap(([unit, words]) =>
    words.split(' ').map((word): [string, string] => [word.slice(0, WORD_LENGTH_MAX), unit]),
  ),
)

/** A leading integer, as strtol reads it, and where it ends. No digits: NaN. */
export function leadingInteger(text: string, from = 0): { value: number; end: number } {
  let at = from
  if (text[at] === '-' || text[at] === '+') at += 1
  const digits = at
  while (isDigit(text[at])) at += 1
  if (at === digits) return { value: Number.NaN, end: from }
  return { value: Number(text.slice(from, at)) + 0, end: at }
}

/** The same, of int4; what is larger is out of range. */
export function leadingInt4(text: string, from = 0): { value: number; end: number } {
  const found = leadingInteger(text, from)
  if (found.value > 2_147_483_647 || found.value < -2_147_483_648) throw new DateTimeFault('field')
  return found
}

/** ".25" to the end of the text, as a fraction. */
export function fraction(text: string): number {
  if (text === '.') return 0
  if (!/^\.\d+$/.test(text)) throw badFormat()
  return Number(text)
}
/** As microseconds, rounded half to even as C's rint does. */
export function fractionMicroseconds(text: string): number {
  return roundHalfEven(fraction(text) * 1_000_000)
}
/** C's rint. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const difference = value - floor
  if (difference < 0.5) return floor + 0
  if (difference > 0.5) return floor + 1
  return floor % 2 === 0 ? floor + 0 : floor + 1
}
