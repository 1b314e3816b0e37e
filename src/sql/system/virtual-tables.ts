/**
 * The relations of pg_catalog and information_schema as virtual tables: columns as PostgreSQL 18 has them, and rows from row
 * sources. A source gives rows as objects by column; what it does not say is null.
 *
 * Rows that depend on the definitions alone are made once for each state, when they are first asked for; *live* ones (settings,
 * statistics, sessions) once for each statement.
 */

import { assert } from '../../base/assert.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { VirtualTable } from '../catalog/schema.ts'
import type { EvaluationContext, FunctionRegistry, Value } from '../functions/registry.ts'
import { builtinTypeByName, makeType, NO_MODIFIER, type SqlType } from '../types/type.ts'
import { CATALOG_COLUMNS, type CatalogRelation } from './catalog-columns.ts'
import { INFORMATION_SCHEMA_COLUMNS, type InformationSchemaView } from './information-schema-columns.ts'
import { SystemCatalog } from './system-catalog.ts'

export type SystemRow = Readonly<Record<string, Value>>

export interface RowSource {
  readonly rows: (catalog: SystemCatalog, context: EvaluationContext) => Iterable<SystemRow>
  /** Not the same from one statement to the next. */
  readonly isLive?: boolean
  readonly rowsExpected?: number
}

export interface SystemRelation {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly isView: boolean
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly isNotNull: boolean }[]
  readonly rowType: SqlType
  readonly source: RowSource
}

const ROWS_EXPECTED = 50
/** Oids of their row types; PostgreSQL numbers them between these and 16384, too. */
const ROW_TYPES_FROM = 14_000

/** `1259r oid:oid! relname:name! …`; `typeNamed` knows the words after the colons. */
export function systemRelation(
  schema: string,
  name: string,
  facts: string,
  source: RowSource | undefined,
  typeNamed: (name: string) => SqlType,
): SystemRelation {
  const [head, ...words] = facts.split(/\s+/)
  const oid = Number.parseInt(head, 10)
  const columns = words.map(word => {
    const [column, type] = word.split(':')
    return { name: column, type: typeNamed(type.replace('!', '')), isNotNull: type.endsWith('!') }
  })
  const rowType = makeType({
    oid: ROW_TYPES_FROM + rowTypes++,
    name,
    schema,
    displayName: schema === 'pg_catalog' ? name : `${schema}.${name}`,
    kind: 'composite',
    category: 'C',
    fields: columns.map(column => ({ name: column.name, type: column.type, modifier: NO_MODIFIER })),
  })
  return { oid, schema, name, isView: !head.endsWith('r'), columns, rowType, source: source ?? NOTHING }
}
let rowTypes = 0
/** Coppice has no such thing. */
const NOTHING: RowSource = { rows: () => [] }

export function catalogRelations(sources: Partial<Record<CatalogRelation, RowSource>>): SystemRelation[] {
  return Object.entries(CATALOG_COLUMNS).map(([name, facts]) =>
    systemRelation('pg_catalog', name, facts, sources[name as CatalogRelation], catalogType),
  )
}

const DOMAINS: Readonly<Record<string, string>> = {
  i: 'sql_identifier',
  c: 'character_data',
  n: 'cardinal_number',
  y: 'yes_or_no',
  t: 'time_stamp',
}

export function informationRelations(
  sources: Partial<Record<InformationSchemaView, RowSource>>,
  domainNamed: (name: string) => SqlType,
): SystemRelation[] {
  return Object.entries(INFORMATION_SCHEMA_COLUMNS).map(([name, facts]) =>
    systemRelation('information_schema', name, facts, sources[name as InformationSchemaView], letter =>
      domainNamed(DOMAINS[letter]),
    ),
  )
}

function catalogType(name: string): SqlType {
  const type = builtinTypeByName(name)
  assert(type !== undefined, 'catalogs have builtin types')
  return type
}

/** The virtual tables of one state, in their catalog. */
export function systemCatalogOf(
  relations: readonly SystemRelation[],
  state: CatalogState,
  functions: FunctionRegistry,
): SystemCatalog {
  const tables: VirtualTable[] = []
  const catalog = new SystemCatalog(state, functions, tables)
  for (const relation of relations) tables.push(virtualTable(relation, catalog))
  return catalog
}

/** Rows depend on who asks, too: on the database and the user, on which names need no schema, on what was granted, and on the version. */
const KEPT_MAX = 4

function virtualTable(relation: SystemRelation, catalog: SystemCatalog): VirtualTable {
  const { source, columns } = relation
  const kept = new Map<string, readonly (readonly Value[])[]>()
  const ofStatement = new WeakMap<EvaluationContext, readonly (readonly Value[])[]>()
  const make = (context: EvaluationContext): Value[][] => {
    const made: Value[][] = []
    for (const row of source.rows(catalog, context)) {
      const values = columns.map(({ name }) => row[name] ?? null)
      values.push(relation.oid)
      made.push(values)
    }
    return made
  }
  return {
    kind: 'virtual',
    oid: relation.oid,
    schema: relation.schema,
    name: relation.name,
    isView: relation.isView,
    columns: columns.map(({ name, type, isNotNull }) => ({ name, type, modifier: NO_MODIFIER, isNotNull })),
    rowType: relation.rowType,
    get rowsExpected() {
      for (const rows of kept.values()) return rows.length
      return source.rowsExpected ?? ROWS_EXPECTED
    },
    rows: context => {
      if (source.isLive === true) {
        // A statement sees one state: it may ask for the rows once for each row of another table.
        let rows = ofStatement.get(context)
        if (rows === undefined) {
          rows = make(context)
          ofStatement.set(context, rows)
        }
        return rows
      }
      const { currentDatabase, currentUser, searchPath, privileges } = context.catalog
      const version = context.setting('server_version_num')
      const key = JSON.stringify([currentDatabase, currentUser, searchPath, privileges?.version, version])
      let rows = kept.get(key)
      if (rows === undefined) {
        rows = make(context)
        if (kept.size >= KEPT_MAX) kept.clear()
        kept.set(key, rows)
      }
      return rows
    },
  }
}
