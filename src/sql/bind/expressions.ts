/**
 * Expressions of the tree to bound expressions. Calls of functions are in calls.ts, operators over bound operands in
 * operators.ts, subqueries in subqueries.ts.
 *
 * Invariant: chains of operators to the left (`1 + 1 + 1 …`) need no stack.
 */

import { notSupported } from '../errors.ts'
import { isJson } from '../functions/json-access.ts'
import type { ScalarFunction } from '../functions/registry.ts'
import type {
  ArrayConstructor,
  CaseExpression,
  ColumnReference,
  Expression,
  FieldSelection,
  JsonTest,
  LikeExpression,
  OperatorExpression,
  Subscript,
} from '../syntax/tree.ts'
import { DIMENSIONS_MAX, tooManyDimensions } from '../types/array.ts'
import {
  ANY,
  BOOL,
  CHAR,
  INT4,
  JSONB,
  NAME,
  NO_MODIFIER,
  type SqlType,
  TEXT,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import type { BoundExpression, BoundSubscript } from './bound.ts'
import { bindFunctionCall, callNamed } from './calls.ts'
import {
  castExplicitly,
  coerceArgument,
  coerceOrNot,
  coerceToBoolean,
  coerceToCommon,
  commonModifier,
  commonTypeFor,
  withoutUnknown,
} from './coercion.ts'
import { refuseCollation } from './collations.ts'
import { bindLiteral, bindParameter, bindValueFunction } from './constants.ts'
import { bindGroupingCall } from './grouping-calls.ts'
import { resolveColumn } from './names.ts'
import {
  compare,
  compareFields,
  joinLogical,
  makeDistinct,
  makeIn,
  makeNullIf,
  makeOperator,
  makeQuantified,
} from './operators.ts'
import { noteQualified } from './qualified-names.ts'
import { isRow, recordOf } from './records.ts'
import { fail, type Scope } from './scope.ts'
import { bindSqlJson } from './sql-json.ts'
import { expandStar, isStarItem } from './stars.ts'
import { bindSubqueryExpression, scalarRow } from './subqueries.ts'
import { resolveType } from './type-names.ts'
import { placeOf } from './walk.ts'

export function bindExpression(scope: Scope, e: Expression): BoundExpression {
  switch (e.kind) {
    case 'literal':
      return bindLiteral(scope, e)
    case 'parameter':
      return bindParameter(scope, e.number, e.at)
    case 'column':
      return bindColumn(scope, e)
    case 'operator':
      return bindOperators(scope, e)
    case 'logical': {
      const name = e.operator.toUpperCase()
      const operands = e.operands.map(one => coerceToBoolean(scope, bindExpression(scope, one), name))
      return { kind: 'logical', operator: e.operator, operands, type: BOOL, modifier: NO_MODIFIER, at: e.at }
    }
    case 'null test':
      return nullTest(bindExpression(scope, e.operand), e.isNegated, e.at)
    case 'boolean test': {
      const label = `IS ${e.isNegated ? 'NOT ' : ''}${e.test.toUpperCase()}`
      return {
        kind: 'boolean test',
        operand: coerceToBoolean(scope, bindExpression(scope, e.operand), label),
        test: e.test,
        isNegated: e.isNegated,
        type: BOOL,
        modifier: NO_MODIFIER,
        at: e.at,
      }
    }
    case 'distinct test':
      return makeDistinct(
        scope,
        bindExpression(scope, e.left),
        bindExpression(scope, e.right),
        e.isNegated,
        e.at,
      )
    case 'nullif':
      return makeNullIf(scope, bindExpression(scope, e.left), bindExpression(scope, e.right), e.at)
    case 'in': {
      const operand = bindExpression(scope, e.operand)
      return makeIn(
        scope,
        operand,
        e.list.map(one => bindExpression(scope, one)),
        e.isNegated,
        e.at,
      )
    }
    case 'quantified':
      return makeQuantified(
        scope,
        e.operator,
        e.quantifier,
        bindExpression(scope, e.operand),
        bindExpression(scope, e.array),
        e.at,
      )
    case 'between': {
      const against = (operator: string, bound: Expression): BoundExpression =>
        compare(scope, [operator], bindExpression(scope, e.operand), bindExpression(scope, bound), e.at)
      // Negated it is a disjunction of its own, as in PostgreSQL, and no NOT: definitions print so.
      const between = (low: Expression, high: Expression): BoundExpression =>
        e.isNegated
          ? joinLogical('or', [against('<', low), against('>', high)], e.at)
          : joinLogical('and', [against('>=', low), against('<=', high)], e.at)
      const one = between(e.low, e.high)
      if (!e.isSymmetric) return one
      return joinLogical(e.isNegated ? 'and' : 'or', [one, between(e.high, e.low)], e.at)
    }
    case 'like':
      return bindLike(scope, e)
    case 'function':
      return bindFunctionCall(scope, e)
    case 'value function':
      return bindValueFunction(scope, e)
    case 'cast': {
      const { type, modifier } = resolveType(scope.binding, e.type)
      const operand =
        e.operand.kind === 'array'
          ? bindArray(scope, e.operand, withoutDomain(type))
          : bindExpression(scope, e.operand)
      return castExplicitly(scope, operand, type, modifier, e.at)
    }
    case 'collate':
      return bindCollate(scope, e.operand, e.collation, e.at)
    case 'at time zone': {
      const operand = bindExpression(scope, e.operand)
      const zone = e.zone === undefined ? [] : [bindExpression(scope, e.zone)]
      return callNamed(scope, 'timezone', [...zone, operand], e.at)
    }
    case 'case':
      return withoutSets(scope, 'CASE', () => bindCase(scope, e))
    case 'coalesce':
      return withoutSets(scope, 'COALESCE', () => {
        const { operands, type } = bindCommon(scope, e.operands, 'COALESCE')
        return { kind: 'coalesce', operands, type, modifier: commonModifier(operands, type), at: e.at }
      })
    case 'minmax': {
      const { operands, type } = bindCommon(scope, e.operands, e.function.toUpperCase())
      if (!withoutDomain(type).isOrdered) {
        fail('42883', `could not identify a comparison function for type ${type.displayName}`, e.at)
      }
      const modifier = commonModifier(operands, type)
      return { kind: 'minmax', function: e.function, operands, type, modifier, at: e.at }
    }
    case 'array':
      return bindArray(scope, e, undefined)
    case 'row':
      return bindRow(scope, e.fields, e.at)
    case 'subquery':
      return bindSubqueryExpression(scope, e)
    case 'subscript':
      return bindSubscript(scope, e)
    case 'field':
      return bindField(scope, e)
    case 'default':
      return fail('42601', 'DEFAULT is not allowed in this context', e.at)
    case 'grouping':
      return bindGroupingCall(scope, e)
    case 'json test':
      return bindJsonTest(scope, e)
    case 'json object':
    case 'json array':
    case 'json array query':
    case 'json aggregate':
    case 'json conversion':
    case 'json query':
      return bindSqlJson(scope, e)
    default:
      throw notSupported(`expression ${(e as { kind: string }).kind}`, (e as { at: number }).at)
  }
}

function bindColumn(scope: Scope, e: ColumnReference): BoundExpression {
  if (!e.isStar) {
    const found = resolveColumn(scope, e.names, e.at)
    if (scope.binding.found !== undefined && e.names.length === 1) noteQualified(scope, e, found)
    return found
  }
  // `t.*` where one value is wanted is the whole row.
  if (e.names.length === 0) fail('42602', 'row expansion via "*" is not supported here', e.at)
  const columns = expandStar(scope, e.names, e.at)
  return columns.wholeRow(e.at)
}

/** Down the left side with a list, then up again. */
function bindOperators(scope: Scope, e: OperatorExpression): BoundExpression {
  const chain: OperatorExpression[] = []
  let at: Expression = e
  while (at.kind === 'operator' && at.left !== undefined) {
    chain.push(at)
    at = at.left
  }
  let left: BoundExpression
  if (at.kind === 'operator') {
    const right = bindExpression(scope, at.right)
    left = makeOperator(scope, at.name, undefined, right, at.at)
  } else left = bindExpression(scope, at)
  while (chain.length > 0) {
    const operator = chain.pop()!
    left = bindBinary(scope, operator, left)
  }
  return left
}

function bindBinary(scope: Scope, e: OperatorExpression, left: BoundExpression): BoundExpression {
  if (left.kind === 'row' && e.right.kind === 'subquery' && e.right.variant === 'scalar') {
    const fields = scalarRow(scope, e.right, left.fields.length, e.at)
    return compareFields(scope, e.name, left.fields, fields, e.at)
  }
  return compare(scope, e.name, left, bindExpression(scope, e.right), e.at)
}

export function negate(operand: BoundExpression, at: number): BoundExpression {
  return { kind: 'logical', operator: 'not', operands: [operand], type: BOOL, modifier: NO_MODIFIER, at }
}

function nullTest(operand: BoundExpression, isNegated: boolean, at: number): BoundExpression {
  return { kind: 'null test', operand, isNegated, type: BOOL, modifier: NO_MODIFIER, at }
}

function bindLike(scope: Scope, e: LikeExpression): BoundExpression {
  const operand = bindExpression(scope, e.operand)
  let pattern = bindExpression(scope, e.pattern)
  const escapedBy = e.escape === undefined ? undefined : bindExpression(scope, e.escape)
  let operator: string
  if (e.variant === 'similar') {
    operator = e.isNegated ? '!~' : '~'
    pattern = callNamed(
      scope,
      'similar_to_escape',
      escapedBy === undefined ? [pattern] : [pattern, escapedBy],
      e.at,
    )
  } else {
    const symbol = e.variant === 'like' ? '~~' : '~~*'
    operator = e.isNegated ? `!${symbol}` : symbol
    if (escapedBy !== undefined) pattern = callNamed(scope, 'like_escape', [pattern, escapedBy], e.at)
  }
  return makeOperator(scope, [operator], operand, pattern, e.at)
}

function bindCollate(
  scope: Scope,
  tree: Expression,
  collation: readonly string[],
  at: number,
): BoundExpression {
  const operand = bindExpression(scope, tree)
  const plain = withoutDomain(operand.type)
  const type = plain.element ?? plain
  if (type.category !== 'S' && type !== UNKNOWN) {
    fail('42804', `collations are not supported by type ${operand.type.displayName}`, at)
  }
  refuseCollation(collation, at)
  return withoutUnknown(scope, operand)
}

function bindCase(scope: Scope, e: CaseExpression): BoundExpression {
  let operand: BoundExpression | undefined
  let value: BoundExpression | undefined
  if (e.operand !== undefined) {
    operand = withoutUnknown(scope, bindExpression(scope, e.operand))
    value = { kind: 'case value', type: operand.type, modifier: operand.modifier, at: operand.at }
  }
  const whens: BoundExpression[] = []
  const thens: BoundExpression[] = []
  for (const branch of e.branches) {
    const when = bindExpression(scope, branch.when)
    const condition = value === undefined ? when : compare(scope, ['='], value, when, branch.when.at)
    whens.push(coerceToBoolean(scope, condition, 'CASE/WHEN'))
    thens.push(bindExpression(scope, branch.then))
  }
  const otherwise: BoundExpression =
    e.otherwise === undefined
      ? { kind: 'constant', type: UNKNOWN, modifier: NO_MODIFIER, value: null, at: e.at }
      : bindExpression(scope, e.otherwise)
  const type = commonTypeFor(scope, [otherwise, ...thens], 'CASE')
  const results = [otherwise, ...thens].map(one => coerceToCommon(scope, one, type, 'CASE'))
  return {
    kind: 'case',
    operand,
    // biome-ignore lint/suspicious/noThenProperty: the word of SQL
    branches: whens.map((when, at) => ({ when, then: results[at + 1]! })),
    otherwise: results[0]!,
    type,
    modifier: commonModifier(results, type),
    at: e.at,
  }
}

/** Set-returning functions may not be evaluated now and then. */
function withoutSets(scope: Scope, what: string, run: () => BoundExpression): BoundExpression {
  const before = scope.setCalls.length
  const result = run()
  const first = scope.setCalls[before]
  if (first !== undefined) {
    fail('0A000', `set-returning functions are not allowed in ${what}`, first.at, {
      hint: 'You might be able to move the set-returning function into a LATERAL FROM item.',
    })
  }
  return result
}

function bindCommon(
  scope: Scope,
  trees: readonly Expression[],
  what: string,
): { operands: BoundExpression[]; type: SqlType } {
  const bound = trees.map(one => bindExpression(scope, one))
  const type = commonTypeFor(scope, bound, what)
  return { operands: bound.map(one => coerceToCommon(scope, one, type, what)), type }
}

/** With a target (`ARRAY[…]::int[]`) the elements are cast to its. */
function bindArray(scope: Scope, e: ArrayConstructor, target: SqlType | undefined): BoundExpression {
  const targetElement = target?.kind === 'array' ? target.element : undefined
  if (e.elements.length === 0) {
    if (targetElement === undefined) {
      fail('42P18', 'cannot determine type of empty array', e.at, {
        hint: 'Explicitly cast to the desired type, for example ARRAY[]::integer[].',
      })
    }
    return { kind: 'array', elements: [], type: target!, modifier: NO_MODIFIER, at: e.at }
  }
  const hasArrays = e.elements.some(one => one.kind === 'array')
  const bound = e.elements.map(one =>
    one.kind === 'array'
      ? bindArray(scope, one, targetElement === undefined ? undefined : target)
      : bindExpression(scope, one),
  )
  if (targetElement !== undefined) {
    const isNested = hasArrays || bound.some(one => withoutDomain(one.type).kind === 'array')
    const goal = isNested ? target! : targetElement
    const elements = bound.map(one => castExplicitly(scope, one, goal, NO_MODIFIER, one.at))
    return { kind: 'array', elements, type: target!, modifier: NO_MODIFIER, at: e.at }
  }
  const common = commonTypeFor(scope, bound, 'ARRAY')
  const elements = bound.map(one => coerceToCommon(scope, one, common, 'ARRAY'))
  const type = withoutDomain(common).kind === 'array' ? withoutDomain(common) : common.array
  if (type === undefined) {
    fail('42704', `could not find array type for data type ${common.displayName}`, e.at)
  }
  return { kind: 'array', elements, type, modifier: NO_MODIFIER, at: e.at }
}

export function bindRow(scope: Scope, fields: readonly Expression[], at: number): BoundExpression {
  const bound: BoundExpression[] = []
  for (const field of fields) {
    if (isStarItem(field)) {
      for (const column of expandStar(scope, field, field.at).columns) bound.push(column.expression)
    } else bound.push(bindExpression(scope, field))
  }
  return rowOf(scope, bound, at)
}

/** A record with fields f1, f2 …; what is unknown stays so until something asks for a type. */
function rowOf(_scope: Scope, fields: readonly BoundExpression[], at: number): BoundExpression {
  const type = recordOf(
    fields.map((field, number) => ({
      name: `f${number + 1}`,
      type: field.type === UNKNOWN ? TEXT : field.type,
      modifier: field.modifier,
    })),
  )
  return { kind: 'row', fields, type, modifier: NO_MODIFIER, at }
}

export function bindSubscripts(
  scope: Scope,
  container: SqlType,
  subscripts: Subscript['subscripts'],
  at: number,
): BoundSubscript['subscripts'] {
  const isSlice = subscripts.some(one => one.isSlice)
  if (container === JSONB) {
    if (isSlice) fail('0A000', 'jsonb subscript does not support slices', at)
    return subscripts.map(one => {
      const upper = bindExpression(scope, one.upper!)
      const isText = upper.type === UNKNOWN || withoutDomain(upper.type).category === 'S'
      const coerced = coerceOrNot(scope, upper, isText ? TEXT : INT4, NO_MODIFIER, 'implicit')
      if (coerced === undefined) {
        fail('42804', `subscript type ${upper.type.displayName} is not supported`, upper.at, {
          hint: 'jsonb subscript must be coercible to either integer or text.',
        })
      }
      return { isSlice: false, lower: undefined, upper: coerced }
    })
  }
  if (subscripts.length > DIMENSIONS_MAX) throw tooManyDimensions(subscripts.length)
  const index = (tree: Expression | undefined): BoundExpression | undefined => {
    if (tree === undefined) return undefined
    const bound = bindExpression(scope, tree)
    const coerced = coerceOrNot(scope, bound, INT4, NO_MODIFIER, 'assignment')
    if (coerced === undefined) fail('42804', 'array subscript must have type integer', placeOf(bound))
    return coerced
  }
  return subscripts.map(one => {
    const upper = index(one.upper)
    if (!isSlice) return { isSlice: false, lower: undefined, upper }
    // Beside a slice, [n] is [1:n].
    const lower: BoundExpression | undefined = one.isSlice
      ? index(one.lower)
      : { kind: 'constant', type: INT4, modifier: NO_MODIFIER, value: 1, at }
    return { isSlice: true, lower, upper }
  })
}

/** What an element (or slice) of a container is; 42804 where there is none. */
export function subscriptedType(type: SqlType, isSlice: boolean, at: number): SqlType {
  const container = withoutDomain(type)
  if (container === JSONB) return JSONB
  if (container.kind !== 'array') {
    fail('42804', `cannot subscript type ${type.displayName} because it does not support subscripting`, at)
  }
  return isSlice ? container : container.element!
}

function bindSubscript(scope: Scope, e: Subscript): BoundExpression {
  const operand = withoutUnknown(scope, bindExpression(scope, e.operand))
  const container = withoutDomain(operand.type)
  const isSlice = e.subscripts.some(one => one.isSlice)
  // The letters of a name, counted from 0: catalogs are asked for them.
  const isLetter = container === NAME && !isSlice && e.subscripts.length === 1
  const type = isLetter ? CHAR : subscriptedType(operand.type, isSlice, placeOf(operand))
  const subscripts = bindSubscripts(scope, container, e.subscripts, e.at)
  return {
    kind: 'subscript',
    operand: coerceArgument(scope, operand, container),
    subscripts,
    type,
    modifier: operand.modifier,
    at: e.at,
  }
}

function bindField(scope: Scope, e: FieldSelection): BoundExpression {
  const operand = bindExpression(scope, e.operand)
  if (e.isStar) return operand
  return selectField(operand, e.field, placeOf(operand))
}

export function selectField(operand: BoundExpression, name: string, at: number): BoundExpression {
  const type = withoutDomain(operand.type)
  if (!isRow(type)) {
    fail(
      '42809',
      `column notation .${name} applied to type ${operand.type.displayName}, which is not a composite type`,
      at,
    )
  }
  const field = type.fields?.findIndex(one => one.name === name) ?? -1
  if (field < 0) {
    if (type.name === 'record') {
      fail('42703', `could not identify column "${name}" in record data type`, at)
    }
    fail('42703', `column "${name}" not found in data type ${operand.type.displayName}`, at)
  }
  // A field of a row that is written out is just that expression.
  if (operand.kind === 'row' && operand.fields[field]!.type !== UNKNOWN) return operand.fields[field]!
  const found = type.fields![field]!
  return { kind: 'field', operand, field, type: found.type, modifier: found.modifier, at }
}

const jsonTests = new Map<string, ScalarFunction>()

/** One function for each form, so that equal tests are equal expressions. */
function jsonTest(type: JsonTest['type'], hasUniqueKeys: boolean): ScalarFunction {
  const key = `${type} ${hasUniqueKeys}`
  let made = jsonTests.get(key)
  if (made === undefined) {
    made = {
      kind: 'scalar',
      name: 'is_json',
      arguments: [ANY],
      result: BOOL,
      implement: () => value => isJson(value, type, hasUniqueKeys),
    }
    jsonTests.set(key, made)
  }
  return made
}

function bindJsonTest(scope: Scope, e: JsonTest): BoundExpression {
  const operand = withoutUnknown(scope, bindExpression(scope, e.operand))
  const plain = withoutDomain(operand.type)
  if (plain.category !== 'S' && !['json', 'jsonb', 'bytea'].includes(plain.name)) {
    fail('42804', `cannot use type ${operand.type.displayName} in IS JSON predicate`, placeOf(operand))
  }
  return {
    kind: 'call',
    function: jsonTest(e.type, e.hasUniqueKeys),
    arguments: [
      plain.category === 'S' ? coerceArgument(scope, operand, TEXT) : coerceArgument(scope, operand, plain),
    ],
    isExplicit: false,
    type: BOOL,
    modifier: NO_MODIFIER,
    at: e.at,
  }
}
