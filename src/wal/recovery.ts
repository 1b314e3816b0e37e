/**
 * Reads a log again after a crash: hands out every transaction that is needed, in order, and decides
 * whether the place where the log ends is a torn tail or damage. The rules and the reasons are in
 * `format.ts`; the log is only read here, never changed.
 *
 * One difference of kinds runs through all of it: what could be the trace of a crash ends the log
 * quietly, what could not is WAL_CORRUPT, and what the machine refuses to read is the storage's IO_ERROR:
 * an unreadable log must not look like a short one.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { crc32 } from '../io/checksum.ts'
import type { Storage, StorageFile } from '../io/storage.ts'
import {
  BATCH_HEADER_BYTES,
  BatchHeader,
  BLOCK_BYTES,
  decodeBatchHeader,
  decodeFileHeader,
  FILE_HEADER_BYTES,
  type FileHeader,
  FRAME_HEADER_BYTES,
  headerSeedOf,
  logPath,
  PAYLOAD_BYTES_MAX,
  roundUpToBlock,
  SECTOR_BYTES,
  saltHighOf,
  saltLowOf,
} from './format.ts'
import { LogReader } from './log-reader.ts'

/** What the database header says about the log. */
export interface LogPlace {
  readonly epoch: number
  /** 8 bytes. */
  readonly salt: Uint8Array
  /** The first LSN that the data file doesn't contain. */
  readonly nextLsn: number
}

export interface LogRecovery {
  /** The newest LSN found; `nextLsn - 1` when there was nothing to replay. */
  readonly lastLsn: number
  /** Transactions handed to `visit`. */
  readonly transactionCount: number
  /**
   * The newest epoch with a transaction in it, and its salt: what the recovering checkpoint's database
   * header must name, and what the new log follows. An epoch that was prepared but never written is not
   * counted: that its file header is on disk is not known (its sync may have been the one that failed).
   */
  readonly epoch: number
  readonly salt: Uint8Array
  /** Batches of unacknowledged transactions were found behind the end and dropped. */
  readonly tornTail: boolean
}

/** Receives one transaction. `bytes` is valid during the call only. */
export type VisitTransaction = (lsn: number, bytes: Uint8Array) => void

/**
 * Replays what the log holds from `place.nextLsn` on. Changes nothing, so it may be repeated.
 * Only for a database whose header says OPEN: then the log must be there (L1).
 * @throws CoppiceError WAL_CORRUPT when acknowledged transactions are provably missing; some may have been
 * visited by then. IO_ERROR.
 */
export function readLog(
  storage: Storage,
  databasePath: string,
  databaseId: Uint8Array,
  place: LogPlace,
  visit: VisitTransaction,
): LogRecovery {
  const recovery = new Recovery(databasePath, databaseId, place, visit)
  withReader(storage, logPath(databasePath, place.epoch), reader => recovery.readNamedEpoch(reader))
  withReader(storage, logPath(databasePath, place.epoch + 1), reader => recovery.readNextEpoch(reader))
  return recovery.result()
}

/**
 * Whether the epoch after `place.epoch` holds a batch. Under a header that says CLEAN it cannot: a batch is written
 * only after a header that says OPEN is durable. So that header was lost, and what is found is an old state.
 * @throws CoppiceError WAL_CORRUPT, IO_ERROR
 */
export function logGoesOn(
  storage: Storage,
  databasePath: string,
  databaseId: Uint8Array,
  place: LogPlace,
): boolean {
  const recovery = new Recovery(databasePath, databaseId, place, () => {})
  withReader(storage, logPath(databasePath, place.epoch + 1), reader => recovery.readNextEpoch(reader))
  return recovery.result().epoch > place.epoch
}

function withReader(storage: Storage, path: string, read: (reader: LogReader | undefined) => void): void {
  let file: StorageFile
  try {
    file = storage.open(path, 'read')
  } catch (error) {
    if (!isCoppiceError(error, 'NOT_FOUND')) throw error
    read(undefined)
    return
  }
  try {
    read(new LogReader(file))
  } finally {
    file.close()
  }
}

class Recovery {
  readonly #databasePath: string
  readonly #databaseId: Uint8Array
  readonly #headerSeed: number
  readonly #nextLsn: number
  readonly #visit: VisitTransaction
  readonly #batch = new BatchHeader()
  #epoch: number
  #salt: Uint8Array
  #lastLsn: number
  #transactionCount = 0
  #tornTail = false

  constructor(databasePath: string, databaseId: Uint8Array, place: LogPlace, visit: VisitTransaction) {
    this.#databasePath = databasePath
    this.#databaseId = databaseId
    this.#headerSeed = headerSeedOf(databaseId)
    this.#nextLsn = place.nextLsn
    this.#visit = visit
    this.#epoch = place.epoch
    this.#salt = place.salt
    this.#lastLsn = place.nextLsn - 1
  }

