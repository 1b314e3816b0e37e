/**
 * The live roots, and for each the dropped pages that it is the newest to need.
 *
 * A page born at b and dropped at d is needed by every live root s with b <= s < d. Such a page stands in
 * exactly one list, that of the newest of those roots. When a root goes, each of its pages moves to the next
 * older live root, if that one is not older than the page, or else nobody needs it. So the cost is
 * proportional to what moves, and nothing is searched. (The dead lists of ZFS, with pages in place of
 * blocks: Ahrens, "How ZFS snapshots really work".)
 *
 * A root's list has two parts. *State pages* belong to trees. *Slot pages* belong to a header slot's
 * image only: pages of the space map itself, of the tree of savepoints and, after a crash, what only the older
 * slot's trees reach. They wait for roots like the others, but no savepoint ever wants them back.
 *
 * Responsible for who needs a dropped page. It does not know bitmaps, the disk, or pages in use. What
 * becomes free, changes its durable state, or is unread is handed to the caller in a `Runs`. *Unread* is a page that only
 * header slots need: a recovery would look for it, and nobody else.
 *
 * Invariants:
 * 1. Roots ascend; each has a reference.
 * 2. A page in the list of root s has birth <= s; s needs it and no newer live root does.
 * 3. A persistent root is live.
 * 4. A persistent root p needs a page in the list of s exactly when birth <= p <= s: a newer p would hold the
 *    page in its own list or in a list beyond. So deaths need not be remembered.
 */

import { assert } from '../base/assert.ts'
import { Runs } from './runs.ts'

class LiveRoot {
  readonly root: number
  references: number
  /** How many of the references are persistent savepoints. */
  persistentReferences: number
  /** How many of the references are header slots. */
  slotReferences: number
  readonly statePages: Runs
  readonly slotPages: Runs

  constructor(root: number) {
    this.root = root
    this.references = 0
    this.persistentReferences = 0
    this.slotReferences = 0
    this.statePages = new Runs()
    this.slotPages = new Runs()
  }

  /** Whether a recovery alone would look at this state. */
  get isUnread(): boolean {
    return this.references === this.slotReferences
  }
}

export class DeadLists {
  /** Ascending by root. */
  readonly #roots: LiveRoot[]
  /** The distinct persistent roots, ascending. */
  readonly #persistentRoots: number[]

  constructor() {
    this.#roots = []
    this.#persistentRoots = []
  }

  /** The distinct persistent roots, ascending. */
  get persistentRoots(): readonly number[] {
    return this.#persistentRoots
  }

  isLive(root: number): boolean {
    return this.#find(root) !== undefined
  }

  /** Whether a persistent root is newer than `root`. */
  hasPersistentAbove(root: number): boolean {
    const count = this.#persistentRoots.length
    return count > 0 && this.#persistentRoots[count - 1] > root
  }

  /** Adds a reference. A root that was not live needs no page dropped so far, except those adopted for it. */
  retain(root: number): void {
    this.#at(root).references++
  }

  /** Adds a reference for a header slot. */
  retainForSlot(root: number): void {
    const live = this.#at(root)
    live.references++
    live.slotReferences++
  }

  unretainForSlot(root: number, freed: Runs, unread: Runs): void {
    const live = this.#find(root)
    assert(live !== undefined && live.slotReferences > 0, 'a header slot lets go of what it held')
    live.slotReferences--
    this.unretain(root, freed, unread)
  }

