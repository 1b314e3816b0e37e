/**
 * A session: what a connection is to a server. Settings, prepared statements, at most one transaction.
 *
 * Outside of a transaction each statement runs in one of its own: a snapshot when it only reads, else a write transaction
 * that is committed at its end. BEGIN opens a transaction that lasts until COMMIT or ROLLBACK. A statement that fails
 * undoes itself only; a transaction goes on as PostgreSQL's does: it refuses everything until it is rolled back (25P02).
 *
 * Two doors: `query`, `rows`, `run` and `exec` for JavaScript; `parse`, `describe` and `start` for whoever speaks a protocol
 * and wants values as they are.
 */

import { isCoppiceError } from '../../base/errors.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { refuseOtherDatabases } from '../syntax/database-names.ts'
import { PARAMETERS_HINT } from '../syntax/sqlstates.ts'
import type { CopyStatement, ExplainStatement, ParsedStatement } from '../syntax/tree.ts'
import { builtinTypeByOid, type SqlType } from '../types/type.ts'
import { asyncRows } from './async-rows.ts'
import { type CopyIn, startCopyIn } from './copy-in.ts'
import { type CopyOut, startCopyOut } from './copy-out.ts'
import { executeDefinition } from './definition-execution.ts'
import { onlyStatement, type SqlEngine } from './engine.ts'
import { SessionEnvironment } from './environment.ts'
import { ShapedExecution, withPlaces, withText } from './execution.ts'
import { explainStatement } from './explain-execution.ts'
import type { ExplainRequest } from './explain-options.ts'
import type { ExplainedStatement } from './explain-print.ts'
import { startByTemplate } from './literal-execution.ts'
import { type StatementToRun, statementToRun } from './literal-templates.ts'
import { areStatementsHeard, ObservedExecution, StatementObserver } from './observed-execution.ts'
import type { QueryOptions, ResultColumn, RunResult, StartOptions } from './options.ts'
import { javaScriptParameters, NO_PARAMETERS, type ParameterValues } from './parameters.ts'
import { type PreparedStatement, PreparedStatements } from './prepared-statements.ts'
import { startQuery } from './query-execution.ts'
import type { RawExecution } from './raw-execution.ts'
import { ReadyStatements } from './ready-statements.ts'
import { resultColumns } from './rows.ts'
import { executeSessionStatement } from './session-statements.ts'
import type { Settings } from './settings.ts'
import { isQuery, isSessionStatement } from './statement-kinds.ts'
import { endTemporaries, sweepTemporaries } from './temporary-objects.ts'
import { type SessionScope, type TransactionStatus, Transactions } from './transactions.ts'
import type { SessionHost, Unit } from './unit.ts'
import type { WaitParty } from './wait-party.ts'

export class Session {
  readonly prepared: PreparedStatements
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  private readonly readyStatements: ReadyStatements

  constructor(engine: SqlEngine, host: SessionHost, scope: SessionScope = { kind: 'database' }) {
    this.environment = new SessionEnvironment(engine, host, scope.kind === 'database')
    this.transactions = new Transactions(this.environment, scope)
    this.readyStatements = new ReadyStatements(this.environment, this.transactions)
    this.prepared = new PreparedStatements(this.environment, this.transactions)
  }

  get settings(): Settings {
    return this.environment.settings
  }

  /** Whether BEGIN was said, and neither COMMIT nor ROLLBACK since. */
  get isInTransaction(): boolean {
    return this.status !== 'idle'
  }

  get status(): TransactionStatus {
    return this.transactions.status
  }

  /** As others that wait see it. */
  get party(): WaitParty {
    return this.environment.advisoryLocks.party
  }

  /** Rolls an open transaction back. */
  close(): void {
    this.prepared.letGo()
    this.transactions.abandon()
    this.environment.advisoryLocks.unlockAll()
    if (this.transactions.scope.kind === 'database') endTemporaries(this.environment)
  }

  /** Settings and prepared statements of a session that ends here, in another database. */
  continueFrom({ settings, prepared }: Session): void {
    this.settings.takeFrom(settings)
    this.prepared.takeFrom(prepared)
  }

  /** Drops what sessions of other processes have left. */
  sweep(): void {
    sweepTemporaries(this.environment)
  }

  /** The transaction that it runs in is about to be committed by who began it. @throws SqlError 23503, 23505 */
  beforeCommit(): void {
    this.transactions.beforeCommit()
  }

