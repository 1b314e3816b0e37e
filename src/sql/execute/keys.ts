/** Values of several expressions as one key of a Map. */

import type { BoundExpression } from '../bind/bound.ts'
import type { Value } from '../functions/registry.ts'
import { keyOf } from '../types/compare.ts'
import { compile, type Evaluate, type ExpressionScope } from './expression.ts'
import type { JoinKey } from './joins.ts'
import type { GroupingKey } from './sort.ts'

/** What stands for null among the parts of a key. */
const NULL_PART = 'n'

/** For grouping and DISTINCT: nulls are equal. */
export function groupingKey(expressions: readonly BoundExpression[], scope: ExpressionScope): GroupingKey {
  const parts = expressions.map(expression => part(expression, scope))
  if (parts.length === 0) return () => ''
  if (parts.length === 1) {
    const [{ evaluate, toKey }] = parts
    return registers => {
      const value = evaluate(registers)
      return value === null ? null : toKey(value)
    }
  }
  return registers => {
    let text = ''
    for (const { evaluate, toKey } of parts) {
      const value = evaluate(registers)
      text += value === null ? NULL_PART : framed(toKey(value))
    }
    return text
  }
}

/** For joins: undefined when there is a null among the values. */
export function joinKey(expressions: readonly BoundExpression[], scope: ExpressionScope): JoinKey {
  const parts = expressions.map(expression => part(expression, scope))
  if (parts.length === 1) {
    const [{ evaluate, toKey }] = parts
    return registers => {
      const value = evaluate(registers)
      return value === null ? undefined : toKey(value)
    }
  }
  return registers => {
    let text = ''
    for (const { evaluate, toKey } of parts) {
      const value = evaluate(registers)
      if (value === null) return undefined
      text += framed(toKey(value))
    }
    return text
  }
}

function part(
  expression: BoundExpression,
  scope: ExpressionScope,
): { evaluate: Evaluate; toKey: (value: Value) => unknown } {
  return { evaluate: compile(expression, scope), toKey: keyOf(expression.type) }
}

/** A part so that no two lists of parts look the same: its kind, its length, itself. */
function framed(key: unknown): string {
  const text = String(key)
  return `${typeof key === 'string' ? 's' : typeof key === 'bigint' ? 'b' : 'v'}${text.length}:${text}`
}
