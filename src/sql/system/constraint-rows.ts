/** Rows of pg_constraint, pg_depend and pg_description. */

import { DATABASE_OID, PG_CATALOG_OID, PUBLIC_OID } from '../catalog/catalog.ts'
import type { ConstraintSchema, ForeignKeySchema, TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { SqlArray } from '../types/array.ts'
import { ExpressionTree } from '../types/catalog-formats.ts'
import {
  attributeNumber,
  PG_ATTRDEF,
  PG_CLASS,
  PG_CONSTRAINT,
  PG_DATABASE,
  PG_NAMESPACE,
  PG_REWRITE,
  PG_TYPE,
  type SystemCatalog,
} from './system-catalog.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

const CONSTRAINT = {
  condeferrable: false,
  condeferred: false,
  conenforced: true,
  convalidated: true,
  conrelid: 0,
  contypid: 0,
  conindid: 0,
  conparentid: 0,
  confrelid: 0,
  confupdtype: ' ',
  confdeltype: ' ',
  confmatchtype: ' ',
  conislocal: true,
  coninhcount: 0,
  connoinherit: false,
  conperiod: false,
}
const ACTIONS = {
  'no action': 'a',
  restrict: 'r',
  cascade: 'c',
  'set null': 'n',
  'set default': 'd',
} as const

function numbersOf(table: TableSchema, columns: readonly number[]): SqlArray {
  return SqlArray.of(columns.map(column => attributeNumber(table, column)))
}

function constraintRow(table: TableSchema, one: ConstraintSchema, catalog: SystemCatalog): SystemRow {
  const head = {
    ...CONSTRAINT,
    oid: one.oid,
    conname: one.name,
    connamespace: catalog.namespaceOid(table.schema),
    conrelid: table.oid,
  }
  switch (one.kind) {
    case 'check': {
      const columns = catalog.columnsOf(one.text, table)
      return {
        ...head,
        contype: 'c',
        convalidated: one.isValidated,
        conenforced: one.isEnforced !== false,
        connoinherit: one.isNoInherit === true,
        conkey: columns.length === 0 ? null : numbersOf(table, columns),
        conbin: new ExpressionTree(one.text),
      }
    }
    case 'foreign key':
      return { ...head, ...foreignKey(table, one, catalog) }
    default:
      return {
        ...head,
        contype: one.kind === 'primary key' ? 'p' : 'u',
        condeferrable: one.isDeferrable,
        condeferred: one.isInitiallyDeferred,
        conindid: one.indexOid,
        connoinherit: true,
        conkey: numbersOf(table, one.columns),
      }
  }
}

function foreignKey(table: TableSchema, one: ForeignKeySchema, catalog: SystemCatalog): SystemRow {
  const referenced = catalog.state.tableByOid(one.referencedOid)
  const wanted = new Set(one.referencedColumns)
  const index = referenced?.indexes.find(
    candidate =>
      candidate.isUnique &&
      candidate.columns.length === wanted.size &&
      candidate.columns.every(({ column }) => wanted.has(column)),
  )
  return {
    contype: 'f',
    condeferrable: one.isDeferrable,
    condeferred: one.isInitiallyDeferred,
    convalidated: one.isValidated,
    conenforced: one.isEnforced !== false,
    conindid: index?.oid ?? 0,
    confrelid: one.referencedOid,
    confupdtype: ACTIONS[one.onUpdate],
    confdeltype: ACTIONS[one.onDelete],
    confmatchtype: one.match === 'full' ? 'f' : 's',
    connoinherit: true,
    conkey: numbersOf(table, one.columns),
    confkey: referenced === undefined ? null : numbersOf(referenced, one.referencedColumns),
    confdelsetcols: one.onDeleteColumns.length === 0 ? null : numbersOf(table, one.onDeleteColumns),
  }
}

function* constraintRows(catalog: SystemCatalog): Iterable<SystemRow> {
  for (const table of catalog.tables()) {
    for (const one of table.constraints) yield constraintRow(table, one, catalog)
  }
  for (const { oid, name, table, column } of catalog.notNulls()) {
    yield {
      ...CONSTRAINT,
      oid,
      conname: name,
      connamespace: catalog.namespaceOid(table.schema),
      contype: 'n',
      conrelid: table.oid,
      connoinherit: column.hints?.isNoInherit === true,
      conkey: SqlArray.of([column.attributeNumber]),
    }
  }
  for (const { oid, name, type, text, isValidated } of catalog.domainConstraints()) {
    yield {
      ...CONSTRAINT,
      oid,
      conname: name,
      connamespace: catalog.namespaceOid(type.schema),
      contype: text === undefined ? 'n' : 'c',
      contypid: type.oid,
      convalidated: isValidated,
      conbin: text === undefined ? null : new ExpressionTree(text),
    }
  }
}

// ---------------------------------------------------------------------------------------------- pg_depend

type Place = readonly [catalog: number, oid: number, column?: number]

/** internal: a part of it; auto: goes with it; normal: is in its way. */
function depends(from: Place, on: Place, kind: 'i' | 'a' | 'n'): SystemRow {
  return {
    classid: from[0],
    objid: from[1],
    objsubid: from[2] ?? 0,
    refclassid: on[0],
    refobjid: on[1],
    refobjsubid: on[2] ?? 0,
    deptype: kind,
  }
}

function* dependRows(catalog: SystemCatalog): Iterable<SystemRow> {
  for (const { oid, ownedBy } of catalog.sequences()) {
    if (ownedBy === undefined) continue
    const { tableOid, attributeNumber } = ownedBy
    const column = catalog.state
      .tableByOid(tableOid)
      ?.columns.find(one => one.attributeNumber === attributeNumber)
    yield depends(
      [PG_CLASS, oid],
      [PG_CLASS, tableOid, attributeNumber],
      column?.identity === undefined ? 'a' : 'i',
    )
  }
  for (const { oid, relation, attributeNumber, sequenceOid } of catalog.defaults()) {
    yield depends([PG_ATTRDEF, oid], [PG_CLASS, relation.oid, attributeNumber], 'a')
    if (sequenceOid !== undefined) yield depends([PG_ATTRDEF, oid], [PG_CLASS, sequenceOid], 'n')
  }
  for (const table of catalog.tables()) yield* tableDepends(table)
  for (const { oid, view, text } of catalog.rules()) {
    yield depends([PG_REWRITE, oid], [PG_CLASS, view.oid], 'i')
    for (const read of catalog.relationsRead(text)) {
      if (read.kind !== 'virtual') yield depends([PG_REWRITE, oid], [PG_CLASS, read.oid], 'n')
    }
  }
}

function* tableDepends(table: TableSchema): Iterable<SystemRow> {
  const constrained = new Set<number>()
  for (const one of table.constraints) {
    const columns = one.kind === 'check' ? [] : one.columns
    for (const column of columns) {
      yield depends([PG_CONSTRAINT, one.oid], [PG_CLASS, table.oid, attributeNumber(table, column)], 'a')
    }
    if (one.kind === 'foreign key') {
      yield depends([PG_CONSTRAINT, one.oid], [PG_CLASS, one.referencedOid], 'n')
    } else if (one.kind !== 'check') {
      constrained.add(one.indexOid)
      yield depends([PG_CLASS, one.indexOid], [PG_CONSTRAINT, one.oid], 'i')
    }
  }
  for (const index of table.indexes) {
    if (constrained.has(index.oid)) continue
    for (const { column } of index.columns) {
      if (column >= 0) {
        yield depends([PG_CLASS, index.oid], [PG_CLASS, table.oid, attributeNumber(table, column)], 'a')
      }
    }
  }
}

// ----------------------------------------------------------------------------------------- pg_description

/** What there is without COMMENT ON SCHEMA. */
const SCHEMA_COMMENTS: ReadonlyMap<number, string> = new Map([
  [PG_CATALOG_OID, 'system catalog schema'],
  [PUBLIC_OID, 'standard public schema'],
])

function* descriptionRows(catalog: SystemCatalog): Iterable<SystemRow> {
  const described = (classoid: number, objoid: number, text: Value, objsubid = 0): SystemRow[] =>
    text === undefined ? [] : [{ objoid, classoid, objsubid, description: text }]
  for (const relation of catalog.state.allRelations()) {
    if (relation.kind === 'virtual') continue
    yield* described(PG_CLASS, relation.oid, relation.comment)
    if (relation.kind === 'view') {
      const { columns } = catalog.state.stored.all('view').get(relation.oid)!
      for (const [i, { comment }] of columns.entries()) {
        yield* described(PG_CLASS, relation.oid, comment, i + 1)
      }
    }
    if (relation.kind !== 'table') continue
    for (const column of relation.columns) {
      yield* described(PG_CLASS, relation.oid, column.comment, column.attributeNumber)
    }
    for (const index of relation.indexes) yield* described(PG_CLASS, index.oid, index.comment)
    for (const one of relation.constraints) yield* described(PG_CONSTRAINT, one.oid, one.comment)
  }
  const { stored } = catalog.state
  for (const [oid, { comment }] of stored.all('schema')) yield* described(PG_NAMESPACE, oid, comment)
  const comments = stored.all('comment')
  for (const oid of catalog.state.schemas.values()) {
    const comment = comments.has(oid) ? comments.get(oid)!.comment : SCHEMA_COMMENTS.get(oid)
    yield* described(PG_NAMESPACE, oid, comment)
  }
  for (const [oid, type] of stored.all('type')) {
    yield* described(PG_TYPE, oid, type.comment)
    if (type.kind !== 'composite') continue
    const relation = catalog.compositeRelationOid(catalog.state.typeByOid(oid)!)
    for (const [i, { comment }] of type.fields.entries()) yield* described(PG_CLASS, relation, comment, i + 1)
  }
  for (const { oid, comment } of catalog.domainConstraints()) yield* described(PG_CONSTRAINT, oid, comment)
}

/** obj_description, col_description. */
export function commentOf(
  catalog: SystemCatalog,
  oid: number,
  kind: string | undefined,
  column: number,
): string | undefined {
  const wanted = kind === undefined ? undefined : catalog.state.relation('pg_catalog', kind)?.oid
  if (kind !== undefined && wanted === undefined) return undefined
  for (const row of descriptionRows(catalog)) {
    if (row.objoid !== oid || row.objsubid !== column) continue
    if (wanted === undefined || row.classoid === wanted) return row.description
  }
  return undefined
}

/** Of the database. */
export function sharedCommentOf(catalog: SystemCatalog, oid: number): string | undefined {
  return oid === DATABASE_OID ? catalog.state.stored.all('comment').get(oid)?.comment : undefined
}

function* sharedDescriptionRows(catalog: SystemCatalog): Iterable<SystemRow> {
  const description = sharedCommentOf(catalog, DATABASE_OID)
  if (description !== undefined) yield { objoid: DATABASE_OID, classoid: PG_DATABASE, description }
}

export const CONSTRAINT_ROWS = {
  pg_constraint: { rows: constraintRows },
  pg_depend: { rows: dependRows, rowsExpected: 100 },
  pg_description: { rows: descriptionRows },
  pg_shdescription: { rows: sharedDescriptionRows },
} satisfies Record<string, RowSource>
