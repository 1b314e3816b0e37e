/** Text that PostgreSQL could not be given: its text is UTF-8, and C's. */

import { isWellFormed } from '../../table/text.ts'
import { SqlError, type SqlErrorFields } from '../errors.ts'

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Refuses NUL, and halves of characters, which could not be stored.
 * @param fieldsAt what to say of the place, by its index
 * @throws SqlError 22021
 */
export function checkEncoding(text: string, fieldsAt: (index: number) => SqlErrorFields = () => ({})): void {
  const nul = text.indexOf('\0')
  if (nul >= 0) throw invalidBytes([0], fieldsAt(nul))
  if (isWellFormed(text)) return
  const { index } = LONE_SURROGATE.exec(text)!
  const unit = text.charCodeAt(index)
  throw invalidBytes(
    [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)],
    fieldsAt(index),
  )
}

function invalidBytes(bytes: readonly number[], fields: SqlErrorFields): SqlError {
  const written = bytes.map(byte => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')
  return new SqlError('22021', `invalid byte sequence for encoding "UTF8": ${written}`, fields)
}
