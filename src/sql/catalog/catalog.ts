/**
 * One state of the definitions, put together from what is stored: what the binder, the planner and the functions of the
 * catalog ask.
 *
 * A state never changes. `SqlCatalog` keeps those that were asked for last, and gives the same one as long as what is stored
 * is the same, whatever transaction asks.
 */

import { isOwnName } from '../../table/definition.ts'
import type { MapTable } from '../../table/map-table.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import { builtinTypeByName, builtinTypeByOid, makeType, type SqlType } from '../types/type.ts'
import type {
  CatalogReader,
  ConstraintSchema,
  ForeignKeySchema,
  IndexSchema,
  KeySchema,
  RelationSchema,
  SequenceSchema,
  TableSchema,
  ViewSchema,
  VirtualTable,
} from './schema.ts'
import {
  FIRST_USER_OID,
  type StoredKind,
  type StoredMeta,
  type StoredObjects,
  type StoredSequence,
  type StoredSqlIndex,
  type StoredSqlTable,
  type StoredType,
  type StoredView,
} from './stored.ts'
import { typedTableSchema } from './typed-tables.ts'

/** All entries of `coppice.sql`. */
export class StoredCatalog {
  readonly meta: StoredMeta
  readonly entries: ReadonlyMap<StoredKind, ReadonlyMap<number, unknown>>

  constructor(rows: Iterable<readonly [readonly [string, number], unknown]>) {
    const entries = new Map<StoredKind, Map<number, unknown>>()
    for (const [[kind, oid], value] of rows) {
      const known = entries.get(kind as StoredKind)
      if (known === undefined) entries.set(kind as StoredKind, new Map([[oid, value]]))
      else known.set(oid, value)
    }
    this.entries = entries
    this.meta = (entries.get('meta')?.get(0) as StoredMeta | undefined) ?? {
      version: 0,
      nextOid: FIRST_USER_OID,
    }
  }

  static from(table: MapTable<readonly [string, number], unknown>): StoredCatalog {
    return new StoredCatalog(table.range())
  }

  all<K extends StoredKind>(kind: K): ReadonlyMap<number, StoredObjects[K]> {
    return (this.entries.get(kind) ?? new Map()) as ReadonlyMap<number, StoredObjects[K]>
  }
}

export const PUBLIC_OID = 2200
export const PG_CATALOG_OID = 11
/** The database's own, whatever its name is. */
export const DATABASE_OID = 5
const BUILTIN_SCHEMAS: ReadonlyMap<string, number> = new Map([
  ['pg_catalog', PG_CATALOG_OID],
  ['information_schema', 13_000],
  ['public', PUBLIC_OID],
])

export interface CatalogOptions {
  /** Which of two states is newer matters to nobody; that they differ does. */
  readonly version: number
  readonly searchPath: readonly string[]
  /** Virtual tables by schema and name. */
  /** Domains besides the builtin types that are in every database. */
  readonly systemTypes?: ReadonlyMap<SqlType, StoredType>
  readonly virtualTables: (state: CatalogState) => readonly VirtualTable[]
  readonly rowCount: (table: TableSchema) => number
}

/** A name in a schema. Both may have dots in them, and neither has what stands between them. */
export function keyOf(schema: string, name: string): string {
  return `${schema}\0${name}`
}

export class CatalogState implements CatalogReader {
  readonly version: number
  readonly searchPath: readonly string[]
  readonly stored: StoredCatalog
  readonly schemas = new Map<string, number>(BUILTIN_SCHEMAS)
  private readonly relations = new Map<string, RelationSchema>()
  private readonly byOid = new Map<number, RelationSchema>()
  private readonly types = new Map<string, SqlType>()
  private readonly typesByOid = new Map<number, SqlType>()
  private readonly storedTypes = new Map<SqlType, StoredType>()
  private readonly options: CatalogOptions
  private readonly typedTables: ReadonlyMap<string, StoredTable>
  private virtual: ReadonlyMap<string, VirtualTable> | undefined

