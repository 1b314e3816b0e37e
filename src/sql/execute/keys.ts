/** Values of several expressions as one key of a Map. */

import type { BoundExpression } from '../bind/bound.ts'
import type { Value } from '../functions/registry.ts'
import { keyOf } from '../types/compare.ts'
import type { SqlType } from '../types/type.ts'
import { compile, type Evaluate, type ExpressionScope } from './expression.ts'
import type { GroupingKey } from './grouping-key.ts'
import type { KeyPart } from './join-table.ts'
import type { RegisterFile } from './registers.ts'

/** What stands for null among the parts of a key. */
const NULL_PART = 'n'

/** For grouping and DISTINCT: nulls are equal. */
export function groupingKey(expressions: readonly BoundExpression[], scope: ExpressionScope): GroupingKey {
  return groupingKeyOf(
    expressions.map(expression => compile(expression, scope)),
    expressions.map(expression => expression.type),
  )
}

/** The same of expressions that were compiled. */
export function groupingKeyOf(evaluates: readonly Evaluate[], types: readonly SqlType[]): GroupingKey {
  const parts = evaluates.map((evaluate, i) => ({ evaluate, toKey: keyOf(types[i]) }))
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

/** The same of values that were evaluated already. */
export function keyOfValues(types: readonly SqlType[]): (values: readonly Value[]) => unknown {
  const toKeys = types.map(type => keyOf(type))
  if (toKeys.length === 1) {
    const [toKey] = toKeys
    return ([value]) => (value === null ? null : toKey(value))
  }
  return values => {
    let text = ''
    for (let i = 0; i < toKeys.length; i++) {
      text += values[i] === null ? NULL_PART : framed(toKeys[i](values[i]))
    }
    return text
  }
}

/** The parts of a join's key. The array is the same each time. */
export interface JoinKey {
  readonly width: number
  of(registers: RegisterFile): readonly KeyPart[]
}

/** A part is undefined where the value is null. */
export function joinKey(expressions: readonly BoundExpression[], scope: ExpressionScope): JoinKey {
  const parts = expressions.map(expression => part(expression, scope))
  const values: KeyPart[] = parts.map(() => undefined)
  return {
    width: parts.length,
    of(registers) {
      for (let i = 0; i < parts.length; i++) {
        const value = parts[i].evaluate(registers)
        values[i] = value === null ? undefined : (parts[i].toKey(value) as KeyPart)
      }
      return values
    },
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
