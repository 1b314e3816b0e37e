/** The public face of an open database. It adds types to the store; all the work is done there. */

import { CoppiceError } from '../base/errors.ts'
import { nodeStorage } from '../io/node-storage.ts'
import type { Storage } from '../io/storage.ts'
import type {
  AggregateOptions,
  FunctionArguments,
  FunctionResult,
  FunctionType,
  FunctionValueOptions,
  ScalarOptions,
} from '../sql/session/function-types.ts'
import type { QueryOptions, RunResult } from '../sql/session/options.ts'
import type { Session } from '../sql/session/session.ts'
import type { Notice } from '../sql/session/unit.ts'
import type { WaitParty } from '../sql/session/wait-party.ts'
import type { BackupResult } from '../store/backup.ts'
import type { CompactResult } from '../store/compact.ts'
import type { Durability } from '../store/options.ts'
import type { LongOperationOptions } from '../store/steps.ts'
import type { Store, StoreStats } from '../store/store.ts'
import type { WriteTransaction as StoreTransaction } from '../store/transaction.ts'
import { Catalog, type TableSummary } from '../table/catalog.ts'
import { checkDefinition, type TableDefinition } from '../table/definition.ts'
import { ChangeFeed } from './changes/change-feed.ts'
import { ChangeStream, type ChangesOptions } from './changes/change-stream.ts'
import type { ChangeHistory } from './changes/history.ts'
import { type LiveOptions, LiveQuery } from './changes/live-query.ts'
import { decodeChanges, type TableChanges, type Watch } from './changes/table-changes.ts'
import { type CheckReport, reportOf } from './check-report.ts'
import { type DatabasePath, pathOf } from './database-path.ts'
import { defineAggregate, defineFunction, type FunctionDoor } from './functions.ts'
import { type ParallelRun, runParallel } from './parallel.ts'
import {
  type AnyParallelModule,
  type ParallelOptions,
  type ParallelResult,
  planParallel,
} from './parallel-options.ts'
import { type Savepoints, savepointsOf } from './savepoints.ts'
import { type DatabaseShare, shareDatabase } from './share.ts'
import { Snapshot } from './snapshot.ts'
import {
  type ArrayRows,
  type BoundStatement,
  bindTemplate,
  Connection,
  exec,
  PreparedStatement,
  query,
  type SqlRow,
} from './sql.ts'
import { databaseSession, type ServedSession, servedSession, storeSequences } from './sql-host.ts'
import { engineOf, knowStore } from './sql-machine.ts'
import { type DatabaseStats, type StatsOptions, statsOf } from './stats.ts'
import {
  type Synchronous,
  Transaction,
  type TransactionFunction,
  WriteHandle,
  type WriteOptions,
} from './transaction.ts'
import { WorkerPool } from './worker-pool.ts'
import { WriterTurn, WriterTurns } from './writer-turns.ts'

/** Options of `db.backup`. */
export interface BackupOptions extends LongOperationOptions {
  /** Replace an existing file of that name. Default: ALREADY_EXISTS. */
  readonly overwrite?: boolean | undefined
}

/** Options of `db.connect`. */
export interface ConnectOptions {
  /** Called with what a statement has to say besides its result: `relation "t" already exists, skipping`. */
  readonly onNotice?: ((notice: Notice) => void) | undefined
}

/**
 * An open database. Get one from `open` or `openSync`; close it with `using`, `await using` or `close()`.
 */
export class Database implements FunctionDoor, Disposable, AsyncDisposable {
  /** Named states that outlive the process. */
  readonly savepoints: Savepoints
  /** What transactions have changed, kept for those who come later; none unless it is asked for. */
  readonly history: ChangeHistory
  readonly #store: Store
  readonly #catalog = new Catalog()
  readonly #feed: ChangeFeed
  #sqlSession: Session | undefined
  // Kept for V8, which forgets the code compiled for a class when a full collection finds no instance of it.
  readonly #kept: [Transaction | undefined, Snapshot | undefined] = [undefined, undefined]
  /** What `parallel` has begun and not ended. */
  readonly #runs = new Set<ParallelRun>()
  readonly #workers = new WorkerPool()

