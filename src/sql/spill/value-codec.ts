/**
 * Values of SQL to bytes and back, for rows that lie in a temporary file between two steps of one statement. The bytes mean
 * something to that statement alone: what has no form of its own (types of records, paths) is kept in memory, and the
 * bytes say which it was.
 *
 * ```
 * tag, then   number: f64 LE      text: u32 bytes, UTF-8      UTF-16 text: u32 bytes (lone surrogates)
 *             bytes: u32, bytes   bigint, numeric, jsonb: their text
 *             interval: three values          time with zone: two numbers
 *             array: dimensions, bounds and elements as values, each after their number
 *             row: number of values, values, its types and names as an object
 *             object: u32, its number
 * ```
 */

import { assert } from '../../base/assert.ts'
import type { Value } from '../functions/registry.ts'
import { SqlArray } from '../types/array.ts'
import { Interval, TimeWithZone } from '../types/interval.ts'
import { Jsonb } from '../types/jsonb.ts'
import { Numeric } from '../types/numeric.ts'
import { SqlRow } from '../types/row.ts'

const Tag = {
  null: 0,
  true: 1,
  false: 2,
  number: 3,
  text: 4,
  utf16: 5,
  bytes: 6,
  bigint: 7,
  numeric: 8,
  jsonb: 9,
  interval: 10,
  timeWithZone: 11,
  array: 12,
  row: 13,
  object: 14,
} as const

const START_BYTES = 4096
const LENGTH_BYTES = 4
const NUMBER_BYTES = 8
/** UTF-8 takes at most so many bytes for a UTF-16 unit. */
const UTF8_BYTES_MAX = 3

/** What UTF-8 cannot say. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** Objects that have no bytes, by number. Shared by all that write and read one file. */
export class KeptObjects {
  private readonly objects: unknown[] = []
  private readonly numbers = new Map<unknown, number>()

  numberOf(object: unknown): number {
    let number = this.numbers.get(object)
    if (number === undefined) {
      number = this.objects.push(object) - 1
      this.numbers.set(object, number)
    }
    return number
  }
  at(number: number): unknown {
    return this.objects[number]
  }
}

export class ValueWriter {
  bytes = Buffer.allocUnsafe(START_BYTES)
  length = 0
  private readonly kept: KeptObjects

  constructor(kept: KeptObjects) {
    this.kept = kept
  }

  clear(): void {
    this.length = 0
  }

  write(value: Value): void {
    switch (typeof value) {
      case 'number':
        this.tag(Tag.number)
        this.number(value)
        return
      case 'string':
        this.text(value)
        return
      case 'boolean':
        this.tag(value ? Tag.true : Tag.false)
        return
      case 'bigint':
        this.tag(Tag.bigint)
        this.utf8(value.toString())
        return
      default:
        if (value === null) this.tag(Tag.null)
        else this.object(value as object)
    }
  }

  private object(value: object): void {
    if (value instanceof Numeric) {
      this.tag(Tag.numeric)
      this.utf8(value.toString())
    } else if (value instanceof Uint8Array) {
      this.tag(Tag.bytes)
      this.reserve(LENGTH_BYTES + value.length)
      this.bytes.writeUInt32LE(value.length, this.length)
      this.bytes.set(value, this.length + LENGTH_BYTES)
      this.length += LENGTH_BYTES + value.length
    } else if (value instanceof Jsonb) {
      this.tag(Tag.jsonb)
      this.utf8(value.toString())
    } else if (value instanceof Interval) {
      this.tag(Tag.interval)
      this.number(value.months)
      this.number(value.days)
      this.write(value.microseconds)
    } else if (value instanceof TimeWithZone) {
      this.tag(Tag.timeWithZone)
      this.number(value.time)
      this.number(value.offset)
    } else if (value instanceof SqlArray) {
      this.tag(Tag.array)
      this.list(value.dimensions)
      this.list(value.lowerBounds)
      this.list(value.elements)
    } else if (value instanceof SqlRow) {
      this.tag(Tag.row)
      this.list(value.values)
      this.uint32(this.kept.numberOf(value.types))
      this.uint32(this.kept.numberOf(value.names))
    } else {
      this.tag(Tag.object)
      this.uint32(this.kept.numberOf(value))
    }
  }

