/**
 * The order of joins: dynamic programming over the sets of what is joined (Selinger), bushy trees included, for up to
 * `EXHAUSTIVE_MAX` inputs; beyond that the cheapest pair is joined first, again and again.
 *
 * Inner joins only: an outer join is one input, planned by itself (from.ts).
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { CONDITION_COST, ROW_COST } from './access.ts'
import type { HashJoin, Materialize, NestedLoop, PlanNode } from './physical.ts'
import { conjunction, isVolatile, relationsIn } from './relations.ts'
import { jointSelectivity, type TableLookup } from './selectivity.ts'

const EXHAUSTIVE_MAX = 9
/** Keeping a row in a hash table, and finding it. */
const HASH_COST = 0.02
const PROBE_COST = 0.015
const KEEP_COST = 0.005

/** Something that is joined: a table, subquery or outer join. */
export interface JoinInput {
  readonly relations: ReadonlySet<RelationId>
  /** Relations of other inputs that it reads: it must be the inner side of a loop over them. */
  readonly dependsOn: ReadonlySet<RelationId>
  readonly plan: PlanNode
  /**
   * The cheapest way with conditions that read other inputs as well, looked up for each outer row; undefined when there is
   * none. `rest`: conditions that still must be tested.
   */
  parameterized?(
    conjuncts: readonly BoundExpression[],
  ): { readonly plan: PlanNode; readonly rest: readonly BoundExpression[] } | undefined
}

interface Joined {
  readonly plan: PlanNode
  readonly relations: ReadonlySet<RelationId>
  readonly dependsOn: ReadonlySet<RelationId>
  readonly inputs: number
  readonly input: JoinInput | undefined
}

export interface PlacedConjunct {
  readonly e: BoundExpression
  /** Those of the relations joined here that it reads. */
  readonly relations: ReadonlySet<RelationId>
}

function union<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> {
  return new Set([...a, ...b])
}
function isSubset<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  for (const one of a) if (!b.has(one)) return false
  return true
}
function overlap<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  for (const one of a) if (b.has(one)) return true
  return false
}

/** The cheapest plan that joins all inputs, with all conditions in it. */
export function planJoins(
  inputs: readonly JoinInput[],
  conjuncts: readonly PlacedConjunct[],
  tables: TableLookup,
): PlanNode {
  const single = inputs.map(
    (input, i): Joined => ({
      plan: input.plan,
      relations: input.relations,
      dependsOn: input.dependsOn,
      inputs: 1 << i,
      input,
    }),
  )
  if (inputs.length === 1) return single[0].plan
  return inputs.length <= EXHAUSTIVE_MAX
    ? exhaustive(single, conjuncts, tables).plan
    : greedy(single, conjuncts, tables).plan
}

function exhaustive(
  single: readonly Joined[],
  conjuncts: readonly PlacedConjunct[],
  tables: TableLookup,
): Joined {
  const best = new Map<number, Joined>(single.map(one => [one.inputs, one]))
  const all = (1 << single.length) - 1
  for (let set = 1; set <= all; set++) {
    if ((set & (set - 1)) === 0) continue
    let cheapest: Joined | undefined
    let isConnected = false
    for (const allowsCross of [false, true]) {
      if (cheapest !== undefined) break
      for (let left = (set - 1) & set; left > 0; left = (left - 1) & set) {
        const outer = best.get(left)
        const inner = best.get(set ^ left)
        if (outer === undefined || inner === undefined) continue
        const connects = connecting(outer, inner, conjuncts)
        if (connects.length === 0 && !overlap(inner.dependsOn, outer.relations) && !allowsCross) continue
        isConnected = true
        const joined = joinTwo(outer, inner, connects, tables)
        if (
          joined !== undefined &&
          (cheapest === undefined || joined.plan.totalCost < cheapest.plan.totalCost)
        ) {
          cheapest = joined
        }
      }
      if (isConnected && cheapest !== undefined) break
    }
    if (cheapest !== undefined) best.set(set, cheapest)
  }
  return best.get(all)!
}

function greedy(
  single: readonly Joined[],
  conjuncts: readonly PlacedConjunct[],
  tables: TableLookup,
): Joined {
  const left = [...single]
  while (left.length > 1) {
    let cheapest: Joined | undefined
    let pair: readonly [Joined, Joined] | undefined
    for (const allowsCross of [false, true]) {
      if (cheapest !== undefined) break
      for (const outer of left) {
        for (const inner of left) {
          if (outer === inner) continue
          const connects = connecting(outer, inner, conjuncts)
          if (connects.length === 0 && !overlap(inner.dependsOn, outer.relations) && !allowsCross) continue
          const joined = joinTwo(outer, inner, connects, tables)
          if (joined === undefined) continue
          if (cheapest === undefined || joined.plan.rows < cheapest.plan.rows) {
            cheapest = joined
            pair = [outer, inner]
          }
        }
      }
    }
    left.splice(left.indexOf(pair![0]), 1)
    left.splice(left.indexOf(pair![1]), 1)
    left.push(cheapest!)
  }
  return left[0]
}

/** Conditions that can be tested once both are there, and not before. */
function connecting(
  outer: Joined,
  inner: Joined,
  conjuncts: readonly PlacedConjunct[],
): readonly BoundExpression[] {
  const both = union(outer.relations, inner.relations)
  return conjuncts
    .filter(
      ({ relations }) =>
        isSubset(relations, both) &&
        !isSubset(relations, outer.relations) &&
        !isSubset(relations, inner.relations),
    )
    .map(({ e }) => e)
}

