/** COPY TO: the rows of a table or query, as lines or in binary. */

import type { OutputColumn } from '../bind/bound.ts'
import { BINARY_SIGNATURE } from '../copy/binary-rows.ts'
import { type CopyOptions, copyOptions } from '../copy/options.ts'
import { headerLine, rowLine } from '../copy/row-texts.ts'
import { SqlError } from '../errors.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import type { CopyStatement, QueryStatement } from '../syntax/tree.ts'
import { type BinaryOutput, type BinaryWriter, binaryOutput, writeField } from '../types/binary-output.ts'
import { type OutputFunction, outputFunction } from '../types/input-output.ts'
import { columnsOf, fullName, onlyQuery, tableOf } from './copy-target.ts'
import type { SessionEnvironment } from './environment.ts'
import type { QueryOptions, RunResult } from './options.ts'
import { NO_PARAMETERS } from './parameters.ts'
import { startQuery } from './query-execution.ts'
import type { RawExecution } from './raw-execution.ts'
import type { Transactions } from './transactions.ts'

export class CopyOut {
  readonly options: CopyOptions
  readonly columnCount: number
  private readonly execution: RawExecution
  private readonly line: (fields: readonly (string | null)[]) => string
  private readonly prints: readonly OutputFunction[]
  private readonly writes: readonly BinaryOutput[]
  private readonly names: readonly string[]
  private isStarted = false
  private rowCount = 0

  constructor(execution: RawExecution, columns: readonly OutputColumn[], options: CopyOptions) {
    this.execution = execution
    this.options = options
    this.columnCount = columns.length
    this.names = columns.map(column => column.name)
    this.line = options.format === 'binary' ? () => '' : rowLine(options, this.names)
    const isBinary = options.format === 'binary'
    this.prints = isBinary ? [] : columns.map(({ type }) => outputFunction(type))
    this.writes = isBinary ? columns.map(({ type }) => binaryOutput(type)) : []
  }

  /** Writes one piece: what stands before the rows, a row, what stands behind them. False: there is no more. */
  write(out: BinaryWriter): boolean {
    if (!this.isStarted) {
      this.isStarted = true
      if (this.options.format === 'binary') {
        out.raw(BINARY_SIGNATURE)
        out.int32(0)
        out.int32(0)
        return true
      }
      if (this.options.header) {
        out.text(headerLine(this.options, this.names))
        return true
      }
    }
    const row = this.execution.next()
    if (row === undefined) return false
    this.rowCount++
    const context = this.execution.context!
    if (this.options.format === 'binary') {
      out.int16(row.length)
      row.forEach((value, i) => {
        writeField(value, this.writes[i], out, context)
      })
    } else {
      out.text(this.line(row.map((value, i) => (value === null ? null : this.prints[i](value, context)))))
    }
    return true
  }

  finish(): RunResult {
    this.execution.finish()
    return { command: `COPY ${this.rowCount}`, rowCount: this.rowCount }
  }
  fail(): void {
    this.execution.fail()
  }
}

export function startCopyOut(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: CopyStatement,
  options: QueryOptions,
): CopyOut {
  const checked = copyOptions(statement)
  const query = statement.query ?? selectOf(environment, transactions, statement)
  const execution = startQuery(environment, transactions, query, NO_PARAMETERS, options)
  if (execution.columns === undefined) {
    execution.fail()
    throw new SqlError('0A000', 'COPY query must have a RETURNING clause')
  }
  return new CopyOut(execution, execution.columns, checked)
}

/** What COPY of a table reads. */
function selectOf(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: CopyStatement,
): QueryStatement {
  const table = transactions.reading(unit =>
    tableOf(environment, environment.engine.stateOf(unit), statement),
  )
  const columns = columnsOf(table, statement).map(column => quoteIdentifier(table.columns[column].name))
  return onlyQuery(`select ${columns.join(', ')} from ${fullName(table)}`)
}
