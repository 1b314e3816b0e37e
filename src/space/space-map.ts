/**
 * Which pages are free, and which root still needs which. The face of this folder.
 *
 * Responsible for keeping three views of the pages together: the supply (what may be handed out now), the dead
 * lists (what was dropped and which live root still needs it) and the durable map (what is in use in
 * the file as the next checkpoint leaves it). It reads and writes nothing itself, and knows transactions by
 * their numbers only.
 *
 * The life of a page:
 * ```
 *            allocate                  settle (allocated)
 *   FREE ───────────────► UNSETTLED ──────────────────────► IN USE ◄──────────┐
 *    ▲  ▲                     │                                │              │ resurrect
 *    │  └──── release ────────┘            settle (dropped)    │              │
 *    │                                                         ▼              │
 *    └──────────── no live root needs it ────────────────── DROPPED ──────────┘
 * ```
 * Pages of the map itself go from FREE to IN USE and from there to DROPPED by `prepareCheckpoint`. `abandonCheckpoint`
 * takes that back, but pages that the same state would have again are HELD BACK (6).
 *
 * Invariants:
 * 1. A page is taken in the supply exactly when it is UNSETTLED, IN USE, DROPPED or HELD BACK, and it is one of them.
 * 2. UNSETTLED: its bit in `#unsettled` is set. DROPPED: it is in one dead list.
 * 3. A page's bit in the durable map is set exactly when it is IN USE, or DROPPED and a persistent root
 *    keeps it (pages that are dropped as unkept, no persistent root keeps). Pages kept only for snapshots of this process have no bit: after a crash nobody needs them.
 * 4. Pages 0 to 3, the file headers, are always IN USE.
 *
 * 5. For each header slot, and for the checkpoint being written, its transaction and the roots that are persistent
 *    in its state are live.
 * 6. HELD BACK are the fresh map pages of a checkpoint of the newest state that was given up, until a later transaction
 *    is settled. They may be in the file, so no other image may be written there with their births: trying again writes
 *    the same images there. So however often it is tried, they are those of one checkpoint.
 *
 * Why a checkpoint never harms the two states on disk: by 5 all pages that a recovery from either slot
 * would look for are IN USE or DROPPED, and no write goes to such a page. Persistent roots have to be
 * counted per slot: one that was ended a moment ago is still there for whoever opens an older header.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { Bitmap } from './bitmap.ts'
import { DeadLists } from './dead-lists.ts'
import { DurableMap } from './durable-map.ts'
import { MapGeometry, type MapPageReader, type PageWrite, type SpaceRef } from './map-pages.ts'
import { PageSupply } from './page-supply.ts'
import { Runs } from './runs.ts'

/** Pages 0 to 3: two header slots, two copies each. */
export const HEADER_PAGE_COUNT = 4
const HEADER_SLOT_COUNT = 2

/** A header slot: the live roots that a recovery from it would look for. */
interface Slot {
  readonly txn: number
  /** The slot's transaction, and the roots that are persistent in its state. */
  readonly roots: number[]
}

export interface SpaceOptions {
  /** In bytes. */
  readonly pageSize: number
  /** The file never grows beyond this many pages. */
  readonly maxPageCount: number
  /** Seeds the checksums of map pages. */
  readonly checksumSeed: number
  /** Pages became free: their images are worthless. Must not call back. */
  readonly onFree: (pageId: number, count: number) => void
  /** Only a recovery would still look at these pages: their images need not be kept in memory. Must not call back. */
  readonly onUnread: (pageId: number, count: number) => void
}

/** What a file header says of the space map. */
export interface SpaceImage {
  readonly ref: SpaceRef
  /** The size of the file in pages. */
  readonly pageCount: number
  /** The checkpoint's transaction. */
  readonly txn: number
}

/** What a checkpoint has to write, ascending by page id, before its header. */
export interface SpaceCheckpoint extends SpaceImage {
  /** Told in the map's pages. */
  readonly lsn: number
  readonly writes: readonly PageWrite[]
}

/** A checkpoint that is being written, and the slot that it will fill. */
interface Prepared {
  readonly checkpoint: SpaceCheckpoint
  readonly slot: Slot
}

