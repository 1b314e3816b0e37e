/** CREATE TABLE, CREATE TABLE AS and columns, converted. */

import { columnConstraints, constraint } from './constraints.ts'
import { nameList } from './expressions.ts'
import { type Fields, fieldsOf, kindOf } from './fields.ts'
import { newTable } from './from.ts'
import { query } from './queries.ts'
import { executeStatement } from './session.ts'
import { storageParameters } from './storage-parameters.ts'
import type {
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  CreateTableAs,
  LikeClause,
  QualifiedName,
} from './tree.ts'
import { typeName } from './type-names.ts'

const ON_COMMIT = {
  ONCOMMIT_NOOP: 'preserve',
  ONCOMMIT_PRESERVE_ROWS: 'preserve',
  ONCOMMIT_DELETE_ROWS: 'delete',
  ONCOMMIT_DROP: 'drop',
} as const

export function createTable(fields: Fields): CreateTable {
  const { source, at } = fields
  const columns: ColumnDefinition[] = []
  const likes: LikeClause[] = []
  const constraints: ConstraintDefinition[] = []
  for (const node of fields.list('tableElts')) {
    const kind = kindOf(node) ?? ''
    const element = fieldsOf(source, node, kind, at)
    if (kind === 'ColumnDef') columns.push(columnDefinition(element))
    else if (kind === 'TableLikeClause') likes.push(likeClause(element, columns.length))
    else if (kind === 'Constraint') constraints.push(constraint(element))
    else throw element.refusal(kind)
  }
  const options = storageParameters(fields, 'options')
  return {
    kind: 'create table',
    at,
    ...newTable(fields.child('relation', 'RangeVar')!),
    ifNotExists: fields.flag('if_not_exists'),
    columns,
    likes,
    constraints,
    onCommit: fields.keyword('oncommit', ON_COMMIT),
    ...(options.length > 0 ? { options } : {}),
  }
}

export function columnDefinition(fields: Fields): ColumnDefinition {
  fields.expect('is_local', true)
  const column = {
    at: fields.at,
    name: fields.text('colname'),
    type: typeName(fields, 'typeName'),
    collation: collation(fields),
    constraints: columnConstraints(fields, 'constraints'),
    ...(fields.has('storage_name') ? { storage: fields.text('storage_name') } : {}),
    ...(fields.has('compression') ? { compression: fields.text('compression') } : {}),
  }
  fields.done()
  return column
}

export function collation(parent: Fields): QualifiedName | undefined {
  const fields = parent.child('collClause', 'CollateClause')
  if (fields === undefined) return undefined
  const name = nameList(fields, 'collname')
  fields.done()
  return name
}

/** PostgreSQL's bits of LIKE, from the lowest. */
const LIKE_OPTIONS = [
  'comments',
  'compression',
  'constraints',
  'defaults',
  'generated',
  'identity',
  'indexes',
  'statistics',
  'storage',
] as const

function likeClause(fields: Fields, columnsBefore: number): LikeClause {
  const relation = fields.child('relation', 'RangeVar')!
  const options = fields.integer('options')
  const { at } = relation
  const table = namesOf(relation)
  fields.done()
  return {
    kind: 'like',
    at,
    columnsBefore,
    table,
    including: LIKE_OPTIONS.filter((_option, bit) => (options & (1 << bit)) !== 0),
  }
}

function namesOf(relation: Fields): QualifiedName {
  return newTable(relation).name
}

// ----------------------------------------------------------------------------------------- CREATE TABLE AS

export function createTableAs(fields: Fields): CreateTableAs {
  const isMaterializedView = fields.keyword('objtype', { OBJECT_TABLE: false, OBJECT_MATVIEW: true })
  const node = fields.required('query')
  const result =
    kindOf(node) === 'ExecuteStmt'
      ? executed(fieldsOf(fields.source, node, 'ExecuteStmt', fields.at))
      : query(fields.source, node, fields.at)
  const ifNotExists = fields.flag('if_not_exists')
  const into = fields.child('into', 'IntoClause')!
  return { ...createdFrom(into, result, fields.at), ifNotExists, isMaterializedView }
}

function executed(fields: Fields) {
  const statement = executeStatement(fields)
  fields.done()
  return statement
}

/** `SELECT … INTO table`, and what CREATE TABLE AS has in common with it. */
export function createdFrom(into: Fields, result: CreateTableAs['query'], at: number): CreateTableAs {
  const options = storageParameters(into, 'options')
  const created: CreateTableAs = {
    kind: 'create table as',
    at,
    ...newTable(into.child('rel', 'RangeVar')!),
    columns: nameList(into, 'colNames'),
    ifNotExists: false,
    query: result,
    withData: !into.flag('skipData'),
    onCommit: into.keyword('onCommit', ON_COMMIT),
    isMaterializedView: false,
    ...(options.length > 0 ? { options } : {}),
  }
  into.done()
  return created
}
