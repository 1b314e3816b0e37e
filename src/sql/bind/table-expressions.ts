/** What a table's definition says about its rows: defaults, generated columns, checks, index expressions and predicates. */

import type { CatalogReader, TableSchema } from '../catalog/schema.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import { parseExpression as parseStored } from '../syntax/parser.ts'
import type { Expression } from '../syntax/tree.ts'
import { NO_MODIFIER, REGCLASS } from '../types/type.ts'
import type { BoundExpression, CascadedKey, IndexTerms, RelationColumns, TableExpressions } from './bound.ts'
import { callNamed } from './calls.ts'
import { CLAUSES, type Clause } from './clause.ts'
import { coerceOrNot, coerceToBoolean, withoutUnknown } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { Binding, type BindOptions, columnOf, fail, itemOf, Scope, tableRelation } from './scope.ts'
import { withoutPlaces } from './stored-text.ts'

export type ParseExpression = (text: string) => Expression

/** For one table by itself, as DDL and the typed door need it. */
export function bindTableExpressions(
  table: TableSchema,
  catalog: CatalogReader,
  functions: FunctionRegistry,
  parseExpression: ParseExpression = parseStored,
  options: BindOptions = {},
): TableExpressions {
  const binding = new Binding(catalog, functions, options, false)
  const scope = new Scope(binding, undefined)
  return { ...expressionsOf(scope, table, parseExpression), cascadedKeys: cascadedKeysOf(scope, table) }
}

/** A key of other types, or other lengths, is assigned to the table's columns as any value is. */
function cascadedKeysOf(scope: Scope, table: TableSchema): Map<number, CascadedKey> {
  const keys = new Map<number, CascadedKey>()
  for (const constraint of table.constraints) {
    if (constraint.kind !== 'foreign key' || constraint.onUpdate !== 'cascade') continue
    const referenced = scope.binding.catalog.relationByOid(constraint.referencedOid)
    if (referenced?.kind !== 'table') continue
    const { columns, referencedColumns } = constraint
    const isAlike = columns.every((number, i) => {
      const [to, from] = [table.columns[number]!, referenced.columns[referencedColumns[i]!]!]
      return to.type === from.type && (to.modifier === from.modifier || to.modifier < 0)
    })
    if (isAlike) continue
    const row = tableRelation(scope, referenced, referenced.name)
    const values = columns.map((number, i) =>
      fitColumn(scope, table, table.columns[number]!.name, columnOf(row, referencedColumns[i]!, -1)),
    )
    keys.set(constraint.oid, { row, values })
  }
  return keys
}

/** Within a statement. */
export function expressionsOf(
  scope: Scope,
  table: TableSchema,
  parseExpression: ParseExpression = parseStored,
): TableExpressions {
  const row = tableRelation(scope, table, table.name)
  const parse = (text: string): Expression => withoutPlaces(parseExpression(text))
  const overRow = (text: string, clause: Clause): BoundExpression =>
    bindOverRow(scope, table, row, parse(text), clause)
  return {
    row,
    defaults: table.columns.map((_, column) => defaultOf(scope, table, column, parseExpression)),
    generated: table.columns.map(column => {
      if (column.generatedText === undefined) return undefined
      const e = overRow(column.generatedText, CLAUSES.generated)
      return fitColumn(scope, table, column.name, e)
    }),
    checks: table.constraints.flatMap(constraint =>
      constraint.kind === 'check' && constraint.isEnforced !== false
        ? [
            {
              name: constraint.name,
              expression: coerceToBoolean(scope, overRow(constraint.text, CLAUSES.check), 'CHECK'),
            },
          ]
        : [],
    ),
    indexExpressions: table.indexes.map(index =>
      index.columns.map(column =>
        column.expressionText === undefined
          ? undefined
          : withoutUnknown(scope, overRow(column.expressionText, CLAUSES.indexExpression)),
      ),
    ),
    indexPredicates: table.indexes.map(index =>
      index.predicateText === undefined
        ? undefined
        : coerceToBoolean(scope, overRow(index.predicateText, CLAUSES.indexPredicate), 'WHERE'),
    ),
  }
}

