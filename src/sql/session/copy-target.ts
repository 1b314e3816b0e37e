/** Which table and columns a COPY means, and statements about them by text. */

import type { TableSchema } from '../catalog/schema.ts'
import { requireColumn, requireTable } from '../definition/names.ts'
import { SqlError } from '../errors.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import { parseStatements } from '../syntax/parser.ts'
import type { CopyStatement, QueryStatement } from '../syntax/tree.ts'
import type { ReadyStatement, SessionEnvironment } from './environment.ts'

/** @throws SqlError 42P01, 42809 */
export function tableOf(
  { settings }: SessionEnvironment,
  state: ReadyStatement['state'],
  { table, at }: CopyStatement,
): TableSchema {
  return requireTable(table!, { state, searchPath: settings.searchPath }, at)
}

/** The numbers of those that are named, or of all that nobody computes. */
export function columnsOf(table: TableSchema, { columns, at }: CopyStatement): number[] {
  if (columns.length === 0) {
    return table.columns.flatMap((column, i) =>
      column.isHidden || column.generatedText !== undefined ? [] : [i],
    )
  }
  const numbers = columns.map(name => requireColumn(table, name, at))
  numbers.forEach((number, i) => {
    if (table.columns[number].generatedText !== undefined) {
      throw new SqlError('42P10', `column "${columns[i]}" is a generated column`, {
        detail: 'Generated columns cannot be used in COPY.',
      })
    }
    if (numbers.indexOf(number) < i) {
      throw new SqlError('42701', `column "${columns[i]}" specified more than once`)
    }
  })
  return numbers
}

export function fullName({ schema, name }: Pick<TableSchema, 'schema' | 'name'>): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

export function onlyQuery(text: string): QueryStatement {
  return parseStatements(text)[0].statement as QueryStatement
}
