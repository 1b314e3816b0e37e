/**
 * What statements say about the layout of tables, columns and indexes: storage parameters, statistics targets, how large values are
 * kept, which index rows are to lie by. Dumps of PostgreSQL are full of it. Nothing here depends on it; it is remembered where
 * PostgreSQL shows it again, and refused as PostgreSQL refuses it.
 */

import type { ColumnHints, TableHints, TableSchema } from '../catalog/schema.ts'
import type { StoredSqlIndex } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import type { ColumnDefinition, StorageAction, StorageParameter } from '../syntax/tree.ts'
import { typeFacts } from '../system/type-facts.ts'
import type { DefinitionEnvironment } from './environment.ts'
import type { TableDraft } from './table-draft.ts'

/** As pg_class.reloptions has them: what is said anew comes last. Undefined: there are none. */
export function withOptions(
  before: readonly string[] | undefined,
  set: readonly StorageParameter[],
  reset: readonly string[] = [],
): readonly string[] | undefined {
  const said = new Set([...reset, ...set.map(one => one.name)])
  const kept = (before ?? []).filter(one => !said.has(one.slice(0, one.indexOf('='))))
  const options = [...kept, ...set.map(({ name, value }) => `${name}=${value}`)]
  return options.length === 0 ? undefined : options
}

/** Of a new object. */
export function optionsOf(
  options: readonly StorageParameter[] | undefined,
): { readonly options: readonly string[] } | undefined {
  const texts = withOptions(undefined, options ?? [])
  return texts === undefined ? undefined : { options: texts }
}

/** Does what an action of ALTER TABLE says. */
export function applyHint(
  action: StorageAction,
  draft: TableDraft,
  table: TableSchema,
  environment: DefinitionEnvironment,
): void {
  switch (action.kind) {
    case 'set options':
      setTable(draft, { options: withOptions(draft.hints?.options, action.options) })
      return
    case 'reset options':
      setTable(draft, { options: withOptions(draft.hints?.options, [], action.names) })
      return
    case 'set column options': {
      const number = columnOf(draft, action.column, action.at)
      setColumn(draft, number, { options: withOptions(draft.columns[number].hints?.options, action.options) })
      return
    }
    case 'reset column options': {
      const number = columnOf(draft, action.column, action.at)
      setColumn(draft, number, {
        options: withOptions(draft.columns[number].hints?.options, [], action.names),
      })
      return
    }
    case 'set statistics': {
      const number = columnOf(draft, action.column, action.at)
      setColumn(draft, number, { statistics: statisticsTarget(action.target, environment) })
      return
    }
    case 'set storage':
      setStorage(draft, columnOf(draft, action.column, action.at), action.method)
      return
    case 'set compression':
      setCompression(draft, columnOf(draft, action.column, action.at), action.method)
      return
    case 'replica identity':
      setTable(draft, { replicaIdentity: action.rows === 'default' ? undefined : action.rows })
      return
    case 'replica identity by index':
      setTable(draft, { replicaIdentity: identifyingIndex(draft, action.index).oid })
      return
    case 'cluster on':
      setTable(draft, {
        clusteredOn: action.index === undefined ? undefined : clusteringIndex(draft, action.index).oid,
      })
      return
    case 'set logged':
      if (!table.isTemporary) return
      throw new SqlError(
        '42P16',
        `cannot change logged status of table "${table.name}" because it is temporary`,
      )
    case 'enable trigger':
      if (action.trigger === undefined) return
      throw new SqlError('42704', `trigger "${action.trigger}" for table "${table.name}" does not exist`)
    case 'nothing':
      return
  }
}

/** STORAGE and COMPRESSION of the column that was added last. */
export function setMethods(draft: TableDraft, { storage, compression }: ColumnDefinition): void {
  const number = draft.columns.length - 1
  if (storage !== undefined) setStorage(draft, number, storage)
  if (compression !== undefined) setCompression(draft, number, compression)
}

function columnOf(draft: TableDraft, name: string, at: number): number {
  const number = draft.columns.findIndex(column => column.name === name && !column.isHidden)
  if (number >= 0) return number
  throw new SqlError('42703', `column "${name}" of relation "${draft.target.name}" does not exist`, {
    position: at,
  })
}

