/**
 * What statements know about the database's objects, as plain values: what the binder resolves names to, the planner reads
 * indexes from, and the executor finds typed tables by. The catalog makes them from what is stored
 * (catalog.ts); a definition that changes makes new ones, so what a cached plan holds never changes under it.
 *
 * Expressions of definitions (defaults, checks, generated columns, index expressions and predicates, views) are kept as SQL
 * text as they print, and bound when they are needed.
 */

import type { TypeNode } from '../../table/type-node.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { SqlType } from '../types/type.ts'

/** Columns, indexes, constraints of one table are numbered from 0 here; `attributeNumber` is PostgreSQL's. */
export interface ColumnSchema {
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
  readonly isNotNull: boolean
  /** Name of the constraint that says so. */
  readonly notNullName?: string | undefined
  /** pg_attribute.attnum: from 1, never given again. */
  readonly attributeNumber: number
  /** SQL text. */
  readonly defaultText: string | undefined
  readonly identity: 'always' | 'by default' | undefined
  /** SQL text of GENERATED ALWAYS AS (…). */
  readonly generatedText: string | undefined
  /** VIRTUAL, not STORED: the value is stored all the same (definition/virtual-columns.ts). */
  readonly isVirtual?: boolean
  /** The sequence behind an identity or serial column. */
  readonly sequenceOid: number | undefined
  /** The row number of a table without a primary key: not in `*`, not named by anybody. */
  readonly isHidden: boolean
  /** The key of a typed table with `autoIncrement()`, which numbers the rows that have none. */
  readonly isNumbered?: boolean
  /** Name of the typed table's column. */
  readonly storedName: string
  /** Of a table that was made from TypeScript: what its values are stored as, without `nullable`. */
  readonly storedNode?: TypeNode | undefined
  readonly hints?: ColumnHints | undefined
  readonly comment: string | undefined
}

/** What was said of a column's layout, as pg_attribute has it; it changes nothing here. */
export interface ColumnHints {
  readonly statistics?: number
  readonly storage?: string
  readonly compression?: string
  /** `n_distinct=5`. */
  readonly options?: readonly string[]
  /** NO INHERIT of its NOT NULL. */
  readonly isNoInherit?: boolean
}
/** The same of a table. */
export interface TableHints {
  /** `fillfactor=70`. */
  readonly options?: readonly string[]
  /** The oid of an index; missing: the default. */
  readonly replicaIdentity?: 'full' | 'nothing' | number
  /** Oid of the index that it was said to be clustered on. */
  readonly clusteredOn?: number
}

export interface IndexColumn {
  /** A column's number, or -1 for an expression. */
  readonly column: number
  readonly expressionText: string | undefined
  /** Of an expression. */
  readonly expressionType?: SqlType | undefined
  readonly isDescending: boolean
  /** Where the stored index has them. */
  readonly nullsFirst: boolean
}

