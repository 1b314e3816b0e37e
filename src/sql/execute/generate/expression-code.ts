/**
 * Expressions as JavaScript. It is what expression.ts does with closures, in the same order and with the same errors; for
 * what has no code of its own the closure is called.
 *
 * Invariants are those of expression.ts. Besides:
 * 1. What may throw is run only where the closure would run it.
 * 2. Before a closure is called, the columns of the row at hand are in their registers.
 */

import type { BoundExpression, Call, InList, Logical } from '../../bind/bound.ts'
import { asksFields } from '../../bind/records.ts'
import { contains } from '../../bind/walk.ts'
import { builtinRegistry } from '../../functions/builtins.ts'
import type { Implementation, ScalarFunction } from '../../functions/registry.ts'
import { isInvariant } from '../../plan/invariant.ts'
import { keyOf } from '../../types/compare.ts'
import { BOOL, type SqlType } from '../../types/type.ts'
import { compile, type ExpressionScope, implementBinary, isAlwaysNull } from '../expression.ts'
import { anyNull, type Code, emptyOf, joined, NULL, type Operand } from './code.ts'

/** What expressions may name, while one function is made. */
export interface CodeScope {
  readonly code: Code
  readonly expressions: ExpressionScope
  /** A column of the row at hand; undefined: it is in its register. */
  column(register: number): Operand | undefined
  /** Leaves the columns of the row at hand in their registers. */
  spill(): void
}

/** Deeper expressions are closures: V8 does not take code of any depth. */
const DEPTH_MAX = 60

export function emit(e: BoundExpression, scope: CodeScope, depth = 0): Operand {
  const { code } = scope
  if (depth > DEPTH_MAX) return emitClosure(e, scope)
  switch (e.kind) {
    case 'constant':
      return constantOf(e.value, code)
    case 'parameter':
      return fromRegister(e.index, scope)
    case 'column':
      return fromRegister(scope.expressions.registers.of(e.relation, e.column), scope)
    case 'relabel':
      return emit(e.operand, scope, depth + 1)
    case 'call':
      return emitCall(e, scope, depth)
    case 'logical':
      return emitLogical(e, scope, depth)
    case 'null test': {
      if (asksFields(e)) return emitClosure(e, scope)
      const { isNull = 'false' } = emit(e.operand, scope, depth + 1)
      return { value: e.isNegated ? `!(${isNull})` : `(${isNull})`, isNull: undefined }
    }
    case 'boolean test': {
      const { value, isNull } = emit(e.operand, scope, depth + 1)
      const isMet =
        e.test === 'unknown'
          ? `(${isNull ?? 'false'})`
          : `(${isNull === undefined ? '' : `!(${isNull}) && `}${e.test === 'true' ? value : `!${value}`})`
      return { value: e.isNegated ? `!${isMet}` : isMet, isNull: undefined }
    }
    case 'coalesce':
      return emitChoice(
        e.type,
        scope,
        e.operands.map(operand => () => {
          const one = emit(operand, scope, depth + 1)
          return { condition: one.isNull === undefined ? 'true' : `!(${one.isNull})`, result: () => one }
        }),
        () => NULL,
      )
    case 'case':
      if (e.operand !== undefined) return emitClosure(e, scope)
      return emitChoice(
        e.type,
        scope,
        e.branches.map(({ when, then }) => () => ({
          condition: isTrue(emit(when, scope, depth + 1)),
          result: () => emit(then, scope, depth + 1),
        })),
        () => emit(e.otherwise, scope, depth + 1),
      )
    case 'in list':
      return emitInList(e, scope, depth)
    case 'group key':
      return fromRegister(scope.expressions.registers.of(e.relation, e.index), scope)
    default:
      return emitClosure(e, scope)
  }
}

/** A condition, of which true alone counts. */
export function isTrue({ value, isNull }: Operand): string {
  return isNull === undefined ? value : `!(${isNull}) && ${value}`
}

function constantOf(value: unknown, code: Code): Operand {
  if (value === null) return NULL
  if (typeof value === 'boolean') return { value: String(value), isNull: undefined }
  if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) {
    return { value: value < 0 ? `(${value})` : String(value), isNull: undefined }
  }
  return { value: code.constant(value, 'constant'), isNull: undefined }
}

