/**
 * Statements between their first row and their last. Whoever runs one takes rows until there are none, or ends it before:
 * `finish` keeps what it has changed, `fail` undoes it.
 */

import type { Program } from '../execute/program.ts'
import type { QueryStatement } from '../syntax/tree.ts'
import type { ResultColumn, RunResult } from './options.ts'
import type { RowShape } from './rows.ts'
import { commandTag } from './statement-kinds.ts'

/** A statement of any kind that has begun. */
export interface Execution {
  /** None: the statement gives no rows. */
  readonly columns: readonly ResultColumn[]
  /** The next row; undefined when there are no more, and the statement has ended. @throws SqlError: it has failed and is undone */
  next(): unknown
  /** Ends it, when the last row was not taken yet, and keeps what it has changed. */
  finish(): RunResult
}

/** What a statement gave that is no query: all of it is there at once. */
export interface DoneStatement {
  readonly result: RunResult
  readonly rows: readonly unknown[]
  readonly columns: readonly ResultColumn[]
}

export class DoneExecution implements Execution {
  readonly columns: readonly ResultColumn[]
  private readonly result: RunResult
  private readonly rows: readonly unknown[]
  private at = 0

  constructor(done: DoneStatement) {
    this.columns = done.columns
    this.result = done.result
    this.rows = done.rows
  }
  next(): unknown {
    return this.rows[this.at++]
  }
  finish(): RunResult {
    return this.result
  }
}

/** A query or change that runs. */
export class RunningQuery {
  private readonly program: Program
  private readonly shape: RowShape
  private readonly end: { readonly finish: () => number; readonly fail: () => void }

  constructor(program: Program, shape: RowShape, end: RunningQuery['end']) {
    this.program = program
    this.shape = shape
    this.end = end
  }
  get columns(): ResultColumn[] {
    return this.shape.resultColumns
  }
  next(): unknown {
    const row = this.program.next()
    return row === undefined ? undefined : this.shape.make(row)
  }
  /** Gives how many rows it has changed. */
  finish(): number {
    return this.end.finish()
  }
  fail(): void {
    this.end.fail()
  }
}

export class QueryExecution implements Execution {
  readonly columns: readonly ResultColumn[]
  private readonly statement: QueryStatement
  private readonly run: RunningQuery
  private readonly withPlaces: <T>(run: () => T) => T
  private rowCount = 0
  private result: RunResult | undefined

  constructor(statement: QueryStatement, run: RunningQuery, withPlaces: QueryExecution['withPlaces']) {
    this.statement = statement
    this.run = run
    this.withPlaces = withPlaces
    this.columns = run.columns
  }

  next(): unknown {
    if (this.result !== undefined) return undefined
    let row: unknown
    try {
      row = this.withPlaces(() => this.run.next())
    } catch (error) {
      this.run.fail()
      throw error
    }
    if (row === undefined) this.finish()
    else this.rowCount++
    return row
  }

  finish(): RunResult {
    this.result ??= resultOf(
      this.statement,
      this.withPlaces(() => this.run.finish()),
      this.rowCount,
    )
    return this.result
  }
}

/** What is said of a query or change: of a change how many rows it changed, else how many were read. */
export function resultOf(statement: QueryStatement, changed: number, read: number): RunResult {
  const rowCount = CHANGES.has(statement.kind) ? changed : read
  return { command: commandTag(statement, rowCount), rowCount }
}

const CHANGES = new Set<QueryStatement['kind']>(['insert', 'update', 'delete', 'merge'])
