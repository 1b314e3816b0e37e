/**
 * Blind changes of a large tree that wait for each other: puts and removals of entries of which nobody asks whether they were
 * there, as a secondary index gets them in the order of its table's rows. Each would touch a leaf of its own, which is seldom in
 * the processor's cache, or in memory; in the order of their keys they touch each leaf once. (Graefe, Modern B-Tree Techniques,
 * section 4.7: index maintenance plans that sort.)
 *
 * D1  Of changes of one key the last counts.
 * D2  Each removal is of an entry that is there, or was put before; each put is of a key that is not there, or was removed before.
 *     So the number of entries afterwards is known, and compared.
 */

import { mergeChanges, packedIsRemoval } from '../page/packed.ts'
import type { PageAllocator } from './context.ts'
import { PutBuffer } from './put-buffer.ts'
import { isWorthRebuilding, rebuildTree } from './rebuild.ts'
import type { TreeWriter } from './writer.ts'

/** Of the frames that the pool lends, it takes one of so many: the tables beside it need theirs. */
const SHARE_OF_FRAMES = 4

export class ChangeCollector {
  readonly #tree: TreeWriter
  readonly #allocator: PageAllocator
  readonly #buffer: PutBuffer
  readonly #framesMax: number
  /** By how many entries the tree will have grown. */
  #growth = 0
  /** Says what a broken D2 means. */
  readonly #refuse: () => never

  constructor(tree: TreeWriter, allocator: PageAllocator, refuse: () => never) {
    const { pool } = tree.context
    this.#tree = tree
    this.#allocator = allocator
    this.#refuse = refuse
    this.#buffer = new PutBuffer(pool)
    this.#framesMax = Math.max(1, Math.floor(pool.borrowableCount / SHARE_OF_FRAMES))
  }

  /**
   * Makes sure that an entry of these lengths can be added, for which those before may go into the tree; false when the pool
   * lends nothing. @throws CoppiceError what `PutBuffer.reserve` and a change of the tree throw
   */
  makeRoom(keyLength: number, valueLength: number): boolean {
    const buffer = this.#buffer
    if (buffer.fits(keyLength, valueLength)) return true
    if (buffer.frameCount < this.#framesMax && buffer.reserve(keyLength, valueLength)) return true
    this.settle()
    return buffer.reserve(keyLength, valueLength)
  }

  /** Adds a copy of an entry that room was made for. */
  put(key: Uint8Array, keyLength: number, value: Uint8Array, valueOffset: number, valueLength: number): void {
    this.#buffer.add(key, keyLength, value, valueOffset, valueLength)
    this.#growth++
  }

  /** Adds the removal of a key, for which room was made. */
  remove(key: Uint8Array, keyLength: number): void {
    this.#buffer.addRemoval(key, keyLength)
    this.#growth--
  }

  /** False: no change of the key was collected. True: one was, or that cannot be told. */
  mayHave(key: Uint8Array, keyLength: number): boolean {
    return this.#buffer.mayHave(key, keyLength)
  }

  /** Brings everything into the tree and begins anew. @throws CoppiceError what a change of the tree throws, and what a broken D2 does */
  settle(): void {
    const tree = this.#tree
    const buffer = this.#buffer
    try {
      if (buffer.count === 0) return
      tree.beginChange()
      const expected = tree.state.count + this.#growth
      const addresses = buffer.sorted()
      const isRebuilt =
        isWorthRebuilding(tree, addresses.length) &&
        rebuildTree(tree, this.#allocator, addresses, mergeChanges)
      if (!isRebuilt) {
        for (const address of addresses) {
          if (packedIsRemoval(tree.context.memory, address)) tree.removePacked(buffer, address)
          else tree.putPacked(buffer, address)
        }
      }
      if (tree.state.count !== expected) this.#refuse()
      tree.endChange()
    } finally {
      this.forget()
    }
  }

  /** Forgets everything: the tree is given up. */
  forget(): void {
    this.#buffer.clear()
    this.#growth = 0
  }
}
