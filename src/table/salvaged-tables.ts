/**
 * Tables out of salvaged trees: what the catalog still says about them becomes typed tables again, with indexes built
 * anew from the rows; every other tree becomes a map from bytes to bytes.
 *
 * T1  Every tree of the database belongs to one table afterwards, and every table has its trees.
 * T2  An index is made from the rows that are there, so the two agree, whatever was lost of either.
 * T3  A table that salvage has named begins with `lost+found`.
 */

import { isCoppiceError } from '../base/errors.ts'
import { complete } from '../base/steps.ts'
import type { WriteTree } from '../btree/api.ts'
import { CATALOG_TREE_ID, FIRST_USER_TREE_ID, type TreeSink } from '../store/api.ts'
import { isTreeId } from '../store/salvage/survey.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Catalog } from './catalog.ts'
import { isComputed, keyNodeOf, type TableDefinition } from './definition.ts'
import { buildIndex } from './index-build.ts'
import { KeyCodec } from './key-codec.ts'
import { type AnyRecordDefinition, bindRecords } from './record-binding.ts'
import { definitionFrom } from './stored-definition.ts'
import {
  decodeStoredTable,
  type StoredIndex,
  type StoredRecords,
  type StoredTable,
  treesOf,
} from './stored-table.ts'
import type { TypeNode } from './type-node.ts'

/** What salvaged tables without a name of their own are called, and how their names begin. */
export const LOST_AND_FOUND = 'lost+found'

/** An index of a salvaged table. */
export interface SalvagedIndex {
  readonly name: string
  /** False: it could not be built, and the table is without it. */
  readonly isRebuilt: boolean
  /** Why not. */
  readonly reason: string | undefined
}

/** A table of the new database. */
export interface RestoredTable {
  readonly name: string
  readonly kind: StoredTable['kind']
  /** False: its definition is lost, and it is a map from bytes to bytes. */
  readonly isTyped: boolean
  /** Its rows may be out of date, or have been deleted: they could not be put into their table for certain. */
  readonly isLeftover: boolean
  /** The tree that its rows had in the damaged database ... */
  readonly treeId: number
  /** ... and have in the new one: another, if it was not found. */
  readonly rowsTreeId: number
  /** The trees that it had besides, for indexes and the counter. */
  readonly otherTreeIds: readonly number[]
  readonly indexes: readonly SalvagedIndex[]
  readonly formatKey: (key: Uint8Array) => string
}

/** The first number that no entry of a catalog names. */
export function nextTreeIdIn(entries: readonly (readonly [key: Buffer, value: Buffer])[]): number {
  let next = FIRST_USER_TREE_ID
  for (const [key, value] of entries) {
    const read = readEntry(key.toString(), value)
    if (read !== undefined) next = Math.max(next, ...treesOf(read.stored).map(tree => tree + 1))
  }
  return next
}

/** The trees of indexes, in entries of a catalog. They need not be copied. */
export function indexTreesIn(entries: readonly (readonly [key: Buffer, value: Buffer])[]): Set<number> {
  const rows = new Set<number>()
  const indexes = new Set<number>()
  for (const [key, value] of entries) {
    const read = readEntry(key.toString(), value)
    if (read === undefined) continue
    rows.add(read.stored.tree)
    if (read.stored.kind !== 'records') continue
    if (read.stored.counter !== undefined) rows.add(read.stored.counter)
    for (const { tree } of read.stored.indexes) indexes.add(tree)
  }
  for (const tree of rows) indexes.delete(tree)
  return indexes
}

interface CatalogEntry {
  readonly stored: StoredTable
  readonly definition: TableDefinition
}

/** Undefined when the entry is not one: whatever it makes the code behind it throw, it was not written by Coppice. */
function readEntry(name: string, bytes: Buffer): CatalogEntry | undefined {
  try {
    const stored = decodeStoredTable(name, bytes)
    const definition = definitionFrom(name, stored)
    return treesOf(stored).every(isTreeId) ? { stored, definition } : undefined
  } catch {
    return undefined
  }
}

/** What the trees of the new database hold, and what is wrong with them. */
export interface SalvagedTrees {
  readonly treeIds: ReadonlySet<number>
  /** Whether anything of a tree was lost, or it was not found. */
  isDamaged(treeId: number): boolean
}

