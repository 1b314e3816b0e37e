/**
 * Expressions of the raw tree, converted. Functions, windows and sort keys are in `calls.ts`.
 *
 * Invariant: chains of binary operators, which are as deep as they are long, are walked in a loop, and not by recursion.
 */

import { notSupported, SqlError } from '../errors.ts'
import { functionCall, likePattern } from './calls.ts'
import { withoutDatabase } from './database-names.ts'
import { Fields, fieldsOf, itemsOf, kindOf, type Raw, stringOf, stringsOf } from './fields.ts'
import {
  arrayAggregate,
  arrayConstructor,
  arrayOfQuery,
  jsonParse,
  jsonScalar,
  jsonSerialize,
  objectAggregate,
  objectConstructor,
  pathQuery,
} from './json.ts'
import { literal } from './literals.ts'
import { query } from './queries.ts'
import type { Source } from './source.ts'
import type { Expression, QualifiedName, SubqueryExpression, Subscript } from './tree.ts'
import { typeName } from './type-names.ts'

type Converter = (fields: Fields) => Expression

export function expression(source: Source, node: Raw, parentAt: number): Expression {
  const kind = kindOf(node) ?? 'an empty expression'
  if (kind === 'A_Expr') return operatorExpression(source, node.A_Expr as Raw, parentAt)
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined
  const fields = new Fields(source, kind, (node[kind] ?? {}) as Raw, parentAt)
  if (convert === undefined) throw fields.refusal(REFUSED[kind] ?? kind)
  const converted = convert(fields)
  fields.done()
  return converted
}

export function expressions(source: Source, nodes: readonly Raw[], parentAt: number): readonly Expression[] {
  return nodes.map(node => expression(source, node, parentAt))
}

export function optionalExpression(fields: Fields, name: string): Expression | undefined {
  const node = fields.node(name)
  return node === undefined ? undefined : expression(fields.source, node, fields.at)
}

export function requiredExpression(fields: Fields, name: string): Expression {
  return expression(fields.source, fields.required(name), fields.at)
}

export function expressionList(fields: Fields, name: string): readonly Expression[] {
  return expressions(fields.source, fields.list(name), fields.at)
}

export function nameList(fields: Fields, name: string): readonly string[] {
  return stringsOf(fields.source, fields.list(name), fields.at)
}

/** What is refused by a better name than the raw one. */
const REFUSED: Readonly<Record<string, string>> = {
  XmlExpr: 'XML',
  XmlSerialize: 'XMLSERIALIZE',
}

