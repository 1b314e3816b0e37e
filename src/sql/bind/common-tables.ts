/**
 * WITH: common tables in the order in which they need each other, recursive ones, and such that change data.
 */

import type { CommonTable, Query, SetOperation, WithClause } from '../syntax/tree.ts'
import { formatType } from '../types/input-output.ts'
import { NO_MODIFIER } from '../types/type.ts'
import type { BoundCommonTable, BoundFrom, BoundQuery, OutputColumn } from './bound.ts'
import { bindChange } from './changes.ts'
import { coerceOrNot, withoutUnknown } from './coercion.ts'
import { bindQuery, innerScope } from './queries.ts'
import { type CommonTableEntry, fail, type Scope } from './scope.ts'
import { addedColumns, withSearchAndCycle } from './search-cycle.ts'
import { columnExpression, withCoercedColumns } from './set-operations.ts'
import { walkQuery } from './walk.ts'

export function bindCommonTables(scope: Scope, clause: WithClause): void {
  const seen = new Set<string>()
  for (const item of clause.items) {
    if (seen.has(item.name)) {
      fail('42712', `WITH query name "${item.name}" specified more than once`, item.at)
    }
    seen.add(item.name)
  }
  for (const item of clause.items) scope.laterCommonTables.add(item.name)
  for (const item of clause.isRecursive ? inOrderOfNeed(clause.items) : clause.items) {
    bindCommonTable(scope, item, clause.isRecursive)
  }
}

/** The common table of that name that is seen from here. */
export function findCommonTable(scope: Scope, name: string, at: number): CommonTableEntry | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const entry = level.commonTables.get(name)
    if (entry === undefined || !entry.isVisible) continue
    if (entry.hasNoRows) {
      fail('0A000', `WITH query "${name}" does not have a RETURNING clause`, at)
    }
    entry.referenceCount++
    return entry
  }
  return undefined
}

/** For the error about a table that is not there. */
export function isLaterCommonTable(scope: Scope, name: string): boolean {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    if (level.laterCommonTables.has(name)) return true
  }
  return false
}

function inOrderOfNeed(items: readonly CommonTable[]): CommonTable[] {
  const done: CommonTable[] = []
  const open = new Set<CommonTable>()
  const visit = (item: CommonTable): void => {
    if (done.includes(item)) return
    if (open.has(item)) {
      fail('0A000', 'mutual recursion between WITH items is not implemented', item.at)
    }
    open.add(item)
    for (const other of items) {
      if (other !== item && mentions(item.statement, other.name)) visit(other)
    }
    open.delete(item)
    done.push(item)
  }
  for (const item of items) visit(item)
  return done
}

/** Places where a tree names the table of that name, and not one of a WITH in it that has the same. */
function placesOf(tree: unknown, name: string, found: number[] = []): number[] {
  if (typeof tree === 'object' && tree !== null) {
    const node = tree as { kind?: unknown; name?: unknown; at?: number }
    if (
      node.kind === 'table' &&
      Array.isArray(node.name) &&
      node.name.length === 1 &&
      node.name[0] === name
    ) {
      found.push(node.at ?? -1)
    }
    for (const part of partsSeeing(tree, name)) placesOf(part, name, found)
  }
  return found
}

/** The parts of a tree in which a name is what it is outside: all of them, unless a WITH gives it to another table. */
function partsSeeing(tree: object, name: string): readonly unknown[] {
  const clause = Array.isArray(tree) ? undefined : (tree as { with?: WithClause }).with
  const hiding = clause?.items.findIndex(item => item.name === name) ?? -1
  if (clause === undefined || hiding < 0) return Object.values(tree)
  // Without RECURSIVE an item is seen by those behind it only.
  return clause.isRecursive ? [] : clause.items.slice(0, hiding + 1).map(item => item.statement)
}
function mentions(tree: unknown, name: string): boolean {
  return placesOf(tree, name).length > 0
}

