/** Statements about a server: databases, roles, privileges, and what its sessions tell each other; converted. */

import { type Fields, fieldsOf, kindOf, type Raw, stringOf, stringsOf } from './fields.ts'
import { tableName } from './from.ts'
import type {
  CreateDatabaseStatement,
  DropDatabaseStatement,
  DropRoleStatement,
  GrantRoleStatement,
  GrantStatement,
  ListenStatement,
  NotifyStatement,
  RoleOption,
  RoleStatement,
} from './tree.ts'

export function createDatabase(fields: Fields): CreateDatabaseStatement {
  const { at } = fields
  const options = roleOptions(fields)
  return { kind: 'create database', at, name: fields.text('dbname'), options }
}

export function dropDatabase(fields: Fields): DropDatabaseStatement {
  const options = roleOptions(fields)
  return {
    kind: 'drop database',
    at: fields.at,
    name: fields.text('dbname'),
    ifExists: fields.flag('missing_ok'),
    isForced: options.some(option => option.name === 'force'),
  }
}

export function createRole(fields: Fields): RoleStatement {
  const isUser = fields.keyword('stmt_type', { ROLESTMT_ROLE: false, ROLESTMT_USER: true }, 'CREATE GROUP')
  return {
    kind: 'create role',
    at: fields.at,
    name: fields.text('role'),
    isUser,
    options: roleOptions(fields),
  }
}

export function alterRole(fields: Fields): RoleStatement {
  const { source, at } = fields
  // 1: its options are set; -1 is ALTER GROUP … DROP USER.
  fields.keyword('action', { 1: true }, 'ALTER GROUP')
  const role = roleName(fieldsOf(source, { RoleSpec: fields.required('role') }, 'RoleSpec', at))
  if (role === undefined) throw fields.refusal('ALTER ROLE of PUBLIC')
  return { kind: 'alter role', at, name: role, isUser: false, options: roleOptions(fields) }
}

export function dropRole(fields: Fields): DropRoleStatement {
  const { source, at } = fields
  const names = fields.list('roles').map(node => {
    const name = roleName(fieldsOf(source, node, 'RoleSpec', at))
    if (name === undefined) throw fields.refusal('DROP ROLE of PUBLIC')
    return name
  })
  return { kind: 'drop role', at, names, ifExists: fields.flag('missing_ok') }
}

/** Undefined: PUBLIC. */
function roleName(fields: Fields): string | undefined {
  const isPublic = fields.keyword(
    'roletype',
    { ROLESPEC_CSTRING: false, ROLESPEC_PUBLIC: true },
    'CURRENT_USER in place of a name',
  )
  const name = fields.string('rolename')
  fields.done()
  return isPublic ? undefined : name
}

/** Names with values, as text; of one that is on or off, `true` or `false`. */
function roleOptions(parent: Fields): RoleOption[] {
  return parent.list('options').map(node => {
    const fields = fieldsOf(parent.source, node, 'DefElem', parent.at)
    fields.expect('defaction', 'DEFELEM_UNSPEC')
    const name = fields.text('defname')
    const argument = fields.node('arg')
    const value = argument === undefined ? undefined : optionText(fields, argument)
    fields.done()
    return { name, value, at: fields.at }
  })
}

function optionText(parent: Fields, node: Raw): string {
  const { source, at } = parent
  const kind = kindOf(node)
  if (kind === 'String') return stringOf(source, node, at)
  if (kind !== 'Boolean' && kind !== 'Integer') throw parent.refusal('a value of this kind')
  const fields = fieldsOf(source, node, kind, at)
  const text = kind === 'Boolean' ? String(fields.flag('boolval')) : String(fields.integer('ival'))
  fields.done()
  return text
}

const GRANT_TARGETS = {
  OBJECT_TABLE: 'table',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_DATABASE: 'database',
} as const

export function grant(fields: Fields): GrantStatement {
  const { source, at } = fields
  const target = fields.keyword(
    'objtype',
    GRANT_TARGETS,
    'GRANT of what is no table, sequence, schema or database',
  )
  withoutDependents(fields)
  const isGrant = fields.flag('is_grant')
  const isWholeSchema = fields.keyword(
    'targtype',
    { ACL_TARGET_OBJECT: false, ACL_TARGET_ALL_IN_SCHEMA: true },
    'ALTER DEFAULT PRIVILEGES',
  )
  const objects = fields.list('objects')
  const isNamedByOne = target === 'schema' || target === 'database'
  return {
    kind: 'grant',
    at,
    isGrant,
    target,
    privileges: fields.list('privileges').map(node => {
      const privilege = fieldsOf(source, node, 'AccessPriv', at)
      const name = privilege.string('priv_name')
      const columns = stringsOf(source, privilege.list('cols'), at)
      privilege.done()
      return { name, columns }
    }),
    relations:
      isWholeSchema || isNamedByOne
        ? []
        : objects.map(node => tableName(fieldsOf(source, node, 'RangeVar', at))),
    isAllInSchema: isWholeSchema,
    names: isWholeSchema || isNamedByOne ? stringsOf(source, objects, at) : [],
    grantees: fields.list('grantees').map(node => roleName(fieldsOf(source, node, 'RoleSpec', at))),
  }
}

/** Nothing depends on what was granted, since nobody may pass it on: RESTRICT and CASCADE are the same. */
function withoutDependents(fields: Fields): void {
  fields.keyword('behavior', { DROP_RESTRICT: true, DROP_CASCADE: true })
}

export function grantRole(fields: Fields): GrantRoleStatement {
  const { source, at } = fields
  withoutDependents(fields)
  return {
    kind: 'grant role',
    at,
    isGrant: fields.flag('is_grant'),
    roles: fields.list('granted_roles').map(node => {
      const role = fieldsOf(source, node, 'AccessPriv', at)
      const name = role.text('priv_name')
      role.done()
      return name
    }),
    members: fields.list('grantee_roles').map(node => {
      const name = roleName(fieldsOf(source, node, 'RoleSpec', at))
      if (name === undefined) throw fields.refusal('PUBLIC as the member of a role')
      return name
    }),
  }
}

export function listen(fields: Fields): ListenStatement {
  return { kind: 'listen', at: fields.at, channel: fields.text('conditionname') }
}

export function unlisten(fields: Fields): ListenStatement {
  return { kind: 'unlisten', at: fields.at, channel: fields.string('conditionname') }
}

export function notify(fields: Fields): NotifyStatement {
  return {
    kind: 'notify',
    at: fields.at,
    channel: fields.text('conditionname'),
    payload: fields.text('payload'),
  }
}
