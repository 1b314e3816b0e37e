/** SQL/JSON of the raw tree, converted. */

import { notSupported } from '../errors.ts'
import { sortItems, windowReference } from './calls.ts'
import { expression, optionalExpression, requiredExpression } from './expressions.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { alias } from './from.ts'
import type {
  JsonBehavior,
  JsonInput,
  JsonPassing,
  JsonReturning,
  JsonTable,
  JsonTableColumn,
  JsonTablePath,
} from './json-tree.ts'
import { query } from './queries.ts'
import type { Expression } from './tree.ts'
import { typeName } from './type-names.ts'

/** JSON's only encoding is the database's: others are for bytea, which is not read as JSON here. */
function isJsonFormat(parent: Fields, name: string): boolean {
  const fields = parent.child(name, 'JsonFormat')
  if (fields === undefined) return false
  fields.expect('encoding', 'JS_ENC_DEFAULT', 'ENCODING')
  const isFormatted = fields.keyword('format_type', { JS_FORMAT_DEFAULT: false, JS_FORMAT_JSON: true })
  fields.done()
  return isFormatted
}

function inputOf(fields: Fields): JsonInput {
  const value = requiredExpression(fields, 'raw_expr')
  const isFormatted = isJsonFormat(fields, 'format')
  fields.done()
  return { value, isFormatted }
}

function input(parent: Fields, name: string): JsonInput {
  const fields = parent.child(name, 'JsonValueExpr')
  if (fields === undefined) throw parent.refusal(`${parent.kind} without a value`)
  return inputOf(fields)
}

function returning(parent: Fields): JsonReturning | undefined {
  const fields = parent.child('output', 'JsonOutput')
  if (fields === undefined) return undefined
  const result = fields.child('returning', 'JsonReturning')
  const isFormatted = result !== undefined && isJsonFormat(result, 'format')
  result?.done()
  const type = typeName(fields, 'typeName')
  fields.done()
  return { type, isFormatted }
}

export function objectConstructor(fields: Fields): Expression {
  return {
    kind: 'json object',
    at: fields.at,
    members: fields
      .list('exprs')
      .map(node => keyValue(fieldsOf(fields.source, node, 'JsonKeyValue', fields.at))),
    isAbsentOnNull: fields.flag('absent_on_null'),
    isUnique: fields.flag('unique'),
    returning: returning(fields),
  }
}

function keyValue(fields: Fields): { readonly key: Expression; readonly value: JsonInput } {
  const member = { key: requiredExpression(fields, 'key'), value: input(fields, 'value') }
  fields.done()
  return member
}

export function arrayConstructor(fields: Fields): Expression {
  return {
    kind: 'json array',
    at: fields.at,
    elements: fields
      .list('exprs')
      .map(node => inputOf(fieldsOf(fields.source, node, 'JsonValueExpr', fields.at))),
    isAbsentOnNull: fields.flag('absent_on_null'),
    returning: returning(fields),
  }
}

export function arrayOfQuery(fields: Fields): Expression {
  // The grammar knows no other.
  fields.expect('absent_on_null', true, 'NULL ON NULL of a query')
  return {
    kind: 'json array query',
    at: fields.at,
    query: query(fields.source, fields.required('query'), fields.at),
    isFormatted: isJsonFormat(fields, 'format'),
    returning: returning(fields),
  }
}

export function objectAggregate(fields: Fields): Expression {
  const member = fields.child('arg', 'JsonKeyValue')
  if (member === undefined) throw fields.refusal('JSON_OBJECTAGG without a key')
  return {
    kind: 'json aggregate',
    ...keyValue(member),
    isAbsentOnNull: fields.flag('absent_on_null'),
    isUnique: fields.flag('unique'),
    ...aggregateParts(fields),
  }
}

export function arrayAggregate(fields: Fields): Expression {
  return {
    kind: 'json aggregate',
    key: undefined,
    value: input(fields, 'arg'),
    isAbsentOnNull: fields.flag('absent_on_null'),
    isUnique: false,
    ...aggregateParts(fields),
  }
}

function aggregateParts(parent: Fields) {
  const fields = parent.child('constructor', 'JsonAggConstructor')
  if (fields === undefined) throw parent.refusal('an aggregate without its parts')
  const parts = {
    at: fields.at,
    returning: returning(fields),
    orderBy: sortItems(fields, 'agg_order'),
    filter: optionalExpression(fields, 'agg_filter'),
    over: windowReference(fields),
  }
  fields.done()
  return parts
}

export function jsonParse(fields: Fields): Expression {
  return {
    kind: 'json conversion',
    at: fields.at,
    function: 'json',
    input: input(fields, 'expr'),
    isUnique: fields.flag('unique_keys'),
    returning: returning(fields),
  }
}

export function jsonScalar(fields: Fields): Expression {
  return {
    kind: 'json conversion',
    at: fields.at,
    function: 'json_scalar',
    input: { value: requiredExpression(fields, 'expr'), isFormatted: false },
    isUnique: false,
    returning: returning(fields),
  }
}

