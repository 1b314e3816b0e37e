/**
 * The write-ahead log on disk: what its bytes are, how it is read again, and why that is right.
 *
 * This file owns the layout and nothing else: it writes and checks headers in a buffer. Files are the
 * business of `log-file.ts`, appending of `log.ts`, reading again of `recovery.ts`. None of them knows
 * what a transaction's bytes mean.
 *
 * ## Format
 *
 * Two files, `<database>-wal0` and `<database>-wal1`. An **epoch** is the stretch of log between two
 * checkpoints; epoch E lives in file E mod 2, so that it never shares a file with its neighbours. All
 * numbers are little-endian; u64 fields hold at most 2^48 - 1. A **block** is 4 KiB.
 *
 * ```
 * block 0     file header
 * block 1     the same bytes again: one rotten block must not hide an epoch
 * block 2 ..  batches, each starting on a block; after the last one zeros, or what an older epoch left
 * ```
 *
 * File header (zero up to the CRC, zero after it to the end of the block):
 * ```
 *   0  u8[8]   magic "COPPLOG1"
 *   8  u32     format version, 1
 *  12  u32     block size, 4096
 *  16  u8[16]  database id
 *  32  u64     epoch
 *  40  u8[8]   salt, random for each epoch
 *  48  u8[8]   salt of the epoch before
 *  56  u64     base LSN: everything below it was durable in older epochs when this header was written
 * 508  u32     CRC32 of bytes 0 .. 508
 * ```
 *
 * Batch: one write, one or more transactions (an **LSN** counts committed transactions, without gaps; one that
 * became durable by a checkpoint has an LSN and is in no batch):
 * ```
 *   0  u32     magic
 *   4  u32     header CRC: CRC32 of bytes 8 .. 64, seeded with the CRC32 of the database id
 *   8  u32     payload CRC: CRC32 of the payload
 *  12  u32     payload length in bytes
 *  16  u64     epoch
 *  24  u8[8]   salt
 *  32  u64     first LSN
 *  40  u64     last LSN
 *  48  u64     durable LSN: the newest LSN known to be durable when this batch was written
 *  56  u32     the batch's own place, in blocks
 *  60  u32     chain: header CRC of the batch before; for the first batch, CRC of the file header
 *  64  ...     payload: for each transaction u32 length, then its bytes
 *      ...     zeros to the end of the block
 * ```
 * The header has a CRC of its own because a header tells more than its batch: even when the payload behind
 * it was torn, its durable LSN is a fact. It also keeps the search for such facts linear, whatever lengths
 * a damaged file claims. The header CRC covers the payload CRC, so the chain covers everything.
 *
 * ## Algorithm
 *
 * *Append*: encode one batch, write it behind the last one. *Sync*: all that was appended before becomes
 * durable, and its callers are told so. *Checkpoint*: prepare the other file for epoch E+1 and sync it;
 * sync what is left of E; append to E+1 from then on; when the database header that names E+1 is durable,
 * E's file may be used for E+2.
 *
 * *Recovery* gets epoch, salt and the first LSN that it needs from the database header. It takes batches
 * one after the other while header CRC, payload CRC, epoch, salt, place, chain and LSNs run on. The first
 * batch that doesn't is **bad**. Either it was never durable (a crash tore it, and it is dropped, with all
 * behind it) or it was, and the file is damaged. To tell, recovery looks for a header at every later sector:
 * one whose durable LSN reaches the bad batch's LSN proves damage, and recovery stops with `WAL_CORRUPT`.
 * Then epoch E+1 is replayed and judged in the same way, if the other file holds it. Damage to transactions
 * that the data file contains is passed over: the batch that holds the first needed one starts a new chain.
 *
 * ## Why it is right
 *
 * The code keeps, and cites, these invariants:
 *
 * - **L1** A file header is durable, and its file's name too, before the first batch behind it is
 *   written, and before a database header names it. So a batch without a file header is damage.
 * - **L2** All of E is durable before the first batch of E+1 is written. So the first batch of E+1 has
 *   durable LSN = first LSN - 1, and what is missing from E then is damage, found by the common rule.
 * - **L3** A batch's durable LSN was durable: a sync that began after its write had succeeded. After a
 *   failed write or sync nothing is written any more (the log is poisoned). So a torn tail can never be
 *   contradicted by a durable LSN behind it.
 * - **L4** No place is written twice in one epoch and salt. A process never appends to an epoch that it
 *   found: it checkpoints and starts a new one, with new random salt. So a stale batch never passes for a
 *   new one, nor a transaction that was dropped as torn for one that happened. The exception: a batch of transactions that
 *   have happened, undurably, and that found no room; it is written again, maybe with more behind them.
 * - **L5** A file is used again only after a database header that doesn't need it is durable.
 * - **L6** The LSN of a transaction that is in no batch counts as durable in every later batch. So recovery from a
 *   state before it, whose newer header was lost, finds damage, not a log without that transaction.
 * - **L7** A batch that holds copies of batches (someone stores log files in a database) proves nothing wrong:
 *   a copy would have to know the durable LSN of its own future.
 * - **L8** What a header with the epoch's salt says was durable was so when it was written (L3), wherever it lies: a
 *   batch that the device wrote over the ones before it still vouches for them. A device errs by whole sectors.
 *
 * What no log can tell: that the very last acknowledged batch rotted, when nothing was written after it.
 * It looks like a torn tail.
 */

