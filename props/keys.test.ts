/**
 * Keys: the order of the bytes is the order of the values, and the bytes say the value again.
 *
 * The order of values is written down here once more, without bytes, as `compareValues`.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../src/table/bytes.ts'
import { makeDecoder, makeEncoder } from '../src/table/codec.ts'
import { KEY_DIALECT, VALUE_DIALECT } from '../src/table/dialect.ts'
import { KeyCodec, makeSkipper } from '../src/table/key-codec.ts'
import { placeOf } from '../src/table/place.ts'
import type { TypeNode } from '../src/table/type-node.ts'
import { CODEC_MODES } from '../test/support/tables.ts'
import { runs } from './scale.ts'

const RUNS = runs(1000)

/** A type, and its values. */
interface Sample {
  readonly node: TypeNode
  readonly values: fc.Arbitrary<unknown>
}

const shortText = fc.string({
  unit: fc.constantFrom('\0', '\x01', '\x02', 'a', 'b', 'é', '￿', '\u{1F600}', '\u{10FFFF}'),
  maxLength: 5,
})
const text = fc.oneof(
  shortText,
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .filter(value => (value as unknown as { isWellFormed(): boolean }).isWellFormed()),
)
const bytes = fc.oneof(fc.uint8Array({ maxLength: 5, max: 3 }), fc.uint8Array({ maxLength: 40 }))

const decimal = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '0'),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 40 }))
    .map(([digits, scale]) => shortDecimal(digits, scale)),
)

/** Without trailing zeros, as keys give it back. */
function shortDecimal(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : ''
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  const fraction = text.slice(text.length - scale).replace(/0+$/, '')
  if (/^0*$/.test(whole + fraction)) return '0'
  return sign + whole + (fraction === '' ? '' : `.${fraction}`)
}

