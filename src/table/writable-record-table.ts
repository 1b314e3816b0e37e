/**
 * Records in a write transaction.
 *
 * A change goes through three steps: encode and check everything that can be refused (types, key lengths, other
 * records with the same unique key), then change the tree of the rows, then the indexes.
 *
 * Invariants:
 * 1. A call that throws INVALID_KEY, INVALID_VALUE, INVALID_RANGE, KEY_TOO_LONG, KEY_EXISTS or UNIQUE_VIOLATION
 *    has changed nothing. (`putMany` and `retain` run the caller's code between changes; they say what holds.)
 * 2. Every row has exactly one entry in every index (none in a partial one that it is not in), and every entry a row.
 * 3. None of the caller's code runs between the first check and the last change.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { PutMode, type ReadTree, type WriteTree } from '../btree/api.ts'
import type { TreeSink } from '../store/api.ts'
import { type ByteWriter, compareBytes } from './bytes.ts'
import type { Counter } from './counter.ts'
import { DetachedTree } from './detached-tree.ts'
import { keyExists, keyTooLong } from './errors.ts'
import { checkUniqueRun } from './index-build.ts'
import type { IndexCodec } from './index-codec.ts'
import type { IndexComputer } from './index-computer.ts'
import { IndexMaintenance, type TransactionIndex } from './index-maintenance.ts'
import { type IndexTable, WritableIndexTable } from './index-table.ts'
import { checkIterable, deleteByteRange } from './map-table.ts'
import { placeOf, reject, rejectReentry } from './place.ts'
import { type Bounds, type ByteRange, type RangeOptions, resolveDoomed } from './range.ts'
import type { RecordBinding } from './record-binding.ts'
import type { Row as AnyRow } from './record-shape.ts'
import { type BoundIndex, RecordTable } from './record-table.ts'
import type { RowPatch } from './row-patch.ts'
import type { ShapeKeeper } from './shape-note.ts'
import { SortedRun } from './sorted-run.ts'

/** When a batch of `putMany` is stored: large enough that sorting it pays. */
const BATCH_BYTES = 8 << 20

/** Records in a write transaction. `PutRow` is a record as it is written: some columns may be left out. */
export class WritableRecordTable<Row, PutRow, Key, Handles> extends RecordTable<Row, Key, Handles> {
  protected readonly sink: TreeSink
  declare protected tree: WriteTree
  declare protected indexes: readonly BoundIndex<WriteTree>[]
  /** Set when the stored table numbers its records. */
  protected counter: Counter | undefined
  /** How often the trees behind this handle became others. */
  private attachedCount = 0
  /** Made when it is first needed. */
  private indexMaintenance: IndexMaintenance | undefined
  /** Set when one of the indexes needs it. */
  private computer: IndexComputer | undefined
  private readonly shapes: ShapeKeeper

  /** For `Tables`; a caller gets handles from `tx.table(definition)`. @internal */
  constructor(
    sink: TreeSink,
    tree: WriteTree,
    binding: RecordBinding,
    indexes: readonly BoundIndex<WriteTree>[],
    counter: Counter | undefined,
    computer: IndexComputer | undefined,
    shapes: ShapeKeeper,
  ) {
    super(sink, tree, binding, indexes)
    this.sink = sink
    this.counter = counter
    this.computer = computer
    this.shapes = shapes
  }

  /** For `Tables`: from now on these trees stand behind this handle. @internal */
  attach(
    tree: WriteTree,
    binding: RecordBinding,
    indexes: readonly BoundIndex<WriteTree>[],
    counter: Counter | undefined,
    computer: IndexComputer | undefined,
  ): void {
    this.attachedCount++
    this.indexMaintenance = undefined
    this.tree = tree
    this.counter = counter
    this.computer = computer
    this.binding = binding
    this.indexes = indexes
    this.detachHandles(new DetachedTree(this.name))
  }

