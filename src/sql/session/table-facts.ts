/**
 * What planners are told of tables: their size, which their trees know, and the statistics of their columns. These come
 * from the last ANALYZE; where there was none, or too much has changed since, from a small sample that is drawn when a plan
 * first asks for the column, and is kept in memory. So nobody has to say ANALYZE, nothing is written unasked, and
 * databases and snapshots that are read only have statistics, too.
 *
 * A plan remembers the tables that it asked about. It is made anew when one of them has since changed as much as makes
 * statistics stale, or was analyzed.
 */

import { assert } from '../../base/assert.ts'
import { countRange } from '../../table/range.ts'
import type { BoundColumn, BoundExpression } from '../bind/bound.ts'
import { contains } from '../bind/walk.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { type ColumnStatistics, columnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import { compile } from '../execute/expression.ts'
import { sampleRows, storedRowCount, widthIn } from '../execute/sample.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { indexColumns } from '../plan/access.ts'
import type { IndexScan } from '../plan/physical.ts'
import type { TableFacts } from '../plan/table-facts.ts'
import type { DataSource } from '../storage/data-source.ts'
import { type KeyBounds, keyRanges, keyShapes } from '../storage/key-range.ts'
import { ANALYZED_TABLES, type Analysis, analysisOf, readStatistics } from '../storage/stored-statistics.ts'
import type { SqlArray } from '../types/array.ts'
import type { Unit } from './unit.ts'
import { dataOf } from './unit-data.ts'

/** Rows of a sample that nobody asked for: a few milliseconds' worth. */
const SAMPLE_ROWS = 1000
const SAMPLE_TARGET = 100
/** Statistics are stale when more rows than these have changed (autovacuum's ANALYZE has the same). */
const STALE_ROWS = 50
const STALE_FRACTION = 0.1

/** Ranges of one scan that are counted at most; the others are estimated. */
const COUNTED_RANGES_MAX = 64

/** What a plan took a table for. */
export interface PlannedTable {
  readonly table: TableSchema
  readonly rowCount: number
  readonly changeCount: number
  readonly analysis: number
}

/** Statistics of a column, with the state of the table that they are of. */
interface KnownColumn {
  readonly statistics: ColumnStatistics | undefined
  readonly rowCount: number
  readonly changeCount: number
  /** The number of the ANALYZE that they come from; 0: a sample. */
  readonly analysis: number
}

interface KnownTable {
  readonly treeId: number
  readonly columns: Map<string, KnownColumn>
  /** Rows that statements have changed. */
  changeCount: number
}

function isStale(then: { rowCount: number; changeCount: number }, rowCount: number, changeCount: number) {
  const changed = Math.max(Math.abs(rowCount - then.rowCount), changeCount - then.changeCount)
  return changed > STALE_ROWS + then.rowCount * STALE_FRACTION
}

/** Whether an expression can be evaluated for a value of `column` alone, as often as wanted. */
function isComputable(e: BoundExpression, column: BoundColumn | undefined): boolean {
  return !contains(e, part => {
    switch (part.kind) {
      case 'column':
        return part.relation !== column?.relation || part.column !== column.column
      case 'call':
        return part.function.volatility === 'volatile'
      case 'parameter':
      case 'subquery':
      case 'group key':
      case 'aggregate':
      case 'grouping':
      case 'window':
      case 'set function':
      case 'whole row':
        return true
      default:
        return false
    }
  })
}

/** The statistics that all sessions of a database share in one thread. */
export class KnownStatistics {
  private readonly tables = new Map<string, KnownTable>()
  /** Grows when something was analyzed: plans look at their tables again. */
  epoch = 0

  of(storedName: string, treeId: number): KnownTable {
    let known = this.tables.get(storedName)
    if (known === undefined || known.treeId !== treeId) {
      known = { treeId, columns: new Map(), changeCount: 0 }
      this.tables.set(storedName, known)
    }
    return known
  }

  /** A statement has inserted, updated or deleted rows. */
  noteChanges({ storedName }: TableSchema, rowCount: number): void {
    const known = this.tables.get(storedName)
    if (known !== undefined) known.changeCount += rowCount
  }
}

/** The tables of one snapshot or transaction, as a planner sees them. */
export class UnitFacts implements TableFacts {
  private readonly unit: Unit
  private readonly state: CatalogState
  private readonly data: DataSource
  private readonly known: KnownStatistics
  private readonly context: EvaluationContext
  private readonly asked = new Map<string, PlannedTable>()
  private readonly analyses = new Map<string, Analysis | undefined>()

  constructor(unit: Unit, state: CatalogState, known: KnownStatistics, context: EvaluationContext) {
    this.unit = unit
    this.state = state
    this.data = dataOf(unit)
    this.known = known
    this.context = context
  }

  get txnId(): number {
    return this.unit.source.txnId
  }

  /** The tables that were asked about so far. */
  get plannedTables(): readonly PlannedTable[] {
    return [...this.asked.values()]
  }

  rowCount(table: TableSchema): number {
    return this.planned(table).rowCount
  }

