/**
 * Records by an index: the index's entries in order, and the row behind each. {@link IndexTable} reads;
 * {@link WritableIndexTable} also removes records.
 *
 * The codec is open: the key that the caller gives is always the beginning of the tree's keys (`index-codec.ts`),
 * so a whole key stands for all records that have it.
 */

import type { ReadTree, TreeCursor } from '../btree/api.ts'
import { Collect } from '../btree/kernel/kernel.ts'
import type { TreeSink, TreeSource } from '../store/api.ts'
import { ByteWriter, toSuccessor } from './bytes.ts'
import type { EntryChunk } from './entry-chunk.ts'
import { GatheredRows } from './gathered-rows.ts'
import type { IndexCodec } from './index-codec.ts'
import {
  type Bounds,
  countRange,
  countWalk,
  type RangeOptions,
  resolveDoomed,
  resolveWalk,
  type Walk,
} from './range.ts'
import type { RecordBinding } from './record-binding.ts'
import { Entries, type EntryDecoder } from './scan.ts'

/** Where rows are found by encoded primary key. */
interface RowSource<Row> {
  readonly name: string
  readonly rows: ReadTree
  rowAt(key: Buffer, keyLength: number): Row
  rowIn(copy: EntryChunk, keys: Buffer, start: number, end: number): Row
}

/** Where rows are removed, with their entries in all indexes. */
interface RowSink<Row> extends RowSource<Row> {
  remove(row: Row): boolean
  removeAll(rows: Iterable<Row>): number
}

/**
 * Records by an index. `IndexKey` is the value of the index's column, or the tuple of several. Valid while its
 * snapshot or transaction is open; made by `by`.
 */
export class IndexTable<Row, IndexKey, PrimaryKey> implements Iterable<Row> {
  protected readonly source: TreeSource
  protected tree: ReadTree
  protected readonly codec: IndexCodec
  protected readonly rowDecoder: EntryDecoder<Row>
  private readonly rows: RowSource<Row>
  private readonly primaryKey = new ByteWriter()
  private readonly keyDecoder: EntryDecoder<IndexKey>
  private readonly primaryKeyDecoder: EntryDecoder<PrimaryKey>

  /** For `RecordTable`; a caller gets handles from `by(name)`. @internal */
  constructor(
    source: TreeSource,
    tree: ReadTree,
    rows: RowSource<Row>,
    binding: RecordBinding,
    codec: IndexCodec,
  ) {
    this.source = source
    this.tree = tree
    this.rows = rows
    this.codec = codec
    this.rowDecoder = {
      usesKey: !codec.isUnique,
      decode: (cursor, keyLength) => {
        this.loadPrimaryKey(cursor, keyLength)
        return rows.rowAt(this.primaryKey.bytes, this.primaryKey.at)
      },
      collects: codec.isUnique ? Collect.values : Collect.keys,
      forScan: () => this.gatheringDecoder(),
    }
    this.keyDecoder = {
      usesKey: true,
      decode: (cursor, keyLength) =>
        codec.key.decode(binding.keyReader.over(cursor.keyBytes, 0, keyLength)) as IndexKey,
    }
    this.primaryKeyDecoder = {
      usesKey: !codec.isUnique,
      decode: (cursor, keyLength) => {
        this.loadPrimaryKey(cursor, keyLength)
        const { bytes, at } = this.primaryKey
        return binding.codec.key.decode(binding.keyReader.over(bytes, 0, at)) as PrimaryKey
      },
    }
  }

  /** Whether its entries are in `tree`. @internal */
  isOver(tree: ReadTree | undefined): boolean {
    return this.tree === tree
  }

  /** The index is gone; `tree` says so to whoever asks. @internal */
  detach(tree: ReadTree): void {
    this.tree = tree
  }

