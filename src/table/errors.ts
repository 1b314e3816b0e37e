/**
 * Errors that more than one kind of table reports.
 */

import { CoppiceError } from '../base/errors.ts'
import { preview } from './place.ts'

function previewKey(key: unknown): string {
  return Array.isArray(key) ? `[${key.map(preview).join(', ')}]` : preview(key)
}

export function keyExists(table: string, key: unknown): never {
  const given = previewKey(key)
  throw new CoppiceError('KEY_EXISTS', `table '${table}': there is an entry under the key ${given} already`, {
    table,
    given,
  })
}

export function keyTooLong(table: string, lengthBytes: number, limitBytes: number, index?: string): never {
  const what = index === undefined ? 'a key' : `a key of index '${index}'`
  throw new CoppiceError(
    'KEY_TOO_LONG',
    `table '${table}': ${what} takes ${lengthBytes} bytes, at most ${limitBytes} fit into a page of this database`,
    {
      table,
      ...(index === undefined ? {} : { index }),
      expected: `at most ${limitBytes} bytes`,
      given: `${lengthBytes} bytes`,
    },
  )
}

/** Only a forged or misused file can have it: each change writes both. */
export function entriesDiffer(table: string, index: string): never {
  throw new CoppiceError(
    'CORRUPT',
    `table '${table}': index '${index}' has other entries than its records say`,
    {
      table,
      index,
    },
  )
}

export function uniqueViolation(table: string, index: string, values: unknown): never {
  const given = previewKey(values)
  throw new CoppiceError(
    'UNIQUE_VIOLATION',
    `table '${table}': unique index '${index}' has another record with ${given}`,
    { table, index, given },
  )
}
