/**
 * The definitions of SQL as they are stored: JSON in a typed map of its own, `coppice.sql`, from (kind, oid) to the object.
 *
 * ```
 * ['meta', 0]        { version, nextOid, changedBy }
 * ['schema', oid]    { name }
 * ['table', oid]     what SQL knows of a typed table besides the catalog's: types, constraints, names of indexes
 * ['view', oid] ['sequence', oid] ['type', oid]
 * ['comment', oid]   { comment } of what is there without an entry: the database, and the schemas that every database has
 * ```
 * `version` grows with each change of any of them, and `changedBy` is the transaction that made it: together they are never the
 * same for two committed states with other definitions. (Going back to a persistent savepoint brings back a version, and where
 * a sequence stands changes the entries, but no definition.) A typed table without an entry is a table of SQL all the same, with what
 * its own definition says (typed-tables.ts).
 */

import { ownMap } from '../../table/definition.ts'
import { t } from '../../table/types.ts'
import type { ColumnHints, ReferentialAction, TableHints } from './schema.ts'

export const SQL_CATALOG = 'coppice.sql'

export const sqlCatalog = ownMap<readonly [string, number], unknown>(
  SQL_CATALOG,
  t.tuple(t.text, t.u32),
  t.json<unknown>(),
)

/** The first oid of a user's object, as in PostgreSQL. */
export const FIRST_USER_OID = 16_384

export interface StoredMeta {
  readonly version: number
  readonly nextOid: number
  /** In databases that were last changed by older versions it is not known. */
  readonly changedBy?: number
}
export interface StoredSchema {
  readonly name: string
  readonly comment?: string
}
/** Without a text: there is none, where there was one from the beginning. */
export interface StoredComment {
  readonly comment?: string
}
export interface StoredSqlColumn {
  readonly name: string
  /** Oid of its type. */
  readonly type: number
  readonly modifier: number
  readonly isNotNull: boolean
  readonly notNullName?: string
  readonly attributeNumber: number
  readonly defaultText?: string
  readonly identity?: 'always' | 'by default'
  readonly generatedText?: string
  /** GENERATED … VIRTUAL was said, or neither: it is stored all the same. */
  readonly isVirtual?: boolean
  readonly sequenceOid?: number
  readonly isHidden?: boolean
  readonly storedName: string
  readonly hints?: ColumnHints
  readonly comment?: string
}
export interface StoredSqlIndex {
  readonly oid: number
  readonly name: string
  readonly columns: readonly {
    /** -1 for an expression. */
    readonly column: number
    readonly expressionText?: string
    /** Oid of the expression's type. */
    readonly expressionType?: number
    readonly isDescending: boolean
    readonly nullsFirst: boolean
  }[]
  readonly include: readonly number[]
  readonly isUnique: boolean
  readonly isPrimary: boolean
  readonly nullsNotDistinct: boolean
  readonly predicateText?: string
  readonly storedName?: string
  readonly options?: readonly string[]
  readonly comment?: string
}
export type StoredConstraint =
  | {
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
  | {
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
  | {
      readonly kind: 'primary key' | 'unique'
      readonly oid: number
      readonly name: string
      readonly columns: readonly number[]
      readonly indexOid: number
      readonly isDeferrable: boolean
      readonly isInitiallyDeferred: boolean
      readonly comment?: string
    }
/** Columns are named by their place in `columns`, dropped ones are gone from it. */
export interface StoredSqlTable {
  readonly schema: string
  readonly name: string
  readonly rowTypeOid: number
  readonly columns: readonly StoredSqlColumn[]
  readonly nextAttributeNumber: number
  readonly indexes: readonly StoredSqlIndex[]
  readonly constraints: readonly StoredConstraint[]
  readonly isTemporary?: boolean
  readonly onCommit?: 'delete' | 'drop'
  /** Of a materialized view: its query, and whether it has been run. */
  readonly materialized?: { readonly text: string; readonly isPopulated: boolean }
  readonly storedName: string
  readonly hints?: TableHints
  readonly comment?: string
}
/** A column of a view, or an attribute of a composite type. */
export interface StoredField {
  readonly name: string
  readonly type: number
  readonly modifier: number
  readonly comment?: string
}
export interface StoredViewColumn extends StoredField {
  readonly defaultText?: string
}
export interface StoredView {
  readonly schema: string
  readonly name: string
  readonly rowTypeOid: number
  readonly columns: readonly StoredViewColumn[]
  readonly text: string
  readonly checkOption: 'none' | 'local' | 'cascaded'
  /** As pg_class.reloptions has them; missing where only `checkOption` was known. */
  readonly options?: readonly string[]
  readonly isSecurityInvoker?: boolean
  readonly comment?: string
}
/** Integers as text: they may be beyond what JSON's numbers hold. */
export interface StoredSequence {
  readonly schema: string
  readonly name: string
  readonly type: number
  readonly start: string
  readonly increment: string
  readonly minimum: string
  readonly maximum: string
  readonly isCycling: boolean
  /** Missing: 1. Every value is given by itself; other servers take so many at once. */
  readonly cache?: string
  readonly ownedBy?: { readonly tableOid: number; readonly attributeNumber: number }
  /** The value given last, or the one to be given when `isCalled` is false. */
  readonly last: string
  readonly isCalled: boolean
  readonly comment?: string
}
export type StoredType = {
  readonly schema: string
  readonly name: string
  readonly arrayOid: number
  readonly comment?: string
} & (
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  | {
      readonly kind: 'domain'
      readonly base: number
      readonly baseModifier: number
      readonly isNotNull: boolean
      readonly notNullName?: string
      readonly defaultText?: string
      readonly checks: readonly {
        readonly name: string
        readonly text: string
        /** Values that are stored are not held to it. */
        readonly isNotValid?: boolean
        readonly comment?: string
      }[]
    }
  | {
      readonly kind: 'composite'
      readonly fields: readonly StoredField[]
    }
)

/** The kinds of entries, with what they are. */
export interface StoredObjects {
  readonly meta: StoredMeta
  readonly schema: StoredSchema
  readonly comment: StoredComment
  readonly table: StoredSqlTable
  readonly view: StoredView
  readonly sequence: StoredSequence
  readonly type: StoredType
}
export type StoredKind = keyof StoredObjects
