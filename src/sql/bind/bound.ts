/**
 * The bound statement: what the binder makes of a statement tree, and the planner starts from. All names are resolved, all
 * types known, all coercions calls of their own. It says what is wanted, not how it is done.
 *
 * Invariants:
 * 1. A *relation* is one appearance of a table, subquery, function or list of values in FROM, or a role (target, excluded,
 *    old, new row). Relation ids are unique in the whole statement, subqueries included. A column is (relation, number):
 *    a correlated reference looks like any other, and names a relation of a query further out.
 * 2. Where a query groups, its targets, HAVING and windows are over group keys, aggregates and outer columns only
 *    (`group key`, `aggregate`), else over columns. Subqueries in them, too: there `group key` and `aggregate` of a query
 *    further out are correlated references, and name its `groupRelation`.
 * 3. Every expression has the type that its user needs: no implicit coercion is left.
 */

import type { TableSchema, ViewSchema, VirtualTable } from '../catalog/schema.ts'
import type { AggregateFunction, ScalarFunction, SetFunction, WindowFunction } from '../functions/registry.ts'
import type { SqlType } from '../types/type.ts'

export type RelationId = number

interface Typed {
  readonly type: SqlType
  /** As pg_attribute.atttypmod, -1 for none. */
  readonly modifier: number
  /** In the statement's text, -1 unknown. For errors while it runs. */
  readonly at: number
}

export type BoundExpression =
  | Constant
  | ParameterReference
  | BoundColumn
  | Call
  | Relabel
  | ArrayCoercion
  | Logical
  | BoundNullTest
  | BoundBooleanTest
  | BoundDistinctTest
  | BoundNullIf
  | InList
  | QuantifiedArray
  | BoundCase
  | CaseValue
  | RowCoercion
  | BoundCoalesce
  | BoundMinMax
  | BoundArray
  | BoundRow
  | RowComparison
  | BoundSubquery
  | BoundSubscript
  | BoundField
  | SubscriptAssignment
  | FieldAssignment
  | DomainCheck
  | DomainValue
  | GroupKey
  | AggregateReference
  | GroupingReference
  | WindowReference
  | SetFunctionReference
  | WholeRow

