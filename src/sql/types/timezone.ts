/**
 * Time zones. The rules are those of ICU, which every JavaScript engine carries: a zone asks it for local times, finds
 * the transitions of a year by bisection and keeps them.
 *
 * Invariants:
 * 1. Offsets are seconds east of Greenwich (PostgreSQL's inner sign is the opposite; its text's is this one).
 * 2. A local time that occurs twice or never is read as PostgreSQL reads it: a skipped one by the offset before the
 *    transition, a repeated one by the offset after it.
 * 3. After 2500 the rules repeat in cycles of 400 years, the calendar's; before 1700 every zone has its local mean time.
 *
 * It knows no text of dates (datetime-text.ts); abbreviations are in timezone-abbreviations.ts.
 */

import { civilFromDays, daysFromCivil, SECONDS_PER_DAY, UNIX_DAYS_OF_2000 } from './datetime-calendar.ts'

const SECONDS_PER_CYCLE = 146_097 * SECONDS_PER_DAY
/** Two transitions that a zone ever had lie further apart than this. */
const PROBE_STEP_SECONDS = 5 * SECONDS_PER_DAY
/** 1700-01-01: before all transitions. */
const FIRST_SECONDS = -109_573 * SECONDS_PER_DAY
/** 2100-01-01: by then every zone has come to its last rule. */
const LASTING_SECONDS = 36_525 * SECONDS_PER_DAY
const SECONDS_2000 = UNIX_DAYS_OF_2000 * SECONDS_PER_DAY

interface YearOffsets {
  /** Seconds since 2000 UTC at which the offset changes, within the year. */
  readonly transitions: readonly number[]
  /** offsets[i] holds before transitions[i]; one more than transitions. */
  readonly offsets: readonly number[]
}

export class TimeZone {
  /** As SHOW prints it. */
  readonly name: string
  /** Of a zone without transitions. */
  readonly fixedOffset: number | undefined
  private readonly format: Intl.DateTimeFormat | undefined
  private readonly years = new Map<number, YearOffsets>()
  /** The last stretch of constant offset that was asked for: most questions are about the same. */
  private lastFrom = 1
  private lastEnd = 0
  private lastOffset = 0
  private meanTimeOffset: number | undefined

  private constructor(
    name: string,
    fixedOffset: number | undefined,
    format: Intl.DateTimeFormat | undefined,
  ) {
    this.name = name
    this.fixedOffset = fixedOffset
    this.format = format
  }

