/**
 * Reading one tree: point lookups, counting, large values. The same code reads the immutable trees of
 * snapshots and, as the base class of the writer, the tree that a transaction is changing.
 *
 * A page image's place (`base`) is used only until the next call into the pool; see `Pool`.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import type { PageMemory } from '../page/memory.ts'
import * as node from '../page/node.ts'
import { searchChild, searchNode } from '../page/search.ts'
import type { PageCache } from '../pool/page-cache.ts'
import type { CollectedEntries, ReadTree, TreeCursor, ValueReader } from './api.ts'
import type { ReadContext } from './context.ts'
import { Cursor } from './cursor.ts'
import { ExtentReader, type ExtentReference, extentAt, InlineReader } from './extent.ts'
import { Found } from './kernel/kernel.ts'
import type { TreeRoot } from './root.ts'
import { ValueHolder } from './value.ts'

/** A tree's root while it may change. */
export class TreeState {
  pageId: number
  birth: number
  height: number
  count: number
  extents: boolean
  /** Grows with every change, so that cursors notice. */
  edits = 0

  constructor(root: TreeRoot) {
    this.pageId = root.pageId
    this.birth = root.birth
    this.height = root.height
    this.count = root.count
    this.extents = root.extents
  }

  set(root: TreeRoot): void {
    this.pageId = root.pageId
    this.birth = root.birth
    this.height = root.height
    this.count = root.count
    this.extents = root.extents
    this.edits++
  }

  toRoot(): TreeRoot {
    const { pageId, birth, height, count, extents } = this
    return { pageId, birth, height, count, extents }
  }
}

/** The base of child `index` of the branch at `base`, loaded when it must be. */
export function fixChild(pool: PageCache, m: PageMemory, base: number, index: number): number {
  const pageId = node.childOf(m, base, index)
  const hot = pool.hot(pageId)
  return hot >= 0 ? hot : pool.fix(pageId, node.childBirthOf(m, base, index))
}

export class TreeReader extends ValueHolder implements ReadTree {
  readonly state: TreeState
  /** Whether the tree may change while cursors stand in it. */
  readonly mutable: boolean
  /** Puts since anything else was asked of the tree; some may not have reached it: see `settle`. */
  putRun = 0
  protected readonly assertReadable: () => void

  constructor(context: ReadContext, root: TreeRoot, mutable: boolean, assertReadable: () => void) {
    super(context)
    this.state = new TreeState(root)
    this.mutable = mutable
    this.assertReadable = assertReadable
  }

  get count(): number {
    if (this.putRun !== 0) this.settle()
    return this.state.count
  }

  get height(): number {
    if (this.putRun !== 0) this.settle()
    return this.state.height
  }

  get edits(): number {
    return this.state.edits
  }

  /** Brings what was put into the tree; called before anything is read of it. @throws CoppiceError what `put` throws */
  settle(): void {
    this.putRun = 0
  }

  /** The base of the leaf whose range holds `key`; -1 in an empty tree. */
  protected leafFor(key: Uint8Array, keyLength: number): number {
    const { pool, memory } = this.context
    const state = this.state
    if (state.height === 0) return -1
    let base = pool.fix(state.pageId, state.birth)
    for (let level = state.height - 1; level > 0; level--) {
      base = fixChild(pool, memory, base, searchChild(memory, base, key, keyLength))
    }
    return base
  }

  find(key: Uint8Array, keyLength: number): boolean {
    if (this.putRun !== 0) this.settle()
    return this.lookUp(key, keyLength)
  }

  /** `find` in the tree as it is, without what is collected. */
  protected lookUp(key: Uint8Array, keyLength: number): boolean {
    const { kernel, pool } = this.context
    const { height, pageId } = this.state
    if (kernel !== undefined && height > 0 && pool.allowsKernel()) {
      const found = kernel.find(pageId, height, key, keyLength)
      if (found !== Found.miss) {
        pool.countHits(height)
        if (found === Found.absent) return false
        if (found === Found.extent) this.locateValue(kernel.leaf, kernel.index)
        else this.setValue(kernel.valueOffset, kernel.valueLength)
        return true
      }
    }
    const base = this.leafFor(key, keyLength)
    if (base < 0) return false
    const index = searchNode(this.context.memory, base, key, keyLength, 0)
    if (debugChecks.enabled) this.#assertKernelAgrees(base, index, key, keyLength)
    if (index < 0) return false
    this.locateValue(base, index)
    return true
  }

  gather(keys: Uint8Array, places: Uint32Array, count: number): number {
    if (this.putRun !== 0) this.settle()
    const { kernel, pool } = this.context
    const { height, pageId } = this.state
    if (kernel === undefined || height === 0 || !pool.allowsKernel()) return 0
    const taken = kernel.gather(pageId, height, keys, places, count)
    pool.countHits(taken * height)
    return taken
  }

