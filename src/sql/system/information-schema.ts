/** Rows of information_schema about schemas, tables, columns, views and sequences. */

import type { ColumnSchema, RelationSchema, TableSchema } from '../catalog/schema.ts'
import { mayUse, ownsAll } from '../functions/privileges.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { ExpressionTree } from '../types/catalog-formats.ts'
import { formatType } from '../types/input-output.ts'
import type { SqlType } from '../types/type.ts'
import { collationOf, named, typeColumns, yesOrNo } from './information-types.ts'
import { defaultOf, type SystemCatalog, viewDefault, visibleColumns } from './system-catalog.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

/** All tables and views, the catalogs among them. */
export interface ListedRelation {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly type: 'BASE TABLE' | 'VIEW' | 'LOCAL TEMPORARY'
  readonly isChangeable: boolean
}

export function isMaterialized(one: RelationSchema): boolean {
  return one.kind === 'table' && one.materialized !== undefined
}

const ANY_PRIVILEGE = ['select', 'insert', 'update', 'delete']
/** Who may only read a table is not told of its constraints. */
const CHANGING = ['insert', 'update', 'delete']
const OF_COLUMNS = ['select', 'insert', 'update']

/** Whether who asks may do anything with a table, or with a column of it. */
export function seesTable({ oid }: { readonly oid: number }, { catalog }: EvaluationContext): boolean {
  return mayUse({ kind: 'relation', oid }, ANY_PRIVILEGE, catalog, true)
}
export function seesConstraints({ oid }: { readonly oid: number }, { catalog }: EvaluationContext): boolean {
  return mayUse({ kind: 'relation', oid }, CHANGING, catalog, true)
}
export function seesColumn(oid: number, column: number, { catalog }: EvaluationContext): boolean {
  return mayUse({ kind: 'relation', oid, column }, OF_COLUMNS, catalog)
}
export function isOwner({ catalog: { privileges, currentUser } }: EvaluationContext): boolean {
  return privileges === undefined || ownsAll(currentUser, privileges)
}

/** Those that who asks may do something with. */
export function* listedRelations(
  catalog: SystemCatalog,
  context: EvaluationContext,
): Iterable<ListedRelation> {
  for (const one of catalog.relations()) {
    if (one.kind === 'sequence' || isMaterialized(one) || !seesTable(one, context)) continue
    const isView = one.kind === 'view' || (one.kind === 'virtual' && one.isView)
    const isTemporary = one.kind === 'table' && one.isTemporary
    yield {
      oid: one.oid,
      schema: one.schema,
      name: one.name,
      type: isView ? 'VIEW' : isTemporary ? 'LOCAL TEMPORARY' : 'BASE TABLE',
      isChangeable:
        one.kind === 'table' || (one.kind === 'view' && catalog.updatableColumns(one).includes(true)),
    }
  }
}

function* tableRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const one of listedRelations(catalog, context)) {
    yield {
      ...named('table', one, context),
      table_type: one.type,
      is_insertable_into: yesOrNo(one.isChangeable),
      is_typed: 'NO',
    }
  }
}

// ---------------------------------------------------------------------------------------------- columns

function columnRow(
  relation: { readonly schema: string; readonly name: string },
  number: number,
  { name, type, modifier }: { readonly name: string; readonly type: SqlType; readonly modifier: number },
  context: EvaluationContext,
): SystemRow {
  return {
    ...named('table', relation, context),
    column_name: name,
    ordinal_position: number,
    is_nullable: 'YES',
    ...typeColumns(type, modifier, context),
    ...collationOf(type, context),
    ...(type.kind === 'domain' ? named('domain', type, context) : {}),
    dtd_identifier: String(number),
    is_self_referencing: 'NO',
    is_identity: 'NO',
    identity_cycle: 'NO',
    is_generated: 'NEVER',
    is_updatable: 'NO',
  }
}

function tableColumn(
  table: TableSchema,
  column: ColumnSchema,
  catalog: SystemCatalog,
  context: EvaluationContext,
): SystemRow {
  const shown = (text: string): string | null =>
    context.catalog.definitions.expression(new ExpressionTree(text, column), table.oid, false) ?? null
  const defaultText = column.generatedText === undefined ? defaultOf(column) : undefined
  const isNotNull = column.isNotNull || catalog.state.domain(column.type)?.isNotNull === true
  return {
    ...columnRow(table, column.attributeNumber, column, context),
    column_default: defaultText === undefined ? null : shown(defaultText),
    is_nullable: yesOrNo(!isNotNull),
    ...(column.identity === undefined ? {} : identityColumns(column, catalog)),
    is_generated: column.generatedText === undefined ? 'NEVER' : 'ALWAYS',
    generation_expression: column.generatedText === undefined ? null : shown(column.generatedText),
    is_updatable: 'YES',
  }
}

function identityColumns({ identity, sequenceOid }: ColumnSchema, catalog: SystemCatalog): SystemRow {
  const sequence = sequenceOid === undefined ? undefined : catalog.state.relationByOid(sequenceOid)
  const head = {
    is_identity: 'YES',
    identity_generation: identity === 'always' ? 'ALWAYS' : 'BY DEFAULT',
  }
  if (sequence?.kind !== 'sequence') return head
  return {
    ...head,
    identity_start: String(sequence.start),
    identity_increment: String(sequence.increment),
    identity_maximum: String(sequence.maximum),
    identity_minimum: String(sequence.minimum),
    identity_cycle: yesOrNo(sequence.isCycling),
  }
}

function* columnRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const { definitions } = context.catalog
  for (const relation of catalog.relations()) {
    switch (relation.kind) {
      case 'table':
        if (isMaterialized(relation)) break
        for (const column of visibleColumns(relation)) {
          if (seesColumn(relation.oid, column.attributeNumber, context)) {
            yield tableColumn(relation, column, catalog, context)
          }
        }
        break
      case 'sequence':
        break
      case 'view':
        for (const [i, column] of relation.columns.entries()) {
          if (!seesColumn(relation.oid, i + 1, context)) continue
          const is_updatable = yesOrNo(catalog.updatableColumns(relation)[i])
          const text = viewDefault(column)
          const shown = text && definitions.expression(new ExpressionTree(text, column), relation.oid, false)
          const column_default = shown ?? null
          yield { ...columnRow(relation, i + 1, column, context), column_default, is_updatable }
        }
        break
      default:
        for (const [i, column] of relation.columns.entries()) {
          yield { ...columnRow(relation, i + 1, column, context), is_nullable: yesOrNo(!column.isNotNull) }
        }
    }
  }
}

// --------------------------------------------------------------------------- views, sequences, schemas

function* viewRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const rules = {
    check_option: 'NONE',
    is_updatable: 'NO',
    is_insertable_into: 'NO',
    is_trigger_updatable: 'NO',
    is_trigger_deletable: 'NO',
    is_trigger_insertable_into: 'NO',
  }
  const isOwn = isOwner(context)
  for (const view of catalog.views()) {
    if (!seesTable(view, context)) continue
    yield {
      ...named('table', view, context),
      ...rules,
      view_definition: isOwn ? (context.catalog.definitions.view(view.oid, false) ?? null) : null,
      check_option: view.checkOption.toUpperCase(),
      is_updatable: yesOrNo(catalog.updatableColumns(view).includes(true)),
      is_insertable_into: yesOrNo(catalog.updatableColumns(view).includes(true)),
    }
  }
  for (const view of catalog.virtualTables) {
    if (view.isView) yield { ...named('table', view, context), ...rules }
  }
}

const SEQUENCE_PRIVILEGES = ['usage', 'select', 'update']
const SEQUENCE_BITS: Readonly<Record<string, number>> = { int2: 16, int4: 32, int8: 64 }

function* sequenceRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const behindIdentity = new Set<number>()
  for (const table of catalog.tables()) {
    for (const { identity, sequenceOid } of table.columns) {
      if (identity !== undefined && sequenceOid !== undefined) behindIdentity.add(sequenceOid)
    }
  }
  for (const one of catalog.sequences()) {
    if (behindIdentity.has(one.oid)) continue
    if (!mayUse({ kind: 'relation', oid: one.oid }, SEQUENCE_PRIVILEGES, context.catalog)) continue
    yield {
      ...named('sequence', one, context),
      data_type: formatType(one.type),
      numeric_precision: SEQUENCE_BITS[one.type.name],
      numeric_precision_radix: 2,
      numeric_scale: 0,
      start_value: String(one.start),
      minimum_value: String(one.minimum),
      maximum_value: String(one.maximum),
      increment: String(one.increment),
      cycle_option: yesOrNo(one.isCycling),
    }
  }
}

const single = (row: (context: EvaluationContext) => Readonly<Record<string, Value>>): RowSource => ({
  rows: (_, context) => [row(context)],
})

export const INFORMATION_RELATION_ROWS = {
  information_schema_catalog_name: single(({ catalog }) => ({ catalog_name: catalog.currentDatabase })),
  schemata: {
    rows: (catalog, context) =>
      [...catalog.state.schemas]
        .filter(([, oid]) => mayUse({ kind: 'schema', oid }, ['usage'], context.catalog))
        .map(([name]) => ({
          catalog_name: context.catalog.currentDatabase,
          schema_name: name,
          schema_owner: context.catalog.ownerName,
        })),
  },
  tables: { rows: tableRows, rowsExpected: 200 },
  columns: { rows: columnRows, rowsExpected: 2000 },
  views: { rows: viewRows },
  sequences: { rows: sequenceRows },
  character_sets: single(context => ({
    character_set_name: 'UTF8',
    character_repertoire: 'UCS',
    form_of_use: 'UTF8',
    ...named('default_collate', { schema: 'pg_catalog', name: 'default' }, context),
  })),
  collations: {
    rows: (_, context) =>
      ['default', 'C', 'POSIX', 'ucs_basic'].map(name => ({
        ...named('collation', { schema: 'pg_catalog', name }, context),
        pad_attribute: 'NO PAD',
      })),
  },
  collation_character_set_applicability: {
    rows: (_, context) =>
      ['default', 'C', 'POSIX', 'ucs_basic'].map(name => ({
        ...named('collation', { schema: 'pg_catalog', name }, context),
        character_set_name: 'UTF8',
      })),
  },
} satisfies Record<string, RowSource>
