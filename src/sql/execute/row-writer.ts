/**
 * Rows on their way into one table: generated columns, NOT NULL and CHECK, then the typed table with its indexes.
 *
 * The row lies in registers, by the relation that the table's expressions name (`expressions.row`).
 */

import { type CoppiceError, isCoppiceError } from '../../base/errors.ts'
import type { TypeNode } from '../../table/type-node.ts'
import type { TableExpressions } from '../bind/bound.ts'
import { keyColumnsOf } from '../catalog/row-key.ts'
import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import type { AnyWritableRecordTable } from '../storage/any-table.ts'
import { columnStorage } from '../storage/column-storage.ts'
import type { DataSource } from '../storage/data-source.ts'
import { outputFunction } from '../types/input-output.ts'
import { compile, type Evaluate, type ExpressionScope } from './expression.ts'
import { generatesFor } from './generate/policy.ts'
import { generateRecord, type MakeRecord } from './generate/record-code.ts'
import { duplicate, IndexKey } from './index-key.ts'
import type { RegisterFile } from './registers.ts'

export class RowWriter {
  readonly table: TableSchema
  /** By column. */
  readonly registers: readonly number[]
  private readonly scope: ExpressionScope
  private readonly generated: readonly { readonly register: number; readonly evaluate: Evaluate }[]
  private readonly notNull: readonly { readonly register: number; readonly column: ColumnSchema }[]
  private readonly checks: readonly { readonly name: string; readonly evaluate: Evaluate }[]
  private readonly defaults: readonly (Evaluate | undefined)[]
  private readonly toStored: readonly (((value: Value) => Value) | undefined)[]
  /** Takes the key that the typed table has given a row; undefined: it gives none. */
  private readonly numbered: ((key: Value, registers: RegisterFile) => void) | undefined
  /** The columns by which the typed table has its rows. */
  private readonly keyColumns: readonly number[]
  /** By index, those that are unique. */
  private readonly uniqueKeys: readonly (IndexKey | undefined)[]
  /** Records made so far, and what makes them once they are many. */
  private recordCount = 0
  private makeRecord: MakeRecord | undefined

  constructor(table: TableSchema, expressions: TableExpressions, scope: ExpressionScope) {
    this.table = table
    this.scope = scope
    this.registers = table.columns.map((_, column) => scope.registers.of(expressions.row.id, column))
    this.generated = expressions.generated.flatMap((e, column) =>
      e === undefined ? [] : [{ register: this.registers[column], evaluate: compile(e, scope) }],
    )
    this.notNull = table.columns.flatMap((column, i) =>
      column.isNotNull && !column.isHidden ? [{ register: this.registers[i], column }] : [],
    )
    this.checks = expressions.checks.map(({ name, expression }) => ({
      name,
      evaluate: compile(expression, scope),
    }))
    this.defaults = expressions.defaults.map(e => (e === undefined ? undefined : compile(e, scope)))
    this.toStored = table.columns.map(({ type, storedNode }) => columnStorage(type, storedNode).toStored)
    this.numbered = this.takingNumber()
    this.keyColumns = keyColumnsOf(table)
    this.uniqueKeys = table.indexes.map((index, number) =>
      index.isUnique && index.storedName !== undefined
        ? new IndexKey(table, number, expressions, scope)
        : undefined,
    )
  }

  private takingNumber(): ((key: Value, registers: RegisterFile) => void) | undefined {
    const { columns } = this.table
    const number = columns.findIndex(column => column.isHidden || column.isNumbered)
    if (number < 0) return undefined
    const register = this.registers[number]
    // As it is read: by its keys it is known what the statement has changed.
    const { type, storedNode } = columns[number]
    const { fromStored } = columnStorage(type, storedNode)
    return (key, registers) => {
      registers[register] = fromStored === undefined ? key : fromStored(key)
    }
  }

  /** A row that is equal to the one in the registers to a unique index, by number. */
  findEqual(index: number, data: DataSource, registers: RegisterFile): Value[] | undefined {
    return this.uniqueKeys[index]!.findEqual(data, registers, 1)[0]
  }

  defaultOf(column: number, registers: RegisterFile): Value {
    return this.defaults[column]?.(registers) ?? null
  }

  valuesIn(registers: RegisterFile): Value[] {
    return this.registers.map(register => registers[register])
  }

  /** No column has a value. */
  clear(registers: RegisterFile): void {
    for (let i = 0; i < this.registers.length; i++) registers[this.registers[i]] = null
  }

  setValues(values: readonly Value[], registers: RegisterFile): void {
    for (let i = 0; i < values.length; i++) registers[this.registers[i]] = values[i]
  }

  /**
   * Computes what is generated, and checks the row.
   * @param isNew the typed table may number it
   * @throws SqlError 23502, 23514
   */
  complete(registers: RegisterFile, isNew = false): void {
    if (this.generated.length > 0) this.generate(registers)
    for (const { register, column } of this.notNull) {
      if (registers[register] === null && !(isNew && column.isNumbered)) this.refuseNull(column, registers)
    }
    if (this.checks.length === 0) return
    const violated = this.violatedCheck(registers)
    if (violated !== undefined) throw this.checkViolation(violated, registers)
  }

  private refuseNull({ name }: ColumnSchema, registers: RegisterFile): never {
    const { table } = this
    throw new SqlError(
      '23502',
      `null value in column "${name}" of relation "${table.name}" violates not-null constraint`,
      { schema: table.schema, table: table.name, column: name, detail: this.failingRow(registers) },
    )
  }

