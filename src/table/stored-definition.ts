/**
 * Back from the catalog to a definition, for those who know a table by its name only: the SQL layer, tools.
 */

import { decodedDefault } from './column-default.ts'
import {
  type ColumnTypes,
  type IndexTypes,
  isPlainIndex,
  type KeyColumn,
  type KeyPart,
  MapDefinition,
  MultimapDefinition,
  RecordDefinition,
  type TableDefinition,
} from './definition.ts'
import type { StoredColumn, StoredTable } from './stored-table.ts'
import { type ColumnType, Type, TypeWithDefault } from './types.ts'

const definitions = new WeakMap<StoredTable, TableDefinition>()

/** The definition that fits what is stored: the same one as long as the catalog says the same. */
export function definitionOfStored(name: string, stored: StoredTable): TableDefinition {
  let definition = definitions.get(stored)
  if (definition === undefined) {
    definition = definitionFrom(name, stored)
    definitions.set(stored, definition)
  }
  return definition
}

/** A definition that fits what is stored, with `moreIndexes` besides. @throws CoppiceError INVALID_DEFINITION */
export function definitionFrom(
  name: string,
  stored: StoredTable,
  moreIndexes: IndexTypes<ColumnTypes> = {},
): TableDefinition {
  switch (stored.kind) {
    case 'map':
      return new MapDefinition(name, new Type<unknown>(stored.key), new Type<unknown>(stored.value))
    case 'multimap':
      return new MultimapDefinition(name, new Type<unknown>(stored.key), new Type<unknown>(stored.value))
    case 'records': {
      const columns: Record<string, ColumnType<unknown>> = {}
      for (const column of stored.columns) {
        const isNumbered = stored.counter !== undefined && column.name === stored.primaryKey[0].column
        columns[column.name] = typeOfColumn(column, isNumbered)
      }
      const indexes: Record<string, { on: KeyColumn<string>[]; unique: boolean }> = {}
      for (const index of stored.indexes) {
        if (!isPlainIndex(index)) continue
        indexes[index.name] = { on: index.on.map(keyColumn), unique: index.isUnique }
      }
      return new RecordDefinition<ColumnTypes, readonly KeyColumn<string>[], IndexTypes<ColumnTypes>>(
        name,
        columns,
        stored.primaryKey.map(keyColumn),
        { ...indexes, ...moreIndexes },
      )
    }
  }
}

function typeOfColumn({ node, absent }: StoredColumn, isNumbered: boolean): ColumnType<unknown> {
  const type = new Type<unknown>(node)
  if (isNumbered) return new TypeWithDefault(type, { kind: 'counter' })
  if (absent === undefined) return type
  return new TypeWithDefault(type, { kind: 'value', value: decodedDefault(node, absent) })
}

function keyColumn(part: KeyPart): KeyColumn<string> {
  return part.isDescending ? { column: part.column, descending: true } : part.column
}
