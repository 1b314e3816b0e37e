/**
 * The shortest way of a query that is run again and again: outside of transactions, on the newest committed state or in a
 * snapshot, with everything kept that the run before has made: the compiled statement, its program, the rows' shape, the context. What is
 * left is to read the parameters, to run the program, and to make the rows. (Two thirds of a point lookup's time were the
 * objects around it.)
 *
 * Whatever is not so simple goes the general way (query-execution.ts), errors before the first row among it; the answers are
 * the same, for program, conversions and row makers are.
 *
 * Invariants:
 * 1. A ready query runs to its end before it returns, and none of the caller's code runs meanwhile: no functions of users, no
 *    signal, no parameter that is an object (whose `toJSON` may do anything). So it needs no snapshot (`SessionHost.newest`).
 * 2. It is made ready again when anything has changed that its plan or its names may depend on: the state, the settings, the
 *    functions, the statistics.
 */

import { LateMap } from '../../base/late-map.ts'
import type { Program } from '../execute/program.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import { BOOL, INT4, INT8, type SqlType } from '../types/type.ts'
import type { CompiledStatement } from './compiled-statement.ts'
import type { StatementContext } from './context.ts'
import type { SessionEnvironment } from './environment.ts'
import { withText } from './execution.ts'
import { areStatementsHeard } from './observed-execution.ts'
import type { QueryOptions } from './options.ts'
import { type RowMaker, rowMakerOf, rowShapeOf } from './rows.ts'
import { isQuery } from './statement-kinds.ts'
import type { Transactions } from './transactions.ts'
import type { ReadUnit } from './unit.ts'
import { dataOf } from './unit-data.ts'
import { toSql, typeOfParameter } from './values.ts'

const QUERIES_MAX = 200

/** The ready queries of a session, by their texts. */
export class ReadyQueries {
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  /** Undefined: it was looked at, and has to go the general way. */
  private readonly queries = new LateMap<string, ReadyQuery | undefined>()

  constructor(environment: SessionEnvironment, transactions: Transactions) {
    this.environment = environment
    this.transactions = transactions
  }

  /** The query of a text, ready for these values; undefined: it has to go the general way. */
  find(text: string, values: readonly unknown[], options: QueryOptions): ReadyQuery | undefined {
    const query = this.queries.get(text) ?? this.consider(text, values, options)
    if (query === undefined || !this.transactions.readsCommitted) return undefined
    return query.isReadyFor(values, options) ? query : undefined
  }

  /** Looks at a text that was run before. */
  private consider(text: string, values: readonly unknown[], options: QueryOptions): ReadyQuery | undefined {
    const { environment, queries } = this
    const { host } = environment
    if (queries.has(text) || host.newest === undefined || host.authorization !== undefined) return undefined
    const parsed = environment.engine.parsedBefore(text)
    if (parsed === undefined) return undefined
    // Another session, which is in another database by its name, may have read the text.
    const isOne = parsed.length === 1 && parsed[0].databases === undefined
    const statement = isOne ? parsed[0].statement : undefined
    let query: ReadyQuery | undefined
    if (statement !== undefined && isQuery(statement) && parsed[0].parameterCount === values.length) {
      query = new ReadyQuery(environment, text, statement, values.map(typeOfParameter), options)
    }
    if (queries.size >= QUERIES_MAX) queries.delete(queries.keys().next().value!)
    queries.set(text, query)
    return query
  }
}

class ReadyQuery {
  private readonly environment: SessionEnvironment
  private readonly text: string
  private readonly statement: QueryStatement
  private readonly declaredTypes: readonly (SqlType | undefined)[]
  private readonly options: QueryOptions
  // What was made ready, and for what.
  private unit: ReadUnit | undefined
  private settingsChanges = -1
  private functionChanges = -1
  private statisticsEpoch = -1
  private compiled: CompiledStatement | undefined
  private program!: Program
  private maker!: RowMaker
  private context!: StatementContext
  private data!: DataSource
  private parameters: Value[] = []
  private asksForTime = true
  private isRunning = false
  /**
   * It can never be made ready: it writes, runs code of users, takes locks that end with its transaction, or reads catalogs, which
   * are kept for one statement's context.
   */
  private isRefused = false

  constructor(
    environment: SessionEnvironment,
    text: string,
    statement: QueryStatement,
    declaredTypes: readonly (SqlType | undefined)[],
    options: QueryOptions,
  ) {
    this.environment = environment
    this.text = text
    this.statement = statement
    this.declaredTypes = declaredTypes
    // The caller's object may be another one's next time, with other words in it; and its signal cancels other runs than these.
    this.options = { ...options, signal: undefined }
  }

