/** UNION, INTERSECT, EXCEPT: columns of both sides given one type each; ORDER BY by output columns only. */

import type { Expression, Query, SetOperation } from '../syntax/tree.ts'
import { type SqlType, UNKNOWN } from '../types/type.ts'
import type { BoundExpression, BoundQuery, OutputColumn, SortKey } from './bound.ts'
import { coerceToCommon, commonTypeFor } from './coercion.ts'
import { bindLimits, bindLocking, bindQuery, innerScope, type QueryOptions } from './queries.ts'
import { fail, type Scope } from './scope.ts'
import { directionOf, requireEquality, requireOrder } from './sorting.ts'

export function bindSetOperation(scope: Scope, query: SetOperation, options: QueryOptions): BoundQuery {
  // A long chain of them leans to the left: down with a list, then up.
  const chain: { readonly operation: SetOperation; readonly scope: Scope }[] = []
  let at: Query = query
  let inside = scope
  for (;;) {
    chain.push({ operation: at, scope: inside })
    const { left }: { left: Query } = at
    const next = innerScope(inside)
    if (left.kind !== 'set operation' || hasTail(left)) {
      let bound = bindQuery(next, left, { keepsUnknown: true })
      while (chain.length > 0) {
        const one = chain.pop()!
        const isOutermost = chain.length === 0
        bound = combine(one.scope, one.operation, bound, isOutermost ? options : { keepsUnknown: true })
      }
      return bound
    }
    at = left
    inside = next
  }
}

function hasTail(query: Query): boolean {
  return query.with !== undefined
}

function combine(scope: Scope, query: SetOperation, left: BoundQuery, _options: QueryOptions): BoundQuery {
  const right = bindQuery(innerScope(scope), query.right, { keepsUnknown: true })
  const label = query.operation.toUpperCase()
  if (left.columns.length !== right.columns.length) {
    fail(
      '42601',
      `each ${label} query must have the same number of columns`,
      columnExpression(right, 0)?.at ?? -1,
    )
  }
  const types = left.columns.map((_, number) =>
    commonTypeFor(scope, [columnExpression(left, number)!, columnExpression(right, number)!], label),
  )
  const a = withColumnTypes(scope, left, types, label)
  const b = withColumnTypes(scope, right, types, label)
  if (!query.isAll) {
    types.forEach((type, number) => {
      requireEquality(type, columnExpression(left, number)!.at)
    })
  }
  const columns = a.columns.map((column, number): OutputColumn => {
    const other = b.columns[number]!
    return {
      name: column.name,
      type: types[number]!,
      modifier: column.modifier === other.modifier ? column.modifier : -1,
      table: undefined,
      tableColumn: -1,
    }
  })
  const orderBy = query.orderBy.map(item => bindSortKey(columns, item))
  const limits = bindLimits(scope, query)
  bindLocking(scope, query, { grouped: false, distinct: false, windowed: false, set: true })
  return {
    commonTables: [],
    body: { kind: 'set operation', operation: query.operation, isAll: query.isAll, left: a, right: b },
    columns,
    orderBy: orderBy.filter((key, at) => orderBy.findIndex(one => one.target === key.target) === at),
    ...limits,
    outerRelations: [],
    isVolatile: false,
    isLocking: false,
  }
}

function bindSortKey(columns: readonly OutputColumn[], item: SetOperation['orderBy'][number]): SortKey {
  const tree = item.expression
  let target = -1
  if (tree.kind === 'column' && tree.names.length === 1 && !tree.isStar) {
    const name = tree.names[0]!
    target = columns.findIndex(column => column.name === name)
    if (target < 0) fail('42703', `column "${name}" does not exist`, tree.at)
    if (columns.filter(column => column.name === name).length > 1) {
      fail('42702', `ORDER BY "${name}" is ambiguous`, tree.at)
    }
  } else if (tree.kind === 'literal') {
    if (tree.value.type !== 'integer') fail('42601', 'non-integer constant in ORDER BY', tree.at)
    target = tree.value.value - 1
    if (target < 0 || target >= columns.length) {
      fail('42P10', `ORDER BY position ${tree.value.value} is not in select list`, tree.at)
    }
  } else {
    fail('0A000', 'invalid UNION/INTERSECT/EXCEPT ORDER BY clause', beginningOf(tree), {
      detail: 'Only result column names can be used, not expressions or functions.',
      hint: 'Add the expression/function to every SELECT, or move the UNION into a FROM clause.',
    })
  }

  requireOrder(columns[target]!.type, tree.at)
  return { target, ...directionOf(item) }
}

