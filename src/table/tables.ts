/**
 * The tables of one write transaction: opening them by definition, making, changing, renaming and dropping them. Those of a
 * snapshot: snapshot-tables.ts.
 *
 * Invariants:
 * 1. One definition has one handle as long as its transaction lasts, and opening it again is a lookup in a map (some 20 ns).
 * 2. A definition is compared with the catalog before its handle reads anything.
 * 3. An evolution either happens wholly or leaves trees and catalog as they were.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { LateMap } from '../base/late-map.ts'
import { complete, type IsDue, type Steps } from '../base/steps.ts'
import type { WriteTree } from '../btree/api.ts'
import type { TreeSink, TreeSource } from '../store/api.ts'
import type { Catalog, TableSummary } from './catalog.ts'
import { Counter } from './counter.ts'
import {
  checkDefinition,
  checkTableName,
  type IndexOptions,
  type IndexPart,
  refuseOwnName,
  type TableDefinition,
} from './definition.ts'
import { DetachedTree } from './detached-tree.ts'
import { type Evolution, withDefault, withStoredDefaults } from './evolution.ts'
import type { OpenWritableTable } from './handles.ts'
import { buildIndex } from './index-build.ts'
import type { IndexCodec } from './index-codec.ts'
import type { IndexComputer } from './index-computer.ts'
import { mapCodecOf, multimapCodecOf } from './map-codec.ts'
import { WritableMapTable } from './map-table.ts'
import { WritableMultimapTable } from './multimap-table.ts'
import { type AnyRecordDefinition, bindRecords, type RecordBinding } from './record-binding.ts'
import type { BoundIndex } from './record-table.ts'
import type { RowRules, Rulebook } from './rulebook.ts'
import { RuledRecordTable } from './ruled-record-table.ts'
import { noteShape, refuseShape, type ShapeKeeper } from './shape-note.ts'
import { SnapshotTables, treeOf } from './snapshot-tables.ts'
import { definitionFrom, definitionOfStored } from './stored-definition.ts'
import { type StoredIndex, type StoredRecords, type StoredTable, treesOf } from './stored-table.ts'
import { planOf, type RecordPlan } from './table-plan.ts'
import { type TypeNode, withMembers } from './type-node.ts'
import { WritableRecordTable } from './writable-record-table.ts'

type AnyRecordTable = WritableRecordTable<unknown, unknown, unknown, unknown>
type AnyWriteHandle =
  | WritableMapTable<unknown, unknown>
  | WritableMultimapTable<unknown, unknown>
  | AnyRecordTable

/** Of work that is not left in its middle. */
const NEVER: IsDue = () => false

interface OpenHandle {
  readonly definition: TableDefinition
  /** False for those of SQL, which keeps to the rules by itself. */
  readonly isRuled: boolean
  readonly handle: AnyWriteHandle
  /** The table's name, which a rename changes. */
  name: string
  /** What the catalog said when the handle was attached to its trees. */
  stored: StoredTable
}

/** The tables of a write transaction. */
export class TransactionTables implements ShapeKeeper {
  private readonly sink: TreeSink
  private readonly catalog: Catalog
  /** The handle that `table` gives for a definition. */
  private readonly open = new LateMap<TableDefinition, OpenHandle>()
  /** The same for `unruled`. */
  private readonly openUnruled = new LateMap<TableDefinition, OpenHandle>()
  /** All handles that may still be used: those, and the ones whose table was renamed. */
  private readonly attached = new Set<OpenHandle>()
  private readonly rulebook: Rulebook | undefined
  private sqlChangeCount = 0
  private renewedAt = 0

  /** `rulebook`: what SQL knows of the tables; without, only tables that SQL does not know can be written. */
  constructor(sink: TreeSink, catalog: Catalog, rulebook?: Rulebook) {
    this.sink = sink
    this.catalog = catalog
    this.rulebook = rulebook
  }

  /** The tables of another state that this transaction can read. */
  of(source: TreeSource): SnapshotTables {
    return new SnapshotTables(source, this.catalog)
  }

