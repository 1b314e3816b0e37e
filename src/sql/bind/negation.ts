/**
 * NOT as far inside of a condition as it goes, so that what is left are comparisons, which indexes know:
 *
 *     NOT (a < 5 OR a > 9)           a >= 5 AND a <= 9
 *     NOT (a <> 5)                   a = 5
 *     NOT (a IS NULL AND b IN (1))   a IS NOT NULL OR b NOT IN (1)
 *
 * De Morgan's laws and negators hold in three-valued logic, too: unknown stays unknown. What has no opposite keeps its NOT.
 */

import { negatorOf } from '../functions/negators.ts'
import type { BoundExpression } from './bound.ts'
import { asksFields } from './records.ts'

/** The condition, and what it is made of by AND, OR and NOT. What stands within calls is left alone. */
export function withNotsInside(e: BoundExpression): BoundExpression {
  if (e.kind !== 'logical') return e
  if (e.operator === 'not') return opposite(e.operands[0]!) ?? e
  const operands = e.operands.map(withNotsInside)
  return operands.every((one, i) => one === e.operands[i]) ? e : { ...e, operands }
}

/** What is true where the condition is false, and unknown where it is unknown. Undefined: that is only NOT before it. */
function opposite(e: BoundExpression): BoundExpression | undefined {
  switch (e.kind) {
    case 'logical': {
      if (e.operator === 'not') return withNotsInside(e.operands[0]!)
      return { ...e, operator: e.operator === 'and' ? 'or' : 'and', operands: e.operands.map(negated) }
    }
    case 'call': {
      const negator = negatorOf(e.function)
      return negator && { ...e, function: negator }
    }
    case 'quantified array': {
      const negator = negatorOf(e.operator)
      return negator && { ...e, operator: negator, quantifier: e.quantifier === 'any' ? 'all' : 'any' }
    }
    case 'null test':
      return asksFields(e) ? undefined : { ...e, isNegated: !e.isNegated }
    case 'boolean test':
    case 'distinct test':
    case 'in list':
      return { ...e, isNegated: !e.isNegated }
    default:
      return undefined
  }
}

function negated(e: BoundExpression): BoundExpression {
  const { type, modifier, at } = e
  return opposite(e) ?? { kind: 'logical', operator: 'not', operands: [e], type, modifier, at }
}
