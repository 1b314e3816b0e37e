/** Rows of a scan for the first so many of an order: most of them come behind the last that is kept, and are read no further. */

import type { BoundExpression } from '../../bind/bound.ts'
import type { SortItem } from '../../plan/physical.ts'
import { DATE, FLOAT4, FLOAT8, INT2, INT4, type SqlType, withoutDomain } from '../../types/type.ts'
import type { LoopStep } from '../scan-loop.ts'
import type { TopRows } from '../top-rows.ts'
import { emit } from './expression-code.ts'
import type { LoopCode } from './loop-code.ts'

/** Their values are numbers, always. */
const NUMBERS: ReadonlySet<SqlType> = new Set([INT2, INT4, FLOAT4, FLOAT8, DATE])

/** Whether a key can be left out where nobody needs it: to compute it might fail. */
function isPlain({ expression: { kind } }: SortItem): boolean {
  return kind === 'column' || kind === 'parameter' || kind === 'constant'
}

/** Undefined: rows cannot be read in place by it. */
export function generateTop(
  loop: LoopCode,
  filter: BoundExpression | undefined,
  keys: readonly SortItem[],
): LoopStep<TopRows> | undefined {
  const { code } = loop
  code.line('let { bound } = shared')
  const [{ expression, isDescending }, ...others] = keys
  const pass = (): void => {
    if (!NUMBERS.has(withoutDomain(expression.type)) || !others.every(isPlain)) return
    const { value, isNull } = emit(expression, loop)
    // Of NaN none of this is true: on either side it is for the rows to say.
    const isBehind = `${value} ${isDescending ? '<' : '>'} bound`
    code.line(`if (${isNull === undefined ? '' : `!(${isNull}) && `}${isBehind}) continue`)
  }
  const offer = (): void => {
    loop.spill()
    // What the other keys call is called by whoever takes the row.
    code.apart(() => {
      for (const key of keys) emit(key.expression, loop)
    })
    code.line('place = -1')
    code.line('shared.offer(registers)')
    code.line('bound = shared.bound')
  }
  loop.write(filter, pass, offer)
  if (loop.isInPlace && code.mayReenter) return undefined
  return code.build<LoopStep<TopRows>>('offerRows', 'batch, registers, context, shared')
}
