/**
 * has_table_privilege and its like: what a role may do. Where nobody is named everything is allowed, but what is asked about
 * must be there.
 */

import { SqlError } from '../errors.ts'
import { inputFunction } from '../types/input-output.ts'
import {
  BOOL,
  INT2,
  NAME,
  OID,
  REGCLASS,
  REGNAMESPACE,
  REGPROCEDURE,
  REGTYPE,
  type SqlType,
  TEXT,
} from '../types/type.ts'
import { scalar } from './definitions.ts'
import type {
  CatalogAccess,
  EvaluationContext,
  PrivilegeAccess,
  ScalarFunction,
  SecuredObject,
  Value,
} from './registry.ts'

const OWNER_OPTION = / with grant option$/

interface Wanted {
  /** In lower case. */
  readonly privilege: string
  /** To hold it is not enough: it is to be passed on, which owners may alone. */
  readonly withGrantOption: boolean
}

/** `SELECT, INSERT WITH GRANT OPTION`: any of them. @throws SqlError 22023 */
function wantedOf(text: string, known: readonly string[]): readonly Wanted[] {
  return text.split(',').map(part => {
    const word = part.trim().toLowerCase().replace(/\s+/g, ' ')
    const privilege = word.replace(OWNER_OPTION, '')
    if (!known.includes(privilege)) {
      throw new SqlError('22023', `unrecognized privilege type: "${part.trim()}"`)
    }
    return { privilege, withGrantOption: OWNER_OPTION.test(word) }
  })
}

/** Undefined: PUBLIC. */
type RoleName = string | undefined

/** Who is asked about, by name or oid; null: nobody has that oid. @throws SqlError 42704 */
function roleOf(given: string | number, { catalog }: EvaluationContext): RoleName | null {
  if (typeof given === 'number') {
    if (given === 0) return undefined
    const name = catalog.roleName(given)
    return name === undefined ? null : unquoted(name)
  }
  if (given === 'public') return undefined
  if (given !== catalog.currentUser && catalog.roleOid(quoted(given)) === undefined) {
    throw new SqlError('42704', `role "${given}" does not exist`)
  }
  return given
}
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** A name as SQL writes it, as it is. */
export const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name

/** Whether who asks is the owner, or has one of the privileges on the whole, or on any column of it. */
export function mayUse(
  object: SecuredObject,
  wanted: readonly string[],
  { privileges, currentUser }: CatalogAccess,
  byColumn = false,
): boolean {
  if (privileges === undefined || ownsAll(currentUser, privileges)) return true
  if (wanted.some(privilege => privileges.holds(currentUser, object, privilege))) return true
  if (!byColumn) return false
  for (const { object: on, privilege, role } of privileges.granted()) {
    if (on.kind !== object.kind || on.oid !== object.oid || !wanted.includes(privilege)) continue
    if (role === undefined || privileges.isMember(currentUser, role)) return true
  }
  return false
}

/** Whether everything in the database is his. */
export function ownsAll(role: string, privileges: PrivilegeAccess): boolean {
  return privileges.isSuperuser(role) || privileges.isMember(role, privileges.owner)
}

/** What is asked about: an object, `everybody` (all may use it), `owner` (only its owner), null (there is none). */
type Subject = SecuredObject | 'everybody' | 'owner' | null

function isHeld(
  role: RoleName | null,
  subject: Subject,
  wanted: readonly Wanted[],
  { catalog }: EvaluationContext,
): boolean | null {
  if (subject === null) return null
  const { privileges } = catalog
  if (privileges === undefined) return true
  if (role === null) return false
  if (role !== undefined && ownsAll(role, privileges)) return true
  return wanted.some(({ privilege, withGrantOption }) => {
    if (withGrantOption || subject === 'owner') return false
    return subject === 'everybody' || privileges.holds(role, subject, SAME[privilege] ?? privilege)
  })
}

const SAME: Readonly<Record<string, string>> = { temp: 'temporary' }

// ----------------------------------------------------------------------------------------------- subjects

/** The oid of what is named, or the oid itself. @throws SqlError 42P01 and its like */
function oidOf(given: string | number, type: SqlType, context: EvaluationContext): number {
  return typeof given === 'number' ? given : inputFunction(type)(given, context)
}

const relation = (given: string | number, context: EvaluationContext): Subject => {
  const oid = oidOf(given, REGCLASS, context)
  return context.catalog.relationName(oid) === undefined ? null : { kind: 'relation', oid }
}
const schema = (given: string | number, context: EvaluationContext): Subject => {
  const oid = oidOf(given, REGNAMESPACE, context)
  return context.catalog.namespaceName(oid) === undefined ? null : { kind: 'schema', oid }
}
const database = (given: string | number, { catalog }: EvaluationContext): Subject => {
  if (typeof given === 'number' || given === catalog.currentDatabase) return { kind: 'database', oid: 0 }
  if (catalog.server()?.databases.includes(given) !== true) {
    throw new SqlError('3D000', `database "${given}" does not exist`)
  }
  // What was granted in another database is not known here.
  return 'owner'
}
const usableByAll =
  (type: SqlType) =>
  (given: string | number, context: EvaluationContext): Subject => {
    oidOf(given, type, context)
    return 'everybody'
  }

