/**
 * Another name, or another schema, for relations, types and schemas. What is stored under a name gets the new one, and the
 * texts of all definitions that mean it are written anew. Oids stay.
 */

import { CatalogEditor } from '../catalog/editor.ts'
import type { RelationSchema, TableSchema } from '../catalog/schema.ts'
import type { StoredSqlTable } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { RenameStatement, SetSchemaStatement } from '../syntax/tree.ts'
import type { SqlType } from '../types/type.ts'
import { kindOf } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findRelation, nameTaken, type ObjectName, refuseReservedSchema, storedTableName } from './names.ts'
import { renameInTexts } from './stored-names.ts'
import { isTemporarySchema } from './temporary.ts'
import { requireType } from './types.ts'

// ---------------------------------------------------------------------------------------------- relations

/** A table's, view's or sequence's new name. Whether it is free there was looked at. */
export function moveRelation(
  relation: RelationSchema,
  to: ObjectName,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const rowType = 'rowType' in relation ? relation.rowType : undefined
  renameInTexts(
    relation.name,
    {
      relation: one => (one === relation ? to : undefined),
      type: one => (one === rowType ? to : undefined),
    },
    editor,
    environment,
  )
  switch (relation.kind) {
    case 'table':
      putTable(requireStored(editor, relation), relation.oid, to, editor, environment)
      return
    case 'view':
      editor.put('view', relation.oid, { ...editor.get('view', relation.oid)!, ...to })
      return
    case 'sequence':
      editor.put('sequence', relation.oid, {
        ...environment.unit.state.sequences.find(relation.oid, editor),
        ...to,
      })
      return
    default:
      throw new SqlError('42501', `permission denied: "${relation.name}" is a system catalog`)
  }
}

function putTable(
  stored: StoredSqlTable,
  oid: number,
  to: ObjectName,
  editor: CatalogEditor,
  { unit: { tables } }: DefinitionEnvironment,
): void {
  const storedName = storedTableName(to)
  if (storedName !== stored.storedName) {
    // A name with dots of another schema, or of TypeScript, may be the same.
    if (tables.definitionOf(storedName) !== undefined) {
      throw new SqlError('42P07', `relation "${to.name}" already exists`, {
        detail: `A table of schema "${to.schema}" is stored as "${storedName}", and there is another table of that name.`,
      })
    }
    tables.rename(stored.storedName, storedName)
  }
  editor.put('table', oid, { ...stored, ...to, storedName })
}

/** What SQL stores of a table. @throws SqlError 0A000 it was made from TypeScript */
export function requireStored(editor: CatalogEditor, table: TableSchema): StoredSqlTable {
  const stored = editor.get('table', table.oid)
  if (stored === undefined) {
    throw notSupported(
      `changing table "${table.name}" by SQL: it was defined from TypeScript, and is changed there`,
    )
  }
  return stored
}

/** ALTER TABLE means any relation, other words what they say. @throws SqlError 42809 */
export function requireKind(relation: RelationSchema, object: string): void {
  if (object === 'table' || kindOf(relation) === object) return
  throw new SqlError('42809', `"${relation.name}" is not a ${object}`)
}

// -------------------------------------------------------------------------------------------- SET SCHEMA

export function setSchema(statement: SetSchemaStatement, environment: DefinitionEnvironment): void {
  const { object, name } = statement
  const editor = new CatalogEditor(environment.unit.tables)
  if (object === 'type' || object === 'domain') {
    const type = requireType(name, environment)
    const schema = requireTarget(statement, type.schema, environment)
    if (type.schema !== schema) moveType(type, object, { schema, name: type.name }, editor, environment)
    return
  }
  const relation = findRelation(name, environment)
  if (relation === undefined) {
    const message = `relation "${name.join('.')}" does not exist`
    if (!statement.ifExists) throw new SqlError('42P01', message)
    environment.notice('00000', `${message}, skipping`)
    return
  }
  requireKind(relation, object)
  const schema = requireTarget(statement, relation.schema, environment)
  if (relation.schema === schema) return
  const owner = relation.kind === 'sequence' ? relation.ownedBy?.tableOid : undefined
  if (owner !== undefined) {
    const table = environment.state.tableByOid(owner)
    throw new SqlError('0A000', 'cannot move an owned sequence into another schema', {
      detail: `Sequence "${relation.name}" is linked to table "${table?.name}".`,
    })
  }
  for (const moved of [relation, ...ownedSequences(relation, environment)]) {
    refuseTaken(moved, schema, environment)
    moveRelation(moved, { schema, name: moved.name }, editor, environment)
  }
}

