/**
 * Pages that nothing reaches: those below a page that is damaged, and what free pages still hold. Finds out where they
 * belong, as far as that can be proved.
 *
 * A page is *current* when the space map says that it is in use, and it is neither reached from the directory nor kept
 * for a persistent savepoint only. A current page is below some page that is damaged.
 *
 * O1  A current page is put into a lost part only when it can belong into no other: its level is lower, its birth not
 *     later (a child is never younger than its parent), and its keys lie in the part's range. Where trees are missing
 *     from the directory, it must be kin of the part's tree besides (K2).
 * O2  What is put into a part has no keys in common with anything else there. It has as many entries as the part lost;
 *     fewer only if there is a page in use that cannot be read and may have held the others. (Else one of them is not
 *     what was written there last.) Pages that a savepoint keeps of the same tree complete a part only exactly, and only
 *     when every page in use can be read and no other current page may belong there: then there is nothing else that
 *     can have been there.
 * O3  All other leaves that may be what a part has lost are leftovers: earlier versions of it, most often.
 */

import type { TreeRoot } from '../../btree/root.ts'
import { compareKeys } from '../../page/edit.ts'
import * as node from '../../page/node.ts'
import { Bitmap } from '../../space/bitmap.ts'
import type { Progress } from '../steps.ts'
import type { PageCensus } from './census.ts'
import { type DamagedFile, entriesBelow, rootOver, type SubtreeRef, walkDamaged } from './damaged-file.ts'
import {
  DIRECTORY_TREE_ID,
  directoryEntries,
  type LostPart,
  markExtents,
  type StateSurvey,
  type TreeSurvey,
} from './survey.ts'

/** Which pages belong to a state, beside those that its directory leads to. */
export interface PageUse {
  /** Without headers and the map itself. Undefined: the space map is damaged, and nobody knows. */
  readonly used: Bitmap | undefined
  /** Pages that are, or may be, in use are behind the end of the file. */
  readonly isFileCut: boolean
  /** Pages of persistent savepoints that the state itself does not have. Undefined: some of them are not known. */
  readonly kept: Bitmap | undefined
  /** False: the directory was found without a header, and another one may be the right one. */
  readonly isDirectoryCertain: boolean
}

/** A page that nothing reaches, with what is below it. */
interface Orphan extends SubtreeRef {
  readonly readableCount: number
  /** The smallest and the largest key that can be read below it. */
  readonly firstKey: Buffer
  readonly lastKey: Buffer
  /** Whether it is of the directory. */
  readonly isDirectory: boolean
}

interface Home {
  readonly tree: TreeSurvey
  readonly part: LostPart
}

/** Leaves that could not be put into a tree for certain. */
export interface Leftover {
  readonly pageId: number
  readonly birth: number
  /** The tree that it is or was of; undefined: it is not known. */
  readonly treeId: number | undefined
}

export class OrphanSearch {
  readonly leftovers: Leftover[] = []
  /** Roots of trees that nothing names any more. */
  readonly strays: TreeSurvey[] = []
  readonly #file: DamagedFile
  readonly #survey: StateSurvey
  readonly #census: PageCensus
  readonly #use: PageUse
  /** Pages that were put into a part, or below one that was. */
  readonly #placed = new Bitmap()
  /** Pages that stand where another page should: their parents say so. */
  readonly #impostors = new Bitmap()
  /** Pages of the large values of orphans. */
  readonly #extents = new Bitmap()

