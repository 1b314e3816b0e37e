/**
 * A session: what a connection is to a server. Settings, prepared statements, at most one transaction.
 *
 * Outside of a transaction each statement runs in one of its own: a snapshot when it only reads, else a write transaction
 * that is committed at its end. BEGIN opens a transaction that lasts until COMMIT or ROLLBACK. A statement that fails
 * undoes itself only; a transaction goes on as PostgreSQL's does: it refuses everything until it is rolled back (25P02).
 */

import { CoppiceError } from '../../base/errors.ts'
import { bindScalar, bindType } from '../bind/binder.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { runDefinition } from '../definition/run-definition.ts'
import { notSupported, SqlError } from '../errors.ts'
import { compile as compileExpression } from '../execute/expression.ts'
import { checkReference } from '../execute/foreign-keys.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { Value } from '../functions/registry.ts'
import type { PendingReference, WritableDataSource } from '../storage/write-access.ts'
import type {
  DefinitionStatement,
  ExecuteStatement,
  ExplainStatement,
  ParsedStatement,
  QueryStatement,
  SessionStatement,
  Statement,
  TransactionStatement,
  TypeName,
} from '../syntax/tree.ts'
import { outputFunction } from '../types/input-output.ts'
import type { SqlType } from '../types/type.ts'
import { FunctionState, StatementContext } from './context.ts'
import { type CompiledStatement, onlyStatement, type SqlEngine } from './engine.ts'
import {
  DoneExecution,
  type DoneStatement,
  type Execution,
  QueryExecution,
  RunningQuery,
  resultOf,
} from './execution.ts'
import { explainPlan } from './explain.ts'
import type { QueryOptions, ResultColumn, RunResult } from './options.ts'
import { RowShape, resultColumns, textColumns } from './rows.ts'
import { Settings } from './settings.ts'
import { shownColumns, showStatement } from './show.ts'
import { commandTag, isQuery, isSessionStatement } from './statement-kinds.ts'
import type { ReadUnit, SessionHost, UnitSavepoint, WriteUnit } from './unit.ts'
import { dataFor, dataOf } from './unit-data.ts'
import { toSql, typeOfParameter } from './values.ts'

type Unit = ReadUnit | WriteUnit

/** What a session runs in: its own transactions, or one that somebody else began and will end. */
export type SessionScope =
  | { readonly kind: 'database' }
  | { readonly kind: 'transaction'; readonly unit: WriteUnit }
  | { readonly kind: 'snapshot'; readonly unit: ReadUnit }

/** A statement that is compiled for the state that it will run in. */
interface ReadyStatement {
  readonly compiled: CompiledStatement
  readonly context: StatementContext
  readonly state: CatalogState
}

interface OpenTransaction {
  readonly unit: Unit
  hasFailed: boolean
  readonly savepoints: { readonly name: string; savepoint: UnitSavepoint }[]
  readonly startedMs: number
}

export class Session {
  readonly settings = new Settings()
  private readonly engine: SqlEngine
  private readonly host: SessionHost
  private readonly scope: SessionScope
  private readonly functions = new FunctionState()
  private readonly prepared = new Map<
    string,
    { readonly statement: Statement; readonly types: readonly TypeName[] }
  >()
  private transaction: OpenTransaction | undefined

  constructor(engine: SqlEngine, host: SessionHost, scope: SessionScope = { kind: 'database' }) {
    this.engine = engine
    this.host = host
    this.scope = scope
  }

  /** Whether BEGIN was said, and neither COMMIT nor ROLLBACK since. */
  get isInTransaction(): boolean {
    return this.transaction !== undefined
  }

  /** Whether a statement of that transaction has failed, so that it refuses everything until it is rolled back. */
  get hasFailedTransaction(): boolean {
    return this.transaction?.hasFailed ?? false
  }

  // ------------------------------------------------------------------------------------- the public door