export interface Constant extends Typed {
  readonly kind: 'constant'
  /** As types/type.ts says; null is NULL. */
  readonly value: unknown
  /** The type that it had before it became one of `type` without a change: `1` as double precision. */
  readonly castFrom?: SqlType
}
/** `$1` has index 0. */
export interface ParameterReference extends Typed {
  readonly kind: 'parameter'
  readonly index: number
}
export interface BoundColumn extends Typed {
  readonly kind: 'column'
  readonly relation: RelationId
  readonly column: number
  /** It says only which row it is: who asks for the row needs no right to read it. */
  readonly isIdentity?: true
}
/** Functions, operators, casts (also those by text: the binder makes a function of output and input). */
export interface Call extends Typed {
  readonly kind: 'call'
  readonly function: ScalarFunction
  readonly arguments: readonly BoundExpression[]
  /** Casts: written out. */
  readonly isExplicit: boolean
  /** How it is written where that is no call: CURRENT_TIMESTAMP. */
  readonly writtenAs?: string
}
/** The same value under another type: varchar as text, a domain's as its base's. */
export interface Relabel extends Typed {
  readonly kind: 'relabel'
  readonly operand: BoundExpression
}
/** An array, each element (`case value`) turned into `element`. Null elements are turned, too; a null array is null. */
export interface ArrayCoercion extends Typed {
  readonly kind: 'array coercion'
  readonly operand: BoundExpression
  readonly element: BoundExpression
}
/** A row of a composite type, each field of it (of `case value`) turned into one of `fields`; a null row is null. */
export interface RowCoercion extends Typed {
  readonly kind: 'row coercion'
  readonly operand: BoundExpression
  readonly fields: readonly BoundExpression[]
}
/** AND and OR have two operands or more, NOT one. */
export interface Logical extends Typed {
  readonly kind: 'logical'
  readonly operator: 'and' | 'or' | 'not'
  readonly operands: readonly BoundExpression[]
}
export interface BoundNullTest extends Typed {
  readonly kind: 'null test'
  readonly operand: BoundExpression
  readonly isNegated: boolean
  /** IS [NOT] DISTINCT FROM NULL: a row of nulls is no null. */
  readonly ofValue?: true
}
export interface BoundBooleanTest extends Typed {
  readonly kind: 'boolean test'
  readonly operand: BoundExpression
  readonly test: 'true' | 'false' | 'unknown'
  readonly isNegated: boolean
}
export interface BoundDistinctTest extends Typed {
  readonly kind: 'distinct test'
  /** Both have the types that `equals` takes. */
  readonly left: BoundExpression
  readonly right: BoundExpression
  readonly equals: ScalarFunction
  readonly isNegated: boolean
}
export interface BoundNullIf extends Typed {
  readonly kind: 'nullif'
  readonly result: BoundExpression
  /** The comparison, over `left` coerced and `right` coerced. */
  readonly left: BoundExpression
  readonly right: BoundExpression
  readonly equals: ScalarFunction
}
/** `x IN (…)` with one operator for all: others are ORs. */
export interface InList extends Typed {
  readonly kind: 'in list'
  readonly operand: BoundExpression
  readonly list: readonly BoundExpression[]
  readonly equals: ScalarFunction
  readonly isNegated: boolean
}
export interface QuantifiedArray extends Typed {
  readonly kind: 'quantified array'
  readonly quantifier: 'any' | 'all'
  readonly operand: BoundExpression
  readonly array: BoundExpression
  readonly operator: ScalarFunction
}
/** With an operand, it is evaluated once, and `case value` in the conditions stands for it. */
export interface BoundCase extends Typed {
  readonly kind: 'case'
  readonly operand: BoundExpression | undefined
  readonly branches: readonly { readonly when: BoundExpression; readonly then: BoundExpression }[]
  readonly otherwise: BoundExpression
}
export interface CaseValue extends Typed {
  readonly kind: 'case value'
}
export interface BoundCoalesce extends Typed {
  readonly kind: 'coalesce'
  readonly operands: readonly BoundExpression[]
}
export interface BoundMinMax extends Typed {
  readonly kind: 'minmax'
  readonly function: 'greatest' | 'least'
  readonly operands: readonly BoundExpression[]
}
/** Elements are all of the element type, or all of `type` itself (then they become one more dimension). */
export interface BoundArray extends Typed {
  readonly kind: 'array'
  readonly elements: readonly BoundExpression[]
}
export interface BoundRow extends Typed {
  readonly kind: 'row'
  readonly fields: readonly BoundExpression[]
}
/** `(a, b) < (c, d)`: the first field that differs decides, with three-valued logic. */
export interface RowComparison extends Typed {
  readonly kind: 'row comparison'
  readonly operator: '<' | '<=' | '>' | '>='
  readonly left: readonly BoundExpression[]
  readonly right: readonly BoundExpression[]
  /** By field: equality, and `<` in the operator's direction. */
  readonly equals: readonly ScalarFunction[]
  readonly precedes: readonly ScalarFunction[]
}
export interface BoundSubquery extends Typed {
  readonly kind: 'subquery'
  readonly variant: 'scalar' | 'exists' | 'array' | 'any' | 'all'
  readonly query: BoundQuery
  /** any, all: one operand for each column of the query, coerced; and the operators, one each. */
  readonly operands: readonly BoundExpression[]
  readonly operators: readonly ScalarFunction[]
  /**
   * The operator's name. Of several columns it is `=` (all of `operators` must hold), `<>` (one of them must), or a comparison in
   * which the first field that differs decides: `operators` are then `<` or `>`, in its direction.
   */
  readonly operatorName: string
  /** Of several columns: equality, by field. */
  readonly equals: readonly ScalarFunction[]
  /** The query's columns as the operators need them: expressions over `queryRelation`. */
  readonly columns: readonly BoundExpression[]
  readonly queryRelation: RelationId
}
export interface BoundSubscript extends Typed {
  readonly kind: 'subscript'
  /** An array, or jsonb. */
  readonly operand: BoundExpression
  readonly subscripts: readonly {
    readonly isSlice: boolean
    readonly lower: BoundExpression | undefined
    readonly upper: BoundExpression | undefined
  }[]
}
export interface BoundField extends Typed {
  readonly kind: 'field'
  readonly operand: BoundExpression
  readonly field: number
}
/** `operand` (null: an empty array, or jsonb) with an element or slice replaced by `value`: of `SET a[1] = …`. */
export interface SubscriptAssignment extends Typed {
  readonly kind: 'subscript assignment'
  readonly operand: BoundExpression
  readonly subscripts: BoundSubscript['subscripts']
  readonly value: BoundExpression
}
/** A row (null: of nulls) with one field replaced: of `SET r.field = …`. */
export interface FieldAssignment extends Typed {
  readonly kind: 'field assignment'
  readonly operand: BoundExpression
  readonly field: number
  readonly value: BoundExpression
}
/** A value that becomes one of a domain: NOT NULL and checks (over `domain value`) of it and of what it is over. */
export interface DomainCheck extends Typed {
  readonly kind: 'domain check'
  readonly operand: BoundExpression
  readonly checks: readonly {
    readonly name: string
    readonly domain: string
    readonly expression: BoundExpression | 'not null'
  }[]
}
export interface DomainValue extends Typed {
  readonly kind: 'domain value'
}
export interface GroupKey extends Typed {
  readonly kind: 'group key'
  /** The grouping query's `groupRelation`. */
  readonly relation: RelationId
  readonly index: number
}
export interface AggregateReference extends Typed {
  readonly kind: 'aggregate'
  /** The grouping query's `groupRelation`. */
  readonly relation: RelationId
  readonly index: number
}
/** GROUPING(…): a bit for each key, set when the row's grouping set does not have it. */
export interface GroupingReference extends Typed {
  readonly kind: 'grouping'
  readonly relation: RelationId
  /** The first is the highest bit. */
  readonly keys: readonly number[]
}
export interface WindowReference extends Typed {
  readonly kind: 'window'
  readonly index: number
}
/** The value that a set-returning function in the select list has in this row; null when it has ended before another. */
export interface SetFunctionReference extends Typed {
  readonly kind: 'set function'
  readonly index: number
}
/** `t` as a value: null when the relation was null-extended by an outer join. */
export interface WholeRow extends Typed {
  readonly kind: 'whole row'
  readonly relation: RelationId
}

