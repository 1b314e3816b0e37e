/**
 * Persistent savepoints: named states that outlive the process and can be gone back to.
 *
 * All three operations are transactions that commit by a checkpoint, so the log never has to know of them.
 *
 * A deleted savepoint's pages may be reused only when neither header slot names it any more: the slots
 * retain the savepoints of the states that they describe (core.ts, C2). What `unpersist` takes away at
 * once is only its claim on the space map that the next checkpoint writes.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { PutMode } from '../btree/api.ts'
import type { TreeRoot } from '../btree/root.ts'
import { walkTree } from '../btree/walk.ts'
import { Runs } from '../space/runs.ts'
import type { Committer } from './committer.ts'
import type { Core } from './core.ts'
import { listRoots } from './directory.ts'
import { encodeSavepoint, listSavepoints, type SavepointRecord } from './savepoint-tree.ts'
import type { WriteTransaction } from './transaction.ts'

const NAME_BYTES_MAX = 64

/** What is told of a persistent savepoint. */
export interface SavepointInfo {
  readonly name: string
  /** The transaction whose state it keeps. */
  readonly txnId: number
  readonly createdAt: Date
}

export class PersistentSavepoints {
  readonly #core: Core
  readonly #committer: Committer

  constructor(core: Core, committer: Committer) {
    this.#core = core
    this.#committer = committer
  }

  list(): SavepointInfo[] {
    this.#core.assertOpen()
    return this.#records().map(({ name, txnId, createdAtMs }) => ({
      name,
      txnId,
      createdAt: new Date(createdAtMs),
    }))
  }

  /** Keeps the newest committed state under `name`. @throws CoppiceError ALREADY_EXISTS, INVALID_VALUE, NO_SPACE */
  create(name: string): void {
    const core = this.#core
    const key = encodeName(name)
    const transaction = this.#begin()
    const kept = transaction.base
    try {
      if (this.#records().some(record => record.name === name)) {
        throw new CoppiceError('ALREADY_EXISTS', `there is a persistent savepoint '${name}' already`)
      }
      const value = encodeSavepoint({
        name,
        txnId: kept.txnId,
        directory: kept.directory,
        createdAtMs: core.storage.clock.wallMs(),
      })
      this.#edit(transaction, tree => tree.put(key, key.length, value, 0, value.length, PutMode.insert))
      this.#committer.takeCheckpointSpace(transaction)
    } catch (error) {
      transaction.rollback()
      throw error
    }
    core.space.persist(kept.txnId)
    this.#commit(transaction)
  }

  /** Lets the state go. @throws CoppiceError SAVEPOINT_INVALID when there is none of that name */
  delete(name: string): void {
    const core = this.#core
    const key = encodeName(name)
    const transaction = this.#begin()
    let record: SavepointRecord
    try {
      record = this.#find(name)
      this.#edit(transaction, tree => tree.remove(key, key.length))
      this.#committer.takeCheckpointSpace(transaction)
    } catch (error) {
      transaction.rollback()
      throw error
    }
    // Its pages must not be handed out before the commit is done, even if no header slot names it yet.
    core.space.retain(record.txnId)
    core.space.unpersist(record.txnId)
    this.#commit(transaction)
    core.space.unretain(record.txnId)
  }

  /**
   * Makes the state of savepoint `name` the newest one again. Savepoints made after it are deleted; it stays.
   * Open snapshots keep what they see.
   * @throws CoppiceError SAVEPOINT_INVALID, BUSY, NO_SPACE, DATABASE_FULL, OUTCOME_UNKNOWN
   */
  restore(name: string): void {
    const core = this.#core
    const transaction = this.#begin()
    let record: SavepointRecord
    let newer: SavepointRecord[]
    let gone: Runs
    try {
      record = this.#find(name)
      newer = this.#records().filter(other => other.txnId > record.txnId)
      gone = this.#pagesSince(record.txnId, transaction)
      this.#edit(transaction, tree => {
        for (const other of newer) {
          const key = encodeName(other.name)
          tree.remove(key, key.length)
        }
      })
      this.#committer.takeCheckpointSpace(transaction)
    } catch (error) {
      transaction.rollback()
      throw error
    }
    for (const { txnId } of newer) {
      core.space.retain(txnId)
      core.space.unpersist(txnId)
    }
    core.space.resurrect(record.txnId)
    for (let i = 0; i < gone.length; i++) {
      transaction.space.dropRun(gone.pageIdAt(i), gone.countAt(i), gone.birthAt(i))
    }
    transaction.directory.restore(record.directory)
    transaction.replacesContent = true
    this.#commit(transaction)
    for (const { txnId } of newer) core.space.unretain(txnId)
  }

  /**
   * The end of all three: the space map speaks of the new state already, and only a reopen can go back. What a
   * full disk makes fail has failed before, in `takeCheckpointSpace`.
   */
  #commit(transaction: WriteTransaction): void {
    try {
      this.#committer.commit(transaction, 'sync')
    } catch (error) {
      if (isCoppiceError(error, 'OUTCOME_UNKNOWN')) throw error
      this.#core.poison(error)
      throw this.#core.outcomeUnknown(error)
    }
  }

  /** Pages of the newest state that were born after transaction `txnId`. */
  #pagesSince(txnId: number, transaction: WriteTransaction): Runs {
    const runs = new Runs()
    const collect = (root: TreeRoot) =>
      walkTree(this.#core.context, root, {
        page: (pageId, birth) => {
          if (birth <= txnId) return false
          runs.push(pageId, 1, birth)
          return true
        },
        run: (pageId, count, birth) => {
          if (birth > txnId) runs.push(pageId, count, birth)
        },
      })
    for (const { root } of listRoots(transaction.directory)) collect(root)
    collect(transaction.base.directory)
    return runs
  }

  #begin(): WriteTransaction {
    this.#core.assertWritable()
    if (!this.#core.storage.volatile) this.#committer.flush()
    const transaction = this.#committer.begin()
    transaction.requireCheckpoint()
    return transaction
  }

  #edit(
    transaction: WriteTransaction,
    change: (tree: ReturnType<WriteTransaction['savepointTree']>) => void,
  ): void {
    const tree = transaction.savepointTree()
    change(tree)
    transaction.savepoints = tree.root
  }

  #records(): SavepointRecord[] {
    return listSavepoints(this.#core.context, this.#core.tip.savepoints)
  }

  #find(name: string): SavepointRecord {
    const record = this.#records().find(candidate => candidate.name === name)
    if (record !== undefined) return record
    throw new CoppiceError('SAVEPOINT_INVALID', `there is no persistent savepoint '${name}'`)
  }
}

function encodeName(name: string): Buffer {
  const bytes = typeof name === 'string' ? Buffer.from(name, 'utf8') : Buffer.alloc(0)
  if (bytes.length > 0 && bytes.length <= NAME_BYTES_MAX) return bytes
  throw new CoppiceError('INVALID_VALUE', 'the name of a savepoint is not usable', {
    expected: `text of 1 to ${NAME_BYTES_MAX} bytes`,
    given: typeof name === 'string' ? `${bytes.length} bytes` : typeof name,
  })
}