function fromRegister(register: number, scope: CodeScope): Operand {
  const known = scope.column(register)
  if (known !== undefined) return known
  const value = scope.code.fresh('r')
  scope.code.line(`const ${value} = registers[${register}]`)
  return { value, isNull: `${value} === null` }
}

function emitClosure(e: BoundExpression, scope: CodeScope): Operand {
  const { code } = scope
  scope.spill()
  code.mayReenter = true
  const value = code.fresh('c')
  code.line('place = -1')
  code.line(`const ${value} = ${code.constant(compile(e, scope.expressions), 'evaluate')}(registers)`)
  return { value, isNull: `${value} === null` }
}

/** What has one value for all rows: the closure that keeps it. */
function emitInvariant(call: Call, scope: CodeScope): Operand {
  const { code } = scope
  if (contains(call, part => part.kind === 'call' && !isBuiltIn(part.function))) {
    scope.spill()
    code.mayReenter = true
  }
  const value = code.fresh('i')
  code.line('place = -1')
  code.line(`const ${value} = ${code.constant(compile(call, scope.expressions), 'kept')}(registers)`)
  return { value, isNull: `${value} === null` }
}

/** Whether it may throw: only what is so small that it names no helper cannot. */
function isFallible(source: string | undefined): boolean {
  return source === undefined || source.includes('$')
}

/** Known to compute something and ask nobody. Users have no operators, and no functions with these names. */
function isBuiltIn({ name, volatility = 'immutable' }: ScalarFunction): boolean {
  return volatility === 'immutable' && (!/^\w/.test(name) || builtinRegistry().named(name).length > 0)
}

function emitCall(call: Call, scope: CodeScope, depth: number): Operand {
  if (isAlwaysNull(call)) return NULL
  if (scope.expressions.once !== undefined && isInvariant(call)) return emitInvariant(call, scope)
  const operands = call.arguments.map(argument => emit(argument, scope, depth + 1))
  const { function: called, at, type } = call
  const types = {
    argumentTypes: call.arguments.map(argument => argument.type),
    resultType: type,
    modifier: call.modifier,
    isExplicit: call.isExplicit,
  }
  const source = called.source?.(
    operands.map(({ value }) => value),
    types,
  )
  if (source !== undefined) return emitRun(source, operands, at, isFallible(source), false, type, scope)
  if (!isBuiltIn(called)) scope.code.mayReenter = true
  const run = scope.code.constant(called.implement(types), 'call')
  const isStrict = called.isStrict ?? true
  const values = operands.map(operand => (isStrict ? operand.value : joined(operand)))
  const text = `${run}(${[...values, 'context'].join(', ')})`
  return emitRun(text, isStrict ? operands : [], at, true, true, type, scope)
}

/** Runs it unless an operand is null. `mayBeNull`: its result. */
function emitRun(
  source: string,
  operands: readonly Operand[],
  at: number,
  fallible: boolean,
  mayBeNull: boolean,
  type: SqlType,
  { code }: CodeScope,
): Operand {
  const value = code.fresh('v')
  const noOperand = anyNull(operands)
  const place = fallible ? `place = ${at}; ` : ''
  if (noOperand === undefined) {
    code.line(`${place}const ${value} = ${source}`)
    return { value, isNull: mayBeNull ? `${value} === null` : undefined }
  }
  const isNull = code.fresh('n')
  code.line(`let ${value} = ${emptyOf(type)}, ${isNull} = ${noOperand}`)
  const after = mayBeNull ? `; ${isNull} = ${value} === null` : ''
  code.line(`if (!(${isNull})) { ${place}${value} = ${source}${after} }`)
  return { value, isNull }
}

