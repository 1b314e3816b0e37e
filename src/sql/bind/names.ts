/**
 * Names of columns and tables to what they mean, and the errors when they mean nothing or too much, with PostgreSQL's
 * hints: near names, LATERAL, hidden by an alias.
 */

import { notSupported, SqlError } from '../errors.ts'
import type { BoundExpression } from './bound.ts'
import { bindFunctionCall } from './calls.ts'
import { refuseColumn } from './clause.ts'
import { fail, type NamespaceColumn, type NamespaceItem, type Scope } from './scope.ts'

export interface FoundColumn {
  readonly column: NamespaceColumn
  readonly expression: BoundExpression
}

/** `a`, `t.a`, `s.t.a`; a name alone may also be a whole row. */
export function resolveColumn(scope: Scope, names: readonly string[], at: number): BoundExpression {
  refuseColumn(scope.clause, at)
  if (names.length === 1) {
    const name = names[0]!
    if (name === 'value' && scope.domainValue !== undefined) return { ...scope.domainValue, at }
    const column = findColumn(scope, name, at)
    if (column !== undefined) return { ...column.expression, at }
    const item = findItem(scope, undefined, name, at)
    if (item !== undefined) return item.wholeRow(at)
    return missingColumn(scope, undefined, name, at)
  }
  const [schema, table, name] = names.length === 2 ? [undefined, ...names] : names
  const item = findItem(scope, schema, table!, at)
  if (item === undefined) return missingTable(scope, schema, table!, at)
  const column = columnOfItem(item, name!, at)
  if (column !== undefined) return { ...column.expression, at }
  return functionOfRow(scope, names, at) ?? missingColumn(scope, table, name!, at)
}

/** `t.f` may also be `f(t)`. */
function functionOfRow(scope: Scope, names: readonly string[], at: number): BoundExpression | undefined {
  const name = names[names.length - 1]!
  if (scope.binding.functions.named(name).length === 0) return undefined
  try {
    return bindFunctionCall(scope, {
      kind: 'function',
      name: [name],
      arguments: [
        { name: undefined, value: { kind: 'column', names: names.slice(0, -1), isStar: true, at } },
      ],
      isStar: false,
      isDistinct: false,
      isVariadic: false,
      orderBy: [],
      isWithinGroup: false,
      filter: undefined,
      over: undefined,
      at,
    })
  } catch (error) {
    // There is no such function of a row: then it was meant to be a column.
    if (error instanceof SqlError && (error.sqlstate === '42883' || error.sqlstate === '42725'))
      return undefined
    throw error
  }
}

/** The column of that name in what is visible, innermost level first. */
export function findColumn(scope: Scope, name: string, at: number): NamespaceColumn | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    let found: NamespaceColumn | undefined
    for (const item of level.namespace) {
      if (!item.areColumnsVisible || (item.isLateralOnly && !level.isLateralActive)) continue
      const column = columnOfItem(item, name, at)
      if (column === undefined) continue
      if (found !== undefined) fail('42702', `column reference "${name}" is ambiguous`, at)
      checkLateral(item, at)
      found = column
    }
    if (found !== undefined) return found
  }
  return undefined
}

export function columnOfItem(item: NamespaceItem, name: string, at: number): NamespaceColumn | undefined {
  let found: NamespaceColumn | undefined
  for (const column of item.columns) {
    if (column.name !== name) continue
    if (found !== undefined) fail('42702', `column reference "${name}" is ambiguous`, at)
    found = column
  }
  return found
}

/** The table, alias or row of that name. */
export function findItem(
  scope: Scope,
  schema: string | undefined,
  name: string,
  at: number,
): NamespaceItem | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    let found: NamespaceItem | undefined
    for (const item of level.namespace) {
      if (!item.isNameVisible || (item.isLateralOnly && !level.isLateralActive)) continue
      if (item.name !== name || (schema !== undefined && item.schema !== schema)) continue
      if (found !== undefined) fail('42P09', `table reference "${name}" is ambiguous`, at)
      checkLateral(item, at)
      found = item
    }
    if (found !== undefined) return found
  }
  return undefined
}

function checkLateral(item: NamespaceItem, at: number): void {
  if (!item.isLateralOnly || item.isLateralOk) return
  fail('42P10', `invalid reference to FROM-clause entry for table "${item.name}"`, at, {
    detail: 'The combining JOIN type must be INNER or LEFT for a LATERAL reference.',
  })
}