/** Without what is undefined: entries that say nothing are not stored. */
function said<T extends object>(hints: { readonly [K in keyof T]: T[K] | undefined }): T | undefined {
  const entries = Object.entries(hints).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T)
}

type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined }

function setTable(draft: TableDraft, changes: Changes<TableHints>): void {
  draft.hints = said<TableHints>({ ...draft.hints, ...changes })
}

function setColumn(draft: TableDraft, number: number, changes: Changes<ColumnHints>): void {
  const { hints: before, ...column } = draft.columns[number]
  const hints = said<ColumnHints>({ ...before, ...changes })
  draft.columns[number] = hints === undefined ? column : { ...column, hints }
}

const STATISTICS_MOST = 10_000

/** Undefined: the default. */
function statisticsTarget(
  target: number | undefined,
  environment: DefinitionEnvironment,
): number | undefined {
  if (target === undefined || target === -1) return undefined
  if (target < 0) throw new SqlError('22023', `statistics target ${target} is too low`)
  if (target <= STATISTICS_MOST) return target
  environment.notice('22023', `lowering statistics target to ${STATISTICS_MOST}`)
  return STATISTICS_MOST
}

const STORAGES: Readonly<Record<string, string>> = { plain: 'p', external: 'e', extended: 'x', main: 'm' }
const PLAIN = 'p'

function setStorage(draft: TableDraft, number: number, method: string): void {
  const { storage: usual } = typeFacts(draft.typeOf(number))
  const name = method.toLowerCase()
  const storage = name === 'default' ? usual : Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined
  if (storage === undefined) throw new SqlError('22023', `invalid storage type "${method}"`)
  if (storage !== PLAIN && usual === PLAIN) {
    const { displayName } = draft.typeOf(number)
    throw new SqlError('0A000', `column data type ${displayName} can only have storage PLAIN`)
  }
  setColumn(draft, number, { storage: storage === usual ? undefined : storage })
}

const COMPRESSIONS: Readonly<Record<string, string | undefined>> = { default: undefined, pglz: 'p', lz4: 'l' }

function setCompression(draft: TableDraft, number: number, method: string): void {
  if (method !== 'default' && typeFacts(draft.typeOf(number)).storage === PLAIN) {
    const { displayName } = draft.typeOf(number)
    throw new SqlError('0A000', `column data type ${displayName} does not support compression`)
  }
  if (!Object.hasOwn(COMPRESSIONS, method)) {
    throw new SqlError('22023', `invalid compression method "${method}"`)
  }
  setColumn(draft, number, { compression: COMPRESSIONS[method] })
}

function indexNamed(draft: TableDraft, name: string): StoredSqlIndex {
  const index = draft.indexes.find(one => one.name === name)
  if (index !== undefined) return index
  throw new SqlError('42704', `index "${name}" for table "${draft.target.name}" does not exist`)
}

function clusteringIndex(draft: TableDraft, name: string): StoredSqlIndex {
  const index = indexNamed(draft, name)
  if (index.predicateText === undefined) return index
  throw new SqlError('0A000', `cannot cluster on partial index "${name}"`)
}

/** One that tells the rows of a table apart. */
function identifyingIndex(draft: TableDraft, name: string): StoredSqlIndex {
  const index = indexNamed(draft, name)
  const refuse = (what: string, sqlstate = '42809'): never => {
    throw new SqlError(sqlstate, `cannot use ${what} index "${name}" as replica identity`)
  }
  if (!index.isUnique) refuse('non-unique')
  const isDeferrable = draft.constraints.some(
    one => 'indexOid' in one && one.indexOid === index.oid && one.isDeferrable,
  )
  if (isDeferrable) refuse('non-immediate')
  if (index.columns.some(one => one.column < 0)) refuse('expression', '0A000')
  if (index.predicateText !== undefined) refuse('partial', '0A000')
  for (const { column } of index.columns) {
    if (draft.columns[column].isNotNull) continue
    throw new SqlError(
      '42809',
      `index "${name}" cannot be used as replica identity because column "${draft.columns[column].name}" is nullable`,
    )
  }
  return index
}
