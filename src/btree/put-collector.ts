/**
 * What becomes of puts that a tree collects (put-buffer.ts): how they reach it, all together or part by part.
 *
 * As long as they come in the order of their keys, into a tree that is empty, they need not wait for others: a *stream*. What
 * has been collected goes into leaves from time to time, and its memory is used again, while it is in the processor's cache.
 *
 * C1  While there is a stream the tree is empty: it gets its root when the stream ends. Until then the pages of the stream
 *     belong to nothing, so whoever drops the tree ends the stream first.
 * C2  A stream ends with the first key that is not above all before it. Then the tree has these, and what is collected from
 *     there on goes into it: one by one, or all is built anew.
 *
 * Leaves are filled to their ends as long as keys have come in order, as in a log or a series of times: what follows will lie behind
 * them. Where they have not, others will come between them later, too, and each leaf keeps a tenth of its room for those: each full
 * one is split by the first, and soon the tree has twice as many leaves (as fillfactor in PostgreSQL, 90 for indexes).
 */

import { mergePacked } from '../page/packed.ts'
import { TreeBuilder } from './builder.ts'
import type { PageAllocator } from './context.ts'
import { PutBuffer } from './put-buffer.ts'
import { isWorthRebuilding, rebuildTree, takeEntries } from './rebuild.ts'
import type { TreeWriter } from './writer.ts'

/** A tree with more entries is not collected again; its puts go into it in the order of their keys. */
const TAKEN_BACK_MAX = 4096

export class PutCollector {
  readonly #tree: TreeWriter
  readonly #allocator: PageAllocator
  readonly #buffer: PutBuffer
  /** The stream. */
  #stream: TreeBuilder | undefined = undefined
  /** With so many frames in the buffer the stream goes on. */
  #streamsAtFrames: number
  /** Whether the tree is what a stream has made of it. */
  #isAfterStream = false

  constructor(tree: TreeWriter, allocator: PageAllocator) {
    this.#tree = tree
    this.#allocator = allocator
    this.#buffer = new PutBuffer(tree.context.pool)
    this.#streamsAtFrames = tree.context.streamFrames
  }

  /**
   * A small tree's entries are collected too: then all can be built at once. False when they are not, or not all could
   * be; also after an error nothing has changed.
   */
  takeBack(): boolean {
    return this.#tree.state.count <= TAKEN_BACK_MAX && takeEntries(this.#tree, this.#buffer)
  }

  /**
   * Makes sure that an entry of these lengths can be added, for which those before may go into the tree; false when the pool
   * lends nothing. @throws CoppiceError what `PutBuffer.reserve` and a change of the tree throw
   */
  makeRoom(keyLength: number, valueLength: number): boolean {
    const buffer = this.#buffer
    if (buffer.fits(keyLength, valueLength)) return true
    if (this.#isStreaming()) this.#carryOn()
    if (buffer.reserve(keyLength, valueLength)) return true
    this.settle()
    return buffer.reserve(keyLength, valueLength)
  }

  /** Adds a copy of an entry that room was made for. @throws CoppiceError what a change of the tree throws */
  add(key: Uint8Array, keyLength: number, value: Uint8Array, valueOffset: number, valueLength: number): void {
    this.#buffer.add(key, keyLength, value, valueOffset, valueLength)
    if (this.#stream !== undefined && !this.#buffer.isAscending) this.#endStream(this.#stream)
  }

  /** False: neither the key was collected nor is it in a stream. True: it is, or that cannot be told. */
  mayHave(key: Uint8Array, keyLength: number): boolean {
    if (this.#buffer.endsBelow(key, keyLength)) return false
    return this.#stream !== undefined || this.#buffer.mayHave(key, keyLength)
  }

  /** Whether its pages belong to nothing yet (C1). */
  get hasStream(): boolean {
    return this.#stream !== undefined
  }

  /** Brings everything into the tree and begins anew. @throws CoppiceError what a change of the tree throws */
  settle(): void {
    const stream = this.#stream
    this.#stream = undefined
    try {
      if (this.#buffer.count === 0) return
      const tree = this.#tree
      tree.beginChange()
      const addresses = this.#buffer.sorted()
      if (tree.state.height === 0) {
        this.#build(addresses, stream ?? this.#newBuilder(!this.#buffer.isAscending))
      } else if (!this.#rebuild(addresses)) {
        for (const address of addresses) tree.putPacked(this.#buffer, address)
      }
      tree.endChange()
    } finally {
      this.#buffer.clear()
    }
  }

  /** Forgets everything: the tree is given up. */
  forget(): void {
    this.#stream = undefined
    this.#isAfterStream = false
    this.#buffer.clear()
  }

  /** Whether what has been collected goes into leaves now. */
  #isStreaming(): boolean {
    const { isAscending, frameCount } = this.#buffer
    return isAscending && frameCount >= this.#streamsAtFrames && this.#tree.state.height === 0
  }

  #carryOn(): void {
    const buffer = this.#buffer
    this.#tree.beginChange()
    this.#stream ??= this.#newBuilder(false)
    buffer.forgetFirst(this.#stream.add(buffer.asTheyCame(buffer.count)))
    // So many more, also if no leaf was full.
    this.#streamsAtFrames = buffer.frameCount + this.#tree.context.streamFrames
    this.#tree.endChange()
  }

  /** The last put came out of order (C2). */
  #endStream(stream: TreeBuilder): void {
    this.#tree.beginChange()
    this.#stream = undefined
    const before = this.#buffer.count - 1
    this.#build(this.#buffer.asTheyCame(before), stream)
    this.#buffer.forgetFirst(before)
    this.#isAfterStream = true
    this.#tree.endChange()
  }

  #newBuilder(leavesRoom: boolean): TreeBuilder {
    const { context } = this.#tree
    const builder = new TreeBuilder(context, this.#allocator, leavesRoom)
    context.kept.builder = builder
    return builder
  }

  #build(addresses: Uint32Array, builder: TreeBuilder): void {
    this.#tree.state.set(builder.finish(addresses))
  }

  /**
   * Makes the tree anew of what a stream has made of it and of what was collected since, as if all of it had been. False, and
   * nothing has changed, when that is not worth it, or when there is no room.
   */
  #rebuild(addresses: Uint32Array): boolean {
    const tree = this.#tree
    if (!this.#isAfterStream || !isWorthRebuilding(tree, addresses.length)) return false
    this.#isAfterStream = rebuildTree(tree, this.#allocator, addresses, mergePacked)
    return this.#isAfterStream
  }
}
