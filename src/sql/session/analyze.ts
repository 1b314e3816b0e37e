/**
 * ANALYZE: statistics of the columns of tables, from a random sample of their rows, stored in the transaction that the
 * statement runs in. The sample has 300 rows for each of `default_statistics_target`, as PostgreSQL's; a smaller table is
 * read whole.
 */

import type { Steps } from '../../base/steps.ts'
import type { OutputColumn } from '../bind/bound.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { type ColumnStatistics, columnStatistics } from '../catalog/column-statistics.ts'
import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import { requireColumn, requireTable } from '../definition/names.ts'
import { notSupported, SqlError } from '../errors.ts'
import { Pause } from '../execute/pause.ts'
import { sampleRowsInSteps, widthIn } from '../execute/sample.ts'
import type { Value } from '../functions/registry.ts'
import { sweepStatistics, writeStatistics } from '../storage/stored-statistics.ts'
import type { AnalyzeStatement } from '../syntax/tree.ts'
import type { SessionEnvironment } from './environment.ts'
import type { StartOptions } from './options.ts'
import { CompletedExecution, plainColumn, type RawExecution } from './raw-execution.ts'
import { executeInSteps } from './steps-execution.ts'
import type { Transactions } from './transactions.ts'
import type { WriteUnit } from './unit.ts'
import { dataOf } from './unit-data.ts'

const ROWS_PER_TARGET = 300

/** A table with those of its columns that are looked at. */
interface AnalyzedTable {
  readonly table: TableSchema
  readonly columns: readonly number[]
}

export function analyze(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: AnalyzeStatement,
  options: StartOptions,
): RawExecution {
  if (statement.isVacuum) return vacuum(environment, transactions, statement, options)
  const lineColumns = verboseOption(statement) ? [plainColumn('INFO')] : undefined
  return analyzeTables(environment, transactions, statement, options, lineColumns)
}

/** @param lineColumns of what is said of each table; undefined: nothing is */
function analyzeTables(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: AnalyzeStatement,
  options: StartOptions,
  lineColumns?: readonly OutputColumn[],
): RawExecution {
  const pause = new Pause()
  const steps = transactions.writingInSteps('ANALYZE', unit => {
    const state = environment.engine.stateOf(unit)
    pause.begin(environment.contextFor(unit, state, options, transactions.startedMs))
    return analyzeInSteps(environment, unit, state, statement, pause, lineColumns)
  })
  return executeInSteps(steps, pause, options, lineColumns)
}

function* analyzeInSteps(
  { engine, settings }: SessionEnvironment,
  unit: WriteUnit,
  state: CatalogState,
  statement: AnalyzeStatement,
  pause: Pause,
  lineColumns: readonly OutputColumn[] | undefined,
): Steps<CompletedExecution> {
  const named = { state, searchPath: settings.searchPath }
  const tables =
    statement.tables.length === 0
      ? [...state.allRelations()].filter(one => one.kind === 'table').map(table => wholeTable(table))
      : statement.tables.map(one => namedTable(one, named, statement.at))
  const target = Number(settings.get('default_statistics_target'))
  const lines: Value[][] = []
  for (const one of tables) {
    lines.push([yield* analyzeTable(unit, state.treeOf(one.table.storedName)!, one, target, pause)])
  }
  sweepStatistics(unit.tables, name => state.treeOf(name) !== undefined)
  engine.statistics.epoch++
  const command = statement.isVacuum ? 'VACUUM' : 'ANALYZE'
  return lineColumns === undefined
    ? new CompletedExecution(command)
    : new CompletedExecution(command, lineColumns, lines, 0)
}

/** How PostgreSQL is to look for rows that nobody sees any more: there are none. */
const NOTHING_TO_DO = new Set([
  'freeze',
  'verbose',
  'disable_page_skipping',
  'skip_locked',
  'index_cleanup',
  'process_main',
  'process_toast',
  'truncate',
  'parallel',
  'skip_database_stats',
  'only_database_stats',
  'buffer_usage_limit',
])