  /** Runs the one statement of a text and gives all its rows. */
  query(text: string, parameters: readonly unknown[], options: QueryOptions): unknown[] {
    return [...this.rows(text, parameters, options)]
  }

  /** The rows one by one. The statement runs until the last was taken, or the loop is left. */
  *rows(text: string, parameters: readonly unknown[], options: QueryOptions): Generator<unknown> {
    const parsed = this.parseOne(text, parameters)
    if (!isQuery(parsed.statement)) {
      yield* this.withPlaces(text, () => this.runOther(parsed, text, options).rows)
      return
    }
    const run = this.withPlaces(text, () =>
      this.start(parsed.statement as QueryStatement, parameters, options),
    )
    let hasEnded = false
    try {
      for (;;) {
        const row = this.withPlaces(text, () => run.next())
        if (row === undefined) break
        yield row
      }
      hasEnded = true
    } catch (error) {
      run.fail()
      hasEnded = true
      throw error
    } finally {
      // A loop that is left early has what it wanted: what was changed stays.
      if (!hasEnded) run.finish()
    }
    this.withPlaces(text, () => run.finish())
  }

  /** Runs the one statement of a text for what it does. */
  run(text: string, parameters: readonly unknown[], options: QueryOptions): RunResult {
    const parsed = this.parseOne(text, parameters)
    if (!isQuery(parsed.statement)) {
      const { result } = this.withPlaces(text, () => this.runOther(parsed, text, options))
      return result
    }
    return this.withPlaces(text, () => this.runQuery(parsed.statement as QueryStatement, parameters, options))
  }

  private runQuery(
    statement: QueryStatement,
    parameters: readonly unknown[],
    options: QueryOptions,
  ): RunResult {
    const run = this.start(statement, parameters, options)
    let rows = 0
    try {
      while (run.next() !== undefined) rows++
    } catch (error) {
      run.fail()
      throw error
    }
    return resultOf(statement, run.finish(), rows)
  }

  /** Begins the one statement of a text, of whatever kind; its rows are taken one by one. */
  execute(text: string, parameters: readonly unknown[], options: QueryOptions): Execution {
    const parsed = this.parseOne(text, parameters)
    const { statement } = parsed
    if (!isQuery(statement)) {
      return new DoneExecution(this.withPlaces(text, () => this.runOther(parsed, text, options)))
    }
    return new QueryExecution(
      statement,
      this.withPlaces(text, () => this.start(statement, parameters, options)),
      run => this.withPlaces(text, run),
    )
  }

  /** Runs all statements of a text, as psql does with a file: each by itself. */
  exec(script: string, options: QueryOptions = {}): RunResult[] {
    const results: RunResult[] = []
    const wasInTransaction = this.isInTransaction
    try {
      this.execAll(script, options, results)
    } catch (error) {
      // A transaction that the script has begun is nobody else's.
      if (!wasInTransaction && this.isInTransaction) this.endTransaction(false)
      throw error
    }
    return results
  }

  private execAll(script: string, options: QueryOptions, results: RunResult[]): void {
    for (const parsed of this.withPlaces(script, () => this.engine.parse(script))) {
      const text = script.slice(parsed.start, parsed.end)
      results.push(
        this.withPlaces(script, () =>
          isQuery(parsed.statement)
            ? this.runQuery(parsed.statement, [], options)
            : this.runOther(parsed, text, options).result,
        ),
      )
    }
  }

  /** The columns that a statement gives, and the types of its parameters. */
  describe(text: string): {
    readonly columns: readonly ResultColumn[]
    readonly parameters: readonly SqlType[]
  } {
    return this.withPlaces(text, () => {
      const { statement } = this.parseOne(text)
      if (!isQuery(statement)) return { columns: [], parameters: [] }
      const compiled = this.inUnit('read', unit => this.compile(statement, [], unit, {}).compiled)
      return { columns: resultColumns(compiled.columns), parameters: compiled.parameterTypes }
    })
  }

  /** Ends a transaction that is open. */
  close(): void {
    if (this.transaction !== undefined) this.endTransaction(false)
  }

