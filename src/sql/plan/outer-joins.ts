/**
 * Outer joins that a condition above them makes inner ones: rows that they fill with nulls would not pass it.
 *
 *     a LEFT JOIN b ON … WHERE b.x > 1        is a JOIN b
 *     a FULL JOIN b ON … WHERE a.x = 1        is a LEFT JOIN b
 *
 * An inner join can be reordered, and conditions over its right side reach that side's indexes.
 */

import type { BoundExpression, BoundFrom, BoundSubquery, RelationId } from '../bind/bound.ts'
import { relationsOf } from '../bind/walk.ts'
import { conjunctsOf } from './relations.ts'

type Relations = ReadonlySet<RelationId>
const NONE: Relations = new Set()

export function reduceOuterJoins(from: BoundFrom, conjuncts: readonly BoundExpression[]): BoundFrom {
  return reduce(from, refusing(conjuncts))
}

/** @param refused relations whose null-filled rows do not pass what is above */
function reduce(from: BoundFrom, refused: Relations): BoundFrom {
  if (from.kind !== 'join') return from
  const hasLeft = relationsOf(from.left).some(one => refused.has(one))
  const hasRight = relationsOf(from.right).some(one => refused.has(one))
  let { type } = from
  // The side that an outer join keeps without a match is the one whose partner may be nulls.
  if (type === 'full' && hasLeft) type = hasRight ? 'inner' : 'left'
  else if (type === 'full' && hasRight) type = 'right'
  else if (type === 'left' && hasRight) type = 'inner'
  else if (type === 'right' && hasLeft) type = 'inner'
  const own = refusing(conjunctsOf(from.condition))
  const isInner = type === 'inner' || type === 'cross'
  // Conditions of the join hold for all rows of a side that it does not keep without a match.
  const left = isInner || type === 'right' ? union(refused, own) : refused
  const right = isInner || type === 'left' ? union(refused, own) : refused
  return {
    ...from,
    type,
    left: reduce(from.left, type === 'full' ? NONE : left),
    right: reduce(from.right, type === 'full' ? NONE : right),
  }
}

/** Relations that an outer join of these may fill with nulls. */
export function nullable(from: BoundFrom): readonly RelationId[] {
  if (from.kind !== 'join') return []
  const { type, left, right } = from
  const isLeftFilled = type === 'right' || type === 'full'
  const isRightFilled = type === 'left' || type === 'full'
  return [
    ...(isLeftFilled ? relationsOf(left) : nullable(left)),
    ...(isRightFilled ? relationsOf(right) : nullable(right)),
  ]
}

function union(a: Relations, b: Relations): Relations {
  return new Set([...a, ...b])
}
function intersection(all: readonly Relations[]): Relations {
  const [first, ...others] = all
  return new Set([...first].filter(one => others.every(other => other.has(one))))
}

function refusing(conjuncts: readonly BoundExpression[]): Relations {
  return conjuncts.map(refusedBy).reduce(union, NONE)
}

/** Relations for which the condition is not true when all of their columns are null. */
function refusedBy(e: BoundExpression): Relations {
  switch (e.kind) {
    case 'logical':
      if (e.operator === 'and') return e.operands.map(refusedBy).reduce(union, NONE)
      if (e.operator === 'or') return intersection(e.operands.map(refusedBy))
      return nullBy(e.operands[0])
    case 'null test':
      // A row that is null has no field that is not.
      return e.isNegated ? nullBy(e.operand) : NONE
    case 'boolean test':
      return e.test !== 'unknown' && !e.isNegated ? nullBy(e.operand) : NONE
    case 'in list':
      return nullBy(e.operand)
    case 'quantified array':
      // ALL of nothing is true.
      return e.quantifier === 'any' && (e.operator.isStrict ?? true) ? nullBy(e.operand) : NONE
    case 'subquery':
      return e.variant === 'any' && e.operators.every(operator => operator.isStrict ?? true)
        ? operandsRefusing(e)
        : NONE
    default:
      return nullBy(e)
  }
}

/** Rows may differ, or be in order, by a field that is not null; only equality needs all of them. */
function operandsRefusing({ operatorName, operands }: BoundSubquery): Relations {
  const fields = operands.map(nullBy)
  if (operatorName === '=') return fields.reduce(union, NONE)
  return operatorName === '<>' ? intersection(fields) : fields[0]
}

/** Relations for which the value is null when all of their columns are. */
function nullBy(e: BoundExpression): Relations {
  switch (e.kind) {
    case 'column':
      return new Set([e.relation])
    case 'relabel':
      return nullBy(e.operand)
    case 'call':
      return (e.function.isStrict ?? true) ? e.arguments.map(nullBy).reduce(union, NONE) : NONE
    default:
      return NONE
  }
}
