/**
 * Reads records into a table, as one transaction: all of them are there afterwards, or none.
 *
 * A table that there is not yet is made: the types of its columns are those of a sample. When a later value does not fit, the
 * transaction is rolled back, the whole file is looked through, and everything is read again with wider types; so what is
 * stored never depends on where in the file a value stands.
 */

import { type Database, SqlError, type WriteHandle } from '../../index.ts'
import { arrayTextOfJson } from '../output/array-text.ts'
import { quoted } from '../script/identifiers.ts'
import { UsageError } from '../usage-error.ts'
import { TypeDetector } from './detect-types.ts'
import { jsonCast } from './insert-text.ts'
import { type BadRecord, isBad, type RecordReader, type SourceRecord, type ValueKind } from './records.ts'

export interface ImportOptions {
  readonly table: string
  /** Types that the user has said, by column. */
  readonly types: ReadonlyMap<string, string>
  readonly primaryKey: readonly string[]
  /** Drop the table first. */
  readonly replaces: boolean
  /** Leave out lines that cannot be read or stored. */
  readonly skipsBad: boolean
  /** More bad lines are an error. */
  readonly badMax: number
  /** Records that are looked at before the table is made. */
  readonly sampleSize: number
  readonly isRepeatable: boolean
  readonly signal: AbortSignal
  readonly onProgress: (bytesRead: number, rows: number) => void
  readonly onRestart: (reason: string) => void
}

export interface ImportReport {
  readonly table: string
  readonly wasCreated: boolean
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: number
  readonly badLines: readonly BadRecord[]
  readonly badCount: number
}

/** Bad lines that are kept for the report. */
const REPORTED_MAX = 1000
/** Rows of one statement, and parameters of it. */
const ROWS_AT_ONCE = 200
const PARAMETERS_MAX = 4000

/** A value that its column's type does not take, which a wider type would. */
class NeedsWiderTypes extends Error {}

/** @throws UsageError, SqlError, CoppiceError; nothing is changed then */
export async function importRecords(
  database: Database,
  open: () => RecordReader,
  options: ImportOptions,
): Promise<ImportReport> {
  try {
    return await new ImportRun(database, open(), options, undefined).run()
  } catch (error) {
    if (!(error instanceof NeedsWiderTypes)) throw error
    options.onRestart(error.message)
    const detector = new TypeDetector()
    const reader = open()
    for await (const batch of reader.records()) {
      options.signal.throwIfAborted()
      for (const record of batch) if (!isBad(record)) detector.add(record)
      options.onProgress(reader.bytesRead(), 0)
    }
    return await new ImportRun(database, open(), options, { detector, columns: reader.columns }).run()
  }
}

/** What is known of the whole file. */
interface Knowledge {
  readonly detector: TypeDetector
  readonly columns: readonly string[]
}

interface TargetColumn {
  readonly name: string
  readonly type: string
}

class ImportRun {
  private readonly database: Database
  private readonly reader: RecordReader
  private readonly options: ImportOptions
  private readonly knowledge: Knowledge | undefined
  private readonly bad: BadRecord[] = []
  private badCount = 0
  private rows = 0
  private pending: SourceRecord[] = []
  private columns: readonly TargetColumn[] = []
  private wasCreated = false
  private statements = new Map<number, (parameters: readonly unknown[]) => void>()

  constructor(
    database: Database,
    reader: RecordReader,
    options: ImportOptions,
    knowledge: Knowledge | undefined,
  ) {
    this.database = database
    this.reader = reader
    this.options = options
    this.knowledge = knowledge
  }

