/**
 * What the catalogs are made from: one state of the definitions, the registry of functions, and the oids of what has none of
 * its own. Row sources (relation-rows.ts and others) read it; it makes no rows itself.
 *
 * Oids below 16384 are PostgreSQL's where PostgreSQL has the object. What it numbers and Coppice does not store under a number
 * (defaults, labels, NOT NULL, rules) is numbered anew in each state: nobody keeps these numbers.
 */

import { NAMELESS, outputName } from '../bind/binder.ts'
import { reasonNotUpdatable } from '../bind/updatable-views.ts'
import { type CatalogState, keyOf } from '../catalog/catalog.ts'
import type {
  ColumnSchema,
  IndexSchema,
  RelationSchema,
  SequenceSchema,
  TableSchema,
  ViewColumn,
  ViewSchema,
  VirtualTable,
} from '../catalog/schema.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import { parseExpression, parseStatements } from '../syntax/parser.ts'
import { ExpressionTree } from '../types/catalog-formats.ts'
import type { SqlType } from '../types/type.ts'
import { bindStored, boundQuery, columnsRead } from './stored-expressions.ts'

/** The one role: whoever opens the database. */
export const OWNER_OID = 10
export const DEFAULT_TABLESPACE_OID = 1663
export const HEAP_OID = 2
export const BTREE_OID = 403
export const DEFAULT_COLLATION_OID = 100
export const UTF8_ENCODING = 6

/** Relations that list objects, as pg_depend and pg_description name them. */
export const PG_CLASS = 1259
export const PG_TYPE = 1247
export const PG_CONSTRAINT = 2606
export const PG_NAMESPACE = 2615
export const PG_DATABASE = 1262
export const PG_ATTRDEF = 2604
export const PG_REWRITE = 2618
export const PG_PROC = 1255

/** pg_class has a row for each composite type; its oid is the type's and this. */
const COMPOSITE_RELATIONS_FROM = 1_000_000_000
const DEFAULTS_FROM = 1_100_000_000
const NOT_NULLS_FROM = 1_200_000_000
const LABELS_FROM = 1_300_000_000
const RULES_FROM = 1_400_000_000
const DOMAIN_CONSTRAINTS_FROM = 1_500_000_000

/** What has a row in pg_class. */
export interface ClassName {
  readonly oid: number
  readonly schema: string
  readonly name: string
}

export interface NotNull {
  readonly oid: number
  readonly name: string
  readonly table: TableSchema
  readonly column: ColumnSchema
}

export interface DomainConstraint {
  readonly oid: number
  readonly name: string
  readonly type: SqlType
  /** Undefined: NOT NULL. */
  readonly text: string | undefined
  readonly isValidated: boolean
  readonly comment: string | undefined
}

export class SystemCatalog {
  readonly state: CatalogState
  readonly functions: FunctionRegistry
  readonly virtualTables: readonly VirtualTable[]
  private knownClasses: ReadonlyMap<string, ClassName> | undefined
  private readonly classNames = new Map<number, ClassName>()
  private readonly updatable = new Map<ViewSchema, readonly boolean[]>()
  private knownNotNulls: readonly NotNull[] | undefined
  private knownDefaults:
    | readonly {
        readonly oid: number
        readonly relation: TableSchema | ViewSchema
        readonly attributeNumber: number
        /** The sequence that is the column's own. */
        readonly sequenceOid?: number | undefined
        readonly expression: ExpressionTree
      }[]
    | undefined

  constructor(state: CatalogState, functions: FunctionRegistry, virtualTables: readonly VirtualTable[]) {
    this.state = state
    this.functions = functions
    this.virtualTables = virtualTables
  }

  namespaceOid(name: string): number {
    return this.state.schemas.get(name) ?? 0
  }

