/**
 * A damaged log as it is read for salvage: every batch that is whole, wherever it stands, and how far they follow one
 * another from a given transaction on.
 *
 * Unlike recovery (`recovery.ts`) it needs no file header and no chain, because (epoch, salt, place) names one batch for
 * all time (L4) and LSNs have no gaps. It never decides that something did not happen: what it cannot replay, it
 * counts.
 */

import { isCoppiceError } from '../base/errors.ts'
import { crc32 } from '../io/checksum.ts'
import type { Storage, StorageFile } from '../io/storage.ts'
import {
  BATCH_HEADER_BYTES,
  BatchHeader,
  BLOCK_BYTES,
  DATABASE_ID_BYTES,
  decodeBatchHeader,
  decodeFileHeader,
  FILE_HEADER_BYTES,
  type FileHeader,
  FRAME_HEADER_BYTES,
  logPath,
  PAYLOAD_BYTES_MAX,
  SALT_BYTES,
  SECTOR_BYTES,
  saltHighOf,
  saltLowOf,
} from './format.ts'
import { LogReader } from './log-reader.ts'
import type { LogPlace, VisitTransaction } from './recovery.ts'

const LOG_FILES = 2
/** Where a file header has the database id. */
const DATABASE_ID_AT = 16

/** A batch whose header is right. */
export interface ScannedBatch {
  readonly path: string
  /** Where its header was found: not in its own place if the device wrote it elsewhere, and then it is not whole. */
  readonly position: number
  readonly epoch: number
  readonly saltLow: number
  readonly saltHigh: number
  readonly firstLsn: number
  readonly lastLsn: number
  readonly durableLsn: number
  readonly payloadBytes: number
  /** Whether its payload is right, too. */
  readonly isWhole: boolean
}

/** A file header, and the database that it names. */
export interface ScannedFileHeader extends FileHeader {
  readonly databaseId: Uint8Array
}

export interface LogScan {
  /** In the order of files and places. */
  readonly batches: readonly ScannedBatch[]
  readonly headers: readonly ScannedFileHeader[]
  /** How many of the two files there are. */
  readonly fileCount: number
}

/** Reads both files of the log, as far as they can be read. Only what was made with `headerSeed` counts. */
export function scanLog(storage: Storage, databasePath: string, headerSeed: number): LogScan {
  const batches: ScannedBatch[] = []
  const headers: ScannedFileHeader[] = []
  let fileCount = 0
  for (let i = 0; i < LOG_FILES; i++) {
    const file = openIfThere(storage, logPath(databasePath, i))
    if (file === undefined) continue
    fileCount++
    try {
      const reader = new LogReader(file)
      scanHeaders(reader, headerSeed, headers)
      scanBatches(reader, file.path, headerSeed, batches)
    } finally {
      file.close()
    }
  }
  return { batches, headers, fileCount }
}

function openIfThere(storage: Storage, path: string): StorageFile | undefined {
  try {
    return storage.open(path, 'read')
  } catch (error) {
    if (!isCoppiceError(error, 'NOT_FOUND') && !isCoppiceError(error, 'IO_ERROR')) throw error
    return undefined
  }
}

/** The offset of bytes of the file in the reader's window; undefined when they cannot be read. */
function loadIfReadable(reader: LogReader, position: number, length: number): number | undefined {
  if (position + length > reader.sizeBytes) return undefined
  try {
    return reader.load(position, length)
  } catch (error) {
    if (!isCoppiceError(error, 'IO_ERROR')) throw error
    return undefined
  }
}

function scanHeaders(reader: LogReader, headerSeed: number, headers: ScannedFileHeader[]): void {
  for (let position = 0; position < FILE_HEADER_BYTES; position += BLOCK_BYTES) {
    const offset = loadIfReadable(reader, position, BLOCK_BYTES)
    if (offset === undefined) continue
    const idAt = offset + DATABASE_ID_AT
    const databaseId = Uint8Array.from(reader.bytes.subarray(idAt, idAt + DATABASE_ID_BYTES))
    const header = decodeFileHeader(reader.bytes, offset, databaseId)
    if (header !== undefined && crc32(databaseId) === headerSeed) headers.push({ ...header, databaseId })
  }
}

