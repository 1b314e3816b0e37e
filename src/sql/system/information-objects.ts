/** Rows of information_schema about types, routines, what uses what, and privileges. */

import { walkQuery } from '../bind/walk.ts'
import type { TableSchema, ViewSchema } from '../catalog/schema.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { ExpressionTree } from '../types/catalog-formats.ts'
import { formatType } from '../types/input-output.ts'
import { NO_MODIFIER, type SqlType, withoutDomain } from '../types/type.ts'
import { allFunctions, type NumberedFunction } from './function-rows.ts'
import { isMaterialized, isOwner, listedRelations, seesTable } from './information-schema.ts'
import { collationOf, dataType, named, typeColumns, typeMeasures, yesOrNo } from './information-types.ts'
import { boundQuery } from './stored-expressions.ts'
import { type SystemCatalog, visibleColumns } from './system-catalog.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

// ----------------------------------------------------------------------------------------------- types

function* domainRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const type of catalog.state.allTypes()) {
    if (type.kind !== 'domain') continue
    const text = catalog.state.domain(type)?.defaultText
    const target = { type: type.base!, modifier: type.baseModifier }
    yield {
      ...named('domain', type, context),
      data_type: type.base?.kind === 'domain' ? 'USER-DEFINED' : dataType(type),
      ...typeMeasures(type, NO_MODIFIER),
      ...collationOf(type, context),
      ...named('udt', type.base, context),
      domain_default:
        text === undefined
          ? null
          : (context.catalog.definitions.expression(new ExpressionTree(text, target), 0, false) ?? null),
      dtd_identifier: '1',
    }
  }
}

function* attributeRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const composite of catalog.compositeTypes()) {
    for (const [i, { name, type, modifier }] of composite.fields!.entries()) {
      const { udt_catalog, udt_schema, udt_name, ...measures } = typeColumns(type, modifier, context)
      yield {
        ...named('udt', composite, context),
        attribute_name: name,
        ordinal_position: i + 1,
        is_nullable: 'YES',
        ...measures,
        ...collationOf(type, context),
        attribute_udt_catalog: udt_catalog,
        attribute_udt_schema: udt_schema,
        attribute_udt_name: udt_name,
        dtd_identifier: String(i + 1),
        is_derived_reference_attribute: 'NO',
      }
    }
  }
}

/** Columns and domains that are arrays: what their elements are. */
function* elementTypeRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const row = (
    object: { readonly schema: string; readonly name: string },
    kind: string,
    id: string,
    array: SqlType,
    modifier: number,
  ): SystemRow => ({
    ...named('object', object, context),
    object_type: kind,
    collection_type_identifier: id,
    // Precision and length of elements are not told.
    data_type: typeColumns(array.element!, modifier, context).data_type,
    ...named('udt', array.element, context),
    dtd_identifier: `a${id}`,
  })
  for (const table of catalog.tables()) {
    if (isMaterialized(table)) continue
    for (const { type, modifier, attributeNumber } of visibleColumns(table)) {
      const plain = withoutDomain(type)
      if (plain.element !== undefined) yield row(table, 'TABLE', String(attributeNumber), plain, modifier)
    }
  }
  for (const view of catalog.views()) {
    for (const [i, { type, modifier }] of view.columns.entries()) {
      const plain = withoutDomain(type)
      if (plain.element !== undefined) yield row(view, 'TABLE', String(i + 1), plain, modifier)
    }
  }
  for (const type of catalog.state.allTypes()) {
    if (type.kind === 'domain' && type.base!.element !== undefined) {
      yield row(type, 'DOMAIN', '1', type.base!, type.baseModifier)
    }
  }
}

// ----------------------------------------------------------------------------------------------- usage

interface UsedColumn {
  readonly relation: { readonly oid: number; readonly schema: string; readonly name: string }
  readonly column: string
  readonly number: number
  readonly type: SqlType
}

