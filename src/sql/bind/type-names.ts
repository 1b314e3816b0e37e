/** Names of types to types and modifiers (atttypmod), with PostgreSQL's limits. */

import { notSupported } from '../errors.ts'
import type { Expression, TypeName } from '../syntax/tree.ts'
import {
  BPCHAR,
  builtinTypeByName,
  INTERVAL,
  NO_MODIFIER,
  NUMERIC,
  type SqlType,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  VARCHAR,
} from '../types/type.ts'
import { type Binding, fail } from './scope.ts'

export interface ResolvedType {
  readonly type: SqlType
  readonly modifier: number
}

export function resolveType(binding: Binding, name: TypeName): ResolvedType {
  if (name.isSetOf) fail('0A000', 'SETOF is not supported here', name.at)
  const base = findType(binding, name.name, name.at)
  binding.found?.types.set(name, base)
  const modifier = modifierOf(base, name.modifiers, name.at)
  if (name.dimensions === 0) return { type: base, modifier }
  if (base.kind === 'array') return { type: base, modifier }
  if (base.array === undefined) {
    fail('42704', `could not find array type for data type ${base.displayName}`, name.at)
  }
  return { type: base.array, modifier }
}

export function findType(binding: Binding, name: readonly string[], at: number): SqlType {
  const found = lookUpType(binding, name)
  if (found !== undefined) return found
  const schema = name.length > 1 ? name[name.length - 2]! : undefined
  if (schema !== undefined && schema !== 'pg_catalog' && !binding.catalog.hasSchema(schema)) {
    fail('3F000', `schema "${schema}" does not exist`, at)
  }
  const last = name[name.length - 1]!
  if ((schema === undefined || schema === 'pg_catalog') && FOREIGN_TYPES.has(last.replace(/^_/, ''))) {
    throw notSupported(`type ${last}`, at)
  }
  return fail('42704', `type "${name.join('.')}" does not exist`, at)
}

/** PostgreSQL's types that are none here. */
const FOREIGN_TYPES: ReadonlySet<string> = new Set(
  `xml tsvector tsquery point line lseg box path polygon circle inet cidr macaddr macaddr8 money bit varbit
   int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange
   tstzmultirange datemultirange pg_lsn txid_snapshot pg_snapshot refcursor`.split(/\s+/),
)

/** Undefined when there is none, as for a function call that may be a cast. */
export function lookUpType(binding: Binding, name: readonly string[]): SqlType | undefined {
  const schema = name.length > 1 ? name[name.length - 2]! : undefined
  const last = name[name.length - 1]!
  const found = binding.catalog.type(schema, last)
  if (found !== undefined) return found
  if (schema === undefined || schema === 'pg_catalog') {
    const builtin = builtinTypeByName(last)
    if (builtin !== undefined) return builtin
  }
  const relation = binding.catalog.relation(schema, last)
  return relation === undefined || relation.kind === 'sequence' ? undefined : relation.rowType
}

const CHARACTERS_MAX = 10_485_760
const HEADER = 4

function modifierOf(type: SqlType, modifiers: readonly Expression[], at: number): number {
  if (modifiers.length === 0) return NO_MODIFIER
  const values = modifiers.map(integerOf)
  switch (type) {
    case VARCHAR:
    case BPCHAR: {
      const name = type === VARCHAR ? 'varchar' : 'char'
      if (values.length !== 1) fail('22023', 'invalid type modifier', at)
      if (values[0]! < 1) fail('22023', `length for type ${name} must be at least 1`, at)
      if (values[0]! > CHARACTERS_MAX) {
        fail('22023', `length for type ${name} cannot exceed ${CHARACTERS_MAX}`, at)
      }
      return values[0]! + HEADER
    }
    case NUMERIC: {
      if (values.length > 2) fail('22023', 'invalid NUMERIC type modifier', at)
      const [precision, scale = 0] = values as [number, number?]
      if (precision < 1 || precision > 1000) {
        fail('22023', `NUMERIC precision ${precision} must be between 1 and 1000`, at)
      }
      if (scale < -1000 || scale > 1000) {
        fail('22023', `NUMERIC scale ${scale} must be between -1000 and 1000`, at)
      }
      return ((precision << 16) | (scale & 0x7ff)) + HEADER
    }
    case TIME:
    case TIMETZ:
    case TIMESTAMP:
    case TIMESTAMPTZ: {
      if (values.length !== 1) fail('22023', 'invalid type modifier', at)
      const word = type === TIME || type === TIMETZ ? 'TIME' : 'TIMESTAMP'
      const zone = type === TIMETZ || type === TIMESTAMPTZ ? ' WITH TIME ZONE' : ''
      if (values[0]! < 0) fail('22023', `${word}(${values[0]})${zone} precision must not be negative`, at)
      return Math.min(values[0]!, 6)
    }
    case INTERVAL: {
      const [range, precision = 0xffff] = values as [number, number?]
      if (precision < 0) fail('22023', `INTERVAL(${precision}) precision must not be negative`, at)
      return ((range & 0x7fff) << 16) | (precision === 0xffff ? 0xffff : Math.min(precision, 6))
    }
    default:
      return fail('42601', `type modifier is not allowed for type "${type.name}"`, at)
  }
}

function integerOf(modifier: Expression): number {
  if (modifier.kind === 'literal' && modifier.value.type === 'integer') return modifier.value.value
  if (modifier.kind === 'operator' && modifier.left === undefined && modifier.name.at(-1) === '-') {
    return -integerOf(modifier.right)
  }
  return fail('42601', 'type modifiers must be simple constants or identifiers', modifier.at)
}
