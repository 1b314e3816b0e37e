/**
 * The statistics that ANALYZE keeps: two typed maps, written in the transaction that runs it.
 *
 * ```
 * coppice.analyzed     table's stored name               -> { tree, analysis, rowCount }
 * coppice.statistics   (table's, column's stored name)   -> { type, nullFraction, averageWidthBytes, distinct, commonValues,
 *                                                           commonFrequencies, histogram, correlation }
 * ```
 * `tree` is the tree of the table's rows: when a table of that name has another one, it is not the table that was analyzed.
 * `analysis` is a number that no two contents of one table's statistics share while a process runs. Values are bytes, each
 * encoded as the column's values are in rows; `type` is the oid of the column's type, for what was altered since.
 */

import { ByteReader, ByteWriter } from '../../table/bytes.ts'
import { makeDecoder, makeEncoder } from '../../table/codec.ts'
import { type MapDefinition, ownMap } from '../../table/definition.ts'
import { VALUE_DIALECT } from '../../table/dialect.ts'
import type { MapTable } from '../../table/map-table.ts'
import { placeOf } from '../../table/place.ts'
import type { SnapshotTables } from '../../table/snapshot-tables.ts'
import type { TransactionTables } from '../../table/tables.ts'
import { type Infer, t } from '../../table/types.ts'
import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { columnStorage } from './column-storage.ts'

const analyzedValue = t.struct({ tree: t.u32, analysis: t.f64, rowCount: t.f64 })
const statisticsValue = t.struct({
  type: t.u32,
  nullFraction: t.f64,
  averageWidthBytes: t.f64,
  distinct: t.f64,
  commonValues: t.array(t.bytes),
  commonFrequencies: t.array(t.f64),
  histogram: t.array(t.bytes),
  correlation: t.f64.nullable(),
})

type Analyzed = Infer<typeof analyzedValue>
type StoredStatistics = Infer<typeof statisticsValue>

export const ANALYZED_TABLES = 'coppice.analyzed'

const analyzedTables = ownMap<string, Analyzed>(ANALYZED_TABLES, t.text, analyzedValue)
const storedStatistics = ownMap<readonly [string, string], StoredStatistics>(
  'coppice.statistics',
  t.tuple(t.text, t.text),
  statisticsValue,
)

/** When a table was analyzed, and how many rows it had. */
export type Analysis = Pick<Analyzed, 'analysis' | 'rowCount'>

/** Undefined: the table was not analyzed since it came into being. */
export function analysisOf(
  tables: SnapshotTables | TransactionTables,
  table: TableSchema,
  treeId: number,
): Analysis | undefined {
  const analyzed = open(tables, analyzedTables)?.get(table.storedName)
  return analyzed?.tree === treeId ? analyzed : undefined
}

/** What is stored about a column of a table that was analyzed. */
export function readStatistics(
  tables: SnapshotTables | TransactionTables,
  table: TableSchema,
  column: ColumnSchema,
): ColumnStatistics | undefined {
  const stored = open(tables, storedStatistics)?.get([table.storedName, column.storedName])
  if (stored === undefined || stored.type !== column.type.oid) return undefined
  const { decode } = valueCodec(column)
  return {
    nullFraction: stored.nullFraction,
    averageWidthBytes: stored.averageWidthBytes,
    distinct: stored.distinct,
    commonValues: stored.commonValues.map(decode),
    commonFrequencies: stored.commonFrequencies,
    histogram: stored.histogram.map(decode),
    correlation: stored.correlation ?? undefined,
  }
}

/** The last number that was given; a transaction that was undone has used its own up. */
let newestAnalysis = 0

/** Keeps statistics of some columns; of those that are not given, what there is stays unless it is another table's. */
export function writeStatistics(
  tables: TransactionTables,
  table: TableSchema,
  treeId: number,
  rowCount: number,
  columns: ReadonlyMap<ColumnSchema, ColumnStatistics>,
): void {
  const analyzed = tables.table(analyzedTables)
  const before = analyzed.get(table.storedName)
  if (before?.tree !== treeId) forgetStatistics(tables, table.storedName)
  newestAnalysis = Math.max(newestAnalysis, before?.analysis ?? 0) + 1
  analyzed.put(table.storedName, { tree: treeId, analysis: newestAnalysis, rowCount })
  const statistics = tables.table(storedStatistics)
  for (const [column, one] of columns) {
    const { encode } = valueCodec(column)
    statistics.put([table.storedName, column.storedName], {
      type: column.type.oid,
      nullFraction: one.nullFraction,
      averageWidthBytes: one.averageWidthBytes,
      distinct: one.distinct,
      commonValues: one.commonValues.map(encode),
      commonFrequencies: [...one.commonFrequencies],
      histogram: one.histogram.map(encode),
      correlation: one.correlation ?? null,
    })
  }
}

/** Removes what is stored about tables that `isThere` denies. */
export function sweepStatistics(tables: TransactionTables, isThere: (storedName: string) => boolean): void {
  const gone = [...tables.table(analyzedTables).keys()].filter(name => !isThere(name))
  for (const name of gone) forgetStatistics(tables, name)
}

function forgetStatistics(tables: TransactionTables, storedName: string): void {
  tables.table(analyzedTables).delete(storedName)
  tables.table(storedStatistics).deleteRange({ prefix: [storedName] })
}

/** Undefined where there is none: in a transaction opening it would make it. */
function open<K, V>(
  tables: SnapshotTables | TransactionTables,
  definition: MapDefinition<K, V>,
): MapTable<K, V> | undefined {
  if (tables.definitionOf(definition.name) === undefined) return undefined
  return (tables.table as (definition: MapDefinition<K, V>) => MapTable<K, V>)(definition)
}

const writer = new ByteWriter()
const reader = new ByteReader()

/** A column's values as the bytes that rows have. */
export function valueCodec({ type, modifier, storedNode, name }: ColumnSchema): {
  readonly encode: (value: Value) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Value
} {
  const { node, toStored, fromStored } = columnStorage(type, storedNode, modifier)
  const write = makeEncoder(node, VALUE_DIALECT, placeOf('value', 'coppice.statistics', name), true)
  const read = makeDecoder(node, VALUE_DIALECT, true)
  return {
    encode: value => {
      writer.begin()
      write(writer, toStored === undefined ? value : toStored(value))
      return writer.toBytes()
    },
    decode: bytes => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const value = read(reader.over(buffer, 0, buffer.length))
      return fromStored === undefined ? value : fromStored(value)
    },
  }
}
