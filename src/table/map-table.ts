/**
 * Maps: one value for each key. {@link MapTable} reads, in a snapshot or a transaction;
 * {@link WritableMapTable} also changes, in a write transaction.
 *
 * Invariant: a call that throws INVALID_KEY, INVALID_VALUE, KEY_TOO_LONG, KEY_EXISTS or INVALID_RANGE has
 * changed nothing; `putMany` and `retain`, which run the caller's code between changes, say what they do.
 */

import { CoppiceError } from '../base/errors.ts'
import { PutMode, type ReadTree, type ValueReader, type WriteTree } from '../btree/api.ts'
import type { TreeSink, TreeSource } from '../store/api.ts'
import { type ByteWriter, compareBytes, equalBytes } from './bytes.ts'
import { keyExists, keyTooLong } from './errors.ts'
import { lookUpMany } from './many-keys.ts'
import type { MapCodec } from './map-codec.ts'
import { preview, rejectReentry } from './place.ts'
import { type Bounds, countWalk, type RangeOptions, resolveDoomed, resolveWalk, type Walk } from './range.ts'
import { Entries, type EntryDecoder, Scan } from './scan.ts'
import { SortedRun } from './sorted-run.ts'

/** Sizes of a table's tree. */
export interface TableStats {
  readonly entryCount: number
  /** Levels of the tree: 0 when empty. */
  readonly height: number
}

/** From this length on bytes go to the tree as they are, without a copy in between. */
const DIRECT_BYTES = 4096

/** When a batch of a bulk load is stored: the processor's caches hold some of it still. */
export const BATCH_BYTES = 1 << 20

/** A map in one state of the database. Valid while its snapshot or transaction is open. */
export class MapTable<K, V> implements Iterable<readonly [K, V]> {
  readonly name: string
  protected readonly source: TreeSource
  protected readonly codec: MapCodec
  protected tree: ReadTree

  /** For `Tables`; a caller gets handles from `tx.table(definition)`. @internal */
  constructor(source: TreeSource, tree: ReadTree, codec: MapCodec) {
    this.name = codec.table
    this.source = source
    this.tree = tree
    this.codec = codec
  }

  protected valueFrom(bytes: Buffer, offset: number, length: number): V {
    return this.codec.valueFrom(bytes, offset, length) as V
  }

  /** Encodes a key and returns the writer that holds it. */
  protected encodeKey(key: K): ByteWriter {
    const writer = this.codec.keyWriter
    const generation = writer.begin()
    this.codec.key.encode(writer, key)
    if (writer.generation !== generation) rejectReentry(this.name)
    return writer
  }

  /** Finds the key in the tree: bytes as they are given, anything else encoded. */
  private findKey(tree: ReadTree, key: K): boolean {
    if (this.codec.key.isRaw && key instanceof Uint8Array) return tree.find(key, key.length)
    const { bytes, at } = this.encodeKey(key)
    return tree.find(bytes, at)
  }

  private hasKey(key: K): boolean {
    if (this.codec.key.isRaw && key instanceof Uint8Array) return this.tree.has(key, key.length)
    const { bytes, at } = this.encodeKey(key)
    return this.tree.has(bytes, at)
  }

  /**
   * The value under a key; undefined when there is none.
   * @throws CoppiceError INVALID_KEY, TRANSACTION_CLOSED
   * @example const price = tx.table(prices).get(['ACME', 7])
   */
  get(key: K): V | undefined {
    this.source.assertReadable()
    const tree = this.tree
    const value = this.findKey(tree, key)
      ? this.valueFrom(tree.valueBytes, tree.valueOffset, tree.valueLength)
      : undefined
    this.source.endReading()
    return value
  }

  /**
   * Whether there is a value under the key; cheaper than `get`.
   * @example if (tx.table(prices).has(['ACME', 7])) …
   */
  has(key: K): boolean {
    this.source.assertReadable()
    const isThere = this.hasKey(key)
    this.source.endReading()
    return isThere
  }

  /**
   * The values under several keys, in the order of the keys; undefined where there is none.
   * @example const [today, yesterday] = tx.table(prices).getMany([['ACME', 7], ['ACME', 6]])
   */
  getMany(keys: Iterable<K>): (V | undefined)[] {
    const decodeValue = this.codec.decoders.values.decodeChunk!
    return lookUpMany<K, V>(keys, this.source, this.tree, {
      encode: key => this.encodeKey(key),
      decode: copy => decodeValue(copy) as V,
      get: key => this.get(key),
    })
  }

  /**
   * How many entries there are, in all or in a range. Costs no more than looking up the range's ends.
   * @throws CoppiceError INVALID_RANGE
   * @example tx.table(prices).count({ prefix: ['ACME'] })
   */
  count(options?: RangeOptions<K>): number {
    this.source.assertReadable()
    if (options === undefined) return this.tree.count
    const count = countWalk(this.tree, this.walk(options))
    this.source.endReading()
    return count
  }

