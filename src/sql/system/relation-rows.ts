/** Rows of pg_class, pg_attribute and what belongs to relations: defaults, indexes, sequences, rules, schemas. */

import type { ColumnSchema, IndexSchema, TableSchema } from '../catalog/schema.ts'
import { accessList } from '../functions/access-lists.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { SqlArray } from '../types/array.ts'
import { ExpressionTree, vectorOf } from '../types/catalog-formats.ts'
import { NO_MODIFIER, type SqlType, withoutDomain } from '../types/type.ts'
import { operatorClassOf } from './operator-classes.ts'
import {
  BTREE_OID,
  defaultOf,
  HEAP_OID,
  OWNER_OID,
  type SystemCatalog,
  viewDefault,
  visibleColumns,
} from './system-catalog.ts'
import { typeFacts } from './type-facts.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

const RELATION = {
  reltype: 0,
  reloftype: 0,
  relowner: OWNER_OID,
  relam: 0,
  relfilenode: 0,
  reltablespace: 0,
  relpages: 0,
  reltuples: -1,
  relallvisible: 0,
  relallfrozen: 0,
  reltoastrelid: 0,
  relhasindex: false,
  relisshared: false,
  relpersistence: 'p',
  relchecks: 0,
  relhasrules: false,
  relhastriggers: false,
  relhassubclass: false,
  relrowsecurity: false,
  relforcerowsecurity: false,
  relispopulated: true,
  relreplident: 'n',
  relispartition: false,
  relrewrite: 0,
  relfrozenxid: 0,
  relminmxid: 0,
}

const PAGE_BYTES = 8192

/** Sizes are estimated from samples: again only when the number of rows is another one. */
const sizes = new WeakMap<TableSchema, { readonly reltuples: number; readonly relpages: number }>()

function sizeOf(table: TableSchema, { catalog }: EvaluationContext): SystemRow {
  const reltuples = catalog.rowCount(table.oid) ?? -1
  let size = sizes.get(table)
  if (size?.reltuples !== reltuples) {
    const bytes = catalog.relationSizeBytes(table.oid, 'table') ?? 0
    size = { reltuples, relpages: Math.ceil(bytes / PAGE_BYTES) }
    sizes.set(table, size)
  }
  return size
}

function tableClass(table: TableSchema, context: EvaluationContext, catalog: SystemCatalog): SystemRow {
  const hasReferences =
    table.referencedBy.length > 0 || table.constraints.some(one => one.kind === 'foreign key')
  const replicaIdentity = table.hints?.replicaIdentity
  return {
    ...RELATION,
    oid: table.oid,
    relname: table.name,
    relnamespace: catalog.namespaceOid(table.schema),
    reltype: table.rowType.oid,
    relam: HEAP_OID,
    relfilenode: table.oid,
    ...sizeOf(table, context),
    relhasindex: table.indexes.length > 0,
    relpersistence: table.isTemporary ? 't' : 'p',
    relkind: table.materialized === undefined ? 'r' : 'm',
    relispopulated: table.materialized?.isPopulated ?? true,
    relnatts: visibleColumns(table).length,
    relchecks: table.constraints.filter(one => one.kind === 'check').length,
    // PostgreSQL checks references by triggers.
    relhastriggers: hasReferences,
    relreplident:
      REPLICA_IDENTITIES[typeof replicaIdentity === 'number' ? 'index' : (replicaIdentity ?? 'default')],
    reloptions: optionsArray(table.hints?.options),
    relacl: accessList({ kind: 'relation', oid: table.oid }, 'r', context.catalog),
  }
}

const REPLICA_IDENTITIES = { default: 'd', full: 'f', nothing: 'n', index: 'i' }

const optionsArray = (options: readonly string[] | undefined): SqlArray | null =>
  options === undefined ? null : SqlArray.of([...options])

function* classRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  for (const relation of catalog.relations()) {
    const own = {
      oid: relation.oid,
      relname: relation.name,
      relnamespace: catalog.namespaceOid(relation.schema),
    }
    switch (relation.kind) {
      case 'table':
        yield tableClass(relation, context, catalog)
        for (const index of relation.indexes) {
          yield {
            ...RELATION,
            ...own,
            oid: index.oid,
            relname: index.name,
            relam: BTREE_OID,
            relfilenode: index.oid,
            reltuples: context.catalog.rowCount(relation.oid) ?? 0,
            relpersistence: relation.isTemporary ? 't' : 'p',
            relkind: 'i',
            relnatts: index.columns.length + index.include.length,
            reloptions: optionsArray(index.options),
          }
        }
        break
      case 'view':
        yield {
          ...RELATION,
          ...own,
          reltype: relation.rowType.oid,
          relkind: 'v',
          relnatts: relation.columns.length,
          relhasrules: true,
          reloptions: optionsArray(relation.options),
          relacl: accessList({ kind: 'relation', oid: relation.oid }, 'r', context.catalog),
        }
        break
      case 'sequence':
        yield {
          ...RELATION,
          ...own,
          relfilenode: relation.oid,
          relpages: 1,
          reltuples: 1,
          relkind: 'S',
          relnatts: 3,
          relacl: accessList({ kind: 'relation', oid: relation.oid }, 's', context.catalog),
        }
        break
      default:
        yield {
          ...RELATION,
          ...own,
          reltype: relation.rowType.oid,
          relam: relation.isView ? 0 : HEAP_OID,
          relkind: relation.isView ? 'v' : 'r',
          relnatts: relation.columns.length,
          relhasrules: relation.isView,
        }
    }
  }
  for (const type of catalog.compositeTypes()) {
    yield {
      ...RELATION,
      oid: catalog.compositeRelationOid(type),
      relname: type.name,
      relnamespace: catalog.namespaceOid(type.schema),
      reltype: type.oid,
      relkind: 'c',
      relnatts: type.fields!.length,
    }
  }
}

