/** Queries that are no SELECT: VALUES, and UNION, INTERSECT and EXCEPT of two others. */

import type { BoundExpression, BoundQuery, SetBody } from '../bind/bound.ts'
import { ROW_COST } from './costs.ts'
import { sortedAndLimited } from './order-and-limit.ts'
import type { PlanNode } from './physical.ts'
import type { Planner } from './planner.ts'
import { columnsOf, type PlannedRows, targetsOf } from './references.ts'

export function planValues(
  query: BoundQuery,
  rows: readonly (readonly BoundExpression[])[],
  planner: Planner,
): PlannedRows {
  const relation = planner.newRelation('*VALUES*', columnsOf(query.columns))
  const plan: PlanNode = {
    kind: 'values scan',
    relation,
    rowsOf: rows,
    columns: [],
    filter: undefined,
    rows: rows.length,
    startupCost: 0,
    totalCost: rows.length * ROW_COST,
  }
  return sortedAndLimited(query, plan, targetsOf(relation), planner)
}

export function planSet(query: BoundQuery, body: SetBody, planner: Planner): PlannedRows {
  const left = planner.planQuery(body.left)
  const right = planner.planQuery(body.right)
  planner.gather([...left.commonTables, ...right.commonTables])
  const relation = planner.newRelation('', columnsOf(query.columns))
  const targets = targetsOf(relation)
  const cost = left.root.totalCost + right.root.totalCost
  const rows = left.root.rows + right.root.rows
  let plan: PlanNode
  if (body.operation === 'union') {
    plan = {
      kind: 'append',
      relation,
      inputs: [left, right].map(one => ({ plan: one.root, targets: one.targets })),
      columns: [],
      rows,
      startupCost: 0,
      totalCost: cost,
    }
    if (!body.isAll) {
      plan = {
        kind: 'distinct',
        strategy: 'hash',
        input: plan,
        keys: targets,
        rows: Math.max(1, rows / 2),
        startupCost: cost,
        totalCost: cost + rows * ROW_COST,
      }
    }
  } else {
    plan = {
      kind: 'set operation',
      operation: body.operation,
      isAll: body.isAll,
      relation,
      left: { plan: left.root, targets: left.targets },
      right: { plan: right.root, targets: right.targets },
      rows: left.root.rows,
      startupCost: cost,
      totalCost: cost + rows * ROW_COST,
    }
  }
  return sortedAndLimited(query, plan, targets, planner)
}
