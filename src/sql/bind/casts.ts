/**
 * Which types become which others, where, and how: pg_cast (the registry), text by input and output functions, arrays by
 * their elements, domains by their bases. The functions made here are cached, so that equal casts are the same function.
 */

import type { Cast, FunctionRegistry, ScalarFunction } from '../functions/registry.ts'
import { inputFunction, modifierFunction, outputFunction } from '../types/input-output.ts'
import {
  ANY,
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYELEMENT,
  ANYENUM,
  ANYNONARRAY,
  type SqlType,
  UNKNOWN,
  withoutDomain,
} from '../types/type.ts'
import { isRecord, isRow } from './records.ts'

export type CoercionContext = 'implicit' | 'assignment' | 'explicit'

export type Pathway =
  | { readonly kind: 'relabel' }
  | { readonly kind: 'function'; readonly function: ScalarFunction }
  | { readonly kind: 'array' }
  | { readonly kind: 'text' }

const RANK = { implicit: 0, assignment: 1, explicit: 2 } as const

export function isPolymorphic(type: SqlType): boolean {
  return (
    type === ANYELEMENT ||
    type === ANYARRAY ||
    type === ANYNONARRAY ||
    type === ANYENUM ||
    type === ANYCOMPATIBLE ||
    type === ANYCOMPATIBLEARRAY
  )
}

/** How `from` becomes `to`; domains count as what they are over. */
export function findPathway(
  functions: FunctionRegistry,
  from: SqlType,
  to: SqlType,
  context: CoercionContext,
): Pathway | undefined {
  const source = withoutDomain(from)
  const target = withoutDomain(to)
  if (source === target) return { kind: 'relabel' }
  const cast = functions.cast(source, target)
  if (cast !== undefined) {
    if (RANK[cast.context] > RANK[context]) return undefined
    return cast.implement === undefined
      ? { kind: 'relabel' }
      : { kind: 'function', function: functionOfCast(cast) }
  }
  // Nothing becomes an int2vector or oidvector by its elements.
  if (source.kind === 'array' && target.kind === 'array' && target.element!.array === target) {
    return findPathway(functions, source.element!, target.element!, context) === undefined
      ? undefined
      : { kind: 'array' }
  }
  if (context !== 'implicit') {
    if (target.category === 'S' && source !== UNKNOWN) return { kind: 'text' }
    if (context === 'explicit' && source.category === 'S') return { kind: 'text' }
  }
  return undefined
}

/** PostgreSQL's can_coerce_type of one type. Polymorphic targets are judged later, all arguments together. */
export function canCoerce(
  functions: FunctionRegistry,
  from: SqlType,
  to: SqlType,
  context: CoercionContext,
): boolean {
  if (from === to || to === ANY || from === UNKNOWN || isPolymorphic(to)) return true
  if (findPathway(functions, from, to, context) !== undefined) return true
  const source = withoutDomain(from)
  const target = withoutDomain(to)
  if (isRow(source) && isRecord(target)) return true
  if (isRecord(source) && isRow(target)) return true
  // record[]: of arrays of rows.
  return (
    source.kind === 'array' &&
    isRow(source.element!) &&
    target.element !== undefined &&
    isRecord(target.element)
  )
}

const castFunctions = new WeakMap<Cast, ScalarFunction>()
function functionOfCast(cast: Cast): ScalarFunction {
  let made = castFunctions.get(cast)
  if (made === undefined) {
    made = {
      kind: 'scalar',
      name: cast.to.name,
      arguments: [cast.from],
      result: cast.to,
      isCast: true,
      implement: cast.implement!,
      // The registry does not say what a cast asks; those among times ask the time zone.
      volatility: cast.from.category === 'D' || cast.to.category === 'D' ? 'stable' : 'immutable',
    }
    castFunctions.set(cast, made)
  }
  return made
}

const textCasts = new WeakMap<SqlType, WeakMap<SqlType, ScalarFunction>>()

/** Output by one type's function, input by another's. */
export function textCast(from: SqlType, to: SqlType): ScalarFunction {
  let bySource = textCasts.get(from)
  if (bySource === undefined) {
    bySource = new WeakMap()
    textCasts.set(from, bySource)
  }
  let made = bySource.get(to)
  if (made === undefined) {
    made = {
      kind: 'scalar',
      name: to.name,
      arguments: [from],
      result: to,
      isCast: true,
      volatility: isImmutableCast(from) && isImmutableCast(to) ? 'immutable' : 'stable',
      implement: () => {
        // Strings are their own text.
        if (withoutDomain(from).category === 'S' || from === UNKNOWN) return inputFunction(to)
        const print = outputFunction(from)
        if (withoutDomain(to).category === 'S' && to.name === 'text') return print
        const read = inputFunction(to)
        return (value, context) => read(print(value, context), context)
      },
    }
    bySource.set(to, made)
  }
  return made
}

/** Reading and printing asks neither settings nor the clock nor the catalog. */
export function isImmutableText(type: SqlType): boolean {
  const plain = withoutDomain(type)
  if (plain.kind === 'array') return isImmutableText(plain.element!)
  if (plain.kind === 'composite') return plain.fields!.every(field => isImmutableText(field.type))
  if (plain.category === 'D' || plain.category === 'T') return false
  return !plain.name.startsWith('reg')
}

/**
 * The labels of an enum may get other names, so that a value's text is another one then; and arrays and rows are said to be stable,
 * whatever is in them, as in PostgreSQL.
 */
function isImmutableCast(type: SqlType): boolean {
  const plain = withoutDomain(type)
  return (
    isImmutableText(plain) && plain.kind !== 'enum' && plain.kind !== 'array' && plain.fields === undefined
  )
}

const lengthCasts = new WeakMap<SqlType, ScalarFunction>()

/** `varchar` to `varchar(3)`; undefined where the modifier means nothing to values. */
export function lengthCast(type: SqlType, modifier: number): ScalarFunction | undefined {
  if (modifier < 0 || modifierFunction(type, modifier, false) === undefined) return undefined
  let made = lengthCasts.get(type)
  if (made === undefined) {
    made = {
      kind: 'scalar',
      name: type.name,
      arguments: [type],
      result: type,
      isCast: true,
      implement: call => modifierFunction(type, call.modifier, call.isExplicit) ?? (value => value),
    }
    lengthCasts.set(type, made)
  }
  return made
}
