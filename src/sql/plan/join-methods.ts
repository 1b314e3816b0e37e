/**
 * The ways to join two inputs, with what they cost: nested loop, hash join, merge join. Which inputs are joined is decided
 * elsewhere (join-order.ts, outer-joins.ts).
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { BOOL, NO_MODIFIER } from '../types/type.ts'
import {
  CONDITION_COST,
  HASH_COST,
  KEEP_COST,
  MERGE_COST,
  PROBE_COST,
  ROW_COST,
  sortingCost,
} from './costs.ts'
import { isOrderedBy, isUniqueBy, orderOf } from './ordering.ts'
import type {
  HashJoin,
  JoinType,
  Materialize,
  MergeJoin,
  NestedLoop,
  PlanNode,
  SortItem,
} from './physical.ts'
import { conjunction, isVolatile, relationsIn } from './relations.ts'
import { DISABLED_COST, type PlanSwitches } from './switches.ts'

/** `a = b` with a side of each input. */
export interface KeyPair {
  readonly outer: BoundExpression
  readonly inner: BoundExpression
  readonly conjunct: BoundExpression
}

/** Two inputs and what joins them. */
export interface JoinSpec<Type extends JoinType = JoinType> {
  readonly type: Type
  readonly outer: PlanNode
  readonly inner: PlanNode
  readonly keys: readonly KeyPair[]
  /** Conditions that are no keys. */
  readonly rest: readonly BoundExpression[]
  /** That come out. */
  readonly rows: number
}

/** A type of join that nested loops and merge joins can do. */
export type OneSidedType = NestedLoop['type'] & MergeJoin['type']

function penalty(isAllowed: boolean): number {
  return isAllowed ? 0 : DISABLED_COST
}

export function conditionOf(spec: JoinSpec): BoundExpression | undefined {
  return conjunction([...spec.keys.map(key => key.conjunct), ...spec.rest])
}

/** The cheapest way; undefined: FULL JOIN without keys. */
export function cheapestJoin(spec: JoinSpec, switches: PlanSwitches): PlanNode | undefined {
  const hashed = cheapest([hashJoin(spec, switches), mirrored(spec, switches)])
  if (!isOneSided(spec)) return hashed
  return cheapest([
    nestedLoop({ ...spec, inner: materialized(spec.inner) }, switches),
    hashed,
    mergeJoin(spec, switches),
  ])
}

function isOneSided(spec: JoinSpec): spec is JoinSpec<OneSidedType> {
  const { type } = spec
  return type === 'inner' || type === 'left' || type === 'semi' || type === 'anti'
}

export function cheapest<Node extends PlanNode>(nodes: readonly (Node | undefined)[]): Node | undefined {
  let best: Node | undefined
  for (const node of nodes) {
    if (node !== undefined && (best === undefined || node.totalCost < best.totalCost)) best = node
  }
  return best
}

/** The hash join that keeps the other side; an inner join's sides are tried by whoever orders the joins. */
function mirrored(spec: JoinSpec, switches: PlanSwitches): HashJoin | undefined {
  const types: Partial<Record<JoinType, JoinType>> = { left: 'right', semi: 'right semi', anti: 'right anti' }
  const type = types[spec.type]
  if (type === undefined) return undefined
  const keys = spec.keys.map(({ outer, inner, conjunct }) => ({ outer: inner, inner: outer, conjunct }))
  return hashJoin({ ...spec, type, keys, outer: spec.inner, inner: spec.outer }, switches)
}

