/**
 * Table definitions: what the caller writes once, at the top of a module. A definition is plain description;
 * it belongs to no database and is checked when it is made. `table` and `multimap` make them.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import { type ColumnDefault, columnDefault } from './column-default.ts'
import { canCount } from './counter.ts'
import { preview } from './place.ts'
import { type StandardSchema, type Validate, validatorOf } from './standard-schema.ts'
import { checkName, checkNode, isNullable, type TypeNode } from './type-node.ts'
import { type ColumnType, type Infer, Type, TypeWithDefault } from './types.ts'

/** The columns of records by name. */
export type ColumnTypes = Readonly<Record<string, ColumnType<unknown>>>

/** A column of a primary key or an index that sorts from the largest to the smallest. */
export interface DescendingColumn<Name extends string> {
  readonly column: Name
  readonly descending: true
}

/** A column of a primary key or an index, and its direction. */
export type KeyColumn<Name extends string> = Name | DescendingColumn<Name>

/** An index over columns of the same table. */
export interface IndexOptions<Name extends string> {
  /** The columns, the most significant first. */
  readonly on: readonly KeyColumn<Name>[]
  /** No two records with equal columns; null is equal to nothing, as in SQL. */
  readonly unique?: boolean | undefined
}

/** The indexes of a table of records, by name. */
export type IndexTypes<C extends ColumnTypes> = Readonly<Record<string, IndexOptions<keyof C & string>>>

/** Forbids options that an index does not have: inference would let a misspelt `unique` pass. */
type NoOtherOptions<I> = {
  readonly [N in keyof I]: { readonly [O in Exclude<keyof I[N], keyof IndexOptions<string>>]: never }
}

type ColumnName<K> = K extends string ? K : K extends { readonly column: infer N extends string } ? N : never
type ColumnValue<C extends ColumnTypes, K> = ColumnName<K> extends keyof C ? Infer<C[ColumnName<K>]> : never

/** The key over some columns: the value of one, or the tuple of several. */
export type KeyOver<C extends ColumnTypes, P extends readonly unknown[]> = P extends readonly [infer One]
  ? ColumnValue<C, One>
  : { readonly [I in keyof P]: ColumnValue<C, P[I]> }

type Simplify<T> = { [K in keyof T]: T[K] } & {}
type OptionalNames<C extends ColumnTypes> = {
  [N in keyof C]: C[N] extends TypeWithDefault<unknown> ? N : null extends Infer<C[N]> ? N : never
}[keyof C]

/** A record as it is read: every column present. */
export type RowOf<C extends ColumnTypes> = Simplify<{ -readonly [N in keyof C]: Infer<C[N]> }>
/** A record as it is written: columns with a default, and those that may be null, may be left out. */
export type PutRowOf<C extends ColumnTypes> = Simplify<
  { readonly [N in Exclude<keyof C, OptionalNames<C>>]: Infer<C[N]> } & {
    readonly [N in OptionalNames<C>]?: Infer<C[N]> | undefined
  }
>

/** A map from keys to values. Made by {@link table}. */
export class MapDefinition<K, V> {
  readonly kind = 'map'
  readonly name: string
  readonly key: Type<K>
  readonly value: Type<V>
  /** Holds values that are written to the definition's schema. */
  readonly validate: Validate | undefined

  constructor(name: string, key: Type<K>, value: Type<V>, schema?: StandardSchema) {
    checkTableName(name)
    checkType(key, 'key', `table '${name}', key`)
    checkType(value, 'value', `table '${name}', value`)
    if (schema !== undefined && value.node.kind === 'bytes')
      refuse(name, 'values that are bytes have no schema')
    this.name = name
    this.key = key
    this.value = value
    this.validate = schema === undefined ? undefined : validatorOf(schema, name)
  }
}

/** A map from keys to ordered sets of values. Made by {@link multimap}. */
export class MultimapDefinition<K, V> {
  readonly kind = 'multimap'
  readonly name: string
  readonly key: Type<K>
  readonly value: Type<V>

  constructor(name: string, key: Type<K>, value: Type<V>) {
    checkTableName(name)
    checkType(key, 'key', `table '${name}', key`)
    checkType(value, 'key', `table '${name}', value`)
    this.name = name
    this.key = key
    this.value = value
  }
}

/** A column of a key, with the direction spelled out. */
export interface KeyPart {
  readonly column: string
  readonly isDescending: boolean
  /** Of an index: null comes where it would not by itself: last where ascending, first where descending. */
  readonly isNullLast?: true
  /** Of an index: the type of a value that is computed from the row (`index-computer.ts`); `column` only names it. */
  readonly computed?: TypeNode
  /** Of what is computed: bytes that sort as a column or an expression does whose type keys do not hold, in place of its value. */
  readonly isOrderKey?: true
}

