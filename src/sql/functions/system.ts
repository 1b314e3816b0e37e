/** Functions about the server, the session, types and the catalog: what clients and tools ask. */

import { notSupported, SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { hexadecimal } from '../types/bytea.ts'
import { formatType, inputFunction } from '../types/input-output.ts'
import type { Int8 } from '../types/integer.ts'
import { uuidFromDigits } from '../types/scalar-formats.ts'
import {
  ANY,
  ANYARRAY,
  ANYENUM,
  BOOL,
  builtinTypeByName,
  builtinTypeByOid,
  FLOAT8,
  INT2,
  INT4,
  INT8,
  INTERVAL,
  NAME,
  OID,
  REGCLASS,
  REGNAMESPACE,
  REGTYPE,
  type SqlType,
  TEXT,
  TIMESTAMPTZ,
  UUID,
  VOID,
} from '../types/type.ts'
import { polymorphic, scalar } from './definitions.ts'
import type { EvaluationContext, ScalarFunction, SqlFunction, Value } from './registry.ts'

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
function uuidv7(context: EvaluationContext): string {
  const bytes = context.randomBytes(16)
  const microseconds = context.clockTime()
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

/** A name that may be quoted or qualified, as to_regclass takes; undefined instead of an error. */
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

/** Everything is allowed to everybody: has_table_privilege and its like. */
function privileges(): ScalarFunction[] {
  const all: ScalarFunction[] = []
  const yes = (): boolean => true
  const subjects: [string, SqlType[]][] = [
    ['has_table_privilege', [TEXT, OID]],
    ['has_schema_privilege', [TEXT, OID]],
    ['has_database_privilege', [TEXT, OID]],
    ['has_sequence_privilege', [TEXT, OID]],
    ['has_function_privilege', [TEXT, OID]],
    ['has_type_privilege', [TEXT, OID]],
    ['has_any_column_privilege', [TEXT, OID]],
  ]
  for (const [name, types] of subjects) {
    for (const type of types) {
      all.push(
        stable(name, [type, TEXT], BOOL, yes),
        stable(name, [NAME, type, TEXT], BOOL, yes),
        stable(name, [OID, type, TEXT], BOOL, yes),
      )
    }
  }
  for (const type of [TEXT, OID]) {
    for (const column of [TEXT, INT2]) {
      all.push(
        stable('has_column_privilege', [type, column, TEXT], BOOL, yes),
        stable('has_column_privilege', [NAME, type, column, TEXT], BOOL, yes),
      )
    }
  }
  all.push(stable('pg_has_role', [OID, TEXT], BOOL, yes), stable('pg_has_role', [NAME, TEXT], BOOL, yes))
  return all
}

/** What the catalog says in PostgreSQL's words; null for what is not there. */
function definition(name: string, kind: string, types: readonly SqlType[]): ScalarFunction {
  return stable(name, types, TEXT, (...all: Value[]) => {
    const context: EvaluationContext = all[types.length]
    return context.catalog.definitionText(kind, ...all.slice(0, types.length).map(asWord)) ?? null
  })
}
const asWord = (value: Value): string | number => (typeof value === 'string' ? value : Number(value))

const VISIBLE = [
  'table',
  'type',
  'function',
  'operator',
  'opclass',
  'opfamily',
  'collation',
  'conversion',
  'ts_dict',
]

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
      return type === undefined ? '???' : formatType(type, modifier ?? -1)
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
  scalar('uuidv7', [], UUID, uuidv7, VOLATILE),
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
  stable('current_database', [], NAME, (context: EvaluationContext) => context.catalog.currentDatabase),
  stable('current_schema', [], NAME, (context: EvaluationContext) => context.catalog.currentSchema ?? null),
  stable('current_user', [], NAME, (context: EvaluationContext) => context.catalog.currentUser),
  stable('session_user', [], NAME, (context: EvaluationContext) => context.catalog.currentUser),
  stable('pg_backend_pid', [], INT4, () => 1),
  stable('pg_client_encoding', [], NAME, () => 'UTF8'),
  stable('getdatabaseencoding', [], NAME, () => 'UTF8'),
  stable('pg_encoding_to_char', [INT4], NAME, (encoding: number) => (encoding === 6 ? 'UTF8' : '')),
  stable('pg_is_in_recovery', [], BOOL, () => false),
  stable(
    'pg_get_userbyid',
    [OID],
    NAME,
    (_oid: number, context: EvaluationContext) => context.catalog.currentUser,
  ),
  stable(
    'to_regclass',
    [TEXT],
    REGCLASS,
    lenient((text, context) => inputFunction(REGCLASS)(text, context)),
  ),
  stable(
    'to_regnamespace',
    [TEXT],
    REGNAMESPACE,
    lenient((text, context) => inputFunction(REGNAMESPACE)(text, context)),
  ),
  stable(
    'to_regtype',
    [TEXT],
    REGTYPE,
    (text: string, context: EvaluationContext) =>
      builtinTypeByName(text)?.oid ?? context.catalog.typeByName(text)?.oid ?? null,
  ),
  definition('pg_get_viewdef', 'view', [OID]),
  definition('pg_get_viewdef', 'view', [OID, BOOL]),
  definition('pg_get_viewdef', 'view', [TEXT]),
  definition('pg_get_indexdef', 'index', [OID]),
  definition('pg_get_indexdef', 'index', [OID, INT4, BOOL]),
  definition('pg_get_constraintdef', 'constraint', [OID]),
  definition('pg_get_constraintdef', 'constraint', [OID, BOOL]),
  definition('pg_get_expr', 'expression', [TEXT, OID]),
  definition('pg_get_expr', 'expression', [TEXT, OID, BOOL]),
  definition('pg_get_serial_sequence', 'serial sequence', [TEXT, TEXT]),
  stable(
    'obj_description',
    [OID, NAME],
    TEXT,
    (oid: number, _catalog: string, context: EvaluationContext) => context.catalog.comment(oid, 0) ?? null,
  ),
  stable(
    'obj_description',
    [OID],
    TEXT,
    (oid: number, context: EvaluationContext) => context.catalog.comment(oid, 0) ?? null,
  ),
  stable(
    'col_description',
    [OID, INT4],
    TEXT,
    (oid: number, column: number, context: EvaluationContext) => context.catalog.comment(oid, column) ?? null,
  ),
  stable('shobj_description', [OID, NAME], TEXT, () => null),
  ...['pg_relation_size', 'pg_table_size', 'pg_total_relation_size', 'pg_indexes_size'].map(name =>
    scalar(
      name,
      [REGCLASS],
      INT8,
      (oid: number, context: EvaluationContext) => context.catalog.relationSizeBytes(oid) ?? null,
      VOLATILE,
    ),
  ),
  scalar('pg_size_pretty', [INT8], TEXT, prettySize),
  ...VISIBLE.map(name => stable(`pg_${name}_is_visible`, [OID], BOOL, () => true)),
  stable('txid_current', [], INT8, () => {
    throw notSupported('txid_current')
  }),
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
  ...privileges(),
]
