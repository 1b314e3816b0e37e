/**
 * A read-only view of one committed state. It holds a live root in the space map, nothing else: opening one
 * costs no I/O and no copy, and a forgotten one costs pages that cannot be reused, which it reports.
 */

import { CoppiceError } from '../base/errors.ts'
import type { ReadTree } from '../btree/api.ts'
import type { PageCounts, TreeSource } from './api.ts'
import type { Core, DatabaseState } from './core.ts'
import type { SnapshotShare } from './sharing/attached-store.ts'
import { StateTrees } from './state-trees.ts'

export class Snapshot implements TreeSource {
  readonly state: DatabaseState
  /** When it was taken, on the monotonic clock, in milliseconds. */
  readonly openedAtMs: number
  readonly #core: Core
  readonly #snapshots: Snapshots
  readonly #trees: StateTrees
  /** Its neighbours among the open snapshots; for `Snapshots` alone. */
  older: Snapshot | undefined = undefined
  newer: Snapshot | undefined = undefined
  isListed = false
  #share: SnapshotShare | undefined = undefined
  #end: 'open' | 'closed' | 'too old' = 'open'

  constructor(core: Core, snapshots: Snapshots, state: DatabaseState) {
    this.#core = core
    this.#snapshots = snapshots
    this.state = state
    this.openedAtMs = core.storage.clock.monotonicMs()
    this.#trees = new StateTrees(core.context, state.directory, state.roots, () => this.assertReadable())
  }

  get txnId(): number {
    return this.state.txnId
  }

  /** Number of the newest transaction in it. */
  get lsn(): number {
    return this.state.lsn
  }

  /** How long ago it was taken. */
  get ageMs(): number {
    return this.#core.storage.clock.monotonicMs() - this.openedAtMs
  }

  /** Pages that would be free if this snapshot were closed, as far as no other one needs them. */
  get retainedPages(): number {
    return this.isOpen ? this.#core.space.retainedPages(this.txnId) : 0
  }

  get isOpen(): boolean {
    return this.#end === 'open' && !this.#core.isClosed
  }

  /** Begins an operation. @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD, CLOSED */
  assertReadable(): void {
    this.assertStillReadable()
    this.#core.pool.begin()
  }

  assertStillReadable(): void {
    if (this.#end === 'open' && !this.#core.isClosed) return
    this.#core.assertOpen()
    if (this.#end === 'closed') throw new CoppiceError('TRANSACTION_CLOSED', 'the snapshot is closed')
    throw new CoppiceError(
      'SNAPSHOT_TOO_OLD',
      `the snapshot was ended at the age of ${this.#core.options.maxSnapshotAgeMs} ms (option maxSnapshotAgeMs)`,
    )
  }

  tree(treeId: number): ReadTree | undefined {
    this.assertReadable()
    return this.#trees.find(treeId)
  }

  versionOf(treeId: number): number {
    this.assertReadable()
    return this.#trees.versionOf(treeId)
  }

  pageCounts(): PageCounts {
    return this.#core.pool.pageCounts()
  }

  endReading(): void {
    this.#core.pool.end()
  }

  /** For other threads, which may begin to read this state until the snapshot is closed. @throws CoppiceError */
  share(): SnapshotShare {
    this.assertReadable()
    this.#share ??= this.#core.openSharing().shareState(this.state)
    return this.#share
  }

  /** Ends the snapshot; a second call does nothing. */
  close(): void {
    this.#finish('closed')
  }

  /** Ends it because of its age: reading from it throws SNAPSHOT_TOO_OLD from now on. */
  expire(): void {
    this.#finish('too old')
  }

  #finish(end: 'closed' | 'too old'): void {
    if (this.#end !== 'open') return
    this.#end = end
    this.#snapshots.remove(this)
    if (this.#core.isClosed) return
    if (this.#share !== undefined) this.#core.sharing?.endShare(this.#share.registration)
    this.#core.space.unretain(this.txnId)
  }
}

/**
 * The open snapshots of a database, oldest first: a list of neighbours, because most snapshots live for one operation, and
 * being put into a `Set` and taken out again costs a fifth of it.
 */
export class Snapshots {
  readonly #core: Core
  #oldest: Snapshot | undefined = undefined
  #newest: Snapshot | undefined = undefined

  constructor(core: Core) {
    this.#core = core
  }

  /**
   * A snapshot of what is published now. `expires`: whether `maxSnapshotAgeMs` may end it; the store's own, for a
   * backup or a check, last as long as these do. @throws CoppiceError CLOSED
   */
  take(expires = true): Snapshot {
    this.#core.assertOpen()
    this.expireOld()
    const snapshot = new Snapshot(this.#core, this, this.#core.published)
    this.#core.space.retain(snapshot.txnId)
    if (expires) this.#add(snapshot)
    return snapshot
  }

  #add(snapshot: Snapshot): void {
    snapshot.isListed = true
    snapshot.older = this.#newest
    if (this.#newest === undefined) this.#oldest = snapshot
    else this.#newest.newer = snapshot
    this.#newest = snapshot
  }

  remove(snapshot: Snapshot): void {
    if (!snapshot.isListed) return
    const { older, newer } = snapshot
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    snapshot.isListed = false
    snapshot.older = undefined
    snapshot.newer = undefined
  }

  /** Ends those that are older than the option allows. */
  expireOld(): void {
    const maxAgeMs = this.#core.options.maxSnapshotAgeMs
    if (maxAgeMs === Number.POSITIVE_INFINITY) return
    this.#core.sharing?.expireOld(maxAgeMs)
    while (this.#oldest !== undefined && this.#oldest.ageMs > maxAgeMs) this.#oldest.expire()
  }

  list(): Snapshot[] {
    const open: Snapshot[] = []
    for (let each = this.#oldest; each !== undefined; each = each.newer) open.push(each)
    return open
  }
}
