/** COMMIT of a transaction with constraints that wait for its end: where it may pause, they are checked in steps. */

import { assert } from '../../base/assert.ts'
import type { Steps } from '../../base/steps.ts'
import { Pause } from '../execute/pause.ts'
import type { TransactionStatement } from '../syntax/tree.ts'
import { checkDeferredInSteps } from './deferred-constraints.ts'
import type { SessionEnvironment } from './environment.ts'
import type { RunResult, StartOptions } from './options.ts'
import { CompletedExecution, type RawExecution } from './raw-execution.ts'
import type { Transactions } from './transactions.ts'
import type { WriteUnit } from './unit.ts'

/** BEGIN, COMMIT, SAVEPOINT and the like. */
export function executeTransactionStatement(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: TransactionStatement,
  options: StartOptions,
): RawExecution {
  const mayPause = options.changesMayPause === true && statement.action === 'commit'
  const unit = mayPause ? transactions.writerWithChecks : undefined
  if (unit === undefined) return new CompletedExecution(transactions.run(statement))
  return new CommitExecution(environment, transactions, statement, unit, options)
}

class CommitExecution implements RawExecution {
  readonly columns = undefined
  readonly context = undefined
  readonly isWriting = true
  readonly pause = new Pause()
  private readonly transactions: Transactions
  private readonly statement: TransactionStatement
  private readonly checks: Steps
  private isChecked = false

  constructor(
    environment: SessionEnvironment,
    transactions: Transactions,
    statement: TransactionStatement,
    unit: WriteUnit,
    options: StartOptions,
  ) {
    this.transactions = transactions
    this.statement = statement
    const state = environment.engine.stateOf(unit)
    const context = environment.contextFor(unit, state, options, transactions.startedMs)
    this.pause.begin(context)
    this.checks = checkDeferredInSteps(environment, unit, state, () => true, context, this.pause)
  }

  next(): undefined {
    if (!this.isChecked) this.isChecked = this.checks.next().done === true
  }
  finish(): RunResult {
    this.pause.disallow()
    this.next()
    assert(this.isChecked, 'nothing pauses where nobody allows it')
    return { command: this.transactions.run(this.statement), rowCount: 0 }
  }
  /** A transaction that cannot be committed is rolled back. */
  fail(): void {
    this.transactions.abandon()
  }
}
