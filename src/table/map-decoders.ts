/**
 * How the entries of a map become keys and values, from a cursor's buffers and from a chunk. Made once a codec: a
 * transaction that opens a table for one put pays for no closures.
 */

import type { TreeCursor } from '../btree/api.ts'
import { Collect } from '../btree/kernel/kernel.ts'
import type { EntryChunk } from './entry-chunk.ts'
import type { MapCodec } from './map-codec.ts'
import type { EntryDecoder } from './scan.ts'

export interface MapDecoders<K, V> {
  readonly entries: EntryDecoder<[K, V]>
  readonly keys: EntryDecoder<K>
  readonly values: EntryDecoder<V>
}

const made = new WeakMap<MapCodec, MapDecoders<unknown, unknown>>()

/** The decoders of a codec, made when they are first asked for. */
export function decodersOf<K, V>(codec: MapCodec): MapDecoders<K, V> {
  let decoders = made.get(codec)
  if (decoders === undefined) {
    decoders = makeDecoders(codec)
    made.set(codec, decoders)
  }
  return decoders as MapDecoders<K, V>
}

function makeDecoders(codec: MapCodec): MapDecoders<unknown, unknown> {
  const key = (cursor: TreeCursor, keyLength: number) => decodeKey(codec, cursor, keyLength)
  const value = (cursor: TreeCursor) => decodeValue(codec, cursor)
  const chunkKey = chunkKeyDecoder(codec)
  const chunkValue = chunkValueDecoder(codec)
  return {
    entries: {
      usesKey: true,
      decode: (cursor, length) => [key(cursor, length), value(cursor)],
      collects: Collect.both,
      decodeChunk: chunk => [chunkKey(chunk), chunkValue(chunk)],
    },
    keys: { usesKey: true, decode: key, collects: Collect.keys, decodeChunk: chunkKey },
    values: { usesKey: false, decode: value, collects: Collect.values, decodeChunk: chunkValue },
  }
}

/** The key that a cursor has loaded. */
export function decodeKey(codec: MapCodec, cursor: TreeCursor, keyLength: number): unknown {
  return codec.key.decode(codec.keyReader.over(cursor.keyBytes, 0, keyLength))
}

/** The value of a cursor's entry. */
export function decodeValue(codec: MapCodec, cursor: TreeCursor): unknown {
  cursor.loadValue()
  return valueFrom(codec, cursor.valueBytes, cursor.valueOffset, cursor.valueLength)
}

export function valueFrom(codec: MapCodec, bytes: Buffer, offset: number, length: number): unknown {
  return codec.decodeValue(codec.valueReader.over(bytes, offset, offset + length))
}

function chunkKeyDecoder({ key, keyReader }: MapCodec): (chunk: EntryChunk) => unknown {
  if (key.isRaw) return ({ keys, keyAt, keyLength }) => viewOf(keys, keyAt, keyLength)
  return ({ keys, keyAt, keyLength }) => key.decode(keyReader.over(keys, keyAt, keyAt + keyLength))
}

function chunkValueDecoder({
  valueNode,
  valueReader,
  decodeValue,
}: MapCodec): (chunk: EntryChunk) => unknown {
  if (valueNode.kind === 'bytes') {
    return ({ values, valueAt, valueLength }) => viewOf(values, valueAt, valueLength)
  }
  return ({ values, valueAt, valueLength }) =>
    decodeValue(valueReader.over(values, valueAt, valueAt + valueLength))
}

/** Buffers of chunks begin with their memory. */
function viewOf(bytes: Buffer, at: number, length: number): Uint8Array {
  return new Uint8Array(bytes.buffer, at, length)
}
