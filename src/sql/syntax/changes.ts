/** INSERT, UPDATE, DELETE and MERGE of the raw tree, converted. */

import { assert } from '../../base/assert.ts'
import { SqlError } from '../errors.ts'
import {
  expression,
  expressionList,
  optionalExpression,
  requiredExpression,
  subscript,
} from './expressions.ts'
import { Fields, fieldsOf, kindOf, type Raw, stringOf } from './fields.ts'
import { fromItem, fromList, relationOf } from './from.ts'
import { indexElements } from './indexes.ts'
import { query, selectItems, withClause } from './queries.ts'
import type { Source } from './source.ts'
import type {
  AssignedColumn,
  Assignment,
  AssignmentStep,
  DeleteStatement,
  Expression,
  InsertStatement,
  MergeClause,
  MergeStatement,
  OnConflict,
  QueryStatement,
  Returning,
  Subscript,
  TargetTable,
  UpdateStatement,
} from './tree.ts'

/** What can stand in WITH, and behind EXPLAIN and PREPARE: a query, or a change. */
export function dataStatement(source: Source, node: Raw, parentAt: number): QueryStatement {
  const kind = kindOf(node) ?? ''
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined
  if (convert === undefined) return query(source, node, parentAt)
  const fields = fieldsOf(source, node, kind, parentAt)
  const statement = convert(fields)
  fields.done()
  return statement
}

const CONVERTERS: Readonly<Record<string, (fields: Fields) => QueryStatement>> = {
  InsertStmt: insert,
  UpdateStmt: update,
  DeleteStmt: deletion,
  MergeStmt: merge,
}

function insert(fields: Fields): InsertStatement {
  const { source, at } = fields
  const rows = fields.node('selectStmt')
  return {
    kind: 'insert',
    at,
    with: withClause(fields),
    target: target(fields),
    columns: insertedColumns(fields, 'cols'),
    source: rows === undefined ? undefined : query(source, rows, at),
    overriding: fields.keyword('override', OVERRIDING),
    onConflict: onConflict(fields),
    returning: returning(fields),
  }
}

const OVERRIDING = {
  OVERRIDING_NOT_SET: 'none',
  OVERRIDING_USER_VALUE: 'user',
  OVERRIDING_SYSTEM_VALUE: 'system',
} as const

function target(parent: Fields): TargetTable {
  const fields = parent.child('relation', 'RangeVar')
  assert(fields !== undefined, 'a change has a table')
  const relation = relationOf(fields)
  if (relation.persistence !== 'p' || (relation.alias?.columns.length ?? 0) > 0) {
    throw fields.refusal('this form of a table')
  }
  return { at: relation.at, name: relation.name, alias: relation.alias?.name }
}

function insertedColumns(fields: Fields, name: string): InsertStatement['columns'] {
  return fields.list(name).map(node => {
    const column = fieldsOf(fields.source, node, 'ResTarget', fields.at)
    const found = assignedColumn(column)
    column.done()
    return found
  })
}

function onConflict(parent: Fields): OnConflict | undefined {
  const fields = parent.child('onConflictClause', 'OnConflictClause')
  if (fields === undefined) return undefined
  const clause: OnConflict = {
    at: fields.at,
    action: fields.keyword('action', { ONCONFLICT_NOTHING: 'nothing', ONCONFLICT_UPDATE: 'update' } as const),
    target: conflictTarget(fields),
    set: assignments(fields, 'targetList'),
    where: optionalExpression(fields, 'whereClause'),
  }
  fields.done()
  return clause
}

function conflictTarget(parent: Fields): OnConflict['target'] {
  const fields = parent.child('infer', 'InferClause')
  if (fields === undefined) return undefined
  const name = fields.string('conname')
  const elements = indexElements(fields, 'indexElems')
  const where = optionalExpression(fields, 'whereClause')
  fields.done()
  return name === undefined ? { kind: 'columns', elements, where } : { kind: 'constraint', name }
}

function update(fields: Fields): UpdateStatement {
  return {
    kind: 'update',
    at: fields.at,
    with: withClause(fields),
    target: target(fields),
    set: assignments(fields, 'targetList'),
    from: fromList(fields, 'fromClause'),
    ...condition(fields),
    returning: returning(fields),
  }
}

function deletion(fields: Fields): DeleteStatement {
  return {
    kind: 'delete',
    at: fields.at,
    with: withClause(fields),
    target: target(fields),
    using: fromList(fields, 'usingClause'),
    ...condition(fields),
    returning: returning(fields),
  }
}

/** WHERE of UPDATE and DELETE. */
function condition(fields: Fields): Pick<UpdateStatement, 'where' | 'currentOf'> {
  const node = fields.node('whereClause')
  if (node === undefined) return { where: undefined, currentOf: undefined }
  if (kindOf(node) !== 'CurrentOfExpr') {
    return { where: expression(fields.source, node, fields.at), currentOf: undefined }
  }
  const current = fieldsOf(fields.source, node, 'CurrentOfExpr', fields.at)
  // Which table of the statement it is about: there is one only.
  current.take('cvarno')
  const currentOf = { at: current.at, cursor: current.text('cursor_name') }
  current.done()
  return { where: undefined, currentOf }
}

