/**
 * Which of several functions or operators of one name a call means: the rules of PostgreSQL's manual, sections 10.2 and
 * 10.3, in their order: exact types, coercible ones, most exact matches, preferred types, the category of unknown
 * constants, and at last the assumption that unknown ones are what the known ones are.
 */

import type { FunctionRegistry, ScalarFunction, SqlFunction } from '../functions/registry.ts'
import { ANY, type SqlType, type TypeCategory, UNKNOWN, withoutDomain } from '../types/type.ts'
import { canCoerce, isPolymorphic } from './casts.ts'
import { elementOfDeclared, unify } from './polymorphic.ts'
import { isRecord } from './records.ts'

export interface Candidate<F extends SqlFunction = SqlFunction> {
  readonly function: F
  /** A declared type for each argument given. */
  readonly types: readonly SqlType[]
  /** For each parameter of the function, the argument given for it; -1: its default. Undefined: in order, all. */
  readonly places: readonly number[] | undefined
  /** The last arguments become one array, from this argument on. */
  readonly variadicFrom: number | undefined
}

export type Choice<F extends SqlFunction = SqlFunction> =
  | { readonly candidate: Candidate<F> }
  | { readonly failure: 'none' | 'ambiguous' }

/** Among candidates whose argument counts fit. */
export function choose<F extends SqlFunction>(
  functions: FunctionRegistry,
  candidates: readonly Candidate<F>[],
  actual: readonly SqlType[],
): Choice<F> {
  const fitting = candidates.filter(candidate => accepts(functions, candidate.types, actual))
  if (fitting.length === 0) return { failure: 'none' }
  if (fitting.length === 1) return { candidate: fitting[0]! }
  const best = selectBest(functions, fitting, actual)
  return best === undefined ? { failure: 'ambiguous' } : { candidate: best }
}

export function isExact(declared: readonly SqlType[], actual: readonly SqlType[]): boolean {
  return declared.every((type, at) => type === actual[at] || (isRecord(type) && isRecord(actual[at]!)))
}

function accepts(
  functions: FunctionRegistry,
  declared: readonly SqlType[],
  actual: readonly SqlType[],
): boolean {
  for (let at = 0; at < declared.length; at++) {
    if (!canCoerce(functions, actual[at]!, declared[at]!, 'implicit')) return false
  }
  return !declared.some(isPolymorphic) || unify(functions, declared, actual) !== undefined
}

/** Those of the largest score. */
function keepBest<T>(list: readonly T[], score: (one: T) => number): readonly T[] {
  let best = -1
  let kept: T[] = []
  for (const one of list) {
    const points = score(one)
    if (points > best) {
      best = points
      kept = []
    }
    if (points === best) kept.push(one)
  }
  return kept
}

function selectBest<C extends Candidate>(
  functions: FunctionRegistry,
  fitting: readonly C[],
  actual: readonly SqlType[],
): C | undefined {
  const inputs = actual.map(withoutDomain)
  const isKnown = inputs.map(type => type !== UNKNOWN)
  let left = keepBest(fitting, candidate => {
    let exact = 0
    candidate.types.forEach((type, at) => {
      if (isKnown[at] && type === inputs[at]) exact++
    })
    return exact
  })
  if (left.length === 1) return left[0]
  left = keepBest(left, candidate => {
    let points = 0
    candidate.types.forEach((type, at) => {
      if (!isKnown[at]) return
      const input = inputs[at]!
      if (type === input || (type.isPreferred && categoryOf(type) === categoryOf(input))) points++
    })
    return points
  })
  if (left.length === 1) return left[0]
  if (isKnown.every(known => known)) return undefined
  const byCategory = selectByCategory(left, isKnown)
  if (byCategory !== undefined) {
    left = byCategory
    if (left.length === 1) return left[0]
  }
  // All known ones of one type: the unknown ones may be of it, too.
  let assumed: SqlType | undefined
  for (let at = 0; at < inputs.length; at++) {
    if (!isKnown[at]) continue
    if (assumed !== undefined && assumed !== inputs[at]) return undefined
    assumed = inputs[at]
  }
  if (assumed === undefined) return undefined
  const uniform = actual.map(() => assumed)
  const possible = left.filter(candidate => accepts(functions, candidate.types, uniform))
  return possible.length === 1 ? possible[0] : undefined
}

/** By what unknown constants are most likely; undefined where the candidates disagree. */
function selectByCategory<C extends Candidate>(
  candidates: readonly C[],
  isKnown: readonly boolean[],
): readonly C[] | undefined {
  const wanted: { category: TypeCategory; preferred: boolean }[] = []
  for (let at = 0; at < isKnown.length; at++) {
    if (isKnown[at]) continue
    let category: TypeCategory | undefined
    let preferred = false
    let isConflict = false
    for (const candidate of candidates) {
      const type = candidate.types[at]!
      const own = categoryOf(type)
      if (category === undefined || own === category) {
        category = own
        if (type.isPreferred) preferred = true
      } else if (own === 'S') {
        category = 'S'
        preferred = type.isPreferred
        isConflict = false
      } else if (category !== 'S') isConflict = true
    }
    if (isConflict) return undefined
    wanted[at] = { category: category!, preferred }
  }
  const kept = candidates.filter(candidate =>
    wanted.every((want, at) => {
      const type = candidate.types[at]!
      return categoryOf(type) === want.category && (!want.preferred || type.isPreferred)
    }),
  )
  return kept.length === 0 ? undefined : kept
}