  isReadyFor(values: readonly unknown[], options: QueryOptions): boolean {
    const { declaredTypes } = this
    if (this.isRunning || options.signal !== undefined) return false
    if (!isSame(options, this.options)) return false
    if (values.length !== declaredTypes.length) return false
    for (let i = 0; i < declaredTypes.length; i++) {
      if (!isPlainOf(declaredTypes[i], values[i])) return false
    }
    const { host, settings, engine } = this.environment
    // Who counts statements, or listens to them, is told of all.
    if (settings.countsStatements || areStatementsHeard()) return false
    const unit = host.newest!()
    const isCurrent =
      unit === this.unit &&
      settings.changes === this.settingsChanges &&
      engine.functions.changes === this.functionChanges &&
      engine.statistics.epoch === this.statisticsEpoch
    return isCurrent || this.prepare(unit)
  }

  private prepare(unit: ReadUnit): boolean {
    const { environment, options, statement } = this
    const { settings, engine } = environment
    if (this.isRefused && this.functionChanges === engine.functions.changes) return false
    this.unit = undefined
    this.functionChanges = engine.functions.changes
    let ready: ReturnType<SessionEnvironment['compile']>
    try {
      ready = environment.compile(statement, this.declaredTypes, unit, options, undefined)
    } catch {
      // Who goes the general way is told.
      return false
    }
    const { compiled, context } = ready
    if (compiled !== this.compiled) {
      this.isRefused =
        compiled.isWriting || compiled.runsCodeOfUsers || compiled.readsComputedTables || compiled.keepsLocks
      if (this.isRefused) return false
      this.compiled = compiled
      this.program = compiled.take()
      this.maker = rowMakerOf(rowShapeOf(compiled.columns, options), this.program.outputs)
      this.parameters = compiled.parameterTypes.map(() => null)
      this.asksForTime = compiled.asksForTime
    }
    this.context = context
    this.data = dataOf(unit)
    this.unit = unit
    this.settingsChanges = settings.changes
    this.statisticsEpoch = engine.statistics.epoch
    return true
  }

  /** Its first row; undefined when there is none. */
  first(values: readonly unknown[]): unknown {
    const { program, maker } = this
    try {
      const context = this.begin(values)
      return program.advance() ? maker.make(program.execution.registers, context) : undefined
    } catch (error) {
      throw withText(this.text, error)
    } finally {
      this.end()
    }
  }

  /** All its rows. */
  all(values: readonly unknown[]): unknown[] {
    const { program, maker } = this
    try {
      const context = this.begin(values)
      const { registers } = program.execution
      const rows: unknown[] = []
      while (program.advance()) rows.push(maker.make(registers, context))
      return rows
    } catch (error) {
      throw withText(this.text, error)
    } finally {
      this.end()
    }
  }

  private begin(values: readonly unknown[]): EvaluationContext {
    const { context, parameters, environment } = this
    this.isRunning = true
    context.restart(environment.limitsOf(this.options), this.asksForTime)
    const types = this.compiled!.parameterTypes
    const { jsonParameters } = this.options
    for (let i = 0; i < parameters.length; i++) {
      parameters[i] = readValue(values[i], types[i], context, i + 1, jsonParameters)
    }
    this.program.open(parameters, context, this.data)
    return context
  }

  private end(): void {
    this.program.close()
    this.isRunning = false
  }
}

function isSame(a: QueryOptions, b: QueryOptions): boolean {
  return (
    a.rowMode === b.rowMode &&
    a.values === b.values &&
    a.bigint === b.bigint &&
    a.numeric === b.numeric &&
    a.timestamps === b.timestamps &&
    a.jsonParameters === b.jsonParameters &&
    a.timeoutMs === b.timeoutMs
  )
}

/** Whether a value is no object, and leaves the type of its parameter to be what it was: `typeOfParameter`. */
function isPlainOf(type: SqlType | undefined, value: unknown): boolean {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'undefined':
      return type === undefined
    case 'object':
      return value === null && type === undefined
    case 'bigint':
      return type === typeOfParameter(value)
    case 'boolean':
      return type === BOOL
    default:
      return false
  }
}

/** What `toSql` does; an integer that fits is what it is. */
function readValue(
  value: unknown,
  type: SqlType,
  context: EvaluationContext,
  number: number,
  jsonParameters: QueryOptions['jsonParameters'],
): Value {
  if ((type === INT4 || type === INT8) && typeof value === 'number' && value === (value | 0)) return value + 0
  return toSql(value, type, context, number, jsonParameters)
}
