/** What rows are sorted by: expressions, each with its direction and the place of its nulls. */

import type { Value } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'

export interface SortKey {
  readonly evaluate: Evaluate
  readonly compare: (a: Value, b: Value) => number
  readonly isDescending: boolean
  readonly nullsFirst: boolean
}

/** Compares two values that may be null, as the key says. */
export function compareKey(key: SortKey, a: Value, b: Value): number {
  if (a === null) return b === null ? 0 : key.nullsFirst ? -1 : 1
  if (b === null) return key.nullsFirst ? 1 : -1
  const order = key.compare(a, b)
  return key.isDescending ? -order : order
}