/** An operator's place is its symbol's. */
function beginningOf(tree: Expression): number {
  let at = tree
  while (at.kind === 'operator' && at.left !== undefined) at = at.left
  return at.at
}

/** What stands for a column of a query when types are compared: its first expression, with its place. */
export function columnExpression(query: BoundQuery, column: number): BoundExpression | undefined {
  let at = query
  while (at.body.kind === 'set operation') at = at.body.left
  const found = at.body.kind === 'select' ? at.body.targets[column] : at.body.rows[0]?.[column]
  const own = query.columns[column]
  if (found === undefined || own === undefined || found.type === own.type) return found
  // The type of the whole, the place of its first expression.
  return { kind: 'case value', type: own.type, modifier: own.modifier, at: found.at }
}

/** The query with its columns coerced; where rows are told apart or ordered by them, around it. */
export function withColumnTypes(
  scope: Scope,
  query: BoundQuery,
  types: readonly SqlType[],
  what: string,
): BoundQuery {
  return withCoercedColumns(scope, query, types, (e, type) => coerceToCommon(scope, e, type, what))
}

export function withCoercedColumns(
  scope: Scope,
  query: BoundQuery,
  types: readonly SqlType[],
  coerce: (e: BoundExpression, type: SqlType, column: number) => BoundExpression,
): BoundQuery {
  const isAsWanted = query.columns.every((column, number) => column.type === types[number])
  if (isAsWanted && !isUnsettled(query)) return query
  const columnsOf = (expressions: readonly BoundExpression[]): OutputColumn[] =>
    query.columns.map((column, number) => {
      const e = expressions[number]!
      return e.type === column.type
        ? column
        : { ...column, type: e.type, modifier: e.modifier, table: undefined, tableColumn: -1 }
    })
  const { body } = query
  if (body.kind === 'values') {
    const rows = body.rows.map(row => row.map((one, number) => coerce(one, types[number]!, number)))
    return { ...query, body: { ...body, rows }, columns: columnsOf(rows[0]!) }
  }
  // Where nothing is ordered or compared by what it was before; what is of unknown type has to be read where it stands.
  const isInPlace = (number: number): boolean =>
    body.kind === 'select' &&
    ((body.distinct === undefined && !query.orderBy.some(key => key.target === number)) ||
      query.columns[number]!.type === UNKNOWN ||
      body.targets[number]!.type === types[number])
  const coerceInPlace = (): BoundQuery => {
    if (body.kind !== 'select') return query
    const targets = body.targets.map((one, number) =>
      number < types.length && isInPlace(number) ? coerce(one, types[number]!, number) : one,
    )
    return { ...query, body: { ...body, targets }, columns: columnsOf(targets) }
  }
  if (types.every((_, number) => isInPlace(number))) return coerceInPlace()
  return wrapped(scope, coerceInPlace(), (e, number) =>
    isInPlace(number) ? e : coerce(e, types[number]!, number),
  )
}

function isUnsettled(query: BoundQuery): boolean {
  return query.columns.some(column => column.type === UNKNOWN)
}

/** `SELECT coerced columns FROM query`. */
function wrapped(
  scope: Scope,
  query: BoundQuery,
  column: (e: BoundExpression, number: number) => BoundExpression,
): BoundQuery {
  const outside = innerScope(scope)
  const relation = {
    id: scope.binding.newRelation(outside),
    name: 'unnamed_subquery',
    columns: query.columns,
  }
  const targets = query.columns.map(({ type, modifier }, number) =>
    column(
      {
        kind: 'column',
        relation: relation.id,
        column: number,
        type,
        modifier,
        at: columnExpression(query, number)?.at ?? -1,
      },
      number,
    ),
  )
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
      targets,
      distinct: undefined,
      isDistinctOn: false,
    },
    columns: query.columns.map((one, number) => ({
      ...one,
      type: targets[number]!.type,
      modifier: targets[number]!.modifier,
      table: undefined,
      tableColumn: -1,
    })),
    orderBy: [],
    limit: undefined,
    isWithTies: false,
    offset: undefined,
    outerRelations: [],
    isVolatile: false,
    isLocking: false,
  }
}