// ----------------------------------------------------------------------------------------------- SET

function assignments(fields: Fields, name: string): readonly Assignment[] {
  const { source } = fields
  const found: Assignment[] = []
  // The columns of `(a, b) = …` are items of their own, each with the same source.
  let columns: AssignedColumn[] = []
  let value: Expression | undefined
  for (const node of fields.list(name)) {
    const item = fieldsOf(source, node, 'ResTarget', fields.at)
    const column = assignedColumn(item)
    const raw = item.required('val')
    item.done()
    const several = raw.MultiAssignRef as Raw | undefined
    if (several === undefined) {
      found.push({ at: column.at, columns: [column], value: expression(source, raw, column.at) })
      continue
    }
    const part = new Fields(source, 'MultiAssignRef', several, column.at)
    const place = part.integer('colno')
    const count = part.integer('ncolumns')
    const valueNode = part.required('source')
    part.done()
    if (place === 1) {
      columns = []
      value = expression(source, valueNode, column.at)
    }
    columns.push(column)
    assert(columns.length === place && value !== undefined, 'columns that are set together follow each other')
    if (place === count) found.push({ at: columns[0]!.at, columns, value: assignedValue(value, count) })
  }
  return found
}

/** What is assigned to `(a, b)`; of `(a) = row(1)` it is the 1. */
function assignedValue(value: Expression, count: number): Expression {
  if (value.kind === 'subquery' && value.variant === 'scalar') return value
  if (value.kind !== 'row') {
    const message = 'source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression'
    throw new SqlError('0A000', message, { position: value.at })
  }
  return count === 1 && value.fields.length === 1 ? value.fields[0]! : value
}

function assignedColumn(fields: Fields): AssignedColumn {
  const { source, at } = fields
  const path: AssignmentStep[] = []
  // Subscripts that follow each other are of one array.
  let subscripts: Subscript['subscripts'][number][] | undefined
  for (const node of fields.list('indirection')) {
    if (kindOf(node) === 'String') {
      path.push({ kind: 'field', name: stringOf(source, node, at) })
      subscripts = undefined
    } else if (subscripts === undefined) {
      subscripts = [subscript(source, node, at)]
      path.push({ kind: 'element', subscripts })
    } else subscripts.push(subscript(source, node, at))
  }
  return { name: fields.text('name'), path, at }
}

export function returning(parent: Fields): Returning | undefined {
  const fields = parent.child('returningClause', 'ReturningClause')
  if (fields === undefined) return undefined
  let oldAlias: string | undefined
  let newAlias: string | undefined
  for (const node of fields.list('options')) {
    const option = fieldsOf(fields.source, node, 'ReturningOption', fields.at)
    const which = option.keyword('option', {
      RETURNING_OPTION_OLD: 'old',
      RETURNING_OPTION_NEW: 'new',
    } as const)
    const name = option.text('value')
    option.done()
    if ((which === 'old' ? oldAlias : newAlias) !== undefined) {
      throw new SqlError('42601', `${which.toUpperCase()} cannot be specified multiple times`, {
        position: fields.at,
      })
    }
    if (which === 'old') oldAlias = name
    else newAlias = name
  }
  const items = selectItems(fields, 'exprs')
  fields.done()
  return { items, oldAlias, newAlias }
}

// ---------------------------------------------------------------------------------------------- MERGE

function merge(fields: Fields): MergeStatement {
  const { source, at } = fields
  return {
    kind: 'merge',
    at,
    with: withClause(fields),
    target: target(fields),
    source: fromItem(source, fields.required('sourceRelation'), at),
    on: requiredExpression(fields, 'joinCondition'),
    clauses: fields
      .list('mergeWhenClauses')
      .map(node => mergeClause(fieldsOf(source, node, 'MergeWhenClause', at))),
    returning: returning(fields),
  }
}

function mergeClause(fields: Fields): MergeClause {
  const when = fields.keyword('matchKind', {
    MERGE_WHEN_MATCHED: 'matched',
    MERGE_WHEN_NOT_MATCHED_BY_SOURCE: 'not matched by source',
    MERGE_WHEN_NOT_MATCHED_BY_TARGET: 'not matched by target',
  } as const)
  const condition = optionalExpression(fields, 'condition')
  const action = mergeAction(fields)
  fields.done()
  return { at: condition?.at ?? fields.at, when, condition, action }
}

function mergeAction(fields: Fields): MergeClause['action'] {
  const kind = fields.keyword('commandType', {
    CMD_UPDATE: 'update',
    CMD_DELETE: 'delete',
    CMD_NOTHING: 'nothing',
    CMD_INSERT: 'insert',
  } as const)
  if (kind !== 'insert') {
    fields.expect('override', 'OVERRIDING_NOT_SET')
    return kind === 'update' ? { kind, set: assignments(fields, 'targetList') } : { kind }
  }
  const hasValues = fields.has('values')
  const values = expressionList(fields, 'values')
  return {
    kind,
    columns: insertedColumns(fields, 'targetList'),
    values: hasValues ? values : undefined,
    overriding: fields.keyword('override', OVERRIDING),
  }
}
