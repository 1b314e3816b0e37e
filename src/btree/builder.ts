/**
 * Builds a whole tree from packed entries in the order of their keys: leaf after leaf, each filled once, and the branches
 * above them as they go. (Bottom-up loading as in Graefe, Modern B-Tree Techniques, section 4.) The entries may come all at
 * once or part by part. Whoever gives it up on the way forgets it; its pages are the transaction's, and go with that.
 *
 * B1  Leaves and finished branches are never edited again, so they may be written at once: when there are many, they
 *     are, and their frames serve the next ones.
 * B2  The last branch of each level is not a page yet; it grows in memory of its own, where nothing can write it half
 *     done. It becomes a page when it is full, or at the end.
 */

import { assert, debugChecks } from '../base/assert.ts'
import * as edit from '../page/edit.ts'
import { setBirth, setPageId } from '../page/header.ts'
import { PageMemory } from '../page/memory.ts'
import * as node from '../page/node.ts'
import { fillLeaf, packedKeyAt, packedKeyLength } from '../page/packed.ts'
import type { PageAllocator, TreeContext } from './context.ts'
import { FILL_MAX } from './kernel/kernel.ts'
import type { TreeRoot } from './root.ts'
import { STEP_FRAMES } from './write-path.ts'

/** Trees up to so many pages stay in memory; they are likely to be looked at soon. */
const KEPT_PAGES_MAX = 1024
/** Pages written at once: a megabyte of the usual ones, which still lies in the processor's cache. */
const WRITE_BATCH = 256
/** The same in debug mode, so that small trees are written early too. */
const KEPT_PAGES_IN_TESTS = 3
const WRITE_BATCH_IN_TESTS = 2
/** Addresses offered for the first leaf; afterwards somewhat more than the leaf before took. */
const FIRST_OFFER = 64

/** The last branch of a level. */
interface OpenBranch {
  /** It alone (B2). */
  readonly image: PageMemory
  /** The key that parts it from the branch before it. */
  readonly separator: Buffer
  separatorLength: number
  entryCount: number
}

/** A child on its way into its parent. */
interface Child {
  readonly pageId: number
  readonly birth: number
  readonly entryCount: number
}

export class TreeBuilder {
  readonly #context: TreeContext
  readonly #allocator: PageAllocator
  readonly #leavesRoom: boolean
  /** By level; 0 is not used. */
  readonly #branches: (OpenBranch | undefined)[] = []
  readonly #unwritten: number[] = []
  readonly #separator: Buffer
  /** Parts the last leaf from the one that is going to follow. */
  readonly #nextSeparator: Buffer
  #nextSeparatorLength = 0
  #lastLeaf: Child = { pageId: 0, birth: 0, entryCount: 0 }
  #leafCount = 0
  #pageCount = 0

  /** @param leavesRoom a tenth of each leaf is left to entries that will come between those that are given */
  constructor(context: TreeContext, allocator: PageAllocator, leavesRoom: boolean) {
    this.#context = context
    this.#allocator = allocator
    this.#leavesRoom = leavesRoom
    this.#separator = Buffer.allocUnsafeSlow(context.pageSize)
    this.#nextSeparator = Buffer.allocUnsafeSlow(context.pageSize)
  }

  /**
   * Builds leaves of the entries at `addresses`, whose keys ascend strictly and lie above all before them, but of those that
   * may not fill one. Returns how many went in, never all: the others must come again, as the first of the next call.
   * @throws CoppiceError DATABASE_FULL, NO_SPACE, IO_ERROR: what was built is lost with its transaction
   */
  add(addresses: Uint32Array): number {
    let from = 0
    // Of as many as the leaf before has, another full one seldom comes.
    while (addresses.length - from > this.#lastLeaf.entryCount) {
      const leaf = this.#makeLeaf(addresses, from)
      const end = from + leaf.entryCount
      if (end === addresses.length) {
        // More would go in.
        this.#allocator.drop(leaf.pageId, leaf.birth)
        break
      }
      this.#append(leaf)
      this.#separate(addresses[end - 1], addresses[end])
      from = end
    }
    return from
  }

  /**
   * Builds the rest of the tree of the entries at `addresses`, at least one, and returns its root. Nothing may follow.
   * @throws CoppiceError as `add`
   */
  finish(addresses: Uint32Array): TreeRoot {
    assert(addresses.length > 0, 'a tree that is built has a last entry')
    for (let from = 0; from < addresses.length; ) {
      const leaf = this.#makeLeaf(addresses, from)
      this.#append(leaf)
      from += leaf.entryCount
      if (from < addresses.length) this.#separate(addresses[from - 1], addresses[from])
    }
    return this.#leafCount === 1 ? rootAt(this.#lastLeaf, 1) : this.#closeAll()
  }

  /** Puts the leaf behind the last one. */
  #append(leaf: Child): void {
    if (this.#leafCount === 0) this.#open(1, this.#separator, 0, leaf)
    else {
      this.#separator.set(this.#nextSeparator.subarray(0, this.#nextSeparatorLength))
      this.#add(1, this.#nextSeparatorLength, leaf)
    }
    this.#leafCount++
    this.#lastLeaf = leaf
    this.#done(leaf.pageId)
  }

