/** Values on their way through a temporary file. */

import { describe, expect, test } from 'vitest'
import type { Value } from '../../../src/sql/functions/registry.ts'
import { KeptObjects, ValueReader, ValueWriter } from '../../../src/sql/spill/value-codec.ts'
import { SqlArray } from '../../../src/sql/types/array.ts'
import { Interval, TimeWithZone } from '../../../src/sql/types/interval.ts'
import { Jsonb } from '../../../src/sql/types/jsonb.ts'
import { Numeric } from '../../../src/sql/types/numeric.ts'
import { SqlRow } from '../../../src/sql/types/row.ts'
import { INT4, TEXT } from '../../../src/sql/types/type.ts'

const someObject = { kind: 'a value of a class that has no bytes of its own' }
const VALUES: [string, Value][] = [
  ['null', null],
  ['booleans', SqlArray.of([true, false])],
  ['numbers', SqlArray.of([0, -0, 1.5, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY, 5e-324])],
  ['text', 'Zoë, 日本, 🙂, \u0000 and "quotes"'],
  ['empty text', ''],
  ['half a surrogate pair', 'a\ud800b'],
  ['long text', 'x'.repeat(100_000)],
  ['bigints', SqlArray.of([2n ** 62n, -(2n ** 63n)])],
  ['bytes', new Uint8Array([0, 1, 255])],
  [
    'numerics',
    SqlArray.of(
      ['1.500', '-0.00', 'NaN', '-Infinity', `1${'0'.repeat(60)}.7`].map(text => Numeric.parse(text)),
    ),
  ],
  ['jsonb', Jsonb.parse('{"b": [1.50, null, "x"], "a": {}}')],
  ['intervals', SqlArray.of([new Interval(14, -3, 5), Interval.INFINITY, new Interval(0, 0, 2n ** 60n)])],
  ['a time with zone', new TimeWithZone(123, -3600)],
  ['an array of two dimensions', new SqlArray([1, null, 'a', 2], [2, 2], [0, -5])],
  ['a record', new SqlRow([1, 'a', null], [INT4, TEXT, TEXT])],
  ['a named record', new SqlRow([1], [INT4], ['id'])],
  ['what has no bytes', someObject as unknown as Value],
]

describe('a value', () => {
  test.each(VALUES)('comes back: %s', (_, value) => {
    const kept = new KeptObjects()
    const writer = new ValueWriter(kept)
    const reader = new ValueReader(kept)
    for (let i = 0; i < 3; i++) writer.write(value)
    reader.over(writer.bytes, writer.length)
    // Some remember their text once they were asked for it.
    const asked = (one: Value) => [String(one), one]
    for (let i = 0; i < 3; i++) expect(asked(reader.read())).toStrictEqual(asked(value))
    expect(reader.isAtEnd).toBe(true)
  })

  test('without bytes is the same object', () => {
    const kept = new KeptObjects()
    const writer = new ValueWriter(kept)
    writer.write(someObject as unknown as Value)
    const reader = new ValueReader(kept)
    reader.over(writer.bytes, writer.length)
    expect(reader.read()).toBe(someObject)
  })
})
