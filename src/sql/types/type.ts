/**
 * SQL types as values: what the binder reasons about and what chooses the functions that work on values. Nothing here
 * works on values itself (`values.ts` and its neighbours do).
 *
 * How values are held in memory while a statement runs; SQL NULL is always `null`:
 *
 * | type | JavaScript |
 * |---|---|
 * | boolean | boolean |
 * | smallint, integer, oid, reg* | number |
 * | bigint | number while it is a safe integer, bigint beyond: each value has one form |
 * | real, double precision | number (real: rounded by `Math.fround`) |
 * | numeric | `Numeric` (numeric.ts), exact |
 * | text, varchar, char(n), name, "char", unknown | string; char(n) with its trailing blanks |
 * | bytea | Uint8Array, never changed in place |
 * | date | integer number: days since 2000-01-01; ±Infinity |
 * | time | number: microseconds since midnight |
 * | timestamp, timestamptz | as bigint: microseconds since 2000-01-01 00:00 (UTC); ±Infinity |
 * | timetz | `TimeWithZone`; interval: `Interval` (months, days, microseconds) |
 * | uuid | string, lower case |
 * | json | string as written; jsonb: `Jsonb`, parsed |
 * | enum | number: its place in the order of the type, from 0 |
 * | arrays | `SqlArray` | rows, records | `SqlRow` |
 *
 * Invariant: types are interned. Two types are the same exactly when they are the same object, so `===` compares them.
 */

/** PostgreSQL's pg_type.typcategory. */
export type TypeCategory = 'A' | 'B' | 'C' | 'D' | 'E' | 'I' | 'N' | 'P' | 'S' | 'T' | 'U' | 'V' | 'X' | 'Z'

export type TypeKind = 'base' | 'array' | 'enum' | 'domain' | 'composite' | 'pseudo'

export interface SqlType {
  readonly oid: number
  /** pg_type.typname: `int4`, `_int4`, or the name of a user's type. */
  readonly name: string
  readonly schema: string
  /** What format_type prints without modifier: `integer`, `integer[]`. Quoted where it must be. */
  readonly displayName: string
  readonly kind: TypeKind
  readonly category: TypeCategory
  readonly isPreferred: boolean
  /** pg_type.typlen: bytes, -1 variable, -2 C string. */
  readonly length: number
  /** pg_type.typdelim. */
  readonly delimiter: string
  /** Of an array: the type of its elements. */
  readonly element: SqlType | undefined
  /** The array type over this one; undefined for pseudo-types and arrays. */
  readonly array: SqlType | undefined
  /** Of an enum, in order. */
  readonly labels: readonly string[] | undefined
  /** Of a domain: what it is over. Its constraints are the catalog's business. */
  readonly base: SqlType | undefined
  readonly baseModifier: number
  /** Of a composite type or a table's row type. */
  readonly fields: readonly TypeField[] | undefined
  /** Whether `<` has a meaning, and so ORDER BY, GROUP BY by sorting, unique indexes, min and max. */
  readonly isOrdered: boolean
}

export interface TypeField {
  readonly name: string
  readonly type: SqlType
  readonly modifier: number
}

/** No modifier. Others are PostgreSQL's atttypmod: varchar(n) is n + 4, numeric(p, s) is ((p << 16) | (s & 0x7ff)) + 4. */
export const NO_MODIFIER = -1

interface TypeInput {
  readonly oid: number
  readonly name: string
  readonly schema?: string
  readonly displayName?: string
  readonly kind?: TypeKind
  readonly category: TypeCategory
  readonly isPreferred?: boolean
  readonly length?: number
  readonly delimiter?: string
  /** Of a base type that is an array: int2vector, oidvector. */
  readonly element?: SqlType
  readonly labels?: readonly string[]
  readonly base?: SqlType
  readonly baseModifier?: number
  readonly fields?: readonly TypeField[]
  readonly isOrdered?: boolean
  /** Undefined: it has no array type. */
  readonly arrayOid?: number
}

