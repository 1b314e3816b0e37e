/**
 * `coppice/drizzle`: Drizzle over a database in this process.
 *
 * Queries outside of a transaction read the newest state and never wait. Transactions that write, and single writes beside
 * them, come one after the other; those with `accessMode: 'read only'` are snapshots and wait for nobody.
 */

import {
  createTableRelationsHelpers,
  DefaultLogger,
  type DrizzleConfig,
  DrizzleQueryError,
  entityKind,
  extractTablesRelationalConfig,
  fillPlaceholders,
  type Logger,
  NoopLogger,
  type Query,
  type RelationalSchemaConfig,
  type SQL,
  sql,
  type TablesRelationalConfig,
} from 'drizzle-orm'
import { type MigrationConfig, readMigrationFiles } from 'drizzle-orm/migrator'
import {
  PgDatabase,
  PgDialect,
  PgPreparedQuery,
  type PgQueryResultHKT,
  PgSession,
  PgTransaction,
  type PgTransactionConfig,
  type PreparedQueryConfig,
  type SelectedFieldsOrdered,
} from 'drizzle-orm/pg-core'
import * as drizzleUtilities from 'drizzle-orm/utils'
import type { Connection, Database, QueryOptions, SqlRow } from '../index.ts'

export { type DrizzleTable, drizzleTable, type SqlValueOf } from './drizzle-table.ts'

import { runStatement, type StatementResult, WriterQueue } from './writer-queue.ts'

/** What `db.execute` gives. */
export interface CoppiceQueryResult<Row = SqlRow> {
  readonly rows: Row[]
  /** As PostgreSQL's command tag: `UPDATE 3`. */
  readonly command: string
  /** Rows that were changed, or read. */
  readonly rowCount: number
}

/** For Drizzle's types. */
export interface CoppiceQueryResultHKT extends PgQueryResultHKT {
  type: CoppiceQueryResult<this['row']>
}

type Schema = Record<string, unknown>
type NoSchema = Record<string, never>

/** A database as Drizzle sees it. */
export class CoppiceDatabase<S extends Schema = NoSchema> extends PgDatabase<CoppiceQueryResultHKT, S> {
  static override readonly [entityKind]: string = 'CoppiceDatabase'
}

/**
 * Drizzle over an open database, which whoever opened it closes.
 * @example const db = drizzle(await open('app.db'), { schema })
 */
export function drizzle<S extends Schema = NoSchema>(
  database: Database,
  config: DrizzleConfig<S> = {},
): CoppiceDatabase<S> & { readonly $client: Database } {
  const dialect = new PgDialect(config.casing === undefined ? {} : { casing: config.casing })
  const schema = config.schema === undefined ? undefined : relationalSchema(config.schema)
  const place: Place = { connection: database.connect(), queue: new WriterQueue(database), database }
  const session = new CoppiceSession(dialect, place, schema, loggerOf(config.logger))
  const db = new CoppiceDatabase<S>(dialect, session as never, schema as never)
  return Object.assign(db, { $client: database })
}

/**
 * Applies the migrations that drizzle-kit has generated, those that were not applied yet, in one transaction.
 * @example await migrate(db, { migrationsFolder: './drizzle' })
 */
export async function migrate<S extends Schema>(
  db: CoppiceDatabase<S>,
  config: MigrationConfig,
): Promise<void> {
  const { dialect, session } = db as unknown as { dialect: PgDialect; session: PgSession }
  await dialect.migrate(readMigrationFiles(config), session, config)
}

function relationalSchema(schema: Schema): RelationalSchemaConfig<TablesRelationalConfig> {
  const { tables, tableNamesMap } = extractTablesRelationalConfig(schema, createTableRelationsHelpers)
  return { fullSchema: schema, schema: tables, tableNamesMap }
}

function loggerOf(logger: boolean | Logger | undefined): Logger {
  if (logger === true) return new DefaultLogger()
  return logger || new NoopLogger()
}

/** Where statements run: in a session of the database, which may be in a transaction. */
interface Place {
  readonly database: Database
  readonly connection: Connection
  readonly queue: WriterQueue
}

/** Drizzle's columns decode dates and times from text, and encode JSON as text, themselves. */
const OPTIONS: QueryOptions = { timestamps: 'string', jsonParameters: 'text' }
const ARRAY_OPTIONS: QueryOptions = { ...OPTIONS, rowMode: 'array' }

/** How a row becomes what a query asks for: all of Drizzle's drivers take it from here, though its types leave it out. */
const { mapResultRow } = drizzleUtilities as unknown as {
  mapResultRow(
    fields: SelectedFieldsOrdered,
    row: unknown[],
    joinsNotNullableMap: Record<string, boolean> | undefined,
  ): unknown
}

type MapRows = (rows: unknown[][]) => unknown

class CoppicePreparedQuery<T extends PreparedQueryConfig> extends PgPreparedQuery<T> {
  static override readonly [entityKind]: string = 'CoppicePreparedQuery'
  private readonly place: Place
  private readonly logger: Logger
  private readonly fields: SelectedFieldsOrdered | undefined
  private readonly isArrayMode: boolean
  private readonly mapRows: MapRows | undefined

  constructor(
    place: Place,
    query: Query,
    logger: Logger,
    fields: SelectedFieldsOrdered | undefined,
    isArrayMode: boolean,
    mapRows: MapRows | undefined,
  ) {
    super(query, undefined, undefined)
    this.place = place
    this.logger = logger
    this.fields = fields
    this.isArrayMode = isArrayMode
    this.mapRows = mapRows
  }

