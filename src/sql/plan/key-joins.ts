/**
 * Joins by a whole unique key: each row of the other side meets one row at most, so that together the key's conditions let
 * pass one in as many as the table has rows. Each by itself, multiplied, would say far fewer: the columns of a key depend
 * on each other.
 */

import type { BoundColumn, BoundExpression, RelationId } from '../bind/bound.ts'
import { equalSides } from './join-methods.ts'
import { uniqueKeys } from './ordering.ts'
import type { TableLookup } from './selectivity.ts'

/** Conditions that hold a whole unique key of some columns, and how many rows they let pass together. */
export interface KeyJoin {
  readonly conditions: ReadonlySet<BoundExpression>
  readonly selectivity: number
}

/** Of keys of several columns; one condition alone is estimated well. No condition is in two. */
export function keyJoins(conditions: readonly BoundExpression[], tables: TableLookup): KeyJoin[] {
  const found: KeyJoin[] = []
  const used = new Set<BoundExpression>()
  for (const [key, equalities] of bySides(conditions)) {
    const table = tables.table(Number(key.split('/')[0]))
    if (table === undefined) continue
    for (const columns of uniqueKeys(table)) {
      const own = columns.map(column => equalities.find(one => one.column === column)?.e)
      if (own.length < 2 || own.some(e => e === undefined || used.has(e))) continue
      const conditionsOfKey = new Set(own.map(e => e!))
      for (const e of conditionsOfKey) used.add(e)
      found.push({ conditions: conditionsOfKey, selectivity: 1 / Math.max(1, tables.rowCount(table)) })
    }
  }
  return found
}

/** Equalities of columns, by the relation of a column and that of its other side. */
function bySides(
  conditions: readonly BoundExpression[],
): Map<string, { readonly column: number; readonly e: BoundExpression }[]> {
  const groups = new Map<string, { column: number; e: BoundExpression }[]>()
  for (const e of conditions) {
    const sides = equalSides(e)
    const [a, b] = (sides ?? []).map(plainColumn)
    if (a === undefined || b === undefined || a.relation === b.relation) continue
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      const key = sideKey(one.relation, other.relation)
      groups.set(key, [...(groups.get(key) ?? []), { column: one.column, e }])
    }
  }
  return groups
}

function sideKey(relation: RelationId, other: RelationId): string {
  return `${relation}/${other}`
}

function plainColumn(e: BoundExpression): BoundColumn | undefined {
  let at = e
  while (at.kind === 'relabel') at = at.operand
  return at.kind === 'column' ? at : undefined
}
