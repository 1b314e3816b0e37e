/** A unique index that the rows which are there do not allow, in PostgreSQL's words. */

import { isCoppiceError } from '../../base/errors.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'

export function uniqueFailure(
  error: unknown,
  index: string,
  table: TableSchema,
  columns: readonly number[],
): unknown {
  if (!isCoppiceError(error, 'UNIQUE_VIOLATION') && !isCoppiceError(error, 'KEY_EXISTS')) return error
  const names = columns.map(column => table.columns[column].name).join(', ')
  return new SqlError('23505', `could not create unique index "${index}"`, {
    schema: table.schema,
    table: table.name,
    constraint: index,
    detail: `Key (${names}) is duplicated.`,
    cause: error,
  })
}
