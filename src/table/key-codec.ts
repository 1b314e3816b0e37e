/**
 * The keys of one tree: whole keys both ways, and the leading parts of tuples, for the bounds of ranges.
 *
 * A codec is *closed* when its bytes are the whole key: the last part then needs no end. It is *open* when
 * more follows, as the primary key follows the columns of an index; an open codec's bytes are always a prefix.
 *
 * Invariant: encodings of two different leading parts of equal length are never prefixes of one another, so
 * "starts with these parts" is "starts with these bytes". Only the last part of a closed key breaks this
 * (`Par` and `Paris`), so a full tuple given as a prefix means exactly that key.
 */

import { CoppiceError } from '../base/errors.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { makeDecoder, makeEncoder } from './codec.ts'
import { type Decoder, type Encoder, nullTag, PRESENT_TAG } from './composite.ts'
import { skipKeyDecimal } from './decimal.ts'
import { KEY_DIALECT } from './dialect.ts'
import { skipKeyBigint } from './key-scalars.ts'
import { type Place, placeOf, placeWithin, preview } from './place.ts'
import { KEY_SHAPED_END, skipKeyShape } from './shaped-array.ts'
import { END_OF_RUN, escapeFrom, writeBytesTail, writeTextTail } from './text.ts'
import { fixedWidth, formatNode, type TypeNode } from './type-node.ts'

/** What a written bound stands for: one key, or all keys that begin with it. */
export type BoundExtent = 'key' | 'prefix'

export class KeyCodec {
  readonly node: TypeNode
  readonly isOpen: boolean
  /** Whether a whole key is bytes that are stored as they are given. */
  readonly isRaw: boolean
  /** Writes a whole key. */
  readonly encode: Encoder
  /** Reads a whole key. */
  readonly decode: Decoder
  private readonly place: Place
  /** The parts of a tuple, undefined for other keys. */
  private readonly parts: readonly TypeNode[] | undefined
  private partEncoders: Encoder[] | undefined

  constructor(
    node: TypeNode,
    table: string,
    path: string,
    isOpen: boolean,
    role: Place['role'] = 'key',
    isFlat = false,
  ) {
    this.node = node
    this.isOpen = isOpen
    this.isRaw = node.kind === 'bytes' && !isOpen
    this.place = placeOf(role, table, path, undefined, isFlat)
    this.encode = makeEncoder(node, KEY_DIALECT, this.place, !isOpen)
    this.decode = makeDecoder(node, KEY_DIALECT, !isOpen)
    this.parts = node.kind === 'tuple' ? node.elements : undefined
    this.partEncoders = undefined
  }

  /** Writes a bound of a range: a whole key, or the leading parts of a tuple. */
  writeBound(writer: ByteWriter, bound: unknown): BoundExtent {
    if (this.parts !== undefined && Array.isArray(bound) && bound.length < this.parts.length) {
      this.writeParts(writer, bound)
      return 'prefix'
    }
    this.encode(writer, bound)
    return this.isOpen ? 'prefix' : 'key'
  }

  /** Writes leading parts of a tuple. @throws CoppiceError INVALID_RANGE when the key is not a tuple. */
  writePrefix(writer: ByteWriter, prefix: unknown): BoundExtent {
    if (this.parts === undefined) {
      this.refuse(`prefix takes leading parts of a tuple key, this one is ${formatNode(this.node)}`, prefix)
    }
    if (!Array.isArray(prefix)) this.refuse('prefix is an array of leading parts of the key', prefix)
    return this.writeBound(writer, prefix)
  }

  /** Writes the beginning of the text or bytes at part `index`, which the parts before it must precede. */
  writeStartsWith(writer: ByteWriter, index: number, beginning: unknown): void {
    if (this.parts === undefined ? index > 0 : index >= this.parts.length) {
      this.refuse('startsWith needs a part after the prefix', beginning)
    }
    const node = this.parts === undefined ? this.node : this.parts[index]
    const place = this.parts === undefined ? this.place : placeWithin(this.place, `[${index}]`)
    const isLast = this.parts === undefined || index === this.parts.length - 1
    this.writeBeginning(writer, node, place, isLast && !this.isOpen, beginning)
  }

