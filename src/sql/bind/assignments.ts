/** SET: values for columns, for parts of them, and for several at once from a row. */

import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import type { Assignment, AssignmentStep, Expression } from '../syntax/tree.ts'
import { NO_MODIFIER, UNKNOWN } from '../types/type.ts'
import { assignPart } from './assigned-parts.ts'
import type { BoundAssignment, BoundExpression, BoundRowSource, RelationColumns } from './bound.ts'
import type { ChangeTarget } from './change-target.ts'
import { CLAUSES } from './clause.ts'
import { coerceArgument, coerceOrNot } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { bindQuery, innerScope } from './queries.ts'
import { columnOf, fail, type Scope } from './scope.ts'
import { boundDefault, defaultOf } from './table-expressions.ts'
import { placeOf } from './walk.ts'

/** A common mistake has a hint of its own: `SET t.a = …`. */
function targetNumber(
  target: ChangeTarget,
  row: RelationColumns,
  { name, path, at }: Assignment['columns'][number],
): number {
  if (path[0]?.kind === 'field' && name === row.name && !target.columnNames().includes(name)) {
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

/** What a column has when nothing is said: the view's default, or its own, or null as its type takes it. */
export function defaultValue(
  scope: Scope,
  changed: ChangeTarget,
  number: number,
  verb: 'insert' | 'update',
): BoundExpression {
  const { table } = changed
  const own = changed.ownDefault(number, verb)
  if (typeof own === 'string') return boundDefault(scope, table, table.columns[number]!.name, own)
  return own === null ? nothing(table.columns[number]!, scope) : tableDefault(scope, table, number)
}

/** The same of the table itself. */
export function tableDefault(scope: Scope, table: TableSchema, number: number): BoundExpression {
  return defaultOf(scope, table, number) ?? nothing(table.columns[number]!, scope)
}

function nothing({ type, modifier }: ColumnSchema, scope: Scope): BoundExpression {
  const value = null
  return type.kind === 'domain'
    ? coerceArgument(scope, { kind: 'constant', type: UNKNOWN, modifier: NO_MODIFIER, value, at: -1 }, type)
    : { kind: 'constant', type, modifier, value, at: -1 }
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
      const isPart = target.path.length > 0
      if (values.has(number) && (!isPart || whole.has(number))) {
        fail('42601', `multiple assignments to same column "${column.name}"`, -1)
      }
      const isDefault = isTree(value) && value.kind === 'default'
      refuseGenerated(column, isDefault && changed.ownDefault(number, 'update') === undefined)
      if (isDefault) {
        if (isPart) refuseDefaultPart(target.path, value.at)
        values.set(number, defaultValue(scope, changed, number, 'update'))
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
      values.set(number, assignPart(scope, column, target.path, before, bound, target.at))
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
    // In the order of the table's columns, whatever order they are written in: what fails first, and which number a sequence
    // gave last, goes by it.
    const set = [...values].map(([column, value]) => ({ column, value }))
    return { rowSources, set: set.sort((a, b) => a.column - b.column) }
  })
}

/** @throws SqlError 0A000 */
export function refuseDefaultPart([first]: readonly AssignmentStep[], at: number): never {
  fail('0A000', `cannot set ${first?.kind === 'field' ? 'a subfield' : 'an array element'} to DEFAULT`, at)
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
