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
  const loss = lossInJson(value, text)
  if (loss !== undefined) reject(place, loss.expected, loss.given)
  return text
}

export interface JsonLoss {
  readonly expected: string
  /** The part that would be lost. */
  readonly given: unknown
}

/** What JSON loses of a value in silence: it comes out as `null` or `{}`, so that the costly second look is rare. */
export function lossInJson(value: unknown, text: string): JsonLoss | undefined {
  return text.includes('null') || text.includes('{}') ? findLoss(value) : undefined
}

/** JSON makes `{}` of all of these. By tag rather than class, because values may come from another realm. */
const INVISIBLE: ReadonlySet<string> = new Set(
  ['Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'RegExp', 'Error', 'ArrayBuffer', 'SharedArrayBuffer'].map(
    name => `[object ${name}]`,
  ),
)

export function isInvisibleToJson(value: unknown): boolean {
  return INVISIBLE.has(Object.prototype.toString.call(value))
}

function findLoss(value: unknown): JsonLoss | undefined {
  let loss: JsonLoss | undefined
  JSON.stringify(value, function (this: unknown, key: string, part: unknown): unknown {
    loss ??= lossOf(this, key, part)
    return part
  })
  return loss
}

function lossOf(holder: unknown, key: string, part: unknown): JsonLoss | undefined {
  if (typeof part === 'number' && !Number.isFinite(part)) {
    return { expected: 'a value that JSON can hold (no NaN or infinities)', given: part }
  }
  if (typeof part === 'object' && isInvisibleToJson(part)) {
    const expected = 'a value that JSON can hold (it makes {} of a Map, a Set, a Promise and the like)'
    return { expected, given: part }
  }
  const before = (holder as Record<string, unknown>)[key]
  if (part === null && before !== null) return { expected: 'a value that JSON can hold', given: before }
  if (
    Array.isArray(holder) &&
    (part === undefined || typeof part === 'function' || typeof part === 'symbol')
  ) {
    return { expected: 'a value that JSON can hold (no holes in arrays)', given: part }
  }
  return undefined
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return corrupt('JSON')
  }
}