const SCALARS: readonly Sample[] = [
  { node: { kind: 'bool' }, values: fc.boolean() },
  { node: { kind: 'u8' }, values: fc.integer({ min: 0, max: 255 }) },
  { node: { kind: 'u16' }, values: fc.integer({ min: 0, max: 65_535 }) },
  { node: { kind: 'u32' }, values: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  { node: { kind: 'i8' }, values: fc.integer({ min: -128, max: 127 }) },
  { node: { kind: 'i16' }, values: fc.integer({ min: -32_768, max: 32_767 }) },
  { node: { kind: 'i32' }, values: fc.integer() },
  { node: { kind: 'int' }, values: fc.maxSafeInteger() },
  { node: { kind: 'u64' }, values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { node: { kind: 'i64' }, values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  {
    node: { kind: 'bigint' },
    values: fc.oneof(
      fc.bigInt({ min: -300n, max: 300n }),
      fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
    ),
  },
  { node: { kind: 'f32' }, values: fc.float() },
  { node: { kind: 'f64' }, values: fc.double() },
  { node: { kind: 'date' }, values: fc.date({ noInvalidDate: true }) },
  { node: { kind: 'uuid' }, values: fc.uuid() },
  { node: { kind: 'decimal' }, values: decimal },
  { node: { kind: 'text' }, values: text },
  { node: { kind: 'bytes' }, values: bytes },
  { node: { kind: 'enum', members: ['z', 'a', 'm'] }, values: fc.constantFrom('z', 'a', 'm') },
]

const scalar: fc.Arbitrary<Sample> = fc.constantFrom(...SCALARS)

const { sample } = fc.letrec<{ sample: Sample; inner: Sample }>(tie => ({
  inner: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('sample')),
  sample: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('inner').chain(inner => fc.constant(nullableOf(inner))),
    tie('inner').chain(inner => fc.constant(descendingOf(inner))),
    tie('inner').map(inner => ({
      node: { kind: 'array', element: inner.node } as TypeNode,
      values: fc.array(inner.values, { maxLength: 3 }),
    })),
    fc.array(tie('inner'), { minLength: 1, maxLength: 3 }).map(parts => ({
      node: { kind: 'tuple', elements: parts.map(part => part.node) } as TypeNode,
      values: fc.tuple(...parts.map(part => part.values)),
    })),
    fc.array(tie('inner'), { minLength: 1, maxLength: 3 }).map(parts => ({
      node: { kind: 'struct', fields: parts.map((part, i) => [`f${i}`, part.node]) } as TypeNode,
      values: fc.record(Object.fromEntries(parts.map((part, i) => [`f${i}`, part.values]))),
    })),
  ),
}))

function nullableOf(inner: Sample): Sample {
  if (isNullable(inner.node)) return inner
  return { node: { kind: 'nullable', of: inner.node }, values: fc.option(inner.values, { freq: 3 }) }
}

function descendingOf(inner: Sample): Sample {
  return inner.node.kind === 'desc' ? inner : { node: { kind: 'desc', of: inner.node }, values: inner.values }
}

function isNullable(node: TypeNode): boolean {
  return node.kind === 'nullable' || (node.kind === 'desc' && isNullable(node.of))
}

/** The order of values, said without bytes. */
/** Of finite numbers by their digits at one scale; the others have their places around them. */
function compareDecimals(a: string, b: string): number {
  const place = (text: string) => ['-Infinity', '', 'Infinity', 'NaN'].indexOf(/[IN]/.test(text) ? text : '')
  if (place(a) !== place(b) || /[IN]/.test(a)) return place(a) - place(b)
  const scaled = (text: string) => {
    const [whole, fraction = ''] = text.split('.')
    return BigInt(whole + fraction.padEnd(50, '0'))
  }
  return scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0
}

function compareValues(node: TypeNode, a: unknown, b: unknown): number {
  switch (node.kind) {
    case 'nullable':
      if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1)
      return compareValues(node.of, a, b)
    case 'desc':
      return -compareValues(node.of, a, b)
    case 'tuple':
      return compareLists(node.elements, a as unknown[], b as unknown[])
    case 'struct': {
      const list = (value: unknown) => node.fields.map(([name]) => (value as Record<string, unknown>)[name])
      return compareLists(
        node.fields.map(field => field[1]),
        list(a),
        list(b),
      )
    }
    case 'array': {
      const [left, right] = [a as unknown[], b as unknown[]]
      const shared = Math.min(left.length, right.length)
      for (let i = 0; i < shared; i++) {
        const order = compareValues(node.element, left[i], right[i])
        if (order !== 0) return order
      }
      return left.length - right.length
    }
    case 'enum':
      return node.members.indexOf(a as string) - node.members.indexOf(b as string)
    case 'text':
      return compareLists({ kind: 'u32' }, codePoints(a as string), codePoints(b as string))
    case 'decimal':
      return compareDecimals(a as string, b as string)
    case 'bytes':
      return Buffer.compare(a as Uint8Array, b as Uint8Array)
    case 'date':
      return (a as Date).getTime() - (b as Date).getTime()
    case 'f32':
    case 'f64':
      if (Number.isNaN(a) || Number.isNaN(b)) return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0)
      return compareNatural(a, b)
    default:
      return compareNatural(a, b)
  }
}

function codePoints(value: string): number[] {
  return Array.from(value, character => character.codePointAt(0)!)
}

function compareLists(
  nodes: TypeNode | readonly TypeNode[],
  a: readonly unknown[],
  b: readonly unknown[],
): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const node = Array.isArray(nodes) ? (nodes as readonly TypeNode[])[i] : (nodes as TypeNode)
    const order = compareValues(node, a[i], b[i])
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareNatural(a: unknown, b: unknown): number {
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}

/** What comes back for a value: -0 is 0 in a key, an f32 is rounded. */
function normalised(node: TypeNode, value: unknown, inKey: boolean): unknown {
  if (value === null) return null
  switch (node.kind) {
    case 'nullable':
    case 'desc':
      return normalised(node.of, value, inKey)
    case 'tuple':
      return (value as unknown[]).map((part, i) => normalised(node.elements[i], part, inKey))
    case 'array':
      return (value as unknown[]).map(part => normalised(node.element, part, inKey))
    case 'struct':
      return Object.fromEntries(
        node.fields.map(([name, type]) => [
          name,
          normalised(type, (value as Record<string, unknown>)[name], inKey),
        ]),
      )
    case 'f32':
      return inKey ? Math.fround(value as number) + 0 : Math.fround(value as number)
    case 'f64':
      return inKey ? (value as number) + 0 : value
    default:
      return value
  }
}

const typeAndTwoValues = sample.chain(({ node, values }) => fc.tuple(fc.constant(node), values, values))
const sign = (order: number) => (order < 0 ? -1 : order > 0 ? 1 : 0)

function encodeKey(codec: KeyCodec, value: unknown): Buffer {
  const writer = new ByteWriter()
  codec.encode(writer, value)
  return writer.toBytes()
}