/** A type, with its array type. Each is made once: the builtin ones here, a user's by the catalog. */
export function makeType(input: TypeInput): SqlType {
  const schema = input.schema ?? 'pg_catalog'
  const kind = input.kind ?? 'base'
  const displayName = input.displayName ?? input.name
  const isOrdered = input.isOrdered ?? kind !== 'pseudo'
  const type: { -readonly [K in keyof SqlType]: SqlType[K] } = {
    oid: input.oid,
    name: input.name,
    schema,
    displayName,
    kind,
    category: input.category,
    isPreferred: input.isPreferred ?? false,
    length: input.length ?? -1,
    delimiter: input.delimiter ?? ',',
    element: input.element,
    array: undefined,
    labels: input.labels,
    base: input.base,
    baseModifier: input.baseModifier ?? NO_MODIFIER,
    fields: input.fields,
    isOrdered,
  }
  if (input.arrayOid !== undefined) {
    type.array = {
      ...type,
      oid: input.arrayOid,
      name: `_${input.name}`,
      displayName: `${displayName}[]`,
      kind: kind === 'pseudo' ? 'pseudo' : 'array',
      category: kind === 'pseudo' ? 'P' : 'A',
      isPreferred: false,
      length: -1,
      element: type,
      array: undefined,
      labels: undefined,
      base: undefined,
      baseModifier: NO_MODIFIER,
      fields: undefined,
    }
  }
  return type
}

const base = (
  oid: number,
  name: string,
  displayName: string,
  category: TypeCategory,
  length: number,
  arrayOid: number,
  more: Partial<TypeInput> = {},
): SqlType => makeType({ oid, name, displayName, category, length, arrayOid, ...more })

export const BOOL = base(16, 'bool', 'boolean', 'B', 1, 1000, { isPreferred: true })
export const BYTEA = base(17, 'bytea', 'bytea', 'U', -1, 1001)
/** The internal one-byte type "char". */
export const CHAR = base(18, 'char', '"char"', 'Z', 1, 1002)
export const NAME = base(19, 'name', 'name', 'S', 64, 1003)
export const INT8 = base(20, 'int8', 'bigint', 'N', 8, 1016)
export const INT2 = base(21, 'int2', 'smallint', 'N', 2, 1005)
export const INT4 = base(23, 'int4', 'integer', 'N', 4, 1007)
export const REGPROC = base(24, 'regproc', 'regproc', 'N', 4, 1008)
export const TEXT = base(25, 'text', 'text', 'S', -1, 1009, { isPreferred: true })
export const OID = base(26, 'oid', 'oid', 'N', 4, 1028, { isPreferred: true })
export const JSON_TYPE = base(114, 'json', 'json', 'U', -1, 199, { isOrdered: false })
export const FLOAT4 = base(700, 'float4', 'real', 'N', 4, 1021)
export const FLOAT8 = base(701, 'float8', 'double precision', 'N', 8, 1022, { isPreferred: true })
/** char(n). */
export const BPCHAR = base(1042, 'bpchar', 'character', 'S', -1, 1014)
export const VARCHAR = base(1043, 'varchar', 'character varying', 'S', -1, 1015)
export const DATE = base(1082, 'date', 'date', 'D', 4, 1182)
export const TIME = base(1083, 'time', 'time without time zone', 'D', 8, 1183)
export const TIMESTAMP = base(1114, 'timestamp', 'timestamp without time zone', 'D', 8, 1115)
export const TIMESTAMPTZ = base(1184, 'timestamptz', 'timestamp with time zone', 'D', 8, 1185, {
  isPreferred: true,
})
export const INTERVAL = base(1186, 'interval', 'interval', 'T', 16, 1187, { isPreferred: true })
export const TIMETZ = base(1266, 'timetz', 'time with time zone', 'D', 12, 1270)
export const NUMERIC = base(1700, 'numeric', 'numeric', 'N', -1, 1231)
export const UUID = base(2950, 'uuid', 'uuid', 'U', 16, 2951)
export const JSONB = base(3802, 'jsonb', 'jsonb', 'U', -1, 3807)
export const JSONPATH = base(4072, 'jsonpath', 'jsonpath', 'U', -1, 4073, { isOrdered: false })
export const REGCLASS = base(2205, 'regclass', 'regclass', 'N', 4, 2210)
export const REGTYPE = base(2206, 'regtype', 'regtype', 'N', 4, 2211)
export const REGNAMESPACE = base(4089, 'regnamespace', 'regnamespace', 'N', 4, 4090)
export const REGROLE = base(4096, 'regrole', 'regrole', 'N', 4, 4097)
export const REGPROCEDURE = base(2202, 'regprocedure', 'regprocedure', 'N', 4, 2207)

/** Ids of transactions; only in the catalogs. */
export const XID = base(28, 'xid', 'xid', 'U', 4, 1011, { isOrdered: false })
/** Privileges; only in the catalogs, and null there. */
export const ACLITEM = base(1033, 'aclitem', 'aclitem', 'U', 16, 1034, { isOrdered: false })
/** Expressions in the catalogs. Here they are the text that PostgreSQL makes of them. */
export const PG_NODE_TREE = makeType({
  oid: 194,
  name: 'pg_node_tree',
  category: 'Z',
  isOrdered: false,
})
/** Arrays of one dimension, from 0 on, that print without braces. */
export const INT2VECTOR = makeType({
  oid: 22,
  name: 'int2vector',
  category: 'A',
  kind: 'array',
  element: INT2,
  arrayOid: 1006,
})
export const OIDVECTOR = makeType({
  oid: 30,
  name: 'oidvector',
  category: 'A',
  kind: 'array',
  element: OID,
  arrayOid: 1013,
})

