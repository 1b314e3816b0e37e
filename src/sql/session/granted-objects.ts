/** What GRANT and REVOKE are about: the names of their objects, found. */

import type { RelationSchema } from '../catalog/schema.ts'
import type { DefinitionEnvironment } from '../definition/environment.ts'
import { requireRelation } from '../definition/names.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { GrantStatement } from '../syntax/tree.ts'
import type { GrantedObject } from './unit.ts'

/** What a GRANT is about. @throws SqlError 42P01, 42809, 3F000 */
export function grantedObjects(
  { target, relations, isAllInSchema, names, at }: GrantStatement,
  where: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
): GrantedObject[] {
  const { state } = where
  const schemaNamed = (name: string): GrantedObject & { readonly kind: 'schema' } => {
    const oid = state.schemas.get(name)
    if (oid === undefined) throw new SqlError('3F000', `schema "${name}" does not exist`)
    return { kind: 'schema', name, oid }
  }
  if (target === 'database') return names.map(name => ({ kind: 'database', name }))
  if (target === 'schema') return names.map(schemaNamed)
  if (isAllInSchema) {
    const schemas = names.map(name => schemaNamed(name).name)
    return [...state.allRelations()]
      .filter(one => schemas.includes(one.schema))
      .flatMap(one => grantable(one) ?? [])
      .filter(one => one.kind === target)
  }
  return relations.map(name => {
    const relation = requireRelation(name, where, at)
    const object = grantable(relation)
    if (object === undefined) throw notSupported(`GRANT on the system table "${relation.name}"`, at)
    // A sequence may be called a table; a table is no sequence.
    if (target === 'sequence' && object.kind !== 'sequence') {
      throw new SqlError('42809', `"${relation.name}" is not a sequence`, { position: at })
    }
    return object
  })
}

function grantable(relation: RelationSchema): GrantedObject | undefined {
  switch (relation.kind) {
    case 'sequence':
      return { kind: 'sequence', sequence: relation }
    case 'table':
    case 'view':
      return { kind: 'table', table: relation }
    default:
      return undefined
  }
}
