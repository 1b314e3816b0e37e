/** Rows about databases, roles and sessions: pg_database, pg_roles, pg_settings, pg_stat_activity and others. */

import { DATABASE_OID } from '../catalog/catalog.ts'
import { accessList } from '../functions/access-lists.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { SqlArray } from '../types/array.ts'
import { POSTGRES_EPOCH_MS } from '../types/datetime-calendar.ts'
import { unitOfSetting } from './setting-units.ts'
import { DEFAULT_TABLESPACE_OID, OWNER_OID, UTF8_ENCODING } from './system-catalog.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

const HIDDEN_PASSWORD = '********'

const role = ({ catalog }: EvaluationContext): SystemRow => ({
  oid: OWNER_OID,
  rolname: catalog.ownerName,
  rolsuper: true,
  rolinherit: true,
  rolcreaterole: true,
  rolcreatedb: true,
  rolcanlogin: true,
  rolreplication: false,
  rolbypassrls: true,
  rolconnlimit: -1,
})
const users = (context: EvaluationContext): SystemRow[] =>
  roles(context)
    .filter(one => one.rolcanlogin)
    .map(one => ({
      usename: one.rolname,
      usesysid: one.oid,
      usecreatedb: one.rolcreatedb,
      usesuper: one.rolsuper,
      userepl: false,
      usebypassrls: one.rolsuper,
    }))

/** Of databases and roles beside the session's own. */
const FIRST_OID = 16_384

const database = (name: string, oid: number): SystemRow => ({
  oid,
  datname: name,
  datdba: OWNER_OID,
  encoding: UTF8_ENCODING,
  datlocprovider: 'c',
  datistemplate: false,
  datallowconn: true,
  dathasloginevt: false,
  datconnlimit: -1,
  datfrozenxid: 0,
  datminmxid: 0,
  dattablespace: DEFAULT_TABLESPACE_OID,
  datcollate: 'C',
  datctype: 'C.UTF-8',
})

/** The session's own role, or all those of its server. */
const roles = (context: EvaluationContext): SystemRow[] => {
  const { catalog } = context
  const known = catalog.server()?.roles ?? []
  if (known.length === 0) return [role(context)]
  return known.map(({ oid, name, canLogin, isSuperuser, canCreateDatabases, canCreateRoles }) => ({
    ...role(context),
    oid: name === catalog.ownerName ? OWNER_OID : oid,
    rolname: name,
    rolsuper: isSuperuser,
    rolcreaterole: canCreateRoles,
    rolcreatedb: canCreateDatabases,
    rolcanlogin: canLogin,
  }))
}

function settingRow({
  name,
  value,
  reset,
  isFixed,
}: {
  readonly name: string
  readonly value: string
  readonly reset: string
  readonly isFixed: boolean
}): SystemRow {
  const isBoolean = reset === 'on' || reset === 'off'
  const isInteger = /^-?\d+$/.test(reset)
  return {
    name,
    setting: value,
    unit: unitOfSetting(name) ?? null,
    category: isFixed ? 'Preset Options' : 'Client Connection Defaults',
    short_desc: '',
    context: isFixed ? 'internal' : 'user',
    vartype: isBoolean ? 'bool' : isInteger ? 'integer' : 'string',
    source: value === reset ? 'default' : 'session',
    boot_val: reset,
    reset_val: reset,
    pending_restart: false,
  }
}

function databaseNames({ catalog }: EvaluationContext): readonly string[] {
  return catalog.server()?.databases ?? [catalog.currentDatabase]
}

/** What was granted in another database is not known here. */
function databaseAccess(name: string, { catalog }: EvaluationContext): SqlArray | null {
  return name === catalog.currentDatabase ? accessList({ kind: 'database', oid: 0 }, 'd', catalog) : null
}

function databaseOid(name: string, context: EvaluationContext): number {
  if (name === context.catalog.currentDatabase) return DATABASE_OID
  return FIRST_OID + databaseNames(context).indexOf(name)
}

function userOid(name: string, { catalog }: EvaluationContext): number {
  return catalog.roleOid(`"${name.replaceAll('"', '""')}"`) ?? OWNER_OID
}

function timestamp(ms: number): number {
  return Math.round((ms - POSTGRES_EPOCH_MS) * 1000)
}

