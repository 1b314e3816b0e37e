/**
 * Checking a whole database: headers, every page of every tree on disk, every large value, the space map; and
 * that the pages reached are exactly the pages in use. It reads a snapshot, so the writer may go on.
 */

import { isCoppiceError } from '../base/errors.ts'
import { TreeReader } from '../btree/reader.ts'
import { type TreeFault, verifyTree } from '../btree/verify.ts'
import { walkTree } from '../btree/walk.ts'
import { Bitmap } from '../space/bitmap.ts'
import { HEADER_PAGE_COUNT } from '../space/space-map.ts'
import { SAVEPOINT_TREE_ID } from './api.ts'
import type { Core, DatabaseState } from './core.ts'
import { listRoots } from './directory.ts'
import { decodeFileHeader, HEADER_BYTES } from './file-header.ts'
import { listSavepoints } from './savepoint-tree.ts'
import type { Progress } from './steps.ts'

/** One thing that is wrong. */
export interface StoreFault {
  /** The tree that is damaged; undefined: a header, the space map or a savepoint. */
  readonly treeId: number | undefined
  readonly pageId: number
  readonly message: string
  /** Keys that may be affected: from this one on (undefined: from the first) ... */
  readonly fromKey: Buffer | undefined
  /** ... up to this one, exclusive (undefined: to the end). */
  readonly toKey: Buffer | undefined
}

export interface StoreCheck {
  readonly faults: StoreFault[]
  /** Pages looked at, those of large values included. */
  readonly pages: number
  readonly trees: number
}

export interface CheckInput {
  readonly core: Core
  readonly state: DatabaseState
  /**
   * Pages in use when the check began, as runs. Undefined: the space map speaks of another state than this one (of
   * a commit whose sync failed), and the two cannot be compared.
   */
  readonly usedRuns: readonly (readonly [pageId: number, count: number])[] | undefined
  /** The pages of the space map. */
  readonly mapPages: readonly number[]
}

export function* checkSteps({
  core,
  state,
  usedRuns,
  mapPages,
}: CheckInput): Generator<Progress | undefined, StoreCheck> {
  const check = new Check(core, usedRuns)
  check.headers()
  check.spaceMap(mapPages)
  yield* check.tree(0, state.directory)
  let roots: ReturnType<typeof listRoots> = []
  try {
    roots = listRoots(new TreeReader(core.context, state.directory, false, () => {}))
  } catch (error) {
    if (!isCoppiceError(error, 'CORRUPT') && !isCoppiceError(error, 'IO_ERROR')) throw error
    // The directory's own fault is reported already; trees behind the damage can't be found.
  }
  for (const { treeId, root } of roots) yield* check.tree(treeId, root)
  yield* check.savepoints(state)
  if (usedRuns !== undefined) check.compareWithUsed()
  return check.result(roots.length)
}

/** Beyond this, single pages are not listed any more. */
const LISTED_PAGES_MAX = 20

class Check {
  readonly #core: Core
  readonly #faults: StoreFault[] = []
  readonly #used = new Bitmap()
  readonly #reached = new Bitmap()
  /** Page ids that the file can have; a reference beyond is damage. */
  readonly #pageCount: number
  #pages = 0

  constructor(core: Core, usedRuns: CheckInput['usedRuns']) {
    this.#core = core
    this.#pageCount = core.space.pageCount
    this.#used.reserve(this.#pageCount)
    this.#reached.reserve(this.#pageCount)
    for (const [pageId, count] of usedRuns ?? []) this.#used.setRun(pageId, count)
  }

  result(trees: number): StoreCheck {
    return { faults: this.#faults, pages: this.#pages, trees }
  }

  headers(): void {
    const { file, pageSize } = this.#core
    const bytes = Buffer.alloc(HEADER_BYTES)
    for (let page = 0; page < HEADER_PAGE_COUNT; page++) {
      this.#reach(page)
      const read = file.file.read(bytes, 0, HEADER_BYTES, page * pageSize)
      const header = read < HEADER_BYTES ? 'damaged' : decodeFileHeader(bytes)
      if (typeof header === 'object' && 'sequence' in header) continue
      this.#fault(undefined, page, `copy ${page % 2} of file header ${page >>> 1} is damaged`)
    }
  }

  spaceMap(pageIds: readonly number[]): void {
    for (const pageId of pageIds) {
      this.#reach(pageId)
      const fault = this.#core.file.verifyMapPageOnDisk(pageId)
      if (fault !== undefined) this.#fault(undefined, pageId, `space map: ${fault}`)
    }
  }

  *tree(treeId: number, root: Parameters<typeof verifyTree>[1]): Generator<Progress | undefined, void> {
    const faults: TreeFault[] = []
    const steps = verifyTree(this.#core.context, root, {
      page: (pageId, birth, _level, _usedBytes, fromKey, toKey) => {
        this.#reach(pageId, treeId)
        this.#verifyOnDisk(treeId, pageId, birth, fromKey, toKey)
      },
      run: (pageId, count) => this.#reachRun(pageId, count, treeId),
      fault: fault => {
        // A page that could not be loaded was reached all the same.
        this.#markReached(fault.pageId)
        faults.push(fault)
      },
    })
    for (const _ of steps) yield this.#progress()
    for (const { pageId, message, fromKey, toKey } of faults) {
      this.#faults.push({ treeId, pageId, message, fromKey, toKey })
    }
  }

