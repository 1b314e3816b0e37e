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
 * A type is what `type-node.ts` describes. An index that is *ad hoc* was made by `createIndex` and stays when
 * a definition does not name it.
 */

import { CoppiceError } from '../base/errors.ts'
import type { ColumnPart, IndexPart, KeyPart } from './definition.ts'
import type { TypeNode } from './type-node.ts'

const FORMAT = 1

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

/** Records in the catalog. */
export interface StoredRecords {
  readonly kind: 'records'
  readonly tree: number
  readonly columns: readonly ColumnPart[]
  readonly primaryKey: readonly KeyPart[]
  readonly indexes: readonly StoredIndex[]
}

export type StoredTable = StoredMap | StoredRecords

/** The entry's bytes. */
export function encodeStoredTable(table: StoredTable): Buffer {
  return Buffer.from(JSON.stringify({ format: FORMAT, ...table }))
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
  if (stored?.format !== FORMAT) {
    throw new CoppiceError(
      'UNSUPPORTED_VERSION',
      `table '${name}' was defined by another version of Coppice (format ${stored?.format}, this one knows ${FORMAT})`,
      { table: name },
    )
  }
  const { format: _, ...table } = stored
  return table
}

/** All trees of a table. */
export function treesOf(table: StoredTable): readonly number[] {
  return table.kind === 'records' ? [table.tree, ...table.indexes.map(index => index.tree)] : [table.tree]
}

/** Columns outside the primary key, in the order in which rows hold them. */
export function rowColumns(
  columns: readonly ColumnPart[],
  primaryKey: readonly KeyPart[],
): readonly ColumnPart[] {
  return columns.filter(({ name }) => !primaryKey.some(part => part.column === name))
}