  /** For `Tables`: the table is gone; `tree` says so to whoever asks. @internal */
  detach(tree: WriteTree): void {
    this.tree = tree
    this.indexes = this.indexes.map(({ codec }) => ({ codec, tree }))
    this.indexMaintenance = undefined
    this.counter?.attach(tree)
    this.detachHandles(tree)
  }

  /**
   * Stores a record, replacing the one with the same primary key. Returns the primary key.
   * @throws CoppiceError INVALID_KEY, INVALID_VALUE, KEY_TOO_LONG, UNIQUE_VIOLATION, VALUE_TOO_LARGE
   * @example tx.table(users).put({ id: 1n, email: 'ada@example.org', age: 36 })
   */
  put(record: PutRow): Key {
    this.sink.assertWritable()
    return this.add(record, PutMode.upsert)
  }

  /**
   * Stores a record whose primary key is new, and returns the key, which `autoIncrement` may have given it.
   * @throws CoppiceError KEY_EXISTS, and what `put` throws
   * @example tx.table(users).insert({ id: 1n, email: 'ada@example.org' })
   */
  insert(record: PutRow): Key {
    this.sink.assertWritable()
    return this.add(record, PutMode.insert)
  }

  /**
   * For SQL: stores a complete record in the place of the one with the same primary key; false when there is none. What
   * `update` does, but the record that is there is looked at once, for what the indexes have of it.
   * @internal
   */
  overwrite(record: PutRow): boolean {
    this.sink.assertWritable()
    const row = this.binding.codec.normalise(record)
    this.encodeBoth(row)
    return this.store(row, PutMode.update)
  }

  /**
   * For SQL: gives a record other values in the columns of `patch`, which are in no key and no index; false when there is none.
   * @throws CoppiceError INVALID_KEY, INVALID_VALUE, VALUE_TOO_LARGE
   * @internal
   */
  patch(key: Key, patch: RowPatch, values: readonly unknown[]): boolean {
    this.sink.assertWritable()
    const { tree } = this
    const writer = this.encodeKey(key)
    if (!tree.find(writer.bytes, writer.at)) return false
    const { rowWriter } = this.binding
    rowWriter.begin()
    if (!patch.write(rowWriter, tree.valueBytes, tree.valueOffset, tree.valueLength, values)) {
      const whole = Object.fromEntries(patch.names.map((name, i) => [name, values[i]]))
      return this.update(key, whole as Partial<PutRow>)
    }
    if (rowWriter.isShaped) this.shapes.noteShapedRow(this)
    return tree.put(writer.bytes, writer.at, rowWriter.bytes, 0, rowWriter.at, PutMode.update)
  }

  protected add(record: PutRow, mode: PutMode): Key {
    const row = this.binding.codec.normalise(record)
    // A number that is given must not replace a record, whatever the caller's code does while this one is encoded.
    const isInsert = this.giveNumber(row) || mode === PutMode.insert
    this.encodeBoth(row)
    if (!this.store(row, isInsert ? PutMode.insert : mode) && isInsert) keyExists(this.name, this.keyOf(row))
    this.counter?.raise(row[this.counter.column])
    return this.keyOf(row)
  }

  /** Gives a row a number if it is to have one and has none; returns whether it did. */
  protected giveNumber(row: AnyRow): boolean {
    const { counter } = this
    if (counter === undefined || !counter.assigns || row[counter.column] !== undefined) return false
    row[counter.column] = counter.next()
    return true
  }

  /** The primary key of a row, as the caller would give it. */
  protected keyOf(row: AnyRow): Key {
    const columns = this.binding.codec.keyColumns
    return (columns.length === 1 ? row[columns[0]] : columns.map(column => row[column])) as Key
  }

  protected encodeBoth(row: AnyRow): void {
    const { codec, keyWriter } = this.binding
    keyWriter.begin()
    codec.encodeKey(keyWriter, row)
    this.encodeRow(row, keyWriter)
  }

