/** Views, schemas, types, and what all objects share (DROP, RENAME, SET SCHEMA, COMMENT, TRUNCATE), converted. */

import { SqlError } from '../errors.ts'
import { columnConstraints, constraint } from './constraints.ts'
import { withoutDatabase } from './database-names.ts'
import { nameList, optionalExpression } from './expressions.ts'
import { type Fields, fieldsOf, itemsOf, kindOf, type Raw, stringOf, stringsOf } from './fields.ts'
import { newTable, tableIn, tableName } from './from.ts'
import { roleNamed } from './owner.ts'
import { query } from './queries.ts'
import { statement } from './statements.ts'
import { storageParametersOf } from './storage-parameters.ts'
import { columnDefinition } from './tables.ts'
import type {
  AlterDomain,
  AlterEnum,
  CommentStatement,
  CreateCompositeType,
  CreateDomain,
  CreateEnum,
  CreateSchema,
  CreateView,
  DropStatement,
  QualifiedName,
  RefreshStatement,
  RenameStatement,
  SetSchemaStatement,
  TruncateStatement,
} from './tree.ts'
import { typeName, typeNameOf } from './type-names.ts'

/** What a view takes is known where it is made. */
const ANY_PARAMETER = /^/

export function createView(fields: Fields): CreateView {
  const options = storageParametersOf(fields, fields.list('options'), ANY_PARAMETER)
  return {
    ...(options.length > 0 ? { options } : {}),
    kind: 'create view',
    at: fields.at,
    ...newTable(fields.child('view', 'RangeVar')!),
    columns: nameList(fields, 'aliases'),
    query: query(fields.source, fields.required('query'), fields.at),
    orReplace: fields.flag('replace'),
    checkOption: fields.keyword('withCheckOption', {
      NO_CHECK_OPTION: 'none',
      LOCAL_CHECK_OPTION: 'local',
      CASCADED_CHECK_OPTION: 'cascaded',
    } as const),
  }
}

export function refresh(fields: Fields): RefreshStatement {
  return {
    kind: 'refresh',
    at: fields.at,
    name: tableIn(fields, 'relation'),
    isConcurrent: fields.flag('concurrent'),
    withData: !fields.flag('skipData'),
  }
}

export function createSchema(fields: Fields): CreateSchema {
  const { source, at } = fields
  const name = fields.string('schemaname')
  const role = fields.has('authrole') ? roleNamed(fields, 'authrole', 'AUTHORIZATION PUBLIC') : undefined
  return {
    kind: 'create schema',
    at,
    name,
    ...(role === undefined ? {} : { owner: { role: role.name } }),
    ifNotExists: fields.flag('if_not_exists'),
    elements: fields.list('schemaElts').map(node => statement(source, node, at)),
  }
}

// ------------------------------------------------------------------------------------------------ Types

export function createEnum(fields: Fields): CreateEnum {
  return {
    kind: 'create enum',
    at: fields.at,
    name: nameList(fields, 'typeName'),
    labels: nameList(fields, 'vals'),
  }
}

/** The raw tree leaves out labels that are empty: which form it is must be told by what is left. */
export function alterEnum(fields: Fields): AlterEnum {
  const name = nameList(fields, 'typeName')
  const isRename = fields.has('oldVal')
  const isAddition = fields.has('newValIsAfter') || fields.has('newValNeighbor')
  if (isRename === isAddition) throw fields.refusal('an empty label')
  const action: AlterEnum['action'] = isRename
    ? { kind: 'rename', label: fields.text('oldVal'), newLabel: fields.text('newVal') }
    : {
        kind: 'add',
        label: fields.text('newVal'),
        ifNotExists: fields.flag('skipIfNewValExists'),
        neighbour: fields.string('newValNeighbor'),
        isAfter: fields.flag('newValIsAfter'),
      }
  return { kind: 'alter enum', at: fields.at, name, action }
}

export function createDomain(fields: Fields): CreateDomain {
  return {
    kind: 'create domain',
    at: fields.at,
    name: nameList(fields, 'domainname'),
    type: typeName(fields, 'typeName'),
    constraints: columnConstraints(fields, 'constraints'),
  }
}

export function alterDomain(fields: Fields): AlterDomain {
  const { source, at } = fields
  const name = nameList(fields, 'typeName')
  const kind = fields.keyword(
    'subtype',
    {
      T: 'set default',
      N: 'drop not null',
      O: 'set not null',
      C: 'add constraint',
      X: 'drop constraint',
      V: 'validate constraint',
    } as const,
    'ALTER DOMAIN',
  )
  // Nothing depends on a domain's constraint that CASCADE could drop.
  fields.keyword('behavior', { DROP_RESTRICT: false, DROP_CASCADE: true })
  switch (kind) {
    case 'set default': {
      return {
        kind: 'alter domain',
        at,
        name,
        action: { kind, expression: optionalExpression(fields, 'def') },
      }
    }
    case 'add constraint': {
      const definition = fieldsOf(source, fields.required('def'), 'Constraint', at)
      return { kind: 'alter domain', at, name, action: { kind, constraint: constraint(definition) } }
    }
    case 'drop constraint': {
      const action = { kind, name: fields.text('name'), ifExists: fields.flag('missing_ok') }
      return { kind: 'alter domain', at, name, action }
    }
    case 'validate constraint':
      return { kind: 'alter domain', at, name, action: { kind, name: fields.text('name') } }
    default:
      return { kind: 'alter domain', at, name, action: { kind } }
  }
}

