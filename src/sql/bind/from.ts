/**
 * FROM: tables, views, common tables, subqueries, functions, joins; what is executed, and what names mean.
 */

import type { ViewSchema } from '../catalog/schema.ts'
import { notSupported } from '../errors.ts'
import type { JsonTable } from '../syntax/json-tree.ts'
import { parseStatements } from '../syntax/parser.ts'
import type { Alias, FromItem, FunctionReference, SubqueryReference, TableReference } from '../syntax/tree.ts'
import { FLOAT4, FLOAT8, INT8, NO_MODIFIER, OID, type SqlType, withoutDomain } from '../types/type.ts'
import type { BoundExpression, BoundFrom, BoundFunctionsFrom, BoundQuery, RelationColumns } from './bound.ts'
import { CLAUSES } from './clause.ts'
import { coerceToType, withoutUnknown } from './coercion.ts'
import { findCommonTable, isLaterCommonTable } from './common-tables.ts'
import { bindExpression } from './expressions.ts'
import { bindJoin } from './joins.ts'
import { type BoundJsonTable, bindJsonTable } from './json-table.ts'
import { outputName } from './output-names.ts'
import { bindQuery } from './queries.ts'
import { isRow, recordOf } from './records.ts'
import { type FromBinding, fail, itemOf, type NamespaceItem, Scope, tableRelation } from './scope.ts'
import { sequenceTable } from './sequence-table.ts'
import { withoutPlaces } from './stored-text.ts'
import { indexTermsOf } from './table-expressions.ts'
import { resolveType } from './type-names.ts'

/** Binds the list and fills the scope's namespace; undefined without FROM. */
export function bindFromList(scope: Scope, items: readonly FromItem[]): BoundFrom | undefined {
  const before = scope.namespace
  let from: BoundFrom | undefined
  let namespace: NamespaceItem[] = []
  for (const item of items) {
    scope.namespace = [...before, ...asLateral(namespace, true)]
    const bound = bindFromItem(scope, item)
    checkConflicts(namespace, bound.items, item.at)
    namespace = [...namespace, ...bound.items]
    from =
      from === undefined
        ? bound.from
        : { kind: 'join', type: 'cross', left: from, right: bound.from, condition: undefined }
  }
  scope.namespace = [...before, ...namespace]
  return from
}

export function asLateral(items: readonly NamespaceItem[], isLateralOk: boolean): NamespaceItem[] {
  return items.map(item => ({ ...item, isLateralOnly: true, isLateralOk }))
}

export function checkConflicts(
  left: readonly NamespaceItem[],
  right: readonly NamespaceItem[],
  at: number,
): void {
  for (const one of right) {
    if (!one.isNameVisible) continue
    for (const other of left) {
      // Tables of two schemas may have one name as long as neither has an alias.
      if (!other.isNameVisible || other.name !== one.name) continue
      if (one.schema !== undefined && other.schema !== undefined && one.schema !== other.schema) continue
      void at
      fail('42712', `table name "${one.name}" specified more than once`, -1)
    }
  }
}

export function bindFromItem(scope: Scope, item: FromItem): FromBinding {
  switch (item.kind) {
    case 'table':
      return bindTable(scope, item)
    case 'subquery':
      return bindSubquery(scope, item)
    case 'functions':
      return bindFunctions(scope, item)
    case 'json table':
      return bindJsonTableItem(scope, item)
    default:
      return bindJoin(scope, item)
  }
}

function withItem(scope: Scope, from: BoundFrom, item: NamespaceItem): FromBinding {
  scope.rangeTable.push(item)
  return { from, items: [item], columns: item.columns }
}

/** What catalogs have besides their columns, as PostgreSQL's tables: psql asks for it. */
const TABLE_OID = { name: 'tableoid', type: OID, modifier: NO_MODIFIER }