  /** Encodes the row; `toJSON` in it may run the caller's code, which must leave the writers alone. */
  private encodeRow(row: AnyRow, key: ByteWriter): void {
    const { codec, rowWriter } = this.binding
    const keyGeneration = key.generation
    const rowGeneration = rowWriter.begin()
    codec.encodeRow(rowWriter, row)
    if (key.generation !== keyGeneration || rowWriter.generation !== rowGeneration) rejectReentry(this.name)
    this.checkKeyLength(key)
    if (key.isShaped || rowWriter.isShaped) this.shapes.noteShapedRow(this)
  }

  private checkKeyLength(key: ByteWriter): void {
    if (key.at > this.tree.maxKeyLength) keyTooLong(this.name, key.at, this.tree.maxKeyLength)
  }

  /** Stores the encoded `row`; false when `mode` is insert and the key is taken, or update and it is not. */
  protected store(row: AnyRow, mode: PutMode): boolean {
    const { keyWriter, rowWriter } = this.binding
    const tree = this.tree
    if (this.indexes.length === 0) {
      return tree.put(keyWriter.bytes, keyWriter.at, rowWriter.bytes, 0, rowWriter.at, mode)
    }
    const isReplaced = tree.find(keyWriter.bytes, keyWriter.at)
    if (isReplaced) {
      if (mode === PutMode.insert) return false
      this.maintenance.ofRow(keyWriter, tree)
    } else if (mode === PutMode.update) return false
    this.maintenance.plan(isReplaced, row, keyWriter)
    tree.put(keyWriter.bytes, keyWriter.at, rowWriter.bytes, 0, rowWriter.at, PutMode.upsert)
    try {
      this.maintenance.change(isReplaced, keyWriter)
    } catch (error) {
      this.failHalfWay(error)
    }
    return true
  }

  private get maintenance(): IndexMaintenance {
    this.indexMaintenance ??= new IndexMaintenance(
      this.name,
      this.binding,
      this.indexes.map(transactionIndex),
      this.computer,
      () => this.shapes.noteShapedEntry(this),
    )
    return this.indexMaintenance
  }

  /**
   * Removes the record with a primary key; false when there was none.
   * @throws CoppiceError INVALID_KEY
   * @example tx.table(users).delete(1n)
   */
  delete(key: Key): boolean {
    this.sink.assertWritable()
    return this.deleteOne(key)
  }

  protected deleteOne(key: Key): boolean {
    const writer = this.encodeKey(key)
    if (this.indexes.length === 0) return this.tree.remove(writer.bytes, writer.at)
    if (!this.tree.find(writer.bytes, writer.at)) return false
    this.maintenance.ofRow(writer, this.tree)
    this.tree.remove(writer.bytes, writer.at)
    try {
      this.maintenance.remove()
    } catch (error) {
      this.failHalfWay(error)
    }
    return true
  }

  /** Record and index entries disagree: the transaction can only be rolled back. */
  private failHalfWay(error: unknown): never {
    this.tree.markBroken()
    throw error
  }

  /**
   * Changes some columns of a record, given as an object or made by a function from the record as it is. A change
   * of the primary key moves the record. False when there is no such record.
   * @throws CoppiceError what `put` throws; KEY_EXISTS when the new primary key is taken
   * @example tx.table(users).update(1n, { age: 37 })
   * @example tx.table(users).update(1n, user => ({ age: (user.age ?? 0) + 1 }))
   */
  update(key: Key, change: Partial<PutRow> | ((current: Row) => Partial<PutRow>)): boolean {
    this.sink.assertWritable()
    const current = this.get(key)
    if (current === undefined) return false
    const patch = typeof change === 'function' ? change(current) : change
    return this.replace(key, this.binding.codec.normalise({ ...current, ...patch }))
  }