  /**
   * Opens a table, making it when there is none, and applying what has changed in its definition.
   * @throws CoppiceError TABLE_TYPE_MISMATCH, TRANSACTION_CLOSED; UNIQUE_VIOLATION when a new unique index finds
   * equal records
   */
  readonly table: OpenWritableTable = ((definition: TableDefinition): AnyWriteHandle => {
    const known = this.open.get(definition)
    if (known !== undefined) return known.handle
    return this.openTable(definition, true)
  }) as OpenWritableTable

  /** The same for SQL, whose statements keep to what it knows of a table by themselves. @internal */
  readonly unruled: OpenWritableTable = ((definition: TableDefinition): AnyWriteHandle => {
    const known = this.openUnruled.get(definition)
    if (known !== undefined) return known.handle
    return this.openTable(definition, false)
  }) as OpenWritableTable

  /** What `unruledOf` gave last, and for which catalog. */
  private lastUnruled:
    | { readonly name: string; readonly changes: number; readonly handle: AnyWriteHandle }
    | undefined

  /**
   * What `unruled` gives for the definition of a stored table; undefined when there is none of that name. A statement asks two
   * or three times for the same one. @internal
   */
  unruledOf(name: string): AnyWriteHandle | undefined {
    const last = this.lastUnruled
    if (last !== undefined && last.name === name && last.changes === this.catalog.changes) return last.handle
    const definition = this.definitionOf(name)
    if (definition === undefined) return undefined
    const handle = (this.unruled as (definition: TableDefinition) => AnyWriteHandle)(definition)
    this.lastUnruled = { name, changes: this.catalog.changes, handle }
    return handle
  }

  private openTable(definition: TableDefinition, isRuled: boolean): AnyWriteHandle {
    this.sink.assertWritable()
    checkDefinition(definition)
    if (isRuled && this.rulebook !== undefined) refuseOwnName(definition.name, definition)
    let stored = this.catalog.read(this.sink, definition.name)
    if (stored === undefined) {
      stored = this.create(definition)
    } else {
      const { evolution } = planOf(definition, stored)
      if (evolution.isNeeded) {
        if (isRuled) this.refuseChangeOfSql(definition.name, evolution)
        stored = this.evolve(definition, stored, evolution)
      } else if (isRuled && evolution.changesDefaults && !this.isMadeBySql(definition.name)) {
        stored = this.storeDefaults(definition.name, stored as StoredRecords, evolution)
      }
    }
    const handle = this.makeHandle(definition, stored, isRuled)
    const opened: OpenHandle = { definition, isRuled, handle, name: definition.name, stored }
    this.handlesFor(opened).set(definition, opened)
    this.attached.add(opened)
    return handle
  }

  private handlesFor({ isRuled }: OpenHandle): LateMap<TableDefinition, OpenHandle> {
    return isRuled ? this.open : this.openUnruled
  }

  /** What SQL has made, only SQL changes: it would not know. New indexes are nothing that it has to know. */
  private refuseChangeOfSql(table: string, evolution: Evolution): void {
    const { changedColumns } = evolution
    // Those of SQL are named by no definition.
    const droppedIndexes = evolution.droppedIndexes.filter(index => index.isAdHoc)
    if (changedColumns.length === 0 && droppedIndexes.length === 0) return
    if (!this.isMadeBySql(table)) return
    const what =
      changedColumns.length > 0
        ? `column '${changedColumns[0]}' is new or defined otherwise: ALTER TABLE changes it`
        : `index '${droppedIndexes[0].name}' is defined otherwise: DROP INDEX and CREATE INDEX change it`
    throw new CoppiceError('TABLE_TYPE_MISMATCH', `table '${table}' was made by SQL, and ${what}`, { table })
  }

  /** What SQL has made has its defaults from SQL: those of a definition are for the program that has it. */
  private isMadeBySql(table: string): boolean {
    return this.rulebook?.isMadeBySql(table, this) === true
  }

