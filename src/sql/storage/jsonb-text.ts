/** jsonb by way of its text, as it is stored. */

import type { EvaluationContext, Value } from '../functions/registry.ts'
import { inputFunction, outputFunction } from '../types/input-output.ts'
import { JSONB } from '../types/type.ts'

/** Neither reading nor printing jsonb asks for anything. */
const NO_CONTEXT = undefined as unknown as EvaluationContext

export function jsonbFromText(text: string): Value {
  return inputFunction(JSONB)(text, NO_CONTEXT)
}
export function jsonbText(value: Value): string {
  return outputFunction(JSONB)(value, NO_CONTEXT)
}
