/** ORDER BY's direction and place of nulls, and whether a type has an order at all. */

import type { SortItem } from '../syntax/tree.ts'
import { type SqlType, withoutDomain } from '../types/type.ts'
import { isRow } from './records.ts'
import { fail } from './scope.ts'

export interface Direction {
  readonly isDescending: boolean
  readonly nullsFirst: boolean
}

export function directionOf(item: SortItem): Direction {
  let isDescending = item.direction === 'desc'
  if (item.operator !== undefined) {
    const symbol = item.operator[item.operator.length - 1]!
    if (symbol !== '<' && symbol !== '>') {
      fail('42809', `operator ${symbol} is not a valid ordering operator`, item.at, {
        hint: 'Ordering operators must be "<" or ">" members of btree operator families.',
      })
    }
    isDescending = symbol === '>'
  }
  return { isDescending, nullsFirst: item.nulls === 'default' ? isDescending : item.nulls === 'first' }
}

function isOrdered(type: SqlType): boolean {
  const plain = withoutDomain(type)
  if (plain.kind === 'array') return isOrdered(plain.element!)
  if (isRow(plain)) return plain.fields?.every(field => isOrdered(field.type)) ?? true
  return plain.isOrdered
}

export function requireOrder(type: SqlType, at: number): void {
  if (isOrdered(type)) return
  fail('42883', `could not identify an ordering operator for type ${type.displayName}`, at, {
    hint: 'Use an explicit ordering operator or modify the query.',
  })
}
/** DISTINCT, GROUP BY, UNION. */
export function requireEquality(type: SqlType, at: number): void {
  if (isOrdered(type)) return
  fail('42883', `could not identify an equality operator for type ${type.displayName}`, at)
}
