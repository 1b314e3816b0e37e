/** What a change computes for a row: the values that it assigns, and those that RETURNING gives. */

import type { BoundAssignment, BoundExpression, BoundReturning, RelationColumns } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { Change } from '../plan/physical.ts'
import { compileAll, type Evaluate } from './expression.ts'
import type { Program } from './program.ts'
import type { RegisterFile } from './registers.ts'
import type { RunningSubquery } from './subquery.ts'

export interface CompiledAssignments {
  readonly columns: readonly number[]
  readonly values: readonly Evaluate[]
  readonly rowSources: readonly { readonly running: RunningSubquery; readonly registers: readonly number[] }[]
}

export interface CompiledReturning {
  readonly row: readonly number[]
  readonly oldRow: readonly number[]
  readonly newRow: readonly number[]
  readonly targets: readonly Evaluate[]
}

export function compileAssignments(
  set: readonly BoundAssignment[],
  rowSources: readonly { readonly relation: RelationColumns }[],
  node: Change,
  program: Program,
  values: readonly Evaluate[] = compileAll(valuesOf(set), program),
): CompiledAssignments {
  return {
    columns: set.map(one => one.column),
    values,
    rowSources: rowSources.map(({ relation }) => ({
      running: program.runningPlan(node.rowSources.get(relation.id)!),
      registers: registersOf(relation, program),
    })),
  }
}

export function valuesOf(set: readonly BoundAssignment[]): BoundExpression[] {
  return set.map(one => one.value)
}

export function compileReturning(returning: BoundReturning, program: Program): CompiledReturning {
  return {
    row: registersOf(returning.row, program),
    oldRow: registersOf(returning.oldRow, program),
    newRow: registersOf(returning.newRow, program),
    targets: compileAll(returning.targets, program),
  }
}

/** Of all columns. */
export function registersOf(relation: RelationColumns, program: Program): number[] {
  return relation.columns.map((_, column) => program.registers.of(relation.id, column))
}

/** Rows that assignments take their values from: `set (a, b) = (select …)`. Does not pause. @throws SqlError 21000 */
export function evaluateRowSources({ rowSources }: CompiledAssignments, registers: RegisterFile): void {
  for (const { running, registers: places } of rowSources) {
    running.pause.hold()
    try {
      evaluateRowSource(running, places, registers)
    } finally {
      running.pause.release()
    }
  }
}

function evaluateRowSource(
  { rows, targets }: RunningSubquery,
  places: readonly number[],
  registers: RegisterFile,
): void {
  rows.begin()
  const isThere = rows.next()
  const values = targets.map(target => (isThere ? target(registers) : null))
  const hasMore = isThere && rows.next()
  rows.end()
  if (hasMore) throw new SqlError('21000', 'more than one row returned by a subquery used as an expression')
  setAt(places, values, registers)
}

export function valuesAt(places: readonly number[], registers: RegisterFile): Value[] {
  return places.map(place => registers[place])
}

/** @param values undefined: nulls */
export function setAt(
  places: readonly number[],
  values: readonly Value[] | undefined,
  registers: RegisterFile,
): void {
  for (let i = 0; i < places.length; i++) registers[places[i]] = values?.[i] ?? null
}
