/** anyelement, anyarray and their like: which types they stand for in one call. */

import type { FunctionRegistry } from '../functions/registry.ts'
import {
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYELEMENT,
  ANYENUM,
  ANYNONARRAY,
  type SqlType,
  TEXT,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import { canCoerce } from './casts.ts'

export interface Polymorphs {
  /** What anyelement is; undefined while all its arguments are unknown. */
  readonly element: SqlType | undefined
  readonly array: SqlType | undefined
  readonly compatible: SqlType | undefined
}

/** Undefined: the arguments do not agree with each other. */
export function unify(
  functions: FunctionRegistry,
  declared: readonly SqlType[],
  actual: readonly SqlType[],
): Polymorphs | undefined {
  let element: SqlType | undefined
  let array: SqlType | undefined
  let isNonArray = false
  let isEnum = false
  const compatible: SqlType[] = []
  let hasCompatible = false
  for (let at = 0; at < declared.length; at++) {
    const type = actual[at]!
    switch (declared[at]) {
      case ANYELEMENT:
      case ANYNONARRAY:
      case ANYENUM:
        if (declared[at] === ANYNONARRAY) isNonArray = true
        if (declared[at] === ANYENUM) isEnum = true
        if (type === UNKNOWN) break
        if (element !== undefined && element !== type) return undefined
        element = type
        break
      case ANYARRAY: {
        if (type === UNKNOWN) break
        const plain = withoutDomain(type)
        if (plain.element === undefined) {
          // An argument that is itself declared anyarray, as of another function: cannot be known.
          return undefined
        }
        if (array !== undefined && array !== plain) return undefined
        array = plain
        break
      }
      case ANYCOMPATIBLE:
        hasCompatible = true
        if (type !== UNKNOWN) compatible.push(type)
        break
      case ANYCOMPATIBLEARRAY: {
        hasCompatible = true
        if (type === UNKNOWN) break
        const plain = withoutDomain(type)
        if (plain.element === undefined) return undefined
        compatible.push(plain.element)
        break
      }
    }
  }
  if (array !== undefined) {
    if (element !== undefined && element !== array.element) return undefined
    element = array.element
  }
  if (isNonArray && element !== undefined && withoutDomain(element).kind === 'array') return undefined
  if (isEnum && element !== undefined && withoutDomain(element).kind !== 'enum') return undefined
  let common: SqlType | undefined
  if (hasCompatible) {
    common = commonOf(functions, compatible)
    if (common === undefined) return undefined
  }
  return { element, array: array ?? element?.array, compatible: common }
}

function commonOf(functions: FunctionRegistry, types: readonly SqlType[]): SqlType | undefined {
  if (types.length === 0) return TEXT
  if (types.every(type => type === types[0])) return types[0]
  let common = withoutDomain(types[0]!)
  for (const one of types.slice(1)) {
    const next = withoutDomain(one)
    if (next === common) continue
    if (next.category !== common.category) return undefined
    if (
      !common.isPreferred &&
      canCoerce(functions, common, next, 'implicit') &&
      !canCoerce(functions, next, common, 'implicit')
    ) {
      common = next
    }
  }
  return types.every(type => canCoerce(functions, type, common, 'implicit')) ? common : undefined
}

/** The type that a declared one is in this call; undefined when it cannot be known. */
export function substitute(type: SqlType, polymorphs: Polymorphs): SqlType | undefined {
  switch (type) {
    case ANYELEMENT:
    case ANYNONARRAY:
    case ANYENUM:
      return polymorphs.element
    case ANYARRAY:
      return polymorphs.array
    case ANYCOMPATIBLE:
      return polymorphs.compatible
    case ANYCOMPATIBLEARRAY:
      return polymorphs.compatible?.array
    default:
      return type
  }
}

/** Of variadic ones: what an element is declared as. */
export function elementOfDeclared(type: SqlType): SqlType {
  if (type === ANYARRAY) return ANYELEMENT
  if (type === ANYCOMPATIBLEARRAY) return ANYCOMPATIBLE
  return type.element ?? type
}
