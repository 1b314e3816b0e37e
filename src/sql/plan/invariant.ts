/** Parts of expressions that have one value for all rows of an execution: computed when the first row asks, and kept. */

import type { BoundExpression } from '../bind/bound.ts'
import { partsOf } from '../bind/walk.ts'
import type { ScalarFunction } from '../functions/registry.ts'

/** Larger ones are looked at in parts. */
const NODES_MAX = 48

/** What reads neither rows nor anything that a row may change. */
const SAME_FOR_ALL: ReadonlySet<BoundExpression['kind']> = new Set([
  'constant',
  'parameter',
  'call',
  'logical',
  'null test',
  'boolean test',
  'distinct test',
  'nullif',
  'coalesce',
  'minmax',
  'array',
  'relabel',
])

/** Functions that tell of settings, objects and sequences, which other functions of the statement may change row by row. */
const TELLS_OF_OTHERS =
  /^(?:pg_|has_|to_reg|current_setting|currval|lastval|set_config|setval|obj_|col_|format_type)/

function isSteady({ name, volatility = 'immutable', isUsers }: ScalarFunction): boolean {
  if (isUsers === true || volatility === 'volatile') return false
  return volatility === 'immutable' || !TELLS_OF_OTHERS.test(name)
}

/** Whether a call is worth keeping: it does not fold into a constant, and has the same value for all rows. */
export function isInvariant(e: BoundExpression): boolean {
  if (e.kind !== 'call') return false
  const stack: BoundExpression[] = [e]
  for (let count = 0; stack.length > 0; count++) {
    const part = stack.pop()!
    if (count === NODES_MAX || !SAME_FOR_ALL.has(part.kind)) return false
    if (part.kind === 'call' && !isSteady(part.function)) return false
    stack.push(...partsOf(part))
  }
  return true
}
