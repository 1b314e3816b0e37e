/** Whether two statements mean the same, one with constants where the other has parameters. */

import { NO_MODIFIER, type SqlType, UNKNOWN } from '../types/type.ts'
import type { BoundStatement, Call, Constant, ParameterReference } from './bound.ts'
import { sameValue } from './walk.ts'

type Typed = Pick<Constant, 'type' | 'modifier'>

/** What is known of the literals. */
export interface Literals {
  /** Whether a constant is what the literal of that number would be, read as one of `type`. */
  isRead(index: number, type: SqlType, modifier: number, value: unknown): boolean
  /** Whether the literal is a string with this content. */
  isText(index: number, content: unknown): boolean
}

/**
 * Compares all that is in the two, but places: bound statements are plain data, and what else hangs on them (tables, types,
 * functions) must be the same objects. Each parameter must stand where the other has a constant of the same type, and
 * a constant of the one is where the other has the same constant or a parameter: so nothing that was found out from a value is in it.
 * A constant is read and fitted to its column when it is bound, or read when it is run; a parameter always when it is run.
 */
export function isSameButLiterals(
  written: BoundStatement,
  parameterized: BoundStatement,
  literals: Literals,
): boolean {
  const pairs = new Map<object, object>()

  function isSame(a: unknown, b: unknown): boolean {
    if (Object.is(a, b)) return true
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
    const known = pairs.get(a)
    if (known !== undefined) return known === b
    pairs.set(a, b)
    if (isParameter(b)) return isSameType(a, b) && isLiteral(a, b.index)
    if (isConstant(a) && isFittedParameter(b)) {
      const [{ index }] = b.arguments
      return isSameType(a, b) && literals.isRead(index, b.type, b.modifier, a.value)
    }
    const prototype = Object.getPrototypeOf(a)
    if (prototype !== Object.getPrototypeOf(b)) return false
    if (isConstant(a) && isConstant(b)) {
      return isSameType(a, b) && a.castFrom === b.castFrom && sameValue(a.value, b.value)
    }
    if (Array.isArray(a) && Array.isArray(b)) return areSame(a, b)
    if (a instanceof Map && b instanceof Map) return areSame([...a].flat(), [...b].flat())
    if (a instanceof Set && b instanceof Set) return areSame([...a], [...b])
    return prototype === Object.prototype && areSameFields(a, b)
  }

  function isLiteral(a: object, index: number): boolean {
    if (isConstant(a)) return literals.isRead(index, a.type, a.modifier, a.value)
    return isTextToRead(a) && literals.isText(index, a.arguments[0].value)
  }

  function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
    return a.length === b.length && a.every((one, i) => isSame(one, b[i]))
  }

  function areSameFields(a: object, b: object): boolean {
    const names = Object.keys(a)
    return names.length === Object.keys(b).length && names.every(name => isSameField(a, b, name))
  }

  function isSameField(a: object, b: object, name: string): boolean {
    if (!Object.hasOwn(b, name)) return false
    return name === 'at' || isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])
  }

  if (written.kind === 'query') {
    return parameterized.kind === 'query' && isSame(written.query, parameterized.query)
  }
  return parameterized.kind === 'change' && isSame(written.change, parameterized.change)
}

/** The constants of a statement, by their places in its text. */
export function constantsByPlace(statement: BoundStatement): ReadonlyMap<number, Constant> {
  const found = new Map<number, Constant>()
  const seen = new Set<object>()
  const stack: unknown[] = [statement]
  while (stack.length > 0) {
    const part = stack.pop()
    if (typeof part !== 'object' || part === null || seen.has(part)) continue
    seen.add(part)
    if (isConstant(part)) found.set(part.at, part)
    else if (part instanceof Map) stack.push(...part.values())
    else if (!('storedName' in part)) stack.push(...Object.values(part))
  }
  return found
}

function isParameter(node: object): node is ParameterReference {
  return (node as { readonly kind?: unknown }).kind === 'parameter' && 'index' in node
}
function isConstant(node: object): node is Constant {
  return (node as { readonly kind?: unknown }).kind === 'constant' && 'value' in node
}
function isImplicitCall(node: object): node is Call {
  return (node as { readonly kind?: unknown }).kind === 'call' && (node as Call).isExplicit === false
}

/** A parameter of a column's type, made as long as the column wants it: varchar(5), numeric(8, 2). */
function isFittedParameter(
  node: object,
): node is Call & { readonly arguments: readonly [ParameterReference] } {
  if (!isImplicitCall(node) || node.arguments.length !== 1 || node.modifier === NO_MODIFIER) return false
  const [value] = node.arguments
  return isParameter(value) && value.type === node.type && value.modifier === NO_MODIFIER
}

/** A string that is read when the statement runs, because what it means depends on settings: a timestamptz. */
function isTextToRead(node: object): node is Call & { readonly arguments: readonly [Constant] } {
  if (!isImplicitCall(node) || node.arguments.length !== 1) return false
  const [value] = node.arguments
  return isConstant(value) && value.type === UNKNOWN
}

function isSameType(a: object, b: Typed): boolean {
  const { type, modifier } = a as Partial<Typed>
  return type === b.type && modifier === b.modifier
}
