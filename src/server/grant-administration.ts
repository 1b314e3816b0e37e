/** GRANT and REVOKE of privileges: what a statement means, and who may say it. */

import type { TableSchema, ViewSchema } from '../sql/catalog/schema.ts'
import { notSupported, SqlError } from '../sql/errors.ts'
import type { SecuredObject } from '../sql/functions/registry.ts'
import type { GrantedObject } from '../sql/session/unit.ts'
import type { GrantStatement } from '../sql/syntax/tree.ts'
import { RoleAuthorization } from './authorization.ts'
import { type Grant, PUBLIC } from './grants.ts'
import type { SessionRole } from './roles.ts'
import type { SystemDatabase } from './system-database.ts'

const PRIVILEGES: Readonly<Record<GrantedObject['kind'], readonly string[]>> = {
  table: ['select', 'insert', 'update', 'delete'],
  sequence: ['usage', 'select', 'update'],
  schema: ['usage'],
  database: ['connect'],
}
const COLUMN_PRIVILEGES = ['select', 'insert', 'update']

/** A privilege, on some columns or on the whole (no columns). */
interface Meant {
  readonly privilege: string
  readonly columns: readonly string[]
}

/**
 * @returns what does it; then roles and privileges are as they are then
 * @throws SqlError 42501, 42704, 42703, 3D000, 0LP01, 0A000
 */
export function grantPrivileges(
  system: SystemDatabase,
  who: SessionRole,
  databaseName: string,
  statement: GrantStatement,
  objects: readonly GrantedObject[],
): () => void {
  const { isGrant, grantees } = statement
  for (const grantee of grantees) {
    if (grantee !== undefined && system.find(grantee) === undefined) {
      throw new SqlError('42704', `role "${grantee}" does not exist`)
    }
  }
  const changes = objects.flatMap(object => {
    mustOwn(system, who, object, databaseName)
    const database = object.kind === 'database' ? object.name : databaseName
    return meantFor(statement, object).flatMap(meant => {
      return securedBy(object, meant).map(secured => ({ database, secured, privilege: meant.privilege }))
    })
  })
  return () => {
    // Another session may have dropped one meanwhile.
    const roles = grantees.filter(grantee => grantee === undefined || system.find(grantee) !== undefined)
    const all = roles.flatMap(grantee =>
      changes.flatMap(({ database, secured, privilege }) => {
        const role = grantee ?? PUBLIC
        const grant: Grant = { column: 0, ...secured, database, role, privilege, isGranted: isGrant }
        return isGrant ? [grant] : [grant, ...ofColumns(system, grant)]
      }),
    )
    system.grant(all)
  }
}

/** Who loses a privilege on a table loses it on its columns. */
function ofColumns(system: SystemDatabase, revoked: Grant): Grant[] {
  if (revoked.kind !== 'relation' || revoked.column !== 0) return []
  return [...system.grants.all()]
    .filter(
      one =>
        one.column > 0 &&
        one.kind === revoked.kind &&
        one.oid === revoked.oid &&
        one.database === revoked.database &&
        one.role === revoked.role &&
        one.privilege === revoked.privilege,
    )
    .map(one => ({ ...one, isGranted: false }))
}

function mustOwn(
  system: SystemDatabase,
  who: SessionRole,
  object: GrantedObject,
  databaseName: string,
): void {
  const database = object.kind === 'database' ? object.name : databaseName
  if (!system.databaseNames.includes(database)) {
    throw new SqlError('3D000', `database "${database}" does not exist`)
  }
  if (!new RoleAuthorization(system, who, database).mayEverything) {
    throw new SqlError('42501', `permission denied for ${object.kind} ${nameOf(object)}`)
  }
}

function nameOf(object: GrantedObject): string {
  if (object.kind === 'table') return object.table.name
  return object.kind === 'sequence' ? object.sequence.name : object.name
}

/** @throws SqlError 0LP01, 0A000 */
function meantFor({ privileges, at }: GrantStatement, { kind }: GrantedObject): Meant[] {
  const known = PRIVILEGES[kind]
  if (privileges.length === 0) return known.map(privilege => ({ privilege, columns: [] }))
  return privileges.flatMap(({ name, columns }) => {
    if (columns.length > 0 && kind !== 'table') {
      throw new SqlError('0LP01', 'column privileges are only valid for relations', { position: at })
    }
    if (name === undefined) return COLUMN_PRIVILEGES.map(privilege => ({ privilege, columns }))
    const isKnown = (columns.length > 0 ? COLUMN_PRIVILEGES : known).includes(name)
    if (!isKnown) throw notSupported(`the privilege ${name.toUpperCase()} on a ${kind}`, at)
    return [{ privilege: name, columns }]
  })
}

function securedBy(object: GrantedObject, { columns }: Meant): SecuredObject[] {
  switch (object.kind) {
    case 'database':
      return [{ kind: 'database', oid: 0 }]
    case 'schema':
      return [{ kind: 'schema', oid: object.oid }]
    case 'sequence':
      return [{ kind: 'relation', oid: object.sequence.oid }]
    case 'table': {
      const { table } = object
      const { oid } = table
      if (columns.length === 0) return [{ kind: 'relation', oid }]
      return columns.map(name => ({ kind: 'relation', oid, column: attributeNumber(table, name) }))
    }
  }
}

/** @throws SqlError 42703 */
function attributeNumber(table: TableSchema | ViewSchema, name: string): number {
  const at = table.columns.findIndex(column => column.name === name)
  const column = table.columns[at]
  if (column === undefined || ('isHidden' in column && column.isHidden)) {
    throw new SqlError('42703', `column "${name}" of relation "${table.name}" does not exist`)
  }
  return 'attributeNumber' in column ? column.attributeNumber : at + 1
}
