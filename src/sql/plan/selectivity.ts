/**
 * How many rows conditions let pass: from ANALYZE's statistics where there are some, else PostgreSQL's defaults
 * (selfuncs.h).
 */

import type { BoundColumn, BoundExpression, RelationId } from '../bind/bound.ts'
import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { comparator } from '../types/compare.ts'
import { conjunctsOf } from './relations.ts'
import type { TableFacts } from './table-facts.ts'

const EQUALITY = 0.005
const INEQUALITY = 0.3333
const PATTERN = 0.005
const UNKNOWN_CONDITION = 0.3333
const NULL_FRACTION = 0.005
const BOOLEAN = 0.5

/** The tables behind relations, with what is known of them. */
export interface TableLookup extends TableFacts {
  table(relation: RelationId): TableSchema | undefined
}

export function selectivity(e: BoundExpression, tables: TableLookup): number {
  switch (e.kind) {
    case 'constant':
      return e.value === true ? 1 : 0
    case 'logical': {
      if (e.operator === 'not') return Math.max(0, 1 - selectivity(e.operands[0], tables))
      if (e.operator === 'and') return e.operands.reduce((s, one) => s * selectivity(one, tables), 1)
      return 1 - e.operands.reduce((s, one) => s * (1 - selectivity(one, tables)), 1)
    }
    case 'null test': {
      const statistics = statisticsOf(e.operand, tables)
      const nulls = statistics?.nullFraction ?? NULL_FRACTION
      return e.isNegated ? 1 - nulls : nulls
    }
    case 'in list': {
      const one = equalitySelectivity(e.operand, undefined, tables)
      const any = Math.min(1, one * e.list.length)
      return e.isNegated ? 1 - any : any
    }
    case 'quantified array':
      return e.quantifier === 'any'
        ? Math.min(1, 10 * equalitySelectivity(e.operand, undefined, tables))
        : UNKNOWN_CONDITION
    case 'column':
    case 'boolean test':
      return BOOLEAN
    case 'subquery':
      return BOOLEAN
    case 'call': {
      const [left, right] = e.arguments
      switch (e.function.name) {
        case '=':
          return equalityOf(left, right, tables)
        case '<>':
          return 1 - equalityOf(left, right, tables)
        case '<':
        case '<=':
        case '>':
        case '>=':
          return inequality(e.function.name, left, right, tables)
        case '~~':
        case '~~*':
        case '~':
        case '~*':
          return PATTERN
        default:
          return UNKNOWN_CONDITION
      }
    }
    default:
      return UNKNOWN_CONDITION
  }
}

/** Of all conjuncts together. A range (`a > 1 and a < 9`) counts as one condition. */
export function jointSelectivity(conjuncts: readonly BoundExpression[], tables: TableLookup): number {
  let product = 1
  for (const one of conjuncts.flatMap(conjunctsOf)) product *= selectivity(one, tables)
  return product
}

function withoutRelabel(e: BoundExpression): BoundExpression {
  let at = e
  while (at.kind === 'relabel') at = at.operand
  return at
}

function columnOf(e: BoundExpression | undefined): BoundColumn | undefined {
  if (e === undefined) return undefined
  const plain = withoutRelabel(e)
  return plain.kind === 'column' ? plain : undefined
}

function statisticsOf(e: BoundExpression, tables: TableLookup): ColumnStatistics | undefined {
  const column = columnOf(e)
  const table = column && tables.table(column.relation)
  return table && tables.statistics(table, column.column)
}

function equalityOf(left: BoundExpression, right: BoundExpression | undefined, tables: TableLookup): number {
  if (right === undefined) return EQUALITY
  const a = columnOf(left)
  const b = columnOf(right)
  if (a !== undefined && b !== undefined && a.relation !== b.relation) {
    return 1 / Math.max(distinctCount(a, tables), distinctCount(b, tables), 1)
  }
  return a !== undefined ? equalitySelectivity(left, right, tables) : equalitySelectivity(right, left, tables)
}

/** Of `column = value`; the value may be unknown. */
function equalitySelectivity(
  e: BoundExpression,
  value: BoundExpression | undefined,
  tables: TableLookup,
): number {
  const column = columnOf(e)
  if (column === undefined) return EQUALITY
  const statistics = statisticsOf(e, tables)
  if (statistics !== undefined && value?.kind === 'constant' && value.value !== null) {
    const compare = comparator(column.type)
    const common = statistics.commonValues.findIndex(one => compare(one, value.value) === 0)
    if (common >= 0) return statistics.commonFrequencies[common]
    const rest = 1 - statistics.nullFraction - statistics.commonFrequencies.reduce((s, f) => s + f, 0)
    const distinct = distinctCount(column, tables) - statistics.commonValues.length
    return Math.max(0, rest) / Math.max(1, distinct)
  }
  return 1 / distinctCount(column, tables)
}

/** How many different values a column has. */
export function distinctCount(column: BoundColumn, tables: TableLookup): number {
  const table = tables.table(column.relation)
  if (table === undefined) return 1 / EQUALITY
  const rows = Math.max(1, tables.rowCount(table))
  const statistics = tables.statistics(table, column.column)
  if (statistics !== undefined) {
    return Math.max(1, statistics.distinct >= 0 ? statistics.distinct : -statistics.distinct * rows)
  }
  if (isUniqueColumn(table, column.column)) return rows
  if (column.type.name === 'bool') return 2
  return Math.min(rows, 1 / EQUALITY)
}

function isUniqueColumn(table: TableSchema, column: number): boolean {
  if (table.primaryKey?.columns.length === 1 && table.primaryKey.columns[0] === column) return true
  return table.indexes.some(
    index =>
      index.isUnique &&
      index.predicateText === undefined &&
      index.columns.length === 1 &&
      index.columns[0].column === column,
  )
}

function inequality(
  operator: string,
  left: BoundExpression,
  right: BoundExpression,
  tables: TableLookup,
): number {
  const isSwapped = columnOf(left) === undefined
  const column = columnOf(isSwapped ? right : left)
  const value = isSwapped ? left : right
  if (column === undefined || value.kind !== 'constant' || value.value === null) return INEQUALITY
  const histogram = statisticsOf(column, tables)?.histogram
  if (histogram === undefined || histogram.length < 2) return INEQUALITY
  const compare = comparator(column.type)
  let below = 0
  while (below < histogram.length && compare(histogram[below], value.value) < 0) below++
  const fraction = below / (histogram.length - 1)
  const isLess = operator.startsWith('<') !== isSwapped
  return Math.min(1, Math.max(0.0001, isLess ? fraction : 1 - fraction))
}
