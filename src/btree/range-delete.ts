/**
 * Removing a range of keys: subtrees that lie inside go whole, without being read; only the two pages at
 * each level that the bounds cut through are edited. Then the two paths along the bounds are rebalanced.
 */

import * as edit from '../page/edit.ts'
import * as node from '../page/node.ts'
import { searchChild, searchNode } from '../page/search.ts'
import { dropExtentAt } from './extent.ts'
import { EMPTY_ROOT } from './root.ts'
import { dropSubtree } from './walk.ts'
import { STEP_FRAMES, type WritePath } from './write-path.ts'

interface Bounds {
  readonly from: Uint8Array | undefined
  readonly fromLength: number
  readonly to: Uint8Array | undefined
  readonly toLength: number
}

/** Removes all keys k with from <= k < to from a tree that is not empty; returns how many. */
export function deleteRange(
  path: WritePath,
  from: Uint8Array | undefined,
  fromLength: number,
  to: Uint8Array | undefined,
  toLength: number,
): number {
  const state = path.state
  const birth = path.allocator.birth
  if (state.birth !== birth) {
    const copyId = path.copyOf(state.pageId, state.birth)
    path.allocator.drop(state.pageId, state.birth)
    state.pageId = copyId
    state.birth = birth
  }
  const removed = cut(path, state.pageId, state.height - 1, { from, fromLength, to, toLength })
  state.count -= removed
  if (state.count === 0) {
    dropSubtree(path.context, path.allocator, state.pageId, birth, state.height - 1, false)
    state.set(EMPTY_ROOT)
  } else if (removed > 0) {
    mend(path, from, fromLength)
    mend(path, to, toLength)
  }
  return removed
}

/** Removes the range from the writable page and what is below; returns how many entries went. */
function cut(path: WritePath, pageId: number, level: number, bounds: Bounds): number {
  const { pool, memory: m } = path.context
  const birth = path.allocator.birth
  pool.reserve(STEP_FRAMES)
  const base = pool.fix(pageId, birth)
  if (level === 0) {
    pool.markDirty(pageId)
    return cutLeaf(path, base, bounds)
  }
  const first = bounds.from === undefined ? -1 : searchChild(m, base, bounds.from, bounds.fromLength)
  const count = node.countOf(m, base)
  let last = count
  if (bounds.to !== undefined) {
    // The last child that may hold keys below `to`.
    const found = searchNode(m, base, bounds.to, bounds.toLength, 1)
    last = (found >= 0 ? found : ~found) - 1
  }
  if (first === last) return cutChild(path, pageId, level, first, bounds)
  let removed = 0
  // From the right, so that the indexes on the left stay what they are.
  if (last < count) removed += cutChild(path, pageId, level, last, { ...bounds, from: undefined })
  removed += dropChildren(path, pageId, level, first + 1, last)
  if (first >= 0) removed += cutChild(path, pageId, level, first, { ...bounds, to: undefined })
  return removed
}

function cutLeaf(path: WritePath, base: number, bounds: Bounds): number {
  const m = path.context.memory
  const lowerBound = (key: Uint8Array, length: number): number => {
    const found = searchNode(m, base, key, length, 0)
    return found >= 0 ? found : ~found
  }
  const start = bounds.from === undefined ? 0 : lowerBound(bounds.from, bounds.fromLength)
  const end = bounds.to === undefined ? node.countOf(m, base) : lowerBound(bounds.to, bounds.toLength)
  for (let i = start; i < end; i++) dropExtentAt(m, path.allocator, base, i)
  edit.removeEntries(m, base, start, end)
  return Math.max(0, end - start)
}

/** Cuts into child `index`; takes it out of the parent when nothing of it is left. */
function cutChild(path: WritePath, parentId: number, level: number, index: number, bounds: Bounds): number {
  const { pool, memory: m } = path.context
  const birth = path.allocator.birth
  let parent = pool.fix(parentId, birth)
  let childId = node.childOf(m, parent, index)
  const childBirth = node.childBirthOf(m, parent, index)
  if (childBirth !== birth) {
    const copyId = path.copyOf(childId, childBirth)
    path.allocator.drop(childId, childBirth)
    childId = copyId
    parent = pool.fix(parentId, birth)
    pool.markDirty(parentId)
    node.setChildPage(m, parent, index, childId, birth)
  }
  const removed = cut(path, childId, level - 1, bounds)
  pool.reserve(STEP_FRAMES)
  parent = pool.fix(parentId, birth)
  pool.markDirty(parentId)
  node.addChildCount(m, parent, index, -removed)
  if (node.childCountOf(m, parent, index) === 0) {
    // What is left of it is at most a few empty branches, each with a single empty child.
    edit.removeEntries(m, parent, index, index + 1)
    dropSubtree(path.context, path.allocator, childId, birth, level - 1, false)
  }
  return removed
}

function dropChildren(path: WritePath, pageId: number, level: number, from: number, to: number): number {
  const { pool, memory: m } = path.context
  const birth = path.allocator.birth
  let removed = 0
  for (let i = from; i < to; i++) {
    const base = pool.fix(pageId, birth)
    const child = node.childOf(m, base, i)
    const childBirth = node.childBirthOf(m, base, i)
    const extents = node.childHasExtents(m, base, i)
    removed += node.childCountOf(m, base, i)
    if (level === 1 && !extents) path.allocator.drop(child, childBirth)
    else dropSubtree(path.context, path.allocator, child, childBirth, level - 1, extents)
  }
  pool.reserve(STEP_FRAMES)
  const base = pool.fix(pageId, birth)
  pool.markDirty(pageId)
  edit.removeEntries(m, base, from, to)
  return removed
}

/** Joins small pages along the path to `key` (to the end without one). */
function mend(path: WritePath, key: Uint8Array | undefined, keyLength: number): void {
  const state = path.state
  if (key === undefined) path.descendToLast()
  else path.descend(key, keyLength)
  let small = false
  for (let level = 0; level < state.height; level++) small ||= path.isUnderfull(level)
  if (!small) return
  path.makeWritable()
  for (let level = 0; level < state.height; level++) path.rebalance(level)
}
