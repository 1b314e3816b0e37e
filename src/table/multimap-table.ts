/**
 * Multimaps: an ordered set of values for each key. {@link MultimapTable} reads, {@link WritableMultimapTable}
 * also changes. The tree's keys are the pairs (key, value), so all values of a key stand side by side, in order.
 *
 * Invariant: a call that throws INVALID_KEY, KEY_TOO_LONG or INVALID_RANGE has changed nothing.
 */

import { PutMode, type ReadTree, type TreeCursor, type WriteTree } from '../btree/api.ts'
import type { TreeSink, TreeSource } from '../store/api.ts'
import { type ByteWriter, NO_BYTES, toSuccessor } from './bytes.ts'
import { keyTooLong } from './errors.ts'
import type { MultimapCodec } from './map-codec.ts'
import { BATCH_BYTES, checkIterable, deleteByteRange, type TableStats } from './map-table.ts'
import { rejectReentry } from './place.ts'
import {
  type Bounds,
  type ByteRange,
  countRange,
  countWalk,
  type RangeOptions,
  resolveDoomed,
  resolveWalk,
  type Walk,
} from './range.ts'
import { Entries, type EntryDecoder } from './scan.ts'
import { Derived, type Sequence } from './sequence.ts'
import { SortedRun } from './sorted-run.ts'

/** A multimap in one state of the database. Valid while its snapshot or transaction is open. */
export class MultimapTable<K, V> implements Iterable<readonly [K, V]> {
  readonly name: string
  protected readonly source: TreeSource
  protected readonly codec: MultimapCodec
  protected tree: ReadTree
  private readonly pairDecoder: EntryDecoder<readonly [K, V]>
  private readonly valueDecoder: EntryDecoder<V>

  /** For `Tables`; a caller gets handles from `tx.table(definition)`. @internal */
  constructor(source: TreeSource, tree: ReadTree, codec: MultimapCodec) {
    this.name = codec.table
    this.source = source
    this.tree = tree
    this.codec = codec
    const pair = (cursor: TreeCursor, length: number): readonly [K, V] =>
      codec.pair.decode(codec.reader.over(cursor.keyBytes, 0, length)) as readonly [K, V]
    this.pairDecoder = { usesKey: true, decode: pair }
    this.valueDecoder = { usesKey: true, decode: (cursor, length) => pair(cursor, length)[1] }
  }

  /** Encodes a pair and returns the writer that holds it. */
  protected encodePair(key: K, value: V): ByteWriter {
    const codec = this.codec
    const { writer } = codec
    const generation = writer.begin()
    codec.key.encode(writer, key)
    codec.value.encode(writer, value)
    if (writer.generation !== generation) rejectReentry(this.name)
    return writer
  }

  /** The bytes between which the values of a key lie. */
  protected rangeOf(key: K): ByteRange {
    const writer = this.codec.writer
    writer.begin()
    this.codec.key.encode(writer, key)
    const from = writer.toBytes()
    return { from, to: toSuccessor(writer) ? writer.toBytes() : undefined }
  }

  /**
   * The values of a key, in order; none when the key is unknown.
   * @throws CoppiceError INVALID_KEY, TRANSACTION_CLOSED
   * @example const names = tx.table(tags).get(7).toArray()
   */
  get(key: K): Entries<V> {
    this.source.assertReadable()
    const walk: Walk = { ...this.rangeOf(key), isReverse: false, limit: Infinity, offset: 0 }
    this.source.endReading()
    return new Entries(this.source, this.tree, walk, this.valueDecoder)
  }

  /**
   * Whether the key has any value, or this one.
   * @example if (tx.table(tags).has(7, 'urgent')) …
   */
  has(key: K, value?: V): boolean {
    this.source.assertReadable()
    if (value === undefined) return this.countOf(key) > 0
    const { bytes, at } = this.encodePair(key, value)
    const isThere = this.tree.has(bytes, at)
    this.source.endReading()
    return isThere
  }

