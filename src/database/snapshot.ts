/** A read-only transaction, as users hold it. */

import { CoppiceError } from '../base/errors.ts'
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
import type { TreeSource } from '../store/api.ts'
import { Snapshot as StoreSnapshot } from '../store/snapshot.ts'
import type { Catalog, TableSummary } from '../table/catalog.ts'
import type { TableDefinition } from '../table/definition.ts'
import type { OpenTable } from '../table/handles.ts'
import { SnapshotTables } from '../table/snapshot-tables.ts'
import { defineAggregate, defineFunction, type FunctionDoor } from './functions.ts'
import { type SnapshotShare, shareSnapshot } from './share.ts'
import {
  type ArrayRows,
  type BoundStatement,
  bindTemplate,
  exec,
  PreparedStatement,
  query,
  type SqlRow,
} from './sql.ts'
import { snapshotSession } from './sql-host.ts'
import { engineOf } from './sql-machine.ts'

/** A state in the store, as this thread reads it. */
export interface SnapshotSource extends TreeSource {
  readonly lsn: number
  readonly ageMs: number
  readonly retainedPages: number
  readonly isOpen: boolean
  close(): void
}

/**
 * One committed state of the database that never changes, whatever is written meanwhile.
 *
 * It holds the pages of that state until it is closed, so close it: with `using`, with `close()`, or by passing
 * a function to `db.read`. Any number may be open, across `await`s too.
 * @example
 * using snap = db.read()
 * snap.table(users).get(1n)
 */
export class Snapshot implements FunctionDoor, Disposable {
  /** Opens a table for reading; one that this state does not have yet reads as empty. */
  readonly table: OpenTable
  readonly #snapshot: SnapshotSource
  readonly #onClose: (() => void) | undefined
  readonly #tables: SnapshotTables
  readonly #catalog: Catalog
  #sqlSession: Session | undefined

  /** @internal */
  constructor(snapshot: SnapshotSource, catalog: Catalog, onClose?: () => void) {
    this.#snapshot = snapshot
    this.#onClose = onClose
    this.#tables = new SnapshotTables(snapshot, catalog)
    this.#catalog = catalog
    this.table = this.#tables.table
  }

  /** The transaction whose state it is: grows with every commit. */
  get txnId(): number {
    return this.#snapshot.txnId
  }

  /**
   * The number of the newest transaction in it: `db.changes(table, { since: snap.lsn })` goes on from here. NaN in a worker
   * thread, which does not know.
   */
  get lsn(): number {
    return this.#snapshot.lsn
  }

  /** How long it has been open, in milliseconds. */
  get ageMs(): number {
    return this.#snapshot.ageMs
  }

  /**
   * Pages that closing this snapshot alone would set free. Costs a walk over what was dropped since. NaN in a worker
   * thread, which does not know.
   */
  get retainedPages(): number {
    return this.#snapshot.retainedPages
  }

  /** False once it was closed, or ended for its age. */
  get isOpen(): boolean {
    return this.#snapshot.isOpen
  }

  /** The tables of this state, by name. @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD */
  tables(): TableSummary[] {
    return this.#tables.list()
  }

  /** A definition of a stored table, to open it without knowing it; undefined when there is none of that name. */
  definitionOf(name: string): TableDefinition | undefined {
    return this.#tables.definitionOf(name)
  }

  /**
   * Hands this very state to worker threads: what it returns goes through `postMessage` or `workerData`, any number of
   * times, and `attach` from `coppice/worker` makes a snapshot of it. They can attach while this snapshot is open;
   * closing it does not end theirs.
   * @example new Worker(file, { workerData: snap.share() })
   * @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD, CLOSED, NOT_SHAREABLE (in memory, or in a worker)
   */
  share(): SnapshotShare {
    if (this.#snapshot instanceof StoreSnapshot) return shareSnapshot(this.#snapshot.share())
    throw new CoppiceError(
      'NOT_SHAREABLE',
      'a snapshot of a worker thread cannot be shared; pass on what the worker was given',
    )
  }

  /** The same, with each row as an array of its values. */
  query<Row = unknown[]>(text: string, parameters: readonly unknown[] | undefined, options: ArrayRows): Row[]
  /**
   * Runs one statement of SQL and gives its rows; `$1`, `$2` … stand for the parameters. It sees this state;
   * what writes is refused.
   * @example snap.query<{ name: string }>('select name from users where age > $1 order by name', [36])
   * @throws SqlError, CoppiceError READ_ONLY_TRANSACTION, TRANSACTION_CLOSED
   */
  query<Row = SqlRow>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[]
  query<Row>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[] {
    return query<Row>(this.#session(), text, parameters, options)
  }

  /**
   * One statement of SQL, whose values are bound and never spliced into the text.
   * @example snap.sql`select * from users where email = ${email}`.get()
   */
  sql<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly unknown[]): BoundStatement<Row> {
    return bindTemplate<Row>(() => this.#session(), strings, values)
  }

  /** The same, with each row as an array of its values. */
  prepare<Row = unknown[]>(text: string, options: ArrayRows): PreparedStatement<Row>
  /**
   * A statement of SQL to be run again and again.
   * @example const byAge = snap.prepare<{ id: number }>('select id from users where age = $1')
   */
  prepare<Row = SqlRow>(text: string, options?: QueryOptions): PreparedStatement<Row>
  prepare<Row>(text: string, options?: QueryOptions): PreparedStatement<Row> {
    return new PreparedStatement<Row>(() => this.#session(), text, options)
  }

  /** Runs a script of SQL: any number of statements that read, one after the other. */
  exec(script: string, options?: QueryOptions): RunResult[] {
    return exec(this.#session(), script, options)
  }

  /** Makes a function that SQL can call in this thread, over all snapshots of this database: `Database.function`. */
  function<const O extends ScalarOptions>(
    name: string,
    options: O,
    run: (...values: FunctionArguments<O>) => FunctionResult<O>,
  ): void {
    defineFunction(engineOf(this.#catalog), name, options, run)
  }

  /** Makes an aggregate that SQL can call in this thread, over all snapshots of this database: `Database.aggregate`. */
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
    this.#sqlSession ??= snapshotSession(this.#snapshot, this.#tables, this.#catalog)
    return this.#sqlSession
  }

  /** Ends it; a second call does nothing. Reading afterwards throws TRANSACTION_CLOSED. */
  close(): void {
    this.#snapshot.close()
    this.#onClose?.()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
