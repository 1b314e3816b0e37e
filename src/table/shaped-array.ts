/**
 * Arrays of several dimensions, and those that do not begin at 1, as SQL has them: in JavaScript nested arrays, with the lower
 * bounds noted where nobody sees them, so that what was read is written as it was.
 *
 * ```
 * in values   FF FF FF FF FF, in the place of the count: no count is written so, and who does not know it refuses it
 *             u8 number of dimensions; for each its length (varint) and its lower bound (i32, little-endian); the elements
 * in keys     01 before each element, 02 at the end
 *             u8 number of dimensions; for each its length (u32, big-endian) and its lower bound (i32, as in keys)
 * ```
 * The elements come in row-major order, as elements of other arrays do. Who writes one says so to the writer
 * (`ByteWriter.isShaped`): its table is of a format then that older versions refuse, as they would misread its keys.
 */

import type { ByteReader, ByteWriter } from './bytes.ts'
import type { Decoder, Encoder } from './composite.ts'
import { readKeyI32, readKeyU32, writeKeyI32, writeKeyU32 } from './key-scalars.ts'
import { corrupt, type Place, reject } from './place.ts'
import { i32At, readCount, writeCount, writeI32 } from './value-scalars.ts'

/** As many as PostgreSQL has. */
const DIMENSIONS_MAX = 6
const MARK = 0xff
const MARK_BYTES = 5
/** In keys, where 01 says that an element follows, and 00 that none does. */
const KEY_MORE = 1
export const KEY_SHAPED_END = 2
const KEY_DIMENSION_BYTES = 8

const LOWER_BOUNDS: unique symbol = Symbol('lower bounds')

type Noted = readonly unknown[] & { readonly [LOWER_BOUNDS]?: readonly number[] }

/** Lengths and lower bounds, outermost first. */
export interface ArrayShape {
  readonly dimensions: readonly number[]
  readonly lowerBounds: readonly number[]
}

/** The array of a shape; `elements` in row-major order, as many as the shape has. */
export function shapedArray(
  elements: readonly unknown[],
  { dimensions, lowerBounds }: ArrayShape,
): readonly unknown[] {
  const array = nestedArray(elements, dimensions)
  Object.defineProperty(array, LOWER_BOUNDS, { value: [...lowerBounds] })
  return array
}

/** Arrays in arrays, as deep as there are dimensions. */
function nestedArray(elements: readonly unknown[], dimensions: readonly number[]): unknown[] {
  let level: unknown[] = [...elements]
  for (let depth = dimensions.length - 1; depth > 0; depth--) {
    const length = dimensions[depth]
    const outer: unknown[] = []
    for (let at = 0; at < level.length; at += length) outer.push(level.slice(at, at + length))
    level = outer
  }
  return level
}

/** Undefined for an array that has one dimension, from 1 on. */
export function lowerBoundsOf(array: readonly unknown[]): readonly number[] | undefined {
  return (array as Noted)[LOWER_BOUNDS]
}

/** The shape that an array has with such lower bounds: its first elements tell how long each dimension is. */
export function shapeOf(array: readonly unknown[], lowerBounds: readonly number[]): ArrayShape {
  const dimensions: number[] = []
  let level: unknown = array
  for (let depth = 0; depth < lowerBounds.length; depth++) {
    const length = Array.isArray(level) ? level.length : 0
    dimensions.push(length)
    level = length > 0 ? (level as unknown[])[0] : undefined
  }
  return { dimensions, lowerBounds }
}

/** Calls `each` with the elements in row-major order. False: its parts are not as long as the shape says. */
export function eachElement(
  array: readonly unknown[],
  dimensions: readonly number[],
  each: (element: unknown) => void,
  depth = 0,
): boolean {
  if (!Array.isArray(array) || array.length !== dimensions[depth]) return false
  for (let at = 0; at < array.length; at++) {
    if (depth === dimensions.length - 1) each(array[at])
    else if (!eachElement(array[at], dimensions, each, depth + 1)) return false
  }
  return true
}