  /** @internal Who waits to write to it: clients of a server, and query builders. */
  readonly turns: WriterTurns

  /** @internal */
  constructor(store: Store) {
    this.#store = store
    this.turns = new WriterTurns(store.scheduler)
    this.savepoints = savepointsOf(store, this.#catalog)
    this.#feed = new ChangeFeed(store, this.#catalog)
    knowStore(this.#catalog, store)
    this.history = this.#feed.history
  }

  /** The number of the newest transaction: what `TableChanges.lsn` counts. @throws CoppiceError CLOSED */
  get lsn(): number {
    const snapshot = this.#store.read()
    const { lsn } = snapshot
    snapshot.close()
    return lsn
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
    return shareDatabase(this.#store.share())
  }

  /**
   * Reads a table in a pool of worker threads: runs a function of `module` (its default export, or the one named by
   * `function`) over parts of the table, of an index (`by`) or of a range of them, all in one snapshot, and resolves to the
   * results in the order of the parts; with `combine`, to what it makes of them, one after the other in that order. This
   * thread goes on meanwhile.
   *
   * The type argument says what the function takes and gives: `typeof import('./module.ts')`, or for a function that is no
   * default export `typeof import('./module.ts').name`. `data` and results are cloned on their way between the threads. When
   * there is nothing to read, no function runs: the result is `[]`, or `initial`.
   * @example
   * // area.ts
   * export default ({ snapshot, range }: ParallelPart<typeof fields>) =>
   *   snapshot.table(fields).range(range).reduce((sum, field) => sum + field.area, 0)
   * // main.ts
   * const areas = await db.parallel<typeof import('./area.ts')>(new URL('./area.ts', import.meta.url), { table: fields })
   * @throws CoppiceError (by rejection) INVALID_OPTION (also: the module cannot be imported, or has no such function),
   * INVALID_RANGE, INVALID_DEFINITION, ABORTED, CLOSED, NOT_SHAREABLE (a database in memory), BUSY (more than 127 threads
   * read), WORKER_ENDED (a worker ended in the middle), and whatever the function, `combine` and `onProgress` throw
   */
  parallel<M = AnyParallelModule, S = ParallelResult<M>>(
    module: URL | string,
    options: ParallelOptions<M> & {
      readonly combine: (sum: S, result: ParallelResult<M>) => S
      readonly initial: S
    },
  ): Promise<S>
  parallel<M = AnyParallelModule>(
    module: URL | string,
    options: ParallelOptions<M> & {
      readonly combine: (sum: ParallelResult<M>, result: ParallelResult<M>) => ParallelResult<M>
      readonly initial?: undefined
    },
  ): Promise<ParallelResult<M> | undefined>
  parallel<M = AnyParallelModule>(
    module: URL | string,
    options: ParallelOptions<M> & { readonly combine?: undefined; readonly initial?: undefined },
  ): Promise<ParallelResult<M>[]>
  async parallel(module: URL | string, options: unknown): Promise<unknown> {
    const plan = planParallel(module, options)
    const snapshot = this.read()
    let begun: ParallelRun | undefined
    try {
      return await runParallel(snapshot, plan, this.#workers, run => {
        begun = run
        this.#runs.add(run)
      })
    } finally {
      if (begun !== undefined) this.#runs.delete(begun)
      snapshot.close()
    }
  }

  #endRuns(): void {
    const error = new CoppiceError('CLOSED', `${this.path}: the database was closed`)
    for (const run of this.#runs) run.fail(error)
    this.#workers.close()
  }

  /** The same, with each row as an array of its values. */
  query<Row = unknown[]>(text: string, parameters: readonly unknown[] | undefined, options: ArrayRows): Row[]
  /**
   * Runs one statement of SQL and gives its rows; `$1`, `$2` … stand for the parameters. What only reads runs on a snapshot,
   * what writes in a transaction of its own.
   * @example db.query<{ name: string }>('select name from users where age > $1 order by name', [36])
   * @throws SqlError, CoppiceError BUSY, READ_ONLY
   */
  query<Row = SqlRow>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[]
  query<Row>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[] {
    return query<Row>(this.#session(), text, parameters, options)
  }

  /**
   * One statement of SQL, whose values are bound and never spliced into the text.
   * @example db.sql`select * from users where email = ${email}`.get()
   */
  sql<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly unknown[]): BoundStatement<Row> {
    return bindTemplate<Row>(() => this.#session(), strings, values)
  }

  /** The same, with each row as an array of its values. */
  prepare<Row = unknown[]>(text: string, options: ArrayRows): PreparedStatement<Row>
  /**
   * A statement of SQL to be run again and again.
   * @example const byAge = db.prepare<{ id: number }>('select id from users where age = $1')
   */
  prepare<Row = SqlRow>(text: string, options?: QueryOptions): PreparedStatement<Row>
  prepare<Row>(text: string, options?: QueryOptions): PreparedStatement<Row> {
    return new PreparedStatement<Row>(() => this.#session(), text, options)
  }

  /**
   * Runs a script of SQL: any number of statements, one after the other.
   * @example db.exec('create table t (a int primary key); insert into t values (1), (2)')
   */
  exec(script: string, options?: QueryOptions): RunResult[] {
    return exec(this.#session(), script, options)
  }

  /** A session of its own: settings, prepared statements and transactions by BEGIN that others do not see. */
  connect({ onNotice }: ConnectOptions = {}): Connection {
    this.#assertOpen()
    return new Connection(databaseSession(this.#store, this.#catalog, () => this.#store.durability, onNotice))
  }

  /** @internal 16 random bytes, of this database since it was made. */
  get id(): Uint8Array {
    return this.#store.databaseId
  }

  /** @internal What `stats` says without reading a page. */
  storeStats(): StoreStats {
    return this.#store.stats()
  }

  /** @internal For one who is going to wait until he may write. */
  newTurn(party?: WaitParty): WriterTurn {
    return new WriterTurn(this.turns, party)
  }

  /** @internal A session for a client of a server. */
  serve(served: ServedSession): Session {
    this.#assertOpen()
    return servedSession(this.#store, this.#catalog, () => this.#store.durability, served)
  }

  /**
   * Makes a function that SQL can call; one of the same name and argument types is replaced. It holds in this thread, for all
   * that reads or writes this database, until it is closed; nothing of it is stored. It is synchronous. What it throws is the
   * statement's error (SQLSTATE 38000, `cause`), or itself if it is an SqlError.
   * @example
   * db.function('slug', { args: ['text'], returns: 'text', volatility: 'immutable' }, title =>
   *   title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))
   * db.query('select slug(title) from posts')
   * @throws SqlError 42723 (a name that is built in), 42704 (no such type); CoppiceError INVALID_OPTION
   */
  function<const O extends ScalarOptions>(
    name: string,
    options: O,
    run: (...values: FunctionArguments<O>) => FunctionResult<O>,
  ): void {
    defineFunction(engineOf(this.#catalog), name, options, run)
  }

  /**
   * Makes an aggregate for SQL, which is a window function, too: `start` gives a state for each group, `step` changes it for
   * each row, `result` says the value.
   * @example
   * db.aggregate('product', {
   *   args: ['double precision'], returns: 'double precision',
   *   start: () => 1, step: (product, x) => product * x, result: product => product,
   * })
   * @throws as `function`
   */
  aggregate<
    const Args extends readonly FunctionType[],
    const Returns extends FunctionType,
    State,
    const Strict extends boolean = true,
    const B extends FunctionValueOptions['bigint'] = undefined,
    const N extends FunctionValueOptions['numeric'] = undefined,
    const T extends FunctionValueOptions['timestamps'] = undefined,
  >(name: string, options: AggregateOptions<Args, Returns, State, Strict, B, N, T>): void {
    defineAggregate(engineOf(this.#catalog), name, options)
  }

  #session(): Session {
    this.#sqlSession ??= databaseSession(this.#store, this.#catalog, () => this.#store.durability)
    return this.#sqlSession
  }

  #assertOpen(): void {
    if (!this.isOpen) throw new CoppiceError('CLOSED', 'the database is closed')
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

  /**
   * Calls `listener` after each commit that changes `table`, whichever door it came through, with what it has changed: in
   * the order of commits, in a job of its own, so it may read and write. Ends with `close()` or `using`.
   * @example using watch = db.watch(users, ({ changes }) => { for (const change of changes) cache.delete(change.key) })
   * @throws CoppiceError INVALID_DEFINITION, INVALID_OPTION, CLOSED
   */
  watch<D extends TableDefinition>(table: D, listener: (changes: TableChanges<D>) => void): Watch {
    this.#assertOpen()
    checkDefinition(table)
    if (typeof listener !== 'function') {
      throw new CoppiceError('INVALID_OPTION', `listener: expected a function, got ${typeof listener}`)
    }
    const stop = this.#feed.listen(table.name, changes => listener(decodeChanges(table, changes)))
    return { close: stop, [Symbol.dispose]: stop }
  }

  /**
   * The changes of `table` as they are committed, one transaction after the other; with `since`, first those after the
   * transaction of that number, as far as the history reaches back. Ends when the database is closed.
   * @example for await (const { lsn, changes } of db.changes(users, { since: lastSeen })) { await send(changes); lastSeen = lsn }
   * @throws CoppiceError CHANGES_GONE, INVALID_DEFINITION, INVALID_OPTION, CLOSED
   */
  changes<D extends TableDefinition>(
    table: D,
    options: ChangesOptions = {},
  ): AsyncIterableIterator<TableChanges<D>> {
    this.#assertOpen()
    checkDefinition(table)
    return new ChangeStream(this.#store, this.#feed, table, options)
  }

  /**
   * Runs a query now, and again whenever a table that it reads has changed, whichever door the change came through.
   * @example
   * using live = db.live<{ n: number }>('select count(*) as n from users where age > $1', [36])
   * for await (const [row] of live) console.log(row?.n)
   * @throws SqlError
   */
  live<Row = SqlRow>(
    text: string,
    parameters: readonly unknown[] = [],
    options: LiveOptions = {},
  ): LiveQuery<Row> {
    this.#assertOpen()
    return new LiveQuery<Row>(this.#session(), this.#feed, this.#store.scheduler, text, parameters, options)
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
  stats(options: StatsOptions = {}): DatabaseStats {
    return statsOf(this.#store, this.#catalog, options)
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
   * with CLOSED (`await using` waits for them), and so is what `parallel` has not done. A second call does nothing. Whatever it throws, it is closed then.
   * @throws CoppiceError POISONED: a write or sync in the background had failed, and no call had said so until now;
   * NO_SPACE, IO_ERROR: the last checkpoint failed, and the next opening recovers; OUTCOME_UNKNOWN: commits with
   * `durability: 'none'` could not be made durable, and may be there after the next opening or not
   */
  close(): void {
    this.#endSession()
    try {
      this.#store.close()
    } finally {
      this.#endRuns()
      this.#feed.close()
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Its temporary tables go with it, where the writer is free; else the next process drops them. */
  #endSession(): void {
    const session = this.#sqlSession
    this.#sqlSession = undefined
    if (!this.isOpen) return
    session?.close()
    storeSequences(this.#store, this.#catalog)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endSession()
    try {
      await this.#store.closeAsync()
    } finally {
      this.#endRuns()
      this.#feed.close()
    }
  }

  #runner<T>(fn: (tx: Transaction) => T): (transaction: StoreTransaction) => T {
    return transaction => {
      const tx = new Transaction(transaction, this.#catalog)
      this.#kept[0] = tx
      const result = fn(tx)
      tx.beforeCommit()
      return result
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