export class TableRestoration {
  readonly tables: RestoredTable[] = []
  /** Names of the catalog's entries that could not be read: their trees are among the untyped tables. */
  readonly damagedDefinitions: string[] = []
  readonly #sink: TreeSink
  readonly #catalog: Catalog
  readonly #trees: SalvagedTrees
  readonly #claimed = new Set<number>()

  constructor(sink: TreeSink, catalog: Catalog, trees: SalvagedTrees) {
    this.#sink = sink
    this.#catalog = catalog
    this.#trees = trees
  }

  /** Restores one table after the other, yielding after each. */
  *run(): Generator<string, void> {
    for (const [name, entry] of this.#entries()) {
      if (entry === undefined || !this.#claim(entry.stored)) {
        this.#catalog.remove(this.#sink, name)
        this.damagedDefinitions.push(name)
        continue
      }
      this.#restore(name, entry)
      yield name
    }
    for (const treeId of this.#trees.treeIds) {
      if (this.#claimed.has(treeId)) continue
      this.addUntyped(treeId, `${LOST_AND_FOUND}: tree ${treeId}`)
      yield `tree ${treeId}`
    }
  }

  /** All entries of the catalog, read before any is changed. */
  #entries(): [name: string, entry: CatalogEntry | undefined][] {
    const entries: [string, CatalogEntry | undefined][] = []
    const cursor = this.#sink.tree(CATALOG_TREE_ID)!.cursor()
    for (let found = cursor.first(); found; found = cursor.next()) {
      const nameLength = cursor.loadKey()
      const name = cursor.keyBytes.toString('utf8', 0, nameLength)
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      const bytes = Buffer.from(valueBytes.subarray(valueOffset, valueOffset + valueLength))
      entries.push([name, readEntry(name, bytes)])
    }
    return entries
  }

  /** Takes a table's trees for it; false when one of them is no table's or another one's. */
  #claim(stored: StoredTable): boolean {
    const trees = treesOf(stored)
    const isFree = (tree: number) => tree >= FIRST_USER_TREE_ID && !this.#claimed.has(tree)
    if (new Set(trees).size !== trees.length || !trees.every(isFree)) return false
    for (const tree of trees) this.#claimed.add(tree)
    return true
  }

  #restore(name: string, { stored, definition }: CatalogEntry): void {
    const [treeId, ...otherTreeIds] = treesOf(stored)
    const tree = this.#trees.treeIds.has(treeId) ? treeId : this.#createTree()
    const indexes: SalvagedIndex[] = []
    let restored: StoredTable = { ...stored, tree }
    if (restored.kind === 'records') {
      restored = this.#withCounter(restored)
      restored = this.#withIndexes(restored, definition as AnyRecordDefinition, indexes)
    }
    this.#catalog.write(this.#sink, name, restored)
    this.tables.push({
      name,
      kind: stored.kind,
      isTyped: true,
      isLeftover: false,
      treeId,
      rowsTreeId: tree,
      otherTreeIds,
      indexes,
      formatKey: keyFormatter(keyNode(stored)),
    })
  }

  #createTree(): number {
    const treeId = this.#sink.createTree()
    this.#claimed.add(treeId)
    return treeId
  }

  /** A counter that is damaged is left out: opening the table makes it anew, from the largest number there is. */
  #withCounter(stored: StoredRecords): StoredRecords {
    const { counter, ...others } = stored
    if (counter === undefined) return stored
    if (this.#trees.treeIds.has(counter) && !this.#trees.isDamaged(counter)) return stored
    this.#dropTree(counter)
    return others
  }

  #withIndexes(
    stored: StoredRecords,
    definition: AnyRecordDefinition,
    report: SalvagedIndex[],
  ): StoredRecords {
    const binding = bindRecords(definition, stored.columns)
    const built: StoredIndex[] = []
    for (const index of stored.indexes) {
      this.#dropTree(index.tree)
      if (isComputed(index)) {
        const reason =
          'it is partial, or over expressions or what only SQL makes keys of: REINDEX makes it anew'
        report.push({ name: index.name, isRebuilt: false, reason })
        continue
      }
      const tree = this.#createTree()
      try {
        const rows = this.#sink.tree(stored.tree)!
        complete(
          buildIndex(rows, this.#sink.tree(tree)!, binding, binding.index(index), undefined, () => false),
        )
        built.push({ ...index, tree })
        report.push({ name: index.name, isRebuilt: true, reason: undefined })
      } catch (error) {
        if (!isCoppiceError(error)) throw error
        this.#sink.dropTree(tree)
        report.push({ name: index.name, isRebuilt: false, reason: error.message })
      }
    }
    return { ...stored, indexes: built }
  }

  #dropTree(treeId: number): void {
    if (this.#trees.treeIds.has(treeId)) this.#sink.dropTree(treeId)
  }

  /** Makes a map from bytes to bytes of a tree, or, without one, of a new tree; returns its tree. */
  addUntyped(treeId: number | undefined, name: string): number {
    const tree = treeId ?? this.#createTree()
    this.#claimed.add(tree)
    this.#addTable(
      name,
      { kind: 'map', tree, key: BYTES, value: BYTES },
      { isTyped: false, isLeftover: treeId === undefined },
    )
    return tree
  }

  /** The rows that were in a tree. */
  rowsOf(treeId: number): WriteTree | undefined {
    const table = this.tables.find(other => other.treeId === treeId)
    return table && this.#sink.tree(table.rowsTreeId)
  }

  /** Makes a table for what may have been in a tree; returns its tree. */
  addLeftoverTable(treeId: number): number {
    const table = this.tables.find(other => other.treeId === treeId && other.isTyped)
    const stored = table && this.#catalog.read(this.#sink, table.name)
    if (table === undefined || stored === undefined) {
      const what = treeId === CATALOG_TREE_ID ? 'definitions' : `tree ${treeId}`
      return this.addUntyped(undefined, `${LOST_AND_FOUND}: ${what}`)
    }
    const tree = this.#createTree()
    const leftovers = stored.kind === 'records' ? withoutIndexes({ ...stored, tree }) : { ...stored, tree }
    this.#addTable(`${LOST_AND_FOUND}: ${table.name}`, leftovers, { isTyped: true, isLeftover: true })
    return tree
  }

  /** Adds a table without indexes; if there is one of that name, under another one like it. */
  #addTable(name: string, stored: StoredTable, is: Pick<RestoredTable, 'isTyped' | 'isLeftover'>): void {
    let free = name
    for (let i = 2; this.#catalog.read(this.#sink, free) !== undefined; i++) free = `${name} (${i})`
    this.#catalog.write(this.#sink, free, stored)
    this.tables.push({
      name: free,
      kind: stored.kind,
      ...is,
      treeId: stored.tree,
      rowsTreeId: stored.tree,
      otherTreeIds: [],
      indexes: [],
      formatKey: is.isTyped ? keyFormatter(keyNode(stored)) : hexOf,
    })
  }
}

