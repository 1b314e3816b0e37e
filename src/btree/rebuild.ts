/** Building a tree anew of its entries and of what was collected for it. */

import type { mergePacked } from '../page/packed.ts'
import { TreeBuilder } from './builder.ts'
import type { PageAllocator } from './context.ts'
import { Cursor } from './cursor.ts'
import { PutBuffer } from './put-buffer.ts'
import type { TreeWriter } from './writer.ts'

/** If there are fewer changes than this part of the tree's entries, they go into it one by one. */
const REBUILT_PART = 1 / 8

/** Whether so many changes are better built in than made one by one. */
export function isWorthRebuilding(tree: TreeWriter, changes: number): boolean {
  return changes >= REBUILT_PART * tree.state.count
}

/**
 * Makes the tree anew, within a change of it. False, and nothing has changed, when its entries cannot be taken.
 * @param addresses what was collected, in the order of the keys
 * @param merge of the entries and these
 */
export function rebuildTree(
  tree: TreeWriter,
  allocator: PageAllocator,
  addresses: Uint32Array,
  merge: typeof mergePacked,
): boolean {
  const { context } = tree
  const older = new PutBuffer(context.pool)
  try {
    if (!takeEntries(tree, older)) return false
    const all = merge(context.memory, older.sorted(), addresses)
    tree.dropPages()
    if (all.length > 0) tree.state.set(new TreeBuilder(context, allocator, true).finish(all))
    return true
  } finally {
    older.clear()
  }
}

/**
 * Copies the tree's entries into a buffer. False when it has none that can be taken, or the pool lends too little: then the buffer
 * is empty, as it is after an error. What the tree has collected is not looked at.
 */
export function takeEntries(tree: TreeWriter, buffer: PutBuffer): boolean {
  const { height, extents } = tree.state
  if (height === 0 || extents) return false
  const cursor = new Cursor(tree)
  // The cursor would settle the tree.
  const { putRun } = tree
  tree.putRun = 0
  let isComplete = false
  try {
    for (let more = cursor.first(); more; more = cursor.next()) {
      const keyLength = cursor.loadKey()
      // Before the value's place is known: borrowing a frame may move it.
      if (!buffer.reserve(keyLength, tree.context.maxEntryLength - keyLength)) return false
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      buffer.add(cursor.keyBytes, keyLength, valueBytes, valueOffset, valueLength)
    }
    isComplete = true
  } finally {
    tree.putRun = putRun
    if (!isComplete) buffer.clear()
  }
  return true
}
