/**
 * The statement tree: what a parser hands to the binder. Small, typed, and Coppice's own, so that the parser behind it
 * can be replaced (`parser.ts` makes it from libpg-query's). Names and types are not resolved here.
 *
 * Invariants:
 * 1. `at` is an index into the JavaScript string of the statement's text, -1 where the parser knows none.
 * 2. Whatever the parser accepts and this tree cannot say is refused where the tree is made (0A000), never dropped.
 * 3. Identifiers are folded already: unquoted ones are in lower case.
 */

import type {
  JsonAggregate,
  JsonArrayConstructor,
  JsonArrayQuery,
  JsonConversion,
  JsonObjectConstructor,
  JsonPathQuery,
  JsonTable,
} from './json-tree.ts'

export interface Node {
  readonly at: number
}

/** A name with qualifiers, outermost first: `['schema', 'table']`. */
export type QualifiedName = readonly string[]

/** `numeric(10, 2)[]`, `timestamp with time zone` (as `pg_catalog.timestamptz`), `users.id%type` is refused. */
export interface TypeName extends Node {
  readonly name: QualifiedName
  readonly modifiers: readonly Expression[]
  /** Number of array dimensions, 0 for none. */
  readonly dimensions: number
  readonly isSetOf: boolean
}

// ---------------------------------------------------------------------------------------------- Expressions

export type Expression =
  | Literal
  | Parameter
  | ColumnReference
  | OperatorExpression
  | LogicalExpression
  | NullTest
  | BooleanTest
  | DistinctTest
  | NullIf
  | InExpression
  | QuantifiedExpression
  | BetweenExpression
  | LikeExpression
  | FunctionCall
  | SqlValueFunction
  | CastExpression
  | CollateExpression
  | AtTimeZone
  | CaseExpression
  | Coalesce
  | MinMax
  | ArrayConstructor
  | RowConstructor
  | SubqueryExpression
  | Subscript
  | FieldSelection
  | SetToDefault
  | GroupingCall
  | JsonTest
  | JsonObjectConstructor
  | JsonArrayConstructor
  | JsonArrayQuery
  | JsonAggregate
  | JsonConversion
  | JsonPathQuery

