/**
 * One write transaction's view of the space: what it allocated, what it dropped, and its nested savepoints.
 *
 * Responsible for taking pages back when the transaction, or a part of it, is rolled back, and for reusing
 * pages that were born and dropped within it. It does not know snapshots: pages born before the
 * transaction and dropped by it are merely listed, for `SpaceMap.settle`.
 *
 * A nested savepoint (*mark*) is a root that only this transaction sees: the transaction's birth when it
 * was set. By the same interval rule as everywhere, it needs each page with birth <= mark that is dropped
 * after it. Such a page, if born in this transaction, is held by the newest mark that needs it.
 *
 * Invariants:
 * 1. Every unsettled page of the space map lies in a run of the allocation log. A run there may also
 *    cover pages released since: the unsettled bit of the page decides. So nothing has to be searched
 *    in the log when a page is released.
 * 2. A page held by a mark stays unsettled, so what the log has from a mark on are exactly pages that were free
 *    when the mark was set.
 * 3. Births never come back, not even by a rollback: (page id, birth) names one image for all time.
 * 4. No page image with the present birth was ever handed to the file: it moves on when one is about to be (`wrote`).
 *    So a page that is changed after it was written has another birth then, and if the disk loses its second
 *    write, the first image is not taken for it.
 */

import { assert } from '../base/assert.ts'
import { MAX_BIRTH } from '../page/header.ts'
import type { PageAllocator } from './page-allocator.ts'
import { Runs } from './runs.ts'
import type { SpaceMap } from './space-map.ts'

/** A nested savepoint; made by `mark` and good until it is released or one set before it is rolled back to. */
export interface Mark {
  /** Pages of this birth or older are those that the savepoint may need. */
  readonly root: number
}

class LiveMark implements Mark {
  readonly root: number
  readonly allocatedLength: number
  readonly droppedLength: number
  /** Pages born in this transaction and dropped after this mark, and after no newer one that needs them. */
  readonly held: Runs

  constructor(root: number, allocatedLength: number, droppedLength: number) {
    this.root = root
    this.allocatedLength = allocatedLength
    this.droppedLength = droppedLength
    this.held = new Runs()
  }
}

/** A log shorter than this is not worth condensing: 96 KiB. */
const CONDENSED_LENGTH = 4096

/** What a transaction hands over when it commits. */
export interface Settlement {
  /** The transaction's id: its last birth. */
  readonly txn: number
  /** A log: its runs cover all pages the transaction still has, and maybe others. */
  readonly allocated: Runs
  /** Pages born before the transaction that its state no longer refers to. */
  readonly dropped: Runs
  /** The same for pages that no savepoint ever keeps. */
  readonly droppedUnkept: Runs | undefined
}

export class TransactionSpace implements PageAllocator {
  birth: number
  ownFrom: number
  isOpen: boolean
  runsBeingFilled: number
  readonly #space: SpaceMap
  /** The transaction's first birth. */
  readonly #firstBirth: number
  readonly #allocated: Runs
  readonly #dropped: Runs
  #unkept: UnkeptPages | undefined
  /** The log is condensed when it has this length. */
  #condenseAt: number
  /** Oldest first; their roots ascend. */
  readonly #marks: LiveMark[]

  /** `birth` must be above that of everything settled. One transaction at a time. */
  constructor(space: SpaceMap, birth: number) {
    assert(space.unsettledPages === 0, 'one write transaction at a time')
    assert(birth > space.newestTxn && birth <= MAX_BIRTH, 'a transaction is newer than all before it')
    this.birth = birth
    this.ownFrom = birth
    this.#space = space
    this.#firstBirth = birth
    this.#allocated = new Runs()
    this.#dropped = new Runs()
    this.#unkept = undefined
    this.#condenseAt = CONDENSED_LENGTH
    this.#marks = []
    this.isOpen = true
    this.runsBeingFilled = 0
  }

  allocate(): number {
    const pageId = this.#space.allocate()
    this.#log(pageId, 1)
    return pageId
  }

  allocateRun(count: number): number {
    const pageId = this.#space.allocateRun(count)
    this.#log(pageId, count)
    return pageId
  }

  drop(pageId: number, birth: number): void {
    this.dropRun(pageId, 1, birth)
  }

  dropRun(pageId: number, count: number, birth: number): void {
    assert(birth <= this.birth, 'a dropped page was born before')
    if (birth < this.#firstBirth) {
      this.#dropped.push(pageId, count, birth)
      return
    }
    const newest = this.#marks[this.#marks.length - 1]
    if (newest !== undefined && newest.root >= birth) newest.held.push(pageId, count, birth)
    else this.#space.release(pageId, count)
  }

  /** Pages that the transaction dropped and that were born before it. */
  get droppedPages(): number {
    return this.#dropped.pageCount()
  }

  /**
   * The allocator for trees that belong to the database and not to its states: persistent savepoints do not keep
   * their pages, as the other ones keep each page that is old enough.
   */
  get unkept(): PageAllocator {
    this.#unkept ??= new UnkeptPages(this, this.#firstBirth)
    return this.#unkept
  }