  static fixed(name: string, offset: number): TimeZone {
    return new TimeZone(name, offset, undefined)
  }
  /** Undefined: ICU knows no such zone. */
  static iana(name: string): TimeZone | undefined {
    let format: Intl.DateTimeFormat
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        calendar: 'gregory',
        numberingSystem: 'latn',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        hourCycle: 'h23',
      })
    } catch {
      return undefined
    }
    return new TimeZone(name, undefined, format)
  }

  /** The offset at a moment: whole seconds since 2000-01-01 UTC. */
  offsetAt(seconds: number): number {
    if (this.fixedOffset !== undefined) return this.fixedOffset
    if (seconds >= this.lastFrom && seconds < this.lastEnd) return this.lastOffset
    if (seconds < FIRST_SECONDS) {
      this.meanTimeOffset ??= this.probe(FIRST_SECONDS)
      return this.meanTimeOffset
    }
    const shift = cycleShift(seconds)
    const within = seconds - shift
    const year = civilFromDays(Math.floor(within / SECONDS_PER_DAY)).year
    const { transitions, offsets } = this.yearOffsets(year)
    let at = 0
    while (at < transitions.length && within >= transitions[at]!) at += 1
    this.lastFrom = (at === 0 ? daysFromCivil(year, 1, 1) * SECONDS_PER_DAY : transitions[at - 1]!) + shift
    this.lastEnd =
      (at === transitions.length ? daysFromCivil(year + 1, 1, 1) * SECONDS_PER_DAY : transitions[at]!) + shift
    this.lastOffset = offsets[at]!
    return this.lastOffset
  }

  /** The offset that a local time has: seconds since 2000-01-01 on the zone's clocks. */
  offsetOfLocal(localSeconds: number): number {
    if (this.fixedOffset !== undefined) return this.fixedOffset
    // The first transition after a day before decides; a zone's offset is always less than a day.
    const from = localSeconds - SECONDS_PER_DAY
    const before = this.offsetAt(from)
    const boundary = this.nextTransition(from)
    if (boundary > localSeconds + SECONDS_PER_DAY) return before
    const after = this.offsetAt(boundary)
    const ifBefore = localSeconds - before
    const ifAfter = localSeconds - after
    if (ifBefore < boundary && ifAfter < boundary) return before
    if (ifBefore > boundary && ifAfter >= boundary) return after
    return ifBefore > ifAfter ? before : after
  }

  /** The next transition strictly after a moment, or some moment more than 2 days later. */
  private nextTransition(seconds: number): number {
    const end = seconds + 3 * SECONDS_PER_DAY
    if (end < FIRST_SECONDS || (seconds >= this.lastFrom && end < this.lastEnd)) return end
    const shift = cycleShift(seconds)
    const within = seconds - shift
    const year = civilFromDays(Math.floor(within / SECONDS_PER_DAY)).year
    for (let at = year; at <= year + 1; at += 1) {
      for (const transition of this.yearOffsets(at).transitions) {
        if (transition > within) return transition + shift
      }
    }
    return end
  }

  private yearOffsets(year: number): YearOffsets {
    const kept = this.years.get(year)
    if (kept !== undefined) return kept
    const start = daysFromCivil(year, 1, 1) * SECONDS_PER_DAY
    const end = daysFromCivil(year + 1, 1, 1) * SECONDS_PER_DAY
    const transitions: number[] = []
    const offsets: number[] = []
    // A transition exactly at the year's start belongs to it.
    let at = start - 1
    let offset = this.probe(at)
    while (at < end - 1) {
      const next = Math.min(at + PROBE_STEP_SECONDS, end - 1)
      const nextOffset = this.probe(next)
      if (nextOffset !== offset) {
        let low = at
        let high = next
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2)
          if (this.probe(middle) === offset) low = middle
          else high = middle
        }
        transitions.push(high)
        offsets.push(offset)
        offset = nextOffset
      }
      at = next
    }
    offsets.push(offset)
    const found = { transitions, offsets }
    this.years.set(year, found)
    return found
  }

  /** What ICU says of a moment. */
  private probe(seconds: number): number {
    let year = 0
    let month = 0
    let day = 0
    let hour = 0
    let minute = 0
    let second = 0
    let isBeforeChrist = false
    for (const part of this.format!.formatToParts((seconds + SECONDS_2000) * 1000)) {
      switch (part.type) {
        case 'year':
          year = Number(part.value)
          break
        case 'month':
          month = Number(part.value)
          break
        case 'day':
          day = Number(part.value)
          break
        case 'hour':
          hour = Number(part.value) % 24
          break
        case 'minute':
          minute = Number(part.value)
          break
        case 'second':
          second = Number(part.value)
          break
        case 'era':
          isBeforeChrist = part.value.startsWith('B')
          break
        default:
      }
    }
    const days = daysFromCivil(isBeforeChrist ? 1 - year : year, month, day)
    return days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - seconds
  }

  /**
   * The offsets that the zone has both within a year before a moment and within a year after: the lowest is its standard
   * time, the highest its summer time. What it has on one side only is a change of the law.
   */
  offsetsAround(seconds: number): number[] {
    const here = this.offsetAt(seconds)
    const before = [here]
    const after = [here]
    for (const days of [91, 182, 273, 365]) {
      before.push(this.offsetAt(seconds - days * SECONDS_PER_DAY))
      after.push(this.offsetAt(seconds + days * SECONDS_PER_DAY))
    }
    return before.filter(offset => after.includes(offset))
  }

  /** The abbreviation at a moment: "PST", or the offset where there is no name ("+03"). */
  abbreviationAt(seconds: number): string {
    if (this.fixedOffset !== undefined) return this.fixedAbbreviation()
    if (seconds < MEAN_TIME_END_SECONDS && !/^etc/i.test(this.name)) return 'LMT'
    const offset = this.offsetAt(seconds)
    const numeric = offsetText(offset).replaceAll(':', '')
    const canonicalName = this.format!.resolvedOptions().timeZone
    const known = LOCAL_NAMES.get(canonicalName) ?? LOCAL_NAMES.get(this.name)
    if (known !== undefined) {
      const isSummer = offset > Math.min(...this.offsetsAround(seconds))
      return (isSummer ? (known[1] ?? known[0]) : known[0]) ?? numeric
    }
    // Of times long ago ICU has no names: those in use now, for the same offset, were so then.
    for (const at of [seconds, ...PRESENT_SECONDS.filter(one => this.offsetAt(one) === offset)]) {
      const moment = (at + SECONDS_2000) * 1000
      if (Math.abs(moment) > 8.64e15) continue
      for (const format of this.nameFormats()) {
        const part = format.formatToParts(moment).find(one => one.type === 'timeZoneName')
        if (part === undefined) continue
        if (/^[A-Z]{2,5}$/.test(part.value) && (part.value !== 'GMT' || offset === 0)) return part.value
      }
    }
    return numeric
  }
  private fixedAbbreviation(): string {
    const quoted = /^<([^>]*)>/.exec(this.name)
    if (quoted !== null) return quoted[1]!
    if (/(?:gmt[+-]?0?|greenwich)$/i.test(this.name)) return 'GMT'
    const letters = /^[A-Za-z]+(?=[-+\d])/.exec(this.name)
    if (letters !== null) return letters[0]
    return this.fixedOffset === 0 ? 'UTC' : offsetText(this.fixedOffset!).replaceAll(':', '')
  }
  private formats: Intl.DateTimeFormat[] | undefined
  /** Each locale has names for the zones of its own parts of the world only. */
  private nameFormats(): Intl.DateTimeFormat[] {
    this.formats ??= ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'en-CA', 'ja-JP', 'ko-KR'].map(
      locale =>
        new Intl.DateTimeFormat(locale, {
          timeZone: this.format!.resolvedOptions().timeZone,
          timeZoneName: 'short',
        }),
    )
    return this.formats
  }
}

