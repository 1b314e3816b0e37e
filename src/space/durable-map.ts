/**
 * The durable image of the space map: which pages are in use in the file as the next checkpoint leaves it,
 * and the copy-on-write radix tree (map-pages.ts) that says so on disk.
 *
 * Responsible for the durable bitmap, for which of its leaves changed since the last checkpoint, for
 * where the tree's pages are, and for making the images of a checkpoint. It does not know why a page is in
 * use, nor who still needs a map page that was replaced: it reports those to its caller.
 *
 * A checkpoint rewrites the changed leaves and the branches above them, all on fresh pages. That changes
 * bits again: each fresh page's is set, each replaced page's is cleared, maybe in leaves that had not
 * changed. So `prepare` works until nothing new has changed. It ends, since a node gets at most one
 * fresh page a checkpoint; and it is short, since fresh pages are the lowest free ones and lie together.
 *
 * Invariants:
 * 1. The bit of every page of the tree is set.
 * 2. A leaf that differs from its page on disk is in `#changedLeaves`.
 * 3. A place has a page exactly when something below it is in use, seen at the last checkpoint. (A leaf
 *    that lost its last bit during `prepare`, after it had got its page, keeps it until it changes again.)
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { Bitmap, bitCount } from './bitmap.ts'
import {
  MAX_MAP_LEVEL,
  type MapGeometry,
  MapImages,
  type MapPageReader,
  type PageWrite,
  readMap,
  type SpaceRef,
} from './map-pages.ts'
import type { PageSupply } from './page-supply.ts'
import { Runs } from './runs.ts'

/** The pages of one level of the tree, by index. */
class MapLevel {
  /** 0: no page. */
  readonly pageIds: number[]
  readonly births: number[]

  constructor() {
    this.pageIds = []
    this.births = []
  }

  /** Makes room for `index`. */
  reserve(index: number): void {
    while (this.pageIds.length <= index) {
      this.pageIds.push(0)
      this.births.push(0)
    }
  }
}

/** The nodes that one checkpoint replaces: for each level, which ones, where they were before and where they went. */
class Rewrite {
  /** The birth of the fresh pages. */
  readonly txn: number
  readonly oldRootLevel: number
  readonly indexes: number[][]
  readonly oldPageIds: number[][]
  readonly oldBirths: number[][]
  /** Known once it was given up; 0: the place had no page any more. */
  readonly freshPageIds: number[][]
  freshRootLevel: number
  /** What `#changeCount` is for as long as the map is as it was laid out. */
  changeCount: number
  readonly #seen: Set<number>[]

  constructor(txn: number, oldRootLevel: number) {
    this.txn = txn
    this.oldRootLevel = oldRootLevel
    this.indexes = []
    this.oldPageIds = []
    this.oldBirths = []
    this.freshPageIds = []
    this.freshRootLevel = 0
    this.changeCount = 0
    this.#seen = []
    for (let level = 0; level <= MAX_MAP_LEVEL; level++) {
      this.indexes.push([])
      this.oldPageIds.push([])
      this.oldBirths.push([])
      this.freshPageIds.push([])
      this.#seen.push(new Set())
    }
  }

  /** False when the node is part of the rewrite already. */
  add(level: number, index: number, oldPageId: number, oldBirth: number): boolean {
    if (this.#seen[level].has(index)) return false
    this.#seen[level].add(index)
    this.indexes[level].push(index)
    this.oldPageIds[level].push(oldPageId)
    this.oldBirths[level].push(oldBirth)
    return true
  }
}

export class DurableMap {
  readonly geometry: MapGeometry
  readonly #bits: Bitmap
  readonly #levels: MapLevel[]
  /** Set bits in each leaf: an empty one needs no page. */
  readonly #leafCounts: number[]
  readonly #isLeafChanged: boolean[]
  readonly #changedLeaves: number[]
  /** Counts `set` and `clear`, so that `resume` can tell whether the bits are as they were. */
  #changeCount: number
  #rootLevel: number
  #rewrite: Rewrite | undefined
  #givenUp: Rewrite | undefined

  constructor(geometry: MapGeometry) {
    this.geometry = geometry
    this.#bits = new Bitmap()
    this.#levels = []
    for (let level = 0; level <= MAX_MAP_LEVEL; level++) this.#levels.push(new MapLevel())
    this.#leafCounts = []
    this.#isLeafChanged = []
    this.#changedLeaves = []
    this.#changeCount = 0
    this.#rootLevel = 0
    this.#rewrite = undefined
    this.#givenUp = undefined
  }