  statistics(table: TableSchema, column: number): ColumnStatistics | undefined {
    const { rowCount } = this.planned(table)
    if (rowCount === 0) return undefined
    const { storedName } = table.columns[column]
    const known = this.known.of(table.storedName, this.treeIdOf(table))
    const { changeCount } = known
    const analysis = this.analysisOf(table)
    const number = analysis?.analysis ?? 0
    const before = known.columns.get(storedName)
    const isKnown = before !== undefined && before.analysis === number
    if (isKnown && !isStale(before, rowCount, changeCount)) return before.statistics
    // What has changed since ANALYZE without changing the number of rows is known of this process only.
    if (analysis !== undefined && !isKnown && !isStale({ ...analysis, changeCount }, rowCount, changeCount)) {
      const statistics = readStatistics(this.unit.tables, table, table.columns[column])
      if (statistics !== undefined) {
        known.columns.set(storedName, {
          statistics,
          rowCount: analysis.rowCount,
          changeCount,
          analysis: number,
        })
        return statistics
      }
    }
    const statistics = this.sampled(table, column)
    known.columns.set(storedName, { statistics, rowCount, changeCount, analysis: number })
    return statistics
  }

  /** Whether a plan that was made for `planned` is still as good as a new one. */
  isCurrent(planned: readonly PlannedTable[]): boolean {
    return planned.every(then => {
      const now = this.planned(then.table)
      return now.analysis === then.analysis && !isStale(then, now.rowCount, now.changeCount)
    })
  }

  private planned(table: TableSchema): PlannedTable {
    let planned = this.asked.get(table.storedName)
    if (planned === undefined) {
      const known = this.known.of(table.storedName, this.treeIdOf(table))
      planned = {
        table,
        rowCount: storedRowCount(this.data, table),
        changeCount: known.changeCount,
        analysis: this.analysisOf(table)?.analysis ?? 0,
      }
      this.asked.set(table.storedName, planned)
    }
    return planned
  }

  private treeIdOf(table: TableSchema): number {
    const treeId = this.state.treeOf(table.storedName)
    assert(treeId !== undefined, 'a table of the definitions is stored')
    return treeId
  }

  private analysisOf(table: TableSchema): Analysis | undefined {
    if (this.state.treeOf(ANALYZED_TABLES) === undefined) return undefined
    const { storedName } = table
    if (!this.analyses.has(storedName)) {
      this.analyses.set(storedName, analysisOf(this.unit.tables, table, this.treeIdOf(table)))
    }
    return this.analyses.get(storedName)
  }

  entryCount(scan: IndexScan): number | undefined {
    const records = this.data.records(scan.table)
    const bounds = this.boundsOf(scan)
    if (bounds === undefined) return undefined
    const storedName = scan.index < 0 ? undefined : scan.table.indexes[scan.index].storedName
    const tree =
      storedName === undefined
        ? records.rows
        : records.boundIndexes.find(one => one.codec.name === storedName)?.tree
    if (tree === undefined) return undefined
    const shapes = keyShapes(indexColumns(scan.table, scan.index), scan.table)
    const ranges = keyRanges(records, storedName, shapes, bounds)
    const { source } = this.unit
    source.assertReadable()
    const count = ranges.reduce((sum, range) => sum + countRange(tree, range), 0)
    source.endReading()
    return count
  }

  /** The values that a scan's range is bounded by, when all of them are constants, and few. */
  private boundsOf({ equals, lower, upper, startsWith, nulls }: IndexScan): KeyBounds | undefined {
    const constants = [...equals.map(one => one.value), lower?.value, upper?.value, startsWith]
    const isKnown = (e: BoundExpression | undefined) => e === undefined || this.evaluate(e) !== undefined
    if (!constants.every(isKnown)) return undefined
    const constantOf = (e: BoundExpression): Value => this.evaluate(e)!.value
    const points = equals.map(({ value, isArray, findsNull }) => {
      const given = constantOf(value)
      return given === null ? (findsNull ? [null] : []) : isArray ? (given as SqlArray).elements : [given]
    })
    if (points.reduce((count, values) => count * values.length, 1) > COUNTED_RANGES_MAX) return undefined
    const side = (one: IndexScan['lower']) =>
      one && { value: constantOf(one.value), isInclusive: one.isInclusive }
    return {
      equals: points,
      findsNull: equals.map(one => one.findsNull),
      lower: side(lower),
      upper: side(upper),
      startsWith: startsWith && constantOf(startsWith),
      nulls,
    }
  }

  evaluate(e: BoundExpression): { readonly value: Value } | undefined {
    if (e.kind === 'constant') return { value: e.value }
    const values = this.computed(e, undefined, [null])
    return values && { value: values[0] }
  }

  evaluateOver(
    e: BoundExpression,
    column: BoundColumn,
    values: readonly unknown[],
  ): readonly Value[] | undefined {
    return this.computed(e, column, values)
  }

  /** The expression's values for those of a column that it reads, if it reads nothing else. */
  private computed(
    e: BoundExpression,
    column: BoundColumn | undefined,
    values: readonly unknown[],
  ): readonly Value[] | undefined {
    if (!isComputable(e, column)) return undefined
    const scope = new RowScope(this.context)
    try {
      const evaluate = compile(e, scope)
      const register = column === undefined ? undefined : scope.registers.of(column.relation, column.column)
      scope.prepare()
      return values.map(value => {
        if (register !== undefined) scope.file[register] = value
        return evaluate(scope.file)
      })
    } catch (error) {
      if (error instanceof SqlError && error.sqlstate === '57014') throw error
      // What fails for a value that no row may have, a user's function for one, says nothing of the statement.
      return undefined
    }
  }

  private sampled(table: TableSchema, column: number): ColumnStatistics | undefined {
    const sample = sampleRows(this.data, table, [column], SAMPLE_ROWS, this.context)
    const own = table.columns[column]
    return columnStatistics({
      type: own.type,
      values: sample.values[0],
      rowCount: sample.rowCount,
      widthOf: widthIn(own),
      target: SAMPLE_TARGET,
    })
  }
}
