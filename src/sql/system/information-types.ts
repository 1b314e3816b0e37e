/** The domains that information_schema's columns are of, and what its views say of the type of a column, domain or argument. */

import type { StoredType } from '../catalog/stored.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { formatType } from '../types/input-output.ts'
import {
  BPCHAR,
  DATE,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  makeType,
  NAME,
  NO_MODIFIER,
  NUMERIC,
  type SqlType,
  TEXT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMETZ,
  VARCHAR,
  withoutDomain,
} from '../types/type.ts'
import { typeFacts } from './type-facts.ts'
import type { SystemRow } from './virtual-tables.ts'

type Domain = Extract<StoredType, { kind: 'domain' }>

const domain = (
  oid: number,
  name: string,
  arrayOid: number,
  base: SqlType,
  baseModifier = NO_MODIFIER,
  checks: Domain['checks'] = [],
): readonly [SqlType, Domain] => {
  const schema = 'information_schema'
  const type = makeType({
    oid,
    name,
    schema,
    displayName: `${schema}.${name}`,
    kind: 'domain',
    category: base.category,
    length: base.length,
    arrayOid,
    base,
    baseModifier,
  })
  return [
    type,
    { schema, name, arrayOid, kind: 'domain', base: base.oid, baseModifier, isNotNull: false, checks },
  ]
}

/** As PostgreSQL numbers them. */
export const INFORMATION_DOMAINS: ReadonlyMap<SqlType, Domain> = new Map([
  domain(12_438, 'cardinal_number', 12_437, INT4, NO_MODIFIER, [
    { name: 'cardinal_number_domain_check', text: 'value >= 0' },
  ]),
  domain(12_441, 'character_data', 12_440, VARCHAR),
  domain(12_443, 'sql_identifier', 12_442, NAME),
  domain(12_449, 'time_stamp', 12_448, TIMESTAMPTZ, 2),
  domain(12_451, 'yes_or_no', 12_450, VARCHAR, 7, [
    { name: 'yes_or_no_check', text: "value IN ('YES', 'NO')" },
  ]),
])

export const yesOrNo = (isYes: boolean): 'YES' | 'NO' => (isYes ? 'YES' : 'NO')

const HEADER = 4
const BYTES_OF_CHARACTER = 4
/** What a text without a limit may have. */
const OCTETS_MAX = 1_073_741_824
const INTEGER_BITS = new Map([
  [INT2, 16],
  [INT4, 32],
  [INT8, 64],
])
const FLOAT_BITS = new Map([
  [FLOAT4, 24],
  [FLOAT8, 53],
])
const FRACTION_DIGITS = 6
const NO_PRECISION = 0xffff

/** Lengths and precisions; those of the type that a domain is over. */
export function typeMeasures(declared: SqlType, declaredModifier: number): SystemRow {
  const type = withoutDomain(declared)
  const modifier = declared.kind === 'domain' ? domainModifier(declared) : declaredModifier
  return {
    ...characterMeasures(type, modifier),
    ...numericMeasures(type, modifier),
    datetime_precision: datetimePrecision(type, modifier),
    interval_type: type === INTERVAL ? intervalFields(modifier) : null,
  }
}

function domainModifier(type: SqlType): number {
  return type.baseModifier !== NO_MODIFIER || type.base?.kind !== 'domain'
    ? type.baseModifier
    : domainModifier(type.base)
}

function characterMeasures(type: SqlType, modifier: number): SystemRow {
  const isLimited = type === VARCHAR || type === BPCHAR
  if (!isLimited && type !== TEXT) return {}
  const length = isLimited && modifier !== NO_MODIFIER ? modifier - HEADER : undefined
  return {
    character_maximum_length: length ?? null,
    character_octet_length: length === undefined ? OCTETS_MAX : length * BYTES_OF_CHARACTER,
  }
}

function numericMeasures(type: SqlType, modifier: number): SystemRow {
  const integer = INTEGER_BITS.get(type)
  if (integer !== undefined) {
    return { numeric_precision: integer, numeric_precision_radix: 2, numeric_scale: 0 }
  }
  const float = FLOAT_BITS.get(type)
  if (float !== undefined) return { numeric_precision: float, numeric_precision_radix: 2 }
  if (type !== NUMERIC) return {}
  if (modifier === NO_MODIFIER) return { numeric_precision_radix: 10 }
  return {
    numeric_precision: ((modifier - HEADER) >> 16) & 0xffff,
    numeric_precision_radix: 10,
    numeric_scale: (modifier - HEADER) & 0x7ff,
  }
}

function datetimePrecision(type: SqlType, modifier: number): number | null {
  if (type === DATE) return 0
  if (type === TIME || type === TIMETZ || type === TIMESTAMP || type === TIMESTAMPTZ) {
    return modifier < 0 ? FRACTION_DIGITS : modifier
  }
  if (type !== INTERVAL) return null
  const precision = modifier & NO_PRECISION
  return modifier < 0 || precision === NO_PRECISION ? FRACTION_DIGITS : precision
}

function intervalFields(modifier: number): string | null {
  const fields = /^interval(?:\(\d+\))?\s+(\D+?)(?:\(\d+\))?$/.exec(formatType(INTERVAL, modifier))
  return fields === null ? null : fields[1].toUpperCase()
}

/** The name of a type as the standard has it; of a domain, the name of what it is over. */
export function dataType(type: SqlType): string {
  const plain = withoutDomain(type)
  if (plain.element?.array === plain) return 'ARRAY'
  return plain.schema === 'pg_catalog' ? formatType(plain) : 'USER-DEFINED'
}

/** Columns named `PREFIX_catalog`, `PREFIX_schema` and `PREFIX_name`. */
export function named(
  prefix: string,
  object: { readonly schema: string; readonly name: string } | undefined,
  { catalog }: EvaluationContext,
): SystemRow {
  if (object === undefined) return {}
  return {
    [`${prefix}_catalog`]: catalog.currentDatabase,
    [`${prefix}_schema`]: object.schema,
    [`${prefix}_name`]: object.name,
  }
}

const C_COLLATION = 950

/** A collation that is not the default one: names are compared by C. */
export function collationOf(type: SqlType, context: EvaluationContext): SystemRow {
  return typeFacts(type).collation === C_COLLATION
    ? named('collation', { schema: 'pg_catalog', name: 'C' }, context)
    : {}
}

/** Everything that views say of a type, but for the collation. */
export function typeColumns(type: SqlType, modifier: number, context: EvaluationContext): SystemRow {
  return {
    data_type: dataType(type),
    ...typeMeasures(type, modifier),
    ...named('udt', withoutDomain(type), context),
  }
}
