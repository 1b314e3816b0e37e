/** What expressions read: relations, and single columns of them. Subqueries are looked into. */

import type { BoundExpression, BoundSubquery, RelationColumns, RelationId } from '../bind/bound.ts'
import { conjunctsOf, type Visitor, walk } from '../bind/walk.ts'

/** Columns by relation. */
export type ColumnSet = Map<RelationId, Set<number>>

export function addColumn(set: ColumnSet, relation: RelationId, column: number): void {
  const columns = set.get(relation)
  if (columns === undefined) set.set(relation, new Set([column]))
  else columns.add(column)
}

export function addAll(set: ColumnSet, other: ColumnSet): void {
  for (const [relation, columns] of other) for (const column of columns) addColumn(set, relation, column)
}

/** Columns of a group relation: its keys are numbered from 0, its aggregates from here. */
export const AGGREGATES_FROM = 65_536
/** And the number of the grouping set that a row is of. */
export const GROUPING_SET = -1

/** Sizes of relations whose whole rows are read. */
export type RelationRegistry = Map<RelationId, RelationColumns>

function collector(set: ColumnSet, relations: RelationRegistry): Visitor {
  return {
    expression(e) {
      if (e.kind === 'column') addColumn(set, e.relation, e.column)
      else if (e.kind === 'group key') addColumn(set, e.relation, e.index)
      else if (e.kind === 'aggregate') addColumn(set, e.relation, AGGREGATES_FROM + e.index)
      else if (e.kind === 'grouping') addColumn(set, e.relation, GROUPING_SET)
      else if (e.kind === 'whole row') {
        const columns = relations.get(e.relation)?.columns ?? []
        for (let i = 0; i < columns.length; i++) addColumn(set, e.relation, i)
      }
    },
  }
}

/** The columns that an expression reads, those of relations inside of its subqueries among them. */
export function columnsOf(
  expressions: readonly (BoundExpression | undefined)[],
  relations: RelationRegistry,
  set: ColumnSet = new Map(),
): ColumnSet {
  walk(
    expressions.filter(e => e !== undefined),
    collector(set, relations),
  )
  return set
}

/** The relations that an expression reads. */
export function relationsIn(e: BoundExpression): Set<RelationId> {
  const relations = new Set<RelationId>()
  walk([e], {
    expression(part) {
      if (
        part.kind === 'column' ||
        part.kind === 'group key' ||
        part.kind === 'aggregate' ||
        part.kind === 'grouping' ||
        part.kind === 'whole row'
      ) {
        relations.add(part.relation)
      }
    },
  })
  return relations
}

/** Whether evaluating it twice may give two results, or it does something besides. */
export function isVolatile(e: BoundExpression): boolean {
  let found = false
  walk([e], {
    expression(part) {
      if (part.kind === 'call' && part.function.volatility === 'volatile') found = true
      return !found
    },
    query(query) {
      if (query.isVolatile) found = true
      return !found
    },
  })
  return found
}

export function hasSubquery(e: BoundExpression): boolean {
  let found = false
  walk([e], {
    expression(part) {
      if (part.kind === 'subquery') found = true
      return !found
    },
  })
  return found
}

/** Whether a function is called that may wait for something. */
export function callsWaiting(e: BoundExpression): boolean {
  let found = false
  walk([e], {
    expression(part) {
      if (part.kind === 'call' && part.function.mayWait === true) found = true
      return !found
    },
    query: () => false,
  })
  return found
}

/** The subqueries that stand in expressions, without those inside of them. */
export function subqueriesOf(expressions: readonly (BoundExpression | undefined)[]): BoundSubquery[] {
  const found: BoundSubquery[] = []
  walk(
    expressions.filter(e => e !== undefined),
    {
      expression(e) {
        if (e.kind === 'subquery') found.push(e)
      },
      query: () => false,
    },
  )
  return found
}

export { conjunctsOf }

/** One condition of several. */
export function conjunction(conjuncts: readonly BoundExpression[]): BoundExpression | undefined {
  if (conjuncts.length === 0) return undefined
  if (conjuncts.length === 1) return conjuncts[0]
  const [{ type, modifier, at }] = conjuncts
  return { kind: 'logical', operator: 'and', operands: conjuncts, type, modifier, at }
}