const CONVERTERS: Readonly<Record<string, Converter>> = {
  A_ArrayExpr: fields => {
    // Where the brackets are: the node's own place is enough.
    fields.take('list_start')
    fields.take('list_end')
    return { kind: 'array', at: fields.at, elements: expressionList(fields, 'elements') }
  },
  A_Const: literal,
  A_Indirection: indirection,
  BoolExpr: fields => ({
    kind: 'logical',
    at: fields.at,
    operator: fields.keyword('boolop', { AND_EXPR: 'and', OR_EXPR: 'or', NOT_EXPR: 'not' } as const),
    operands: expressionList(fields, 'args'),
  }),
  BooleanTest: fields => {
    const test = fields.keyword('booltesttype', BOOLEAN_TESTS)
    return { kind: 'boolean test', at: fields.at, operand: requiredExpression(fields, 'arg'), ...test }
  },
  CaseExpr: fields => ({
    kind: 'case',
    at: fields.at,
    operand: optionalExpression(fields, 'arg'),
    branches: fields.list('args').map(node => {
      const branch = fieldsOf(fields.source, node, 'CaseWhen', fields.at)
      const when = requiredExpression(branch, 'expr')
      const then = requiredExpression(branch, 'result')
      branch.done()
      return { when, then }
    }),
    otherwise: optionalExpression(fields, 'defresult'),
  }),
  CoalesceExpr: fields => ({
    kind: 'coalesce',
    at: fields.at,
    operands: expressionList(fields, 'args'),
  }),
  CollateClause: fields => ({
    kind: 'collate',
    at: fields.at,
    operand: requiredExpression(fields, 'arg'),
    collation: nameList(fields, 'collname'),
  }),
  ColumnRef: columnReference,
  FuncCall: functionCall,
  GroupingFunc: fields => ({
    kind: 'grouping',
    at: fields.at,
    operands: expressionList(fields, 'args'),
  }),
  JsonArrayAgg: arrayAggregate,
  JsonArrayConstructor: arrayConstructor,
  JsonArrayQueryConstructor: arrayOfQuery,
  JsonFuncExpr: pathQuery,
  JsonIsPredicate: jsonTest,
  JsonObjectAgg: objectAggregate,
  JsonObjectConstructor: objectConstructor,
  JsonParseExpr: jsonParse,
  JsonScalarExpr: jsonScalar,
  JsonSerializeExpr: jsonSerialize,
  MergeSupportFunc: fields => {
    // It is text, whatever else the node could say.
    fields.take('msftype')
    return {
      kind: 'function',
      at: fields.at,
      name: ['pg_catalog', 'merge_action'],
      arguments: [],
      isStar: false,
      isDistinct: false,
      isVariadic: false,
      orderBy: [],
      isWithinGroup: false,
      filter: undefined,
      over: undefined,
    }
  },
  MinMaxExpr: fields => ({
    kind: 'minmax',
    at: fields.at,
    function: fields.keyword('op', { IS_GREATEST: 'greatest', IS_LEAST: 'least' } as const),
    operands: expressionList(fields, 'args'),
  }),
  NullTest: fields => ({
    kind: 'null test',
    at: fields.at,
    operand: requiredExpression(fields, 'arg'),
    isNegated: fields.keyword('nulltesttype', { IS_NULL: false, IS_NOT_NULL: true }),
  }),
  ParamRef: fields => {
    const number = fields.integer('number')
    const { source, at } = fields
    source.parameterCount = Math.max(source.parameterCount, number)
    // PostgreSQL's scanner refuses $1a; that of the package reads an alias.
    const junk = JUNK_AFTER_PARAMETER.exec(source.textAt(at))
    if (junk !== null) {
      const message = `trailing junk after parameter at or near "${junk[0]}"`
      throw new SqlError('42601', message, { position: at })
    }
    return { kind: 'parameter', at: fields.at, number }
  },
  RowExpr: fields => {
    // With and without the word ROW it is the same but in GROUP BY, which looks for itself.
    fields.take('row_format')
    return { kind: 'row', at: fields.at, fields: expressionList(fields, 'args') }
  },
  SetToDefault: fields => ({ kind: 'default', at: fields.at }),
  SQLValueFunction: fields => {
    const meaning = fields.keyword('op', VALUE_FUNCTIONS)
    const modifier = fields.integer('typmod')
    return {
      kind: 'value function',
      at: fields.at,
      function: meaning.function,
      precision: meaning.hasPrecision ? modifier : undefined,
    }
  },
  SubLink: subquery,
  TypeCast: fields => ({
    kind: 'cast',
    at: fields.at,
    operand: requiredExpression(fields, 'arg'),
    type: typeName(fields, 'typeName'),
  }),
}

const JUNK_AFTER_PARAMETER = /^\$\d+[a-z_\u0080-\uffff]/i

const BOOLEAN_TESTS = {
  IS_TRUE: { test: 'true', isNegated: false },
  IS_NOT_TRUE: { test: 'true', isNegated: true },
  IS_FALSE: { test: 'false', isNegated: false },
  IS_NOT_FALSE: { test: 'false', isNegated: true },
  IS_UNKNOWN: { test: 'unknown', isNegated: false },
  IS_NOT_UNKNOWN: { test: 'unknown', isNegated: true },
} as const

const VALUE_FUNCTIONS = {
  SVFOP_CURRENT_DATE: { function: 'current_date', hasPrecision: false },
  SVFOP_CURRENT_TIME: { function: 'current_time', hasPrecision: false },
  SVFOP_CURRENT_TIME_N: { function: 'current_time', hasPrecision: true },
  SVFOP_CURRENT_TIMESTAMP: { function: 'current_timestamp', hasPrecision: false },
  SVFOP_CURRENT_TIMESTAMP_N: { function: 'current_timestamp', hasPrecision: true },
  SVFOP_LOCALTIME: { function: 'localtime', hasPrecision: false },
  SVFOP_LOCALTIME_N: { function: 'localtime', hasPrecision: true },
  SVFOP_LOCALTIMESTAMP: { function: 'localtimestamp', hasPrecision: false },
  SVFOP_LOCALTIMESTAMP_N: { function: 'localtimestamp', hasPrecision: true },
  SVFOP_CURRENT_ROLE: { function: 'current_role', hasPrecision: false },
  SVFOP_CURRENT_USER: { function: 'current_user', hasPrecision: false },
  SVFOP_USER: { function: 'user', hasPrecision: false },
  SVFOP_SESSION_USER: { function: 'session_user', hasPrecision: false },
  SVFOP_CURRENT_CATALOG: { function: 'current_catalog', hasPrecision: false },
  SVFOP_CURRENT_SCHEMA: { function: 'current_schema', hasPrecision: false },
} as const

