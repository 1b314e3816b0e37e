/**
 * Finding whole rows of a table by the values of some columns: by an index where one fits, else by looking at all.
 *
 * What finds them is made once for a table and its columns, and kept as long as the table's definition is the same: readers of rows are
 * generated code, which takes longer to make than a hundred rows to find. Nobody else's code runs while it looks, so one is
 * enough.
 */

import type { IndexSchema, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { indexesOf, PRIMARY } from '../plan/access.ts'
import type { WantedColumn } from '../storage/column-reader.ts'
import type { DataSource } from '../storage/data-source.ts'
import { canHave, entryRange, type KeyColumnShape, keyRanges, keyShapes } from '../storage/key-range.ts'
import { PointReader } from '../storage/point-reader.ts'
import { RowCursor } from '../storage/row-cursor.ts'
import { equality } from '../types/compare.ts'
import { generateRowReader } from './generate/row-code.ts'

/** A lookup that looks at so many rows asks whether the statement was cancelled. */
const CANCEL_MASK = 255

/** All rows, as values by column, whose `columns` equal `values`. A null among the values finds none. @throws SqlError 57014 */
export function findRows(
  data: DataSource,
  table: TableSchema,
  columns: readonly number[],
  values: readonly Value[],
  context: EvaluationContext,
  limit = Number.POSITIVE_INFINITY,
): Value[][] {
  return values.includes(null) ? [] : finderOf(table, columns).find(data, values, context, limit)
}

/** The rows that a secondary index has under these values, whole; null is among them like any value. */
export function findInIndex(
  data: DataSource,
  table: TableSchema,
  index: IndexSchema,
  values: readonly Value[],
  limit: number,
): Value[][] {
  return entryFinderOf(table, index).find(data, values, limit)
}

/** A cursor that leaves all of a row's values in an array, by column; without an index, in the order of the primary key. */
export function wholeRowCursor(data: DataSource, table: TableSchema, index?: string): RowCursor {
  return new RowCursor(data.source, data.records(table), allColumns(table), { index, isReverse: false })
}

function allColumns(table: TableSchema): WantedColumn[] {
  return table.columns.map(({ storedName, type, modifier, storedNode }, register) => {
    return { storedName, type, modifier, storedNode, register }
  })
}

/** `wholeRowCursor`, kept for the next time. */
class KeptCursor {
  private readonly table: TableSchema
  private readonly index: string | undefined
  private cursor: RowCursor | undefined

  constructor(table: TableSchema, index: string | undefined) {
    this.table = table
    this.index = index
  }

  in(data: DataSource): RowCursor {
    const records = data.records(this.table)
    if (this.cursor?.fits(records)) this.cursor.bind(data.source, records)
    else this.cursor = wholeRowCursor(data, this.table, this.index)
    return this.cursor
  }
}

/** Finds rows by the values of the same columns. */
class RowFinder {
  readonly columns: readonly number[]
  private readonly table: TableSchema
  /** By column of the index that fits: which of the values is its. Undefined: none fits. */
  private readonly valueAt: readonly number[] | undefined
  private readonly shapes: readonly KeyColumnShape[]
  private readonly storedIndex: string | undefined
  /** Whether there is at most one row, which is found without a walk. */
  private readonly isWholePrimaryKey: boolean
  private readonly equals: readonly ((a: Value, b: Value) => boolean)[]
  private readonly cursor: KeptCursor
  private point: PointReader | undefined

  constructor(table: TableSchema, columns: readonly number[]) {
    this.table = table
    this.columns = columns
    const index = indexesOf(table).find(one => {
      const leading = one.columns.slice(0, columns.length).map(column => column.column)
      return leading.length === columns.length && columns.every(column => leading.includes(column))
    })
    const isPrimary = index?.number === PRIMARY
    this.valueAt = index?.columns.slice(0, columns.length).map(({ column }) => columns.indexOf(column))
    this.shapes = index === undefined ? [] : keyShapes(index.columns, table)
    // Of the index there may be a part only that values can be looked up in.
    const keyLengths = isPrimary ? [index.columns.length, table.primaryKey?.columns.length] : []
    this.isWholePrimaryKey = isPrimary && keyLengths.every(length => length === columns.length)
    this.storedIndex = index === undefined || isPrimary ? undefined : table.indexes[index.number].storedName
    this.equals = columns.map(column => equality(table.columns[column].type))
    this.cursor = new KeptCursor(table, this.storedIndex)
  }

  find(data: DataSource, values: readonly Value[], context: EvaluationContext, limit: number): Value[][] {
    return this.isWholePrimaryKey
      ? this.findOne(data, values)
      : this.findByWalking(data, values, context, limit)
  }

  private findOne(data: DataSource, values: readonly Value[]): Value[][] {
    const { table, shapes, valueAt } = this
    const records = data.records(table)
    if (!this.point?.fits(records)) {
      this.point = new PointReader(records, shapes, allColumns(table), generateRowReader)
    }
    this.point.bind(data.source, records)
    const key = values.length === 1 ? values : valueAt!.map(at => values[at])
    if (!key.every((value, part) => canHave(value, shapes[part]))) return []
    const row: Value[] = []
    const isThere = this.point.read(key, row)
    return isThere && this.isMatch(row, values) ? [row] : []
  }

  private findByWalking(
    data: DataSource,
    values: readonly Value[],
    context: EvaluationContext,
    limit: number,
  ): Value[][] {
    const cursor = this.cursor.in(data)
    const found: Value[][] = []
    let metCount = 0
    for (const range of this.rangesOf(data, values)) {
      cursor.open(range)
      const row: Value[] = []
      while (found.length < limit && cursor.next(row)) {
        if ((++metCount & CANCEL_MASK) === 0) context.checkCancelled()
        if (this.isMatch(row, values)) found.push([...row])
      }
      cursor.close()
    }
    return found
  }

  private rangesOf(data: DataSource, values: readonly Value[]): ReturnType<typeof keyRanges> {
    const { valueAt, table, storedIndex, shapes } = this
    if (valueAt === undefined) return [{ from: undefined, to: undefined }]
    return keyRanges(data.records(table), storedIndex, shapes, {
      equals: valueAt.map(at => [values[at]]),
      lower: undefined,
      upper: undefined,
      startsWith: null,
      nulls: 'any',
    })
  }

  private isMatch(row: readonly Value[], values: readonly Value[]): boolean {
    const { columns, equals } = this
    for (let i = 0; i < columns.length; i++) {
      const value = row[columns[i]]
      if (value === null || !equals[i](value, values[i])) return false
    }
    return true
  }
}

/** Finds rows by all values of an index. */
class EntryFinder {
  private readonly table: TableSchema
  private readonly index: string
  private readonly shapes: readonly KeyColumnShape[]
  private readonly cursor: KeptCursor

  constructor(table: TableSchema, { storedName, columns }: IndexSchema) {
    this.table = table
    this.index = storedName!
    this.shapes = keyShapes(columns, table)
    this.cursor = new KeptCursor(table, storedName)
  }

  find(data: DataSource, values: readonly Value[], limit: number): Value[][] {
    const cursor = this.cursor.in(data)
    const found: Value[][] = []
    const row: Value[] = []
    cursor.open(entryRange(data.records(this.table), this.index, this.shapes, values))
    while (found.length < limit && cursor.next(row)) found.push([...row])
    cursor.close()
    return found
  }
}

// By the definition of a table: another one has others.
const finders = new WeakMap<TableSchema, RowFinder[]>()
const entryFinders = new WeakMap<TableSchema, Map<IndexSchema, EntryFinder>>()

function finderOf(table: TableSchema, columns: readonly number[]): RowFinder {
  let known = finders.get(table)
  if (known === undefined) {
    known = []
    finders.set(table, known)
  }
  for (const finder of known) if (isSameList(finder.columns, columns)) return finder
  const finder = new RowFinder(table, columns)
  known.push(finder)
  return finder
}

function entryFinderOf(table: TableSchema, index: IndexSchema): EntryFinder {
  let known = entryFinders.get(table)
  if (known === undefined) {
    known = new Map()
    entryFinders.set(table, known)
  }
  let finder = known.get(index)
  if (finder === undefined) {
    finder = new EntryFinder(table, index)
    known.set(index, finder)
  }
  return finder
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true
  return a.length === b.length && a.every((column, i) => column === b[i])
}