  /**
   * Takes a reference away. With the last one, pages that nobody needs any longer are added to `freed`; pages that are
   * unread from now on to `unread`.
   */
  unretain(root: number, freed: Runs, unread: Runs): void {
    const index = this.#indexOf(root)
    const live = this.#roots[index]
    assert(live !== undefined && live.root === root, 'a root is unretained only while it is live')
    assert(
      live.references > live.persistentReferences + live.slotReferences,
      'a reference is ended by the one who has it',
    )
    live.references--
    if (live.references > 0) {
      if (live.isUnread) collectBorn(live.statePages, this.#newestReadBelow(index), root, unread)
      return
    }
    const older = index > 0 ? this.#roots[index - 1] : undefined
    if (older?.isUnread) collectBorn(live.statePages, this.#newestReadBelow(index), older.root, unread)
    this.#removeRoot(index)
    moveDown(live.statePages, older?.root, older?.statePages, freed)
    moveDown(live.slotPages, older?.root, older?.slotPages, freed)
  }

  /** What `splice` does, which makes an array of what it removes; most often the last but one goes. */
  #removeRoot(index: number): void {
    const roots = this.#roots
    for (let at = index + 1; at < roots.length; at++) roots[at - 1] = roots[at]
    roots.pop()
  }

  /** The newest of the roots before `index` that is not unread; -1: there is none. */
  #newestReadBelow(index: number): number {
    let at = index - 1
    while (at >= 0 && this.#roots[at].isUnread) at--
    return at < 0 ? -1 : this.#roots[at].root
  }

  /** A run dropped now goes to the newest live root, which must be older than the drop; false: nobody needs it. */
  add(pageId: number, count: number, birth: number): boolean {
    const newest = this.#roots[this.#roots.length - 1]
    if (newest === undefined || newest.root < birth) return false
    newest.statePages.push(pageId, count, birth)
    return true
  }

  /**
   * A slot page, replaced by the checkpoint or the transaction of `death`. Unlike a transaction that settles, a
   * checkpoint may be a live root already; it does not need the page.
   */
  addSlotPage(pageId: number, birth: number, death: number): boolean {
    const newest = this.#roots[this.#indexOf(death) - 1]
    if (newest === undefined || newest.root < birth) return false
    newest.slotPages.push(pageId, 1, birth)
    return true
  }

  /** Takes map pages back out of the lists, wherever they are (a checkpoint was given up). Searches: rare. */
  takeBackSlotPages(pageIds: ReadonlySet<number>): number {
    let found = 0
    for (const { slotPages } of this.#roots) {
      for (let index = slotPages.length - 1; index >= 0; index--) {
        if (!pageIds.has(slotPages.pageIdAt(index))) continue
        slotPages.removeAt(index)
        found++
      }
    }
    return found
  }

  /** Pages that nobody would need if `root` went now. */
  pagesHeldBy(root: number): number {
    const index = this.#indexOf(root)
    const live = this.#roots[index]
    if (live === undefined || live.root !== root) return 0
    const olderRoot = index > 0 ? this.#roots[index - 1].root : -1
    return pagesBornAfter(live.statePages, olderRoot) + pagesBornAfter(live.slotPages, olderRoot)
  }

  /** Whether a persistent root needs a page born at `birth` and dropped after `newest` (invariant 4). */
  isNeededPersistently(birth: number, newest: number): boolean {
    for (let index = this.#persistentRoots.length - 1; index >= 0; index--) {
      if (this.#persistentRoots[index] <= newest) return this.#persistentRoots[index] >= birth
    }
    return false
  }

  /** Adds a persistent reference. Dropped runs that had no persistent root until now are added to `secured`. */
  persist(root: number, secured: Runs): void {
    const live = this.#at(root)
    live.references++
    live.persistentReferences++
    if (live.persistentReferences > 1) return
    this.#collectUnsecured(root, secured)
    this.#persistentRoots.splice(this.#persistentIndexOf(root), 0, root)
  }

  /**
   * Makes one persistent reference an ordinary one, to be ended by `unretain`. When it was the last, runs that no
   * persistent root needs any longer are added to `exposed`.
   */
  unpersist(root: number, exposed: Runs): void {
    const live = this.#find(root)
    assert(
      live !== undefined && live.persistentReferences > 0,
      'a root is unpersisted only while it is persistent',
    )
    live.persistentReferences--
    if (live.persistentReferences > 0) return
    this.#persistentRoots.splice(this.#persistentIndexOf(root), 1)
    this.#collectUnsecured(root, exposed)
  }

  /**
   * Takes the dropped pages that `root` needs out of all lists: they are in use again. Those that no
   * persistent root kept are added to `secured`.
   */
  resurrect(root: number, secured: Runs): void {
    assert(this.isLive(root), 'only a live root can be restored')
    this.#collectUnsecured(root, secured)
    for (let index = this.#indexOf(root); index < this.#roots.length; index++) {
      const pages = this.#roots[index].statePages
      for (let at = pages.length - 1; at >= 0; at--) {
        if (pages.birthAt(at) <= root) pages.removeAt(at)
      }
    }
  }

  /** At load: a run that only the image of the older header slot needs, whose transaction is `root`. */
  adoptSlotPages(root: number, pageId: number, count: number): void {
    // Born as late as can be: so no older root claims it.
    this.#at(root).slotPages.push(pageId, count, root)
  }

  /**
   * At load, when the only other live roots are the header slots': `root` is persistent and needs `runs`,
   * which no newer persistent root needs, nor the newest state, `newestTxn`. Called for the newest
   * persistent root first. If the next newer root is the older header slot's, that one may need them too
   * (how long ago they were dropped is not on disk), so they wait for it first.
   */
  adoptPersistent(root: number, runs: Runs, newestTxn: number): void {
    assert(
      this.#persistentRoots.length === 0 || this.#persistentRoots[0] > root,
      'persistent roots are adopted from the newest to the oldest, each once',
    )
    const live = this.#at(root)
    live.references++
    live.persistentReferences++
    this.#persistentRoots.unshift(root)
    const newer = this.#roots[this.#indexOf(root) + 1]
    const mayNewerNeedThem = newer !== undefined && newer.root < newestTxn && newer.persistentReferences === 0
    const holder = mayNewerNeedThem ? newer : live
    for (let index = 0; index < runs.length; index++) {
      holder.statePages.push(runs.pageIdAt(index), runs.countAt(index), runs.birthAt(index))
    }
  }

  /** Calls `visit` for every run in any list. */
  forEachRun(
    visit: (pageId: number, count: number, birth: number, root: number, isSlotPage: boolean) => void,
  ): void {
    for (const { root, statePages, slotPages } of this.#roots) {
      for (let at = 0; at < statePages.length; at++) {
        visit(statePages.pageIdAt(at), statePages.countAt(at), statePages.birthAt(at), root, false)
      }
      for (let at = 0; at < slotPages.length; at++) {
        visit(slotPages.pageIdAt(at), slotPages.countAt(at), slotPages.birthAt(at), root, true)
      }
    }
  }

  /** Adds to `target` the dropped state pages that `root` needs and that no persistent root (in the list) needs. */
  #collectUnsecured(root: number, target: Runs): void {
    for (let index = this.#indexOf(root); index < this.#roots.length; index++) {
      const live = this.#roots[index]
      const pages = live.statePages
      for (let at = 0; at < pages.length; at++) {
        const birth = pages.birthAt(at)
        if (birth > root || this.isNeededPersistently(birth, live.root)) continue
        target.push(pages.pageIdAt(at), pages.countAt(at), birth)
      }
    }
  }

  /** The index of the first root at or above `root`. Looks at the newest first: most calls mean it. */
  #indexOf(root: number): number {
    let high = this.#roots.length
    if (high === 0 || this.#roots[high - 1].root < root) return high
    if (this.#roots[high - 1].root === root) return high - 1
    let low = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#roots[middle].root < root) low = middle + 1
      else high = middle
    }
    return low
  }

  #persistentIndexOf(root: number): number {
    let index = 0
    while (index < this.#persistentRoots.length && this.#persistentRoots[index] < root) index++
    return index
  }

  #find(root: number): LiveRoot | undefined {
    const live = this.#roots[this.#indexOf(root)]
    return live !== undefined && live.root === root ? live : undefined
  }

