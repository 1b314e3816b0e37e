/**
 * Queries and changes, begun and ended. Outside of a transaction one that only reads runs on a snapshot of its own, and one
 * that writes in a transaction of its own; which of them it is, is known when it has been compiled.
 */

import { CoppiceError } from '../../base/errors.ts'
import type { OutputColumn } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import type { Program } from '../execute/program.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import type { CompiledStatement } from './engine.ts'
import type { ReadyStatement, SessionEnvironment } from './environment.ts'
import type { QueryOptions, RunResult } from './options.ts'
import type { ParameterValues } from './parameters.ts'
import type { RawExecution } from './raw-execution.ts'
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
  const open = (prepare: () => ReadyStatement, unit: Unit) =>
    openExecution(environment, transactions, statement, prepare, parameters, unit, held === undefined)
  if (!ready.compiled.isWriting || held !== undefined) return open(() => ready, readUnit)
  ;(readUnit as ReadUnit).close()
  const unit = environment.host.begin()
  // The state that is written to may be a newer one than the snapshot's.
  return open(() => compileIn(unit), unit)
}

function openExecution(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: QueryStatement,
  prepare: () => ReadyStatement,
  parameters: ParameterValues,
  unit: Unit,
  isOwn: boolean,
): RawExecution {
  let savepoint: UnitSavepoint | undefined
  try {
    const { compiled, context, state } = prepare()
    // What only reads leaves nothing to be undone, and a savepoint has pages copied again.
    if (unit.kind === 'write' && !isOwn && compiled.isWriting) savepoint = unit.savepoint()
    const values = compiled.parameterTypes.map((type, i) => parameters.read(i, type, context))
    const program = compiled.take()
    program.open(values, context, dataFor(unit, state, environment.engine))
    return new QueryExecution(statement, program, compiled, context, {
      finish: () => {
        if (compiled.bound.kind === 'change') {
          environment.engine.statistics.noteChanges(compiled.bound.change.table, program.changeCount)
        }
        compiled.give(program)
        savepoint?.release()
        if (isOwn) transactions.commitUnit(unit, state)
      },
      fail: () => {
        program.close()
        transactions.undo(unit, savepoint, isOwn)
      },
    })
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
class QueryExecution implements RawExecution {
  readonly columns: readonly OutputColumn[] | undefined
  readonly context: EvaluationContext
  readonly isWriting: boolean
  private readonly statement: QueryStatement
  private readonly program: Program
  private readonly end: { readonly finish: () => void; readonly fail: () => void }
  private rowCount = 0

  constructor(
    statement: QueryStatement,
    program: Program,
    { columns, isWriting }: CompiledStatement,
    context: EvaluationContext,
    end: QueryExecution['end'],
  ) {
    this.statement = statement
    this.program = program
    // A SELECT of no columns has rows all the same; a change without RETURNING has none.
    this.columns = columns.length === 0 && isChange(statement) ? undefined : columns
    this.context = context
    this.isWriting = isWriting
    this.end = end
  }

  next(): Value[] | undefined {
    const row = this.program.next()
    if (row !== undefined) this.rowCount++
    return row
  }

  finish(): RunResult {
    // The program is somebody else's after its end.
    const rowCount = isChange(this.statement) ? this.program.changeCount : this.rowCount
    this.end.finish()
    return { command: commandTag(this.statement, rowCount), rowCount }
  }

  fail(): void {
    this.end.fail()
  }
}
