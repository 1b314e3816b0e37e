/** From what SQL stores of a table to the typed table's definition: the one that `tx.table` opens. */

import {
  type ColumnTypes,
  type IndexTypes,
  type KeyColumn,
  RecordDefinition,
} from '../../table/definition.ts'
import { type ColumnType, Type, TypeWithDefault } from '../../table/types.ts'
import type { StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { columnStorage } from '../storage/column-storage.ts'
import type { SqlType } from '../types/type.ts'

export function typedDefinition(
  table: StoredSqlTable,
  typeOf: (oid: number) => SqlType,
  name = table.storedName,
): RecordDefinition<ColumnTypes, readonly KeyColumn<string>[], IndexTypes<ColumnTypes>> {
  const types: Record<string, ColumnType<unknown>> = {}
  for (const column of table.columns) {
    if (column.isHidden) {
      types[column.storedName] = new TypeWithDefault(new Type<unknown>({ kind: 'i64' }), { kind: 'counter' })
      continue
    }
    const { node } = columnStorage(typeOf(column.type))
    types[column.storedName] = new Type<unknown>(column.isNotNull ? node : { kind: 'nullable', of: node })
  }
  const keyColumn = ({ column, isDescending }: StoredSqlIndex['columns'][number]): KeyColumn<string> => {
    const { storedName } = table.columns[column]
    return isDescending ? { column: storedName, descending: true } : storedName
  }
  const primary = table.indexes.find(index => index.isPrimary)
  const indexes: Record<string, { on: KeyColumn<string>[]; unique: boolean }> = {}
  for (const index of table.indexes) {
    if (index.storedName === undefined) continue
    indexes[index.storedName] = { on: index.columns.map(keyColumn), unique: index.isUnique }
  }
  const hidden = table.columns.find(column => column.isHidden)
  return new RecordDefinition<ColumnTypes, readonly KeyColumn<string>[], IndexTypes<ColumnTypes>>(
    name,
    types,
    primary === undefined ? [hidden!.storedName] : primary.columns.map(keyColumn),
    indexes,
  )
}
