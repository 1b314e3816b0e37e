/** Tuples and structs of tables that were made in TypeScript, through SQL, where they are jsonb. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSync, t, table } from '../../../src/index.ts'

const things = table('things', {
  columns: {
    id: t.i32,
    note: t.text.nullable(),
    parts: t.struct({
      big: t.i64,
      huge: t.bigint,
      at: t.date,
      bytes: t.bytes,
      exact: t.decimal,
      span: t.interval,
      ratio: t.f64,
      list: t.array(t.tuple(t.u64, t.text.nullable())),
      json: t.json<unknown>(),
      isGood: t.bool,
      size: t.enum('s', 'l'),
    }),
    pairs: t.array(t.tuple(t.text, t.i64)),
  },
  primaryKey: ['id'],
})
const row = {
  id: 1,
  note: null,
  parts: {
    big: 2n ** 60n,
    huge: -(10n ** 30n),
    at: new Date(5),
    bytes: new Uint8Array([1, 255]),
    exact: '1.50',
    span: { months: 1, days: -2, microseconds: 2n ** 60n },
    ratio: Number.NEGATIVE_INFINITY,
    list: [
      [2n ** 64n - 1n, null],
      [0n, 'ü'],
    ] as [bigint, string | null][],
    json: { a: [null, 1.5, 'x'] },
    isGood: true,
    size: 'l' as const,
  },
  pairs: [['x', 2n ** 62n]] as [string, bigint][],
}

let database: Database
beforeEach(() => {
  database = openSync(':memory:')
  database.write(tx => tx.table(things).put(row))
})
afterEach(() => database.close())

test('their numbers are exact', () => {
  expect(
    database.query(`select (parts->'big')::bigint as big, parts->>'huge' as huge, pairs::text as pairs,
      parts->'list'->0->>0 as unsigned, parts->>'ratio' as ratio, parts->>'bytes' as bytes from things`),
  ).toEqual([
    {
      big: 2n ** 60n,
      huge: `-1${'0'.repeat(30)}`,
      pairs: '[["x", 4611686018427387904]]',
      unsigned: '18446744073709551615',
      ratio: '-Infinity',
      bytes: '\\x01ff',
    },
  ])
})

test('a change of another column leaves them as they are, and so does one to the same value', () => {
  database.exec("update things set note = 'seen'; update things set parts = parts, pairs = pairs")
  expect(database.read(snap => snap.table(things).get(1))).toEqual({ ...row, note: 'seen' })
})

test('what SQL gives them is stored as their types say', () => {
  database.exec(`update things set pairs = '[["q", 9007199254740993]]',
    parts = parts || '{"big": -7, "at": "2026-01-02T03:04:05Z", "bytes": "\\\\x0a", "exact": 2.50, "ratio": 0.5}'`)
  const { parts, pairs } = database.read(snap => snap.table(things).get(1))!
  expect(pairs).toEqual([['q', 9007199254740993n]])
  expect(parts).toEqual({
    ...row.parts,
    big: -7n,
    at: new Date('2026-01-02T03:04:05Z'),
    bytes: new Uint8Array([10]),
    exact: '2.50',
    ratio: 0.5,
  })
})

test.each([
  ['a fraction for a bigint', '{big}', 1.5, "column 'parts.big': expected i64 (a bigint), given 1.5"],
  ['text that is no bytes', '{bytes}', 'x', "column 'parts.bytes': expected bytes"],
  ['a field that there is not', '{more}', 1, "expected an object without 'more'"],
  ['a tuple that is too short', '{list}', [[1]], "column 'parts.list[]': expected an array of 2 parts"],
])('%s is refused, with its place', (_, path, value, message) => {
  expect(() =>
    database.query('update things set parts = jsonb_set(parts, $1::text[], $2::jsonb)', [path, value]),
  ).toThrow(message)
})