  // ----------------------------------------------------------------------------------------- statements

  private parseOne(text: string, parameters?: readonly unknown[]): ParsedStatement {
    const statements = this.withPlaces(text, () => this.engine.parse(text))
    if (statements.length === 0) throw new SqlError('42601', 'the text has no statement')
    const parsed = this.withPlaces(text, () => onlyStatement(statements))
    // Those of a statement that is prepared are given when it is executed.
    const takesParameters = parsed.statement.kind !== 'prepare'
    if (parameters !== undefined && takesParameters && parameters.length !== parsed.parameterCount) {
      throw new SqlError(
        '08P01',
        `${parameters.length} parameters were given, but the statement has ${parsed.parameterCount}`,
      )
    }
    return parsed
  }

  /** Errors show where in the text they lie. */
  private withPlaces<T>(text: string, run: () => T): T {
    try {
      return run()
    } catch (error) {
      if (error instanceof SqlError) throw error.withText(text)
      throw error
    }
  }

  private compile(
    statement: QueryStatement,
    parameters: readonly unknown[],
    unit: Unit,
    options: QueryOptions,
    declared: readonly SqlType[] = [],
  ): ReadyStatement {
    const state = this.engine.stateOf(unit)
    const context = this.contextFor(unit, state, options)
    const searchPath = this.settings.searchPath
    const reader =
      searchPath.length === 1 && searchPath[0] === 'public' ? state : state.withSearchPath(searchPath)
    const types = parameters.map((value, i) => declared[i] ?? typeOfParameter(value))
    const rowCount = (table: TableSchema) => this.rowCount(unit, table)
    const compiled = this.engine.compile(statement, reader, types, context, rowCount)
    return { compiled, context, state }
  }

  private rowCount(unit: Unit, table: TableSchema): number {
    return table.storedKind === 'records' ? dataOf(unit).records(table).rows.count : 1000
  }

  private contextFor(unit: Unit, state: CatalogState, options: QueryOptions): StatementContext {
    const timeoutMs = options.timeoutMs ?? Number(this.settings.get('statement_timeout') ?? '0')
    const startedMs =
      this.transaction?.startedMs ?? (unit.kind === 'write' ? unit.state.startedAtMs : this.host.wallMs())
    return new StatementContext(
      this.host,
      this.settings,
      this.functions,
      {
        signal: options.signal,
        deadlineMs: timeoutMs > 0 ? this.host.monotonicMs() + timeoutMs : Number.POSITIVE_INFINITY,
      },
      unit,
      state,
      startedMs,
      () => this.engine.invalidate(),
    )
  }

  /** Begins to run a query or change. */
  private start(
    statement: QueryStatement,
    parameters: readonly unknown[],
    options: QueryOptions,
    declared: readonly SqlType[] = [],
  ): RunningQuery {
    this.refuseInFailed()
    const held = this.heldUnit()
    const readUnit = held ?? this.host.snapshot()
    let ready: ReadyStatement
    try {
      ready = this.compile(statement, parameters, readUnit, options, declared)
      if (ready.compiled.isWriting && readUnit.kind === 'read') this.refuseWriting(statement, held)
    } catch (error) {
      if (held === undefined) (readUnit as ReadUnit).close()
      this.noteFailure()
      throw error
    }
    if (!ready.compiled.isWriting || held !== undefined) {
      return this.open(() => ready, parameters, options, readUnit, held === undefined)
    }
    ;(readUnit as ReadUnit).close()
    const unit = this.host.begin()
    // The state that is written to may be a newer one than the snapshot's.
    const readyAgain = () => this.compile(statement, parameters, unit, options, declared)
    return this.open(readyAgain, parameters, options, unit, true)
  }

