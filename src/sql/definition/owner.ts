/** ALTER … OWNER TO. All objects have one owner, who is the owner already. */

import { notSupported, SqlError } from '../errors.ts'
import type { OwnerStatement } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { requireKind } from './moves.ts'
import { findIndex, findRelation } from './names.ts'
import { requireType } from './types.ts'

/** @throws SqlError 42704 there is no such role; 0A000 it is another one than the owner */
export function changeOwner(statement: OwnerStatement, environment: DefinitionEnvironment): void {
  if (exists(statement, environment)) requireOwner(statement.role, statement.at, environment)
}

/**
 * The role that is to own something.
 * @param name undefined: who asks
 * @throws SqlError 42704 there is no such role; 0A000 it is another one than the owner
 */
export function requireOwner(
  name: string | undefined,
  at: number,
  { context: { catalog } }: DefinitionEnvironment,
): string {
  const role = name ?? catalog.currentUser
  if (role === catalog.ownerName) return role
  const roles = catalog.server()?.roles ?? []
  if (!roles.some(one => one.name === role)) throw new SqlError('42704', `role "${role}" does not exist`)
  throw notSupported(`an owner other than "${catalog.ownerName}"`, at)
}

/** False: it does not, and need not. @throws SqlError 42P01, 42704, 3F000 */
function exists({ object, name, ifExists }: OwnerStatement, environment: DefinitionEnvironment): boolean {
  switch (object) {
    case 'schema':
      if (!environment.state.hasSchema(name[0])) {
        throw new SqlError('3F000', `schema "${name[0]}" does not exist`)
      }
      return true
    case 'type':
    case 'domain':
      requireType(name, environment)
      return true
  }
  const relation = findRelation(name, environment)
  if (relation !== undefined && object !== 'index') requireKind(relation, object)
  if (relation !== undefined || findIndex(name, environment) !== undefined) return true
  const message = `relation "${name.join('.')}" does not exist`
  if (!ifExists) throw new SqlError('42P01', message)
  environment.notice('00000', `${message}, skipping`)
  return false
}