  *relations(): Iterable<RelationSchema> {
    yield* this.state.allRelations()
    yield* this.virtualTables
  }
  *tables(): Iterable<TableSchema> {
    for (const one of this.state.allRelations()) if (one.kind === 'table') yield one
  }
  *views(): Iterable<ViewSchema> {
    for (const one of this.state.allRelations()) if (one.kind === 'view') yield one
  }
  *sequences(): Iterable<SequenceSchema> {
    for (const one of this.state.allRelations()) if (one.kind === 'sequence') yield one
  }
  *indexes(): Iterable<{ readonly table: TableSchema; readonly index: IndexSchema }> {
    for (const table of this.tables()) for (const index of table.indexes) yield { table, index }
  }
  /** Composite types of CREATE TYPE: those of tables belong to these. */
  *compositeTypes(): Iterable<SqlType> {
    for (const type of this.state.allTypes()) {
      if (type.kind === 'composite' && this.state.storedType(type) !== undefined) yield type
    }
  }
  compositeRelationOid(type: SqlType): number {
    return COMPOSITE_RELATIONS_FROM + type.oid
  }

  notNulls(): readonly NotNull[] {
    this.knownNotNulls ??= [...this.tables()]
      .flatMap(table => visibleColumns(table).map(column => ({ table, column })))
      .filter(({ column }) => column.isNotNull)
      .map(({ table, column }, i) => ({
        oid: NOT_NULLS_FROM + i,
        name: column.notNullName ?? `${table.name}_${column.name}_not_null`,
        table,
        column,
      }))
    return this.knownNotNulls
  }

  /** Columns with a default or a generation expression. */
  defaults(): NonNullable<SystemCatalog['knownDefaults']> {
    const ofTables = [...this.tables()].flatMap(relation =>
      visibleColumns(relation).flatMap(column => {
        const text = column.generatedText ?? defaultOf(column)
        const { attributeNumber, sequenceOid } = column
        return text === undefined
          ? []
          : [{ relation, attributeNumber, sequenceOid, expression: new ExpressionTree(text, column) }]
      }),
    )
    const ofViews = [...this.views()].flatMap(relation =>
      relation.columns.flatMap((column, i) => {
        const text = viewDefault(column)
        return text === undefined
          ? []
          : [{ relation, attributeNumber: i + 1, expression: new ExpressionTree(text, column) }]
      }),
    )
    this.knownDefaults ??= [...ofTables, ...ofViews].map((one, i) => ({ ...one, oid: DEFAULTS_FROM + i }))
    return this.knownDefaults
  }

  /** Constraints of domains, with oids of their own. */
  domainConstraints(): readonly DomainConstraint[] {
    return [...this.state.allTypes()]
      .filter(type => type.kind === 'domain')
      .flatMap(type => {
        const domain = this.state.domain(type)
        const checks = (domain?.checks ?? []).map(({ name, text, isNotValid, comment }) => ({
          name,
          type,
          text,
          isValidated: isNotValid !== true,
          comment,
        }))
        if (domain?.isNotNull !== true) return checks
        const name = domain.notNullName ?? `${type.name}_not_null`
        return [...checks, { name, type, text: undefined, isValidated: true, comment: undefined }]
      })
      .map((one, i) => ({ ...one, oid: DOMAIN_CONSTRAINTS_FROM + i }))
  }

  // ------------------------------------------------------------------------------- names of relations

  /** What has a row in pg_class, by schema and name, as regclass finds it: tables, indexes, views, sequences, types. */
  private get classes(): ReadonlyMap<string, ClassName> {
    if (this.knownClasses === undefined) {
      const classes = new Map<string, ClassName>()
      const add = (one: ClassName): void => {
        classes.set(keyOf(one.schema, one.name), one)
        this.classNames.set(one.oid, one)
      }
      for (const type of this.compositeTypes()) add({ ...type, oid: this.compositeRelationOid(type) })
      for (const { table, index } of this.indexes())
        add({ oid: index.oid, schema: table.schema, name: index.name })
      for (const relation of this.relations()) add(relation)
      this.knownClasses = classes
    }
    return this.knownClasses
  }

  relationNamed(schema: string, name: string): ClassName | undefined {
    return this.classes.get(keyOf(schema, name))
  }
  relationName(oid: number): ClassName | undefined {
    void this.classes
    return this.classNames.get(oid)
  }
  indexByOid(oid: number): { readonly table: TableSchema; readonly index: IndexSchema } | undefined {
    for (const one of this.indexes()) if (one.index.oid === oid) return one
    return undefined
  }