  /** Reads the map under `root`. @throws CoppiceError CORRUPT */
  static load(geometry: MapGeometry, root: SpaceRef, pageCount: number, readPage: MapPageReader): DurableMap {
    const map = new DurableMap(geometry)
    map.#rootLevel = root.level
    readMap(geometry, root, readPage, {
      enter: (level, index, pageId, birth) => {
        map.#setPage(level, index, pageId, birth)
        return true
      },
      leaf: (index, words) => map.#loadLeaf(index, words),
    })
    map.#checkLoaded(root.pageId, pageCount)
    return map
  }

  /** Pages in use, those of the map included. */
  get count(): number {
    return this.#bits.count
  }

  /** Whether a checkpoint has anything to write. */
  get isChanged(): boolean {
    return this.#changedLeaves.length > 0
  }

  /** Where the root is; meaningless before the first checkpoint. */
  get root(): SpaceRef {
    const level = this.#levels[this.#rootLevel]
    return { pageId: level.pageIds[0], birth: level.births[0], level: this.#rootLevel }
  }

  /** The bitmap's words, to be copied at once. */
  get words(): Int32Array {
    return this.#bits.words
  }

  has(pageId: number): boolean {
    return this.#bits.has(pageId)
  }

  hasRun(pageId: number, count: number): boolean {
    const end = pageId + count
    return this.#bits.nextClear(pageId, end) === end
  }

  /** Marks pages as in use. */
  set(pageId: number, count: number): void {
    this.#changeCount++
    this.#bits.reserve(pageId + count)
    this.#bits.setRun(pageId, count)
    this.#countInLeaves(pageId, count, 1)
  }

  /** Marks pages as free. */
  clear(pageId: number, count: number): void {
    this.#changeCount++
    this.#bits.clearRun(pageId, count)
    this.#countInLeaves(pageId, count, -1)
  }

  /** The page ids of the tree, root first. */
  pageIds(): number[] {
    const found: number[] = []
    for (let level = this.#rootLevel; level >= 0; level--) {
      for (const pageId of this.#levels[level].pageIds) if (pageId !== 0) found.push(pageId)
    }
    return found
  }

  /** Calls `visit` for each maximal run of pages in use, in ascending order. */
  forEachRun(visit: (pageId: number, count: number) => void): void {
    forEachRunOf(this.#bits, 0, visit)
  }

  /**
   * The pages that another map of the same file has in use and this one has not, as runs without birth.
   * Subtrees that both share are not read. @throws CoppiceError CORRUPT
   */
  pagesOnlyIn(other: SpaceRef, readPage: MapPageReader): Runs {
    const found = new Runs()
    readMap(this.geometry, other, readPage, {
      enter: (level, index, pageId, birth) => {
        const mine = this.#levels[level]
        return mine.pageIds[index] !== pageId || mine.births[index] !== birth
      },
      leaf: (index, words) => {
        const firstWord = index * this.geometry.wordsPerLeaf
        const known = Math.min(words.length, this.#bits.words.length - firstWord)
        for (let word = 0; word < known; word++) words[word] &= ~this.#bits.words[firstWord + word]
        const only = new Bitmap()
        only.reserve(this.geometry.bitsPerLeaf)
        only.words.set(words)
        forEachRunOf(only, index * this.geometry.bitsPerLeaf, (pageId, count) => found.push(pageId, count, 0))
      },
    })
    return found
  }

  /**
   * Replaces every changed node (there may be none) on a fresh page from `supply` and returns the images to write,
   * ascending by page id. The pages that were replaced are added to `retired` with their births.
   * @throws CoppiceError DATABASE_FULL: then everything is as it was, except that `retired` is worthless
   */
  prepare(txn: number, lsn: number, supply: PageSupply, checksumSeed: number, retired: Runs): PageWrite[] {
    const rewrite = new Rewrite(txn, this.#rootLevel)
    this.#rewrite = rewrite
    this.#givenUp = undefined
    rewrite.changeCount = this.#changeCount
    if (!this.isChanged) return []
    try {
      this.#layOut(rewrite, supply, retired)
    } catch (error) {
      const fresh = new Runs()
      this.abandon(fresh, new Runs())
      for (let at = 0; at < fresh.length; at++) supply.free(fresh.pageIdAt(at), 1)
      throw error
    }
    assert(this.#changedLeaves.length === 0, 'a prepared map speaks of its own pages too')
    rewrite.changeCount = this.#changeCount
    return this.#writeImages(rewrite, lsn, checksumSeed)
  }

  #layOut(rewrite: Rewrite, supply: PageSupply, retired: Runs): void {
    this.#collectChanged(rewrite, retired)
    this.#lowerRoot(supply.pageCount)
    let isProgressing = true
    while (isProgressing) {
      this.#collectChanged(rewrite, retired)
      this.#rootLevel = Math.max(this.#rootLevel, this.geometry.levelFor(supply.pageCount))
      isProgressing = this.#placeRewritten(rewrite, supply)
    }
  }

  /**
   * Gives up the last `prepare`, whose images did not all reach the disk: the tree is again where it was. Changes
   * of bits since then stay, and all that was rewritten counts as changed. Adds the pages that had been
   * fresh to `fresh`, and those that are in the tree again to `restored`.
   */
  abandon(fresh: Runs, restored: Runs): void {
    const rewrite = this.#rewrite
    assert(rewrite !== undefined, 'a checkpoint is given up after it was begun, and once')
    this.#rewrite = undefined
    this.#givenUp = rewrite
    rewrite.freshRootLevel = this.#rootLevel
    this.#rootLevel = rewrite.oldRootLevel
    const changeCount = this.#changeCount
    for (let level = 0; level <= MAX_MAP_LEVEL; level++) {
      const pages = this.#levels[level]
      for (let at = 0; at < rewrite.indexes[level].length; at++) {
        const index = rewrite.indexes[level][at]
        if (pages.pageIds[index] !== 0) fresh.push(pages.pageIds[index], 1, pages.births[index])
        rewrite.freshPageIds[level][at] = pages.pageIds[index]
        const oldPageId = rewrite.oldPageIds[level][at]
        if (oldPageId !== 0) restored.push(oldPageId, 1, rewrite.oldBirths[level][at])
        this.#setPage(level, index, oldPageId, rewrite.oldBirths[level][at])
        if (level === 0) this.#markChanged(index)
      }
    }
    for (let at = 0; at < fresh.length; at++) this.clear(fresh.pageIdAt(at), 1)
    for (let at = 0; at < restored.length; at++) this.set(restored.pageIdAt(at), 1)
    // Putting the map back is no change of what it was laid out for.
    rewrite.changeCount += this.#changeCount - changeCount
  }

  /**
   * Takes the last `abandon` back: the tree is where that `prepare` laid it out, so that the same images can be written to
   * the same pages. No bit may have changed since then, and the fresh pages must not have been handed out. The pages
   * that are replaced are added to `retired` with their births.
   */
  resume(retired: Runs): void {
    const rewrite = this.#givenUp
    assert(rewrite !== undefined && this.#rewrite === undefined, 'what was given up is resumed, and once')
    assert(rewrite.changeCount === this.#changeCount, 'a map that is written again has not changed')
    this.#givenUp = undefined
    this.#rewrite = rewrite
    this.#rootLevel = rewrite.freshRootLevel
    for (let level = 0; level <= MAX_MAP_LEVEL; level++) {
      for (let at = 0; at < rewrite.indexes[level].length; at++) {
        const oldPageId = rewrite.oldPageIds[level][at]
        const freshPageId = rewrite.freshPageIds[level][at]
        if (oldPageId !== 0) retired.push(oldPageId, 1, rewrite.oldBirths[level][at])
        if (oldPageId !== 0) this.clear(oldPageId, 1)
        if (freshPageId !== 0) this.set(freshPageId, 1)
        this.#setPage(level, rewrite.indexes[level][at], freshPageId, freshPageId === 0 ? 0 : rewrite.txn)
      }
    }
    for (const leaf of this.#changedLeaves) this.#isLeafChanged[leaf] = false
    this.#changedLeaves.length = 0
    rewrite.changeCount = this.#changeCount
  }

  /**
   * Adds the changed leaves and all places above them to the rewrite, until retiring old pages changes no more
   * leaves. Also the places above the root: it may have to rise.
   */
  #collectChanged(rewrite: Rewrite, retired: Runs): void {
    let leaf = this.#changedLeaves.pop()
    while (leaf !== undefined) {
      this.#isLeafChanged[leaf] = false
      let index = leaf
      for (let level = 0; level <= MAX_MAP_LEVEL; level++) {
        this.#include(rewrite, level, index, retired)
        index = Math.floor(index / this.geometry.fanout)
      }
      leaf = this.#changedLeaves.pop()
    }
  }

  /** Makes a node part of the rewrite and retires its page. */
  #include(rewrite: Rewrite, level: number, index: number, retired: Runs): void {
    const pages = this.#levels[level]
    pages.reserve(index)
    const oldPageId = pages.pageIds[index]
    const oldBirth = pages.births[index]
    if (!rewrite.add(level, index, oldPageId, oldBirth) || oldPageId === 0) return
    this.#setPage(level, index, 0, 0)
    this.clear(oldPageId, 1)
    retired.push(oldPageId, 1, oldBirth)
  }

  /**
   * Takes levels away while the first child alone spans the file, which was cut. The old root belongs to the
   * rewrite already, like every place above a changed leaf, and so goes.
   */
  #lowerRoot(pageCount: number): void {
    const needed = this.geometry.levelFor(pageCount)
    while (this.#rootLevel > needed) {
      const children = this.#levels[this.#rootLevel - 1].pageIds
      for (let index = 1; index < children.length; index++) if (children[index] !== 0) return
      this.#rootLevel--
    }
  }

  /** Gives a fresh page to every node of the rewrite that needs one and has none, children first. */
  #placeRewritten(rewrite: Rewrite, supply: PageSupply): boolean {
    let isPlacing = false
    for (let level = 0; level <= this.#rootLevel; level++) {
      for (const index of rewrite.indexes[level]) {
        if (this.#levels[level].pageIds[index] !== 0 || !this.#isInUse(level, index)) continue
        const pageId = supply.allocate()
        this.#setPage(level, index, pageId, rewrite.txn)
        this.set(pageId, 1)
        isPlacing = true
      }
    }
    return isPlacing
  }

  #writeImages(rewrite: Rewrite, lsn: number, checksumSeed: number): PageWrite[] {
    const nodes: { pageId: number; level: number; index: number }[] = []
    for (let level = 0; level <= this.#rootLevel; level++) {
      for (const index of rewrite.indexes[level]) {
        const pageId = this.#levels[level].pageIds[index]
        if (pageId !== 0) nodes.push({ pageId, level, index })
      }
    }
    nodes.sort((one, other) => one.pageId - other.pageId)
    const images = new MapImages(this.geometry, nodes.length, checksumSeed, rewrite.txn, lsn)
    for (const { pageId, level, index } of nodes) {
      if (level === 0) {
        images.addLeaf(pageId, index, this.#bits.words)
      } else {
        const children = this.#levels[level - 1]
        images.addBranch(pageId, level, index, children.pageIds, children.births)
      }
    }
    return images.writes
  }

  #isInUse(level: number, index: number): boolean {
    if (level === 0) return (this.#leafCounts[index] ?? 0) > 0
    const children = this.#levels[level - 1].pageIds
    const firstChild = index * this.geometry.fanout
    const childEnd = Math.min(firstChild + this.geometry.fanout, children.length)
    for (let child = firstChild; child < childEnd; child++) if (children[child] !== 0) return true
    return false
  }

  #setPage(level: number, index: number, pageId: number, birth: number): void {
    const pages = this.#levels[level]
    pages.reserve(index)
    pages.pageIds[index] = pageId
    pages.births[index] = birth
  }

  #countInLeaves(pageId: number, count: number, sign: 1 | -1): void {
    const bitsPerLeaf = this.geometry.bitsPerLeaf
    const end = pageId + count
    const lastLeaf = this.geometry.leafOf(end - 1)
    for (let leaf = this.geometry.leafOf(pageId); leaf <= lastLeaf; leaf++) {
      const from = Math.max(pageId, leaf * bitsPerLeaf)
      const to = Math.min(end, (leaf + 1) * bitsPerLeaf)
      this.#markChanged(leaf)
      this.#leafCounts[leaf] += sign * (to - from)
    }
  }

  #markChanged(leaf: number): void {
    while (this.#isLeafChanged.length <= leaf) {
      this.#isLeafChanged.push(false)
      this.#leafCounts.push(0)
    }
    if (this.#isLeafChanged[leaf]) return
    this.#isLeafChanged[leaf] = true
    this.#changedLeaves.push(leaf)
  }

  #loadLeaf(index: number, words: Int32Array): void {
    const firstWord = index * this.geometry.wordsPerLeaf
    this.#bits.reserve((firstWord + words.length) * 32)
    this.#bits.words.set(words, firstWord)
    let count = 0
    for (let word = 0; word < words.length; word++) count += bitCount(words[word])
    while (this.#leafCounts.length <= index) {
      this.#isLeafChanged.push(false)
      this.#leafCounts.push(0)
    }
    this.#leafCounts[index] = count
    this.#bits.count += count
  }

  /** What must be true of any map: a page that says otherwise was written by a bug, or forged. */
  #checkLoaded(rootPageId: number, pageCount: number): void {
    const last = this.#bits.previousSet(this.#bits.capacity)
    let fault = last >= pageCount ? `page ${last} is in use beyond the ${pageCount} pages of the file` : ''
    for (const pageId of this.pageIds()) {
      if (!this.#bits.has(pageId)) fault = `its own page ${pageId} is free`
    }
    if (fault === '') return
    throw new CoppiceError('CORRUPT', `the space map contradicts itself: ${fault}`, { pageId: rootPageId })
  }
}

function forEachRunOf(bits: Bitmap, offset: number, visit: (pageId: number, count: number) => void): void {
  const limit = bits.capacity
  let start = bits.nextSet(0, limit)
  while (start < limit) {
    const end = bits.nextClear(start, limit)
    visit(offset + start, end - start)
    start = bits.nextSet(end, limit)
  }
}
