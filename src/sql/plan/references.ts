/** Columns of relations of the planner's own, as expressions read them. */

import type { BoundExpression, OutputColumn, RelationColumns } from '../bind/bound.ts'
import type { PlanNode } from './physical.ts'

/** A plan, and what is computed from its last rows. */
export interface PlannedRows {
  readonly root: PlanNode
  readonly targets: readonly BoundExpression[]
}

export function columnsOf(columns: readonly OutputColumn[]): RelationColumns['columns'] {
  return columns.map(({ name, type, modifier }) => ({ name, type, modifier }))
}

export function columnReference(relation: RelationColumns, column: number): BoundExpression {
  const { type, modifier } = relation.columns[column]
  return { kind: 'column', relation: relation.id, column, type, modifier, at: -1 }
}

export function targetsOf(relation: RelationColumns): BoundExpression[] {
  return relation.columns.map((_, column) => columnReference(relation, column))
}
