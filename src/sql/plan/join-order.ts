/**
 * The order of joins: dynamic programming over the sets of what is joined (Selinger), bushy trees included, for up to
 * `EXHAUSTIVE_MAX` inputs; beyond that the pair with the fewest rows is joined first, again and again.
 *
 * Inputs are numbered, and sets of them are bits. Of an outer join, which is planned by itself, the whole is one input. A
 * subquery that only asks whether there is a row (unnest.ts) is an input, too: it is joined as a semi- or anti-join to
 * any set that has the relations that it reads; or, when it was made unique, as any other.
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { cheapest, cheapestJoin, equalSides, type KeyPair, nestedLoop, splitKeys } from './join-methods.ts'
import { type KeyJoin, keyJoins } from './key-joins.ts'
import type { PlanNode } from './physical.ts'
import { relationsIn } from './relations.ts'
import { jointSelectivity, selectivity, type TableLookup } from './selectivity.ts'
import type { PlanSwitches } from './switches.ts'

const EXHAUSTIVE_MAX = 10
/** Sets are the bits of a number: of more inputs than this some are joined first. */
const INPUTS_MAX = 30

/** Something that is joined: a table, subquery or outer join. */
export interface JoinInput {
  readonly relations: ReadonlySet<RelationId>
  /** Relations of other inputs that it reads: it must be the inner side of a loop over them. */
  readonly dependsOn: ReadonlySet<RelationId>
  readonly plan: PlanNode
  /**
   * The cheapest way with conditions that read other inputs as well, looked up for each outer row; undefined when there is
   * none. All of the conditions hold for what it gives.
   */
  parameterized?(conjuncts: readonly BoundExpression[]): PlanNode | undefined
  readonly semi?: SemiInput
}

/** A row of the others is kept when (anti: unless) a row of this input meets the conditions with it. */
export interface SemiInput {
  readonly type: 'semi' | 'anti'
  readonly conjuncts: readonly BoundExpression[]
  /** Relations of other inputs that the conditions read. */
  readonly requires: ReadonlySet<RelationId>
  /** The same input with one row for all that meet the same: then joining it multiplies nothing. */
  readonly unique: PlanNode | undefined
}

export interface PlacedConjunct {
  readonly e: BoundExpression
  /** Those of the relations joined here that it reads. */
  readonly relations: ReadonlySet<RelationId>
}

export interface JoinPlanner extends TableLookup {
  readonly switches: PlanSwitches
}

interface NumberedInput extends JoinInput {
  readonly bit: number
  readonly dependsOnInputs: number
  readonly requiredInputs: number
  /** Of a semi-join: the share of outer rows that it keeps. */
  readonly keeps: number
}

/** A condition with the inputs that it reads. */
interface Condition {
  readonly e: BoundExpression
  readonly number: number
  readonly inputs: number
  readonly selectivity: number
  /** Of an equality that can be hashed. */
  readonly sides: readonly { readonly e: BoundExpression; readonly inputs: number }[] | undefined
}

interface Joined {
  readonly plan: PlanNode
  readonly inputs: number
  readonly dependsOn: number
  /** When it is one input alone. */
  readonly input: NumberedInput | undefined
}

/** The cheapest plan that joins all inputs, with all conditions in it. */
export function planJoins(
  inputs: readonly JoinInput[],
  conjuncts: readonly PlacedConjunct[],
  planner: JoinPlanner,
): PlanNode {
  if (inputs.length === 1) return inputs[0].plan
  if (inputs.length <= INPUTS_MAX) return new JoinOrder(inputs, conjuncts, planner).best()
  // None reads one that stands behind it.
  const first = joinedFirst(inputs.slice(0, INPUTS_MAX), conjuncts, planner)
  const rest = conjuncts.filter(({ relations }) => !isSubset(relations, first.relations))
  return planJoins([first, ...inputs.slice(INPUTS_MAX)], rest, planner)
}

function joinedFirst(
  inputs: readonly JoinInput[],
  conjuncts: readonly PlacedConjunct[],
  planner: JoinPlanner,
): JoinInput {
  const relations = new Set(inputs.flatMap(input => [...input.relations]))
  const own = conjuncts.filter(one => isSubset(one.relations, relations))
  const outside = inputs.flatMap(input => [...input.dependsOn]).filter(one => !relations.has(one))
  return { relations, dependsOn: new Set(outside), plan: planJoins(inputs, own, planner) }
}