export interface IndexSchema {
  readonly oid: number
  readonly name: string
  readonly columns: readonly IndexColumn[]
  /** Numbers of INCLUDEd columns. */
  readonly include: readonly number[]
  readonly isUnique: boolean
  readonly isPrimary: boolean
  readonly nullsNotDistinct: boolean
  readonly predicateText: string | undefined
  /** Name of the typed table's index; undefined for the primary key, which is the order of its rows. */
  readonly storedName: string | undefined
  /** The typed table has lost it (it was dropped from TypeScript, or a salvage could not make it): not to be used. */
  readonly isMissing?: boolean
  /** `fillfactor=70`: remembered, and means nothing. */
  readonly options?: readonly string[]
  readonly comment?: string
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ForeignKeySchema {
  readonly kind: 'foreign key'
  readonly oid: number
  readonly name: string
  readonly columns: readonly number[]
  readonly referencedOid: number
  readonly referencedColumns: readonly number[]
  readonly match: 'simple' | 'full'
  readonly onUpdate: ReferentialAction
  readonly onDelete: ReferentialAction
  readonly onDeleteColumns: readonly number[]
  readonly isDeferrable: boolean
  readonly isInitiallyDeferred: boolean
  readonly isValidated: boolean
  /** NOT ENFORCED: rows are not held to it, and nothing follows from changes of those that they refer to. */
  readonly isEnforced?: false
  readonly comment?: string
}
export interface CheckSchema {
  readonly kind: 'check'
  readonly oid: number
  readonly name: string
  readonly text: string
  readonly isValidated: boolean
  /** NOT ENFORCED: rows are not held to it. */
  readonly isEnforced?: false
  /** NO INHERIT: remembered, and means nothing, since there are no tables below others. */
  readonly isNoInherit?: true
  readonly comment?: string
}
export interface KeySchema {
  readonly kind: 'primary key' | 'unique'
  readonly oid: number
  readonly name: string
  readonly columns: readonly number[]
  readonly indexOid: number
  readonly isDeferrable: boolean
  readonly isInitiallyDeferred: boolean
  readonly comment?: string
}
export type ConstraintSchema = ForeignKeySchema | CheckSchema | KeySchema

export interface TableSchema {
  readonly kind: 'table'
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly columns: readonly ColumnSchema[]
  /** Of it `columns` are the typed table's key; undefined: a hidden column is, also where the primary key is deferrable. */
  readonly primaryKey: KeySchema | undefined
  readonly indexes: readonly IndexSchema[]
  readonly constraints: readonly ConstraintSchema[]
  /** Foreign keys of other tables (and this one) that refer here. */
  readonly referencedBy: readonly { readonly tableOid: number; readonly constraint: ForeignKeySchema }[]
  readonly rowType: SqlType
  readonly isTemporary: boolean
  /** Its rows are those of a query as it was when it was run last; statements do not change them. */
  readonly materialized?: { readonly text: string; readonly isPopulated: boolean } | undefined
  /** Name of the typed table; what kind it is decides how rows are made of entries. */
  readonly storedName: string
  readonly storedKind: 'records' | 'map' | 'multimap'
  readonly hints?: TableHints | undefined
  readonly comment: string | undefined
}

export interface ViewColumn {
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
  /** What INSERT, and DEFAULT, give it: before the default of the column that it shows. */
  readonly defaultText?: string | undefined
}
export interface ViewSchema {
  readonly kind: 'view'
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly columns: readonly ViewColumn[]
  /** The query's text as it prints. */
  readonly text: string
  readonly checkOption: 'none' | 'local' | 'cascaded'
  /** As pg_class.reloptions has them. */
  readonly options?: readonly string[] | undefined
  /** What it reads is asked of who reads it, and not of its owner. */
  readonly isSecurityInvoker?: boolean
  readonly rowType: SqlType
  readonly comment: string | undefined
}

export interface SequenceSchema {
  readonly kind: 'sequence'
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly type: SqlType
  readonly start: bigint
  readonly increment: bigint
  readonly minimum: bigint
  readonly maximum: bigint
  readonly isCycling: boolean
  /** What was said of it: values are given one by one. */
  readonly cache: bigint
  readonly ownedBy: { readonly tableOid: number; readonly attributeNumber: number } | undefined
  readonly comment: string | undefined
}

/** A table whose rows are computed: pg_catalog, information_schema. */
export interface VirtualTable {
  readonly kind: 'virtual'
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** PostgreSQL has it as a view. */
  readonly isView: boolean
  readonly columns: readonly {
    readonly name: string
    readonly type: SqlType
    readonly modifier: number
    readonly isNotNull: boolean
  }[]
  readonly rowType: SqlType
  /** How many rows there may be, for the planner. */
  readonly rowsExpected: number
  /** Rows as arrays of values in the order of the columns, then the table's oid, for the session that asks. */
  rows(context: EvaluationContext): Iterable<readonly unknown[]>
}

export type RelationSchema = TableSchema | ViewSchema | SequenceSchema | VirtualTable

/** What the binder asks of a catalog: one state of the definitions, as of one transaction or snapshot. */
export interface CatalogReader {
  /** Another one for each state of the definitions: what is bound is valid for one version. */
  readonly version: number
  /** Schemas in which unqualified names are looked for, in order; pg_catalog first unless it is named. */
  readonly searchPath: readonly string[]
  /** By qualified name, or along the search path. Undefined: there is none (the binder raises 42P01, or 3F000). */
  relation(schema: string | undefined, name: string): RelationSchema | undefined
  relationByOid(oid: number): RelationSchema | undefined
  hasSchema(name: string): boolean
  /** A user's or builtin type by pg_type name. */
  type(schema: string | undefined, name: string): SqlType | undefined
  typeByOid(oid: number): SqlType | undefined
  /** Of a domain: its checks as SQL text over VALUE, and whether it is NOT NULL; the domain's own, without its base's. */
  domain(type: SqlType):
    | {
        readonly checks: readonly {
          readonly name: string
          readonly text: string
          readonly isNotValid?: boolean
          readonly comment?: string
        }[]
        readonly isNotNull: boolean
        readonly notNullName?: string
        readonly defaultText: string | undefined
      }
    | undefined
  /** Exact, at no cost. */
  rowCount(table: TableSchema): number
}
