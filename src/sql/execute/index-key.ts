/** What the row in the registers has for an index of its table: whether it is in it, by which values, and who else has them. */

import type { TableExpressions } from '../bind/bound.ts'
import type { IndexSchema, TableSchema } from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import type { DataSource } from '../storage/data-source.ts'
import { outputFunction } from '../types/input-output.ts'
import { compile, compileCondition, type Evaluate, type ExpressionScope } from './expression.ts'
import type { RegisterFile } from './registers.ts'
import { findInIndex } from './row-lookup.ts'

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
    return values.includes(null) && !this.index.nullsNotDistinct
      ? []
      : findInIndex(data, this.table, this.index, values, limit)
  }

  /** Some other row has what the row in the registers has. */
  duplicate(registers: RegisterFile): SqlError {
    return duplicate(this.table, this.index, this.valuesIn(registers), this.scope.context)
  }
}

/** Two rows are equal to a unique index. */
export function duplicate(
  table: TableSchema,
  index: IndexSchema,
  values: readonly Value[],
  context: EvaluationContext,
): SqlError {
  const names = index.columns.map(
    ({ column, expressionText }) => expressionText ?? table.columns[column].name,
  )
  const texts = index.columns.map(({ column, expressionType }, part) => {
    const value = values[part]
    const type = expressionType ?? table.columns[column].type
    return value === null ? 'null' : outputFunction(type)(value, context)
  })
  return new SqlError('23505', `duplicate key value violates unique constraint "${index.name}"`, {
    schema: table.schema,
    table: table.name,
    constraint: index.name,
    detail: `Key (${names.join(', ')})=(${texts.join(', ')}) already exists.`,
  })
}
