/** Operators that say the opposite of each other about all values, as PostgreSQL's pg_operator.oprnegate has them. */

import { builtinRegistry } from './builtins.ts'
import type { ScalarFunction } from './registry.ts'

const PAIRS: readonly (readonly [string, string])[] = [
  ['=', '<>'],
  ['<', '>='],
  ['>', '<='],
  ['~~', '!~~'],
  ['~~*', '!~~*'],
  ['~', '!~'],
  ['~*', '!~*'],
]

let negators: Map<ScalarFunction, ScalarFunction> | undefined

/** Undefined: it has none. Null remains null: both are strict. */
export function negatorOf(operator: ScalarFunction): ScalarFunction | undefined {
  negators ??= gathered()
  return negators.get(operator)
}

function gathered(): Map<ScalarFunction, ScalarFunction> {
  const registry = builtinRegistry()
  const found = new Map<ScalarFunction, ScalarFunction>()
  for (const [name, opposite] of PAIRS) {
    for (const one of registry.operatorsNamed(name)) {
      const other = registry
        .operatorsNamed(opposite)
        .find(({ arguments: types }) => isSame(types, one.arguments))
      // `~ x` of numbers has one argument.
      if (other === undefined || one.arguments.length !== 2) continue
      found.set(one, other)
      found.set(other, one)
    }
  }
  return found
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i])
}
