/**
 * Which common tables a plan reads that are defined outside of it. Their rows may depend on columns from further out, so
 * that what was computed from them is good only as long as they are.
 */

import type { BoundExpression, BoundSubquery } from '../bind/bound.ts'
import { walk } from '../bind/walk.ts'
import { expressionsOf, inputsOf } from './needed.ts'
import type { CommonTablePlan, PlanNode, QueryPlan } from './physical.ts'

type Subplans = ReadonlyMap<BoundSubquery, QueryPlan>

/** Their ids. */
export function commonTablesRead(plan: QueryPlan, subplans: Subplans): Set<number> {
  const read = new Set<number>()
  addPlan(plan, subplans, read)
  return read
}

export function commonTablesReadBy(node: PlanNode, subplans: Subplans): Set<number> {
  const read = new Set<number>()
  addNode(node, subplans, read)
  return read
}

/** Those of the tables, and of those inside of them, whose rows depend on the common table `source`: by way of others, too. */
export function commonTablesReading(
  source: number,
  tables: readonly CommonTablePlan[],
  subplans: Subplans,
): Set<number> {
  const depending = new Set([source])
  const visit = (table: CommonTablePlan): void => {
    const { id, plan } = table
    for (const inner of plan.commonTables) visit(inner)
    if ([...commonTablesRead(plan, subplans)].some(one => depending.has(one))) depending.add(id)
  }
  for (let before = 0; before < depending.size; ) {
    before = depending.size
    for (const table of tables) visit(table)
  }
  depending.delete(source)
  return depending
}

function addPlan(plan: QueryPlan, subplans: Subplans, read: Set<number>): void {
  addNode(plan.root, subplans, read)
  addExpressions(plan.targets, subplans, read)
  for (const table of plan.commonTables) addPlan(table.plan, subplans, read)
  for (const table of plan.commonTables) read.delete(table.id)
}

function addNode(node: PlanNode, subplans: Subplans, read: Set<number>): void {
  if (node.kind === 'common table scan') read.add(node.commonTable)
  if (node.kind === 'subquery scan') for (const { plan } of node.innerTables) addPlan(plan, subplans, read)
  addExpressions(expressionsOf(node), subplans, read)
  for (const input of inputsOf(node)) addNode(input, subplans, read)
}

function addExpressions(
  expressions: readonly (BoundExpression | undefined)[],
  subplans: Subplans,
  read: Set<number>,
): void {
  walk(
    expressions.filter(e => e !== undefined),
    {
      expression(e) {
        const plan = e.kind === 'subquery' ? subplans.get(e) : undefined
        if (plan !== undefined) addPlan(plan, subplans, read)
      },
      query: () => false,
    },
  )
}
