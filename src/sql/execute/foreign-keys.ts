/**
 * Foreign keys: what a change of one table means for those that refer to it and those that it refers to.
 *
 * A check (pending-checks.ts) that is not deferred runs at the end of the statement; a deferred one when the transaction
 * commits, or when SET CONSTRAINTS says so. Actions run at the end of the statement, too, RESTRICT among them: all in the order
 * in which the rows were changed, as PostgreSQL's triggers do. Cascades are changes like any others, and cascade further: what
 * follows from them comes after what is waiting already, so RESTRICT sees rows that a later action would have taken away.
 */

import type { ConstraintSchema, ForeignKeySchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { PendingCheck, PendingReference, WritableDataSource } from '../storage/write-access.ts'
import { equality } from '../types/compare.ts'
import { asReferred, asReferring } from './key-values.ts'
import type { Pause } from './pause.ts'
import { checkPending, isKeyTwice } from './pending-checks.ts'
import { findRows } from './row-lookup.ts'
import type { TableWriter } from './table-writer.ts'

/** What is checked at the end of a statement. */
export class CheckQueue {
  private readonly data: WritableDataSource
  private readonly context: EvaluationContext
  private readonly writerOf: (table: TableSchema) => TableWriter
  private readonly waiting: (() => void)[] = []
  private next = 0

  constructor(
    data: WritableDataSource,
    context: EvaluationContext,
    writerOf: (table: TableSchema) => TableWriter,
  ) {
    this.data = data
    this.context = context
    this.writerOf = writerOf
  }

  /** Whether changes of a table's rows are followed by any checks or actions. */
  static hasChecks({ constraints, referencedBy }: TableSchema): boolean {
    return referencedBy.length > 0 || constraints.some(mustBeTold)
  }

  /**
   * Whether a row that is to be stored refers to rows that are there: then nothing is to be checked when it is. False: that is
   * not known.
   */
  refersSurely(table: TableSchema, row: readonly Value[]): boolean {
    const { data, context } = this
    for (const constraint of table.constraints) {
      if (constraint.kind === 'check' || !mustBeTold(constraint)) continue
      if (constraint.kind !== 'foreign key' || data.isDeferred(constraint)) return false
      const values = constraint.columns.map(column => row[column])
      if (values.includes(null)) {
        if (constraint.match === 'full' && values.some(value => value !== null)) return false
        continue
      }
      const referred = data.tableByOid(constraint.referencedOid)
      const key = asReferred(constraint, table, referred, values)
      if (key === undefined) return false
      if (findRows(data, referred, constraint.referencedColumns, key, context, 1).length === 0) return false
    }
    return true
  }

  /** Whether no row refers to this one, not even the row itself: then nothing follows when it is removed. False: that is not known. */
  isUnreferenced(table: TableSchema, row: readonly Value[]): boolean {
    const { data, context } = this
    for (const { tableOid, constraint } of table.referencedBy) {
      if (constraint.isEnforced === false) continue
      const values = constraint.referencedColumns.map(column => row[column])
      if (values.includes(null)) continue
      // What waits for the commit is noted, even if there is nothing: until then its tables stay as they are.
      if (data.isDeferred(constraint)) return false
      const referring = data.tableByOid(tableOid)
      const key = asReferring(constraint, referring, table, values)
      if (key === undefined) continue
      if (findRows(data, referring, constraint.columns, key, context, 1).length > 0) return false
    }
    return true
  }

  /** A row is stored: it refers as its values say, and has its keys. `old`: as it was before; what is the same needs no look. */
  stored(table: TableSchema, row: readonly Value[], old: readonly Value[] | undefined): void {
    for (const constraint of table.constraints) {
      if (constraint.kind === 'check' || !mustBeTold(constraint)) continue
      const values = constraint.columns.map(column => row[column])
      if (old !== undefined && isSame(table, constraint.columns, row, old)) continue
      if (constraint.kind !== 'foreign key') {
        const check: PendingCheck = { kind: 'key', table, constraint, values }
        // Who has the key alone now keeps it, unless another one comes, who will be asked.
        if (isKeyTwice(this.data, check, this.context)) this.add(check)
        continue
      }
      // A new row that waits keeps its table as it is, even if it refers to nothing.
      if (isExempt(constraint, values, table) && (old !== undefined || !this.data.isDeferred(constraint)))
        continue
      this.add({ kind: 'reference', table, constraint, values, side: 'referring' })
    }
  }

  /** A row's values have gone (`row` is undefined), or have become others. */
  changed(table: TableSchema, old: readonly Value[], row: readonly Value[] | undefined): void {
    this.data.watch?.(table, old, row)
    for (const { tableOid, constraint } of table.referencedBy) {
      if (constraint.isEnforced === false) continue
      const columns = constraint.referencedColumns
      if (row !== undefined && isSame(table, columns, row, old)) continue
      const values = columns.map(column => old[column])
      if (values.includes(null)) continue
      const referring = this.data.tableByOid(tableOid)
      const action = row === undefined ? constraint.onDelete : constraint.onUpdate
      const reference: PendingReference = {
        kind: 'reference',
        table: referring,
        constraint,
        values,
        side: 'referred',
      }
      if (action === 'no action') this.add(reference)
      else if (action === 'restrict') {
        this.waiting.push(() => checkPending(this.data, { ...reference, side: 'restricted' }, this.context))
      } else {
        this.waiting.push(() => this.cascade(referring, constraint, values, action, row))
        // The default may be the very value that has gone.
        if (action === 'set default')
          this.waiting.push(() => checkPending(this.data, reference, this.context))
      }
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
    const { context } = this
    const was = asReferring(constraint, referring, this.data.tableByOid(constraint.referencedOid), values)
    if (was === undefined) return
    const key = action === 'cascade' && row !== undefined ? writer.keyFrom(constraint, row) : undefined
    for (const old of findRows(this.data, referring, constraint.columns, was, context)) {
      context.checkCancelled()
      if (action === 'cascade' && row === undefined) {
        writer.delete(old, this)
        continue
      }
      const changed = [...old]
      const only =
        row === undefined && constraint.onDeleteColumns.length > 0 ? constraint.onDeleteColumns : undefined
      constraint.columns.forEach((column, i) => {
        if (only !== undefined && !only.includes(column)) return
        if (key !== undefined) changed[column] = key[i]
        else changed[column] = action === 'set null' ? null : writer.defaultOf(column)
      })
      writer.update(old, changed, this)
    }
  }

  private add(check: PendingCheck): void {
    if (this.data.isDeferred(check.constraint)) this.data.defer(check)
    else this.waiting.push(() => checkPending(this.data, check, this.context))
  }

  /** The statement is over. False when it has paused, and is to be called again. @throws SqlError 23001, 23503, 23505, 57014 */
  check(pause?: Pause): boolean {
    const { waiting, context } = this
    if (waiting.length === 0) return true
    // What runs may add more.
    while (this.next < waiting.length) {
      if (pause === undefined) context.checkCancelled()
      else if (--pause.left < 0 && pause.isDue()) return false
      waiting[this.next++]()
    }
    waiting.length = 0
    this.next = 0
    return true
  }
}

/** Whether the constraint is looked at when a row is stored, not by the row alone and not by the typed table. */
export function mustBeTold(constraint: ConstraintSchema): boolean {
  if (constraint.kind === 'foreign key') return constraint.isEnforced !== false
  return constraint.kind !== 'check' && constraint.isDeferrable
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
