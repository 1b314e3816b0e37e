/** The public face of an open database. It adds types to the store; all the work is done there. */

import { CoppiceError } from '../base/errors.ts'
import { nodeStorage } from '../io/node-storage.ts'
import type { Storage } from '../io/storage.ts'
import type { BackupResult } from '../store/backup.ts'
import type { CompactResult } from '../store/compact.ts'
import type { Durability } from '../store/options.ts'
import type { SavepointInfo } from '../store/persistent-savepoints.ts'
import type { LongOperationOptions } from '../store/steps.ts'
import type { Store } from '../store/store.ts'
import type { WriteTransaction as StoreTransaction } from '../store/transaction.ts'
import { Catalog, type TableSummary } from '../table/catalog.ts'
import { type CheckReport, reportOf } from './check-report.ts'
import { type DatabasePath, pathOf } from './database-path.ts'
import type { DatabaseShare } from './share.ts'
import { Snapshot } from './snapshot.ts'
import { type DatabaseStats, statsOf } from './stats.ts'
import {
  type Synchronous,
  Transaction,
  type TransactionFunction,
  WriteHandle,
  type WriteOptions,
} from './transaction.ts'

/** Options of `db.backup`. */
export interface BackupOptions extends LongOperationOptions {
  /** Replace an existing file of that name. Default: ALREADY_EXISTS. */
  readonly overwrite?: boolean | undefined
}

/** Persistent savepoints: named states that outlive the process. */
export interface Savepoints {
  /** Keeps the newest committed state under `name` (1 to 64 bytes). @throws CoppiceError ALREADY_EXISTS, BUSY */
  create(name: string): void
  /** Makes that state the newest again; later savepoints are deleted. @throws CoppiceError SAVEPOINT_INVALID, BUSY */
  restore(name: string): void
  /** Lets the state go. @throws CoppiceError SAVEPOINT_INVALID, BUSY */
  delete(name: string): void
  list(): SavepointInfo[]
}

/**
 * An open database. Get one from `open` or `openSync`; close it with `using`, `await using` or `close()`.
 */
export class Database implements Disposable, AsyncDisposable {
  /** Named states that outlive the process. */
  readonly savepoints: Savepoints
  readonly #store: Store
  readonly #catalog = new Catalog()
  // Kept for V8, which forgets the code compiled for a class when a full collection finds no instance of it.
  readonly #kept: [Transaction | undefined, Snapshot | undefined] = [undefined, undefined]

  /** @internal */
  constructor(store: Store) {
    this.#store = store
    this.savepoints = store.savepoints
  }

  /** The file's real path; ':memory:' for a database in memory. */
  get path(): string {
    return this.#store.path
  }

  /** False once it was closed. */
  get isOpen(): boolean {
    return this.#store.isOpen
  }

  /**
   * True after a write or a sync failed: reading goes on, writing does not (`POISONED`), and the database must be closed
   * and opened again, which recovers it. Also tells after `close`.
   */
  get isPoisoned(): boolean {
    return this.#store.isPoisoned
  }

  /** What opening did: whether the file was made, and whether a crash was recovered from. */
  get openReport(): Store['report'] {
    return this.#store.report
  }

