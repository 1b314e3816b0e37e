/** What is stored because of an expression must stay right: the expression may not depend on anything but the row. */

import type { BoundExpression, Call } from '../bind/bound.ts'
import { isImmutableText } from '../bind/casts.ts'
import { walk } from '../bind/walk.ts'
import { SqlError } from '../errors.ts'

/** @throws SqlError 42P17 */
export function requireImmutable(expression: BoundExpression, message: string): void {
  walk([expression], {
    expression(e) {
      if (
        e.kind === 'call' &&
        (e.function.volatility ?? 'immutable') !== 'immutable' &&
        !isConcatenation(e)
      ) {
        throw new SqlError('42P17', message, { position: e.at })
      }
    },
  })
}

/** `text || x` prints x: for most types as nothing but the value says. */
function isConcatenation(e: Call): boolean {
  return e.function.name === '||' && e.arguments.every(argument => isImmutableText(argument.type))
}
