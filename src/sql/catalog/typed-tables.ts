/**
 * Tables that were made from TypeScript, as SQL sees them: columns by their stored types, the primary key, the indexes.
 * A map is a table of its key's and its value's parts.
 *
 * | stored | SQL | |
 * |---|---|---|
 * | bool | boolean | |
 * | u8 i8 i16 | smallint | u8 is checked when stored |
 * | u16 i32 | integer | |
 * | u32 int i64 | bigint | |
 * | u64 bigint | numeric | |
 * | f32 f64 | real, double precision | |
 * | text, enum | text | |
 * | bytes, uuid, interval, decimal | bytea, uuid, interval, numeric | |
 * | date | timestamptz | to the millisecond |
 * | json, struct, tuple | jsonb | |
 * | array | an array of its elements' type, jsonb when they are no scalars | |
 */

import type { KeyPart } from '../../table/definition.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import type { TypeNode } from '../../table/type-node.ts'
import {
  BOOL,
  BYTEA,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  JSONB,
  makeType,
  NUMERIC,
  type SqlType,
  TEXT,
  TIMESTAMPTZ,
  UUID,
} from '../types/type.ts'
import type { ColumnSchema, IndexSchema, KeySchema, TableSchema } from './schema.ts'
import { typedDefaultText } from './typed-default.ts'

/** Oids of these tables: above all that are given to objects of SQL, by the number of their tree. */
const TYPED_OIDS_FROM = 2_000_000_000
const INDEX_OIDS_FROM = 2_500_000_000
const CONSTRAINT_OIDS_FROM = 3_000_000_000
const ROW_TYPE_OIDS_FROM = 3_500_000_000

export function sqlTypeOf(node: TypeNode): SqlType {
  switch (node.kind) {
    case 'bool':
      return BOOL
    case 'u8':
    case 'i8':
    case 'i16':
      return INT2
    case 'u16':
    case 'i32':
      return INT4
    case 'u32':
    case 'int':
    case 'i64':
      return INT8
    case 'u64':
    case 'bigint':
    case 'decimal':
      return NUMERIC
    case 'f32':
      return FLOAT4
    case 'f64':
      return FLOAT8
    case 'text':
    case 'enum':
      return TEXT
    case 'bytes':
      return BYTEA
    case 'uuid':
      return UUID
    case 'interval':
      return INTERVAL
    case 'date':
      return TIMESTAMPTZ
    case 'nullable':
    case 'desc':
      return sqlTypeOf(node.of)
    case 'array': {
      const element = sqlTypeOf(node.element)
      return element.array !== undefined && element !== JSONB ? element.array : JSONB
    }
    case 'json':
    case 'tuple':
    case 'struct':
      return JSONB
  }
}

function isNullable(node: TypeNode): boolean {
  return node.kind === 'nullable' || (node.kind === 'desc' && isNullable(node.of))
}

function column(name: string, storedName: string, node: TypeNode, number: number): ColumnSchema {
  return {
    name,
    type: sqlTypeOf(node),
    modifier: -1,
    isNotNull: !isNullable(node),
    attributeNumber: number + 1,
    defaultText: undefined,
    identity: undefined,
    generatedText: undefined,
    sequenceOid: undefined,
    isHidden: false,
    storedName,
    storedNode: withoutNullable(node),
    comment: undefined,
  }
}

function withoutNullable(node: TypeNode): TypeNode {
  return node.kind === 'nullable' || node.kind === 'desc' ? withoutNullable(node.of) : node
}

/** The parts of a key or value of a map: `key`, or `key_1`, `key_2`, or the names of a struct's fields. */
function partsOf(
  side: 'key' | 'value',
  node: TypeNode,
): { name: string; storedName: string; node: TypeNode }[] {
  if (node.kind === 'struct') {
    return node.fields.map(([name, type]) => ({ name, storedName: `${side}.${name}`, node: type }))
  }
  if (node.kind === 'tuple') {
    return node.elements.map((type, i) => ({
      name: `${side}_${i + 1}`,
      storedName: `${side}.${i}`,
      node: type,
    }))
  }
  return [{ name: side, storedName: side, node }]
}

/** Whether a table was made from TypeScript, and has no entry in SQL's catalog. */
export function isTypedTable({ oid }: TableSchema): boolean {
  return oid >= TYPED_OIDS_FROM
}

/** A typed table without an entry in SQL's catalog. */
export function typedTableSchema(name: string, stored: StoredTable): TableSchema {
  const numbered =
    stored.kind === 'records' && stored.counter !== undefined ? stored.primaryKey[0] : undefined
  const columns =
    stored.kind === 'records'
      ? stored.columns.map((one, i) => ({
          ...column(one.name, one.name, one.node, i),
          ...(one.absent === undefined
            ? {}
            : { defaultText: typedDefaultText(sqlTypeOf(one.node), one.node, one.absent) }),
          ...(one.name === numbered?.column ? { isNumbered: true } : {}),
        }))
      : [...partsOf('key', stored.key), ...partsOf('value', stored.value)].map((part, i) =>
          column(part.name, part.storedName, part.node, i),
        )
  const rowType = makeType({
    oid: ROW_TYPE_OIDS_FROM + stored.tree,
    name,
    schema: 'public',
    kind: 'composite',
    category: 'C',
    fields: columns.map(one => ({ name: one.name, type: one.type, modifier: one.modifier })),
  })
  const numbers = (parts: readonly KeyPart[]) =>
    parts.map(part => ({
      column: columns.findIndex(one => one.name === part.column),
      expressionText: undefined,
      isDescending: part.isDescending,
      nullsFirst: !part.isDescending,
    }))
  const indexes: IndexSchema[] = []
  let primaryKey: KeySchema | undefined
  if (stored.kind === 'records') {
    const keyName = `${name}_pkey`
    indexes.push({
      oid: INDEX_OIDS_FROM + stored.tree,
      name: keyName,
      columns: numbers(stored.primaryKey),
      include: [],
      isUnique: true,
      isPrimary: true,
      nullsNotDistinct: false,
      predicateText: undefined,
      storedName: undefined,
    })
    primaryKey = {
      kind: 'primary key',
      oid: CONSTRAINT_OIDS_FROM + stored.tree,
      name: keyName,
      columns: numbers(stored.primaryKey).map(one => one.column),
      indexOid: INDEX_OIDS_FROM + stored.tree,
      isDeferrable: false,
      isInitiallyDeferred: false,
    }
    for (const index of stored.indexes) {
      indexes.push({
        oid: INDEX_OIDS_FROM + index.tree,
        name: index.name,
        columns: numbers(index.on),
        include: [],
        isUnique: index.isUnique,
        isPrimary: false,
        nullsNotDistinct: false,
        predicateText: undefined,
        storedName: index.name,
      })
    }
  }
  return {
    kind: 'table',
    oid: TYPED_OIDS_FROM + stored.tree,
    schema: 'public',
    name,
    columns,
    primaryKey,
    indexes,
    constraints: primaryKey === undefined ? [] : [primaryKey],
    referencedBy: [],
    rowType,
    isTemporary: false,
    storedName: name,
    storedKind: stored.kind,
    comment: undefined,
  }
}