  generate(registers: RegisterFile): void {
    for (const { register, evaluate } of this.generated) registers[register] = evaluate(registers)
  }

  /** The name of the first check that is false; undefined: none is. */
  violatedCheck(registers: RegisterFile): string | undefined {
    for (const { name, evaluate } of this.checks) if (evaluate(registers) === false) return name
    return undefined
  }

  checkViolation(constraint: string, registers: RegisterFile): SqlError {
    const { schema, name } = this.table
    return new SqlError('23514', `new row for relation "${name}" violates check constraint "${constraint}"`, {
      schema,
      table: name,
      constraint,
      detail: this.failingRow(registers),
    })
  }

  failingRow(registers: RegisterFile): string {
    const values = this.table.columns.flatMap((column, i) =>
      column.isHidden ? [] : [this.textOf(i, registers)],
    )
    return `Failing row contains (${values.join(', ')}).`
  }

  /** The row as the typed table takes it. */
  recordOf(registers: RegisterFile): Record<string, unknown> {
    if (this.makeRecord !== undefined) return this.makeRecord(registers)
    const { columns } = this.table
    // What the table numbers may be left out.
    if (this.numbered === undefined && generatesFor(this.recordCount++)) {
      this.makeRecord = generateRecord(
        columns.map(({ storedName }, i) => ({
          storedName,
          register: this.registers[i],
          toStored: this.toStored[i],
        })),
      )
      return this.makeRecord(registers)
    }
    const record: Record<string, unknown> = {}
    for (let i = 0; i < columns.length; i++) {
      const value = registers[this.registers[i]]
      if (value === null) {
        // Such a number is given by the table.
        const isNumber = columns[i].isHidden || columns[i].isNumbered === true
        if (!isNumber) record[columns[i].storedName] = null
        continue
      }
      const convert = this.toStored[i]
      record[columns[i].storedName] = convert === undefined ? value : convert(value)
    }
    return record
  }

  insert(target: AnyWritableRecordTable, registers: RegisterFile): void {
    const record = this.recordOf(registers)
    try {
      const key = target.insert(record)
      if (this.numbered !== undefined) this.numbered(key as Value, registers)
    } catch (error) {
      throw this.asSqlError(error, registers)
    }
  }

  update(target: AnyWritableRecordTable, old: readonly Value[], registers: RegisterFile): void {
    const record = this.recordOf(registers)
    try {
      if (this.keepsKey(old, registers)) target.overwrite(record as never)
      else target.update(storedKeyOf(this.table, old) as never, record as never)
    } catch (error) {
      throw this.asSqlError(error, registers)
    }
  }

  /** Whether the row in the registers has the primary key of `old`, without doubt; a value may have several forms. */
  private keepsKey(old: readonly Value[], registers: RegisterFile): boolean {
    const { registers: places } = this
    return this.keyColumns.every(column => old[column] === registers[places[column]])
  }

  delete(target: AnyWritableRecordTable, old: readonly Value[]): boolean {
    return target.delete(storedKeyOf(this.table, old) as never)
  }

  /** What the typed table refused, in PostgreSQL's words. */
  private asSqlError(error: unknown, registers: RegisterFile): unknown {
    const { table } = this
    if (isCoppiceError(error, 'KEY_EXISTS')) {
      const index = table.indexes.find(one => one.isPrimary)
      const values = keyColumnsOf(table).map(column => registers[this.registers[column]])
      if (index !== undefined) return duplicate(table, index, values, this.scope.context)
    }
    if (isCoppiceError(error, 'UNIQUE_VIOLATION')) {
      const key = this.uniqueKeys.find(one => one?.index.storedName === error.details.index)
      if (key !== undefined) return key.duplicate(registers)
    }
    if (isCoppiceError(error, 'KEY_TOO_LONG')) {
      return new SqlError('54000', error.message, { table: table.name, cause: error })
    }
    if (isCoppiceError(error, 'INVALID_VALUE') || isCoppiceError(error, 'INVALID_KEY')) {
      const column = table.columns.find(one => one.storedName === error.details.column)
      if (column?.storedNode !== undefined) return refused(error, table, column.name, column.storedNode)
    }
    return error
  }

  private textOf(column: number, registers: RegisterFile): string {
    const value = registers[this.registers[column]]
    return value === null
      ? 'null'
      : outputFunction(this.table.columns[column].type)(value, this.scope.context)
  }
}

const INTEGERS: ReadonlySet<TypeNode['kind']> = new Set([
  ...(['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64', 'int', 'bigint'] as const),
])

/** A value that SQL's type of the column has, and its type in TypeScript has not. */
function refused(
  error: CoppiceError,
  { name: table }: TableSchema,
  column: string,
  { kind }: TypeNode,
): SqlError {
  const sqlstate = INTEGERS.has(kind) ? '22003' : kind === 'enum' ? '22P02' : '22023'
  return new SqlError(sqlstate, error.message, { table, column, cause: error })
}

/** The primary key of a row, as the typed table takes it. */
export function storedKeyOf(table: TableSchema, values: readonly Value[]): unknown {
  const parts = keyColumnsOf(table).map(column => {
    const { type, storedNode } = table.columns[column]
    const { toStored } = columnStorage(type, storedNode)
    return toStored === undefined ? values[column] : toStored(values[column])
  })
  return parts.length === 1 ? parts[0] : parts
}
