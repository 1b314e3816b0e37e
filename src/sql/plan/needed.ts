/**
 * The last pass over a plan: which columns each node must leave in registers, and which ones those that keep rows must
 * keep. What nobody above reads is not read from pages, and not carried.
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { isCovered } from './access.ts'
import type {
  ColumnPlace,
  CommonTablePlan,
  IndexScan,
  PlanNode,
  QueryPlan,
  SubqueryPlan,
} from './physical.ts'
import type { Planner } from './planner.ts'
import { addAll, addColumn, type ColumnSet, columnsOf, isVolatile, subqueriesOf } from './relations.ts'

/** Completes a plan and those of all subqueries in it. */
export function completePlan(plan: QueryPlan, planner: Planner): void {
  for (const table of plan.commonTables) completePlan(table.plan, planner)
  planSubqueries(plan.targets, planner)
  assign(plan.root, columnsOf(plan.targets, planner.relations), planner)
}

/** Plans and completes the subqueries that stand in expressions. */
function planSubqueries(expressions: readonly (BoundExpression | undefined)[], planner: Planner): void {
  for (const e of subqueriesOf(expressions)) {
    if (planner.plannedSubqueries.has(e)) continue
    completeSubquery(planner.subplan(e), planner)
  }
}

function completeSubquery(plan: SubqueryPlan, planner: Planner): void {
  completePlan(plan, planner)
  if (plan.grouped === undefined) return
  const { root, groupKeys, target } = plan.grouped
  assign(root, columnsOf([...groupKeys, target], planner.relations), planner)
}

/** What is evaluated for the ranges of an index scan. */
export function boundsOf({
  equals,
  lower,
  upper,
  startsWith,
}: IndexScan): readonly (BoundExpression | undefined)[] {
  return [...equals.map(one => one.value), lower?.value, upper?.value, startsWith]
}

/** The expressions that a node evaluates itself. */
export function expressionsOf(node: PlanNode): readonly (BoundExpression | undefined)[] {
  switch (node.kind) {
    case 'one row':
      return [node.condition]
    case 'table count':
      return []
    case 'table scan':
      return [node.filter, node.sample?.percent, node.sample?.seed]
    case 'index scan':
      return [node.filter, ...boundsOf(node)]
    case 'index or scan':
      return [node.filter, ...node.branches.flatMap(boundsOf)]
    case 'virtual scan':
    case 'common table scan':
      return [node.filter]
    case 'function scan':
      return [node.filter, ...node.calls.flatMap(call => [...call.arguments, call.scalar])]
    case 'values scan':
      return [node.filter, ...node.rowsOf.flat()]
    case 'subquery scan':
      return [node.filter, ...node.targets]
    case 'filter':
      return [node.condition]
    case 'nested loop':
      return [node.condition]
    case 'hash join':
    case 'merge join':
      return [node.condition, ...node.outerKeys, ...node.innerKeys]
    case 'sort':
      return [...node.keys.map(key => key.expression), node.limit, node.offset]
    case 'materialize':
      return []
    case 'aggregate':
      return [
        ...node.keys,
        ...node.calls.flatMap(call => [
          ...call.arguments,
          ...call.directArguments,
          ...call.orderBy.map(key => key.expression),
          call.filter,
        ]),
      ]
    case 'window':
      return [
        ...node.partitionBy,
        ...node.orderBy.map(key => key.expression),
        ...[node.frame.start, node.frame.end].map(bound => ('offset' in bound ? bound.offset : undefined)),
        ...node.calls.flatMap(call => [...call.arguments, call.filter]),
      ]
    case 'project set':
      return node.calls.flatMap(call => call.arguments)
    case 'distinct':
      return node.keys
    case 'limit':
      return [node.limit, node.offset, ...(node.ties ?? [])]
    case 'append':
      return node.inputs.flatMap(input => input.targets)
    case 'set operation':
      return [...node.left.targets, ...node.right.targets]
    case 'recursive union':
      return [...node.initial.targets, ...node.recursive.targets]
    case 'change':
      return node.expressions
  }
}

export function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'filter':
    case 'subquery scan':
    case 'sort':
    case 'materialize':
    case 'aggregate':
    case 'window':
    case 'project set':
    case 'distinct':
    case 'limit':
      return [node.input]
    case 'nested loop':
    case 'hash join':
    case 'merge join':
      return [node.outer, node.inner]
    case 'append':
      return node.inputs.map(input => input.plan)
    case 'set operation':
      return [node.left.plan, node.right.plan]
    case 'recursive union':
      return [node.initial.plan, node.recursive.plan]
    case 'change':
      return [node.input, node.unmatched].filter(one => one !== undefined)
    default:
      return []
  }
}

