/** ALTER VIEW … SET and RESET of options, and defaults of its columns. */

import { reasonNotUpdatable } from '../bind/updatable-views.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { StoredView } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { parseStatements } from '../syntax/parser.ts'
import type { AlterTable, AlterTableAction, Query } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findRelation } from './names.ts'
import { withOptions } from './storage-hints.ts'
import { storedExpression, storedQuery } from './stored-names.ts'
import { checkViewOptions, storedViewOptions } from './view-options.ts'

export function alterView(statement: AlterTable, environment: DefinitionEnvironment): void {
  const { name, ifExists, at } = statement
  const view = findRelation(name, environment)
  if (view === undefined) {
    const message = `relation "${name.join('.')}" does not exist`
    if (!ifExists) throw new SqlError('42P01', message, { position: at })
    environment.notice('00000', `${message}, skipping`)
    return
  }
  if (view.kind !== 'view') throw new SqlError('42809', `"${view.name}" is not a view`)
  const editor = new CatalogEditor(environment.unit.tables)
  let before = view.options
  for (const action of statement.actions) {
    const { options: _, isSecurityInvoker: __, ...stored } = editor.get('view', view.oid)!
    let options: readonly string[] | undefined
    if (action.kind === 'set options') {
      checkViewOptions(action.options)
      options = withOptions(before, action.options)
    } else if (action.kind === 'reset options') options = withOptions(before, [], action.names)
    else if (action.kind === 'set default') {
      editor.put('view', view.oid, withDefault(editor.get('view', view.oid)!, action, environment))
      continue
    } else throw notSupported(`ALTER VIEW (${action.kind})`, at)
    const next = storedViewOptions(options)
    if (next.checkOption !== 'none') refuseCheckOption(stored.text, environment)
    editor.put('view', view.oid, { ...stored, ...next })
    before = options
  }
}

function withDefault(
  stored: StoredView,
  { column: name, expression }: Extract<AlterTableAction, { readonly kind: 'set default' }>,
  environment: DefinitionEnvironment,
): StoredView {
  const column = stored.columns.find(one => one.name === name)
  if (column === undefined) {
    throw new SqlError('42703', `column "${name}" of relation "${stored.name}" does not exist`)
  }
  const { defaultText: _, ...rest } = column
  const target = { type: environment.state.typeByOid(column.type)!, modifier: column.modifier }
  const text =
    expression === undefined
      ? undefined
      : storedExpression(expression, environment, { target, targetName: name, clause: 'default' }).text
  const next = text === undefined ? rest : { ...rest, defaultText: text }
  return { ...stored, columns: stored.columns.map(one => (one === column ? next : one)) }
}

/** @throws SqlError 0A000 rows cannot be inserted into it */
function refuseCheckOption(text: string, environment: DefinitionEnvironment): void {
  const { bound } = storedQuery(parseStatements(text)[0].statement as Query, environment, -1)
  const hint = reasonNotUpdatable(bound)
  if (hint === undefined) return
  throw new SqlError('0A000', 'WITH CHECK OPTION is supported only on automatically updatable views', {
    hint,
  })
}
