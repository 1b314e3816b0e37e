/** SQL/JSON: constructors, aggregates, questions by path. What they do is in functions/sql-json.ts. */

import { notSupported, SqlError } from '../errors.ts'
import type { AggregateFunction, ScalarFunction } from '../functions/registry.ts'
import {
  type Behavior,
  jsonArrayOf,
  jsonObjectOf,
  jsonOfText,
  jsonQuestion,
  jsonScalarOf,
  type PathQuestion,
} from '../functions/sql-json.ts'
import type {
  JsonAggregate,
  JsonArrayConstructor,
  JsonArrayQuery,
  JsonBehavior,
  JsonConversion,
  JsonInput,
  JsonObjectConstructor,
  JsonPassing,
  JsonPathQuery,
  JsonReturning,
} from '../syntax/json-tree.ts'
import type { FunctionCall, SelectQuery } from '../syntax/tree.ts'
import {
  BOOL,
  BYTEA,
  JSON_TYPE,
  JSONB,
  JSONPATH,
  NO_MODIFIER,
  type SqlType,
  TEXT,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import { addAggregate } from './aggregate-calls.ts'
import type { BoundExpression } from './bound.ts'
import { castExplicitly, coerceArgument, coerceOrNot, withoutUnknown } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { bindQuery, innerScope } from './queries.ts'
import { fail, type Scope } from './scope.ts'
import { type ResolvedType, resolveType } from './type-names.ts'
import { placeOf, walk } from './walk.ts'
import { addWindowCall } from './windows.ts'

export function bindSqlJson(
  scope: Scope,
  e:
    | JsonObjectConstructor
    | JsonArrayConstructor
    | JsonArrayQuery
    | JsonAggregate
    | JsonConversion
    | JsonPathQuery,
): BoundExpression {
  switch (e.kind) {
    case 'json object':
      return bindObject(scope, e)
    case 'json array':
      return bindArray(scope, e)
    case 'json array query':
      return bindArrayQuery(scope, e)
    case 'json aggregate':
      return bindJsonAggregate(scope, e)
    case 'json conversion':
      return bindConversion(scope, e)
    default:
      return bindPathQuery(scope, e)
  }
}

function callOf(
  found: ScalarFunction,
  given: readonly BoundExpression[],
  { type, modifier }: ResolvedType,
  at: number,
): BoundExpression {
  return { kind: 'call', function: found, arguments: given, isExplicit: false, type, modifier, at }
}
const plainType = (type: SqlType): ResolvedType => ({ type, modifier: NO_MODIFIER })
const isJsonType = (type: SqlType): boolean => [JSON_TYPE, JSONB].includes(withoutDomain(type))

/** A value that becomes a part of JSON; with FORMAT JSON its text is JSON already. */
function bindInput(scope: Scope, { value, isFormatted }: JsonInput): BoundExpression {
  const bound = withoutUnknown(scope, bindExpression(scope, value))
  if (!isFormatted || isJsonType(bound.type)) return bound
  requireText(bound, JSON_TYPE, 'explicit')
  return castExplicitly(scope, bound, JSON_TYPE, NO_MODIFIER, bound.at)
}

/** What is read as JSON is text. `format`: whether FORMAT JSON says so, or the place; else a cast would be needed. */
function requireText(e: BoundExpression, wanted: SqlType, format: 'explicit' | 'implicit' | undefined): void {
  const plain = withoutDomain(e.type)
  if (plain === BYTEA) throw notSupported('JSON in a bytea', placeOf(e))
  if (plain.category === 'S') return
  if (format !== undefined) {
    fail('42804', `cannot use non-string types with ${format} FORMAT JSON clause`, placeOf(e))
  }
  fail('42846', `cannot cast type ${e.type.displayName} to ${wanted.name}`, placeOf(e))
}

// -------------------------------------------------------------------------------------------- constructors

/** The type that JSON is made in, json or jsonb, and what it is returned as. */
function outputOf(
  scope: Scope,
  returning: JsonReturning | undefined,
  values: readonly BoundExpression[],
): { readonly made: SqlType; readonly returned: ResolvedType | undefined } {
  if (returning === undefined) {
    const hasJsonb = values.some(value => withoutDomain(value.type) === JSONB)
    return { made: hasJsonb ? JSONB : JSON_TYPE, returned: undefined }
  }
  const returned = resolveType(scope.binding, returning.type)
  const plain = withoutDomain(returned.type)
  if (plain === BYTEA) throw notSupported('JSON in a bytea', returning.type.at)
  if (plain === JSONB) return { made: JSONB, returned }
  if (plain === JSON_TYPE || plain.category === 'S') return { made: JSON_TYPE, returned }
  return fail('42846', `cannot cast type json to ${returned.type.displayName}`, returning.type.at)
}

function asReturned(
  scope: Scope,
  made: BoundExpression,
  returned: ResolvedType | undefined,
  at: number,
): BoundExpression {
  if (returned === undefined || returned.type === made.type) return made
  // As an assignment does: what is too long is refused, and not cut.
  return coerceOrNot(scope, made, returned.type, returned.modifier, 'assignment', at) ?? made
}

function bindObject(scope: Scope, e: JsonObjectConstructor): BoundExpression {
  const given = e.members.flatMap(({ key, value }) => [
    withoutUnknown(scope, bindExpression(scope, key)),
    bindInput(scope, value),
  ])
  const { made, returned } = outputOf(scope, e.returning, given)
  const call = callOf(jsonObjectOf(e.isAbsentOnNull, e.isUnique, made), given, plainType(made), e.at)
  return asReturned(scope, call, returned, e.at)
}

function bindArray(scope: Scope, e: JsonArrayConstructor): BoundExpression {
  const given = e.elements.map(element => bindInput(scope, element))
  const { made, returned } = outputOf(scope, e.returning, given)
  const call = callOf(jsonArrayOf(e.isAbsentOnNull, made), given, plainType(made), e.at)
  return asReturned(scope, call, returned, e.at)
}

/** JSON_ARRAY(query) is the aggregate of the query's only column, and null over no rows. */
function bindArrayQuery(scope: Scope, e: JsonArrayQuery): BoundExpression {
  const { at } = e
  if (bindQuery(innerScope(scope), e.query).columns.length !== 1) {
    fail('42601', 'subquery must return only one column', at)
  }
  const aggregate: JsonAggregate = {
    kind: 'json aggregate',
    at,
    key: undefined,
    value: { value: { kind: 'column', at, names: ['q', 'a'], isStar: false }, isFormatted: e.isFormatted },
    isAbsentOnNull: true,
    isUnique: false,
    returning: e.returning,
    orderBy: [],
    filter: undefined,
    over: undefined,
  }
  const query: SelectQuery = {
    kind: 'select',
    at,
    with: undefined,
    distinct: 'all',
    items: [{ at, expression: aggregate, alias: undefined }],
    from: [{ kind: 'subquery', at, query: e.query, alias: { name: 'q', columns: ['a'] }, isLateral: false }],
    where: undefined,
    groupBy: [],
    isGroupDistinct: false,
    having: undefined,
    windows: [],
    orderBy: [],
    limit: undefined,
    isWithTies: false,
    offset: undefined,
    locking: [],
  }
  return bindExpression(scope, {
    kind: 'subquery',
    at,
    variant: 'scalar',
    operand: undefined,
    operator: undefined,
    query,
  })
}

function bindJsonAggregate(scope: Scope, e: JsonAggregate): BoundExpression {
  const value = bindInput(scope, e.value)
  const key = e.key === undefined ? undefined : withoutUnknown(scope, bindExpression(scope, e.key))
  const given = key === undefined ? [value] : [key, value]
  const { made, returned } = outputOf(scope, e.returning, given)
  const name =
    key === undefined
      ? `${made.name}_agg${e.isAbsentOnNull ? '_strict' : ''}`
      : `${made.name}_object_agg${e.isUnique ? '_unique' : ''}${e.isAbsentOnNull ? '_strict' : ''}`
  const found = scope.binding.functions
    .named(name)
    .find((one): one is AggregateFunction => one.kind === 'aggregate' && one.schema === undefined)
  if (found === undefined) throw notSupported(name, e.at)
  const call: FunctionCall = {
    kind: 'function',
    at: e.at,
    name: ['pg_catalog', name],
    arguments: [...(e.key === undefined ? [] : [e.key]), e.value.value].map(one => ({
      name: undefined,
      value: one,
    })),
    isStar: false,
    isDistinct: false,
    isVariadic: false,
    orderBy: e.orderBy,
    isWithinGroup: false,
    filter: e.filter,
    over: e.over,
  }
  const resolved = { function: found, arguments: given, result: made }
  const aggregate =
    e.over === undefined
      ? addAggregate(scope, call, found, resolved, given)
      : addWindowCall(scope, call, found, resolved)
  return asReturned(scope, aggregate, returned, e.at)
}

function bindConversion(scope: Scope, e: JsonConversion): BoundExpression {
  const operand = withoutUnknown(scope, bindExpression(scope, e.input.value))
  switch (e.function) {
    case 'json_scalar':
      return callOf(jsonScalarOf(), [operand], plainType(JSON_TYPE), e.at)
    case 'json': {
      if (isJsonType(operand.type) && !e.isUnique) {
        return castExplicitly(scope, operand, JSON_TYPE, NO_MODIFIER, e.at)
      }
      requireText(operand, JSON_TYPE, e.input.isFormatted ? 'explicit' : undefined)
      const text = coerceArgument(scope, operand, TEXT)
      return callOf(jsonOfText(e.isUnique), [text], plainType(JSON_TYPE), e.at)
    }
    default: {
      const returned =
        e.returning === undefined ? plainType(TEXT) : resolveType(scope.binding, e.returning.type)
      const plain = withoutDomain(returned.type)
      if (plain === BYTEA) throw notSupported('JSON in a bytea', e.at)
      if (plain.category !== 'S') {
        fail(
          '42804',
          `cannot use type ${returned.type.displayName} in RETURNING clause of JSON_SERIALIZE()`,
          e.returning?.type.at ?? e.at,
          { hint: 'Try returning a string type or bytea.' },
        )
      }
      if (!isJsonType(operand.type)) requireText(operand, JSON_TYPE, 'implicit')
      const json = isJsonType(operand.type)
        ? operand
        : castExplicitly(scope, operand, JSON_TYPE, NO_MODIFIER, e.at)
      return asReturned(scope, json, returned, e.at)
    }
  }
}

// ------------------------------------------------------------------------------------------- questions by path

const NAMES = {
  json_query: 'JSON_QUERY()',
  json_value: 'JSON_VALUE()',
  json_exists: 'JSON_EXISTS()',
} as const
const ASKS = { json_query: 'query', json_value: 'value', json_exists: 'exists' } as const

function bindPathQuery(scope: Scope, e: JsonPathQuery): BoundExpression {
  const asks = ASKS[e.function]
  const returned = returnedBy(scope, e)
  const { question, defaults } = bindQuestion(scope, e, asks, returned, undefined)
  const names = e.passing.map(one => one.name)
  return callOf(
    jsonQuestion(question, names),
    [bindContextItem(scope, e.input), bindPath(scope, e), ...bindPassing(scope, e.passing), ...defaults],
    returned,
    e.at,
  )
}

function returnedBy(scope: Scope, e: JsonPathQuery): ResolvedType {
  if (e.returning === undefined) {
    return plainType({ json_query: JSONB, json_value: TEXT, json_exists: BOOL }[e.function])
  }
  if (e.returning.isFormatted && e.function === 'json_value') {
    fail('42601', 'cannot specify FORMAT JSON in RETURNING clause of JSON_VALUE()', e.returning.type.at)
  }
  const returned = resolveType(scope.binding, e.returning.type)
  refuseReturned(returned.type, e.returning.type.at)
  return returned
}

/** A domain's checks are an expression's, and a question is answered inside of one function. */
export function refuseReturned(type: SqlType, at: number): void {
  if (type.kind === 'domain') throw notSupported('RETURNING a domain', at)
  if (type === BYTEA) throw notSupported('RETURNING bytea', at)
  if (type.kind === 'pseudo') {
    fail('0A000', `returning pseudo-types is not supported in SQL/JSON functions`, at)
  }
}

/** The value that is asked: jsonb. */
export function bindContextItem(scope: Scope, { value, isFormatted }: JsonInput): BoundExpression {
  const bound = withoutUnknown(scope, bindExpression(scope, value))
  if (!isJsonType(bound.type)) requireText(bound, JSONB, isFormatted ? 'explicit' : undefined)
  return castExplicitly(scope, bound, JSONB, NO_MODIFIER, bound.at)
}

export function bindPassing(scope: Scope, passing: readonly JsonPassing[]): BoundExpression[] {
  return passing.map(({ value }) => bindInput(scope, value))
}

function bindPath(scope: Scope, { path }: JsonPathQuery): BoundExpression {
  const bound = bindExpression(scope, path)
  const coerced = coerceOrNot(
    scope,
    bound,
    JSONPATH,
    NO_MODIFIER,
    bound.type === UNKNOWN ? 'implicit' : 'explicit',
  )
  if (coerced === undefined || ![JSONPATH, UNKNOWN, TEXT].includes(withoutDomain(bound.type))) {
    return fail(
      '42804',
      `JSON path expression must be of type jsonpath, not of type ${bound.type.displayName}`,
      placeOf(bound),
    )
  }
  return coerced
}

interface Clauses {
  readonly at: number
  readonly wrapper: JsonPathQuery['wrapper']
  readonly quotes: JsonPathQuery['quotes']
  readonly onEmpty: JsonBehavior | undefined
  readonly onError: JsonBehavior | undefined
}

/** Clauses to a question, and the two values of DEFAULT. `column`: of JSON_TABLE. */
export function bindQuestion(
  scope: Scope,
  clauses: Clauses,
  asks: PathQuestion['asks'],
  returned: ResolvedType,
  column: string | undefined,
): { readonly question: PathQuestion; readonly defaults: readonly [BoundExpression, BoundExpression] } {
  const { wrapper, quotes, at } = clauses
  const isWrapped = wrapper === 'conditional' || wrapper === 'unconditional'
  if (isWrapped && quotes !== 'unspecified') {
    fail('42601', 'SQL/JSON QUOTES behavior must not be specified when WITH WRAPPER is used', at)
  }
  const onEmpty = behaviorOf(clauses.onEmpty, asks, 'ON EMPTY', column)
  const onError = behaviorOf(clauses.onError, asks, 'ON ERROR', column)
  const question: PathQuestion = {
    asks,
    wrapper: isWrapped ? wrapper : 'none',
    omitsQuotes: quotes === 'omit',
    onEmpty,
    onError,
    column,
  }
  return {
    question,
    defaults: [
      bindDefault(scope, clauses.onEmpty, returned, at),
      bindDefault(scope, clauses.onError, returned, at),
    ],
  }
}

const ALLOWED: Readonly<Record<PathQuestion['asks'], readonly Behavior[]>> = {
  exists: ['error', 'true', 'false', 'unknown'],
  value: ['error', 'null', 'default'],
  query: ['error', 'null', 'empty array', 'empty object', 'default'],
}

function behaviorOf(
  given: JsonBehavior | undefined,
  asks: PathQuestion['asks'],
  what: string,
  column: string | undefined,
): Behavior {
  if (given === undefined) return asks === 'exists' ? 'false' : 'null'
  if (!ALLOWED[asks].includes(given.kind)) {
    const of = column === undefined ? '' : ` for column "${column}"`
    const words = {
      exists: 'TRUE, FALSE, UNKNOWN',
      value: 'NULL, DEFAULT',
      query: 'NULL, EMPTY [ ARRAY ], EMPTY OBJECT, or DEFAULT',
    }
    fail('42601', `invalid ${what} behavior${of}`, given.at, {
      detail: `Only ERROR, ${words[asks]} expression is allowed in ${what} for ${NAMES[`json_${asks}`]}.`,
    })
  }
  return given.kind
}

function bindDefault(
  scope: Scope,
  behavior: JsonBehavior | undefined,
  { type, modifier }: ResolvedType,
  at: number,
): BoundExpression {
  if (behavior?.value === undefined) return { kind: 'constant', type, modifier, value: null, at }
  const bound = bindExpression(scope, behavior.value)
  const refuse = (message: string): never => fail('42804', message, placeOf(bound))
  const noConstant = 'can only specify a constant, non-aggregate function, or operator expression for DEFAULT'
  if (bound.kind === 'column') refuse(noConstant)
  walk([bound], {
    expression(e) {
      if (e.kind === 'column' || e.kind === 'whole row') {
        refuse('DEFAULT expression must not contain column references')
      }
      if (e.kind === 'set function') refuse('DEFAULT expression must not return a set')
      if (e.kind === 'aggregate' || e.kind === 'window' || e.kind === 'subquery') {
        refuse(noConstant)
      }
    },
  })
  const coerced = coerceOrNot(scope, bound, type, modifier, 'explicit')
  if (coerced === undefined) {
    throw new SqlError(
      '42846',
      `cannot cast behavior expression of type ${bound.type.displayName} to ${type.displayName}`,
      { position: placeOf(bound) },
    )
  }
  return coerced
}
