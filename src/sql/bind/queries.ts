/** Queries of all forms, and what they have in common: WITH, LIMIT, locking; VALUES. */

import { notSupported } from '../errors.ts'
import type { LockingClause, Query, SelectQuery, SortItem, ValuesQuery } from '../syntax/tree.ts'
import type { BoundExpression, BoundFrom, BoundQuery, OutputColumn, RelationId } from './bound.ts'
import { CLAUSES, type Clause } from './clause.ts'
import { coerceToBigint, coerceToCommon, commonModifier, commonTypeFor, withoutUnknown } from './coercion.ts'
import { bindCommonTables } from './common-tables.ts'
import { bindExpression } from './expressions.ts'
import { fail, Scope } from './scope.ts'
import { bindSelect } from './select.ts'
import { bindSetOperation } from './set-operations.ts'
import { expandStar, isStarItem } from './stars.ts'
import { refuseVariables } from './windows.ts'

export interface QueryOptions {
  /** Constants of unknown type stay so: a UNION or an INSERT decides what they are. */
  readonly keepsUnknown?: boolean
}

/** `scope` is the query's own, new. */
export function bindQuery(scope: Scope, query: Query, options: QueryOptions = {}): BoundQuery {
  if (query.with !== undefined) bindCommonTables(scope, query.with)
  const bound =
    query.kind === 'select'
      ? bindSelect(scope, query, options)
      : query.kind === 'set operation'
        ? bindSetOperation(scope, query, options)
        : bindValues(scope, query, options)
  return scope.boundCommonTables.length === 0
    ? bound
    : { ...bound, commonTables: [...scope.boundCommonTables, ...bound.commonTables] }
}

/** LIMIT and OFFSET. */
export function bindLimits(scope: Scope, query: Query): Pick<BoundQuery, 'limit' | 'offset' | 'isWithTies'> {
  const bound = (tree: typeof query.limit, clause: Clause, label: string): BoundExpression | undefined => {
    if (tree === undefined) return undefined
    const e = scope.in(clause, () => coerceToBigint(scope, bindExpression(scope, tree), label))
    refuseVariables(scope, e, label)
    return e
  }
  const offset = bound(query.offset, CLAUSES.offset, 'OFFSET')
  const limit = bound(query.limit, CLAUSES.limit, 'LIMIT')
  if (query.isWithTies && query.orderBy.length === 0) {
    fail('42601', 'WITH TIES cannot be specified without ORDER BY clause', query.at)
  }
  return { limit, offset, isWithTies: query.isWithTies }
}

/** FOR UPDATE and its like: allowed where PostgreSQL can lock. */
export function bindLocking(
  scope: Scope,
  query: Query,
  is: {
    readonly grouped: boolean
    readonly distinct: boolean
    readonly windowed: boolean
    readonly set: boolean
  },
): boolean {
  if (query.locking.length === 0) return false
  for (const clause of query.locking) {
    const label = `FOR ${clause.strength.toUpperCase()}`
    const refuse = (what: string): never => fail('0A000', `${label} is not allowed with ${what}`, -1)
    if (query.kind === 'values') fail('0A000', `${label} cannot be applied to VALUES`, -1)
    if (is.set) refuse('UNION/INTERSECT/EXCEPT')
    if (is.distinct) refuse('DISTINCT clause')
    if (query.kind === 'select' && query.groupBy.length > 0) refuse('GROUP BY clause')
    if (query.kind === 'select' && query.having !== undefined) refuse('HAVING clause')
    if (is.grouped) refuse('aggregate functions')
    if (is.windowed) refuse('window functions')
    if (scope.setCalls.length > 0) refuse('set-returning functions in the target list')
    for (const table of clause.tables) {
      if (!scope.namespace.some(item => item.name === table)) {
        fail('42P01', `relation "${table}" in ${label} clause not found in FROM clause`, -1)
      }
    }
  }
  return true
}

