/**
 * Calls of aggregates: which query each belongs to (that of its innermost columns), and what it is given.
 */

import type { AggregateFunction } from '../functions/registry.ts'
import type { FunctionCall, SortItem } from '../syntax/tree.ts'
import { NO_MODIFIER } from '../types/type.ts'
import type { BoundAggregate, BoundExpression } from './bound.ts'
import type { ResolvedCall } from './calls.ts'
import { CLAUSES, refuseAggregate } from './clause.ts'
import { coerceToBoolean, withoutUnknown } from './coercion.ts'
import { bindExpression } from './expressions.ts'
import { fail, type Scope } from './scope.ts'
import { directionOf, requireEquality, requireOrder } from './sorting.ts'
import { sameExpression, walk } from './walk.ts'

export function addAggregate(
  scope: Scope,
  call: FunctionCall,
  found: AggregateFunction,
  resolved: ResolvedCall,
  /** The arguments as they were written: of an ordered set the direct ones. */
  written: readonly BoundExpression[],
): BoundExpression {
  const isOrderedSet = found.within !== undefined && found.within !== 'none'
  if (isOrderedSet && !call.isWithinGroup) {
    const kind = found.within === 'ordered set' ? 'ordered-set' : 'hypothetical-set'
    fail('42809', `WITHIN GROUP is required for ${kind} aggregate ${found.name}`, call.at)
  }
  if (!isOrderedSet && call.isWithinGroup) {
    fail('42809', `${found.name} is not an ordered-set aggregate, so it cannot have WITHIN GROUP`, call.at)
  }
  if (!call.isStar && call.arguments.length === 0 && !isOrderedSet) {
    fail('42809', `${found.name}(*) must be used to call a parameterless aggregate function`, call.at)
  }
  if (isOrderedSet && call.isDistinct) fail('42809', 'cannot use DISTINCT with WITHIN GROUP', call.at)
  const direct = isOrderedSet ? resolved.arguments.slice(0, written.length) : []
  const taken = isOrderedSet ? resolved.arguments.slice(written.length) : resolved.arguments
  const orderBy = call.orderBy.map((key, number) => {
    if (isOrderedSet) return orderKey(taken[number]!, key)
    const bound = withoutUnknown(scope, bindExpression(scope, key.expression))
    const argument = argumentWrittenAs(bound, written, resolved)
    if (argument === undefined && call.isDistinct) {
      fail(
        '42P10',
        'in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list',
        bound.at,
      )
    }
    return orderKey(argument ?? bound, key)
  })
  if (call.isDistinct) for (const one of taken) requireEquality(one.type, one.at)
  const filter =
    call.filter === undefined
      ? undefined
      : scope.in(CLAUSES.filter, () => coerceToBoolean(scope, bindExpression(scope, call.filter!), 'FILTER'))
  const aggregate: BoundAggregate = {
    function: found,
    arguments: taken,
    directArguments: direct,
    isDistinct: call.isDistinct,
    orderBy,
    filter,
    type: resolved.result,
    at: call.at,
  }
  const owner = ownerOf(scope, aggregate)
  refuseAggregate(owner.clause, 'aggregate functions', call.at)
  return {
    kind: 'aggregate',
    relation: owner.groupRelation,
    index: indexOf(owner, aggregate),
    type: resolved.result,
    modifier: NO_MODIFIER,
    at: call.at,
  }
}

function orderKey(expression: BoundExpression, key: SortItem): BoundAggregate['orderBy'][number] {
  requireOrder(expression.type, expression.at)
  return { expression, ...directionOf(key) }
}

/** Of `string_agg(name, ',' order by name)` the argument, even if the aggregate takes it as another type. */
function argumentWrittenAs(
  key: BoundExpression,
  written: readonly BoundExpression[],
  { arguments: taken, function: found }: ResolvedCall,
): BoundExpression | undefined {
  if (found.isVariadic === true) return taken.find(one => sameExpression(one, key))
  return taken.find((_, i) => sameExpression(written[i]!, key))
}

/** The level of the innermost columns in it; without any, where it stands. */
function ownerOf(scope: Scope, aggregate: BoundAggregate): Scope {
  const inside = [
    ...aggregate.arguments,
    ...aggregate.orderBy.map(key => key.expression),
    ...(aggregate.filter === undefined ? [] : [aggregate.filter]),
  ]
  const owner = innermostScope(scope, inside) ?? scope
  // Windows and sets inside of a subquery are its own.
  const own = new Set<BoundExpression>()
  walk([...inside, ...aggregate.directArguments], {
    expression: e => own.add(e),
    query: () => false,
  })
  const isOwn = (e: BoundExpression): boolean => own.has(e)
  walk([...inside, ...aggregate.directArguments], {
    expression(e) {
      if (e.kind === 'aggregate' && e.relation === owner.groupRelation) {
        fail('42803', 'aggregate function calls cannot be nested', e.at)
      }
      if (e.kind === 'window' && isOwn(e)) {
        fail('42803', 'aggregate function calls cannot contain window function calls', e.at)
      }
      if (e.kind === 'set function' && isOwn(e)) {
        fail('0A000', 'aggregate function calls cannot contain set-returning function calls', e.at, {
          hint: 'You might be able to move the set-returning function into a LATERAL FROM item.',
        })
      }
    },
  })
  return owner
}

/** The innermost of this scope and those around it that the expressions' columns belong to. */
export function innermostScope(scope: Scope, expressions: readonly BoundExpression[]): Scope | undefined {
  let innermost: Scope | undefined
  walk(expressions, {
    expression(e) {
      if (!('relation' in e)) return
      const owner = scope.binding.scopeOf(e.relation)
      if (owner === undefined || owner.depth > scope.depth) return
      if (innermost === undefined || owner.depth > innermost.depth) innermost = owner
    },
  })
  return innermost
}

/** Equal aggregates are computed once. */
function indexOf(owner: Scope, aggregate: BoundAggregate): number {
  const known = owner.aggregates.findIndex(
    one =>
      one.function === aggregate.function &&
      one.isDistinct === aggregate.isDistinct &&
      sameList(one.arguments, aggregate.arguments) &&
      sameList(one.directArguments, aggregate.directArguments) &&
      one.orderBy.length === aggregate.orderBy.length &&
      one.orderBy.every((key, at) => {
        const other = aggregate.orderBy[at]!
        return (
          key.isDescending === other.isDescending &&
          key.nullsFirst === other.nullsFirst &&
          sameExpression(key.expression, other.expression)
        )
      }) &&
      (one.filter === undefined
        ? aggregate.filter === undefined
        : aggregate.filter !== undefined && sameExpression(one.filter, aggregate.filter)),
  )
  if (known >= 0) return known
  owner.aggregates.push(aggregate)
  return owner.aggregates.length - 1
}

function sameList(a: readonly BoundExpression[], b: readonly BoundExpression[]): boolean {
  return a.length === b.length && a.every((one, at) => sameExpression(one, b[at]!))
}
