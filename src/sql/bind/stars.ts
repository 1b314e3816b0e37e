/** `*`, `t.*`, `(row).*`: the columns that they stand for. */

import type { Expression } from '../syntax/tree.ts'
import { NO_MODIFIER, UNKNOWN, withoutDomain } from '../types/type.ts'
import type { BoundExpression } from './bound.ts'
import { refuseColumn } from './clause.ts'
import { bindExpression } from './expressions.ts'
import { findItem, missingTable } from './names.ts'
import { isRow } from './records.ts'
import { fail, type NamespaceColumn, type Scope } from './scope.ts'
import { sameExpression } from './walk.ts'

export interface Star {
  readonly columns: readonly NamespaceColumn[]
  readonly wholeRow: (at: number) => BoundExpression
}

export function isStarItem(e: Expression): boolean {
  return (e.kind === 'column' || e.kind === 'field') && e.isStar
}

/** Names before the star, or the expression with it. */
export function expandStar(scope: Scope, what: readonly string[] | Expression, at: number): Star {
  if (!('kind' in what)) return expandNames(scope, what, at)
  if (what.kind === 'column') return expandNames(scope, what.names, at)
  if (what.kind !== 'field') fail('42601', 'row expansion via "*" is not supported here', at)
  const operand = bindExpression(scope, what.operand)
  const type = withoutDomain(operand.type)
  if (!isRow(type)) fail('42809', `type ${operand.type.displayName} is not composite`, at)
  if (type.fields === undefined) fail('42P16', 'record type has not been registered', at)
  return {
    columns: type.fields.map((field, number) => ({
      name: field.name,
      expression:
        operand.kind === 'row' && operand.fields[number]!.type !== UNKNOWN
          ? operand.fields[number]!
          : {
              kind: 'field',
              operand,
              field: number,
              type: field.type,
              modifier: field.modifier,
              at: NO_MODIFIER,
            },
      table: undefined,
      tableColumn: -1,
    })),
    wholeRow: () => operand,
  }
}

function expandNames(scope: Scope, names: readonly string[], at: number): Star {
  refuseColumn(scope.clause, at)
  if (names.length === 0) {
    const columns: NamespaceColumn[] = []
    let isAnything = false
    for (const item of scope.namespace) {
      if (!item.areColumnsVisible || item.isLateralOnly) continue
      isAnything = true
      columns.push(...expanded(item.columns))
    }
    if (!isAnything) fail('42601', 'SELECT * with no tables specified is not valid', at)
    return {
      columns,
      wholeRow: place => fail('42602', 'row expansion via "*" is not supported here', place),
    }
  }
  const table = names[names.length - 1]!
  const schema = names.length > 1 ? names[names.length - 2] : undefined
  const item = findItem(scope, schema, table, at)
  if (item === undefined) return missingTable(scope, schema, table, at)
  return { columns: expanded(item.columns), wholeRow: item.wholeRow }
}

function expanded(columns: readonly NamespaceColumn[]): readonly NamespaceColumn[] {
  return columns.some(column => column.isUnexpanded)
    ? columns.filter(column => !column.isUnexpanded)
    : columns
}

/** The columns of a star as they would be written one by one. */
export function spelledOut(
  scope: Scope,
  star: Expression,
  columns: readonly NamespaceColumn[],
): readonly Expression[] {
  return columns.map((column): Expression => {
    if (star.kind === 'field') {
      return { kind: 'field', operand: star.operand, field: column.name, isStar: false, at: -1 }
    }
    const table = star.kind === 'column' ? star.names : []
    const names = table.length > 0 ? [...table, column.name] : qualified(scope, column)
    return { kind: 'column', names: names as [string, ...string[]], isStar: false, at: -1 }
  })
}

/** With the name of the table that it is of, where it has one: without, the name alone may mean two. */
function qualified(scope: Scope, { name, expression }: NamespaceColumn): readonly string[] {
  const item = scope.namespace.find(
    one =>
      one.isNameVisible &&
      one.columns.some(other => other.name === name && sameExpression(other.expression, expression)),
  )
  return item === undefined ? [name] : [item.name, name]
}
