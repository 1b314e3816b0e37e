/**
 * Names that begin with a database: `db.public.t`. There is no way from one database to another, so the name can only be that of
 * the database that the statement runs in, and means nothing else. The tree has names without it; the databases stand beside the
 * statement, for whoever runs it knows the name of his own: one text may run in several.
 */

import { SqlError } from '../errors.ts'
import type { Source } from './source.ts'
import type { NamedDatabase, ParsedStatement, QualifiedName } from './tree.ts'

/**
 * A name without its database, which is noted.
 * @param parts how many a name of this kind has at most without one
 * @param show the whole name as PostgreSQL's message has it
 * @throws SqlError 42601
 */
export function withoutDatabase(
  source: Source,
  names: QualifiedName,
  at: number,
  parts = 2,
  show: (full: string) => string = full => full,
): QualifiedName {
  if (names.length <= parts) return names
  const full = show(names.join('.'))
  if (names.length > parts + 1) {
    throw new SqlError('42601', `improper qualified name (too many dotted names): ${full}`, { position: at })
  }
  source.databases.push({ name: names[0], full, at })
  return names.slice(1)
}

/** @throws SqlError 0A000 a name is in another database than this one */
export function refuseOtherDatabases(
  { databases }: Pick<ParsedStatement, 'databases'>,
  current: string,
): void {
  for (const { name, full, at } of databases ?? NONE) {
    if (name !== current) {
      throw new SqlError('0A000', `cross-database references are not implemented: ${full}`, { position: at })
    }
  }
}

const NONE: readonly NamedDatabase[] = []