  /** Decodes rows that are looked up together. */
  private gatheringDecoder(): EntryDecoder<Row> {
    const { codec, rows, source, primaryKey } = this
    const { isUnique } = codec
    const gathered = new GatheredRows({
      isValue: isUnique,
      startIn: (keys, start, end) => codec.primaryKeyStart(keys, start, end),
    })
    return {
      ...this.rowDecoder,
      decodeChunk: entries => {
        const copy = gathered.rowOf(entries, source, rows.rows)
        const { keyAt, valueAt } = entries
        const keys = isUnique ? entries.values : entries.keys
        const end = isUnique ? valueAt + entries.valueLength : keyAt + entries.keyLength
        const start = isUnique ? valueAt : codec.primaryKeyStart(keys, keyAt, end)
        if (copy !== undefined) return rows.rowIn(copy, keys, start, end)
        primaryKey.begin()
        primaryKey.writeBytes(keys, start, end)
        source.assertReadable()
        const row = rows.rowAt(primaryKey.bytes, primaryKey.at)
        source.endReading()
        return row
      },
    }
  }

  /** Copies the primary key out of the entry under the cursor. */
  private loadPrimaryKey(cursor: TreeCursor, keyLength: number): void {
    const writer = this.primaryKey
    writer.begin()
    if (this.codec.isUnique) {
      cursor.loadValue()
      writer.writeBytes(cursor.valueBytes, cursor.valueOffset, cursor.valueOffset + cursor.valueLength)
    } else {
      const start = this.codec.primaryKeyStart(cursor.keyBytes, 0, keyLength)
      writer.writeBytes(cursor.keyBytes, start, keyLength)
    }
  }

  /** The bytes between which the entries with this key lie. */
  protected walkOf(key: IndexKey): Walk {
    this.source.assertReadable()
    const writer = this.codec.added
    writer.begin()
    this.codec.key.encode(writer, key)
    const from = writer.toBytes()
    const to = toSuccessor(writer) ? writer.toBytes() : undefined
    this.source.endReading()
    return { from, to, isReverse: false, limit: Infinity, offset: 0 }
  }

  /**
   * The record with this key in a unique index; undefined when there is none. (In an index that is not unique:
   * the first one; `getAll` gives all.)
   * @throws CoppiceError INVALID_KEY, TRANSACTION_CLOSED
   * @example const ada = tx.table(users).by('byEmail').get('ada@example.org')
   */
  get(key: IndexKey): Row | undefined {
    const { codec, tree } = this
    if (!codec.isUnique) return this.getAll(key).first()
    this.source.assertReadable()
    const writer = codec.added
    writer.begin()
    codec.key.encode(writer, key)
    if (!tree.find(writer.bytes, writer.at)) {
      // With a null in it, the key may stand before primary keys.
      return hasNull(key) ? this.getAll(key).first() : undefined
    }
    const primaryKey = this.primaryKey
    primaryKey.begin()
    primaryKey.writeBytes(tree.valueBytes, tree.valueOffset, tree.valueOffset + tree.valueLength)
    const row = this.rows.rowAt(primaryKey.bytes, primaryKey.at)
    this.source.endReading()
    return row
  }

  /**
   * All records with this key, in the order of their primary keys.
   * @example for (const user of tx.table(users).by('byAge').getAll(36)) …
   */
  getAll(key: IndexKey): Entries<Row> {
    return new Entries(this.source, this.tree, this.walkOf(key), this.rowDecoder)
  }

  /**
   * The record with each of several keys (as `get`), in the order of the keys; undefined where there is none.
   * @example const [ada, alan] = tx.table(users).by('byEmail').getMany(['ada@example.org', 'alan@example.org'])
   */
  getMany(keys: Iterable<IndexKey>): (Row | undefined)[] {
    const rows: (Row | undefined)[] = []
    for (const key of keys) rows.push(this.get(key))
    return rows
  }

  /** Whether any record has this key. */
  has(key: IndexKey): boolean {
    return countRange(this.tree, this.walkOf(key)) > 0
  }

  /** How many records have this key; costs no more than looking it up. */
  countOf(key: IndexKey): number {
    return countRange(this.tree, this.walkOf(key))
  }

  /**
   * How many records there are, in all or in a range of index keys.
   * @throws CoppiceError INVALID_RANGE
   * @example tx.table(users).by('byAge').count({ gte: 18 })
   */
  count(options?: RangeOptions<IndexKey>): number {
    this.source.assertReadable()
    const count = options === undefined ? this.tree.count : countWalk(this.tree, this.walk(options))
    this.source.endReading()
    return count
  }

