/**
 * The path from the root to one leaf in a tree that is being changed: copying pages on their first touch,
 * splitting and joining them, keeping the counts in the branches.
 *
 * W1  A page is edited only if it is the transaction's own, and under a birth with which it was never written.
 *     The first touch copies it to a fresh id, points the parent at the copy and drops the old page; so if a
 *     page is own, so is its parent. An own page that may have been spilled since (its birth is below the
 *     present one) gets the present birth in place, and the parent is told.
 * W2  The count in a branch entry is the number of entries in the leaves below it.
 * W3  `pages`, `births` and `indexes` describe one path, level 0 being the leaf; `indexes[l]` is the place
 *     of `pages[l - 1]` in `pages[l]`.
 * W4  A base is used only until the next `reserve`. Each step reserves what it needs (at most
 *     STEP_FRAMES frames) and fixes its pages again; so trees of any height work in the smallest pool.
 * W5  The root of a tree that was changed is the transaction's own, also when the tree has become lower: whoever compares
 *     roots of two states by their births learns whether the trees differ.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'

import * as edit from '../page/edit.ts'
import { birthOf, PAGE_ID_AT, setBirth } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import * as node from '../page/node.ts'
import { searchChild } from '../page/search.ts'
import { joinedBytes, joinNodes, shortestSeparator, splitNode, splitPoint } from '../page/split.ts'
import type { Pool } from '../pool/pool.ts'
import type { PageAllocator, TreeContext } from './context.ts'
import type { TreeState } from './reader.ts'
import { EMPTY_ROOT, MAX_HEIGHT } from './root.ts'

/** Frames that one step may use: two siblings, their parent, a new page. */
export const STEP_FRAMES = 4
/** How often room is made for a step in vain. */
const ROUNDS_MAX = 100
/** A page with less than this part of its room used is joined with a neighbour ... */
const UNDERFULL = 0.4
/** ... when together they fill no more than this, so that the next insert does not split them again. */
const JOINED_MAX = 0.9

export class WritePath {
  readonly context: TreeContext
  readonly allocator: PageAllocator
  readonly state: TreeState
  // Room for the levels that trees have, which would grow to room for twenty when the highest is set first.
  readonly pages: number[] = [0, 0, 0, 0]
  readonly births: number[] = [0, 0, 0, 0]
  readonly indexes: number[] = [0, 0, 0, 0]
  readonly #pool: Pool
  readonly #memory: PageMemory

  constructor(context: TreeContext, allocator: PageAllocator, state: TreeState) {
    this.context = context
    this.allocator = allocator
    this.state = state
    this.#pool = context.pool
    this.#memory = context.memory
  }

  /** Goes down to the leaf whose range holds `key`; returns its base. The tree is not empty. */
  descend(key: Uint8Array, keyLength: number): number {
    const pool = this.#pool
    const m = this.#memory
    const state = this.state
    const pages = this.pages
    const births = this.births
    let level = state.height - 1
    let pageId = state.pageId
    pages[level] = pageId
    births[level] = state.birth
    let base = pool.fix(pageId, state.birth)
    while (level > 0) {
      const index = searchChild(m, base, key, keyLength)
      this.indexes[level] = index
      pageId = node.childOf(m, base, index)
      const hot = pool.hot(pageId)
      base = hot >= 0 ? hot : pool.fix(pageId, node.childBirthOf(m, base, index))
      level--
      pages[level] = pageId
      births[level] = birthOf(m, base)
    }
    return base
  }

  /** Goes down to the last leaf; returns its base. The tree is not empty. */
  descendToLast(): number {
    const m = this.#memory
    let level = this.state.height - 1
    this.pages[level] = this.state.pageId
    this.births[level] = this.state.birth
    let base = this.fix(level)
    for (; level > 0; level--) {
      const index = node.countOf(m, base) - 1
      this.indexes[level] = index
      this.pages[level - 1] = node.childOf(m, base, index)
      this.births[level - 1] = node.childBirthOf(m, base, index)
      base = this.fix(level - 1)
    }
    return base
  }

  /** The base of the page at `level` of the path. */
  fix(level: number): number {
    return this.#pool.fix(this.pages[level], this.births[level])
  }

