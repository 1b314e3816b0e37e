/**
 * SELECT: the select list, WHERE, GROUP BY, HAVING, WINDOW, DISTINCT, ORDER BY; and the select list's cousin, RETURNING.
 */

import type { Expression, SelectItem, SelectQuery, SortItem } from '../syntax/tree.ts'
import type { BoundExpression, BoundQuery, OutputColumn, SelectBody, SortKey } from './bound.ts'
import { CLAUSES, type Clause } from './clause.ts'
import { coerceToBoolean, withoutUnknown } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { bindFromList } from './from.ts'
import { bindGroupBy, GroupRewriter, setFunctionsIn } from './grouping.ts'
import { outputName } from './output-names.ts'
import { bindLimits, bindLocking, lockedBy, type QueryOptions } from './queries.ts'
import { identifyRows, isIdentity } from './row-identity.ts'
import { fail, type Scope } from './scope.ts'
import { directionOf, requireEquality, requireOrder } from './sorting.ts'
import { expandStar, isStarItem, spelledOut } from './stars.ts'
import { mapWindow, mapWindowCall, sameExpression } from './walk.ts'
import { bindWindowClause } from './windows.ts'

/** PostgreSQL's MaxTupleAttributeNumber. */
const TARGETS_MAX = 1664

/** An item of a select list while its query is bound. */
export interface Target {
  expression: BoundExpression
  readonly name: string
  /** For ORDER BY or DISTINCT ON only. */
  readonly isHidden: boolean
}

export function bindTargets(scope: Scope, items: readonly SelectItem[]): Target[] {
  const targets: Target[] = []
  for (const item of items) {
    if (isStarItem(item.expression)) {
      const { columns } = expandStar(scope, item.expression, item.expression.at)
      scope.binding.found?.stars.set(item.expression, spelledOut(scope, item.expression, columns))
      for (const column of columns) {
        targets.push({
          expression: { ...column.expression, at: item.at } as BoundExpression,
          name: column.name,
          isHidden: false,
        })
      }
      continue
    }
    targets.push({
      expression: bindExpression(scope, item.expression),
      name: item.alias ?? outputName(item.expression),
      isHidden: false,
    })
  }
  return targets
}

export function bindSelect(scope: Scope, query: SelectQuery, options: QueryOptions): BoundQuery {
  scope.windowDefinitions = query.windows
  const from = bindFromList(scope, query.from)
  const targets = scope.in(CLAUSES.select, () => bindTargets(scope, query.items))
  const identity = identifyRows(scope, query, from, targets)
  const where = bindCondition(scope, query.where, CLAUSES.where)
  const having = bindCondition(scope, query.having, CLAUSES.having)
  const orderBy = scope.in(CLAUSES.orderBy, () => bindOrderBy(scope, query.orderBy, targets))
  const groups = bindGroupBy(scope, query, targets)
  const distinct = bindDistinct(scope, query, targets, orderBy)
  const limits = bindLimits(scope, query)
  bindWindowClause(scope)
  if (options.keepsUnknown !== true) {
    for (const target of targets) target.expression = withoutUnknown(scope, target.expression)
  }
  if (query.distinct === 'distinct') {
    for (const target of targets) requireEquality(target.expression.type, target.expression.at)
  }
  if (targets.length > TARGETS_MAX) fail('54011', `target lists can have at most ${TARGETS_MAX} entries`, -1)
  const isGrouped =
    groups !== undefined || having !== undefined || scope.aggregates.length > 0 || scope.groupings.length > 0
  const columns = targets.filter(target => !target.isHidden).map(target => outputColumn(scope, target))
  let body: SelectBody = {
    kind: 'select',
    from,
    where,
    grouping: undefined,
    groupRelation: scope.groupRelation,
    aggregates: scope.aggregates,
    having,
    windows: scope.windows,
    windowCalls: scope.windowCalls,
    setFunctions: scope.setCalls.map(call => ({ function: call.function, arguments: call.arguments })),
    targets: targets.map(target => target.expression),
    distinct: distinct?.targets,
    isDistinctOn: distinct?.isOn ?? false,
  }
  if (isGrouped) {
    const rewriter = new GroupRewriter(scope, groups ?? { keys: [], sets: [[]] })
    const one = (e: BoundExpression): BoundExpression => rewriter.rewrite(e)
    // In the order in which PostgreSQL looks for ungrouped columns.
    const rewritten = body.targets.map(one)
    const havingRewritten = having && one(having)
    const windows = body.windows.map(window => mapWindow(window, one))
    const windowCalls = body.windowCalls.map(call => mapWindowCall(call, one))
    const groupedSetFunctions = setFunctionsIn(groups?.keys ?? [], body.setFunctions)
    const setFunctions = body.setFunctions.map((call, i) =>
      groupedSetFunctions.has(i) ? call : { ...call, arguments: call.arguments.map(one) },
    )
    const aggregates = body.aggregates.map(aggregate => ({
      ...aggregate,
      directArguments: aggregate.directArguments.map(one),
    }))
    body = {
      ...body,
      targets: rewritten,
      having: havingRewritten,
      windows,
      windowCalls,
      setFunctions,
      ...(groupedSetFunctions.size === 0 ? {} : { groupedSetFunctions }),
      aggregates,
      grouping: rewriter.grouping(),
    }
  }
  const isLocking = bindLocking(scope, query, {
    grouped: isGrouped,
    distinct: distinct !== undefined,
    windowed: scope.windowCalls.length > 0,
    set: false,
  })
  return {
    commonTables: [],
    body,
    columns,
    orderBy,
    ...limits,
    outerRelations: [],
    isVolatile: false,
    isLocking,
    ...lockedBy(query.locking, body.from),
    ...(query.locking.some(({ wait }) => wait === 'error') ? { refusesToWait: true } : {}),
    ...(identity === undefined ? {} : { identity }),
  }
}

