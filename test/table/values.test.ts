/**
 * Single types: the bytes on disk, what comes back, and what is refused.
 */

import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../src/table/bytes.ts'
import { makeDecoder, makeEncoder } from '../../src/table/codec.ts'
import { KEY_DIALECT, VALUE_DIALECT } from '../../src/table/dialect.ts'
import { placeOf } from '../../src/table/place.ts'
import { type Type, t } from '../../src/table/types.ts'
import { CODEC_MODES, expectError } from '../support/tables.ts'

function write(type: Type<unknown>, value: unknown, role: 'key' | 'value' = 'value', isTail = true): string {
  const dialect = role === 'key' ? KEY_DIALECT : VALUE_DIALECT
  const writer = new ByteWriter()
  makeEncoder(type.node, dialect, placeOf(role, 'things', role), isTail)(writer, value)
  return writer.toBytes().toString('hex')
}

function roundTrip(type: Type<unknown>, value: unknown): unknown {
  const bytes = Buffer.from(write(type, value), 'hex')
  return makeDecoder(type.node, VALUE_DIALECT, true)(new ByteReader().over(bytes, 0, bytes.length))
}

function refuse(type: Type<unknown>, value: unknown): string {
  return expectError('INVALID_VALUE', () => write(type, value))
}

describe('keys on disk', () => {
  // These bytes are in files: a change here is a change of the format.
  test.each([
    ['u16', t.u16, 0x1234, '1234'],
    ['i8', t.i8, -1, '7f'],
    ['i32', t.i32, 1, '80000001'],
    ['int', t.int, -1, '7fffffffffffffff'],
    ['u64', t.u64, 1n, '0000000000000001'],
    ['i64', t.i64, -1n, '7fffffffffffffff'],
    ['f64', t.f64, 1, 'bff0000000000000'],
    ['f64 below zero', t.f64, -1, '400fffffffffffff'],
    ['f64 minus zero', t.f64, -0, '8000000000000000'],
    ['f64 NaN', t.f64, Number.NaN, 'fff8000000000000'],
    ['f32', t.f32, 1, 'bf800000'],
    ['bool', t.bool, true, '01'],
    ['date', t.date, new Date(1), '8000000000000001'],
    ['bigint', t.bigint, 258n, '80020102'],
    ['bigint below zero', t.bigint, -1n, '7ffffe'],
    ['decimal', t.decimal, '-12.50', '017ffdf2ccff'],
    ['decimal above one', t.decimal, '1', '0380010b00'],
    ['decimal zero', t.decimal, '-0.00', '02'],
    ['decimal NaN', t.decimal, 'NaN', '05'],
    ['uuid', t.uuid, '00112233-4455-6677-8899-AABBCCDDEEFF', '00112233445566778899aabbccddeeff'],
    ['enum', t.enum('a', 'b'), 'b', '0001'],
    ['text', t.text, 'aé', '61c3a9'],
    ['null', t.u8.nullable(), null, '00'],
    ['not null', t.u8.nullable(), 7, '0107'],
    ['desc', t.u8.desc(), 1, 'fe'],
    ['desc text', t.text.desc(), 'a', '9eff'],
    ['array', t.array(t.u8), [1, 2], '0101010200'],
    ['tuple', t.tuple(t.text, t.text), ['a\0\x01', 'b\0'], '61010101020062' + '00'],
    ['struct', t.struct({ a: t.bytes, b: t.u8 }), { a: new Uint8Array([9, 0]), b: 1 }, '0901010001'],
  ] as const)('%s', (_, type, value, hex) => {
    expect(write(type, value, 'key')).toBe(hex)
  })
})

describe('values on disk', () => {
  test.each([
    ['u16', t.u16, 0x1234, '3412'],
    ['i64', t.i64, -2n, 'feffffffffffffff'],
    ['int', t.int, -2, 'feffffffffffffff'],
    ['f64', t.f64, 1, '000000000000f03f'],
    ['text', t.text, 'aé', '61c3a9'],
    ['bigint', t.bigint, -258n, 'feffffff0102'],
    ['decimal', t.decimal, '1.50', '312e3530'],
    ['interval', t.interval, { months: 1, days: -1, microseconds: 2n }, '01000000ffffffff0200000000000000'],
    ['tuple', t.tuple(t.text, t.text), ['a', 'b'], '016162'],
    ['array', t.array(t.text), ['a', ''], '02016100'],
    ['struct', t.struct({ a: t.u8.nullable(), b: t.json() }), { a: null, b: { c: 1 } }, '007b2263223a317d'],
  ] as const)('%s', (_, type, value, hex) => {
    expect(write(type, value)).toBe(hex)
  })
})

