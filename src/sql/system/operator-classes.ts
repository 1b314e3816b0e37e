/** pg_am, pg_opclass, pg_opfamily: the classes of btree for the types that are here, as PostgreSQL numbers them. */

import {
  ANYARRAY,
  ANYENUM,
  BOOL,
  BPCHAR,
  BYTEA,
  CHAR,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  JSONB,
  NAME,
  NUMERIC,
  OID,
  OIDVECTOR,
  RECORD,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  UUID,
  VARCHAR,
} from '../types/type.ts'
import { BTREE_OID, HEAP_OID, OWNER_OID, type SystemCatalog } from './system-catalog.ts'
import type { RowSource } from './virtual-tables.ts'

export interface OperatorClass {
  readonly oid: number
  readonly name: string
  readonly family: number
  readonly type: SqlType
  readonly isDefault: boolean
}

const FAMILIES: readonly (readonly [oid: number, name: string])[] = [
  [397, 'array_ops'],
  [424, 'bool_ops'],
  [426, 'bpchar_ops'],
  [428, 'bytea_ops'],
  [429, 'char_ops'],
  [434, 'datetime_ops'],
  [1970, 'float_ops'],
  [1976, 'integer_ops'],
  [1982, 'interval_ops'],
  [1988, 'numeric_ops'],
  [1989, 'oid_ops'],
  [1991, 'oidvector_ops'],
  [2994, 'record_ops'],
  [1994, 'text_ops'],
  [1996, 'time_ops'],
  [2000, 'timetz_ops'],
  [2968, 'uuid_ops'],
  [3522, 'enum_ops'],
  [4033, 'jsonb_ops'],
]

const classOf = (
  oid: number,
  name: string,
  family: number,
  type: SqlType,
  isDefault = true,
): OperatorClass => ({
  oid,
  name,
  family,
  type,
  isDefault,
})

const CLASSES: readonly OperatorClass[] = [
  classOf(10000, 'array_ops', 397, ANYARRAY),
  classOf(10003, 'bool_ops', 424, BOOL),
  classOf(10004, 'bpchar_ops', 426, BPCHAR),
  classOf(10006, 'bytea_ops', 428, BYTEA),
  classOf(10007, 'char_ops', 429, CHAR),
  classOf(3122, 'date_ops', 434, DATE),
  classOf(10012, 'float4_ops', 1970, FLOAT4),
  classOf(3123, 'float8_ops', 1970, FLOAT8),
  classOf(1979, 'int2_ops', 1976, INT2),
  classOf(1978, 'int4_ops', 1976, INT4),
  classOf(3124, 'int8_ops', 1976, INT8),
  classOf(10022, 'interval_ops', 1982, INTERVAL),
  classOf(10028, 'name_ops', 1994, NAME),
  classOf(3125, 'numeric_ops', 1988, NUMERIC),
  classOf(1981, 'oid_ops', 1989, OID),
  classOf(10032, 'oidvector_ops', 1991, OIDVECTOR),
  classOf(10034, 'record_ops', 2994, RECORD),
  classOf(3126, 'text_ops', 1994, TEXT),
  classOf(10038, 'time_ops', 1996, TIME),
  classOf(3127, 'timestamptz_ops', 434, TIMESTAMPTZ),
  classOf(10041, 'timetz_ops', 2000, TIMETZ),
  classOf(3128, 'timestamp_ops', 434, TIMESTAMP),
  classOf(10065, 'uuid_ops', 2968, UUID),
  classOf(10069, 'enum_ops', 3522, ANYENUM),
  classOf(10088, 'jsonb_ops', 4033, JSONB),
]
const byType = new Map(CLASSES.map(one => [one.type, one]))

/** The class that an index over a column of that type (no domain) has. */
export function operatorClassOf(type: SqlType): OperatorClass | undefined {
  if (type === VARCHAR) return byType.get(TEXT)
  const own = byType.get(type)
  if (own !== undefined) return own
  if (type.kind === 'enum') return byType.get(ANYENUM)
  if (type.kind === 'composite') return byType.get(RECORD)
  return type.element === undefined ? undefined : byType.get(ANYARRAY)
}

const fixed = (rows: readonly Record<string, unknown>[]): RowSource => ({ rows: () => rows })
const namespace = (catalog: SystemCatalog): number => catalog.namespaceOid('pg_catalog')

export const OPERATOR_CLASS_ROWS = {
  pg_am: fixed([
    { oid: HEAP_OID, amname: 'heap', amhandler: 0, amtype: 't' },
    { oid: BTREE_OID, amname: 'btree', amhandler: 0, amtype: 'i' },
  ]),
  pg_opclass: {
    rows: catalog =>
      CLASSES.map(one => ({
        oid: one.oid,
        opcmethod: BTREE_OID,
        opcname: one.name,
        opcnamespace: namespace(catalog),
        opcowner: OWNER_OID,
        opcfamily: one.family,
        opcintype: one.type.oid,
        opcdefault: one.isDefault,
        opckeytype: 0,
      })),
  },
  pg_opfamily: {
    rows: catalog =>
      FAMILIES.map(([oid, opfname]) => ({
        oid,
        opfmethod: BTREE_OID,
        opfname,
        opfnamespace: namespace(catalog),
        opfowner: OWNER_OID,
      })),
  },
} satisfies Record<string, RowSource>
