/**
 * Walking over a range of a tree, and the iterable that the caller sees.
 *
 * Invariants:
 * 1. Each step asks the source first whether reading is still allowed, so an iterator outlives its snapshot
 *    only to say so.
 * 2. What a step returns holds no reference into pages.
 * 3. In a write transaction the table may change between steps: the cursor finds its place again by key.
 */

import type { ReadTree, TreeCursor } from '../btree/api.ts'
import { Collect } from '../btree/kernel/kernel.ts'
import type { TreeSource } from '../store/api.ts'
import { compareBytes } from './bytes.ts'
import { EntryChunk } from './entry-chunk.ts'
import type { Walk } from './range.ts'
import { Sequence } from './sequence.ts'

/** Makes what the caller gets from the entry under a cursor. */
export interface EntryDecoder<T> {
  /** Whether `decode` needs the key loaded. */
  readonly usesKey: boolean
  /** `keyLength` is 0 unless `usesKey`; the key is in `cursor.keyBytes`. */
  decode(cursor: TreeCursor, keyLength: number): T
  /** What `decodeChunk` needs of the entries; without it they are read one by one. */
  readonly collects?: Collect
  /** The same from the present entry of a chunk. */
  decodeChunk?(chunk: EntryChunk): T
  /** One that keeps something from entry to entry is made for each scan that reads chunks. */
  forScan?(): EntryDecoder<T>
}

/** One walk over a range. */
export class Scan<T> implements IterableIterator<T> {
  private readonly source: TreeSource
  private readonly tree: ReadTree
  private readonly cursor: TreeCursor
  private readonly walk: Walk
  private readonly decoder: EntryDecoder<T>
  /** Entries that may still be read, those in the chunk not counted. */
  private remaining: number
  private isStarted = false
  /** Whether entries are copied ahead: in a snapshot, forwards, where the decoder can use it. */
  private readonly isChunked: boolean
  private chunk: EntryChunk | undefined = undefined