  constructor(stored: StoredCatalog, typedTables: ReadonlyMap<string, StoredTable>, options: CatalogOptions) {
    this.stored = stored
    this.typedTables = typedTables
    this.options = options
    this.version = options.version
    this.searchPath = options.searchPath
    for (const [oid, { name }] of stored.all('schema')) this.schemas.set(name, oid)
    for (const [type, definition] of options.systemTypes ?? []) {
      this.storedTypes.set(type, definition)
      this.addTypeObject(type)
    }
    // In the order of their oids: a type's parts are older than itself.
    const types = [...stored.all('type')].sort((a, b) => a[0] - b[0])
    for (const [oid, type] of types) this.addType(oid, type)
    const known = new Set<string>()
    for (const table of stored.all('table').values()) known.add(table.storedName)
    const tables: TableSchema[] = []
    for (const [oid, table] of stored.all('table')) {
      tables.push(this.tableFrom(oid, table, typedTables.get(table.storedName)))
    }
    for (const [name, table] of typedTables) {
      if (!known.has(name) && !isOwnName(name)) tables.push(typedTableSchema(name, table))
    }
    for (const table of tables) this.addRelation(withReferences(table, tables))
    for (const [oid, view] of stored.all('view')) this.addRelation(this.viewFrom(oid, view))
    for (const [oid, sequence] of stored.all('sequence')) this.addRelation(sequenceFrom(oid, sequence, this))
  }

