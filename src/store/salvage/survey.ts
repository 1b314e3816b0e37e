/**
 * What of one state of a damaged database can be reached from its header, and what cannot: a walk over the directory and
 * all trees that it names, which copies nothing.
 *
 * V1  A page is in one tree only, once. What refers to a page that was reached before is damaged.
 * V2  The branches say how many entries are below each child, and roots how many are in a tree: so what is lost below
 *     a page that cannot be read is known exactly.
 *
 * The same for the pages that only persistent savepoints have. The space map calls them in use, though the state does
 * not have them: what is found among them is old.
 */

import { isCoppiceError } from '../../base/errors.ts'
import { EXTENT_REFERENCE_BYTES, extentAt, extentPages } from '../../btree/extent.ts'
import { decodeRoot, MAX_HEIGHT, TREE_ROOT_BYTES, type TreeRoot } from '../../btree/root.ts'
import type { PageMemory } from '../../page/memory.ts'
import * as node from '../../page/node.ts'
import { Bitmap } from '../../space/bitmap.ts'
import { CATALOG_TREE_ID, FIRST_USER_TREE_ID } from '../api.ts'
import { TREE_ID_BYTES } from '../directory.ts'
import type { Progress } from '../steps.ts'
import { type DamagedFile, REFERRED_TWICE, type SubtreeRef, subtreeOf, walkDamaged } from './damaged-file.ts'

const TREE_ID_END = 2 ** 31

/** The number under which the directory itself is reported. */
export const DIRECTORY_TREE_ID = 0
/** Of a tree whose number is lost. */
const STRAY_TREE_ID = -1

/** A part of a tree whose page cannot be read. */
export interface LostPart extends SubtreeRef {
  readonly reason: string
  /** What was below it and stands in the file all the same: found by its keys. */
  readonly found: FoundPart[]
}

/** A page that belongs into a lost part, and the entries that can be read below it. */
export interface FoundPart extends SubtreeRef {
  readonly readableCount: number
}

/** Pages of a tree that are damaged. */
export interface DamagedPage {
  readonly pageId: number
  readonly reason: string
}

export class TreeSurvey {
  readonly treeId: number
  /** Undefined: the directory's entry is lost, and what is in the tree is not known. */
  readonly root: SubtreeRef | undefined
  /** In the order of their keys. */
  readonly lost: LostPart[] = []
  readonly damaged: DamagedPage[] = []
  /** Entries in the leaves that were reached. */
  reachedCount = 0
  /** What is known of it may be only a part. */
  isPartial = false

  constructor(treeId: number, root: SubtreeRef | undefined) {
    this.treeId = treeId
    this.root = root
  }

  /** Entries below lost pages. */
  get lostCount(): number {
    return this.lost.reduce((sum, part) => sum + part.count, 0)
  }
}

/** The roots that a state begins with. */
export interface StateRoots {
  readonly directory: TreeRoot
}

export class StateSurvey {
  readonly directory: TreeSurvey
  /** By tree id, in their order. */
  readonly trees = new Map<number, TreeSurvey>()
  /** Pages of the state that were read, and those of its large values. */
  readonly reached = new Bitmap()
  pagesRead = 0
  readonly #file: DamagedFile

  constructor(file: DamagedFile, { directory }: StateRoots) {
    this.#file = file
    this.reached.reserve(file.pageCount)
    this.directory = new TreeSurvey(
      DIRECTORY_TREE_ID,
      directory.height === 0 ? undefined : subtreeOf(directory),
    )
  }

  /** Entries that are known to be lost, and trees of which nothing is known. */
  get lostEntries(): number {
    let sum = 0
    for (const tree of this.trees.values()) sum += tree.lostCount
    return sum
  }

  get lostTrees(): number {
    return Math.max(0, (this.directory.root?.count ?? 0) - this.trees.size)
  }

  get isWhole(): boolean {
    return this.directory.lost.length === 0 && [...this.trees.values()].every(tree => tree.lost.length === 0)
  }

