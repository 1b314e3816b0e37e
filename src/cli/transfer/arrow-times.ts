/** Times of Arrow, counted from 1970 on, and the texts of SQL: in both directions, exact to the microsecond. */

const DAY_MICROSECONDS = 86_400_000_000n
const pad = (value: bigint | number, digits: number): string => String(value).padStart(digits, '0')

/** Milliseconds since 1970 as a date. */
export function dateText(ms: bigint): string {
  const date = new Date(Number(ms))
  const year = date.getUTCFullYear()
  const day = `${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`
  // There is no year 0: it is 1 BC.
  return year > 0 ? `${pad(year, 4)}-${day}` : `${pad(1 - year, 4)}-${day} BC`
}

export function microsecondsText(microseconds: bigint): string {
  const time = ((microseconds % DAY_MICROSECONDS) + DAY_MICROSECONDS) % DAY_MICROSECONDS
  const [date, era = ''] = dateText((microseconds - time) / 1000n).split(' ')
  return `${date} ${timeText(time)}${era === '' ? '' : ` ${era}`}`
}

/** Microseconds since midnight. */
export function timeText(microseconds: bigint): string {
  const seconds = microseconds / 1_000_000n
  const text = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`
  const fraction = microseconds % 1_000_000n
  return fraction === 0n ? text : `${text}.${pad(fraction, 6).replace(/0+$/, '')}`
}

const DATE_TIME = /^(\d{4,})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:[+-]00)?( BC)?$/

/** Microseconds since 1970 of a date or timestamp as SQL prints it in UTC; undefined: it is infinite. */
export function microsecondsOf(text: string): bigint | undefined {
  const match = DATE_TIME.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '', era] = match
  const date = new Date(0)
  date.setUTCFullYear(era === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day))
  const ofDay = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)
  return BigInt(date.getTime()) * 1000n + ofDay * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

/** Microseconds since midnight of a time as SQL prints it. */
export function timeOf(text: string): bigint {
  const [, hours, minutes, seconds, fraction = ''] = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text)!
  const whole = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)
  return whole * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}
