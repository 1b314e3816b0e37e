/**
 * COPY FROM: rows that come in pieces, inserted as by one INSERT: defaults, generated columns, checks and foreign keys hold,
 * and references between the rows themselves are checked at the end.
 */

import { complete, type Steps } from '../../base/steps.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { BinaryRows } from '../copy/binary-rows.ts'
import { type CopyOptions, copyOptions } from '../copy/options.ts'
import { type RowSplitter, rowSplitter } from '../copy/text-rows.ts'
import { SqlError } from '../errors.ts'
import { Pause } from '../execute/pause.ts'
import type { Program } from '../execute/program.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { PendingCheck } from '../storage/write-access.ts'
import type { CopyStatement, InsertStatement } from '../syntax/tree.ts'
import { type BinaryInput, binaryInput } from '../types/binary-input.ts'
import { type InputFunction, inputFunction } from '../types/input-output.ts'
import { columnsOf, fullName, onlyQuery, tableOf } from './copy-target.ts'
import { checkDeferredInSteps } from './deferred-constraints.ts'
import type { ReadyStatement, SessionEnvironment } from './environment.ts'
import type { QueryOptions, RunResult } from './options.ts'
import type { StatementUnit, Transactions } from './transactions.ts'
import type { UnitSavepoint, WriteUnit } from './unit.ts'
import { dataFor, isDeferred } from './unit-data.ts'

export class CopyIn {
  readonly options: CopyOptions
  readonly columnCount: number
  /** Of its end, which may take long: there are the references of all rows to be checked. */
  readonly pause = new Pause()
  private readonly environment: SessionEnvironment
  private readonly transactions: Transactions
  private readonly where: StatementUnit<WriteUnit>
  private readonly savepoint: UnitSavepoint | undefined
  private readonly ready: ReadyStatement
  private readonly program: Program
  private readonly data: DataSource
  private readonly table: TableSchema
  private readonly names: readonly string[]
  private readonly reads: readonly InputFunction[]
  private readonly binaryReads: readonly BinaryInput[]
  private readonly splitter: RowSplitter
  private readonly binaryRows = new BinaryRows()
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  private lineNumber = 0
  /** Of what came since the last row ended, at most. */
  private unendedBytes = 0
  private rowCount = 0
  private skippedCount = 0

  constructor(
    environment: SessionEnvironment,
    transactions: Transactions,
    statement: CopyStatement,
    where: StatementUnit<WriteUnit>,
    savepoint: UnitSavepoint | undefined,
    queryOptions: QueryOptions,
  ) {
    this.environment = environment
    this.transactions = transactions
    this.where = where
    this.savepoint = savepoint
    const { unit } = where
    const state = environment.engine.stateOf(unit)
    this.options = copyOptions(statement)
    this.table = tableOf(environment, state, statement)
    const columns = columnsOf(this.table, statement).map(column => this.table.columns[column])
    this.columnCount = columns.length
    this.names = columns.map(column => column.name)
    const types = columns.map(column => column.type)
    const isBinary = this.options.format === 'binary'
    this.reads = isBinary ? [] : columns.map(({ type, modifier }) => inputFunction(type, modifier))
    this.binaryReads = isBinary ? columns.map(({ type, modifier }) => binaryInput(type, modifier)) : []
    this.splitter = rowSplitter(this.options, this.names)
    const insert = insertOf(this.table, this.names, statement)
    this.ready = environment.compile(insert, types, unit, queryOptions, transactions.startedMs)
    this.program = this.ready.compiled.take()
    unit.state.holdsReferences = true
    this.data = dataFor(unit, state, environment.engine)
    this.pause.begin(this.context)
  }

  private get context(): EvaluationContext {
    return this.ready.context
  }

  /** Takes a piece of what comes, cut anywhere. @throws SqlError */
  write(bytes: Buffer): void {
    const { lineNumber } = this
    this.unendedBytes += bytes.length
    if (this.options.format === 'binary') {
      for (const row of this.binaryRows.push(bytes)) this.insertBinary(row)
    } else this.insertAll(this.splitter.push(this.decode(bytes, true)))
    if (this.lineNumber > lineNumber) this.unendedBytes = bytes.length
    if (this.unendedBytes > ROW_BYTES_MAX) {
      throw new SqlError('54000', `row of more than ${ROW_BYTES_MAX} bytes`, {
        where: `COPY ${this.table.name}, line ${this.lineNumber + 1}`,
      })
    }
  }

  private decode(bytes: Buffer, isMore: boolean): string {
    try {
      return this.decoder.decode(bytes, { stream: isMore })
    } catch (error) {
      throw new SqlError('22021', 'invalid byte sequence for encoding "UTF8"', {
        cause: error,
        where: `COPY ${this.table.name}, line ${this.lineNumber + 1}`,
      })
    }
  }

  private insertAll(rows: Iterable<(string | null)[]>): void {
    for (const fields of rows) {
      this.lineNumber++
      if (this.lineNumber === 1 && this.options.header !== false) this.checkHeader(fields)
      else this.insertTexts(fields)
    }
  }

  private checkHeader(fields: readonly (string | null)[]): void {
    if (this.options.header !== 'match') return
    this.checkCount(fields.length)
    fields.forEach((name, i) => {
      if (name === this.names[i]) return
      throw new SqlError(
        '22P04',
        `column name mismatch in header line field ${i + 1}: got "${name ?? ''}", expected "${this.names[i]}"`,
        { where: `COPY ${this.table.name}, line 1` },
      )
    })
  }

