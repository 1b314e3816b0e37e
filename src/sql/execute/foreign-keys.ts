/**
 * Foreign keys: what a change of one table means for those that refer to it and those that it refers to.
 *
 * A check that is not deferred runs at the end of the statement; a deferred one when the transaction commits, or when SET
 * CONSTRAINTS says so. RESTRICT runs at once. Cascades are changes like any others, and cascade further.
 */

import type { ForeignKeySchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import type { PendingReference, WritableDataSource } from '../storage/write-access.ts'
import { equality } from '../types/compare.ts'
import { outputFunction } from '../types/input-output.ts'
import { findRows } from './row-lookup.ts'
import type { TableWriter } from './table-writer.ts'

/** References that are checked at the end of a statement. */
export class ReferenceQueue {
  private readonly data: WritableDataSource
  private readonly context: EvaluationContext
  private readonly writerOf: (table: TableSchema) => TableWriter
  private readonly pending: PendingReference[] = []

  constructor(
    data: WritableDataSource,
    context: EvaluationContext,
    writerOf: (table: TableSchema) => TableWriter,
  ) {
    this.data = data
    this.context = context
    this.writerOf = writerOf
  }

  /** A row refers now as its values say. `old`: as it was before; unchanged references need no look. */
  refers(table: TableSchema, row: readonly Value[], old: readonly Value[] | undefined): void {
    for (const constraint of table.constraints) {
      if (constraint.kind !== 'foreign key') continue
      const values = constraint.columns.map(column => row[column])
      if (old !== undefined && isSame(table, constraint.columns, row, old)) continue
      if (isExempt(constraint, values, table)) continue
      this.add({ table, constraint, values, side: 'referring' })
    }
  }

  /** A row's values have gone (`row` is undefined), or have become others. */
  changed(table: TableSchema, old: readonly Value[], row: readonly Value[] | undefined): void {
    for (const { tableOid, constraint } of table.referencedBy) {
      const columns = constraint.referencedColumns
      if (row !== undefined && isSame(table, columns, row, old)) continue
      const values = columns.map(column => old[column])
      if (values.includes(null)) continue
      const referring = this.data.tableByOid(tableOid)
      const action = row === undefined ? constraint.onDelete : constraint.onUpdate
      const reference: PendingReference = { table: referring, constraint, values, side: 'referred' }
      if (action === 'no action') this.add(reference)
      else if (action === 'restrict') checkReference(this.data, reference, this.context)
      else this.cascade(referring, constraint, values, action, row)
    }
  }

  private cascade(
    referring: TableSchema,
    constraint: ForeignKeySchema,
    values: readonly Value[],
    action: 'cascade' | 'set null' | 'set default',
    row: readonly Value[] | undefined,
  ): void {
    const writer = this.writerOf(referring)
    for (const old of findRows(this.data, referring, constraint.columns, values)) {
      if (action === 'cascade' && row === undefined) {
        writer.delete(old, this)
        continue
      }
      const changed = [...old]
      const only =
        row === undefined && constraint.onDeleteColumns.length > 0 ? constraint.onDeleteColumns : undefined
      constraint.columns.forEach((column, i) => {
        if (only !== undefined && !only.includes(column)) return
        if (action === 'cascade') changed[column] = row![constraint.referencedColumns[i]]
        else changed[column] = action === 'set null' ? null : writer.defaultOf(column)
      })
      writer.update(old, changed, this)
    }
  }

  private add(reference: PendingReference): void {
    if (this.data.isDeferred(reference.constraint)) this.data.defer(reference)
    else this.pending.push(reference)
  }

  /** The statement is over. @throws SqlError 23503 */
  check(): void {
    for (const reference of this.pending.splice(0)) checkReference(this.data, reference, this.context)
  }
}

/** Whether a reference holds in the state as it is. @throws SqlError 23503 */
export function checkReference(
  data: DataSource & Pick<WritableDataSource, 'tableByOid'>,
  { table, constraint, values, side }: PendingReference,
  context: EvaluationContext,
): void {
  const { columns, referencedColumns, name } = constraint
  const referred = data.tableByOid(constraint.referencedOid)
  if (findRows(data, referred, referencedColumns, values, 1).length > 0) return
  // The row that referred so may have gone meanwhile.
  if (findRows(data, table, columns, values, 1).length === 0) return
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
  throw new SqlError(
    '23503',
    `update or delete on table "${referred.name}" violates foreign key constraint "${name}" on table "${table.name}"`,
    {
      schema: table.schema,
      table: table.name,
      constraint: name,
      detail: `${shown(referred, referencedColumns)} is still referenced from table "${table.name}".`,
    },
  )
}

/** MATCH SIMPLE: one null frees the row. MATCH FULL: all or none. */
function isExempt(constraint: ForeignKeySchema, values: readonly Value[], table: TableSchema): boolean {
  const nulls = values.filter(value => value === null).length
  if (nulls === 0) return false
  if (constraint.match === 'full' && nulls < values.length) {
    throw new SqlError(
      '23503',
      `insert or update on table "${table.name}" violates foreign key constraint "${constraint.name}"`,
      {
        schema: table.schema,
        table: table.name,
        constraint: constraint.name,
        detail: 'MATCH FULL does not allow mixing of null and nonnull key values.',
      },
    )
  }
  return true
}

function isSame(
  table: TableSchema,
  columns: readonly number[],
  a: readonly Value[],
  b: readonly Value[],
): boolean {
  return columns.every(column => {
    const [x, y] = [a[column], b[column]]
    return x === null || y === null ? x === y : equality(table.columns[column].type)(x, y)
  })
}
