/** A table that the session still works with stays as it is: open cursors read it, or its changes are still to be checked. */

import type { TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { PendingCheck } from '../storage/write-access.ts'
import type { DefinitionEnvironment } from './environment.ts'

/** @throws SqlError 55006 a cursor reads the table, a call from TypeScript changes it, or changes of it are still to be checked */
export function refuseInUse(
  { oid, name }: TableSchema,
  command: string,
  { unit, isReadByCursor }: DefinitionEnvironment,
): void {
  if (isReadByCursor(oid) || unit.state.changing.includes(oid)) {
    throw new SqlError(
      '55006',
      `cannot ${command} "${name}" because it is being used by active queries in this session`,
    )
  }
  if (!unit.state.deferred.some(check => changedTable(check) === oid)) return
  throw new SqlError('55006', `cannot ${command} "${name}" because it has pending trigger events`, {
    hint: 'SET CONSTRAINTS ALL IMMEDIATE checks them.',
  })
}

/** The table of whose change the check comes: a row that was referred to has changed in the table that is referred to. */
function changedTable(check: PendingCheck): number {
  return check.kind === 'key' || check.side === 'referring' ? check.table.oid : check.constraint.referencedOid
}
