/**
 * Temporary objects: they live in a schema of their session's, `pg_temp_N`, which comes first on its search path and on nobody
 * else's. They are stored like others, so that one transaction covers both, and dropped when the session ends; what a crash
 * leaves behind is dropped when SQL is used next.
 */

import type { CatalogState } from '../catalog/catalog.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import { SqlError } from '../errors.ts'
import { Dropper } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'

const PREFIX = 'pg_temp_'

export function isTemporarySchema(name: string): boolean {
  return name.startsWith(PREFIX)
}

export function temporarySchemaName(number: number): string {
  return `${PREFIX}${number}`
}

/** All that there are, of whichever session. */
export function temporarySchemasIn(state: CatalogState): string[] {
  return [...state.schemas.keys()].filter(isTemporarySchema)
}

/** Makes the session's schema when it is needed first. */
export function makeTemporarySchema(name: string, { state, unit }: DefinitionEnvironment): void {
  if (state.hasSchema(name)) return
  const editor = new CatalogEditor(unit.tables)
  editor.put('schema', editor.newOid(), { name })
}

export function dropTemporarySchemas(names: readonly string[], environment: DefinitionEnvironment): void {
  const there = names.filter(name => environment.state.hasSchema(name))
  if (there.length === 0) return
  const dropper = new Dropper(environment)
  for (const name of there) dropper.dropNamed('schema', [name], true)
  dropper.settle(true)
}

/** ON COMMIT DELETE ROWS and ON COMMIT DROP of a session's tables. */
export function settleTemporaryTables(schema: string, environment: DefinitionEnvironment): void {
  const { state, unit } = environment
  const editor = new CatalogEditor(unit.tables)
  const dropper = new Dropper(environment)
  for (const table of state.allRelations()) {
    if (table.kind !== 'table' || table.schema !== schema) continue
    const { onCommit } = editor.get('table', table.oid)!
    if (onCommit === 'delete') environment.data(state).records(table).clear()
    else if (onCommit === 'drop') dropper.dropNamed('table', [schema, table.name], true)
  }
  dropper.settle(true)
}

/** @throws SqlError 42P16 */
export function refuseMixedReference(isTemporary: boolean, isReferencedTemporary: boolean): void {
  if (isTemporary === isReferencedTemporary) return
  const kind = isTemporary ? 'temporary' : 'permanent'
  throw new SqlError('42P16', `constraints on ${kind} tables may reference only ${kind} tables`)
}
