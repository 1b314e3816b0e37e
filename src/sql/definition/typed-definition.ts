/** From what SQL stores of a table to the typed table's definition: the one that `tx.table` opens, and its indexes. */

import {
  type ColumnTypes,
  type IndexPart,
  type IndexTypes,
  type KeyColumn,
  type KeyPart,
  RecordDefinition,
} from '../../table/definition.ts'
import type { TypeNode } from '../../table/type-node.ts'
import { type ColumnType, Type, TypeWithDefault } from '../../table/types.ts'
import type { StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { columnStorage } from '../storage/column-storage.ts'
import { orderKeyOf } from '../storage/order-key.ts'
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
  const primary = table.indexes.find(isStoredKey)
  const keyColumn = ({ column, isDescending }: StoredSqlIndex['columns'][number]): KeyColumn<string> => {
    const { storedName } = table.columns[column]
    return isDescending ? { column: storedName, descending: true } : storedName
  }
  const hidden = table.columns.find(column => column.isHidden)
  return new RecordDefinition<ColumnTypes, readonly KeyColumn<string>[], IndexTypes<ColumnTypes>>(
    name,
    types,
    primary === undefined ? [hidden!.storedName] : primary.columns.map(keyColumn),
    {},
  )
}

/** Whether the index is the order of the rows themselves. */
export function isStoredKey(index: Pick<StoredSqlIndex, 'isPrimary' | 'storedName'>): boolean {
  return index.isPrimary && index.storedName === undefined
}

/**
 * Its indexes. They are made by themselves (`createIndexes`), so that they stay when the table is opened from TypeScript by
 * a definition that does not name them.
 */
export function indexParts(table: StoredSqlTable, typeOf: (oid: number) => SqlType): IndexPart[] {
  return table.indexes
    .filter(index => !isStoredKey(index))
    .map(index => ({
      name: index.storedName!,
      on: index.columns.map((part, number): KeyPart => {
        const { column, isDescending, nullsFirst, expressionType } = part
        const isExpression = expressionType !== undefined
        const type = typeOf(isExpression ? expressionType : table.columns[column].type)
        const isOrderKey = orderKeyOf(type) !== undefined
        const isComputed = isExpression || isOrderKey
        const mayBeNull = isExpression || !table.columns[column].isNotNull
        const isNullLast = nullsFirst === isDescending && mayBeNull
        const node: TypeNode = isOrderKey ? { kind: 'bytes' } : columnStorage(type).node
        return {
          column: isComputed ? `expression ${number + 1}` : table.columns[column].storedName,
          isDescending,
          ...(isNullLast ? { isNullLast } : {}),
          ...(isComputed ? { computed: mayBeNull ? { kind: 'nullable', of: node } : node } : {}),
          ...(isOrderKey ? { isOrderKey } : {}),
        }
      }),
      isUnique: index.isUnique && !isDeferrable(table, index),
      ...(index.predicateText === undefined ? {} : { isPartial: true }),
      ...(index.nullsNotDistinct ? { isNullEqual: true } : {}),
    }))
}

/** An index that may have two equal entries for a while: its constraint is checked by SQL. */
function isDeferrable({ constraints }: StoredSqlTable, index: StoredSqlIndex): boolean {
  return constraints.some(one => 'indexOid' in one && one.indexOid === index.oid && one.isDeferrable)
}