/** A constant as written. Integers that fit 32 bits are `integer`; other numbers are `numeric`, as text. */
export interface Literal extends Node {
  readonly kind: 'literal'
  readonly value:
    | { readonly type: 'null' }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'integer'; readonly value: number }
    | { readonly type: 'numeric'; readonly text: string }
    /** A string constant: of type `unknown` until its surroundings say more. */
    | { readonly type: 'string'; readonly text: string }
    /** B'101' and X'1f': the text with its leading letter. */
    | { readonly type: 'bits'; readonly text: string }
}
/** `$1`: number 1. */
export interface Parameter extends Node {
  readonly kind: 'parameter'
  readonly number: number
}
/** `a`, `t.a`, `s.t.a`, `t.*`, `*`. */
export interface ColumnReference extends Node {
  readonly kind: 'column'
  readonly names: QualifiedName
  readonly isStar: boolean
}
/** A binary operator, or a prefix one when `left` is undefined. `OPERATOR(schema.+)` has a qualified name. */
export interface OperatorExpression extends Node {
  readonly kind: 'operator'
  readonly name: QualifiedName
  readonly left: Expression | undefined
  readonly right: Expression
}
export interface LogicalExpression extends Node {
  readonly kind: 'logical'
  readonly operator: 'and' | 'or' | 'not'
  readonly operands: readonly Expression[]
}
/** `x IS [NOT] NULL`; of a row: all its fields are (are not). */
export interface NullTest extends Node {
  readonly kind: 'null test'
  readonly operand: Expression
  readonly isNegated: boolean
}
/** `x IS [NOT] TRUE | FALSE | UNKNOWN`. */
export interface BooleanTest extends Node {
  readonly kind: 'boolean test'
  readonly operand: Expression
  readonly test: 'true' | 'false' | 'unknown'
  readonly isNegated: boolean
}
/** `x IS [NOT] DISTINCT FROM y`; `isNegated` for `IS NOT DISTINCT FROM`. */
export interface DistinctTest extends Node {
  readonly kind: 'distinct test'
  readonly left: Expression
  readonly right: Expression
  readonly isNegated: boolean
}
export interface NullIf extends Node {
  readonly kind: 'nullif'
  readonly left: Expression
  readonly right: Expression
}
/** `x [NOT] IN (a, b)`. With a subquery it is a SubqueryExpression. */
export interface InExpression extends Node {
  readonly kind: 'in'
  readonly operand: Expression
  readonly list: readonly Expression[]
  readonly isNegated: boolean
}
/** `x op ANY (array)`, `x op ALL (array)`. */
export interface QuantifiedExpression extends Node {
  readonly kind: 'quantified'
  readonly operator: QualifiedName
  readonly quantifier: 'any' | 'all'
  readonly operand: Expression
  readonly array: Expression
}
export interface BetweenExpression extends Node {
  readonly kind: 'between'
  readonly operand: Expression
  readonly low: Expression
  readonly high: Expression
  readonly isNegated: boolean
  readonly isSymmetric: boolean
}
/** LIKE, ILIKE, SIMILAR TO. */
export interface LikeExpression extends Node {
  readonly kind: 'like'
  readonly variant: 'like' | 'ilike' | 'similar'
  readonly operand: Expression
  readonly pattern: Expression
  readonly escape: Expression | undefined
  readonly isNegated: boolean
}
export interface FunctionCall extends Node {
  readonly kind: 'function'
  readonly name: QualifiedName
  readonly arguments: readonly Argument[]
  /** `count(*)`. */
  readonly isStar: boolean
  readonly isDistinct: boolean
  /** The last argument was given as VARIADIC. */
  readonly isVariadic: boolean
  /** ORDER BY inside of an aggregate, or of WITHIN GROUP. */
  readonly orderBy: readonly SortItem[]
  readonly isWithinGroup: boolean
  readonly filter: Expression | undefined
  readonly over: WindowReference | undefined
}
export interface Argument {
  /** `name => value`. */
  readonly name: string | undefined
  readonly value: Expression
}
/** CURRENT_DATE and its like. `precision` as in `CURRENT_TIMESTAMP(3)`. */
export interface SqlValueFunction extends Node {
  readonly kind: 'value function'
  readonly function:
    | 'current_date'
    | 'current_time'
    | 'current_timestamp'
    | 'localtime'
    | 'localtimestamp'
    | 'current_user'
    | 'current_role'
    | 'session_user'
    | 'user'
    | 'current_catalog'
    | 'current_schema'
  readonly precision: number | undefined
}
export interface CastExpression extends Node {
  readonly kind: 'cast'
  readonly operand: Expression
  readonly type: TypeName
}
export interface CollateExpression extends Node {
  readonly kind: 'collate'
  readonly operand: Expression
  readonly collation: QualifiedName
}
/** `x AT TIME ZONE zone`; `AT LOCAL` has none. */
export interface AtTimeZone extends Node {
  readonly kind: 'at time zone'
  readonly operand: Expression
  readonly zone: Expression | undefined
}
export interface CaseExpression extends Node {
  readonly kind: 'case'
  readonly operand: Expression | undefined
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
  readonly otherwise: Expression | undefined
}
export interface Coalesce extends Node {
  readonly kind: 'coalesce'
  readonly operands: readonly Expression[]
}
export interface MinMax extends Node {
  readonly kind: 'minmax'
  readonly function: 'greatest' | 'least'
  readonly operands: readonly Expression[]
}
export interface ArrayConstructor extends Node {
  readonly kind: 'array'
  readonly elements: readonly Expression[]
}
export interface RowConstructor extends Node {
  readonly kind: 'row'
  readonly fields: readonly Expression[]
}
export interface SubqueryExpression extends Node {
  readonly kind: 'subquery'
  readonly variant: 'scalar' | 'exists' | 'array' | 'any' | 'all'
  /** Of `x op ANY (select …)` and `x IN (select …)` (operator `=`, any); `NOT IN` is wrapped in a `not`. */
  readonly operand: Expression | undefined
  readonly operator: QualifiedName | undefined
  readonly query: Query
}
/** `a[1]`, `a[1:2]`, `a[:]`. */
export interface Subscript extends Node {
  readonly kind: 'subscript'
  readonly operand: Expression
  readonly subscripts: readonly {
    readonly isSlice: boolean
    readonly lower: Expression | undefined
    readonly upper: Expression | undefined
  }[]
}
/** `(row).field`, `(row).*`. */
export interface FieldSelection extends Node {
  readonly kind: 'field'
  readonly operand: Expression
  readonly field: string
  readonly isStar: boolean
}
/** `DEFAULT` in VALUES and SET. */
export interface SetToDefault extends Node {
  readonly kind: 'default'
}
/** `GROUPING(a, b)`. */
export interface GroupingCall extends Node {
  readonly kind: 'grouping'
  readonly operands: readonly Expression[]
}
/** `x IS [NOT] JSON [VALUE | ARRAY | OBJECT | SCALAR] [WITH UNIQUE KEYS]`. NOT is a `not` around it. */
export interface JsonTest extends Node {
  readonly kind: 'json test'
  readonly operand: Expression
  readonly type: 'any' | 'array' | 'object' | 'scalar'
  readonly hasUniqueKeys: boolean
}

// -------------------------------------------------------------------------------------------------- Queries

export interface SortItem extends Node {
  readonly expression: Expression
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'default' | 'first' | 'last'
  /** `USING <`. */
  readonly operator: QualifiedName | undefined
}

/** A window by name, or as defined on the spot. */
export type WindowReference =
  | { readonly name: string; readonly at: number }
  | { readonly definition: WindowDefinition; readonly at: number }

export interface WindowDefinition extends Node {
  /** In a WINDOW clause. */
  readonly name: string | undefined
  /** The window that this one extends. */
  readonly base: string | undefined
  readonly partitionBy: readonly Expression[]
  readonly orderBy: readonly SortItem[]
  /** Undefined: RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW. */
  readonly frame: WindowFrame | undefined
}
export interface WindowFrame {
  readonly mode: 'rows' | 'range' | 'groups'
  readonly start: FrameBound
  readonly end: FrameBound
  readonly exclude: 'no others' | 'current row' | 'group' | 'ties'
}
export type FrameBound =
  | { readonly kind: 'unbounded preceding' | 'current row' | 'unbounded following' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: Expression }

