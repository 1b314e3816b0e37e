/** Arrays of several dimensions, or that do not begin at 1: their bytes, and what the catalog says of tables that have them. */

import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../src/table/bytes.ts'
import { makeDecoder, makeEncoder } from '../../src/table/codec.ts'
import { table } from '../../src/table/definition.ts'
import { KEY_DIALECT, VALUE_DIALECT } from '../../src/table/dialect.ts'
import { makeSkipper } from '../../src/table/key-codec.ts'
import { placeOf } from '../../src/table/place.ts'
import { lowerBoundsOf, shapedArray } from '../../src/table/shaped-array.ts'
import { t } from '../../src/table/types.ts'
import { readCount } from '../../src/table/value-scalars.ts'
import { CODEC_MODES, expectError, TestDatabase } from '../support/tables.ts'

const NODE = t.array(t.i16.nullable()).node
const FROM_ZERO = shapedArray([1, 2], { dimensions: [2], lowerBounds: [0] })
const GRID = shapedArray([1, null, 3, 4], { dimensions: [2, 2], lowerBounds: [1, -1] })
const THREE = shapedArray([5, 6], { dimensions: [1, 2, 1], lowerBounds: [1, 1, 1] })

const DIALECTS = { key: KEY_DIALECT, value: VALUE_DIALECT }

function bytesOf(value: unknown, role: 'key' | 'value', node = NODE, isFlat = false): Buffer {
  const writer = new ByteWriter()
  const place = placeOf(role, 'things', role, undefined, isFlat)
  makeEncoder(node, DIALECTS[role], place, role === 'value')(writer, value)
  return writer.toBytes()
}

const BYTES = [
  [
    'one dimension from 0 on',
    FROM_ZERO,
    'ffffffffff 01 02 00000000 010100 010200',
    '01018001 01018002 02 01 00000002 80000000',
  ],
  [
    'two dimensions',
    GRID,
    'ffffffffff 02 02 01000000 02 ffffffff 010100 00 010300 010400',
    '01018001 0100 01018003 01018004 02 02 00000002 80000001 00000002 7fffffff',
  ],
  [
    'three dimensions',
    THREE,
    'ffffffffff 03 01 01000000 02 01000000 01 01000000 010500 010600',
    '01018005 01018006 02 03 00000001 80000001 00000002 80000001 00000001 80000001',
  ],
  // As it always was.
  ['one dimension from 1 on', [1, null], '02 010100 00', '01018001 0100 00'],
  ['none', [], '00', '00'],
  ['a shape without elements', shapedArray([], { dimensions: [0], lowerBounds: [0] }), '00', '00'],
] as const

describe.each(CODEC_MODES)('%s', (_, inMode) => {
  // These bytes are in files: a change here is a change of the format.
  test.each(BYTES)('%s', (_, array, value, key) => {
    inMode(() => {
      for (const [role, hex] of [
        ['value', value],
        ['key', key],
      ] as const) {
        const bytes = bytesOf(array, role)
        expect(bytes.toString('hex')).toBe(hex.replaceAll(' ', ''))
        const read = makeDecoder(
          NODE,
          DIALECTS[role],
          role === 'value',
        )(new ByteReader().over(bytes, 0, bytes.length))
        expect(read).toEqual(array)
        const bounds = array.length === 0 ? undefined : lowerBoundsOf(array)
        expect(lowerBoundsOf(read as unknown[])).toEqual(bounds)
      }
    })
  })

  test('a key that is descending is skipped and read', () => {
    inMode(() => {
      const { node } = t.tuple(t.array(t.i16.nullable()).desc(), t.u8)
      const bytes = bytesOf([GRID, 7], 'key', node)
      const reader = new ByteReader().over(bytes, 0, bytes.length)
      makeSkipper(t.array(t.i16.nullable()).desc().node)(reader)
      expect(reader.at).toBe(bytes.length - 1)
      expect(makeDecoder(node, KEY_DIALECT, true)(reader.over(bytes, 0, bytes.length))).toEqual([GRID, 7])
    })
  })
})

test('versions that do not know it refuse it where they expect a count', () => {
  const bytes = bytesOf(GRID, 'value')
  expectError('CORRUPT', () => readCount(new ByteReader().over(bytes, 0, bytes.length)))
})

test('an array that was changed since it was read is refused where its parts differ in length', () => {
  const changed = shapedArray([1, 2, 3, 4], { dimensions: [2, 2], lowerBounds: [1, 1] }) as number[][]
  changed.push([5, 6])
  expect(bytesOf(changed, 'value').length).toBe(5 + 1 + 2 * 5 + 6 * 3)
  changed.push([7])
  expectError('INVALID_VALUE', () => bytesOf(changed, 'value'))
  expectError('INVALID_KEY', () => bytesOf(changed, 'key'))
  expectError('INVALID_VALUE', () => bytesOf([[1]], 'value'))
})

