/**
 * Checkpoints: writing a committed state into the data file, beside the commits.
 *
 * ```
 *   IDLE ──start──> WRITING ──pages written──> SYNCING ──durable──> NAMING ──durable──> DOUBLING ──durable──> IDLE
 *    ^                 │ NO_SPACE               (data)           (first copy)        (second copy)           │
 *    └─────────────────┴───────────────────────────────────────────────────────────────────────────────────┘
 * ```
 * start     the log moves to a new epoch, so that everything up to state S is in the old one; the pages that
 *           S has and the file has not are listed; the space map of S is laid out on fresh pages.
 * WRITING   the listed pages are written, some at each commit and in idle time, which also syncs them part by part. They
 *           lie where neither header slot's tree has pages, so a crash harms nothing.
 * SYNCING   data and map become durable.
 * NAMING    the header of S is written over one copy of the older slot and becomes durable there,
 * DOUBLING  then over the other copy: no crash may damage both (H2), and no one copy that rots later may take
 *           with it what only this header knows.
 * then      what the overwritten slot kept is free, and the old log may be used again.
 *
 * Large values lie in the file already, in the system's cache: commits have them synced part by part while none runs, or
 * the first sync of the next checkpoint would have all of them to write.
 *
 * Any step may be taken by the event loop (`#background`, asynchronous syncs), by a commit (`pace`) or at
 * once (`finish`). `#ticket` tells late asynchronous steps that they are no longer wanted.
 */

import { assert } from '../base/assert.ts'
import { isCoppiceError } from '../base/errors.ts'
import { events } from '../io/diagnostics.ts'
import type { SpaceCheckpoint } from '../space/space-map.ts'
import type { Core, DatabaseState } from './core.ts'
import { type FileHeader, firstCopyOf, writeFileHeaderCopy } from './file-header.ts'
import type { LogWriter } from './log-writer.ts'

const Phase = { idle: 0, writing: 1, syncing: 2, naming: 3, doubling: 4 } as const
type Phase = (typeof Phase)[keyof typeof Phase]

/** Pages written by one step in idle time: about a millisecond. */
const PAGES_PER_BACKGROUND_STEP = 256
/**
 * Bytes written before they are synced in the background. All at once at the end, they would keep the disk so busy that
 * a commit's own sync waits for seconds behind them. Fewer when the disk takes longer for them than a commit should wait.
 */
const PART_BYTES_MAX = 8 * 1024 * 1024
/** As small as this part of it. */
const LEAST_PART = 1 / 16
const PART_SYNC_MS_MAX = 15
/** How much longer than `checkpointLogBytes` the log may get while a checkpoint would write more than it has. */
const DELAYED_BYTES_MAX = 16 * 1024 * 1024
/** The file is cut when at least this many pages at its end are free ... */
const TRUNCATE_PAGES_MIN = 256
/** ... and at least this part of it. */
const TRUNCATE_PART = 1 / 8

interface Work {
  readonly state: DatabaseState
  readonly startedMs: number
  readonly space: SpaceCheckpoint
  readonly pageIds: readonly number[]
  readonly clean: boolean
  /** Epoch before the one that the header will name, when it is free afterwards. */
  readonly doneEpoch: number | undefined
  next: number
  header: FileHeader | undefined
  /** The copy of the header that is written second. */
  secondCopy: number
}

export class Checkpointer {
  readonly #core: Core
  readonly #log: LogWriter
  #phase: Phase = Phase.idle
  #work: Work | undefined = undefined
  #ticket = 0
  /** After a full disk: no new attempt before the log has this size. */
  #retryAtBytes = 0
  /** So many bytes are synced at once in the background. */
  #partBytes: number
  readonly #partBytesMax: number
  /** Checkpoints completed since the database was opened. */
  completedCount = 0

  constructor(core: Core, log: LogWriter) {
    this.#core = core
    this.#log = log
    this.#partBytesMax = Math.min(PART_BYTES_MAX, core.options.checkpointLogBytes / 2)
    this.#partBytes = this.#partBytesMax
  }

  get isRunning(): boolean {
    return this.#phase !== Phase.idle
  }

