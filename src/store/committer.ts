/**
 * Committing: one writer at a time, one sync for many.
 *
 * A commit is *staged* (space in the log is taken, the directory brought up to date, the operations added to
 * the batch, the pages settled: the transaction is the tip now) and then made durable and published. What can
 * fail without harm fails before the settling: the transaction is rolled back and the caller told. After it,
 * a failure poisons the database and the outcome is unknown.
 *
 * Group commit: `writeAsync` queues; a turn of the loop stages all that wait, writes one batch, and the
 * callers are answered when its sync is done. While it runs, the next group gathers.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { CommitObserver } from './commit-observer.ts'
import type { Core, DatabaseState } from './core.ts'
import { type LogWriter, UNSYNCED_BATCH_BYTES } from './log-writer.ts'
import { OperationLog } from './operations.ts'
import type { Durability } from './options.ts'
import { WriteTransaction } from './transaction.ts'
import { WatchedCommit } from './watched-commit.ts'

/** Transactions of one group, so that a long queue does not keep the event loop. */
const GROUP_MAX = 1024
/** Bytes of one group's batch, or a little more. */
const GROUP_BYTES_MAX = 64 * 1024 * 1024

interface QueuedWrite {
  readonly run: (transaction: WriteTransaction) => unknown
  readonly durability: Durability
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Answer {
  readonly write: QueuedWrite
  readonly value: unknown
  readonly watched: WatchedCommit | undefined
}

export class Committer {
  readonly #core: Core
  readonly #log: LogWriter
  readonly #checkpointer: Checkpointer
  readonly #operations: OperationLog
  #writer: WriteTransaction | undefined = undefined
  /**
   * Kept so that V8 always sees one: when a full garbage collection finds no instance of a class, the code that was
   * compiled for it is dropped (measured: 48 to 86 µs of JavaScript a commit after that, instead of 14 to 25).
   */
  readonly #kept: [WriteTransaction | undefined] = [undefined]
  /** The newest state that was added to the log. */
  #logged: DatabaseState | undefined = undefined
  #queue: QueuedWrite[] = []
  #turnIsScheduled = false
  #turnIsRunning = false
  /** Groups whose sync is under way. */
  #syncingGroups = 0
  #flushIsScheduled = false
  #idleWaiters: (() => void)[] = []

  constructor(core: Core, log: LogWriter, checkpointer: Checkpointer) {
    this.#core = core
    this.#log = log
    this.#checkpointer = checkpointer
    this.#operations = new OperationLog(core.options.transactionLogBytes)
  }

  get queuedCount(): number {
    return this.#queue.length
  }

  /** Starts the write transaction. @throws CoppiceError BUSY, READ_ONLY, POISONED, CLOSED */
  begin(): WriteTransaction {
    this.#core.assertWritable()
    if (this.#writer !== undefined) {
      throw new CoppiceError(
        'BUSY',
        'a write transaction is open, and there is one writer at a time: end it first, or use writeAsync, which waits',
        {
          expected: 'the open one to be committed or rolled back first, or writeAsync, which waits',
        },
      )
    }
    const transaction = new WriteTransaction(this.#core, this.#operations, () => {
      this.#writer = undefined
      if (this.#queue.length > 0) this.#scheduleTurn()
    })
    this.#writer = transaction
    this.#kept[0] = transaction
    return transaction
  }

  /** Runs `fn` in a transaction and commits it. Anything thrown rolls back. */
  write<T>(run: (transaction: WriteTransaction) => T, durability: Durability): T {
    const transaction = this.begin()
    let value: T
    try {
      value = run(transaction)
      refusePromise(value)
    } catch (error) {
      transaction.rollback()
      throw error
    }
    this.commit(transaction, durability)
    return value
  }

