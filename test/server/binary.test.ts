/** Values in binary on their way in: what goes out comes in as the same, and what is no value is refused. */

import { beforeEach, expect, test } from 'vitest'
import { bind, execute, parse, type RawClient, rawClient, sync } from './raw-client.ts'
import { connect, startServer } from './support.ts'

let client: RawClient
beforeEach(async () => {
  const { port } = await startServer()
  const admin = await connect(port)
  await admin.query(`create type mood as enum ('sad', 'ok'); create type pair as (a int, b text);
    create domain age as int check (value > 0)`)
  client = await rawClient(port)
})

/** The one value of a query, in binary. */
async function binaryOf(text: string): Promise<Buffer> {
  client.send(parse('', text), bind('', '', [], { results: [1] }), execute(''), sync)
  const row = (await client.readUntilReady()).find(one => one.type === 'D')!
  return Buffer.from(row.body.subarray(6, 6 + row.body.readInt32BE(2)))
}

/** What a parameter that is given in binary is printed as; or SQLSTATE. */
async function textOf(type: string, value: Buffer): Promise<string> {
  client.send(
    parse('', `select $1::${type}::text`),
    bind('', '', [value], { parameters: [1] }),
    execute(''),
    sync,
  )
  return (await client.answers()).find(one => one.startsWith('D') || one.startsWith('E'))!
}

test.each([
  ['bool', 'true'],
  ['int2', '-32768'],
  ['int4', '2147483647'],
  ['int8', '-9223372036854775808'],
  ['oid', '4294967295'],
  ['float4', '1.5'],
  ['float8', '-Infinity'],
  ['numeric', '0.00'],
  ['numeric', '-12345678901234567890.00010'],
  ['numeric', '100000000000000000000'],
  ['numeric', '0.00000000000000000001'],
  ['numeric', 'NaN'],
  ['numeric', 'Infinity'],
  ['text', 'Å😀 "'],
  ['varchar', ''],
  ['bpchar', 'ab'],
  ['bytea', '\\x00ff10'],
  ['date', '2024-02-29'],
  ['date', 'infinity'],
  ['time', '23:59:59.123456'],
  ['timetz', '01:02:03-07:30'],
  ['timestamp', '1999-12-31 23:59:59.999999'],
  ['timestamptz', '2024-02-29 12:00:00+00'],
  ['timestamptz', '-infinity'],
  ['interval', '1 year -3 days +04:05:06.7'],
  ['interval', 'infinity'],
  ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['json', '{"a": [1,  null]}'],
  ['jsonb', '{"a": [1, null], "bb": "x"}'],
  ['jsonpath', '$."a"'],
  ['int4[]', '{1,NULL,3}'],
  ['text[]', '{{a,b},{"c d",NULL}}'],
  ['numeric[]', '[2:3]={1.50,2}'],
  ['int4[]', '{}'],
  ['mood', 'ok'],
  ['pair', '(1,"a b")'],
  ['pair[]', '{"(1,)","(,x)"}'],
  ['age', '7'],
])('a value of %s: %s', async (type, text) => {
  const bytes = await binaryOf(`select '${text}'::${type}`)
  expect(await textOf(type, bytes)).toBe(`D(${text})`)
})

test.each([
  ['int4', Buffer.alloc(3), '08P01'],
  ['int4', Buffer.alloc(5), '22P03'],
  ['float8', Buffer.alloc(0), '08P01'],
  ['text', Buffer.from([0xff]), '22021'],
  ['text', Buffer.from([0x61, 0]), '22021'],
  ['uuid', Buffer.alloc(15), '08P01'],
  ['time', Buffer.alloc(8, 0xff), '22008'],
  ['numeric', Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10]), '22P03'],
  ['numeric', Buffer.from([0, 0, 0, 0, 0x12, 0x34, 0, 0]), '22P03'],
  ['numeric', Buffer.from([0x7f, 0xff, 0, 0, 0, 0, 0, 0]), '08P01'],
  ['jsonb', Buffer.from([2, 0x31]), 'XX000'],
  ['jsonb', Buffer.from([1, 0x7b]), '22P02'],
  ['int4[]', Buffer.from([0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 23]), '54000'],
  ['int4[]', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0, 1]), '42804'],
  ['int4[]', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0x7f, 0xff, 0, 0, 0, 0, 0, 1]), '54000'],
  ['pair', Buffer.from([0, 0, 0, 3]), '42804'],
  ['mood', Buffer.from('angry'), '22P02'],
])('bytes that are no value of %s are refused: %o', async (type, bytes, sqlstate) => {
  expect(await textOf(type, bytes)).toBe(`E(${sqlstate})`)
})
