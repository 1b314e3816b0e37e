/**
 * What is known of a parameter's type by its value from JavaScript alone. It holds, unless the statement cannot take it and, left
 * to decide by itself, takes JSON in its place: a boolean, a bigint or a Date is a value of JSON, too. Bytes are none.
 */

import type { BoundStatement } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import { BYTEA, JSON_TYPE, JSONB, type SqlType, withoutDomain } from '../types/type.ts'

export class GuessedType {
  readonly type: SqlType

  private constructor(type: SqlType) {
    this.type = type
  }

  private static readonly known = new Map<SqlType, GuessedType>()

  /** The one of its type: lists of types are compared by what is in them. */
  static of(type: SqlType): GuessedType {
    let guess = GuessedType.known.get(type)
    if (guess === undefined) {
      guess = new GuessedType(type)
      GuessedType.known.set(type, guess)
    }
    return guess
  }
}

/** Undefined: the statement decides. */
export type ParameterType = SqlType | GuessedType | undefined

type Types = readonly (SqlType | undefined)[]

/** What `bind` makes of the types, with JSON where a guess is refused. */
export function bindGuessed(
  types: readonly ParameterType[],
  bind: (types: Types) => BoundStatement,
): BoundStatement {
  const guessed = types.map(type => (type instanceof GuessedType ? type.type : type))
  try {
    return bind(guessed)
  } catch (error) {
    if (!(error instanceof SqlError) || !OF_TYPES.has(error.sqlstate)) throw error
    const open = types.flatMap((type, i) => (type instanceof GuessedType && type.type !== BYTEA ? [i] : []))
    // All of them; or, where others are told by their guess alone, one.
    for (const left of [open, ...open.map(one => [one])]) {
      const found = withJson(guessed, left, bind)
      const bound = found && tried(() => bind(found))
      if (bound !== undefined) return bound
    }
    throw error
  }
}

/** Types that do not match, casts and functions that there are not. */
const OF_TYPES: ReadonlySet<string> = new Set(['42804', '42846', '42883'])

/** The guesses, but for those of `open` that are JSON where the statement decides. Undefined: it does not, or none is. */
function withJson(
  guessed: Types,
  open: readonly number[],
  bind: (types: Types) => BoundStatement,
): Types | undefined {
  if (open.length === 0) return undefined
  const decided = tried(() =>
    bind(guessed.map((type, i) => (open.includes(i) ? undefined : type))),
  )?.parameters
  if (decided === undefined || !open.some(i => isJson(decided[i]))) return undefined
  return guessed.map((type, i) => (open.includes(i) && isJson(decided[i]) ? decided[i] : type))
}

function isJson(type: SqlType): boolean {
  const plain = withoutDomain(type)
  return plain === JSON_TYPE || plain === JSONB
}

function tried(bind: () => BoundStatement): BoundStatement | undefined {
  try {
    return bind()
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}