  /** Whether a statement of that transaction has failed, so that it refuses everything until it is rolled back. */
  get hasFailedTransaction(): boolean {
    return this.status === 'failed'
  }

  // ------------------------------------------------------------------------------------ for JavaScript

  /** Runs the one statement of a text and gives all its rows. */
  query(text: string, parameters: readonly unknown[], options: QueryOptions): unknown[] {
    const ready = this.readyStatements.find(text, parameters, options)
    if (ready !== undefined) return ready.all(parameters)
    return this.execute(text, parameters, options).all()
  }

  /** Its first row; undefined when there is none. What it changes, it changes wholly. */
  first(text: string, parameters: readonly unknown[], options: QueryOptions): unknown {
    const ready = this.readyStatements.find(text, parameters, options)
    if (ready !== undefined) return ready.first(parameters)
    const execution = this.execute(text, parameters, options)
    const row = execution.next()
    execution.finish()
    return row
  }

  /** The rows one by one. The statement runs until the last was taken, or the loop is left. */
  *rows(text: string, parameters: readonly unknown[], options: QueryOptions): Generator<unknown> {
    const execution = this.execute(text, parameters, options)
    let isLeft = true
    try {
      for (let row = execution.next(); row !== undefined; row = execution.next()) yield row
      isLeft = false
    } catch (error) {
      isLeft = false
      throw error
    } finally {
      // A loop that is left early has what it wanted: what was changed stays.
      if (isLeft) execution.finish()
    }
  }

  /** The rows one by one, with turns of the event loop between them. It begins when the first row is asked for. */
  rowsAsync(text: string, parameters: readonly unknown[], options: QueryOptions): AsyncGenerator<unknown> {
    const { host } = this.environment
    return asyncRows(() => this.execute(text, parameters, options), {
      scheduler: host.scheduler,
      monotonicMs: () => host.monotonicMs(),
      signal: options.signal,
      timeoutMs: this.environment.timeoutMs(options),
      lockTimeoutMs: () => Number(this.settings.get('lock_timeout') ?? 0),
    })
  }

  /** Runs the one statement of a text for what it does. */
  run(text: string, parameters: readonly unknown[], options: QueryOptions): RunResult {
    const ready = this.readyStatements.find(text, parameters, options)
    if (ready !== undefined) return ready.run(parameters)
    return this.execute(text, parameters, options).complete()
  }

  /** Begins the one statement of a text, of whatever kind; its rows are taken one by one. */
  execute(text: string, values: readonly unknown[], options: QueryOptions): ShapedExecution {
    const parsed = values.length === 0 ? this.parseOneToRun(text) : this.parseOne(text)
    // Those of a statement that is prepared are given when it is executed.
    if (values.length !== parsed.parameterCount && parsed.statement.kind !== 'prepare') {
      this.failing(() => refuseParameterCount(values, parsed))
    }
    return this.begin(parsed, text, text, javaScriptParameters(values, options), options)
  }

