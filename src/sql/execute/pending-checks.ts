/** Constraints that are looked at when a statement or a transaction ends: foreign keys, and keys that are deferrable. */

import type { KeySchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import type {
  PendingCheck,
  PendingKey,
  PendingReference,
  WritableDataSource,
} from '../storage/write-access.ts'
import { outputFunction } from '../types/input-output.ts'
import { duplicate } from './index-key.ts'
import { asReferred, asReferring } from './key-values.ts'
import { findInIndex, findRows } from './row-lookup.ts'

type CheckedData = DataSource & Pick<WritableDataSource, 'tableByOid'>

/** Whether it holds in the state as it is. @throws SqlError 23503, 23505 */
export function checkPending(data: CheckedData, check: PendingCheck, context: EvaluationContext): void {
  if (check.kind === 'reference') checkReference(data, check, context)
  else checkKey(data, check, context)
}

function checkKey(data: CheckedData, check: PendingKey, context: EvaluationContext): void {
  const { table, constraint, values } = check
  if (isKeyTwice(data, check, context)) throw duplicate(table, indexOf(table, constraint), values, context)
}

/** Whether two rows have the key just now. */
export function isKeyTwice(
  data: DataSource,
  { table, constraint, values }: PendingKey,
  context: EvaluationContext,
): boolean {
  const index = indexOf(table, constraint)
  if (values.includes(null) && !index.nullsNotDistinct) return false
  // One that salvage has lost is no help until REINDEX; null is then equal to nothing.
  if (index.isMissing) return findRows(data, table, constraint.columns, values, context, 2).length > 1
  return findInIndex(data, table, index, values, 2).length > 1
}

function indexOf(table: TableSchema, constraint: KeySchema) {
  return table.indexes.find(one => one.oid === constraint.indexOid)!
}

/** Whether a reference holds in the state as it is. @throws SqlError 23001, 23503 */
function checkReference(
  data: CheckedData,
  { table, constraint, values, side }: PendingReference,
  context: EvaluationContext,
): void {
  if (values.includes(null)) return
  const { columns, referencedColumns, name } = constraint
  const referred = data.tableByOid(constraint.referencedOid)
  const isReferring = side === 'referring'
  const wanted = isReferring ? asReferred(constraint, table, referred, values) : values
  const isThere = (key: readonly Value[]) =>
    findRows(data, referred, referencedColumns, key, context, 1).length > 0
  if (side !== 'restricted' && wanted !== undefined && isThere(wanted)) return
  // The row that referred so may have gone meanwhile.
  const own = isReferring ? values : asReferring(constraint, table, referred, values)
  if (own === undefined || findRows(data, table, columns, own, context, 1).length === 0) return
  const shown = (of: TableSchema, numbers: readonly number[]) => {
    const names = numbers.map(column => of.columns[column].name).join(', ')
    const texts = values.map((value, i) => outputFunction(of.columns[numbers[i]].type)(value, context))
    return `Key (${names})=(${texts.join(', ')})`
  }
  if (side === 'referring') {
    throw new SqlError(
      '23503',
      `insert or update on table "${table.name}" violates foreign key constraint "${name}"`,
      {
        schema: table.schema,
        table: table.name,
        constraint: name,
        detail: `${shown(table, columns)} is not present in table "${referred.name}".`,
      },
    )
  }
  const isRestricted = side === 'restricted'
  const what = isRestricted ? 'RESTRICT setting of foreign key constraint' : 'foreign key constraint'
  throw new SqlError(
    isRestricted ? '23001' : '23503',
    `update or delete on table "${referred.name}" violates ${what} "${name}" on table "${table.name}"`,
    {
      schema: table.schema,
      table: table.name,
      constraint: name,
      detail: `${shown(referred, referencedColumns)} is ${isRestricted ? '' : 'still '}referenced from table "${table.name}".`,
    },
  )
}