export function nestedLoop(spec: JoinSpec<OneSidedType>, switches: PlanSwitches): NestedLoop {
  const { type, outer, inner, rows } = spec
  const condition = conditionOf(spec)
  const isKept = inner.kind === 'materialize'
  const again = isKept ? inner.rows * KEEP_COST : inner.totalCost
  const pairs = outer.rows * inner.rows
  // A semi-join leaves the inner side at the first match.
  const share = type === 'semi' || type === 'anti' ? 2 / (inner.rows + 1) : 1
  const read = share >= 1 ? again : inner.startupCost + (again - inner.startupCost) * Math.max(share, 0.1)
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
      outer.rows * read +
      pairs * (condition === undefined ? 0 : CONDITION_COST) +
      rows * ROW_COST +
      penalty(switches.nestedLoop),
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

export function hashJoin(spec: JoinSpec, switches: PlanSwitches): HashJoin | undefined {
  const { type, outer, inner, keys, rest, rows } = spec
  if (keys.length === 0) return undefined
  const build = inner.totalCost + inner.rows * HASH_COST
  return {
    kind: 'hash join',
    type,
    outer,
    inner,
    outerKeys: keys.map(key => key.outer),
    innerKeys: keys.map(key => key.inner),
    condition: conjunction(rest),
    carried: [],
    outerNulled: [],
    rows,
    startupCost: outer.startupCost + build,
    totalCost:
      outer.totalCost +
      build +
      outer.rows * PROBE_COST +
      rows * (ROW_COST + rest.length * CONDITION_COST) +
      penalty(switches.hashJoin),
  }
}

/** Two inputs walked side by side: in the order in which they come, or sorted for it. */
export function mergeJoin(spec: JoinSpec<OneSidedType>, switches: PlanSwitches): MergeJoin | undefined {
  const { type, keys, rows } = spec
  if (keys.length === 0) return undefined
  let merged = commonOrder(spec)
  let { outer, inner } = spec
  if (merged.length === 0) {
    merged = keys.map(key => ({ key, isDescending: false }))
    outer = sortedBy(
      outer,
      keys.map(key => key.outer),
    )
    inner = sortedBy(
      inner,
      keys.map(key => key.inner),
    )
  }
  const isInnerUnique = isUniqueBy(
    inner,
    merged.map(one => one.key.inner),
  )
  const isMerged = new Set(merged.map(one => one.key))
  const rest = [...keys.filter(key => !isMerged.has(key)).map(key => key.conjunct), ...spec.rest]
  return {
    kind: 'merge join',
    type,
    outer,
    inner,
    outerKeys: merged.map(one => one.key.outer),
    innerKeys: merged.map(one => one.key.inner),
    isDescending: merged.map(one => one.isDescending),
    isInnerUnique,
    condition: conjunction(rest),
    carried: [],
    rows,
    startupCost: outer.startupCost + inner.startupCost,
    totalCost:
      outer.totalCost +
      inner.totalCost +
      (outer.rows + inner.rows) * MERGE_COST +
      (isInnerUnique ? 0 : inner.rows * KEEP_COST) +
      rows * (ROW_COST + rest.length * CONDITION_COST) +
      penalty(switches.mergeJoin),
  }
}

/** The keys that both inputs are in the order of, as they come. */
function commonOrder({ outer, inner, keys }: JoinSpec): { key: KeyPair; isDescending: boolean }[] {
  const outerOrder = orderOf(outer)
  const innerOrder = orderOf(inner)
  const common: { key: KeyPair; isDescending: boolean }[] = []
  for (let i = 0; i < outerOrder.length && i < innerOrder.length; i++) {
    const { isDescending } = outerOrder[i]
    const key = keys.find(
      one => isOrderedBy(outerOrder[i], one.outer) && isOrderedBy(innerOrder[i], one.inner),
    )
    if (key === undefined || innerOrder[i].isDescending !== isDescending) break
    common.push({ key, isDescending })
  }
  return common
}

function sortedBy(input: PlanNode, expressions: readonly BoundExpression[]): PlanNode {
  const keys: SortItem[] = expressions.map(expression => ({
    expression,
    isDescending: false,
    nullsFirst: false,
  }))
  const cost = input.totalCost + sortingCost(input.rows)
  return {
    kind: 'sort',
    input,
    keys,
    presorted: 0,
    limit: undefined,
    offset: undefined,
    carried: [],
    rows: input.rows,
    startupCost: cost,
    totalCost: cost + input.rows * ROW_COST,
  }
}

/** Conditions `a = b` with one side of each input, and the others. */
export function splitKeys(
  connects: readonly BoundExpression[],
  outer: ReadonlySet<RelationId>,
  inner: ReadonlySet<RelationId>,
): { keys: KeyPair[]; rest: BoundExpression[] } {
  const keys: KeyPair[] = []
  const rest: BoundExpression[] = []
  for (const e of connects) {
    const pair = keyPairOf(e, outer, inner)
    if (pair === undefined) rest.push(e)
    else keys.push(pair)
  }
  return { keys, rest }
}

function keyPairOf(
  conjunct: BoundExpression,
  outer: ReadonlySet<RelationId>,
  inner: ReadonlySet<RelationId>,
): KeyPair | undefined {
  const sides = equalSides(conjunct)
  if (sides === undefined) return undefined
  const [a, b] = sides
  const isOf = (e: BoundExpression, own: ReadonlySet<RelationId>, other: ReadonlySet<RelationId>) => {
    const relations = [...relationsIn(e)]
    return relations.some(one => own.has(one)) && !relations.some(one => other.has(one))
  }
  if (isOf(a, outer, inner) && isOf(b, inner, outer)) return { outer: a, inner: b, conjunct }
  if (isOf(b, outer, inner) && isOf(a, inner, outer)) return { outer: b, inner: a, conjunct }
  return undefined
}

/**
 * Keys of constants, for the condition of a FULL JOIN that is the same for all pairs: one without keys could not be hashed.
 * Undefined: the condition reads the rows.
 */
export function decidedKeys(
  connects: readonly BoundExpression[],
): { keys: KeyPair[]; rest: BoundExpression[] } | undefined {
  const isFalse = connects.some(e => (e.kind === 'constant' && e.value !== true) || isNullByConstant(e))
  if (!isFalse && !connects.every(e => e.kind === 'constant')) return undefined
  const constant = (value: boolean): BoundExpression => ({
    kind: 'constant',
    type: BOOL,
    modifier: NO_MODIFIER,
    value,
    at: -1,
  })
  return {
    keys: [{ outer: constant(true), inner: constant(!isFalse), conjunct: constant(!isFalse) }],
    rest: [],
  }
}

/** A strict function of a null is never called, whatever else it would be given. */
function isNullByConstant(e: BoundExpression): boolean {
  return (
    e.kind === 'call' &&
    (e.function.isStrict ?? true) &&
    e.arguments.some(one => (one.kind === 'constant' && one.value === null) || isNullByConstant(one))
  )
}

const INTEGERS = new Set(['int2', 'int4', 'int8', 'oid'])
const FLOATS = new Set(['float4', 'float8'])

/** The two sides of an equality whose equal values have equal keys in a hash table, and one order. */
export function equalSides(e: BoundExpression): readonly [BoundExpression, BoundExpression] | undefined {
  if (e.kind !== 'call' || e.arguments.length !== 2 || e.function.name !== '=') return undefined
  if (isVolatile(e)) return undefined
  const [a, b] = e.arguments
  if (a.type === b.type && a.type.isOrdered) return [a, b]
  if (INTEGERS.has(a.type.name) && INTEGERS.has(b.type.name)) return [a, b]
  if (FLOATS.has(a.type.name) && FLOATS.has(b.type.name)) return [a, b]
  return undefined
}
