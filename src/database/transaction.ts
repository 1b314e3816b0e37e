/** Write transactions, as users hold them: in a function (`Transaction`), or as a handle (`WriteHandle`). */

import type { QueryOptions, RunResult } from '../sql/session/options.ts'
import type { SequenceMark } from '../sql/session/sequence-moves.ts'
import type { Session } from '../sql/session/session.ts'
import type { WriteUnitMark } from '../sql/session/unit.ts'
import { refusePromise } from '../store/committer.ts'
import type { Durability } from '../store/options.ts'
import type { Store } from '../store/store.ts'
import type { NestedSavepoint, WriteTransaction } from '../store/transaction.ts'
import type { Catalog, TableSummary } from '../table/catalog.ts'
import { type IndexOptions, refuseOwnName, type TableDefinition } from '../table/definition.ts'
import type { OpenWritableTable } from '../table/handles.ts'
import { TransactionTables } from '../table/tables.ts'
import { TransactionRulebook } from './rulebook.ts'
import {
  type ArrayRows,
  type BoundStatement,
  bindTemplate,
  exec,
  PreparedStatement,
  query,
  type SqlRow,
} from './sql.ts'
import { transactionSession } from './sql-host.ts'
import { dropIndexStatement, dropStatement, renameStatement } from './sql-tables.ts'

/** How one transaction commits. */
export interface WriteOptions {
  /** Overrides the database's `durability` for this transaction. */
  readonly durability?: Durability | undefined
}

type IsAny<T> = 0 extends 1 & T ? true : false

/** `unknown` for what a transaction may return; for a promise a text, which is what the compiler then shows. */
type RefusePromise<T> =
  IsAny<T> extends true
    ? unknown
    : [Extract<T, PromiseLike<unknown>>] extends [never]
      ? unknown
      : 'a transaction is synchronous: await before it, or use db.begin()'

/** A function of a transaction; one that returns a promise does not compile. */
export type TransactionFunction<T, Tx = Transaction> = ((tx: Tx) => T) & RefusePromise<T>

/**
 * What is no promise: the bound of a type parameter of your own that stands for what a transaction returns.
 * @example
 * function audited<T extends Synchronous>(fn: (tx: Transaction) => T): T {
 *   return db.write(tx => { tx.table(audit).put(new Date(), user); return fn(tx) })
 * }
 */
export type Synchronous =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: what a function without `return` gives
  | void
  | (object & { readonly then?: never })

/** A table by its name, or by its definition (or anything else that has its name). */
type Named = string | { readonly name: string }

/** @throws CoppiceError INVALID_DEFINITION the table is Coppice's own */
function changedName(table: Named): string {
  const name = typeof table === 'string' ? table : table.name
  refuseOwnName(name)
  return name
}

/**
 * A write transaction: what it changes is seen by itself at once, and by everybody else when it is committed.
 * The one writer of the database while it is open.
 */
export class Transaction {
  /**
   * Opens a table for reading and writing, making it when there is none, and applying compatible changes of its
   * definition (a new column that is nullable or has a default, a new or dropped index).
   * @throws CoppiceError TABLE_TYPE_MISMATCH, TRANSACTION_CLOSED
   */
  readonly table: OpenWritableTable
  readonly #transaction: WriteTransaction
  readonly #rulebook: TransactionRulebook
  readonly #tables: TransactionTables
  readonly #catalog: Catalog
  #sqlSession: Session | undefined

  /** @internal */
  constructor(transaction: WriteTransaction, catalog: Catalog) {
    this.#transaction = transaction
    this.#catalog = catalog
    this.#rulebook = new TransactionRulebook(transaction, catalog)
    this.#tables = new TransactionTables(transaction, catalog, this.#rulebook)
    this.table = this.#tables.table
  }

  /** False once it was committed or rolled back. */
  get isOpen(): boolean {
    return this.#transaction.status === 'open'
  }

  /** The tables as this transaction sees them. */
  tables(): TableSummary[] {
    return this.#tables.list()
  }

  /** A definition of a stored table, to open it without knowing it; undefined when there is none of that name. */
  definitionOf(name: string): TableDefinition | undefined {
    return this.#tables.definitionOf(name)
  }

