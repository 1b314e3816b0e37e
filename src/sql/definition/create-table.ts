/** CREATE TABLE: the entry in SQL's catalog, and the typed table behind it. */

import {
  type ColumnTypes,
  type IndexTypes,
  type KeyColumn,
  RecordDefinition,
} from '../../table/definition.ts'
import { type ColumnType, Type, TypeWithDefault } from '../../table/types.ts'
import { bindType } from '../bind/binder.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { StoredConstraint, StoredSqlColumn, StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { columnStorage } from '../storage/column-storage.ts'
import type { ConstraintDefinition, CreateTable } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'

/** The column of a table without a primary key. */
const ROW_NUMBER = 'row number'

interface ColumnDraft {
  readonly stored: StoredSqlColumn
  readonly type: SqlType
}

export function createTable(statement: CreateTable, environment: DefinitionEnvironment): void {
  const { state, unit, searchPath } = environment
  const { schema, name } = targetName(statement.name, state, searchPath, statement.at)
  if (state.relation(schema, name) !== undefined) {
    if (statement.ifNotExists) return
    throw new SqlError('42P07', `relation "${name}" already exists`)
  }
  const editor = new CatalogEditor(unit.tables)
  const drafts = statement.columns.map((column, i): ColumnDraft => {
    const { type, modifier } = bindType(column.type, state, environment.functions)
    const isNotNull = column.constraints.some(one => one.kind === 'not null' || one.kind === 'primary key')
    return {
      type,
      stored: {
        name: column.name,
        type: type.oid,
        modifier,
        isNotNull,
        attributeNumber: i + 1,
        storedName: column.name,
      },
    }
  })
  const constraints: ConstraintDefinition[] = [
    ...statement.columns.flatMap(column =>
      column.constraints.map(one =>
        'columns' in one && one.columns.length === 0 ? { ...one, columns: [column.name] } : one,
      ),
    ),
    ...statement.constraints,
  ]
  const keys = constraints.filter(isKey)
  for (const one of constraints) {
    if (!['primary key', 'unique', 'not null', 'null'].includes(one.kind))
      throw notSupported(one.kind, one.at)
  }
  const numberOf = (column: string, at: number) => {
    const number = drafts.findIndex(one => one.stored.name === column)
    if (number < 0)
      throw new SqlError('42703', `column "${column}" named in key does not exist`, { position: at })
    return number
  }
  const primary = keys.find(one => one.kind === 'primary key')
  const primaryColumns = primary === undefined ? [] : primary.columns.map(one => numberOf(one, primary.at))
  const columns = drafts.map(({ stored }, i) =>
    primaryColumns.includes(i) ? { ...stored, isNotNull: true } : stored,
  )
  const indexes: StoredSqlIndex[] = []
  const storedConstraints: StoredConstraint[] = []
  for (const key of keys) {
    const numbers = key.columns.map(one => numberOf(one, key.at))
    const isPrimary = key.kind === 'primary key'
    const suffix = isPrimary ? 'pkey' : 'key'
    const keyName =
      key.name ?? (isPrimary ? `${name}_${suffix}` : `${name}_${key.columns.join('_')}_${suffix}`)
    const indexOid = editor.newOid(2)
    indexes.push({
      oid: indexOid,
      name: keyName,
      columns: numbers.map(column => ({ column, isDescending: false, nullsFirst: false })),
      include: [],
      isUnique: true,
      isPrimary,
      nullsNotDistinct: false,
      ...(isPrimary ? {} : { storedName: keyName }),
    })
    storedConstraints.push({
      kind: key.kind,
      oid: indexOid + 1,
      name: keyName,
      columns: numbers,
      indexOid,
      isDeferrable: false,
      isInitiallyDeferred: false,
    })
  }
  const all: StoredSqlColumn[] = [...columns]
  if (primary === undefined) {
    all.push({
      name: ROW_NUMBER,
      type: 20,
      modifier: -1,
      isNotNull: true,
      attributeNumber: 0,
      isHidden: true,
      storedName: ROW_NUMBER,
    })
  }
  const oid = editor.newOid(3)
  const table: StoredSqlTable = {
    schema,
    name,
    rowTypeOid: oid + 1,
    columns: all,
    nextAttributeNumber: columns.length + 1,
    indexes,
    constraints: storedConstraints,
    storedName: schema === 'public' ? name : `${schema}.${name}`,
  }
  unit.tables.table(definitionOf(table, oid => state.typeByOid(oid)!) as never)
  editor.put('table', oid, table)
}

type KeyDefinition = Extract<ConstraintDefinition, { readonly kind: 'primary key' | 'unique' }>
function isKey(constraint: ConstraintDefinition): constraint is KeyDefinition {
  return constraint.kind === 'primary key' || constraint.kind === 'unique'
}

/** The typed table's definition. */
export function definitionOf(table: StoredSqlTable, typeOf: (oid: number) => SqlType) {
  const types: Record<string, ColumnType<unknown>> = {}
  for (const column of table.columns) {
    if (column.isHidden) {
      types[column.storedName] = new TypeWithDefault(new Type<unknown>({ kind: 'i64' }), { kind: 'counter' })
      continue
    }
    const { node } = columnStorage(typeOf(column.type))
    types[column.storedName] = new Type<unknown>(column.isNotNull ? node : { kind: 'nullable', of: node })
  }
  const keyColumn = ({ column, isDescending }: StoredSqlIndex['columns'][number]): KeyColumn<string> => {
    const { storedName } = table.columns[column]
    return isDescending ? { column: storedName, descending: true } : storedName
  }
  const primary = table.indexes.find(index => index.isPrimary)
  const indexes: Record<string, { on: KeyColumn<string>[]; unique: boolean }> = {}
  for (const index of table.indexes) {
    if (index.storedName === undefined) continue
    indexes[index.storedName] = { on: index.columns.map(keyColumn), unique: index.isUnique }
  }
  const hidden = table.columns.find(column => column.isHidden)
  return new RecordDefinition<ColumnTypes, readonly KeyColumn<string>[], IndexTypes<ColumnTypes>>(
    table.storedName,
    types,
    primary === undefined ? [hidden!.storedName] : primary.columns.map(keyColumn),
    indexes,
  )
}

/** Where an object is made: in the schema that is named, or the first of the search path. */
export function targetName(
  name: readonly string[],
  state: DefinitionEnvironment['state'],
  searchPath: readonly string[],
  at: number,
): { readonly schema: string; readonly name: string } {
  const own = name[name.length - 1]
  if (name.length === 1) {
    const schema = searchPath.find(one => state.hasSchema(one))
    if (schema === undefined)
      throw new SqlError('3F000', 'no schema has been selected to create in', { position: at })
    return { schema, name: own }
  }
  const schema = name[name.length - 2]
  if (!state.hasSchema(schema))
    throw new SqlError('3F000', `schema "${schema}" does not exist`, { position: at })
  if (schema === 'pg_catalog' || schema === 'information_schema') {
    throw new SqlError('42501', `permission denied to create "${schema}.${own}"`, {
      detail: 'System catalog modifications are currently disallowed.',
    })
  }
  return { schema, name: own }
}
