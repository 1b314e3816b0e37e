/** Mistakes in committing, in checkpoints, in opening and in recovery. */

import type { Mutant } from './mutant.ts'

const COMMITTER = 'src/store/committer.ts'
const CHECKPOINTER = 'src/store/checkpointer.ts'
const OPENING = 'src/store/opening.ts'
const CORE = 'src/store/core.ts'
const STORE = 'src/store/store.ts'
const BACKUP = 'src/store/backup.ts'
const TRANSACTION = 'src/store/transaction.ts'
const PAGE_FILE = 'src/store/page-file.ts'
const FILE_HEADER = 'src/store/file-header.ts'

export const STORE_MUTANTS: readonly Mutant[] = [
  {
    name: 'acknowledged-before-the-sync',
    law: 'a commit is acknowledged when it is durable',
    edits: [
      {
        file: COMMITTER,
        text: 'this.#syncNow()\n    this.#pace(true)',
        replacement: 'this.#settleUnsynced()\n    this.#pace()',
      },
    ],
  },
  {
    name: 'group-published-before-the-sync',
    law: 'nothing unsynced is visible to readers',
    edits: [
      {
        file: COMMITTER,
        text: 'this.#syncingGroups++\n    try {',
        replacement: 'this.#syncingGroups++\n    core.publish(state)\n    try {',
      },
    ],
  },
  {
    name: 'unsynced-published-over-a-sync-under-way',
    law: 'a commit without sync is not published on top of an unsynced one that asked for a sync',
    edits: [
      {
        file: COMMITTER,
        text: 'if (this.#syncingGroups > 0) {',
        replacement: 'if (this.#syncingGroups < 0) {',
      },
    ],
  },
  {
    name: 'stale-root-published',
    law: 'what was acknowledged is what the next reader sees',
    edits: [
      {
        file: COMMITTER,
        text: 'if (!core.isClosed) core.publish(state)\n',
        replacement: 'if (core.isClosed) core.publish(state)\n',
      },
    ],
  },
  {
    name: 'failed-group-acknowledged',
    law: 'each member of a group whose sync failed is told so',
    edits: [
      {
        file: COMMITTER,
        text: 'for (const { write } of answers) write.reject(error)\n      return',
        replacement:
          'for (const { write, value } of answers) (error ? write.resolve : write.reject)(value)\n      return',
      },
    ],
  },
  {
    name: 'failed-checkpoint-commit-published-by-its-group',
    law: 'a sync of the log publishes what is in the log, not a tip whose checkpoint failed',
    edits: [
      {
        file: COMMITTER,
        text: 'const state = this.#logged === core.tip ? core.tip : core.published',
        replacement: 'const state = core.tip',
      },
    ],
  },
  {
    name: 'space-not-taken-before-a-checkpoint-commit',
    law: 'what a full disk makes fail fails while the transaction can still be undone',
    edits: [
      {
        file: COMMITTER,
        text: 'pool.writeBack(pool.dirtyPages(transaction.txnId))\n',
        replacement: 'void pool\n',
      },
      {
        file: COMMITTER,
        text: 'file.growTo(space.pageCountForCheckpoint())',
        replacement: 'void [file, space]',
      },
    ],
  },
  {
    name: 'checkpoint-header-before-its-pages',
    law: 'pages are durable before the header that names them is written',
    edits: [
      {
        file: CHECKPOINTER,
        text: 'this.#syncNow()\n      this.#writeHeader()',
        replacement: 'this.#writeHeader()',
      },
      {
        file: CHECKPOINTER,
        text: 'this.#syncInBackground(() => {\n      this.#writeHeader()',
        replacement: 'queueMicrotask(() => {\n      this.#writeHeader()',
      },
    ],
  },
  {
    name: 'checkpoint-header-not-synced',
    law: 'a header is durable before anything that it makes superfluous is used again',
    edits: [
      {
        file: CHECKPOINTER,
        text: 'this.#syncNow()\n      this.#writeSecondCopy()\n    }\n    if (this.#phase === Phase.doubling) {\n      this.#syncNow()\n',
        replacement: 'this.#writeSecondCopy()\n    }\n    if (this.#phase === Phase.doubling) {\n',
      },
    ],
  },
  {
    name: 'checkpoint-done-before-its-header-is-synced-in-the-background',
    law: 'a header is durable before anything that it makes superfluous is used again',
    edits: [
      {
        file: CHECKPOINTER,
        text: 'this.#syncInBackground(() => {\n        this.#writeSecondCopy()\n        this.#syncInBackground(() => this.#complete())\n      })',
        replacement: 'this.#writeSecondCopy()\n      this.#complete()',
      },
    ],
  },
  {
    name: 'space-map-written-late',
    law: 'the space map is durable before the header that names it is written',
    edits: [
      { file: CHECKPOINTER, text: 'this.#core.file.writeMapPages(work.space.writes)', replacement: '' },
      {
        file: CHECKPOINTER,
        text: 'work.header = header\n',
        replacement: 'work.header = header\n    core.file.writeMapPages(work.space.writes)\n',
      },
    ],
  },
  {
    name: 'full-disk-swallowed-by-checkpoint',
    law: 'a checkpoint whose pages found no room is given up',
    edits: [
      {
        file: CHECKPOINTER,
        text: "if (isCoppiceError(error, 'NO_SPACE')) this.#abandon()\n      else this.#core.poison(error)\n      throw error",
        replacement: "if (!isCoppiceError(error, 'NO_SPACE')) throw error\n      work.next = end",
      },
    ],
  },
  {
    name: 'checkpoint-claims-later-commits',
    law: 'the LSN in a header is that of the state in it, whatever was committed meanwhile',
    edits: [{ file: CHECKPOINTER, text: 'lsn: work.state.lsn', replacement: 'lsn: core.tip.lsn' }],
  },
  {
    name: 'failed-background-sync-forgotten',
    law: 'a failed sync in the background poisons the database, or the next one on the other descriptor fails',
    edits: [
      {
        file: CHECKPOINTER,
        text: 'this.#core.poison(error)\n        this.#core.failedInBackground()',
        replacement: '',
      },
      {
        file: PAGE_FILE,
        text: "this.#background = writable && !storage.volatile ? storage.open(file.path, 'write') : file",
        replacement: 'this.#background = writable && storage.volatile ? file : file',
      },
    ],
  },
  {
    name: 'header-copies-written-at-once',
    law: 'H2: the copies of a header are written one after the other, with a sync between them',
    edits: [
      {
        file: CHECKPOINTER,
        text: 'this.#syncNow()\n      this.#writeSecondCopy()',
        replacement: 'this.#writeSecondCopy()',
      },
    ],
  },
  {
    name: 'header-not-rewritten-at-recovery',
    law: 'the newest header is written again and synced before anything is built on it',
    edits: [
      {
        file: OPENING,
        text: 'writeFileHeaderCopyByCopy(file.file, newest)\n  file.sync()',
        replacement: '',
      },
    ],
  },
  {
    name: 'header-rewritten-at-once-at-recovery',
    law: 'the newest header is rewritten copy by copy, so that a crash leaves one of them',
    edits: [
      {
        file: OPENING,
        text: 'writeFileHeaderCopyByCopy(file.file, newest)\n',
        replacement: 'writeFileHeader(file.file, newest)\n',
      },
    ],
  },
  {
    name: 'newest-header-copy-overwritten-first',
    law: 'of the copies of a header, the one that would be missed most is written last',
    edits: [{ file: FILE_HEADER, text: 'return newerBy < 0 ? 1 : 0', replacement: 'return 0' }],
  },
  {
    name: 'torn-older-header-left',
    law: 'a slot that a crash tore is made whole at the next opening',
    edits: [
      { file: OPENING, text: 'if (isWhole) return', replacement: 'if (isWhole || older !== null) return' },
    ],
  },
  {
    name: 'forced-checkpoint-left-out',
    law: 'what was replayed is checkpointed before the log is removed',
    edits: [{ file: OPENING, text: 'checkpointer.run(true)', replacement: '' }],
  },
  {
    name: 'recovered-epoch-not-named',
    law: 'the CLEAN header of a recovery names the newest epoch that was replayed',
    edits: [
      {
        file: OPENING,
        text: 'core.recoveredLog = { epoch: recovery.epoch, salt: recovery.salt }',
        replacement: '',
      },
    ],
  },
  {
    name: 'old-state-accepted',
    law: 'a header whose successor is lost is not taken for the newest',
    edits: [
      {
        file: OPENING,
        text: 'else refuseOldState(',
        replacement: 'else if (!headers) refuseOldState(',
      },
    ],
  },
  {
    name: 'checkpoint-that-the-log-reaches-doubted',
    law: 'a lost header is not missed when the older one and the logs lead to all that it was of',
    edits: [
      {
        file: PAGE_FILE,
        text: 'if (checkpointLsnOf(image, 0) > lsn) return',
        replacement: 'if (checkpointLsnOf(image, 0) > 0 && lsn >= 0) return',
      },
    ],
  },
  {
    name: 'log-of-a-lost-header-removed',
    law: 'a log with commits under a lost OPEN header is not removed',
    edits: [
      {
        file: OPENING,
        text: 'if (!newest.open) refuseLostHeader',
        replacement: 'if (!newest) refuseLostHeader',
      },
    ],
  },
  {
    name: 'headers-read-once',
    law: 'a header that seems lost is read a second time before it is written over: a read may have gone astray',
    edits: [
      {
        file: OPENING,
        text: 'if (readFileHeaders(file).checksumOfReads === checksumOfReads) return',
        replacement: 'if (checksumOfReads >= 0 && file) return',
      },
    ],
  },
  {
    name: 'strays-ignored-when-a-header-seems-lost',
    law: 'while pages turn up in the places of others, what is not found may be there',
    edits: [
      {
        file: PAGE_FILE,
        text: "if (placeId !== undefined && placeId !== pageId) return { pageId, reason: 'astray' }",
        replacement: 'if (placeId !== undefined && placeId !== pageId) continue',
      },
      {
        file: OPENING,
        text: "const doubt = isAstray\n    ? ({ pageId: 0, reason: 'astray' } as const)\n    : core",
        replacement: 'const doubt = core',
      },
      {
        file: OPENING,
        text: 'if (readFileHeaders(file).checksumOfReads === checksumOfReads) return',
        replacement: 'if (checksumOfReads >= 0 && readFileHeaders(file).mayBeOld) return',
      },
    ],
  },
  {
    name: 'short-read-of-a-header-taken-for-none',
    law: 'what cannot be read is not what is not there',
    edits: [
      {
        file: OPENING,
        text: 'if (readFileHeaders(file).checksumOfReads === checksumOfReads) return',
        replacement: 'if (checksumOfReads >= 0 && file) return',
      },
      {
        file: PAGE_FILE,
        text: "if (read < this.pageSize) {\n        throw new CoppiceError('IO_ERROR'",
        replacement:
          "if (read < this.pageSize) continue\n      if (pageCount < 0) {\n        throw new CoppiceError('IO_ERROR'",
      },
      {
        file: FILE_HEADER,
        text: 'if (count === HEADER_BYTES) return',
        replacement: 'bytes.fill(0, count)\n  if (count <= HEADER_BYTES) return',
      },
    ],
  },
  {
    name: 'poisoned-by-a-full-disk-told-as-such',
    law: 'NO_SPACE says that the database goes on: one that is poisoned does not',
    edits: [
      {
        file: CORE,
        text: "if (!isCoppiceError(error, 'NO_SPACE')) return error\n    return new CoppiceError('IO_ERROR'",
        replacement: "if (this.#isPoisoned) return error\n    return new CoppiceError('IO_ERROR'",
      },
      {
        file: 'src/wal/log.ts',
        text: "if (!isCoppiceError(error, 'NO_SPACE')) return error\n    return new CoppiceError('IO_ERROR'",
        replacement: "if (this.#isPoisoned) return error\n    return new CoppiceError('IO_ERROR'",
      },
    ],
  },
  {
    name: 'transaction-ids-reused-after-recovery',
    law: '(page id, birth) names one image for all time, across crashes of a process that had a log too',
    edits: [
      {
        file: OPENING,
        text: '(newest.open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING)',
        replacement: '(newest.open && TXN_IDS_SKIPPED_AT_RECOVERY ? 0 : TXN_IDS_SKIPPED_AT_OPENING)',
      },
    ],
  },
  {
    name: 'transaction-ids-reused-after-a-crash-without-a-log',
    law: '(page id, birth) names one image for all time, across crashes under a CLEAN header too',
    edits: [
      {
        file: OPENING,
        text: '(newest.open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING)',
        replacement: '(newest.open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING * 0)',
      },
    ],
  },
  {
    name: 'transaction-ids-reused-after-closing',
    law: '(page id, birth) names one image for all time, after transactions that were rolled back too',
    edits: [
      { file: CORE, text: 'nextTxnId: this.nextTxnId,', replacement: '' },
      {
        file: OPENING,
        text: '(newest.open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING)',
        replacement: '(newest.open ? TXN_IDS_SKIPPED_AT_RECOVERY : TXN_IDS_SKIPPED_AT_OPENING * 0)',
      },
    ],
  },
  {
    name: 'tree-ids-not-kept',
    law: 'a tree has an id that no tree had before',
    edits: [{ file: CORE, text: 'nextTreeId: this.nextTreeId,', replacement: '' }],
  },
  {
    name: 'creation-not-synced',
    law: 'a new file is durable before it gets its name',
    edits: [
      {
        file: OPENING,
        text: 'file.sync()\n    // A log of an earlier database',
        replacement: '// A log of an earlier database',
      },
    ],
  },
  {
    name: 'directory-not-synced-at-creation',
    law: "a new database's name is durable before anything in it is acknowledged",
    edits: [
      {
        file: OPENING,
        text: 'storage.syncDirectory(storage.directoryOf(path))\n    } catch',
        replacement: '} catch',
      },
      {
        file: OPENING,
        text: 'storage.syncDirectory(storage.directoryOf(file.file.path))',
        replacement: '',
      },
      {
        file: OPENING,
        text: 'removeLog(core.storage, core.file.file.path, true)',
        replacement: 'removeLog(core.storage, core.file.file.path)',
      },
    ],
  },
  {
    name: 'directory-not-synced-after-an-interrupted-creation',
    law: 'the name of a database that was found as it was made is made durable again',
    edits: [
      { file: OPENING, text: 'storage.syncDirectory(storage.directoryOf(file.file.path))', replacement: '' },
      {
        file: OPENING,
        text: 'removeLog(core.storage, core.file.file.path, true)',
        replacement: 'removeLog(core.storage, core.file.file.path)',
      },
    ],
  },
  {
    name: 'directory-not-synced-after-an-interrupted-removal-of-the-log',
    law: 'a log that a dying process had removed does not come back beside later commits',
    edits: [
      {
        file: OPENING,
        text: 'removeLog(core.storage, core.file.file.path, true)',
        replacement: 'removeLog(core.storage, core.file.file.path)',
      },
    ],
  },
  {
    name: 'directory-not-synced-at-rename-of-a-backup',
    law: 'a backup that returned survives',
    edits: [
      {
        file: BACKUP,
        text: 'storage.rename(temporary, path)\n    storage.syncDirectory(storage.directoryOf(path))',
        replacement: 'storage.rename(temporary, path)',
      },
    ],
  },
  {
    name: 'log-removed-before-the-last-checkpoint',
    law: 'closing removes the log when a CLEAN header is durable',
    edits: [
      {
        file: STORE,
        text: 'this.#checkpointer.run(true, this.#isFlushed())\n      core.log?.close(true)',
        replacement:
          'const isFlushed = this.#isFlushed()\n      core.log?.close(true)\n      this.#checkpointer.run(true, isFlushed)',
      },
    ],
  },
  {
    name: 'log-removed-beside-an-open-header',
    law: 'closing removes the log when a CLEAN header is durable',
    edits: [
      {
        file: STORE,
        text: 'this.#checkpointer.run(true, this.#isFlushed())',
        replacement: 'this.#checkpointer.run(false, this.#isFlushed())',
      },
    ],
  },
  {
    name: 'operations-not-rolled-back',
    law: 'a savepoint that is rolled back takes its operations out of the log',
    edits: [{ file: TRANSACTION, text: 'this.operations.truncate(savepoint.operations)', replacement: '' }],
  },
]
