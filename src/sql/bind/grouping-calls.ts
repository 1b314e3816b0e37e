/** GROUPING(…): its arguments must be keys of the query that it belongs to, which are not known yet. */

import type { GroupingCall } from '../syntax/tree.ts'
import { INT4, NO_MODIFIER } from '../types/type.ts'
import { innermostScope } from './aggregate-calls.ts'
import type { BoundExpression } from './bound.ts'
import { refuseAggregate } from './clause.ts'
import { bindExpression } from './expressions.ts'
import { fail, type Scope } from './scope.ts'

const ARGUMENTS_MAX = 31

/** Until the keys are known, `keys` is the one number -1 - place in the scope's `groupings`. */
export function bindGroupingCall(scope: Scope, call: GroupingCall): BoundExpression {
  if (call.operands.length > ARGUMENTS_MAX) {
    fail('54023', 'GROUPING must have fewer than 32 arguments', call.at)
  }
  const operands = call.operands.map(one => bindExpression(scope, one))
  const owner = innermostScope(scope, operands) ?? scope
  refuseAggregate(owner.clause, 'grouping operations', call.at)
  owner.groupings.push(operands)
  return {
    kind: 'grouping',
    relation: owner.groupRelation,
    keys: [-owner.groupings.length],
    type: INT4,
    modifier: NO_MODIFIER,
    at: call.at,
  }
}
