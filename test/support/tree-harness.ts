/** Trees over a pool with pages in memory and an allocator that checks how pages are used. */

import { CoppiceError } from '../../src/base/errors.ts'
import type { Journal, PageAllocator } from '../../src/btree/context.ts'
import { TreeContext } from '../../src/btree/context.ts'
import type { ExtentFile } from '../../src/btree/extent.ts'
import { EMPTY_ROOT, type TreeRoot } from '../../src/btree/root.ts'
import { type TreeFault, verifyTree } from '../../src/btree/verify.ts'
import { TreeWriter } from '../../src/btree/writer.ts'
import { birthOf, sealPage, verifyPage } from '../../src/page/header.ts'
import type { PageMemory } from '../../src/page/memory.ts'
import { Scratch } from '../../src/page/scratch.ts'
import { type PageIo, Pool } from '../../src/pool/pool.ts'

const SEED = 0x5eed

/** A file of pages that lives in a map. */
class PageMap implements PageIo, ExtentFile {
  readonly pages = new Map<number, Uint8Array>()
  readonly #pageSize: number

  constructor(pageSize: number) {
    this.#pageSize = pageSize
  }

  readPage(memory: PageMemory, base: number, pageId: number, birth: number): void {
    const image = this.pages.get(pageId)
    if (image !== undefined) memory.u8.set(image, base)
    const fault = image === undefined ? 'never written' : verifyPage(memory, base, SEED, pageId, birth)
    if (fault !== undefined) throw new CoppiceError('CORRUPT', `page ${pageId}: ${fault}`, { pageId })
  }

  writePages(memory: PageMemory, pageIds: readonly number[], bases: readonly number[]): void {
    for (const [i, pageId] of pageIds.entries()) {
      sealPage(memory, bases[i], SEED)
      this.pages.set(pageId, memory.u8.slice(bases[i], bases[i] + this.#pageSize))
    }
  }

  writeExtent(pageId: number, byteOffset: number, source: Uint8Array, from: number, length: number): void {
    for (let i = 0; i < length; i++) {
      const position = byteOffset + i
      const id = pageId + Math.floor(position / this.#pageSize)
      let image = this.pages.get(id)
      if (image === undefined) {
        image = new Uint8Array(this.#pageSize)
        this.pages.set(id, image)
      }
      image[position % this.#pageSize] = source[from + i]
    }
  }

  readExtent(pageId: number, byteOffset: number, target: Uint8Array, at: number, length: number): void {
    for (let i = 0; i < length; i++) {
      const position = byteOffset + i
      const image = this.pages.get(pageId + Math.floor(position / this.#pageSize))
      if (image === undefined) throw new CoppiceError('CORRUPT', 'the extent was never written')
      target[at + i] = image[position % this.#pageSize]
    }
  }
}

/** Hands out fresh ids; frees at once what was born in the current transaction; remembers the rest. */
class CheckingAllocator implements PageAllocator {
  birth = 1
  ownFrom = 1
  isOpen = true
  runsBeingFilled = 0
  readonly used = new Map<number, number>()
  readonly dropped = new Map<number, number>()
  #next = 4
  readonly #onFree: (pageId: number) => void

  constructor(onFree: (pageId: number) => void) {
    this.#onFree = onFree
  }

  wrote(youngest: number): void {
    if (youngest === this.birth) this.birth++
  }

  allocate(): number {
    return this.allocateRun(1)
  }

  allocateRun(count: number): number {
    const pageId = this.#next
    this.#next += count
    for (let i = 0; i < count; i++) this.used.set(pageId + i, this.birth)
    return pageId
  }

  drop(pageId: number, birth: number): void {
    this.dropRun(pageId, 1, birth)
  }

  dropRun(pageId: number, count: number, birth: number): void {
    for (let id = pageId; id < pageId + count; id++) {
      const born = this.used.get(id) ?? Number.POSITIVE_INFINITY
      // A page of the transaction may have got a later birth.
      if (birth < born || birth > this.birth) throw new Error(`page ${id} born ${born} dropped as ${birth}`)
      this.used.delete(id)
      if (birth >= this.ownFrom) this.#onFree(id)
      else this.dropped.set(id, birth)
    }
  }
}

const silent: Journal = {
  put() {},
  putUnlogged() {},
  remove() {},
  deleteRange() {},
}

export class TreeHarness {
  readonly file: PageMap
  readonly pool: Pool
  readonly context: TreeContext
  readonly allocator: CheckingAllocator

  /** @param hasKernel whether leaves are searched and rewritten by the kernel, or all in TypeScript */
  constructor(pageSize: number, frames: number, hasKernel = true) {
    this.file = new PageMap(pageSize)
    this.pool = new Pool({
      pageSize,
      cacheSizeBytes: Math.max(pageSize * frames, 1),
      maxPageCount: 1 << 22,
      io: {
        readPage: (memory, base, pageId, birth) => this.file.readPage(memory, base, pageId, birth),
        writePages: (memory, pageIds, bases) => {
          this.allocator.wrote(Math.max(...bases.map(base => birthOf(memory, base))))
          this.file.writePages(memory, pageIds, bases)
        },
      },
    })
    this.context = new TreeContext(this.pool, this.file)
    if (!hasKernel) Object.assign(this.context, { kernel: undefined, scratch: new Scratch(pageSize) })
    this.allocator = new CheckingAllocator(pageId => {
      this.pool.discard(pageId)
      this.file.pages.delete(pageId)
    })
  }

  tree(root: TreeRoot = EMPTY_ROOT): TreeWriter {
    return new TreeWriter(this.context, 16, root, this.allocator, silent, () => {})
  }

  /** So many pages can be had from now on. */
  limitPages(count: number): void {
    let left = count
    const allocate = this.allocator.allocate.bind(this.allocator)
    this.allocator.allocate = () => {
      if (left-- === 0) throw new Error('no page is left')
      return allocate()
    }
  }

  /** Ends the transaction: what was dropped in it stays readable for `root`s taken before. */
  nextTransaction(): void {
    this.allocator.birth++
    this.allocator.ownFrom = this.allocator.birth
  }

  /** Calls `page` for each page of the tree that is no extent's, in the order of their keys. */
  visit(root: TreeRoot, page: (pageId: number, birth: number) => void): void {
    const walk = verifyTree(this.context, root, { page, run: () => {}, fault: () => {} }, false)
    for (const _ of walk);
  }

  /** Checks the tree; returns the pages it uses. */
  verify(root: TreeRoot): { faults: TreeFault[]; pages: Set<number> } {
    const faults: TreeFault[] = []
    const pages = new Set<number>()
    const visit = (pageId: number) => {
      if (pages.has(pageId)) throw new Error(`page ${pageId} is reached twice`)
      pages.add(pageId)
    }
    const walk = verifyTree(this.context, root, {
      page: visit,
      run: (pageId, count) => {
        for (let i = 0; i < count; i++) visit(pageId + i)
      },
      fault: fault => faults.push(fault),
    })
    for (const _ of walk);
    return { faults, pages }
  }
}
