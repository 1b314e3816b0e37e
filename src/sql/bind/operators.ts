/**
 * Operators over bound operands: which function runs, what it is given; comparisons of rows, of arrays by ANY and ALL, IN,
 * IS DISTINCT FROM, NULLIF.
 */

import type { ScalarFunction } from '../functions/registry.ts'
import { BOOL, NO_MODIFIER, type SqlType, UNKNOWN, withoutDomain } from '../types/type.ts'
import type { BoundExpression, RowComparison } from './bound.ts'
import { canCoerce } from './casts.ts'
import { coerceArgument, coerceToCommon, commonTypeOrNot } from './coercion.ts'
import { chooseOperator } from './overload.ts'
import { substitute, unify } from './polymorphic.ts'
import { fail, type Scope } from './scope.ts'
import { contains } from './walk.ts'

export interface ResolvedOperator {
  readonly function: ScalarFunction
  /** What its operands must be. */
  readonly types: readonly SqlType[]
  readonly result: SqlType
}

/** By operand types; `left` undefined for prefix operators. */
export function resolveOperator(
  scope: Scope,
  name: readonly string[],
  left: SqlType | undefined,
  right: SqlType,
  at: number,
): ResolvedOperator {
  const { functions } = scope.binding
  const symbol = name[name.length - 1]!
  const actual = left === undefined ? [right] : [left, right]
  const isOurs = name.length === 1 || name[0] === 'pg_catalog'
  const choice = isOurs ? chooseOperator(functions, symbol, actual) : ({ failure: 'none' } as const)
  if ('failure' in choice) return operatorMissing(name.join('.'), left, right, choice.failure, at)
  const { function: operator, types: declared } = choice.candidate
  const polymorphs = unify(functions, declared, actual)
  const types = declared.map(type => {
    const known = polymorphs === undefined ? undefined : substitute(type, polymorphs)
    if (known === undefined) {
      fail('42804', 'could not determine polymorphic type because input has type unknown', at)
    }
    return known
  })
  const result = polymorphs === undefined ? operator.result : substitute(operator.result, polymorphs)
  if (result === undefined) {
    fail('42804', 'could not determine polymorphic type because input has type unknown', at)
  }
  return { function: operator, types, result }
}

function operatorMissing(
  name: string,
  left: SqlType | undefined,
  right: SqlType,
  failure: 'none' | 'ambiguous',
  at: number,
): never {
  const call =
    left === undefined ? `${name} ${right.displayName}` : `${left.displayName} ${name} ${right.displayName}`
  const isBinary = left !== undefined
  if (failure === 'ambiguous') {
    fail('42725', `operator is not unique: ${call}`, at, {
      hint: 'Could not choose a best candidate operator. You might need to add explicit type casts.',
    })
  }
  return fail('42883', `operator does not exist: ${call}`, at, {
    hint: isBinary
      ? 'No operator matches the given name and argument types. You might need to add explicit type casts.'
      : 'No operator matches the given name and argument type. You might need to add an explicit type cast.',
  })
}

/** The operator applied. */
export function makeOperator(
  scope: Scope,
  name: readonly string[],
  left: BoundExpression | undefined,
  right: BoundExpression,
  at: number,
): BoundExpression {
  const operator = resolveOperator(scope, name, left?.type, right.type, at)
  const operands = left === undefined ? [right] : [left, right]
  return {
    kind: 'call',
    function: operator.function,
    arguments: operands.map((one, place) => coerceArgument(scope, one, operator.types[place]!)),
    isExplicit: false,
    type: operator.result,
    modifier: NO_MODIFIER,
    at,
  }
}

/** `a op b`, of rows field by field. */
export function compare(
  scope: Scope,
  name: readonly string[],
  left: BoundExpression,
  right: BoundExpression,
  at: number,
): BoundExpression {
  if (left.kind === 'row' && right.kind === 'row') {
    return compareFields(scope, name, left.fields, right.fields, at)
  }
  return makeOperator(scope, name, left, right, at)
}

