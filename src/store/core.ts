/**
 * What the parts of an open database share: the file, the pool, the space map, the log, and the two states
 * that matter.
 *
 * - `tip` is the newest committed state, on which the next write transaction builds.
 * - `published` is what new snapshots see: the newest state that is durable, or that was committed with
 *   `durability: 'none'`.
 *
 * Live roots, as the space map knows them:
 * C1  `published` is retained once, each open snapshot once, each state whose log batch is being synced once.
 * C2  A persistent savepoint of `tip` is kept by `SpaceMap.persist`.
 * What the two header slots describe, the space map keeps by itself: it is told when one was overwritten.
 *
 * A failed write or sync *poisons* the database: nothing is written any more, because nobody knows what is on
 * disk; snapshots go on reading.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAll } from '../base/run-all.ts'
import { TreeContext } from '../btree/context.ts'
import type { ExtentFile } from '../btree/extent.ts'
import type { TreeRoot } from '../btree/root.ts'
import { events } from '../io/diagnostics.ts'
import type { FileLock, Storage } from '../io/storage.ts'
import { birthOf } from '../page/header.ts'
import type { PageMemory } from '../page/memory.ts'
import { type PageIo, Pool } from '../pool/pool.ts'
import type { SpaceMap } from '../space/space-map.ts'
import type { TransactionSpace } from '../space/transaction-space.ts'
import type { Log } from '../wal/log.ts'
import type { CommitObserver } from './commit-observer.ts'
import { type FileHeader, writeFileHeaderCopyByCopy } from './file-header.ts'
import { MAX_PAGE_COUNT, type ResolvedOptions } from './options.ts'
import type { PageFile } from './page-file.ts'
import { Sharing } from './sharing/sharing.ts'

/**
 * Transaction ids left out at each opening, and after a crash of a process that had a log. Pages that a crashed process
 * wrote before its header carry births above the header's; a new transaction must not use the same ones, or a lost
 * write could leave such a page in its place and it would look right. So the header says which ids may have been used
 * before any is, also when recovery itself may crash. 48 bits last for a million crashes and for 2^28 openings.
 */
export const TXN_IDS_SKIPPED_AT_OPENING = 2 ** 20
export const TXN_IDS_SKIPPED_AT_RECOVERY = 2 ** 28

/** One committed state. */
export interface DatabaseState {
  readonly txnId: number
  /** LSN of the newest transaction in it, logged or not. */
  readonly lsn: number
  readonly directory: TreeRoot
  readonly savepoints: TreeRoot
  /** What the directory says of some trees, as far as it was asked or has just been told. */
  readonly roots: Map<number, TreeRoot>
}

/** What `Core` is made of once the file is open and its header read. */
export interface CoreParts {
  readonly storage: Storage
  readonly options: ResolvedOptions
  readonly file: PageFile
  readonly lock: FileLock
  readonly databaseId: Uint8Array
}

export class Core {
  readonly storage: Storage
  readonly options: ResolvedOptions
  readonly file: PageFile
  readonly lock: FileLock
  readonly databaseId: Uint8Array
  readonly pool: Pool
  readonly context: TreeContext
  /** Transactions get pages below this; those of a file that is larger already may be anywhere in it. */
  readonly transactionPageCount: number
  /**
   * The file never grows beyond this. It is some more than transactions may fill, for what must not fail when the file
   * is full: the space map that a checkpoint writes, and what recovery writes beside both header slots' trees.
   */
  readonly maxPageCount: number
  tip: DatabaseState
  published: DatabaseState
  /** The next id for a transaction; every one, committed or not, uses some up. */
  nextTxnId: number
  nextTreeId: number
  /** Undefined until the first commit that needs it; a clean database has none. */
  log: Log | undefined = undefined
  /** After recovery: the last epoch that was replayed, for the CLEAN header and the epochs after it. */
  recoveredLog: { readonly epoch: number; readonly salt: Uint8Array } | undefined = undefined
  #space: SpaceMap | undefined = undefined
  #header: FileHeader
  #failure: unknown = undefined
  /** What other threads read of it, once it was shared with them. */
  sharing: Sharing | undefined = undefined
  /** Who is told of commits, if anybody is. */
  observer: CommitObserver | undefined = undefined
  /** The space of the open write transaction. */
  transactionSpace: TransactionSpace | undefined = undefined
  #isPoisoned = false
  /** Poisoned by work that nobody waited for, and no call has failed since: `close` is the last to say so. */
  #isUntold = false
  isClosed = false
  /** Set when closing made everything durable that had been committed. */
  isCleanlyClosed = false

