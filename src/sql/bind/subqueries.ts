/** Subqueries in expressions: scalar, EXISTS, ARRAY, and comparisons by ANY and ALL. */

import type { ScalarFunction } from '../functions/registry.ts'
import type { SubqueryExpression } from '../syntax/tree.ts'
import { BOOL, NO_MODIFIER, type SqlType, withoutDomain } from '../types/type.ts'
import type { BoundExpression, BoundQuery, RelationId } from './bound.ts'
import { refuseSubquery } from './clause.ts'
import { coerceArgument } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { resolveOperator, rowOperator } from './operators.ts'
import { bindQuery } from './queries.ts'
import { recordOf } from './records.ts'
import { fail, Scope } from './scope.ts'

export function bindSubqueryExpression(scope: Scope, e: SubqueryExpression): BoundExpression {
  refuseSubquery(scope.clause, e.at)
  switch (e.variant) {
    case 'exists':
      return subquery(scope, e.variant, bindInner(scope, e), BOOL, NO_MODIFIER, e.at)
    case 'scalar': {
      const query = bindInner(scope, e)
      const [column] = query.columns
      if (query.columns.length !== 1) fail('42601', 'subquery must return only one column', e.at)
      return subquery(scope, 'scalar', query, column!.type, column!.modifier, e.at)
    }
    case 'array': {
      const query = bindInner(scope, e)
      if (query.columns.length !== 1) fail('42601', 'subquery must return only one column', e.at)
      const { type } = query.columns[0]!
      const array = withoutDomain(type).kind === 'array' ? withoutDomain(type) : type.array
      if (array === undefined) {
        fail('42704', `could not find array type for data type ${type.displayName}`, e.at)
      }
      return subquery(scope, 'array', query, array, NO_MODIFIER, e.at)
    }
    default:
      return bindComparison(scope, e)
  }
}

function bindInner(scope: Scope, e: SubqueryExpression): BoundQuery {
  return bindQuery(new Scope(scope.binding, scope), e.query)
}

function subquery(
  scope: Scope,
  variant: 'scalar' | 'exists' | 'array',
  query: BoundQuery,
  type: SqlType,
  modifier: number,
  at: number,
): BoundExpression {
  return {
    kind: 'subquery',
    variant,
    query,
    operands: [],
    operators: [],
    operatorName: '',
    equals: [],
    columns: [],
    queryRelation: scope.binding.newRelation(new Scope(scope.binding, scope)),
    type,
    modifier,
    at,
  }
}

function queryColumn(query: BoundQuery, relation: RelationId, column: number, at: number): BoundExpression {
  const { type, modifier } = query.columns[column]!
  return { kind: 'column', relation, column, type, modifier, at }
}

/** `x op ANY (SELECT …)`, of rows column by column. */
function bindComparison(scope: Scope, e: SubqueryExpression): BoundExpression {
  const left = bindExpression(scope, e.operand!)
  const query = bindInner(scope, e)
  const operands = left.kind === 'row' ? left.fields : [left]
  if (operands.length < query.columns.length) fail('42601', 'subquery has too many columns', e.at)
  if (operands.length > query.columns.length) fail('42601', 'subquery has too few columns', e.at)
  const name = e.operator ?? ['=']
  // Its relation is one level further in: no aggregate of this level is made of it.
  const relation = scope.binding.newRelation(new Scope(scope.binding, scope))
  const left2: BoundExpression[] = []
  const columns: BoundExpression[] = []
  const written = operands.map((operand, number) => {
    const column = queryColumn(query, relation, number, e.at)
    const operator = resolveOperator(scope, name, operand.type, column.type, e.at)
    if (operator.result !== BOOL) {
      fail(
        '42804',
        `row comparison operator must yield type boolean, not type ${operator.result.displayName}`,
        e.at,
      )
    }
    left2.push(coerceArgument(scope, operand, operator.types[0]!))
    columns.push(coerceArgument(scope, column, operator.types[1]!))
    return operator
  })
  const isRow = operands.length > 1
  const symbol = isRow ? rowOperator(name, e.at) : name[name.length - 1]!
  const isOrder = isRow && symbol !== '=' && symbol !== '<>'
  // By the types that the operator takes its fields as.
  const byTypes = (other: string): ScalarFunction[] =>
    written.map(({ types }) => resolveOperator(scope, [other], types[0]!, types[1]!, e.at).function)
  return {
    kind: 'subquery',
    variant: e.variant as 'any' | 'all',
    query,
    operands: left2,
    operators: isOrder ? byTypes(symbol.startsWith('<') ? '<' : '>') : written.map(one => one.function),
    operatorName: symbol,
    equals: isRow ? byTypes('=') : [],
    columns,
    queryRelation: relation,
    type: BOOL,
    modifier: NO_MODIFIER,
    at: e.at,
  }
}

/** `(a, b) = (SELECT x, y …)`: the fields of its one row, nulls without. */
export function scalarRow(
  scope: Scope,
  e: SubqueryExpression,
  fieldCount: number,
  at: number,
): BoundExpression[] {
  refuseSubquery(scope.clause, e.at)
  const query = bindInner(scope, e)
  if (query.columns.length > fieldCount) fail('42601', 'subquery has too many columns', at)
  if (query.columns.length < fieldCount) fail('42601', 'subquery has too few columns', at)
  if (fieldCount === 1) {
    return [subquery(scope, 'scalar', query, query.columns[0]!.type, query.columns[0]!.modifier, e.at)]
  }
  const row = queryOfRow(scope, query)
  const type = row.columns[0]!.type
  const value = subquery(scope, 'scalar', row, type, NO_MODIFIER, e.at)
  return type.fields!.map((field, number) => ({
    kind: 'field',
    operand: value,
    field: number,
    type: field.type,
    modifier: field.modifier,
    at: e.at,
  }))
}

/** The query with its columns as one record. */
function queryOfRow(scope: Scope, query: BoundQuery): BoundQuery {
  const outside = new Scope(scope.binding, scope)
  const relation = {
    id: scope.binding.newRelation(outside),
    name: 'unnamed_subquery',
    columns: query.columns,
  }
  const type = recordOf(query.columns.map(({ name, type, modifier }) => ({ name, type, modifier })))
  return {
    commonTables: [],
    body: {
      kind: 'select',
      from: { kind: 'subquery', relation, query, isLateral: false, view: undefined },
      where: undefined,
      grouping: undefined,
      groupRelation: outside.groupRelation,
      aggregates: [],
      having: undefined,
      windows: [],
      windowCalls: [],
      setFunctions: [],
      targets: [
        {
          kind: 'row',
          fields: query.columns.map((_, number) => queryColumn(query, relation.id, number, -1)),
          type,
          modifier: NO_MODIFIER,
          at: -1,
        },
      ],
      distinct: undefined,
      isDistinctOn: false,
    },
    columns: [{ name: 'row', type, modifier: NO_MODIFIER, table: undefined, tableColumn: -1 }],
    orderBy: [],
    limit: undefined,
    isWithTies: false,
    offset: undefined,
    outerRelations: [],
    isVolatile: false,
    isLocking: false,
  }
}