  result(): LogRecovery {
    return {
      lastLsn: this.#lastLsn,
      transactionCount: this.#transactionCount,
      epoch: this.#epoch,
      salt: this.#salt,
      tornTail: this.#tornTail,
    }
  }

  /** The epoch that the database header names. It was durable before that header was (L1). */
  readNamedEpoch(reader: LogReader | undefined): void {
    const header = reader && this.#fileHeader(reader, this.#epoch)
    if (reader === undefined || header === undefined || !sameSalt(header.salt, this.#salt)) {
      const what = reader === undefined ? 'is missing' : 'does not belong to the state of this database'
      throw this.#corrupt(this.#epoch, `the log file ${what}`)
    }
    if (header.baseLsn > this.#nextLsn) {
      throw this.#corrupt(
        this.#epoch,
        `transactions ${this.#nextLsn} to ${header.baseLsn - 1} are neither in the database nor in the log`,
      )
    }
    this.#readEpoch(reader, header)
  }

  /** The epoch after it, if there is one: absent, unfinished and stale files all mean that there is none. */
  readNextEpoch(reader: LogReader | undefined): void {
    if (reader === undefined) return
    const epoch = this.#epoch + 1
    const header = this.#fileHeader(reader, epoch)
    if (header === undefined) {
      // Torn while it was prepared, or rotten with acknowledged batches behind it (L1)?
      this.#refuseProof(reader, 0, epoch, undefined, this.#lastLsn + 1)
      return
    }
    if (!sameSalt(header.previousSalt, this.#salt)) return
    if (header.baseLsn > this.#lastLsn + 1) {
      throw this.#corrupt(epoch - 1, `transactions from ${this.#lastLsn + 1} on were durable and are missing`)
    }
    if (this.#readEpoch(reader, header)) {
      this.#epoch = epoch
      this.#salt = header.salt
    }
  }

  /** The first intact copy of the file header of this epoch and database. */
  #fileHeader(reader: LogReader, epoch: number): FileHeader | undefined {
    for (let position = 0; position < FILE_HEADER_BYTES; position += BLOCK_BYTES) {
      if (position + BLOCK_BYTES > reader.sizeBytes) break
      const offset = reader.load(position, BLOCK_BYTES)
      const header = decodeFileHeader(reader.bytes, offset, this.#databaseId)
      if (header !== undefined && header.epoch === epoch) return header
    }
    return undefined
  }

  /** Replays batches up to the first bad one that is needed, and judges that one. True if any was good. */
  #readEpoch(reader: LogReader, header: FileHeader): boolean {
    const batch = this.#batch
    let chain = header.crc
    let position = FILE_HEADER_BYTES
    let expectedLsn = this.#lastLsn + 1
    let isFirst = true
    for (;;) {
      const isGood =
        this.#batchAt(reader, position, header.epoch, header.salt) &&
        batch.chain === chain &&
        (batch.firstLsn === expectedLsn || (isFirst && this.#mayStartAt(batch.firstLsn, header.epoch))) &&
        this.#payloadIsIntact(reader, position)
      if (!isGood) {
        // What the database holds already may be bad: then the chain is taken up where the need begins.
        const resumed = this.#findNeeded(reader, position, header, isFirst ? 0 : expectedLsn)
        if (resumed < 0) break
        position = resumed
      }
      this.#visitBatch(reader, position, header.epoch)
      isFirst = false
      chain = batch.crc
      expectedLsn = batch.lastLsn + 1
      position += roundUpToBlock(BATCH_HEADER_BYTES + batch.payloadBytes)
    }
    const missingLsn = Math.max(expectedLsn, this.#nextLsn)
    // A write that went astray may begin in the padding of what is still good, or in that of the file header.
    const from = isFirst ? 0 : position - BLOCK_BYTES
    this.#refuseProof(reader, from, header.epoch, header.salt, missingLsn)
    return !isFirst
  }

  /**
   * Finds the batch that holds nextLsn, at or behind a bad one, and leaves it decoded; its place, or -1. Only
   * in the named epoch, and only if what is bad lies below nextLsn: a batch that holds it can't be the bad one.
   */
  #findNeeded(reader: LogReader, from: number, header: FileHeader, expectedLsn: number): number {
    if (header.epoch !== this.#epoch || expectedLsn >= this.#nextLsn) return -1
    for (let position = from; position < reader.sizeBytes; position += BLOCK_BYTES) {
      if (!this.#batchAt(reader, position, header.epoch, header.salt)) continue
      if (this.#batch.firstLsn > this.#nextLsn || this.#batch.lastLsn < this.#nextLsn) continue
      return this.#payloadIsIntact(reader, position) ? position : -1
    }
    return -1
  }

  /**
   * Whether an epoch may start below the LSN that is expected. The named one may: a checkpoint can be newer
   * than the change of epochs that came with it. The next one can't (L2).
   */
  #mayStartAt(firstLsn: number, epoch: number): boolean {
    if (firstLsn > this.#lastLsn) return false
    if (epoch === this.#epoch) return true
    throw this.#corrupt(epoch, `starts at transaction ${firstLsn}, which the epoch before holds already`)
  }

  /** Decodes the batch header at `position`; false unless it is one of this epoch, in its own place. */
  #batchAt(reader: LogReader, position: number, epoch: number, salt: Uint8Array): boolean {
    return this.#headerAt(reader, position, epoch, salt) && this.#batch.block * BLOCK_BYTES === position
  }

  /** The same wherever the header belongs. `salt` undefined: unknown, any will do. */
  #headerAt(reader: LogReader, position: number, epoch: number, salt: Uint8Array | undefined): boolean {
    if (position + BATCH_HEADER_BYTES > reader.sizeBytes) return false
    const offset = reader.load(position, BATCH_HEADER_BYTES)
    const batch = this.#batch
    return (
      decodeBatchHeader(batch, reader.bytes, reader.view, offset, this.#headerSeed) &&
      batch.epoch === epoch &&
      (salt === undefined || (batch.saltLow === saltLowOf(salt) && batch.saltHigh === saltHighOf(salt))) &&
      batch.durableLsn < batch.firstLsn &&
      batch.firstLsn <= batch.lastLsn
    )
  }

  #payloadIsIntact(reader: LogReader, position: number): boolean {
    const { payloadBytes, payloadCrc } = this.#batch
    const start = position + BATCH_HEADER_BYTES
    if (payloadBytes > PAYLOAD_BYTES_MAX || start + payloadBytes > reader.sizeBytes) return false
    const offset = reader.load(start, payloadBytes)
    return crc32(reader.bytes.subarray(offset, offset + payloadBytes)) === payloadCrc
  }

  /** The payload is loaded and its checksum right, so its frames are as they were written. */
  #visitBatch(reader: LogReader, position: number, epoch: number): void {
    const { firstLsn, lastLsn, payloadBytes } = this.#batch
    let at = reader.load(position + BATCH_HEADER_BYTES, payloadBytes)
    const end = at + payloadBytes
    for (let lsn = firstLsn; lsn <= lastLsn; lsn++) {
      if (at + FRAME_HEADER_BYTES > end) throw this.#corrupt(epoch, `transaction ${lsn} has no bytes`)
      const length = reader.view.getUint32(at, true)
      at += FRAME_HEADER_BYTES
      if (length > end - at) throw this.#corrupt(epoch, `transaction ${lsn} runs out of its batch`)
      if (lsn >= this.#nextLsn) {
        this.#visit(lsn, reader.bytes.subarray(at, at + length))
        this.#lastLsn = lsn
        this.#transactionCount++
      }
      at += length
    }
    if (at !== end) throw this.#corrupt(epoch, `bytes are left over behind transaction ${lastLsn}`)
  }

  /**
   * Looks at every sector from `from` on for proof that the missing transaction had been acknowledged, and throws if
   * there is any. What follows `missingLsn` without proof is a torn tail. A header proves it in any place (L8), as one
   * that was written over the batches it vouches for; but then it must have the salt of the epoch.
   */
  #refuseProof(
    reader: LogReader,
    from: number,
    epoch: number,
    salt: Uint8Array | undefined,
    missingLsn: number,
  ): void {
    for (let position = from; position < reader.sizeBytes; position += SECTOR_BYTES) {
      if (!this.#headerAt(reader, position, epoch, salt)) continue
      const { durableLsn, lastLsn, block } = this.#batch
      const isInPlace = block * BLOCK_BYTES === position
      if (!isInPlace && salt === undefined) continue
      if (durableLsn >= missingLsn) {
        throw this.#corrupt(
          epoch,
          `transaction ${missingLsn} is damaged or missing, and the batch at byte ${position} shows that ` +
            `everything up to ${durableLsn} had been durable`,
        )
      }
      // One that ends below may stand behind a gap that a checkpoint has closed.
      if (isInPlace && lastLsn >= missingLsn) this.#tornTail = true
    }
  }

  #corrupt(epoch: number, reason: string): CoppiceError {
    const path = logPath(this.#databasePath, epoch)
    return new CoppiceError('WAL_CORRUPT', `${path}: ${reason}`, { path })
  }
}

function sameSalt(a: Uint8Array, b: Uint8Array): boolean {
  return saltLowOf(a) === saltLowOf(b) && saltHighOf(a) === saltHighOf(b)
}