function* allColumns(catalog: SystemCatalog): Iterable<UsedColumn> {
  for (const relation of catalog.relations()) {
    if (relation.kind === 'sequence' || isMaterialized(relation)) continue
    if (relation.kind === 'table') {
      for (const { name, type, attributeNumber } of visibleColumns(relation)) {
        yield { relation, column: name, number: attributeNumber, type }
      }
    } else {
      for (const [i, { name, type }] of relation.columns.entries()) {
        yield { relation, column: name, number: i + 1, type }
      }
    }
  }
}

function* columnTypeRows(
  catalog: SystemCatalog,
  context: EvaluationContext,
  prefix: 'udt' | 'domain',
): Iterable<SystemRow> {
  for (const { relation, column, type } of allColumns(catalog)) {
    if (prefix === 'domain' && type.kind !== 'domain') continue
    yield {
      ...named(prefix, prefix === 'udt' ? withoutDomain(type) : type, context),
      ...named('table', relation, context),
      column_name: column,
    }
  }
}

/** The tables and columns that a view reads itself; those of views in it are theirs. */
function readBy(view: ViewSchema, catalog: SystemCatalog): Map<TableSchema | ViewSchema, Set<number>> {
  const read = new Map<TableSchema | ViewSchema, Set<number>>()
  const query = boundQuery(view.text, catalog.state, catalog.functions)
  if (query === undefined) return read
  const relations = new Map<number, TableSchema | ViewSchema>()
  const columns: { readonly relation: number; readonly column: number }[] = []
  walkQuery(query, {
    from: from => {
      const of = from.kind === 'table' ? from.table : from.kind === 'subquery' ? from.view : undefined
      if (of === undefined || !('relation' in from)) return true
      relations.set(from.relation.id, of)
      if (!read.has(of)) read.set(of, new Set())
      return of.kind === 'table'
    },
    expression: e => {
      if (e.kind === 'column') columns.push(e)
    },
  })
  for (const { relation, column } of columns) {
    const of = relations.get(relation)
    if (of !== undefined) read.get(of)!.add(column)
  }
  return read
}

function* viewUsageRows(
  catalog: SystemCatalog,
  context: EvaluationContext,
  withColumns: boolean,
): Iterable<SystemRow> {
  if (!isOwner(context)) return
  for (const view of catalog.views()) {
    for (const [relation, columns] of readBy(view, catalog)) {
      const row = { ...named('view', view, context), ...named('table', relation, context) }
      if (!withColumns) yield row
      else for (const column of columns) yield { ...row, column_name: relation.columns[column].name }
    }
  }
}

/** Columns that generated ones are computed from. */
function* generatedFrom(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const table of catalog.tables()) {
    if (!isOwner(context)) break
    for (const { name, generatedText } of table.columns) {
      if (generatedText === undefined) continue
      for (const column of catalog.columnsOf(generatedText, table)) {
        const { name: from } = table.columns[column]
        yield { ...named('table', table, context), column_name: from, dependent_column: name }
      }
    }
  }
}

/** What has a type that another view describes. */
function* describedTypes(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const relation of catalog.relations()) {
    if (relation.kind === 'sequence' || isMaterialized(relation) || !seesTable(relation, context)) continue
    const numbers =
      relation.kind === 'table'
        ? visibleColumns(relation).map(column => column.attributeNumber)
        : relation.columns.map((_, i) => i + 1)
    for (const number of numbers) {
      yield { ...named('object', relation, context), object_type: 'TABLE', dtd_identifier: String(number) }
    }
  }
  for (const type of catalog.state.allTypes()) {
    if (type.kind === 'domain') {
      yield { ...named('object', type, context), object_type: 'DOMAIN', dtd_identifier: '1' }
    }
  }
  for (const type of catalog.compositeTypes()) {
    for (const [i] of type.fields!.entries()) {
      yield {
        ...named('object', type, context),
        object_type: 'USER-DEFINED TYPE',
        dtd_identifier: String(i + 1),
      }
    }
  }
}