/** Columns renamed by an alias. Hidden columns of tables are not counted. */
function renamed(
  columns: RelationColumns['columns'],
  alias: Alias | undefined,
  isHidden: (column: number) => boolean = () => false,
): RelationColumns['columns'] {
  if (alias === undefined || alias.columns.length === 0) return columns
  const visible = columns.filter((_, number) => !isHidden(number)).length
  if (alias.columns.length > visible) {
    fail(
      '42P10',
      `table "${alias.name}" has ${visible} columns available but ${alias.columns.length} columns specified`,
      -1,
    )
  }
  let next = 0
  return columns.map((column, number) => {
    if (isHidden(number)) return column
    const name = alias.columns[next++]
    return name === undefined ? column : { name, type: column.type, modifier: column.modifier }
  })
}

function bindTable(scope: Scope, item: TableReference): FromBinding {
  const { binding } = scope
  const name = item.name[item.name.length - 1]!
  const schema = item.name.length > 1 ? item.name[item.name.length - 2]! : undefined
  const alias = item.alias?.name ?? name
  if (schema === undefined) {
    const common = findCommonTable(scope, name, item.at)
    if (common !== undefined) {
      refuseSample(item, 'a common table expression')
      const relation: RelationColumns = {
        id: binding.newRelation(scope),
        name: alias,
        columns: renamed(common.columns, item.alias),
      }
      const type = recordOf(relation.columns)
      return withItem(
        scope,
        {
          kind: 'common table',
          relation,
          commonTable: common.id,
          isRecursiveReference: common.isRecursing,
        },
        itemOf(relation, type, {
          hiddenName: name,
          unexpandedCount: common.isRecursing ? common.addedColumnCount : 0,
        }),
      )
    }
  }
  const found = binding.catalog.relation(schema, name)
  if (found !== undefined) binding.found?.relations.set(item, found)
  const full = schema === undefined ? name : `${schema}.${name}`
  if (found === undefined) {
    const isLater = schema === undefined && isLaterCommonTable(scope, name)
    return fail('42P01', `relation "${full}" does not exist`, item.at, {
      detail: isLater
        ? `There is a WITH item named "${name}", but it cannot be referenced from this part of the query.`
        : undefined,
      hint: isLater
        ? 'Use WITH RECURSIVE, or re-order the WITH items to remove forward references.'
        : undefined,
    })
  }
  const more = {
    schema: item.alias === undefined ? found.schema : undefined,
    hiddenName: name,
  }
  switch (found.kind) {
    case 'table': {
      if (found.materialized?.isPopulated === false) {
        fail('55000', `materialized view "${found.name}" has not been populated`, -1, {
          hint: 'Use the REFRESH MATERIALIZED VIEW command.',
        })
      }
      const own = tableRelation(scope, found, alias)
      const isHidden = (column: number): boolean => found.columns[column]?.isHidden === true
      const relation = { ...own, columns: renamed(own.columns, item.alias, isHidden) }
      const sample = item.sample === undefined ? undefined : bindSample(scope, item)
      return withItem(
        scope,
        { kind: 'table', relation, table: found, sample, indexTerms: indexTermsOf(scope, found, relation) },
        itemOf(relation, found.rowType, { ...more, table: found }),
      )
    }
    case 'virtual':
    case 'sequence': {
      refuseSample(item, 'a computed table')
      const table = found.kind === 'sequence' ? sequenceTable(found) : found
      const relation: RelationColumns = {
        id: binding.newRelation(scope),
        name: alias,
        columns: [...renamed(table.columns, item.alias), TABLE_OID],
      }
      return withItem(
        scope,
        { kind: 'virtual', relation, table },
        itemOf(relation, table.rowType, { ...more, unexpandedCount: 1 }),
      )
    }
    case 'view': {
      refuseSample(item, 'a view')
      const query = openView(scope, found, item.at)
      const relation: RelationColumns = {
        id: binding.newRelation(scope),
        name: alias,
        columns: renamed(found.columns, item.alias),
      }
      return withItem(
        scope,
        { kind: 'subquery', relation, query, isLateral: false, view: found },
        itemOf(relation, found.rowType, more),
      )
    }
  }
}

