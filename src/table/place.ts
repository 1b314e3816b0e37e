/**
 * Where in a table a value stands, and the errors that say so. A place is made once when a table's codecs
 * are built; encoders carry it along and pay for it only when a value is refused.
 */

import { CoppiceError, type ErrorDetails } from '../base/errors.ts'

/** One spot that values are checked at. */
export interface Place {
  /** Decides the code: INVALID_KEY or INVALID_VALUE. */
  readonly role: 'key' | 'value'
  readonly table: string
  readonly column: string | undefined
  /** For people, e.g. `key[1]` or `profile.name`. */
  readonly path: string
  /** Not a column of records: arrays have one dimension, from 1 on, as no format says otherwise (shaped-array.ts). */
  readonly isFlat: boolean
}

export function placeOf(
  role: 'key' | 'value',
  table: string,
  path: string,
  column?: string,
  isFlat = false,
): Place {
  return { role, table, column, path, isFlat }
}

/** The place of a part of what stands at `place`. */
export function placeWithin(place: Place, suffix: string): Place {
  return { ...place, path: place.path + suffix }
}

const PREVIEW_CHARACTERS = 60

/** What is most often given where something else belongs. Other classes' names would be the value's own code. */
const NAMED_CLASSES = [
  [' Map', Map],
  [' Set', Set],
  [' RegExp', RegExp],
  ['n ArrayBuffer', ArrayBuffer],
  ['n Error', Error],
] as const

/** A short description of anything, for messages. Never throws and never runs the value's own code. */
export function preview(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const cut = value.length > PREVIEW_CHARACTERS ? `${value.slice(0, PREVIEW_CHARACTERS)}…` : value
      return `${JSON.stringify(cut)} (a string)`
    }
    case 'number':
      return Object.is(value, -0) ? '-0 (a number)' : `${value} (a number)`
    case 'bigint': {
      const text = value.toString().slice(0, PREVIEW_CHARACTERS)
      return `${text}n (a bigint)`
    }
    case 'boolean':
      return `${value} (a boolean)`
    case 'undefined':
      return 'undefined'
    case 'symbol':
      return 'a symbol'
    case 'function':
      return 'a function'
    default:
      break
  }
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (value instanceof Promise) return 'a Promise (await it first)'
  for (const [name, type] of NAMED_CLASSES) if (value instanceof type) return `a${name}`
  return 'an object'
}

/** Refuses `given` at `place`. */
export function reject(place: Place, expected: string, given: unknown, cause?: unknown): never {
  const code = place.role === 'key' ? 'INVALID_KEY' : 'INVALID_VALUE'
  const spot = place.column === undefined ? place.path : `column '${place.path}'`
  const shown = preview(given)
  const details: ErrorDetails = {
    table: place.table,
    ...(place.column === undefined ? {} : { column: place.column }),
    expected,
    given: shown,
    ...(cause === undefined ? {} : { cause }),
  }
  throw new CoppiceError(
    code,
    `table '${place.table}', ${spot}: expected ${expected}, given ${shown}`,
    details,
  )
}

/** There is no number left for the column at `place`. */
export function rejectExhausted(place: Place, largest: bigint): never {
  const expected = `numbers up to ${largest}`
  throw new CoppiceError(
    'INVALID_KEY',
    `table '${place.table}', column '${place.path}': autoIncrement has ${expected}, and the last one was used; ` +
      'a new table with a larger type has more',
    { table: place.table, ...(place.column === undefined ? {} : { column: place.column }), expected },
  )
}

/** What is stored cannot be decoded, though its checksum was right. */
export function corrupt(what: string): never {
  throw new CoppiceError('CORRUPT', `stored ${what} cannot be decoded`)
}

/** The caller's getter or toJSON used a table in the middle of an encoding (see `bytes.ts`, invariant 2). */
export function rejectReentry(table: string): never {
  throw new CoppiceError(
    'INVALID_VALUE',
    `table '${table}': a getter or toJSON of the given value used the table while the value was being encoded`,
    { table },
  )
}
