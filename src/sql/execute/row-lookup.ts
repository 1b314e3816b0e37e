/** Finding whole rows of a table by the values of some columns: by an index where one fits, else by looking at all. */

import type { IndexSchema, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { indexesOf, PRIMARY } from '../plan/access.ts'
import type { DataSource } from '../storage/data-source.ts'
import { entryRange, keyRanges, keyShapes } from '../storage/key-range.ts'
import { RowCursor } from '../storage/row-cursor.ts'
import { equality } from '../types/compare.ts'

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
  if (values.includes(null)) return []
  const shape = indexesOf(table).find(one => {
    const leading = one.columns.slice(0, columns.length).map(column => column.column)
    return leading.length === columns.length && columns.every(column => leading.includes(column))
  })
  const records = data.records(table)
  const index =
    shape === undefined || shape.number === PRIMARY ? undefined : table.indexes[shape.number].storedName
  const ranges =
    shape === undefined
      ? [{ from: undefined, to: undefined }]
      : keyRanges(records, index, keyShapes(shape.columns, table), {
          equals: shape.columns
            .slice(0, columns.length)
            .map(({ column }) => [values[columns.indexOf(column)]]),
          lower: undefined,
          upper: undefined,
          startsWith: null,
          nulls: 'any',
        })
  const cursor = wholeRowCursor(data, table, index)
  const equals = columns.map(column => equality(table.columns[column].type))
  const found: Value[][] = []
  let metCount = 0
  for (const range of ranges) {
    cursor.open(range)
    const row: Value[] = []
    while (found.length < limit && cursor.next(row)) {
      if ((++metCount & CANCEL_MASK) === 0) context.checkCancelled()
      const isMatch = columns.every((column, i) => row[column] !== null && equals[i](row[column], values[i]))
      if (isMatch) found.push([...row])
    }
    cursor.close()
  }
  return found
}

/** The rows that a secondary index has under these values, whole; null is among them like any value. */
export function findInIndex(
  data: DataSource,
  table: TableSchema,
  index: IndexSchema,
  values: readonly Value[],
  limit: number,
): Value[][] {
  const cursor = wholeRowCursor(data, table, index.storedName)
  const found: Value[][] = []
  const row: Value[] = []
  cursor.open(entryRange(data.records(table), index.storedName!, keyShapes(index.columns, table), values))
  while (found.length < limit && cursor.next(row)) found.push([...row])
  cursor.close()
  return found
}

/** A cursor that leaves all of a row's values in an array, by column; without an index, in the order of the primary key. */
export function wholeRowCursor(data: DataSource, table: TableSchema, index?: string): RowCursor {
  const wanted = table.columns.map((column, register) => ({
    storedName: column.storedName,
    type: column.type,
    modifier: column.modifier,
    storedNode: column.storedNode,
    register,
  }))
  return new RowCursor(data.source, data.records(table), wanted, {
    index,
    isReverse: false,
  })
}
