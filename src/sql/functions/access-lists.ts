/**
 * Who was granted what on one object, as PostgreSQL writes it (aclitem): `grantee=letters/grantor`, the owner first. Null says that
 * nothing was granted or taken away: then everybody has what `acldefault` gives.
 */

import { SqlArray } from '../types/array.ts'
import type { CatalogAccess, PrivilegeAccess, SecuredObject, Value } from './registry.ts'

/** In the order in which PostgreSQL writes them. */
const LETTERS: readonly (readonly [letter: string, privilege: string])[] = [
  ['a', 'INSERT'],
  ['r', 'SELECT'],
  ['w', 'UPDATE'],
  ['d', 'DELETE'],
  ['D', 'TRUNCATE'],
  ['x', 'REFERENCES'],
  ['t', 'TRIGGER'],
  ['X', 'EXECUTE'],
  ['U', 'USAGE'],
  ['C', 'CREATE'],
  ['T', 'TEMPORARY'],
  ['c', 'CONNECT'],
  ['s', 'SET'],
  ['A', 'ALTER SYSTEM'],
  ['m', 'MAINTAIN'],
]

/** By the letter that `acldefault` takes: what the owner of such an object has, and everybody. */
const DEFAULTS: Readonly<Record<string, readonly [owner: string, everybody: string]>> = {
  c: ['', ''],
  r: ['arwdDxtm', ''],
  s: ['rwU', ''],
  d: ['CTc', 'Tc'],
  f: ['X', 'X'],
  l: ['U', 'U'],
  L: ['rw', ''],
  n: ['UC', ''],
  p: ['', ''],
  t: ['C', ''],
  F: ['U', ''],
  S: ['U', ''],
  T: ['U', 'U'],
}

function item(grantee: string | undefined, letters: string, grantor: string): string {
  return `${grantee === undefined ? '' : written(grantee)}=${letters}/${written(grantor)}`
}

function written(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function lettersOf(privileges: ReadonlySet<string>): string {
  return LETTERS.filter(([, privilege]) => privileges.has(privilege.toLowerCase()))
    .map(([letter]) => letter)
    .join('')
}

/** Undefined: there is no such kind. */
export function defaultAccessList(kind: string, owner: string): SqlArray | undefined {
  const defaults = DEFAULTS[kind]
  if (defaults === undefined) return undefined
  const [ofOwner, ofEverybody] = defaults
  return SqlArray.of([
    ...(ofEverybody === '' ? [] : [item(undefined, ofEverybody, owner)]),
    ...(ofOwner === '' ? [] : [item(owner, ofOwner, owner)]),
  ])
}

/** By object and role (undefined: PUBLIC), what it was granted. */
type Granted = ReadonlyMap<string, ReadonlyMap<string | undefined, ReadonlySet<string>>>

const known = new WeakMap<PrivilegeAccess, { readonly version: number; readonly granted: Granted }>()

function grantedBy(privileges: PrivilegeAccess): Granted {
  const before = known.get(privileges)
  if (before?.version === privileges.version) return before.granted
  const granted = new Map<string, Map<string | undefined, Set<string>>>()
  for (const { object, role, privilege } of privileges.granted()) {
    const ofObject = granted.get(keyOf(object)) ?? new Map<string | undefined, Set<string>>()
    granted.set(keyOf(object), ofObject)
    ofObject.set(role, (ofObject.get(role) ?? new Set()).add(privilege))
  }
  known.set(privileges, { version: privileges.version, granted })
  return granted
}

const keyOf = ({ kind, oid, column = 0 }: SecuredObject): string => `${kind} ${oid} ${column}`

/** Privileges that PUBLIC has on some objects until they are revoked. */
const OF_EVERYBODY: Readonly<Record<string, string>> = { n: 'usage', d: 'connect' }
const PUBLIC_SCHEMA_OID = 2200
/** Below it lies what every database has. */
const FIRST_OWN_OID = 16_384

/** @param kind as `acldefault` takes it */
export function accessList(
  object: SecuredObject,
  kind: 'c' | 'r' | 's' | 'd' | 'n',
  { privileges, ownerName }: CatalogAccess,
): SqlArray | null {
  const isPublicSchema = kind === 'n' && object.oid === PUBLIC_SCHEMA_OID
  if (privileges === undefined) {
    if (!isPublicSchema) return null
    return SqlArray.of([item(ownerName, DEFAULTS.n[0], ownerName), item(undefined, 'U', ownerName)])
  }
  const granted = grantedBy(privileges).get(keyOf(object))
  const usual = OF_EVERYBODY[kind]
  const isEverybodys = usual !== undefined && privileges.holds(undefined, object, usual)
  // PostgreSQL writes down what everybody has of the schema public: it is more than `acldefault` gives, and pg_dump compares.
  const isBuiltIn = kind === 'n' && object.oid < FIRST_OWN_OID && !isPublicSchema
  const isUsual = isBuiltIn || (!isPublicSchema && isEverybodys === (kind === 'd'))
  if (granted === undefined && isUsual) return null
  const [ofOwner, ofEverybody] = DEFAULTS[kind]
  const everybody = new Set(granted?.get(undefined))
  if (isEverybodys) everybody.add(usual)
  if (ofEverybody.includes('T')) everybody.add('temporary')
  const others = [...(granted ?? [])].filter(([role]) => role !== undefined && role !== ownerName)
  return SqlArray.of([
    ...(ofOwner === '' ? [] : [item(ownerName, ofOwner, ownerName)]),
    ...(everybody.size === 0 ? [] : [item(undefined, lettersOf(everybody), ownerName)]),
    ...others.map(([role, all]) => item(role, lettersOf(all), ownerName)),
  ])
}

const ITEM = /^("(?:[^"]|"")*"|\w*)=([a-zA-Z*]*)\/("(?:[^"]|"")*"|\w+)$/

/** A row for each privilege: grantor, grantee (0: PUBLIC), privilege, whether it may be passed on. */
export function* explodedAccess(list: SqlArray, catalog: CatalogAccess): Iterable<Value[]> {
  for (const one of list.elements) {
    const [, grantee, letters, grantor] = ITEM.exec(String(one)) ?? []
    if (letters === undefined) continue
    for (const [, letter, star] of letters.matchAll(/([a-zA-Z])(\*?)/g)) {
      const privilege = LETTERS.find(([known]) => known === letter)?.[1]
      if (privilege === undefined) continue
      const to = grantee === '' ? 0 : (catalog.roleOid(grantee) ?? 0)
      yield [catalog.roleOid(grantor) ?? 0, to, privilege, star === '*']
    }
  }
}
