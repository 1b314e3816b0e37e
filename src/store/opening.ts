/**
 * Opening a database: creation, loading, recovery.
 *
 * Creation. The new file gets a temporary name and the lock, is written and synced, then takes its real name,
 * and the directory is synced. Whoever gets the temporary file's lock looks again whether the real one is
 * there, so that two creators cannot overwrite each other.
 *
 * Opening for writing:
 * 1. The newest valid header is written again and synced, before anything is read through it: after a
 *    failed sync the header in the system's cache may never have reached the disk, and work built on
 *    it, or a log removed because of it, would be lost with it. Copies that a crash tore are made whole.
 *
 * Recovery of a database whose header says OPEN:
 * 2. The log is replayed into the pool, in one transaction.
 * 3. A checkpoint on fresh pages, named by a CLEAN header, makes the result durable. No page that was in use
 *    is written over, so a crash anywhere in here leaves what there was, and recovery begins again.
 * 4. The log is removed. From here on it is the opening of a clean database.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAll, runAllQuietly } from '../base/run-all.ts'
import { EMPTY_ROOT } from '../btree/root.ts'
import { events } from '../io/diagnostics.ts'
import type { FileLock, Storage, StorageFile } from '../io/storage.ts'
import { HEADER_PAGE_COUNT, type SpaceImage, SpaceMap, type SpaceOptions } from '../space/space-map.ts'
import { logPath } from '../wal/format.ts'
import { removeLog } from '../wal/log.ts'
import { type LogRecovery, logGoesOn, readLog } from '../wal/recovery.ts'
import { FIRST_USER_TREE_ID } from './api.ts'
import { Checkpointer } from './checkpointer.ts'
import { Core, stateOf, TXN_IDS_SKIPPED_AT_OPENING, TXN_IDS_SKIPPED_AT_RECOVERY } from './core.ts'
import {
  type FileHeader,
  HEADER_SLOTS,
  type HeaderPair,
  readFileHeaders,
  slotOf,
  writeFileHeader,
  writeFileHeaderCopyByCopy,
} from './file-header.ts'
import { heldPages } from './held-pages.ts'
import { LogWriter } from './log-writer.ts'
import { OperationLog, replayOperations } from './operations.ts'
import { DEFAULT_PAGE_SIZE_BYTES, type ResolvedOptions } from './options.ts'
import { PageFile } from './page-file.ts'
import { listSavepoints } from './savepoint-tree.ts'
import { WriteTransaction } from './transaction.ts'

const DATABASE_ID_BYTES = 16
const SALT_BYTES = 8
const LARGEST_PAGE_BYTES = 65_536
/** Of the first header of a new file; the one in the other slot follows it. */
const FIRST_SEQUENCE = 2
/** What opening did, for `stats` and messages. */
export interface OpenReport {
  readonly created: boolean
  /** Set when the log of a crashed process was replayed. */
  readonly recovered: { readonly transactionCount: number; readonly tornTail: boolean } | undefined
}

export interface Opened {
  readonly core: Core
  readonly report: OpenReport
}

/**
 * Opens or creates the database at `path`.
 * @throws CoppiceError NOT_FOUND, LOCKED, LOCK_UNAVAILABLE, NOT_A_DATABASE, UNSUPPORTED_VERSION, CORRUPT,
 * WAL_CORRUPT, INVALID_OPTION, READ_ONLY, NO_SPACE, IO_ERROR. Nothing stays open or locked then.
 */
export function openCore(storage: Storage, path: string, options: ResolvedOptions): Opened {
  let created = false
  if (!storage.exists(path)) {
    if (options.readOnly || !options.create) {
      throw new CoppiceError('NOT_FOUND', `${path}: there is no such database`, { path })
    }
    created = createFile(storage, path, options)
  }
  const file = storage.open(path, options.readOnly ? 'read' : 'write')
  let lock: FileLock | undefined
  let pageFile: PageFile | undefined
  let core: Core | undefined
  try {
    lock = storage.lock(file, options.readOnly ? 'shared' : 'exclusive')
    const headers = withFreshIds(readFileHeaders(file))
    checkPageSize(path, options, headers.newest)
    const { pageSize, databaseId } = headers.newest
    pageFile = new PageFile(storage, file, pageSize, databaseId, !options.readOnly)
    core = new Core({ storage, options, file: pageFile, lock, databaseId }, headers.newest)
    const recovered = load(core, headers)
    return { core, report: { created, recovered } }
  } catch (error) {
    if (core !== undefined) runAllQuietly(() => core?.release())
    else
      runAllQuietly(
        () => (pageFile ?? file).close(),
        () => lock?.release(),
      )
    throw error
  }
}