// ------------------------------------------------------------------------------------------- pg_attribute

interface Attribute {
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
}

function attribute(relation: number, number: number, { name, type, modifier }: Attribute): SystemRow {
  const facts = typeFacts(type)
  return {
    attrelid: relation,
    attname: name,
    atttypid: type.oid,
    attlen: type.length,
    attnum: number,
    atttypmod: modifier,
    attndims: type.element?.array === type ? 1 : 0,
    attbyval: facts.isByValue,
    attalign: facts.alignment,
    attstorage: facts.storage,
    attcompression: '',
    attnotnull: false,
    atthasdef: false,
    atthasmissing: false,
    attidentity: '',
    attgenerated: '',
    attisdropped: false,
    attislocal: true,
    attinhcount: 0,
    attcollation: facts.collation,
  }
}

function columnAttribute(table: TableSchema, column: ColumnSchema): SystemRow {
  return {
    ...attribute(table.oid, column.attributeNumber, column),
    attnotnull: column.isNotNull,
    atthasdef: column.generatedText !== undefined || defaultOf(column) !== undefined,
    attstattarget: column.hints?.statistics ?? null,
    ...(column.hints?.storage === undefined ? {} : { attstorage: column.hints.storage }),
    attcompression: column.hints?.compression ?? '',
    attoptions: optionsArray(column.hints?.options),
    attidentity: column.identity === undefined ? '' : column.identity === 'always' ? 'a' : 'd',
    attgenerated: column.generatedText === undefined ? '' : column.isVirtual ? 'v' : 's',
  }
}

/** Before that version the usual target was -1, and clients of older versions (pg_dump) take null for 0. */
const NULL_TARGET_SINCE = 170_000

function* attributeRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const isOld = Number(context.setting('server_version_num')) < NULL_TARGET_SINCE
  for (const row of allAttributes(catalog, context))
    yield isOld ? { ...row, attstattarget: row.attstattarget ?? -1 } : row
}

function* allAttributes(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const access = (oid: number, column: number) =>
    accessList({ kind: 'relation', oid, column }, 'c', context.catalog)
  for (const relation of catalog.relations()) {
    switch (relation.kind) {
      case 'table':
        for (const column of visibleColumns(relation)) {
          const attacl = access(relation.oid, column.attributeNumber)
          yield { ...columnAttribute(relation, column), attacl }
        }
        for (const index of relation.indexes) yield* indexAttributes(relation, index, catalog)
        break
      case 'view':
        for (const [i, column] of relation.columns.entries()) {
          yield {
            ...attribute(relation.oid, i + 1, column),
            atthasdef: viewDefault(column) !== undefined,
            attacl: access(relation.oid, i + 1),
          }
        }
        break
      case 'sequence':
        yield* sequenceAttributes(relation.oid, catalog)
        break
      default:
        for (const [i, column] of relation.columns.entries()) {
          yield { ...attribute(relation.oid, i + 1, column), attnotnull: column.isNotNull }
        }
    }
  }
  for (const type of catalog.compositeTypes()) {
    const oid = catalog.compositeRelationOid(type)
    for (const [i, field] of type.fields!.entries()) yield attribute(oid, i + 1, field)
  }
}

const plainColumn = (column: number) => ({ column, expressionText: undefined })

/** Expressions are named as columns of a select list would be. */
function* indexAttributes(
  table: TableSchema,
  index: IndexSchema,
  catalog: SystemCatalog,
): Iterable<SystemRow> {
  const taken = new Set<string>()
  let number = 0
  for (const { column, expressionText } of [...index.columns, ...index.include.map(plainColumn)]) {
    const expression = expressionText === undefined ? undefined : catalog.expressionOf(expressionText, table)
    const { name, type, modifier } = expression ?? table.columns[column]
    let free = name
    for (let i = 1; taken.has(free); i++) free = `${name}${i}`
    taken.add(free)
    yield attribute(index.oid, ++number, { name: free, type, modifier })
  }
}