  private makeHandle(definition: TableDefinition, stored: StoredTable, isRuled: boolean): AnyWriteHandle {
    const { name } = definition
    const tree = this.writeTree(name, stored.tree)
    if (definition.kind === 'map') return new WritableMapTable(this.sink, tree, mapCodecOf(definition))
    if (definition.kind === 'multimap') {
      return new WritableMultimapTable(this.sink, tree, multimapCodecOf(definition))
    }
    const records = this.recordPlan(definition, stored)
    const indexes = this.boundIndexes(name, records)
    const parts = [
      this.sink,
      tree,
      records.binding,
      indexes,
      this.counterOf(definition, name, stored),
      this.computerOf(name, records.binding, indexes),
      this,
    ] as const
    const rules = isRuled ? this.rulesOf(name) : undefined
    return rules === undefined ? new WritableRecordTable(...parts) : new RuledRecordTable(rules, ...parts)
  }

  /** For handles. SQL refuses by itself what a table cannot have. @internal */
  noteShapedRow(handle: AnyWriteHandle): void {
    const { isRuled, name } = this.openedBy(handle)
    if (isRuled && !this.isMadeBySql(name)) refuseShape(name)
    noteShape(this.sink, this.catalog, name)
  }

  /** For handles. @internal */
  noteShapedEntry(handle: AnyWriteHandle): void {
    noteShape(this.sink, this.catalog, this.openedBy(handle).name)
  }

  private openedBy(handle: AnyWriteHandle): OpenHandle {
    const opened = [...this.attached].find(one => one.handle === handle)
    assert(opened !== undefined, 'a handle that writes is attached')
    return opened
  }

  private rulesOf(table: string): RowRules | undefined {
    return this.rulebook?.rulesOf(table, this)
  }

  /** Of the transaction; none that was committed before has it. */
  get txnId(): number {
    return this.sink.txnId
  }

  /** Whether SQL has changed its definitions in this transaction. */
  get hasSqlChanges(): boolean {
    return this.sqlChangeCount > 0
  }

  /** Another number when any definition has changed, or a change of one was undone. */
  get definitionChanges(): number {
    return this.catalog.changes
  }

  /** SQL has changed a definition of its own. Once it is done with all that belongs together: `renewRules`. */
  noteSqlChange(): void {
    this.sqlChangeCount++
    this.catalog.changes++
  }

  /**
   * After SQL has changed its definitions: handles go on under the rules that hold now; those of tables that had none, or
   * have none any more, refuse all work, and `table` opens them anew.
   */
  renewRules(): void {
    if (this.renewedAt === this.sqlChangeCount) return
    this.renewedAt = this.sqlChangeCount
    for (const opened of this.attached) this.renewRulesOf(opened)
  }

  private renewRulesOf(opened: OpenHandle): void {
    const { handle, isRuled, name } = opened
    if (!isRuled || !(handle instanceof WritableRecordTable)) return
    const rules = this.rulesOf(name)
    if (handle instanceof RuledRecordTable && rules !== undefined) handle.setRules(rules)
    else if (handle instanceof RuledRecordTable || rules !== undefined) this.detach(opened)
  }

  private computerOf(
    table: string,
    { codec }: RecordBinding,
    indexes: readonly { readonly codec: IndexCodec }[],
  ): IndexComputer | undefined {
    if (!indexes.some(index => index.codec.isComputed)) return undefined
    assert(this.rulebook !== undefined, 'somebody computes what the index is over')
    return this.rulebook.indexComputerOf(table, codec, this)
  }

  /** The plan for a stored table that needs no change. */
  private recordPlan(definition: TableDefinition, stored: StoredTable): RecordPlan {
    const { evolution, records } = planOf(definition, stored)
    assert(!evolution.isNeeded && records !== undefined, 'the stored table has what the definition needs')
    return records
  }

  private boundIndexes(table: string, records: RecordPlan): BoundIndex<WriteTree>[] {
    return records.kept.map(index => ({ codec: index.codec, tree: this.writeTree(table, index.tree) }))
  }