function scanBatches(reader: LogReader, path: string, headerSeed: number, batches: ScannedBatch[]): void {
  const header = new BatchHeader()
  for (let position = 0; position < reader.sizeBytes; ) {
    if (!loadHeader(reader, position, headerSeed, header)) {
      position += SECTOR_BYTES
      continue
    }
    const isInPlace = header.block * BLOCK_BYTES === position
    const { epoch, saltLow, saltHigh, firstLsn, lastLsn, durableLsn, payloadBytes } = header
    const isWhole = isInPlace && isPayloadWhole(reader, position, header)
    batches.push({
      path,
      position,
      epoch,
      saltLow,
      saltHigh,
      firstLsn,
      lastLsn,
      durableLsn,
      payloadBytes,
      isWhole,
    })
    // The padding behind it is looked at, too: a write that went astray may begin there (L8).
    position += isWhole ? roundUpToSector(BATCH_HEADER_BYTES + payloadBytes) : SECTOR_BYTES
  }
}

function roundUpToSector(byteLength: number): number {
  return Math.ceil(byteLength / SECTOR_BYTES) * SECTOR_BYTES
}

/** Whether a batch's header stands there, in its place or not. */
function loadHeader(reader: LogReader, position: number, headerSeed: number, header: BatchHeader): boolean {
  const offset = loadIfReadable(reader, position, BATCH_HEADER_BYTES)
  return (
    offset !== undefined &&
    decodeBatchHeader(header, reader.bytes, reader.view, offset, headerSeed) &&
    header.durableLsn < header.firstLsn &&
    header.firstLsn <= header.lastLsn
  )
}

function isPayloadWhole(reader: LogReader, position: number, header: BatchHeader): boolean {
  const { payloadBytes, payloadCrc } = header
  if (payloadBytes > PAYLOAD_BYTES_MAX) return false
  const offset = loadIfReadable(reader, position + BATCH_HEADER_BYTES, payloadBytes)
  return offset !== undefined && crc32(reader.bytes.subarray(offset, offset + payloadBytes)) === payloadCrc
}

/** What of a log follows a state of the database. */
export interface LogPlan {
  /** The batches to replay, in order. */
  readonly batches: readonly ScannedBatch[]
  /** The newest LSN that they lead to. */
  readonly lastLsn: number
  /** Transactions after it that are known to have been committed: damaged, or whole but behind a damaged one. */
  readonly lostCount: number
}

/** Finds the batches that follow `place` without a gap. */
export function planReplay({ batches, headers }: LogScan, place: LogPlace): LogPlan {
  const chosen: ScannedBatch[] = []
  const salts = new Map([[place.epoch, place.salt]])
  const following = headers.find(
    ({ epoch, previousSalt }) => epoch === place.epoch + 1 && sameSalt(previousSalt, place.salt),
  )
  if (following !== undefined) salts.set(following.epoch, following.salt)
  let nextLsn = place.nextLsn
  for (const epoch of [place.epoch, place.epoch + 1]) {
    const salt = salts.get(epoch)
    for (const batch of batches) {
      if (batch.epoch !== epoch || !batch.isWhole || batch.lastLsn < nextLsn) continue
      if (salt !== undefined && !hasSalt(batch, salt)) continue
      // Only the first one may begin before the state ends: a checkpoint can be newer than the change of epochs (L2).
      const mayFollow = chosen.length === 0 ? batch.firstLsn <= nextLsn : batch.firstLsn === nextLsn
      if (!mayFollow) break
      chosen.push(batch)
      nextLsn = batch.lastLsn + 1
    }
  }
  const lastLsn = nextLsn - 1
  return { batches: chosen, lastLsn, lostCount: committedIn(batches, lastLsn) - lastLsn }
}

