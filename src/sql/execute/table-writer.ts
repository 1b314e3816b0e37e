/** Changes of one table by rows of values: what cascades make. Has registers of its own. */

import { assert } from '../../base/assert.ts'
import type { CascadedKey, TableExpressions } from '../bind/bound.ts'
import type { ForeignKeySchema, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { WritableDataSource } from '../storage/write-access.ts'
import { compile, type Evaluate, type ExpressionScope } from './expression.ts'
import type { CheckQueue } from './foreign-keys.ts'
import { type RegisterFile, RegisterMap } from './registers.ts'
import { RowWriter } from './row-writer.ts'
import { refusingCall } from './waiting-call.ts'

/** A scope for expressions over one row, in which subqueries do not occur. */
export class RowScope implements ExpressionScope {
  readonly registers = new RegisterMap(0)
  readonly file: RegisterFile = []
  /** Of the execution that runs; set before each. */
  context: EvaluationContext

  constructor(context: EvaluationContext) {
    this.context = context
  }
  subquery(): Evaluate {
    return assert(false, 'definitions have no subqueries') as never
  }
  wholeRow(): Evaluate {
    return assert(false, 'definitions have no whole rows') as never
  }
  groupingSets(): readonly (readonly number[])[] {
    return []
  }
  waiting(evaluate: Evaluate): Evaluate {
    return refusingCall(evaluate)
  }
  /** Once everything is compiled: all registers are there, and null. */
  prepare(): void {
    for (let i = this.file.length; i < this.registers.count; i++) this.file.push(null)
  }
}

export class TableWriter {
  private readonly data: WritableDataSource
  private readonly table: TableSchema
  private readonly scope: RowScope
  private readonly rows: RowWriter
  /** By oid of the foreign key, where values do not go over as they are. */
  private readonly cascadedKeys = new Map<number, (row: readonly Value[]) => readonly Value[]>()

  constructor(
    data: WritableDataSource,
    table: TableSchema,
    expressions: TableExpressions,
    context: EvaluationContext,
  ) {
    this.data = data
    this.table = table
    this.scope = new RowScope(context)
    this.rows = new RowWriter(table, expressions, this.scope)
    for (const [oid, key] of expressions.cascadedKeys ?? []) this.cascadedKeys.set(oid, this.reader(key))
    this.scope.prepare()
  }

  private reader({ row, values }: CascadedKey): (row: readonly Value[]) => readonly Value[] {
    const { scope } = this
    const registers = row.columns.map((_, column) => scope.registers.of(row.id, column))
    const evaluations = values.map(value => compile(value, scope))
    return referenced => {
      registers.forEach((register, column) => {
        scope.file[register] = referenced[column]
      })
      return evaluations.map(evaluate => evaluate(scope.file))
    }
  }

  /** What the foreign key's columns are when the row that they refer to is this one. */
  keyFrom({ oid, referencedColumns }: ForeignKeySchema, referenced: readonly Value[]): readonly Value[] {
    return this.cascadedKeys.get(oid)?.(referenced) ?? referencedColumns.map(column => referenced[column])
  }

  defaultOf(column: number): Value {
    return this.rows.defaultOf(column, this.scope.file)
  }

  delete(old: readonly Value[], checks: CheckQueue): void {
    if (this.rows.delete(this.data.records(this.table), old)) checks.changed(this.table, old, undefined)
  }

  update(old: readonly Value[], row: readonly Value[], checks: CheckQueue): void {
    const { file } = this.scope
    this.rows.setValues(row, file)
    this.rows.complete(file)
    this.rows.update(this.data.records(this.table), old, file)
    const stored = this.rows.valuesIn(file)
    checks.changed(this.table, old, stored)
    checks.stored(this.table, stored, old)
  }
}
