/** Whether a plan may be run twice in the place of once: it gives the same rows again, and does nothing besides. */

import type { AggregateFunction, WindowFunction } from '../functions/registry.ts'
import { expressionsOf, inputsOf } from './needed.ts'
import type { PlanNode } from './physical.ts'
import { isVolatile } from './relations.ts'

export function isRepeatable(node: PlanNode): boolean {
  if (node.kind === 'change' || isSampled(node) || callsVolatile(node)) return false
  if (expressionsOf(node).some(e => e !== undefined && isVolatile(e))) return false
  return inputsOf(node).every(isRepeatable)
}

function isSampled(node: PlanNode): boolean {
  return node.kind === 'table scan' && node.sample !== undefined
}

/** A function that is no part of an expression. */
function callsVolatile(node: PlanNode): boolean {
  switch (node.kind) {
    case 'function scan':
    case 'project set':
      return node.calls.some(call => call.function?.volatility === 'volatile')
    case 'aggregate':
    case 'window':
      return node.calls.some(
        ({ function: called }: { readonly function: AggregateFunction | WindowFunction }) =>
          called.volatility === 'volatile',
      )
    default:
      return false
  }
}