const BYTES: TypeNode = { kind: 'bytes' }

function withoutIndexes({ counter: _, ...stored }: StoredRecords): StoredRecords {
  return { ...stored, indexes: [] }
}

/** The type of the keys of a table's tree. */
function keyNode(stored: StoredTable): TypeNode {
  if (stored.kind === 'records') return keyNodeOf(stored.columns, stored.primaryKey)
  return stored.kind === 'map' ? stored.key : { kind: 'tuple', elements: [stored.key, stored.value] }
}

/** Bounds of ranges are the shortest keys that part two pages: what is cut off counts as zeros. */
const ZEROS_MAX = 16

function keyFormatter(node: TypeNode): (key: Uint8Array) => string {
  const codec = new KeyCodec(node, LOST_AND_FOUND, 'key', false)
  const reader = new ByteReader()
  const writer = new ByteWriter()
  return key => {
    const padded = Buffer.alloc(key.length + ZEROS_MAX)
    padded.set(key)
    for (let length = key.length; length <= padded.length; length++) {
      try {
        const value = codec.decode(reader.over(padded, 0, length))
        writer.begin()
        codec.encode(writer, value)
        const isExact = writer.at === length && writer.bytes.compare(padded, 0, length, 0, writer.at) === 0
        if (isExact) return formatValue(value)
      } catch (error) {
        if (!(error instanceof Error)) throw error
      }
    }
    return hexOf(key)
  }
}

/** The values that keys have, as a program would write them. */
function formatValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return hexOf(value)
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${formatValue(field)}`)
  return `{ ${fields.join(', ')} }`
}

function hexOf(key: Uint8Array): string {
  return `0x${Buffer.from(key.buffer, key.byteOffset, key.length).toString('hex')}`
}
