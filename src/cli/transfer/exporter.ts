/** Writes the rows of a query into a file, in one of the formats; in memory there is a part of them at a time. */

import type { Database } from '../../index.ts'
import type { Column, Row } from '../output/result.ts'
import { csvLine, jsonLine } from '../output/text-formats.ts'
import { loadArrow } from './arrow-module.ts'
import { ArrowBatches } from './arrow-writer.ts'
import type { FileFormat } from './formats.ts'

export interface ByteTarget {
  /** Resolves when there is room for more. */
  write(piece: string | Uint8Array): Promise<void>
}

export interface ExportOptions {
  readonly query: string
  readonly format: FileFormat
  readonly delimiter: string
  readonly hasHeader: boolean
  readonly nullText: string
  readonly signal: AbortSignal
  readonly onProgress: (rows: number) => void
}

interface Encoder {
  begin(columns: readonly Column[]): Promise<void> | void
  rows(rows: readonly Row[]): Promise<void>
  end(): Promise<void> | void
}

const ROWS_AT_ONCE = 2000
/** Rows of a record batch: readers take them one by one. */
const ARROW_ROWS = 50_000

/** Gives how many rows were written. @throws SqlError, UsageError, and what the target throws */
export async function exportQuery(
  database: Database,
  target: ByteTarget,
  options: ExportOptions,
): Promise<number> {
  const encoder = encoderFor(target, options)
  using snapshot = database.read()
  const statement = snapshot.prepare<Row>(options.query, {
    rowMode: 'array',
    values: 'text',
    timestamps: 'string',
    signal: options.signal,
  })
  const columns = statement.columns.map(({ name, type }) => ({ name, type }))
  await encoder.begin(columns)
  const atOnce = options.format.startsWith('arrow') ? ARROW_ROWS : ROWS_AT_ONCE
  let rows: Row[] = []
  let count = 0
  // Others get their turn all the while, also before the first row: so Ctrl-C is heard.
  for await (const row of statement.iterateAsync()) {
    // The engine may use the array again.
    rows.push([...row])
    if (rows.length < atOnce) continue
    await encoder.rows(rows)
    count += rows.length
    rows = []
    options.onProgress(count)
  }
  await encoder.rows(rows)
  await encoder.end()
  return count + rows.length
}

function encoderFor(target: ByteTarget, options: ExportOptions): Encoder {
  switch (options.format) {
    case 'csv':
      return csvEncoder(target, options)
    case 'jsonl':
      return jsonEncoder(target, '', '\n', '')
    case 'json':
      return jsonEncoder(target, '[\n', ',\n', '\n]\n')
    case 'arrow':
    case 'arrows':
      return new ArrowEncoder(target, options.format)
  }
}

function csvEncoder(target: ByteTarget, { delimiter, hasHeader, nullText }: ExportOptions): Encoder {
  const line = (row: Row): string => csvLine(row, delimiter, nullText)
  return {
    begin: columns => (hasHeader ? target.write(line(columns.map(column => column.name))) : undefined),
    rows: rows => target.write(rows.map(line).join('')),
    end: () => {},
  }
}

function jsonEncoder(target: ByteTarget, before: string, between: string, after: string): Encoder {
  let columns: readonly Column[] = []
  let isFirst = true
  return {
    begin: given => {
      columns = given
      return target.write(before)
    },
    rows: async rows => {
      if (rows.length === 0) return
      const lines = rows.map(row => jsonLine(columns, row))
      const isOpen = after === ''
      await target.write(
        isOpen ? lines.join(between) + between : (isFirst ? '' : between) + lines.join(between),
      )
      isFirst = false
    },
    end: () => target.write(isFirst && after !== '' ? after.trimStart() : after),
  }
}

class ArrowEncoder implements Encoder {
  private readonly target: ByteTarget
  private readonly format: 'arrow' | 'arrows'
  private batches: ArrowBatches | undefined
  private writer: AsyncIterable<Uint8Array> & { write(batch: unknown): unknown; close(): unknown } =
    undefined as never
  private written: Promise<void> = Promise.resolve()

  constructor(target: ByteTarget, format: 'arrow' | 'arrows') {
    this.target = target
    this.format = format
  }

  async begin(columns: readonly Column[]): Promise<void> {
    const arrow = await loadArrow()
    this.batches = new ArrowBatches(arrow, columns)
    const writer =
      this.format === 'arrow' ? new arrow.RecordBatchFileWriter() : new arrow.RecordBatchStreamWriter()
    this.writer = writer as never
    this.written = this.pass()
    // A file without rows has a schema all the same.
    this.writer.write(this.batches.batch([]))
  }

  private async pass(): Promise<void> {
    for await (const piece of this.writer) await this.target.write(piece)
  }

  async rows(rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) this.writer.write(this.batches!.batch(rows))
  }

  async end(): Promise<void> {
    this.writer.close()
    await this.written
  }
}
