/** How much of a row that is changed has to be read. */

import type { BoundDelete, BoundUpdate } from '../bind/bound.ts'
import { keyColumnsOf } from '../catalog/row-key.ts'
import type { TableSchema } from '../catalog/schema.ts'

/** Columns of the target that UPDATE and DELETE need, besides those that their expressions read; undefined: all. */
export function columnsOfChanged(change: BoundUpdate | BoundDelete): readonly number[] | undefined {
  const { table } = change
  if (change.kind === 'update') return patchesRows(change) ? keyColumnsOf(table) : undefined
  if (change.returning !== undefined || table.storedKind !== 'records') return undefined
  return [...keyColumnsOf(table), ...referencedColumns(table)]
}

/**
 * Whether an UPDATE gives rows other values in columns that nothing else depends on: no key, index, constraint or generated column.
 * Then the bytes of the other columns are copied, and nobody reads them.
 */
export function patchesRows(change: BoundUpdate): boolean {
  const { table, expressions } = change
  const { indexes, constraints } = table
  const isAlone =
    table.storedKind === 'records' &&
    change.returning === undefined &&
    change.viewChecks.length === 0 &&
    change.rowSources.length === 0 &&
    expressions.checks.length === 0 &&
    expressions.generated.every(e => e === undefined) &&
    expressions.indexPredicates.every(e => e === undefined) &&
    expressions.indexExpressions.every(columns => columns.every(e => e === undefined))
  if (!isAlone) return false
  const dependent = new Set([...keyColumnsOf(table), ...referencedColumns(table)])
  for (const { columns, include } of indexes) {
    for (const { column } of columns) dependent.add(column)
    for (const column of include) dependent.add(column)
  }
  for (const constraint of constraints) {
    if (constraint.kind !== 'check') for (const column of constraint.columns) dependent.add(column)
  }
  return change.set.every(({ column }) => !dependent.has(column))
}

function referencedColumns({ referencedBy }: TableSchema): readonly number[] {
  return referencedBy.flatMap(({ constraint }) => constraint.referencedColumns)
}