  /** Queues `run`; the promise is answered when its effects are as durable as asked for. */
  writeAsync<T>(run: (transaction: WriteTransaction) => T, durability: Durability): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#core.assertWritable()
      this.#queue.push({ run, durability, resolve: resolve as (value: unknown) => void, reject })
      this.#scheduleTurn()
    })
  }

  /**
   * Commits and returns when it is durable (or at once, with 'none').
   * @throws CoppiceError NO_SPACE, DATABASE_FULL, TRANSACTION_FAILED: rolled back. OUTCOME_UNKNOWN: poisoned.
   */
  commit(transaction: WriteTransaction, durability: Durability): void {
    const watched = WatchedCommit.of(this.#core, transaction, durability)
    this.#commit(transaction, durability)
    watched?.staged()
    watched?.done()
  }

  #commit(transaction: WriteTransaction, durability: Durability): void {
    if (!this.#stage(transaction, this.#needsNoSync(durability))) return
    if (durability === 'none') {
      this.#settleUnsynced()
      return
    }
    this.#syncNow()
    this.#pace(true)
  }

  /** The same without blocking the event loop while the disk works. */
  commitAsync(transaction: WriteTransaction, durability: Durability): Promise<void> {
    const watched = WatchedCommit.of(this.#core, transaction, durability)
    const committed = this.#commitAsync(transaction, durability)
    if (watched === undefined) return committed
    watched.staged()
    return committed.then(() => watched.done())
  }

  async #commitAsync(transaction: WriteTransaction, durability: Durability): Promise<void> {
    if (!this.#stage(transaction, this.#needsNoSync(durability))) return
    if (durability === 'none') {
      this.#settleUnsynced()
      return
    }
    await this.#syncGroup()
    this.#pace()
  }

  /**
   * Makes everything committed so far durable.
   * @throws CoppiceError NO_SPACE: what was committed with 'none' found no room, and it may be tried again.
   * OUTCOME_UNKNOWN: poisoned.
   */
  flush(): void {
    this.#core.assertWritable()
    try {
      this.#log.append()
    } catch (error) {
      throw isCoppiceError(error, 'NO_SPACE') ? error : this.#core.outcomeUnknown(error)
    }
    this.#syncNow()
  }

  /** Resolves when no queued write is left. */
  whenIdle(): Promise<void> {
    if (!this.#turnIsRunning && this.#queue.length === 0 && this.#syncingGroups === 0)
      return Promise.resolve()
    return new Promise(resolve => this.#idleWaiters.push(resolve))
  }

  /** Refuses everything that waits. */
  rejectQueued(error: unknown): void {
    const queue = this.#queue
    this.#queue = []
    for (const write of queue) write.reject(error)
  }

  rollbackWriter(): void {
    this.#writer?.rollback()
  }

  /** A commit with 'none' is synced all the same when a sync is under way (see `#settleUnsynced`). */
  #needsNoSync(durability: Durability): boolean {
    return durability === 'none' && this.#syncingGroups === 0
  }

  /**
   * Makes the transaction the tip. False when that was all: nothing changed, or it is durable already (a
   * checkpoint, or a database in memory). True: what it made, or what it read, is to be synced. `isUnsynced`: unless
   * nobody waits for it to be durable.
   */
  #stage(transaction: WriteTransaction, isUnsynced = false): boolean {
    const core = this.#core
    try {
      transaction.assertWritable()
    } catch (error) {
      // Poisoned while it was open: it ends like any commit that fails, so that what waits behind it is answered.
      transaction.rollback()
      throw error
    }
    if (!transaction.hasChanges) {
      transaction.commitUnchanged()
      // What it read may not be durable yet; whoever is told that it succeeded may hand that on.
      return !core.storage.volatile && core.published.txnId < transaction.base.txnId
    }
    if (core.observer !== undefined) this.#observe(transaction, core.observer)
    if (core.storage.volatile) {
      this.#settle(transaction, () => transaction.finish(core.tip.lsn + 1))
      core.publish(core.tip)
      return false
    }
    if (transaction.mustCheckpoint) {
      this.#commitByCheckpoint(transaction)
      return false
    }
    this.#settle(transaction, () => {
      this.#checkpointer.makeRoom()
      const { length } = transaction.operations
      if (isUnsynced) this.#log.reserveUnsynced(length)
      else this.#log.reserve(length)
      const state = transaction.finish(core.tip.lsn + 1)
      this.#log.add(transaction.operations, state.lsn)
      return state
    })
    this.#logged = core.tip
    return true
  }

  #observe(transaction: WriteTransaction, observer: CommitObserver): void {
    try {
      observer.committing(transaction, this.#core.tip.lsn + 1)
    } catch (error) {
      transaction.rollback()
      throw error
    }
  }

  /** `prepare` may fail: then the transaction is rolled back. After it, the state is the tip. */
  #settle(transaction: WriteTransaction, prepare: () => DatabaseState): void {
    let state: DatabaseState
    try {
      state = prepare()
    } catch (error) {
      transaction.rollback()
      throw error
    }
    const { txn, allocated, dropped, droppedUnkept } = transaction.space.takeSettlement()
    try {
      this.#core.space.settle(txn, allocated, dropped, droppedUnkept)
    } catch (error) {
      transaction.markCommitted()
      this.#core.poison(error)
      throw this.#core.outcomeUnknown(error)
    }
    this.#core.tip = state
    transaction.markCommitted()
  }

  /** The shadow path: the pages are written once, and no operation is logged. */
  #commitByCheckpoint(transaction: WriteTransaction): void {
    const core = this.#core
    this.#settle(transaction, () => {
      const state = transaction.finish(core.tip.lsn + 1)
      // Now, while running out of space still fails this transaction alone.
      this.takeCheckpointSpace(transaction)
      return { ...state, txnId: transaction.txnId }
    })
    try {
      this.#checkpointer.run(false, false)
      this.#log.skip(core.tip.lsn)
    } catch (error) {
      core.poison(error)
      throw core.outcomeUnknown(error)
    }
    core.publish(core.tip)
  }

  /**
   * Makes everything before durable and takes the space that committing `transaction` by a checkpoint needs. May be
   * called earlier than by the commit, if the transaction cannot be undone later.
   * @throws CoppiceError NO_SPACE, DATABASE_FULL: nothing happened. IO_ERROR: poisoned.
   */
  takeCheckpointSpace(transaction: WriteTransaction): void {
    const core = this.#core
    const { pool, file, space } = core
    if (this.#checkpointer.isRunning) this.#checkpointer.finish()
    this.#log.sync()
    core.publish(core.tip)
    try {
      pool.writeBack(pool.dirtyPages(transaction.txnId))
      // Room for the space map, which is laid out when the transaction cannot be undone any more.
      file.growTo(space.pageCountForCheckpoint())
    } catch (error) {
      const isFull = isCoppiceError(error, 'NO_SPACE') || isCoppiceError(error, 'DATABASE_FULL')
      if (!isFull) core.poison(error)
      throw error
    }
  }

  #syncNow(): void {
    const core = this.#core
    try {
      this.#log.sync()
    } catch (error) {
      // Also by NO_SPACE, which nothing that was reserved for meets.
      core.poison(error)
      throw core.outcomeUnknown(error)
    }
    core.publish(core.tip)
  }

  async #syncGroup(): Promise<void> {
    const core = this.#core
    // One of the group closed the database, which made the others durable.
    if (core.isCleanlyClosed) return
    // A checkpoint commit of the group that failed has left a tip that no sync of the log makes durable.
    const state = this.#logged === core.tip ? core.tip : core.published
    this.#append()
    // Later transactions may become the tip meanwhile; this state must still be whole when it is published.
    core.space.retain(state.txnId)
    this.#syncingGroups++
    try {
      await this.#log.syncAsync()
      // Even if something else has poisoned the store meanwhile: whoever is told of a commit sees it.
      if (!core.isClosed) core.publish(state)
    } catch (error) {
      throw core.outcomeUnknown(error)
    } finally {
      this.#syncingGroups--
      this.#wakeIdle()
      if (!core.isClosed) core.space.unretain(state.txnId)
    }
  }

  /** A commit with 'none' is visible at once, so nothing unsynced that asked for a sync may be below it. */
  #settleUnsynced(): void {
    const core = this.#core
    if (core.isClosed) return
    if (core.isPoisoned) {
      // By another one of the group: then the tip is what nobody knows about, and must not be seen.
      throw core.outcomeUnknown(new CoppiceError('POISONED', 'another commit failed meanwhile'))
    }
    if (this.#syncingGroups > 0) {
      this.#syncNow()
      return
    }
    this.#core.publish(this.#core.tip)
    if (this.#log.pendingBytes >= UNSYNCED_BATCH_BYTES) this.#appendUnsynced()
    else if (!this.#flushIsScheduled) {
      this.#flushIsScheduled = true
      this.#core.storage.scheduler.defer(() => {
        this.#flushIsScheduled = false
        if (this.#core.isClosed || this.#core.isPoisoned) return
        try {
          this.#log.append()
        } catch {
          // Poisoned, or there is no room; whoever writes or closes next is told.
          this.#core.failedInBackground()
        }
      }, true)
    }
    this.#pace()
  }

  /** Writes what waits, if there is room: if not, it has happened all the same, and the next transaction is told. */
  #appendUnsynced(): void {
    try {
      this.#log.append()
    } catch (error) {
      if (!isCoppiceError(error, 'NO_SPACE')) throw this.#core.outcomeUnknown(error)
    }
  }

  /** Writes what waits, for which there is room. */
  #append(): void {
    try {
      this.#log.append()
    } catch (error) {
      this.#core.poison(error)
      throw this.#core.outcomeUnknown(error)
    }
  }

  /** The commit is done; what a checkpoint meets now concerns later ones. */
  #pace(blocks = false): void {
    if (this.#core.isClosed || this.#core.isPoisoned) return
    try {
      this.#checkpointer.pace(blocks)
    } catch {
      // Abandoned for want of space, or poisoned: the next commit is told, or whoever closes.
      this.#core.failedInBackground()
    }
  }

  #scheduleTurn(): void {
    if (this.#turnIsScheduled || this.#turnIsRunning) return
    this.#turnIsScheduled = true
    this.#core.storage.scheduler.defer(() => {
      this.#turnIsScheduled = false
      void this.#turn()
    }, true)
  }

  /** Stages the waiting writes, syncs once, answers them, and so on until none is left. */
  async #turn(): Promise<void> {
    if (this.#turnIsRunning) return
    this.#turnIsRunning = true
    // An explicit handle may be open: its end schedules the next turn.
    while (this.#queue.length > 0 && this.#writer === undefined && !this.#core.isClosed) {
      const group = this.#queue.splice(0, GROUP_MAX)
      const answers: Answer[] = []
      let mustSync = false
      for (const [index, write] of group.entries()) {
        if (this.#log.pendingBytes >= GROUP_BYTES_MAX) {
          this.#queue.unshift(...group.slice(index))
          break
        }
        const outcome = this.#runQueued(write)
        if (outcome === undefined) continue
        answers.push(outcome)
        mustSync ||= outcome.staged && write.durability === 'sync'
      }
      await this.#answer(answers, mustSync)
    }
    this.#turnIsRunning = false
    this.#wakeIdle()
  }

  #runQueued(write: QueuedWrite): (Answer & { readonly staged: boolean }) | undefined {
    try {
      const transaction = this.begin()
      let value: unknown
      try {
        value = write.run(transaction)
        refusePromise(value)
      } catch (error) {
        transaction.rollback()
        throw error
      }
      const watched = WatchedCommit.of(this.#core, transaction, write.durability)
      const staged = this.#stage(transaction)
      watched?.staged()
      return { write, value, staged, watched }
    } catch (error) {
      write.reject(error)
      return undefined
    }
  }

  async #answer(answers: readonly Answer[], mustSync: boolean): Promise<void> {
    try {
      if (mustSync) await this.#syncGroup()
      else if (!this.#core.storage.volatile && answers.length > 0) this.#settleUnsynced()
    } catch (error) {
      for (const { write } of answers) write.reject(error)
      return
    }
    for (const { write, value, watched } of answers) {
      watched?.done()
      write.resolve(value)
    }
    this.#pace()
  }

  #wakeIdle(): void {
    if (this.#turnIsRunning || this.#syncingGroups > 0 || this.#queue.length > 0) return
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const wake of waiters) wake()
  }
}

/** A write function that returns a promise would go on after its transaction ended. @throws CoppiceError ASYNC_FUNCTION */
export function refusePromise(value: unknown): void {
  if (typeof value !== 'object' || value === null || typeof (value as { then?: unknown }).then !== 'function')
    return
  // Its own failure is not the point any more, and must not end the process.
  Promise.resolve(value).catch(() => {})
  throw new CoppiceError(
    'ASYNC_FUNCTION',
    'the function of a write transaction returned a promise; it must be synchronous: use begin() for work across await',
  )
}
