/** Names in definitions: where new objects go, and which existing ones are meant. */

import { isOwnName } from '../../table/definition.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { IndexSchema, RelationSchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { QualifiedName } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { isTemporarySchema } from './temporary.ts'

export interface ObjectName {
  readonly schema: string
  readonly name: string
}

/** Where an object is made: in the schema that is named, or the first of the search path that exists. */
export function newName(
  name: QualifiedName,
  environment: Pick<DefinitionEnvironment, 'state' | 'searchPath' | 'temporarySchema'>,
  at = -1,
  isTemporary = false,
): ObjectName {
  const { state, searchPath } = environment
  const own = name[name.length - 1]
  const said = name.length > 1 ? name[name.length - 2] : undefined
  if (isTemporary || said === 'pg_temp') {
    if (said !== undefined && said !== 'pg_temp') {
      throw new SqlError('42P16', 'cannot create temporary relation in non-temporary schema', {
        position: at,
      })
    }
    return { schema: environment.temporarySchema(), name: own }
  }
  if (name.length === 1) {
    const schema = searchPath.find(one => state.hasSchema(one) && !isTemporarySchema(one))
    if (schema === undefined) {
      throw new SqlError('3F000', 'no schema has been selected to create in', { position: at })
    }
    return { schema, name: own }
  }
  const schema = name[name.length - 2]
  if (!state.hasSchema(schema)) {
    throw new SqlError('3F000', `schema "${schema}" does not exist`, { position: at })
  }
  if (schema === 'pg_catalog' || schema === 'information_schema') {
    throw new SqlError('42501', `permission denied to create "${schema}.${own}"`, {
      detail: 'System catalog modifications are currently disallowed.',
    })
  }
  return { schema, name: own }
}

/** @throws SqlError 42939 the name is that of a schema of the system, or of Coppice's own tables */
export function refuseReservedSchema(name: string): void {
  const refuse = (detail: string): never => {
    throw new SqlError('42939', `unacceptable schema name "${name}"`, { detail })
  }
  if (name.startsWith('pg_')) refuse('The prefix "pg_" is reserved for system schemas.')
  if (isOwnName(`${name}.`)) refuse(OWN_NAMES)
}

const OWN_NAMES = 'Names that begin with "coppice." are those of Coppice\'s own tables.'

/** What a table is called among the typed tables. @throws SqlError 42939 so are Coppice's own */
export function storedTableName({ schema, name }: ObjectName): string {
  const stored = schema === 'public' ? name : `${schema}.${name}`
  if (isOwnName(stored)) {
    throw new SqlError('42939', `unacceptable table name "${stored}"`, { detail: OWN_NAMES })
  }
  return stored
}

export function findRelation(
  name: QualifiedName,
  { state, searchPath }: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
): RelationSchema | undefined {
  const own = name[name.length - 1]
  return state.relation(name.length > 1 ? name[name.length - 2] : undefined, own, searchPath)
}

/** @throws SqlError 42P01 */
export function requireRelation(
  name: QualifiedName,
  environment: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
  at = -1,
): RelationSchema {
  const relation = findRelation(name, environment)
  if (relation === undefined) {
    throw new SqlError('42P01', `relation "${name.join('.')}" does not exist`, { position: at })
  }
  return relation
}

/** @throws SqlError 42P01, 42809 */
export function requireTable(
  name: QualifiedName,
  environment: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
  at = -1,
  orMaterialized = false,
): TableSchema {
  const relation = requireRelation(name, environment, at)
  if (relation.kind !== 'table' || (relation.materialized !== undefined && !orMaterialized)) {
    throw new SqlError('42809', `"${relation.name}" is not a table`, { position: at })
  }
  return relation
}

/** An index of any table, along the search path or by its schema. */
export function findIndex(
  name: QualifiedName,
  { state, searchPath }: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
): { readonly table: TableSchema; readonly index: IndexSchema } | undefined {
  const own = name[name.length - 1]
  for (const schema of name.length > 1 ? [name[name.length - 2]] : searchPath) {
    for (const table of state.allRelations()) {
      if (table.kind !== 'table' || table.schema !== schema) continue
      const index = table.indexes.find(one => one.name === own)
      if (index !== undefined) return { table, index }
    }
  }
  return undefined
}

/** The number of a column that is not hidden. @throws SqlError 42703 */
export function requireColumn(table: TableSchema, name: string, at = -1): number {
  const number = table.columns.findIndex(column => column.name === name && !column.isHidden)
  if (number < 0) {
    throw new SqlError('42703', `column "${name}" of relation "${table.name}" does not exist`, {
      position: at,
    })
  }
  return number
}

/** A name that no relation of the schema has: `base`, `base1`, `base2` … At most 63 characters, as PostgreSQL's. */
export function freeName(base: string, isTaken: (name: string) => boolean): string {
  const cut = base.slice(0, 63)
  if (!isTaken(cut)) return cut
  for (let i = 1; ; i++) {
    const name = `${base.slice(0, 63 - String(i).length)}${i}`
    if (!isTaken(name)) return name
  }
}

/** Names of relations and indexes of a schema share one space. */
export function nameTaken(state: CatalogState, schema: string): (name: string) => boolean {
  const taken = new Set<string>()
  for (const relation of state.allRelations()) {
    if (relation.schema !== schema) continue
    taken.add(relation.name)
    if (relation.kind === 'table') for (const index of relation.indexes) taken.add(index.name)
  }
  return name => taken.has(name)
}

/** The query of a view, materialized or not. */
export function queryOf(relation: RelationSchema): string | undefined {
  if (relation.kind === 'view') return relation.text
  return relation.kind === 'table' ? relation.materialized?.text : undefined
}
