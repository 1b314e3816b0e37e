/** What is done from TypeScript to tables that SQL knows, as the statements that do it: SQL must know what it has. */

import { CoppiceError } from '../base/errors.ts'
import type { IndexSchema, TableSchema } from '../sql/catalog/schema.ts'
import { quoteIdentifier } from '../sql/functions/string-format.ts'
import { fullName } from '../sql/session/copy-target.ts'

const PUBLIC = 'public'
/** PostgreSQL cuts longer ones. */
const NAME_BYTES_MAX = 63

export function dropStatement(table: TableSchema): string {
  const kind = table.materialized === undefined ? 'table' : 'materialized view'
  return `drop ${kind} ${fullName(table)}`
}

/** @throws CoppiceError INVALID_DEFINITION when SQL cannot have a table of that name in its schema */
export function renameStatement(table: TableSchema, to: string): string {
  const { schema, materialized } = table
  const prefix = schema === PUBLIC ? '' : `${schema}.`
  const own = to.slice(prefix.length)
  if (!to.startsWith(prefix) || own === '' || Buffer.byteLength(own) > NAME_BYTES_MAX) {
    const expected = `${prefix === '' ? 'a name' : `'${prefix}' and a name`} of at most ${NAME_BYTES_MAX} bytes`
    throw new CoppiceError(
      'INVALID_DEFINITION',
      `table '${table.storedName}' was made by SQL: expected ${expected}, given '${to}'`,
      { table: table.storedName, expected, given: to },
    )
  }
  const kind = materialized === undefined ? 'table' : 'materialized view'
  return `alter ${kind} ${fullName(table)} rename to ${quoteIdentifier(own)}`
}

export function dropIndexStatement(table: TableSchema, index: IndexSchema): string {
  return `drop index ${fullName({ schema: table.schema, name: index.name })}`
}