  private open(
    prepare: () => ReadyStatement,
    parameters: readonly unknown[],
    options: QueryOptions,
    unit: Unit,
    isOwn: boolean,
  ): RunningQuery {
    let savepoint: UnitSavepoint | undefined
    try {
      const { compiled, context, state } = prepare()
      // What only reads leaves nothing to be undone, and a savepoint has pages copied again.
      if (unit.kind === 'write' && !isOwn && compiled.isWriting) savepoint = unit.savepoint()
      const values = compiled.parameterTypes.map((type, i) => toSql(parameters[i], type, context, i + 1))
      const program = compiled.take()
      const shape = new RowShape(compiled.columns, options, () => context)
      program.open(values, context, dataFor(unit, state, this.engine))
      return new RunningQuery(program, shape, {
        finish: () => {
          const changed = program.changeCount
          compiled.give(program)
          savepoint?.release()
          if (isOwn) this.commitUnit(unit, state)
          return changed
        },
        fail: () => {
          program.close()
          this.undo(unit, savepoint, isOwn)
        },
      })
    } catch (error) {
      this.undo(unit, savepoint, isOwn)
      throw error
    }
  }

  private undo(unit: Unit, savepoint: UnitSavepoint | undefined, isOwn: boolean): void {
    if (isOwn) {
      if (unit.kind === 'read') unit.close()
      else {
        unit.rollback()
        this.engine.invalidate()
      }
      return
    }
    if (savepoint !== undefined) {
      savepoint.rollback()
      savepoint.release()
      this.engine.invalidate()
    }
    this.noteFailure()
  }

  /** Ends a transaction that was for one statement. */
  private commitUnit(unit: Unit, state: CatalogState): void {
    if (unit.kind === 'read') {
      unit.close()
      return
    }
    try {
      this.checkDeferred(unit, state, () => true)
      unit.commit()
    } catch (error) {
      unit.rollback()
      throw error
    }
  }

  /** Statements that are no queries: definitions, and what concerns the session. */
  private runOther(parsed: ParsedStatement, text: string, options: QueryOptions): DoneStatement {
    const { statement } = parsed
    if (isSessionStatement(statement)) return this.runSessionStatement(statement, options)
    this.refuseInFailed()
    const result = this.inUnit('write', (unit, isOwn) => {
      const definition = statement as DefinitionStatement
      const savepoint = isOwn ? undefined : unit.savepoint()
      try {
        const state = this.engine.stateOf(unit)
        const context = this.contextFor(unit, state, options)
        const searchPath = this.settings.searchPath
        const run = runDefinition(definition, {
          unit,
          state,
          searchPath,
          functions: this.engine.functions,
          context,
          text,
          stateNow: () => {
            this.engine.invalidate()
            return this.engine.stateOf(unit)
          },
          data: now => dataFor(unit, now, this.engine) as WritableDataSource,
          runQuery: query => this.runInside(query, unit, options),
        })
        savepoint?.release()
        this.engine.invalidate()
        return run
      } catch (error) {
        if (savepoint !== undefined) {
          savepoint.rollback()
          savepoint.release()
        }
        this.engine.invalidate()
        this.noteFailure()
        throw error
      }
    })
    return { result, rows: [], columns: [] }
  }

  /** A query inside of a definition: CREATE TABLE AS. Rows as values of SQL. */
  private runInside(
    query: QueryStatement,
    unit: WriteUnit,
    options: QueryOptions,
  ): { readonly columns: CompiledStatement['columns']; readonly rows: Value[][] } {
    const { compiled, context, state } = this.compile(query, [], unit, options)
    const program = compiled.take()
    program.open([], context, dataFor(unit, state, this.engine))
    const rows: Value[][] = []
    for (let row = program.next(); row !== undefined; row = program.next()) rows.push(row)
    compiled.give(program)
    return { columns: compiled.columns, rows }
  }