describe.each(CODEC_MODES)('%s keys', (_, run) => {
  test('the order of the bytes is the order of the values', () => {
    fc.assert(
      fc.property(typeAndTwoValues, fc.boolean(), ([node, a, b], isOpen) => {
        const codec = run(() => new KeyCodec(node, 'table', 'key', isOpen))
        const order = Buffer.compare(encodeKey(codec, a), encodeKey(codec, b))
        expect(sign(order)).toBe(sign(compareValues(node, a, b)))
      }),
      { numRuns: RUNS },
    )
  })

  test('a key that was written reads back the same', () => {
    fc.assert(
      fc.property(typeAndTwoValues, fc.boolean(), ([node, value], isOpen) => {
        const codec = run(() => new KeyCodec(node, 'table', 'key', isOpen))
        const key = encodeKey(codec, value)
        // An open key is followed by something else.
        const stored = isOpen ? Buffer.concat([key, Buffer.from([1, 2, 0, 255])]) : key
        const reader = new ByteReader().over(stored, 0, stored.length)
        expect(codec.decode(reader)).toEqual(normalised(node, value, true))
        expect(reader.at).toBe(key.length)
      }),
      { numRuns: RUNS },
    )
  })

  test('an open key is never the beginning of another one', () => {
    fc.assert(
      fc.property(typeAndTwoValues, ([node, a, b]) => {
        const codec = run(() => new KeyCodec(node, 'table', 'key', true))
        const [left, right] = [encodeKey(codec, a), encodeKey(codec, b)]
        if (!left.equals(right)) expect(right.subarray(0, left.length).equals(left)).toBe(false)
      }),
      { numRuns: RUNS },
    )
  })

  test('skipping a part ends where reading it ends', () => {
    fc.assert(
      fc.property(typeAndTwoValues, ([node, value]) => {
        const codec = run(() => new KeyCodec(node, 'table', 'key', true))
        const key = Buffer.concat([encodeKey(codec, value), Buffer.from([1, 0])])
        const reader = new ByteReader().over(key, 0, key.length)
        makeSkipper(node)(reader)
        expect(reader.at).toBe(key.length - 2)
      }),
      { numRuns: RUNS },
    )
  })

  test('a value that was written reads back the same', () => {
    fc.assert(
      fc.property(typeAndTwoValues, fc.boolean(), ([type, value], isTail) => {
        const node = withoutOrder(type)
        const place = placeOf('value', 'table', 'value')
        const encode = run(() => makeEncoder(node, VALUE_DIALECT, place, isTail))
        const decode = run(() => makeDecoder(node, VALUE_DIALECT, isTail))
        const writer = new ByteWriter()
        encode(writer, value)
        const end = writer.at
        if (!isTail) writer.writeByte(7)
        const reader = new ByteReader().over(writer.toBytes(), 0, writer.at)
        expect(decode(reader)).toEqual(normalised(node, value, false))
        expect(reader.at).toBe(end)
      }),
      { numRuns: RUNS },
    )
  })
})

/** The type without `desc`, as values have it. */
function withoutOrder(node: TypeNode): TypeNode {
  switch (node.kind) {
    case 'desc':
      return withoutOrder(node.of)
    case 'nullable':
      return { kind: 'nullable', of: withoutOrder(node.of) }
    case 'array':
      return { kind: 'array', element: withoutOrder(node.element) }
    case 'tuple':
      return { kind: 'tuple', elements: node.elements.map(withoutOrder) }
    case 'struct':
      return { kind: 'struct', fields: node.fields.map(([name, type]) => [name, withoutOrder(type)]) }
    default:
      return node
  }
}

test('generated and interpreted codecs write the same bytes', () => {
  fc.assert(
    fc.property(typeAndTwoValues, ([node, value]) => {
      const written = CODEC_MODES.map(([, run]) => {
        const writer = new ByteWriter()
        run(() => makeEncoder(node, KEY_DIALECT, placeOf('key', 'table', 'key'), true))(writer, value)
        run(() => makeEncoder(withoutOrder(node), VALUE_DIALECT, placeOf('value', 'table', 'value'), true))(
          writer,
          value,
        )
        return writer.toBytes().toString('hex')
      })
      expect(written[0]).toBe(written[1])
    }),
    { numRuns: RUNS },
  )
})
