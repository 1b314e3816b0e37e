/** COMMENT ON: a text that an object's definition keeps. */

import { DATABASE_OID } from '../catalog/catalog.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredConstraint, StoredSqlTable } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { CommentStatement } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { requireKind, requireStored } from './moves.ts'
import { findIndex, findRelation, requireColumn, requireTable } from './names.ts'
import { requireType } from './types.ts'

export function comment(statement: CommentStatement, environment: DefinitionEnvironment): void {
  const { object, name, at } = statement
  const { state } = environment
  const editor = new CatalogEditor(environment.unit.tables)
  const commented = <T extends { readonly comment?: string }>(value: T): T =>
    withComment(value, statement.text)
  switch (object) {
    case 'table':
      changeTable(requireTable(name, environment, at), commented, editor)
      return
    case 'column': {
      if (commentOnPart(name, statement.part!, commented, editor, environment)) return
      const table = requireTable(name, environment, at, true)
      const number = requireColumn(table, statement.part!, at)
      const columns = (of: StoredSqlTable) =>
        of.columns.map((one, i) => (i === number ? commented(one) : one))
      changeTable(table, stored => ({ ...stored, columns: columns(stored) }), editor)
      return
    }
    case 'constraint': {
      const table = requireTable(name, environment, at)
      const isMeant = (one: StoredConstraint) => one.name === statement.part
      if (!table.constraints.some(isMeant)) {
        const message = `constraint "${statement.part}" for table "${table.name}" does not exist`
        throw new SqlError('42704', message)
      }
      const constraints = (of: StoredSqlTable) =>
        of.constraints.map(one => (isMeant(one) ? commented(one) : one))
      changeTable(table, stored => ({ ...stored, constraints: constraints(stored) }), editor)
      return
    }
    case 'domain constraint':
      commentOnDomain(name, statement.part!, commented, editor, environment)
      return
    case 'index': {
      const found = findIndex(name, environment)
      if (found === undefined) {
        const other = findRelation(name, environment)
        if (other !== undefined) throw new SqlError('42809', `"${other.name}" is not an index`)
        throw missing(name)
      }
      const { oid } = found.index
      const indexes = (of: StoredSqlTable) => of.indexes.map(one => (one.oid === oid ? commented(one) : one))
      changeTable(found.table, stored => ({ ...stored, indexes: indexes(stored) }), editor)
      return
    }
    case 'view':
    case 'materialized view':
    case 'sequence': {
      const relation = findRelation(name, environment)
      if (relation === undefined) throw missing(name)
      requireKind(relation, object)
      if (relation.kind === 'table') changeTable(relation, commented, editor)
      else if (relation.kind === 'view' || relation.kind === 'sequence') {
        const stored = editor.get(relation.kind, relation.oid)!
        editor.put(relation.kind, relation.oid, commented(stored))
      } else throw new SqlError('42501', `must be owner of view ${relation.name}`)
      return
    }
    case 'schema': {
      const oid = state.schemas.get(name[0])
      if (oid === undefined) throw new SqlError('3F000', `schema "${name[0]}" does not exist`)
      const stored = editor.get('schema', oid)
      // Those of the system, and the public one, are there without being stored.
      if (stored === undefined) editor.put('comment', oid, commented({}))
      else editor.put('schema', oid, commented(stored))
      return
    }
    case 'type':
    case 'domain': {
      const type = requireType(name, environment)
      if (object === 'domain' && type.kind !== 'domain') {
        throw new SqlError('42809', `"${type.displayName}" is not a domain`)
      }
      const stored = editor.get('type', type.oid)
      if (stored === undefined) throw new SqlError('42501', `must be owner of type ${type.displayName}`)
      editor.put('type', type.oid, commented(stored))
      return
    }
    case 'database': {
      const { catalog } = environment.context
      if (name[0] === catalog.currentDatabase) editor.put('comment', DATABASE_OID, commented({}))
      else if (catalog.server()?.databases.includes(name[0])) {
        throw notSupported('COMMENT ON DATABASE of another database', at)
      } else environment.warning('3D000', `database "${name[0]}" does not exist`)
      return
    }
  }
}

type Commented = <T extends { readonly comment?: string }>(value: T) => T

/** A column of a view, or an attribute of a composite type. False: it is neither. @throws SqlError 42703 */
function commentOnPart(
  name: readonly string[],
  column: string,
  commented: Commented,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): boolean {
  const relation = findRelation(name, environment)
  const missingColumn = () =>
    new SqlError('42703', `column "${column}" of relation "${name.at(-1)}" does not exist`)
  if (relation?.kind === 'view') {
    const stored = editor.get('view', relation.oid)!
    if (!stored.columns.some(one => one.name === column)) throw missingColumn()
    const columns = stored.columns.map(one => (one.name === column ? commented(one) : one))
    editor.put('view', relation.oid, { ...stored, columns })
    return true
  }
  if (relation !== undefined) return false
  const { state, searchPath } = environment
  const type = state.type(name.length > 1 ? name[name.length - 2] : undefined, name.at(-1)!, searchPath)
  const stored = type?.kind === 'composite' ? editor.get('type', type.oid) : undefined
  if (type === undefined || stored?.kind !== 'composite') return false
  if (!stored.fields.some(one => one.name === column)) throw missingColumn()
  const fields = stored.fields.map(one => (one.name === column ? commented(one) : one))
  editor.put('type', type.oid, { ...stored, fields })
  return true
}

function commentOnDomain(
  name: readonly string[],
  constraint: string,
  commented: Commented,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const type = requireType(name, environment)
  const stored = editor.get('type', type.oid)
  if (stored?.kind !== 'domain') throw new SqlError('42809', `"${type.displayName}" is not a domain`)
  if (!stored.checks.some(one => one.name === constraint)) {
    const message = `constraint "${constraint}" for domain ${type.displayName} does not exist`
    throw new SqlError('42704', message)
  }
  const checks = stored.checks.map(one => (one.name === constraint ? commented(one) : one))
  editor.put('type', type.oid, { ...stored, checks })
}

/** @param text undefined: there is none any more */
function withComment<T extends { readonly comment?: string }>(value: T, text: string | undefined): T {
  const { comment: _, ...rest } = value
  return { ...rest, ...(text === undefined ? {} : { comment: text }) } as T
}

function changeTable(
  table: TableSchema,
  change: (stored: StoredSqlTable) => StoredSqlTable,
  editor: CatalogEditor,
): void {
  editor.put('table', table.oid, change(requireStored(editor, table)))
}

function missing(name: readonly string[]): SqlError {
  return new SqlError('42P01', `relation "${name.join('.')}" does not exist`)
}
