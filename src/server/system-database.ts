/**
 * Who and what a directory's server knows: its databases, roles and privileges, in a database of their own beside the others.
 *
 * All of it is small, read once when the server starts and kept in memory; each change is durable before it holds. It is not
 * part of the transaction that says it: CREATE ROLE stays although its transaction is rolled back. Privileges wait for the commit.
 */

import type { Database } from '../database/database.ts'
import type { TableAccess } from '../sql/session/unit.ts'
import { table } from '../table/definition.ts'
import { t } from '../table/types.ts'
import { parseSecret, type Role, type RoleStore, secretText } from './roles.ts'

type Privilege = TableAccess['privilege']

const databases = table('databases', { columns: { name: t.text, owner: t.text }, primaryKey: ['name'] })
const roles = table('roles', {
  columns: {
    name: t.text,
    canLogin: t.bool,
    isSuperuser: t.bool,
    canCreateDatabases: t.bool,
    canCreateRoles: t.bool,
    secret: t.text.nullable(),
  },
  primaryKey: ['name'],
})
/** A privilege on one table; the role '' is PUBLIC. */
const privileges = table('privileges', {
  columns: { database: t.text, tableOid: t.u32, role: t.text, privilege: t.text },
  primaryKey: ['database', 'tableOid', 'role', 'privilege'],
})

export const PUBLIC = ''

export class SystemDatabase implements RoleStore {
  private readonly database: Database
  private readonly owners = new Map<string, string>()
  private readonly roles = new Map<string, Role>()
  private readonly granted = new Set<string>()

  constructor(database: Database) {
    this.database = database
    database.read(snapshot => {
      for (const { name, owner } of snapshot.table(databases).range()) this.owners.set(name, owner)
      for (const { secret, ...role } of snapshot.table(roles).range()) {
        this.roles.set(role.name, { ...role, secret: secret === null ? undefined : parseSecret(secret) })
      }
      for (const one of snapshot.table(privileges).range()) {
        this.granted.add(grantKey(one.database, one.tableOid, one.role, one.privilege as Privilege))
      }
    })
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
    this.database.write(tx => {
      tx.table(databases).delete(name)
      const rows = tx.table(privileges)
      for (const one of [...rows.range({ prefix: [name] })]) {
        rows.delete([one.database, one.tableOid, one.role, one.privilege])
      }
    })
    this.owners.delete(name)
    for (const key of [...this.granted]) if (JSON.parse(key)[0] === name) this.granted.delete(key)
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
  put(role: Role): void {
    const { secret, ...rest } = role
    this.database.write(tx =>
      tx.table(roles).put({ ...rest, secret: secret === undefined ? null : secretText(secret) }),
    )
    this.roles.set(role.name, role)
  }
  remove(name: string): void {
    this.database.write(tx => {
      tx.table(roles).delete(name)
      const rows = tx.table(privileges)
      for (const one of [...rows.range()]) {
        if (one.role === name) rows.delete([one.database, one.tableOid, one.role, one.privilege])
      }
    })
    this.roles.delete(name)
    for (const key of [...this.granted]) if (JSON.parse(key)[2] === name) this.granted.delete(key)
  }

  // ------------------------------------------------------------------------------------------ privileges

  setPrivilege(
    database: string,
    tableOid: number,
    role: string,
    privilege: Privilege,
    isGranted: boolean,
  ): void {
    this.database.write(tx => {
      if (isGranted) tx.table(privileges).put({ database, tableOid, role, privilege })
      else tx.table(privileges).delete([database, tableOid, role, privilege])
    })
    const key = grantKey(database, tableOid, role, privilege)
    if (isGranted) this.granted.add(key)
    else this.granted.delete(key)
  }
  isGranted(database: string, tableOid: number, role: string, privilege: Privilege): boolean {
    return (
      this.granted.has(grantKey(database, tableOid, role, privilege)) ||
      this.granted.has(grantKey(database, tableOid, PUBLIC, privilege))
    )
  }

  close(): void {
    this.database.close()
  }
}

function grantKey(database: string, tableOid: number, role: string, privilege: Privilege): string {
  return JSON.stringify([database, tableOid, role, privilege])
}
