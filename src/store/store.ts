/**
 * The store: an open database without types. Everything above it reads and writes numbered trees through
 * snapshots and write transactions; everything below it is put together here.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAll, runAllQuietly } from '../base/run-all.ts'
import { TreeReader } from '../btree/reader.ts'
import type { Clock, Scheduler, Storage, StorageFile } from '../io/storage.ts'
import { openTemporaryFile } from '../io/temporary-file.ts'
import { type BackupResult, backupSteps } from './backup.ts'
import { type CheckInput, checkSteps, type StoreCheck } from './check.ts'
import { Checkpointer } from './checkpointer.ts'
import type { CommitObserver } from './commit-observer.ts'
import { Committer } from './committer.ts'
import { type CompactResult, compactSteps } from './compact.ts'
import type { Core } from './core.ts'
import { listRoots } from './directory.ts'
import { LogWriter } from './log-writer.ts'
import { NewestState } from './newest-state.ts'
import { type OpenReport, openCore } from './opening.ts'
import { type Durability, resolveOptions, type StoreOptions } from './options.ts'
import { PersistentSavepoints } from './persistent-savepoints.ts'
import { listSavepoints } from './savepoint-tree.ts'
import type { StoreShare } from './sharing/attached-store.ts'
import { type Snapshot, Snapshots } from './snapshot.ts'
import { type LongOperationOptions, runInSteps } from './steps.ts'
import type { WriteTransaction } from './transaction.ts'
import { measureTree, type TreeMeasure } from './tree-stats.ts'

/** How the store is, as numbers. */
export interface StoreStats {
  readonly pageSizeBytes: number
  /** Size of the file, in bytes and pages. */
  readonly fileBytes: number
  readonly filePages: number
  /** Pages inside the file that could be used now. */
  readonly freePages: number
  /** Pages that a crash now would leave in use. */
  readonly usedPages: number
  readonly spaceMapPages: number
  readonly logBytes: number
  /** Bytes of both log files on disk. */
  readonly logAllocatedBytes: number
  readonly checkpoints: number
  readonly checkpointRunning: boolean
  /** Newest transaction, and newest LSN in the log. */
  readonly txnId: number
  readonly lsn: number
  readonly durability: Durability
  readonly queuedWrites: number
  /** Worker threads that read this database. */
  readonly attachedThreads: number
  readonly poisoned: boolean
  readonly pool: ReturnType<Core['pool']['stats']> & { readonly bytes: number }
  readonly snapshots: readonly {
    readonly txnId: number
    readonly ageMs: number
    readonly retainedPages: number
  }[]
}

/** A tree by its id, with the figures of its root. */
export interface TreeInfo {
  readonly treeId: number
  readonly height: number
  readonly count: number
}

export class Store {
  readonly path: string
  readonly report: OpenReport
  readonly savepoints: PersistentSavepoints
  readonly #core: Core
  readonly #log: LogWriter
  readonly #committer: Committer
  readonly #checkpointer: Checkpointer
  readonly #snapshots: Snapshots
  #newest: NewestState | undefined = undefined
  #stopExpiry: (() => void) | undefined = undefined

  /**
   * Opens or creates a database. `smallPages` allows page sizes below 4 KiB, for tests.
   * @throws CoppiceError as `openCore` and `resolveOptions` say
   */
  static open(storage: Storage, path: string, options: StoreOptions = {}, smallPages = false): Store {
    const resolved = resolveOptions(options, smallPages)
    const { core, report } = openCore(storage, path, resolved)
    return new Store(core, report)
  }