const ROW_OPERATORS = new Set(['=', '<>', '<', '<=', '>', '>='])

/** The operator of a comparison of rows. */
export function rowOperator(name: readonly string[], at: number): string {
  const symbol = name[name.length - 1]!
  if (!ROW_OPERATORS.has(symbol)) {
    fail('0A000', `could not determine interpretation of row comparison operator ${symbol}`, at, {
      hint: 'Row comparison operators must be associated with btree operator families.',
    })
  }
  return symbol
}

export function compareFields(
  scope: Scope,
  name: readonly string[],
  left: readonly BoundExpression[],
  right: readonly BoundExpression[],
  at: number,
): BoundExpression {
  if (left.length !== right.length) fail('42601', 'unequal number of entries in row expressions', at)
  if (left.length === 0) fail('0A000', 'cannot compare rows of zero length', at)
  if (left.length === 1) return makeOperator(scope, name, left[0]!, right[0]!, at)
  const symbol = rowOperator(name, at)
  // Each field by itself finds its index. Nested rows compare as records.
  if (symbol === '=' || symbol === '<>') {
    const fields = left.map((one, field) => makeOperator(scope, name, one, right[field]!, at))
    return joinLogical(symbol === '=' ? 'and' : 'or', fields, at)
  }
  const direction = symbol.startsWith('<') ? '<' : '>'
  const lefts: BoundExpression[] = []
  const rights: BoundExpression[] = []
  const equals: ScalarFunction[] = []
  const precedes: ScalarFunction[] = []
  for (let field = 0; field < left.length; field++) {
    const a = left[field]!
    const b = right[field]!
    // Nested rows compare as records.
    const written = resolveOperator(scope, [symbol], a.type, b.type, at)
    const [leftType, rightType] = written.types as [SqlType, SqlType]
    lefts.push(coerceArgument(scope, a, leftType))
    rights.push(coerceArgument(scope, b, rightType))
    equals.push(resolveOperator(scope, ['='], leftType, rightType, at).function)
    precedes.push(resolveOperator(scope, [direction], leftType, rightType, at).function)
  }
  return {
    kind: 'row comparison',
    operator: symbol as RowComparison['operator'],
    left: lefts,
    right: rights,
    equals,
    precedes,
    type: BOOL,
    modifier: NO_MODIFIER,
    at,
  }
}

export function makeDistinct(
  scope: Scope,
  left: BoundExpression,
  right: BoundExpression,
  isNegated: boolean,
  at: number,
): BoundExpression {
  const isNull = (e: BoundExpression): boolean => e.kind === 'constant' && e.value === null
  if (left.kind === 'row' && right.kind === 'row') {
    if (left.fields.length !== right.fields.length) {
      fail('42601', 'unequal number of entries in row expressions', at)
    }
    const fields = left.fields.map((one, field) =>
      makeDistinct(scope, one, right.fields[field]!, isNegated, at),
    )
    return joinLogical(isNegated ? 'and' : 'or', fields, at)
  }
  if (isNull(right) || isNull(left)) {
    const operand = isNull(right) ? left : right
    const test = { operand, isNegated: !isNegated, ofValue: true } as const
    return { kind: 'null test', ...test, type: BOOL, modifier: NO_MODIFIER, at }
  }
  const equals = resolveOperator(scope, ['='], left.type, right.type, at)
  return {
    kind: 'distinct test',
    left: coerceArgument(scope, left, equals.types[0]!),
    right: coerceArgument(scope, right, equals.types[1]!),
    equals: equals.function,
    isNegated,
    type: BOOL,
    modifier: NO_MODIFIER,
    at,
  }
}

