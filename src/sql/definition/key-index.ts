/** The index of a primary key or a unique constraint: a new one, or one that is there. */

import type { StoredSqlIndex } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { isOneForm } from '../types/type.ts'
import { freeName } from './names.ts'
import { optionsOf } from './storage-hints.ts'
import type { Of, TableDraft } from './table-draft.ts'
import { refuseVirtual } from './virtual-columns.ts'

type KeyDefinition = Of<'primary key' | 'unique'>

export function newKeyIndex(key: KeyDefinition, draft: TableDraft, oid: number): StoredSqlIndex {
  const isPrimary = key.kind === 'primary key'
  const numbers = key.columns.map(name => draft.numberOf(name, key.at))
  refuseTwice(key, key.columns)
  const included = key.include.map(one => draft.numberOf(one, key.at))
  const what = isPrimary ? 'primary keys' : 'unique constraints'
  for (const number of [...numbers, ...included]) refuseVirtual(draft, number, what)
  for (const number of numbers) draft.checkIndexable(number)
  const base = isPrimary ? `${draft.target.name}_pkey` : `${draft.target.name}_${key.columns.join('_')}_key`
  if (key.name !== undefined && draft.isNameTaken(key.name)) {
    throw new SqlError('42P07', `relation "${key.name}" already exists`, { position: key.at })
  }
  const name = key.name ?? freeName(base, draft.isNameTaken)
  return {
    oid,
    name,
    columns: numbers.map(column => ({ column, isDescending: false, nullsFirst: false })),
    include: included,
    isUnique: true,
    isPrimary,
    nullsNotDistinct: key.nullsNotDistinct,
    ...optionsOf(key.options),
    ...(isRowKey(key, numbers, draft) ? {} : { storedName: draft.freeIndexName(name) }),
  }
}

function refuseTwice({ kind, at }: KeyDefinition, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice === undefined) return
  const what = kind === 'unique' ? 'unique' : 'primary key'
  throw new SqlError('42701', `column "${twice}" appears twice in ${what} constraint`, { position: at })
}

/** USING INDEX: the index becomes the constraint's, and takes its name. */
export function usedIndex(key: KeyDefinition, name: string, draft: TableDraft): StoredSqlIndex {
  const index = draft.indexes.find(one => one.name === name)
  const refuse = (sqlstate: string, message: string, detail?: string): never => {
    throw new SqlError(sqlstate, message, { position: key.at, ...(detail === undefined ? {} : { detail }) })
  }
  const detail = 'Cannot create a primary key or unique constraint using such an index.'
  if (index === undefined) return refuse('42704', `index "${name}" does not exist`)
  if (draft.constraints.some(one => 'indexOid' in one && one.indexOid === index.oid)) {
    refuse('55000', `index "${name}" is already associated with a constraint`)
  }
  if (!index.isUnique) {
    refuse('42809', `"${name}" is not a unique index`, detail)
  }
  if (index.columns.some(one => one.column < 0)) {
    refuse('42809', `index "${name}" contains expressions`, detail)
  }
  if (index.predicateText !== undefined) {
    refuse('42809', `"${name}" is a partial index`, detail)
  }
  if (index.columns.some(one => one.isDescending || one.nullsFirst)) {
    refuse('42809', `index "${name}" column number 1 does not have default sorting behavior`, detail)
  }
  refuseTwice(
    key,
    index.columns.map(one => draft.columns[one.column].name),
  )
  draft.indexes = draft.indexes.filter(one => one !== index)
  const { storedName, ...rest } = index
  const isPrimary = key.kind === 'primary key'
  return {
    ...rest,
    name: key.name ?? name,
    isPrimary,
    ...(isRowKey(
      key,
      index.columns.map(one => one.column),
      draft,
    )
      ? {}
      : { storedName: storedName! }),
  }
}

/**
 * Whether the rows lie in the order of the key: not of one that may be taken twice for a while, and not of numbers like 1.50,
 * which a key does not tell from 1.5. Then the key is an index as others, and the rows lie by a hidden number.
 */
function isRowKey(
  key: Pick<KeyDefinition, 'kind' | 'isDeferrable'>,
  columns: readonly number[],
  draft: TableDraft,
): boolean {
  return (
    key.kind === 'primary key' &&
    !key.isDeferrable &&
    columns.every(column => isOneForm(draft.typeOf(column)))
  )
}

/** Where the type of a column has changed: whether the rows lie in the order of the primary key says its type as it is now. */
export function placePrimaryKey(draft: TableDraft): void {
  draft.indexes = draft.indexes.map(index => {
    if (!index.isPrimary) return index
    const key = draft.constraints.find(one => 'indexOid' in one && one.indexOid === index.oid)
    const columns = index.columns.map(one => one.column)
    const isDeferrable = key?.kind === 'primary key' && key.isDeferrable
    const { storedName, ...rest } = index
    if (isRowKey({ kind: 'primary key', isDeferrable }, columns, draft)) return rest
    return { ...rest, storedName: storedName ?? draft.freeIndexName(index.name) }
  })
}
