/**
 * How many rows conditions let pass: from the statistics of the columns where there are some, else as PostgreSQL guesses
 * (selfuncs.h).
 *
 * What compares a column with a value is answered by the column's distribution. Any other condition over one column is tried
 * on what is kept of its values. Conditions are taken to be independent of each other, but for the two ends of a range.
 */

import type {
  BoundColumn,
  BoundDistinctTest,
  BoundExpression,
  Call,
  InList,
  QuantifiedArray,
  RelationId,
} from '../bind/bound.ts'
import { asksFields } from '../bind/records.ts'
import { contains } from '../bind/walk.ts'
import type { ColumnStatistics } from '../catalog/column-statistics.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { SqlArray } from '../types/array.ts'
import { comparator } from '../types/compare.ts'
import { type SqlType, withoutDomain } from '../types/type.ts'
import { conjunctsOf } from './relations.ts'
import type { TableFacts } from './table-facts.ts'
import { belowFraction, equalFraction, restFraction } from './value-distribution.ts'

const EQUALITY = 0.005
const INEQUALITY = 1 / 3
const RANGE = 0.005
const PATTERN = 0.005
const UNKNOWN_CONDITION = 1 / 3
/** A character of a pattern. */
const CHARACTER = 0.2
/** A smaller part of some hundred values says little. */
const TRIED_MIN = 0.02
const NULL_FRACTION = 0.005
const BOOLEAN = 0.5
/** Elements of an array that is not known. */
const ARRAY_LENGTH = 10

/** The tables behind relations, with what is known of them. */
export interface TableLookup extends TableFacts {
  table(relation: RelationId): TableSchema | undefined
  /** Of a relation that is computed: what the column is, in terms of what it is computed from. */
  origin(relation: RelationId, column: number): BoundExpression | undefined
  /** The columns of a relation that the statement reads anywhere; undefined: that is not known. */
  columnsRead(relation: RelationId): ReadonlySet<number> | undefined
}

/** The part of the rows for which a condition is true. */
export function selectivity(e: BoundExpression, tables: TableLookup): number {
  const fraction = known(e, tables) ?? tried(e, tables) ?? guessed(e)
  return Math.min(1, Math.max(0, fraction))
}

/** Of all conjuncts together. A range (`a > 1 and a < 9`) counts as one condition. */
export function jointSelectivity(conjuncts: readonly BoundExpression[], tables: TableLookup): number {
  let product = 1
  const ranges: ColumnRange[] = []
  for (const one of conjuncts.flatMap(conjunctsOf)) {
    const comparison = comparisonOf(one, tables)
    if (comparison === undefined || !isInequality(comparison.operator)) product *= selectivity(one, tables)
    else addToRange(ranges, comparison)
  }
  for (const range of ranges) product *= rangeFraction(range, tables)
  return product
}

// ---------------------------------------------------------------------------------------- what is known

/** Undefined: nothing is known of conditions like this one. */
function known(e: BoundExpression, tables: TableLookup): number | undefined {
  switch (e.kind) {
    case 'constant':
      return e.value === true ? 1 : 0
    case 'logical':
      if (e.operator === 'and') return jointSelectivity(e.operands, tables)
      if (e.operator === 'or') {
        return 1 - e.operands.reduce((product, one) => product * (1 - selectivity(one, tables)), 1)
      }
      return 1 - selectivity(e.operands[0], tables) - nullsIn(e.operands[0], tables)
    case 'null test': {
      if (asksFields(e)) return undefined
      const nulls = statisticsOf(e.operand, tables)?.nullFraction
      return nulls === undefined ? undefined : e.isNegated ? 1 - nulls : nulls
    }
    case 'column': {
      const statistics = statisticsOf(e, tables)
      return statistics && equalFraction(statistics, e.type, true, 2)
    }
    case 'in list':
      return inList(e, tables)
    case 'quantified array':
      return anyOfArray(e, tables)
    case 'distinct test': {
      const same = sameness(e, tables)
      return same === undefined ? undefined : e.isNegated ? same : 1 - same
    }
    case 'call': {
      const comparison = comparisonOf(e, tables)
      if (comparison !== undefined) return comparisonFraction(comparison, tables)
      const [left, right] = e.arguments
      if (e.function.name === '~~') return likeFraction(e, tables)
      if (isPrefixTest(e)) return prefixFraction(e, tables)
      if (e.function.name === '=' && right !== undefined) return joinEquality(left, right, tables)
      return undefined
    }
    default:
      return undefined
  }
}

