/** CREATE INDEX: an index of the typed table. */

import { CatalogEditor } from '../catalog/editor.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { CreateIndex } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { freeName, nameTaken, requireColumn, requireTable } from './names.ts'
import { TableDraft } from './table-draft.ts'
import { uniqueFailure } from './unique-failure.ts'

export function createIndex(statement: CreateIndex, environment: DefinitionEnvironment): void {
  const { at } = statement
  const table = requireTable(statement.table, environment, at)
  if (statement.method !== 'btree') throw notSupported(`an index by "${statement.method}"`, at)
  if (statement.where !== undefined) throw notSupported('a partial index', at)
  if (statement.nullsNotDistinct) throw notSupported('NULLS NOT DISTINCT', at)
  const columns = statement.elements.map(element => {
    if (element.column === undefined) throw notSupported('an index over an expression', element.at)
    if (element.operatorClass !== undefined) throw notSupported('an operator class', element.at)
    if (element.collation !== undefined && element.collation.at(-1) !== 'C')
      throw notSupported('a collation', element.at)
    const isDescending = element.direction === 'desc'
    const nullsFirst = element.nulls === 'default' ? isDescending : element.nulls === 'first'
    return { column: requireColumn(table, element.column, element.at), isDescending, nullsFirst }
  })
  const isTaken = nameTaken(environment.state, table.schema)
  if (statement.name !== undefined && isTaken(statement.name)) {
    if (statement.ifNotExists) return
    throw new SqlError('42P07', `relation "${statement.name}" already exists`)
  }
  const names = statement.elements.map(element => element.column ?? 'expr').join('_')
  const name = statement.name ?? freeName(`${table.name}_${names}_idx`, isTaken)
  const editor = new CatalogEditor(environment.unit.tables)
  const draft = new TableDraft(environment, editor, table, table)
  for (const { column } of columns) draft.checkIndexable(column)
  try {
    environment.unit.tables.createIndex(table.storedName, name, {
      on: columns.map(({ column, isDescending }) => {
        const { storedName } = table.columns[column]
        return isDescending ? { column: storedName, descending: true } : storedName
      }),
      unique: statement.isUnique,
    })
  } catch (error) {
    throw uniqueFailure(
      error,
      name,
      table,
      columns.map(one => one.column),
    )
  }
  draft.indexes.push({
    oid: editor.newOid(),
    name,
    columns,
    include: statement.include.map(one => requireColumn(table, one, at)),
    isUnique: statement.isUnique,
    isPrimary: false,
    nullsNotDistinct: false,
    storedName: name,
  })
  draft.settle()
}
