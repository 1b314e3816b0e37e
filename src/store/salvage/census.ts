/**
 * Every node of a tree that stands intact in a damaged file, whether anything refers to it or not.
 *
 * K1  What is counted has a right checksum and is a valid node, at its own place; nothing is said about its time: free
 *     pages keep what they last held.
 * K2  (page id, birth) names one image for all time, and a page never moves from one tree into another. So pages that
 *     refer to one another, whenever they did, are of one tree: *kin*.
 *
 * Some 14 bytes of memory for each page of the file.
 */

import type { TreeRoot } from '../../btree/root.ts'
import { birthOf, levelOf } from '../../page/header.ts'
import * as node from '../../page/node.ts'
import { checkpointLsnOf, mapIndexOf, type SpaceRef } from '../../space/map-pages.ts'
import { HEADER_PAGE_COUNT } from '../../space/space-map.ts'
import type { Progress } from '../steps.ts'
import type { DamagedFile } from './damaged-file.ts'
import { directoryEntries, isOfSavepoints, rootAt } from './survey.ts'

/** The level of a page that is no intact node. */
const NO_NODE = 0xff
/** Kin of which two trees are known: only forged pages are. */
const CONTRADICTION = -1

/** A page of a space map that may be its root. */
export interface FoundMap extends SpaceRef {
  /** LSN of the checkpoint that wrote it. */
  readonly lsn: number
}

export class PageCensus {
  /** Leaves with entries as a directory has them. */
  readonly directoryLeaves: number[] = []
  /** Leaves with entries as the tree of persistent savepoints has them. */
  readonly savepointLeaves: number[] = []
  /** Pages of the space map that stand leftmost on their level. */
  readonly maps: FoundMap[] = []
  /** The latest of the births of all nodes. */
  newestBirth = 0
  readonly #file: DamagedFile
  readonly #births: Float64Array
  readonly #levels: Uint8Array
  /** Union-find over pages: the next one on the way to what stands for all kin. */
  readonly #next: Int32Array
  /** By what stands for the kin: their tree. */
  readonly #trees = new Map<number, number>()

  constructor(file: DamagedFile) {
    this.#file = file
    this.#births = new Float64Array(file.pageCount)
    this.#levels = new Uint8Array(file.pageCount).fill(NO_NODE)
    this.#next = new Int32Array(file.pageCount)
  }

  get pageCount(): number {
    return this.#levels.length
  }

  isNode(pageId: number): boolean {
    return pageId < this.pageCount && this.#levels[pageId] !== NO_NODE
  }

  birthOf(pageId: number): number {
    return this.#births[pageId]
  }

  levelOf(pageId: number): number {
    return this.#levels[pageId]
  }

  /** Whether this image stands in the file. */
  has(pageId: number, birth: number, level: number): boolean {
    return this.isNode(pageId) && this.#births[pageId] === birth && this.#levels[pageId] === level
  }

  hasRoot({ pageId, birth, height }: TreeRoot): boolean {
    return this.has(pageId, birth, height - 1)
  }

  /** Reads the whole file. */
  *run(): Generator<Progress | undefined, void> {
    const branches: number[] = []
    const count = this.pageCount
    for (let pageId = 0; pageId < count; pageId++) {
      this.#next[pageId] = pageId
      if (pageId >= HEADER_PAGE_COUNT) this.#count(pageId, branches)
      yield { phase: 'scan', done: pageId, total: count }
    }
    for (const pageId of branches) {
      if (this.#file.loadNodeAt(pageId)) this.#joinChildren(pageId)
      yield { phase: 'scan', done: count, total: count }
    }
  }

  #count(pageId: number, branches: number[]): void {
    const file = this.#file
    const m = file.memory
    if (file.loadNodeAt(pageId)) {
      this.#births[pageId] = birthOf(m, 0)
      this.newestBirth = Math.max(this.newestBirth, birthOf(m, 0))
      this.#levels[pageId] = levelOf(m, 0)
      if (levelOf(m, 0) > 0) branches.push(pageId)
      else if (isDirectoryLeaf(file)) this.directoryLeaves.push(pageId)
      else if (isOfSavepoints(file)) this.savepointLeaves.push(pageId)
    } else if (file.isMapPageAt(pageId)) {
      const level = levelOf(m, 0)
      if (mapIndexOf(m, 0) === 0)
        this.maps.push({ pageId, birth: birthOf(m, 0), level, lsn: checkpointLsnOf(m, 0) })
    }
  }

  #joinChildren(pageId: number): void {
    const m = this.#file.memory
    for (let i = 0; i < node.countOf(m, 0); i++) {
      const child = node.childOf(m, 0, i)
      if (!this.has(child, node.childBirthOf(m, 0, i), this.#levels[pageId] - 1)) continue
      const a = this.#find(pageId)
      const b = this.#find(child)
      if (a !== b) this.#next[a] = b
    }
  }

  #find(pageId: number): number {
    const next = this.#next
    let at = pageId
    while (next[at] !== at) {
      next[at] = next[next[at]]
      at = next[at]
    }
    return at
  }

  /** Branches of directories, of whatever time: those that are kin of leaves of directories. */
  directoryBranches(): number[] {
    const kin = new Set(this.directoryLeaves.map(pageId => this.#find(pageId)))
    const branches: number[] = []
    for (let pageId = HEADER_PAGE_COUNT; pageId < this.pageCount; pageId++) {
      if (this.isNode(pageId) && this.#levels[pageId] > 0 && kin.has(this.#find(pageId)))
        branches.push(pageId)
    }
    return branches
  }

  /** A root says which tree its page and all kin are of. Call when all pages were counted. */
  learn(treeId: number, root: TreeRoot): void {
    if (root.height === 0 || !this.hasRoot(root)) return
    const kin = this.#find(root.pageId)
    const known = this.#trees.get(kin)
    this.#trees.set(kin, known === undefined || known === treeId ? treeId : CONTRADICTION)
  }

  /** The tree that a page is or was of, as far as it is known. */
  treeOf(pageId: number): number | undefined {
    const treeId = this.#trees.get(this.#find(pageId))
    return treeId === CONTRADICTION ? undefined : treeId
  }
}

function isDirectoryLeaf(file: DamagedFile): boolean {
  // Before any key is copied: most leaves are told apart by their first entry.
  const isLikely = node.countOf(file.memory, 0) > 0 && rootAt(file, 0) !== undefined
  return isLikely && directoryEntries(file) !== undefined
}