/** The first result whose condition holds; later ones are not evaluated. */
function emitChoice(
  type: SqlType,
  { code }: CodeScope,
  choices: readonly (() => { readonly condition: string; readonly result: () => Operand })[],
  otherwise: () => Operand,
): Operand {
  const value = code.fresh('v')
  const isNull = code.fresh('n')
  const label = code.fresh('choice')
  const take = (operand: Operand): void => {
    if (operand.isNull === undefined) code.line(`${value} = ${operand.value}; ${isNull} = false`)
    else code.line(`if (!(${operand.isNull})) { ${value} = ${operand.value}; ${isNull} = false }`)
  }
  code.line(`let ${value} = ${emptyOf(type)}, ${isNull} = true`)
  code.line(`${label}: {`)
  for (const choice of choices) {
    const { condition, result } = choice()
    code.line(`if (${condition}) {`)
    take(result())
    code.line(`break ${label} }`)
  }
  take(otherwise())
  code.line('}')
  return { value, isNull }
}

function emitLogical({ operator, operands }: Logical, scope: CodeScope, depth: number): Operand {
  const { code } = scope
  if (operator === 'not') {
    const { value, isNull } = emit(operands[0], scope, depth + 1)
    return { value: `!${value}`, isNull }
  }
  // The value that decides alone: false for AND, true for OR.
  const decisive = operator === 'or'
  const value = code.fresh('v')
  const isNull = code.fresh('n')
  const label = code.fresh('logic')
  let mayBeNull = false
  code.line(`let ${value} = ${!decisive}, ${isNull} = false`)
  code.line(`${label}: {`)
  for (const operand of operands) {
    const one = emit(operand, scope, depth + 1)
    const decides = `${value} = ${decisive}; ${isNull} = false; break ${label}`
    const isDecisive = decisive ? one.value : `!${one.value}`
    if (one.isNull === undefined) code.line(`if (${isDecisive}) { ${decides} }`)
    else {
      mayBeNull = true
      code.line(`if (${one.isNull}) ${isNull} = true; else if (${isDecisive}) { ${decides} }`)
    }
  }
  code.line('}')
  return { value, isNull: mayBeNull ? isNull : undefined }
}

/** Comparing with many constants is by a set, as with closures. */
const IN_SET_MIN = 8

function emitInList(e: InList, scope: CodeScope, depth: number): Operand {
  const { operand, list, isNegated } = e
  const { code } = scope
  const constants = list.flatMap(item => (item.kind === 'constant' ? [item.value] : []))
  const isOfOneType = list.every(item => item.type === operand.type)
  if (constants.length < list.length || !isOfOneType) return emitClosure(e, scope)
  const known = constants.filter(value => value !== null)
  const { value, isNull } = emit(operand, scope, depth + 1)
  const other = known.length === constants.length ? String(isNegated) : 'null'
  let isIn: string
  if (list.length >= IN_SET_MIN) {
    const toKey = keyOf(operand.type)
    const keys = code.constant(new Set(known.map(one => toKey(one))), 'keys')
    isIn = `${keys}.has(${code.constant(toKey, 'keyOf')}(${value}))`
  } else {
    const equals = (one: unknown) =>
      emitEquals(e.equals, { value, isNull: undefined }, constantOf(one, code), operand.type, code)
    isIn = known.length === 0 ? 'false' : known.map(equals).join(' || ')
  }
  const result = code.fresh('v')
  const hasNoAnswer = code.fresh('n')
  code.line(`let ${result} = false, ${hasNoAnswer} = ${isNull ?? 'false'}`)
  code.line(
    `if (!(${hasNoAnswer})) { if (${isIn}) ${result} = ${!isNegated}; else ${other === 'null' ? `${hasNoAnswer} = true` : `${result} = ${other}`} }`,
  )
  const mayBeNull = isNull !== undefined || other === 'null'
  return { value: result, isNull: mayBeNull ? hasNoAnswer : undefined }
}

/** Whether two values of one type are equal: what the operator says. Comparing constants never fails. */
function emitEquals(
  equals: ScalarFunction,
  left: Operand,
  right: Operand,
  type: SqlType,
  code: Code,
): string {
  const types = { argumentTypes: [type, type], resultType: BOOL, modifier: -1, isExplicit: false }
  const source = equals.source?.([left.value, right.value], types)
  if (source !== undefined) return source
  const run: Implementation = implementBinary(equals, { type }, { type })
  return `${code.constant(run, 'equals')}(${left.value}, ${right.value}, context)`
}
