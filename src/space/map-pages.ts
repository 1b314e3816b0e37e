/**
 * The bytes of the space map on disk: a radix tree of bitmap pages.
 *
 * Responsible for the layout of one page and for the arithmetic of the tree. It knows neither which pages
 * are allocated nor when a page is written.
 *
 * Every page starts with the 64-byte page header (src/page/header.ts), of which a map page uses
 * ```
 *  4  u32  page id
 *  8  u48  birth: the checkpoint's transaction
 * 14  u8   kind: 3 bitmap leaf, 4 branch
 * 15  u8   level: 0 for a leaf
 * 16  u32  index: the place of this page among those of its level, from the left
 * 20  u48  LSN of the checkpoint: shows what a file header that is lost may have said
 * 26  ...  zero
 * 64
 * ```
 * A leaf of index i: one bit a page, set when the page is in use.
 * ```
 * 64  u8[page size - 64]   byte k, bit j (1 << j): page i * bitsPerLeaf + 8 * k + j
 * ```
 * A branch of level l and index i: entry k refers to the page of level l - 1 with index i * fanout + k.
 * ```
 * 64 + 12 k      u32  page id, 0: there is no such page and all below it is free
 * 64 + 12 k + 4  u32  birth, low 32 bits
 * 64 + 12 k + 8  u16  birth, high 16 bits
 * 64 + 12 k + 10 u16  zero
 * ```
 * | page size | pages a leaf | of file | fanout | pages with one branch level | of file |
 * |---|---|---|---|---|---|
 * | 4 KiB | 32,256 | 126 MiB | 336 | 10.8 million | 41 GiB |
 * | 16 KiB | 130,560 | 2 GiB | 1,360 | 177.6 million | 2.6 TiB |
 * | 64 KiB | 523,776 | 32 GiB | 5,456 | 2.9 billion | 170 TiB |
 *
 * Three branch levels are enough for 2^32 pages of any size.
 */

import { CoppiceError } from '../base/errors.ts'
import { KIND_AT, LEVEL_AT, PAGE_HEADER_BYTES, PageKind, sealPage, writePageHeader } from '../page/header.ts'
import { PageMemory } from '../page/memory.ts'

const INDEX_AT = 16
const LSN_LOW_AT = 20
const LSN_HIGH_AT = 24
const ENTRY_BYTES = 12
const ENTRY_WORDS = ENTRY_BYTES / 4
const TWO_32 = 0x1_0000_0000
export const MAX_MAP_LEVEL = 3
/** Page ids have 32 bits. */
const PAGE_ID_END = 2 ** 32

/** The LSN of the checkpoint that wrote the page of the space map at `base`. */
export function checkpointLsnOf(memory: PageMemory, base: number): number {
  return memory.u16[(base + LSN_HIGH_AT) >>> 1] * TWO_32 + memory.u32[(base + LSN_LOW_AT) >>> 2]
}

/** The place of the page of the space map at `base` among those of its level. */
export function mapIndexOf(memory: PageMemory, base: number): number {
  return memory.u32[(base + INDEX_AT) >>> 2]
}

/** Where the root page of a durable map is, and how many branch levels stand above its leaves. */
export interface SpaceRef {
  readonly pageId: number
  readonly birth: number
  /** 0: the root is a leaf. */
  readonly level: number
}

/** One page to write: its whole image, sealed. */
export interface PageWrite {
  readonly pageId: number
  readonly bytes: Uint8Array
}

/**
 * Reads the page (pageId, birth) and checks checksum, id and birth. The result is looked at before the next
 * call only, so the same buffer may be returned each time. @throws CoppiceError CORRUPT with the page id
 */
export type MapPageReader = (pageId: number, birth: number) => Uint8Array

/** Sizes that follow from the page size. */
export class MapGeometry {
  readonly pageSize: number
  /** Pages that one leaf speaks of; a multiple of 32. */
  readonly bitsPerLeaf: number
  readonly wordsPerLeaf: number
  /** Children of a branch. */
  readonly fanout: number

  constructor(pageSize: number) {
    const payloadBytes = pageSize - PAGE_HEADER_BYTES
    this.pageSize = pageSize
    this.bitsPerLeaf = payloadBytes * 8
    this.wordsPerLeaf = payloadBytes / 4
    this.fanout = Math.floor(payloadBytes / ENTRY_BYTES)
  }

  leafOf(pageId: number): number {
    return Math.floor(pageId / this.bitsPerLeaf)
  }

  /** Nodes of a map that spans `pageCount` pages, on all levels. */
  nodesFor(pageCount: number): number {
    let nodes = Math.ceil(pageCount / this.bitsPerLeaf)
    let sum = nodes
    while (nodes > 1) {
      nodes = Math.ceil(nodes / this.fanout)
      sum += nodes
    }
    return sum
  }

  /** The first page that the node speaks of. */
  firstPageOf(level: number, index: number): number {
    return index * this.bitsPerLeaf * this.fanout ** level
  }

  /** The lowest root level whose map spans `pageCount` pages. */
  levelFor(pageCount: number): number {
    let level = 0
    let span = this.bitsPerLeaf
    while (span < pageCount) {
      span *= this.fanout
      level++
    }
    return level
  }
}

/** The images that one checkpoint writes, in one buffer. */
export class MapImages {
  readonly writes: PageWrite[]
  readonly #geometry: MapGeometry
  readonly #memory: PageMemory
  readonly #checksumSeed: number
  readonly #birth: number
  readonly #lsn: number

