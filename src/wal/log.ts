/**
 * The log as the store writes it: append, sync, and the change of epochs around a checkpoint.
 *
 * `format.ts` says what the bytes are and why recovery can rely on them; its invariants L1 to L5 are kept
 * here. The log knows nothing of trees, and nothing of the database header beyond what the store says
 * by calling `recycle`. Reading a log again is `recovery.ts`; a found log is never appended to (L4).
 *
 * The epoch that is written lives in one file. The other file is in one of these states:
 *
 * ```
 *                 recycle(E-1): a durable database header names E
 *    retained(E-1) ───────────────────────────────────────────────> free
 *         ^                                                          │ prepare(E+1)
 *         │ switchTo(E+1): the files change roles, E is now retained  v
 *         └───────────────────────────────────────────────────── prepared(E+1)
 * ```
 * A new log starts with the other file retained, because the epoch before may still be needed.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAll, runAllQuietly } from '../base/run-all.ts'
import type { Storage } from '../io/storage.ts'
import type { LogBatch } from './batch.ts'
import {
  BatchHeader,
  BLOCK_BYTES,
  DATABASE_ID_BYTES,
  encodeFileHeader,
  FILE_HEADER_BYTES,
  headerSeedOf,
  logPath,
  SALT_BYTES,
  saltHighOf,
  saltLowOf,
} from './format.ts'
import { DEFAULT_LOG_LIMITS, LogFile, type LogLimits } from './log-file.ts'

/** Where a new log starts. */
export interface LogStart {
  /** One more than the epoch before, which may still be on disk and needed. */
  readonly epoch: number
  /** LSN of the first transaction that will be appended. */
  readonly baseLsn: number
  /** Salt of the epoch before; eight zeros when there was none. */
  readonly previousSalt: Uint8Array
}

const OtherFile = { retained: 0, free: 1, prepared: 2 } as const
type OtherFile = (typeof OtherFile)[keyof typeof OtherFile]

/**
 * Removes both files of a log, if they are there, durably. Only for a database that is closed cleanly. `mayBePending`: a
 * process that died may have removed them, and only the cache knows: they must not come back beside later commits.
 */
export function removeLog(storage: Storage, databasePath: string, mayBePending = false): void {
  const first = storage.unlink(logPath(databasePath, 0))
  const second = storage.unlink(logPath(databasePath, 1))
  if (first || second || mayBePending) storage.syncDirectory(storage.directoryOf(databasePath))
}

/**
 * The log of an open database.
 *
 * Every method that writes or syncs throws IO_ERROR when that fails, and the log is poisoned: from then on
 * it throws POISONED. NO_SPACE, from `create`, `reserve`, `append` and `prepare`, always means that there was no room
 * to take, and the log goes on.
 */
export class Log {
  readonly #storage: Storage
  readonly #databasePath: string
  readonly #databaseId: Uint8Array
  readonly #headerSeed: number
  readonly #batchHeader = new BatchHeader()
  #current: LogFile
  #other: LogFile
  #otherState: OtherFile = OtherFile.retained
  #epoch: number
  #salt: Uint8Array
  #preparedSalt: Uint8Array
  /** CRC of the prepared file's header: its first batch chains from it. */
  #preparedChain = 0
  #position = FILE_HEADER_BYTES
  #chain = 0
  #appendedLsn: number
  #durableLsn: number
  #isPoisoned = false
  #failure: unknown = undefined
  #isClosed = false

  /**
   * Starts a log for `start.epoch` with new random salt: its file is made and filled, and is durable with its
   * name when this returns (L1). The other file is left alone until `recycle(start.epoch - 1)`.
   * @throws CoppiceError NO_SPACE, IO_ERROR
   */
  static create(
    storage: Storage,
    databasePath: string,
    databaseId: Uint8Array,
    start: LogStart,
    limits: LogLimits = DEFAULT_LOG_LIMITS,
  ): Log {
    const log = new Log(storage, databasePath, databaseId, start, limits)
    try {
      log.#makeReady(log.#current, start.epoch, log.#salt, start.previousSalt, start.baseLsn)
    } catch (error) {
      runAllQuietly(() => log.close(false))
      throw error
    }
    log.#chain = log.#preparedChain
    return log
  }

  private constructor(
    storage: Storage,
    databasePath: string,
    databaseId: Uint8Array,
    start: LogStart,
    limits: LogLimits,
  ) {
    assert(databaseId.length === DATABASE_ID_BYTES, 'a database id is 16 bytes')
    assert(start.previousSalt.length === SALT_BYTES, 'a salt is 8 bytes')
    assert(Number.isSafeInteger(start.epoch) && start.epoch > 0, 'epochs count from 1')
    assert(Number.isSafeInteger(start.baseLsn) && start.baseLsn > 0, 'LSNs count from 1')
    this.#storage = storage
    this.#databasePath = databasePath
    this.#databaseId = databaseId
    this.#headerSeed = headerSeedOf(databaseId)
    this.#current = new LogFile(storage, logPath(databasePath, start.epoch), limits)
    this.#other = new LogFile(storage, logPath(databasePath, start.epoch + 1), limits)
    this.#epoch = start.epoch
    this.#salt = storage.randomBytes(SALT_BYTES)
    this.#preparedSalt = this.#salt
    this.#appendedLsn = start.baseLsn - 1
    this.#durableLsn = this.#appendedLsn
  }