  /** The counter of a table of records, if it has one. */
  private counterOf(definition: TableDefinition, table: string, stored: StoredTable): Counter | undefined {
    if (definition.kind !== 'records' || stored.kind !== 'records' || stored.counter === undefined)
      return undefined
    const name = stored.primaryKey[0].column
    const column = definition.columns.find(candidate => candidate.name === name)!
    return new Counter(this.writeTree(table, stored.counter), table, name, column.node, column.isNumbered)
  }

  private writeTree(table: string, treeId: number): WriteTree {
    return treeOf(this.sink, table, treeId) as WriteTree
  }

  private create(definition: TableDefinition): StoredTable {
    const tree = this.sink.createTree()
    if (definition.kind !== 'records') {
      return this.catalog.write(this.sink, definition.name, {
        kind: definition.kind,
        tree,
        key: definition.key.node,
        value: definition.value.node,
      })
    }
    return this.catalog.write(this.sink, definition.name, {
      kind: 'records',
      tree,
      columns: definition.columns.map(column =>
        withDefault({ name: column.name, node: column.node }, column),
      ),
      primaryKey: definition.primaryKey,
      indexes: definition.indexes.map(index => ({ ...index, tree: this.sink.createTree(), isAdHoc: false })),
      ...(definition.columns.some(column => column.isNumbered) ? { counter: this.sink.createTree() } : {}),
    })
  }

  private evolve(definition: TableDefinition, stored: StoredTable, evolution: Evolution): StoredTable {
    let next: StoredTable
    if (definition.kind === 'records') {
      const records = stored as StoredRecords
      const added = complete(
        this.buildIndexes(definition, records, evolution.columns, evolution.addedIndexes, false, NEVER),
      )
      for (const index of evolution.droppedIndexes) this.sink.dropTree(index.tree)
      const columns = this.isMadeBySql(definition.name)
        ? withStoredDefaults(evolution.columns, records.columns)
        : evolution.columns
      next = { ...records, columns, indexes: [...evolution.keptIndexes, ...added] }
      if (evolution.addsCounter) next = this.withCounter(definition, next)
    } else {
      assert(stored.kind !== 'records', 'kinds were compared')
      next = { ...stored, key: definition.key.node, value: definition.value.node }
    }
    const written = this.catalog.write(this.sink, definition.name, next)
    this.reattach(definition.name)
    return written
  }

  /** For those who have no definition. */
  private storeDefaults(name: string, stored: StoredRecords, { columns }: Evolution): StoredTable {
    const written = this.catalog.write(this.sink, name, { ...stored, columns })
    this.reattach(name)
    return written
  }

  /** Gives a table that has records already a counter, which starts at the largest number among them. */
  private withCounter(definition: AnyRecordDefinition, stored: StoredRecords): StoredRecords {
    const next = { ...stored, counter: this.sink.createTree() }
    const { codec, keyReader } = bindRecords(definition, stored.columns)
    const cursor = this.writeTree(definition.name, stored.tree).cursor()
    if (definition.primaryKey[0].isDescending ? cursor.first() : cursor.last()) {
      const length = cursor.loadKey()
      const largest = codec.key.decode(keyReader.over(cursor.keyBytes, 0, length))
      this.counterOf(definition, definition.name, next)!.raise(largest)
    }
    return next
  }

  /** Makes and fills the trees of new indexes; when one cannot be filled, none is left behind. */
  private *buildIndexes(
    definition: AnyRecordDefinition,
    stored: StoredRecords,
    columns: StoredRecords['columns'],
    added: readonly IndexPart[],
    isAdHoc: boolean,
    isDue: IsDue,
  ): Steps<StoredIndex[]> {
    const binding = bindRecords(definition, columns)
    const rows = this.writeTree(definition.name, stored.tree)
    const built: StoredIndex[] = []
    try {
      for (const index of added) {
        const tree = this.sink.createTree()
        const codec = binding.index(index)
        built.push({ ...index, tree, isAdHoc })
        const computer = this.computerOf(definition.name, binding, [{ codec }])
        const entries = this.writeTree(definition.name, tree)
        const isShaped = yield* buildIndex(rows, entries, binding, codec, computer, isDue)
        if (isShaped) noteShape(this.sink, this.catalog, definition.name)
      }
    } catch (error) {
      for (const { tree } of built) this.sink.dropTree(tree)
      throw error
    }
    return built
  }