  /**
   * The entry with the smallest key, in all or in a range; undefined when there is none.
   * @example const oldest = tx.table(events).first()
   */
  first(options?: RangeOptions<K>): readonly [K, V] | undefined {
    return this.range(options).first()
  }

  /**
   * The entry with the largest key, in all or in a range; undefined when there is none.
   * @example const newest = tx.table(prices).last({ prefix: ['ACME'] })
   */
  last(options?: RangeOptions<K>): readonly [K, V] | undefined {
    const walk = this.walk(options)
    return new Entries(
      this.source,
      this.tree,
      { ...walk, isReverse: !walk.isReverse },
      this.codec.decoders.entries as EntryDecoder<readonly [K, V]>,
    ).first()
  }

  /**
   * The entries of a range as [key, value], in key order.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example for (const [[, day], price] of tx.table(prices).range({ prefix: ['ACME'], reverse: true, limit: 5 })) …
   */
  range(options?: RangeOptions<K>): Entries<readonly [K, V]> {
    return new Entries<readonly [K, V]>(
      this.source,
      this.tree,
      this.walk(options),
      this.codec.decoders.entries as EntryDecoder<readonly [K, V]>,
    )
  }

  /**
   * Calls `visit` for each entry, or those of a range, in key order: like `for` over `range`, a little faster because no
   * pair and no iterator result is made. An exception ends it.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY, TRANSACTION_CLOSED
   * @example let sum = 0; tx.table(prices).forEach(price => { sum += price }, { prefix: ['ACME'] })
   */
  forEach(visit: (value: V, key: K) => void, options?: RangeOptions<K>): void {
    const { entries, keys, values } = this.codec.decoders
    const scan = new Scan(this.source, this.tree, this.walk(options), entries)
    scan.forEach(
      chunk => {
        visit(values.decodeChunk!(chunk) as V, keys.decodeChunk!(chunk) as K)
      },
      (cursor, keyLength) => {
        // The key first: decoding the value may read pages, and the key's bytes are the cursor's own.
        const key = keys.decode(cursor, keyLength) as K
        visit(values.decode(cursor, 0) as V, key)
      },
    )
  }

  /**
   * All entries, or those of a range; the same as `range`.
   * @example const copy = new Map(tx.table(settings).entries())
   */
  entries(options?: RangeOptions<K>): Entries<readonly [K, V]> {
    return this.range(options)
  }

  /**
   * The keys alone; values are not read.
   * @example const names = tx.table(settings).keys({ startsWith: 'ui.' }).toArray()
   */
  keys(options?: RangeOptions<K>): Entries<K> {
    return new Entries(
      this.source,
      this.tree,
      this.walk(options),
      this.codec.decoders.keys as EntryDecoder<K>,
    )
  }

  /**
   * The values alone, in the order of their keys.
   * @example for (const price of tx.table(prices).values({ prefix: ['ACME'] })) sum += price
   */
  values(options?: RangeOptions<K>): Entries<V> {
    return new Entries(
      this.source,
      this.tree,
      this.walk(options),
      this.codec.decoders.values as EntryDecoder<V>,
    )
  }

  [Symbol.iterator](): IterableIterator<readonly [K, V]> {
    return this.range()[Symbol.iterator]()
  }

  /**
   * Opens the stored bytes of a value for reading in parts; undefined when there is none. Meant for tables with
   * values of type `bytes` or `text`, which are stored as they are.
   * @example const reader = tx.table(files).openValue('film.mp4')
   */
  openValue(key: K): ValueReader | undefined {
    this.source.assertReadable()
    const { bytes, at } = this.encodeKey(key)
    const value = this.tree.openValue(bytes, at)
    this.source.endReading()
    return value
  }

  /** Sizes of the table's tree. */
  stats(): TableStats {
    this.source.assertReadable()
    const stats = { entryCount: this.tree.count, height: this.tree.height }
    this.source.endReading()
    return stats
  }

  protected walk(options: RangeOptions<K> | undefined): Walk {
    this.source.assertReadable()
    const walk = resolveWalk(this.codec.key, this.name, options as RangeOptions<unknown> | undefined)
    this.source.endReading()
    return walk
  }
}

/** A map in a write transaction. */
export class WritableMapTable<K, V> extends MapTable<K, V> {
  private readonly sink: TreeSink
  declare protected tree: WriteTree

  /** For `Tables`; a caller gets handles from `tx.table(definition)`. @internal */
  constructor(sink: TreeSink, tree: WriteTree, codec: MapCodec) {
    super(sink, tree, codec)
    this.sink = sink
  }