/** An item of the select list, or of RETURNING. */
export interface SelectItem extends Node {
  readonly expression: Expression
  readonly alias: string | undefined
}

export type Query = SelectQuery | SetOperation | ValuesQuery

interface QueryTail extends Node {
  readonly with: WithClause | undefined
  readonly orderBy: readonly SortItem[]
  readonly limit: Expression | undefined
  readonly isWithTies: boolean
  readonly offset: Expression | undefined
  readonly locking: readonly LockingClause[]
}
export interface SelectQuery extends QueryTail {
  readonly kind: 'select'
  /** `all`, `distinct`, or the expressions of DISTINCT ON. */
  readonly distinct: 'all' | 'distinct' | readonly Expression[]
  readonly items: readonly SelectItem[]
  readonly from: readonly FromItem[]
  readonly where: Expression | undefined
  readonly groupBy: readonly GroupItem[]
  readonly isGroupDistinct: boolean
  readonly having: Expression | undefined
  readonly windows: readonly WindowDefinition[]
  /** Of a cursor: where its rows are rows of a table, their primary keys come with them. */
  readonly identifiesRows?: boolean
}
export interface SetOperation extends QueryTail {
  readonly kind: 'set operation'
  readonly operation: 'union' | 'intersect' | 'except'
  readonly isAll: boolean
  readonly left: Query
  readonly right: Query
}
export interface ValuesQuery extends QueryTail {
  readonly kind: 'values'
  readonly rows: readonly (readonly Expression[])[]
}

export type GroupItem =
  | Expression
  | {
      readonly kind: 'rollup' | 'cube' | 'grouping sets'
      readonly items: readonly GroupItem[]
      readonly at: number
    }
  | { readonly kind: 'empty grouping set'; readonly at: number }
  /** `(a, b)` inside of ROLLUP, CUBE or GROUPING SETS: one set. Outside of them the parser writes `a, b`. */
  | { readonly kind: 'composite'; readonly items: readonly Expression[]; readonly at: number }

export interface LockingClause {
  readonly strength: 'key share' | 'share' | 'no key update' | 'update'
  readonly tables: readonly string[]
  readonly wait: 'block' | 'skip' | 'error'
}

export interface WithClause extends Node {
  readonly isRecursive: boolean
  readonly items: readonly CommonTable[]
}
export interface CommonTable extends Node {
  readonly name: string
  readonly columns: readonly string[]
  readonly materialized: 'default' | 'always' | 'never'
  readonly statement: Query | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement
  /** SEARCH and CYCLE are said here, for the binder to refuse or to do. */
  readonly search:
    | { readonly isDepthFirst: boolean; readonly columns: readonly string[]; readonly sequence: string }
    | undefined
  readonly cycle:
    | {
        readonly columns: readonly string[]
        readonly mark: string
        readonly value: Expression
        readonly otherwise: Expression
        readonly path: string
      }
    | undefined
}

export interface Alias {
  readonly name: string
  readonly columns: readonly string[]
}
export type FromItem = TableReference | SubqueryReference | FunctionReference | JoinReference | JsonTable
export interface TableReference extends Node {
  readonly kind: 'table'
  readonly name: QualifiedName
  readonly alias: Alias | undefined
  /** `ONLY t`, and `t` without descendants, are the same here: there is no inheritance. */
  readonly sample:
    | {
        readonly method: QualifiedName
        readonly arguments: readonly Expression[]
        readonly seed: Expression | undefined
      }
    | undefined
}
export interface SubqueryReference extends Node {
  readonly kind: 'subquery'
  readonly query: Query
  readonly alias: Alias | undefined
  readonly isLateral: boolean
}
export interface FunctionReference extends Node {
  readonly kind: 'functions'
  /** One, or several with ROWS FROM. */
  readonly functions: readonly {
    readonly call: Expression
    readonly columns: readonly { readonly name: string; readonly type: TypeName }[]
  }[]
  readonly isRowsFrom: boolean
  readonly withOrdinality: boolean
  readonly alias: Alias | undefined
  readonly isLateral: boolean
  /** `AS t(a int, b text)`. */
  readonly columns: readonly { readonly name: string; readonly type: TypeName }[]
}
export interface JoinReference extends Node {
  readonly kind: 'join'
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross'
  readonly isNatural: boolean
  readonly left: FromItem
  readonly right: FromItem
  readonly using: readonly string[]
  /** `USING (a) AS x`. */
  readonly usingAlias: string | undefined
  readonly on: Expression | undefined
  readonly alias: Alias | undefined
}

// ---------------------------------------------------------------------------------------------- Changing data

export interface TargetTable extends Node {
  readonly name: QualifiedName
  readonly alias: string | undefined
}
/** From a value to a part of it. */
export type AssignmentStep =
  | { readonly kind: 'element'; readonly subscripts: Subscript['subscripts'] }
  | { readonly kind: 'field'; readonly name: string }