export class SpaceMap {
  readonly #options: SpaceOptions
  readonly #supply: PageSupply
  readonly #lists: DeadLists
  readonly #durable: DurableMap
  readonly #unsettled: Bitmap
  /** Reused by every operation that frees or marks runs; empty between calls. */
  readonly #scratch: Runs
  readonly #freed: Runs
  readonly #unread: Runs
  #newestTxn: number
  #transactionLimit = Number.POSITIVE_INFINITY
  /** The header slots on disk, the older first. */
  readonly #slots: Slot[]
  #prepared: Prepared | undefined
  /** A checkpoint of the newest state that was given up and may be tried again: the pages of its writes are held back. */
  #givenUp: SpaceCheckpoint | undefined

  private constructor(options: SpaceOptions, durable: DurableMap) {
    this.#options = options
    this.#supply = new PageSupply(options.maxPageCount)
    this.#lists = new DeadLists()
    this.#durable = durable
    this.#unsettled = new Bitmap()
    this.#scratch = new Runs()
    this.#freed = new Runs()
    this.#unread = new Runs()
    this.#newestTxn = -1
    this.#slots = []
    this.#prepared = undefined
    this.#givenUp = undefined
  }

  /** The space of a new file: the header pages are taken, nothing else. */
  static create(options: SpaceOptions): SpaceMap {
    const space = new SpaceMap(options, new DurableMap(new MapGeometry(options.pageSize)))
    space.#supply.take(0, HEADER_PAGE_COUNT)
    space.#durable.set(0, HEADER_PAGE_COUNT)
    return space
  }

  /**
   * The space of a file as its newest header says; that header slot's state is a live root. Call then, in this order:
   * `adoptOlder` for the other header slot, `adoptHeld` for each persistent root from the newest to the oldest.
   * @throws CoppiceError CORRUPT
   */
  static load(options: SpaceOptions, image: SpaceImage, readPage: MapPageReader): SpaceMap {
    const geometry = new MapGeometry(options.pageSize)
    const durable = DurableMap.load(geometry, image.ref, image.pageCount, readPage)
    const space = new SpaceMap(options, durable)
    space.#supply.adopt(durable.words, image.pageCount)
    space.#newestTxn = image.txn
    space.#lists.retainForSlot(image.txn)
    space.#slots.push({ txn: image.txn, roots: [image.txn] })
    return space
  }

  /** The size of the file in pages: the highest page ever allocated + 1. `truncateTail` lowers it. */
  get pageCount(): number {
    return this.#supply.pageCount
  }

  /** Pages inside the file that could be allocated now. */
  get freePages(): number {
    return this.#supply.freeCount
  }

  /** Pages allocated by the running transaction. */
  get unsettledPages(): number {
    return this.#unsettled.count
  }

  /** Pages in use in the newest state or kept by persistent roots, those of the map and the headers included. */
  get durablePages(): number {
    return this.#durable.count
  }

  /** The newest transaction that was settled, or loaded. */
  get newestTxn(): number {
    return this.#newestTxn
  }

  // Allocation, for one write transaction at a time

