/** Where the values of a statement's parameters come from: JavaScript, EXECUTE's arguments, or the bytes of a client. */

import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { SqlType } from '../types/type.ts'
import type { ParameterType } from './guessed-types.ts'
import type { QueryOptions } from './options.ts'
import { toSql, typeOfParameter } from './values.ts'

export interface ParameterValues {
  /** What is known of the types before the statement is bound; undefined: the statement decides. */
  readonly types: readonly ParameterType[]
  /** The value of `$(index + 1)`, as one of the type that the statement gave it. */
  read(index: number, type: SqlType, context: EvaluationContext): Value
}

export const NO_PARAMETERS: ParameterValues = { types: [], read: () => null }

export function javaScriptParameters(
  values: readonly unknown[],
  { jsonParameters }: QueryOptions = {},
): ParameterValues {
  return {
    types: values.map(typeOfParameter),
    read: (index, type, context) => toSql(values[index], type, context, index + 1, jsonParameters),
  }
}
