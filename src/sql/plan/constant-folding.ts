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
      if (!FOLDED.has(part.kind) || contains(part, isNotImmutable)) return undefined
      const result = facts.evaluate(part)
      if (result === undefined) return undefined
      const { type, modifier, at } = part
      return { kind: 'constant', value: result.value, type, modifier, at }
    },
    false,
  )
}

/** That it reads columns, parameters or subqueries is for `evaluate` to see. */
function isNotImmutable(e: BoundExpression): boolean {
  return e.kind === 'call' && (e.function.volatility ?? 'immutable') !== 'immutable'
}