  // ------------------------------------------------------------------------------------------ expressions

  /** By column of a view, whether it can be assigned to: of a simple view, what is a column of its table. */
  updatableColumns(view: ViewSchema): readonly boolean[] {
    let known = this.updatable.get(view)
    if (known === undefined) {
      const query = boundQuery(view.text, this.state, this.functions)
      const body = query === undefined || reasonNotUpdatable(query) !== undefined ? undefined : query.body
      const select = body?.kind === 'select' ? body : undefined
      // Of a view over a view, what is a column of the inner one that can be assigned to.
      const inner = select?.from?.kind === 'subquery' ? select.from.view : undefined
      known = view.columns.map((_, i) => {
        const target = select?.targets[i]
        if (target?.kind !== 'column') return false
        return inner === undefined || this.updatableColumns(inner)[target.column]
      })
      this.updatable.set(view, known)
    }
    return known
  }
  /** An expression of an index, as the column that it is there. */
  expressionOf(text: string, table: TableSchema): { name: string; type: SqlType; modifier: number } {
    const [{ expression }] = bindStored(text, this.state, this.functions, { table })
    const name = outputName(parseExpression(text))
    return { name: name === NAMELESS ? 'expr' : name, type: expression.type, modifier: expression.modifier }
  }
  /** Places of the columns that an expression over a table reads. */
  columnsOf(text: string, table: TableSchema): readonly number[] {
    return columnsRead(bindStored(text, this.state, this.functions, { table }))
  }

  labels(): {
    readonly oid: number
    readonly type: SqlType
    readonly label: string
    readonly order: number
  }[] {
    return [...this.state.allTypes()]
      .filter(type => type.kind === 'enum')
      .flatMap(type => (type.labels ?? []).map((label, i) => ({ type, label, order: i + 1 })))
      .map((one, i) => ({ ...one, oid: LABELS_FROM + i }))
  }

  /** Of views, materialized or not: what they read, and its text. */
  rules(): { readonly oid: number; readonly view: ViewSchema | TableSchema; readonly text: string }[] {
    const views = [...this.views()].map(view => ({ view, text: view.text }))
    const materialized = [...this.tables()].flatMap(view =>
      view.materialized === undefined ? [] : [{ view, text: view.materialized.text }],
    )
    return [...views, ...materialized].map((rule, i) => ({ oid: RULES_FROM + i, ...rule }))
  }

  /** The relations that a stored query names, each once. */
  relationsRead(text: string): RelationSchema[] {
    const found = new Set<RelationSchema>()
    const look = (tree: unknown): void => {
      if (typeof tree !== 'object' || tree === null) return
      const node = tree as { kind?: string; name?: unknown }
      if (node.kind === 'table' && Array.isArray(node.name)) {
        const [name, schema] = (node.name as string[]).toReversed()
        const relation = this.state.relation(schema, name, this.state.searchPath)
        if (relation !== undefined) found.add(relation)
      }
      for (const one of Object.values(tree)) look(one)
    }
    look(parseStatements(text).map(one => one.statement))
    return [...found]
  }
}

/**
 * The default that the catalogs list: of an identity column it is not a default, and NULL is none, unless it stands for the
 * default of a domain.
 */
export function defaultOf({ defaultText, identity, type }: ColumnSchema): string | undefined {
  if (identity !== undefined) return undefined
  return defaultText === 'NULL' && type.kind !== 'domain' ? undefined : defaultText
}

/** The same of a view's. */
export function viewDefault({ defaultText, type }: ViewColumn): string | undefined {
  return defaultText === 'NULL' && type.kind !== 'domain' ? undefined : defaultText
}

/** Without the row number that a table without a key has. */
export function visibleColumns(table: TableSchema): readonly ColumnSchema[] {
  return table.columns.filter(column => !column.isHidden)
}

/** pg_attribute.attnum of a column by its place in the table. */
export function attributeNumber(table: TableSchema, column: number): number {
  return table.columns[column].attributeNumber
}
