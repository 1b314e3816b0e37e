/**
 * The physical plan: how a statement is done. Plain data: EXPLAIN prints it, back ends (execute/: closures; generate/: code)
 * run it. All that was a group key, aggregate or window in the bound query is a *column* of a relation here, so that an
 * expression knows columns, parameters and constants only.
 *
 * Columns live in registers: one flat array a running statement, one place for each (relation, column) that anybody reads.
 * A node's `next` leaves its columns there. Nodes that keep rows (sort, hash, materialize) say which columns they carry.
 *
 * Invariants:
 * 1. After `next` gave true, all columns that are needed above the node, of relations below it, are in their registers.
 * 2. `carried` and `columns` are exactly what is needed above (needed.ts computes them).
 * 3. A node that is opened again starts anew; columns of outer relations may have changed meanwhile, unless the node says
 *    `isStable`.
 */

import type { BoundChange, BoundExpression, BoundFrame, RelationColumns, RelationId } from '../bind/bound.ts'
import type { TableSchema, VirtualTable } from '../catalog/schema.ts'
import type { AggregateFunction, SetFunction, WindowFunction } from '../functions/registry.ts'
import type { SqlType } from '../types/type.ts'

/** A column of a relation. */
export interface ColumnPlace {
  readonly relation: RelationId
  readonly column: number
}

interface PlanHead {
  /** Rows that are expected. */
  rows: number
  /** In the units of PostgreSQL: a page read in order costs 1. */
  startupCost: number
  totalCost: number
}

export type PlanNode =
  | OneRow
  | TableScan
  | IndexScan
  | TableCount
  | IndexOrScan
  | VirtualScan
  | FunctionScan
  | ValuesScan
  | SubqueryScan
  | CommonTableScan
  | Filter
  | NestedLoop
  | HashJoin
  | MergeJoin
  | Sort
  | Materialize
  | Aggregate
  | WindowNode
  | ProjectSet
  | Distinct
  | Limit
  | Append
  | SetOperationNode
  | RecursiveUnion
  | Change

/** One row without columns; none when a constant condition says so. */
export interface OneRow extends PlanHead {
  readonly kind: 'one row'
  readonly condition: BoundExpression | undefined
}
/** All rows in the order of the primary key. */
export interface TableScan extends PlanHead {
  readonly kind: 'table scan'
  readonly relation: RelationColumns
  readonly table: TableSchema
  columns: number[]
  readonly filter: BoundExpression | undefined
  readonly isReverse: boolean
  readonly sample:
    | {
        readonly method: 'bernoulli' | 'system'
        readonly percent: BoundExpression
        readonly seed: BoundExpression | undefined
      }
    | undefined
  /** Also the place of the row, for UPDATE and DELETE. */
  readonly needsRowKey: boolean
}
/** Rows of a range, or of several points, of the primary key or of an index. */
export interface IndexScan extends PlanHead {
  readonly kind: 'index scan'
  readonly relation: RelationColumns
  readonly table: TableSchema
  /** Number in table.indexes; -1: the primary key. */
  readonly index: number
  /** By leading columns of the index: `= value`, or `= ANY (array)`: a point each. `findsNull`: a null is a value like others. */
  readonly equals: readonly {
    readonly value: BoundExpression
    readonly isArray: boolean
    readonly findsNull: boolean
  }[]
  /** On the column after these. */
  readonly lower: { readonly value: BoundExpression; readonly isInclusive: boolean } | undefined
  readonly upper: { readonly value: BoundExpression; readonly isInclusive: boolean } | undefined
  /** `LIKE 'abc%'`: the text begins so. */
  readonly startsWith: BoundExpression | undefined
  /** IS NULL, or IS NOT NULL, on the column after these. */
  readonly nulls: 'any' | 'only' | 'none'
  columns: number[]
  /** All needed columns are in the index: rows are not fetched. Set when columns are known. */
  isIndexOnly: boolean
  readonly filter: BoundExpression | undefined
  readonly isReverse: boolean
  readonly needsRowKey: boolean
}
/**
 * Rows that one of several index scans finds, in the order of the primary key: of the entries the primary keys alone are taken, each
 * once, and then the rows read.
 */