/** The part of the rows for which a condition over one column is null, because the column is. */
function nullsIn(e: BoundExpression, tables: TableLookup): number {
  if (e.kind !== 'call' && e.kind !== 'in list' && e.kind !== 'column') return 0
  const column = onlyColumn(e)
  return (column && statisticsOf(column, tables)?.nullFraction) ?? 0
}

function guessed(e: BoundExpression): number {
  switch (e.kind) {
    case 'null test':
      return e.isNegated ? 1 - NULL_FRACTION : NULL_FRACTION
    case 'column':
    case 'boolean test':
    case 'subquery':
      return BOOLEAN
    case 'in list': {
      const any = Math.min(1, e.list.length * EQUALITY)
      return e.isNegated ? 1 - any : any
    }
    case 'distinct test':
      return e.isNegated ? EQUALITY : 1 - EQUALITY
    case 'quantified array':
      return e.quantifier === 'any' ? ARRAY_LENGTH * EQUALITY : UNKNOWN_CONDITION
    case 'call':
      switch (e.function.name) {
        case '=':
          return EQUALITY
        case '<>':
          return 1 - EQUALITY
        case '<':
        case '<=':
        case '>':
        case '>=':
          return INEQUALITY
        case '~~':
        case '~~*':
        case '~':
        case '~*':
        case '^@':
        case 'starts_with':
          return PATTERN
        default:
          return UNKNOWN_CONDITION
      }
    default:
      return UNKNOWN_CONDITION
  }
}

// ---------------------------------------------------------------------------------------- comparisons

type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='
const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}
const isInequality = (operator: ComparisonOperator): boolean => operator !== '=' && operator !== '<>'

/** A column of a stored table beside something that does not depend on the row. */
interface Comparison {
  readonly column: BoundColumn
  readonly operator: ComparisonOperator
  /** Undefined: it is known only when the statement runs. */
  readonly value: { readonly value: unknown } | undefined
}

function comparisonOf(e: BoundExpression, tables: TableLookup): Comparison | undefined {
  if (e.kind !== 'call' || e.arguments.length !== 2 || !(e.function.name in MIRRORED)) return undefined
  const [left, right] = e.arguments
  return comparisonOfSides(left, e.function.name as ComparisonOperator, right, tables)
}

function comparisonOfSides(
  left: BoundExpression,
  operator: ComparisonOperator,
  right: BoundExpression,
  tables: TableLookup,
): Comparison | undefined {
  for (const [side, other, own] of [
    [left, right, operator],
    [right, left, MIRRORED[operator]],
  ] as const) {
    const column = storedColumn(side, tables)
    if (column === undefined || contains(other, part => part.kind === 'column')) continue
    const value = tables.evaluate(other)
    if (value === undefined) return { column, operator: own, value }
    const converted = convertedTo(column.type, other.type, value.value)
    if (converted !== undefined) return { column, operator: own, value: { value: converted } }
  }
  return undefined
}

const INTEGERS = new Set(['int2', 'int4', 'int8', 'oid'])
const TEXTS = new Set(['text', 'varchar', 'name'])

function areComparable(one: SqlType, other: SqlType): boolean {
  const a = withoutDomain(one)
  const b = withoutDomain(other)
  return a === b || (INTEGERS.has(a.name) && INTEGERS.has(b.name)) || (TEXTS.has(a.name) && TEXTS.has(b.name))
}

const DAY_MICROSECONDS = 86_400_000_000
const INSTANTS = new Set(['timestamp', 'timestamptz'])

/** A value as one of the column's type, close enough for an estimate; undefined: there is none. */
function convertedTo(column: SqlType, type: SqlType, value: unknown): unknown {
  if (value === null || areComparable(column, type)) return value
  const [to, from] = [withoutDomain(column).name, withoutDomain(type).name]
  // Time zones move an instant by less than a day.
  if (INSTANTS.has(to) && INSTANTS.has(from)) return value
  if (to === 'date' && INSTANTS.has(from)) return Math.floor(Number(value) / DAY_MICROSECONDS)
  if (INSTANTS.has(to) && from === 'date') return Number(value) * DAY_MICROSECONDS
  return undefined
}