  /** The plan of the one statement of a text. Without `analyze` its parameters may be left out. */
  explain(
    text: string,
    values: readonly unknown[],
    { onProgress, ...request }: ExplainRequest,
    queryOptions: QueryOptions,
  ): string | ExplainedStatement {
    const parsed = this.parseOne(text)
    const takesValues = request.analyze === true || values.length > 0
    if (takesValues && values.length !== parsed.parameterCount) refuseParameterCount(values, parsed)
    const options = Object.entries(request).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, value: String(value), at: -1 }],
    )
    const statement: ExplainStatement = { kind: 'explain', at: -1, statement: parsed.statement, options }
    const { environment, transactions, prepared } = this
    const parts = { environment, transactions, prepared }
    return withPlaces(text, () => {
      transactions.refuseInFailed()
      this.refuseOtherDatabases(parsed)
      return explainStatement(parts, statement, javaScriptParameters(values), queryOptions, onProgress)
    })
  }

  private parseOne(text: string): ParsedStatement {
    return this.onlyOne(text, this.environment.engine.parsedBefore(text) ?? this.parse(text))
  }
  private parseOneToRun(text: string): StatementToRun {
    return this.onlyOne(text, this.parseToRun(text))
  }

  private onlyOne<T extends ParsedStatement>(text: string, statements: readonly T[]): T {
    if (statements.length === 1) return statements[0]
    return this.failing(() => {
      if (statements.length === 0) throw new SqlError('42601', 'the text has no statement')
      return withPlaces(text, () => onlyStatement(statements))
    })
  }

  /** What is refused before it begins fails the transaction that it was said in, too. */
  private failing<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      // Who is told that another one writes may try again.
      if (!isCoppiceError(error, 'BUSY')) this.transactions.noteFailure()
      throw error
    }
  }

  /** Runs all statements of a text, as psql does with a file: each by itself. */
  exec(script: string, options: QueryOptions = {}): RunResult[] {
    const wasInTransaction = this.isInTransaction
    try {
      const statements = this.parse(script)
      return statements.map(parsed => {
        const text = script.slice(parsed.start, parsed.end)
        const toRun = statements.length > 1 ? this.partOfScript(parsed, text) : parsed
        return this.begin(toRun, text, script, NO_PARAMETERS, options).complete()
      })
    } catch (error) {
      // A transaction that the script has begun is nobody else's.
      if (!wasInTransaction) this.transactions.abandon()
      throw error
    }
  }

  /** A script may be a dump, with the same INSERT again and again. */
  private partOfScript(parsed: ParsedStatement, text: string): StatementToRun {
    if (parsed.databases !== undefined || !isQuery(parsed.statement)) return parsed
    const written = this.environment.engine.templates.find(text)
    if (written === undefined) return parsed
    return { ...parsed, written: { ...written, offset: parsed.start }, isParsed: true }
  }

  /** The columns that the one statement of a text gives, for JavaScript. */
  columnsOf(text: string): readonly ResultColumn[] {
    const [parsed] = this.parse(text)
    return withPlaces(text, () => {
      this.refuseOtherDatabases(parsed)
      return resultColumns(this.prepared.describe(parsed, text).columns ?? [])
    })
  }

  /**
   * Names of the stored tables that the one statement of a text reads.
   * @throws SqlError 25006: it does not only read
   */
  tablesOf(text: string, values: readonly unknown[]): ReadonlySet<string> {
    const { environment, transactions } = this
    return withPlaces(text, () => {
      const parsed = onlyStatement(this.parse(text))
      this.refuseOtherDatabases(parsed)
      const { statement } = parsed
      const compiled = isQuery(statement)
        ? transactions.reading(
            unit =>
              environment.compile(
                statement,
                javaScriptParameters(values).types,
                unit,
                {},
                transactions.startedMs,
              ).compiled,
          )
        : undefined
      if (compiled === undefined || compiled.isWriting) {
        throw new SqlError('25006', 'only a query that changes nothing can be live')
      }
      return compiled.storedTables
    })
  }

  /** @param whole the text that places in errors refer to: of one statement its own */
  private begin(
    parsed: StatementToRun,
    text: string,
    whole: string,
    parameters: ParameterValues,
    options: QueryOptions,
  ): ShapedExecution {
    try {
      const execution = new ShapedExecution(whole, this.start(parsed, text, parameters, options), options)
      this.environment.engine.kept.execution = execution
      return execution
    } catch (error) {
      throw withText(whole, error)
    }
  }

  // -------------------------------------------------------------------------------------- for protocols

  /** The statements of a text. @throws SqlError 42601 and others, with its place */
  parse(text: string): readonly ParsedStatement[] {
    return this.failing(() => withPlaces(text, () => this.environment.engine.parse(text)))
  }

  /**
   * The statements of a text that is run once, without parameters. One that differs from texts before in its literals alone may not
   * be parsed; then `start` is all that its statement is for. @throws SqlError 42601 and others, with its place
   */
  parseToRun(text: string): readonly StatementToRun[] {
    const { engine } = this.environment
    const before = engine.parsedBefore(text)
    if (before !== undefined) return before
    const written = engine.templates.find(text)
    return written === undefined ? this.parse(text) : [statementToRun(written)]
  }

  /**
   * What a statement takes and gives, before it runs.
   * @param declared the types of its first parameters, as far as they are known
   */
  describe(
    parsed: ParsedStatement | undefined,
    text: string,
    declared: readonly (SqlType | undefined)[],
  ): PreparedStatement {
    return withPlaces(text, () => {
      this.refuseOtherDatabases(parsed)
      return this.prepared.describe(parsed, text, declared)
    })
  }

  /**
   * From here on statements are one transaction, which `endGroup` ends: committed unless one of them has failed. BEGIN makes
   * it their client's own.
   */
  beginGroup(): void {
    this.transactions.beginImplicit()
  }
  endGroup(): void {
    this.transactions.endImplicit()
  }
  /** @throws SqlError 25P02 the transaction has failed, and what comes is not its end */
  refuseInFailed(): void {
    this.transactions.refuseInFailed()
  }
  /** The group has failed by something that is not a statement of it. */
  noteFailure(): void {
    this.transactions.noteFailure()
  }

  /** A type by its oid, a user's too. */
  typeByOid(oid: number): SqlType | undefined {
    const { engine } = this.environment
    return builtinTypeByOid(oid) ?? this.transactions.reading(unit => engine.stateOf(unit).typeByOid(oid))
  }

  /** What values of parameters are read with before their statement runs. */
  contextNow(): EvaluationContext {
    const { environment, transactions } = this
    const contextIn = (unit: Unit) =>
      environment.contextFor(unit, environment.engine.stateOf(unit), {}, transactions.startedMs)
    // Reading values runs none of the caller's code, so it needs no snapshot (`SessionHost.newest`).
    const newest = transactions.held === undefined ? environment.host.newest?.() : undefined
    return newest === undefined ? transactions.reading(contextIn) : contextIn(newest)
  }

  /** Begins COPY … FROM STDIN, and takes its rows. @throws CoppiceError BUSY as `start` */
  startCopyIn(statement: CopyStatement, options: QueryOptions): CopyIn {
    this.refuseOtherDatabases(statement)
    return startCopyIn(this.environment, this.transactions, statement, options)
  }
  /** Begins COPY … TO STDOUT, and gives its rows. */
  startCopyOut(statement: CopyStatement, options: QueryOptions): CopyOut {
    this.refuseOtherDatabases(statement)
    return startCopyOut(this.environment, this.transactions, statement, options)
  }

  /**
   * Begins to run a statement. Whoever begins it ends it: by `finish`, or by `fail` when something has thrown.
   * @param text the statement's own
   */
  start(
    parsed: StatementToRun,
    text: string,
    parameters: ParameterValues,
    options: StartOptions,
  ): RawExecution {
    this.refuseOtherDatabases(parsed)
    const { environment } = this
    const isCounted = environment.settings.countsStatements
    if (!isCounted && !areStatementsHeard()) return this.startUnobserved(parsed, text, parameters, options)
    const { host, engine } = environment
    const observer = new StatementObserver(host, text, isCounted ? engine.figuresOf(host) : undefined)
    try {
      return new ObservedExecution(this.startUnobserved(parsed, text, parameters, options), observer)
    } catch (error) {
      // Who cannot write now, and tries again later, begins another one.
      observer.failed(error)
      throw error
    }
  }

  private refuseOtherDatabases(parsed: Pick<ParsedStatement, 'databases'> | undefined): void {
    if (parsed?.databases === undefined) return
    this.failing(() => {
      this.transactions.refuseInFailed()
      refuseOtherDatabases(parsed, this.environment.host.databaseName)
    })
  }

  private startUnobserved(
    parsed: StatementToRun,
    text: string,
    parameters: ParameterValues,
    options: StartOptions,
  ): RawExecution {
    const { environment, transactions, prepared } = this
    return this.failing(() => {
      const { written } = parsed
      const execution = written && startByTemplate(environment, transactions, written, options)
      if (execution !== undefined) return execution
      const isItsOwn = written === undefined || parsed.isParsed === true
      const { statement } = isItsOwn ? parsed : environment.engine.parse(written.text)[0]
      if (isQuery(statement)) return startQuery(environment, transactions, statement, parameters, options)
      if (isSessionStatement(statement)) {
        return executeSessionStatement(
          statement,
          { environment, transactions, prepared },
          parameters,
          options,
        )
      }
      return executeDefinition(environment, transactions, statement, text, parameters, options, prepared)
    })
  }

  /** When the open transaction began; undefined: there is none. */
  get transactionStartedMs(): number | undefined {
    return this.transactions.startedMs
  }
}

/** @throws SqlError 08P01 */
function refuseParameterCount(values: readonly unknown[], { parameterCount }: ParsedStatement): never {
  throw new SqlError(
    '08P01',
    `${values.length} parameters were given, but the statement has ${parameterCount}`,
    { hint: PARAMETERS_HINT },
  )
}