/** What others have run is seen by superusers only, but for its figures. */
function statementFigures(context: EvaluationContext): SystemRow[] {
  const { catalog } = context
  const seesAll = catalog.privileges?.isSuperuser(catalog.currentUser) ?? true
  return [...catalog.statementFigures().all].map(one => {
    const isSeen = seesAll || one.userName === catalog.currentUser
    return {
      userid: userOid(one.userName, context),
      dbid: DATABASE_OID,
      toplevel: true,
      queryid: isSeen ? one.queryId : null,
      query: isSeen ? one.query : '<insufficient privilege>',
      calls: one.calls,
      total_exec_time: one.totalMs,
      min_exec_time: one.minMs,
      max_exec_time: one.maxMs,
      mean_exec_time: one.totalMs / one.calls,
      stddev_exec_time: Math.sqrt(one.squaresMs / one.calls),
      rows: one.rows,
      stats_since: timestamp(one.sinceMs),
      minmax_stats_since: timestamp(one.minMaxSinceMs),
    }
  })
}

export const SESSION_ROWS = {
  pg_database: {
    rows: (_, context) =>
      databaseNames(context).map(name => ({
        ...database(name, databaseOid(name, context)),
        datacl: databaseAccess(name, context),
      })),
    isLive: true,
  },
  pg_authid: { rows: (_, context) => roles(context), isLive: true },
  pg_roles: {
    rows: (_, context) => roles(context).map(row => ({ ...row, rolpassword: HIDDEN_PASSWORD })),
    isLive: true,
  },
  pg_auth_members: {
    rows: (_, context) =>
      (context.catalog.server()?.memberships ?? []).map(({ role, member }, i) => ({
        oid: FIRST_OID + i,
        roleid: userOid(role, context),
        member: userOid(member, context),
        grantor: OWNER_OID,
        admin_option: false,
        inherit_option: true,
        set_option: false,
      })),
    isLive: true,
  },
  pg_user: {
    rows: (_, context) => users(context).map(row => ({ ...row, passwd: HIDDEN_PASSWORD })),
    isLive: true,
  },
  pg_shadow: { rows: (_, context) => users(context), isLive: true },
  pg_tablespace: {
    rows: () => [
      { oid: DEFAULT_TABLESPACE_OID, spcname: 'pg_default', spcowner: OWNER_OID },
      { oid: 1664, spcname: 'pg_global', spcowner: OWNER_OID },
    ],
  },
  pg_settings: {
    rows: (_, { catalog }) => [...catalog.settingsList()].map(settingRow),
    isLive: true,
  },
  pg_prepared_statements: {
    rows: (_, { catalog }) =>
      [...catalog.preparedStatements()].map(({ name, text, types, resultTypes, isFromSql }) => ({
        name,
        statement: text,
        parameter_types: SqlArray.of(types),
        result_types: resultTypes === undefined ? null : SqlArray.of(resultTypes),
        from_sql: isFromSql,
        generic_plans: 0,
        custom_plans: 0,
      })),
    isLive: true,
  },
  pg_stat_activity: {
    rows: (_, context) =>
      [...context.catalog.activity()].map(row => ({
        datid: databaseOid(row.datname as string, context),
        usesysid: userOid(row.usename as string, context),
        backend_type: 'client backend',
        ...row,
      })),
    isLive: true,
  },
  pg_locks: {
    rows: (_, { advisoryLocks }) =>
      [...advisoryLocks.all()].map(({ key, processId, mode, isGranted }) => ({
        locktype: 'advisory',
        database: DATABASE_OID,
        classid: key.classId,
        objid: key.objectId,
        objsubid: key.subId,
        pid: processId,
        mode: mode === 'exclusive' ? 'ExclusiveLock' : 'ShareLock',
        granted: isGranted,
        fastpath: false,
      })),
    isLive: true,
  },
  pg_stat_statements: { rows: (_, context) => statementFigures(context), isLive: true },
  pg_stat_statements_info: {
    rows: (_, { catalog }) => {
      const { deallocations, resetMs } = catalog.statementFigures()
      return [{ dealloc: deallocations, stats_reset: timestamp(resetMs) }]
    },
    isLive: true,
  },
  pg_stat_database: {
    rows: (_, { catalog }) => [
      {
        datid: DATABASE_OID,
        datname: catalog.currentDatabase,
        numbackends: [...catalog.activity()].filter(one => one.datname === catalog.currentDatabase).length,
      },
    ],
    isLive: true,
  },
} satisfies Record<string, RowSource>
