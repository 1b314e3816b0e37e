/** Copies a tree's entries into a buffer, to build the tree anew with others among them. */

import { Cursor } from './cursor.ts'
import type { PutBuffer } from './put-buffer.ts'
import type { TreeWriter } from './writer.ts'

/**
 * False when the tree has nothing that can be taken, or the pool lends too little: then the buffer is empty, as it is after an
 * error. What the tree has collected is not looked at.
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