/** All columns that a plan reads anywhere. */
function columnsReadIn(node: PlanNode, planner: Planner, set: ColumnSet = new Map()): ColumnSet {
  columnsOf(expressionsOf(node), planner.relations, set)
  for (const input of inputsOf(node)) columnsReadIn(input, planner, set)
  for (const { plan } of tablesInside(node)) {
    columnsOf(plan.targets, planner.relations, set)
    columnsReadIn(plan.root, planner, set)
  }
  return set
}

/** The common tables that a node computes for itself, and those inside of them. */
function tablesInside(node: PlanNode): readonly CommonTablePlan[] {
  return node.kind === 'subquery scan' ? withInnerTables(node.innerTables) : []
}

/** Common tables, each before those inside of it. */
export function withInnerTables(tables: readonly CommonTablePlan[]): CommonTablePlan[] {
  return tables.flatMap(table => [table, ...withInnerTables(table.plan.commonTables)])
}

/** The relations whose columns a node leaves in registers. */
function relationsMadeBy(node: PlanNode, set: Set<RelationId> = new Set()): Set<RelationId> {
  switch (node.kind) {
    case 'table scan':
    case 'index scan':
    case 'index or scan':
    case 'table count':
    case 'virtual scan':
    case 'function scan':
    case 'values scan':
    case 'subquery scan':
    case 'common table scan':
    case 'aggregate':
    case 'append':
    case 'set operation':
    case 'recursive union':
    case 'change':
      set.add(node.relation.id)
      return set
    case 'window':
    case 'project set':
      set.add(node.relation.id)
      return relationsMadeBy(node.input, set)
    case 'nested loop':
    case 'hash join':
    case 'merge join':
      relationsMadeBy(node.outer, set)
      return relationsMadeBy(node.inner, set)
    default:
      for (const input of inputsOf(node)) relationsMadeBy(input, set)
      return set
  }
}

/** The columns that come out of a node, as far as anybody above reads them. */
export function outputOf(node: PlanNode): readonly ColumnPlace[] {
  switch (node.kind) {
    case 'table scan':
    case 'index scan':
    case 'index or scan':
    case 'table count':
    case 'virtual scan':
    case 'function scan':
    case 'values scan':
    case 'subquery scan':
    case 'common table scan':
    case 'aggregate':
    case 'append':
      return node.columns.map(column => ({ relation: node.relation.id, column }))
    case 'window':
      return [
        ...outputOf(node.input),
        ...node.columns.map(column => ({ relation: node.relation.id, column })),
      ]
    case 'project set':
      return [
        ...outputOf(node.input),
        ...node.calls.map((_, column) => ({ relation: node.relation.id, column })),
      ]
    case 'set operation':
    case 'recursive union':
    case 'change':
      return node.relation.columns.map((_, column) => ({ relation: node.relation.id, column }))
    default:
      return inputsOf(node).flatMap(outputOf)
  }
}

function placesMadeBy(node: PlanNode, needed: ColumnSet): ColumnPlace[] {
  const made = relationsMadeBy(node)
  const places: ColumnPlace[] = []
  for (const [relation, columns] of needed) {
    if (made.has(relation)) for (const column of columns) places.push({ relation, column })
  }
  return places
}

/** Columns that a plan reads and nothing in it makes: those of queries further out. */
function placesReadFromOutside(node: PlanNode, planner: Planner): ColumnPlace[] {
  const inside = new Set<RelationId>()
  relationsInside(node, inside)
  const places: ColumnPlace[] = []
  for (const [relation, columns] of columnsReadIn(node, planner)) {
    if (inside.has(relation)) continue
    for (const column of columns) places.push({ relation, column })
  }
  return places
}

/** All relations that are made anywhere in a plan, those that do not come out of it, too. */
function relationsInside(node: PlanNode, set: Set<RelationId>): void {
  relationsMadeBy(node, set)
  for (const input of inputsOf(node)) relationsInside(input, set)
  for (const { plan } of tablesInside(node)) relationsInside(plan.root, set)
}

function columnsNeeded(needed: ColumnSet, relation: RelationId): number[] {
  return [...(needed.get(relation) ?? [])].sort((a, b) => a - b)
}