export function bindCondition(
  scope: Scope,
  tree: Expression | undefined,
  clause: Clause,
): BoundExpression | undefined {
  if (tree === undefined) return undefined
  return scope.in(clause, () => coerceToBoolean(scope, bindExpression(scope, tree), clause.label))
}

export function outputColumn(scope: Scope, target: Target): OutputColumn {
  const { expression } = target
  const table = expression.kind === 'column' ? scope.binding.tables.get(expression.relation) : undefined
  return {
    name: target.name,
    type: expression.type,
    modifier: expression.modifier,
    table,
    tableColumn: table !== undefined && expression.kind === 'column' ? expression.column : -1,
  }
}

/**
 * The target that an item of ORDER BY, GROUP BY or DISTINCT ON means: an output name, a number, or else an expression, which
 * is added where it is not there yet. GROUP BY asks the input's columns first.
 */
export function findTarget(
  scope: Scope,
  tree: Expression,
  targets: Target[],
  clause: 'ORDER BY' | 'GROUP BY' | 'DISTINCT ON',
  isInput: (name: string) => boolean,
): number {
  if (tree.kind === 'column' && tree.names.length === 1 && !tree.isStar) {
    const name = tree.names[0]!
    if (!isInput(name)) {
      let found = -1
      for (let at = 0; at < targets.length; at++) {
        const target = targets[at]!
        if (target.isHidden || target.name !== name) continue
        if (found >= 0 && !sameExpression(targets[found]!.expression, target.expression)) {
          fail('42702', `${clause} "${name}" is ambiguous`, tree.at)
        }
        if (found < 0) found = at
      }
      if (found >= 0) return found
    }
  }
  if (tree.kind === 'literal') {
    if (tree.value.type !== 'integer') {
      fail('42601', `non-integer constant in ${clause}`, tree.at)
    }
    const place = tree.value.value
    const visible = targets.filter(({ expression, isHidden }) => !isHidden && !isIdentity(expression))
    if (place < 1 || place > visible.length) {
      fail('42P10', `${clause} position ${place} is not in select list`, tree.at)
    }
    return targets.indexOf(visible[place - 1]!)
  }
  return findOrAdd(scope, bindExpression(scope, tree), targets)
}

function findOrAdd(scope: Scope, bound: BoundExpression, targets: Target[]): number {
  const known = targets.findIndex(target => sameExpression(target.expression, bound))
  if (known >= 0) return known
  targets.push({ expression: withoutUnknown(scope, bound), name: '', isHidden: true })
  return targets.length - 1
}

function bindOrderBy(scope: Scope, items: readonly SortItem[], targets: Target[]): SortKey[] {
  const keys: SortKey[] = []
  for (const item of items) {
    const number = findTarget(scope, item.expression, targets, 'ORDER BY', () => false)
    const target = targets[number]!
    target.expression = withoutUnknown(scope, target.expression)
    requireOrder(target.expression.type, item.expression.at)
    const direction = directionOf(item)
    // What is ordered by already cannot order again.
    if (!keys.some(key => key.target === number)) keys.push({ target: number, ...direction })
  }
  return keys
}

function bindDistinct(
  scope: Scope,
  query: SelectQuery,
  targets: Target[],
  orderBy: readonly SortKey[],
): { targets: readonly number[]; isOn: boolean } | undefined {
  if (query.distinct === 'all') return undefined
  if (query.distinct === 'distinct') {
    for (const key of orderBy) {
      if (targets[key.target]!.isHidden) {
        fail(
          '42P10',
          'for SELECT DISTINCT, ORDER BY expressions must appear in select list',
          targets[key.target]!.expression.at,
        )
      }
    }
    const visible: number[] = []
    targets.forEach((target, at) => {
      if (target.isHidden) return
      // What is compared has a type, also where a UNION or an INSERT would have decided it.
      target.expression = withoutUnknown(scope, target.expression)
      visible.push(at)
    })
    return { targets: visible, isOn: false }
  }
  const trees = query.distinct
  const numbers = scope.in(CLAUSES.distinctOn, () =>
    trees.map(tree => {
      const number = findTarget(scope, tree, targets, 'DISTINCT ON', () => false)
      const target = targets[number]!
      target.expression = withoutUnknown(scope, target.expression)
      requireEquality(target.expression.type, tree.at)
      return { number, at: tree.at }
    }),
  )
  // ORDER BY begins with them, in any order.
  const wanted = new Set(numbers.map(one => one.number))
  let isOver = false
  const seen = new Set<number>()
  for (const key of orderBy) {
    if (wanted.has(key.target)) {
      if (isOver) {
        fail(
          '42P10',
          'SELECT DISTINCT ON expressions must match initial ORDER BY expressions',
          targets[key.target]!.expression.at,
        )
      }
      seen.add(key.target)
    } else isOver = true
  }
  if (isOver) {
    for (const one of numbers) {
      if (!seen.has(one.number)) {
        fail('42P10', 'SELECT DISTINCT ON expressions must match initial ORDER BY expressions', one.at)
      }
    }
  }
  return { targets: [...wanted], isOn: true }
}