export interface IndexOrScan extends PlanHead {
  readonly kind: 'index or scan'
  readonly relation: RelationColumns
  readonly table: TableSchema
  /** Of these the bounds. */
  readonly branches: readonly IndexScan[]
  columns: number[]
  /** All conditions, those that the branches are made of, too. */
  readonly filter: BoundExpression | undefined
  readonly isReverse: false
  readonly needsRowKey: boolean
}
/** One row: how many rows a table has, which its tree knows. */
export interface TableCount extends PlanHead {
  readonly kind: 'table count'
  readonly relation: RelationColumns
  readonly table: TableSchema
  columns: number[]
}
export interface VirtualScan extends PlanHead {
  readonly kind: 'virtual scan'
  readonly relation: RelationColumns
  readonly table: VirtualTable
  columns: number[]
  readonly filter: BoundExpression | undefined
}
export interface FunctionScan extends PlanHead {
  readonly kind: 'function scan'
  readonly relation: RelationColumns
  readonly calls: readonly {
    readonly function: SetFunction | undefined
    readonly arguments: readonly BoundExpression[]
    readonly scalar: BoundExpression | undefined
    readonly columnCount: number
    readonly isComposite: boolean
  }[]
  readonly withOrdinality: boolean
  columns: number[]
  readonly filter: BoundExpression | undefined
}
export interface ValuesScan extends PlanHead {
  readonly kind: 'values scan'
  readonly relation: RelationColumns
  readonly rowsOf: readonly (readonly BoundExpression[])[]
  columns: number[]
  readonly filter: BoundExpression | undefined
}
/** Computes the columns of a relation from those below: a projection. */
export interface SubqueryScan extends PlanHead {
  readonly kind: 'subquery scan'
  readonly relation: RelationColumns
  readonly input: PlanNode
  /** By column of the relation. */
  readonly targets: readonly BoundExpression[]
  columns: number[]
  readonly filter: BoundExpression | undefined
  /** Common tables inside of it, which may depend on columns from outside: computed anew each time it is opened. */
  readonly innerTables: readonly CommonTablePlan[]
}
export interface CommonTableScan extends PlanHead {
  readonly kind: 'common table scan'
  readonly relation: RelationColumns
  readonly commonTable: number
  /** Reads the last round of a recursive one. */
  readonly isRecursiveReference: boolean
  columns: number[]
  readonly filter: BoundExpression | undefined
}
export interface Filter extends PlanHead {
  readonly kind: 'filter'
  readonly input: PlanNode
  readonly condition: BoundExpression
}

/**
 * semi: an outer row once when there is a match; anti: when there is none. right semi, right anti: the same of inner rows.
 * NOT IN over what may be null is an anti-join whose condition is `(a = b) IS NOT FALSE`, or a subplan.
 */
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'right semi' | 'right anti'

