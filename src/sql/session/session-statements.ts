/** Statements that concern the session itself: transactions, settings, prepared statements, EXPLAIN. */

import { notSupported, SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { ExplainStatement, SessionStatement, SetStatement, TransactionModes } from '../syntax/tree.ts'
import { analyze } from './analyze.ts'
import { setConstraints } from './deferred-constraints.ts'
import type { SessionEnvironment } from './environment.ts'
import { explainPlan } from './explain.ts'
import type { QueryOptions } from './options.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { startQuery } from './query-execution.ts'
import { CompletedExecution, plainColumn, type RawExecution } from './raw-execution.ts'
import { isolationLevel } from './settings.ts'
import { showColumns, showRows } from './show.ts'
import { isQuery } from './statement-kinds.ts'
import { requireWrite, type Transactions } from './transactions.ts'

/** What such statements work on. */
export interface SessionParts {
  readonly environment: SessionEnvironment
  readonly transactions: Transactions
  readonly prepared: PreparedStatements
}

export function executeSessionStatement(
  statement: SessionStatement,
  parts: SessionParts,
  options: QueryOptions,
): RawExecution {
  const { environment, transactions, prepared } = parts
  const { settings } = environment
  const done = (command: string) => new CompletedExecution(command)
  if (statement.kind === 'transaction') return done(transactions.run(statement))
  transactions.refuseInFailed()
  switch (statement.kind) {
    case 'set':
      setSetting(statement, parts)
      return done(statement.values === undefined ? 'RESET' : 'SET')
    case 'reset all':
      settings.resetAll()
      return done('RESET')
    case 'set transaction':
      if (statement.isSession) settings.setDefaultModes(statement.modes)
      else transactions.setModes(statement.modes)
      return done('SET')
    case 'show': {
      const columns = showColumns(statement.name, settings)
      return new CompletedExecution('SHOW', columns, showRows(statement.name, settings))
    }
    case 'set constraints': {
      const unit = requireWrite(transactions.held)
      const names = statement.names.map(name => name[name.length - 1])
      setConstraints(environment, unit, names, statement.isDeferred)
      return done('SET CONSTRAINTS')
    }
    case 'prepare':
      prepared.prepare(statement)
      return done('PREPARE')
    case 'deallocate':
      if (statement.name === undefined) prepared.clear()
      else {
        prepared.find(statement.name)
        prepared.delete(statement.name)
      }
      return done(statement.name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE')
    case 'discard':
      if (statement.what === 'all') {
        prepared.clear()
        settings.resetAll()
      }
      return done(`DISCARD ${statement.what === 'temporary' ? 'TEMP' : statement.what.toUpperCase()}`)
    case 'execute': {
      const { prepared: named, parameters } = prepared.executed(statement)
      const executed = named.parsed?.statement
      if (executed === undefined || !isQuery(executed)) throw notSupported('EXECUTE of this statement')
      return startQuery(environment, transactions, executed, parameters, options)
    }
    case 'analyze':
      return analyze(environment, transactions, statement, options)
    case 'explain': {
      const rows = explain(parts, statement, options).map(line => [line as Value])
      return new CompletedExecution('EXPLAIN', [plainColumn('QUERY PLAN')], rows)
    }
  }
}

/** `SET transaction_isolation = …` is SET TRANSACTION by another name. */
function modesOf(name: string, value: string): TransactionModes {
  const none: TransactionModes = { isolation: undefined, isReadOnly: undefined, isDeferrable: undefined }
  if (name === 'transaction_read_only') return { ...none, isReadOnly: /^(on|true|yes|1)$/i.test(value) }
  const isolation = isolationLevel(value)
  if (isolation === undefined) {
    throw new SqlError('22023', `invalid value for parameter "${name}": "${value}"`)
  }
  return { ...none, isolation }
}

function setSetting(
  { name, values, isLocal }: SetStatement,
  { environment, transactions }: SessionParts,
): void {
  const lower = name.toLowerCase()
  if (lower === 'transaction_isolation' || lower === 'transaction_read_only') {
    transactions.setModes(modesOf(lower, values?.[0] ?? ''))
    return
  }
  if (isLocal && !transactions.isExplicit && transactions.scope.kind === 'database') {
    environment.warn('25P01', 'SET LOCAL can only be used in transaction blocks')
  }
  environment.settings.set(name, values?.join(', '), isLocal)
}

/** The lines of a plan. */
function explain(
  { environment, transactions }: SessionParts,
  statement: ExplainStatement,
  options: QueryOptions,
): string[] {
  let withCosts = true
  for (const { name, value, at } of statement.options) {
    const isOn = value !== 'false' && value !== 'off' && value !== '0'
    if (name === 'costs') withCosts = isOn
    else if (name === 'format' && value.toLowerCase() === 'text') continue
    else if (isOn) throw notSupported(`EXPLAIN (${name.toUpperCase()})`, at)
  }
  const explained = statement.statement
  if (!isQuery(explained)) throw notSupported('EXPLAIN of a statement that is no query', statement.at)
  return transactions.reading(unit => {
    const { compiled } = environment.compile(explained, [], unit, options, transactions.startedMs)
    return explainPlan(compiled.planned.plan, withCosts)
  })
}
