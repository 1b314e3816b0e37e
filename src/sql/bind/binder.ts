/**
 * The binder: a statement tree, a catalog and a registry of functions become a bound statement. Names are resolved, types
 * known, coercions explicit; what cannot be done is refused with PostgreSQL's error and its place.
 *
 * The parts: scope.ts and names.ts (what names mean), casts.ts, coercion.ts, overload.ts and polymorphic.ts (types),
 * expressions.ts, constants.ts, operators.ts, calls.ts, aggregate-calls.ts, windows.ts, subqueries.ts (expressions), from.ts, joins.ts,
 * select.ts, grouping.ts, set-operations.ts, queries.ts, common-tables.ts (queries), changes.ts, assignments.ts, insert.ts,
 * merge.ts, returning.ts (changes), finish.ts (the last pass).
 */

import type { CatalogReader, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import type { Expression, QueryStatement, TypeName } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type { BoundExpression, BoundStatement, RelationColumns } from './bound.ts'
import { bindChange } from './changes.ts'
import { CLAUSES, type Clause } from './clause.ts'
import { coerceOrNot, withoutUnknown } from './coercion.ts'
import { domainValue } from './domains.ts'
import { bindExpression } from './expressions.ts'
import { finish } from './finish.ts'
import { bindQuery } from './queries.ts'
import { Binding, type BindOptions, fail, Scope, tableRelation } from './scope.ts'
import { bindOverRow } from './table-expressions.ts'
import { type ResolvedType, resolveType } from './type-names.ts'

export { NAMELESS, outputName } from './output-names.ts'
export type { BindOptions } from './scope.ts'
export { bindTableExpressions, type ParseExpression } from './table-expressions.ts'

/** Binds a query or a change. The parameters' types are those given, or what their surroundings say. */
export function bindStatement(
  statement: QueryStatement,
  catalog: CatalogReader,
  functions: FunctionRegistry,
  options: BindOptions = {},
): BoundStatement {
  return guarded(() => {
    const binding = new Binding(catalog, functions, options)
    const scope = new Scope(binding, undefined)
    const isChange =
      statement.kind === 'insert' ||
      statement.kind === 'update' ||
      statement.kind === 'delete' ||
      statement.kind === 'merge'
    const bound: BoundStatement = isChange
      ? { kind: 'change', change: bindChange(scope, statement), parameters: [] }
      : { kind: 'query', query: bindQuery(scope, statement), parameters: [] }
    return finish(bound, binding)
  })
}

/** What an expression outside of a statement is over, and what it must be. */
export interface ScalarOptions extends BindOptions {
  /** Columns of this table are in sight; their relation is in the result. */
  readonly table?: TableSchema
  /** What VALUE is of: a domain's check. */
  readonly domain?: SqlType
  /** Coerced to it, as an assignment. */
  readonly target?: ResolvedType
  /** The column that it is for, if it is: for the error. */
  readonly targetName?: string
  readonly clause?: keyof typeof CLAUSES
}
export interface BoundScalar {
  readonly expression: BoundExpression
  readonly row: RelationColumns | undefined
}

/** An expression by itself: USING of ALTER TABLE, a default or check before it is stored, arguments of EXECUTE. */
export function bindScalar(
  expression: Expression,
  catalog: CatalogReader,
  functions: FunctionRegistry,
  options: ScalarOptions = {},
): BoundScalar {
  return guarded(() => {
    const binding = new Binding(catalog, functions, options, options.parameterTypes !== undefined)
    const scope = new Scope(binding, undefined)
    const clause: Clause = CLAUSES[options.clause ?? 'transform']
    let row: RelationColumns | undefined
    let bound: BoundExpression
    if (options.table === undefined) {
      scope.clause = clause
      if (options.domain !== undefined) scope.domainValue = domainValue(options.domain)
      bound = bindExpression(scope, expression)
    } else {
      row = tableRelation(scope, options.table, options.table.name)
      bound = bindOverRow(scope, options.table, row, expression, clause)
    }
    const { target } = options
    if (target === undefined) return { expression: withoutUnknown(scope, bound), row }
    const coerced = coerceOrNot(scope, bound, target.type, target.modifier, 'assignment')
    if (coerced === undefined) {
      fail(
        '42804',
        options.targetName === undefined
          ? `expression is of type ${bound.type.displayName} but should be of type ${target.type.displayName}`
          : `column "${options.targetName}" is of type ${target.type.displayName} but default expression is of type ${bound.type.displayName}`,
        bound.at,
        { hint: 'You will need to rewrite or cast the expression.' },
      )
    }
    return { expression: coerced, row }
  })
}

/** A type's name, for column definitions, PREPARE and the like. */
export function bindType(name: TypeName, catalog: CatalogReader, functions: FunctionRegistry): ResolvedType {
  return resolveType(new Binding(catalog, functions, {}, false), name)
}

/** Nesting that needs too much stack is PostgreSQL's 54001. */
function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      throw new SqlError('54001', 'stack depth limit exceeded', { cause: error })
    }
    throw error
  }
}
