/**
 * Privileges on the objects of all databases of a server, in memory: who was granted what, and what everybody has although
 * nobody has said so. Kept durably by `SystemDatabase`.
 */

import { PUBLIC_OID } from '../sql/catalog/catalog.ts'
import { FIRST_USER_OID } from '../sql/catalog/stored.ts'
import type { SecuredObject } from '../sql/functions/registry.ts'

/** Who stands for everybody. */
export const PUBLIC = ''

export interface Grant {
  readonly database: string
  readonly kind: SecuredObject['kind']
  readonly oid: number
  /** 0: the whole object. */
  readonly column: number
  readonly role: string
  readonly privilege: string
  /** False: taken away from everybody, who would have it otherwise. */
  readonly isGranted: boolean
}

/** What everybody has until it is revoked. */
function isEverybodys({ kind, oid, privilege }: Pick<Grant, 'kind' | 'oid' | 'privilege'>): boolean {
  switch (kind) {
    case 'database':
      return privilege === 'connect'
    case 'schema':
      return privilege === 'usage' && (oid === PUBLIC_OID || oid < FIRST_USER_OID)
    case 'relation':
      return privilege === 'select' && oid < FIRST_USER_OID
  }
}

/** Whether it says something that would not hold without it. */
export function isToBeKept(grant: Grant): boolean {
  return grant.isGranted || (grant.role === PUBLIC && isEverybodys(grant))
}

export class Grants {
  private readonly grants = new Map<string, Grant>()
  /** Another number after each change. */
  version = 0

  set(grant: Grant): void {
    this.version++
    if (isToBeKept(grant)) this.grants.set(keyOf(grant), grant)
    else this.grants.delete(keyOf(grant))
  }

  remove(isMeant: (grant: Grant) => boolean): void {
    this.version++
    for (const [key, grant] of this.grants) if (isMeant(grant)) this.grants.delete(key)
  }

  *all(): Generator<Grant> {
    yield* this.grants.values()
  }

  /** Whether one of these roles, or everybody, has a privilege on an object, or on one column of it. */
  holds(
    database: string,
    roles: readonly string[],
    { kind, oid, column = 0 }: SecuredObject,
    privilege: string,
  ): boolean {
    const columns = column === 0 ? [0] : [0, column]
    return columns.some(
      one =>
        roles.some(role => this.isGranted({ database, kind, oid, column: one, role, privilege })) ||
        this.isGranted({ database, kind, oid, column: one, role: PUBLIC, privilege }),
    )
  }

  private isGranted(asked: Omit<Grant, 'isGranted'>): boolean {
    const told = this.grants.get(keyOf(asked))
    if (told !== undefined) return told.isGranted
    return asked.role === PUBLIC && asked.column === 0 && isEverybodys(asked)
  }

  /** Whether they have it on any column at all. */
  holdsAnyColumn(database: string, roles: readonly string[], oid: number, privilege: string): boolean {
    for (const grant of this.grants.values()) {
      if (grant.database !== database || grant.kind !== 'relation' || grant.oid !== oid) continue
      const isTheirs = grant.role === PUBLIC || roles.includes(grant.role)
      if (isTheirs && grant.privilege === privilege && grant.isGranted) return true
    }
    return false
  }
}

function keyOf({ database, kind, oid, column, role, privilege }: Omit<Grant, 'isGranted'>): string {
  return JSON.stringify([database, kind, oid, column, role, privilege])
}