  /** Stores `row` in the place of the record with a primary key; false when there is none. */
  protected replace(key: Key, row: AnyRow): boolean {
    const { codec, keyWriter, nextKeyWriter, rowWriter } = this.binding
    nextKeyWriter.begin()
    codec.encodeKey(nextKeyWriter, row)
    this.encodeRow(row, nextKeyWriter)
    // The caller's function may have changed the record since it saw it: what is stored now counts.
    this.encodeKey(key)
    const tree = this.tree
    if (!tree.find(keyWriter.bytes, keyWriter.at)) return false
    this.maintenance.ofRow(keyWriter, tree)
    const isMoved = compareBytes(keyWriter.bytes, keyWriter.at, nextKeyWriter.bytes, nextKeyWriter.at) !== 0
    if (!isMoved) {
      this.maintenance.plan(true, row, keyWriter)
      tree.put(keyWriter.bytes, keyWriter.at, rowWriter.bytes, 0, rowWriter.at, PutMode.upsert)
      try {
        this.maintenance.change(true, keyWriter)
      } catch (error) {
        this.failHalfWay(error)
      }
      return true
    }
    if (tree.has(nextKeyWriter.bytes, nextKeyWriter.at)) keyExists(this.name, this.keyOf(row))
    this.maintenance.plan(true, row, nextKeyWriter)
    tree.remove(keyWriter.bytes, keyWriter.at)
    try {
      tree.put(nextKeyWriter.bytes, nextKeyWriter.at, rowWriter.bytes, 0, rowWriter.at, PutMode.insert)
      this.maintenance.change(true, nextKeyWriter)
    } catch (error) {
      this.failHalfWay(error)
    }
    this.counter?.raise(row[this.counter.column])
    return true
  }

  /**
   * Changes a record only if it is what is expected: `undefined` means that there is none. As `next` it means to
   * remove it. Records are compared as they would be stored. Returns whether it was as expected.
   * @throws CoppiceError what `put` throws; INVALID_KEY when `next` has another primary key
   * @example tx.table(users).compareAndSet(seen.id, seen, { ...seen, age: 37 })
   */
  compareAndSet(key: Key, expected: PutRow | undefined, next: PutRow | undefined): boolean {
    this.sink.assertWritable()
    const wanted = this.encodeKey(key).toBytes()
    const before = expected === undefined ? undefined : this.imageOf(this.asStored(expected, key))
    if (next !== undefined && !this.givenKey(next).equals(wanted)) {
      const path = this.binding.codec.columns.find(column => column.keyIndex >= 0)!.name
      reject(placeOf('key', this.name, path, path), 'a record with the primary key that is compared', next)
    }
    const current = this.get(key)
    // A row may be older than a column: only images made now can be compared.
    const now = current === undefined ? undefined : this.imageOf(this.binding.codec.normalise(current))
    if (before === undefined || now === undefined) {
      if (before !== now) return false
    } else if (!before.key.equals(now.key) || !before.row.equals(now.row)) {
      return false
    }
    if (next !== undefined) this.put(next)
    else if (current !== undefined) this.delete(key)
    return true
  }

  /** A record as it would be stored under `key`. */
  protected asStored(record: PutRow, _key: Key): AnyRow {
    return this.binding.codec.normalise(record)
  }

  /** The primary key of a record that is given whole. */
  protected givenKey(record: PutRow): Buffer {
    return this.imageOf(this.binding.codec.normalise(record)).key
  }

  private imageOf(row: AnyRow): { readonly key: Buffer; readonly row: Buffer } {
    this.encodeBoth(row)
    return { key: this.binding.keyWriter.toBytes(), row: this.binding.rowWriter.toBytes() }
  }

  /**
   * Removes the record with the smallest primary key, of all or of a range, and returns it; undefined when there is
   * none. The first by an index: `by(name).popFirst()`.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example const oldest = tx.table(events).popFirst({ lt: yesterday })
   */
  popFirst(options?: RangeOptions<Key>): Row | undefined {
    this.sink.assertWritable()
    return this.pop(this.first(options))
  }

  /** Removes the record with the largest primary key, of all or of a range, and returns it; undefined when there is none. */
  popLast(options?: RangeOptions<Key>): Row | undefined {
    this.sink.assertWritable()
    return this.pop(this.last(options))
  }