function bindCommonTable(scope: Scope, item: CommonTable, isRecursive: boolean): void {
  const { statement } = item
  const added = addedColumns(item)
  if (added.length > 0 && !(isRecursive && mentions(statement, item.name))) {
    fail('42601', 'WITH query is not recursive', item.at)
  }
  const id = scope.binding.newCommonTable()
  const head = { id, name: item.name, isMaterialized: item.materialized }
  const entryOf = (columns: readonly OutputColumn[], hasNoRows = false): CommonTableEntry => ({
    id,
    name: item.name,
    columns,
    hasNoRows,
    addedColumnCount: added.length,
    isRecursing: false,
    isVisible: true,
    referenceCount: 0,
    recursiveReferenceCount: 0,
    forbidden: undefined,
  })
  let definition: BoundCommonTable['definition']
  let entry: CommonTableEntry
  if (
    statement.kind === 'insert' ||
    statement.kind === 'update' ||
    statement.kind === 'delete' ||
    statement.kind === 'merge'
  ) {
    if (scope.parent !== undefined) {
      fail('0A000', 'WITH clause containing a data-modifying statement must be at the top level', item.at)
    }
    if (isRecursive && mentions(statement, item.name)) {
      fail('42P19', `recursive query "${item.name}" must not contain data-modifying statements`, item.at)
    }
    const change = bindChange(innerScope(scope), statement)
    const columns = change.returning?.columns ?? []
    definition = { kind: 'change', statement: change }
    entry = entryOf(renamed(columns, item), change.returning === undefined)
  } else if (isRecursive && mentions(statement, item.name)) {
    const form = recursiveForm(item, statement)
    // What a WITH around both terms defines is as if it were defined before.
    const outside = form.with === undefined ? scope : innerScope(scope)
    if (form.with !== undefined) bindCommonTables(outside, form.with)
    let { left, right } = form
    let initial = bindQuery(innerScope(outside), left)
    if (added.length > 0) {
      const names = renamed(initial.columns, item).map(column => column.name)
      ;({ left, right } = withSearchAndCycle(item, form, names))
      initial = bindQuery(innerScope(outside), left)
    }
    entry = entryOf(renamed(initial.columns, item))
    entry.isRecursing = true
    scope.commonTables.set(item.name, entry)
    const term = bindQuery(innerScope(outside), right, { keepsUnknown: true })
    if (outside !== scope) scope.boundCommonTables.push(...outside.boundCommonTables)
    refuseAggregates(term, id)
    if (term.columns.length !== initial.columns.length) {
      fail(
        '42601',
        'each UNION query must have the same number of columns',
        columnExpression(term, 0)?.at ?? -1,
      )
    }
    const recursive = matchTypes(scope, item, initial, term)
    entry.isRecursing = false
    definition = { kind: 'recursive', initial, recursive, isAll: form.isAll }
  } else {
    const query = bindQuery(innerScope(scope), statement)
    definition = { kind: 'query', query }
    entry = entryOf(renamed(query.columns, item))
  }
  scope.commonTables.set(item.name, entry)
  scope.laterCommonTables.delete(item.name)
  scope.boundCommonTables.push({
    ...head,
    columns: entry.columns,
    definition,
    get referenceCount() {
      return entry.referenceCount
    },
  })
}

/** No query of a recursive term aggregates what the recursive reference gives it itself. */
function refuseAggregates(term: BoundQuery, id: number): void {
  const reads = (from: BoundFrom | undefined): boolean =>
    from?.kind === 'join'
      ? reads(from.left) || reads(from.right)
      : from?.kind === 'common table' && from.commonTable === id
  walkQuery(term, {
    query({ body }) {
      const [aggregate] = body.kind === 'select' ? body.aggregates : []
      if (body.kind !== 'select' || aggregate === undefined || !reads(body.from)) return
      fail('42P19', `aggregate functions are not allowed in a recursive query's recursive term`, aggregate.at)
    },
  })
}

function renamed(columns: readonly OutputColumn[], item: CommonTable): OutputColumn[] {
  if (item.columns.length > columns.length) {
    fail(
      '42P10',
      `WITH query "${item.name}" has ${columns.length} columns available but ${item.columns.length} columns specified`,
      item.at,
    )
  }
  return columns.map((column, at) => ({
    ...column,
    name: item.columns[at] ?? column.name,
    table: undefined,
    tableColumn: -1,
  }))
}

