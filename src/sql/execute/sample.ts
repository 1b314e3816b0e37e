/**
 * Rows of a stored table at random, for statistics: found by their rank, at the cost of a lookup each. Which ones is decided
 * by the table's size and a fixed seed, so that the same table gives the same sample.
 */

import { complete, type IsDue, type Steps } from '../../base/steps.ts'
import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import { RowCursor } from '../storage/row-cursor.ts'
import { valueCodec } from '../storage/stored-statistics.ts'
import { MapCursor } from './map-cursor.ts'
import type { RegisterFile } from './registers.ts'
import type { StoredCursor } from './scans.ts'

export interface TableSample {
  /** Of the table. */
  readonly rowCount: number
  /** How many rows were read: all of them, or as many as were asked for, fewer when they are long. */
  readonly size: number
  /** By column that was asked for: the values of the rows, in the order of the primary key. */
  readonly values: readonly Value[][]
}

/** What is read at most, as the first rows let expect. */
const BYTES_MAX = 32 << 20
const PROBES = 20
const EVERYTHING = { from: undefined, to: undefined }
/** How often a sample asks whether the statement was cancelled: every so many rows. */
const CANCEL_EVERY = 256

export function storedRowCount(data: DataSource, table: TableSchema): number {
  return table.storedKind === 'records' ? data.records(table).rows.count : data.map(table).count()
}

/** Columns of about `size` rows. */
export function sampleRows(
  data: DataSource,
  table: TableSchema,
  columns: readonly number[],
  size: number,
  context: EvaluationContext,
): TableSample {
  let unasked = 0
  const hearsCancel = (units: number): boolean => {
    unasked += units
    if (unasked >= CANCEL_EVERY) {
      unasked = 0
      context.checkCancelled()
    }
    return false
  }
  return complete(sampleRowsInSteps(data, table, columns, size, hearsCancel))
}

/** The same in steps, of a table that nobody changes in between. */
export function* sampleRowsInSteps(
  data: DataSource,
  table: TableSchema,
  columns: readonly number[],
  size: number,
  isDue: IsDue,
): Steps<TableSample> {
  const rowCount = storedRowCount(data, table)
  const values: Value[][] = columns.map(() => [])
  const registers: RegisterFile = columns.map(() => null)
  const cursor = cursorOver(data, table, columns)
  const take = (): void => {
    for (let i = 0; i < values.length; i++) values[i].push(registers[i])
  }
  try {
    const affordable = Math.min(size, affordableRows(cursor, table, columns, rowCount, registers))
    if (rowCount <= affordable) {
      cursor.open(EVERYTHING)
      while (cursor.next(registers)) {
        take()
        if (isDue(1)) yield
      }
    } else {
      for (const rank of randomRanks(rowCount, affordable)) {
        if (cursor.readAt(rank, registers)) take()
        if (isDue(1)) yield
      }
    }
  } finally {
    cursor.close()
  }
  return { rowCount, size: values[0]?.length ?? 0, values }
}

function cursorOver(data: DataSource, table: TableSchema, columns: readonly number[]): StoredCursor {
  if (table.storedKind !== 'records') {
    return new MapCursor(
      data.map(table),
      table,
      columns.map((column, register) => ({ column, register })),
    )
  }
  const wanted = columns.map((column, register) => {
    const { storedName, type, modifier, storedNode } = table.columns[column]
    return { storedName, type, modifier, storedNode, register }
  })
  const options = { index: undefined, isReverse: false }
  return new RowCursor(data.source, data.records(table), wanted, options)
}

/** As many rows as `BYTES_MAX` allows, going by a few of them. */
function affordableRows(
  cursor: StoredCursor,
  table: TableSchema,
  columns: readonly number[],
  rowCount: number,
  registers: RegisterFile,
): number {
  const widths = columns.map(column => widthIn(table.columns[column]))
  let bytes = 0
  let probes = 0
  for (const rank of randomRanks(rowCount, Math.min(rowCount, PROBES))) {
    if (!cursor.readAt(rank, registers)) continue
    probes++
    widths.forEach((width, i) => {
      if (registers[i] !== null) bytes += width(registers[i])
    })
  }
  return bytes === 0 ? rowCount : Math.max(PROBES, Math.floor((BYTES_MAX * probes) / bytes))
}

/** How many bytes a column's values take up where they are stored. */
export function widthIn(column: ColumnSchema): (value: Value) => number {
  const { encode } = valueCodec(column)
  return value =>
    typeof value === 'string' && column.storedNode === undefined && column.type.labels === undefined
      ? Buffer.byteLength(value)
      : encode(value).length
}

/** `count` different numbers from 0 to below `limit`, ascending. Source: R. Floyd's algorithm (J. Bentley, 1987). */
function randomRanks(limit: number, count: number): number[] {
  const random = seededNumbers(limit)
  const chosen = new Set<number>()
  for (let last = limit - count; last < limit; last++) {
    const candidate = Math.floor(random() * (last + 1))
    chosen.add(chosen.has(candidate) ? last : candidate)
  }
  return [...chosen].sort((a, b) => a - b)
}

/** Numbers in [0, 1) of 48 bits. Source: G. Marsaglia, Xorshift RNGs, 2003. */
export function seededNumbers(seed: number): () => number {
  let state = (seed ^ 0x9e37_79b9) | 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  for (let i = 0; i < 8; i++) next()
  return () => (next() * 65_536 + (next() >>> 16)) / 281_474_976_710_656
}
