/** What ALTER COLUMN … TYPE may do to a column, and what becomes of its default. */

import { bindScalar } from '../bind/binder.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredSqlColumn } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import { formatExpression } from '../syntax/format.ts'
import { parseExpression } from '../syntax/parser.ts'
import type { AlterTableAction } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import { namesColumn } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'

export interface TargetType {
  readonly type: SqlType
  readonly modifier: number
}

/** A type's name as it is written, wherever it lies. */
export function typeText({ schema, name }: SqlType): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** A default goes on meaning the value that it has been. @throws SqlError 42804 it cannot be assigned to the new type */
export function castDefault(
  { name, defaultText }: StoredSqlColumn,
  from: SqlType,
  target: TargetType,
  { state, functions }: DefinitionEnvironment,
): string {
  const said = parseExpression(defaultText!)
  // A text in quotes was read as the old type reads it.
  const isOtherwise = from !== target.type && !(from.category === 'S' && target.type.category === 'S')
  const meant =
    said.kind === 'literal' && said.value.type === 'string' && isOtherwise
      ? parseExpression(`CAST(${defaultText} AS ${typeText(from)})`)
      : said
  try {
    bindScalar(meant, state, functions, { target, clause: 'default' })
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate !== '42804') throw error
    throw new SqlError(
      '42804',
      `default for column "${name}" cannot be cast automatically to type ${target.type.displayName}`,
    )
  }
  return meant === said ? defaultText! : formatExpression(meant)
}

/** A generated column gets its values by its expression alone, and one that it reads keeps its type. */
export function refuseGenerated(
  { name, generatedText }: StoredSqlColumn,
  { using }: Extract<AlterTableAction, { kind: 'set type' }>,
  columns: readonly StoredSqlColumn[],
): void {
  if (generatedText !== undefined && using !== undefined) {
    throw new SqlError('42611', 'cannot specify USING when altering type of generated column', {
      detail: `Column "${name}" is a generated column.`,
    })
  }
  const reader = columns.find(one => one.generatedText !== undefined && namesColumn(one.generatedText, name))
  if (reader === undefined) return
  throw new SqlError('0A000', 'cannot alter type of a column used by a generated column', {
    detail: `Column "${name}" is used by generated column "${reader.name}".`,
  })
}

/** Whether the old value may be assigned to the new type without being asked for. */
export function castsUnasked(
  table: TableSchema,
  column: string,
  target: TargetType,
  { state, functions }: DefinitionEnvironment,
): boolean {
  try {
    bindScalar(parseExpression(quoteIdentifier(column)), state, functions, {
      table,
      target,
      clause: 'transform',
    })
    return true
  } catch (error) {
    if (error instanceof SqlError && error.sqlstate === '42804') return false
    throw error
  }
}
