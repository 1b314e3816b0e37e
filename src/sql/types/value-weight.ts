/** What values take in memory, roughly. */

import type { JsonValue } from './jsonb.ts'
import { Numeric } from './numeric.ts'

const REFERENCE_BYTES = 8
const OBJECT_BYTES = 64

/** What a value takes in memory, roughly. */
export function weightOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return REFERENCE_BYTES + 24 + value.length
    case 'bigint':
      return REFERENCE_BYTES + 24
    case 'number':
      // Others are objects.
      return Math.trunc(value) === value && Math.abs(value) < 2 ** 31 ? REFERENCE_BYTES : REFERENCE_BYTES + 16
    case 'object':
      return value === null ? REFERENCE_BYTES : REFERENCE_BYTES + weightOfObject(value)
    default:
      return REFERENCE_BYTES
  }
}

/** What the values of a row take in memory, roughly. */
export function weightOfValues(values: readonly unknown[]): number {
  let sum = 0
  for (const value of values) sum += weightOf(value)
  return sum
}

/** A list of values, and its place in a list of such. */
const ROW_BYTES = 56

/** What a row takes in memory that is a list of its values, roughly. */
export function weightOfRow(values: readonly unknown[]): number {
  return ROW_BYTES + weightOfValues(values)
}

function weightOfObject(value: object): number {
  if (value instanceof Uint8Array) return OBJECT_BYTES + value.length
  const { elements, values } = value as { elements?: unknown; values?: unknown }
  const parts = Array.isArray(elements) ? elements : Array.isArray(values) ? values : undefined
  if (parts === undefined) return OBJECT_BYTES
  let sum = OBJECT_BYTES
  for (const part of parts) sum += weightOf(part)
  return sum
}

/** What a JSON value takes in memory, roughly. */
export function weightOfJson(value: JsonValue): number {
  if (typeof value !== 'object' || value === null || value instanceof Numeric) return weightOf(value)
  let sum = REFERENCE_BYTES + OBJECT_BYTES
  if (value instanceof Map) for (const [key, part] of value) sum += weightOf(key) + weightOfJson(part)
  else for (const part of value as readonly JsonValue[]) sum += weightOfJson(part)
  return sum
}