function isSubset(some: ReadonlySet<RelationId>, all: ReadonlySet<RelationId>): boolean {
  for (const one of some) if (!all.has(one)) return false
  return true
}

class JoinOrder {
  private readonly inputs: readonly NumberedInput[]
  private readonly conditions: readonly Condition[]
  private readonly planner: JoinPlanner
  /** By input and conditions: the same are asked for again and again. */
  private readonly lookups = new Map<string, PlanNode | undefined>()

  constructor(inputs: readonly JoinInput[], conjuncts: readonly PlacedConjunct[], planner: JoinPlanner) {
    this.planner = planner
    const bitsOf = (relations: Iterable<RelationId>): number => {
      let bits = 0
      for (const relation of relations) {
        const number = inputs.findIndex(input => input.relations.has(relation))
        if (number >= 0) bits |= 1 << number
      }
      return bits
    }
    this.inputs = inputs.map((input, i) => ({
      ...input,
      bit: 1 << i,
      dependsOnInputs: bitsOf(input.dependsOn),
      requiredInputs: input.semi === undefined ? 0 : bitsOf(input.semi.requires),
      keeps: input.semi === undefined ? 1 : keptBy(input.plan, input.semi, planner),
    }))
    // What a unique subquery is joined by is a condition like the others.
    const all = [
      ...conjuncts,
      ...inputs.flatMap(({ semi, relations }) =>
        semi?.unique === undefined
          ? []
          : semi.conjuncts.map(e => ({ e, relations: new Set([...relations, ...semi.requires]) })),
      ),
    ]
    const keys = keyJoins(
      all.map(one => one.e),
      planner,
    )
    this.conditions = all.map(({ e, relations }, number) => {
      const sides = equalSides(e)
      return {
        e,
        number,
        inputs: bitsOf([...relationsIn(e)].filter(one => relations.has(one))),
        selectivity: selectivityOf(e, keys, planner),
        sides: sides?.map(side => ({ e: side, inputs: bitsOf(relationsIn(side)) })),
      }
    })
  }

  best(): PlanNode {
    const single = this.inputs.map(
      (input): Joined => ({
        plan: input.plan,
        inputs: input.bit,
        dependsOn: input.dependsOnInputs,
        input,
      }),
    )
    if (single.length > EXHAUSTIVE_MAX) return this.greedy(single)
    // A condition over three inputs may join none of their pairs: then their product must do.
    const components = this.components()
    const isUnion = (set: number) => components.every(one => (one & set) === 0 || (one & set) === one)
    return this.exhaustive(single, isUnion) ?? this.exhaustive(single, () => true)!
  }

  /** Sets of inputs that conditions connect, and none of which is connected with another. */
  private components(): number[] {
    let components = this.inputs.map(input => input.bit | input.dependsOnInputs | input.requiredInputs)
    for (const edge of [...components, ...this.conditions.map(one => one.inputs)]) {
      const met = components.filter(one => (one & edge) !== 0)
      const merged = met.reduce((all, one) => all | one, edge)
      components = [...components.filter(one => (one & edge) === 0), merged]
    }
    return components
  }

  /** @param allowsProduct whether a set that nothing connects may be joined by a product */
  private exhaustive(
    single: readonly Joined[],
    allowsProduct: (set: number) => boolean,
  ): PlanNode | undefined {
    const best: (Joined | undefined)[] = []
    for (const one of single) best[one.inputs] = one
    const all = (1 << single.length) - 1
    for (let set = 1; set <= all; set++) {
      if ((set & (set - 1)) === 0) continue
      const rows = this.rowsOf(set)
      let cheapestOfSet: Joined | undefined
      // A product only where nothing connects.
      for (const isProduct of [false, true]) {
        if (cheapestOfSet !== undefined || (isProduct && !allowsProduct(set))) break
        for (let left = (set - 1) & set; left > 0; left = (left - 1) & set) {
          const outer = best[left]
          const inner = best[set ^ left]
          if (outer === undefined || inner === undefined) continue
          // However they are joined, the outer side is read.
          if (cheapestOfSet !== undefined && outer.plan.totalCost >= cheapestOfSet.plan.totalCost) continue
          const joined = this.join(outer, inner, rows, isProduct)
          if (joined === undefined) continue
          if (cheapestOfSet === undefined || joined.plan.totalCost < cheapestOfSet.plan.totalCost) {
            cheapestOfSet = joined
          }
        }
      }
      best[set] = cheapestOfSet
    }
    return best[all]?.plan
  }

