/**
 * Records: rows by primary key.
 */

import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { PutMode } from '../../src/btree/api.ts'
import { FIRST_USER_TREE_ID } from '../../src/store/api.ts'
import { desc, table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { CODEC_MODES, expectError, TestDatabase } from '../support/tables.ts'

const users = table('users', {
  columns: {
    email: t.text,
    id: t.i64,
    age: t.u8.nullable(),
    joined: t.date,
    profile: t.json<{ theme: string }>().nullable(),
  },
  primaryKey: ['id'],
})

const ADA = { id: 1n, email: 'ada@x.io', age: 36, joined: new Date(5), profile: { theme: 'dark' } }
const ALAN = { id: 2n, email: 'alan@x.io', joined: new Date(6) }
const ALAN_READ = { ...ALAN, age: null, profile: null }

function openUsers() {
  const database = new TestDatabase(60)
  const records = database.begin().table(users)
  records.put(ADA)
  records.put(ALAN)
  return { database, records }
}

describe('a record', () => {
  test('comes back with every column, in order of declaration', () => {
    const { records } = openUsers()
    expect(records.get(1n)).toEqual(ADA)
    expect(records.get(2n)).toEqual(ALAN_READ)
    expect(Object.keys(records.get(2n)!)).toEqual(['email', 'id', 'age', 'joined', 'profile'])
    expect(records.get(3n)).toBe(undefined)
  })

  test('put replaces, insert refuses', () => {
    const { records } = openUsers()
    records.put({ ...ALAN, age: 41 })
    expect(records.get(2n)?.age).toBe(41)
    expectError('KEY_EXISTS', () => records.insert(ALAN))
    expect(records.get(2n)?.age).toBe(41)
  })

  test('update changes the columns that are given', () => {
    const { records } = openUsers()
    expect(records.update(2n, { age: 41, email: 'a' })).toBe(true)
    expect(records.update(2n, user => ({ age: user.age! + 1 }))).toBe(true)
    expect(records.update(2n, { profile: undefined })).toBe(true)
    expect(records.update(9n, { age: 1 })).toBe(false)
    expect(records.get(2n)).toEqual({ ...ALAN_READ, age: 42, email: 'a' })
  })

  test('update moves a record whose primary key changes', () => {
    const { records } = openUsers()
    expectError('KEY_EXISTS', () => records.update(2n, { id: 1n }))
    expect(records.update(2n, { id: 7n })).toBe(true)
    expect([...records.keys()]).toEqual([1n, 7n])
  })

  test('compareAndSet changes only the record that is expected', () => {
    const { records } = openUsers()
    expect(records.compareAndSet(2n, { ...ALAN, age: 1 }, { ...ALAN, age: 2 })).toBe(false)
    expect(records.compareAndSet(2n, undefined, ALAN)).toBe(false)
    expect(records.compareAndSet(2n, ALAN, { ...ALAN, age: 2 })).toBe(true)
    expect(records.compareAndSet(2n, { ...ALAN, age: 2 }, undefined)).toBe(true)
    expect(records.compareAndSet(2n, undefined, ALAN)).toBe(true)
    expectError('INVALID_KEY', () => records.compareAndSet(2n, ALAN, { ...ALAN, id: 3n }))
    expect(records.get(2n)).toEqual(ALAN_READ)
  })

  test('is iterated, counted, popped and retained', () => {
    const { records } = openUsers()
    expect([...records]).toEqual([ADA, ALAN_READ])
    expect([records.count(), records.count({ gt: 1n }), records.first(), records.last()]).toEqual([
      2,
      1,
      ADA,
      ALAN_READ,
    ])
    expect(records.range({ reverse: true, limit: 1 }).toArray()).toEqual([ALAN_READ])
    expect(records.retain(user => user.age !== null)).toBe(1)
    expect([records.popLast({ gt: 1n }), records.popLast(), records.popFirst()]).toEqual([
      undefined,
      ADA,
      undefined,
    ])
  })
})

describe('refused, and nothing changed:', () => {
  test.each([
    [
      'a missing column',
      { id: 2n, joined: new Date(0) },
      'INVALID_VALUE',
      `column 'email': expected text, given undefined`,
    ],
    [
      'a missing primary key',
      { email: 'a', joined: new Date(0) },
      'INVALID_KEY',
      `column 'id': expected i64`,
    ],
    ['a wrong type', { ...ALAN, age: 'old' }, 'INVALID_VALUE', `column 'age': expected u8`],
    [
      'null in a column that is not nullable',
      { ...ALAN, email: null },
      'INVALID_VALUE',
      `column 'email': expected text, given null`,
    ],
    ['an unknown property', { ...ALAN, emial: 'a' }, 'INVALID_VALUE', `'emial'`],
    ['an unknown property beside all columns', { ...ADA, id: 2n, emial: 'a' }, 'INVALID_VALUE', `'emial'`],
    ['what is no object', 'a', 'INVALID_VALUE', 'expected an object'],
    ['an array', [1], 'INVALID_VALUE', 'expected an object'],
  ] as const)('%s', (_, record, code, message) => {
    const { records, database } = openUsers()
    const before = database.store.dump()
    expect(expectError(code, () => records.put(record as never))).toContain(message)
    expect(database.store.dump()).toBe(before)
  })

  test('a getter that uses the table in the middle of being read', () => {
    const { records } = openUsers()
    const devious = { ...ALAN, profile: { toJSON: () => records.get(1n) } }
    expectError('INVALID_VALUE', () => records.put(devious as never))
    expect(records.get(2n)).toEqual(ALAN_READ)
  })

  test('a record that changes while it is read is stored as it was read once', () => {
    const { records } = openUsers()
    let reads = 0
    const shifty = { id: 9n, joined: new Date(0), get email() { return `${reads++}` } } // biome-ignore format: one line
    records.put(shifty)
    expect([records.get(9n)?.email, reads]).toEqual(['0', 1])
  })
})

describe.each(CODEC_MODES)('rows (%s)', (_, run) => {
  const wide = () =>
    table('wide', {
      columns: {
        a: t.text.nullable(),
        b: t.u8,
        c: t.bytes,
        day: t.tuple(t.u16, t.u8),
        d: t.f64.nullable(),
        e: t.text,
        f: t.enum('x', 'y').nullable(),
        g: t.struct({ n: t.bigint, list: t.array(t.text) }).nullable(),
        h: t.bool,
        i: t.uuid,
      },
      primaryKey: [desc('e'), 'b'],
    })
  const ROW = {
    a: null,
    b: 3,
    c: new Uint8Array([1, 2]),
    day: [2020, 3] as const,
    d: -0.5,
    e: 'key',
    f: 'y' as const,
    g: { n: -(10n ** 30n), list: ['p', 'q'] },
    h: true,
    i: '00112233-4455-6677-8899-aabbccddeeff',
  }

  test('any mixture of columns comes back', () => {
    const records = run(() => new TestDatabase().begin().table(wide()))
    for (const row of [ROW, { ...ROW, b: 4, a: 'text', d: null, f: null, g: null }]) {
      records.put(row)
      expect(records.get(['key', row.b])).toEqual(row)
    }
    expect([...records.keys()]).toEqual([['key', 3], ['key', 4]]) // biome-ignore format: one line
  })

  test.each([0, 65_400, 65_500, 65_536, 200_000])('a row with %i bytes of text comes back', length => {
    const records = run(() => new TestDatabase().begin().table(wide()))
    const row = { ...ROW, a: 'x'.repeat(length), g: { n: 1n, list: ['y'.repeat(10)] } }
    records.put(row)
    expect(records.get(['key', 3])).toEqual(row)
    expect([...records]).toEqual([row])
  })

  test('one column is read without the others', () => {
    const records = run(() => new TestDatabase().begin().table(wide()))
    records.put(ROW)
    const { layout } = records
    const cursor = records.rows.cursor()
    cursor.first()
    cursor.loadValue()
    const read = (name: string) => {
      const ordinal = layout.columns.find(column => column.name === name)!.ordinal
      return layout.readColumn(cursor.valueBytes, cursor.valueOffset, cursor.valueLength, ordinal)
    }
    expect(['a', 'c', 'd', 'f', 'g', 'h', 'i'].map(read)).toEqual([
      null,
      ROW.c,
      ROW.d,
      ROW.f,
      ROW.g,
      ROW.h,
      ROW.i,
    ])
  })

  test('columns may have the names of what every object has', () => {
    const teams = run(() =>
      new TestDatabase().begin().table(
        table('teams', {
          columns: { id: t.u8, constructor: t.text.nullable(), toString: t.text.nullable() },
          primaryKey: ['id'],
        }),
      ),
    )
    teams.put({ id: 1 } as never)
    teams.put({ id: 2, constructor: 'Lotus', toString: null })
    expect([...teams].map(team => ({ ...team }))).toEqual([
      { id: 1, constructor: null, toString: null },
      { id: 2, constructor: 'Lotus', toString: null },
    ])
  })

  test('a table may be all key', () => {
    const records = run(() =>
      new TestDatabase()
        .begin()
        .table(table('edges', { columns: { to: t.u32, from: t.u32 }, primaryKey: ['from', 'to'] })),
    )
    records.put({ from: 1, to: 2 })
    expect([...records]).toEqual([{ from: 1, to: 2 }])
    expect(records.range({ prefix: [1] }).toArray()).toHaveLength(1)
  })
})

test('the bytes of a row are these', () => {
  // They are in files: a change here is a change of the format.
  const things = table('things', {
    columns: { id: t.u8, a: t.u16, b: t.text.nullable(), c: t.u32.nullable(), d: t.text },
    primaryKey: ['id'],
  })
  const database = new TestDatabase()
  database.begin().table(things).put({ id: 1, a: 0x0102, b: 'hi', c: null, d: 'you' })
  const { entries } = database.store.tree(16)!
  expect(entries.map(({ key, value }) => [key.toString('hex'), value.toString('hex')])).toEqual([
    ['01', ['0400', '04', '0201', '00000000', '0f00', '1200', '6869', '796f75'].join('')],
  ])
})

describe('many at once', () => {
  test('putMany replaces and adds, in any order', () => {
    const { records } = openUsers()
    expect(records.putMany([{ ...ALAN, id: 3n }, { ...ALAN, age: 5 }, { ...ALAN, age: 6 }])).toBe(3) // biome-ignore format: one line
    expect([...records]).toEqual([ADA, { ...ALAN_READ, age: 6 }, { ...ALAN_READ, id: 3n }])
  })
})

describe.each(CODEC_MODES)('a row that nobody wrote (%s)', (_, run) => {
  test('is read as something, or is CORRUPT: nothing else is thrown', () => {
    const { database, records } = run(openUsers)
    const rows = database.store.tree(FIRST_USER_TREE_ID)!
    const cursor = rows.cursor()
    cursor.first()
    const keyLength = cursor.loadKey()
    const key = Buffer.from(cursor.keyBytes.subarray(0, keyLength))
    cursor.loadValue()
    const row = Buffer.from(
      cursor.valueBytes.subarray(cursor.valueOffset, cursor.valueOffset + cursor.valueLength),
    )
    const codes = new Set<string>()
    const read = (bytes: Buffer) => {
      rows.put(key, keyLength, bytes, 0, bytes.length, PutMode.upsert)
      try {
        run(() => records.get(1n))
      } catch (error) {
        if (!isCoppiceError(error)) throw error
        codes.add(error.code)
      }
    }
    for (let at = 0; at < row.length; at++) {
      for (const byte of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
        const forged = Buffer.from(row)
        forged[at] = byte
        read(forged)
      }
      read(row.subarray(0, at))
    }
    expect([...codes]).toEqual(['CORRUPT'])
  })
})