  constructor(source: TreeSource, tree: ReadTree, walk: Walk, decoder: EntryDecoder<T>) {
    this.source = source
    this.tree = tree
    this.cursor = tree.cursor()
    this.walk = walk
    this.remaining = walk.limit
    this.isChunked =
      decoder.collects !== undefined &&
      !tree.mutable &&
      !walk.isReverse &&
      walk.limit > 1 &&
      this.cursor.collect !== undefined
    this.decoder = this.isChunked && decoder.forScan !== undefined ? decoder.forScan() : decoder
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<T, undefined> {
    const { chunk } = this
    if (chunk?.hasNext) {
      this.source.assertStillReadable()
      chunk.advance()
      return { value: this.decoder.decodeChunk!(chunk), done: false }
    }
    if (this.remaining <= 0) return { value: undefined, done: true }
    this.source.assertReadable()
    if (!this.step()) {
      this.finish()
      return { value: undefined, done: true }
    }
    if (this.isChunked && this.fill()) return this.next()
    const keyLength = this.arrive()
    if (keyLength < 0) return { value: undefined, done: true }
    const value = this.decoder.decode(this.cursor, keyLength)
    this.source.endReading()
    return { value, done: false }
  }

  /**
   * Copies entries from the present one on; false when that cannot be done, and it is to be read by itself. The operation
   * is over then: who reads the copies reads no tree.
   */
  private fill(): boolean {
    const { cursor, decoder, walk } = this
    const { to } = walk
    this.chunk ??= new EntryChunk(walk.limit)
    const { chunk } = this
    const what = to === undefined ? decoder.collects! : ((decoder.collects! | Collect.keys) as Collect)
    const count = cursor.collect!(Math.min(chunk.wanted, this.remaining), what)
    if (count === 0) return false
    chunk.load(cursor.collected!, count)
    this.remaining -= count
    if (to !== undefined && chunk.cut(to)) this.remaining = 0
    this.source.endReading()
    return true
  }

  /** The cursor stands on an entry: the length of its key, or -1 when it is beyond the end. */
  private arrive(): number {
    this.remaining--
    const { cursor } = this
    const stop = this.walk.isReverse ? this.walk.from : this.walk.to
    if (!this.decoder.usesKey && stop === undefined) return 0
    const keyLength = cursor.loadKey()
    if (stop !== undefined) {
      const order = compareBytes(cursor.keyBytes, keyLength, stop, stop.length)
      if (this.walk.isReverse ? order < 0 : order >= 0) return this.finish()
    }
    return keyLength
  }

  private finish(): number {
    this.source.endReading()
    this.remaining = 0
    return -1
  }

  /** Hands each entry that is left to one of these, without an object for it. */
  forEach(
    visitCopy: (chunk: EntryChunk) => void,
    visit: (cursor: TreeCursor, keyLength: number) => void,
  ): void {
    const { cursor, source } = this
    while (this.remaining > 0) {
      source.assertReadable()
      if (!this.step()) {
        this.finish()
        return
      }
      if (this.isChunked && this.fill()) {
        this.forEachCopy(visitCopy)
        continue
      }
      const keyLength = this.arrive()
      if (keyLength < 0) return
      visit(cursor, keyLength)
    }
  }

  private forEachCopy(visitCopy: (chunk: EntryChunk) => void): void {
    const { source } = this
    const chunk = this.chunk!
    while (chunk.hasNext) {
      source.assertStillReadable()
      chunk.advance()
      visitCopy(chunk)
    }
  }

  /** Ends the walk; a `for` loop that is left early does it. */
  return(): IteratorResult<T, undefined> {
    this.chunk?.clear()
    this.finish()
    return { value: undefined, done: true }
  }

  private step(): boolean {
    if (this.isStarted) return this.walk.isReverse ? this.cursor.prev() : this.cursor.next()
    this.isStarted = true
    return this.start()
  }

  private start(): boolean {
    const { from, to, isReverse, offset } = this.walk
    const cursor = this.cursor
    if (isReverse) {
      if (offset === 0) return to === undefined ? cursor.last() : cursor.seekBefore(to, to.length)
      const above = to === undefined ? this.tree.count : this.tree.rank(to, to.length)
      return above > offset && cursor.seekRank(above - 1 - offset)
    }
    if (offset === 0) return from === undefined ? cursor.first() : cursor.seek(from, from.length)
    const below = from === undefined ? 0 : this.tree.rank(from, from.length)
    return below + offset < this.tree.count && cursor.seekRank(below + offset)
  }
}

/**
 * Entries in key order, read as they are asked for. Each `for` loop starts anew; nothing is read before it.
 * Valid while its snapshot or transaction is open. @throws CoppiceError TRANSACTION_CLOSED from a step after that.
 * @example for (const [key, value] of table.range({ gte: 10 })) console.log(key, value)
 */
export class Entries<T> extends Sequence<T> {
  private readonly source: TreeSource
  private readonly tree: ReadTree
  private readonly walk: Walk
  private readonly decoder: EntryDecoder<T>

  constructor(source: TreeSource, tree: ReadTree, walk: Walk, decoder: EntryDecoder<T>) {
    super()
    this.source = source
    this.tree = tree
    this.walk = walk
    this.decoder = decoder
  }

  [Symbol.iterator](): IterableIterator<T> {
    return new Scan(this.source, this.tree, this.walk, this.decoder)
  }

  // Not through the iterator's protocol, as derived sequences do it: the same few classes in every call.
  override toArray(): T[] {
    const entries: T[] = []
    const scan = new Scan(this.source, this.tree, this.walk, this.decoder)
    for (let step = scan.next(); step.done !== true; step = scan.next()) entries.push(step.value)
    return entries
  }

  override first(): T | undefined {
    // One, and nothing ahead of it.
    const walk = { ...this.walk, limit: Math.min(1, this.walk.limit) }
    const step = new Scan(this.source, this.tree, walk, this.decoder).next()
    return step.done === true ? undefined : step.value
  }
}
