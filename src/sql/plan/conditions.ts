/**
 * Conditions in a form that joins and scans can use. What an OR says in all of its branches is said beside it, and what
 * all branches say of one table alone is tested where that table is read:
 *
 *     (a.k = b.k AND a.x = 1) OR (a.k = b.k AND a.x = 2 AND b.y = 3)
 *     a.k = b.k  AND  (a.x = 1 OR (a.x = 2 AND b.y = 3))  AND  (a.x = 1 OR a.x = 2)
 *
 * AND distributes over OR in three-valued logic, too, so that this changes no answer.
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { sameExpression } from '../bind/walk.ts'
import { conjunction, conjunctsOf, isVolatile, relationsIn } from './relations.ts'

/** The conjuncts in that form; conditions that follow from others are among them. */
export function usableConditions(conjuncts: readonly BoundExpression[]): BoundExpression[] {
  return conjuncts.flatMap(conjunct => {
    const branches = branchesOf(conjunct)
    if (branches === undefined || isVolatile(conjunct)) return [conjunct]
    const common = commonConjuncts(branches)
    const rest = branches.map(branch => branch.filter(one => !contains(common, one)))
    // A branch that says nothing else is true whenever the common part is.
    if (rest.some(branch => branch.length === 0)) return common
    return [...common, disjunction(rest, conjunct), ...impliedByAllBranches(rest, conjunct)]
  })
}

/** The branches of an OR, each as its conjuncts. */
function branchesOf(e: BoundExpression): BoundExpression[][] | undefined {
  if (e.kind !== 'logical' || e.operator !== 'or') return undefined
  return disjunctsOf(e).map(conjunctsOf)
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
  if (relations.size < 2) return []
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