export interface NestedLoop extends PlanHead {
  readonly kind: 'nested loop'
  readonly type: 'inner' | 'left' | 'semi' | 'anti'
  readonly outer: PlanNode
  /** Opened for each outer row; may read the outer's columns. */
  readonly inner: PlanNode
  readonly condition: BoundExpression | undefined
  /** Columns that are null where nothing matched (left). */
  nulled: ColumnPlace[]
}
export interface HashJoin extends PlanHead {
  readonly kind: 'hash join'
  readonly type: JoinType
  /** Probes. */
  readonly outer: PlanNode
  /** Is kept, by its keys. */
  readonly inner: PlanNode
  readonly outerKeys: readonly BoundExpression[]
  readonly innerKeys: readonly BoundExpression[]
  /** What else must hold for a match. */
  readonly condition: BoundExpression | undefined
  /** Of the inner. */
  carried: ColumnPlace[]
  /** Of the outer, null in unmatched inner rows (right, full). */
  outerNulled: ColumnPlace[]
}
/** Both inputs come in the order of their keys; where nulls stand does not matter. */
export interface MergeJoin extends PlanHead {
  readonly kind: 'merge join'
  readonly type: 'inner' | 'left' | 'semi' | 'anti'
  readonly outer: PlanNode
  readonly inner: PlanNode
  readonly outerKeys: readonly BoundExpression[]
  readonly innerKeys: readonly BoundExpression[]
  readonly isDescending: readonly boolean[]
  /** No two inner rows have the same keys. */
  readonly isInnerUnique: boolean
  readonly condition: BoundExpression | undefined
  /** Of the inner. */
  carried: ColumnPlace[]
}

export interface SortItem {
  readonly expression: BoundExpression
  readonly isDescending: boolean
  readonly nullsFirst: boolean
}
export interface Sort extends PlanHead {
  readonly kind: 'sort'
  readonly input: PlanNode
  readonly keys: readonly SortItem[]
  /** So many leading keys are in order already. */
  readonly presorted: number
  /** Only the first so many are wanted (offset and limit together): evaluated at opening; top-N. */
  readonly limit: BoundExpression | undefined
  readonly offset: BoundExpression | undefined
  carried: ColumnPlace[]
}
/** Keeps what the input gave, for opening again with the same `outside`. */
export interface Materialize extends PlanHead {
  readonly kind: 'materialize'
  readonly input: PlanNode
  carried: ColumnPlace[]
  /** Columns from outside of the input that it reads: when they change, so may its rows. */
  outside: ColumnPlace[]
}

