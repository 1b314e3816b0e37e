/** Calls of functions, with what belongs to them: arguments, windows, sort keys. */

import { assert } from '../../base/assert.ts'
import { SqlError } from '../errors.ts'
import { withoutDatabase } from './database-names.ts'
import {
  expression,
  expressionList,
  nameList,
  optionalExpression,
  requiredExpression,
} from './expressions.ts'
import { type Fields, fieldsOf, kindOf, type Raw } from './fields.ts'
import type { Source } from './source.ts'
import type {
  Argument,
  Expression,
  FrameBound,
  SortItem,
  WindowDefinition,
  WindowFrame,
  WindowReference,
} from './tree.ts'

export function functionCall(fields: Fields): Expression {
  const name = withoutDatabase(fields.source, nameList(fields, 'funcname'), fields.at)
  const isSqlSyntax = fields.keyword('funcformat', { COERCE_EXPLICIT_CALL: false, COERCE_SQL_SYNTAX: true })
  if (isSqlSyntax && name.at(-1) === 'timezone') return atTimeZone(fields)
  return {
    kind: 'function',
    at: fields.at,
    name,
    arguments: fields.list('args').map(node => argument(fields.source, node, fields.at)),
    isStar: fields.flag('agg_star'),
    isDistinct: fields.flag('agg_distinct'),
    isVariadic: fields.flag('func_variadic'),
    orderBy: sortItems(fields, 'agg_order'),
    isWithinGroup: fields.flag('agg_within_group'),
    filter: optionalExpression(fields, 'agg_filter'),
    over: windowReference(fields),
  }
}

function argument(source: Source, node: Raw, at: number): Argument {
  if (kindOf(node) !== 'NamedArgExpr') return { name: undefined, value: expression(source, node, at) }
  const fields = fieldsOf(source, node, 'NamedArgExpr', at)
  // -1 always: found by the name.
  fields.expect('argnumber', -1)
  const value = requiredExpression(fields, 'arg')
  const name = fields.text('name')
  fields.done()
  return { name, value }
}

/** Written `x AT TIME ZONE zone`; the parser has turned the two around. */
function atTimeZone(fields: Fields): Expression {
  const [first, second, ...more] = expressionList(fields, 'args')
  assert(first !== undefined && more.length === 0, 'AT TIME ZONE has one or two operands')
  return second === undefined
    ? { kind: 'at time zone', at: fields.at >= 0 ? fields.at : first.at, operand: first, zone: undefined }
    : { kind: 'at time zone', at: fields.at, operand: second, zone: first }
}

/** The pattern of LIKE, ILIKE and SIMILAR TO: the escape is wrapped around it by a function. */
export function likePattern(
  parent: Fields,
  node: Raw,
  variant: 'like' | 'ilike' | 'similar',
): { readonly pattern: Expression; readonly escape: Expression | undefined } {
  const pattern = expression(parent.source, node, parent.at)
  const wrapper = variant === 'similar' ? 'similar_to_escape' : 'like_escape'
  const isWrapped =
    pattern.kind === 'function' &&
    pattern.name.join('.') === `pg_catalog.${wrapper}` &&
    pattern.at === parent.at
  if (!isWrapped) {
    assert(variant !== 'similar', 'the pattern of SIMILAR TO is wrapped')
    return { pattern, escape: undefined }
  }
  const [inner, escaping] = pattern.arguments
  return { pattern: inner!.value, escape: escaping?.value }
}

// --------------------------------------------------------------------------------------------- Sort keys

export function sortItems(fields: Fields, name: string): readonly SortItem[] {
  return fields.list(name).map(node => sortItem(fields.source, node, fields.at))
}

function sortItem(source: Source, node: Raw, at: number): SortItem {
  const fields = fieldsOf(source, node, 'SortBy', at)
  const item = requiredExpression(fields, 'node')
  const direction = fields.keyword('sortby_dir', { ...DIRECTIONS, SORTBY_USING: 'asc' } as const)
  const operator = nameList(fields, 'useOp')
  const nulls = fields.keyword('sortby_nulls', NULLS)
  fields.done()
  return {
    at: item.at,
    expression: item,
    direction,
    nulls,
    operator: operator.length > 0 ? operator : undefined,
  }
}

