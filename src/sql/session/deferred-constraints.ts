/** SET CONSTRAINTS, and constraints that wait for the end of their transaction. */

import { complete, type Steps } from '../../base/steps.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { SqlError } from '../errors.ts'
import { Pause } from '../execute/pause.ts'
import { checkPending } from '../execute/pending-checks.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { PendingCheck, WritableDataSource } from '../storage/write-access.ts'
import type { SetConstraintsStatement } from '../syntax/tree.ts'
import type { SessionEnvironment } from './environment.ts'
import type { StartOptions } from './options.ts'
import { CompletedExecution, type RawExecution } from './raw-execution.ts'
import { executeInSteps } from './steps-execution.ts'
import type { Transactions } from './transactions.ts'
import type { WriteUnit } from './unit.ts'
import { dataFor } from './unit-data.ts'

/** SET CONSTRAINTS, which may pause where it checks what has waited. Who does not go on with it calls `return`. */
export function executeSetConstraints(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: SetConstraintsStatement,
  options: StartOptions,
): RawExecution {
  const { unit } = transactions.unitForWriting('SET CONSTRAINTS')
  const state = environment.engine.stateOf(unit)
  const context = environment.contextFor(unit, state, options, transactions.startedMs)
  const pause = new Pause()
  pause.begin(context)
  const checks = setConstraints(environment, unit, state, statement, context, pause)
  const steps = failingTogether(transactions, checks)
  // What has not begun fails nothing.
  steps.next()
  return executeInSteps(steps, pause, options)
}

function* failingTogether(transactions: Transactions, steps: Steps): Steps<CompletedExecution> {
  let isDone = false
  try {
    yield
    yield* steps
    isDone = true
  } finally {
    if (!isDone) transactions.noteFailure()
  }
  return new CompletedExecution('SET CONSTRAINTS')
}

function* setConstraints(
  environment: SessionEnvironment,
  unit: WriteUnit,
  state: CatalogState,
  statement: SetConstraintsStatement,
  context: EvaluationContext,
  pause: Pause,
): Steps {
  const { isDeferred } = statement
  // None: all.
  const names = statement.names.map(name => name[name.length - 1])
  const constraints = [...state.allRelations()].flatMap(relation =>
    relation.kind === 'table' ? relation.constraints.filter(one => one.kind !== 'check') : [],
  )
  const meant = new Set<number>()
  for (const name of names) {
    const found = constraints.filter(one => one.name === name)
    if (found.length === 0) throw new SqlError('42704', `constraint "${name}" does not exist`)
    for (const one of found) {
      if (!one.isDeferrable) throw new SqlError('42809', `constraint "${name}" is not deferrable`)
      meant.add(one.oid)
    }
  }
  if (!isDeferred) {
    const isMeant = (one: PendingCheck) => names.length === 0 || meant.has(one.constraint.oid)
    yield* checkDeferredInSteps(environment, unit, state, isMeant, context, pause)
  }
  // A statement that has failed has said nothing.
  if (names.length === 0) {
    unit.state.allDeferred = isDeferred
    unit.state.deferral.clear()
  }
  for (const oid of meant) unit.state.deferral.set(oid, isDeferred)
}

/** Checks those of the constraints that wait which are meant. @throws SqlError 23503, 23505 */
export function checkDeferred(
  environment: SessionEnvironment,
  unit: WriteUnit,
  state: CatalogState,
  isMeant: (check: PendingCheck) => boolean,
): void {
  if (unit.state.deferred.length === 0) return
  const context = environment.contextFor(unit, state, {}, undefined)
  const pause = new Pause()
  pause.begin(context)
  complete(checkDeferredInSteps(environment, unit, state, isMeant, context, pause))
}

/** The same in steps. Those that hold wait no more when it has come to its end: who leaves it in its middle has checked none. */
export function* checkDeferredInSteps(
  environment: SessionEnvironment,
  unit: WriteUnit,
  state: CatalogState,
  isMeant: (check: PendingCheck) => boolean,
  context: EvaluationContext,
  pause: Pause,
): Steps {
  const { deferred } = unit.state
  const data = dataFor(unit, state, environment.engine) as WritableDataSource
  for (const check of deferred) {
    if (--pause.left < 0 && pause.isDue()) yield
    const now = isMeant(check) ? asDefined(check, state) : undefined
    if (now !== undefined) checkPending(data, now, context)
  }
  unit.state.deferred = deferred.filter(one => !isMeant(one))
}

/** The check, of the definitions as they are by now; undefined when its table or its constraint has gone. */
function asDefined(check: PendingCheck, state: CatalogState): PendingCheck | undefined {
  const table = state.tableByOid(check.table.oid)
  const constraint = table?.constraints.find(one => one.oid === check.constraint.oid)
  if (table === undefined || constraint === undefined) return undefined
  return { ...check, table, constraint } as PendingCheck
}