// --------------------------------------------------------------------------------------------- routines

const specificName = (one: NumberedFunction): { schema: string; name: string } => ({
  schema: one.schema,
  name: `${one.name}_${one.oid}`,
})

function* routineRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const one of allFunctions(catalog.functions)) {
    yield {
      ...named('specific', specificName(one), context),
      ...named('routine', one, context),
      routine_type: one.kind === 'f' ? 'FUNCTION' : null,
      data_type: dataType(one.result),
      ...named('type_udt', one.result, context),
      dtd_identifier: '0',
      routine_body: 'EXTERNAL',
      external_name: one.name,
      external_language: 'INTERNAL',
      parameter_style: 'GENERAL',
      is_deterministic: yesOrNo(one.volatility === 'i'),
      sql_data_access: 'MODIFIES',
      is_null_call: one.kind === 'f' ? yesOrNo(one.isStrict) : null,
      schema_level_routine: 'YES',
      max_dynamic_result_sets: 0,
      security_type: 'INVOKER',
      as_locator: 'NO',
      is_udt_dependent: 'NO',
    }
  }
}

function* parameterRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const one of allFunctions(catalog.functions)) {
    for (const [i, type] of one.arguments.entries()) {
      yield {
        ...named('specific', specificName(one), context),
        ordinal_position: i + 1,
        parameter_mode: 'IN',
        is_result: 'NO',
        as_locator: 'NO',
        parameter_name: one.argumentNames[i] ?? null,
        data_type: type.element?.array === type ? 'ARRAY' : formatType(type),
        ...named('udt', type, context),
        dtd_identifier: String(i + 1),
      }
    }
  }
}

// ------------------------------------------------------------------------------------------- privileges