/** The newest header says that all ids were used that a process before this one may have used. */
function withFreshIds(headers: HeaderPair): HeaderPair {
  const { newest } = headers
  const nextTxnId =
    Math.max(newest.txnId + 1, newest.nextTxnId) +
    (newest.open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING)
  return { ...headers, newest: { ...newest, nextTxnId } }
}

function checkPageSize(path: string, options: ResolvedOptions, header: FileHeader): void {
  if (options.pageSizeBytes === undefined || options.pageSizeBytes === header.pageSize) return
  throw new CoppiceError(
    'INVALID_OPTION',
    `${path}: option pageSizeBytes: the database has pages of ${header.pageSize} bytes, which cannot be changed`,
    { path, expected: `${header.pageSize}`, given: `${options.pageSizeBytes}` },
  )
}

// Creation

/** Returns false when another process was faster; the database is there then. */
function createFile(storage: Storage, path: string, options: ResolvedOptions): boolean {
  const temporary = `${path}-creating`
  const file = openTemporary(storage, temporary, path)
  let lock: FileLock | undefined
  let isLeftOver = false
  try {
    lock = storage.lock(file, 'exclusive')
    isLeftOver = file.size() === 0
    // The file may have become the database while this process was on its way to the lock.
    if (storage.exists(path)) return false
    refuseForeign(file)
    isLeftOver = true
    const pageSize = options.pageSizeBytes ?? DEFAULT_PAGE_SIZE_BYTES
    file.truncate(0)
    const header: FileHeader = {
      databaseId: storage.randomBytes(DATABASE_ID_BYTES),
      pageSize,
      pageCount: 4,
      sequence: FIRST_SEQUENCE,
      open: false,
      txnId: 0,
      lsn: 0,
      directory: EMPTY_ROOT,
      savepoints: EMPTY_ROOT,
      space: { pageId: 0, birth: 0, level: 0 },
      nextTreeId: FIRST_USER_TREE_ID,
      nextTxnId: 1,
      logEpoch: 0,
      logSalt: new Uint8Array(SALT_BYTES),
    }
    writeFileHeader(file, header)
    writeFileHeader(file, { ...header, sequence: header.sequence + 1 })
    file.sync()
    // A log of an earlier database of this name must not wait for this one.
    removeLog(storage, path)
    storage.rename(temporary, path)
    isLeftOver = false
    try {
      storage.syncDirectory(storage.directoryOf(path))
    } catch (error) {
      // Whether the name is durable is not known: a database that might vanish must not be found and used.
      storage.unlink(path)
      throw error
    }
    return true
  } finally {
    runAll(
      () => isLeftOver && storage.unlink(temporary),
      () => file.close(),
      () => lock?.release(),
    )
  }
}

function openTemporary(storage: Storage, temporary: string, path: string): StorageFile {
  try {
    return storage.open(temporary, 'ensure')
  } catch (error) {
    if (!isCoppiceError(error, 'NOT_FOUND')) throw error
    throw new CoppiceError('NOT_FOUND', `${path}: the directory that it is to be made in does not exist`, {
      path,
    })
  }
}

/** A file that an interrupted creation left may be written over; anything else of that name is somebody's. */
function refuseForeign(file: StorageFile): void {
  let mayBeOurs = file.size() <= HEADER_PAGE_COUNT * LARGEST_PAGE_BYTES
  try {
    mayBeOurs &&= readFileHeaders(file).newest.txnId === 0
  } catch (error) {
    // Torn, or not yet written.
    if (!(error instanceof CoppiceError)) throw error
  }
  if (mayBeOurs) return
  throw new CoppiceError('ALREADY_EXISTS', `${file.path}: this file is in the way of making the database`, {
    path: file.path,
    expected: 'no file of this name, or what an interrupted creation left',
    given: `a file of ${file.size()} bytes`,
  })
}

// Loading

function load(core: Core, headers: HeaderPair): OpenReport['recovered'] {
  const { newest } = headers
  if (newest.open) {
    if (core.options.readOnly) {
      throw new CoppiceError(
        'READ_ONLY',
        `${core.file.file.path}: the database was not closed cleanly; open it once for writing to recover it`,
        { path: core.file.file.path },
      )
    }
  }
  if (headers.mayBeOld) giveUpHeader(core, headers)
  if (!newest.open) refuseLostHeader(core, newest)
  if (!core.options.readOnly) secureHeaders(core, headers)
  loadSpace(core, headers)
  const recovered = newest.open ? recoverAndTell(core, newest) : undefined
  // Not before: what recovery replays was within the limit once, and needs some pages beside what there is.
  core.space.limitTransactions(core.transactionPageCount)
  if (newest.open) return recovered
  if (!core.options.readOnly) removeLog(core.storage, core.file.file.path, true)
  return undefined
}