export function createCompositeType(fields: Fields): CreateCompositeType {
  const { source, at } = fields
  return {
    kind: 'create composite type',
    at,
    name: tableIn(fields, 'typevar'),
    columns: fields.list('coldeflist').map(node => columnDefinition(fieldsOf(source, node, 'ColumnDef', at))),
  }
}

// -------------------------------------------------------------------------------------------- All objects

const DROPPED = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
} as const

export function drop(fields: Fields): DropStatement {
  const { source, at } = fields
  return {
    kind: 'drop',
    at,
    object: fields.keyword('removeType', DROPPED, source.statementName),
    names: fields.list('objects').map(node => objectName(fields, node)),
    ifExists: fields.flag('missing_ok'),
    isCascade: isCascade(fields),
    isConcurrent: fields.flag('concurrent'),
  }
}

function isCascade(fields: Fields): boolean {
  return fields.keyword('behavior', { DROP_RESTRICT: false, DROP_CASCADE: true })
}

/**
 * The name of any object: a list, a single string, or a type.
 * @param parts how many it has at most without a database
 */
export function objectName(parent: Fields, node: Raw, parts = 2): QualifiedName {
  const { source, at } = parent
  const kind = kindOf(node)
  if (kind === 'String') return [stringOf(source, node, at)]
  if (kind !== 'TypeName') {
    const names = stringsOf(source, itemsOf(source, node, at), at)
    // Of a column or constraint PostgreSQL names the table.
    const show = () => `"${(parts === 3 ? names.slice(0, -1) : names).join('.')}"`
    return withoutDatabase(source, names, at, parts, show)
  }
  const type = typeNameOf(source, node, at)
  if (type.dimensions > 0 || type.isSetOf || type.modifiers.length > 0) {
    throw new SqlError('42809', `"${type.name.at(-1)}" is not the name of a type alone`, {
      position: type.at,
    })
  }
  return type.name
}

export function truncate(fields: Fields): TruncateStatement {
  const { source, at } = fields
  return {
    kind: 'truncate',
    at,
    tables: fields.list('relations').map(node => tableName(fieldsOf(source, node, 'RangeVar', at))),
    restartIdentity: fields.flag('restart_seqs'),
    isCascade: isCascade(fields),
  }
}

const RENAMED = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_COLUMN: 'column',
  OBJECT_TABCONSTRAINT: 'constraint',
} as const

export function rename(fields: Fields): RenameStatement {
  const what = fields.source.statementName
  const object = fields.keyword(
    'renameType',
    { ...RENAMED, OBJECT_MATVIEW: 'materialized view', OBJECT_DOMCONSTRAINT: 'domain constraint' } as const,
    what,
  )
  fields.expect('behavior', 'DROP_RESTRICT', 'CASCADE')
  // Whose column it is. For all but columns it is the first of the enumeration, which means nothing.
  if (object !== 'column') fields.take('relationType')
  else fields.keyword('relationType', { OBJECT_TABLE: true, OBJECT_VIEW: true, OBJECT_MATVIEW: true }, what)
  // A schema's name stands where the parts of tables do.
  const part = fields.string('subname')
  const name = object === 'schema' ? [part!] : renamedObject(fields)
  return {
    kind: 'rename',
    at: fields.at,
    object,
    name,
    part: object === 'schema' ? undefined : part,
    newName: fields.text('newname'),
    ifExists: fields.flag('missing_ok'),
  }
}

function renamedObject(fields: Fields): QualifiedName {
  const object = fields.node('object')
  return object === undefined ? tableIn(fields, 'relation') : objectName(fields, object)
}

export function setSchema(fields: Fields): SetSchemaStatement {
  const object = fields.keyword(
    'objectType',
    {
      OBJECT_TABLE: 'table',
      OBJECT_VIEW: 'view',
      OBJECT_MATVIEW: 'materialized view',
      OBJECT_SEQUENCE: 'sequence',
      OBJECT_TYPE: 'type',
      OBJECT_DOMAIN: 'domain',
    } as const,
    fields.source.statementName,
  )
  return {
    kind: 'set schema',
    at: fields.at,
    object,
    name: renamedObject(fields),
    newSchema: fields.text('newschema'),
    ifExists: fields.flag('missing_ok'),
  }
}

export function comment(fields: Fields): CommentStatement {
  const object = fields.keyword(
    'objtype',
    {
      ...RENAMED,
      OBJECT_MATVIEW: 'materialized view',
      OBJECT_DATABASE: 'database',
      OBJECT_DOMCONSTRAINT: 'domain constraint',
    } as const,
    fields.source.statementName,
  )
  if (object === 'domain constraint') return commentOnDomainConstraint(fields)
  const hasPart = object === 'column' || object === 'constraint'
  const full = objectName(fields, fields.required('object'), hasPart ? 3 : 2)
  return {
    kind: 'comment',
    at: fields.at,
    object,
    name: hasPart ? full.slice(0, -1) : full,
    part: hasPart ? full.at(-1) : undefined,
    // An empty comment is none, in PostgreSQL too.
    text: fields.string('comment'),
  }
}

/** Its object is a list of the domain, as a type, and the constraint's name. */
function commentOnDomainConstraint(fields: Fields): CommentStatement {
  const { source, at } = fields
  const [domain, name] = itemsOf(source, fields.required('object'), at)
  return {
    kind: 'comment',
    at,
    object: 'domain constraint',
    name: objectName(fields, domain),
    part: stringOf(source, name, at),
    text: fields.string('comment'),
  }
}