const TABLE_PRIVILEGES = ['INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
const COLUMN_PRIVILEGES = ['INSERT', 'SELECT', 'UPDATE', 'REFERENCES']

const granted = ({ catalog }: EvaluationContext): SystemRow => ({
  grantor: catalog.ownerName,
  grantee: catalog.ownerName,
  is_grantable: 'YES',
})

/** What others than the owner were granted on relations, or single columns of them. */
function* grantedOn(
  oid: number,
  column: number | undefined,
  context: EvaluationContext,
): Generator<SystemRow & { readonly privilege_type: string }> {
  for (const { object, role, privilege } of context.catalog.privileges?.granted() ?? []) {
    const on = object.column ?? 0
    if (object.kind !== 'relation' || object.oid !== oid) continue
    // A privilege on the table is one on each of its columns.
    if (column === undefined ? on !== 0 : on !== 0 && on !== column) continue
    yield {
      ...granted(context),
      grantee: role ?? 'PUBLIC',
      is_grantable: 'NO',
      privilege_type: privilege.toUpperCase(),
    }
  }
}

/** Whether who asks has granted it, or was granted it: by himself, a role of his, or as everybody. */
function concerns({ grantee }: SystemRow, context: EvaluationContext): boolean {
  const { privileges, currentUser } = context.catalog
  return isOwner(context) || grantee === 'PUBLIC' || privileges!.isMember(currentUser, grantee as string)
}

const TABLE_GRANTS: RowSource = {
  rows: function* (catalog, context) {
    for (const relation of listedRelations(catalog, context)) {
      const owners = TABLE_PRIVILEGES.map(privilege_type => ({ ...granted(context), privilege_type }))
      for (const grant of [...owners, ...grantedOn(relation.oid, undefined, context)]) {
        if (!concerns(grant, context)) continue
        yield {
          ...grant,
          ...named('table', relation, context),
          with_hierarchy: yesOrNo(grant.privilege_type === 'SELECT'),
        }
      }
    }
  },
}
const COLUMN_GRANTS: RowSource = {
  rows: function* (catalog, context) {
    for (const { relation, column, number } of allColumns(catalog)) {
      const owners = COLUMN_PRIVILEGES.map(privilege_type => ({ ...granted(context), privilege_type }))
      for (const grant of [...owners, ...grantedOn(relation.oid, number, context)]) {
        if (!COLUMN_PRIVILEGES.includes(grant.privilege_type) || !concerns(grant, context)) continue
        yield { ...grant, ...named('table', relation, context), column_name: column }
      }
    }
  },
}
/** What everybody may use unless it was taken away: the owner, who may pass it on, and PUBLIC. */
function usable<T>(
  list: (catalog: SystemCatalog) => Iterable<T>,
  row: (one: T, context: EvaluationContext) => SystemRow,
): RowSource {
  return {
    rows: function* (catalog, context) {
      for (const one of list(catalog)) {
        const grant = { ...granted(context), ...row(one, context) }
        yield grant
        yield { ...grant, grantee: 'PUBLIC', is_grantable: 'NO' }
      }
    },
  }
}
const ROUTINE_GRANTS = usable(
  catalog => allFunctions(catalog.functions),
  (one, context) => ({
    ...named('specific', specificName(one), context),
    ...named('routine', one, context),
    privilege_type: 'EXECUTE',
  }),
)
const UDT_GRANTS = usable(
  function* (catalog) {
    yield* catalog.compositeTypes()
    for (const relation of catalog.relations()) if (relation.kind !== 'sequence') yield relation.rowType
  },
  (type, context) => ({ ...named('udt', type, context), privilege_type: 'TYPE USAGE' }),
)
const USAGE_GRANTS = usable(
  function* (catalog) {
    for (const type of catalog.state.allTypes()) if (type.kind === 'domain') yield type
  },
  (type, context) => ({ ...named('object', type, context), object_type: 'DOMAIN', privilege_type: 'USAGE' }),
)

export const INFORMATION_OBJECT_ROWS = {
  domains: { rows: domainRows },
  attributes: { rows: attributeRows },
  element_types: { rows: elementTypeRows },
  user_defined_types: {
    rows: (catalog, context) =>
      [...catalog.compositeTypes()].map(type => ({
        ...named('user_defined_type', type, context),
        user_defined_type_category: 'STRUCTURED',
        is_instantiable: 'YES',
      })),
  },
  column_udt_usage: { rows: (catalog, context) => columnTypeRows(catalog, context, 'udt') },
  column_domain_usage: { rows: (catalog, context) => columnTypeRows(catalog, context, 'domain') },
  domain_udt_usage: {
    rows: (catalog, context) =>
      [...catalog.state.allTypes()]
        .filter(type => type.kind === 'domain')
        .map(type => ({ ...named('udt', type.base, context), ...named('domain', type, context) })),
  },
  view_table_usage: { rows: (catalog, context) => viewUsageRows(catalog, context, false) },
  view_column_usage: { rows: (catalog, context) => viewUsageRows(catalog, context, true) },
  routines: { rows: routineRows, isLive: true, rowsExpected: 1000 },
  parameters: { rows: parameterRows, isLive: true, rowsExpected: 2000 },
  column_column_usage: { rows: generatedFrom },
  data_type_privileges: { rows: describedTypes },
  enabled_roles: { rows: (_, { catalog }) => [{ role_name: catalog.currentUser }] },
  table_privileges: TABLE_GRANTS,
  role_table_grants: TABLE_GRANTS,
  column_privileges: COLUMN_GRANTS,
  role_column_grants: COLUMN_GRANTS,
  routine_privileges: ROUTINE_GRANTS,
  role_routine_grants: ROUTINE_GRANTS,
  udt_privileges: UDT_GRANTS,
  role_udt_grants: UDT_GRANTS,
  usage_privileges: USAGE_GRANTS,
  role_usage_grants: USAGE_GRANTS,
} satisfies Record<string, RowSource>