  /** Sets a nested savepoint. */
  mark(): Mark {
    assert(this.isOpen, 'a savepoint is set in an open transaction')
    this.#assertNothingBeingFilled()
    assert(this.#unkept === undefined, 'changes outside of the states are not rolled back in part')
    const mark = new LiveMark(this.birth, this.#allocated.length, this.#dropped.length)
    this.#marks.push(mark)
    this.#advanceBirth()
    this.#findOwn()
    return mark
  }

  /** Page images with births up to `youngest` are about to be written (invariant 4). */
  wrote(youngest: number): void {
    if (youngest >= this.birth && this.isOpen) this.#advanceBirth()
  }

  /** Undoes everything since `mark`, which stays; savepoints set after it are gone. */
  rollbackTo(mark: Mark): void {
    this.#assertNothingBeingFilled()
    const live = this.#endMarksAfter(mark)
    // The held pages are in use again; those born after the mark go with the log.
    live.held.clear()
    this.#releaseLogFrom(live.allocatedLength)
    this.#dropped.truncate(live.droppedLength)
    this.#advanceBirth()
  }

  /** Ends `mark` and those set after it; the changes stay. */
  release(mark: Mark): void {
    this.#assertNothingBeingFilled()
    const index = this.#marks.indexOf(mark as LiveMark)
    assert(index >= 0, 'a savepoint is released while it lives')
    while (this.#marks.length > index) this.#releaseNewestMark()
    this.#findOwn()
  }

  /** Undoes everything; the transaction is over. */
  rollback(): void {
    assert(this.isOpen, 'a transaction ends once')
    this.isOpen = false
    this.#marks.length = 0
    this.#releaseLogFrom(0)
    this.#dropped.clear()
    assert(this.#space.unsettledPages === 0, 'a rollback releases every page')
  }

  /** Ends the transaction for `SpaceMap.settle`. Savepoints are released. */
  takeSettlement(): Settlement {
    assert(this.isOpen, 'a transaction ends once')
    this.#assertNothingBeingFilled()
    this.isOpen = false
    while (this.#marks.length > 0) this.#releaseNewestMark()
    return {
      txn: this.birth,
      allocated: this.#allocated,
      dropped: this.#dropped,
      droppedUnkept: this.#unkept?.dropped,
    }
  }

  #log(pageId: number, count: number): void {
    this.#allocated.push(pageId, count, this.birth)
    if (this.#allocated.length >= this.#condenseAt) this.#condense()
  }

  /** Keeps the log in proportion to what the transaction has, when it allocates and drops on and on. */
  #condense(): void {
    const newest = this.#marks[this.#marks.length - 1]
    this.#space.condense(this.#allocated, newest === undefined ? 0 : newest.allocatedLength)
    this.#condenseAt = Math.max(CONDENSED_LENGTH, 2 * this.#allocated.length)
  }

  #assertNothingBeingFilled(): void {
    assert(this.runsBeingFilled === 0, 'savepoints and commits wait until each run is filled')
  }

  #advanceBirth(): void {
    assert(this.birth < MAX_BIRTH, 'a birth has 48 bits')
    this.birth++
  }

  #endMarksAfter(mark: Mark): LiveMark {
    const index = this.#marks.indexOf(mark as LiveMark)
    assert(index >= 0, 'a savepoint is rolled back to while it lives')
    this.#marks.length = index + 1
    this.#findOwn()
    return this.#marks[index]
  }

  #findOwn(): void {
    const newest = this.#marks[this.#marks.length - 1]
    this.ownFrom = newest === undefined ? this.#firstBirth : newest.root + 1
  }

  /** What the newest mark held goes to the one before it, if that one is not older than the page. */
  #releaseNewestMark(): void {
    const ended = this.#marks.pop()
    assert(ended !== undefined, 'there is a savepoint to release')
    const older = this.#marks[this.#marks.length - 1]
    for (let at = 0; at < ended.held.length; at++) {
      const pageId = ended.held.pageIdAt(at)
      const count = ended.held.countAt(at)
      const birth = ended.held.birthAt(at)
      if (older !== undefined && older.root >= birth) older.held.push(pageId, count, birth)
      else this.#space.release(pageId, count)
    }
  }

  #releaseLogFrom(length: number): void {
    for (let at = length; at < this.#allocated.length; at++) {
      this.#space.releaseUnsettled(this.#allocated.pageIdAt(at), this.#allocated.countAt(at))
    }
    this.#allocated.truncate(length)
  }
}

class UnkeptPages implements PageAllocator {
  readonly dropped: Runs
  readonly #space: TransactionSpace
  readonly #firstBirth: number

  constructor(space: TransactionSpace, firstBirth: number) {
    this.dropped = new Runs()
    this.#space = space
    this.#firstBirth = firstBirth
  }

  get birth(): number {
    return this.#space.birth
  }

  get ownFrom(): number {
    return this.#space.ownFrom
  }

  get isOpen(): boolean {
    return this.#space.isOpen
  }

  get runsBeingFilled(): number {
    return this.#space.runsBeingFilled
  }

  set runsBeingFilled(runs: number) {
    this.#space.runsBeingFilled = runs
  }

  allocate(): number {
    return this.#space.allocate()
  }

  allocateRun(count: number): number {
    return this.#space.allocateRun(count)
  }

  drop(pageId: number, birth: number): void {
    this.dropRun(pageId, 1, birth)
  }

  dropRun(pageId: number, count: number, birth: number): void {
    if (birth < this.#firstBirth) this.dropped.push(pageId, count, birth)
    else this.#space.dropRun(pageId, count, birth)
  }
}
