/**
 * What work costs, in microseconds on one core of the machine that it was measured on (the one of docs/benchmarks.md), with
 * the pages in memory: `bench/sql/costs.ts` measures each of them. Only their relation matters for choosing between plans.
 *
 * Pages that must be read from the file are not counted: they are read once, and most plans read the same ones.
 */

import { type SqlType, withoutDomain } from '../types/type.ts'

/** A row of a table that is read in order: by generated code over batches. */
export const SCAN_ROW = 0.045
/** A row that an operator hands on. */
export const ROW_COST = 0.03
/** Testing a condition. */
export const CONDITION_COST = 0.01

/** Reading a column of a row, by its type; others are numbers that lie there as they are. */
const COLUMN_COSTS: Readonly<Record<string, number>> = {
  numeric: 0.05,
  text: 0.05,
  varchar: 0.05,
  bpchar: 0.05,
  name: 0.05,
  json: 0.05,
  bytea: 0.1,
  interval: 0.1,
  uuid: 0.2,
  jsonb: 1,
}
const ARRAY_COLUMN = 0.3
const PLAIN_COLUMN = 0.01

export function columnCost(type: SqlType): number {
  const plain = withoutDomain(type)
  if (plain.element !== undefined && plain.kind === 'array') return ARRAY_COLUMN
  return COLUMN_COSTS[plain.name] ?? PLAIN_COLUMN
}

/** Looking one row up by the whole of a unique key. */
export const POINT_COST = 0.3
/** Encoding the bounds of a range and finding its first entry. */
export const RANGE_COST = 2.5
/** An entry of a range: of the primary key, whose rows are met in order, and of an index. */
export const KEY_ENTRY = 0.05
export const INDEX_ENTRY = 0.15
/** Fetching the row of an index's entry: where it lies beside the one before, and where it lies anywhere. */
export const FETCH_NEAR = 0.12
export const FETCH_FAR = 0.4
/** Looking a row up by a primary key that is known as bytes. */
export const FETCH_POINT = 3

/** Keeping a row in a hash table, and looking for one there. */
export const HASH_COST = 0.07
export const PROBE_COST = 0.04
/** Keeping a row, or reading one that is kept. */
export const KEEP_COST = 0.02
/** Comparing the keys of a row with those of a merge join's other side. */
export const MERGE_COST = 0.02
/** A comparison of two rows while sorting. */
export const SORT_COST = 0.013
/** Finding a row's group; making a new one; an aggregate's step. */
export const GROUP_ROW = 0.035
export const GROUP_COST = 0.5
export const AGGREGATE_COST = 0.015
/** A row of a window function. */
export const WINDOW_COST = 0.15
/** Inserting, updating or deleting a row. */
export const CHANGE_COST = 3

/** Sorting so many rows, when at most `kept` of them are wanted. */
export function sortingCost(rows: number, kept = rows): number {
  return rows * Math.log2(Math.min(rows, kept) + 2) * SORT_COST
}