  /** How many values the key has; costs no more than looking it up. */
  countOf(key: K): number {
    this.source.assertReadable()
    const count = countRange(this.tree, this.rangeOf(key))
    this.source.endReading()
    return count
  }

  /**
   * How many pairs there are, in all or in a range of keys.
   * @throws CoppiceError INVALID_RANGE
   */
  count(options?: RangeOptions<K>): number {
    this.source.assertReadable()
    const count = options === undefined ? this.tree.count : countWalk(this.tree, this.walk(options))
    this.source.endReading()
    return count
  }

  /**
   * The pairs of a range of keys as [key, value], ordered by key, then by value. Limit and offset count pairs.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example for (const [id, tag] of tx.table(tags).range({ gte: 5, lt: 9 })) …
   */
  range(options?: RangeOptions<K>): Entries<readonly [K, V]> {
    return new Entries(this.source, this.tree, this.walk(options), this.pairDecoder)
  }

  /** All pairs, or those of a range of keys; the same as `range`. */
  entries(options?: RangeOptions<K>): Entries<readonly [K, V]> {
    return this.range(options)
  }

  /** The values of a range of keys. */
  values(options?: RangeOptions<K>): Entries<V> {
    return new Entries(this.source, this.tree, this.walk(options), this.valueDecoder)
  }

  /**
   * The keys, each once, in order; skips from key to key without reading the values between. Limit and offset count
   * keys; an offset is walked.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example const ids = tx.table(tags).keys({ limit: 10 }).toArray()
   */
  keys(options?: RangeOptions<K>): Sequence<K> {
    const walk = this.walk(options)
    return new Derived(() => this.walkKeys(walk))
  }

  private *walkKeys({ from, to, isReverse, offset, limit }: Walk): IterableIterator<K> {
    let rest: ByteRange = { from, to }
    const end = offset + limit
    for (let index = 0; index < end; index++) {
      const walk: Walk = { ...rest, isReverse, limit: 1, offset: 0 }
      const pair = new Entries(this.source, this.tree, walk, this.pairDecoder).first()
      if (pair === undefined) return
      if (index >= offset) yield pair[0]
      const values = this.rangeOf(pair[0])
      if (isReverse) rest = { from, to: values.from }
      else if (values.to === undefined) return
      else rest = { from: values.to, to }
    }
  }

  /** The first pair, in all or in a range of keys; undefined when there is none. */
  first(options?: RangeOptions<K>): readonly [K, V] | undefined {
    return this.range(options).first()
  }

  /** The last pair, in all or in a range of keys; undefined when there is none. */
  last(options?: RangeOptions<K>): readonly [K, V] | undefined {
    const walk = this.walk(options)
    return new Entries(
      this.source,
      this.tree,
      { ...walk, isReverse: !walk.isReverse },
      this.pairDecoder,
    ).first()
  }

  [Symbol.iterator](): IterableIterator<readonly [K, V]> {
    return this.range()[Symbol.iterator]()
  }

  /** Sizes of the table's tree. */
  stats(): TableStats {
    this.source.assertReadable()
    const stats = { entryCount: this.tree.count, height: this.tree.height }
    this.source.endReading()
    return stats
  }

  private walk(options: RangeOptions<K> | undefined): Walk {
    this.source.assertReadable()
    const walk = resolveWalk(this.codec.key, this.name, options as RangeOptions<unknown> | undefined)
    this.source.endReading()
    return walk
  }
}

/** A multimap in a write transaction. */
export class WritableMultimapTable<K, V> extends MultimapTable<K, V> {
  private readonly sink: TreeSink
  declare protected tree: WriteTree

  /** For `Tables`; a caller gets handles from `tx.table(definition)`. @internal */
  constructor(sink: TreeSink, tree: WriteTree, codec: MultimapCodec) {
    super(sink, tree, codec)
    this.sink = sink
  }