  /** For `Tables`: from now on `tree` stands behind this handle. @internal */
  attach(tree: WriteTree): void {
    this.tree = tree
  }

  /**
   * Stores a value, replacing the one that was there.
   * @throws CoppiceError INVALID_KEY, INVALID_VALUE, KEY_TOO_LONG, VALUE_TOO_LARGE
   * @example tx.table(prices).put(['ACME', 7], 12.5)
   */
  put(key: K, value: V): void {
    this.store(key, value, PutMode.upsert)
  }

  /**
   * Stores a value under a key that has none yet.
   * @throws CoppiceError KEY_EXISTS, and what `put` throws
   * @example tx.table(settings).insert('theme', 'dark')
   */
  insert(key: K, value: V): void {
    if (!this.store(key, value, PutMode.insert)) keyExists(this.name, key)
  }

  private store(key: K, value: V, mode: PutMode): boolean {
    this.sink.assertWritable()
    const { keyWriter, valueWriter, valueNode } = this.codec
    if (valueNode.kind === 'bytes' && value instanceof Uint8Array && value.length >= DIRECT_BYTES) {
      this.encodeKey(key)
      this.checkKeyLength(keyWriter)
      return this.tree.put(keyWriter.bytes, keyWriter.at, value, 0, value.length, mode)
    }
    this.encode(key, value)
    return this.tree.put(keyWriter.bytes, keyWriter.at, valueWriter.bytes, 0, valueWriter.at, mode)
  }

  /** Encodes both into the codec's writers, and checks that neither was used by somebody else meanwhile. */
  private encode(key: K, value: V): void {
    const { keyWriter, valueWriter } = this.codec
    const keyGeneration = keyWriter.begin()
    this.codec.key.encode(keyWriter, key)
    const valueGeneration = valueWriter.begin()
    this.codec.encodeValue(valueWriter, value)
    if (keyWriter.generation !== keyGeneration || valueWriter.generation !== valueGeneration) {
      rejectReentry(this.name)
    }
    this.checkKeyLength(keyWriter)
  }

  private checkKeyLength(key: ByteWriter): void {
    if (key.at > this.tree.maxKeyLength) keyTooLong(this.name, key.at, this.tree.maxKeyLength)
  }

  /**
   * Removes a key; false when it was not there.
   * @example tx.table(prices).delete(['ACME', 7])
   */
  delete(key: K): boolean {
    this.sink.assertWritable()
    const { bytes, at } = this.encodeKey(key)
    return this.tree.remove(bytes, at)
  }

  /**
   * Replaces a value by what `change` makes of it (undefined: there is none yet); returns the new one.
   * @example tx.table(counters).update('visits', visits => (visits ?? 0) + 1)
   */
  update(key: K, change: (current: V | undefined) => V): V {
    this.sink.assertWritable()
    const next = change(this.get(key))
    this.put(key, next)
    return next
  }

  /**
   * Changes a value only if it is what is expected: `undefined` means that there is none. As `next` it means
   * to remove the key. Values are compared as they are stored. Returns whether it was as expected.
   * @example while (!tx.table(locks).compareAndSet('job', undefined, me)) …
   */
  compareAndSet(key: K, expected: V | undefined, next: V | undefined): boolean {
    this.sink.assertWritable()
    const { keyWriter, valueWriter } = this.codec
    // What is stored now is judged only after everything was encoded, so that a bad `next` changes nothing.
    const before = expected === undefined ? undefined : this.encoded(expected)
    const after = next === undefined ? undefined : this.encoded(next)
    this.encodeKey(key)
    this.checkKeyLength(keyWriter)
    const tree = this.tree
    const isPresent = tree.find(keyWriter.bytes, keyWriter.at)
    if (before === undefined ? isPresent : !isPresent || !this.isStored(before)) return false
    if (after !== undefined) {
      valueWriter.begin()
      valueWriter.writeBytes(after, 0, after.length)
      tree.put(keyWriter.bytes, keyWriter.at, valueWriter.bytes, 0, valueWriter.at, PutMode.upsert)
    } else if (isPresent) {
      tree.remove(keyWriter.bytes, keyWriter.at)
    }
    return true
  }

  private encoded(value: V): Buffer {
    const { valueWriter } = this.codec
    const generation = valueWriter.begin()
    this.codec.encodeValue(valueWriter, value)
    if (valueWriter.generation !== generation) rejectReentry(this.name)
    return valueWriter.toBytes()
  }

  private isStored(bytes: Buffer): boolean {
    const { valueBytes, valueOffset, valueLength } = this.tree
    return valueLength === bytes.length && equalBytes(bytes, 0, valueBytes, valueOffset, valueLength)
  }

