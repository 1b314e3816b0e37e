/** Names of database files, as callers give them. */

import { CoppiceError } from '../base/errors.ts'
import { pathOfUrl } from '../io/file-url.ts'

/** The name of a file, or a `file:` URL, such as `new URL('app.db', import.meta.url)`. */
export type DatabasePath = string | URL

/** @throws CoppiceError INVALID_OPTION */
export function pathOf(given: DatabasePath, alternative = ''): string {
  if (given instanceof URL) return pathOfUrl(given)
  if (typeof given === 'string' && given !== '' && !given.includes('\0')) return given
  const expected = `the name of a file${alternative}, or a file: URL`
  const shown = typeof given === 'string' ? JSON.stringify(given) : String(given)
  throw new CoppiceError('INVALID_OPTION', `path: expected ${expected}, got ${shown}`, {
    expected,
    given: shown,
  })
}
