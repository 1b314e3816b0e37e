/**
 * Views call the columns of what they read by names, and mean the columns that had them. When a column gets another name, or goes,
 * a view's reference is given a list of columns by their places, `t AS t(a, b)`, or loses one from such a list.
 */

import type { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema, ViewSchema } from '../catalog/schema.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { type NewNames, renameInTexts } from './stored-names.ts'

/**
 * A column of `relation` is about to get another name: views that read the relation go on calling its columns as they do now. All
 * such views do, since the new name may be that of another relation's column.
 */
export function keepNamesInViews(
  relation: ViewSchema | TableSchema,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const names = relation.columns.flatMap(column =>
    'isHidden' in column && column.isHidden ? [] : [column.name],
  )
  changeReferences(relation, { columns: one => (one === relation ? names : []) }, editor, environment)
}

/** @param places of columns that go, among those of the table that are seen; no view reads them */
export function forgetColumnsInViews(
  table: TableSchema,
  places: readonly number[],
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  changeReferences(table, { dropped: one => (one === table ? places : []) }, editor, environment)
}

function changeReferences(
  relation: ViewSchema | TableSchema,
  changes: Pick<NewNames, 'columns' | 'dropped'>,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const { schema, name } = relation
  const same = (one: unknown) => (one === relation ? { schema, name } : undefined)
  renameInTexts(name, { ...changes, relation: same }, editor, environment)
}
