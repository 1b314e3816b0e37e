/** How much the keys that a table stores are like the values that SQL sees in them: what an index can be asked. */

import type { IndexColumn, TableSchema } from '../catalog/schema.ts'
import { orderKeyOf } from '../storage/order-key.ts'
import { type SqlType, TIMETZ, withoutDomain } from '../types/type.ts'

/** `order`: keys sort as values do. `equality`: equal values have equal keys, and no others. */
export type KeyLikeness = 'order' | 'equality' | 'none'

/**
 * Enums of TypeScript are text to SQL, but sorted as declared, and texts that are none of them have no key; what is jsonb to SQL
 * may be a tuple. Of arrays' elements null is the least in a key, and the greatest in SQL. Times with a zone lie by their clock in
 * keys, and SQL sorts them by the moment.
 */
export function likenessOfKeys(table: TableSchema, { column, expressionType }: IndexColumn): KeyLikeness {
  const { type, storedNode } =
    column < 0 ? { type: expressionType, storedNode: undefined } : table.columns[column]
  if (storedNode === undefined) {
    return type !== undefined && isSortedOtherwise(type) ? 'equality' : 'order'
  }
  switch (storedNode.kind) {
    case 'enum':
      return type?.kind === 'enum' ? 'order' : 'none'
    case 'array':
      return ['enum', 'array', 'tuple', 'struct', 'json', 'nullable'].includes(storedNode.element.kind)
        ? 'none'
        : 'order'
    case 'tuple':
    case 'struct':
    case 'json':
      return 'none'
    default:
      return 'order'
  }
}

function isSortedOtherwise(type: SqlType): boolean {
  const plain = withoutDomain(type)
  return plain === TIMETZ || (plain.kind === 'array' && orderKeyOf(plain) === undefined)
}