function refuseSample(item: TableReference, what: string): void {
  if (item.sample !== undefined) throw notSupported(`TABLESAMPLE of ${what}`, item.at)
}

/** A view's query, bound where it sees nothing of the statement around it. */
export function openView(scope: Scope, view: ViewSchema, at: number): BoundQuery {
  const { binding } = scope
  if (binding.openViews.has(view.oid)) {
    fail('42P17', `infinite recursion detected in rules for relation "${view.name}"`, at)
  }
  const statement = withoutPlaces(parseStatements(view.text)[0]!.statement)
  if (statement.kind !== 'select' && statement.kind !== 'set operation' && statement.kind !== 'values') {
    fail('42P16', `view "${view.name}" is not a query`, at)
  }
  binding.openViews.add(view.oid)
  try {
    return bindQuery(new Scope(binding, undefined, scope.depth + 1), statement)
  } finally {
    binding.openViews.delete(view.oid)
  }
}

function bindSample(
  scope: Scope,
  item: TableReference,
): { method: 'bernoulli' | 'system'; percent: BoundExpression; seed: BoundExpression | undefined } {
  const sample = item.sample!
  const method = sample.method[sample.method.length - 1]!
  if (method !== 'bernoulli' && method !== 'system') {
    fail('42704', `tablesample method ${method} does not exist`, item.at)
  }
  if (sample.arguments.length !== 1) {
    fail('42601', `tablesample method ${method} requires 1 argument, not ${sample.arguments.length}`, item.at)
  }
  return scope.in(CLAUSES.sample, () => ({
    method,
    percent: coerceToType(scope, bindExpression(scope, sample.arguments[0]!), FLOAT4, 'TABLESAMPLE'),
    seed:
      sample.seed === undefined
        ? undefined
        : coerceToType(scope, bindExpression(scope, sample.seed), FLOAT8, 'REPEATABLE'),
  }))
}

function bindSubquery(scope: Scope, item: SubqueryReference): FromBinding {
  const wasActive = scope.isLateralActive
  const query = scope.in(CLAUSES.fromSubquery, () => {
    scope.isLateralActive = item.isLateral
    try {
      return bindQuery(new Scope(scope.binding, scope), item.query)
    } finally {
      scope.isLateralActive = wasActive
    }
  })
  const relation: RelationColumns = {
    id: scope.binding.newRelation(scope),
    name: item.alias?.name ?? 'unnamed_subquery',
    columns: renamed(query.columns, item.alias),
  }
  return withItem(
    scope,
    { kind: 'subquery', relation, query, isLateral: item.isLateral, view: undefined },
    itemOf(relation, recordOf(relation.columns), { isNameVisible: item.alias !== undefined }),
  )
}

function bindJsonTableItem(scope: Scope, item: JsonTable): FromBinding {
  const wasActive = scope.isLateralActive
  scope.isLateralActive = true
  let bound: BoundJsonTable
  try {
    bound = scope.in(CLAUSES.fromFunction, () => bindJsonTable(scope, item))
  } finally {
    scope.isLateralActive = wasActive
  }
  const relation: RelationColumns = {
    id: scope.binding.newRelation(scope),
    name: item.alias?.name ?? 'json_table',
    columns: renamed(bound.columns, item.alias),
  }
  return withItem(
    scope,
    { kind: 'functions', relation, calls: [bound.call], withOrdinality: false, isLateral: true },
    itemOf(relation, recordOf(relation.columns)),
  )
}

type TreeCall = FunctionReference['functions'][number]
/** `unnest(a, b)` is `ROWS FROM (unnest(a), unnest(b))`. */
function unnested(one: TreeCall): TreeCall[] {
  const { call } = one
  const isList =
    call.kind === 'function' &&
    call.name[call.name.length - 1] === 'unnest' &&
    call.arguments.length > 1 &&
    !call.isVariadic
  if (!isList) return [one]
  return call.arguments.map(argument => ({ call: { ...call, arguments: [argument] }, columns: one.columns }))
}

type FromCall = BoundFunctionsFrom['calls'][number]