  /** Makes a page of as many of the entries as fit it, which belongs to nothing yet. */
  #makeLeaf(addresses: Uint32Array, from: number): Child {
    const { pool, memory, kernel, pageSize } = this.#context
    const before = this.#lastLeaf.entryCount
    const offer = before === 0 ? FIRST_OFFER : before + (before >>> 2) + 4
    pool.reserve(STEP_FRAMES)
    const birth = this.#allocator.birth
    const pageId = this.#allocator.allocate()
    const base = pool.create(pageId)
    node.initNode(memory, base, pageId, birth, 0, 0)
    const remaining = addresses.length - from
    for (let offered = offer; ; offered *= 4) {
      const count = Math.min(offered, remaining, FILL_MAX)
      const taken =
        kernel === undefined
          ? fillLeaf(memory, base, addresses.subarray(from, from + count), count, this.#leavesRoom)
          : kernel.fillLeaf(base, addresses, from, count, this.#leavesRoom)
      if (taken === count && count < remaining) {
        assert(count < FILL_MAX, `a leaf of ${pageSize} bytes has fewer entries than are offered at most`)
        continue
      }
      return { pageId, birth, entryCount: taken }
    }
  }

  /** Notes the shortest key above the entry at `left` and not above the one at `right` for the next leaf. */
  #separate(left: number, right: number): void {
    const { memory } = this.#context
    const { u8 } = memory
    const leftKey = packedKeyAt(memory, left)
    const rightKey = packedKeyAt(memory, right)
    const limit = packedKeyLength(memory, left)
    let shared = 0
    while (shared < limit && u8[leftKey + shared] === u8[rightKey + shared]) shared++
    for (let i = 0; i <= shared; i++) this.#nextSeparator[i] = u8[rightKey + i]
    this.#nextSeparatorLength = shared + 1
  }

  /** Puts a child behind the last one of `level`; `#separator` parts the two. */
  #add(level: number, separatorLength: number, child: Child): void {
    const { scratch } = this.#context
    const branch = this.#branches[level]
    assert(branch !== undefined, 'a level has a branch before it has a second child')
    const { pageId, birth, entryCount } = child
    const index = node.countOf(branch.image, 0)
    const isAdded = edit.insertBranchEntry(
      branch.image,
      0,
      scratch,
      index,
      this.#separator,
      separatorLength,
      pageId,
      birth,
      entryCount,
      false,
    )
    if (isAdded) {
      branch.entryCount += entryCount
      return
    }
    // The separator moves up with the branch that begins here; closing the one before uses `#separator` for its own.
    const separator = Buffer.from(this.#separator.subarray(0, separatorLength))
    this.#close(level, branch)
    this.#open(level, separator, separatorLength, child)
  }

  /** Begins a branch of `level` with a first child. */
  #open(level: number, separator: Buffer, separatorLength: number, child: Child): void {
    const { pageSize } = this.#context
    let branch = this.#branches[level]
    if (branch === undefined) {
      // Shared, as the pool's is: so that V8 sees one kind of memory.
      const image = new PageMemory(new SharedArrayBuffer(pageSize), pageSize)
      branch = { image, separator: Buffer.allocUnsafeSlow(pageSize), separatorLength, entryCount: 0 }
      this.#branches[level] = branch
    }
    const { pageId, birth, entryCount } = child
    node.initNode(branch.image, 0, 0, 0, level, node.startCapacity(pageSize, level))
    edit.setFirstChild(branch.image, 0, pageId, birth, entryCount, false)
    branch.separator.set(separator.subarray(0, separatorLength))
    branch.separatorLength = separatorLength
    branch.entryCount = entryCount
  }

  /** Makes a page of the branch and gives it to the level above. */
  #close(level: number, branch: OpenBranch): void {
    const child = this.#makePage(branch)
    if (this.#branches[level + 1] === undefined) {
      this.#open(level + 1, branch.separator, branch.separatorLength, child)
      return
    }
    this.#separator.set(branch.separator.subarray(0, branch.separatorLength))
    this.#add(level + 1, branch.separatorLength, child)
  }

  #makePage(branch: OpenBranch): Child {
    const { pool, memory } = this.#context
    pool.reserve(STEP_FRAMES)
    const birth = this.#allocator.birth
    const pageId = this.#allocator.allocate()
    const base = pool.create(pageId)
    memory.u8.set(branch.image.u8, base)
    setPageId(memory, base, pageId)
    setBirth(memory, base, birth)
    this.#done(pageId)
    return { pageId, birth, entryCount: branch.entryCount }
  }

  /** Closes all levels; the top one is the root. */
  #closeAll(): TreeRoot {
    for (let level = 1; ; level++) {
      const branch = this.#branches[level]
      assert(branch !== undefined, 'there is a branch above each closed one')
      const isTop = this.#branches[level + 1] === undefined
      if (isTop) return rootAt(this.#makePage(branch), level + 1)
      this.#close(level, branch)
    }
  }

  #done(pageId: number): void {
    this.#unwritten.push(pageId)
    this.#pageCount++
    const keptPagesMax = debugChecks.enabled ? KEPT_PAGES_IN_TESTS : KEPT_PAGES_MAX
    const writeBatch = debugChecks.enabled ? WRITE_BATCH_IN_TESTS : WRITE_BATCH
    if (this.#pageCount < keptPagesMax || this.#unwritten.length < writeBatch) return
    this.#unwritten.sort((a, b) => a - b)
    this.#context.pool.writeAndEvict(this.#unwritten)
    this.#unwritten.length = 0
  }
}

function rootAt(child: Child, height: number): TreeRoot {
  const { pageId, birth, entryCount } = child
  return { pageId, birth, height, count: entryCount, extents: false }
}
