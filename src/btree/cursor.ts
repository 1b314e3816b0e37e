/**
 * A place in a tree that moves in key order. It pins nothing:
 *
 * - It remembers its leaf as (page id, birth) and, for speed, as (base, version of the frame). When the
 *   version moved on, the frame holds another page now, and the leaf is fixed again by id.
 * - In a snapshot a page never changes, so the path of page ids stays right for ever. Where the kernel found the leaf,
 *   which reads no more of the branches than it must, the path is their indexes alone, until more is needed of it.
 * - In a write transaction the tree may change under it. The cursor then remembers its key, and when the
 *   tree's edit number moved on, it finds its place again by that key.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { pageIdOf } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import * as node from '../page/node.ts'
import { HEAD_BYTES, headsWord, slotSuffixLength, VALUE_LENGTH_BYTES } from '../page/node.ts'
import { searchChild, searchNode } from '../page/search.ts'
import type { CollectedEntries, LeafEntries, TreeCursor } from './api.ts'
import { extentAt } from './extent.ts'
import { COLLECT_MAX, type Collect, Found } from './kernel/kernel.ts'
import type { TreeReader } from './reader.ts'
import { ValueHolder } from './value.ts'

const NOWHERE = -2
const NO_BYTES: Buffer = Buffer.alloc(0)

/** Whoever reads so many entries of a leaf meets most of its lines. */
const ENTRIES_WORTH_TOUCHING = 16
const LINE_WORDS = 16

/**
 * Loads a word of each line of a page. None of these loads waits for another, so the lines come from memory side by side; a loop
 * over rows is too long for the processor to look ahead as far.
 */
function touchPage({ u32, pageSize }: PageMemory, base: number): number {
  let touched = 0
  const end = (base + pageSize) >>> 2
  for (let word = base >>> 2; word < end; word += LINE_WORDS) touched |= u32[word]
  return touched
}

export class Cursor extends ValueHolder implements TreeCursor {
  // None as long as nobody asks for a key: a scan that collects its entries never does.
  keyBytes: Buffer = NO_BYTES
  readonly #tree: TreeReader
  // By level; 0 is the leaf.
  readonly #pages: number[] = []
  readonly #births: number[] = []
  readonly #indexes: number[] = []
  /** Whether `#pages` and `#births` are filled in, or only those of the root. */
  #knowsPages = true
  #base = 0
  #version = 0
  #index = NOWHERE
  #leafCount = 0
  // Of the leaf that it stands in: room of its arrays, length of its prefix, whether `keyBytes` begins with that.
  #capacity = 0
  #prefixLength = 0
  #holdsPrefix = false
  #edits = 0
  #keyLength = 0

  constructor(tree: TreeReader) {
    super(tree.context)
    this.#tree = tree
  }

