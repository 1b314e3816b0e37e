/** A unique index that the rows which are there do not allow, in PostgreSQL's words. */

import { isCoppiceError } from '../../base/errors.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'

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
