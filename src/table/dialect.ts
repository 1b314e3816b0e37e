/**
 * The two ways in which scalars become bytes: in keys, where byte order is value order, and in values.
 * Codecs for composite types are built over either (`codec.ts`).
 */

import type { ByteReader, ByteWriter } from './bytes.ts'
import * as decimal from './decimal.ts'
import { JsonText } from './json.ts'
import * as key from './key-scalars.ts'
import type { Place } from './place.ts'
import * as text from './text.ts'
import type { ScalarKind } from './type-node.ts'
import * as value from './value-scalars.ts'

export type ScalarWriter = (writer: ByteWriter, value: unknown, place: Place) => void
export type ScalarReader = (reader: ByteReader) => unknown

/** How one kind is written and read: in the middle, and where nothing follows. */
export interface ScalarCodec {
  readonly write: ScalarWriter
  readonly read: ScalarReader
  readonly writeTail: ScalarWriter
  readonly readTail: ScalarReader
}

export interface Dialect {
  readonly role: 'key' | 'value'
  readonly scalars: Readonly<Record<ScalarKind, ScalarCodec>>
  readonly writeEnum: (
    writer: ByteWriter,
    value: unknown,
    place: Place,
    ordinals: ReadonlyMap<unknown, number>,
  ) => void
  readonly readEnum: (reader: ByteReader, members: readonly string[]) => string
}

function same(write: ScalarWriter, read: ScalarReader): ScalarCodec {
  return { write, read, writeTail: write, readTail: read }
}

function runs(
  write: ScalarWriter,
  read: ScalarReader,
  writeTail: ScalarWriter,
  readTail: ScalarReader,
): ScalarCodec {
  return { write, read, writeTail, readTail }
}

function noKey(): never {
  throw new Error('json or an interval in a key: definitions refuse it')
}

export const KEY_DIALECT: Dialect = {
  role: 'key',
  scalars: {
    bool: same(key.writeKeyBool, key.readKeyBool),
    u8: same(key.writeKeyU8, key.readKeyU8),
    u16: same(key.writeKeyU16, key.readKeyU16),
    u32: same(key.writeKeyU32, key.readKeyU32),
    u64: same(key.writeKeyU64, key.readKeyU64),
    i8: same(key.writeKeyI8, key.readKeyI8),
    i16: same(key.writeKeyI16, key.readKeyI16),
    i32: same(key.writeKeyI32, key.readKeyI32),
    i64: same(key.writeKeyI64, key.readKeyI64),
    int: same(key.writeKeyInt, key.readKeyInt),
    bigint: same(key.writeKeyBigint, key.readKeyBigint),
    f32: same(key.writeKeyF32, key.readKeyF32),
    f64: same(key.writeKeyF64, key.readKeyF64),
    date: same(key.writeKeyDate, key.readKeyDate),
    uuid: same(key.writeKeyUuid, key.readKeyUuid),
    text: runs(text.writeTextRun, text.readTextRun, text.writeTextTail, text.readTextTail),
    bytes: runs(text.writeBytesRun, text.readBytesRun, text.writeBytesTail, text.readBytesTail),
    json: same(noKey, noKey),
    decimal: same(decimal.writeKeyDecimal, decimal.readKeyDecimal),
    interval: same(noKey, noKey),
  },
  writeEnum: key.writeKeyEnum,
  readEnum: key.readKeyEnum,
}

/** The same values, but JSON stays text (`JsonText`): parsed by JavaScript, its numbers would lose digits and scale. */
export function withJsonAsText(dialect: Dialect): Dialect {
  const { readText } = value
  const json = runs(
    value.writeJson,
    reader => new JsonText(readText(reader)),
    value.writeJsonTail,
    reader => new JsonText(text.readTextTail(reader)),
  )
  return { ...dialect, scalars: { ...dialect.scalars, json } }
}

/** A reader for a value of fixed width, from its function that reads at a place. */
function fixed(readAt: (bytes: Buffer, at: number) => unknown, width: number): ScalarReader {
  return reader => {
    const at = reader.at
    reader.at = at + width
    return readAt(reader.bytes, at)
  }
}

export const VALUE_DIALECT: Dialect = {
  role: 'value',
  scalars: {
    bool: same(value.writeBool, fixed(value.boolAt, 1)),
    u8: same(value.writeU8, fixed(value.u8At, 1)),
    u16: same(value.writeU16, fixed(value.u16At, 2)),
    u32: same(value.writeU32, fixed(value.u32At, 4)),
    u64: same(value.writeU64, fixed(value.u64At, 8)),
    i8: same(value.writeI8, fixed(value.i8At, 1)),
    i16: same(value.writeI16, fixed(value.i16At, 2)),
    i32: same(value.writeI32, fixed(value.i32At, 4)),
    i64: same(value.writeI64, fixed(value.i64At, 8)),
    int: same(value.writeInt, fixed(value.intAt, 8)),
    bigint: same(value.writeBigint, value.readBigint),
    f32: same(value.writeF32, fixed(value.f32At, 4)),
    f64: same(value.writeF64, fixed(value.f64At, 8)),
    date: same(value.writeDate, fixed(value.dateAt, 8)),
    uuid: same(value.writeUuid, fixed(value.uuidAt, 16)),
    text: runs(value.writeText, value.readText, text.writeTextTail, text.readTextTail),
    bytes: runs(value.writeBytes, value.readBytes, text.writeBytesTail, text.readBytesTail),
    json: runs(value.writeJson, value.readJson, value.writeJsonTail, value.readJsonTail),
    decimal: runs(value.writeDecimal, value.readText, value.writeDecimalTail, text.readTextTail),
    interval: same(value.writeInterval, fixed(value.intervalAt, 16)),
  },
  writeEnum: value.writeEnum,
  readEnum: (reader, members) => {
    const at = reader.at
    reader.at = at + 2
    return value.enumAt(reader.bytes, at, members)
  },
}