  /**
   * A snapshot of the newest committed state, or, with a function, its result over such a snapshot, which is
   * closed when the function returns (or the promise that it returns is settled).
   * @example
   * const ann = db.read(snap => snap.table(users).get(1n))
   * using snap = db.read()
   * @throws CoppiceError CLOSED
   */
  read(): Snapshot
  read<T>(fn: (snap: Snapshot) => T): T
  read<T>(fn?: (snap: Snapshot) => T): Snapshot | T {
    const snapshot = new Snapshot(this.#store.read(), this.#catalog)
    this.#kept[1] = snapshot
    return fn === undefined ? snapshot : readWith(snapshot, fn)
  }

  /**
   * Lets worker threads read this database: what it returns goes through `postMessage` or `workerData`, any number of
   * times, and `attach` from `coppice/worker` opens it there. All threads read the same memory. Sharing cannot be taken
   * back; it costs this thread some 20 ns an operation.
   * @example new Worker(new URL('./worker.js', import.meta.url), { workerData: db.share() })
   * @throws CoppiceError CLOSED, NOT_SHAREABLE (a database in memory)
   */
  share(): DatabaseShare {
    return { coppice: 'database', store: this.#store.share() }
  }

  /**
   * Runs `fn` in a write transaction, commits, and returns its result when the changes are durable. When `fn`
   * throws, nothing happened. `fn` is synchronous; for work across `await` use `begin`.
   * @example db.write(tx => tx.table(users).put({ id: 1n, email: 'a@x.io' }))
   * @throws CoppiceError BUSY (another write transaction is open), ASYNC_FUNCTION, NO_SPACE, READ_ONLY,
   * POISONED, OUTCOME_UNKNOWN, and whatever `fn` throws
   */
  write<T extends Synchronous>(fn: (tx: Transaction) => T, options?: WriteOptions): T
  write<T>(fn: TransactionFunction<T>, options?: WriteOptions): T
  write<T>(fn: (tx: Transaction) => T, options: WriteOptions = {}): T {
    return this.#store.write(this.#runner(fn), this.#durability(options))
  }

  /**
   * Queues `fn`; the promise resolves to its result when its changes are durable. Many calls share one sync
   * of the disk, so this is the fast way for many small commits. `fn` itself is synchronous, as for `write`.
   * @example await db.writeAsync(tx => tx.table(users).put({ id: 1n, email: 'a@x.io' }))
   * @throws CoppiceError as `write`, by rejection
   */
  writeAsync<T extends Synchronous>(fn: (tx: Transaction) => T, options?: WriteOptions): Promise<T>
  writeAsync<T>(fn: TransactionFunction<T>, options?: WriteOptions): Promise<T>
  async writeAsync<T>(fn: (tx: Transaction) => T, options: WriteOptions = {}): Promise<T> {
    return this.#store.writeAsync(this.#runner(fn), this.#durability(options))
  }

  /**
   * Opens a write transaction as a handle, for work across `await`.
   * @example
   * using tx = db.begin()
   * tx.table(users).put(await fetchUser())
   * await tx.commitAsync()
   * @throws CoppiceError BUSY (another write transaction is open), READ_ONLY, POISONED
   */
  begin(options: WriteOptions = {}): WriteHandle {
    const durability = this.#durability(options)
    return new WriteHandle(this.#store, this.#store.begin(), this.#catalog, durability)
  }

  /** Makes all commits so far durable, also those with `durability: 'none'`; blocks while the disk works. */
  flush(): void {
    this.#store.flush()
  }

  /** Writes the newest state into the data file now, rather than when the log has grown. */
  checkpoint(): void {
    this.#store.checkpoint()
  }

  /** The tables of the newest state, by name. */
  tables(): TableSummary[] {
    return this.read(snapshot => snapshot.tables())
  }

  /**
   * How the database is, as numbers. Reads the branches of every tree and a sample of the leaves; with
   * `exact`, all leaves.
   */
  stats(options: { readonly exact?: boolean | undefined } = {}): DatabaseStats {
    return statsOf(this.#store, this.#catalog, options.exact ?? false)
  }

  /**
   * Checks every page, checksum, order and reference, and that free and used pages are what they should be.
   * Resolves with what is wrong and where; damage is no rejection. The writer may go on meanwhile.
   * @throws CoppiceError ABORTED
   */
  async check(options: LongOperationOptions = {}): Promise<CheckReport> {
    return reportOf(this.#store, this.#catalog, await this.#store.check(options))
  }

  /**
   * Makes the file as small as it can be. Snapshots go on reading (and keep the pages they need); writes wait
   * (`writeAsync`) or get BUSY while a part runs.
   * @throws CoppiceError ABORTED, BUSY, NO_SPACE, READ_ONLY
   */
  compact(options: LongOperationOptions = {}): Promise<CompactResult> {
    return this.#store.compact(options)
  }

  /**
   * Writes a copy of the newest state to `path`, as a database of its own, while the writer works on. Progress
   * counts the entries of one table or index after the other.
   * @example await db.backup('app-backup.db', { overwrite: true })
   * @throws CoppiceError INVALID_OPTION, ALREADY_EXISTS, ABORTED, NO_SPACE
   */
  async backup(path: DatabasePath, options: BackupOptions = {}): Promise<BackupResult> {
    return this.#store.backup(backupStorage, pathOf(path), options)
  }

  /**
   * Closes the database and leaves one file. An open write transaction is rolled back; queued writes are rejected
   * with CLOSED (`await using` waits for them). A second call does nothing. Whatever it throws, it is closed then.
   * @throws CoppiceError POISONED: a write or sync in the background had failed, and no call had said so until now;
   * NO_SPACE, IO_ERROR: the last checkpoint failed, and the next opening recovers; OUTCOME_UNKNOWN: commits with
   * `durability: 'none'` could not be made durable, and may be there after the next opening or not
   */
  close(): void {
    this.#store.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.closeAsync()
  }

  #runner<T>(fn: (tx: Transaction) => T): (transaction: StoreTransaction) => T {
    return transaction => {
      const tx = new Transaction(transaction, this.#catalog)
      this.#kept[0] = tx
      return fn(tx)
    }
  }

  #durability(options: WriteOptions): Durability {
    for (const name in options) {
      if (name === 'durability') continue
      throw new CoppiceError(
        'INVALID_OPTION',
        `option ${name}: a transaction does not have it (known: durability)`,
      )
    }
    const durability: unknown = options.durability ?? this.#store.durability
    if (durability === 'sync' || durability === 'none') return durability
    throw new CoppiceError(
      'INVALID_OPTION',
      `option durability: expected 'sync' or 'none', got ${String(durability)}`,
    )
  }
}

/** The result of `fn` over the snapshot, which is closed then. */
export function readWith<T>(snapshot: Snapshot, fn: (snap: Snapshot) => T): T {
  let result: T
  try {
    result = fn(snapshot)
  } catch (error) {
    snapshot.close()
    throw error
  }
  if (isThenable(result)) return Promise.resolve(result).finally(() => snapshot.close()) as T
  snapshot.close()
  return result
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Backups go to real files, also those of a database in memory. */
const backupStorage: Storage = nodeStorage()
