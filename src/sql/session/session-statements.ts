/** Statements that concern the session itself: transactions, settings, prepared statements, EXPLAIN. */

import { requireTable } from '../definition/names.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type {
  AdministrationStatement,
  DeclareCursorStatement,
  LockStatement,
  SessionStatement,
  SetStatement,
  TransactionModes,
} from '../syntax/tree.ts'
import { analyze } from './analyze.ts'
import { executeTransactionStatement } from './commit-execution.ts'
import { refuseLockingCursor, refuseWritingCursor } from './cursors.ts'
import { executeSetConstraints } from './deferred-constraints.ts'
import type { SessionEnvironment } from './environment.ts'
import { executeExplain } from './explain-execution.ts'
import { grantedObjects } from './granted-objects.ts'
import type { QueryOptions, StartOptions } from './options.ts'
import type { ParameterValues } from './parameters.ts'
import { type PreparedStatements, withSameColumns } from './prepared-statements.ts'
import { startQuery } from './query-execution.ts'
import { CompletedExecution, type RawExecution } from './raw-execution.ts'
import { isolationLevel } from './settings.ts'
import { databasesColumns, isDatabases, showColumns, showRows } from './show.ts'
import { checkNotification } from './statement-actions.ts'
import { isQuery } from './statement-kinds.ts'
import { dropTemporaries } from './temporary-objects.ts'
import type { Transactions } from './transactions.ts'

/** What such statements work on. */
export interface SessionParts {
  readonly environment: SessionEnvironment
  readonly transactions: Transactions
  readonly prepared: PreparedStatements
}

export function executeSessionStatement(
  statement: SessionStatement,
  parts: SessionParts,
  parameters: ParameterValues,
  options: StartOptions,
): RawExecution {
  const { environment, transactions, prepared } = parts
  const { settings } = environment
  const done = (command: string) => new CompletedExecution(command)
  if (statement.kind === 'transaction') {
    return executeTransactionStatement(environment, transactions, statement, options)
  }
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
      const { administration } = environment.host
      if (administration !== undefined && isDatabases(statement.name)) {
        const rows = administration.contents().databases.map(name => [name as Value])
        return new CompletedExecution('SHOW', databasesColumns, rows)
      }
      const columns = showColumns(statement.name, settings)
      return new CompletedExecution('SHOW', columns, showRows(statement.name, settings))
    }
    case 'set constraints': {
      if (transactions.scope.kind === 'database' && !transactions.isExplicit) {
        environment.warn('25P01', 'SET CONSTRAINTS can only be used in transaction blocks')
        return done('SET CONSTRAINTS')
      }
      return executeSetConstraints(environment, transactions, statement, options)
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
        transactions.refuseInBlock('DISCARD ALL')
        prepared.clear()
        environment.cursors.close(undefined)
        settings.resetAll()
        environment.host.administration?.unlisten(undefined)
        environment.advisoryLocks.unlockAll()
      }
      if ((statement.what === 'all' || statement.what === 'temporary') && settings.temporary !== undefined) {
        transactions.writing('DISCARD', unit => dropTemporaries(environment, unit))
      }
      if (statement.what === 'all' || statement.what === 'sequences') environment.forgetSequences()
      return done(`DISCARD ${statement.what === 'temporary' ? 'TEMP' : statement.what.toUpperCase()}`)
    case 'execute': {
      const { prepared: named, parameters: given } = prepared.executed(statement)
      const executed = named.parsed?.statement
      if (executed === undefined || !isQuery(executed)) throw notSupported('EXECUTE of this statement')
      return withSameColumns(named, startQuery(environment, transactions, executed, given, options))
    }
    case 'declare cursor':
      declareCursor(statement, parts, parameters, options)
      return done('DECLARE CURSOR')
    case 'fetch':
      return environment.cursors
        .find(statement.name)
        .execute(statement, environment.limitsOf(options), () => transactions.noteFailure())
    case 'close':
      environment.cursors.close(statement.name)
      return done(statement.name === undefined ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR')
    case 'analyze':
      return analyze(environment, transactions, statement, options)
    case 'explain':
      return executeExplain(parts, statement, parameters, options)
    case 'lock':
      lockTables(statement, parts)
      return done('LOCK TABLE')
    case 'copy':
      throw new SqlError('0A000', 'COPY needs somebody who brings or takes the rows', {
        position: statement.at,
        hint: 'A program calls copyIn() or copyOut() of a connection; \\copy in the shell has files.',
      })
    default:
      return done(administer(parts, statement))
  }
}

