/** ALTER … OWNER TO, converted. */

import { type Fields, fieldsOf, type Raw } from './fields.ts'
import { tableIn } from './from.ts'
import { objectName } from './objects.ts'
import type { OwnerStatement } from './tree.ts'

const RELATIONS = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
} as const

/** Whether the actions of an ALTER TABLE are the one that is none of the table's. */
export function isChangeOfOwner(commands: readonly Raw[]): boolean {
  const [first] = commands
  const command = first?.AlterTableCmd as { readonly subtype?: string } | undefined
  return commands.length === 1 && command?.subtype === 'AT_ChangeOwner'
}

/** `ALTER TABLE … OWNER TO` and its like. @param first the command */
export function ownerOfRelation(fields: Fields, first: Raw): OwnerStatement {
  const { source, at } = fields
  const command = fieldsOf(source, first, 'AlterTableCmd', at)
  command.take('subtype')
  command.expect('behavior', 'DROP_RESTRICT', 'CASCADE')
  const role = newOwner(command)
  command.done()
  return {
    kind: 'owner',
    at,
    object: fields.keyword('objtype', RELATIONS, source.statementName),
    name: tableIn(fields, 'relation'),
    role,
    ifExists: fields.flag('missing_ok'),
  }
}

export function alterOwner(fields: Fields): OwnerStatement {
  const object = fields.keyword(
    'objectType',
    { OBJECT_SCHEMA: 'schema', OBJECT_TYPE: 'type', OBJECT_DOMAIN: 'domain' } as const,
    fields.source.statementName,
  )
  const name = objectName(fields, fields.required('object'))
  return { kind: 'owner', at: fields.at, object, name, role: newOwner(fields), ifExists: false }
}

function newOwner(fields: Fields): string | undefined {
  return roleNamed(fields, 'newowner', 'OWNER TO PUBLIC').name
}

/** The role that a field is; its name is undefined where it is who asks. */
export function roleNamed(
  fields: Fields,
  field: string,
  ofPublic: string,
): { readonly name: string | undefined } {
  const role = fields.child(field, 'RoleSpec')!
  const isNamed = role.keyword(
    'roletype',
    {
      ROLESPEC_CSTRING: true,
      ROLESPEC_CURRENT_USER: false,
      ROLESPEC_CURRENT_ROLE: false,
      ROLESPEC_SESSION_USER: false,
    },
    ofPublic,
  )
  const name = role.string('rolename')
  role.done()
  return { name: isNamed ? name : undefined }
}