/** An index, spelled out. */
export interface IndexPart {
  readonly name: string
  readonly on: readonly KeyPart[]
  readonly isUnique: boolean
  /** Rows have an entry only where what is computed from them says so. */
  readonly isPartial?: true
  /** Two nulls are equal to a unique index. */
  readonly isNullEqual?: true
}

/** Whether entries are not made from columns alone. */
export function isComputed({ on, isPartial }: IndexPart): boolean {
  return isPartial === true || on.some(part => part.computed !== undefined)
}

/** Whether a definition can say what the index is; else it was made by SQL, and only the catalog has it. */
export function isPlainIndex(index: IndexPart): boolean {
  const { on } = index
  return (
    !isComputed(index) &&
    index.isNullEqual === undefined &&
    !on.some(part => part.isNullLast) &&
    new Set(on.map(part => part.column)).size === on.length
  )
}

/** A column, spelled out. */
export interface ColumnPart {
  readonly name: string
  readonly node: TypeNode
}

/** A column of a definition. */
export interface DeclaredColumn extends ColumnPart {
  readonly default: ColumnDefault | undefined
  /** Whether records that leave it out are given a number. */
  readonly isNumbered: boolean
}

const MAX_COLUMNS = 1000
const MAX_INDEXES = 100

/** Records with a primary key and indexes. Made by {@link table}. */
export class RecordDefinition<
  C extends ColumnTypes,
  P extends readonly KeyColumn<keyof C & string>[],
  I extends IndexTypes<C>,
> {
  readonly kind = 'records'
  readonly name: string
  readonly columnTypes: C
  readonly primaryKeyColumns: P
  readonly indexOptions: I
  /** The columns in order of declaration. */
  readonly columns: readonly DeclaredColumn[]
  readonly primaryKey: readonly KeyPart[]
  readonly indexes: readonly IndexPart[]
  /** Holds records that are written to the definition's schema. */
  readonly validate: Validate | undefined

  constructor(name: string, columnTypes: C, primaryKey: P, indexOptions: I, schema?: StandardSchema) {
    checkTableName(name)
    this.name = name
    this.validate = schema === undefined ? undefined : validatorOf(schema, name)
    this.columnTypes = columnTypes
    this.primaryKeyColumns = primaryKey
    this.indexOptions = indexOptions
    this.columns = Object.entries(columnTypes).map(([column, type]) => declaredColumn(name, column, type))
    if (this.columns.length > MAX_COLUMNS) refuse(name, `a table has at most ${MAX_COLUMNS} columns`)
    this.primaryKey = this.keyParts(primaryKey, 'primaryKey')
    for (const part of this.primaryKey) {
      const column = this.columns.find(({ name }) => name === part.column)!
      if (isNullable(column.node)) refuse(name, `column '${part.column}' of the primary key may not be null`)
    }
    for (const column of this.columns) if (column.isNumbered) this.checkNumbered(column)
    this.indexes = Object.entries(indexOptions).map(([index, options]) => {
      checkName(index, `table '${name}': an index`)
      checkIndexOptions(name, index, options)
      return {
        name: index,
        on: this.keyParts(options.on, `index '${index}', on`),
        isUnique: options.unique === true,
      }
    })
    if (this.indexes.length > MAX_INDEXES) refuse(name, `a table has at most ${MAX_INDEXES} indexes`)
  }

  private checkNumbered({ name, node }: DeclaredColumn): void {
    if (this.primaryKey.length !== 1 || this.primaryKey[0].column !== name) {
      refuse(this.name, `column '${name}': autoIncrement is for a primary key of one column`)
    }
    if (!canCount(node))
      refuse(this.name, `column '${name}': autoIncrement is for integers, not ${node.kind}`)
  }

  private keyParts(columns: readonly KeyColumn<string>[], where: string): readonly KeyPart[] {
    if (!Array.isArray(columns) || columns.length === 0) {
      refuse(this.name, `${where}: expected an array of one or more columns, given ${preview(columns)}`)
    }
    const parts = columns.map(column =>
      typeof column === 'string'
        ? { column, isDescending: false }
        : { column: column?.column, isDescending: true },
    )
    for (const [i, part] of parts.entries()) {
      const column = this.columns.find(candidate => candidate.name === part.column)
      if (column === undefined)
        refuse(
          this.name,
          `${where} names '${part.column}', which is not a column (known: ${this.columns.map(({ name }) => name).join(', ')})`,
        )
      checkNode(column.node, 'key', `table '${this.name}', ${where}, column '${part.column}'`)
      if (parts.findIndex(other => other.column === part.column) < i) {
        refuse(this.name, `${where} names column '${part.column}' twice`)
      }
    }
    return parts
  }
}