function comparisonFraction(comparison: Comparison, tables: TableLookup): number | undefined {
  const { column, operator } = comparison
  if (isInequality(operator)) {
    const ranges: ColumnRange[] = []
    addToRange(ranges, comparison)
    return rangeFraction(ranges[0], tables)
  }
  const statistics = statisticsOf(column, tables)
  if (statistics === undefined) return undefined
  const equal = equality(column, statistics, comparison.value, tables)
  return operator === '=' ? equal : 1 - statistics.nullFraction - equal
}

/** Of `column = value`; the value may be unknown: then it is as good as any other. */
function equality(
  column: BoundColumn,
  statistics: ColumnStatistics,
  value: Comparison['value'],
  tables: TableLookup,
): number {
  const distinct = distinctCount(column, tables)
  if (value === undefined) return (1 - statistics.nullFraction) / distinct
  return value.value === null ? 0 : equalFraction(statistics, column.type, value.value, distinct)
}

/** Of `left IS NOT DISTINCT FROM right`: null is a value like others. */
function sameness({ left, right }: BoundDistinctTest, tables: TableLookup): number | undefined {
  const comparison = comparisonOfSides(left, '=', right, tables)
  if (comparison === undefined) return joinEquality(left, right, tables)
  const statistics = statisticsOf(comparison.column, tables)
  if (statistics === undefined) return undefined
  if (comparison.value?.value === null) return statistics.nullFraction
  return equality(comparison.column, statistics, comparison.value, tables)
}

/** The bounds that conjuncts set to one column; null: a bound that is known only when the statement runs. */
interface ColumnRange {
  readonly column: BoundColumn
  lower: Comparison[]
  upper: Comparison[]
}

function addToRange(ranges: ColumnRange[], comparison: Comparison): void {
  const { column, operator } = comparison
  let range = ranges.find(
    one => one.column.relation === column.relation && one.column.column === column.column,
  )
  if (range === undefined) {
    range = { column, lower: [], upper: [] }
    ranges.push(range)
  }
  if (operator.startsWith('>')) range.lower.push(comparison)
  else range.upper.push(comparison)
}

function rangeFraction({ column, lower, upper }: ColumnRange, tables: TableLookup): number {
  const unknown = [...lower, ...upper].filter(one => one.value === undefined)
  if (unknown.length > 0 && lower.length > 0 && upper.length > 0) return RANGE
  const statistics = statisticsOf(column, tables)
  if (statistics === undefined || unknown.length > 0) return INEQUALITY
  const below = (one: Comparison, isInclusive: boolean): number =>
    one.value!.value === null ? 0 : belowFraction(statistics, column.type, one.value!.value, isInclusive)
  if ([...lower, ...upper].some(one => one.value!.value === null)) return 0
  const from = Math.max(0, ...lower.map(one => below(one, one.operator === '>')))
  const to = Math.min(1 - statistics.nullFraction, ...upper.map(one => below(one, one.operator === '<=')))
  if (to > from) return Math.max(to - from, smallest(column, statistics, tables))
  // Nothing is expected between the bounds; that they exclude each other is for the executor to find.
  return smallest(column, statistics, tables)
}

/** What is expected where the statistics have nothing: less than one of the rarer values. */
function smallest(column: BoundColumn, statistics: ColumnStatistics, tables: TableLookup): number {
  const rarer = distinctCount(column, tables) - statistics.commonValues.length
  return rarer > 0 ? Math.max(restFraction(statistics) / rarer, 1e-10) : 1e-10
}

/** Of `column LIKE 'abc…'`: not more than begin so. */
function likeFraction(e: Call, tables: TableLookup): number | undefined {
  const [operand, pattern] = e.arguments
  if (pattern.kind !== 'constant') return undefined
  const beginning = likeBeginning(pattern.value as string | null)
  if (beginning === undefined) return undefined
  const { text, isAll } = beginning
  const range = beginningFraction(operand, text, tables)
  if (isAll || range === undefined) return range
  // Few of the values that are kept begin so. Each further character lets a fifth pass, as PostgreSQL has it.
  const characters = (pattern.value as string).slice(text.length).replaceAll(/[%_\\]/g, '').length
  const passed = tried(e, tables)
  return passed !== undefined && passed > TRIED_MIN
    ? Math.min(range, passed)
    : range * CHARACTER ** characters
}

