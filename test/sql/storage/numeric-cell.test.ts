import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numericAt } from '../../../src/sql/storage/numeric-cell.ts'
import { Numeric } from '../../../src/sql/types/numeric.ts'

/** Between bytes of other cells. */
function read(text: string): Numeric {
  const bytes = Buffer.from(`9${text}9`)
  return numericAt(bytes, 1, bytes.length - 1)
}

describe('a numeric is read from the text of its cell as the text is parsed', () => {
  test.each([
    '0',
    '-0',
    '-0.00',
    '12.50',
    '-12.50',
    '.5',
    '5.',
    '007.10',
    '999999999999999',
    '9999999999999999',
    '99999999999999.9',
    '9999999999999999.9',
    '-999999999999999.9',
    '123456789012345678901234567890.123',
    'NaN',
    'Infinity',
    '-Infinity',
  ])('%s', text => {
    const value = read(text)
    expect(value).toEqual(Numeric.parse(text))
    expect(Object.is(value.coefficient, -0)).toBe(false)
  })

  test('whatever the digits and wherever the point', () => {
    const texts = fc.tuple(fc.constantFrom('', '-'), fc.stringMatching(/^\d{1,20}(\.\d{0,20})?$/))
    fc.assert(
      fc.property(texts, ([sign, digits]) => {
        expect(read(sign + digits)).toEqual(Numeric.parse(sign + digits))
      }),
    )
  })

  test.each(['', '-', '.', '1.2.3', '1e5x', '--1'])('%j is refused', text => {
    expect(() => read(text)).toThrow('invalid input syntax for type numeric')
  })
})