/** What each clause locks: the tables that it names, or all, and those in subqueries and views among them. */
export function lockedBy(
  locking: readonly LockingClause[],
  from: BoundFrom | undefined,
): Pick<BoundQuery, 'locked'> {
  if (locking.length === 0) return {}
  const locked = locking.map(({ strength, tables }) => {
    const relations = new Set<RelationId>()
    const add = (part: BoundFrom | undefined, isNamed: boolean): void => {
      if (part === undefined) return
      if (part.kind === 'join') {
        add(part.left, isNamed)
        add(part.right, isNamed)
        return
      }
      const isLocked = isNamed || tables.length === 0 || tables.includes(part.relation.name)
      if (!isLocked || (part.kind !== 'table' && part.kind !== 'subquery')) return
      relations.add(part.relation.id)
      if (part.kind === 'subquery' && part.query.body.kind === 'select') add(part.query.body.from, true)
    }
    add(from, false)
    return { label: `FOR ${strength.toUpperCase()}`, relations }
  })
  return { locked }
}

/** VALUES with ORDER BY, LIMIT and the like is a query over it. */
function bindValues(scope: Scope, query: ValuesQuery, options: QueryOptions): BoundQuery {
  const hasTail =
    query.orderBy.length > 0 ||
    query.limit !== undefined ||
    query.offset !== undefined ||
    query.locking.length > 0
  if (hasTail) return bindSelect(scope, selectOver(query), options)
  if (query.isWithTies) fail('42601', 'WITH TIES cannot be specified without ORDER BY clause', query.at)
  const width = query.rows[0]?.length ?? 0
  const rows = scope.in(CLAUSES.values, () =>
    query.rows.map(row => {
      const bound: BoundExpression[] = []
      for (const one of row) {
        if (isStarItem(one)) {
          bound.push(...expandStar(scope, one, one.at).columns.map(column => column.expression))
        } else bound.push(bindExpression(scope, one))
      }
      return bound
    }),
  )
  const count = rows[0]?.length ?? width
  for (const row of rows) {
    if (row.length !== count) {
      fail('42601', 'VALUES lists must all be the same length', row[0]?.at ?? query.at)
    }
  }
  return valuesQuery(scope, rows, options)
}

/** Rows whose columns are given a common type each. */
export function valuesQuery(
  scope: Scope,
  rows: readonly (readonly BoundExpression[])[],
  options: QueryOptions,
): BoundQuery {
  const count = rows[0]?.length ?? 0
  const result: BoundExpression[][] = rows.map(() => [])
  const columns: OutputColumn[] = []
  for (let column = 0; column < count; column++) {
    const list = rows.map(row => row[column]!)
    if (rows.length === 1 && options.keepsUnknown === true) {
      result[0]!.push(list[0]!)
    } else {
      const type = commonTypeFor(scope, list, 'VALUES')
      list.forEach((one, row) => {
        result[row]!.push(withoutUnknown(scope, coerceToCommon(scope, one, type, 'VALUES')))
      })
    }
    const first = result[0]![column]!
    const modifier = commonModifier(
      result.map(row => row[column]!),
      first.type,
    )
    columns.push({
      name: `column${column + 1}`,
      type: first.type,
      modifier,
      table: undefined,
      tableColumn: -1,
    })
  }
  if (scope.setCalls.length > 0) {
    fail('0A000', 'set-returning functions are not allowed in VALUES', scope.setCalls[0]!.at)
  }
  return {
    commonTables: [],
    body: { kind: 'values', rows: result },
    columns,
    orderBy: [],
    limit: undefined,
    isWithTies: false,
    offset: undefined,
    outerRelations: [],
    isVolatile: false,
    isLocking: false,
  }
}

function selectOver(query: ValuesQuery): SelectQuery {
  const { at } = query
  if (query.locking.length > 0) {
    throw notSupported('FOR UPDATE of VALUES', at)
  }
  const nothing: readonly SortItem[] = []
  const inner: ValuesQuery = {
    ...query,
    with: undefined,
    orderBy: nothing,
    limit: undefined,
    offset: undefined,
    isWithTies: false,
  }
  return {
    kind: 'select',
    at,
    with: undefined,
    orderBy: query.orderBy,
    limit: query.limit,
    isWithTies: query.isWithTies,
    offset: query.offset,
    locking: [],
    distinct: 'all',
    items: [{ expression: { kind: 'column', names: [], isStar: true, at }, alias: undefined, at }],
    from: [
      {
        kind: 'subquery',
        query: inner,
        alias: { name: '*VALUES*', columns: [] },
        isLateral: false,
        at,
      },
    ],
    where: undefined,
    groupBy: [],
    isGroupDistinct: false,
    having: undefined,
    windows: [],
  }
}

/** A scope below this one, for a part of a query. */
export function innerScope(scope: Scope): Scope {
  return new Scope(scope.binding, scope)
}
