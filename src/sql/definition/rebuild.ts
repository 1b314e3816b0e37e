/**
 * A table whose rows must be laid out anew: another type of a column, a column less, another primary key. The rows are read
 * as they were, changed one by one, and written to a new typed table, which then takes the old one's name and gets its indexes.
 */

import type { TableSchema } from '../catalog/schema.ts'
import { wholeRowCursor } from '../execute/row-lookup.ts'
import { RowWriter } from '../execute/row-writer.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyWritableRecordTable } from '../storage/any-table.ts'
import { makeIndexes } from './create-index.ts'
import type { DefinitionEnvironment } from './environment.ts'
import type { TableDraft } from './table-draft.ts'
import { isStoredKey, typedDefinition } from './typed-definition.ts'

/** The rows of `old`, each as `change` gives it, in the table that `draft` describes. Constraints are checked. */
export function rebuildTable(
  old: TableSchema,
  draft: TableDraft,
  environment: DefinitionEnvironment,
  change: (row: readonly Value[]) => Value[],
): void {
  const { tables } = environment.unit
  const state = environment.stateNow()
  const table = state.tableByOid(draft.oid)!
  const data = environment.data(state)
  const temporaryName = `${old.storedName} (rebuilt)`
  const target = tables.table(
    typedDefinition(draft.stored, oid => state.typeByOid(oid)!, temporaryName) as never,
  ) as unknown as AnyWritableRecordTable
  const scope = new RowScope(environment.context)
  const writer = new RowWriter(table, data.expressionsOf(table), scope)
  scope.prepare()
  const cursor = wholeRowCursor(data, old)
  cursor.open({ from: undefined, to: undefined })
  const row: Value[] = []
  for (let count = 1; cursor.next(row); count++) {
    if ((count & 255) === 0) environment.context.checkCancelled()
    writer.setValues(change(row), scope.file)
    writer.complete(scope.file)
    writer.insert(target, scope.file)
  }
  cursor.close()
  tables.drop(old.storedName)
  tables.rename(temporaryName, table.storedName)
  const indexes = draft.indexes.filter(index => !isStoredKey(index))
  makeIndexes(draft, indexes, table, environment)
}
