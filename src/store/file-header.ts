/**
 * The file header: what the database is, as of its last checkpoint.
 *
 * Pages 0 and 1 are slot 0, pages 2 and 3 slot 1; both pages of a slot hold the same bytes. A checkpoint
 * overwrites the slot with the lower sequence. The newest valid copy is the database.
 *
 * H1  Sequences have no gaps: beside the newest one, n, the other slot holds n - 1.
 * H2  The two copies of a header are written one after the other, with a sync between them, so that no crash
 *     damages both; first the one that would be missed least. An opening syncs before the first: the copies that it found may be those of a process that died.
 * H3  The births of all pages that this process has written are below the next transaction id of the newest header
 *     and what the next opening adds to it. So pages that a crashed process left behind are not taken for those
 *     of a later one.
 *
 * By H1 and H2 a header beside a slot without an intact n - 1 may be the older of two headers of which the newer
 * one rotted: an old state, which must not pass for the database (`HeaderPair.mayBeOld`).
 *
 * ```
 *   0  8 bytes   "COPPICE\n"
 *   8  u32       format version
 *  12  u32       CRC32 of bytes 0 .. 511, with these four as zero
 *  16  16 bytes  database id, random
 *  32  u32       page size in bytes
 *  36  u32       page count: the size of the file in pages when this was written
 *  40  u48       sequence of this header
 *  46  u16       flags: bit 0: OPEN (a log must be replayed)
 *  48  u48       transaction of the checkpoint
 *  54  u16       0
 *  56  u48       LSN of the checkpoint: replay starts at the next one
 *  62  u16       0
 *  64  20 bytes  root of the directory tree (btree/root.ts)
 *  84  20 bytes  root of the tree of persistent savepoints
 * 104  u32       space map: page id of its root, 0 for none
 * 108  u48       space map: birth
 * 114  u8        space map: level
 * 115  u8        0
 * 116  u32       next tree id
 * 120  u48       log epoch (in a CLEAN header: the last one used)
 * 126  u16       0
 * 128  8 bytes   salt of that epoch
 * 136  u48       next transaction id: every one below may have been used, also by transactions rolled back; the only
 *                field that differs when the newest header is written again, at opening or for H3
 * 142  0 up to 511
 * ```
 */

import { CoppiceError } from '../base/errors.ts'
import { decodeRoot, encodeRoot, TREE_ROOT_BYTES, type TreeRoot } from '../btree/root.ts'
import { crc32 } from '../io/checksum.ts'
import type { StorageFile } from '../io/storage.ts'
import type { SpaceRef } from '../space/map-pages.ts'
import { allPageSizes, isPageSize } from './options.ts'

export const FORMAT_VERSION = 1
export const HEADER_BYTES = 512
export const HEADER_SLOTS = 2
const COPIES = 2
const MAGIC = Buffer.from('COPPICE\n', 'latin1')
const CRC_AT = 12

export interface FileHeader {
  readonly databaseId: Uint8Array
  readonly pageSize: number
  readonly pageCount: number
  readonly sequence: number
  readonly open: boolean
  readonly txnId: number
  readonly lsn: number
  readonly directory: TreeRoot
  readonly savepoints: TreeRoot
  readonly space: SpaceRef
  readonly nextTreeId: number
  readonly nextTxnId: number
  readonly logEpoch: number
  readonly logSalt: Uint8Array
}

/** `length` bytes, of which zeros follow the header. */
export function encodeFileHeader(header: FileHeader, length = HEADER_BYTES): Buffer {
  const bytes = Buffer.alloc(length)
  MAGIC.copy(bytes, 0)
  bytes.writeUInt32LE(FORMAT_VERSION, 8)
  bytes.set(header.databaseId, 16)
  bytes.writeUInt32LE(header.pageSize, 32)
  bytes.writeUInt32LE(header.pageCount, 36)
  bytes.writeUIntLE(header.sequence, 40, 6)
  bytes.writeUInt16LE(header.open ? 1 : 0, 46)
  bytes.writeUIntLE(header.txnId, 48, 6)
  bytes.writeUIntLE(header.lsn, 56, 6)
  encodeRoot(header.directory, bytes, 64)
  encodeRoot(header.savepoints, bytes, 84)
  bytes.writeUInt32LE(header.space.pageId, 104)
  bytes.writeUIntLE(header.space.birth, 108, 6)
  bytes.writeUInt8(header.space.level, 114)
  bytes.writeUInt32LE(header.nextTreeId, 116)
  bytes.writeUIntLE(header.logEpoch, 120, 6)
  bytes.set(header.logSalt, 128)
  bytes.writeUIntLE(header.nextTxnId, 136, 6)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_BYTES)), CRC_AT)
  return bytes
}

