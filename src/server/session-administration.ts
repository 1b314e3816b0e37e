/** What a session's statements about the server do: messages between sessions, databases, roles, privileges. */

import { notSupported, SqlError } from '../sql/errors.ts'
import type { ServerContents } from '../sql/functions/registry.ts'
import type { Administration, GrantedObject } from '../sql/session/unit.ts'
import type {
  CreateDatabaseStatement,
  DropDatabaseStatement,
  GrantStatement,
  RoleOption,
} from '../sql/syntax/tree.ts'
import { RoleAuthorization } from './authorization.ts'
import type { Connection, ConnectionIdentity } from './connection.ts'
import { type DatabaseHost, DirectoryDatabases } from './database-host.ts'
import { grantPrivileges } from './grant-administration.ts'
import { RoleAdministration } from './role-administration.ts'
import type { RoleStore, SessionRole } from './roles.ts'
import type { SystemDatabase } from './system-database.ts'
import { ProtocolError } from './wire/protocol-error.ts'

/** What statements about the server work on. */
export interface ServerParts {
  readonly databases: DatabaseHost
  readonly roles: RoleStore
  /** Settings of the server, for SHOW. */
  readonly settings: Readonly<Record<string, string>>
  /** How large one message of a client may be. */
  readonly messageBytesMax: number
  /** Sends everybody away who uses a database, and waits until they are gone. */
  terminate(database: string, reason: ProtocolError, except: Connection): void
  /** Of that number; undefined: there is none. */
  session(processId: number): Connection | undefined
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

  channels(): Iterable<string> {
    return this.identity.database.notifications.channelsOf(this.connection)
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

  signal(processId: number, how: 'cancel' | 'terminate'): boolean {
    const other = this.server.session(processId)
    if (other === undefined) return false
    this.mustHaveRightsOf(other.identity.role, how)
    if (how === 'cancel') other.cancel()
    else other.terminate(sentAway())
    return true
  }

  private mustHaveRightsOf(other: SessionRole, how: 'cancel' | 'terminate'): void {
    const { role } = this.identity
    if (role.now.isSuperuser) return
    const what = how === 'cancel' ? 'cancel query' : 'terminate process'
    if (other.now.isSuperuser) {
      throw new SqlError('42501', `permission denied to ${what}`, {
        detail: `Only superusers may ${how} ${how === 'cancel' ? 'the queries' : 'the sessions'} of superusers.`,
      })
    }
    if (role.exists && this.server.roles.withMemberships(role.name).includes(other.name)) return
    throw new SqlError('42501', `permission denied to ${what}`, {
      detail: 'Only roles with the privileges of the role whose session it is may do so.',
    })
  }

  contents(): ServerContents {
    const { databases, roles } = this.server
    return {
      databases: databases.names(this.identity.databaseName),
      roles: roles.all(),
      memberships: roles.memberships(),
    }
  }

  run(statement: Parameters<Administration['run']>[0]): string {
    switch (statement.kind) {
      case 'create database':
        return this.createDatabase(statement)
      case 'drop database':
        return this.dropDatabase(statement)
      case 'create role':
      case 'alter role':
      case 'drop role':
      case 'grant role': {
        const { system } = this.directory(statement.kind.toUpperCase(), statement.at)
        const { role } = this.identity
        return new RoleAdministration(system, role, notice => this.connection.notice(notice)).run(statement)
      }
    }
  }

  // ------------------------------------------------------------------------------------------- databases

  use(name: string): void {
    const { databases, roles } = this.server
    if (!databases.names(this.identity.databaseName).includes(name))
      throw new SqlError('3D000', `database "${name}" does not exist`)
    new RoleAuthorization(roles, this.identity.role, name).checkConnect()
    this.connection.goOnIn(name)
  }

  /** @throws SqlError 0A000 the server has one database, and no place for more */
  private directory(what: string, at: number): DirectoryDatabases {
    const { databases } = this.server
    if (databases instanceof DirectoryDatabases) return databases
    throw notSupported(`${what} in a server of one database`, at)
  }

  private createDatabase({ name, options, at }: CreateDatabaseStatement): string {
    const directory = this.directory('CREATE DATABASE', at)
    const role = this.identity.role.now
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
    const { database } = this.identity
    const { role } = this.identity
    if (!role.now.isSuperuser && !role.isNamed(owner)) {
      throw new SqlError('42501', `must be owner of database ${name}`)
    }
    if (database.name === name) throw new SqlError('55006', 'cannot drop the currently open database')
    if (isForced) {
      this.server.terminate(name, sentAway(), this.connection)
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

  grant(statement: GrantStatement, objects: readonly GrantedObject[]): () => void {
    const { system } = this.directory(statement.isGrant ? 'GRANT' : 'REVOKE', statement.at)
    const { role, database } = this.identity
    return grantPrivileges(system, role, database.name, statement, objects)
  }
}

function sentAway(): ProtocolError {
  return new ProtocolError('57P01', 'terminating connection due to administrator command')
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
