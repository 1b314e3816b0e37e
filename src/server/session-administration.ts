/** What a session's statements about the server do: messages between sessions, databases, roles, privileges. */

import type { TableSchema } from '../sql/catalog/schema.ts'
import { notSupported, SqlError } from '../sql/errors.ts'
import type { ServerContents } from '../sql/functions/registry.ts'
import type { Administration, Authorization, TableAccess } from '../sql/session/unit.ts'
import type {
  CreateDatabaseStatement,
  DropDatabaseStatement,
  DropRoleStatement,
  GrantStatement,
  RoleOption,
  RoleStatement,
} from '../sql/syntax/tree.ts'
import type { Connection, ConnectionIdentity } from './connection.ts'
import { type DatabaseHost, DirectoryDatabases } from './database-host.ts'
import { type Role, type RoleStore, storedSecret } from './roles.ts'
import { PUBLIC, type SystemDatabase } from './system-database.ts'
import { ProtocolError } from './wire/protocol-error.ts'

/** What statements about the server work on. */
export interface ServerParts {
  readonly databases: DatabaseHost
  readonly roles: RoleStore
  /** Sends everybody away who uses a database, and waits until they are gone. */
  terminate(database: string, reason: ProtocolError, except: Connection): void
}

export class SessionAdministration implements Administration {
  private readonly connection: Connection
  private readonly identity: ConnectionIdentity
  private readonly server: ServerParts

  constructor(connection: Connection, identity: ConnectionIdentity, server: ServerParts) {
    this.connection = connection
    this.identity = identity
    this.server = server
  }

  listen(channel: string): void {
    this.identity.database.notifications.listen(this.connection, channel)
  }
  unlisten(channel: string | undefined): void {
    this.identity.database.notifications.unlisten(this.connection, channel)
  }
  notify(channel: string, payload: string): void {
    const { connection } = this
    const { notifications } = this.identity.database
    connection.whenDurable(() => notifications.notify(connection.processId, channel, payload))
  }

  contents(): ServerContents {
    return { databases: this.server.databases.names(), roles: this.server.roles.all() }
  }

  run(statement: Parameters<Administration['run']>[0]): string {
    switch (statement.kind) {
      case 'create database':
        return this.createDatabase(statement)
      case 'drop database':
        return this.dropDatabase(statement)
      case 'create role':
        return this.createRole(statement)
      case 'alter role':
        return this.alterRole(statement)
      case 'drop role':
        return this.dropRole(statement)
    }
  }

  // ------------------------------------------------------------------------------------------- databases

  /** @throws SqlError 0A000 the server has one database, and no place for more */
  private directory(what: string, at: number): DirectoryDatabases {
    const { databases } = this.server
    if (databases instanceof DirectoryDatabases) return databases
    throw notSupported(`${what} in a server of one database`, at)
  }

  private createDatabase({ name, options, at }: CreateDatabaseStatement): string {
    const directory = this.directory('CREATE DATABASE', at)
    const { role } = this.identity
    if (!role.isSuperuser && !role.canCreateDatabases) {
      throw new SqlError('42501', 'permission denied to create database')
    }
    let owner = role.name
    for (const option of options) {
      if (option.name === 'owner') owner = this.ownerNamed(directory.system, option)
      else if (!isUsualOption(option))
        throw notSupported(`CREATE DATABASE … ${option.name.toUpperCase()}`, option.at)
    }
    directory.create(name, owner)
    return 'CREATE DATABASE'
  }

  private ownerNamed(system: SystemDatabase, { value = '' }: RoleOption): string {
    if (system.find(value) === undefined && value !== this.identity.role.name) {
      throw new SqlError('42704', `role "${value}" does not exist`)
    }
    return value
  }

  private dropDatabase({ name, ifExists, isForced, at }: DropDatabaseStatement): string {
    const directory = this.directory('DROP DATABASE', at)
    const owner = directory.system.ownerOf(name)
    if (owner === undefined) {
      if (!ifExists) throw new SqlError('3D000', `database "${name}" does not exist`)
      this.connection.notice({
        severity: 'NOTICE',
        sqlstate: '00000',
        message: `database "${name}" does not exist, skipping`,
      })
      return 'DROP DATABASE'
    }
    const { role, database } = this.identity
    if (!role.isSuperuser && owner !== role.name) {
      throw new SqlError('42501', `must be owner of database ${name}`)
    }
    if (database.name === name) throw new SqlError('55006', 'cannot drop the currently open database')
    if (isForced) {
      const reason = new ProtocolError('57P01', 'terminating connection due to administrator command')
      this.server.terminate(name, reason, this.connection)
    } else {
      const count = directory.opened().find(one => one.name === name)?.connectionCount ?? 0
      if (count > 0) {
        throw new SqlError('55006', `database "${name}" is being accessed by other users`, {
          detail: `There ${count === 1 ? 'is 1 other session' : `are ${count} other sessions`} using the database.`,
        })
      }
    }
    directory.drop(name)
    return 'DROP DATABASE'
  }

  // ----------------------------------------------------------------------------------------------- roles