  first(): boolean {
    if (!this.#enterRoot()) return false
    this.#descendToEdge(this.#tree.state.height - 1, false)
    this.#index = 0
    return this.#arrive()
  }

  last(): boolean {
    if (!this.#enterRoot()) return false
    this.#descendToEdge(this.#tree.state.height - 1, true)
    this.#index = this.#leafCount - 1
    return this.#arrive()
  }

  seek(key: Uint8Array, keyLength: number): boolean {
    if (!this.#enterRoot()) return false
    this.#index = this.#locate(key, keyLength)
    if (this.#index < this.#leafCount) return this.#arrive()
    this.#index = this.#leafCount - 1
    return this.#toNeighbour(true)
  }

  seekBefore(key: Uint8Array, keyLength: number): boolean {
    if (!this.#enterRoot()) return false
    this.#index = this.#locate(key, keyLength) - 1
    if (this.#index >= 0) return this.#arrive()
    return this.#toNeighbour(false)
  }

  seekRank(rank: number): boolean {
    const state = this.#tree.state
    if (rank < 0 || rank >= this.#tree.count || !this.#enterRoot()) {
      this.#index = NOWHERE
      return false
    }
    const { pool, memory } = this.context
    let remaining = rank
    let base = pool.fix(state.pageId, state.birth)
    for (let level = state.height - 1; level > 0; level--) {
      let index = 0
      const last = node.countOf(memory, base) - 1
      // The last child has what is left: nothing but a forged page can say otherwise, and that must not loop.
      while (index < last) {
        const below = node.childCountOf(memory, base, index)
        if (remaining < below) break
        remaining -= below
        index++
      }
      this.#indexes[level] = index
      base = this.#enterChild(level, base, index)
    }
    this.#enterLeaf(base)
    if (remaining >= this.#leafCount) throw wrongCounts(this.#pages[0])
    this.#index = remaining
    return this.#arrive()
  }

  next(): boolean {
    if (this.#index === NOWHERE) return false
    if (this.#edits !== this.#tree.state.edits) {
      // `keyBytes` holds the key it stood on; arriving anywhere overwrites it.
      if (!this.#enterRoot()) return false
      const found = this.#descendTo(this.keyBytes, this.#keyLength)
      this.#index = found >= 0 ? found : ~found - 1
    }
    if (this.#index + 1 < this.#leafCount) {
      this.#index++
      return this.#tree.mutable ? this.#arrive() : true
    }
    return this.#toNeighbour(true)
  }

  prev(): boolean {
    if (this.#index === NOWHERE) return false
    if (this.#edits !== this.#tree.state.edits) return this.seekBefore(this.keyBytes, this.#keyLength)
    if (this.#index > 0) {
      this.#index--
      return this.#tree.mutable ? this.#arrive() : true
    }
    return this.#toNeighbour(false)
  }

  loadKey(): number {
    assert(this.#index !== NOWHERE, 'the cursor stands on an entry')
    // In a write transaction the key was remembered on arrival.
    if (this.#tree.mutable) return this.#keyLength
    return this.#readKey()
  }

  loadValue(): void {
    assert(this.#index !== NOWHERE, 'the cursor stands on an entry')
    if (this.#edits !== this.#tree.state.edits) {
      const key = Buffer.from(this.keyBytes.subarray(0, this.#keyLength))
      const present = this.seek(key, key.length) && this.#standsAt(key, key.length)
      assert(present, 'the entry under the cursor was not removed before its value was asked for')
    }
    this.locateValue(this.#leafBase(), this.#index)
  }

  collect(count: number, what: Collect): number {
    const { kernel, pool } = this.context
    const { mutable } = this.#tree
    if (kernel === undefined || this.#index === NOWHERE || !this.#isInPlace || !pool.allowsKernel()) return 0
    const wanted = Math.min(count, COLLECT_MAX)
    let taken = 0
    for (;;) {
      const ofLeaf = Math.min(wanted - taken, this.#leafCount - this.#index)
      const copied = kernel.collect(this.#leafBase(), this.#index, ofLeaf, what, taken)
      if (copied + taken === 0) return 0
      taken += copied
      // In the next leaf perhaps before its first entry, when that could not be taken.
      this.#index += copied - 1
      if (mutable) {
        this.#arrive()
        return taken
      }
      if (copied < ofLeaf || taken === wanted || !this.#isNextInMemory()) return taken
      this.#toNeighbour(true)
    }
  }

  readLeaf(to: Uint8Array | undefined): LeafEntries | undefined {
    const { state } = this.#tree
    if (state.extents || this.#index === NOWHERE || !this.#isInPlace) return undefined
    const { memory } = this.context
    const base = this.#leafBase()
    const first = this.#index
    let end = this.#leafCount
    if (to !== undefined) {
      const found = searchNode(memory, base, to, to.length, 0)
      end = Math.max(first, found >= 0 ? found : ~found)
    }
    const word = headsWord(base) + first
    this.#leaf ??= {
      u32: memory.u32,
      bytes: memory.bytes,
      base: 0,
      headsWord: 0,
      slotsWord: 0,
      count: 0,
      prefixLength: 0,
    }
    this.#leaf.base = base
    this.#leaf.headsWord = word
    this.#leaf.slotsWord = word + this.#capacity
    this.#leaf.count = end - first
    this.#leaf.prefixLength = this.#prefixLength
    if (end - first >= ENTRIES_WORTH_TOUCHING) this.touched = touchPage(memory, base)
    this.#index = this.#leafCount - 1
    this.#arrive()
    return this.#leaf
  }
  #leaf: LeafEntries | undefined
  /** Kept so that the loads are not left out. */
  touched = 0

  /** Nothing has changed since it came where it stands. */
  get #isInPlace(): boolean {
    return this.#edits === this.#tree.state.edits
  }

  get collected(): CollectedEntries | undefined {
    return this.context.kernel?.collected
  }

  /** Whether the next leaf is a sibling that need not be read from the file: nobody may ever want it. */
  #isNextInMemory(): boolean {
    if (this.#tree.state.height === 1) return false
    if (!this.#knowsPages) this.#completePath()
    const { pool, memory } = this.context
    const base = pool.fix(this.#pages[1], this.#births[1])
    const index = this.#indexes[1] + 1
    return index < node.countOf(memory, base) && pool.residentBase(node.childOf(memory, base, index)) >= 0
  }

  /** Length of the current value when it is in an extent, else 0; does not read it. */
  extentLength(): number {
    const memory = this.context.memory
    const base = this.#leafBase()
    if (!node.hasExtent(memory, base, this.#index)) return 0
    return extentAt(memory, base, this.#index).length
  }

  /** The leaf's place now. */
  #leafBase(): number {
    const pool = this.context.pool
    if (pool.versionOf(this.#base) !== this.#version) {
      if (!this.#knowsPages) this.#completePath()
      this.#base = pool.fixScan(this.#pages[0], this.#births[0])
      this.#version = pool.versionOf(this.#base)
    }
    return this.#base
  }

  /**
   * The work of `loadKey` in node.ts for one leaf after the other: what the entries of a leaf share is looked up once, and
   * its prefix stays in `keyBytes` (105 ns a key before, 45 now).
   */
  #readKey(): number {
    const { u8, u32 } = this.context.memory
    const base = this.#leafBase()
    const word = headsWord(base) + this.#index
    const slot = u32[word + this.#capacity]
    const prefixLength = this.#prefixLength
    const suffixLength = slotSuffixLength(slot)
    const length = prefixLength + suffixLength
    if (length + HEAD_BYTES > this.keyBytes.length) {
      this.keyBytes = Buffer.allocUnsafe(2 * (length + HEAD_BYTES))
      this.#holdsPrefix = false
    }
    const target = this.keyBytes
    if (!this.#holdsPrefix) {
      node.loadPrefix(this.context.memory, base, target)
      this.#holdsPrefix = true
    }
    // All four bytes, though the key may end before: what is behind its end means nothing.
    const head = u32[word]
    target[prefixLength] = head >>> 24
    target[prefixLength + 1] = head >>> 16
    target[prefixLength + 2] = head >>> 8
    target[prefixLength + 3] = head
    const tailAt = base + (slot & 0xffff) + VALUE_LENGTH_BYTES - prefixLength - HEAD_BYTES
    for (let i = prefixLength + HEAD_BYTES; i < length; i++) target[i] = u8[tailAt + i]
    return length
  }

  /** Remembers the key where the tree may change. Always true, for the callers' returns. */
  #arrive(): boolean {
    if (this.#tree.mutable) this.#keyLength = this.#readKey()
    return true
  }

  #standsAt(key: Uint8Array, keyLength: number): boolean {
    const found = searchNode(this.context.memory, this.#leafBase(), key, keyLength, 0)
    return found === this.#index
  }

  #enterRoot(): boolean {
    if (this.#tree.putRun !== 0) this.#tree.settle()
    const state = this.#tree.state
    this.#edits = state.edits
    this.#index = NOWHERE
    if (state.height === 0) return false
    this.#pages[state.height - 1] = state.pageId
    this.#births[state.height - 1] = state.birth
    this.#knowsPages = true
    return true
  }

  /** Goes to the leaf whose range holds the key; the index there of the first entry that is not below it. */
  #locate(key: Uint8Array, keyLength: number): number {
    const { kernel, pool } = this.context
    const { height, pageId } = this.#tree.state
    if (kernel !== undefined && !this.#tree.mutable && pool.allowsKernel()) {
      if (kernel.seek(pageId, height, key, keyLength) !== Found.miss) {
        pool.countHits(height)
        for (let level = height - 1; level > 0; level--) this.#indexes[level] = kernel.childIndex(level)
        this.#knowsPages = height === 1
        const index = kernel.index
        this.#enterLeaf(kernel.leaf)
        return index >= 0 ? index : ~index
      }
    }
    const found = this.#descendTo(key, keyLength)
    const index = found >= 0 ? found : ~found
    if (debugChecks.enabled) this.#assertKernelAgrees(key, keyLength, index)
    return index
  }

  /** In debug mode the kernel is asked, too. The way just gone brought its pages in, unless there were too many. */
  #assertKernelAgrees(key: Uint8Array, keyLength: number, index: number): void {
    const { kernel } = this.context
    const { height, pageId } = this.#tree.state
    if (kernel === undefined || kernel.seek(pageId, height, key, keyLength) === Found.miss) return
    assert(kernel.leaf === this.#base, 'the kernel finds the leaf that the cursor finds')
    assert((kernel.index ^ (kernel.index >> 31)) === index, 'the kernel finds the same place in it')
    for (let level = height - 1; level > 0; level--) {
      assert(kernel.childIndex(level) === this.#indexes[level], 'the kernel goes the same way')
    }
  }

  /** Goes the way of the indexes down from the root. Ends the validity of all bases. */
  #completePath(): void {
    const { pool } = this.context
    const { height, pageId, birth } = this.#tree.state
    let base = pool.fix(pageId, birth)
    for (let level = height - 1; level > 0; level--)
      base = this.#enterChild(level, base, this.#indexes[level])
    this.#knowsPages = true
  }

  /** Fixes child `index` of the branch at `level` and puts it on the path. */
  #enterChild(level: number, base: number, index: number): number {
    const { pool, memory } = this.context
    const pageId = node.childOf(memory, base, index)
    const birth = node.childBirthOf(memory, base, index)
    this.#pages[level - 1] = pageId
    this.#births[level - 1] = birth
    return level === 1 ? pool.fixScan(pageId, birth) : pool.fix(pageId, birth)
  }

  #enterLeaf(base: number): void {
    this.#base = base
    this.#version = this.context.pool.versionOf(base)
    const memory = this.context.memory
    this.#leafCount = node.countOf(memory, base)
    // Only a forged page is an empty leaf: an empty tree has none.
    if (this.#leafCount === 0) throw wrongCounts(pageIdOf(memory, base))
    this.#capacity = node.capacityOf(memory, base)
    this.#prefixLength = node.prefixLengthOf(memory, base)
    this.#holdsPrefix = false
  }

  #descendTo(key: Uint8Array, keyLength: number): number {
    const { pool, memory } = this.context
    const state = this.#tree.state
    let base = pool.fix(state.pageId, state.birth)
    for (let level = state.height - 1; level > 0; level--) {
      const index = searchChild(memory, base, key, keyLength)
      this.#indexes[level] = index
      base = this.#enterChild(level, base, index)
    }
    this.#enterLeaf(base)
    return searchNode(memory, base, key, keyLength, 0)
  }

  /** From the page on the path at `level` down to its first or last leaf. */
  #descendToEdge(from: number, last: boolean): void {
    const { pool, memory } = this.context
    let base = pool.fix(this.#pages[from], this.#births[from])
    for (let level = from; level > 0; level--) {
      const index = last ? node.countOf(memory, base) - 1 : 0
      this.#indexes[level] = index
      base = this.#enterChild(level, base, index)
    }
    this.#enterLeaf(base)
  }

  /** To the first entry of the next leaf, or the last one of the leaf before. */
  #toNeighbour(forward: boolean): boolean {
    if (!this.#knowsPages) this.#completePath()
    const { pool, memory } = this.context
    const height = this.#tree.state.height
    for (let level = 1; level < height; level++) {
      const base = pool.fix(this.#pages[level], this.#births[level])
      const index = this.#indexes[level] + (forward ? 1 : -1)
      if (index < 0 || index >= node.countOf(memory, base)) continue
      this.#indexes[level] = index
      const child = this.#enterChild(level, base, index)
      if (level === 1) this.#enterLeaf(child)
      else this.#descendToEdge(level - 1, !forward)
      this.#index = forward ? 0 : this.#leafCount - 1
      return this.#arrive()
    }
    this.#index = NOWHERE
    return false
  }
}

function wrongCounts(pageId: number): CoppiceError {
  return new CoppiceError('CORRUPT', `page ${pageId} has fewer entries than the pages above it say`, {
    pageId,
  })
}
