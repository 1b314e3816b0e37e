/**
 * Records in one state of the database: rows by primary key, and by indexes.
 *
 * It knows nothing of changes; `writable-record-table.ts` does.
 */

import { CoppiceError } from '../base/errors.ts'
import { LateMap } from '../base/late-map.ts'
import type { ReadTree, TreeCursor } from '../btree/api.ts'
import { Collect } from '../btree/kernel/kernel.ts'
import type { TreeSource } from '../store/api.ts'
import type { ByteWriter } from './bytes.ts'
import type { EntryChunk } from './entry-chunk.ts'
import type { IndexCodec } from './index-codec.ts'
import { IndexEntries } from './index-entries.ts'
import { IndexTable } from './index-table.ts'
import { lookUpMany } from './many-keys.ts'
import type { TableStats } from './map-table.ts'
import { rejectReentry } from './place.ts'
import { countWalk, type RangeOptions, resolveWalk, type Walk } from './range.ts'
import type { RecordBinding } from './record-binding.ts'
import type { RecordCodec } from './record-codec.ts'
import type { RowLayout } from './row-layout.ts'
import { RunTree } from './run-tree.ts'
import { Entries, type EntryDecoder } from './scan.ts'
import { SortedRun } from './sorted-run.ts'

/** An index of a table in one state; without a tree when the state is older than the index. */
export interface BoundIndex<T extends ReadTree = ReadTree> {
  readonly codec: IndexCodec
  readonly tree: T | undefined
}

/**
 * Records in one state of the database. `Row` is a record, `Key` the primary key (the value of one column, or
 * the tuple of several), `Handles` the type of `by(name)` for each index. Valid while its snapshot or
 * transaction is open.
 */
export class RecordTable<Row, Key, Handles> implements Iterable<Row> {
  readonly name: string
  protected readonly source: TreeSource
  protected binding: RecordBinding
  protected tree: ReadTree
  protected indexes: readonly BoundIndex[]
  private readonly handles = new LateMap<string, IndexTable<Row, unknown, Key>>()
  private readonly rowDecoder: EntryDecoder<Row>
  private readonly keyDecoder: EntryDecoder<Key>

  /** For `Tables`; a caller gets handles from `tx.table(definition)`. @internal */
  constructor(source: TreeSource, tree: ReadTree, binding: RecordBinding, indexes: readonly BoundIndex[]) {
    this.name = binding.table
    this.source = source
    this.tree = tree
    this.binding = binding
    this.indexes = indexes
    this.rowDecoder = {
      usesKey: true,
      decode: (cursor: TreeCursor, keyLength: number) => {
        const { codec, keyReader } = this.binding
        cursor.loadValue()
        const key = keyReader.over(cursor.keyBytes, 0, keyLength)
        return codec.decodeRow(cursor.valueBytes, cursor.valueOffset, cursor.valueLength, key) as Row
      },
      collects: Collect.both,
      decodeChunk: ({ keys, keyAt, keyLength, values, valueAt, valueLength }) => {
        const { codec, keyReader } = this.binding
        const key = keyReader.over(keys, keyAt, keyAt + keyLength)
        return codec.decodeRow(values, valueAt, valueLength, key) as Row
      },
    }
    this.keyDecoder = {
      usesKey: true,
      decode: (cursor: TreeCursor, keyLength: number) =>
        this.binding.codec.key.decode(this.binding.keyReader.over(cursor.keyBytes, 0, keyLength)) as Key,
    }
  }

  /** How rows and keys are laid out, for the SQL layer: it reads single columns from the raw cursor. @internal */
  get layout(): RowLayout {
    return this.binding.codec.layout
  }
  /** The codecs, for the SQL layer. @internal */
  get codec(): RecordCodec {
    return this.binding.codec
  }
  /** The tree of the rows, for the SQL layer. @internal */
  get rows(): ReadTree {
    return this.tree
  }

  /** The indexes with their codecs and trees, for the SQL layer. @internal */
  get boundIndexes(): readonly BoundIndex[] {
    return this.indexes
  }

  /** Encodes a primary key as the caller gives it, and returns the writer that holds it. */
  protected encodeKey(key: Key): ByteWriter {
    const { codec, keyWriter } = this.binding
    const generation = keyWriter.begin()
    codec.key.encode(keyWriter, key)
    if (keyWriter.generation !== generation) rejectReentry(this.name)
    return keyWriter
  }

  /** Decodes the row that the tree found last; its primary key is in `keyBytes`. */
  protected foundRow(keyBytes: Buffer, keyLength: number): Row {
    const { codec, keyReader } = this.binding
    const { valueBytes, valueOffset, valueLength } = this.tree
    const key = keyReader.over(keyBytes, 0, keyLength)
    return codec.decodeRow(valueBytes, valueOffset, valueLength, key) as Row
  }

  /**
   * For indexes: the row under an encoded primary key.
   * @internal
   * @throws CoppiceError CORRUPT when there is none
   */
  rowAt(key: Buffer, keyLength: number): Row {
    if (!this.tree.find(key, keyLength)) {
      throw new CoppiceError('CORRUPT', `table '${this.name}': an index has an entry without a record`, {
        table: this.name,
      })
    }
    return this.foundRow(key, keyLength)
  }

  /**
   * The row of a copied entry, whose primary key lies in `keys` from `start` to `end`.
   * @internal
   */
  rowIn({ values, valueAt, valueLength }: EntryChunk, keys: Buffer, start: number, end: number): Row {
    const { codec, keyReader } = this.binding
    return codec.decodeRow(values, valueAt, valueLength, keyReader.over(keys, start, end)) as Row
  }

