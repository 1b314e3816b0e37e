/** Results as sqllogictest writes them: each value as text, sorted as the record says, and hashed when there are many. */

import { createHash } from 'node:crypto'
import type { SortMode } from './records.ts'

/** All values, in the order in which they are compared. */
export function resultValues(
  rows: readonly (readonly unknown[])[],
  types: string,
  sort: SortMode,
): readonly string[] {
  const texts = rows.map(row => row.map((value, column) => valueText(value, types[column]!)))
  if (sort === 'valuesort') return texts.flat().sort(byBytes)
  if (sort === 'rowsort') texts.sort(byValues)
  return texts.flat()
}

function valueText(value: unknown, type: string): string {
  if (value === null) return 'NULL'
  switch (type) {
    case 'I':
      return integerText(value)
    case 'R':
      return Number(value).toFixed(3)
    default:
      // What does not print is written as @.
      return String(value) === '' ? '(empty)' : String(value).replace(/[^ -~]/g, '@')
  }
}

/** As C's `%d` would: fractions are cut off. */
function integerText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'bigint') return value.toString()
  const text = String(value)
  if (/^-?\d+$/.test(text)) return text
  const number = Number(text)
  return Number.isNaN(number) ? text : BigInt(Math.trunc(number)).toString()
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byValues(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = byBytes(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return 0
}

export function hashOf(values: readonly string[]): string {
  const hash = createHash('md5')
  for (const value of values) hash.update(`${value}\n`)
  return hash.digest('hex')
}

const HASHED = /^(\d+) values hashing to ([0-9a-f]{32})$/

/** Why the values are not what was expected; undefined when they are. */
export function differenceOf(
  values: readonly string[],
  expected: readonly string[],
  columnCount: number,
): string | undefined {
  const hashed = HASHED.exec(expected[0] ?? '')
  if (hashed !== null && expected.length === 1) {
    const actual = `${values.length} values hashing to ${hashOf(values)}`
    return actual === expected[0] ? undefined : `expected ${expected[0]}, got ${actual}`
  }
  // Values stand on a line each, or those of a row on one.
  const inLines =
    expected.length * columnCount === values.length && columnCount > 1
      ? expected.flatMap(line => line.split(/\s+/))
      : expected
  if (inLines.length !== values.length) return `expected ${inLines.length} values, got ${values.length}`
  const at = values.findIndex((value, index) => value !== inLines[index])
  return at < 0 ? undefined : `value ${at + 1}: expected ${inLines[at]}, got ${values[at]}`
}
