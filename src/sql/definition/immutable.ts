/** What is stored because of an expression must stay right: the expression may not depend on anything but the row. */

import type { BoundExpression } from '../bind/bound.ts'
import { walk } from '../bind/walk.ts'
import { SqlError } from '../errors.ts'

/** @throws SqlError 42P17 */
export function requireImmutable(expression: BoundExpression, message: string): void {
  walk([expression], {
    expression(e) {
      if (e.kind === 'call' && (e.function.volatility ?? 'immutable') !== 'immutable') {
        throw new SqlError('42P17', message, { position: e.at })
      }
    },
  })
}
