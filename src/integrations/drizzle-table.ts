/**
 * Drizzle's tables from Coppice's definitions, so that a table is described once. Types, nullability and defaults are the
 * definition's, and values those of the typed table: an `i64` is a bigint, a `date` a Date. What is no such value in SQL is as
 * SQL has it: intervals are text, and tuples, structs and `json` are JSON (`SqlValueOf`).
 *
 * It describes tables that Coppice makes; drizzle-kit has nothing to do with them.
 */

import type { BuildColumns } from 'drizzle-orm'
import { customType, type PgColumnBuilderBase, type PgTableWithColumns, pgTable } from 'drizzle-orm/pg-core'
import { CoppiceError, type PutRecordOf, type RecordDefinition, type RecordOf } from '../index.ts'

// biome-ignore lint/suspicious/noExplicitAny: any definition of records
type AnyRecords = RecordDefinition<any, any, any>
type DeclaredColumn = AnyRecords['columns'][number]
type TypeNode = DeclaredColumn['node']
type Interval = { readonly months: number; readonly days: number; readonly microseconds: bigint }

/** What JSON makes of a value. */
type JsonOf<T> = unknown extends T
  ? T
  : T extends bigint
    ? number
    : T extends Date | Uint8Array
      ? string
      : T extends object
        ? { [K in keyof T]: JsonOf<T[K]> }
        : T

type ElementOf<T> = T extends readonly unknown[] | Interval ? JsonOf<T> : SqlValueOf<T>

/** What a column of a type is to Drizzle. */
export type SqlValueOf<T> = unknown extends T
  ? T
  : T extends string | number | boolean | bigint | Date | Uint8Array
    ? T
    : T extends Interval
      ? string
      : T extends readonly (infer E)[]
        ? number extends T['length']
          ? ElementOf<E>[]
          : JsonOf<T>
        : JsonOf<T>

interface Builder<Read, HasDefault extends boolean> extends PgColumnBuilderBase {
  _: PgColumnBuilderBase['_'] & {
    name: ''
    dataType: 'custom'
    columnType: 'PgCustomColumn'
    data: SqlValueOf<NonNullable<Read>>
    driverParam: unknown
    enumValues: undefined
    notNull: null extends Read ? false : true
    hasDefault: HasDefault
  }
}

type Builders<D> = {
  [C in keyof RecordOf<D> & string]: Builder<
    RecordOf<D>[C],
    C extends keyof PutRecordOf<D> ? (undefined extends PutRecordOf<D>[C] ? true : false) : false
  >
}

/** The table of Drizzle that a definition is. */
export type DrizzleTable<Name extends string, D> = PgTableWithColumns<{
  name: Name
  schema: undefined
  columns: BuildColumns<Name, Builders<D>, 'pg'>
  dialect: 'pg'
}>

/**
 * A definition of records as Drizzle's table, for queries. Its name is said once more, so that joins are typed by it.
 * @throws CoppiceError INVALID_DEFINITION when the definition has another name, or is none of records
 * @example const usersTable = drizzleTable('users', users)
 */
export function drizzleTable<const Name extends string, D extends AnyRecords>(
  name: Name,
  definition: D,
): DrizzleTable<Name, D> {
  if (definition.kind !== 'records' || definition.name !== name) {
    throw new CoppiceError(
      'INVALID_DEFINITION',
      `drizzleTable('${name}'): expected the definition of the records '${name}', given ${definition.kind} '${definition.name}'`,
    )
  }
  const key = definition.primaryKey.map(part => part.column)
  const builders = definition.columns.map(column => [column.name, builderOf(column, key)])
  return pgTable(name, Object.fromEntries(builders)) as unknown as DrizzleTable<Name, D>
}

function builderOf(column: DeclaredColumn, key: readonly string[]) {
  const { name, node } = column
  const { type, toDriver, fromDriver } = formOf(node)
  let builder = customType<{ data: unknown; driverData: unknown }>({
    dataType: () => type,
    toDriver: toDriver ?? (value => value),
    fromDriver: fromDriver ?? (value => value),
  })(name)
  if (node.kind !== 'nullable') builder = builder.notNull() as typeof builder
  if (key.length === 1 && key[0] === name) builder = builder.primaryKey() as typeof builder
  // Of defaults that were declared in TypeScript, SQL's INSERT knows nothing.
  const fallback = column.default
  if (fallback !== undefined) builder = builder.$defaultFn(() => fallback.value) as typeof builder
  return builder
}

interface Form {
  /** SQL's name of the type. */
  readonly type: string
  readonly toDriver?: (value: unknown) => unknown
  readonly fromDriver?: (value: unknown) => unknown
}

/** Types let no bigint in, but a default may have one: beyond what a number holds it is text, which the table refuses. */
const JSON_FORM: Form = {
  type: 'jsonb',
  toDriver: value =>
    JSON.stringify(value, (_, part) => {
      if (typeof part !== 'bigint') return part
      return Number.isSafeInteger(Number(part)) ? Number(part) : String(part)
    }),
}
const BIGINT_FORM: Form = { type: 'bigint', fromDriver: value => BigInt(value as number) }
const LARGE_FORM: Form = { type: 'numeric', toDriver: String, fromDriver: value => BigInt(value as string) }

/** Text is what Drizzle's users give; a default is as the definition has it. */
function intervalText(value: unknown): unknown {
  if (typeof value === 'string') return value
  const { months, days, microseconds } = value as Interval
  return `${months} months ${days} days ${microseconds} microseconds`
}

const FORMS: Readonly<Record<Exclude<TypeNode['kind'], 'nullable' | 'desc' | 'array'>, Form>> = {
  bool: { type: 'boolean' },
  u8: { type: 'smallint' },
  i8: { type: 'smallint' },
  i16: { type: 'smallint' },
  u16: { type: 'integer' },
  i32: { type: 'integer' },
  u32: { type: 'bigint' },
  int: { type: 'bigint' },
  i64: BIGINT_FORM,
  u64: LARGE_FORM,
  bigint: LARGE_FORM,
  decimal: { type: 'numeric' },
  f32: { type: 'real' },
  f64: { type: 'double precision' },
  text: { type: 'text' },
  enum: { type: 'text' },
  bytes: { type: 'bytea' },
  uuid: { type: 'uuid' },
  interval: { type: 'interval', toDriver: intervalText },
  // The driver asks for times as text.
  date: { type: 'timestamp with time zone', fromDriver: value => new Date(value as string) },
  json: JSON_FORM,
  tuple: JSON_FORM,
  struct: JSON_FORM,
}

function formOf(node: TypeNode): Form {
  if (node.kind === 'nullable' || node.kind === 'desc') return formOf(node.of)
  if (node.kind !== 'array') return FORMS[node.kind]
  const { element } = node
  const inner = element.kind === 'nullable' ? element.of : element
  if (inner.kind === 'array' || FORMS_OF_JSON.has(inner.kind)) return JSON_FORM
  const { type, toDriver, fromDriver } = formOf(inner)
  const each = (convert: Form['toDriver']) => (values: unknown) =>
    convert === undefined
      ? values
      : (values as unknown[]).map(value => (value === null ? null : convert(value)))
  return { type: `${type}[]`, toDriver: each(toDriver), fromDriver: each(fromDriver) }
}
const FORMS_OF_JSON: ReadonlySet<string> = new Set(['json', 'tuple', 'struct'])
