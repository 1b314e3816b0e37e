/**
 * JSON values: text as `JSON.stringify` makes it, but what it would lose in silence is refused.
 */

import { CoppiceError } from '../base/errors.ts'
import { corrupt, type Place, reject } from './place.ts'

/** JSON that is text already, and is stored as it is: what the SQL layer has. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * @throws CoppiceError INVALID_VALUE for cycles, bigints, NaN, infinities, undefined or functions in arrays, and objects
 * whose content JSON does not see.
 */
export function jsonText(value: unknown, place: Place): string {
  if (value instanceof JsonText) return value.text
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    // A toJSON that used a table and failed there keeps its own error.
    if (cause instanceof CoppiceError) throw cause
    reject(place, 'a value that JSON can hold', value, cause)
  }
  if (text === undefined) reject(place, 'a value that JSON can hold', value)
  // What is lost in silence comes out as `null` or `{}`, so the costly second look is rare.
  if (text.includes('null') || text.includes('{}')) findLoss(value, place)
  return text
}

/** JSON makes `{}` of all of these. By tag rather than class, because values may come from another realm. */
const INVISIBLE: ReadonlySet<string> = new Set(
  ['Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'RegExp', 'Error', 'ArrayBuffer', 'SharedArrayBuffer'].map(
    name => `[object ${name}]`,
  ),
)

function findLoss(value: unknown, place: Place): void {
  JSON.stringify(value, function (this: unknown, key: string, part: unknown): unknown {
    const holder = this as Record<string, unknown>
    if (typeof part === 'number' && !Number.isFinite(part)) {
      reject(place, 'a value that JSON can hold (no NaN or infinities)', part)
    }
    if (typeof part === 'object' && INVISIBLE.has(Object.prototype.toString.call(part))) {
      reject(place, 'a value that JSON can hold (it makes {} of a Map, a Set, a Promise and the like)', part)
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