/** Numbers that only grow stay below it in any file: nobody gets there, and what was forged must leave room to count on. */
const COUNTER_MAX = 2 ** 48 - 2 ** 40

type Decoded = FileHeader | 'not a header' | 'damaged' | { readonly version: number }

/** Decodes one copy; never throws. A newer version is recognised only when its checksum is right. */
export function decodeFileHeader(bytes: Buffer): Decoded {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 'not a header'
  const copy = Buffer.from(bytes.subarray(0, HEADER_BYTES))
  const crc = copy.readUInt32LE(CRC_AT)
  copy.writeUInt32LE(0, CRC_AT)
  if (crc32(copy) !== crc) return 'damaged'
  const version = copy.readUInt32LE(8)
  if (version !== FORMAT_VERSION) return { version }
  try {
    const pageSize = copy.readUInt32LE(32)
    if (!isPageSize(pageSize, true)) return 'damaged'
    const header: FileHeader = {
      databaseId: new Uint8Array(copy.subarray(16, 32)),
      pageSize,
      pageCount: copy.readUInt32LE(36),
      sequence: copy.readUIntLE(40, 6),
      open: (copy.readUInt16LE(46) & 1) === 1,
      txnId: copy.readUIntLE(48, 6),
      lsn: copy.readUIntLE(56, 6),
      directory: decodeRoot(copy, 64, TREE_ROOT_BYTES, 'the directory'),
      savepoints: decodeRoot(copy, 84, TREE_ROOT_BYTES, 'the tree of savepoints'),
      space: { pageId: copy.readUInt32LE(104), birth: copy.readUIntLE(108, 6), level: copy.readUInt8(114) },
      nextTreeId: copy.readUInt32LE(116),
      logEpoch: copy.readUIntLE(120, 6),
      logSalt: new Uint8Array(copy.subarray(128, 136)),
      nextTxnId: copy.readUIntLE(136, 6),
    }
    const { sequence, txnId, lsn, logEpoch, nextTxnId } = header
    if (Math.max(sequence, txnId, lsn, logEpoch, nextTxnId) > COUNTER_MAX) return 'damaged'
    // Whatever has a page has a space map that knows of it.
    const isEmpty = header.directory.height === 0 && header.savepoints.height === 0
    if (header.space.pageId === 0 && !isEmpty) return 'damaged'
    const roots = [header.directory.pageId, header.savepoints.pageId, header.space.pageId]
    return Math.max(...roots) < header.pageCount ? header : 'damaged'
  } catch {
    return 'damaged'
  }
}

export function slotOf(sequence: number): number {
  return sequence % HEADER_SLOTS
}

/** Writes both copies at once: only into a file that is not a database yet. */
export function writeFileHeader(file: StorageFile, header: FileHeader): void {
  for (let copy = 0; copy < COPIES; copy++) writeFileHeaderCopy(file, header, copy)
}

/** Writes one copy, 0 or 1, a whole page: a device that loses the write has the other one. */
export function writeFileHeaderCopy(file: StorageFile, header: FileHeader, copy: number): void {
  writePageOfSlot(file, header, encodeFileHeader(header, header.pageSize), copy)
}

function writePageOfSlot(file: StorageFile, { sequence }: FileHeader, page: Buffer, copy: number): void {
  file.write(page, 0, page.length, (slotOf(sequence) * COPIES + copy) * page.length)
}

/**
 * Which copy is to be written first, and may be torn by a crash: the one that would be missed least. A damaged one, because the
 * other may be all that is left of the slot; an older one, because the other may be all there is of the newest header.
 */
export function firstCopyOf(file: StorageFile, header: FileHeader): number {
  const [first, second] = [headerInCopy(file, header, 0), headerInCopy(file, header, 1)]
  if (first === undefined || second === undefined) return first === undefined ? 0 : 1
  const newerBy = second.sequence - first.sequence || second.nextTxnId - first.nextTxnId
  return newerBy < 0 ? 1 : 0
}

/** Writes both copies with a sync between them (H2); the second one is not durable before another. */
export function writeFileHeaderCopyByCopy(file: StorageFile, header: FileHeader): void {
  const first = firstCopyOf(file, header)
  const page = encodeFileHeader(header, header.pageSize)
  writePageOfSlot(file, header, page, first)
  file.sync()
  writePageOfSlot(file, header, page, 1 - first)
}

