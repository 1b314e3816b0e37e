/**
 * Ways to the rows of one stored table: the whole of it, or a range of its primary key or of an index, as the conditions at
 * hand allow.
 *
 * A condition is of use when it compares a leading column of the index with something that does not depend on the table's
 * own row. It stays in the filter unless the range says all that it says.
 */

import type { BoundDistinctTest, BoundExpression, BoundTable, IndexTerms } from '../bind/bound.ts'
import { implies } from '../bind/implication.ts'
import { withNotsInside } from '../bind/negation.ts'
import { asksFields } from '../bind/records.ts'
import { sameExpression } from '../bind/walk.ts'
import type { IndexColumn, TableSchema } from '../catalog/schema.ts'
import { BOOL, isOneForm, type SqlType, withoutDomain } from '../types/type.ts'
import {
  CONDITION_COST,
  columnCost,
  FETCH_FAR,
  FETCH_NEAR,
  INDEX_ENTRY,
  KEY_ENTRY,
  POINT_COST,
  RANGE_COST,
  SCAN_ROW,
} from './costs.ts'
import { likenessOfKeys } from './key-likeness.ts'
import type { IndexScan, TableScan } from './physical.ts'
import { columnsOf, conjunction, conjunctsOf, isVolatile, relationsIn } from './relations.ts'
import { isPrefixTest, jointSelectivity, likeBeginning, type TableLookup } from './selectivity.ts'

/** The primary key as if it were an index. */
export const PRIMARY = -1

export interface IndexShape {
  readonly number: number
  readonly columns: readonly IndexColumn[]
  readonly isUnique: boolean
  /** What it is over and which rows it has, where a query's relation is known. */
  readonly terms?: IndexTerms | undefined
}

/** An index as far as SQL can look values up in it. */
function knownPart(table: TableSchema, shape: IndexShape): IndexShape {
  const end = shape.columns.findIndex(part => likenessOfKeys(table, part) === 'none')
  return end < 0 ? shape : { ...shape, columns: shape.columns.slice(0, end), isUnique: false }
}

/** Indexes that have all rows, by columns: all that can be walked without knowing more, the primary key first. */
export function indexesOf(table: TableSchema): IndexShape[] {
  return allIndexesOf(table)
    .map(shape => knownPart(table, shape))
    .filter(({ number, columns }) => number === PRIMARY || columns.length > 0)
}

function allIndexesOf(table: TableSchema): IndexShape[] {
  const shapes: IndexShape[] = []
  if (table.storedKind !== 'records') return shapes
  const { primaryKey } = table
  const index =
    primaryKey === undefined
      ? undefined
      : table.indexes.find(one => one.isPrimary && one.storedName === undefined)
  if (primaryKey !== undefined) {
    shapes.push({
      number: PRIMARY,
      isUnique: true,
      columns:
        index?.columns ??
        primaryKey.columns.map(column => ({
          column,
          expressionText: undefined,
          isDescending: false,
          nullsFirst: false,
        })),
    })
  }
  table.indexes.forEach((one, number) => {
    // What is partial serves only those who know that their rows are in it: `indexesFor`.
    if (one.storedName === undefined || one.isMissing || one.predicateText !== undefined) return
    shapes.push({ number, columns: one.columns, isUnique: isUnique(table, one) })
  })
  return shapes
}

/** What an index is over, by its number. */
export function indexColumns(table: TableSchema, number: number): readonly IndexColumn[] {
  return number === PRIMARY ? allIndexesOf(table)[0].columns : table.indexes[number].columns
}

/** A deferrable constraint's index may have two equal entries for a while. */
function isUnique({ constraints }: TableSchema, index: TableSchema['indexes'][number]): boolean {
  return (
    index.isUnique &&
    !constraints.some(one => 'indexOid' in one && one.indexOid === index.oid && one.isDeferrable)
  )
}