export function jsonSerialize(fields: Fields): Expression {
  return {
    kind: 'json conversion',
    at: fields.at,
    function: 'json_serialize',
    input: input(fields, 'expr'),
    isUnique: false,
    returning: returning(fields),
  }
}

// ------------------------------------------------------------------------------------------------- by path

const WRAPPERS = {
  JSW_UNSPEC: 'unspecified',
  JSW_NONE: 'none',
  JSW_CONDITIONAL: 'conditional',
  JSW_UNCONDITIONAL: 'unconditional',
} as const
const QUOTES = { JS_QUOTES_UNSPEC: 'unspecified', JS_QUOTES_KEEP: 'keep', JS_QUOTES_OMIT: 'omit' } as const
const BEHAVIORS = {
  JSON_BEHAVIOR_NULL: 'null',
  JSON_BEHAVIOR_ERROR: 'error',
  JSON_BEHAVIOR_TRUE: 'true',
  JSON_BEHAVIOR_FALSE: 'false',
  JSON_BEHAVIOR_UNKNOWN: 'unknown',
  JSON_BEHAVIOR_EMPTY: 'empty array',
  JSON_BEHAVIOR_EMPTY_ARRAY: 'empty array',
  JSON_BEHAVIOR_EMPTY_OBJECT: 'empty object',
  JSON_BEHAVIOR_DEFAULT: 'default',
} as const

export function pathQuery(fields: Fields): Expression {
  return {
    kind: 'json query',
    at: fields.at,
    function: fields.keyword('op', {
      JSON_QUERY_OP: 'json_query',
      JSON_VALUE_OP: 'json_value',
      JSON_EXISTS_OP: 'json_exists',
    } as const),
    input: input(fields, 'context_item'),
    path: requiredExpression(fields, 'pathspec'),
    passing: passing(fields),
    returning: returning(fields),
    ...answer(fields),
  }
}

function answer(fields: Fields) {
  return {
    wrapper: fields.keyword('wrapper', WRAPPERS),
    quotes: fields.keyword('quotes', QUOTES),
    onEmpty: behavior(fields, 'on_empty'),
    onError: behavior(fields, 'on_error'),
  }
}

function behavior(parent: Fields, name: string): JsonBehavior | undefined {
  const fields = parent.child(name, 'JsonBehavior')
  if (fields === undefined) return undefined
  const one = {
    at: fields.at,
    kind: fields.keyword('btype', BEHAVIORS),
    value: optionalExpression(fields, 'expr'),
  }
  fields.done()
  return one
}

function passing(fields: Fields): readonly JsonPassing[] {
  return fields.list('passing').map(node => {
    const argument = fieldsOf(fields.source, node, 'JsonArgument', fields.at)
    const one = { name: argument.text('name'), value: input(argument, 'val') }
    argument.done()
    return one
  })
}

export function jsonTable(fields: Fields): JsonTable {
  const path = tablePath(fields)
  if (path === undefined) throw fields.refusal('JSON_TABLE without a path')
  // It sees the items before it, with LATERAL and without.
  fields.flag('lateral')
  return {
    kind: 'json table',
    at: fields.at,
    input: input(fields, 'context_item'),
    path,
    passing: passing(fields),
    columns: tableColumns(fields),
    onError: behavior(fields, 'on_error'),
    alias: alias(fields),
  }
}

function tablePath(parent: Fields): JsonTablePath | undefined {
  const fields = parent.child('pathspec', 'JsonTablePathSpec')
  if (fields === undefined) return undefined
  const text = expression(fields.source, fields.required('string'), fields.at)
  const name = fields.string('name')
  fields.take('name_location')
  fields.done()
  if (text.kind !== 'literal' || text.value.type !== 'string') {
    throw notSupported('only string constants are supported in JSON_TABLE path specification', text.at)
  }
  return { at: fields.at, text: text.value.text, name }
}

function tableColumns(parent: Fields): readonly JsonTableColumn[] {
  return parent.list('columns').map(node => {
    const fields = fieldsOf(parent.source, node, 'JsonTableColumn', parent.at)
    const column = tableColumn(fields)
    fields.done()
    return column
  })
}

function tableColumn(fields: Fields): JsonTableColumn {
  const { at } = fields
  const kind = fields.keyword('coltype', {
    JTC_FOR_ORDINALITY: 'ordinality',
    JTC_REGULAR: 'regular',
    JTC_EXISTS: 'exists',
    JTC_FORMATTED: 'formatted',
    JTC_NESTED: 'nested',
  } as const)
  const how = answer(fields)
  isJsonFormat(fields, 'format')
  const path = tablePath(fields)
  switch (kind) {
    case 'ordinality':
      return { kind, at, name: fields.text('name') }
    case 'nested':
      if (path === undefined) throw fields.refusal('NESTED without a path')
      return { kind, at, path, columns: tableColumns(fields) }
    default:
      return { kind, at, name: fields.text('name'), type: typeName(fields, 'typeName'), path, ...how }
  }
}
