/**
 * A database as another thread of the process sees it: read only, over the pool of the thread that opened it.
 *
 * It reads the file through a descriptor of its own. What it has registered (registry.ts) the writer keeps, until it is
 * closed, or its thread ends in whatever way.
 */

import { CoppiceError } from '../../base/errors.ts'
import type { ReadTree } from '../../btree/api.ts'
import { ReadContext } from '../../btree/context.ts'
import type { ExtentSource } from '../../btree/extent.ts'
import type { CancelTask, Storage, StorageFile } from '../../io/storage.ts'
import {
  beforeThreadEnd,
  endsAreCertain,
  hasCertainlyEnded,
  introduceTo,
  LOOK_AT_THREADS_MS,
  onEndOf,
  systemThreadId,
  threadId,
} from '../../io/threads.ts'
import { claimSlot, leaveSlot, releaseSlot } from '../../pool/control.ts'
import { PageCache } from '../../pool/page-cache.ts'
import type { PoolShare } from '../../pool/share.ts'
import type { PageCounts, TreeSource } from '../api.ts'
import { readFileHeaders } from '../file-header.ts'
import { PageFile } from '../page-file.ts'
import { StateTrees } from '../state-trees.ts'
import { type Registration, Registry, type SharedState } from './registry.ts'

/** What a thread needs to attach: plain data and shared memory, so it can be sent as it is. */
export interface StoreShare {
  readonly path: string
  readonly databaseId: Uint8Array
  /** Of the file; undefined where the machine cannot tell. */
  readonly fileIdentity: string | undefined
  readonly pool: PoolShare
  /** The block of the registry. */
  readonly registry: SharedArrayBuffer
  /** The thread that opened the database. */
  readonly threadId: number
  /** The system's number of it; 0: not known, or it lives as long as the process. */
  readonly systemThread: number
  readonly maxSnapshotAgeMs: number
}

/** A state that the thread which shares it keeps. */
export interface SnapshotShare extends SharedState {
  readonly store: StoreShare
  readonly registration: Registration
}

export class AttachedStore {
  readonly path: string
  readonly registry: Registry
  readonly slot: number
  readonly pool: PageCache
  readonly context: ReadContext
  readonly storage: Storage
  readonly maxSnapshotAgeMs: number
  readonly #share: StoreShare
  readonly #file: PageFile
  readonly #open = new Set<AttachedSnapshot>()
  readonly #forgetEnd: () => void
  readonly #forgetOpener: () => void
  #cancelLook: CancelTask = () => {}
  #isOpen = true

  /** @throws CoppiceError CLOSED, BUSY (too many threads), NOT_FOUND, IO_ERROR, CORRUPT */
  constructor(share: StoreShare, storage: Storage) {
    this.#share = share
    this.path = share.path
    this.storage = storage
    this.maxSnapshotAgeMs = share.maxSnapshotAgeMs
    this.registry = new Registry(share.registry)
    this.#closeIfOpenerEnded()
    this.#assertStoreOpen()
    // First, so that wherever this thread ends now, somebody hears of it.
    introduceTo(share.threadId)
    this.slot = claimSlot(share.pool.control, threadId, systemThreadId)
    try {
      this.#file = this.#openFile()
    } catch (error) {
      releaseSlot(share.pool.control, this.slot)
      this.#assertStoreOpen()
      throw error
    }
    this.pool = new PageCache(share.pool, this.slot, this.#file, task => storage.scheduler.defer(task))
    this.context = new ReadContext(this.pool, this.#extents())
    this.#forgetEnd = beforeThreadEnd(() => this.close())
    // If it was terminated, nobody keeps what is read here: for all who have attached it is the database's end.
    this.#forgetOpener = onEndOf(share.threadId, () => this.registry.close())
    this.#lookNowAndThen()
  }

  /** Where one hears of the ends of own workers only, and may hear of them too early: that is early enough to read no more. */
  #closeIfOpenerEnded(): void {
    if (hasCertainlyEnded(this.#share.systemThread)) this.registry.close()
  }

  #lookNowAndThen(): void {
    if (endsAreCertain || this.#share.systemThread === 0) return
    this.#cancelLook = this.storage.scheduler.delay(LOOK_AT_THREADS_MS, () => {
      this.#closeIfOpenerEnded()
      if (this.isOpen) this.#lookNowAndThen()
    })
  }

  /** Large values, for which an error may be the end of what is read. */
  #extents(): ExtentSource {
    const assertReadable = () => this.pool.guard?.()
    return {
      readExtent: (pageId, byteOffset, target, at, length) => {
        try {
          this.#file.readExtent(pageId, byteOffset, target, at, length)
        } catch (error) {
          assertReadable()
          throw error
        }
      },
      assertReadable,
    }
  }

  #openFile(): PageFile {
    const { path, databaseId, pool } = this.#share
    const file = this.storage.open(path, 'read')
    try {
      assertSameFile(file, this.#share)
    } catch (error) {
      file.close()
      throw error
    }
    return new PageFile(this.storage, file, pool.pageSize, databaseId, false)
  }

  /** False once it was closed, here or where the database was opened. */
  get isOpen(): boolean {
    return this.#isOpen && !this.registry.isClosed
  }