  private greedy(single: readonly Joined[]): PlanNode {
    const left = [...single]
    while (left.length > 1) {
      let chosen: Joined | undefined
      let pair: readonly [Joined, Joined] | undefined
      for (const allowsProduct of [false, true]) {
        if (chosen !== undefined) break
        for (const outer of left) {
          for (const inner of left) {
            if (outer === inner || closesCircle(outer, inner, left)) continue
            const rows = this.rowsOf(outer.inputs | inner.inputs)
            const joined = this.join(outer, inner, rows, allowsProduct)
            if (joined === undefined) continue
            if (chosen === undefined || isSmaller(joined.plan, chosen.plan)) {
              chosen = joined
              pair = [outer, inner]
            }
          }
        }
      }
      left.splice(left.indexOf(pair![0]), 1)
      left.splice(left.indexOf(pair![1]), 1)
      left.push(chosen!)
    }
    return left[0].plan
  }

  /** Rows of a set are the same however it is joined. */
  private rowsOf(set: number): number {
    let rows = 1
    for (const input of this.inputs) {
      if ((input.bit & set) === 0) continue
      rows *= input.semi === undefined ? input.plan.rows : input.keeps
    }
    for (const condition of this.conditions) {
      if ((condition.inputs & ~set) !== 0 || isWithinOne(condition.inputs)) continue
      if (!this.isOfSemi(condition)) rows *= condition.selectivity
    }
    return Math.max(1, rows)
  }

  private isOfSemi({ inputs }: Condition): boolean {
    return this.inputs.some(input => input.semi !== undefined && (input.bit & inputs) !== 0)
  }

  private join(outer: Joined, inner: Joined, rows: number, allowsProduct: boolean): Joined | undefined {
    // What needs the other's columns goes on the inside of a loop.
    if ((outer.dependsOn & inner.inputs) !== 0) return undefined
    const plan = this.plan(outer, inner, rows, allowsProduct)
    if (plan === undefined) return undefined
    const inputs = outer.inputs | inner.inputs
    return { plan, inputs, dependsOn: (outer.dependsOn | inner.dependsOn) & ~inputs, input: undefined }
  }

  private plan(outer: Joined, inner: Joined, rows: number, allowsProduct: boolean): PlanNode | undefined {
    const outerPlan = asOrdinary(outer)
    if (outerPlan === undefined) return undefined
    const innerPlan = asOrdinary(inner)
    return cheapest([
      innerPlan === undefined
        ? undefined
        : this.ordinary(outer, outerPlan, inner, innerPlan, rows, allowsProduct),
      inner.input?.semi === undefined || outer.input?.semi !== undefined
        ? undefined
        : this.semi(outer, inner.input, inner.input.semi, rows),
    ])
  }

  private ordinary(
    outer: Joined,
    outerPlan: PlanNode,
    inner: Joined,
    innerPlan: PlanNode,
    rows: number,
    allowsProduct: boolean,
  ): PlanNode | undefined {
    const { switches } = this.planner
    const connects = this.connecting(outer.inputs, inner.inputs)
    const isLateral = (inner.dependsOn & outer.inputs) !== 0
    const isOfSemi = outer.input?.semi !== undefined || inner.input?.semi !== undefined
    if (connects.length === 0 && !isLateral && (isOfSemi || !allowsProduct)) return undefined
    const spec = { type: 'inner', outer: outerPlan, inner: innerPlan, rows } as const
    if (isLateral) return nestedLoop({ ...spec, keys: [], rest: connects.map(one => one.e) }, switches)
    const { keys, rest } = keysOf(connects, outer.inputs, inner.inputs)
    const lookup = inner.input?.semi === undefined ? this.lookup(inner.input, connects) : undefined
    return cheapest([
      cheapestJoin({ ...spec, keys, rest }, switches),
      lookup && nestedLoop({ ...spec, inner: lookup, keys: [], rest: [] }, switches),
    ])
  }