test.each([
  ['no dimensions', 'ffffffffff 00'],
  ['seven dimensions', `ffffffffff 07${' 01 01000000'.repeat(7)} 00`],
  ['more elements than bytes', 'ffffffffff 02 ff7f 01000000 ff7f 01000000 00'],
  ['no elements', 'ffffffffff 01 00 01000000'],
  ['an end', 'ffffffffff'],
])('forged bytes are refused: %s', (_, hex) => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const reader = new ByteReader().over(bytes, 0, bytes.length)
  expectError('CORRUPT', () => makeDecoder(NODE, VALUE_DIALECT, true)(reader))
})

test.each([
  ['another product', '01018001 02 01 00000002 80000000'],
  ['no dimensions', '01018001 02 00'],
  ['an end', '01018001 02'],
])('forged keys are refused: %s', (_, hex) => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const reader = new ByteReader().over(bytes, 0, bytes.length)
  expectError('CORRUPT', () => makeDecoder(NODE, KEY_DIALECT, false)(reader))
})

const things = table('things', {
  columns: { id: t.u32, of: t.array(t.i16.nullable()), key: t.array(t.i16.nullable()) },
  primaryKey: ['id'],
  indexes: { byKey: { on: ['key'] } },
})

describe('the catalog', () => {
  const formatIn = (database: TestDatabase): unknown => {
    const entry = database.store.tree(1)!.entries.find(({ key }) => key.toString() === 'things')!
    const { format, hasShapedArrays } = JSON.parse(entry.value.toString())
    return hasShapedArrays === undefined ? format : [format, hasShapedArrays]
  }
  const open = () => {
    const database = new TestDatabase()
    const tables = database.begin()
    // As SQL opens a table of its own.
    return { database, tables, rows: tables.unruled(things) }
  }

  test.each([
    ['put', (rows: ReturnType<typeof open>['rows']) => rows.put({ id: 1, of: GRID as number[], key: [] })],
    ['insert of a key', rows => rows.insert({ id: 1, of: [], key: GRID as number[] })],
    ['update', rows => rows.update(7, { of: FROM_ZERO as number[] })],
    ['putMany', rows => rows.putMany([{ id: 1, of: FROM_ZERO as number[], key: [] }])],
    ['overwrite', rows => rows.overwrite({ id: 7, of: [], key: THREE as number[] })],
  ] as [string, (rows: ReturnType<typeof open>['rows']) => void][])('says it after %s', (_, write) => {
    const { database, rows } = open()
    rows.put({ id: 7, of: [1], key: [2] })
    expect(formatIn(database)).toBe(1)
    write(rows)
    expect(formatIn(database)).toEqual([4, true])
    expect([...database.snapshot().tables.table(things)]).toEqual([...rows])
    expect([...database.snapshot().tables.table(things).by('byKey').range()]).toHaveLength([...rows].length)
  })

  test('goes on saying it when indexes come and go', () => {
    const { database, tables, rows } = open()
    rows.put({ id: 1, of: GRID as number[], key: FROM_ZERO as number[] })
    tables.createIndex('things', 'byOf', { on: ['of'] })
    expect(formatIn(database)).toEqual([4, true])
    tables.dropIndex('things', 'byOf')
    expect(formatIn(database)).toEqual([4, true])
  })

  test('says it under the name that the table has', () => {
    const { database, tables, rows } = open()
    tables.rename('things', 'others')
    rows.put({ id: 1, of: GRID as number[], key: [] })
    tables.rename('others', 'things')
    expect(formatIn(database)).toEqual([4, true])
  })

  test('is what it was, where a row was refused or never had such an array', () => {
    const { database, rows } = open()
    rows.put({ id: 1, of: [1], key: [] })
    expectError('KEY_EXISTS', () => rows.insert({ id: 1, of: [2], key: [] }))
    expect(formatIn(database)).toBe(1)
  })

  test('by definition nobody writes one where SQL has not made the table', () => {
    const { database, tables } = open()
    expectError('INVALID_VALUE', () => tables.table(things).put({ id: 1, of: GRID as number[], key: [] }))
    expect(tables.table(things).count()).toBe(0)
    expect(formatIn(database)).toBe(1)
  })
})

test('keys, values and defaults of other tables have one dimension, from 1 on', () => {
  const tables = new TestDatabase().begin()
  const list = t.array(t.i16.nullable())
  const rows = tables.table(table('lists', { key: list, value: list }))
  rows.put(FROM_ZERO as number[], FROM_ZERO as number[])
  expect(lowerBoundsOf(rows.get([1, 2])!)).toBe(undefined)
  expectError('INVALID_KEY', () => rows.put(GRID as number[], []))
  expectError('INVALID_VALUE', () => rows.put([], GRID as number[]))
  expectError('INVALID_DEFINITION', () =>
    table('other', {
      columns: { id: t.u8, of: t.array(t.i16.nullable()).default(GRID as number[]) },
      primaryKey: ['id'],
    }),
  )
})