function declareCursor(
  statement: DeclareCursorStatement,
  { environment, transactions }: SessionParts,
  parameters: ParameterValues,
  options: QueryOptions,
): void {
  const { cursors } = environment
  if (!transactions.isInBlock && !statement.isHeld) {
    throw new SqlError('25P01', 'DECLARE CURSOR can only be used in transaction blocks')
  }
  cursors.refuseTaken(statement)
  refuseLockingCursor(statement)
  const { query } = statement
  const execution = startQuery(
    environment,
    transactions,
    query.kind === 'select' ? { ...query, identifiesRows: true } : query,
    parameters,
    options,
  )
  refuseWritingCursor(execution, statement)
  // Later changes of a transaction that writes, and its end, are not to be seen.
  const isAlone = !transactions.isInBlock
  cursors.declare(statement, execution, { readsNow: transactions.held?.kind === 'write' || isAlone, isAlone })
}

/**
 * There is one writer, so that a lock of one table is one of them all: who asks for one that keeps writers out becomes the
 * writer. Readers are kept out by nothing.
 */
function lockTables(
  { tables, isForReading, waits, at }: LockStatement,
  { environment, transactions }: SessionParts,
) {
  const { engine, settings, host } = environment
  if (!transactions.isInBlock) {
    throw new SqlError('25P01', 'LOCK TABLE can only be used in transaction blocks', { position: at })
  }
  transactions.reading(unit => {
    const state = engine.stateOf(unit)
    const privilege = isForReading ? 'select' : 'update'
    for (const name of tables) {
      const table = requireTable(name, { state, searchPath: settings.searchPath }, at, true)
      host.authorization?.checkTables([{ table, privilege, columns: undefined }], schema =>
        state.schemas.get(schema),
      )
    }
  })
  if (isForReading) return
  if (waits) transactions.unitForWriting('LOCK TABLE')
  else {
    const name = tables[0]!.at(-1)
    transactions.unitForWritingNow('LOCK TABLE', `could not obtain lock on relation "${name}"`)
  }
}

/** What is a server's business is refused where there is none. */
function administer({ environment, transactions }: SessionParts, statement: AdministrationStatement): string {
  const { administration } = environment.host
  if (administration === undefined) {
    throw notSupported(`${statement.kind.toUpperCase()} without a server`, statement.at)
  }
  switch (statement.kind) {
    case 'listen':
      transactions.afterCommit({ kind: 'listen', channel: statement.channel! })
      return 'LISTEN'
    case 'unlisten':
      transactions.afterCommit({ kind: 'unlisten', channel: statement.channel })
      return 'UNLISTEN'
    case 'notify':
      checkNotification(statement.channel, statement.payload)
      transactions.afterCommit({ kind: 'notify', channel: statement.channel, payload: statement.payload })
      return 'NOTIFY'
    case 'grant': {
      const objects = transactions.reading(unit =>
        grantedObjects(statement, {
          state: environment.engine.stateOf(unit),
          searchPath: environment.settings.searchPath,
        }),
      )
      transactions.afterCommit({
        kind: 'grant',
        run: administration.grant(statement, objects),
      })
      return statement.isGrant ? 'GRANT' : 'REVOKE'
    }
    case 'create database':
    case 'drop database':
      transactions.refuseInBlock(statement.kind.toUpperCase())
      return administration.run(statement)
    case 'use':
      transactions.refuseInBlock('USE')
      administration.use(statement.name)
      return 'USE'
    default:
      return administration.run(statement)
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