  private list(values: readonly Value[]): void {
    this.uint32(values.length)
    for (const value of values) this.write(value)
  }

  private text(text: string): void {
    if (!LONE_SURROGATE.test(text)) {
      this.tag(Tag.text)
      this.utf8(text)
      return
    }
    this.tag(Tag.utf16)
    this.encoded(text, 'utf16le', 2 * text.length)
  }

  private utf8(text: string): void {
    this.encoded(text, 'utf8', UTF8_BYTES_MAX * text.length)
  }

  private encoded(text: string, encoding: 'utf8' | 'utf16le', bytesMax: number): void {
    this.reserve(LENGTH_BYTES + bytesMax)
    const start = this.length + LENGTH_BYTES
    const length = this.bytes.write(text, start, encoding)
    this.bytes.writeUInt32LE(length, this.length)
    this.length = start + length
  }

  private tag(tag: number): void {
    this.reserve(1)
    this.bytes[this.length++] = tag
  }

  private number(value: number): void {
    this.reserve(NUMBER_BYTES)
    this.bytes.writeDoubleLE(value, this.length)
    this.length += NUMBER_BYTES
  }

  private uint32(value: number): void {
    this.reserve(LENGTH_BYTES)
    this.bytes.writeUInt32LE(value, this.length)
    this.length += LENGTH_BYTES
  }

  private reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const bytes = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length))
    this.bytes.copy(bytes, 0, 0, this.length)
    this.bytes = bytes
  }
}

export class ValueReader {
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0
  private end = 0
  private readonly kept: KeptObjects

  constructor(kept: KeptObjects) {
    this.kept = kept
  }

  /** Reads from here on: the first `length` bytes. */
  over(bytes: Buffer, length: number): void {
    this.bytes = bytes
    this.at = 0
    this.end = length
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  read(): Value {
    const tag = this.bytes[this.at++]
    switch (tag) {
      case Tag.null:
        return null
      case Tag.true:
        return true
      case Tag.false:
        return false
      case Tag.number:
        return this.number()
      case Tag.text:
        return this.encoded('utf8')
      case Tag.utf16:
        return this.encoded('utf16le')
      case Tag.bigint:
        return BigInt(this.encoded('utf8'))
      case Tag.numeric:
        return Numeric.parse(this.encoded('utf8'))
      case Tag.jsonb:
        return Jsonb.parse(this.encoded('utf8'))
      case Tag.bytes: {
        const length = this.uint32()
        const value = new Uint8Array(length)
        value.set(this.bytes.subarray(this.at, this.at + length))
        this.at += length
        return value
      }
      case Tag.interval:
        return new Interval(this.number(), this.number(), this.read() as number | bigint)
      case Tag.timeWithZone:
        return new TimeWithZone(this.number(), this.number())
      case Tag.array: {
        const dimensions = this.list() as number[]
        const lowerBounds = this.list() as number[]
        return new SqlArray(this.list(), dimensions, lowerBounds)
      }
      case Tag.row: {
        const values = this.list()
        const types = this.kept.at(this.uint32()) as SqlRow['types']
        const names = this.kept.at(this.uint32()) as SqlRow['names']
        return new SqlRow(values, types, names)
      }
      default:
        assert(tag === Tag.object, 'what lies in a temporary file was written by ValueWriter')
        return this.kept.at(this.uint32()) as Value
    }
  }

  private list(): Value[] {
    const length = this.uint32()
    const values: Value[] = new Array(length)
    for (let i = 0; i < length; i++) values[i] = this.read()
    return values
  }

  private encoded(encoding: 'utf8' | 'utf16le'): string {
    const length = this.uint32()
    const text = this.bytes.toString(encoding, this.at, this.at + length)
    this.at += length
    return text
  }

  private number(): number {
    const value = this.bytes.readDoubleLE(this.at)
    this.at += NUMBER_BYTES
    return value
  }

  private uint32(): number {
    const value = this.bytes.readUInt32LE(this.at)
    this.at += LENGTH_BYTES
    return value
  }
}
