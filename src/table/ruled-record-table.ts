/**
 * Records in a write transaction, of a table for whose rows SQL says more than its definition does: defaults, generated
 * columns, checks, references (`RowRules`). Each call is one statement: it happens wholly, with what follows from it in other
 * tables, or not at all.
 *
 * A row is completed before it is encoded, and holds no object of the caller's from there on, so none of the caller's code
 * runs between the look at the record that is replaced and the last change.
 */

import { PutMode } from '../btree/api.ts'
import { keyExists } from './errors.ts'
import { checkIterable } from './map-table.ts'
import type { Bounds } from './range.ts'
import type { RecordBinding } from './record-binding.ts'
import type { Row as AnyRow, Normalise } from './record-shape.ts'
import type { Claim, RowRules } from './rulebook.ts'
import { WritableRecordTable } from './writable-record-table.ts'

export class RuledRecordTable<Row, PutRow, Key, Handles> extends WritableRecordTable<
  Row,
  PutRow,
  Key,
  Handles
> {
  private rules: RowRules
  /** Made for the binding and the rules at hand. */
  private normalise: { readonly of: RecordBinding; readonly run: Normalise } | undefined

  /** For `Tables`. @internal */
  constructor(
    rules: RowRules,
    ...table: ConstructorParameters<typeof WritableRecordTable<Row, PutRow, Key, Handles>>
  ) {
    super(...table)
    this.rules = rules
  }

  /** For `Tables`: from now on these rules hold. @internal */
  setRules(rules: RowRules): void {
    this.rules = rules
    this.normalise = undefined
  }

  /** What is left out is null, or undefined until the rules give it a value. */
  private normalised(record: unknown): AnyRow {
    const { binding } = this
    if (this.normalise?.of !== binding) {
      this.normalise = { of: binding, run: binding.codec.normaliseLeaving(this.rules.filled) }
    }
    return this.normalise.run(record)
  }

  override put(record: PutRow): Key {
    this.sink.assertWritable()
    return this.rules.statement(() => this.add(record, PutMode.upsert), this.rules.watchesStored)
  }

  override insert(record: PutRow): Key {
    this.sink.assertWritable()
    return this.rules.statement(() => this.add(record, PutMode.insert), this.rules.watchesStored)
  }

  protected override add(record: PutRow, mode: PutMode, isLoad = false): Key {
    const { rules } = this
    const row = this.normalised(record)
    // A key that is given here must not replace a record.
    const isKeyGiven = this.binding.codec.keyColumns.every(column => row[column] !== undefined)
    const isInsert = !isKeyGiven || mode === PutMode.insert
    const claims = this.complete(row)
    this.encodeBoth(row)
    const old = claims !== undefined || rules.watchesStored ? this.present() : undefined
    if (old !== undefined && isInsert) keyExists(this.name, this.keyOf(row))
    if (claims !== undefined) rules.settle(claims, old, isLoad)
    if (!this.store(row, isInsert ? PutMode.insert : mode) && isInsert) keyExists(this.name, this.keyOf(row))
    this.counter?.raise(row[this.counter.column])
    if (rules.watchesStored) rules.stored(row, old)
    return this.keyOf(row)
  }

  private complete(row: AnyRow): readonly Claim[] | undefined {
    const { counter, rules } = this
    if (counter !== undefined && !rules.filled.has(counter.column)) this.giveNumber(row)
    return rules.complete(row)
  }

  /** The record under the key that is encoded. */
  private present(): AnyRow | undefined {
    const { bytes, at } = this.binding.keyWriter
    return this.tree.find(bytes, at) ? (this.foundRow(bytes, at) as AnyRow) : undefined
  }

  override update(key: Key, change: Partial<PutRow> | ((current: Row) => Partial<PutRow>)): boolean {
    this.sink.assertWritable()
    const { rules } = this
    return rules.statement(() => {
      const current = this.get(key)
      if (current === undefined) return false
      const patch = typeof change === 'function' ? change(current) : change
      const row = this.normalised({ ...current, ...patch })
      const claims = this.complete(row)
      // The caller's function may have changed the record since it saw it.
      const old = this.get(key) as AnyRow | undefined
      if (old === undefined) return false
      if (claims !== undefined) rules.settle(claims, old, false)
      this.replace(key, row)
      if (rules.watchesStored) rules.stored(row, old)
      return true
    }, rules.watchesStored)
  }

  /** What the rules fill and `expected` leaves out is not compared; there must be a record to take it from. */
  override compareAndSet(key: Key, expected: PutRow | undefined, next: PutRow | undefined): boolean {
    if (expected !== undefined && !this.has(key)) return false
    return super.compareAndSet(key, expected, next)
  }

  protected override asStored(record: PutRow, key: Key): AnyRow {
    const row = this.normalised(record)
    const current = this.get(key) as AnyRow | undefined
    for (const column of this.rules.filled) {
      if (row[column] === undefined) row[column] = current?.[column]
    }
    return row
  }

  protected override givenKey(record: PutRow): Buffer {
    const { codec, keyWriter } = this.binding
    keyWriter.begin()
    codec.encodeKey(keyWriter, this.normalised(record))
    return keyWriter.toBytes()
  }

  override delete(key: Key): boolean {
    this.sink.assertWritable()
    return this.rules.statement(() => this.deleteOne(key), this.rules.watchesRemoved)
  }

  protected override deleteOne(key: Key): boolean {
    const { rules } = this
    const old = rules.watchesRemoved ? (this.get(key) as AnyRow | undefined) : undefined
    const isThere = super.deleteOne(key)
    if (old !== undefined) rules.removed(old)
    return isThere
  }

  override removeAll(rows: Iterable<Row>): number {
    return this.rules.statement(() => super.removeAll(rows), this.rules.watchesRemoved)
  }

  override retain(keep: (record: Row) => boolean): number {
    return this.rules.statement(() => super.retain(keep), true)
  }

  override deleteRange(bounds: Bounds<Key>): number {
    return this.rules.statement(
      () => (this.rules.watchesRemoved ? this.deleteEach(bounds) : super.deleteRange(bounds)),
      this.rules.watchesRemoved,
    )
  }

  override clear(): number {
    return this.rules.statement(
      () => (this.rules.watchesRemoved ? this.deleteEach({}) : super.clear()),
      this.rules.watchesRemoved,
    )
  }

  override putMany(records: Iterable<PutRow>): number {
    this.sink.assertWritable()
    return this.rules.statement(() => {
      const { filled, watchesStored } = this.rules
      // A key that is made here must not replace a record, of the same input neither.
      const isKeyMade = this.binding.codec.keyColumns.some(column => filled.has(column))
      if (!watchesStored && !isKeyMade) return super.putMany(records)
      checkIterable(records, this.name, 'records')
      let count = 0
      for (const record of records) {
        this.add(record, PutMode.upsert, true)
        count++
      }
      return count
    }, true)
  }

  protected override loadedRow(record: PutRow): AnyRow {
    const row = this.normalised(record)
    const claims = this.complete(row)
    if (claims !== undefined) this.rules.settle(claims, this.get(this.keyOf(row)) as AnyRow | undefined, true)
    return row
  }
}