  *run(): Generator<Progress | undefined, void> {
    const roots = new Map<number, TreeRoot>()
    if (this.directory.root !== undefined) {
      yield* this.walk(this.directory, this.directory.root, leaf => this.#readRoots(leaf, roots))
    }
    for (const [treeId, root] of roots) yield* this.addTree(treeId, root)
  }

  /** Takes a tree in and walks it. */
  *addTree(treeId: number, root: TreeRoot): Generator<Progress | undefined, TreeSurvey> {
    const tree = new TreeSurvey(treeId, root.height === 0 ? undefined : subtreeOf(root))
    this.trees.set(treeId, tree)
    if (tree.root !== undefined) yield* this.walk(tree, tree.root, () => {})
    return tree
  }

  /** Walks a tree that nothing names. */
  *walkStray(root: SubtreeRef): Generator<Progress | undefined, TreeSurvey> {
    const tree = new TreeSurvey(STRAY_TREE_ID, root)
    yield* this.walk(tree, root, () => {})
    return tree
  }

  /** Walks one subtree of `tree`; what is lost in it is added to the tree's. */
  *walk(
    tree: TreeSurvey,
    from: SubtreeRef,
    leaf: (leaf: SubtreeRef) => void,
  ): Generator<Progress | undefined, void> {
    const file = this.#file
    const steps = walkDamaged(file, from, {
      enter: pageId => this.#enter(pageId),
      leaf: ref => {
        tree.reachedCount += node.countOf(file.memory, 0)
        markExtents(file, this.reached)
        leaf(ref)
      },
      lost: (part, reason) => {
        // What stands there instead may be a page of another place or time.
        if (reason !== REFERRED_TWICE && part.pageId < file.pageCount) this.reached.clear(part.pageId)
        tree.damaged.push({ pageId: part.pageId, reason })
        tree.lost.push({ ...part, reason, found: [] })
      },
    })
    for (const _ of steps) yield this.progress()
  }

  #enter(pageId: number): boolean {
    this.pagesRead++
    if (pageId >= this.#file.pageCount) return true
    if (this.reached.has(pageId)) return false
    this.reached.set(pageId)
    return true
  }

  progress(): Progress {
    return { phase: 'survey', done: this.pagesRead, total: Math.max(this.pagesRead, this.#file.pageCount) }
  }

  /** The entries of the directory's leaf in memory. One that cannot be an entry is a tree that is lost. */
  #readRoots(leaf: SubtreeRef, roots: Map<number, TreeRoot>): void {
    const { memory } = this.#file
    for (let i = 0; i < node.countOf(memory, 0); i++) {
      const key = this.#file.keyAt(i)
      const root = rootAt(this.#file, i)
      const treeId = treeIdIn(key)
      if (treeId !== undefined && root !== undefined) roots.set(treeId, root)
      else {
        const reason = 'an entry of the directory is malformed'
        this.directory.lost.push({ ...leaf, count: 1, fromKey: key, toKey: key, reason, found: [] })
      }
    }
  }
}

/** Marks the pages of the large values of the leaf in memory. */
export function markExtents(file: DamagedFile, marked: Bitmap): void {
  for (let i = 0; i < node.countOf(file.memory, 0); i++) {
    if (!node.hasExtent(file.memory, 0, i)) continue
    if (node.valueLengthOf(file.memory, 0, i) !== EXTENT_REFERENCE_BYTES) continue
    const { pageId, length } = extentAt(file.memory, 0, i)
    const end = Math.min(file.pageCount, pageId + extentPages(length, file.pageSize))
    for (let page = pageId; page < end; page++) if (!marked.has(page)) marked.set(page)
  }
}

/** The tree root that entry `index` of the leaf in memory holds; undefined when it holds none. */
export function rootAt({ memory }: DamagedFile, index: number): TreeRoot | undefined {
  if (node.hasExtent(memory, 0, index)) return undefined
  return decodedRoot(memory, node.valueOffsetOf(memory, 0, index), node.valueLengthOf(memory, 0, index))
}

function decodedRoot({ bytes }: PageMemory, at: number, length: number): TreeRoot | undefined {
  try {
    return decodeRoot(bytes, at, length, 'a tree')
  } catch (error) {
    if (!isCoppiceError(error, 'CORRUPT')) throw error
    return undefined
  }
}

/** The roots in the leaf in memory, by tree; undefined when it is no leaf of a directory. */
export function directoryEntries(file: DamagedFile): [treeId: number, root: TreeRoot][] | undefined {
  const entries: [number, TreeRoot][] = []
  for (let i = 0; i < node.countOf(file.memory, 0); i++) {
    const treeId = treeIdIn(file.keyAt(i))
    const root = rootAt(file, i)
    if (treeId === undefined || root === undefined) return undefined
    entries.push([treeId, root])
  }
  return entries
}

/** The tree that a key of the directory means, if it is one. */
function treeIdIn(key: Buffer): number | undefined {
  const treeId = key.length === TREE_ID_BYTES ? key.readUInt32BE(0) : 0
  return isTreeId(treeId) ? treeId : undefined
}

/** Whether it can be the number of a table's tree, or the catalog's. No database has had so many that the end is near. */
export function isTreeId(treeId: number): boolean {
  return treeId === CATALOG_TREE_ID || (treeId >= FIRST_USER_TREE_ID && treeId < TREE_ID_END)
}

// Persistent savepoints

/** In the value of a savepoint: where the root of its directory is. */
const DIRECTORY_AT = 8
const VALUE_BYTES_MIN = DIRECTORY_AT + TREE_ROOT_BYTES
/** Where the height of that root is. */
const HEIGHT_AT = DIRECTORY_AT + 10
const MADE_AT = VALUE_BYTES_MIN
const VALUE_BYTES = MADE_AT + 8
/** Unix time in milliseconds of the years 2020 and 2200. */
const MADE_MIN = 1.577e12
const MADE_MAX = 7.258e12

/** Whether the leaf in memory looks like one of the tree of savepoints. */
export function isOfSavepoints(file: DamagedFile): boolean {
  const { memory } = file
  if (node.countOf(memory, 0) === 0) return false
  for (let i = 0; i < node.countOf(memory, 0); i++) {
    if (node.hasExtent(memory, 0, i) || node.valueLengthOf(memory, 0, i) !== VALUE_BYTES) return false
    const at = node.valueOffsetOf(memory, 0, i)
    const madeAt = memory.bytes.readDoubleLE(at + MADE_AT)
    if (!(madeAt > MADE_MIN && madeAt < MADE_MAX) || memory.bytes[at + HEIGHT_AT] > MAX_HEIGHT) return false
  }
  return true
}

/** The root of the directory that entry `index` of the leaf in memory keeps; undefined when it is no savepoint. */
function savepointAt({ memory }: DamagedFile, index: number): TreeRoot | undefined {
  const isOne = !node.hasExtent(memory, 0, index) && node.valueLengthOf(memory, 0, index) >= VALUE_BYTES_MIN
  if (!isOne) return undefined
  return decodedRoot(memory, node.valueOffsetOf(memory, 0, index) + DIRECTORY_AT, TREE_ROOT_BYTES)
}

/**
 * The pages that the savepoints under `root` have and `survey` has not reached. Undefined: some of them cannot be
 * found, because a page is damaged that the newest state does not share.
 */
export function* keptPages(
  file: DamagedFile,
  root: TreeRoot,
  survey: StateSurvey,
): Generator<Progress | undefined, Bitmap | undefined> {
  const search = new KeptSearch(file, survey)
  const directories: TreeRoot[] = []
  yield* search.walk(root, () => {
    for (let i = 0; i < node.countOf(file.memory, 0); i++) {
      const directory = savepointAt(file, i)
      if (directory === undefined) search.isComplete = false
      else directories.push(directory)
    }
  })
  for (const directory of directories) {
    const roots: TreeRoot[] = []
    yield* search.walk(directory, () => {
      const entries = directoryEntries(file)
      if (entries === undefined) search.isComplete = false
      else for (const [, tree] of entries) roots.push(tree)
    })
    for (const tree of roots) yield* search.walk(tree, () => {})
  }
  return search.isComplete ? search.kept : undefined
}

class KeptSearch {
  readonly kept = new Bitmap()
  isComplete = true
  readonly #file: DamagedFile
  readonly #survey: StateSurvey
  /** Pages that the newest state cannot read either. */
  readonly #sharedLosses = new Set<string>()

  constructor(file: DamagedFile, survey: StateSurvey) {
    this.#file = file
    this.#survey = survey
    this.kept.reserve(file.pageCount)
    for (const tree of [survey.directory, ...survey.trees.values()]) {
      for (const part of tree.lost) this.#sharedLosses.add(identityOf(part))
    }
  }

  *walk(root: TreeRoot, leaf: () => void): Generator<Progress | undefined, void> {
    if (root.height === 0) return
    const { reached } = this.#survey
    const steps = walkDamaged(this.#file, subtreeOf(root), {
      enter: pageId => {
        // What is reached already has been walked, with all below it.
        if (pageId >= this.#file.pageCount) return true
        if (reached.has(pageId) || this.kept.has(pageId)) return false
        this.kept.set(pageId)
        return true
      },
      leaf: () => {
        markExtents(this.#file, this.kept)
        leaf()
      },
      lost: (part, reason) => {
        const { pageId } = part
        // What another reference has led to has been walked.
        if (reason === REFERRED_TWICE) return
        // What is below a page that the newest state has lost, too, is of that state.
        if (!this.#sharedLosses.has(identityOf(part))) this.isComplete = false
        else if (pageId < this.#file.pageCount) this.kept.clear(pageId)
      },
    })
    for (const _ of steps) yield this.#survey.progress()
  }
}

function identityOf({ pageId, birth }: SubtreeRef): string {
  return `${pageId} ${birth}`
}
