/**
 * Records of a file of Arrow: its types say the types of the columns. Times are read from the integers that are stored, because
 * the numbers that the library makes of them have no microseconds.
 */

import { open as openFile } from 'node:fs/promises'
import type { DataType, RecordBatch, Vector } from 'apache-arrow'
import type { Cell } from '../output/result.ts'
import { UsageError } from '../usage-error.ts'
import { type ArrowModule, loadArrow } from './arrow-module.ts'
import { dateText, microsecondsText, timeText } from './arrow-times.ts'
import type { RecordReader, SourceRecord } from './records.ts'
import type { TextSource } from './text-source.ts'

interface ColumnReader {
  readonly sql: string
  /** The text of a value that is not null. */
  readonly text: (vector: Vector, index: number) => Cell
}

const RECORDS_AT_ONCE = 500

export async function arrowReader(path: string, source: TextSource): Promise<() => RecordReader> {
  const arrow = await loadArrow()
  // The schema is needed before the first record.
  const schema = path === '-' ? undefined : await schemaOf(arrow, path)
  return () => new ArrowReader(arrow, path, source, schema)
}

type Schema = RecordBatch['schema']

async function schemaOf(arrow: ArrowModule, path: string): Promise<Schema> {
  const handle = await openFile(path)
  try {
    const reader = await arrow.RecordBatchReader.from(handle)
    await reader.open()
    return reader.schema
  } catch (error) {
    throw new UsageError(`${path}: this is no file of Arrow (${(error as Error).message})`)
  } finally {
    await handle.close().catch(() => {})
  }
}

class ArrowReader implements RecordReader {
  readonly columns: string[] = []
  readonly types: string[] = []
  readonly bytesRead: () => number
  private readonly arrow: ArrowModule
  private readonly path: string
  private readonly source: TextSource
  private readers: ColumnReader[] = []

  constructor(arrow: ArrowModule, path: string, source: TextSource, schema: Schema | undefined) {
    this.arrow = arrow
    this.path = path
    this.source = source
    this.bytesRead = source.bytesRead
    if (schema !== undefined) this.learn(schema)
  }

  private learn({ fields }: Schema): void {
    if (this.readers.length > 0) return
    this.readers = fields.map(({ name, type }) => columnReader(this.arrow, type, name))
    this.columns.push(...fields.map(field => field.name))
    this.types.push(...this.readers.map(reader => reader.sql))
  }

  async *records(): AsyncGenerator<SourceRecord[]> {
    // A file has its parts' places at its end; a stream is read as it comes.
    const handle = this.path === '-' ? undefined : await openFile(this.path)
    try {
      const input = handle ?? (this.source.bytes() as AsyncIterable<Uint8Array>)
      const reader = await this.arrow.RecordBatchReader.from(input as AsyncIterable<Uint8Array>)
      let line = 0
      for await (const batch of reader) {
        this.learn(batch.schema)
        const vectors = this.readers.map((_, i) => batch.getChildAt(i)!)
        for (let start = 0; start < batch.numRows; start += RECORDS_AT_ONCE) {
          const records: SourceRecord[] = []
          const end = Math.min(batch.numRows, start + RECORDS_AT_ONCE)
          for (let row = start; row < end; row++) {
            records.push({ line: ++line, values: vectors.map((vector, i) => this.cell(vector, i, row)) })
          }
          yield records
        }
      }
    } finally {
      await handle?.close().catch(() => {})
    }
  }

  private cell(vector: Vector, column: number, row: number): Cell {
    return vector.isValid(row) ? this.readers[column].text(vector, row) : null
  }
}

const plain = (vector: Vector, index: number): Cell => String(vector.get(index))

