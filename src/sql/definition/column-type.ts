/** Which types columns can have, and keys. */

import type { TypeNode } from '../../table/type-node.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import { notSupported, SqlError } from '../errors.ts'
import { columnStorage } from '../storage/column-storage.ts'
import { orderKeyOf } from '../storage/order-key.ts'
import type { SqlType } from '../types/type.ts'

/** @throws SqlError 0A000 no column can have it */
export function checkColumnType(type: SqlType, state: CatalogState): void {
  const row = tableRowIn(type, state)
  if (row !== undefined)
    throw notSupported(`a column of type ${type.displayName}: ${row.name} is a table's row`)
  columnStorage(type)
}

/** A row type that changes with its table, in whatever the type is made of. */
function tableRowIn(type: SqlType, state: CatalogState): SqlType | undefined {
  if (type.fields !== undefined && state.storedType(type) === undefined) return type
  const parts = [type.element, type.base, ...(type.fields ?? []).map(field => field.type)]
  for (const part of parts) {
    const found = part && tableRowIn(part, state)
    if (found !== undefined) return found
  }
  return undefined
}

/** @throws SqlError 0A000, 42704 no index can be over it */
export function checkIndexableType(of: SqlType): void {
  if (orderKeyOf(of) === undefined && isKeptFromKeys(columnStorage(of).node))
    throw notSupported(`an index over a column of type ${of.displayName}`)
  if (of.isOrdered) return
  throw new SqlError(
    '42704',
    `data type ${of.displayName} has no default operator class for access method "btree"`,
    {
      hint: 'You must specify an operator class for the index or define a default operator class for the data type.',
    },
  )
}

/** What keys do not hold, or hold in another order than SQL's. */
function isKeptFromKeys(node: TypeNode): boolean {
  switch (node.kind) {
    case 'json':
    case 'interval':
    case 'struct':
      return true
    case 'array':
      return isKeptFromKeys(node.element)
    case 'nullable':
      return isKeptFromKeys(node.of)
    default:
      return false
  }
}