  /**
   * Gives a table another name.
   * @throws CoppiceError TABLE_NOT_FOUND, TABLE_EXISTS, INVALID_DEFINITION
   * @example tx.renameTable('users-new', 'users')
   */
  renameTable(from: Named, to: string): void {
    const name = changedName(from)
    refuseOwnName(to)
    const made = this.#rulebook.tableMadeBySql(name, this.#tables)
    const isFree = this.#tables.definitionOf(to) === undefined
    if (made !== undefined && isFree) this.exec(renameStatement(made, to))
    else this.#tables.rename(name, to)
  }

  /**
   * Removes a table with its rows and indexes; false when there is none.
   * @throws SqlError 2BP01: views or foreign keys of other tables need it; CoppiceError INVALID_DEFINITION: Coppice's own
   * @example tx.dropTable(users)
   */
  dropTable(table: Named): boolean {
    const known = this.#rulebook.tableOf(changedName(table), this.#tables)
    if (known === undefined) return this.#tables.drop(table)
    this.exec(dropStatement(known))
    return true
  }

  /**
   * Adds an index that no definition names; it stays until `dropIndex`.
   * @throws CoppiceError TABLE_NOT_FOUND, INVALID_DEFINITION, UNIQUE_VIOLATION
   * @example tx.createIndex(users, 'byRole', { on: ['role'] })
   */
  createIndex(table: Named, name: string, options: IndexOptions<string>): void {
    this.#tables.createIndex(changedName(table), name, options)
  }

  /**
   * Removes an index; false when there is none. A definition that names it brings it back.
   * @throws CoppiceError TABLE_NOT_FOUND, INVALID_DEFINITION; SqlError 2BP01: a constraint needs it
   */
  dropIndex(table: Named, name: string): boolean {
    const made = this.#rulebook.tableMadeBySql(changedName(table), this.#tables)
    const index = made?.indexes.find(one => one.storedName === name && one.isMissing !== true)
    if (made === undefined || index === undefined) return this.#tables.dropIndex(changedName(table), name)
    this.exec(dropIndexStatement(made, index))
    return true
  }

