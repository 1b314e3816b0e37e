/**
 * Parts of conditions that are the same for every row and every run are computed when the statement is planned: calls of
 * immutable functions over constants. What fails is left alone, because it may never be reached when the statement runs. What such
 * parts do not decide, programs that put conditions together from pieces (`where 1 = 1 and …`), is left out.
 */

import type { BoundExpression } from '../bind/bound.ts'
import { withNotsInside } from '../bind/negation.ts'
import { contains, mapExpression } from '../bind/walk.ts'
import { conjunctsOf } from './relations.ts'
import type { TableFacts } from './table-facts.ts'

/** What is worth it. Arrays of constants stay what they are: indexes are looked up by their elements. */
const FOLDED = new Set<BoundExpression['kind']>([
  'call',
  'case',
  'coalesce',
  'minmax',
  'nullif',
  'distinct test',
])

/** Operands of operands are looked at so deep. */
const DEPTH_MAX = 100

export function folded(e: BoundExpression, facts: Pick<TableFacts, 'evaluate'>): BoundExpression {
  return withoutNeutral(computed(e, facts), 0)
}

/** Conditions that all must hold, those left out that hold always; NOT stands before what has no opposite only. */
export function foldedConjuncts(
  conjuncts: readonly BoundExpression[],
  facts: Pick<TableFacts, 'evaluate'>,
): BoundExpression[] {
  return conjuncts
    .flatMap(one => conjunctsOf(withNotsInside(folded(one, facts))))
    .filter(one => !isConstant(one, true))
}

function isConstant(e: BoundExpression, value: boolean): boolean {
  return e.kind === 'constant' && e.value === value
}

/** AND without what is true, OR without what is false; what stands first and decides is all of it. */
function withoutNeutral(e: BoundExpression, depth: number): BoundExpression {
  if (e.kind !== 'logical' || depth > DEPTH_MAX) return e
  const operands = e.operands.map(one => withoutNeutral(one, depth + 1))
  const isSame = operands.every((one, i) => one === e.operands[i])
  if (e.operator === 'not') return isSame ? e : { ...e, operands }
  const neutral = e.operator === 'and'
  // What stands before it may fail, and is asked first.
  if (isConstant(operands[0]!, !neutral)) return operands[0]!
  const rest = operands.filter(one => !isConstant(one, neutral))
  if (rest.length === 0) return operands[0]!
  if (rest.length === 1) return rest[0]!
  return isSame && rest.length === operands.length ? e : { ...e, operands: rest }
}

function computed(e: BoundExpression, facts: Pick<TableFacts, 'evaluate'>): BoundExpression {
  return mapExpression(
    e,
    part => {
      if (!FOLDED.has(part.kind) || contains(part, isNotConstant)) return undefined
      const result = facts.evaluate(part)
      if (result === undefined) return undefined
      const { type, modifier, at } = part
      return { kind: 'constant', value: result.value, type, modifier, at }
    },
    false,
  )
}

/** That it reads columns, parameters or subqueries is for `evaluate` to see. */
function isNotConstant(e: BoundExpression): boolean {
  // The value that CASE compares, or a domain checks, is what the expression around it gives: another one for each row.
  if (e.kind === 'case value' || e.kind === 'domain value') return true
  return e.kind === 'call' && (e.function.volatility ?? 'immutable') !== 'immutable'
}
