/**
 * Casts between the types of this folder, and `castFunction`: how a value gets from any type to any other, with the casts
 * of a registry, element by element through arrays, through domains, and through text where nothing else is defined.
 */

import { SqlError } from '../errors.ts'
import type {
  CallTypes,
  Cast,
  EvaluationContext,
  FunctionRegistry,
  Implementation,
  Value,
} from '../functions/registry.ts'
import type { SqlArray } from './array.ts'
import { roundHalfEven, toFloat4 } from './float.ts'
import { inputFunction, modifierFunction, outputFunction } from './input-output.ts'
import { type Int8, outOfRange, toInt8 } from './integer.ts'
import { Numeric } from './numeric.ts'
import { SqlRow } from './row.ts'
import { charText, toChar, toName, withoutTrailingBlanks } from './text.ts'
import {
  BOOL,
  BPCHAR,
  BYTEA,
  CHAR,
  FLOAT4,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  NAME,
  NO_MODIFIER,
  NUMERIC,
  OID,
  PG_NODE_TREE,
  RECORD,
  REGCLASS,
  REGNAMESPACE,
  REGPROC,
  REGPROCEDURE,
  REGROLE,
  REGTYPE,
  type SqlType,
  TEXT,
  UNKNOWN,
  VARCHAR,
} from './type.ts'

type Context = Cast['context']
type Convert = (value: Value, context: EvaluationContext) => Value

const cast = (from: SqlType, to: SqlType, context: Context, convert?: Convert): Cast => ({
  from,
  to,
  context,
  implement: convert === undefined ? undefined : () => convert,
})

const LIMITS = new Map<SqlType, readonly [Int8, Int8, string]>([
  [INT2, [-32768, 32767, 'smallint']],
  [INT4, [-2147483648, 2147483647, 'integer']],
  [INT8, [-9223372036854775808n, 9223372036854775807n, 'bigint']],
  [OID, [0, 4294967295, 'OID']],
])

function integerToInteger(to: SqlType): Convert {
  const [min, max, name] = LIMITS.get(to)!
  return (value: Int8) => {
    if (value < min || value > max) throw outOfRange(name)
    return value
  }
}

function floatToInteger(to: SqlType): Convert {
  const [min, , name] = LIMITS.get(to)!
  const low = Number(min)
  return (value: number) => {
    const rounded = roundHalfEven(value) + 0
    // The upper limit is one less than a power of two, which a double may not have.
    if (!(rounded >= low && rounded < -low)) throw outOfRange(name)
    return Number.isSafeInteger(rounded) ? rounded : toInt8(BigInt(rounded))
  }
}

function numericToInteger(to: SqlType): Convert {
  const [min, max, name] = LIMITS.get(to)!
  return (value: Numeric) => {
    if (!value.isFinite) {
      throw new SqlError('0A000', `cannot convert ${value.isNaN ? 'NaN' : 'infinity'} to ${name}`)
    }
    const integer = value.toInteger()
    if (integer < min || integer > max) throw outOfRange(name)
    return integer
  }
}

function numericToFloat(value: Numeric, isSingle: boolean): number {
  const double = value.toNumber()
  const rounded = isSingle ? Math.fround(double) : double
  if (value.isFinite && (!Number.isFinite(rounded) || (rounded === 0 && !value.isZero))) {
    throw new SqlError(
      '22003',
      `"${value}" is out of range for type ${isSingle ? 'real' : 'double precision'}`,
    )
  }
  return rounded
}

function bytesOfInteger(width: number): Convert {
  return (value: Int8) => {
    const bytes = new Uint8Array(width)
    let rest = BigInt.asUintN(width * 8, BigInt(value))
    for (let at = width - 1; at >= 0; at--) {
      bytes[at] = Number(rest & 255n)
      rest >>= 8n
    }
    return bytes
  }
}

function integerOfBytes(width: number, name: string): Convert {
  return (bytes: Uint8Array) => {
    if (bytes.length > width) throw outOfRange(name)
    let value = 0n
    for (const byte of bytes) value = (value << 8n) | BigInt(byte)
    return toInt8Canonical(bytes.length === width ? BigInt.asIntN(width * 8, value) : value)
  }
}

