/** Functions about the server, the session, types and the catalog: what clients and tools ask. */

import { notSupported, SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { hexadecimal } from '../types/bytea.ts'
import { inputFunction } from '../types/input-output.ts'
import { type Int8, toInt8 } from '../types/integer.ts'
import type { Interval } from '../types/interval.ts'
import { Numeric } from '../types/numeric.ts'
import { uuidFromDigits } from '../types/scalar-formats.ts'
import { sessionTimeZone } from '../types/timezone.ts'
import {
  ANY,
  ANYARRAY,
  ANYENUM,
  BOOL,
  BPCHAR,
  builtinTypeByName,
  builtinTypeByOid,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  NUMERIC,
  OID,
  REGCLASS,
  REGTYPE,
  type SqlType,
  TEXT,
  TIMESTAMPTZ,
  UUID,
  VOID,
} from '../types/type.ts'
import { addIntervalInZone } from './datetime-arithmetic.ts'
import { polymorphic, scalar } from './definitions.ts'
import type { EvaluationContext, ScalarFunction, SqlFunction, Value } from './registry.ts'
import { formatTypeSeen } from './type-text.ts'

export const SERVER_VERSION = '18.1'
const STABLE = { volatility: 'stable' } as const
const VOLATILE = { volatility: 'volatile' } as const

const stable = (
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  implementation: (...all: Value[]) => Value,
): ScalarFunction => scalar(name, types, result, implementation, STABLE)

function setting(name: string, isMissingOk: boolean | null, context: EvaluationContext): string | null {
  const value = context.setting(name)
  if (value !== undefined) return value
  if (isMissingOk === true) return null
  throw new SqlError('42704', `unrecognized configuration parameter "${name}"`)
}

/** 128 bits, with version and variant put in. */
function uuidOf(bytes: Uint8Array, version: number): string {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4)
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return uuidFromDigits(hexadecimal(bytes))
}

