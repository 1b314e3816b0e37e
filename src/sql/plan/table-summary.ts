/**
 * Aggregates over all rows of a table that need not be read for them:
 *
 *     min(x), max(x)   the first, the last entry of an index that is not null: (SELECT x … ORDER BY x LIMIT 1)
 *     count(*)         what the tree knows, where there is no condition
 *
 * Each is a row of its own below the aggregate, which passes over the nulls that the rows of the others have in its column:
 *
 *     Aggregate
 *       -> Append
 *             -> Limit -> Index Only Scan using t_x on t
 *             -> Limit -> Index Only Scan Backward using t_x on t
 *             -> Table Count on t
 */

import type {
  BoundAggregate,
  BoundExpression,
  BoundTable,
  RelationColumns,
  SelectBody,
} from '../bind/bound.ts'
import { asksFields } from '../bind/records.ts'
import { builtinRegistry } from '../functions/builtins.ts'
import type { AggregateFunction } from '../functions/registry.ts'
import { BOOL, INT8 } from '../types/type.ts'
import { subjectOf } from './access.ts'
import { ROW_COST } from './costs.ts'
import { cheapestInOrder, costOfFirst } from './ordered-access.ts'
import type { PlanNode } from './physical.ts'
import type { Planner } from './planner.ts'
import { columnReference, targetsOf } from './references.ts'
import { hasSubquery, isVolatile } from './relations.ts'

/** What stands below an aggregate, and the calls over it. */
export interface Summary {
  readonly input: PlanNode
  readonly calls: readonly BoundAggregate[]
}

/** One row that has all that an aggregate needs; `value` is its argument. */
interface Source {
  readonly plan: PlanNode
  readonly value: BoundExpression
  readonly function: AggregateFunction
}

/** Undefined: some aggregate needs the rows. */
export function tableSummary(
  { from, grouping, aggregates }: SelectBody,
  where: readonly BoundExpression[],
  planner: Planner,
): Summary | undefined {
  if (from?.kind !== 'table' || from.sample !== undefined || from.table.storedKind !== 'records')
    return undefined
  if (grouping === undefined || grouping.keys.length > 0 || grouping.sets.length !== 1) return undefined
  if (aggregates.length === 0 || where.some(one => isVolatile(one) || hasSubquery(one))) return undefined
  planner.noteTable(from)
  const sources: Source[] = []
  for (const call of aggregates) {
    if (call.filter !== undefined || call.orderBy.length > 0) return undefined
    const source = rowCount(call, from, where, planner) ?? extreme(call, from, where, planner)
    if (source === undefined) return undefined
    sources.push(source)
  }
  if (sources.length === 1) {
    const [{ plan, value, function: definition }] = sources
    return { input: plan, calls: [{ ...aggregates[0], function: definition, arguments: [value] }] }
  }
  return sideBySide(sources, aggregates, planner)
}

function sideBySide(
  sources: readonly Source[],
  aggregates: readonly BoundAggregate[],
  planner: Planner,
): Summary {
  const columns = sources.map(({ value: { type, modifier } }) => ({ name: '', type, modifier }))
  const relation = planner.newRelation('', columns)
  const inputs = sources.map(({ plan, value }, own) => ({
    plan,
    targets: sources.map((one, i) => (i === own ? value : nullOf(one.value))),
  }))
  const input: PlanNode = {
    kind: 'append',
    relation,
    inputs,
    columns: [],
    rows: sources.length,
    startupCost: 0,
    totalCost: inputs.reduce((cost, { plan }) => cost + plan.totalCost, 0),
  }
  const read = targetsOf(relation)
  const calls = aggregates.map((call, i) => ({
    ...call,
    function: sources[i].function,
    arguments: [read[i]],
  }))
  return { input, calls }
}

function nullOf({ type, modifier }: BoundExpression): BoundExpression {
  return { kind: 'constant', value: null, type, modifier, at: -1 }
}

function isBuiltin(call: BoundAggregate, name: 'count' | 'min' | 'max'): boolean {
  return call.function.name === name && builtinRegistry().named(name).includes(call.function)
}

/** `count(*)`, and `count` of a constant, which is the same. */
function rowCount(
  call: BoundAggregate,
  { table, relation }: BoundTable,
  where: readonly BoundExpression[],
  planner: Planner,
): Source | undefined {
  if (!isBuiltin(call, 'count') || call.isDistinct || where.length > 0) return undefined
  if (!call.arguments.every(e => e.kind === 'constant' && e.value !== null)) return undefined
  const largest = builtinRegistry()
    .named('max')
    .find(one => one.kind === 'aggregate' && one.result === INT8)
  const counted: RelationColumns = planner.newRelation(relation.name, [
    { name: 'count', type: INT8, modifier: -1 },
  ])
  return {
    plan: {
      kind: 'table count',
      relation: counted,
      table,
      columns: [],
      rows: 1,
      startupCost: 0,
      totalCost: ROW_COST,
    },
    value: columnReference(counted, 0),
    function: largest as AggregateFunction,
  }
}

/** `min(x)`, `max(x)`, where an index, or the primary key, has `x` in order. */
function extreme(
  call: BoundAggregate,
  from: BoundTable,
  where: readonly BoundExpression[],
  planner: Planner,
): Source | undefined {
  const isDescending = isBuiltin(call, 'max')
  if (!isDescending && !isBuiltin(call, 'min')) return undefined
  const [value] = call.arguments
  const operand = subjectOf(value, from.relation.id)
  if (operand === undefined || isVolatile(operand)) return undefined
  const wanted = [{ operand, isDescending, nullsFirst: false }]
  const scan = cheapestInOrder(from, wanted, [...where, ...withoutNull(operand, from)], () => 1, planner)
  if (scan === undefined) return undefined
  const plan: PlanNode = {
    kind: 'limit',
    input: scan,
    limit: { kind: 'constant', value: 1, type: INT8, modifier: -1, at: -1 },
    offset: undefined,
    ties: undefined,
    rows: 1,
    startupCost: scan.startupCost,
    totalCost: costOfFirst(scan, 1),
  }
  return { plan, value, function: call.function }
}

/** What keeps nulls out; nothing where there are none. */
function withoutNull(operand: BoundExpression, { table }: BoundTable): BoundExpression[] {
  if (operand.kind === 'column' && table.columns[operand.column]?.isNotNull) return []
  const test = { kind: 'null test', isNegated: true, operand, type: BOOL, modifier: -1, at: -1 } as const
  return [asksFields(test) ? { ...test, ofValue: true } : test]
}
