/** Settings that every statement asks for, read once after each change: as text they take a map and a conversion each. */

import { type PlanSwitches, switchesOf } from '../plan/switches.ts'
import type { IsolationLevel } from './settings.ts'

export interface OftenAsked {
  readonly searchPath: readonly string[]
  /** Milliseconds; 0: none. So are the others. */
  readonly statementTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly idleInTransactionTimeoutMs: number
  readonly planSwitches: PlanSwitches
  readonly countsStatements: boolean
  readonly defaultIsolation: IsolationLevel
  readonly isReadOnlyByDefault: boolean
}

/** @param temporarySchema the session's own, which is found first unless the path says where */
export function readOften(
  get: (name: string) => string | undefined,
  temporarySchema: string | undefined,
): OftenAsked {
  const ms = (name: string) => Number(get(name) ?? '0')
  return {
    searchPath: withTemporary(readPath(get('search_path') ?? ''), temporarySchema),
    statementTimeoutMs: ms('statement_timeout'),
    idleTimeoutMs: ms('idle_session_timeout'),
    idleInTransactionTimeoutMs: ms('idle_in_transaction_session_timeout'),
    planSwitches: switchesOf(get),
    countsStatements: get('pg_stat_statements.track') !== 'none',
    defaultIsolation: get('default_transaction_isolation') as IsolationLevel,
    isReadOnlyByDefault: get('default_transaction_read_only') === 'on',
  }
}

function readPath(text: string): readonly string[] {
  return text
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '' && one !== '"$user"' && one !== '$user')
    .map(one => (one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one.toLowerCase()))
}

/** Temporary objects are found first, unless the path says where. */
function withTemporary(path: readonly string[], temporary: string | undefined): readonly string[] {
  const others = path.filter(one => one !== 'pg_temp')
  if (temporary === undefined) return others
  return path.includes('pg_temp')
    ? path.map(one => (one === 'pg_temp' ? temporary : one))
    : [temporary, ...others]
}
