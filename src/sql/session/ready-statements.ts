/**
 * The shortest way of a query or change that is run again and again, with everything kept that the run before has made: the
 * compiled statement, its program, the rows' shape, the context. What is left is to read the parameters, to run the program, and to
 * make the rows. (Two thirds of a point lookup's time were the objects around it.) Outside of transactions a query reads the newest
 * committed state, and a change is a transaction of its own.
 *
 * Whatever is not so simple goes the general way (query-execution.ts), errors before the first row among it; the answers are
 * the same, for program, conversions and row makers are.
 *
 * Invariants:
 * 1. A ready statement runs to its end before it returns, and none of the caller's code runs meanwhile: no functions of users, no
 *    signal, no parameter that is an object (whose `toJSON` may do anything). So a query needs no snapshot (`SessionHost.newest`),
 *    and no change looks at one before it begins the transaction that is its own.
 * 2. It is made ready again when anything has changed that its plan or its names may depend on: the state or its definitions, the
 *    settings, the functions, the statistics.
 * 3. What fails is undone as the general way does it.
 */

import { LateMap } from '../../base/late-map.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { Program } from '../execute/program.ts'
import type { Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import { INT4, INT8, type SqlType } from '../types/type.ts'
import type { CompiledStatement } from './compiled-statement.ts'
import type { StatementContext } from './context.ts'
import type { SessionEnvironment } from './environment.ts'
import { withText } from './execution.ts'
import type { ParameterType } from './guessed-types.ts'
import { areStatementsHeard } from './observed-execution.ts'
import type { QueryOptions, RunResult } from './options.ts'
import { type RowMaker, rowMakerOf, rowShapeOf } from './rows.ts'
import { commandTag, isChange, isQuery } from './statement-kinds.ts'
import type { Transactions } from './transactions.ts'
import type { Unit, UnitSavepoint, WriteUnit } from './unit.ts'
import { dataFor } from './unit-data.ts'
import { GUESSES, toSql, typeOfParameter } from './values.ts'

const STATEMENTS_MAX = 200
/** A transaction's tables change without a number that says so: after so many runs the plan is looked at again. */
const RUNS_BETWEEN_LOOKS = 64

/** The ready statements of a session, by their texts. */
export class ReadyStatements {
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  /** Undefined: it was looked at, and has to go the general way. */
  private readonly statements = new LateMap<string, ReadyStatement | undefined>()
  /** Many transactions have one statement, which is run once. */
  private firstText: string | undefined

  constructor(environment: SessionEnvironment, transactions: Transactions) {
    this.environment = environment
    this.transactions = transactions
  }

  /** The statement of a text, ready for these values; undefined: it has to go the general way. */
  find(text: string, values: readonly unknown[], options: QueryOptions): ReadyStatement | undefined {
    const statement = this.statements.get(text) ?? this.consider(text, values, options)
    if (statement === undefined) return undefined
    if (statement.isChange && this.transactions.beginsForEach) {
      return statement.begins(values, options) ? statement : undefined
    }
    const unit = this.unit()
    return unit !== undefined && statement.isReadyFor(values, options, unit) ? statement : undefined
  }

  /** Where a ready statement runs now. */
  private unit(): Unit | undefined {
    const { transactions } = this
    if (transactions.readsCommitted) return this.environment.host.newest!()
    return transactions.status === 'failed' ? undefined : transactions.held
  }

  /** Looks at a text that was run before. */
  private consider(
    text: string,
    values: readonly unknown[],
    options: QueryOptions,
  ): ReadyStatement | undefined {
    const { environment, statements, transactions } = this
    const { host } = environment
    if (statements.has(text) || host.authorization !== undefined || host.administration !== undefined)
      return undefined
    if (transactions.readsCommitted ? host.newest === undefined : this.isFirst(text)) return undefined
    const parsed = environment.engine.parsedBefore(text)
    if (parsed === undefined) return undefined
    // Another session, which is in another database by its name, may have read the text.
    const isOne = parsed.length === 1 && parsed[0].databases === undefined
    const statement = isOne ? parsed[0].statement : undefined
    let ready: ReadyStatement | undefined
    if (statement !== undefined && isQuery(statement) && parsed[0].parameterCount === values.length) {
      const types = values.map(typeOfParameter)
      ready = new ReadyStatement(environment, transactions, text, statement, types, options)
    }
    if (statements.size >= STATEMENTS_MAX) statements.delete(statements.keys().next().value!)
    statements.set(text, ready)
    return ready
  }

  /** Whether it is the first text of a transaction, run for the first time. */
  private isFirst(text: string): boolean {
    if (this.firstText !== undefined) return false
    this.firstText = text
    return true
  }
}

class ReadyStatement {
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  private readonly text: string
  private readonly statement: QueryStatement
  readonly isChange: boolean
  private readonly declaredTypes: readonly ParameterType[]
  private readonly options: QueryOptions
  // What was made ready, and for what.
  private unit: Unit | undefined
  /** The unit is the transaction of the run at hand, or was of the last one. */
  private isOwn = false
  private state: CatalogState | undefined
  private settingsChanges = -1
  private functionChanges = -1
  private statisticsEpoch = -1
  private compiled: CompiledStatement | undefined
  private program!: Program
  private maker!: RowMaker
  private context!: StatementContext
  private data!: DataSource
  private parameters: Value[] = []
  private asksForTime = true
  private isRunning = false
  private runs = 0
  /** Gone back to when the run at hand fails; undefined: nothing was changed that would stay. */
  private undo: UnitSavepoint | undefined
  /**
   * It can never be made ready: it runs code of users, takes locks that end with its transaction, changes more than by its own change
   * of a table, or reads catalogs, which are kept for one statement's context.
   */
  private isRefused = false

  constructor(
    environment: SessionEnvironment,
    transactions: Transactions,
    text: string,
    statement: QueryStatement,
    declaredTypes: readonly ParameterType[],
    options: QueryOptions,
  ) {
    this.environment = environment
    this.transactions = transactions
    this.text = text
    this.statement = statement
    this.isChange = isChange(statement)
    this.declaredTypes = declaredTypes
    // The caller's object may be another one's next time, with other words in it; and its signal cancels other runs than these.
    this.options = { ...options, signal: undefined }
  }

  /** Whether it can run in what is open. */
  isReadyFor(values: readonly unknown[], options: QueryOptions, unit: Unit): boolean {
    if (!this.takes(values, options) || (this.isChange && unit.kind === 'read')) return false
    const isCurrent = unit === this.unit && this.isUpToDate && (unit.kind === 'read' || this.isPlanOf(unit))
    return isCurrent || this.prepare(unit, false)
  }

  /**
   * Begins a transaction for one run, whose end commits it.
   * @returns false: nothing has happened @throws CoppiceError BUSY, and others that beginning may
   */
  begins(values: readonly unknown[], options: QueryOptions): boolean {
    const { transactions, text } = this
    if (!this.takes(values, options)) return false
    let unit: WriteUnit
    try {
      unit = transactions.beginOwn()
    } catch (error) {
      throw withText(text, error)
    }
    let isReady = false
    try {
      if (this.isOwn && this.isUpToDate && this.isPlanOf(unit)) {
        this.unit = unit
        this.context.goOnIn(unit)
        this.data = dataFor(unit, this.state!, this.environment.engine, this.protect)
        isReady = true
      } else isReady = this.prepare(unit, true)
    } finally {
      if (!isReady) transactions.undo({ unit, isOwn: true }, undefined)
    }
    return isReady
  }

  private takes(values: readonly unknown[], options: QueryOptions): boolean {
    const { declaredTypes } = this
    if (this.isRunning || options.signal !== undefined) return false
    if (!isSame(options, this.options)) return false
    if (values.length !== declaredTypes.length) return false
    for (let i = 0; i < declaredTypes.length; i++) {
      if (!isPlainOf(declaredTypes[i], values[i])) return false
    }
    const { settings, cursors, engine } = this.environment
    if (this.isRefused && this.functionChanges === engine.functions.changes) return false
    // Who counts statements, or listens to them, is told of all; and so are cursors of the rows that change.
    if (settings.countsStatements || areStatementsHeard()) return false
    return !this.isChange || cursors.count === 0
  }

  private get isUpToDate(): boolean {
    const { settings, engine } = this.environment
    return (
      settings.changes === this.settingsChanges &&
      engine.functions.changes === this.functionChanges &&
      engine.statistics.epoch === this.statisticsEpoch
    )
  }

  private isPlanOf(unit: Unit): boolean {
    return ++this.runs % RUNS_BETWEEN_LOOKS !== 0 && this.environment.engine.stateOf(unit) === this.state
  }

  private prepare(unit: Unit, isOwn: boolean): boolean {
    const { environment, options, statement, transactions } = this
    const { settings, engine } = environment
    this.unit = undefined
    this.functionChanges = engine.functions.changes
    let ready: ReturnType<SessionEnvironment['compile']>
    try {
      ready = environment.compile(statement, this.declaredTypes, unit, options, transactions.startedMs)
    } catch {
      // Who goes the general way is told.
      return false
    }
    const { compiled, context, state } = ready
    if (compiled !== this.compiled) {
      this.isRefused =
        (compiled.isWriting && !compiled.changesAtItsEnd) ||
        compiled.runsCodeOfUsers ||
        compiled.readsComputedTables ||
        compiled.keepsLocks
      if (this.isRefused) return false
      this.compiled = compiled
      this.program = compiled.take()
      this.maker = rowMakerOf(rowShapeOf(compiled.columns, options), this.program.outputs)
      this.parameters = compiled.parameterTypes.map(() => null)
      this.asksForTime = compiled.asksForTime
    }
    this.context = context
    this.data = dataFor(unit, state, engine, this.protect)
    this.unit = unit
    this.isOwn = isOwn
    this.state = state
    this.settingsChanges = settings.changes
    this.statisticsEpoch = engine.statistics.epoch
    return true
  }

  private readonly protect = (): void => {
    const { unit } = this
    if (unit?.kind === 'write') this.undo ??= this.transactions.savepointFor({ unit, isOwn: this.isOwn })
  }

  /** Its first row; undefined when there is none. What it changes, it changes wholly. */
  first(values: readonly unknown[]): unknown {
    const { program, maker } = this
    let row: unknown
    try {
      const context = this.begin(values)
      if (program.advance()) row = maker.make(program.execution.registers, context)
    } catch (error) {
      throw this.failed(error)
    }
    this.end()
    return row
  }

  /** All its rows. */
  all(values: readonly unknown[]): unknown[] {
    const { program, maker } = this
    const rows: unknown[] = []
    try {
      const context = this.begin(values)
      const { registers } = program.execution
      while (program.advance()) rows.push(maker.make(registers, context))
    } catch (error) {
      throw this.failed(error)
    }
    this.end()
    return rows
  }

  /** For what it does. */
  run(values: readonly unknown[]): RunResult {
    const { program } = this
    let rowCount = 0
    try {
      this.begin(values)
      if (this.isChange) rowCount = program.changeCount
      else while (program.advance()) rowCount++
    } catch (error) {
      throw this.failed(error)
    }
    this.end()
    return { command: commandTag(this.statement, rowCount), rowCount }
  }

  private begin(values: readonly unknown[]): StatementContext {
    const { context, parameters, environment } = this
    this.isRunning = true
    context.restart(environment.limitsOf(this.options), this.asksForTime)
    const types = this.compiled!.parameterTypes
    const { jsonParameters } = this.options
    for (let i = 0; i < parameters.length; i++) {
      parameters[i] = readValue(values[i], types[i], context, i + 1, jsonParameters)
    }
    this.program.open(parameters, context, this.data)
    return context
  }

  private end(): void {
    const { program, compiled } = this
    const { bound } = compiled!
    if (bound.kind === 'change') {
      this.environment.engine.statistics.noteChanges(bound.change.table, program.changeCount)
    }
    program.close()
    this.isRunning = false
    if (this.isOwn) this.commit()
    if (this.undo === undefined) return
    this.undo.release()
    this.undo = undefined
  }

  private commit(): void {
    const { transactions, unit, state, text } = this
    try {
      transactions.commitOwn(unit!, state!)
    } catch (error) {
      throw withText(text, error)
    }
  }

  /** @returns what is thrown to the caller */
  private failed(error: unknown): unknown {
    const { unit, undo, isOwn, transactions } = this
    this.program.close()
    this.isRunning = false
    this.undo = undefined
    if (isOwn || !transactions.readsCommitted) transactions.undo({ unit: unit!, isOwn }, undo)
    return withText(this.text, error)
  }
}

function isSame(a: QueryOptions, b: QueryOptions): boolean {
  return (
    a.rowMode === b.rowMode &&
    a.values === b.values &&
    a.bigint === b.bigint &&
    a.numeric === b.numeric &&
    a.timestamps === b.timestamps &&
    a.jsonParameters === b.jsonParameters &&
    a.timeoutMs === b.timeoutMs
  )
}

/** Whether a value is no object, and leaves the type of its parameter to be what it was: `typeOfParameter`. */
function isPlainOf(type: ParameterType, value: unknown): boolean {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'undefined':
      return type === undefined
    case 'object':
      if (value === null) return type === undefined
      // Not one that is more than that: its methods are the caller's code.
      if (type === GUESSES.timestamptz) return isOf(value, Date.prototype)
      return type === GUESSES.bytea && (isOf(value, Uint8Array.prototype) || isOf(value, Buffer.prototype))
    case 'bigint':
      return type === typeOfParameter(value)
    case 'boolean':
      return type === GUESSES.bool
    default:
      return false
  }
}

function isOf(value: object, prototype: object): boolean {
  return Object.getPrototypeOf(value) === prototype
}

/** What `toSql` does; an integer that fits is what it is. */
function readValue(
  value: unknown,
  type: SqlType,
  context: StatementContext,
  number: number,
  jsonParameters: QueryOptions['jsonParameters'],
): Value {
  if ((type === INT4 || type === INT8) && typeof value === 'number' && value === (value | 0)) return value + 0
  return toSql(value, type, context, number, jsonParameters)
}
