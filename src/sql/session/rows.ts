/** Rows of values to what JavaScript gets. */

import type { OutputColumn } from '../bind/bound.ts'
import type { EvaluationContext, Value } from '../functions/registry.ts'
import { formatType, outputFunction } from '../types/input-output.ts'
import type { QueryOptions, ResultColumn } from './options.ts'
import { fromSql } from './values.ts'

export class RowShape {
  private readonly columns: readonly OutputColumn[]
  private readonly names: readonly string[]
  private readonly converts: readonly (((value: Value) => unknown) | undefined)[]
  private readonly isArray: boolean

  constructor(
    columns: readonly OutputColumn[],
    options: QueryOptions,
    context: EvaluationContext | undefined,
  ) {
    this.columns = columns
    this.names = columns.map(column => column.name)
    this.converts = columns.map(column =>
      options.values === 'text' ? textOf(column, context) : fromSql(column.type, options, context),
    )
    this.isArray = options.rowMode === 'array'
  }

  get resultColumns(): ResultColumn[] {
    return resultColumns(this.columns)
  }

  make(row: Value[]): unknown {
    const { converts, names } = this
    for (let i = 0; i < row.length; i++) {
      const convert = converts[i]
      if (convert !== undefined && row[i] !== null) row[i] = convert(row[i])
    }
    if (this.isArray) return row
    const object: Record<string, unknown> = {}
    // Of columns with one name the last counts, as in other drivers.
    for (let i = 0; i < names.length; i++) object[names[i]] = row[i]
    return object
  }
}

function textOf({ type, modifier }: OutputColumn, context: EvaluationContext | undefined) {
  const print = outputFunction(type, modifier)
  return (value: Value) => print(value, context!)
}

export function resultColumns(columns: readonly OutputColumn[]): ResultColumn[] {
  return columns.map(column => ({
    name: column.name,
    type: formatType(column.type, column.modifier),
    typeOid: column.type.oid,
    typeModifier: column.modifier,
    table: column.table?.name,
    column: column.table?.columns[column.tableColumn]?.name,
  }))
}
