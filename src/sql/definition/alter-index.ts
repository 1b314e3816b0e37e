/** ALTER INDEX … SET and RESET of storage parameters, which are remembered. */

import { CatalogEditor } from '../catalog/editor.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { AlterTable } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findIndex, findRelation } from './names.ts'
import { withOptions } from './storage-hints.ts'

export function alterIndex(statement: AlterTable, environment: DefinitionEnvironment): void {
  const { name, ifExists, at } = statement
  const found = findIndex(name, environment)
  if (found === undefined) {
    const relation = findRelation(name, environment)
    if (relation !== undefined) throw new SqlError('42809', `"${relation.name}" is not an index`)
    const message = `relation "${name.join('.')}" does not exist`
    if (!ifExists) throw new SqlError('42P01', message)
    environment.notice('00000', `${message}, skipping`)
    return
  }
  const editor = new CatalogEditor(environment.unit.tables)
  for (const action of statement.actions) {
    if (action.kind !== 'set options' && action.kind !== 'reset options') {
      throw notSupported(`ALTER INDEX (${action.kind})`, at)
    }
    const stored = editor.get('table', found.table.oid)
    if (stored === undefined)
      throw notSupported('ALTER INDEX of a table that was defined from TypeScript', at)
    const indexes = stored.indexes.map(index => {
      if (index.oid !== found.index.oid) return index
      const { options: before, ...rest } = index
      const options =
        action.kind === 'set options'
          ? withOptions(before, action.options)
          : withOptions(before, [], action.names)
      return options === undefined ? rest : { ...rest, options }
    })
    editor.put('table', found.table.oid, { ...stored, indexes })
  }
}