/**
 * A page that no snapshot sees any more is used again by the next transactions: there is nothing to be done for that, but ANALYZE where
 * it is wanted. @throws SqlError 25001, 42P01, 42601, 0A000
 */
function vacuum(
  environment: SessionEnvironment,
  transactions: Transactions,
  statement: AnalyzeStatement,
  options: StartOptions,
): RawExecution {
  transactions.refuseInBlock('VACUUM')
  let analyzes = false
  for (const { name, value, at } of statement.options) {
    const isOn = value !== 'false' && value !== 'off' && value !== '0'
    if (name === 'analyze') analyzes = isOn
    else if (name === 'full' && isOn) {
      const hint =
        'Unused pages are given back to the file system by db.compact() and by the command coppice compact.'
      throw new SqlError('0A000', 'VACUUM FULL is not supported', { position: statement.at, hint })
    } else if (name !== 'full' && !NOTHING_TO_DO.has(name)) {
      throw new SqlError('42601', `unrecognized VACUUM option "${name}"`, { position: at })
    }
  }
  if (!analyzes && statement.tables.some(({ columns }) => columns.length > 0)) {
    throw new SqlError('0A000', 'ANALYZE option must be specified when a column list is provided')
  }
  const { tables } = statement
  if (analyzes) return analyzeTables(environment, transactions, statement, options)
  if (tables.length > 0) {
    transactions.reading(unit => {
      const named = { state: environment.engine.stateOf(unit), searchPath: environment.settings.searchPath }
      for (const table of tables) namedTable(table, named, statement.at)
    })
  }
  return new CompletedExecution('VACUUM')
}

function verboseOption({ options }: AnalyzeStatement): boolean {
  let isVerbose = false
  for (const { name, value, at } of options) {
    if (name !== 'verbose') throw notSupported(`ANALYZE (${name.toUpperCase()})`, at)
    isVerbose = value !== 'false' && value !== 'off' && value !== '0'
  }
  return isVerbose
}

function wholeTable(table: TableSchema): AnalyzedTable {
  return { table, columns: table.columns.map((_, column) => column) }
}

/** @throws SqlError 42P01, 42809, 42703, 42701 */
function namedTable(
  { name, columns }: AnalyzeStatement['tables'][number],
  environment: Parameters<typeof requireTable>[1],
  at: number,
): AnalyzedTable {
  const table = requireTable(name, environment, at)
  if (columns.length === 0) return wholeTable(table)
  const numbers = columns.map(column => requireColumn(table, column, at))
  const twice = numbers.findIndex((number, i) => numbers.indexOf(number) < i)
  if (twice >= 0) {
    throw new SqlError(
      '42701',
      `column "${columns[twice]}" of relation "${table.name}" appears more than once`,
      { position: at },
    )
  }
  return { table, columns: numbers }
}

/** @returns what VERBOSE says of it */
function* analyzeTable(
  unit: WriteUnit,
  treeId: number,
  { table, columns }: AnalyzedTable,
  target: number,
  pause: Pause,
): Steps<string> {
  const isDue = (units: number): boolean => pause.spend(units)
  const sample = yield* sampleRowsInSteps(dataOf(unit), table, columns, target * ROWS_PER_TARGET, isDue)
  const { rowCount } = sample
  const statistics = new Map<ColumnSchema, ColumnStatistics>()
  for (const [i, number] of columns.entries()) {
    // What is known of one column is found at a stretch.
    if (pause.spend(sample.size)) yield
    const column = table.columns[number]
    const { type } = column
    statistics.set(
      column,
      columnStatistics({ type, values: sample.values[i], rowCount, widthOf: widthIn(column), target }),
    )
  }
  writeStatistics(unit.tables, table, treeId, rowCount, statistics)
  return `"${table.name}": ${sample.size} of ${rowCount} rows in sample`
}
