/**
 * Everything that is compiled once for a map or a multimap, whatever database it is opened in. Calls of the
 * typed API encode, then hand the bytes to a tree, and keep nothing: one set of writers serves all handles.
 */

import { ByteReader, ByteWriter } from './bytes.ts'
import { makeDecoder, makeEncoder } from './codec.ts'
import type { Decoder, Encoder } from './composite.ts'
import type { MapDefinition, MultimapDefinition } from './definition.ts'
import { VALUE_DIALECT } from './dialect.ts'
import { KeyCodec } from './key-codec.ts'
import { type MapDecoders, makeDecoders } from './map-decoders.ts'
import { placeOf } from './place.ts'
import type { Validate } from './standard-schema.ts'
import { bytesAt } from './text.ts'
import type { TypeNode } from './type-node.ts'

/** No format says that keys or values of a map have other arrays. */
const IS_FLAT = true

export class MapCodec {
  readonly table: string
  readonly key: KeyCodec
  readonly valueNode: TypeNode
  readonly encodeValue: Encoder
  readonly decodeValue: Decoder
  readonly keyWriter = new ByteWriter()
  readonly valueWriter = new ByteWriter()
  readonly keyReader = new ByteReader()
  readonly valueReader = new ByteReader()
  /** What scans make of entries. */
  readonly decoders: MapDecoders<unknown, unknown>
  /** Whether values are bytes, which are stored as they are. */
  private readonly hasRawValues: boolean

  constructor(table: string, key: TypeNode, value: TypeNode, validate?: Validate) {
    this.table = table
    this.key = new KeyCodec(key, table, 'key', false, 'key', IS_FLAT)
    this.valueNode = value
    const encode = makeEncoder(
      value,
      VALUE_DIALECT,
      placeOf('value', table, 'value', undefined, IS_FLAT),
      true,
    )
    this.encodeValue = validate === undefined ? encode : (writer, given) => encode(writer, validate(given))
    this.decodeValue = makeDecoder(value, VALUE_DIALECT, true)
    this.hasRawValues = value.kind === 'bytes'
    this.decoders = makeDecoders(this)
  }

  /** The value that a tree has found: see `ValueLocation`. */
  valueFrom(bytes: Buffer, offset: number, length: number): unknown {
    if (this.hasRawValues) {
      // It is the caller's already, when it is all of a buffer.
      if (length === bytes.length && length > 0) return new Uint8Array(bytes.buffer, 0, length)
      return bytesAt(bytes, offset, offset + length)
    }
    return this.decodeValue(this.valueReader.over(bytes, offset, offset + length))
  }
}

/** A multimap's tree has (key, value) pairs for keys, and empty values. */
export class MultimapCodec {
  readonly table: string
  /** The key alone; the value follows. */
  readonly key: KeyCodec
  /** The value after its key. It is ordered, so it is encoded as a key is, but the caller calls it a value. */
  readonly value: KeyCodec
  /** Key and value as one tuple: the whole key of the tree. */
  readonly pair: KeyCodec
  readonly writer = new ByteWriter()
  readonly reader = new ByteReader()

  constructor(table: string, key: TypeNode, value: TypeNode) {
    this.table = table
    this.key = new KeyCodec(key, table, 'key', true, 'key', IS_FLAT)
    this.value = new KeyCodec(value, table, 'value', false, 'value', IS_FLAT)
    const pair: TypeNode = { kind: 'tuple', elements: [key, value] }
    this.pair = new KeyCodec(pair, table, 'pair', false, 'key', IS_FLAT)
  }
}

const mapCodecs = new WeakMap<object, MapCodec>()
const multimapCodecs = new WeakMap<object, MultimapCodec>()

/** The codec of a definition, made when it is first asked for. */
export function mapCodecOf(definition: MapDefinition<unknown, unknown>): MapCodec {
  let codec = mapCodecs.get(definition)
  if (codec === undefined) {
    codec = new MapCodec(definition.name, definition.key.node, definition.value.node, definition.validate)
    mapCodecs.set(definition, codec)
  }
  return codec
}

/** The codec of a definition, made when it is first asked for. */
export function multimapCodecOf(definition: MultimapDefinition<unknown, unknown>): MultimapCodec {
  let codec = multimapCodecs.get(definition)
  if (codec === undefined) {
    codec = new MultimapCodec(definition.name, definition.key.node, definition.value.node)
    multimapCodecs.set(definition, codec)
  }
  return codec
}
