/**
 * Conditions in a form that joins and scans can use. What an OR says in all of its branches is said beside it, and what
 * all branches say of one table alone is tested where that table is read:
 *
 *     (a.k = b.k AND a.x = 1) OR (a.k = b.k AND a.x = 2 AND b.y = 3)
 *     a.k = b.k  AND  (a.x = 1 OR (a.x = 2 AND b.y = 3))  AND  (a.x = 1 OR a.x = 2)
 *
 *     a.x = 1 OR a.x = 2                                     a.x IN (1, 2), which an index finds
 *
 * and BETWEEN SYMMETRIC is one range.
 *
 * AND distributes over OR in three-valued logic, too, so that this changes no answer.
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { contains as containsPart, sameExpression } from '../bind/walk.ts'
import type { ScalarFunction } from '../functions/registry.ts'
import { foldedConjuncts } from './constant-folding.ts'
import { conjunction, conjunctsOf, isVolatile, relationsIn } from './relations.ts'
import { symmetricRange } from './symmetric-range.ts'
import type { TableFacts } from './table-facts.ts'

/** The conjuncts in that form; conditions that follow from others are among them. */
export function usableConditions(
  conjuncts: readonly BoundExpression[],
  facts: Pick<TableFacts, 'evaluate'>,
): BoundExpression[] {
  return conjuncts.flatMap(conjunct => {
    const branches = branchesOf(conjunct)
    if (branches === undefined || isVolatile(conjunct)) return [conjunct]
    if (branches.length === 1) return branches[0]
    const range = symmetricRange(branches)
    if (range !== undefined) return foldedConjuncts(range, facts)
    const common = commonConjuncts(branches)
    const rest = branches.map(branch => branch.filter(one => !contains(common, one)))
    // A branch that says nothing else is true whenever the common part is.
    if (rest.some(branch => branch.length === 0)) return common
    // What follows from it is quicker to look at.
    return [...common, ...impliedByAllBranches(rest, conjunct), disjunction(rest, conjunct)]
  })
}

/** The branches of an OR, each as its conjuncts. */
function branchesOf(e: BoundExpression): BoundExpression[][] | undefined {
  if (e.kind !== 'logical' || e.operator !== 'or') return undefined
  return joined(disjunctsOf(e).map(conjunctsOf))
}

function disjunctsOf(e: BoundExpression): BoundExpression[] {
  return e.kind === 'logical' && e.operator === 'or' ? e.operands.flatMap(disjunctsOf) : [e]
}

function contains(list: readonly BoundExpression[], e: BoundExpression): boolean {
  return list.some(one => sameExpression(one, e))
}

function commonConjuncts([first, ...others]: readonly BoundExpression[][]): BoundExpression[] {
  return first.filter(e => others.every(branch => contains(branch, e)))
}

function disjunction(
  branches: readonly (readonly BoundExpression[])[],
  { type, modifier, at }: BoundExpression,
): BoundExpression {
  const operands = branches.map(branch => conjunction(branch)!)
  return { kind: 'logical', operator: 'or', operands, type, modifier, at }
}

/** For each relation of which all branches say something: that one of these things holds. */
function impliedByAllBranches(
  branches: readonly (readonly BoundExpression[])[],
  whole: BoundExpression,
): BoundExpression[] {
  const relations = relationsIn(whole)
  if (relations.size === 1) return impliedLists(branches)
  const implied: BoundExpression[] = []
  for (const relation of relations) {
    const own = branches.map(branch => branch.filter(e => isOver(e, relation)))
    if (own.every(branch => branch.length > 0)) implied.push(disjunction(own, whole))
  }
  return implied
}

function isOver(e: BoundExpression, relation: RelationId): boolean {
  const relations = relationsIn(e)
  return relations.size === 1 && relations.has(relation)
}

/** That a column has one of some values, which read no columns. */
interface Equality {
  readonly operand: BoundExpression
  readonly equals: ScalarFunction
  readonly values: readonly BoundExpression[]
}

function equalityOf(e: BoundExpression): Equality | undefined {
  const isFixed = (one: BoundExpression) => !hasColumns(one) && !isVolatile(one)
  if (e.kind === 'in list' && !e.isNegated && e.operand.kind === 'column' && e.list.every(isFixed)) {
    return { operand: e.operand, equals: e.equals, values: e.list }
  }
  if (e.kind !== 'call' || e.function.name !== '=' || e.arguments.length !== 2) return undefined
  const [left, right] = e.arguments
  if (left.kind === 'column' && isFixed(right)) return { operand: left, equals: e.function, values: [right] }
  const isSymmetric = left.type === right.type
  if (isSymmetric && right.kind === 'column' && isFixed(left)) {
    return { operand: right, equals: e.function, values: [left] }
  }
  return undefined
}

function hasColumns(e: BoundExpression): boolean {
  return containsPart(e, part => READS_ROWS.has(part.kind))
}

const READS_ROWS: ReadonlySet<BoundExpression['kind']> = new Set([
  'column',
  'whole row',
  'subquery',
  'aggregate',
  'window',
  'group key',
])

function listOf(
  { operand, equals, values }: Equality,
  { type, modifier, at }: BoundExpression,
): BoundExpression {
  return { kind: 'in list', operand, list: values, equals, isNegated: false, type, modifier, at }
}

function isOfOne(a: Equality, b: Equality): boolean {
  return a.equals === b.equals && sameExpression(a.operand, b.operand)
}

/** Branches that give one column one value each are one branch, which says which values it may have. */
function joined(branches: readonly BoundExpression[][]): BoundExpression[][] {
  const lists: { equality: Equality; readonly first: BoundExpression; readonly place: number }[] = []
  const result: BoundExpression[][] = []
  for (const branch of branches) {
    const equality = branch.length === 1 ? equalityOf(branch[0]) : undefined
    const list = equality && lists.find(one => isOfOne(one.equality, equality))
    if (equality === undefined || list === undefined) {
      if (equality !== undefined) lists.push({ equality, first: branch[0], place: result.length })
      result.push(branch)
      continue
    }
    list.equality = { ...equality, values: [...list.equality.values, ...equality.values] }
    result[list.place] = [listOf(list.equality, list.first)]
  }
  return result
}

/** For each column to which all branches give a value: that it has one of these. */
function impliedLists([first, ...others]: readonly (readonly BoundExpression[])[]): BoundExpression[] {
  return first.flatMap(e => {
    const equality = equalityOf(e)
    if (equality === undefined) return []
    const values = [...equality.values]
    for (const branch of others) {
      const same = branch.map(equalityOf).find(one => one !== undefined && isOfOne(one, equality))
      if (same === undefined) return []
      values.push(...same.values)
    }
    return [listOf({ ...equality, values: withoutRepeated(values) }, e)]
  })
}

function withoutRepeated(values: readonly BoundExpression[]): BoundExpression[] {
  const seen = new Set<unknown>()
  return values.filter(one => {
    if (one.kind !== 'constant' || typeof one.value === 'object') return true
    const isNew = !seen.has(one.value)
    seen.add(one.value)
    return isNew
  })
}
