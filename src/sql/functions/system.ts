/** Functions about the server, the session, types and the catalog: what clients and tools ask. */

import { notSupported, SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { hexadecimal } from '../types/bytea.ts'
import { inputFunction } from '../types/input-output.ts'
import type { Int8 } from '../types/integer.ts'
import type { Interval } from '../types/interval.ts'
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

/** The setting's unit is kB; as pg_size_pretty prints. */
function prettySize(bytes: Int8): string {
  let size = BigInt(bytes)
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
  const limits = [10n * 1024n, 20n * 1024n - 1n]
  const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
  if (magnitude(size) < limits[0]) return `${size} bytes`
  // One bit more than shown is kept, and rounds the last.
  size >>= 9n
  for (let at = 1; ; at++) {
    if (magnitude(size) < limits[1] || at === units.length - 1) {
      return `${(size > 0n ? size + 1n : size < 0n ? size - 1n : 0n) / 2n} ${units[at]}`
    }
    size /= 1024n
  }
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
    if (uuidVersion(uuid) !== 7) return null
    return (Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) - EPOCH_GAP_MS) * 1000
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
