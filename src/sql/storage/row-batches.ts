/**
 * Walks forwards over the rows of a table, some hundred at a time: their keys and values are copied next to each other, for
 * generated code to run over.
 *
 * ```
 *  lengths[i]: length of key i, and 16 bits above it that of its value
 *  keys, values: one after the other, each at a multiple of eight
 * ```
 * A batch is one row where entries cannot be collected, and with a value that is longer than 16 bits say: then `onlyLength` is its
 * length, else -1. So it is in a write transaction from when the table has changed on between two rows: what was copied ahead is
 * read again then, and whoever changes it may do so at each row.
 */

import {
  type CollectedEntries,
  HEAD_BYTES,
  type LeafEntries,
  PREFIX_AT,
  type ReadTree,
  type TreeCursor,
} from '../../btree/api.ts'
import { COLLECT_MAX, Collect } from '../../btree/kernel/kernel.ts'
import type { TreeSource } from '../../store/api.ts'
import { compareBytes } from '../../table/bytes.ts'
import type { ByteRange } from '../../table/range.ts'
import type { AnyRecordTable } from './any-table.ts'
import type { WantedColumn } from './column-reader.ts'

/** Many scans are left after a few rows: the first batch is small, each other so many times larger. */
const FIRST_COUNT = 8
const GROWTH = 4
const FIRST_BYTES = 1024
const LENGTH_MAX = 0xffff

export class RowBatches {
  keys: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  keyView: DataView = viewOf(this.keys)
  values: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  valueView: DataView = viewOf(this.values)
  readonly lengths = new Uint32Array(COLLECT_MAX)
  onlyLength = -1
  count = 0
  /** Where whoever takes rows one by one has come to: the next row, and the places of its key and value. */
  position = 0
  keyAt = 0
  valueAt = 0
  /** After `nextLeaf`: the rows where they lie, and what the first four bytes of their keys have in common. */
  leaf: LeafEntries | undefined
  leafView: DataView = this.valueView
  leafKeyHigh = 0
  leafKeyShift = 0
  private leafBytes: Buffer | undefined
  private isReading = false
  private readonly collects: Collect
  private source!: TreeSource
  private tree!: ReadTree
  private cursor!: TreeCursor
  private range: ByteRange = { from: undefined, to: undefined }
  private wanted = FIRST_COUNT
  private isStarted = false
  /** The cursor stands on a row that was not given yet. */
  private isPending = false
  private isAtEnd = true
  /** Of the tree when rows were copied. */
  private edits = 0
  private isOneByOne = false

  constructor(needsKeys: boolean, needsValues: boolean) {
    this.collects = !needsValues ? Collect.keys : needsKeys ? Collect.both : Collect.values
  }

  /** With what is wanted of a table. */
  static of({ codec }: AnyRecordTable, wanted: readonly WantedColumn[]): RowBatches {
    const isKey = ({ storedName }: WantedColumn) => codec.keyColumns.includes(storedName)
    return new RowBatches(
      wanted.some(isKey),
      wanted.some(column => !isKey(column)),
    )
  }

  bind(source: TreeSource, tree: ReadTree): void {
    this.source = source
    this.tree = tree
    this.cursor = tree.cursor()
  }

  open(range: ByteRange): void {
    this.range = range
    this.isStarted = false
    this.isPending = false
    this.isAtEnd = false
    this.count = 0
    this.wanted = FIRST_COUNT
    this.isOneByOne = false
  }

  /** Whether rows of this batch were not taken yet, and are still what the table has; those that are not come again by `next`. */
  get hasMore(): boolean {
    if (this.position >= this.count) return false
    if (!this.tree.mutable) return true
    this.source.assertStillReadable()
    if (this.edits === this.tree.edits) return true
    this.goBack()
    return false
  }

  /** The table has changed: the cursor goes back to where whoever takes the rows has come to. */
  private goBack(): void {
    const { cursor, keys, lengths, position } = this
    let end = 0
    for (let i = 0; i < position; i++) end += ((lengths[i] & LENGTH_MAX) + 7) & ~7
    const length = lengths[position === 0 ? 0 : position - 1] & LENGTH_MAX
    const start = position === 0 ? 0 : end - ((length + 7) & ~7)
    const key = Buffer.from(keys.subarray(start, start + length))
    this.source.assertReadable()
    this.isPending = cursor.seek(key, length)
    // That row was taken.
    if (
      this.isPending &&
      position > 0 &&
      compareBytes(cursor.keyBytes, cursor.loadKey(), key, length) === 0
    ) {
      this.isPending = cursor.next()
    }
    this.source.endReading()
    this.isAtEnd = !this.isPending
    this.count = 0
    this.isOneByOne = true
  }

