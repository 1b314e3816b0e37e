/** SET: values for columns, for parts of them, and for several at once from a row. */

import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import { notSupported } from '../errors.ts'
import type { Assignment, Expression } from '../syntax/tree.ts'
import { NO_MODIFIER, type SqlType, UNKNOWN, withoutDomain } from '../types/type.ts'
import type { BoundAssignment, BoundExpression, BoundRowSource, RelationColumns } from './bound.ts'
import type { ChangeTarget } from './change-target.ts'
import { CLAUSES } from './clause.ts'
import { coerceArgument, coerceOrNot } from './coercion.ts'
import { bindExpression, bindSubscripts, subscriptedType } from './expressions.ts'
import { bindQuery, innerScope } from './queries.ts'
import { isRow } from './records.ts'
import { columnOf, fail, type Scope } from './scope.ts'
import { defaultOf } from './table-expressions.ts'
import { placeOf } from './walk.ts'

/** A common mistake has a hint of its own: `SET t.a = …`. */
function targetNumber(
  target: ChangeTarget,
  row: RelationColumns,
  { name, fields, at }: Assignment['columns'][number],
): number {
  if (fields.length > 0 && name === row.name && !target.columnNames().includes(name)) {
    fail('42703', `column "${name}" of relation "${target.ownName}" does not exist`, at, {
      hint: 'SET target columns cannot be qualified with the relation name.',
    })
  }
  return target.columnNumber(name, at, 'update')
}

/** An expression as a value of a column. */
export function assign(scope: Scope, column: ColumnSchema, e: BoundExpression): BoundExpression {
  const coerced = coerceOrNot(scope, e, column.type, column.modifier, 'assignment')
  if (coerced === undefined) {
    fail(
      '42804',
      `column "${column.name}" is of type ${column.type.displayName} but expression is of type ${e.type.displayName}`,
      placeOf(e),
      { hint: 'You will need to rewrite or cast the expression.' },
    )
  }
  return coerced
}

/** What a column has when nothing is said: its default, or null as its type takes it. */
export function defaultValue(scope: Scope, table: TableSchema, number: number): BoundExpression {
  const found = defaultOf(scope, table, number)
  if (found !== undefined) return found
  const { type, modifier } = table.columns[number]!
  const nothing: BoundExpression = {
    kind: 'constant',
    type: UNKNOWN,
    modifier: NO_MODIFIER,
    value: null,
    at: -1,
  }
  return type.kind === 'domain'
    ? coerceArgument(scope, nothing, type)
    : { kind: 'constant', type, modifier, value: null, at: -1 }
}

export interface BoundSet {
  readonly rowSources: readonly BoundRowSource[]
  readonly set: readonly BoundAssignment[]
}

/** `row`: the row that is changed, which assignments to parts start from. */
export function bindSet(
  scope: Scope,
  changed: ChangeTarget,
  row: RelationColumns,
  assignments: readonly Assignment[],
): BoundSet {
  const { table } = changed
  return scope.in(CLAUSES.update, () => {
    const rowSources: BoundRowSource[] = []
    const values = new Map<number, BoundExpression>()
    const whole = new Set<number>()
    const put = (target: Assignment['columns'][number], value: Expression | BoundExpression): void => {
      const number = targetNumber(changed, row, target)
      const column = table.columns[number]!
      const isPart = target.subscripts.length > 0 || target.fields.length > 0
      if (values.has(number) && (!isPart || whole.has(number))) {
        fail('42601', `multiple assignments to same column "${column.name}"`, -1)
      }
      const isDefault = isTree(value) && value.kind === 'default'
      refuseGenerated(column, isDefault)
      if (isDefault) {
        if (isPart) fail('0A000', 'cannot set an array element to DEFAULT', value.at)
        values.set(number, defaultValue(scope, table, number))
        whole.add(number)
        return
      }
      const bound = isTree(value) ? bindExpression(scope, value) : value
      if (!isPart) {
        values.set(number, assign(scope, column, bound))
        whole.add(number)
        return
      }
      const before = values.get(number) ?? columnOf(row, number, target.at)
      values.set(number, assignPart(scope, column, target, before, bound))
    }
    for (const assignment of assignments) {
      if (assignment.columns.length === 1 && !isRowValue(assignment)) {
        put(assignment.columns[0]!, assignment.value)
        continue
      }
      const { value } = assignment
      if (value.kind === 'row') {
        if (value.fields.length !== assignment.columns.length) countMismatch(value.at)
        assignment.columns.forEach((target, at) => {
          put(target, value.fields[at]!)
        })
      } else if (value.kind === 'subquery' && value.variant === 'scalar') {
        const query = bindQuery(innerScope(scope), value.query)
        if (query.columns.length !== assignment.columns.length) countMismatch(value.at)
        const relation: RelationColumns = {
          id: scope.binding.newRelation(scope),
          name: 'set',
          columns: query.columns,
        }
        rowSources.push({ relation, query })
        assignment.columns.forEach((target, at) => {
          put(target, columnOf(relation, at, value.at))
        })
      } else {
        fail(
          '0A000',
          'source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression',
          value.at,
        )
      }
    }
    return { rowSources, set: [...values].map(([column, value]) => ({ column, value })) }
  })
}