  #assertStoreOpen(): void {
    if (this.registry.isClosed) throw new CoppiceError('CLOSED', `${this.path}: the database is closed`)
  }

  /** @throws CoppiceError CLOSED */
  assertOpen(): void {
    this.#assertStoreOpen()
    if (!this.#isOpen) throw new CoppiceError('CLOSED', `${this.path}: this thread has detached from it`)
  }

  /** A snapshot of the newest published state. @throws CoppiceError CLOSED, BUSY */
  read(): AttachedSnapshot {
    this.assertOpen()
    const { state, ...registration } = this.registry.register(this.slot, this.storage.clock.monotonicMs())
    return this.#add(new AttachedSnapshot(this, registration, state))
  }

  /** A snapshot of the state that another thread shares. @throws CoppiceError CLOSED, BUSY, TRANSACTION_CLOSED */
  readShared(share: SnapshotShare): AttachedSnapshot {
    this.assertOpen()
    const nowMs = this.storage.clock.monotonicMs()
    const registration = this.registry.registerAs(share.registration, this.slot, nowMs)
    if (registration !== undefined) return this.#add(new AttachedSnapshot(this, registration, share))
    this.assertOpen()
    throw new CoppiceError('TRANSACTION_CLOSED', 'the snapshot was closed by the thread that shared it')
  }

  #add(snapshot: AttachedSnapshot): AttachedSnapshot {
    this.#open.add(snapshot)
    return snapshot
  }

  /** Is told by a snapshot that it was closed. */
  forget(snapshot: AttachedSnapshot): void {
    this.#open.delete(snapshot)
  }

  /** Detaches: ends the snapshots of this thread. A second call does nothing. */
  close(): void {
    if (!this.#isOpen) return
    for (const snapshot of [...this.#open]) snapshot.close()
    this.#isOpen = false
    this.#forgetEnd()
    this.#forgetOpener()
    this.#cancelLook()
    const { control } = this.#share.pool
    // The main thread may not look for long, and the slots are few.
    if (this.pool.leave()) releaseSlot(control, this.slot)
    else leaveSlot(control, this.slot)
    this.#file.close()
  }
}

/** A committed state, read in another thread than the one that opened the database. */
export class AttachedSnapshot implements TreeSource {
  readonly txnId: number
  readonly #store: AttachedStore
  readonly #registration: Registration
  readonly #trees: StateTrees
  readonly #openedAtMs: number
  readonly #check = () => this.assertStillReadable()
  #isClosed = false
  /** What `endings` of the registry said before the last look that found it readable. */
  #endingsSeen = -1

  constructor(store: AttachedStore, registration: Registration, state: SharedState) {
    this.#store = store
    this.#registration = registration
    this.txnId = state.txnId
    this.#openedAtMs = store.storage.clock.monotonicMs()
    this.#trees = new StateTrees(store.context, state.directory, new Map(), () => this.assertReadable())
  }

  get ageMs(): number {
    return this.#store.storage.clock.monotonicMs() - this.#openedAtMs
  }

  /** Numbers of transactions are not shared. */
  readonly lsn = Number.NaN
  /** Only the thread that opened the database knows. */
  get retainedPages(): number {
    return Number.NaN
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#store.isOpen && this.#store.registry.isRegistered(this.#registration)
  }

  /** Begins an operation. @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD, CLOSED */
  assertReadable(): void {
    if (this.#isClosed) this.assertStillReadable()
    const { pool } = this.#store
    // First the epoch, then the look: whoever ends a snapshot waits for epochs that were entered before.
    pool.begin()
    pool.guard = this.#check
    this.assertStillReadable()
  }

  pageCounts(): PageCounts {
    return this.#store.pool.pageCounts()
  }

  endReading(): void {
    this.#store.pool.end()
  }

  assertStillReadable(): void {
    if (!this.#isClosed && this.#store.registry.endings === this.#endingsSeen) return
    this.#look()
  }

  #look(): void {
    const store = this.#store
    // Before the look: what is ended after it is counted after it.
    const { endings } = store.registry
    if (!this.#isClosed && store.registry.isRegistered(this.#registration) && !store.registry.isClosed) {
      this.#endingsSeen = endings
      return
    }
    store.assertOpen()
    if (this.#isClosed) throw new CoppiceError('TRANSACTION_CLOSED', 'the snapshot is closed')
    throw new CoppiceError(
      'SNAPSHOT_TOO_OLD',
      `the snapshot was ended at the age of ${store.maxSnapshotAgeMs} ms (option maxSnapshotAgeMs)`,
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

  /** Ends the snapshot; a second call does nothing. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#store.pool.end()
    this.#store.registry.release(this.#registration.index)
    this.#store.forget(this)
  }
}

/**
 * The pool is of one file: from a copy of it, which has the same id and goes its own way, other pages would be loaded. Where
 * the machine cannot tell files apart, a copy of this very database that has taken its name is not noticed; another one is.
 * @throws CoppiceError NOT_FOUND
 */
function assertSameFile(file: StorageFile, { databaseId, fileIdentity }: StoreShare): void {
  const { path } = file
  const refuse = (what: string): never => {
    throw new CoppiceError('NOT_FOUND', `${path}: ${what} has this name now`, {
      path,
      expected: 'the file that the sharing thread has open',
      given: what,
    })
  }
  if (Buffer.compare(readFileHeaders(file).newest.databaseId, databaseId) !== 0) refuse('another database')
  if (file.identity() !== fileIdentity) refuse('another file, with a copy of the database,')
}