  /** The next batch; false when there are no more rows. */
  next(): boolean {
    if (this.isAtEnd) return false
    const { source, cursor, range, tree } = this
    this.position = 0
    this.keyAt = 0
    this.valueAt = 0
    source.assertReadable()
    if (this.step()) {
      const needsKeys = range.to !== undefined || tree.mutable
      const what = needsKeys ? ((this.collects | Collect.keys) as Collect) : this.collects
      this.edits = tree.edits
      const count = this.isOneByOne ? 0 : (cursor.collect?.(this.wanted, what) ?? 0)
      if (count > 0) this.load(cursor.collected!, count)
      else this.loadOne(what)
      this.wanted = Math.min(this.wanted * GROWTH, COLLECT_MAX)
      if (range.to !== undefined) this.cut(range.to)
    } else this.count = 0
    source.endReading()
    if (this.count === 0) this.isAtEnd = true
    return this.count > 0
  }

  /**
   * Instead of `next`: the rows of one leaf, in place, which costs half as much. They hold until anything else is asked of
   * the database: for code that asks nothing. False at the end, and where it cannot be done: then `leaf` is undefined, and
   * `next` goes on from the same row.
   */
  nextLeaf(): boolean {
    this.leaf = undefined
    if (this.isAtEnd) return false
    this.source.assertReadable()
    this.isReading = true
    if (!this.step()) return this.endLeaves()
    const { to } = this.range
    const leaf = this.cursor.readLeaf?.(to)
    if (leaf === undefined) {
      this.isPending = true
      this.endReading()
      return false
    }
    if (leaf.count === 0) return this.endLeaves()
    this.leaf = leaf
    if (this.leafBytes !== leaf.bytes) {
      this.leafBytes = leaf.bytes
      this.leafView = viewOf(leaf.bytes)
    }
    const { bytes, base, prefixLength } = leaf
    this.leafKeyHigh = 0
    this.leafKeyShift = 8 * Math.min(prefixLength, HEAD_BYTES)
    for (let i = 0; i < prefixLength && i < HEAD_BYTES; i++) {
      this.leafKeyHigh |= bytes[base + PREFIX_AT + i] << (24 - 8 * i)
    }
    return true
  }

  /** Whether the range has rows that were not given: `nextLeaf` could not. */
  get hasRows(): boolean {
    return this.isPending
  }

  private endLeaves(): boolean {
    this.isAtEnd = true
    this.endReading()
    return false
  }

  /** The rows in place are not looked at any more; `nextLeaf` goes on behind them, whatever was asked of the database since. */
  endLeaf(): void {
    this.leaf = undefined
    this.endReading()
  }

  private endReading(): void {
    if (this.isReading) this.source.endReading()
    this.isReading = false
  }

  close(): void {
    this.endReading()
    this.leaf = undefined
    this.isAtEnd = true
    this.count = 0
    this.position = 0
  }

  private step(): boolean {
    if (this.isPending) {
      this.isPending = false
      return true
    }
    if (this.isStarted) return this.cursor.next()
    this.isStarted = true
    const { from } = this.range
    return from === undefined ? this.cursor.first() : this.cursor.seek(from, from.length)
  }

  private load(collected: CollectedEntries, count: number): void {
    const { lengths } = this
    const { words, lengthsWord, keysLength, valuesLength } = collected
    for (let i = 0; i < count; i++) lengths[i] = words[lengthsWord + i]
    this.count = count
    this.onlyLength = -1
    this.reserve(keysLength, valuesLength)
    // The machine's own copy, and no view to make: `set` takes three times as long out of shared memory.
    this.keys.fill(collected.keys, 0, keysLength)
    this.values.fill(collected.values, 0, valuesLength)
  }

  private loadOne(what: Collect): void {
    const { cursor } = this
    const keyLength = (what & Collect.keys) !== 0 ? cursor.loadKey() : 0
    let valueLength = 0
    if ((what & Collect.values) !== 0) {
      cursor.loadValue()
      valueLength = cursor.valueLength
    }
    this.reserve(keyLength, valueLength)
    if (keyLength > 0) cursor.keyBytes.copy(this.keys, 0, 0, keyLength)
    const { valueBytes, valueOffset } = cursor
    if (valueLength > 0) valueBytes.copy(this.values, 0, valueOffset, valueOffset + valueLength)
    this.count = 1
    this.onlyLength = valueLength > LENGTH_MAX ? valueLength : -1
    this.lengths[0] = keyLength | (Math.min(valueLength, LENGTH_MAX) << 16)
  }

  private reserve(keysLength: number, valuesLength: number): void {
    if (keysLength > this.keys.length) {
      this.keys = Buffer.allocUnsafeSlow(2 * keysLength)
      this.keyView = viewOf(this.keys)
    }
    if (valuesLength > this.values.length) {
      this.values = Buffer.allocUnsafeSlow(2 * valuesLength)
      this.valueView = viewOf(this.values)
    }
  }

  /** Forgets the entries from key `stop` on. */
  private cut(stop: Buffer): void {
    const { keys, lengths } = this
    let at = 0
    for (let i = 0; i < this.count; i++) {
      const length = lengths[i] & LENGTH_MAX
      // Not the other way round: Deno holds the end of what is compared with against the length of what compares.
      if (stop.compare(keys, at, at + length) <= 0) {
        this.count = i
        this.isAtEnd = true
        return
      }
      at += (length + 7) & ~7
    }
  }
}

/** A view that reads numbers of any width at any place. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
