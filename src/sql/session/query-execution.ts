/**
 * Queries and changes, begun and ended. Outside of a transaction one that only reads runs on a snapshot of its own, and one
 * that writes in a transaction of its own; which of them it is, is known when it has been compiled.
 */

import type { Steps } from '../../base/steps.ts'
import type { OutputColumn, RowIdentity } from '../bind/bound.ts'
import type { Meter } from '../execute/meter.ts'
import type { Pause } from '../execute/pause.ts'
import type { Output, Program } from '../execute/program.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import type { StatementLimits } from './context.ts'
import type { RowWatch } from './cursors.ts'
import { checkDeferredInSteps } from './deferred-constraints.ts'
import type { ReadyStatement, SessionEnvironment } from './environment.ts'
import { NotAlike } from './literal-templates.ts'
import type { RunResult, StartOptions } from './options.ts'
import type { ParameterValues } from './parameters.ts'
import type { RawExecution, RowsInRegisters } from './raw-execution.ts'
import { commandTag, isChange } from './statement-kinds.ts'
import type { StatementUnit, Transactions } from './transactions.ts'
import type { ReadUnit, Unit, UnitSavepoint } from './unit.ts'
import { dataFor, dataOf } from './unit-data.ts'

/** UPDATE and DELETE … WHERE CURRENT OF, with the row that it is about. @throws SqlError 34000, 24000 */
function atCurrentRow(statement: QueryStatement, { cursors }: SessionEnvironment): QueryStatement {
  if (statement.kind !== 'update' && statement.kind !== 'delete') return statement
  const { currentOf, target } = statement
  if (currentOf === undefined || currentOf.row !== undefined) return statement
  const row = cursors.find(currentOf.cursor).currentRow(target.name.at(-1)!)
  return { ...statement, currentOf: { ...currentOf, row } }
}

/** What measures an execution, made when its statement is compiled. */
export type MeterFor = (ready: ReadyStatement, unit: Unit) => Meter

/** Begins to run a query or change. @throws NotAlike the statement is a template's; nothing has happened @throws CoppiceError BUSY: it would write, and cannot now; nothing has happened */
export function startQuery(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: QueryStatement,
  parameters: ParameterValues,
  options: StartOptions,
  meterFor?: MeterFor,
): RawExecution {
  transactions.refuseInFailed()
  const located = atCurrentRow(statement, environment)
  if (located !== statement)
    return startQuery(environment, transactions, located, parameters, options, meterFor)
  const { held } = transactions
  const compileIn = (unit: Unit) =>
    environment.compile(statement, parameters.types, unit, options, transactions.startedMs)
  const reading =
    held === undefined ? { unit: environment.host.snapshot(), isOwn: true } : { unit: held, isOwn: false }
  let ready: ReadyStatement
  try {
    ready = compileIn(reading.unit)
    if (ready.compiled.isWriting && reading.isOwn) (reading.unit as ReadUnit).close()
  } catch (error) {
    transactions.undo(reading, undefined, !(error instanceof NotAlike))
    throw error
  }
  if (!ready.compiled.isWriting || held?.kind === 'write') {
    return openExecution(environment, transactions, statement, ready, parameters, reading, options, meterFor)
  }
  const command = commandTag(statement, 0).split(' ')[0]
  const where = ready.compiled.refusesToWait
    ? transactions.unitForWritingNow(command, 'could not obtain lock on rows')
    : transactions.unitForWriting(command)
  try {
    // The state that is written to may be a newer one than the snapshot's.
    ready = compileIn(where.unit)
  } catch (error) {
    transactions.undo(where, undefined, !(error instanceof NotAlike))
    throw error
  }
  return openExecution(environment, transactions, statement, ready, parameters, where, options, meterFor)
}

function openExecution(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: QueryStatement,
  ready: ReadyStatement,
  parameters: ParameterValues,
  where: StatementUnit<Unit>,
  { changesMayPause = false }: StartOptions,
  meterFor: MeterFor | undefined,
): RawExecution {
  const { unit, isOwn } = where
  const savepoints: StatementSavepoints = { undo: undefined, before: undefined, watch: undefined }
  const protect = () => {
    if (unit.kind === 'write') savepoints.undo ??= transactions.savepointFor({ unit, isOwn })
  }
  try {
    const { compiled, context, state } = ready
    // What only reads leaves nothing to be undone, nor does one change that fails; and a savepoint has pages copied again.
    if (compiled.isWriting && !compiled.changesAtItsEnd) protect()
    const values = compiled.parameterTypes.map((type, i) => parameters.read(i, type, context))
    const program = compiled.take(meterFor?.(ready, unit))
    savepoints.watch = compiled.isWriting ? environment.cursors.watch() : undefined
    const data = dataFor(unit, state, environment.engine, protect, savepoints.watch?.changed)
    if (unit.kind === 'write' && compiled.readsStateBefore) savepoints.before = unit.savepoint()
    const { before } = savepoints
    program.open(
      values,
      context,
      before === undefined ? data : dataOf(before.reading()),
      data,
      changesMayPause,
    )
    const mayPause = changesMayPause || !compiled.isWriting
    return new QueryExecution(
      environment,
      transactions,
      statement,
      ready,
      program,
      where,
      savepoints,
      mayPause,
    )
  } catch (error) {
    transactions.undo(where, savepoints.undo)
    throw error
  }
}

