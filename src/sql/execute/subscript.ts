/** `a[i]`, `a[i:j]` of arrays, and `j['key']` of jsonb. */

import { SqlError } from '../errors.ts'
import { subscriptJsonb } from '../functions/json-access.ts'
import { withJsonbSubscript } from '../functions/json-change.ts'
import type { Value } from '../functions/registry.ts'
import { elementAt, type SqlArray, sliceOf, withElementAt, withSlice } from '../types/array.ts'
import { letterOfName } from '../types/text.ts'
import { JSONB, NAME, type SqlType } from '../types/type.ts'
import type { Evaluate } from './expression.ts'
import type { RegisterFile } from './registers.ts'

export interface CompiledSubscript {
  readonly isSlice: boolean
  readonly lower: Evaluate | undefined
  readonly upper: Evaluate | undefined
}

/** What stands at the subscripts; null for a null array or subscript. */
export function readSubscript(
  type: SqlType,
  container: Value,
  subscripts: readonly CompiledSubscript[],
  registers: RegisterFile,
): Value {
  if (container === null) return null
  const uppers = subscripts.map(({ upper }) => upper?.(registers))
  const lowers = subscripts.map(({ lower }) => lower?.(registers))
  if (uppers.includes(null) || lowers.includes(null)) return null
  if (type === JSONB) return subscriptJsonb(container, uppers)
  if (type === NAME) return letterOfName(container, uppers[0])
  if (!subscripts.some(subscript => subscript.isSlice)) return elementAt(container as SqlArray, uppers)
  // Where one is a slice, a plain subscript n stands for 1:n.
  const bounds = subscripts.map(({ isSlice }, i) => ({
    lower: isSlice ? lowers[i] : 1,
    upper: uppers[i],
  }))
  return sliceOf(container as SqlArray, bounds)
}

/** The container with what stands at the subscripts replaced. */
export function assignSubscript(
  type: SqlType,
  container: Value,
  subscripts: readonly CompiledSubscript[],
  value: Value,
  registers: RegisterFile,
): Value {
  const uppers = subscripts.map(({ upper }) => upper?.(registers))
  const lowers = subscripts.map(({ lower }) => lower?.(registers))
  if (uppers.includes(null) || lowers.includes(null)) {
    const what = type === JSONB ? 'jsonb' : 'array'
    throw new SqlError('22004', `${what} subscript in assignment must not be null`)
  }
  if (type === JSONB) return withJsonbSubscript(container, uppers, value)
  if (!subscripts.some(subscript => subscript.isSlice)) return withElementAt(container, uppers, value)
  // Assigning null to a slice leaves the array as it is.
  if (value === null) return container
  const bounds = subscripts.map(({ isSlice }, i) => ({ lower: isSlice ? lowers[i] : 1, upper: uppers[i] }))
  return withSlice(container, bounds, value)
}