  /** The live root, made when there is none. The caller gives it a reference. */
  #at(root: number): LiveRoot {
    const index = this.#indexOf(root)
    const found = this.#roots[index]
    if (found !== undefined && found.root === root) return found
    const live = new LiveRoot(root)
    if (index === this.#roots.length) this.#roots.push(live)
    else this.#roots.splice(index, 0, live)
    return live
  }
}

function moveDown(
  pages: Runs,
  olderRoot: number | undefined,
  olderPages: Runs | undefined,
  freed: Runs,
): void {
  for (let at = 0; at < pages.length; at++) {
    const birth = pages.birthAt(at)
    const isNeeded = olderRoot !== undefined && olderRoot >= birth
    const target = isNeeded && olderPages !== undefined ? olderPages : freed
    target.push(pages.pageIdAt(at), pages.countAt(at), birth)
  }
}

/** Those born after `after` and not after `until`. */
function collectBorn(pages: Runs, after: number, until: number, target: Runs): void {
  for (let at = 0; at < pages.length; at++) {
    const birth = pages.birthAt(at)
    if (birth > after && birth <= until) target.push(pages.pageIdAt(at), pages.countAt(at), birth)
  }
}

function pagesBornAfter(pages: Runs, olderRoot: number): number {
  let sum = 0
  for (let at = 0; at < pages.length; at++) {
    if (pages.birthAt(at) > olderRoot) sum += pages.countAt(at)
  }
  return sum
}