interface StatementSavepoints {
  /** Gone back to when the statement fails. */
  undo: UnitSavepoint | undefined
  /** What the statement reads, where it must not see its own changes. */
  before: UnitSavepoint | undefined
  /** What it does to the rows that cursors are on. */
  watch: RowWatch | undefined
}

/** A query between its first row and its last. */
class QueryExecution implements RawExecution, RowsInRegisters {
  readonly columns: readonly OutputColumn[] | undefined
  readonly context: EvaluationContext
  readonly isWriting: boolean
  readonly inRegisters = this
  private readonly statement: QueryStatement
  private readonly program: Program
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  private readonly ready: ReadyStatement
  private readonly where: StatementUnit<Unit>
  private readonly savepoints: StatementSavepoints
  private readonly mayPause: boolean
  private rowCount = 0
  /** Undefined: the statement's own work is not over yet, or leaves nothing to be checked. */
  private checks: Steps | undefined

  constructor(
    environment: SessionEnvironment,
    transactions: Transactions,
    statement: QueryStatement,
    ready: ReadyStatement,
    program: Program,
    where: StatementUnit<Unit>,
    savepoints: StatementSavepoints,
    mayPause: boolean,
  ) {
    const { columns } = ready.compiled
    this.environment = environment
    this.transactions = transactions
    this.statement = statement
    this.ready = ready
    this.program = program
    // A SELECT of no columns has rows all the same; a change without RETURNING has none.
    this.columns = columns.length === 0 && isChange(statement) ? undefined : columns
    this.context = ready.context
    this.isWriting = ready.compiled.isWriting
    this.where = where
    this.savepoints = savepoints
    this.mayPause = mayPause
  }

  /** A write transaction stays open no longer than it must, unless whoever has begun the statement sees to the others. */
  get pause(): Pause | undefined {
    return this.mayPause ? this.program.execution.pause : undefined
  }
  limit(limits: StatementLimits): void {
    this.ready.context.limit(limits)
  }
  get tablesRead(): ReadonlySet<number> {
    return this.ready.compiled.tablesRead
  }
  get identity(): RowIdentity | undefined {
    const { bound } = this.ready.compiled
    return bound.kind === 'query' ? bound.query.identity : undefined
  }
  get registers(): RegisterFile {
    return this.program.execution.registers
  }
  get outputs(): readonly Output[] {
    return this.program.outputs
  }
  advance(): boolean {
    if (this.checks === undefined && this.program.advance()) {
      this.rowCount++
      return true
    }
    if (this.mayPause && this.isWriting) this.checkAtEnd()
    return false
  }
  next(): Value[] | undefined {
    const row = this.checks === undefined ? this.program.next() : undefined
    if (row !== undefined) this.rowCount++
    else if (this.mayPause && this.isWriting) this.checkAtEnd()
    return row
  }

  /** What waits for the end of a transaction that is this statement's own; or some of it, if that pauses. */
  private checkAtEnd(): void {
    const { environment, where, ready } = this
    const { unit, isOwn } = where
    const { pause } = this.program.execution
    if (pause.isPaused || !isOwn || unit.kind !== 'write' || unit.state.deferred.length === 0) return
    this.checks ??= checkDeferredInSteps(environment, unit, ready.state, () => true, ready.context, pause)
    this.checks.next()
  }

  finish(): RunResult {
    if (this.mayPause && this.isWriting) this.completeUnasked()
    const isKept = this.keepActions()
    // The program is somebody else's after its end.
    const rowCount = isChange(this.statement) ? this.program.changeCount : this.rowCount
    const { compiled, state } = this.ready
    if (compiled.bound.kind === 'change') {
      this.environment.engine.statistics.noteChanges(compiled.bound.change.table, this.program.changeCount)
    }
    compiled.give(this.program)
    this.savepoints.watch?.settle()
    this.savepoints.before?.release()
    this.savepoints.undo?.release()
    if (this.where.isOwn) this.transactions.commitOwn(this.where.unit, state)
    if (!isKept) for (const action of this.ready.context.afterCommit) this.transactions.afterCommit(action)
    return { command: commandTag(this.statement, rowCount), rowCount }
  }

  /** Whoever ends it before its first row wants what it changes. */
  private completeUnasked(): void {
    const { program } = this
    program.execution.pause.disallow()
    try {
      program.completeChange()
    } catch (error) {
      this.fail()
      throw error
    }
  }

  /**
   * What is done after the commit is the open transaction's, from here on. @returns false: there is none
   * @throws SqlError 54000 it is too much: the statement has failed
   */
  private keepActions(): boolean {
    if (!this.transactions.isOpen) return false
    try {
      for (const action of this.ready.context.afterCommit) this.transactions.afterCommit(action)
    } catch (error) {
      this.fail()
      throw error
    }
    return true
  }

  fail(): void {
    this.program.close()
    this.savepoints.before?.release()
    this.transactions.undo(this.where, this.savepoints.undo)
  }
}
