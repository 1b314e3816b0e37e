/** A foreign key in the making: what it names must be there, and be a key. */

import type { CatalogState } from '../catalog/catalog.ts'
import type { ForeignKeySchema, IndexSchema, KeySchema, TableSchema } from '../catalog/schema.ts'
import type { StoredConstraint } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { FLOAT4, FLOAT8, NUMERIC, type SqlType, withoutDomain } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findRelation, freeName } from './names.ts'
import type { Of, TableDraft } from './table-draft.ts'
import { isTemporarySchema, refuseMixedReference } from './temporary.ts'
import { refuseVirtual } from './virtual-columns.ts'

export function newForeignKey(
  constraint: Of<'foreign key'>,
  draft: TableDraft,
  environment: DefinitionEnvironment,
  oid: number,
): StoredConstraint {
  if (constraint.match === 'partial') throw notSupported('MATCH PARTIAL', constraint.at)
  const state = environment.stateNow()
  const referenced = findRelation(constraint.referenced, { state, searchPath: environment.searchPath })
  if (referenced === undefined) {
    throw new SqlError('42P01', `relation "${constraint.referenced.join('.')}" does not exist`, {
      position: constraint.at,
    })
  }
  if (referenced.kind !== 'table') {
    throw new SqlError('42809', `referenced relation "${referenced.name}" is not a table`)
  }
  refuseMixedReference(isTemporarySchema(draft.target.schema), isTemporarySchema(referenced.schema))
  const columns = constraint.columns.map(name => {
    const number = draft.columns.findIndex(column => column.name === name && !column.isHidden)
    if (number < 0) {
      throw new SqlError('42703', `column "${name}" referenced in foreign key constraint does not exist`)
    }
    refuseVirtual(draft, number, 'foreign key constraints')
    return number
  })
  const primaryKey = referenced.constraints.find((one): one is KeySchema => one.kind === 'primary key')
  if (constraint.referencedColumns.length === 0 && primaryKey === undefined) {
    throw new SqlError('42704', `there is no primary key for referenced table "${referenced.name}"`)
  }
  const referencedColumns =
    constraint.referencedColumns.length === 0
      ? primaryKey!.columns
      : constraint.referencedColumns.map(name => {
          const number = referenced.columns.findIndex(column => column.name === name && !column.isHidden)
          if (number < 0) {
            throw new SqlError(
              '42703',
              `column "${name}" referenced in foreign key constraint does not exist`,
            )
          }
          return number
        })
  if (columns.length !== referencedColumns.length) {
    throw new SqlError('42830', 'number of referencing and referenced columns for foreign key disagree')
  }
  if (new Set(referencedColumns).size < referencedColumns.length) {
    throw new SqlError('42830', 'foreign key referenced-columns list must not contain duplicates')
  }
  const keys = referenced.indexes.filter(
    index =>
      index.isUnique &&
      index.predicateText === undefined &&
      index.columns.length === referencedColumns.length &&
      referencedColumns.every(column => index.columns.some(one => one.column === column)),
  )
  const isImmediate = (index: IndexSchema) =>
    !referenced.constraints.some(one => 'indexOid' in one && one.indexOid === index.oid && one.isDeferrable)
  if (keys.length > 0 && !keys.some(isImmediate)) {
    const what = constraint.referencedColumns.length === 0 ? 'primary key' : 'unique constraint'
    throw new SqlError('55000', `cannot use a deferrable ${what} for referenced table "${referenced.name}"`)
  }
  if (keys.length === 0) {
    throw new SqlError(
      '42830',
      `there is no unique constraint matching given keys for referenced table "${referenced.name}"`,
    )
  }
  const isTaken = (name: string) => draft.constraints.some(one => one.name === name)
  if (constraint.name !== undefined && isTaken(constraint.name)) throw draft.constraintExists(constraint.name)
  const base = `${draft.target.name}_${constraint.columns.join('_')}_fkey`
  const name = constraint.name ?? freeName(base, isTaken)
  columns.forEach((column, i) => {
    const own = { name: constraint.columns[i], type: state.typeByOid(draft.columns[column].type)! }
    requireComparable(name, own, referenced.columns[referencedColumns[i]])
  })
  return {
    kind: 'foreign key',
    oid,
    name,
    columns,
    referencedOid: referenced.oid,
    referencedColumns,
    match: constraint.match,
    onUpdate: constraint.onUpdate,
    onDelete: constraint.onDelete,
    onDeleteColumns: constraint.onDeleteColumns.map(one => draft.numberOf(one, constraint.at)),
    isDeferrable: constraint.isDeferrable,
    isInitiallyDeferred: constraint.isInitiallyDeferred,
    isValidated: constraint.isEnforced && !constraint.isNotValid,
    ...(constraint.isEnforced ? {} : { isEnforced: false }),
  }
}

interface KeyColumn {
  readonly name: string
  readonly type: SqlType
}

/** A number is compared as one of the type that is referred to, which must not lose anything unasked. */
function numberRank(type: SqlType): number {
  return type === FLOAT4 || type === FLOAT8 ? 3 : type === NUMERIC ? 2 : 1
}

/** @throws SqlError 42804, 0A000 */
function requireComparable(constraint: string, { name, type: own }: KeyColumn, referenced: KeyColumn): void {
  const other = referenced.type
  const [from, to] = [withoutDomain(own), withoutDomain(other)]
  if (from === to || (from.category === 'S' && to.category === 'S')) return
  if (from.category === 'N' && to.category === 'N' && numberRank(from) <= numberRank(to)) return
  if (from.category === 'D' && to.category === 'D') {
    throw notSupported(`a foreign key from ${own.displayName} to ${other.displayName}`)
  }
  throw new SqlError('42804', `foreign key constraint "${constraint}" cannot be implemented`, {
    detail: `Key columns "${name}" of the referencing table and "${referenced.name}" of the referenced table are of incompatible types: ${own.displayName} and ${other.displayName}.`,
  })
}

/** A foreign key of a table, with what it refers to. */
export interface Reference {
  readonly table: TableSchema
  readonly constraint: ForeignKeySchema
}

/** The foreign keys that have one of a table's columns on either side. @throws SqlError 42804 they do not fit any more */
export function referencesOver(
  table: TableSchema,
  isMeant: (column: number) => boolean,
  state: CatalogState,
): Reference[] {
  const references = new Map<number, Reference>()
  for (const constraint of table.constraints) {
    if (constraint.kind === 'foreign key' && constraint.columns.some(isMeant))
      references.set(constraint.oid, { table, constraint })
  }
  for (const { tableOid, constraint } of table.referencedBy) {
    if (constraint.referencedColumns.some(isMeant))
      references.set(constraint.oid, { table: state.tableByOid(tableOid)!, constraint })
  }
  for (const { table: own, constraint } of references.values()) {
    const referenced = state.tableByOid(constraint.referencedOid)!
    constraint.columns.forEach((column, i) => {
      requireComparable(
        constraint.name,
        own.columns[column],
        referenced.columns[constraint.referencedColumns[i]],
      )
    })
  }
  return [...references.values()]
}
