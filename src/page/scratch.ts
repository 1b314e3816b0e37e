/** Private space for rebuilding nodes. */

import { PageMemory } from './memory.ts'

/** A place in the memory of the pages, and what rewrites a leaf from there faster than TypeScript does. */
export interface LeafRewriter {
  readonly memory: PageMemory
  /** Where a page image may be kept while its entries are copied; nothing else uses that place meanwhile. */
  readonly imageAt: number
  /** Copies the page image at `from` to `to`. */
  copyPage(from: number, to: number): void
  /**
   * Gives the leaf at `base` the entries `from` .. `to` - 1 of the leaf at `imageAt`, with a prefix of `prefixLength` bytes, which
   * these keys share, and arrays for `capacity` entries. The caller has checked that they fit; false, and the leaf is spoilt, when they
   * do not all the same: the page was forged.
   */
  rewriteLeaf(base: number, from: number, to: number, prefixLength: number, capacity: number): boolean
}

/** One per database, since only one edit runs at a time. */
export class Scratch {
  /** The memory that holds the copy of a page, from `base` on. */
  readonly page: PageMemory
  readonly base: number
  /** Holds one key while it is carried from node to node. */
  readonly key: Buffer
  /** A second key, for separators. */
  readonly separator: Buffer
  readonly #rewriter: LeafRewriter | undefined

  constructor(pageSize: number, rewriter?: LeafRewriter) {
    this.#rewriter = rewriter
    this.page = rewriter?.memory ?? new PageMemory(new SharedArrayBuffer(pageSize), pageSize)
    this.base = rewriter?.imageAt ?? 0
    this.key = Buffer.allocUnsafeSlow(pageSize)
    this.separator = Buffer.allocUnsafeSlow(pageSize)
  }

  /** Copies the page at `base` here. */
  take(m: PageMemory, base: number): void {
    if (this.rewriterFor(m) !== undefined) this.#rewriter!.copyPage(base, this.base)
    else this.page.u8.set(m.u8.subarray(base, base + m.pageSize), this.base)
  }

  /** What rewrites leaves of this memory, if there is anything but TypeScript. */
  rewriterFor(m: PageMemory): LeafRewriter | undefined {
    return m === this.page ? this.#rewriter : undefined
  }
}
