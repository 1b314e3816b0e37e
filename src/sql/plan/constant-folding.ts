/**
 * Parts of conditions that are the same for every row and every run are computed when the statement is planned: calls of
 * immutable functions over constants. What fails is left alone, because it may never be reached when the statement runs.
 */

import type { BoundExpression } from '../bind/bound.ts'
import { contains, mapExpression } from '../bind/walk.ts'
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

export function folded(e: BoundExpression, facts: Pick<TableFacts, 'evaluate'>): BoundExpression {
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
