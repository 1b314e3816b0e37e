/** What the row in the registers has for an index of its table: whether it is in it, by which values, and who else has them. */

import type { TableExpressions } from '../bind/bound.ts'
import type { IndexSchema, TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import { entryRange, keyShapes } from '../storage/key-range.ts'
import { outputFunction } from '../types/input-output.ts'
import { compile, compileCondition, type Evaluate, type ExpressionScope } from './expression.ts'
import type { RegisterFile } from './registers.ts'
import { wholeRowCursor } from './row-lookup.ts'

export class IndexKey {
  readonly index: IndexSchema
  private readonly table: TableSchema
  private readonly scope: ExpressionScope
  private readonly values: readonly Evaluate[]
  private readonly predicate: Evaluate | undefined

  constructor(table: TableSchema, number: number, expressions: TableExpressions, scope: ExpressionScope) {
    this.table = table
    this.scope = scope
    this.index = table.indexes[number]
    this.values = this.index.columns.map(({ column }, part): Evaluate => {
      const expression = expressions.indexExpressions[number][part]
      if (expression !== undefined) return compile(expression, scope)
      const register = scope.registers.of(expressions.row.id, column)
      return registers => registers[register]
    })
    const predicate = expressions.indexPredicates[number]
    this.predicate = predicate && compileCondition(predicate, scope)
  }

  valuesIn(registers: RegisterFile): Value[] {
    return this.values.map(value => value(registers))
  }

  /** Rows that are equal to the row in the registers as the index sees them; at most `limit`. */
  findEqual(data: DataSource, registers: RegisterFile, limit: number): Value[][] {
    if (this.predicate !== undefined && this.predicate(registers) !== true) return []
    const values = this.valuesIn(registers)
    return values.includes(null) && !this.index.nullsNotDistinct ? [] : this.rowsWith(data, values, limit)
  }

  /** The rows that the index has under these values. */
  rowsWith(data: DataSource, values: readonly Value[], limit: number): Value[][] {
    const { table, index } = this
    const shapes = keyShapes(index.columns, table)
    const cursor = wholeRowCursor(data, table, index.storedName)
    const found: Value[][] = []
    const row: Value[] = []
    cursor.open(entryRange(data.records(table), index.storedName!, shapes, values))
    while (found.length < limit && cursor.next(row)) found.push([...row])
    cursor.close()
    return found
  }

  /** `Key (a, lower(b))=(1, x)`, for messages. */
  describe(values: readonly Value[]): string {
    const { columns } = this.table
    const names = this.index.columns.map(
      ({ column, expressionText }) => expressionText ?? columns[column].name,
    )
    const texts = this.index.columns.map(({ column, expressionType }, part) => {
      const value = values[part]
      const type = expressionType ?? columns[column].type
      return value === null ? 'null' : outputFunction(type)(value, this.scope.context)
    })
    return `Key (${names.join(', ')})=(${texts.join(', ')})`
  }
}