  /** Room for `pageCount` pages, all with the same birth and LSN. */
  constructor(geometry: MapGeometry, pageCount: number, checksumSeed: number, birth: number, lsn: number) {
    this.writes = []
    this.#geometry = geometry
    this.#memory = new PageMemory(new ArrayBuffer(geometry.pageSize * pageCount), geometry.pageSize)
    this.#checksumSeed = checksumSeed
    this.#birth = birth
    this.#lsn = lsn
  }

  /** `words` may end before the leaf does: the rest is free. */
  addLeaf(pageId: number, index: number, words: Int32Array): void {
    const base = this.#begin(pageId, PageKind.spaceLeaf, 0, index)
    const first = index * this.#geometry.wordsPerLeaf
    const bits = words.subarray(first, first + this.#geometry.wordsPerLeaf)
    new Int32Array(this.#memory.buffer, base + PAGE_HEADER_BYTES, bits.length).set(bits)
    this.#finish(pageId, base)
  }

  /** The children are those of this branch among all page ids and births of the level below. */
  addBranch(
    pageId: number,
    level: number,
    index: number,
    childPageIds: readonly number[],
    childBirths: readonly number[],
  ): void {
    const base = this.#begin(pageId, PageKind.spaceBranch, level, index)
    const firstChild = index * this.#geometry.fanout
    const childEnd = Math.min(firstChild + this.#geometry.fanout, childPageIds.length)
    for (let child = firstChild; child < childEnd; child++) {
      if (childPageIds[child] === 0) continue
      const word = ((base + PAGE_HEADER_BYTES) >>> 2) + (child - firstChild) * ENTRY_WORDS
      this.#memory.u32[word] = childPageIds[child]
      this.#memory.u32[word + 1] = childBirths[child] % TWO_32
      this.#memory.u32[word + 2] = Math.floor(childBirths[child] / TWO_32)
    }
    this.#finish(pageId, base)
  }

  #begin(pageId: number, kind: PageKind, level: number, index: number): number {
    const base = this.writes.length * this.#geometry.pageSize
    writePageHeader(this.#memory, base, pageId, this.#birth, kind, level)
    this.#memory.u32[(base + INDEX_AT) >>> 2] = index
    this.#memory.u32[(base + LSN_LOW_AT) >>> 2] = this.#lsn % TWO_32
    this.#memory.u16[(base + LSN_HIGH_AT) >>> 1] = Math.floor(this.#lsn / TWO_32)
    return base
  }

  #finish(pageId: number, base: number): void {
    sealPage(this.#memory, base, this.#checksumSeed)
    this.writes.push({ pageId, bytes: this.#memory.u8.subarray(base, base + this.#geometry.pageSize) })
  }
}

/** Receives a map as it is read. */
export interface MapVisitor {
  /** The page of this place is (pageId, birth). False: what is below it is known already, skip it. */
  enter(level: number, index: number, pageId: number, birth: number): boolean
  /** The bitmap of leaf `index`. The words are a copy. */
  leaf(index: number, words: Int32Array): void
}

/**
 * Reads a durable map from its root, left to right.
 * @throws CoppiceError CORRUPT when a page is not the map page that its parent says it is
 */
export function readMap(
  geometry: MapGeometry,
  root: SpaceRef,
  readPage: MapPageReader,
  visitor: MapVisitor,
): void {
  if (root.level > MAX_MAP_LEVEL) {
    throw new CoppiceError(
      'CORRUPT',
      `the space map has ${root.level} levels, at most ${MAX_MAP_LEVEL} can be`,
      {
        pageId: root.pageId,
      },
    )
  }
  readNode(geometry, root.level, 0, root.pageId, root.birth, readPage, visitor)
}

function readNode(
  geometry: MapGeometry,
  level: number,
  index: number,
  pageId: number,
  birth: number,
  readPage: MapPageReader,
  visitor: MapVisitor,
): void {
  if (!visitor.enter(level, index, pageId, birth)) return
  const bytes = readPage(pageId, birth)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  checkPlace(geometry, view, level, index, pageId)
  if (level === 0) {
    const words = new Int32Array(geometry.wordsPerLeaf)
    new Uint8Array(words.buffer).set(bytes.subarray(PAGE_HEADER_BYTES, geometry.pageSize))
    visitor.leaf(index, words)
    return
  }
  const children: number[] = []
  for (let child = 0; child < geometry.fanout; child++) {
    const at = PAGE_HEADER_BYTES + child * ENTRY_BYTES
    const childPageId = view.getUint32(at, true)
    if (childPageId === 0) continue
    const childBirth = view.getUint16(at + 8, true) * TWO_32 + view.getUint32(at + 4, true)
    children.push(index * geometry.fanout + child, childPageId, childBirth)
  }
  for (let at = 0; at < children.length; at += 3) {
    readNode(geometry, level - 1, children[at], children[at + 1], children[at + 2], readPage, visitor)
  }
}

function checkPlace(
  geometry: MapGeometry,
  view: DataView,
  level: number,
  index: number,
  pageId: number,
): void {
  const kind = level === 0 ? PageKind.spaceLeaf : PageKind.spaceBranch
  const isWhole = view.byteLength >= geometry.pageSize
  const fits =
    isWhole &&
    geometry.firstPageOf(level, index) < PAGE_ID_END &&
    view.getUint8(KIND_AT) === kind &&
    view.getUint8(LEVEL_AT) === level &&
    view.getUint32(INDEX_AT, true) === index
  if (fits) return
  throw new CoppiceError('CORRUPT', `page ${pageId} is not the space map page that its parent refers to`, {
    pageId,
    expected: `kind ${kind}, level ${level}, index ${index}`,
    given: isWhole
      ? `kind ${view.getUint8(KIND_AT)}, level ${view.getUint8(LEVEL_AT)}, index ${view.getUint32(INDEX_AT, true)}`
      : `${view.byteLength} bytes`,
  })
}