/** Any definition; the table layer's own functions take it. */
export type TableDefinition =
  | MapDefinition<unknown, unknown>
  | MultimapDefinition<unknown, unknown>
  | RecordDefinition<ColumnTypes, readonly KeyColumn<string>[], IndexTypes<ColumnTypes>>

const NO_INDEXES = {}

/** Of the overloads of `table` the compiler explains only the last: for those who meant one of the others. */
type NoMap =
  'expected { key, value } (a map) or { key, values } (a multimap), each a type such as t.text or t.json<T>()'

/**
 * Defines a table: a map (`key`, `value`), a multimap (`key`, `values`), or records (`columns`, `primaryKey`
 * and perhaps `indexes`).
 * @throws CoppiceError INVALID_DEFINITION
 * @example
 * const prices = table('prices', { key: t.tuple(t.text, t.u32), value: t.f64 })
 * const tags = table('tags', { key: t.u32, values: t.text })
 * const users = table('users', {
 *   columns: { id: t.i64, email: t.text, age: t.i32.nullable() },
 *   primaryKey: ['id'],
 *   indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: [desc('age')] } },
 * })
 */
export function table<K, V>(
  name: string,
  definition: {
    readonly key: Type<K>
    readonly value: Type<V>
    readonly schema?: StandardSchema<NoInfer<V>> | undefined
  },
): MapDefinition<K, V>
export function table<K, V>(
  name: string,
  definition: { readonly key: Type<K>; readonly values: Type<V> },
): MultimapDefinition<K, V>
export function table<
  const C extends ColumnTypes,
  const P extends readonly [KeyColumn<keyof C & string>, ...KeyColumn<keyof C & string>[]],
  const I extends IndexTypes<C> = Readonly<Record<never, never>>,
>(
  name: string,
  definition: {
    readonly columns: C
    readonly primaryKey: P
    readonly indexes?: (I & NoOtherOptions<I>) | undefined
    readonly schema?: StandardSchema<PutRowOf<NoInfer<C>>> | undefined
    readonly key?: NoMap
  },
): RecordDefinition<C, P, I>
export function table(name: string, definition: object): unknown {
  refuseOwnName(name)
  if (typeof definition !== 'object' || definition === null)
    refuse(name, `a definition is an object, given ${preview(definition)}`)
  const given = definition as Readonly<Record<string, unknown>>
  if ('columns' in given) {
    checkOptions(name, given, ['columns', 'primaryKey', 'indexes', 'schema'])
    if (typeof given.columns !== 'object' || given.columns === null)
      refuse(name, `columns is an object, given ${preview(given.columns)}`)
    return new RecordDefinition(
      name,
      given.columns as ColumnTypes,
      given.primaryKey as KeyColumn<string>[],
      (given.indexes ?? NO_INDEXES) as IndexTypes<ColumnTypes>,
      given.schema as StandardSchema | undefined,
    )
  }
  if ('values' in given) {
    checkOptions(name, given, ['key', 'values'])
    return new MultimapDefinition(name, given.key as Type<unknown>, given.values as Type<unknown>)
  }
  checkOptions(name, given, ['key', 'value', 'schema'])
  return new MapDefinition(
    name,
    given.key as Type<unknown>,
    given.value as Type<unknown>,
    given.schema as StandardSchema | undefined,
  )
}

/**
 * Defines a multimap: each key has an ordered set of values. The same as `table` with `values`.
 * @throws CoppiceError INVALID_DEFINITION
 * @example const followers = multimap('followers', { key: t.u32, value: t.u32 })
 */
export function multimap<K, V>(
  name: string,
  definition: { readonly key: Type<K>; readonly value: Type<V> },
): MultimapDefinition<K, V> {
  refuseOwnName(name)
  checkOptions(name, definition, ['key', 'value'])
  return new MultimapDefinition(name, definition.key, definition.value)
}

/**
 * Says that a column of a primary key or an index sorts from the largest to the smallest.
 * @example indexes: { newest: { on: ['author', desc('writtenAt')] } }
 */
export function desc<const Name extends string>(column: Name): DescendingColumn<Name> {
  return { column, descending: true }
}