  async run(): Promise<ImportReport> {
    using transaction = this.database.begin()
    const { options, reader } = this
    let sample: (SourceRecord | BadRecord)[] | undefined = []
    for await (const batch of reader.records()) {
      options.signal.throwIfAborted()
      if (sample !== undefined) {
        for (const record of batch) sample.push(record)
        if (sample.length < options.sampleSize) continue
        this.prepare(transaction, sample)
        this.take(sample)
        sample = undefined
      } else this.take(batch)
      options.onProgress(reader.bytesRead(), this.rows)
    }
    if (sample !== undefined) {
      this.prepare(transaction, sample)
      this.take(sample)
    }
    this.store(this.pending)
    options.signal.throwIfAborted()
    await transaction.commitAsync()
    const { bad, badCount, columns, rows, wasCreated } = this
    return {
      table: options.table,
      wasCreated,
      columns,
      rows,
      badLines: bad.sort((a, b) => a.line - b.line),
      badCount,
    }
  }

  /** Makes the table, or finds out its columns. */
  private prepare(transaction: WriteHandle, sample: readonly (SourceRecord | BadRecord)[]): void {
    const { table, replaces } = this.options
    const name = tableName(table)
    if (replaces) transaction.exec(`drop table if exists ${name}`)
    const existing = columnsOf(transaction, name)
    this.columns = existing === undefined ? this.create(transaction, name, sample) : this.match(existing)
    this.wasCreated = existing === undefined
    const list = this.columns.map(column => quoted(column.name)).join(', ')
    this.statements = new Map()
    this.insert = rowCount => {
      let run = this.statements.get(rowCount)
      if (run === undefined) {
        const values = valuesText(this.columns, rowCount)
        const statement = transaction.prepare(`insert into ${name} (${list}) values ${values}`)
        run = parameters => statement.run(...parameters)
        this.statements.set(rowCount, run)
      }
      return run
    }
  }
  private insert: (rowCount: number) => (parameters: readonly unknown[]) => void = () => () => {}

  private create(
    transaction: WriteHandle,
    name: string,
    sample: readonly (SourceRecord | BadRecord)[],
  ): TargetColumn[] {
    const { primaryKey, types: said } = this.options
    const names = this.knowledge?.columns ?? this.reader.columns
    if (names.length === 0) throw new UsageError('the file has no columns')
    for (const one of [...said.keys(), ...primaryKey]) {
      if (!names.includes(one))
        throw new UsageError(`the file has no column "${one}" (it has ${names.join(', ')})`)
    }
    const detector = this.knowledge?.detector ?? new TypeDetector()
    if (this.knowledge === undefined) for (const record of sample) if (!isBad(record)) detector.add(record)
    const detected = this.reader.types ?? detector.types(names.length)
    const columns = names.map((column, i) => ({ name: column, type: said.get(column) ?? detected[i] }))
    const parts = columns.map(column => `${quoted(column.name)} ${column.type}`)
    if (primaryKey.length > 0) parts.push(`primary key (${primaryKey.map(quoted).join(', ')})`)
    transaction.exec(`create table ${name} (${parts.join(', ')})`)
    return columns
  }

  /** The columns of a table that is there, in the order of the file's: by name, whatever the case. */
  private match(existing: readonly TargetColumn[]): TargetColumn[] {
    return this.reader.columns.map(name => {
      const found =
        existing.find(column => column.name === name) ??
        existing.find(column => column.name.toLowerCase() === name.toLowerCase())
      if (found !== undefined) return found
      const known = existing.map(column => column.name).join(', ')
      throw new UsageError(`table ${this.options.table} has no column "${name}" (it has ${known})`)
    })
  }

