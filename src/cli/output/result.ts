/** A result as it is printed: names and types of its columns, values as PostgreSQL's text. */

export type Cell = string | null
export type Row = readonly Cell[]

export interface Column {
  readonly name: string
  /** As PostgreSQL prints it. */
  readonly type: string
}

const NUMBERS = new Set([
  'smallint',
  'integer',
  'bigint',
  'real',
  'double precision',
  'numeric',
  'oid',
  'money',
  'xid',
  'cid',
])

/** The type without its modifier: `numeric(10,2)` is `numeric`. */
export function baseType(type: string): string {
  return type.replace(/\([^)]*\)/, '')
}

/** Types that are aligned on the right, and are numbers in JSON. */
export function isNumber({ type }: Column): boolean {
  return NUMBERS.has(baseType(type))
}
