/**
 * Expressions as closures over the register file: the back end that is always there, and the reference for generated code.
 *
 * Invariants:
 * 1. Arguments of a strict function are all evaluated before any of them is asked for null, as in PostgreSQL: an error in
 *    one is not hidden by a null in another.
 * 2. AND, OR, CASE and COALESCE evaluate from left to right and no further than they must.
 * 3. An error that a function throws gets the place of its call.
 */

import { assert } from '../../base/assert.ts'
import type {
  BoundCase,
  BoundExpression,
  BoundSubquery,
  BoundSubscript,
  Call,
  DomainCheck,
  InList,
  Logical,
  QuantifiedArray,
  RelationId,
  RowComparison,
} from '../bind/bound.ts'
import { asksFields } from '../bind/records.ts'
import { SqlError } from '../errors.ts'
import type {
  CallTypes,
  EvaluationContext,
  Implementation,
  ScalarFunction,
  Value,
} from '../functions/registry.ts'
import { isInvariant } from '../plan/invariant.ts'
import { AGGREGATES_FROM, GROUPING_SET, relationsIn } from '../plan/relations.ts'
import { arrayOfArrays, SqlArray } from '../types/array.ts'
import { comparator, keyOf } from '../types/compare.ts'
import { SqlRow } from '../types/row.ts'
import type { SqlType } from '../types/type.ts'
import { BOOL } from '../types/type.ts'
import type { RegisterFile, RegisterMap } from './registers.ts'
import { assignSubscript, type CompiledSubscript, readSubscript } from './subscript.ts'

export type Evaluate = (registers: RegisterFile) => Value

/** What an expression needs of the statement that it is part of. */
export interface ExpressionScope {
  readonly registers: RegisterMap
  /** The context of the execution that runs; set before each. */
  readonly context: EvaluationContext
  /** Compiles a subquery: what it gives for the registers at hand. */
  subquery(expression: BoundSubquery): Evaluate
  /** A relation's columns as a row. */
  wholeRow(relation: RelationId, type: SqlType): Evaluate
  /** Of a group relation: the keys that are in each grouping set. */
  groupingSets(relation: RelationId): readonly (readonly number[])[]
  /** Of what has one value for all rows of an execution (`isInvariant`); missing where there are no executions. */
  once?(evaluate: Evaluate): Evaluate
  /** Of a call that may wait. @param evaluate gives its value, or what is to be waited for */
  waiting(evaluate: Evaluate): Evaluate
}

/** Comparing with many constants is by a set. */
const IN_SET_MIN = 8

export function compileAll(expressions: readonly BoundExpression[], scope: ExpressionScope): Evaluate[] {
  return expressions.map(expression => compile(expression, scope))
}

/** A condition: true alone counts. */
export function compileCondition(expression: BoundExpression, scope: ExpressionScope): Evaluate {
  const evaluate = compile(expression, scope)
  return registers => evaluate(registers) === true
}