  /**
   * Adds an index to a table of records, whatever its definitions say: it stays until `dropIndex`.
   * @throws CoppiceError TABLE_NOT_FOUND, INVALID_DEFINITION, UNIQUE_VIOLATION
   */
  createIndex(table: string, name: string, options: IndexOptions<string>): void {
    this.sink.assertWritable()
    const stored = this.storedRecords(table)
    this.refuseKnownIndex(table, stored, name)
    const definition = definitionFrom(table, stored, { [name]: options }) as AnyRecordDefinition
    const index = definition.indexes.find(candidate => candidate.name === name)!
    complete(this.addIndexes(table, stored, definition, [index], NEVER))
  }

  /**
   * Adds indexes as SQL defines them: they may be partial and over expressions, and say where nulls lie. When it throws, there
   * are none. While it is left in its middle nobody changes the table; who does not go on with it rolls back.
   * @throws CoppiceError TABLE_NOT_FOUND, INVALID_DEFINITION, UNIQUE_VIOLATION
   */
  *createIndexes(table: string, indexes: readonly IndexPart[], isDue: IsDue): Steps {
    this.sink.assertWritable()
    const stored = this.storedRecords(table)
    for (const { name } of indexes) this.refuseKnownIndex(table, stored, name)
    const definition = definitionFrom(table, stored) as AnyRecordDefinition
    yield* this.addIndexes(table, stored, definition, indexes, isDue)
  }

  private refuseKnownIndex(table: string, stored: StoredRecords, name: string): void {
    if (!stored.indexes.some(index => index.name === name)) return
    throw new CoppiceError('INVALID_DEFINITION', `table '${table}' has an index '${name}' already`, {
      table,
      index: name,
    })
  }

  private *addIndexes(
    table: string,
    stored: StoredRecords,
    definition: AnyRecordDefinition,
    indexes: readonly IndexPart[],
    isDue: IsDue,
  ): Steps {
    const added = yield* this.buildIndexes(definition, stored, stored.columns, indexes, true, isDue)
    // Their entries may be the first of a shape that the catalog has to name.
    const { hasShapedArrays } = this.storedRecords(table)
    const shapes = hasShapedArrays ? { hasShapedArrays } : {}
    this.catalog.write(this.sink, table, { ...stored, ...shapes, indexes: [...stored.indexes, ...added] })
    this.reattach(table)
  }

  /**
   * Removes an index; false when there is none of that name. A definition that names it brings it back.
   * @throws CoppiceError TABLE_NOT_FOUND
   */
  dropIndex(table: string, name: string): boolean {
    this.sink.assertWritable()
    const stored = this.storedRecords(table)
    const index = stored.indexes.find(candidate => candidate.name === name)
    if (index === undefined) return false
    this.catalog.write(this.sink, table, {
      ...stored,
      indexes: stored.indexes.filter(candidate => candidate !== index),
    })
    this.reattach(table)
    this.sink.dropTree(index.tree)
    return true
  }

  private storedRecords(table: string): StoredRecords {
    const stored = this.catalog.read(this.sink, table)
    if (stored === undefined) this.notFound(table)
    if (stored.kind !== 'records') {
      throw new CoppiceError(
        'INVALID_DEFINITION',
        `table '${table}' is a ${stored.kind} and has no indexes`,
        { table },
      )
    }
    return stored
  }

  private notFound(table: string): never {
    throw new CoppiceError('TABLE_NOT_FOUND', `there is no table '${table}'`, { table })
  }

  /**
   * Gives a table another name. Handles that are open go on under the new name.
   * @throws CoppiceError TABLE_NOT_FOUND, TABLE_EXISTS, INVALID_DEFINITION
   */
  rename(from: string, to: string): void {
    this.sink.assertWritable()
    checkTableName(to)
    const stored = this.catalog.read(this.sink, from)
    if (stored === undefined) this.notFound(from)
    if (this.catalog.read(this.sink, to) !== undefined) {
      throw new CoppiceError('TABLE_EXISTS', `there is a table '${to}' already`, { table: to })
    }
    this.catalog.remove(this.sink, from)
    this.catalog.write(this.sink, to, stored)
    for (const opened of this.attached) {
      if (opened.name !== from) continue
      opened.name = to
      this.handlesFor(opened).delete(opened.definition)
    }
  }

