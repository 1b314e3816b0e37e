/**
 * Data that cannot be stored: a clear error names it, the transaction is as it was before the call, goes on, and
 * commits what was good. For maps, multimaps, records and their indexes, in one database.
 */

import { describe, expect, test } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import {
  type ErrorCode,
  isCoppiceError,
  multimap,
  openSync,
  type Transaction,
  t,
  table,
} from '../../src/index.ts'

debugChecks.enabled = true

const maps = {
  text: table('text', { key: t.text, value: t.text }),
  numbers: table('numbers', { key: t.u8, value: t.f64 }),
  json: table('json', { key: t.u32, value: t.json<unknown>() }),
  dates: table('dates', { key: t.date, value: t.date }),
  blobs: table('blobs', { key: t.bytes, value: t.bytes }),
  big: table('big', { key: t.i64, value: t.bigint }),
}
const tags = multimap('tags', { key: t.text, value: t.u32 })
const users = table('users', {
  columns: { id: t.u32, email: t.text, age: t.u8.nullable(), data: t.json<unknown>().nullable() },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true } },
})

const cyclic: Record<string, unknown> = { name: 'cyclic' }
cyclic.self = cyclic
const any = (value: unknown) => value as never
const LONG = 'k'.repeat(3000)

/** What is tried, and what it must fail with. */
const REFUSED: readonly (readonly [
  name: string,
  codes: readonly ErrorCode[],
  (tx: Transaction) => unknown,
])[] = [
  ['a key that is too long', ['KEY_TOO_LONG'], tx => tx.table(maps.text).put(LONG, 'x')],
  [
    'a binary key that is too long',
    ['KEY_TOO_LONG'],
    tx => tx.table(maps.blobs).put(Buffer.alloc(2000), new Uint8Array()),
  ],
  ['a pair that is too long', ['KEY_TOO_LONG'], tx => tx.table(tags).put(LONG, 1)],
  ['an indexed column that is too long', ['KEY_TOO_LONG'], tx => tx.table(users).put({ id: 9, email: LONG })],
  ['a lone surrogate as key', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.text).put('\ud800', 'x')],
  ['a lone surrogate as value', ['INVALID_VALUE'], tx => tx.table(maps.text).put('x', 'a\udfff')],
  ['NaN as integer', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.numbers).put(Number.NaN, 1)],
  ['a fraction as integer', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.numbers).put(1.5, 1)],
  ['an integer out of range', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.numbers).put(256, 1)],
  ['minus one as unsigned', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.numbers).put(-1, 1)],
  ['text as number', ['INVALID_VALUE'], tx => tx.table(maps.numbers).put(1, any('1'))],
  ['cyclic JSON', ['INVALID_VALUE'], tx => tx.table(maps.json).put(1, cyclic)],
  ['a bigint in JSON', ['INVALID_VALUE'], tx => tx.table(maps.json).put(1, { deep: [{ n: 1n }] })],
  ['undefined as JSON', ['INVALID_VALUE'], tx => tx.table(maps.json).put(1, undefined)],
  ['a function as JSON', ['INVALID_VALUE'], tx => tx.table(maps.json).put(1, () => {})],
  [
    'an invalid date as key',
    ['INVALID_KEY', 'INVALID_VALUE'],
    tx => tx.table(maps.dates).put(new Date(Number.NaN), new Date(0)),
  ],
  [
    'an invalid date as value',
    ['INVALID_VALUE'],
    tx => tx.table(maps.dates).put(new Date(0), new Date(Number.NaN)),
  ],
  ['a bigint out of range', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.big).put(2n ** 63n, 1n)],
  ['a number as bigint', ['INVALID_KEY', 'INVALID_VALUE'], tx => tx.table(maps.big).put(any(1), 1n)],
  ['an array as bytes', ['INVALID_VALUE'], tx => tx.table(maps.blobs).put(new Uint8Array(1), any([1, 2]))],
  ['a value in the middle of many', ['INVALID_VALUE'], tx => tx.table(maps.text).put('x', any(null))],
  ['null where it is not allowed', ['INVALID_VALUE'], tx => tx.table(users).put({ id: 9, email: any(null) })],
  ['a missing column', ['INVALID_VALUE'], tx => tx.table(users).put(any({ id: 9 }))],
  ['an unknown column', ['INVALID_VALUE'], tx => tx.table(users).put(any({ id: 9, email: 'e', emial: 'f' }))],
  ['a record that is none', ['INVALID_VALUE'], tx => tx.table(users).put(any('user'))],
  ['a record that is null', ['INVALID_VALUE'], tx => tx.table(users).put(any(null))],
  ['a bad column in an update', ['INVALID_VALUE'], tx => tx.table(users).update(1, { age: 1000 })],
  [
    'a primary key out of range',
    ['INVALID_KEY', 'INVALID_VALUE'],
    tx => tx.table(users).put({ id: -1, email: 'e' }),
  ],
  ['a unique value that is taken', ['UNIQUE_VIOLATION'], tx => tx.table(users).put({ id: 9, email: 'ada' })],
  [
    'a unique value that an update takes',
    ['UNIQUE_VIOLATION'],
    tx => tx.table(users).update(2, { email: 'ada' }),
  ],
  ['a primary key that is taken', ['KEY_EXISTS'], tx => tx.table(users).insert({ id: 1, email: 'new' })],
  [
    'a stream that is too short',
    ['INVALID_VALUE'],
    tx => tx.table(maps.blobs).putStream(Buffer.from('x'), 10, [Buffer.alloc(9)]),
  ],
]

