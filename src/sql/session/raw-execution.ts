/**
 * A statement between its beginning and its end: rows one by one, as values of SQL, and then what it has done. Every kind of
 * statement is run as one of these, so whoever hands rows on (to JavaScript, over a wire) needs to know of no kinds.
 */

import type { OutputColumn, RowIdentity } from '../bind/bound.ts'
import type { Pause } from '../execute/pause.ts'
import type { Output } from '../execute/program.ts'
import type { RegisterFile } from '../execute/registers.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { NO_MODIFIER, type SqlType, TEXT } from '../types/type.ts'
import type { StatementLimits } from './context.ts'
import type { RunResult } from './options.ts'

export interface RawExecution {
  /** What its rows have; undefined: it gives none, ever. */
  readonly columns: readonly OutputColumn[] | undefined
  /** What values are printed with; undefined: they are text. */
  readonly context: EvaluationContext | undefined
  /** Whether it changes data, or did. */
  readonly isWriting: boolean
  /** Of a query: oids of the tables that its plan reads. */
  readonly tablesRead?: ReadonlySet<number>
  /** Of a cursor's query, where its rows are a table's: their last columns say which. */
  readonly identity?: RowIdentity | undefined
  /**
   * Of a query: whoever takes its rows may let it pause in between. Undefined: it does not, and `next` gives undefined at the end
   * only.
   */
  readonly pause?: Pause | undefined
  /** Of a query: how long it may take from now on, and who may end it. */
  limit?(limits: StatementLimits): void
  /** The next row; undefined at the end, and when it has paused. */
  next(): Value[] | undefined
  /** Of a query: its rows where they are left, for whoever makes something else of them than lists of values. */
  readonly inRegisters?: RowsInRegisters | undefined
  /** Ends it, after its last row or when no more are wanted: what was changed stays, and is committed when it stood alone. */
  finish(): RunResult
  /** Ends it because something threw: undoes what it has changed. @param error what it was, for who is told of it */
  fail(error?: unknown): void
}

export interface RowsInRegisters {
  readonly registers: RegisterFile
  /** Where the values of a row are, or how they are computed. */
  readonly outputs: readonly Output[]
  /** To the next row, instead of `next`; false at the end, and when it has paused. */
  advance(): boolean
}

/** A statement that was done when it began: SHOW, EXPLAIN, definitions, … */
export class CompletedExecution implements RawExecution {
  readonly columns: readonly OutputColumn[] | undefined
  readonly context = undefined
  // What it did is done: its rows wait for nothing.
  readonly isWriting = false
  private readonly command: string
  private readonly rows: readonly Value[][]
  private readonly rowCount: number
  private at = 0

  constructor(
    command: string,
    columns?: readonly OutputColumn[],
    rows: readonly Value[][] = [],
    rowCount = rows.length,
  ) {
    this.command = command
    this.columns = columns
    this.rows = rows
    this.rowCount = rowCount
  }

  next(): Value[] | undefined {
    return this.rows[this.at++]
  }
  finish(): RunResult {
    return { command: this.command, rowCount: this.rowCount }
  }
  fail(): void {}
}

/** A column of a result that comes from no table. */
export function plainColumn(name: string, type: SqlType = TEXT): OutputColumn {
  return { name, type, modifier: NO_MODIFIER, table: undefined, tableColumn: -1 }
}