/** 1850-01-01: the first zones left local mean time later. */
const MEAN_TIME_END_SECONDS = -54_787 * SECONDS_PER_DAY
/** January and July of 2025. */
const PRESENT_SECONDS = [9132, 9313].map(days => days * SECONDS_PER_DAY)

/** Names in use of standard and summer time that ICU has none for; without names: zones that ICU has names of its own for. */
const LOCAL_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  [
    'CST/CDT America/Havana Cuba',
    'CST Asia/Shanghai PRC Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Taipei ROC Asia/Macau Asia/Macao',
    'ChST Pacific/Guam Pacific/Saipan',
    'HKT Asia/Hong_Kong Hongkong',
    'HST/HDT America/Adak America/Atka US/Aleutian',
    'IST/IDT Asia/Jerusalem Asia/Tel_Aviv Israel',
    'GMT/IST Europe/Dublin Eire',
    'GMT/BST Europe/Guernsey Europe/Isle_of_Man Europe/Jersey',
    'KST Asia/Seoul ROK Asia/Pyongyang',
    'MSK/MSD Europe/Moscow W-SU Europe/Kirov Europe/Simferopol Europe/Volgograd',
    'MST America/Dawson America/Hermosillo America/Mazatlan America/Whitehorse Canada/Yukon Mexico/BajaSur',
    'PKT Asia/Karachi',
    'PST Asia/Manila',
    'SST Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa',
    'WIB Asia/Jakarta Asia/Pontianak',
    'WIT Asia/Jayapura',
    'WITA Asia/Makassar Asia/Ujung_Pandang',
    ' America/Miquelon Antarctica/Casey Antarctica/Troll Asia/Colombo Asia/Dubai Asia/Muscat Australia/Eucla',
    ' Australia/LHI Australia/Lord_Howe NZ-CHAT Pacific/Chatham',
  ].flatMap(line => {
    const [names, ...zones] = line.split(' ') as [string, ...string[]]
    return zones.map((zone): [string, string[]] => [zone, names === '' ? [] : names.split('/')])
  }),
)

