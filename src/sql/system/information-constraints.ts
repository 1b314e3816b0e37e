/** Rows of information_schema about constraints. */

import type { ConstraintSchema, ForeignKeySchema, IndexSchema, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { isOwner, seesColumn, seesConstraints } from './information-schema.ts'
import { named, yesOrNo } from './information-types.ts'
import type { SystemCatalog } from './system-catalog.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

interface Listed {
  readonly table: TableSchema
  readonly constraint: ConstraintSchema
}

function* constraints(catalog: SystemCatalog): Iterable<Listed> {
  for (const table of catalog.tables())
    for (const constraint of table.constraints) yield { table, constraint }
}

/** A constraint has its table's schema. */
const nameOf = ({ schema }: TableSchema, name: string, context: EvaluationContext): SystemRow =>
  named('constraint', { schema, name }, context)

function* tableConstraintRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const { table, constraint } of constraints(catalog)) {
    if (!seesConstraints(table, context)) continue
    const isDeferrable = constraint.kind !== 'check' && constraint.isDeferrable
    const isDeferred = constraint.kind !== 'check' && constraint.isInitiallyDeferred
    const index =
      constraint.kind === 'unique' ? table.indexes.find(one => one.oid === constraint.indexOid) : undefined
    yield {
      ...nameOf(table, constraint.name, context),
      ...named('table', table, context),
      constraint_type: constraint.kind.toUpperCase(),
      is_deferrable: yesOrNo(isDeferrable),
      initially_deferred: yesOrNo(isDeferred),
      enforced: constraint.kind === 'check' && constraint.isEnforced === false ? 'NO' : 'YES',
      nulls_distinct: index === undefined ? null : yesOrNo(!index.nullsNotDistinct),
    }
  }
  for (const { table, name } of catalog.notNulls()) {
    if (!seesConstraints(table, context)) continue
    yield {
      ...nameOf(table, name, context),
      ...named('table', table, context),
      constraint_type: 'CHECK',
      is_deferrable: 'NO',
      initially_deferred: 'NO',
      enforced: 'YES',
    }
  }
}

// ----------------------------------------------------------------------------------------- foreign keys

/** The unique index that a reference is to. */
function referencedIndex(referenced: TableSchema, one: ForeignKeySchema): IndexSchema | undefined {
  const wanted = new Set(one.referencedColumns)
  return referenced.indexes.find(
    index =>
      index.isUnique &&
      index.columns.length === wanted.size &&
      index.columns.every(({ column }) => wanted.has(column)),
  )
}

function* keyColumnRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const { table, constraint } of constraints(catalog)) {
    if (constraint.kind === 'check') continue
    const referenced =
      constraint.kind === 'foreign key' ? catalog.state.tableByOid(constraint.referencedOid) : undefined
    const index =
      referenced && constraint.kind === 'foreign key' ? referencedIndex(referenced, constraint) : undefined
    for (const [i, column] of constraint.columns.entries()) {
      if (!seesColumn(table.oid, table.columns[column].attributeNumber, context)) continue
      const target = constraint.kind === 'foreign key' ? constraint.referencedColumns[i] : -1
      const position = index?.columns.findIndex(one => one.column === target) ?? -1
      yield {
        ...nameOf(table, constraint.name, context),
        ...named('table', table, context),
        column_name: table.columns[column].name,
        ordinal_position: i + 1,
        position_in_unique_constraint: position < 0 ? null : position + 1,
      }
    }
  }
}

function* referentialRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const { table, constraint } of constraints(catalog)) {
    if (constraint.kind !== 'foreign key' || !seesConstraints(table, context)) continue
    const referenced = catalog.state.tableByOid(constraint.referencedOid)
    const index = referenced && referencedIndex(referenced, constraint)
    const key = referenced?.constraints.find(one => 'indexOid' in one && one.indexOid === index?.oid)
    yield {
      ...nameOf(table, constraint.name, context),
      ...(key === undefined
        ? {}
        : named('unique_constraint', { schema: referenced!.schema, name: key.name }, context)),
      match_option: constraint.match === 'full' ? 'FULL' : 'NONE',
      update_rule: constraint.onUpdate.toUpperCase(),
      delete_rule: constraint.onDelete.toUpperCase(),
    }
  }
}

// ---------------------------------------------------------------------------------------- what they use

function* columnUsageRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  if (!isOwner(context)) return
  const row = (of: TableSchema, column: string, table: TableSchema, name: string): SystemRow => ({
    ...named('table', of, context),
    column_name: column,
    ...nameOf(table, name, context),
  })
  for (const { table, constraint } of constraints(catalog)) {
    const isForeign = constraint.kind === 'foreign key'
    const of = isForeign ? catalog.state.tableByOid(constraint.referencedOid) : table
    if (of === undefined) continue
    const columns =
      constraint.kind === 'check'
        ? catalog.columnsOf(constraint.text, table)
        : isForeign
          ? constraint.referencedColumns
          : constraint.columns
    for (const column of columns) yield row(of, of.columns[column].name, table, constraint.name)
  }
  for (const { table, column, name } of catalog.notNulls()) yield row(table, column.name, table, name)
}

function* tableUsageRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  if (!isOwner(context)) return
  for (const { table, constraint } of constraints(catalog)) {
    if (constraint.kind === 'check') continue
    const of = constraint.kind === 'foreign key' ? catalog.state.tableByOid(constraint.referencedOid) : table
    if (of !== undefined) yield { ...named('table', of, context), ...nameOf(table, constraint.name, context) }
  }
}

// ------------------------------------------------------------------------------------ checks and domains

/** What stands inside of `CHECK (…)`. */
function clauseOf(definition: string | undefined): string | null {
  return definition === undefined
    ? null
    : (/^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID| NOT ENFORCED)?$/s.exec(definition)?.[1] ?? definition)
}

function* checkRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  if (!isOwner(context)) return
  const { definitions } = context.catalog
  for (const { table, constraint } of constraints(catalog)) {
    if (constraint.kind !== 'check') continue
    yield {
      ...nameOf(table, constraint.name, context),
      check_clause: clauseOf(definitions.constraint(constraint.oid, false)),
    }
  }
  for (const { table, column, name } of catalog.notNulls()) {
    yield { ...nameOf(table, name, context), check_clause: `${column.name} IS NOT NULL` }
  }
  for (const { oid, name, type, text } of catalog.domainConstraints()) {
    yield {
      ...named('constraint', { schema: type.schema, name }, context),
      check_clause: text === undefined ? 'VALUE IS NOT NULL' : clauseOf(definitions.constraint(oid, false)),
    }
  }
}

export const INFORMATION_CONSTRAINT_ROWS = {
  table_constraints: { rows: tableConstraintRows },
  key_column_usage: { rows: keyColumnRows },
  referential_constraints: { rows: referentialRows },
  constraint_column_usage: { rows: columnUsageRows },
  constraint_table_usage: { rows: tableUsageRows },
  check_constraints: { rows: checkRows },
  domain_constraints: {
    rows: (catalog, context) =>
      catalog.domainConstraints().map(({ name, type }) => ({
        ...named('constraint', { schema: type.schema, name }, context),
        ...named('domain', type, context),
        is_deferrable: 'NO',
        initially_deferred: 'NO',
      })),
  },
} satisfies Record<string, RowSource>
