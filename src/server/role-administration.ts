/** CREATE, ALTER and DROP ROLE, and roles that are members of others: who may say it, and what it does, at once. */

import { notSupported, SqlError } from '../sql/errors.ts'
import type { Notice } from '../sql/session/unit.ts'
import type { DropRoleStatement, GrantRoleStatement, RoleOption, RoleStatement } from '../sql/syntax/tree.ts'
import { type Role, type SessionRole, storedSecret } from './roles.ts'
import type { SystemDatabase } from './system-database.ts'

export class RoleAdministration {
  private readonly system: SystemDatabase
  private readonly who: SessionRole
  private readonly notice: (notice: Notice) => void

  constructor(system: SystemDatabase, who: SessionRole, notice: (notice: Notice) => void) {
    this.system = system
    this.who = who
    this.notice = notice
  }

  run(statement: RoleStatement | DropRoleStatement | GrantRoleStatement): string {
    switch (statement.kind) {
      case 'create role':
        return this.createRole(statement)
      case 'alter role':
        return this.alterRole(statement)
      case 'drop role':
        return this.dropRole(statement)
      case 'grant role':
        return this.grantRole(statement)
    }
  }

  private createRole({ name, isUser, options }: RoleStatement): string {
    const { system } = this
    this.mustManageRoles('create role')
    if (system.find(name) !== undefined) throw new SqlError('42710', `role "${name}" already exists`)
    const role: Role = {
      oid: 0,
      name,
      canLogin: isUser,
      isSuperuser: false,
      canCreateDatabases: false,
      canCreateRoles: false,
      secret: undefined,
    }
    system.put(this.withOptions(role, options))
    return 'CREATE ROLE'
  }

  private alterRole({ name, options }: RoleStatement): string {
    const { system } = this
    // Everybody may change his own password.
    const isOwnPassword = this.who.isNamed(name) && options.every(option => option.name === 'password')
    if (!isOwnPassword) this.mustManageRoles('alter role')
    const role = system.find(name)
    if (role === undefined) throw new SqlError('42704', `role "${name}" does not exist`)
    if (role.isSuperuser && !this.who.now.isSuperuser) {
      throw new SqlError('42501', 'permission denied to alter role')
    }
    const changed = this.withOptions(role, options)
    system.refuseOpening(system.all().map(one => (one.name === name ? changed : one)))
    system.put(changed)
    return 'ALTER ROLE'
  }

  private withOptions(role: Role, options: readonly RoleOption[]): Role {
    let changed = role
    for (const { name, value, at } of options) {
      const isOn = value !== 'false'
      switch (name) {
        case 'password': {
          const secret = value === undefined ? undefined : storedSecret(role.name, value, 'scram')
          changed = { ...changed, secret }
          break
        }
        case 'canlogin':
          changed = { ...changed, canLogin: isOn }
          break
        case 'superuser':
          if (isOn && !this.who.now.isSuperuser) {
            throw new SqlError('42501', 'permission denied: only superusers make superusers')
          }
          changed = { ...changed, isSuperuser: isOn }
          break
        case 'createdb':
          changed = { ...changed, canCreateDatabases: isOn }
          break
        case 'createrole':
          changed = { ...changed, canCreateRoles: isOn }
          break
        case 'inherit':
          if (!isOn) throw notSupported('NOINHERIT', at)
          break
        default:
          throw notSupported(`the option ${name.toUpperCase()} of a role`, at)
      }
    }
    return changed
  }

  private dropRole({ names, ifExists }: DropRoleStatement): string {
    const { system } = this
    this.mustManageRoles('drop role')
    const dropped = new Set<string>()
    for (const name of names) {
      const role = system.find(name)
      if (role === undefined) {
        if (!ifExists) throw new SqlError('42704', `role "${name}" does not exist`)
        continue
      }
      if (name === this.who.name) throw new SqlError('55006', 'current user cannot be dropped')
      if (role.isSuperuser && !this.who.now.isSuperuser) {
        throw new SqlError('42501', 'permission denied to drop role')
      }
      const owned = system.databaseNames.find(one => system.ownerOf(one) === name)
      if (owned !== undefined) {
        throw new SqlError('2BP01', `role "${name}" cannot be dropped because some objects depend on it`, {
          detail: `owner of database ${owned}`,
        })
      }
      dropped.add(name)
    }
    system.refuseOpening(system.all().filter(role => !dropped.has(role.name)))
    for (const name of dropped) system.remove(name)
    return 'DROP ROLE'
  }

  private mustManageRoles(what: string): void {
    const role = this.who.now
    if (!role.isSuperuser && !role.canCreateRoles) throw new SqlError('42501', `permission denied to ${what}`)
  }

  // ----------------------------------------------------------------------------------------- memberships

  private grantRole({ isGrant, roles, members }: GrantRoleStatement): string {
    for (const role of roles) {
      this.mustManage(this.named(role))
      for (const member of members) this.setMember(role, this.named(member).name, isGrant)
    }
    return isGrant ? 'GRANT ROLE' : 'REVOKE ROLE'
  }

  private setMember(role: string, member: string, isGrant: boolean): void {
    const { system } = this
    const isMember = system.memberships().some(one => one.role === role && one.member === member)
    if (isMember === isGrant) {
      const message = isGrant
        ? `role "${member}" has already been granted membership in role "${role}"`
        : `role "${member}" has not been granted membership in role "${role}"`
      this.notice({ severity: isGrant ? 'NOTICE' : 'WARNING', sqlstate: '00000', message })
      return
    }
    if (isGrant && system.withMemberships(role).includes(member)) {
      throw new SqlError('0LP01', `role "${role}" is a member of role "${member}"`)
    }
    system.setMember(role, member, isGrant)
  }

  /** @throws SqlError 42704 */
  private named(name: string): Role {
    const role = this.system.find(name)
    if (role === undefined) throw new SqlError('42704', `role "${name}" does not exist`)
    return role
  }

  private mustManage(role: Role): void {
    const { isSuperuser, canCreateRoles } = this.who.now
    if (isSuperuser || (canCreateRoles && !role.isSuperuser)) return
    throw new SqlError('42501', `permission denied to grant role "${role.name}"`)
  }
}