  /** Takes the lowest free page; the file grows by one when there is none. @throws CoppiceError DATABASE_FULL */
  allocate(): number {
    const pageId = this.#supply.allocate()
    if (pageId >= this.#transactionLimit) this.#refuse(pageId, 1)
    this.#unsettled.reserve(pageId + 1)
    this.#unsettled.set(pageId)
    return pageId
  }

  /** Takes `count` contiguous pages and returns the first. @throws CoppiceError DATABASE_FULL */
  allocateRun(count: number): number {
    const pageId = this.#supply.allocateRun(count)
    if (pageId + count > this.#transactionLimit) this.#refuse(pageId, count)
    this.#unsettled.reserve(pageId + count)
    this.#unsettled.setRun(pageId, count)
    return pageId
  }

  /**
   * From now on transactions get pages below `pageCount` only. The map's own pages may lie beyond it, up to
   * `maxPageCount`, so that a file that is full can still be closed, and emptied.
   */
  limitTransactions(pageCount: number): void {
    this.#transactionLimit = pageCount
  }

  #refuse(pageId: number, count: number): never {
    this.#supply.free(pageId, count)
    throw new CoppiceError(
      'DATABASE_FULL',
      `the database has reached its limit of ${this.#transactionLimit} pages`,
      {
        expected: `at most ${this.#transactionLimit} pages`,
        given: `${pageId + count} pages`,
      },
    )
  }

  /** Gives back pages that were allocated and never settled: free at once. */
  release(pageId: number, count = 1): void {
    this.#unsettled.clearRun(pageId, count)
    this.#free(pageId, count)
  }

  /** Gives back those of the pages [pageId, pageId + count) that are unsettled. */
  releaseUnsettled(pageId: number, count: number): void {
    const end = pageId + count
    let start = this.#unsettled.nextSet(pageId, end)
    while (start < end) {
      const stop = this.#unsettled.nextClear(start, end)
      this.release(start, stop - start)
      start = this.#unsettled.nextSet(stop, end)
    }
  }

  /**
   * Shortens a log of allocations from run `from` on: afterwards its runs cover the same unsettled pages, each once and
   * no others.
   */
  condense(log: Runs, from: number): void {
    const kept = new Runs()
    for (let at = from; at < log.length; at++) {
      const end = log.pageIdAt(at) + log.countAt(at)
      let start = this.#unsettled.nextSet(log.pageIdAt(at), end)
      while (start < end) {
        const stop = this.#unsettled.nextClear(start, end)
        kept.push(start, stop - start, log.birthAt(at))
        // Seen: a later run that covers the page too must not bring it again.
        this.#unsettled.clearRun(start, stop - start)
        start = this.#unsettled.nextSet(stop, end)
      }
    }
    log.truncate(from)
    for (let at = 0; at < kept.length; at++) {
      this.#unsettled.setRun(kept.pageIdAt(at), kept.countAt(at))
      log.push(kept.pageIdAt(at), kept.countAt(at), kept.birthAt(at))
    }
  }

  /**
   * The changes of transaction `txn` become part of the newest state. `allocated` covers its unsettled pages (a
   * run may cover others, they are left alone); `dropped` are pages of earlier transactions, `droppedUnkept`
   * those among them that no persistent root ever keeps.
   * @throws CoppiceError CORRUPT when a dropped page is not in use; the map is worthless then
   */
  settle(txn: number, allocated: Runs, dropped: Runs, droppedUnkept?: Runs): void {
    assert(txn > this.#newestTxn, 'transactions settle in the order of their ids')
    for (let at = 0; at < allocated.length; at++) {
      this.#settleAllocated(allocated.pageIdAt(at), allocated.countAt(at))
    }
    for (let at = 0; at < dropped.length; at++) {
      this.#settleDropped(dropped.pageIdAt(at), dropped.countAt(at), dropped.birthAt(at))
    }
    if (droppedUnkept !== undefined) this.#settleDroppedUnkept(txn, droppedUnkept)
    this.#advanceTo(txn)
    this.#releaseFreed()
  }

  // Live roots

  /** Keeps all pages of the state `root`: the newest one, or one that is live already. */
  retain(root: number): void {
    assert(root >= this.#newestTxn || this.#lists.isLive(root), 'a retained root is the newest or live')
    this.#lists.retain(root)
    // A new file has a state before its first transaction.
    this.#advanceTo(root)
  }

  /** Ends one `retain`. After the last one, pages that no other root needs are free. */
  unretain(root: number): void {
    this.#lists.unretain(root, this.#freed, this.#unread)
    this.#releaseFreed()
  }

  /** Pages that would become free if the last reference to `root` went now. Costs a walk over its list. */
  retainedPages(root: number): number {
    return this.#lists.pagesHeldBy(root)
  }

  /** Keeps `root` like `retain`, and beyond a restart: its pages stay allocated in the durable map too. */
  persist(root: number): void {
    assert(root >= this.#newestTxn || this.#lists.isLive(root), 'a persistent root is the newest or live')
    this.#lists.persist(root, this.#scratch)
    this.#advanceTo(root)
    this.#setDurable(this.#scratch)
  }

  /**
   * Ends one `persist`. The next checkpoint's map is without what only `root` needed; the pages themselves are
   * free when no header slot is left in which `root` is persistent.
   */
  unpersist(root: number): void {
    this.#lists.unpersist(root, this.#scratch)
    for (let at = 0; at < this.#scratch.length; at++) {
      this.#durable.clear(this.#scratch.pageIdAt(at), this.#scratch.countAt(at))
    }
    this.#scratch.clear()
    this.unretain(root)
  }

  /**
   * The running transaction restores the state `root`, a live root: all pages that `root` needs are in use again.
   * Call it before that transaction is settled; it then drops the pages of the newest state that `root`
   * does not have (they have births above `root`). No persistent root may be newer than `root`: end those first.
   * Such a root would be thought to need the pages that are in use again, which it never had.
   */
  resurrect(root: number): void {
    assert(!this.#lists.hasPersistentAbove(root), 'no persistent root is newer than the one restored')
    this.#lists.resurrect(root, this.#scratch)
    this.#setDurable(this.#scratch)
  }

  // After loading

  /**
   * The other header slot's state is a live root too, until two checkpoints from now: pages in use there and not in
   * the newest are kept for it. All is read before anything is changed.
   * @throws CoppiceError CORRUPT when its map is damaged: then it cannot be kept, and nothing has changed
   */
  adoptOlder(older: SpaceImage, readPage: MapPageReader): void {
    const newest = this.#slots[0]
    assert(newest !== undefined && this.#slots.length === 1, 'one other slot is adopted into a loaded file')
    assert(newest.roots.length === 1 && !this.#durable.isChanged, 'the other slot is adopted first')
    if (older.txn > newest.txn) {
      throw contradiction(older.ref.pageId, `the older header is of transaction ${older.txn}`)
    }
    const only = this.#durable.pagesOnlyIn(older.ref, readPage)
    for (let at = 0; at < only.length; at++) {
      if (only.pageIdAt(at) + only.countAt(at) <= older.pageCount) continue
      throw contradiction(older.ref.pageId, `page ${only.pageIdAt(at)} is in use beyond the end of the file`)
    }
    this.#lists.retainForSlot(older.txn)
    this.#slots.unshift({ txn: older.txn, roots: [older.txn] })
    for (let at = 0; at < only.length; at++) {
      this.#supply.take(only.pageIdAt(at), only.countAt(at))
      this.#lists.adoptSlotPages(older.txn, only.pageIdAt(at), only.countAt(at))
    }
  }

  /**
   * `root` is persistent (one `persist`) and needs `runs`, which neither the newest state nor a newer persistent
   * root needs. From the newest persistent root to the oldest; `persist` once more for a second reference.
   * @throws CoppiceError CORRUPT when the durable map has one of the pages free
   */
  adoptHeld(root: number, runs: Runs): void {
    const newest = this.#slots[this.#slots.length - 1]
    assert(newest !== undefined, 'a persistent root is adopted into a loaded file')
    if (root > newest.txn) {
      throw contradiction(0, `a persistent savepoint of transaction ${root} is newer than the file`)
    }
    for (let at = 0; at < runs.length; at++) {
      const pageId = runs.pageIdAt(at)
      if (this.#durable.hasRun(pageId, runs.countAt(at))) continue
      throw new CoppiceError('CORRUPT', `page ${pageId} of a persistent savepoint is not in the space map`, {
        pageId,
      })
    }
    this.#lists.adoptPersistent(root, runs, newest.txn)
    this.#lists.retainForSlot(root)
    newest.roots.push(root)
  }

  // Checkpoints

  /**
   * The most pages that the file may have when the next checkpoint's map is written, if nothing else is allocated
   * until then. @throws CoppiceError DATABASE_FULL when that checkpoint might fail for it
   */
  pageCountForCheckpoint(): number {
    const { geometry } = this.#durable
    // The map also speaks of its own new pages, each of which may need a page to be spoken of.
    const nodes = geometry.nodesFor(this.pageCount)
    return this.#supply.pageCountWith(geometry.nodesFor(this.pageCount + 2 * nodes))
  }

  /**
   * The durable map of the newest state, `txn`, on fresh pages. Write `writes` and sync, write the header of the
   * older slot and sync, then call `completeCheckpoint`; or `abandonCheckpoint` before the header is touched.
   * Meanwhile `txn` is a live root. `txn` must be above the last checkpoint's if anything changed since, given up or
   * not; if nothing did, there is nothing to write and `ref` is the old one, or after one that was given up, the
   * same is to be written again (6). `lsn` is told in the map's pages.
   * @throws CoppiceError DATABASE_FULL: then there is no checkpoint to complete or to abandon
   */
  prepareCheckpoint(txn: number, lsn = 0): SpaceCheckpoint {
    assert(this.#prepared === undefined, 'the checkpoint before was completed or abandoned')
    assert(txn >= this.#newestTxn, 'a checkpoint is of the newest state')
    const newest = this.#slots[this.#slots.length - 1]
    assert(
      newest === undefined || txn > newest.txn || !this.#durable.isChanged,
      'a checkpoint of a changed map has a transaction of its own',
    )
    this.#advanceTo(txn)
    const retired = new Runs()
    const checkpoint =
      this.#givenUp === undefined ? this.#layOut(txn, lsn, retired) : this.#resume(lsn, retired)
    this.#prepared = { checkpoint, slot: { txn, roots: [txn, ...this.#lists.persistentRoots] } }
    for (const root of this.#prepared.slot.roots) this.#lists.retainForSlot(root)
    for (let at = 0; at < retired.length; at++) {
      const isNeeded = this.#lists.addSlotPage(retired.pageIdAt(at), retired.birthAt(at), txn)
      assert(isNeeded, 'a replaced map page belongs to a header slot')
    }
    return checkpoint
  }

  #layOut(txn: number, lsn: number, retired: Runs): SpaceCheckpoint {
    const writes = this.#durable.prepare(txn, lsn, this.#supply, this.#options.checksumSeed, retired)
    return { ref: this.#durable.root, pageCount: this.pageCount, txn, lsn, writes }
  }

  /** What was given up, again: its fresh pages are IN USE, as they were. */
  #resume(lsn: number, retired: Runs): SpaceCheckpoint {
    const checkpoint = this.#givenUp
    assert(checkpoint !== undefined && checkpoint.lsn === lsn, 'a state has one LSN')
    this.#durable.resume(retired)
    this.#givenUp = undefined
    return checkpoint
  }

  /** The header of the prepared checkpoint is durable in the older slot: what only that one needed is free. */
  completeCheckpoint(): void {
    assert(this.#prepared !== undefined, 'a checkpoint is completed after it was prepared')
    this.#slots.push(this.#prepared.slot)
    this.#prepared = undefined
    if (this.#slots.length <= HEADER_SLOT_COUNT) return
    const overwritten = this.#slots.shift()
    if (overwritten !== undefined) this.#endSlot(overwritten)
  }

  /**
   * Gives up the prepared checkpoint: no header refers to its pages. What has been settled since stays; the next
   * checkpoint writes all of it. Its map pages are free when a later transaction is settled, or was already (6).
   */
  abandonCheckpoint(): void {
    assert(this.#prepared !== undefined, 'a checkpoint is abandoned after it was prepared')
    const { checkpoint, slot } = this.#prepared
    const restored = new Runs()
    const fresh = new Runs()
    this.#durable.abandon(fresh, restored)
    const pageIds = new Set<number>()
    for (let at = 0; at < restored.length; at++) pageIds.add(restored.pageIdAt(at))
    const found = this.#lists.takeBackSlotPages(pageIds)
    assert(found === pageIds.size, 'the map pages of the newest header slot are held')
    this.#endSlot(slot)
    this.#prepared = undefined
    if (checkpoint.txn === this.#newestTxn) this.#givenUp = checkpoint
    else for (let at = 0; at < fresh.length; at++) this.#free(fresh.pageIdAt(at), 1)
  }

  // The end of the file

  /** Free pages at the end of the file. */
  get trailingFree(): number {
    return this.#supply.trailingFree()
  }

  /** Leaves the free pages at the end out of the file; returns the new page count. */
  truncateTail(): number {
    return this.#supply.truncate()
  }

  /**
   * For compaction: from now on a run goes below page `below` if any hole there fits, however long the search
   * (single pages always go to the lowest free page). 0 ends it.
   */
  limitAllocation(below: number): void {
    this.#supply.limitRuns(below)
  }

  // For checks

  /** Whether the page is anything but free. */
  isAllocated(pageId: number): boolean {
    return this.#supply.isTaken(pageId)
  }

  /** Whether the page is in use in the file as the next checkpoint leaves it. */
  isDurable(pageId: number): boolean {
    return this.#durable.has(pageId)
  }

  /** Calls `visit` for each maximal run of pages that are not free, ascending. */
  forEachAllocatedRun(visit: (pageId: number, count: number) => void): void {
    this.#supply.forEachTakenRun(visit)
  }

  /** Calls `visit` for each maximal run of pages in use in the durable map, ascending. */
  forEachDurableRun(visit: (pageId: number, count: number) => void): void {
    this.#durable.forEachRun(visit)
  }

  /** Calls `visit` for each dropped run and the root in whose list it is. */
  forEachDroppedRun(visit: (pageId: number, count: number, birth: number, root: number) => void): void {
    this.#lists.forEachRun(visit)
  }

  /** The pages of the durable map itself, as of the last checkpoint, root first. */
  mapPages(): number[] {
    return this.#durable.pageIds()
  }

  /** Checks invariant 1 by counting. @throws AssertionError */
  verify(): void {
    let dropped = 0
    let droppedDurable = 0
    this.#lists.forEachRun((pageId, count) => {
      dropped += count
      for (let page = pageId; page < pageId + count; page++) {
        assert(this.#supply.isTaken(page), 'a dropped page is not free')
        assert(!this.#unsettled.has(page), 'a dropped page was settled')
        if (this.#durable.has(page)) droppedDurable++
      }
    })
    const inUse = this.#durable.count - droppedDurable
    const heldBack = this.#givenUp?.writes.length ?? 0
    assert(
      this.#supply.takenCount === inUse + dropped + this.#unsettled.count + heldBack,
      'every page is free, unsettled, in use, dropped or held back, and only one of them',
    )
  }

  #settleAllocated(pageId: number, count: number): void {
    const end = pageId + count
    let start = this.#unsettled.nextSet(pageId, end)
    while (start < end) {
      const stop = this.#unsettled.nextClear(start, end)
      this.#unsettled.clearRun(start, stop - start)
      this.#durable.set(start, stop - start)
      start = this.#unsettled.nextSet(stop, end)
    }
  }

  #settleDropped(pageId: number, count: number, birth: number): void {
    assert(birth <= this.#newestTxn, 'a dropped page was settled')
    if (!this.#durable.hasRun(pageId, count)) {
      // Only a stale page, one that a device kept when it lost a later write, can refer to what is free.
      throw new CoppiceError('CORRUPT', `page ${pageId} was in a tree, but the space map has it free`, {
        pageId,
      })
    }
    if (!this.#lists.isNeededPersistently(birth, this.#newestTxn)) this.#durable.clear(pageId, count)
    if (!this.#lists.add(pageId, count, birth)) this.#freed.push(pageId, count, birth)
  }

  #settleDroppedUnkept(txn: number, dropped: Runs): void {
    for (let at = 0; at < dropped.length; at++) {
      const birth = dropped.birthAt(at)
      for (let pageId = dropped.pageIdAt(at), left = dropped.countAt(at); left > 0; pageId++, left--) {
        this.#durable.clear(pageId, 1)
        if (!this.#lists.addSlotPage(pageId, birth, txn)) this.#freed.push(pageId, 1, birth)
      }
    }
  }

  /** The newest state is of `txn`: an earlier one is never written again, so nothing is held back for it (6). */
  #advanceTo(txn: number): void {
    if (txn <= this.#newestTxn) return
    this.#newestTxn = txn
    if (this.#givenUp === undefined) return
    for (const { pageId } of this.#givenUp.writes) this.#free(pageId, 1)
    this.#givenUp = undefined
  }

  #endSlot(slot: Slot): void {
    for (const root of slot.roots) this.#lists.unretainForSlot(root, this.#freed, this.#unread)
    this.#releaseFreed()
  }

  #setDurable(runs: Runs): void {
    for (let at = 0; at < runs.length; at++) this.#durable.set(runs.pageIdAt(at), runs.countAt(at))
    runs.clear()
  }

  #releaseFreed(): void {
    const freed = this.#freed
    for (let at = 0; at < freed.length; at++) this.#free(freed.pageIdAt(at), freed.countAt(at))
    freed.clear()
    const unread = this.#unread
    for (let at = 0; at < unread.length; at++) {
      this.#options.onUnread(unread.pageIdAt(at), unread.countAt(at))
    }
    unread.clear()
  }

  #free(pageId: number, count: number): void {
    this.#supply.free(pageId, count)
    this.#options.onFree(pageId, count)
  }
}

function contradiction(pageId: number, what: string): CoppiceError {
  return new CoppiceError('CORRUPT', `the space map contradicts itself: ${what}`, { pageId })
}
