/** Values that come from outside of SQL, by the typed table: what they become when they enter a column. */

import type { CatalogReader, TableSchema } from '../catalog/schema.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import { NO_MODIFIER, type SqlType, withoutDomain } from '../types/type.ts'
import { assign } from './assignments.ts'
import type { BoundExpression, RelationColumns } from './bound.ts'
import { Binding, columnOf, Scope } from './scope.ts'

/**
 * By column, over the row that holds the values: one of the column's length and precision, one of its domain. Undefined: what
 * it is.
 */
export function bindEntries(
  table: TableSchema,
  row: RelationColumns,
  catalog: CatalogReader,
  functions: FunctionRegistry,
): (BoundExpression | undefined)[] {
  const scope = new Scope(new Binding(catalog, functions, {}, false), undefined)
  return table.columns.map((column, number) => {
    const given: BoundExpression = {
      ...columnOf(row, number, -1),
      type: withoutDomains(column.type),
      modifier: NO_MODIFIER,
    }
    const fitted = assign(scope, column, given)
    return fitted === given ? undefined : fitted
  })
}

/** Without the domain of an array's elements, too. */
function withoutDomains(type: SqlType): SqlType {
  const plain = withoutDomain(type)
  const { element } = plain
  return element?.kind === 'domain' ? (withoutDomain(element).array ?? plain) : plain
}