  /** True when the leaf on the path is the rightmost one. */
  isRightEdge(): boolean {
    for (let level = this.state.height - 1; level > 0; level--) {
      if (this.indexes[level] !== node.countOf(this.#memory, this.fix(level)) - 1) return false
    }
    return true
  }

  /** Makes an empty tree a single empty leaf; the path leads to it. */
  createRoot(): void {
    this.#pool.reserve(STEP_FRAMES)
    const birth = this.allocator.birth
    const pageId = this.allocator.allocate()
    const base = this.#pool.create(pageId)
    node.initNode(this.#memory, base, pageId, birth, 0, node.startCapacity(this.context.pageSize, 0))
    this.#setRoot(pageId, birth, 1)
    this.pages[0] = pageId
    this.births[0] = birth
  }

  /** The base of the own page at `level`, for editing it before anything else is asked of the pool (W1). */
  edit(level: number): number {
    const birth = this.births[level]
    if (birth !== this.allocator.birth) return this.#renew(level)
    const pageId = this.pages[level]
    assert(this.#pool.isDirty(pageId), 'a page with the present birth was never written')
    return this.#pool.fix(pageId, birth)
  }

  /** The same with room for STEP_FRAMES - 1 more pages, which may be fixed or created before the page is edited. */
  #editInStep(level: number): number {
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
      this.#pool.reserve(STEP_FRAMES)
      // Making room may have spilled the page, and renewing it may load those above.
      if (this.births[level] === this.allocator.birth) return this.fix(level)
      // A reader may have the frames.
      if (rounds > 0 && !this.#pool.awaitStuckReader()) break
      this.#renew(level)
    }
    throw new CoppiceError(
      'POOL_EXHAUSTED',
      'the cache has no room for the pages that a change needs at once',
      {
        expected: `${this.state.height + STEP_FRAMES} pages`,
      },
    )
  }

  /** Gives the own page at `level` the present birth, and tells its parent (W1). */
  #renew(level: number): number {
    const pageId = this.pages[level]
    const oldBirth = this.births[level]
    assert(oldBirth >= this.allocator.ownFrom, 'only a page of this transaction is edited')
    // The parent first: renewing it may load pages, and so spill others.
    const parent = level === this.state.height - 1 ? -1 : this.edit(level + 1)
    const birth = this.allocator.birth
    if (parent < 0) this.#setRoot(pageId, birth, this.state.height)
    else node.setChildPage(this.#memory, parent, this.indexes[level + 1], pageId, birth)
    this.births[level] = birth
    const base = this.#pool.fixToChange(pageId, oldBirth)
    setBirth(this.#memory, base, birth)
    return base
  }

  /** Makes every page of the path the transaction's own (W1). */
  makeWritable(): void {
    if (this.births[0] >= this.allocator.ownFrom) return
    for (let level = this.state.height - 1; level >= 0; level--) this.makeOwn(level)
  }

  /** The same for the page at `level`, whose parent is own already. */
  makeOwn(level: number): void {
    if (this.births[level] >= this.allocator.ownFrom) return
    const m = this.#memory
    const oldId = this.pages[level]
    const oldBirth = this.births[level]
    this.#pool.reserve(STEP_FRAMES)
    const birth = this.allocator.birth
    const newId = this.allocator.allocate()
    const from = this.#pool.fix(oldId, oldBirth)
    const base = this.#pool.create(newId)
    this.context.copyPage(from, base)
    m.u32[(base + PAGE_ID_AT) >>> 2] = newId
    setBirth(m, base, birth)
    if (level === this.state.height - 1) this.#setRoot(newId, birth, this.state.height)
    else node.setChildPage(m, this.edit(level + 1), this.indexes[level + 1], newId, birth)
    this.allocator.drop(oldId, oldBirth)
    this.pages[level] = newId
    this.births[level] = birth
  }

  /** Leads the path through child `index` of the page at `level`. */
  enterChild(level: number, index: number): void {
    const base = this.fix(level)
    this.indexes[level] = index
    this.pages[level - 1] = node.childOf(this.#memory, base, index)
    this.births[level - 1] = node.childBirthOf(this.#memory, base, index)
  }

  /** Leads the path through the root alone. */
  enterRoot(): void {
    this.pages[this.state.height - 1] = this.state.pageId
    this.births[this.state.height - 1] = this.state.birth
  }

  /** Adds to the counts above the leaf, and to the tree's. The path is writable. */
  addCounts(delta: number): void {
    const m = this.#memory
    const height = this.state.height
    for (let level = 1; level < height; level++) {
      node.addChildCount(m, this.edit(level), this.indexes[level], delta)
    }
    this.state.count += delta
  }

  /** Notes along the path that an extent is below. */
  markExtents(): void {
    for (let level = 1; level < this.state.height; level++) {
      node.setChildHasExtents(this.#memory, this.edit(level), this.indexes[level])
    }
    this.state.extents = true
  }

  /**
   * Splits the leaf of the path because an entry with `key`, which goes in at `index`, does not fit.
   * Afterwards the path leads to the half that the key belongs to.
   */
  splitLeaf(index: number, key: Uint8Array, keyLength: number): void {
    const m = this.#memory
    const { scratch, pageSize } = this.context
    const isLast = this.isRightEdge()
    const base = this.#editInStep(0)
    const count = node.countOf(m, base)
    const at = splitPoint(m, base, index, isLast)
    // The separator parts the last key left from the first key right; the new key may be either.
    let left: Uint8Array = key
    let leftLength = keyLength
    let right: Uint8Array = key
    let rightLength = keyLength
    if (at > 0) {
      leftLength = node.loadKey(m, base, at - 1, scratch.key)
      left = scratch.key
    }
    if (at < count) {
      rightLength = node.loadKey(m, base, at, scratch.separator)
      right = scratch.separator
    }
    const separator = this.#separatorFor(0)
    const separatorLength = shortestSeparator(left, leftLength, right, rightLength, separator)
    const birth = this.allocator.birth
    const rightId = this.allocator.allocate()
    const rightBase = this.#pool.create(rightId)
    node.initNode(m, rightBase, rightId, birth, 0, node.startCapacity(pageSize, 0))
    splitNode(m, base, rightBase, at, scratch)
    const rightCount = node.countOf(m, rightBase)
    const extents = leafHasExtents(m, rightBase)
    this.#insertChild(1, separator, separatorLength, rightId, birth, rightCount, extents)
    if (edit.compareKeys(key, keyLength, separator, separatorLength) >= 0) {
      this.pages[0] = rightId
      this.births[0] = birth
      this.indexes[1]++
    }
  }

  #separatorFor(level: number): Buffer {
    const { separators, pageSize } = this.context
    while (separators.length <= level) separators.push(Buffer.allocUnsafeSlow(pageSize))
    return separators[level]
  }

  /** Puts a new child behind the one that the path goes through at `level`; the path stays on the old one. */
  #insertChild(
    level: number,
    key: Uint8Array,
    keyLength: number,
    child: number,
    childBirth: number,
    childCount: number,
    extents: boolean,
  ): void {
    const m = this.#memory
    const { scratch } = this.context
    if (level === this.state.height) this.#growRoot()
    for (;;) {
      const base = this.edit(level)
      const index = this.indexes[level]
      const at = index + 1
      if (
        edit.insertBranchEntry(m, base, scratch, at, key, keyLength, child, childBirth, childCount, extents)
      ) {
        node.addChildCount(m, base, index, -childCount)
        return
      }
      this.#splitBranch(level, index)
    }
  }

  #splitBranch(level: number, index: number): void {
    const m = this.#memory
    const base = this.#editInStep(level)
    const birth = this.allocator.birth
    const at = splitPoint(m, base, index + 1, false)
    const separator = this.#separatorFor(level)
    const separatorLength = node.loadKey(m, base, at, separator)
    const rightId = this.allocator.allocate()
    const rightBase = this.#pool.create(rightId)
    node.initNode(m, rightBase, rightId, birth, level, node.startCapacity(this.context.pageSize, level))
    splitNode(m, base, rightBase, at, this.context.scratch)
    let rightCount = 0
    let extents = false
    for (let i = 0; i < node.countOf(m, rightBase); i++) {
      rightCount += node.childCountOf(m, rightBase, i)
      extents ||= node.childHasExtents(m, rightBase, i)
    }
    this.#insertChild(level + 1, separator, separatorLength, rightId, birth, rightCount, extents)
    if (index >= at) {
      this.pages[level] = rightId
      this.births[level] = birth
      this.indexes[level] = index - at
      this.indexes[level + 1]++
    }
  }

  /** Puts a new branch on top, with the old root as its only child. */
  #growRoot(): void {
    const m = this.#memory
    const level = this.state.height
    assert(level < MAX_HEIGHT, 'the tree is not higher than any file allows')
    this.#pool.reserve(STEP_FRAMES)
    const birth = this.allocator.birth
    const pageId = this.allocator.allocate()
    const base = this.#pool.create(pageId)
    node.initNode(m, base, pageId, birth, level, node.startCapacity(this.context.pageSize, level))
    edit.setFirstChild(m, base, this.state.pageId, this.state.birth, this.state.count, this.state.extents)
    this.#setRoot(pageId, birth, level + 1)
    this.pages[level] = pageId
    this.births[level] = birth
    this.indexes[level] = 0
  }

  #setRoot(pageId: number, birth: number, height: number): void {
    this.state.pageId = pageId
    this.state.birth = birth
    this.state.height = height
  }

  /** Whether the page at `level` should be joined with a neighbour. */
  isUnderfull(level: number): boolean {
    const m = this.#memory
    const base = this.fix(level)
    const count = node.countOf(m, base)
    if (level === this.state.height - 1) return level === 0 ? count === 0 : count <= 1
    return count === 0 || node.usedBytes(m, base) < UNDERFULL * node.nodeRoom(this.context.pageSize)
  }

  /** After entries went from the page at `level`: drops it when empty, joins it when small, and so on up. */
  rebalance(level: number): void {
    while (level < this.state.height - 1) {
      if (!this.isUnderfull(level)) return
      if (node.countOf(this.#memory, this.fix(level)) === 0) this.#removeEmpty(level)
      else if (!this.#joinWithNeighbour(level)) return
      level++
    }
    this.#shrinkRoot()
  }

  /**
   * After a value of the leaf became shorter by `bytesLess`: joins the leaf if it is small since. One that was small before had its
   * turn then.
   */
  rebalanceShrunk(bytesLess: number): void {
    if (!this.isUnderfull(0)) return
    const used = node.usedBytes(this.#memory, this.fix(0))
    if (used + bytesLess >= UNDERFULL * node.nodeRoom(this.context.pageSize)) this.rebalance(0)
  }

  #removeEmpty(level: number): void {
    const parent = this.edit(level + 1)
    const index = this.indexes[level + 1]
    edit.removeEntries(this.#memory, parent, index, index + 1)
    this.allocator.drop(this.pages[level], this.births[level])
  }

  #joinWithNeighbour(level: number): boolean {
    const m = this.#memory
    const index = this.indexes[level + 1]
    const siblings = node.countOf(m, this.fix(level + 1))
    if (index > 0 && this.#join(level, index - 1)) return true
    return index + 1 < siblings && this.#join(level, index)
  }

  /** Joins children `leftIndex` and `leftIndex + 1` of the page at `level` + 1 when they fit one page. */
  #join(level: number, leftIndex: number): boolean {
    const m = this.#memory
    const { pageSize, scratch } = this.context
    this.#pool.reserve(STEP_FRAMES)
    let parent = this.fix(level + 1)
    const separator = this.#separatorFor(level)
    const separatorLength = node.loadKey(m, parent, leftIndex + 1, separator)
    const leftId = node.childOf(m, parent, leftIndex)
    const leftBirth = node.childBirthOf(m, parent, leftIndex)
    const rightId = node.childOf(m, parent, leftIndex + 1)
    const rightBirth = node.childBirthOf(m, parent, leftIndex + 1)
    let left = this.#pool.fix(leftId, leftBirth)
    let right = this.#pool.fix(rightId, rightBirth)
    if (joinedBytes(m, left, right, separatorLength) > JOINED_MAX * node.nodeRoom(pageSize)) return false
    this.enterChild(level + 1, leftIndex)
    this.makeOwn(level)
    left = this.#editInStep(level)
    right = this.#pool.fix(rightId, rightBirth)
    joinNodes(m, left, right, separator, separatorLength, scratch)
    parent = this.edit(level + 1)
    node.addChildCount(m, parent, leftIndex, node.childCountOf(m, parent, leftIndex + 1))
    if (node.childHasExtents(m, parent, leftIndex + 1)) node.setChildHasExtents(m, parent, leftIndex)
    edit.removeEntries(m, parent, leftIndex + 1, leftIndex + 2)
    this.allocator.drop(rightId, rightBirth)
    return true
  }

  /** Takes away roots with a single child, and the last leaf when it is empty (W5). */
  #shrinkRoot(): void {
    const m = this.#memory
    const state = this.state
    while (state.height > 0) {
      const base = this.#pool.fix(state.pageId, state.birth)
      const count = node.countOf(m, base)
      const oldId = state.pageId
      const oldBirth = state.birth
      if (count === 0) state.set(EMPTY_ROOT)
      else if (state.height > 1 && count === 1) {
        this.#setRoot(node.childOf(m, base, 0), node.childBirthOf(m, base, 0), state.height - 1)
      } else break
      this.allocator.drop(oldId, oldBirth)
    }
    if (state.height === 0) return
    // A child that became the root may have been there before, as it is.
    this.enterRoot()
    this.makeOwn(state.height - 1)
  }
}

/** Whether any value of the leaf is in an extent. */
export function leafHasExtents(m: PageMemory, base: number): boolean {
  const count = node.countOf(m, base)
  for (let i = 0; i < count; i++) if (node.hasExtent(m, base, i)) return true
  return false
}