/** All indexes that have the rows that the conditions let pass. */
export function indexesFor(
  { table, indexTerms }: BoundTable,
  conjuncts: readonly BoundExpression[],
): IndexShape[] {
  const shapes = indexesOf(table)
  if (indexTerms === undefined) return shapes
  table.indexes.forEach((one, number) => {
    const predicate = indexTerms[number]?.predicate
    if (predicate === undefined || one.isMissing || !implies(conjuncts, predicate)) return
    shapes.push({ number, columns: one.columns, isUnique: isUnique(table, one) })
  })
  return shapes.map(shape => ({ ...shape, terms: indexTerms[shape.number] }))
}

type Comparison = '=' | '<' | '<=' | '>' | '>='
const MIRRORED: Record<Comparison, Comparison> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** `operand op value`, whichever way round it was written; the operand is of the table's row. */
interface ColumnCondition {
  readonly operand: BoundExpression
  readonly operator: Comparison | 'any' | 'not distinct' | 'starts with' | 'is null' | 'is not null'
  readonly value: BoundExpression | undefined
  readonly conjunct: BoundExpression
  /** The range says all that the condition does. */
  readonly isExact: boolean
}

/** What an index may be over: the table's own column, or any expression that reads its row. */
export function subjectOf(e: BoundExpression, relation: number): BoundExpression | undefined {
  let at = e
  while (at.kind === 'relabel') at = at.operand
  if (at.kind === 'column') return at.relation === relation ? at : undefined
  return at.kind === 'constant' || at.kind === 'parameter' || !relationsIn(at).has(relation) ? undefined : at
}

export function isOver(
  operand: BoundExpression,
  { column }: IndexColumn,
  expression: BoundExpression | undefined,
): boolean {
  if (expression !== undefined) return sameExpression(operand, withoutRelabel(expression))
  return operand.kind === 'column' && operand.column === column
}

function withoutRelabel(e: BoundExpression): BoundExpression {
  return e.kind === 'relabel' ? withoutRelabel(e.operand) : e
}

const INTEGERS = new Set(['int2', 'int4', 'int8'])

/** Whether values of `type` can be looked up among those of a column's type without another meaning. */
function isComparable(column: SqlType, type: SqlType): boolean {
  const a = withoutDomain(column)
  const b = withoutDomain(type)
  if (a === b) return true
  if (INTEGERS.has(a.name) && INTEGERS.has(b.name)) return true
  const texts = new Set(['text', 'varchar', 'name'])
  return texts.has(a.name) && texts.has(b.name)
}

