/**
 * What a base type says of itself: how its values are read from text and printed, fitted to a modifier, compared and
 * grouped. Each file of types exports a list of these; input-output.ts and compare.ts gather the lists. (An interface of
 * its own file, so that the types' files and the gatherers do not import each other while they load.)
 */

import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { SqlType } from './type.ts'

export interface TextFormat {
  readonly type: SqlType
  /** pg_type.typinput without a modifier; throws SqlError 22P02 and the like. */
  readonly input: (text: string, context: EvaluationContext) => Value
  /** Where the modifier decides what text means (`interval '1' minute`): it is applied too. Default: `input`, `coerce`. */
  readonly inputWithModifier?: (modifier: number) => (text: string, context: EvaluationContext) => Value
  /** pg_type.typoutput. */
  readonly output: (value: Value, context: EvaluationContext) => string
  /**
   * Fits a value to a modifier that is not -1: varchar(3), numeric(5, 2), timestamp(0). Explicit casts cut strings,
   * others refuse; most types make no difference.
   */
  readonly coerce?: (modifier: number, isExplicit: boolean) => (value: Value) => Value
  /** The modifier as format_type prints it: `(5,2)`. Default: none. */
  readonly formatModifier?: (modifier: number) => string
}

export interface TypeComparison {
  readonly type: SqlType
  /** -1, 0 or 1 in PostgreSQL's order of the type. Undefined: `<` of JavaScript is that order (numbers without NaN). */
  readonly compare: (left: Value, right: Value) => -1 | 0 | 1
  /** A key for a Map: the same (SameValueZero) exactly for equal values. Undefined: the value itself is one. */
  readonly keyOf?: (value: Value) => string | number | bigint | boolean
}