// -------------------------------------------------------------------------------------------------- Queries

export interface OutputColumn {
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
  /** Where it comes from, when it is a table's column as it is. */
  readonly table: TableSchema | undefined
  readonly tableColumn: number
}

/** A relation's columns, as the executor needs to know them. */
export interface RelationColumns {
  readonly id: RelationId
  /** For EXPLAIN and errors: the alias. */
  readonly name: string
  readonly columns: readonly {
    readonly name: string
    readonly type: SqlType
    readonly modifier: number
    /** The row number of a table without a primary key: no part of the row as a value. */
    readonly isHidden?: boolean
  }[]
}

export type BoundFrom =
  | BoundTable
  | BoundVirtualTable
  | BoundSubqueryFrom
  | BoundCommonTableFrom
  | BoundFunctionsFrom
  | BoundJoin

export interface BoundTable {
  readonly kind: 'table'
  readonly relation: RelationColumns
  readonly table: TableSchema
  readonly sample:
    | {
        readonly method: 'bernoulli' | 'system'
        readonly percent: BoundExpression
        readonly seed: BoundExpression | undefined
      }
    | undefined
  /** By index of the table, where one is partial or over expressions: both over this relation. */
  readonly indexTerms?: readonly IndexTerms[] | undefined
}
export interface IndexTerms {
  /** By column of the index. */
  readonly expressions: readonly (BoundExpression | undefined)[]
  readonly predicate: BoundExpression | undefined
}
export interface BoundVirtualTable {
  readonly kind: 'virtual'
  readonly relation: RelationColumns
  readonly table: VirtualTable
}
/** Also views and VALUES in FROM. */
export interface BoundSubqueryFrom {
  readonly kind: 'subquery'
  readonly relation: RelationColumns
  readonly query: BoundQuery
  readonly isLateral: boolean
  readonly view: ViewSchema | undefined
}
export interface BoundCommonTableFrom {
  readonly kind: 'common table'
  readonly relation: RelationColumns
  readonly commonTable: number
  /** Inside of its own recursive term: reads what the last round gave. */
  readonly isRecursiveReference: boolean
}
export interface BoundFunctionsFrom {
  readonly kind: 'functions'
  readonly relation: RelationColumns
  /** Each gives some columns, side by side; the shorter are filled with nulls. A scalar function gives one row. */
  readonly calls: readonly {
    readonly function: SetFunction | undefined
    readonly arguments: readonly BoundExpression[]
    /** A scalar function, or any expression, when `function` is undefined. */
    readonly scalar: BoundExpression | undefined
    readonly columnCount: number
    /** A value's type; with several columns a record's, with its fields. */
    readonly resultType: SqlType
    /** The result is a record whose fields are the columns. */
    readonly isComposite: boolean
  }[]
  readonly withOrdinality: boolean
  readonly isLateral: boolean
}
export interface BoundJoin {
  readonly kind: 'join'
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross'
  readonly left: BoundFrom
  readonly right: BoundFrom
  readonly condition: BoundExpression | undefined
}