  private constructor(core: Core, report: OpenReport) {
    this.#core = core
    this.report = report
    this.path = core.file.file.path
    this.#log = new LogWriter(core)
    this.#checkpointer = new Checkpointer(core, this.#log)
    this.#committer = new Committer(core, this.#log, this.#checkpointer)
    this.#snapshots = new Snapshots(core)
    this.savepoints = new PersistentSavepoints(core, this.#committer)
    this.#scheduleExpiry()
  }

  get isOpen(): boolean {
    return !this.#core.isClosed
  }

  /** A write or sync failed: nothing is written any more. Also tells after `close`. */
  get isPoisoned(): boolean {
    return this.#core.isPoisoned
  }

  get durability(): Durability {
    return this.#core.options.durability
  }

  get isReadOnly(): boolean {
    return this.#core.options.readOnly
  }

  /** In memory: nothing outlives the process. */
  get isVolatile(): boolean {
    return this.#core.storage.volatile
  }

  get clock(): Clock {
    return this.#core.storage.clock
  }

  get scheduler(): Scheduler {
    return this.#core.storage.scheduler
  }

  /** For ids and salts. */
  randomBytes(count: number): Uint8Array {
    return this.#core.storage.randomBytes(count)
  }

  /** Tells `observer` of every commit from now on; undefined: nobody. */
  observe(observer: CommitObserver | undefined): void {
    this.#core.observer = observer
  }

  /** Number of the newest transaction that snapshots see. */
  get publishedLsn(): number {
    return this.#core.published.lsn
  }

  /** Number of the newest transaction; those after `publishedLsn` are being made durable. */
  get newestLsn(): number {
    return this.#core.tip.lsn
  }

  /** A snapshot of the newest published state. @throws CoppiceError CLOSED */
  read(): Snapshot {
    return this.#snapshots.take()
  }

  /**
   * The newest published state, for an operation that runs to its end before anything else does; see `NewestState`. The same
   * object until the next commit. @throws CoppiceError CLOSED
   */
  newest(): NewestState {
    const core = this.#core
    core.assertOpen()
    if (this.#newest?.state !== core.published) this.#newest = new NewestState(core)
    return this.#newest!
  }

  /** For other threads of this process. @throws CoppiceError CLOSED, NOT_SHAREABLE */
  share(): StoreShare {
    this.#core.assertOpen()
    return this.#core.openSharing().share
  }

  /**
   * A new empty file for what does not fit into memory: beside the database's, or where the system has such files, where
   * nothing may be beside it. It has no name any more, or loses it when it is closed: nothing is left of it when the process ends.
   * @throws CoppiceError CLOSED, NO_SPACE, IO_ERROR, READ_ONLY
   */
  temporaryFile(): StorageFile {
    this.#core.assertOpen()
    const { storage } = this.#core
    if (!this.#hasRoomBeside) return storage.temporaryFile!()
    return openTemporaryFile(storage, this.path)
  }

  get #hasRoomBeside(): boolean {
    return !this.isReadOnly && !this.isVolatile
  }

  /** Whether `temporaryFile` may be asked. */
  get hasTemporaryFiles(): boolean {
    return this.#hasRoomBeside || this.#core.storage.temporaryFile !== undefined
  }

  /** Runs `run` in a write transaction and commits it. */
  write<T>(run: (transaction: WriteTransaction) => T, durability: Durability = this.durability): T {
    this.#snapshots.expireOld()
    return this.#committer.write(run, durability)
  }

  /** The same, queued, with one sync for many. */
  writeAsync<T>(
    run: (transaction: WriteTransaction) => T,
    durability: Durability = this.durability,
  ): Promise<T> {
    return this.#committer.writeAsync(run, durability)
  }

  /** A write transaction that stays open until it is committed or rolled back. */
  begin(): WriteTransaction {
    this.#snapshots.expireOld()
    return this.#committer.begin()
  }

  commit(transaction: WriteTransaction, durability: Durability = this.durability): void {
    this.#committer.commit(transaction, durability)
  }

  commitAsync(transaction: WriteTransaction, durability: Durability = this.durability): Promise<void> {
    return this.#committer.commitAsync(transaction, durability)
  }

  /** Makes everything committed so far durable. @throws CoppiceError NO_SPACE (try again), OUTCOME_UNKNOWN */
  flush(): void {
    if (!this.#core.storage.volatile) this.#committer.flush()
  }

  /** Writes the newest state into the data file. */
  checkpoint(): void {
    this.#core.assertWritable()
    if (this.#core.storage.volatile) return
    this.#committer.flush()
    if (this.#checkpointer.isRunning) this.#checkpointer.finish()
    if (this.#core.header.txnId !== this.#core.tip.txnId) this.#checkpointer.run(false)
  }

  /** 16 random bytes, of this database since it was made. */
  get databaseId(): Uint8Array {
    return this.#core.databaseId
  }

  stats(): StoreStats {
    this.#core.assertOpen()
    const { space, pool, file, log, tip } = this.#core
    const poolStats = pool.stats()
    return {
      pageSizeBytes: this.#core.pageSize,
      fileBytes: file.file.size(),
      filePages: space.pageCount,
      freePages: space.freePages,
      usedPages: space.durablePages,
      spaceMapPages: space.mapPages().length,
      logBytes: this.#log.sizeBytes,
      logAllocatedBytes: log?.allocatedBytes ?? 0,
      checkpoints: this.#checkpointer.completedCount,
      checkpointRunning: this.#checkpointer.isRunning,
      txnId: tip.txnId,
      lsn: tip.lsn,
      durability: this.durability,
      queuedWrites: this.#committer.queuedCount,
      attachedThreads: this.#core.sharing?.attachedThreads ?? 0,
      poisoned: this.#core.isPoisoned,
      pool: { ...poolStats, bytes: poolStats.residentPages * this.#core.pageSize },
      snapshots: this.#snapshots
        .list()
        .map(({ txnId, ageMs, retainedPages }) => ({ txnId, ageMs, retainedPages })),
    }
  }

  /**
   * How the pages of a tree of `snapshot` are filled; `sampledLeaves`: how many leaves to read for it.
   * @param onPages called with pages that have been done since it was called last
   */
  measureTree(
    snapshot: Snapshot,
    treeId: number,
    sampledLeaves?: number,
    onPages?: (count: number) => void,
  ): TreeMeasure | undefined {
    const tree = snapshot.tree(treeId)
    if (!(tree instanceof TreeReader)) return undefined
    return measureTree(this.#core.context, tree.state.toRoot(), sampledLeaves, onPages)
  }

  /** The trees of a snapshot. */
  listTrees(snapshot: Snapshot): TreeInfo[] {
    const directory = new TreeReader(this.#core.context, snapshot.state.directory, false, () =>
      snapshot.assertReadable(),
    )
    return listRoots(directory).map(({ treeId, root: { height, count } }) => ({ treeId, height, count }))
  }

  /** Checks everything; resolves with what was found. The writer may go on meanwhile. */
  async check(options: LongOperationOptions = {}): Promise<StoreCheck> {
    const core = this.#core
    core.assertOpen()
    if (!core.options.readOnly && !core.isPoisoned && !core.storage.volatile) {
      this.#committer.flush()
      if (this.#checkpointer.isRunning) this.#checkpointer.finish()
    }
    const snapshot = this.#snapshots.take(false)
    const savepoints = this.#retainSavepoints(snapshot)
    try {
      const usedRuns: [number, number][] = []
      core.space.forEachDurableRun((pageId, count) => usedRuns.push([pageId, count]))
      const { state } = snapshot
      const input: CheckInput = {
        core,
        state,
        usedRuns: state.txnId === core.tip.txnId ? usedRuns : undefined,
        mapPages: core.space.mapPages(),
      }
      return await runInSteps(core.storage, () => core.assertOpen(), checkSteps(input), options)
    } finally {
      snapshot.close()
      if (!core.isClosed) for (const txnId of savepoints) core.space.unretain(txnId)
    }
  }

  /** The persistent savepoints of a state may be deleted while they are checked; their pages must stay. */
  #retainSavepoints(snapshot: Snapshot): number[] {
    const { context, space } = this.#core
    try {
      const txnIds = listSavepoints(context, snapshot.state.savepoints).map(({ txnId }) => txnId)
      for (const txnId of txnIds) space.retain(txnId)
      return txnIds
    } catch (error) {
      // What cannot be read is the check's to report.
      if (!isCoppiceError(error, 'CORRUPT') && !isCoppiceError(error, 'IO_ERROR')) throw error
      return []
    }
  }

  /** Makes the file as small as it can be. While it runs, writes wait or get BUSY; reads go on. */
  async compact(options: LongOperationOptions = {}): Promise<CompactResult> {
    const core = this.#core
    core.assertWritable()
    if (!core.storage.volatile) this.#committer.flush()
    return runInSteps(
      core.storage,
      () => core.assertOpen(),
      compactSteps(core, this.#committer, this.#checkpointer),
      options,
    )
  }

  /** Writes a copy of the newest state to `path`, through `storage`. */
  async backup(
    storage: Storage,
    path: string,
    options: LongOperationOptions & { readonly overwrite?: boolean | undefined } = {},
  ): Promise<BackupResult> {
    const snapshot = this.#snapshots.take(false)
    try {
      const steps = backupSteps(this.#core, snapshot, storage, path, options.overwrite ?? false)
      return await runInSteps(this.#core.storage, () => this.#core.assertOpen(), steps, options)
    } finally {
      snapshot.close()
    }
  }

  /**
   * Closes the database: what is committed becomes durable, the log is gone, one file is left. An open write
   * transaction is rolled back, queued writes are refused with CLOSED. A second call does nothing.
   *
   * A poisoned database is let go as it is, for the next opening to recover.
   * @throws CoppiceError POISONED when it was poisoned by work in the background and no call has said so; and what a
   * last sync or checkpoint fails with. It is closed all the same, and not locked.
   */
  close(): void {
    const core = this.#core
    if (core.isClosed) return
    this.#stopExpiry?.()
    this.#committer.rollbackWriter()
    this.#committer.rejectQueued(new CoppiceError('CLOSED', `${this.path}: the database was closed`))
    runAll(
      () => {
        if (!core.options.readOnly && !core.isPoisoned && !core.storage.volatile) this.#closeCleanly()
        else core.log?.close(false)
      },
      () => core.release(),
      () => core.tellUntold(),
    )
  }

  /** Rolls an open handle back, waits for queued writes, then closes. */
  async closeAsync(): Promise<void> {
    if (this.#core.isClosed) return
    // What is queued waits for the handle, whose owner may be gone.
    this.#committer.rollbackWriter()
    await this.#committer.whenIdle()
    this.close()
  }

  #closeCleanly(): void {
    const core = this.#core
    // Nothing was written since the last CLEAN header, and no page by a transaction that was rolled back.
    const { header } = core
    const isUnchanged = header.txnId === core.tip.txnId && header.nextTxnId === core.nextTxnId
    if (core.log === undefined && isUnchanged && !header.open) return
    try {
      this.#checkpointer.run(true, this.#isFlushed())
      core.log?.close(true)
      this.#checkpointer.truncateTail()
      core.isCleanlyClosed = true
    } catch (error) {
      // The log is kept: the next open recovers.
      runAllQuietly(() => core.log?.close(false))
      throw error
    }
  }

  /** False: the log has no room for what was committed with 'none'. The file may have. */
  #isFlushed(): boolean {
    try {
      this.#committer.flush()
      return true
    } catch (error) {
      if (isCoppiceError(error, 'NO_SPACE')) return false
      throw error
    }
  }

  #scheduleExpiry(): void {
    const { maxSnapshotAgeMs } = this.#core.options
    if (maxSnapshotAgeMs === Number.POSITIVE_INFINITY) return
    const scheduler = this.#core.storage.scheduler
    const tick = () => {
      if (this.#core.isClosed) return
      this.#snapshots.expireOld()
      this.#stopExpiry = scheduler.delay(Math.max(10, maxSnapshotAgeMs / 4), tick)
    }
    this.#stopExpiry = scheduler.delay(Math.max(10, maxSnapshotAgeMs / 4), tick)
  }
}
