/**
 * Rows of the typed table, held to what SQL says of them: by the same expressions as the rows of statements, and the same
 * `RowWriter`. It sees one row at a time and knows no other tables (foreign-keys.ts does).
 *
 * A row's values are read into registers only where an expression or a constraint reads them.
 */

import { assert } from '../../base/assert.ts'
import type { Row } from '../../table/record-shape.ts'
import type { Claim } from '../../table/rulebook.ts'
import type { StoredRecords } from '../../table/stored-table.ts'
import { makeCopier } from '../../table/value-copy.ts'
import type { BoundExpression, TableExpressions } from '../bind/bound.ts'
import { columnsIn, contains } from '../bind/walk.ts'
import type { ColumnSchema, TableSchema } from '../catalog/schema.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { columnStorage } from '../storage/column-storage.ts'
import { outputFunction } from '../types/input-output.ts'
import { compile, type Evaluate } from './expression.ts'
import { mustBeTold } from './foreign-keys.ts'
import type { RegisterFile } from './registers.ts'
import { RowWriter } from './row-writer.ts'
import { RowScope } from './table-writer.ts'

interface TypedColumn {
  readonly number: number
  readonly schema: ColumnSchema
  /** As the typed table calls it. */
  readonly name: string
  readonly register: number
  /** Whether an expression or a constraint reads it. */
  readonly isRead: boolean
  readonly isGenerated: boolean
  /** What a value that was given becomes. */
  readonly entry: Evaluate | undefined
  readonly copy: (value: unknown) => unknown
  readonly toStored: ((value: Value) => Value) | undefined
  readonly fromStored: ((value: Value) => Value) | undefined
}

export class TypedRow {
  readonly table: TableSchema
  /** Columns that a record may leave out, by their stored names. */
  readonly filled: ReadonlySet<string>
  private readonly columns: readonly TypedColumn[]
  private readonly defaulted: readonly TypedColumn[]
  private readonly generated: readonly TypedColumn[]
  private readonly entering: readonly TypedColumn[]
  /** Those of `defaulted` whose default takes the next number of a sequence. */
  private readonly numbered: readonly TypedColumn[]
  private readonly rows: RowWriter
  private readonly scope: RowScope

  constructor(
    table: TableSchema,
    stored: StoredRecords,
    expressions: TableExpressions,
    entries: readonly (BoundExpression | undefined)[],
    context: EvaluationContext,
  ) {
    this.table = table
    this.scope = new RowScope(context)
    this.rows = new RowWriter(table, expressions, this.scope)
    const read = columnsRead(table, expressions)
    this.columns = table.columns.map((schema, number): TypedColumn => {
      const { storedName: name, type, modifier, storedNode } = schema
      const typed = stored.columns.find(one => one.name === name)
      assert(typed !== undefined, 'the typed table has the columns that SQL knows')
      const role = stored.primaryKey.some(part => part.column === name) ? 'key' : 'value'
      const entry = entries[number]
      const { toStored, fromStored } = columnStorage(type, storedNode, modifier)
      return {
        number,
        schema,
        name,
        register: this.rows.registers[number],
        isRead: entry !== undefined || read.has(number),
        isGenerated: schema.generatedText !== undefined,
        entry: entry && compile(entry, this.scope),
        copy: makeCopier(table.storedName, name, typed.node, role),
        toStored,
        fromStored,
      }
    })
    const { defaults } = expressions
    this.generated = this.columns.filter(column => column.isGenerated)
    this.entering = this.columns.filter(column => column.entry !== undefined && !column.isGenerated)
    this.defaulted = this.columns.filter(
      column => defaults[column.number] !== undefined && !column.isGenerated,
    )
    this.numbered = this.defaulted.filter(column => contains(defaults[column.number]!, takesNumber))
    this.filled = new Set([...this.defaulted, ...this.generated].map(({ name }) => name))
    this.scope.prepare()
  }

  /** From now on expressions are evaluated with this. */
  use(context: EvaluationContext): void {
    this.scope.context = context
  }

