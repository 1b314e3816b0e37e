/**
 * Who needs a sequence: defaults of columns, of tables' and views', and of domains, checks and views that name it (`nextval('s')`). They name it in a text
 * of type regclass, and what such a text means is found by binding, as in stored-names.ts.
 */

import type { RelationSchema, SequenceSchema, TableSchema, ViewSchema } from '../catalog/schema.ts'
import type { StoredSqlColumn } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import type { SqlType } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { queryOf } from './names.ts'
import { expressionNames, queryNames } from './stored-names.ts'

export type SequenceUser =
  | { readonly kind: 'default'; readonly table: TableSchema; readonly column: number }
  | { readonly kind: 'view default'; readonly view: ViewSchema; readonly column: number }
  | { readonly kind: 'domain default'; readonly type: SqlType }
  | { readonly kind: 'constraint'; readonly table: TableSchema; readonly constraint: number }
  | { readonly kind: 'relation'; readonly relation: RelationSchema }

export function usersOf(sequence: SequenceSchema, environment: DefinitionEnvironment): SequenceUser[] {
  const { state } = environment
  const users: SequenceUser[] = []
  for (const relation of state.allRelations()) {
    const text = queryOf(relation)
    if (text !== undefined && queryNames(text, sequence, environment))
      users.push({ kind: 'relation', relation })
    if (relation.kind === 'view') {
      relation.columns.forEach(({ defaultText }, column) => {
        if (defaultText !== undefined && expressionNames(defaultText, sequence, environment, {})) {
          users.push({ kind: 'view default', view: relation, column })
        }
      })
    }
    if (relation.kind !== 'table') continue
    const names = (expression: string | undefined) =>
      expression !== undefined && expressionNames(expression, sequence, environment, { table: relation })
    relation.columns.forEach(({ defaultText }, column) => {
      if (names(defaultText)) users.push({ kind: 'default', table: relation, column })
    })
    relation.constraints.forEach((one, constraint) => {
      if (one.kind === 'check' && names(one.text))
        users.push({ kind: 'constraint', table: relation, constraint })
    })
  }
  for (const type of state.allTypes()) {
    const stored = state.storedType(type)
    if (stored?.kind !== 'domain' || stored.defaultText === undefined) continue
    if (expressionNames(stored.defaultText, sequence, environment, {}))
      users.push({ kind: 'domain default', type })
  }
  return users
}

/** A column without its default. */
export function withoutDefault({ defaultText: _, ...column }: StoredSqlColumn): StoredSqlColumn {
  if (column.identity !== undefined) return column
  const { sequenceOid: __, ...rest } = column
  return rest
}

/** The sequence of an identity goes with its column, and not by itself. @throws SqlError 2BP01 */
export function refuseOfIdentity({ oid, name }: SequenceSchema, tables: Iterable<RelationSchema>): void {
  for (const table of tables) {
    if (table.kind !== 'table') continue
    const column = table.columns.find(one => one.identity !== undefined && one.sequenceOid === oid)
    if (column === undefined) continue
    const what = `column ${column.name} of table ${table.name}`
    throw new SqlError('2BP01', `cannot drop sequence ${name} because ${what} requires it`, {
      hint: `You can drop ${what} instead.`,
    })
  }
}
