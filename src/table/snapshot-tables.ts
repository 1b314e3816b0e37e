/**
 * The tables of one snapshot: opening them by definition.
 *
 * Invariants:
 * 1. One definition has one handle as long as its snapshot lasts.
 * 2. A definition is compared with the catalog before its handle reads anything.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import type { ReadTree } from '../btree/api.ts'
import type { TreeSource } from '../store/api.ts'
import type { Catalog, TableSummary } from './catalog.ts'
import { checkDefinition, type TableDefinition } from './definition.ts'
import type { OpenTable } from './handles.ts'
import { mapCodecOf, multimapCodecOf } from './map-codec.ts'
import { MapTable } from './map-table.ts'
import { MultimapTable } from './multimap-table.ts'
import { type BoundIndex, RecordTable } from './record-table.ts'
import { RecordTrees } from './record-trees.ts'
import { EMPTY_TREE } from './run-tree.ts'
import { definitionOfStored } from './stored-definition.ts'
import { planOf, planOfAbsent } from './table-plan.ts'

type AnyReadHandle =
  | MapTable<unknown, unknown>
  | MultimapTable<unknown, unknown>
  | RecordTable<unknown, unknown, unknown>

/** A tree that the catalog names. @throws CoppiceError CORRUPT it is not there */
export function treeOf(source: TreeSource, table: string, treeId: number): ReadTree {
  const tree = source.tree(treeId)
  if (tree === undefined) {
    throw new CoppiceError(
      'CORRUPT',
      `table '${table}': the catalog names tree ${treeId}, which does not exist`,
      {
        table,
      },
    )
  }
  return tree
}

/** The tables of a snapshot. */
export class SnapshotTables {
  private readonly source: TreeSource
  private readonly catalog: Catalog
  /** The handle that was asked for last. */
  private lastDefinition: object | undefined = undefined
  private lastHandle: AnyReadHandle | undefined = undefined
  private handles: Map<object, AnyReadHandle> | undefined = undefined

  constructor(source: TreeSource, catalog: Catalog) {
    this.source = source
    this.catalog = catalog
  }

  /**
   * Opens a table for reading. One that this state does not have yet reads as empty.
   * @throws CoppiceError TABLE_TYPE_MISMATCH, TRANSACTION_CLOSED
   */
  readonly table: OpenTable = ((definition: TableDefinition): AnyReadHandle => {
    if (this.lastHandle !== undefined && this.lastDefinition === definition) return this.lastHandle
    const handle = this.handles?.get(definition) ?? this.openOnce(definition)
    this.lastDefinition = definition
    this.lastHandle = handle
    return handle
  }) as OpenTable

  private openOnce(definition: TableDefinition): AnyReadHandle {
    this.source.assertReadable()
    checkDefinition(definition)
    const handle = this.open(definition)
    this.source.endReading()
    // Most snapshots open one table and need no map.
    if (this.lastDefinition !== undefined) {
      this.handles ??= new Map([[this.lastDefinition, this.lastHandle!]])
      this.handles.set(definition, handle)
    }
    return handle
  }

  private open(definition: TableDefinition): AnyReadHandle {
    const { source } = this
    const { name } = definition
    const stored = this.catalog.read(source, name)
    const records = stored === undefined ? planOfAbsent(definition) : planOf(definition, stored).records
    const tree = stored === undefined ? EMPTY_TREE : treeOf(source, name, stored.tree)
    if (definition.kind === 'map') return new MapTable(source, tree, mapCodecOf(definition))
    if (definition.kind === 'multimap') return new MultimapTable(source, tree, multimapCodecOf(definition))
    assert(records !== undefined, 'a definition of records has a plan for them')
    const kept = records.kept.map(
      (index): BoundIndex => ({ codec: index.codec, tree: treeOf(source, name, index.tree) }),
    )
    // Indexes that this state does not have yet are made from its rows when they are asked for.
    const missing = records.missing.map((codec): BoundIndex => ({ codec, tree: undefined }))
    return new RecordTable(source, tree, records.binding, [...kept, ...missing])
  }

  /** A table of records as trees, for the SQL layer; undefined when there is none of that name. @internal */
  recordTrees(name: string): RecordTrees | undefined {
    const { source } = this
    source.assertReadable()
    const stored = this.catalog.read(source, name)
    const plan = stored && planOf(definitionOfStored(name, stored), stored).records
    const trees =
      plan && new RecordTrees(plan, treeOf(source, name, stored.tree), treeId => treeOf(source, name, treeId))
    source.endReading()
    return trees
  }

  /** All tables of this state, by name. */
  list(): TableSummary[] {
    this.source.assertReadable()
    const tables = this.catalog.list(this.source)
    this.source.endReading()
    return tables
  }

  /** What is stored about a table, as a definition to open it with; undefined when there is no such table. */
  definitionOf(name: string): TableDefinition | undefined {
    this.source.assertReadable()
    const stored = this.catalog.read(this.source, name)
    this.source.endReading()
    return stored === undefined ? undefined : definitionOfStored(name, stored)
  }
}