/** False: it has no elements, and is written as any array without. */
export function writeShapedValue(
  writer: ByteWriter,
  array: readonly unknown[],
  lowerBounds: readonly number[],
  place: Place,
  element: Encoder,
): boolean {
  const { dimensions } = shapeOf(array, lowerBounds)
  if (dimensions.includes(0)) return false
  writer.isShaped = true
  for (let i = 0; i < MARK_BYTES; i++) writer.writeByte(MARK)
  writer.writeByte(dimensions.length)
  for (let i = 0; i < dimensions.length; i++) {
    writeCount(writer, dimensions[i])
    writeI32(writer, lowerBounds[i], place)
  }
  if (!eachElement(array, dimensions, value => element(writer, value))) refuseRagged(array, place)
  return true
}

/** Whether the array that the reader is at says its shape in place of its count. */
export function isShapedValue({ bytes, at }: ByteReader): boolean {
  return (
    bytes[at] === MARK &&
    bytes[at + 1] === MARK &&
    bytes[at + 2] === MARK &&
    bytes[at + 3] === MARK &&
    bytes[at + 4] === MARK
  )
}

export function readShapedValue(reader: ByteReader, element: Decoder): readonly unknown[] {
  reader.at += MARK_BYTES
  const dimensions: number[] = []
  const lowerBounds: number[] = []
  for (let rest = dimensionCount(reader); rest > 0; rest--) {
    dimensions.push(readCount(reader))
    lowerBounds.push(i32At(reader.bytes, reader.at))
    reader.at += 4
  }
  const count = dimensions.reduce((product, length) => product * length, 1)
  // Each element takes a byte at least.
  if (count === 0 || count > reader.end - reader.at) corrupt('value (an array of other dimensions)')
  const elements: unknown[] = []
  for (let i = 0; i < count; i++) elements.push(element(reader))
  return shapedArray(elements, { dimensions, lowerBounds })
}

/** False: it has no elements, and is written as any array without. */
export function writeShapedKey(
  writer: ByteWriter,
  array: readonly unknown[],
  lowerBounds: readonly number[],
  place: Place,
  element: Encoder,
): boolean {
  const { dimensions } = shapeOf(array, lowerBounds)
  if (dimensions.includes(0)) return false
  writer.isShaped = true
  const isEven = eachElement(array, dimensions, value => {
    writer.writeByte(KEY_MORE)
    element(writer, value)
  })
  if (!isEven) refuseRagged(array, place)
  writer.writeByte(KEY_SHAPED_END)
  writer.writeByte(dimensions.length)
  for (let i = 0; i < dimensions.length; i++) {
    writeKeyU32(writer, dimensions[i], place)
    writeKeyI32(writer, lowerBounds[i], place)
  }
  return true
}

/** What follows the elements of a key. */
export function readKeyShape(reader: ByteReader, elements: readonly unknown[]): readonly unknown[] {
  const dimensions: number[] = []
  const lowerBounds: number[] = []
  for (let rest = dimensionCount(reader); rest > 0; rest--) {
    dimensions.push(readKeyU32(reader))
    lowerBounds.push(readKeyI32(reader))
  }
  const count = dimensions.reduce((product, length) => product * length, 1)
  if (count !== elements.length) corrupt('key (an array of other dimensions)')
  return shapedArray(elements, { dimensions, lowerBounds })
}

/** Moves the reader behind it; `flip`: FF in a descending part. */
export function skipKeyShape(reader: ByteReader, flip: number): void {
  reader.at += 1 + KEY_DIMENSION_BYTES * (reader.bytes[reader.at] ^ flip)
}

function dimensionCount(reader: ByteReader): number {
  const count = reader.at < reader.end ? reader.bytes[reader.at++] : 0
  if (count === 0 || count > DIMENSIONS_MAX) corrupt('array (a number of dimensions that no array has)')
  return count
}

function refuseRagged(array: readonly unknown[], place: Place): never {
  return reject(place, 'an array of arrays that are equally long', array)
}
