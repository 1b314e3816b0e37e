/**
 * Whether statements run by generated code or by closures. Both give the same; tests set it to have the one or the other.
 *
 * - auto: generated where so many rows are met that it pays;
 * - always: wherever it can be;
 * - never: closures alone, as where code must not be generated.
 */

import { codeGeneration } from '../../../table/codegen.ts'

export const statementCode: { mode: 'auto' | 'always' | 'never' } = { mode: 'auto' }

/** Generating takes some ten microseconds, and V8 another millisecond to make it fast; a row saves 100 nanoseconds. */
const PAYS_FROM_ROWS = 2000

/** `rowCount`: how many rows were met already, or will be. */
export function generatesFor(rowCount: number): boolean {
  if (!codeGeneration.enabled || statementCode.mode === 'never') return false
  return statementCode.mode === 'always' || rowCount >= PAYS_FROM_ROWS
}