/** What stands where the copy of `header` goes, this header or another; undefined: none that is intact. */
function headerInCopy(
  file: StorageFile,
  { pageSize, sequence }: FileHeader,
  copy: number,
): FileHeader | undefined {
  const bytes = Buffer.alloc(HEADER_BYTES)
  const position = (slotOf(sequence) * COPIES + copy) * pageSize
  if (file.read(bytes, 0, HEADER_BYTES, position) < HEADER_BYTES) return undefined
  const found = decodeFileHeader(bytes)
  return typeof found === 'object' && 'sequence' in found ? found : undefined
}

/** What the header pages say: the newest header, and the valid one of the other slot. */
export interface HeaderPair {
  readonly newest: FileHeader
  readonly older: FileHeader | undefined
  /** Whether both copies of the older slot are intact. */
  readonly isWhole: boolean
  /** The other slot, which held a newer or the older header, is lost, though no crash does that (H2). */
  readonly mayBeOld: boolean
  /** Where a header of one slot belongs stands one of the other: reads or writes of this device have gone astray. */
  readonly isAstray: boolean
  /** Of everything that was read: another reading of the same file has the same one. */
  readonly checksumOfReads: number
}

/**
 * Reads all copies and picks the newest valid one, whatever the page size. The smallest size of which there is a header
 * is the file's: where larger pages would have theirs, it has data, in which anything may be written.
 * @throws CoppiceError NOT_A_DATABASE, UNSUPPORTED_VERSION, CORRUPT (it was a database, but no header is intact), IO_ERROR
 */
export function readFileHeaders(file: StorageFile): HeaderPair {
  const bytes = Buffer.alloc(HEADER_BYTES)
  const found: FileHeader[] = []
  const sizeBytes = file.size()
  let checksumOfReads = 0
  let damaged = false
  let isAstray = false
  let otherVersion: number | undefined
  for (const pageSize of [...allPageSizes()].sort((a, b) => a - b)) {
    if (found.length > 0) break
    isAstray = false
    for (let page = 0; page < HEADER_SLOTS * COPIES; page++) {
      if (page * pageSize + HEADER_BYTES > sizeBytes) continue
      readHeaderBytes(file, bytes, page * pageSize)
      checksumOfReads = crc32(bytes, checksumOfReads)
      const header = decodeFileHeader(bytes)
      if (header === 'not a header') continue
      if (header === 'damaged') damaged = true
      else if ('version' in header) otherVersion = header.version
      // A copy counts only in its own place.
      else if (header.pageSize === pageSize && slotOf(header.sequence) === page >>> 1) found.push(header)
      else if (header.pageSize === pageSize) isAstray = true
    }
  }
  if (found.length === 0) throw noHeader(file, damaged, otherVersion)
  // The newest header may have been written again with another next transaction id: a crash may part its copies.
  found.sort((a, b) => b.sequence - a.sequence || b.nextTxnId - a.nextTxnId)
  const newest = found[0]
  const older = found.find(
    header => header.sequence === newest.sequence - 1 && header.pageSize === newest.pageSize,
  )
  const olderCopies = found.filter(header => header.sequence === older?.sequence).length
  return {
    newest,
    older,
    isWhole: olderCopies === COPIES,
    mayBeOld: older === undefined,
    isAstray,
    checksumOfReads,
  }
}

/** A header that cannot be read must not look like one that is not there. @throws CoppiceError IO_ERROR */
function readHeaderBytes(file: StorageFile, bytes: Buffer, position: number): void {
  const count = file.read(bytes, 0, HEADER_BYTES, position)
  if (count === HEADER_BYTES) return
  throw new CoppiceError('IO_ERROR', `${file.path}: a read of the file header brings too little`, {
    path: file.path,
    expected: `${HEADER_BYTES} bytes at ${position}`,
    given: `${count} bytes`,
  })
}

function noHeader(file: StorageFile, damaged: boolean, version: number | undefined): CoppiceError {
  const path = file.path
  if (version !== undefined) {
    return new CoppiceError(
      'UNSUPPORTED_VERSION',
      `${path}: written in format ${version}, a later Coppice's`,
      {
        path,
        expected: `format ${FORMAT_VERSION}`,
        given: `format ${version}`,
      },
    )
  }
  if (damaged) {
    return new CoppiceError('CORRUPT', `${path}: none of the four copies of the file header is intact`, {
      path,
      pageId: 0,
    })
  }
  // Not taken for a new database: it may be what a full disk or a broken copy left of one, and a file that somebody
  // is copying to at this moment is empty, too. Making a database never leaves such a file behind.
  const given =
    file.size() === 0
      ? 'an empty file (to make a database of this name, delete it first)'
      : `a file of ${file.size()} bytes without a Coppice header`
  return new CoppiceError('NOT_A_DATABASE', `${path}: not a Coppice database, but ${given}`, {
    path,
    expected: 'a Coppice database',
    given,
  })
}
