/** Typed keys and values to bytes and back, without a tree. */

import { t, table } from '../dist/index.js'
import { ByteReader, ByteWriter } from '../dist/table/bytes.js'
import { mapCodecOf } from '../dist/table/map-codec.js'
import { bindRecords } from '../dist/table/record-binding.js'
import { type MicroCase, runSuite } from './suite.ts'

const OPERATIONS = 20_000

/** The same type as key and as value, so that both dialects are seen. */
const MAPS = [
  ['bytes of 24', table('b24', { key: t.bytes, value: t.bytes }), Buffer.alloc(24, 200)],
  ['bytes of 150', table('b150', { key: t.bytes, value: t.bytes }), Buffer.alloc(150, 200)],
  ['text of 16, ASCII', table('text', { key: t.text, value: t.text }), 'sixteen letters!'],
  ['u32', table('u32', { key: t.u32, value: t.u32 }), 123_456],
  ['i64', table('i64', { key: t.i64, value: t.i64 }), -123_456_789n],
  ['f64', table('f64', { key: t.f64, value: t.f64 }), 12.5],
  [
    '(text, u32)',
    table('pair', { key: t.tuple(t.text, t.u32), value: t.tuple(t.text, t.u32) }),
    ['ACME', 7] as const,
  ],
] as const

const people = table('people', {
  columns: {
    id: t.int,
    name: t.text,
    email: t.text,
    age: t.i32.nullable(),
    balance: t.f64,
    joined: t.date,
  },
  primaryKey: ['id'],
})
const person = {
  id: 123_456,
  name: 'Person number 123456',
  email: 'person.123456@example.org',
  age: 36,
  balance: 154_320,
  joined: new Date(1_600_000_000_000),
}

export async function codecSuite(): Promise<void> {
  const cases: MicroCase[] = []
  for (const [name, definition, sample] of MAPS) {
    const codec = mapCodecOf(definition as unknown as Parameters<typeof mapCodecOf>[0])
    cases.push(...casesOf(`key ${name}`, writer => codec.key.encode(writer, sample), codec.key.decode))
    cases.push(...casesOf(`value ${name}`, writer => codec.encodeValue(writer, sample), codec.decodeValue))
  }
  await runSuite('keys and values', cases)
  await runSuite('records of six columns', recordCases())
}

function casesOf(
  name: string,
  encode: (writer: ByteWriter) => void,
  decode: (reader: ByteReader) => unknown,
): MicroCase[] {
  const writer = new ByteWriter()
  const reader = new ByteReader()
  writer.begin()
  encode(writer)
  const encoded = writer.toBytes()
  return [
    {
      name: `encode ${name}`,
      operations: OPERATIONS,
      run: () => {
        for (let i = 0; i < OPERATIONS; i++) {
          writer.begin()
          encode(writer)
        }
      },
    },
    {
      name: `decode ${name}`,
      operations: OPERATIONS,
      run: () => {
        let last: unknown
        for (let i = 0; i < OPERATIONS; i++) last = decode(reader.over(encoded, 0, encoded.length))
        return last
      },
    },
  ]
}

function recordCases(): MicroCase[] {
  const { codec } = bindRecords(people as unknown as Parameters<typeof bindRecords>[0], people.columns)
  const keyWriter = new ByteWriter()
  const rowWriter = new ByteWriter()
  const keyReader = new ByteReader()
  const row = codec.normalise(person)
  codec.encodeKey(keyWriter, row)
  codec.encodeRow(rowWriter, row)
  const key = keyWriter.toBytes()
  const encoded = rowWriter.toBytes()
  return [
    {
      name: 'normalise and encode',
      operations: OPERATIONS,
      run: () => {
        for (let i = 0; i < OPERATIONS; i++) {
          const normal = codec.normalise(person)
          keyWriter.begin()
          codec.encodeKey(keyWriter, normal)
          rowWriter.begin()
          codec.encodeRow(rowWriter, normal)
        }
      },
    },
    {
      name: 'decode',
      operations: OPERATIONS,
      run: () => {
        let last: unknown
        for (let i = 0; i < OPERATIONS; i++) {
          last = codec.decodeRow(encoded, 0, encoded.length, keyReader.over(key, 0, key.length))
        }
        return last
      },
    },
    {
      name: 'read one column',
      operations: OPERATIONS,
      run: () => {
        let last: unknown
        for (let i = 0; i < OPERATIONS; i++) last = codec.layout.readColumn(encoded, 0, encoded.length, 3)
        return last
      },
    },
  ]
}