/** A column that is assigned to, or a part of it: `a`, `a[1]`, `a.b[1].c`. */
export interface AssignedColumn extends Node {
  readonly name: string
  /** Empty: the whole column. */
  readonly path: readonly AssignmentStep[]
}
export interface Assignment extends Node {
  /** More than one for `(a, b) = (…)`. */
  readonly columns: readonly AssignedColumn[]
  /** For several columns: a row constructor or a subquery. */
  readonly value: Expression
}
export interface Returning {
  readonly items: readonly SelectItem[]
  /** `RETURNING WITH (OLD AS o, NEW AS n)`. */
  readonly oldAlias: string | undefined
  readonly newAlias: string | undefined
}
export interface InsertStatement extends Node {
  readonly kind: 'insert'
  readonly with: WithClause | undefined
  readonly target: TargetTable
  readonly columns: readonly AssignedColumn[]
  /** Undefined: DEFAULT VALUES. */
  readonly source: Query | undefined
  readonly overriding: 'none' | 'user' | 'system'
  readonly onConflict: OnConflict | undefined
  readonly returning: Returning | undefined
}
export interface OnConflict extends Node {
  readonly action: 'nothing' | 'update'
  readonly target:
    | {
        readonly kind: 'columns'
        readonly elements: readonly IndexElement[]
        readonly where: Expression | undefined
      }
    | { readonly kind: 'constraint'; readonly name: string }
    | undefined
  readonly set: readonly Assignment[]
  readonly where: Expression | undefined
}
/** WHERE CURRENT OF: the row that a cursor is on. */
export interface CurrentOf extends Node {
  readonly cursor: string
  /** Filled in by the session, which has the cursors. */
  readonly row?: CurrentRow
}
/** The row that a cursor is on. */
export interface CurrentRow {
  readonly tableOid: number
  /** Its primary key, as values of SQL. Undefined: the row is not there any more. */
  readonly key: readonly unknown[] | undefined
}
export interface UpdateStatement extends Node {
  readonly kind: 'update'
  readonly with: WithClause | undefined
  readonly target: TargetTable
  readonly set: readonly Assignment[]
  readonly from: readonly FromItem[]
  readonly where: Expression | undefined
  /** Instead of `where`. */
  readonly currentOf: CurrentOf | undefined
  readonly returning: Returning | undefined
}
export interface DeleteStatement extends Node {
  readonly kind: 'delete'
  readonly with: WithClause | undefined
  readonly target: TargetTable
  readonly using: readonly FromItem[]
  readonly where: Expression | undefined
  /** Instead of `where`. */
  readonly currentOf: CurrentOf | undefined
  readonly returning: Returning | undefined
}
export interface MergeStatement extends Node {
  readonly kind: 'merge'
  readonly with: WithClause | undefined
  readonly target: TargetTable
  readonly source: FromItem
  readonly on: Expression
  readonly clauses: readonly MergeClause[]
  readonly returning: Returning | undefined
}
export interface MergeClause extends Node {
  readonly when: 'matched' | 'not matched by target' | 'not matched by source'
  readonly condition: Expression | undefined
  readonly action:
    | { readonly kind: 'update'; readonly set: readonly Assignment[] }
    | { readonly kind: 'delete' }
    | { readonly kind: 'nothing' }
    | {
        readonly kind: 'insert'
        readonly columns: readonly AssignedColumn[]
        /** Undefined: DEFAULT VALUES. */
        readonly values: readonly Expression[] | undefined
        readonly overriding: 'none' | 'user' | 'system'
      }
}

// ------------------------------------------------------------------------------------------------ Definitions

export interface ColumnDefinition extends Node {
  readonly name: string
  readonly type: TypeName
  readonly collation: QualifiedName | undefined
  readonly constraints: readonly ConstraintDefinition[]
  /** STORAGE and COMPRESSION, where they are said. */
  readonly storage?: string
  readonly compression?: string
}
/** How something is to be laid out: of pg_class.reloptions. */
export interface StorageParameter {
  readonly name: string
  readonly value: string
}
export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'
interface ConstraintHead extends Node {
  readonly name: string | undefined
  readonly isDeferrable: boolean
  readonly isInitiallyDeferred: boolean
}
export type ConstraintDefinition =
  | (ConstraintHead & {
      readonly kind: 'not null' /** Of a table constraint. */
      readonly column: string | undefined
      readonly isNoInherit?: boolean
    })
  | (ConstraintHead & { readonly kind: 'null' })
  | (ConstraintHead & { readonly kind: 'default'; readonly expression: Expression })
  | (ConstraintHead & {
      readonly kind: 'check'
      readonly expression: Expression
      readonly isNotValid: boolean
      readonly isEnforced: boolean
      readonly isNoInherit: boolean
      /** Of one that LIKE copies. */
      readonly comment?: string
    })
  | (ConstraintHead & {
      readonly kind: 'primary key' | 'unique'
      /** Empty on a column. */
      readonly columns: readonly string[]
      readonly include: readonly string[]
      readonly nullsNotDistinct: boolean
      /** `USING INDEX name`, of ALTER TABLE. */
      readonly usingIndex: string | undefined
      readonly options?: readonly StorageParameter[]
    })
  | (ConstraintHead & {
      readonly kind: 'foreign key'
      /** Empty on a column. */
      readonly columns: readonly string[]
      readonly referenced: QualifiedName
      /** Empty: its primary key. */
      readonly referencedColumns: readonly string[]
      readonly match: 'simple' | 'full' | 'partial'
      readonly onUpdate: ReferentialAction
      readonly onDelete: ReferentialAction
      /** `ON DELETE SET NULL (a)`. */
      readonly onDeleteColumns: readonly string[]
      readonly isNotValid: boolean
      readonly isEnforced: boolean
    })
  | (ConstraintHead & {
      readonly kind: 'identity'
      readonly always: boolean
      readonly options: readonly SequenceOption[]
    })
  | (ConstraintHead & {
      readonly kind: 'generated'
      readonly expression: Expression
      readonly isStored: boolean
    })