  /** The epoch that appends go to. */
  get epoch(): number {
    return this.#epoch
  }
  /** The salt of that epoch, 8 bytes: the database header must name both. */
  get salt(): Uint8Array {
    return this.#salt
  }
  /** The newest LSN that a crash can't take away. */
  get durableLsn(): number {
    return this.#durableLsn
  }
  /** The newest LSN that was appended. */
  get appendedLsn(): number {
    return this.#appendedLsn
  }
  /** Bytes in use in the epoch's file, file header included. */
  get sizeBytes(): number {
    return this.#position
  }
  /** Bytes that both files take on disk, as far as this process filled them. */
  get allocatedBytes(): number {
    return this.#current.allocatedBytes + this.#other.allocatedBytes
  }
  /** The epoch before, while it is still needed: until `recycle` no new one can be prepared. */
  get retainedEpoch(): number | undefined {
    return this.#otherState === OtherFile.retained ? this.#epoch - 1 : undefined
  }
  /** The next epoch, when it is prepared. */
  get preparedEpoch(): number | undefined {
    return this.#otherState === OtherFile.prepared ? this.#epoch + 1 : undefined
  }
  /** A write or sync failed; nothing but `close(false)` is possible any more. */
  get isPoisoned(): boolean {
    return this.#isPoisoned
  }