  private runSessionStatement(statement: SessionStatement, options: QueryOptions): DoneStatement {
    const done = (
      command: string,
      rows: unknown[] = [],
      columns: readonly ResultColumn[] = [],
    ): DoneStatement => ({
      result: { command, rowCount: rows.length },
      rows,
      columns,
    })
    switch (statement.kind) {
      case 'transaction':
        return done(this.runTransaction(statement))
      case 'set':
        this.refuseInFailed()
        this.settings.set(statement.name, statement.values?.join(', '))
        return done(statement.values === undefined ? 'RESET' : 'SET')
      case 'reset all':
        this.settings.resetAll()
        return done('RESET')
      case 'set transaction':
        return done('SET')
      case 'show':
        this.refuseInFailed()
        return done(
          'SHOW',
          showStatement(statement.name, this.settings, options),
          textColumns(shownColumns(statement.name, this.settings)),
        )
      case 'set constraints':
        this.setConstraints(
          statement.names.map(name => name[name.length - 1]),
          statement.isDeferred,
        )
        return done('SET CONSTRAINTS')
      case 'prepare': {
        this.refuseInFailed()
        if (this.prepared.has(statement.name)) {
          throw new SqlError('42P05', `prepared statement "${statement.name}" already exists`)
        }
        this.prepared.set(statement.name, {
          statement: statement.statement,
          types: statement.types,
        })
        return done('PREPARE')
      }
      case 'deallocate':
        if (statement.name === undefined) this.prepared.clear()
        else if (!this.prepared.delete(statement.name)) {
          throw new SqlError('26000', `prepared statement "${statement.name}" does not exist`)
        }
        return done(statement.name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE')
      case 'discard':
        if (statement.what === 'all') {
          this.prepared.clear()
          this.settings.resetAll()
        }
        return done(`DISCARD ${statement.what.toUpperCase()}`)
      case 'execute':
        this.refuseInFailed()
        return this.runPrepared(statement, options)
      case 'explain':
        this.refuseInFailed()
        return done('EXPLAIN', this.explain(statement, options), textColumns(['QUERY PLAN']))
      default:
        throw notSupported(statement.kind.toUpperCase(), statement.at)
    }
  }

  /** EXECUTE: the arguments are expressions, evaluated first. */
  private runPrepared({ name, arguments: given }: ExecuteStatement, options: QueryOptions): DoneStatement {
    const prepared = this.prepared.get(name)
    if (prepared === undefined) throw new SqlError('26000', `prepared statement "${name}" does not exist`)
    const { statement, types } = prepared
    if (!isQuery(statement)) throw notSupported('EXECUTE of a definition')
    if (types.length > 0 && types.length !== given.length) {
      throw new SqlError('42601', `wrong number of parameters for prepared statement "${name}"`, {
        detail: `Expected ${types.length} parameters but got ${given.length}.`,
      })
    }
    const [parameters, declared] = this.inUnit('read', unit => {
      const state = this.engine.stateOf(unit)
      const context = this.contextFor(unit, state, options)
      const targets = types.map(type => bindType(type, state, this.engine.functions))
      const values = given.map((expression, i) => {
        const target = targets[i] === undefined ? {} : { target: targets[i] }
        const { expression: bound } = bindScalar(expression, state, this.engine.functions, target)
        const scope = new RowScope(context)
        const evaluate = compileExpression(bound, scope)
        scope.prepare()
        const value = evaluate(scope.file)
        return value === null ? null : outputFunction(bound.type, bound.modifier)(value, context)
      })
      return [values, targets.map(target => target.type)] as const
    })
    const run = this.start(statement, parameters, options, declared)
    const rows: unknown[] = []
    try {
      for (let row = run.next(); row !== undefined; row = run.next()) rows.push(row)
    } catch (error) {
      run.fail()
      throw error
    }
    const changed = run.finish()
    const rowCount = rows.length > 0 ? rows.length : changed
    return { result: { command: commandTag(statement, rowCount), rowCount }, rows, columns: run.columns }
  }

  private explain(statement: ExplainStatement, options: QueryOptions): unknown[] {
    let withCosts = true
    for (const { name, value, at } of statement.options) {
      const isOn = value !== 'false' && value !== 'off' && value !== '0'
      if (name === 'costs') withCosts = isOn
      else if (name === 'format' && value.toLowerCase() === 'text') continue
      else if (isOn) throw notSupported(`EXPLAIN (${name.toUpperCase()})`, at)
    }
    const explained = statement.statement
    if (!isQuery(explained)) throw notSupported('EXPLAIN of a statement that is no query', statement.at)
    const lines = this.inUnit('read', unit => {
      const { compiled } = this.compile(explained, [], unit, options)
      return explainPlan(compiled.planned.plan, withCosts)
    })
    return lines.map(line => (options.rowMode === 'array' ? [line] : { 'QUERY PLAN': line }))
  }

  // --------------------------------------------------------------------------------------- transactions

  private runTransaction(statement: TransactionStatement): string {
    const { action, savepoint: name } = statement
    if (
      this.scope.kind !== 'database' &&
      (action === 'begin' || action === 'commit' || action === 'rollback')
    ) {
      throw new SqlError('25001', 'the transaction was begun from TypeScript, and ends there')
    }
    switch (action) {
      case 'begin':
        if (this.transaction === undefined) this.beginTransaction(statement.modes.isReadOnly ?? false)
        return 'BEGIN'
      case 'commit': {
        const hasFailed = this.transaction?.hasFailed ?? false
        if (this.transaction !== undefined) this.endTransaction(!hasFailed)
        if (statement.isChain) this.beginTransaction(false)
        return hasFailed ? 'ROLLBACK' : 'COMMIT'
      }
      case 'rollback':
        if (this.transaction !== undefined) this.endTransaction(false)
        if (statement.isChain) this.beginTransaction(false)
        return 'ROLLBACK'
      case 'savepoint': {
        this.refuseInFailed()
        const open = this.requireTransaction('SAVEPOINT')
        open.savepoints.push({ name: name!, savepoint: requireWrite(open.unit).savepoint() })
        return 'SAVEPOINT'
      }
      case 'release': {
        this.refuseInFailed()
        const open = this.requireTransaction('RELEASE SAVEPOINT')
        const at = findSavepoint(open, name!)
        open.savepoints[at].savepoint.release()
        open.savepoints.length = at
        return 'RELEASE'
      }
      case 'rollback to': {
        const open = this.requireTransaction('ROLLBACK TO SAVEPOINT')
        const at = findSavepoint(open, name!)
        open.savepoints[at].savepoint.rollback()
        open.savepoints.length = at + 1
        open.hasFailed = false
        this.engine.invalidate()
        return 'ROLLBACK'
      }
    }
  }

  private beginTransaction(isReadOnly: boolean): void {
    const unit = isReadOnly || this.host.isReadOnly ? this.host.snapshot() : this.host.begin()
    this.transaction = { unit, hasFailed: false, savepoints: [], startedMs: this.host.wallMs() }
    this.settings.begin()
  }

  private endTransaction(commits: boolean): void {
    const { unit } = this.transaction!
    this.transaction = undefined
    this.settings.end(commits)
    this.engine.invalidate()
    if (unit.kind === 'read') {
      unit.close()
      return
    }
    if (!commits) {
      unit.rollback()
      return
    }
    this.commitUnit(unit, this.engine.stateOf(unit))
  }

  private requireTransaction(what: string): OpenTransaction {
    if (this.transaction !== undefined) return this.transaction
    if (this.scope.kind === 'transaction') {
      this.scopeTransaction ??= {
        unit: this.scope.unit,
        hasFailed: false,
        savepoints: [],
        startedMs: this.scope.unit.state.startedAtMs,
      }
      return this.scopeTransaction
    }
    throw new SqlError('25P01', `${what} can only be used in transaction blocks`)
  }
  /** Savepoints by SQL in a transaction that was begun from TypeScript. */
  private scopeTransaction: OpenTransaction | undefined

  private refuseInFailed(): void {
    if (this.transaction?.hasFailed) {
      throw new SqlError(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      )
    }
  }
  private noteFailure(): void {
    if (this.transaction !== undefined) this.transaction.hasFailed = true
  }

  private refuseWriting(statement: QueryStatement, held: Unit | undefined): void {
    if (held === undefined && !this.host.isReadOnly) return
    const command = commandTag(statement, 0).split(' ')[0]
    if (this.scope.kind === 'snapshot' || this.host.isReadOnly) {
      throw new CoppiceError('READ_ONLY_TRANSACTION', `a snapshot is read only: it cannot execute ${command}`)
    }
    throw new SqlError('25006', `cannot execute ${command} in a read-only transaction`)
  }

  /** The transaction or snapshot that is open for more than one statement. */
  private heldUnit(): Unit | undefined {
    if (this.transaction !== undefined) return this.transaction.unit
    return this.scope.kind === 'database' ? undefined : this.scope.unit
  }

  private inUnit<T>(kind: 'read', run: (unit: Unit, isOwn: boolean) => T): T
  private inUnit<T>(kind: 'write', run: (unit: WriteUnit, isOwn: boolean) => T): T
  private inUnit<T>(kind: 'read' | 'write', run: (unit: never, isOwn: boolean) => T): T {
    const held = this.heldUnit()
    if (held !== undefined) {
      if (kind === 'write' && held.kind === 'read') {
        throw new CoppiceError(
          'READ_ONLY_TRANSACTION',
          'a snapshot is read only: it cannot execute definitions',
        )
      }
      return run(held as never, false)
    }
    if (kind === 'read') {
      const unit = this.host.snapshot()
      try {
        return run(unit as never, true)
      } finally {
        unit.close()
      }
    }
    const unit = this.host.begin()
    try {
      const result = run(unit as never, true)
      unit.commit()
      return result
    } catch (error) {
      unit.rollback()
      this.engine.invalidate()
      throw error
    }
  }

  // ------------------------------------------------------------------------------------------- constraints

  private setConstraints(names: readonly string[], isDeferred: boolean): void {
    const open = this.requireTransaction('SET CONSTRAINTS')
    const unit = requireWrite(open.unit)
    const state = this.engine.stateOf(unit)
    const constraints = [...state.allRelations()].flatMap(relation =>
      relation.kind === 'table' ? relation.constraints.filter(one => one.kind === 'foreign key') : [],
    )
    if (names.length === 0) {
      unit.state.allDeferred = isDeferred
      unit.state.deferral.clear()
    }
    for (const name of names) {
      const found = constraints.filter(one => one.name === name)
      if (found.length === 0) throw new SqlError('42704', `constraint "${name}" does not exist`)
      for (const one of found) {
        if (!one.isDeferrable) throw new SqlError('42809', `constraint "${name}" is not deferrable`)
        unit.state.deferral.set(one.oid, isDeferred)
      }
    }
    if (!isDeferred) {
      this.checkDeferred(unit, state, one => names.length === 0 || names.includes(one.constraint.name))
    }
  }

  private checkDeferred(
    unit: WriteUnit,
    state: CatalogState,
    isMeant: (reference: PendingReference) => boolean,
  ): void {
    const { deferred } = unit.state
    if (deferred.length === 0) return
    unit.state.deferred = deferred.filter(one => !isMeant(one))
    const data = dataFor(unit, state, this.engine) as WritableDataSource
    const context = this.contextFor(unit, state, {})
    for (const reference of deferred) if (isMeant(reference)) checkReference(data, reference, context)
  }
}

function requireWrite(unit: Unit): WriteUnit {
  if (unit.kind === 'read') throw notSupported('a savepoint in a read-only transaction')
  return unit
}

function findSavepoint({ savepoints }: OpenTransaction, name: string): number {
  for (let at = savepoints.length - 1; at >= 0; at--) if (savepoints[at].name === name) return at
  throw new SqlError('3B001', `savepoint "${name}" does not exist`)
}
