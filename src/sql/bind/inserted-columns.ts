/** The columns of an INSERT that values are for, and parts of columns: `INSERT INTO t (id, a[1], r.field)`. */

import { assert } from '../../base/assert.ts'
import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import type { AssignedColumn, AssignmentStep } from '../syntax/tree.ts'
import { NO_MODIFIER } from '../types/type.ts'
import { assignPart, fitToPart } from './assigned-parts.ts'
import { assign } from './assignments.ts'
import type { BoundExpression } from './bound.ts'
import type { ChangeTarget } from './change-target.ts'
import { fail, type Scope } from './scope.ts'

/** What a value is for: a column, or a part of it. */
export interface InsertedColumn {
  readonly number: number
  readonly path: readonly AssignmentStep[]
  readonly at: number
}

/** The columns that `width` values are for. */
export function targetColumns(
  changed: ChangeTarget,
  named: readonly AssignedColumn[],
  width: number,
): InsertedColumn[] {
  if (named.length === 0) {
    const names = changed.columnNames().slice(0, width)
    return distinctColumns(
      changed,
      names.map(name => ({ name, path: [], at: -1 })),
    )
  }
  return distinctColumns(changed, named)
}

function distinctColumns(changed: ChangeTarget, named: readonly AssignedColumn[]): InsertedColumn[] {
  const found: InsertedColumn[] = []
  const names: string[] = []
  for (const { name, path, at } of named) {
    const number = changed.columnNumber(name, at, 'insert')
    // Several parts of one may be named.
    const other = found.findIndex(
      one => one.number === number && (path.length === 0 || one.path.length === 0),
    )
    if (other >= 0 && names[other] === name) fail('42701', `column "${name}" specified more than once`, at)
    // Two columns of a view may be one of its table.
    if (other >= 0) {
      fail('42601', `multiple assignments to same column "${changed.table.columns[number]!.name}"`, -1)
    }
    found.push({ number, path, at })
    names.push(name)
  }
  return found
}

/** A value for a column, or for a part of it. */
export function assignTo(
  scope: Scope,
  table: TableSchema,
  { number, path, at }: InsertedColumn,
  e: BoundExpression,
): BoundExpression {
  const column = table.columns[number]!
  return path.length === 0 ? assign(scope, column, e) : fitToPart(scope, column, path, e, at)
}

/** The value of a column of which values are given, or parts: what no part says is null. */
export function insertedValue(
  scope: Scope,
  column: ColumnSchema,
  columns: readonly InsertedColumn[],
  number: number,
  given: (place: number) => BoundExpression,
): BoundExpression {
  const { type } = column
  let value: BoundExpression | undefined
  columns.forEach((one, place) => {
    if (one.number !== number) return
    if (one.path.length === 0) value = given(place)
    else {
      const before = value ?? { kind: 'constant', type, modifier: NO_MODIFIER, value: null, at: -1 }
      value = assignPart(scope, column, one.path, before, given(place), one.at)
    }
  })
  assert(value !== undefined, 'a value is given for the column')
  return value
}