  /**
   * The record with a primary key; undefined when there is none.
   * @throws CoppiceError INVALID_KEY, TRANSACTION_CLOSED
   * @example const user = tx.table(users).get(1n)
   */
  get(key: Key): Row | undefined {
    this.source.assertReadable()
    const { bytes, at } = this.encodeKey(key)
    const row = this.tree.find(bytes, at) ? this.foundRow(bytes, at) : undefined
    this.source.endReading()
    return row
  }

  /**
   * Whether there is a record with this primary key.
   * @example if (tx.table(users).has(1n)) …
   */
  has(key: Key): boolean {
    this.source.assertReadable()
    const { bytes, at } = this.encodeKey(key)
    const isThere = this.tree.has(bytes, at)
    this.source.endReading()
    return isThere
  }

  /**
   * The records with several primary keys, in the order of the keys; undefined where there is none.
   * @example const [ada, alan] = tx.table(users).getMany([1n, 2n])
   */
  getMany(keys: Iterable<Key>): (Row | undefined)[] {
    return lookUpMany<Key, Row>(keys, this.source, this.tree, {
      encode: key => this.encodeKey(key),
      decode: (copy, bytes, start, end) => this.rowIn(copy, bytes, start, end),
      get: key => this.get(key),
    })
  }

  /**
   * How many records there are, in all or in a range of primary keys; costs no more than looking up its ends.
   * @throws CoppiceError INVALID_RANGE
   * @example tx.table(users).count({ gte: 100n })
   */
  count(options?: RangeOptions<Key>): number {
    this.source.assertReadable()
    const count = options === undefined ? this.tree.count : countWalk(this.tree, this.walk(options))
    this.source.endReading()
    return count
  }

  /** The record with the smallest primary key, in all or in a range; undefined when there is none. */
  first(options?: RangeOptions<Key>): Row | undefined {
    return this.range(options).first()
  }

  /** The record with the largest primary key, in all or in a range; undefined when there is none. */
  last(options?: RangeOptions<Key>): Row | undefined {
    const walk = this.walk(options)
    return new Entries(
      this.source,
      this.tree,
      { ...walk, isReverse: !walk.isReverse },
      this.rowDecoder,
    ).first()
  }

  /**
   * The records of a range of primary keys, in order.
   * @throws CoppiceError INVALID_RANGE, INVALID_KEY
   * @example for (const user of tx.table(users).range({ gte: 100n, limit: 10 })) …
   */
  range(options?: RangeOptions<Key>): Entries<Row> {
    return new Entries(this.source, this.tree, this.walk(options), this.rowDecoder)
  }

  /** The records of a range of primary keys, in order; the same as `range`. */
  values(options?: RangeOptions<Key>): Entries<Row> {
    return this.range(options)
  }

  /**
   * The primary keys of a range; rows are not read.
   * @example const ids = tx.table(users).keys().toArray()
   */
  keys(options?: RangeOptions<Key>): Entries<Key> {
    return new Entries(this.source, this.tree, this.walk(options), this.keyDecoder)
  }

  [Symbol.iterator](): IterableIterator<Row> {
    return this.range()[Symbol.iterator]()
  }

  /** Sizes of the tree of the rows. */
  stats(): TableStats {
    this.source.assertReadable()
    const stats = { entryCount: this.tree.count, height: this.tree.height }
    this.source.endReading()
    return stats
  }

  /**
   * The same records by an index. In a snapshot that is older than the index, it is built from the rows on first
   * use.
   * @throws CoppiceError INVALID_DEFINITION when the table has no index of that name
   * @example const ada = tx.table(users).by('byEmail').get('ada@example.org')
   */
  by<Name extends keyof Handles & string>(name: Name): Handles[Name] {
    let handle = this.handles.get(name)
    if (handle === undefined) {
      const index = this.indexes.find(({ codec }) => codec.name === name)
      if (index === undefined) {
        const known = this.indexes.map(({ codec }) => codec.name).join(', ') || 'none'
        throw new CoppiceError(
          'INVALID_DEFINITION',
          `table '${this.name}' has no index '${name}' (known: ${known})`,
          { table: this.name, index: name },
        )
      }
      const tree = index.tree ?? this.scannedIndex(index.codec)
      handle = this.indexHandle(tree, index.codec)
      this.handles.set(name, handle)
    }
    return handle as Handles[Name]
  }

  protected indexHandle(tree: ReadTree, codec: IndexCodec): IndexTable<Row, unknown, Key> {
    return new IndexTable(this.source, tree, this, this.binding, codec)
  }

  /** After the table's trees were exchanged: handles of indexes that are not there any more get `gone` for a tree. */
  protected detachHandles(gone: ReadTree): void {
    for (const [name, handle] of this.handles) {
      if (handle.isOver(this.indexes.find(({ codec }) => codec.name === name)?.tree)) continue
      handle.detach(gone)
      this.handles.delete(name)
    }
  }

  /** The index as it would be in this state, from its rows. */
  private scannedIndex(codec: IndexCodec): ReadTree {
    const run = new SortedRun()
    // What is computed is an index of the catalog only, and has a tree in every state that has the index.
    const entries = new IndexEntries(this.tree, this.binding, codec, undefined)
    while (entries.next()) {
      if (!entries.hasEntry) continue
      const { value } = entries
      run.add(codec.added.bytes, codec.added.at, value.bytes, 0, value.at)
    }
    run.sort()
    return new RunTree(run)
  }

  private walk(options: RangeOptions<Key> | undefined): Walk {
    this.source.assertReadable()
    const walk = resolveWalk(this.binding.codec.key, this.name, options as RangeOptions<unknown> | undefined)
    this.source.endReading()
    return walk
  }
}
