/**
 * Changing one tree inside a write transaction.
 *
 * Every change is told to the journal. A change that fails half way (no space, a damaged page) leaves
 * the tree `broken`: the transaction can then only be rolled back, and the store sees to that.
 *
 * Many puts in a row, with nothing read or removed between them but keys that were not there, are collected, and reach the
 * tree in the order of their keys when they must: before anything else is read or removed, at a savepoint, at the commit.
 * `settle` brings them there; whatever needs the tree as it is calls it first. What gives the tree up calls `forgetPuts`.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import * as edit from '../page/edit.ts'
import { valueLengthOf } from '../page/node.ts'
import { packedKeyLength, packedValueAt, packedValueLength } from '../page/packed.ts'
import { searchNode } from '../page/search.ts'
import { PutMode, type TreeAppender, type WriteTree } from './api.ts'
import { Appender } from './appender.ts'
import { ChangeCollector } from './change-collector.ts'
import type { Journal, PageAllocator, TreeContext } from './context.ts'
import { dropExtentAt, EXTENT_REFERENCE_BYTES, MAX_VALUE_LENGTH } from './extent.ts'
import { ExtentWriter, wrongStreamLength } from './extent-writer.ts'
import type { PutBuffer } from './put-buffer.ts'
import { PutCollector } from './put-collector.ts'
import { deleteRange } from './range-delete.ts'
import { TreeReader } from './reader.ts'
import type { TreeRoot } from './root.ts'
import { dropSubtree } from './walk.ts'
import { WritePath } from './write-path.ts'

const NO_BYTES: Buffer = Buffer.alloc(0)

export class TreeWriter extends TreeReader implements WriteTree {
  declare readonly context: TreeContext
  readonly treeId: number
  readonly #allocator: PageAllocator
  readonly #journal: Journal
  readonly #path: WritePath
  #extentWriter: ExtentWriter | undefined
  /** Holds a collected key on its way into the tree. */
  #packedKey = NO_BYTES
  #broken = false
  /** It was dropped, or its transaction is over: `broken` for good. */
  #isGone = false
  /** The puts that were collected; undefined while they go straight into the tree. */
  #collector: PutCollector | undefined
  /** Blind changes since anything else was asked of the tree. */
  #blindRun = 0
  /** The blind changes that were collected; never beside a collector of puts. */
  #changes: ChangeCollector | undefined
  /** Where the last collected value lay: memory outside of the pool. */
  #collectedFrom: Uint8Array | undefined

  constructor(
    context: TreeContext,
    treeId: number,
    root: TreeRoot,
    allocator: PageAllocator,
    journal: Journal,
    assertReadable: () => void,
  ) {
    super(context, root, true, assertReadable)
    this.treeId = treeId
    this.#allocator = allocator
    this.#journal = journal
    this.#path = new WritePath(context, allocator, this.state)
  }

  get maxKeyLength(): number {
    return this.context.maxKeyLength
  }

  get isCollecting(): boolean {
    return this.#collector !== undefined || this.state.height === 0
  }

  /** True after a change failed half way; the transaction must be rolled back. */
  get broken(): boolean {
    return this.#broken
  }

  put(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
    mode: PutMode,
  ): boolean {
    if (this.#broken) throw this.#failure()
    this.#checkSizes(keyLength, valueLength)
    if (mode === PutMode.update || this.#changes !== undefined) {
      if (this.putRun !== 0) this.settle()
    } else {
      this.putRun++
      if (this.#collects()) {
        if (mode === PutMode.insert && this.has(key, keyLength)) return false
        // Looking may have ended the collecting.
        if (this.#collector !== undefined && this.#collect(key, keyLength, value, valueOffset, valueLength))
          return true
      }
    }
    const context = this.context
    const path = this.#path
    let found = -1
    if (this.state.height === 0) {
      if (mode === PutMode.update) return false
    } else {
      const leaf = path.descend(key, keyLength)
      found = searchNode(context.memory, leaf, key, keyLength, 0)
      if (found >= 0 ? mode === PutMode.insert : mode === PutMode.update) return false
    }
    const large = keyLength + valueLength > context.maxEntryLength
    // Before the tree is touched: a value that finds no room leaves everything as it was.
    const reference = large ? this.storeExtent(value, valueOffset, valueLength) : undefined
    this.#begin()
    this.#journal.put(this.treeId, key, keyLength, value, valueOffset, valueLength)
    if (reference !== undefined)
      this.#store(found, key, keyLength, reference, 0, EXTENT_REFERENCE_BYTES, true)
    else this.#store(found, key, keyLength, value, valueOffset, valueLength, false)
    this.#end()
    return true
  }

  putStream(key: Uint8Array, keyLength: number, length: number, pieces: Iterable<Uint8Array>): void {
    if (this.#broken) throw this.#failure()
    this.#checkSizes(keyLength, length)
    if (this.putRun !== 0) this.settle()
    if (keyLength + length <= this.context.maxEntryLength) {
      const whole = Buffer.alloc(length)
      let at = 0
      for (const piece of pieces) {
        if (at + piece.length > length) throw wrongStreamLength(length, at + piece.length)
        whole.set(piece, at)
        at += piece.length
      }
      if (at !== length) throw wrongStreamLength(length, at)
      this.put(key, keyLength, whole, 0, length, PutMode.upsert)
      return
    }
    // The value is written before the tree is touched: a stream that fails leaves the tree as it was.
    const ownFrom = this.#allocator.ownFrom
    const reference = this.#extents.write(length, pieces)
    assert(ownFrom === this.#allocator.ownFrom, 'no savepoint is set or ended while a stream is stored')
    // The pieces come from the caller's code, which may have put something.
    if (this.putRun !== 0) this.settle()
    this.#begin()
    this.#journal.putUnlogged()
    let found = -1
    if (this.state.height > 0) {
      found = searchNode(this.context.memory, this.#path.descend(key, keyLength), key, keyLength, 0)
    }
    this.#store(found, key, keyLength, reference, 0, EXTENT_REFERENCE_BYTES, true)
    this.#end()
  }

  remove(key: Uint8Array, keyLength: number): boolean {
    if (this.#broken) throw this.#failure()
    if (this.putRun !== 0) this.settle()
    return this.#remove(key, keyLength)
  }

  #remove(key: Uint8Array, keyLength: number): boolean {
    if (this.state.height === 0) return false
    const leaf = this.#path.descend(key, keyLength)
    const found = searchNode(this.context.memory, leaf, key, keyLength, 0)
    if (found < 0) return false
    this.#begin()
    this.#journal.remove(this.treeId, key, keyLength)
    this.#takeOut(found)
    this.#end()
    return true
  }

  putBlind(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
    refuse: () => never,
  ): void {
    if (this.#broken) throw this.#failure()
    this.#checkSizes(keyLength, valueLength)
    // A tree that is small beside the puts is better built of all of them.
    if (this.#changes !== undefined || 4 * this.putRun < this.state.count) {
      const isSmall = keyLength + valueLength <= this.context.maxEntryLength
      const changes = isSmall ? this.#changesWithRoom(keyLength, valueLength, refuse) : undefined
      if (changes !== undefined) {
        this.#journal.put(this.treeId, key, keyLength, value, valueOffset, valueLength)
        changes.put(key, keyLength, value, valueOffset, valueLength)
        return
      }
    }
    this.put(key, keyLength, value, valueOffset, valueLength, PutMode.upsert)
    this.#blindRun++
  }

  removeBlind(key: Uint8Array, keyLength: number, refuse: () => never): void {
    if (this.#broken) throw this.#failure()
    const changes = this.#changesWithRoom(keyLength, 0, refuse)
    if (changes !== undefined) {
      this.#journal.remove(this.treeId, key, keyLength)
      changes.remove(key, keyLength)
      return
    }
    if (this.#holdsChanges) this.settle()
    if (!this.#remove(key, keyLength)) refuse()
    // No row of puts, but whoever reads ends the row of changes.
    this.putRun = 1
    this.#blindRun++
  }

  deleteRange(
    from: Uint8Array | undefined,
    fromLength: number,
    to: Uint8Array | undefined,
    toLength: number,
  ): number {
    if (this.#broken) throw this.#failure()
    if (this.putRun !== 0) this.settle()
    if (this.state.height === 0) return 0
    if (from !== undefined && to !== undefined && edit.compareKeys(from, fromLength, to, toLength) >= 0)
      return 0
    this.#begin()
    this.#journal.deleteRange(this.treeId, from, fromLength, to, toLength)
    const removed =
      from === undefined && to === undefined
        ? this.dropPages()
        : deleteRange(this.#path, from, fromLength, to, toLength)
    this.#end()
    return removed
  }

  clear(): number {
    return this.deleteRange(undefined, 0, undefined, 0)
  }

  appender(): TreeAppender {
    if (this.putRun !== 0) this.settle()
    return new Appender(this, this.#path, this.#journal)
  }

  /** The tree as it stands, for a savepoint or the directory. */
  get root(): TreeRoot {
    if (this.putRun !== 0) this.settle()
    return this.state.toRoot()
  }

  /** Goes back to an earlier root of the same transaction. */
  restore(root: TreeRoot): void {
    this.forgetPuts()
    this.state.set(root)
    this.#broken = false
  }

  /** Drops all pages without telling the journal: the tree itself is being dropped or replaced. */
  dropEverything(): void {
    // Of a change that failed half way, pages may be left that nothing refers to, even if the tree is empty.
    if (this.#collector?.hasStream) this.settle()
    this.#begin()
    this.forgetPuts()
    if (this.state.height > 0) this.dropPages()
    this.giveUp()
  }

  /**
   * The tree was dropped, or its transaction is over. Nothing is changed any more, not even by a call that has begun:
   * the caller's code may have come to this in the middle of it.
   */
  giveUp(): void {
    this.forgetPuts()
    this.#broken = true
    this.#isGone = true
  }

  markBroken(): void {
    this.#broken = true
  }

  // Looking up: what is absent ends no row of puts, so that a load goes on that first looks whether each key is new.

  override find(key: Uint8Array, keyLength: number): boolean {
    if (this.putRun !== 0) this.#settleFor(key, keyLength)
    const found = this.lookUp(key, keyLength)
    if (found && !this.#holdsChanges) this.#endRuns()
    return found
  }

  override has(key: Uint8Array, keyLength: number): boolean {
    if (this.putRun !== 0) this.#settleFor(key, keyLength)
    const found = this.isThere(key, keyLength)
    if (found && !this.#holdsChanges) this.#endRuns()
    return found
  }

  /** Afterwards the tree has what was put last under the key. */
  #settleFor(key: Uint8Array, keyLength: number): void {
    const isCollected = this.#collector?.mayHave(key, keyLength) || this.#changes?.mayHave(key, keyLength)
    if (this.#broken || isCollected) this.settle()
  }

  // Collected changes

  /** Where a blind change is collected, with room for it; undefined: it goes straight into the tree, or is collected as other puts are. */
  #changesWithRoom(keyLength: number, valueLength: number, refuse: () => never): ChangeCollector | undefined {
    if (this.#changes === undefined) {
      const { pool, collectAfterPuts } = this.context
      if (this.#blindRun < collectAfterPuts || this.#collector !== undefined || this.state.height === 0)
        return undefined
      if (pool.borrowableCount === 0) return undefined
      this.#changes = new ChangeCollector(this, this.#allocator, refuse)
      this.context.kept.changes = this.#changes
    }
    const changes = this.#changes
    if (!changes.makeRoom(keyLength, valueLength)) return undefined
    this.putRun++
    this.state.edits++
    return changes
  }

  // Collected puts

  /** Whether a put is collected, from now on perhaps. */
  #collects(): boolean {
    if (this.#collector !== undefined) return true
    const { pool, collectAfterPuts } = this.context
    // A put into a tree that is large beside all that are put together gains nothing by waiting for its neighbours.
    if (this.putRun < collectAfterPuts || 4 * this.putRun < this.state.count) return false
    if (pool.borrowableCount === 0 || this.#broken) return false
    const collector = new PutCollector(this, this.#allocator)
    const isTakenBack = collector.takeBack()
    this.#collector = collector
    this.context.kept.puts = collector
    if (isTakenBack) {
      this.#begin()
      this.dropPages()
      this.#end()
    }
    return true
  }

  /** Collects a put; false when it must go straight into the tree, which all before it have reached then. */
  #collect(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
  ): boolean {
    const { maxEntryLength, memory } = this.context
    // A value in the pool's own memory would not stay where it is. Asking an array for its memory is slow, and most come
    // in the one that the last came in.
    const isKnown = value === this.#collectedFrom
    if (keyLength + valueLength > maxEntryLength || (!isKnown && value.buffer === memory.buffer)) {
      this.settle()
      return false
    }
    this.#collectedFrom = value
    const collector = this.#collector!
    if (!collector.makeRoom(keyLength, valueLength)) {
      this.settle()
      return false
    }
    this.#journal.put(this.treeId, key, keyLength, value, valueOffset, valueLength)
    this.state.edits++
    collector.add(key, keyLength, value, valueOffset, valueLength)
    return true
  }

  override settle(): void {
    // Of a load that failed on its way, some is in the tree: whoever asks for the tree is told, now and later.
    if (this.#broken) throw this.#failure()
    const collected = this.#collector ?? this.#changes
    if (collected !== undefined) {
      try {
        collected.settle()
      } finally {
        this.#collector = undefined
        this.#changes = undefined
      }
    }
    this.#endRuns()
  }

  #endRuns(): void {
    this.putRun = 0
    this.#blindRun = 0
  }

  /** Whether there is something that has not reached the tree. */
  get #holdsChanges(): boolean {
    return this.#collector !== undefined || this.#changes !== undefined
  }

  /** Forgets the puts that have not reached the tree, which is given up. */
  forgetPuts(): void {
    this.putRun = 0
    this.#collector?.forget()
    this.#collector = undefined
    this.#changes?.forget()
    this.#changes = undefined
    this.#collectedFrom = undefined
  }

  #keyOf(collected: PutBuffer, address: number): Buffer {
    if (this.#packedKey === NO_BYTES) this.#packedKey = Buffer.allocUnsafeSlow(this.context.pageSize)
    collected.loadKey(address, this.#packedKey)
    return this.#packedKey
  }

  /** For the collectors: puts an entry that they have. */
  putPacked(collected: PutBuffer, address: number): void {
    const { memory } = this.context
    const key = this.#keyOf(collected, address)
    const keyLength = packedKeyLength(memory, address)
    let found = -1
    if (this.state.height > 0) {
      found = searchNode(memory, this.#path.descend(key, keyLength), key, keyLength, 0)
    }
    const valueLength = packedValueLength(memory, address)
    this.#store(found, key, keyLength, memory.bytes, packedValueAt(address), valueLength, false)
  }

  /** For the collector of changes: removes an entry that it has, if it is there. */
  removePacked(collected: PutBuffer, address: number): void {
    if (this.state.height === 0) return
    const key = this.#keyOf(collected, address)
    const keyLength = packedKeyLength(this.context.memory, address)
    const leaf = this.#path.descend(key, keyLength)
    const found = searchNode(this.context.memory, leaf, key, keyLength, 0)
    if (found >= 0) this.#takeOut(found)
  }

  /** Takes an entry out of the leaf that the path leads to. */
  #takeOut(found: number): void {
    const m = this.context.memory
    const path = this.#path
    path.makeWritable()
    const base = path.edit(0)
    dropExtentAt(m, this.#allocator, base, found)
    edit.removeEntries(m, base, found, found + 1)
    path.addCounts(-1)
    path.rebalance(0)
  }

  /** For the appender and the collectors: brackets a change. */
  beginChange(): void {
    this.#begin()
  }

  endChange(): void {
    this.#end()
  }

  checkSizes(keyLength: number, valueLength: number): void {
    this.#checkSizes(keyLength, valueLength)
  }

  /** For the appender: puts a long value into an extent and returns the buffer that holds its reference. */
  storeExtent(value: Uint8Array, valueOffset: number, valueLength: number): Buffer {
    return this.#extents.write(valueLength, [value.subarray(valueOffset, valueOffset + valueLength)])
  }

  #begin(): void {
    if (this.#broken) throw this.#failure()
    this.#broken = true
    this.state.edits++
  }

  #end(): void {
    this.#broken = false
  }

  /** Why the tree takes no changes. @throws CoppiceError TRANSACTION_CLOSED, CLOSED */
  #failure(): CoppiceError {
    if (!this.#isGone) return failedBefore()
    this.assertReadable()
    return new CoppiceError(
      'TABLE_NOT_FOUND',
      'the table was dropped or rolled back while it was being changed',
    )
  }

  #checkSizes(keyLength: number, valueLength: number): void {
    if (keyLength > this.context.maxKeyLength) {
      throw new CoppiceError('KEY_TOO_LONG', `the key has ${keyLength} bytes`, {
        expected: `at most ${this.context.maxKeyLength} bytes with pages of ${this.context.pageSize}`,
        given: `${keyLength} bytes`,
      })
    }
    if (valueLength > MAX_VALUE_LENGTH) {
      throw new CoppiceError('VALUE_TOO_LARGE', `the value has ${valueLength} bytes`, {
        expected: `at most ${MAX_VALUE_LENGTH} bytes`,
        given: `${valueLength} bytes`,
      })
    }
  }

  /** Puts the cell in place; `found` is the index of the present entry, below 0 when there is none. */
  #store(
    found: number,
    key: Uint8Array,
    keyLength: number,
    cell: Uint8Array,
    cellOffset: number,
    cellLength: number,
    extent: boolean,
  ): void {
    const m = this.context.memory
    const scratch = this.context.scratch
    const path = this.#path
    if (this.state.height === 0) path.createRoot()
    else path.makeWritable()
    if (extent) path.markExtents()
    let base = path.edit(0)
    if (found >= 0) {
      dropExtentAt(m, this.#allocator, base, found)
      const bytesLess = valueLengthOf(m, base, found) - cellLength
      if (edit.replaceLeafValue(m, base, scratch, found, cell, cellOffset, cellLength, extent)) {
        if (bytesLess > 0) path.rebalanceShrunk(bytesLess)
        return
      }
      edit.removeEntries(m, base, found, found + 1)
      path.addCounts(-1)
      base = path.edit(0)
      found = ~found
    }
    let index = ~found
    while (
      !edit.insertLeafEntry(m, base, scratch, index, key, keyLength, cell, cellOffset, cellLength, extent)
    ) {
      path.splitLeaf(index, key, keyLength)
      // The way up was marked for the half that stayed; mark it for the other one too.
      if (extent) path.markExtents()
      base = path.edit(0)
      index = ~searchNode(m, base, key, keyLength, 0)
      assert(index >= 0, 'a key that was absent stays absent through a split')
    }
    path.addCounts(1)
  }

  /** Made for the first large value. */
  get #extents(): ExtentWriter {
    this.#extentWriter ??= new ExtentWriter(this.context, this.#allocator, () => {
      if (this.#broken) throw this.#failure()
    })
    return this.#extentWriter
  }

  /** Drops all pages within a change; returns how many entries there were. */
  dropPages(): number {
    const removed = this.state.count
    const { pageId, birth, height, extents } = this.state
    dropSubtree(this.context, this.#allocator, pageId, birth, height - 1, extents)
    this.state.set({ pageId: 0, birth: 0, height: 0, count: 0, extents: false })
    return removed
  }
}

function failedBefore(): CoppiceError {
  return new CoppiceError(
    'TRANSACTION_FAILED',
    'an earlier change of this transaction failed half way: it can only be rolled back',
  )
}