function toInt8Canonical(value: bigint): Int8 {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const toNumber = (value: Int8): number => Number(value)
const toSingle = (value: Int8): number => Math.fround(Number(value))
const ofInteger = (value: Int8): Numeric => Numeric.ofInteger(value)

const REGISTERED = [REGCLASS, REGTYPE, REGNAMESPACE, REGROLE, REGPROC, REGPROCEDURE]

export const CORE_CASTS: readonly Cast[] = [
  cast(INT2, INT4, 'implicit'),
  cast(INT2, INT8, 'implicit'),
  cast(INT4, INT8, 'implicit'),
  cast(INT4, INT2, 'assignment', integerToInteger(INT2)),
  cast(INT8, INT2, 'assignment', integerToInteger(INT2)),
  cast(INT8, INT4, 'assignment', integerToInteger(INT4)),
  cast(INT2, FLOAT4, 'implicit'),
  cast(INT2, FLOAT8, 'implicit'),
  cast(INT4, FLOAT4, 'implicit', toSingle),
  cast(INT4, FLOAT8, 'implicit'),
  cast(INT8, FLOAT4, 'implicit', toSingle),
  cast(INT8, FLOAT8, 'implicit', toNumber),
  ...[INT2, INT4, INT8].flatMap(type => [
    cast(type, NUMERIC, 'implicit', ofInteger),
    cast(NUMERIC, type, 'assignment', numericToInteger(type)),
    cast(FLOAT4, type, 'assignment', floatToInteger(type)),
    cast(FLOAT8, type, 'assignment', floatToInteger(type)),
    cast(type, OID, 'implicit', integerToOid(type)),
  ]),
  cast(OID, INT4, 'assignment', value => value | 0),
  cast(OID, INT8, 'assignment'),
  cast(FLOAT4, FLOAT8, 'implicit'),
  cast(FLOAT8, FLOAT4, 'assignment', toFloat4),
  cast(FLOAT4, NUMERIC, 'assignment', (value: number) => Numeric.ofFloat(value, 6)),
  cast(FLOAT8, NUMERIC, 'assignment', (value: number) => Numeric.ofFloat(value, 15)),
  cast(NUMERIC, FLOAT4, 'implicit', (value: Numeric) => numericToFloat(value, true)),
  cast(NUMERIC, FLOAT8, 'implicit', (value: Numeric) => numericToFloat(value, false)),
  ...[TEXT, VARCHAR, BPCHAR].map(type => cast(BOOL, type, 'assignment', value => (value ? 'true' : 'false'))),
  cast(INT4, BOOL, 'explicit', value => value !== 0),
  cast(BOOL, INT4, 'explicit', value => (value ? 1 : 0)),
  // Strings are held alike, but for a name's length, a "char"'s, and the blanks at the end of char(n).
  cast(TEXT, VARCHAR, 'implicit'),
  cast(VARCHAR, TEXT, 'implicit'),
  cast(TEXT, BPCHAR, 'implicit'),
  cast(VARCHAR, BPCHAR, 'implicit'),
  cast(BPCHAR, TEXT, 'implicit', withoutTrailingBlanks),
  cast(BPCHAR, VARCHAR, 'implicit', withoutTrailingBlanks),
  cast(NAME, TEXT, 'implicit'),
  cast(NAME, VARCHAR, 'assignment'),
  cast(NAME, BPCHAR, 'assignment'),
  cast(TEXT, NAME, 'implicit', toName),
  cast(VARCHAR, NAME, 'implicit', toName),
  cast(BPCHAR, NAME, 'implicit', text => toName(withoutTrailingBlanks(text))),
  cast(PG_NODE_TREE, TEXT, 'implicit', String),
  cast(CHAR, TEXT, 'implicit', charText),
  cast(CHAR, VARCHAR, 'assignment', charText),
  cast(CHAR, BPCHAR, 'assignment', charText),
  cast(TEXT, CHAR, 'assignment', toChar),
  cast(VARCHAR, CHAR, 'assignment', toChar),
  cast(BPCHAR, CHAR, 'assignment', toChar),
  cast(CHAR, INT4, 'explicit', (value: string) => (value === '' ? 0 : (value.charCodeAt(0) << 24) >> 24)),
  cast(INT4, CHAR, 'explicit', (value: number) => {
    if (value < -128 || value > 127) throw outOfRange('"char"')
    return value === 0 ? '' : String.fromCharCode(value & 255)
  }),
  cast(INT2, BYTEA, 'explicit', bytesOfInteger(2)),
  cast(INT4, BYTEA, 'explicit', bytesOfInteger(4)),
  cast(INT8, BYTEA, 'explicit', bytesOfInteger(8)),
  cast(BYTEA, INT2, 'explicit', integerOfBytes(2, 'smallint')),
  cast(BYTEA, INT4, 'explicit', integerOfBytes(4, 'integer')),
  cast(BYTEA, INT8, 'explicit', integerOfBytes(8, 'bigint')),
  ...REGISTERED.flatMap(type => [
    cast(OID, type, 'implicit'),
    cast(type, OID, 'implicit'),
    cast(INT2, type, 'implicit'),
    cast(INT4, type, 'implicit', value => value >>> 0),
    cast(INT8, type, 'implicit', integerToOid(INT8)),
    cast(type, INT4, 'assignment', value => value | 0),
    cast(type, INT8, 'assignment'),
  ]),
  cast(TEXT, REGCLASS, 'implicit', (text: string, context) => inputFunction(REGCLASS)(text, context)),
  cast(VARCHAR, REGCLASS, 'implicit', (text: string, context) => inputFunction(REGCLASS)(text, context)),
]

function integerToOid(from: SqlType): Convert {
  if (from !== INT8) return value => value >>> 0
  return (value: Int8) => {
    if (value < 0 || value > 4294967295) throw outOfRange('OID')
    return value
  }
}

const same: Implementation = value => value

function isString(type: SqlType): boolean {
  return type.category === 'S' || type === UNKNOWN
}

/**
 * What turns a value that is not null of `call.argumentTypes[0]` into one of `call.resultType` with `call.modifier`;
 * the context is its second argument. Undefined: there is no such cast. Whether it may happen unasked is
 * `castContext`'s; a domain's constraints and its NOT NULL are the binder's.
 */
export function castFunction(registry: FunctionRegistry, call: CallTypes): Implementation | undefined {
  const convert = unfittedCast(registry, call)
  if (convert === undefined) return undefined
  const { modifier, resultType, isExplicit } = call
  const coerce = modifierFunction(resultType, modifier, isExplicit)
  if (coerce === undefined) return convert
  if (convert === same) return coerce
  return (value, context) => coerce(convert(value, context))
}

function unfittedCast(registry: FunctionRegistry, call: CallTypes): Implementation | undefined {
  const from = call.argumentTypes[0]
  const to = call.resultType
  if (from === to) return same
  const known = registry.cast(from, to)
  if (known !== undefined) return known.implement === undefined ? same : known.implement(call)
  if (from.kind === 'domain') {
    return castFunction(registry, { ...call, argumentTypes: [from.base!] })
  }
  if (to.kind === 'domain') {
    return castFunction(registry, { ...call, resultType: to.base!, modifier: to.baseModifier })
  }
  if (from.element !== undefined && to.element !== undefined) {
    const element = castFunction(registry, {
      ...call,
      argumentTypes: [from.element],
      resultType: to.element,
      modifier: NO_MODIFIER,
    })
    if (element === undefined) return undefined
    if (element === same) return same
    return (array: SqlArray, context: EvaluationContext) => array.map(value => element(value, context))
  }
  if (isString(from)) {
    const read = inputFunction(to)
    return (text: string, context: EvaluationContext) => read(text, context)
  }
  if (isString(to)) {
    const print = outputFunction(from)
    // Into name, char(n) and the like by their input functions.
    const read = inputFunction(to)
    return (value: Value, context: EvaluationContext) => read(print(value, context), context)
  }
  if (to.kind === 'composite' && (from === RECORD || from.kind === 'composite'))
    return rowCast(registry, to, call)
  if (from.kind === 'composite' && to === RECORD) return same
  return undefined
}

function rowCast(registry: FunctionRegistry, to: SqlType, call: CallTypes): Implementation {
  const fields = to.fields!
  const types = fields.map(field => field.type)
  const names = fields.map(field => field.name)
  return (row: SqlRow, context: EvaluationContext) => {
    if (row.values.length !== fields.length) {
      throw new SqlError('42846', `cannot cast type record to ${to.displayName}`, {
        detail: `Input has too ${row.values.length < fields.length ? 'few' : 'many'} columns.`,
      })
    }
    const values = row.values.map((value, at) => {
      if (value === null) return null
      const convert = castFunction(registry, {
        ...call,
        argumentTypes: [row.types[at]],
        resultType: fields[at].type,
        modifier: fields[at].modifier,
      })
      if (convert === undefined) {
        throw new SqlError(
          '42846',
          `cannot cast type ${row.types[at].displayName} to ${fields[at].type.displayName}`,
        )
      }
      return convert(value, context)
    })
    return new SqlRow(values, types, names)
  }
}

/** Where a cast may happen; undefined: there is none. The rules of PostgreSQL's find_coercion_pathway. */
export function castContext(registry: FunctionRegistry, from: SqlType, to: SqlType): Context | undefined {
  if (from === to || from === UNKNOWN) return 'implicit'
  const known = registry.cast(from, to)
  if (known !== undefined) return known.context
  if (from.kind === 'domain') return castContext(registry, from.base!, to)
  if (to.kind === 'domain') return castContext(registry, from, to.base!)
  if (
    from.element !== undefined &&
    to.element !== undefined &&
    from.kind === 'array' &&
    to.kind === 'array' &&
    to.element.array === to
  ) {
    return castContext(registry, from.element, to.element)
  }
  if (to === RECORD && from.kind === 'composite') return 'implicit'
  if (from === RECORD && to.kind === 'composite') return 'assignment'
  // To a string: in assignments; from one: only when written.
  if (isString(to) && from.kind !== 'pseudo') return 'assignment'
  if (to === TEXT && from === RECORD) return 'assignment'
  if (isString(from) && to.kind !== 'pseudo') return 'explicit'
  return undefined
}