function conditionOf(conjunct: BoundExpression, relation: number): ColumnCondition | undefined {
  const isOutside = (e: BoundExpression) => !relationsIn(e).has(relation) && !isVolatile(e)
  if (conjunct.kind === 'call' && conjunct.arguments.length === 2) {
    const { name, schema } = conjunct.function
    if (schema !== undefined && schema !== 'pg_catalog') return undefined
    const [left, right] = conjunct.arguments
    if (name === '=' || name === '<' || name === '<=' || name === '>' || name === '>=') {
      for (const [e, value, operator] of [
        [left, right, name],
        [right, left, MIRRORED[name]],
      ] as const) {
        const column = subjectOf(e, relation)
        if (column === undefined || !isOutside(value) || !isComparable(column.type, value.type)) continue
        return { operand: column, operator, value, conjunct, isExact: true }
      }
      return undefined
    }
    if (isPrefixTest(conjunct)) {
      const column = subjectOf(left, relation)
      if (column === undefined || column.type.name === 'bpchar' || !isOutside(right)) return undefined
      return { operand: column, operator: 'starts with', value: right, conjunct, isExact: true }
    }
    if (name === '~~') {
      const column = subjectOf(left, relation)
      if (column === undefined || column.type.name === 'bpchar' || right.kind !== 'constant') return undefined
      const beginning = likeBeginning(right.value as string | null)
      if (beginning === undefined) return undefined
      return {
        operand: column,
        operator: 'starts with',
        value: { ...right, value: beginning.text },
        conjunct,
        isExact: beginning.isAll,
      }
    }
    return undefined
  }
  if (conjunct.kind === 'in list' && !conjunct.isNegated) {
    const column = subjectOf(conjunct.operand, relation)
    if (column === undefined || !conjunct.list.every(isOutside)) return undefined
    if (!conjunct.list.every(one => isComparable(column.type, one.type))) return undefined
    const type = conjunct.list[0].type
    if (type.array === undefined || !conjunct.list.every(one => one.type === type)) return undefined
    const value: BoundExpression = {
      kind: 'array',
      elements: conjunct.list,
      type: type.array,
      modifier: -1,
      at: conjunct.at,
    }
    return { operand: column, operator: 'any', value, conjunct, isExact: true }
  }
  if (
    conjunct.kind === 'quantified array' &&
    conjunct.quantifier === 'any' &&
    conjunct.operator.name === '='
  ) {
    const column = subjectOf(conjunct.operand, relation)
    const element = conjunct.array.type.element
    if (column === undefined || element === undefined || !isOutside(conjunct.array)) return undefined
    if (!isComparable(column.type, element)) return undefined
    return { operand: column, operator: 'any', value: conjunct.array, conjunct, isExact: true }
  }
  if (conjunct.kind === 'null test') {
    if (asksFields(conjunct)) return undefined
    const column = subjectOf(conjunct.operand, relation)
    if (column === undefined) return undefined
    const operator = conjunct.isNegated ? 'is not null' : 'is null'
    return { operand: column, operator, value: undefined, conjunct, isExact: true }
  }
  if (conjunct.kind === 'distinct test') return samenessOf(conjunct, relation, isOutside)
  return truthOf(conjunct, relation)
}

/** `a IS NOT DISTINCT FROM value`: `a = value`, or `a IS NULL` where the value is null, which may be known only when it runs. */
function samenessOf(
  conjunct: BoundDistinctTest,
  relation: number,
  isOutside: (e: BoundExpression) => boolean,
): ColumnCondition | undefined {
  if (!conjunct.isNegated) return undefined
  const { left, right } = conjunct
  for (const [e, value] of [
    [left, right],
    [right, left],
  ]) {
    const operand = subjectOf(e, relation)
    if (operand === undefined || !isOutside(value) || !isComparable(operand.type, value.type)) continue
    const known = value.kind === 'constant' ? (value.value === null ? 'is null' : '=') : 'not distinct'
    return { operand, operator: known, value, conjunct, isExact: true }
  }
  return undefined
}

/** `flag`, `NOT flag`, `flag IS TRUE` and `flag IS FALSE` are `flag = true` and `flag = false`, as far as rows are found. */
function truthOf(conjunct: BoundExpression, relation: number): ColumnCondition | undefined {
  let operand = conjunct
  let isTrue = true
  if (conjunct.kind === 'logical' && conjunct.operator === 'not') {
    operand = conjunct.operands[0]
    isTrue = false
  } else if (conjunct.kind === 'boolean test' && !conjunct.isNegated && conjunct.test !== 'unknown') {
    operand = conjunct.operand
    isTrue = conjunct.test === 'true'
  }
  const column = operand.type === BOOL ? subjectOf(operand, relation) : undefined
  if (column?.kind !== 'column') return undefined
  const value: BoundExpression = {
    kind: 'constant',
    value: isTrue,
    type: BOOL,
    modifier: -1,
    at: conjunct.at,
  }
  return { operand: column, operator: '=', value, conjunct, isExact: true }
}

/** Reading everything, in the order of the primary key. */
export function tableScan(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
  isReverse = false,
): TableScan {
  const all = tables.rowCount(from.table)
  const rows = Math.max(1, all * jointSelectivity(conjuncts, tables))
  const { tested, others } = readingCosts(from, conjuncts, tables)
  return {
    kind: 'table scan',
    relation: from.relation,
    table: from.table,
    columns: [],
    filter: conjunction(conjuncts),
    isReverse,
    sample: from.sample,
    needsRowKey,
    rows,
    startupCost: 0,
    totalCost: all * (SCAN_ROW + tested + conjuncts.length * CONDITION_COST) + rows * others,
  }
}