  /**
   * Gives the members of an enum other names, in all columns and index keys that have just these members. What is stored are
   * ordinals, and stays. @internal
   */
  renameEnumMembers(table: string, members: readonly string[], renamed: readonly string[]): void {
    this.sink.assertWritable()
    const stored = this.storedRecords(table)
    const change = <T extends TypeNode>(node: T): T => withMembers(node, members, renamed) as T
    this.catalog.write(this.sink, table, {
      ...stored,
      columns: stored.columns.map(column => ({ ...column, node: change(column.node) })),
      indexes: stored.indexes.map(index => ({
        ...index,
        on: index.on.map(part =>
          part.computed === undefined ? part : { ...part, computed: change(part.computed) },
        ),
      })),
    })
    this.reattach(table)
  }

  /** Removes a table with its indexes; false when there was none. Handles that are open refuse all work. */
  drop(table: string | { readonly name: string }): boolean {
    this.sink.assertWritable()
    const name = typeof table === 'string' ? table : table.name
    const stored = this.catalog.read(this.sink, name)
    if (stored === undefined) return false
    this.catalog.remove(this.sink, name)
    for (const opened of this.attached) if (opened.name === name) this.detach(opened)
    for (const tree of treesOf(stored)) this.sink.dropTree(tree)
    return true
  }

  /** All tables as they are now, by name. */
  list(): TableSummary[] {
    this.sink.assertReadable()
    return this.catalog.list(this.sink)
  }

  /** What is stored about a table, as a definition to open it with; undefined when there is no such table. */
  definitionOf(name: string): TableDefinition | undefined {
    this.sink.assertReadable()
    const stored = this.catalog.read(this.sink, name)
    return stored === undefined ? undefined : definitionOfStored(name, stored)
  }

  /**
   * After a rollback to a savepoint: handles whose table is as it was go on; the others refuse all work, and
   * `table` opens them anew.
   */
  afterRollback(): void {
    this.catalog.changes++
    for (const name of new Set([...this.attached].map(opened => opened.name))) this.reattach(name)
    if (!this.hasSqlChanges) return
    this.noteSqlChange()
    this.renewRules()
  }

  /** Brings the handles of a table into agreement with the catalog. */
  private reattach(name: string): void {
    const stored = this.catalog.read(this.sink, name)
    for (const opened of this.attached) {
      if (opened.name !== name || opened.stored === stored) continue
      if (stored === undefined || !this.canAttach(opened.definition, stored)) this.detach(opened)
      else this.attach(opened, stored)
    }
  }

  /** Whether a definition needs nothing that the stored table has not. */
  private canAttach(definition: TableDefinition, stored: StoredTable): boolean {
    try {
      return !planOf(definition, stored).evolution.isNeeded
    } catch {
      return false
    }
  }

  private attach(opened: OpenHandle, stored: StoredTable): void {
    const { definition, handle, name } = opened
    opened.stored = stored
    const tree = this.writeTree(name, stored.tree)
    if (handle instanceof WritableRecordTable) {
      const records = this.recordPlan(definition, stored)
      const counter = this.counterOf(definition, name, stored)
      const indexes = this.boundIndexes(name, records)
      handle.attach(tree, records.binding, indexes, counter, this.computerOf(name, records.binding, indexes))
    } else {
      handle.attach(tree)
    }
  }

  private detach(opened: OpenHandle): void {
    const { definition, handle, name } = opened
    const tree = new DetachedTree(name)
    if (handle instanceof WritableRecordTable) handle.detach(tree)
    else handle.attach(tree)
    this.attached.delete(opened)
    const handles = this.handlesFor(opened)
    if (handles.get(definition) === opened) handles.delete(definition)
  }
}
