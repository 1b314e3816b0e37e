/** EXPLAIN: plans a statement, runs it when ANALYZE is asked for, and shows the plan with what was expected and found. */

import { assert } from '../../base/assert.ts'
import type { OutputColumn } from '../bind/bound.ts'
import { notSupported } from '../errors.ts'
import { Meter } from '../execute/meter.ts'
import type { Value } from '../functions/registry.ts'
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
import { type ExplainProgress, expectedRows, metRows } from './explain-progress.ts'
import type { QueryOptions, RunResult, StartOptions } from './options.ts'
import type { ParameterValues } from './parameters.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { startQuery } from './query-execution.ts'
import { CompletedExecution, plainColumn, type RawExecution } from './raw-execution.ts'
import { isQuery } from './statement-kinds.ts'
import { type KnownStatistics, UnitFacts } from './table-facts.ts'
import type { Transactions } from './transactions.ts'
import type { Unit } from './unit.ts'

/** What EXPLAIN works on. */
export interface ExplainParts {
  readonly environment: SessionEnvironment
  readonly transactions: Transactions
  readonly prepared: PreparedStatements
}

/** So long a statement runs between two calls of `onProgress`. */
const TOLD_EVERY_MS = 100

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
  queryOptions: StartOptions,
): RawExecution {
  const options = explainOptions(statement.options)
  const columns = [explainColumn(statement)]
  const [query, values] = explainedQuery(parts, statement, parameters)
  if (!options.analyze) {
    const explained = shown(planned(parts, query, values, options, queryOptions), options)
    return new CompletedExecution('EXPLAIN', columns, rowsOf(explained), rowCountOf(explained))
  }
  const analysis = new Analysis(parts, query, values, options, queryOptions)
  // What changes something has done so when it has begun, unless it may pause.
  if (analysis.pause === undefined) analysis.run()
  return new AnalyzeExecution(analysis, options, columns)
}

function shown({ root, times }: Explained, options: ExplainOptions): string | ExplainedStatement {
  return options.format === 'json'
    ? explainedObject(root, options, times)
    : explainedLines(root, options, times).join('\n')
}

function rowsOf(explained: string | ExplainedStatement): Value[][] {
  return typeof explained === 'string'
    ? explained.split('\n').map(line => [line])
    : [[JSON.stringify([explained], undefined, 2)]]
}

function rowCountOf(explained: string | ExplainedStatement): number {
  return typeof explained === 'string' ? rowsOf(explained).length : 0
}