function columnReference(fields: Fields): Expression {
  const parts = fields.list('fields')
  const isStar = parts.length > 0 && kindOf(parts[parts.length - 1]!) === 'A_Star'
  if (isStar) fieldsOf(fields.source, parts[parts.length - 1]!, 'A_Star', fields.at).done()
  const names = stringsOf(fields.source, isStar ? parts.slice(0, -1) : parts, fields.at)
  const own = isStar
    ? withoutDatabase(fields.source, names, fields.at, 2, full => `${full}.*`)
    : withoutDatabase(fields.source, names, fields.at, 3)
  return { kind: 'column', at: fields.at, names: own, isStar }
}

// ---------------------------------------------------------------------------------------------- A_Expr

function operatorExpression(source: Source, raw: Raw, parentAt: number): Expression {
  const chain: Fields[] = []
  let node: Raw | undefined
  let link: Raw | undefined = raw
  while (link !== undefined && link.kind === 'AEXPR_OP' && link.lexpr !== undefined) {
    const fields: Fields = new Fields(source, 'A_Expr', link, chain.at(-1)?.at ?? parentAt)
    chain.push(fields)
    node = fields.required('lexpr')
    link = node.A_Expr as Raw | undefined
  }
  let left: Expression | undefined
  if (link !== undefined)
    left = otherOperator(new Fields(source, 'A_Expr', link, chain.at(-1)?.at ?? parentAt))
  else if (node !== undefined) left = expression(source, node, chain.at(-1)!.at)
  for (let i = chain.length - 1; i >= 0; i--) {
    const fields = chain[i]!
    fields.take('kind')
    left = {
      kind: 'operator',
      at: fields.at,
      name: nameList(fields, 'name'),
      left,
      right: requiredExpression(fields, 'rexpr'),
    }
    fields.done()
  }
  return left!
}

/** What is no binary operator. */
function otherOperator(fields: Fields): Expression {
  const kind = fields.take('kind') as string
  const convert = Object.hasOwn(OPERATORS, kind) ? OPERATORS[kind] : undefined
  if (convert === undefined) throw fields.refusal(kind)
  const converted = convert(fields, nameList(fields, 'name'))
  fields.done()
  return converted
}

const OPERATORS: Readonly<Record<string, (fields: Fields, name: QualifiedName) => Expression>> = {
  AEXPR_OP: (fields, name) => ({
    kind: 'operator',
    at: fields.at,
    name,
    left: undefined,
    right: requiredExpression(fields, 'rexpr'),
  }),
  AEXPR_OP_ANY: (fields, name) => quantified(fields, name, 'any'),
  AEXPR_OP_ALL: (fields, name) => quantified(fields, name, 'all'),
  AEXPR_DISTINCT: fields => ({ kind: 'distinct test', isNegated: false, ...sides(fields) }),
  AEXPR_NOT_DISTINCT: fields => ({ kind: 'distinct test', isNegated: true, ...sides(fields) }),
  AEXPR_NULLIF: fields => ({ kind: 'nullif', ...sides(fields) }),
  AEXPR_IN: (fields, name) => {
    fields.take('rexpr_list_start')
    fields.take('rexpr_list_end')
    return {
      kind: 'in',
      at: fields.at,
      operand: requiredExpression(fields, 'lexpr'),
      list: listOperand(fields),
      isNegated: isNegation(fields, name, '=', '<>'),
    }
  },
  AEXPR_LIKE: (fields, name) => like(fields, 'like', isNegation(fields, name, '~~', '!~~')),
  AEXPR_ILIKE: (fields, name) => like(fields, 'ilike', isNegation(fields, name, '~~*', '!~~*')),
  AEXPR_SIMILAR: (fields, name) => like(fields, 'similar', isNegation(fields, name, '~', '!~')),
  AEXPR_BETWEEN: fields => between(fields, false, false),
  AEXPR_NOT_BETWEEN: fields => between(fields, true, false),
  AEXPR_BETWEEN_SYM: fields => between(fields, false, true),
  AEXPR_NOT_BETWEEN_SYM: fields => between(fields, true, true),
}

function sides(fields: Fields) {
  const left = requiredExpression(fields, 'lexpr')
  const right = requiredExpression(fields, 'rexpr')
  return { at: fields.at, left, right }
}

