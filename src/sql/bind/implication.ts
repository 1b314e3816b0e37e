/**
 * Whether conditions say at least what the predicate of a partial index says, so that all rows that are looked for are in it.
 *
 * Only simple reasons count: the same condition; a stronger comparison of the same expression with a constant; IS NOT NULL
 * of what a strict condition reads; one of the predicate's ORs. "Unknown" holds for neither.
 */

import { comparator } from '../types/compare.ts'
import { withoutDomain } from '../types/type.ts'
import type { BoundExpression } from './bound.ts'
import { withNotsInside } from './negation.ts'
import { asksFields } from './records.ts'
import { conjunctsOf, sameExpression } from './walk.ts'

export function implies(conjuncts: readonly BoundExpression[], predicate: BoundExpression): boolean {
  const saying = conjuncts.flatMap(said => conjunctsOf(withNotsInside(said)))
  return conjunctsOf(withNotsInside(predicate)).every(wanted => saying.some(said => impliesOne(said, wanted)))
}

function impliesOne(said: BoundExpression, wanted: BoundExpression): boolean {
  const a = withoutTruth(said)
  const b = withoutTruth(wanted)
  if (sameExpression(a, b)) return true
  if (a.kind === 'logical' && a.operator === 'or') return a.operands.every(one => impliesOne(one, b))
  if (b.kind === 'logical' && b.operator === 'or') return b.operands.some(one => impliesOne(a, one))
  if (b.kind === 'logical' && b.operator === 'and') return b.operands.every(one => impliesOne(a, one))
  if (b.kind === 'null test') return b.isNegated && !asksFields(b) && isNullFor(a, b.operand)
  if (a.kind === 'in list' && !a.isNegated) {
    return a.list.every(
      value => value.kind === 'constant' && compares(a.operand, '=', value.value, value.type, b),
    )
  }
  const comparison = comparisonOf(a)
  if (comparison === undefined) return false
  return compares(comparison.operand, comparison.operator, comparison.value, comparison.type, b)
}

/** `x` of `x = true`, and `NOT x` of `x = false` stays as it is. */
function withoutTruth(e: BoundExpression): BoundExpression {
  if (e.kind !== 'call' || e.function.name !== '=' || e.arguments.length !== 2) return e
  const [left, right] = e.arguments
  if (right.kind === 'constant' && right.value === true) return left
  return left.kind === 'constant' && left.value === true ? right : e
}

/** Whether the condition cannot hold where `operand` is null. */
function isNullFor(condition: BoundExpression, operand: BoundExpression): boolean {
  if (sameExpression(condition, operand)) return true
  switch (condition.kind) {
    case 'call':
      return condition.function.isStrict !== false && condition.arguments.some(one => isNullFor(one, operand))
    case 'relabel':
      return isNullFor(condition.operand, operand)
    case 'in list':
      return isNullFor(condition.operand, operand)
    case 'quantified array':
      return condition.quantifier === 'any' && isNullFor(condition.operand, operand)
    case 'null test':
      return condition.isNegated && isNullFor(condition.operand, operand)
    default:
      return false
  }
}

type Operator = '=' | '<' | '<=' | '>' | '>='
const OPERATORS: ReadonlySet<string> = new Set(['=', '<', '<=', '>', '>='])
const MIRRORED: Record<Operator, Operator> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

interface Comparison {
  readonly operand: BoundExpression
  readonly operator: Operator
  readonly value: unknown
  readonly type: BoundExpression['type']
}

/** `operand op constant`, whichever way round. */
function comparisonOf(e: BoundExpression): Comparison | undefined {
  if (e.kind !== 'call' || e.arguments.length !== 2 || !OPERATORS.has(e.function.name)) return undefined
  if (e.function.schema !== undefined && e.function.schema !== 'pg_catalog') return undefined
  const operator = e.function.name as Operator
  const [left, right] = e.arguments
  if (right.kind === 'constant' && right.value !== null) {
    return { operand: left, operator, value: right.value, type: right.type }
  }
  if (left.kind === 'constant' && left.value !== null) {
    return { operand: right, operator: MIRRORED[operator], value: left.value, type: left.type }
  }
  return undefined
}

/** Whether `operand operator value` says what the predicate does: it compares the same with a constant, less strongly. */
function compares(
  operand: BoundExpression,
  operator: Operator,
  value: unknown,
  type: BoundExpression['type'],
  predicate: BoundExpression,
): boolean {
  const wanted = comparisonOf(predicate)
  if (wanted === undefined || value === null || wanted.type !== type) return false
  if (!sameExpression(operand, wanted.operand)) return false
  const order = comparator(withoutDomain(type))(value, wanted.value)
  switch (wanted.operator) {
    case '=':
      return operator === '=' && order === 0
    case '<':
      return operator === '<' ? order <= 0 : (operator === '=' || operator === '<=') && order < 0
    case '<=':
      return (operator === '<' || operator === '<=' || operator === '=') && order <= 0
    case '>':
      return operator === '>' ? order >= 0 : (operator === '=' || operator === '>=') && order > 0
    case '>=':
      return (operator === '>' || operator === '>=' || operator === '=') && order >= 0
  }
}