  constructor(file: DamagedFile, survey: StateSurvey, census: PageCensus, use: PageUse) {
    this.#file = file
    this.#survey = survey
    this.#census = census
    this.#use = use
    for (const bitmap of [this.#placed, this.#impostors, this.#extents]) bitmap.reserve(file.pageCount)
  }

  *run(): Generator<Progress | undefined, void> {
    const { directory } = this.#survey
    this.#learnTrees()
    this.#addImpostors(directory)
    for (const tree of this.#survey.trees.values()) this.#addImpostors(tree)
    const orphans = yield* this.#currentOrphans()
    if (directory.lost.length > 0) {
      yield* this.#placeAll(
        orphans.filter(({ isDirectory }) => isDirectory),
        [directory],
      )
      yield* this.#readFoundDirectory()
      if (this.#isDirectoryIncomplete) yield* this.#findRoots(orphans)
    }
    const homeless = orphans.filter(({ pageId, isDirectory }) => !isDirectory && !this.#isTaken(pageId))
    yield* this.#placeAll(homeless, [...this.#survey.trees.values()])
  }

  #isTaken(pageId: number): boolean {
    return this.#placed.has(pageId) || this.#survey.reached.has(pageId)
  }

  get #isDirectoryIncomplete(): boolean {
    return this.#survey.directory.lost.some(isIncomplete)
  }

  #addImpostors({ lost }: TreeSurvey): void {
    for (const { pageId } of lost) this.#addImpostor(pageId)
  }

  #addImpostor(pageId: number): void {
    if (pageId < this.#file.pageCount && !this.#impostors.has(pageId)) this.#impostors.set(pageId)
  }

  /** Every directory there is or was names trees and their roots. */
  #learnTrees(): void {
    for (const pageId of this.#census.directoryLeaves) {
      if (!this.#file.loadNodeAt(pageId)) continue
      for (const [treeId, root] of directoryEntries(this.#file) ?? []) this.#census.learn(treeId, root)
    }
  }

  /** In use, and reached by nothing. */
  #isMissed(pageId: number): boolean {
    const { used, kept } = this.#use
    const isInUse = used?.has(pageId) === true && kept?.has(pageId) === false
    return isInUse && !this.#survey.reached.has(pageId) && !this.#impostors.has(pageId)
  }

  #isCurrent(pageId: number): boolean {
    return this.#census.isNode(pageId) && this.#isMissed(pageId)
  }

  /** Whether there is a page in use of which nothing is known, not even whose it was. */
  #isPageUnknown(): boolean {
    if (this.#use.isFileCut) return true
    for (let pageId = 0; pageId < this.#census.pageCount; pageId++) {
      if (this.#isMissed(pageId) && !this.#census.isNode(pageId) && !this.#extents.has(pageId)) return true
    }
    return false
  }

  /** Current pages that no other current page leads to. */
  *#currentOrphans(): Generator<Progress | undefined, Orphan[]> {
    const file = this.#file
    const { pageCount } = this.#census
    const isChild = new Bitmap()
    isChild.reserve(pageCount)
    const pages: number[] = []
    for (let pageId = 0; pageId < pageCount; pageId++) {
      if (!this.#isCurrent(pageId)) continue
      pages.push(pageId)
      const level = this.#census.levelOf(pageId)
      if (level === 0 || !file.loadNodeAt(pageId)) continue
      for (let i = 0; i < node.countOf(file.memory, 0); i++) {
        const child = node.childOf(file.memory, 0, i)
        const isHere = this.#census.has(child, node.childBirthOf(file.memory, 0, i), level - 1)
        if (!isHere) this.#addImpostor(child)
        else if (!isChild.has(child)) isChild.set(child)
      }
      yield undefined
    }
    const orphans: Orphan[] = []
    for (const pageId of pages) {
      if (isChild.has(pageId) || this.#impostors.has(pageId)) continue
      const orphan = this.#look(pageId)
      if (orphan !== undefined) orphans.push(orphan)
      yield undefined
    }
    return orphans
  }

  /** What is below a page; undefined when nothing can be read there. */
  #look(pageId: number): Orphan | undefined {
    const file = this.#file
    if (!file.loadNodeAt(pageId)) return undefined
    const level = this.#census.levelOf(pageId)
    const birth = this.#census.birthOf(pageId)
    const count = entriesBelow(file, level)
    const ref = { pageId, birth, level, count, fromKey: undefined, toKey: undefined }
    let readableCount = 0
    let firstKey: Buffer | undefined
    let lastKey: Buffer | undefined
    let isDirectory = true
    const met = new Set<number>()
    const steps = walkDamaged(file, ref, {
      enter: id => !met.has(id) && met.add(id) !== undefined,
      leaf: () => {
        const last = node.countOf(file.memory, 0) - 1
        if (last < 0) return
        readableCount += last + 1
        firstKey ??= file.keyAt(0)
        lastKey = file.keyAt(last)
        markExtents(file, this.#extents)
        isDirectory &&= this.#isOfDirectory()
      },
      lost: () => {},
    })
    for (const _ of steps);
    if (firstKey === undefined || lastKey === undefined) return undefined
    return { ...ref, readableCount, firstKey, lastKey, isDirectory }
  }

  /** The leaf in memory holds roots of trees, and pages of them are where it says. */
  #isOfDirectory(): boolean {
    const roots = directoryEntries(this.#file)?.filter(([, root]) => root.height > 0)
    return roots?.some(([, root]) => this.#census.hasRoot(root)) === true
  }

  /** Puts orphans into the one part that they can belong to (O1, O2). */
  *#placeAll(
    orphans: readonly Orphan[],
    trees: readonly TreeSurvey[],
  ): Generator<Progress | undefined, void> {
    const homes = trees.flatMap(tree => tree.lost.map((part): Home => ({ tree, part })))
    const byPart = new Map<LostPart, Orphan[]>()
    const isPageUnknown = this.#isPageUnknown()
    // It may be the page that named the savepoints.
    if (isPageUnknown && !this.#use.isDirectoryCertain) return
    const contested = new Set<LostPart>()
    for (const orphan of orphans) {
      const fitting = homes.filter(home => this.#fits(orphan, home))
      if (fitting.length !== 1) {
        for (const { part } of fitting) contested.add(part)
        continue
      }
      const [{ part }] = fitting
      byPart.set(part, [...(byPart.get(part) ?? []), orphan])
      yield undefined
    }
    for (const home of homes) {
      const { tree, part } = home
      const found = byPart.get(part) ?? []
      // What savepoints keep may still be in use besides. Which of it is shows only where nothing is unreadable.
      const isAllFound = isComplete(found, part) || isPageUnknown || contested.has(part)
      const all = isAllFound ? found : [...found, ...this.#keptWithin(home, found)]
      if (all.length === 0 || !fitTogether(all, part)) continue
      if (isComplete(all, part) || isPageUnknown) yield* this.#place(all, tree, part)
    }
  }

  /** Pages of savepoints that may be children of a lost page beside those that were found. */
  #keptWithin(home: Home, found: readonly Orphan[]): Orphan[] {
    const { kept } = this.#use
    const candidates: Orphan[] = []
    for (let pageId = 0; kept !== undefined && pageId < this.#census.pageCount; pageId++) {
      const isChild = this.#census.isNode(pageId) && this.#census.levelOf(pageId) === home.part.level - 1
      if (!isChild || !kept.has(pageId) || this.#isTaken(pageId)) continue
      // Directories name the trees of all that savepoints keep: what has none is their own.
      if (this.#census.treeOf(pageId) !== treeIdOf(home)) continue
      const orphan = this.#look(pageId)
      const isApart = (other: Orphan) =>
        orphan === undefined ||
        compare(orphan.lastKey, other.firstKey) < 0 ||
        compare(other.lastKey, orphan.firstKey) < 0
      if (orphan !== undefined && found.every(isApart) && this.#fits(orphan, home)) candidates.push(orphan)
    }
    return candidates
  }

  *#place(found: Orphan[], tree: TreeSurvey, part: LostPart): Generator<Progress | undefined, void> {
    for (const orphan of found) {
      const { fromKey, toKey } = part
      // Bounds from the part: what is lost below the orphan is reported with the part's own range.
      part.found.push({ ...orphan, fromKey, toKey })
      this.#placed.set(orphan.pageId)
      const nested = walkDamaged(this.#file, orphan, {
        enter: pageId => {
          if (pageId < this.#file.pageCount && !this.#placed.has(pageId)) this.#placed.set(pageId)
          return true
        },
        leaf: () => {},
        lost: ({ pageId }, reason) => tree.damaged.push({ pageId, reason }),
      })
      for (const _ of nested) yield undefined
    }
  }

  #fits(orphan: Orphan, { tree, part }: Home): boolean {
    if (orphan.level >= part.level || !isWithin(orphan, part)) return false
    const isOfDirectory = tree.treeId === DIRECTORY_TREE_ID
    if (isOfDirectory || orphan.isDirectory) return isOfDirectory && orphan.isDirectory
    const known = this.#census.treeOf(orphan.pageId)
    if (known !== undefined) return known === tree.treeId
    // Roots of trees that the directory has lost may lie anywhere.
    return !this.#isDirectoryIncomplete
  }

  /** Reads the roots in leaves of the directory that were found. */
  *#readFoundDirectory(): Generator<Progress | undefined, void> {
    for (const part of this.#survey.directory.lost) {
      for (const found of part.found) {
        const roots: [number, TreeRoot][] = []
        const steps = walkDamaged(this.#file, found, {
          enter: () => true,
          leaf: () => roots.push(...(directoryEntries(this.#file) ?? [])),
          lost: () => {},
        })
        for (const _ of steps) yield undefined
        for (const [treeId, root] of roots) {
          if (!this.#survey.trees.has(treeId)) yield* this.#survey.addTree(treeId, root)
        }
      }
    }
  }

  /** Of trees that the directory has lost: the current page on top of a tree is its root. */
  *#findRoots(orphans: readonly Orphan[]): Generator<Progress | undefined, void> {
    const tops = orphans.filter(({ pageId, isDirectory }) => !isDirectory && !this.#isTaken(pageId))
    const topsOf = new Map<number | undefined, number>()
    for (const { pageId } of tops) {
      const treeId = this.#census.treeOf(pageId)
      topsOf.set(treeId, (topsOf.get(treeId) ?? 0) + 1)
    }
    // The page above it may be the one that cannot be read.
    const isPartial = this.#isPageUnknown()
    // Or the one that named the savepoints.
    if (isPartial && !this.#use.isDirectoryCertain) return
    for (const top of tops) {
      const treeId = this.#census.treeOf(top.pageId)
      if (treeId !== undefined && this.#survey.trees.has(treeId)) continue
      const isOnly = treeId !== undefined && topsOf.get(treeId) === 1
      const tree = yield* isOnly ? this.#survey.addTree(treeId, rootOver(top)) : this.#survey.walkStray(top)
      tree.isPartial = isPartial
      if (!isOnly) this.strays.push(tree)
    }
  }

  /** Leaves that may hold what a part, or a tree that nothing names, has lost, now or earlier (O3). */
  *findLeftovers(exceptTrees: ReadonlySet<number>): Generator<Progress | undefined, void> {
    const file = this.#file
    const homes = [...this.#survey.trees.values()]
      .filter(({ treeId }) => !exceptTrees.has(treeId))
      .flatMap(tree => tree.lost.filter(isIncomplete).map((part): Home => ({ tree, part })))
    const isTreeLost = !this.#use.isDirectoryCertain || this.#isDirectoryIncomplete
    if (homes.length === 0 && !isTreeLost) return
    const ofTheStore = new Set([...this.#census.directoryLeaves, ...this.#census.savepointLeaves])
    for (let pageId = 0; pageId < this.#census.pageCount; pageId++) {
      if (!this.#census.isNode(pageId) || this.#census.levelOf(pageId) > 0 || this.#isTaken(pageId)) continue
      if (ofTheStore.has(pageId) || !file.loadNodeAt(pageId) || node.countOf(file.memory, 0) === 0) continue
      const treeId = this.#census.treeOf(pageId)
      if (treeId !== undefined && exceptTrees.has(treeId)) continue
      const birth = this.#census.birthOf(pageId)
      const firstKey = file.keyAt(0)
      const lastKey = file.keyAt(node.countOf(file.memory, 0) - 1)
      const isOfPart = homes.some(
        ({ tree, part }) =>
          isWithin({ birth, firstKey, lastKey }, part) && (treeId === undefined || treeId === tree.treeId),
      )
      if (isOfPart || (isTreeLost && this.#mayBeOfLostTree(pageId, treeId))) {
        this.leftovers.push({ pageId, treeId, birth })
      }
      yield undefined
    }
  }

  /** A page in use, as far as that is known, that belongs to no tree of the directory for certain. */
  #mayBeOfLostTree(pageId: number, treeId: number | undefined): boolean {
    const { used, isDirectoryCertain } = this.#use
    const isInUse = used === undefined || used.has(pageId)
    const tree = treeId === undefined ? undefined : this.#survey.trees.get(treeId)
    return isInUse && (!isDirectoryCertain || tree === undefined || tree.isPartial)
  }
}

/** Whether a part has lost more than was found. */
function isIncomplete({ count, found }: LostPart): boolean {
  return found.reduce((sum, { readableCount }) => sum + readableCount, 0) < count
}

function isWithin(
  { birth, firstKey, lastKey }: Pick<Orphan, 'birth' | 'firstKey' | 'lastKey'>,
  part: LostPart,
): boolean {
  return (
    birth <= part.birth &&
    (part.fromKey === undefined || compare(firstKey, part.fromKey) >= 0) &&
    (part.toKey === undefined || compare(lastKey, part.toKey) < 0)
  )
}

function isComplete(found: readonly Orphan[], part: LostPart): boolean {
  return found.reduce((sum, { count }) => sum + count, 0) >= part.count
}

function treeIdOf({ tree }: Home): number | undefined {
  return tree.treeId === DIRECTORY_TREE_ID ? undefined : tree.treeId
}

/** O2. */
function fitTogether(found: Orphan[], part: LostPart): boolean {
  if (found.reduce((sum, { count }) => sum + count, 0) > part.count) return false
  found.sort((a, b) => compare(a.firstKey, b.firstKey))
  return found.every((orphan, i) => i === 0 || compare(found[i - 1].lastKey, orphan.firstKey) < 0)
}

function compare(a: Buffer, b: Buffer): number {
  return compareKeys(a, a.length, b, b.length)
}