const EXPRESSION_MARK = 'modifier'
function isTree(value: Expression | BoundExpression): value is Expression {
  return !(EXPRESSION_MARK in value)
}
/** `(a) = (SELECT …)`, `(a) = ROW(…)`: one column, written as several. */
function isRowValue(assignment: Assignment): boolean {
  return assignment.columns.length !== 1
}
function countMismatch(at: number): never {
  return fail('42601', 'number of columns does not match number of values', at)
}

function refuseGenerated(column: ColumnSchema, isDefault: boolean): void {
  if (isDefault) return
  if (column.generatedText !== undefined) {
    fail('428C9', `column "${column.name}" can only be updated to DEFAULT`, -1, {
      detail: `Column "${column.name}" is a generated column.`,
    })
  }
  if (column.identity === 'always') {
    fail('428C9', `column "${column.name}" can only be updated to DEFAULT`, -1, {
      detail: `Column "${column.name}" is an identity column defined as GENERATED ALWAYS.`,
    })
  }
}

/** `a[1] = …`, `r.field = …`. */
function assignPart(
  scope: Scope,
  column: ColumnSchema,
  target: Assignment['columns'][number],
  before: BoundExpression,
  value: BoundExpression,
): BoundExpression {
  if (target.fields.length > 1 || (target.fields.length > 0 && target.subscripts.length > 0)) {
    throw notSupported('assignment to a part of a part', target.at)
  }
  const container = withoutDomain(column.type)
  const operand = coerceArgument(scope, before, container)
  const fitTo = (type: SqlType, modifier: number, what: string): BoundExpression => {
    const coerced = coerceOrNot(scope, value, type, modifier, 'assignment')
    if (coerced === undefined) {
      fail(
        '42804',
        `${what} "${column.name}" requires type ${type.displayName} but expression is of type ${value.type.displayName}`,
        placeOf(value),
        { hint: 'You will need to rewrite or cast the expression.' },
      )
    }
    return coerced
  }
  let result: BoundExpression
  if (target.fields.length === 1) {
    const name = target.fields[0]!
    if (!isRow(container) || container.fields === undefined) {
      fail(
        '42804',
        `cannot assign to field "${name}" of column "${column.name}" because its type ${column.type.displayName} is not a composite type`,
        target.at,
      )
    }
    const field = container.fields.findIndex(one => one.name === name)
    if (field < 0) {
      fail(
        '42703',
        `cannot assign to field "${name}" of column "${column.name}" because there is no such column in data type ${column.type.displayName}`,
        target.at,
      )
    }
    const { type, modifier } = container.fields[field]!
    result = {
      kind: 'field assignment',
      operand,
      field,
      value: fitTo(type, modifier, 'subfield'),
      type: container,
      modifier: NO_MODIFIER,
      at: target.at,
    }
  } else {
    const isSlice = target.subscripts.some(one => one.isSlice)
    const type = subscriptedType(column.type, isSlice, target.at)
    const subscripts = bindSubscripts(scope, container, target.subscripts, target.at)
    result = {
      kind: 'subscript assignment',
      operand,
      subscripts,
      value: fitTo(type, column.modifier, 'subscripted assignment to'),
      type: container,
      modifier: NO_MODIFIER,
      at: target.at,
    }
  }
  return column.type === container ? result : assign(scope, column, result)
}