/** Whether it says that its first argument begins with the second. */
export function isPrefixTest({ function: { name, schema }, arguments: operands }: Call): boolean {
  return (name === '^@' || name === 'starts_with') && schema === undefined && operands.length === 2
}

function prefixFraction({ arguments: [operand, prefix] }: Call, tables: TableLookup): number | undefined {
  if (prefix.kind !== 'constant') return undefined
  return prefix.value === null ? 0 : beginningFraction(operand, prefix.value as string, tables)
}

/** The part of a column's values that begin with `text`. */
function beginningFraction(operand: BoundExpression, text: string, tables: TableLookup): number | undefined {
  const column = storedColumn(operand, tables)
  const statistics = column && statisticsOf(column, tables)
  if (column === undefined || statistics === undefined) return undefined
  if (!TEXTS.has(withoutDomain(column.type).name)) return undefined
  const from = belowFraction(statistics, column.type, text, false)
  const to = belowFraction(statistics, column.type, `${text}\u{10ffff}`, true)
  return Math.max(to - from, smallest(column, statistics, tables))
}

/** The text that all matches of a pattern begin with, if there is one; `isAll`: the pattern says nothing else. */
export function likeBeginning(
  pattern: string | null,
): { readonly text: string; readonly isAll: boolean } | undefined {
  const text = pattern === null ? undefined : /^[^%_\\]+/.exec(pattern)?.[0]
  return text === undefined ? undefined : { text, isAll: pattern === `${text}%` }
}

// -------------------------------------------------------------------------------------------------- lists

function inList(e: InList, tables: TableLookup): number | undefined {
  const column = storedColumn(e.operand, tables)
  const statistics = column && statisticsOf(column, tables)
  if (column === undefined || statistics === undefined) return undefined
  let any = 0
  const seen: unknown[] = []
  const compare = comparator(column.type)
  for (const item of e.list) {
    const value = tables.evaluate(item)
    if (value !== undefined && value.value !== null) {
      if (!areComparable(column.type, item.type)) return undefined
      if (seen.length < 100 && seen.some(one => compare(one, value.value) === 0)) continue
      seen.push(value.value)
    }
    any += equality(column, statistics, value, tables)
  }
  const present = 1 - statistics.nullFraction
  return e.isNegated ? present - Math.min(present, any) : Math.min(present, any)
}

function anyOfArray(e: QuantifiedArray, tables: TableLookup): number | undefined {
  if (e.quantifier !== 'any' || e.operator.name !== '=') return undefined
  const column = storedColumn(e.operand, tables)
  const statistics = column && statisticsOf(column, tables)
  if (column === undefined || statistics === undefined) return undefined
  const array = tables.evaluate(e.array)?.value
  const isUsable =
    array instanceof SqlArray &&
    e.array.type.element !== undefined &&
    areComparable(column.type, e.array.type.element)
  const present = 1 - statistics.nullFraction
  if (!isUsable) return Math.min(present, ARRAY_LENGTH * equality(column, statistics, undefined, tables))
  let any = 0
  for (const value of new Set(array.elements)) any += equality(column, statistics, { value }, tables)
  return Math.min(present, any)
}

// -------------------------------------------------------------------------------------------------- joins

/** Of `a = b` over two relations: common values are matched one by one, of the others each is as good as the next. */
function joinEquality(
  left: BoundExpression,
  right: BoundExpression,
  tables: TableLookup,
): number | undefined {
  const a = storedColumn(left, tables)
  const b = storedColumn(right, tables)
  const isKnown = (e: BoundExpression) => storedColumn(groupedBy(e, tables), tables) !== undefined
  const sides = [left, right].filter(isKnown)
  if (sides.length === 0) return undefined
  const most = Math.max(...sides.map(side => distinctCount(side, tables)))
  const ofA = a && statisticsOf(a, tables)
  const ofB = b && statisticsOf(b, tables)
  const presentA = 1 - (ofA?.nullFraction ?? 0)
  const presentB = 1 - (ofB?.nullFraction ?? 0)
  if (a === undefined || b === undefined || ofA === undefined || ofB === undefined) {
    return (presentA * presentB) / most
  }
  if (!areComparable(a.type, b.type)) return (presentA * presentB) / most
  const compare = comparator(a.type)
  let matched = 0
  let matchedCount = 0
  let restA = presentA
  let restB = presentB
  ofA.commonValues.forEach((value, i) => {
    const at = ofB.commonValues.findIndex(other => compare(value, other) === 0)
    if (at < 0) return
    matched += ofA.commonFrequencies[i] * ofB.commonFrequencies[at]
    restA -= ofA.commonFrequencies[i]
    restB -= ofB.commonFrequencies[at]
    matchedCount++
  })
  return matched + Math.max(0, restA * restB) / Math.max(1, most - matchedCount)
}

