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

export function makeDecoders(codec: MapCodec): MapDecoders<unknown, unknown> {
  const { key, keyReader } = codec
  const storedKey = (cursor: TreeCursor, keyLength: number): unknown =>
    key.decode(keyReader.over(cursor.keyBytes, 0, keyLength))
  const storedValue = (cursor: TreeCursor): unknown => {
    cursor.loadValue()
    return codec.valueFrom(cursor.valueBytes, cursor.valueOffset, cursor.valueLength)
  }
  const chunkKey = chunkKeyDecoder(codec)
  const chunkValue = chunkValueDecoder(codec)
  return {
    entries: {
      usesKey: true,
      decode: (cursor, keyLength) => [storedKey(cursor, keyLength), storedValue(cursor)],
      collects: Collect.both,
      decodeChunk: chunk => [chunkKey(chunk), chunkValue(chunk)],
    },
    keys: { usesKey: true, decode: storedKey, collects: Collect.keys, decodeChunk: chunkKey },
    values: { usesKey: false, decode: storedValue, collects: Collect.values, decodeChunk: chunkValue },
  }
}

function chunkKeyDecoder({ key, keyReader }: MapCodec): (chunk: EntryChunk) => unknown {
  if (key.isRaw) return ({ keyMemory, keyAt, keyLength }) => new Uint8Array(keyMemory, keyAt, keyLength)
  return ({ keys, keyAt, keyLength }) => key.decode(keyReader.over(keys, keyAt, keyAt + keyLength))
}

function chunkValueDecoder({
  valueNode,
  valueReader,
  decodeValue,
}: MapCodec): (chunk: EntryChunk) => unknown {
  if (valueNode.kind === 'bytes') {
    return ({ valueMemory, valueAt, valueLength }) => new Uint8Array(valueMemory, valueAt, valueLength)
  }
  return ({ values, valueAt, valueLength }) =>
    decodeValue(valueReader.over(values, valueAt, valueAt + valueLength))
}