/** What to take from a moment to bring it before 2500, where ICU is asked. */
function cycleShift(seconds: number): number {
  if (seconds >= LASTING_SECONDS + SECONDS_PER_CYCLE) {
    return Math.floor((seconds - LASTING_SECONDS) / SECONDS_PER_CYCLE) * SECONDS_PER_CYCLE
  }
  return 0
}

/** "+05:30", "-08", "+00": without minutes or seconds that are zero. */
export function offsetText(offset: number): string {
  const magnitude = Math.abs(offset)
  const hours = Math.floor(magnitude / 3600)
  const minutes = Math.floor(magnitude / 60) % 60
  const seconds = magnitude % 60
  let text = `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}`
  if (minutes !== 0 || seconds !== 0) text += `:${String(minutes).padStart(2, '0')}`
  if (seconds !== 0) text += `:${String(seconds).padStart(2, '0')}`
  return text
}

const zones = new Map<string, TimeZone | null>()
/** Text that users give may name many zones; so many are kept. */
const ZONES_KEPT_MAX = 2000

/** A zone by its name or by a POSIX specification ("UTC+3" lies west, "<+03>-03" east). Undefined: there is none. */
export function findTimeZone(name: string): TimeZone | undefined {
  const kept = zones.get(name)
  if (kept !== undefined) return kept ?? undefined
  const found = makeTimeZone(name)
  if (zones.size < ZONES_KEPT_MAX) zones.set(name, found ?? null)
  return found
}

const POSIX = /^(?:<[^<>]*>|[A-Za-z]{3,}|)([+-]?\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?$/
function makeTimeZone(name: string): TimeZone | undefined {
  if (name === '' || name.length > 255) return undefined
  if (
    /^(?:utc|gmt|uct|zulu|universal|greenwich|etc\/(?:utc|gmt|uct|zulu|universal|greenwich|gmt[+-]?0))$/i.test(
      name,
    )
  ) {
    return TimeZone.fixed(/^etc/i.test(name) ? name : name.toUpperCase(), 0)
  }
  // ICU takes "+05:30" as well, with the opposite sign of POSIX: the specification goes first.
  const posix = POSIX.exec(name)
  if (posix !== null && !/^etc\//i.test(name)) {
    const hours = Number(posix[1])
    const minutes = Number(posix[2] ?? 0)
    const seconds = Number(posix[3] ?? 0)
    if (Math.abs(hours) <= 167 && minutes < 60 && seconds < 60) {
      const magnitude = Math.abs(hours) * 3600 + minutes * 60 + seconds
      return TimeZone.fixed(name, posix[1]!.startsWith('-') ? magnitude : -magnitude + 0)
    }
    return undefined
  }
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return undefined
  return TimeZone.iana(name)
}

const sessionZones = new Map<string, TimeZone>()
/** The zone of a session's setting, which may be hours as well ("-7", "5.5"); undefined: PostgreSQL refuses it too. */
export function findSessionTimeZone(setting: string): TimeZone | undefined {
  const kept = sessionZones.get(setting)
  if (kept !== undefined) return kept
  const found = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/.test(setting)
    ? fixedByOffset(Math.trunc(Number(setting) * 3600))
    : findTimeZone(setting)
  if (found !== undefined && sessionZones.size < ZONES_KEPT_MAX) sessionZones.set(setting, found)
  return found
}
/** The zone of an offset, named as SHOW prints it: "<+05:30>-05:30". */
export function fixedByOffset(offset: number): TimeZone {
  const east = offsetText(offset)
  const west = offsetText(-offset)
  return TimeZone.fixed(`<${east}>${west}`, offset)
}
/** The zone of the running session. */
export function sessionTimeZone(context: { readonly timeZone: string }): TimeZone {
  return findSessionTimeZone(context.timeZone) ?? UTC
}
export const UTC = TimeZone.fixed('UTC', 0)
