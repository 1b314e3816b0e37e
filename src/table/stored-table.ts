/**
 * A table as the catalog stores it: JSON under the table's name.
 *
 * ```
 * { "format": 1, "kind": "map" | "multimap", "tree": 16, "key": <type>, "value": <type> }
 * { "format": 1, "kind": "records", "tree": 16,
 *   "columns": [{ "name": "id", "node": <type> }, ...],      in the order in which they came into being
 *   "primaryKey": [{ "column": "id", "isDescending": false }],
 *   "indexes": [{ "name", "on": [...], "isUnique", "tree", "isAdHoc" }] }
 * ```
 * Format 2 has besides, and is written only where one of them is there: in a column `"missing"`, the bytes (in base64)
 * of the value that rows older than the column have; in records `"counter"`, the tree of their counter (`counter.ts`).
 * A column may have, in any format, `"absent"`: the bytes (in base64) of the value that a record has which leaves it out, as the
 * definition said last that opened the table for writing. Versions that do not know it lose nothing by it: their programs say
 * what a record that leaves it out has.
 * Format 3 has besides, in an index: `"isPartial"`, `"isNullEqual"`, and in its columns `"isNullLast"`, `"computed"`: what
 * SQL says of indexes beyond columns and directions.
 * Format 4 has besides, in records: `"hasShapedArrays"`, from the first row or entry on that has an array of several dimensions or
 * one that does not begin at 1 (`shaped-array.ts`).
 * Format 5 has besides, in columns of an index: `"isOrderKey"`, what is computed are bytes in place of a value that has no key of its own.
 * A type is what `type-node.ts` describes. An index that is *ad hoc* was made by `createIndex` and stays when
 * a definition does not name it.
 */

import { CoppiceError } from '../base/errors.ts'
import { type ColumnPart, type IndexPart, isPlainIndex, type KeyPart } from './definition.ts'
import type { TypeNode } from './type-node.ts'

const FORMAT = 1
const FORMAT_WITH_DEFAULTS = 2
const FORMAT_WITH_COMPUTED_INDEXES = 3
const FORMAT_WITH_SHAPED_ARRAYS = 4
const FORMAT_WITH_ORDER_KEYS = 5
const FORMATS: readonly unknown[] = [
  FORMAT,
  FORMAT_WITH_DEFAULTS,
  FORMAT_WITH_COMPUTED_INDEXES,
  FORMAT_WITH_SHAPED_ARRAYS,
  FORMAT_WITH_ORDER_KEYS,
]

/** A map or a multimap in the catalog. */
export interface StoredMap {
  readonly kind: 'map' | 'multimap'
  readonly tree: number
  readonly key: TypeNode
  readonly value: TypeNode
}

/** An index in the catalog. */
export interface StoredIndex extends IndexPart {
  readonly tree: number
  readonly isAdHoc: boolean
}

/** A column in the catalog. */
export interface StoredColumn extends ColumnPart {
  /** The value in rows older than the column, encoded, in base64; null when there is none. */
  readonly missing?: string
  /** The value in new rows that leave the column out, in the same form: for those who have no definition. */
  readonly absent?: string
}

/** Records in the catalog. */
export interface StoredRecords {
  readonly kind: 'records'
  readonly tree: number
  readonly columns: readonly StoredColumn[]
  readonly primaryKey: readonly KeyPart[]
  readonly indexes: readonly StoredIndex[]
  /** The tree of the counter, when the primary key has ever been `autoIncrement`. */
  readonly counter?: number
  /** Whether a row or an entry may have an array that is not of one dimension, from 1 on. */
  readonly hasShapedArrays?: true
}

export type StoredTable = StoredMap | StoredRecords

/** The entry's bytes. */
export function encodeStoredTable(table: StoredTable): Buffer {
  return Buffer.from(JSON.stringify({ format: formatOf(table), ...table }))
}

/** The oldest format that says everything, so that older versions refuse only what they would misread. */
function formatOf(table: StoredTable): number {
  if (table.kind !== 'records') return FORMAT
  if (table.indexes.some(({ on }) => on.some(part => part.isOrderKey))) return FORMAT_WITH_ORDER_KEYS
  if (table.hasShapedArrays) return FORMAT_WITH_SHAPED_ARRAYS
  if (!table.indexes.every(isPlainIndex)) return FORMAT_WITH_COMPUTED_INDEXES
  const isPlain = table.counter === undefined && table.columns.every(({ missing }) => missing === undefined)
  return isPlain ? FORMAT : FORMAT_WITH_DEFAULTS
}

/** @throws CoppiceError CORRUPT, UNSUPPORTED_VERSION */
export function decodeStoredTable(name: string, bytes: Buffer): StoredTable {
  let stored: StoredTable & { format: number }
  try {
    stored = JSON.parse(bytes.toString())
  } catch (cause) {
    throw new CoppiceError('CORRUPT', `the catalog's entry for table '${name}' is not JSON`, {
      table: name,
      cause,
    })
  }
  if (!FORMATS.includes(stored?.format)) {
    throw new CoppiceError(
      'UNSUPPORTED_VERSION',
      `table '${name}' was defined by another version of Coppice (format ${stored?.format}, this one knows up to ${FORMATS.at(-1)})`,
      { table: name },
    )
  }
  const { format: _, ...table } = stored
  return table
}

/** All trees of a table. */
export function treesOf(table: StoredTable): readonly number[] {
  if (table.kind !== 'records') return [table.tree]
  const trees = [table.tree, ...table.indexes.map(index => index.tree)]
  return table.counter === undefined ? trees : [...trees, table.counter]
}

/** Columns outside the primary key, in the order in which rows hold them. */
export function rowColumns(
  columns: readonly StoredColumn[],
  primaryKey: readonly KeyPart[],
): readonly StoredColumn[] {
  return columns.filter(({ name }) => !primaryKey.some(part => part.column === name))
}