export const DIRECTIONS = { SORTBY_DEFAULT: 'asc', SORTBY_ASC: 'asc', SORTBY_DESC: 'desc' } as const
export const NULLS = {
  SORTBY_NULLS_DEFAULT: 'default',
  SORTBY_NULLS_FIRST: 'first',
  SORTBY_NULLS_LAST: 'last',
} as const

// ----------------------------------------------------------------------------------------------- Windows

export function windowReference(parent: Fields): WindowReference | undefined {
  const fields = parent.child('over', 'WindowDef')
  if (fields === undefined) return undefined
  const definition = windowOf(fields)
  const { name, at } = definition
  // OVER w; what else OVER knows stands in parentheses, where no name is given.
  return name === undefined ? { definition, at } : { name, at }
}

export function windowDefinition(source: Source, node: Raw, parentAt: number): WindowDefinition {
  return windowOf(fieldsOf(source, node, 'WindowDef', parentAt))
}

function windowOf(fields: Fields): WindowDefinition {
  const definition: WindowDefinition = {
    at: fields.at,
    name: fields.string('name'),
    base: fields.string('refname'),
    partitionBy: expressionList(fields, 'partitionClause'),
    orderBy: sortItems(fields, 'orderClause'),
    frame: frame(fields),
  }
  fields.done()
  return definition
}

/** PostgreSQL's bits of a frame. */
const FRAME = {
  nonDefault: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  between: 0x10,
  startUnboundedPreceding: 0x20,
  endUnboundedPreceding: 0x40,
  startUnboundedFollowing: 0x80,
  endUnboundedFollowing: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startPreceding: 0x800,
  endPreceding: 0x1000,
  startFollowing: 0x2000,
  endFollowing: 0x4000,
  excludeCurrentRow: 0x8000,
  excludeGroup: 0x10000,
  excludeTies: 0x20000,
} as const
const FRAME_ALL = 0x3ffff

function frame(fields: Fields): WindowFrame | undefined {
  const options = fields.integer('frameOptions')
  const startOffset = optionalExpression(fields, 'startOffset')
  const endOffset = optionalExpression(fields, 'endOffset')
  if ((options & ~FRAME_ALL) !== 0) throw fields.refusal('this window frame')
  if ((options & FRAME.nonDefault) === 0) return undefined
  return {
    mode: (options & FRAME.rows) !== 0 ? 'rows' : (options & FRAME.groups) !== 0 ? 'groups' : 'range',
    start: bound(
      fields,
      startOffset,
      options & FRAME.startUnboundedPreceding,
      options & FRAME.startPreceding,
      options & FRAME.startCurrentRow,
      options & FRAME.startFollowing,
      options & FRAME.startUnboundedFollowing,
    ),
    end: bound(
      fields,
      endOffset,
      options & FRAME.endUnboundedPreceding,
      options & FRAME.endPreceding,
      options & FRAME.endCurrentRow,
      options & FRAME.endFollowing,
      options & FRAME.endUnboundedFollowing,
    ),
    exclude:
      (options & FRAME.excludeCurrentRow) !== 0
        ? 'current row'
        : (options & FRAME.excludeGroup) !== 0
          ? 'group'
          : (options & FRAME.excludeTies) !== 0
            ? 'ties'
            : 'no others',
  }
}

/** The bits of one bound, from the first row of a partition to the last. */
function bound(
  fields: Fields,
  offset: Expression | undefined,
  isUnboundedPreceding: number,
  isPreceding: number,
  isCurrentRow: number,
  isFollowing: number,
  isUnboundedFollowing: number,
): FrameBound {
  if (isPreceding !== 0 || isFollowing !== 0) {
    if (offset === undefined)
      throw new SqlError('42601', 'frame bound without offset', { position: fields.at })
    return { kind: isPreceding !== 0 ? 'preceding' : 'following', offset }
  }
  if (isUnboundedPreceding !== 0) return { kind: 'unbounded preceding' }
  if (isUnboundedFollowing !== 0) return { kind: 'unbounded following' }
  assert(isCurrentRow !== 0, 'a window frame has two bounds')
  return { kind: 'current row' }
}
