/**
 * Who and what a directory's server knows: its databases, roles and privileges, in a database of their own beside the others.
 *
 * All of it is small, read once when the server starts and kept in memory; each change is durable before it holds. It is not
 * part of the transaction that says it: CREATE ROLE stays although its transaction is rolled back. Privileges wait for the commit.
 */

import { randomBytes } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { Transaction } from '../database/transaction.ts'
import { SqlError } from '../sql/errors.ts'
import { table } from '../table/definition.ts'
import { t } from '../table/types.ts'
import { type Grant, Grants, isToBeKept } from './grants.ts'
import {
  FIRST_ROLE_OID,
  LOGIN_SECRET_BYTES,
  type Membership,
  parseSecret,
  type Role,
  type RoleStore,
  secretText,
} from './roles.ts'

const databases = table('databases', { columns: { name: t.text, owner: t.text }, primaryKey: ['name'] })
const roles = table('roles', {
  columns: {
    name: t.text,
    canLogin: t.bool,
    isSuperuser: t.bool,
    canCreateDatabases: t.bool,
    canCreateRoles: t.bool,
    secret: t.text.nullable(),
    oid: t.u32.nullable(),
  },
  primaryKey: ['name'],
})
const memberships = table('memberships', {
  columns: { role: t.text, member: t.text },
  primaryKey: ['role', 'member'],
})
/** The role '' is PUBLIC. */
const grants = table('grants', {
  columns: {
    database: t.text,
    kind: t.enum('relation', 'schema', 'database'),
    oid: t.u32,
    column: t.u32,
    role: t.text,
    privilege: t.text,
    isGranted: t.bool,
  },
  primaryKey: ['database', 'kind', 'oid', 'column', 'role', 'privilege'],
})
/** How privileges were kept before there were others than on tables; taken over into `grants`. */
const privileges = table('privileges', {
  columns: { database: t.text, tableOid: t.u32, role: t.text, privilege: t.text },
  primaryKey: ['database', 'tableOid', 'role', 'privilege'],
})
const secrets = table('secrets', { key: t.text, value: t.bytes })
/** The oid that was given last. */
const counters = table('counters', { key: t.text, value: t.u32 })

export class SystemDatabase implements RoleStore {
  readonly grants = new Grants()
  readonly loginSecret: Buffer
  private readonly database: Database
  private readonly owners = new Map<string, string>()
  private readonly roles = new Map<string, Role>()
  private readonly members: Membership[] = []
  private roleVersion = 0

  constructor(database: Database) {
    this.database = database
    this.takeOverPrivileges()
    this.loginSecret = this.secretNamed('login')
    database.read(snapshot => {
      for (const { name, owner } of snapshot.table(databases).range()) this.owners.set(name, owner)
      for (const { secret, oid, ...role } of snapshot.table(roles).range()) {
        const known = secret === null ? undefined : parseSecret(secret)
        this.roles.set(role.name, { ...role, oid: oid ?? 0, secret: known })
      }
      this.members.push(...snapshot.table(memberships).range())
      for (const grant of snapshot.table(grants).range()) this.grants.set(grant)
    })
    // Roles of a directory from before they had numbers.
    for (const role of this.all()) if (role.oid === 0) this.put(role)
  }

  private takeOverPrivileges(): void {
    const { database } = this
    if (!database.read(snapshot => snapshot.tables()).some(({ name }) => name === privileges.name)) return
    database.write(tx => {
      const rows = tx.table(grants)
      for (const { database, tableOid, role, privilege } of tx.table(privileges).range()) {
        rows.put({ database, kind: 'relation', oid: tableOid, column: 0, role, privilege, isGranted: true })
      }
      tx.dropTable(privileges)
    })
  }

  /** Made when it is asked for first, and kept. */
  private secretNamed(name: string): Buffer {
    const known = this.database.read(snapshot => snapshot.table(secrets).get(name))
    if (known !== undefined) return Buffer.from(known)
    const made = randomBytes(LOGIN_SECRET_BYTES)
    this.database.write(tx => tx.table(secrets).put(name, made))
    return made
  }

  // ------------------------------------------------------------------------------------------- databases

  get databaseNames(): readonly string[] {
    return [...this.owners.keys()].sort()
  }
  ownerOf(name: string): string | undefined {
    return this.owners.get(name)
  }
  addDatabase(name: string, owner: string): void {
    this.database.write(tx => tx.table(databases).put({ name, owner }))
    this.owners.set(name, owner)
  }
  removeDatabase(name: string): void {
    const isOf = (grant: Grant) => grant.database === name
    this.database.write(tx => {
      tx.table(databases).delete(name)
      this.deleteGrants(tx, isOf)
    })
    this.owners.delete(name)
    this.grants.remove(isOf)
  }