  private writeBeginning(
    writer: ByteWriter,
    node: TypeNode,
    place: Place,
    isTail: boolean,
    beginning: unknown,
  ): void {
    const start = writer.at
    if (node.kind === 'nullable') {
      writer.writeByte(PRESENT_TAG)
      this.writeBeginning(writer, node.of, place, isTail, beginning)
    } else if (node.kind === 'desc') {
      this.writeBeginning(writer, node.of, place, false, beginning)
      writer.invertFrom(start)
    } else {
      if (node.kind === 'text') writeTextTail(writer, beginning, place)
      else if (node.kind === 'bytes') writeBytesTail(writer, beginning, place)
      else this.refuse(`startsWith needs text or bytes, this part is ${formatNode(node)}`, beginning)
      if (!isTail) escapeFrom(writer, start)
    }
  }

  /** How many parts `prefix` has; 0 when there is none. */
  partCount(prefix: unknown): number {
    return Array.isArray(prefix) ? prefix.length : 0
  }

  private writeParts(writer: ByteWriter, values: readonly unknown[]): void {
    this.partEncoders ??= this.parts!.map((part, i) =>
      makeEncoder(part, KEY_DIALECT, placeWithin(this.place, `[${i}]`), false),
    )
    for (let i = 0; i < values.length; i++) this.partEncoders[i](writer, values[i])
  }

  private refuse(reason: string, given: unknown): never {
    const shown = preview(given)
    throw new CoppiceError(
      'INVALID_RANGE',
      `table '${this.place.table}', ${this.place.path}: ${reason}, given ${shown}`,
      {
        table: this.place.table,
        given: shown,
      },
    )
  }
}

/** Moves a reader over one value without decoding it. */
export type Skipper = (reader: ByteReader) => void

/** Makes the function that skips a part which is not at the tail. */
export function makeSkipper(node: TypeNode, isInverted = false): Skipper {
  const flip = isInverted ? 0xff : 0
  const width = fixedWidth(node)
  if (width >= 0) {
    return reader => {
      reader.at += width
    }
  }
  switch (node.kind) {
    case 'text':
    case 'bytes': {
      const end = END_OF_RUN ^ flip
      return reader => {
        while (reader.at < reader.end && reader.bytes[reader.at] !== end) reader.at++
        reader.at++
      }
    }
    case 'bigint':
      return reader => skipKeyBigint(reader, isInverted)
    case 'decimal':
      return reader => skipKeyDecimal(reader, isInverted)
    case 'nullable': {
      const inner = makeSkipper(node.of, isInverted)
      const tag = nullTag(node) ^ flip
      return reader => {
        if (reader.bytes[reader.at++] !== tag) inner(reader)
      }
    }
    case 'desc':
      return makeSkipper(node.of, !isInverted)
    case 'array': {
      const inner = makeSkipper(node.element, isInverted)
      return reader => {
        while (reader.at < reader.end) {
          const tag = reader.bytes[reader.at++] ^ flip
          if (tag === 0) return
          if (tag === KEY_SHAPED_END) return skipKeyShape(reader, flip)
          inner(reader)
        }
      }
    }
    case 'tuple':
      return skipAll(node.elements, isInverted)
    case 'struct':
      return skipAll(
        node.fields.map(field => field[1]),
        isInverted,
      )
    default:
      throw new Error('json or an interval in a key: definitions refuse it')
  }
}

function skipAll(nodes: readonly TypeNode[], isInverted: boolean): Skipper {
  const skippers = nodes.map(node => makeSkipper(node, isInverted))
  return reader => {
    for (let i = 0; i < skippers.length; i++) skippers[i](reader)
  }
}