  /** Whether completing the row changes something else: where a sequence stands. */
  takesNumbers(row: Row): boolean {
    return this.numbered.some(({ name }) => row[name] === undefined)
  }

  /**
   * Gives columns that were left out their defaults, computes what is generated, and checks the row. Returns values that were
   * given for what is made here, if there are any: whether they may be is not for the row alone to say.
   * @throws SqlError 23514 and what expressions throw; CoppiceError INVALID_KEY, INVALID_VALUE
   */
  complete(row: Row): Claim[] | undefined {
    const { file } = this.scope
    const claims: Claim[] = []
    for (const column of this.defaulted) {
      const { name, number, schema } = column
      const value = row[name]
      if (value === undefined) row[name] = storedValue(column, this.rows.defaultOf(number, file))
      else if (schema.identity === 'always') claims.push({ column: name, value })
    }
    for (const column of this.columns) if (!column.isGenerated) this.load(column, row)
    for (const column of this.entering) {
      file[column.register] = column.entry!(file)
      row[column.name] = storedValue(column, file[column.register])
    }
    this.rows.generate(file)
    for (const column of this.generated) {
      const { name, register } = column
      const value = row[name]
      row[name] = storedValue(column, file[register])
      if (value !== undefined && !this.isStored(name, value, row[name])) claims.push({ column: name, value })
    }
    const violated = this.rows.violatedCheck(file)
    if (violated !== undefined) throw this.rows.checkViolation(violated, this.wholeIn(row))
    return claims.length === 0 ? undefined : claims
  }

  /** Takes a value of the caller's: checked, and with nothing of theirs in it. */
  private load(column: TypedColumn, row: Row): void {
    const { name, isRead, schema } = column
    let value = row[name]
    const isMissing = value === null || value === undefined
    if (
      isRead ||
      (typeof value === 'object' && value !== null) ||
      (isMissing && schema.isNotNull && !schema.isHidden)
    ) {
      value = column.copy(value)
      row[name] = value
    }
    if (isRead) this.scope.file[column.register] = sqlValue(column, value)
  }

  /** The registers, with all values of the row in them. */
  private wholeIn(row: Row): RegisterFile {
    const { file } = this.scope
    for (const column of this.columns) {
      const { isGenerated, isRead, schema } = column
      if (isGenerated || isRead || schema.isHidden) continue
      file[column.register] = sqlValue(column, column.copy(row[column.name]))
    }
    return file
  }

  /** Whether two values of a column are stored alike. */
  isStored(name: string, given: unknown, value: unknown): boolean {
    const column = this.columns.find(one => one.name === name)!
    const text = (typed: unknown) => {
      const value = sqlValue(column, typed)
      return value === null ? null : outputFunction(column.schema.type)(value, this.scope.context)
    }
    return text(column.copy(given)) === text(value)
  }

  /** Values of SQL by column, of those that constraints read. The row was stored, or is about to be. */
  valuesOf(row: Row): Value[] {
    return this.columns.map(column => (column.isRead ? sqlValue(column, row[column.name]) : null))
  }
}

function sqlValue({ fromStored }: TypedColumn, value: unknown): Value {
  return value === null || fromStored === undefined ? (value as Value) : fromStored(value)
}

function storedValue({ toStored }: TypedColumn, value: Value): unknown {
  return value === null || toStored === undefined ? value : toStored(value)
}

function takesNumber(e: BoundExpression): boolean {
  return e.kind === 'call' && e.function.name === 'nextval'
}

/** The columns that expressions and constraints of a table read. */
function columnsRead(table: TableSchema, expressions: TableExpressions): ReadonlySet<number> {
  const { row, generated, checks } = expressions
  const computed = [...generated, ...checks.map(check => check.expression)]
  const referred = table.referencedBy.flatMap(({ constraint }) => constraint.referencedColumns)
  const own = table.constraints.flatMap(one => (one.kind === 'check' || !mustBeTold(one) ? [] : one.columns))
  return new Set([...columnsIn(computed, row.id), ...referred, ...own])
}