function joinTwo(
  outer: Joined,
  inner: Joined,
  connects: readonly BoundExpression[],
  tables: TableLookup,
): Joined | undefined {
  // What needs the other's columns goes on the inside of a loop.
  if (overlap(outer.dependsOn, inner.relations)) return undefined
  const result = (plan: PlanNode): Joined => ({
    plan,
    relations: union(outer.relations, inner.relations),
    dependsOn: new Set(
      [...outer.dependsOn, ...inner.dependsOn].filter(
        one => !outer.relations.has(one) && !inner.relations.has(one),
      ),
    ),
    inputs: outer.inputs | inner.inputs,
    input: undefined,
  })
  const rows = Math.max(1, outer.plan.rows * inner.plan.rows * jointSelectivity(connects, tables))
  const isLateral = overlap(inner.dependsOn, outer.relations)
  if (isLateral) {
    return result(nestedLoop('inner', outer.plan, inner.plan, conjunction(connects), rows))
  }
  let best: PlanNode = nestedLoop('inner', outer.plan, materialized(inner.plan), conjunction(connects), rows)
  const hashed = hashJoin('inner', outer.plan, inner.plan, outer.relations, inner.relations, connects, rows)
  if (hashed !== undefined && hashed.totalCost < best.totalCost) best = hashed
  const lookedUp = inner.input?.parameterized?.(connects)
  if (lookedUp !== undefined) {
    const looped = nestedLoop('inner', outer.plan, lookedUp.plan, conjunction(lookedUp.rest), rows)
    if (looped.totalCost < best.totalCost) best = looped
  }
  return result(best)
}

export function nestedLoop(
  type: NestedLoop['type'],
  outer: PlanNode,
  inner: PlanNode,
  condition: BoundExpression | undefined,
  rows: number,
): NestedLoop {
  const isKept = inner.kind === 'materialize'
  const again = isKept ? inner.rows * KEEP_COST : inner.totalCost
  const pairs = outer.rows * inner.rows
  return {
    kind: 'nested loop',
    type,
    outer,
    inner,
    condition,
    nulled: [],
    rows,
    startupCost: outer.startupCost + inner.startupCost,
    totalCost:
      outer.totalCost +
      (isKept ? inner.totalCost : 0) +
      outer.rows * again +
      pairs * (condition === undefined ? 0 : CONDITION_COST) +
      rows * ROW_COST,
  }
}

/** Keeps the rows of what would otherwise be computed again for each outer row. */
export function materialized(input: PlanNode): PlanNode {
  if (input.kind === 'materialize' || input.kind === 'values scan') return input
  const node: Materialize = {
    kind: 'materialize',
    input,
    carried: [],
    outside: [],
    rows: input.rows,
    startupCost: input.startupCost,
    totalCost: input.totalCost + input.rows * KEEP_COST,
  }
  return node
}

/** Conditions `a = b` with one side from each input; and the others. */
export function splitKeys(
  connects: readonly BoundExpression[],
  outer: ReadonlySet<RelationId>,
  inner: ReadonlySet<RelationId>,
): { outerKeys: BoundExpression[]; innerKeys: BoundExpression[]; rest: BoundExpression[] } {
  const outerKeys: BoundExpression[] = []
  const innerKeys: BoundExpression[] = []
  const rest: BoundExpression[] = []
  for (const e of connects) {
    const pair = equalSides(e)
    if (pair === undefined) {
      rest.push(e)
      continue
    }
    const [a, b] = pair
    const ofA = relationsIn(a)
    const ofB = relationsIn(b)
    const isOf = (
      of: ReadonlySet<RelationId>,
      side: ReadonlySet<RelationId>,
      other: ReadonlySet<RelationId>,
    ) => overlap(of, side) && !overlap(of, other)
    if (isOf(ofA, outer, inner) && isOf(ofB, inner, outer)) {
      outerKeys.push(a)
      innerKeys.push(b)
    } else if (isOf(ofB, outer, inner) && isOf(ofA, inner, outer)) {
      outerKeys.push(b)
      innerKeys.push(a)
    } else rest.push(e)
  }
  return { outerKeys, innerKeys, rest }
}

const INTEGERS = new Set(['int2', 'int4', 'int8', 'oid'])
const FLOATS = new Set(['float4', 'float8'])

/** The two sides of an equality whose equal values have equal keys in a hash table. */
function equalSides(e: BoundExpression): readonly [BoundExpression, BoundExpression] | undefined {
  if (e.kind !== 'call' || e.arguments.length !== 2 || e.function.name !== '=') return undefined
  if (isVolatile(e)) return undefined
  const [a, b] = e.arguments
  if (a.type === b.type && a.type.isOrdered) return [a, b]
  if (INTEGERS.has(a.type.name) && INTEGERS.has(b.type.name)) return [a, b]
  if (FLOATS.has(a.type.name) && FLOATS.has(b.type.name)) return [a, b]
  return undefined
}

export function hashJoin(
  type: HashJoin['type'],
  outer: PlanNode,
  inner: PlanNode,
  outerRelations: ReadonlySet<RelationId>,
  innerRelations: ReadonlySet<RelationId>,
  connects: readonly BoundExpression[],
  rows: number,
): HashJoin | undefined {
  const { outerKeys, innerKeys, rest } = splitKeys(connects, outerRelations, innerRelations)
  if (outerKeys.length === 0) return undefined
  const build = inner.totalCost + inner.rows * HASH_COST
  return {
    kind: 'hash join',
    type,
    outer,
    inner,
    outerKeys,
    innerKeys,
    condition: conjunction(rest),
    carried: [],
    outerNulled: [],
    rows,
    startupCost: outer.startupCost + build,
    totalCost:
      outer.totalCost + build + outer.rows * PROBE_COST + rows * (ROW_COST + rest.length * CONDITION_COST),
  }
}
