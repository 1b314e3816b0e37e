/**
 * BETWEEN SYMMETRIC, which is bound as the OR that it stands for, as the one range that it is:
 *
 *     (a >= x AND a <= y) OR (a >= y AND a <= x)
 *     a >= least(x, y) AND a <= greatest(x, y) AND x IS NOT NULL AND y IS NOT NULL
 *
 * LEAST and GREATEST pass over nulls, beside which nothing is true.
 */

import type { BoundExpression, Call } from '../bind/bound.ts'
import { sameExpression } from '../bind/walk.ts'
import { BOOL, NO_MODIFIER, withoutDomain } from '../types/type.ts'

/** The conjuncts that say the same as some branches of an OR, each given as its conjuncts. Undefined: they are no such range. */
export function symmetricRange(
  branches: readonly (readonly BoundExpression[])[],
): BoundExpression[] | undefined {
  if (branches.length !== 2) return undefined
  const [one, other] = [boundsOf(branches[0]), boundsOf(branches[1])]
  if (one === undefined || other === undefined) return undefined
  const isOfOne =
    sameExpression(one.operand, other.operand) &&
    one.lower.function === other.lower.function &&
    one.upper.function === other.upper.function
  const [, x] = one.lower.arguments
  const [, y] = one.upper.arguments
  const isCrosswise =
    x.type === y.type &&
    sameExpression(x, other.upper.arguments[1]) &&
    sameExpression(y, other.lower.arguments[1])
  if (!isOfOne || !isCrosswise || !withoutDomain(x.type).isOrdered) return undefined
  return [
    { ...one.lower, arguments: [one.operand, extreme('least', x, y)] },
    { ...one.upper, arguments: [one.operand, extreme('greatest', x, y)] },
    ...notNull(x),
    ...notNull(y),
  ]
}

interface Bounds {
  readonly operand: BoundExpression
  readonly lower: Call
  readonly upper: Call
}

function boundsOf(branch: readonly BoundExpression[]): Bounds | undefined {
  const [lower, upper] = branch
  if (branch.length !== 2 || lower.kind !== 'call' || upper.kind !== 'call') return undefined
  if (lower.function.name !== '>=' || upper.function.name !== '<=') return undefined
  const [operand] = lower.arguments
  return sameExpression(operand, upper.arguments[0]) ? { operand, lower, upper } : undefined
}

function extreme(name: 'least' | 'greatest', x: BoundExpression, y: BoundExpression): BoundExpression {
  const { type, at } = x
  return { kind: 'minmax', function: name, operands: [x, y], type, modifier: NO_MODIFIER, at }
}

function notNull(operand: BoundExpression): BoundExpression[] {
  if (operand.kind === 'constant' && operand.value !== null) return []
  const test = { kind: 'null test', operand, isNegated: true, ofValue: true } as const
  return [{ ...test, type: BOOL, modifier: NO_MODIFIER, at: operand.at }]
}