function recoverAndTell(core: Core, header: FileHeader): OpenReport['recovered'] {
  const { clock } = core.storage
  const startedMs = clock.monotonicMs()
  const recovered = recoverOrRefuse(core, header)
  if (recovered !== undefined && events.recovery.hasSubscribers) {
    const durationMs = clock.monotonicMs() - startedMs
    events.recovery.publish({ path: core.file.file.path, ...recovered, durationMs })
  }
  return recovered
}

/** Makes sure that what the headers say is on disk, in both copies, before anything is built on it or removed. */
function secureHeaders(core: Core, { newest, older, isWhole }: HeaderPair): void {
  const { file, storage } = core
  if (newest.sequence === FIRST_SEQUENCE + 1) {
    // Nothing was written since the file was made, maybe by a process that died before its name was durable.
    storage.syncDirectory(storage.directoryOf(file.file.path))
  }
  // What was read may lie in the system's cache alone, written by a process that died before it could sync it. Of such a
  // copy nothing is left when the power goes: it must not be what the other one is overwritten on the strength of.
  file.sync()
  writeFileHeaderCopyByCopy(file.file, newest)
  file.sync()
  if (isWhole) return
  // A crash has torn the older slot. Nothing needs it, but another crash might tear the newest.
  const again = older ?? core.nextHeader({})
  writeFileHeaderCopyByCopy(file.file, again)
  file.sync()
  if (older === undefined) core.adoptHeader(again)
}

/** One header slot seems lost, and opening is going to write over it. @throws CoppiceError where it must not */
function giveUpHeader(core: Core, headers: HeaderPair): void {
  refuseUnreadHeader(core, headers)
  // What is accepted may have pages in the file of which its header does not know: their births are left out as well.
  if (core.options.acceptOldState) core.nextTxnId += TXN_IDS_SKIPPED_AT_RECOVERY
  else refuseOldState(core, headers)
  // Reads may have gone astray up to here, and what was looked for was not found for that reason.
  refuseUnreadHeader(core, headers)
}

/**
 * A read that went astray makes a header look lost, too, while it lasts. So everything is read a second time, and not
 * only what is made of it must be the same: a copy that differs shows that the device is not to be believed.
 */
function refuseUnreadHeader(core: Core, { checksumOfReads }: HeaderPair): void {
  const { file } = core.file
  if (readFileHeaders(file).checksumOfReads === checksumOfReads) return
  throw new CoppiceError(
    'CORRUPT',
    `${file.path}: two reads of the file headers differ: the device brings wrong data, and nothing was changed`,
    { path: file.path, pageId: 0 },
  )
}

/**
 * One header slot is lost. If it held the newer state, its space map is in the file, written by a checkpoint after the
 * header that is left, and with an LSN that neither that header nor its log reaches. Without one, nothing is
 * missing. (A commit by a checkpoint that a crash interrupted may have left such a page too; then the question
 * stays open, and is answered with an error. So it is when pages turn up in the places of others: then no page that
 * is looked for need be where it belongs.)
 */
function refuseOldState(core: Core, { newest, isAstray }: HeaderPair): void {
  const path = core.file.file.path
  const place = { epoch: newest.logEpoch, salt: newest.logSalt, nextLsn: newest.lsn + 1 }
  const lastLsn = newest.open
    ? readLog(core.storage, path, core.databaseId, place, () => {}).lastLsn
    : newest.lsn
  const doubt = isAstray
    ? ({ pageId: 0, reason: 'astray' } as const)
    : core.file.findDoubt(newest.txnId, lastLsn)
  if (doubt === undefined) return
  const reason = {
    later: `page ${doubt.pageId} is of a later checkpoint than the other one`,
    damaged: `page ${doubt.pageId}, which is damaged, may be of a later checkpoint than the other one`,
    astray: `what is found at page ${doubt.pageId} belongs elsewhere`,
  }[doubt.reason]
  throw new CoppiceError(
    'CORRUPT',
    `${path}: one of the two file headers is damaged in both copies, and ${reason}: the database that is left ` +
      'may be an old state; restore a backup, or open it with acceptOldState: true and see what is there',
    { path, pageId: slotOf(newest.sequence + 1) * HEADER_SLOTS },
  )
}

/** The log of an OPEN header that is lost may hold acknowledged commits: it must not be removed. */
function refuseLostHeader(core: Core, newest: FileHeader): void {
  const path = core.file.file.path
  const place = { epoch: newest.logEpoch, salt: newest.logSalt, nextLsn: newest.lsn + 1 }
  if (!logGoesOn(core.storage, path, core.databaseId, place)) return
  throw new CoppiceError(
    'WAL_CORRUPT',
    `${path}: the newest file header is lost in both copies, and the log holds commits made after the one that is left`,
    { path, pageId: slotOf(newest.sequence + 1) * HEADER_SLOTS },
  )
}

