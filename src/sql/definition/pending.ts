/** Constraints that wait for the end of the transaction know their table as it was: until they are checked it stays so. */

import type { TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { PendingCheck } from '../storage/write-access.ts'
import type { DefinitionEnvironment } from './environment.ts'

/** @throws SqlError 55006 changes of the table are still to be checked */
export function refusePending(
  { oid, name }: TableSchema,
  command: string,
  { unit }: DefinitionEnvironment,
): void {
  const concerns = (check: PendingCheck) =>
    check.table.oid === oid || (check.kind === 'reference' && check.constraint.referencedOid === oid)
  if (!unit.state.deferred.some(concerns)) return
  throw new SqlError('55006', `cannot ${command} "${name}" because it has pending trigger events`, {
    hint: 'SET CONSTRAINTS ALL IMMEDIATE checks them.',
  })
}
