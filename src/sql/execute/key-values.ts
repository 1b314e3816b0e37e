/**
 * The values of a foreign key as the other side of it has them: an integer may refer to a numeric, and char(n) to text. Rows are looked
 * up by values of their own columns' types.
 */

import type { ForeignKeySchema, TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { Numeric } from '../types/numeric.ts'
import { BPCHAR, FLOAT4, FLOAT8, NUMERIC, type SqlType, withoutDomain } from '../types/type.ts'

/** What the columns that refer have where the row that they refer to has `values`. Undefined: nothing refers to such a row. */
export function asReferring(
  { columns, referencedColumns }: ForeignKeySchema,
  table: TableSchema,
  referred: TableSchema,
  values: readonly Value[],
): readonly Value[] | undefined {
  return converted(values, referred, referencedColumns, table, columns)
}

/** What a row has that is referred to by `values`. Undefined: there can be none. */
export function asReferred(
  { columns, referencedColumns }: ForeignKeySchema,
  table: TableSchema,
  referred: TableSchema,
  values: readonly Value[],
): readonly Value[] | undefined {
  return converted(values, table, columns, referred, referencedColumns)
}

function converted(
  values: readonly Value[],
  from: TableSchema,
  fromColumns: readonly number[],
  to: TableSchema,
  toColumns: readonly number[],
): readonly Value[] | undefined {
  let result: Value[] | undefined
  for (let i = 0; i < values.length; i++) {
    const given = from.columns[fromColumns[i]].type
    const wanted = to.columns[toColumns[i]].type
    if (given === wanted) continue
    const value = convert(values[i], withoutDomain(given), withoutDomain(wanted))
    if (value === undefined) return undefined
    result ??= [...values]
    result[i] = value
  }
  return result ?? values
}

function convert(value: Value, from: SqlType, to: SqlType): Value | undefined {
  if (value === null || from === to) return value
  if (to.category === 'N') {
    if (to === NUMERIC) return Numeric.parse(String(value))
    if (to === FLOAT8) return Number(value)
    if (to === FLOAT4) return Math.fround(Number(value))
    return from === NUMERIC || from === FLOAT4 || from === FLOAT8 ? wholeNumber(value) : value
  }
  if (from === BPCHAR) return (value as string).replace(/ +$/, '')
  // The blanks of char(n) mean nothing, those of text do.
  if (to === BPCHAR && (value as string).endsWith(' ')) return undefined
  return value
}

function wholeNumber(value: Value): Value | undefined {
  const [whole, fraction = ''] = String(value).split('.')
  if (!/^-?\d+$/.test(whole) || /[^0]/.test(fraction)) return undefined
  const number = Number(whole)
  return Number.isSafeInteger(number) ? number : BigInt(whole)
}
