/** Booleans, bigints and Dates for parameters that are json or jsonb. */

import { afterAll, expect, test } from 'vitest'
import { open } from '../../../src/index.ts'

const db = await open(':memory:')
afterAll(() => db.close())
db.exec(`
  create table t (id int generated always as identity primary key, j jsonb, k json);
  create domain document as jsonb;
  create table d (flag boolean, j document);
`)

const VALUES: readonly (readonly [given: unknown, text: string])[] = [
  [true, 'true'],
  [false, 'false'],
  [12n, '12'],
  [2n ** 70n, '1180591620717411303424'],
  [-(2n ** 63n), '-9223372036854775808'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
]
const STATEMENTS = [
  'insert into t (j) values ($1) returning j::text as text',
  'insert into t (k) values ($1) returning k::text as text',
  'insert into t (j) select $1 returning j::text as text',
  'insert into d (j) values ($1) returning j::text as text',
  'update t set j = $1 where id = 1 returning j::text as text',
  'select $1::jsonb::text as text',
  'select cast($1 as json)::text as text',
  'select j::text as text from t where j = $1 limit 1',
]

test.each(STATEMENTS)('%s: they are their JSON', statement => {
  for (let i = 0; i < 3; i++) {
    for (const [given, text] of VALUES) expect(db.query(statement, [given])).toEqual([{ text }])
  }
  const prepared = db.prepare(statement)
  for (const [given, text] of VALUES) expect(prepared.get(given)).toEqual({ text })
})

test('beside other parameters, which stay what their values say', () => {
  const at = new Date(86_400_000)
  expect(db.query('select $1::jsonb::text as j, pg_typeof($2)::text as type', [at, at])).toEqual([
    { j: '"1970-01-02T00:00:00.000Z"', type: 'timestamp with time zone' },
  ])
  expect(db.query('select $1::jsonb::text as j, $2 + 1 as n, $3::jsonb::text as k', [at, 4n, 5n])).toEqual([
    { j: '"1970-01-02T00:00:00.000Z"', n: 5, k: '5' },
  ])
})

test('where the statement takes the value as it is, it is no JSON', () => {
  expect(db.query('select to_jsonb($1)::text as j', [true])).toEqual([{ j: 'true' }])
  expect(db.query('select pg_typeof($1)::text as type', [true])).toEqual([{ type: 'boolean' }])
})

test.each([
  ['insert into t (j) values ($1)', new Uint8Array([1]), '42804'],
  ['select $1::jsonb', new Uint8Array([1]), '42846'],
  ['insert into d (flag, j) values ($1, 1)', 5n, '42804'],
  ['insert into d (flag, j) values ($1, $1)', true, '42804'],
  ['insert into t (j) values ($1)', new Date(Number.NaN), '22P02'],
])('%s with %s is refused', (statement, value, sqlstate) => {
  expect(() => db.query(statement, [value])).toThrow(expect.objectContaining({ sqlstate }))
})
