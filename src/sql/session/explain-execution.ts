/** EXPLAIN: plans a statement, runs it when ANALYZE is asked for, and shows the plan with what was expected and found. */

import type { OutputColumn } from '../bind/bound.ts'
import { notSupported } from '../errors.ts'
import { Meter } from '../execute/meter.ts'
import type { ExplainStatement, QueryStatement } from '../syntax/tree.ts'
import { JSON_TYPE } from '../types/type.ts'
import type { ReadyStatement, SessionEnvironment } from './environment.ts'
import { type ExplainedNode, explainPlan } from './explain.ts'
import { type ExplainOptions, explainOptions } from './explain-options.ts'
import {
  type ExplainedStatement,
  type ExplainedTimes,
  explainedLines,
  explainedObject,
} from './explain-print.ts'
import type { QueryOptions } from './options.ts'
import type { ParameterValues } from './parameters.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { startQuery } from './query-execution.ts'
import { CompletedExecution, plainColumn } from './raw-execution.ts'
import { isQuery } from './statement-kinds.ts'
import type { Transactions } from './transactions.ts'
import type { Unit } from './unit.ts'

/** What EXPLAIN works on. */
export interface ExplainParts {
  readonly environment: SessionEnvironment
  readonly transactions: Transactions
  readonly prepared: PreparedStatements
}

interface Explained {
  readonly root: ExplainedNode
  readonly times: ExplainedTimes
}

/** The one column that EXPLAIN gives. */
export function explainColumn({ options }: ExplainStatement): OutputColumn {
  const { format } = explainOptions(options)
  return format === 'json' ? plainColumn('QUERY PLAN', JSON_TYPE) : plainColumn('QUERY PLAN')
}

export function executeExplain(
  parts: ExplainParts,
  statement: ExplainStatement,
  parameters: ParameterValues,
  queryOptions: QueryOptions,
): CompletedExecution {
  const { explained, options } = explainStatement(parts, statement, parameters, queryOptions)
  const rows =
    typeof explained === 'string'
      ? explained.split('\n').map(line => [line])
      : [[JSON.stringify([explained], undefined, 2)]]
  return new CompletedExecution(
    'EXPLAIN',
    [explainColumn(statement)],
    rows,
    options.format === 'json' ? 0 : rows.length,
  )
}

/** The plan as text, or in FORMAT JSON as an object. */
export function explainStatement(
  parts: ExplainParts,
  statement: ExplainStatement,
  parameters: ParameterValues,
  queryOptions: QueryOptions,
): { readonly explained: string | ExplainedStatement; readonly options: ExplainOptions } {
  const options = explainOptions(statement.options)
  const [query, values] = explainedQuery(parts, statement, parameters)
  const { root, times } = options.analyze
    ? analyzed(parts, query, values, options, queryOptions)
    : planned(parts, query, values, options, queryOptions)
  const explained =
    options.format === 'json'
      ? explainedObject(root, options, times)
      : explainedLines(root, options, times).join('\n')
  return { explained, options }
}

/** The query that is meant, with its parameters: of EXECUTE the one that was prepared. */
function explainedQuery(
  { prepared }: ExplainParts,
  { statement, at }: ExplainStatement,
  parameters: ParameterValues,
): [QueryStatement, ParameterValues] {
  if (isQuery(statement)) return [statement, parameters]
  if (statement.kind !== 'execute') throw notSupported(`EXPLAIN ${statement.kind.toUpperCase()}`, at)
  const { prepared: named, parameters: values } = prepared.executed(statement)
  const query = named.parsed?.statement
  if (query === undefined || !isQuery(query)) throw notSupported('EXPLAIN EXECUTE of this statement', at)
  return [query, values]
}

function planned(
  { environment, transactions }: ExplainParts,
  query: QueryStatement,
  parameters: ParameterValues,
  options: ExplainOptions,
  queryOptions: QueryOptions,
): Explained {
  const { host } = environment
  return transactions.reading(unit => {
    const before = unit.source.pageCounts()
    const startedMs = host.monotonicMs()
    const ready = environment.compile(query, parameters.types, unit, queryOptions, transactions.startedMs)
    const planningMs = host.monotonicMs() - startedMs
    const root = explainPlan(ready.compiled.planned, options, ready.context, undefined)
    return { root, times: { planningMs, planningPages: pagesSince(unit, before), executionMs: undefined } }
  })
}

/** Runs the statement: what it changes is changed. */
function analyzed(
  { environment, transactions }: ExplainParts,
  query: QueryStatement,
  parameters: ParameterValues,
  options: ExplainOptions,
  queryOptions: QueryOptions,
): Explained {
  const { host } = environment
  const now = () => host.monotonicMs()
  let meter: Meter | undefined
  let ready: ReadyStatement | undefined
  let plannedMs = 0
  const startedMs = now()
  const execution = startQuery(
    environment,
    transactions,
    query,
    parameters,
    queryOptions,
    (compiled, unit) => {
      plannedMs = now()
      ready = compiled
      meter = new Meter({
        nowMs: options.timing ? now : undefined,
        pages: options.buffers ? () => unit.source.pageCounts() : undefined,
      })
      return meter
    },
  )
  try {
    while (execution.next() !== undefined);
  } catch (error) {
    execution.fail()
    throw error
  }
  execution.finish()
  const executionMs = now() - plannedMs
  const { compiled, context } = ready!
  const root = explainPlan(compiled.planned, options, context, meter)
  return {
    root,
    times: { planningMs: plannedMs - startedMs, planningPages: { hits: 0, reads: 0 }, executionMs },
  }
}

function pagesSince(unit: Unit, before: { readonly hits: number; readonly reads: number }) {
  const { hits, reads } = unit.source.pageCounts()
  return { hits: hits - before.hits, reads: reads - before.reads }
}