function quantified(fields: Fields, operator: QualifiedName, quantifier: 'any' | 'all'): Expression {
  const operand = requiredExpression(fields, 'lexpr')
  const array = requiredExpression(fields, 'rexpr')
  return { kind: 'quantified', at: fields.at, operator, quantifier, operand, array }
}

/** Which of two operators it is. */
function isNegation(fields: Fields, name: QualifiedName, positive: string, negative: string): boolean {
  const text = name.join('.')
  if (text !== positive && text !== negative) throw fields.refusal(text)
  return text === negative
}

function listOperand(fields: Fields): readonly Expression[] {
  const items = itemsOf(fields.source, fields.required('rexpr'), fields.at)
  return expressions(fields.source, items, fields.at)
}

function between(fields: Fields, isNegated: boolean, isSymmetric: boolean): Expression {
  const operand = requiredExpression(fields, 'lexpr')
  const [low, high, ...more] = listOperand(fields)
  if (low === undefined || high === undefined || more.length > 0) throw fields.refusal('this form of BETWEEN')
  return { kind: 'between', at: fields.at, operand, low, high, isNegated, isSymmetric }
}

function like(fields: Fields, variant: 'like' | 'ilike' | 'similar', isNegated: boolean): Expression {
  const operand = requiredExpression(fields, 'lexpr')
  const pattern = likePattern(fields, fields.required('rexpr'), variant)
  return { kind: 'like', at: fields.at, variant, operand, isNegated, ...pattern }
}

// --------------------------------------------------------------------------------------- The other big ones

function subquery(fields: Fields): SubqueryExpression {
  const variant = fields.keyword('subLinkType', {
    EXISTS_SUBLINK: 'exists',
    ALL_SUBLINK: 'all',
    ANY_SUBLINK: 'any',
    EXPR_SUBLINK: 'scalar',
    ARRAY_SUBLINK: 'array',
  } as const)
  const operand = optionalExpression(fields, 'testexpr')
  const name = nameList(fields, 'operName')
  const inner = query(fields.source, fields.required('subselect'), fields.at)
  // IN has no operator in the raw tree.
  const operator = operand === undefined ? undefined : name.length > 0 ? name : ['=']
  return { kind: 'subquery', at: fields.at, variant, operand, operator, query: inner }
}

function jsonTest(fields: Fields): Expression {
  const format = fields.child('format', 'JsonFormat')
  if (format !== undefined) {
    format.expect('format_type', 'JS_FORMAT_DEFAULT', 'FORMAT')
    format.expect('encoding', 'JS_ENC_DEFAULT', 'ENCODING')
    format.done()
  }
  return {
    kind: 'json test',
    at: fields.at,
    operand: requiredExpression(fields, 'expr'),
    type: fields.keyword('item_type', {
      JS_TYPE_ANY: 'any',
      JS_TYPE_OBJECT: 'object',
      JS_TYPE_ARRAY: 'array',
      JS_TYPE_SCALAR: 'scalar',
    } as const),
    hasUniqueKeys: fields.flag('unique_keys'),
  }
}

/** What follows an expression: subscripts, fields, `.*`. Subscripts that follow each other are one node. */
function indirection(fields: Fields): Expression {
  const { source } = fields
  let operand = requiredExpression(fields, 'arg')
  const at = fields.at >= 0 ? fields.at : operand.at
  let subscripts: Subscript['subscripts'][number][] = []
  const settle = (): void => {
    if (subscripts.length > 0) operand = { kind: 'subscript', at, operand, subscripts }
    subscripts = []
  }
  for (const node of fields.list('indirection')) {
    const kind = kindOf(node)
    if (kind === 'A_Indices') {
      subscripts.push(subscript(source, node, at))
      continue
    }
    settle()
    if (kind === 'A_Star') {
      fieldsOf(source, node, 'A_Star', at).done()
      operand = { kind: 'field', at, operand, field: '*', isStar: true }
    } else {
      operand = { kind: 'field', at, operand, field: stringOf(source, node, at), isStar: false }
    }
  }
  settle()
  return operand
}

export function subscript(source: Source, node: Raw, at: number): Subscript['subscripts'][number] {
  const fields = fieldsOf(source, node, 'A_Indices', at)
  const isSlice = fields.flag('is_slice')
  const lower = optionalExpression(fields, 'lidx')
  const upper = optionalExpression(fields, 'uidx')
  fields.done()
  if (!isSlice && upper === undefined) throw notSupported('an empty subscript', at)
  return { isSlice, lower, upper }
}
