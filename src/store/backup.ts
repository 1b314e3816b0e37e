/**
 * A copy of one snapshot as a database file of its own: dense, clean, with an id of its own. The writer goes on
 * meanwhile. The file gets its name only when it is complete and durable.
 */

import { CoppiceError } from '../base/errors.ts'
import type { ReadTree } from '../btree/api.ts'
import { TreeReader } from '../btree/reader.ts'
import type { Storage } from '../io/storage.ts'
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
  const temporary = `${path}-backup`
  storage.unlink(temporary)
  const options: ResolvedOptions = {
    ...source.options,
    pageSizeBytes: source.pageSize,
    cacheSizeBytes: Math.max(CACHE_BYTES, 64 * source.pageSize),
    readOnly: false,
    create: true,
  }
  const { core } = openCore(storage, temporary, options)
  let finished = false
  try {
    yield* copyInto(core, source, snapshot)
    const sizeBytes = core.file.file.size()
    core.release()
    finished = true
    storage.rename(temporary, path)
    storage.syncDirectory(storage.directoryOf(path))
    return { sizeBytes, txnId: snapshot.txnId }
  } finally {
    if (!finished) {
      core.release()
      storage.unlink(temporary)
    }
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
  committer.commit(transaction, 'sync')
  checkpointer.truncateTail()
}