/** The type of the key over some columns. One column is its own key, several make a tuple. */
export function keyNodeOf(columns: readonly ColumnPart[], parts: readonly KeyPart[]): TypeNode {
  const nodes = parts.map(part => partNode(columns, part))
  return nodes.length === 1 ? nodes[0] : { kind: 'tuple', elements: nodes }
}

/** The type of one part of a key over columns. */
export function partNode(columns: readonly ColumnPart[], part: KeyPart): TypeNode {
  const plain = part.computed ?? columns.find(({ name }) => name === part.column)!.node
  const node: TypeNode = part.isNullLast && plain.kind === 'nullable' ? { ...plain, isNullLast: true } : plain
  return part.isDescending ? { kind: 'desc', of: node } : node
}

const OWN_PREFIX = 'coppice.'
/** The definitions by which Coppice itself opens what is its own. */
const ownDefinitions = new WeakSet<object>()

/** Whether a table of that name is Coppice's own. */
export function isOwnName(name: string): boolean {
  return name.startsWith(OWN_PREFIX)
}

/**
 * A map of Coppice's own, in which no program writes. @internal
 * @param name begins with `coppice.`
 */
export function ownMap<K, V>(name: string, key: Type<K>, value: Type<V>): MapDefinition<K, V> {
  assert(isOwnName(name), 'the name says whose it is')
  const definition = new MapDefinition(name, key, value)
  ownDefinitions.add(definition)
  return definition
}

/** @throws CoppiceError INVALID_DEFINITION a program cannot have, or change, a table of that name */
export function refuseOwnName(name: string, definition?: TableDefinition): void {
  if (typeof name !== 'string' || !isOwnName(name)) return
  if (definition !== undefined && ownDefinitions.has(definition)) return
  refuse(name, `names that begin with '${OWN_PREFIX}' are those of Coppice's own tables; give it another`)
}

/** @throws CoppiceError INVALID_DEFINITION */
export function checkTableName(name: string): void {
  checkName(name, 'a table')
  if (Buffer.byteLength(name) > 255) refuse(name, 'the name takes at most 255 bytes')
}

function declaredColumn(table: string, name: string, given: ColumnType<unknown>): DeclaredColumn {
  checkName(name, `table '${table}': a column`)
  const [type, fallback] =
    given instanceof TypeWithDefault ? [given.type, given.fallback] : [given, undefined]
  checkType(type, 'value', `table '${table}', column '${name}'`)
  const { node } = type
  return {
    name,
    node,
    default: fallback?.kind === 'value' ? columnDefault(table, name, node, fallback.value) : undefined,
    isNumbered: fallback?.kind === 'counter',
  }
}

function checkType(type: unknown, role: 'key' | 'value', where: string): void {
  if (type instanceof TypeWithDefault)
    throw new CoppiceError('INVALID_DEFINITION', `${where}: only columns of records have a default`)
  if (!(type instanceof Type))
    throw new CoppiceError(
      'INVALID_DEFINITION',
      `${where}: expected a type, such as t.text or t.json<T>(), given ${preview(type)}`,
    )
  checkNode(type.node, role, where)
}

function checkOptions(name: string, definition: object, known: readonly string[]): void {
  for (const option in definition) {
    if (!known.includes(option)) refuse(name, `'${option}' is not known here (known: ${known.join(', ')})`)
  }
}

const KINDS: readonly unknown[] = ['map', 'multimap', 'records'] satisfies TableDefinition['kind'][]

/**
 * For callers whose compiler did not look: a table is opened by its definition, not by its name.
 * @throws CoppiceError INVALID_DEFINITION
 */
export function checkDefinition(definition: unknown): void {
  if (typeof definition === 'object' && definition !== null && 'kind' in definition) {
    if (KINDS.includes(definition.kind)) return
  }
  throw new CoppiceError(
    'INVALID_DEFINITION',
    `expected a definition made by table() or multimap(), given ${preview(definition)}`,
  )
}

/** @throws CoppiceError INVALID_DEFINITION */
export function checkIndexOptions(table: string, index: string, options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    refuse(table, `index '${index}': expected { on: [...] }, given ${preview(options)}`)
  }
  for (const option in options) {
    if (option !== 'on' && option !== 'unique') {
      refuse(table, `index '${index}': '${option}' is not known here (known: on, unique)`)
    }
  }
  const { unique } = options as { readonly unique?: unknown }
  if (unique !== undefined && typeof unique !== 'boolean') {
    refuse(table, `index '${index}': unique is true or false, given ${preview(unique)}`)
  }
}

function refuse(table: string, reason: string): never {
  throw new CoppiceError('INVALID_DEFINITION', `table '${table}': ${reason}`, { table: String(table) })
}
