/** How many rows the planner expects of functions that give sets. */

import type { BoundExpression } from '../bind/bound.ts'
import type { SetFunction } from '../functions/registry.ts'
import type { TableFacts } from './table-facts.ts'

/** Of a function that says nothing of it. */
const ROWS_DEFAULT = 1000

/** @param call a function of FROM, where scalar ones may stand, too, or of a list of targets */
export function setRowsExpected(
  call: { readonly function: SetFunction | undefined; readonly arguments: readonly BoundExpression[] },
  facts: Pick<TableFacts, 'evaluate'>,
): number {
  if (call.function === undefined) return 1
  const { rowsOf, rowsExpected = ROWS_DEFAULT, isStrict = true } = call.function
  if (rowsOf === undefined) return rowsExpected
  const known = call.arguments.map(one => facts.evaluate(one)?.value)
  if (isStrict && known.includes(null)) return 0
  const expected = rowsOf(...known)
  if (expected !== undefined) return expected
  // Of unnest(array[a, b, $1]) the values are not known, but how many they are.
  const [first] = call.arguments
  return first?.kind === 'array' ? first.elements.length : rowsExpected
}
