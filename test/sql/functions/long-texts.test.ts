/**
 * Texts and bytes that are long: lists with an element for each character end the process at 113 million, whoever else works in
 * it. So these are of that length, where nothing shorter would show it.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

const LONG = 115_000_000

test.each([
  [`select length(repeat('x', ${LONG})::bytea) as n`, LONG],
  [`select length(decode(repeat('abcd', ${LONG / 4}), 'base64')) as n`, (LONG / 4) * 3],
  [`select case when repeat('a', ${LONG}) like '%a_b%' then 1 else 0 end as n`, 0],
])('%s', (text, expected) => {
  using db = openSync(':memory:')
  expect(db.query(text)).toEqual([{ n: expected }])
})

test('bytes are written and read in each encoding', () => {
  using db = openSync(':memory:')
  const statement =
    db.prepare(`select encode($1, 'base64') as base64, decode(encode($1, 'base64'), 'base64') as of64,
    encode($1, 'hex') as hex, decode(encode($1, 'hex'), 'hex') as ofhex,
    encode($1, 'escape') as escape, decode(encode($1, 'escape'), 'escape') as ofescape`)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      const buffer = Buffer.from(bytes)
      const row = statement.get(bytes) as Record<string, unknown>
      expect(row.base64).toBe(buffer.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\n'))
      expect(row.hex).toBe(buffer.toString('hex'))
      expect(row.escape).toBe(
        Array.from(bytes, byte =>
          byte === 0 || byte > 127
            ? `\\${byte.toString(8).padStart(3, '0')}`
            : byte === 92
              ? '\\\\'
              : String.fromCharCode(byte),
        ).join(''),
      )
      for (const name of ['of64', 'ofhex', 'ofescape'])
        expect(Buffer.from(row[name] as Uint8Array)).toEqual(buffer)
    }),
  )
})

test.each([
  ["set bytea_output = 'escape'", '\\000\\\\ab\\177\\377'],
  ["set bytea_output = 'hex'", '\\x005c61627fff'],
])('%s', (set, expected) => {
  using db = openSync(':memory:')
  db.query(set)
  expect(db.query("select '\\x005c61627fff'::bytea::text as t")).toEqual([{ t: expected }])
})