  /** The same state for a session with another search path. */
  withSearchPath(searchPath: readonly string[]): CatalogReader {
    return new Proxy(this, {
      get: (target, name) => {
        if (name === 'searchPath') return searchPath
        if (name === 'relation') {
          return (schema: string | undefined, relation: string) =>
            target.relation(schema, relation, searchPath)
        }
        if (name === 'type') {
          return (schema: string | undefined, type: string) => target.type(schema, type, searchPath)
        }
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  private addRelation(relation: RelationSchema): void {
    this.relations.set(keyOf(relation.schema, relation.name), relation)
    this.byOid.set(relation.oid, relation)
    if ('rowType' in relation) this.addTypeObject(relation.rowType)
  }

  private addTypeObject(type: SqlType): void {
    this.typesByOid.set(type.oid, type)
    this.types.set(keyOf(type.schema, type.name), type)
    if (type.array !== undefined) {
      this.typesByOid.set(type.array.oid, type.array)
      this.types.set(keyOf(type.schema, type.array.name), type.array)
    }
  }

  private addType(oid: number, stored: StoredType): void {
    const head = {
      oid,
      name: stored.name,
      schema: stored.schema,
      displayName: displayName(stored.schema, stored.name),
      arrayOid: stored.arrayOid,
    }
    const type =
      stored.kind === 'enum'
        ? makeType({ ...head, kind: 'enum', category: 'E', length: 4, labels: stored.labels })
        : stored.kind === 'domain'
          ? this.domainFrom(head, stored)
          : makeType({ ...head, kind: 'composite', category: 'C', fields: this.fieldsFrom(stored.fields) })
    this.storedTypes.set(type, stored)
    this.addTypeObject(type)
  }

  private domainFrom(
    head: Omit<Parameters<typeof makeType>[0], 'category'>,
    stored: Extract<StoredType, { kind: 'domain' }>,
  ): SqlType {
    const base = this.requireType(stored.base)
    return makeType({
      ...head,
      kind: 'domain',
      category: base.category,
      length: base.length,
      isOrdered: base.isOrdered,
      base,
      baseModifier: stored.baseModifier,
      ...(base.labels === undefined ? {} : { labels: base.labels }),
    })
  }

  private fieldsFrom(
    fields: readonly { readonly name: string; readonly type: number; readonly modifier: number }[],
  ) {
    return fields.map(({ name, type, modifier }) => ({ name, type: this.requireType(type), modifier }))
  }

  private requireType(oid: number): SqlType {
    const type = this.typeByOid(oid)
    if (type === undefined) throw new Error(`the catalog names type ${oid}, which does not exist`)
    return type
  }

  private tableFrom(oid: number, stored: StoredSqlTable, typed: StoredTable | undefined): TableSchema {
    const columns = stored.columns.map(column => ({
      name: column.name,
      type: this.requireType(column.type),
      modifier: column.modifier,
      isNotNull: column.isNotNull,
      notNullName: column.notNullName,
      attributeNumber: column.attributeNumber,
      defaultText: column.defaultText,
      identity: column.identity,
      generatedText: column.generatedText,
      isVirtual: column.isVirtual ?? false,
      sequenceOid: column.sequenceOid,
      isHidden: column.isHidden ?? false,
      storedName: column.storedName,
      storedNode: undefined,
      hints: column.hints,
      comment: column.comment,
    }))
    const constraints = stored.constraints as readonly ConstraintSchema[]
    return {
      kind: 'table',
      oid,
      schema: stored.schema,
      name: stored.name,
      columns,
      primaryKey: constraints.find(
        (one): one is KeySchema =>
          one.kind === 'primary key' &&
          stored.indexes.some(index => index.oid === one.indexOid && index.storedName === undefined),
      ),
      indexes: stored.indexes.map(index => this.indexFrom(index, stored, typed)),
      constraints,
      referencedBy: [],
      rowType: makeType({
        oid: stored.rowTypeOid,
        name: stored.name,
        schema: stored.schema,
        displayName: displayName(stored.schema, stored.name),
        kind: 'composite',
        category: 'C',
        arrayOid: stored.rowTypeOid + 1,
        fields: columns.filter(column => !column.isHidden),
      }),
      isTemporary: stored.isTemporary ?? false,
      materialized: stored.materialized,
      storedName: stored.storedName,
      storedKind: 'records',
      hints: stored.hints,
      comment: stored.comment,
    }
  }

  private indexFrom(
    stored: StoredSqlIndex,
    table: StoredSqlTable,
    typed: StoredTable | undefined,
  ): IndexSchema {
    const { storedName } = stored
    const typedIndex =
      typed?.kind === 'records' ? typed.indexes.find(one => one.name === storedName) : undefined
    return {
      ...stored,
      predicateText: stored.predicateText,
      storedName,
      isMissing: storedName !== undefined && typed !== undefined && typedIndex === undefined,
      columns: stored.columns.map((part, number) => {
        const typedPart = typedIndex?.on[number]
        // Where nothing is null the index has no place for it, and what was said is shown.
        const isSaid = typedPart === undefined || (part.column >= 0 && table.columns[part.column].isNotNull)
        const isNullLast = typedPart?.isNullLast === true
        return {
          ...part,
          expressionText: part.expressionText,
          expressionType:
            part.expressionType === undefined ? undefined : this.requireType(part.expressionType),
          nullsFirst: isSaid ? part.nullsFirst : isNullLast === part.isDescending,
        }
      }),
    }
  }

  private viewFrom(oid: number, stored: StoredView): ViewSchema {
    const columns = this.fieldsFrom(stored.columns).map((field, i) => ({
      ...field,
      defaultText: stored.columns[i].defaultText,
    }))
    return {
      kind: 'view',
      oid,
      schema: stored.schema,
      name: stored.name,
      columns,
      text: stored.text,
      checkOption: stored.checkOption,
      options:
        stored.options ??
        (stored.checkOption === 'none' ? undefined : [`check_option=${stored.checkOption}`]),
      isSecurityInvoker: stored.isSecurityInvoker ?? false,
      rowType: makeType({
        oid: stored.rowTypeOid,
        name: stored.name,
        schema: stored.schema,
        displayName: displayName(stored.schema, stored.name),
        kind: 'composite',
        category: 'C',
        fields: columns,
      }),
      comment: stored.comment,
    }
  }

  // --------------------------------------------------------------------------------------- questions

  relation(
    schema: string | undefined,
    name: string,
    searchPath: readonly string[] = this.searchPath,
  ): RelationSchema | undefined {
    if (schema === 'pg_temp') {
      const own = searchPath.find(one => one.startsWith('pg_temp_'))
      return own === undefined ? undefined : this.relationIn(own, name)
    }
    if (schema !== undefined) return this.relationIn(schema, name)
    for (const one of withSystemSchema(searchPath)) {
      const found = this.relationIn(one, name)
      if (found !== undefined) return found
    }
    return undefined
  }

  private relationIn(schema: string, name: string): RelationSchema | undefined {
    const key = keyOf(schema, name)
    const own = this.relations.get(key)
    if (own !== undefined) return own
    if (schema !== 'pg_catalog' && schema !== 'information_schema') return undefined
    return this.virtualTables().get(key)
  }

  private virtualTables(): ReadonlyMap<string, VirtualTable> {
    this.virtual ??= new Map(
      this.options.virtualTables(this).map(table => [keyOf(table.schema, table.name), table]),
    )
    return this.virtual
  }

  relationByOid(oid: number): RelationSchema | undefined {
    return this.byOid.get(oid) ?? [...this.virtualTables().values()].find(table => table.oid === oid)
  }

  tableByOid(oid: number): TableSchema | undefined {
    const relation = this.byOid.get(oid)
    return relation?.kind === 'table' ? relation : undefined
  }

  allRelations(): Iterable<RelationSchema> {
    return this.relations.values()
  }

  allTypes(): Iterable<SqlType> {
    return this.typesByOid.values()
  }

  hasSchema(name: string): boolean {
    return this.schemas.has(name)
  }

  type(
    schema: string | undefined,
    name: string,
    searchPath: readonly string[] = this.searchPath,
  ): SqlType | undefined {
    for (const one of schema === undefined ? withSystemSchema(searchPath) : [schema]) {
      const found = one === 'pg_catalog' ? builtinTypeByName(name) : this.types.get(keyOf(one, name))
      if (found !== undefined) return found
    }
    return undefined
  }

  typeByOid(oid: number): SqlType | undefined {
    return builtinTypeByOid(oid) ?? this.typesByOid.get(oid)
  }

  domain(type: SqlType): ReturnType<CatalogReader['domain']> {
    const stored = this.storedTypes.get(type)
    if (stored?.kind !== 'domain') return undefined
    const { checks, isNotNull, notNullName, defaultText } = stored
    return { checks, isNotNull, ...(notNullName === undefined ? {} : { notNullName }), defaultText }
  }

  storedType(type: SqlType): StoredType | undefined {
    return this.storedTypes.get(type)
  }

  /** The tree of a stored table's rows; undefined: there is no such table. */
  treeOf(storedName: string): number | undefined {
    return this.typedTables.get(storedName)?.tree
  }

  rowCount(table: TableSchema): number {
    return this.options.rowCount(table)
  }
}

/** pg_catalog is looked in first, unless the path says where. */
function withSystemSchema(searchPath: readonly string[]): readonly string[] {
  return searchPath.includes('pg_catalog') ? searchPath : ['pg_catalog', ...searchPath]
}

export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function displayName(schema: string, name: string): string {
  return schema === 'public' ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

function withReferences(table: TableSchema, tables: readonly TableSchema[]): TableSchema {
  const referencedBy = tables.flatMap(other =>
    other.constraints
      .filter((one): one is ForeignKeySchema => one.kind === 'foreign key' && one.referencedOid === table.oid)
      .map(constraint => ({ tableOid: other.oid, constraint })),
  )
  return referencedBy.length === 0 ? table : { ...table, referencedBy }
}

function sequenceFrom(oid: number, stored: StoredSequence, state: CatalogState): SequenceSchema {
  return {
    kind: 'sequence',
    oid,
    schema: stored.schema,
    name: stored.name,
    type: state.typeByOid(stored.type)!,
    start: BigInt(stored.start),
    increment: BigInt(stored.increment),
    minimum: BigInt(stored.minimum),
    maximum: BigInt(stored.maximum),
    isCycling: stored.isCycling,
    cache: BigInt(stored.cache ?? 1),
    ownedBy: stored.ownedBy,
    comment: stored.comment,
  }
}
