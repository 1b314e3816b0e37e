/** A file of pages in memory, and pages whose every word tells which page and which edition it is. */

import { CoppiceError } from '../../src/base/errors.ts'
import { PAGE_HEADER_BYTES, PageKind, sealPage, verifyPage, writePageHeader } from '../../src/page/header.ts'
import type { PageMemory } from '../../src/page/memory.ts'
import { type PageIo, Pool } from '../../src/pool/pool.ts'

export const PAGE_SIZE = 512
const SEED = 0x5eed

/** Writes a whole page: the header and, in each word after it, a mix of page id and edition. */
export function fillPage(
  memory: PageMemory,
  base: number,
  pageId: number,
  birth: number,
  edition: number,
): void {
  writePageHeader(memory, base, pageId, birth, PageKind.leaf, 0)
  const end = (base + memory.pageSize) >>> 2
  memory.u32.fill(contentWord(pageId, edition), (base + PAGE_HEADER_BYTES) >>> 2, end)
}

/** The word that fills edition `edition` of a page. */
export function contentWord(pageId: number, edition: number): number {
  return (Math.imul(pageId + 1, 0x9e3779b1) ^ edition) >>> 0
}

/** The first word that is not the page's, or -1 when all of it is edition `edition` of page `pageId`. */
export function firstWrongWord(memory: PageMemory, base: number, pageId: number, edition: number): number {
  const expected = contentWord(pageId, edition)
  const start = (base + PAGE_HEADER_BYTES) >>> 2
  const end = (base + memory.pageSize) >>> 2
  for (let word = start; word < end; word++) {
    if (memory.u32[word] !== expected) return word - start
  }
  return -1
}

/** Holds written pages; counts calls; fails when told to. */
export class MemoryIo implements PageIo {
  readonly pages = new Map<number, Uint8Array>()
  readonly reads: number[] = []
  readonly writes: (readonly number[])[] = []
  /** Thrown by every read or write while set. */
  readFault: CoppiceError | undefined
  writeFault: CoppiceError | undefined

  readPage(memory: PageMemory, base: number, pageId: number, birth: number): void {
    this.reads.push(pageId)
    const image = this.pages.get(pageId)
    // A failing read has often written half of the frame already.
    if (image !== undefined) memory.u8.set(image, base)
    if (this.readFault !== undefined) throw this.readFault
    const fault = image === undefined ? 'missing' : verifyPage(memory, base, SEED, pageId, birth)
    if (fault !== undefined) throw new CoppiceError('CORRUPT', `page ${pageId}: ${fault}`, { pageId })
  }

  writePages(memory: PageMemory, pageIds: readonly number[], bases: readonly number[]): void {
    this.writes.push([...pageIds])
    for (let i = 0; i < pageIds.length; i++) sealPage(memory, bases[i], SEED)
    if (this.writeFault !== undefined) throw this.writeFault
    for (let i = 0; i < pageIds.length; i++) {
      this.pages.set(pageIds[i], memory.u8.slice(bases[i], bases[i] + memory.pageSize))
    }
  }
}

/** A file of pages that several threads read; page images one after the other, from page 0 on. */
export class SharedIo implements PageIo {
  readonly file: SharedArrayBuffer
  private readonly bytes: Uint8Array

  constructor(file: SharedArrayBuffer) {
    this.file = file
    this.bytes = new Uint8Array(file)
  }

  readPage(memory: PageMemory, base: number, pageId: number, birth: number): void {
    const at = pageId * memory.pageSize
    memory.u8.set(this.bytes.subarray(at, at + memory.pageSize), base)
    const fault = verifyPage(memory, base, SEED, pageId, birth)
    if (fault !== undefined) throw new CoppiceError('CORRUPT', `page ${pageId}: ${fault}`, { pageId })
  }

  writePages(memory: PageMemory, pageIds: readonly number[], bases: readonly number[]): void {
    for (let i = 0; i < pageIds.length; i++) {
      sealPage(memory, bases[i], SEED)
      this.bytes.set(memory.u8.subarray(bases[i], bases[i] + memory.pageSize), pageIds[i] * memory.pageSize)
    }
  }
}

/** A pool of `frameCount` small frames over `io`. */
export function smallPool(frameCount: number, io: PageIo = new MemoryIo()): Pool {
  return new Pool({ pageSize: PAGE_SIZE, cacheSizeBytes: frameCount * PAGE_SIZE, maxPageCount: 1 << 16, io })
}

/** Creates edition 0 of pages `from` to `to - 1`, born at 1, and leaves them clean and evictable. */
export function createClean(pool: Pool, from: number, to: number): void {
  for (let pageId = from; pageId < to; pageId++) {
    fillPage(pool.memory, pool.create(pageId), pageId, 1, 0)
    pool.writeBack([pageId])
  }
}

/** Creates edition 0 of pages `from` to `to - 1`, born at `birth`, and leaves them dirty. */
export function createDirty(pool: Pool, from: number, to: number, birth = 1): void {
  for (let pageId = from; pageId < to; pageId++) {
    fillPage(pool.memory, pool.create(pageId), pageId, birth, 0)
  }
}

/** Whether the page can be read in full as edition `edition`. */
export function isIntact(pool: Pool, pageId: number, birth = 1, edition = 0): boolean {
  return firstWrongWord(pool.memory, pool.fix(pageId, birth), pageId, edition) === -1
}