/** @throws SqlError 3F000, 42501, 0A000 nothing can be moved there */
function requireTarget(
  { newSchema }: SetSchemaStatement,
  from: string,
  { state }: DefinitionEnvironment,
): string {
  if (!state.hasSchema(newSchema)) throw new SqlError('3F000', `schema "${newSchema}" does not exist`)
  if (newSchema === from) return newSchema
  if (isTemporarySchema(newSchema) || isTemporarySchema(from)) {
    throw new SqlError('0A000', 'cannot move objects into or out of temporary schemas')
  }
  if (newSchema === 'pg_catalog' || newSchema === 'information_schema') {
    throw new SqlError('42501', `permission denied to move objects into schema "${newSchema}"`)
  }
  return newSchema
}

function* ownedSequences(
  relation: RelationSchema,
  { state }: DefinitionEnvironment,
): Iterable<RelationSchema> {
  for (const one of state.allRelations()) {
    if (one.kind === 'sequence' && one.ownedBy?.tableOid === relation.oid) yield one
  }
}

function refuseTaken(relation: RelationSchema, schema: string, { state }: DefinitionEnvironment): void {
  const isTaken = nameTaken(state, schema)
  const indexes = relation.kind === 'table' ? relation.indexes : []
  for (const { name } of [relation, ...indexes]) {
    if (isTaken(name)) {
      throw new SqlError('42P07', `relation "${name}" already exists in schema "${schema}"`)
    }
  }
}

// ------------------------------------------------------------------------------------------------- types

export function renameType(
  { name, object, newName }: RenameStatement,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const type = requireType(name, environment)
  moveType(type, object as 'type' | 'domain', { schema: type.schema, name: newName }, editor, environment)
}

function moveType(
  type: SqlType,
  object: 'type' | 'domain',
  to: ObjectName,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const { state } = environment
  if (object === 'domain' && type.kind !== 'domain') {
    throw new SqlError('42809', `${type.displayName} is not a domain`)
  }
  if (type.element !== undefined) {
    throw new SqlError('42809', `cannot alter array type ${type.displayName}`, {
      hint: `You can alter type ${type.element.displayName}, which will alter the array type as well.`,
    })
  }
  for (const relation of state.allRelations()) {
    if (!('rowType' in relation) || relation.rowType !== type) continue
    throw new SqlError('42809', `${type.displayName} is a table's row type`, {
      hint: 'Use ALTER TABLE instead.',
    })
  }
  const stored = editor.get('type', type.oid)
  if (stored === undefined) throw notSupported(`changing the builtin type "${type.name}"`)
  if (state.type(to.schema, to.name) !== undefined) {
    const where = to.schema === type.schema ? '' : ` in schema "${to.schema}"`
    throw new SqlError('42710', `type "${to.name}" already exists${where}`)
  }
  renameInTexts(type.name, { type: one => (one === type ? to : undefined) }, editor, environment)
  editor.put('type', type.oid, { ...stored, ...to })
}

// ------------------------------------------------------------------------------------------------ schemas

export function renameSchema(
  from: string,
  to: string,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const { state } = environment
  const oid = state.schemas.get(from)
  if (oid === undefined) throw new SqlError('3F000', `schema "${from}" does not exist`)
  const stored = editor.get('schema', oid)
  if (stored === undefined || isTemporarySchema(from)) throw notSupported(`renaming schema "${from}"`)
  if (state.hasSchema(to)) throw new SqlError('42P06', `schema "${to}" already exists`)
  refuseReservedSchema(to)
  const moved = ({ schema, name }: ObjectName): ObjectName | undefined =>
    schema === from ? { schema: to, name } : undefined
  renameInTexts(from, { relation: moved, type: moved }, editor, environment)
  editor.put('schema', oid, { ...stored, name: to })
  for (const kind of ['view', 'sequence', 'type'] as const) {
    for (const id of state.stored.all(kind).keys()) {
      const one = editor.get(kind, id)!
      if (one.schema === from) editor.put(kind, id, { ...one, schema: to })
    }
  }
  for (const id of state.stored.all('table').keys()) {
    const table = editor.get('table', id)!
    if (table.schema === from) putTable(table, id, { schema: to, name: table.name }, editor, environment)
  }
}