export function makeNullIf(
  scope: Scope,
  left: BoundExpression,
  right: BoundExpression,
  at: number,
): BoundExpression {
  const equals = resolveOperator(scope, ['='], left.type, right.type, at)
  const coerced = coerceArgument(scope, left, equals.types[0]!)
  return {
    kind: 'nullif',
    result: coerced,
    left: coerced,
    right: coerceArgument(scope, right, equals.types[1]!),
    equals: equals.function,
    type: coerced.type,
    modifier: coerced.modifier,
    at,
  }
}

/** `x IN (…)`: one comparison for what has no columns and a common type; the others are ORs. */
export function makeIn(
  scope: Scope,
  operand: BoundExpression,
  list: readonly BoundExpression[],
  isNegated: boolean,
  at: number,
): BoundExpression {
  const name = [isNegated ? '<>' : '=']
  const fixed: BoundExpression[] = []
  const others: BoundExpression[] = []
  const isRowList = operand.kind === 'row'
  for (const one of list) {
    const isFixed = !isRowList && !contains(one, part => part.kind === 'column' || part.kind === 'whole row')
    ;(isFixed ? fixed : others).push(one)
  }
  const terms: BoundExpression[] = []
  let single: readonly BoundExpression[] = list
  if (fixed.length > 1) {
    const type = commonTypeOrNot(scope, [operand, ...fixed])
    if (
      type !== undefined &&
      withoutDomain(type).kind !== 'composite' &&
      type.kind !== 'pseudo' &&
      canAll(scope, fixed, type)
    ) {
      const items = fixed.map(one => coerceToCommon(scope, one, type, 'IN'))
      const operator = resolveOperator(scope, name, operand.type, type, at)
      const equals = isNegated
        ? resolveOperator(scope, ['='], operator.types[0]!, operator.types[1]!, at)
        : operator
      terms.push({
        kind: 'in list',
        operand: coerceArgument(scope, operand, equals.types[0]!),
        list: items.map(one => coerceArgument(scope, one, equals.types[1]!)),
        equals: equals.function,
        isNegated,
        type: BOOL,
        modifier: NO_MODIFIER,
        at,
      })
      single = others
    }
  }
  for (const one of single) {
    const term =
      operand.kind === 'row' && one.kind === 'row'
        ? compareFields(scope, name, operand.fields, one.fields, at)
        : makeOperator(scope, name, operand, one, at)
    terms.push(term)
  }
  return joinLogical(isNegated ? 'and' : 'or', terms, at)
}

function canAll(scope: Scope, list: readonly BoundExpression[], type: SqlType): boolean {
  return list.every(one => canCoerce(scope.binding.functions, one.type, type, 'implicit'))
}

export function joinLogical(
  operator: 'and' | 'or',
  operands: readonly BoundExpression[],
  at: number,
): BoundExpression {
  if (operands.length === 1) return operands[0]!
  return { kind: 'logical', operator, operands, type: BOOL, modifier: NO_MODIFIER, at }
}

/** `x op ANY (array)`. */
export function makeQuantified(
  scope: Scope,
  name: readonly string[],
  quantifier: 'any' | 'all',
  operand: BoundExpression,
  array: BoundExpression,
  at: number,
): BoundExpression {
  let elementType: SqlType = UNKNOWN
  if (array.type !== UNKNOWN) {
    const element = withoutDomain(array.type).element
    if (element === undefined) fail('42809', 'op ANY/ALL (array) requires array on right side', at)
    elementType = element
  }
  const operator = resolveOperator(scope, name, operand.type, elementType, at)
  if (operator.result !== BOOL) fail('42809', 'op ANY/ALL (array) requires operator to yield boolean', at)
  const arrayType = operator.types[1]!.array
  if (arrayType === undefined) {
    fail('42704', `could not find array type for data type ${operator.types[1]!.displayName}`, at)
  }
  return {
    kind: 'quantified array',
    quantifier,
    operand: coerceArgument(scope, operand, operator.types[0]!),
    array: coerceArgument(scope, array, arrayType),
    operator: operator.function,
    type: BOOL,
    modifier: NO_MODIFIER,
    at,
  }
}