  /**
   * Called before each logged commit: waits for the running checkpoint when the log is at its limit.
   * @throws CoppiceError NO_SPACE, POISONED, IO_ERROR
   */
  makeRoom(): void {
    const { maxLogBytes } = this.#core.options
    if (this.#log.sizeBytes < maxLogBytes) return
    if (this.isRunning) this.finish()
    // That one may have been started long ago and have left the log as long as it was.
    if (this.#log.sizeBytes >= maxLogBytes) this.run(false)
  }

  /**
   * Called after each logged commit: starts a checkpoint when it is time, and does a part of the running one. `blocks`:
   * the commit keeps the event loop anyway, which may be why nobody hears that a sync in the background is done.
   */
  pace(blocks = false): void {
    if (this.#phase === Phase.idle && this.#isDue()) {
      // When it fails, the next attempt waits as it does after a full disk.
      this.#retryAtBytes = this.#log.sizeBytes + this.#core.options.checkpointLogBytes
      this.start(false)
      return
    }
    if (this.#phase === Phase.writing && (blocks || !this.#leavesPages())) {
      this.#write(this.#core.options.checkpointPagesPerCommit)
    }
    if (this.#phase !== Phase.idle && this.#phase !== Phase.writing) return
    if (!this.#isPartDue()) return
    const { file } = this.#core
    if (!file.isSyncing) this.#syncPart()
    else if (blocks && file.unsyncedBytes >= 2 * this.#partBytes) this.#syncNow()
  }

  /** Many commits fit into one sync of the pages before, and would bring the disk as much again. The log has its limit. */
  #leavesPages(): boolean {
    const { checkpointLogBytes, maxLogBytes } = this.#core.options
    return this.#core.file.isSyncing && this.#log.sizeBytes < (checkpointLogBytes + maxLogBytes) / 2
  }

  /**
   * While a checkpoint would write more than the log has, it waits somewhat longer: a page that is changed again meanwhile
   * is then written once for both changes.
   */
  #isDue(): boolean {
    const { checkpointLogBytes, maxLogBytes } = this.#core.options
    const { sizeBytes } = this.#log
    if (sizeBytes < Math.max(checkpointLogBytes, this.#retryAtBytes)) return false
    const delayedBytes = Math.min(
      checkpointLogBytes,
      DELAYED_BYTES_MAX,
      (maxLogBytes - checkpointLogBytes) / 2,
    )
    return sizeBytes >= Math.min(this.#core.pool.dirtyBytes, checkpointLogBytes + delayedBytes)
  }

  /**
   * Begins a checkpoint of the tip; the event loop and the commits carry it on. `isLogged`: the tip is in the log, so
   * that a sync of the log makes it durable.
   */
  start(clean: boolean, isLogged = true): void {
    assert(this.#phase === Phase.idle, 'one checkpoint at a time')
    const core = this.#core
    if (isLogged) {
      this.#log.sync()
      core.publish(core.tip)
    }
    const state = core.tip
    if (!clean) this.#log.switchEpoch()
    this.#work = {
      state,
      startedMs: core.storage.clock.monotonicMs(),
      space: core.space.prepareCheckpoint(state.txnId, state.lsn),
      pageIds: core.pool.dirtyPages(state.txnId),
      clean,
      doneEpoch: core.log?.retainedEpoch,
      next: 0,
      header: undefined,
      secondCopy: 1,
    }
    this.#phase = Phase.writing
    if (!clean) this.#schedule()
  }

  /** Does what is left of the running checkpoint at once. @throws CoppiceError NO_SPACE, IO_ERROR, POISONED */
  finish(): void {
    this.#core.assertWritable()
    this.#ticket++
    if (this.#phase === Phase.writing) this.#write(Number.POSITIVE_INFINITY)
    if (this.#phase === Phase.syncing) {
      this.#syncNow()
      this.#writeHeader()
    }
    if (this.#phase === Phase.naming) {
      this.#syncNow()
      this.#writeSecondCopy()
    }
    if (this.#phase === Phase.doubling) {
      this.#syncNow()
      this.#complete()
    }
  }

  /**
   * A whole checkpoint of the tip, now. With `clean` the header says that there is no log to replay. A tip that is
   * not in the log becomes durable by this alone, and is the caller's to publish.
   * @throws CoppiceError NO_SPACE (nothing happened), IO_ERROR (poisons), POISONED
   */
  run(clean: boolean, isLogged = true): void {
    if (this.isRunning) this.finish()
    this.start(clean, isLogged)
    this.finish()
  }

  #schedule(): void {
    const ticket = ++this.#ticket
    this.#core.storage.scheduler.defer(() => this.#background(ticket))
  }

  #background(ticket: number): void {
    if (ticket !== this.#ticket || this.#phase !== Phase.writing || this.#isOver()) return
    try {
      this.#write(PAGES_PER_BACKGROUND_STEP)
    } catch {
      // Poisoned or abandoned; whoever writes or closes next is told.
      this.#core.failedInBackground()
      return
    }
    if (this.#phase !== Phase.writing) return
    if (this.#isPartDue()) this.#syncPart()
    else this.#schedule()
  }

  #isPartDue(): boolean {
    return this.#core.file.unsyncedBytes >= this.#partBytes
  }

  /**
   * Has what was written synced, and finds how much the disk takes in the time that a commit may wait behind it. Then
   * idle time goes on with the pages.
   */
  #syncPart(): void {
    const { clock } = this.#core.storage
    const startMs = clock.monotonicMs()
    this.#syncInBackground(() => {
      const elapsedMs = clock.monotonicMs() - startMs
      if (elapsedMs > PART_SYNC_MS_MAX) {
        this.#partBytes = Math.max(this.#partBytesMax * LEAST_PART, this.#partBytes / 2)
      } else if (elapsedMs < PART_SYNC_MS_MAX / 2) {
        this.#partBytes = Math.min(this.#partBytesMax, this.#partBytes * 2)
      }
      if (this.#phase === Phase.writing) this.#schedule()
    })
  }

  #isOver(): boolean {
    return this.#core.isClosed || this.#core.isPoisoned
  }

  /** Writes up to `pageCount` of the listed pages; after the last ones, the map, and starts the sync. */
  #write(pageCount: number): void {
    const work = this.#current()
    const end = Math.min(work.next + pageCount, work.pageIds.length)
    try {
      this.#core.pool.writeBack(work.pageIds.slice(work.next, end))
      work.next = end
      if (end < work.pageIds.length) return
      this.#core.reserveBirths(work.state.txnId)
      this.#core.file.writeMapPages(work.space.writes)
    } catch (error) {
      if (isCoppiceError(error, 'NO_SPACE')) this.#abandon()
      else this.#core.poison(error)
      throw error
    }
    this.#phase = Phase.syncing
    if (pageCount === Number.POSITIVE_INFINITY) return
    this.#syncInBackground(() => {
      this.#writeHeader()
      this.#syncInBackground(() => {
        this.#writeSecondCopy()
        this.#syncInBackground(() => this.#complete())
      })
    })
  }

  /** The disk is full: the state on disk stays the last checkpoint, the log goes on. */
  #abandon(): void {
    this.#core.space.abandonCheckpoint()
    this.#work = undefined
    this.#phase = Phase.idle
    this.#retryAtBytes = this.#log.sizeBytes + this.#core.options.checkpointLogBytes
  }

  #syncNow(): void {
    try {
      this.#core.file.sync()
    } catch (error) {
      throw this.#core.poison(error)
    }
  }

  #syncInBackground(then: () => void): void {
    const ticket = ++this.#ticket
    this.#core.file.syncAsync().then(
      () => {
        if (ticket !== this.#ticket || this.#isOver()) return
        try {
          then()
        } catch {
          // Poisoned; whoever writes or closes next is told.
          this.#core.failedInBackground()
        }
      },
      error => {
        // Even when it is no longer waited for: the data that it failed to write may be what a later sync vouches for.
        if (this.#core.isClosed || this.#core.isPoisoned) return
        this.#core.poison(error)
        this.#core.failedInBackground()
      },
    )
  }

  /** The data is durable: writes the first copy of the header that makes it the database. */
  #writeHeader(): void {
    const core = this.#core
    const work = this.#current()
    const log = core.log
    const place = log ?? core.recoveredLog
    const header = core.nextHeader({
      open: log !== undefined && !work.clean,
      txnId: work.state.txnId,
      lsn: work.state.lsn,
      directory: work.state.directory,
      savepoints: work.state.savepoints,
      space: work.space.ref,
      pageCount: work.space.pageCount,
      // Without either, as the header before says.
      ...(place && { logEpoch: place.epoch, logSalt: place.salt }),
    })
    const first = firstCopyOf(core.file.file, header)
    this.#writeCopy(header, first)
    work.header = header
    work.secondCopy = 1 - first
    this.#phase = Phase.naming
  }

  /** The first copy is durable. */
  #writeSecondCopy(): void {
    const { header, secondCopy } = this.#current()
    assert(header !== undefined, 'the first copy was written')
    this.#writeCopy(header, secondCopy)
    this.#phase = Phase.doubling
  }

  #writeCopy(header: FileHeader, copy: number): void {
    try {
      writeFileHeaderCopy(this.#core.file.file, header, copy)
    } catch (error) {
      throw this.#core.poison(error)
    }
  }

  #complete(): void {
    const core = this.#core
    const work = this.#current()
    assert(work.header !== undefined, 'the header was written')
    core.adoptHeader(work.header)
    core.space.completeCheckpoint()
    if (work.doneEpoch !== undefined && core.log?.retainedEpoch === work.doneEpoch)
      core.log.recycle(work.doneEpoch)
    this.#work = undefined
    this.#phase = Phase.idle
    this.#retryAtBytes = 0
    this.completedCount++
    if (events.checkpoint.hasSubscribers) this.#tell(work)
    const free = core.space.trailingFree
    if (free >= TRUNCATE_PAGES_MIN && free >= TRUNCATE_PART * core.space.pageCount) this.truncateTail()
  }

  /** In a job of its own: this may be in the midst of a commit, and who listens may use the database. */
  #tell({ state, pageIds, clean, startedMs }: Work): void {
    const { file, storage } = this.#core
    const event = {
      path: file.file.path,
      lsn: state.lsn,
      transactionId: state.txnId,
      pageCount: pageIds.length,
      isClosing: clean,
      durationMs: storage.clock.monotonicMs() - startedMs,
    }
    storage.scheduler.defer(() => events.checkpoint.publish(event))
  }

  /** Cuts the free pages off the end of the file. */
  truncateTail(): void {
    const { space, file } = this.#core
    try {
      file.truncate(space.truncateTail())
    } catch (error) {
      throw this.#core.poison(error)
    }
  }

  #current(): Work {
    assert(this.#work !== undefined, 'a checkpoint is running')
    return this.#work
  }
}