  private insertTexts(fields: readonly (string | null)[]): void {
    this.checkCount(fields.length)
    this.insert(i => {
      const field = fields[i]
      return field === null ? null : this.reads[i](field, this.context)
    }, fields)
  }

  private insertBinary(fields: readonly (Buffer | null)[]): void {
    this.lineNumber++
    if (fields.length !== this.columnCount) {
      throw new SqlError('22P04', `row field count is ${fields.length}, expected ${this.columnCount}`)
    }
    this.insert(i => {
      const field = fields[i]
      return field === null ? null : this.binaryReads[i](field, this.context)
    })
  }

  private checkCount(count: number): void {
    const where = `COPY ${this.table.name}, line ${this.lineNumber}`
    if (count < this.columnCount) {
      throw new SqlError('22P04', `missing data for column "${this.names[count]}"`, { where })
    }
    if (count > this.columnCount)
      throw new SqlError('22P04', 'extra data after last expected column', { where })
  }

  /** @param texts what the values were read from, for who is told of a bad one */
  private insert(read: (column: number) => Value, texts?: readonly (string | null)[]): void {
    const values: Value[] = []
    for (let i = 0; i < this.columnCount; i++) {
      try {
        values.push(read(i))
      } catch (error) {
        if (!(error instanceof SqlError)) throw error
        if (this.options.skipsErrors) {
          this.skippedCount++
          return
        }
        const text = texts?.[i]
        const shown = text === undefined || text === null ? '' : `: "${shortened(text)}"`
        const where = `COPY ${this.table.name}, line ${this.lineNumber}, column ${this.names[i]}${shown}`
        throw new SqlError(error.sqlstate, error.primary, { ...error.fields, position: -1, where })
      }
    }
    try {
      this.program.open(values, this.context, this.data)
      this.rowCount += this.program.changeCount
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      const where = `COPY ${this.table.name}, line ${this.lineNumber}`
      throw new SqlError(error.sqlstate, error.primary, { ...error.fields, position: -1, where })
    }
    if ((this.lineNumber & 255) === 0) this.context.checkCancelled()
  }

  /** Everything has come. */
  finish(): RunResult {
    this.pause.disallow()
    return complete(this.finishInSteps())
  }

  /** The same in steps, where `pause` has it. Who does not go on with it calls `fail`. */
  *finishInSteps(): Steps<RunResult> {
    if (this.options.format === 'binary') this.binaryRows.end()
    else {
      this.insertAll(this.splitter.push(this.decode(Buffer.alloc(0), false)))
      this.insertAll(this.splitter.end())
    }
    const { environment, transactions, where, ready } = this
    const { unit, isOwn } = where
    unit.state.holdsReferences = false
    yield* this.check(one => !isDeferred(unit.state, one.constraint))
    // What waits for the end of a transaction that is this statement's own.
    if (isOwn) yield* this.check(() => true)
    ready.compiled.give(this.program)
    this.savepoint?.release()
    if (this.skippedCount > 0) {
      environment.host.notice?.({
        severity: 'NOTICE',
        sqlstate: '00000',
        message: `${this.skippedCount} ${this.skippedCount === 1 ? 'row was' : 'rows were'} skipped due to data type incompatibility`,
      })
    }
    if (isOwn) transactions.commitOwn(unit, ready.state)
    return { command: `COPY ${this.rowCount}`, rowCount: this.rowCount }
  }

  private check(isMeant: (check: PendingCheck) => boolean): Steps {
    const { environment, where, ready, pause, context } = this
    return checkDeferredInSteps(environment, where.unit, ready.state, isMeant, context, pause)
  }

  /** It is over before its end: nothing stays. */
  fail(): void {
    this.where.unit.state.holdsReferences = false
    this.program.close()
    this.transactions.undo(this.where, this.savepoint)
  }
}

/** @throws CoppiceError BUSY: it cannot write now, and nothing has happened */
export function startCopyIn(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: CopyStatement,
  options: QueryOptions,
): CopyIn {
  transactions.refuseInFailed()
  const where = transactions.unitForWriting('COPY FROM')
  const savepoint = transactions.savepointFor(where)
  try {
    return new CopyIn(environment, transactions, statement, where, savepoint, options)
  } catch (error) {
    transactions.undo(where, savepoint)
    throw error
  }
}

/** The statement that inserts one row, of which the fields are the parameters. */
function insertOf(table: TableSchema, names: readonly string[], { where }: CopyStatement): InsertStatement {
  const columns = names.map(quoteIdentifier).join(', ')
  const values = names.map((_, i) => `$${i + 1}`).join(', ')
  const into = `insert into ${fullName(table)} (${columns}) overriding system value`
  if (where === undefined) return onlyQuery(`${into} values (${values})`) as InsertStatement
  const text = `${into} select * from (values (${values})) as ${quoteIdentifier(table.name)} (${columns})`
  const insert = onlyQuery(text) as InsertStatement
  return { ...insert, source: { ...insert.source, where } as InsertStatement['source'] }
}

/** A row that does not end would fill the memory. */
const ROW_BYTES_MAX = 256 * 1024 * 1024

const SHOWN_LENGTH_MAX = 100
function shortened(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text
}