/** The type of a string constant or parameter before its surroundings decide. */
export const UNKNOWN = makeType({ oid: 705, name: 'unknown', category: 'X', kind: 'pseudo', length: -2 })
export const RECORD = makeType({
  oid: 2249,
  name: 'record',
  category: 'P',
  kind: 'pseudo',
  arrayOid: 2287,
  isOrdered: true,
})
export const VOID = makeType({ oid: 2278, name: 'void', category: 'P', kind: 'pseudo', length: 4 })
/** Of functions that only the system calls: what pg_proc says they take. */
export const CSTRING = makeType({
  oid: 2275,
  name: 'cstring',
  category: 'P',
  kind: 'pseudo',
  length: -2,
  arrayOid: 1263,
})
export const INTERNAL = makeType({ oid: 2281, name: 'internal', category: 'P', kind: 'pseudo', length: 8 })
export const ANY = makeType({ oid: 2276, name: 'any', displayName: '"any"', category: 'P', kind: 'pseudo' })
export const ANYELEMENT = makeType({ oid: 2283, name: 'anyelement', category: 'P', kind: 'pseudo' })
export const ANYARRAY = makeType({ oid: 2277, name: 'anyarray', category: 'P', kind: 'pseudo' })
export const ANYNONARRAY = makeType({ oid: 2776, name: 'anynonarray', category: 'P', kind: 'pseudo' })
export const ANYENUM = makeType({ oid: 3500, name: 'anyenum', category: 'P', kind: 'pseudo' })
export const ANYCOMPATIBLE = makeType({ oid: 5077, name: 'anycompatible', category: 'P', kind: 'pseudo' })
export const ANYCOMPATIBLEARRAY = makeType({
  oid: 5078,
  name: 'anycompatiblearray',
  category: 'P',
  kind: 'pseudo',
})

export const BUILTIN_TYPES: readonly SqlType[] = [
  BOOL,
  BYTEA,
  CHAR,
  NAME,
  INT8,
  INT2,
  INT4,
  REGPROC,
  TEXT,
  OID,
  JSON_TYPE,
  FLOAT4,
  FLOAT8,
  BPCHAR,
  VARCHAR,
  DATE,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  INTERVAL,
  TIMETZ,
  NUMERIC,
  UUID,
  JSONB,
  JSONPATH,
  REGCLASS,
  REGTYPE,
  REGNAMESPACE,
  REGROLE,
  REGPROCEDURE,
  XID,
  ACLITEM,
  PG_NODE_TREE,
  INT2VECTOR,
  OIDVECTOR,
  UNKNOWN,
  RECORD,
  VOID,
  CSTRING,
  INTERNAL,
  ANY,
  ANYELEMENT,
  ANYARRAY,
  ANYNONARRAY,
  ANYENUM,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
]

const byOid = new Map<number, SqlType>()
const byName = new Map<string, SqlType>()
for (const type of BUILTIN_TYPES) {
  for (const one of type.array === undefined ? [type] : [type, type.array]) {
    byOid.set(one.oid, one)
    byName.set(one.name, one)
  }
}

/** A builtin type, or array of one. A user's types are in the catalog. */
export function builtinTypeByOid(oid: number): SqlType | undefined {
  return byOid.get(oid)
}
/** By its name in pg_type: `int4`, `_int4`. The parser has turned `integer` into it. */
export function builtinTypeByName(name: string): SqlType | undefined {
  return byName.get(name)
}

const SEVERAL_FORMS = new Set(['numeric', 'float4', 'float8', 'jsonb', 'interval'])

/**
 * Whether equal values are the same in all else. 1.5 and 1.50 are equal, and so are 0 and -0, and '1 day' and '24 hours': keys,
 * which hold equal values in one form, do not say which of them it was.
 */
export function isOneForm(type: SqlType): boolean {
  const { name, element, fields } = withoutDomain(type)
  if (element !== undefined) return isOneForm(element)
  if (fields !== undefined) return false
  return !SEVERAL_FORMS.has(name)
}

/** What a domain is over, down to a type that is none. */
export function withoutDomain(type: SqlType): SqlType {
  let at = type
  while (at.base !== undefined) at = at.base
  return at
}