  get canGather(): boolean {
    return !this.mutable && this.context.kernel !== undefined
  }

  get gathered(): CollectedEntries | undefined {
    return this.context.kernel?.collected
  }

  has(key: Uint8Array, keyLength: number): boolean {
    if (this.putRun !== 0) this.settle()
    return this.isThere(key, keyLength)
  }

  /** `has` in the tree as it is. */
  protected isThere(key: Uint8Array, keyLength: number): boolean {
    const { kernel, pool } = this.context
    const { height, pageId } = this.state
    if (kernel !== undefined && height > 0 && pool.allowsKernel()) {
      const found = kernel.find(pageId, height, key, keyLength)
      if (found !== Found.miss) {
        pool.countHits(height)
        return found !== Found.absent
      }
    }
    const base = this.leafFor(key, keyLength)
    return base >= 0 && searchNode(this.context.memory, base, key, keyLength, 0) >= 0
  }

  /** In debug mode the kernel is asked too. The way just gone made its pages hot, unless there were too many. */
  #assertKernelAgrees(base: number, index: number, key: Uint8Array, keyLength: number): void {
    const { kernel, memory } = this.context
    const { height, pageId } = this.state
    if (kernel === undefined) return
    const found = kernel.find(pageId, height, key, keyLength)
    if (found === Found.miss) return
    assert(kernel.leaf === base && kernel.index === index, 'the kernel finds what the reader finds')
    assert((found !== Found.absent) === index >= 0, 'the kernel tells whether it found')
    if (index < 0) return
    assert((found === Found.extent) === node.hasExtent(memory, base, index), 'the kernel tells extents')
    assert(kernel.valueOffset === node.valueOffsetOf(memory, base, index), 'the kernel finds the value')
    assert(kernel.valueLength === node.valueLengthOf(memory, base, index), 'the kernel finds its length')
  }

  rank(key: Uint8Array, keyLength: number): number {
    if (this.putRun !== 0) this.settle()
    const { pool, memory } = this.context
    const state = this.state
    if (state.height === 0) return 0
    let below = 0
    let base = pool.fix(state.pageId, state.birth)
    for (let level = state.height - 1; level > 0; level--) {
      const index = searchChild(memory, base, key, keyLength)
      for (let i = 0; i < index; i++) below += node.childCountOf(memory, base, i)
      base = fixChild(pool, memory, base, index)
    }
    const index = searchNode(memory, base, key, keyLength, 0)
    return below + (index >= 0 ? index : ~index)
  }

  openValue(key: Uint8Array, keyLength: number): ValueReader | undefined {
    if (this.putRun !== 0) this.settle()
    const base = this.leafFor(key, keyLength)
    if (base < 0) return undefined
    const { memory, extents } = this.context
    const index = searchNode(memory, base, key, keyLength, 0)
    if (index < 0) return undefined
    const at = node.valueOffsetOf(memory, base, index)
    const length = node.valueLengthOf(memory, base, index)
    if (!node.hasExtent(memory, base, index)) {
      return new InlineReader(Buffer.from(memory.u8.slice(at, at + length)))
    }
    const reference = extentAt(memory, base, index)
    if (!this.mutable) return new ExtentReader(extents, reference, this.assertReadable)
    const ownKey = Buffer.from(key.subarray(0, keyLength))
    return new ExtentReader(extents, reference, this.assertUnchanged(ownKey, reference))
  }

  /** For a value in a transaction: when it is replaced or removed, its pages may at once hold something else. */
  private assertUnchanged(key: Buffer, reference: ExtentReference): () => void {
    let { edits } = this.state
    return () => {
      this.assertReadable()
      if (edits === this.state.edits) return
      if (this.putRun !== 0) this.settle()
      if (!this.isStoredAt(key, reference)) {
        throw new CoppiceError(
          'VALUE_CHANGED',
          'the value that was being read was replaced or removed in this transaction',
        )
      }
      edits = this.state.edits
    }
  }

  private isStoredAt(key: Buffer, reference: ExtentReference): boolean {
    const { memory } = this.context
    const base = this.leafFor(key, key.length)
    if (base < 0) return false
    const index = searchNode(memory, base, key, key.length, 0)
    if (index < 0 || !node.hasExtent(memory, base, index)) return false
    const { pageId, birth, length, crc } = extentAt(memory, base, index)
    return (
      pageId === reference.pageId &&
      birth === reference.birth &&
      length === reference.length &&
      crc === reference.crc
    )
  }

  cursor(): TreeCursor {
    return new Cursor(this)
  }
}
