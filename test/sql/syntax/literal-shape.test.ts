/** Texts without the values of their literals. */

import { describe, expect, test } from 'vitest'
import { literalShapeOf, parameterized, placeInText } from '../../../src/sql/syntax/literal-shape.ts'

/** The shape with its marks made visible, and the literals. */
function shapeOf(text: string): readonly unknown[] | undefined {
  const shape = literalShapeOf(text)
  if (shape === undefined) return undefined
  const { literals } = shape
  return [parameterized(shape.key).text, ...literals.map(({ kind, value }) => `${kind} ${value}`)]
}

describe('the shape of a text', () => {
  test.each([
    ['select 1', ['select  $1 ', 'integer 1']],
    ['select 12.50, 3000000000', ['select  $1 ,  $2 ', 'decimal 12.50', 'bigint 3000000000']],
    ["select 'it''s'", ['select  $1 ', "string it's"]],
    ["select ''", ['select  $1 ', 'string ']],
    [
      'values (-5, - 5, 1 -5, a-5)',
      [
        'values ( $1 , -  $2 ,  $3  - $4 , a- $5 )',
        'integer -5',
        'integer 5',
        'integer 1',
        'integer 5',
        'integer 5',
      ],
    ],
    ['where a=-5 and b >= -7.5', ['where a= $1  and b >=  $2 ', 'integer -5', 'decimal -7.5']],
    ['select t1.c2 from "t 3" where x4 = 5', ['select t1.c2 from "t 3" where x4 =  $1 ', 'integer 5']],
    ['select "a""1", 2', ['select "a""1",  $1 ', 'integer 2']],
    ['select a[1], 007', ['select a[ $1 ],  $2 ', 'integer 1', 'integer 007']],
    ['select 2147483647, 2147483648', ['select  $1 ,  $2 ', 'integer 2147483647', 'bigint 2147483648']],
    ['select äö1, 5', ['select äö1,  $1 ', 'integer 5']],
    ['select\t1,\n2', ['select\t $1 ,\n $2 ', 'integer 1', 'integer 2']],
  ])('of %s', (text, expected) => {
    expect(shapeOf(text)).toEqual(expected)
  })

  test.each([
    ['no literals', 'select a from b'],
    ['a comment', 'select 1 -- one'],
    ['a comment', 'select /* */ 1'],
    ['a parameter', 'select $1, 2'],
    ['a dollar quote', 'select $$a$$, 2'],
    ['a name with a dollar', 'select a$b, 2'],
    ['E strings', "select E'a', 1"],
    ['bits', "select b'1', 1"],
    ['Unicode', "select U&'a', 1"],
    ['an exponent', 'select 1e5'],
    ['a hexadecimal', 'select 0x1f'],
    ['an underscore', 'select 1_000'],
    ['a number without its end', 'select 1.'],
    ['a number without its beginning', 'select .5'],
    ['a long number', 'select 12345678901234567890'],
    ['an open string', "select 'a"],
    ['an open name', 'select 1 as "a'],
    ['control characters', 'select 1\u0000'],
    ['its own mark', 'select 1 as \ue001'],
  ])('is none where there is %s: %s', (_, text) => {
    expect(literalShapeOf(text)).toBeUndefined()
  })

  test('tells kinds of literals apart, and not their values', () => {
    const key = (text: string) => literalShapeOf(text)!.key
    expect(key('select 1')).toBe(key('select 23'))
    expect(key("select 'a'")).toBe(key("select 'b''c'"))
    const keys = ['select 1', 'select 3000000000', 'select 1.5', "select '1'"].map(key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

test('places of the statement with parameters are those of the text', () => {
  const text = "select  'abc'||x , -12 from t where y='it''s' order by z"
  const { key, literals } = literalShapeOf(text)!
  const { text: withParameters, places } = parameterized(key)
  const inText = (word: string) => placeInText(withParameters.indexOf(word), places, literals)
  for (const word of ['select', '||', 'x ', ', ', 'from', 't where', 'where', 'y=', 'order', 'z']) {
    expect([word, inText(word)]).toEqual([word, text.indexOf(word)])
  }
  expect(['$1', '$2', '$3'].map(inText)).toEqual([
    text.indexOf("'abc'"),
    text.indexOf('-12'),
    text.indexOf("'it''s'"),
  ])
  expect(placeInText(withParameters.length, places, literals)).toBe(text.length)
})
