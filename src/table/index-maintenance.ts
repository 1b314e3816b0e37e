/**
 * The entries that the indexes of a table have of its rows, in a write transaction.
 *
 * A change of a row goes through them in order: `ofRow`, where there is a row already, `plan`, which refuses what may not be,
 * then, after the row itself was changed, `change` or `remove`. In between, each index codec's `removed` and `added` hold the
 * keys of the entries.
 */

import { PutMode, type ReadTree, type WriteTree } from '../btree/api.ts'
import { type ByteWriter, compareBytes, NO_BYTES } from './bytes.ts'
import { entriesDiffer, keyTooLong, uniqueViolation } from './errors.ts'
import type { IndexCodec } from './index-codec.ts'
import type { IndexComputer } from './index-computer.ts'
import type { RecordBinding } from './record-binding.ts'
import type { Row } from './record-shape.ts'

/** An index in a transaction, which has a tree of each. */
export interface TransactionIndex {
  readonly codec: IndexCodec
  readonly tree: WriteTree
}

export class IndexMaintenance {
  private readonly table: string
  private readonly binding: RecordBinding
  private readonly indexes: readonly TransactionIndex[]
  /** Set when one of the indexes needs it. */
  private readonly computer: IndexComputer | undefined
  private readonly noteShapedEntry: () => void
  /** By index: for changes of it that turn out to be none. */
  private readonly refusals: readonly (() => never)[]

  /** @param noteShapedEntry is told of entries with arrays of a shape that no column of a row has */
  constructor(
    table: string,
    binding: RecordBinding,
    indexes: readonly TransactionIndex[],
    computer: IndexComputer | undefined,
    noteShapedEntry: () => void,
  ) {
    this.table = table
    this.binding = binding
    this.indexes = indexes
    this.computer = computer
    this.noteShapedEntry = noteShapedEntry
    this.refusals = indexes.map(
      ({ codec }) =>
        () =>
          entriesDiffer(table, codec.name),
    )
  }

  /**
   * Leaves in each `removed` the entry of the row that `rows` has found under `key`, before anything else is looked up: what is
   * computed is computed from its bytes.
   */
  ofRow(key: ByteWriter, rows: ReadTree): void {
    const { keyReader } = this.binding
    const { valueBytes, valueOffset, valueLength } = rows
    for (const { codec } of this.indexes) {
      if (codec.isComputed)
        this.computer!.compute(codec, key.bytes, key.at, valueBytes, valueOffset, valueLength)
      // Other columns are not its business: texts among them would be decoded for nothing.
      const old = codec.decodeRow(valueBytes, valueOffset, valueLength, keyReader.over(key.bytes, 0, key.at))
      codec.writeEntryKey(codec.removed, old, key)
    }
  }

  /**
   * Leaves in each `added` the entry of `row`, which is encoded in the binding's row writer, and checks that it may be added; one
   * that is equal to `removed` needs no change.
   * @param isReplaced `ofRow` was called
   * @throws CoppiceError KEY_TOO_LONG, UNIQUE_VIOLATION
   */
  plan(isReplaced: boolean, row: Row, key: ByteWriter): void {
    for (let i = 0; i < this.indexes.length; i++) {
      const { codec, tree } = this.indexes[i]
      const { added, removed } = codec
      this.writeAdded(codec, row, key)
      if (added.at > tree.maxKeyLength) keyTooLong(this.table, added.at, tree.maxKeyLength, codec.name)
      if (!codec.isDistinct(row)) continue
      if (isReplaced && compareBytes(added.bytes, added.at, removed.bytes, removed.at) === 0) continue
      // The old record cannot be what is found: its entry is another one.
      if (tree.has(added.bytes, added.at)) uniqueViolation(this.table, codec.name, codec.valuesOf(row))
    }
  }

  /** Leaves in `codec.added` the entry of a row that is encoded in the binding's row writer. */
  writeAdded(codec: IndexCodec, row: Row, key: ByteWriter): void {
    if (codec.isComputed) {
      const { bytes, at } = this.binding.rowWriter
      this.computer!.compute(codec, key.bytes, key.at, bytes, 0, at)
    }
    codec.writeEntryKey(codec.added, row, key)
    // An expression may make an array of a shape that no column of the row has.
    if (codec.isComputed && codec.added.isShaped) this.noteShapedEntry()
  }

  /** Puts the entries in place that were planned. @throws CoppiceError what a change of a tree throws: then rows and entries disagree */
  change(isReplaced: boolean, key: ByteWriter): void {
    const isMoved = key === this.binding.nextKeyWriter
    for (let i = 0; i < this.indexes.length; i++) {
      const { codec, tree } = this.indexes[i]
      const { added, removed } = codec
      if (isReplaced) {
        if (compareBytes(added.bytes, added.at, removed.bytes, removed.at) === 0) {
          // The value of a unique index's entry is the primary key.
          const isStale = isMoved && codec.isUnique && added.at > 0
          if (isStale) tree.put(added.bytes, added.at, key.bytes, 0, key.at, PutMode.upsert)
          continue
        }
        if (removed.at > 0) tree.removeBlind(removed.bytes, removed.at, this.refusals[i])
      }
      if (added.at === 0) continue
      const valueLength = codec.isUnique ? key.at : 0
      const value = codec.isUnique ? key.bytes : NO_BYTES
      tree.putBlind(added.bytes, added.at, value, 0, valueLength, this.refusals[i])
    }
  }

  /** Removes the entries of the row that `ofRow` was called for. @throws CoppiceError as `change` */
  remove(): void {
    for (let i = 0; i < this.indexes.length; i++) {
      const { codec, tree } = this.indexes[i]
      const { removed } = codec
      if (removed.at > 0) tree.removeBlind(removed.bytes, removed.at, this.refusals[i])
    }
  }
}