export interface LikeClause extends Node {
  readonly kind: 'like'
  /** How many of the table's own columns stand before it: its columns come after those. */
  readonly columnsBefore: number
  readonly table: QualifiedName
  readonly including: readonly (
    | 'comments'
    | 'compression'
    | 'constraints'
    | 'defaults'
    | 'generated'
    | 'identity'
    | 'indexes'
    | 'statistics'
    | 'storage'
  )[]
}
export interface CreateTable extends Node {
  readonly kind: 'create table'
  readonly name: QualifiedName
  readonly isTemporary: boolean
  readonly ifNotExists: boolean
  readonly columns: readonly ColumnDefinition[]
  readonly likes: readonly LikeClause[]
  readonly constraints: readonly ConstraintDefinition[]
  readonly onCommit: 'preserve' | 'delete' | 'drop'
  readonly options?: readonly StorageParameter[]
}
export interface CreateTableAs extends Node {
  readonly kind: 'create table as'
  readonly name: QualifiedName
  readonly columns: readonly string[]
  readonly isTemporary: boolean
  readonly ifNotExists: boolean
  readonly query: Query | ExecuteStatement
  readonly withData: boolean
  readonly onCommit: CreateTable['onCommit']
  readonly isMaterializedView: boolean
  readonly options?: readonly StorageParameter[]
}
export interface IndexElement extends Node {
  /** A column name, or an expression. */
  readonly column: string | undefined
  readonly expression: Expression | undefined
  readonly collation: QualifiedName | undefined
  readonly operatorClass: QualifiedName | undefined
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'default' | 'first' | 'last'
}
export interface CreateIndex extends Node {
  readonly kind: 'create index'
  readonly name: string | undefined
  readonly table: QualifiedName
  readonly method: string
  readonly isUnique: boolean
  readonly nullsNotDistinct: boolean
  readonly isConcurrent: boolean
  readonly ifNotExists: boolean
  readonly elements: readonly IndexElement[]
  readonly include: readonly string[]
  readonly where: Expression | undefined
  readonly options?: readonly StorageParameter[]
}
export interface RefreshStatement extends Node {
  readonly kind: 'refresh'
  readonly name: QualifiedName
  readonly isConcurrent: boolean
  readonly withData: boolean
}
export interface ReindexStatement extends Node {
  readonly kind: 'reindex'
  readonly object: 'index' | 'table' | 'schema' | 'database' | 'system'
  /** Undefined: the database at hand. */
  readonly name: QualifiedName | undefined
  readonly isConcurrent: boolean
}
export interface CreateView extends Node {
  readonly kind: 'create view'
  readonly name: QualifiedName
  readonly columns: readonly string[]
  readonly query: Query
  readonly orReplace: boolean
  readonly isTemporary: boolean
  readonly checkOption: 'none' | 'local' | 'cascaded'
  readonly options?: readonly StorageParameter[]
}
export type SequenceOption =
  | { readonly kind: 'increment' | 'start' | 'cache'; readonly value: bigint }
  | { readonly kind: 'minvalue' | 'maxvalue'; readonly value: bigint | undefined }
  | { readonly kind: 'cycle'; readonly value: boolean }
  | { readonly kind: 'restart'; readonly value: bigint | undefined }
  | { readonly kind: 'as'; readonly type: TypeName }
  | { readonly kind: 'owned by'; readonly column: QualifiedName | undefined }
  | { readonly kind: 'sequence name'; readonly name: QualifiedName }