/** What must be known of an index scan to say what it costs. */
export interface IndexPath {
  readonly scan: IndexScan
  /** How many entries it meets. */
  readonly found: number
  /** It gives one row at most. */
  readonly isPoint: boolean
  /** How many entries it meets was counted, not estimated. */
  readonly isCounted: boolean
}

/**
 * The ways to the rows that meet the conditions, all with the same number of expected rows: as an index has counted them,
 * where one has. When a whole unique key is given there is no other way worth a thought.
 */
export function accessPaths(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
): (IndexScan | TableScan)[] {
  const paths = indexPaths(from, conjuncts, tables, needsRowKey)
  const scans = paths.map(path => path.scan)
  if (paths.some(path => path.isPoint)) return scans
  const all: (IndexScan | TableScan)[] = [tableScan(from, conjuncts, tables, needsRowKey), ...scans]
  const counted = paths.filter(path => path.isCounted).map(path => path.scan.rows)
  if (counted.length > 0) {
    const rows = Math.min(...counted)
    for (const path of all) path.rows = rows
  }
  return all
}

/** The index scans that the conditions allow, each with the rest of them as its filter. */
export function indexScans(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
): IndexScan[] {
  return indexPaths(from, conjuncts, tables, needsRowKey).map(path => path.scan)
}

/** The same, with what they are expected to meet. */
export function indexPaths(
  from: BoundTable,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
): IndexPath[] {
  if (from.sample !== undefined) return []
  const conditions = conjuncts
    .map(conjunct => conditionOf(conjunct, from.relation.id))
    .filter(one => one !== undefined)
  if (conditions.length === 0 && from.indexTerms === undefined) return []
  const paths: IndexPath[] = []
  for (const shape of indexesFor(from, conjuncts)) {
    const path = matchIndex(from, shape, conditions, conjuncts, tables, needsRowKey)
    if (path?.isPoint) return [path]
    if (path === undefined) continue
    paths.push(path)
    // Lists in several columns are each other's multiples: the later ones may better be tested row by row.
    if (rangeCount(path.scan.equals) <= RANGES_MANY) continue
    const wider = matchIndex(from, shape, conditions, conjuncts, tables, needsRowKey, RANGES_MANY)
    if (wider !== undefined) paths.push(wider)
  }
  return paths
}

