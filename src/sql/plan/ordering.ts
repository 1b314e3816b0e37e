/** The order in which a plan's rows come, as far as it can be told: of scans by their keys, kept by what is above them. */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { indexesOf, PRIMARY } from './access.ts'
import { likenessOfKeys } from './key-likeness.ts'
import type { PlanNode } from './physical.ts'

/** Where nulls stand is not said: who asks does not compare them. */
export interface OrderKey {
  readonly relation: RelationId
  readonly column: number
  readonly isDescending: boolean
}

const NONE: readonly OrderKey[] = []

export function isOrderedBy(key: OrderKey, e: BoundExpression): boolean {
  return e.kind === 'column' && e.relation === key.relation && e.column === key.column
}

export function orderOf(node: PlanNode): readonly OrderKey[] {
  switch (node.kind) {
    case 'table scan':
    case 'index or scan':
      return keyOrder(node.table, PRIMARY, 0, node)
    case 'index scan':
      // Several points are walked one after the other.
      if (node.equals.some(one => one.isArray)) return NONE
      return keyOrder(node.table, node.index, node.equals.length, node)
    case 'filter':
    case 'limit':
    case 'materialize':
      return orderOf(node.input)
    case 'distinct':
      // By hashing it keeps the order as long as its keys fit into memory.
      return node.strategy === 'sorted' ? orderOf(node.input) : NONE
    case 'sort':
      return sortOrder(node)
    // A hash join keeps the outer side's order as long as the inner side fits into memory, which nobody knows here.
    case 'nested loop':
    case 'merge join':
      return orderOf(node.outer)
    default:
      return NONE
  }
}

/** Of a key, from its first column that is not fixed. */
function keyOrder(
  table: TableSchema,
  index: number,
  fixed: number,
  { relation, isReverse }: { readonly relation: { readonly id: RelationId }; readonly isReverse: boolean },
): readonly OrderKey[] {
  const shape = indexesOf(table).find(one => one.number === index)
  if (shape === undefined) return NONE
  const order: OrderKey[] = []
  for (const part of shape.columns.slice(fixed)) {
    const { column, isDescending } = part
    if (column < 0 || likenessOfKeys(table, part) !== 'order') break
    order.push({ relation: relation.id, column, isDescending: isDescending !== isReverse })
  }
  return order
}

function sortOrder({ keys }: Extract<PlanNode, { kind: 'sort' }>): readonly OrderKey[] {
  const order: OrderKey[] = []
  for (const { expression, isDescending } of keys) {
    if (expression.kind !== 'column') break
    order.push({ relation: expression.relation, column: expression.column, isDescending })
  }
  return order
}

/** Whether rows that have the same values of the keys come one after the other. */
export function isGroupedBy(node: PlanNode, keys: readonly BoundExpression[]): boolean {
  const order = orderOf(node).slice(0, keys.length)
  const isKey = (one: OrderKey) => keys.some(key => isOrderedBy(one, key))
  const isInOrder = (key: BoundExpression) => order.some(one => isOrderedBy(one, key))
  return order.length === keys.length && order.every(isKey) && keys.every(isInOrder)
}

/** Columns of which no two rows have the same values, nulls aside. */
export function uniqueKeys(table: TableSchema): (readonly number[])[] {
  const keys: (readonly number[])[] = table.primaryKey === undefined ? [] : [table.primaryKey.columns]
  for (const index of table.indexes) {
    // One that salvage has lost holds nobody to anything until REINDEX.
    if (!index.isUnique || index.isMissing || index.predicateText !== undefined) continue
    keys.push(index.columns.map(one => one.column))
  }
  return keys
}

/** Whether no two rows of a scan have the same values of the expressions, nulls aside. */
export function isUniqueBy(node: PlanNode, expressions: readonly BoundExpression[]): boolean {
  if (node.kind === 'filter') return isUniqueBy(node.input, expressions)
  if (node.kind !== 'table scan' && node.kind !== 'index scan' && node.kind !== 'index or scan') return false
  const has = (column: number) =>
    expressions.some(e => e.kind === 'column' && e.relation === node.relation.id && e.column === column)
  return uniqueKeys(node.table).some(columns => columns.every(has))
}
