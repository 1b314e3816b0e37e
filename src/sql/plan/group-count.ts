/**
 * How many groups rows fall into. Keys of one table are taken together: their combinations are at most its rows, and of
 * several columns, which are seldom independent of each other, at most a tenth of them (PostgreSQL's estimate_num_groups).
 */

import type { BoundExpression, RelationId } from '../bind/bound.ts'
import { keyOf } from '../types/compare.ts'
import { distinctCount, onlyColumn, storedColumn, type TableLookup } from './selectivity.ts'

/** Of an expression that nothing is known about. */
const UNKNOWN_DISTINCT = 200
const SEVERAL_COLUMNS = 0.1

/** The groups that `rows` rows fall into by `keys`. */
export function groupCount(keys: readonly BoundExpression[], rows: number, tables: TableLookup): number {
  const byRelation = new Map<RelationId, number[]>()
  let groups = 1
  for (const key of keys) {
    const column = storedColumn(key, tables) ?? onlyColumn(key)
    const distinct = distinctOf(key, tables)
    if (column === undefined || tables.table(column.relation) === undefined) groups *= distinct
    else byRelation.set(column.relation, [...(byRelation.get(column.relation) ?? []), distinct])
  }
  for (const [relation, counts] of byRelation) {
    const all = Math.max(1, tables.rowCount(tables.table(relation)!))
    const most = Math.max(...counts)
    const limit = counts.length > 1 ? Math.max(most, all * SEVERAL_COLUMNS) : all
    const combined = Math.min(
      limit,
      counts.reduce((product, one) => product * one, 1),
    )
    groups *= seenAmong(combined, all, Math.min(rows, all))
  }
  return Math.max(1, Math.min(rows, groups))
}

/**
 * How many of `distinct` values are met among `rows` out of `all` rows, chosen at random. Source: S. B. Yao,
 * Approximating block accesses in database organizations, 1977.
 */
function seenAmong(distinct: number, all: number, rows: number): number {
  if (rows >= all) return distinct
  return distinct * (1 - ((all - rows) / all) ** (all / distinct))
}

function distinctOf(key: BoundExpression, tables: TableLookup): number {
  if (tables.evaluate(key) !== undefined || key.kind === 'parameter') return 1
  if (key.type.name === 'bool') return 2
  if (storedColumn(key, tables) !== undefined) return distinctCount(key, tables)
  const column = onlyColumn(key)
  const table = column && tables.table(column.relation)
  const statistics = table && tables.statistics(table, column!.column)
  if (column === undefined || statistics === undefined) return UNKNOWN_DISTINCT
  // A function of a column: as many as it gives for the values that are kept, unless it tells most of them apart.
  const values = [...statistics.commonValues, ...statistics.histogram]
  const results = tables.evaluateOver(key, column, values)
  if (results === undefined || values.length === 0 || !key.type.isOrdered)
    return distinctCount(column, tables)
  const toKey = keyOf(key.type)
  const found = new Set(results.map(one => (one === null ? null : toKey(one)))).size
  return found * 2 < values.length ? found : distinctCount(column, tables)
}