  /**
   * Writes the batch behind the last one; not durable before a sync. `batch` may be cleared and used again at once. Where
   * no space was reserved, the batch itself takes it: cheaper than zeros before it, when the sync is far away.
   * @param isSyncedAtOnce `sync` is what follows
   * @throws CoppiceError NO_SPACE: that space was not to be had. It may be tried again, with more behind it; but the
   * transactions in it have happened, for as much of it as found room may be on disk. IO_ERROR (poisons), POISONED
   */
  append(firstLsn: number, batch: LogBatch, isSyncedAtOnce = false): void {
    this.#assertUsable()
    assert(firstLsn === this.#appendedLsn + 1, 'LSNs are appended without gaps')
    assert(batch.transactionCount > 0, 'a batch holds a transaction')
    const fileBytes = batch.fileBytes
    const header = this.#batchHeader
    const lastLsn = firstLsn + batch.transactionCount - 1
    header.epoch = this.#epoch
    header.saltLow = saltLowOf(this.#salt)
    header.saltHigh = saltHighOf(this.#salt)
    header.firstLsn = firstLsn
    header.lastLsn = lastLsn
    header.durableLsn = this.#durableLsn
    header.block = this.#position / BLOCK_BYTES
    header.chain = this.#chain
    batch.seal(header, this.#headerSeed)
    const end = this.#position + fileBytes
    const isReserved = end <= this.#current.allocatedBytes
    try {
      if (isReserved) this.#current.write(batch.bytes, fileBytes, this.#position, isSyncedAtOnce)
      else this.#current.extend(batch.bytes, fileBytes, this.#position)
    } catch (error) {
      // NO_SPACE, too, where space was reserved: somebody relied on it, and the batch may be whole in the file.
      throw !isReserved && isCoppiceError(error, 'NO_SPACE') ? error : this.#poison(error)
    }
    this.#chain = header.crc
    this.#position += fileBytes
    this.#appendedLsn = lastLsn
  }

  /**
   * Takes the space for a batch of `fileBytes` now, so that appending it can't fail for want of space.
   * @throws CoppiceError NO_SPACE (nothing happened), IO_ERROR (poisons), POISONED
   */
  reserve(fileBytes: number): void {
    this.#assertUsable()
    if (this.#position + fileBytes > this.#current.allocatedBytes) this.#takeSpace(fileBytes)
  }

  /** Fills the next step of the file and makes it durable. NO_SPACE leaves everything as it was. */
  #takeSpace(fileBytes: number): void {
    try {
      this.#current.fillTo(this.#position + fileBytes)
    } catch (error) {
      throw isCoppiceError(error, 'NO_SPACE') ? error : this.#poison(error)
    }
    this.#syncFile(this.#current)
  }

  /** A sync that fails is never harmless, even if a full disk made it fail: the log must not go on. */
  #syncFile(file: LogFile): void {
    try {
      file.sync()
    } catch (error) {
      throw this.#poison(error)
    }
  }

  /**
   * The next LSN is in no batch: its transaction became durable by a checkpoint, with all before it. Whatever is
   * appended after it vouches for it, so that no recovery from an older state passes it over.
   */
  skip(lsn: number): void {
    this.#assertUsable()
    assert(this.#appendedLsn === this.#durableLsn, 'what came before a checkpoint is durable')
    assert(lsn === this.#appendedLsn + 1, 'LSNs are used without gaps')
    this.#appendedLsn = lsn
    this.#durableLsn = lsn
  }

  /**
   * Makes all that was appended durable. @throws CoppiceError IO_ERROR (poisons), POISONED
   */
  sync(): void {
    this.#assertUsable()
    const target = this.#appendedLsn
    if (target === this.#durableLsn) return
    this.#syncFile(this.#current)
    this.#durableLsn = target
  }

  /**
   * Makes durable what was appended before the call, without blocking the event loop. Any number may be
   * under way, and `sync` and `append` may be called meanwhile.
   * @throws CoppiceError IO_ERROR (poisons), POISONED (also when another write or sync failed meanwhile:
   * what this one covered may or may not be durable)
   */
  async syncAsync(): Promise<void> {
    this.#assertUsable()
    const target = this.#appendedLsn
    if (target === this.#durableLsn) return
    try {
      await this.#current.syncAsync()
    } catch (error) {
      throw this.#poison(error)
    }
    if (this.#isPoisoned) this.#throwPoisoned()
    if (target > this.#durableLsn) this.#durableLsn = target
  }

  /**
   * Makes the other file ready for the next epoch, with new random salt, and durable (L1). Appends still go
   * to the present epoch.
   * @param baseLsn the first LSN that may be in it: at most `durableLsn + 1`, because recovery takes it as
   * proof that everything below was durable
   * @throws CoppiceError NO_SPACE (may be tried again), IO_ERROR (poisons), POISONED
   */
  prepare(epoch: number, baseLsn: number): void {
    this.#assertUsable()
    assert(this.#otherState === OtherFile.free, 'a file is used again only when its epoch is recycled')
    assert(epoch === this.#epoch + 1, 'epochs follow each other')
    assert(baseLsn <= this.#durableLsn + 1, 'the base LSN vouches only for what is durable')
    this.#preparedSalt = this.#storage.randomBytes(SALT_BYTES)
    this.#makeReady(this.#other, epoch, this.#preparedSalt, this.#salt, baseLsn)
    this.#otherState = OtherFile.prepared
  }

  #makeReady(
    file: LogFile,
    epoch: number,
    salt: Uint8Array,
    previousSalt: Uint8Array,
    baseLsn: number,
  ): void {
    const header = encodeFileHeader(this.#databaseId, epoch, salt, previousSalt, baseLsn)
    try {
      file.makeReady()
      file.fillTo(FILE_HEADER_BYTES + BLOCK_BYTES)
      file.write(header.bytes, header.bytes.length, 0)
    } catch (error) {
      throw isCoppiceError(error, 'NO_SPACE') ? error : this.#poison(error)
    }
    this.#syncFile(file)
    try {
      file.syncName()
    } catch (error) {
      throw this.#poison(error)
    }
    this.#preparedChain = header.crc
  }

  /**
   * Appends go to the prepared epoch from now on. Everything of the present one is synced first (L2).
   * @throws CoppiceError IO_ERROR (poisons), POISONED
   */
  switchTo(epoch: number): void {
    this.#assertUsable()
    assert(this.#otherState === OtherFile.prepared, 'an epoch is prepared before it is written')
    assert(epoch === this.#epoch + 1, 'epochs follow each other')
    this.sync()
    const before = this.#current
    this.#current = this.#other
    this.#other = before
    this.#otherState = OtherFile.retained
    this.#epoch = epoch
    this.#salt = this.#preparedSalt
    this.#chain = this.#preparedChain
    this.#position = FILE_HEADER_BYTES
  }

  /** The store's word that a durable database header needs nothing of `epoch`, the one before this (L5). */
  recycle(epoch: number): void {
    this.#assertUsable()
    assert(this.#otherState === OtherFile.retained && epoch === this.#epoch - 1, 'the epoch is retained')
    this.#otherState = OtherFile.free
  }

  /**
   * Closes the files. With `remove` it deletes them, durably: only after a database header that says CLEAN
   * is durable. A second call does nothing.
   */
  close(remove: boolean): void {
    if (this.#isClosed) return
    assert(!(remove && this.#isPoisoned), 'a poisoned log is kept for recovery')
    this.#isClosed = true
    runAll(
      () => this.#current.close(),
      () => this.#other.close(),
      () => remove && removeLog(this.#storage, this.#databasePath),
    )
  }

  #assertUsable(): void {
    assert(!this.#isClosed, 'the log is open')
    if (this.#isPoisoned) this.#throwPoisoned()
  }

  /** Returns what to throw: NO_SPACE would say that only one transaction failed, so it becomes IO_ERROR. */
  #poison(error: unknown): unknown {
    if (!this.#isPoisoned) {
      this.#isPoisoned = true
      this.#failure = error
    }
    if (!isCoppiceError(error, 'NO_SPACE')) return error
    return new CoppiceError('IO_ERROR', error.message, { ...error.details, cause: error })
  }

  #throwPoisoned(): never {
    throw new CoppiceError('POISONED', 'an earlier write or sync of the log failed; close and open again', {
      path: this.#current.path,
      cause: this.#failure,
    })
  }
}
