/** The views of pg_catalog over relations: pg_tables, pg_views, pg_indexes, pg_sequences and the statistics of tables. */

import { mayUse } from '../functions/privileges.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { SystemCatalog } from './system-catalog.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

function* tableRows(
  catalog: SystemCatalog,
  { catalog: { currentUser } }: EvaluationContext,
): Iterable<SystemRow> {
  const row = (schema: string, name: string, hasIndexes: boolean, hasTriggers: boolean): SystemRow => ({
    schemaname: schema,
    tablename: name,
    tableowner: currentUser,
    hasindexes: hasIndexes,
    hasrules: false,
    hastriggers: hasTriggers,
    rowsecurity: false,
  })
  for (const table of catalog.tables()) {
    if (table.materialized !== undefined) continue
    const hasReferences =
      table.referencedBy.length > 0 || table.constraints.some(one => one.kind === 'foreign key')
    yield row(table.schema, table.name, table.indexes.length > 0, hasReferences)
  }
  for (const { schema, name, isView } of catalog.virtualTables) {
    if (!isView) yield row(schema, name, false, false)
  }
}

function* viewRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const { currentUser, definitions } = context.catalog
  for (const view of catalog.views()) {
    yield {
      schemaname: view.schema,
      viewname: view.name,
      viewowner: currentUser,
      definition: definitions.view(view.oid, false) ?? null,
    }
  }
  for (const { schema, name, isView } of catalog.virtualTables) {
    if (isView) yield { schemaname: schema, viewname: name, viewowner: currentUser }
  }
}

function* materializedViewRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const { schema, name, indexes, materialized } of catalog.tables()) {
    if (materialized === undefined) continue
    yield {
      schemaname: schema,
      matviewname: name,
      matviewowner: context.catalog.currentUser,
      hasindexes: indexes.length > 0,
      ispopulated: materialized.isPopulated,
      definition: ` ${materialized.text};`,
    }
  }
}

function* sequenceRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const integer = (value: bigint): Value => (Number.isSafeInteger(Number(value)) ? Number(value) : value)
  for (const one of catalog.sequences()) {
    const state = context.catalog.sequence(one.oid)
    const isSeen = mayUse({ kind: 'relation', oid: one.oid }, ['usage', 'select'], context.catalog)
    yield {
      schemaname: one.schema,
      sequencename: one.name,
      sequenceowner: context.catalog.currentUser,
      data_type: one.type.oid,
      start_value: integer(one.start),
      min_value: integer(one.minimum),
      max_value: integer(one.maximum),
      increment_by: integer(one.increment),
      cycle: one.isCycling,
      cache_size: integer(one.cache),
      last_value: isSeen && state?.isCalled === true ? state.last : null,
    }
  }
}

/** What is counted is the rows; scans and changes are not. */
function* tableStatistics(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const table of catalog.tables()) {
    yield {
      relid: table.oid,
      schemaname: table.schema,
      relname: table.name,
      n_live_tup: context.catalog.rowCount(table.oid) ?? 0,
      n_dead_tup: 0,
    }
  }
}

function* indexStatistics(catalog: SystemCatalog): Iterable<SystemRow> {
  for (const { table, index } of catalog.indexes()) {
    yield {
      relid: table.oid,
      indexrelid: index.oid,
      schemaname: table.schema,
      relname: table.name,
      indexrelname: index.name,
    }
  }
}

const ALL_TABLES: RowSource = { rows: tableStatistics, isLive: true }

export const RELATION_VIEW_ROWS = {
  pg_tables: { rows: tableRows },
  pg_views: { rows: viewRows },
  pg_matviews: { rows: materializedViewRows },
  pg_indexes: {
    rows: (catalog, context) =>
      [...catalog.indexes()].map(({ table, index }) => ({
        schemaname: table.schema,
        tablename: table.name,
        indexname: index.name,
        indexdef: context.catalog.definitions.index(index.oid, 0, false) ?? null,
      })),
  },
  pg_sequences: { rows: sequenceRows, isLive: true },
  pg_stat_all_tables: ALL_TABLES,
  pg_stat_user_tables: ALL_TABLES,
  pg_statio_all_tables: ALL_TABLES,
  pg_statio_user_tables: ALL_TABLES,
  pg_stat_all_indexes: { rows: indexStatistics },
  pg_stat_user_indexes: { rows: indexStatistics },
  pg_statio_all_indexes: { rows: indexStatistics },
  pg_statio_user_indexes: { rows: indexStatistics },
} satisfies Record<string, RowSource>