/** The same for a state of which only the LSN is known: the newest epoch that has what follows it is taken. */
export function planReplayAfter(scan: LogScan, lsn: number): LogPlan {
  const following = scan.batches
    .filter(({ isWhole, firstLsn, lastLsn }) => isWhole && firstLsn <= lsn + 1 && lastLsn > lsn)
    .sort((a, b) => b.epoch - a.epoch)
  if (following.length === 0) return withoutReplay(scan, lsn)
  const [{ epoch, saltLow, saltHigh }] = following
  const salt = Buffer.alloc(SALT_BYTES)
  salt.writeUInt32LE(saltLow, 0)
  salt.writeUInt32LE(saltHigh, SALT_BYTES / 2)
  return planReplay(scan, { epoch, salt, nextLsn: lsn + 1 })
}

/** Whether anything of an epoch was found. */
export function isThere({ batches, headers }: LogScan, epoch: number, salt: Uint8Array): boolean {
  return (
    headers.some(header => header.epoch === epoch && sameSalt(header.salt, salt)) ||
    batches.some(batch => batch.epoch === epoch && hasSalt(batch, salt))
  )
}

/** For a state of unknown LSN: what its newest epoch holds may be in the state already, and cannot be replayed. */
export function wholeLogLost({ batches }: LogScan): LogPlan {
  const newest = batches.reduce((epoch, batch) => Math.max(epoch, batch.epoch), 0)
  const lost = batches.filter(({ isWhole, epoch }) => isWhole && epoch === newest)
  const lostCount = lost.reduce((sum, { firstLsn, lastLsn }) => sum + lastLsn - firstLsn + 1, 0)
  return { batches: [], lastLsn: 0, lostCount }
}

/** Nothing can be replayed: what the log holds after `lsn` is lost. */
function withoutReplay({ batches }: LogScan, lsn: number): LogPlan {
  return { batches: [], lastLsn: lsn, lostCount: committedIn(batches, lsn) - lsn }
}

/** The newest LSN of which the log shows that it was committed, or `lsn`. */
function committedIn(batches: readonly ScannedBatch[], lsn: number): number {
  let committed = lsn
  for (const { durableLsn, isWhole, lastLsn } of batches) {
    committed = Math.max(committed, durableLsn, isWhole ? lastLsn : 0)
  }
  return committed
}

function hasSalt({ saltLow, saltHigh }: ScannedBatch, salt: Uint8Array): boolean {
  return saltLow === saltLowOf(salt) && saltHigh === saltHighOf(salt)
}

function sameSalt(a: Uint8Array, b: Uint8Array): boolean {
  return saltLowOf(a) === saltLowOf(b) && saltHighOf(a) === saltHighOf(b)
}

/**
 * Hands out the transactions of a batch from `fromLsn` on. False when its bytes are not what a batch has inside (its
 * checksum was right: no Coppice wrote it), or cannot be read any more.
 */
export function visitBatch(
  storage: Storage,
  batch: ScannedBatch,
  fromLsn: number,
  visit: VisitTransaction,
): boolean {
  const file = openIfThere(storage, batch.path)
  if (file === undefined) return false
  try {
    const reader = new LogReader(file)
    let at = loadIfReadable(reader, batch.position + BATCH_HEADER_BYTES, batch.payloadBytes)
    if (at === undefined) return false
    const end = at + batch.payloadBytes
    for (let lsn = batch.firstLsn; lsn <= batch.lastLsn; lsn++) {
      if (at + FRAME_HEADER_BYTES > end) return false
      const length = reader.view.getUint32(at, true)
      at += FRAME_HEADER_BYTES
      if (length > end - at) return false
      if (lsn >= fromLsn) visit(lsn, reader.bytes.subarray(at, at + length))
      at += length
    }
    return at === end
  } finally {
    file.close()
  }
}
