import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GrowingText, replaceAll } from '../../../src/sql/functions/growing-text.ts'

test('long texts are replaced like short ones', () => {
  const long = `${'abcabd'.repeat(30_000)}ab`
  for (const [from, to] of [
    ['ab', 'x'],
    ['ab', '$&'],
    ['c', ''],
    ['abd', 'longer than that'],
    ['nowhere', 'x'],
  ] as const) {
    expect(replaceAll(long, from, to) === long.split(from).join(to), from).toBe(true)
  }
})

test('short texts are replaced from left to right', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b') }),
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }),
      fc.string({ unit: fc.constantFrom('a', '$', '&') }),
      (text, from, to) => {
        expect(replaceAll(text, from, to)).toBe(text.replaceAll(from, () => to))
      },
    ),
  )
})

test('a text grows beyond the parts that are there at once', () => {
  const text = new GrowingText()
  for (let i = 0; i < 25_000; i++) text.add(`${i},`)
  expect(text.toString()).toBe(Array.from({ length: 25_000 }, (_, i) => `${i},`).join(''))
})