export interface CreateSequence extends Node {
  readonly kind: 'create sequence'
  readonly name: QualifiedName
  readonly isTemporary: boolean
  readonly ifNotExists: boolean
  readonly options: readonly SequenceOption[]
}
export interface AlterSequence extends Node {
  readonly kind: 'alter sequence'
  readonly name: QualifiedName
  readonly ifExists: boolean
  readonly options: readonly SequenceOption[]
}
export interface CreateSchema extends Node {
  readonly kind: 'create schema'
  /** Undefined: it is called as its owner. */
  readonly name: string | undefined
  /** AUTHORIZATION; the role is undefined where it is who asks. */
  readonly owner?: { readonly role: string | undefined }
  readonly ifNotExists: boolean
  readonly elements: readonly Statement[]
}
export interface CreateEnum extends Node {
  readonly kind: 'create enum'
  readonly name: QualifiedName
  readonly labels: readonly string[]
}
export interface AlterEnum extends Node {
  readonly kind: 'alter enum'
  readonly name: QualifiedName
  readonly action:
    | {
        readonly kind: 'add'
        readonly label: string
        readonly ifNotExists: boolean
        readonly neighbour: string | undefined
        readonly isAfter: boolean
      }
    | { readonly kind: 'rename'; readonly label: string; readonly newLabel: string }
}
export interface CreateDomain extends Node {
  readonly kind: 'create domain'
  readonly name: QualifiedName
  readonly type: TypeName
  readonly constraints: readonly ConstraintDefinition[]
}
export interface AlterDomain extends Node {
  readonly kind: 'alter domain'
  readonly name: QualifiedName
  /** SET DEFAULT without an expression is DROP DEFAULT. */
  readonly action:
    | { readonly kind: 'set default'; readonly expression: Expression | undefined }
    | { readonly kind: 'set not null' | 'drop not null' }
    | { readonly kind: 'add constraint'; readonly constraint: ConstraintDefinition }
    | { readonly kind: 'drop constraint'; readonly name: string; readonly ifExists: boolean }
    | { readonly kind: 'validate constraint'; readonly name: string }
}
export interface CreateCompositeType extends Node {
  readonly kind: 'create composite type'
  readonly name: QualifiedName
  readonly columns: readonly ColumnDefinition[]
}
export type DroppedKind =
  | 'table'
  | 'view'
  | 'materialized view'
  | 'index'
  | 'sequence'
  | 'schema'
  | 'type'
  | 'domain'
export interface DropStatement extends Node {
  readonly kind: 'drop'
  readonly object: DroppedKind
  readonly names: readonly QualifiedName[]
  readonly ifExists: boolean
  readonly isCascade: boolean
  /** CONCURRENTLY, of an index: it changes nothing here, where there is one writer, but is refused in a transaction block. */
  readonly isConcurrent: boolean
}
export interface TruncateStatement extends Node {
  readonly kind: 'truncate'
  readonly tables: readonly QualifiedName[]
  readonly restartIdentity: boolean
  readonly isCascade: boolean
}
export type AlterTableAction = Node &
  (
    | { readonly kind: 'add column'; readonly column: ColumnDefinition; readonly ifNotExists: boolean }
    | {
        readonly kind: 'drop column'
        readonly column: string
        readonly ifExists: boolean
        readonly isCascade: boolean
      }
    | {
        readonly kind: 'set type'
        readonly column: string
        readonly type: TypeName
        readonly using: Expression | undefined
      }
    | { readonly kind: 'set default'; readonly column: string; readonly expression: Expression | undefined }
    | { readonly kind: 'set not null' | 'drop not null'; readonly column: string }
    | { readonly kind: 'set expression'; readonly column: string; readonly expression: Expression }
    | { readonly kind: 'drop expression'; readonly column: string; readonly ifExists: boolean }
    | {
        readonly kind: 'add identity'
        readonly column: string
        readonly always: boolean
        readonly options: readonly SequenceOption[]
      }
    | {
        readonly kind: 'set identity'
        readonly column: string
        readonly always: boolean | undefined
        readonly options: readonly SequenceOption[]
      }
    | { readonly kind: 'drop identity'; readonly column: string; readonly ifExists: boolean }
    | { readonly kind: 'add constraint'; readonly constraint: ConstraintDefinition }
    | {
        readonly kind: 'drop constraint'
        readonly name: string
        readonly ifExists: boolean
        readonly isCascade: boolean
      }
    | { readonly kind: 'validate constraint'; readonly name: string }
    | {
        readonly kind: 'alter constraint'
        readonly name: string
        /** Undefined: it is as before. */
        readonly deferral:
          | { readonly isDeferrable: boolean; readonly isInitiallyDeferred: boolean }
          | undefined
        readonly isEnforced: boolean | undefined
      }
    | StorageAction
  )
/** What is said about the layout, and changes nothing of what is there. */
export type StorageAction = Node &
  (
    | { readonly kind: 'set options'; readonly options: readonly StorageParameter[] }
    | { readonly kind: 'reset options'; readonly names: readonly string[] }
    | {
        readonly kind: 'set column options'
        readonly column: string
        readonly options: readonly StorageParameter[]
      }
    | { readonly kind: 'reset column options'; readonly column: string; readonly names: readonly string[] }
    /** Undefined: the default. */
    | { readonly kind: 'set statistics'; readonly column: string; readonly target: number | undefined }
    | { readonly kind: 'set storage' | 'set compression'; readonly column: string; readonly method: string }
    | { readonly kind: 'replica identity'; readonly rows: 'default' | 'full' | 'nothing' }
    | { readonly kind: 'replica identity by index'; readonly index: string }
    /** Undefined: by none. */
    | { readonly kind: 'cluster on'; readonly index: string | undefined }
    | { readonly kind: 'set logged' }
    /** Undefined: all, or all of users. */
    | { readonly kind: 'enable trigger'; readonly trigger: string | undefined }
    /** What is so already. */
    | { readonly kind: 'nothing' }
  )