function bindFunctions(scope: Scope, item: FunctionReference): FromBinding {
  const wasActive = scope.isLateralActive
  scope.isLateralActive = true
  const calls: FromCall[] = []
  const columns: { name: string; type: SqlType; modifier: number }[] = []
  try {
    for (const one of item.functions.flatMap(unnested)) {
      const definitions = one.columns.length > 0 ? one.columns : item.columns
      const { call, fields } = scope.in(CLAUSES.fromFunction, () =>
        bindFromCall(
          scope,
          one.call,
          definitions,
          item.alias,
          item.functions.length === 1 && item.functions.flatMap(unnested).length === 1,
        ),
      )
      calls.push(call)
      columns.push(...fields)
    }
  } finally {
    scope.isLateralActive = wasActive
  }
  if (item.withOrdinality) {
    if (item.columns.length > 0) {
      fail('42601', 'WITH ORDINALITY cannot be used with a column definition list', item.at, {
        hint: 'Put the column definition list inside ROWS FROM().',
      })
    }
    columns.push({ name: 'ordinality', type: INT8, modifier: NO_MODIFIER })
  }
  const first = item.functions[0]!.call
  const relation: RelationColumns = {
    id: scope.binding.newRelation(scope),
    name: item.alias?.name ?? outputName(first),
    columns: renamed(columns, item.alias),
  }
  const item1 = itemOf(relation, recordOf(relation.columns))
  const only = calls.length === 1 && !item.withOrdinality && !isRow(withoutDomain(calls[0]!.resultType))
  const from: BoundFunctionsFrom = {
    kind: 'functions',
    relation,
    calls,
    withOrdinality: item.withOrdinality,
    isLateral: true,
  }
  // The row of a function of one value is that value.
  return withItem(
    scope,
    from,
    only ? { ...item1, wholeRow: at => ({ ...item1.columns[0]!.expression, at }) } : item1,
  )
}

function bindFromCall(
  scope: Scope,
  tree: FunctionReference['functions'][number]['call'],
  definitions: FunctionReference['columns'],
  alias: Alias | undefined,
  isOnly: boolean,
): { call: FromCall; fields: { name: string; type: SqlType; modifier: number }[] } {
  const record =
    definitions.length === 0
      ? undefined
      : recordOf(
          definitions.map(definition => ({
            name: definition.name,
            ...resolveType(scope.binding, definition.type),
          })),
        )
  const before = scope.setCalls.length
  scope.recordType = record
  const bound = withoutUnknown(scope, bindExpression(scope, tree))
  scope.recordType = undefined
  const sets = scope.setCalls.splice(before)
  const isSet = bound.kind === 'set function'
  if (sets.length > (isSet ? 1 : 0)) {
    fail('0A000', 'set-returning functions must appear at top level of FROM', sets[0]!.at)
  }
  const type = bound.type
  if (record !== undefined && type !== record) {
    fail(
      '42601',
      'a column definition list is only allowed for functions returning "record"',
      definitions[0]!.type.at,
    )
  }
  const plain = withoutDomain(type)
  const ownName = outputName(tree)
  const fields =
    isRow(plain) && plain.fields !== undefined
      ? plain.fields.map(field => ({ ...field }))
      : [
          {
            // A function's named result keeps its name whatever the alias: json_array_elements has "value".
            name:
              (isSet ? sets[0]!.function.columnName : undefined) ??
              (isOnly && alias !== undefined ? alias.name : ownName),
            type,
            modifier: bound.modifier,
          },
        ]
  if (isRow(plain) && plain.fields === undefined) {
    fail('42601', 'a column definition list is required for functions returning "record"', tree.at)
  }
  const set = sets[0]
  return {
    call: {
      function: isSet ? set!.function : undefined,
      arguments: isSet ? set!.arguments : [],
      scalar: isSet ? undefined : bound,
      columnCount: fields.length,
      resultType: type,
      isComposite: isRow(plain) && (set === undefined || set.function.columns === undefined),
    },
    fields,
  }
}
