/**
 * Who and what a directory's server knows: its databases, roles and privileges, in a database of their own beside the others.
 *
 * All of it is small, read once when the server starts and kept in memory; each change is durable before it holds. It is not
 * part of the transaction that says it: CREATE ROLE stays although its transaction is rolled back. Privileges wait for the commit.
 */

import type { Database } from '../database/database.ts'
import type { Transaction } from '../database/transaction.ts'
import { table } from '../table/definition.ts'
import { t } from '../table/types.ts'
import { type Grant, Grants, isToBeKept } from './grants.ts'
import {
  FIRST_ROLE_OID,
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
/** The oid that was given last. */
const counters = table('counters', { key: t.text, value: t.u32 })

export class SystemDatabase implements RoleStore {
  readonly grants = new Grants()
  private readonly database: Database
  private readonly owners = new Map<string, string>()
  private readonly roles = new Map<string, Role>()
  private readonly members: Membership[] = []
  private roleVersion = 0

  constructor(database: Database) {
    this.database = database
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
    return this.all().some(role => role.isSuperuser && role.canLogin && role.secret !== undefined)
  }
  find(name: string): Role | undefined {
    return this.roles.get(name)
  }
  all(): readonly Role[] {
    return [...this.roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
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
