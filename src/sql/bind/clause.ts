/**
 * Where in a statement an expression stands, and what may not stand there: aggregates (42803), window functions (42P20),
 * set-returning functions (0A000), subqueries and columns.
 */

import { SqlError } from '../errors.ts'

export interface Clause {
  /** As PostgreSQL names it: "aggregate functions are not allowed in WHERE". */
  readonly label: string
  readonly hasAggregates: boolean
  readonly hasWindows: boolean
  readonly hasSets: boolean
  /** Else "cannot use subquery in …". */
  readonly noSubquery?: string
  readonly noColumn?: string
}

const plain = (label: string, more: Partial<Clause> = {}): Clause => ({
  label,
  hasAggregates: false,
  hasWindows: false,
  hasSets: false,
  ...more,
})
const everything = { hasAggregates: true, hasWindows: true, hasSets: true } as const
const definition = (label: string, singular: string, more: Partial<Clause> = {}): Clause =>
  plain(label, { noSubquery: singular, ...more })

export const CLAUSES = {
  select: plain('SELECT', everything),
  orderBy: plain('ORDER BY', everything),
  distinctOn: plain('DISTINCT ON', everything),
  where: plain('WHERE'),
  having: plain('HAVING', { hasAggregates: true }),
  filter: plain('FILTER'),
  join: plain('JOIN conditions'),
  fromSubquery: plain('FROM clause of their own query level'),
  fromFunction: plain('functions in FROM', { hasSets: true }),
  groupBy: plain('GROUP BY', { hasSets: true }),
  limit: plain('LIMIT'),
  offset: plain('OFFSET'),
  values: plain('VALUES'),
  /** The one row of INSERT … VALUES is like a select list. */
  insertRow: plain('VALUES', { hasSets: true }),
  update: plain('UPDATE'),
  returning: plain('RETURNING'),
  windowPartition: plain('window definitions', { hasAggregates: true }),
  windowOrder: plain('window definitions', { hasAggregates: true }),
  frameRows: plain('window ROWS'),
  frameRange: plain('window RANGE'),
  frameGroups: plain('window GROUPS'),
  mergeWhen: plain('MERGE WHEN conditions'),
  check: definition('check constraints', 'check constraint'),
  default: definition('DEFAULT expressions', 'DEFAULT expression', { noColumn: 'DEFAULT expression' }),
  indexExpression: definition('index expressions', 'index expression'),
  indexPredicate: definition('index predicates', 'index predicate'),
  generated: definition('column generation expressions', 'column generation expression'),
  transform: definition('transform expressions', 'transform expression'),
  execute: definition('EXECUTE parameters', 'EXECUTE parameter', { noColumn: 'EXECUTE parameter' }),
  sample: plain('TABLESAMPLE'),
} as const satisfies Record<string, Clause>

export function refuseAggregate(clause: Clause, what: string, at: number): void {
  if (!clause.hasAggregates) {
    throw new SqlError('42803', `${what} are not allowed in ${clause.label}`, { position: at })
  }
}
export function refuseWindow(clause: Clause, at: number): void {
  if (clause.hasWindows) return
  const label = clause.label.startsWith('window ') ? 'window definitions' : clause.label
  throw new SqlError('42P20', `window functions are not allowed in ${label}`, { position: at })
}
export function refuseSet(clause: Clause, at: number): void {
  if (clause.hasSets) return
  const label = clause.label.startsWith('window ') ? 'window definitions' : clause.label
  throw new SqlError('0A000', `set-returning functions are not allowed in ${label}`, { position: at })
}
export function refuseSubquery(clause: Clause, at: number): void {
  if (clause.noSubquery === undefined) return
  throw new SqlError('0A000', `cannot use subquery in ${clause.noSubquery}`, { position: at })
}
export function refuseColumn(clause: Clause, at: number): void {
  if (clause.noColumn === undefined) return
  throw new SqlError('0A000', `cannot use column reference in ${clause.noColumn}`, { position: at })
}