/** Everything in the database, to be compared. */
function contents(tx: Transaction): unknown {
  return [
    ...Object.values(maps)
      .map(map => (tx.table as (definition: typeof map) => { range(): Iterable<unknown> })(map as never))
      .map(map => [...map.range()]),
    [...tx.table(tags).range()],
    [...tx.table(users).range()],
    [...tx.table(users).by('byEmail').range()],
  ]
}

function fill(tx: Transaction): void {
  tx.table(maps.text).put('a', 'b')
  tx.table(maps.numbers).put(0, -0)
  tx.table(maps.numbers).put(1, Number.NaN)
  tx.table(maps.json).put(1, { fine: [1, null, 'x'] })
  tx.table(maps.dates).put(new Date(0), new Date(1))
  tx.table(maps.blobs).put(Buffer.from('x'), new Uint8Array(5000))
  tx.table(maps.big).put(1n, 2n ** 200n)
  tx.table(tags).put('a', 1)
  tx.table(users).put({ id: 1, email: 'ada' })
  tx.table(users).put({ id: 2, email: 'alan', age: 41 })
}

function codeOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) {
      expect(error.message.length).toBeGreaterThan(10)
      expect(error.message.length).toBeLessThan(1000)
      return error.code
    }
    return error
  }
  return 'nothing was thrown'
}

describe('data that cannot be stored', () => {
  test.each(REFUSED)('%s', async (_, codes, action) => {
    using db = openSync(':memory:', { cacheSizeBytes: 1 << 20 })
    const expected = db.write(tx => {
      fill(tx)
      const before = contents(tx)
      expect(codes).toContain(codeOf(() => action(tx)))
      expect(contents(tx)).toEqual(before)
      tx.table(maps.text).put('after', 'it goes on')
      tx.table(users).put({ id: 3, email: 'grace' })
      return contents(tx)
    })
    db.write(tx => expect(contents(tx)).toEqual(expected))
    expect(await db.check()).toMatchObject({ ok: true, faults: [] })
  })

  test('in a function that lets the error through undoes the whole transaction', () => {
    using db = openSync(':memory:', { cacheSizeBytes: 1 << 20 })
    db.write(fill)
    for (const [, codes, action] of REFUSED) {
      const code = codeOf(() =>
        db.write(tx => {
          tx.table(maps.text).put('never', 'seen')
          action(tx)
        }),
      )
      expect(codes).toContain(code)
    }
    expect(db.read(snap => snap.table(maps.text).range().toArray())).toEqual([['a', 'b']])
  })
})

test('NaN and minus zero are numbers like others', () => {
  using db = openSync(':memory:', { cacheSizeBytes: 1 << 20 })
  const floats = table('floats', { key: t.f64, value: t.f64 })
  db.write(tx => {
    const map = tx.table(floats)
    map.put(-0, -0)
    map.put(Number.NaN, Number.NaN)
    map.put(Number.NEGATIVE_INFINITY, 1)
    map.put(0, 2)
  })
  db.read(snap => {
    const map = snap.table(floats)
    expect([...map.keys()]).toEqual([Number.NEGATIVE_INFINITY, 0, Number.NaN])
    expect([map.get(-0), map.get(0), map.get(Number.NaN)]).toEqual([2, 2, Number.NaN])
  })
})