export interface SortKey {
  /** Number of a target (SelectBody), or of an output column (others). */
  readonly target: number
  readonly isDescending: boolean
  readonly nullsFirst: boolean
}

/** The last columns of a query's rows are the key of the table's row that they were read from. */
export interface RowIdentity {
  readonly tableOid: number
  readonly keyLength: number
}

export interface BoundQuery {
  readonly commonTables: readonly BoundCommonTable[]
  readonly body: SelectBody | SetBody | ValuesBody
  readonly columns: readonly OutputColumn[]
  readonly orderBy: readonly SortKey[]
  /** bigint; null is no limit. */
  readonly limit: BoundExpression | undefined
  readonly isWithTies: boolean
  readonly offset: BoundExpression | undefined
  /** Relations (and group relations) of queries further out whose columns it reads; empty: not correlated. */
  readonly outerRelations: readonly RelationId[]
  /** It calls volatile functions, or changes data. */
  readonly isVolatile: boolean
  /** FOR UPDATE and its like were said: nothing to do where there is one writer, but not allowed to a snapshot. */
  readonly isLocking: boolean
  /** What FOR UPDATE and its like lock: what an outer join may fill with nulls cannot be. */
  readonly locked?: readonly {
    readonly label: string
    readonly relations: ReadonlySet<RelationId>
  }[]
  /** NOWAIT was said: the statement fails where the writer is somebody else. */
  readonly refusesToWait?: boolean
  readonly identity?: RowIdentity
}

export interface SelectBody {
  readonly kind: 'select'
  /** Undefined: one row without columns. Items of a FROM list are cross joins. */
  readonly from: BoundFrom | undefined
  readonly where: BoundExpression | undefined
  /** Undefined: neither GROUP BY nor aggregates. With no keys and the one empty set: one group, also of nothing. */
  readonly grouping: /** Columns that follow from a primary key among the keys are keys, too, in every set with it. */
  { readonly keys: readonly BoundExpression[]; readonly sets: readonly (readonly number[])[] } | undefined
  /** What `group key` and `aggregate` of this query name. */
  readonly groupRelation: RelationId
  readonly aggregates: readonly BoundAggregate[]
  readonly having: BoundExpression | undefined
  readonly windows: readonly BoundWindow[]
  readonly windowCalls: readonly BoundWindowCall[]
  /**
   * Arguments may be values of set functions with a smaller index: then it runs once for each row that they give. With
   * `function.columns` a value is a row (SqlRow) of the reference's type.
   */
  readonly setFunctions: readonly {
    readonly function: SetFunction
    readonly arguments: readonly BoundExpression[]
  }[]
  /** Numbers of those that rows are grouped by: they give their rows before these are grouped. */
  readonly groupedSetFunctions?: ReadonlySet<number>
  /** The first `columns.length` are the query's columns, the others are for ORDER BY and DISTINCT ON. */
  readonly targets: readonly BoundExpression[]
  /** Undefined: all rows. Else numbers of targets that make a row distinct; for DISTINCT ON the first in order stays. */
  readonly distinct: readonly number[] | undefined
  readonly isDistinctOn: boolean
}
export interface BoundAggregate {
  readonly function: AggregateFunction
  readonly arguments: readonly BoundExpression[]
  /** Of ordered-set aggregates: before WITHIN GROUP. Over group keys. */
  readonly directArguments: readonly BoundExpression[]
  readonly isDistinct: boolean
  readonly orderBy: readonly {
    readonly expression: BoundExpression
    readonly isDescending: boolean
    readonly nullsFirst: boolean
  }[]
  readonly filter: BoundExpression | undefined
  readonly type: SqlType
  readonly at: number
}
export interface BoundWindow {
  readonly partitionBy: readonly BoundExpression[]
  readonly orderBy: readonly {
    readonly expression: BoundExpression
    readonly isDescending: boolean
    readonly nullsFirst: boolean
  }[]
  readonly frame: BoundFrame
}
export interface BoundFrame {
  readonly mode: 'rows' | 'range' | 'groups'
  readonly start: BoundFrameBound
  readonly end: BoundFrameBound
  readonly exclude: 'no others' | 'current row' | 'group' | 'ties'
}
export type BoundFrameBound =
  | { readonly kind: 'unbounded preceding' | 'current row' | 'unbounded following' }
  | {
      readonly kind: 'preceding' | 'following'
      readonly offset: BoundExpression
      /** RANGE: the order key minus and plus the offset, of the key's type (small keys are bound as larger types, dates as
       * timestamps, so that this does not overflow). Offset of ROWS and GROUPS: bigint. */
      readonly subtract: ScalarFunction | undefined
      readonly add: ScalarFunction | undefined
    }
