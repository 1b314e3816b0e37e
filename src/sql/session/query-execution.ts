/**
 * Queries and changes, begun and ended. Outside of a transaction one that only reads runs on a snapshot of its own, and one
 * that writes in a transaction of its own; which of them it is, is known when it has been compiled.
 */

import { CoppiceError } from '../../base/errors.ts'
import type { OutputColumn } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import type { Output, Program } from '../execute/program.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import type { ReadyStatement, SessionEnvironment } from './environment.ts'
import type { QueryOptions, RunResult } from './options.ts'
import type { ParameterValues } from './parameters.ts'
import type { RawExecution, RowsInRegisters } from './raw-execution.ts'
import { commandTag, isChange } from './statement-kinds.ts'
import type { Transactions } from './transactions.ts'
import type { ReadUnit, Unit, UnitSavepoint } from './unit.ts'
import { dataFor } from './unit-data.ts'

/** Begins to run a query or change. */
export function startQuery(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: QueryStatement,
  parameters: ParameterValues,
  options: QueryOptions,
): RawExecution {
  transactions.refuseInFailed()
  const { held } = transactions
  const compileIn = (unit: Unit) =>
    environment.compile(statement, parameters.types, unit, options, transactions.startedMs)
  const readUnit = held ?? environment.host.snapshot()
  let ready: ReadyStatement
  try {
    ready = compileIn(readUnit)
    if (ready.compiled.isWriting && readUnit.kind === 'read') {
      refuseWriting(environment, transactions, statement)
    }
  } catch (error) {
    if (held === undefined) (readUnit as ReadUnit).close()
    transactions.noteFailure()
    throw error
  }
  const isOwn = held === undefined
  if (!ready.compiled.isWriting || !isOwn) {
    return openExecution(environment, transactions, statement, ready, parameters, readUnit, isOwn)
  }
  ;(readUnit as ReadUnit).close()
  const unit = environment.host.begin()
  try {
    // The state that is written to may be a newer one than the snapshot's.
    ready = compileIn(unit)
  } catch (error) {
    transactions.undo(unit, undefined, true)
    throw error
  }
  return openExecution(environment, transactions, statement, ready, parameters, unit, true)
}

function openExecution(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: QueryStatement,
  ready: ReadyStatement,
  parameters: ParameterValues,
  unit: Unit,
  isOwn: boolean,
): RawExecution {
  let savepoint: UnitSavepoint | undefined
  try {
    const { compiled, context, state } = ready
    // What only reads leaves nothing to be undone, and a savepoint has pages copied again.
    if (unit.kind === 'write' && !isOwn && compiled.isWriting) savepoint = unit.savepoint()
    const values = compiled.parameterTypes.map((type, i) => parameters.read(i, type, context))
    const program = compiled.take()
    program.open(values, context, dataFor(unit, state, environment.engine))
    return new QueryExecution(environment, transactions, statement, ready, program, unit, isOwn, savepoint)
  } catch (error) {
    transactions.undo(unit, savepoint, isOwn)
    throw error
  }
}

function refuseWriting(
  { host }: SessionEnvironment,
  { held, scope }: Transactions,
  statement: QueryStatement,
): void {
  if (held === undefined && !host.isReadOnly) return
  const command = commandTag(statement, 0).split(' ')[0]
  if (scope.kind === 'snapshot' || host.isReadOnly) {
    throw new CoppiceError('READ_ONLY_TRANSACTION', `a snapshot is read only: it cannot execute ${command}`)
  }
  throw new SqlError('25006', `cannot execute ${command} in a read-only transaction`)
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
  private readonly unit: Unit
  private readonly isOwn: boolean
  private readonly savepoint: UnitSavepoint | undefined
  private rowCount = 0

  constructor(
    environment: SessionEnvironment,
    transactions: Transactions,
    statement: QueryStatement,
    ready: ReadyStatement,
    program: Program,
    unit: Unit,
    isOwn: boolean,
    savepoint: UnitSavepoint | undefined,
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
    this.unit = unit
    this.isOwn = isOwn
    this.savepoint = savepoint
  }

  get registers(): RegisterFile {
    return this.program.execution.registers
  }
  get outputs(): readonly Output[] {
    return this.program.outputs
  }
  advance(): boolean {
    if (!this.program.advance()) return false
    this.rowCount++
    return true
  }
  next(): Value[] | undefined {
    const row = this.program.next()
    if (row !== undefined) this.rowCount++
    return row
  }

  finish(): RunResult {
    // The program is somebody else's after its end.
    const rowCount = isChange(this.statement) ? this.program.changeCount : this.rowCount
    const { compiled, state } = this.ready
    if (compiled.bound.kind === 'change') {
      this.environment.engine.statistics.noteChanges(compiled.bound.change.table, this.program.changeCount)
    }
    compiled.give(this.program)
    this.savepoint?.release()
    if (this.isOwn) this.transactions.commitUnit(this.unit, state)
    return { command: commandTag(this.statement, rowCount), rowCount }
  }

  fail(): void {
    this.program.close()
    this.transactions.undo(this.unit, this.savepoint, this.isOwn)
  }
}