const TABLE_WORDS = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain']
const COLUMN_WORDS = ['select', 'insert', 'update', 'references']

interface Question {
  readonly subject: string
  readonly words: readonly string[]
  readonly find: (given: string | number, context: EvaluationContext) => Subject
}

const QUESTIONS: readonly Question[] = [
  { subject: 'table', words: TABLE_WORDS, find: relation },
  { subject: 'sequence', words: ['usage', 'select', 'update'], find: relation },
  { subject: 'schema', words: ['create', 'usage'], find: schema },
  { subject: 'database', words: ['create', 'connect', 'temporary', 'temp'], find: database },
  { subject: 'type', words: ['usage'], find: usableByAll(REGTYPE) },
  { subject: 'function', words: ['execute'], find: usableByAll(REGPROCEDURE) },
  { subject: 'language', words: ['usage'], find: () => 'everybody' },
  { subject: 'tablespace', words: ['create'], find: () => 'owner' },
  { subject: 'foreign_data_wrapper', words: ['usage'], find: () => 'owner' },
  { subject: 'server', words: ['usage'], find: () => 'owner' },
]

// ---------------------------------------------------------------------------------------------- functions

const STABLE = { volatility: 'stable' } as const

/** With the role in front, by name or oid, and without: then it is who asks. */
function forRoles(
  name: string,
  types: readonly SqlType[],
  answer: (role: RoleName | null, given: readonly Value[], context: EvaluationContext) => boolean | null,
): ScalarFunction[] {
  const count = types.length
  return [
    scalar(
      name,
      types,
      BOOL,
      (...all: Value[]) => {
        const context: EvaluationContext = all[count]
        return answer(context.catalog.currentUser, all, context)
      },
      STABLE,
    ),
    ...[NAME, OID].map(role =>
      scalar(
        name,
        [role, ...types],
        BOOL,
        (...all: Value[]) => {
          const context: EvaluationContext = all[count + 1]
          return answer(roleOf(all[0], context), all.slice(1), context)
        },
        STABLE,
      ),
    ),
  ]
}

const ofObjects = QUESTIONS.flatMap(({ subject, words, find }) =>
  [TEXT, OID].flatMap(by =>
    forRoles(`has_${subject}_privilege`, [by, TEXT], (role, [given, text], context) => {
      const found = find(given, context)
      return isHeld(role, found, wantedOf(text, words), context)
    }),
  ),
)

const ofAnyColumn = [TEXT, OID].flatMap(by =>
  forRoles('has_any_column_privilege', [by, TEXT], (role, [given, text], context) => {
    const table = relation(given, context)
    const wanted = wantedOf(text, COLUMN_WORDS)
    if (table === null || typeof table === 'string') return null
    if (isHeld(role, table, wanted, context)) return true
    for (const { object } of context.catalog.privileges?.granted() ?? []) {
      if (object.kind !== 'relation' || object.oid !== table.oid) continue
      if (isHeld(role, object, wanted, context)) return true
    }
    return false
  }),
)

/** @throws SqlError 42703 */
function columnOf(table: SecuredObject, column: string | number, { catalog }: EvaluationContext): Subject {
  if (typeof column === 'number') return { ...table, column }
  const number = catalog.attributeNumber(table.oid, column)
  if (number === 0) {
    const name = catalog.relationName(table.oid)
    throw new SqlError('42703', `column "${column}" of relation "${name}" does not exist`)
  }
  return { ...table, column: number }
}

const ofColumns = [TEXT, OID].flatMap(by =>
  [TEXT, INT2].flatMap(column =>
    forRoles('has_column_privilege', [by, column, TEXT], (role, [given, named, text], context) => {
      const table = relation(given, context)
      const wanted = wantedOf(text, COLUMN_WORDS)
      if (table === null || typeof table === 'string') return null
      // Columns of the system's own tables have the rights of their table.
      const isOwn = table.oid >= FIRST_OWN_OID
      return isHeld(role, isOwn ? columnOf(table, named, context) : table, wanted, context)
    }),
  ),
)
/** Below are the system's. */
const FIRST_OWN_OID = 16_384

const ROLE_WORDS = ['usage', 'member', 'set']

const ofRoles = [NAME, OID].flatMap(by =>
  forRoles('pg_has_role', [by, TEXT], (role, [given, text], context) => {
    const other = roleOf(given, context)
    const wanted = wantedOf(text.replace(/ with admin option/gi, ' with grant option'), ROLE_WORDS)
    const { privileges } = context.catalog
    if (privileges === undefined) return true
    if (role === null || role === undefined || other === null || other === undefined) return false
    if (privileges.isSuperuser(role)) return true
    return wanted.some(one => !one.withGrantOption) && privileges.isMember(role, other)
  }),
)

export const PRIVILEGE_FUNCTIONS: readonly ScalarFunction[] = [
  ...ofObjects,
  ...ofAnyColumn,
  ...ofColumns,
  ...ofRoles,
]
