/** Who may log in, and with what. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  mockSecret,
  parseScramSecret,
  type ScramSecret,
  saltOf,
  scramSecret,
  scramSecretText,
} from './scram.ts'

export interface Role {
  /** Another one for each role that was ever made; 0: of somebody who is named nowhere. */
  readonly oid: number
  readonly name: string
  readonly canLogin: boolean
  readonly isSuperuser: boolean
  readonly canCreateDatabases: boolean
  readonly canCreateRoles: boolean
  /** Undefined: none, so it cannot log in by one. */
  readonly secret: StoredSecret | undefined
}

export type StoredSecret =
  | { readonly kind: 'scram'; readonly scram: ScramSecret }
  /** PostgreSQL's md5(password + name), in hexadecimal. */
  | { readonly kind: 'md5'; readonly hash: string }

/** Where roles are kept. */
export interface RoleStore {
  /**
   * What the salts of names are made of that nobody has. The same after a restart, as the salts of stored passwords are: else
   * those whose salts have changed would be known to be nobody's.
   */
  readonly loginSecret: Buffer
  /** Whether anybody has a password. */
  readonly hasSecrets: boolean
  find(name: string): Role | undefined
  all(): readonly Role[]
  /** A role and all that it is a member of, by way of others, too; none: there is no such role. */
  withMemberships(name: string): readonly string[]
  memberships(): readonly Membership[]
  /** Another number after each change. */
  readonly version: number
}

export interface Membership {
  readonly role: string
  readonly member: string
}

/** Who a session is for, with the rights that he has now. */
export class SessionRole {
  private readonly store: RoleStore
  private readonly admitted: Role

  /** @param admitted as the role was when it was let in */
  constructor(store: RoleStore, admitted: Role) {
    this.store = store
    this.admitted = admitted
  }

  get name(): string {
    return this.admitted.name
  }
  /** A role that was dropped has no rights, though one of the same name may have been made since. */
  get exists(): boolean {
    return this.admitted.oid === 0 || this.store.find(this.name)?.oid === this.admitted.oid
  }
  /** Whether it is the role that has that name now. */
  isNamed(name: string): boolean {
    return this.name === name && this.exists
  }
  /** Whether both are one role, and not two that have had one name after the other. */
  isSame(other: SessionRole): boolean {
    return this.name === other.name && this.admitted.oid === other.admitted.oid
  }
  get now(): Role {
    const { admitted } = this
    // Whoever came before anybody was named keeps what he had until he leaves.
    if (admitted.oid === 0) return admitted
    return this.exists ? this.store.find(this.name)! : { ...NOBODY, oid: admitted.oid, name: this.name }
  }
}

/** What a password, or a stored form of one, is kept as. @param salt undefined: a new one */
export function storedSecret(
  name: string,
  password: string,
  method: 'scram' | 'md5',
  salt?: Buffer,
): StoredSecret {
  const stored = parseSecret(password)
  if (stored !== undefined) return stored
  if (method === 'md5') return { kind: 'md5', hash: md5Hex(password + name) }
  return { kind: 'scram', scram: scramSecret(password, salt) }
}

/** Roles that the options of a server name; gone with it. */
export class FixedRoles implements RoleStore {
  private readonly roles = new Map<string, Role>()

  readonly version = 0
  readonly loginSecret: Buffer

  constructor(
    users: Readonly<Record<string, string>>,
    method: 'scram' | 'md5',
    loginSecret: Buffer = randomBytes(LOGIN_SECRET_BYTES),
  ) {
    this.loginSecret = loginSecret
    for (const [name, password] of Object.entries(users)) {
      const oid = FIRST_ROLE_OID + this.roles.size
      // A salt that is made anew at each start would tell names that are known from others.
      const secret = storedSecret(name, password, method, saltOf(name, loginSecret))
      this.roles.set(name, { ...SUPERUSER, oid, name, secret })
    }
  }

  get hasSecrets(): boolean {
    return this.roles.size > 0
  }
  find(name: string): Role | undefined {
    return this.roles.get(name)
  }
  all(): readonly Role[] {
    return [...this.roles.values()]
  }
  withMemberships(name: string): readonly string[] {
    return this.roles.has(name) ? [name] : []
  }
  memberships(): readonly Membership[] {
    return []
  }
}

/** A secret as it is stored. */
export function secretText(secret: StoredSecret): string {
  return secret.kind === 'md5' ? `md5${secret.hash}` : scramSecretText(secret.scram)
}
/** Undefined: it is no such text. */
export function parseSecret(text: string): StoredSecret | undefined {
  const scram = parseScramSecret(text)
  if (scram !== undefined) return { kind: 'scram', scram }
  return /^md5[0-9a-f]{32}$/.test(text) ? { kind: 'md5', hash: text.slice(3) } : undefined
}

/** Below are the system's. */
export const FIRST_ROLE_OID = 16_384

export const LOGIN_SECRET_BYTES = 32

const SUPERUSER = { canLogin: true, isSuperuser: true, canCreateDatabases: true, canCreateRoles: true }
const NOBODY = {
  canLogin: false,
  isSuperuser: false,
  canCreateDatabases: false,
  canCreateRoles: false,
  secret: undefined,
}

/** Whoever comes, where nobody has a password: everything is his. */
export function trustedRole(name: string): Role {
  return { ...SUPERUSER, oid: 0, name, secret: undefined }
}

// ------------------------------------------------------------------------------------------------- checks

/** What a login is checked against; of a name that nobody has, or that has no such secret, something that nothing fits. */
export function scramSecretOf(role: Role | undefined, name: string, serverSecret: Buffer): ScramSecret {
  // Made in any case: the time that it takes would tell who is known.
  const mock = mockSecret(name, serverSecret)
  return role?.canLogin && role.secret?.kind === 'scram' ? role.secret.scram : mock
}

/** @param answer `md5` and the hexadecimal of md5(stored + salt) */
export function isMd5Answer(role: Role | undefined, salt: Buffer, answer: string): boolean {
  const isKnown = role?.canLogin === true && role.secret?.kind === 'md5'
  const stored = isKnown && role?.secret?.kind === 'md5' ? role.secret.hash : '0'.repeat(32)
  const expected = Buffer.from(`md5${createHash('md5').update(stored).update(salt).digest('hex')}`)
  const given = Buffer.from(answer)
  return given.length === expected.length && timingSafeEqual(given, expected) && isKnown
}

function md5Hex(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