describe('what comes back', () => {
  test.each([0, 1, 24, 25, 127, 128, 5000, 20_000])('text of %i characters, ASCII or not', length => {
    for (const character of ['a', 'é', '\0', '\u{1F600}']) {
      const text = character.repeat(length)
      expect(roundTrip(t.text, text)).toBe(text)
      expect(roundTrip(t.tuple(t.text, t.u8), [text, 1])).toEqual([text, 1])
    }
  })

  test('numbers in values keep -0', () => {
    expect(roundTrip(t.f64, -0)).toBe(-0)
  })

  test.each([0, 3, 24, 25, 64, 65, 2048, 2049, 10_000])('%i bytes are a copy of their own', length => {
    const page = Buffer.alloc(length, 7)
    const decode = makeDecoder(t.bytes.node, VALUE_DIALECT, true)
    const read = decode(new ByteReader().over(page, 0, length)) as Uint8Array
    page.fill(9)
    expect(read).toEqual(new Uint8Array(length).fill(7))
  })

  test('transferring bytes that were read to another thread does not touch others', () => {
    const page = Buffer.alloc(200, 7)
    const decode = makeDecoder(t.bytes.node, VALUE_DIALECT, true)
    const read = () => decode(new ByteReader().over(page, 0, 100)) as Uint8Array<ArrayBuffer>
    const [first, second] = [read(), read()]
    try {
      structuredClone(first, { transfer: [first.buffer] })
    } catch {
      // Refused, which is as good.
    }
    expect(second).toEqual(new Uint8Array(100).fill(7))
  })

  test('JSON with nulls of its own', () => {
    const value = { a: null, b: [null, { c: 'null' }], d: '\ud800' }
    expect(roundTrip(t.json(), value)).toEqual(value)
    expect(roundTrip(t.json(), null)).toBe(null)
  })

  test('properties that are undefined are left out of JSON', () => {
    expect(roundTrip(t.json(), { a: undefined, b: 1 })).toEqual({ b: 1 })
  })
})

describe.each(CODEC_MODES)('what is refused (%s)', (_, run) => {
  const attempt = (type: Type<unknown>, value: unknown) => run(() => refuse(type, value))

  test.each([
    ['u8', t.u8, [-1, 256, 1.5, Number.NaN, '1', null, undefined, 1n, {}]],
    ['i8', t.i8, [-129, 128, 0.1]],
    ['u16', t.u16, [-1, 65_536]],
    ['i16', t.i16, [-32_769, 32_768]],
    ['u32', t.u32, [-1, 2 ** 32, 0.5]],
    ['i32', t.i32, [2 ** 31, -(2 ** 31) - 1, Infinity, '5', [5]]],
    ['int', t.int, [2 ** 53, 0.5, 1n, Infinity]],
    ['u64', t.u64, [-1n, 2n ** 64n, 1]],
    ['i64', t.i64, [2n ** 63n, -(2n ** 63n) - 1n, 0]],
    ['bigint', t.bigint, [0, '1', 2n ** 262_144n]],
    ['f64', t.f64, ['1', null, 1n]],
    ['bool', t.bool, [0, 1, 'true', null]],
    ['text', t.text, [1, null, 'a\ud800', '\udc00', 'x'.repeat(30).concat('\ud800')]],
    ['bytes', t.bytes, ['a', [1], new Uint16Array(1), new ArrayBuffer(1)]],
    ['date', t.date, [0, '2020-01-01', new Date(Number.NaN)]],
    [
      'uuid',
      t.uuid,
      ['', '0011223344556677-8899-aabbccddeeff', `${'0'.repeat(8)}-0000-0000-0000-00000000000g`],
    ],
    ['enum', t.enum('a', 'b'), ['c', 0, undefined, 'toString']],
    ['array', t.array(t.u8), [1, [1, 'a'], new Array(1), { length: 0 }]],
    ['tuple', t.tuple(t.u8, t.u8), [[1], [1, 2, 3], 'ab', null]],
    ['struct', t.struct({ a: t.u8 }), [{}, { a: 'b' }, { a: 1, b: 2 }, null, [1], 1]],
    ['null', t.u8.nullable(), [undefined]],
  ] as const)('%s', (_name, type, values) => {
    for (const value of values) attempt(type as Type<unknown>, value)
  })

  test('JSON that would not come back', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const unfit = [
      undefined,
      () => 1,
      Symbol('s'),
      1n,
      cycle,
      [undefined],
      Number.NaN,
      { a: Infinity },
      [() => 1],
      { a: [new Map([[1, 2]])] },
      new Set([1]),
      { a: Promise.resolve(1) },
    ]
    for (const value of [...unfit, { when: new Date(Number.NaN) }]) attempt(t.json(), value)
  })
})

describe('messages', () => {
  test('say the place, what was expected and what was given', () => {
    const type = t.tuple(t.text, t.struct({ size: t.i32 }))
    expect(refuse(type, ['a', { size: 'big' }])).toBe(
      `table 'things', value[1].size: expected i32 (an integer from -2147483648 to 2147483647), given "big" (a string)`,
    )
  })

  test('name the members of an enum', () => {
    expect(refuse(t.enum('low', 'high'), 'middle')).toContain('expected one of "low", "high"')
  })

  test('survive whatever is given', () => {
    expect(refuse(t.text, Promise.resolve('a'))).toContain('await')
    expect(refuse(t.bytes, new ArrayBuffer(1))).toContain('given an ArrayBuffer')
    const hostile = new Proxy({}, { get: () => { throw new Error('touched') } }) // biome-ignore format: one line
    expect(refuse(t.u8, hostile)).toContain('given an object')
    expect(refuse(t.u8, 'x'.repeat(10_000)).length).toBeLessThan(200)
  })
})
