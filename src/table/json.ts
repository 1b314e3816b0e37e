/**
 * JSON values: text as `JSON.stringify` makes it, but what it would lose in silence is refused.
 */

import { CoppiceError } from '../base/errors.ts'
import { corrupt, type Place, reject } from './place.ts'

/** @throws CoppiceError INVALID_VALUE for cycles, bigints, NaN, infinities, and undefined or functions in arrays. */
export function jsonText(value: unknown, place: Place): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    // A toJSON that used a table and failed there keeps its own error.
    if (cause instanceof CoppiceError) throw cause
    reject(place, 'a value that JSON can hold', value, cause)
  }
  if (text === undefined) reject(place, 'a value that JSON can hold', value)
  // Everything lost in silence comes out as `null`, so the costly second look is rare.
  if (text.includes('null')) findLoss(value, place)
  return text
}

function findLoss(value: unknown, place: Place): void {
  JSON.stringify(value, function (this: unknown, key: string, part: unknown): unknown {
    const holder = this as Record<string, unknown>
    if (typeof part === 'number' && !Number.isFinite(part)) {
      reject(place, 'a value that JSON can hold (no NaN or infinities)', part)
    }
    if (part === null && holder[key] !== null) {
      reject(place, 'a value that JSON can hold', holder[key])
    }
    if (
      Array.isArray(this) &&
      (part === undefined || typeof part === 'function' || typeof part === 'symbol')
    ) {
      reject(place, 'a value that JSON can hold (no holes in arrays)', part)
    }
    return part
  })
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return corrupt('JSON')
  }
}
