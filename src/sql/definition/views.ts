/** CREATE VIEW. Its query is stored as text, and bound each time it is used. */

import { reasonNotUpdatable } from '../bind/updatable-views.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import { SqlError } from '../errors.ts'
import type { CreateView } from '../syntax/tree.ts'
import { TEXT, UNKNOWN } from '../types/type.ts'
import { readsTree } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { newName } from './names.ts'
import { withOptions } from './storage-hints.ts'
import { storedQuery } from './stored-names.ts'
import { isTemporarySchema } from './temporary.ts'
import { optionsOfView, storedViewOptions } from './view-options.ts'

export function createView(statement: CreateView, environment: DefinitionEnvironment): void {
  const { state } = environment
  // What is over temporary tables cannot be there for longer.
  const readsTemporary = [...state.allRelations()].some(
    one => isTemporarySchema(one.schema) && readsTree(statement.query, one, state, environment.searchPath),
  )
  const target = newName(statement.name, environment, statement.at, statement.isTemporary || readsTemporary)
  const existing = state.relation(target.schema, target.name)
  if (existing !== undefined && !(statement.orReplace && existing.kind === 'view')) {
    if (statement.orReplace) throw new SqlError('42809', `"${target.name}" is not a view`)
    throw new SqlError('42P07', `relation "${target.name}" already exists`)
  }
  const { bound, text } = storedQuery(statement.query, environment, statement.at)
  const options = storedViewOptions(withOptions(undefined, optionsOfView(statement)))
  const reason = options.checkOption === 'none' ? undefined : reasonNotUpdatable(bound)
  if (reason !== undefined) {
    throw new SqlError('0A000', 'WITH CHECK OPTION is supported only on automatically updatable views', {
      hint: reason,
    })
  }
  const { columns } = bound
  if (statement.columns.length > columns.length) {
    throw new SqlError('42601', 'CREATE VIEW specifies more column names than columns')
  }
  const stored = columns.map(({ name, type, modifier }, i) => ({
    name: statement.columns[i] ?? name,
    type: (type === UNKNOWN ? TEXT : type).oid,
    modifier,
  }))
  const names = new Set<string>()
  for (const { name } of stored) {
    if (names.has(name)) throw new SqlError('42701', `column "${name}" specified more than once`)
    names.add(name)
  }
  if (existing?.kind === 'view') {
    existing.columns.forEach((column, i) => {
      if (stored[i] === undefined) throw new SqlError('42P16', 'cannot drop columns from view')
      if (stored[i].name !== column.name) {
        throw new SqlError(
          '42P16',
          `cannot change name of view column "${column.name}" to "${stored[i].name}"`,
          {
            hint: 'Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.',
          },
        )
      }
      if (stored[i].type !== column.type.oid) {
        throw new SqlError(
          '42P16',
          `cannot change data type of view column "${column.name}" from ${column.type.displayName} to ${state.typeByOid(stored[i].type)!.displayName}`,
        )
      }
    })
  }
  const editor = new CatalogEditor(environment.unit.tables)
  const oid = existing?.oid ?? editor.newOid(2)
  // What was said of the view before is said of it still.
  const before = existing === undefined ? undefined : editor.get('view', oid)
  editor.put('view', oid, {
    ...target,
    ...(before?.comment === undefined ? {} : { comment: before.comment }),
    rowTypeOid: oid + 1,
    columns: stored.map((column, i) => {
      const { comment, defaultText } = before?.columns[i] ?? {}
      return {
        ...column,
        ...(comment === undefined ? {} : { comment }),
        ...(defaultText === undefined ? {} : { defaultText }),
      }
    }),
    text,
    ...options,
  })
}