  /** The same, with each row as an array of its values. */
  query<Row = unknown[]>(text: string, parameters: readonly unknown[] | undefined, options: ArrayRows): Row[]
  /**
   * Runs one statement of SQL and gives its rows; `$1`, `$2` … stand for the parameters. It sees what
   * this transaction has changed; when it fails, it undoes itself and the transaction goes on.
   * @example tx.query<{ name: string }>('select name from users where age > $1 order by name', [36])
   * @throws SqlError, CoppiceError TRANSACTION_CLOSED
   */
  query<Row = SqlRow>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[]
  query<Row>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[] {
    return query<Row>(this.#session(), text, parameters, options)
  }

  /**
   * One statement of SQL, whose values are bound and never spliced into the text.
   * @example tx.sql`select * from users where email = ${email}`.get()
   */
  sql<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly unknown[]): BoundStatement<Row> {
    return bindTemplate<Row>(() => this.#session(), strings, values)
  }

  /** The same, with each row as an array of its values. */
  prepare<Row = unknown[]>(text: string, options: ArrayRows): PreparedStatement<Row>
  /**
   * A statement of SQL to be run again and again.
   * @example const byAge = tx.prepare<{ id: number }>('select id from users where age = $1')
   */
  prepare<Row = SqlRow>(text: string, options?: QueryOptions): PreparedStatement<Row>
  prepare<Row>(text: string, options?: QueryOptions): PreparedStatement<Row> {
    return new PreparedStatement<Row>(() => this.#session(), text, options)
  }

  /**
   * Runs a script of SQL: any number of statements, one after the other.
   * @example tx.exec('create table t (a int primary key); insert into t values (1), (2)')
   */
  exec(script: string, options?: QueryOptions): RunResult[] {
    return exec(this.#session(), script, options)
  }

  /** What waits for the end of the transaction must hold now. @internal */
  beforeCommit(): void {
    const waits = this.#rulebook.unitState?.deferred.length ?? 0
    if (this.#sqlSession !== undefined || waits > 0) this.#session().beforeCommit()
    this.#rulebook.unitState?.sequences.settle(this.#tables)
  }

  #session(): Session {
    this.#sqlSession ??= transactionSession(this.#catalog, this.#rulebook.unitOf(this.#tables))
    return this.#sqlSession
  }

  /**
   * Sets a savepoint inside this transaction. Roll back to it as often as needed; leaving its `using` block
   * releases it and keeps the changes.
   * @example
   * const savepoint = tx.savepoint()
   * try { importRow(tx, row) } catch { savepoint.rollback() }
   */
  savepoint(): Savepoint {
    return new Savepoint(this.#transaction, this.#tables, this.#rulebook)
  }

  /**
   * Runs `fn` inside a savepoint: when it throws, what it did is undone, and the error goes on.
   * @throws CoppiceError ASYNC_FUNCTION, and whatever `fn` throws
   * @example try { tx.nested(() => importRow(tx, row)) } catch (error) { report(row, error) }
   */
  nested<T extends Synchronous>(fn: (tx: this) => T): T
  nested<T>(fn: TransactionFunction<T, this>): T
  nested<T>(fn: (tx: this) => T): T {
    const savepoint = this.savepoint()
    let result: T
    try {
      result = fn(this)
      refusePromise(result)
    } catch (error) {
      if (savepoint.isLive) {
        savepoint.rollback()
        savepoint.release()
      }
      throw error
    }
    savepoint.release()
    return result
  }
}

/** A place inside a write transaction to go back to. */
export class Savepoint implements Disposable {
  readonly #transaction: WriteTransaction
  readonly #tables: TransactionTables
  readonly #savepoint: NestedSavepoint
  readonly #rulebook: TransactionRulebook
  readonly #constraints: WriteUnitMark | undefined
  readonly #sequences: SequenceMark | undefined

  /** @internal */
  constructor(transaction: WriteTransaction, tables: TransactionTables, rulebook: TransactionRulebook) {
    this.#rulebook = rulebook
    this.#transaction = transaction
    this.#tables = tables
    rulebook.unitState?.sequences.settle(tables)
    this.#savepoint = transaction.setSavepoint()
    this.#constraints = rulebook.unitState?.mark()
    this.#sequences = rulebook.unitState?.sequences.mark()
  }

  /** False once it was released, or one set before it was rolled back to, or the transaction ended. */
  get isLive(): boolean {
    return this.#transaction.isLiveSavepoint(this.#savepoint)
  }

  /**
   * Undoes everything since the savepoint, which stays; savepoints set after it are gone.
   * @throws CoppiceError SAVEPOINT_INVALID, TRANSACTION_CLOSED
   */
  rollback(): void {
    this.#transaction.rollbackTo(this.#savepoint)
    this.#tables.afterRollback()
    this.#rulebook.unitState?.restore(this.#constraints)
    this.#rulebook.unitState?.sequences.keepAfter(this.#sequences, this.#tables)
  }

  /** Forgets the savepoint and those set after it; the changes stay. Does nothing when it is not live. */
  release(): void {
    if (this.isLive) this.#transaction.releaseSavepoint(this.#savepoint)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/**
 * A write transaction that stays open across `await`s until `commit` or `rollback`. Leaving its `using` block
 * without a commit rolls it back. Other writers wait (`writeAsync`) or get BUSY (`write`, `begin`).
 * @example
 * using tx = db.begin()
 * tx.table(users).put(await fetchUser())
 * tx.commit()
 */
export class WriteHandle extends Transaction implements Disposable {
  readonly #store: Store
  readonly #transaction: WriteTransaction
  readonly #durability: Durability

  /** @internal */
  constructor(store: Store, transaction: WriteTransaction, catalog: Catalog, durability: Durability) {
    super(transaction, catalog)
    this.#store = store
    this.#transaction = transaction
    this.#durability = durability
  }

  /**
   * Commits, and returns when the changes are durable.
   * @throws CoppiceError NO_SPACE, DATABASE_FULL, TRANSACTION_FAILED: rolled back. OUTCOME_UNKNOWN: see docs/errors.md.
   * SqlError 23503, 23505, of a deferred constraint: rolled back.
   */
  commit(): void {
    this.#settle()
    this.#store.commit(this.#transaction, this.#durability)
  }

  /** The same without blocking the event loop while the disk works. */
  async commitAsync(): Promise<void> {
    this.#settle()
    return this.#store.commitAsync(this.#transaction, this.#durability)
  }

  #settle(): void {
    if (!this.isOpen) return
    try {
      this.beforeCommit()
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  /** Undoes everything; does nothing after `commit` or a rollback. */
  rollback(): void {
    this.#transaction.rollback()
  }

  [Symbol.dispose](): void {
    this.rollback()
  }
}