export function compile(expression: BoundExpression, scope: ExpressionScope): Evaluate {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression
      return () => value
    }
    case 'parameter': {
      const { index } = expression
      return registers => registers[index]
    }
    case 'column': {
      const register = scope.registers.of(expression.relation, expression.column)
      return registers => registers[register]
    }
    case 'call': {
      const evaluate = compileCall(expression, scope)
      return scope.once !== undefined && isInvariant(expression) ? scope.once(evaluate) : evaluate
    }
    case 'logical':
      return compileLogical(expression, scope)
    case 'null test': {
      const operand = compile(expression.operand, scope)
      const { isNegated } = expression
      if (asksFields(expression)) {
        return registers => {
          const row: SqlRow | null = operand(registers)
          if (row === null) return !isNegated
          return isNegated ? row.values.every(v => v !== null) : row.values.every(v => v === null)
        }
      }
      return isNegated ? registers => operand(registers) !== null : registers => operand(registers) === null
    }
    case 'boolean test': {
      const operand = compile(expression.operand, scope)
      const wanted = { true: true, false: false, unknown: null }[expression.test]
      return expression.isNegated
        ? registers => operand(registers) !== wanted
        : registers => operand(registers) === wanted
    }
    case 'distinct test': {
      const left = compile(expression.left, scope)
      const right = compile(expression.right, scope)
      const equals = implementBinary(expression.equals, expression.left, expression.right)
      const { isNegated } = expression
      return registers => {
        const a = left(registers)
        const b = right(registers)
        const isDistinct = a === null || b === null ? a !== b : !equals(a, b, scope.context)
        return isDistinct !== isNegated
      }
    }
    case 'nullif': {
      const result = compile(expression.result, scope)
      const left = compile(expression.left, scope)
      const right = compile(expression.right, scope)
      const equals = implementBinary(expression.equals, expression.left, expression.right)
      return registers => {
        const a = left(registers)
        const b = right(registers)
        if (a !== null && b !== null && equals(a, b, scope.context) === true) return null
        return result(registers)
      }
    }
    case 'in list':
      return compileInList(expression, scope)
    case 'quantified array':
      return compileQuantifiedArray(expression, scope)
    case 'case':
      return compileCase(expression, scope)
    case 'case value': {
      const register = scope.registers.of(CASE_VALUE, 0)
      return registers => registers[register]
    }
    case 'coalesce': {
      const operands = compileAll(expression.operands, scope)
      return registers => {
        for (const operand of operands) {
          const value = operand(registers)
          if (value !== null) return value
        }
        return null
      }
    }
    case 'minmax': {
      const operands = compileAll(expression.operands, scope)
      const compare = comparator(expression.type)
      const sign = expression.function === 'greatest' ? 1 : -1
      return registers => {
        let best: Value = null
        for (const operand of operands) {
          const value = operand(registers)
          if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value
        }
        return best
      }
    }
    case 'array': {
      const elements = compileAll(expression.elements, scope)
      const { type } = expression
      const isNested = expression.elements.some(element => element.type === type)
      return registers => {
        const values = elements.map(element => element(registers))
        return isNested ? arrayOfArrays(values) : SqlArray.of(values)
      }
    }
    case 'row': {
      const fields = compileAll(expression.fields, scope)
      const types = expression.fields.map(field => field.type)
      const names = expression.type.fields?.map(field => field.name)
      return registers =>
        new SqlRow(
          fields.map(field => field(registers)),
          types,
          names,
        )
    }
    case 'row comparison':
      return compileRowComparison(expression, scope)
    case 'subquery':
      return scope.subquery(expression)
    case 'subscript': {
      const operand = compile(expression.operand, scope)
      const subscripts = compileSubscripts(expression.subscripts, scope)
      const { type } = expression.operand
      return registers => readSubscript(type, operand(registers), subscripts, registers)
    }
    case 'field': {
      const operand = compile(expression.operand, scope)
      const { field } = expression
      return registers => {
        const row: SqlRow | null = operand(registers)
        return row === null ? null : (row.values[field] ?? null)
      }
    }
    case 'domain check':
      return compileDomainCheck(expression, scope)
    case 'domain value': {
      const register = scope.registers.of(DOMAIN_VALUE, 0)
      return registers => registers[register]
    }
    case 'whole row':
      return scope.wholeRow(expression.relation, expression.type)
    case 'relabel':
      return compile(expression.operand, scope)
    case 'array coercion': {
      const operand = compile(expression.operand, scope)
      const element = compile(expression.element, scope)
      const register = scope.registers.of(CASE_VALUE, 0)
      return registers => {
        const array: SqlArray | null = operand(registers)
        if (array === null) return null
        const outer = registers[register]
        const elements = array.elements.map(value => {
          registers[register] = value
          return element(registers)
        })
        registers[register] = outer
        return new SqlArray(elements, array.dimensions, array.lowerBounds)
      }
    }
    case 'row coercion': {
      const operand = compile(expression.operand, scope)
      const fields = compileAll(expression.fields, scope)
      const register = scope.registers.of(CASE_VALUE, 0)
      const types = expression.type.fields!.map(({ type }) => type)
      const names = expression.type.fields!.map(({ name }) => name)
      return registers => {
        const row: SqlRow | null = operand(registers)
        if (row === null) return null
        const outer = registers[register]
        registers[register] = row
        const values = fields.map(field => field(registers))
        registers[register] = outer
        return new SqlRow(values, types, names)
      }
    }
    case 'subscript assignment': {
      const operand = compile(expression.operand, scope)
      const subscripts = compileSubscripts(expression.subscripts, scope)
      const value = compile(expression.value, scope)
      const { type } = expression
      return registers => assignSubscript(type, operand(registers), subscripts, value(registers), registers)
    }
    case 'field assignment': {
      const operand = compile(expression.operand, scope)
      const value = compile(expression.value, scope)
      const { field, type } = expression
      const fields = type.fields ?? []
      return registers => {
        const row: SqlRow | null = operand(registers)
        const values = fields.map((_, i) => row?.values[i] ?? null)
        values[field] = value(registers)
        return new SqlRow(
          values,
          fields.map(one => one.type),
          fields.map(one => one.name),
        )
      }
    }
    case 'group key': {
      const register = scope.registers.of(expression.relation, expression.index)
      return registers => registers[register]
    }
    case 'aggregate': {
      const register = scope.registers.of(expression.relation, AGGREGATES_FROM + expression.index)
      return registers => registers[register]
    }
    case 'grouping': {
      const sets = scope.groupingSets(expression.relation)
      const register = scope.registers.of(expression.relation, GROUPING_SET)
      const bits = sets.map(set =>
        expression.keys.reduce((sum, key) => sum * 2 + (set.includes(key) ? 0 : 1), 0),
      )
      return registers => bits[registers[register]]
    }
    case 'window':
    case 'set function':
      assert(false, `a plan has no ${expression.kind}: the planner has made it a column`)
  }
}