import { crc32 } from '../io/checksum.ts'

/** Everything in the log starts on a multiple of this many bytes. */
export const BLOCK_BYTES = 4096
/** What a device reads and writes is a multiple of this. */
export const SECTOR_BYTES = 512
/** Two copies, one a block. */
export const FILE_HEADER_BYTES = 2 * BLOCK_BYTES
export const BATCH_HEADER_BYTES = 64
/** A payload longer than this is never written, so a longer one is never believed. */
export const PAYLOAD_BYTES_MAX = 1024 * 1024 * 1024
export const DATABASE_ID_BYTES = 16
export const SALT_BYTES = 8
/** Before the bytes of each transaction in a payload: their length. */
export const FRAME_HEADER_BYTES = 4

const FORMAT_VERSION = 1
const FILE_MAGIC = Buffer.from('COPPLOG1', 'latin1')
const FILE_VERSION_AT = 8
const FILE_BLOCK_BYTES_AT = 12
const FILE_DATABASE_ID_AT = 16
const FILE_EPOCH_AT = 32
const FILE_SALT_AT = 40
const FILE_PREVIOUS_SALT_AT = 48
const FILE_BASE_LSN_AT = 56
const FILE_CRC_AT = 508

/** The first four bytes of a batch, "cBAT" when read as text. */
export const BATCH_MAGIC = 0x54_41_42_63
const HEADER_CRC_AT = 4
const PAYLOAD_CRC_AT = 8
const PAYLOAD_BYTES_AT = 12
const EPOCH_AT = 16
const SALT_AT = 24
const FIRST_LSN_AT = 32
const LAST_LSN_AT = 40
const DURABLE_LSN_AT = 48
const BLOCK_AT = 56
const CHAIN_AT = 60

const TWO_32 = 0x1_0000_0000

/** The file that epoch `epoch` lives in. */
export function logPath(databasePath: string, epoch: number): string {
  return `${databasePath}-wal${epoch % 2}`
}

/** Bytes that `byteLength` bytes take in a file of whole blocks. */
export function roundUpToBlock(byteLength: number): number {
  return Math.ceil(byteLength / BLOCK_BYTES) * BLOCK_BYTES
}

function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / TWO_32), true)
}

function getU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true)
}

/** What the file header says. */
export interface FileHeader {
  readonly epoch: number
  readonly salt: Uint8Array
  readonly previousSalt: Uint8Array
  readonly baseLsn: number
  /** The header's CRC: the first batch chains from it. */
  readonly crc: number
}