/** What ALTER is said of: which of them it is, the relation itself says, too. */
export type AlteredObject = 'table' | 'index' | 'view' | 'materialized view' | 'type'
export interface AlterTable extends Node {
  readonly kind: 'alter table'
  /** Missing: a table. */
  readonly object?: AlteredObject
  readonly name: QualifiedName
  readonly ifExists: boolean
  readonly actions: readonly AlterTableAction[]
}
export interface RenameStatement extends Node {
  readonly kind: 'rename'
  readonly object:
    | 'table'
    | 'view'
    | 'index'
    | 'sequence'
    | 'schema'
    | 'type'
    | 'domain'
    | 'materialized view'
    | 'column'
    | 'constraint'
    | 'domain constraint'
  /** The object, or for columns and constraints their table or domain. */
  readonly name: QualifiedName
  /** The column or constraint. */
  readonly part: string | undefined
  readonly newName: string
  readonly ifExists: boolean
}
export interface SetSchemaStatement extends Node {
  readonly kind: 'set schema'
  readonly object: 'table' | 'view' | 'materialized view' | 'sequence' | 'type' | 'domain'
  readonly name: QualifiedName
  readonly newSchema: string
  readonly ifExists: boolean
}
export interface OwnerStatement extends Node {
  readonly kind: 'owner'
  readonly object: SetSchemaStatement['object'] | 'index' | 'schema'
  readonly name: QualifiedName
  /** Undefined: who asks. */
  readonly role: string | undefined
  readonly ifExists: boolean
}
export interface CommentStatement extends Node {
  readonly kind: 'comment'
  readonly object:
    | 'table'
    | 'view'
    | 'materialized view'
    | 'index'
    | 'sequence'
    | 'schema'
    | 'type'
    | 'domain'
    | 'column'
    | 'constraint'
    | 'domain constraint'
    | 'database'
  readonly name: QualifiedName
  readonly part: string | undefined
  readonly text: string | undefined
}

// ----------------------------------------------------------------------------------- Transactions and settings

export interface TransactionStatement extends Node {
  readonly kind: 'transaction'
  readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback to'
  readonly savepoint: string | undefined
  readonly modes: TransactionModes
  readonly isChain: boolean
}
export interface TransactionModes {
  readonly isolation: 'serializable' | 'repeatable read' | 'read committed' | 'read uncommitted' | undefined
  readonly isReadOnly: boolean | undefined
  readonly isDeferrable: boolean | undefined
}
export interface SetStatement extends Node {
  readonly kind: 'set'
  readonly name: string
  /** Undefined: DEFAULT, or RESET. Each value as text, as SHOW would print it. */
  readonly values: readonly string[] | undefined
  readonly isLocal: boolean
}
export interface ResetAllStatement extends Node {
  readonly kind: 'reset all'
}
export interface SetTransactionStatement extends Node {
  readonly kind: 'set transaction'
  readonly modes: TransactionModes
  readonly isSession: boolean
}
export interface SetConstraintsStatement extends Node {
  readonly kind: 'set constraints'
  /** Empty: ALL. */
  readonly names: readonly QualifiedName[]
  readonly isDeferred: boolean
}
export interface ShowStatement extends Node {
  readonly kind: 'show'
  readonly name: string
}
export interface ExplainStatement extends Node {
  readonly kind: 'explain'
  readonly statement: Statement
  /** Names in lower case, values as written; `analyze` alone has the value 'true'. */
  readonly options: readonly { readonly name: string; readonly value: string; readonly at: number }[]
}
export interface AnalyzeStatement extends Node {
  readonly kind: 'analyze'
  /** Empty: all tables. */
  readonly tables: readonly { readonly name: QualifiedName; readonly columns: readonly string[] }[]
  readonly isVacuum: boolean
  /** Names in lower case, values as written; `verbose` alone has the value 'true'. */
  readonly options: ExplainStatement['options']
}
export interface PrepareStatement extends Node {
  readonly kind: 'prepare'
  readonly name: string
  readonly types: readonly TypeName[]
  readonly statement: Statement
  /** The text of `statement` alone. */
  readonly text: string
  /** With PREPARE before it. */
  readonly wholeText: string
}
export interface ExecuteStatement extends Node {
  readonly kind: 'execute'
  readonly name: string
  readonly arguments: readonly Expression[]
}
export interface DeallocateStatement extends Node {
  readonly kind: 'deallocate'
  /** Undefined: ALL. */
  readonly name: string | undefined
}
export interface DiscardStatement extends Node {
  readonly kind: 'discard'
  readonly what: 'all' | 'plans' | 'sequences' | 'temporary'
}
export interface LockStatement extends Node {
  readonly kind: 'lock'
  readonly tables: readonly QualifiedName[]
  /** ACCESS SHARE and ROW SHARE: what reads. Others are for those who write. */
  readonly isForReading: boolean
  /** False: NOWAIT. */
  readonly waits: boolean
}

export interface CopyOption {
  /** In lower case. */
  readonly name: string
  /** Undefined: the name alone. */
  readonly value: string | readonly string[] | undefined
  readonly at: number
}
export interface CopyStatement extends Node {
  readonly kind: 'copy'
  readonly isFrom: boolean
  /** Undefined: a query's rows go out. */
  readonly table: QualifiedName | undefined
  /** Empty: all. */
  readonly columns: readonly string[]
  readonly query: QueryStatement | undefined
  readonly options: readonly CopyOption[]
  readonly where: Expression | undefined
  /** Those that its names begin with. */
  readonly databases: readonly NamedDatabase[]
}

