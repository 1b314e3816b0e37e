/** Dates and timestamps out of text by a template: to_date and to_timestamp. */

import { SqlError } from '../errors.ts'
import {
  type CivilTime,
  civilFromDays,
  DATE_END_DAYS,
  DATE_MIN_DAYS,
  daysFromCivil,
  daysInMonth,
  daysOfIsoWeek,
  isValidTimestamp,
  JULIAN_DAY_OF_2000,
  joinTimestamp,
  SECONDS_PER_DAY,
  type Timestamp,
  timeOfFields,
  timestampOutOfRange,
} from '../types/datetime-calendar.ts'
import { DateTimeFault, faultError, isDigit, isLetter, isSpace } from '../types/datetime-fields.ts'
import { DAY_NAMES, MONTH_NAMES } from '../types/datetime-output.ts'
import { sessionTimeZone } from '../types/timezone.ts'
import { findAbbreviation, offsetOfAbbreviation } from '../types/timezone-abbreviations.ts'
import {
  FULL_DAYS,
  FULL_MONTHS,
  isNumericField,
  ROMAN_MONTHS,
  type TemplateNode,
  templateNodes,
} from './datetime-template.ts'
import type { EvaluationContext } from './registry.ts'

type FieldNode = TemplateNode & { kind: 'field' }
const FILL_HINT = 'If your source string is not fixed-width, try using the "FM" modifier.'

/** What the fields said. 0 is what was not said, as in PostgreSQL. */
interface Said {
  hour: number
  minute: number
  second: number
  ssss: number
  millisecond: number
  microsecond: number
  isTwelveHour: boolean
  pm: number
  weekday: number
  day: number
  dayOfYear: number
  month: number
  year: number
  yearSize: number
  century: number
  week: number
  weekOfMonth: number
  julian: number
  bc: number
  zoneHours: number
  zoneMinutes: number
  zoneSign: number
  abbreviation: string
}

class Scanner {
  readonly said: Said = {
    hour: 0,
    minute: 0,
    second: 0,
    ssss: 0,
    millisecond: 0,
    microsecond: 0,
    isTwelveHour: false,
    pm: 0,
    weekday: 0,
    day: 0,
    dayOfYear: 0,
    month: 0,
    year: 0,
    yearSize: 0,
    century: 0,
    week: 0,
    weekOfMonth: 0,
    julian: 0,
    bc: 0,
    zoneHours: 0,
    zoneMinutes: 0,
    zoneSign: 0,
    abbreviation: '',
  }
  mode: 'none' | 'gregorian' | 'iso' = 'none'
  private readonly text: string
  private readonly nodes: readonly TemplateNode[]
  private readonly context: EvaluationContext
  private at = 0
  /** How many characters were passed over beyond those of the template. */
  private extraSkip = 0

  constructor(text: string, template: string, context: EvaluationContext) {
    this.text = text
    this.nodes = templateNodes(template)
    this.context = context
  }