/** @throws UsageError for types that SQL has nothing for */
function columnReader(arrow: ArrowModule, type: DataType, name: string): ColumnReader {
  const { DataType: is } = arrow
  if (is.isNull(type)) return { sql: 'text', text: () => null }
  if (is.isInt(type)) return { sql: integerType(type.bitWidth, type.isSigned), text: plain }
  if (is.isFloat(type)) return { sql: type.precision === 2 ? 'double precision' : 'real', text: plain }
  if (is.isBool(type)) return { sql: 'boolean', text: plain }
  if (is.isUtf8(type) || is.isLargeUtf8(type)) return { sql: 'text', text: plain }
  if (is.isBinary(type) || is.isLargeBinary(type) || is.isFixedSizeBinary(type)) {
    return { sql: 'bytea', text: (vector, i) => `\\x${Buffer.from(vector.get(i)).toString('hex')}` }
  }
  if (is.isDecimal(type)) {
    const { scale } = type
    return {
      sql: `numeric(${type.precision}, ${scale})`,
      text: (vector, i) => decimalText(vector.get(i), scale),
    }
  }
  if (is.isDate(type)) {
    const isDays = type.unit === arrow.DateUnit.DAY
    return {
      sql: 'date',
      text: (vector, i) => dateText(isDays ? stored(vector, i) * 86_400_000n : stored(vector, i)),
    }
  }
  if (is.isTimestamp(type)) {
    const { timezone, unit } = type
    const sql = timezone == null || timezone === '' ? 'timestamp' : 'timestamp with time zone'
    const zone = sql === 'timestamp' ? '' : '+00'
    return { sql, text: (vector, i) => microsecondsText(toMicroseconds(stored(vector, i), unit)) + zone }
  }
  if (is.isTime(type)) {
    const { unit } = type
    return { sql: 'time', text: (vector, i) => timeText(toMicroseconds(stored(vector, i), unit)) }
  }
  if (is.isDictionary(type)) return { ...columnReader(arrow, type.dictionary, name), text: plain }
  if (is.isList(type) || is.isFixedSizeList(type)) return listReader(arrow, type.children[0].type, name)
  if (is.isStruct(type) || is.isMap(type)) {
    return { sql: 'jsonb', text: (vector, i) => jsonText(vector.get(i)) }
  }
  throw new UsageError(`column ${name}: SQL has no type for Arrow's ${type}`)
}

function integerType(bitWidth: number, isSigned: boolean): string {
  if (bitWidth === 64) return isSigned ? 'bigint' : 'numeric'
  const bits = isSigned ? bitWidth : bitWidth + 1
  return bits <= 16 ? 'smallint' : bits <= 32 ? 'integer' : 'bigint'
}

function listReader(arrow: ArrowModule, element: DataType, name: string): ColumnReader {
  const inner = columnReader(arrow, element, name)
  if (inner.sql.endsWith(']') || inner.sql === 'jsonb') {
    return { sql: 'jsonb', text: (vector, i) => jsonText(vector.get(i)) }
  }
  const text = (vector: Vector, index: number): Cell => {
    const list = vector.get(index) as Vector
    const elements: string[] = []
    for (let i = 0; i < list.length; i++) {
      const cell = list.isValid(i) ? inner.text(list, i) : null
      elements.push(cell === null ? 'NULL' : `"${cell.replace(/["\\]/g, '\\$&')}"`)
    }
    return `{${elements.join(',')}}`
  }
  return { sql: `${inner.sql}[]`, text }
}

/** The integer behind a time. */
function stored(vector: Vector, index: number): bigint {
  let at = index
  for (const data of vector.data) {
    if (at < data.length) return BigInt((data.values as Int32Array | BigInt64Array)[at])
    at -= data.length
  }
  throw new RangeError(`no value ${index}`)
}

/** Units of Arrow: seconds, milliseconds, microseconds, nanoseconds. */
function toMicroseconds(value: bigint, unit: number): bigint {
  if (unit === 3) return value / 1000n
  return value * [1_000_000n, 1000n, 1n][unit]
}

/** Two's complement in words of 32 bits, the lowest first. */
function decimalText(words: Uint32Array, scale: number): string {
  let value = 0n
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i])
  value = BigInt.asIntN(words.length * 32, value)
  if (scale <= 0) return (value * 10n ** BigInt(-scale)).toString()
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part === 'bigint') return Number.isSafeInteger(Number(part)) ? Number(part) : part.toString()
    return part
  })
}