const EPOCH_GAP_MS = 946_684_800_000
/** From 1582-10-15 to 2000-01-01. */
const GREGORIAN_GAP_US = 13_165_977_600_000_000n
/** Of a time in microseconds. */
function uuidv7(microseconds: number, context: EvaluationContext): string {
  const bytes = context.randomBytes(16)
  const milliseconds = Math.floor(microseconds / 1000) + EPOCH_GAP_MS
  let rest = milliseconds
  for (let at = 5; at >= 0; at--) {
    bytes[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  // 12 bits of the part of a millisecond keep those of one millisecond in order.
  const part = Math.floor(((((microseconds % 1000) + 1000) % 1000) * 4096) / 1000)
  bytes[6] = part >> 8
  bytes[7] = part & 255
  return uuidOf(bytes, 7)
}

function uuidVersion(uuid: string): number | null {
  return /[89ab]/.test(uuid[19]) ? Number.parseInt(uuid[14], 16) : null
}

/** In tenths of microseconds since the Gregorian calendar began. */
function timeOfVersion1(uuid: string): Int8 {
  const ticks = BigInt(`0x${uuid.slice(15, 18)}${uuid.slice(9, 13)}${uuid.slice(0, 8)}`)
  return toInt8(ticks / 10n - GREGORIAN_GAP_US)
}

function typeOf(oid: number, context: EvaluationContext): SqlType | undefined {
  return builtinTypeByOid(oid) ?? context.catalog.typeByOid(oid)
}

/** Null instead of an error of SQL. */
function lenient(
  read: (text: string, context: EvaluationContext) => Value,
): (text: string, context: EvaluationContext) => Value {
  return (text, context) => {
    try {
      return read(text, context)
    } catch (error) {
      if (error instanceof SqlError) return null
      throw error
    }
  }
}

const CHOICES = (name: string, choose: (count: number) => (all: readonly Value[]) => Value): ScalarFunction =>
  polymorphic(
    name,
    [ANY],
    INT4,
    call => {
      const compute = choose(call.argumentTypes.length)
      return (...all: Value[]) => compute(all)
    },
    { isVariadic: true, isStrict: false },
  )

const countNulls = (all: readonly Value[], count: number): number => {
  let nulls = 0
  for (let at = 0; at < count; at++) if (all[at] === null) nulls++
  return nulls
}

const SIZE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
const PLAIN_BELOW = 10n * 1024n

function prettySize(bytes: Int8): string {
  const size = BigInt(bytes)
  return magnitude(size) < PLAIN_BELOW ? `${size} bytes` : prettyLargeSize(size)
}

function prettyNumericSize(bytes: Numeric): string {
  if (!bytes.isFinite) return `${bytes} PB`
  const whole = BigInt(bytes.truncate(0).toString())
  return magnitude(whole) < PLAIN_BELOW ? `${bytes} bytes` : prettyLargeSize(whole)
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

function prettyLargeSize(bytes: bigint): string {
  // One bit more than shown is kept, and rounds the last.
  let halves = bytes / 512n
  for (let at = 1; ; at++) {
    if (magnitude(halves) < 2n * PLAIN_BELOW - 1n || at === SIZE_UNITS.length - 1) {
      return `${(halves < 0n ? halves - 1n : halves + 1n) / 2n} ${SIZE_UNITS[at]}`
    }
    halves /= 1024n
  }
}

const SIZE = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i

/** As pg_size_pretty prints, and with parts of units. @throws SqlError 22023, 22003 */
function sizeInBytes(text: string): Int8 {
  const [, number, unit = ''] = SIZE.exec(text) ?? []
  const name = unit.toLowerCase()
  const power = name === '' || name === 'b' ? 0 : SIZE_UNITS.findIndex(one => one.toLowerCase() === name)
  if (number === undefined || power < 0) throw new SqlError('22023', `invalid size: "${text}"`)
  const bytes = Numeric.parse(number).multiply(Numeric.ofBigint(1024n ** BigInt(power), 0))
  return toInt8(BigInt(bytes.round(0).toString()))
}

export const SYSTEM_FUNCTIONS: readonly SqlFunction[] = [
  stable('version', [], TEXT, () => `PostgreSQL ${SERVER_VERSION} (Coppice)`),
  stable('current_setting', [TEXT], TEXT, (name: string, context: EvaluationContext) =>
    setting(name, false, context),
  ),
  stable('current_setting', [TEXT, BOOL], TEXT, setting),
  scalar(
    'set_config',
    [TEXT, TEXT, BOOL],
    TEXT,
    (name: string | null, value: string | null, isLocal: boolean | null, context: EvaluationContext) => {
      if (name === null) throw new SqlError('22004', 'SET requires parameter name')
      context.setSetting(name, value ?? '', isLocal ?? false)
      return context.setting(name) ?? value
    },
    { ...VOLATILE, isStrict: false },
  ),
  polymorphic('pg_typeof', [ANY], REGTYPE, call => () => call.argumentTypes[0].oid, {
    ...STABLE,
    isStrict: false,
  }),
  scalar(
    'format_type',
    [OID, INT4],
    TEXT,
    (oid: number | null, modifier: number | null, context: EvaluationContext) => {
      if (oid === null) return null
      if (oid === 0) return '-'
      const type = typeOf(oid, context)
      if (type === undefined) return '???'
      // With a modifier of none it is not character(1).
      if (modifier === -1 && (type === BPCHAR || type === BPCHAR.array)) {
        return type === BPCHAR ? 'bpchar' : 'bpchar[]'
      }
      return formatTypeSeen(type, modifier ?? -1, context.catalog.searchPath)
    },
    { ...STABLE, isStrict: false },
  ),
  CHOICES('num_nulls', count => all => countNulls(all, count)),
  CHOICES('num_nonnulls', count => all => count - countNulls(all, count)),
  scalar(
    'gen_random_uuid',
    [],
    UUID,
    (context: EvaluationContext) => uuidOf(context.randomBytes(16), 4),
    VOLATILE,
  ),
  scalar('uuidv4', [], UUID, (context: EvaluationContext) => uuidOf(context.randomBytes(16), 4), VOLATILE),
  scalar('uuidv7', [], UUID, (context: EvaluationContext) => uuidv7(context.clockTime(), context), VOLATILE),
  scalar(
    'uuidv7',
    [INTERVAL],
    UUID,
    (shift: Interval, context: EvaluationContext) =>
      uuidv7(Number(addIntervalInZone(context.clockTime(), shift, sessionTimeZone(context))), context),
    { ...VOLATILE, argumentNames: ['shift'] },
  ),
  scalar('uuid_extract_version', [UUID], INT2, uuidVersion),
  scalar('uuid_extract_timestamp', [UUID], TIMESTAMPTZ, (uuid: string) => {
    const version = uuidVersion(uuid)
    if (version === 1) return timeOfVersion1(uuid)
    if (version !== 7) return null
    const milliseconds = Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) - EPOCH_GAP_MS
    return toInt8(BigInt(milliseconds) * 1000n)
  }),
  scalar(
    'pg_sleep',
    [FLOAT8],
    VOID,
    () => {
      throw notSupported('pg_sleep')
    },
    VOLATILE,
  ),
  scalar(
    'pg_sleep_for',
    [INTERVAL],
    VOID,
    () => {
      throw notSupported('pg_sleep_for')
    },
    VOLATILE,
  ),
  scalar(
    'nextval',
    [REGCLASS],
    INT8,
    (oid: number, context: EvaluationContext) => context.sequences.nextValue(oid),
    VOLATILE,
  ),
  scalar(
    'currval',
    [REGCLASS],
    INT8,
    (oid: number, context: EvaluationContext) => context.sequences.currentValue(oid),
    VOLATILE,
  ),
  scalar('lastval', [], INT8, (context: EvaluationContext) => context.sequences.lastValue(), VOLATILE),
  scalar(
    'setval',
    [REGCLASS, INT8],
    INT8,
    (oid: number, value: Int8, context: EvaluationContext) => {
      context.sequences.setValue(oid, value, true)
      return value
    },
    VOLATILE,
  ),
  scalar(
    'setval',
    [REGCLASS, INT8, BOOL],
    INT8,
    (oid: number, value: Int8, isCalled: boolean, context: EvaluationContext) => {
      context.sequences.setValue(oid, value, isCalled)
      return value
    },
    VOLATILE,
  ),
  scalar('pg_size_pretty', [INT8], TEXT, prettySize),
  scalar('pg_size_pretty', [NUMERIC], TEXT, prettyNumericSize),
  scalar('pg_size_bytes', [TEXT], INT8, sizeInBytes),
  scalar(
    'pg_input_is_valid',
    [TEXT, TEXT],
    BOOL,
    (text: string, name: string, context: EvaluationContext) => {
      const type = builtinTypeByName(name) ?? context.catalog.typeByName(name)
      if (type === undefined) throw new SqlError('42704', `type "${name}" does not exist`)
      return lenient(inputFunction(type))(text, context) !== null
    },
    STABLE,
  ),
  polymorphic('enum_first', [ANYENUM], ANYENUM, () => () => 0, { isStrict: false }),
  polymorphic(
    'enum_range',
    [ANYENUM],
    ANYARRAY,
    call => {
      const all = SqlArray.of((call.argumentTypes[0].labels ?? []).map((_, ordinal) => ordinal))
      return () => all
    },
    { isStrict: false },
  ),
  polymorphic(
    'enum_range',
    [ANYENUM, ANYENUM],
    ANYARRAY,
    call => {
      const count = call.argumentTypes[0].labels?.length ?? 0
      return (first: number | null, last: number | null) => {
        const ordinals: number[] = []
        for (let at = first ?? 0; at <= (last ?? count - 1); at++) ordinals.push(at)
        return SqlArray.of(ordinals)
      }
    },
    { isStrict: false },
  ),
  polymorphic(
    'enum_last',
    [ANYENUM],
    ANYENUM,
    call => {
      const last = (call.argumentTypes[0].labels?.length ?? 1) - 1
      return () => last
    },
    { isStrict: false },
  ),
]