/** What a table's indexes are over and which rows they have, over a relation of a query; undefined where all are plain. */
export function indexTermsOf(
  scope: Scope,
  table: TableSchema,
  relation: RelationColumns,
): readonly IndexTerms[] | undefined {
  const isPlain = table.indexes.every(
    ({ predicateText, columns }) =>
      predicateText === undefined && columns.every(one => one.expressionText === undefined),
  )
  if (isPlain) return undefined
  // The query may have given the columns other names.
  const row = { ...relation, name: table.name, columns: table.columns }
  const bound = (text: string, clause: Clause): BoundExpression =>
    bindOverRow(scope, table, row, withoutPlaces(parseStored(text)), clause)
  return table.indexes.map(({ columns, predicateText }) => ({
    expressions: columns.map(({ expressionText }) =>
      expressionText === undefined
        ? undefined
        : withoutUnknown(scope, bound(expressionText, CLAUSES.indexExpression)),
    ),
    predicate:
      predicateText === undefined
        ? undefined
        : coerceToBoolean(scope, bound(predicateText, CLAUSES.indexPredicate), 'WHERE'),
  }))
}

/** An expression of a definition, over the columns of a row. */
export function bindOverRow(
  scope: Scope,
  table: TableSchema,
  row: RelationColumns,
  tree: Expression,
  clause: Clause,
): BoundExpression {
  const inside = new Scope(scope.binding, undefined, scope.depth + 1)
  const item = itemOf(row, table.rowType, { table, schema: table.schema })
  inside.namespace = [item]
  inside.rangeTable.push(item)
  inside.clause = clause
  // The row is the outer scope's: there the clause says what may not be aggregated.
  return scope.in(clause, () => bindExpression(inside, tree))
}

/** A column's default, coerced to it; undefined: null. Of an identity column it is the next of its sequence. */
export function defaultOf(
  scope: Scope,
  table: TableSchema,
  column: number,
  parseExpression: ParseExpression = parseStored,
): BoundExpression | undefined {
  const { defaultText, name, type } = table.columns[column]!
  const text =
    defaultText ?? (type.kind === 'domain' ? scope.binding.catalog.domain(type)?.defaultText : undefined)
  const { identity, sequenceOid } = table.columns[column]!
  if (identity !== undefined && sequenceOid !== undefined) {
    const sequence: BoundExpression = {
      kind: 'constant',
      type: REGCLASS,
      modifier: NO_MODIFIER,
      value: sequenceOid,
      at: -1,
    }
    return fitColumn(scope, table, name, callNamed(scope, 'nextval', [sequence], -1))
  }
  return text === undefined ? undefined : boundDefault(scope, table, name, text, parseExpression)
}

/** The text of a default, as a value of a column. */
export function boundDefault(
  scope: Scope,
  table: TableSchema,
  name: string,
  text: string,
  parseExpression: ParseExpression = parseStored,
): BoundExpression {
  const inside = new Scope(scope.binding, undefined, scope.depth + 1)
  inside.clause = CLAUSES.default
  const e = bindExpression(inside, withoutPlaces(parseExpression(text)))
  return fitColumn(inside, table, name, e)
}

function fitColumn(scope: Scope, table: TableSchema, name: string, e: BoundExpression): BoundExpression {
  const column = table.columns.find(one => one.name === name)!
  const coerced = coerceOrNot(scope, e, column.type, column.modifier, 'assignment')
  if (coerced === undefined) {
    fail(
      '42804',
      `column "${name}" is of type ${column.type.displayName} but default expression is of type ${e.type.displayName}`,
      e.at,
      { hint: 'You will need to rewrite or cast the expression.' },
    )
  }
  return coerced
}