/** Relations of values that are in the making. A CASE within a CASE saves and restores. */
const CASE_VALUE = -1
const DOMAIN_VALUE = -2

function compileSubscripts(
  subscripts: BoundSubscript['subscripts'],
  scope: ExpressionScope,
): CompiledSubscript[] {
  return subscripts.map(({ isSlice, lower, upper }) => ({
    isSlice,
    lower: lower === undefined ? undefined : compile(lower, scope),
    upper: upper === undefined ? undefined : compile(upper, scope),
  }))
}

function typesOf(call: Call): CallTypes {
  return {
    argumentTypes: call.arguments.map(argument => argument.type),
    resultType: call.type,
    modifier: call.modifier,
    isExplicit: call.isExplicit,
  }
}

/** A comparison operator for two operands, whose result is boolean. */
export function implementBinary(
  operator: ScalarFunction,
  left: { readonly type: SqlType },
  right: { readonly type: SqlType },
): Implementation {
  return operator.implement({
    argumentTypes: [left.type, right.type],
    resultType: BOOL,
    modifier: -1,
    isExplicit: false,
  })
}

/** An error that knows no place gets this one. */
function placed(error: unknown, at: number): unknown {
  return error instanceof SqlError ? error.at(at) : error
}

/** A strict function of a constant null is null, whatever its other arguments would say: PostgreSQL folds it so. */
export function isAlwaysNull(call: Call): boolean {
  // Constants are folded first, with their errors.
  return isNullOfNull(call, NULLS_DEPTH) && call.arguments.some(e => relationsIn(e).size > 0)
}

/** How far below a call a null is looked for that makes it null. */
const NULLS_DEPTH = 4

function isNullOfNull(call: Call, depth: number): boolean {
  if (!(call.function.isStrict ?? true)) return false
  return call.arguments.some(e => {
    if (e.kind === 'constant') return e.value === null
    if (e.kind !== 'call' || depth === 0 || !isNullOfNull(e, depth - 1)) return false
    // What else stands there has no error of its own to show first.
    return e.arguments.every(one => one.kind === 'constant' || relationsIn(one).size > 0)
  })
}

function compileCall(call: Call, scope: ExpressionScope): Evaluate {
  if (isAlwaysNull(call)) return () => null
  const spine = leftSpine(call)
  if (spine.length > SPINE_MAX) return compileSpine(spine, scope)
  return compileCallWith(call, compileAll(call.arguments, scope), scope)
}

/** `1 + 1 + 1 + …`: so many calls down the first argument are walked by a loop, since closures in closures overflow. */
const SPINE_MAX = 200

function leftSpine(call: Call): Call[] {
  const spine: Call[] = []
  let at: BoundExpression = call
  while (at.kind === 'call' && at.arguments.length > 0) {
    spine.push(at)
    at = at.arguments[0]
  }
  return spine
}