  scan(): void {
    const { text, nodes } = this
    let isExact = false
    for (let index = 0; index < nodes.length && this.at < text.length; index += 1) {
      const node = nodes[index]!
      if (
        !isExact &&
        !(node.kind === 'field' && node.name === 'FX') &&
        (node.kind === 'field' || index === 0)
      ) {
        while (this.at < text.length && isSpace(text[this.at])) {
          this.at += 1
          this.extraSkip += 1
        }
        if (this.at >= text.length) break
      }
      if (node.kind === 'space' || node.kind === 'separator') {
        if (isExact) this.at += 1
        else {
          this.extraSkip -= 1
          const here = text[this.at]!
          if (isSpace(here) || /[!-/:-@[-`{-~]/.test(here)) {
            this.at += 1
            this.extraSkip += 1
          }
        }
        continue
      }
      if (node.kind === 'text') {
        if (!isExact && this.extraSkip > 0) this.extraSkip -= 1
        else this.at += String.fromCodePoint(text.codePointAt(this.at)!).length
        continue
      }
      if (node.name === 'FX') {
        isExact = true
        continue
      }
      this.setMode(node.name)
      this.field(node, index)
      if (!isExact) {
        this.extraSkip = 0
        while (isSpace(text[this.at])) {
          this.at += 1
          this.extraSkip += 1
        }
      }
    }
  }

  private setMode(name: string): void {
    let mode: Scanner['mode']
    if (/^I/.test(name)) mode = 'iso'
    else if (/^(?:CC|DAY|DDD|DD|DY|D|J|MM|MONTH|MON|Q|RM|WW|W|Y.*)$/.test(name)) {
      if (/^(?:DAY|DY|J|RM|MON|MONTH|DD|MM)$/.test(name) && /^(?:DAY|DY|J)$/.test(name)) return
      mode = 'gregorian'
    } else return
    if (this.mode === 'none') this.mode = mode
    else if (this.mode !== mode) {
      throw new SqlError('22007', 'invalid combination of date conventions', {
        hint: 'Do not mix Gregorian and ISO week date conventions in a formatting template.',
      })
    }
  }

  private set(key: keyof Said, value: number, node: FieldNode): void {
    const said = this.said as unknown as Record<string, number>
    if (said[key] !== 0 && said[key] !== value) {
      throw new SqlError('22007', `conflicting values for "${node.text}" field in formatting string`, {
        detail: 'This value contradicts a previous setting for the same field type.',
      })
    }
    said[key] = value
  }

  /** Digits of a number of a width; gives how many characters were taken. */
  private integer(node: FieldNode, index: number, width: number): { value: number; length: number } {
    while (isSpace(this.text[this.at])) this.at += 1
    const start = this.at
    const copy = this.text.slice(start, start + width)
    const match = /^[-+]?\d+/
    let value: number
    let length: number
    if (node.isFill || this.isNextSeparator(index)) {
      const found = match.exec(this.text.slice(start))
      length = found === null ? 0 : found[0].length
      value = Number(found?.[0] ?? 0)
    } else {
      if (copy.length < width) {
        throw new SqlError('22007', `source string too short for "${node.text}" formatting field`, {
          detail: `Field requires ${width} characters, but only ${copy.length} remain.`,
          hint: FILL_HINT,
        })
      }
      const found = match.exec(copy)
      length = found === null ? 0 : found[0].length
      value = Number(found?.[0] ?? 0)
      if (length > 0 && length < width) {
        throw new SqlError('22007', `invalid value "${copy}" for "${node.text}"`, {
          detail: `Field requires ${width} characters, but only ${length} could be parsed.`,
          hint: FILL_HINT,
        })
      }
    }
    if (length === 0) {
      throw new SqlError('22007', `invalid value "${copy}" for "${node.text}"`, {
        detail: 'Value must be an integer.',
      })
    }
    if (value > 2_147_483_647 || value < -2_147_483_648) {
      throw new SqlError('22008', `value for "${node.text}" in source string is out of range`, {
        detail: 'Value must be in the range -2147483648 to 2147483647.',
      })
    }
    this.at = start + length
    return { value: value + 0, length }
  }
  private isNextSeparator(index: number): boolean {
    const node = this.nodes[index]!
    if (node.kind === 'field' && node.ordinal !== '') return true
    const next = this.nodes[index + 1]
    if (next === undefined) return true
    if (next.kind === 'field') return !isNumericField(next.name)
    return !isDigit(next.text)
  }
  private number(key: keyof Said, node: FieldNode, index: number, width: number): number {
    const { value, length } = this.integer(node, index, width)
    this.set(key, value, node)
    this.skipOrdinal(node)
    return length
  }
  private skipOrdinal(node: FieldNode): void {
    if (node.ordinal !== '') this.at += 2
  }
  /** Which of the words stands here, in whatever case. */
  private word(words: readonly string[], node: FieldNode): number {
    const rest = this.text.slice(this.at).toLowerCase()
    const found = words.findIndex(word => rest.startsWith(word.toLowerCase()))
    if (found < 0) {
      const given = /^\S*/.exec(this.text.slice(this.at))![0]
      throw new SqlError('22007', `invalid value "${given}" for "${node.text}"`, {
        detail: 'The given value did not match any of the allowed values for this field.',
      })
    }
    this.at += words[found]!.length
    return found
  }

  private field(node: FieldNode, index: number): void {
    const { said } = this
    switch (node.name) {
      case 'A.M.':
      case 'P.M.':
        this.set('pm', this.word(['a.m.', 'p.m.'], node), node)
        said.isTwelveHour = true
        return
      case 'AM':
      case 'PM':
        this.set('pm', this.word(['am', 'pm'], node), node)
        said.isTwelveHour = true
        return
      case 'A.D.':
      case 'B.C.':
        this.set('bc', this.word(['a.d.', 'b.c.'], node), node)
        return
      case 'AD':
      case 'BC':
        this.set('bc', this.word(['ad', 'bc'], node), node)
        return
      case 'HH':
      case 'HH12':
        said.isTwelveHour = true
        this.number('hour', node, index, 2)
        return
      case 'HH24':
        this.number('hour', node, index, 2)
        return
      case 'MI':
        this.number('minute', node, index, 2)
        return
      case 'SS':
        this.number('second', node, index, 2)
        return
      case 'MS': {
        const length = this.number('millisecond', node, index, 3)
        said.millisecond *= 10 ** Math.max(0, 3 - length)
        return
      }
      case 'US':
      case 'FF1':
      case 'FF2':
      case 'FF3':
      case 'FF4':
      case 'FF5':
      case 'FF6': {
        const length = this.number('microsecond', node, index, node.name === 'US' ? 6 : Number(node.name[2]))
        said.microsecond *= 10 ** Math.max(0, 6 - length)
        return
      }
      case 'SSSS':
        this.number('ssss', node, index, 4)
        return
      case 'SSSSS':
        this.number('ssss', node, index, 5)
        return
      case 'TZ':
        if (isLetter(this.text[this.at])) {
          const letters = /^[A-Za-z]+/.exec(this.text.slice(this.at))![0]
          for (let length = letters.length; length > 0; length -= 1) {
            const name = letters.slice(0, length).toLowerCase()
            if (findAbbreviation(name, sessionTimeZone(this.context)) !== undefined) {
              said.abbreviation = name
              this.at += length
              return
            }
          }
          throw new SqlError('22007', `invalid value "${this.text.slice(this.at)}" for "${node.text}"`, {
            detail: 'Time zone abbreviation is not recognized.',
          })
        }
        this.zone(node)
        return
      case 'OF':
        this.zone(node)
        return
      case 'TZH': {
        const sign = this.text[this.at]
        said.zoneSign = this.signBefore(sign)
        if (sign === '+' || sign === '-' || sign === ' ') this.at += 1
        this.number('zoneHours', node, index, 2)
        return
      }
      case 'TZM':
        if (said.zoneSign === 0) said.zoneSign = 1
        this.number('zoneMinutes', node, index, 2)
        return
      case 'MONTH':
        this.set('month', this.word(FULL_MONTHS, node) + 1, node)
        return
      case 'MON':
        this.set('month', this.word(MONTH_NAMES, node) + 1, node)
        return
      case 'RM': {
        // The longest fits first, since the list begins with XII.
        const longest = [...ROMAN_MONTHS].sort((left, right) => right.length - left.length)
        const found = longest[this.word(longest, node)]!
        this.set('month', 12 - ROMAN_MONTHS.indexOf(found), node)
        return
      }
      case 'MM':
        this.number('month', node, index, 2)
        return
      case 'DAY':
        this.set('weekday', this.word(FULL_DAYS, node) + 1, node)
        return
      case 'DY':
        this.set('weekday', this.word(DAY_NAMES, node) + 1, node)
        return
      case 'DDD':
      case 'IDDD':
        this.number('dayOfYear', node, index, 3)
        return
      case 'DD':
        this.number('day', node, index, 2)
        return
      case 'D':
        this.number('weekday', node, index, 1)
        return
      case 'ID': {
        this.number('weekday', node, index, 1)
        said.weekday = said.weekday >= 7 ? 1 : said.weekday + 1
        return
      }
      case 'WW':
      case 'IW':
        this.number('week', node, index, 2)
        return
      case 'Q':
        this.integer(node, index, 1)
        this.skipOrdinal(node)
        return
      case 'CC':
        this.number('century', node, index, 2)
        return
      case 'Y,YYY': {
        const found = /^(\d+),(\d{1,3})/.exec(this.text.slice(this.at))
        if (found === null) {
          throw new SqlError('22007', `invalid value "${this.text.slice(this.at)}" for "Y,YYY"`)
        }
        this.set('year', Number(found[1]) * 1000 + Number(found[2]), node)
        said.yearSize = 4
        this.at += found[0].length
        this.skipOrdinal(node)
        return
      }
      case 'YYYY':
      case 'IYYY':
        this.number('year', node, index, 4)
        said.yearSize = 4
        return
      case 'YYY':
      case 'IYY':
      case 'YY':
      case 'IY':
      case 'Y':
      case 'I': {
        const width = node.name.startsWith('I') && node.name !== 'I' ? node.name.length : node.name.length
        const { value, length } = this.integer(node, index, width)
        this.set('year', length < 4 ? nearYear2020(value) : value, node)
        said.yearSize = width
        this.skipOrdinal(node)
        return
      }
      case 'W':
        this.number('weekOfMonth', node, index, 1)
        return
      case 'J':
        this.number('julian', node, index, 10)
        return
      default:
    }
  }
  /** The minus may have been taken for the template's separator. */
  private signBefore(sign: string | undefined): number {
    if (sign === '-') return -1
    if (sign === '+' || sign === ' ') return 1
    return this.extraSkip > 0 && this.text[this.at - 1] === '-' ? -1 : 1
  }
  private zone(node: FieldNode): void {
    const { said } = this
    const sign = this.text[this.at]
    said.zoneSign = this.signBefore(sign)
    if (sign === '+' || sign === '-' || sign === ' ') this.at += 1
    const hours = /^\d{1,2}/.exec(this.text.slice(this.at))
    if (hours === null) {
      throw new SqlError(
        '22007',
        `invalid value "${this.text.slice(this.at, this.at + 2)}" for "${node.text}"`,
        {
          detail: 'Value must be an integer.',
        },
      )
    }
    said.zoneHours = Number(hours[0])
    this.at += hours[0].length
    const minutes = /^:(\d{1,2})/.exec(this.text.slice(this.at))
    if (minutes !== null) {
      said.zoneMinutes = Number(minutes[1])
      this.at += minutes[0].length
    }
  }
}

function nearYear2020(year: number): number {
  if (year < 70) return year + 2000
  if (year < 100) return year + 1900
  if (year < 520) return year + 2000
  if (year < 1000) return year + 1000
  return year
}

/** The fields; `offset` undefined: the session's zone decides. */
function scanned(
  text: string,
  template: string,
  context: EvaluationContext,
): { civil: CivilTime; offset: number | undefined } {
  const scanner = new Scanner(text, template, context)
  scanner.scan()
  const { said, mode } = scanner
  const civil: CivilTime = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 }
  let hasDate = false
  if (said.ssss !== 0) {
    civil.hour = Math.floor(said.ssss / 3600)
    civil.minute = Math.floor((said.ssss % 3600) / 60)
    civil.second = said.ssss % 60
  }
  if (said.second !== 0) civil.second = said.second
  if (said.minute !== 0) civil.minute = said.minute
  if (said.hour !== 0) civil.hour = said.hour
  if (said.isTwelveHour) {
    if (civil.hour < 1 || civil.hour > 12) {
      throw new SqlError('22007', `hour "${civil.hour}" is invalid for the 12-hour clock`, {
        hint: 'Use the 24-hour clock, or give an hour between 1 and 12.',
      })
    }
    if (said.pm !== 0 && civil.hour < 12) civil.hour += 12
    else if (said.pm === 0 && civil.hour === 12) civil.hour = 0
  }
  const century = said.bc !== 0 ? -said.century : said.century
  if (said.year !== 0) {
    if (said.century !== 0 && said.yearSize <= 2) {
      const short = said.year % 100
      if (short !== 0)
        civil.year = century >= 0 ? short + (century - 1) * 100 : (century + 1) * 100 - short + 1
      else civil.year = century * 100 + (century >= 0 ? 0 : 1)
    } else {
      civil.year = said.bc !== 0 ? -said.year : said.year
      if (civil.year < 0) civil.year += 1
    }
    hasDate = true
  } else if (said.century !== 0) {
    civil.year = century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1
    hasDate = true
  }
  const setDays = (days: number): void => {
    Object.assign(civil, civilFromDays(days))
    hasDate = true
  }
  if (said.julian !== 0) setDays(said.julian - JULIAN_DAY_OF_2000)
  let { dayOfYear, day } = said
  if (said.week !== 0) {
    if (mode === 'iso') {
      // Weekdays are counted from Sunday, which ends the week of ISO 8601.
      const more = said.weekday > 1 ? said.weekday - 2 : said.weekday === 1 ? 6 : 0
      setDays(daysOfIsoWeek(civil.year, said.week) + more)
    } else dayOfYear = (said.week - 1) * 7 + 1
  }
  if (said.weekOfMonth !== 0) day = (said.weekOfMonth - 1) * 7 + 1
  if (day !== 0) {
    civil.day = day
    hasDate = true
  }
  if (said.month !== 0) {
    civil.month = said.month
    hasDate = true
  }
  if (dayOfYear !== 0 && (civil.month <= 1 || civil.day <= 1)) {
    if (civil.year === 0 && said.bc === 0) {
      throw new SqlError('22007', 'cannot calculate day of year without year information')
    }
    if (mode === 'iso') setDays(daysOfIsoWeek(civil.year, 1) - 1 + dayOfYear)
    else setDays(daysFromCivil(civil.year, 1, 1) + dayOfYear - 1)
  }
  civil.microsecond = said.millisecond * 1000 + said.microsecond
  if (hasDate) {
    if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.day > 31) {
      throw faultError(new DateTimeFault('month or day'), text, '')
    }
    if (civil.day > daysInMonth(civil.year, civil.month))
      throw faultError(new DateTimeFault('field'), text, '')
  }
  if (
    civil.hour < 0 ||
    civil.hour >= 24 ||
    civil.minute < 0 ||
    civil.minute >= 60 ||
    civil.second < 0 ||
    civil.second >= 60 ||
    civil.microsecond < 0 ||
    civil.microsecond >= 1_000_000
  ) {
    throw faultError(new DateTimeFault('field'), text, '')
  }
  let offset: number | undefined
  if (said.zoneSign !== 0) {
    if (said.zoneHours > 15 || said.zoneMinutes > 59)
      throw faultError(new DateTimeFault('displacement'), text, '')
    offset = said.zoneSign * (said.zoneHours * 3600 + said.zoneMinutes * 60)
  } else if (said.abbreviation !== '') {
    const abbreviation = findAbbreviation(said.abbreviation, sessionTimeZone(context))!
    offset = offsetOfAbbreviation(abbreviation, localSeconds(civil))
  }
  return { civil, offset }
}
function localSeconds(civil: CivilTime): number {
  return (
    daysFromCivil(civil.year, civil.month, civil.day) * SECONDS_PER_DAY +
    civil.hour * 3600 +
    civil.minute * 60 +
    civil.second
  )
}

export function scanDate(text: string, template: string, context: EvaluationContext): number {
  const { civil } = scanned(text, template, context)
  const days = daysFromCivil(civil.year, civil.month, civil.day)
  if (!(days >= DATE_MIN_DAYS && days < DATE_END_DAYS))
    throw new SqlError('22008', `date out of range: "${text}"`)
  return days
}

export function scanTimestamp(text: string, template: string, context: EvaluationContext): Timestamp {
  const { civil, offset } = scanned(text, template, context)
  const east = offset ?? sessionTimeZone(context).offsetOfLocal(localSeconds(civil))
  const timestamp = joinTimestamp(
    daysFromCivil(civil.year, civil.month, civil.day),
    timeOfFields(civil.hour, civil.minute, civil.second, civil.microsecond) - east * 1_000_000,
  )
  if (!isValidTimestamp(timestamp)) throw timestampOutOfRange()
  return timestamp
}