export function missingTable(scope: Scope, schema: string | undefined, name: string, at: number): never {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    for (const item of level.rangeTable) {
      if (schema !== undefined && item.schema !== schema && item.hiddenName !== name) continue
      if (item.hiddenName === name && item.name !== name) {
        const isVisible = isReachable(scope, item)
        fail(
          '42P01',
          `invalid reference to FROM-clause entry for table "${name}"`,
          at,
          isVisible
            ? { hint: `Perhaps you meant to reference the table alias "${item.name}".` }
            : {
                detail: `There is an entry for table "${item.name}", but it cannot be referenced from this part of the query.`,
                hint: couldBeLateral(scope, item)
                  ? 'To reference that table, you must mark this subquery with LATERAL.'
                  : undefined,
              },
        )
      }
      if (item.name === name) {
        fail('42P01', `invalid reference to FROM-clause entry for table "${name}"`, at, {
          detail: `There is an entry for table "${name}", but it cannot be referenced from this part of the query.`,
          hint: couldBeLateral(scope, item)
            ? 'To reference that table, you must mark this subquery with LATERAL.'
            : undefined,
        })
      }
    }
  }
  fail('42P01', `missing FROM-clause entry for table "${name}"`, at)
}

function isReachable(scope: Scope, item: NamespaceItem): boolean {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    if (
      level.namespace.some(one => one.name === item.name && (!one.isLateralOnly || level.isLateralActive))
    ) {
      return true
    }
  }
  return false
}

/** It is a neighbour to the left in FROM, and only LATERAL is missing. */
function couldBeLateral(scope: Scope, item: NamespaceItem): boolean {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = level.namespace.find(one => one.name === item.name)
    if (found !== undefined) return found.isLateralOnly && found.isLateralOk && !level.isLateralActive
  }
  return false
}

const DISTANCE_MAX = 3

/** Of every table of PostgreSQL's; `tableoid` is there. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax'])

/** Whether a table is visible that would have it. */
function isSystemColumn(scope: Scope, table: string | undefined, name: string): boolean {
  if (!SYSTEM_COLUMNS.has(name)) return false
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    for (const item of level.namespace) {
      const first = item.columns[0]?.expression
      const isTable = first?.kind === 'column' && scope.binding.tables.has(first.relation)
      if (isTable && (table === undefined || table === item.name)) return true
    }
  }
  return false
}

export function missingColumn(scope: Scope, table: string | undefined, name: string, at: number): never {
  if (isSystemColumn(scope, table, name)) throw notSupported(`the system column "${name}"`, at)
  const message =
    table === undefined ? `column "${name}" does not exist` : `column ${table}.${name} does not exist`
  const exact: NamespaceItem[] = []
  let best = DISTANCE_MAX + 1
  let near: { item: NamespaceItem; name: string }[] = []
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    for (const item of level.rangeTable) {
      const penalty = table === undefined || table === item.name ? 0 : editDistance(table, item.name)
      for (const column of item.columns) {
        if (column.name === name && penalty === 0) {
          exact.push(item)
          continue
        }
        const own = editDistance(name, column.name)
        const distance = own + penalty
        if (own > name.length / 2 || distance > DISTANCE_MAX || distance > best) continue
        if (distance < best) near = []
        best = distance
        near.push({ item, name: column.name })
      }
    }
  }
  if (exact.length > 0) {
    if (exact.length > 1) {
      fail('42703', message, at, {
        detail: `There are columns named "${name}", but they are in tables that cannot be referenced from this part of the query.`,
        hint: 'Try using a table-qualified name.',
      })
    }
    const item = exact[0]!
    fail('42703', message, at, {
      detail: `There is a column named "${name}" in table "${item.name}", but it cannot be referenced from this part of the query.`,
      hint: couldBeLateral(scope, item)
        ? 'To reference that column, you must mark this subquery with LATERAL.'
        : isReachable(scope, item)
          ? 'To reference that column, you must use a table-qualified name.'
          : undefined,
    })
  }
  if (near.length === 1) {
    fail('42703', message, at, {
      hint: `Perhaps you meant to reference the column "${near[0]!.item.name}.${near[0]!.name}".`,
    })
  }
  if (near.length === 2) {
    fail('42703', message, at, {
      hint:
        `Perhaps you meant to reference the column "${near[0]!.item.name}.${near[0]!.name}" ` +
        `or the column "${near[1]!.item.name}.${near[1]!.name}".`,
    })
  }
  fail('42703', message, at)
}

/** Levenshtein's. */
function editDistance(from: string, to: string): number {
  const a = [...from]
  const b = [...to]
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