  // ----------------------------------------------------------------------------------------------- roles

  /** Whether somebody can log in by a password who may do everything: before that nobody is kept out. */
  get hasSecrets(): boolean {
    return this.all().some(isGuardBySecret)
  }
  find(name: string): Role | undefined {
    return this.roles.get(name)
  }
  all(): readonly Role[] {
    return [...this.roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  /**
   * Without a superuser who can log in the server is open to everybody: once there is one, the last does not go.
   * @param after the roles as they are to be
   * @throws SqlError 42501
   */
  refuseOpening(after: readonly Role[]): void {
    const before = this.all()
    if (before.some(isGuard) && !after.some(isGuard)) throw refusedOpening('can log in')
    if (this.hasSecrets && !after.some(isGuardBySecret)) throw refusedOpening('can log in by a password')
  }

  /** One that has no number gets one. */
  put(role: Role): void {
    const numbered = this.database.write(tx => {
      const numbers = tx.table(counters)
      const oid = role.oid === 0 ? (numbers.get('role') ?? FIRST_ROLE_OID - 1) + 1 : role.oid
      if (oid !== role.oid) numbers.put('role', oid)
      const { secret, ...rest } = { ...role, oid }
      tx.table(roles).put({ ...rest, secret: secret === undefined ? null : secretText(secret) })
      return { ...role, oid }
    })
    this.roles.set(role.name, numbered)
    this.roleVersion++
  }
  remove(name: string): void {
    const isOf = (one: Membership) => one.role === name || one.member === name
    const isGrantedTo = (grant: Grant) => grant.role === name
    this.database.write(tx => {
      tx.table(roles).delete(name)
      for (const one of this.members.filter(isOf)) tx.table(memberships).delete([one.role, one.member])
      this.deleteGrants(tx, isGrantedTo)
    })
    this.roles.delete(name)
    this.members.splice(0, this.members.length, ...this.members.filter(one => !isOf(one)))
    this.grants.remove(isGrantedTo)
    this.roleVersion++
  }
  get version(): number {
    return this.roleVersion
  }

  // ----------------------------------------------------------------------------------------- memberships

  memberships(): readonly Membership[] {
    return this.members
  }
  setMember(role: string, member: string, isMember: boolean): void {
    this.database.write(tx => {
      if (isMember) tx.table(memberships).put({ role, member })
      else tx.table(memberships).delete([role, member])
    })
    const others = this.members.filter(one => one.role !== role || one.member !== member)
    this.members.splice(0, this.members.length, ...others, ...(isMember ? [{ role, member }] : []))
    this.roleVersion++
  }
  withMemberships(name: string): readonly string[] {
    if (!this.roles.has(name)) return []
    const found = [name]
    // It grows while it is gone through.
    for (const one of found) {
      for (const { role, member } of this.members) {
        if (member === one && !found.includes(role)) found.push(role)
      }
    }
    return found
  }

  // ------------------------------------------------------------------------------------------ privileges

  grant(all: readonly Grant[]): void {
    this.database.write(tx => {
      const rows = tx.table(grants)
      for (const grant of all) {
        if (isToBeKept(grant)) rows.put(grant)
        else rows.delete(primaryKeyOf(grant))
      }
    })
    for (const grant of all) this.grants.set(grant)
  }

  private deleteGrants(tx: Transaction, isMeant: (grant: Grant) => boolean): void {
    const rows = tx.table(grants)
    for (const grant of this.grants.all()) if (isMeant(grant)) rows.delete(primaryKeyOf(grant))
  }

  close(): void {
    this.database.close()
  }
}

function primaryKeyOf({ database, kind, oid, column, role, privilege }: Grant) {
  return [database, kind, oid, column, role, privilege] as const
}

/** A role that keeps others out. */
function isGuard({ isSuperuser, canLogin }: Role): boolean {
  return isSuperuser && canLogin
}
function isGuardBySecret(role: Role): boolean {
  return isGuard(role) && role.secret !== undefined
}

function refusedOpening(what: string): SqlError {
  return new SqlError('42501', `the last superuser who ${what} must stay`, {
    detail: 'Without one everybody could come in, and do everything.',
  })
}