  private take(batch: readonly (SourceRecord | BadRecord)[]): void {
    const rowsAtOnce = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(PARAMETERS_MAX / this.columns.length)))
    for (const record of batch) {
      if (isBad(record)) this.note(record)
      else if (record.values.length > this.columns.length)
        this.refuse(record, 'it has columns that lines before it have not')
      else if (this.pending.push(record) === rowsAtOnce) {
        this.store(this.pending)
        this.pending = []
      }
    }
  }

  /** Stores rows; when one of them cannot be, finds out which. */
  private store(records: readonly SourceRecord[]): void {
    if (records.length === 0) return
    try {
      this.insert(records.length)(this.parameters(records))
      this.rows += records.length
    } catch (error) {
      if (!isOfData(error)) throw error
      if (records.length === 1) this.refuse(records[0], problemOf(error), error)
      else for (const record of records) this.store([record])
    }
  }

  private parameters(records: readonly SourceRecord[]): unknown[] {
    const parameters: unknown[] = []
    const { length } = this.columns
    for (const { kinds, values } of records) {
      for (let i = 0; i < length; i++) {
        const value = values[i] ?? null
        const kind = kinds?.[i]
        parameters.push(
          value === null || kind === undefined ? value : fitted(value, kind, this.columns[i].type),
        )
      }
    }
    return parameters
  }

  private refuse(record: SourceRecord, problem: string, cause?: unknown): void {
    const { isRepeatable, skipsBad } = this.options
    const isOfType = cause === undefined || (cause as SqlError).sqlstate.startsWith('22')
    if (isOfType && this.wasCreated && !skipsBad && this.isFitting(record)) {
      const reason = `line ${record.line}: ${problem}`
      if (isRepeatable) throw new NeedsWiderTypes(reason)
      throw new UsageError(
        `${reason}. Standard input cannot be read again: say --type, or a larger --sample.`,
      )
    }
    this.note({ line: record.line, problem }, cause)
  }

  /** Whether types that are found out from the whole file will take it. */
  private isFitting(record: SourceRecord): boolean {
    if (this.knowledge !== undefined || this.reader.types !== undefined) return false
    if (record.values.length > this.columns.length) return true
    const detector = new TypeDetector()
    detector.add(record)
    const own = detector.types(record.values.length)
    return this.columns.some(
      ({ name, type }, i) => record.values[i] != null && own[i] !== type && !this.options.types.has(name),
    )
  }

  private note(record: BadRecord, cause?: unknown): void {
    const { badMax, skipsBad } = this.options
    this.badCount++
    if (this.bad.length < REPORTED_MAX) this.bad.push(record)
    if (!skipsBad) {
      throw new UsageError(`line ${record.line}: ${record.problem}. Nothing was imported.`, { cause })
    }
    if (this.badCount > badMax) {
      throw new UsageError(
        `line ${record.line}: ${record.problem}. That is more than ${badMax} bad lines; nothing was imported.`,
      )
    }
  }
}

/** A value of JSON as its column takes it: lists as arrays, strings for a column of JSON in quotes. */
function fitted(value: string, kind: ValueKind, type: string): string {
  if (kind === 'json' && type.endsWith('[]')) return arrayTextOfJson(value)
  return kind === 'string' && /^jsonb?$/.test(type) ? JSON.stringify(value) : value
}

/** Errors of a row's values, or of constraints: others concern the whole import. */
function isOfData(error: unknown): error is SqlError {
  return error instanceof SqlError && /^(22|23|42804)/.test(error.sqlstate)
}

function problemOf({ primary, fields }: SqlError): string {
  return fields.detail === undefined ? primary : `${primary} (${fields.detail.replace(/\.$/, '')})`
}

/** The name as SQL takes it; `schema.table` is two names, unless it is quoted. */
export function tableName(name: string): string {
  if (name.startsWith('"')) return name
  return name.split('.').map(quoted).join('.')
}

/** Undefined: there is no such table. */
function columnsOf(transaction: WriteHandle, name: string): TargetColumn[] | undefined {
  try {
    return transaction.prepare(`select * from ${name}`).columns.map(column => ({
      name: column.name,
      type: column.type,
    }))
  } catch (error) {
    if (error instanceof SqlError && error.sqlstate === '42P01') return undefined
    throw error
  }
}

function valuesText(columns: readonly TargetColumn[], rowCount: number): string {
  let number = 0
  const rows: string[] = []
  for (let row = 0; row < rowCount; row++) {
    const values = columns.map(({ type }) => jsonCast(`$${++number}`, type))
    rows.push(`(${values.join(', ')})`)
  }
  return rows.join(', ')
}
