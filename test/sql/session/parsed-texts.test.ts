/** What is kept of texts that were parsed stays within bounds, whatever comes. */

import { describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { LENGTH_MAX, LENGTHS_MAX, ParsedTexts, TEXTS_MAX } from '../../../src/sql/session/parsed-texts.ts'

/** `count` different texts of a length, and which of them are kept. */
function keptOf(count: number, length: number): number[] {
  const texts = new ParsedTexts()
  const all = Array.from({ length: count }, (_, i) => `${i}`.padEnd(length))
  for (const text of all) texts.keep(text, [])
  return all.flatMap((text, i) => (texts.find(text) === undefined ? [] : [i]))
}

describe('texts are kept', () => {
  test('as many as are allowed: the last ones', () => {
    const kept = keptOf(TEXTS_MAX + 7, 100)
    expect([kept.length, kept[0]]).toEqual([TEXTS_MAX, 7])
  })
  test('as long as is allowed together', () => {
    const count = LENGTHS_MAX / LENGTH_MAX
    const kept = keptOf(3 * count, LENGTH_MAX)
    expect([kept.length, kept[0]]).toEqual([count, 2 * count])
  })
  test('unless one alone is too long', () => {
    expect(keptOf(3, LENGTH_MAX + 1)).toEqual([])
  })
  test('once, however often they come', () => {
    const texts = new ParsedTexts()
    const long = 'x'.repeat(LENGTH_MAX)
    for (let i = 0; i < 100; i++) texts.keep(long, [])
    texts.keep('select 1', [])
    expect(texts.find(long)).toBeDefined()
  })
})

test('statements that were forgotten run as before', () => {
  using db = openSync(':memory:')
  const select = (n: number) => db.query(`select ${n} as n -- ${'x'.repeat(90_000)}`)
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 15; n++) expect(select(n)).toEqual([{ n }])
  }
})
