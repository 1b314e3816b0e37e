/** What all trees of one database share, in one thread. */

import { debugChecks } from '../base/assert.ts'
import type { PageMemory } from '../page/memory.ts'
import { maxEntryLength, maxKeyLength } from '../page/node.ts'
import { Scratch } from '../page/scratch.ts'
import type { PageCache } from '../pool/page-cache.ts'
import type { Pool } from '../pool/pool.ts'
import type { PageAllocator } from '../space/page-allocator.ts'
import type { ExtentFile, ExtentSource } from './extent.ts'
import { type Kernel, makeKernel } from './kernel/kernel.ts'

export type { PageAllocator }

/** Fewer puts than these cost about as much one by one. */
const COLLECT_AFTER_PUTS = 500
/** Puts that came in order go into pages when they take so many bytes: with those pages they stay in the second-level cache. */
const STREAM_BYTES = 256 * 1024

/** What readers of all trees share, in one thread. */
export class ReadContext {
  readonly pool: PageCache
  readonly memory: PageMemory
  readonly pageSize: number
  readonly extents: ExtentSource
  /** The way to a key in WebAssembly, where there can be one. */
  readonly kernel: Kernel | undefined

  constructor(pool: PageCache, extents: ExtentSource) {
    this.pool = pool
    this.memory = pool.memory
    this.pageSize = pool.memory.pageSize
    this.extents = extents
    this.kernel = makeKernel(pool.shared, pool.memory, pool.slot)
  }
}

/** What the main thread's trees share, those that are changed among them. */
export class TreeContext extends ReadContext {
  declare readonly pool: Pool
  declare readonly extents: ExtentFile
  readonly scratch: Scratch
  /** Separators on their way up, one a level: a split may cause one above it while it needs its own. */
  readonly separators: Buffer[] = []
  readonly maxKeyLength: number
  /** Bytes of key and value: with more, the value is kept in an extent. */
  readonly maxEntryLength: number
  /** From so many puts in a row on a tree that is small beside them, they are collected: see PutBuffer. */
  readonly collectAfterPuts: number
  /** From so many frames on, collected puts that came in order go into pages. */
  readonly streamFrames: number
  /**
   * What collected and built last, emptied: V8 drops the code that was compiled for objects of a class when a full garbage collection finds
   * none (a bulk load after one took a third to a half longer).
   */
  readonly kept: {
    puts: object | undefined
    changes: object | undefined
    builder: object | undefined
  } = { puts: undefined, changes: undefined, builder: undefined }

  constructor(pool: Pool, extents: ExtentFile) {
    super(pool, extents)
    this.scratch = new Scratch(this.pageSize, this.kernel?.rewriter)
    this.maxKeyLength = maxKeyLength(this.pageSize)
    this.maxEntryLength = maxEntryLength(this.pageSize)
    // In debug mode soon, so that whatever is tested meets it.
    this.collectAfterPuts = debugChecks.enabled ? 5 : COLLECT_AFTER_PUTS
    const streamFrames = debugChecks.enabled ? 2 : Math.max(2, STREAM_BYTES / this.pageSize)
    this.streamFrames = Math.min(streamFrames, pool.borrowableCount >>> 1)
  }

  /** Copies a page image. Measured for 4 KiB: 50 to 80 ns by the kernel, 300 by the runtime, slow in shared memory. */
  copyPage(from: number, to: number): void {
    const { kernel, memory } = this
    if (kernel !== undefined) kernel.copyPage(from, to)
    else memory.u8.copyWithin(to, from, from + memory.pageSize)
  }
}

/** Is told of every change, in order, before the tree changes: the transaction's log. */
export interface Journal {
  put(
    treeId: number,
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
  ): void
  /** A value that is in its extent already, and too long or too streamed to be logged. */
  putUnlogged(): void
  remove(treeId: number, key: Uint8Array, keyLength: number): void
  deleteRange(
    treeId: number,
    from: Uint8Array | undefined,
    fromLength: number,
    to: Uint8Array | undefined,
    toLength: number,
  ): void
}
