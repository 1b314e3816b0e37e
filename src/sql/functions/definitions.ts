/** Short ways to write down functions and operators. */

import type { SqlType } from '../types/type.ts'
import type { CallTypes, Implementation, ScalarFunction, SetFunction } from './registry.ts'

type More = Partial<Omit<ScalarFunction, 'kind' | 'name' | 'arguments' | 'result' | 'implement'>>

/** Strict and immutable, the same code for every call. */
export function scalar(
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  implementation: Implementation,
  more: More = {},
): ScalarFunction {
  return { kind: 'scalar', name, arguments: types, result, implement: () => implementation, ...more }
}

/** Code chosen by the types of the call. */
export function polymorphic(
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  implement: (call: CallTypes) => Implementation,
  more: More = {},
): ScalarFunction {
  return { kind: 'scalar', name, arguments: types, result, implement, ...more }
}

export function setReturning(
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  implement: SetFunction['implement'],
  more: Partial<Omit<SetFunction, 'kind' | 'name' | 'arguments' | 'result' | 'implement'>> = {},
): SetFunction {
  return { kind: 'set', name, arguments: types, result, implement, ...more }
}