function* sequenceAttributes(oid: number, catalog: SystemCatalog): Iterable<SystemRow> {
  const columns: [string, string][] = [
    ['last_value', 'int8'],
    ['log_cnt', 'int8'],
    ['is_called', 'bool'],
  ]
  for (const [i, [name, type]] of columns.entries()) {
    const row = attribute(oid, i + 1, {
      name,
      type: catalog.state.type('pg_catalog', type)!,
      modifier: NO_MODIFIER,
    })
    yield { ...row, attnotnull: true }
  }
}

// ----------------------------------------------------------------------------------------------- pg_index

/** Bits of indoption. */
const DESCENDING = 1
const NULLS_FIRST = 2

function indexRow(table: TableSchema, index: IndexSchema, catalog: SystemCatalog): SystemRow {
  const constraint = table.constraints.find(
    one => (one.kind === 'primary key' || one.kind === 'unique') && one.indexOid === index.oid,
  )
  const isDeferrable = constraint !== undefined && 'isDeferrable' in constraint && constraint.isDeferrable
  const types = index.columns.map(({ column, expressionText }) =>
    expressionText === undefined
      ? table.columns[column].type
      : catalog.expressionOf(expressionText, table).type,
  )
  const expressions = index.columns.flatMap(one => one.expressionText ?? [])
  const numbers = [...index.columns.map(one => one.column), ...index.include]
  return {
    indexrelid: index.oid,
    indrelid: table.oid,
    indnatts: numbers.length,
    indnkeyatts: index.columns.length,
    indisunique: index.isUnique,
    indnullsnotdistinct: index.nullsNotDistinct,
    indisprimary: index.isPrimary,
    indisexclusion: false,
    indimmediate: !isDeferrable,
    indisclustered: table.hints?.clusteredOn === index.oid,
    indisvalid: true,
    indcheckxmin: false,
    indisready: true,
    indislive: true,
    indisreplident: table.hints?.replicaIdentity === index.oid,
    indkey: vectorOf(numbers.map(column => (column < 0 ? 0 : table.columns[column].attributeNumber))),
    indcollation: vectorOf(types.map(type => typeFacts(type).collation)),
    indclass: vectorOf(types.map(type => operatorClassOf(withoutDomain(type))?.oid ?? 0)),
    indoption: vectorOf(
      index.columns.map(one => (one.isDescending ? DESCENDING : 0) | (one.nullsFirst ? NULLS_FIRST : 0)),
    ),
    indexprs: expressions.length === 0 ? null : new ExpressionTree(expressions.join(', ')),
    indpred: index.predicateText === undefined ? null : new ExpressionTree(index.predicateText),
  }
}

function mapped<T>(
  list: (catalog: SystemCatalog) => Iterable<T>,
  row: (one: T, catalog: SystemCatalog) => SystemRow,
): RowSource {
  return {
    rows: function* (catalog) {
      for (const one of list(catalog)) yield row(one, catalog)
    },
  }
}

const integer = (value: bigint): Value => (Number.isSafeInteger(Number(value)) ? Number(value) : value)

export const RELATION_ROWS = {
  pg_class: { rows: classRows, isLive: true, rowsExpected: 300 },
  pg_attribute: { rows: attributeRows, rowsExpected: 3000 },
  pg_attrdef: mapped(
    catalog => catalog.defaults(),
    ({ oid, relation, attributeNumber, expression }) => ({
      oid,
      adrelid: relation.oid,
      adnum: attributeNumber,
      adbin: expression,
    }),
  ),
  pg_index: mapped(
    catalog => catalog.indexes(),
    ({ table, index }, catalog) => indexRow(table, index, catalog),
  ),
  pg_namespace: {
    rows: (catalog, context) =>
      [...catalog.state.schemas].map(([nspname, oid]) => ({
        oid,
        nspname,
        nspowner: OWNER_OID,
        nspacl: accessList({ kind: 'schema', oid }, 'n', context.catalog),
      })),
  },
  pg_sequence: mapped(
    catalog => catalog.sequences(),
    one => ({
      seqrelid: one.oid,
      seqtypid: one.type.oid,
      seqstart: integer(one.start),
      seqincrement: integer(one.increment),
      seqmax: integer(one.maximum),
      seqmin: integer(one.minimum),
      seqcache: integer(one.cache),
      seqcycle: one.isCycling,
    }),
  ),
  pg_rewrite: mapped(
    catalog => catalog.rules(),
    ({ oid, view, text }) => ({
      oid,
      rulename: '_RETURN',
      ev_class: view.oid,
      ev_type: '1',
      ev_enabled: 'O',
      is_instead: true,
      ev_qual: new ExpressionTree('<>'),
      ev_action: new ExpressionTree(text),
    }),
  ),
} satisfies Record<string, RowSource>
