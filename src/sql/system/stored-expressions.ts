/** Expressions of definitions (defaults, checks, indexes), bound: for their types, their columns, and the text PostgreSQL shows. */

import { bindScalar, bindStatement } from '../bind/binder.ts'
import type { BoundExpression, BoundQuery, RelationColumns } from '../bind/bound.ts'
import { withoutPlaces } from '../bind/stored-text.ts'
import { partsOf } from '../bind/walk.ts'
import type { CatalogReader, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, FunctionRegistry } from '../functions/registry.ts'
import { parseStatements } from '../syntax/parser.ts'
import type { Expression } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'

export interface ExpressionSurroundings {
  /** Its columns are in sight. */
  readonly table?: TableSchema | undefined
  /** VALUE is of this domain. */
  readonly domain?: SqlType | undefined
  /** What it is coerced to. */
  readonly target?: { readonly type: SqlType; readonly modifier: number } | undefined
  readonly context?: EvaluationContext
}

export interface BoundStored {
  readonly expression: BoundExpression
  readonly row: RelationColumns | undefined
}

/** One expression, or several with commas between them. */
function parseList(text: string): Expression[] {
  const { statement } = parseStatements(`SELECT ${text}`)[0]
  return statement.kind === 'select' ? statement.items.map(item => withoutPlaces(item.expression)) : []
}

export function bindStored(
  text: string,
  catalog: CatalogReader,
  functions: FunctionRegistry,
  { table, domain, target, context }: ExpressionSurroundings,
): BoundStored[] {
  return parseList(text).map(tree =>
    bindScalar(tree, catalog, functions, {
      ...(table === undefined ? {} : { table }),
      ...(domain === undefined ? {} : { domain }),
      ...(target === undefined ? {} : { target }),
      ...(context === undefined ? {} : { context }),
    }),
  )
}

/** A view's query; undefined where the text is none. */
export function boundQuery(
  text: string,
  catalog: CatalogReader,
  functions: FunctionRegistry,
): BoundQuery | undefined {
  const { statement } = parseStatements(text)[0]
  if (statement.kind !== 'select' && statement.kind !== 'set operation' && statement.kind !== 'values') {
    return undefined
  }
  const bound = bindStatement(statement, catalog, functions)
  return bound.kind === 'query' ? bound.query : undefined
}

/** Numbers of the row's columns that expressions read, in the order in which they are first written. */
export function columnsRead(all: readonly BoundStored[]): number[] {
  const columns = new Set<number>()
  for (const { expression, row } of all) {
    const stack = [expression]
    while (stack.length > 0) {
      const e = stack.pop()!
      if (e.kind === 'column' && e.relation === row?.id) columns.add(e.column)
      stack.push(...[...partsOf(e)].reverse())
    }
  }
  return [...columns]
}