  /**
   * The records of a range of index keys, in the order of the index.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example for (const user of tx.table(users).by('byAge').range({ gte: 18, limit: 10 })) …
   */
  range(options?: RangeOptions<IndexKey>): Entries<Row> {
    return new Entries(this.source, this.tree, this.walk(options), this.rowDecoder)
  }

  /** The records of a range of index keys, in the order of the index; the same as `range`. */
  values(options?: RangeOptions<IndexKey>): Entries<Row> {
    return this.range(options)
  }

  /** The index keys of a range, one for each record; rows are not read. */
  keys(options?: RangeOptions<IndexKey>): Entries<IndexKey> {
    return new Entries(this.source, this.tree, this.walk(options), this.keyDecoder)
  }

  /** The primary keys behind a range of index keys; rows are not read. */
  primaryKeys(options?: RangeOptions<IndexKey>): Entries<PrimaryKey> {
    return new Entries(this.source, this.tree, this.walk(options), this.primaryKeyDecoder)
  }

  /** The first record in the order of the index, in all or in a range; undefined when there is none. */
  first(options?: RangeOptions<IndexKey>): Row | undefined {
    return this.range(options).first()
  }

  /** The last record in the order of the index, in all or in a range; undefined when there is none. */
  last(options?: RangeOptions<IndexKey>): Row | undefined {
    const walk = this.walk(options)
    return new Entries(
      this.source,
      this.tree,
      { ...walk, isReverse: !walk.isReverse },
      this.rowDecoder,
    ).first()
  }

  [Symbol.iterator](): IterableIterator<Row> {
    return this.range()[Symbol.iterator]()
  }

  private walk(options: RangeOptions<IndexKey> | undefined): Walk {
    this.source.assertReadable()
    const walk = resolveWalk(this.codec.key, this.rows.name, options as RangeOptions<unknown> | undefined)
    this.source.endReading()
    return walk
  }
}

/** Records by an index in a write transaction, to remove them by its keys. To change them, use the table itself. */
export class WritableIndexTable<Row, IndexKey, PrimaryKey> extends IndexTable<Row, IndexKey, PrimaryKey> {
  private readonly sink: TreeSink
  private readonly records: RowSink<Row>

  /** For `WritableRecordTable`; a caller gets handles from `by(name)`. @internal */
  constructor(
    sink: TreeSink,
    tree: ReadTree,
    records: RowSink<Row>,
    binding: RecordBinding,
    codec: IndexCodec,
  ) {
    super(sink, tree, records, binding, codec)
    this.sink = sink
    this.records = records
  }

  /**
   * Removes the record that is first in the order of the index, of all or of a range, and returns it; undefined when
   * there is none.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example const job = tx.table(jobs).by('byReady').popFirst({ prefix: ['mail'], lte: ['mail', now] })
   */
  popFirst(options?: RangeOptions<IndexKey>): Row | undefined {
    this.sink.assertWritable()
    return this.pop(this.first(options))
  }

  /** Removes the record that is last in the order of the index, of all or of a range, and returns it. */
  popLast(options?: RangeOptions<IndexKey>): Row | undefined {
    this.sink.assertWritable()
    return this.pop(this.last(options))
  }

  private pop(row: Row | undefined): Row | undefined {
    if (row !== undefined) this.records.remove(row)
    return row
  }

  /**
   * Removes all records with this key; returns how many there were.
   * @throws CoppiceError INVALID_KEY
   * @example tx.table(users).by('byEmail').deleteAll('ada@example.org')
   */
  deleteAll(key: IndexKey): number {
    this.sink.assertWritable()
    return this.removeAll(this.walkOf(key))
  }

  /**
   * Removes the records of a range of index keys, one by one; returns how many there were.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example tx.table(sessions).by('byExpiry').deleteRange({ lt: now })
   */
  deleteRange(bounds: Bounds<IndexKey>): number {
    this.sink.assertWritable()
    const { from, to } = resolveDoomed(this.codec.key, this.records.name, bounds as Bounds<unknown>)
    return this.removeAll({ from, to, isReverse: false, limit: Infinity, offset: 0 })
  }

  private removeAll(walk: Walk): number {
    return this.records.removeAll(new Entries(this.source, this.tree, walk, this.rowDecoder))
  }
}

function hasNull(key: unknown): boolean {
  return key === null || (Array.isArray(key) && key.includes(null))
}
