/** Joins: ON, USING, NATURAL, and what names mean above them. */

import type { JoinReference } from '../syntax/tree.ts'
import { NO_MODIFIER } from '../types/type.ts'
import type { BoundExpression } from './bound.ts'
import { CLAUSES } from './clause.ts'
import { coerceToBoolean, coerceToCommon, commonTypeFor } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { asLateral, bindFromItem, checkConflicts } from './from.ts'
import { joinLogical, makeOperator } from './operators.ts'
import { recordOf } from './records.ts'
import { type FromBinding, fail, type NamespaceColumn, type NamespaceItem, type Scope } from './scope.ts'

export function bindJoin(scope: Scope, item: JoinReference): FromBinding {
  const before = scope.namespace
  const left = bindFromItem(scope, item.left)
  const isLateralOk = item.type !== 'right' && item.type !== 'full'
  scope.namespace = [...before, ...asLateral(left.items, isLateralOk)]
  const right = bindFromItem(scope, item.right)
  scope.namespace = before
  checkConflicts(left.items, right.items, item.at)
  const names = item.isNatural ? naturalNames(left.columns, right.columns) : item.using
  if (item.isNatural) scope.binding.found?.naturals.set(item, names)
  const merged: NamespaceColumn[] = []
  const conditions: BoundExpression[] = []
  const usedLeft = new Set<NamespaceColumn>()
  const usedRight = new Set<NamespaceColumn>()
  for (const name of names) {
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      fail('42701', `column name "${name}" appears more than once in USING clause`, -1)
    }
    const a = onlyColumn(left.columns, name, 'left')
    const b = onlyColumn(right.columns, name, 'right')
    usedLeft.add(a)
    usedRight.add(b)
    conditions.push(makeOperator(scope, ['='], a.expression, b.expression, -1))
    merged.push(mergedColumn(scope, item.type, name, a, b))
  }
  let condition: BoundExpression | undefined
  if (conditions.length > 0) condition = joinLogical('and', conditions, -1)
  else if (item.on !== undefined) {
    scope.namespace = [...before, ...left.items, ...right.items]
    condition = scope.in(CLAUSES.join, () =>
      coerceToBoolean(scope, bindExpression(scope, item.on!), 'JOIN/ON'),
    )
    scope.namespace = before
  }
  const columns = [
    ...merged,
    ...left.columns.filter(one => !usedLeft.has(one)),
    ...right.columns.filter(one => !usedRight.has(one)),
  ]
  // Without a common column a natural join is a cross join, or an outer join on true.
  const type = condition === undefined && item.type === 'inner' ? 'cross' : item.type
  const from = { kind: 'join', type, left: left.from, right: right.from, condition } as const
  const items: NamespaceItem[] = []
  if (item.alias === undefined) {
    for (const one of [...left.items, ...right.items]) items.push({ ...one, areColumnsVisible: false })
    items.push(joinItem('', columns, false, true))
  } else {
    const names = item.alias.columns
    if (names.length > columns.length) {
      fail('42P10', `column alias list for "${item.alias.name}" has too many entries`, -1)
    }
    const renamed = columns.map((column, at) => ({ ...column, name: names[at] ?? column.name }))
    const aliased = joinItem(item.alias.name, renamed, true, true)
    scope.rangeTable.push(aliased)
    items.push(aliased)
    return { from, items: withUsingAlias(item, items, merged), columns: renamed }
  }
  return { from, items: withUsingAlias(item, items, merged), columns }
}

/** `USING (a) AS x`: x has the merged columns only. */
function withUsingAlias(
  item: JoinReference,
  items: NamespaceItem[],
  merged: readonly NamespaceColumn[],
): NamespaceItem[] {
  if (item.usingAlias === undefined) return items
  const alias = joinItem(item.usingAlias, merged, true, false)
  checkConflicts(items, [alias], item.at)
  return [...items, alias]
}

function joinItem(
  name: string,
  columns: readonly NamespaceColumn[],
  isNameVisible: boolean,
  areColumnsVisible: boolean,
): NamespaceItem {
  return {
    name,
    schema: undefined,
    hiddenName: undefined,
    columns,
    wholeRow: at => ({
      kind: 'row',
      fields: columns.map(column => column.expression),
      type: recordOf(
        columns.map(column => ({
          name: column.name,
          type: column.expression.type,
          modifier: column.expression.modifier,
        })),
      ),
      modifier: NO_MODIFIER,
      at,
    }),
    isNameVisible,
    areColumnsVisible,
    isLateralOnly: false,
    isLateralOk: true,
  }
}

function naturalNames(left: readonly NamespaceColumn[], right: readonly NamespaceColumn[]): string[] {
  const names = new Set(right.map(column => column.name))
  return left.filter(column => names.has(column.name)).map(column => column.name)
}

function onlyColumn(
  columns: readonly NamespaceColumn[],
  name: string,
  side: 'left' | 'right',
): NamespaceColumn {
  const found = columns.filter(column => column.name === name)
  if (found.length === 0) {
    fail('42703', `column "${name}" specified in USING clause does not exist in ${side} table`, -1)
  }
  if (found.length > 1) {
    fail('42702', `common column name "${name}" appears more than once in ${side} table`, -1)
  }
  return found[0]!
}

function mergedColumn(
  scope: Scope,
  type: JoinReference['type'],
  name: string,
  left: NamespaceColumn,
  right: NamespaceColumn,
): NamespaceColumn {
  const common = commonTypeFor(scope, [left.expression, right.expression], 'JOIN/USING')
  const a = coerceToCommon(scope, left.expression, common, 'JOIN/USING')
  const b = coerceToCommon(scope, right.expression, common, 'JOIN/USING')
  const modifier = a.modifier === b.modifier ? a.modifier : NO_MODIFIER
  switch (type) {
    case 'right':
      return b === right.expression ? { ...right, name } : plainColumn(name, b)
    case 'full':
      return plainColumn(name, {
        kind: 'coalesce',
        operands: [a, b],
        type: common,
        modifier,
        at: -1,
      })
    default:
      // Either side will do where both are the same; the one that is a column as it is can use an index.
      if (a === left.expression) return { ...left, name }
      return type === 'inner' && b === right.expression ? { ...right, name } : plainColumn(name, a)
  }
}

function plainColumn(name: string, expression: BoundExpression): NamespaceColumn {
  return { name, expression, table: undefined, tableColumn: -1 }
}