/** The recursive term gives what the first gave, or the first must be cast. */
function matchTypes(scope: Scope, item: CommonTable, initial: BoundQuery, term: BoundQuery): BoundQuery {
  const types = initial.columns.map(column => column.type)
  const matched = withCoercedColumns(scope, term, types, (e, type, number) => {
    const known = e.type === type ? e : coerceOrNot(scope, e, type, -1, 'implicit')
    if (known === undefined) {
      const actual = withoutUnknown(scope, e).type
      const isSameCategory = actual.category === type.category
      if (!isSameCategory) {
        fail('42804', `UNION types ${type.displayName} and ${actual.displayName} cannot be matched`, e.at)
      }
      refuseOtherType(item, initial, number, type.displayName, actual.displayName)
    }
    return known
  })
  initial.columns.forEach(({ type, modifier }, number) => {
    const other = term.columns[number]!
    if (modifier === NO_MODIFIER || (other.type === type && other.modifier === modifier)) return
    refuseOtherType(item, initial, number, formatType(type, modifier), type.displayName)
  })
  return matched
}

function refuseOtherType(
  item: CommonTable,
  initial: BoundQuery,
  number: number,
  first: string,
  overall: string,
): never {
  fail(
    '42804',
    `recursive query "${item.name}" column ${number + 1} has type ${first} in non-recursive term ` +
      `but type ${overall} overall`,
    columnExpression(initial, number)!.at,
    { hint: 'Cast the output of the non-recursive term to the correct type.' },
  )
}

function recursiveForm(item: CommonTable, statement: Query): SetOperation {
  const { name } = item
  if (statement.kind !== 'set operation' || statement.operation !== 'union') {
    return fail(
      '42P19',
      `recursive query "${name}" does not have the form non-recursive-term UNION [ALL] recursive-term`,
      item.at,
    )
  }
  const inFirst = placesOf(statement.left, name)
  if (inFirst.length > 0) {
    fail(
      '42P19',
      `recursive reference to query "${name}" must not appear within its non-recursive term`,
      inFirst[0]!,
    )
  }
  refuseBadPlaces(statement.right, name)
  const places = placesOf(statement.right, name)
  if (places.length > 1) {
    fail('42P19', `recursive reference to query "${name}" must not appear more than once`, places[1]!)
  }
  const inWith = placesOf(statement.with?.items ?? [], name)
  if (inWith.length > 0) {
    fail('42P19', `recursive reference to query "${name}" must not appear within a subquery`, inWith[0]!)
  }
  if (statement.orderBy.length > 0) {
    fail('0A000', 'ORDER BY in a recursive query is not implemented', statement.orderBy[0]!.expression.at)
  }
  if (statement.offset !== undefined) {
    fail('0A000', 'OFFSET in a recursive query is not implemented', statement.offset.at)
  }
  if (statement.limit !== undefined) {
    fail('0A000', 'LIMIT in a recursive query is not implemented', statement.limit.at)
  }
  if (statement.locking.length > 0) {
    fail('0A000', 'FOR UPDATE/SHARE in a recursive query is not implemented', -1)
  }
  return statement
}

/** Not in subqueries of expressions, not where an outer join may add nulls, not under EXCEPT ALL or INTERSECT ALL. */
function refuseBadPlaces(term: Query, name: string): void {
  const refuse = (where: string, at: number): never =>
    fail('42P19', `recursive reference to query "${name}" must not appear within ${where}`, at)
  const visit = (tree: unknown): void => {
    if (typeof tree !== 'object' || tree === null) return
    const node = tree as Record<string, unknown>
    const parts = partsSeeing(node, name)
    const check = (part: unknown, where: string): void => {
      const places = parts.includes(part) ? placesOf(part, name) : []
      if (places.length > 0) refuse(where, places[0]!)
    }
    if (node.kind === 'subquery' && 'variant' in node) check(node.query, 'a subquery')
    if (node.kind === 'join') {
      if (node.type === 'left' || node.type === 'full') check(node.right, 'an outer join')
      if (node.type === 'right' || node.type === 'full') check(node.left, 'an outer join')
    }
    if (node.kind === 'set operation') {
      if (node.operation === 'intersect' && node.isAll) {
        check(node.left, 'INTERSECT')
        check(node.right, 'INTERSECT')
      }
      if (node.operation === 'except') {
        check(node.right, 'EXCEPT')
        if (node.isAll) check(node.left, 'EXCEPT')
      }
    }
    for (const part of parts) visit(part)
  }
  visit(term)
}