  private pop(row: Row | undefined): Row | undefined {
    if (row !== undefined) this.remove(row)
    return row
  }

  /** For its indexes: removes the record with the primary key of `row`; false when there was none. @internal */
  remove(row: Row): boolean {
    return this.delete(this.keyOf(row as AnyRow))
  }

  /** For its indexes: removes records; returns how many were there. @internal */
  removeAll(rows: Iterable<Row>): number {
    let removed = 0
    for (const row of rows) if (this.deleteOne(this.keyOf(row as AnyRow))) removed++
    return removed
  }

  protected override indexHandle(tree: ReadTree, codec: IndexCodec): IndexTable<Row, unknown, Key> {
    return new WritableIndexTable(this.sink, tree, this, this.binding, codec)
  }

  /**
   * Keeps the records that `keep` says true of and removes the others; returns how many were removed. If `keep`
   * throws, what was removed before stays removed until the transaction is given up.
   * @example tx.table(users).retain(user => user.age !== null)
   */
  retain(keep: (record: Row) => boolean): number {
    this.sink.assertWritable()
    let removed = 0
    for (const row of this.range()) {
      if (keep(row)) continue
      if (this.deleteOne(this.keyOf(row as AnyRow))) removed++
    }
    return removed
  }

  /**
   * Removes a range of primary keys; returns how many records there were. Without indexes whole pages go at a time.
   * @throws CoppiceError INVALID_RANGE
   * @example tx.table(events).deleteRange({ lt: yesterday })
   */
  deleteRange(bounds: Bounds<Key>): number {
    this.sink.assertWritable()
    const { codec } = this.binding
    const { from, to } = resolveDoomed(codec.key, this.name, bounds as Bounds<unknown>)
    if (this.indexes.length === 0) return deleteByteRange(this.tree, from, to)
    if (from === undefined && to === undefined) return this.clear()
    return this.deleteEach(bounds)
  }

  /** For SQL: removes the records between two encoded keys, of a table without indexes; returns how many there were. @internal */
  deleteEncoded({ from, to }: ByteRange): number {
    this.sink.assertWritable()
    assert(this.indexes.length === 0, 'entries of indexes are found by their rows')
    return deleteByteRange(this.tree, from, to)
  }

  protected deleteEach(bounds: Bounds<Key>): number {
    let removed = 0
    for (const key of this.keys(bounds)) if (this.deleteOne(key)) removed++
    return removed
  }

  /** Removes everything; returns how many records there were. */
  clear(): number {
    this.sink.assertWritable()
    try {
      for (const { tree } of this.indexes) tree!.clear()
      return this.tree.clear()
    } catch (error) {
      this.failHalfWay(error)
    }
  }

  /**
   * Stores many records, for loads larger than the cache; of equal primary keys the last one stays. They are
   * sorted in batches of some megabytes, rows and indexes each in their own order, so input in any order loads
   * well. If the input throws or holds something that is refused, some of what came before it is stored already
   * and stays until the transaction is given up; rows and indexes always agree. The input must not change the table's
   * indexes. Returns how many came in.
   * @example tx.table(users).putMany(JSON.parse(text))
   */
  putMany(records: Iterable<PutRow>): number {
    this.sink.assertWritable()
    checkIterable(records, this.name, 'records')
    const { keyWriter, rowWriter } = this.binding
    const batch = new SortedRun()
    const indexBatches = this.indexes.map(() => new SortedRun())
    const { attachedCount } = this
    let count = 0
    for (const record of records) {
      this.refuseOthers(attachedCount)
      const row = this.loadedRow(record)
      this.encodeBoth(row)
      // At once, not when the batch is stored: the input may be code that stores records of this table, too.
      this.counter?.raise(row[this.counter.column])
      for (let i = 0; i < this.indexes.length; i++) {
        this.addIndexEntry(this.indexes[i].codec, this.indexes[i].tree!, indexBatches[i], row)
      }
      batch.add(keyWriter.bytes, keyWriter.at, rowWriter.bytes, 0, rowWriter.at)
      count++
      if (batch.isFull(BATCH_BYTES)) this.storeBatch(batch, indexBatches)
    }
    this.refuseOthers(attachedCount)
    this.storeBatch(batch, indexBatches)
    return count
  }

