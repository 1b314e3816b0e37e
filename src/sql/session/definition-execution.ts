/** Definitions (CREATE, ALTER, DROP, …), run in the session's transaction or in one of their own. */

import type { DefinitionEnvironment, ExecutedQuery } from '../definition/environment.ts'
import { runDefinition } from '../definition/run-definition.ts'
import { makeTemporarySchema, temporarySchemaName } from '../definition/temporary.ts'
import { SqlError } from '../errors.ts'
import { KeptRows } from '../spill/kept-rows.ts'
import { ExecutionSpill } from '../spill/spill-space.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import type { DefinitionStatement, ExecuteStatement, QueryStatement } from '../syntax/tree.ts'
import type { StatementContext } from './context.ts'
import type { SessionEnvironment } from './environment.ts'
import type { QueryOptions, RunResult } from './options.ts'
import { NO_PARAMETERS, type ParameterValues } from './parameters.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { CompletedExecution } from './raw-execution.ts'
import { isChange, isQuery } from './statement-kinds.ts'
import type { Transactions } from './transactions.ts'
import type { WriteUnit } from './unit.ts'
import { dataFor } from './unit-data.ts'

/** @param text the statement alone: parts of it are stored as they are written */
export function executeDefinition(
  environment: SessionEnvironment,
  transactions: Transactions,
  definition: DefinitionStatement,
  text: string,
  options: QueryOptions,
  prepared: PreparedStatements,
): CompletedExecution {
  transactions.refuseInFailed()
  const alone = runsAlone(definition)
  if (alone !== undefined && transactions.isInBlock) {
    transactions.noteFailure()
    throw new SqlError('25001', `${alone} cannot run inside a transaction block`)
  }
  const isExecute = definition.kind === 'create table as' && definition.query.kind === 'execute'
  const executed = isExecute ? prepared.executed(definition.query as ExecuteStatement) : undefined
  const result = transactions.writing(definition.kind.toUpperCase(), unit => {
    const state = environment.engine.stateOf(unit)
    const context = environment.contextFor(unit, state, options, transactions.startedMs)
    return runIn(environment, transactions, unit, definition, text, context, options, executed)
  })
  return new CompletedExecution(result.command, undefined, [], result.rowCount)
}

/** What PostgreSQL runs in a transaction of its own only, by its name; undefined: it stands anywhere. */
function runsAlone(definition: DefinitionStatement): string | undefined {
  switch (definition.kind) {
    case 'create index':
      return definition.isConcurrent ? 'CREATE INDEX CONCURRENTLY' : undefined
    case 'drop':
      return definition.isConcurrent ? 'DROP INDEX CONCURRENTLY' : undefined
    case 'reindex':
      if (definition.isConcurrent) return 'REINDEX CONCURRENTLY'
      if (definition.object === 'index' || definition.object === 'table') return undefined
      return `REINDEX ${definition.object.toUpperCase()}`
    default:
      return undefined
  }
}

function runIn(
  environment: SessionEnvironment,
  transactions: Transactions,
  unit: WriteUnit,
  definition: DefinitionStatement,
  text: string,
  context: StatementContext,
  options: QueryOptions,
  executed: Executed | undefined,
): RunResult {
  const made = definitionEnvironment(environment, unit, context, text, (query, use) =>
    runInside(environment, transactions, query, unit, options, use),
  )
  if (executed === undefined) return runDefinition(definition, made)
  const { prepared, parameters } = executed
  const query = prepared.parsed?.statement
  const withExecuted = (): ExecutedQuery => {
    if (query === undefined || !isQuery(query) || isChange(query) || prepared.columns === undefined) {
      throw new SqlError('42809', 'prepared statement is not a SELECT')
    }
    const { compiled } = environment.compile(query, parameters.types, unit, options, transactions.startedMs)
    return {
      columns: compiled.columns,
      run: use => runInside(environment, transactions, query, unit, options, use, parameters),
    }
  }
  return runDefinition(definition, { ...made, executed: withExecuted })
}

type Executed = ReturnType<PreparedStatements['executed']>

export function definitionEnvironment(
  environment: SessionEnvironment,
  unit: WriteUnit,
  context: StatementContext,
  text: string,
  runQuery: DefinitionEnvironment['runQuery'],
): DefinitionEnvironment {
  const { engine, settings } = environment
  const stateNow = () => {
    engine.invalidate()
    const now = engine.stateOf(unit)
    context.useState(now)
    return now
  }
  const made: DefinitionEnvironment = {
    unit,
    state: engine.stateOf(unit),
    searchPath: settings.searchPath,
    functions: engine.functions,
    context,
    text,
    stateNow,
    isReadByCursor: oid => environment.cursors.isReading(oid),
    data: now => dataFor(unit, now, engine) as WritableDataSource,
    notice: (sqlstate, message) => environment.host.notice?.({ severity: 'NOTICE', sqlstate, message }),
    warning: (sqlstate, message) => environment.warn(sqlstate, message),
    runQuery,
    temporarySchema: () => {
      const now = stateNow()
      let name = settings.temporary
      while (name === undefined || (name !== settings.temporary && now.hasSchema(name))) {
        name = temporarySchemaName(engine.newTemporaryNumber())
      }
      settings.useTemporarySchema(name)
      makeTemporarySchema(name, { ...made, state: now })
      return name
    },
  }
  return made
}

/** A query inside of a definition: CREATE TABLE AS. */
function runInside<Result>(
  environment: SessionEnvironment,
  transactions: Transactions,
  query: QueryStatement,
  unit: WriteUnit,
  options: QueryOptions,
  use: (rows: KeptRows) => Result,
  parameters: ParameterValues = NO_PARAMETERS,
): Result {
  const { types } = parameters
  const { compiled, context, state } = environment.compile(
    query,
    types,
    unit,
    options,
    transactions.startedMs,
  )
  const rows = new KeptRows(context.spill && new ExecutionSpill(context.spill))
  const program = compiled.take()
  try {
    const values = compiled.parameterTypes.map((type, i) => parameters.read(i, type, context))
    program.open(values, context, dataFor(unit, state, environment.engine))
    for (let row = program.next(); row !== undefined; row = program.next()) rows.add(row)
    compiled.give(program)
    return use(rows)
  } catch (error) {
    program.close()
    throw error
  } finally {
    rows.close()
  }
}