  /**
   * Removes the entry with the smallest key, of all or of a range, and returns it; undefined when there is none.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example const next = tx.table(queue).popFirst({ prefix: ['mail'] })
   */
  popFirst(options?: RangeOptions<K>): readonly [K, V] | undefined {
    this.sink.assertWritable()
    return this.pop(this.first(options))
  }

  /** Removes the entry with the largest key, of all or of a range, and returns it; undefined when there is none. */
  popLast(options?: RangeOptions<K>): readonly [K, V] | undefined {
    this.sink.assertWritable()
    return this.pop(this.last(options))
  }

  private pop(entry: readonly [K, V] | undefined): readonly [K, V] | undefined {
    if (entry !== undefined) this.delete(entry[0])
    return entry
  }

  /**
   * Keeps the entries that `keep` says true of and removes the others; returns how many were removed. If `keep`
   * throws, what was removed before stays removed until the transaction is given up.
   * @example tx.table(sessions).retain((id, session) => session.until > now)
   */
  retain(keep: (key: K, value: V) => boolean): number {
    this.sink.assertWritable()
    let removed = 0
    for (const [key, value] of this.range()) {
      if (keep(key, value)) continue
      if (this.delete(key)) removed++
    }
    return removed
  }

  /**
   * Removes a range of keys, whole pages at a time; returns how many there were.
   * @throws CoppiceError INVALID_RANGE
   * @example tx.table(events).deleteRange({ lt: yesterday })
   */
  deleteRange(bounds: Bounds<K>): number {
    this.sink.assertWritable()
    const range = resolveDoomed(this.codec.key, this.name, bounds as Bounds<unknown>)
    return deleteByteRange(this.tree, range.from, range.to)
  }

  /** Removes everything; returns how many entries there were. */
  clear(): number {
    this.sink.assertWritable()
    return this.tree.clear()
  }

  /**
   * Stores many entries, in any order; of equal keys the last one stays. They are stored in batches of some megabytes:
   * if the input throws or holds something invalid, the batches before it stay until the transaction is given up.
   * As fast as `put` for each, which a transaction collects by itself. Returns how many came in.
   * @example tx.table(prices).putMany(csv.map(line => [[line.symbol, line.day], line.close]))
   */
  putMany(entries: Iterable<readonly [K, V]>): number {
    this.sink.assertWritable()
    checkIterable(entries, this.name, 'entries')
    const { keyWriter, valueWriter } = this.codec
    const batch = new SortedRun()
    let count = 0
    for (const [key, value] of entries) {
      this.encode(key, value)
      batch.add(keyWriter.bytes, keyWriter.at, valueWriter.bytes, 0, valueWriter.at)
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
   * Stores a value of `length` bytes that arrives in pieces, never holding it whole. For values of type `bytes`,
   * or `text` (in UTF-8, which is then not checked).
   * @throws CoppiceError INVALID_VALUE when the value is of another type
   * @example tx.table(files).putStream('film.mp4', size, chunks)
   */
  putStream(key: K, length: number, pieces: Iterable<Uint8Array>): void {
    this.sink.assertWritable()
    checkIterable(pieces, this.name, 'pieces')
    const { kind } = this.codec.valueNode
    if (kind !== 'bytes' && kind !== 'text') {
      throw new CoppiceError(
        'INVALID_VALUE',
        `table '${this.name}': only bytes and text can be stored as a stream`,
        {
          table: this.name,
          expected: 'bytes',
          given: kind,
        },
      )
    }
    const writer = this.encodeKey(key)
    this.checkKeyLength(writer)
    // The pieces come from the caller's code, which may use the table and with it the writer.
    const ownKey = writer.toBytes()
    this.tree.putStream(ownKey, ownKey.length, length, pieces)
  }
}

/**
 * A stream of Node or an async generator is no input of a transaction, which would have to wait for it.
 * @throws CoppiceError INVALID_VALUE
 */
export function checkIterable(input: unknown, table: string, what: string): void {
  if (typeof input === 'object' && input !== null && Symbol.iterator in input) return
  const isAsync = typeof input === 'object' && input !== null && Symbol.asyncIterator in input
  const given = isAsync ? 'one that is asynchronous' : preview(input)
  throw new CoppiceError('INVALID_VALUE', `table '${table}', ${what}: expected an iterable, given ${given}`, {
    table,
    expected: 'an iterable',
    given,
  })
}

/** Removes keys between two bounds, of which the first may be above the second. */
export function deleteByteRange(tree: WriteTree, from: Buffer | undefined, to: Buffer | undefined): number {
  if (from !== undefined && to !== undefined && compareBytes(from, from.length, to, to.length) >= 0) return 0
  return tree.deleteRange(from, from?.length ?? 0, to, to?.length ?? 0)
}
