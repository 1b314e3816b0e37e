/** ALTER … RENAME, TRUNCATE. */

import { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredSqlTable } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import type { RenameStatement, TruncateStatement } from '../syntax/tree.ts'
import { renameDomainConstraint } from './alter-domain.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refuseInUse } from './in-use.ts'
import { moveRelation, renameSchema, renameType, requireKind, requireStored } from './moves.ts'
import { findIndex, findRelation, nameTaken, requireColumn, requireTable } from './names.ts'
import { withRenamedColumn } from './references.ts'
import { keepNamesInViews } from './view-columns.ts'

export function rename(statement: RenameStatement, environment: DefinitionEnvironment): void {
  const { state, unit } = environment
  const editor = new CatalogEditor(unit.tables)
  const { newName: to } = statement
  switch (statement.object) {
    case 'schema':
      renameSchema(statement.name[0], to, editor, environment)
      return
    case 'type':
    case 'domain':
      renameType(statement, editor, environment)
      return
    case 'domain constraint':
      renameDomainConstraint(statement.name, statement.part!, to, environment)
      return
  }
  if (statement.object === 'column' && renameViewColumn(statement, editor, environment)) return
  if (statement.object === 'column' || statement.object === 'constraint') {
    const table = requireTable(statement.name, environment, statement.at)
    if (statement.object === 'constraint') {
      const stored = requireStored(editor, table)
      editor.put('table', table.oid, withRenamedConstraint(stored, statement.part!, to))
      return
    }
    requireColumn(table, statement.part!, statement.at)
    if (table.columns.some(column => column.name === to && !column.isHidden)) {
      throw new SqlError('42701', `column "${to}" of relation "${table.name}" already exists`)
    }
    keepNamesInViews(table, editor, environment)
    // The typed table's column keeps its name: only SQL's changes.
    editor.put('table', table.oid, withRenamedColumn(requireStored(editor, table), statement.part!, to))
    return
  }
  if (statement.object === 'index') {
    const found = findIndex(statement.name, environment)
    if (found !== undefined) {
      const { table, index } = found
      if (nameTaken(state, table.schema)(to)) throw new SqlError('42P07', `relation "${to}" already exists`)
      const stored = requireStored(editor, table)
      editor.put('table', table.oid, {
        ...stored,
        indexes: stored.indexes.map(one => (one.oid === index.oid ? { ...one, name: to } : one)),
        constraints: stored.constraints.map(one =>
          'indexOid' in one && one.indexOid === index.oid ? { ...one, name: to } : one,
        ),
      })
      return
    }
    if (statement.ifExists) return
    throw new SqlError('42P01', `relation "${statement.name.join('.')}" does not exist`)
  }
  const relation = findRelation(statement.name, environment)
  if (relation === undefined) {
    if (statement.ifExists) return
    throw new SqlError('42P01', `relation "${statement.name.join('.')}" does not exist`)
  }
  requireKind(relation, statement.object)
  if (nameTaken(state, relation.schema)(to)) throw new SqlError('42P07', `relation "${to}" already exists`)
  if (relation.kind !== 'sequence' && state.type(relation.schema, to) !== undefined) {
    throw new SqlError('42710', `type "${to}" already exists`)
  }
  moveRelation(relation, { schema: relation.schema, name: to }, editor, environment)
}

/** A key's index has the name of its constraint. */
function withRenamedConstraint(table: StoredSqlTable, from: string, to: string): StoredSqlTable {
  const constraint = table.constraints.find(one => one.name === from)
  const column = table.columns.find(one => one.notNullName === from)
  if (constraint === undefined && column === undefined) {
    throw new SqlError('42704', `constraint "${from}" for table "${table.name}" does not exist`)
  }
  if (table.constraints.some(one => one.name === to)) {
    throw new SqlError('42710', `constraint "${to}" for relation "${table.name}" already exists`)
  }
  const indexOid = constraint !== undefined && 'indexOid' in constraint ? constraint.indexOid : undefined
  return {
    ...table,
    columns: table.columns.map(one => (one === column ? { ...one, notNullName: to } : one)),
    constraints: table.constraints.map(one => (one === constraint ? { ...one, name: to } : one)),
    indexes: table.indexes.map(one => (one.oid === indexOid ? { ...one, name: to } : one)),
  }
}

/** False when it is no view whose column is meant. */
function renameViewColumn(
  { name, part, newName }: RenameStatement,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): boolean {
  const view = findRelation(name, environment)
  if (view?.kind !== 'view') return false
  const stored = editor.get('view', view.oid)!
  if (!stored.columns.some(column => column.name === part)) {
    throw new SqlError('42703', `column "${part}" does not exist`)
  }
  if (stored.columns.some(column => column.name === newName)) {
    throw new SqlError('42701', `column "${newName}" of relation "${view.name}" already exists`)
  }
  keepNamesInViews(view, editor, environment)
  const columns = stored.columns.map(column => (column.name === part ? { ...column, name: newName } : column))
  editor.put('view', view.oid, { ...stored, columns })
  return true
}

export function truncate(statement: TruncateStatement, environment: DefinitionEnvironment): void {
  const { state } = environment
  const tables = new Map<number, TableSchema>()
  const add = (table: TableSchema) => {
    refuseInUse(table, 'TRUNCATE', environment)
    tables.set(table.oid, table)
  }
  for (const name of statement.tables) add(requireTable(name, environment, statement.at))
  for (const table of tables.values()) {
    for (const { tableOid } of table.referencedBy) {
      if (tables.has(tableOid)) continue
      const other = state.tableByOid(tableOid)!
      if (!statement.isCascade) {
        throw new SqlError('0A000', 'cannot truncate a table referenced in a foreign key constraint', {
          detail: `Table "${other.name}" references "${table.name}".`,
          hint: `Truncate table "${other.name}" at the same time, or use TRUNCATE ... CASCADE.`,
        })
      }
      // A Map goes on with what is added while it is walked.
      add(other)
    }
  }
  const editor = new CatalogEditor(environment.unit.tables)
  const data = environment.data(state)
  for (const table of tables.values()) {
    data.records(table).clear()
    if (!statement.restartIdentity) continue
    for (const relation of state.allRelations()) {
      if (relation.kind !== 'sequence' || relation.ownedBy?.tableOid !== table.oid) continue
      const stored = editor.get('sequence', relation.oid)!
      environment.unit.state.sequences.setAnew(relation.oid)
      editor.putQuietly('sequence', relation.oid, { ...stored, last: stored.start, isCalled: false })
    }
  }
}