  private createRole({ name, isUser, options, at }: RoleStatement): string {
    const { system } = this.directory('CREATE ROLE', at)
    this.mustManageRoles('create role')
    if (system.find(name) !== undefined) throw new SqlError('42710', `role "${name}" already exists`)
    const role: Role = {
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

  private alterRole({ name, options, at }: RoleStatement): string {
    const { system } = this.directory('ALTER ROLE', at)
    // Everybody may change his own password.
    const isOwnPassword =
      name === this.identity.role.name && options.every(option => option.name === 'password')
    if (!isOwnPassword) this.mustManageRoles('alter role')
    const role = system.find(name)
    if (role === undefined) throw new SqlError('42704', `role "${name}" does not exist`)
    if (role.isSuperuser && !this.identity.role.isSuperuser) {
      throw new SqlError('42501', 'permission denied to alter role')
    }
    system.put(this.withOptions(role, options))
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
          if (isOn && !this.identity.role.isSuperuser) {
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

  private dropRole({ names, ifExists, at }: DropRoleStatement): string {
    const { system } = this.directory('DROP ROLE', at)
    this.mustManageRoles('drop role')
    for (const name of names) {
      const role = system.find(name)
      if (role === undefined) {
        if (!ifExists) throw new SqlError('42704', `role "${name}" does not exist`)
        continue
      }
      if (name === this.identity.role.name) throw new SqlError('55006', 'current user cannot be dropped')
      if (role.isSuperuser && !this.identity.role.isSuperuser) {
        throw new SqlError('42501', 'permission denied to drop role')
      }
      const owned = system.databaseNames.find(one => system.ownerOf(one) === name)
      if (owned !== undefined) {
        throw new SqlError('2BP01', `role "${name}" cannot be dropped because some objects depend on it`, {
          detail: `owner of database ${owned}`,
        })
      }
      system.remove(name)
    }
    return 'DROP ROLE'
  }

  private mustManageRoles(what: string): void {
    const { role } = this.identity
    if (!role.isSuperuser && !role.canCreateRoles) throw new SqlError('42501', `permission denied to ${what}`)
  }

  // ------------------------------------------------------------------------------------------ privileges

  grant(statement: GrantStatement, tables: readonly TableSchema[]): () => void {
    const { isGrant, privileges, grantees, at } = statement
    const what = isGrant ? 'GRANT' : 'REVOKE'
    const { system } = this.directory(what, at)
    const { role, database } = this.identity
    if (!role.isSuperuser && system.ownerOf(database.name) !== role.name) {
      throw new SqlError('42501', `permission denied for table ${tables[0]?.name ?? ''}`)
    }
    const meant =
      privileges.length === 0 ? TABLE_PRIVILEGES : privileges.map(name => privilegeNamed(name, at))
    for (const grantee of grantees) {
      if (grantee !== undefined && system.find(grantee) === undefined) {
        throw new SqlError('42704', `role "${grantee}" does not exist`)
      }
    }
    return () => {
      for (const grantee of grantees) {
        // Another session may have dropped it meanwhile.
        if (grantee !== undefined && system.find(grantee) === undefined) continue
        for (const { oid } of tables) {
          for (const privilege of meant) {
            system.setPrivilege(database.name, oid, grantee ?? PUBLIC, privilege, isGrant)
          }
        }
      }
    }
  }
}

const TABLE_PRIVILEGES: readonly TableAccess['privilege'][] = ['select', 'insert', 'update', 'delete']

function privilegeNamed(name: string, at: number): TableAccess['privilege'] {
  const known = TABLE_PRIVILEGES.find(one => one === name)
  if (known === undefined) throw notSupported(`the privilege ${name.toUpperCase()}`, at)
  return known
}

/** What is as it is anyway. */
function isUsualOption({ name, value = '' }: RoleOption): boolean {
  switch (name) {
    case 'encoding':
      return /^utf-?8$/i.test(value)
    case 'template':
      return /^template[01]$/.test(value)
    case 'locale':
    case 'lc_collate':
    case 'lc_ctype':
      return /^(c|posix|c\.utf-?8)$/i.test(value)
    default:
      return false
  }
}

/** What a role that is no superuser may do in a database. */
export class RoleAuthorization implements Authorization {
  private readonly system: SystemDatabase
  private readonly role: Role
  private readonly databaseName: string

  constructor(system: SystemDatabase, role: Role, databaseName: string) {
    this.system = system
    this.role = role
    this.databaseName = databaseName
  }

  private get isOwner(): boolean {
    return this.system.ownerOf(this.databaseName) === this.role.name
  }

  checkTables(accesses: readonly TableAccess[]): void {
    if (this.isOwner) return
    for (const { table, privilege } of accesses) {
      if (table.isTemporary) continue
      if (!this.system.isGranted(this.databaseName, table.oid, this.role.name, privilege)) {
        throw new SqlError('42501', `permission denied for table ${table.name}`)
      }
    }
  }

  checkDefinition(command: string): void {
    if (this.isOwner) return
    throw new SqlError(
      '42501',
      `permission denied: ${command} takes the owner of the database or a superuser`,
    )
  }
}