export interface AggregateCall {
  readonly function: AggregateFunction
  readonly arguments: readonly BoundExpression[]
  readonly directArguments: readonly BoundExpression[]
  readonly isDistinct: boolean
  readonly orderBy: readonly SortItem[]
  readonly filter: BoundExpression | undefined
  readonly type: SqlType
  readonly at: number
}
/** Columns of `relation`: the keys, then the aggregates, then (with more than one set) the number of the grouping set. */
export interface Aggregate extends PlanHead {
  readonly kind: 'aggregate'
  readonly strategy: 'plain' | 'hash' | 'sorted'
  readonly input: PlanNode
  readonly relation: RelationColumns
  readonly keys: readonly BoundExpression[]
  /** Numbers of keys in each grouping set; one with all of them where there are no others. */
  readonly sets: readonly (readonly number[])[]
  readonly calls: readonly AggregateCall[]
  columns: number[]
}
/** Columns of `relation`: the calls. The input comes sorted by partition and order keys. */
export interface WindowNode extends PlanHead {
  readonly kind: 'window'
  readonly input: PlanNode
  readonly relation: RelationColumns
  readonly partitionBy: readonly BoundExpression[]
  readonly orderBy: readonly SortItem[]
  readonly frame: BoundFrame
  readonly calls: readonly {
    readonly function: WindowFunction | AggregateFunction
    readonly arguments: readonly BoundExpression[]
    readonly filter: BoundExpression | undefined
    readonly type: SqlType
    readonly at: number
  }[]
  columns: number[]
  carried: ColumnPlace[]
}
/** Set-returning functions of a select list, side by side: columns of `relation`. */
export interface ProjectSet extends PlanHead {
  readonly kind: 'project set'
  readonly input: PlanNode
  readonly relation: RelationColumns
  readonly calls: readonly {
    readonly function: SetFunction
    readonly arguments: readonly BoundExpression[]
  }[]
}
export interface Distinct extends PlanHead {
  readonly kind: 'distinct'
  readonly strategy: 'hash' | 'sorted'
  readonly input: PlanNode
  readonly keys: readonly BoundExpression[]
}
export interface Limit extends PlanHead {
  readonly kind: 'limit'
  readonly input: PlanNode
  readonly limit: BoundExpression | undefined
  readonly offset: BoundExpression | undefined
  /** WITH TIES: rows that are equal to the last by these. */
  readonly ties: readonly BoundExpression[] | undefined
}
/** UNION ALL: columns of `relation`, from each input's targets. */
export interface Append extends PlanHead {
  readonly kind: 'append'
  readonly relation: RelationColumns
  readonly inputs: readonly { readonly plan: PlanNode; readonly targets: readonly BoundExpression[] }[]
  columns: number[]
}
/** INTERSECT and EXCEPT by hashing; UNION is a distinct over an append. */
export interface SetOperationNode extends PlanHead {
  readonly kind: 'set operation'
  readonly operation: 'intersect' | 'except'
  readonly isAll: boolean
  readonly relation: RelationColumns
  readonly left: { readonly plan: PlanNode; readonly targets: readonly BoundExpression[] }
  readonly right: { readonly plan: PlanNode; readonly targets: readonly BoundExpression[] }
}
/** WITH RECURSIVE: columns of `relation`; the recursive term reads the last round by a common table scan. */
export interface RecursiveUnion extends PlanHead {
  readonly kind: 'recursive union'
  readonly commonTable: number
  readonly isAll: boolean
  readonly relation: RelationColumns
  readonly initial: { readonly plan: PlanNode; readonly targets: readonly BoundExpression[] }
  readonly recursive: { readonly plan: PlanNode; readonly targets: readonly BoundExpression[] }
  /** Defined inside of the recursive term: those that depend on what it reads are computed anew in each round. */
  readonly innerTables: readonly CommonTablePlan[]
}
/** INSERT, UPDATE, DELETE, MERGE: columns of `relation` are what RETURNING gives. */
export interface Change extends PlanHead {
  readonly kind: 'change'
  readonly change: BoundChange
  /** Source rows: of INSERT the source, of the others target and FROM joined. Undefined: one row of defaults. */
  readonly input: PlanNode | undefined
  /** MERGE: target rows that no source row matches. */
  readonly unmatched: PlanNode | undefined
  readonly relation: RelationColumns
  /** All expressions in `change`. */
  readonly expressions: readonly BoundExpression[]
  /** Columns of the input that the change itself needs. */
  readonly needed: readonly ColumnPlace[]
  /** Plans of `SET (a, b) = (SELECT …)`, by the relation that names their columns. */
  readonly rowSources: ReadonlyMap<RelationId, QueryPlan>
  carried: ColumnPlace[]
  unmatchedCarried: ColumnPlace[]
}

/** A query's plan with what is computed from its last rows. */
export interface QueryPlan {
  readonly root: PlanNode
  readonly targets: readonly BoundExpression[]
  /** Evaluated when first read, once an execution. */
  readonly commonTables: readonly CommonTablePlan[]
  /** Relations further out whose columns it reads. */
  readonly outerRelations: readonly RelationId[]
}
/** The plan of a subquery in an expression. */
export interface SubqueryPlan extends QueryPlan {
  /** What it reads of the queries around it. */
  readonly outside: readonly BoundExpression[]
  readonly grouped: GroupedSubquery | undefined
}
/** A correlated subquery for all values from outside at once: an aggregate by what is compared with them. */
export interface GroupedSubquery {
  readonly root: PlanNode
  /** What is looked up, of the queries around it. */
  readonly outerKeys: readonly BoundExpression[]
  /** The group's. */
  readonly groupKeys: readonly BoundExpression[]
  /** Over the group's aggregates; undefined: whether there is a group. */
  readonly target: BoundExpression | undefined
}
export interface CommonTablePlan {
  readonly id: number
  readonly name: string
  readonly columnCount: number
  readonly plan: QueryPlan
  /** Changes data: runs whether it is read or not, before the rest. */
  readonly isChange: boolean
}