function compileSpine(spine: readonly Call[], scope: ExpressionScope): Evaluate {
  const lowest = compile(spine[spine.length - 1].arguments[0], scope)
  const register = scope.registers.scratch()
  const first: Evaluate = registers => registers[register]
  const steps: Evaluate[] = []
  for (let i = spine.length - 1; i >= 0; i--) {
    const rest = spine[i].arguments.slice(1)
    steps.push(compileCallWith(spine[i], [first, ...compileAll(rest, scope)], scope))
  }
  return registers => {
    let value = lowest(registers)
    for (const step of steps) {
      registers[register] = value
      value = step(registers)
    }
    return value
  }
}

function compileCallWith(call: Call, operands: readonly Evaluate[], scope: ExpressionScope): Evaluate {
  const evaluate = compileCallOf(call, operands, scope)
  return call.function.mayWait ? scope.waiting(evaluate) : evaluate
}

function compileCallOf(call: Call, operands: readonly Evaluate[], scope: ExpressionScope): Evaluate {
  const { at } = call
  const run = call.function.implement(typesOf(call))
  const isStrict = call.function.isStrict ?? true
  const fail = (error: unknown): never => {
    throw placed(error, at)
  }
  if (operands.length === 0) {
    return () => {
      try {
        return run(scope.context)
      } catch (error) {
        return fail(error)
      }
    }
  }
  if (operands.length === 1) {
    const [first] = operands
    return registers => {
      const a = first(registers)
      if (isStrict && a === null) return null
      try {
        return run(a, scope.context)
      } catch (error) {
        return fail(error)
      }
    }
  }
  if (operands.length === 2) {
    const [first, second] = operands
    return registers => {
      const a = first(registers)
      const b = second(registers)
      if (isStrict && (a === null || b === null)) return null
      try {
        return run(a, b, scope.context)
      } catch (error) {
        return fail(error)
      }
    }
  }
  if (operands.length === 3) {
    const [first, second, third] = operands
    return registers => {
      const a = first(registers)
      const b = second(registers)
      const c = third(registers)
      if (isStrict && (a === null || b === null || c === null)) return null
      try {
        return run(a, b, c, scope.context)
      } catch (error) {
        return fail(error)
      }
    }
  }
  return registers => {
    const values = operands.map(operand => operand(registers))
    if (isStrict && values.includes(null)) return null
    try {
      return run(...values, scope.context)
    } catch (error) {
      return fail(error)
    }
  }
}

function compileLogical({ operator, operands }: Logical, scope: ExpressionScope): Evaluate {
  if (operator === 'not') {
    const operand = compile(operands[0], scope)
    return registers => {
      const value = operand(registers)
      return value === null ? null : !value
    }
  }
  const conditions = compileAll(operands, scope)
  // The value that decides alone: false for AND, true for OR.
  const decisive = operator === 'or'
  if (conditions.length === 2) {
    const [first, second] = conditions
    return registers => {
      const a = first(registers)
      if (a === decisive) return decisive
      const b = second(registers)
      if (b === decisive) return decisive
      return a === null || b === null ? null : !decisive
    }
  }
  return registers => {
    let isUnknown = false
    for (const condition of conditions) {
      const value = condition(registers)
      if (value === decisive) return decisive
      if (value === null) isUnknown = true
    }
    return isUnknown ? null : !decisive
  }
}

function compileInList({ operand, list, equals, isNegated }: InList, scope: ExpressionScope): Evaluate {
  const evaluate = compile(operand, scope)
  const constants = list.flatMap(item => (item.kind === 'constant' ? [item.value as Value] : []))
  const isOfOneType = list.every(item => item.type === operand.type)
  if (constants.length === list.length && isOfOneType && list.length >= IN_SET_MIN) {
    const key = keyOf(operand.type)
    const hasNull = constants.includes(null)
    const keys = new Set(constants.filter(value => value !== null).map(key))
    return registers => {
      const value = evaluate(registers)
      if (value === null) return null
      if (keys.has(key(value))) return !isNegated
      return hasNull ? null : isNegated
    }
  }
  const items = list.map(item => ({
    evaluate: compile(item, scope),
    equals: implementBinary(equals, operand, item),
  }))
  return registers => {
    const value = evaluate(registers)
    let isUnknown = false
    for (const item of items) {
      const other = item.evaluate(registers)
      if (value === null || other === null) isUnknown = true
      else if (item.equals(value, other, scope.context)) return !isNegated
    }
    return isUnknown ? null : isNegated
  }
}

