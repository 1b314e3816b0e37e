/**
 * What a session may do. Nothing of it is kept from one question to the next: a role that is altered or dropped, and a
 * privilege that is taken away, have their effect on the sessions that run.
 *
 * Superusers may do everything; the owner of a database everything in it; others what they, a role that they are members of, or
 * everybody was granted, and no definitions.
 */

import type { TableAccess } from '../sql/bind/accesses.ts'
import type { SequenceSchema } from '../sql/catalog/schema.ts'
import { isTemporarySchema } from '../sql/definition/temporary.ts'
import { SqlError } from '../sql/errors.ts'
import type { GrantedPrivilege, SecuredObject } from '../sql/functions/registry.ts'
import type { Authorization } from '../sql/session/unit.ts'
import { Grants, PUBLIC } from './grants.ts'
import type { RoleStore, SessionRole } from './roles.ts'
import { SystemDatabase } from './system-database.ts'

/** Where no privileges are kept: everybody has what nobody has taken away. */
const NOTHING_GRANTED = new Grants()

export class RoleAuthorization implements Authorization {
  private readonly roles: RoleStore
  private readonly who: SessionRole
  private readonly databaseName: string
  /** Undefined: the server keeps no privileges, since all its users are superusers. */
  private readonly system: SystemDatabase | undefined
  /** Statements that were found to be allowed, and when. */
  private readonly allowed = new WeakMap<readonly TableAccess[], number>()

  constructor(roles: RoleStore, who: SessionRole, databaseName: string) {
    this.roles = roles
    this.who = who
    this.databaseName = databaseName
    this.system = roles instanceof SystemDatabase ? roles : undefined
  }

  // ---------------------------------------------------------------------------------------------- checks

  checkTables(accesses: readonly TableAccess[], schemaOid: (name: string) => number | undefined): void {
    if (this.mayEverything) return
    const { version } = this
    if (this.allowed.get(accesses) === version) return
    for (const access of accesses) this.checkTable(access, schemaOid)
    this.allowed.set(accesses, version)
  }

  private checkTable(access: TableAccess, schemaOid: (name: string) => number | undefined): void {
    const { table } = access
    if (isTemporarySchema(table.schema)) return
    const schema = schemaOid(table.schema)
    if (schema === undefined || !this.has({ kind: 'schema', oid: schema }, 'usage')) {
      throw new SqlError('42501', `permission denied for schema ${table.schema}`)
    }
    if (this.isGranted(access)) return
    const what = table.kind === 'view' ? 'view' : 'table'
    throw new SqlError('42501', `permission denied for ${what} ${table.name}`)
  }

  private isGranted({ table, privilege, columns }: TableAccess): boolean {
    const { oid } = table
    if (this.has({ kind: 'relation', oid }, privilege)) return true
    if (columns === undefined) return false
    if (columns.length === 0) {
      return this.system?.grants.holdsAnyColumn(this.databaseName, this.ownRoles, oid, privilege) ?? false
    }
    return columns.every(number => {
      const column = table.columns[number]
      const attribute = 'attributeNumber' in column ? column.attributeNumber : number + 1
      return this.has({ kind: 'relation', oid, column: attribute }, privilege)
    })
  }

  checkSequence({ oid, name }: SequenceSchema, privileges: readonly string[]): void {
    if (this.mayEverything) return
    if (privileges.some(privilege => this.has({ kind: 'relation', oid }, privilege))) return
    throw new SqlError('42501', `permission denied for sequence ${name}`)
  }

  checkDefinition(command: string): void {
    if (this.mayEverything) return
    throw new SqlError(
      '42501',
      `permission denied: ${command} takes the owner of the database or a superuser`,
    )
  }

  /** To come in. @throws SqlError 42501 */
  checkConnect(): void {
    if (this.mayEverything || this.has({ kind: 'database', oid: 0 }, 'connect')) return
    throw new SqlError('42501', `permission denied for database "${this.databaseName}"`, {
      detail: 'User does not have CONNECT privilege.',
    })
  }

  private has(object: SecuredObject, privilege: string): boolean {
    return this.system?.grants.holds(this.databaseName, this.ownRoles, object, privilege) ?? false
  }

  private get ownRoles(): readonly string[] {
    return this.who.exists ? this.roles.withMemberships(this.who.name) : []
  }

  /** A superuser, or whose the database is. */
  get mayEverything(): boolean {
    const { who, system, databaseName } = this
    if (who.now.isSuperuser) return true
    const owner = system?.ownerOf(databaseName)
    return owner !== undefined && this.ownRoles.includes(owner)
  }

  // --------------------------------------------------------------------------------------------- answers

  get version(): number {
    return this.roles.version + (this.system?.grants.version ?? 0)
  }

  /** Of a database that nobody has made: the first of the superusers, or who asks, where nobody is named. */
  get owner(): string {
    const { roles, who } = this
    const owner = this.system?.ownerOf(this.databaseName)
    if (owner !== undefined && roles.find(owner) !== undefined) return owner
    if (who.now.isSuperuser) return who.name
    return roles.all().find(role => role.isSuperuser)?.name ?? who.name
  }

  isSuperuser(role: string): boolean {
    return role === this.who.name ? this.who.now.isSuperuser : this.roles.find(role)?.isSuperuser === true
  }

  holds(role: string | undefined, object: SecuredObject, privilege: string): boolean {
    const roles = role === undefined ? [] : this.roles.withMemberships(role)
    return (this.system?.grants ?? NOTHING_GRANTED).holds(this.databaseName, roles, object, privilege)
  }

  isMember(role: string, of: string): boolean {
    return this.roles.withMemberships(role).includes(of)
  }

  *granted(): Generator<GrantedPrivilege> {
    for (const { database, kind, oid, column, role, privilege, isGranted } of this.system?.grants.all() ??
      []) {
      if (database !== this.databaseName || !isGranted) continue
      yield { object: { kind, oid, column }, role: role === PUBLIC ? undefined : role, privilege }
    }
  }
}