/** Of databases and roles: a name in lower case, with its value as text. */
export interface RoleOption {
  readonly name: string
  readonly value: string | undefined
  readonly at: number
}
export interface CreateDatabaseStatement extends Node {
  readonly kind: 'create database'
  readonly name: string
  readonly options: readonly RoleOption[]
}
export interface DropDatabaseStatement extends Node {
  readonly kind: 'drop database'
  readonly name: string
  readonly ifExists: boolean
  readonly isForced: boolean
}
export interface RoleStatement extends Node {
  readonly kind: 'create role' | 'alter role'
  readonly name: string
  /** CREATE USER: it may log in. */
  readonly isUser: boolean
  readonly options: readonly RoleOption[]
}
export interface DropRoleStatement extends Node {
  readonly kind: 'drop role'
  readonly names: readonly string[]
  readonly ifExists: boolean
}
export interface GrantStatement extends Node {
  readonly kind: 'grant'
  /** False: REVOKE. */
  readonly isGrant: boolean
  readonly target: 'table' | 'sequence' | 'schema' | 'database'
  /** Empty: ALL. */
  readonly privileges: readonly {
    /** In lower case; undefined: ALL, of the columns. */
    readonly name: string | undefined
    /** Empty: the whole object. */
    readonly columns: readonly string[]
  }[]
  /** Tables, views and sequences. */
  readonly relations: readonly QualifiedName[]
  /** All tables, or sequences, of the schemas that are named. */
  readonly isAllInSchema: boolean
  /** Schemas or databases. */
  readonly names: readonly string[]
  /** Undefined: PUBLIC. */
  readonly grantees: readonly (string | undefined)[]
}
/** Makes roles members of others. */
export interface GrantRoleStatement extends Node {
  readonly kind: 'grant role'
  readonly isGrant: boolean
  readonly roles: readonly string[]
  readonly members: readonly string[]
}
export interface ListenStatement extends Node {
  readonly kind: 'listen' | 'unlisten'
  /** Undefined: all. */
  readonly channel: string | undefined
}
export interface NotifyStatement extends Node {
  readonly kind: 'notify'
  readonly channel: string
  readonly payload: string
}

/** USE: the session goes on in another database. */
export interface UseStatement extends Node {
  readonly kind: 'use'
  readonly name: string
}

/** What concerns a server and its sessions, not one database. */
export type AdministrationStatement =
  | CreateDatabaseStatement
  | DropDatabaseStatement
  | RoleStatement
  | DropRoleStatement
  | GrantStatement
  | GrantRoleStatement
  | ListenStatement
  | NotifyStatement
  | UseStatement

export type QueryStatement = Query | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement

export type DefinitionStatement =
  | CreateTable
  | CreateTableAs
  | CreateIndex
  | ReindexStatement
  | RefreshStatement
  | CreateView
  | CreateSequence
  | AlterSequence
  | CreateSchema
  | CreateEnum
  | AlterEnum
  | CreateDomain
  | AlterDomain
  | CreateCompositeType
  | DropStatement
  | TruncateStatement
  | AlterTable
  | RenameStatement
  | SetSchemaStatement
  | OwnerStatement
  | CommentStatement

export interface DeclareCursorStatement {
  readonly kind: 'declare cursor'
  readonly at: number
  readonly name: string
  /** Undefined: neither SCROLL nor NO SCROLL. */
  readonly isScrollable: boolean | undefined
  readonly isHeld: boolean
  /** How many characters its text has. */
  readonly length: number
  readonly query: Query
}
/** FETCH and MOVE. NEXT is forward 1, PRIOR backward 1, FIRST absolute 1, LAST absolute -1; ALL is the largest number. */
export interface FetchStatement {
  readonly kind: 'fetch'
  readonly at: number
  readonly direction: 'forward' | 'backward' | 'absolute' | 'relative'
  readonly count: number
  readonly name: string
  readonly isMove: boolean
}
export interface CloseCursorStatement {
  readonly kind: 'close'
  readonly at: number
  /** Undefined: all. */
  readonly name: string | undefined
}

export type SessionStatement =
  | TransactionStatement
  | DeclareCursorStatement
  | FetchStatement
  | CloseCursorStatement
  | SetStatement
  | ResetAllStatement
  | SetTransactionStatement
  | SetConstraintsStatement
  | ShowStatement
  | ExplainStatement
  | AnalyzeStatement
  | PrepareStatement
  | ExecuteStatement
  | DeallocateStatement
  | DiscardStatement
  | CopyStatement
  | LockStatement
  | AdministrationStatement

export type Statement = QueryStatement | DefinitionStatement | SessionStatement

/** One statement of a script: its tree, and where its text lies in the script's. */
export interface ParsedStatement {
  readonly statement: Statement
  readonly start: number
  readonly end: number
  /** The highest `$n` in it, 0 without. */
  readonly parameterCount: number
  /** Those that its names begin with; undefined: none does. */
  readonly databases?: readonly NamedDatabase[]
}

/** A name that begins with a database. */
export interface NamedDatabase extends Node {
  readonly name: string
  /** The whole name, as errors show it. */
  readonly full: string
}