  /** One input by an index, with conditions that read others. */
  private lookup(input: NumberedInput | undefined, connects: readonly Condition[]): PlanNode | undefined {
    if (input?.parameterized === undefined) return undefined
    const key = `${input.bit}:${connects.map(one => one.number)}`
    if (!this.lookups.has(key)) {
      this.lookups.set(key, input.parameterized(connects.map(one => one.e)))
    }
    return this.lookups.get(key)
  }

  private semi(outer: Joined, input: NumberedInput, semi: SemiInput, rows: number): PlanNode | undefined {
    if ((input.requiredInputs & ~outer.inputs) !== 0) return undefined
    const { switches } = this.planner
    const spec = { type: semi.type, outer: outer.plan, inner: input.plan, rows }
    const { keys, rest } = splitKeys(semi.conjuncts, semi.requires, input.relations)
    const lookup = input.parameterized?.(semi.conjuncts)
    return cheapest([
      cheapestJoin({ ...spec, keys, rest }, switches),
      lookup && nestedLoop({ ...spec, inner: lookup, keys: [], rest: [] }, switches),
    ])
  }

  /** Conditions that can be tested once both are there, and not before. */
  private connecting(outer: number, inner: number): Condition[] {
    const both = outer | inner
    return this.conditions.filter(
      ({ inputs }) => (inputs & ~both) === 0 && (inputs & ~outer) !== 0 && (inputs & ~inner) !== 0,
    )
  }
}

/** What the conditions of a key let pass together is said by the first of them. */
function selectivityOf(e: BoundExpression, keys: readonly KeyJoin[], tables: TableLookup): number {
  const key = keys.find(one => one.conditions.has(e))
  if (key === undefined) return selectivity(e, tables)
  const [first] = key.conditions
  return e === first ? key.selectivity : 1
}

/** Whether, joined, two of them would need a third that needs them. */
function closesCircle(a: Joined, b: Joined, all: readonly Joined[]): boolean {
  const both = a.inputs | b.inputs
  let needed = (a.dependsOn | b.dependsOn) & ~both
  for (let before = 0; needed !== before; ) {
    before = needed
    for (const one of all) if ((one.inputs & needed) !== 0) needed |= one.dependsOn
  }
  return (needed & both) !== 0
}

function isSmaller(a: PlanNode, b: PlanNode): boolean {
  return a.rows < b.rows || (a.rows === b.rows && a.totalCost < b.totalCost)
}

function isWithinOne(inputs: number): boolean {
  return (inputs & (inputs - 1)) === 0
}

/** As an input of an ordinary join: a subquery that only tests is one only when it was made unique. */
function asOrdinary({ plan, input }: Joined): PlanNode | undefined {
  return input?.semi === undefined ? plan : input.semi.unique
}

function keysOf(
  connects: readonly Condition[],
  outer: number,
  inner: number,
): { keys: KeyPair[]; rest: BoundExpression[] } {
  const keys: KeyPair[] = []
  const rest: BoundExpression[] = []
  for (const { e, sides } of connects) {
    const outerSide = sides?.find(side => isOfOne(side.inputs, outer, inner))
    const innerSide = sides?.find(side => isOfOne(side.inputs, inner, outer))
    if (outerSide === undefined || innerSide === undefined) rest.push(e)
    else keys.push({ outer: outerSide.e, inner: innerSide.e, conjunct: e })
  }
  return { keys, rest }
}

function isOfOne(inputs: number, own: number, other: number): boolean {
  return (inputs & own) !== 0 && (inputs & other) === 0
}

/**
 * The share of outer rows that a semi- or anti-join keeps. With m matches expected for a row, spread at random, none is
 * found with probability e^-m.
 */
function keptBy(inner: PlanNode, { type, conjuncts }: SemiInput, tables: TableLookup): number {
  const matches = inner.rows * jointSelectivity(conjuncts, tables)
  const none = Math.exp(-matches)
  return type === 'anti' ? Math.max(none, 0.01) : 1 - none
}