/** With those that nobody reads and that do something besides: PostgreSQL calls `nextval` for each row of a subquery all the same. */
function columnsComputed(
  needed: ColumnSet,
  relation: RelationId,
  targetLists: readonly (readonly BoundExpression[])[],
): number[] {
  const computed = new Set(needed.get(relation))
  for (const targets of targetLists) {
    for (const [column, target] of targets.entries()) if (isVolatile(target)) computed.add(column)
  }
  return [...computed].sort((a, b) => a - b)
}

/** The number of the column that says whether there is a row of a changed table. */
export const ROW_KEY = -2

function assign(node: PlanNode, neededAbove: ColumnSet, planner: Planner): void {
  const own = expressionsOf(node)
  planSubqueries(own, planner)
  // What the node's own expressions read must be there as well.
  const needed: ColumnSet = new Map()
  addAll(needed, neededAbove)
  columnsOf(own, planner.relations, needed)
  switch (node.kind) {
    case 'table scan':
    case 'index scan':
    case 'index or scan':
    case 'table count':
    case 'virtual scan':
    case 'function scan':
    case 'values scan':
    case 'common table scan':
      node.columns = columnsNeeded(needed, node.relation.id)
      if (node.kind === 'index scan')
        node.isIndexOnly = !node.needsRowKey && isCovered(node.table, node.index, node.columns)
      return
    case 'subquery scan':
      node.columns = columnsComputed(needed, node.relation.id, [node.targets])
      assign(
        node.input,
        columnsOf(
          node.columns.map(column => node.targets[column]),
          planner.relations,
        ),
        planner,
      )
      return
    case 'nested loop': {
      assign(node.inner, needed, planner)
      const forOuter: ColumnSet = new Map()
      addAll(forOuter, needed)
      columnsReadIn(node.inner, planner, forOuter)
      assign(node.outer, forOuter, planner)
      node.nulled = placesMadeBy(node.inner, neededAbove)
      return
    }
    case 'hash join':
    case 'merge join': {
      assign(node.outer, needed, planner)
      assign(node.inner, needed, planner)
      const kept: ColumnSet = new Map()
      addAll(kept, neededAbove)
      columnsOf([node.condition], planner.relations, kept)
      node.carried = placesMadeBy(node.inner, kept)
      if (node.kind === 'hash join') node.outerNulled = placesMadeBy(node.outer, kept)
      return
    }
    case 'sort':
      node.carried = placesMadeBy(node.input, neededAbove)
      assign(node.input, needed, planner)
      return
    case 'materialize':
      node.carried = placesMadeBy(node.input, neededAbove)
      node.outside = placesReadFromOutside(node.input, planner)
      assign(node.input, neededAbove, planner)
      return
    case 'window':
      node.columns = columnsNeeded(neededAbove, node.relation.id)
      node.carried = placesMadeBy(node.input, neededAbove)
      assign(node.input, needed, planner)
      return
    case 'aggregate':
      node.columns = columnsNeeded(neededAbove, node.relation.id)
      assign(node.input, columnsOf(own, planner.relations), planner)
      return
    case 'append':
      node.columns = columnsComputed(
        neededAbove,
        node.relation.id,
        node.inputs.map(input => input.targets),
      )
      for (const input of node.inputs) {
        const read = node.columns.map(column => input.targets[column])
        assign(input.plan, columnsOf(read, planner.relations), planner)
      }
      return
    case 'set operation':
      assign(node.left.plan, columnsOf(node.left.targets, planner.relations), planner)
      assign(node.right.plan, columnsOf(node.right.targets, planner.relations), planner)
      return
    case 'recursive union':
      assign(node.initial.plan, columnsOf(node.initial.targets, planner.relations), planner)
      assign(node.recursive.plan, columnsOf(node.recursive.targets, planner.relations), planner)
      return
    case 'change': {
      const read = columnsOf(own, planner.relations)
      for (const { relation, column } of node.needed) addColumn(read, relation, column)
      for (const { targets, root } of node.rowSources.values()) {
        columnsOf(targets, planner.relations, read)
        columnsReadIn(root, planner, read)
      }
      for (const plan of node.rowSources.values()) completePlan(plan, planner)
      if (node.input !== undefined) {
        assign(node.input, read, planner)
        node.carried = placesMadeBy(node.input, read)
      }
      if (node.unmatched !== undefined) {
        assign(node.unmatched, read, planner)
        node.unmatchedCarried = placesMadeBy(node.unmatched, read)
      }
      return
    }
    default:
      for (const input of inputsOf(node)) assign(input, needed, planner)
  }
}