function matchIndex(
  from: BoundTable,
  shape: IndexShape,
  conditions: readonly ColumnCondition[],
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  needsRowKey: boolean,
  rangesMax = Number.POSITIVE_INFINITY,
): IndexPath | undefined {
  const used: BoundExpression[] = []
  const said = new Set<BoundExpression>()
  const use = ({ conjunct, isExact }: ColumnCondition) => {
    used.push(conjunct)
    if (isExact) said.add(conjunct)
  }
  const sayNotNull = (own: readonly ColumnCondition[]) => {
    for (const { operator, conjunct } of own) if (operator === 'is not null') said.add(conjunct)
  }
  const equals: IndexScan['equals'][number][] = []
  let lower: IndexScan['lower']
  let upper: IndexScan['upper']
  let startsWith: BoundExpression | undefined
  let nulls: IndexScan['nulls'] = 'any'
  for (const [number, part] of shape.columns.entries()) {
    const own = conditions.filter(one => isOver(one.operand, part, shape.terms?.expressions[number]))
    const equal =
      own.find(one => one.operator === '=') ??
      own.find(one => one.operator === 'not distinct') ??
      own.find(one => one.operator === 'any')
    if (equal !== undefined) {
      const findsNull = equal.operator === 'not distinct' && mayBeNull(from.table, part)
      equals.push({ value: equal.value!, isArray: equal.operator === 'any', findsNull })
      if (equals.length > 1 && rangeCount(equals) > rangesMax) {
        equals.pop()
        break
      }
      use(equal)
      if (!findsNull) sayNotNull(own)
      continue
    }
    const nullTest = own.find(one => one.operator === 'is null')
    const ordered = likenessOfKeys(from.table, part) === 'order' ? own : []
    const notNull = ordered.find(one => one.operator === 'is not null')
    const low = ordered.find(one => one.operator === '>' || one.operator === '>=')
    const high = ordered.find(one => one.operator === '<' || one.operator === '<=')
    const beginning = own.find(one => one.operator === 'starts with')
    if (nullTest !== undefined) {
      nulls = 'only'
      use(nullTest)
    } else if (low !== undefined || high !== undefined) {
      if (low !== undefined) {
        lower = { value: low.value!, isInclusive: low.operator === '>=' }
        use(low)
      }
      if (high !== undefined) {
        upper = { value: high.value!, isInclusive: high.operator === '<=' }
        use(high)
      }
      sayNotNull(own)
    } else if (beginning !== undefined) {
      startsWith = beginning.value
      use(beginning)
    } else if (notNull !== undefined) {
      nulls = 'none'
      use(notNull)
      sayNotNull(own)
    }
    break
  }
  const predicate = conjunctsOf(shape.terms?.predicate && withNotsInside(shape.terms.predicate))
  for (const conjunct of conjuncts) {
    if (predicate.some(one => sameExpression(one, conjunct))) said.add(conjunct)
  }
  if (used.length === 0 && predicate.length === 0) return undefined
  used.push(...predicate.filter(one => !used.some(other => sameExpression(one, other))))
  const filter = conjuncts.filter(conjunct => !said.has(conjunct))
  const { tested, others } = readingCosts(from, filter, tables)
  const scan: IndexScan = {
    kind: 'index scan',
    relation: from.relation,
    table: from.table,
    index: shape.number,
    equals,
    lower,
    upper,
    startsWith,
    nulls,
    columns: [],
    isIndexOnly: false,
    filter: conjunction(filter),
    isReverse: false,
    needsRowKey,
    rows: 1,
    startupCost: POINT_COST,
    totalCost: POINT_COST + tested + others + filter.length * CONDITION_COST,
  }
  const isWhole = shape.isUnique && equals.length === shape.columns.length
  // A unique index has as many nulls as there are.
  if (isWhole && !equals.some(one => one.isArray || one.findsNull))
    return { scan, found: 1, isPoint: true, isCounted: false }
  const all = tables.rowCount(from.table)
  const counted = tables.entryCount(scan)
  const found = Math.max(1, counted ?? all * jointSelectivity(used, tables))
  // What the range does not say thins out what it finds.
  const rest = conjuncts.filter(conjunct => !used.includes(conjunct))
  const inexact = used.filter(one => filter.includes(one))
  const passing = Math.min(1, (all * jointSelectivity(inexact, tables)) / found)
  scan.rows = Math.max(1, found * jointSelectivity(rest, tables) * (inexact.length === 0 ? 1 : passing))
  scan.startupCost = RANGE_COST
  scan.totalCost =
    RANGE_COST * rangeCount(equals) +
    found * (entryCost(from, shape, needsRowKey, tables) + tested + filter.length * CONDITION_COST) +
    scan.rows * others
  return { scan, found, isPoint: false, isCounted: counted !== undefined }
}

function mayBeNull(table: TableSchema, { column }: IndexColumn): boolean {
  return column < 0 || !table.columns[column].isNotNull
}

/** What reading a row's columns costs: those that conditions test, and the others, of rows that pass. */
export function readingCosts(
  from: BoundTable,
  filter: readonly BoundExpression[],
  tables: TableLookup,
): { readonly tested: number; readonly others: number } {
  const { relation, table } = from
  const inFilter = columnsOf(filter, new Map()).get(relation.id) ?? new Set()
  const read = tables.columnsRead(relation.id) ?? table.columns.keys()
  let tested = 0
  let others = 0
  for (const column of inFilter) if (column >= 0) tested += columnCost(table.columns[column].type)
  for (const column of read) if (!inFilter.has(column)) others += columnCost(table.columns[column].type)
  return { tested, others }
}