  /** What waits in a batch was made for the indexes that there were when `putMany` began. */
  private refuseOthers(attachedCount: number): void {
    if (this.attachedCount === attachedCount) return
    const { name } = this
    throw new CoppiceError(
      'INVALID_VALUE',
      `table '${name}': its definition or its indexes were changed by the input of putMany`,
      { table: name },
    )
  }

  /** A record of `putMany`, complete. */
  protected loadedRow(record: PutRow): AnyRow {
    const row = this.binding.codec.normalise(record)
    this.giveNumber(row)
    return row
  }

  private addIndexEntry(codec: IndexCodec, tree: WriteTree, batch: SortedRun, row: AnyRow): void {
    const { keyWriter } = this.binding
    this.maintenance.writeAdded(codec, row, keyWriter)
    if (codec.added.at === 0) return
    if (codec.added.at > tree.maxKeyLength)
      keyTooLong(this.name, codec.added.at, tree.maxKeyLength, codec.name)
    const valueLength = codec.isUnique ? keyWriter.at : 0
    batch.add(codec.added.bytes, codec.added.at, keyWriter.bytes, 0, valueLength)
  }

  private storeBatch(batch: SortedRun, indexBatches: readonly SortedRun[]): void {
    this.sink.assertWritable()
    batch.sort()
    if (indexBatches.length === 0) batch.storeInto(this.tree)
    else if (this.isNew(batch)) this.storeNew(batch, indexBatches)
    else this.storeOneByOne(batch)
    batch.clear()
    for (const indexBatch of indexBatches) indexBatch.clear()
  }

  /** Whether none of the batch's records replaces another, in the table or in the batch. */
  private isNew(batch: SortedRun): boolean {
    const { keyWriter } = this.binding
    for (let i = 0; i < batch.count; i++) {
      if (batch.isFollowedByEqual(i)) return false
      batch.loadKey(i, keyWriter)
      if (this.tree.count > 0 && this.tree.has(keyWriter.bytes, keyWriter.at)) return false
    }
    return true
  }

  private storeNew(batch: SortedRun, indexBatches: readonly SortedRun[]): void {
    for (let i = 0; i < indexBatches.length; i++) {
      const { codec, tree } = this.indexes[i]
      indexBatches[i].sort()
      if (codec.isUnique) checkUniqueRun(indexBatches[i], tree!, this.binding, codec)
    }
    try {
      batch.storeInto(this.tree)
      for (let i = 0; i < indexBatches.length; i++) indexBatches[i].storeInto(this.indexes[i].tree!)
    } catch (error) {
      this.failHalfWay(error)
    }
  }

  /**
   * Some records of the batch replace others: row by row, in the order in which they came, because one may give up
   * the unique key that a later one takes.
   */
  private storeOneByOne(batch: SortedRun): void {
    const { codec, keyWriter, keyReader, rowWriter } = this.binding
    batch.unsort()
    for (let i = 0; i < batch.count; i++) {
      batch.loadKey(i, keyWriter)
      const start = batch.valueStart(i)
      const length = batch.valueLength(i)
      rowWriter.begin()
      rowWriter.writeBytes(batch.bytes, start, start + length)
      const row = codec.decodeRow(
        batch.bytes,
        start,
        length,
        keyReader.over(keyWriter.bytes, 0, keyWriter.at),
      )
      this.store(row, PutMode.upsert)
    }
  }
}

function transactionIndex({ codec, tree }: BoundIndex<WriteTree>): TransactionIndex {
  assert(tree !== undefined, 'a transaction has every index')
  return { codec, tree }
}
