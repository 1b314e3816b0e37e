/**
 * Bulk building: entries arrive in ascending order above the tree's last key and are put straight onto the
 * rightmost leaf, without a search. Full pages are left full; counts go up the path once a leaf.
 */

import { assert } from '../base/assert.ts'
import * as edit from '../page/edit.ts'
import * as node from '../page/node.ts'
import { compareWithEntry } from '../page/search.ts'
import type { TreeAppender } from './api.ts'
import type { Journal } from './context.ts'
import { EXTENT_REFERENCE_BYTES } from './extent.ts'
import type { WritePath } from './write-path.ts'
import type { TreeWriter } from './writer.ts'

export class Appender implements TreeAppender {
  readonly #tree: TreeWriter
  readonly #path: WritePath
  readonly #journal: Journal
  /** Entries in the rightmost leaf that the branches above do not count yet. */
  #uncounted = 0
  #standing = false

  constructor(tree: TreeWriter, path: WritePath, journal: Journal) {
    this.#tree = tree
    this.#path = path
    this.#journal = journal
  }

  accepts(key: Uint8Array, keyLength: number): boolean {
    if (this.#tree.state.height === 0) return true
    const base = this.#standing ? this.#path.fix(0) : this.#path.descendToLast()
    const m = this.#tree.context.memory
    return compareWithEntry(m, base, node.countOf(m, base) - 1, key, keyLength) > 0
  }

  append(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
  ): void {
    const tree = this.#tree
    const path = this.#path
    const context = tree.context
    const m = context.memory
    tree.checkSizes(keyLength, valueLength)
    assert(this.accepts(key, keyLength), 'appended keys ascend')
    let cell = value
    let cellOffset = valueOffset
    let cellLength = valueLength
    const extent = keyLength + valueLength > context.maxEntryLength
    if (extent) {
      // Before the tree is touched: a value that finds no room leaves everything as it was.
      cell = tree.storeExtent(value, valueOffset, valueLength)
      cellOffset = 0
      cellLength = EXTENT_REFERENCE_BYTES
    }
    tree.beginChange()
    this.#journal.put(tree.treeId, key, keyLength, value, valueOffset, valueLength)
    if (!this.#standing) this.#stand()
    if (extent) path.markExtents()
    let base = path.edit(0)
    let index = node.countOf(m, base)
    while (
      !edit.insertLeafEntry(
        m,
        base,
        context.scratch,
        index,
        key,
        keyLength,
        cell,
        cellOffset,
        cellLength,
        extent,
      )
    ) {
      this.#count()
      path.makeWritable()
      path.splitLeaf(index, key, keyLength)
      if (extent) path.markExtents()
      base = path.edit(0)
      index = node.countOf(m, base)
    }
    this.#uncounted++
    tree.state.count++
    tree.endChange()
  }

  finish(): void {
    if (!this.#standing) return
    this.#tree.beginChange()
    this.#count()
    this.#standing = false
    this.#tree.endChange()
  }

  #stand(): void {
    if (this.#tree.state.height === 0) this.#path.createRoot()
    else {
      this.#path.descendToLast()
      this.#path.makeWritable()
    }
    this.#standing = true
  }

  /** Tells the branches of the entries that went into the leaf. */
  #count(): void {
    if (this.#uncounted === 0) return
    this.#path.makeWritable()
    // The tree's own count was kept all along; the path adds to both.
    this.#tree.state.count -= this.#uncounted
    this.#path.addCounts(this.#uncounted)
    this.#uncounted = 0
  }
}
