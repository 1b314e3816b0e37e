/** DROP. */

import { CatalogEditor } from '../catalog/editor.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { DropStatement } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'

export function dropObjects(statement: DropStatement, environment: DefinitionEnvironment): void {
  if (statement.object !== 'table') throw notSupported(`DROP ${statement.object.toUpperCase()}`, statement.at)
  const editor = new CatalogEditor(environment.unit.tables)
  for (const name of statement.names) {
    const own = name[name.length - 1]
    const relation = environment.state.relation(name.length > 1 ? name[name.length - 2] : undefined, own)
    if (relation === undefined) {
      if (statement.ifExists) continue
      throw new SqlError('42P01', `table "${own}" does not exist`)
    }
    if (relation.kind !== 'table') throw new SqlError('42809', `"${own}" is not a table`)
    environment.unit.tables.drop(relation.storedName)
    editor.remove('table', relation.oid)
  }
}
