/**
 * GENERATED … VIRTUAL, which is what a generated column is when nothing is said. Its values are stored here, too; what PostgreSQL
 * does not let such a column do is refused, so that nobody sees a difference but one: an expression that fails (by zero, out of
 * range) fails when the row is written, and not when it is read.
 */

import type { BoundExpression } from '../bind/bound.ts'
import { walk } from '../bind/walk.ts'
import type { StoredSqlColumn } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import type { SqlType } from '../types/type.ts'

/** User's types have oids from here on. */
const USER_OIDS_FROM = 16_384

/** @param what what is refused, of several: `indexes` @throws SqlError 0A000 */
export function refuseVirtual(
  { columns }: { readonly columns: readonly Pick<StoredSqlColumn, 'isVirtual'>[] },
  column: number,
  what: string,
): void {
  if (!columns[column].isVirtual) return
  throw new SqlError('0A000', `${what} on virtual generated columns are not supported`)
}

/** @throws SqlError 0A000 no virtual column has such a type */
export function checkVirtualType(name: string, type: SqlType): void {
  const plain = type.kind === 'array' ? type.element! : type
  if (plain.kind === 'domain') {
    throw new SqlError('0A000', `virtual generated column "${name}" cannot have a domain type`)
  }
  if (plain.oid >= USER_OIDS_FROM) {
    throw new SqlError('0A000', `virtual generated column "${name}" cannot have a user-defined type`, {
      detail: 'Virtual generated columns that make use of user-defined types are not yet supported.',
    })
  }
}

/** @throws SqlError 0A000 a virtual column is not computed by such an expression */
export function checkVirtualExpression(expression: BoundExpression): void {
  const refuse = (what: string): never => {
    throw new SqlError('0A000', `generation expression uses user-defined ${what}`, {
      detail: `Virtual generated columns that make use of user-defined ${what}s are not yet supported.`,
    })
  }
  walk([expression], {
    expression(e) {
      if (e.kind === 'call' && e.function.isUsers) refuse('function')
      if (e.type.oid >= USER_OIDS_FROM) refuse('type')
    },
  })
}
