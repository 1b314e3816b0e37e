/** Dates, times and intervals as PostgreSQL reads and prints them, under several settings; and the rules of time zones. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { EvaluationContext } from '../../../src/sql/functions/registry.ts'
import { daysFromCivil } from '../../../src/sql/types/datetime-calendar.ts'
import { DATETIME_TEXT_FORMATS } from '../../../src/sql/types/datetime-text.ts'
import { compareIntervals, Interval, intervalKey } from '../../../src/sql/types/interval.ts'
import { intervalFromText, intervalText } from '../../../src/sql/types/interval-text.ts'
import { findTimeZone } from '../../../src/sql/types/timezone.ts'
import { testContext } from '../functions/context.ts'
import { type Answers, FILE } from './datetime-texts.ts'

const { transactionTime, dates, intervals, answers } = JSON.parse(readFileSync(FILE, 'utf8')) as Answers

for (const { types, ...setting } of answers) {
  const context = testContext({ ...setting, transactionTime })
  for (const [name, expected] of Object.entries(types)) {
    test(`${name} with ${Object.values(setting).join(', ')}`, () => {
      const texts = name === 'interval' ? intervals : dates
      expect(Object.fromEntries(texts.map(text => [text, ours(name, text, context)]))).toEqual(
        Object.fromEntries(texts.map((text, at) => [text, expected[at]])),
      )
    })
  }
}

function ours(name: string, text: string, context: EvaluationContext): string {
  const format = DATETIME_TEXT_FORMATS.find(one => one.type.name === name)!
  try {
    return format.output(format.input(text, context), context)
  } catch (error) {
    const { sqlstate, primary } = error as { sqlstate: string; primary: string }
    return `${sqlstate} ${primary}`
  }
}

test('words that mean the day of the transaction follow its zone', () => {
  // 2025-05-08 06:13:20 UTC.
  const context = testContext({ timeZone: 'America/Los_Angeles' })
  expect(ours('date', 'today', context)).toBe('2025-05-07')
  expect(ours('date', 'tomorrow', context)).toBe('2025-05-08')
  expect(ours('timestamptz', 'now', context)).toBe('2025-05-07 23:13:20-07')
  expect(ours('timestamp', 'yesterday 12:30', context)).toBe('2025-05-06 12:30:00')
})

test('what a bare number means is decided by the fields of an interval type', () => {
  const read = (text: string, bits: number): string =>
    intervalText(intervalFromText(text, testContext(), (bits << 16) | 0xffff), 'postgres')
  expect(read('5', 4)).toBe('5 years')
  expect(read('5', 2)).toBe('5 mons')
  expect(read('5', 8)).toBe('5 days')
  expect(read('5', 1024)).toBe('05:00:00')
  expect(read('5', 2048)).toBe('00:05:00')
  expect(read('1:30', 2048 | 4096)).toBe('00:01:30')
  expect(read('1:30', 1024 | 2048)).toBe('01:30:00')
})

test('a month is 30 days to the order of intervals and to their keys', () => {
  const month = new Interval(1, 0, 0)
  const days = new Interval(0, 30, 0)
  expect(compareIntervals(month, days)).toBe(0)
  expect(intervalKey(month)).toBe(intervalKey(days))
  expect(compareIntervals(Interval.INFINITY, month)).toBe(1)
})

test('a skipped local time is read by the offset before, a repeated one by the offset after', () => {
  const zone = findTimeZone('America/New_York')!
  const local = (month: number, day: number, hour: number): number =>
    daysFromCivil(2024, month, day) * 86_400 + hour * 3600 + 1800
  expect(zone.offsetOfLocal(local(3, 10, 2))).toBe(-5 * 3600)
  expect(zone.offsetOfLocal(local(11, 3, 1))).toBe(-5 * 3600)
  expect(zone.offsetOfLocal(local(11, 3, 0))).toBe(-4 * 3600)
})

test('the sign of a POSIX specification is west', () => {
  expect(findTimeZone('UTC+3')!.offsetAt(0)).toBe(-3 * 3600)
  expect(findTimeZone('<+05:30>-05:30')!.offsetAt(0)).toBe(5.5 * 3600)
  expect(findTimeZone('Nowhere/City')).toBeUndefined()
})
