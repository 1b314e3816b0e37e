/**
 * `coppice/kysely`: a dialect of Kysely that calls the database in this process.
 *
 * Queries outside of a transaction read the newest state and never wait. Transactions that write, and single writes beside
 * them, come one after the other; those that are begun with `setAccessMode('read only')` are snapshots and wait for nobody.
 */

import {
  type ColumnType,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import type { Connection, Database, PutRecordOf, QueryOptions, RecordOf } from '../index.ts'
import { runStatement, WriterQueue } from './writer-queue.ts'

/** Options of `CoppiceDialect`. */
export interface CoppiceDialectOptions {
  /** An open database; whoever opened it closes it. */
  readonly database: Database
  /**
   * How values come: `bigint`, `numeric`, `timestamps`, `timeoutMs`. `jsonParameters` is `'text'` here if nothing else is said:
   * Kysely's users give `JSON.stringify(…)` for JSON.
   */
  readonly query?: Omit<QueryOptions, 'rowMode' | 'values' | 'signal'> | undefined
}

/**
 * A dialect of Kysely over an open database.
 * @example const db = new Kysely<Tables>({ dialect: new CoppiceDialect({ database: await open('app.db') }) })
 */
export class CoppiceDialect implements Dialect {
  private readonly options: CoppiceDialectOptions

  constructor(options: CoppiceDialectOptions) {
    this.options = options
  }
  createDriver(): Driver {
    return new CoppiceDriver(this.options)
  }
  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler()
  }
  createAdapter(): DialectAdapter {
    return new CoppiceAdapter()
  }
  // biome-ignore lint/suspicious/noExplicitAny: as Kysely's interface says it
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new PostgresIntrospector(db)
  }
}

/** PostgreSQL's, but for the lock of migrations: they run in a transaction that writes, and there is one of those at a time. */
class CoppiceAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

class CoppiceDriver implements Driver {
  private readonly database: Database
  private readonly queue: WriterQueue
  private readonly options: QueryOptions

  constructor({ database, query }: CoppiceDialectOptions) {
    this.database = database
    this.queue = new WriterQueue(database)
    this.options = { jsonParameters: 'text', ...query }
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<CoppiceConnection> {
    return new CoppiceConnection(this.database.connect(), this.queue, this.options)
  }
  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await own(connection).begin(settings)
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    own(connection).end('commit')
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    own(connection).end('rollback')
  }
  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    own(connection).say(`savepoint ${quoted(name)}`)
  }
  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    own(connection).say(`rollback to savepoint ${quoted(name)}`)
  }
  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    own(connection).say(`release savepoint ${quoted(name)}`)
  }
  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    own(connection).close()
  }
  /** The database is its opener's. */
  async destroy(): Promise<void> {}
}

const own = (connection: DatabaseConnection) => connection as CoppiceConnection
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const CHANGES = /^(INSERT|UPDATE|DELETE|MERGE)\b/

class CoppiceConnection implements DatabaseConnection {
  private readonly connection: Connection
  private readonly queue: WriterQueue
  private readonly options: QueryOptions
  private leave: (() => void) | undefined

  constructor(connection: Connection, queue: WriterQueue, options: QueryOptions) {
    this.connection = connection
    this.queue = queue
    this.options = options
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    if (accessMode !== 'read only') this.leave = await this.queue.enter(this.connection)
    // What Kysely calls snapshot, PostgreSQL calls repeatable read.
    const level = isolationLevel === 'snapshot' ? 'repeatable read' : isolationLevel
    try {
      this.say(
        `begin${level === undefined ? '' : ` isolation level ${level}`}${accessMode === undefined ? '' : ` ${accessMode}`}`,
      )
    } catch (error) {
      this.leaveQueue()
      throw error
    }
  }

  end(how: 'commit' | 'rollback'): void {
    try {
      this.say(how)
    } finally {
      this.leaveQueue()
    }
  }

  say(text: string): void {
    runStatement(this.connection, text, [], this.options)
  }

  close(): void {
    this.connection.close()
    this.leaveQueue()
  }

  private leaveQueue(): void {
    this.leave?.()
    this.leave = undefined
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { connection, options } = this
    const { rows, command, rowCount } = connection.isInTransaction
      ? runStatement(connection, sql, parameters, options)
      : await this.queue.run(connection, sql, parameters, options)
    return {
      rows: rows as R[],
      ...(CHANGES.test(command) ? { numAffectedRows: BigInt(rowCount) } : {}),
    }
  }

  async *streamQuery<R>(
    { sql, parameters }: CompiledQuery,
    chunkSize = 100,
  ): AsyncIterableIterator<QueryResult<R>> {
    const rows = this.connection.prepare<R>(sql, this.options).iterateAsync(...parameters)
    let chunk: R[] = []
    for await (const row of rows) {
      chunk.push(row)
      if (chunk.length < chunkSize) continue
      yield { rows: chunk }
      chunk = []
    }
    if (chunk.length > 0) yield { rows: chunk }
  }
}

/** What SQL gives for a column of a table that was defined in TypeScript; `bigint`s by the option of that name. */
type FromSql<T> = T extends bigint
  ? bigint | number | string
  : T extends { readonly months: number; readonly days: number }
    ? string
    : T

type ColumnOf<Read, Written> = ColumnType<
  FromSql<Read>,
  (Written extends undefined ? undefined : Written) | (bigint extends Read ? number | string : never),
  Written | (bigint extends Read ? number | string : never)
>

type TableFor<D> = {
  readonly [C in keyof RecordOf<D>]: ColumnOf<
    RecordOf<D>[C],
    C extends keyof PutRecordOf<D> ? PutRecordOf<D>[C] : never
  >
}

/**
 * Kysely's description of tables that were defined in TypeScript.
 * @example const db = new Kysely<KyselyTables<{ users: typeof users }>>({ dialect })
 */
export type KyselyTables<T extends Readonly<Record<string, unknown>>> = {
  readonly [N in keyof T]: TableFor<T[N]>
}