  /** `header` is what the file says (or will say, for a new one). */
  constructor(parts: CoreParts, header: FileHeader) {
    this.storage = parts.storage
    this.options = parts.options
    this.file = parts.file
    this.lock = parts.lock
    this.databaseId = parts.databaseId
    const presentPageCount = Math.ceil(parts.file.file.size() / header.pageSize)
    const wanted = wantedPageCountOf(parts.options, header.pageSize)
    const most = wanted + (wanted >>> 3) + 64
    this.maxPageCount = Math.max(most, presentPageCount)
    this.transactionPageCount = presentPageCount > most ? presentPageCount : wanted
    this.pool = new Pool({
      pageSize: header.pageSize,
      cacheSizeBytes: Math.max(parts.options.cacheSizeBytes, 16 * header.pageSize),
      maxPageCount: this.maxPageCount,
      io: this.#guarded(parts.file),
      defer: task => this.storage.scheduler.defer(task),
      spilled: pageCount => this.#tellSpill(pageCount, header.pageSize),
    })
    this.context = new TreeContext(this.pool, this.#guarded(parts.file))
    this.tip = stateOf(header)
    this.published = this.tip
    this.nextTxnId = Math.max(header.txnId + 1, header.nextTxnId)
    this.nextTreeId = header.nextTreeId
    this.#header = header
  }

  /** In a job of its own: this is in the midst of a transaction, and who listens may use the database. */
  #tellSpill(pageCount: number, pageSize: number): void {
    if (!events.spill.hasSubscribers) return
    const event = { path: this.file.file.path, pageCount, bytes: pageCount * pageSize }
    this.storage.scheduler.defer(() => events.spill.publish(event))
  }