/** Both copies of a file header, and the CRC that the first batch chains from. */
export function encodeFileHeader(
  databaseId: Uint8Array,
  epoch: number,
  salt: Uint8Array,
  previousSalt: Uint8Array,
  baseLsn: number,
): { readonly bytes: Uint8Array; readonly crc: number } {
  const bytes = new Uint8Array(FILE_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(FILE_MAGIC, 0)
  view.setUint32(FILE_VERSION_AT, FORMAT_VERSION, true)
  view.setUint32(FILE_BLOCK_BYTES_AT, BLOCK_BYTES, true)
  bytes.set(databaseId, FILE_DATABASE_ID_AT)
  setU64(view, FILE_EPOCH_AT, epoch)
  bytes.set(salt, FILE_SALT_AT)
  bytes.set(previousSalt, FILE_PREVIOUS_SALT_AT)
  setU64(view, FILE_BASE_LSN_AT, baseLsn)
  const crc = crc32(bytes.subarray(0, FILE_CRC_AT))
  view.setUint32(FILE_CRC_AT, crc, true)
  bytes.copyWithin(BLOCK_BYTES, 0, BLOCK_BYTES)
  return { bytes, crc }
}

/** The copy of a file header at `offset`; undefined when it is damaged, of another version or database. */
export function decodeFileHeader(
  bytes: Uint8Array,
  offset: number,
  databaseId: Uint8Array,
): FileHeader | undefined {
  const copy = Buffer.from(bytes.buffer, bytes.byteOffset + offset, BLOCK_BYTES)
  const view = new DataView(copy.buffer, copy.byteOffset, BLOCK_BYTES)
  if (copy.compare(FILE_MAGIC, 0, FILE_MAGIC.length, 0, FILE_MAGIC.length) !== 0) return undefined
  const crc = crc32(copy.subarray(0, FILE_CRC_AT))
  if (view.getUint32(FILE_CRC_AT, true) !== crc) return undefined
  if (view.getUint32(FILE_VERSION_AT, true) !== FORMAT_VERSION) return undefined
  if (view.getUint32(FILE_BLOCK_BYTES_AT, true) !== BLOCK_BYTES) return undefined
  const idEnd = FILE_DATABASE_ID_AT + DATABASE_ID_BYTES
  if (copy.compare(databaseId, 0, DATABASE_ID_BYTES, FILE_DATABASE_ID_AT, idEnd) !== 0) return undefined
  return {
    epoch: getU64(view, FILE_EPOCH_AT),
    salt: Uint8Array.from(copy.subarray(FILE_SALT_AT, FILE_SALT_AT + SALT_BYTES)),
    previousSalt: Uint8Array.from(copy.subarray(FILE_PREVIOUS_SALT_AT, FILE_PREVIOUS_SALT_AT + SALT_BYTES)),
    baseLsn: getU64(view, FILE_BASE_LSN_AT),
    crc,
  }
}

/** A batch's header as fields: filled before writing, or by {@link decodeBatchHeader}. Made once, used again. */
export class BatchHeader {
  payloadCrc = 0
  payloadBytes = 0
  epoch = 0
  saltLow = 0
  saltHigh = 0
  firstLsn = 0
  lastLsn = 0
  durableLsn = 0
  block = 0
  chain = 0
  /** The header's own CRC, set by encoding and decoding: the next batch chains from it. */
  crc = 0
}

/** The low and the high half of a salt, for comparing without objects. */
export function saltLowOf(salt: Uint8Array): number {
  return (salt[0] | (salt[1] << 8) | (salt[2] << 16) | (salt[3] << 24)) >>> 0
}
export function saltHighOf(salt: Uint8Array): number {
  return (salt[4] | (salt[5] << 8) | (salt[6] << 16) | (salt[7] << 24)) >>> 0
}

/** Batch headers of another database never pass: their CRC starts from another number. */
export function headerSeedOf(databaseId: Uint8Array): number {
  return crc32(databaseId)
}

/** Writes the header at the start of `bytes` and sets `header.crc`. `view` covers the same bytes. */
export function encodeBatchHeader(
  header: BatchHeader,
  bytes: Uint8Array,
  view: DataView,
  headerSeed: number,
): void {
  view.setUint32(0, BATCH_MAGIC, true)
  view.setUint32(PAYLOAD_CRC_AT, header.payloadCrc, true)
  view.setUint32(PAYLOAD_BYTES_AT, header.payloadBytes, true)
  setU64(view, EPOCH_AT, header.epoch)
  view.setUint32(SALT_AT, header.saltLow, true)
  view.setUint32(SALT_AT + 4, header.saltHigh, true)
  setU64(view, FIRST_LSN_AT, header.firstLsn)
  setU64(view, LAST_LSN_AT, header.lastLsn)
  setU64(view, DURABLE_LSN_AT, header.durableLsn)
  view.setUint32(BLOCK_AT, header.block, true)
  view.setUint32(CHAIN_AT, header.chain, true)
  header.crc = crc32(bytes.subarray(PAYLOAD_CRC_AT, BATCH_HEADER_BYTES), headerSeed)
  view.setUint32(HEADER_CRC_AT, header.crc, true)
}

/**
 * Reads the header at `offset` into `header`; false when there is no intact batch header of this database.
 * Says nothing about epoch, salt, place or payload.
 */
export function decodeBatchHeader(
  header: BatchHeader,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  headerSeed: number,
): boolean {
  if (view.getUint32(offset, true) !== BATCH_MAGIC) return false
  const crc = crc32(bytes.subarray(offset + PAYLOAD_CRC_AT, offset + BATCH_HEADER_BYTES), headerSeed)
  if (view.getUint32(offset + HEADER_CRC_AT, true) !== crc) return false
  header.payloadCrc = view.getUint32(offset + PAYLOAD_CRC_AT, true)
  header.payloadBytes = view.getUint32(offset + PAYLOAD_BYTES_AT, true)
  header.epoch = getU64(view, offset + EPOCH_AT)
  header.saltLow = view.getUint32(offset + SALT_AT, true)
  header.saltHigh = view.getUint32(offset + SALT_AT + 4, true)
  header.firstLsn = getU64(view, offset + FIRST_LSN_AT)
  header.lastLsn = getU64(view, offset + LAST_LSN_AT)
  header.durableLsn = getU64(view, offset + DURABLE_LSN_AT)
  header.block = view.getUint32(offset + BLOCK_AT, true)
  header.chain = view.getUint32(offset + CHAIN_AT, true)
  header.crc = crc
  return true
}
