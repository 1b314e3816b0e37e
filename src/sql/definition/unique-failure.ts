/** A unique index that the rows which are there do not allow, in PostgreSQL's words. */

import { isCoppiceError } from '../../base/errors.ts'
import type { Steps } from '../../base/steps.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { wholeRowCursor } from '../execute/row-lookup.ts'
import type { Value } from '../functions/registry.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import { joinedKeys, keyOf } from '../types/compare.ts'
import { outputFunction } from '../types/input-output.ts'
import type { DefinitionEnvironment } from './environment.ts'

/**
 * The index of a deferrable key takes equal entries: that there are none is looked at here.
 * @throws SqlError 23505
 */
export function* refuseDuplicates(
  index: StoredSqlIndex,
  table: TableSchema,
  data: WritableDataSource,
  { context, pause }: Pick<DefinitionEnvironment, 'context' | 'pause'>,
): Steps {
  const columns = index.columns.map(({ column }) => column)
  const keys = columns.map(column => keyOf(table.columns[column].type))
  const cursor = wholeRowCursor(data, table, index.storedName)
  cursor.open({ from: undefined, to: undefined })
  try {
    const row: Value[] = []
    // Equal entries stand side by side.
    let before: string | undefined
    while (cursor.next(row)) {
      if (--pause.left < 0 && pause.isDue()) yield
      const values = columns.map(column => row[column])
      if (values.includes(null) && !index.nullsNotDistinct) continue
      const key = joinedKeys(values, at => keys[at])
      if (key === before) {
        const names = columns.map(column => table.columns[column].name)
        const texts = columns.map((column, at) => {
          const { type } = table.columns[column]
          return values[at] === null ? 'null' : outputFunction(type)(values[at], context)
        })
        throw new SqlError('23505', `could not create unique index "${index.name}"`, {
          schema: table.schema,
          table: table.name,
          constraint: index.name,
          detail: `Key (${names.join(', ')})=(${texts.join(', ')}) is duplicated.`,
        })
      }
      before = key
    }
  } finally {
    cursor.close()
  }
}

export function uniqueFailure(
  error: unknown,
  index: StoredSqlIndex,
  { columns }: StoredSqlTable,
  table: TableSchema,
): unknown {
  if (!isCoppiceError(error, 'UNIQUE_VIOLATION') && !isCoppiceError(error, 'KEY_EXISTS')) return error
  const names = index.columns.map(({ column, expressionText }) => expressionText ?? columns[column].name)
  return new SqlError('23505', `could not create unique index "${index.name}"`, {
    schema: table.schema,
    table: table.name,
    constraint: index.name,
    detail: `Key (${names.join(', ')}) is duplicated.`,
    cause: error,
  })
}