  /** Pages that only savepoints have; those they share were checked with the newest state. */
  *savepoints(state: DatabaseState): Generator<Progress | undefined, void> {
    const { context } = this.#core
    yield* this.tree(SAVEPOINT_TREE_ID, state.savepoints)
    try {
      for (const { directory } of listSavepoints(context, state.savepoints)) {
        this.#walk(directory)
        const trees = listRoots(new TreeReader(context, directory, false, () => {}))
        for (const { root } of trees) {
          this.#walk(root)
          yield this.#progress()
        }
      }
    } catch (error) {
      if (!isCoppiceError(error, 'CORRUPT') && !isCoppiceError(error, 'IO_ERROR')) throw error
      this.#fault(
        undefined,
        error.details.pageId ?? 0,
        `a persistent savepoint cannot be read: ${error.message}`,
      )
    }
  }

  #walk(root: Parameters<typeof verifyTree>[1]): void {
    walkTree(this.#core.context, root, {
      page: (pageId, birth) => {
        if (this.#reached.has(pageId)) return false
        this.#reach(pageId)
        this.#verifyOnDisk(undefined, pageId, birth)
        return true
      },
      run: (pageId, count) => {
        if (!this.#reached.has(pageId)) this.#reachRun(pageId, count, undefined)
      },
    })
  }

  compareWithUsed(): void {
    const damaged = this.#faults.length > 0
    const free = difference(this.#reached, this.#used, this.#pageCount)
    if (free.count > 0) {
      this.#fault(
        undefined,
        free.first[0],
        `${free.count} pages in use are free in the space map: ${shown(free)}`,
      )
    }
    // Behind a damaged page pages cannot be reached: that they seem lost says nothing new.
    const lost = difference(this.#used, this.#reached, this.#pageCount)
    if (lost.count > 0 && !damaged) {
      this.#fault(
        undefined,
        lost.first[0],
        `${lost.count} pages are neither free nor reached: ${shown(lost)}`,
      )
    }
  }

  /** The image in memory may be right while the one in the file has rotted. */
  #verifyOnDisk(
    treeId: number | undefined,
    pageId: number,
    birth: number,
    fromKey?: Buffer | undefined,
    toKey?: Buffer | undefined,
  ): void {
    if (this.#core.pool.isDirty(pageId)) return
    const fault = this.#core.file.verifyOnDisk(pageId, birth)
    if (fault === undefined) return
    this.#faults.push({ treeId, pageId, message: `page ${pageId} on disk: ${fault}`, fromKey, toKey })
  }

  #reach(pageId: number, treeId?: number): void {
    this.#pages++
    if (pageId >= this.#pageCount)
      this.#fault(treeId, pageId, `page ${pageId} lies beyond the end of the file`)
    else if (this.#reached.has(pageId)) this.#fault(treeId, pageId, `page ${pageId} is referred to twice`)
    this.#markReached(pageId)
  }

  /** One fault for a whole run: the length that a reference claims may be anything. */
  #reachRun(pageId: number, count: number, treeId: number | undefined): void {
    const end = Math.min(pageId + count, this.#pageCount)
    let isReached = false
    for (let page = pageId; page < end; page++) {
      isReached ||= this.#reached.has(page)
      this.#markReached(page)
    }
    this.#pages += count
    if (isReached)
      this.#fault(treeId, pageId, `the large value at page ${pageId} has pages that are referred to twice`)
    if (pageId + count <= this.#pageCount) return
    this.#fault(treeId, pageId, `the large value at page ${pageId} lies beyond the end of the file`)
  }

  #markReached(pageId: number): void {
    if (pageId < this.#pageCount && !this.#reached.has(pageId)) this.#reached.set(pageId)
  }

  #fault(treeId: number | undefined, pageId: number, message: string): void {
    this.#faults.push({ treeId, pageId, message, fromKey: undefined, toKey: undefined })
  }

  #progress(): Progress {
    return { phase: 'check', done: this.#pages, total: Math.max(this.#pages, this.#used.count) }
  }
}

interface PageSet {
  readonly count: number
  /** The first ones. */
  readonly first: readonly number[]
}

/** Pages that are in `some` and not in `others`. */
function difference(some: Bitmap, others: Bitmap, pageCount: number): PageSet {
  const first: number[] = []
  let count = 0
  for (let page = some.nextSet(0, pageCount); page < pageCount; page = some.nextSet(page + 1, pageCount)) {
    if (others.has(page)) continue
    count++
    if (first.length < LISTED_PAGES_MAX) first.push(page)
  }
  return { count, first }
}

function shown({ count, first }: PageSet): string {
  return count > first.length ? `${first.join(', ')}, ...` : first.join(', ')
}