/** The plan as text, or in FORMAT JSON as an object. */
export function explainStatement(
  parts: ExplainParts,
  statement: ExplainStatement,
  parameters: ParameterValues,
  queryOptions: QueryOptions,
  onProgress?: (progress: ExplainProgress) => void,
): string | ExplainedStatement {
  const options = explainOptions(statement.options)
  const [query, values] = explainedQuery(parts, statement, parameters)
  if (!options.analyze) return shown(planned(parts, query, values, options, queryOptions), options)
  const changesMayPause = onProgress !== undefined
  const analysis = new Analysis(parts, query, values, options, { ...queryOptions, changesMayPause })
  if (onProgress === undefined) analysis.run()
  else analysis.runTelling(onProgress)
  return shown(analysis.explained(), options)
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
class Analysis {
  private readonly options: ExplainOptions
  private readonly nowMs: () => number
  private readonly statistics: KnownStatistics
  private readonly execution: RawExecution
  private meter: Meter | undefined
  private ready: ReadyStatement | undefined
  private unit: Unit | undefined
  private readonly startedMs: number
  private plannedMs = 0
  private executionMs: number | undefined

  constructor(
    { environment, transactions }: ExplainParts,
    query: QueryStatement,
    parameters: ParameterValues,
    options: ExplainOptions,
    queryOptions: StartOptions,
  ) {
    const { host, engine } = environment
    this.options = options
    this.statistics = engine.statistics
    this.nowMs = () => host.monotonicMs()
    this.startedMs = this.nowMs()
    this.execution = startQuery(
      environment,
      transactions,
      query,
      parameters,
      queryOptions,
      (compiled, unit) => {
        this.plannedMs = this.nowMs()
        this.ready = compiled
        this.unit = unit
        this.meter = new Meter({
          nowMs: options.timing ? this.nowMs : undefined,
          pages: options.buffers ? () => unit.source.pageCounts() : undefined,
        })
        return this.meter
      },
    )
  }

  /** Undefined: it does not pause. */
  get pause(): RawExecution['pause'] {
    return this.execution.pause
  }

  /** Runs it to its end; false when it has paused, and is to be called again. */
  run(): boolean {
    if (this.executionMs !== undefined) return true
    const { execution } = this
    try {
      while (execution.next() !== undefined);
    } catch (error) {
      execution.fail()
      throw error
    }
    if (execution.pause?.isPaused === true) return false
    execution.finish()
    this.executionMs = this.nowMs() - this.plannedMs
    return true
  }

  /** Runs it to its end, and says now and then how far it is. */
  runTelling(onProgress: (progress: ExplainProgress) => void): void {
    const { pause, meter, statistics } = this
    const { compiled, state, context } = this.ready!
    const { plan } = compiled.planned
    const facts = new UnitFacts(this.unit!, state, statistics, context)
    const expected = expectedRows(plan, table => facts.rowCount(table))
    pause?.allow(this.nowMs, TOLD_EVERY_MS)
    while (!this.run()) {
      try {
        onProgress({ rows: metRows(plan, meter!), expectedRows: expected })
      } catch (error) {
        this.fail()
        throw error
      }
      pause?.resume()
    }
  }

  explained(): Explained {
    const { compiled, context } = this.ready!
    const { startedMs, plannedMs, executionMs } = this
    const root = explainPlan(compiled.planned, this.options, context, this.meter)
    return {
      root,
      times: { planningMs: plannedMs - startedMs, planningPages: { hits: 0, reads: 0 }, executionMs },
    }
  }

  /** Ends it in its middle: what it has changed is undone. */
  fail(): void {
    if (this.executionMs === undefined) this.execution.fail()
  }
}

/** EXPLAIN ANALYZE: the statement runs to its end before the first line comes. */
class AnalyzeExecution implements RawExecution {
  readonly columns: readonly OutputColumn[]
  readonly context = undefined
  // It may be one that writes: then it is over, and committed, before anybody waits, or others are seen to.
  readonly isWriting = false
  readonly pause: RawExecution['pause']
  private readonly analysis: Analysis
  private readonly options: ExplainOptions
  private explained: string | ExplainedStatement | undefined
  private rows: readonly Value[][] = []
  private at = 0
  private hasFailed = false

  constructor(analysis: Analysis, options: ExplainOptions, columns: readonly OutputColumn[]) {
    this.analysis = analysis
    this.options = options
    this.columns = columns
    this.pause = analysis.pause
  }

  next(): Value[] | undefined {
    if (this.explained === undefined && !this.run()) return undefined
    return this.rows[this.at++]
  }

  private run(): boolean {
    try {
      if (!this.analysis.run()) return false
    } catch (error) {
      this.hasFailed = true
      throw error
    }
    this.explained = shown(this.analysis.explained(), this.options)
    this.rows = rowsOf(this.explained)
    return true
  }

  finish(): RunResult {
    this.pause?.disallow()
    if (this.explained === undefined) assert(this.run(), 'nothing pauses where nobody allows it')
    return { command: 'EXPLAIN', rowCount: rowCountOf(this.explained!) }
  }

  fail(): void {
    if (!this.hasFailed) this.analysis.fail()
    this.hasFailed = true
  }
}

function pagesSince(unit: Unit, before: { readonly hits: number; readonly reads: number }) {
  const { hits, reads } = unit.source.pageCounts()
  return { hits: hits - before.hits, reads: reads - before.reads }
}
