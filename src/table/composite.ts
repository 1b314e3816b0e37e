/**
 * What interpreted and generated codecs share about composite types: shape checks, arrays, and descending
 * parts of keys.
 *
 * ```
 * nullable    00 for null (02 where null comes last) | 01, then the value
 * tuple       its parts, one after the other          struct   its fields in order of declaration
 * array       in keys:   01 before each element, 00 at the end
 *             in values: count (varint), then the elements
 *             of several dimensions, or not from 1 on: shaped-array.ts
 * desc        every bit of the encoding flipped
 * ```
 */

import { ByteReader, type ByteWriter } from './bytes.ts'
import { corrupt, type Place, reject } from './place.ts'
import {
  isShapedValue,
  KEY_SHAPED_END,
  lowerBoundsOf,
  readKeyShape,
  readShapedValue,
  writeShapedKey,
  writeShapedValue,
} from './shaped-array.ts'
import type { NullableNode } from './type-node.ts'
import { readCount, writeCount } from './value-scalars.ts'

/** Writes one value; where it stands in a table is built in. */
export type Encoder = (writer: ByteWriter, value: unknown) => void
/** Reads one value and moves the reader behind it. */
export type Decoder = (reader: ByteReader) => unknown

const NULL_TAG = 0
const NULL_LAST_TAG = 2
export const PRESENT_TAG = 1
const MORE = 1
const END = 0

/** The byte that stands for null. */
export function nullTag(node: NullableNode): number {
  return node.isNullLast ? NULL_LAST_TAG : NULL_TAG
}

export function checkTuple(value: unknown, length: number, place: Place): void {
  if (!Array.isArray(value) || value.length !== length) reject(place, `an array of ${length} parts`, value)
}

/** An object with no properties but `names`; missing ones are found when they are written. */
export function checkStruct(value: unknown, names: ReadonlySet<string>, place: Place): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) reject(place, 'an object', value)
  let count = 0
  for (const _ in value) count++
  if (count > names.size) rejectUnknownProperty(value, names, place)
}

/** Names the property that no column or field has; does nothing when there is none. */
export function rejectUnknownProperty(value: object, names: ReadonlySet<string>, place: Place): void {
  for (const name in value) {
    if (!names.has(name))
      reject(place, `an object without '${name}' (known: ${[...names].join(', ')})`, value)
  }
}

export function writeKeyArray(writer: ByteWriter, value: unknown, place: Place, element: Encoder): void {
  if (!Array.isArray(value)) reject(place, 'an array', value)
  const lowerBounds = place.isFlat ? undefined : lowerBoundsOf(value)
  if (lowerBounds !== undefined && writeShapedKey(writer, value, lowerBounds, place, element)) return
  for (let i = 0; i < value.length; i++) {
    writer.writeByte(MORE)
    element(writer, value[i])
  }
  writer.writeByte(END)
}

export function readKeyArray(reader: ByteReader, element: Decoder): readonly unknown[] {
  const values: unknown[] = []
  for (;;) {
    if (reader.at >= reader.end) corrupt('key (an array without end)')
    const tag = reader.bytes[reader.at++]
    if (tag === END) return values
    if (tag === KEY_SHAPED_END) return readKeyShape(reader, values)
    values.push(element(reader))
  }
}

export function writeValueArray(writer: ByteWriter, value: unknown, place: Place, element: Encoder): void {
  if (!Array.isArray(value)) reject(place, 'an array', value)
  const lowerBounds = place.isFlat ? undefined : lowerBoundsOf(value)
  if (lowerBounds !== undefined && writeShapedValue(writer, value, lowerBounds, place, element)) return
  const count = value.length
  writeCount(writer, count)
  for (let i = 0; i < count; i++) element(writer, value[i])
}

export function readValueArray(reader: ByteReader, element: Decoder): readonly unknown[] {
  if (isShapedValue(reader)) return readShapedValue(reader, element)
  const count = readCount(reader)
  const values: unknown[] = []
  for (let i = 0; i < count; i++) values.push(element(reader))
  return values
}

/**
 * Reads a descending part: the rest of the key, flipped, as `inner` knows it. Each descending part of a
 * type has a reader of its own, because they nest.
 */
export function descendingDecoder(inner: Decoder): Decoder {
  const flipped = new ByteReader()
  let bytes = Buffer.allocUnsafeSlow(64)
  return reader => {
    const start = reader.at
    const length = reader.end - start
    if (bytes.length < length) bytes = Buffer.allocUnsafeSlow(length * 2)
    for (let i = 0; i < length; i++) bytes[i] = reader.bytes[start + i] ^ 0xff
    const value = inner(flipped.over(bytes, 0, length))
    reader.at = start + flipped.at
    return value
  }
}