  async execute(placeholderValues: Record<string, unknown> = {}): Promise<T['execute']> {
    const { fields, mapRows } = this
    if (fields === undefined && mapRows === undefined) return this.run(placeholderValues, OPTIONS)
    const rows = (await this.run(placeholderValues, ARRAY_OPTIONS)).rows as unknown[][]
    if (mapRows !== undefined) return mapRows(rows)
    const { joinsNotNullableMap } = this as { joinsNotNullableMap?: Record<string, boolean> }
    return rows.map(row => mapResultRow(fields!, row, joinsNotNullableMap))
  }

  async all(placeholderValues: Record<string, unknown> = {}): Promise<T['all']> {
    return (await this.run(placeholderValues, OPTIONS)).rows
  }

  private async run(
    placeholderValues: Record<string, unknown>,
    options: QueryOptions,
  ): Promise<StatementResult> {
    const { connection, queue } = this.place
    const { sql: text, params } = this.query
    const parameters = fillPlaceholders(params, placeholderValues)
    this.logger.logQuery(text, parameters)
    try {
      if (connection.isInTransaction) return runStatement(connection, text, parameters, options)
      return await queue.run(connection, text, parameters, options)
    } catch (error) {
      throw new DrizzleQueryError(text, parameters, error as Error)
    }
  }

  isResponseInArrayMode(): boolean {
    return this.isArrayMode
  }
}

type AnySession = PgSession<CoppiceQueryResultHKT, Schema, TablesRelationalConfig>

class CoppiceSession extends PgSession<CoppiceQueryResultHKT, Schema, TablesRelationalConfig> {
  static override readonly [entityKind]: string = 'CoppiceSession'
  private readonly place: Place
  private readonly schema: RelationalSchemaConfig<TablesRelationalConfig> | undefined
  private readonly logger: Logger

  constructor(
    dialect: PgDialect,
    place: Place,
    schema: RelationalSchemaConfig<TablesRelationalConfig> | undefined,
    logger: Logger,
  ) {
    super(dialect)
    this.place = place
    this.schema = schema
    this.logger = logger
  }

  prepareQuery<T extends PreparedQueryConfig = PreparedQueryConfig>(
    query: Query,
    fields: SelectedFieldsOrdered | undefined,
    _name: string | undefined,
    isArrayMode: boolean,
    mapRows?: MapRows,
  ): PgPreparedQuery<T> {
    return new CoppicePreparedQuery<T>(this.place, query, this.logger, fields, isArrayMode, mapRows)
  }

  override async count(query: SQL): Promise<number> {
    const { rows } = await this.execute<CoppiceQueryResult<{ count: number | string }>>(query)
    return Number(rows[0].count)
  }

  async transaction<T>(
    run: (tx: AnyTransaction) => Promise<T>,
    config: PgTransactionConfig = {},
  ): Promise<T> {
    const { database, queue } = this.place
    const leave = config.accessMode === 'read only' ? () => {} : await queue.enter()
    let connection: Connection | undefined
    try {
      // It may be closed by now; those who wait are let through all the same.
      connection = database.connect()
      runStatement(connection, beginText(config), [], OPTIONS)
      const session = new CoppiceSession(
        this.dialect,
        { database, connection, queue },
        this.schema,
        this.logger,
      )
      const result = await run(new CoppiceTransaction(this.dialect, session, this.schema))
      runStatement(connection, 'commit', [], OPTIONS)
      return result
    } finally {
      // Rolls back what was not committed.
      connection?.close()
      leave()
    }
  }
}

function beginText({ isolationLevel, accessMode, deferrable }: PgTransactionConfig): string {
  const modes = [
    isolationLevel && `isolation level ${isolationLevel}`,
    accessMode,
    deferrable === undefined ? undefined : deferrable ? 'deferrable' : 'not deferrable',
  ]
  return ['begin', ...modes.filter(mode => mode !== undefined)].join(' ')
}

type AnyTransaction = PgTransaction<CoppiceQueryResultHKT, Schema, TablesRelationalConfig>

class CoppiceTransaction extends PgTransaction<CoppiceQueryResultHKT, Schema, TablesRelationalConfig> {
  static override readonly [entityKind]: string = 'CoppiceTransaction'
  private readonly parts: { readonly dialect: PgDialect; readonly session: AnySession }

  constructor(
    dialect: PgDialect,
    session: AnySession,
    schema: RelationalSchemaConfig<TablesRelationalConfig> | undefined,
    depth = 0,
  ) {
    super(dialect, session, schema, depth)
    this.parts = { dialect, session }
  }

  /** A transaction in a transaction is a savepoint. */
  async transaction<T>(run: (tx: AnyTransaction) => Promise<T>): Promise<T> {
    const { dialect, session } = this.parts
    const depth = this.nestedIndex + 1
    const savepoint = sql.raw(`savepoint coppice_${depth}`)
    const inner = new CoppiceTransaction(dialect, session, this.schema, depth)
    await session.execute(savepoint)
    let result: T
    try {
      result = await run(inner)
    } catch (error) {
      await session.execute(sql`rollback to ${savepoint}`)
      await session.execute(sql`release ${savepoint}`)
      throw error
    }
    await session.execute(sql`release ${savepoint}`)
    return result
  }
}
