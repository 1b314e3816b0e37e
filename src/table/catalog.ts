/**
 * The catalog: from a table's name to what is stored about it, in tree CATALOG_TREE_ID.
 *
 * Parsed entries are remembered together with their bytes, one a name, for a whole database. An entry is
 * reused when the catalog of the state at hand is the one in which it was last seen, or else when the bytes there are the
 * same, which makes opening a known table a comparison of two numbers or a tree lookup, and is right for every snapshot,
 * rollback and savepoint without any bookkeeping.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { PutMode, type ReadTree, type WriteTree } from '../btree/api.ts'
import { CATALOG_TREE_ID, type TreeSink, type TreeSource } from '../store/api.ts'
import { decodeStoredTable, encodeStoredTable, type StoredTable } from './stored-table.ts'

interface CachedEntry {
  readonly bytes: Buffer
  readonly key: Buffer
  readonly table: StoredTable
  /** Of the catalog in which it was last seen. */
  version: number | undefined
}

/** A table in a listing. */
export interface TableSummary {
  readonly name: string
  readonly kind: 'map' | 'multimap' | 'records'
  /** Entries: keys of a map, pairs of a multimap, records. */
  readonly entryCount: number
  /** The names of its indexes. */
  readonly indexes: readonly string[]
}

/** One a database. */
export class Catalog {
  /** Grows with each change by this thread: a state that was read before may be another since. */
  changes = 0
  private readonly cache = new Map<string, CachedEntry>()

  /** What `source` says about a table; the same object as long as it says the same. */
  read(source: TreeSource, name: string): StoredTable | undefined {
    const known = this.cache.get(name)
    const version = source.versionOf(CATALOG_TREE_ID)
    if (known !== undefined && known.version !== undefined && known.version === version) return known.table
    const tree = catalogTree(source)
    const key = known?.key ?? Buffer.from(name)
    if (!tree.find(key, key.length)) return undefined
    const { valueBytes, valueOffset, valueLength } = tree
    if (
      known !== undefined &&
      known.bytes.length === valueLength &&
      known.bytes.compare(valueBytes, valueOffset, valueOffset + valueLength) === 0
    ) {
      known.version = version
      return known.table
    }
    const bytes = Buffer.from(valueBytes.subarray(valueOffset, valueOffset + valueLength))
    const table = decodeStoredTable(name, bytes)
    this.cache.set(name, { bytes, key, table, version })
    return table
  }

  /** Stores or replaces an entry, and returns it as `read` will. */
  write(sink: TreeSink, name: string, table: StoredTable): StoredTable {
    this.changes++
    const key = Buffer.from(name)
    const bytes = encodeStoredTable(table)
    writableCatalogTree(sink).put(key, key.length, bytes, 0, bytes.length, PutMode.upsert)
    const stored = this.read(sink, name)
    assert(stored !== undefined, 'an entry that was written is there')
    return stored
  }

  /** False when there is no such table. Its trees are the caller's business. */
  remove(sink: TreeSink, name: string): boolean {
    this.changes++
    const key = Buffer.from(name)
    return writableCatalogTree(sink).remove(key, key.length)
  }

  /** All definitions by name; the same objects as long as they say the same. */
  all(source: TreeSource): ReadonlyMap<string, StoredTable> {
    const names: string[] = []
    const cursor = catalogTree(source).cursor()
    for (let found = cursor.first(); found; found = cursor.next()) {
      const length = cursor.loadKey()
      names.push(cursor.keyBytes.toString('utf8', 0, length))
    }
    const tables = new Map<string, StoredTable>()
    for (const name of names) {
      const table = this.read(source, name)
      if (table === undefined)
        throw new CoppiceError('CORRUPT', 'the catalog is out of order', { table: name })
      tables.set(name, table)
    }
    return tables
  }

  /** All tables by name. */
  list(source: TreeSource): TableSummary[] {
    return [...this.all(source)].map(([name, table]) => ({
      name,
      kind: table.kind,
      entryCount: source.tree(table.tree)?.count ?? 0,
      indexes: table.kind === 'records' ? table.indexes.map(index => index.name) : [],
    }))
  }
}

function catalogTree(source: TreeSource): ReadTree {
  const tree = source.tree(CATALOG_TREE_ID)
  if (tree === undefined) throw new CoppiceError('CORRUPT', 'the database has no catalog')
  return tree
}

function writableCatalogTree(sink: TreeSink): WriteTree {
  return catalogTree(sink) as WriteTree
}
