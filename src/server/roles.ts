/** Who may log in, and with what. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mockSecret, parseScramSecret, type ScramSecret, scramSecret } from './scram.ts'

export interface Role {
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
  /** Whether anybody has a password. */
  readonly hasSecrets: boolean
  find(name: string): Role | undefined
}

/** What a password, or a stored form of one, is kept as. */
export async function storedSecret(
  name: string,
  password: string,
  method: 'scram' | 'md5',
): Promise<StoredSecret> {
  const scram = parseScramSecret(password)
  if (scram !== undefined) return { kind: 'scram', scram }
  if (/^md5[0-9a-f]{32}$/.test(password)) return { kind: 'md5', hash: password.slice(3) }
  if (method === 'md5') return { kind: 'md5', hash: md5Hex(password + name) }
  return { kind: 'scram', scram: await scramSecret(password) }
}

/** Roles that the options of a server name; gone with it. */
export class FixedRoles implements RoleStore {
  private readonly roles = new Map<string, Role>()

  static async of(users: Readonly<Record<string, string>>, method: 'scram' | 'md5'): Promise<FixedRoles> {
    const fixed = new FixedRoles()
    for (const [name, password] of Object.entries(users)) {
      fixed.roles.set(name, { ...SUPERUSER, name, secret: await storedSecret(name, password, method) })
    }
    return fixed
  }

  get hasSecrets(): boolean {
    return this.roles.size > 0
  }
  find(name: string): Role | undefined {
    return this.roles.get(name)
  }
}

const SUPERUSER = { canLogin: true, isSuperuser: true, canCreateDatabases: true, canCreateRoles: true }

/** Whoever comes, where nobody has a password: everything is his. */
export function trustedRole(name: string): Role {
  return { ...SUPERUSER, name, secret: undefined }
}

// ------------------------------------------------------------------------------------------------- checks

/** Differs from server to server: what made-up secrets are made of. */
export const newServerSecret = (): Buffer => randomBytes(32)

/** What a login is checked against; of a name that nobody has, or that has no such secret, something that nothing fits. */
export function scramSecretOf(role: Role | undefined, name: string, serverSecret: Buffer): ScramSecret {
  return role?.canLogin && role.secret?.kind === 'scram' ? role.secret.scram : mockSecret(name, serverSecret)
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
