/** REINDEX: indexes made anew from the rows, also those that the typed table has lost. */

import type { Steps } from '../../base/steps.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { IndexSchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { ReindexStatement } from '../syntax/tree.ts'
import { makeIndexes } from './create-index.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findIndex, findRelation, requireRelation, requireTable } from './names.ts'
import { TableDraft } from './table-draft.ts'

export function* reindex(statement: ReindexStatement, environment: DefinitionEnvironment): Steps {
  const { state } = environment
  const { object, name } = statement
  switch (object) {
    case 'index': {
      const found = findIndex(name!, environment)
      if (found === undefined) {
        throw new SqlError('42809', `"${requireRelation(name!, environment).name}" is not an index`)
      }
      yield* reindexTable(found.table, environment, found.index)
      return
    }
    case 'table':
      if (findRelation(name!, environment)?.kind !== 'table' && findIndex(name!, environment) !== undefined) {
        throw new SqlError('42809', `"${name!.at(-1)}" is not a table or materialized view`)
      }
      yield* reindexTable(requireTable(name!, environment, statement.at, true), environment)
      return
    case 'schema':
      if (!state.hasSchema(name![0])) throw new SqlError('3F000', `schema "${name![0]}" does not exist`)
  }
  for (const relation of state.allRelations()) {
    if (relation.kind !== 'table' || (object === 'schema' && relation.schema !== name![0])) continue
    yield* reindexTable(relation, environment)
  }
}

function* reindexTable(table: TableSchema, environment: DefinitionEnvironment, only?: IndexSchema): Steps {
  const editor = new CatalogEditor(environment.unit.tables)
  // Of a table that was made from TypeScript the typed definition makes the indexes.
  if (editor.get('table', table.oid) === undefined) return
  const draft = new TableDraft(environment, editor, table, table)
  const indexes = draft.indexes.filter(
    one => one.storedName !== undefined && (only === undefined || one.oid === only.oid),
  )
  for (const { storedName } of indexes) environment.unit.tables.dropIndex(table.storedName, storedName!)
  yield* makeIndexes(draft, indexes, table, environment)
}