  /** The file for pool and trees: a write that fails, other than for want of space, poisons the database. */
  #guarded(file: PageFile): PageIo & ExtentFile {
    const poisoning = (error: unknown): unknown => {
      if (!isCoppiceError(error, 'NO_SPACE')) this.poison(error)
      return error
    }
    return {
      readPage: (memory, base, pageId, birth) => file.readPage(memory, base, pageId, birth),
      readExtent: (pageId, byteOffset, target, at, length) =>
        file.readExtent(pageId, byteOffset, target, at, length),
      writePages: (memory, pageIds, bases) => {
        // Before it is tried: of a write that fails some pages may have arrived.
        const youngest = youngestBirth(memory, bases)
        this.transactionSpace?.wrote(youngest)
        try {
          this.reserveBirths(youngest)
          file.writePages(memory, pageIds, bases)
        } catch (error) {
          throw poisoning(error)
        }
      },
      writeExtent: (pageId, byteOffset, source, from, length) => {
        try {
          file.writeExtent(pageId, byteOffset, source, from, length)
        } catch (error) {
          throw poisoning(error)
        }
      },
    }
  }

  get space(): SpaceMap {
    assert(this.#space !== undefined, 'the space map is loaded')
    return this.#space
  }

  /** Gives the space map and takes `published` as the first live root (C1). */
  attachSpace(space: SpaceMap): void {
    this.#space = space
    space.retain(this.published.txnId)
  }

  get pageSize(): number {
    return this.context.pageSize
  }

  /** The header on disk with the highest sequence. */
  get header(): FileHeader {
    return this.#header
  }

  get isPoisoned(): boolean {
    return this.#isPoisoned
  }

  /** @throws CoppiceError CLOSED */
  assertOpen(): void {
    if (this.isClosed) throw new CoppiceError('CLOSED', `${this.file.file.path}: the database is closed`)
  }

  /** @throws CoppiceError CLOSED, POISONED, READ_ONLY */
  assertWritable(): void {
    this.assertOpen()
    if (this.options.readOnly) {
      throw new CoppiceError('READ_ONLY', `${this.file.file.path}: opened with readOnly: true`)
    }
    if (this.#isPoisoned) throw this.#poisoned('close the database and open it again')
  }

  #poisoned(advice: string): CoppiceError {
    this.#isUntold = false
    const { path } = this.file.file
    return new CoppiceError('POISONED', `${path}: an earlier write or sync failed; ${advice}`, {
      path,
      cause: this.#failure,
    })
  }

  /** Something failed that no caller waits for. */
  failedInBackground(): void {
    if (this.#isPoisoned) this.#isUntold = true
  }

  /** @throws CoppiceError POISONED when nobody was told before */
  tellUntold(): void {
    if (!this.#isUntold) return
    throw this.#poisoned(
      "what was acknowledged as durable is there when the database is opened again, commits with durability 'none' may be missing",
    )
  }

  /**
   * A write or sync failed: from now on nothing is written. Returns what to throw: NO_SPACE would say that only one
   * transaction failed (a full disk may refuse to overwrite, too), so it becomes IO_ERROR.
   */
  poison(error: unknown): unknown {
    if (!this.#isPoisoned) {
      this.#isPoisoned = true
      this.#failure = error
    }
    if (!isCoppiceError(error, 'NO_SPACE')) return error
    return new CoppiceError('IO_ERROR', error.message, { ...error.details, cause: error })
  }

  /** What a commit reports when its fate is unknown. */
  outcomeUnknown(error: unknown): CoppiceError {
    this.#isUntold = false
    const reason = error instanceof Error ? error.message : String(error)
    return new CoppiceError(
      'OUTCOME_UNKNOWN',
      `the commit may or may not have become durable (${reason}); close the database and open it again to see`,
      { path: this.file.file.path, cause: error },
    )
  }

  /** Makes `state` what new snapshots see (C1). */
  publish(state: DatabaseState): void {
    if (state.txnId <= this.published.txnId) return
    const { published } = this
    this.space.retain(state.txnId)
    this.published = state
    // It keeps what is being read of the state before.
    if (this.sharing !== undefined) {
      this.pool.setUnseenFrom(state.txnId + 1)
      this.sharing.publish(state)
    }
    this.space.unretain(published.txnId)
    this.observer?.published(state.lsn)
  }

  /** Lets other threads read from now on. @throws CoppiceError NOT_SHAREABLE */
  openSharing(): Sharing {
    if (this.sharing !== undefined) return this.sharing
    const { file } = this.file
    const { path } = file
    if (this.storage.volatile) {
      throw new CoppiceError(
        'NOT_SHAREABLE',
        `${path}: a database in memory cannot be shared with other threads; open one in a file`,
      )
    }
    this.pool.setUnseenFrom(this.published.txnId + 1)
    this.sharing = new Sharing({
      storage: this.storage,
      path,
      databaseId: this.databaseId,
      fileIdentity: file.identity(),
      pool: this.pool,
      space: this.space,
      maxSnapshotAgeMs: this.options.maxSnapshotAgeMs,
      published: this.published,
    })
    return this.sharing
  }

  /** Before a page born at `youngest` is written: makes sure that no later process uses that birth (H3). */
  reserveBirths(youngest: number): void {
    const { open, nextTxnId } = this.#header
    const skipped = open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING
    if (youngest < nextTxnId + skipped || this.storage.volatile) return
    const header = { ...this.#header, nextTxnId: youngest + 1 }
    try {
      writeFileHeaderCopyByCopy(this.file.file, header)
      this.file.sync()
    } catch (error) {
      throw this.poison(error)
    }
    this.#header = header
  }

  /** The header for the older slot: as the newest one, with a higher sequence and these changes. */
  nextHeader(changes: Partial<FileHeader>): FileHeader {
    return {
      ...this.#header,
      nextTreeId: this.nextTreeId,
      nextTxnId: this.nextTxnId,
      ...changes,
      sequence: this.#header.sequence + 1,
    }
  }

  /** Notes that `header` is durable in its slot. */
  adoptHeader(header: FileHeader): void {
    assert(header.sequence === this.#header.sequence + 1, 'header sequences have no gaps')
    this.#header = header
  }

  /** Frees what the process holds; writes nothing. */
  release(): void {
    this.isClosed = true
    // A lock that outlived a file that could not be closed would keep everybody out until the process ends.
    runAll(
      () => this.sharing?.close(),
      () => this.pool.close(),
      () => this.file.close(),
      () => this.lock.release(),
    )
  }
}

function youngestBirth(memory: PageMemory, bases: readonly number[]): number {
  let youngest = 0
  for (const base of bases) youngest = Math.max(youngest, birthOf(memory, base))
  return youngest
}

export function stateOf(header: FileHeader): DatabaseState {
  return {
    txnId: header.txnId,
    lsn: header.lsn,
    directory: header.directory,
    savepoints: header.savepoints,
    roots: new Map(),
  }
}

function wantedPageCountOf(options: ResolvedOptions, pageSize: number): number {
  return Math.max(64, Math.min(MAX_PAGE_COUNT, Math.floor(options.maxSizeBytes / pageSize)))
}
