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
import type { WritePath } from './write-path.ts'

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
  const root = state.height - 1
  path.enterRoot()
  path.makeOwn(root)
  const removed = cut(path, root, { from, fromLength, to, toLength })
  state.count -= removed
  if (state.count === 0) {
    dropSubtree(path.context, path.allocator, state.pageId, state.birth, root, false)
    state.set(EMPTY_ROOT)
  } else if (removed > 0) {
    mend(path, from, fromLength)
    mend(path, to, toLength)
  }
  return removed
}

/** Removes the range from the own page at `level` of the path and what is below; returns how many entries went. */
function cut(path: WritePath, level: number, bounds: Bounds): number {
  if (level === 0) return cutLeaf(path, path.edit(0), bounds)
  const m = path.context.memory
  const base = path.fix(level)
  const first = bounds.from === undefined ? -1 : searchChild(m, base, bounds.from, bounds.fromLength)
  const count = node.countOf(m, base)
  let last = count
  if (bounds.to !== undefined) {
    // The last child that may hold keys below `to`.
    const found = searchNode(m, base, bounds.to, bounds.toLength, 1)
    last = (found >= 0 ? found : ~found) - 1
  }
  if (first === last) return cutChild(path, level, first, bounds)
  let removed = 0
  // From the right, so that the indexes on the left stay what they are.
  if (last < count) removed += cutChild(path, level, last, { ...bounds, from: undefined })
  removed += dropChildren(path, level, first + 1, last)
  if (first >= 0) removed += cutChild(path, level, first, { ...bounds, to: undefined })
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

/** Cuts into child `index` of the page at `level`; takes it out of there when nothing of it is left. */
function cutChild(path: WritePath, level: number, index: number, bounds: Bounds): number {
  const m = path.context.memory
  path.enterChild(level, index)
  path.makeOwn(level - 1)
  const removed = cut(path, level - 1, bounds)
  const parent = path.edit(level)
  node.addChildCount(m, parent, index, -removed)
  if (node.childCountOf(m, parent, index) === 0) {
    // What is left of it is at most a few empty branches, each with a single empty child.
    edit.removeEntries(m, parent, index, index + 1)
    dropSubtree(path.context, path.allocator, path.pages[level - 1], path.births[level - 1], level - 1, false)
  }
  return removed
}

function dropChildren(path: WritePath, level: number, from: number, to: number): number {
  const m = path.context.memory
  let removed = 0
  for (let i = from; i < to; i++) {
    const base = path.fix(level)
    const child = node.childOf(m, base, i)
    const childBirth = node.childBirthOf(m, base, i)
    const extents = node.childHasExtents(m, base, i)
    removed += node.childCountOf(m, base, i)
    if (level === 1 && !extents) path.allocator.drop(child, childBirth)
    else dropSubtree(path.context, path.allocator, child, childBirth, level - 1, extents)
  }
  edit.removeEntries(m, path.edit(level), from, to)
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