function categoryOf(type: SqlType): TypeCategory {
  return type.category
}

// ---------------------------------------------------------------------------------------------- Operators

export function chooseOperator(
  functions: FunctionRegistry,
  name: string,
  actual: readonly SqlType[],
): Choice<ScalarFunction> {
  const named = functions.operatorsNamed(name).filter(one => one.arguments.length === actual.length)
  const exact = findExactOperator(named, actual)
  if (exact !== undefined) return { candidate: candidateOf(exact) }
  return choose(functions, named.map(candidateOf), actual)
}

function candidateOf(operator: ScalarFunction): Candidate<ScalarFunction> {
  return { function: operator, types: operator.arguments, places: undefined, variadicFrom: undefined }
}

function findExactOperator(
  named: readonly ScalarFunction[],
  actual: readonly SqlType[],
): ScalarFunction | undefined {
  if (actual.length === 1) return named.find(one => isExact(one.arguments, actual))
  const [left, right] = actual as [SqlType, SqlType]
  if (left === UNKNOWN && right === UNKNOWN) return undefined
  const assumed = [left === UNKNOWN ? right : left, right === UNKNOWN ? left : right]
  const exact = named.find(one => isExact(one.arguments, assumed))
  if (exact !== undefined || (left !== UNKNOWN && right !== UNKNOWN)) return exact
  const base = withoutDomain(assumed[0]!)
  return base === assumed[0] ? undefined : named.find(one => isExact(one.arguments, [base, base]))
}

// ---------------------------------------------------------------------------------------------- Functions

/** What a call looks like, for lookup. Aggregates: with the arguments of WITHIN GROUP at the end. */
export interface CallShape {
  readonly types: readonly SqlType[]
  /** Of the last arguments, given by name. */
  readonly names: readonly string[]
  readonly isVariadic: boolean
}

/** Declared arguments of a function; ordered-set aggregates have their direct ones first. */
export function declaredArguments(one: SqlFunction): readonly SqlType[] {
  return one.kind === 'aggregate' && one.directArguments !== undefined && one.within !== 'none'
    ? [...one.directArguments, ...one.arguments]
    : one.arguments
}

/** How a function would take that call; undefined when the number or names do not fit. */
export function candidateFor(one: SqlFunction, shape: CallShape): Candidate | undefined {
  const declared = declaredArguments(one)
  const given = shape.types.length
  const defaultCount = one.defaults?.length ?? 0
  if (shape.names.length > 0) return candidateByName(one, declared, shape)
  if (one.isVariadic === true && !shape.isVariadic) {
    if (given >= declared.length) {
      const last = declared.length - 1
      const element = elementOfDeclared(declared[last]!)
      const types = [...declared.slice(0, last), ...Array.from({ length: given - last }, () => element)]
      // Values for "any" stay apart: they have no common array type.
      return { function: one, types, places: undefined, variadicFrom: element === ANY ? undefined : last }
    }
    if (given < declared.length - defaultCount) return undefined
  }
  if (shape.isVariadic && one.isVariadic !== true) return undefined
  if (given > declared.length || given < declared.length - defaultCount) return undefined
  const places =
    given === declared.length ? undefined : declared.map((_, place) => (place < given ? place : -1))
  return { function: one, types: declared.slice(0, given), places, variadicFrom: undefined }
}

function candidateByName(
  one: SqlFunction,
  declared: readonly SqlType[],
  shape: CallShape,
): Candidate | undefined {
  const names = one.argumentNames
  if (names === undefined || one.isVariadic === true || shape.types.length > declared.length) return undefined
  const positional = shape.types.length - shape.names.length
  const places = declared.map((_, place) => (place < positional ? place : -1))
  const types: SqlType[] = declared.slice(0, positional)
  for (let at = 0; at < shape.names.length; at++) {
    const place = names.indexOf(shape.names[at]!)
    if (place < 0 || places[place] !== -1) return undefined
    places[place] = positional + at
    types[positional + at] = declared[place]!
  }
  const required = declared.length - (one.defaults?.length ?? 0)
  if (places.some((place, at) => place === -1 && at < required)) return undefined
  return { function: one, types, places, variadicFrom: undefined }
}

/** The function that a call means. Among functions with the same arguments the first and least variadic wins. */
export function chooseFunction(
  functions: FunctionRegistry,
  named: readonly SqlFunction[],
  shape: CallShape,
): Choice {
  const candidates: Candidate[] = []
  for (const one of named) {
    const candidate = candidateFor(one, shape)
    if (candidate === undefined) continue
    const twin = candidates.findIndex(
      other =>
        other.types.length === candidate.types.length &&
        other.types.every((type, at) => type === candidate.types[at]),
    )
    if (twin < 0) candidates.push(candidate)
    else if (isLooser(candidates[twin]!) && !isLooser(candidate)) candidates[twin] = candidate
    else if (isDefaulted(candidates[twin]!) && isDefaulted(candidate)) {
      // Two functions that differ only in what is left out.
      if (candidates[twin]!.function !== candidate.function) return { failure: 'ambiguous' }
    }
  }
  const exact = candidates.filter(candidate => isExact(candidate.types, shape.types))
  if (exact.length > 0) return { candidate: exact[0]! }
  return choose(functions, candidates, shape.types)
}

const isDefaulted = (candidate: Candidate): boolean => candidate.places?.includes(-1) ?? false
const isLooser = (candidate: Candidate): boolean =>
  candidate.function.isVariadic === true || isDefaulted(candidate)
