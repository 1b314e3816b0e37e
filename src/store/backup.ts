/**
 * A copy of one snapshot as a database file of its own: dense, clean, with an id of its own. The writer goes on
 * meanwhile. The file gets its name only when it is complete and durable.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { runAll } from '../base/run-all.ts'
import type { ReadTree } from '../btree/api.ts'
import { TreeReader } from '../btree/reader.ts'
import type { FileLock, Storage } from '../io/storage.ts'
import { Checkpointer } from './checkpointer.ts'
import { Committer } from './committer.ts'
import { copyTree } from './copy-tree.ts'
import type { Core } from './core.ts'
import { listRoots } from './directory.ts'
import { LogWriter } from './log-writer.ts'
import { openCore } from './opening.ts'
import type { ResolvedOptions } from './options.ts'
import type { Snapshot } from './snapshot.ts'
import type { Progress } from './steps.ts'

/** Memory for the copy's pages; they are written once and not looked at again. */
const CACHE_BYTES = 16 << 20

/** What a backup wrote. */
export interface BackupResult {
  readonly sizeBytes: number
  /** The transaction whose state was copied. */
  readonly txnId: number
}

/** `overwrite`: replace an existing file of that name. */
export function* backupSteps(
  source: Core,
  snapshot: Snapshot,
  storage: Storage,
  path: string,
  overwrite: boolean,
): Generator<Progress | undefined, BackupResult> {
  if (!overwrite && storage.exists(path)) {
    throw new CoppiceError(
      'ALREADY_EXISTS',
      `${path}: there is a file of this name; pass overwrite: true to replace it`,
      {
        path,
      },
    )
  }
  const suffix = Buffer.from(storage.randomBytes(4)).toString('hex')
  const temporary = `${path}-backup-${suffix}`
  const options: ResolvedOptions = {
    ...source.options,
    pageSizeBytes: source.pageSize,
    cacheSizeBytes: Math.max(CACHE_BYTES, 64 * source.pageSize),
    readOnly: false,
    create: true,
  }
  let core: Core | undefined
  let finished = false
  try {
    core = openCore(storage, temporary, options).core
    yield* copyInto(core, source, snapshot)
    const sizeBytes = core.file.file.size()
    core.release()
    replaceUnused(storage, temporary, path)
    finished = true
    return { sizeBytes, txnId: snapshot.txnId }
  } finally {
    if (!finished) {
      runAll(
        () => core?.isClosed === false && core.release(),
        // Also when opening failed: creating it, which comes first, may not have.
        () => storage.unlink(temporary),
      )
    }
  }
}

/**
 * Gives the complete file its name. A database that is open under that name, this one or another, is not
 * replaced: its later commits would go to a file without a name. @throws CoppiceError LOCKED
 */
export function replaceUnused(storage: Storage, temporary: string, path: string): void {
  const present = storage.exists(path) ? storage.open(path, 'read') : undefined
  let lock: FileLock | undefined
  try {
    lock = present && storage.lock(present, 'exclusive')
    storage.rename(temporary, path)
    storage.syncDirectory(storage.directoryOf(path))
  } finally {
    runAll(
      () => present?.close(),
      () => lock?.release(),
    )
  }
}

function* copyInto(core: Core, source: Core, snapshot: Snapshot): Generator<Progress | undefined, void> {
  const log = new LogWriter(core)
  const checkpointer = new Checkpointer(core, log)
  const committer = new Committer(core, log, checkpointer)
  const transaction = committer.begin()
  transaction.requireCheckpoint()
  core.nextTreeId = source.nextTreeId
  const directory = new TreeReader(source.context, snapshot.state.directory, false, () =>
    snapshot.assertReadable(),
  )
  for (const { treeId } of listRoots(directory)) {
    const tree: ReadTree | undefined = snapshot.tree(treeId)
    if (!(tree instanceof TreeReader)) continue
    transaction.createTreeWithId(treeId)
    const target = transaction.tree(treeId)
    if (target !== undefined) yield* copyTree(tree, target, 'copy')
  }
  try {
    committer.commit(transaction, 'sync')
    checkpointer.truncateTail()
  } catch (error) {
    // Nothing is in doubt: the copy is thrown away.
    throw isCoppiceError(error, 'OUTCOME_UNKNOWN') ? error.details.cause : error
  }
}