// --------------------------------------------------------------------------------- trying out on known values

/** A condition over one column, tried on the values that its statistics keep. */
function tried(e: BoundExpression, tables: TableLookup): number | undefined {
  const column = onlyColumn(e)
  const statistics = column && statisticsOf(column, tables)
  if (column === undefined || statistics === undefined) return undefined
  const { commonValues, commonFrequencies, histogram, nullFraction } = statistics
  if (commonValues.length + histogram.length === 0) return undefined
  const results = tables.evaluateOver(e, column, [null, ...commonValues, ...histogram])
  if (results === undefined) return undefined
  let fraction = results[0] === true ? nullFraction : 0
  commonValues.forEach((_, i) => {
    if (results[1 + i] === true) fraction += commonFrequencies[i]
  })
  if (histogram.length === 0) return fraction
  const passed = results.slice(1 + commonValues.length).filter(one => one === true).length
  return fraction + restFraction(statistics) * passedFraction(passed, histogram.length)
}

/** None or all of a few values is not none or all of them. */
function passedFraction(passed: number, count: number): number {
  return Math.min(1 - 0.5 / count, Math.max(0.5 / count, passed / count))
}

/** The one column of a stored table that an expression reads, however often; undefined: others, or several. */
export function onlyColumn(e: BoundExpression): BoundColumn | undefined {
  let column: BoundColumn | undefined
  const isOther = (part: BoundExpression): boolean => {
    if (part.kind === 'subquery' || part.kind === 'parameter' || part.kind === 'whole row') return true
    if (part.kind === 'group key' || part.kind === 'aggregate' || part.kind === 'grouping') return true
    if (part.kind !== 'column') return false
    column ??= part
    return part.relation !== column.relation || part.column !== column.column
  }
  return contains(e, isOther) ? undefined : column
}

// ------------------------------------------------------------------------------------------------- columns

/** The column of a stored table that an expression is, directly or by way of a subquery. */
export function storedColumn(e: BoundExpression, tables: TableLookup): BoundColumn | undefined {
  let at = e
  for (;;) {
    while (at.kind === 'relabel') at = at.operand
    if (at.kind !== 'column') return undefined
    if (tables.table(at.relation) !== undefined) return at
    const origin = tables.origin(at.relation, at.column)
    if (origin === undefined) return undefined
    at = origin
  }
}

function statisticsOf(e: BoundExpression, tables: TableLookup): ColumnStatistics | undefined {
  const column = storedColumn(e, tables)
  const table = column && tables.table(column.relation)
  return table && tables.statistics(table, column!.column)
}

/** How many different values a column has. Of a key of groups: as many as what is grouped by. */
export function distinctCount(e: BoundExpression, tables: TableLookup): number {
  const column = storedColumn(groupedBy(e, tables), tables)
  const table = column && tables.table(column.relation)
  if (column === undefined || table === undefined) return 1 / EQUALITY
  const rows = Math.max(1, tables.rowCount(table))
  const statistics = tables.statistics(table, column.column)
  // A unique column has as many as rows, whatever a sample says.
  if (isUniqueColumn(table, column.column)) return Math.max(1, rows * (1 - (statistics?.nullFraction ?? 0)))
  if (statistics !== undefined) {
    return Math.max(1, statistics.distinct >= 0 ? statistics.distinct : -statistics.distinct * rows)
  }
  if (column.type.name === 'bool') return 2
  return Math.min(rows, 1 / EQUALITY)
}

function groupedBy(e: BoundExpression, tables: TableLookup): BoundExpression {
  let at = e
  for (;;) {
    const origin =
      at.kind === 'group key'
        ? tables.origin(at.relation, at.index)
        : at.kind === 'column' && tables.table(at.relation) === undefined
          ? tables.origin(at.relation, at.column)
          : undefined
    if (origin === undefined) return at
    at = origin
  }
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