export interface BoundWindowCall {
  readonly window: number
  readonly function: WindowFunction | AggregateFunction
  readonly arguments: readonly BoundExpression[]
  readonly filter: BoundExpression | undefined
  readonly type: SqlType
  readonly at: number
}
export interface SetBody {
  readonly kind: 'set operation'
  readonly operation: 'union' | 'intersect' | 'except'
  readonly isAll: boolean
  readonly left: BoundQuery
  readonly right: BoundQuery
}
export interface ValuesBody {
  readonly kind: 'values'
  readonly rows: readonly (readonly BoundExpression[])[]
}

export interface BoundCommonTable {
  /** Unique in the statement. */
  readonly id: number
  readonly name: string
  readonly columns: readonly OutputColumn[]
  readonly definition:
    | { readonly kind: 'query'; readonly query: BoundQuery }
    | {
        readonly kind: 'recursive'
        readonly initial: BoundQuery
        readonly recursive: BoundQuery
        readonly isAll: boolean
      }
    | { readonly kind: 'change'; readonly statement: BoundChange }
  readonly isMaterialized: 'default' | 'always' | 'never'
  readonly referenceCount: number
}

// -------------------------------------------------------------------------------------------------- Changes

/** Values to be assigned: column number of the table to expression. Columns without one keep, or take their default. */
export interface BoundAssignment {
  readonly column: number
  readonly value: BoundExpression
}
export interface BoundReturning {
  readonly columns: readonly OutputColumn[]
  /** Over `row`, `oldRow`, `newRow` and the relations of the statement. */
  readonly targets: readonly BoundExpression[]
  /** What the table's columns mean without `old` or `new`: the new row; of what was deleted, the old one. */
  readonly row: RelationColumns
  /** All null where nothing was: of an INSERT without conflict. Often the same relation as `row`, or the target. */
  readonly oldRow: RelationColumns
  /** All null after DELETE. */
  readonly newRow: RelationColumns
}
/** `SET (a, b) = (SELECT …)`: evaluated once a row before `set`, which names its columns. No row: nulls; two: 21000. */
export interface BoundRowSource {
  readonly relation: RelationColumns
  readonly query: BoundQuery
}
/** What every change of a table needs, bound once: over `row`, the row as it will be stored. */
export interface TableExpressions {
  readonly row: RelationColumns
  /** By column; undefined: null. */
  readonly defaults: readonly (BoundExpression | undefined)[]
  readonly generated: readonly (BoundExpression | undefined)[]
  readonly checks: readonly { readonly name: string; readonly expression: BoundExpression }[]
  /** By index, by its columns: the expression where it is one. */
  readonly indexExpressions: readonly (readonly (BoundExpression | undefined)[])[]
  readonly indexPredicates: readonly (BoundExpression | undefined)[]
  /** By oid of the foreign key: what ON UPDATE CASCADE makes of a key whose columns are of other types than the table's own. */
  readonly cascadedKeys?: ReadonlyMap<number, CascadedKey>
}
export interface CascadedKey {
  /** The row that is referred to. */
  readonly row: RelationColumns
  /** By columns of the foreign key. */
  readonly values: readonly BoundExpression[]
}
/** What a new row must meet because of a view's WITH CHECK OPTION; over the row as it will be stored. */
export interface ViewCheck {
  readonly view: string
  readonly condition: BoundExpression
}
export interface BoundInsert {
  readonly kind: 'insert'
  readonly commonTables: readonly BoundCommonTable[]
  readonly table: TableSchema
  readonly expressions: TableExpressions
  readonly viewChecks: readonly ViewCheck[]
  /** Undefined: one row of defaults. */
  readonly source: BoundQuery | undefined
  /** The source's columns, for `values`. */
  readonly sourceRelation: RelationColumns
  /** All columns but generated ones, defaults included. */
  readonly values: readonly BoundAssignment[]
  /** Numbers of those that the statement gives, be it DEFAULT. */
  readonly namedColumns: readonly number[]
  readonly onConflict: BoundOnConflict | undefined
  /** The stored row: same as expressions.row. */
  readonly returning: BoundReturning | undefined
}
export interface BoundOnConflict {
  readonly action: 'nothing' | 'update'
  /** Numbers of the table's indexes that are watched (table.indexes, -1 the primary key); all of them without a target. */
  readonly arbiters: readonly number[]
  /** The row that is there. */
  readonly existing: RelationColumns
  /** The row that was to be inserted. */
  readonly excluded: RelationColumns
  readonly rowSources: readonly BoundRowSource[]
  readonly set: readonly BoundAssignment[]
  readonly where: BoundExpression | undefined
}
export interface BoundUpdate {
  readonly kind: 'update'
  readonly commonTables: readonly BoundCommonTable[]
  readonly table: TableSchema
  readonly expressions: TableExpressions
  readonly viewChecks: readonly ViewCheck[]
  /** The row as it is. */
  readonly target: RelationColumns
  /** Target joined with FROM: a table of relation `target` is somewhere in it. */
  readonly from: BoundFrom
  readonly where: BoundExpression | undefined
  readonly rowSources: readonly BoundRowSource[]
  readonly set: readonly BoundAssignment[]
  readonly returning: BoundReturning | undefined
}
export interface BoundDelete {
  readonly kind: 'delete'
  readonly commonTables: readonly BoundCommonTable[]
  readonly table: TableSchema
  readonly target: RelationColumns
  readonly from: BoundFrom
  readonly where: BoundExpression | undefined
  readonly returning: BoundReturning | undefined
}
export interface BoundMerge {
  readonly kind: 'merge'
  readonly commonTables: readonly BoundCommonTable[]
  readonly table: TableSchema
  readonly expressions: TableExpressions
  readonly viewChecks: readonly ViewCheck[]
  readonly target: RelationColumns
  /** A table of relation `target`. */
  readonly targetFrom: BoundTable
  readonly source: BoundFrom
  readonly on: BoundExpression
  readonly clauses: readonly {
    readonly when: 'matched' | 'not matched by target' | 'not matched by source'
    readonly condition: BoundExpression | undefined
    readonly action:
      | {
          readonly kind: 'update' | 'insert'
          readonly rowSources: readonly BoundRowSource[]
          /** Of INSERT: all columns but generated ones, defaults included. */
          readonly set: readonly BoundAssignment[]
        }
      | { readonly kind: 'delete' | 'nothing' }
  }[]
  readonly returning: BoundReturning | undefined
  /** The relation with one text column: merge_action(). */
  readonly actionRelation: RelationId
}
export type BoundChange = BoundInsert | BoundUpdate | BoundDelete | BoundMerge

export type BoundStatement =
  | { readonly kind: 'query'; readonly query: BoundQuery; readonly parameters: readonly SqlType[] }
  | { readonly kind: 'change'; readonly change: BoundChange; readonly parameters: readonly SqlType[] }
