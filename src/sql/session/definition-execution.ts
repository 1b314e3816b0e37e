/** Definitions (CREATE, ALTER, DROP, …), run in the session's transaction or in one of their own. */

import type { Steps } from '../../base/steps.ts'
import type { DefinitionEnvironment, ExecutedQuery } from '../definition/environment.ts'
import { runDefinition } from '../definition/run-definition.ts'
import { makeTemporarySchema, temporarySchemaName } from '../definition/temporary.ts'
import { notSupported, SqlError } from '../errors.ts'
import { Pause } from '../execute/pause.ts'
import type { Program } from '../execute/program.ts'
import { KeptRows } from '../spill/kept-rows.ts'
import { ExecutionSpill } from '../spill/spill-space.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import type { DefinitionStatement, QueryStatement } from '../syntax/tree.ts'
import type { CommitAction } from './after-commit.ts'
import type { StatementContext } from './context.ts'
import type { SessionEnvironment } from './environment.ts'
import { grantedObjects } from './granted-objects.ts'
import type { QueryOptions, RunResult, StartOptions } from './options.ts'
import { NO_PARAMETERS, type ParameterValues } from './parameters.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { CompletedExecution, type RawExecution } from './raw-execution.ts'
import { isChange, isQuery } from './statement-kinds.ts'
import { executeInSteps } from './steps-execution.ts'
import type { Transactions } from './transactions.ts'
import type { WriteUnit } from './unit.ts'
import { dataFor } from './unit-data.ts'

/** @param text the statement alone: parts of it are stored as they are written */
export function executeDefinition(
  environment: SessionEnvironment,
  transactions: Transactions,
  definition: DefinitionStatement,
  text: string,
  parameters: ParameterValues,
  options: StartOptions,
  prepared: PreparedStatements,
): RawExecution {
  transactions.refuseInFailed()
  const alone = runsAlone(definition)
  if (alone !== undefined) transactions.refuseInBlock(alone)
  const executed = executedBy(definition, parameters, prepared)
  const pause = new Pause()
  const grants: CommitAction[] = []
  const run = (unit: WriteUnit) => {
    const state = environment.engine.stateOf(unit)
    const context = environment.contextFor(unit, state, options, transactions.startedMs)
    pause.begin(context)
    const parts = { unit, context, pause, text, grants }
    return completed(runIn(environment, transactions, parts, definition, options, executed))
  }
  const steps = transactions.writingInSteps(definition.kind.toUpperCase(), run, () => {
    for (const one of grants) transactions.afterCommit(one)
  })
  return executeInSteps(steps, pause, options)
}

function* completed(steps: Steps<RunResult>): Steps<CompletedExecution> {
  const { command, rowCount } = yield* steps
  return new CompletedExecution(command, undefined, [], rowCount)
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

/** What one definition works with, besides what it says. */
interface DefinitionParts {
  readonly unit: WriteUnit
  readonly context: StatementContext
  readonly pause: Pause
  readonly text: string
  /** What it grants, when it has been done. */
  readonly grants: CommitAction[]
}

function runIn(
  environment: SessionEnvironment,
  transactions: Transactions,
  parts: DefinitionParts,
  definition: DefinitionStatement,
  options: QueryOptions,
  executed: Executed | undefined,
): Steps<RunResult> {
  const { unit, pause } = parts
  const inside = { environment, transactions, unit, options, pause }
  const made = definitionEnvironment(environment, parts, (query, use) =>
    runInside(inside, query, NO_PARAMETERS, use),
  )
  if (executed === undefined) return runDefinition(definition, made)
  const { query, parameters } = executed
  const withExecuted = (): ExecutedQuery => {
    const { compiled } = environment.compile(query, parameters.types, unit, options, transactions.startedMs)
    return {
      columns: compiled.columns,
      run: use => runInside(inside, query, parameters, use),
    }
  }
  return runDefinition(definition, { ...made, executed: withExecuted })
}

interface Executed {
  readonly query: QueryStatement
  readonly parameters: ParameterValues
}

/** What CREATE TABLE AS runs with values for its parameters: what was prepared, or the query in it. */
function executedBy(
  definition: DefinitionStatement,
  parameters: ParameterValues,
  prepared: PreparedStatements,
): Executed | undefined {
  if (definition.kind !== 'create table as') return undefined
  const { query } = definition
  if (query.kind !== 'execute') {
    if (parameters.types.length === 0) return undefined
    if (!definition.isMaterializedView) return { query, parameters }
    throw new SqlError('0A000', 'materialized views may not be defined using bound parameters')
  }
  const executed = prepared.executed(query)
  const statement = executed.prepared.parsed?.statement
  const hasRows = executed.prepared.columns !== undefined
  if (statement === undefined || !isQuery(statement) || isChange(statement) || !hasRows) {
    throw new SqlError('42809', 'prepared statement is not a SELECT')
  }
  return { query: statement, parameters: executed.parameters }
}

export function definitionEnvironment(
  environment: SessionEnvironment,
  { unit, context, pause, text, grants }: DefinitionParts,
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
    pause,
    text,
    stateNow,
    isReadByCursor: oid => environment.cursors.isReading(oid),
    data: now => dataFor(unit, now, engine) as WritableDataSource,
    notice: (sqlstate, message) => environment.host.notice?.({ severity: 'NOTICE', sqlstate, message }),
    warning: (sqlstate, message) => environment.warn(sqlstate, message),
    runQuery,
    grant: (statement, where) => {
      const { administration } = environment.host
      if (administration === undefined) throw notSupported('GRANT without a server', statement.at)
      grants.push({ kind: 'grant', run: administration.grant(statement, grantedObjects(statement, where)) })
    },
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

/** What queries inside of a definition run in. */
interface InsideOf {
  readonly environment: SessionEnvironment
  readonly transactions: Transactions
  readonly unit: WriteUnit
  readonly options: QueryOptions
  readonly pause: Pause
}

/** A query inside of a definition: CREATE TABLE AS. */
function* runInside<Result>(
  { environment, transactions, unit, options, pause }: InsideOf,
  query: QueryStatement,
  parameters: ParameterValues,
  use: (rows: KeptRows) => Steps<Result>,
): Steps<Result> {
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
  let isRunning = true
  try {
    const values = compiled.parameterTypes.map((type, i) => parameters.read(i, type, context))
    program.open(values, context, dataFor(unit, state, environment.engine))
    yield* keepRows(program, rows, pause)
    isRunning = false
    compiled.give(program)
    return yield* use(rows)
  } finally {
    if (isRunning) program.close()
    rows.close()
  }
}

/** Runs a program to its end, with pauses where what it is inside of may pause. */
function* keepRows(program: Program, rows: KeptRows, pause: Pause): Steps {
  const own = program.execution.pause
  own.within(pause)
  while (!keepSome(program, rows, pause)) {
    yield
    own.within(pause)
  }
}

/** False when it has paused. */
function keepSome(program: Program, rows: KeptRows, pause: Pause): boolean {
  for (;;) {
    if (--pause.left < 0 && pause.isDue()) return false
    const row = program.next()
    if (row === undefined) break
    rows.add(row)
  }
  const { isPaused } = program.execution.pause
  if (isPaused) pause.stop()
  return !isPaused
}