  /** For `Tables`: from now on `tree` stands behind this handle. @internal */
  attach(tree: WriteTree): void {
    this.tree = tree
  }

  /**
   * Adds a value to a key; false when the key has it already.
   * @throws CoppiceError INVALID_KEY, INVALID_VALUE, KEY_TOO_LONG
   * @example tx.table(tags).put(7, 'urgent')
   */
  put(key: K, value: V): boolean {
    this.sink.assertWritable()
    const writer = this.encodePair(key, value)
    this.checkKeyLength(writer)
    return this.tree.put(writer.bytes, writer.at, NO_BYTES, 0, 0, PutMode.insert)
  }

  private checkKeyLength(writer: ByteWriter): void {
    if (writer.at > this.tree.maxKeyLength) keyTooLong(this.name, writer.at, this.tree.maxKeyLength)
  }

  /**
   * Adds many pairs, in any order, faster than one by one; see `WritableMapTable.putMany`. Returns how many came in.
   * @example tx.table(tags).putMany([[7, 'urgent'], [7, 'new']])
   */
  putMany(pairs: Iterable<readonly [K, V]>): number {
    this.sink.assertWritable()
    checkIterable(pairs, this.name, 'pairs')
    const batch = new SortedRun()
    let count = 0
    for (const [key, value] of pairs) {
      const writer = this.encodePair(key, value)
      this.checkKeyLength(writer)
      batch.add(writer.bytes, writer.at, NO_BYTES, 0, 0)
      count++
      if (batch.isFull(BATCH_BYTES)) this.storeBatch(batch)
    }
    this.storeBatch(batch)
    return count
  }

  private storeBatch(batch: SortedRun): void {
    this.sink.assertWritable()
    batch.putInto(this.tree)
    batch.clear()
  }

  /**
   * Removes one value of a key; false when the key did not have it.
   * @example tx.table(tags).delete(7, 'urgent')
   */
  delete(key: K, value: V): boolean {
    this.sink.assertWritable()
    const { bytes, at } = this.encodePair(key, value)
    return this.tree.remove(bytes, at)
  }

  /**
   * Removes a key with all its values; returns how many there were.
   * @example tx.table(tags).deleteAll(7)
   */
  deleteAll(key: K): number {
    this.sink.assertWritable()
    const { from, to } = this.rangeOf(key)
    return deleteByteRange(this.tree, from, to)
  }

  /** Removes the pairs of a range of keys; returns how many there were. @throws CoppiceError INVALID_RANGE */
  deleteRange(bounds: Bounds<K>): number {
    this.sink.assertWritable()
    const { from, to } = resolveDoomed(this.codec.key, this.name, bounds as Bounds<unknown>)
    return deleteByteRange(this.tree, from, to)
  }

  /**
   * Removes the first pair, of all or of a range of keys, and returns it; undefined when there is none.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   */
  popFirst(options?: RangeOptions<K>): readonly [K, V] | undefined {
    this.sink.assertWritable()
    return this.pop(this.first(options))
  }

  /** Removes the last pair, of all or of a range of keys, and returns it; undefined when there is none. */
  popLast(options?: RangeOptions<K>): readonly [K, V] | undefined {
    this.sink.assertWritable()
    return this.pop(this.last(options))
  }

  private pop(pair: readonly [K, V] | undefined): readonly [K, V] | undefined {
    if (pair !== undefined) this.delete(pair[0], pair[1])
    return pair
  }

  /** Keeps the pairs that `keep` says true of and removes the others; returns how many were removed. */
  retain(keep: (key: K, value: V) => boolean): number {
    this.sink.assertWritable()
    let removed = 0
    for (const [key, value] of this.range()) {
      if (keep(key, value)) continue
      if (this.delete(key, value)) removed++
    }
    return removed
  }

  /** Removes everything; returns how many pairs there were. */
  clear(): number {
    this.sink.assertWritable()
    return this.tree.clear()
  }
}