function compileQuantifiedArray(expression: QuantifiedArray, scope: ExpressionScope): Evaluate {
  const { operand, array, operator, quantifier } = expression
  const evaluate = compile(operand, scope)
  const elements = compile(array, scope)
  const elementType = array.type.element ?? array.type
  const run = implementBinary(operator, operand, { type: elementType })
  const isStrict = operator.isStrict ?? true
  const decisive = quantifier === 'any'
  return registers => {
    const value = evaluate(registers)
    const of = elements(registers)
    if (of === null) return null
    let isUnknown = false
    for (const element of of.elements as Value[]) {
      const result =
        isStrict && (value === null || element === null) ? null : run(value, element, scope.context)
      if (result === decisive) return decisive
      if (result === null) isUnknown = true
    }
    return isUnknown ? null : !decisive
  }
}

function compileCase({ operand, branches, otherwise }: BoundCase, scope: ExpressionScope): Evaluate {
  const whens = branches.map(branch => compile(branch.when, scope))
  const thens = branches.map(branch => compile(branch.then, scope))
  const last = compile(otherwise, scope)
  const choose: Evaluate = registers => {
    for (let i = 0; i < whens.length; i++) {
      if (whens[i](registers) === true) return thens[i](registers)
    }
    return last(registers)
  }
  if (operand === undefined) return choose
  const evaluate = compile(operand, scope)
  const register = scope.registers.of(CASE_VALUE, 0)
  return registers => {
    const value = evaluate(registers)
    const outer = registers[register]
    for (let i = 0; i < whens.length; i++) {
      registers[register] = value
      const isMet = whens[i](registers) === true
      registers[register] = outer
      if (isMet) return thens[i](registers)
    }
    return last(registers)
  }
}

function compileRowComparison(expression: RowComparison, scope: ExpressionScope): Evaluate {
  const left = compileAll(expression.left, scope)
  const right = compileAll(expression.right, scope)
  const implement = (operator: ScalarFunction, i: number) =>
    implementBinary(operator, expression.left[i], expression.right[i])
  const equals = expression.equals.map(implement)
  const precedes = expression.precedes.map(implement)
  return registers =>
    compareRows(
      expression.operator,
      left.map(value => value(registers)),
      right.map(value => value(registers)),
      equals,
      precedes,
      scope.context,
    )
}

/** Rows of values by an operator, with three-valued logic. `precedes`: `<` or `>`, in the operator's direction. */
export function compareRows(
  operator: string,
  left: readonly Value[],
  right: readonly Value[],
  equals: readonly Implementation[],
  precedes: readonly Implementation[],
  context: EvaluationContext,
): boolean | null {
  const isEquality = operator === '=' || operator === '<>'
  let isUnknown = false
  for (let i = 0; i < left.length; i++) {
    const a = left[i]
    const b = right[i]
    if (a === null || b === null) {
      if (!isEquality) return null
      isUnknown = true
    } else if (equals[i](a, b, context) !== true) {
      if (isEquality) return operator === '<>'
      return precedes[i](a, b, context)
    }
  }
  if (isUnknown) return null
  return operator === '=' || operator === '<=' || operator === '>='
}

function compileDomainCheck({ operand, checks, at, type }: DomainCheck, scope: ExpressionScope): Evaluate {
  const evaluate = compile(operand, scope)
  const register = scope.registers.of(DOMAIN_VALUE, 0)
  const compiled = checks.map(({ expression, ...check }) => ({
    ...check,
    holds: expression === 'not null' ? undefined : compile(expression, scope),
  }))
  return registers => {
    const value = evaluate(registers)
    for (const { holds, name, domain } of compiled) {
      if (holds === undefined) {
        if (value === null) {
          throw new SqlError('23502', `domain ${domain} does not allow null values`, {
            position: at,
            dataType: type.name,
          })
        }
        continue
      }
      const outer = registers[register]
      registers[register] = value
      const result = holds(registers)
      registers[register] = outer
      if (result === false) {
        throw new SqlError('23514', `value for domain ${domain} violates check constraint "${name}"`, {
          position: at,
          dataType: type.name,
          constraint: name,
        })
      }
    }
    return value
  }
}
