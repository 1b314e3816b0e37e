/** Rows as record batches of Arrow: the types follow from SQL's; what Arrow has no type for is text. */

import type { Data, DataType, Field, RecordBatch } from 'apache-arrow'
import { arrayFromText, type NestedCells } from '../output/array-text.ts'
import { baseType, type Cell, type Column, type Row } from '../output/result.ts'
import { UsageError } from '../usage-error.ts'
import type { ArrowModule } from './arrow-module.ts'
import { microsecondsOf, timeOf } from './arrow-times.ts'

type FixedArray = Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array

/** How the values of a column are stored. */
type Storage =
  | {
      readonly kind: 'fixed'
      readonly make: (length: number) => FixedArray
      readonly value: (text: string) => number | bigint
    }
  | { readonly kind: 'bool' | 'text' | 'bytes' }
  | { readonly kind: 'list'; readonly element: ArrowColumn }

interface ArrowColumn {
  readonly name: string
  readonly type: DataType
  readonly storage: Storage
}

export class ArrowBatches {
  private readonly arrow: ArrowModule
  private readonly columns: readonly ArrowColumn[]
  private readonly schema: RecordBatch['schema']

  constructor(arrow: ArrowModule, columns: readonly Column[]) {
    this.arrow = arrow
    this.columns = columns.map(column => arrowColumn(arrow, column))
    this.schema = new arrow.Schema(this.columns.map(({ name, type }) => new arrow.Field(name, type, true)))
  }

  /** One batch of some rows. */
  batch(rows: readonly Row[]): RecordBatch {
    const { arrow, columns, schema } = this
    const children = columns.map((column, i) =>
      this.data(
        column,
        rows.map(row => row[i]),
      ),
    )
    const type = new arrow.Struct(schema.fields)
    const data = arrow.makeData({ type, length: rows.length, nullCount: 0, children } as never) as Data
    return new arrow.RecordBatch(schema as never, data as never)
  }

  private data({ name, type, storage }: ArrowColumn, cells: readonly Cell[]): Data {
    const { arrow } = this
    const { nullBitmap, nullCount } = validity(cells)
    const common = { type, length: cells.length, nullBitmap, nullCount }
    switch (storage.kind) {
      case 'fixed': {
        const values = storage.make(cells.length)
        cells.forEach((cell, i) => {
          if (cell !== null) values[i] = finite(storage.value(cell), name, cell)
        })
        return arrow.makeData({ ...common, data: values } as never) as Data
      }
      case 'bool': {
        const bits = new Uint8Array(bitmapBytes(cells.length))
        cells.forEach((cell, i) => {
          if (cell === 't') bits[i >> 3] |= 1 << (i & 7)
        })
        return arrow.makeData({ ...common, data: bits } as never) as Data
      }
      case 'text':
      case 'bytes': {
        const isText = storage.kind === 'text'
        const pieces = cells.map(cell =>
          cell === null ? EMPTY : isText ? Buffer.from(cell) : Buffer.from(cell.slice(2), 'hex'),
        )
        const valueOffsets = offsetsOf(pieces.map(piece => piece.length))
        return arrow.makeData({ ...common, valueOffsets, data: Buffer.concat(pieces) } as never) as Data
      }
      case 'list': {
        const lists = cells.map(cell => (cell === null ? [] : arrayFromText(cell)))
        const elements = lists.flat().map(element => elementCell(element, name))
        const valueOffsets = offsetsOf(lists.map(list => list.length))
        return arrow.makeData({
          ...common,
          valueOffsets,
          child: this.data(storage.element, elements),
        } as never) as Data
      }
    }
  }
}

const EMPTY = Buffer.alloc(0)

function finite(value: number | bigint | undefined, name: string, text: string): never {
  if (value === undefined) throw new UsageError(`column ${name}: Arrow has no ${text}`)
  return value as never
}

function elementCell(element: NestedCells, name: string): Cell {
  if (element === null || typeof element === 'string') return element
  throw new UsageError(`column ${name}: arrays of arrays are not written as Arrow; cast it to jsonb`)
}

function bitmapBytes(length: number): number {
  return ((length + 63) >> 6) << 3
}

function validity(cells: readonly Cell[]): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array(bitmapBytes(cells.length))
  let nullCount = 0
  cells.forEach((cell, i) => {
    if (cell === null) nullCount++
    else nullBitmap[i >> 3] |= 1 << (i & 7)
  })
  return { nullBitmap, nullCount }
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1)
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i] + length
  })
  return offsets
}

const fixed = (
  make: (length: number) => FixedArray,
  value: (text: string) => number | bigint | undefined,
): Storage => ({
  kind: 'fixed',
  make,
  value: value as (text: string) => number | bigint,
})
const floats = (make: (length: number) => FixedArray): Storage => fixed(make, Number)
const bigints = (value: (text: string) => bigint | undefined): Storage =>
  fixed(length => new BigInt64Array(length), value)

function arrowColumn(arrow: ArrowModule, { name, type }: Column): ArrowColumn {
  if (type.endsWith('[]')) {
    const element = arrowColumn(arrow, { name: 'item', type: type.slice(0, -2) })
    const field = new arrow.Field('item', element.type, true) as Field
    return { name, type: new arrow.List(field), storage: { kind: 'list', element } }
  }
  const of = (arrowType: DataType, storage: Storage): ArrowColumn => ({ name, type: arrowType, storage })
  switch (baseType(type)) {
    case 'boolean':
      return of(new arrow.Bool(), { kind: 'bool' })
    case 'smallint':
      return of(
        new arrow.Int16(),
        fixed(length => new Int16Array(length), Number),
      )
    case 'integer':
      return of(
        new arrow.Int32(),
        fixed(length => new Int32Array(length), Number),
      )
    case 'bigint':
      return of(new arrow.Int64(), bigints(BigInt))
    case 'real':
      return of(
        new arrow.Float32(),
        floats(length => new Float32Array(length)),
      )
    case 'double precision':
      return of(
        new arrow.Float64(),
        floats(length => new Float64Array(length)),
      )
    case 'bytea':
      return of(new arrow.Binary(), { kind: 'bytes' })
    case 'date':
      return of(
        new arrow.DateDay(),
        fixed(
          length => new Int32Array(length),
          text => {
            const microseconds = microsecondsOf(text)
            return microseconds === undefined ? undefined : Number(microseconds / 86_400_000_000n)
          },
        ),
      )
    case 'timestamp without time zone':
      return of(new arrow.TimestampMicrosecond(), bigints(microsecondsOf))
    case 'timestamp with time zone':
      return of(new arrow.TimestampMicrosecond('UTC'), bigints(microsecondsOf))
    case 'time without time zone':
      return of(new arrow.TimeMicrosecond(), bigints(timeOf))
    default:
      return of(new arrow.Utf8(), { kind: 'text' })
  }
}
