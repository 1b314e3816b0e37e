/**
 * Builds a whole tree from packed entries in the order of their keys: leaf after leaf, each filled once, and the branches
 * above them as they go. (Bottom-up loading as in Graefe, Modern B-Tree Techniques, section 4.)
 *
 * B1  Leaves and finished branches are never edited again, so they may be written at once: when there are many, they
 *     are, and their frames serve the next ones.
 * B2  The last branch of each level is not a page yet; it grows in a frame borrowed from the pool, where nothing can
 *     write it half done. It becomes a page when it is full, or at the end.
 */

import { assert, debugChecks } from '../base/assert.ts'
import * as edit from '../page/edit.ts'
import { setBirth, setPageId } from '../page/header.ts'
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
  readonly base: number
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
  /** By level; 0 is not used. */
  readonly #branches: (OpenBranch | undefined)[] = []
  readonly #unwritten: number[] = []
  readonly #separator: Buffer
  #pageCount = 0

  constructor(context: TreeContext, allocator: PageAllocator) {
    this.#context = context
    this.#allocator = allocator
    this.#separator = Buffer.allocUnsafeSlow(context.pageSize)
  }

  /**
   * Builds the tree of the entries at `addresses`, at least one, whose keys ascend strictly. Once only.
   * @throws CoppiceError DATABASE_FULL, NO_SPACE, IO_ERROR: what was built is lost with its transaction
   */
  build(addresses: Uint32Array): TreeRoot {
    try {
      let child: Child = { pageId: 0, birth: 0, entryCount: 0 }
      let offer = FIRST_OFFER
      let leaves = 0
      for (let at = 0; at < addresses.length; leaves++) {
        child = this.#makeLeaf(addresses, at, offer)
        if (leaves > 0) this.#add(1, this.#separate(addresses[at - 1], addresses[at]), child)
        else this.#open(1, this.#separator, 0, child)
        at += child.entryCount
        offer = child.entryCount + (child.entryCount >>> 2) + 4
      }
      return leaves === 1 ? rootAt(child, 1) : this.#finish()
    } finally {
      for (const branch of this.#branches) {
        if (branch !== undefined) this.#context.pool.returnBorrowed(branch.base)
      }
    }
  }

  #makeLeaf(addresses: Uint32Array, from: number, offer: number): Child {
    const { pool, memory, kernel, pageSize } = this.#context
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
          ? fillLeaf(memory, base, addresses.subarray(from, from + count), count)
          : kernel.fillLeaf(base, addresses, from, count)
      if (taken === count && count < remaining) {
        assert(count < FILL_MAX, `a leaf of ${pageSize} bytes has fewer entries than are offered at most`)
        continue
      }
      this.#done(pageId)
      return { pageId, birth, entryCount: taken }
    }
  }

  /** Leaves the shortest key above the entry at `left` and not above the one at `right` in `#separator`. */
  #separate(left: number, right: number): number {
    const { memory } = this.#context
    const { u8 } = memory
    const leftKey = packedKeyAt(memory, left)
    const rightKey = packedKeyAt(memory, right)
    const limit = packedKeyLength(memory, left)
    let shared = 0
    while (shared < limit && u8[leftKey + shared] === u8[rightKey + shared]) shared++
    for (let i = 0; i <= shared; i++) this.#separator[i] = u8[rightKey + i]
    return shared + 1
  }

  /** Puts a child behind the last one of `level`; `#separator` parts the two. */
  #add(level: number, separatorLength: number, child: Child): void {
    const { memory, scratch } = this.#context
    const branch = this.#branches[level]
    assert(branch !== undefined, 'a level has a branch before it has a second child')
    const { pageId, birth, entryCount } = child
    const index = node.countOf(memory, branch.base)
    const isAdded = edit.insertBranchEntry(
      memory,
      branch.base,
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
    const { memory, pool, pageSize } = this.#context
    let branch = this.#branches[level]
    if (branch === undefined) {
      const base = pool.borrow(0)
      assert(base >= 0, 'the pool lends a frame for each level')
      branch = { base, separator: Buffer.allocUnsafeSlow(pageSize), separatorLength, entryCount: 0 }
      this.#branches[level] = branch
    }
    const { pageId, birth, entryCount } = child
    node.initNode(memory, branch.base, 0, 0, level, node.startCapacity(pageSize, level))
    edit.setFirstChild(memory, branch.base, pageId, birth, entryCount, false)
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
    const { pool, memory, pageSize } = this.#context
    pool.reserve(STEP_FRAMES)
    const birth = this.#allocator.birth
    const pageId = this.#allocator.allocate()
    const base = pool.create(pageId)
    memory.u8.copyWithin(base, branch.base, branch.base + pageSize)
    setPageId(memory, base, pageId)
    setBirth(memory, base, birth)
    this.#done(pageId)
    return { pageId, birth, entryCount: branch.entryCount }
  }

  /** Closes all levels; the top one is the root. */
  #finish(): TreeRoot {
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
