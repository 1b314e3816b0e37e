/**
 * The last pass over a bound statement: parameters whose types nothing decided, which outer relations each query reads, and
 * what is volatile.
 */

import { type SqlType, UNKNOWN } from '../types/type.ts'
import type {
  BoundChange,
  BoundFrom,
  BoundQuery,
  BoundReturning,
  BoundStatement,
  RelationId,
} from './bound.ts'
import { type Binding, fail } from './scope.ts'
import { relationsOf, type Visitor, walk, walkFrom, walkQuery } from './walk.ts'

/** Fills in `outerRelations` and `isVolatile`, which is why these two are written to here and nowhere else. */
export function finish(statement: BoundStatement, binding: Binding): BoundStatement {
  const roots = statement.kind === 'query' ? [statement.query] : queriesOfChange(statement.change)
  for (const query of roots) annotate(query)
  return { ...statement, parameters: settleParameters(binding) }
}

/** `$1` that nothing gives a type cannot run. */
export function settleParameters(binding: Binding): SqlType[] {
  return binding.parameterTypes.map((type, index) => {
    if (type === undefined || type === UNKNOWN) {
      fail('42P18', `could not determine data type of parameter $${index + 1}`, -1)
    }
    return type
  })
}

interface Facts {
  readonly read: Set<RelationId>
  readonly defined: Set<RelationId>
  isVolatile: boolean
}

/** Queries inside are done first: each tells what it reads from further out. */
function annotate(query: BoundQuery): void {
  const facts: Facts = { read: new Set(), defined: new Set(), isVolatile: false }
  let isRoot = true
  const visitor: Visitor = {
    expression(e) {
      if ('relation' in e) facts.read.add(e.relation)
      if (e.kind === 'call' && e.function.volatility === 'volatile') facts.isVolatile = true
      if (e.kind === 'subquery') facts.defined.add(e.queryRelation)
    },
    query(inner) {
      if (isRoot) {
        isRoot = false
        define(inner, facts)
        return true
      }
      annotate(inner)
      for (const relation of inner.outerRelations) facts.read.add(relation)
      if (inner.isVolatile) facts.isVolatile = true
      return false
    },
    from(from) {
      for (const relation of relationsOf(from)) facts.defined.add(relation)
      if (from.kind === 'functions') {
        for (const call of from.calls) if (call.function?.volatility === 'volatile') facts.isVolatile = true
      }
    },
  }
  walkQuery(query, visitor)
  for (const table of query.commonTables) {
    if (table.definition.kind !== 'change') continue
    facts.isVolatile = true
    for (const inner of queriesOfChange(table.definition.statement)) annotate(inner)
  }
  const open = query as unknown as { outerRelations: RelationId[]; isVolatile: boolean }
  open.outerRelations = [...facts.read].filter(relation => !facts.defined.has(relation))
  open.isVolatile = facts.isVolatile
}

function define(query: BoundQuery, facts: Facts): void {
  const { body } = query
  if (body.kind !== 'select') return
  facts.defined.add(body.groupRelation)
  for (const call of body.setFunctions) if (call.function.volatility === 'volatile') facts.isVolatile = true
}

/** The outermost queries inside of a change. */
function queriesOfChange(change: BoundChange): BoundQuery[] {
  const found: BoundQuery[] = []
  const visitor: Visitor = {
    query(query) {
      found.push(query)
      return false
    },
  }
  const inFrom = (from: BoundFrom): void => walkFrom(from, visitor)
  for (const table of change.commonTables) {
    const { definition } = table
    if (definition.kind === 'query') found.push(definition.query)
    else if (definition.kind === 'recursive') found.push(definition.initial, definition.recursive)
    else found.push(...queriesOfChange(definition.statement))
  }
  const returning = (one: BoundReturning | undefined): void => {
    if (one !== undefined) walk(one.targets, visitor)
  }
  returning(change.returning)
  const inExpressions = (...list: readonly (Parameters<typeof walk>[0][number] | undefined)[]): void =>
    walk(
      list.filter(one => one !== undefined),
      visitor,
    )
  if ('viewChecks' in change) inExpressions(...change.viewChecks.map(one => one.condition))
  switch (change.kind) {
    case 'insert':
      if (change.source !== undefined) found.push(change.source)
      inExpressions(...change.values.map(one => one.value))
      if (change.onConflict !== undefined) {
        found.push(...change.onConflict.rowSources.map(one => one.query))
        inExpressions(...change.onConflict.set.map(one => one.value), change.onConflict.where)
      }
      break
    case 'update':
      inFrom(change.from)
      found.push(...change.rowSources.map(one => one.query))
      inExpressions(...change.set.map(one => one.value), change.where)
      break
    case 'delete':
      inFrom(change.from)
      inExpressions(change.where)
      break
    default:
      inFrom(change.source)
      inExpressions(change.on)
      for (const clause of change.clauses) {
        inExpressions(clause.condition)
        if (!('set' in clause.action)) continue
        found.push(...clause.action.rowSources.map(one => one.query))
        inExpressions(...clause.action.set.map(one => one.value))
      }
  }
  return found
}