function loadSpace(core: Core, { newest, older }: HeaderPair): void {
  const { file, pool } = core
  const spaceOptions: SpaceOptions = {
    pageSize: core.pageSize,
    maxPageCount: core.maxPageCount,
    checksumSeed: file.checksumSeed,
    onFree: (pageId, count) => {
      for (let i = 0; i < count; i++) pool.discard(pageId + i)
    },
    onUnread: (pageId, count) => {
      for (let i = 0; i < count; i++) pool.evict(pageId + i)
    },
  }
  const readMapPage = (pageId: number, birth: number) => file.readMapPage(pageId, birth)
  const space =
    newest.space.pageId === 0
      ? SpaceMap.create(spaceOptions)
      : SpaceMap.load(spaceOptions, imageOf(newest), readMapPage)
  checkFileSize(file.file, space, core.pageSize)
  if (older !== undefined && newest.space.pageId !== 0 && older.space.pageId !== 0) {
    try {
      space.adoptOlder(imageOf(older), readMapPage)
    } catch (error) {
      // The older state can no longer be fallen back to, which only matters if the newer one is lost too.
      if (!isCoppiceError(error, 'CORRUPT')) throw error
    }
  }
  const savepoints = listSavepoints(core.context, newest.savepoints)
  for (const { txnId, runs } of heldPages(core.context, stateOf(newest), savepoints))
    space.adoptHeld(txnId, runs)
  core.attachSpace(space)
}

function imageOf(header: FileHeader): SpaceImage {
  return { ref: header.space, pageCount: header.pageCount, txn: header.txnId }
}

/** A file that was cut short is found at once, not when its last pages are read. */
function checkFileSize(file: StorageFile, space: SpaceMap, pageSize: number): void {
  let end = 0
  space.forEachDurableRun((pageId, count) => {
    end = pageId + count
  })
  const size = file.size()
  // Pages of a large value are written only as far as it goes.
  if (size > (end - 1) * pageSize) return
  throw new CoppiceError('CORRUPT', `${file.path}: the file is cut short`, {
    path: file.path,
    pageId: Math.floor(size / pageSize),
    expected: `pages up to ${end - 1}, more than ${(end - 1) * pageSize} bytes`,
    given: `${size} bytes`,
  })
}

// Recovery

/**
 * Replay does to these pages what was done to them before, so no intact database can break an invariant by it: only pages
 * that somebody changed, checksums and all, can. @throws CoppiceError CORRUPT and what recovery throws
 */
function recoverOrRefuse(core: Core, header: FileHeader): OpenReport['recovered'] {
  try {
    return recover(core, header)
  } catch (error) {
    if (error instanceof CoppiceError) throw error
    const { path } = core.file.file
    throw new CoppiceError('CORRUPT', `${path}: recovery met pages that cannot be what was written`, {
      path,
      cause: error,
    })
  }
}

function recover(core: Core, header: FileHeader): OpenReport['recovered'] {
  const transaction = new WriteTransaction(core, new OperationLog(0), () => {})
  let recovery: LogRecovery
  try {
    recovery = replay(core, header, transaction)
  } catch (error) {
    transaction.rollback()
    throw error
  }
  if (recovery.transactionCount === 0) transaction.rollback()
  else {
    const state = transaction.finish(recovery.lastLsn)
    const { txn, allocated, dropped, droppedUnkept } = transaction.space.takeSettlement()
    core.space.settle(txn, allocated, dropped, droppedUnkept)
    core.tip = state
    transaction.markCommitted()
    core.publish(state)
  }
  core.recoveredLog = { epoch: recovery.epoch, salt: recovery.salt }
  const checkpointer = new Checkpointer(core, new LogWriter(core))
  checkpointer.run(true)
  removeLog(core.storage, core.file.file.path)
  return { transactionCount: recovery.transactionCount, tornTail: recovery.tornTail }
}

function replay(core: Core, header: FileHeader, transaction: WriteTransaction): LogRecovery {
  const place = { epoch: header.logEpoch, salt: header.logSalt, nextLsn: header.lsn + 1 }
  const path = core.file.file.path
  const tree = (treeId: number) => {
    const found = transaction.tree(treeId)
    if (found !== undefined) return found
    throw new CoppiceError(
      'WAL_CORRUPT',
      `${logPath(path, header.logEpoch)}: a change of tree ${treeId}, which is not there`,
    )
  }
  return readLog(core.storage, path, core.databaseId, place, (_lsn, bytes) => {
    replayOperations(bytes, {
      put: (treeId, key, value) => tree(treeId).put(key, key.length, value, 0, value.length, 0),
      remove: (treeId, key) => tree(treeId).remove(key, key.length),
      deleteRange: (treeId, from, to) =>
        tree(treeId).deleteRange(from, from?.length ?? 0, to, to?.length ?? 0),
      createTree: treeId => transaction.createTreeWithId(treeId),
      dropTree: treeId => {
        tree(treeId)
        transaction.dropTree(treeId)
      },
    })
  })
}
