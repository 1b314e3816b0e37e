/**
 * The store's hand on the log: makes the log when the first commit needs one, gathers transactions into a
 * batch, and writes and syncs it.
 *
 * A clean database has no log. Making one takes two steps that a crash may part: the log file is made
 * durable first, then a header that says OPEN and names it.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAllQuietly } from '../base/run-all.ts'
import { LogBatch } from '../wal/batch.ts'
import { BATCH_HEADER_BYTES, FRAME_HEADER_BYTES, roundUpToBlock } from '../wal/format.ts'
import { Log, removeLog } from '../wal/log.ts'
import { logLimitsFor } from '../wal/log-file.ts'
import type { Core } from './core.ts'
import { writeFileHeaderCopyByCopy } from './file-header.ts'
import type { OperationLog } from './operations.ts'

/** Transactions that nobody waits for are gathered up to this size before they are written. */
export const UNSYNCED_BATCH_BYTES = 256 * 1024

export class LogWriter {
  readonly #core: Core
  readonly #batch = new LogBatch()
  #firstLsn = 0

  constructor(core: Core) {
    this.#core = core
  }

  /** Bytes that wait to be written. */
  get pendingBytes(): number {
    return this.#batch.transactionCount === 0 ? 0 : this.#batch.fileBytes
  }

  /** Bytes of the present epoch's log, what waits included. */
  get sizeBytes(): number {
    return (this.#core.log?.sizeBytes ?? 0) + this.pendingBytes
  }

  /**
   * Takes the space that `length` more bytes of operations need, making the log if there is none.
   * @throws CoppiceError NO_SPACE: nothing happened. IO_ERROR: the database is poisoned.
   */
  reserve(length: number): void {
    const log = this.#core.log ?? this.#createLog()
    const waiting =
      this.#batch.transactionCount === 0 ? BATCH_HEADER_BYTES : BATCH_HEADER_BYTES + this.#batch.payloadBytes
    this.#guarded(() => log.reserve(roundUpToBlock(waiting + FRAME_HEADER_BYTES + length)))
  }

  /**
   * The same for a transaction that need not become durable: its batch takes the space when it is written. If there is
   * none then, what waits goes on waiting, in memory, and the next transactions are refused.
   * @throws CoppiceError as `reserve`
   */
  reserveUnsynced(length: number): void {
    if (this.pendingBytes + length > UNSYNCED_BATCH_BYTES) this.append()
    if (length > UNSYNCED_BATCH_BYTES) this.reserve(length)
    else if (this.#core.log === undefined) this.#createLog()
  }

  /** Adds a transaction, for which one of these was called, to what waits. */
  add(operations: OperationLog, lsn: number): void {
    if (this.#batch.transactionCount === 0) this.#firstLsn = lsn
    this.#batch.add(operations.bytes, 0, operations.length)
  }

  /** The transaction of `lsn`, the next one, is durable by a checkpoint and not in the log. */
  skip(lsn: number): void {
    this.#core.log?.skip(lsn)
  }

  /**
   * Writes what waits.
   * @param isSyncedAtOnce a blocking sync is what follows
   * @throws CoppiceError NO_SPACE: it goes on waiting; not when space was reserved for all of it. IO_ERROR: the database
   * is poisoned.
   */
  append(isSyncedAtOnce = false): void {
    if (this.#batch.transactionCount === 0) return
    const log = this.#core.log
    if (log === undefined) return
    try {
      log.append(this.#firstLsn, this.#batch, isSyncedAtOnce)
    } catch (error) {
      throw isCoppiceError(error, 'NO_SPACE') ? error : this.#core.poison(error)
    }
    this.#batch.clear()
  }

  /** Writes what waits and makes it durable. @throws CoppiceError as `append` */
  sync(): void {
    this.append(true)
    try {
      this.#core.log?.sync()
    } catch (error) {
      throw this.#core.poison(error)
    }
  }

  /** Makes durable what was written before the call, without blocking the event loop. */
  async syncAsync(): Promise<void> {
    try {
      await this.#core.log?.syncAsync()
    } catch (error) {
      // Closing synced it already, and took the file away under this sync.
      if (this.#core.isCleanlyClosed) return
      throw this.#core.poison(error)
    }
  }

  /**
   * Moves on to a new epoch, when the file for it is free and the disk has room. Everything before is durable
   * then. False: the epoch stays; a checkpoint works all the same.
   */
  switchEpoch(): boolean {
    const log = this.#core.log
    if (log === undefined) return false
    this.sync()
    if (log.retainedEpoch !== undefined) return false
    try {
      if (log.preparedEpoch === undefined) log.prepare(log.epoch + 1, log.durableLsn + 1)
      log.switchTo(log.epoch + 1)
      return true
    } catch (error) {
      if (isCoppiceError(error, 'NO_SPACE')) return false
      throw this.#core.poison(error)
    }
  }

  #createLog(): Log {
    const core = this.#core
    const path = core.file.file.path
    const log = this.#guarded(() => {
      try {
        const start = {
          epoch: core.header.logEpoch + 1,
          baseLsn: core.tip.lsn + 1,
          previousSalt: core.header.logSalt,
        }
        return Log.create(core.storage, path, core.databaseId, start, logLimitsFor(core.options.maxLogBytes))
      } catch (error) {
        // The header is CLEAN: nothing in a log is needed, and half a one would only be in the way.
        if (isCoppiceError(error, 'NO_SPACE')) removeLog(core.storage, path)
        throw error
      }
    })
    const header = core.nextHeader({
      open: true,
      lsn: core.tip.lsn,
      logEpoch: log.epoch,
      logSalt: log.salt,
    })
    try {
      writeFileHeaderCopyByCopy(core.file.file, header)
      core.file.sync()
    } catch (error) {
      const failure = core.poison(error)
      runAllQuietly(() => log.close(false))
      throw failure
    }
    // It describes the state that the newest header described, so the space map need not know of it.
    core.adoptHeader(header)
    log.recycle(log.epoch - 1)
    core.log = log
    return log
  }

  /** Lets NO_SPACE pass: nothing was written then. Anything else poisons. */
  #guarded<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      if (!(error instanceof CoppiceError) || error.code !== 'NO_SPACE') this.#core.poison(error)
      throw error
    }
  }
}