/** From so many ranges on fewer that are wider are thought of, too. */
const RANGES_MANY = 32

/** Elements of an array that is known only when the statement runs. */
const ARRAY_LENGTH = 10

/** How many ranges are walked one after the other. */
export function rangeCount(equals: IndexScan['equals']): number {
  return equals.reduce((count, { value, isArray }) => {
    if (!isArray) return count
    return count * (value.kind === 'array' ? value.elements.length : ARRAY_LENGTH)
  }, 1)
}

/** An entry of an index, with its row unless the index has all that is read of it. */
function entryCost(from: BoundTable, shape: IndexShape, needsRowKey: boolean, tables: TableLookup): number {
  if (shape.number === PRIMARY) return KEY_ENTRY
  const columns = tables.columnsRead(from.relation.id)
  if (!needsRowKey && columns !== undefined && isCovered(from.table, shape.number, columns))
    return INDEX_ENTRY
  const [{ column }] = shape.columns
  const correlation = (column < 0 ? undefined : tables.statistics(from.table, column)?.correlation) ?? 0
  return INDEX_ENTRY + FETCH_FAR + (FETCH_NEAR - FETCH_FAR) * correlation ** 2
}

/** Whether an index has all of some columns, so that rows need not be fetched. */
export function isCovered(table: TableSchema, index: number, columns: Iterable<number>): boolean {
  if (index < 0) return false
  const own = table.indexes[index].columns.map(one => one.column)
  const has = new Set([
    ...own.filter(column => column >= 0 && isOneForm(table.columns[column].type)),
    ...(table.primaryKey?.columns ?? []),
  ])
  for (const column of columns) if (!has.has(column)) return false
  return true
}

/** What the range of an index scan says, column by column, in the words of EXPLAIN; a test for null has no value. */
export function conditionsOfIndex(node: IndexScan): readonly {
  readonly part: IndexColumn
  readonly operator: string
  readonly value: BoundExpression | undefined
}[] {
  const parts = indexColumns(node.table, node.index)
  const part = parts[node.equals.length]
  const { lower, upper, startsWith } = node
  return [
    ...node.equals.map(({ value, isArray, findsNull }, i) => ({
      part: parts[i],
      operator: isArray ? '= ANY' : findsNull ? 'IS NOT DISTINCT FROM' : '=',
      value,
    })),
    ...(lower === undefined ? [] : [{ part, operator: lower.isInclusive ? '>=' : '>', value: lower.value }]),
    ...(upper === undefined ? [] : [{ part, operator: upper.isInclusive ? '<=' : '<', value: upper.value }]),
    ...(startsWith === undefined ? [] : [{ part, operator: '^@', value: startsWith }]),
    ...(node.nulls === 'any'
      ? []
      : [{ part, operator: node.nulls === 'only' ? 'IS NULL' : 'IS NOT NULL', value: undefined }]),
  ]
}

/** An order in which an index gives its rows, without conditions: all of them. */
export function fullIndexScan(
  from: BoundTable,
  shape: IndexShape,
  conjuncts: readonly BoundExpression[],
  tables: TableLookup,
  isReverse: boolean,
): IndexScan {
  const all = tables.rowCount(from.table)
  const rows = Math.max(1, all * jointSelectivity(conjuncts, tables))
  const { tested, others } = readingCosts(from, conjuncts, tables)
  return {
    kind: 'index scan',
    relation: from.relation,
    table: from.table,
    index: shape.number,
    equals: [],
    lower: undefined,
    upper: undefined,
    startsWith: undefined,
    nulls: 'any',
    columns: [],
    isIndexOnly: false,
    filter: conjunction(conjuncts),
    isReverse,
    needsRowKey: false,
    rows,
    startupCost: RANGE_COST,
    totalCost:
      RANGE_COST +
      all * (entryCost(from, shape, false, tables) + tested + conjuncts.length * CONDITION_COST) +
      rows * others,
  }
}
