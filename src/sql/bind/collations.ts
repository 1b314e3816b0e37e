/** Strings are ordered by code point: what PostgreSQL's C collation does. */

import { notSupported, SqlError } from '../errors.ts'

const SERVED = new Set(['C', 'POSIX', 'default', 'ucs_basic', 'pg_c_utf8'])

/** As PostgreSQL calls those that it has: of a language, of the operating system or of ICU. */
const OTHERS = /^([a-z]{2,3}([_-][a-z0-9]+)*([.@][a-z0-9-]+)*|unicode|und(-x-icu)?|pg_unicode_fast)$/i

/** @throws SqlError 0A000 it is one that orders otherwise; 42704 there is none of that name */
export function refuseCollation(name: readonly string[], at: number): void {
  const own = name.at(-1)!
  if (SERVED.has(own)) return
  if (OTHERS.test(own)) throw notSupported(`collation "${own}"`, at)
  throw new SqlError('42704', `collation "${name.join('.')}" for encoding "UTF8" does not exist`, {
    position: at,
  })
}
