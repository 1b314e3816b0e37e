/** What is known of a change before it runs, by its statement and the definition of its table. */

import type { BoundAssignment, BoundChange, BoundExpression } from '../bind/bound.ts'
import type { ConstraintSchema, TableSchema } from '../catalog/schema.ts'
import {
  BOOL,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  NUMERIC,
  OID,
  type SqlType,
  withoutDomain,
} from '../types/type.ts'
import { CheckQueue, mustBeTold } from './foreign-keys.ts'

export interface ChangeFacts {
  /** The source may bring one row of the table several times. */
  readonly mayMeetTwice: boolean
  /** It deletes all rows of the table, and nobody asks which these were. */
  readonly isOfAllRows: boolean
  /** It deletes rows, and nobody asks which these were but by their keys. */
  readonly deletesByKey: boolean
  /** Something is evaluated or checked when a row was changed. */
  readonly looksAfterwards: boolean
  /** Of that, something may fail. */
  readonly failsAfterwards: boolean
  /** Nothing else of it may fail than the references of a row that is inserted, or to one that is deleted. */
  readonly failsByReferences: boolean
}

export function factsOf(change: BoundChange): ChangeFacts {
  const { returning, table } = change
  const returnsPlainly =
    returning === undefined || returning.targets.every(one => isPlain(one) && isAlwaysGiven(one.type))
  return {
    mayMeetTwice: mayMeetRowsTwice(change),
    isOfAllRows: deletesAllRows(change),
    deletesByKey: deletesByKey(change),
    looksAfterwards: returning !== undefined || CheckQueue.hasChecks(table),
    failsAfterwards: !returnsPlainly || isLookedAt(change),
    failsByReferences: returnsPlainly && failsByReferences(change),
  }
}

/** A value that is there: to compute it cannot fail. */
function isPlain(e: BoundExpression): boolean {
  return e.kind === 'column' || e.kind === 'constant' || (e.kind === 'relabel' && isPlain(e.operand))
}

const ALWAYS_GIVEN: ReadonlySet<SqlType> = new Set([BOOL, INT2, INT4, INT8, OID, FLOAT4, FLOAT8, NUMERIC])

/**
 * Whether the caller gets every value of the type, in whatever form it asks for. Of others there are values that it cannot have, a
 * timestamptz as a Date among them: then the statement has failed, and what it has changed is undone.
 */
function isAlwaysGiven(type: SqlType): boolean {
  const plain = withoutDomain(type)
  return ALWAYS_GIVEN.has(plain) || plain.category === 'S' || plain.category === 'E' || plain.name === 'uuid'
}

/** Whether checks or actions may follow, of foreign keys or of keys that are deferrable. */
function isLookedAt(change: BoundChange): boolean {
  const { table } = change
  switch (change.kind) {
    case 'insert': {
      const { onConflict } = change
      if (onConflict?.action === 'update' && isUpdateLookedAt(table, onConflict.set)) return true
      return table.constraints.some(mustBeTold)
    }
    case 'delete':
      return table.referencedBy.length > 0
    case 'update':
      return isUpdateLookedAt(table, change.set)
    case 'merge':
      return CheckQueue.hasChecks(table)
  }
}

/** What an update leaves as it is, nothing follows from. */
function isUpdateLookedAt(
  { columns, constraints, referencedBy }: TableSchema,
  set: readonly BoundAssignment[],
): boolean {
  const isChanged = (column: number) =>
    columns[column].generatedText !== undefined || set.some(one => one.column === column)
  const tellsOf = (constraint: ConstraintSchema) =>
    mustBeTold(constraint) && constraint.kind !== 'check' && constraint.columns.some(isChanged)
  return (
    constraints.some(tellsOf) ||
    referencedBy.some(({ constraint }) => constraint.referencedColumns.some(isChanged))
  )
}

function failsByReferences(change: BoundChange): boolean {
  const { constraints, referencedBy } = change.table
  switch (change.kind) {
    case 'insert': {
      const told = constraints.filter(mustBeTold)
      const isOnlyInserting = change.onConflict?.action !== 'update'
      return isOnlyInserting && told.length > 0 && told.every(one => one.kind === 'foreign key')
    }
    case 'delete':
      return referencedBy.length > 0
    default:
      return false
  }
}

function deletesByKey(change: BoundChange): boolean {
  const hasIndexes = change.table.indexes.some(index => index.storedName !== undefined)
  return (
    change.kind === 'delete' &&
    change.from.kind === 'table' &&
    change.returning === undefined &&
    change.table.storedKind === 'records' &&
    !hasIndexes
  )
}

function deletesAllRows(change: BoundChange): boolean {
  return (
    change.kind === 'delete' &&
    change.from.kind === 'table' &&
    change.where === undefined &&
    change.returning === undefined
  )
}

/** A scan of the table alone brings each of its rows once, and so do the semi-joins of its conditions. */
function mayMeetRowsTwice(change: BoundChange): boolean {
  switch (change.kind) {
    case 'insert':
      return change.onConflict?.action === 'update'
    case 'update':
    case 'delete':
      return change.from.kind !== 'table'
    case 'merge':
      return true
  }
}
