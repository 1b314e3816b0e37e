/**
 * The new database that salvage writes: made under a temporary name, filled by one transaction that commits by a
 * checkpoint, and given its name when it is complete and durable. Until then nothing is there.
 */

import { CoppiceError, isCoppiceError } from '../../base/errors.ts'
import { runAll, runAllQuietly } from '../../base/run-all.ts'
import type { Storage } from '../../io/storage.ts'
import { replaceUnused } from '../backup.ts'
import { Checkpointer } from '../checkpointer.ts'
import { Committer } from '../committer.ts'
import type { Core } from '../core.ts'
import { LogWriter } from '../log-writer.ts'
import { openCore } from '../opening.ts'
import { resolveOptions } from '../options.ts'
import type { WriteTransaction } from '../transaction.ts'

const SUFFIX_BYTES = 4
const MIB = 1 << 20

/** What is known of the file beforehand. */
export interface TargetOptions {
  readonly pageSizeBytes: number
  readonly cacheSizeBytes: number
  /** About so much will be written. */
  readonly expectedBytes: number
  /** Trees that the copy makes of its own have ids from this one on. */
  readonly nextTreeId: number
  /** Replace an existing file of that name. */
  readonly overwrite: boolean
}

export class SalvageTarget {
  readonly transaction: WriteTransaction
  readonly #storage: Storage
  readonly #path: string
  readonly #temporary: string
  readonly #core: Core
  readonly #committer: Committer
  readonly #checkpointer: Checkpointer

  /** @throws CoppiceError ALREADY_EXISTS, NOT_FOUND (no such directory), NO_SPACE, IO_ERROR */
  constructor(storage: Storage, path: string, options: TargetOptions) {
    if (!options.overwrite && storage.exists(path)) {
      throw new CoppiceError(
        'ALREADY_EXISTS',
        `${path}: there is a file of this name; pass overwrite: true to replace it`,
        { path },
      )
    }
    this.#storage = storage
    this.#path = path
    this.#temporary = `${path}-salvage-${Buffer.from(storage.randomBytes(SUFFIX_BYTES)).toString('hex')}`
    const { pageSizeBytes, cacheSizeBytes, expectedBytes } = options
    // The source may be less dense than the copy, and its log adds to it; indexes are built beside what they index.
    const maxSizeBytes = Math.min(2 ** 44, 4 * expectedBytes + 64 * MIB)
    const resolved = resolveOptions(
      { pageSizeBytes, cacheSizeBytes, maxSizeBytes, transactionLogBytes: 0 },
      true,
    )
    try {
      this.#core = openCore(storage, this.#temporary, resolved).core
    } catch (error) {
      // Creating it, which comes first, may not have failed.
      runAllQuietly(() => storage.unlink(this.#temporary))
      throw error
    }
    this.#core.nextTreeId = options.nextTreeId
    const log = new LogWriter(this.#core)
    this.#checkpointer = new Checkpointer(this.#core, log)
    this.#committer = new Committer(this.#core, log, this.#checkpointer)
    this.transaction = this.#committer.begin()
    this.transaction.requireCheckpoint()
  }

  /** Makes it durable and gives it its name; returns its size in bytes. @throws CoppiceError NO_SPACE, LOCKED, IO_ERROR */
  finish(): number {
    try {
      this.#committer.commit(this.transaction, 'sync')
      this.#checkpointer.truncateTail()
    } catch (error) {
      // Nothing is in doubt: what was written is thrown away.
      throw isCoppiceError(error, 'OUTCOME_UNKNOWN') ? error.details.cause : error
    }
    const sizeBytes = this.#core.file.file.size()
    this.#core.release()
    replaceUnused(this.#storage, this.#temporary, this.#path)
    return sizeBytes
  }

  /** Throws away what was written; after `finish` there is nothing to throw away. */
  discard(): void {
    const wasOpen = !this.#core.isClosed
    if (wasOpen) this.#committer.rollbackWriter()
    runAll(
      () => wasOpen && this.#core.release(),
      () => this.#storage.unlink(this.#temporary),
    )
  }
}
